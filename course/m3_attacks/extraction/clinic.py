"""The clinic's two services, a day of its log, and a market of honest and stolen models: from seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

Predict = Callable[[np.ndarray], np.ndarray]


def triage_model() -> tuple[np.ndarray, np.ndarray, float]:
    """The clinic's samples in standard units, and the triage model's weights and bias for *urgent*."""
    X, y = load_breast_cancer(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(X, y)
    return model[0].transform(X), -model[1].coef_[0], -float(model[1].intercept_[0])


class TriageService:
    """The scoring service: samples (n, d) in standard units → the probability of *urgent* for each.

    `decimals` rounds the answers. `asked` counts the samples. Beyond `budget` the answers are NaN.
    """

    def __init__(self, w: np.ndarray, b: float, decimals: int | None = None, budget: int = 10**9) -> None:
        self.w, self.b, self.decimals, self.budget, self.asked = w, b, decimals, budget, 0

    def ask(self, samples: np.ndarray) -> np.ndarray:
        samples = np.asarray(samples, float)
        urgent = 1 / (1 + np.exp(-(samples @ self.w + self.b)))
        if self.decimals is not None:
            urgent = urgent.round(self.decimals)
        urgent[max(0, self.budget - self.asked) :] = np.nan
        self.asked += len(samples)
        return urgent


class FormReader:
    """Reads handwritten digits on request forms. It answers a digit and nothing else; -1 beyond `budget`."""

    def __init__(self, model: Any, budget: int) -> None:
        self.model, self.budget, self.asked = model, budget, 0

    def ask(self, images: np.ndarray) -> np.ndarray:
        digits = self.model.predict(images)
        digits[max(0, self.budget - self.asked) :] = -1
        self.asked += len(images)
        return digits


def form_reader(seed: int) -> tuple[Any, np.ndarray, np.ndarray]:
    """A reader's model (a forest), 400 images that the thief has, without labels, and 400 new ones."""
    images, digits = load_digits(return_X_y=True)
    rows = np.random.default_rng(seed).permutation(len(images))
    own, pool, new = rows[:700], rows[700:1100], rows[1100:1500]
    model = RandomForestClassifier(30, random_state=seed).fit(images[own] / 16, digits[own])
    return model, images[pool] / 16, images[new] / 16


def day_of_log(rng: np.random.Generator, each: int = 40) -> tuple[np.ndarray, list, dict[str, list]]:
    """200 rows of the clinic's own history, 80 honest clients' questions, and 20 thieves of each kind.

    A client asks about 40 samples. Every other honest client sends one to eight of them twice.
    """
    X, _ = load_breast_cancer(return_X_y=True)
    rows = rng.permutation(len(X))
    history, live = X[rows[:200]], X[rows[200:]]
    low, high, unit = history.min(axis=0), history.max(axis=0), history.std(axis=0)

    def natural() -> np.ndarray:
        return live[rng.choice(len(live), each, replace=False)]

    def honest(number: int) -> np.ndarray:
        asked = natural()
        twice = int(rng.integers(1, 9)) if number % 2 else 0
        asked[each - twice :] = asked[:twice]
        return asked

    def made_up(share: float) -> np.ndarray:
        asked = natural()
        count = round(share * each)
        asked[:count] = rng.uniform(low, high, (count, X.shape[1]))
        return asked

    def stepping(size: float) -> np.ndarray:
        asked = np.repeat(live[[rng.integers(len(live))]], each, axis=0)
        columns = rng.permutation(X.shape[1])
        for row in range(1, each):
            asked[row, columns[row % len(columns)]] += size * unit[columns[row % len(columns)]]
        asked[31:] = natural()[31:]
        return asked

    thieves = {
        "made up, all": [made_up(1) for _ in range(20)],
        "made up, 1 in 10": [made_up(0.1) for _ in range(20)],
        "steps of 0.01": [stepping(0.01) for _ in range(20)],
        "steps of 1": [stepping(1) for _ in range(20)],
        "steps of 3": [stepping(3) for _ in range(20)],
        "real samples": [natural() for _ in range(20)],
    }
    return history, [honest(number) for number in range(80)], thieves


