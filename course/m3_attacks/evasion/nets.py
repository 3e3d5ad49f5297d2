"""A small network in numpy, small enough to attack and to train in a tenth of a second.

A net is a dict of four arrays: `W1` (64, hidden), `b1`, `W2` (hidden, 10), `b2`. An image is 64 pixels from
0 to 1.
"""

from __future__ import annotations

import numpy as np

Net = dict[str, np.ndarray]


def new_net(rng: np.random.Generator, hidden: int = 64) -> Net:
    """An untrained net: small random weights."""
    return {
        "W1": rng.normal(0, (2 / 64) ** 0.5, (64, hidden)),
        "b1": np.zeros(hidden),
        "W2": rng.normal(0, (1 / hidden) ** 0.5, (hidden, 10)),
        "b2": np.zeros(10),
    }


def logits(net: Net, X: np.ndarray) -> np.ndarray:
    """Ten numbers for each image. The highest one is the net's answer."""
    return np.maximum(X @ net["W1"] + net["b1"], 0) @ net["W2"] + net["b2"]


def answers(net: Net, X: np.ndarray) -> np.ndarray:
    """The digit that the net reads in each image."""
    return logits(net, X).argmax(axis=1)


def pixel_gradient(net: Net, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """For each pixel of each image, how the net's loss grows with it: the same shape as X."""
    return _through(net, X, _shares(logits(net, X)) - np.eye(10)[y])


def margin_gradient(net: Net, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The same for the margin: the highest wrong logit minus the right one. Confidence can't hide it."""
    wrong = np.where(np.eye(10, dtype=bool)[y], -np.inf, logits(net, X)).argmax(axis=1)
    return _through(net, X, np.eye(10)[wrong] - np.eye(10)[y])


def pgd(net, X, y, eps, steps, rng=None, gradient=pixel_gradient):
    """Attacked copies of X: `steps` small gradient steps, each pulled back to within `eps` and 0 to 1.

    With a generator it starts at a random place within `eps`, else at X itself.
    """
    start = X if rng is None else X + rng.uniform(-eps, eps, X.shape)
    attacked = np.clip(start, 0, 1)
    for _ in range(steps):
        attacked = attacked + 2.5 * eps / steps * np.sign(gradient(net, attacked, y))
        attacked = np.clip(np.clip(attacked, X - eps, X + eps), 0, 1)
    return attacked


class Trainer:
    """Trains a net in place. `step(X, y)` moves its weights once, to be more right about these images."""

    def __init__(self, net: Net, rate: float = 0.01) -> None:
        self.net, self.rate, self.steps = net, rate, 0
        self._mean = {name: np.zeros_like(array) for name, array in net.items()}
        self._square = {name: np.zeros_like(array) for name, array in net.items()}

    def step(self, X: np.ndarray, y: np.ndarray) -> None:
        net, self.steps = self.net, self.steps + 1
        hidden = np.maximum(X @ net["W1"] + net["b1"], 0)
        error = (_shares(hidden @ net["W2"] + net["b2"]) - np.eye(10)[y]) / len(y)
        back = (error @ net["W2"].T) * (hidden > 0)
        slopes = {"W1": X.T @ back, "b1": back.sum(axis=0), "W2": hidden.T @ error, "b2": error.sum(axis=0)}
        for name, slope in slopes.items():  # the optimiser Adam, with its usual settings
            mean, square = self._mean[name], self._square[name]
            mean += 0.1 * (slope - mean)
            square += 0.001 * (slope**2 - square)
            size = np.sqrt(square / (1 - 0.999**self.steps)) + 1e-8
            net[name] -= self.rate * mean / (1 - 0.9**self.steps) / size


def _shares(Z: np.ndarray) -> np.ndarray:
    raised = np.exp(Z - Z.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def _through(net: Net, X: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Slopes of the logits, carried back to the pixels."""
    return ((slopes @ net["W2"].T) * (X @ net["W1"] + net["b1"] > 0)) @ net["W1"].T
