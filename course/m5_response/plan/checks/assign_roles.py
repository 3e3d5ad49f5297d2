"""The check of `plan.assign_roles`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import permutations, product
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

from ..material import NAMES, Row

ROLES = ("commander", "model_owner", "data_steward", "privacy", "legal", "comms", "scribe")


#: what a solver may forget → in how many drawn rosters its first plan must break the rule
FORGETTABLE = ("away", "last day", "involved", "now", "cover", "apart")


#: roster → whose first pair, taken at once, must leave nobody for the other's
DEAD_ENDS = {6: "first commander", 7: "first scribe"}


@exercise(
    minutes=16,
    level="stretch",
    parts={
        "trained": (1, "gives every role two different people who are trained for it"),
        "present": (2, "names nobody who is away or involved"),
        "cover": (2, "has a lead on the incident's shift, and covers day and night"),
        "apart": (2, "keeps the commander's pair and the scribe's apart, wherever that can be done"),
        "refuse": (3, "raises ValueError when no assignment keeps the rules, and only then"),
    },
    hints=(
        "Sort the rules: the first three can be decided for one pair of people and one role. Only the fourth "
        "ties two roles together, so only there does a choice spoil another.",
        "For each role, list all pairs (lead, deputy) that keep rules 1 to 3. Then search the commander's "
        "pairs and the scribe's pairs *together* for two that share nobody. For the other roles any pair "
        "will do.",
        "present = people who are not involved and for whom no (first <= date <= last)\n"
        "pairs[role] = [(a, b) for a, b in permutations(present, 2) if both are trained for role,\n"
        "               and covered(a, b, shift)]\n"
        "for c in pairs['commander']: for s in pairs['scribe']: if they share nobody: keep both, stop\n"
        "no such c and s, or a role without pairs: raise ValueError",
    ),
    debrief=(
        "Strikes on the evening before a holiday, when the one person who can decide is on a plane, and the "
        "one who could write it down is deciding.",
        "Treats an empty chair as a failing test, weeks before. And keeps whoever's change is under question "
        "as a witness, not as the judge.",
    ),
    standards=("RS.MA-01", "RV.2.2"),
)
def assign_roles(t: Trial, assign_roles) -> None:
    plans = 0
    for number, rng in enumerate(t.cases(8)):
        forgotten = FORGETTABLE[number % len(FORGETTABLE)]
        people, incident = _roster(rng, forgotten, solvable=True, dead_end=DEAD_ENDS.get(number, ""))
        t.given(date=incident["date"].isoformat(), shift=incident["shift"], people=len(people))
        try:
            plan = _plan_of(t, assign_roles(people, incident), people)
        except (ValueError, IndexError, StopIteration) as error:  # the last two: nothing was left to take
            for part in ("apart", "refuse"):
                with t.part(part):
                    _say_solvable(t, error, people, incident)
            continue
        plans += 1
        broken = _broken(plan, people, incident)
        for part in ("trained", "present", "cover", "apart"):
            with t.part(part):
                if part in broken:
                    t.wrong(**broken[part])
    if plans < 4:
        t.wrong("An error was raised on most rosters, although each has an assignment.", slip=TRY_ALL)
    for rng, forgotten in zip(t.cases(len(REFUSED)), REFUSED, strict=True):
        people, incident = _roster(rng, forgotten, solvable=False)
        t.given(date=incident["date"].isoformat(), shift=incident["shift"], people=len(people))
        with t.part("refuse"), t.raises(ValueError, "a roster without a solution", slip=OTHER_ERROR):
            _say_impossible(t, assign_roles(people, incident), people, incident)


#: rules because of which a roster has no solution
REFUSED = ("away", "last day", "involved", "cover", "apart")


EACH_DAY = "`away` holds first and last day, not each day."


LAST_DAY = f"The last day of an absence is a day away too: {EACH_DAY}"


OTHER_ERROR = (
    "When nothing fits, an empty list or `next` raises its own error: test for it and raise ValueError."
)


TRY_ALL = (
    "One dead end is not the end: try all pairs of commander and scribe, and use `covered` as given. "
    "No other roles need to be apart."
)


def _say_solvable(t: Trial, error: LearnerError, people: Sequence[Row], incident: Row) -> None:
    possible = _solve(people, incident) or {}
    pairs = {role: possible[role] for role in ("commander", "scribe")}
    t.wrong(
        f"{error.kind} was raised, although there is an assignment that keeps the rules.",
        expected=f"for example {pairs}",
        got=error.report(),
        slip=TRY_ALL,
    )


def _say_impossible(t: Trial, value: Any, people: Sequence[Row], incident: Row) -> None:
    """Say which rule the plan breaks that was made where no plan is possible; nothing for other values."""
    if type(value) is not dict:
        t.wrong(
            "Given a roster without a solution, no error is raised.",
            expected="ValueError",
            got=value,
            slip="Nothing that is returned can be a plan: raise.",
        )
    broken = _broken(_plan_of(t, value, people), people, incident)
    first = next(iter(broken.values()))
    t.wrong(
        f"No assignment keeps all four rules, and no error is raised. {first['message']}",
        expected="ValueError",
        got=first.get("got", value),
        slip=first["slip"],
    )


def _plan_of(t: Trial, value: Any, people: Sequence[Row]) -> dict[str, tuple[str, str]]:
    plan = t.instance(value, dict, "the plan")
    names = [person["id"] for person in people]
    t.expect(
        set(plan) == set(ROLES),
        "The plan does not have each role of ROLES once, and nothing else.",
        expected=list(ROLES),
        got=list(plan),
    )
    for role, pair in plan.items():
        t.expect(
            type(pair) is tuple and len(pair) == 2 and all(type(n) is str and n in names for n in pair),
            f"What the plan has for {role} is not a lead and a deputy.",
            expected="a tuple of two ids",
            got=pair,
        )
    return plan


def _broken(plan: Mapping[str, tuple[str, str]], people: Sequence[Row], incident: Row) -> dict[str, dict]:
    """Part → what to say about the first place at which the plan breaks its rule."""
    by_id = {person["id"]: person for person in people}
    found: dict[str, dict] = {}
    for role, pair in plan.items():
        lead, deputy = (by_id[name] for name in pair)
        for part, broken in (
            ("trained", _untrained(role, lead, deputy)),
            ("present", _absent(role, lead, incident) or _absent(role, deputy, incident)),
            ("cover", _uncovered(role, lead, deputy, incident["shift"])),
        ):
            if broken:
                found.setdefault(part, broken)
    commander, scribe = plan["commander"], plan["scribe"]
    if both := [name for name in commander if name in scribe]:
        deputies = "" if commander[0] == scribe[0] else f"Deputies count: {both[0]} is in both pairs. "
        found["apart"] = {
            "message": "Somebody is in the commander's pair and in the scribe's.",
            "got": {"commander": commander, "scribe": scribe},
            "slip": f"{deputies}Choose the two pairs together: the first commander that fits may be the only "
            "scribe.",
        }
    return found


def _untrained(role: str, lead: Row, deputy: Row) -> dict[str, Any] | None:
    pair = (lead["id"], deputy["id"])
    if lead["id"] == deputy["id"]:
        return {
            "message": f"The lead for {role} is their own deputy.",
            "got": pair,
            "slip": "Lead and deputy are two people.",
        }
    for person in (lead, deputy):
        if role not in person["trained"]:
            return {
                "message": f"{person['id']} is not trained for {role}.",
                "got": pair,
                "slip": "The deputy is trained for the role too." if person is deputy else "",
            }
    return None


def _absent(role: str, person: Row, incident: Row) -> dict[str, Any] | None:
    if person["id"] in incident["involved"]:
        return {
            "message": f"The pair for {role} has {person['id']}, who is involved.",
            "got": person["id"],
            "slip": "Whoever's own change is under question is a witness: they hold no role.",
        }
    for first, last in person["away"]:
        if first <= incident["date"] <= last:
            return {
                "message": f"The pair for {role} has {person['id']}, who is away.",
                "expected": f"nobody who is away on {incident['date']}",
                "got": f"away from {first} to {last}",
                "slip": LAST_DAY if incident["date"] == last else EACH_DAY,
            }
    return None


def _uncovered(role: str, lead: Row, deputy: Row, shift: str) -> dict[str, Any] | None:
    if shift not in lead["shifts"]:
        return {
            "message": f"The lead for {role} does not work the incident's shift.",
            "expected": shift,
            "got": lead["shifts"],
            "slip": "The order in the tuple matters: the lead is needed now, the deputy relieves them.",
        }
    if {"day", "night"} - {*lead["shifts"], *deputy["shifts"]}:
        return {
            "message": f"The pair for {role} does not cover day and night.",
            "got": [lead["shifts"], deputy["shifts"]],
            "slip": "Look at the shifts of both together: two people of the day leave the night open.",
        }
    return None


def _roster(
    rng: np.random.Generator, forgotten: str, *, solvable: bool, dead_end: str = ""
) -> tuple[list[dict], dict]:
    """A roster with or without a plan, on which a solver goes wrong that forgets one rule, or is hasty."""
    while True:
        people, incident = _draw_roster(rng, sparse=not solvable)
        careless = _solve(people, incident, forgotten)
        right = _solve(people, incident)
        if careless is None or (right is None) is solvable:
            continue
        if dead_end and _solve(people, incident, dead_end):
            continue
        if not solvable or careless != right:
            return people, incident


def _draw_roster(rng: np.random.Generator, sparse: bool) -> tuple[list[dict], dict]:
    on = date(2026, 1, 1) + timedelta(days=int(rng.integers(3650)))
    names = [str(name) for name in rng.permutation(NAMES)[: 8 if sparse else 10]]
    people = []
    for name in names:
        trained = [role for role in ROLES if rng.random() < 0.5]
        shifts = [["day"], ["night"], ["day", "night"]][int(rng.integers(3))]
        people.append({"id": name, "trained": trained, "shifts": shifts, "away": _absences(rng, on)})
    shift = "day" if rng.random() < 0.5 else "night"
    return people, {
        "date": on,
        "shift": shift,
        "involved": [str(name) for name in rng.permutation(names)[:1]],
    }


def _absences(rng: np.random.Generator, on: date) -> list[tuple[date, date]]:
    """None, or one that is over, that ends on the day, that begins on it, or that spans it."""
    first, last = [(-9, -1), (-7, 0), (0, 6), (-3, 3), (1, 9)][int(rng.integers(5))]
    if rng.random() < 0.5:
        return []
    return [(on + timedelta(days=first), on + timedelta(days=last))]


def _solve(people: Sequence[Row], incident: Row, forgotten: str = "") -> dict[str, tuple[str, str]] | None:
    """The first plan in the order of `people` that keeps all rules but the forgotten one; else None.

    Forgotten may also be that the "first commander" or the "first scribe" is not the only one to try.
    """
    on, involved = incident["date"], () if forgotten == "involved" else incident["involved"]

    def away(first: date, last: date) -> bool:
        return forgotten != "away" and first <= on <= last - timedelta(days=forgotten == "last day")

    present = [p for p in people if p["id"] not in involved and not any(away(*days) for days in p["away"])]
    pairs = {
        role: [
            (lead["id"], deputy["id"])
            for lead, deputy in permutations(present, 2)
            if role in lead["trained"]
            and role in deputy["trained"]
            and (forgotten == "now" or incident["shift"] in lead["shifts"])
            and (forgotten == "cover" or len({*lead["shifts"], *deputy["shifts"]}) == 2)
        ]
        for role in ROLES
    }
    if not all(pairs.values()):
        return None
    if forgotten.startswith("first"):
        role = forgotten.removeprefix("first ")
        pairs[role] = pairs[role][:1]
    for commander, scribe in product(pairs["commander"], pairs["scribe"]):
        if forgotten == "apart" or set(commander).isdisjoint(scribe):
            return {role: found[0] for role, found in pairs.items()} | {
                "commander": commander,
                "scribe": scribe,
            }
    return None
