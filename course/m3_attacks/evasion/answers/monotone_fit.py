"""Answers to `evasion.monotone_fit`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LinearRegression, LogisticRegression

from autograder.exercise import Answers, Wrong


def by_a_solver(X, y):
    sign = 2.0 * y - 1

    def loss(v):
        margin = sign * (X @ v[:-1] + v[-1])
        slope = -sign / (1 + np.exp(margin))
        value = np.logaddexp(0, -margin).sum() + 0.05 * (v[:-1] ** 2).sum()
        return value, np.append(X.T @ slope + 0.1 * v[:-1], slope.sum())

    limits = [(0, None)] * X.shape[1] + [(None, None)]
    found = minimize(loss, np.zeros(X.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=limits).x
    return found[:-1], float(found[-1])


def by_clipping_and_a_new_constant(X, y):
    w = np.maximum(LogisticRegression().fit(X, y).coef_[0], 0)
    scores = np.sort(X @ w)
    middles = (scores[1:] + scores[:-1]) / 2
    best = max(middles, key=lambda c: ((X @ w > c) == y).mean())
    return w, -float(best)


def least_squares(X, y):
    model = LinearRegression(positive=True).fit(X, 2.0 * y - 1)
    return model.coef_, float(model.intercept_)


def plain(X, y):
    model = LogisticRegression().fit(X, y)
    return model.coef_[0], float(model.intercept_[0])


def clipped(X, y):
    model = LogisticRegression().fit(X, y)
    return np.maximum(model.coef_[0], 0), float(model.intercept_[0])


def absolute(X, y):
    model = LogisticRegression().fit(X, y)
    return np.abs(model.coef_[0]), float(model.intercept_[0])


def weighs_nothing(X, y):
    return np.zeros(X.shape[1]), -1.0


def blocks_everything(X, y):
    return np.zeros(X.shape[1]), 1.0


def swapped(X, y):
    return by_a_solver(X, 1 - y)


def a_single_step(X, y):
    error = 0.5 - y
    return np.maximum(-X.T @ error / len(y), 0), -float(error.mean())


def constant_at_zero_or_above(X, y):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(400):
        error = 1 / (1 + np.exp(-(X @ w + b))) - y
        w = np.maximum(w - X.T @ error / len(y), 0)
        b = max(b - error.mean(), 0.0)
    return w, b


def in_place(X, y):
    found = by_a_solver(X, y)
    X -= X.mean(axis=0)
    return found


def as_a_list(X, y):
    w, b = by_a_solver(X, y)
    return w.tolist(), b


def too_cautious(X, y):
    w, b = by_a_solver(X, y)
    return w, b - 2.5


def too_strict(X, y):
    w, b = by_a_solver(X, y)
    return w, b + 2.5


ANSWERS = Answers(
    right=[by_a_solver, by_clipping_and_a_new_constant, least_squares],
    wrong=[
        Wrong(plain, "weights", "can still speak for a mail"),
        Wrong(clipped, "accuracy", "don't cut afterwards"),
        Wrong(absolute, "accuracy", "the accuracy"),
        Wrong(weighs_nothing, "weights", "too few mails"),
        Wrong(blocks_everything, "honest", "honest mails blocked"),
        Wrong(swapped, "accuracy", "labels look swapped"),
        Wrong(constant_at_zero_or_above, "honest", "only the weights have a limit"),
        Wrong(in_place, "inputs", "X or y was changed"),
        Wrong(as_a_list, "form", "numpy array"),
        Wrong(too_cautious, "spam", "spam that passes"),
        Wrong(too_strict, "honest", "honest mails blocked"),
    ],
)
