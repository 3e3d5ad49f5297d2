"""Answers to `implementation.validate_batch`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import math

import numpy as np

from autograder.exercise import Answers, Wrong


class Rejected(ValueError):
    def __init__(self, reason, row=None, column=None):
        super().__init__(reason, row, column)


def batch_by_columns(rows, contract):
    """In passes: the whole batch's shape first, then types, then an array and its values."""
    columns = contract["columns"]
    if not isinstance(rows, list) or len(rows) == 0 or len(rows) > contract["max_rows"]:
        raise Rejected("rows")
    for i, row in enumerate(rows):
        if not isinstance(row, dict) or set(row) != set(columns):
            raise Rejected("columns", i)
    cells = [(i, name, row[name]) for name in columns for i, row in enumerate(rows)]
    for i, name, value in cells:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Rejected("type", i, name)
    for i, name, value in cells:
        if value != value or value in (math.inf, -math.inf):
            raise Rejected("finite", i, name)
        if value < columns[name][0] or value > columns[name][1]:
            raise Rejected("range", i, name)
    return np.column_stack([[float(row[name]) for row in rows] for name in columns])


def batch_as_it_comes(rows, contract):
    return np.array([list(row.values()) for row in rows], dtype=float)


def batch_never(rows, contract):
    raise Rejected("range", 0, next(iter(contract["columns"])))


def _batch(rows, contract, *, kinds=(int, float), exactly=True, finite=True, inside=True, places=True,
           ordered=True, rows_first=True, keys_exact=True, most=0, first=0, range_first=False):  # fmt: skip
    columns = contract["columns"]

    def count():
        if type(rows) is not list or not 0 < len(rows) <= contract["max_rows"] + most:
            raise Rejected("rows")

    if rows_first or type(rows) is not list:
        count()
    for i, row in enumerate(rows, first):
        where = (i,) if places else ()
        if type(row) is not dict or not columns.keys() <= row.keys():
            raise Rejected("columns", *where)
        if keys_exact and row.keys() != columns.keys():
            raise Rejected("columns", *where)
        for name, (low, high) in columns.items():
            value, where = row[name], (i, name) if places else ()
            if (type(value) not in kinds) if exactly else not isinstance(value, kinds):
                raise Rejected("type", *where)
            if range_first and not low <= value <= high:
                raise Rejected("range", *where)
            if finite and type(value) is float and not math.isfinite(value):
                raise Rejected("finite", *where)
            if (value < low or value > high) if inside else not low < value < high:
                raise Rejected("range", *where)
    count()
    return np.array([[row[name] for name in (columns if ordered else row)] for row in rows], dtype=float)


def batch_with_true(rows, contract):
    return _batch(rows, contract, exactly=False)


def batch_with_nan(rows, contract):
    return _batch(rows, contract, finite=False)


def batch_one_row_short(rows, contract):
    return _batch(rows, contract, most=-1)


def batch_with_rows_from_one(rows, contract):
    return _batch(rows, contract, first=1)


def batch_range_first(rows, contract):
    return _batch(rows, contract, range_first=True)


def batch_that_returns(rows, contract):
    try:
        return _batch(rows, contract)
    except Rejected as refusal:
        return refusal


def batch_of_known_keys(rows, contract):
    if type(rows) is list and 0 < len(rows) <= contract["max_rows"]:
        known = [{name: row[name] for name in contract["columns"]} for row in rows if type(row) is dict]
        rows = known if len(known) == len(rows) else rows
    return _batch(rows, contract)


def batch_without_ends(rows, contract):
    return _batch(rows, contract, inside=False)


def batch_without_places(rows, contract):
    return _batch(rows, contract, places=False)


def batch_in_row_order(rows, contract):
    return _batch(rows, contract, ordered=False)


def batch_with_value_error(rows, contract):
    try:
        return _batch(rows, contract)
    except Rejected as refusal:
        raise ValueError(f"the batch is not sound: {refusal}") from None


def batch_of_nothing(rows, contract):
    return _batch(rows, contract) if rows != [] else np.zeros((0, len(contract["columns"])))


def batch_in_one_order_only(rows, contract):
    if type(rows) is list and 0 < len(rows) <= contract["max_rows"]:
        for i, row in enumerate(rows):
            if type(row) is not dict or list(row) != list(contract["columns"]):
                raise Rejected("columns", i)
    return _batch(rows, contract)


def batch_of_floats_only(rows, contract):
    return _batch(rows, contract, kinds=(float,))


def batch_counted_last(rows, contract):
    return _batch(rows, contract, rows_first=False)


def batch_with_more_keys(rows, contract):
    return _batch(rows, contract, keys_exact=False)


def batch_converted_first(rows, contract):
    for i, row in enumerate(rows if type(rows) is list and len(rows) <= contract["max_rows"] else []):
        for name in contract["columns"]:
            if type(row) is dict and type(row.get(name)) is str:
                try:
                    rows = [*rows[:i], {**row, name: float(row[name])}, *rows[i + 1 :]]
                except ValueError:
                    raise Rejected("type", i, name) from None
    return _batch(rows, contract)


