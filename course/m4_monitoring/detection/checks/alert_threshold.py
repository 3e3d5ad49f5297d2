"""The check of `detection.alert_threshold`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise


@exercise(
    minutes=8,
    parts={
        "value": (3, "gives the smallest score with at most budget × days greater ones"),
        "ties": (1, "does so when scores are equal"),
        "ends": (1, "takes a budget of 0, one larger than needed, and a single score"),
        "refuse": (1, "raises ValueError for no days and for a budget below 0"),
    },
    hints=(
        "The budget is a number of alerts, not a share of the scores. How many alerts may there be in all?",
        "Sort the scores from the highest down. If k alerts are allowed in all, the k highest may lie above "
        "the threshold, so the next one is the threshold.",
        "if days <= 0 or budget < 0: raise ValueError\n"
        "highest_first = sorted(scores, reverse=True)\n"
        "k = whole part of budget * days\n"
        "return highest_first[k], or the lowest score when there is no such place",
    ),
    debrief=(
        "Needs no bug in your detector: a threshold that nobody can live with is switched off by your own "
        "team.",
        "Starts from the hours that people have, and measures the threshold on traffic that was quiet.",
    ),
    standards=("AML.M0024", "PO.4.1"),
)
def alert_threshold(t: Trial, alert_threshold) -> None:
    for rng in t.cases(3):
        days = int(rng.integers(5, 30))
        budget = float(rng.choice([1.5, 2.0, 3.0]))
        scores = rng.lognormal(0, 0.6, days * int(rng.integers(20, 60)))
        t.given(scores=len(scores), days=days, budget=budget)
        with t.part("value"):
            _expect_threshold(t, alert_threshold, scores, days, budget)
            _, after = t.observe(alert_threshold, scores, days, budget)
            same = np.array_equal(after[0], scores)
            t.expect(same, "The scores are not what they were before the call.", slip="Sort a copy: np.sort.")
        with t.part("ties"):
            _expect_threshold(t, alert_threshold, scores.round(1), days, budget)
    few = t.rng(2).permutation(np.arange(-3.0, 9.0))
    for part, cases in (("value", PRODUCTS), ("ties", TIES), ("ends", ENDS)):
        for scores, days, budget in cases:
            with t.part(part):
                scores = few if scores is None else np.array(scores, float)
                t.given(scores=scores, days=days, budget=budget)
                _expect_threshold(t, alert_threshold, scores, days, budget)
    for days, budget in ((1, 0), (0.25, 4), (0.5, 0)):
        with t.part("refuse"):
            t.given(days=days, budget=budget)
            t.number(alert_threshold(few, days, budget), "the threshold")
    t.given()
    for days, budget in ((0, 1), (0, 0), (-2, 1), (5, -0.5), (-1, -1)):
        with t.part("refuse"), t.raises(ValueError, f"days = {days} and budget = {budget}"):
            alert_threshold(few, days, budget)


#: Scores, days and budget; None: twelve different scores. Whole alerts, and fractions around a half.
PRODUCTS = [
    (None, days, budget)
    for days, budget in (
        *((7, 0.5), (7, 0.25), (6, 0.375), (3, 0.25)),  # 3.5, 1.75, 2.25, 0.75
        *((4, 0.5), (1, 3), (0.5, 6), (7, 1 / 7), (2.5, 1)),  # 2, 3, 3, 1, 2.5
    )
]
TIES = [([7, 1, 7, 9, 7], 1, budget) for budget in range(5)] + [([4, 4, 4], 1, budget) for budget in (0, 1)]
ENDS = [
    (None, 10, 0),
    (None, 10, 6),
    (None, 1, 11),
    (None, 1, 12),
    ([2.5], 3, 0),
    ([2.5], 3, 1),
    ([-1], 1, 5),
]


def _expect_threshold(t: Trial, alert_threshold: Any, scores: np.ndarray, days: float, budget: float) -> None:
    highest_first, last = np.sort(scores)[::-1], len(scores) - 1
    allowed = min(int(budget * days), last)
    got = t.number(alert_threshold(scores, days, budget), "the threshold")
    slips = _slips(scores, highest_first, days, budget, allowed)
    if highest_first[-1] < got < highest_first[0] and not np.isclose(scores, got, rtol=1e-9, atol=0).any():
        slips["np.quantile interpolates between two scores: sort them and take one."] = got
    t.close(got, highest_first[allowed], "the threshold", rtol=1e-9, atol=0, slips=slips)


def _slips(
    scores: np.ndarray, highest_first: np.ndarray, days: float, budget: float, allowed: int
) -> dict[str, float]:
    """What the usual misconceptions would give."""
    last, each_once = len(scores) - 1, np.unique(scores)[::-1]
    too_many = "A fraction of an alert is none: round down." if budget * days % 1 else "One alert too many."
    fewer = "One alert fewer than the budget allows: an alert is a score greater than the threshold."
    slips = {
        fewer: highest_first[max(allowed - 1, 0)],
        "The budget is per day: multiply by the days.": highest_first[min(int(budget), last)],
        too_many: highest_first[min(allowed + 1, last)],
        "That is the highest score: the budget is left unused.": highest_first[0],
        "The budget is a number of alerts a day, not a percentage.": (
            np.quantile(scores, max(1 - budget / 100, 0))
        ),
        "Equal scores count each: np.unique and sets drop them.": each_once[min(allowed, len(each_once) - 1)],
    }
    if not allowed:
        slips["A budget of 0: the highest score is the threshold."] = highest_first[-1]
    return slips
