"""The check of `poisoning.knn_sanitise`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from autograder.exercise import Trial, brief, exercise

from ..material import Data, cancer_model, load_cancer

OWN_VOTE = "Each row voted on itself."
NO_MAJORITY = "One dissenting neighbour is not a majority."
INVERTED = "The mask looks inverted: True marks a suspect."
UNSCALED = "Distances on raw features: a few wide columns decide who is near. Scale X."


@exercise(
    minutes=10,
    parts={
        "mask": (1, "returns one boolean per row, and leaves its input alone"),
        "others": (3, "asks the k nearest other rows, never the row itself, even when rows are equal"),
        "finds": (3, "marks at least 0.88 of the flipped labels, mean of five sets"),
        "spares": (3, "is right in at least 0.71 of its marks, and marks at most 0.055 of clean rows"),
        "repairs": (2, "lets 1-nearest neighbour reach an accuracy of at least 0.92"),
    },
    hints=(
        "Distances between raw features are distances between areas: scale the columns first. Then look "
        "at who votes: does a row have a vote on itself?",
        "Standardise X, fit NearestNeighbors, and call kneighbors() without an argument: it leaves each "
        "row out of its own neighbours. Mark a row when most of their labels differ from its own.",
        "Z = StandardScaler().fit_transform(X)\n"
        "neighbours = NearestNeighbors(n_neighbors=k).fit(Z).kneighbors(return_distance=False)\n"
        "differ = y[neighbours] != y[:, None]      # (n, k)\n"
        "return differ.mean(axis=1) > 0.5",
    ),
    debrief=(
        "A vote can be bought: flips that lie close together, or copies of one flipped row, outvote the "
        "honest rows around them.",
        "A mark is a reason to look, not a verdict: even here about one mark in seven is an honest row. Send "
        "marks to a person, and keep what was removed.",
    ),
    standards=("AML.M0007", "PW.3.1"),
)
def knn_sanitise(t: Trial, knn_sanitise) -> None:
    X, y = load_cancer()
    with t.part("mask"):
        mask, args = t.observe(knn_sanitise, X[:60], y[:60], 3)
        _mask(t, mask, 60)
        kept = np.array_equal(args[0], X[:60]) and np.array_equal(args[1], y[:60])
        t.expect(kept, "X or y was changed: copy both first.")
    with t.part("others"):
        _expect_method(t, knn_sanitise)
        _expect_others(t, knn_sanitise)
    found = np.mean([_sanitised(t, knn_sanitise, rng) for rng in t.cases(5)], axis=0)
    recall, precision, alarms, repaired, same_as_unscaled, flagged = found.tolist()
    slip = ""
    if same_as_unscaled == 1:
        slip = UNSCALED
    elif recall < 0.5 < flagged:
        slip = INVERTED
    with t.part("finds"):
        t.expect(flagged < 0.5, "Most rows are marked: that finds every flip, and says nothing.", slip=slip)
        t.at_least(recall, 0.88, "the share of flipped labels that were marked", slip=slip)
    with t.part("spares"):
        t.at_least(precision, 0.71, "the share of marks that are flipped labels", slip=slip)
        t.at_most(alarms, 0.055, "the share of clean rows that were marked", slip=slip)
    with t.part("repairs"):
        t.at_least(repaired, 0.92, "the accuracy of 1-nearest neighbour on the rows kept", slip=slip)


def _sanitised(t: Trial, knn_sanitise: Any, rng: np.random.Generator) -> list[float]:
    """Recall, precision, false alarms, accuracy repaired, whether X was not scaled, share flagged."""
    X, y = _patients(rng, 600)
    X_train, X_test, y_train, y_test = X[:400], X[400:], y[:400], y[400:]
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


def _patients(rng: np.random.Generator, n: int) -> Data:
    """Rows that stand in no table, else like the tumours': two classes that overlap, 30 skewed columns.

    Four columns say nothing and have the widest units, so that distances without scaling are theirs.
    """
    y = (rng.random(n) < 0.63).astype(int)
    hidden = rng.normal(size=(n, 4))
    hidden[:, 0] += 2.4 * (2 * y - 1)
    logs = hidden @ rng.normal(size=(4, 30)) / 2 + 0.6 * rng.normal(size=(n, 30))
    units = 10 ** rng.uniform(-2, 1, 30)
    logs[:, :4] = rng.normal(size=(n, 4))
    units[:4] *= 10
    return (np.exp(logs / 2) * units)[:, rng.permutation(30)], y


def _differing(X: np.ndarray, y: np.ndarray, k: int) -> np.ndarray:
    """Which of the k nearest other rows have another label: (n, k) booleans."""
    neighbours = NearestNeighbors(n_neighbors=k).fit(X).kneighbors(return_distance=False)
    return y[neighbours] != y[:, None]


def _mask(t: Trial, value: Any, n: int) -> np.ndarray:
    t.expect(isinstance(value, np.ndarray), "The mask should be a numpy array.", got=brief(value))
    return t.array(value, "the mask", shape=(n,), kind="b")


def _standardised(X: np.ndarray) -> np.ndarray:
    return StandardScaler().fit_transform(X)


#: What the contract names, changed: the likely slip → the mask it gives. Each must show.
DETAILS: dict[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]] = {
    "Each neighbour has one vote: near ones count no more than far ones.": lambda X, y, k: _outvoted(
        _standardised(X), y, k, weighted=True
    ),
    "Ask k neighbours, not k + 2.": lambda X, y, k: _outvoted(_standardised(X), y, k + 2),
    "Standardise: take away the mean, divide by the standard deviation.": lambda X, y, k: _outvoted(
        MinMaxScaler().fit_transform(X), y, k
    ),
    UNSCALED: lambda X, y, k: _outvoted(X, y, k),
}


def _with_own_vote(X: np.ndarray, y: np.ndarray, k: int) -> np.ndarray:
    Z = _standardised(X)
    near = NearestNeighbors(n_neighbors=k).fit(Z).kneighbors(Z, return_distance=False)
    return (y[near] != y[:, None]).mean(axis=1) > 0.5


#: What shows in any set.
PLAIN: dict[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]] = {
    OWN_VOTE: _with_own_vote,
    NO_MAJORITY: lambda X, y, k: _differing(_standardised(X), y, k).any(axis=1),
    INVERTED: lambda X, y, k: ~_outvoted(_standardised(X), y, k),
}


def _outvoted(Z: np.ndarray, y: np.ndarray, k: int, weighted: bool = False) -> np.ndarray:
    """Which rows' labels lose among their k nearest other rows in Z."""
    distances, neighbours = NearestNeighbors(n_neighbors=k).fit(Z).kneighbors()
    votes = 1 / distances if weighted else np.ones_like(distances)
    return ((y[neighbours] != y[:, None]) * votes).sum(axis=1) > votes.sum(axis=1) / 2


