"""Answers to `recovery.review`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

from autograder.exercise import Answers, Wrong

from ..material import BLAME, LAST_DAY


def step_by_step(causes, actions, roles, today, before, after, forget=""):
    faults = {}
    for action in actions:
        found = faults[action["id"]] = set()
        owner = action["owner"]
        known = owner in roles
        if forget == "any owner":
            known = bool(owner)
        elif forget == "letters":
            known = bool(owner) and owner.lower() in roles
        elif forget == "part of an owner":
            known = bool(owner) and any(role in owner for role in roles)
        if not known:
            found.add("owner")
        due = action["due"]
        if due is None:
            if forget != "no date":
                found.add("date")
        else:
            days = (due - today).days
            low = 0 if forget == "today counts" else -99999 if forget == "past" else 1
            high = LAST_DAY - 1 if forget == "the last day" else 99999 if forget == "far" else LAST_DAY
            if not low <= days <= high:
                found.add("date")
        if not _test(action["test"], before, after, forget):
            found.add("test")
        text = action["text"] if forget == "case" else action["text"].lower()
        words = re.findall(r"\w+", text)
        blamed = any(word in BLAME for word in words) and forget != "words"
        if forget == "parts of words":
            blamed = any(word in text for word in BLAME)
        person = any(re.fullmatch(r"u\d+", word) for word in words) and forget != "persons"
        if forget == "persons in words":
            person = bool(re.search(r"u\d+", text))
        if blamed or person:
            found.add("blame")
        if action["cause"] not in causes and forget != "cause":
            found.add("cause")
    return {"faults": faults, "open": _open(causes, actions, faults, forget)}


def _test(test, before, after, forget):
    if forget == "no test" and test is None:
        return True
    try:
        first, second = test(before), test(after)
    except Exception:
        return forget == "error"
    if forget == "before":
        return second is True
    if forget == "after":
        return first is False
    if forget == "truthy":
        return not first and bool(second)
    if forget == "changes":
        return first != second
    return (first, second) == (False, True)


def _open(causes, actions, faults, forget):
    if forget == "open is unnamed":
        return causes - {action["cause"] for action in actions}
    if forget == "every action":
        return (
            causes - {a["cause"] for a in actions} | {a["cause"] for a in actions if faults[a["id"]]} & causes
        )
    left = set(causes)
    for action in actions:
        if not faults[action["id"]]:
            left.discard(action["cause"])
    return left


def slip(forget, part, told, also=()):
    answer = partial(step_by_step, forget=forget)
    answer.__name__ = "without_" + forget.replace(" ", "_")
    return Wrong(answer, part, told, also=also)


def errors_pass_on(causes, actions, roles, today, before, after):
    for action in actions:
        if action["test"] is not None:
            action["test"](before), action["test"](after)
    return step_by_step(causes, actions, roles, today, before, after)


def edits(causes, actions, roles, today, before, after):
    found = step_by_step(causes, actions, roles, today, before, after)
    for action in actions:
        action["faults"] = sorted(found["faults"][action["id"]])
    return found


def nothing(causes, actions, roles, today, before, after):
    return {"faults": {action["id"]: set() for action in actions}, "open": set()}


def own_roles(causes, actions, roles, today, before, after):
    known = {"developer", "security engineer", "data steward", "nurse", "privacy officer", "doctor"}
    return step_by_step(causes, actions, known, today, before, after)


def own_states(causes, actions, roles, today, before, after):
    before = {"backup_bytes": 12, "restore_tested": False, "services_per_key": 3}
    after = {"backup_bytes": 90_000_000, "restore_tested": True, "services_per_key": 1}
    return step_by_step(causes, actions, roles, today, before, after)


def by_number(causes, actions, roles, today, before, after):
    found = step_by_step(causes, actions, roles, today, before, after)
    return found | {"faults": {f"a{at}": faults for at, faults in enumerate(found["faults"].values())}}


def drops_tests(causes, actions, roles, today, before, after):
    found = step_by_step(causes, actions, roles, today, before, after)
    for action in actions:
        action["test"] = None
    return found


def blames(pattern):
    def answer(causes, actions, roles, today, before, after):
        found = step_by_step(causes, actions, roles, today, before, after)
        for action in actions:
            found["faults"][action["id"]].discard("blame")
            if re.search(pattern, action["text"], re.IGNORECASE):
                found["faults"][action["id"]].add("blame")
        mended = {action["cause"] for action in actions if not found["faults"][action["id"]]}
        return found | {"open": causes - mended}

    return answer


WORDS = "|".join(BLAME)


def only_faulty(causes, actions, roles, today, before, after):
    found = step_by_step(causes, actions, roles, today, before, after)
    return found | {"faults": {name: faults for name, faults in found["faults"].items() if faults}}


def month(causes, actions, roles, today, before, after):
    found = step_by_step(causes, actions, roles, today, before, after)
    for action in actions:
        if action["due"] is not None and action["due"] > today + timedelta(days=31):
            found["faults"][action["id"]].add("date")
    return found


ANSWERS = Answers(
    right=[step_by_step],
    wrong=[
        slip("any owner", "owner", "the faults of"),
        slip("letters", "owner", "the faults of"),
        slip("part of an owner", "owner", "the faults of"),
        slip("no date", "date", "the faults of"),
        slip("today counts", "date", "the faults of"),
        slip("past", "date", "the faults of"),
        slip("the last day", "date", "the faults of"),
        slip("far", "date", "the faults of"),
        Wrong(month, "date", "the faults of"),
        slip("no test", "test", "the faults of"),
        slip("error", "test", "the faults of"),
        slip("before", "test", "the faults of"),
        slip("after", "test", "the faults of"),
        slip("truthy", "test", "the faults of"),
        Wrong(own_roles, "owner", "the faults of"),
        Wrong(own_states, "test", "the faults of"),
        Wrong(by_number, "owner", "the faults of"),
        Wrong(drops_tests, "owner", "changed an action"),
        Wrong(blames(rf"\b(u\d\d|{WORDS})\b"), "blame", "the faults of"),
        Wrong(blames(rf"\b(u\d*|{WORDS})\b"), "blame", "the faults of"),
        Wrong(blames(rf"\b(u\d+|fault)\b|{WORDS.replace('fault|', '')}"), "blame", "the faults of"),
        Wrong(blames(rf"\bu\d+\b|\s({WORDS})[\s,]"), "blame", "the faults of"),
        slip("changes", "test", "the faults of"),
        Wrong(errors_pass_on, "test", "KeyError"),
        slip("case", "blame", "the faults of"),
        slip("words", "blame", "the faults of"),
        slip("parts of words", "blame", "the faults of"),
        slip("persons", "blame", "the faults of"),
        slip("persons in words", "blame", "the faults of"),
        slip("cause", "open", "the faults of"),
        slip("open is unnamed", "open", "has a fault"),
        slip("every action", "open", "open"),
        Wrong(edits, "owner", "changed an action"),
        Wrong(nothing, "owner", "the faults of"),
        Wrong(only_faulty, "owner", "the faults of"),
    ],
)

EQUIVALENT = {
    "return False → pass": "the caller asks only whether it is true, and None is not",
    "return False → return None": "the caller asks only whether it is true, and None is not",
}
