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
    minutes=11,
    parts={
        "precision": (
            3,
            "precision: the share of alerts that are right; a repeat is noise",
        ),
        "recall": (2, "recall: the share of incidents with a right alert"),
        "rate": (1, "alerts_a_day: all alerts over the days"),
        "time": (3, "hours_to_detect: the median over all incidents, to the first right alert"),
        "edges": (2, "no alerts, no incidents, incidents missed or found at once"),
    },
    hints=(
        "`hours_about` of one incident is all you need of it. What does its first entry say, and what does "
        "an empty list say?",
        "Go through the incidents. Whether there is an alert about it adds 1 to the number found, and the "
        "first hour minus the start is the delay: math.inf when there is none. Each incident that was found "
        "has exactly one right alert.",
        "for incident in incidents:\n"
        "    hours = hours_about(alerts, incident)\n"
        "    found += bool(hours)\n"
        "    delays.append(hours[0] - incident[2] if hours else math.inf)\n"
        "precision = found / len(alerts), or None without alerts; recall = found / len(incidents), or None\n"
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
        slips = _card_slips(alerts, incidents, days)
        for part, key in KEYS.items():
            with t.part(part):
                _expect_entry(t, card[key], ours[key], f"the value of {key}", slips[key])
    for what, alerts, incidents, days in EDGES:
        with t.part("edges"):
            got, after = t.observe(scorecard, alerts, incidents, days)
            card = _card(t, got)
            t.equal(after[:2], [alerts, incidents], "alerts and incidents, after the call,")
            t.expect(len(card) == len(KEYS), "The scorecard has another key than the four.", got=list(card))
            for key, want in _our_card(alerts, incidents, days).items():
                _expect_entry(t, card[key], want, f"the value of {key} for {what}")


#: part → key of the scorecard
KEYS = {
    "precision": "precision",
    "recall": "recall",
    "rate": "alerts_a_day",
    "time": "hours_to_detect",
}

EDGES: tuple[tuple[str, list[Alert], list[Incident], float], ...] = (
    ("a log without alerts", [], [("drift", 1, 5, 9)], 4),
    ("a log without incidents", [(4, "client", 3)], [], 4),
    ("an empty log", [], [], 4),
    (
        "most incidents missed",
        [(6, "drift", 1)],
        [("drift", 1, 5, 9), ("client", 2, 1, 9), ("drift", 3, 1, 9)],
        4,
    ),
    ("one of two incidents missed", [(6, "drift", 1)], [("drift", 1, 5, 9), ("client", 2, 1, 9)], 4),
    ("one incident, found at once at hour 0", [(0, "drift", 0)], [("drift", 0, 0, 9)], 0.5),
    (
        "two incidents of one client, one right after the other",
        [(4, "client", 2), (5, "client", 2), (9, "client", 2)],
        [("client", 2, 1, 4), ("client", 2, 5, 9)],
        2.5,
    ),
)


def _card(t: Trial, value: Any) -> dict:
    card = t.instance(value, dict, "the scorecard")
    for key in ("precision", "recall", "alerts_a_day", "hours_to_detect"):
        t.expect(key in card, f"The scorecard lacks the key {key!r}.", got=list(card))
    return card


def _expect_entry(
    t: Trial, got: Any, want: float | None, what: str, slips: Mapping[str, Any] | None = None
) -> None:
    number = type(got) is float or issubclass(type(got), np.floating)  # the only ones that are not finite
    if want is not None and math.isfinite(want) and not (number and not math.isfinite(got)):
        t.close(t.number(got, what), want, what, slips=slips)
        return
    if want is None:
        slip = "Nothing to divide by: the value is None."
    elif number and math.isnan(got):
        slip = "np.quantile interpolates between infinities, which gives nan: take np.median."
    elif math.isinf(want):
        slip = "A missed incident counts as math.inf, and so does the middle between it and a number."
    elif number and math.isinf(got) and math.inf not in (slips or {}).values():
        slip = "With an infinity in it a mean is infinite: take the median. And 0 hours are not a miss."
    else:
        slip = ""
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
        first = [start, end, start + 7 + int(rng.integers(8)), None, start + 16][place]
        if first is not None:
            alerts.append((first, kind, number))
        if place in (0, 2):  # repeats, one of them in the same hour
            alerts += [(hour, kind, number) for hour in (first, *range(first + 2, first + 7, 2))]
        if place in (1, 3):
            alerts.append((start - 1, kind, number))
            alerts.append((end + 1, kind, number))
    missed = incidents[3][2]
    alerts += [
        (incidents[0][2] + 6, "client", 40),
        (incidents[2][2] + 5, "client", shops[3]),
        (missed + 6, "client", shops[3]),
        (missed + 4, "drift", shops[1]),  # the number of a shop, the kind of a column
    ]
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
    delays = _delays(alerts, incidents, belongs)
    found = sum(map(math.isfinite, delays))
    return {
        "precision": found / len(alerts) if alerts else None,
        "recall": found / len(incidents) if incidents else None,
        "alerts_a_day": len(alerts) / days,
        "hours_to_detect": float(np.median(delays)) if incidents else None,
    }


def _card_slips(alerts: list[Alert], incidents: list[Incident], days: int) -> dict[str, dict[str, Any]]:
    """For each key, what the usual misconceptions would give."""
    ours = _our_card(alerts, incidents, days)
    found = round(ours["recall"] * len(incidents))
    about = sum(any(_belongs(alert, incident) for incident in incidents) for alert in alerts)
    delays = _delays(alerts, incidents, _belongs)
    finite = [delay for delay in delays if math.isfinite(delay)]
    last = _delays(alerts, incidents, _belongs, max)
    lower, upper = (sorted(delays)[place // 2] for place in (len(delays) - 1, len(delays)))
    slips: dict[str, dict[str, Any]] = {
        "precision": {
            "A repeat is noise: only the first alert about an incident is right.": about / len(alerts),
            "That leaves the repeats out of both counts.": found / (len(alerts) - about + found),
            "That is the recall.": ours["recall"],
            "": (found - 1) / len(alerts),  # an end left out, or a client's second incident: no guess
        },
        "recall": {
            "Count each incident once, however many alerts it has.": about / len(incidents),
            "That is the precision.": ours["precision"],
        },
        "alerts_a_day": {
            "All alerts count, right and wrong.": found / days,
            "Only the noise was counted.": (len(alerts) - found) / days,
            "Repeats are alerts too: somebody reads them.": (len(alerts) - about + found) / days,
        },
        "hours_to_detect": {
            "That is the upper of the two middle delays: the median is their mean.": upper,
            "That is the lower of the two middle delays: the median is their mean.": lower,
            "The missed incidents were left out: that flatters.": float(np.median(finite)),
            "That is the mean of those found: take the median of all.": float(np.mean(finite)),
            "The first right alert counts, not the last.": float(np.median(last)),
        },
    }
    for key, known in slips.items():
        known |= _loose_slips(alerts, incidents, key, {ours[key], *known.values()})
    return slips


def _loose_slips(
    alerts: list[Alert], incidents: list[Incident], key: str, taken: set[float | None]
) -> dict[str, Any]:
    """What comes out when other alerts are taken for an incident's. No guess where several give the same."""
    texts: dict[float | None, set[str]] = {}
    for text, belongs in LOOSE:
        texts.setdefault(_our_card(alerts, incidents, 1, belongs)[key], set()).add(text)
    return {
        said.pop() if len(said) == 1 else BOTH: value for value, said in texts.items() if value not in taken
    }


BOTH = "An alert is about an incident when kind and number both match and the hour lies within it."

ENDS = "The start and the end belong to the incident."

#: what else may be taken for an alert about an incident
LOOSE: tuple[tuple[str, Callable[[Alert, Incident], bool]], ...] = (
    (
        "The times are ignored: an alert before the start or after the end is wrong.",
        lambda a, i: a[1:] == i[:2],
    ),
    (
        "The number is ignored: kind and number must both match.",
        lambda a, i: a[1] == i[0] and i[2] <= a[0] <= i[3],
    ),
    (
        "The kind is ignored: kind and number must both match.",
        lambda a, i: a[2] == i[1] and i[2] <= a[0] <= i[3],
    ),
    ("Kind and number are ignored: the time alone says nothing.", lambda a, i: i[2] <= a[0] <= i[3]),
    (ENDS, lambda a, i: a[1:] == i[:2] and i[2] < a[0] < i[3]),
    (ENDS, lambda a, i: a[1:] == i[:2] and i[2] <= a[0] < i[3]),
    (ENDS, lambda a, i: a[1:] == i[:2] and i[2] < a[0] <= i[3]),
)
