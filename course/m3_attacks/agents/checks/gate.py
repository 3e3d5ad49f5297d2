"""The check of `agents.gate`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import every_effect, verdict
from ..office import DESTINATION, INSIDE, KNOWN, PATIENCE, UNTRUSTED, a_day, make_act, outcome


@exercise(
    minutes=14,
    parts={
        "join": (2, "gives a derived text the sources of all its parts"),
        "rules": (5, "follows each rule, in their order"),
        "attacks": (4, "lets no attack through on a day with half the tasks done"),
        "tasks": (2, "lets the work be done"),
        "questions": (2, "asks only about what matters"),
    },
    hints=(
        "Go down the table, rule by rule: the first that fits returns.",
        "source.split(':')[0] gives the word. any(...) over the sources says whether a set is untrusted. "
        "set().union(*sets) joins sets; wrap a text first: {part}.",
        "read: allow; untrusted(asked_by): deny; delete: confirm\n"
        "name = 'to' or 'account'; swapped = untrusted(origin[name])\n"
        "send_mail, secret, not args['to'].endswith(INSIDE): deny if swapped else confirm\n"
        "swapped and args[name] not in known: confirm; else allow",
    ),
    debrief=(
        "Orders through a summary, which has lost its label. Leaves the order alone and swaps only "
        "the account "
        "number. Floods a gate that asks: after 25 questions, everything passes.",
        "Labels every text, and lets a summary keep the labels of all its parts. On the check's day: attack "
        "success 0, tasks done 1.00, tasks that ask 0.10. A gate that asks about every effect: 0.72, "
        "1.00 and "
        "0.70. What still passes: a swap to another known vendor or colleague, a wrong amount, a lie.",
    ),
    standards=("AML.T0086", "AML.T0101", "AML.T0051.001", "AML.M0029", "AML.M0030", "ASI02"),
)
def gate(t: Trial, join: Any, gate: Any) -> None:
    for rng in t.cases(2):
        with t.part("join"):
            _expect_join(t, join, rng)
        with t.part("rules"):
            _expect_rules(t, gate, rng)
        day = a_day(rng)
        t.given(day=f"{len(day)} acts")
        said = [_verdict(t, gate, act, KNOWN) for _, _, act in day]
        result = outcome(day, said)
        t.given(**{name: round(float(value), 2) for name, value in result.items()})
        slip = _likely([(act, KNOWN) for _, _, act in day], said)
        hits, done, asking = (result[name] for name in ("attack success", "tasks done", "tasks that ask"))
        with t.part("attacks"):
            t.at_least(done, 0.5, "half of the tasks done", slip=slip)
            t.at_most(hits, 0.0, "the attack success", slip=slip)
        with t.part("tasks"):
            t.at_most(hits, 0.35, "the attack success, for this part", slip=slip)
            t.at_least(done, 0.95, "the share of tasks done", slip=slip)
        with t.part("questions"):
            t.at_most(hits, 0.35, "the attack success, for this part", slip=slip)
            t.at_least(done, 0.95, "the share of tasks done", slip=slip)
            t.at_most(asking, 0.15, "the share of tasks that ask", slip=slip)


def _verdict(t: Trial, gate: Any, act: dict, known: frozenset | set) -> str:
    before = copy.deepcopy(act)
    got, after = t.observe(gate, act, set(known))
    t.expect(after[0] == before and after[1] == known, "Your gate changed the act, or what is known.")
    got = t.instance(got, str, "the verdict")
    t.expect(got in ("allow", "confirm", "deny"), "The verdict isn't one of the three.", got=got)
    return got


Slip = Callable[[dict, Any], str]


def _with(**changed: Any) -> Slip:
    return lambda act, known: verdict({**act, **changed}, known)


def _relabelled(change: Callable[[set], set]) -> Slip:
    """What the rules say when each set of sources is read in another way."""

    def slip(act: dict, known: Any) -> str:
        origin = {name: change(sources) for name, sources in act["origin"].items()}
        return verdict({**act, "asked_by": change(act["asked_by"]), "origin": origin}, known)

    return slip


def _untrusted(sources: set[str]) -> bool:
    return any(source.split(":")[0] in UNTRUSTED for source in sources)


def _touched(act: dict) -> bool:
    return _untrusted(set(act["asked_by"]).union(*act["origin"].values()))


def _any_user(act: dict, known: Any) -> str:
    return verdict({**act, "asked_by": {"user"}} if "user" in act["asked_by"] else act, known)


def _any_argument(act: dict, known: Any) -> str:
    everything = set().union(*act["origin"].values())
    return verdict({**act, "origin": dict.fromkeys(act["origin"], everything)}, known)


def _secret_first(act: dict, known: Any) -> str:
    asked = {**act, "asked_by": {"user"}}
    leaks = act["tool"] == "send_mail" and act["secret"] and not act["args"]["to"].endswith(INSIDE)
    return verdict(asked if leaks else act, known)


TIRED = f"The person read {PATIENCE} questions and then clicked yes:"
SLIPS: dict[str, Slip] = {
    "That stops everything: an assistant that does nothing is no defence.": lambda act, known: "deny",
    "That allows everything.": lambda act, known: "allow",
    f"{TIRED} ask less.": every_effect,
    f"{TIRED} ask only where a rule says so.": lambda act, known: (
        "confirm" if act["tool"] != "read" and _touched(act) else "allow"
    ),
    "Reading an untrusted text is no danger; acting on it is.": lambda act, known: (
        "deny" if _touched(act) else "allow"
    ),
    "Look at the destination's origin too: an account can be swapped although the user asked.": (
        lambda act, known: "deny" if act["tool"] != "read" and _untrusted(act["asked_by"]) else "allow"
    ),
    "Look at who asked, too.": _with(asked_by={"user"}),
    "A source is a word, a colon and a number: compare the word.": _relabelled(lambda sources: {"user"}),
    "Only the origin of the destination counts, not of the other arguments.": _any_argument,
    "Rule 2 comes before rule 3.": _secret_first,
    "A set of sources is untrusted when any in it is, also when the user is in it.": _any_user,
    "A planted note is untrusted: memory is in UNTRUSTED.": _relabelled(
        lambda sources: {source for source in sources if source[:6] != "memory"}
    ),
}


def _likely(acts: list[tuple[dict, Any]], said: list[str]) -> str:
    fits = [slip for slip, wrong in SLIPS.items() if said == [wrong(*act) for act in acts]]
    return fits[0] if len(fits) == 1 else ""


def _expect_join(t: Trial, join: Any, rng: np.random.Generator) -> None:
    a, b, c = (f"{word}:{rng.integers(1, 99)}" for word in ("ticket", "file", "web"))
    lists: list[tuple[Any, ...]] = [
        (), ("user",), (a,), (a, "user"), ("user", a), ({a},), (set(),), ("user", set()), ({a, "user"}, b),
        (b, {a, "user"}), ({a}, {b}), ({a}, {b, c}, "user"), (a, a), ({a}, a), ({a, b}, {b, c}),
        (a, b, c, "user"),
    ]  # fmt: skip
    for parts in lists:
        t.given(parts=[sorted(part) if isinstance(part, set) else part for part in parts])
        want: set[str] = set()
        for part in parts:
            want |= {part} if isinstance(part, str) else part
        before = copy.deepcopy(parts)
        got, after = t.observe(join, *parts)
        t.expect(tuple(after) == before, "Your function changed one of its parts.")
        trusted = {source for source in want if source.split(":")[0] not in UNTRUSTED}
        letters = set().union(*map(set, parts))
        t.equal(
            t.instance(got, set, "what join returns"),
            want,
            "the sources",
            slips={
                "A text made from several keeps the labels of all of them.": trusted or {"user"},
                "Wrap a text before you join: set('user') is a set of letters.": letters,
                "Only the first part counts for you.": set() if not parts else _as_set(parts[0]),
            },
        )


def _as_set(part: Any) -> set[str]:
    return {part} if isinstance(part, str) else set(part)


def _expect_rules(t: Trial, gate: Any, rng: np.random.Generator) -> None:
    acts = list(_grid(rng))
    said = [_verdict(t, gate, *act) for act in acts]
    slip = _likely(acts, said)
    for (act, known), got in zip(acts, said, strict=True):
        want = verdict(act, known)
        if got == want:
            continue
        given: dict[str, Any] = {"tool": act["tool"], "asked_by": sorted(act["asked_by"])}
        for name, value in act["args"].items():
            given |= {name: value, f"origin_of_{name}": sorted(act["origin"][name])}
        place = DESTINATION.get(act["tool"])
        if place:
            given |= {"known": act["args"][place] in known, "secret": act["secret"]}
        t.given(**given)
        t.expect(
            False, f"Rule {_rule(act)} decides here, and your gate says something else.",
            expected=want, got=got, slip=slip,
        )  # fmt: skip


def _rule(act: dict) -> int:
    """The number of the rule that decides, by changing what each looks at."""
    if act["tool"] == "read":
        return 1
    if any(source.split(":")[0] in UNTRUSTED for source in act["asked_by"]):
        return 2
    if act["tool"] == "delete":
        return 4
    if act["tool"] == "send_mail" and act["secret"] and not act["args"]["to"].endswith(INSIDE):
        return 3
    return 5 if verdict(act, set()) == "confirm" else 6


def _grid(rng: np.random.Generator) -> Iterator[tuple[dict, set[str]]]:
    n = int(rng.integers(10, 99))
    sets = [
        {"user"}, {f"file:{n}"}, {f"system:{n}"}, {"user", f"file:{n}"}, set(), {f"webmaster:{n}"},
        *({f"{word}:{n}"} for word in UNTRUSTED), {"user", f"ticket:{n}"},
        {f"memory:{n}", "user", f"file:{n}"},
    ]  # fmt: skip
    inside, outside = f"u{n}{INSIDE}", f"k{n}@mail.example"
    addresses = [inside, outside, f"k{n}@my{INSIDE[1:]}", f"k{n}{INSIDE}.example", f"k{n}{INSIDE.upper()}"]
    user = {"user"}
    for tool, asked in product(("read", "delete"), sets):
        for origin, secret in ((user, False), ({f"web:{n}"}, False), (user, True)):
            yield make_act(tool, {"what": "backup"}, asked, {"what": origin}, secret), {inside}
    mail = {f"mail:{n}"}
    for asked, origin, secret, known in product(sets, (user, mail), (False, True), (False, True)):
        for to in addresses[:2]:
            mailed = make_act(
                "send_mail", {"to": to, "what": "x"}, asked, {"to": origin, "what": user}, secret
            )
            yield mailed, {to} if known else {"AC-1"}
        paid = make_act(
            "pay", {"account": f"AC-{n}", "amount": n}, asked, {"account": origin, "amount": user}, secret
        )
        yield paid, {f"AC-{n}"} if known else {f"AC-{n}0"}
    for to, origin, secret, known in product(addresses, sets, (False, True), (False, True)):
        book = {to, "AC-1"} if known else {"AC-1", to + "x"}
        what = user if len(origin) % 2 else {f"web:{n}"}
        yield make_act("send_mail", {"to": to, "what": "x"}, user, {"to": origin, "what": what}, secret), book
    for origin, amount, secret, known in product(sets, (user, {f"mail:{n}"}), (False, True), (False, True)):
        act = make_act(
            "pay", {"account": f"AC-{n}", "amount": n}, user, {"account": origin, "amount": amount}, secret
        )
        yield act, {f"AC-{n}", inside} if known else {inside, f"AC-{n}0"}
