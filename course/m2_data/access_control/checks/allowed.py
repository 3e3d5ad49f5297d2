"""The check of `access_control.allowed`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

from ..material import Question, drawn_names, judge, same, shuffled


@exercise(
    minutes=10,
    parts={
        "grants": (3, "allows what the user's roles have, own and inherited, and nothing else"),
        "deny": (3, "lets a deny win, wherever it stands among these roles"),
        "unknown": (3, "says no to unknown users, and to users who reach an unknown role"),
        "cycles": (2, "comes to an end in circles and long chains, with the right answer"),
        "inputs": (1, "leaves the policy as it was"),
    },
    hints=(
        "Which roles count? Collect them first, each once, and then ask the three questions.",
        "Keep a list of names that you still have to look at and a set of names that you've seen. Copy the "
        "user's list: it belongs to the policy. A loop has no limit of depth.",
        "to look at = a copy of the user's roles, none for a stranger\n"
        "while there is one: take it; seen it already: next\n"
        "    not a role of the policy: no\n"
        "    the pair is in its deny: no\n"
        "    the pair is in its allow: remember that\n"
        "    look at what it inherits as well\n"
        "at the end: what you remembered",
    ),
    debrief=(
        "Looks for the request that nobody listed: another action, a misspelt role, a role that was deleted.",
        "Says no to all of these. People who have one deny too many are refused too, so compare old and new "
        "answers before a change of roles goes live.",
    ),
    standards=("AML.M0005", "AML.M0019", "PS.1.1"),
)
def allowed(t: Trial, allowed) -> None:
    for number, rng in enumerate(t.cases(3)):
        with t.part("grants"):
            judge(t, allowed, [*_plain(rng), *_drawn(rng, deny=False)], decide, GRANTS)
        with t.part("deny"):
            judge(t, allowed, [*_denied(rng), *_drawn(rng, deny=True)], decide, DENY)
        with t.part("unknown"):
            judge(t, allowed, list(_unknown(rng)), decide, UNKNOWN, {"KeyError": LOOKUP})
        with t.part("cycles"):
            circles = list(_circles(rng, longest=40 if number else 3000))
            judge(t, allowed, circles, decide, {}, {"RecursionError": LOOP})
    with t.part("inputs"):
        rng = t.rng(2)
        for question in _plain(rng):
            got, after = t.observe(allowed, *question.args)
            t.expect(same(after[3], question.args[3]), "Your function changed the policy.", slip=COPY)
            said = f"This counts once plain grants are answered: {question.what}."
            t.expect(got is decide(*question.args), said)
        for question in [*_denied(rng), *_unknown(rng), *_circles(rng, longest=5)]:
            try:
                after = t.observe(allowed, *question.args)[1]
            except LearnerError:
                continue  # judged above
            t.expect(same(after[3], question.args[3]), "Your function changed the policy.", slip=COPY)


LOOKUP = "A user or a role may not be in the policy. Ask before you look it up: the answer is no."
LOOP = (
    "A chain may be 3,000 roles long. Keep a list of the roles still to look at, and go through it in a loop."
)
COPY = "The user's list of roles belongs to the policy: copy it before you take from it or add to it."


def decide(
    user: str,
    action: str,
    thing: str,
    policy: dict,
    *,
    deep: int = 9999,
    own_deny: bool = False,
    allow_wins: bool = False,
    no_deny: bool = False,
    skip: bool = False,
    first: bool = False,
    star: bool = False,
    own_unknown: bool = False,
) -> bool:
    """The right answer; each option is a mistake."""
    own = policy["users"].get(user, [])
    level, seen = list(own[:1] if first else own), {}
    for depth in range(deep + 1):
        level = [name for name in dict.fromkeys(level) if name not in seen]
        if not level:
            break
        seen.update(dict.fromkeys(level, depth))
        level = [
            one for name in level if name in policy["roles"] for one in policy["roles"][name]["inherits"]
        ]
    strange = [depth for name, depth in seen.items() if name not in policy["roles"]]
    if strange and not skip and not (own_unknown and 0 not in strange):
        return False
    roles = [(policy["roles"][name], depth) for name, depth in seen.items() if name in policy["roles"]]

    def listed(pairs: list) -> bool:
        return any(pair == (action, thing) or (star and "*" in pair) for pair in pairs)

    may = any(listed(role["allow"]) for role, _ in roles)
    must_not = any(listed(role["deny"]) for role, depth in roles if depth == 0 or not own_deny)
    return may and (allow_wins or no_deny or not must_not)


GRANTS = {
    "Inherited grants count too.": partial(decide, deep=0),
    "Roles inherit from roles that inherit: go on to any depth.": partial(decide, deep=1),
    "All of the user's roles count, not only the first.": partial(decide, first=True),
    '"*" is a text like any other here.': partial(decide, star=True),
}
DENY = {
    "A deny wins over an allow.": partial(decide, allow_wins=True),
    "A deny is inherited, just as an allow is.": partial(decide, own_deny=True),
}
UNKNOWN = {
    "You skipped the unknown role. Nobody knows what it would have denied: the answer is no.": partial(
        decide, skip=True
    ),
    "A role may inherit an unknown one: that counts as well.": partial(decide, own_unknown=True),
}


def _role(inherits: Any = (), allow: Any = (), deny: Any = ()) -> dict:
    return {"inherits": list(inherits), "allow": list(allow), "deny": list(deny)}


def _line(names: list[str], last: dict) -> dict:
    """Each role inherits the next one; the last one is `last`."""
    return {**{a: _role([b]) for a, b in pairwise(names)}, names[-1]: last}


def _far(depth: int) -> str:
    if depth < 2:
        return ("the user's own role", "a role that the user's own role inherits")[depth]
    return f"a role {depth} steps above the user's own"


def _cousins(text: str) -> tuple[str, ...]:
    """Texts that look like this one, and aren't."""
    return (text.upper(), text.capitalize(), f"{text} ", f" {text}", text[:-1], f"{text}x", "")


