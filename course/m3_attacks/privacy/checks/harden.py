"""The check of `privacy.harden`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import brier_score_loss

from autograder.exercise import Trial, brief, exercise

from ..material import HALF, TREES, auc, draw_many, drawn_seed, of_true_label

LOWER, COST, WORSE = 0.20, 0.03, 0.02

SAME = "The model still remembers its rows. Which setting keeps a leaf from holding a single row?"
TOO_MUCH = "The model has become too simple: it forgot what the rows have in common, too."
MASKED = "The numbers are hidden or rounded, not learned better. A doctor can't use them."
SEED = "Pass seed on as random_state."


@exercise(
    minutes=8,
    parts={
        "defends": (7, "lowers the attack's AUC by 0.20 at a cost of 0.03 in accuracy, means of five"),
        "useful": (3, "leaves probabilities that are at most 0.02 worse in the Brier score"),
        "seed": (1, "gives the same model for the same seed"),
    },
    hints=(
        "Look at the picture again: up to where does the line of the other rows stay where it was?",
        "RandomForestClassifier(50, random_state=seed, min_samples_leaf=...) and the picture's middle. "
        "Larger leaves protect more and cost more.",
        "forest = RandomForestClassifier(50, min_samples_leaf=10, random_state=seed)\n"
        "return forest.fit(X, y)",
    ),
    debrief=(
        "I lost most of my certainty, and I keep some: the AUC isn't 0.5. Rows that are like no others "
        "still stand out.",
        "It cost a point of accuracy. But nothing here is a guarantee: two attacks were tried, no "
        "more. Only training with differential privacy bounds what any attack can learn.",
    ),
    standards=("AML.T0024.000",),
)
def harden(t: Trial, harden) -> None:
    lower, costs, worse, masked = [], [], [], []
    for case in t.cases(5):
        seed = drawn_seed(case)
        t.given(seed=seed)
        X, y = draw_many(seed)
        plain = RandomForestClassifier(TREES, random_state=seed).fit(X[:HALF], y[:HALF])
        before = plain.predict_proba(X)
        model = t.object(harden(X[:HALF], y[:HALF], seed), "the model", methods=("predict", "predict_proba"))
        after = _probabilities(t, model, X)
        labels = t.array(model.predict(X), "what predict returns", shape=(len(y),), kind="biuf")
        right = labels == y
        found = auc(of_true_label(after, y)), auc(right)
        attacked = max(*found, *(1 - value for value in found))  # an attack may be turned round
        lower.append(auc(of_true_label(before, y)) - attacked)
        costs.append((plain.predict(X) == y)[HALF:].mean() - right[HALF:].mean())
        worse.append(_brier(after, y) - _brier(before, y))
        masked.append(len(np.unique(after)) < 12)
    drop, cost, loss = (float(np.mean(values)) for values in (lower, costs, worse))
    slip = ""
    if cost > 2 * COST:
        slip = TOO_MUCH
    elif drop < 0.02:
        slip = SAME
    with t.part("defends"):
        t.at_least(drop, LOWER, "by how much the attack's AUC is lower than the plain forest's", slip=slip)
        t.at_most(cost, COST, "the loss of accuracy on rows that weren't used", slip=slip)
    with t.part("useful"):
        if drop < LOWER or cost > COST:
            t.wrong("These points count once the defence holds.")
        slip = MASKED if all(masked) else ""
        t.at_most(loss, WORSE, "by how much the Brier score is higher than the plain forest's", slip=slip)
        t.expect(not all(masked), "The answers have fewer than 12 different values.", slip=MASKED)
    with t.part("seed"):
        if drop < LOWER / 2:
            t.wrong("This point counts once the attack's AUC is at least 0.10 lower.")
        seed = drawn_seed(t.rng(9))
        X, y = draw_many(seed)
        twice = [_probabilities(t, harden(X[:HALF], y[:HALF], seed), X[HALF:]) for _ in range(2)]
        t.expect(np.array_equal(*twice), "Two models of the same rows and seed differ.", slip=SEED)


def _probabilities(t: Trial, model: Any, X: np.ndarray) -> np.ndarray:
    model = t.object(model, "the model", methods=("predict", "predict_proba"))
    values = t.array(model.predict_proba(X), "what predict_proba returns", shape=(len(X), 2), kind="biuf")
    within = bool((values >= 0).all() and (values <= 1).all())
    t.expect(
        within, "Probabilities lie between 0 and 1.", got=brief([float(values.min()), float(values.max())])
    )
    return values


def _brier(probabilities: np.ndarray, y: np.ndarray) -> float:
    return float(brier_score_loss(y[HALF:], probabilities[HALF:, 1]))
