"""The check of `privacy.attribute_gain`."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression

from autograder.exercise import Trial, brief, exercise

NULL, LEAK = 0.05, 0.15

NO_BASELINE = "Subtract what the known columns tell without the model."
MAJORITY = "You subtracted a guess of the commonest value. The known columns alone do better than that."


@exercise(
    minutes=12,
    level="stretch",
    parts={
        "known": (3, "is about 0 where the known columns tell the secret already"),
        "leak": (3, "sees a model that gives the secret away"),
        "null": (3, "is about 0 for a forest, and for the true outcomes"),
        "inputs": (1, "leaves its inputs as they were, and gives one result for one seed"),
    },
    hints=(
        "You need two accuracies, of the same rows: one guesser sees the answers, the other doesn't.",
        "Split the rows in half by seed. Fit one classifier on known and answers, one on known alone. "
        "Score both on the other half, and subtract.",
        "with_answers = np.column_stack([known, answers])\n"
        "def accuracy(table):\n"
        "    a, b, sa, sb = train_test_split(table, secret, test_size=0.5, random_state=seed)\n"
        "    guesser = make_pipeline(StandardScaler(), LogisticRegression(C=100, max_iter=2000))\n"
        "    return guesser.fit(a, sa).score(b, sb)\n"
        "return accuracy(with_answers) - accuracy(known)",
    ),
    debrief=(
        "A linear model adds up its inputs. If I know all but one of them, and the sum, I can solve "
        "for the last. That works on everybody, in the training data or not.",
        "Most of what an attack guesses, it would guess without your model. Report the gain. A gain of "
        "zero is a result: it tells you where not to spend your effort.",
    ),
    standards=("AML.T0024.001", "ML03"),
)
def attribute_gain(t: Trial, attribute_gain) -> None:
    rng = t.rng(1)
    known, secret = rng.normal(size=(300, 4)), rng.permutation(np.arange(300) % 2)
    with t.part("inputs"):
        answers = rng.normal(size=300) + secret
        got, args = t.observe(attribute_gain, answers, known, secret, 3)
        kept = all(np.array_equal(a, b) for a, b in zip(args[:3], (answers, known, secret), strict=True))
        t.expect(kept, "answers, known or secret was changed.")
        first = t.number(got, "the gain")
        t.equal(
            t.number(attribute_gain(answers, known, secret, 3), "the gain"),
            first,
            "the gain for the same seed",
        )
        small, noise = rng.permutation(np.arange(40) % 2), rng.normal(size=(40, 4))
        few = [_gain(t, attribute_gain, noise[:, 0], noise[:, 1:], small, seed) for seed in range(24)]
        t.expect(len(set(few)) > 1, "Among 40 rows of noise, 24 seeds give one gain.")
        t.expect(
            min(few) < 0,
            "Among 40 rows of noise, the gain is never below 0: with new rows, chance makes it so.",
        )
    told, outcomes, forest, linear = [], [], [], []
    for case in t.cases(5):
        seed = int(case.integers(2**31))
        t.given(seed=seed)
        tells = np.column_stack([known, secret + case.normal(0, 0.05, len(secret))])
        told.append(_gain(t, attribute_gain, secret + case.normal(0, 0.05, len(secret)), tells, secret, seed))
        X, y, others, sex = _diabetes()
        rows = case.permutation(len(y))
        X, y, others, sex = X[rows], y[rows], others[rows], sex[rows]
        half = len(y) // 2
        trees = RandomForestRegressor(20, min_samples_leaf=5, random_state=seed).fit(X[:half], y[:half])
        line = LinearRegression().fit(X[:half], y[:half])
        outcomes.append(_gain(t, attribute_gain, y, others, sex, seed))
        forest.append(_gain(t, attribute_gain, trees.predict(X), others, sex, seed))
        linear.append(_gain(t, attribute_gain, line.predict(X), others, sex, seed))
    leak = float(np.mean(linear))
    with t.part("leak"):
        t.at_least(leak, LEAK, "the mean gain from a linear model's answers")
        said = secret + rng.normal(0, 0.05, len(secret))
        plain = [_gain(t, attribute_gain, said, known, secret, seed) for seed in range(3)]
        t.between(float(np.mean(plain)), 0.38, 0.62, "the mean gain where the answers repeat the secret")
    for part, gains, what in (
        ("known", told, "the mean gain where a known column tells the secret"),
        ("null", outcomes, "the mean gain from the true outcomes"),
        ("null", forest, "the mean gain from a forest's answers"),
    ):
        with t.part(part):
            if leak < LEAK:
                t.wrong("These points count once a leak is seen.")
            mean = float(np.mean(gains))
            slip = NO_BASELINE if mean > 0.55 else MAJORITY if mean > 0.1 else ""
            t.between(mean, -NULL, NULL, what, slip=slip)


@cache
def _diabetes() -> tuple[np.ndarray, ...]:
    """Columns, outcomes, columns without sex, and sex as 0 and 1."""
    X, y = load_diabetes(return_X_y=True)
    return X, y, np.delete(X, 1, axis=1), (X[:, 1] > 0).astype(int)


def _gain(t: Trial, attribute_gain: Any, answers: Any, known: Any, secret: Any, seed: int) -> float:
    value = t.number(attribute_gain(answers, known, secret, seed), "the gain")
    t.expect(-1 <= value <= 1, "A gain is a difference of two shares.", got=brief(value))
    return value
