"""A warm process made warmer: what costs most the first time has happened once before a fork.

The first shell, table, figure, traceback and fitted model of a process each import and cache things on
demand. The course's warm cells are run here and thrown away, so that every learner's process starts with
that done.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable

import numpy as np

from autograder.boundary import codec
from autograder.boundary.cells import CellAgent
from autograder.limits import Limits


def warm_up(cells: Iterable[str]) -> None:
    """Run `cells`; nothing of them stays but what was imported and cached. One may raise: that warms too."""
    streams, state = (sys.stdout, sys.stderr), np.random.get_state()
    agent = CellAgent(lambda request: b"", Limits())
    for source in cells:
        agent.answer(codec.dumps([[], "cell", source]))
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    sys.stdout, sys.stderr = streams
    np.random.set_state(state)
    random.seed()