def batch_isfinite_of_everything(rows, contract):
    if type(rows) is list and 0 < len(rows) <= contract["max_rows"]:
        for i, row in enumerate(rows):
            for name, value in row.items() if type(row) is dict else ():
                if type(value) in (int, float) and not math.isfinite(value):
                    raise Rejected("finite", i, name)
    return _batch(rows, contract)


def batch_of_two_at_least(rows, contract):
    if type(rows) is list and len(rows) == 1:
        raise Rejected("rows")
    return _batch(rows, contract)


def batch_that_looks_at_the_first_row(rows, contract):
    if type(rows) is list and rows and len(rows) <= contract["max_rows"]:
        _batch(rows[:1], contract)
        if all(type(row) is dict and row.keys() == contract["columns"].keys() for row in rows):
            return np.array([[row[name] for name in contract["columns"]] for row in rows], dtype=float)
    return _batch(rows, contract)


def batch_that_looks_at_the_first_column(rows, contract):
    name = next(iter(contract["columns"]))
    open_wide = dict.fromkeys(contract["columns"], (-math.inf, math.inf))
    return _batch(rows, {**contract, "columns": {**open_wide, name: contract["columns"][name]}})


def batch_converted_in_place(rows, contract):
    made = _batch(rows, contract)
    for row in rows:
        for name in row:
            row[name] = float(row[name])
    return made


def batch_sorted_in_place(rows, contract):
    made = _batch(rows, contract)
    for row in rows:
        for name in sorted(row):
            row[name] = row.pop(name)
    return made


def batch_that_pops_the_contract(rows, contract):
    most = contract.pop("max_rows")
    return _batch(rows, {**contract, "max_rows": most})


def batch_of_small_floats(rows, contract):
    return _batch(rows, contract).astype("float32").astype(float)


def batch_of_objects(rows, contract):
    return _batch(rows, contract).astype(object)


def batch_without_a_lower_end(rows, contract):
    columns = {name: (-math.inf, high) for name, (_, high) in contract["columns"].items()}
    return _batch(rows, {**contract, "columns": columns})


def batch_of_a_tuple(rows, contract):
    return _batch(list(rows) if isinstance(rows, tuple) else rows, contract)


ANSWERS = Answers(
    right=[batch_by_columns],
    wrong=[
        Wrong(
            batch_as_it_comes,
            "accepts",
            "not in the row's",
            # numpy and dict.values() raise errors of their own, of four kinds
            also=(
                "Nothing was refused so far: raise Rejected, and let it through.",
                "Python's own error came first: ask before you use the value.",
                "Compare the row's keys with the contract's before you read a value.",
                "Such an int fits into no float: ask math.isfinite of floats only, and convert when the "
                "range has been checked.",
            ),
        ),
        Wrong(batch_never, "accepts", "A sound batch was refused"),
        Wrong(batch_of_two_at_least, "accepts", "One row is a batch too"),
        Wrong(batch_that_looks_at_the_first_row, "range", "nothing is raised"),
        Wrong(batch_that_looks_at_the_first_column, "range", "nothing is raised"),
        Wrong(batch_converted_in_place, "accepts", "a 3 stays a 3"),
        Wrong(batch_sorted_in_place, "accepts", "keys keep their order"),
        Wrong(batch_that_pops_the_contract, "accepts", "The argument contract has changed"),
        Wrong(batch_of_small_floats, "accepts", "The array is not right"),
        Wrong(batch_of_objects, "accepts", "the wrong kind of values"),
        Wrong(batch_without_a_lower_end, "range", "a value just below low"),
        Wrong(batch_with_true, "type", "bool is a kind of int"),
        Wrong(batch_with_nan, "finite", "ask math.isfinite before you compare"),
        Wrong(batch_range_first, "finite", "ask math.isfinite before you compare"),
        Wrong(batch_one_row_short, "accepts", "Exactly max_rows rows are allowed"),
        Wrong(batch_with_rows_from_one, "columns", "Rows are counted from 0"),
        Wrong(batch_that_returns, "rows", "raise it, and do not return it"),
        Wrong(batch_of_known_keys, "columns", "Compare"),
        Wrong(batch_without_ends, "accepts", "Both ends of a range are inside"),
        Wrong(batch_with_value_error, "rows", "Raise Rejected, the class above"),
        Wrong(batch_of_a_tuple, "rows", "Whatever is no list is refused"),
        Wrong(batch_of_nothing, "rows", "An empty batch is refused too"),
        Wrong(batch_in_one_order_only, "accepts", "Keys in another order are sound"),
        Wrong(batch_of_floats_only, "accepts", "Whole numbers are sound"),
        Wrong(batch_without_places, "columns", "(reason, row, column)"),
        Wrong(batch_in_row_order, "accepts", "not in the row's"),
        Wrong(batch_counted_last, "rows", "Count the rows before"),
        Wrong(batch_with_more_keys, "columns", "Compare all keys at once"),
        Wrong(batch_converted_first, "type", "look at the type before you convert"),
        Wrong(batch_isfinite_of_everything, "range", "ask math.isfinite of floats only"),
    ],
)
