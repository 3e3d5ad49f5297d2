"""Plain data as bytes and back, by exact type; nothing is ever unpickled from the learner's side.

A message is one header (msgpack) and the bulk that it refers to (the bytes of arrays and long texts).
The header is small by limit, so what a hostile sender can make the reader build is bounded before
anything is allocated: at most `HEADER_BYTES` of structure, `DEPTH` levels deep, and a bulk that was
already read under the frame limit.

Crossing by value: None, bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, slice,
range, date, datetime, timedelta; Counter, OrderedDict, defaultdict and deque; numpy arrays and scalars of
the kinds in `KINDS`, object arrays of the above; numpy Generators, by their state; DataFrames, Series and
Indexes (`frames`). A subclass of any of these is not that type. What is not plain data is left to the
two ends: `refer` (object → reference) on the sender's, `resolve` (reference → object) on the reader's.
"""

from __future__ import annotations

import datetime as dt
import re
import struct
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

import msgpack
import numpy as np

from autograder.errors import Uncrossable

HEADER_BYTES = 4 << 20
DEPTH = 60
KINDS = "biufcmMSU"
BULK_FROM = 512  # bytes; shorter values stay in the header
FEW = 64  # containers of at most this many items are searched for long texts

REFERENCE = 64  # extension codes from here on belong to `refer` and `resolve`

_DTYPE = re.compile(r"[<>|=]?[biufcmMSU][1-9]\d{0,9}(\[(\d{1,6})?[A-Za-zμ]{1,2}\])?")
_INT, _TUPLE, _SET, _FROZENSET, _COMPLEX, _SLICE, _RANGE = range(1, 8)
_DATETIME, _DATE, _TIMEDELTA, _COUNTER, _ORDERED, _DEFAULT, _DEQUE = range(8, 15)
_ARRAY, _SCALAR, _OBJECTS, _GENERATOR, _PANDAS, _BULK_BYTES, _BULK_STR = range(15, 22)


class Malformed(Exception):
    """A message that no honest sender makes."""


def dumps(value: Any, refer: Callable[[Any], tuple[int, Any]] | None = None) -> bytes:
    """`value` as one message. `refer(object)` gives (code >= REFERENCE, plain payload) or raises Uncrossable."""
    writer = _Writer(refer)
    header = writer.pack(value)
    lengths = [len(header), *(memoryview(part).nbytes for part in writer.bulk)]
    return b"".join([struct.pack(f"<I{len(lengths)}Q", len(lengths), *lengths), header, *writer.bulk])


def loads(message: bytes, resolve: Callable[[int, Any], Any] | None = None, *, trusting: bool = False) -> Any:
    """The value of a message. Raises Malformed; `trusting` readers do not bound the header."""
    try:
        (count,) = struct.unpack_from("<I", message)
        if not 1 <= count <= len(message) // 8:
            raise Malformed("impossible number of parts")
        lengths = struct.unpack_from(f"<{count}Q", message, 4)
        start = 4 + 8 * count
        if sum(lengths) != len(message) - start:
            raise Malformed("parts do not add up")
        if lengths[0] > HEADER_BYTES and not trusting:
            raise Malformed("too much structure: send numbers as a numpy array")
        view, parts = memoryview(message), []
        for length in lengths:
            parts.append(view[start : start + length])
            start += length
        return _Reader(parts[1:], resolve).unpack(parts[0])
    except Malformed:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, AttributeError,
            MemoryError, struct.error, msgpack.UnpackException) as error:  # fmt: skip
        raise Malformed(f"{type(error).__name__}: {error}"[:300]) from None


