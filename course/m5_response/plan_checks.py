"""Checks of the lesson on the response plan: rosters, rules and incidents are drawn, and no law typed in."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from itertools import permutations, product, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from autograder.exercise import LearnerError, Prediction, Trial, brief, exercise
from course.rules import rows

Row = Mapping[str, Any]

unknown = Prediction(
    id="plan.unknown",
    question="Your severity form asks whether personal data left. Nobody knows yet. How should the plan "
    "count that?",
    options=(
        "As no: raise the severity once it is confirmed",
        "Leave it out: rate what is known",
        "As yes: lower the severity once it is ruled out",
    ),
    answer=2,
    because="Raising late costs hours that the victims and the clocks do not give back. Lowering late costs "
    "some people an evening.",
)

weekend = Prediction(
    id="plan.weekend",
    question="A clock of 96 hours starts in Berlin on Friday, 23 October 2026, at 16:05. What does the wall "
    "clock there show when it runs out?",
    options=("Tuesday, 15:05", "Tuesday, 16:05", "Tuesday, 17:05"),
    answer=0,
    because="In the night to Sunday the clocks in Berlin go back, and that day has 25 hours. So 96 hours are "
    "over an hour before the clock shows 16:05 for the fourth time.",
)

link = Prediction(
    id="plan.link",
    question="The EU's AI Act asks for a report of a serious incident. Five days after you became aware you "
    "find that the model is its likely cause. What does that do to the deadline?",
    options=(
        "Nothing: the period counts from becoming aware",
        "A new period starts on that day",
        "The report is due at once",
    ),
    answer=2,
    because="The row ai_act.serious below has two clocks, and the earlier end counts. The one from becoming "
    "aware is only the outer limit; the other starts with the likely link and runs for no time.",
)


# -- assign_roles ------------------------------------------------------------------------------------

ROLES = ("commander", "model_owner", "data_steward", "privacy", "legal", "comms", "scribe")
NAMES = ("ada", "bo", "cem", "dee", "eli", "fay", "gus", "hana", "ivo", "jun")
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


# -- triage ------------------------------------------------------------------------------------------

STEP = {"SEV1": 5, "SEV2": 15, "SEV3": 60, "SEV4": 240}
YES_OR_NO = ("safety", "data_out", "tampered", "degraded", "attacker_in", "fallback")
MANY = 1000


@exercise(
    minutes=15,
    parts={
        "known": (3, "rates what is known by the table, step by step"),
        "safety": (2, "rates a risk to safety as SEV1, whatever else is true"),
        "unknown": (4, "counts what is None or missing as its worst value"),
        "steps": (2, "pages one more after each full step, until all are paged"),
        "fast": (1, "treats an unknown severity as SEV1"),
        "empty": (1, "raises ValueError for an empty chain"),
    },
    hints=(
        "In Python `if signals.get('safety')` treats None as False. For which of the seven signals is that "
        "what the table asks, and for which is it the opposite?",
        "Write down once what 'counts as True' means: the value is not False. Go through the table from SEV4 "
        "upwards, then the step up, then the step down. For escalate: one person at minute 0, and "
        "minutes // step more.",
        "counts(key) = signals.get(key) is not False\n"
        "level = 4; if counts(degraded): 3; if counts(data_out) or counts(tampered) or affected is None "
        "or affected >= 1000: 2\n"
        "if counts(attacker_in): level = level - 1\n"
        "if signals.get(fallback) is True: level = level + 1, at most 4\n"
        "if counts(safety): level = 1\n"
        "escalate: chain[: 1 + minutes // STEP.get(severity, STEP['SEV1'])]",
    ),
    debrief=(
        "Profits from every form in which an empty field means no: what is not looked at stays small.",
        "Lets only a checked fact lower a severity, and pages on a timer that waits for nobody's answer.",
    ),
    standards=("RS.MA-02", "RS.MA-03", "RS.MA-04"),
)
def triage(t: Trial, triage, escalate) -> None:
    for part, count in (("known", 40), ("safety", 15), ("unknown", 40)):
        for number, rng in enumerate(t.cases(count)):
            signals = _signals(rng, part, number)
            t.given(**signals)
            with t.part(part):
                _expect_severity(t, triage(signals), signals)
    for number, rng in enumerate(t.cases(12)):
        chain = [str(name) for name in rng.permutation(NAMES)[: int(rng.integers(3, 8))]]
        severity = list(STEP)[number % 4]
        full = int(rng.integers(1, len(chain) - 1)) if number < 9 else len(chain) + number % 2
        minutes = STEP[severity] * full + (0, 1, STEP[severity] - 1)[number % 3]
        t.given(severity=severity, minutes=minutes, chain=chain)
        with t.part("steps"):
            _expect_paged(t, escalate(severity, minutes, chain), chain, full + 1)
    for severity in (None, "SEV0", "high", ""):
        chain, minutes = list(NAMES[:6]), STEP["SEV1"] * 3
        t.given(severity=severity, minutes=minutes)
        with t.part("fast"):
            _expect_paged(t, escalate(severity, minutes, chain), chain, 4)
    for severity in ("SEV1", "SEV4"):
        t.given(severity=severity, minutes=0, chain=[])
        with t.part("empty"), t.raises(ValueError, "an empty chain"):
            escalate(severity, 0, [])


def _signals(rng: np.random.Generator, part: str, number: int) -> dict[str, Any]:
    share = 0.25 if number % 2 else 0.5
    signals: dict[str, Any] = {key: bool(rng.random() < share) for key in YES_OR_NO}
    signals["affected"] = int(
        rng.choice([0, 2, 400, MANY - 1, MANY, 50_000], p=[0.3, 0.2, 0.1, 0.2, 0.1, 0.1])
    )
    signals["safety"] = part == "safety"
    signals["fallback"] = bool(rng.random() < 0.6)
    if part == "known" and number % 4 < 2:  # nothing but the number of people decides
        signals |= {"data_out": False, "tampered": False, "affected": MANY - number % 2}
    if part == "unknown":
        key = (*YES_OR_NO, "affected")[number % 7]  # each in its turn; sometimes others as well
        for other in signals:
            if other != key and rng.random() < 0.15:
                signals[other] = None
        signals[key] = None
        if number % 14 >= 7:
            del signals[key]
        if rng.random() < 0.3:
            signals["safty"] = False
    return {key: signals[key] for key in rng.permutation(list(signals)).tolist()}


def _rate(signals: Mapping[str, Any], forgotten: str = "") -> str:
    """The severity by the table; `forgotten` is the slip to make."""
    unknown = forgotten == "unknown"
    if forgotten == "missing":
        signals = {**dict.fromkeys(YES_OR_NO, False), "affected": 0, **signals}

    def counts(key: str) -> bool:
        return bool(signals.get(key)) if unknown else signals.get(key) is not False

    affected = signals.get("affected")
    if forgotten == "nobody":
        affected = affected or None
    least = MANY + (forgotten == "threshold")
    many = (not unknown) if affected is None else affected >= least
    safety, fallback = counts("safety"), signals.get("fallback") is True
    if forgotten == "fallback":
        fallback = signals.get("fallback") is not False
    level = 3 if counts("degraded") else 4
    if counts("data_out") or counts("tampered") or many:
        level = 2
    if safety:
        level = 1
    if forgotten == "order":
        level = min(level + fallback, 4)
        return f"SEV{max(level - counts('attacker_in'), 1)}"
    level = max(level - (counts("attacker_in") and forgotten != "attacker"), 1)
    stays = level == 1 if forgotten == "worst stays" else safety and forgotten != "safety"
    if fallback and not stays:
        level = min(level + 1, 4)
    return f"SEV{level}"


def _expect_severity(t: Trial, value: Any, signals: Mapping[str, Any]) -> None:
    got = t.instance(value, str, "the severity")
    t.expect(
        got in STEP,
        "The severity is not one of the four.",
        expected=_rate(signals),
        got=got,
        slip="Each step ends at SEV1 or SEV4.",
    )
    t.equal(
        got,
        _rate(signals),
        "the severity",
        slips={
            "A fallback that nobody has confirmed gives no step down.": _rate(signals, "fallback"),
            "Unknown counts as worst: None and a missing key are no False.": _rate(signals, "unknown"),
            "Unknown counts as worst: a missing key is unknown too.": _rate(signals, "missing"),
            "A risk to safety stays SEV1: no fallback lowers it.": _rate(signals, "safety"),
            "An attacker who can still act is one step worse.": _rate(signals, "attacker"),
            "Step up first, then down.": _rate(signals, "order"),
            "1000 people are enough: 1000 or more, not more than 1000.": _rate(signals, "threshold"),
            "0 people is known: only None or a missing key is unknown.": _rate(signals, "nobody"),
            "Only `safety` keeps SEV1: reached by `attacker_in`, it goes down a step with a fallback.": _rate(
                signals, "worst stays"
            ),
        },
    )


def _expect_paged(t: Trial, value: Any, chain: list[str], count: int) -> None:
    t.equal(
        t.instance(value, list, "the list of those paged"),
        chain[:count],
        "the list of those paged",
        slips={
            "The first is paged at minute 0, and one more after each full step.": chain[: count - 1],
            "The next is paged when a step is full, not when it begins.": chain[: count + 1],
            "An unknown severity is treated as SEV1.": chain[:1],
            "One more after each step: those paged before stay paged.": chain[count - 1 : count],
        },
    )


# -- in_force ----------------------------------------------------------------------------------------

STATUSES = ("in force", "not in force", "open")


@exercise(
    minutes=8,
    parts={
        "version": (2, "gives the latest version as of the day, of every rule that is in force"),
        "status": (3, "gives nothing for a rule whose version is not in force, or open"),
        "first_day": (1, "counts the day of as_of itself"),
        "refuse": (2, "raises LookupError for a rule without a version as early as the day"),
    },
    hints=(
        "Two questions, one after the other: which version of each id held on that day? And is *that* "
        "version in force? What goes wrong when you ask the second one first?",
        "Go through the rows from the oldest to the newest and keep in a dict, per id, the last one whose "
        "as_of is not after the day. An id that ends up with none is an error. Filter by status at the end.",
        "held = {}\n"
        "for row in sorted by as_of: if row.as_of <= on: held[row.id] = row\n"
        "if some id of rules is not in held: raise LookupError\n"
        "return the rows of held whose status is 'in force'",
    ),
    debrief=(
        "Need not do anything: a plan that still follows last year's rule misses this year's deadline by "
        "itself.",
        "Keeps rules as dated rows with a review date, so that a change of the law is a change of data, and "
        "an old incident is judged by the rules of its day.",
    ),
    standards=("RS.CO-02", "PO.1.2"),
)
def in_force(t: Trial, in_force) -> None:
    for rng in t.cases(10):
        rules, on = _table(rng)
        t.given(on=on.isoformat(), rows=len(rules), rules=len({row["id"] for row in rules}))
        with t.part("version"):  # all of them in force
            simple = [row | {"status": "in force"} for row in rules]
            _expect_rows(t, in_force(simple, on), simple, on)
        with t.part("status"):
            try:
                held = in_force(rules, on)
            except LookupError as error:
                t.wrong(error.report(), slip=STILL_KNOWN)
            _expect_rows(t, held, rules, on)
        with t.part("first_day"):
            day = [row | {"status": "in force"} for row in rules if row["as_of"] < on]
            newest = {"id": day[0]["id"], "as_of": on, "status": "in force", "statement": "From today on."}
            _expect_rows(t, in_force([newest, *day], on), [newest, *day], on)
    for rng in t.cases(4):
        rules, on = _table(rng)
        later = {"id": "practice.later", "as_of": on + timedelta(days=1), "status": "in force"}
        t.given(on=on.isoformat(), rows=len(rules) + 1)
        slip = "The table does not know that day: silence would read as no duty."
        with t.part("refuse"), t.raises(LookupError, "a rule without an early version", slip=slip):
            in_force([*rules, later], on)


STILL_KNOWN = "A version that is not in force is known: leave it out, raise nothing."


def _table(rng: np.random.Generator) -> tuple[list[dict], date]:
    """Rows of five invented rules in a random order, and a day on which each has a version."""
    on = date(2026, 1, 1) + timedelta(days=int(rng.integers(1500)))
    table = []
    for number in range(5):
        old = sorted(rng.choice(np.arange(1, 900), int(rng.integers(2, 4)), replace=False).tolist())[::-1]
        new = rng.choice(np.arange(1, 900), int(rng.integers(0, 3)), replace=False).tolist()
        statuses = [str(rng.choice(STATUSES)) for _ in range(len(old) + len(new))]
        if number < 2:  # an older version was in force, the one that holds is not
            statuses[len(old) - 2 : len(old)] = ["in force", STATUSES[1 + number]]
        if number == 2:
            statuses[len(old) - 1] = "in force"
        for days, status in zip([-day for day in old] + new, statuses, strict=True):
            row = {"id": f"practice.{'abcde'[number]}", "as_of": on + timedelta(days=days), "status": status}
            table.append(row | {"statement": f"Invented, {abs(days)} days away."})
    return [table[i] for i in rng.permutation(len(table))], on


def _held(rules: Sequence[Row], on: date) -> dict[str, Row]:
    """Rule → the version that held on a day, whatever its status."""
    return {row["id"]: row for row in sorted(rules, key=lambda row: row["as_of"]) if row["as_of"] <= on}


def _in_force(rules: Sequence[Row], on: date) -> list[Row]:
    return _effective(_held(rules, on))


def _expect_rows(t: Trial, value: Any, rules: Sequence[Row], on: date) -> None:
    got = t.instance(value, list, "the result")
    for row in got:
        t.expect(
            type(row) is dict and any(row == known for known in rules),
            "An entry of the result is not a row of the table.",
            got=row,
        )

    want = _in_force(rules, on)
    if _keys(got) == _keys(want):
        return
    effective = [row for row in rules if row["status"] == "in force"]
    listed = {row["id"]: row for row in rules if row["as_of"] <= on}
    newest = {row["id"]: row for row in sorted(rules, key=lambda row: row["as_of"])}
    slips = {
        "Choose the version first, then look at its status: an older one is not brought back.": _in_force(
            effective, on
        ),
        "A version holds on the day of its as_of already.": _in_force(rules, on - timedelta(days=1)),
        "Rows come in any order: the latest as_of counts, not the last place.": _effective(listed),
        "One version per rule: a newer one ends the older.": [r for r in effective if r["as_of"] <= on],
        "What begins after the day does not hold yet.": _effective(newest),
        "Look at the status: what is open or not in force sets no duty.": _held(rules, on).values(),
        "Open is not in force: nothing may be calculated from it.": [
            row for row in _held(rules, on).values() if row["status"] != "not in force"
        ],
    }
    lacking, extra = Counter(_keys(want)), Counter(_keys(got))
    t.wrong(
        f"These are not the versions that held on {on}.",
        expected=_told(lacking - extra, "also", "none of these"),
        got=_told(extra - lacking, "too much:", "nothing of that"),
        slip=next((text for text, rows in slips.items() if _keys(rows) == _keys(got)), ""),
    )


def _effective(held: Mapping[str, Row]) -> list[Row]:
    return [row for row in held.values() if row["status"] == "in force"]


def _keys(chosen: Iterable[Row]) -> list[tuple[str, str]]:
    return sorted((row["id"], row["as_of"].isoformat()) for row in chosen)


def _told(keys: Counter[tuple[str, str]], lead: str, nothing: str) -> str:
    return f"{lead} {', '.join(f'{name} as of {day}' for name, day in keys.elements())}" if keys else nothing


# -- deadlines ---------------------------------------------------------------------------------------

#: zone → the days in 2026 on which its clocks go forward and back
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Sydney": (date(2026, 10, 4), date(2026, 4, 5)),
}


@exercise(
    minutes=20,
    parts={
        "order": (1, "lists the earliest first, and None at the end"),
        "hours": (3, "counts hours as elapsed time, over a change of the clocks too"),
        "calendar": (4, "counts days and months in the calendar of the zone"),
        "earliest": (3, "takes the earliest end of the clocks that run, and None when none does"),
        "applies": (2, "leaves out what is known not to apply, and keeps what may apply as unsure"),
        "day": (1, "takes the rows of the day on which you became aware, in your zone"),
        "table": (2, "follows the course's table, and the same table with other clocks"),
    },
    hints=(
        "Three small questions for each row in force: may it apply, which of its clocks run, and when does "
        "each end? Write the last as a function of its own, with the start and the clock: what differs "
        "between so many hours and so many days?",
        "Hours: astimezone(UTC), then add a timedelta. Days and months: go to the zone with astimezone, then "
        "move(...) of the text keeps the time of day. Beware of `not applies(...)`: None is not False.",
        "day = facts['aware'].astimezone(zone).date()\n"
        "for row in in_force(rules, day):\n"
        "    if applies(row, facts) is False, or there are no limits: next row\n"
        "    ends = the end, in UTC, of each limit whose facts.get(start) is not None\n"
        "    add {'id', 'due': min(ends, default=None), 'sure': applies(row, facts) is True}\n"
        "sort by due, None last",
    ),
    debrief=(
        "Likes Fridays, holidays and the nights in which clocks change: whoever counts on their fingers then "
        "is late without noticing.",
        "Keeps moments in UTC and zones by name, lets rows and not code know the law, and keeps a duty on "
        "the list until somebody has said that it does not apply.",
    ),
    standards=("RS.CO-02", "RV.1.3"),
)
def deadlines(t: Trial, deadlines) -> None:
    for part, scenario in SCENARIOS.items():
        for number, rng in enumerate(t.cases(5)):
            facts, rules = scenario(rng, number)
            _give(t, facts)
            with t.part(part):
                entries = _entries(t, _due(t, deadlines, facts, rules))
                _expect_entries(t, entries, facts, rules)
                if part == "order":
                    _expect_order(t, [entry["due"] for entry in entries], facts)
    for rng in t.cases(5):
        facts = _incident(rng)
        _give(t, facts)
        for table in (_course_rules(), _other_clocks(rng, _course_rules())):
            with t.part("table"):
                _expect_entries(t, _entries(t, _due(t, deadlines, facts, table)), facts, table)


def _due(t: Trial, deadlines: Any, facts: Row, rules: Sequence[Row]) -> Any:
    """What `deadlines` returns; where the stub of `in_force` stops it, the part says so."""
    try:
        return deadlines(facts, rules)
    except NotImplementedError:
        if _is_stub(deadlines):
            raise
        t.wrong(
            "`deadlines` calls `in_force`, which is not written yet: go back to that exercise.",
            slip="If it is written: a `raise NotImplementedError()` is left in `deadlines`.",
        )


def _is_stub(deadlines: Any) -> bool:
    """Whether it says that it is not written before it has looked at a fact."""
    try:
        deadlines({}, [])
    except NotImplementedError:
        return True
    except LearnerError:
        pass
    return False


@cache
def _course_rules() -> list[dict]:
    return rows("notification")


def _give(t: Trial, facts: Row) -> None:
    shown = {key: v.isoformat(timespec="minutes") if type(v) is datetime else v for key, v in facts.items()}
    t.given(**shown)


def _row(
    name: str, *limits: Row, needs: Sequence[str] = (), as_of: date = date(2025, 1, 1), **more: Any
) -> dict:
    """A row in force of an invented rule."""
    return {
        "id": f"practice.{name}",
        "statement": "An invented rule.",
        "as_of": as_of,
        "status": "in force",
        "needs": list(needs),
        "limits": list(limits),
        **more,
    }


def _moment(rng: np.random.Generator, day: date, zone: str) -> datetime:
    """A moment of a day in a zone, between 5 and 22 o'clock, told in UTC or by a fixed offset."""
    minute = int(rng.integers(5 * 60, 22 * 60))
    local = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(zone))
    offset = local.utcoffset() or timedelta(0)
    return local.astimezone(UTC if rng.random() < 0.5 else timezone(offset))


