"""The check of `audit_trail.evidence`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from autograder.exercise import Trial, brief, exercise

from ..clinic_log import months_back

Entry = tuple[int, datetime]
KEYS = ("lost", "back", "empty_days", "not_at_hand")
DAY = timedelta(1)
EMPTY = "an empty log"


@exercise(
    minutes=12,
    level="stretch",
    parts={
        "lost": (3, "lists the missing numbers"),
        "back": (2, "lists where the clock goes back"),
        "empty_days": (4, "lists the days without an entry that must be kept"),
        "not_at_hand": (3, "lists what must be at hand and can't be searched"),
    },
    hints=(
        "Four questions, four short lists. Which of them need the order of the log, and which don't?",
        "Missing numbers: a range against a set. Clock: each entry beside the one above. Days: from "
        "months_back(today, kept), one day at a time, to yesterday. At hand: the day of the entry decides.",
        "lost: n in range(smallest, largest) and not a number of the log\n"
        "back: number, where time < the time just above\n"
        "empty_days: first + timedelta(i) for i in range((today - first).days), without an entry\n"
        "not_at_hand: number, where time.date() >= months_back(today, at_hand) and not in index",
    ),
    debrief=(
        "Waits until the log has expired, or sets a clock back, so that two events change places.",
        "Numbers the lines, writes a heartbeat so that silence means something, and asks what is "
        "missing before "
        "reading what is there.",
    ),
    standards=("AML.M0024", "PO.4.2"),
)
def evidence(t: Trial, evidence) -> None:
    for rng in t.cases(1):
        for part, name, entries, index, today, rule in _cases(rng):
            t.given(kept=rule["kept"], at_hand=rule["at_hand"], today=today.isoformat())
            with t.part(part):
                got, after = t.observe(evidence, entries, index, today, rule)
                t.expect(isinstance(got, dict), "The result isn't a dict.", got=brief(got))
                t.equal(sorted(map(str, got)), sorted(KEYS), "the list of keys")
                slips = _slips(part, entries, index, today, rule)
                want = _wanted(entries, index, today, rule)[part]
                slips = {said: wrong for said, wrong in slips.items() if wrong != want}
                t.equal(got[part], want, f"the value of {part!r} ({name})", slips=slips)
                if name == EMPTY:  # one part judges all of it: who forgets this case loses no other
                    t.equal(got, _wanted(entries, index, today, rule), "the result (an empty log)")
                t.expect(after == [entries, index, today, rule], "Your function changed what it was given.")


def _wanted(entries: list[Entry], index: set[int], today: date, rule: dict[str, Any]) -> dict[str, list]:
    numbers = sorted(number for number, _ in entries)
    days = {at.date() for _, at in entries}
    hand = months_back(today, rule["at_hand"])
    return {
        "lost": sorted(set(range(numbers[0], numbers[-1])) - set(numbers)) if numbers else [],
        "back": [entries[i][0] for i in range(1, len(entries)) if entries[i][1] < entries[i - 1][1]],
        "empty_days": [day for day in _days(months_back(today, rule["kept"]), today) if day not in days],
        "not_at_hand": sorted(number for number, at in entries if at.date() >= hand and number not in index),
    }


def _days(first: date, end: date) -> Iterable[date]:
    """From `first` up to the day before `end`."""
    return (first + timedelta(i) for i in range((end - first).days))


def _slips(
    part: str, entries: list[Entry], index: set[int], today: date, rule: dict[str, Any]
) -> dict[str, list]:
    have = {at.date() for _, at in entries}
    first = months_back(today, rule["kept"])
    if part == "empty_days":
        month = timedelta(30 * rule["kept"])
        return {
            "The last day that counts is yesterday.": [d for d in _days(first, today + DAY) if d not in have],
            "Months aren't 30 days: use months_back.": [
                d for d in _days(today - month, today) if d not in have
            ],
            "Begin at the first day that must be kept, and not at the log's first entry.": [
                d for d in _days(min(have, default=today), today) if d not in have
            ],
        }
    if part == "back":
        highest, wrong = None, []
        for number, at in entries:
            if highest is not None and at < highest:
                wrong.append(number)
            highest = at if highest is None else max(highest, at)
        return {"Compare with the entry just above, and not with the highest time so far.": wrong}
    if part == "not_at_hand":
        every = sorted(number for number, _ in entries if number not in index)
        return {"Only entries since the first day at hand must be in the index.": every}
    return {}


def _log(rng: np.random.Generator, first: date, end: date, start: int) -> list[Entry]:
    """One to three entries a day from `first` up to the day before `end`, numbered from `start`."""
    entries, number = [], start
    for day in _days(first, end):
        for minute in sorted(rng.integers(0, 1440, int(rng.integers(1, 4))).tolist()):
            entries.append((number, datetime.combine(day, time(minute // 60, minute % 60), UTC)))
            number += 1
    return entries


def _cases(rng: np.random.Generator) -> list[tuple]:
    """(part, what happened, entries, index, today, rule)"""
    cases: list[tuple] = []
    days = [
        date(2026, 3, 31),
        date(2024, 3, 1),
        date(2026, 7, 1) + int(rng.integers(60)) * DAY,
    ]
    months = [(2, 1), (3, 2), (3, 1)]  # kept and at hand: no one number fits all
    for today, (kept, at_hand) in zip(days, months, strict=True):
        rule = {"id": "drawn", "kept": kept, "at_hand": at_hand}
        start = int(rng.integers(0, 2) * rng.integers(50, 500))
        first, hand = months_back(today, rule["kept"]), months_back(today, rule["at_hand"])
        whole = _log(rng, first, today, start)
        index = {number for number, at in whole if at.date() >= hand}
        cases += [(part, "nothing wrong", whole, index, today, rule) for part in KEYS]
        older = _log(rng, first - 3 * DAY, today + DAY, start)
        cases += [(part, "older entries and today's", older, set(), today, rule) for part in KEYS]
        cases += [(part, "one entry", whole[-1:], set(), today, rule) for part in KEYS]
        n = len(whole)
        for name, gone in (
            ("one number gone", {n // 2}),
            ("two in a row gone", {5, 6}),
            ("three gone", {1, n // 3, n - 2}),
            ("the first and the last gone", {0, n - 1}),
        ):
            left = [entry for i, entry in enumerate(whole) if i not in gone]
            cases.append(("lost", name, left, index, today, rule))
        swapped = [*whole[:9], whole[10], whole[9], *whole[11:]]
        cases.append(("lost", "two entries in another order", swapped, index, today, rule))
        cases.append(("lost", "the largest number at the top", [whole[-1], *whole[:7]], index, today, rule))
        cases += [("back", name, entries, index, today, rule) for name, entries in _jumps(whole)]
        yesterday = today - DAY
        for name, empty in (
            ("the first day", {first}),
            ("the second day", {first + DAY}),
            ("yesterday", {yesterday}),
            ("two days", {first + 4 * DAY, first + 9 * DAY}),
            ("a week and the ends", {first, yesterday, *(first + i * DAY for i in range(6, 13))}),
        ):
            left = [entry for entry in whole if entry[1].date() not in empty]
            cases.append(("empty_days", f"empty: {name}", left, index, today, rule))
        recent = [entry for entry in whole if entry[1].date() >= hand]
        cases.append(("empty_days", "the months at hand only", recent, index, today, rule))
        cases += [
            ("not_at_hand", name, whole, some, today, rule) for name, some in _indexes(whole, index, rng)
        ]
        backwards = list(reversed(whole))
        cases.append(("not_at_hand", "the log upside down", backwards, set(), today, rule))
        cases.append(("back", "the log upside down", backwards, index, today, rule))
        cases.append(("empty_days", "the log upside down", backwards, index, today, rule))
        cases.append(("lost", EMPTY, [], set(), today, rule))
    return cases


def _jumps(whole: list[Entry]) -> list[tuple[str, list[Entry]]]:
    hour = timedelta(hours=1)

    def at(changes: dict[int, timedelta]) -> list[Entry]:
        """The log, each entry of `changes` so long after the one above it."""
        log = list(whole)
        for i, wait in changes.items():
            log[i] = (log[i][0], log[i - 1][1] + wait)
        return log

    return [
        ("one jump back", at({8: -hour})),
        ("two jumps back", at({8: -hour, 20: -90 * hour})),
        ("one second back", at({8: timedelta(seconds=-1)})),
        ("the same time twice", at({8: 0 * hour, 9: 0 * hour})),
        ("back, and forward slowly", at({8: -50 * hour, 9: hour / 60, 10: hour / 60})),
        ("the last entry back", at({len(whole) - 1: -hour})),
        ("the second entry back", at({1: -hour})),
    ]


def _indexes(whole: list[Entry], index: set[int], rng: np.random.Generator) -> list[tuple[str, set[int]]]:
    some = sorted(index)
    return [
        ("an empty index", set()),
        ("the first day's entry missing", index - {some[0]}),
        ("the last entry missing", index - {some[-1]}),
        ("three missing", index - {int(n) for n in rng.choice(some, 3, replace=False)}),
        ("more than the log in the index", index | {10**6, 10**6 + 1}),
        ("everything in the index", {number for number, _ in whole}),
    ]
