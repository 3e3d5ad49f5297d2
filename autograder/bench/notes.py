"""What a check measures and compares on the way, noted down: margins of thresholds, slips of equal value."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from autograder.bench.solved import place_of
from autograder.trial import Witness

LEAST_MARGIN = 3.0  # standard deviations

RIGHT = ""  # in a pair of slips: the right value
Pair = tuple[str, str]


@dataclass
class Notes(Witness):
    """What one run of a check did. `folder` is the course's: a crash is placed in a file of it.

    `values` are (what, value, low, high). `pairs` map (slip, other slip or RIGHT) to how often one of them
    was wrong, and how often both then gave one value. `crashes` are `file:line`.
    """

    folder: str = ""
    values: list[tuple[str, float, float, float]] = field(default_factory=list)
    pairs: dict[Pair, list[int]] = field(default_factory=dict)
    crashes: list[str] = field(default_factory=list)

    def measured(self, what: str, value: float, low: float, high: float) -> None:
        self.values.append((what, float(value), float(low), float(high)))

    def compared(self, want: Any, slips: Mapping[str, Any], same: Callable[[Any, Any], bool]) -> None:
        def equal(one: Any, other: Any) -> bool:
            with suppress(Exception):  # a slip's value may be of any form
                return same(one, other)
            return False

        right = {slip for slip, value in slips.items() if equal(value, want)}
        for slip in slips:
            self._count((slip, RIGHT), slip in right)
        for one, other in combinations(slips, 2):
            if one not in right or other not in right:
                self._count((one, other), equal(slips[one], slips[other]))

    def _count(self, pair: Pair, equal: bool) -> None:
        count = self.pairs.setdefault(pair, [0, 0])
        count[0] += 1
        count[1] += equal

    def crashed(self, fault: Exception) -> None:
        self.crashes.append(place_of(fault, self.folder))


@dataclass(frozen=True)
class Margin:
    """A threshold and what the reference reached. Where the threshold differs from draw to draw, `values` are
    the room that was left to it, of which there must be at least 0.
    """

    what: str
    low: float
    high: float
    values: tuple[float, ...]

    @property
    def deviation(self) -> float:
        return statistics.stdev(self.values) if len(self.values) > 1 else 0.0

    @property
    def sds(self) -> float:
        """Standard deviations between the mean and the nearer limit; infinite when all values are equal."""
        mean = statistics.mean(self.values)
        room = min(mean - self.low, self.high - mean)
        return room / self.deviation if self.deviation else math.copysign(math.inf, room)

    @property
    def is_wide(self) -> bool:
        return self.sds >= LEAST_MARGIN

    @property
    def limit(self) -> str:
        """`at least 0.8`, `80 to 160`."""
        if math.isinf(self.low):
            return f"at most {self.high:g}"
        return f"at least {self.low:g}" if math.isinf(self.high) else f"{self.low:g} to {self.high:g}"


def margins(notes: Iterable[Notes]) -> list[Margin]:
    """The margin of each threshold, in the order in which a check meets them."""
    met: dict[tuple[str, bool, bool], list[tuple[float, float, float]]] = defaultdict(list)
    for what, value, low, high in (row for note in notes for row in note.values):
        met[what, math.isinf(low), math.isinf(high)].append((value, low, high))
    return [_margin(what, rows) for (what, *_), rows in met.items()]


def _margin(what: str, rows: list[tuple[float, float, float]]) -> Margin:
    if len({row[1:] for row in rows}) == 1:
        return Margin(what, *rows[0][1:], tuple(value for value, *_ in rows))
    rooms = tuple(min(value - low, high - value) for value, low, high in rows)
    return Margin(f"{what}: room to its limit", 0.0, math.inf, rooms)


def alike(notes: Iterable[Notes]) -> list[Pair]:
    """(slip, other slip or RIGHT) of those that no draw of all `notes` tells apart."""
    counts: dict[Pair, list[int]] = defaultdict(lambda: [0, 0])
    for pair, (met, equal) in (row for note in notes for row in note.pairs.items()):
        counts[pair][0] += met
        counts[pair][1] += equal
    return [pair for pair, (met, equal) in counts.items() if met == equal]
