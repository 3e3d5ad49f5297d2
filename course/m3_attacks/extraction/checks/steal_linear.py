"""The check of `extraction.steal_linear`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import Door

SIGN = "The signs are turned round: log(p / (1 - p)) grows with the probability."
NO_BIAS = "The bias is still in each weight: the answer at a step of 1 has the bias and the weight."
NO_LOG = "Probabilities do not add up; their log-odds do."
ONLY_FEW = "Only d + 1 questions were asked: with rounded answers, use the budget."
SAME = "The same samples again get the same answers: ask about others."
FAR = "Many answers were rounded to 0 or 1: those have no log-odds. Stay nearer to the average."


@exercise(
    minutes=11,
    parts={
        "exact": (4, "solves for weights and bias, each within 1e-6, with d + 1 exact answers"),
        "rounded": (3, "averages two-decimal answers down to a largest error of 0.02, mean of five models"),
        "budget": (1, "never asks about more samples than the budget"),
    },
    hints=(
        "What does the average sample, all zeros, tell you? And a sample that differs from it in one place?",
        "Ask about np.zeros(d) and the rows of np.eye(d). The log-odds of the first is the bias, each "
        "other one is the bias plus a weight. Spend the rest of the budget on samples near the average, "
        "and solve all of them together.",
        "asked = zeros, the rows of eye, and budget - d - 1 rows of rng.normal(0, 0.3)\n"
        "answers = ask(asked); keep those above 0 and below 1\n"
        "odds = log(p / (1 - p)) of these\n"
        "lstsq of the kept samples with a column of ones beside them, and odds: the last number is the bias",
    ),
    debrief=(
        "Needs no more questions than there are unknowns, and averages away what rounding adds. Four times "
        "the questions make the error about half as large.",
        "Counts rounding as a price. For an honest user one decimal moves an answer by up to 0.05; the "
        "thief pays a few hundred questions. A label instead of a number takes more away, and Part 2 says "
        "what is left.",
    ),
    standards=("AML.T0024.002", "AML.T0040"),
)
def steal_linear(t: Trial, steal_linear) -> None:
    solved, within = [], []
    for (d, spare), rng in zip(((1, 0), (2, 0), (40, 0), (30, 0), (3, 20), (1, 3)), t.cases(6), strict=True):
        w, b = _victim(d, rng)
        door = Door(lambda rows, w=w, b=b: _urgent(rows, w, b), d, d + 1 + spare, np.nan)
        t.given(d=d, budget=door.budget)
        with t.part("exact"):
            found_w, found_b = _stolen(t, steal_linear, door, d, t.rng(9, d))
            _expect_exact(t, (found_w, found_b), (w, b), solved)
        within.append(door)
    errors, few, same, far = [], [], [], []
    with t.part("rounded"):
        for number, rng in enumerate(t.cases(5)):
            w, b = _victim(30, rng, 0.7)
            door = _Rounded(w, b, 300)
            t.given(d=30, budget=300, decimals=2)
            found_w, found_b = _stolen(t, steal_linear, door, 30, t.rng(8, number))
            errors.append(max(abs(found_w - w).max(), abs(found_b - b)))
            few.append(door.asked <= 62)
            same.append(door.distinct() <= 62)
            far.append(door.lost > 0.1 * door.asked)
            within.append(door)
        slip = ONLY_FEW if all(few) else SAME if all(same) else FAR if all(far) else ""
        t.at_most(float(np.mean(errors)), 0.025, "the largest error, mean of five models", slip=slip)
        for steep in (1, -1):  # one step along the first weight is answered with 0 or 1: only finite is asked
            w, b = _victim(30, t.rng(5), 0.7)
            w[0], b = 4.0 * steep, 1.6 * steep
            t.given(d=30, budget=300, decimals=2, answers="some are 0 or 1")
            within.append(_Rounded(w, b, 300))
            _stolen(t, steal_linear, within[-1], 30, t.rng(6))
    with t.part("budget"):
        if len(solved) < 6:
            steal_linear(Door(lambda rows: np.full(len(rows), 0.5), 1, 2, np.nan).ask, 1, 2, t.rng(7))
        t.expect(
            len(solved) == 6, "Solve the exact models first: whoever asks nothing stays within every budget."
        )
        for door in within:
            door.expect_within(t)


class _Rounded(Door):
    """A door with answers of two decimals, which remembers what was asked."""

    def __init__(self, w: np.ndarray, b: float, budget: int) -> None:
        super().__init__(lambda rows: self._noted(rows, _urgent(rows, w, b).round(2)), len(w), budget, np.nan)
        self._rows: list[bytes] = []
        self.lost = 0

    def _noted(self, rows: np.ndarray, answers: np.ndarray) -> np.ndarray:
        self._rows += [row.tobytes() for row in rows[:1000]]
        self.lost += int(((answers == 0) | (answers == 1)).sum())
        return answers

    def distinct(self) -> int:
        return len(set(self._rows))


def _victim(d: int, rng: np.random.Generator, spread: float = 1.2) -> tuple[np.ndarray, float]:
    w, b = rng.normal(0, spread, d).clip(-4, 4), float(np.clip(rng.normal(0, 0.5), -2, 2))
    if spread > 1:
        w[int(rng.integers(d))] = rng.choice([-4, 4])
        b = float(rng.choice([-1, 1]) * rng.uniform(0.5, 2))
    return w, b


def _urgent(rows: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    return 1 / (1 + np.exp(-(rows @ w + b)))


def _stolen(
    t: Trial, steal_linear: Any, door: Door, d: int, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    result = steal_linear(door.ask, d, door.budget, rng)
    door.expect_used_well(t)
    result = t.instance(result, tuple, "the result of steal_linear")
    t.equal(len(result), 2, "the number of things that steal_linear returns")
    return t.array(result[0], "w", shape=(d,), kind="f"), t.number(result[1], "b")


def _expect_exact(t: Trial, found: tuple, true: tuple, solved: list) -> None:
    (w, b), (true_w, true_b) = found, true
    slip = ""
    if np.allclose(w, -true_w) and np.isclose(b, -true_b):
        slip = SIGN
    elif np.allclose(w, true_w + true_b):
        slip = NO_BIAS
    elif np.allclose(w, _urgent(np.eye(len(w)), true_w, true_b) - _urgent(0 * true_w, true_w, true_b)):
        slip = NO_LOG
    worst = max(abs(w - true_w).max(), abs(b - true_b))
    t.at_most(float(worst), 1e-6, "the largest error of weights and bias", slip=slip)
    solved.append(True)
