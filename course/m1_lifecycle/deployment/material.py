"""What the checks on canaries share: the test's p, computed here and not taken from the text."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr


def p_worse(a, n, b, m):
    """The one-sided two-proportion test: how often luck gives a canary as bad as `b` of `m`. Arrays too."""
    a, n, b, m = (np.asarray(value, float) for value in (a, n, b, m))
    pooled = (a + b) / (n + m)
    variance = pooled * (1 - pooled) * (1 / n + 1 / m)
    z = (b / m - a / n) / np.sqrt(np.where(variance > 0, variance, 1))
    return np.where(variance > 0, ndtr(-z), 1.0)
