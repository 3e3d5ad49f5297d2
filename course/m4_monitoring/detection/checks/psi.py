"""The check of `detection.psi`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

ON_AN_EDGE = "A value on an edge belongs to the bin above, as `shares` counts it."


@exercise(
    minutes=12,
    parts={
        "value": (4, "gives the index of two ordinary samples, and leaves both as they are"),
        "outside": (2, "counts values beyond the history's range in the first and the last bin"),
        "floor": (2, "counts a share under 0.0001 as 0.0001, in both samples"),
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
    for bins, rng in zip((10, 5, 20, 2), t.cases(4), strict=True):
        expected = rng.gamma(2.0, size=bins * int(rng.integers(30, 90)) + 2)
        t.given(bins=bins, n=len(expected))
        with t.part("value"):
            shifted = rng.gamma(2.6, size=700)
            inside = shifted[(shifted > expected.min()) & (shifted < expected.max())]
            _expect_psi(t, psi, expected, inside, bins, "the index")
        with t.part("outside"):
            beyond = np.concatenate([inside[:300], rng.uniform(30, 40, 40), rng.uniform(-5, -1, 15)])
            _expect_psi(t, psi, expected, beyond, bins, "the index, with values beyond the range")
        with t.part("floor"):
            narrow = rng.uniform(*np.quantile(expected, [0.3, 0.45]), 60)
            _expect_psi(t, psi, expected, narrow, bins, "the index, with bins in which nothing falls")
    with t.part("value"):
        some, other = t.rng(4).normal(size=302), t.rng(5).normal(0.3, 1.2, size=90)
        got, after = t.observe(psi, some, other)
        what = "the index when `bins` is left out"
        t.close(t.number(got, what), _right(some, other, 10), what, slips=_slips(some, other, 10))
        same = all(map(np.array_equal, after, (some, other)))
        t.expect(same, "The samples are not what they were before the call.", slip="Sort a copy: np.sort.")
    with t.part("ties"):
        rng = t.rng(2)
        for few in (3, 6):
            expected, observed = rng.integers(0, few, 502) * 1.0, rng.integers(0, few + 2, 100) * 1.0
            what = f"the index of {few} different values"
            below = {ON_AN_EDGE: _index(expected, observed, _edges(expected, 10), "left")}
            t.close(
                t.number(psi(expected, observed, 10), what), _right(expected, observed, 10), what, slips=below
            )
    _expect_floor(t, psi)
    _expect_refusals(t, psi)


def _expect_floor(t: Trial, psi: Any) -> None:
    """One value of 20,001 in a bin: a share under 0.0001 that is not 0, in the new values and in the old."""
    halves = np.repeat([1.0, 9.0], 300)
    lonely = np.append(np.full(20_000, 5.0), 0.0)
    for whose, expected, observed in (("new values", halves, lonely), ("history", lonely, halves)):
        with t.part("floor"):
            t.given(**{f"a bin of the {whose}": "1 value of 20,001"})
            got = t.number(psi(expected, observed, 2), "the index")
            p, q = _shares(expected, edges := _edges(expected, 2)), _shares(observed, edges)
            empty_only = _sum(p, q, floor=np.where(np.minimum(p, q) > 0, 0, 1e-4))
            slips = {"Not only an empty bin: any share under 0.0001 counts as 0.0001.": empty_only}
            t.close(got, _sum(p, q), "the index, with a share of 0.00005", slips=slips)


def _expect_refusals(t: Trial, psi: Any) -> None:
    """Each reason in either sample; beside them what is small or huge, and still a sample."""
    t.given()
    some, one = t.rng(3).normal(size=52), np.array([0.25])
    huge = np.array([1e308, 1.5e308, 0.0])
    for what, expected, observed in (
        ("a single new value", some, one),
        ("a history of a single value", one, some),
        ("values whose sum is too large for a float", some, huge),
    ):
        with t.part("refuse"):
            t.given(given=what)
            t.number(psi(expected, observed, 10), f"the index of {what}")
    t.given()
    for name, bad in (
        ("without values", some[:0]),
        ("with a NaN", np.append(some, np.nan)),
        ("with an infinity", np.append(some, np.inf)),
        ("with a negative infinity", np.insert(some, 0, -np.inf)),
    ):
        for whose, pair in (("a history", (bad, some)), ("new values", (some, bad))):
            with t.part("refuse"), t.raises(ValueError, f"{whose} {name}"):
                psi(*pair, 10)


def _expect_psi(t: Trial, psi: Any, expected: np.ndarray, observed: np.ndarray, bins: int, what: str) -> None:
    right = _right(expected, observed, bins)
    slips = _slips(expected, observed, bins)
    t.close(t.number(psi(expected, observed, bins), what), right, what, slips=slips)


def _slips(expected: np.ndarray, observed: np.ndarray, bins: int) -> dict[str, float]:
    """What the usual misconceptions would give."""
    inner, outer = np.arange(1, bins) / bins, np.linspace(0, 1, bins + 1)
    edges = _edges(expected, bins)
    in_range = observed[(observed >= expected.min()) & (observed <= expected.max())]
    both = np.concatenate([expected, observed])
    found = {
        "Values beyond the history's range were dropped: the outer bins are open.": (
            _index(expected, in_range, edges) if len(in_range) else 0.0
        ),
        "Those are bins of equal width: the edges are quantiles of the history.": _index(
            expected, observed, np.linspace(expected.min(), expected.max(), bins + 1)[1:-1]
        ),
        "Edges at the quantiles 0 and 1 make two extra bins: the first and the last are open.": _index(
            expected, observed, np.quantile(expected, outer)
        ),
        "The bins run from the lowest new value to the highest: cut the history, at quantiles.": _index(
            expected, observed, np.linspace(observed.min(), observed.max(), bins + 1)[1:-1]
        ),
        "The edges come from the new values: cut the history.": _index(
            expected, observed, np.quantile(observed, inner)
        ),
        "The edges come from both samples: cut the history alone.": _index(
            expected, observed, np.quantile(both, inner)
        ),
        "These are always ten bins: cut the history into `bins`.": _right(expected, observed, 10),
        "Count the share of `expected`: it is not always 1/bins.": _sum(
            np.full(bins, 1 / bins), _shares(observed, edges)
        ),
        "ln is the natural logarithm.": _right(expected, observed, bins) / math.log(10),
        "That is half of the sum, the Kullback-Leibler divergence: the factor is q - p.": _half(
            expected, observed, edges
        ),
        "Only a share under 0.0001 is raised to it; nothing is added to the others.": _index(
            expected, observed, edges, add=1e-4
        ),
        "The bins in which nothing falls were left out.": _index(expected, observed, edges, skip=True),
        ON_AN_EDGE: _index(expected, observed, edges, "left"),
    }
    right = _right(expected, observed, bins)
    return {text: value for text, value in found.items() if not math.isclose(value, right, rel_tol=1e-6)}


def _edges(expected: np.ndarray, bins: int) -> np.ndarray:
    return np.quantile(expected, np.arange(1, bins) / bins)


def _right(expected: np.ndarray, observed: np.ndarray, bins: int) -> float:
    return _index(expected, observed, _edges(expected, bins))


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


def _sum(p: np.ndarray, q: np.ndarray, floor: Any = 1e-4) -> float:
    p, q = np.maximum(p, floor), np.maximum(q, floor)
    return float(((q - p) * np.log(q / p)).sum())


def _half(expected: np.ndarray, observed: np.ndarray, edges: np.ndarray) -> float:
    p, q = (np.maximum(_shares(values, edges), 1e-4) for values in (expected, observed))
    return float((q * np.log(q / p)).sum())
