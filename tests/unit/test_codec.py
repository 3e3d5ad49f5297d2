import datetime as dt
import pickle
import struct
import tracemalloc
from collections import Counter, OrderedDict, defaultdict, deque
from enum import IntEnum
from typing import NamedTuple

import msgpack
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.boundary import codec
from autograder.boundary.arrays import LENGTH
from autograder.boundary.codec import Malformed, dumps, loads
from autograder.errors import Uncrossable

PRIME = (1 << 61) - 1  # what CPython hashes integers modulo: its multiples share a hash
FUZZ = settings(max_examples=300, deadline=None, derandomize=True)
MODEST = settings(max_examples=80, deadline=None, derandomize=True)


def crossed(value):
    return loads(dumps(value))


def message(header, *bulk, lengths=None):
    """A message put together by hand; `header` is bytes, or a value to pack with msgpack."""
    header = header if isinstance(header, bytes) else msgpack.packb(header, strict_types=True)
    lengths = lengths or [len(header), *map(len, bulk)]
    return struct.pack(f"<I{len(lengths)}Q", len(lengths), *lengths) + header + b"".join(bulk)


def ext(code, payload):
    return msgpack.ExtType(code, msgpack.packb(payload, strict_types=True))


def same(a, b):
    """Equal, of the same exact types, with NaN equal to NaN."""
    assert type(a) is type(b)
    if isinstance(a, np.ndarray):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        if a.dtype.kind == "O":
            return all(same(x, y) for x, y in zip(a.ravel(), b.ravel(), strict=True))
        return a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple | deque):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b or (a != a and b != b)


# -- round trips --------------------------------------------------------------------------------------

PLAIN = [
    None,
    True,
    False,
    0,
    -1,
    2**63,
    -(2**64),
    10**4000,
    1.5,
    float("inf"),
    float("nan"),
    1 - 2j,
    "",
    "ä\ud800\x00",
    "x" * 100_000,
    b"",
    b"\x00\xff" * 50_000,
    [],
    [1, [2, [3]]],
    (),
    (1, (2, "a")),
    set(),
    {(1, 2)},
    frozenset({b"x"}),
    {},
    {1: 2, "a": [3], (4, 5): None, None: 6, b"k": 7.5},
    slice(1, None, -2),
    range(3, 30, 3),
    dt.date(2024, 2, 29),
    dt.datetime(2024, 2, 29, 12, 30, 1, 5),
    dt.datetime(2024, 10, 27, 2, 30, fold=1),
    dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
    dt.datetime(2024, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=-3, minutes=-30))),
    dt.timedelta(days=-3, seconds=5, microseconds=7),
    Counter("abracadabra"),
    OrderedDict([("b", 1), ("a", 2)]),
    defaultdict(None, {"a": [1]}),
    deque([1, (2,), "c"]),
]


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: f"{type(value).__name__} {value!r:.20}")
def test_plain_data_crosses_exactly(value):
    assert same(crossed(value), value)
    assert same(crossed([{"inside": (value,)}]), [{"inside": (value,)}])


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**200), 2**200),
    st.floats(),
    st.complex_numbers(),
    st.text(st.characters()),  # lone surrogates included
    st.binary(),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(dt.UTC)),
    st.timedeltas(),
)
KEYS = st.one_of(st.none(), st.integers(), st.text(), st.binary(), st.tuples(st.integers(), st.text()))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.lists(inner).map(deque),
        st.dictionaries(KEYS, inner),
        st.dictionaries(KEYS, inner).map(OrderedDict),
        st.sets(KEYS),
        st.frozensets(KEYS),
    ),
    max_leaves=12,
)
DTYPES = st.one_of(
    npst.boolean_dtypes(),
    npst.integer_dtypes(endianness="?"),
    npst.unsigned_integer_dtypes(endianness="?"),
    npst.floating_dtypes(endianness="?"),
    npst.complex_number_dtypes(),
    npst.byte_string_dtypes(),
    npst.unicode_string_dtypes(),
    npst.datetime64_dtypes(max_period="Y", min_period="ns"),
    npst.timedelta64_dtypes(max_period="Y", min_period="ns"),
)
ARRAYS = DTYPES.flatmap(lambda dtype: npst.arrays(dtype, npst.array_shapes(min_dims=0, min_side=0)))


