"""What the checks of `privacy` share."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

HALF = 500  # rows that trained the model, and as many that didn't
MANY = 2500
TREES = 50

#: Values (1,000, 20) and outcomes (1,000,): the first HALF of both are the training rows.
Rows = tuple[np.ndarray, np.ndarray]


def draw_patients(seed: int) -> Rows:
    return make_classification(2 * HALF, 20, n_informative=6, flip_y=0.15, random_state=seed)


def draw_many(seed: int) -> Rows:
    """As above, with five times as many others: accuracies of 500 rows vary too much to be judged."""
    return make_classification(HALF + MANY, 20, n_informative=6, flip_y=0.15, random_state=seed)


@cache
def deep_forest(seed: int) -> RandomForestClassifier:
    X, y = draw_patients(seed)
    return RandomForestClassifier(TREES, random_state=seed).fit(X[:HALF], y[:HALF])


def of_true_label(probabilities: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Of each row, the probability in the column of its label; labels are 0, 1, …"""
    return probabilities[np.arange(len(y)), y]


def auc(scores: Any) -> float:
    """How well scores tell the first HALF rows from the rest."""
    return float(roc_auc_score(np.arange(len(scores)) < HALF, scores))


def drawn_seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))
