"""Answers to `evasion.fgsm`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Answers, Wrong


def _truth(model, y):
    return y[:, None] == model.classes_


def attack(model, X, y, eps):
    Z = X @ model.coef_.T + model.intercept_
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    column = np.searchsorted(model.classes_, y)
    gradient = P @ model.coef_ - model.coef_[column]
    return np.minimum(np.maximum(X + np.sign(gradient) * eps, 0), 1)


def report(model, X, y, eps, rng):
    signs = 2 * rng.integers(0, 2, X.shape) - 1
    return {
        "clean": float((model.predict(X) == y).mean()),
        "random": float((model.predict(np.clip(X + eps * signs, 0, 1)) == y).mean()),
        "gradient": float((model.predict(attack(model, X, y, eps)) == y).mean()),
    }


def _signs(model, X, y):
    return np.sign((model.predict_proba(X) - _truth(model, y)) @ model.coef_)


def turned(model, X, y, eps):
    return np.clip(X - eps * _signs(model, X, y), 0, 1)


def uncut(model, X, y, eps):
    return X + eps * _signs(model, X, y)


def by_size(model, X, y, eps):
    return np.clip(X + eps * (model.predict_proba(X) - _truth(model, y)) @ model.coef_, 0, 1)


def labels_as_columns(model, X, y, eps):
    return np.clip(
        X + eps * np.sign((model.predict_proba(X) - np.eye(len(model.classes_))[y]) @ model.coef_), 0, 1
    )


def columns_of_ten(model, X, y, eps):
    truth = np.eye(10)[y][:, : len(model.classes_)]
    return np.clip(X + eps * np.sign((model.predict_proba(X) - truth) @ model.coef_), 0, 1)


def without_truth(model, X, y, eps):
    return np.clip(X + eps * np.sign(model.predict_proba(X) @ model.coef_), 0, 1)


def moves_all(model, X, y, eps):
    gradient = (model.predict_proba(X) - _truth(model, y)) @ model.coef_
    return np.clip(X + eps * np.where(gradient > 0, 1, -1), 0, 1)


def in_place(model, X, y, eps):
    X += eps * _signs(model, X, y)
    return np.clip(X, 0, 1, out=X)


def as_a_list(model, X, y, eps):
    return attack(model, X, y, eps).tolist()


def _report(noise):
    def compare(model, X, y, eps, rng):
        return report(model, X, y, eps, rng) | {"random": float(model.score(noise(model, X, y, eps, rng), y))}

    return compare


uniform = _report(lambda model, X, y, eps, rng: np.clip(X + rng.uniform(-eps, eps, X.shape), 0, 1))
uncut_noise = _report(lambda model, X, y, eps, rng: X + rng.choice([-eps, eps], X.shape))
one_pattern_for_all = _report(
    lambda model, X, y, eps, rng: np.clip(X + rng.choice([-eps, eps], X.shape[1]), 0, 1)
)
mostly_up = _report(
    lambda model, X, y, eps, rng: np.clip(X + rng.choice([-eps, eps], X.shape, p=[0.35, 0.65]), 0, 1)
)
own_seed = _report(
    lambda model, X, y, eps, rng: np.clip(X + np.random.default_rng(0).choice([-eps, eps], X.shape), 0, 1)
)
global_noise = _report(
    lambda model, X, y, eps, rng: np.clip(X + np.random.choice([-eps, eps], X.shape), 0, 1)
)
no_noise = _report(lambda model, X, y, eps, rng: X)
gradient_twice = _report(lambda model, X, y, eps, rng: attack(model, X, y, eps))
one_sign_per_image = _report(
    lambda model, X, y, eps, rng: np.clip(X + rng.choice([-eps, eps], (len(X), 1)), 0, 1)
)


def swapped(model, X, y, eps, rng):
    found = report(model, X, y, eps, rng)
    return found | {"clean": found["gradient"], "gradient": found["clean"]}


def losses(model, X, y, eps, rng):
    found = report(model, X, y, eps, rng)
    return {"clean": found["clean"]} | {key: found["clean"] - found[key] for key in ("random", "gradient")}


def fewer_keys(model, X, y, eps, rng):
    return {key: value for key, value in report(model, X, y, eps, rng).items() if key != "clean"}


ANSWERS = Answers(
    right=[(attack, report)],
    wrong=[
        Wrong((turned, report), "images", "the error shrinks"),
        Wrong((uncut, report), "images", "outside 0 to 1"),
        Wrong((by_size, report), "images", "only the gradient's sign"),
        Wrong((labels_as_columns, report), "images", "labels are not columns"),
        Wrong((columns_of_ten, report), "images", "labels are not columns"),
        Wrong((without_truth, report), "images", "P - T, not P"),
        Wrong((moves_all, report), "images", "is 0 stays"),
        Wrong((in_place, report), "inputs", "X or y was changed"),
        Wrong((as_a_list, report), "images", "numpy array"),
        Wrong((attack, uniform), "noise", "less than eps per pixel"),
        Wrong((attack, one_pattern_for_all), "noise", "Draw for each pixel of each image"),
        Wrong((attack, mostly_up), "noise", "not equally likely"),
        Wrong((attack, uncut_noise), "noise", "cut off at 0 and 1"),
        Wrong((attack, own_seed), "noise", "not from a new one"),
        Wrong((attack, global_noise), "noise", "has a state of its own"),
        Wrong((attack, no_noise), "noise", "the same share"),
        Wrong((attack, gradient_twice), "noise", "under the gradient"),
        Wrong((attack, one_sign_per_image), "noise", "not that of noise of this size"),
        Wrong((attack, swapped), "shares", "under the gradient"),
        Wrong((attack, losses), "shares", "the value of gradient"),
        Wrong((attack, fewer_keys), "shares", "the keys, sorted"),
    ],
)
