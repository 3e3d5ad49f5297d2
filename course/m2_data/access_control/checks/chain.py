"""The check of `access_control.chain`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import drawn_names, shuffled

TAKES_OVER = ("edit", "assume", "reset")


@exercise(
    minutes=12,
    level="stretch",
    parts={
        "holds": (4, "finds a chain that holds wherever there is one"),
        "shortest": (3, "finds one that is as short as any"),
        "none": (3, "says None where there is none"),
    },
    hints=(
        "You're at one holder, and its grants say whom you can be next. Where have you seen that before?",
        "It's a search in breadth: keep a list of (holder, the chain so far), start with the one "
        "who asks, and "
        "look at each holder once. The first that has the grant itself ends the shortest chain.",
        "ways = [(who, empty chain)]; seen = who\n"
        "for each (holder, chain), and the list grows while you go:\n"
        "    (holder, action, thing) is in holdings: the chain and this grant\n"
        "    each grant of this holder that takes over somebody not seen: mark as seen, add (it, "
        "chain + grant)\n"
        "the list ends: None",
    ),
    debrief=(
        "Reads the policy as a map. Takes the short way before anybody looks.",
        "Reads the same map first, and takes away the grant that nobody needs for their work.",
    ),
    standards=("AML.T0012", "AML.T0035"),
)
def chain(t: Trial, chain) -> None:
    for rng in t.cases(8):
        for what, args in _asked(rng):
            best = shortest(*args)
            key = "none" if best is None else "holds"
            with t.part(key):
                got = chain(*args)
                if best is None:
                    _expect_none(t, got, what, args)
                else:
                    _expect_chain(t, got, what, args)
            if best is not None:
                with t.part("shortest"):
                    got = chain(*args)
                    _expect_chain(t, got, what, args)
                    t.expect(
                        len(got) == best,
                        f"There is a shorter chain ({what}).",
                        expected=f"{best} grants",
                        got=f"{len(got)} grants",
                    )
        for what, args in _asked(rng):  # None for everything is no answer to "is there none?"
            if shortest(*args) is not None:
                with t.part("none"):
                    t.expect(
                        chain(*args) is not None, f"There is a chain ({what}).", expected="a list", got=None
                    )


def shortest(holdings: list, who: str, action: str, thing: str) -> int | None:
    """How many grants the shortest chain has."""
    reached, steps = {who}, 1
    while True:
        if any((holder, action, thing) in holdings for holder in reached):
            return steps
        more = reached | {one[2] for one in holdings if one[0] in reached and one[1] in TAKES_OVER}
        if more == reached:
            return None
        reached, steps = more, steps + 1


def _expect_none(t: Trial, got: Any, what: str, args: tuple) -> None:
    is_held = isinstance(got, list) and bool(got) and all(one in args[0] for one in got)
    t.expect(
        got is None,
        f"There is no chain ({what}).",
        expected=None,
        got=got,
        slip="Each grant of yours exists, but one doesn't lead to the next."
        if is_held and _breaks(got)
        else "",
    )


LOOSE = "Each grant of yours exists, but one doesn't lead to the next."


def _breaks(chain: list) -> bool:
    return any(one[1] not in TAKES_OVER or one[2] != after[0] for one, after in pairwise(chain))


def _expect_chain(t: Trial, got: Any, what: str, args: tuple) -> None:
    holdings, who, action, thing = args
    t.expect(got is not None, f"There is a chain ({what}).", expected="a list", got=None)
    got = t.instance(got, list, f"the chain ({what})")
    t.expect(bool(got), f"The chain is empty ({what}).")
    for one in got:
        t.expect(type(one) is tuple and one in holdings, f"This grant isn't in holdings ({what}).", got=one)
    t.expect(
        got[0][0] == who, f"The first grant's holder isn't the one who asks ({what}).", expected=who, got=got
    )
    t.expect(got[-1][1:] == (action, thing), f"The last grant isn't the one asked for ({what}).", got=got)
    for one, after in pairwise(got):
        t.expect(one[1] in TAKES_OVER, f"This action takes nobody over ({what}).", got=one)
        t.expect(one[2] == after[0], f"Two grants of the chain don't meet ({what}).", got=[one, after])


def _asked(rng: np.random.Generator) -> Iterator[tuple[str, tuple]]:
    a, b, c, d, e, f, thing, else_ = drawn_names(rng, 8)
    goal = (["read", "write", "delete"][int(rng.integers(3))], thing)
    decoys = [(a, "read", b), (b, "print", thing), (c, goal[0], else_), (f, *goal), (f, "edit", a)]
    for over in TAKES_OVER:
        for length in (1, 2, 3, 5, 12):
            names = [a, b, c, d, e, *(f"{e}{number}" for number in range(7))][:length]
            steps = [(x, over, y) for x, y in pairwise(names)] + [(names[-1], *goal)]
            whole = shuffled(rng, steps + decoys)
            yield f"{length} grants, by {over!r}", (whole, a, *goal)
            for missing in steps:
                rest = [one for one in whole if one != missing]
                yield f"the same without one of {length}", (rest, a, *goal)
            for spoilt in steps[:-1]:
                for odd in ("read", "write", over.upper(), f"{over} "):
                    other = [(one[0], odd, one[2]) if one == spoilt else one for one in whole]
                    yield f"the same, but one of {length} is {odd!r}", (other, a, *goal)
    circle = [(a, "edit", b), (b, "assume", c), (c, "reset", a), (a, "edit", a), (c, "edit", b)]
    yield "takeovers in a circle, and no way out", (circle, a, *goal)
    yield "takeovers in a circle, and a way out", (shuffled(rng, [*circle, (c, *goal)]), a, *goal)
    yield "no grants", ([], a, *goal)
    yield "somebody without a grant", (circle, f, *goal)
    yield "the thing taken over, and not read", ([(a, "edit", thing), (thing, "write", else_)], a, *goal)
    yield "what's asked for is a takeover", ([(a, "edit", b), (b, "edit", c), (c, "edit", d)], a, "edit", d)
    long_way = [(a, "edit", b), (b, "edit", c), (c, "edit", d), (d, *goal), (a, "reset", e), (e, "assume", d)]
    yield "a long way and a short one", (long_way, a, *goal)
    yield "a short way and a long one", (long_way[::-1], a, *goal)
    yield "an own grant and a longer way", ([*long_way, (a, *goal)], a, *goal)
    for _ in range(6):
        names = drawn_names(rng, 8)
        actions = [*TAKES_OVER, "read", "write"]
        drawn = [
            (names[i], actions[int(rng.integers(5))], names[j])
            for i in range(8)
            for j in range(8)
            if i != j and rng.random() < 0.3
        ]
        yield "a drawn policy", (shuffled(rng, drawn), names[0], "read", names[7])