def _near_change(rng: np.random.Generator, number: int, earlier: int) -> tuple[str, date]:
    """A zone, and a day at most `earlier` days and at least one before its clocks change."""
    zone = list(CHANGES)[int(rng.integers(len(CHANGES)))]
    return zone, CHANGES[zone][number % 2] - timedelta(days=int(rng.integers(1, earlier + 1)))


def _hours_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    zone, day = _near_change(rng, number, 2)
    aware = _moment(rng, day, zone)
    clocks = [int(hours) for hours in rng.permutation(np.arange(1, 24))[:1]] + [int(rng.integers(60, 200))]
    rules = [_row("ab"[i], {"start": "aware", "hours": hours}) for i, hours in enumerate(clocks)]
    return {"zone": zone, "aware": aware}, rules


def _calendar_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    if number < 3:
        zone, day = _near_change(rng, number, 4)
    else:  # the 31st, and a month later there is none
        zone, day = "Europe/Berlin", date(2026, (1, 3, 5, 8, 10)[int(rng.integers(5))], 31)
    days, months = int(rng.integers(5, 80)), 1 if number >= 3 else int(rng.integers(1, 4))
    rules = [_row("a", {"start": "aware", "days": days}), _row("b", {"start": "aware", "months": months})]
    return {"zone": zone, "aware": _moment(rng, day, zone)}, rules


