"""pandas objects as plain parts and back, for the codec: values, dtype by name, index, names."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

_KINDS = "biufcmM"
_BY_VALUE = re.compile(r"str|string|object|boolean|U?Int(8|16|32|64)|Float(32|64)")
_ZONED = re.compile(r"datetime64\[(s|ms|us|ns), [A-Za-z0-9_+\-/:]{1,40}\]")


def take_apart(value: Any) -> list | None:
    """Plain parts of a DataFrame, Series or Index of exactly pandas' own classes; None for anything else."""
    if type(value) is pd.DataFrame:
        columns = [_column(value.iloc[:, i]) for i in range(value.shape[1])]
        return ["frame", _index(value.columns), columns, _index(value.index)]
    if type(value) is pd.Series:
        return ["series", _column(value), _index(value.index), value.name]
    if isinstance(value, pd.Index) and type(value).__module__.partition(".")[0] == "pandas":
        return ["index", _index(value)]
    if type(value) is pd.Timestamp:
        return ["timestamp", value.value, value.unit, str(value.tz) if value.tz is not None else None]
    if type(value) is pd.Timedelta:
        return ["timedelta", value.value]
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
        data = {i: pd.Series(_to_values(column), index=index) for i, column in enumerate(columns)}
        frame = pd.DataFrame(data, index=index)
        frame.columns = names
        return frame
    if kind == "series":
        values, index, name = rest
        return pd.Series(_to_values(values), index=_to_index(index), name=name)
    if kind == "index":
        return _to_index(rest[0])
    if kind == "timestamp":
        value, unit, zone = rest
        return pd.Timestamp(value, unit="ns", tz=zone).as_unit(unit)
    if kind == "timedelta":
        return pd.Timedelta(rest[0], unit="ns")
    return {"NaT": pd.NaT, "NA": pd.NA}[rest[0]]


def _column(values: pd.Series | pd.Index) -> list:
    dtype = values.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in _KINDS:
        return ["array", values.to_numpy()]
    if isinstance(dtype, pd.CategoricalDtype):
        codes = values.cat.codes if isinstance(values, pd.Series) else values.codes
        return ["category", np.asarray(codes), _column(dtype.categories), dtype.ordered]
    if isinstance(dtype, pd.DatetimeTZDtype):
        return ["zoned", values.to_numpy("datetime64[ns]"), str(dtype)]
    items = values.tolist()
    if dtype.name != "object":
        items = [None if item is pd.NA or item is np.nan else item for item in items]
    return ["values", items, str(dtype)]


def _to_values(column: list) -> Any:
    kind, *rest = column
    if kind == "array":
        (array,) = rest
        if type(array) is not np.ndarray or array.ndim != 1:
            raise ValueError("column")
        return array
    if kind == "category":
        codes, categories, ordered = rest
        return pd.Categorical.from_codes(codes, pd.Index(_to_values(categories)), ordered=ordered)
    if kind == "zoned":
        array, dtype = rest
        if not _ZONED.fullmatch(dtype):
            raise ValueError("dtype")
        return pd.DatetimeIndex(array).tz_localize("UTC").astype(dtype)
    items, dtype = rest
    if kind != "values" or type(items) is not list:
        raise ValueError("column")
    return pd.array(items, dtype=dtype if _BY_VALUE.fullmatch(dtype) else "object")


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
        if len(range(start, stop, step)) > 50_000_000:
            raise ValueError("index")
        return pd.RangeIndex(start, stop, step, name=name)
    if kind == "multi":
        levels, names = rest
        return pd.MultiIndex.from_arrays([_to_values(level) for level in levels], names=names)
    values, name = rest
    return pd.Index(_to_values(values), name=name)
