"""Answers to the lesson on detection: other right ones, and wrong ones with what each must be told."""

from __future__ import annotations

import bisect
import math
import statistics
from collections import defaultdict, deque

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import NearestNeighbors

from autograder.exercise import Answers

# -- psi ---------------------------------------------------------------------------------------------


def _refuse(*samples):
    for sample in samples:
        if len(sample) == 0 or any(not math.isfinite(value) for value in sample):
            raise ValueError("empty, or not finite")


def _psi_between(edges, expected, observed, floor=1e-4):
    counts = [[0] * (len(edges) + 1) for _ in range(2)]
    for count, sample in zip(counts, (expected, observed), strict=True):
        for value in sample:
            count[bisect.bisect_right(edges, value)] += 1
    total = 0.0
    for a, b in zip(*counts, strict=True):
        p, q = max(a / len(expected), floor), max(b / len(observed), floor)
        total += (q - p) * math.log(q / p)
    return total


def psi_by_bisection(expected, observed, bins=10):
    """Takes equal edges once, where the solution leaves empty bins between them."""
    _refuse(expected, observed)
    edges = sorted({float(np.percentile(expected, 100 * i / bins)) for i in range(1, bins)})
    return _psi_between(edges, expected, observed)


def psi_of_equal_widths(expected, observed, bins=10):
    _refuse(expected, observed)
    edges = np.linspace(min(expected), max(expected), bins + 1)[1:-1].tolist()
    return _psi_between(edges, expected, observed)


def psi_cutting_the_new(expected, observed, bins=10):
    _refuse(expected, observed)
    return _psi_between(
        np.unique(np.quantile(observed, np.arange(1, bins) / bins)).tolist(), expected, observed
    )


def _histogram_shares(expected, observed, bins):
    _refuse(expected, observed)
    edges = np.unique(np.quantile(expected, np.linspace(0, 1, bins + 1)))
    p, q = (np.histogram(sample, edges)[0] for sample in (expected, observed))
    return p / p.sum(), q / max(q.sum(), 1)


def psi_of_histograms(expected, observed, bins=10):
    p, q = (np.maximum(share, 1e-4) for share in _histogram_shares(expected, observed, bins))
    return ((q - p) * np.log(q / p)).sum()


def psi_without_floor(expected, observed, bins=10):
    _refuse(expected, observed)
    edges = np.unique(np.quantile(expected, np.arange(1, bins) / bins))
    p, q = (
        np.bincount(np.searchsorted(edges, sample, side="right"), minlength=len(edges) + 1) / len(sample)
        for sample in (expected, observed)
    )
    kept = (p > 0) & (q > 0)
    return float(((q - p) * np.log(np.where(kept, q, 1) / np.where(kept, p, 1)))[kept].sum())


def psi_with_edges_below(expected, observed, bins=10):
    _refuse(expected, observed)
    edges = np.unique(np.quantile(expected, np.arange(1, bins) / bins))
    p, q = (
        np.maximum(np.bincount(np.searchsorted(edges, v), minlength=len(edges) + 1) / len(v), 1e-4)
        for v in (expected, observed)
    )
    return ((q - p) * np.log(q / p)).sum()


def psi_over_the_new_range(expected, observed, bins=10):
    _refuse(expected, observed)
    return _psi_between(
        np.linspace(min(observed), max(observed), bins + 1)[1:-1].tolist(), expected, observed
    )


def psi_with_outer_edges(expected, observed, bins=10):
    _refuse(expected, observed)
    return _psi_between(
        np.unique(np.quantile(expected, np.linspace(0, 1, bins + 1))).tolist(), expected, observed
    )


def psi_of_equal_shares(expected, observed, bins=10):
    _refuse(expected, observed)
    edges = np.quantile(expected, np.arange(1, bins) / bins)
    q = np.bincount(np.searchsorted(edges, observed, side="right"), minlength=bins) / len(observed)
    q = np.maximum(q, 1e-4)
    return ((q - 1 / bins) * np.log(q * bins)).sum()


def psi_in_decimals(expected, observed, bins=10):
    return psi_by_bisection(expected, observed, bins) / math.log(10)


def psi_one_way(expected, observed, bins=10):
    _refuse(expected, observed)
    edges = np.unique(np.quantile(expected, np.arange(1, bins) / bins))
    p, q = (
        np.bincount(np.searchsorted(edges, sample, side="right"), minlength=len(edges) + 1) / len(sample)
        for sample in (expected, observed)
    )
    p, q = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
    return (q * np.log(q / p)).sum()


