"""Answers to `detection.scorecard`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import math
import statistics

import numpy as np

from autograder.exercise import Answers, Wrong

MISSED = "A missed incident counts as math.inf, and so does the middle between it and a number."


def card_by_loops(alerts, incidents, days, first=True, inclusive=True, subject=True, count_missed=True):
    right, found, delays = 0, 0, []
    for kind, number, start, end in incidents:
        hours = []
        for hour, k, n in alerts:
            inside = start <= hour <= end if inclusive else start < hour < end
            if inside and (not subject or (k, n) == (kind, number)):
                hours.append(hour)
        right += bool(hours)
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
    return card_by_loops(alerts, incidents, days, subject=False)


def card_of_kinds_and_times(alerts, incidents, days):
    anyone = [(hour, kind, 0) for hour, kind, _ in alerts]
    return card_by_loops(anyone, [(kind, 0, *span) for kind, _, *span in incidents], days)


def card_of_numbers_and_times(alerts, incidents, days):
    anything = [(hour, "", number) for hour, _, number in alerts]
    return card_by_loops(anything, [("", *rest) for _, *rest in incidents], days)


def card_of_subjects(alerts, incidents, days):
    """Only the first alert about a client is right, in whichever of its incidents."""
    card, seen, right = card_by_loops(alerts, incidents, days), set(), 0
    for kind, number, start, end in sorted(incidents, key=lambda incident: incident[2]):
        named = any((k, n) == (kind, number) and start <= hour <= end for hour, k, n in alerts)
        right += named and (kind, number) not in seen
        seen |= {(kind, number)} if named else set()
    return {**card, "precision": right / len(alerts) if alerts else None}


def card_without_the_ends(alerts, incidents, days):
    return card_by_loops(alerts, incidents, days, inclusive=False)


def card_counting_alerts(alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days)
    if incidents:
        card["recall"] = len(_about(alerts, incidents)) / len(incidents)
    return card


def _about(alerts, incidents):
    return [
        (hour, *what)
        for hour, *what in alerts
        if any([*what] == [k, n] and start <= hour <= end for k, n, start, end in incidents)
    ]


def card_with_repeats(alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days)
    if alerts:
        card["precision"] = len(_about(alerts, incidents)) / len(alerts)
    return card


def card_without_repeats(alerts, incidents, days):
    """Leaves repeats out of both counts."""
    card = card_by_loops(alerts, incidents, days)
    repeats = len(_about(alerts, incidents)) - sum(bool(_about(alerts, [incident])) for incident in incidents)
    if alerts:
        card["precision"] = card["precision"] * len(alerts) / (len(alerts) - repeats)
    return card


def card_forgiving_an_hour(alerts, incidents, days):
    """Takes repeats in one and the same hour for one alert."""
    return card_by_loops(list(dict.fromkeys(alerts)), incidents, days)


def card_taking_0_for_nothing(alerts, incidents, days):
    delays = []
    for kind, number, start, end in incidents:
        hours = [hour for hour, *what in alerts if what == [kind, number] and start <= hour <= end]
        delays.append(min(hours, default=0) - start if hours else 0)
    card = card_by_loops(alerts, incidents, days)
    if incidents:
        card["hours_to_detect"] = float(np.median([delay or math.inf for delay in delays]))
    return card


def card_of_whole_days(alerts, incidents, days):
    return {**card_by_loops(alerts, incidents, days), "alerts_a_day": len(alerts) / max(int(days), 1)}


def card_of_zeros(alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days)
    return {key: 0.0 if value is None else value for key, value in card.items()}


def card_of_nans(alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days)
    return {key: math.nan if value is None else value for key, value in card.items()}


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


def card_perfect(alerts, incidents, days):
    return {"precision": 1.0, "recall": 1.0, "alerts_a_day": 1.0, "hours_to_detect": 0.0}


def card_with_a_fifth_key(alerts, incidents, days):
    return {**card_by_loops(alerts, incidents, days), "alerts": len(alerts)}


def card_emptying_the_log(alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days)
    alerts.clear()
    return card


def card_emptying_the_incidents(alerts, incidents, days):
    card = card_by_loops(alerts, incidents, days)
    incidents.clear()
    return card


ANSWERS = Answers(
    right=[card_by_loops],
    wrong=[
        Wrong(
            card_that_flatters,
            "time",
            "left out: that flatters",
            also=(MISSED,),
        ),
        Wrong(card_of_the_last_alert, "time", "not the last"),
        Wrong(
            card_of_times_alone,
            "precision",
            "kind and number both match",
            also=("Kind and number are ignored: the time alone says nothing.",),
        ),
        Wrong(
            card_of_kinds_and_times,
            "precision",
            "kind and number both match",
            also=("The number is ignored: kind and number must both match.",),
        ),
        Wrong(
            card_of_numbers_and_times,
            "precision",
            "kind and number both match",
            also=("The kind is ignored: kind and number must both match.",),
        ),
        Wrong(card_of_subjects, "precision", "is not right"),
        Wrong(card_without_the_ends, "recall", "belong to the incident"),
        Wrong(card_counting_alerts, "recall", "Count each incident once"),
        Wrong(card_with_repeats, "precision", "A repeat is noise"),
        Wrong(card_without_repeats, "precision", "leaves the repeats out of both"),
        Wrong(card_forgiving_an_hour, "precision", "is not right"),
        Wrong(card_of_zeros, "edges", "Nothing to divide by"),
        Wrong(card_of_nans, "edges", "the value is None"),
        Wrong(card_of_means, "time", "take the median"),
        Wrong(card_of_quantiles, "edges", "np.quantile interpolates"),
        Wrong(card_of_the_upper_middle, "time", "the upper of the two middle delays"),
        Wrong(card_of_the_lower_middle, "time", "the lower of the two middle delays", also=(MISSED,)),
        Wrong(card_taking_0_for_nothing, "edges", "0 hours are not a miss"),
        Wrong(card_of_whole_days, "edges", "alerts_a_day"),
        Wrong(card_with_a_fifth_key, "edges", "another key than the four"),
        Wrong(card_emptying_the_log, "edges", "after the call"),
        Wrong(card_emptying_the_incidents, "edges", "after the call"),
        Wrong(card_perfect, "precision", "is not right"),
    ],
)

EQUIVALENT = {
    "float(np.median(delays)) → np.median(delays)": "not stated: a numpy number is a number",
}
