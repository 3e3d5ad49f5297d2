"""The check of `access_control.abac_allowed`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import Question, drawn_names, judge, shuffled


@exercise(
    minutes=12,
    parts={
        "allow": (3, "an allow rule applies when all its conditions are met; without one it's no"),
        "hours": (2, "the start is in the window and the end is not, over midnight too"),
        "deny": (2, "a deny rule that applies wins, wherever it stands"),
        "missing": (4, "taking an attribute away never turns a no into a yes"),
        "added": (1, "an attribute in the wrong place changes nothing"),
    },
    hints=(
        "Each condition has three answers, not two. What does an allow rule do with the third, "
        "and what a deny "
        "rule?",
        "Write a helper that gives True, False or None for one condition. An allow rule needs "
        "True from all of "
        "them, a deny rule needs that no one says False. Ask `is None`: 0 is a clearance.",
        "for each rule:\n"
        "    answers = the helper's answer for each condition of the rule, without effect\n"
        "    deny, and no answer is False: return no\n"
        "    allow, and each answer is True: remember it\n"
        "return whether you remembered one\n"
        "the window: start < end: start <= time < end; otherwise: time >= start or time < end",
    ),
    debrief=(
        "Leaves an attribute out, or puts it where it doesn't belong, and watches for the door that opens.",
        "Counts what nobody knows against the one who asks. Old clients that don't send the attribute are "
        "refused, so ship the client first. A lie is found by comparing the purpose with the appointment.",
    ),
    standards=("AML.M0019", "PS.1.2", "AML.T0012"),
)
def abac_allowed(t: Trial, abac_allowed) -> None:
    for rng in t.cases(4):
        worlds = [world for _ in range(8) for world in _worlds(rng)]
        with t.part("allow"):
            judge(t, abac_allowed, [*_allow(rng), *_both(rng, worlds, deny=False)], decide, ALLOW)
        with t.part("hours"):
            judge(t, abac_allowed, list(_hours(rng)), decide, HOURS)
        with t.part("deny"):
            judge(t, abac_allowed, [*_deny(rng), *_both(rng, worlds, deny=True)], decide, DENY)
        with t.part("missing"):
            judge(t, abac_allowed, list(_gone(rng)), decide, MISSING)
            judge(t, abac_allowed, list(_false(rng)), decide, {ZERO: partial(decide, falsy=True)})
            judge(t, abac_allowed, list(_strange(rng)), decide, STRANGE)
            judge(t, abac_allowed, list(_fewer(rng, worlds)), decide, MISSING)
        with t.part("added"):
            judge(t, abac_allowed, list(_added(rng)), decide, ADDED)


PLACES = {"purpose": (2, "purpose"), "data": (1, "data"), "clearance": (0, "clearance"), "hours": (2, "time")}


def decide(
    subject: dict,
    resource: dict,
    env: dict,
    rules: list,
    *,
    dodge: bool = False,
    lax: bool = False,
    falsy: bool = False,
    merged: bool = False,
    allow_wins: bool = False,
    last_wins: bool = False,
    first_wins: bool = False,
    one: bool = False,
    above: bool = False,
    closed: bool = False,
    opened: bool = False,
    no_midnight: bool = False,
    ignore: bool = False,
) -> bool:
    """The right answer; each option is a mistake."""
    everything = {**subject, **resource, **env}

    def met(name: str, wanted: Any) -> bool | None:
        place, key = PLACES.get(name, (0, None))
        value = everything.get(key) if merged else (subject, resource, env)[place].get(key)
        if value is None or (falsy and not value):
            return None
        if name == "clearance":
            return value > wanted if above else value >= wanted
        if name == "hours":
            start, end = wanted
            after = value > start if opened else value >= start
            before = value <= end if closed else value < end
            return (after and before) if start < end or no_midnight else (after or before)
        return value in wanted

    said = None
    for rule in rules:
        asked = {name: wanted for name, wanted in rule.items() if name != "effect"}
        answers = [met(name, wanted) for name, wanted in asked.items() if not ignore or name in PLACES]
        if rule["effect"] == "allow":
            good = [answer is not False if lax else answer is True for answer in answers]
            applies = any(good) if one and answers else all(good)
        else:
            applies = all(answer is True if dodge else answer is not False for answer in answers)
        stronger = last_wins or ((rule["effect"] == "allow") is allow_wins and not first_wins)
        if applies and (said is None or stronger):
            said = rule["effect"]
    return said == "allow"


ZERO = "A value that counts as false, such as a clearance of 0, is there: ask `is None`."

ALL = "An allow rule needs all its conditions, not one of them."

ALLOW = {
    ALL: partial(decide, one=True),
    "The clearance itself is enough: it's n or more.": partial(decide, above=True),
}
HOURS = {
    "The end isn't in the window any more: start <= time < end.": partial(decide, closed=True),
    "The start is in the window: start <= time < end.": partial(decide, opened=True),
    "A window whose start is later than its end goes over midnight.": partial(decide, no_midnight=True),
}
DENY = {
    "A deny rule that applies wins over every allow rule.": partial(decide, allow_wins=True),
    "The order of rules doesn't matter: look at all of them.": partial(decide, last_wins=True),
    "You answered at the first rule that applies. A deny rule may come later: look at all of them.": partial(
        decide, first_wins=True
    ),
}
MISSING = {
    ALL: partial(decide, one=True),
    "A missing attribute switched a deny rule off. Nobody knows means that it applies.": partial(
        decide, dodge=True
    ),
    "For an allow rule a missing attribute isn't met.": partial(decide, lax=True),
}
STRANGE = {
    ALL: partial(decide, one=True),
    "A condition that isn't in the table was left aside: nobody knows whether it's met.": partial(
        decide, ignore=True
    ),
    "For a deny rule nobody knows means that it applies, with a condition that isn't in the table too.": (
        partial(decide, dodge=True)
    ),
    "For an allow rule a condition that isn't in the table isn't met.": partial(decide, lax=True),
}
ADDED = {
    "You put the three dicts into one: then a client can write the clearance.": partial(decide, merged=True),
}


def _words(rng: np.random.Generator) -> tuple[list[str], list[str]]:
    names = drawn_names(rng, 8)
    return names[:4], names[4:]


def _allow(rng: np.random.Generator) -> Iterator[Question]:
    (p, q, r, _), (d, e, f, _) = _words(rng)
    n = int(rng.integers(1, 5))
    who, what, env = {"clearance": n}, {"data": d}, {"purpose": p, "time": time(12)}
    yield Question("there are no rules", (who, what, env, []))
    yield Question("there are no attributes and no rules", ({}, {}, {}, []))
    yield Question("an allow rule without conditions", (who, what, env, [{"effect": "allow"}]))
    yield Question("an allow rule without conditions, no attributes", ({}, {}, {}, [{"effect": "allow"}]))
    yield Question(
        "only a deny rule, which doesn't apply", (who, what, env, [{"effect": "deny", "purpose": [q]}])
    )
    for wanted in ([], [q], [p], [q, p], [q, r, p]):
        yield Question(
            f"purposes {wanted} asked, {p!r} given",
            (who, what, env, [{"effect": "allow", "purpose": wanted}]),
        )
    for wanted in ([], [e], [d], [e, d], [e, f, d]):
        yield Question(
            f"data {wanted} asked, {d!r} given", (who, what, env, [{"effect": "allow", "data": wanted}])
        )
    for wanted in (n - 1, n, n + 1):
        rule = {"effect": "allow", "clearance": wanted}
        yield Question(f"clearance {wanted} asked, {n} given", (who, what, env, [rule]))
    whole = {"effect": "allow", "purpose": [p], "data": [d], "clearance": n, "hours": (time(11), time(13))}
    spoilt = {"purpose": [q], "data": [e], "clearance": n + 1, "hours": (time(13), time(14))}
    yield Question("all four conditions are met", (who, what, env, [whole]))
    for name, value in spoilt.items():
        rule = {**whole, name: value}
        yield Question(f"all conditions are met but {name}", (who, what, env, [rule]))
        yield Question(f"of two rules one is met, and one but for {name}", (who, what, env, [rule, whole]))
        yield Question(f"of two rules one is met, and one but for {name}", (who, what, env, [whole, rule]))
        yield Question(
            f"two rules, neither is met for {name}", (who, what, env, [rule, {**rule, "clearance": 99}])
        )
    for wanted, given in ((100, 99), (10**6, 10**5)):
        rule = {"effect": "allow", "clearance": wanted}
        yield Question(f"clearance {wanted} asked, {given} given", ({"clearance": given}, what, env, [rule]))
    yield from _spellings(p, d, "allow")


def _spellings(p: str, d: str, effect: str) -> Iterator[Question]:
    """The purpose or the data is spelt otherwise than the rule has it."""
    for name, place, text in (("purpose", 2, p), ("data", 1, d)):
        rules = [{"effect": effect, name: [text]}, *([{"effect": "allow"}] if effect == "deny" else [])]
        cousins = (
            text.upper(),
            text.capitalize(),
            f"{text} ",
            f" {text}",
            text[:3],
            text[1:],
            f"{text}x",
            "",
        )
        for given in (text, *cousins):
            args = [{}, {}, {}, rules]
            args[place] = {name: given}
            yield Question(f"the {effect} rule has {name} {text!r}, {given!r} is given", tuple(args))


def _hours(rng: np.random.Generator) -> Iterator[Question]:
    low, high = sorted(rng.choice(np.arange(1, 23), 2, replace=False).tolist())
    tick = 999999
    for start, end in (
        (time(low), time(high)),
        (time(high), time(low)),
        (time(0), time(low)),
        (time(high), time(0)),
    ):
        moments = {time(low), time(low - 1, 59, 59, tick), time(low, 0, 0, 1)}
        moments |= {time(high), time(high - 1, 59, 59, tick), time(high, 0, 0, 1)}
        moments |= {time(0), time(23, 59, 59, tick), time(low, 30), time(low - 1, 30), time(high, 30)}
        for moment in sorted(moments):
            said = f"it's {moment}, and the window is {start} to {end}"
            window = {"hours": (start, end)}
            yield Question(said, ({}, {}, {"time": moment}, [{"effect": "allow", **window}]))
            both = [{"effect": "deny", **window}, {"effect": "allow"}]
            yield Question(f"{said}, of a deny rule", ({}, {}, {"time": moment}, both))


def _deny(rng: np.random.Generator) -> Iterator[Question]:
    (p, q, r, _), (d, e, _, _) = _words(rng)
    who, what, env = {"clearance": 2}, {"data": d}, {"purpose": p, "time": time(12)}
    yes = {"effect": "allow", "data": [d]}
    for said, condition in {
        "has no condition": {},
        "asks for a much higher clearance": {"clearance": 10**6},
        "is met": {"purpose": [p]},
        "is met, all of it": {"purpose": [q, p], "clearance": 1, "hours": (time(11), time(13))},
        "is not met": {"purpose": [q]},
        "is not met in the first of two": {"purpose": [q, r], "data": [d]},
        "is not met in the last of two": {"data": [d], "purpose": [q, r]},
        "has an empty list": {"purpose": []},
        "asks for more clearance": {"clearance": 3},
        "asks for other data": {"data": [e]},
        "asks for another hour": {"hours": (time(13), time(14))},
    }.items():
        no = {"effect": "deny", **condition}
        for rules in ([yes, no], [no, yes], [yes, no, yes], [no, yes, {"effect": "deny", "purpose": [q]}]):
            yield Question(f"a deny rule that {said}", (who, what, env, rules))


def _false(rng: np.random.Generator) -> Iterator[Question]:
    """A clearance of 0, and empty texts: they're there."""
    (p, q, _, _), (d, _, _, _) = _words(rng)
    full = ({"clearance": 0}, {"data": d}, {"purpose": p, "time": time(0)})
    for given in (0, 1):
        for wanted in (0, 1):
            condition = {"clearance": wanted}
            for rules in (
                [{"effect": "allow", **condition}],
                [{"effect": "deny", **condition}, {"effect": "allow"}],
            ):
                effect = rules[0]["effect"]
                said = f"clearance {wanted} asked, {given} given, for a rule with the effect {effect!r}"
                yield Question(said, ({"clearance": given}, *full[1:], rules))
    yield from _spellings(p, d, "deny")
    for name, place in (("purpose", 2), ("data", 1)):
        for wanted in ([p, d], [""], ["", q]):
            for rules in (
                [{"effect": "allow", name: wanted}],
                [{"effect": "deny", name: wanted}, {"effect": "allow"}],
            ):
                args = [*full, rules]
                args[place] = {**full[place], name: ""}
                effect = rules[0]["effect"]
                said = f"{name} is an empty text, which is there, for a rule with the effect {effect!r}"
                yield Question(said, tuple(args))


