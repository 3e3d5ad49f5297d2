"""What the checks of `maintenance` share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, brief

_SYLLABLES = ("ba", "den", "fo", "gim", "ka", "lor", "mu", "nes", "pi", "rov", "sul", "ta", "ven", "zo")


def names(rng: np.random.Generator, count: int) -> list[str]:
    """So many different package-like names, in no particular order."""
    found: list[str] = []
    while len(found) < count:
        name = "".join(rng.choice(_SYLLABLES, 3)) + str(rng.choice(["", "-app", "-job", "-store"]))
        if name not in found:
            found.append(name)
    return found


def same(a: Any, b: Any) -> bool:
    """Equal in types and in the order of keys too."""
    if type(a) is not type(b):
        return False
    if isinstance(b, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in b)
    return len(a) == len(b) and all(map(same, a, b)) if isinstance(b, list | tuple) else a == b


def telling(slips: dict[str, Any], want: Any) -> dict[str, Any]:
    """The slips whose value is neither the right one nor another slip's: only these can be told apart."""
    values = list(slips.values())
    return {
        told: value
        for told, value in slips.items()
        if not same(value, want) and sum(same(value, other) for other in values) == 1
    }


def equal_list(t: Trial, got: list, want: list, what: str, slips: dict[str, list]) -> None:
    """As `t.equal`, but what is shown begins at the first entry that differs."""
    start = next((i for i, two in enumerate(zip(got, want, strict=False)) if two[0] != two[1]), None)
    if start is None:
        start = min(len(got), len(want))
    if start and got != want:
        what = f"{what}, shown from entry {start + 1} on,"
    cut = {text: value[start:] for text, value in slips.items() if value[:start] == want[:start]}
    t.equal(got[start:], want[start:], what, slips=cut)


def refused(
    t: Trial,
    error: type[Exception],
    when: str,
    call: Callable[[], Any],
    slip: Callable[[LearnerError | None], str],
) -> None:
    """As `t.raises`, with the slip that fits what was raised instead, or None where nothing was."""
    try:
        call()
    except error:
        return
    except LearnerError as other:
        if other.kind == "NotImplementedError":
            raise
        told = f"Given {when}, the wrong error is raised."
        t.wrong(told, expected=error.__name__, got=other.what, slip=slip(other))
    told = f"Given {when}, no error is raised."
    t.wrong(told, expected=error.__name__, got="no error", slip=slip(None))


def faults_of(t: Trial, got: Any, rules: tuple[str, ...], thing: str) -> set:
    """`got` as a set of pairs (rule, `thing`), of which the rule is one of `rules`."""
    for entry in t.instance(got, set, "the result"):
        t.expect(
            type(entry) is tuple and [type(item) for item in entry] == [str, str] and entry[0] in rules,
            "An entry of the result has another form.",
            expected=f"a tuple (rule, {thing}), the rule one of the five",
            got=brief(entry),
        )
    return got
