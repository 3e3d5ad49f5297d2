"""Answers to `encryption.encrypt_fields`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import os
from hashlib import sha256
from itertools import count

import pandas as pd
from cryptography.exceptions import InvalidTag

from autograder.exercise import Answers, Wrong

from ..material import place_of
from ._fields import (
    cell_by_cell,
    column_by_column,
    decrypt_cells,
    encrypt_cells,
    opening,
    place_of_cell,
    sealing,
)
from .seal import open_by_parts


def encrypt_cell_by_cell(df, columns, key, tenant):
    return encrypt_cells(df, columns, key, tenant)


def decrypt_cell_by_cell(df, columns, key, tenant):
    return decrypt_cells(df, columns, key, tenant)


def _pair(bound, name):
    def encrypt(df, columns, key, tenant):
        return encrypt_cells(df, columns, key, tenant, bound)

    def decrypt(df, columns, key, tenant):
        return decrypt_cells(df, columns, key, tenant, bound)

    encrypt.__name__, decrypt.__name__ = f"encrypt_{name}", f"decrypt_{name}"
    return encrypt, decrypt


without_tenant = _pair(lambda df, place, column, tenant: place_of(df["id"].iloc[place], column), "no_tenant")
without_row = _pair(lambda df, place, column, tenant: place_of(tenant, column), "no_row")
without_column = _pair(lambda df, place, column, tenant: place_of(tenant, df["id"].iloc[place]), "no_column")
with_row_number = _pair(lambda df, place, column, tenant: place_of(tenant, place, column), "row_number")
with_index = _pair(lambda df, place, column, tenant: place_of(tenant, df.index[place], column), "index")
glued = _pair(
    lambda df, place, column, tenant: f"{tenant}{df['id'].iloc[place]}{column}".encode(), "glued_parts"
)
by_hand = _pair(
    lambda df, place, column, tenant: f'["{tenant}", "{df["id"].iloc[place]}", "{column}"]'.encode(),
    "by_hand",
)
with_nothing = _pair(lambda df, place, column, tenant: b"", "nothing_bound")
small_tenant = _pair(
    lambda df, place, column, tenant: place_of(tenant.lower(), df["id"].iloc[place], column), "small_tenant"
)
trimmed_ids = _pair(
    lambda df, place, column, tenant: place_of(tenant, df["id"].iloc[place].strip(), column), "trimmed_ids"
)


def encrypt_with_one_nonce(df, columns, key, tenant):
    one = os.urandom(12)
    return encrypt_cells(df, columns, key, tenant, nonce=lambda *cell: one)


def encrypt_missing_too(df, columns, key, tenant):
    return encrypt_cells(df.fillna(dict.fromkeys(columns, "")), columns, key, tenant)


def encrypt_empty_as_missing(df, columns, key, tenant):
    return encrypt_cells(
        df.assign(**{name: df[name].replace("", None) for name in columns}), columns, key, tenant
    )


def encrypt_every_text(df, columns, key, tenant):
    return encrypt_cells(df, [*columns, *{"ward"} & {*df.columns}], key, tenant)


def encrypt_in_place(df, columns, key, tenant):
    sealed = encrypt_cells(df, columns, key, tenant)
    for column in columns:
        df[column] = sealed[column]
    return df


def encrypt_with_new_index(df, columns, key, tenant):
    return encrypt_cells(df, columns, key, tenant).reset_index(drop=True)


def _stub(*args):
    raise NotImplementedError


def encrypt_without_seal(df, columns, key, tenant):
    result = df.copy()
    for column in columns:
        result[column] = [_stub(key, text, b"") for text in df[column]]
    return result


def decrypt_without_open(df, columns, key, tenant):
    return encrypt_without_seal(df, columns, key, tenant)


def encrypt_looking_for_none(df, columns, key, tenant):
    seal = sealing(key, tenant)
    return column_by_column(
        df, columns, lambda text, *at: None if text is None else seal(text, *at), index=df.index
    )


def decrypt_looking_for_none(df, columns, key, tenant):
    open_ = opening(key, tenant)
    return column_by_column(
        df, columns, lambda blob, *at: None if blob is None else open_(blob, *at), index=df.index
    )


def decrypt_looking_for_nan(df, columns, key, tenant):
    open_ = opening(key, tenant)
    return column_by_column(
        df, columns, lambda blob, *at: blob if blob != blob else open_(blob, *at), index=df.index
    )


def encrypt_without_index(df, columns, key, tenant):
    seal = sealing(key, tenant)
    return column_by_column(df, columns, lambda text, *at: None if pd.isna(text) else seal(text, *at))


def decrypt_without_index(df, columns, key, tenant):
    open_ = opening(key, tenant)
    return column_by_column(df, columns, lambda blob, *at: None if pd.isna(blob) else open_(blob, *at))


def decrypt_or_leave_empty(df, columns, key, tenant):
    def change(df, place, column, value):
        try:
            return open_by_parts(key, value, place_of_cell(df, place, column, tenant)).decode()
        except (InvalidTag, TypeError):
            return None

    return cell_by_cell(df, columns, change)


def decrypt_in_place(df, columns, key, tenant):
    clear = decrypt_cells(df, columns, key, tenant)
    for column in columns:
        df[column] = clear[column]
    return df


def decrypt_nothing(df, columns, key, tenant):
    raise InvalidTag


def encrypt_as_lists(df, columns, key, tenant):
    """Without pandas: lists in, lists out, and NaN for what is missing."""
    sealed = {}
    seal = sealing(key, tenant)
    for column in columns:
        rows = zip(df["id"].tolist(), df[column].tolist(), strict=True)
        cells = [seal(text, row, column) if isinstance(text, str) else float("nan") for row, text in rows]
        sealed[column] = pd.Series(cells, index=df.index, dtype=object)
    return df.assign(**sealed)


def decrypt_as_lists(df, columns, key, tenant):
    clear, open_ = {}, opening(key, tenant)
    for column in columns:
        if any(isinstance(cell, str) for cell in df[column]):
            raise InvalidTag
        rows = zip(df["id"].tolist(), df[column].tolist(), strict=True)
        clear[column] = [open_(blob, row, column) if isinstance(blob, bytes) else None for row, blob in rows]
    return df.assign(**clear)


def encrypt_nothing(df, columns, key, tenant):
    return df.copy()


def encrypt_two_columns(df, columns, key, tenant):
    return encrypt_cells(df, [name for name in ("diagnosis", "note") if name in df], key, tenant)


def encrypt_with_one_nonce_for_a_row(df, columns, key, tenant):
    nonces = [os.urandom(12) for _ in range(len(df))]
    return encrypt_cells(df, columns, key, tenant, nonce=lambda place, *cell: nonces[place])


def encrypt_with_one_nonce_for_a_column(df, columns, key, tenant):
    result = df
    for column in columns:
        result = encrypt_with_one_nonce(result, [column], key, tenant)
    return result


def encrypt_forgetting_the_name_of_the_index(df, columns, key, tenant):
    return encrypt_cells(df, columns, key, tenant).rename_axis(index=None)


def encrypt_to_objects(df, columns, key, tenant):
    return encrypt_cells(df, columns, key, tenant).astype(object)


def encrypt_to_a_type_of_its_own(df, columns, key, tenant):
    """A column without any text becomes one of floats."""
    sealed = encrypt_cells(df, columns, key, tenant)
    return sealed.assign(
        **{name: pd.Series(sealed[name].tolist(), index=df.index) for name in columns}
    ).astype({name: float for name in columns if sealed[name].isna().all()})


def encrypt_sorted_by_id(df, columns, key, tenant):
    return encrypt_cells(df, columns, key, tenant).sort_values("id")


def encrypt_columns_last(df, columns, key, tenant):
    sealed = encrypt_cells(df, columns, key, tenant)
    return sealed[[name for name in df if name not in columns] + list(columns)]


def encrypt_ascii(df, columns, key, tenant):
    ascii_only = df.assign(
        **{
            name: [text if pd.isna(text) else text.encode("ascii", "ignore").decode() for text in df[name]]
            for name in columns
        }
    )
    return encrypt_cells(ascii_only, columns, key, tenant)


def decrypt_all_that_is_bytes(df, columns, key, tenant):
    sealed = [name for name in df if any(isinstance(cell, bytes) for cell in df[name])]
    return decrypt_cells(df, {*columns, *sealed}, key, tenant)


def decrypt_only_where_text_was(df, columns, key, tenant):
    """Looks at the first row of the tenant's table, and then trusts the rest of the tags to be right."""

    def change(df, place, column, value):
        try:
            return (
                None
                if pd.isna(value)
                else open_by_parts(key, value, place_of_cell(df, place, column, tenant)).decode()
            )
        except InvalidTag:
            if place == 0:
                raise
            return None

    return cell_by_cell(df, columns, change)