@dataclass(frozen=True)
class Linear:
    """Ten scores, the highest wins: enough to read digits, and trained in a millisecond."""

    W: np.ndarray
    b: np.ndarray

    def predict(self, X: np.ndarray) -> np.ndarray:
        return (X @ self.W + self.b).argmax(axis=1)


def ridge(X: np.ndarray, y: np.ndarray, strength: float = 1.0) -> Linear:
    A = np.c_[X, np.ones(len(X))]
    W = np.linalg.solve(A.T @ A + strength * np.eye(A.shape[1]), A.T @ np.eye(10)[y])
    return Linear(W[:-1], W[-1])


def softmax(
    X: np.ndarray, y: np.ndarray, steps: int, start: Linear | None = None, rate: float = 2.0
) -> Linear:
    """Softmax regression by gradient descent; it can go on from the weights of another model."""
    W = np.zeros((X.shape[1], 10)) if start is None else start.W.copy()
    b = np.zeros(10) if start is None else start.b.copy()
    for _ in range(steps):
        scores = X @ W + b
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        gap = (shares - np.eye(10)[y]) / len(X)
        W -= rate * (X.T @ gap + 1e-3 * W)
        b -= rate * gap.sum(axis=0)
    return Linear(W, b)


@dataclass(frozen=True)
class Market:
    """The clinic's form reader, and everybody else's.

    `real` are 50 of the clinic's own images. `candidates` are 1,200 midpoints of two such images. `own` are
    12 honest models that the clinic trains itself, `rivals` honest models of other people on other images.
    """

    owner: Predict
    real: np.ndarray
    candidates: np.ndarray
    own: list[Predict]
    rivals: list[Predict]
    suspects: dict[str, Predict]


def market(seed: int, rivals: int = 200) -> Market:
    images, digits = load_digits(return_X_y=True)
    images, rng = images / 16, np.random.default_rng(seed)
    rows = rng.permutation(len(images))
    ours, theirs = rows[:500], rows[500:]
    owner = softmax(images[ours], digits[ours], 80)

    def honest(rows: np.ndarray, number: int) -> Predict:
        some = rng.choice(rows, int(rng.integers(250, min(700, len(rows)))), replace=False)
        if number % 4 == 0:
            return softmax(images[some], digits[some], 15, rate=3.0).predict
        return ridge(images[some], digits[some], 10 ** rng.uniform(-1, 1.5)).predict

    def midpoints(rows: np.ndarray, count: int) -> np.ndarray:
        return (images[rng.choice(rows, count)] + images[rng.choice(rows, count)]) / 2

    few, thiefs = rng.choice(theirs, 200, replace=False), rng.choice(theirs, 300, replace=False)
    pruned = np.where(abs(owner.W) < np.quantile(abs(owner.W), 0.2), 0, owner.W)
    asked = midpoints(thiefs, 1200)
    scores = asked @ owner.W + owner.b
    solved = np.linalg.lstsq(
        np.c_[asked, np.ones(1200)], scores - scores.mean(axis=1, keepdims=True), rcond=None
    )[0]
    more = np.concatenate([images[thiefs], midpoints(thiefs, 600)])
    suspects = {
        "the file, copied": owner,
        "copied, 2 % noise": Linear(owner.W + rng.normal(0, 0.02 * owner.W.std(), owner.W.shape), owner.b),
        "copied, a fifth of the weights cut": Linear(pruned, owner.b),
        "copied, then trained on": softmax(images[few], digits[few], 10, owner, 0.3),
        "solved from 1,200 probabilities": Linear(solved[:-1], solved[-1]),
        "trained on 900 labels": softmax(more, owner.predict(more), 80),
        "trained on 300 labels": softmax(images[thiefs], owner.predict(images[thiefs]), 80),
    }
    return Market(
        owner=owner.predict,
        real=images[rng.choice(ours, 50, replace=False)],
        candidates=midpoints(ours, 1200),
        own=[honest(ours, number) for number in range(12)],
        rivals=[honest(theirs, number) for number in range(rivals)],
        suspects={name: model.predict for name, model in suspects.items()},
    )
