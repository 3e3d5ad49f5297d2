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
        for key, least in row.get("at_least", {}).items():
            if facts.get(key) is None:
                sure = False
            elif facts[key] < least or (forget == "more than" and facts[key] == least):
                applies = False
        if not applies or not row.get("limits"):
            continue
        due = None
        for limit in row["limits"]:
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
        if forget == "naive" and due:
            due = due.replace(tzinfo=None)
        known = None if forget == "sure is None" and not sure else sure or forget == "always sure"
        result.append({"id": row["id"], "due": due, "sure": known})
    if forget == "unsorted":
        return sorted(result, key=lambda entry: entry["id"])
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


ANSWERS = Answers(
    right=[deadlines_step_by_step, deadlines_in_pandas, deadlines_on_the_wall],
    wrong=[
        Wrong(named(deadlines_step_by_step, "wall", forget="wall"), "hours", "Hours elapse"),
        Wrong(
            named(deadlines_step_by_step, "elapsed_days", forget="elapsed days"),
            "calendar",
            "the same time of day there",
        ),
        Wrong(
            named(deadlines_step_by_step, "thirty", forget="thirty"),
            "calendar",
            "A month is a month of the calendar",
        ),
        Wrong(
            named(deadlines_step_by_step, "at_once", forget="at once"),
            "earliest",
            "`hours: 0` is a clock too",
        ),
        Wrong(
            named(deadlines_step_by_step, "start", forget="start"),
            "order",
            "Each clock counts from its own `start`",
        ),
        Wrong(
            named(deadlines_step_by_step, "one_zone", forget="one zone"), "earliest", "compared by the wall"
        ),
        Wrong(
            named(deadlines_step_by_step, "latest", forget="latest"),
            "earliest",
            "The earliest end counts",
            also=('`hours: 0` is a clock too, due at its start: test `"hours" in clock`.',),
        ),
        Wrong(named(deadlines_step_by_step, "utc_day", forget="utc day"), "day", "in UTC it may be another"),
        Wrong(named(deadlines_step_by_step, "newest", forget="newest"), "day", "not the newest or today's"),
        Wrong(
            named(deadlines_step_by_step, "versions", forget="versions"),
            "day",
            "Take the rows that in_force gives",
        ),
        Wrong(
            named(deadlines_step_by_step, "all_clocks", forget="all clocks"),
            "earliest",
            "look at all clocks that run",
            also=("The earliest end counts, not the latest.",),
        ),
        Wrong(
            named(deadlines_step_by_step, "None_last", forget="None last"),
            "order",
            "A due of None goes to the end",
        ),
        Wrong(
            named(deadlines_step_by_step, "unknown_is_no", forget="unknown is no"),
            "applies",
            "Unknown is not False",
        ),
        Wrong(
            named(deadlines_step_by_step, "needs", forget="needs"),
            "applies",
            "A fact says that it does not apply",
        ),
        Wrong(
            named(deadlines_step_by_step, "more_than", forget="more than"),
            "applies",
            "The result lacks practice.f",
        ),
        Wrong(
            named(deadlines_step_by_step, "sure_is_None", forget="sure is None"), "applies", "write `is True`"
        ),
        Wrong(
            named(deadlines_step_by_step, "always_sure", forget="always sure"),
            "applies",
            "an unknown fact leaves it open",
        ),
        Wrong(named(deadlines_step_by_step, "naive", forget="naive"), "order", "has no time zone"),
        Wrong(
            named(deadlines_step_by_step, "unsorted", forget="unsorted"), "order", "not in the order of due"
        ),
        Wrong(
            named(deadlines_step_by_step, "only_running", forget="only running"), "order", "listed with None"
        ),
        Wrong(deadlines_typed_in, "table", "typed in"),
        Wrong(deadlines_before_in_force, "order", "`in_force`, which is not written yet"),
        Wrong(deadlines_none, "order", "The result lacks"),
    ],
)