def _expect_method(t: Trial, knn_sanitise: Any) -> None:
    """Small sets, drawn until a detail changes the mask: each detail in turn, with k from 3 to 11."""
    sets = [
        (*_telling(t.rng(4, number), k, changed), k)
        for number, (k, changed) in enumerate(zip((3, 5, 11, 3), DETAILS.values(), strict=True))
    ]
    got = [_mask(t, knn_sanitise(*case), len(case[1])) for case in sets]
    likely = [
        slip
        for slip, detail in (PLAIN | DETAILS).items()
        if np.array_equal(got, [detail(*case) for case in sets])
    ]
    for (X, y, k), mask in zip(sets, got, strict=True):
        t.equal(
            np.flatnonzero(mask),
            np.flatnonzero(_outvoted(_standardised(X), y, k)),
            f"what is marked among 24 rows, k = {k}",
            slips={slip: np.flatnonzero(mask) for slip in likely},
        )


def _telling(rng: np.random.Generator, k: int, changed: Callable) -> Data:
    while True:
        X = rng.standard_exponential((24, 3)) * [1, 10, 0.1]
        y = (X[:, 0] + rng.normal(0, 0.8, 24) > 1).astype(int)
        if not np.array_equal(changed(X, y, k), _outvoted(_standardised(X), y, k)):
            return X, y


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
        "what is marked among two far clusters with two flips each, k = 5",
        slips={
            NO_MAJORITY: np.flatnonzero(anyone),
            INVERTED: np.setdiff1d(np.arange(60), lone),
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
        "what is marked among twelve close pairs, two of which disagree, k = 1",
        slips={OWN_VOTE: np.array([], int)},
    )
    flags = _mask(t, knn_sanitise(pairs, labels, 1), 24)
    t.equal(
        np.flatnonzero(flags),
        suspects,
        "what is marked among twelve pairs of equal rows, two of which disagree, k = 1",
        slips={} if flags[suspects].sum() != 2 else {TWINS: np.flatnonzero(flags)},
    )
