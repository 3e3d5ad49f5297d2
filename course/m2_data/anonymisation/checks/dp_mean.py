"""The check of `anonymisation.dp_mean`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

DRAWS = 600
TELLING = "the noise's mean size, as a multiple of the right scale,"
FINITE = "NaN is neither above nor below 0, and infinity isn't finite: ask math.isfinite(eps)."


@exercise(
    minutes=9,
    parts={
        "size": (2, "adds noise whose mean size is the scale"),
        "laplace": (1, "draws the noise from the Laplace distribution, around 0"),
        "clip": (2, "clips each value into the range before the mean"),
        "rng": (1, "draws anew each time, from rng alone"),
        "errors": (1, "raises ValueError for no values, and for a bad epsilon"),
        "inputs": (1, "leaves x as it was"),
    },
    hints=(
        "One value can move by hi - lo at most, once it is clipped. How far does the mean move then? "
        "That and epsilon give the scale.",
        "np.clip(x, lo, hi).mean() plus one number from rng.laplace(0, scale), with scale = (hi - "
        "lo) / n / eps.",
        "x is empty: ValueError\n"
        "eps is not finite, or not above 0: ValueError\n"
        "scale = (hi - lo) divided by how many values there are, divided by eps\n"
        "return the mean of the clipped values plus rng.laplace(0, scale), as a float",
    ),
    debrief=(
        "Subtracts two answers, or asks the same again and takes the mean: one answer is safe, many aren't.",
        "Agrees on lo and hi before looking at the data: a range taken from the data tells who is "
        "at its end.",
    ),
    standards=("AML.T0024.000",),
)
def dp_mean(t: Trial, dp_mean) -> None:
    settings = ((200, 0.0, 30.0, 1.0), (40, -5.0, 5.0, 0.25), (120, 100.0, 101.0, 4.0))
    seeds = [int(rng.integers(2**31)) for rng in t.cases(3)]
    drawn = []
    for (n, lo, hi, eps), seed in zip(settings, seeds, strict=True):
        t.given(n=n, lo=lo, hi=hi, eps=eps)
        fifth = (hi - lo) / 5  # the data reach over a fifth of the range: a range taken from them shows
        x = np.random.default_rng(seed).uniform(lo + 2 * fifth, lo + 3 * fifth, n).round(3)
        generators = np.random.default_rng(seed).spawn(DRAWS)
        answers = np.array([t.number(dp_mean(x, lo, hi, eps, rng), "the answer") for rng in generators])
        drawn.append((answers - x.mean()) / ((hi - lo) / n / eps))
    for (n, lo, hi, eps), seed, noise, rng in zip(settings, seeds, drawn, t.cases(3), strict=True):
        t.given(n=n, lo=lo, hi=hi, eps=eps)
        size = float(np.abs(noise).mean())
        with t.part("size"):
            t.between(size, 0.85, 1.15, TELLING, slip=_slip(size, n, lo, hi, eps))
        with t.part("clip"):
            _expect_clipped(t, dp_mean, n, lo, hi, seed)
        with t.part("rng"):
            x = rng.uniform(lo, hi, n)
            t.expect(len(set(noise.tolist())) > DRAWS // 2, "The noise is the same again and again.")
            first, again, other = (
                dp_mean(x, lo, hi, eps, np.random.default_rng(s)) for s in (seed, seed, seed + 1)
            )
            t.expect(
                again == first,
                "Two generators that are alike give different answers.",
                slip="Draw from rng, and from nothing else.",
            )
            t.expect(first != other, "Another generator gives the same answer.", slip="Draw from rng.")
            got, after = t.observe(dp_mean, x, lo, hi, eps, np.random.default_rng(seed))
            t.expect(
                got != dp_mean(x, lo, hi, eps, after[4]),
                "Two answers in a row from one generator have the same noise.",
                slip="Draw from rng itself, and not from a copy: a copy stays where rng was.",
            )
        with t.part("inputs"):
            for x in (rng.uniform(lo - 9, hi + 9, n), [lo - 9.0, hi + 9.0, lo]):
                got, after = t.observe(dp_mean, x, lo, hi, eps, np.random.default_rng(seed))
                t.number(got, "the answer")
                kept = type(after[0]) is type(x) and np.array_equal(after[0], x)
                t.expect(
                    kept,
                    "The argument x has changed.",
                    slip="np.clip gives a new array; don't clip in place.",
                )
    with t.part("laplace"):
        t.given(draws=3 * DRAWS)
        t.expect(all(np.any(noise) for noise in drawn), "There is no noise.")
        noise = np.concatenate([noise / np.abs(noise).mean() for noise in drawn])
        far, median = float((np.abs(noise) > 3).mean()), float(np.median(np.abs(noise)))
        normal = far < 0.027 and 0.8 < median < 0.9
        t.between(
            far,
            0.03,
            0.07,
            "the share of the noise that is beyond 3 of its mean size",
            slip="That looks like a normal distribution; draw with rng.laplace." if normal else "",
        )
        t.between(median, 0.62, 0.77, "the median size of the noise, as a multiple of its mean size")
        t.between(float(noise.mean()), -0.2, 0.2, "the noise's mean, as a multiple of its mean size")
    with t.part("errors"):
        for what, x in (("an empty list", []), ("an empty array", np.array([]))):
            with t.raises(ValueError, what):
                dp_mean(x, 0, 1, 1.0, np.random.default_rng(0))
        for eps in (0, 0.0, -0.1, -1, math.nan, math.inf, -math.inf):
            with t.raises(ValueError, f"eps = {eps}", slip="" if math.isfinite(eps) else FINITE):
                dp_mean([0.2, 0.4], 0, 1, eps, np.random.default_rng(0))
        for x, eps in (([0.5], 1), ([0.5, 1], 1e-9), ([1, 0], 1e9)):  # one value, tiny, large: all legal
            t.given(x=x, eps=eps)
            t.number(dp_mean(x, 0, 1, eps, np.random.default_rng(0)), "the answer")


def _expect_clipped(t: Trial, dp_mean: Any, n: int, lo: float, hi: float, seed: int) -> None:
    """With a very large epsilon the noise is gone, and the mean is left."""
    rng, span = np.random.default_rng(seed), hi - lo
    inside = rng.uniform(lo, hi, n)
    above, below, both = inside.copy(), inside.copy(), inside.copy()
    above[: n // 4] = hi + 5 * span
    below[: n // 4] = lo - 3 * span
    both[: n // 5], both[-n // 5 :] = hi + 40 * span, lo - 2 * span
    cases = {"all inside": inside, "some above": above, "some below": below, "above and below": both}
    ends = {
        "at both ends": np.array([lo, hi, hi]),
        "all outside": np.full(5, hi + span),
        "a list": [lo - span, hi],
    }
    for what, x in (cases | ends).items():
        t.given(values=what, lo=lo, hi=hi, eps=1e12)
        array = np.array(x, float)
        slips = {
            "Values outside the range count as they are: clip them.": array.mean(),
            "You clipped the mean; clip each value before it.": float(np.clip(array.mean(), lo, hi)),
        }
        inner = array[(array >= lo) & (array <= hi)]
        if len(inner):
            slips["You left values outside out; put them at the end of the range."] = inner.mean()
        want = float(np.clip(array, lo, hi).mean())
        t.close(
            t.number(dp_mean(x, lo, hi, 1e12, np.random.default_rng(seed)), "the answer"),
            want,
            "the mean for a very large epsilon",
            atol=1e-6 * span,
            slips={said: value for said, value in slips.items() if abs(value - want) > 1e-3 * span},
        )


def _slip(size: float, n: int, lo: float, hi: float, eps: float) -> str:
    """The likely slip, when only one fits."""
    likely = {
        "Divide by n: one of n people moves the mean by (hi - lo) / n at most.": n,
        "Divide by eps: a small epsilon is private, so it needs more noise.": eps * eps,
        "You left eps out.": eps,
        "The range is hi - lo.": 1 / (hi - lo),
        "The range is hi - lo, agreed beforehand: the data's own range tells who is at its end.": 0.2,
        "laplace takes the centre first, then the scale: rng.laplace(0, scale).": n * eps / (hi - lo),
        "There is no noise.": 0.0,
    }
    found = [
        said
        for said, factor in likely.items()
        if factor != 1 and abs(size - factor) < 0.15 * max(factor, 1e-9)
    ]
    return found[0] if len(found) == 1 else ""
