"""The check of `detection.scorecard`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

#: (hour, kind, number), and (kind, number, start, end)
Alert = tuple[int, str, int]


Incident = tuple[str, int, int, int]


@exercise(
    minutes=12,
    parts={
        "precision": (
            3,
            "precision: the share of alerts that lie within an incident of their kind and number",
        ),
        "recall": (2, "recall: the share of incidents with a right alert"),
        "rate": (1, "alerts_a_day: all alerts over the days"),
        "time": (3, "hours_to_detect: the median over all incidents, to the first right alert"),
        "edges": (2, "no alerts, no incidents, and most incidents missed"),
    },
    hints=(
        "`right_hours` of one incident is all you need of it. What does its length say, its first entry, "
        "and what an empty list?",
        "Go through the incidents. The number of right hours adds to the precision, whether there is one "
        "adds to the recall, and the first one minus the start is the delay: math.inf when there is none.",
        "for incident in incidents:\n"
        "    hours = right_hours(alerts, incident)\n"
        "    right += len(hours); found += bool(hours)\n"
        "    delays.append(hours[0] - incident[2] if hours else math.inf)\n"
        "precision = right / len(alerts), or None without alerts; recall = found / len(incidents), or None\n"
        "hours_to_detect = float(np.median(delays)), or None without incidents",
    ),
    debrief=(
        "Floods you with alerts that are false, and does the real thing while you read them (AML.T0046).",
        "Fixes the definitions before tuning, publishes the four numbers together, and counts what was "
        "missed as infinitely late.",
    ),
    standards=("AML.M0024", "PO.4.1"),
)
def scorecard(t: Trial, scorecard) -> None:
    for number, rng in enumerate(t.cases(5)):
        alerts, incidents, days = _log(rng, count=4 if number % 2 else 5)
        t.given(alerts=len(alerts), incidents=len(incidents), days=days)
        card = _card(t, scorecard(alerts, incidents, days))
        ours = _our_card(alerts, incidents, days)
        for part, key in (
            ("precision", "precision"),
            ("recall", "recall"),
            ("rate", "alerts_a_day"),
            ("time", "hours_to_detect"),
        ):
            with t.part(part):
                slips = _card_slips(alerts, incidents, days)[key]
                _expect_entry(t, card[key], ours[key], f"the value of {key}", slips)
    for what, alerts, incidents in (
        ("a log without alerts", [], [("drift", 1, 5, 9)]),
        ("a log without incidents", [(4, "client", 3)], []),
        (
            "most incidents missed",
            [(6, "drift", 1)],
            [("drift", 1, 5, 9), ("client", 2, 1, 9), ("drift", 3, 1, 9)],
        ),
    ):
        with t.part("edges"):
            card = _card(t, scorecard(alerts, incidents, 4))
            for key, want in _our_card(alerts, incidents, 4).items():
                _expect_entry(t, card[key], want, f"the value of {key} for {what}")


def _card(t: Trial, value: Any) -> dict:
    card = t.instance(value, dict, "the scorecard")
    for key in ("precision", "recall", "alerts_a_day", "hours_to_detect"):
        t.expect(key in card, f"The scorecard lacks the key {key!r}.", got=list(card))
    return card


def _expect_entry(
    t: Trial, got: Any, want: float | None, what: str, slips: Mapping[str, Any] | None = None
) -> None:
    number = type(got) in (int, float) or issubclass(type(got), np.integer | np.floating)
    if want is not None and math.isfinite(want) and not (number and not np.isfinite(float(got))):
        t.close(t.number(got, what), want, what, slips=slips)
        return
    if number and math.isnan(got):
        slip = "np.quantile interpolates between infinities, which gives nan: take np.median."
    elif want is None:
        slip = "Nothing to divide by: the value is None."
    elif math.isinf(want):
        slip = "A missed incident counts as math.inf."
    else:
        slip = "One missed incident makes a mean infinite: the median is asked."
    same = got is None if want is None else number and got == want
    t.expect(same, f"{what[:1].upper()}{what[1:]} is not right.", expected=want, got=got, slip=slip)


def _log(rng: np.random.Generator, count: int) -> tuple[list[Alert], list[Incident], int]:
    """Four or five incidents, the fifth of a subject that had one before; one missed; and false alerts."""
    days = int(rng.integers(12, 30))
    columns, shops = rng.permutation(6)[:2].tolist(), rng.permutation(30)[:4].tolist()
    length = 24 * days
    half = length // 2
    starts = [int(rng.integers(30, half - 60)) for _ in range(4)] + [int(rng.integers(half, length - 60))]
    what = [("drift", columns[0]), ("drift", columns[1]), ("client", shops[0]), ("client", shops[1])]
    what.append(what[2])  # the same shop again, later
    incidents = [(*w, s, s + int(rng.integers(30, 50))) for w, s in zip(what, starts, strict=True)]
    incidents = incidents[:count]
    alerts: list[Alert] = []
    for place, (kind, number, start, end) in enumerate(incidents):
        first = [start, start + 3, start + 7 + int(rng.integers(8)), None, end][place]
        if first is not None:
            alerts.append((first, kind, number))
        if place in (0, 2):
            alerts += [(hour, kind, number) for hour in range(first + 2, first + 9, 2)]
        if place in (1, 3):
            alerts.append((start - 1, kind, number))
            alerts.append((end + 1, kind, number))
    other = {"drift": columns[0], "client": columns[0]}
    alerts += [
        (incidents[2][2] + 5, "client", shops[3]),
        (incidents[0][2] + 6, "client", other["client"] + 40),
    ]
    alerts.append((incidents[3][2] + 4, "drift", shops[1]))  # the number of a shop, the kind of a column
    return sorted(alerts), incidents, days


def _belongs(alert: Alert, incident: Incident) -> bool:
    hour, kind, number = alert
    return (kind, number) == incident[:2] and incident[2] <= hour <= incident[3]


def _delays(
    alerts: Sequence[Alert], incidents: Sequence[Incident], belongs: Callable, pick: Callable = min
) -> list[float]:
    found = [[a[0] for a in alerts if belongs(a, i)] for i in incidents]
    return [
        float(pick(hours) - i[2]) if hours else math.inf for hours, i in zip(found, incidents, strict=True)
    ]


def _our_card(
    alerts: Sequence[Alert], incidents: Sequence[Incident], days: float, belongs: Callable = _belongs
) -> dict[str, float | None]:
    right = sum(any(belongs(alert, incident) for incident in incidents) for alert in alerts)
    delays = _delays(alerts, incidents, belongs)
    return {
        "precision": right / len(alerts) if alerts else None,
        "recall": float(np.isfinite(delays).mean()) if incidents else None,
        "alerts_a_day": len(alerts) / days,
        "hours_to_detect": float(np.median(delays)) if incidents else None,
    }


def _card_slips(alerts: list[Alert], incidents: list[Incident], days: int) -> dict[str, dict[str, Any]]:
    """For each key, what the usual misconceptions would give."""
    ours = _our_card(alerts, incidents, days)
    right = round(ours["precision"] * len(alerts))
    found = round(ours["recall"] * len(incidents))
    loose = {
        "The times are ignored: an alert before the start or after the end is wrong.": (
            lambda a, i: a[1:] == i[:2]
        ),
        "Kind and number must both match: the number is ignored.": (
            lambda a, i: a[1] == i[0] and i[2] <= a[0] <= i[3]
        ),
        "Kind and number must agree, not the time alone.": lambda a, i: i[2] <= a[0] <= i[3],
        "The number agrees but not the kind.": lambda a, i: a[2] == i[1] and i[2] <= a[0] <= i[3],
        "The start and the end belong to the incident.": (lambda a, i: a[1:] == i[:2] and i[2] < a[0] < i[3]),
        "The end belongs to the incident.": lambda a, i: a[1:] == i[:2] and i[2] <= a[0] < i[3],
    }
    cards = {text: _our_card(alerts, incidents, days, belongs) for text, belongs in loose.items()}
    slips = {key: {text: card[key] for text, card in cards.items()} for key in ours}
    delays = _delays(alerts, incidents, _belongs)
    finite = [delay for delay in delays if math.isfinite(delay)]
    last = _delays(alerts, incidents, _belongs, max)
    lower, upper = (sorted(delays)[place // 2] for place in (len(delays) - 1, len(delays)))
    slips["precision"] = {
        "A repeat of a right alert is right as well.": found / len(alerts),
        "That leaves the repeats out of both counts.": found / (len(alerts) - right + found),
        "That is the recall.": ours["recall"],
    } | slips["precision"]
    slips["recall"] = {
        "Count each incident once, however many alerts it has.": right / len(incidents),
        "That is the precision.": ours["precision"],
        "A right alert has the kind and the number of its incident, and lies within its hours.": 1.0,
    } | slips["recall"]
    slips["alerts_a_day"] = {
        "All alerts count, right and wrong.": right / days,
        "Only the wrong ones were counted.": (len(alerts) - right) / days,
    } | slips["alerts_a_day"]
    slips["hours_to_detect"] = {
        "That is the upper of the two middle delays: the median is their mean, as np.median has it.": upper,
        "That is the lower of the two middle delays: the median is their mean, as np.median has it.": lower,
        "The missed incidents were left out: that flatters.": float(np.median(finite)),
        "That is the mean of those found: take the median of all.": float(np.mean(finite)),
        "The first right alert counts, not the last.": float(np.median(last)),
    } | slips["hours_to_detect"]
    return slips