@MODEST
@given(VALUES)
def test_any_plain_value_crosses_exactly(value):
    assert same(crossed(value), value)


@MODEST
@given(ARRAYS)
def test_any_plain_array_crosses_exactly(array):
    assert same(crossed(array), array)


@MODEST
@given(ARRAYS.filter(lambda array: array.size))
def test_any_numpy_scalar_crosses_exactly(array):
    value = array.ravel()[0]
    got = crossed(value)
    assert type(got) is type(value) and got.dtype == value.dtype and got.tobytes() == value.tobytes()


@pytest.mark.parametrize("value", [np.str_(""), np.bytes_(b""), np.str_("ä"), np.longdouble(1) / 3])
def test_numpy_scalars_of_odd_length_cross_exactly(value):
    got = crossed(value)
    assert type(got) is type(value) and got == value


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3).T,
        np.arange(10)[::-3],
        np.asfortranarray(np.eye(3)),
        np.array([[1, "a"], [None, 2.5]], object),
    ],
    ids=["transposed", "strided", "fortran", "objects"],
)
def test_arrays_cross_whatever_their_layout(array):
    assert same(crossed(array), array)


def test_an_array_of_lists_stays_an_array_of_lists():
    array = np.empty(2, object)
    array[0], array[1] = [1, 2], [3, 4]
    assert same(crossed(array), array)
    assert crossed(pd.Series([[1, 2], [3, 4]])).tolist() == [[1, 2], [3, 4]]


def test_an_array_is_a_copy_that_can_be_written():
    got = crossed(np.zeros(3))
    got[0] = 1
    assert got.tolist() == [1, 0, 0]


def test_bytes_of_every_kind_arrive_as_bytes():
    for value in (bytearray(b"ab"), memoryview(b"ab")):
        assert type(crossed(value)) is bytes and crossed(value) == b"ab"


def test_a_generator_crosses_by_its_state():
    rng = np.random.default_rng(7)
    rng.random(5)
    got = crossed(rng)
    assert got is not rng
    assert got.random(4).tolist() == rng.random(4).tolist()


MOMENTS = pd.to_datetime(["2024-01-01", None, "2024-03-01"])
SERIES = {
    "floats": pd.Series([1.5, None], name="x"),
    "small floats": pd.Series([1.5, 2], dtype="float16"),
    "booleans": pd.Series([True, False], index=["a", "b"]),
    "texts": pd.Series(["a", None, "b"]),
    "texts by name": pd.Series(["a", None], dtype="string"),
    "objects": pd.Series(["a", 1, None, (2,)], dtype=object),
    "texts as objects": pd.Series(["a", "b"], dtype=object),
    "nullable integers": pd.Series([1, None], dtype="Int64"),
    "nullable floats": pd.Series([1.5, None], dtype="Float32"),
    "nullable booleans": pd.Series([True, None], dtype="boolean"),
    "categories": pd.Series(pd.Categorical(["b", None, "a"], categories=["b", "a", "c"], ordered=True)),
    "numbered categories": pd.Series(pd.Categorical([3, 1, 3])),
    "moments": pd.Series(MOMENTS),
    "zoned moments": pd.Series(MOMENTS.tz_localize("Europe/Berlin")),
    "far moments": pd.Series(pd.to_datetime(["5000-01-01"]).tz_localize("UTC")),
    "fixed offsets": pd.Series(pd.to_datetime(["2024-01-01 00:00+01:00"])),
    "spans of time": pd.Series(pd.to_timedelta(["1h", None])),
    "periods": pd.Series(pd.period_range("2024-01", periods=3, freq="M")),
    "bins": pd.cut(pd.Series([1, 5, 9]), [0, 4, 10]),
    "intervals": pd.Series(pd.interval_range(0, 3)),
    "empty": pd.Series([], dtype=object),
    "a tuple for a name": pd.Series([1], name=("a", 1)),
    "stamps for a name": pd.Series([1], name=pd.Timestamp("2024-01-01")),
}
INDICES = {
    "range": pd.RangeIndex(2, 20, 3, name="r"),
    "integers": pd.Index([3, 1], dtype="int8", name="i"),
    "texts": pd.Index(["a", "b"]),
    "texts as objects": pd.Index(["a", "b"], dtype=object),
    "objects": pd.Index([1, "a", None]),
    "moments": MOMENTS,
    "zoned moments": MOMENTS.tz_localize("UTC"),
    "spans of time": pd.to_timedelta(["1h", "2h"]),
    "categories": pd.CategoricalIndex(["b", "a", None]),
    "levels": pd.MultiIndex.from_tuples([(1, "a"), (2, None)], names=["x", "y"]),
    "intervals": pd.interval_range(0, 3, closed="left"),
    "periods": pd.period_range("2024-01", periods=3, freq="M"),
}