def _repeated_hour_case(rng: np.random.Generator) -> tuple[dict, list[dict]]:
    """Two clocks end in the hour that the wall in Berlin shows twice, the later one at an earlier reading."""
    back = datetime.combine(CHANGES["Europe/Berlin"][1], time(1), UTC)
    before, after = (timedelta(minutes=int(minutes)) for minutes in rng.integers(5, 25, 2))
    long, short = int(rng.integers(20, 40)), int(rng.integers(2, 9))
    aware, classified = back - before - timedelta(hours=long), back + after - timedelta(hours=short)
    clocks = [{"start": "aware", "hours": long}, {"start": "classified", "hours": short}]
    facts = {"zone": "Europe/Berlin", "aware": aware, "classified": classified, "link": None}
    return facts, [_row("a", *clocks), _row("b", *clocks[::-1])]


def _earliest_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    if number == 4:
        return _repeated_hour_case(rng)
    zone, aware = "Asia/Kolkata", _moment(rng, date(2026, 1, 5) + timedelta(days=number), "Asia/Kolkata")
    later = aware + timedelta(hours=int(rng.integers(2, 12)))
    facts = {"zone": zone, "aware": aware, "classified": later, "link": None}
    short, long = int(rng.integers(2, 6)), int(rng.integers(20, 40))
    rules = [
        _row(
            "a",
            {"start": "aware", "hours": long},
            {"start": "classified", "hours": short},
            {"start": "aware", "days": 3},
        ),
        _row("b", {"start": "aware", "days": 3}, {"start": "classified", "hours": 0}),
        _row("c", {"start": "link", "hours": 0}, {"start": "aware", "days": int(rng.integers(2, 20))}),
        _row("d", {"start": "link", "hours": short}),
        _row("e", {"start": "reported", "days": 1}, {"start": "classified", "hours": long}),
        _row("f", {"start": "reported", "months": 1}),
    ]
    return facts, [rules[i] for i in rng.permutation(len(rules))]


