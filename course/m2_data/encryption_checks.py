"""Checks of the lesson on encryption. What was sealed is opened here, and TLS is judged at the other end."""

from __future__ import annotations

import json
import ssl
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from autograder.exercise import LearnerError, Prediction, Trial, exercise
from course.data.toy_tls import ROUNDS, Authority, Line, present

NONCE, TAG = 12, 16  # bytes
DIAGNOSES = ("asthma", "diabetes", "eczema", "gout", "influenza", "migraine")

nonce = Prediction(
    id="encryption.nonce",
    question="By a bug, two records are sealed with AES-256-GCM under the same key and the same nonce. What "
    "does somebody learn who has both blobs and no key?",
    options=(
        "Nothing: the key has 256 bits",
        "Only whether the two records are equal",
        "The XOR of the two records",
        "The key",
    ),
    answer=2,
    because="GCM makes a stream of bytes from key and nonce and XORs it onto the text. The same stream twice "
    "cancels out: what remains is text XOR text. The key is not even attacked.",
)

rotation = Prediction(
    id="encryption.rotation",
    question="1,000 objects of 2 MB lie encrypted. Each was sealed with a data key of its own, and the data "
    "keys were sealed with one master key. The master key must be replaced today. How much has to be "
    "written?",
    options=("2 GB", "About 60 kB", "32 bytes"),
    answer=1,
    because="Only the sealed data keys change, 60 bytes each: nonce 12, key 32, tag 16. The data under them "
    "stays as it lies.",
)

hostname = Prediction(
    id="encryption.hostname",
    question="A client verifies certificates against your company's authority, but `check_hostname` is off. "
    "An intern's test server has a certificate from that authority. Can it pose as the model server?",
    options=(
        "No: its certificate is for another name",
        "Yes: any certificate of that authority will do",
        "Only if it has the model server's private key",
    ),
    answer=1,
    because="Without the host name, the client asks only whether the authority signed something. It did: for "
    "the intern.",
)


def _place(*parts: Any) -> bytes:
    return json.dumps([str(part) for part in parts]).encode()


def _seal(key: bytes, text: bytes, aad: bytes, nonce: bytes) -> bytes:
    return nonce + AESGCM(key).encrypt(nonce, text, aad)


def _opens(key: bytes, blob: bytes, aad: bytes | None) -> bytes | None:
    """What is in the blob, or None when it does not open."""
    try:
        return AESGCM(key).decrypt(blob[:NONCE], blob[NONCE:], aad)
    except (InvalidTag, ValueError):
        return None


def _flip(blob: bytes, place: int) -> bytes:
    """The blob with one bit changed in the byte at `place`."""
    changed = bytearray(blob)
    changed[place] ^= 1
    return bytes(changed)


@contextmanager
def _after_seal(t: Trial, function: Any, *nothing: Any) -> Iterator[None]:
    """Where the stub of `seal` stops the learner's code, the part says so.

    `nothing` are arguments with nothing to seal or open: only a stub of its own stops `function` then.
    """
    try:
        yield
    except NotImplementedError:
        if _is_stub(function, *nothing):
            raise
        t.wrong("Your code calls `seal` or `open_`, which is not written yet: do that exercise first.")


def _is_stub(function: Any, *args: Any) -> bool:
    try:
        function(*args)
    except NotImplementedError:
        return True
    except LearnerError:
        pass
    return False


# -- seal --------------------------------------------------------------------------------------------


@exercise(
    minutes=9,
    parts={
        "seal": (3, "seal gives nonce, ciphertext and tag, with the AAD bound in"),
        "nonce": (2, "draws 12 fresh random bytes for every blob"),
        "open": (2, "open_ gives back what was sealed"),
        "refuse": (2, "open_ raises InvalidTag for whatever is changed, cut, or opened as something else"),
        "key": (1, "both raise ValueError for a key that is not 32 bytes long"),
    },
    hints=(
        "AESGCM(key) does the work: encrypt(nonce, plaintext, aad) gives the ciphertext with the tag at its "
        "end. The nonce is no secret, but open_ needs it: where can it travel?",
        "Draw 12 bytes with os.urandom and put them in front of what encrypt returns. open_ cuts the blob "
        "after byte 12 and hands both halves to decrypt. Look at the lengths of key and blob first: AESGCM "
        "takes keys of 16 and 24 bytes too, and has another error for a nonce that is too short.",
        "seal:   if len(key) != 32: raise ValueError\n"
        "        nonce = os.urandom(12)\n"
        "        return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)\n"
        "open_:  if len(key) != 32: raise ValueError\n"
        "        if len(blob) < 12 + 16: raise InvalidTag\n"
        "        return AESGCM(key).decrypt(blob[:12], blob[12:], aad)",
    ),
    debrief=(
        "Swaps two sealed records instead of breaking one. If nothing binds a blob to its place, both open.",
        "Uses a mode that notices changes, fresh randomness for each blob, and the AAD to say what the blob "
        "is. Treats InvalidTag as an alarm, and never retries without the check.",
    ),
    standards=("AML.M0012", "PW.1.3"),
)
def seal(t: Trial, seal, open_) -> None:
    opened = False
    for number, rng in enumerate(t.cases(3)):
        key, text, aad = rng.bytes(32), rng.bytes(int(rng.integers(20, 200)) * (number > 0)), rng.bytes(9)
        t.given(plaintext=f"{len(text)} bytes", aad=aad.hex())
        with t.part("seal"):
            _expect_sealed(t, seal(key, text, aad), key, text, aad)
        with t.part("open"):
            got = open_(key, _seal(key, text, aad, rng.bytes(NONCE)), aad)
            t.equal(t.instance(got, bytes, "what open_ returns"), text, "what open_ returns")
            opened = True
        with t.part("refuse"):
            for trouble, *spoiled in _spoiled(key, text, aad, rng):
                with t.raises(InvalidTag, trouble):
                    open_(*spoiled)
    with t.part("refuse"):
        t.expect(opened, "An open_ that opens nothing refuses everything: first let it open what is intact.")
    with t.part("nonce"):
        _expect_nonces(t, seal)
    for size in (16, 24, 33):
        key = t.rng(3).bytes(size)
        with t.part("key"), t.raises(ValueError, f"a key of {size} bytes to seal"):
            seal(key, b"text", b"")
        with t.part("key"), t.raises(ValueError, f"a key of {size} bytes to open_"):
            open_(key, bytes(60), b"")