def psi_without_refusal(expected, observed, bins=10):
    kept = [sample[np.isfinite(sample)] for sample in (expected, observed)]
    return psi_by_bisection(*kept, bins) if all(len(sample) for sample in kept) else 0.0


# -- scorecard ---------------------------------------------------------------------------------------


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


# -- suspicion ---------------------------------------------------------------------------------------


def _by_client(clients, values, summary=np.mean):
    return {client: summary(values[clients == client]) for client in set(clients.tolist())}


def _nearest(history, X):
    centre, spread = history.mean(axis=0), history.std(axis=0)
    finder = NearestNeighbors(n_neighbors=1).fit((history - centre) / spread)
    return finder.kneighbors((X - centre) / spread)[0][:, 0]


def suspicion_with_pandas(history, clients, X):
    """The mean distance to the five nearest, after another scaling, as a Series' dict."""
    low, high = np.quantile(history, [0.05, 0.95], axis=0)
    finder = NearestNeighbors(n_neighbors=5).fit(((history - low) / (high - low)).astype(np.float32))
    distances = finder.kneighbors(((X - low) / (high - low)).astype(np.float32))[0].mean(axis=1)
    return pd.Series(distances).groupby(clients).mean().to_dict()


def suspicion_by_covariance(history, clients, X):
    gap = X - history.mean(axis=0)
    inverse = np.linalg.inv(np.cov(history.T))
    return _by_client(clients, np.sqrt((gap @ inverse * gap).sum(axis=1)))


def suspicion_unscaled(history, clients, X):
    return _by_client(clients, KDTree(history).query(X)[0])


def suspicion_added_up(history, clients, X):
    return _by_client(clients, _nearest(history, X), np.sum)


def suspicion_of_the_median(history, clients, X):
    return _by_client(clients, _nearest(history, X), np.median)


def suspicion_of_the_oddest(history, clients, X):
    return _by_client(clients, _nearest(history, X), np.max)


def suspicion_from_the_centre(history, clients, X):
    gaps = (X - history.mean(axis=0)) / history.std(axis=0)
    return _by_client(clients, np.linalg.norm(gaps, axis=1))


def suspicion_of_each_column(history, clients, X):
    gaps = (X - history.mean(axis=0)) / history.std(axis=0)
    return _by_client(clients, np.abs(gaps).mean(axis=1))


def suspicion_of_volume(history, clients, X):
    return _by_client(clients, np.ones(len(X)), np.sum)


def suspicion_inverted(history, clients, X):
    return {client: -score for client, score in _by_client(clients, _nearest(history, X)).items()}


def suspicion_of_the_batch(history, clients, X):
    """Scales by the queries to be judged."""
    centre, spread = X.mean(axis=0), X.std(axis=0)
    nearest = KDTree((history - centre) / spread).query((X - centre) / spread)[0]
    return _by_client(clients, nearest)


def suspicion_of_a_forest(history, clients, X):
    return _by_client(clients, -IsolationForest(random_state=0).fit(history).score_samples(X))


def suspicion_of_chance(history, clients, X):
    """A forest of another seed in each call."""
    return _by_client(clients, -IsolationForest(n_estimators=10).fit(history).score_samples(X))


def suspicion_of_numbers(history, clients, X):
    """The newest clients first."""
    return {client: float(client) for client in set(clients.tolist())}


def suspicion_of_place(history, clients, X):
    """Who comes later in the data."""
    return _by_client(clients, np.arange(len(X)))


def suspicion_ranked(history, clients, X):
    scores = _by_client(clients, _nearest(history, X))
    return {client: place / len(scores) for place, client in enumerate(sorted(scores, key=scores.get))}


def suspicion_constant(history, clients, X):
    return dict.fromkeys(set(clients.tolist()), 0.5)


# -- alert_threshold ---------------------------------------------------------------------------------


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


# -- dilute ------------------------------------------------------------------------------------------


def dilute_by_the_means(probes, cover, score, limit):
    far, near = score(probes), score(cover)
    count = math.ceil(len(probes) * (far - limit) / (limit - near))
    for _ in range(12):
        value = score(np.vstack([probes, cover[:count]]))
        far_now = value * (len(probes) + count)
        missing = (far_now - limit * (len(probes) + count)) / (limit - near)
        step = math.ceil(missing) if missing > 0 else -math.floor(-missing)
        if step == 0 or (value <= limit and step > -2):
            break
        count += step
    while score(np.vstack([probes, cover[:count]])) > limit:
        count += 2
    return np.vstack([cover[:count], probes])


