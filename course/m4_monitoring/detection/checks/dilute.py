"""The check of `detection.dilute`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.spatial import KDTree

from autograder.exercise import Trial, exercise

from ..traffic import COLUMNS, World, probes

CALLS, MOST_CALLS, MOST_QUERIES = 30, 100, 5000


@exercise(
    minutes=14,
    level="stretch",
    parts={
        "rows": (1, "sends every probe once, and cover rows at most once, unchanged"),
        "unseen": (2, "keeps the account's score within the limit"),
        "frugal": (4, "does so with at most 1.1 k + 3 rows of cover"),
        "calls": (1, "does so with at most 30 calls of score"),
    },
    hints=(
        "With no cover the score is too high, with all of it low enough. Somewhere between lies the least "
        "that is enough, and you may look 30 times.",
        "Halve: keep one count that is too little and one that is enough, and try the middle. Or reason: the "
        "mean of m probes and c cover rows is known once you know the mean of each.",
        "too_few, enough = 0, len(cover)\n"
        "while enough - too_few > 1:\n"
        "    middle = (too_few + enough) // 2\n"
        "    if score(probes and the first middle rows of cover) <= limit: enough = middle\n"
        "    else: too_few = middle\n"
        "return probes and the first enough rows of cover",
    ),
    debrief=(
        "Any limit on an average can be bought off with cover, at a price that is known beforehand.",
        "Raises the price: a sum of evidence that cover hardly cancels, limits on volume, and sums over "
        "accounts that belong together.",
    ),
    standards=("AML.T0024.002", "AML.T0040"),
)
def dilute(t: Trial, dilute) -> None:
    for rng in t.cases(5):
        wanted, cover, distance, limit, needed = _account(rng)
        score = _Score(distance)
        t.given(probes=len(wanted), cover=len(cover), limit=round(limit, 3))
        sent = dilute(wanted, cover, score.ask, limit)
        sent = t.array(sent, "the plan", shape=(None, len(COLUMNS)))
        spent = len(sent) - len(wanted)
        is_plan = _is_plan(sent, wanted, cover)
        value = float(distance(sent.astype(float)).mean()) if is_plan else math.inf
        unseen = value <= limit * (1 + 1e-9)  # the same rows in another order may differ in the last digit
        frugal = unseen and spent <= 1.1 * needed + 3
        with t.part("rows"):
            _expect_rows(t, sent, wanted, cover)
        with t.part("unseen"):
            t.expect(is_plan, "These are not the probes and rows of the cover.")
            t.expect(
                unseen,
                "The account is named: its score is above the limit.",
                expected=f"at most {limit:.4f}",
                got=value,
                slip="Without cover every probe shows."
                if spent == 0
                else "Rows of cover differ, so an estimate may miss by a few: add some and ask again.",
            )
        with t.part("frugal"):
            t.expect(is_plan, "These are not the probes and rows of the cover.")
            t.expect(unseen, "Too little cover saves nothing.")
            t.at_most(
                spent,
                1.1 * needed + 3,
                "the rows of cover bought",
                message="More cover was bought than needed.",
                expected=f"at most {int(1.1 * needed + 3)} rows",
                slip="All of the cover is enough, but it costs money."
                if spent == len(cover)
                else "Between a count that is too little and one that is enough, halve the interval.",
            )
        with t.part("calls"):
            t.expect(frugal, "Calls count only for a plan that stays unseen with little cover.")
            t.at_most(
                score.calls,
                CALLS,
                "the number of calls of score",
                slip="Do not try every count: halve the interval.",
            )


def _account(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, Callable, float, int]:
    """Probes, cover, the distance of queries to honest ones, a limit, and the cover needed."""
    world = World(rng)
    past = world.stream(rng, days=3).X
    centre, spread = past.mean(axis=0), past.std(axis=0)
    tree = KDTree((past - centre) / spread)

    def distance(queries: np.ndarray) -> np.ndarray:
        return tree.query((queries - centre) / spread)[0]

    wanted = probes(rng, int(rng.integers(15, 40)))
    cover = world.stream(rng, days=1).X
    far, near = distance(wanted).sum(), np.cumsum(distance(cover))
    ratio = float(rng.uniform(4, 9))  # rows of cover that one probe shall cost, about
    first = round(ratio * len(wanted))
    limit = float((far + near[first - 1]) / (len(wanted) + first))
    means = (far + near) / (len(wanted) + np.arange(1, len(cover) + 1))
    return wanted, cover, distance, limit, int(np.flatnonzero(means > limit)[-1]) + 2


class _Score:
    """The score of an account, which counts how often it is asked."""

    def __init__(self, distance: Callable) -> None:
        self._distance, self.calls = distance, 0

    def ask(self, queries: Any) -> float:
        """The mean distance of queries (n, 6). Raises ValueError for anything else, RuntimeError at last."""
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise RuntimeError(f"more than {MOST_CALLS} calls of score: halve the interval instead")
        array = queries if type(queries) is np.ndarray else np.array(None)
        if array.dtype.kind not in "iuf" or array.ndim != 2 or array.shape[1] != len(COLUMNS):
            raise ValueError(f"score takes an array of queries, shape (n, {len(COLUMNS)})")
        if not 0 < len(array) <= MOST_QUERIES or not np.isfinite(array).all():
            raise ValueError(f"score takes 1 to {MOST_QUERIES} queries, all of them finite")
        return float(self._distance(array).mean())


def _is_plan(sent: np.ndarray, wanted: np.ndarray, cover: np.ndarray) -> bool:
    rows, ours, theirs = (_counted(array) for array in (sent, wanted, cover))
    return rows >= ours and rows - ours <= theirs


def _counted(rows: np.ndarray) -> Counter:
    return Counter(row.tobytes() for row in np.ascontiguousarray(rows, float))


def _expect_rows(t: Trial, sent: np.ndarray, wanted: np.ndarray, cover: np.ndarray) -> None:
    rows, ours, theirs = (_counted(array) for array in (sent, wanted, cover))
    missing, rest = (ours - rows).total(), rows - ours
    t.expect(
        rest.keys() <= theirs.keys(),
        "A row of the plan is neither a probe nor a row of the cover.",
        slip="Cover is honest traffic that the attacker has: nothing made up, nothing changed.",
    )
    t.expect(
        not missing,
        "Probes are missing from the plan.",
        expected=f"all {len(wanted)}",
        got=f"{len(wanted) - missing}",
        slip="Leaving probes out is no cover: the attacker wants all of them.",
    )
    t.expect(rest <= theirs, "A row is sent more than once.", slip="Each row of the cover can be used once.")
