"""numpy values as plain parts and back, for the codec: dtype as text, shape, bytes.

What reads parts raises ValueError or TypeError for those that no honest sender makes, before it allocates.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

KINDS = "biufcmMSU"
LENGTH = 50_000_000  # of what has a length but no bytes: a range, an index, an empty array's other axes
LAST_LETTER = 0x10FFFF

_DTYPE = re.compile(r"[<>|=]?[biufcmMSU][1-9]\d{0,9}(\[(\d{1,6})?[A-Za-zμ]{1,2}\])?")
_TEXTS: dict[str, tuple[type, type]] = {"U": (np.str_, str), "S": (np.bytes_, bytes)}


def array(dtype: str, shape: list[int], data: Any) -> np.ndarray:
    """The array of `shape` whose bytes are `data`, as a copy."""
    return _items(_dtype(dtype), data).reshape(_shape(shape))


def scalar_parts(value: np.generic) -> list:
    """An empty text has no dtype that an array's bytes could be read by, so texts go as texts."""
    kind = value.dtype.kind
    return [kind, value.item()] if kind in _TEXTS else [value.dtype.str, value.tobytes()]


def scalar(parts: list) -> np.generic:
    """The scalar of `scalar_parts`."""
    dtype, data = parts
    if dtype in _TEXTS:
        kind, plain = _TEXTS[dtype]
        if type(data) is not plain:
            raise TypeError("scalar")
        return kind(data)
    (value,) = _items(_dtype(dtype), data)
    return value


def objects(items: list) -> np.ndarray:
    """An object array of shape (len(items),), whatever the items are: numpy looks into none of them."""
    made = np.empty(len(items), object)
    for index, item in enumerate(items):
        made[index] = item
    return made


def array_of_objects(parts: list) -> np.ndarray:
    """The object array of [shape, items]."""
    shape, items = parts
    if type(items) is not list:
        raise TypeError("items")
    return objects(items).reshape(_shape(shape))


def generator(state: dict) -> np.random.Generator:
    """The Generator whose PCG64 is in `state`."""
    bits = np.random.PCG64(0)
    bits.state = state
    return np.random.Generator(bits)


def _dtype(text: str) -> np.dtype:
    if not _DTYPE.fullmatch(text):
        raise ValueError(f"dtype {text[:20]!r}")
    return np.dtype(text)


def _shape(shape: Any) -> list[int]:
    if type(shape) is not list or len(shape) > 32 or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError("shape")
    if 0 in shape and math.prod(n or 1 for n in shape) > LENGTH:
        raise ValueError("shape")
    return shape


def _items(dtype: np.dtype, data: Any) -> np.ndarray:
    if dtype.kind == "b":  # a byte of a boolean is 0 or 1; one of 7 would be counted as seven
        return np.frombuffer(data, np.uint8) != 0
    items = np.frombuffer(data, dtype)
    if dtype.kind == "U" and items.size and items.view(f"{dtype.byteorder}u4").max() > LAST_LETTER:
        raise ValueError("a letter that is not in Unicode")
    return items.copy()
