"""Answers to `detection.psi`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import bisect
import math

import numpy as np

from autograder.exercise import Answers, Wrong


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


def psi_of_open_histograms(expected, observed, bins=10):
    """np.histogram with infinite outer edges counts every value."""
    _refuse(expected, observed)
    edges = np.concatenate([[-np.inf], np.quantile(expected, np.arange(1, bins) / bins), [np.inf]])
    p, q = (np.maximum(np.histogram(v, edges)[0] / len(v), 1e-4) for v in (expected, observed))
    return ((q - p) * np.log(q / p)).sum()


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


def psi_with_a_floor_for_empty_bins(expected, observed, bins=10):
    _refuse(expected, observed)
    edges = np.quantile(expected, np.arange(1, bins) / bins)
    counts = [
        np.bincount(np.searchsorted(edges, v, side="right"), minlength=bins) for v in (expected, observed)
    ]
    p, q = (np.where(count == 0, 1e-4, count / count.sum()) for count in counts)
    return ((q - p) * np.log(q / p)).sum()


def psi_with_a_floor_for_the_new(expected, observed, bins=10):
    _refuse(expected, observed)
    edges = np.quantile(expected, np.arange(1, bins) / bins)
    p, q = (
        np.bincount(np.searchsorted(edges, v, side="right"), minlength=bins) / len(v)
        for v in (expected, observed)
    )
    p, q = np.where(p == 0, 1e-4, p), np.maximum(q, 1e-4)
    return ((q - p) * np.log(q / p)).sum()


def psi_always_of_ten(expected, observed, bins=10):
    return psi_by_bisection(expected, observed)


def psi_with_other_bins(expected, observed, bins=20):
    return psi_by_bisection(expected, observed, bins)


def psi_refusing_nan_alone(expected, observed, bins=10):
    if any(np.isnan(v).any() or len(v) == 0 for v in (expected, observed)):
        raise ValueError("empty, or NaN")
    return _psi_between(np.quantile(expected, np.arange(1, bins) / bins).tolist(), expected, observed)


def psi_asking_the_largest(expected, observed, bins=10):
    """A negative infinity is no largest value."""
    if any(len(v) == 0 or not math.isfinite(max(v)) or np.isnan(v).any() for v in (expected, observed)):
        raise ValueError("empty, or not finite")
    return _psi_between(np.quantile(expected, np.arange(1, bins) / bins).tolist(), expected, observed)


def psi_asking_the_sum(expected, observed, bins=10):
    with np.errstate(over="ignore"):
        sums = [np.asarray(sample).sum() for sample in (expected, observed)]
    if not np.isfinite(sums).all():
        raise ValueError("not finite")
    return psi_by_bisection(expected, observed, bins)


def psi_refusing_a_single_value(expected, observed, bins=10):
    if min(len(expected), len(observed)) < 2:
        raise ValueError("too few")
    return psi_by_bisection(expected, observed, bins)


def psi_asking_the_new_alone(expected, observed, bins=10):
    _refuse(observed)
    kept = expected[np.isfinite(expected)]
    return psi_by_bisection(kept, observed, bins) if len(kept) else 0.0


def psi_sorting_in_place(expected, observed, bins=10):
    _refuse(expected)
    _refuse(observed)
    expected.sort()
    return psi_by_bisection(expected, observed, bins)


ANSWERS = Answers(
    right=[psi_by_bisection, psi_of_open_histograms],
    wrong=[
        Wrong(psi_of_equal_widths, "value", "bins of equal width"),
        Wrong(psi_cutting_the_new, "value", "The edges come from the new values"),
        Wrong(psi_of_histograms, "outside", "the outer bins are open"),
        Wrong(psi_without_floor, "floor", "bins in which nothing falls were left out"),
        Wrong(psi_with_edges_below, "ties", "as `shares` counts it"),
        Wrong(psi_with_outer_edges, "value", "two extra bins"),
        Wrong(psi_of_equal_shares, "value", "it is not always 1/bins"),
        Wrong(psi_over_the_new_range, "value", "lowest new value to the highest"),
        Wrong(psi_in_decimals, "value", "natural logarithm"),
        Wrong(psi_one_way, "value", "half of the sum"),
        Wrong(psi_with_a_floor_for_empty_bins, "floor", "Not only an empty bin"),
        Wrong(psi_with_a_floor_for_the_new, "floor", "Not only an empty bin"),
        Wrong(psi_always_of_ten, "value", "always ten bins"),
        Wrong(psi_with_other_bins, "value", "when `bins` is left out"),
        Wrong(psi_sorting_in_place, "value", "Sort a copy"),
        Wrong(psi_without_refusal, "refuse", "no error is raised"),
        Wrong(psi_refusing_nan_alone, "refuse", "with an infinity"),
        Wrong(psi_asking_the_largest, "refuse", "with a negative infinity"),
        Wrong(psi_asking_the_sum, "refuse", "ValueError"),
        Wrong(psi_refusing_a_single_value, "refuse", "ValueError"),
        Wrong(psi_asking_the_new_alone, "refuse", "a history without values"),
    ],
)

EQUIVALENT = {
    "float(((q - p) * np.log(q / p)).sum()) → ((q - p) * np.log(q / p)).sum()": (
        "not stated: a numpy number is a number"
    ),
}
