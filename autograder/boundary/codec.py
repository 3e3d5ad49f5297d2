"""Plain data as bytes and back, by exact type; nothing is ever unpickled from the learner's side.

A message is one header (msgpack) and the bulk that it refers to (the bytes of arrays and long texts).
The header is small by limit, so what a hostile sender can make the reader build is bounded before
anything is allocated: at most `HEADER_BYTES` of structure, `DEPTH` levels deep, and a bulk that was
already read under the frame limit.

Crossing by value: None, bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, slice,
range, date, datetime, timedelta; Counter, OrderedDict, defaultdict and deque; numpy arrays and scalars of
the kinds in `KINDS`, object arrays of the above; numpy Generators, by their state; DataFrames, Series and
Indexes (`frames`). A subclass of any of these is not that type; a bytearray or a memoryview arrives as
bytes. What is not plain data is left to the
two ends: `refer` (object → reference) on the sender's, `resolve` (reference → object) on the reader's.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import msgpack
import numpy as np

from autograder.boundary import arrays
from autograder.boundary.arrays import KINDS
from autograder.errors import Uncrossable

HEADER_BYTES = 4 << 20
DEPTH = 60
SAME_HASH = 64  # keys of one dict or set that may share a hash
REFERENCE_BYTES = 3  # the least that the header spends to refer to one part of the bulk
BULK_FROM = 512  # bytes; shorter values stay in the header
FEW = 256  # containers of at most this many items are searched for long texts

REFERENCE = 64  # extension codes from here on belong to `refer` and `resolve`

_INT, _TUPLE, _SET, _FROZENSET, _COMPLEX, _SLICE, _RANGE = range(1, 8)
_DATETIME, _DATE, _TIMEDELTA, _COUNTER, _ORDERED, _DEFAULT, _DEQUE = range(8, 15)
_ARRAY, _SCALAR, _OBJECTS, _GENERATOR, _PANDAS, _BULK_BYTES, _BULK_STR = range(15, 22)


class Malformed(Exception):
    """A message that no honest sender makes."""


def dumps(value: Any, refer: Callable[[Any], tuple[int, Any]] | None = None) -> bytes:
    """`value` as one message; `refer(object)` gives (code >= REFERENCE, payload) or raises Uncrossable."""
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
        if count - 1 > lengths[0] // REFERENCE_BYTES:
            raise Malformed("more parts than are referred to")
        ends = list(accumulate(lengths, initial=start))
        reader = _Reader(memoryview(message), ends, resolve)
        return reader.unpack(memoryview(message)[start : ends[1]])
    except Malformed:
        raise
    except Exception as error:  # of numpy, pandas or msgpack: whatever they raise for parts that do not fit
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

    def _lift(self, value: Any, levels: int = 6) -> Any:
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
            return self._ext(_SCALAR, arrays.scalar_parts(value))
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
    """`ends` are where the parts of `message` begin, and where the last one ends; part 0 is the header."""

    def __init__(
        self, message: memoryview, ends: list[int], resolve: Callable[[int, Any], Any] | None
    ) -> None:
        self._message, self._ends, self._resolve = message, ends, resolve
        self._taken: set[int] = set()
        self._depth = 0  # of the value that is being read, counted from the outside
        self._height = 0  # of what was read last, counted from the inside

    def unpack(self, data: Any) -> Any:
        self._depth += 1
        if self._depth > DEPTH + 4:
            raise Malformed("nested too deep")
        beside, self._height = self._height, 0
        value = msgpack.unpackb(
            data,
            ext_hook=self._ext,
            object_pairs_hook=_mapping,
            strict_map_key=False,
            unicode_errors="surrogatepass",
            timestamp=3,  # msgpack's own extension, which no sender of ours uses: a plain datetime
        )
        self._depth -= 1
        self._height = max(beside, self._height + 1 + _levels(value))
        if self._height > DEPTH + 4:
            raise Malformed("nested too deep")
        return value

    def _part(self, number: int) -> memoryview:
        """A part of the bulk, which is referred to once: else a small message could make a huge value."""
        if type(number) is not int or not 0 <= number < len(self._ends) - 2 or number in self._taken:
            raise Malformed("part")
        self._taken.add(number)
        return self._message[self._ends[number + 1] : self._ends[number + 2]]

    def _ext(self, code: int, data: bytes) -> Any:
        payload = self.unpack(data)
        if code in _BUILD:
            kind, build = _BUILD[code]
            if type(payload) is not kind:  # a range, say, which a tuple would be made of item by item
                raise Malformed(f"extension {code} of a {type(payload).__name__}")
            return build(payload)
        if code in (_BULK_BYTES, _BULK_STR):
            data = bytes(self._part(payload))
            return data if code == _BULK_BYTES else data.decode("utf-8", "surrogatepass")
        if code == _ARRAY:
            dtype, shape, where = payload
            return arrays.array(dtype, shape, self._part(where))
        if code >= REFERENCE and self._resolve is not None:
            return self._resolve(code, payload)
        raise Malformed(f"unknown extension {code}")


def _levels(value: Any) -> int:
    """How many lists and dicts are in one another; what is too deep could not even be compared."""
    level, count = [value], 0
    while level := [
        item
        for box in level
        if type(box) in _BOXES
        for item in (box.values() if type(box) is dict else box)
        if type(item) in _BOXES
    ]:
        count += 1
    return count


_BOXES = (list, dict)


def _mapping(pairs: list[tuple[Any, Any]]) -> dict:
    _refuse_collisions([key for key, _ in pairs])
    return dict(pairs)


def _refuse_collisions(keys: list[Any]) -> None:
    """Many keys of one hash make a dict or set quadratic; honest data never has them."""
    if len(keys) > SAME_HASH and max(Counter(map(hash, keys)).values()) > SAME_HASH:
        raise Malformed("colliding keys")


def _hashed(kind: type) -> Callable[[list], Any]:
    def build(items: list) -> Any:
        _refuse_collisions(items)
        return kind(items)

    return build


def _datetime(parts: list) -> dt.datetime:
    text, offset, fold = parts
    zone = None if offset is None else dt.timezone(dt.timedelta(seconds=offset))
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def _range(parts: list) -> range:
    found = range(*parts)
    if len(found) > arrays.LENGTH:
        raise Malformed(f"a range of more than {arrays.LENGTH:,} numbers")
    return found


def _pandas(parts: list) -> Any:
    from autograder.boundary import frames

    return frames.put_together(parts)


#: Extension code → the type that its payload must have, and what makes the value of it.
_BUILD: dict[int, tuple[type, Callable[[Any], Any]]] = {
    _INT: (bytes, lambda v: int.from_bytes(v, "little", signed=True)),
    _TUPLE: (list, tuple),
    _SET: (list, _hashed(set)),
    _FROZENSET: (list, _hashed(frozenset)),
    _COMPLEX: (list, lambda v: complex(*v)),
    _SLICE: (list, lambda v: slice(*v)),
    _RANGE: (list, _range),
    _DATETIME: (list, _datetime),
    _DATE: (str, dt.date.fromisoformat),
    _TIMEDELTA: (list, lambda v: dt.timedelta(*v)),
    _COUNTER: (dict, Counter),
    _ORDERED: (dict, OrderedDict),
    _DEFAULT: (dict, lambda v: defaultdict(None, v)),
    _DEQUE: (list, deque),
    _SCALAR: (list, arrays.scalar),
    _OBJECTS: (list, arrays.array_of_objects),
    _GENERATOR: (dict, arrays.generator),
    _PANDAS: (list, _pandas),
}
