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
    for (text_size, aad_size), rng in zip(SIZES, t.cases(len(SIZES)), strict=True):
        key, text, aad = rng.bytes(32), rng.bytes(text_size), rng.bytes(aad_size)
        t.given(plaintext=f"{len(text)} bytes", aad=f"{len(aad)} bytes")
        with t.part("seal"):
            _expect_sealed(t, seal(key, text, aad), key, text, aad)
        with t.part("open"):
            got = open_(key, seal_with(key, text, aad, rng.bytes(NONCE)), aad)
            t.equal(t.instance(got, bytes, "what open_ returns"), text, "what open_ returns")
            opened = True
        with t.part("refuse"):
            for trouble, slip, *spoiled in _spoiled(key, text, aad, rng):
                with t.raises(InvalidTag, trouble, slip=slip):
                    open_(*spoiled)
    with t.part("refuse"):
        t.expect(opened, "An open_ that opens nothing refuses everything: first let it open what is intact.")
    with t.part("nonce"):
        _expect_nonces(t, seal)
    with t.part("key"):
        _expect_keys(t, seal, open_)


#: (bytes of the text, bytes of the AAD): each of the two is empty, short and long once.
SIZES = ((90, 9), (0, 9), (60, 0), (1, 1), (0, 0))


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
    elif open_blob(key, blob[:NONCE] + blob[NONCE + TAG :] + blob[NONCE : NONCE + TAG], aad) == text:
        slip = "The tag belongs at the end, where `encrypt` puts it."
    t.expect(
        open_blob(key, blob, aad) == text,
        "The blob does not open as nonce, ciphertext and tag with this key and AAD.",
        slip=slip,
    )


def _spoiled(key: bytes, text: bytes, aad: bytes, rng: np.random.Generator) -> Iterator[tuple]:
    """(what is wrong, the likely slip, the arguments of open_)."""
    blob = seal_with(key, text, aad, rng.bytes(NONCE))
    other = seal_with(key, rng.bytes(40), aad, rng.bytes(NONCE))
    yield "a changed tag", "", key, with_bit_flipped(blob, -1), aad
    yield "a tag whose first byte was changed", "", key, with_bit_flipped(blob, -TAG), aad
    yield "a changed nonce", "", key, with_bit_flipped(blob, 0), aad
    if text:
        yield "a changed ciphertext", "", key, with_bit_flipped(blob, NONCE), aad
    yield "another AAD", "", key, blob, with_bit_flipped(aad, -1) if aad else b"p07"
    yield "an AAD and one byte more", "", key, blob, aad + b"\0"
    if aad:
        yield "no AAD", "", key, blob, b""
    yield "another key", "", with_bit_flipped(key, 0), blob, aad
    yield "the nonce of another blob", "", key, other[:NONCE] + blob[NONCE:], aad
    yield "a blob and one byte more", "", key, blob + b"x", aad
    for size in sorted({len(blob) - 1, NONCE + TAG - 1, 20, NONCE, NONCE - 1, 8}, reverse=True):
        if size < len(blob):
            yield f"the first {size} bytes of a blob", "", key, blob[:size], aad
    for size in (7, 1, 0):
        slip = "AESGCM has another error for a nonce of under 8 bytes: look at the blob's length first."
        yield f"the first {size} bytes of a blob", slip, key, blob[:size], aad


def _expect_nonces(t: Trial, seal: Any) -> None:
    key, half = t.rng(2).bytes(32), 200
    blobs = [
        t.instance(seal(key, text, b""), bytes, "the blob")
        for text in (b"same", b"other")
        for _ in range(half)
    ]
    opens = all(open_blob(key, blob, b"") for blob in blobs)
    t.expect(opens, "What seal returns does not open, so its first 12 bytes are no nonce: mend that first.")
    nonces = {blob[:NONCE] for blob in blobs}
    t.equal(
        len(nonces),
        2 * half,
        "the number of different nonces when two texts are sealed 200 times each",
        slips={
            "Every blob has the same nonce.": 1,
            "The nonce is made from the text: equal texts get equal nonces.": 2,
        },
    )
    slip = "A part of the nonce hardly changes. Draw all 12 bytes: a counter starts again after a restart."
    if len(set(b"".join(nonces))) == 16:
        slip = "16 values: hex text instead of raw bytes?"
    t.at_least(
        min(len(set(column)) for column in zip(*nonces, strict=True)),
        150,
        "the least number of values that a byte of the nonce takes in 400 blobs",
        slip=slip,
    )


def _expect_keys(t: Trial, seal: Any, open_: Any) -> None:
    """32 bytes raise no ValueError; other lengths do."""
    key = t.rng(3).bytes(64)
    for name, call in (
        ("seal", lambda key: seal(key, b"text", b"")),
        ("open_", lambda key: open_(key, seal_with(key, b"text", b"", bytes(NONCE)), b"")),
    ):
        try:
            call(key[:32])
        except ValueError:
            t.wrong(f"{name} refuses a key of 32 bytes.", got="ValueError")
        except InvalidTag:
            pass  # another part says so
    for size in (16, 24, 33, 31, 0, 64):
        with t.raises(ValueError, f"a key of {size} bytes to seal"):
            seal(key[:size], b"text", b"")
        with t.raises(ValueError, f"a key of {size} bytes to open_"):
            open_(key[:size], bytes(60), b"")