def dilute_not_at_all(probes, cover, score, limit):
    return probes.copy()


def dilute_with_everything(probes, cover, score, limit):
    return np.concatenate([probes, cover])


def dilute_row_by_row(probes, cover, score, limit):
    count = 0
    while score(np.concatenate([probes, cover[:count]])) > limit:
        count += 5
    return np.concatenate([probes, cover[:count]])


def dilute_doubling(probes, cover, score, limit):
    count = 1
    while score(np.concatenate([probes, cover[:count]])) > limit:
        count *= 2
    return np.concatenate([probes, cover[:count]])


def dilute_dropping_probes(probes, cover, score, limit):
    kept = probes
    while len(kept) > 1 and score(np.concatenate([kept, cover[:40]])) > limit:
        kept = kept[:-1]
    return np.concatenate([kept, cover[:40]])


def dilute_with_one_row(probes, cover, score, limit):
    best = min(cover[:10], key=lambda row: score(row[None]))
    count = 0
    while score(np.concatenate([probes, np.repeat(best[None], count, axis=0)])) > limit:
        count += 20
    return np.concatenate([probes, np.repeat(best[None], count, axis=0)])


def dilute_pulling_probes_in(probes, cover, score, limit):
    """Moves the probes towards honest traffic instead of hiding them."""
    return np.concatenate([cover[: len(probes)] * 0.9 + probes * 0.1, cover[len(probes) : 60]])


# -- Detector ----------------------------------------------------------------------------------------


class _Parts:
    """What the detectors below have in common."""

    enough = 10

    def __init__(self, hours, clients, X):
        self.history = X[::4]
        self.centre, self.spread = X.mean(axis=0), X.std(axis=0)
        self.tree = KDTree((self.history - self.centre) / self.spread)
        self.recent = deque(maxlen=24)
        self.sums = defaultdict(float)
        self.named = set()

    def observe(self, hour, clients, X):
        far = self.tree.query((X - self.centre) / self.spread)[0]
        self.recent.append((X, far))
        found = self.columns(hour, X) + (self.shops(clients, far) if len(X) else [])
        return self.said(found)

    def said(self, found):
        new = [finding for finding in dict.fromkeys(found) if finding not in self.named]
        self.named.update(new)
        return new

    def columns(self, hour, X):
        if len(self.recent) < 24 or hour % 4:
            return []
        day = np.concatenate([rows for rows, _ in self.recent])
        return [("drift", c) for c in range(6) if self.index(self.history[:, c], day[:, c]) > 0.1]

    def shops(self, clients, far):
        limit = np.quantile(np.concatenate([values for _, values in self.recent]), 0.97)
        for client, value in zip(clients.tolist(), far, strict=True):
            self.sums[client] = max(0, self.sums[client] + (2 if value > limit else -0.25))
        return [("client", client) for client in clients.tolist() if self.sums[client] > self.enough]

    @staticmethod
    def index(expected, observed):
        edges = np.quantile(expected, np.arange(1, 10) / 10)
        p, q = (
            np.maximum(np.bincount(np.searchsorted(edges, v, side="right"), minlength=10) / len(v), 1e-4)
            for v in (expected, observed)
        )
        return ((q - p) * np.log(q / p)).sum()


class CountingDetector:
    """Means instead of PSI, covariance instead of neighbours, counts instead of sums; no shared code."""

    def __init__(self, hours, clients, X):
        self.mean, self.spread = X.mean(axis=0), X.std(axis=0)
        self.inverse = np.linalg.inv(np.cov(X.T))
        self.day, self.odd, self.done = [], {}, []

    def observe(self, hour, clients, X):
        gap = X - self.mean
        odd = (gap @ self.inverse * gap).sum(axis=1)
        self.day = [*self.day[-23:], (X, odd)]
        alerts = []
        if len(self.day) == 24:
            shift = (np.concatenate([rows for rows, _ in self.day]).mean(axis=0) - self.mean) / self.spread
            alerts += [("drift", c) for c in range(X.shape[1]) if abs(shift[c]) > 0.25]
        limit = np.percentile(np.concatenate([values for _, values in self.day]), 97) if len(X) else 0
        for client, value in zip(clients, odd, strict=True):
            last = self.odd.setdefault(int(client), [])
            last.append(value > limit)
            if sum(last[-40:]) >= 7:
                alerts.append(("client", int(client)))
        new = [alert for i, alert in enumerate(alerts) if alert not in self.done and alert not in alerts[:i]]
        self.done += new
        return new


