"""The check of `encryption.read_without_key`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import DIAGNOSES, NONCE, TAG, seal_with


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
        blobs.append(seal_with(key, texts[i], b"", nonces[groups[i]]))
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
