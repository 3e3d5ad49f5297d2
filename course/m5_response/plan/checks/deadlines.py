"""The check of `plan.deadlines`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise
from course.rules import rows

from ..material import CHANGES, Due, Row, deadlines_by_table, drawn_moment, held_on


@exercise(
    minutes=25,
    parts={
        "order": (1, "lists the earliest first, and None at the end"),
        "hours": (3, "counts hours as elapsed time, over a change of the clocks too"),
        "calendar": (4, "counts days and months in the calendar of the zone"),
        "earliest": (3, "takes the earliest end of the clocks that run, and None when none does"),
        "applies": (2, "leaves out what is known not to apply, and keeps what may apply as unsure"),
        "day": (1, "takes the rows of the day on which you became aware, in your zone"),
        "table": (2, "follows the course's table, and the same table with other clocks"),
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
    for part, scenario in SCENARIOS.items():
        for number, rng in enumerate(t.cases(5)):
            facts, rules = scenario(rng, number)
            _give(t, facts)
            with t.part(part):
                entries = _entries(t, _due(t, deadlines, facts, rules))
                _expect_entries(t, entries, facts, rules)
                if part == "order":
                    _expect_order(t, [entry["due"] for entry in entries], facts)
    for rng in t.cases(5):
        facts = _incident(rng)
        _give(t, facts)
        for table in (_course_rules(), _other_clocks(rng, _course_rules())):
            with t.part("table"):
                _expect_entries(t, _entries(t, _due(t, deadlines, facts, table)), facts, table)


def _due(t: Trial, deadlines: Any, facts: Row, rules: Sequence[Row]) -> Any:
    """What `deadlines` returns; where the stub of `in_force` stops it, the part says so."""
    try:
        return deadlines(facts, rules)
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


@cache
def _course_rules() -> list[dict]:
    return rows("notification")


def _give(t: Trial, facts: Row) -> None:
    shown = {key: v.isoformat(timespec="minutes") if type(v) is datetime else v for key, v in facts.items()}
    t.given(**shown)


def _row(
    name: str, *limits: Row, needs: Sequence[str] = (), as_of: date = date(2025, 1, 1), **more: Any
) -> dict:
    """A row in force of an invented rule."""
    return {
        "id": f"practice.{name}",
        "statement": "An invented rule.",
        "as_of": as_of,
        "status": "in force",
        "needs": list(needs),
        "limits": list(limits),
        **more,
    }


def _near_change(rng: np.random.Generator, number: int, earlier: int) -> tuple[str, date]:
    """A zone, and a day at most `earlier` days and at least one before its clocks change."""
    zone = list(CHANGES)[int(rng.integers(len(CHANGES)))]
    return zone, CHANGES[zone][number % 2] - timedelta(days=int(rng.integers(1, earlier + 1)))


def _shuffled(rng: np.random.Generator, rules: Sequence[dict]) -> list[dict]:
    return [rules[i] for i in rng.permutation(len(rules))]


def _hours_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    zone, day = _near_change(rng, number, 2)
    lengths = (int(rng.integers(1, 24)), 12, int(rng.integers(60, 200)))
    rules = [_row("abc"[i], {"start": "aware", "hours": hours}) for i, hours in enumerate(lengths)]
    return {"zone": zone, "aware": drawn_moment(rng, day, zone)}, rules


def _calendar_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    if number < 3:
        zone, day = _near_change(rng, number, 4)
    else:  # the 31st, and a month later there is none
        zone, day = "Europe/Berlin", date(2026, (1, 3, 5, 8, 10)[int(rng.integers(5))], 31)
    days, months = int(rng.integers(5, 80)), 1 if number >= 3 else int(rng.integers(1, 15))
    rules = [_row("a", {"start": "aware", "days": days}), _row("b", {"start": "aware", "months": months})]
    return {"zone": zone, "aware": drawn_moment(rng, day, zone)}, rules


def _repeated_hour_case(rng: np.random.Generator) -> tuple[dict, list[dict]]:
    """Two clocks end in the hour that the wall in Berlin shows twice, the later one at an earlier reading."""
    back = datetime.combine(CHANGES["Europe/Berlin"][1], time(1), UTC)
    before, after = (timedelta(minutes=int(minutes)) for minutes in rng.integers(5, 25, 2))
    long, short = int(rng.integers(20, 40)), int(rng.integers(2, 9))
    aware, classified = back - before - timedelta(hours=long), back + after - timedelta(hours=short)
    clocks = [
        {"start": "aware", "hours": long},
        {"start": "classified", "hours": short},
        {"start": "aware", "days": 4},
    ]
    facts = {"zone": "Europe/Berlin", "aware": aware, "classified": classified, "link": None}
    return facts, [_row("a", *clocks), _row("b", *clocks[::-1])]


def _earliest_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    if number == 4:
        return _repeated_hour_case(rng)
    aware = drawn_moment(rng, date(2026, 1, 5) + timedelta(days=number), "Asia/Kolkata")
    later = aware + timedelta(hours=int(rng.integers(2, 12)))
    facts = {"zone": "Asia/Kolkata", "aware": aware, "classified": later, "link": None}
    short, long = int(rng.integers(2, 6)), int(rng.integers(20, 40))
    three_days = {"start": "aware", "days": 3}
    rules = [
        _row("a", {"start": "aware", "hours": long}, {"start": "classified", "hours": short}, three_days),
        _row("b", three_days, {"start": "classified", "hours": 0}),
        _row("c", {"start": "link", "hours": 0}, {"start": "aware", "days": int(rng.integers(2, 20))}),
        _row("d", {"start": "link", "hours": short}),
        _row("e", {"start": "reported", "days": 1}, {"start": "classified", "hours": long}),
        _row("f", {"start": "reported", "months": 1}, {"start": "link", "days": 2}),
    ]
    return facts, _shuffled(rng, rules)


def _applies_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    least = int(rng.integers(100, 900))
    affected = (least - 1, least, None, 0, least + 1)[number]
    facts = {"zone": "Asia/Kolkata", "aware": drawn_moment(rng, date(2026, 2, 2), "Asia/Kolkata")}
    facts |= {"yes": True, "no": False, "open": None, "affected": affected, "many": 5000}
    clock = {"start": "aware", "hours": 10}
    rules = [
        _row("a", clock, needs=["yes"]),
        _row("b", clock, needs=["no"]),
        _row("c", clock, needs=["yes", "open"]),
        _row("d", clock, needs=["missing"]),
        _row("e", clock, needs=["open", "no"]),
        _row("f", clock, needs=["yes"], at_least={"affected": least}),
        _row("g", clock, needs=["no"], at_least={"affected": least}),
        _row("h", clock, needs=["yes"], at_least={"many": least, "uncounted": least}),
        _row("i", needs=["yes"]),
        _row("j", needs=["yes"]),
        _row("k", clock, needs=["yes", "yes"], unless=["no"]),
        _row("l", clock, needs=["yes"], unless=["no", "yes"]),
        _row("m", clock, needs=["yes"], unless=[("open", "missing")[number % 2]]),
    ]
    del rules[8]["limits"]  # missing there, empty in j
    return facts, _shuffled(rng, rules)


def _day_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    """Where it is another day than in UTC, on the first day of a new version or the last of the old."""
    zone, hour = (("Australia/Sydney", 20), ("America/New_York", 2))[number % 2]
    aware = datetime(2026, 6, int(rng.integers(2, 25)), hour, int(rng.integers(60)), tzinfo=UTC)
    change = max(aware.date(), aware.astimezone(ZoneInfo(zone)).date())
    hours = [int(hours) for hours in rng.choice(np.arange(5, 90), 3, replace=False)]
    clocks = [{"start": "aware", "hours": length} for length in hours]
    rules = [
        _row("a", clocks[0]),
        _row("a", clocks[1], as_of=change),
        _row("a", clocks[2], as_of=date(2026, 7, 1)),
        _row("b", clocks[2]),
        _row("b", as_of=date(2026, 1, 1)) | {"status": "not in force"},
    ]
    return {"zone": zone, "aware": aware}, _shuffled(rng, rules)


def _order_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    """Two rules are due at the same moment, and two have no clock that runs."""
    facts = {"zone": "Asia/Kolkata", "aware": drawn_moment(rng, date(2026, 3, 3), "Asia/Kolkata")}
    lengths = [int(n) for n in rng.choice(np.arange(1, 300), 5, replace=False)]
    rules = [_row("abcdef"[i], {"start": "aware", "hours": n}) for i, n in enumerate([*lengths, lengths[0]])]
    rules += [_row(name, {"start": "reported", "hours": 1}) for name in "gh"]
    return facts, _shuffled(rng, rules)


SCENARIOS = {
    "order": _order_case,
    "hours": _hours_case,
    "calendar": _calendar_case,
    "earliest": _earliest_case,
    "applies": _applies_case,
    "day": _day_case,
}


def _incident(rng: np.random.Generator) -> dict[str, Any]:
    """An incident in the time of the course's table, about which some facts are not known."""
    zone = list(CHANGES)[int(rng.integers(len(CHANGES)))]
    aware = drawn_moment(rng, date(2026, 9, 1) + timedelta(days=int(rng.integers(90))), zone)
    facts: dict[str, Any] = {"zone": zone, "aware": aware, "discovered": aware}
    table = _course_rules()
    starts = {limit["start"] for row in table for limit in row.get("limits", ())} - facts.keys()
    for moment in sorted(starts):
        later = aware + timedelta(hours=int(rng.integers(1, 90)))
        facts[moment] = later if rng.random() < 0.7 else None
    for fact in sorted({fact for row in table for fact in (*row["needs"], *row.get("unless", ()))}):
        facts[fact] = (True, True, False, None)[int(rng.integers(4))]
    for fact, least in sorted({pair for row in table for pair in row.get("at_least", {}).items()}):
        facts[fact] = (None, least - 1, least, 3, 10_000)[int(rng.integers(5))]
    return facts