def _plain(rng: np.random.Generator) -> Iterator[Question]:
    a, b, c, d, e, do, other, thing, else_ = drawn_names(rng, 9)
    pair, roles = (do, thing), {}
    for depth in (0, 1, 2, 5):
        names = [a, b, c, d, e, a + b][: depth + 1]
        policy = {
            "users": {"u1": [a], "u2": [], "u3": ["x"]},
            "roles": {"x": _role(), **_line(names, _role((), [pair]))},
        }
        yield Question(f"the pair is allowed by {_far(depth)}", ("u1", do, thing, policy))
        yield Question("another action", ("u1", other, thing, policy))
        yield Question("another thing", ("u1", do, else_, policy))
        yield Question("a user without roles", ("u2", do, thing, policy))
        yield Question("a user with another role", ("u3", do, thing, policy))
        for odd in _cousins(do):
            yield Question(f"the action {odd!r}", ("u1", odd, thing, policy))
        for odd in _cousins(thing):
            yield Question(f"the thing {odd!r}", ("u1", do, odd, policy))
        for one in (("*", thing), (do, "*"), ("*", "*")):
            yield Question(f"the pair {one}, which nobody has", ("u1", *one, policy))
    pairs = [(do, else_), (other, thing), ("*", thing), (do, "*"), ("*", "*")]
    roles = {a: _role([b], pairs), b: _role(), c: _role([a], [pair])}
    policy = {"users": {"u1": [a], "u2": [b, a], "u3": [b, c], "u4": [c, b]}, "roles": roles}
    for user in policy["users"]:
        yield Question(
            "action and thing each in a pair of its own, and texts with a star", (user, do, thing, policy)
        )
        for pair_ in pairs:
            yield Question(f"the pair {pair_}", (user, *pair_, policy))
        for odd in (do.upper(), do + " ", ""):
            yield Question(f"the action {odd!r}", (user, odd, thing, policy))
        yield Question("action and thing swapped", (user, thing, do, policy))
    roles = {
        a: _role([b, c]),
        b: _role([d]),
        c: _role([d, e]),
        d: _role(),
        e: _role((), [(other, else_), pair]),
    }
    policy = {"users": {"u1": [a], "u2": [b], "u3": [b, d, e]}, "roles": roles}
    for user in policy["users"]:
        yield Question("a role may inherit two, and two may inherit the same", (user, do, thing, policy))


def _denied(rng: np.random.Generator) -> Iterator[Question]:
    a, b, c, d, e, do, other, thing, else_ = drawn_names(rng, 9)
    pair = (do, thing)
    yes = _role((), [pair])
    for depth in (0, 1, 2, 4):
        names = [b, c, d, e, b + c][: depth + 1]
        for said, pairs in {
            "the pair": [pair],
            "the pair and another": [(other, else_), pair],
            "nothing": [],
            "another action": [(other, thing)],
            "another thing": [(do, else_)],
            "a star": [("*", "*")],
            "any action": [("*", thing)],
            "any thing": [(do, "*")],
            "the action in another spelling": [(odd, thing) for odd in _cousins(do)],
            "the thing in another spelling": [(do, odd) for odd in _cousins(thing)],
        }.items():
            for order in ([a, b], [b, a]):
                policy = {
                    "users": {"u1": order, "u2": [a]},
                    "roles": {a: yes, **_line(names, _role((), (), pairs))},
                }
                yield Question(f"{_far(depth)} denies {said}", ("u1", do, thing, policy))
                yield Question("a role that isn't theirs denies", ("u2", do, thing, policy))
    for mine, up in ((_role([b], [pair]), _role((), (), [pair])), (_role([b], (), [pair]), yes)):
        policy = {"users": {"u1": [a], "u2": [b]}, "roles": {a: mine, b: up}}
        for user in policy["users"]:
            yield Question("a role and the one that it inherits disagree", (user, do, thing, policy))
    policy = {"users": {"u1": [a], "u2": [b]}, "roles": {a: _role((), [pair], [pair]), b: yes}}
    for user in policy["users"]:
        yield Question("one role allows and denies the same pair", (user, do, thing, policy))


