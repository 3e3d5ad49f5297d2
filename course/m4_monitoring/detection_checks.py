"""Checks of the lesson on detection. Each draws services and streams, and knows what it planted there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import KDTree
from sklearn.metrics import roc_auc_score

from autograder.exercise import Prediction, Trial, exercise
from course.data.traffic import COLUMNS, SHOPS, Drift, Probing, Stream, World, probes

small_sample = Prediction(
    id="detection.small_sample",
    question="40 values come in, from the same distribution as the 2,000 of the history. What is "
    "their PSI with ten bins, on average?",
    options=("About 0.01", "About 0.05", "More than 0.2"),
    answer=2,
    because="With four values to a bin, shares of 5% or 17% are ordinary, and each adds to the sum. The "
    "noise is about (bins − 1) · (1/n + 1/m), and more where a bin stays empty.",
)

workbench = Prediction(
    id="detection.workbench",
    question="An alarm looks at the last hour, with a PSI threshold of 0.1. An alert is raised when it goes "
    "on, not for every hour that it stays on. You move the threshold to 0.24. What happens to the alerts a "
    "day?",
    options=("They fall to nearly none", "They halve", "They rise"),
    answer=2,
    because="At 0.1 the alarm is on nearly all the time and seldom goes on. At 0.24 it goes on and off all "
    "day. No threshold mends a window that sees a season and noise.",
)

base_rate = Prediction(
    id="detection.base_rate",
    question="30 honest shops are scored once a day, and 1% of honest scores lie above the threshold. How "
    "often is an honest shop named?",
    options=("About once a year", "About once a month", "About twice a week"),
    answer=2,
    because="30 scores a day at 1% are 0.3 false alerts a day, two a week. Score them every hour and it is "
    "seven a day. A rate means nothing without the number of decisions that it applies to.",
)


# -- psi ---------------------------------------------------------------------------------------------


@exercise(
    minutes=11,
    parts={
        "value": (4, "gives the index of two ordinary samples"),
        "outside": (2, "counts values beyond the history's range in the first and the last bin"),
        "empty": (2, "counts a share under 0.0001 as 0.0001"),
        "ties": (1, "counts a value on an edge in the bin above"),
        "refuse": (1, "raises ValueError for an empty sample and for values that are not finite"),
    },
    hints=(
        "The bins are cut from the history alone, at its quantiles: equal shares, not equal widths. And "
        "np.histogram drops what lies beyond its outer edges.",
        "Take the inner edges with np.quantile, and give both samples to `shares` with these same edges. "
        "Then np.maximum for the floor, and the sum.",
        "if a sample is empty or not np.isfinite(sample).all(): raise ValueError\n"
        "edges = np.quantile(expected, [1/bins, 2/bins, ... (bins - 1)/bins])\n"
        "p, q = shares(expected, edges), shares(observed, edges)\n"
        "p, q = maximum(p, 0.0001), maximum(q, 0.0001)\n"
        "return sum((q - p) * log(q / p))",
    ),
    debrief=(
        "Moves the inputs by less than the noise of your window, every day a little, and lets your next "
        "training run learn it as normal.",
        "Writes the noise of the window beside the threshold, and keeps the reference fixed: it is renewed "
        "by decision, never by itself.",
    ),
    standards=("AML.M0008", "AML.T0031"),
)
def psi(t: Trial, psi) -> None:
    for rng in t.cases(4):
        bins = int(rng.choice([5, 10, 20]))
        expected = rng.gamma(2.0, size=bins * int(rng.integers(30, 90)) + 2)
        t.given(bins=bins, n=len(expected))
        with t.part("value"):
            shifted = rng.gamma(2.6, size=700)
            inside = shifted[(shifted > expected.min()) & (shifted < expected.max())]
            _expect_psi(t, psi, expected, inside, bins, "the index")
        with t.part("outside"):
            beyond = np.concatenate([inside[:300], rng.uniform(30, 40, 40), rng.uniform(-5, -1, 15)])
            _expect_psi(t, psi, expected, beyond, bins, "the index, with values beyond the range")
        with t.part("empty"):
            narrow = rng.uniform(*np.quantile(expected, [0.3, 0.45]), 60)
            _expect_psi(t, psi, expected, narrow, bins, "the index, with bins in which nothing falls")
    with t.part("ties"):
        rng = t.rng(2)
        for few in (3, 6):
            expected, observed = rng.integers(0, few, 502), rng.integers(0, few + 2, 100)
            _expect_psi(t, psi, expected * 1.0, observed * 1.0, 10, f"the index of {few} different values")
    some = t.rng(3).normal(size=52)
    for name, expected, observed in (
        ("an empty observed sample", some, some[:0]),
        ("an empty history", some[:0], some),
        ("an observed value that is NaN", some, np.append(some, np.nan)),
        ("an infinite value in the history", np.append(some, np.inf), some),
    ):
        with t.part("refuse"), t.raises(ValueError, name):
            psi(expected, observed, 10)


def _expect_psi(t: Trial, psi: Any, expected: np.ndarray, observed: np.ndarray, bins: int, what: str) -> None:
    inner, outer = np.arange(1, bins) / bins, np.linspace(0, 1, bins + 1)
    edges = np.quantile(expected, inner)
    right = _index(expected, observed, edges)
    in_range = observed[(observed >= expected.min()) & (observed <= expected.max())]
    both = np.concatenate([expected, observed])
    slips = {
        "Values beyond the history's range were dropped: the outer bins are open.": (
            _index(expected, in_range, edges) if len(in_range) else 0.0
        ),
        "Those are bins of equal width: the edges are quantiles of the history.": _index(
            expected, observed, np.linspace(expected.min(), expected.max(), bins + 1)[1:-1]
        ),
        "Edges at the quantiles 0 and 1 make two extra bins: the first and the last are open.": _index(
            expected, observed, np.quantile(expected, outer)
        ),
        "The edges come from the new values: cut the history.": _index(
            expected, observed, np.quantile(observed, inner)
        ),
        "The bins run from the lowest new value to the highest: cut the history, at quantiles.": _index(
            expected, observed, np.linspace(observed.min(), observed.max(), bins + 1)[1:-1]
        ),
        "The edges come from both samples: cut the history alone.": _index(
            expected, observed, np.quantile(both, inner)
        ),
        "Count the share of `expected`: it is not always 1/bins.": _sum(
            np.full(bins, 1 / bins), _shares(observed, edges)
        ),
        "ln is the natural logarithm.": right / math.log(10),
        "That is half of the sum, the Kullback-Leibler divergence: the factor is q - p.": _half(
            expected, observed, edges
        ),
        "Only a share under 0.0001 is raised to it; nothing is added to the others.": _index(
            expected, observed, edges, add=1e-4
        ),
        "The bins in which nothing falls were left out.": _index(expected, observed, edges, skip=True),
        "A value on an edge belongs to the bin above, as `shares` counts it.": _index(
            expected, observed, edges, "left"
        ),
    }
    t.close(t.number(psi(expected, observed, bins), what), right, what, slips=slips)


def _shares(values: np.ndarray, edges: np.ndarray, side: str = "right") -> np.ndarray:
    return np.bincount(np.searchsorted(edges, values, side=side), minlength=len(edges) + 1) / len(values)


def _index(
    expected: np.ndarray,
    observed: np.ndarray,
    edges: np.ndarray,
    side: str = "right",
    add: float = 0.0,
    skip: bool = False,
) -> float:
    """PSI over the bins between `edges`. `side`, `add` and `skip` give what others make of it."""
    p, q = _shares(expected, edges, side), _shares(observed, edges, side)
    if skip:
        p, q = p[(p > 0) & (q > 0)], q[(p > 0) & (q > 0)]
    return _sum(p + add, q + add)


def _sum(p: np.ndarray, q: np.ndarray) -> float:
    p, q = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
    return float(((q - p) * np.log(q / p)).sum())


def _half(expected: np.ndarray, observed: np.ndarray, edges: np.ndarray) -> float:
    p, q = (np.maximum(_shares(values, edges), 1e-4) for values in (expected, observed))
    return float((q * np.log(q / p)).sum())


# -- scorecard ---------------------------------------------------------------------------------------

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


# -- suspicion ---------------------------------------------------------------------------------------

PROBING_CLIENTS = 6
SERVICES = 12


@exercise(
    minutes=12,
    parts={
        "form": (2, "gives every client one number"),
        "alone": (2, "lets a client's score depend on its own queries and the history only"),
        "probes": (3, "ranks clients who send only probes first: mean AUC at least 0.99"),
        "diluted": (5, "ranks clients with 10% probes first: mean AUC at least 0.955"),
    },
    hints=(
        "Is a query near to any honest one? Distances between raw columns are distances in the widest "
        "column: bring all to one scale, the history's. And mind how you sum a client up: busy shops are "
        "not suspects.",
        "Standardise history and X with the history's mean and standard deviation. Find for each query the "
        "distance to its nearest row of the history (scipy's KDTree or sklearn's NearestNeighbors), "
        "and average it over the client's queries.",
        "centre, spread = history.mean(axis=0), history.std(axis=0)\n"
        "distances, _ = KDTree((history - centre) / spread).query((X - centre) / spread)\n"
        "for client in np.unique(clients):\n"
        "    scores[int(client)] = float(distances[clients == client].mean())",
    ),
    debrief=(
        "Buys or steals honest inputs and asks those: such queries look like anybody's, and copy the model "
        "where it is used most.",
        "Scores what a client asks, not how much, on a scale fixed by quiet traffic; and knows that this "
        "finds made-up queries, not borrowed ones.",
    ),
    standards=("AML.T0024.002", "AML.M0015", "ML05"),
)
def suspicion(t: Trial, suspicion) -> None:
    with t.part("form"):
        few = World(t.rng(2)).stream(t.rng(3), days=1)
        _scores(t, suspicion(few.X, few.clients, few.X), few.clients)
    aucs: dict[float, list[float]] = {1.0: [], 0.1: []}
    for number, rng in enumerate(t.cases(SERVICES)):
        past, guilty, streams = _clients(rng, tuple(aucs))
        for share, (clients, X) in streams.items():
            scores = _scores(t, suspicion(past, clients, X), clients)
            aucs[share].append(_auc(scores, guilty))
        if number < 2:
            with t.part("alone"):
                t.expect(len(set(scores.values())) > 1, "Every client has the same score.")
                _expect_alone(t, suspicion, rng, past, clients, X, scores)
    for part, share, least, what in (("probes", 1.0, 0.99, "all"), ("diluted", 0.1, 0.955, "10% of the")):
        with t.part(part):
            mean = float(np.mean(aucs[share]))
            slip = _scoring_slip(scores, past, clients, X) if mean < least else ""
            t.at_least(mean, least, f"the mean AUC when {what} queries are probes", slip=slip)


def _expect_alone(
    t: Trial,
    suspicion: Any,
    rng: np.random.Generator,
    past: np.ndarray,
    clients: np.ndarray,
    X: np.ndarray,
    scores: Mapping[int, float],
) -> None:
    some = sorted(rng.choice(np.unique(clients), 5, replace=False).tolist())
    kept = np.isin(clients, some)
    fewer = clients[kept], X[kept]
    renamed = np.searchsorted(some, clients[kept]), X[kept]
    for what, (who, queries), slip in (
        (
            "in a second call with the same queries",
            (clients, X),
            "Something is drawn anew in each call: give it a fixed random_state.",
        ),
        (
            "when the others are left out",
            fewer,
            "The score changes with the other clients: take scale and model from the history alone.",
        ),
        ("when the clients have other numbers", renamed, "A client's number says nothing of its queries."),
    ):
        again = _scores(t, suspicion(past, who, queries), who)
        names = some if again.keys() >= set(some) else range(len(some))
        differ = [
            (scores[client], again[name])
            for client, name in zip(some, names, strict=True)
            if not math.isclose(scores[client], again[name], rel_tol=1e-6, abs_tol=1e-9)
        ]
        before, after = differ[0] if differ else (0.0, 0.0)
        t.expect(
            not differ,
            f"The score is another one {what}, for {len(differ)} of five clients.",
            expected=f"{before:.6g}, as before",
            got=f"{after:.6g}",
            slip=slip,
        )


def _clients(
    rng: np.random.Generator, shares: Sequence[float]
) -> tuple[np.ndarray, set[int], dict[float, tuple[np.ndarray, np.ndarray]]]:
    """A history, the clients who probe, and per share of probes (clients, X); 30 clients are honest.

    Neither a client's number nor the place of its rows tells who probes.
    """
    world = World(rng)
    unit = np.ones(len(COLUMNS))
    unit[rng.integers(len(COLUMNS))] = 1000  # one column in a smaller unit
    past = world.stream(rng, days=4).X * unit
    numbers = rng.permutation(SHOPS + PROBING_CLIENTS) + 100
    streams = {}
    for share in shares:
        live = world.stream(rng, days=2, first_hour=96)
        clients, X = [live.clients], [live.X]
        for client in range(SHOPS, SHOPS + PROBING_CLIENTS):
            count = int(rng.integers(25, 60))
            mine = world.payments(rng, rng.integers(96, 144, count), np.full(count, rng.integers(SHOPS)))
            turned = rng.permutation(count) < round(share * count)
            mine[turned] = probes(rng, int(turned.sum()))
            clients.append(np.full(count, client))
            X.append(mine)
        once = [np.full(1, shop) for shop in range(SHOPS) if shop not in live.clients]  # silent for two days
        extra = [world.payments(rng, np.array([100]), shop) for shop in once]
        everybody = np.concatenate(clients + once)
        order = rng.permutation(len(everybody))
        streams[share] = numbers[everybody[order]], (np.concatenate(X + extra) * unit)[order]
    return past, set(numbers[SHOPS:].tolist()), streams


def _scores(t: Trial, value: Any, clients: np.ndarray) -> dict[int, float]:
    scores = t.instance(value, dict, "the result")
    numbers = {}
    for client, score in scores.items():
        whole = type(client) is int or issubclass(type(client), np.integer)
        t.expect(whole, "A key of the result is not a client's number.", expected="an integer", got=client)
        numbers[int(client)] = t.number(score, "a client's score")
    missing = sorted(set(clients.tolist()) - numbers.keys())
    t.expect(not missing, "A client has no score.", expected="a score for every client", got=missing[:5])
    extra = sorted(numbers.keys() - set(clients.tolist()))
    t.expect(not extra, "There is a score for a client who sent nothing.", got=extra[:5])
    return numbers


def _auc(scores: Mapping[int, float], guilty: set[int]) -> float:
    return float(roc_auc_score([client in guilty for client in scores], list(scores.values())))


def _scoring_slip(scores: Mapping[int, float], past: np.ndarray, clients: np.ndarray, X: np.ndarray) -> str:
    """The misconception that ranks these clients in the same order, if one does."""
    ids = sorted(scores)
    got = np.array([scores[client] for client in ids])
    if np.ptp(got) == 0:
        return "Every client has the same score."
    centre, spread = past.mean(axis=0), past.std(axis=0)
    scaled = KDTree((past - centre) / spread).query((X - centre) / spread)[0]
    rows = [clients == client for client in ids]
    candidates = {
        "Busy clients are not suspects: do not add up, and do not count.": [scaled[r].sum() for r in rows],
        "That is how much a client asks, not what it asks.": [r.sum() for r in rows],
        "The middle query of a client who sends few probes is honest.": [np.median(scaled[r]) for r in rows],
        "Honest clients send odd queries too: look at all of a client's, not at the oddest.": [
            scaled[r].max() for r in rows
        ],
        "The scores are the wrong way round: the higher, the more suspicious.": [
            -scaled[r].mean() for r in rows
        ],
        "Honest queries are not all near the centre: look for the nearest one.": [
            np.linalg.norm((X[r] - centre) / spread, axis=1).mean() for r in rows
        ],
        "Each column alone looks ordinary: ask how far a query is from the nearest honest one.": [
            np.abs((X[r] - centre) / spread).mean() for r in rows
        ],
    }
    raw = KDTree(past).query(X)[0]
    candidates["On raw columns the widest one decides: standardise first."] = [raw[r].mean() for r in rows]
    order = np.argsort(got, kind="stable").tolist()
    return next(
        (text for text, want in candidates.items() if np.argsort(want, kind="stable").tolist() == order),
        "Does it see that columns go together? One column at a time, as in a forest, shows little of that. "
        "Ask how far a query is from the nearest honest one.",
    )


# -- alert_threshold ---------------------------------------------------------------------------------


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


# -- dilute ------------------------------------------------------------------------------------------

CALLS, MOST_CALLS, MOST_QUERIES = 30, 100, 5000


@exercise(
    minutes=14,
    level="stretch",
    parts={
        "rows": (1, "sends every probe once, and cover rows at most once, unchanged"),
        "unseen": (2, "keeps the account's score within the limit"),
        "frugal": (4, "does so with at most 1.1 k + 3 rows of cover"),
        "calls": (1, "does so with at most 30 calls of score"),
    },
    hints=(
        "With no cover the score is too high, with all of it low enough. Somewhere between lies the least "
        "that is enough, and you may look 30 times.",
        "Halve: keep one count that is too little and one that is enough, and try the middle. Or reason: the "
        "mean of m probes and c cover rows is known once you know the mean of each.",
        "too_few, enough = 0, len(cover)\n"
        "while enough - too_few > 1:\n"
        "    middle = (too_few + enough) // 2\n"
        "    if score(probes and the first middle rows of cover) <= limit: enough = middle\n"
        "    else: too_few = middle\n"
        "return probes and the first enough rows of cover",
    ),
    debrief=(
        "Any limit on an average can be bought off with cover, at a price that is known beforehand.",
        "Raises the price: a sum of evidence that cover hardly cancels, limits on volume, and sums over "
        "accounts that belong together.",
    ),
    standards=("AML.T0024.002", "AML.T0040"),
)
def dilute(t: Trial, dilute) -> None:
    for rng in t.cases(5):
        wanted, cover, distance, limit, needed = _account(rng)
        score = _Score(distance)
        t.given(probes=len(wanted), cover=len(cover), limit=round(limit, 3))
        sent = dilute(wanted, cover, score.ask, limit)
        sent = t.array(sent, "the plan", shape=(None, len(COLUMNS)))
        spent = len(sent) - len(wanted)
        is_plan = _is_plan(sent, wanted, cover)
        value = float(distance(sent.astype(float)).mean()) if is_plan else math.inf
        unseen = value <= limit * (1 + 1e-9)  # the same rows in another order may differ in the last digit
        frugal = unseen and spent <= 1.1 * needed + 3
        with t.part("rows"):
            _expect_rows(t, sent, wanted, cover)
        with t.part("unseen"):
            t.expect(is_plan, "These are not the probes and rows of the cover.")
            t.expect(
                unseen,
                "The account is named: its score is above the limit.",
                expected=f"at most {limit:.4f}",
                got=value,
                slip="Without cover every probe shows."
                if spent == 0
                else "Rows of cover differ, so an estimate may miss by a few: add some and ask again.",
            )
        with t.part("frugal"):
            t.expect(is_plan, "These are not the probes and rows of the cover.")
            t.expect(unseen, "Too little cover saves nothing.")
            t.expect(
                spent <= 1.1 * needed + 3,
                "More cover was bought than needed.",
                expected=f"at most {int(1.1 * needed + 3)} rows",
                got=spent,
                slip="All of the cover is enough, but it costs money."
                if spent == len(cover)
                else "Between a count that is too little and one that is enough, halve the interval.",
            )
        with t.part("calls"):
            t.expect(frugal, "Calls count only for a plan that stays unseen with little cover.")
            t.at_most(
                score.calls,
                CALLS,
                "the number of calls of score",
                slip="Do not try every count: halve the interval.",
            )


def _account(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, Callable, float, int]:
    """Probes, cover, the distance of queries to honest ones, a limit, and the cover needed."""
    world = World(rng)
    past = world.stream(rng, days=3).X
    centre, spread = past.mean(axis=0), past.std(axis=0)
    tree = KDTree((past - centre) / spread)

    def distance(queries: np.ndarray) -> np.ndarray:
        return tree.query((queries - centre) / spread)[0]

    wanted = probes(rng, int(rng.integers(15, 40)))
    cover = world.stream(rng, days=1).X
    far, near = distance(wanted).sum(), np.cumsum(distance(cover))
    ratio = float(rng.uniform(4, 9))  # rows of cover that one probe shall cost, about
    first = round(ratio * len(wanted))
    limit = float((far + near[first - 1]) / (len(wanted) + first))
    means = (far + near) / (len(wanted) + np.arange(1, len(cover) + 1))
    return wanted, cover, distance, limit, int(np.flatnonzero(means > limit)[-1]) + 2


class _Score:
    """The score of an account, which counts how often it is asked."""

    def __init__(self, distance: Callable) -> None:
        self._distance, self.calls = distance, 0

    def ask(self, queries: Any) -> float:
        """The mean distance of queries (n, 6). Raises ValueError for anything else, RuntimeError at last."""
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise RuntimeError(f"more than {MOST_CALLS} calls of score: halve the interval instead")
        array = queries if type(queries) is np.ndarray else np.array(None)
        if array.dtype.kind not in "iuf" or array.ndim != 2 or array.shape[1] != len(COLUMNS):
            raise ValueError(f"score takes an array of queries, shape (n, {len(COLUMNS)})")
        if not 0 < len(array) <= MOST_QUERIES or not np.isfinite(array).all():
            raise ValueError(f"score takes 1 to {MOST_QUERIES} queries, all of them finite")
        return float(self._distance(array).mean())


def _is_plan(sent: np.ndarray, wanted: np.ndarray, cover: np.ndarray) -> bool:
    rows, ours, theirs = (_counted(array) for array in (sent, wanted, cover))
    return rows >= ours and rows - ours <= theirs


def _counted(rows: np.ndarray) -> Counter:
    return Counter(row.tobytes() for row in np.ascontiguousarray(rows, float))


def _expect_rows(t: Trial, sent: np.ndarray, wanted: np.ndarray, cover: np.ndarray) -> None:
    rows, ours, theirs = (_counted(array) for array in (sent, wanted, cover))
    missing, rest = (ours - rows).total(), rows - ours
    t.expect(
        rest.keys() <= theirs.keys(),
        "A row of the plan is neither a probe nor a row of the cover.",
        slip="Cover is honest traffic that the attacker has: nothing made up, nothing changed.",
    )
    t.expect(
        not missing,
        "Probes are missing from the plan.",
        expected=f"all {len(wanted)}",
        got=f"{len(wanted) - missing}",
        slip="Leaving probes out is no cover: the attacker wants all of them.",
    )
    t.expect(rest <= theirs, "A row is sent more than once.", slip="Each row of the cover can be used once.")


# -- Detector ----------------------------------------------------------------------------------------

SUDDEN_HOURS, SLOW_HOURS, PROBING_HOURS = 24, 168, 120
SLOW = 336  # hours a slow drift takes: too little a day for a reference that is a day old
PROBES_A_DAY, SMALLEST = 4, 8  # of the probing shop, which is one of so many smallest
NOISE, USELESS = 1, 3  # alerts of noise a stream: allowed on average; too many of a kind to find anything
QUIET_DAYS, LIVE_DAYS = 14, 10
START = 24 * QUIET_DAYS
FULL_DAY = START + 23  # the first hour at which the detector has seen 24 of them
NOT_A_DAY = (
    "These are not 24 hours yet: ask `last_day.full`. In less than a day the season moves each column."
)


@exercise(
    minutes=28,
    level="stretch",
    parts={
        "drift": (
            6,
            "names the drifting column within 24 hours, or 168 of a slow drift, on each of four streams",
        ),
        "client": (6, "names the probing shop within 120 hours, on each of four streams"),
        "quiet": (6, "finds both, with at most 1 alert of noise a stream, mean of five streams"),
    },
    hints=(
        "Two questions with two memories: the last whole day of all shops, for drift, and a running sum for "
        "each shop. When a column drifts, every shop's queries move away from the history: so what tells "
        "one shop from the others at that time?",
        "Drift: once the last day is full, the PSI of each of its columns against `last_day.history`, with "
        "a threshold well above the noise of about 1,000 values. Shops: far are the queries beyond 97% of "
        "`last_day.distances`. Let `add_up` move the shop's sum, and name the shop when the sum passes "
        "your limit from the quiet week. Remember what you have named.",
        "__init__: sums = a dict of floats, 0 at first; named = set()\n"
        "observe: every few hours, once the last day is full:\n"
        "    psi(history[:, column], rows[:, column]) > 0.1 → ('drift', column)\n"
        "  if there are queries: limit = np.quantile(last_day.distances, 0.97)\n"
        "  each query: sums[client] = add_up(sums[client], distance > limit)\n"
        "    sums[client] > 10 → ('client', client)\n"
        "  return what is not in named yet, and add it there",
    ),
    debrief=(
        "Goes slowly, hides in honest traffic, waits for a day when everything moves, and spreads over "
        "accounts that nobody adds together.",
        "Gives the detector a memory and a reference that does not move, measures each against all the "
        "others, and rehearses: a planted incident tells the time to detect.",
    ),
    standards=("AML.M0024", "AML.M0015", "AML.M0008", "RV.1.2"),
)
def Detector(t: Trial, Detector) -> None:
    scenes = [_scene(rng, number) for number, rng in enumerate(t.cases(5))]
    logs = [_play(t, Detector, scene) for _, scene in zip(t.cases(5), scenes, strict=True)]
    verdicts = [_sorted_out(log, scene) for log, scene in zip(logs, scenes, strict=True)]
    for _, scene, log, found in zip(t.cases(4), scenes, logs, verdicts, strict=False):
        t.given(**scene.shown())
        drift = ("slow drift", SLOW_HOURS) if scene.drift.ramp > 1 else ("sudden drift", SUDDEN_HOURS)
        for kind, what, limit in (("drift", *drift), ("client", "probing", PROBING_HOURS)):
            with t.part(kind):
                _expect_readable(t, kind, found, _noise_slip(kind, logs, scenes))
                slip = _missed_slip(kind, scene, log)
                t.expect(
                    kind in found.delays, f"The {what} was never named on one of the streams.", slip=slip
                )
                t.at_most(found.delays[kind], limit, f"the hours until the {what} was named", slip=slip)
    with t.part("quiet"):
        for kind, what in (("drift", "drifting column"), ("client", "probing shop")):
            something = any(kind in found.delays for found in verdicts)
            t.expect(
                something,
                f"No {what} was named after it began. Silence is easy, so noise counts once a drift and a "
                "shop are found: mend the lines above first.",
            )
        noise = {
            kind: np.mean([len(found.noise[kind]) for found in verdicts]) for kind in ("drift", "client")
        }
        most = max(noise, key=noise.__getitem__)
        t.at_most(
            sum(noise.values()),
            NOISE,
            "the number of alerts of noise a stream, mean of five,",
            slip=_noise_slip(most, logs, scenes),
        )


@dataclass(frozen=True)
class _Scene:
    """A history, a live stream, and what was planted in it: nothing in a quiet one."""

    past: Stream
    live: Stream
    drift: Drift | None
    probing: Probing | None

    def shown(self) -> dict[str, Any]:
        """What was planted; hours count as the detector counts them."""
        return {
            "column": self.drift.column,
            "drifts from hour": self.drift.start,
            "hours until it is full": self.drift.ramp,
            "shop": self.probing.clients[0],
            "probes from hour": self.probing.start,
        }


@dataclass(frozen=True)
class _Found:
    """By kind: the hours until the incident was named, where it was; and the alerts of noise."""

    delays: Mapping[str, int]
    noise: Mapping[str, Sequence[Alert]]


def _scene(rng: np.random.Generator, number: int) -> _Scene:
    world = World(rng)
    past = world.stream(rng, QUIET_DAYS)
    if number == 4:
        live = world.stream(rng, LIVE_DAYS, START)
        outage = START + 24 + int(rng.integers(24 * 8))
        up = (live.hours < outage) | (live.hours > outage + 1)
        return _Scene(past, Stream(live.hours[up], live.clients[up], live.X[up]), None, None)
    ramp, latest = (SLOW, 70) if number % 2 else (1, 100)  # a slow one needs the days that are left
    size = float(rng.choice([-1.0, 1.0]))
    drift = Drift(int(rng.integers(len(COLUMNS))), START + int(rng.integers(30, latest)), size, ramp)
    shop = int(rng.choice(np.argsort(world.events_a_day)[:SMALLEST]))
    probing = Probing((shop,), START + int(rng.integers(30, 100)), a_day=PROBES_A_DAY)
    return _Scene(past, world.stream(rng, LIVE_DAYS, START, drift, probing), drift, probing)


def _play(t: Trial, Detector: Any, scene: _Scene) -> list[Alert]:
    """Everything that a new detector says of the stream, hour by hour as it is told of it."""
    observe = getattr(Detector(scene.past.hours, scene.past.clients, scene.past.X), "observe", None)
    t.expect(callable(observe), "A Detector has no method observe.")
    log = []
    for hour, clients, X in scene.live.ticks():
        t.given(**({"hour": hour} if len(X) else {"hour without traffic": hour, "m": 0}))
        for entry in t.instance(observe(hour, clients, X), list, "what observe returns"):
            t.expect(
                type(entry) is tuple and len(entry) == 2 and entry[0] in ("drift", "client"),
                "An alert has another form.",
                expected='("drift", column) or ("client", client)',
                got=entry,
            )
            log.append((hour, entry[0], _whole(t, entry[1])))
    return log


def _whole(t: Trial, value: Any) -> int:
    number = t.number(value, "the number in an alert")
    t.expect(number == int(number), "The number in an alert is not a whole one.", got=value)
    return int(number)


def _sorted_out(log: Sequence[Alert], scene: _Scene) -> _Found:
    planted = _planted(scene)
    delays: dict[str, int] = {}
    noise: dict[str, list[Alert]] = {"drift": [], "client": []}
    for hour, kind, number in log:
        start = planted.get((kind, number), math.inf)
        if kind not in delays and hour >= start:
            delays[kind] = hour - planted[kind, number]
        else:
            noise[kind].append((hour, kind, number))
    return _Found(delays, noise)


def _expect_readable(t: Trial, kind: str, found: _Found, slip: str) -> None:
    noise = found.noise[kind]
    if len(noise) > USELESS:
        hour, _, number = noise[0]
        counts = ", ".join(f"{len(found.noise[other])} {other}" for other in ("client", "drift"))
        t.wrong(
            f"Alerts of noise on one stream: {counts}; the first is {(kind, number)!r} at hour {hour}. "
            "Nobody would still be reading.",
            expected=f"at most {USELESS} of {kind}",
            got=len(noise),
            slip=slip,
        )


def _planted(scene: _Scene) -> dict[tuple[str, int], int]:
    """The hour at which each planted incident begins."""
    if scene.drift is None or scene.probing is None:
        return {}
    return {
        ("drift", scene.drift.column): scene.drift.start,
        ("client", scene.probing.clients[0]): scene.probing.start,
    }


def _noise_slip(kind: str, logs: Sequence[Sequence[Alert]], scenes: Sequence[_Scene]) -> str:
    """Where most of the noise of a kind comes from, in words."""
    causes: Counter = Counter()
    for log, scene in zip(logs, scenes, strict=True):
        seen: set[int] = set()
        for hour, _, number in (alert for alert in log if alert[1] == kind):
            planted = _planted(scene).get((kind, number), math.inf)
            if number in seen:
                causes["repeat"] += 1
            elif kind == "drift" and hour < FULL_DAY:
                causes["early"] += 1
            elif hour < planted:
                drifting = scene.drift is not None and hour >= scene.drift.start
                causes["drift" if kind == "drift" else "moved" if drifting else "chance"] += 1
            seen.add(number)
    if 4 * causes["chance"] > causes["moved"]:  # it comes without a drift as well
        causes["chance"] += causes.pop("moved", 0)
    most = max(causes, key=lambda name: causes[name]) if causes.total() else ""
    return {
        "repeat": "Name a finding once: repeats are noise.",
        "early": NOT_A_DAY,
        "drift": "The season moves the columns every day, and so does chance: compare a whole day, or the "
        "same hours, with a threshold above the noise of that window.",
        "moved": "When every shop moves, it is drift: measure a shop against everybody's last day.",
        "chance": "Honest shops send far queries too: add up evidence, with a limit that the quiet week "
        "stays under.",
    }.get(most, "")


def _missed_slip(kind: str, scene: _Scene, log: Sequence[Alert]) -> str:
    subject, start = next(item for item in _planted(scene).items() if item[0][0] == kind)
    early = [hour for hour, *what in log if (*what,) == subject and hour < start]
    if kind == "drift" and early and early[0] < FULL_DAY:
        return NOT_A_DAY
    if early:
        return "It was named before it began, and what was named is no news any more."
    return {
        "client": "Add up the evidence of each shop and carry it over midnight: a mean or a one-day sum is "
        "watered down. If you do, the limit of the sum may be too high.",
        "drift": "The threshold may be too high or the window too long. And keep the history fixed: a "
        "reference that moves along learns a slow drift.",
    }[kind]