@pytest.mark.parametrize("series", SERIES.values(), ids=SERIES)
def test_a_series_crosses_exactly(series):
    pd.testing.assert_series_equal(crossed(series), series, check_freq=False)
    frame = pd.DataFrame({"a": series.array, "b": range(len(series))}, index=series.index)
    pd.testing.assert_frame_equal(crossed(frame), frame, check_freq=False)


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_an_index_crosses_exactly(index):
    pd.testing.assert_index_equal(crossed(index), index, exact=True)
    frame = pd.DataFrame({"n": np.arange(len(index))}, index=index)
    pd.testing.assert_frame_equal(crossed(frame), frame, check_freq=False)
    across = pd.DataFrame([np.arange(len(index))], columns=index)
    pd.testing.assert_frame_equal(crossed(across), across, check_freq=False)


def test_frames_of_odd_shapes_cross_exactly():
    for frame in (
        pd.DataFrame(),
        pd.DataFrame(index=[1, 2]),
        pd.DataFrame(columns=["a"]),
        pd.DataFrame([[1, "x"]], columns=["a", "a"]),
    ):
        pd.testing.assert_frame_equal(crossed(frame), frame)


@pytest.mark.parametrize(
    "value",
    [
        pd.Timestamp("2024-01-01").as_unit("s"),
        pd.Timestamp("5000-01-01"),
        pd.Timestamp("2024-06-01", tz="Europe/Berlin"),
        pd.Timestamp("2024-06-01 00:00+02:00"),
        pd.Timedelta("1s").as_unit("s"),
        pd.Timedelta("-3 days"),
        pd.Interval(0, 1.5, closed="both"),
        pd.Period("2024-05", "M"),
    ],
    ids=repr,
)
def test_pandas_scalars_cross_exactly(value):
    got = crossed(value)
    assert type(got) is type(value) and got == value and repr(got) == repr(value)
    assert getattr(got, "unit", "") == getattr(value, "unit", "")


def test_the_missing_values_of_pandas_are_themselves():
    assert crossed(pd.NaT) is pd.NaT and crossed(pd.NA) is pd.NA


# -- what is not plain --------------------------------------------------------------------------------


class Int(int):
    pass


class Text(str):
    pass


class Array(np.ndarray):
    pass


class Number(np.float64):
    pass


class Frame(pd.DataFrame):
    pass


class Colour(IntEnum):
    RED = 1


class Point(NamedTuple):
    x: int


def _subclass(kind):
    return type("Sub", (kind,), {})()


NOT_PLAIN = {
    "int": Int(1),
    "str": Text("a"),
    "enum": Colour.RED,
    "namedtuple": Point(1),
    "list": _subclass(list),
    "dict": _subclass(dict),
    "set": _subclass(set),
    "float": _subclass(float),
    "bytes": _subclass(bytes),
    "counter": _subclass(Counter),
    "numpy array": np.zeros(2).view(Array),
    "masked array": np.ma.masked_array([1, 2], [True, False]),
    "matrix": np.asmatrix([[1]]),
    "numpy scalar": Number(1.5),
    "frame": Frame({"a": [1]}),
    "function": len,
    "class": int,
    "module": np,
    "object": object(),
    "records": np.zeros(2, [("a", int)]),
    "texts of no length": np.zeros(2, np.dtype([("a", "S0"), ("b", "i4")]))["a"],
    "another bit generator": np.random.Generator(np.random.MT19937(1)),
    "ellipsis": ...,
    "not implemented": NotImplemented,
    "lambda": lambda: 1,
    "iterator": iter([1]),
}