def _applies_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    least = int(rng.integers(100, 900))
    affected = (least - 1, least, None, 0, least + 1)[number]
    facts = {"zone": "Asia/Kolkata", "aware": _moment(rng, date(2026, 2, 2), "Asia/Kolkata")}
    facts |= {"yes": True, "no": False, "open": None, "affected": affected}
    clock = {"start": "aware", "hours": 10}
    rules = [
        _row("a", clock, needs=["yes"]),
        _row("b", clock, needs=["no"]),
        _row("c", clock, needs=["yes", "open"]),
        _row("d", clock, needs=["missing"]),
        _row("e", clock, needs=["open", "no"]),
        _row("f", clock, needs=["yes"], at_least={"affected": least}),
        _row("g", clock, needs=["no"], at_least={"affected": least}),
        _row("h", clock, needs=["yes"], at_least={"uncounted": least}),
        _row("i", needs=["yes"]),
    ]
    del rules[-1]["limits"]
    return facts, [rules[i] for i in rng.permutation(len(rules))]


def _day_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    """Where it is another day than in UTC, on the first day of a new version or the last of the old."""
    zone, hour = (("Australia/Sydney", 20), ("America/New_York", 2))[number % 2]
    aware = datetime(2026, 6, int(rng.integers(2, 25)), hour, int(rng.integers(60)), tzinfo=UTC)
    change = max(aware.date(), aware.astimezone(ZoneInfo(zone)).date())
    hours = [int(hours) for hours in rng.choice(np.arange(5, 90), 3, replace=False)]
    clocks = [{"start": "aware", "hours": length} for length in hours]
    rules = [
        _row("a", clocks[0]),
        _row("a", clocks[1], as_of=change),
        _row("a", clocks[2], as_of=date(2026, 7, 1)),
        _row("b", clocks[2]),
        _row("b", as_of=date(2026, 1, 1)) | {"status": "not in force"},
    ]
    return {"zone": zone, "aware": aware}, [rules[i] for i in rng.permutation(len(rules))]


