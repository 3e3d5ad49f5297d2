"""Importing this makes a warm process warmer: what costs most the first time has happened once before a fork.

The first shell, table, figure, traceback and fitted model of a process each import and cache things on
demand. A small notebook is run here and thrown away, so that every learner's process starts with that done.
"""

from __future__ import annotations

import random
import sys

import numpy as np

from autograder.boundary import codec
from autograder.boundary.cells import CellAgent
from autograder.limits import Limits

CELLS = (
    "import numpy as np, pandas as pd, matplotlib.pyplot as plt",
    "from sklearn.ensemble import RandomForestClassifier\n"
    "from sklearn.linear_model import LogisticRegression\n"
    "from sklearn.pipeline import make_pipeline\n"
    "from sklearn.preprocessing import StandardScaler\n"
    "X = np.random.default_rng(0).normal(size=(40, 3)); y = (X[:, 0] > 0).astype(int)\n"
    "RandomForestClassifier(2).fit(X, y).predict(X)\n"
    "make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y).score(X, y)",
    "frame = pd.DataFrame(X, columns=list('abc')); frame.groupby(y).mean()",
    "frame.describe()",
    "plt.plot([1, 2]); plt.title('warm'); plt.show()",
    "1 / 0",
)


def warm_up() -> None:
    """Run `CELLS` and leave no trace of it but what was imported and cached."""
    streams, state = (sys.stdout, sys.stderr), np.random.get_state()
    agent = CellAgent(lambda request: b"", Limits())
    for source in CELLS:
        agent.answer(codec.dumps([[], "cell", source]))
    plt = sys.modules["matplotlib.pyplot"]
    plt.close("all")
    sys.stdout, sys.stderr = streams
    np.random.set_state(state)
    random.seed()


warm_up()