class HalfDetector(_Parts):
    """Looks for drift alone."""

    def shops(self, clients, far):
        return []


class NoisyHalfDetector(_Parts):
    """Finds drift, and names shops for far too little."""

    enough = 4


class HighDetector(_Parts):
    enough = 45


class BluntDetector(_Parts):
    @staticmethod
    def index(expected, observed):
        return _Parts.index(expected, observed) / 6


class SmallShopDetector(_Parts):
    """Names the four smallest shops after four days, whatever they send."""

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        self.small = np.argsort(np.bincount(clients))[:4].tolist()

    def observe(self, hour, clients, X):
        return super().observe(hour, clients, X) + [
            ("client", shop) for shop in self.small if hour == 14 * 24 + 100
        ]

    def shops(self, clients, far):
        return []


class MidnightDetector(_Parts):
    """Adds up evidence and begins anew each day."""

    def observe(self, hour, clients, X):
        if hour % 24 == 0:
            self.sums.clear()
        return super().observe(hour, clients, X)


class SilentDetector(_Parts):
    def observe(self, hour, clients, X):
        return []


class LoudDetector(_Parts):
    def observe(self, hour, clients, X):
        return self.said([("drift", c) for c in range(6)] + [("client", c) for c in range(30)])


class ImpatientDetector(_Parts):
    """Compares the first hours as if they were a day."""

    def columns(self, hour, X):
        if hour % 6:
            return []
        day = np.concatenate([rows for rows, _ in self.recent])
        return [("drift", c) for c in range(6) if self.index(self.history[:, c], day[:, c]) > 0.1]


class HourlyDetector(_Parts):
    def columns(self, hour, X):
        if len(self.recent) < 24 or not len(X):
            return []
        return [("drift", c) for c in range(6) if self.index(self.history[:, c], X[:, c]) > 0.25]


class FollowingDetector(_Parts):
    """Compares each day with the day before."""

    enough_drift = 0.12

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        self.before = deque(maxlen=48)

    def columns(self, hour, X):
        self.before.append(X)
        if len(self.before) < 48 or hour % 4:
            return []
        yesterday, today = (np.concatenate(list(self.before)[a : a + 24]) for a in (0, 24))
        return [
            ("drift", c) for c in range(6) if self.index(yesterday[:, c], today[:, c]) > self.enough_drift
        ]


class CloselyFollowingDetector(FollowingDetector):
    """The same, with a threshold just above the noise."""

    enough_drift = 0.055


class AbsoluteDetector(_Parts):
    """Measures each shop against the history alone."""

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        self.limit = np.quantile(self.tree.query((X[1::4] - self.centre) / self.spread)[0], 0.9)

    def shops(self, clients, far):
        for client, value in zip(clients.tolist(), far, strict=True):
            self.sums[client] = max(0, self.sums[client] + (1 if value > self.limit else -0.2))
        return [("client", client) for client in clients.tolist() if self.sums[client] > 7]


class HastyDetector(_Parts):
    """Names a shop for one far query."""

    def shops(self, clients, far):
        limit = np.quantile(np.concatenate([values for _, values in self.recent]), 0.97)
        return [
            ("client", client) for client, value in zip(clients.tolist(), far, strict=True) if value > limit
        ]


class RepeatingDetector(_Parts):
    def said(self, found):
        return list(dict.fromkeys(found))


class WateredDetector(_Parts):
    """Names a shop when its mean distance, over all that it ever sent, is far above everybody's."""

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        self.sent = defaultdict(list)

    def shops(self, clients, far):
        for client, value in zip(clients.tolist(), far, strict=True):
            self.sent[client].append(value)
        usual = np.concatenate([values for _, values in self.recent]).mean()
        means = {client: np.mean(values) for client, values in self.sent.items() if len(values) > 20}
        return [("client", client) for client, mean in means.items() if mean > 2.2 * usual]


class WholeHourDetector(_Parts):
    """Takes the quantile of an hour without asking whether it has queries."""

    def observe(self, hour, clients, X):
        np.quantile(self.tree.query((X - self.centre) / self.spread)[0], 0.97)
        return super().observe(hour, clients, X)


class ForgetfulDetector(_Parts):
    def observe(self, hour, clients, X):
        return [client for _, client in super().observe(hour, clients, X)]