def _order_case(rng: np.random.Generator, number: int) -> tuple[dict, list[dict]]:
    facts = {"zone": "Asia/Kolkata", "aware": _moment(rng, date(2026, 3, 3), "Asia/Kolkata")}
    lengths = rng.choice(np.arange(1, 300), 5, replace=False)
    rules = [_row("abcde"[i], {"start": "aware", "hours": int(n)}) for i, n in enumerate(lengths)]
    rules.append(_row("f", {"start": "reported", "hours": 1}))
    return facts, [rules[i] for i in rng.permutation(len(rules))]


SCENARIOS = {
    "order": _order_case,
    "hours": _hours_case,
    "calendar": _calendar_case,
    "earliest": _earliest_case,
    "applies": _applies_case,
    "day": _day_case,
}


def _incident(rng: np.random.Generator) -> dict[str, Any]:
    """An incident in the time of the course's table, about which some facts are not known."""
    zone = list(CHANGES)[int(rng.integers(len(CHANGES)))]
    aware = _moment(rng, date(2026, 9, 1) + timedelta(days=int(rng.integers(90))), zone)
    facts: dict[str, Any] = {"zone": zone, "aware": aware, "discovered": aware}
    for moment, longest in (("classified", 23), ("link", 400)):
        known = rng.random() < 0.7
        facts[moment] = aware + timedelta(hours=int(rng.integers(1, longest))) if known else None
    for need in sorted({need for row in _course_rules() for need in row["needs"]}):
        facts[need] = (True, True, False, None)[int(rng.integers(4))]
    (least,) = {least for row in _course_rules() for least in row.get("at_least", {}).values()}
    facts["affected"] = (None, least - 1, least, 3, 10_000)[int(rng.integers(5))]
    return facts


def _other_clocks(rng: np.random.Generator, rules: Sequence[Row]) -> list[dict]:
    """The table as it might be after a change of the law: each clock runs for another time."""

    def other(limit: Row) -> dict:
        unit = next(unit for unit in ("hours", "days", "months") if unit in limit)
        return {"start": limit["start"], unit: limit[unit] + int(rng.integers(1, 10))}

    return [row | {"limits": [other(limit) for limit in row.get("limits", ())]} for row in rules]


def _deadlines(
    facts: Row, rules: Sequence[Row], forgotten: str = ""
) -> dict[str, tuple[datetime | None, bool]]:
    """Rule → (due, sure); `forgotten` is the slip to make."""
    aware = facts["aware"]
    day = aware.astimezone(UTC if forgotten == "zone of the day" else ZoneInfo(facts["zone"])).date()
    day = date.max if forgotten == "day" else day
    found = {}
    for row in _in_force(rules, day):
        answers = [facts.get(need) for need in row["needs"]]
        numbers = [(facts.get(fact), least) for fact, least in row.get("at_least", {}).items()]
        answers += [None if number is None else number >= least for number, least in numbers]
        if not row.get("limits") or False in answers:
            continue
        found[row["id"]] = (_first_end(facts, row["limits"], forgotten), None not in answers)
    return found


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
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _entries(t: Trial, value: Any) -> list[dict]:
    import pandas as pd

    entries = []
    for entry in t.instance(value, list, "the result"):
        t.expect(
            type(entry) is dict and set(entry) == {"id", "due", "sure"} and type(entry["id"]) is str,
            "An entry of the result has another form.",
            expected="a dict with the keys id, due and sure",
            got=entry,
        )
        due, sure = entry["due"], entry["sure"]
        if type(sure) is np.bool_:
            sure = bool(sure)
        if type(due) is pd.Timestamp:  # a datetime too
            due = due.to_pydatetime(warn=False)
        t.expect(
            type(sure) is bool,
            f"The sure of {entry['id']} should be a bool.",
            expected="a bool",
            got=sure,
            slip="`sure` is None: `applies` may return None; write `is True`." if sure is None else "",
        )
        if due is not None:
            t.instance(due, datetime, f"due of {entry['id']}")
            t.expect(
                due.utcoffset() is not None,
                f"The due of {entry['id']} has no time zone.",
                got=due,
                slip="Without a zone it is a reading of some clock, not a moment.",
            )
        entries.append({"id": entry["id"], "due": due, "sure": sure})
    return entries


