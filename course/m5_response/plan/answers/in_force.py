"""Answers to `plan.in_force`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from autograder.exercise import Answers, Wrong


def in_force_by_max(rules, on):
    held = []
    for name in dict.fromkeys(row["id"] for row in rules):
        versions = [row for row in rules if row["id"] == name and row["as_of"] <= on]
        if not versions:
            raise KeyError(name)
        held.append(max(versions, key=lambda row: row["as_of"]))
    return [row for row in held if row["status"] == "in force"]


def in_force_by_frame(rules, on):
    table = pd.DataFrame(rules, columns=["id", "as_of", "status"])
    past = table[table["as_of"] <= on]
    if set(past["id"]) != set(table["id"]):
        raise LookupError("unknown")
    held = past.sort_values("as_of").groupby("id").tail(1)
    return [rules[place] for place in held.index[held["status"] == "in force"]]


def in_force_last_listed(rules, on):
    in_force_by_max(rules, on)
    held = {row["id"]: row for row in rules if row["as_of"] <= on}
    return [row for row in held.values() if row["status"] == "in force"]


def in_force_unless_not(rules, on):
    in_force_by_max(rules, on)
    held = {row["id"]: row for row in sorted(rules, key=lambda row: row["as_of"]) if row["as_of"] <= on}
    return [row for row in held.values() if row["status"] != "not in force"]


def in_force_status_first(rules, on):
    in_force_by_max(rules, on)
    held = {}
    for row in sorted(rules, key=lambda row: row["as_of"]):
        if row["status"] == "in force" and row["as_of"] <= on:
            held[row["id"]] = row
    return list(held.values())


def in_force_from_tomorrow(rules, on):
    in_force_by_max(rules, on)
    return in_force_by_max(rules, on - timedelta(days=1))


def in_force_newest(rules, on):
    in_force_by_max(rules, on)
    newest = {row["id"]: row for row in sorted(rules, key=lambda row: row["as_of"])}
    return [row for row in newest.values() if row["status"] == "in force"]


def in_force_all_versions(rules, on):
    in_force_by_max(rules, on)
    return [row for row in rules if row["status"] == "in force" and row["as_of"] <= on]


def in_force_open_too(rules, on):
    return in_force_by_max([{**row, "status": "in force"} for row in rules], on)


def in_force_whatever_status(rules, on):
    held = {row["id"]: row for row in sorted(rules, key=lambda row: row["as_of"]) if row["as_of"] <= on}
    if held.keys() < {row["id"] for row in rules}:
        raise LookupError("unknown")
    return list(held.values())


def in_force_refuses_the_rest(rules, on):
    found = in_force_by_max(rules, on)
    if {row["id"] for row in found} != {row["id"] for row in rules}:
        raise LookupError("no version")
    return found


def in_force_silent(rules, on):
    early = {row["id"] for row in rules if row["as_of"] <= on}
    return in_force_by_max([row for row in rules if row["id"] in early], on)


def in_force_nothing(rules, on):
    return []


def in_force_refuses_when_all_are_late(rules, on):
    if rules and not any(row["as_of"] <= on for row in rules):
        raise LookupError("no version")
    return in_force_silent(rules, on)


def in_force_refuses_only_rules_in_force(rules, on):
    early = {row["id"] for row in rules if row["as_of"] <= on}
    if any(row["id"] not in early and row["status"] == "in force" for row in rules):
        raise LookupError("no version")
    return in_force_silent(rules, on)


def in_force_refuses_no_rules(rules, on):
    if not rules:
        raise LookupError("no rows")
    return in_force_by_max(rules, on)


def in_force_with_sorted_fields(rules, on):
    return [dict(sorted(row.items())) for row in in_force_by_max(rules, on)]


def in_force_with_sorted_needs(rules, on):
    found = in_force_by_max(rules, on)
    return [row | {"needs": sorted(row["needs"])} if "needs" in row else row for row in found]


def in_force_first_day_keeps_the_older(rules, on):
    """A newer version that is not in force ends the older a day late."""
    ended = [row for row in rules if row["status"] == "in force" or row["as_of"] < on]
    in_force_by_max(rules, on)
    return in_force_by_max(ended, on)


ANSWERS = Answers(
    right=[in_force_by_max, in_force_by_frame],
    wrong=[
        Wrong(in_force_status_first, "status", "Choose the version first"),
        Wrong(in_force_from_tomorrow, "first_day", "on the day of its as_of already"),
        Wrong(in_force_newest, "version", "What begins after the day"),
        Wrong(in_force_all_versions, "version", "a newer one ends the older"),
        Wrong(in_force_last_listed, "version", "Rows come in any order"),
        Wrong(in_force_unless_not, "status", "Open is not in force"),
        Wrong(in_force_open_too, "status", "Return the rows as they are"),
        Wrong(in_force_whatever_status, "status", "Look at the status"),
        Wrong(in_force_refuses_the_rest, "status", "leave it out, raise nothing"),
        Wrong(in_force_silent, "refuse", "silence would read as no duty"),
        Wrong(in_force_refuses_when_all_are_late, "refuse", "silence would read as no duty"),
        Wrong(in_force_refuses_only_rules_in_force, "refuse", "silence would read as no duty"),
        Wrong(in_force_refuses_no_rules, "version", "no rows"),
        Wrong(in_force_with_sorted_fields, "version", "Return the rows as they are"),
        Wrong(in_force_with_sorted_needs, "version", "Return the rows as they are"),
        Wrong(in_force_first_day_keeps_the_older, "first_day", "These are not the versions"),
        Wrong(
            in_force_nothing,
            "version",
            "These are not the versions that held",
            also=("The table does not know that day: silence would read as no duty.",),  # it stays silent
        ),
    ],
)
