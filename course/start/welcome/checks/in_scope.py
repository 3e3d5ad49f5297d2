"""The check of `welcome.in_scope`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

LISTS = {"target": "targets", "technique": "techniques", "data": "data"}
CALLED = {"target": "target", "technique": "technique", "data": "data class"}
KNOWN = {
    "target": ("triage-staging", "fraud-test", "signs-lab", "chat-preview", "search-canary"),
    "technique": ("AML.T0015", "AML.T0020", "AML.T0040", "AML.T0043", "AML.T0024"),
    "data": ("public", "synthetic", "masked", "pseudonymous"),
}
NOTES = ("agreed by phone", "approved by the owner", "urgent", "as last time", "ok", "signed: CISO", None)


@exercise(
    minutes=11,
    parts={
        "lists": (4, "allows the target, technique and data class that the scope lists, and no others"),
        "window": (3, "allows from the start on, and denies from the end on, whatever the offset"),
        "unknown": (3, "denies what is missing, None or without an offset, and raises no error"),
    },
    hints=(
        "Think of the answer as False until everything has been shown to hold. What does `.get` return for a "
        "key that is not there, and is that listed anywhere?",
        "Ask for each of target, technique and data whether the action's value is in the scope's list: "
        "`in` a list compares whole values. A list that is None holds nothing. Then take the three times; "
        "one that is missing, or an `at` whose tzinfo is None, means False. Python compares times with "
        "offsets as moments.",
        "for key, names in (('target', 'targets'), ('technique', 'techniques'), ('data', 'data')):\n"
        "    if action.get(key) is None: return False\n"
        "    if action[key] not in (scope.get(names) or []): return False\n"
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
    faults = [(part, fault) for part, faults in FAULTS.items() for fault in faults]
    for (part, fault), rng in zip(faults, t.cases(len(faults)), strict=True):
        action, scope = _plan(rng)
        pair = fault(action, scope)
        asked = [(True, pair.inside), (False, pair.outside)]
        for allowed, (action, scope) in asked if rng.random() < 0.5 else asked[::-1]:
            with t.part(part):
                got = t.instance(_ask(t, in_scope, action, scope, pair), bool, "the answer")
                if got and not allowed:
                    slip = _likely(t, in_scope, pair)
                    t.wrong(f"Allowed, although {pair.why}.", expected=False, got=True, slip=slip)
                what = "Denied, although all is listed and in time."
                t.expect(got == allowed, what, expected=True, got=False, slip=pair.denied)


#: An action and a scope.
Asked = tuple[dict[str, Any], dict[str, Any]]


class Pair(NamedTuple):
    """What is allowed; the same with one fault, and why it is one.

    `slip` is likely where the fault is allowed, `denied` where the other is denied: simpler pairs come
    before. `plainly_outside` is allowed by somebody only who asks nothing here; then `careless` is likely.
    """

    inside: Asked
    outside: Asked
    why: str
    slip: str = ""
    denied: str = ""
    plainly_outside: Asked | None = None
    careless: str = ""


#: Makes a pair of an action and a scope that allows it.
Fault = Callable[[dict[str, Any], dict[str, Any]], Pair]


def _ask(t: Trial, in_scope: Any, action: dict, scope: dict, pair: Pair) -> Any:
    try:
        return in_scope(action, scope)
    except LearnerError as error:
        if error.kind == "NotImplementedError" or (action, scope) == pair.inside:
            raise
        slip = "What is missing is not listed: ask with .get(), and return False."
        slip = slip if "missing" in pair.why or "None" in pair.why else ""
        t.wrong(f"An error is raised where {pair.why}.", expected=False, got=error.what, slip=slip)


def _likely(t: Trial, in_scope: Any, pair: Pair) -> str:
    """The slip behind what was allowed: is anything allowed here, or only what comes so close?"""
    if pair.plainly_outside and _ask(t, in_scope, *pair.plainly_outside, pair) is True:
        return pair.careless
    return pair.slip


def _plan(rng: np.random.Generator) -> Asked:
    """A scope with one to three names in each list and a window of 4 to 40 hours; an action inside it."""
    scope: dict[str, Any] = {
        names: rng.choice(KNOWN[key], int(rng.integers(1, 4)), replace=False).tolist()
        for key, names in LISTS.items()
    }
    odd = timedelta(seconds=int(rng.integers(1, 60)), microseconds=int(rng.integers(1, 10**6)))
    start = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=int(rng.integers(300))) + odd
    scope |= {"start": start, "end": start + timedelta(hours=int(rng.integers(4, 41)))}
    action: dict[str, Any] = {key: str(rng.choice(scope[names])) for key, names in LISTS.items()}
    return action | {"at": start + timedelta(hours=1, minutes=int(rng.integers(120)))}, scope


# -- names ---------------------------------------------------------------------------------------------

WHOLE = "Compare whole names: `in` a list does; `in` a text, and startswith, take a part for the whole."
CAPITALS = "Names are compared as they are: capital letters count."
WILDCARD = "There are no wildcards: a * is a letter like any other."
SPACES = "Names are compared as they are, spaces too."


def _renamed(key: str, change: Callable[[str], str], slip: str) -> Fault:
    """One of the three names is changed."""

    def fault(action: dict, scope: dict) -> Pair:
        return _unlisted(action, scope, key, change(action[key]), slip)

    return fault


def _other(key: str) -> Fault:
    """Another name that the scope does not list."""

    def fault(action: dict, scope: dict) -> Pair:
        other = next(name for name in KNOWN[key] if name not in scope[LISTS[key]])
        return _unlisted(action, scope, key, other, "")

    return fault


def _from_another_list(key: str) -> Fault:
    """A name that the scope lists, as something else."""

    def fault(action: dict, scope: dict) -> Pair:
        other = "target" if key == "data" else "data"
        slip = "Each name has its own list: a target is not a data class."
        return _unlisted(action, scope, key, scope[LISTS[other]][0], slip)

    return fault


def _emptied(key: str) -> Fault:
    def fault(action: dict, scope: dict) -> Pair:
        why = f"the scope lists no {CALLED[key]} at all"
        slip = "An empty list allows nothing."
        return Pair((action, scope), (action, scope | {LISTS[key]: []}), why, slip)

    return fault


def _with_pattern(key: str, pattern: Callable[[str], str], slip: str) -> Fault:
    """The scope's list holds a pattern as well; a name is asked for that only the pattern would allow."""

    def fault(action: dict, scope: dict) -> Pair:
        other = next(name for name in KNOWN[key] if name not in scope[LISTS[key]])
        wider = scope | {LISTS[key]: [*scope[LISTS[key]], pattern(other)]}
        pair = _unlisted(action, scope, key, other, slip)
        return pair._replace(inside=(action, wider), outside=(pair.outside[0], wider))

    return fault


