"""The check of `implementation.validate_batch`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, brief, exercise

from ..material import drawn_word


@exercise(
    minutes=13,
    level="stretch",
    parts={
        "accepts": (2, "turns a sound batch into an array, columns in the contract's order"),
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
    for rng in t.cases(30):
        contract, rows = _batch(rng)
        with t.part("accepts"):
            _expect_accepted(t, validate_batch, rows, contract)
        inside = [{name: float(np.mean(ends)) for name, ends in contract["columns"].items()} for _ in rows]
        for part, what, spoilt, place in _spoilt(inside, contract, rng):
            t.given(trouble=what)
            room = 0 if part == "rows" else 1  # so that a slip about the number of rows costs no other part
            asked = {**contract, "max_rows": contract["max_rows"] + room}
            with t.part(part):
                _expect_rejected(t, validate_batch, spoilt, asked, (part, *place), what)


def _batch(rng: np.random.Generator) -> tuple[dict, list[dict]]:
    """A contract of 3 to 6 columns, and a sound batch with keys in any order, ends of ranges included."""
    columns = {}
    for _ in range(int(rng.integers(3, 7))):
        ends = (-rng.uniform(0.1, 50), rng.uniform(2, 80))  # True and False lie inside: their type decides
        columns[drawn_word(rng)] = tuple(round(float(end), 2) for end in ends)
    rows = []
    for _ in range(int(rng.integers(2, 7))):
        row = {}
        for name in rng.permutation(list(columns)):
            low, high = columns[str(name)]
            value = rng.choice(
                [low, high, float(rng.uniform(low, high)), np.ceil(low)], p=[0.1, 0.1, 0.5, 0.3]
            )
            row[str(name)] = int(value) if value == np.ceil(low) else float(value)
        rows.append(row)
    return {"columns": columns, "max_rows": len(rows) + int(rng.integers(3))}, rows


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
        slips={
            "Columns come in the contract's order, not in the row's.": in_row_order,
            "Whole numbers: the array has lost what stood behind the point.": in_row_order.astype(int),
        },
    )
    t.equal(str(got.dtype), "float64", "the array's dtype")
    t.equal(after[0], rows, "the argument rows after the call")


def _sound(said: tuple, rows: list[dict], contract: dict) -> tuple[str, str]:
    """(what the refused row holds, the likely slip), as far as the refusal says where to look."""
    reason, i, name = (*said, None, None, None)[:3]
    columns = contract["columns"]
    if isinstance(reason, str) and reason == "rows":
        n, most = len(rows), contract["max_rows"]
        return f", with {n} rows of at most {most}", FULL if n == most else ""
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


FULL = "Exactly max_rows rows are allowed: refuse only more."


ENDS = "Both ends of a range are inside: low <= value <= high."


ORDER = "Keys in another order are sound: compare them as a set, and read each value by its name."


WHOLE = "Whole numbers are sound: JSON writes 3.0 as 3 now and then."


Spoilt = Iterator[tuple[str, str, Any, tuple]]


def _spoilt(rows: list[dict], contract: dict, rng: np.random.Generator) -> Spoilt:
    """(reason, what is wrong, the batch, (row, column)): one trouble of each reason."""
    names = list(contract["columns"])
    i, name = int(rng.integers(len(rows))), names[int(rng.integers(len(names)))]
    low, high = contract["columns"][name]

    def put(value: Any) -> list[dict]:
        return [{**row, name: value} if n == i else row for n, row in enumerate(rows)]

    def swap(row: Any) -> list:
        return [*rows[:i], row, *rows[i + 1 :]]

    many = (rows * (contract["max_rows"] + 1))[: contract["max_rows"] + 1]
    rest = {key: value for key, value in rows[i].items() if key != name}
    troubles = {
        "rows": {
            "one row too many": many,
            "one row too many, and no dict": ["x", *many[1:]],
            "an empty list": [],
            "a dict instead of a list": rows[0],
            "None instead of a list": None,
            "a text instead of a list": "[]",
        },
        "columns": {
            "a key too many": swap({**rows[i], drawn_word(rng, 9): 1.0}),
            "a key missing": swap(rest),
            "a key in capitals": swap({**rest, name.upper(): low}),
            "a row that is a list": swap(list(rows[i].values())),
            "a row that is None": swap(None),
        },
        "type": {
            "a number as text": put(str(low)),
            "True": put(True),
            "False": put(False),
            "None": put(None),
            "a list": put([low]),
            "the text nan": put("nan"),
        },
        "finite": {"NaN": put(math.nan), "Infinity": put(math.inf), "-Infinity": put(-math.inf)},
        "range": {
            "a value just above high": put(math.nextafter(high, math.inf)),
            "a value just below low": put(math.nextafter(low, -math.inf)),
            "a value far too low": put(low - 1e6),
            "an int of 400 digits": put(10**400),
        },
    }
    for reason, made in troubles.items():
        what = list(made)[int(rng.integers(len(made)))]
        place = {"rows": (None, None), "columns": (i, None)}.get(reason, (i, name))
        yield reason, what, made[what], place


def _expect_rejected(
    t: Trial, validate_batch: Any, rows: Any, contract: dict, want: tuple, what: str
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
        said = (*error.args, None, None, None)[:3]
        reason = said[0] if isinstance(said[0], str) else brief(said[0])
        t.expect(
            reason == want[0],
            f"The reason, given {what}, is not right.",
            expected=want[0],
            got=f"{error.what}",
            slip=SLIPS.get(what, SLIPS.get(want[0], "")) if (want[0], reason) in CONFUSED else "",
        )
        later = {FROM_ZERO: (want[0], want[1] + 1, want[2])} if want[1] is not None else {}
        t.equal(said, want, f"(reason, row, column), given {what},", slips=later)
        return
    returned = "Rejected came back as a result: raise it, and do not return it."
    t.expect(not brief(got).startswith("Rejected("), f"Given {what}, nothing is raised.", slip=returned)
    slip = SLIPS.get(what, SLIPS.get(want[0], ""))
    t.wrong(f"Given {what}, nothing is raised.", expected=f"Rejected{want}", got=brief(got), slip=slip)


FROM_ZERO = "Rows are counted from 0, as enumerate does."


PYTHON_FIRST = {
    "an int of 400 digits": "Such an int fits into no float: ask math.isfinite of floats only, and convert "
    "when the range has been checked.",
    **dict.fromkeys(
        ("a key missing", "a key in capitals"),
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
    "a key in capitals": KEYS,
    "rows": "Count the rows before you look at one.",
    "an empty list": "An empty batch is refused too.",
    "a dict instead of a list": NO_LIST,
    "None instead of a list": NO_LIST,
    "a text instead of a list": NO_LIST,
}
