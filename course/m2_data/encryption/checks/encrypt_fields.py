"""The check of `encryption.encrypt_fields`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from cryptography.exceptions import InvalidTag

from autograder.exercise import LearnerError, Trial, exercise

from ..material import DIAGNOSES, NONCE, after_seal, open_blob, place_of, seal_with


@exercise(
    minutes=16,
    level="stretch",
    parts={
        "cells": (3, "seals each text with tenant, row id and column as its AAD"),
        "rest": (2, "keeps missing values, other columns and rows as they are, and leaves its input alone"),
        "fresh": (1, "gives equal texts different bytes"),
        "open": (2, "decrypt_fields gives the texts back, and leaves its input alone"),
        "moved": (
            2,
            "decrypt_fields raises InvalidTag for a cell that was moved, or that holds a plain text",
        ),
    },
    hints=(
        "What belongs to a cell's place? The tenant, the row's `id` and the column's name. Not the row's "
        "number: a table that is sorted would not open any more.",
        "Copy the table. For each column in turn, go through ids and values side by side; seal each value "
        "that is not missing (pd.isna tells) with place(tenant, row_id, column). Decrypting is the same "
        "walk with open_.",
        "result = df.copy()\n"
        "for column in columns:\n"
        "    cells = [None if pd.isna(text) else seal(key, text.encode(), place(tenant, row_id, column))\n"
        "             for row_id, text in zip(df['id'], df[column])]\n"
        "    result[column] = pd.Series(cells, index=df.index, dtype=object)\n"
        "decrypt_fields: the same with open_(key, blob, place(...)).decode(), and before it\n"
        "    if any(isinstance(cell, str) for cell in df[column]): raise InvalidTag",
    ),
    debrief=(
        "With write access and no key: copies the cell that says *healthy* over the one that does not, or a "
        "rich tenant's balance over a poor one's.",
        "Binds each cell to its place, so that a moved one does not open. Knows what still shows: which "
        "cells are empty, how long the texts are, and the columns left in the clear.",
    ),
    standards=("AML.M0012", "AML.T0037", "PS.1.2"),
)
def encrypt_fields(t: Trial, encrypt_fields, decrypt_fields) -> None:
    opened = False
    for number, rng in enumerate(t.cases(len(TABLES))):
        rows, count = TABLES[number]
        columns = rng.permutation(COLUMNS)[:count].tolist()
        df, key, tenant = _patients(rng, rows, columns), rng.bytes(32), f"Clinic{rng.integers(10, 100)} "
        df.index.name = ("row", None)[number % 2]
        t.given(rows=rows, columns=columns, tenant=tenant)
        with t.part("cells"), _cell_by_cell(t, encrypt_fields, df):
            _expect_cells(t, encrypt_fields(df, columns, key, tenant), df, columns, key, tenant)
        with t.part("rest"), _cell_by_cell(t, encrypt_fields, df):
            got, after = t.observe(encrypt_fields, df, list(columns), key, tenant)
            _expect_rest(t, got, df, columns)
            _expect_kept(t, after[0], df, [], "the caller's table after the call")
            t.equal(after[1], columns, "the caller's list of columns after the call")
        sealed = _sealed_table(df, columns, key, tenant, rng)
        with t.part("open"), _cell_by_cell(t, decrypt_fields, df):
            clear, after = t.observe(decrypt_fields, sealed, list(columns), key, tenant)
            _expect_clear(t, clear, df, columns)
            opened = True
            _expect_kept(t, after[0], sealed, [], "the caller's sealed table after the call")
            t.equal(after[1], columns, "the caller's list of columns after the call")
            for column in columns if count > 1 else ():  # the others stay sealed
                clear = decrypt_fields(sealed, [column], key, tenant)
                _expect_kept(t, _table_like(t, clear, sealed), sealed, [column], "the result")
        with t.part("moved"), _cell_by_cell(t, decrypt_fields, df):
            for trouble, table, owner in _moved(sealed, columns, tenant) if rows > 1 else ():
                with t.raises(InvalidTag, trouble):
                    decrypt_fields(table, columns, key, owner)
            for trouble, table in _with_a_text(sealed, columns):
                with t.raises(InvalidTag, trouble, slip=NO_BLOB):
                    decrypt_fields(table, columns, key, tenant)
    with t.part("fresh"), _cell_by_cell(t, encrypt_fields, df):
        _expect_fresh(t, encrypt_fields)
    with t.part("moved"):
        t.expect(opened, "A decrypt_fields that opens nothing refuses everything: first let it open.")


#: (rows, columns to seal); in the last table a column is missing in every row.
TABLES = ((9, 2), (7, 1), (6, 3), (1, 2), (0, 1), (3, 0), (3, 1))
COLUMNS = ("diagnosis", "note", "allergy", "history")
NO_BLOB = "Somebody wrote a text where a blob belongs: raise InvalidTag for a str."
TEXTS = (" naïve to the drug\n", *DIAGNOSES, "asthma")


@contextmanager
def _cell_by_cell(t: Trial, walk: Any, df: pd.DataFrame) -> Iterator[None]:
    """Where `walk` stops at an unwritten `seal` or at a missing value, the part says so."""
    with after_seal(t, walk, df, [], bytes(32), ""):
        try:
            yield
        except (AttributeError, TypeError) as error:
            if not isinstance(error, LearnerError) or not any(word in error.message for word in MISSING):
                raise
            t.wrong(
                "Your code stops at a missing value.",
                expected="the value stays missing",
                got=error.report(),
                slip="A missing value can be None or NaN: pd.isna() finds both.",
            )


#: How Python names what a missing value is, in the errors that one causes.
MISSING = ("'float'", "'NoneType'", "NAType")


def _patients(rng: np.random.Generator, rows: int, columns: Sequence[str]) -> pd.DataFrame:
    """Ids such as "1", "11" and one with quotes, an index that is not in order, and columns of several types.

    In each column to seal a text is empty, one is None and one is NaN, if there are rows enough; every
    other one of these columns has dtype object. The ward is text as well, and stays in the clear.
    """
    cells = ["gout", None, np.nan, "", *TEXTS] if (rows, len(columns)) != TABLES[-1] else [None] * rows
    data: dict[str, Any] = {
        "id": ["1", "11", 'É "7" ', *(str(i) for i in rng.choice(np.arange(20, 99), 9, replace=False))][
            :rows
        ],
        "age": rng.integers(20, 90, rows).astype("int16"),
        "weight": np.where(rng.random(rows) < 0.3, np.nan, rng.integers(50, 90, rows)),
        "ward": pd.array(["north", None, *rng.choice(["north", "south"], 9).tolist()][:rows], dtype="str"),
    }
    for number, column in enumerate(columns):
        texts = np.empty(rows, object)
        texts[:] = [cells[i] for i in rng.permutation(rows)]
        data[column] = texts if number % 2 else pd.array(texts, dtype="str")
    df = pd.DataFrame(data)[rng.permutation(list(data)).tolist()]
    return df.iloc[rng.permutation(rows)].set_index(pd.Index(rng.permutation(rows) + 100))


def _plain(column: pd.Series) -> list[Any]:
    return [None if _is_missing(value) else value for value in column]


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or (type(value) is float and value != value)


def _table_like(t: Trial, value: Any, df: pd.DataFrame) -> pd.DataFrame:
    table = t.table(value, "the result", list(df.columns))
    t.equal(list(table.columns), list(df.columns), "the list of columns")
    t.equal(len(table), len(df), "the number of rows")
    return table


def _expect_filled(t: Trial, table: pd.DataFrame, column: str, df: pd.DataFrame) -> None:
    aligned = len(df) > 1 and any(_plain(df[column])) and not any(_plain(table[column]))
    t.expect(
        not aligned,
        f"The column {column} is missing in every row.",
        slip="pandas aligned on the index: make the Series with index=df.index.",
    )


def _expect_clear(t: Trial, value: Any, df: pd.DataFrame, columns: Sequence[str]) -> None:
    table = _table_like(t, value, df)
    for column in columns:
        _expect_filled(t, table, column, df)
        t.equal(_plain(table[column]), _plain(df[column]), f"the column {column}, decrypted")
    _expect_kept(t, table, df, columns, "the result")


def _expect_cells(
    t: Trial, got: Any, df: pd.DataFrame, columns: Sequence[str], key: bytes, tenant: str
) -> None:
    table = _table_like(t, got, df)
    for column in columns:
        _expect_filled(t, table, column, df)
        cells = zip(range(len(df)), df["id"], _plain(df[column]), _plain(table[column]), strict=True)
        for number, row_id, text, blob in cells:
            if text is None:
                continue
            t.instance(blob, bytes, f"a sealed cell of the column {column}")
            aad = place_of(tenant, row_id, column)
            if open_blob(key, blob, aad) == text.encode():
                continue
            mistaken = {
                "The tenant is not bound: the cell opens at another tenant's too.": place_of(row_id, column),
                "The row is not bound: the cell opens in every row.": place_of(tenant, column),
                "The column is not bound: the cell opens in every column.": place_of(tenant, row_id),
                "Bind the row's id, not its number: rows get sorted.": place_of(tenant, number, column),
                "Bind the row's id, not its place in the index.": place_of(tenant, df.index[number], column),
                "Glued together, (1, 11) and (11, 1) are the same text: use place().": (
                    f"{tenant}{row_id}{column}".encode()
                ),
                "There is no AAD: the cell opens anywhere.": b"",
                "The order is tenant, row id, column.": place_of(row_id, column, tenant),
            }
            slips = (slip for slip, bound in mistaken.items() if open_blob(key, blob, bound) is not None)
            t.wrong(
                f"A cell of the column {column} does not open with place(tenant, row id, column).",
                expected=f"a seal of {len(text.encode())} bytes under {aad.decode()}",
                got=f"{len(blob)} bytes",
                slip=next(slips, ""),
            )


def _expect_rest(t: Trial, got: Any, df: pd.DataFrame, columns: Sequence[str]) -> None:
    table = _table_like(t, got, df)
    _expect_kept(t, table, df, columns, "the result")
    for column in columns:
        cells, texts = _plain(table[column]), _plain(df[column])
        t.equal(
            [cell is None for cell in cells],
            [text is None for text in texts],
            f"where the column {column} is missing",
            slips={"A missing value stays missing; an empty text is sealed.": [False] * len(df)},
        )
        sealed = all(type(cell) is bytes for cell in cells if cell is not None)
        t.expect(sealed, f"The column {column} is not sealed: to leave all as it is proves nothing.")
        if texts:
            t.equal(str(table[column].dtype), "object", f"the dtype of the sealed column {column}")


def _expect_kept(t: Trial, table: pd.DataFrame, df: pd.DataFrame, columns: Sequence[str], what: str) -> None:
    """All but `columns` is as in `df`: values and their types, order, index and its name."""
    t.equal(list(table.columns), list(df.columns), f"the list of columns of {what}")
    t.equal(table.index.tolist(), df.index.tolist(), f"the index of {what}")
    named = (str(df.index.dtype), df.index.name)
    t.equal((str(table.index.dtype), table.index.name), named, f"the type and name of the index of {what}")
    for column in [name for name in df.columns if name not in columns]:
        got, want = _plain(table[column]), _plain(df[column])
        changed = {type(value) for value in got} ^ {type(value) for value in want}
        slip = "Take the columns that are named, and no others."
        slip = slip if bytes in changed and what == "the result" else ""
        t.expect(got == want, f"The column {column} of {what} changed.", expected=want, got=got, slip=slip)
        t.equal(str(table[column].dtype), str(df[column].dtype), f"the dtype of {column} in {what}")


def _expect_fresh(t: Trial, encrypt_fields: Any) -> None:
    """Four rows and three columns, twice: each way to share a nonce gives another number of them."""
    columns = ["note", "history", "allergy"]
    df = pd.DataFrame({"id": ["1", "2", "3", "4"]} | {column: ["same"] * 4 for column in columns})
    nonces = set()
    for _ in range(2):
        table = _table_like(t, encrypt_fields(df, columns, bytes(32), "clinic1"), df)
        for column in columns:
            cells = [t.instance(blob, bytes, "a sealed cell") for blob in table[column]]
            nonces |= {blob[:NONCE] for blob in cells}
    t.equal(
        len(nonces),
        24,
        "the number of different nonces in the 24 cells of two tables",
        slips={
            "One nonce for all: draw one for each cell.": 1,
            "A whole table has one nonce: draw one for each cell.": 2,
            "All cells of a column have one nonce: draw one for each cell.": 6,
            "All cells of a row have one nonce: draw one for each cell.": 8,
            "The nonce is made from the cell: the next table has the same ones. Draw it.": 12,
        },
    )
    t.at_least(
        min(len(set(column)) for column in zip(*nonces, strict=True)),
        12,
        "the least number of values that a byte of the nonce takes in 24 cells",
        slip="Draw all 12 bytes of a nonce: a counter starts again after a restart.",
    )


def _sealed_table(
    df: pd.DataFrame, columns: Sequence[str], key: bytes, tenant: str, rng: np.random.Generator
) -> pd.DataFrame:
    """As `encrypt_fields` makes it; what is missing is None in the first column and NaN in the others."""
    table = df.copy()
    for column in columns:
        cells = [
            (None if column == columns[0] else np.nan)
            if text is None
            else seal_with(key, text.encode(), place_of(tenant, row_id, column), rng.bytes(NONCE))
            for row_id, text in zip(df["id"], _plain(df[column]), strict=True)
        ]
        table[column] = pd.Series(cells, index=df.index, dtype=object)
    return table


def _moved(
    sealed: pd.DataFrame, columns: Sequence[str], tenant: str
) -> Iterator[tuple[str, pd.DataFrame, str]]:
    """(what happened, the table, the tenant to open it for): every column, and every way to move a cell."""
    if any(cell is not None for column in columns for cell in _plain(sealed[column])):
        yield "the same table as another tenant's", sealed, f"{tenant}x"
    for column in columns:
        place = sealed.columns.get_loc(column)
        filled = np.array([cell is not None for cell in _plain(sealed[column])])
        full, missing = np.flatnonzero(filled), np.flatnonzero(~filled)
        if len(full) < 2:
            continue
        one, two = int(full[0]), int(full[-1])
        for trouble, rows, come_from in (
            (f"two swapped cells of the column {column}", [one, two], [two, one]),
            (f"a cell of the column {column} copied over another one", [one], [two]),
            (f"a cell of the column {column} copied to where none was", [int(missing[0])], [one]),
        ):
            moved = sealed.copy()
            moved.iloc[rows, place] = sealed[column].iloc[come_from].to_numpy()
            yield trouble, moved, tenant
        renamed = sealed.copy()
        renamed.iloc[one, sealed.columns.get_loc("id")] = "100"
        yield "a row whose id was changed", renamed, tenant
        for other in [name for name in columns if name != column]:
            crossed = sealed.copy()
            crossed.iloc[:, place] = sealed[other]
            yield f"the cells of the column {other} in the column {column}", crossed, tenant


def _with_a_text(sealed: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """(what happened, the table): a plain text, shorter or longer than a nonce and a tag, in one cell."""
    for column in columns:
        for row, text in ((0, "healthy"), (len(sealed) - 1, "healthy, and nothing else to report")):
            if len(sealed):
                table = sealed.copy()
                table[column] = table[column].astype(object)
                table.iloc[row, sealed.columns.get_loc(column)] = text
                yield f"the plain text {text!r} in a cell of the column {column}", table
