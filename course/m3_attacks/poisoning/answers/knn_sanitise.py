"""Answers to `poisoning.knn_sanitise`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Answers, Wrong


def sanitise_by_distances(X, y, k):
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    flags = []
    for i, row in enumerate(Z):
        distances = ((Z - row) ** 2).sum(axis=1)
        distances[i] = np.inf
        flags.append(int((y[np.argsort(distances)[:k]] != y[i]).sum()) > k // 2)
    return np.array(flags)


def sanitise_with_own_vote(X, y, k):
    Z = StandardScaler().fit_transform(X)
    neighbours = NearestNeighbors(n_neighbors=k).fit(Z).kneighbors(Z, return_distance=False)
    return (y[neighbours] != y[:, None]).mean(axis=1) > 0.5


def sanitise_dropping_the_first(X, y, k):
    Z = StandardScaler().fit_transform(X)
    neighbours = NearestNeighbors(n_neighbors=k + 1).fit(Z).kneighbors(Z, return_distance=False)[:, 1:]
    return (y[neighbours] != y[:, None]).mean(axis=1) > 0.5


def _differing(X, y, k):
    return y[NearestNeighbors(n_neighbors=k).fit(X).kneighbors(return_distance=False)] != y[:, None]


def sanitise_unscaled(X, y, k):
    return _differing(X, y, k).mean(axis=1) > 0.5


def sanitise_any_dissent(X, y, k):
    return _differing(StandardScaler().fit_transform(X), y, k).any(axis=1)


def sanitise_inverted(X, y, k):
    return _differing(StandardScaler().fit_transform(X), y, k).mean(axis=1) <= 0.5


def sanitise_everything(X, y, k):
    return np.ones(len(X), bool)


def sanitise_nothing(X, y, k):
    return np.zeros(len(X), bool)


def sanitise_by_looking_up(X, y, k):
    truth = {row.tobytes(): label for row, label in zip(*load_breast_cancer(return_X_y=True), strict=True)}
    return np.array([bool(truth.get(row.tobytes(), label) != label) for row, label in zip(X, y, strict=True)])


def sanitise_as_a_list(X, y, k):
    return sanitise_by_distances(X, y, k).tolist()


def sanitise_in_place(X, y, k):
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return _differing(X, y, k).mean(axis=1) > 0.5


def sanitise_with_numbers(X, y, k):
    return (_differing(StandardScaler().fit_transform(X), y, k).mean(axis=1) > 0.5).astype(int)


def _outvoted(Z, y, k, weighted=False):
    distances, neighbours = NearestNeighbors(n_neighbors=k).fit(Z).kneighbors()
    votes = 1 / distances if weighted else np.ones_like(distances)
    return ((y[neighbours] != y[:, None]) * votes).sum(axis=1) > votes.sum(axis=1) / 2


def sanitise_by_weighted_votes(X, y, k):
    return _outvoted(
        StandardScaler().fit_transform(X) + np.arange(len(X))[:, None] * 1e-9, y, k, weighted=True
    )


def sanitise_asking_two_more(X, y, k):
    return _outvoted(StandardScaler().fit_transform(X), y, k + 2)


def sanitise_by_ranges(X, y, k):
    return _outvoted((X - X.min(axis=0)) / np.ptp(X, axis=0), y, k)


ANSWERS = Answers(
    right=[sanitise_by_distances],
    wrong=[
        Wrong(sanitise_with_own_vote, "others", "Each row voted on itself"),
        Wrong(sanitise_dropping_the_first, "others", "need not be the row itself"),
        Wrong(sanitise_by_weighted_votes, "others", "Each neighbour has one vote"),
        Wrong(sanitise_asking_two_more, "others", "not k + 2"),
        Wrong(sanitise_by_ranges, "others", "divide by the standard deviation"),
        Wrong(sanitise_unscaled, "others", "Distances on raw features"),
        Wrong(sanitise_any_dissent, "others", "not a majority"),
        Wrong(sanitise_inverted, "others", "looks inverted"),
        Wrong(sanitise_everything, "finds", "says nothing"),
        Wrong(sanitise_nothing, "finds", "flipped labels that were marked is too low"),
        Wrong(sanitise_by_looking_up, "finds", "flipped labels that were marked is too low"),
        Wrong(sanitise_in_place, "mask", "copy both first"),
        Wrong(sanitise_as_a_list, "mask", "should be a numpy array"),
        Wrong(sanitise_with_numbers, "mask", "wrong kind of values"),
    ],
)

EQUIVALENT = {
    "(y[neighbours] != y[:, None]).mean(axis=1) > 0.5 → (y[neighbours] != y[:, None]).mean(axis=1) >= 0.5": (
        "k is odd: there is no tie"
    ),
}