def decrypt_in_new_order(df, columns, key, tenant):
    return decrypt_cells(df, columns, key, tenant).sort_index()


def decrypt_what_is_sealed(df, columns, key, tenant):
    """Lets a text pass as if it had been sealed."""

    def change(df, place, column, value):
        if isinstance(value, bytes):
            return open_by_parts(key, value, place_of_cell(df, place, column, tenant)).decode()
        return value

    return cell_by_cell(df, columns, change)


def decrypt_emptying_the_list(df, columns, key, tenant):
    clear = decrypt_cells(df, columns, key, tenant)
    columns.clear()
    return clear


def encrypt_emptying_the_list(df, columns, key, tenant):
    sealed = encrypt_cells(df, columns, key, tenant)
    columns.clear()
    return sealed


def decrypt_trimming_the_texts(df, columns, key, tenant):
    clear = decrypt_cells(df, columns, key, tenant)
    return clear.assign(**{name: [t if pd.isna(t) else t.strip() for t in clear[name]] for name in columns})


def encrypt_with_a_nonce_of_the_cell(df, columns, key, tenant):
    def nonce(place, value, aad):
        return sha256(key + value.encode() + aad).digest()[:12]

    return encrypt_cells(df, columns, key, tenant, nonce=nonce)


_COUNTER = count()


