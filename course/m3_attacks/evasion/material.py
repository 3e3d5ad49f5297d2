"""What the checks of `evasion` share."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from autograder.exercise import Trial

from .mails import Mailbox, MailFilter
from .nets import Net, Trainer, answers, margin_gradient, new_net, pgd, pixel_gradient

#: Images (n, 64) and labels (n,).
Data = tuple[np.ndarray, np.ndarray]
#: 600 mails with labels to learn from, and 400 others.
Company = tuple[list[str], np.ndarray, list[str], np.ndarray]


def company(rng: np.random.Generator) -> Company:
    """The mails of a company of its own, where every word means something else."""
    mailbox = Mailbox(rng)
    return *mailbox.mails(600, rng), *mailbox.mails(400, rng)


def blocked_spam(a_filter: MailFilter, mails: list[str], labels: np.ndarray) -> list[str]:
    return [
        mail for mail, label, hit in zip(mails, labels, a_filter.blocks(mails), strict=True) if label and hit
    ]


@cache
def scaled_digits() -> Data:
    images, digits = load_digits(return_X_y=True)
    return images / 16, digits


def split_digits(seed: int, tested: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """800 images and labels to learn from, and `tested` others with theirs."""
    images, digits = scaled_digits()
    X, X_test, y, y_test = train_test_split(
        images, digits, train_size=800, stratify=digits, random_state=seed % 2**31
    )
    return X, y, X_test[:tested], y_test[:tested]


def trained_net(X: np.ndarray, y: np.ndarray, rng: np.random.Generator, rounds: int = 15) -> Net:
    net = new_net(rng, hidden=32)
    trainer = Trainer(net)
    for _ in range(rounds):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 64):
            rows = order[start : start + 64]
            trainer.step(X[rows], y[rows])
    return net


def robust_images(net: Net, X: np.ndarray, y: np.ndarray, eps: float, rng: np.random.Generator) -> np.ndarray:
    """Which images are read rightly as they are, and after three attacks: error, margin, and trying."""
    held = answers(net, X) == y
    for gradient in (pixel_gradient, margin_gradient):
        held &= answers(net, pgd(net, X, y, eps, 20, rng, gradient)) == y
    return held & (answers(net, tried(net, X, y, eps)) == y)


def tried(net: Net, X: np.ndarray, y: np.ndarray, eps: float) -> np.ndarray:
    """Images whose every pixel went up or down by `eps`, whichever raised the margin: no gradient is asked.

    A net whose answers move in steps has a gradient of 0 nearly everywhere, and hides from the others.
    """
    others = np.arange(10) != y[:, None]

    def margin(images: np.ndarray) -> np.ndarray:
        logits = np.maximum(images @ net["W1"] + net["b1"], 0) @ net["W2"] + net["b2"]
        return np.where(others, logits, -np.inf).max(axis=1) - logits[~others]

    worst = X.copy()
    for pixel in range(X.shape[1]):
        up, down = X.copy(), X.copy()
        up[:, pixel] = np.minimum(X[:, pixel] + eps, 1)
        down[:, pixel] = np.maximum(X[:, pixel] - eps, 0)
        worst[:, pixel] = np.where(margin(up) >= margin(down), up[:, pixel], down[:, pixel])
    return worst


def squeeze(bits: int) -> Callable[[np.ndarray], np.ndarray]:
    levels = 2**bits - 1
    return lambda X: np.round(X * levels) / levels


def kept(before: Any, after: Any) -> bool:
    """Whether two arguments, arrays or dicts or lists of them, are alike to the last bit and type."""
    if isinstance(before, dict):
        same = type(after) is dict and list(after) == list(before)
        return same and all(kept(before[key], after[key]) for key in before)
    if isinstance(before, list):
        return len(after) == len(before) and all(kept(*pair) for pair in zip(before, after, strict=True))
    if isinstance(before, np.ndarray):
        same = isinstance(after, np.ndarray) and after.dtype == before.dtype
        return same and np.array_equal(before, after)
    return type(before) is type(after) and before == after


def plain_list(t: Trial, value: Any, what: str) -> list:
    return t.instance(value, list, what)