def _unlisted(action: dict, scope: dict, key: str, value: str, slip: str) -> Pair:
    why = f"the {CALLED[key]} {value!r} is not listed"
    anything = (action | {key: "none of these"}, scope)
    careless = f"Any {CALLED[key]} passes: ask whether the scope's list holds it."
    outside = action | {key: value}
    return Pair((action, scope), (outside, scope), why, slip, plainly_outside=anything, careless=careless)


def _noted(note: str) -> Fault:
    """Another system, and a remark that somebody approved of it."""

    def fault(action: dict, scope: dict) -> Pair:
        pair = _other("target")(action, scope)
        slip = "The note decides nothing: anybody may have written it."
        noted = [(action | {"note": note}, scope) for action, scope in (pair.inside, pair.outside)]
        return Pair(*noted, f"{pair.why} ({note!r} is only a note)", slip)

    return fault


def _names() -> Iterator[Fault]:
    """The plainest first: what fails there needs no finer reason."""
    yield from map(_other, LISTS)
    yield from map(_noted, NOTES)
    yield from map(_emptied, LISTS)
    yield from map(_from_another_list, LISTS)
    for key in LISTS:
        yield _renamed(key, lambda name: f"{name}.001", WHOLE)
        yield _renamed(key, lambda name: f"x{name}", WHOLE)
        yield _renamed(key, lambda name: name[:-2], WHOLE)
        yield _renamed(key, str.swapcase, CAPITALS)
        yield _renamed(key, lambda name: f"{name} ", SPACES)
        yield _renamed(key, lambda _: "*", WILDCARD)
        yield _with_pattern(key, lambda name: f"{name}.001", WHOLE)
        yield _with_pattern(key, lambda _: "*", WILDCARD)
        yield _with_pattern(key, lambda name: f"{name[:4]}*", WILDCARD)


# -- times ---------------------------------------------------------------------------------------------

