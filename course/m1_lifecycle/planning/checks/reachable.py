"""The check of `planning.reachable`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

WORDS = ("query", "weights", "data", "store", "crafted", "backdoor", "keys", "logs")
LONG = 60  # techniques in the longest chain


@exercise(
    minutes=11,
    parts={
        "direct": (3, "finds what the access at the start reaches"),
        "chains": (4, "goes on with what a technique gives, for chains of any length"),
        "order": (2, "returns the ids in the order of the catalogue"),
        "unchanged": (1, "leaves access and catalogue as they were"),
    },
    hints=(
        "When you have found one technique, you have more than before. So something that you passed over "
        "a moment "
        "ago may be in reach now.",
        "Keep a set of what the attacker has, a copy. Go through the catalogue again and again, until a "
        "round finds "
        "nothing new. A way is open when all its words are in the set. At the end, list the ids in the "
        "catalogue's "
        "order.",
        "has = a copy of access; found = empty set\n"
        "repeat: for each technique not found: if any of its ways is a subset of has: add its id to "
        "found, add what "
        "it gives to has\n"
        "until a round adds nothing\n"
        "return the id of each technique in the catalogue whose id is in found",
    ),
    debrief=(
        "Needs no single strong attack: takes the weakest step, and lets each one pay for the next.",
        "Looks for the step that most chains go through. The price: a map of fifteen steps is a guess "
        "about needs "
        "and gives, and the attacker may know a sixteenth.",
    ),
    standards=("AML.T0006", "PW.1.1"),
)
def reachable(t: Trial, reachable) -> None:
    for rng in t.cases(5):
        for part, access, catalogue in _cases(rng):
            t.given(access=sorted(access), **_shown(catalogue))
            want = _reach(access, catalogue)
            got, after = t.observe(reachable, access, catalogue)
            found = False
            with t.part(part):
                ids = t.instance(got, list, "the list of ids")
                known = {technique["id"] for technique in catalogue}
                t.expect(
                    all(type(one) is str and one in known for one in ids) and len(set(ids)) == len(ids),
                    "The list does not hold ids of the catalogue, each once.",
                    expected=want,
                    got=ids,
                )
                if set(ids) != set(want):
                    less = [one for one in want if one not in ids]
                    said = f"{less[0]} is in reach, and the list lacks it." if less else ""
                    more = [one for one in ids if one not in want]
                    fit = [text for text, has in _slips(access, catalogue).items() if has == sorted(ids)]
                    t.wrong(
                        said or f"{more[0]} is listed, and it is not in reach.",
                        expected=want,
                        got=ids,
                        slip=fit[0] if fit else "",
                    )
                found = True
            first = "The ids in reach have to be right first."
            with t.part("order"):
                t.expect(found, first)
                t.equal(
                    t.instance(got, list, "the list of ids"),
                    want,
                    "the list of ids",
                    slips=_orders(access, catalogue),
                )
            with t.part("unchanged"):
                t.expect(found, first)
                copy = "Work on a copy: set(access)."
                t.expect(
                    after[0] == access,
                    "The argument access has changed.",
                    expected=access,
                    got=after[0],
                    slip=copy,
                )
                t.expect(repr(after[1]) == repr(catalogue), "The argument catalogue has changed.")


def _technique(name: str, needs: Sequence[Sequence[str]], gives: Sequence[str] = ()) -> dict:
    return {
        "id": name,
        "name": f"Technique {name}",
        "needs": [list(way) for way in needs],
        "gives": list(gives),
    }


def _shown(catalogue: list[dict]) -> dict[str, str]:
    if len(catalogue) > 20:
        return {"catalogue": f"{len(catalogue)} techniques, each of which needs what the next one gives"}
    return {one["id"]: f"{one['needs']} gives {one['gives']}" for one in catalogue}


def _cases(rng: np.random.Generator) -> Iterator[tuple[str, set, list[dict]]]:
    """(part, access, catalogue): by hand what decides a rule, a long chain, and two drawn catalogues."""
    a, b, c, d, e, f = (str(word) for word in rng.permutation(WORDS)[:6])
    ids = iter([f"T{number}" for number in rng.permutation(np.arange(100, 1000))[:300]])

    def make(*techniques: tuple) -> list[dict]:
        return [_technique(next(ids), *one) for one in techniques]

    single = make(
        ([[a]],), ([[b]],), ([[a, b]],), ([[b], [a]],), ([[c], [b], [a]],), ([[a], [b]],), ([[]],), ([],)
    )
    single += make(([[b, c], [a, c]],), ([[b, c], [a]],))
    for access in ({a}, {b}, {a, c}, {a, b}, {a, b, c, d}, {d}, set()):
        yield "direct", access, _mixed(single, rng)
    yield "direct", {a}, []
    for near in (f"old {a}", f"{a} of 2019", a[:-1], a.upper()):  # words are equal or not
        yield "direct", {near}, make(([[a]],), ([[near]],), ([[a], [near]],), ([[a, near]],))
    yield "chains", {a}, make(([[b]], [c]), ([[a]], [b]), ([[b]], [d]), ([[d]], [e]), ([[c]], [f]))
    yield "chains", {a}, make(([[d]], [e]), ([[c]], [d]), ([[b]], [c]), ([[a]], [b]), ([[e]],))
    yield "chains", {a}, make(([[a]], [b]), ([[b]], [c]), ([[c]], [d]), ([[d]], [e]), ([[e]], [f]), ([[f]],))
    yield "chains", set(), make(([[b]], [c]), ([[a]], [b]), ([[]], [a]), ([[d]], [a]))
    yield (
        "chains",
        {c},
        make(([[a]], [a]), ([[a]], [b]), ([[b]], [a]), ([[c]],)),
    )  # circles that nobody can enter
    yield (
        "chains",
        {c},
        make(([[d]],), ([[a, b]], [d]), ([[c]], [b, f]), ([[c]], [a]), ([[e, f], [f, c]], [e])),
    )
    yield "chains", {a, b}, make(([[c, d, e]],), ([[a]], [c, d]), ([[b, d]], [e]))
    # the last of many ways, the last of many gifts, and the last word of a way
    many = make(([[b], [c], [d], [e], [a]], [b, c, d, e]), ([[e]],), ([[b]],))
    many += make(([[b, c, d, e]],), ([[b, c, d, e, f]],))
    yield "chains", {a}, many
    yield (
        "direct",
        {a},
        make(([[b], [c], [d], [e], [a]],), ([[a, a, a, a, b]],), ([[b], [c], [d], [e], [f]],)),
    )
    words = [f"{''.join(rng.permutation(list('aeiklmnorst'))[:4])} {i}" for i in range(LONG)]
    chain = make(*(([[words[i - 1]]] if i else [[a]], [words[i]]) for i in reversed(range(LONG))))
    yield "chains", {a}, chain
    yield "chains", {b}, chain
    for _ in range(2):
        drawn = [_drawn(next(ids), rng) for _ in range(12)]
        yield "chains", {str(word) for word in rng.permutation(WORDS)[: int(rng.integers(1, 3))]}, drawn


def _mixed(catalogue: list[dict], rng: np.random.Generator) -> list[dict]:
    return [catalogue[i] for i in rng.permutation(len(catalogue))]


def _drawn(name: str, rng: np.random.Generator) -> dict:
    ways = [
        [str(word) for word in rng.permutation(WORDS)[: int(rng.integers(1, 3))]]
        for _ in range(rng.integers(1, 3))
    ]
    return _technique(name, ways, [str(word) for word in rng.permutation(WORDS)[: int(rng.integers(0, 3))]])


def _found(
    access: set, catalogue: list[dict], rounds: int = 100, way: Any = all, ways: Any = any
) -> list[str]:
    """Ids in the order in which they are found; `rounds`, `way` and `ways` are the slips to make."""
    has, found = set(access), []
    for _ in range(rounds):
        given = set()
        for one in catalogue:
            if one["id"] not in found and ways(way(word in has for word in each) for each in one["needs"]):
                found.append(one["id"])
                given |= set(one["gives"])
        has |= given
    return found


def _reach(access: set, catalogue: list[dict]) -> list[str]:
    found = _found(access, catalogue)
    return [one["id"] for one in catalogue if one["id"] in found]


def _one_pass(access: set, catalogue: list[dict]) -> list[str]:
    has, found = set(access), []
    for one in catalogue:
        if any(has.issuperset(way) for way in one["needs"]):
            found.append(one["id"])
            has.update(one["gives"])
    return found


ONE_WAY = "One of the ways is enough."


def _slips(access: set, catalogue: list[dict]) -> dict[str, list[str]]:
    slips = {
        "A way is open only when everything in it is there, not one word of it.": _found(
            access, catalogue, way=any
        ),
        ONE_WAY: _found(access, catalogue, ways=all),
        "What a technique gives counts from then on: go on with it.": _found(access, catalogue, 1),
        "Two rounds are not enough: go on until one finds nothing new.": _found(access, catalogue, 2),
        "One pass is not enough: a later technique may give what an earlier one needs.": _one_pass(
            access, catalogue
        ),
    }
    want = set(_reach(access, catalogue))
    slips = {text: ids for text, ids in slips.items() if ids and (text != ONE_WAY or want - set(ids))}
    return _distinct({text: sorted(ids) for text, ids in slips.items()}, sorted(want))


def _orders(access: set, catalogue: list[dict]) -> dict[str, list[str]]:
    want = _reach(access, catalogue)
    found = "List the ids as the catalogue does, not as they were found."
    return _distinct(
        {found: _found(access, catalogue), "Ids keep the catalogue's order: don't sort them.": sorted(want)},
        want,
    )


def _distinct(slips: dict[str, list[str]], want: list[str]) -> dict[str, list[str]]:
    """Without those that give the right value, or what another slip gives too: they would be a guess."""
    values = list(slips.values())
    return {text: ids for text, ids in slips.items() if ids != want and values.count(ids) == 1}
