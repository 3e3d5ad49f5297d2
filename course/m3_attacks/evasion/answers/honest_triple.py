"""Answers to `evasion.honest_triple`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Answers, Wrong

from ..nets import answers, margin_gradient, pgd, pixel_gradient


def _rights(net, defence, X, y, eps, steps=20):
    """Which images are read rightly: as they are, and after the three attacks."""
    error = pgd(net, X, y, eps, steps, gradient=lambda n, A, b: pixel_gradient(n, defence(A), b))
    margin = pgd(net, X, y, eps, steps, gradient=lambda n, A, b: margin_gradient(n, defence(A), b))
    static = pgd(net, X, y, eps, steps)
    return [answers(net, defence(A)) == y for A in (X, static, error, margin)]


def _triple(clean, static, adaptive):
    return {"clean": float(clean), "static": float(static), "adaptive": float(adaptive)}


def by_counting(net, defence, X, y, eps):
    rights = _rights(net, defence, X, y, eps)
    survived = sum(all(image) for image in zip(*rights, strict=True))
    return _triple(np.mean(rights[0]), np.mean(rights[1]), survived / len(y))


def lowest_accuracy(net, defence, X, y, eps):
    means = [held.mean() for held in _rights(net, defence, X, y, eps)]
    return _triple(means[0], means[1], min(means))


def without_margin(net, defence, X, y, eps):
    clean, static, error, _ = _rights(net, defence, X, y, eps)
    return _triple(clean.mean(), static.mean(), (clean & static & error).mean())


def without_error(net, defence, X, y, eps):
    clean, static, _, margin = _rights(net, defence, X, y, eps)
    return _triple(clean.mean(), static.mean(), (clean & margin).mean())


def without_static(net, defence, X, y, eps):
    clean, static, error, margin = _rights(net, defence, X, y, eps)
    return _triple(clean.mean(), static.mean(), (clean & error & margin).mean())


def without_clean(net, defence, X, y, eps):
    clean, static, error, margin = _rights(net, defence, X, y, eps)
    return _triple(clean.mean(), static.mean(), (static & error & margin).mean())


def static_is_all(net, defence, X, y, eps):
    clean, static, _, _ = _rights(net, defence, X, y, eps)
    return _triple(clean.mean(), static.mean(), static.mean())


def undefended(net, defence, X, y, eps):
    return by_counting(net, lambda A: A, X, y, eps)


def clean_undefended(net, defence, X, y, eps):
    return by_counting(net, defence, X, y, eps) | {"clean": float((answers(net, X) == y).mean())}


def static_looks_through(net, defence, X, y, eps):
    clean, static, error, margin = _rights(net, defence, X, y, eps)
    return _triple(clean.mean(), error.mean(), (clean & static & error & margin).mean())


def adaptive_not_through(net, defence, X, y, eps):
    clean, static, _, _ = _rights(net, defence, X, y, eps)
    margin = answers(net, defence(pgd(net, X, y, eps, 20, gradient=margin_gradient))) == y
    return _triple(clean.mean(), static.mean(), (clean & static & margin).mean())


def a_single_step(net, defence, X, y, eps):
    clean, static, error, margin = _rights(net, defence, X, y, eps, steps=1)
    return _triple(clean.mean(), static.mean(), (clean & static & error & margin).mean())


def five_steps(net, defence, X, y, eps):
    clean, _, error, margin = _rights(net, defence, X, y, eps, steps=5)
    _, full, _, _ = _rights(net, defence, X, y, eps)
    return _triple(clean.mean(), full.mean(), (clean & full & error & margin).mean())


def success_rates(net, defence, X, y, eps):
    found = by_counting(net, defence, X, y, eps)
    return {"clean": found["clean"], "static": 1 - found["static"], "adaptive": 1 - found["adaptive"]}


def more_keys(net, defence, X, y, eps):
    return by_counting(net, defence, X, y, eps) | {"eps": eps}


def quiets_the_net(net, defence, X, y, eps):
    found = by_counting(net, defence, X, y, eps)
    net["W2"] /= np.abs(net["W2"]).max()
    return found


ANSWERS = Answers(
    right=[by_counting],
    wrong=[
        Wrong(lowest_accuracy, "adaptive", "not their overlap"),
        Wrong(without_margin, "adaptive", "on the margin is missing"),
        Wrong(without_error, "adaptive", "the value of adaptive"),
        Wrong(without_static, "adaptive", "knows the static attack too"),
        Wrong(without_clean, "adaptive", "misread as it is"),
        Wrong(static_is_all, "adaptive", "the value of adaptive"),
        Wrong(undefended, "static", "The defence was left out"),
        Wrong(clean_undefended, "clean", "The defence was left out"),
        Wrong(static_looks_through, "static", "doesn't know the defence"),
        Wrong(adaptive_not_through, "adaptive", "the value of adaptive"),
        Wrong(a_single_step, "static", "the value of static"),
        Wrong(five_steps, "adaptive", "the value of adaptive"),
        Wrong(success_rates, "static", "the value of static"),
        Wrong(more_keys, "static", "the keys, sorted"),
        Wrong(quiets_the_net, "inputs", "was changed"),
    ],
)
