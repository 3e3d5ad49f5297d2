"""pandas objects as plain parts and back, for the codec: values, dtype by name, index, names."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from autograder.boundary.arrays import LENGTH, objects
from autograder.errors import Uncrossable

_KINDS = "biufcmM"
_BY_VALUE = re.compile(r"str|string|object|boolean|U?Int(8|16|32|64)|Float(32|64)")
#: Names as the time zone database has them: pandas would read `dateutil/…` as the path of a file.
_ZONE = r"[A-Z][A-Za-z0-9_+\-/:]{0,39}"
_ZONED = re.compile(rf"datetime64\[(s|ms|us|ns), {_ZONE}\]")
_FREQUENCY = re.compile(r"[A-Za-z0-9\-]{1,20}")


def take_apart(value: Any) -> list | None:
    """Plain parts of a DataFrame, Series or Index of exactly pandas' own classes; None for anything else."""
    if type(value) is pd.DataFrame:
        columns = [_column(column) for _, column in value.items()]
        return ["frame", _index(value.columns), columns, _index(value.index)]
    if type(value) is pd.Series:
        return ["series", _column(value), _index(value.index), value.name]
    if isinstance(value, pd.Index) and type(value).__module__.partition(".")[0] == "pandas":
        return ["index", _index(value)]
    if type(value) is pd.Timestamp:
        return ["timestamp", value.asm8, str(value.tz) if value.tz is not None else None]
    if type(value) is pd.Timedelta:
        return ["timedelta", value.asm8]
    if type(value) is pd.Interval:
        return ["interval", value.left, value.right, value.closed]
    if type(value) is pd.Period:
        return ["period", value.ordinal, value.freqstr]
    if value is pd.NaT or value is pd.NA:
        return ["missing", "NaT" if value is pd.NaT else "NA"]
    return None


def put_together(parts: list) -> Any:
    """Raises ValueError, TypeError or KeyError for parts that `take_apart` never makes."""
    kind, *rest = parts
    if kind == "frame":
        names, columns, index = rest
        index, names = _to_index(index), _to_index(names)
        if len(names) != len(columns):
            raise ValueError("columns")
        data = {i: _series(column, index) for i, column in enumerate(columns)}
        frame = pd.DataFrame(data, index=index)
        frame.columns = names
        return frame
    if kind == "series":
        values, index, name = rest
        return _series(values, _to_index(index), name)
    if kind == "index":
        return _to_index(rest[0])
    if kind == "timestamp":
        moment, zone = rest
        stamp = pd.Timestamp(_exactly(np.datetime64, moment))
        if zone is None:
            return stamp
        if not re.fullmatch(_ZONE, zone):
            raise ValueError("time zone")
        return stamp.tz_localize("UTC").tz_convert(zone)
    if kind == "timedelta":
        return pd.Timedelta(_exactly(np.timedelta64, rest[0]))
    if kind == "interval":
        return pd.Interval(*rest)
    if kind == "period":
        ordinal, frequency = rest
        return pd.Period(ordinal=_exactly(int, ordinal), freq=_frequency(frequency))
    return {"NaT": pd.NaT, "NA": pd.NA}[rest[0]]


def _column(values: pd.Series | pd.Index) -> list:
    dtype = values.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in _KINDS:
        return ["array", values.to_numpy()]
    if isinstance(dtype, pd.CategoricalDtype):
        codes = values.cat.codes if isinstance(values, pd.Series) else values.codes
        return ["category", np.asarray(codes), _column(dtype.categories), dtype.ordered]
    if isinstance(dtype, pd.DatetimeTZDtype):
        return ["zoned", values.to_numpy(f"datetime64[{dtype.unit}]"), str(dtype)]
    if isinstance(dtype, pd.IntervalDtype):
        spans = pd.IntervalIndex(values)
        return ["intervals", _column(spans.left), _column(spans.right), dtype.closed]
    if isinstance(dtype, pd.PeriodDtype):
        return ["periods", pd.PeriodIndex(values).asi8, dtype.name[len("period[") : -1]]
    if not _BY_VALUE.fullmatch(dtype.name):
        raise Uncrossable(f"a column of dtype {dtype} cannot cross to the check", do="Convert it first.")
    items = values.tolist()
    if dtype.name != "object":
        items = [None if item is pd.NA or item is np.nan else item for item in items]
    return ["values", items, str(dtype)]


def _series(column: list, index: pd.Index, name: Any = None) -> pd.Series:
    values = _to_values(column)
    return pd.Series(values, index=index, dtype=values.dtype, name=name)


def _to_values(column: list) -> Any:
    kind, *rest = column
    if kind == "array":
        return _flat(rest[0])
    if kind == "category":
        codes, categories, ordered = rest
        return pd.Categorical.from_codes(
            _flat(codes), _to_index(["plain", categories, None]), ordered=ordered
        )
    if kind == "zoned":
        array, dtype = rest
        if not _ZONED.fullmatch(dtype):
            raise ValueError("dtype")
        return pd.DatetimeIndex(_flat(array)).tz_localize("UTC").astype(dtype)
    if kind == "intervals":
        left, right, closed = rest
        return pd.IntervalIndex.from_arrays(_to_values(left), _to_values(right), closed=closed)
    if kind == "periods":
        ordinals, frequency = rest
        return pd.PeriodIndex.from_ordinals(_flat(ordinals), freq=_frequency(frequency))
    items, dtype = rest
    if kind != "values" or type(items) is not list or not _BY_VALUE.fullmatch(dtype):
        raise ValueError("column")
    values = objects(items)
    return values if dtype == "object" else pd.array(values, dtype=dtype)


def _flat(array: Any) -> np.ndarray:
    if _exactly(np.ndarray, array).ndim != 1:
        raise ValueError("column")
    return array


def _frequency(text: Any) -> str:
    if not _FREQUENCY.fullmatch(text):
        raise ValueError("frequency")
    return text


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"a {type(value).__name__} for a {kind.__name__}")
    return value


def _index(index: pd.Index) -> list:
    if type(index) is pd.RangeIndex:
        return ["range", index.start, index.stop, index.step, index.name]
    if isinstance(index, pd.MultiIndex):
        return [
            "multi",
            [_column(index.get_level_values(i)) for i in range(index.nlevels)],
            list(index.names),
        ]
    return ["plain", _column(index), index.name]


def _to_index(parts: list) -> pd.Index:
    kind, *rest = parts
    if kind == "range":
        start, stop, step, name = rest
        if len(range(start, stop, step)) > LENGTH:
            raise ValueError("index")
        return pd.RangeIndex(start, stop, step, name=name)
    if kind == "multi":
        levels, names = rest
        return pd.MultiIndex.from_arrays([_to_values(level) for level in levels], names=names)
    column, name = rest
    values = _to_values(column)
    return pd.Index(values, dtype=values.dtype, name=name)
