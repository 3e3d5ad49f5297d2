"""Answers to `deployment.canary_decision`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import math
from statistics import NormalDist

from autograder.exercise import Answers, Wrong


def decide_by_z(control, canary, alpha, min_n):
    """Compares z with its limit instead of p with alpha, and counts the guard in cases."""
    missed, cases = canary
    old = control[0] / control[1]
    if missed / (cases if cases >= min_n else min_n) >= old + 0.10:
        return "rollback"
    if cases >= min_n:
        both = (control[0] + missed) / (control[1] + cases)
        variance = both * (1 - both) / control[1] + both * (1 - both) / cases
        limit = NormalDist().inv_cdf(1 - alpha) * math.sqrt(variance) if alpha > 1e-9 else 1
        return "rollback" if variance > 0 and missed / cases - old > limit else "promote"
    return "hold"


def _decide(
    control, canary, alpha, min_n, *, guard="first", line=0.10, two_sided=False, unpooled=False, hold=True,
    least=0, worse=1, zero=True, fixed=None, strict=False,
):  # fmt: skip
    (a, n), (b, m) = control, canary
    cases = max(m, min_n) if guard == "first" else max(m, 1)
    over = b / cases - a / n
    if guard != "never" and (over > line if strict else over >= line) and (guard != "late" or m >= min_n):
        return "rollback"
    if m == 0 or (hold and m < min_n + least):
        return "hold"
    pooled = (a + b) / (n + m)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    if unpooled:
        spread = math.sqrt(a / n * (1 - a / n) / n + b / m * (1 - b / m) / m)
    if zero and spread == 0:
        return "promote"
    p = 1 - NormalDist().cdf(worse * (b / m - a / n) / spread)
    p = 2 * min(p, 1 - p) if two_sided else p
    return "rollback" if p < (fixed or alpha) else "promote"


def decide_promote(control, canary, alpha, min_n):
    return "promote"


def decide_rollback(control, canary, alpha, min_n):
    return "rollback"


def decide_without_guard(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, guard="never")


def decide_late_guard(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, guard="late")


def decide_early_guard(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, guard="early")


def decide_strict_guard(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, strict=True)


def decide_line_of_15(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, line=0.15)


def decide_two_sided(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, two_sided=True)


def decide_unpooled(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, unpooled=True)


def decide_other_way(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, worse=-1)


def decide_never_hold(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, hold=False)


def decide_above_min_n(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, least=1)


def decide_by_zero(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, zero=False)


def decide_at_05(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, fixed=0.05)


def decide_by_feeling(control, canary, alpha, min_n):
    (a, n), (b, m) = control, canary
    return "hold" if m < min_n else "rollback" if b / m > a / n else "promote"


def decide_by_line_only(control, canary, alpha, min_n):
    (a, n), (b, m) = control, canary
    if b / max(m, min_n) - a / n >= 0.10:
        return "rollback"
    return "hold" if m < min_n else "promote"


def decide_at_min_n_only(control, canary, alpha, min_n):
    answer = _decide(control, canary, alpha, min_n)
    guarded = _decide(control, canary, 0, min_n)
    return answer if canary[1] <= min_n or guarded == "rollback" else "promote"


def decide_hold_longer(control, canary, alpha, min_n):
    answer = _decide(control, canary, alpha, min_n)
    return "hold" if answer == "promote" and canary[1] > min_n + 5 else answer


def decide_spread_of_min_n(control, canary, alpha, min_n):
    (a, n), (b, m) = control, canary
    if _decide(control, canary, 0, min_n) == "rollback" or m < min_n:
        return _decide(control, canary, 0, min_n)
    pooled = (a + b) / (n + m)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / min_n))
    return "rollback" if spread > 0 and 1 - NormalDist().cdf((b / m - a / n) / spread) < alpha else "promote"


def decide_no_guard_after(control, canary, alpha, min_n):
    guard = "never" if canary[1] > min_n and alpha >= 0.02 else "first"
    return _decide(control, canary, alpha, min_n, guard=guard)


def decide_loose_line(control, canary, alpha, min_n):
    return _decide(control, canary, alpha, min_n, line=0.098)


def decide_capped_alpha(control, canary, alpha, min_n):
    return _decide(control, canary, min(alpha, 0.1), min_n)


def decide_never_sure(control, canary, alpha, min_n):
    answer = _decide(control, canary, alpha, min_n)
    return "hold" if answer == "promote" else answer


def decide_by_difference(control, canary, alpha, min_n):
    (a, n), (b, m) = control, canary
    return "hold" if m < min_n else "rollback" if b / m - a / n > 0.045 else "promote"


def decide_hold_first(control, canary, alpha, min_n):
    return "hold" if canary[1] < min_n else _decide(control, canary, alpha, min_n)


ANSWERS = Answers(
    right=[decide_by_z],
    wrong=[
        Wrong(decide_promote, "test", "The answer is not right"),
        Wrong(decide_rollback, "test", "The answer is not right"),
        Wrong(decide_without_guard, "guard", "The guard comes first"),
        Wrong(decide_late_guard, "guard", "doesn't wait for min_n"),
        Wrong(decide_hold_first, "guard", "doesn't wait for min_n"),
        Wrong(decide_early_guard, "guard", "divides by min_n"),
        Wrong(decide_strict_guard, "guard", "exactly 10 points too"),
        Wrong(decide_at_min_n_only, "test", "The answer is not right"),
        Wrong(decide_hold_longer, "test", "The answer is not right"),
        Wrong(decide_spread_of_min_n, "test", "The answer is not right"),
        Wrong(decide_no_guard_after, "guard", "The answer is not right"),
        Wrong(decide_loose_line, "guard", "The answer is not right"),
        Wrong(decide_capped_alpha, "test", "The answer is not right"),
        Wrong(decide_never_sure, "test", "there's an answer"),
        Wrong(decide_by_difference, "runs", "mend that first"),
        Wrong(decide_line_of_15, "guard", "The answer is not right"),
        Wrong(decide_two_sided, "test", "One-sided"),
        Wrong(decide_unpooled, "test", "the pooled share"),
        Wrong(decide_other_way, "test", "The wrong tail"),
        Wrong(decide_never_hold, "hold", "The answer is not right"),
        Wrong(decide_above_min_n, "hold", "exactly min_n"),
        Wrong(decide_by_zero, "test", "Your code raised ZeroDivisionError"),
        Wrong(decide_at_05, "test", "The answer is not right"),
        Wrong(decide_by_feeling, "test", "The answer is not right"),
        Wrong(decide_by_line_only, "test", "The answer is not right"),
    ],
)

EQUIVALENT = {
    "1 - NormalDist().cdf((b / m - a / n) / spread) < alpha → "
    "1 - NormalDist().cdf((b / m - a / n) / spread) <= alpha": "no p equals alpha to the bit",
}