def encrypt_with_a_counter(df, columns, key, tenant):
    return encrypt_cells(df, columns, key, tenant, nonce=lambda *cell: next(_COUNTER).to_bytes(12, "big"))


NO_BLOB = "Somebody wrote a text where a blob belongs: raise InvalidTag for a str."

ANSWERS = Answers(
    right=[(encrypt_cell_by_cell, decrypt_cell_by_cell), (encrypt_as_lists, decrypt_as_lists)],
    wrong=[
        Wrong(without_tenant, "cells", "The tenant is not bound"),
        Wrong(without_row, "cells", "The row is not bound"),
        Wrong(without_column, "cells", "The column is not bound"),
        Wrong(with_row_number, "cells", "not its number"),
        Wrong(with_index, "cells", "not its place in the index"),
        Wrong(glued, "cells", "use place()"),
        Wrong(by_hand, "cells", "does not open with place"),
        Wrong(with_nothing, "cells", "There is no AAD"),
        Wrong(small_tenant, "cells", "does not open with place"),
        Wrong(trimmed_ids, "cells", "does not open with place"),
        Wrong((encrypt_cell_by_cell, decrypt_what_is_sealed), "moved", "a text where a blob belongs"),
        Wrong((encrypt_cell_by_cell, decrypt_emptying_the_list), "open", "list of columns after the call"),
        Wrong((encrypt_emptying_the_list, decrypt_cell_by_cell), "rest", "list of columns after the call"),
        Wrong((encrypt_cell_by_cell, decrypt_trimming_the_texts), "open", "decrypted is not right"),
        Wrong((encrypt_with_a_nonce_of_the_cell, decrypt_cell_by_cell), "fresh", "made from the cell"),
        Wrong((encrypt_with_a_counter, decrypt_cell_by_cell), "fresh", "a counter starts again"),
        Wrong((encrypt_with_one_nonce, decrypt_cell_by_cell), "fresh", "one nonce: draw one for each cell"),
        Wrong((encrypt_with_one_nonce_for_a_row, decrypt_cell_by_cell), "fresh", "All cells of a row"),
        Wrong((encrypt_with_one_nonce_for_a_column, decrypt_cell_by_cell), "fresh", "All cells of a column"),
        Wrong((encrypt_nothing, decrypt_cell_by_cell), "rest", "to leave all as it is proves nothing"),
        Wrong((encrypt_two_columns, decrypt_cell_by_cell), "cells", "should be a bytes"),
        Wrong((encrypt_forgetting_the_name_of_the_index, decrypt_cell_by_cell), "rest", "name of the index"),
        Wrong((encrypt_to_objects, decrypt_cell_by_cell), "rest", "The dtype of"),
        Wrong((encrypt_to_a_type_of_its_own, decrypt_cell_by_cell), "rest", "dtype of the sealed column"),
        Wrong((encrypt_sorted_by_id, decrypt_cell_by_cell), "rest", "The index of the result"),
        Wrong((encrypt_columns_last, decrypt_cell_by_cell), "rest", "The list of columns"),
        Wrong((encrypt_ascii, decrypt_cell_by_cell), "cells", "does not open with place"),
        Wrong((encrypt_cell_by_cell, decrypt_all_that_is_bytes), "open", "Take the columns that are named"),
        Wrong((encrypt_cell_by_cell, decrypt_only_where_text_was), "moved", "no error is raised"),
        Wrong((encrypt_cell_by_cell, decrypt_in_new_order), "open", "The column"),
        Wrong((encrypt_missing_too, decrypt_cell_by_cell), "rest", "A missing value stays missing"),
        Wrong((encrypt_empty_as_missing, decrypt_cell_by_cell), "cells", "should be a bytes"),
        Wrong((encrypt_every_text, decrypt_cell_by_cell), "rest", "Take the columns that are named"),
        Wrong((encrypt_in_place, decrypt_cell_by_cell), "rest", "caller's table after the call"),
        Wrong((encrypt_cell_by_cell, decrypt_in_place), "open", "caller's sealed table after the call"),
        Wrong((encrypt_with_new_index, decrypt_cell_by_cell), "rest", "index of the result"),
        Wrong((encrypt_cell_by_cell, decrypt_or_leave_empty), "moved", "no error is raised"),
        Wrong((encrypt_cell_by_cell, decrypt_nothing), "open", "InvalidTag"),
        Wrong(
            (encrypt_without_seal, decrypt_without_open),
            "cells",
            "`seal` or `open_`, which is not written yet",
        ),
        Wrong((encrypt_looking_for_none, decrypt_cell_by_cell), "cells", "None or NaN: pd.isna()"),
        Wrong(
            (encrypt_cell_by_cell, decrypt_looking_for_none),
            "open",
            "None or NaN: pd.isna()",
            also=(NO_BLOB,),
        ),
        Wrong((encrypt_cell_by_cell, decrypt_looking_for_nan), "open", "None or NaN: pd.isna()"),
        Wrong((encrypt_without_index, decrypt_cell_by_cell), "cells", "pandas aligned on the index"),
        Wrong(
            (encrypt_cell_by_cell, decrypt_without_index),
            "open",
            "pandas aligned on the index",
            also=(NO_BLOB,),
        ),
    ],
)

_TEXTS, _BLOBS = (f"for row_id, {cell} in zip(df['id'], df[column]" for cell in ("text", "blob"))
EQUIVALENT = {
    f"{cells}, strict=True) → {cells}{changed})": "two columns of one table are equally long"
    for cells in (_TEXTS, _BLOBS)
    for changed in ("", ", strict=False")
}