def _gone(rng: np.random.Generator) -> Iterator[Question]:
    """Each attribute there, missing and None, for each condition and either effect."""
    (p, q, _, _), (d, e, _, _) = _words(rng)
    full = ({"clearance": 2}, {"data": d}, {"purpose": p, "time": time(3)})
    conditions = {
        "purpose": ([p], [q]),
        "data": ([d], [e]),
        "clearance": (1, 3),
        "hours": ((time(2), time(6)), (time(5), time(6))),
    }
    for name, (place, key) in PLACES.items():
        for wanted in (*conditions[name], [] if name in ("purpose", "data") else conditions[name][0]):
            for effect in ("allow", "deny"):
                rules = [
                    {"effect": effect, name: wanted},
                    *([{"effect": "allow"}] if effect == "deny" else []),
                ]
                yield Question(f"{key} is there", (*full, rules))
                less = {k: v for k, v in full[place].items() if k != key}
                for said, there in (("is missing", less), ("is None", {**full[place], key: None})):
                    args = [*full]
                    args[place] = there
                    yield Question(f"{key} {said}, for a rule with the effect {effect!r}", (*args, rules))


def _strange(rng: np.random.Generator) -> Iterator[Question]:
    """A condition that isn't in the table."""
    (p, q, _, _), (d, e, strange, _) = _words(rng)
    full = ({"clearance": 2}, {"data": d}, {"purpose": p, "time": time(3)})
    for value in (None, True, False, [p]):
        odd = {"purpos": [p], strange: value}
        for name, wanted in odd.items():
            said = f"the condition {name!r}, which isn't in the table"
            known = {"effect": "allow", "data": [d]}
            yield Question(said, (*full, [{**known, name: wanted}]))
            beside = {**known, "purpose": [q], name: wanted}
            yield Question(f"{said}, beside one that's met and one that's not", (*full, [beside]))
            yield Question(said, (*full, [{**known, name: wanted}, known]))
            yield Question(said, (*full, [{"effect": "deny", name: wanted}, known]))
            yield Question(
                f"{said}, beside one that's not met",
                (*full, [{"effect": "deny", name: wanted, "data": [e]}, known]),
            )
            given = ({**full[0], name: p}, {**full[1], name: p}, {**full[2], name: p})
            yield Question(f"{said}, and an attribute of that name", (*given, [{**known, name: wanted}]))
            for other in (wanted, [q], q):
                no = {"effect": "deny", name: other}
                yield Question(
                    f"{said}, of a deny rule, and an attribute of that name", (*given, [no, known])
                )


