"""The check of `extraction.guard`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

NO_ONE = "The 1 for the answer itself is missing: a row costs it also without an explanation."
ONE_ONCE = "Each row costs 1 for its answer, not the whole request."
FIXED = "A row's price depends on its own length."
ONWARDS = "Stop at the row that is too much: an endless request never ends."
FIRST = "Refusing counts once honest requests get through."


@exercise(
    minutes=11,
    level="stretch",
    parts={
        "honest": (3, "returns the rows and their cost, up to exactly the limit"),
        "refused": (2, "raises ValueError above the limit"),
        "stops": (2, "reads nothing after the row that is too much, nor after None"),
        "repeats": (3, "refuses bad repeats before it reads a row"),
    },
    hints=(
        "When do you know that a request is too dear? What does a price become when repeats is negative?",
        "Test repeats first, with type(repeats) is int. Then read one row, add its price, compare, and "
        "only then keep it. iter(next_row, None) calls next_row until it gives None.",
        "bad repeats: ValueError\nrows = [], cost = 0\nfor each row until None:\n"
        "    add 1 + repeats * len(row) to cost\n"
        "    above the limit: ValueError\n"
        "    keep the row\n"
        "return rows, cost",
    ),
    debrief=(
        "Sends little that costs much: one row with a million repeats, a row with a million measurements, "
        "or a number below zero that makes the sum small.",
        "Prices a request before the work, in units that don't depend on the machine, and adds the units "
        "up per client. An honest client with a large batch must split it; the log says how large they are.",
    ),
    standards=("AML.T0034.001", "AML.T0029", "LLM06", "PW.1.1"),
)
def guard(t: Trial, guard) -> None:
    through = 0
    for spare, rng in zip((0, 0, 1, 50, 0, 3), t.cases(6), strict=True):
        rows, repeats = _rows(rng), int(rng.integers(0, 4))
        price = _price(rows, repeats)
        line = _Line(rows)
        t.given(rows=len(rows), repeats=repeats, limit=price + spare)
        with t.part("honest"):
            got = _through(t, guard, line, repeats, price + spare)
            _expect_result(t, got, rows, repeats)
            through += 1
        with t.part("stops"):
            t.expect(line.after_end == 0, "Rows were read after None.", got=line.after_end)
    for rows, repeats, limit in (([], 3, 0), ([[]], 5, 1), ([[], []], 5, 2), ([[1.0]], 0, 1)):
        t.given(rows=len(rows), repeats=repeats, limit=limit)
        with t.part("honest"):
            _expect_result(t, _through(t, guard, _Line(rows), repeats, limit), rows, repeats)
    for kind, rng in zip(("first", "middle", "last", "empty", "long", "endless"), t.cases(6), strict=True):
        rows, repeats, limit, reads = _dear(kind, rng)
        line = _Line(rows)
        t.given(too_much=kind, repeats=repeats, limit=limit)
        with t.part("refused"):
            _expect_tried(t, guard, through)
            with t.raises(ValueError, "a request above the limit"):
                guard(line.next_row, repeats, limit)
        with t.part("stops"):
            _expect_tried(t, guard, through)
            t.expect(
                line.read == reads,
                "The wrong number of rows was read.",
                expected=reads,
                got=line.read,
                slip=ONWARDS if line.read > reads else "",
            )
    for repeats in (-1, -5, True, False, 1.0, 0.5, float("nan"), "2", None, [1]):
        line = _Line([[1.0, 2.0]])
        t.given(repeats=repeats)
        with t.part("repeats"):
            _expect_tried(t, guard, through)
            with t.raises(ValueError, f"repeats = {repeats!r}"):
                guard(line.next_row, repeats, 1000)
            t.expect(line.read == 0, "A row was read before repeats was refused.", expected=0, got=line.read)


def _expect_tried(t: Trial, guard: Any, through: int) -> None:
    if through < 6:
        guard(_Line([]).next_row, 0, 1)
        t.wrong(FIRST)


class _Line:
    """Rows one by one, then None. It goes on for ever after that, so that a reader who misses None is "
    "seen."""

    def __init__(self, rows: Sequence[list[float]]) -> None:
        self._rows = rows
        self.read = self.after_end = 0
        self._ended = False

    def next_row(self) -> list[float] | None:
        if self._ended:
            self.after_end += 1
            return None
        if self.read >= len(self._rows):
            self._ended = True
            return None
        self.read += 1
        return list(self._rows[self.read - 1])


def _rows(rng: np.random.Generator) -> list[list[float]]:
    return [rng.normal(size=int(rng.integers(0, 9))).tolist() for _ in range(int(rng.integers(2, 7)))]


def _price(rows: Sequence[list[float]], repeats: int) -> int:
    return sum(1 + repeats * len(row) for row in rows)


def _through(t: Trial, guard: Any, line: _Line, repeats: int, limit: int) -> Any:
    try:
        return guard(line.next_row, repeats, limit)
    except LearnerError as error:
        if error.kind != "ValueError":
            raise
    t.wrong("A request that costs no more than the limit is refused.")


def _expect_result(t: Trial, got: Any, rows: list[list[float]], repeats: int) -> None:
    result = t.instance(got, tuple, "the result of guard")
    t.equal(len(result), 2, "the number of things that guard returns")
    price, number = _price(rows, repeats), sum(map(len, rows))
    slips = {NO_ONE: repeats * number, ONE_ONCE: 1 + repeats * number}
    if rows:
        slips[FIXED] = len(rows) * (1 + repeats * len(rows[0]))
    slips = {said: value for said, value in slips.items() if value != price}
    t.equal(result[1], price, "the cost", slips=slips)
    t.equal(result[0], rows, "the rows")


def _dear(kind: str, rng: np.random.Generator) -> tuple[list[list[float]], int, int, int]:
    """Rows, repeats, limit, and how many rows may be read."""
    repeats, tail = int(rng.integers(1, 4)), [[1.0]] * 5
    if kind == "first":
        return [[1.0] * 9, *tail], repeats, 9 * repeats, 1
    if kind == "empty":
        return [[]] * 30, repeats, 12, 13
    if kind == "long":
        return [[1.0], [1.0] * 5000, *tail], repeats, 5000 * repeats, 2
    if kind == "endless":
        return [[1.0]] * 3000, 0, 200, 201
    rows = [row or [1.0] for row in _rows(rng)]
    if kind == "last":
        return rows, repeats, _price(rows, repeats) - 1, len(rows)
    return [*rows, *tail], repeats, _price(rows, repeats), len(rows) + 1