class _Writer:
    def __init__(self, refer: Callable[[Any], tuple[int, Any]] | None) -> None:
        self.bulk: list[Any] = []
        self._refer = refer
        self._depth = 0

    def pack(self, value: Any) -> bytes:
        self._depth += 1
        if self._depth > DEPTH:
            raise Uncrossable(f"a value nested more than {DEPTH} levels deep cannot cross to the check")
        try:
            value = self._lift(value)
            return msgpack.packb(
                value, default=self._default, strict_types=True, unicode_errors="surrogatepass"
            )
        except (ValueError, RecursionError) as error:  # nested or looping containers
            raise Uncrossable(f"a value cannot cross to the check: {error}") from None
        finally:
            self._depth -= 1

    def _lift(self, value: Any, levels: int = 3) -> Any:
        """`value` with the long texts of its first levels moved to the bulk, where they are not structure."""
        kind = type(value)
        if kind in (bytes, str) and len(value) >= BULK_FROM:
            return self._default(value)
        if levels and kind is list and len(value) <= FEW:
            return [self._lift(item, levels - 1) for item in value]
        if levels and kind is dict and len(value) <= FEW:
            return {key: self._lift(item, levels - 1) for key, item in value.items()}
        return value

    def _ext(self, code: int, payload: Any) -> msgpack.ExtType:
        return msgpack.ExtType(code, self.pack(payload))

    def _store(self, data: Any) -> int:
        self.bulk.append(data)
        return len(self.bulk) - 1

    def _default(self, value: Any) -> msgpack.ExtType:
        kind = type(value)
        if kind is bytes:
            return self._ext(_BULK_BYTES, self._store(value))
        if kind is str:
            return self._ext(_BULK_STR, self._store(value.encode("utf-8", "surrogatepass")))
        if (write := _PLAIN.get(kind)) is not None:
            code, parts = write(value)
            return self._ext(code, parts)
        if kind is np.ndarray:
            return self._array(value)
        if isinstance(value, np.generic) and value.dtype.kind in KINDS and kind.__module__ == "numpy":
            return self._ext(_SCALAR, [value.dtype.str, value.tobytes()])
        if kind is np.random.Generator and type(value.bit_generator) is np.random.PCG64:
            return self._ext(_GENERATOR, value.bit_generator.state)
        if kind.__module__.partition(".")[0] == "pandas":
            from autograder.boundary import frames

            if (parts := frames.take_apart(value)) is not None:
                return self._ext(_PANDAS, parts)
        if self._refer is None:
            raise Uncrossable(f"a {kind.__name__} is not plain data")
        return self._ext(*self._refer(value))

    def _array(self, array: np.ndarray) -> msgpack.ExtType:
        if array.dtype.kind == "O":
            return self._ext(_OBJECTS, [list(array.shape), array.ravel().tolist()])
        if array.dtype.kind not in KINDS or array.dtype.itemsize == 0:
            if self._refer is None:
                raise Uncrossable(f"an array of dtype {array.dtype} is not plain data")
            return self._ext(*self._refer(array))
        data = np.ascontiguousarray(array)
        where = self._store(data.reshape(-1).view(np.uint8).data if data.size else b"")
        return self._ext(_ARRAY, [array.dtype.str, list(array.shape), where])


