"""What nobody should hand in, and somebody will: no check may give it full points, or break on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd


class Strange:
    """Claims to be everything."""

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True

    __hash__ = None


class Matrix(np.ndarray):
    """An array of a class of its own."""


class Number(int):
    """A number of a class of its own."""


class Row(tuple):
    """A tuple of a class of its own."""


class Frame(pd.DataFrame):
    """A table of a class of its own."""


JUNK: dict[str, Any] = {
    "none": None,
    "text": "x",
    "empty list": [],
    "empty dict": {},
    "nan": float("nan"),
    "missing": pd.NA,
    "truth": True,
    "huge": 10**5000,
    "list of huge": [10**5000],
    "row with a huge number": [(0, 0, 0, 10**5000)],
    "huge dict": dict.fromkeys(("clean_accuracy", "attack_success", "baseline_success"), 10**5000),
    "object": object(),
    "strange": Strange(),
    "scalar array": np.array(1.0),
    "wrong shape": np.zeros((3, 2)),
    "infinite": np.full(60, np.inf),
    "texts": np.array(["a", "b"]),
    "objects": np.array([None, {}], dtype=object),
    "complex": np.zeros(60, complex),
    "ragged": [[1, 2], [3]],
    "array subclass": np.zeros(60).view(Matrix),
    "number subclass": Number(1),
    "list of number subclasses": [Number(1)] * 60,
    "list of tuple subclasses": [Row((0, 0, 0, 0.9))],
    "list of rows with number subclasses": [(Number(0), Number(0), Number(0), Number(1))],
    "table subclass": Frame({"seed": [1], "clean": [0.9], "poisoned": [0.5]}),
    "pair of array subclasses": (np.zeros((800, 64)).view(Matrix), np.zeros(800, int).view(Matrix)),
    "masked array": np.ma.masked_array(np.zeros(60, bool)),
    "categories": pd.Series(["a", "b"], dtype="category"),
    "pair of nothing": (None, None),
    "pair of junk": (np.zeros(3), "x"),
    "list of junk": [None, (1, 2), (0, 0, 0, float("nan"))],
    "list of far tuples": [(10**9, -1, 99, 0.9)],
    "empty table": pd.DataFrame(),
    "table of junk": pd.DataFrame({"seed": ["x"], "clean": [None], "poisoned": [object()]}),
    "table with columns twice": pd.DataFrame([[1, 2, 3, 4]], columns=["seed", "seed", "clean", "poisoned"]),
    "dict of junk": {"clean_accuracy": "x", "attack_success": None, "baseline_success": []},
}


def _returning(value: Any) -> Callable[..., Any]:
    return lambda *args, **kwargs: value


def raising(*args, **kwargs):
    raise KeyError("junk")


def echoing(first=None, *args, **kwargs):
    return first


def echoing_both(first=None, second=None, *args, **kwargs):
    return first, second


def calling_back(*args, **kwargs):
    """Calls whatever can be called with nonsense."""
    return [value("x", object()) for value in args if callable(value)]


#: name → a function that any exercise may be answered with
JUNK_ANSWERS: dict[str, Callable[..., Any]] = {
    **{f"gives {name}": _returning(value) for name, value in JUNK.items()},
    **{f.__name__: f for f in (raising, echoing, echoing_both, calling_back)},
}


class Tiring:
    """A right answer that breaks after some calls. `reached` says whether it came to that."""

    def __init__(self, answer: Callable[..., Any], calls: int) -> None:
        self._answer, self._calls, self._made = answer, calls, 0

    @property
    def reached(self) -> bool:
        return self._made > self._calls

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._made += 1
        if self.reached:
            raise RuntimeError("tired")
        return self._answer(*args, **kwargs)


def junk_of(right: Sequence[Callable[..., Any]]) -> dict[str, tuple[Callable[..., Any], ...]]:
    """Name → junk for an exercise that `right` answers: every value junk, one of several, and one that breaks
    after some calls.
    """
    first, *others = right
    found: dict[str, tuple[Callable[..., Any], ...]] = {}
    for name, junk in JUNK_ANSWERS.items():
        found[name] = (junk,) * len(right)
        for place in range(len(right)) if others else ():
            found[f"{name}, as value {place + 1}"] = (*right[:place], junk, *right[place + 1 :])
    for calls in (1, 3, 6, 9):
        found[f"breaks after {calls} calls"] = (Tiring(first, calls), *others)
    return found
