"""What the checks of `plan` share."""

from __future__ import annotations

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
    minute = int(rng.integers(5 * 60, 22 * 60))
    local = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(zone))
    offset = local.utcoffset() or timedelta(0)
    return local.astimezone(UTC if rng.random() < 0.5 else timezone(offset))
