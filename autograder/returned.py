"""What a learner's function may have returned, taken as what the text asks for, or refused in words.

`Trial` offers each function here as a method. `plain` is the one place that converts: numpy's numbers,
booleans and texts, and values of a subclass of a plain type, become the plain values that they are.
"""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from autograder.compare import Brief, brief, capital, kinds

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_DICTS = (dict, OrderedDict, defaultdict, Counter)


class Wrong(Exception):
    """Raised by `Trial` when an expectation does not hold; a part records its first one, and no other."""

    def __init__(self, message: str, *, expected: Any = "", got: Any = "", slip: str = "") -> None:
        super().__init__(message)
        self.message, self.slip, self._values = message, slip, (expected, got)

    def shown(self) -> tuple[str, str]:
        """What was expected and what came, in words. Raises what a learner's object does when it is shown."""
        expected, got = map(_shown, self._values)
        return expected, got


def wrong(message: str, *, expected: Any = "", got: Any = "", slip: str = "") -> None:
    """Say that this part is wrong."""
    raise Wrong(message, expected=expected, got=got, slip=slip)


def plain(value: Any) -> Any:
    """`value` with what it and its containers hold converted: `np.True_` to True, an OrderedDict to a dict,
    a named tuple to a tuple, a member of a `str` Enum to its text. Arrays, tables and other objects stay.

    An object on the learner's side is asked for the data that its plain type keeps, past its own methods.
    """
    return _plain(value, lambda theirs: _plain(theirs._plain_(), lambda still_theirs: still_theirs))


def _plain(value: Any, ask: Callable[[Any], Any]) -> Any:
    kind = type(value)
    if kind in (int, float, str, bool, bytes, type(None)):
        return value
    if kind in (list, tuple):
        return kind([_plain(item, ask) for item in value])
    if kind in (set, frozenset):
        return kind([_hashable(item, ask) for item in value])
    if kind in _DICTS:
        return {_hashable(key, ask): _plain(item, ask) for key, item in value.items()}
    if kind.__module__ == "numpy":
        return _plain_scalar(value)
    return ask(value) if _is_learners(value) else value


def _hashable(value: Any, ask: Callable[[Any], Any]) -> Any:
    """A learner's list that can be hashed would become one that cannot: it stays theirs."""
    found = _plain(value, ask)
    try:
        hash(found)
    except TypeError:
        return value
    return found


def _plain_scalar(value: Any) -> Any:
    import numpy as np

    for known, make in ((np.bool_, bool), (np.integer, int), (np.floating, float), (np.str_, str)):
        if isinstance(value, known) and not isinstance(value, np.timedelta64):
            return make(value)
    return bytes(value) if isinstance(value, np.bytes_) else value


def _is_learners(value: Any) -> bool:
    """Whether `value` stands for an object that stayed on the learner's side."""
    return hasattr(type(value), "_plain_")


def number(value: Any, what: str) -> float:
    """`value` as a float; a part fails when it is not one finite number."""
    found, value = math.nan, plain(value)
    if type(value) in (int, float):
        with suppress(OverflowError):
            found = float(value)
    if not math.isfinite(found):
        wrong(f"{capital(what)} should be one finite number.", expected="a number", got=Brief(value))
    return found


def array(
    value: Any, what: str, *, shape: tuple[int | None, ...] | None = None, kind: str = "biuf"
) -> np.ndarray:
    """`value` (array, list, Series) as a finite array of a kind in `kind` and of `shape` (None: any)."""
    import numpy as np
    import pandas as pd

    value = plain(value)
    if type(value) not in (np.ndarray, list, tuple, pd.Series):
        wrong(f"{capital(what)} should be an array.", expected="an array", got=Brief(value))
    try:
        found = np.asarray(value)
    except ValueError:
        found = np.array(None)
    if found.dtype.kind not in kind:
        wrong(f"{capital(what)} has the wrong kind of values.", expected=kinds(kind), got=Brief(value))
    if shape is not None and (
        found.ndim != len(shape)
        or any(n is not None and n != m for n, m in zip(shape, found.shape, strict=True))
    ):
        wanted = "(" + ", ".join("any" if n is None else str(n) for n in shape) + ")"
        wrong(f"{capital(what)} has the wrong shape.", expected=wanted, got=str(found.shape))
    if found.dtype.kind == "f" and not np.isfinite(found).all():
        wrong(f"{capital(what)} has values that are not finite numbers.", got=Brief(value))
    return found


def table(value: Any, what: str, columns: Sequence[str]) -> pd.DataFrame:
    """`value` as a DataFrame that has `columns`."""
    import pandas as pd

    if type(value) is not pd.DataFrame:
        wrong(f"{capital(what)} should be a pandas DataFrame.", expected="a DataFrame", got=Brief(value))
    if [name for name in columns if name not in value.columns]:
        shown = [str(column) for column in value.columns]
        wrong(f"{capital(what)} lacks columns.", expected=list(columns), got=shown)
    return value


def instance(value: Any, kind: type, what: str) -> Any:
    """`value` as the plain type `kind` (`bool`, `str`, `list`, `dict` …), what it holds converted too.

    A number is no bool and 1.0 is no int: only what `plain` converts is another type of the same thing.
    """
    found = plain(value)
    found = value if type(found) is not kind else found
    if type(found) is not kind:
        wrong(f"{capital(what)} should be a {kind.__name__}.", expected=kind.__name__, got=Brief(value))
    return found


def learners_object(value: Any, what: str, *, methods: Sequence[str], slip: str = "") -> Any:
    """`value`, which must be an object of a class of the learner's that has these `methods`.

    `slip` is what to say beside it when it is something else.
    """
    wanted = f"an object with the method{'s' * (len(methods) > 1)} {', '.join(methods)}"
    if not _is_learners(value):
        wrong(f"{capital(what)} should be {wanted}.", expected=wanted, got=Brief(value), slip=slip)
    for name in methods:
        try:
            found = getattr(value, name)
        except AttributeError:
            wrong(f"{capital(what)} has no method {name}.", expected=wanted, got=Brief(value), slip=slip)
        if not (_is_learners(found) and callable(found)):
            wrong(
                f"{name} of {what} is no method: it cannot be called.",
                expected=f"{name}()",
                got=Brief(found),
                slip=slip,
            )
    return value


def _shown(value: Any) -> str:
    if isinstance(value, Brief):
        return str(value)
    return value if isinstance(value, str) else brief(value)
