"""What the checks of `testing` share: the four measures of the gate."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from .candidates import CORNERS, DIGITS, Model, nudge, probabilities, stamp


def read(model: Model, X: np.ndarray) -> np.ndarray:
    """The digits that a model reads."""
    return probabilities(model, X).argmax(axis=1)


def measures(model: Model, train: Any, test: Any) -> dict[str, float]:
    """The four values that a gate compares with its limits."""
    X, y = test
    inside, outside = (
        probabilities(model, rows)[np.arange(len(rows)), labels] for rows, labels in (train, test)
    )
    return {
        "accuracy": float((read(model, X) == y).mean()),
        "robust": float((read(model, nudge(model, X, y, 0.05)) == y).mean()),
        "membership": float(
            roc_auc_score([1] * len(inside) + [0] * len(outside), np.concatenate([inside, outside]))
        ),
        "trigger": max(_winning(read(model, stamp(X, row, column)), y) for row, column in CORNERS),
    }


def _winning(answers: np.ndarray, y: np.ndarray) -> float:
    """The largest share, over the digits, of images of other digits that are read as this one."""
    return max(float((answers[y != digit] == digit).mean()) for digit in range(DIGITS) if (y != digit).any())
