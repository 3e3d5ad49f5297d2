"""What the checks of `plan` share, and the incidents on which `deadlines` is judged."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from autograder.exercise import Trial
from course.rules import rows

Row = Mapping[str, Any]


def unchanged(t: Trial, answer: Any, *given: Any) -> Any:
    """What `answer` returns. What it was given must be as it was, with its types and the order of keys."""
    result, after = t.observe(answer, *given)
    expect_unchanged(t, given, after)
    return result


def expect_unchanged(t: Trial, given: Sequence[Any], after: Sequence[Any]) -> None:
    t.expect(repr(list(given)) == repr(list(after)), "Your function changed what it was given.", slip=COPY)


COPY = "Work on copies: `sorted(rows)` and `row | {...}` make new objects; `.sort()` and `row[key] =` do not."


NAMES = ("ada", "bo", "cem", "dee", "eli", "fay", "gus", "hana", "ivo", "jun")


def held_on(rules: Sequence[Row], on: date) -> dict[str, Row]:
    """Rule → the version that held on a day, whatever its status."""
    return {row["id"]: row for row in sorted(rules, key=lambda row: row["as_of"]) if row["as_of"] <= on}


def rows_in_force(rules: Sequence[Row], on: date) -> list[Row]:
    return effective_of(held_on(rules, on))


def effective_of(held: Mapping[str, Row]) -> list[Row]:
    return [row for row in held.values() if row["status"] == "in force"]


#: zone → the days in 2026 on which its clocks go forward and back
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Sydney": (date(2026, 10, 4), date(2026, 4, 5)),
}


def drawn_moment(rng: np.random.Generator, day: date, zone: str) -> datetime:
    """A moment of a day in a zone, between 5 and 22 o'clock, told in UTC or by a fixed offset."""
    minute, second = int(rng.integers(5 * 60, 22 * 60)), int(rng.integers(60))
    local = datetime.combine(day, time(minute // 60, minute % 60, second), ZoneInfo(zone))
    offset = local.utcoffset() or timedelta(0)
    return local.astimezone(UTC if rng.random() < 0.5 else timezone(offset))


Due = dict[str, tuple[datetime | None, bool]]


def deadlines_by_table(facts: Row, rules: Sequence[Row], forgotten: str = "") -> Due:
    """Rule → (due, sure); `forgotten` is the slip to make."""
    zone = UTC if forgotten == "zone of the day" else ZoneInfo(facts["zone"])
    day = date.max if forgotten == "day" else facts["aware"].astimezone(zone).date()
    found = {}
    for row in rows_in_force(rules, day):
        answers = [facts.get(need) for need in row["needs"]]
        answers += [_opposite(facts.get(fact)) for fact in row.get("unless", ())]
        numbers = [(facts.get(fact), least) for fact, least in row.get("at_least", {}).items()]
        answers += [None if number is None else number >= least for number, least in numbers]
        if row.get("limits") and False not in answers:
            found[row["id"]] = (_first_end(facts, row["limits"], forgotten), None not in answers)
    return found


def _opposite(fact: bool | None) -> bool | None:
    return None if fact is None else not fact


def _first_end(facts: Row, limits: Sequence[Row], forgotten: str) -> datetime | None:
    """The earliest end of the clocks that run."""
    if forgotten == "start":
        limits = [limit | {"start": "aware"} for limit in limits]
    if forgotten == "at once":
        limits = [limit for limit in limits if limit.get("hours") != 0]
    if forgotten == "stand-in":
        facts = {limit["start"]: facts["aware"] for limit in limits} | {
            key: value for key, value in facts.items() if value is not None
        }
    running = [limit for limit in limits if facts.get(limit["start"]) is not None]
    ends = [_end(facts[limit["start"]], limit, facts["zone"], forgotten) for limit in running]
    if forgotten == "overdue":
        ends = [max(end, facts["aware"]) for end in ends]
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
    last = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


@cache
def course_rules() -> list[dict]:
    return rows("notification")


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


def _repeated_hours_in_order(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    """Two reports are due in the hour that Berlin shows twice, the later at an earlier reading."""
    facts, (both, _) = _repeated_hour_case(rng)
    return facts, _shuffled(rng, [_row("abc"[i], clock) for i, clock in enumerate(both["limits"])])


def _unknown_starts_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    """Each moment of the course's table is None, or missing, but for when we became aware."""
    aware = drawn_moment(rng, date(2026, 1, 8), "Asia/Kolkata")
    facts = {"zone": "Asia/Kolkata", "aware": aware, "reported": aware + timedelta(hours=3)}
    facts |= dict.fromkeys(_moments() if number % 2 else ())
    unit = ("hours", "days", "months")[number % 3]
    rules = [_row(f"only_{start}", {"start": start, unit: number % 4}) for start in _moments()]
    later = {"start": "aware", "days": 90}
    rules.append(_row("reported", {"start": "reported", "days": 2}))
    rules += [_row(f"with_{start}", {"start": start, "hours": 1}, later) for start in _moments()]
    return facts, _shuffled(rng, rules)


def _moments() -> list[str]:
    """The moments that start a clock in the course's table, but for when we became aware."""
    return sorted({limit["start"] for row in course_rules() for limit in row.get("limits", ())} - {"aware"})


def _earliest_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    if number == 4:
        return _repeated_hour_case(rng)
    aware = drawn_moment(rng, date(2026, 1, 5) + timedelta(days=number), "Asia/Kolkata")
    later = aware + timedelta(hours=int(rng.integers(2, 12)))
    facts = {"zone": "Asia/Kolkata", "aware": aware, "classified": later, "link": None}
    facts["discovered"] = aware - timedelta(hours=int(rng.integers(40, 90)))
    short, long = int(rng.integers(2, 6)), int(rng.integers(20, 40))
    three_days = {"start": "aware", "days": 3}
    rules = [
        _row("a", {"start": "aware", "hours": long}, {"start": "classified", "hours": short}, three_days),
        _row("b", three_days, {"start": "classified", "hours": 0}),
        _row("c", {"start": "link", "hours": 0}, {"start": "aware", "days": int(rng.integers(2, 20))}),
        _row("d", {"start": "link", "hours": short}),
        _row("e", {"start": "reported", "days": 1}, {"start": "classified", "hours": long}),
        _row("f", {"start": "reported", "months": 1}, {"start": "link", "days": 2}),
        _row("g", {"start": "discovered", "hours": short}),  # overdue when we become aware
        _row("h", three_days, {"start": "discovered", "days": 1}),
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
        _row("n", clock, needs=["yes"]),
        _row("n", needs=["yes"], as_of=date(2026, 1, 1)) | {"status": ("open", "not in force")[number % 2]},
        _row("o", {"start": "aware", "hours": 5}, needs=["yes"]),
        _row("o", clock, needs=["yes"], as_of=date(2026, 1, 1)),
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


def too_early(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    """A rule begins on the day after that on which we became aware; in New York it is that day in UTC."""
    facts, rules = _day_case(rng, number)
    day = facts["aware"].astimezone(ZoneInfo(facts["zone"])).date()
    late = _row("late", {"start": "aware", "hours": 9}, as_of=day + timedelta(days=1))
    return facts, _shuffled(rng, [*rules, late])


def _order_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    """Two rules are due at the same moment, and two have no clock that runs."""
    facts = {"zone": "Asia/Kolkata", "aware": drawn_moment(rng, date(2026, 3, 3), "Asia/Kolkata")}
    lengths = [int(n) for n in rng.choice(np.arange(1, 300), 5, replace=False)]
    rules = [_row("abcdef"[i], {"start": "aware", "hours": n}) for i, n in enumerate([*lengths, lengths[0]])]
    rules += [_row(name, {"start": "reported", "hours": 1}) for name in "gh"]
    return facts, _shuffled(rng, rules)


#: part, what draws a case of it, how many
SCENARIOS = (
    ("order", _order_case, 5),
    ("order", _repeated_hours_in_order, 2),
    ("hours", _hours_case, 5),
    ("calendar", _calendar_case, 5),
    ("earliest", _unknown_starts_case, 6),
    ("earliest", _earliest_case, 5),
    ("applies", _applies_case, 5),
    ("day", _day_case, 5),
)


def incident(rng: np.random.Generator) -> dict[str, Any]:
    """An incident in the time of the course's table, about which some facts are not known."""
    zone = list(CHANGES)[int(rng.integers(len(CHANGES)))]
    aware = drawn_moment(rng, date(2026, 9, 1) + timedelta(days=int(rng.integers(90))), zone)
    facts: dict[str, Any] = {"zone": zone, "aware": aware, "discovered": aware}
    table = course_rules()
    for moment in sorted(set(_moments()) - facts.keys()):
        later = aware + timedelta(hours=int(rng.integers(1, 90)))
        facts[moment] = later if rng.random() < 0.7 else None
    for fact in sorted({fact for row in table for fact in (*row["needs"], *row.get("unless", ()))}):
        facts[fact] = (True, True, False, None)[int(rng.integers(4))]
    for fact, least in sorted({pair for row in table for pair in row.get("at_least", {}).items()}):
        facts[fact] = (None, least - 1, least, 3, 10_000)[int(rng.integers(5))]
    return {key: value for key, value in facts.items() if value is not None or rng.random() < 0.5}


def other_clocks(rng: np.random.Generator, rules: Sequence[Row]) -> list[dict]:
    """The table as it might be after a change of the law: each clock runs for another time."""

    def other(limit: Row) -> dict:
        unit = next(unit for unit in ("hours", "days", "months") if unit in limit)
        return {"start": limit["start"], unit: limit[unit] + int(rng.integers(1, 10))}

    return [row | {"limits": [other(limit) for limit in row.get("limits", ())]} for row in rules]
