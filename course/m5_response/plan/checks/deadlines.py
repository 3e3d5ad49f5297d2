"""The check of `plan.deadlines`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

from ..material import (
    SCENARIOS,
    Due,
    Row,
    course_rules,
    deadlines_by_table,
    held_on,
    incident,
    other_clocks,
    too_early,
    unchanged,
)


@exercise(
    minutes=27,
    parts={
        "order": (1, "lists the earliest first, and None at the end"),
        "hours": (3, "counts hours as elapsed time, over a change of the clocks too"),
        "calendar": (4, "counts days and months in the calendar of the zone"),
        "earliest": (3, "takes the earliest end of the clocks that run, and None when none does"),
        "applies": (2, "leaves out what is known not to apply, and keeps what may apply as unsure"),
        "day": (
            1,
            "takes the rows of the day in your zone on which you became aware, or raises LookupError",
        ),
        "table": (
            2,
            "follows the course's table, and the same with other clocks, and changes neither",
        ),
    },
    hints=(
        "Three small questions for each row in force: may it apply, which of its clocks run, and when does "
        "each end? Write the last as a function of its own, with the start and the clock: what differs "
        "between so many hours and so many days?",
        "Hours: astimezone(UTC), then add a timedelta. Days and months: go to the zone with astimezone, then "
        "move(...) of the text keeps the time of day. Beware of `not applies(...)`: it takes None for False.",
        "day = facts['aware'].astimezone(zone).date()\n"
        "for row in in_force(rules, day):\n"
        "    if applies(row, facts) is False, or there are no limits: next row\n"
        "    ends = the end, in UTC, of each limit whose facts.get(start) is not None\n"
        "    add {'id', 'due': min(ends, default=None), 'sure': applies(row, facts) is True}\n"
        "sort by due, None last",
    ),
    debrief=(
        "Likes Fridays, holidays and the nights in which clocks change: whoever counts on their fingers is "
        "late then, and does not notice.",
        "Keeps moments in UTC and zones by name. Lets rows know the law, and not code. Keeps a duty on the "
        "list until somebody has said that it does not apply.",
    ),
    standards=("RS.CO-02", "RV.1.3"),
)
def deadlines(t: Trial, deadlines) -> None:
    for part, scenario, count in SCENARIOS:
        for number, rng in enumerate(t.cases(count)):
            facts, rules = scenario(rng, number)
            _give(t, facts)
            with t.part(part):
                entries = _entries(t, _due(t, deadlines, facts, rules))
                _expect_entries(t, entries, facts, rules)
                if part == "order":
                    _expect_order(t, [entry["due"] for entry in entries], facts)
    for number, rng in enumerate(t.cases(4)):
        facts, rules = too_early(rng, number)
        _give(t, facts)
        with (
            t.part("day"),
            t.raises(LookupError, "a day of which one rule has no version yet", slip=LET_THROUGH),
        ):
            _due(t, deadlines, facts, rules)
    for number, rng in enumerate(t.cases(5)):
        facts = incident(rng)
        if number == 0:  # what fills in unknown facts shows in every draw
            facts.pop("classified", None)
        _give(t, facts)
        for table in (course_rules(), other_clocks(rng, course_rules())):
            with t.part("table"):
                due = _due(t, deadlines, facts, table, partial(unchanged, t, deadlines))
                _expect_entries(t, _entries(t, due), facts, table)


LET_THROUGH = "Let the LookupError of `in_force` through: an empty list would read as no duty."


def _due(t: Trial, deadlines: Any, facts: Row, rules: Sequence[Row], call: Any = None) -> Any:
    """What `deadlines` returns; where the stub of `in_force` stops it, the part says so."""
    try:
        return (call or deadlines)(facts, rules)
    except NotImplementedError:
        if _is_stub(deadlines):
            raise
        t.wrong(
            "`deadlines` calls `in_force`, which is not written yet: go back to that exercise.",
            slip="If it is written: a `raise NotImplementedError()` is left in `deadlines`.",
        )


def _is_stub(deadlines: Any) -> bool:
    """Whether it says that it is not written before it has looked at a fact."""
    try:
        deadlines({}, [])
    except NotImplementedError:
        return True
    except LearnerError:
        pass
    return False


def _give(t: Trial, facts: Row) -> None:
    shown = {key: v.isoformat(timespec="minutes") if type(v) is datetime else v for key, v in facts.items()}
    t.given(**shown)


def _entries(t: Trial, value: Any) -> list[dict]:
    import pandas as pd

    entries = []
    for entry in t.instance(value, list, "the result"):
        t.expect(
            type(entry) is dict and set(entry) == {"id", "due", "sure"} and type(entry["id"]) is str,
            "An entry of the result has another form.",
            expected="a dict with the keys id, due and sure",
            got=entry,
        )
        due, sure = entry["due"], entry["sure"]
        if type(sure) is np.bool_:
            sure = bool(sure)
        if type(due) is pd.Timestamp:  # a datetime too
            due = due.to_pydatetime(warn=False)
        t.expect(
            type(sure) is bool,
            f"The sure of {entry['id']} should be a bool.",
            expected="a bool",
            got=sure,
            slip="`sure` is None: `applies` may return None; write `is True`." if sure is None else "",
        )
        if due is not None:
            t.instance(due, datetime, f"due of {entry['id']}")
            t.expect(
                due.utcoffset() is not None,
                f"The due of {entry['id']} has no time zone.",
                got=due,
                slip="Without a zone it is a reading of some clock, not a moment.",
            )
        entries.append({"id": entry["id"], "due": due, "sure": sure})
    return entries


def _expect_order(t: Trial, dues: Sequence[datetime | None], facts: Row) -> None:
    clocked = [due.astimezone(UTC) for due in dues if due is not None]
    on_the_wall = [due.astimezone(ZoneInfo(facts["zone"])).replace(tzinfo=None) for due in clocked]
    slip = BY_THE_WALL if on_the_wall == sorted(on_the_wall) else "Earliest first."
    if None in dues[: len(clocked)]:
        slip = "A due of None goes to the end."
    right = sorted(clocked) == clocked and None not in dues[: len(clocked)]
    t.expect(
        right, "The list is not in the order of due.", got=[_shown(due, facts) for due in dues], slip=slip
    )


BY_THE_WALL = "Two times in one zone are compared by the wall, and it shows an hour twice: compare in UTC."


NO_STAND_IN = "A clock whose start is not known does not run: no other moment stands in for it."


SLIPS = {
    "Hours elapse: add them in UTC, not to the clock on the wall.": "elapsed",
    "Days and months are counted in the zone: the same time of day there.": "calendar",
    "A month is a month of the calendar, not 30 days.": "months",
    '`hours: 0` is a clock too, due at its start: test `"hours" in clock`.': "at once",
    "Each clock counts from its own `start`.": "start",
    BY_THE_WALL: "repeated hour",
    "What is overdue stays so: its `due` is not moved to a later moment.": "overdue",
    NO_STAND_IN: "stand-in",
    "The earliest end counts, not the latest.": "earliest",
    "The earliest end counts: look at all clocks that run, not at the first.": "all clocks",
    "The day is the one in facts['zone']: in UTC it may be another.": "zone of the day",
    "The rows of the day on which you became aware count, not the newest or today's.": "day",
}


SURE = "Sure is what is known to apply: an unknown fact leaves it open."


def _expect_entries(t: Trial, entries: Sequence[Row], facts: Row, rules: Sequence[Row]) -> None:
    want = deadlines_by_table(facts, rules)
    found = {entry["id"]: entry for entry in entries}
    t.expect(
        len(found) == len(entries),
        "A rule has more than one entry.",
        got=[entry["id"] for entry in entries],
        slip="Take the rows that in_force gives: one version of each rule.",
    )
    lacking, extra = sorted(want.keys() - found.keys()), sorted(found.keys() - want.keys())
    if lacking:
        slip = _lack(lacking, want, rules, facts["aware"])
        t.wrong(f"The result lacks {lacking[0]}.", expected=sorted(want), got=sorted(found), slip=slip)
    if extra:
        message, slip = f"The result has {extra[0]}, which is not due here.", _excess(extra[0], facts, rules)
        t.wrong(message, expected=sorted(want), got=sorted(found), slip=slip)
    due = {name: _shown(entry["due"], facts) for name, entry in found.items()}
    right = {name: _shown(moment, facts) for name, (moment, _) in want.items()}
    for name in sorted(right):
        if due[name] != right[name]:
            slip = _slip(due, facts, rules) or (NO_STAND_IN if right[name] == "None" else "")
            t.wrong(f"The deadline of {name} is not right.", expected=right[name], got=due[name], slip=slip)
    for name, (_, sure) in sorted(want.items()):
        slips = {SURE: not sure}
        t.equal(found[name]["sure"], sure, f"sure of {name}", slips=slips)


def _slip(due: Mapping[str, str], facts: Row, rules: Sequence[Row]) -> str:
    """The one slip that gives all of these deadlines; nothing where none does, or several do."""
    others = {text: deadlines_by_table(facts, rules, forgotten) for text, forgotten in SLIPS.items()}
    others["A period of the law is typed in: take it from the row."] = deadlines_by_table(
        facts, course_rules()
    )
    fit = [
        text
        for text, other in others.items()
        if {name: _shown(moment, facts) for name, (moment, _) in other.items()} == due
    ]
    return fit[0] if len(fit) == 1 else ""


def _shown(due: datetime | None, facts: Row) -> str:
    """A moment in the incident's zone: two texts are equal when the moments are, to the microsecond."""
    try:
        return "None" if due is None else due.astimezone(ZoneInfo(facts["zone"])).isoformat()
    except OverflowError:  # at the end of the calendar
        return str(due)


def _lack(names: Sequence[str], want: Due, rules: Sequence[Row], aware: datetime) -> str:
    """Why these are missing, where nothing else could be the reason."""
    if all(want[name][0] is None for name in names):
        return "No clock of it runs yet: it is listed with None, or nobody will start it."
    if all(want[name][0] and want[name][0] < aware for name in names):
        return "What is overdue stays on the list: it is the most urgent."
    numbered = {row["id"] for row in rules if "at_least" in row}
    unsure = [name for name in names if want[name][0] and not want[name][1] and name not in numbered]
    return "Unknown is not False: it stays on the list, and is not sure." if unsure else ""


def _excess(name: str, facts: Row, rules: Sequence[Row]) -> str:
    row = held_on(rules, facts["aware"].astimezone(ZoneInfo(facts["zone"])).date()).get(name)
    if row is None:
        return ""
    if row["status"] != "in force":
        return "Its version of that day is not in force, or open."
    if not row.get("limits"):
        return "A row without limits sets no clock."
    return "A fact says that it does not apply."
