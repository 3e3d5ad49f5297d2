"""The check of `detection.dilute`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
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
        "rows": (1, "sends every probe once, and cover rows at most once, and changes neither"),
        "unseen": (2, "keeps the account's score within the limit, with at most 2 k + 3 rows of cover"),
        "frugal": (4, "does so with at most 1.1 k + 3 rows of cover"),
        "calls": (1, "does so with at most 30 calls of score"),
    },
    hints=(
        "With no cover the score is too high, with all of it low enough. Somewhere between lies the least "
        "that is enough, and you may look 30 times.",
        "Halve: keep one count that is too little and one that is enough, and try the middle. Or reason: the "
        "mean of m probes and c cover rows is known once you know the mean of each.",
        "too_few, enough = -1, len(cover)\n"
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
    for make, rng in zip((*[_account] * 5, _already_unseen, _on_the_limit), t.cases(7), strict=True):
        account = make(rng)
        score = _Score(account.distance)
        t.given(probes=len(account.wanted), cover=len(account.cover), limit=round(account.limit, 3))
        sent, after = t.observe(dilute, account.wanted, account.cover, score.ask, account.limit)
        sent = t.array(sent, "the plan", shape=(None, len(COLUMNS)))
        with t.part("frugal"):
            _expect_hidden(t, sent, account, 1.1)
        if account.equal:
            continue
        with t.part("rows"):
            _expect_rows(t, sent, account)
            same = all(map(np.array_equal, after[:2], (account.wanted, account.cover)))
            t.expect(same, "The arguments are not what they were before the call.", slip="Change a copy.")
            t.expect(
                _hidden(sent, account, 2), "Counts once the account stays unseen with at most 2 k + 3 rows."
            )
        with t.part("unseen"):
            _expect_hidden(t, sent, account, 2)
        with t.part("calls"):
            t.expect(_hidden(sent, account, 1.1), "Counts once the plan stays unseen with little cover.")
            slip = "Do not try every count: halve the interval."
            t.at_most(score.calls, CALLS, "the number of calls of score", slip=slip)


@dataclass(frozen=True)
class _Account:
    """Probes, cover, the distance of queries to honest ones, a limit, and the rows of cover needed."""

    wanted: np.ndarray
    cover: np.ndarray
    distance: Callable[[np.ndarray], np.ndarray]
    limit: float
    equal: bool = False  # every row's distance is the limit

    @property
    def needed(self) -> int:
        """k: with so many rows of cover, and any more of them, the score is at most the limit."""
        near = np.concatenate([[0], np.cumsum(self.distance(self.cover))])
        counts = len(self.wanted) + np.arange(len(near))
        above = np.flatnonzero((self.distance(self.wanted).sum() + near) / counts > self.limit * (1 + 1e-12))
        return int(above[-1]) + 1 if len(above) else 0

    def score(self, sent: np.ndarray) -> float:
        """The score of these queries, or infinity when they are no plan."""
        is_plan = not _missing(sent, self) and _counted(sent) - _counted(self.wanted) <= _counted(self.cover)
        return float(self.distance(sent.astype(float)).mean()) if is_plan else math.inf


def _unseen(sent: np.ndarray, account: _Account) -> bool:
    """The same rows in another order may differ in the last digit."""
    return account.score(sent) <= account.limit * (1 + 1e-9)


def _most(account: _Account, times: float) -> int:
    return int(times * account.needed + 3) if account.needed else 0


def _hidden(sent: np.ndarray, account: _Account, times: float) -> bool:
    return _unseen(sent, account) and len(sent) - len(account.wanted) <= _most(account, times)


def _expect_hidden(t: Trial, sent: np.ndarray, account: _Account, times: float) -> None:
    spent = len(sent) - len(account.wanted)
    score = account.score(sent)
    t.expect(math.isfinite(score), "These are not the probes and rows of the cover.")
    t.expect(
        _unseen(sent, account),
        "The account is named: its score is above the limit.",
        expected=f"at most {account.limit:.4f}",
        got=score,
        slip="Without cover every probe shows."
        if spent == 0
        else "Rows of cover differ, so an estimate may miss by a few: add some and ask again.",
    )
    slip = "Between a count that is too little and one that is enough, halve the interval."
    if spent == len(account.cover):
        slip = "All of the cover is enough, but it costs money."
    if not account.needed:
        slip = "Here no cover is needed: ask about the probes alone, too."
    if account.equal:
        slip = "A score that equals the limit is not named: only a greater one is."
    most = _most(account, times)
    t.expect(
        spent <= most,
        "More cover was bought than needed.",
        expected=f"at most {most} rows",
        got=spent,
        slip=slip,
    )


def _account(rng: np.random.Generator) -> _Account:
    world = World(rng)
    past = world.stream(rng, days=3).X
    centre, spread = past.mean(axis=0), past.std(axis=0)
    tree = KDTree((past - centre) / spread)

    def distance(queries: np.ndarray) -> np.ndarray:
        return tree.query((queries - centre) / spread)[0]

    wanted = probes(rng, int(rng.integers(15, 40)))
    cover = world.stream(rng, days=1).X
    ratio = float(rng.uniform(4, 9))  # rows of cover that one probe costs, about
    first = round(ratio * len(wanted))
    limit = float(np.concatenate([distance(wanted), distance(cover[:first])]).mean())
    return _Account(wanted, cover, distance, limit)


def _already_unseen(rng: np.random.Generator) -> _Account:
    account = _account(rng)
    return replace(account, limit=1.2 * float(account.distance(account.wanted).mean()))


def _on_the_limit(rng: np.random.Generator) -> _Account:
    """Each row's distance stands in its first column, and is the limit."""
    wanted, cover = rng.normal(size=(20, len(COLUMNS))), rng.normal(size=(400, len(COLUMNS)))
    wanted[:, 0] = cover[:, 0] = 2.0
    return _Account(wanted, cover, lambda queries: queries[:, 0], 2.0, equal=True)


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


def _counted(rows: np.ndarray) -> Counter:
    return Counter(row.tobytes() for row in np.ascontiguousarray(rows, float))


def _missing(sent: np.ndarray, account: _Account) -> int:
    """How many probes the plan leaves out."""
    return (_counted(account.wanted) - _counted(sent)).total()


def _expect_rows(t: Trial, sent: np.ndarray, account: _Account) -> None:
    rest, theirs = _counted(sent) - _counted(account.wanted), _counted(account.cover)
    t.expect(
        rest.keys() <= theirs.keys(),
        "A row of the plan is neither a probe nor a row of the cover.",
        slip="Cover is honest traffic that the attacker has: nothing made up, nothing changed.",
    )
    missing = _missing(sent, account)
    t.expect(
        not missing,
        "Probes are missing from the plan.",
        expected=f"all {len(account.wanted)}",
        got=f"{len(account.wanted) - missing}",
        slip="Leaving probes out is no cover: the attacker wants all of them.",
    )
    t.expect(rest <= theirs, "A row is sent more than once.", slip="Each row of the cover can be used once.")
