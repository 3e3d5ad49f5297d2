"""The check of `welcome.in_scope`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise


@exercise(
    minutes=7,
    parts={
        "lists": (4, "allows the target, technique and data class that the scope lists, and no others"),
        "window": (3, "allows from the start on, and denies from the end on, whatever the offset"),
        "unknown": (3, "denies what is missing, None or without an offset, and raises no error"),
    },
    hints=(
        "Think of the answer as False until everything has been shown to hold. What does `.get` return for a "
        "key that is not there, and is that listed anywhere?",
        "Ask for each of target, technique and data whether the action's value is one of the scope's list: "
        "`in` a list compares whole values. Then take the three times; one that is missing, or an `at` whose "
        "tzinfo is None, means False. Python compares times with offsets as moments.",
        "for key, names in (('target', 'targets'), ('technique', 'techniques'), ('data', 'data')):\n"
        "    if action.get(key) not in scope.get(names, []): return False\n"
        "at, start, end = action.get('at'), scope.get('start'), scope.get('end')\n"
        "if one of the three is None, or at.tzinfo is None: return False\n"
        "return start <= at < end",
    ),
    debrief=(
        "Looks for the case that nobody wrote down: the second server, the day after the window, the field "
        "that was left empty.",
        "Allows what is listed and denies the rest, so a forgotten case is a refused one. And keeps the "
        "page: it protects the tester too.",
    ),
    standards=("AML.M0018", "PO.2.2"),
)
def in_scope(t: Trial, in_scope) -> None:
    kinds = [(part, kind) for part, kinds in FAULTS.items() for kind in kinds]
    order = t.rng(2).permutation(len(kinds))
    for number, rng in zip(order, t.cases(len(kinds)), strict=True):
        part, kind = kinds[number]
        pair = kind(rng)
        asked = [(True, pair.inside), (False, pair.outside)]
        for allowed, (action, scope) in asked if rng.random() < 0.5 else asked[::-1]:
            with t.part(part):
                got = t.instance(_ask(t, in_scope, action, scope, pair), bool, "the answer")
                what = "Denied, although all is listed and in time."
                if not allowed:
                    what = f"Allowed, although {pair.why}."
                slip = _likely(t, in_scope, pair) if got and not allowed else pair.slip
                t.expect(got == allowed, what, expected=allowed, got=got, slip=slip)


class Pair(NamedTuple):
    """An action and a scope that allows it; the same with one fault; why it is one, and the likely slip.

    `name` is the key of the action's name that is not listed, where that is the fault.
    """

    inside: tuple[dict[str, Any], dict[str, Any]]
    outside: tuple[dict[str, Any], dict[str, Any]]
    why: str
    slip: str = ""
    name: str = ""


def _ask(t: Trial, in_scope: Any, action: dict, scope: dict, pair: Pair) -> Any:
    try:
        return in_scope(action, scope)
    except LearnerError as error:
        if error.kind == "NotImplementedError" or (action, scope) == pair.inside:
            raise
        slip = "What is missing is not listed: ask with .get(), and return False."
        t.wrong(f"An error is raised where {pair.why}.", expected=False, got=error.what, slip=slip)


def _likely(t: Trial, in_scope: Any, pair: Pair) -> str:
    """The slip behind a name that passed: does any pass, or only one so much like a listed one?"""
    action, scope = pair.outside
    if pair.name and _ask(t, in_scope, action | {pair.name: "none of these"}, scope, pair) is True:
        return f"Any {CALLED[pair.name]} passes: ask whether the scope's list holds it."
    return pair.slip


LISTS = {"target": "targets", "technique": "techniques", "data": "data"}


CALLED = {"target": "target", "technique": "technique", "data": "data class"}


KNOWN = {
    "target": ("triage-staging", "fraud-test", "signs-lab", "chat-preview", "search-canary"),
    "technique": ("AML.T0015", "AML.T0020", "AML.T0040", "AML.T0043", "AML.T0024"),
    "data": ("public", "synthetic", "masked", "pseudonymous"),
}


NOTES = ("agreed by phone", "approved by the owner", "urgent", "as last time")


def _plan(rng: np.random.Generator) -> tuple[dict[str, Any], dict[str, Any]]:
    """A scope with a window of 4 to 40 hours, and an action well inside it."""
    scope: dict[str, Any] = {
        names: rng.choice(KNOWN[key], 2, replace=False).tolist() for key, names in LISTS.items()
    }
    start = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=int(rng.integers(300)))
    scope |= {"start": start, "end": start + timedelta(hours=int(rng.integers(4, 41)))}
    action: dict[str, Any] = {key: str(rng.choice(scope[names])) for key, names in LISTS.items()}
    action |= {"at": start + timedelta(hours=1, minutes=int(rng.integers(120)))}
    if rng.random() < 0.7:
        action["note"] = str(rng.choice(NOTES))
    return action, scope


def _renamed(change: Callable[[str], str], slip: str) -> Callable[[np.random.Generator], Pair]:
    """A fault: one of the three names is changed."""

    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        key = str(rng.choice(list(LISTS)))
        value = change(action[key])
        why = f"the {CALLED[key]} {value!r} is not listed"
        return Pair((action, scope), (action | {key: value}, scope), why, slip, key)

    return kind


def _unlisted(key: str) -> Callable[[np.random.Generator], Pair]:
    """A fault: another name of this key, which the scope does not list."""

    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        value = str(rng.choice([name for name in KNOWN[key] if name not in scope[LISTS[key]]]))
        why = f"the {CALLED[key]} {value!r} is not listed"
        return Pair((action, scope), (action | {key: value}, scope), why, name=key)

    return kind


def _timed(
    inside: tuple[str, int], outside: tuple[str, int], slip: str = "", *, zones: tuple[int, int] = (0, 0)
) -> Callable[[np.random.Generator], Pair]:
    """A fault of time. Each time is minutes from `start` or `end`; `zones` are both offsets, in hours."""

    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        at, aside = (
            (scope[edge] + timedelta(minutes=minutes)).astimezone(timezone(timedelta(hours=zone)))
            for (edge, minutes), zone in zip((inside, outside), zones, strict=True)
        )
        why = "the window has not begun" if outside[1] < 0 else "the window has ended"
        return Pair((action | {"at": at}, scope), (action | {"at": aside}, scope), why, slip)

    return kind


def _missing(*keys: str) -> Callable[[np.random.Generator], Pair]:
    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        key = str(rng.choice(keys))
        without = {name: value for name, value in action.items() if name != key}
        return Pair((action, scope), (without, scope), f"the action has no `{key}`")

    return kind


def _nothing(*keys: str) -> Callable[[np.random.Generator], Pair]:
    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        key = str(rng.choice(keys))
        return Pair((action, scope), (action | {key: None}, scope), f"the action's `{key}` is None")

    return kind


def _without_offset(rng: np.random.Generator) -> Pair:
    action, scope = _plan(rng)
    naive = action | {"at": action["at"].replace(tzinfo=None)}
    slip = "Ask `at.tzinfo is None`: without an offset nobody knows which moment is meant."
    return Pair((action, scope), (naive, scope), "`at` has no offset", slip)


def _unwritten(*keys: str) -> Callable[[np.random.Generator], Pair]:
    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        key = str(rng.choice(keys))
        without = {name: value for name, value in scope.items() if name != key}
        slip = "What the scope does not say, it does not allow."
        return Pair((action, scope), (action, without), f"the scope has no `{key}`", slip)

    return kind


_WHOLE = "Compare whole names: `in` a list does; `in` a text, and startswith, take a part for the whole."


_OFFSET = "Compare the moments, offset included: clocks in two places show different hours."


_END = "The end is the first moment outside: write `at < end`."


_START = "The start is the first moment inside: write `start <= at`."


#: part → its faults, each a function of a generator
FAULTS: dict[str, list[Callable[[np.random.Generator], Pair]]] = {
    "lists": [
        *map(_unlisted, LISTS),
        _unlisted("target"),
        _renamed(lambda name: f"{name}.001", _WHOLE),
        _renamed(lambda name: f"{name}-2", _WHOLE),
        _renamed(lambda name: name[:-2], _WHOLE),
        _renamed(str.swapcase, "Names are compared as they are: capital letters count."),
    ],
    "window": [
        _timed(("start", 1), ("start", -600)),
        _timed(("end", -1), ("end", 3000)),
        _timed(("start", 0), ("start", -1), _START),
        _timed(("end", -1), ("end", 0), _END),
        _timed(("start", 60), ("end", 90), _OFFSET, zones=(-9, -5)),
        _timed(("end", -60), ("start", -90), _OFFSET, zones=(9, 5)),
    ],
    "unknown": [
        _missing(*LISTS),
        _missing("at"),
        _nothing(*LISTS),
        _nothing("at"),
        _without_offset,
        _unwritten("targets", "techniques", "data"),
        _unwritten("start"),
        _unwritten("end"),
    ],
}