def _expect_order(t: Trial, dues: Sequence[datetime | None], facts: Row) -> None:
    clocked = [due for due in dues if due is not None]
    slip = "A due of None goes to the end." if None in dues[: len(clocked)] else "Earliest first."
    right = sorted(clocked) == clocked and None not in dues[: len(clocked)]
    t.expect(
        right, "The list is not in the order of due.", got=[_shown(due, facts) for due in dues], slip=slip
    )


def _expect_entries(t: Trial, entries: Sequence[Row], facts: Row, rules: Sequence[Row]) -> None:
    want = _deadlines(facts, rules)
    found = {entry["id"]: entry for entry in entries}
    t.expect(
        len(found) == len(entries),
        "A rule has more than one entry.",
        got=[entry["id"] for entry in entries],
        slip="Take the rows that in_force gives: one version of each rule.",
    )
    for name in sorted(want.keys() - found.keys()):
        t.wrong(
            f"The result lacks {name}.",
            expected=sorted(want),
            got=sorted(found),
            slip=_lack(name, want, facts),
        )
    for name in sorted(found.keys() - want.keys()):
        t.wrong(
            f"The result has {name}, which is not due here.",
            expected=sorted(want),
            got=sorted(found),
            slip=_excess(name, facts, rules),
        )
    slips = {
        "Hours elapse: add them in UTC, not to the clock on the wall.": "elapsed",
        "Days and months are counted in the zone: the same time of day there.": "calendar",
        "A month is a month of the calendar, not 30 days.": "months",
        '`hours: 0` is a clock too, due at its start: test `"hours" in clock`.': "at once",
        "Each clock counts from its own `start`.": "start",
        "Two times in one zone are compared by the wall, and it shows an hour twice: compare in UTC.": (
            "repeated hour"
        ),
        "The earliest end counts, not the latest.": "earliest",
        "The earliest end counts: look at all clocks that run, not at the first.": "all clocks",
        "The day is the one in facts['zone']: in UTC it may be another.": "zone of the day",
        "The rows of the day on which you became aware count, not the newest or today's.": "day",
    }
    others = {text: _deadlines(facts, rules, forgotten) for text, forgotten in slips.items()}
    others["A period of the law is typed in: take it from the row."] = _deadlines(facts, _course_rules())
    for name, (due, sure) in sorted(want.items()):
        given = found[name]["due"]
        t.equal(
            _shown(given, facts),
            _shown(due, facts),
            f"the deadline of {name}",
            slips={text: _shown(other[name][0], facts) for text, other in others.items() if name in other},
        )
        t.equal(
            found[name]["sure"],
            sure,
            f"sure of {name}",
            slips={"Sure is what is known to apply: an unknown fact leaves it open.": not sure},
        )


def _shown(due: datetime | None, facts: Row) -> str:
    """A moment in the incident's zone: two texts are equal when the moments are, to the microsecond."""
    try:
        return "None" if due is None else due.astimezone(ZoneInfo(facts["zone"])).isoformat()
    except OverflowError:  # at the end of the calendar
        return str(due)


def _lack(name: str, want: Mapping[str, tuple], facts: Row) -> str:
    due, sure = want[name]
    if due is None:
        return "No clock of it runs yet: it is listed with None, or nobody will start it."
    return "" if sure else "Unknown is not False: it stays on the list, and is not sure."


def _excess(name: str, facts: Row, rules: Sequence[Row]) -> str:
    row = _held(rules, facts["aware"].astimezone(ZoneInfo(facts["zone"])).date()).get(name)
    if row is None:
        return ""
    if row["status"] != "in force":
        return "Its version of that day is not in force, or open."
    if not row.get("limits"):
        return "A row without limits sets no clock."
    return "A fact says that it does not apply."


# -- draft_notice ------------------------------------------------------------------------------------

TEMPLATE = {
    "authority": ("reference", "aware", "what", "data", "affected", "consequences", "measures", "contact"),
    "people": ("what", "data", "consequences", "measures", "contact"),
    "press": ("what", "measures", "contact"),
}
SPECULATION = (
    "allegedly", "apparently", "believe", "could", "maybe", "might", "perhaps",
    "possibly", "presumably", "probably", "seems", "suspect",
)  # fmt: skip
LISTS = ("what", "data", "consequences", "measures")
SENTENCES = {
    "what": ["The triage model answered with text of another case.", "The release of 3 May was live.",
             "A training batch had been changed.", "The query log shows 412 answers."],
    "data": ["Letters and record numbers.", "No payment data.", "Names and dates of visits."],
    "consequences": ["Recipients have read letters of others.", "One appointment was moved.",
                     "No treatment was changed."],
    "measures": ["The release was withdrawn.", "The keys were replaced.", "The batch was set aside."],
}  # fmt: skip
#: words of SPECULATION → a sentence in which a space follows them, and one in which a sign does
GUESSES = {
    ("allegedly", "apparently", "maybe", "perhaps", "possibly", "presumably", "probably"): (
        "A former employee {} copied it.",
        "Nobody else was harmed, {}.",
    ),
    ("believe", "suspect"): ("We {} that the supplier knew.", "It was a competitor, we {}."),
    ("could", "might"): ("It {} be a competitor.", "More {}, in time, follow."),
    ("seems",): ("It {} to be a competitor.", "Nobody else was harmed, it {}."),
}
FACTUAL = (
    "The Mighton Clinic was told.", "The scanner Suspecta ran at noon.", "Unbelievable Ltd hosts the logs.",
)  # fmt: skip
PEOPLE = ("Mara Olsen", "Ivar Brandt", "Noor Salem", "Tess Okoro", "Paul Wirth", "Lena Novak", "Ana Ruiz")


