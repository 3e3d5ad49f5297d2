"""Two ways to walk the cells of a table: what most answers to `encrypt_fields` are made of."""

from __future__ import annotations

import os

import pandas as pd
from cryptography.exceptions import InvalidTag

from ..material import place_of
from .seal import open_by_parts, seal_with


def cell_by_cell(df, columns, change):
    result = df.copy()
    for column in columns:
        for place in range(len(df)):
            value = df[column].iloc[place]
            changed = change(df, place, column, value)
            result[column] = result[column].astype(object)
            result.iloc[place, list(df.columns).index(column)] = changed
    return result


def place_of_cell(df, place, column, tenant):
    return place_of(tenant, df["id"].iloc[place], column)


def random_nonce(place, value, aad):
    return os.urandom(12)


def encrypt_cells(df, columns, key, tenant, bound=place_of_cell, nonce=random_nonce):
    """`nonce` is given a cell's row, counted from 0, its text and what it is bound to."""

    def change(df, place, column, value):
        if pd.isna(value):
            return None
        aad = bound(df, place, column, tenant)
        return seal_with(key, value.encode(), aad, nonce(place, value, aad))

    return cell_by_cell(df, columns, change)


def decrypt_cells(df, columns, key, tenant, bound=place_of_cell):
    def change(df, place, column, value):
        if value is None or pd.isna(value):
            return None
        if isinstance(value, str):
            raise InvalidTag
        return open_by_parts(key, value, bound(df, place, column, tenant)).decode()

    return cell_by_cell(df, columns, change)


def column_by_column(df, columns, change, **how):
    result = df.copy()
    for column in columns:
        cells = [change(value, row_id, column) for value, row_id in zip(df[column], df["id"], strict=True)]
        result[column] = pd.Series(cells, dtype=object, **how)
    return result


def sealing(key, tenant):
    def seal(text, row_id, column):
        return seal_with(key, text.encode(), place_of(tenant, row_id, column), os.urandom(12))

    return seal


def opening(key, tenant):
    def open_(blob, row_id, column):
        return open_by_parts(key, blob, place_of(tenant, row_id, column)).decode()

    return open_