def _expect_sealed(t: Trial, value: Any, key: bytes, text: bytes, aad: bytes) -> None:
    blob = t.instance(value, bytes, "the blob")
    t.equal(
        len(blob),
        NONCE + len(text) + TAG,
        "the length of the blob",
        slips={
            "The nonce has to travel with the blob: put it in front.": len(text) + TAG,
            "There is no tag: nobody will notice a change.": NONCE + len(text),
        },
    )
    slip = ""
    if _opens(key, blob, None) == text:
        slip = "The AAD was not handed to AESGCM: the blob opens anywhere."
    elif _opens(key, blob[-NONCE:] + blob[:-NONCE], aad) == text:
        slip = "The nonce belongs in front."
    t.expect(
        _opens(key, blob, aad) == text,
        "The blob does not open as nonce, ciphertext and tag with this key and AAD.",
        slip=slip,
    )


def _spoiled(key: bytes, text: bytes, aad: bytes, rng: np.random.Generator) -> Iterator[tuple]:
    """(what is wrong, the arguments of open_)."""
    blob = _seal(key, text, aad, rng.bytes(NONCE))
    other = _seal(key, rng.bytes(40), aad, rng.bytes(NONCE))
    yield "a changed tag", key, _flip(blob, -1), aad
    yield "a changed nonce", key, _flip(blob, 0), aad
    if text:
        yield "a changed ciphertext", key, _flip(blob, NONCE), aad
    yield "another AAD", key, blob, _flip(aad, -1)
    yield "no AAD", key, blob, b""
    yield "another key", _flip(key, 0), blob, aad
    yield "the nonce of another blob", key, other[:NONCE] + blob[NONCE:], aad
    for size in (len(blob) - 1, 20, 5, 0):
        yield f"the first {size} bytes of a blob", key, blob[:size], aad


def _expect_nonces(t: Trial, seal: Any) -> None:
    key, count = t.rng(2).bytes(32), 400
    nonces = {t.instance(seal(key, b"the same", b""), bytes, "the blob")[:NONCE] for _ in range(count)}
    t.equal(
        len(nonces),
        count,
        "the number of different nonces when one text is sealed 400 times",
        slips={"Every blob has the same nonce.": 1},
    )
    t.equal({len(nonce) for nonce in nonces}, {NONCE}, "the length of the nonces")
    values = min(len(set(column)) for column in zip(*nonces, strict=True))
    slip = "A part of the nonce hardly changes: a counter starts again when the process does."
    if len(set(b"".join(nonces))) == 16:
        slip = "16 values: hex text instead of raw bytes?"
    t.at_least(
        values,
        150,
        "the least number of values that a byte of the nonce takes in 400 blobs",
        slip=slip,
    )


# -- read_without_key --------------------------------------------------------------------------------


@exercise(
    minutes=9,
    parts={
        "finds": (3, "names the unknown blobs that share a nonce with a known one, and no others"),
        "reads": (5, "gives their text, as far as the longest known text under the same nonce reaches"),
    },
    hints=(
        "Which blobs were made with the same stream? Their first 12 bytes tell. And which bytes of a blob "
        "are text under that stream, and which are not?",
        "Under one nonce, ciphertext XOR its own text gives the stream. XOR the stream onto the other "
        "ciphertexts. Cut nonce and tag off first, and let the longest known text speak.",
        "streams = {}\n"
        "for i, text in known.items():\n"
        "    nonce, body = blobs[i][:12], blobs[i][12:-16]\n"
        "    stream = bytes(a ^ b for a, b in zip(body, text))\n"
        "    keep the longest stream of each nonce in streams\n"
        "return {i: bytes(a ^ b for a, b in zip(blob[12:-16], streams[blob[:12]]))\n"
        "        for i, blob in enumerate(blobs) if i not in known and blob[:12] in streams}",
    ),
    debrief=(
        "Needs no key, only two blobs under one nonce and one text that is known or can be guessed: a "
        "header, a template, a record of their own.",
        "Lets the system's random generator draw the nonce inside seal, where no caller can pass one in. "
        "Counts blobs per key, and looks for a repeat in what is stored: a set of nonces is enough.",
    ),
    standards=("AML.T0025", "AML.T0037"),
)
def read_without_key(t: Trial, read_without_key) -> None:
    for number, rng in enumerate(t.cases(4)):
        blobs, known = _leaked(rng)
        # shortest first, then longest first: whoever takes the first or the last of them is found out
        known = dict(sorted(known.items(), key=lambda item: len(item[1]), reverse=number % 2 == 1))
        t.given(blobs=len(blobs), known=sorted(known))
        want = _recovered(blobs, known)
        got = t.instance(read_without_key(blobs, dict(known)), dict, "the result")
        with t.part("finds"):
            t.equal(
                set(got),
                set(want),
                "the set of positions in the result",
                slips={
                    "Blobs with another nonce were made with another stream.": set(range(len(blobs)))
                    - set(known),
                    "What is known needs no reading: leave it out.": set(want) | set(known),
                },
            )
        with t.part("reads"):
            texts = {place: got[place] for place in want if place in got}
            t.equal(texts, want, "the text", slips=_misread(texts, blobs, known))