@exercise(
    minutes=18,
    level="stretch",
    parts={
        "fields": (3, "has the lines of each audience's template, and refuses an unknown audience"),
        "unknown": (2, "says not yet known, and only where nothing is known"),
        "speculation": (2, "leaves out sentences that guess, and no others"),
        "victims": (3, "withholds every value of every record, and keeps the sentence"),
        "late": (2, "gives the authority the reason for a delay, and none goes out without"),
    },
    hints=(
        "Build the lines first, sweep the finished text last: a value may stand in any field. Which "
        "characters of a name or an address mean something to a regular expression?",
        r"A word as a whole is \b(word|word)\b with re.IGNORECASE. For the records: collect all values, sort "
        "them by length, longest first, and replace re.escape(value) with re.IGNORECASE.",
        "for field in TEMPLATE[audience]: value = facts[field]\n"
        "    aware: in the zone, isoformat(timespec='minutes'); a list: ' '.join of the rest, or None\n"
        "    line = field: value, or 'not yet known' if it is None\n"
        "authority and sent > due: no reason: ValueError; else one line more, delay\n"
        "for value in all values of all records, longest first: replace it in the whole text by [withheld]",
    ),
    debrief=(
        "Reads the notice too: a guess tells them what you do not know, and a quoted record finishes the "
        "leak for them.",
        "Says what is known, what is not yet known and when more will follow. The sweep runs last, over the "
        "finished text, and a second person reads.",
    ),
    standards=("RS.CO-02", "RS.CO-03"),
)
def draft_notice(t: Trial, draft_notice) -> None:
    for rng in t.cases(4):
        facts = _draft(rng)
        for audience in TEMPLATE:
            t.given(audience=audience, reference=facts["reference"])
            with t.part("fields"):
                _expect_notice(t, draft_notice(facts, audience), facts, audience)
    with t.part("fields"), t.raises(ValueError, "the audience 'investors'"):
        draft_notice(_draft(t.rng(2)), "investors")
    for part, spoil in SPOILS.items():
        for number, rng in enumerate(t.cases(4)):
            facts = spoil(rng, _draft(rng), number)
            audience = ("authority", "people", "authority", "press")[number]
            t.given(audience=audience, reference=facts["reference"])
            with t.part(part):
                notice = draft_notice(facts, audience)
                _expect_lines(t, notice, facts, audience, (*LISTS, "affected", "contact", "reference"))
    for number, rng in enumerate(t.cases(4)):
        facts = _draft(rng)
        zone = timezone(timedelta(hours=int(rng.integers(-9, 9))))
        late = (1, -1, 0, 700)[number]  # minutes
        facts["sent"] = (facts["due"] + timedelta(minutes=late)).astimezone(zone)
        facts["delay_reason"] = f"The log of {facts['records'][0]['name']} had to be restored first."
        for audience in ("people", "authority"):
            t.given(audience=audience, minutes_late=late)
            with t.part("late"):
                notice = draft_notice(facts, audience)
                has, wants = (
                    "delay" in _by_field(lines) for lines in (_lines(t, notice), _notice(facts, audience))
                )
                slip = AT_THE_MINUTE if late == 0 and audience == "authority" else ONLY_LATE
                t.expect(wants or not has, "The notice has a line delay.", slip=slip)
                t.expect(has or not wants, "The notice has no line delay.", slip=REASON)
                _expect_lines(t, notice, facts, audience, ("delay",))
        if late > 0:
            slip = "Late without a reason: stop here, not at the authority."
            with t.part("late"), t.raises(ValueError, "a late notice without a reason", slip=slip):
                draft_notice(facts | {"delay_reason": None}, "authority")


def _draft(rng: np.random.Generator) -> dict[str, Any]:
    """Facts in which everything is known, nothing is guessed, and no victim is named."""
    zone = list(CHANGES)[int(rng.integers(len(CHANGES)))]
    aware = _moment(rng, date(2026, 1, 10) + timedelta(days=int(rng.integers(300))), zone)
    due = aware.astimezone(UTC) + timedelta(hours=int(rng.integers(20, 90)))
    names = [str(name) for name in rng.permutation(PEOPLE)[:3]]
    texts = {field: [str(s) for s in rng.permutation(SENTENCES[field])[:2]] for field in LISTS}
    return {
        "reference": f"INC-2026-{int(rng.integers(100, 999))}",
        "zone": zone,
        "aware": aware,
        "sent": due - timedelta(hours=int(rng.integers(1, 9))),
        "due": due,
        "delay_reason": None,
        **texts,
        "affected": int(rng.integers(2, 5000)),
        "contact": "privacy@clinic.example",
        "records": [
            {
                "name": name,
                "email": f"{name.lower().replace(' ', '+')}@mail.example",
                "number": f"P-{int(rng.integers(10_000, 99_999))}",
            }
            for name in names
        ],
    }


def _spoil_unknown(rng: np.random.Generator, facts: dict, number: int) -> dict:
    facts["affected"] = (None, 0, 0, None)[number]
    for field in rng.permutation(LISTS)[: 1 + number % 2].tolist():
        facts[field] = []
    if number == 1:
        facts["contact"] = None
    return facts


def _spoil_speculation(rng: np.random.Generator, facts: dict, number: int) -> dict:
    for field in ("what", "measures"):
        quiet, loud = (str(word) for word in rng.permutation(SPECULATION)[:2])
        told = loud.upper() if rng.random() < 0.5 else loud.title()
        guesses = [_guess(quiet, 1).format(quiet), _guess(loud, 0).format(told)]
        sentences = [*facts[field], *guesses, str(rng.choice(FACTUAL))]
        facts[field] = [sentences[i] for i in rng.permutation(len(sentences))]
    if number % 2 == 0:
        facts["consequences"] = ["Fraud is POSSIBLY the aim.", "Perhaps not."]
    return facts


def _guess(word: str, place: int) -> str:
    """A sentence for a word of SPECULATION, of those that GUESSES has for it."""
    return next(sentences[place] for words, sentences in GUESSES.items() if word in words)


