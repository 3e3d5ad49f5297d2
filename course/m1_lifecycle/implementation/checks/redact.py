"""The check of `implementation.redact`."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np

from autograder.exercise import Trial, brief, exercise

from ..material import drawn_word, slip_in_common

MARK = "[redacted]"


NEW_ONES = "Make new dicts and lists: do not write into those that you were given."


@exercise(
    minutes=13,
    level="stretch",
    parts={
        "keys": (3, "replaces what stands under a secret key, and spares keys that resemble one"),
        "texts": (2, "replaces every match inside a text, and spares the rest"),
        "bytes": (2, "does the same in bytes that are text, and spares other bytes"),
        "base64": (2, "replaces base64 of a secret, and spares base64 of anything else"),
        "copy": (1, "leaves the record as it was, once secrets are replaced"),
    },
    hints=(
        "Write it as a recursion: what is the answer for a dict, a list or tuple, a text, bytes, and for "
        "all else? "
        "The key decides only in a dict.",
        "Words of a key: set(re.split(r'[\\W_]+', key.lower())). Text: search inside(text) first, and if "
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
    found: dict[str, list[Row]] = {kind: [] for kind in LEAVES}
    replaced = False
    for rng in t.cases(3):
        for kind, rows in found.items():
            t.given(kind=kind)
            record, wanted = _records(LEAVES[kind](rng), rng)
            with t.part(kind):
                rows += _compared(t, redact(record), record, wanted, "record")
            with t.part("copy"):
                got, after = t.observe(redact, record)
                t.expect(
                    _same(after[0], record), "The record that you were given has changed.", slip=NEW_ONES
                )
                replaced |= not _same(got, record)
    for kind, rows in found.items():
        with t.part(kind):
            _expect_clean(t, kind, rows, replaced)
    with t.part("copy"):
        t.expect(replaced, "Not one secret was replaced.")


def _same(a: Any, b: Any) -> bool:
    """Equal in types and in the order of keys too."""
    if type(a) is not type(b):
        return False
    if isinstance(b, dict):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in b)
    if isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    return a == b


# -- what is drawn -----------------------------------------------------------------------------------------

Leaf = tuple[str, Any, Any]  # its key, its value, what must become of it


def _secrets(rng: np.random.Generator) -> list[str]:
    """One text of each form that SECRET_TEXT matches as a whole."""
    code = "".join(rng.choice(list("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"), 24))
    address = f"{drawn_word(rng)}@{drawn_word(rng)}.example.org"
    return [address, f"Bearer {code}", f"sk-{code}", f"ghp_{code}", f"AKIA{code[:16]}"]


def _innocent(rng: np.random.Generator) -> list[str]:
    """Texts that resemble secrets, and are none."""
    return [
        f"{drawn_word(rng)} at {drawn_word(rng)}",
        f"risk-{rng.integers(10**9)}",
        rng.bytes(16).hex(),
        "task-a" + drawn_word(rng, 19),  # not sk: that begins a secret
        "sk-" + drawn_word(rng, 15),
        f"{drawn_word(rng)}@localhost",
        f"POST /predict?rows={rng.integers(99)}",
        f"mean area = {rng.normal():.3f} @ {drawn_word(rng)}",
        "für " + drawn_word(rng),
        "",
    ]


def _around(rng: np.random.Generator) -> list[tuple[str, str]]:
    """(text, what must become of it): each form alone and within a text, then two and three in a text."""
    forms, words = _secrets(rng), [drawn_word(rng) for _ in range(4)]
    alone = [(form, MARK) for form in forms]
    within = [
        (f"für {words[0]}: {form}, {words[1]}", f"für {words[0]}: {MARK}, {words[1]}") for form in forms
    ]
    more = []
    for a, b, c in zip(forms, [*forms[1:], forms[0]], [*forms[2:], *forms[:2]], strict=True):
        more.append((f"{a}, {words[2]} {b}", f"{MARK}, {words[2]} {MARK}"))
        more.append((f"{words[3]} {a}; {b} und {c}", f"{words[3]} {MARK}; {MARK} und {MARK}"))
    return alone + within + more


BAD = (
    "password", "X-Auth-Token", "client_secret", "Authorization", "session.cookie", "TOKEN 2", "db-password",
    "clé_token", "auth/token", "x:secret", "args[password]", "cookie@host", "(token)", "a=b&token=c",
    "api\tpassword", "my+secret!",
)  # fmt: skip
GOOD = (
    "max_tokens", "tokenizer", "secretary", "cookies_accepted", "passwords_reset", "author", "tokens",
    "mytoken", "token2", "tokené", "Übercookie", "",
)  # fmt: skip


def _keys(rng: np.random.Generator) -> list[Leaf]:
    values = (
        drawn_word(rng), int(rng.integers(10**6)), [1, drawn_word(rng)], {"inner": drawn_word(rng)}, None,
        rng.bytes(4), True, 0.5, (), "",
    )  # fmt: skip
    innocent = (int(rng.integers(10**6)), True, None, 0.5, 1, 1.0, drawn_word(rng))
    bad = [(key, value, MARK) for key in BAD for value in values]
    return bad + [(key, value, value) for key in GOOD for value in innocent]


def _texts(rng: np.random.Generator) -> list[Leaf]:
    bad = [(drawn_word(rng), text, want) for text, want in _around(rng)]
    good = [(drawn_word(rng), text, text) for text in _innocent(rng)]
    return bad + good + [(form, drawn_word(rng), ...) for form in _secrets(rng)]  # keys stay


def _bytes(rng: np.random.Generator) -> list[Leaf]:
    coded = [
        (key, value.encode(), want if want is ... else want.encode()) for key, value, want in _texts(rng)
    ]
    other = [b"\xff\xfe" + rng.bytes(20), *(b"\xff " + form.encode() for form in _secrets(rng))]
    return coded + [(drawn_word(rng), raw, ...) for raw in other]


def _no_text(rng: np.random.Generator) -> bytes:
    """Base64 of bytes that are no text, without the letters that begin a secret."""
    while True:
        coded = base64.b64encode(b"\xff" + rng.bytes(23))
        if not re.search(b"sk|ghp|AKIA", coded):
            return coded


def _base64(rng: np.random.Generator) -> list[Leaf]:
    bad = [base64.b64encode(text.encode()) for text, _ in _around(rng)]
    hidden = [b"\xff" + form.encode() for form in _secrets(rng)]  # no text, so inside() shows nothing
    good = [base64.b64encode(raw) for raw in (*map(str.encode, _innocent(rng)), *hidden)]
    good.append(_no_text(rng))
    good += [b"data: " + raw for raw in bad[:2]]  # not base64 as a whole
    good += [b" " + bad[0], bad[0] + b"\n", bad[1] + b" "]
    good += [base64.urlsafe_b64encode(f"~~~ {form}".encode()) for form in _secrets(rng)]  # begins with fn5-
    good += [base64.b64encode(base64.b64encode(form.encode())) for form in _secrets(rng)]
    return [
        leaf
        for coded, secret in [*((raw, True) for raw in bad), *((raw, False) for raw in good)]
        for leaf in (
            (drawn_word(rng), coded.decode(), MARK if secret else ...),
            (drawn_word(rng), coded, MARK.encode() if secret else ...),
        )
    ]


LEAVES = {"keys": _keys, "texts": _texts, "bytes": _bytes, "base64": _base64}


def _records(leaves: list[Leaf], rng: np.random.Generator) -> tuple[dict, dict]:
    """A record of all leaves in drawn order, nested in four ways, and what must become of it."""
    record: dict = {"empty": {"dict": {}, "list": [], "tuple": ()}}
    wanted = deepcopy(record)
    for place, number in enumerate(rng.permutation(len(leaves)).tolist()):
        key, value, want = leaves[number]
        for side, item in ((record, value), (wanted, value if want is ... else want)):
            nested = (
                {key: item},
                [number, {key: item}],
                (True, [{key: item}, None]),
                {"deep": ({"deeper": [{key: item}]},)},
            )
            side[f"part {place}"] = nested[number % 4]
    return record, wanted


# -- what is judged ----------------------------------------------------------------------------------------


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


def _expect_clean(t: Trial, kind: str, found: list[Row], replaced: bool) -> None:
    secrets = [row for row in found if not _same(row.value, row.want)]
    innocent = [row for row in found if _same(row.value, row.want)]
    wrong = [row for row in secrets if not _same(row.got, row.want)]
    if wrong:
        row = next((row for row in wrong if _same(row.got, row.value)), wrong[0])
        still = "is still there" if _same(row.got, row.value) else "has become something else than it should"
        right = [row for row in secrets if _same(row.got, row.want)]
        t.wrong(
            f"A secret {still}, at {row.where}.",
            expected=brief(row.want),
            got=brief(row.got),
            slip=slip_in_common(wrong, right, KEPT[kind]) if replaced else "",
        )
    changed = [row for row in innocent if not _same(row.got, row.value)]
    if changed:
        row = changed[0]
        t.wrong(
            f"A value that is no secret has changed, at {row.where}.",
            expected=brief(row.value),
            got=brief(row.got),
            slip=next((slip for slip, has in SPARED.get(kind, ()) if all(map(has, changed))), ""),
        )


#: A slip, and what the wrong rows then have in common; the narrower ones first.
Features = list[tuple[str, Callable[["Row"], bool]]]

IN_CONTAINERS: Features = [
    ("A tuple may hold secrets too: go into it as into a list.", lambda row: tuple in row.containers),
    ("A list may hold secrets too: go into it.", lambda row: {list, tuple} & {*row.containers} != set()),
]
SEVERAL = (
    "A text may hold several secrets: replace each, and keep what stands between them.",
    lambda row: row.want.count(MARK if isinstance(row.want, str) else MARK.encode()) > 1,
)
WHOLE = (
    "Only the match is replaced: the text around it stays.",
    lambda row: row.got in (MARK, MARK.encode()),
)
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


KEPT: dict[str, Features] = {
    "keys": [
        ("A key's words are compared without regard to capitals.", lambda row: row.key != row.key.lower()),
        (r"An underscore ends a word too, and \w counts it as a letter.", lambda row: "_" in row.key),
        (
            "A word ends at everything but letters and digits, not only at the usual marks.",
            lambda row: re.search(r"[^\w\-. ]", row.key) is not None,
        ),
        ("A word ends at everything but letters and digits.", lambda row: not row.key.isalnum()),
        (
            "Whatever stands under a secret key is replaced: numbers, lists and None as well.",
            lambda row: not isinstance(row.value, str),
        ),
        *IN_CONTAINERS,
    ],
    "texts": [
        SEVERAL,
        WHOLE,
        ANYWHERE,
        *IN_CONTAINERS,
        ("Each match inside a text is replaced, with what stands around it kept.", lambda row: True),
    ],
    "bytes": [
        ("UTF-8 has letters beyond ASCII: decode with utf-8.", lambda row: not row.value.isascii()),
        SEVERAL,
        WHOLE,
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


SPARED: dict[str, Features] = {
    "keys": [
        (
            "A letter is a letter in every language: tokené is one word, and [a-z] does not know é.",
            lambda row: not str(row.key).isascii(),
        ),
        (
            "A key is secret by its words, not by letters inside one: max_tokens is a number of tokens.",
            lambda row: re.search("token|secret|cookie|password|auth", str(row.key).lower()) is not None,
        ),
    ],
    "bytes": [
        (
            "Bytes that are not UTF-8 stay as they are.",
            lambda row: isinstance(row.value, bytes) and b"\xff" in row.value,
        ),
    ],
    "base64": [
        (
            "Base64 is no secret by itself: decode it, and look inside.",
            lambda row: isinstance(row.value, str | bytes) and _is_base64(row.value),
        ),
        (
            "Base64 is what inside(text) shows of the text as it is: no blanks around it, and + and / in it.",
            lambda row: not isinstance(row.value, str | bytes) or not _is_base64(row.value),
        ),
    ],
}


def _is_base64(value: str | bytes) -> bool:
    with suppress(ValueError):
        return bool(base64.b64decode(value, validate=True))
    return False