def _worlds(rng: np.random.Generator) -> Iterator[tuple]:
    """Drawn questions with all attributes, one of either answer, as far as one is found.

    What other parts judge decides none: no window over midnight, no time or clearance at a boundary, no 0.
    """
    purposes, datas = _words(rng)

    def rule() -> dict:
        conditions = {
            "purpose": shuffled(rng, purposes)[: int(rng.integers(0, 4))],
            "data": shuffled(rng, datas)[: int(rng.integers(0, 4))],
            "clearance": int(2 * rng.integers(1, 4)),
            "hours": tuple(time(hour) for hour in sorted(rng.choice(24, 2, replace=False).tolist())),
        }
        names = shuffled(rng, list(conditions))[: int(rng.integers(0, 4))]
        effect = "allow" if rng.random() < 0.6 else "deny"
        asked = {name: conditions[name] for name in names}
        return {"effect": effect, **asked} if rng.random() < 0.5 else {**asked, "effect": effect}

    for answer in (True, False):
        for _ in range(60):
            who, what = {"clearance": int(2 * rng.integers(0, 4) + 1)}, {"data": datas[int(rng.integers(4))]}
            env = {"purpose": purposes[int(rng.integers(4))], "time": time(int(rng.integers(24)), 30)}
            args = (who, what, env, [rule() for _ in range(int(rng.integers(1, 5)))])
            if decide(*args) is answer:
                yield args
                break


