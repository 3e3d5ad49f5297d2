"""The check of `implementation.validate_batch`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, brief, exercise

from ..material import drawn_word


@exercise(
    minutes=13,
    level="stretch",
    parts={
        "accepts": (
            2,
            "turns a sound batch into an array, columns in the contract's order, and changes nothing",
        ),
        "rows": (1, 'refuses with "rows", before it looks at any row'),
        "columns": (2, 'refuses with "columns", and says in which row'),
        "type": (2, 'refuses with "type", and says where'),
        "finite": (1, 'refuses with "finite", and says where'),
        "range": (2, 'refuses with "range", and says where'),
    },
    hints=(
        "Walk through the rows and, within a row, through the contract's columns, and ask the questions of "
        "the "
        "table from the top. Which of Python's comparisons are true for NaN? Is True an int?",
        "type(value) not in (int, float) leaves out booleans, which isinstance does not. math.isfinite is "
        "for "
        "floats: an int of 400 digits does not fit into one, so ask it of floats only, and compare with "
        "low and "
        "high before you convert.",
        "is it a list, and is its length between 1 and max_rows? Else: rows\n"
        "each row, with its index:\n"
        "    is it a dict, and are its keys, order aside, the contract's? Else: columns, and the index\n"
        "    each column of the contract, with low and high, and the row's value under it:\n"
        "        the type itself is int or float; a float is finite; the value is within low and high\n"
        "        the first question that says no gives the reason, with the index and the name\n"
        "an array of floats: for each row, its values in the order of the contract's columns",
    ),
    debrief=(
        "Sends what the parser turns into something else: a text, a NaN that passes every comparison, a "
        "million rows.",
        "Refuses at the door, with a reason that can be counted and a place that can be looked at. A jump "
        "in one "
        "reason is an alarm.",
    ),
    standards=("PW.5.1", "AML.T0029"),
)
def validate_batch(t: Trial, validate_batch) -> None:
    seen = Seen()
    for number, rng in enumerate(t.cases(6)):
        contract = _contract(rng, columns=1 if number == 1 else 3 + number % 3)
        for what, rows, most in _sound_batches(contract, rng):
            t.given(batch=what)
            with t.part("accepts"):
                _expect_accepted(t, validate_batch, rows, {**contract, "max_rows": most})
                seen.accepts = True
        names = list(contract["columns"])
        inside = [
            {name: float(np.mean(ends)) for name, ends in contract["columns"].items()} for _ in range(4)
        ]
        places = [(0, names[0]), (3, names[-1]), (int(rng.integers(4)), names[int(rng.integers(len(names)))])]
        for part, what, spoilt, place in _spoilt(inside, contract, places[number % 3], rng):
            t.given(trouble=what)
            with t.part(part):
                _expect_rejected(t, validate_batch, spoilt, contract, (part, *place), what, seen)
                t.expect(seen.accepts, "A contract that no batch can keep is of no use, whatever it refuses.")


@dataclass
class Seen:
    """What the answer did so far: whether it took a sound batch, and whether it raised Rejected at all."""

    accepts: bool = False
    refuses: bool = False


def _contract(rng: np.random.Generator, columns: int) -> dict:
    """Ranges that hold True and False, so that their type decides; the last takes very large ints."""
    ranges = {}
    for number in range(columns):
        ends = (-rng.uniform(0.1, 50), rng.uniform(2, 80)) if number else (-1e30, 1e30)
        ranges[drawn_word(rng)] = tuple(round(float(end), 2) for end in ends)
    return {"columns": dict(reversed(ranges.items())), "max_rows": 5}


def _sound_batches(contract: dict, rng: np.random.Generator) -> Iterator[tuple[str, list[dict], int]]:
    """(what, rows, max_rows) of batches that keep the contract: its own boundaries, one by one."""
    columns = contract["columns"]

    def drawn(order: list[str]) -> dict:
        return {name: float(rng.uniform(*columns[name])) for name in order}

    names = list(columns)
    yield "one row", [drawn(names)], 5
    yield "one row, of one at most", [drawn(names)], 1
    yield "three rows", [drawn(names) for _ in range(3)], 5
    yield "as many rows as are allowed", [drawn(names) for _ in range(5)], 5
    yield "keys the other way round", [drawn(names[::-1]), drawn(names)], 5
    mixed = [[str(name) for name in rng.permutation(names)] for _ in range(3)]
    yield "keys in any order", [drawn(order) for order in mixed], 3
    for end, which in enumerate(("low", "high")):
        yield f"every value at {which}", [{name: ends[end] for name, ends in columns.items()}], 5
    whole = {name: math.ceil(low) for name, (low, _) in columns.items()}
    yield "whole numbers", [whole, drawn(names)], 5
    yield "an int of 26 digits", [drawn(names), {**drawn(names), names[-1]: 10**25 + 1}], 5


def _expect_accepted(t: Trial, validate_batch: Any, rows: list[dict], contract: dict) -> None:
    d = len(contract["columns"])
    try:
        got, after = t.observe(validate_batch, rows, contract)
    except LearnerError as error:
        if error.kind != "Rejected":
            raise
        found, slip = _sound(error.args, rows, contract)
        t.wrong(f"A sound batch was refused{found}.", expected="an array", got=error.what, slip=slip)
    got = t.array(got, "the array", shape=(len(rows), d), kind="biuf")
    in_row_order = np.array([list(row.values()) for row in rows], float)
    t.close(
        got,
        np.array([[row[name] for name in contract["columns"]] for row in rows], float),
        "the array",
        rtol=0,
        atol=0,
        slips={"Columns come in the contract's order, not in the row's.": in_row_order},
    )
    t.equal(str(got.dtype), "float64", "the array's dtype")
    for value, before, what in zip(after, (rows, contract), ("rows", "contract"), strict=True):
        slip = "Leave both arguments as they were: a 3 stays a 3, and keys keep their order."
        t.expect(_same(value, before), f"The argument {what} has changed.", slip=slip)


def _same(a: Any, b: Any) -> bool:
    """Equal in types and in the order of keys too."""
    if type(a) is not type(b):
        return False
    if isinstance(b, dict):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in b)
    return len(a) == len(b) and all(map(_same, a, b)) if isinstance(b, list | tuple) else a == b


def _sound(said: tuple, rows: list[dict], contract: dict) -> tuple[str, str]:
    """(what the refused row holds, the likely slip), as far as the refusal says where to look."""
    reason, i, name = (*said, None, None, None)[:3]
    columns = contract["columns"]
    if isinstance(reason, str) and reason == "rows":
        n, most = len(rows), contract["max_rows"]
        return f", with {n} rows of at most {most}", FULL if n == most else SINGLE if n == 1 else ""
    if type(i) is not int or not 0 <= i < len(rows):
        return "", ""
    if not (isinstance(name, str) and name in columns):
        other = list(rows[i]) != list(columns)
        return (
            f", whose row {i} has the contract's keys{', in another order' * other}",
            ORDER if other else "",
        )
    value, (low, high) = rows[i][name], columns[name]
    slip = ENDS if value in (low, high) else WHOLE if type(value) is int and reason == "type" else ""
    return f" for the value {value!r} between {low!r} and {high!r}", slip


SINGLE = "One row is a batch too."


FULL = "Exactly max_rows rows are allowed: refuse only more."


ENDS = "Both ends of a range are inside: low <= value <= high."


ORDER = "Keys in another order are sound: compare them as a set, and read each value by its name."


WHOLE = "Whole numbers are sound: JSON writes 3.0 as 3 now and then."


Spoilt = Iterator[tuple[str, str, Any, tuple]]


def _spoilt(rows: list[dict], contract: dict, place: tuple[int, str], rng: np.random.Generator) -> Spoilt:
    """(reason, what is wrong, the batch, (row, column)): each trouble, in one row, or at one value."""
    i, name = place
    low, high = contract["columns"][name]

    def put(value: Any) -> list[dict]:
        return [{**row, name: value} if n == i else row for n, row in enumerate(rows)]

    def swap(row: Any) -> list:
        return [*rows[:i], row, *rows[i + 1 :]]

    many = (rows * 2)[: contract["max_rows"] + 1]
    rest = {key: value for key, value in rows[i].items() if key != name}
    troubles = {
        "rows": {
            "one row too many": many,
            "one row too many, and no dict": ["x", *many[1:]],
            "an empty list": [],
            "a dict instead of a list": rows[0],
            "a tuple instead of a list": tuple(rows),
            "None instead of a list": None,
            "a text instead of a list": "[]",
            "a number instead of a list": 1,
        },
        "columns": {
            "a key too many": swap({**rows[i], drawn_word(rng, 9): 1.0}),
            "a key missing": swap(rest),
            "no keys": swap({}),
            "a key in capitals": swap({**rest, name.upper(): low}),
            "a row that is a list": swap(list(rows[i].values())),
            "a row that is None": swap(None),
            "a row that is a text": swap("x"),
        },
        "type": {
            "a number as text": put(str(low)),
            "True": put(True),
            "False": put(False),
            "None": put(None),
            "a list": put([low]),
            "a dict": put({name: low}),
            "the text nan": put("nan"),
        },
        "finite": {"NaN": put(math.nan), "Infinity": put(math.inf), "-Infinity": put(-math.inf)},
        "range": {
            "a value just above high": put(math.nextafter(high, math.inf)),
            "a value just below low": put(math.nextafter(low, -math.inf)),
            "a value far too low": put(low * 2 - 1e6),
            "an int above high": put(math.floor(high) + 1 if high < 2**53 else 2 * int(high)),
            "an int of 400 digits": put(10**400),
        },
    }
    for reason, made in troubles.items():
        where = {"rows": (None, None), "columns": (i, None)}.get(reason, (i, name))
        for what, batch in made.items():
            yield reason, what, batch, where


def _expect_rejected(
    t: Trial, validate_batch: Any, rows: Any, contract: dict, want: tuple, what: str, seen: Seen
) -> None:
    try:
        got = validate_batch(rows, contract)
    except LearnerError as error:
        if error.kind == "NotImplementedError":
            raise
        own = error.kind == "ValueError" and not re.search(PYTHON_SAYS, error.what)
        t.expect(
            error.kind == "Rejected",
            f"Given {what}, the wrong error is raised.",
            expected="Rejected",
            got=error.what,
            slip="Raise Rejected, the class above: a caller must be able to count its reasons."
            if own
            else PYTHON_FIRST.get(what, "Python's own error came first: ask before you use the value."),
        )
        seen.refuses = True
        said = (*error.args, None, None, None)[:3]
        reason = said[0] if isinstance(said[0], str) else brief(said[0])
        t.expect(
            reason == want[0],
            f"The reason, given {what}, is not right.",
            expected=want[0],
            got=f"{error.what}",
            slip=SLIPS.get(what, SLIPS.get(want[0], ""))
            if seen.accepts and (want[0], reason) in CONFUSED
            else "",
        )
        later = {FROM_ZERO: (want[0], want[1] + 1, want[2])} if want[1] is not None else {}
        t.equal(said, want, f"(reason, row, column), given {what},", slips=later)
        return
    returned = "Rejected came back as a result: raise it, and do not return it."
    shown = brief(got)
    t.expect(not shown.startswith("Rejected("), f"Given {what}, nothing is raised.", slip=returned)
    slip = SLIPS.get(what, SLIPS.get(want[0], "")) if seen.refuses else NEVER
    t.wrong(f"Given {what}, nothing is raised.", expected=f"Rejected{want}", got=shown, slip=slip)


NEVER = "Nothing was refused so far: raise Rejected, and let it through."


FROM_ZERO = "Rows are counted from 0, as enumerate does."


PYTHON_FIRST = {
    "an int of 400 digits": "Such an int fits into no float: ask math.isfinite of floats only, and convert "
    "when the range has been checked.",
    **dict.fromkeys(
        ("a key missing", "no keys", "a key in capitals"),
        "Compare the row's keys with the contract's before you read a value.",
    ),
}


PYTHON_SAYS = "convert|invalid literal|setting an array|unpack|truth value|inhomogeneous"


#: (the reason to give, the reason given) where the likely slip of the first fits.
CONFUSED = {("finite", "range"), ("rows", "columns"), ("rows", "type"), ("type", "range"), ("type", "finite")}


BOOLEAN = "bool is a kind of int, and isinstance says so: compare the type itself."


NO_LIST = 'Whatever is no list is refused with "rows": ask for its type first.'


INFINITE = "The reason for infinity is finite, and not range: ask math.isfinite before you compare."


KEYS = "Compare all keys at once: none of the contract's may be missing, and no other may be there."


CONVERTED = "Converting first hides what was sent: look at the type before you convert."


#: What is wrong, or the reason to give → the likely slip of an answer that gives another reason, or none.
SLIPS = {
    "True": BOOLEAN,
    "False": BOOLEAN,
    "a number as text": CONVERTED,
    "the text nan": CONVERTED,
    "NaN": "Every comparison with NaN is false: ask math.isfinite before you compare.",
    "Infinity": INFINITE,
    "-Infinity": INFINITE,
    "a key too many": KEYS,
    "a key missing": KEYS,
    "no keys": KEYS,
    "a key in capitals": KEYS,
    "rows": "Count the rows before you look at one.",
    "an empty list": "An empty batch is refused too.",
    "a dict instead of a list": NO_LIST,
    "a tuple instead of a list": NO_LIST,
    "None instead of a list": NO_LIST,
    "a text instead of a list": NO_LIST,
    "a number instead of a list": NO_LIST,
}
