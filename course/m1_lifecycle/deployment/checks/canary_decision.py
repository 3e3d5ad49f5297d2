"""The check of `deployment.canary_decision`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import p_worse


@exercise(
    minutes=12,
    parts={
        "test": (4, "promotes or rolls back by the one-sided two-proportion test"),
        "guard": (3, "rolls back what is 10 points worse, as soon as that is sure"),
        "hold": (2, "holds below min_n cases, and decides from min_n on"),
        "runs": (3, "rolls back few of the good releases and misses few of the bad ones"),
    },
    hints=(
        "The order of the four lines matters: the first that holds is the answer. Which "
        "of them needs the test at all?",
        "Guard: b / max(m, min_n) - a / n >= 0.10. Then m < min_n. Only then the test, "
        "as in the cell above: one-sided, "
        "pooled, and with a look at a spread of 0 before you divide.",
        "a, n = control; b, m = canary\n"
        "b / max(m, min_n) - a / n >= 0.10: rollback\n"
        "m < min_n: hold\n"
        "pooled, spread, p as in the cell above; if the spread is 0, there is no difference\n"
        "p < alpha: rollback, else promote",
    ),
    debrief=(
        "Stays below the line: harms one group of patients, or waits until the canary is over.",
        "Writes down alpha, min_n and the line before the release, compares each group "
        "that matters, and goes on "
        "watching after the promotion.",
    ),
    standards=("AML.M0008", "AML.T0031", "RV.2.2"),
)
def canary_decision(t: Trial, canary_decision) -> None:
    held = 0
    for rng in t.cases(4):
        cases = list(_cases(rng))
        for part in ("test", "guard", "hold"):
            with t.part(part):
                _expect_answers(t, canary_decision, [case[1:] for case in cases if case[0] == part])
                held += part == "test"
        with t.part("test"):
            _expect_answers(t, canary_decision, list(_without_spread()))
    with t.part("runs"):
        rng = t.rng(1)
        t.given(control=2700, canary=300, alpha=ALPHA, min_n=300, runs=800)
        good, bad = (
            [_answer(t, canary_decision, rng, base, base + worse) for base in BASES for _ in range(100)]
            for worse in (0.0, 0.10)
        )
        t.expect(held == 4, "This counts when the test is right: mend that first.")
        t.at_most(good.count("rollback") / len(good), 0.06, "the share of good releases rolled back")
        t.at_most(1 - bad.count("rollback") / len(bad), 0.05, "the share of bad releases not rolled back")
        t.equal(good.count("hold"), 0, "the number of releases on hold with 300 of 300 cases")


ALPHA = 0.02
LINE = 0.10
BASES = (0.02, 0.05, 0.10, 0.20)

Call = tuple[tuple[int, int], tuple[int, int], float, int]


def _expect_answers(t: Trial, canary_decision: Any, cases: Sequence[tuple[str, Call]]) -> None:
    """All cases of a part. A slip is told when it alone explains every answer in them."""
    answers = []
    for _, call in cases:
        t.given(**_shown(call))
        answers.append(t.instance(canary_decision(*call), str, "the answer"))
    fits = [
        slip for slip, wrong in SLIPS.items() if answers == [expected(*call, **wrong) for _, call in cases]
    ]
    for (what, call), got in zip(cases, answers, strict=True):
        t.given(**_shown(call))
        t.expect(
            got == expected(*call),
            f"The answer is not right: {what}.",
            expected=expected(*call),
            got=got,
            slip=fits[0] if len(fits) == 1 else "",
        )


def _shown(call: Call) -> dict[str, Any]:
    return dict(zip(("control", "canary", "alpha", "min_n"), call, strict=True))


def _answer(t: Trial, canary_decision: Any, rng: np.random.Generator, old: float, new: float) -> str:
    control, canary = (int(rng.binomial(2700, old)), 2700), (int(rng.binomial(300, new)), 300)
    return t.instance(canary_decision(control, canary, ALPHA, 300), str, "the answer")


def expected(
    control: tuple[int, int], canary: tuple[int, int], alpha: float, min_n: int, *,
    two_sided: bool = False, unpooled: bool = False, guard: str = "first", at: int = 0, strict: bool = False,
    tail: bool = False, undecided: str = "promote",
) -> str:  # fmt: skip
    """The answer, or that of a misconception."""
    (a, n), (b, m) = control, canary
    cases = max(m, min_n) if guard == "first" else max(m, 1)
    over = b / cases - a / n
    if guard != "never" and (over > LINE if strict else over >= LINE) and (guard != "late" or m >= min_n):
        return "rollback"
    if m < min_n + at:
        return "hold"
    if a + b in (0, n + m):
        return "promote"
    if unpooled:
        spread = math.sqrt(a / n * (1 - a / n) / n + b / m * (1 - b / m) / m)
        p = 0.5 * math.erfc((b / m - a / n) / spread / math.sqrt(2)) if spread else 1.0
    else:
        p = float(p_worse(a, n, b, m))
    if tail:
        p = 1 - p
    if two_sided:
        p = 2 * min(p, 1 - p)
    return "rollback" if p < alpha else undecided


SLIPS: dict[str, dict[str, Any]] = {
    "One-sided: only a canary that misses more is rolled back, and p isn't doubled.": {"two_sided": True},
    "The spread is that of the pooled share, as if there were no difference.": {"unpooled": True},
    "The wrong tail: p is 1 - cdf(z), and small when the canary misses more.": {"tail": True},
    "From min_n cases on there's an answer: where the test says nothing, promote.": {"undecided": "hold"},
    "With exactly min_n cases it's decided: hold only below.": {"at": 1},
    "The guard comes first: 10 points worse is rolled back, whatever the test says.": {"guard": "never"},
    "The guard doesn't wait for min_n: a line that is crossed for sure is crossed.": {"guard": "late"},
    "Below min_n the guard divides by min_n: what b / m says may still change.": {"guard": "early"},
    "At least 0.10 is over the line: exactly 10 points too.": {"strict": True},
}


def _cases(rng: np.random.Generator) -> Iterator[tuple[str, str, Call]]:
    """(part, what, arguments)."""

    def case(part: str, what: str, *call: Any) -> tuple[str, str, Call]:
        return part, what, call

    for alpha in (0.005, 0.02, 0.05, 0.10, 0.30):
        n, m = int(rng.integers(1500, 4000)), int(rng.integers(250, 600))
        for base in (0.02, 0.10, 0.40):
            a = int(rng.binomial(n, base))
            first = next(b for b in range(m + 1) if p_worse(a, n, b, m) < alpha and b / m > a / n)
            for b in (first - 1, first, first + 1, first + 3):
                for min_n in (m, m - 7, m // 2):  # nobody looks at exactly min_n cases
                    yield case("test", f"{b} of {m} against {a} of {n}", (a, n), (b, m), alpha, min_n)
            better = int(max(0, m * (a / n) - 6 * math.sqrt(m * base)))
            yield case("test", "the canary is better", (a, n), (better, m), alpha, m - 5)
            for b in range(first - 2, first + 8):
                call = (a, n), (b, m), alpha, m
                for kind in ({"two_sided": True}, {"unpooled": True}):
                    if expected(*call) != expected(*call, **kind):
                        yield case("test", f"{b} of {m} against {a} of {n}", *call)

    n = int(rng.integers(2000, 4000))
    for base, min_n in ((0.05, 400), (0.09, 300), (0.20, 300), (0.30, 120), (0.10, 5000), (0.25, 5000)):
        a = int(rng.binomial(n, base))
        line = (a / n + LINE) * min_n
        sure = math.floor(line) + 1  # missed, and the line is crossed whatever comes
        below = sure - (2 if abs(line - round(line)) < 1e-6 else 1)
        for m in (sure, sure + 10, min_n - 1):
            if m < min_n:
                yield case("guard", f"{sure} missed already", (a, n), (sure, m), 0.02, min_n)
                yield case("guard", "not sure yet", (a, n), (below, m), 0.02, min_n)
    for base in (0.20, 0.30, 0.50):  # small: the test says nothing, and the line is crossed
        a, m = round(300 * base), 30
        over = math.floor((a / 300 + LINE) * m) + 1
        for b in (over, over + 1, over - 2):
            yield case("guard", f"{b} of {m}, {a} of 300", (a, 300), (b, m), 0.001, 10)
            yield case("guard", f"{b} of {m}, {a} of 300", (a, 300), (b, m), 0.001, m)
    for base, m in ((0.20, 30), (0.30, 40), (0.50, 60)):  # and so it is after min_n, with a usual alpha
        a = round(300 * base)
        over = next(b for b in range(m) if b / m - a / 300 > LINE + 1e-6)
        assert p_worse(a, 300, over, m) > ALPHA
        yield case("guard", f"{over} of {m}, {a} of 300", (a, 300), (over, m), ALPHA, 10)
    for m in (30, 200, 299):
        yield case("guard", "30 missed of 300 at least, control none", (0, 2700), (30, m), 0.02, 300)
        yield case("guard", "29 missed of 300 at least, control none", (0, 2700), (29, m), 0.02, 300)
    yield case("guard", "all of 30 were missed", (270, 2700), (30, 30), 0.02, 300)

    for min_n in (1, 2, 50, 300):
        a = int(rng.binomial(2700, 0.10))
        for m in (0, 1, min_n // 2, min_n - 1, min_n, min_n + 1, min_n + 6, 2 * min_n):
            yield case("hold", f"{m} cases, min_n {min_n}", (a, 2700), (0, m), 0.02, min_n)
        m = min_n // 4
        b = min(m, math.ceil(m * (a / 2700 + 0.20)))
        yield case("hold", f"{b} of {m} missed, min_n {min_n}", (a, 2700), (b, m), 0.02, min_n)


def _without_spread() -> Iterator[tuple[str, Call]]:
    for n, m in ((2700, 300), (40, 5), (1, 1)):
        for a, b, what in ((0, 0, "none was missed"), (n, m, "all were missed")):
            yield f"{what}, so the spread is 0", ((a, n), (b, m), ALPHA, m)
