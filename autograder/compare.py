"""Values compared and shown: by exact type, on our side, never through an object of the learner's."""

from __future__ import annotations

from typing import Any


def brief(value: Any, width: int = 120) -> str:
    """A short text for any value: what a person needs to see of it, on one line."""
    import numpy as np

    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    if isinstance(value, np.ndarray):
        text = np.array2string(value, threshold=8, edgeitems=3, precision=4, separator=", ")
        text = f"{text} (shape {value.shape})" if value.size > 8 else text
    else:
        try:
            text = repr(value)
        except ValueError:  # an integer of more digits than Python writes out
            text = f"a value of type {type(value).__name__}, too large to show"
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


class Brief:
    """`brief(value)`, written when it is shown: what fails once more in the same part is not."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __str__(self) -> str:
        return brief(self._value)


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def kinds(kind: str) -> str:
    """numpy's dtype kinds in words."""
    names = {"b": "booleans", "i": "integers", "f": "floats", "U": "texts", "O": "objects"}
    return " or ".join(names[letter] for letter in kind if letter in names)


def same(a: Any, b: Any) -> bool:
    """Equal by value, with the same kind of container; arrays and frames included, NaN equal to NaN."""
    import numpy as np
    import pandas as pd

    if isinstance(b, pd.DataFrame | pd.Series):
        return type(a) is type(b) and a.equals(b)
    if isinstance(b, np.ndarray):
        if type(a) not in (np.ndarray, list):
            return False
        try:
            a = np.asarray(a)
            return a.shape == b.shape and np.array_equal(
                a, b, equal_nan=a.dtype.kind in "fc" and b.dtype.kind in "fc"
            )
        except (ValueError, TypeError):
            return False
    if isinstance(b, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(b, dict):
        return type(a) is dict and a.keys() == b.keys() and all(same(a[key], b[key]) for key in b)
    if isinstance(b, bool | np.bool_) or isinstance(a, bool | np.bool_):
        return isinstance(a, bool | np.bool_) and isinstance(b, bool | np.bool_) and bool(a) == bool(b)
    if isinstance(a, np.ndarray | pd.DataFrame | pd.Series):
        return False
    if a is pd.NA or b is pd.NA:  # comparing it gives no truth value
        return a is b
    return bool(a == b) or (a != a and b != b)


def close(a: Any, b: Any, rtol: float, atol: float) -> bool:
    """Numbers or arrays of one shape, with |a - b| <= atol + rtol * |b| everywhere; NaN equal to NaN."""
    import numpy as np

    try:
        a, b = np.asarray(a, float), np.asarray(b, float)
    except (ValueError, TypeError):
        return False
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))
