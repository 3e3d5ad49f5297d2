"""The check of `plan.deadlines`."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise
from course.rules import rows

from ..material import CHANGES, Row, drawn_moment, held_on, rows_in_force


@exercise(
    minutes=20,
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
        "move(...) of the text keeps the time of day. Beware of `not applies(...)`: None is not False.",
        "day = facts['aware'].astimezone(zone).date()\n"
        "for row in in_force(rules, day):\n"
        "    if applies(row, facts) is False, or there are no limits: next row\n"
        "    ends = the end, in UTC, of each limit whose facts.get(start) is not None\n"
        "    add {'id', 'due': min(ends, default=None), 'sure': applies(row, facts) is True}\n"
        "sort by due, None last",
    ),
    debrief=(
        "Likes Fridays, holidays and the nights in which clocks change: whoever counts on their fingers then "
        "is late without noticing.",
        "Keeps moments in UTC and zones by name, lets rows and not code know the law, and keeps a duty on "
        "the list until somebody has said that it does not apply.",
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


def _hours_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    zone, day = _near_change(rng, number, 2)
    aware = drawn_moment(rng, day, zone)
    clocks = [int(hours) for hours in rng.permutation(np.arange(1, 24))[:1]] + [int(rng.integers(60, 200))]
    rules = [_row("ab"[i], {"start": "aware", "hours": hours}) for i, hours in enumerate(clocks)]
    return {"zone": zone, "aware": aware}, rules


def _calendar_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    if number < 3:
        zone, day = _near_change(rng, number, 4)
    else:  # the 31st, and a month later there is none
        zone, day = "Europe/Berlin", date(2026, (1, 3, 5, 8, 10)[int(rng.integers(5))], 31)
    days, months = int(rng.integers(5, 80)), 1 if number >= 3 else int(rng.integers(1, 4))
    rules = [_row("a", {"start": "aware", "days": days}), _row("b", {"start": "aware", "months": months})]
    return {"zone": zone, "aware": drawn_moment(rng, day, zone)}, rules


def _repeated_hour_case(rng: np.random.Generator) -> tuple[dict, list[dict]]:
    """Two clocks end in the hour that the wall in Berlin shows twice, the later one at an earlier reading."""
    back = datetime.combine(CHANGES["Europe/Berlin"][1], time(1), UTC)
    before, after = (timedelta(minutes=int(minutes)) for minutes in rng.integers(5, 25, 2))
    long, short = int(rng.integers(20, 40)), int(rng.integers(2, 9))
    aware, classified = back - before - timedelta(hours=long), back + after - timedelta(hours=short)
    clocks = [{"start": "aware", "hours": long}, {"start": "classified", "hours": short}]
    facts = {"zone": "Europe/Berlin", "aware": aware, "classified": classified, "link": None}
    return facts, [_row("a", *clocks), _row("b", *clocks[::-1])]


def _earliest_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    if number == 4:
        return _repeated_hour_case(rng)
    zone, aware = "Asia/Kolkata", drawn_moment(rng, date(2026, 1, 5) + timedelta(days=number), "Asia/Kolkata")
    later = aware + timedelta(hours=int(rng.integers(2, 12)))
    facts = {"zone": zone, "aware": aware, "classified": later, "link": None}
    short, long = int(rng.integers(2, 6)), int(rng.integers(20, 40))
    rules = [
        _row(
            "a",
            {"start": "aware", "hours": long},
            {"start": "classified", "hours": short},
            {"start": "aware", "days": 3},
        ),
        _row("b", {"start": "aware", "days": 3}, {"start": "classified", "hours": 0}),
        _row("c", {"start": "link", "hours": 0}, {"start": "aware", "days": int(rng.integers(2, 20))}),
        _row("d", {"start": "link", "hours": short}),
        _row("e", {"start": "reported", "days": 1}, {"start": "classified", "hours": long}),
        _row("f", {"start": "reported", "months": 1}),
    ]
    return facts, [rules[i] for i in rng.permutation(len(rules))]


def _applies_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    least = int(rng.integers(100, 900))
    affected = (least - 1, least, None, 0, least + 1)[number]
    facts = {"zone": "Asia/Kolkata", "aware": drawn_moment(rng, date(2026, 2, 2), "Asia/Kolkata")}
    facts |= {"yes": True, "no": False, "open": None, "affected": affected}
    clock = {"start": "aware", "hours": 10}
    rules = [
        _row("a", clock, needs=["yes"]),
        _row("b", clock, needs=["no"]),
        _row("c", clock, needs=["yes", "open"]),
        _row("d", clock, needs=["missing"]),
        _row("e", clock, needs=["open", "no"]),
        _row("f", clock, needs=["yes"], at_least={"affected": least}),
        _row("g", clock, needs=["no"], at_least={"affected": least}),
        _row("h", clock, needs=["yes"], at_least={"uncounted": least}),
        _row("i", needs=["yes"]),
    ]
    del rules[-1]["limits"]
    return facts, [rules[i] for i in rng.permutation(len(rules))]


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
    return {"zone": zone, "aware": aware}, [rules[i] for i in rng.permutation(len(rules))]


def _order_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    facts = {"zone": "Asia/Kolkata", "aware": drawn_moment(rng, date(2026, 3, 3), "Asia/Kolkata")}
    lengths = rng.choice(np.arange(1, 300), 5, replace=False)
    rules = [_row("abcde"[i], {"start": "aware", "hours": int(n)}) for i, n in enumerate(lengths)]
    rules.append(_row("f", {"start": "reported", "hours": 1}))
    return facts, [rules[i] for i in rng.permutation(len(rules))]


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
    for moment, longest in (("classified", 23), ("link", 400)):
        known = rng.random() < 0.7
        facts[moment] = aware + timedelta(hours=int(rng.integers(1, longest))) if known else None
    for need in sorted({need for row in _course_rules() for need in row["needs"]}):
        facts[need] = (True, True, False, None)[int(rng.integers(4))]
    (least,) = {least for row in _course_rules() for least in row.get("at_least", {}).values()}
    facts["affected"] = (None, least - 1, least, 3, 10_000)[int(rng.integers(5))]
    return facts


def _other_clocks(rng: np.random.Generator, rules: Sequence[Row]) -> list[dict]:
    """The table as it might be after a change of the law: each clock runs for another time."""

    def other(limit: Row) -> dict:
        unit = next(unit for unit in ("hours", "days", "months") if unit in limit)
        return {"start": limit["start"], unit: limit[unit] + int(rng.integers(1, 10))}

    return [row | {"limits": [other(limit) for limit in row.get("limits", ())]} for row in rules]


def _deadlines(
    facts: Row, rules: Sequence[Row], forgotten: str = ""
) -> dict[str, tuple[datetime | None, bool]]:
    """Rule → (due, sure); `forgotten` is the slip to make."""
    aware = facts["aware"]
    day = aware.astimezone(UTC if forgotten == "zone of the day" else ZoneInfo(facts["zone"])).date()
    day = date.max if forgotten == "day" else day
    found = {}
    for row in rows_in_force(rules, day):
        answers = [facts.get(need) for need in row["needs"]]
        numbers = [(facts.get(fact), least) for fact, least in row.get("at_least", {}).items()]
        answers += [None if number is None else number >= least for number, least in numbers]
        if not row.get("limits") or False in answers:
            continue
        found[row["id"]] = (_first_end(facts, row["limits"], forgotten), None not in answers)
    return found


def _first_end(facts: Row, limits: Sequence[Row], forgotten: str) -> datetime | None:
    """The earliest end of the clocks that run."""
    if forgotten == "start":
        limits = [limit | {"start": "aware"} for limit in limits]
    if forgotten == "at once":
        limits = [limit for limit in limits if limit.get("hours") != 0]
    running = [limit for limit in limits if facts.get(limit["start"]) is not None]
    ends = [_end(facts[limit["start"]], limit, facts["zone"], forgotten) for limit in running]
    if forgotten == "all clocks":
        return next(iter(ends), None)
    if forgotten == "repeated hour":
        zone = ZoneInfo(facts["zone"])
        return min(ends, default=None, key=lambda end: end.astimezone(zone).replace(tzinfo=None))
    return max(ends, default=None) if forgotten == "earliest" else min(ends, default=None)


def _end(start: datetime, limit: Row, zone: str, forgotten: str = "") -> datetime:
    local = start.astimezone(ZoneInfo(zone))
    if "hours" in limit and forgotten != "elapsed":
        return start.astimezone(UTC) + timedelta(hours=limit["hours"])
    if "months" in limit and forgotten == "months":
        return (local + timedelta(days=30 * limit["months"])).astimezone(UTC)
    if "days" in limit and forgotten == "calendar":
        return start.astimezone(UTC) + timedelta(days=limit["days"])
    if "months" in limit:
        later = _months_later(local, limit["months"])
        if forgotten == "calendar":
            later = _months_later(start, limit["months"])
    else:
        later = local + timedelta(days=limit.get("days", 0), hours=limit.get("hours", 0))  # by the wall
    return later.astimezone(UTC)


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


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


def _expect_entries(t: Trial, entries: Sequence[Row], facts: Row, rules: Sequence[Row]) -> None:
    want = _deadlines(facts, rules)
    found = {entry["id"]: entry for entry in entries}
    t.expect(
        len(found) == len(entries),
        "A rule has more than one entry.",
        got=[entry["id"] for entry in entries],
        slip="Take the rows that in_force gives: one version of each rule.",
    )
    for name in sorted(want.keys() - found.keys()):
        t.wrong(
            f"The result lacks {name}.",
            expected=sorted(want),
            got=sorted(found),
            slip=_lack(name, want, facts),
        )
    for name in sorted(found.keys() - want.keys()):
        t.wrong(
            f"The result has {name}, which is not due here.",
            expected=sorted(want),
            got=sorted(found),
            slip=_excess(name, facts, rules),
        )
    slips = {
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
    others = {text: _deadlines(facts, rules, forgotten) for text, forgotten in slips.items()}
    others["A period of the law is typed in: take it from the row."] = _deadlines(facts, _course_rules())
    for name, (due, sure) in sorted(want.items()):
        given = found[name]["due"]
        t.equal(
            _shown(given, facts),
            _shown(due, facts),
            f"the deadline of {name}",
            slips={text: _shown(other[name][0], facts) for text, other in others.items() if name in other},
        )
        t.equal(
            found[name]["sure"],
            sure,
            f"sure of {name}",
            slips={"Sure is what is known to apply: an unknown fact leaves it open.": not sure},
        )


def _shown(due: datetime | None, facts: Row) -> str:
    """A moment in the incident's zone: two texts are equal when the moments are, to the microsecond."""
    try:
        return "None" if due is None else due.astimezone(ZoneInfo(facts["zone"])).isoformat()
    except OverflowError:  # at the end of the calendar
        return str(due)


def _lack(name: str, want: Mapping[str, tuple], facts: Row) -> str:
    due, sure = want[name]
    if due is None:
        return "No clock of it runs yet: it is listed with None, or nobody will start it."
    return "" if sure else "Unknown is not False: it stays on the list, and is not sure."


def _excess(name: str, facts: Row, rules: Sequence[Row]) -> str:
    row = held_on(rules, facts["aware"].astimezone(ZoneInfo(facts["zone"])).date()).get(name)
    if row is None:
        return ""
    if row["status"] != "in force":
        return "Its version of that day is not in force, or open."
    if not row.get("limits"):
        return "A row without limits sets no clock."
    return "A fact says that it does not apply."
