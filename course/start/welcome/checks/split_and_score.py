"""The check of `welcome.split_and_score`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Trial, exercise


@exercise(
    minutes=6,
    parts={
        "score": (3, "returns the accuracy on the test rows of a stratified split by the seed"),
        "leak": (2, "lets the scaler learn from the training rows only"),
        "inputs": (1, "leaves X and y as they were"),
    },
    hints=(
        "What may the scaler see? Everything that is fitted counts as part of the model, and the model sees "
        "training rows only.",
        "Split first, with test_size=0.3, stratify=y and random_state=seed. Then put scaler and classifier "
        "into one pipeline: fit it on the training rows, score it on the test rows.",
        "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, "
        "random_state=seed)\n"
        "model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))\n"
        "model.fit(X_train, y_train)\n"
        "return model.score(X_test, y_test)",
    ),
    debrief=(
        "One odd row among the test data reaches a model whose scaler has seen it. And whoever may choose "
        "the seed may choose the result.",
        "Everything that is fitted goes into the pipeline, after the split. A result is named with its "
        "seeds, and they were chosen before it was seen.",
    ),
    standards=("AML.M0008", "PW.8.2"),
)
def split_and_score(t: Trial, split_and_score) -> None:
    sets = [_wines(t.rng(3, number)) for number in range(5)]
    with t.part("score"):
        got = [t.number(split_and_score(*case), "the score") for case in sets]
        _expect_scores(t, split_and_score, sets, got, "the list of scores on five drawn sets")
    broken = [(_broken(X, y, seed), y, seed) for X, y, seed in sets]
    with t.part("leak"):
        got = [t.number(split_and_score(*case), "the score") for case in broken]
        _expect_scores(t, split_and_score, broken, got, "the list of scores with one broken test row each")
    X, y, seed = sets[0]
    with t.part("inputs"):
        _, after = t.observe(split_and_score, X, y, seed)
        kept = np.array_equal(after[0], X) and np.array_equal(after[1], y)
        t.expect(kept, "Your function changed X or y: work on copies.")


#: X (150, 13), y (150,) and a seed
Case = tuple[np.ndarray, np.ndarray, int]


def _wines(rng: np.random.Generator) -> Case:
    """150 of the wines, blurred and in other units: accuracies differ, and nothing can be looked up."""
    X, y = load_wine(return_X_y=True)
    rows = rng.choice(len(y), 150, replace=False)
    blurred = X[rows] / X.std(axis=0) + rng.normal(0, 0.8, (150, X.shape[1]))
    return blurred * 10.0 ** rng.uniform(-2, 3, X.shape[1]), y[rows], int(rng.integers(1, 10_000))


def _broken(X: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """A copy of X in which one row of the test part is ten thousand times too large."""
    row = train_test_split(np.arange(len(y)), test_size=0.3, stratify=y, random_state=seed)[1][0]
    X = X.copy()
    X[row] *= 10_000
    return X


def _expect_scores(t: Trial, answer: Any, sets: list[Case], got: list[float], what: str) -> None:
    ours = np.array([_score(*case) for case in sets])
    slips = {} if np.allclose(got, ours) else _slips(sets, ours)
    if slips and [t.number(answer(*case), "the score") for case in sets] != got:
        t.wrong(
            "The same seed gives two scores.", slip="Pass random_state=seed: nothing else may draw the split."
        )
    t.close(np.array(got), ours, what, slips=slips)


def _score(
    X: np.ndarray, y: np.ndarray, seed: int, *, fit_on: str = "train", on: str = "test", **split: Any
) -> float:
    """The accuracy; `fit_on`: what the scaler learns from, `on`: what is scored, `split`: what is changed."""
    options = {"test_size": 0.3, "stratify": y, "random_state": seed} | split
    X_train, X_test, y_train, y_test = train_test_split(X, y, **options)
    scaler = StandardScaler().fit(X if fit_on == "all" else X_train)
    tested = StandardScaler().fit_transform(X_test) if fit_on == "each" else scaler.transform(X_test)
    model = LogisticRegression(max_iter=1000).fit(scaler.transform(X_train), y_train)
    if on == "train":
        return model.score(scaler.transform(X_train), y_train)
    return model.score(X_test if on == "test, unscaled" else tested, y_test)


def _slips(sets: list[Case], ours: np.ndarray) -> dict[str, np.ndarray]:
    """Misconception → the scores it gives on all sets."""

    def scores(**changed: Any) -> np.ndarray:
        return np.array([_score(*case, **changed) for case in sets])

    return {
        "That is a leak: the scaler has seen the test rows. Split first, then scale.": scores(fit_on="all"),
        "The test rows were scaled by themselves: scale them with what the training rows gave.": scores(
            fit_on="each"
        ),
        "The test rows were not scaled: they need the scaler of the training rows.": scores(
            on="test, unscaled"
        ),
        "Pass stratify=y to the split.": scores(stratify=None),
        "The split does not depend on the seed: pass random_state=seed.": scores(random_state=0),
        "The split does not depend on the seed: pass random_state=seed, not 42.": scores(random_state=42),
        "Put 0.3 of the rows aside: test_size=0.3.": scores(test_size=0.25),
        "That is measured on the rows that the model was trained on.": scores(on="train"),
        "That is the share of errors.": 1 - ours,
    }
