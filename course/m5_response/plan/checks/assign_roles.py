"""The check of `plan.assign_roles`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

from ..material import NAMES, Row

ROLES = ("commander", "model_owner", "data_steward", "privacy", "legal", "comms", "scribe")


#: what a solver may forget: of each there is a roster with a plan on which its first plan is wrong, and one
#: without a plan on which it finds one
FORGETTABLE = (
    "away", "last day", "later absence", "deputy away", "involved", "later involved", "deputy involved",
    "deputy trained", "now", "cover", "apart", "deputies apart",
)  # fmt: skip


#: as these, without "now": where two people cover day and night, one of them can lead
REFUSED = tuple(forgotten for forgotten in FORGETTABLE if forgotten != "now")


#: whose first pair, taken at once, leaves nobody for the other's
DEAD_ENDS = ("first commander", "first scribe")


#: only one plan is possible, of the first two people and the last two; or in the reverse order
ONE_WAY = ("one way", "one way back")


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
    traps = (*FORGETTABLE, *DEAD_ENDS, *ONE_WAY)
    plans = 0
    for rng, trap in zip(t.cases(len(traps)), traps, strict=True):
        people, incident = _roster(rng, trap, solvable=True)
        _give(t, people, incident)
        try:
            plan = _plan_of(t, assign_roles(people, incident), people)
        except (ValueError, IndexError, StopIteration) as error:  # the last two: nothing was left to take
            for part in ("apart", "refuse"):
                with t.part(part):
                    _say_solvable(t, error, people, incident, hasty=plans > 0 and trap in DEAD_ENDS)
            continue
        plans += 1
        broken = _broken(plan, people, incident)
        for part in ("trained", "present", "cover", "apart"):
            with t.part(part):
                if part in broken:
                    t.wrong(**broken[part])
    if 2 * plans < len(traps):
        t.wrong("An error was raised on most rosters, although each has an assignment.", expected=ONLY_TWO)
    for rng, forgotten in zip(t.cases(len(REFUSED)), REFUSED, strict=True):
        people, incident = _roster(rng, forgotten, solvable=False)
        _give(t, people, incident)
        with t.part("refuse"), t.raises(ValueError, "a roster without a solution", slip=OTHER_ERROR):
            _say_impossible(t, assign_roles(people, incident), people, incident)


def _give(t: Trial, people: Sequence[Row], incident: Row) -> None:
    t.given(
        date=incident["date"].isoformat(),
        shift=incident["shift"],
        people=len(people),
        involved=len(incident["involved"]),
    )


OTHER_ERROR = (
    "When nothing fits, an empty list or `next` raises its own error: test for it and raise ValueError."
)


WITNESS = "Whoever's own change is under question is a witness: they hold no role."


TRY_ALL = "One dead end is not the end: try all pairs of commander and scribe."


ONLY_TWO = "only the commander's and the scribe's pairs apart, and only the lead on the incident's shift"


def _say_solvable(
    t: Trial, error: LearnerError, people: Sequence[Row], incident: Row, *, hasty: bool
) -> None:
    possible = _solve(people, incident) or {}
    pairs = {role: possible[role] for role in ("commander", "scribe")}
    t.wrong(
        f"{error.kind} was raised, although there is an assignment that keeps the rules.",
        expected=f"for example {pairs}",
        got=error.report(),
        slip=TRY_ALL if hasty else "",
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
            "expected": f"none of {', '.join(incident['involved'])}",
            "got": person["id"],
            "slip": WITNESS,
        }
    for first, last in person["away"]:
        if first <= incident["date"] <= last:
            which = ", on the last day of an absence" if incident["date"] == last else ""
            several = f", in one of {len(person['away'])} absences" if len(person["away"]) > 1 else ""
            return {
                "message": f"The pair for {role} has {person['id']}, who is away{which}{several}.",
                "expected": f"nobody who is away on {incident['date']}",
                "got": f"away from {first} to {last}",
                "slip": "",  # the reason may be any of several
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


def _roster(rng: np.random.Generator, trap: str, *, solvable: bool) -> tuple[list[dict], dict]:
    """A roster with or without a plan, on which a solver goes wrong that forgets one rule, or is hasty."""
    if trap in ONE_WAY:
        return _one_way(rng, trap)
    while True:
        people, incident = _draw_roster(rng, trap, sparse=not solvable)
        right, careless = _solve(people, incident), _solve(people, incident, trap)
        if (right is None) is solvable:
            continue
        if trap in DEAD_ENDS:
            if careless is None:
                return people, incident
        elif careless and careless != right:
            return people, incident


def _one_way(rng: np.random.Generator, trap: str) -> tuple[list[dict], dict]:
    others = [role for role in ROLES if role not in ("commander", "scribe")]
    shift, later = [("day", "night"), ("night", "day")][int(rng.integers(2))]
    kinds = [("commander", shift), ("commander", later), ("scribe", shift), ("scribe", later)]
    people = [
        {"id": str(name), "trained": [role, *others], "shifts": [works], "away": []}
        for name, (role, works) in zip(rng.permutation(NAMES), kinds, strict=False)
    ]
    return people[:: 1 if trap == "one way" else -1], {
        "date": date(2026, 5, 1),
        "shift": shift,
        "involved": [],
    }


def _draw_roster(rng: np.random.Generator, trap: str, sparse: bool) -> tuple[list[dict], dict]:
    on = date(2026, 1, 1) + timedelta(days=int(rng.integers(3650)))
    names = [str(name) for name in rng.permutation(NAMES)[: 8 if sparse else 10]]
    people = []
    for name in names:
        trained = [role for role in ROLES if rng.random() < 0.5]
        shifts = [["day"], ["night"], ["day", "night"]][int(rng.integers(3))]
        people.append({"id": name, "trained": trained, "shifts": shifts, "away": _absences(rng, on)})
    involved = 2 if trap == "later involved" else 1 if "involved" in trap else int(rng.integers(3))
    return people, {
        "date": on,
        "shift": "day" if rng.random() < 0.5 else "night",
        "involved": [str(name) for name in rng.permutation(names)[:involved]],
    }


def _absences(rng: np.random.Generator, on: date) -> list[tuple[date, date]]:
    """None; one that is over, ends on the day, begins on it, or spans it; or one of these after another."""
    first, last = [(-9, -1), (-7, 0), (0, 6), (-3, 3), (1, 9), (0, 0)][int(rng.integers(6))]
    others = [[], [], [(-30, -20)], [(-30, -20), (-15, -12)]][int(rng.integers(4))]
    if rng.random() < 0.5:
        return []
    return [(on + timedelta(days=one), on + timedelta(days=other)) for one, other in (*others, (first, last))]


def _present(person: Row, incident: Row, forgotten: str) -> bool:
    """Rule 2, for one person."""
    on = incident["date"]
    last_day = timedelta(days=forgotten == "last day")
    absences = person["away"][:1] if forgotten == "later absence" else person["away"]
    involved = incident["involved"][:1] if forgotten == "later involved" else incident["involved"]
    away = any(first <= on <= last - last_day for first, last in absences)
    return (forgotten == "away" or not away) and (forgotten == "involved" or person["id"] not in involved)


def _apart(commander: tuple[str, str], scribe: tuple[str, str], forgotten: str) -> bool:
    """Rule 4."""
    if forgotten == "deputies apart":
        return commander[0] != scribe[0]
    return forgotten == "apart" or set(commander).isdisjoint(scribe)


def _solve(people: Sequence[Row], incident: Row, forgotten: str = "") -> dict[str, tuple[str, str]] | None:
    """The first plan in the order of `people` that keeps all rules but the forgotten one; else None.

    Forgotten may also be that the "first commander" or the "first scribe" is not the only one to try.
    """
    of_deputies = forgotten.removeprefix("deputy ")
    leads = [
        person
        for person in people
        if (forgotten == "now" or incident["shift"] in person["shifts"])
        and _present(person, incident, "" if of_deputies != forgotten else forgotten)
    ]
    deputies = [person for person in people if _present(person, incident, of_deputies)]
    pairs = {
        role: [
            (lead["id"], deputy["id"])
            for lead in leads
            if role in lead["trained"]
            for deputy in deputies
            if (role in deputy["trained"] or forgotten == "deputy trained")
            and deputy is not lead
            and (forgotten == "cover" or len({*lead["shifts"], *deputy["shifts"]}) == 2)
        ]
        for role in ROLES
    }
    if not all(pairs.values()):
        return None
    if forgotten in DEAD_ENDS:
        role = forgotten.removeprefix("first ")
        pairs[role] = pairs[role][:1]
    for commander, scribe in product(pairs["commander"], pairs["scribe"]):
        if _apart(commander, scribe, forgotten):
            first = {role: found[0] for role, found in pairs.items()}
            return first | {"commander": commander, "scribe": scribe}
    return None
