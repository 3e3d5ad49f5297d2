"""What the checks of `access_control` share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial


@dataclass(frozen=True)
class Question:
    """One call of a gate: what it is about, in words, and its arguments."""

    what: str
    args: tuple


def judge(
    t: Trial,
    gate: Callable[..., Any],
    questions: Sequence[Question],
    right: Callable[..., bool],
    slips: Mapping[str, Callable[..., bool]],
    errors: Mapping[str, str] | None = None,
) -> None:
    """Ask a gate every question, inside a part. The first wrong answer fails it.

    A slip is said only when it explains the gate's answers to *all* of these questions, so it is no guess.
    `errors`: the name of an error → the slip behind it.
    """
    wants = [right(*question.args) for question in questions]
    gots = []
    for question in questions:
        try:
            gots.append(t.instance(gate(*question.args), bool, "the answer"))
        except LearnerError as error:
            if error.kind not in (errors or {}):
                raise
            t.wrong(f"{error.report()} The question was: {question.what}.", slip=errors[error.kind])
    likely = [
        said for said, model in slips.items() if [model(*question.args) for question in questions] == gots
    ]
    for question, want, got in zip(questions, wants, gots, strict=True):
        said = f"The answer is not right: {question.what}."
        t.expect(got == want, said, expected=want, got=got, slip=likely[0] if likely else "")


def agree(t: Trial, rows: Sequence[tuple[str, Any, Any, Mapping[str, Any]]]) -> None:
    """Compare (what, got, want, slip → the value it gives) of all calls of a part; the first wrong one fails.

    As in `judge`, a slip is said only when it explains all of them.
    """
    likely = [said for said in rows[0][3] if all(_equal(models[said], got) for _, got, _, models in rows)]
    for what, got, want, _ in rows:
        what, got, want = _narrow(what, got, want)
        t.equal(got, want, what, slips={likely[0]: got} if likely and not _equal(got, want) else {})


def _narrow(what: str, got: Any, want: Any) -> tuple[str, Any, Any]:
    """Of two dicts that differ, the names or the first value that differs: whole ones are cut when shown."""
    if type(got) is not dict or type(want) is not dict or _equal(got, want):
        return what, got, want
    if set(got) != set(want):
        return f"the list of names in {what}", sorted(map(str, got)), sorted(map(str, want))
    key = next((key for key in want if not _equal(got[key], want[key])), None)
    return (what, got, want) if key is None else (f"the value of {key!r} in {what}", got[key], want[key])


def _equal(a: Any, b: Any) -> bool:
    try:
        return type(a) is type(b) and bool(a == b)
    except ValueError:  # an array somewhere inside
        return False


def drawn_names(rng: np.random.Generator, count: int) -> list[str]:
    """Names of roles, actions or things, all different."""
    names: dict[str, None] = {}
    while len(names) < count:
        syllables = rng.choice(["ba", "do", "ki", "lu", "me", "ra", "so", "ti", "vu", "ze"], 4)
        names["".join(syllables)] = None
    return list(names)


def shuffled(rng: np.random.Generator, items: Sequence[Any]) -> list[Any]:
    return [items[index] for index in rng.permutation(len(items)).tolist()]


def same(a: Any, b: Any) -> bool:
    """Equal in types and in the order of keys and items too."""
    if type(a) is not type(b):
        return False
    if isinstance(b, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in b)
    if isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b