def _leaked(rng: np.random.Generator) -> tuple[list[bytes], dict[int, bytes]]:
    """Blobs under few nonces, in random order, and the texts of some: position → text.

    Three share a nonce that two known ones of different lengths have as well; two share one with one known
    text; two share one that nobody knows; two stand alone, one of them known.
    """
    key, sizes = rng.bytes(32), (70, 30, 90, 50, 20, 60, 40, 45, 35, 80, 25)
    groups, is_known = (0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4), (1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0)
    nonces = [rng.bytes(NONCE) for _ in range(5)]
    texts = [_record_text(rng, size + int(rng.integers(5))) for size in sizes]
    blobs, known = [], {}
    for place, i in enumerate(rng.permutation(len(sizes)).tolist()):
        blobs.append(_seal(key, texts[i], b"", nonces[groups[i]]))
        if is_known[i]:
            known[place] = texts[i]
    return blobs, known


def _record_text(rng: np.random.Generator, size: int) -> bytes:
    return " ".join(rng.choice([*DIAGNOSES, "stable", "acute"], size // 4).tolist())[:size].encode()


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=False))


def _misread(
    got: Mapping[Any, Any], blobs: Sequence[bytes], known: Mapping[int, bytes]
) -> dict[str, dict[int, Any]]:
    """Misconception → what it gives."""

    def mistaken(**how: Any) -> dict[int, bytes]:
        """Where a mistake gives two things, by the known text that was taken, the one in `got`."""
        longest, shortest = (_recovered(blobs, known, order=order, **how) for order in (list, reversed))
        return {
            place: shortest[place] if _same_bytes(got.get(place), shortest[place]) else text
            for place, text in longest.items()
        }

    return {
        "Texts are bytes here, not str: leave out the decode().": {
            place: text.decode() for place, text in _recovered(blobs, known).items()
        },
        "That is text XOR text: one more XOR, with the known one.": mistaken(
            stream=lambda cipher, text: cipher[: len(text)]
        ),
        "XOR the known blob's ciphertext in as well: only with its text does it give the stream.": mistaken(
            stream=lambda cipher, text: text
        ),
        "The last 16 bytes of a blob are its tag, not text.": mistaken(body=slice(NONCE, None)),
        "The first 12 bytes of a blob are its nonce, not text.": mistaken(body=slice(0, -TAG)),
        "The longest known text under a nonce reaches furthest.": _recovered(blobs, known, order=reversed),
    }


def _recovered(
    blobs: Sequence[bytes],
    known: Mapping[int, bytes],
    *,
    body: slice = slice(NONCE, -TAG),
    order: Callable[[list], Any] = list,
    stream: Callable[[bytes, bytes], bytes] = _xor,
) -> dict[int, bytes]:
    """Position → text, from the last of the known ones in order of length (reversed: the shortest)."""
    streams = {}
    for place in order(sorted(known, key=lambda place: len(known[place]))):
        streams[blobs[place][:NONCE]] = stream(blobs[place][body], known[place])
    return {
        place: _xor(blob[body], streams[blob[:NONCE]])
        for place, blob in enumerate(blobs)
        if place not in known and blob[:NONCE] in streams
    }


def _same_bytes(value: Any, want: bytes) -> bool:
    return type(value) is bytes and value == want


# -- encrypt_fields ----------------------------------------------------------------------------------


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
    with _after_seal(t, walk, df, [], bytes(32), ""):
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
            aad = _place(tenant, row_id, column)
            if _opens(key, blob, aad) == text.encode():
                continue
            mistaken = {
                "The tenant is not bound: the cell opens at another tenant's too.": _place(row_id, column),
                "The row is not bound: the cell opens in every row.": _place(tenant, column),
                "The column is not bound: the cell opens in every column.": _place(tenant, row_id),
                "Bind the row's id, not its number: rows get sorted.": _place(tenant, number, column),
                "Bind the row's id, not its place in the index.": _place(tenant, df.index[number], column),
                "Glued together, (1, 11) and (11, 1) are the same text: use place().": (
                    f"{tenant}{row_id}{column}".encode()
                ),
                "There is no AAD: the cell opens anywhere.": b"",
                "The order is tenant, row id, column.": _place(row_id, column, tenant),
            }
            slips = (slip for slip, bound in mistaken.items() if _opens(key, blob, bound) is not None)
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
            else _seal(key, text.encode(), _place(tenant, row_id, column), rng.bytes(NONCE))
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


# -- Envelope ----------------------------------------------------------------------------------------