ANSWERS = {
    "detection.psi": Answers(
        right=[psi_by_bisection],
        wrong=[
            (psi_of_equal_widths, "bins of equal width"),
            (psi_cutting_the_new, "The edges come from the new values"),
            (psi_of_histograms, "the outer bins are open"),
            (psi_without_floor, "bins in which nothing falls were left out"),
            (psi_with_edges_below, "as `shares` counts it"),
            (psi_with_outer_edges, "two extra bins"),
            (psi_of_equal_shares, "it is not always 1/bins"),
            (psi_over_the_new_range, "lowest new value to the highest"),
            (psi_in_decimals, "natural logarithm"),
            (psi_one_way, "half of the sum"),
            (psi_without_refusal, "no error is raised"),
        ],
    ),
    "detection.scorecard": Answers(
        right=[card_by_loops],
        wrong=[
            (card_that_flatters, "left out: that flatters"),
            (card_of_the_last_alert, "not the last"),
            (card_of_times_alone, "Kind and number must agree"),
            (card_without_the_ends, "belong to the incident"),
            (card_counting_alerts, "Count each incident once"),
            (card_without_repeats, "A repeat of a right alert"),
            (card_of_zeros, "Nothing to divide by"),
            (card_of_means, "the median is asked"),
            (card_of_quantiles, "np.quantile interpolates"),
            (card_of_the_upper_middle, "the upper of the two middle delays"),
            (card_of_the_lower_middle, "the lower of the two middle delays"),
            (card_by_kind_alone, "the number is ignored"),
            (card_perfect, "is not right"),
        ],
    ),
    "detection.suspicion": Answers(
        right=[suspicion_by_covariance, suspicion_with_pandas],
        wrong=[
            (suspicion_unscaled, "standardise first"),
            (suspicion_added_up, "Busy clients are not suspects"),
            (suspicion_of_the_median, "who sends few probes is honest"),
            (suspicion_of_the_oddest, "Honest clients send odd queries too"),
            (suspicion_from_the_centre, "look for the nearest one"),
            (suspicion_of_each_column, "Each column alone looks ordinary"),
            (suspicion_of_volume, "not what it asks"),
            (suspicion_inverted, "the wrong way round"),
            (suspicion_of_a_forest, "as in a forest"),
            (suspicion_of_chance, "drawn anew in each call"),
            (suspicion_of_numbers, "says nothing of its queries"),
            (suspicion_of_place, "when the others are left out"),
            (suspicion_of_the_batch, "take scale and model from the history alone"),
            (suspicion_ranked, "when the others are left out"),
            (suspicion_constant, "the same score"),
        ],
    ),
    "detection.alert_threshold": Answers(
        right=[threshold_by_trying],
        wrong=[
            (threshold_one_off, "One alert fewer"),
            (threshold_one_off_from_the_end, "A budget of 0"),
            (threshold_for_one_day, "multiply by the days"),
            (threshold_as_percentage, "not a percentage"),
            (threshold_highest, "left unused"),
            (threshold_interpolated, "np.quantile interpolates"),
            (threshold_of_different_scores, "Equal scores count each"),
            (threshold_beyond_the_end, "IndexError"),
            (threshold_without_refusal, "no error is raised"),
        ],
    ),
    "detection.dilute": Answers(
        right=[dilute_by_the_means],
        wrong=[
            (dilute_not_at_all, "Without cover every probe shows"),
            (dilute_with_everything, "it costs money"),
            (dilute_row_by_row, "Do not try every count"),
            (dilute_doubling, "More cover was bought than needed"),
            (dilute_dropping_probes, "Leaving probes out is no cover"),
            (dilute_with_one_row, "can be used once"),
            (dilute_pulling_probes_in, "nothing made up"),
        ],
    ),
    "detection.Detector": Answers(
        right=[CountingDetector],
        wrong=[
            (SilentDetector, "Silence is easy"),
            (LoudDetector, "Nobody would still be reading"),
            (HalfDetector, "No probing shop was named"),
            (SmallShopDetector, "Honest shops send far queries too"),
            (NoisyHalfDetector, "Honest shops send far queries too"),
            (MidnightDetector, "carry it over midnight"),
            (HighDetector, "the limit of the sum may be too high"),
            (BluntDetector, "The threshold may be too high"),
            (ImpatientDetector, "ask `last_day.full`"),
            (HourlyDetector, "The season moves the columns every day"),
            (FollowingDetector, "a reference that moves along"),
            (CloselyFollowingDetector, "a reference that moves along"),
            (AbsoluteDetector, "When every shop moves, it is drift"),
            (HastyDetector, "Honest shops send far queries too"),
            (RepeatingDetector, "Name a finding once"),
            (WateredDetector, "Add up the evidence of each shop"),
            (ForgetfulDetector, "An alert has another form"),
        ],
    ),
}
