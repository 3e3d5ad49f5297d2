"""The check of `privacy.mia_scores`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from autograder.exercise import Trial, exercise

from ..material import auc, deep_forest, draw_patients, drawn_seed

NEEDED = 0.78

HIGHEST = "You took the highest probability of a row. The row's own label may be another class."
SECOND = "You took column 1 in every row. A row with the other label stands in another column."
REVERSED = "That's the probability of the other class. Which column belongs to the row's label?"
RIGHT = "You asked only whether the answer is right. The probability says more."
LOG = "You took the logarithm. The order is the same, but the text asks for the probability."

#: Labels of two, three and four classes: texts, and numbers that are no column numbers.
NAMES = (
    ("stays", "leaves"),
    ("low", "high", "mid"),
    (3, 7),
    (-1, 1),
    (1, 2),
    (10, 2, 30, 4),
)


@exercise(
    minutes=7,
    parts={
        "binary": (2, "returns the probability of each row's label, for labels 0 and 1"),
        "labels": (3, "does so for any labels: texts, other numbers, more than two classes"),
        "attack": (2, "tells training rows from others: AUC at least 0.78, mean of five forests"),
        "unchanged": (1, "leaves X and y as they were"),
    },
    hints=(
        "Print model.predict_proba(X)[:3] and model.classes_. Which column belongs to which label?",
        "For each row, find the position of its label in model.classes_. classes_ is sorted, so "
        "np.searchsorted(model.classes_, y) does it for all rows at once.",
        "probabilities = model.predict_proba(X)\n"
        "columns = np.searchsorted(model.classes_, y)\n"
        "return probabilities[np.arange(len(y)), columns]",
    ),
    debrief=(
        "One question per row was enough, and every question looked like a nurse's. The record has to "
        "be known already: what you learn is that its person was in the training data.",
        "You can run this attack on each release before anybody else does: you have the training rows, "
        "and a test set from the same source.",
    ),
    standards=("AML.T0024.000", "ML04"),
)
def mia_scores(t: Trial, mia_scores) -> None:
    rng = t.rng(1)
    with t.part("unchanged"):
        model, X, y = _case(rng, (0, 1))
        _, args = t.observe(mia_scores, model, X, y)
        kept = np.array_equal(args[1], X) and np.array_equal(args[2], y)
        t.expect(kept, "X or y was changed.")
    with t.part("binary"):
        for _ in range(3):
            _expect_scores(t, mia_scores, *_case(rng, (0, 1)))
        _expect_few(t, mia_scores, rng, (0, 1))
    with t.part("labels"):
        for names in NAMES:
            _expect_scores(t, mia_scores, *_case(rng, names))
        _expect_few(t, mia_scores, rng, NAMES[0])
    reached = []
    for case in t.cases(5):
        seed = drawn_seed(case)
        X, y = draw_patients(seed)
        scores = t.array(mia_scores(deep_forest(seed), X, y), "the scores", shape=(len(y),), kind="biuf")
        reached.append(auc(scores))
    with t.part("attack"):
        t.at_least(float(np.mean(reached)), NEEDED, "the attack's AUC, mean of five forests")


def _expect_few(t: Trial, mia_scores: Any, rng: np.random.Generator, names: tuple) -> None:
    """A row alone of each class, and a batch without the first class: columns are the model's."""
    model, X, y = _case(rng, names)
    for label in names:
        row = np.flatnonzero(y == label)[:1]
        _expect_scores(t, mia_scores, model, X[row], y[row])
    rest = y != names[0]
    _expect_scores(t, mia_scores, model, X[rest], y[rest])


def _case(rng: np.random.Generator, names: tuple) -> tuple[Any, np.ndarray, np.ndarray]:
    """A model of these classes, and rows whose labels it often gets wrong."""
    n = int(rng.integers(30, 60))
    codes = np.r_[np.arange(len(names)), rng.integers(len(names), size=n - len(names))]
    y = np.array(names)[rng.permutation(codes)]
    X = rng.normal(size=(n, 3)) + (y == y[0])[:, None]
    models = (
        DecisionTreeClassifier(max_depth=3, random_state=0),
        GaussianNB(),
        make_pipeline(StandardScaler(), LogisticRegression()),
    )
    model = models[rng.integers(len(models))].fit(X, y)
    order = rng.permutation(n)
    return model, X[order], y[order]


def _expect_scores(t: Trial, mia_scores: Any, model: Any, X: np.ndarray, y: np.ndarray) -> None:
    probabilities = model.predict_proba(X)
    want = np.array(
        [row[list(model.classes_).index(label)] for row, label in zip(probabilities, y, strict=True)]
    )
    scores = t.array(mia_scores(model, X, y), "the scores", shape=(len(y),), kind="biuf")
    t.close(
        scores,
        want,
        f"the scores for the classes {', '.join(map(str, model.classes_))}",
        slips={
            HIGHEST: probabilities.max(axis=1),
            SECOND: probabilities[:, 1],
            REVERSED: 1 - want,
            RIGHT: (model.predict(X) == y).astype(float),
            LOG: np.log(np.maximum(want, 1e-12)),
        },
    )