def _other_clocks(rng: np.random.Generator, rules: Sequence[Row]) -> list[dict]:
    """The table as it might be after a change of the law: each clock runs for another time."""

    def other(limit: Row) -> dict:
        unit = next(unit for unit in ("hours", "days", "months") if unit in limit)
        return {"start": limit["start"], unit: limit[unit] + int(rng.integers(1, 10))}

    return [row | {"limits": [other(limit) for limit in row.get("limits", ())]} for row in rules]


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
    clocked = [due for due in dues if due is not None]
    slip = "A due of None goes to the end." if None in dues[: len(clocked)] else "Earliest first."
    right = sorted(clocked) == clocked and None not in dues[: len(clocked)]
    t.expect(
        right, "The list is not in the order of due.", got=[_shown(due, facts) for due in dues], slip=slip
    )


SLIPS = {
    "Hours elapse: add them in UTC, not to the clock on the wall.": "elapsed",
    "Days and months are counted in the zone: the same time of day there.": "calendar",
    "A month is a month of the calendar, not 30 days.": "months",
    '`hours: 0` is a clock too, due at its start: test `"hours" in clock`.': "at once",
    "Each clock counts from its own `start`.": "start",
    "Two times in one zone are compared by the wall, and it shows an hour twice: compare in UTC.": (
        "repeated hour"
    ),
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
        slip = _lack(lacking, want, rules)
        t.wrong(f"The result lacks {lacking[0]}.", expected=sorted(want), got=sorted(found), slip=slip)
    if extra:
        message, slip = f"The result has {extra[0]}, which is not due here.", _excess(extra[0], facts, rules)
        t.wrong(message, expected=sorted(want), got=sorted(found), slip=slip)
    due = {name: _shown(entry["due"], facts) for name, entry in found.items()}
    right = {name: _shown(moment, facts) for name, (moment, _) in want.items()}
    for name in sorted(right):
        if due[name] != right[name]:
            slip = _slip(due, facts, rules)
            t.wrong(f"The deadline of {name} is not right.", expected=right[name], got=due[name], slip=slip)
    for name, (_, sure) in sorted(want.items()):
        slips = {SURE: not sure}
        t.equal(found[name]["sure"], sure, f"sure of {name}", slips=slips)


def _slip(due: Mapping[str, str], facts: Row, rules: Sequence[Row]) -> str:
    """The one slip that gives all of these deadlines; nothing where none does, or several do."""
    others = {text: deadlines_by_table(facts, rules, forgotten) for text, forgotten in SLIPS.items()}
    others["A period of the law is typed in: take it from the row."] = deadlines_by_table(
        facts, _course_rules()
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


def _lack(names: Sequence[str], want: Due, rules: Sequence[Row]) -> str:
    """Why these are missing, where nothing else could be the reason."""
    if all(want[name][0] is None for name in names):
        return "No clock of it runs yet: it is listed with None, or nobody will start it."
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
