"""Answers to `detection.alert_threshold`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import math

import numpy as np

from autograder.exercise import Answers, Wrong


def _check_budget(days, budget):
    if days <= 0 or budget < 0:
        raise ValueError("days or budget")


def threshold_by_trying(scores, days, budget):
    _check_budget(days, budget)
    for threshold in sorted(set(np.asarray(scores).tolist())):
        if sum(score > threshold for score in scores) <= budget * days:
            return threshold


def threshold_one_off(scores, days, budget):
    _check_budget(days, budget)
    return np.sort(scores)[::-1][max(min(int(budget * days), len(scores)) - 1, 0)]


def threshold_one_off_from_the_end(scores, days, budget):
    """With a budget of 0 this is the last of them."""
    _check_budget(days, budget)
    allowed = min(int(budget * days), len(scores) - 1)
    return np.sort(scores)[::-1][allowed - 1 if allowed == 0 else allowed]


def threshold_for_one_day(scores, days, budget):
    _check_budget(days, budget)
    return np.sort(scores)[::-1][min(int(budget), len(scores) - 1)]


def threshold_as_percentage(scores, days, budget):
    _check_budget(days, budget)
    return np.quantile(scores, 1 - budget / 100)


def threshold_highest(scores, days, budget):
    _check_budget(days, budget)
    return max(scores)


def threshold_interpolated(scores, days, budget):
    _check_budget(days, budget)
    return np.quantile(scores, max(1 - budget * days / len(scores), 0))


def threshold_of_different_scores(scores, days, budget):
    _check_budget(days, budget)
    highest_first = np.unique(scores)[::-1]
    return highest_first[min(int(budget * days), len(highest_first) - 1)]


def threshold_beyond_the_end(scores, days, budget):
    _check_budget(days, budget)
    return np.sort(scores)[::-1][int(budget * days)]


def threshold_without_refusal(scores, days, budget):
    return np.sort(scores)[::-1][min(max(int(budget * days), 0), len(scores) - 1)]


def threshold_rounded(scores, days, budget):
    _check_budget(days, budget)
    return np.sort(scores)[::-1][min(round(budget * days), len(scores) - 1)]


def threshold_rounded_up(scores, days, budget):
    _check_budget(days, budget)
    return np.sort(scores)[::-1][min(math.ceil(budget * days), len(scores) - 1)]


def threshold_of_whole_budgets(scores, days, budget):
    _check_budget(days, budget)
    return np.sort(scores)[::-1][min(int(budget) * int(days), len(scores) - 1)]


def threshold_counting_equals(scores, days, budget):
    """An alert would be a score that reaches the threshold."""
    _check_budget(days, budget)
    fine = [score for score in scores if (scores >= score).sum() <= budget * days]
    return min(fine) if fine else max(scores)


def threshold_between_different_scores(scores, days, budget):
    """Takes the next higher score where equal ones straddle the budget."""
    _check_budget(days, budget)
    highest_first = np.sort(scores)[::-1].tolist()
    allowed = min(int(budget * days), len(scores) - 1)
    wanted = highest_first[allowed]
    return (
        highest_first[max(highest_first.index(wanted) - 1, 0)]
        if wanted in highest_first[:allowed]
        else wanted
    )


def threshold_refusing_a_budget_of_0(scores, days, budget):
    if days <= 0 or budget <= 0:
        raise ValueError("days or budget")
    return threshold_by_trying(scores, days, budget)


def threshold_refusing_half_a_day(scores, days, budget):
    if days < 1:
        raise ValueError("days")
    return threshold_by_trying(scores, days, budget)


def threshold_refusing_no_days_alone(scores, days, budget):
    if days == 0 or budget < 0:
        raise ValueError("days or budget")
    return np.sort(scores)[::-1][min(max(int(budget * days), 0), len(scores) - 1)]


def threshold_sorting_in_place(scores, days, budget):
    scores.sort()
    return threshold_by_trying(scores, days, budget)


def threshold_above_the_highest(scores, days, budget):
    """With a budget of 0, more than any score."""
    found = threshold_by_trying(scores, days, budget)
    return found + 1 if budget == 0 else found


ANSWERS = Answers(
    right=[threshold_by_trying],
    wrong=[
        Wrong(threshold_one_off, "value", "One alert fewer"),
        Wrong(threshold_one_off_from_the_end, "ends", "A budget of 0"),
        Wrong(threshold_for_one_day, "value", "multiply by the days"),
        Wrong(threshold_as_percentage, "value", "not a percentage"),
        Wrong(threshold_highest, "value", "left unused"),
        Wrong(threshold_rounded, "value", "round down"),
        Wrong(threshold_rounded_up, "value", "round down"),
        Wrong(threshold_of_whole_budgets, "value", "is not right"),
        Wrong(threshold_counting_equals, "value", "One alert fewer"),
        Wrong(threshold_between_different_scores, "ties", "is not right"),
        Wrong(threshold_refusing_a_budget_of_0, "refuse", "ValueError"),
        Wrong(threshold_refusing_half_a_day, "refuse", "ValueError"),
        Wrong(threshold_refusing_no_days_alone, "refuse", "days = -2"),
        Wrong(threshold_interpolated, "value", "np.quantile interpolates"),
        Wrong(threshold_of_different_scores, "ties", "Equal scores count each"),
        Wrong(threshold_beyond_the_end, "ends", "IndexError"),
        Wrong(threshold_sorting_in_place, "value", "Sort a copy"),
        Wrong(threshold_above_the_highest, "ends", "is not right"),
        Wrong(threshold_without_refusal, "refuse", "no error is raised"),
    ],
)

EQUIVALENT = {
    "float(highest_first[min(int(budget * days), len(scores) - 1)]) → "
    "highest_first[min(int(budget * days), len(scores) - 1)]": "not stated: a numpy number is a number",
}
