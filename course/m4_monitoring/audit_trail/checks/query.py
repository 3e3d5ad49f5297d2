"""The check of `audit_trail.query`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

Event = dict[str, Any]
Rule = dict[str, Any]


@exercise(
    minutes=12,
    parts={
        "selection": (3, "keeps the events that match, in the order of the log"),
        "unless": (3, "leaves out what matches the exception, and nothing else"),
        "count": (5, "counts within any window of the time given"),
    },
    hints=(
        "Write one small function that says whether an event matches a condition, and use it twice.",
        "Count: collect the times of each value and sort them. With at_least = 3, compare the first with the "
        "third, the second with the fourth, and so on.",
        "matches: every field is in the event, and its value is the wanted one or in the wanted list\n"
        "found = events that match selection, and not (unless is given and not empty, and they match it)\n"
        "for each value of by: times sorted; any times[i + n - 1] - times[i] <= within",
    ),
    debrief=(
        "Reads slowly, spreads the reads over accounts, or types the purpose that the exception trusts.",
        "Writes exceptions for an actor and a purpose, with an owner and a date, and says how many "
        "honest people "
        "a rule accuses.",
    ),
    standards=("AML.M0024", "AML.T0012"),
)
def query(t: Trial, query) -> None:
    for rng in t.cases(3):
        events = _events(rng)
        for part, rules in (("selection", _selections(rng)), ("unless", _exceptions(rng))):
            with t.part(part):
                for rule in rules:
                    t.given(rule=rule)
                    got, after = t.observe(query, events, rule)
                    t.equal(got, _wanted(events, rule), "the list of events", slips=_slips(events, rule))
                    t.expect(after == [events, rule], "Your function changed the log or the rule.")
        with t.part("count"):
            for name, some, rule, slips in _counts(rng):
                t.given(rule=rule)
                slips = {said: wrong for said, wrong in slips.items() if wrong != _wanted(some, rule)}
                got, after = t.observe(query, some, rule)
                t.equal(got, _wanted(some, rule), f"the result ({name})", slips=slips)
                t.expect(after == [some, rule], "Your function changed the log or the rule.")
            for rule in _selections(rng):
                for at_least, within in ((1, 0), (2, 30), (3, 200), (5, 10**6)):
                    counted = {**rule, "count": {"by": "actor", "at_least": at_least, "within": within}}
                    t.given(rule=counted)
                    t.equal(query(events, counted), _wanted(events, counted), "the result (drawn log)")
            for by in ("purpose", "action"):
                rule = {"selection": {}, "count": {"by": by, "at_least": 4, "within": 200}}
                t.given(rule=rule)
                slips = {"Count by the field that `by` names.": _wanted(events, _by_actor(rule))}
                slips = {said: wrong for said, wrong in slips.items() if wrong != _wanted(events, rule)}
                t.equal(query(events, rule), _wanted(events, rule), "the result (drawn log)", slips=slips)


def _matches(event: Event, condition: dict[str, Any]) -> bool:
    return all(
        name in event and event[name] in (wanted if isinstance(wanted, list) else [wanted])
        for name, wanted in condition.items()
    )


def _wanted(events: list[Event], rule: Rule) -> list:
    found = [event for event in events if _matches(event, rule["selection"])]
    if rule.get("unless"):
        found = [event for event in found if not _matches(event, rule["unless"])]
    if "count" not in rule:
        return found
    by, n, within = (rule["count"][name] for name in ("by", "at_least", "within"))
    often = set()
    for event in found:
        if by in event:
            near = [
                other["ts"]
                for other in found
                if other.get(by) == event[by] and 0 <= other["ts"] - event["ts"] <= within
            ]
            if len(near) >= n:
                often.add(event[by])
    return sorted(often)


def _by_actor(rule: Rule) -> Rule:
    return {**rule, "count": {**rule["count"], "by": "actor"}}


def _slips(events: list[Event], rule: Rule) -> dict[str, list]:
    """What the usual slips give, where they give something else."""
    want = _wanted(events, rule)
    unless = rule.get("unless")
    every = [event for event in events if _matches(event, rule["selection"])]
    slips: dict[str, list] = {}
    if unless is not None:
        slips["An empty unless leaves out nothing."] = [] if not unless else want
        slips["unless leaves out events that match all of its fields, not one of them."] = [
            event
            for event in every
            if not any(_matches(event, {name: value}) for name, value in unless.items())
        ]
        slips["Events that match unless are left out."] = every
    return {said: wrong for said, wrong in slips.items() if wrong != want}


def _events(rng: np.random.Generator) -> list[Event]:
    """60 events in time order but for two jumps of the clock; some lack a field."""
    stamps = np.sort(rng.integers(0, 900, 60))
    stamps[20:30] -= 100
    stamps[45:] -= 50
    events: list[Event] = []
    for i, ts in enumerate(stamps.tolist()):
        event = {
            "number": i,
            "ts": int(ts),
            "actor": f"u{rng.integers(1, 6):02}",
            "action": str(rng.choice(["read", "login", "score"])),
            "purpose": str(rng.choice(["care", "billing", "research"])),
            "tries": int(rng.integers(0, 4)),
        }
        if i % 7 == 3:
            del event[["purpose", "actor", "tries"][i % 3]]
        events.append(event)
    return events


def _selections(rng: np.random.Generator) -> list[Rule]:
    action = str(rng.choice(["read", "login"]))
    return [
        {"selection": selection}
        for selection in (
            {},
            {"action": action},
            {"action": action, "purpose": "care"},
            {"action": action, "purpose": "care", "tries": 1},
            {"tries": 0},
            {"tries": [0, 2]},
            {"purpose": ["research", "care"]},
            {"purpose": ["billing"]},
            {"action": [action, "score"], "actor": ["u01", "u02", "u03"]},
            {"action": []},
            {"action": "delete"},
            {"action": "rea"},
            {"purpose": "research care"},
            {"release": "1.0.0"},
            {"release": None},
        )
    ]


def _exceptions(rng: np.random.Generator) -> list[Rule]:
    selection = {"action": ["read", "score"]}
    return [
        {"selection": base, "unless": unless}
        for base in (selection, {})
        for unless in (
            {"purpose": "billing"},
            {"purpose": ["billing", "care"]},
            {"purpose": "billing", "actor": f"u0{rng.integers(1, 6)}"},
            {"purpose": "care", "actor": ["u01", "u02", "u03"], "tries": [0, 1, 2]},
            {},
            {"release": "1.0.0"},
            {"release": "1.0.0", "purpose": "care"},
            {"purpose": []},
            {"action": "login"},
        )
    ]


def _reads(actor: str | None, *stamps: int, **more: Any) -> list[Event]:
    who = {} if actor is None else {"actor": actor}
    return [{"ts": ts, **who, "action": "read", **more} for ts in stamps]


def _counts(rng: np.random.Generator) -> list[tuple[str, list[Event], Rule, dict[str, Any]]]:
    within = int(rng.integers(40, 90))
    base = int(rng.integers(3, 19)) * within + within // 2  # no window that begins at a multiple holds it

    def rule(at_least: int, within: int = within, **more: Any) -> Rule:
        return {
            "selection": {"action": "read"},
            "count": {"by": "actor", "at_least": at_least, "within": within},
            **more,
        }

    three = _reads("u02", base, base + 1, base + within)
    buckets = "A window may begin at any event: compare times of events, not fixed blocks of time."
    enough = "at_least counts the limit itself: exactly so many are enough."
    short = "A difference of exactly that time is within it."
    unsorted = "Clocks jump: sort the times of each value first."
    backwards = {unsorted: []}
    inner = _reads("u02", base, base + 1, base + within - 1)
    mixed = _reads("u03", base, base + 3) + _reads("u01", base + 1) + _reads("u02", base + 2, base + 4)
    return [
        ("nothing matches", _reads("u01", 1, 2, action="login"), rule(1), {}),
        ("three in the same second", _reads("u02", base, base, base), rule(3), {enough: []}),
        ("between two multiples of the time", inner, rule(3), {buckets: []}),
        ("exactly the time", three, rule(3), {short: []}),
        (
            "one second more",
            _reads("u02", base, base + 1, base + within + 1),
            rule(3),
            {},
        ),
        ("one too few", three, rule(4), {}),
        ("the window lies later", _reads("u01", 0, base, base + 1, base + within), rule(3), {}),
        ("the clock jumps back", _reads("u01", base + within, base + 1, base), rule(3), backwards),
        (
            "a jump between far times",
            _reads("u01", base + 5 * within, base, base + 9 * within),
            rule(2),
            {unsorted: ["u01"]},
        ),
        ("twice the same second", _reads("u01", base, base), rule(2, 0), {}),
        ("once is enough", mixed, rule(1), {"The result is sorted.": ["u03", "u01", "u02"]}),
        ("two values, sorted", mixed, rule(2), {"The result is sorted.": ["u03", "u02"]}),
        ("nobody that often", mixed, rule(3), {}),
        ("without the field", _reads(None, base, base, base) + three[:2], rule(2), {}),
        (
            "the exception first",
            [*three[:2], *_reads("u02", base, purpose="billing")],
            rule(3, unless={"purpose": "billing"}),
            {},
        ),
        ("an exception for others", three, rule(3, unless={"actor": "u05"}), {}),
        ("spread over two", _reads("u01", base, base + 1) + _reads("u02", base, base + 2), rule(3), {}),
        ("each value once", [*three, *_reads("u02", base, base + 2, base + 3)], rule(2), {}),
    ]
