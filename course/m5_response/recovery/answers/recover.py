"""Answers to `recovery.recover`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong

from ..checks.recover import RULES, SLIPS
from ..material import recovered


def in_loops(releases, batches, backups, keys, evidence):
    first = sorted(act["hour"] for act in evidence["acts"])[0]
    clean, lost = [], 0
    for batch in batches:
        if batch["logged"] is None or batch["logged"] >= first or batch["found"] != batch["noted"]:
            lost += batch["rows"]
        else:
            clean.append(batch["id"])
    chosen = {"release": None, "backup": None}
    for what, items in (("release", releases), ("backup", backups)):
        best = None
        for one in items:
            if one["logged"] is None or one["logged"] >= first or one["found"] != one["noted"]:
                continue
            if what == "release" and any(name not in clean for name in one["batches"]):
                continue
            if what == "backup" and not one["restored"]:
                continue
            if best is None or one["logged"] > best:
                best, chosen[what] = one["logged"], one["id"]
    rotate = set()
    for key in keys:
        if key["issued"] < evidence["contained"] and not key["revoked"]:
            rotate.add(key["id"])
    return {"rows_lost": lost, "rotate": rotate, "batches": clean, **chosen}


def without(rule):
    def answer(releases, batches, backups, keys, evidence):
        return recovered(releases, batches, backups, keys, evidence, rule)

    answer.__name__ = "without_" + "".join(c if c.isalnum() else "_" for c in rule)
    return answer


def part_of(rule):
    return next(part for part, rules in RULES.items() if rule in rules)


def nothing(releases, batches, backups, keys, evidence):
    return {"release": None, "batches": [], "backup": None, "rotate": set(), "rows_lost": 0}


def rows_kept(*case):
    plan = recovered(*case)
    kept = sum(batch["rows"] for batch in case[1] if batch["id"] in plan["batches"])
    return plan | {"rows_lost": kept}


def rotates_all(*case):
    return recovered(*case) | {"rotate": {key["id"] for key in case[3]}}


def stops_without_lists(*case):
    if not all(case[:4]):
        raise ValueError("empty")
    return recovered(*case)


def nearly_the_rows(*case):
    plan = recovered(*case)
    return plan | {"rows_lost": plan["rows_lost"] + 0.9}


def empty_text(*case):
    plan = recovered(*case)
    return plan | {"release": plan["release"] or ""}


def any_backup(*case):
    plan = recovered(*case)
    return plan | {"backup": plan["backup"] or case[2][0]["id"]}


def edits(releases, batches, backups, keys, evidence):
    plan = recovered(releases, batches, backups, keys, evidence)
    releases.sort(key=lambda one: one["id"])
    backups.clear()
    return plan


ANSWERS = Answers(
    right=[in_loops],
    wrong=[
        *(Wrong(without(rule), part_of(rule), "is not right", also=tuple(SLIPS.values())) for rule in SLIPS),
        Wrong(nothing, "batches", "is not right", also=tuple(SLIPS.values())),
        Wrong(rows_kept, "rows_lost", "is not right", also=tuple(SLIPS.values())),
        Wrong(rotates_all, "rotate", "is not right", also=tuple(SLIPS.values())),
        Wrong(stops_without_lists, "release", "empty", also=tuple(SLIPS.values())),
        Wrong(nearly_the_rows, "rows_lost", "is not right", also=tuple(SLIPS.values())),
        Wrong(empty_text, "release", "is not right", also=tuple(SLIPS.values())),
        Wrong(any_backup, "backup", "is not right", also=tuple(SLIPS.values())),
        Wrong(edits, "rows_lost", "changed what it was given"),
    ],
)