def _both(rng: np.random.Generator, worlds: list[tuple], *, deny: bool) -> list[Question]:
    """The worlds with deny rules, or without."""
    has = [any(rule["effect"] == "deny" for rule in world[3]) for world in worlds]
    return [
        Question("a drawn request", world) for world, there in zip(worlds, has, strict=True) if there is deny
    ]


def _fewer(rng: np.random.Generator, worlds: list[tuple]) -> Iterator[Question]:
    """Each world with one attribute less, with two, and with none; deny rules first: order isn't judged."""
    keys = [(0, "clearance"), (1, "data"), (2, "purpose"), (2, "time")]
    for *places, rules in worlds[::2] + worlds[1::2]:
        denies_first = sorted(rules, key=lambda rule: rule["effect"] == "allow")
        for size in (1, 2, 4):
            for gone in combinations(keys, size):
                left = [
                    {k: v for k, v in places[place].items() if (place, k) not in gone} for place in range(3)
                ]
                if size < 2 or rng.random() < 0.3:
                    said = "a drawn request without " + " and ".join(key for _, key in gone)
                    yield Question(said, (*left, denies_first))


def _added(rng: np.random.Generator) -> Iterator[Question]:
    (p, q, _, _), (d, e, _, _) = _words(rng)
    rules = [
        {"effect": "deny", "purpose": [q]},
        {"effect": "allow", "data": [d], "clearance": 2, "hours": (time(7), time(19))},
    ]
    good = ({"clearance": 3}, {"data": d}, {"purpose": p, "time": time(8)})
    bad = [
        ({"clearance": 1}, *good[1:]),
        (good[0], {"data": e}, good[2]),
        (*good[:2], {**good[2], "purpose": q}),
        (*good[:2], {**good[2], "time": time(3)}),
        ({}, *good[1:]),
        (good[0], {}, good[2]),
        (*good[:2], {"time": time(8)}),
        (*good[:2], {"purpose": p}),
    ]
    values = {
        "clearance": 3,
        "data": d,
        "purpose": p,
        "time": time(9),
        "hours": time(9),
        "role": "admin",
        "allow": True,
        "effect": "allow",
    }
    worse = {
        "clearance": 0,
        "data": e,
        "purpose": q,
        "time": time(2),
        "hours": time(2),
        "role": "none",
        "allow": False,
        "effect": "deny",
    }
    homes = {"clearance": 0, "data": 1, "purpose": 2, "time": 2}
    for request, extra in [(one, values) for one in bad] + [(good, worse)]:
        yield Question("a request as it is", (*request, rules))
        for key, value in extra.items():
            for place, where in enumerate(("subject", "resource", "env")):
                if homes.get(key) != place:
                    there = [dict(part) for part in request]
                    there[place][key] = value
                    yield Question(f"the same with {key} in {where}", (*there, rules))