def _unknown(rng: np.random.Generator) -> Iterator[Question]:
    a, b, c, d, gone, do, thing = drawn_names(rng, 7)
    yes = _role((), [(do, thing)])
    for said, own, roles in (
        ("a user with a known role", [a], {a: yes}),
        ("a user with an unknown role only", [gone], {a: yes}),
        ("an unknown role after a known one", [a, gone], {a: yes}),
        ("an unknown role before a known one", [gone, a], {a: yes}),
        ("two unknown roles", [gone, a, gone + "x"], {a: yes}),
        ("an unknown role that is written like a known one", [a, a.upper()], {a: yes}),
        ("an unknown role with a blank behind it", [a, f"{a} "], {a: yes}),
        ("an unknown role that a known one begins with", [a, a[:-1]], {a: yes}),
        ("an inherited role is unknown", [a], {a: _role([gone], [(do, thing)])}),
        ("one of two inherited roles is unknown", [a], {a: _role([b, gone]), b: yes}),
        (
            "the unknown role is far up",
            [a],
            {**_line([a, b, c, d], _role([gone])), a: _role([b], [(do, thing)])},
        ),
        ("another role than theirs inherits an unknown one", [a], {a: yes, b: _role([gone])}),
        ("an unknown role that only another user has", [a, b], {a: yes, b: _role()}),
    ):
        policy = {"users": {"u1": own, "u2": [gone]}, "roles": roles}
        yield Question(said, ("u1", do, thing, policy))
        yield Question("a user who isn't in the policy", ("u3", do, thing, policy))
        for odd in ("U1", "u1 ", " u1", "u"):
            yield Question(f"the user {odd!r}, who isn't in the policy", (odd, do, thing, policy))
        yield Question("the name of a role instead of a user", (a, do, thing, policy))
    yield Question("a policy without users and roles", ("u1", do, thing, {"users": {}, "roles": {}}))


def _circles(rng: np.random.Generator, longest: int) -> Iterator[Question]:
    a, b, c, d, e, do, thing, else_ = drawn_names(rng, 8)
    pair = (do, thing)
    for length in (1, 2, 3):
        names = [a, b, c][:length]
        for said, extra in (
            ("allows", _role((), [pair])),
            ("is silent", _role()),
            ("denies", _role((), (), [pair])),
        ):
            roles = {**_line(names, _role([a, d])), d: extra, e: _role((), [pair])}
            for own in ([a], [names[-1], e]):
                question = f"roles inherit in a circle of {length}, and a role behind it {said}"
                yield Question(question, ("u1", do, thing, {"users": {"u1": own}, "roles": roles}))
    chain = [f"{a}{number}" for number in range(longest)]
    policy = {
        "users": {"u1": [chain[0]], "u2": [b]},
        "roles": {**_line(chain, _role((), [pair])), b: _role()},
    }
    for user in policy["users"]:
        yield Question(f"a chain of {longest} roles", (user, do, thing, policy))
    yield Question(f"a chain of {longest} roles, another thing", ("u1", do, else_, policy))
    for said, last in (("denies", _role((), (), [pair])), ("inherits an unknown role", _role([f"{a}x"]))):
        roles = {**_line(chain, last), b: _role([chain[0]], [pair])}
        policy = {"users": {"u1": [b]}, "roles": roles}
        yield Question(f"the end of a chain of {longest} roles {said}", ("u1", do, thing, policy))


def _drawn(rng: np.random.Generator, *, deny: bool) -> list[Question]:
    """A drawn policy with users of none to three roles, and at most 12 questions of either answer."""
    roles, pairs = drawn_names(rng, 6), [(a, b) for a in ("read", "write") for b in drawn_names(rng, 3)]

    def some(items: list, most: int) -> list:
        return shuffled(rng, items)[: int(rng.integers(0, most + 1))]

    policy = {
        "users": {f"u{number}": some(roles, 3) for number in range(6)},
        "roles": {
            name: _role(some(roles[number + 1 :], 2), some(pairs, 3), some(pairs, 1) if deny else ())
            for number, name in enumerate(roles)
        },
    }
    asked = [
        Question(f"{user} asks for {pair}", (user, *pair, policy))
        for user in policy["users"]
        for pair in pairs
    ]
    asked = shuffled(rng, asked)
    both = [[question for question in asked if decide(*question.args) is answer] for answer in (True, False)]
    return both[0][:12] + both[1][:12]
