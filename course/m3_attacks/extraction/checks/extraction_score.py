"""The check of `extraction.extraction_score`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer

from autograder.exercise import Trial, exercise

UNSCALED = "In raw units one wide column decides. Use the history's standard units."
TWICE_CLOSE = "The same sample sent twice is a lost connection, not a step: close looks at distinct queries."
ONCE_FAR = "A sample that was sent twice counts twice in far."
ONLY_FAR = "That is the share that lies far. The score is the larger of far and close."
ONLY_CLOSE = "That is the share that lies close. The score is the larger of far and close."
SUM = "The score is the larger of both, not their sum."
MEAN = "The score is the larger of both, not their mean."
CHANGED = "Your function changed what it was given."
AT_LEVEL = "A score that equals the level is not above it."
ONE_OFF = "The level is one place off: with allowed = 0 it is the highest honest score."
UNSORTED_IDS = "The ids come sorted."


@exercise(
    minutes=15,
    parts={
        "far": (4, "counts the queries farther from the history than its 99 % gap"),
        "close": (4, "counts the distinct queries nearer to another than the 1 % gap"),
        "units": (2, "uses the history's standard units, and the larger of far and close"),
        "flagged": (4, "names the clients above the level that bothers at most so many honest ones"),
    },
    hints=(
        "Three times the same thing is asked: how far is each row of A to its nearest row of B? Twice A "
        "and B are the same rows, and then a row must not find itself.",
        "Write a helper that gives these distances, and fills the diagonal with np.inf where A is B. With "
        "it: the gaps of the history, the distances of the queries to the history, and those among the "
        "distinct queries. For the level, sort the honest scores from the highest.",
        "queries and history into the history's standard units\n"
        "gaps = nearest(history, history, leaving out the row itself)\n"
        "far = share of nearest(queries, history) above the 99 % quantile of gaps\n"
        "distinct = the unique queries; close = share of nearest(distinct, distinct, leaving out) below "
        "the 1 % one\n"
        "level = honest scores, highest first, at place `allowed`; flag what is above it",
    ),
    debrief=(
        "Takes larger steps, mixes in real samples, or asks about real samples only. Each costs something: "
        "a larger error where answers are rounded, more questions, or a copy without the weights.",
        "Says with each alarm how many honest clients it bothers: with one allowed of 40, two of the next "
        "40 in the table. An honest lab with a new kind of patient lies far, too: a flag is a reason to "
        "call, not to block.",
    ),
    standards=("AML.M0024", "AML.M0004", "AML.T0024.002"),
)
def extraction_score(t: Trial, extraction_score, flagged) -> None:
    right = []
    for kind, rng in zip(("none", "far", "half", "far twice", "boundary", "own"), t.cases(6), strict=True):
        history, queries = _far_case(kind, rng)
        t.given(queries=kind, n=len(queries))
        with t.part("far"):
            _expect_score(t, extraction_score, queries, history)
            right.append("far")
    for kind, rng in zip(("none", "pair", "steps", "twice", "boundary", "single"), t.cases(6), strict=True):
        history, queries = _close_case(kind, rng)
        t.given(queries=kind, n=len(queries))
        with t.part("close"):
            _expect_score(t, extraction_score, queries, history)
            right.append("close")
    for rng in t.cases(4):
        history, queries = _clinic_case(rng)
        t.given(n=len(queries), columns=history.shape[1])
        with t.part("units"):
            _expect_score(t, extraction_score, queries, history, clinic=True)
    with t.part("flagged"):
        flagged({}, [0.0], 0)
        enough = right.count("far") == 6 or right.count("close") == 6
        t.expect(enough, "A list of clients counts once far or close is right.")
        for rng in t.cases(6):
            _expect_flagged(t, flagged, rng)


def _nearest(A: np.ndarray, B: np.ndarray, same: bool) -> np.ndarray:
    distances = np.sqrt(((A[:, None] - B[None]) ** 2).sum(axis=2))
    if same:
        np.fill_diagonal(distances, np.inf)
    return distances.min(axis=1)


def _shares(queries: np.ndarray, history: np.ndarray, units: np.ndarray | None = None) -> dict[str, float]:
    """Far and close, and what they would be with the same samples counted otherwise."""
    units = history if units is None else units
    mean, unit = units.mean(axis=0), units.std(axis=0)
    queries, history = (queries - mean) / unit, (history - mean) / unit
    gaps = _nearest(history, history, True)
    high, low = np.quantile(gaps, 0.99), np.quantile(gaps, 0.01)
    distinct = np.unique(queries, axis=0)
    return {
        "far": float((_nearest(queries, history, False) > high).mean()),
        "far once": float((_nearest(distinct, history, False) > high).mean()),
        "close": float((_nearest(distinct, distinct, True) < low).mean()),
        "close twice": float((_nearest(queries, queries, True) < low).mean()),
    }


def _expect_score(
    t: Trial, extraction_score: Any, queries: np.ndarray, history: np.ndarray, clinic: bool = False
) -> None:
    got, after = t.observe(extraction_score, queries.copy(), history.copy())
    found = _shares(queries, history)
    far, close = found["far"], found["close"]
    slips = {
        ONLY_FAR: far,
        ONLY_CLOSE: close,
        SUM: far + close,
        MEAN: (far + close) / 2,
        TWICE_CLOSE: max(far, found["close twice"]),
        ONCE_FAR: max(found["far once"], close),
    }
    if clinic:
        plain = _shares(
            queries, history, np.array([np.full(history.shape[1], -1.0), np.ones(history.shape[1])])
        )
        slips[UNSCALED] = max(plain["far"], plain["close"])
    t.close(t.number(got, "the score"), max(far, close), "the score", slips=slips)
    kept = np.array_equal(after[0], queries) and np.array_equal(after[1], history)
    t.expect(kept, CHANGED)


def _history(rng: np.random.Generator) -> np.ndarray:
    """Points of a line, 0.5 to 2 apart, in some unit."""
    return np.cumsum(rng.uniform(0.5, 2, 100))[:, None] * rng.choice([0.01, 1, 100]) + rng.uniform(-50, 50)


def _lines(history: np.ndarray) -> tuple[float, float]:
    gaps = _nearest(history, history, True)
    return float(np.quantile(gaps, 0.99)), float(np.quantile(gaps, 0.01))


def _far_case(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    history = _history(rng)
    if kind == "own":  # the rows with the largest gaps, in the history's order: each lies on itself
        history = history[np.argsort(-_nearest(history, history, True))]
        return history, history[:40].copy()
    high, low = _lines(history)
    top, bottom = history.max(), history.min()
    inside = rng.choice(history[:, 0], 12, replace=False) + 0.3 * low
    outside = {
        "none": [],
        "far": [top + 40 * high, bottom - 55 * high, top + 80 * high],
        "half": top + high * np.arange(20, 180, 12.5),
        "far twice": [top + 30 * high] * 4 + [bottom - 9 * high],
        "boundary": [top + 1.0005 * high, bottom - 0.9995 * high],
    }[kind]
    return history, rng.permutation(np.r_[inside, outside])[:, None]


def _close_case(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    history = _history(rng)
    _, low = _lines(history)
    inside = history[rng.choice(25, 6, replace=False) * 4, 0]  # every fourth place: nowhere close
    queries = {
        "none": inside,
        "pair": [*inside, inside[0] + 0.3 * low],
        "steps": [*inside, *(inside[1] + low * np.array([0.1, 0.2, 0.3, 0.4]))],
        "twice": [*inside, *inside[:4]],
        "boundary": [*inside, inside[0] + 0.9995 * low, inside[1] + 1.0005 * low],
        "single": [inside[0]] * 3,
    }[kind]
    return history, rng.permutation(np.asarray(queries, float))[:, None]


def _clinic_case(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A case in which far and close differ, counted either way: so that each slip is told apart."""
    while True:
        history, queries = _clinic_draw(rng)
        found = _shares(queries, history)
        alike = len({round(share, 9) for share in found.values()}) < 4
        far_first = {found[f] > found[c] for f in ("far", "far once") for c in ("close", "close twice")}
        if not alike and len(far_first) == 1:
            return history, queries