@pytest.mark.parametrize("value", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_is_not_exactly_plain_stays_where_it_is(value):
    with pytest.raises(Uncrossable):
        dumps(value)
    kept = []

    def refer(item):
        kept.append(item)
        return codec.REFERENCE, len(kept) - 1

    sent = dumps([1, {"k": (value,)}], refer)
    assert len(kept) == 1 and kept[0] is value
    assert loads(sent, lambda code, number: (code, kept[number])) == [1, {"k": ((codec.REFERENCE, value),)}]


def test_a_column_of_a_dtype_that_has_no_plain_form_is_refused():
    with pytest.raises(Uncrossable, match="Sparse"):
        dumps(pd.Series(pd.arrays.SparseArray([0, 1])))


def test_a_reference_needs_somebody_to_resolve_it():
    with pytest.raises(Malformed):
        loads(message(ext(codec.REFERENCE, 1)))


def test_a_value_that_is_nested_too_deep_is_refused():
    for wrap in (lambda value: (value,), lambda value: [value], lambda value: {"k": value}):
        value = 0
        for _ in range(codec.DEPTH - 2):
            value = wrap(value)
        assert crossed(value) == value
        for _ in range(10):
            value = wrap(value)
        with pytest.raises((Uncrossable, Malformed)):
            crossed(value)


def test_levels_of_different_kinds_add_up():
    value = 0
    for _ in range(30):
        value = ([[[value]]],)
    with pytest.raises(Malformed, match="deep"):
        crossed(value)


def test_a_container_that_holds_itself_is_refused():
    loop: list = []
    loop.append(loop)
    knot: list = []
    knot.append((knot,))
    ring: dict = {}
    ring["self"] = [ring]
    for value in (loop, knot, ring):
        with pytest.raises(Uncrossable):
            dumps(value)


# -- hostile messages ---------------------------------------------------------------------------------

ARRAY, SCALAR, OBJECTS, PANDAS = codec._ARRAY, codec._SCALAR, codec._OBJECTS, codec._PANDAS
ENDLESS = ext(codec._RANGE, [0, LENGTH - 1, 1])
RANGE_INDEX = ["range", 0, 1 << 40, 1, None]


def collide(count):
    return [ext(codec._INT, (PRIME * (i + 2**9)).to_bytes(12, "little", signed=True)) for i in range(count)]


def beside_honest(keys):
    return [*keys, *range(2 * len(keys))]


REFUSED = {
    "empty": b"",
    "no parts": struct.pack("<I", 0),
    "more parts than bytes": struct.pack("<I", 1 << 31),
    "a length that is too long": message(1, lengths=[2]),
    "a length that is too short": message([1, 2], lengths=[1]),
    "lengths that wrap around": message(1, b"", lengths=[1 << 63, (1 << 63) + 1]),
    "a part that nothing refers to": message(1, *[b""] * 40),
    "not msgpack": message(b"\xc1"),
    "two values": message(b"\x01\x01"),
    "half a value": message(b"\x92\x01"),
    "an unknown extension": message(ext(63, 1)),
    "an extension that msgpack reserves": message(b"\xd4\xf0\x01"),
    "a list for a key": message(b"\x81\x90\x01"),
    "an endless tuple": message(ext(codec._TUPLE, ENDLESS)),
    "an endless set": message(ext(codec._SET, ENDLESS)),
    "an endless deque": message(ext(codec._DEQUE, ENDLESS)),
    "an endless complex": message(ext(codec._COMPLEX, ENDLESS)),
    "endless objects": message(ext(OBJECTS, [[LENGTH - 1], ENDLESS])),
    "endless codes": message(
        ext(PANDAS, ["index", ["plain", ["category", ENDLESS, ["values", [], "object"], False], None]])
    ),
    "a range without end": message(ext(codec._RANGE, [0, 1 << 40, 1])),
    "a counter of a list": message(ext(codec._COUNTER, collide(3000))),
    "an ordered dict of pairs": message(ext(codec._ORDERED, [[key, 1] for key in collide(3000)])),
    "colliding keys": message(dict.fromkeys(collide(3000), 1)),
    "colliding keys among others": message(dict.fromkeys(beside_honest(collide(3000)), 1)),
    "a colliding set": message(ext(codec._SET, beside_honest(collide(3000)))),
    "an empty dtype": message(ext(ARRAY, ["|S0", [5], 0]), b""),
    "a dtype of objects": message(ext(ARRAY, ["|O", [1], 0]), b"\x00" * 8),
    "a record dtype": message(ext(ARRAY, ["i4,i4", [1], 0]), b"\x00" * 8),
    "a void dtype": message(ext(ARRAY, ["|V8", [1], 0]), b"\x00" * 8),
    "a dtype by name": message(ext(ARRAY, ["float64", [1], 0]), b"\x00" * 8),
    "a negative shape": message(ext(ARRAY, ["<i8", [-1], 0]), b"\x00" * 8),
    "a shape that does not fit": message(ext(ARRAY, ["<i8", [3], 0]), b"\x00" * 8),
    "a huge empty shape": message(ext(ARRAY, ["<i8", [0, 1 << 40], 0]), b""),
    "many axes": message(ext(ARRAY, ["<i8", [1] * 65, 0]), b"\x00" * 8),
    "a shape of floats": message(ext(ARRAY, ["<i8", [1.0], 0]), b"\x00" * 8),
    "bytes that do not fit": message(ext(ARRAY, ["<i8", [1], 0]), b"\x00" * 7),
    "a part that is not there": message(ext(ARRAY, ["<i8", [1], 1]), b"\x00" * 8),
    "a part counted from the end": message(ext(ARRAY, ["<i8", [1], -1]), b"\x00" * 8),
    "one part twice": message([ext(ARRAY, ["<i8", [1], 0])] * 2, b"\x00" * 8),
    "letters outside Unicode": message(ext(ARRAY, ["<U1", [1], 0]), b"\xff" * 4),
    "letters outside Unicode, swapped": message(ext(ARRAY, [">U1", [1], 0]), b"\xff" * 4),
    "a scalar of many": message(ext(SCALAR, ["<i8", b"\x00" * 16])),
    "a text scalar of bytes": message(ext(SCALAR, ["U", b"ab"])),
    "objects that do not fit": message(ext(OBJECTS, [[3], [1]])),
    "objects of a negative shape": message(ext(OBJECTS, [[-1], [1]])),
    "a long index": message(ext(PANDAS, ["index", RANGE_INDEX])),
    "a long frame": message(ext(PANDAS, ["frame", ["range", 0, 0, 1, None], [], RANGE_INDEX])),
    "a frame without its columns": message(
        ext(PANDAS, ["frame", ["range", 0, 2, 1, None], [], ["range", 0, 1, 1, None]])
    ),
    "a series longer than its index": message(
        ext(PANDAS, ["series", ["values", [1, 2], "object"], ["range", 0, 1, 1, None], None])
    ),
    "a pickle in a column": message(
        ext(PANDAS, ["series", ["pickle", pickle.dumps(print)], ["range", 0, 1, 1, None], None])
    ),
    "a dtype that pandas would look up": message(
        ext(PANDAS, ["series", ["values", [1], "Sparse[int]"], ["range", 0, 1, 1, None], None])
    ),
    "a zone that is a path": message(
        ext(PANDAS, ["index", ["plain", ["zoned", [], "datetime64[ns, ../../x]"], None]])
    ),
    "a text for a moment": message(ext(PANDAS, ["timestamp", "now", None])),
    "another kind of pandas": message(ext(PANDAS, ["store", 1])),
    "a generator of another kind": message(ext(codec._GENERATOR, {"bit_generator": "MT19937"})),
    "a date that is none": message(ext(codec._DATE, "2024-02-30")),
    "an integer of a list": message(ext(codec._INT, [1, 2])),
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_a_message_that_no_honest_sender_makes_is_refused_before_it_costs(sent):
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            loads(sent)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_honest_keys_do_not_collide():
    keys = {-1: 0, -2: 0, **{n * (1 << 32): n for n in range(2000)}}
    assert crossed(keys) == keys and crossed(set(keys)) == set(keys)


def test_the_structure_of_a_message_is_bounded_but_not_its_numbers():
    assert crossed(np.zeros(codec.HEADER_BYTES)).size == codec.HEADER_BYTES
    many = [0.5] * (codec.HEADER_BYTES // 8)
    with pytest.raises(Malformed, match="numpy"):
        loads(dumps(many))
    assert loads(dumps(many), trusting=True) == many


def test_a_boolean_counts_once_whatever_its_byte():
    claimed = np.full(4, 7, np.uint8).view(bool)
    got = crossed(claimed)
    assert got.view(np.uint8).tolist() == [1, 1, 1, 1] and np.count_nonzero(got) == 4


def test_a_pickle_is_only_bytes():
    class Mine:
        def __reduce__(self):
            return pytest.fail, ("it was unpickled",)

    planted = pickle.dumps(Mine())
    assert crossed(planted) == planted
    assert crossed({"frame": [planted]}) == {"frame": [planted]}


def read(sent):
    """What happens with bytes of any kind: a value or Malformed, and nothing else."""
    try:
        return loads(bytes(sent), lambda code, payload: ("remote", code))
    except Malformed as error:
        return error


@FUZZ
@given(st.binary(max_size=200))
@example(struct.pack("<IQ", 1, 5) + b"\xdd\xff\xff\xff\xff")
@example(struct.pack("<IQ", 1, 5) + b"\xdf\xff\xff\xff\xff")
def test_random_bytes_are_a_value_or_malformed(data):
    read(data)
    read(message(data))


HONEST = [
    dumps(value)
    for value in (
        [1, "a", None, {"k": (1.5, b"x")}, {1, 2}],
        np.arange(6.0).reshape(2, 3),
        pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.Categorical(["u", "v"])}),
        pd.Series(MOMENTS.tz_localize("UTC"), index=list("abc")),
        pd.DataFrame({"n": [1.5]}, index=pd.MultiIndex.from_tuples([(1, "a")])),
        [dt.datetime(2024, 1, 1, tzinfo=dt.UTC), Counter("aab"), np.datetime64("2024"), 2**70],
        [np.random.default_rng(1), pd.Timestamp("2024-01-01"), pd.Interval(0, 1), np.str_("ab")],
        {"text": "y" * 600, "objects": np.array([1, "a"], object)},
    )
]


@FUZZ
@given(st.sampled_from(HONEST), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=4))
def test_an_honest_message_with_bytes_changed_is_a_value_or_malformed(sent, changes):
    data = bytearray(sent)
    for place, value in changes:
        data[place % len(data)] = value
    read(data)


@FUZZ
@given(st.sampled_from(HONEST), st.data())
def test_an_honest_message_cut_or_doubled_is_a_value_or_malformed(sent, data):
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(sent))] * 2)))
    read(sent[:end])
    read(sent[start:])
    read(sent[:end] + sent[start:])


WORDS = [
    "array", "values", "category", "zoned", "range", "multi", "plain", "frame", "series",
    "index", "intervals", "periods", "object", "Int64", "<f2", "<M8[Y]", "|b1", "<U3", "datetime64[ns, UTC]",
]  # fmt: skip
PARTS = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63),
        st.text(max_size=5),
        st.binary(max_size=9),
        st.sampled_from(WORDS),
    ),
    lambda inner: st.lists(inner, max_size=5) | st.builds(ext, st.integers(1, 21), inner),
    max_leaves=15,
)


@FUZZ
@given(st.integers(1, 21), PARTS, st.lists(st.binary(max_size=32), max_size=2))
@example(PANDAS, ["index", ["plain", ["array", ext(ARRAY, ["<f2", [2], 0])], None]], [b"\x00" * 4])
def test_any_structure_of_our_own_extensions_is_a_value_or_malformed(code, payload, bulk):
    read(message(ext(code, payload), *bulk))
