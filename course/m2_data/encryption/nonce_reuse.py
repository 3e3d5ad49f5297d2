"""The nonce viewer: what two sealed texts give away, with fresh nonces and with one nonce used twice.

Two texts are sealed with AES-256-GCM under one key. The picture shows their first bytes, the bytes of their
ciphertexts, and below both the XOR: of text and text, of ciphertext and ciphertext. With one nonce for both,
the two XORs are equal, byte for byte, and whoever knows one text reads the other.

Key and nonces are fixed here, so that the picture is the same every time. Nowhere else should they be.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from course.explore.drawing import drawing
from course.explore.panel import Panel, Switch, Text
from course.explore.twin import Table, Twin

FIRST, SECOND = "p07 asthma", "p12 eczema"
LONGEST = 20  # bytes that are shown

KEY = bytes(range(32))
NONCES = (bytes(range(100, 112)), bytes(range(200, 212)))
TAG = 16  # bytes

_CELL, _ROW, _LEFT, _TOP = 27, 26, 176, 44
_SAME, _ZERO = "#18a05d", "#de5d0c"  # both at least 3:1 on white and on near-black


@dataclass(frozen=True)
class Leak:
    """Two texts and their ciphertexts, cut to the length of the shorter one, and both XORs."""

    texts: tuple[bytes, bytes]
    ciphers: tuple[bytes, bytes]
    text_xor: bytes
    cipher_xor: bytes

    @property
    def equal(self) -> int:
        """How many bytes of the two XORs are the same."""
        return sum(a == b for a, b in zip(self.text_xor, self.cipher_xor, strict=True))


def nonce_reuse() -> Panel:
    """The widget: two texts to type, and a box that gives both the same nonce."""
    return Panel(
        _draw,
        first=Text("First text", FIRST),
        second=Text("Second text", SECOND),
        reuse=Switch("Use one nonce for both"),
    )


def twin() -> Twin:
    """Both positions of the switch, as two pictures and a table."""
    leaks = {reuse: _seal_both(FIRST, SECOND, reuse) for reuse in (False, True)}
    fresh, reused = leaks[False], leaks[True]
    rows = [
        ("first text", _letters(fresh.texts[0])),
        ("second text", _letters(fresh.texts[1])),
        ("text XOR text", _hex(fresh.text_xor)),
        ("ciphertext XOR ciphertext, two nonces", _hex(fresh.cipher_xor)),
        ("ciphertext XOR ciphertext, one nonce", _hex(reused.cipher_xor)),
    ]
    return Twin(
        "Two texts are sealed with AES-256-GCM under one key. With one nonce for both, the XOR of the "
        "ciphertexts is the XOR of the texts in every byte: somebody who knows one text reads the other. "
        "With a nonce each, it tells nothing.",
        [_picture(leak, reuse) for reuse, leak in leaks.items()],
        [
            Table(
                "The bytes, in hexadecimal; 00 in the XOR of the texts where both have the same letter",
                ("what", *(f"byte {i}" for i in range(len(fresh.text_xor)))),
                [(what, *cells) for what, cells in rows],
            )
        ],
    )


def _draw(first: str, second: str, reuse: bool) -> tuple[str, str]:
    leak = _seal_both(first, second, reuse)
    return _picture(leak, reuse), _sentence(leak, reuse)


def _seal_both(first: str, second: str, reuse: bool) -> Leak:
    texts = first.encode()[:LONGEST], second.encode()[:LONGEST]
    nonces = (NONCES[0], NONCES[0]) if reuse else NONCES
    length = min(map(len, texts))
    ciphers = [
        AESGCM(KEY).encrypt(nonce, text, b"")[:-TAG] for nonce, text in zip(nonces, texts, strict=True)
    ]
    one, two = (text[:length] for text in texts)
    c_one, c_two = (cipher[:length] for cipher in ciphers)
    return Leak((one, two), (c_one, c_two), _xor(one, two), _xor(c_one, c_two))


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def _letters(text: bytes) -> list[str]:
    return [chr(byte) if 32 < byte < 127 else "␣" if byte == 32 else "·" for byte in text]


def _hex(data: bytes) -> list[str]:
    return [f"{byte:02x}" for byte in data]


def _sentence(leak: Leak, reuse: bool) -> str:
    zeros, n = leak.text_xor.count(0), len(leak.text_xor)
    said = (
        f"The XOR of the texts begins {_start(leak.text_xor)}, that of the ciphertexts "
        f"{_start(leak.cipher_xor)}: equal in {leak.equal} of {n} bytes."
    )
    if not reuse:
        return f"Two nonces. {said} By chance, one byte in 256 would be equal."
    return (
        f"One nonce for both. {said} {zeros} of them are 00, where both texts have the same letter. Know the "
        f"first text, and you read the second: {leak.texts[1].decode('utf-8', 'replace')}."
    )


def _start(data: bytes) -> str:
    return data[:4].hex(" ") or "with nothing"


def _picture(leak: Leak, reuse: bool) -> str:
    title = "One nonce for both texts" if reuse else "A nonce for each text"
    n = len(leak.text_xor)
    rows = [
        ("first text", _letters(leak.texts[0])),
        ("second text", _letters(leak.texts[1])),
        ("text ⊕ text", _hex(leak.text_xor)),
        ("first ciphertext", _hex(leak.ciphers[0])),
        ("second ciphertext", _hex(leak.ciphers[1])),
        ("ciphertext ⊕ ciphertext", _hex(leak.cipher_xor)),
        ("", ["=" if a == b else "≠" for a, b in zip(leak.text_xor, leak.cipher_xor, strict=True)]),
    ]
    width, height = _LEFT + max(n, 4) * _CELL + 8, _TOP + len(rows) * _ROW + 6
    parts: list[str] = []
    for number, (name, cells) in enumerate(rows):
        parts += _row(_TOP + number * _ROW, name, cells, framed=number in (2, 5))
    desc = f"The two XORs are equal in {leak.equal} of {n} bytes."
    return drawing(width, height, parts, title=title, desc=desc)


def _row(y: int, name: str, cells: list[str], framed: bool) -> list[str]:
    """A name and a cell for each byte. In a framed row, a result, zeros stand out by weight and colour."""
    parts = [f'<text x="10" y="{y + 14}">{escape(name)}</text>']
    if framed and cells:
        frame = f'x="{_LEFT - 4}" y="{y - 4}" width="{len(cells) * _CELL + 6}" height="{_ROW - 1}"'
        parts.append(f'<rect {frame} fill="none" stroke="currentColor" opacity=".5" rx="4"/>')
    parts.append('<g text-anchor="middle" font-family="monospace">')
    for i, text in enumerate(cells):
        look = f' fill="{_ZERO}" font-weight="700"' if framed and text == "00" else ""
        look = f' fill="{_SAME}" font-weight="700"' if text == "=" and not name else look
        parts.append(f'<text x="{_LEFT + i * _CELL + 12}" y="{y + 14}"{look}>{escape(text)}</text>')
    return [*parts, "</g>"]
