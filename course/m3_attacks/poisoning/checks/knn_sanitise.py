"""The check of `poisoning.knn_sanitise`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Trial, exercise

from ..material import cancer_model, load_cancer


@exercise(
    minutes=10,
    parts={
        "mask": (1, "returns one boolean per row, and leaves its input alone"),
        "others": (3, "asks the k nearest other rows, never the row itself, even when rows are equal"),
        "finds": (3, "flags at least 0.88 of the flipped labels, mean of five sets"),
        "spares": (3, "is right in at least 0.71 of its flags, and flags at most 0.055 of clean rows"),
        "repairs": (2, "lets 1-nearest neighbour reach an accuracy of at least 0.92"),
    },
    hints=(
        "Distances between raw features are distances between areas: scale the columns first. Then look "
        "at who votes: does a row have a vote on itself?",
        "Standardise X, fit NearestNeighbors, and call kneighbors() without an argument: it leaves each "
        "row out of its own neighbours. Flag a row when most of their labels differ from its own.",
        "Z = StandardScaler().fit_transform(X)\n"
        "neighbours = NearestNeighbors(n_neighbors=k).fit(Z).kneighbors(return_distance=False)\n"
        "differ = y[neighbours] != y[:, None]      # (n, k)\n"
        "return differ.mean(axis=1) > 0.5",
    ),
    debrief=(
        "A vote can be bought: flips that lie close together, or copies of one flipped row, outvote the "
        "honest rows around them.",
        "A flag is a reason to look, not a verdict: here about one flag in four is an honest row. Send "
        "flags to a person, and keep what was removed.",
    ),
    standards=("AML.M0007", "PW.3.1"),
)
def knn_sanitise(t: Trial, knn_sanitise) -> None:
    X, y = load_cancer()
    with t.part("mask"):
        mask, args = t.observe(knn_sanitise, X[:60], y[:60], 3)
        t.array(mask, "the mask", shape=(60,), kind="b")
        kept = np.array_equal(args[0], X[:60]) and np.array_equal(args[1], y[:60])
        t.expect(kept, "X or y was changed: copy both first.")
    with t.part("others"):
        _expect_others(t, knn_sanitise)
    found = np.mean([_sanitised(t, knn_sanitise, X, y, rng) for rng in t.cases(5)], axis=0)
    recall, precision, alarms, repaired, same_as_unscaled, flagged = found.tolist()
    slip = ""
    if same_as_unscaled == 1:
        slip = "Distances on raw features: a few wide columns decide who is near. Scale X."
    elif recall < 0.5 < flagged:
        slip = "The mask looks inverted: True marks a suspect."
    with t.part("finds"):
        t.at_least(recall, 0.88, "the share of flipped labels that were flagged", slip=slip)
    with t.part("spares"):
        t.at_least(precision, 0.71, "the share of flags that are flipped labels", slip=slip)
        t.at_most(alarms, 0.055, "the share of clean rows that were flagged", slip=slip)
    with t.part("repairs"):
        t.at_least(repaired, 0.92, "the accuracy of 1-nearest neighbour on the rows kept", slip=slip)


def _sanitised(t: Trial, knn_sanitise: Any, X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> list:
    """Recall, precision, false alarms, accuracy repaired, whether X was not scaled, share flagged."""
    X_train, X_test, y_train, y_test = train_test_split(
        _disguised(X, rng), y, train_size=400, stratify=y, random_state=int(rng.integers(2**31))
    )
    flipped = np.zeros(400, bool)
    flipped[rng.choice(400, 60, replace=False)] = True
    labels = np.where(flipped, 1 - y_train, y_train)
    flags = _mask(t, knn_sanitise(X_train, labels, 11), 400)
    alarms = _mask(t, knn_sanitise(X_train, y_train, 11), 400)
    precision, repaired = 0.0, 0.0
    if flags.any():
        precision = flipped[flags].mean()
    if not flags.all():
        repaired = cancer_model(neighbours=1).fit(X_train[~flags], labels[~flags]).score(X_test, y_test)
    unscaled = np.array_equal(flags, _differing(X_train, labels, 11).mean(axis=1) > 0.5)
    return [flags[flipped].mean(), precision, alarms.mean(), repaired, unscaled, flags.mean()]


def _disguised(X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """X with its columns in another order and other units: the same neighbours, but no row to look up."""
    columns = rng.permutation(X.shape[1])
    return X[:, columns] * 10 ** rng.uniform(-2, 2, len(columns))


def _differing(X: np.ndarray, y: np.ndarray, k: int) -> np.ndarray:
    """Which of the k nearest other rows have another label: (n, k) booleans."""
    neighbours = NearestNeighbors(n_neighbors=k).fit(X).kneighbors(return_distance=False)
    return y[neighbours] != y[:, None]


def _mask(t: Trial, value: Any, n: int) -> np.ndarray:
    return t.array(value, "the mask", shape=(n,), kind="b")


TWINS = "Between equal rows, the first neighbour found need not be the row itself: call kneighbors() bare."


def _expect_others(t: Trial, knn_sanitise: Any) -> None:
    rng = t.rng(3)
    clusters = rng.normal(size=(60, 4)) + np.repeat([[0.0], [40.0]], 30, axis=0)
    y = np.repeat([0, 1], 30)
    lone = np.concatenate([rng.choice(30, 2, replace=False), 30 + rng.choice(30, 2, replace=False)])
    y[lone] = 1 - y[lone]
    anyone = _differing(StandardScaler().fit_transform(clusters), y, 5).any(axis=1)
    flags = _mask(t, knn_sanitise(clusters, y, 5), 60)
    t.equal(
        np.flatnonzero(flags),
        np.sort(lone),
        "what is flagged among two far clusters with two flips each, k = 5",
        slips={
            "One dissenting neighbour is not a majority.": np.flatnonzero(anyone),
            "The mask looks inverted: True marks a suspect.": np.setdiff1d(np.arange(60), lone),
        },
    )
    pairs, labels = np.repeat(rng.normal(size=(12, 4)) * 10, 2, axis=0), np.repeat(np.arange(12) % 2, 2)
    disagreeing = np.sort(rng.choice(12, 2, replace=False))
    labels[2 * disagreeing + rng.integers(0, 2, 2)] ^= 1
    suspects = (2 * disagreeing[:, None] + [0, 1]).ravel()
    flags = _mask(t, knn_sanitise(pairs + rng.normal(size=pairs.shape) / 1000, labels, 1), 24)
    t.equal(
        np.flatnonzero(flags),
        suspects,
        "what is flagged among twelve close pairs, two of which disagree, k = 1",
        slips={"Each row voted on itself.": np.array([], int)},
    )
    flags = _mask(t, knn_sanitise(pairs, labels, 1), 24)
    t.equal(
        np.flatnonzero(flags),
        suspects,
        "what is flagged among twelve pairs of equal rows, two of which disagree, k = 1",
        slips={} if flags[suspects].sum() != 2 else {TWINS: np.flatnonzero(flags)},
    )
