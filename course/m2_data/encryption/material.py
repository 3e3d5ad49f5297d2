"""What the checks of `encryption` share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from autograder.exercise import LearnerError, Trial

from .toy_tls import ROUNDS

NONCE, TAG = 12, 16  # bytes


DIAGNOSES = ("asthma", "diabetes", "eczema", "gout", "influenza", "migraine")


def place_of(*parts: Any) -> bytes:
    return json.dumps([str(part) for part in parts]).encode()


def seal_with(key: bytes, text: bytes, aad: bytes, nonce: bytes) -> bytes:
    return nonce + AESGCM(key).encrypt(nonce, text, aad)


def open_blob(key: bytes, blob: bytes, aad: bytes | None) -> bytes | None:
    """What is in the blob, or None when it does not open."""
    try:
        return AESGCM(key).decrypt(blob[:NONCE], blob[NONCE:], aad)
    except (InvalidTag, ValueError):
        return None


def with_bit_flipped(blob: bytes, place: int) -> bytes:
    """The blob with one bit changed in the byte at `place`."""
    changed = bytearray(blob)
    changed[place] ^= 1
    return bytes(changed)


@contextmanager
def after_seal(t: Trial, function: Any, *nothing: Any) -> Iterator[None]:
    """Where the stub of `seal` stops the learner's code, the part says so.

    `nothing` are arguments that stop `function` by another error before it can seal or open anything: only
    a stub of its own raises NotImplementedError then.
    """
    try:
        yield
    except NotImplementedError:
        if is_stub(function, *nothing):
            raise
        t.wrong("Your code calls `seal` or `open_`, which is not written yet: do that exercise first.")


def is_stub(function: Any, *args: Any) -> bool:
    try:
        function(*args)
    except NotImplementedError:
        return True
    except LearnerError:
        pass
    return False


# -- TLS -----------------------------------------------------------------------------------------------

BY_FILE = (
    "`cafile` and `load_cert_chain` take paths, and you have the text itself: `cadata=ca_pem`, and "
    "`present(context, identity)` where there is an identity."
)

#: (words of an error in making or using a `Line`, the likely cause)
LINE_SLIPS = (
    ("No such file", BY_FILE),
    ("File name too long", BY_FILE),
    ("-----BEGIN", "The first argument of `create_default_context` is the purpose: write `cadata=ca_pem`."),
    (
        "Cannot create a server socket",
        "A `Line` without `host` is a server, and this context is a client's: give `host`, or make the "
        "context for `Purpose.CLIENT_AUTH`.",
    ),
    (
        "Cannot create a client socket",
        "A context for `CLIENT_AUTH` is a server's; a `Line` with `host` is a client.",
    ),
    ("Line.__init__() takes", "A `Line` takes them by name: `host=...` (a client only), `say=...`."),
    (
        "object is not callable",
        "`say` is a function: it is handed the other end's certificate and returns bytes.",
    ),
    ("a bytes-like object is required, not 'str'", "`say` returns bytes, not str."),
    ("can't concat str to bytes", "`say` returns bytes, not str: `name.encode()`."),
)


@contextmanager
def line_slips(t: Trial) -> Iterator[None]:
    """Where a `Line` cannot be made or breaks in use, the part says the likely cause, if there is one."""
    try:
        yield
    except LearnerError as error:
        slip = next((slip for words, slip in LINE_SLIPS if words in error.message), "")
        if not slip:
            raise
        t.wrong(error.report(quoting="-----BEGIN" not in error.message), slip=slip)


VERSION_1_3 = "TLS 1.3 is to be spoken too: leave maximum_version alone."
VERSION_1_2 = "TLS 1.2 is to be spoken too: minimum_version is too high."
#: (what was heard by an end that speaks one version of TLS, which limit it has) → the likely cause.
VERSION_SLIPS = {
    ("UNSUPPORTED_PROTOCOL", "lowest"): VERSION_1_3,
    ("UNSUPPORTED_PROTOCOL", "highest"): VERSION_1_2,
    ("TLSV1_ALERT_PROTOCOL_VERSION", "lowest"): VERSION_1_3,
    ("TLSV1_ALERT_PROTOCOL_VERSION", "highest"): VERSION_1_2,
}


def feed_of(t: Trial, line: Any, maker: str) -> Callable:
    """`feed` of the `Line` that the learner's `maker` made."""
    slip = "Return `Line(context, ...)`. A context is only the settings of one."
    return t.object(line, f"what {maker} returns", methods=("feed",), slip=slip).feed


def carry(t: Trial, ours: Callable, theirs: Callable, *, starts: bool) -> None:
    """Carry bytes between the learner's end, `ours`, and the judge's, until neither has anything to say.

    With `starts` the learner's end is the client and speaks first.
    """
    data = b"" if starts else theirs(b"")
    for _ in range(ROUNDS):
        reply = t.instance(ours(data), bytes, "what feed returns")
        data = theirs(reply)
        if not data:
            return


def version_slip(error: str, options: Mapping[str, Any]) -> str:
    return next((slip for (said, end), slip in VERSION_SLIPS.items() if said == error and end in options), "")
