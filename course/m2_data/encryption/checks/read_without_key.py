"""The check of `encryption.read_without_key`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import DIAGNOSES, NONCE, TAG, seal_with, with_bit_flipped


@exercise(
    minutes=12,
    parts={
        "finds": (
            3,
            "names the unknown blobs under the nonce of a known one, and no others; keeps its input",
        ),
        "reads": (5, "gives their text, as far as the longest known text under the same nonce reaches"),
    },
    hints=(
        "Which blobs were made with the same stream? Their first 12 bytes tell. And which bytes of a blob "
        "are text under that stream, and which are not?",
        "A ciphertext XOR its own text gives the stream of its nonce. XOR that stream with the other "
        "ciphertexts under this nonce. Cut off nonce and tag first, and use the longest known text.",
        "streams = {}\n"
        "for i, text in known.items():\n"
        "    nonce, stream = blobs[i][:12], xor(blobs[i][12:], text)\n"
        "    keep the longest stream of each nonce in streams\n"
        "return {i: xor(blob[12:-16], streams[blob[:12]])\n"
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
    for (groups, order), rng in zip(TABLES, t.cases(len(TABLES)), strict=True):
        blobs, known = _leaked(groups, order, rng, _text_of if groups is COPIED else _bytes_of)
        t.given(blobs=len(blobs), known=list(known))
        want = _recovered(blobs, known)
        with t.part("finds"):
            got, after = t.observe(read_without_key, list(blobs), dict(known))
            t.equal(
                set(t.instance(got, dict, "the result")),
                set(want),
                "the set of positions in the result",
                slips={
                    "Blobs with another nonce were made with another stream.": set(range(len(blobs)))
                    - set(known),
                    "What is known needs no reading: leave it out.": set(want) | set(known),
                    "A known text may be empty. Its nonce still counts, and what you read is b''.": set(
                        _recovered(blobs, known, counts=bool)
                    ),
                },
            )
            t.expect(after == [blobs, known], "Your code changed its input.", slip="Leave both as they are.")
        with t.part("reads"):
            got = t.instance(read_without_key(blobs, dict(known)), dict, "the result")
            texts = {place: got[place] for place in want if place in got}
            want = {place: text for place, text in want.items() if text or place in got}
            t.equal(texts, want, "the text", slips=_misread(texts, blobs, known))


class Nonce(NamedTuple):
    """The blobs under one nonce: bytes of each known text, and of each unknown one."""

    known: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()


#: Three known texts and one, several unknown ones and none, a nonce that nobody knows, one that stands alone.
COPIED = (
    Nonce(known=(30, 45, 70), unknown=(90, 50, 20, 60)),
    Nonce(known=(40,), unknown=(55,)),
    Nonce(unknown=(35, 25)),
    Nonce(known=(80,)),
    Nonce(unknown=(25,)),
)
#: In what order `known` has the known texts of a nonce, which stand from short to long above.
SHORT_FIRST, LONG_FIRST, LONG_IN_THE_MIDDLE = (0, 1, 2), (2, 1, 0), (0, 2, 1)
#: The plainest first. Whoever takes the first or the last known text is found out, and so is every boundary.
TABLES: tuple[tuple[Sequence[Nonce], Sequence[int]], ...] = (
    (COPIED, SHORT_FIRST),
    (COPIED, LONG_FIRST),
    (COPIED, LONG_IN_THE_MIDDLE),
    ([Nonce((40,), (39,)), Nonce((40,), (40,)), Nonce((40,), (41,))], SHORT_FIRST),
    ([Nonce((1,), (20,)), Nonce((20,), (1,))], SHORT_FIRST),
    ([Nonce((0,), (20,)), Nonce((20,), (0,))], SHORT_FIRST),
    ([Nonce(unknown=(30, 30))], SHORT_FIRST),
    ([Nonce(known=(30, 30))], SHORT_FIRST),
    ([], SHORT_FIRST),
)


def _leaked(
    groups: Sequence[Nonce], order: Sequence[int], rng: np.random.Generator, text_of: Callable
) -> tuple[list[bytes], dict[int, bytes]]:
    """Blobs in random order, known or readable ones at both ends, and the known texts: position → text.

    Each nonce differs from the first one in a single byte: part of a nonce does not tell.
    """
    key, nonce = rng.bytes(32), rng.bytes(NONCE)
    nonces = [nonce, *(with_bit_flipped(nonce, place) for place in (5, 11, 8, 0))]
    made, shown, readable = [], [], []  # (blob, its text), and which of them
    for group, own in zip(groups, nonces, strict=False):
        known = [group.known[i] for i in order if i < len(group.known)]
        shown += range(len(made), len(made) + len(known))
        made += [_sealed(text_of(rng, size), key, own) for size in [*known, *group.unknown]]
        readable += range(len(made) - len(group.unknown), len(made)) if known else ()
    places = rng.permutation(len(made)).tolist()
    ends = shown if order == LONG_FIRST else readable  # the first and the last count like any other
    for end, number in zip((0, len(made) - 1), ends, strict=False):
        at = places.index(end)
        places[at], places[number] = places[number], end
    texts = dict(zip(places, made, strict=True))
    return [texts[i][0] for i in range(len(made))], {places[i]: made[i][1] for i in shown}


def _sealed(text: bytes, key: bytes, nonce: bytes) -> tuple[bytes, bytes]:
    """(a blob, its text)."""
    return seal_with(key, text, b"", nonce), text


def _bytes_of(rng: np.random.Generator, size: int) -> bytes:
    """Any bytes: not UTF-8 from two on, and the last is zero."""
    return (b"\xff" + rng.bytes(size))[: size - 1] + b"\0" if size else b""


def _text_of(rng: np.random.Generator, size: int) -> bytes:
    return " ".join(rng.choice([*DIAGNOSES, "stable", "acute"], size // 4 + 1).tolist())[:size].encode()


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=False))


def _misread(
    got: Mapping[Any, Any], blobs: Sequence[bytes], known: Mapping[int, bytes]
) -> dict[str, dict[int, Any]]:
    """Misconception → what it gives."""

    def mistaken(**how: Any) -> dict[int, bytes]:
        """Where a mistake gives several things, by the known text that was taken, the one in `got`."""
        found = [
            _recovered(blobs, known, order=lambda places, i=i: places[i:] + places[:i], **how)
            for i in range(max(len(known), 1))
        ]
        return {
            place: next((texts[place] for texts in found if _same_bytes(got.get(place), texts[place])), text)
            for place, text in found[0].items()
        }

    return {
        "Texts are bytes here, not str: leave out the decode().": {
            place: text.decode("utf-8", "replace") for place, text in _recovered(blobs, known).items()
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
    counts: Callable[[bytes], bool] = lambda text: True,
) -> dict[int, bytes]:
    """Position → text, from the last of the known ones in order of length (reversed: the shortest)."""
    streams = {}
    used = [place for place in known if counts(known[place])]
    for place in order(sorted(used, key=lambda place: len(known[place]))):
        streams[blobs[place][:NONCE]] = stream(blobs[place][body], known[place])
    return {
        place: _xor(blob[body], streams[blob[:NONCE]])
        for place, blob in enumerate(blobs)
        if place not in known and blob[:NONCE] in streams
    }


def _same_bytes(value: Any, want: bytes) -> bool:
    return type(value) is bytes and value == want
