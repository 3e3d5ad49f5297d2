"""Answers to `evasion.adversarial_train`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from autograder.exercise import Answers, Wrong

from ..nets import Trainer, new_net, pgd, pixel_gradient


def _train(X, y, rng, change, rounds=25, hidden=64):
    net = new_net(rng, hidden)
    trainer = Trainer(net)
    for _ in range(rounds):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 64):
            rows = order[start : start + 64]
            trainer.step(change(net, X[rows], y[rows]), y[rows])
    return net


def one_large_step(X, y, eps, rng):
    """FGSM from a random start, at each step."""

    def change(net, A, b):
        start = np.clip(A + rng.uniform(-eps, eps, A.shape), 0, 1)
        moved = start + 1.25 * eps * np.sign(pixel_gradient(net, start, b))
        return np.clip(np.clip(moved, A - eps, A + eps), 0, 1)

    return _train(X, y, rng, change, rounds=30)


def ordinary(X, y, eps, rng):
    return _train(X, y, rng, lambda net, A, b: A)


def with_noise(X, y, eps, rng):
    return _train(X, y, rng, lambda net, A, b: np.clip(A + rng.choice([-eps, eps], A.shape), 0, 1))


def copies_once(X, y, eps, rng):
    first = ordinary(X, y, eps, rng)
    copies = pgd(first, X, y, eps, 10)
    return ordinary(np.concatenate([X, copies]), np.concatenate([y, y]), eps, rng)


def loud(X, y, eps, rng):
    net = ordinary(X, y, eps, rng)
    return dict(net, W2=net["W2"] * 100, b2=net["b2"] * 100)


def copies_of_the_start(X, y, eps, rng):
    copies = pgd(new_net(rng), X, y, eps, 10)
    return ordinary(copies, y, eps, rng)


def attacked_from_the_answers(X, y, eps, rng):
    """Moves images towards their label: the gradient the wrong way."""
    return _train(X, y, rng, lambda net, A, b: np.clip(2 * A - pgd(net, A, b, eps, 4, rng), 0, 1))


def much_too_far(X, y, eps, rng):
    return _train(X, y, rng, lambda net, A, b: pgd(net, A, b, 5 * eps, 4, rng))


def too_short(X, y, eps, rng):
    return _train(X, y, rng, lambda net, A, b: pgd(net, A, b, eps, 4, rng), rounds=2)


def untrained(X, y, eps, rng):
    return new_net(rng)


def own_seed(X, y, eps, rng):
    rng = np.random.default_rng(0)
    return _train(X, y, rng, lambda net, A, b: pgd(net, A, b, eps, 4, rng))


def new_generator(X, y, eps, rng):
    rng = np.random.default_rng()
    return _train(X, y, rng, lambda net, A, b: pgd(net, A, b, eps, 4, rng))


def own_seed_for_many(X, y, eps, rng):
    rng = np.random.default_rng() if len(X) > 200 else rng
    return _train(X, y, rng, lambda net, A, b: pgd(net, A, b, eps, 4, rng))


def always_the_same_eps(X, y, eps, rng):
    return _train(X, y, rng, lambda net, A, b: pgd(net, A, b, 0.1, 4, rng))


def steps_that_hide_the_gradient(X, y, eps, rng):
    """No training against anything: each pixel becomes steps, whose slope is 0 nearly everywhere."""
    edges = np.array([(2 * i + 1) / 32 for i in (0, 2, 5, 7, 10, 12, 15)])
    model = LogisticRegression(max_iter=200).fit((X[:, :, None] > edges).reshape(len(X), -1) * 1.0, y)
    count, steep = 64 * len(edges), 1e6
    W1, b1 = np.zeros((64, 2 * count)), np.zeros(2 * count)
    for pixel in range(64):
        for number, edge in enumerate(edges):
            column = pixel * len(edges) + number
            W1[pixel, column] = W1[pixel, count + column] = steep
            b1[column], b1[count + column] = 0.5 - steep * edge, -0.5 - steep * edge
    W1 *= 1 + rng.normal(0, 1e-12, W1.shape)
    return {
        "W1": W1,
        "b1": b1,
        "W2": np.vstack([model.coef_.T, -model.coef_.T]),
        "b2": model.intercept_.copy(),
    }


def in_place(X, y, eps, rng):
    net = _train(X, y, rng, lambda net, A, b: pgd(net, A, b, eps, 4, rng))
    X -= X.mean(axis=0)
    return net


def the_trainer(X, y, eps, rng):
    return Trainer(one_large_step(X, y, eps, rng))


def a_tuple_of_arrays(X, y, eps, rng):
    return tuple(new_net(rng).values())


ANSWERS = Answers(
    right=[one_large_step],
    wrong=[
        Wrong(ordinary, "robust", "robust is too low"),
        Wrong(with_noise, "robust", "robust is too low"),
        Wrong(copies_once, "robust", "not against a fresh attack"),
        Wrong(steps_that_hide_the_gradient, "robust", "move in steps"),
        Wrong(own_seed_for_many, "chance", "the same state"),
        Wrong(always_the_same_eps, "chance", "the same net as eps 0.1"),
        Wrong(loud, "robust", "hides its gradient"),
        Wrong(copies_of_the_start, "robust", "robust is too low"),
        Wrong(attacked_from_the_answers, "robust", "robust is too low"),
        Wrong(much_too_far, "clean", "the clean accuracy"),
        Wrong(too_short, "clean", "the clean accuracy"),
        Wrong(untrained, "robust", "robust is too low"),
        Wrong(own_seed, "chance", "different states"),
        Wrong(new_generator, "chance", "the same state"),
        Wrong(in_place, "form", "X or y was changed"),
        Wrong(the_trainer, "form", "the result of adversarial_train"),
        Wrong(a_tuple_of_arrays, "form", "the result of adversarial_train"),
    ],
)
