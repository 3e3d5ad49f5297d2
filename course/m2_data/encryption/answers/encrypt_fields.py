"""Answers to `encryption.encrypt_fields`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import json
import os

import pandas as pd
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from autograder.exercise import Answers, Wrong

from .seal import open_by_parts


def _check_key(key):
    if len(key) != 32:
        raise ValueError("32 bytes, please")


def _seal_with(key, plaintext, aad, nonce):
    _check_key(key)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def _place(*parts):
    return json.dumps([str(part) for part in parts]).encode()


def _fields(df, columns, change):
    result = df.copy()
    for column in columns:
        for place in range(len(df)):
            value = df[column].iloc[place]
            changed = change(df, place, column, value)
            result[column] = result[column].astype(object)
            result.iloc[place, list(df.columns).index(column)] = changed
    return result


def _bound(df, place, column, tenant):
    return _place(tenant, df["id"].iloc[place], column)


def _encrypt(df, columns, key, tenant, bound=_bound, nonce=None):
    def change(df, place, column, value):
        if pd.isna(value):
            return None
        return _seal_with(key, value.encode(), bound(df, place, column, tenant), nonce or os.urandom(12))

    return _fields(df, columns, change)


def _decrypt(df, columns, key, tenant, bound=_bound):
    def change(df, place, column, value):
        if value is None or pd.isna(value):
            return None
        return open_by_parts(key, value, bound(df, place, column, tenant)).decode()

    return _fields(df, columns, change)


def encrypt_cell_by_cell(df, columns, key, tenant):
    return _encrypt(df, columns, key, tenant)


def decrypt_cell_by_cell(df, columns, key, tenant):
    return _decrypt(df, columns, key, tenant)


def _pair(bound, name):
    def encrypt(df, columns, key, tenant):
        return _encrypt(df, columns, key, tenant, bound)

    def decrypt(df, columns, key, tenant):
        return _decrypt(df, columns, key, tenant, bound)

    encrypt.__name__, decrypt.__name__ = f"encrypt_{name}", f"decrypt_{name}"
    return encrypt, decrypt


without_tenant = _pair(lambda df, place, column, tenant: _place(df["id"].iloc[place], column), "no_tenant")


without_row = _pair(lambda df, place, column, tenant: _place(tenant, column), "no_row")


without_column = _pair(lambda df, place, column, tenant: _place(tenant, df["id"].iloc[place]), "no_column")


with_row_number = _pair(lambda df, place, column, tenant: _place(tenant, place, column), "row_number")


with_index = _pair(lambda df, place, column, tenant: _place(tenant, df.index[place], column), "index")


glued = _pair(
    lambda df, place, column, tenant: f"{tenant}{df['id'].iloc[place]}{column}".encode(), "glued_parts"
)


with_nothing = _pair(lambda df, place, column, tenant: b"", "nothing_bound")


def encrypt_with_one_nonce(df, columns, key, tenant):
    return _encrypt(df, columns, key, tenant, nonce=os.urandom(12))


def encrypt_missing_too(df, columns, key, tenant):
    return _encrypt(df.fillna(dict.fromkeys(columns, "")), columns, key, tenant)


def encrypt_empty_as_missing(df, columns, key, tenant):
    return _encrypt(df.assign(**{name: df[name].replace("", None) for name in columns}), columns, key, tenant)


def encrypt_every_text(df, columns, key, tenant):
    return _encrypt(df, [*columns, *{"ward"} & {*df.columns}], key, tenant)


def encrypt_in_place(df, columns, key, tenant):
    sealed = _encrypt(df, columns, key, tenant)
    for column in columns:
        df[column] = sealed[column]
    return df


def encrypt_with_new_index(df, columns, key, tenant):
    return _encrypt(df, columns, key, tenant).reset_index(drop=True)


def _stub(*args):
    raise NotImplementedError


def encrypt_without_seal(df, columns, key, tenant):
    result = df.copy()
    for column in columns:
        result[column] = [_stub(key, text, b"") for text in df[column]]
    return result


def decrypt_without_open(df, columns, key, tenant):
    return encrypt_without_seal(df, columns, key, tenant)


def _walk(df, columns, change, **how):
    result = df.copy()
    for column in columns:
        cells = [change(value, row_id, column) for value, row_id in zip(df[column], df["id"], strict=True)]
        result[column] = pd.Series(cells, dtype=object, **how)
    return result


def encrypt_looking_for_none(df, columns, key, tenant):
    def change(text, row_id, column):
        if text is None:
            return None
        return _seal_with(key, text.encode(), _place(tenant, row_id, column), os.urandom(12))

    return _walk(df, columns, change, index=df.index)


def decrypt_looking_for_none(df, columns, key, tenant):
    def change(blob, row_id, column):
        return None if blob is None else open_by_parts(key, blob, _place(tenant, row_id, column)).decode()

    return _walk(df, columns, change, index=df.index)


def decrypt_looking_for_nan(df, columns, key, tenant):
    def change(blob, row_id, column):
        return blob if blob != blob else open_by_parts(key, blob, _place(tenant, row_id, column)).decode()

    return _walk(df, columns, change, index=df.index)


def encrypt_without_index(df, columns, key, tenant):
    def change(text, row_id, column):
        if pd.isna(text):
            return None
        return _seal_with(key, text.encode(), _place(tenant, row_id, column), os.urandom(12))

    return _walk(df, columns, change)


def decrypt_without_index(df, columns, key, tenant):
    def change(blob, row_id, column):
        return None if pd.isna(blob) else open_by_parts(key, blob, _place(tenant, row_id, column)).decode()

    return _walk(df, columns, change)


def decrypt_or_leave_empty(df, columns, key, tenant):
    def change(df, place, column, value):
        try:
            return open_by_parts(key, value, _bound(df, place, column, tenant)).decode()
        except (InvalidTag, TypeError):
            return None

    return _fields(df, columns, change)


def decrypt_in_place(df, columns, key, tenant):
    clear = _decrypt(df, columns, key, tenant)
    for column in columns:
        df[column] = clear[column]
    return df


def decrypt_nothing(df, columns, key, tenant):
    raise InvalidTag


ANSWERS = Answers(
    right=[(encrypt_cell_by_cell, decrypt_cell_by_cell)],
    wrong=[
        Wrong(without_tenant, "cells", "The tenant is not bound"),
        Wrong(without_row, "cells", "The row is not bound"),
        Wrong(without_column, "cells", "The column is not bound"),
        Wrong(with_row_number, "cells", "not its number"),
        Wrong(with_index, "cells", "not its place in the index"),
        Wrong(glued, "cells", "use place()"),
        Wrong(with_nothing, "cells", "There is no AAD"),
        Wrong((encrypt_with_one_nonce, decrypt_cell_by_cell), "fresh", "one nonce: draw one for each cell"),
        Wrong((encrypt_missing_too, decrypt_cell_by_cell), "rest", "A missing value stays missing"),
        Wrong((encrypt_empty_as_missing, decrypt_cell_by_cell), "cells", "should be a bytes"),
        Wrong((encrypt_every_text, decrypt_cell_by_cell), "rest", "Seal the columns that are named"),
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
        Wrong((encrypt_cell_by_cell, decrypt_looking_for_none), "open", "None or NaN: pd.isna()"),
        Wrong((encrypt_cell_by_cell, decrypt_looking_for_nan), "open", "None or NaN: pd.isna()"),
        Wrong((encrypt_without_index, decrypt_cell_by_cell), "cells", "pandas aligned on the index"),
        Wrong((encrypt_cell_by_cell, decrypt_without_index), "open", "pandas aligned on the index"),
    ],
)
