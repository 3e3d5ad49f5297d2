"""What the checks of `poisoning` share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

#: Features (n, d) and labels (n,).
Data = tuple[np.ndarray, np.ndarray]


@cache
def load_cancer() -> Data:
    return load_breast_cancer(return_X_y=True)


def cancer_model(neighbours: int = 0) -> ClassifierMixin:
    last = KNeighborsClassifier(neighbours) if neighbours else LogisticRegression(max_iter=300)
    return make_pipeline(StandardScaler(), last)


@cache
def scaled_digits() -> Data:
    images, classes = load_digits(return_X_y=True)
    return images / 16, classes


def patch_pixels(row: int, column: int, size: int = 2) -> list[int]:
    """The pixels of a square, by their position in a flat 8×8 image."""
    return [8 * (row + i) + column + j for i in range(size) for j in range(size)]


def stamped(X: np.ndarray, trigger: Sequence[int]) -> np.ndarray:
    X = X.copy()
    X[:, trigger] = 1.0
    return X


def plant(
    X: np.ndarray, y: np.ndarray, trigger: Sequence[int], target: int, frac: float, rng: np.random.Generator
) -> Data:
    rows = rng.choice(np.flatnonzero(y != target), round(frac * len(y)), replace=False)
    X2, y2 = X.copy(), y.copy()
    X2[rows], y2[rows] = stamped(X[rows], trigger), target
    return X2, y2
