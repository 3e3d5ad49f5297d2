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


ANSWERS = Answers(
    right=[psi_by_bisection],
    wrong=[
        Wrong(psi_of_equal_widths, "value", "bins of equal width"),
        Wrong(psi_cutting_the_new, "value", "The edges come from the new values"),
        Wrong(psi_of_histograms, "outside", "the outer bins are open"),
        Wrong(psi_without_floor, "empty", "bins in which nothing falls were left out"),
        Wrong(psi_with_edges_below, "ties", "as `shares` counts it"),
        Wrong(psi_with_outer_edges, "value", "two extra bins"),
        Wrong(psi_of_equal_shares, "value", "it is not always 1/bins"),
        Wrong(
            psi_over_the_new_range,
            "value",
            "lowest new value to the highest",
            also=("The edges come from the new values: cut the history.",),
        ),
        Wrong(psi_in_decimals, "value", "natural logarithm"),
        Wrong(psi_one_way, "value", "half of the sum"),
        Wrong(psi_without_refusal, "refuse", "no error is raised"),
    ],
)
