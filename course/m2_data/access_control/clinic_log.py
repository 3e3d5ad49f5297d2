"""Half a year of the clinic's access log, and the grants behind it: drawn from a seed, nothing is downloaded.

Rights were given by copying a colleague's. So people hold what their role needs, what it needs now and then,
and what somebody before them needed once.
"""

from __future__ import annotations

import random
from functools import cache
from typing import Any

WEEKS = 26
LAST_DAY = 7 * WEEKS  # the log of the past ends here
NEXT_DAYS = 28  # "next month"
QUARTER = 91

TRAIN, APPROVE = ("train", "model"), ("approve", "release")

#: Role → how many people, and what they do: on most days, about weekly, about monthly, once a quarter, never.
_WORK: dict[str, tuple[int, dict[str, list[tuple[str, str]]]]] = {
    "nurse": (
        18,
        {
            "day": [("read", "patient row"), ("ask", "scoring service")],
            "week": [("write", "patient row"), ("read", "ward list")],
            "month": [("read", "lab result")],
            "quarter": [("read", "training sheet")],
            "never": [
                ("read", "bill"),
                ("write", "ward list"),
                ("read", "old archive"),
                ("export", "patient row"),
            ],
        },
    ),
    "doctor": (
        8,
        {
            "day": [("read", "patient row"), ("read", "lab result")],
            "week": [("write", "patient row"), ("ask", "scoring service")],
            "month": [("write", "lab result"), ("read", "ward list")],
            "quarter": [("read", "model report")],
            "never": [("read", "training data"), ("export", "patient row"), ("read", "old archive")],
        },
    ),
    "developer": (
        6,
        {
            "day": [("read", "code"), ("write", "code")],
            "week": [TRAIN, ("read", "training data")],
            "month": [("read", "audit log")],
            "quarter": [("write", "training data"), ("read", "model report")],
            "never": [
                APPROVE,
                ("read", "weights"),
                ("write", "weights"),
                ("read", "patient row"),
                ("read", "bill"),
            ],
        },
    ),
    "security engineer": (
        2,
        {
            "day": [("read", "audit log")],
            "week": [APPROVE, ("read", "code")],
            "month": [("read", "model report")],
            "quarter": [("rotate", "signing key")],
            "never": [TRAIN, ("read", "weights"), ("write", "code"), ("read", "patient row")],
        },
    ),
    "privacy officer": (
        2,
        {
            "day": [("read", "audit log")],
            "week": [],
            "month": [("read", "model report")],
            "quarter": [("export", "audit log")],
            "never": [("read", "patient row"), ("read", "training data"), ("write", "audit log")],
        },
    ),
    "guard": (
        4,
        {
            "day": [("read", "door list")],
            "week": [("write", "door list")],
            "month": [],
            "quarter": [],
            "never": [("read", "ward list"), ("read", "patient row"), ("read", "lab result")],
        },
    ),
}
_CHANCE = {"day": 0.55, "week": 1 / 7, "month": 1 / 28, "quarter": 0.0, "never": 0.0}
_GLASS = {"nurse": ("read", "lab result history"), "doctor": ("read", "whole record")}


@cache
def _world(seed: int) -> tuple[tuple, tuple, frozenset]:
    rng = random.Random(seed)
    grants, lines, calendar, user_number = [], [], set(), 0
    for role, (count, work) in _WORK.items():
        for which in range(count):
            user_number += 1
            user = f"u{user_number:02}"
            for rhythm, pairs in work.items():
                for action, thing in pairs:
                    grants.append((user, action, thing, False))
                    chance = _CHANCE[rhythm]
                    days = [day for day in range(1, LAST_DAY + NEXT_DAYS + 1) if rng.random() < chance]
                    if rhythm == "quarter":
                        calendar.add((user, action, thing))
                        first = rng.randint(1, QUARTER)
                        days = [first]
                        while days[-1] + QUARTER + 10 <= LAST_DAY + NEXT_DAYS:
                            days.append(days[-1] + QUARTER + rng.randint(-10, 10))
                    if (action, thing) == APPROVE and role == "developer" and which < 2:
                        # two developers approve a release now and then, and will again next month
                        days = [*rng.sample(range(1, LAST_DAY + NEXT_DAYS + 1), 5), LAST_DAY + 9 + which]
                    lines += [(day, user, action, thing, "ok") for day in days]
            if role in _GLASS:
                grants.append((user, *_GLASS[role], True))
            if rng.random() < 0.3:  # tried, and refused: the grant was there, and the hour was wrong
                lines.append((rng.randint(1, LAST_DAY), user, "read", "patient row", "refused"))
    order = sorted(lines)
    return tuple(grants), tuple(order), frozenset(calendar)


def make_grants(seed: int = 0) -> list[dict[str, Any]]:
    """What 40 people may do: user, action, thing, and whether it's for emergencies (break_glass)."""
    keys = ("user", "action", "thing", "break_glass")
    return [dict(zip(keys, grant, strict=True)) for grant in _world(seed)[0]]


def make_log(seed: int = 0) -> list[dict[str, Any]]:
    """What they did in days 1 to 182: day, user, action, thing, outcome."""
    return [line for line in _lines(seed) if line["day"] <= LAST_DAY]


def next_month(seed: int = 0) -> list[dict[str, Any]]:
    """What they'll ask for in the four weeks after. In real life you don't have this."""
    return [line for line in _lines(seed) if line["day"] > LAST_DAY and line["outcome"] == "ok"]


def calendar(seed: int = 0) -> set[tuple[str, str, str]]:
    """(user, action, thing) of the jobs that come once a quarter, as the clinic's calendar lists them."""
    return set(_world(seed)[2])


def _lines(seed: int) -> list[dict[str, Any]]:
    keys = ("day", "user", "action", "thing", "outcome")
    return [dict(zip(keys, line, strict=True)) for line in _world(seed)[1]]
