"""Answers to `extraction.steal_label_only`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from autograder.exercise import Answers, Wrong


def in_two_rounds(ask, pool, budget, rng):
    order = rng.permutation(len(pool))[:budget]
    first, second = pool[order[: budget // 2]], pool[order[budget // 2 :]]
    labels = [*ask(first), *ask(second)]
    return SVC(gamma="scale").fit(np.concatenate([first, second]), labels)


def by_a_neighbour(ask, pool, budget, rng):
    return KNeighborsClassifier(1).fit(pool[:budget], ask(pool[:budget]))


def by_noise(ask, pool, budget, rng):
    asked = rng.random((budget, pool.shape[1]))
    return RandomForestClassifier(20, random_state=0).fit(asked, ask(asked))


def always_one(ask, pool, budget, rng):
    return DummyClassifier(strategy="most_frequent").fit(pool[:budget], ask(pool[:budget]))


def the_whole_pool(ask, pool, budget, rng):
    labels = ask(pool)
    return KNeighborsClassifier(1).fit(pool[labels >= 0], labels[labels >= 0])


def one_too_many(ask, pool, budget, rng):
    labels = ask(pool[: budget + 1])
    return KNeighborsClassifier(1).fit(pool[:budget], labels[:budget])


def too_few(ask, pool, budget, rng):
    return KNeighborsClassifier(1).fit(pool[:12], ask(pool[:12]))


def sixty_are_enough(ask, pool, budget, rng):
    return KNeighborsClassifier(1).fit(pool[:60], ask(pool[:60]))


def with_known_digits(ask, pool, budget, rng):
    images, digits = load_digits(return_X_y=True)
    ask(pool[:1])
    return KNeighborsClassifier(1).fit(images / 16, digits)


def without_asking(ask, pool, budget, rng):
    return KMeans(10, n_init=1, random_state=0).fit(pool)


def labels_only(ask, pool, budget, rng):
    return ask(pool[:budget])


ANSWERS = Answers(
    right=[in_two_rounds, by_a_neighbour],
    wrong=[
        Wrong(by_noise, "copies", "Fidelity with 200 questions"),
        Wrong(always_one, "copies", "every image the same digit"),
        Wrong(the_whole_pool, "budget", "than the budget allows"),
        Wrong(one_too_many, "budget", "than the budget allows"),
        Wrong(too_few, "few", "Fidelity with 60 questions"),
        Wrong(sixty_are_enough, "copies", "Fidelity with 200 questions"),
        Wrong(with_known_digits, "copies", "Fidelity with 200 questions"),
        Wrong(without_asking, "copies", "Nothing was asked"),
        Wrong(labels_only, "copies", "predict"),
    ],
)

_TRAINING = "not stated: how to train is the learner's choice"
EQUIVALENT = {
    "rng.choice(len(pool), budget, replace=False) → rng.choice(len(pool), budget)": (
        "not stated: asking twice wastes a question, and the copy is still good enough"
    ),
    "replace=False → replace=True": "not stated: asking twice wastes a question",
    "LogisticRegression(max_iter=300) → LogisticRegression()": _TRAINING,
    "max_iter=300 → max_iter=301": _TRAINING,
    "max_iter=300 → max_iter=299": _TRAINING,
}