@exercise(
    minutes=13,
    parts={
        "wrap": (4, "wrap seals the data with a data key, and the data key with the current KEK"),
        "fresh": (2, "draws a new data key for every object, and a fresh nonce to seal it with"),
        "unwrap": (3, "unwrap follows the record's KEK id, and raises KeyError for a KEK that is gone"),
        "refuse": (3, "unwrap raises InvalidTag for a record that was changed, renamed or pieced together"),
        "rotate": (4, "rotate seals the same data key with the current KEK and leaves the data as it lies"),
    },
    hints=(
        "Two seals, one inside the other's reach: data under the data key, data key under the KEK. Rotation "
        "touches the second only. What does it have to open first?",
        "Write one small method that opens record['key'] and gives the data key: unwrap and rotate both "
        "need it. Take the KEK by record['kek'], not the current one.",
        "wrap:    data_key = os.urandom(32)\n"
        "         return {'kek': current,\n"
        "                 'key': seal(keks[current], data_key, place(name, current)),\n"
        "                 'data': seal(data_key, data, place(name))}\n"
        "_key:    return open_(keks[record['kek']], record['key'], place(name, record['kek']))\n"
        "unwrap:  return open_(_key(name, record), record['data'], place(name))\n"
        "rotate:  return {'kek': current, 'key': seal(keks[current], _key(name, record), place(name, "
        "current)), 'data': record['data']}",
    ),
    debrief=(
        "Copies objects and sealed keys, and needs the KEK. Looks for it where it is handy: in the "
        "repository, the notebook, the environment, the same bucket.",
        "Keeps the KEK in a key service that opens data keys on request and logs each one. Rotates by "
        "writing some bytes per object. Destroys a KEK, and all that was under it is deleted at once.",
    ),
    standards=("AML.M0012", "AML.T0035", "PS.1.3"),
)
def Envelope(t: Trial, Envelope) -> None:
    for rng in t.cases(3):
        keks = {name: rng.bytes(32) for name in _kek_ids(rng)}
        old, current, _ = keks
        name, data = f"weights-{rng.integers(100)}.bin", rng.bytes(int(rng.integers(300, 900)))
        t.given(keks=list(keks), current=current, name=name)
        envelope = Envelope(keks, current)
        for method in ("wrap", "unwrap", "rotate"):
            t.expect(hasattr(envelope, method), f"An Envelope has no method {method}.")
        with t.part("wrap"), _after_seal(t, envelope.unwrap, name, {}):
            _expect_wrapped(t, envelope.wrap(name, data), keks, current, name, data)
        with t.part("fresh"), _after_seal(t, envelope.unwrap, name, {}):
            _expect_fresh_keys(t, envelope, keks[current], name, data)
        record, _ = _record(keks, old, name, data, rng)
        opened = False
        with t.part("unwrap"), _after_seal(t, envelope.unwrap, name, {}):
            _expect_unwrapped(t, envelope, keks, name, data, rng)
            opened = True
            with t.raises(KeyError, f"a record to unwrap under {old} when only {current} is left"):
                Envelope({current: keks[current]}, current).unwrap(name, record)
        with t.part("refuse"), _after_seal(t, envelope.unwrap, name, {}):
            for trouble, wrong_name, changed in _tampered(record, keks, current, name, data, rng):
                with t.raises(InvalidTag, trouble):
                    envelope.unwrap(wrong_name, changed)
            t.expect(
                opened,
                "An unwrap that refuses what is intact as well proves nothing: first let it open that.",
            )
        with t.part("rotate"), _after_seal(t, envelope.rotate, name, {}):
            if not opened:
                record = _fields(t, Envelope(keks, old).wrap(name, data), "the record of your wrap")
            _expect_rotated(t, envelope, record, keks, name)
            with t.raises(InvalidTag, "a record to rotate whose sealed key was changed"):
                envelope.rotate(name, {**record, "key": _flip(record["key"], 20)})
            with t.raises(KeyError, f"a record to rotate under {old} when only {current} is left"):
                Envelope({current: keks[current]}, current).rotate(name, record)


def _kek_ids(rng: np.random.Generator) -> list[str]:
    """An old one, the current one and another. The current one is neither first nor last, old nor new."""
    years = sorted(rng.choice(np.arange(2020, 2030), 3, replace=False), reverse=bool(rng.integers(2)))
    return [f"kek-{year}" for year in years]


def _record(
    keks: Mapping[str, bytes], kek: str, name: str, data: bytes, rng: np.random.Generator
) -> tuple[dict[str, Any], bytes]:
    """(a record under `kek`, its data key)."""
    key = rng.bytes(32)
    wrapped = _seal(keks[kek], key, _place(name, kek), rng.bytes(NONCE))
    sealed = _seal(key, data, _place(name), rng.bytes(NONCE))
    return {"kek": kek, "key": wrapped, "data": sealed}, key


def _fields(t: Trial, value: Any, what: str) -> dict[str, Any]:
    record = t.instance(value, dict, what)
    t.equal(set(record), {"kek", "key", "data"}, f"the set of keys of {what}")
    t.instance(record["kek"], str, f"the KEK id of {what}")
    for field in ("key", "data"):
        t.instance(record[field], bytes, f"{field} of {what}")
    return record


def _slack(name: str, kek_id: str) -> dict[str, bytes]:
    """Misconception → the AAD that it seals a data key with."""
    return {
        "The KEK's id is not bound: the header can be changed.": _place(name),
        "The object's name is not bound to its data key.": _place(kek_id),
        "The order is name, KEK id.": _place(kek_id, name),
        "The data key is sealed without AAD: it can be moved to another object.": b"",
    }


def _data_key(t: Trial, record: Mapping[str, Any], kek: bytes, kek_id: str, name: str) -> bytes:
    """The data key of a record that must be under `kek`."""
    t.equal(record["kek"], kek_id, "the KEK id of the record")
    key = _opens(kek, record["key"], _place(name, kek_id))
    slips = (
        text for text, aad in _slack(name, kek_id).items() if _opens(kek, record["key"], aad) is not None
    )
    t.expect(
        key is not None,
        "The sealed data key does not open with the KEK and place(name, KEK id).",
        slip=next(slips, ""),
    )
    t.equal(len(key or b""), 32, "the number of bytes of the data key")
    t.expect(key != kek, "The data key is the KEK itself.", slip="Draw a data key for each object.")
    return key or b""


