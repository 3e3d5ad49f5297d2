"""The check of `anonymisation.Accountant`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, brief, exercise

Call = tuple[Any, Any]  # eps, part
Parts = dict[str, set[str]]

ROUNDED = "Floats round: three times 0.1 is more than 0.3. Add Fraction(str(eps))."
HELD = "Fraction(0.1) is what the float holds, a little over 1/10: take Fraction(str(eps))."
BOOL = "True is an int in Python: refuse it by name, with isinstance(eps, bool)."
KIND = "Ask for the type first: what isn't an int or a float is refused."
FINITE = "NaN is neither above nor below 0, and infinity is no amount: ask math.isfinite."
ABOVE = "Zero and less are refused: who spends -1 would have more left afterwards."
UNKNOWN = "A part that doesn't exist is refused: ask whether it's in parts."
FALSY = "Ask `part is None`: an empty text, 0 or False is another value, and here no part's name."
SERIAL = "Questions about different parts run in parallel: each part needs a sum of its own."
MOST = "A question about everybody also costs the part that has lost most, and it would be over."
BOOKED = "The refused question was booked: change a sum only after the last reason to refuse."
NOBODY = "A question to everybody costs patients in no part too, so without parts it still costs."


@exercise(
    minutes=15,
    parts={
        "sums": (2, "adds up what everybody has lost, and allows exactly the budget"),
        "parallel": (3, "charges a part's patients only, and looks at the patient who has lost most"),
        "refused": (1, "refuses what isn't a good eps or part"),
        "nothing": (1, "books nothing when it refuses"),
        "decimal": (2, "sums as they read in decimal: tiny ones, and many"),
        "constructor": (1, "raises ValueError for a shared patient and for a bad budget"),
    },
    hints=(
        "What has a patient in the north lost? What everybody lost, and what the north lost on top.",
        "Keep one Fraction for everybody and one for each part. A question to everybody is limited "
        "by the part that "
        "lost most; a question to a part only by that part. Change a number only after all "
        "questions are asked.",
        "good: an int or float, no bool, finite, above 0\n"
        "spend: not good, or no such part: False\n"
        "before = everybody + (the largest part, or 0) if part is None, else everybody + that part\n"
        "before + Fraction(str(eps)) above Fraction(str(budget)): False\n"
        "book it: on everybody, or on the part; True\n"
        "spent: float(everybody + the largest part, or 0)",
    ),
    debrief=(
        "Splits, repeats, and asks for amounts that floats forget. Asks for -1 first, to have more "
        "afterwards.",
        "One exact account for each data set, in front of the data. Refuses before it books, and "
        "says who may spend.",
    ),
    standards=("PS.1.2",),
)
def Accountant(t: Trial, Accountant) -> None:
    for number, rng in enumerate(t.cases(4)):
        parts = _parts(rng, number)
        budget = (1, 0.7, 3.5, 2)[number]
        for part, what, calls, its_budget, its_parts in _stories(rng, number, budget, parts):
            t.given(story=what, budget=its_budget, parts=sorted(its_parts))
            with t.part(part):
                _expect(t, Accountant, its_budget, its_parts, calls, part)
    with t.part("constructor"):
        _expect_constructor(t, Accountant)


def _parts(rng: np.random.Generator, number: int) -> Parts:
    names = [f"ward {n}" for n in rng.permutation(90)[: (2, 3, 1, 5)[number]]]
    return {name: {f"p{i}{j}" for j in range(1 + i % 3)} for i, name in enumerate(names)}


def _stories(rng: np.random.Generator, number: int, budget: float, parts: Parts) -> Iterator[tuple]:
    """(part of the points, what it is, calls, budget, parts)."""
    names = list(parts)
    a, z = names[0], names[-1]

    def tenths(n: int) -> float:
        return float(n * Fraction(str(budget)) / 10)

    tenth = tenths(1)
    yield "sums", "no parts, the whole at once", [(budget, None), (tenth, None)], budget, {}
    yield "sums", "no parts, a little too much", [(tenths(11), None), (budget, None)], budget, {}
    yield "sums", "halves and quarters", [(0.5, None), (0.25, None), (0.25, None), (0.25, None)], 1, {}
    yield "sums", "an int", [(1, None), (1, None), (1, None)], 2, parts
    drawn = [(round(float(rng.uniform(0.01, 0.4)), 3), None) for _ in range(12)]
    yield "sums", "drawn", drawn, budget, {}
    yield (
        "parallel",
        "every part in full",
        [(budget, name) for name in names] + [(tenth, None)],
        budget,
        parts,
    )
    yield "parallel", "the same part twice", [(budget, a), (tenth, a), (tenth, None)], budget, parts
    everybody_first = [(tenths(9), None), (tenth, a), (tenth, z), (tenth, a)]
    yield "parallel", "everybody, then parts", everybody_first, budget, parts
    if len(names) > 1:
        yield (
            "parallel",
            "parts differ",
            [(tenth, a), (tenths(3), z), (tenths(7), None)],
            budget,
            parts,
        )
        uneven = [
            (tenths(5), z),
            (tenths(2), None),
            (tenths(8), a),
            (tenths(4), z),
            (tenths(3), z),
            (tenth, None),
        ]
        yield "parallel", "parts and everybody in turn", uneven, budget, parts
    for _ in range(3):
        mixed = [
            (round(float(rng.uniform(0.01, 0.3)), 2), [None, *names][int(rng.integers(len(names) + 1))])
            for _ in range(25)
        ]
        yield "parallel", "drawn", mixed, budget, parts
    yield "refused", "a part where there are none", [(tenth, a)], budget, {}
    for part in (None, a):
        yield (
            "nothing",
            "too much, ten times, then all",
            [(tenths(11), part)] * 10 + [(budget, part)],
            budget,
            parts,
        )
        steps = [(tenths(6), part), (tenths(5), part), (tenths(4), part), (tenth, part)]
        yield "nothing", "too much in the middle", steps, budget, parts
    yield (
        "nothing",
        "too much for everybody, then a part",
        [(tenths(6), a), (tenths(5), None), (tenths(4), a)],
        budget,
        parts,
    )
    yield from _refused(tenths(1), tenths(9), a, budget, parts) if number % 2 else _decimal(a, z, parts)


def _refused(tenth: float, nine: float, a: str, budget: float, parts: Parts) -> Iterator[tuple]:
    for bad in (
        0,
        0.0,
        -0.0,
        -tenth,
        -budget,
        -1,
        math.nan,
        math.inf,
        -math.inf,
        True,
        False,
        "0.1",
        None,
        [tenth],
        b"1",
        Fraction(1, 10),
        Decimal("0.1"),
    ):
        for part in (None, a):
            calls = [(tenth, part), (bad, part), (nine, part), (tenth, part)]
            yield "refused", f"eps {bad!r} between good ones", calls, budget, parts
    for part in ("nowhere", "", a + " ", a.upper(), "None", 0, False, ()):
        calls = [(tenth, part), (nine, None), (tenth, part)]
        yield "refused", f"the part {part!r}, which doesn't exist", calls, budget, parts


def _decimal(a: str, z: str, parts: Parts) -> Iterator[tuple]:
    for part in (None, z):
        yield "decimal", "two halves, exact as floats too", [(0.5, part), (0.5, part)], 1, parts
        yield "decimal", "ten times 0.1, and once more", [(0.1, part)] * 11, 1, parts
        yield "decimal", "three times 0.1", [(0.1, part)] * 4, 0.3, parts
        yield "decimal", "seven times 0.1", [(0.1, part)] * 8, 0.7, parts
        yield "decimal", "0.1 and 0.2", [(0.1, part), (0.2, part), (1e-18, part)], 0.3, parts
        yield (
            "decimal",
            "tiny ones at the limit",
            [(1.0, part)] + [(1e-17, part)] * 5 + [(5e-324, part)],
            1,
            parts,
        )
        yield "decimal", "a tiny one first", [(1e-17, part), (1, part), (0.5, part), (0.5, part)], 1, parts
        yield (
            "decimal",
            "a million small ones' worth",
            [(1e-6, part), (0.999999, part), (1e-9, part)],
            1,
            parts,
        )
    yield "decimal", "30 times 0.1", [(0.1, None)] * 31, 3, {}
    tiny_parts = [(0.3, None), (0.7, z), (1e-17, z), (1e-17, None), (1e-17, a)]
    yield "decimal", "tiny ones over a part", tiny_parts, 1, parts


class _Judge:
    """The right account; with another `number`, the account of somebody who sums other numbers."""

    def __init__(self, budget: float, parts: Parts, number: Any = lambda value: Fraction(str(value))) -> None:
        self.number = number
        self.budget, self.all, self.parts = number(budget), number(0), dict.fromkeys(parts, number(0))

    def spend(self, eps: Any, part: Any) -> bool:
        good = type(eps) in (int, float) and math.isfinite(eps) and eps > 0
        if not good or (part is not None and part not in self.parts):
            return False
        lost = max(self.parts.values(), default=self.number(0)) if part is None else self.parts[part]
        cost = self.number(eps)
        if self.all + lost + cost > self.budget:
            return False
        if part is None:
            self.all += cost
        else:
            self.parts[part] += cost
        return True

    def after(self, eps: float, part: Any) -> float:
        """What those who pay for it would have lost after this question."""
        lost = max(self.parts.values(), default=0) if part is None else self.parts[part]
        return float(self.all + lost + self.number(eps))

    def over_by_a_part(self, eps: float, part: Any) -> bool:
        """Whether a question about everybody fits what everybody has lost, and only a part is in its way."""
        return part is None and any(self.parts.values()) and self.all + self.number(eps) <= self.budget

    def spent(self) -> float:
        return float(self.all + max(self.parts.values(), default=self.number(0)))


def _expect(
    t: Trial, Accountant: Any, budget: float, parts: Parts, calls: Sequence[Call], judged: str
) -> None:
    judge, done = _Judge(budget, parts), []
    floats, exact = _Judge(budget, parts, float), _Judge(budget, parts, Fraction)
    serial = _Judge(budget, {})
    account = t.object(Accountant(budget, parts), "the account", methods=("spend", "spent"))
    for number, (eps, part) in enumerate(calls, 1):
        want, lost = judge.spend(eps, part), judge.spent()
        rounded, held, slip = floats.spend(eps, part), exact.spend(eps, part), ""
        bad = _amount_slip(eps) or _part_slip(part, parts)
        if want and rounded and held:
            slip = "" if serial.spend(eps, None) else SERIAL
        elif want and judged == "decimal":
            slip = HELD if rounded else ROUNDED
        elif not want:
            slip = bad or (MOST if judge.over_by_a_part(eps, part) else "")
        try:
            got = account.spend(eps) if part is None else account.spend(eps, part)
        except LearnerError as error:
            if error.kind == "NotImplementedError" or not bad:
                raise
            t.wrong(error.report(), slip=bad)
        done = [*done, (eps, part)][-4:]
        said = " ".join(f"spend({e!r})" if p is None else f"spend({e!r}, {p!r})" for e, p in done)
        if number > len(done):
            said = f"{number} calls, of which the last {len(done)} are {said}"
        t.expect(
            type(got) is bool,
            "spend answers True or False.",
            expected=want,
            got=got if got is None else type(got).__name__,
        )
        message = f"The last answer is not right, after {said}."
        t.expect(got is want, message, expected=want, got=got, slip=slip)
        if len(calls) > 12 and number % 5 and number < len(calls):
            continue
        mine = _amount(t, account.spent(), judged == "sums")
        t.expect(
            abs(mine - lost) <= 1e-12 * max(1, lost),
            f"What spent() says is not right, after {said}.",
            expected=lost,
            got=mine,
            slip=_lost_slip(judge, eps, part, mine, want or bool(bad)),
        )


def _lost_slip(judge: _Judge, eps: Any, part: Any, mine: float, granted_or_bad: bool) -> str:
    if mine == 0 and not judge.parts:
        return NOBODY
    if granted_or_bad or abs(mine - judge.after(eps, part)) > 1e-9:
        return ""
    return BOOKED


def _amount_slip(amount: Any) -> str:
    """Why this isn't a good epsilon or budget; nothing if it is one."""
    if type(amount) is bool:
        return BOOL
    if type(amount) not in (int, float):
        return KIND
    if not math.isfinite(amount):
        return FINITE
    return "" if amount > 0 else ABOVE


