"""Answers to `detection.scorecard`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import math
import statistics

import numpy as np

from autograder.exercise import Answers, Wrong


def card_by_loops(alerts, incidents, days, first=True, inclusive=True, subject=True, count_missed=True):
    right, found, delays = 0, 0, []
    for kind, number, start, end in incidents:
        hours = []
        for hour, k, n in alerts:
            inside = start <= hour <= end if inclusive else start < hour < end
            if inside and (not subject or (k, n) == (kind, number)):
                hours.append(hour)
        right += len(hours)
        if hours:
            found += 1
            delays.append((hours[0] if first else hours[-1]) - start)
        elif count_missed:
            delays.append(math.inf)
    return {
        "alerts_a_day": len(alerts) / days,
        "precision": right / len(alerts) if alerts else None,
        "recall": found / len(incidents) if incidents else None,
        "hours_to_detect": statistics.median(delays) if delays else None,
    }


def card_that_flatters(alerts, incidents, days):
    return card_by_loops(alerts, incidents, days, count_missed=False)


def card_of_the_last_alert(alerts, incidents, days):
    return card_by_loops(alerts, incidents, days, first=False)


def card_of_times_alone(alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days, subject=False)
    right = sum(any(start <= hour <= end for *_, start, end in incidents) for hour, *_ in alerts)
    return {**card, "precision": right / len(alerts) if alerts else None}


def card_without_the_ends(alerts, incidents, days):
    return card_by_loops(alerts, incidents, days, inclusive=False)


def card_counting_alerts(alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days)
    if incidents and alerts:
        card["recall"] = round(card["precision"] * len(alerts)) / len(incidents)
    return card


def card_without_repeats(alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days)
    if incidents and alerts:
        card["precision"] = round(card["recall"] * len(incidents)) / len(alerts)
    return card


def card_of_zeros(alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days)
    return {key: 0.0 if value is None else value for key, value in card.items()}


def _card_with(middle, alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days)
    found = [[h for h, *what in alerts if what == [k, n] and a <= h <= b] for k, n, a, b in incidents]
    delays = [h[0] - i[2] if h else math.inf for h, i in zip(found, incidents, strict=True)]
    return {**card, "hours_to_detect": middle(delays) if delays else None}


def card_of_means(alerts, incidents, days):
    return _card_with(np.mean, alerts, incidents, days)


def card_of_quantiles(alerts, incidents, days):
    with np.errstate(invalid="ignore"):
        return _card_with(lambda delays: np.quantile(delays, 0.5), alerts, incidents, days)


def card_of_the_upper_middle(alerts, incidents, days):
    return _card_with(lambda delays: sorted(delays)[len(delays) // 2], alerts, incidents, days)


def card_of_the_lower_middle(alerts, incidents, days):
    return _card_with(statistics.median_low, alerts, incidents, days)


def card_by_kind_alone(alerts, incidents, days):
    anyone = [(hour, kind, 0) for hour, kind, _ in alerts]
    return card_by_loops(anyone, [(kind, 0, *span) for kind, _, *span in incidents], days)


def card_perfect(alerts, incidents, days):
    return {"precision": 1.0, "recall": 1.0, "alerts_a_day": 1.0, "hours_to_detect": 0.0}


ANSWERS = Answers(
    right=[card_by_loops],
    wrong=[
        Wrong(
            card_that_flatters,
            "time",
            "left out: that flatters",
            also=("A missed incident counts as math.inf.",),
        ),
        Wrong(card_of_the_last_alert, "time", "not the last"),
        Wrong(
            card_of_times_alone,
            "precision",
            "Kind and number must agree",
            also=(
                ("A right alert has the kind and the number of its incident, and lies within its hours."),
                "Kind and number must both match: the number is ignored.",
            ),
        ),
        Wrong(card_without_the_ends, "precision", "belong to the incident"),
        Wrong(card_counting_alerts, "recall", "Count each incident once"),
        Wrong(card_without_repeats, "precision", "A repeat of a right alert"),
        Wrong(card_of_zeros, "edges", "Nothing to divide by"),
        Wrong(card_of_means, "time", "the median is asked"),
        Wrong(card_of_quantiles, "edges", "np.quantile interpolates"),
        Wrong(card_of_the_upper_middle, "time", "the upper of the two middle delays"),
        Wrong(card_of_the_lower_middle, "time", "the lower of the two middle delays"),
        Wrong(
            card_by_kind_alone,
            "time",
            "the number is ignored",
            also=(("A right alert has the kind and the number of its incident, and lies within its hours."),),
        ),
        Wrong(card_perfect, "precision", "is not right"),
    ],
)
