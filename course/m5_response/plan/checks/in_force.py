"""The check of `plan.in_force`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import Row, effective_of, held_on, rows_in_force

STATUSES = ("in force", "not in force", "open")


@exercise(
    minutes=8,
    parts={
        "version": (2, "gives the latest version as of the day, of every rule that is in force"),
        "status": (3, "gives nothing for a rule whose version is not in force, or open"),
        "first_day": (1, "counts the day of as_of itself"),
        "refuse": (2, "raises LookupError for a rule without a version as early as the day"),
    },
    hints=(
        "Two questions, one after the other: which version of each id held on that day? And is *that* "
        "version in force? What goes wrong when you ask the second one first?",
        "Go through the rows from the oldest to the newest and keep in a dict, per id, the last one whose "
        "as_of is not after the day. An id that ends up with none is an error. Filter by status at the end.",
        "held = {}\n"
        "for row in sorted by as_of: if row.as_of <= on: held[row.id] = row\n"
        "if some id of rules is not in held: raise LookupError\n"
        "return the rows of held whose status is 'in force'",
    ),
    debrief=(
        "Does nothing at all: a plan that still follows last year's rule misses this year's deadline without "
        "any help.",
        "Keeps rules as dated rows with a review date. A change of the law is then a change of data, and an "
        "old incident is judged by the rules of its day.",
    ),
    standards=("RS.CO-02", "PO.1.2"),
)
def in_force(t: Trial, in_force) -> None:
    for number, rng in enumerate(t.cases(10)):
        rules, on = _table(rng) if number else ([], date(2026, 1, 1))
        t.given(on=on.isoformat(), rows=len(rules), rules=len({row["id"] for row in rules}))
        with t.part("version"):  # all of them in force
            simple = [row | {"status": "in force"} for row in rules]
            _expect_rows(t, in_force(simple, on), simple, on)
        with t.part("status"):
            try:
                held = in_force(rules, on)
            except LookupError as error:
                t.wrong(error.report(), slip=STILL_KNOWN)
            _expect_rows(t, held, rules, on)
    for number, rng in enumerate(t.cases(6)):
        rules, on = _table(rng)
        older = [row | {"status": "in force"} for row in rules if row["as_of"] < on]
        status = STATUSES[number % 3]
        newest = {"id": older[0]["id"], "as_of": on, "status": status, "statement": "From today on."}
        t.given(on=on.isoformat(), rows=len(older) + 1, status_of_the_newest=status)
        with t.part("first_day"):
            _expect_rows(t, in_force([*older, newest], on), [*older, newest], on)
    for number, rng in enumerate(t.cases(6)):
        rules, on = _table(rng)
        late = [
            {"id": f"practice.late{n}", "as_of": on + timedelta(days=1 + n), "status": STATUSES[number % 3]}
            for n in range(1 + number // 3)
        ]
        t.given(on=on.isoformat(), rows=len(rules) + len(late), status_of_the_late=STATUSES[number % 3])
        slip = "The table does not know that day: silence would read as no duty."
        with t.part("refuse"), t.raises(LookupError, "a rule without an early version", slip=slip):
            in_force([*late, *rules] if number % 2 else [*rules, *late], on)


STILL_KNOWN = "A version that is not in force is known: leave it out, raise nothing."


def _table(rng: np.random.Generator) -> tuple[list[dict], date]:
    """Rows of five invented rules of one to five versions, in any order; and a day with a version of each."""
    on = date(2026, 1, 1) + timedelta(days=int(rng.integers(1500)))
    table = []
    for number in range(5):
        versions = int(rng.integers(2 if number < 2 else 1, 4))
        old = sorted(rng.choice(np.arange(1, 900), versions, replace=False).tolist())[::-1]
        new = rng.choice(np.arange(1, 900), int(rng.integers(0, 3)), replace=False).tolist()
        statuses = [str(rng.choice(STATUSES)) for _ in range(len(old) + len(new))]
        if number < 2:  # an older version was in force, the one that holds is not
            statuses[len(old) - 2 : len(old)] = ["in force", STATUSES[1 + number]]
        if number == 2:
            statuses[len(old) - 1] = "in force"
        for days, status in zip([-day for day in old] + new, statuses, strict=True):
            row = {"id": f"practice.{'abcde'[number]}", "as_of": on + timedelta(days=days), "status": status}
            table.append(row | {"statement": f"Invented, {abs(days)} days away.", "needs": ["b", "a"]})
    return [table[i] for i in rng.permutation(len(table))], on


def _expect_rows(t: Trial, value: Any, rules: Sequence[Row], on: date) -> None:
    got = t.instance(value, list, "the result")
    known = {repr(row) for row in rules}  # types and the order of keys count too
    for row in got:
        t.expect(
            type(row) is dict and repr(row) in known,
            "An entry of the result is not a row of the table.",
            got=row,
            slip="Return the rows as they are: same fields, same order, same values.",
        )

    want = rows_in_force(rules, on)
    if _keys(got) == _keys(want):
        return
    effective = [row for row in rules if row["status"] == "in force"]
    listed = {row["id"]: row for row in rules if row["as_of"] <= on}
    newest = {row["id"]: row for row in sorted(rules, key=lambda row: row["as_of"])}
    slips = {
        "Choose the version first, then look at its status: an older one is not brought back.": rows_in_force(
            effective, on
        ),
        "A version holds on the day of its as_of already.": rows_in_force(rules, on - timedelta(days=1)),
        "Rows come in any order: the latest as_of counts, not the last place.": effective_of(listed),
        "One version per rule: a newer one ends the older.": [r for r in effective if r["as_of"] <= on],
        "What begins after the day does not hold yet.": effective_of(newest),
        "Look at the status: what is open or not in force sets no duty.": held_on(rules, on).values(),
        "Open is not in force: nothing may be calculated from it.": [
            row for row in held_on(rules, on).values() if row["status"] != "not in force"
        ],
    }
    like = [text for text, rows in slips.items() if _keys(rows) == _keys(got)]
    lacking, extra = Counter(_keys(want)), Counter(_keys(got))
    t.wrong(
        f"These are not the versions that held on {on}.",
        expected=_told(lacking - extra, "also", "none of these"),
        got=_told(extra - lacking, "too much:", "nothing of that"),
        slip=like[0] if len(like) == 1 else "",  # where two slips give the same rows, either is a guess
    )


def _keys(chosen: Iterable[Row]) -> list[tuple[str, str]]:
    return sorted((row["id"], row["as_of"].isoformat()) for row in chosen)


def _told(keys: Counter[tuple[str, str]], lead: str, nothing: str) -> str:
    return f"{lead} {', '.join(f'{name} as of {day}' for name, day in keys.elements())}" if keys else nothing