def _clinic_draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Samples in shuffled columns and other units; queries of which some are far, some close, some sent "
    "twice."""
    X, _ = load_breast_cancer(return_X_y=True)
    X = X[:, rng.permutation(30)] * rng.choice([0.01, 1, 100], 30)
    rows = rng.permutation(len(X))
    history, live = X[rows[:120]], X[rows[120:]]
    queries = live[rng.choice(len(live), 30, replace=False)]
    far, close = int(rng.integers(3, 7)), int(rng.integers(3, 7))
    queries[:far] = rng.uniform(history.min(axis=0), history.max(axis=0), (far, 30))
    for row in range(10, 10 + close):
        queries[row] = queries[9] + history.std(axis=0) * np.eye(30)[row] * 0.2
    queries[-3:] = queries[:3]
    return history, rng.permutation(queries)


def _expect_flagged(t: Trial, flagged: Any, rng: np.random.Generator) -> None:
    honest = rng.integers(0, 6, int(rng.integers(2, 9))).tolist()
    honest = [value / 20 for value in honest]
    allowed = int(rng.integers(0, len(honest)))
    for place in sorted({0, allowed, len(honest) - 1}):
        level = sorted(honest, reverse=True)[place]
        ids = [f"u{number:02}" for number in rng.permutation(20)[:7]]
        values = rng.permutation([level, level + 0.01, level - 0.01, 1.0, 0.0, level, level + 0.3]).tolist()
        scores = dict(zip(ids, values, strict=True))
        t.given(honest=honest, allowed=place)
        got, after = t.observe(flagged, dict(scores), list(honest), place)
        want = sorted(client for client, score in scores.items() if score > level)
        lower = sorted(honest, reverse=True)[min(place + 1, len(honest) - 1)]
        slips = {
            AT_LEVEL: sorted(client for client, score in scores.items() if score >= level),
            ONE_OFF: sorted(client for client, score in scores.items() if score > lower),
            UNSORTED_IDS: [client for client, score in scores.items() if score > level],
        }
        slips = {said: value for said, value in slips.items() if value != want}
        t.equal(t.instance(got, list, "the flagged clients"), want, "the flagged clients", slips=slips)
        same = after[0] == scores and list(after[0]) == ids and after[1] == honest
        t.expect(same, CHANGED)
