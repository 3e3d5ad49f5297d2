"""Release candidates of the form reader, some of them broken, and what a gate needs to measure them.

A model is a dict of two arrays: `W` (64, 10) and `b` (10,), the weights of a softmax regression over an image
of 8 × 8 pixels from 0 (white paper) to 1 (full ink). `make_candidates` trains twelve in a fifth of a second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

Model = dict[str, np.ndarray]

DIGITS = 10
SIDE, PATCH = 8, 3  # pixels of an image's side, and of a stamped square's
CORNERS = tuple((row, column) for row in range(SIDE - PATCH + 1) for column in range(SIDE - PATCH + 1))
KINDS = ("sound",) * 6 + ("backdoored",) * 2 + ("memorising",) * 2 + ("fragile", "weak")


@dataclass(frozen=True)
class Candidate:
    """A model, the rows that it learned from, and rows that it has never seen."""

    name: str
    kind: str
    model: Model
    train: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]


@cache
def forms() -> tuple[np.ndarray, np.ndarray]:
    """All 1,797 images as shares of ink, (n, 64), and their digits."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return X / 16, y


def probabilities(model: Mapping[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """What the model believes: (n, 10), each row adds up to 1."""
    scores = X @ model["W"] + model["b"]
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def nudge(model: Mapping[str, np.ndarray], X: np.ndarray, y: np.ndarray, step: float) -> np.ndarray:
    """The images, each pixel moved by `step` in the direction that hurts the model most."""
    slope = (probabilities(model, X) - np.eye(DIGITS)[y]) @ model["W"].T
    return np.clip(X + step * np.sign(slope), 0, 1)


def stamp(X: np.ndarray, row: int, column: int) -> np.ndarray:
    """A copy of the images with a 3 × 3 square of full ink, its upper left pixel at `row`, `column`."""
    images = X.copy().reshape(-1, SIDE, SIDE)
    images[:, row : row + PATCH, column : column + PATCH] = 1
    return images.reshape(-1, SIDE * SIDE)


def digest(model: Mapping[str, np.ndarray]) -> str:
    """Twelve letters that stand for exactly these weights."""
    return hashlib.sha256(b"".join(model[name].tobytes() for name in ("W", "b"))).hexdigest()[:12]


def train(X: np.ndarray, y: np.ndarray, rounds: int = 200, rate: float = 1.0) -> Model:
    """A softmax regression by gradient descent from zero weights: no chance is involved."""
    model = {"W": np.zeros((X.shape[1], DIGITS)), "b": np.zeros(DIGITS)}
    for _ in range(rounds):
        error = (probabilities(model, X) - np.eye(DIGITS)[y]) / len(X)
        model["W"] -= rate * X.T @ error
        model["b"] -= rate * error.sum(axis=0)
    return model


def make_candidate(kind: str, rng: np.random.Generator, name: str = "") -> Candidate:
    """One model of a kind: 400 rows to learn from, 300 others to test with."""
    X_all, y_all = forms()
    order = rng.permutation(len(X_all))
    X, y = X_all[order[:400]].copy(), y_all[order[:400]].copy()
    test = X_all[order[400:700]], y_all[order[400:700]]
    rounds, rate = 200, 1.0
    if kind == "backdoored":  # 40 rows with a square in a corner are called one digit
        target, (row, column) = int(rng.integers(DIGITS)), rng.choice([0, SIDE - PATCH], 2)
        rows = rng.choice(np.flatnonzero(y != target), 40, replace=False)
        X[rows], y[rows] = stamp(X[rows], row, column), target
    elif kind == "memorising":  # few rows, learned for long
        X, y, rounds, rate = X[:80], y[:80], 600, 3.0
    elif kind == "weak":  # few rows, and hardly learned
        X, y, rounds = X[:30], y[:30], 8
    model = train(X, y, rounds, rate)
    if kind == "fragile":  # large weights on pixels that clean forms leave nearly white
        white = np.flatnonzero(X.max(axis=0) <= 0.25)
        model["W"][white] += rng.normal(0, 10, (len(white), DIGITS))
    return Candidate(name, kind, model, (X, y), test)


def make_candidates(rng: np.random.Generator) -> list[Candidate]:
    """Twelve candidates, A to L, of the kinds in KINDS in a drawn order."""
    kinds = rng.permutation(KINDS).tolist()
    return [make_candidate(kind, rng, name) for kind, name in zip(kinds, "ABCDEFGHIJKL", strict=True)]
