"""The check of `welcome.split_and_score`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Trial, exercise


@exercise(
    minutes=7,
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
    scored = False
    with t.part("score"):
        _expect_scores(t, split_and_score, slice(0, SETS), "the list of scores on drawn sets")
        scored = True
    with t.part("leak"):
        what = "the list of scores with one broken test row each"
        _expect_scores(t, split_and_score, slice(SETS, None), what)
    X, y, seed = _sets(t.seed)[0]
    with t.part("inputs"):
        _, after = t.observe(split_and_score, X, y, seed)
        t.expect(scored, "This counts once the scores are right.")
        kept = np.array_equal(after[0], X) and np.array_equal(after[1], y)
        t.expect(kept, "Your function changed X or y: work on copies.")


#: X (150, 13), y (150,) and a seed
Case = tuple[np.ndarray, np.ndarray, int]


#: What the contract names, changed: each must show in a score.
DETAILS: tuple[dict[str, Any], ...] = ({"C": 0.5}, {"clip": 3.0}, {"stratify": None})


SETS = 6


@lru_cache(maxsize=2)  # finding them takes many fits, and on one draw many answers are judged
def _sets(seed: int) -> list[Case]:
    """The sets of a draw, and each again with a broken row."""
    rngs = [[np.random.default_rng([seed, key, number]) for key in (3, 5)] for number in range(SETS)]
    clean = [_telling(rng, DETAILS[number % len(DETAILS)]) for number, (rng, _) in enumerate(rngs)]
    return clean + [(_broken(*case, rng), *case[1:]) for case, (_, rng) in zip(clean, rngs, strict=True)]


def _telling(rng: np.random.Generator, detail: dict[str, Any]) -> Case:
    """Wines on which `detail` changes the score: on most draws it does not, and nothing is tested."""
    while True:
        case = _wines(rng)
        if _score(*case) != _score(*case, **detail):
            return case


def _wines(rng: np.random.Generator) -> Case:
    """150 of the wines, blurred and in other units: accuracies differ, and nothing can be looked up."""
    X, y = load_wine(return_X_y=True)
    rows = rng.choice(len(y), 150, replace=False)
    blurred = X[rows] / X.std(axis=0) + rng.normal(0, 0.8, (150, X.shape[1]))
    return blurred * 10.0 ** rng.uniform(-2, 3, X.shape[1]), y[rows], int(rng.integers(1, 10_000))


def _broken(X: np.ndarray, y: np.ndarray, seed: int, rng: np.random.Generator) -> np.ndarray:
    """A copy of X in which one row of the test part is about ten thousand times too large."""
    rows = train_test_split(np.arange(len(y)), test_size=0.3, stratify=y, random_state=seed)[1]
    X = X.copy()
    X[rng.choice(rows)] *= 10 ** rng.uniform(3.5, 4.5)
    return X


def _expect_scores(t: Trial, answer: Any, these: slice, what: str) -> None:
    """The scores on `these` sets. What went wrong is told by those on all: on some, two causes look alike."""
    sets = _sets(t.seed)[these]

    def scores(cases: list[Case]) -> np.ndarray:
        return np.array([t.number(answer(*case), "the score") for case in cases])

    got, ours = scores(sets), np.array([_score(*case) for case in sets])
    if np.allclose(got, ours):
        return
    if not np.array_equal(scores(sets), got):
        slip = "Pass random_state=seed: nothing else may draw the split."
        t.wrong("The same seed gives two scores.", slip=slip)
    everywhere = scores(_sets(t.seed))
    slip = next((slip for slip, would in _slips(t.seed).items() if np.allclose(would, everywhere)), "")
    t.close(got, ours, what, slips={slip: got} if slip else {})


def _score(
    X: np.ndarray,
    y: np.ndarray,
    seed: int,
    *,
    fit_on: str = "train",
    on: str = "test",
    C: float = 1.0,
    clip: float = np.inf,
    **split: Any,
) -> float:
    """The accuracy. `fit_on`: what the scaler learns from; `on`: what is scored; `C` of the model; `clip`:
    where scaled values are cut off; `split`: what is changed of it.
    """
    options = {"test_size": 0.3, "stratify": y, "random_state": seed} | split
    X_train, X_test, y_train, y_test = train_test_split(X, y, **options)
    scaler = StandardScaler().fit(X if fit_on == "all" else X_train)
    tested = StandardScaler().fit_transform(X_test) if fit_on == "each" else scaler.transform(X_test)
    trained = np.clip(scaler.transform(X_train), -clip, clip)
    model = LogisticRegression(C=C, max_iter=1000).fit(trained, y_train)
    if on == "train":
        return model.score(trained, y_train)
    return model.score(X_test if on == "test, unscaled" else np.clip(tested, -clip, clip), y_test)


@lru_cache(maxsize=2)
def _slips(seed: int) -> dict[str, np.ndarray]:
    """Misconception → the scores it gives on all sets of a draw."""

    def scores(**changed: Any) -> np.ndarray:
        return np.array([_score(*case, **changed) for case in _sets(seed)])

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
        "Leave C of the LogisticRegression as it is.": scores(C=0.5),
        "That is measured on the rows that the model was trained on.": scores(on="train"),
        "That is the share of errors.": 1 - scores(),
    }
