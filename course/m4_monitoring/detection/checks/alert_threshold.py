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
        "ends": (1, "stands a budget of 0 and one larger than needed"),
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
    for rng in t.cases(4):
        days = int(rng.integers(5, 30))
        budget = float(rng.choice([0.25, 0.5, 1.5, 2.0, 3.0]))
        scores = rng.lognormal(0, 0.6, days * int(rng.integers(20, 60)))
        t.given(scores=len(scores), days=days, budget=budget)
        with t.part("value"):
            _expect_threshold(t, alert_threshold, scores, days, budget)
        with t.part("ties"):
            _expect_threshold(t, alert_threshold, scores.round(1), days, budget)
    t.given()
    scores = t.rng(2).lognormal(size=50)
    with t.part("ends"):
        t.given(scores=50, days=10, budget=0)
        _expect_threshold(t, alert_threshold, scores, 10, 0)
        t.given(scores=50, days=10, budget=6)
        _expect_threshold(t, alert_threshold, scores, 10, 6)
    t.given()
    for days, budget in ((0, 1), (-2, 1), (5, -0.5)):
        with t.part("refuse"), t.raises(ValueError, f"days = {days} and budget = {budget}"):
            alert_threshold(scores, days, budget)


def _expect_threshold(t: Trial, alert_threshold: Any, scores: np.ndarray, days: int, budget: float) -> None:
    highest_first, each_once = np.sort(scores)[::-1], np.unique(scores)[::-1]
    allowed = min(int(budget * days), len(scores) - 1)
    got = t.number(alert_threshold(scores, days, budget), "the threshold")
    one_of_them = bool(np.isclose(scores, got, rtol=1e-9, atol=0).any())
    t.close(
        got,
        highest_first[allowed],
        "the threshold",
        rtol=1e-9,
        atol=0,
        slips={
            "One alert fewer than the budget allows: an alert is a score greater than the threshold.": (
                highest_first[max(allowed - 1, 0)]
            ),
            "The budget is per day: multiply by the days.": highest_first[min(int(budget), len(scores) - 1)],
            "That allows one alert too many.": highest_first[min(allowed + 1, len(scores) - 1)],
            "That is the highest score: the budget is left unused.": highest_first[0],
            "The budget is a number of alerts a day, not a percentage.": np.quantile(
                scores, 1 - budget / 100
            ),
            "Equal scores count each: np.unique and sets drop them.": (
                each_once[min(allowed, len(each_once) - 1)]
            ),
        }
        | ({"A budget of 0: the highest score is the threshold.": highest_first[-1]} if not allowed else {})
        | (
            {}
            if one_of_them
            else {"np.quantile interpolates between two scores: sort them and take one.": got}
        ),
    )
