"""The check of `implementation.redact`."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from autograder.exercise import Trial, brief, exercise

from ..material import drawn_word, slip_in_common

MARK = "[redacted]"


NEW_ONES = "Make new dicts and lists: do not write into those that you were given."


@exercise(
    minutes=12,
    level="stretch",
    parts={
        "keys": (3, "replaces what stands under a secret key, and spares keys that resemble one"),
        "texts": (2, "replaces matches inside texts, and spares the rest"),
        "bytes": (2, "does the same in bytes that are text, and spares other bytes"),
        "base64": (2, "replaces base64 of a secret, and spares base64 of anything else"),
        "copy": (1, "leaves the record as it was"),
    },
    hints=(
        "Write it as a recursion: what is the answer for a dict, a list or tuple, a text, bytes, and for "
        "all else? "
        "The key decides only in a dict.",
        "Words of a key: set(re.findall('[a-z0-9]+', key.lower())). Text: search inside(text) first, and if "
        "there is nothing, SECRET_TEXT.sub. Bytes: decode, treat as text, encode again; what cannot be "
        "decoded stays.",
        "dict:         the same keys; a value is REDACTED if its key has a secret word, else redact of it\n"
        "list, tuple:  the same type, of redact of each item\n"
        "bytes:        as their text, and encoded again; unchanged where decoding raises\n"
        "text:         REDACTED if there is a match inside it, else each match in it replaced\n"
        "all else:     as it is",
    ),
    debrief=(
        "Reads logs, backups of logs and error reports: they hold live tokens, and few people watch who "
        "reads them.",
        "Keeps secrets out of the log in the first place, redacts what slips in, and revokes what got "
        "through.",
    ),
    standards=("AML.T0055", "PW.5.1"),
)
def redact(t: Trial, redact) -> None:
    found: dict[str, list[Row]] = {kind: [] for kind in ("keys", "texts", "bytes", "base64")}
    replaced = False
    for rng in t.cases(5):
        for kind, rows in found.items():
            t.given(kind=kind)
            record, wanted = _records(kind, rng)
            with t.part(kind):
                rows += _compared(t, redact(record), record, wanted, "record")
            with t.part("copy"):
                got, after = t.observe(redact, record)
                t.expect(
                    _equal(after[0], record), "The record that you were given has changed.", slip=NEW_ONES
                )
                replaced |= not _equal(got, record)
    for kind, rows in found.items():
        with t.part(kind):
            _expect_clean(t, kind, rows)
    with t.part("copy"):
        t.expect(replaced, "Not one secret was replaced.")


def _secret(rng: np.random.Generator) -> str:
    """A text that SECRET_TEXT matches as a whole."""
    code = "".join(rng.choice(list("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"), 24))
    forms = (
        f"{drawn_word(rng)}@{drawn_word(rng)}.example.org",
        f"Bearer {code}",
        f"sk-{code}",
        f"ghp_{code}",
        f"AKIA{code[:16]}",
    )
    return forms[int(rng.integers(len(forms)))]


def _innocent(rng: np.random.Generator) -> str:
    words = (
        f"{drawn_word(rng)} at {drawn_word(rng)}",
        f"risk-{rng.integers(10**9)}",
        rng.bytes(16).hex(),
        "task-" + drawn_word(rng, 20),
        f"POST /predict?rows={rng.integers(99)}",
        f"mean area = {rng.normal():.3f} @ {drawn_word(rng)}",
    )
    return words[int(rng.integers(len(words)))]


Leaf = tuple[str, Any, Any]  # its key, its value, what must become of it


def _records(kind: str, rng: np.random.Generator) -> tuple[dict, dict]:
    """A record, and what must become of it: 6 secrets and 12 innocent values of one kind, nested."""
    make = {"keys": _key_leaf, "texts": _text_leaf, "bytes": _bytes_leaf, "base64": _base64_leaf}[kind]
    record, wanted = {}, {}
    for number in rng.permutation(18).tolist():
        key, value, want = make(number < 6, rng)
        for side, item in ((record, value), (wanted, want)):
            side[f"part {number}"] = ({key: item}, [number, {key: item}], (True, [{key: item}, None]))[
                number % 3
            ]
    return record, wanted


def _key_leaf(secret: bool, rng: np.random.Generator) -> Leaf:
    bad = (
        "password",
        "X-Auth-Token",
        "client_secret",
        "Authorization",
        "session.cookie",
        "TOKEN 2",
        "db-password",
    )
    good = ("max_tokens", "tokenizer", "secretary", "cookies_accepted", "passwords_reset", "author", "tokens")
    key = (bad if secret else good)[int(rng.integers(7))]
    values = (
        drawn_word(rng),
        int(rng.integers(10**6)),
        [1, drawn_word(rng)],
        {"inner": drawn_word(rng)},
        None,
        rng.bytes(4),
    )
    value = values[int(rng.integers(len(values)))] if secret else int(rng.integers(10**6))
    return key, value, MARK if secret else value


def _text_leaf(secret: bool, rng: np.random.Generator) -> Leaf:
    if not secret:
        key = _secret(rng) if rng.random() < 0.3 else drawn_word(rng)  # keys stay, whatever they look like
        return key, (text := _innocent(rng)), text
    before, after = f"{drawn_word(rng)}: " if rng.random() < 0.5 else "", f", {drawn_word(rng)}"
    value, want = (before + part + after for part in (_secret(rng), MARK))
    return drawn_word(rng), value, want


def _bytes_leaf(secret: bool, rng: np.random.Generator) -> Leaf:
    if not secret and rng.random() < 0.5:
        return drawn_word(rng), (raw := b"\xff\xfe" + rng.bytes(20)), raw
    key, value, want = _text_leaf(secret, rng)
    return key, value.encode(), want.encode()


def _base64_leaf(secret: bool, rng: np.random.Generator) -> Leaf:
    before = f"{drawn_word(rng)} " if rng.random() < 0.5 else ""
    inside = (before + (_secret(rng) if secret else _innocent(rng))).encode()
    if not secret and rng.random() < 0.3:
        inside = rng.bytes(24)
    coded = base64.b64encode(inside)
    value: Any = coded if rng.random() < 0.3 else coded.decode()
    return drawn_word(rng), value, (MARK.encode() if isinstance(value, bytes) else MARK) if secret else value


class Row(NamedTuple):
    """One value of a record: what it became, was, and must become; where, and in what."""

    got: Any
    value: Any
    want: Any
    where: str
    key: Any = None
    containers: tuple[type, ...] = ()


def _compared(
    t: Trial, got: Any, record: Any, wanted: Any, where: str, key: Any = None, within: tuple[type, ...] = ()
) -> list[Row]:
    """The rows of a record; wrong when a container differs."""
    if not isinstance(wanted, dict | list | tuple):
        return [Row(got, record, wanted, where, key, within)]
    kind = type(wanted).__name__
    t.expect(type(got) is type(wanted), f"The type at {where} has changed.", expected=kind, got=brief(got))
    keys = list(wanted) if isinstance(wanted, dict) else list(range(len(wanted)))
    t.equal(
        list(got) if isinstance(got, dict) else list(range(len(got))), keys, f"the list of keys at {where}"
    )
    within = (*within, type(wanted))
    return [
        row
        for key in keys
        for row in _compared(t, got[key], record[key], wanted[key], f"{where}[{key!r}]", key, within)
    ]


def _expect_clean(t: Trial, kind: str, found: list[Row]) -> None:
    secrets = [row for row in found if not _equal(row.value, row.want)]
    innocent = [row for row in found if _equal(row.value, row.want)]
    kept = [row for row in secrets if _equal(row.got, row.value)]
    for row in [*kept, *secrets]:
        t.expect(
            _equal(row.got, row.want),
            f"A secret is still there, at {row.where}."
            if kept
            else f"A secret has become something else than it should, at {row.where}.",
            expected=brief(row.want),
            got=brief(row.got),
            slip=slip_in_common(kept, [row for row in secrets if row not in kept], KEPT[kind]),
        )
    changed = [row for row in innocent if not _equal(row.got, row.value)]
    t.expect(
        len(changed) <= 0.02 * len(innocent),
        "Too many innocent values have changed.",
        expected=f"at most 2% of {len(innocent)}",
        got=f"{len(changed)}, such as {brief(changed[0].value)} at {changed[0].where}" if changed else "0",
        slip=_spared_slip(kind),
    )


#: Why secrets are kept: a slip, and what the kept ones then have in common. The narrower ones first.
IN_CONTAINERS: list[tuple[str, Callable[[Row], bool]]] = [
    ("A tuple may hold secrets too: go into it as into a list.", lambda row: tuple in row.containers),
    ("A list may hold secrets too: go into it.", lambda row: list in row.containers),
]


ANYWHERE = (
    "A match may stand anywhere in a text: search looks for it, and match at the beginning only.",
    lambda row: not _begins(row.value),
)


def _begins(value: str | bytes) -> bool:
    """Whether a secret, or the text in its base64, begins as secrets do."""
    text = value if isinstance(value, str) else value.decode()
    with suppress(ValueError):
        text = base64.b64decode(text, validate=True).decode()
    return re.match(r"Bearer |sk-|ghp_|AKIA|\w+@", text) is not None


KEPT: dict[str, list[tuple[str, Callable[[Row], bool]]]] = {
    "keys": [
        ("A key's words are compared without regard to capitals.", lambda row: row.key != row.key.lower()),
        (r"An underscore ends a word too, and \w counts it as a letter.", lambda row: "_" in row.key),
        ("A word ends at everything but letters and digits.", lambda row: not row.key.isalnum()),
        (
            "Whatever stands under a secret key is replaced: numbers, lists and None as well.",
            lambda row: not isinstance(row.value, str),
        ),
        *IN_CONTAINERS,
    ],
    "texts": [
        ANYWHERE,
        *IN_CONTAINERS,
        ("Each match inside a text is replaced, with what stands around it kept.", lambda row: True),
    ],
    "bytes": [
        ANYWHERE,
        *IN_CONTAINERS,
        ("Bytes that are UTF-8 are treated as their text: decode, replace, encode again.", lambda row: True),
    ],
    "base64": [
        ANYWHERE,
        ("Bytes may be base64 as well: treat them as their text.", lambda row: isinstance(row.value, bytes)),
        *IN_CONTAINERS,
        ("Ask inside(text) about every text: what it shows may match SECRET_TEXT.", lambda row: True),
    ],
}


def _equal(a: Any, b: Any) -> bool:
    return type(a) is type(b) and a == b


def _spared_slip(kind: str) -> str:
    return {
        "keys": "A key is secret by its words, not by letters inside one: max_tokens is a number of tokens.",
        "base64": "Base64 is no secret by itself: decode it, and look inside.",
    }.get(kind, "")