def _part_slip(part: Any, parts: Parts) -> str:
    if part is None or part in parts:
        return ""
    return UNKNOWN if part else FALSY


def _amount(t: Trial, value: Any, strictly: bool) -> float:
    """What spent() said. That it must be a float costs one criterion only."""
    exact = type(value) not in (int, float) and hasattr(value, "as_integer_ratio")
    if exact and strictly:
        t.wrong("spent() gives a float.", got=brief(value), slip="spent() gives a float: float(...)")
    if exact:
        above, below = value.as_integer_ratio()
        return t.number(above, "the value of spent()") / t.number(below, "the value of spent()")
    return t.number(value, "the value of spent()")


def _expect_constructor(t: Trial, Accountant: Any) -> None:
    for what, parts in {
        "two parts that share a patient": {"a": {"p1", "p2"}, "b": {"p2"}},
        "the first and the last of three parts sharing one": {"a": {"p1"}, "b": {"p2"}, "c": {"p3", "p1"}},
        "two equal parts": {"a": {"p1"}, "b": {"p1"}},
    }.items():
        with t.raises(ValueError, what):
            Accountant(1, parts)
    bad = (0, 0.0, -1, -0.5, math.nan, math.inf, -math.inf, True, "1", None, Fraction(1, 2), Decimal(1))
    for budget in bad:
        slip = _amount_slip(budget)
        with t.raises(ValueError, f"the budget {budget!r}", slip="" if slip == ABOVE else slip):
            Accountant(budget, {})
    for budget, parts in (
        (1, {}),
        (0.5, {"a": set(), "b": {"p1"}}),
        (1e-9, {"a": {"p1"}, "b": {"p2"}}),
        (100, {"a": set(), "b": set()}),
    ):
        t.given(budget=budget, parts=parts)
        account = t.object(Accountant(budget, parts), "the account", methods=("spend", "spent"))
        t.close(_amount(t, account.spent(), False), 0.0, "the value of spent() of a new account")