def _bounds(name: str, kek_id: str) -> tuple[bytes, ...]:
    """The AAD of a data key, then the mistaken ones."""
    return _place(name, kek_id), *_slack(name, kek_id).values()


def _any_data_key(record: Mapping[str, Any], kek: bytes, kek_id: str, name: str) -> tuple[bytes | None, int]:
    """(the data key of a record under `kek`, which of `_bounds` is its AAD)."""
    keys = [(_opens(kek, record["key"], bound), which) for which, bound in enumerate(_bounds(name, kek_id))]
    return next(((key, which) for key, which in keys if key is not None), (None, 0))


def _expect_wrapped(
    t: Trial, value: Any, keks: Mapping[str, bytes], current: str, name: str, data: bytes
) -> None:
    record = _fields(t, value, "the record")
    if _opens(keks[current], record["data"], _place(name)) == data:
        t.wrong("The data is sealed with the KEK itself.", slip="Draw a data key for each object.")
    key = _data_key(t, record, keks[current], current, name)
    loose = _opens(key, record["data"], b"") is not None
    t.expect(
        _opens(key, record["data"], _place(name)) == data,
        "The data does not open with its data key and place(name).",
        slip="The object's name is not bound to its data." if loose else "",
    )


def _expect_fresh_keys(t: Trial, envelope: Any, kek: bytes, name: str, data: bytes) -> None:
    found, nonces = [], set()
    for _ in range(3):
        record = _fields(t, envelope.wrap(name, data), "the record")
        found.append(_any_data_key(record, kek, record["kek"], name)[0])
        nonces.add(record["key"][:NONCE])
    t.expect(None not in found, "The sealed data key does not open with the current KEK.")
    t.equal(
        len(set(found)),
        3,
        "the number of different data keys when one object is wrapped three times",
        slips={"One data key for all that this Envelope wraps: draw it inside wrap.": 1},
    )
    t.equal(
        len(nonces),
        3,
        "the number of different nonces that three data keys were sealed with",
        slips={"Draw a nonce for each seal: under one KEK none may come twice.": 1},
    )


def _expect_unwrapped(
    t: Trial, envelope: Any, keks: Mapping[str, bytes], name: str, data: bytes, rng: np.random.Generator
) -> None:
    old, current, _ = keks
    for kek in (current, old):
        record, _ = _record(keks, kek, name, data, rng)
        try:
            got = envelope.unwrap(name, record)
        except InvalidTag:
            slip = 'Take the KEK by record["kek"], not the current one.'
            if kek == current:
                slip = "The AAD of key or data is not the one of the table, or the two are mixed up."
            t.wrong(
                f"unwrap does not open an intact record under {kek}.",
                expected=f"{len(data)} bytes",
                got="InvalidTag",
                slip=slip,
            )
        t.equal(t.instance(got, bytes, "what unwrap returns"), data, f"what unwrap returns under {kek}")


