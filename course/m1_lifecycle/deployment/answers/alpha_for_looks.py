"""Answers to `deployment.alpha_for_looks`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from autograder.exercise import Answers, Wrong


def _p(a, n, b, m):
    pooled = (a + b) / (n + m)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    z = np.divide(b / m - a / n, spread, out=np.full(np.shape(spread), -np.inf), where=spread > 0)
    return norm.sf(z)


def alpha_by_sorting(looks, canary, control, rate, budget, runs, rng):
    """Look by look in a loop, and the alpha by counting off the smallest runs."""
    a, b, smallest = np.zeros(runs), np.zeros(runs), np.ones(runs)
    for look in range(1, looks + 1):
        a += rng.binomial(control, rate, runs)
        b += rng.binomial(canary, rate, runs)
        smallest = np.minimum(smallest, _p(a, look * control, b, look * canary))
    return float(np.sort(smallest)[round(budget * runs)])


def _runs(looks, canary, control, rate, runs, rng, *, add_up=True, sizes=True):
    look = np.arange(1, looks + 1) if sizes else np.ones(looks)
    a, b = (rng.binomial(size, rate, (runs, looks)) for size in (control, canary))
    if add_up:
        a, b = a.cumsum(axis=1), b.cumsum(axis=1)
    return _p(a, control * look, b, canary * look)


def alpha_is_budget(looks, canary, control, rate, budget, runs, rng):
    return float(budget)


def alpha_divided(looks, canary, control, rate, budget, runs, rng):
    return budget / looks


def alpha_of_the_last(looks, canary, control, rate, budget, runs, rng):
    return float(np.quantile(_runs(looks, canary, control, rate, runs, rng)[:, -1], budget))


def alpha_of_all(looks, canary, control, rate, budget, runs, rng):
    return float(np.quantile(_runs(looks, canary, control, rate, runs, rng), budget))


def alpha_of_the_mean(looks, canary, control, rate, budget, runs, rng):
    return float(np.quantile(_runs(looks, canary, control, rate, runs, rng).mean(axis=1), budget))


def alpha_of_new_cases(looks, canary, control, rate, budget, runs, rng):
    made = _runs(looks, canary, control, rate, runs, rng, add_up=False, sizes=False)
    return float(np.quantile(made.min(axis=1), budget))


def alpha_from_the_other_end(looks, canary, control, rate, budget, runs, rng):
    return float(np.quantile(_runs(looks, canary, control, rate, runs, rng).min(axis=1), 1 - budget))


def alpha_with_own_seed(looks, canary, control, rate, budget, runs, rng):
    made = _runs(looks, canary, control, rate, runs, np.random.default_rng(0))
    return float(np.quantile(made.min(axis=1), budget))


def alpha_by_a_formula(looks, canary, control, rate, budget, runs, rng):
    return budget * looks**-0.63 + 1e-12 * rng.random()


def alpha_by_a_table(looks, canary, control, rate, budget, runs, rng):
    return {1: 0.05, 8: 0.0125}.get(looks, 0.004) + 1e-9 * rng.random()


def alpha_for_another_rate(looks, canary, control, rate, budget, runs, rng):
    return float(np.quantile(_runs(looks, canary, control, 0.1, runs, rng).min(axis=1), budget))


def alpha_for_other_sizes(looks, canary, control, rate, budget, runs, rng):
    return float(np.quantile(_runs(looks, 50, 450, rate, runs, rng).min(axis=1), budget))


def alpha_without_cases(looks, canary, control, rate, budget, runs, rng):
    """Walks of normal steps instead of cases."""
    z = rng.standard_normal((runs, looks)).cumsum(axis=1) / np.sqrt(np.arange(1, looks + 1))
    return float(np.quantile(norm.sf(z).min(axis=1), budget))


def alpha_for_another_budget(looks, canary, control, rate, budget, runs, rng):
    return float(np.quantile(_runs(looks, canary, control, rate, runs, rng).min(axis=1), 0.05))


def alpha_of_500_runs(looks, canary, control, rate, budget, runs, rng):
    return float(np.quantile(_runs(looks, canary, control, rate, 500, rng).min(axis=1), budget))


def alpha_two_sided(looks, canary, control, rate, budget, runs, rng):
    p = _runs(looks, canary, control, rate, runs, rng)
    return float(np.quantile((2 * np.minimum(p, 1 - p)).min(axis=1), budget))


def alpha_unseeded(looks, canary, control, rate, budget, runs, rng):
    made = _runs(looks, canary, control, rate, runs, np.random.default_rng())
    return float(np.quantile(made.min(axis=1), budget))


ANSWERS = Answers(
    right=[alpha_by_sorting],
    wrong=[
        Wrong(alpha_is_budget, "eight", "right for one look"),
        Wrong(alpha_divided, "eight", "too careful"),
        Wrong(alpha_of_the_last, "eight", "The share of good releases rolled back"),
        Wrong(alpha_of_all, "eight", "The share of good releases rolled back"),
        Wrong(alpha_of_the_mean, "eight", "The share of good releases rolled back"),
        Wrong(alpha_of_new_cases, "many", "The share of good releases rolled back"),
        Wrong(alpha_from_the_other_end, "eight", "The share of good releases rolled back"),
        Wrong(alpha_with_own_seed, "rng", "Draw from rng"),
        Wrong(alpha_by_a_formula, "eight", "The share of good releases rolled back"),
        Wrong(alpha_by_a_table, "rng", "mend that first"),
        Wrong(alpha_for_another_rate, "many", "The share of good releases rolled back"),
        Wrong(alpha_for_other_sizes, "many", "The share of good releases rolled back"),
        Wrong(alpha_without_cases, "many", "The share of good releases rolled back"),
        Wrong(alpha_for_another_budget, "eight", "The share of good releases rolled back"),
        Wrong(alpha_of_500_runs, "rng", "as many runs as asked for"),
        Wrong(alpha_two_sided, "eight", "The share of good releases rolled back"),
        Wrong(alpha_unseeded, "rng", "Draw from rng"),
    ],
)

EQUIVALENT = {
    "float(np.quantile(smallest, budget)) → np.quantile(smallest, budget)": "not stated: any number will do",
}
