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
    minutes=11,
    parts={
        "cells": (3, "seals each text with tenant, row id and column as its AAD"),
        "rest": (2, "keeps missing values, other columns and rows as they are, and leaves its input alone"),
        "fresh": (1, "gives equal texts different bytes"),
        "open": (2, "decrypt_fields gives the texts back, and leaves its input alone"),
        "moved": (2, "decrypt_fields raises InvalidTag for a cell that was moved"),
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
        "decrypt_fields: the same with open_(key, blob, place(...)).decode()",
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
    for rng in t.cases(3):
        df, key, tenant = _patients(rng), rng.bytes(32), f"clinic{rng.integers(10, 100)}"
        columns = ["diagnosis", "note"]
        t.given(rows=len(df), tenant=tenant)
        got, after = None, [df]
        with t.part("cells"), _cell_by_cell(t, encrypt_fields, df):
            got, after = t.observe(encrypt_fields, df, columns, key, tenant)
            _expect_cells(t, got, df, columns, key, tenant)
        with t.part("rest"), _cell_by_cell(t, encrypt_fields, df):
            got = encrypt_fields(df, columns, key, tenant) if got is None else got
            _expect_rest(t, got, df, columns)
            t.equal(after[0], df, "the caller's table after the call")
        with t.part("fresh"), _cell_by_cell(t, encrypt_fields, df):
            _expect_fresh(t, encrypt_fields, key, tenant)
        sealed = _sealed_table(df, columns, key, tenant, rng)
        with t.part("open"), _cell_by_cell(t, decrypt_fields, df):
            clear, after = t.observe(decrypt_fields, sealed, columns, key, tenant)
            _expect_clear(t, clear, df, columns)
            opened = True
            t.equal(after[0], sealed, "the caller's sealed table after the call")
        with t.part("moved"), _cell_by_cell(t, decrypt_fields, df):
            for trouble, table, owner in _moved(sealed, df, columns, key, tenant, rng):
                with t.raises(InvalidTag, trouble):
                    decrypt_fields(table, columns, key, owner)
    with t.part("moved"):
        t.expect(opened, "A decrypt_fields that opens nothing refuses everything: first let it open.")


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


NOTES = ("seen in March", "no allergies", "ask again in May", "naïve to the drug", "")


def _patients(rng: np.random.Generator) -> pd.DataFrame:
    """Nine rows; ids such as "1" and "11", a shuffled index, missing values in both columns to seal.

    The ward is text as well, and stays in the clear.
    """
    n = 9
    ids = ["1", "11", *(str(i) for i in rng.choice(np.arange(20, 99), n - 2, replace=False))]
    diagnosis = [*rng.permutation([*DIAGNOSES, "asthma"]).tolist(), None, "gout"]
    df = pd.DataFrame(
        {
            "id": ids,
            "age": rng.integers(20, 90, n),
            "diagnosis": diagnosis,
            "note": [*NOTES, *rng.choice(NOTES[:3], n - len(NOTES) - 1).tolist(), None],
            "ward": rng.choice(["north", "south"], n).tolist(),
        }
    )
    return df.iloc[rng.permutation(n)].set_index(pd.Index(rng.permutation(n) + 100))


def _plain(column: pd.Series) -> list[Any]:
    return [None if _is_missing(value) else value for value in column]


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or (type(value) is float and value != value)


def _table_like(t: Trial, value: Any, df: pd.DataFrame) -> pd.DataFrame:
    table = t.table(value, "the result", list(df.columns))
    t.equal(list(table.columns), list(df.columns), "the list of columns")
    t.equal(len(table), len(df), "the number of rows")
    return table


def _expect_filled(t: Trial, table: pd.DataFrame, column: str) -> None:
    t.expect(
        any(value is not None for value in _plain(table[column])),
        f"The column {column} is missing in every row.",
        slip="pandas aligned on the index: make the Series with index=df.index.",
    )


def _expect_clear(t: Trial, value: Any, df: pd.DataFrame, columns: Sequence[str]) -> None:
    table = _table_like(t, value, df)
    for column in columns:
        _expect_filled(t, table, column)
        t.equal(_plain(table[column]), _plain(df[column]), f"the column {column}, decrypted")
    _expect_others(t, table, df, columns)


def _expect_cells(
    t: Trial, got: Any, df: pd.DataFrame, columns: Sequence[str], key: bytes, tenant: str
) -> None:
    table = _table_like(t, got, df)
    for column in columns:
        _expect_filled(t, table, column)
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
    _expect_others(t, table, df, columns)
    for column in columns:
        t.equal(
            [value is None for value in _plain(table[column])],
            [value is None for value in _plain(df[column])],
            f"where the column {column} is missing",
            slips={"A missing value stays missing; an empty text is sealed.": [False] * len(df)},
        )


def _expect_others(t: Trial, table: pd.DataFrame, df: pd.DataFrame, columns: Sequence[str]) -> None:
    t.equal(table.index.tolist(), df.index.tolist(), "the index of the result")
    for column in df.columns.difference(columns):
        got = _plain(table[column])
        t.expect(
            not any(type(value) is bytes for value in got),
            f"The column {column} was sealed, and nobody asked for it.",
            slip="Seal the columns that are named, and no others.",
        )
        t.equal(got, _plain(df[column]), f"the column {column}")


def _expect_fresh(t: Trial, encrypt_fields: Any, key: bytes, tenant: str) -> None:
    df = pd.DataFrame({"id": ["1", "2", "3"], "note": ["same"] * 3})
    blobs = []
    for _ in range(2):
        table = _table_like(t, encrypt_fields(df, ["note"], key, tenant), df)
        blobs += [t.instance(blob, bytes, "a sealed cell") for blob in table["note"]]
    t.equal(
        len({blob[:NONCE] for blob in blobs}),
        len(blobs),
        "the number of different nonces in six cells with the same text",
        slips={"The whole table has one nonce: draw one for each cell.": 2},
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
    sealed: pd.DataFrame,
    df: pd.DataFrame,
    columns: Sequence[str],
    key: bytes,
    tenant: str,
    rng: np.random.Generator,
) -> Iterator[tuple[str, pd.DataFrame, str]]:
    """(what happened, the table, the tenant to open it for)."""
    column = columns[int(rng.integers(2))]
    full = np.flatnonzero([value is not None for value in _plain(sealed[column])])
    one, two = rng.choice(full, 2, replace=False).tolist()
    yield "the same table as another tenant's", sealed, f"{tenant}x"
    swapped, place = sealed.copy(), sealed.columns.get_loc(column)
    swapped.iloc[[one, two], place] = sealed[column].iloc[[two, one]].to_numpy()
    yield f"two swapped cells of the column {column}", swapped, tenant
    renamed = sealed.copy()
    renamed.iloc[one, sealed.columns.get_loc("id")] = "100"
    yield "a row whose id was changed", renamed, tenant
    both = [row for row in full if all(_plain(sealed[c])[row] is not None for c in columns)]
    crossed = sealed.copy()
    crossed.iloc[both[0], place] = sealed[columns[1 - columns.index(column)]].iloc[both[0]]
    yield f"a cell of the other column in the column {column}", crossed, tenant