_PLAIN: dict[type, Callable[[Any], tuple[int, Any]]] = {
    int: lambda v: (_INT, v.to_bytes(v.bit_length() // 8 + 1, "little", signed=True)),
    tuple: lambda v: (_TUPLE, list(v)),
    set: lambda v: (_SET, list(v)),
    frozenset: lambda v: (_FROZENSET, list(v)),
    complex: lambda v: (_COMPLEX, [v.real, v.imag]),
    slice: lambda v: (_SLICE, [v.start, v.stop, v.step]),
    range: lambda v: (_RANGE, [v.start, v.stop, v.step]),
    dt.datetime: lambda v: (_DATETIME, [v.replace(tzinfo=None).isoformat(), _offset(v), v.fold]),
    dt.date: lambda v: (_DATE, v.isoformat()),
    dt.timedelta: lambda v: (_TIMEDELTA, [v.days, v.seconds, v.microseconds]),
    Counter: lambda v: (_COUNTER, dict(v)),
    OrderedDict: lambda v: (_ORDERED, dict(v)),
    defaultdict: lambda v: (_DEFAULT, dict(v)),
    deque: lambda v: (_DEQUE, list(v)),
}


def _offset(moment: dt.datetime) -> float | None:
    offset = moment.utcoffset()
    return None if offset is None else offset.total_seconds()


class _Reader:
    def __init__(self, bulk: list[memoryview], resolve: Callable[[int, Any], Any] | None) -> None:
        self._bulk = bulk
        self._resolve = resolve
        self._depth = 0

    def unpack(self, data: Any) -> Any:
        self._depth += 1
        if self._depth > DEPTH + 4:
            raise Malformed("nested too deep")
        value = msgpack.unpackb(
            data,
            ext_hook=self._ext,
            object_pairs_hook=_mapping,
            strict_map_key=False,
            unicode_errors="surrogatepass",
        )
        self._depth -= 1
        return value

    def _ext(self, code: int, data: bytes) -> Any:
        payload = self.unpack(data)
        if (build := _BUILD.get(code)) is not None:
            return build(payload)
        if code in (_BULK_BYTES, _BULK_STR):
            data = bytes(self._bulk[payload])
            return data if code == _BULK_BYTES else data.decode("utf-8", "surrogatepass")
        if code == _ARRAY:
            dtype, shape, where = payload
            return np.frombuffer(self._bulk[where], _dtype(dtype)).reshape(_shape(shape)).copy()
        if code >= REFERENCE and self._resolve is not None:
            return self._resolve(code, payload)
        raise Malformed(f"unknown extension {code}")


def _mapping(pairs: list[tuple[Any, Any]]) -> dict:
    _refuse_collisions([key for key, _ in pairs])
    return dict(pairs)


def _refuse_collisions(keys: list[Any]) -> None:
    """Many keys of one hash make a dict or set quadratic; honest data never has them."""
    if len(keys) > 64 and len(set(map(hash, keys))) < len(keys) // 2:
        raise Malformed("colliding keys")


def _hashed(kind: type) -> Callable[[list], Any]:
    def build(items: list) -> Any:
        _refuse_collisions(items)
        return kind(items)

    return build


def _dtype(text: str) -> np.dtype:
    if not _DTYPE.fullmatch(text):
        raise Malformed(f"dtype {text[:20]!r}")
    return np.dtype(text)


def _shape(shape: list) -> list[int]:
    if len(shape) > 32 or not all(type(n) is int and n >= 0 for n in shape):
        raise Malformed("shape")
    return shape


def _scalar(parts: list) -> np.generic:
    dtype, data = parts
    (value,) = np.frombuffer(data, _dtype(dtype))
    return value


def _objects(parts: list) -> np.ndarray:
    shape, items = parts
    array = np.empty(len(items), object)
    array[:] = items
    return array.reshape(_shape(shape))


def _datetime(parts: list) -> dt.datetime:
    text, offset, fold = parts
    zone = None if offset is None else dt.timezone(dt.timedelta(seconds=offset))
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def _generator(state: dict) -> np.random.Generator:
    bits = np.random.PCG64(0)
    bits.state = state
    return np.random.Generator(bits)


def _pandas(parts: list) -> Any:
    from autograder.boundary import frames

    return frames.put_together(parts)


_BUILD: dict[int, Callable[[Any], Any]] = {
    _INT: lambda v: int.from_bytes(v, "little", signed=True),
    _TUPLE: tuple,
    _SET: _hashed(set),
    _FROZENSET: _hashed(frozenset),
    _COMPLEX: lambda v: complex(*v),
    _SLICE: lambda v: slice(*v),
    _RANGE: lambda v: range(*v),
    _DATETIME: _datetime,
    _DATE: dt.date.fromisoformat,
    _TIMEDELTA: lambda v: dt.timedelta(*v),
    _COUNTER: Counter,
    _ORDERED: OrderedDict,
    _DEFAULT: lambda v: defaultdict(None, v),
    _DEQUE: deque,
    _SCALAR: _scalar,
    _OBJECTS: _objects,
    _GENERATOR: _generator,
    _PANDAS: _pandas,
}