def _spoil_victims(rng: np.random.Generator, facts: dict, number: int) -> dict:
    first, second, third = facts["records"]
    second["name"] = f"{first['name']}sen"
    third["name"] += " (jr.)"  # ends with no letter; to a regular expression a group
    facts["what"].append(f"It quoted a letter of {second['name']} and one of {first['name'].upper()}.")
    facts["measures"].append(f"Mail to {first['email'].upper()} and {second['email']} was stopped.")
    facts["measures"].append(f"Case {third['number'].lower()} ({third['name']}) was closed to all.")
    facts["reference"] += f"/{second['number']}"
    facts["contact"] = f"{first['email']}, for {third['name']}"
    return facts


SPOILS = {"unknown": _spoil_unknown, "speculation": _spoil_speculation, "victims": _spoil_victims}


def _notice(facts: Row, audience: str, forgotten: str = "") -> list[str]:
    """The lines of the notice; `forgotten` is the slip to make."""
    lines = [f"{field}: {_worded(facts, field, forgotten)}" for field in TEMPLATE[audience]]
    if audience == "authority" and facts["sent"] > facts["due"]:
        lines.append(f"delay: {facts['delay_reason']}")
    values = {value for record in facts["records"] for value in record.values()}
    flags = re.IGNORECASE if forgotten != "letter case of records" else 0
    for value in sorted(values, key=len, reverse=forgotten != "length"):
        if forgotten != "records":
            lines = [_swept(line, value, flags, forgotten) for line in lines]
    return lines


def _swept(line: str, value: str, flags: int, forgotten: str) -> str:
    pattern = value if forgotten == "escape" else re.escape(value)
    return re.sub(rf"\b{pattern}\b" if forgotten == "ends" else pattern, "[withheld]", line, flags=flags)


def _worded(facts: Row, field: str, forgotten: str) -> str:
    value = facts[field]
    if field == "aware":
        zone = UTC if forgotten == "zone" else ZoneInfo(facts["zone"])
        return value.astimezone(zone).isoformat(timespec="seconds" if forgotten == "minutes" else "minutes")
    if field in LISTS:
        words = "|".join(SPECULATION)
        pattern = f"({words})" if forgotten == "whole words" else rf"\b({words})\b"
        if forgotten == "signs":
            pattern = rf"(?<!\S)({words})(?!\S)"
        guess = re.compile(pattern, 0 if forgotten == "letter case" else re.IGNORECASE)
        kept = [sentence for sentence in value if forgotten == "guesses" or not guess.search(sentence)]
        if forgotten == "sentences":
            private = [v.lower() for record in facts["records"] for v in record.values()]
            kept = [sentence for sentence in kept if not any(v in sentence.lower() for v in private)]
        value = " ".join(kept) or (None if forgotten != "empty" else "")
    if value is None or (value == 0 and forgotten == "zero"):
        return "None" if forgotten == "none" else "not yet known"
    return str(value)


ONLY_LATE = "The line delay belongs in a late notice to the authority, and only there."
AT_THE_MINUTE = "At the due minute it is not late yet: sent is after due, or it is not."
REASON = "A late notice to the authority gives its reason."
MISWORDED = {
    "Give the time in facts['zone'].": "zone",
    "Give the time to the minute, without seconds.": "minutes",
    "None is not yet known: the reader should not see None.": "none",
    "A list of which nothing stays is not yet known.": "empty",
    "Zero is known: it is not the same as None.": "zero",
    "A guess went out: look at each sentence for a word of SPECULATION.": "guesses",
    "A guess may begin a sentence or shout: ignore the letter case.": "letter case",
    "Whole words only: `might` is not a word of the Mighton Clinic.": "whole words",
    "A comma or full stop belongs to no word.": "signs",
    "A victim's data went out: sweep the finished text, every line of it.": "records",
    "A name is not a pattern: its dots, signs and brackets mean something there. See re.escape.": "escape",
    "A value need not begin or end with a letter: look for it wherever it stands.": "ends",
    "Data may come in other letter case: sweep without regard to it.": "letter case of records",
    "Longer values first: one name may be part of another.": "length",
    "Withhold the value and keep the sentence around it.": "sentences",
}


def _lines(t: Trial, value: Any) -> list[str]:
    return t.instance(value, str, "the notice").strip("\n").split("\n")


def _by_field(lines: Sequence[str]) -> dict[str, str]:
    return {line.partition(":")[0]: line for line in lines}


def _expect_notice(t: Trial, value: Any, facts: Row, audience: str) -> None:
    """The whole notice: the fields in their order, and every line."""
    fields = [line.partition(":")[0] for line in _lines(t, value)]
    t.equal(
        fields,
        list(TEMPLATE[audience]),
        "the list of fields in the notice",
        slips={
            ONLY_LATE: [*TEMPLATE[audience], "delay"],
            "Each audience has its own template.": list(TEMPLATE["authority"]),
            "The lines come in the order of the template.": fields
            if sorted(fields) == sorted(TEMPLATE[audience])
            else None,
        },
    )
    _expect_lines(t, value, facts, audience, TEMPLATE[audience])


def _expect_lines(t: Trial, value: Any, facts: Row, audience: str, fields: Sequence[str]) -> None:
    """Those of `fields` that this notice must have."""
    got, want = _by_field(_lines(t, value)), _by_field(_notice(facts, audience))
    others = {slip: _by_field(_notice(facts, audience, name)) for slip, name in MISWORDED.items()}
    for field in [field for field in want if field in fields]:
        t.expect(field in got, f"The notice lacks the line {field}.", expected=want[field], got=list(got))
        if got[field] != want[field]:
            slip = next((slip for slip, lines in others.items() if lines[field] == got[field]), "")
            expected, found = _from_the_difference(want[field], got[field])
            t.wrong(f"The line {field} is not right.", expected=expected, got=found, slip=slip)


def _from_the_difference(want: str, got: str) -> tuple[str, str]:
    """Both texts from a little before the place at which they part."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(want, got, strict=False)))
    start = max(same - 20, 0)
    return tuple(brief("…" * (start > 0) + text[start:]) for text in (want, got))
