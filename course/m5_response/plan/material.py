"""What the checks of `plan` share."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

Row = Mapping[str, Any]


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
    last = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
