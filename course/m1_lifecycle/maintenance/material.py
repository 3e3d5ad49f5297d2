"""What the checks of `maintenance` share."""

from __future__ import annotations

from typing import Any

import numpy as np

_SYLLABLES = ("ba", "den", "fo", "gim", "ka", "lor", "mu", "nes", "pi", "rov", "sul", "ta", "ven", "zo")


def names(rng: np.random.Generator, count: int) -> list[str]:
    """So many different package-like names, in no particular order."""
    found: list[str] = []
    while len(found) < count:
        name = "".join(rng.choice(_SYLLABLES, 3)) + str(rng.choice(["", "-app", "-job", "-store"]))
        if name not in found:
            found.append(name)
    return found


def same(a: Any, b: Any) -> bool:
    """Equal in types and in the order of keys too."""
    if type(a) is not type(b):
        return False
    if isinstance(b, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in b)
    return len(a) == len(b) and all(map(same, a, b)) if isinstance(b, list | tuple) else a == b


def telling(slips: dict[str, Any], want: Any) -> dict[str, Any]:
    """The slips whose value is neither the right one nor another slip's: only these can be told apart."""
    values = list(slips.values())
    return {
        told: value
        for told, value in slips.items()
        if not same(value, want) and sum(same(value, other) for other in values) == 1
    }
