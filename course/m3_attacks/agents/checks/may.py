"""The check of `agents.may`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import allowed


@exercise(
    minutes=8,
    parts={
        "everyone": (3, "asks everyone in the chain"),
        "one grant": (2, "needs one grant that fits both tool and resource"),
        "own": (2, 'reads "own" as the human\'s own'),
        "nobody": (2, "refuses an empty chain and strangers"),
    },
    hints=(
        "Who has to have the right: the first, the last, or all?",
        "all(...) over the chain, any(...) over one principal's grants. all(...) of an empty list is True.",
        "empty chain: False\n"
        "fits(grant): its tool is the tool or '*', and its resource is '*'; or it's 'own' and the owner "
        "is chain[0]; or it's another word, and that is the resource\n"
        "return all(any(fits(g) for g in grants.get(who, [])) for who in chain)",
    ),
    debrief=(
        "Has no rights, and finds an assistant that has everybody's: writes to it, or into what it reads.",
        "Sends the user along with every call, and checks the whole chain. The cost: whoever lacks a "
        "grant that "
        "the service account had until now will notice, so enter the grants first.",
    ),
    standards=("AML.T0053", "AML.M0026", "AML.M0027", "AML.M0028", "ASI03", "LLM03"),
)
def may(t: Trial, may: Any) -> None:
    for rng in t.cases(3):
        names = [f"{role}{rng.integers(100)}" for role in ROLES]
        for part, cases in (("everyone", _everyone), ("one grant", _one), ("own", _own), ("nobody", _nobody)):
            with t.part(part):
                _expect(t, may, list(cases(names, rng)))


ROLES = ("human", "planner", "helper", "runner", "buyer", "writer", "reader", "other")
Case = tuple[str, tuple[str, str, str], list[str], dict[str, list[tuple[str, str]]]]


def _expect(t: Trial, may: Any, cases: list[Case]) -> None:
    answers = []
    for what, call, chain, grants in cases:
        t.given(call=call, chain=chain, case=what)
        got, after = t.observe(may, call, chain, grants)
        t.expect(
            after == (call, chain, grants) or list(after) == [call, chain, grants], "You changed an input."
        )
        answers.append(t.instance(got, bool, "the answer"))
    fits = [
        slip
        for slip, wrong in SLIPS.items()
        if answers == [wrong(call, chain, grants) for _, call, chain, grants in cases]
    ]
    for (what, call, chain, grants), got in zip(cases, answers, strict=True):
        want = allowed(call, chain, grants)
        t.given(call=call, chain=chain, grants={who: grants[who] for who in chain if who in grants})
        t.expect(
            got == want, f"The answer isn't right: {what}.", expected=want, got=got,
            slip=fits[0] if len(fits) == 1 else "",
        )  # fmt: skip


def _by_parts(call: tuple, chain: list, grants: dict) -> bool:
    """Tool and resource may come from two grants."""
    return bool(chain) and all(
        any(t in (call[0], "*") for t, _ in grants.get(who, ()))
        and any(allowed(call, chain[:1], {chain[0]: [("*", r)]}) for _, r in grants.get(who, ()))
        for who in chain
    )


def _agents_own(call: tuple, chain: list, grants: dict) -> bool:
    return bool(chain) and all(
        any(
            t in (call[0], "*") and (r == "*" or (call[2] == who if r == "own" else r == call[1]))
            for t, r in grants.get(who, ())
        )
        for who in chain
    )


def _only(pick: Callable[[list], list]) -> Callable[..., bool]:
    """Only these of the chain are asked."""

    def answer(call: tuple, chain: list, grants: dict) -> bool:
        asked = {who: grants.get(who, ()) if who in pick(chain) else [("*", "*")] for who in chain}
        return allowed(call, chain, asked)

    return answer


def _own_by_name(call: tuple, chain: list, grants: dict) -> bool:
    """A resource that is called own fits the word in a grant, whoever owns it."""
    mine = (call[0], call[1], chain[0]) if chain and call[1] == "own" else call
    return allowed(mine, chain, grants)


SLIPS: dict[str, Callable[..., bool]] = {
    'In a grant, "own" is no name: a resource that is called "own" has an owner too.': _own_by_name,
    "The last agent's rights aren't enough: ask everyone.": _only(lambda chain: chain[-1:]),
    "The human's rights aren't enough: ask everyone.": _only(lambda chain: chain[:1]),
    "Ask those in the middle of the chain too.": _only(lambda chain: [*chain[:1], *chain[-1:]]),
    "The human counts too.": _only(lambda chain: chain[1:]),
    "One right in the chain isn't enough: everyone needs it.": lambda call, chain, grants: any(
        allowed(call, [chain[0], who], {**grants, chain[0]: [("*", "*")]}) or allowed(call, chain[:1], grants)
        for who in chain[1:] or chain
    ),
    "One grant has to fit both tool and resource.": _by_parts,
    '"own" means owned by the human, in an agent\'s grant too.': _agents_own,
    "An empty chain may do nothing: all(...) of nothing is True.": lambda call, chain, grants: (
        not chain or allowed(call, chain, grants)
    ),
}


def _everyone(names: list[str], rng: np.random.Generator) -> Iterator[Case]:
    human, *agents, other = names
    call = ("read", "doc 1", human)
    right, none = [("read", "doc 1")], [("read", "doc 2"), ("pay", "doc 1")]
    for size in (0, 1, 2, 3, 6):
        chain = [human, *agents[:size]]
        yield "all may", call, chain, dict.fromkeys(names, right)
        for who in chain:
            place = f"{who}, in a chain of {len(chain)}"
            yield f"all may but {place}", call, chain, {**dict.fromkeys(names, right), who: none}
            yield f"nobody may but {place}", call, chain, {**dict.fromkeys(names, none), who: right}
        yield "none", call, chain, dict.fromkeys(names, none)
    yield "the same agent twice", call, [human, agents[0], agents[0]], dict.fromkeys(names, right)
    yield "somebody else may", call, [human], {other: right, human: none}
    for _ in range(40):
        yield "a random chain", *_drawn(names, rng, ["doc 1", "*"])


def _drawn(names: list[str], rng: np.random.Generator, resources: list[str]) -> tuple:
    human, *agents, _ = names
    grants = {
        who: [
            (
                str(rng.choice(["read", "send", "*"], p=[0.4, 0.2, 0.4])),
                str(rng.choice(resources)),
            )
            for _ in range(rng.integers(1, 4))
        ]
        for who in names
    }
    chain = [human, *(str(a) for a in rng.choice(agents, rng.integers(0, 5), replace=False))]
    call = (
        str(rng.choice(["read", "send"])),
        str(rng.choice(["doc 1", "doc 2"])),
        str(rng.choice([human, *names[:4]])),
    )
    return call, chain, grants


def _one(names: list[str], rng: np.random.Generator) -> Iterator[Case]:
    human, agent, *_ = names
    call = ("send", "doc 1", human)
    rights = {
        "both in one grant": [("send", "doc 1")],
        "the right one is the last": [("read", "doc 1"), ("send", "doc 2"), ("send", "doc 1")],
        "tool and resource in two grants": [("send", "doc 2"), ("read", "doc 1")],
        "any tool on another resource, and the tool on none": [("*", "doc 2"), ("send", "doc 3")],
        "any tool": [("*", "doc 1")],
        "any resource": [("send", "*")],
        "any of both": [("*", "*")],
        "the tool only": [("send", "doc 2")],
        "the resource only": [("read", "doc 1")],
        "no grants": [],
        "a longer resource": [("send", "doc 11")],
        "a shorter resource": [("send", "doc")],
        "a longer tool": [("send_all", "doc 1")],
        "an own one, of the human": [("send", "own")],
        "a star that isn't alone": [("send*", "doc 1"), ("send", "doc*")],
        "any resource, for another tool": [("read", "*")],
    }
    for tool, resource in (("*", "doc 1"), ("send", "*"), ("*", "*")):
        for right in ([("send", "doc 1")], [("*", "doc 1")], [("send", "*")], [("*", "*")]):
            what = "a call whose tool or resource is named *"
            yield what, (tool, resource, human), [human], {human: right}
    for what, right in rights.items():
        yield what, call, [human], {human: right}
        if what != "an own one, of the human":
            yield f"{what} (the agent's)", call, [human, agent], {human: [("*", "*")], agent: right}


def _own(names: list[str], rng: np.random.Generator) -> Iterator[Case]:
    human, agent, second, *_, other = names
    everything, own = [("*", "*")], [("read", "own")]
    for owner in (human, agent, second, other, ""):
        call = ("read", "doc 1", owner)
        for chain in ([human], [human, agent], [human, agent, second]):
            for who in chain:
                grants = {**dict.fromkeys(names, everything), who: own}
                yield f"own for {who}, the owner is {owner!r}", call, chain, grants
        yield "own for both", call, [human, agent], {human: own, agent: own}
        yield "own with any tool", call, [human, agent], {human: [("*", "own")], agent: [("*", "own")]}
        yield "own with another tool", call, [human], {human: [("pay", "own")]}
        yield "own, and the resource itself", call, [human], {human: [("pay", "own"), ("read", "doc 1")]}
        named = ("read", "own", owner)
        for right in (own, [("read", "doc 1")], everything):
            yield "a resource that is called own", named, [human], {human: right}
            yield "a resource that is called own", named, [human, agent], {human: everything, agent: right}
    for _ in range(40):
        yield "a random chain", *_drawn(names, rng, ["doc 1", "own", "*"])


def _nobody(names: list[str], rng: np.random.Generator) -> Iterator[Case]:
    human, agent, *_, other = names
    call, everything = ("read", "doc 1", human), [("*", "*")]
    rights = {human: everything, agent: everything}
    yield "an empty chain", call, [], rights
    yield "an empty chain and no grants", call, [], {}
    yield "no grants at all", call, [human], {}
    yield "the human and the agent", call, [human, agent], rights
    yield "the human alone", call, [human], rights
    for chain in ([other], [other, agent], [human, other], [human, other, agent], [human, agent, other]):
        yield f"a stranger in {chain}", call, chain, rights
    yield "a name in capitals", call, [human.upper()], rights
