"""Answers to `privacy.harden`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from autograder.exercise import Answers, Wrong


class Bag:
    """Trees with large leaves, each on its own draw of the rows."""

    def __init__(self, X, y, seed):
        rng = np.random.default_rng(seed)
        self.trees = []
        for _ in range(50):
            rows = rng.integers(len(y), size=len(y))
            tree = DecisionTreeClassifier(
                min_samples_leaf=18, max_features=4, random_state=int(rng.integers(9999))
            )
            self.trees.append(tree.fit(X[rows], y[rows]))

    def predict_proba(self, X):
        return np.mean([tree.predict_proba(X) for tree in self.trees], axis=0)

    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)


def by_hand(X, y, seed):
    return Bag(X, y, seed)


def few_leaves(X, y, seed):
    return RandomForestClassifier(50, max_leaf_nodes=14, random_state=seed).fit(X, y)


def plain(X, y, seed):
    return RandomForestClassifier(50, random_state=seed).fit(X, y)


def more_trees(X, y, seed):
    return RandomForestClassifier(120, random_state=seed).fit(X, y)


def half_of_the_rows(X, y, seed):
    return RandomForestClassifier(50, random_state=seed).fit(X[::2], y[::2])


def leaves_of_three(X, y, seed):
    return RandomForestClassifier(50, min_samples_leaf=3, random_state=seed).fit(X, y)


def leaves_of_a_hundred(X, y, seed):
    return RandomForestClassifier(50, min_samples_leaf=120, random_state=seed).fit(X, y)


def always_the_same(X, y, seed):
    return DummyClassifier().fit(X, y)


class Masked:
    def __init__(self, model):
        self.model = model

    def predict(self, X):
        return self.model.predict(X)

    def predict_proba(self, X):
        return np.eye(2)[self.model.predict(X)]


def masked(X, y, seed):
    return Masked(plain(X, y, seed))


def another_seed(X, y, seed):
    return RandomForestClassifier(50, min_samples_leaf=10).fit(X, y)


def extra_trees(X, y, seed):
    return ExtraTreesClassifier(50, random_state=seed).fit(X, y)


ANSWERS = Answers(
    right=[by_hand, few_leaves],
    wrong=[
        Wrong(plain, "defends", "still remembers its rows"),
        Wrong(more_trees, "defends", "still remembers its rows"),
        Wrong(half_of_the_rows, "defends", "by how much the attack's AUC is lower"),
        Wrong(leaves_of_three, "defends", "by how much the attack's AUC is lower"),
        Wrong(leaves_of_a_hundred, "defends", "too simple"),
        Wrong(always_the_same, "defends", "too simple"),
        Wrong(masked, "useful", "hidden or rounded"),
        Wrong(another_seed, "seed", "Pass seed on as random_state"),
        Wrong(extra_trees, "defends", "still remembers its rows"),
    ],
)

EQUIVALENT = {
    "min_samples_leaf=10 → min_samples_leaf=11": "the size of a leaf is the learner's choice",
    "min_samples_leaf=10 → min_samples_leaf=9": "the size of a leaf is the learner's choice",
}
