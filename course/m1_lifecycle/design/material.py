"""What the checks of `design` share."""

from __future__ import annotations

from typing import Any

import numpy as np

#: The clinic: part → its kind and its boundary.
CLINIC = {
    "nurse": ("actor", "clinic network"),
    "clinic app": ("server", "clinic network"),
    "developer": ("actor", None),
    "scoring service": ("server", "service network"),
    "training job": ("server", "service network"),
    "model store": ("store", "service network"),
    "training data": ("store", "service network"),
    "audit log": ("store", "service network"),
}
#: Its arrows, the way that data goes.
ARROWS = (
    ("nurse", "clinic app"),
    ("clinic app", "scoring service"),
    ("scoring service", "clinic app"),
    ("model store", "scoring service"),
    ("scoring service", "audit log"),
    ("training data", "training job"),
    ("training job", "model store"),
    ("developer", "training job"),
)


def drawn_names(rng: np.random.Generator, count: int) -> list[str]:
    """Names of parts or flows, all different."""
    names: dict[str, None] = {}
    while len(names) < count:
        syllables = rng.choice(["ba", "do", "ki", "lu", "me", "ra", "so", "ti", "vu", "ze"], 4)
        names["".join(syllables)] = None
    return list(names)


def shuffled(rng: np.random.Generator, items: list[Any]) -> list[Any]:
    return [items[index] for index in rng.permutation(len(items)).tolist()]