OFFSET = "Compare the moments, offset included: clocks in two places show different hours."
END = "The end is the first moment outside: write `at < end`."
START = "The start is the first moment inside: write `start <= at`."
MOMENT = timedelta(microseconds=1)


def _timed(
    inside: tuple[str, timedelta],
    outside: tuple[str, timedelta],
    slip: str = "",
    *,
    denied: str = "",
    zones: tuple[int, int] = (0, 0),
    hours: int = 0,
) -> Fault:
    """A fault of time. Each time is so long after `start` or `end`; `zones` are both offsets, in hours;
    `hours` makes the window so long.
    """

    def fault(action: dict, scope: dict) -> Pair:
        if hours:
            scope = scope | {"end": scope["start"] + timedelta(hours=hours)}
        at, aside = (
            (scope[edge] + after).astimezone(timezone(timedelta(hours=zone)))
            for (edge, after), zone in zip((inside, outside), zones, strict=True)
        )
        early = outside[0] == "start"
        why = "the window has not begun" if early else "the window has ended"
        years = timedelta(days=-900 if early else 900)
        careless = f"{'Before the start' if early else 'After the end'}, any moment passes."
        plainly = (action | {"at": scope["start"] + years}, scope)
        asked = [(action | {"at": moment}, scope) for moment in (at, aside)]
        return Pair(*asked, why, slip, denied, plainly, careless)

    return fault


def _hours(count: float) -> timedelta:
    return timedelta(hours=count)


# -- what is missing -------------------------------------------------------------------------------------

NOT_ALLOWED = "What the scope does not say, it does not allow."
NO_OFFSET = "Ask `at.tzinfo is None`: without an offset nobody knows which moment is meant."


def _missing(key: str, *, in_scope: bool, none: bool) -> Fault:
    """An entry of the action or of the scope is not there, or is None."""

    def fault(action: dict, scope: dict) -> Pair:
        changed = dict(scope if in_scope else action)
        del changed[key]
        if none:
            changed[key] = None
        whose = "scope" if in_scope else "action"
        why = f"the {whose}'s `{key}` is None" if none else f"`{key}` is missing in the {whose}"
        outside = (action, changed) if in_scope else (changed, scope)
        return Pair((action, scope), outside, why, NOT_ALLOWED if in_scope else "")

    return fault


def _none_is_listed(key: str) -> Fault:
    """None on both sides: the action names nothing, and the scope's list holds None."""

    def fault(action: dict, scope: dict) -> Pair:
        listed = scope | {LISTS[key]: [*scope[LISTS[key]], None]}
        why = f"the action's `{key}` is None"
        return Pair((action, listed), (action | {key: None}, listed), why, "None is missing, listed or not.")

    return fault


def _without_offset(action: dict, scope: dict) -> Pair:
    naive = action | {"at": action["at"].replace(tzinfo=None)}
    return Pair((action, scope), (naive, scope), "`at` has no offset", NO_OFFSET)


def _gaps() -> Iterator[Fault]:
    for none in (False, True):
        yield from (_missing(key, in_scope=False, none=none) for key in (*LISTS, "at"))
        yield from (_missing(key, in_scope=True, none=none) for key in (*LISTS.values(), "start", "end"))
    yield from map(_none_is_listed, LISTS)
    yield _without_offset


#: part → its faults
FAULTS: dict[str, list[Fault]] = {
    "lists": list(_names()),
    "window": [
        _timed(("start", _hours(0.1)), ("start", -_hours(10))),
        _timed(("end", -_hours(0.1)), ("end", _hours(50))),
        _timed(("start", _hours(0)), ("start", -MOMENT), START, denied=START),
        _timed(("end", -MOMENT), ("end", _hours(0)), END),
        _timed(("end", -timedelta(minutes=1)), ("end", timedelta(minutes=1)), END),
        _timed(("end", -MOMENT), ("end", MOMENT), END),
        _timed(("start", _hours(1)), ("end", _hours(1.5)), OFFSET, denied=OFFSET, zones=(14, 14), hours=4),
        _timed(("start", _hours(1)), ("end", _hours(1.5)), OFFSET, denied=OFFSET, zones=(-9, -5)),
        _timed(("end", -_hours(1)), ("start", -_hours(1.5)), OFFSET, denied=OFFSET, zones=(9, 5)),
    ],
    "unknown": list(_gaps()),
}
