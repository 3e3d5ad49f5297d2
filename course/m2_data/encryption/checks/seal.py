"""The check of `encryption.seal`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidTag

from autograder.exercise import Trial, exercise

from ..material import NONCE, TAG, open_blob, seal_with, with_bit_flipped


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
            got = open_(key, seal_with(key, text, aad, rng.bytes(NONCE)), aad)
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
    if open_blob(key, blob, None) == text:
        slip = "The AAD was not handed to AESGCM: the blob opens anywhere."
    elif open_blob(key, blob[-NONCE:] + blob[:-NONCE], aad) == text:
        slip = "The nonce belongs in front."
    t.expect(
        open_blob(key, blob, aad) == text,
        "The blob does not open as nonce, ciphertext and tag with this key and AAD.",
        slip=slip,
    )


def _spoiled(key: bytes, text: bytes, aad: bytes, rng: np.random.Generator) -> Iterator[tuple]:
    """(what is wrong, the arguments of open_)."""
    blob = seal_with(key, text, aad, rng.bytes(NONCE))
    other = seal_with(key, rng.bytes(40), aad, rng.bytes(NONCE))
    yield "a changed tag", key, with_bit_flipped(blob, -1), aad
    yield "a changed nonce", key, with_bit_flipped(blob, 0), aad
    if text:
        yield "a changed ciphertext", key, with_bit_flipped(blob, NONCE), aad
    yield "another AAD", key, blob, with_bit_flipped(aad, -1)
    yield "no AAD", key, blob, b""
    yield "another key", with_bit_flipped(key, 0), blob, aad
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