def _tampered(
    record: dict[str, Any],
    keks: Mapping[str, bytes],
    current: str,
    name: str,
    data: bytes,
    rng: np.random.Generator,
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(what happened, the name to open it by, the record)."""
    other, _ = _record(keks, record["kek"], "another.bin", data, rng)
    yield "changed data", name, {**record, "data": _flip(record["data"], 40)}
    yield "a changed sealed key", name, {**record, "key": _flip(record["key"], 20)}
    yield "a header that names another KEK", name, {**record, "kek": current}
    yield "a record by another object's name", "another.bin", record
    yield "another object's record by this name", name, other
    yield "another object's sealed key", name, {**record, "key": other["key"]}
    yield "another object's data", name, {**record, "data": other["data"]}


def _expect_rotated(
    t: Trial, envelope: Any, record: dict[str, Any], keks: Mapping[str, bytes], name: str
) -> None:
    old, current, _ = keks
    before, mistake = _any_data_key(record, keks[old], old, name)
    t.expect(before is not None, "There is no record to rotate: first let wrap and unwrap work.")
    try:
        got, after = t.observe(envelope.rotate, name, record)
    except InvalidTag:
        t.wrong(
            f"rotate does not open the sealed key of an intact record under {old}.",
            expected="a record",
            got="InvalidTag",
            slip='Take the KEK by record["kek"], not the current one.',
        )
    rotated = _fields(t, got, "the rotated record")
    t.expect(
        rotated["data"] == record["data"],
        "The sealed data changed in rotation.",
        expected="the same bytes",
        got=f"{len(rotated['data'])} other bytes",
        slip="Rotation seals the data key again. Sealing the data again would rewrite everything.",
    )
    t.equal(rotated["kek"], current, "the KEK id of the rotated record")
    key, bound = _any_data_key(rotated, keks[current], current, name)
    slips = ("", *_slack(name, current))
    stale = _opens(keks[current], rotated["key"], _place(name, old)) is not None
    t.expect(
        key is not None and bound in (0, mistake),  # a mistake of wrap was charged there
        "The sealed data key does not open with the new KEK and place(name, id of the new KEK).",
        slip="Name the new KEK in the AAD: place(name, current)." if stale else slips[bound],
    )
    t.expect(key == before, "The data key changed in rotation, and the data does not open any more.")
    t.equal(after[1], record, "the caller's record after the call")
    again = _fields(t, envelope.rotate(name, record), "the rotated record")
    nonces = {sealed["key"][:NONCE] for sealed in (record, rotated, again)}
    t.equal(
        len(nonces),
        3,
        "the number of different nonces of a sealed data key and two rotations of it",
        slips={"Seal the data key anew: the nonce of the old seal is used up.": 1},
    )


# -- connect -----------------------------------------------------------------------------------------


@exercise(
    minutes=9,
    parts={
        "right": (2, "reaches the right host over TLS 1.2 and 1.3, and the message arrives"),
        "host": (3, "breaks off when the certificate is for another host"),
        "authority": (3, "breaks off when another authority signed"),
        "expired": (2, "breaks off when the certificate has expired"),
        "old": (2, "breaks off when the server speaks TLS 1.1 at most"),
    },
    hints=(
        "Almost all of it is the default. Which function of ssl makes a context with good settings, and "
        "which of its arguments takes the authority as text?",
        "ssl.create_default_context(cadata=...) verifies, checks the host name, and trusts that authority "
        "alone. Set minimum_version, then hand the context to Line together with the host.",
        "context = ssl.create_default_context(cadata=ca_pem)\n"
        "context.minimum_version = ssl.TLSVersion.TLSv1_2\n"
        "return Line(context, host=host, say=lambda certificate: message)",
    ),
    debrief=(
        "Waits for `verify=False`. It was written on the day of the first certificate error, and the "
        "connection works, so nobody looks again.",
        "Treats a certificate error as a finding. Adds the missing authority instead of switching the check "
        "off, and keeps a test that fails when a wrong certificate is accepted.",
    ),
    standards=("AML.M0012", "AML.T0025", "PW.9.1"),
)
def connect(t: Trial, connect) -> None:
    authority, rogue = Authority("Clinic Authority"), Authority("Clinic Authority")
    servers = [server for server in SERVERS if ssl.HAS_TLSv1_1 or server[0] != "old"]
    order = t.rng(2).permutation(len(servers)).tolist()
    reached = 0
    for rng, place in zip(t.cases(len(order)), order, strict=True):
        part, says, options = servers[place]
        host, message = f"model{rng.integers(100)}.clinic.example", rng.bytes(8).hex().encode()
        server = _server(rogue if options.get("rogue") else authority, host, options)
        t.given(server=says)
        with t.part(part):
            line = connect(authority.pem, host, message)
            t.expect(hasattr(line, "feed"), "connect should return a Line.", got=line)
            _carry(t, line.feed, server.feed, starts=True)
            if part == "right":
                _expect_reached(t, server, message, options)
                reached += 1
            else:
                _expect_broken_off(t, server, part, says)
    for part in ("host", "authority", "expired", "old"):
        with t.part(part):
            t.expect(reached, "A client that reaches nobody refuses everybody: first let it reach the right.")


#: (part, what the server is like, how its certificate and its context are made)
SERVERS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("right", "the right host, TLS 1.3 only", {"lowest": ssl.TLSVersion.TLSv1_3}),
    ("right", "the right host, TLS 1.2 at most", {"highest": ssl.TLSVersion.TLSv1_2}),
    ("right", "the right host, TLS 1.2 and 1.3", {}),
    ("host", "another host of the same authority", {"name": "intern.clinic.example"}),
    ("host", "a host whose name starts with the right one", {"name": "{host}.evil.example"}),
    ("host", "a host of another domain, by wildcard", {"name": "*.evil.example"}),
    ("authority", "the right name, signed by a namesake of the authority", {"rogue": True}),
    ("expired", "the right host, with a certificate that ended yesterday", {"days": -1}),
    ("old", "the right host, TLS 1.1 at most", {"highest": ssl.TLSVersion.TLSv1_1}),
)

SLIPS = {
    "host": "An authority's signature is not enough: check_hostname has to stay True.",
    "authority": "The signature was not checked against ca_pem: verify_mode has to stay CERT_REQUIRED.",
    "expired": "The dates were not checked: verify_mode and verify_flags have to keep their defaults.",
    "old": "Set minimum_version to TLS 1.2, and leave the ciphers alone.",
    "TLSV1_ALERT_UNKNOWN_CA": "Your context does not trust ca_pem: create_default_context(cadata=ca_pem).",
}

#: (what was heard by an end that speaks one version of TLS, which limit it has) → the likely cause.
VERSION_SLIPS = {
    ("UNSUPPORTED_PROTOCOL", "lowest"): "TLS 1.3 is to be spoken too: leave maximum_version alone.",
    ("UNSUPPORTED_PROTOCOL", "highest"): "TLS 1.2 is to be spoken too: minimum_version is too high.",
    (
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "lowest",
    ): "TLS 1.3 is to be spoken too: leave maximum_version alone, and "
    "give the server its certificate by present(context, identity).",
    ("TLSV1_ALERT_PROTOCOL_VERSION", "highest"): "TLS 1.2 is to be spoken too: minimum_version is too high.",
}


def _server(authority: Authority, host: str, options: Mapping[str, Any]) -> Line:
    name = options.get("name", "{host}").format(host=host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    present(context, authority.issue(name, days=options.get("days", 7)))
    highest = options.get("highest", ssl.TLSVersion.TLSv1_3)
    if highest < ssl.TLSVersion.TLSv1_2:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = highest
            context.maximum_version = highest
    else:
        context.minimum_version = options.get("lowest", ssl.TLSVersion.TLSv1_2)
        context.maximum_version = highest
    return Line(context, say=lambda certificate: b"hello")


def _carry(t: Trial, ours: Callable, theirs: Callable, *, starts: bool) -> None:
    """Carry bytes between the learner's end, `ours`, and the judge's, until neither has anything to say.

    With `starts` the learner's end is the client and speaks first.
    """
    data = b"" if starts else theirs(b"")
    for _ in range(ROUNDS):
        reply = t.instance(ours(data), bytes, "what feed returns")
        data = theirs(reply)
        if not data:
            return


def _version_slip(error: str, options: Mapping[str, Any]) -> str:
    return next((slip for (said, end), slip in VERSION_SLIPS.items() if said == error and end in options), "")


def _expect_reached(t: Trial, server: Line, message: bytes, options: Mapping[str, Any]) -> None:
    t.expect(
        server.connected,
        "The server of the right host did not see the handshake completed.",
        expected="a handshake",
        got=server.error or "nothing",
        slip=SLIPS.get(server.error) or _version_slip(server.error, options),
    )
    t.equal(server.heard, message, "what the server heard")


def _expect_broken_off(t: Trial, server: Line, part: str, says: str) -> None:
    read = f"a handshake, and {len(server.heard)} bytes of your message"
    t.expect(
        not server.connected and not server.heard,
        f"Your client completed a handshake with {says}.",
        expected="no handshake",
        got=read if server.heard else "a handshake",
        slip=SLIPS[part],
    )


# -- accept ------------------------------------------------------------------------------------------


@exercise(
    minutes=14,
    level="stretch",
    parts={
        "names": (4, "service_name takes the one DNS name, in full, if it is allowed"),
        "admits": (2, "greets an allowed caller by name, over TLS 1.2 and 1.3"),
        "strangers": (4, "does not greet a caller whose certificate does not verify, or who has none"),
        "others": (2, "does not greet a verified caller who is not allowed"),
    },
    hints=(
        "A server context asks nobody for a certificate unless told to. And a verified certificate says who "
        "calls, not whether they may: that is what service_name is for.",
        "Make the context for Purpose.CLIENT_AUTH, trust ca_pem, set verify_mode to CERT_REQUIRED, and "
        "present the identity. In say, turn the certificate into a name, and the name into a greeting.",
        "service_name:  names = [name for kind, name in (certificate or {}).get('subjectAltName', ()) "
        "if kind == 'DNS']\n"
        "               names[0] if there is exactly one, it is in allow and has no '*'; else None\n"
        "accept:        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=ca_pem)\n"
        "               context.verify_mode = ssl.CERT_REQUIRED\n"
        "               present(context, identity)\n"
        "               say(certificate): b'welcome ' and the name that service_name gives, or None",
    ),
    debrief=(
        "Takes any certificate of your authority, from the weakest machine that has one, and calls the "
        "model server with it.",
        "Demands a certificate, reads the name where the standard puts it, and compares it in full with a "
        "short list. Authentication says who; the list says whether.",
    ),
    standards=("AML.M0019", "AML.T0012", "PW.9.2"),
)
def accept(t: Trial, service_name, accept) -> None:
    named = False
    with t.part("names"):
        _expect_names(t, service_name)
        named = True
    authority, rogue = Authority("Clinic Authority"), Authority("Clinic Authority")
    order = t.rng(2).permutation(len(CALLERS)).tolist()
    greeted = 0
    for rng, place in zip(t.cases(len(order)), order, strict=True):
        part, says, options = CALLERS[place]
        name = f"scoring{rng.integers(100)}.clinic.example"
        client = _caller(authority, rogue, name, options)
        t.given(caller=says)
        with t.part(part):
            allow = ["audit.clinic.example", "labs.clinic.example"]
            allow.insert(place % 3, name)  # its place in the list does not tell who calls
            line = accept(authority.pem, authority.issue(HOST), allow)
            t.expect(hasattr(line, "feed"), "accept should return a Line.", got=line)
            _carry(t, line.feed, client.feed, starts=False)
            if part == "admits":
                _expect_greeting(t, client, name, options, named)
                greeted += 1
            else:
                t.expect(
                    not client.heard,
                    f"Your server answered {says}.",
                    expected="no answer",
                    got=client.heard,
                    slip=CALLER_SLIPS[part],
                )
    for part in ("strangers", "others"):
        with t.part(part):
            t.expect(
                greeted, "A server that greets nobody refuses everybody: first let it greet the allowed."
            )


HOST = "model.clinic.example"

#: (part, what the caller is like, how its certificate is made; None: it has none)
CALLERS: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    ("admits", "an allowed caller, TLS 1.3 only", {"lowest": ssl.TLSVersion.TLSv1_3}),
    ("admits", "an allowed caller, TLS 1.2 at most", {"highest": ssl.TLSVersion.TLSv1_2}),
    ("admits", "an allowed caller, TLS 1.2 and 1.3", {}),
    ("strangers", "a caller without a certificate", None),
    ("strangers", "a caller whose certificate a namesake of the authority signed", {"rogue": True}),
    ("strangers", "a caller whose certificate ended yesterday", {"days": -1}),
    ("strangers", "a caller with a certificate for servers only", {"usage": "server"}),
    ("others", "a verified caller who is not on the list", {"names": ("billing.clinic.example",)}),
    ("others", "a verified caller with the allowed name as common name only", {"names": ()}),
    ("others", "a verified caller with a wildcard", {"names": ("*.clinic.example",)}),
    ("others", "a verified caller with two names", {"names": ("{name}", "billing.clinic.example")}),
)

CALLER_SLIPS = {
    "strangers": "A server verifies its callers only with verify_mode = CERT_REQUIRED and ca_pem loaded.",
    "others": "Verified is not allowed: say None when service_name gives None.",
}


def _caller(authority: Authority, rogue: Authority, name: str, options: dict[str, Any] | None) -> Line:
    context = ssl.create_default_context(cadata=authority.pem)
    if options is not None:
        names = [text.format(name=name) for text in options.get("names", ("{name}",))]
        issuer = rogue if options.get("rogue") else authority
        identity = issuer.issue(
            *names,
            common_name="" if names else name,
            usage=options.get("usage", "client"),
            days=options.get("days", 7),
        )
        present(context, identity)
        context.minimum_version = options.get("lowest", ssl.TLSVersion.TLSv1_2)
        context.maximum_version = options.get("highest", ssl.TLSVersion.TLSv1_3)
    return Line(context, host=HOST, say=lambda certificate: b"score 7")


HUNG_UP = "the other end hung up"  # as a Line says it

#: What an allowed caller was told → the likely cause.
GREETING_SLIPS = {
    "TLSV1_ALERT_UNKNOWN_CA": "Your server said: unknown CA. Does it trust ca_pem?",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "Your server has no certificate to show: present(context, identity).",
}


def _expect_greeting(t: Trial, client: Line, name: str, options: Mapping[str, Any], named: bool) -> None:
    """In TLS 1.3 a client has completed its handshake before the server refuses it.

    A server whose `service_name` is right (`named`) and hangs up has not seen the certificate.
    """
    slip = GREETING_SLIPS.get(client.error) or _version_slip(client.error, options)
    if client.error == HUNG_UP and named:
        slip = "`say` got no certificate: a server asks for none until `verify_mode` is `CERT_REQUIRED`."
    t.expect(
        client.connected,
        "An allowed caller could not complete the handshake.",
        expected="a handshake",
        got=client.error or "nothing",
        slip=slip,
    )
    want = b"welcome " + name.encode()
    t.expect(
        client.heard == want,
        "What an allowed caller heard is not right.",
        expected=want,
        got=client.heard or client.error or "nothing",
        slip="" if client.heard else slip,
    )


def _expect_names(t: Trial, service_name: Any) -> None:
    name, other = f"scoring{t.rng(3).integers(100)}.clinic.example", "billing.clinic.example"
    common = ((("commonName", name),),)
    dns = ("DNS", name)
    cases: tuple[tuple[str, Any, list[str], str | None], ...] = (
        ("one DNS name that is allowed", {"subjectAltName": (dns,)}, [other, name], name),
        ("a DNS name and a URI", {"subjectAltName": (("URI", "spiffe://x/y"), dns)}, [name], name),
        ("an allowed name beside another common name",
         {"subject": ((("commonName", other),),), "subjectAltName": (dns,)}, [name], name),
        ("a name that is not allowed", {"subjectAltName": (("DNS", other),)}, [name], None),
        ("a common name only", {"subject": common}, [name], None),
        ("an allowed common name beside another DNS name",
         {"subject": common, "subjectAltName": (("DNS", other),)}, [name], None),
        ("an allowed name that is a URI", {"subjectAltName": (("URI", name),)}, [name], None),
        ("two DNS names", {"subjectAltName": (dns, ("DNS", other))}, [name], None),
        ("two DNS names, the allowed one last", {"subjectAltName": (("DNS", other), dns)}, [name], None),
        ("two DNS names that are the same", {"subjectAltName": (dns, dns)}, [name], None),
        ("an allowed name in capitals", {"subjectAltName": (("DNS", name.upper()),)}, [name], None),
        ("a name that is allowed in capitals", {"subjectAltName": (dns,)}, [name.upper()], None),
        ("a wildcard", {"subjectAltName": (("DNS", "*.clinic.example"),)}, [name], None),
        ("a wildcard that is on the list", {"subjectAltName": (("DNS", "*.x.example"),)},
         ["*.x.example"], None),
        ("a name that ends in an allowed one", {"subjectAltName": (("DNS", f"evil-{name}"),)}, [name], None),
        ("a name that starts with an allowed one", {"subjectAltName": (("DNS", f"{name}.evil.example"),)},
         [name], None),
        ("a part of an allowed name", {"subjectAltName": (("DNS", "clinic.example"),)}, [name], None),
        ("an empty certificate", {}, [name], None),
        ("no certificate", None, [name], None),
    )  # fmt: skip
    for says, certificate, allow, want in cases:
        got = service_name(certificate, allow)
        t.expect(
            type(got) is type(want) and got == want,
            f"service_name is not right for {says}.",
            expected=want if want else "None",
            got=repr(got) if got is None or type(got) is str else got,
            slip=_name_slip(says),
        )


def _name_slip(says: str) -> str:
    slips = {
        "common name": "Who the certificate is for stands in subjectAltName; the common name is a label.",
        "wildcard": "A wildcard stands for many: it names nobody.",
        "the same": "A name that is listed twice counts as two.",
        "two DNS": "Two names are no identity: there must be exactly one.",
        "capitals": "Letter for letter: change no case, on neither side.",
        "URI": "Names of other kinds do not count, neither for nor against.",
        "starts with": "Compare the whole name.",
        "ends in": "Compare the whole name.",
        "a part of": "Compare the whole name.",
        "certificate": "No certificate, no name: None or an empty dict.",
    }
    return next((slip for words, slip in slips.items() if words in says), "")
