"""Answers to `anonymisation.dp_mean`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

import copy
import math

import numpy as np

from autograder.exercise import Answers, Wrong


def by_exponentials(x, lo, hi, eps, rng):
    if not len(x) or math.isinf(eps) or math.isnan(eps) or eps <= 0:
        raise ValueError("bad input")
    clipped = [min(max(float(value), lo), hi) for value in x]
    noise = rng.exponential() - rng.exponential()
    return sum(clipped) / len(clipped) + noise * (hi - lo) / (len(clipped) * eps)


def _mean(x, lo, hi, eps, rng, *, values=np.clip, noise=None, scale=None, checks=True, mean=np.mean):
    if checks and (len(x) == 0 or not (math.isfinite(eps) and eps > 0)):
        raise ValueError("bad input")
    scale = (hi - lo) / len(x) / eps if scale is None else scale
    return float(mean(values(x, lo, hi)) + (rng.laplace(0, scale) if noise is None else noise(scale)))


def without_n(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, scale=(hi - lo) / eps)


def times_eps(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, scale=(hi - lo) / max(len(x), 1) * eps)


def unit_range(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, scale=1 / max(len(x), 1) / eps if eps else 1)


def range_from_the_data(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, scale=(max(x) - min(x)) / len(x) / eps if len(x) and eps else 1)


def scale_as_centre(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, noise=rng.laplace)


def from_a_copy(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, copy.deepcopy(rng))


def four_answers(x, lo, hi, eps, rng):
    """Mean size and tail are Laplace's; the noise has four values only, and takes nothing away."""

    def noise(scale):
        size = 3.5 if rng.random() < 0.05 else 0.868
        return scale * (size * rng.choice([-1, 1]) + 1e-6 * rng.random())

    return _mean(x, lo, hi, eps, rng, noise=noise)


def gaussian(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, noise=lambda scale: rng.normal(0, scale * math.sqrt(math.pi / 2)))


def one_sided(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, noise=lambda scale: abs(rng.laplace(0, scale)))


def no_clip(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, values=lambda x, lo, hi: np.array(x, float))


def clips_the_mean(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, values=lambda x, lo, hi: np.clip(np.mean(x), lo, hi))


def drops_outliers(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, values=lambda x, lo, hi: [v for v in x if lo <= v <= hi] or [lo])


def own_seed(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, np.random.default_rng(0))


def own_generator(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, np.random.default_rng())


def no_noise(x, lo, hi, eps, rng):
    return _mean(x, lo, hi, eps, rng, scale=0)


def any_epsilon(x, lo, hi, eps, rng):
    if len(x) == 0:
        raise ValueError("no values")
    good = math.isfinite(eps) and eps > 0
    return _mean(x, lo, hi, eps if good else 1, rng, checks=False)


def nan_passes(x, lo, hi, eps, rng):
    if len(x) == 0 or eps <= 0 or eps == math.inf:
        raise ValueError("bad input")
    return _mean(x, lo, hi, eps, rng, checks=False)


def in_place(x, lo, hi, eps, rng):
    answer = _mean(x, lo, hi, eps, rng)
    for i, value in enumerate(x):
        x[i] = min(max(value, lo), hi)
    return answer


ANSWERS = Answers(
    right=[by_exponentials],
    wrong=[
        Wrong(without_n, "size", "Divide by n"),
        Wrong(times_eps, "size", "Divide by eps"),
        Wrong(unit_range, "size", "The range is hi - lo."),
        Wrong(range_from_the_data, "size", "agreed beforehand"),
        Wrong(scale_as_centre, "size", "laplace takes the centre first"),
        Wrong(from_a_copy, "rng", "not from a copy"),
        Wrong(four_answers, "laplace", "the median size of the noise"),
        Wrong(gaussian, "laplace", "normal distribution"),
        Wrong(one_sided, "laplace", "the noise's mean"),
        Wrong(no_clip, "clip", "clip them"),
        Wrong(clips_the_mean, "clip", "the mean for a very large epsilon"),
        Wrong(drops_outliers, "clip", "You left values outside out"),
        Wrong(own_seed, "rng", "same again and again"),
        Wrong(own_generator, "rng", "from nothing else"),
        Wrong(no_noise, "size", "There is no noise."),
        Wrong(any_epsilon, "errors", "no error is raised"),
        Wrong(nan_passes, "errors", "NaN is neither above nor below 0"),
        Wrong(in_place, "inputs", "x has changed"),
    ],
)

SUM = "clipped.mean() + rng.laplace(0, scale)"

EQUIVALENT = {
    f"float({SUM}) → {SUM}": "not stated: a numpy number is a number",
    f"{SUM} → clipped.mean() - rng.laplace(0, scale)": "the noise is symmetric around 0",
    "np.clip(x, lo, hi) → np.clip(lo, x, hi)": "the smaller of hi and the larger of x and lo, either way",
}
