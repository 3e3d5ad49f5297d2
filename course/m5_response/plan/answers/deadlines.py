"""Answers to `plan.deadlines`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import calendar
from datetime import UTC, timedelta
from functools import partial, update_wrapper
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from autograder.exercise import Answers, Wrong

from .in_force import in_force_by_frame, in_force_by_max, in_force_newest


def named(function, name, **slip):
    """`function` with a slip, under a name of its own."""
    answer = update_wrapper(partial(function, **slip), function)
    answer.__name__ = name
    return answer


UNITS = ("hours", "days", "months")


def deadlines_step_by_step(facts, rules, forget=""):
    zone = ZoneInfo(facts["zone"])
    day = facts["aware"].date() if forget == "utc day" else facts["aware"].astimezone(zone).date()
    result = []
    if forget == "newest":
        held = in_force_newest(rules, day)
    elif forget == "versions":
        held = [row for row in rules if row["status"] == "in force"]
    else:
        held = in_force_by_max(rules, day)
    for row in held:
        sure, applies = True, True
        for need in row["needs"]:
            if forget == "unknown is no":
                applies = applies and bool(facts.get(need))
            elif facts.get(need) is None:
                sure = False
            elif not facts[need] and forget != "needs":
                applies = False
        for fact in row.get("unless", ()):
            if forget == "unless":
                continue
            if facts.get(fact) is None and forget != "unknown is no":
                sure = False
            elif facts.get(fact):
                applies = False
        for key, least in row.get("at_least", {}).items():
            if facts.get(key) is None:
                sure = False
            elif facts[key] < least or (forget == "more than" and facts[key] == least):
                applies = False
        if not applies or not (row.get("limits", True) if forget == "no limits" else row.get("limits")):
            continue
        due = None
        for limit in row.get("limits", ()):
            start = facts.get("aware" if forget == "start" else limit["start"])
            if start is None or (forget == "at once" and not any(limit.get(u) for u in UNITS)):
                continue
            local = start.astimezone(zone)
            if forget == "wall" and "hours" in limit:
                end = local + timedelta(hours=limit["hours"])
            elif "hours" in limit:
                end = start + timedelta(hours=limit["hours"])
            elif forget == "elapsed days" and "days" in limit:
                end = start + timedelta(days=limit["days"])
            elif forget == "thirty" and "months" in limit:
                end = local + timedelta(days=30 * limit["months"])
            else:
                month = local.month - 1 + limit.get("months", 0)
                year, month = local.year + month // 12, month % 12 + 1
                last = calendar.monthrange(year, month)[1]
                end = local.replace(year=year, month=month, day=min(local.day, last))
                end += timedelta(days=limit.get("days", 0))
            end = end.astimezone(zone if forget == "one zone" else UTC)
            later = due is not None and (forget == "all clocks" or (due <= end) != (forget == "latest"))
            due = due if later else end
        if forget == "to the minute" and due:
            due = due.replace(second=0)
        if forget == "naive" and due:
            due = due.replace(tzinfo=None)
        known = None if forget == "sure is None" and not sure else sure or forget == "always sure"
        result.append({"id": row["id"], "due": due, "sure": known})
    if forget == "unsorted":
        return sorted(result, key=lambda entry: entry["id"])
    if forget == "first clock":
        first = {row["id"]: row["limits"][0]["start"] for row in held if row.get("limits")}
        result = [e | {"due": None if facts.get(first[e["id"]]) is None else e["due"]} for e in result]
    if forget == "one of equals":
        seen = {entry["due"]: entry for entry in reversed(result)}
        result = list(seen.values())
    if forget == "only running":
        result = [entry for entry in result if entry["due"]]
    if forget == "None last":
        return sorted(result, key=lambda entry: (entry["due"] is not None, entry["due"]))
    return sorted(result, key=lambda entry: (entry["due"] is None, entry["due"] and entry["due"].isoformat()))


def deadlines_in_pandas(facts, rules):
    zone, aware = facts["zone"], pd.Timestamp(facts["aware"])
    result = []
    for row in in_force_by_frame(rules, aware.tz_convert(zone).date()):
        answers = [facts.get(need) for need in row["needs"]]
        answers += [None if facts.get(fact) is None else not facts[fact] for fact in row.get("unless", ())]
        numbers = [(facts.get(fact), least) for fact, least in row.get("at_least", {}).items()]
        answers += [None if number is None else number >= least for number, least in numbers]
        if False in answers or not row.get("limits"):
            continue
        ends = []
        for limit in row["limits"]:
            start = pd.Timestamp(facts.get(limit["start"]))
            if pd.notna(start) and "hours" in limit:
                ends.append(start.tz_convert("UTC") + pd.Timedelta(hours=limit["hours"]))
            elif pd.notna(start):
                days, months = limit.get("days", 0), limit.get("months", 0)
                ends.append(start.tz_convert(zone) + pd.DateOffset(days=days, months=months))
        due = min(ends) if ends else None
        result.append({"id": row["id"], "due": due, "sure": np.bool_(None not in answers)})
    return sorted(result, key=lambda entry: (entry["due"] is None, entry["due"] or 0))


def deadlines_typed_in(facts, rules):
    limits = {}
    from course.rules import rows

    for row in rows("notification"):
        limits[row["id"]] = row.get("limits", [])
    return deadlines_step_by_step(
        facts, [{**row, "limits": limits.get(row["id"], row.get("limits"))} for row in rules]
    )


def deadlines_none(facts, rules):
    return []


def deadlines_on_the_wall(facts, rules):
    """All moments in the zone of the facts: right, for they are compared in UTC."""
    due = deadlines_step_by_step(facts, rules)
    zone = ZoneInfo(facts["zone"])
    return [{**entry, "due": entry["due"] and entry["due"].astimezone(zone)} for entry in due]


def deadlines_before_in_force(facts, rules):
    facts["aware"].astimezone(ZoneInfo(facts["zone"]))
    raise NotImplementedError  # as the stub of in_force does


def slip(forget, part, told, **more):
    """The wrong answer that forgets one thing."""
    name = forget.replace(" ", "_")
    return Wrong(named(deadlines_step_by_step, name, forget=forget), part, told, **more)


#: true of a version that does not hold yet
NOT_THAT_DAY = "Its version of that day is not in force, or open."


ANSWERS = Answers(
    right=[deadlines_step_by_step, deadlines_in_pandas, deadlines_on_the_wall],
    wrong=[
        slip("wall", "hours", "Hours elapse"),
        slip("to the minute", "hours", "is not right"),
        slip("elapsed days", "calendar", "the same time of day there"),
        slip("thirty", "calendar", "A month is a month of the calendar"),
        slip("at once", "earliest", "`hours: 0` is a clock too"),
        slip("start", "order", "Each clock counts from its own `start`"),
        slip("first clock", "earliest", "is not right"),
        slip("one zone", "earliest", "compared by the wall"),
        slip("latest", "earliest", "The earliest end counts"),
        slip("all clocks", "earliest", "look at all clocks that run"),
        slip("utc day", "day", "in UTC it may be another"),
        slip("newest", "day", "not the newest or today's", also=(NOT_THAT_DAY,)),
        slip("versions", "day", "Take the rows that in_force gives", also=(NOT_THAT_DAY,)),
        slip("None last", "order", "A due of None goes to the end"),
        slip("unsorted", "order", "Earliest first"),
        slip("one of equals", "order", "The result lacks"),
        slip("only running", "order", "listed with None"),
        slip("naive", "order", "a reading of some clock, not a moment"),
        slip("unknown is no", "applies", "Unknown is not False"),
        slip("needs", "applies", "A fact says that it does not apply"),
        slip("unless", "applies", "A fact says that it does not apply"),
        slip("no limits", "applies", "A row without limits sets no clock"),
        slip("more than", "applies", "The result lacks practice.f"),
        slip("sure is None", "applies", "write `is True`"),
        slip("always sure", "applies", "an unknown fact leaves it open"),
        Wrong(deadlines_typed_in, "table", "typed in"),
        Wrong(deadlines_before_in_force, "order", "a `raise NotImplementedError()` is left"),
        Wrong(deadlines_none, "order", "The result lacks"),
    ],
)


EQUIVALENT = {
    "start.astimezone(UTC) → start": (
        "moments come in UTC or with a fixed offset, in which hours elapse as in UTC"
    ),
    "later.astimezone(UTC) → later": (
        "any zone is right, and ends of `move` in one zone follow each other as on the wall; not so "
        "only for times of day that the spring change skips, for which the lesson has no convention"
    ),
}
