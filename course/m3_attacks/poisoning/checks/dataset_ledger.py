"""The check of `poisoning.dataset_ledger`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise


@exercise(
    minutes=10,
    level="stretch",
    parts={
        "entries": (4, "chains the entries: SHA-256 of the previous entry and the batch's own SHA-256"),
        "finds": (5, "locates a relabelled, inserted, deleted, swapped batch, and a changed entry"),
        "ends": (2, "notices a batch missing at the end, and one too many"),
        "head": (2, "refuses a ledger that does not end in the pinned head, and no other"),
    },
    hints=(
        "Bytes go into a hash, text comes out of hexdigest(). An entry is made of two hashes, as raw "
        "bytes. And remember that zip stops at the shorter of two lists.",
        "Keep the previous entry in a variable that starts as 32 zero bytes. To check, build the ledger "
        "of the batches you have, and find the first place where the two ledgers differ.",
        "previous = bytes(32)\n"
        "for batch in batches:\n"
        "    previous = sha256(previous + sha256(batch).digest()).digest(); entries.append(previous.hex())\n"
        "first_bad: if the last entry is not head: raise ValueError\n"
        "  for i, (written, found) in enumerate(zip_longest(ledger, dataset_ledger(batches))):\n"
        "      if written != found: return i\n"
        "  return None",
    ),
    debrief=(
        "Whoever can change the data can often change the list of its hashes as well, and writes both so "
        "that they agree.",
        "The chain lets one short value, the head, stand for the whole history. Keep it where the data's "
        "writers cannot write: a signed release, another team's log, a printout.",
    ),
    standards=("AML.M0025", "AML.M0014", "PS.1.2"),
)
def dataset_ledger(t: Trial, dataset_ledger, first_bad) -> None:
    for rng in t.cases(3):
        batches = [_batch(rng) for _ in range(int(rng.integers(6, 10)))]
        ledger, chained = _chain(batches), False
        t.given(batches=len(batches))
        with t.part("entries"):
            t.equal(dataset_ledger(batches), ledger, "the ledger", slips=_ledger_slips(batches))
            for few in ([], batches[:1], [b"", b""]):
                t.equal(dataset_ledger(few), _chain(few), f"the ledger of {few!r}")
            chained = True
        for part, trouble, ledger_now, batches_now, want in _troubles(batches, rng):
            with t.part(part):
                got = first_bad(ledger_now, batches_now, ledger_now[-1])
                slips = _place_slips(part, want) if chained else {FOLLOWS: got}
                t.equal(got, want, f"the result of first_bad ({trouble})", slips=slips)
        with t.part("head"):
            got = first_bad(ledger, batches, ledger[-1])
            slips = {} if chained else {FOLLOWS: got}
            t.equal(got, None, "the result of first_bad (nothing changed)", slips=slips)
        for when, ledger_now, batches_now, slip in _replaced(batches, rng):
            with t.part("head"), t.raises(ValueError, when, slip=slip):
                first_bad(ledger_now, batches_now, ledger[-1])


FOLLOWS = "This may follow from dataset_ledger: mend that first."


def _batch(rng: np.random.Generator) -> bytes:
    """Four rows of a CSV file: two measurements and a label."""
    values, labels = rng.random((4, 2)), rng.integers(0, 2, 4)
    rows = (
        f"{first:.3f},{second:.3f},{label}" for (first, second), label in zip(values, labels, strict=True)
    )
    return "\n".join(rows).encode()


def _relabel(batch: bytes) -> bytes:
    """The batch with its last label flipped: one bit of one byte."""
    return batch[:-1] + bytes([batch[-1] ^ 1])


def _hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _chain(
    batches: Sequence[bytes], first: bytes = bytes(32), digest: Any = _digest, swapped: bool = False
) -> list[str]:
    entries, previous = [], first
    for batch in batches:
        previous = _digest(digest(batch) + previous if swapped else previous + digest(batch))
        entries.append(previous.hex())
    return entries


def _chain_text(batches: Sequence[bytes]) -> list[str]:
    entries, previous = [], "0" * 64
    for batch in batches:
        previous = _hex((previous + _hex(batch)).encode())
        entries.append(previous)
    return entries


def _ledger_slips(batches: Sequence[bytes]) -> dict[str, Any]:
    return {
        "Each entry must take in the one before it.": [_hex(batch) for batch in batches],
        "The first entry is chained too: before it stand 32 zero bytes.": _chain(batches, first=b""),
        'b"0" is the digit: 32 zero bytes are bytes(32).': _chain(batches, first=b"0" * 32),
        "The previous entry comes first, then the batch's SHA-256.": _chain(batches, swapped=True),
        "The batch goes in as its own SHA-256, 32 bytes.": _chain(batches, digest=bytes),
        "Chain the raw bytes, not their hexadecimal text.": _chain_text(batches),
        "An entry is hexadecimal text: bytes have a method hex().": [
            bytes.fromhex(entry) for entry in _chain(batches)
        ],
    }


def _troubles(batches: list[bytes], rng: np.random.Generator) -> list[tuple]:
    """(part, what happened, the ledger, the batches, the index that first_bad must give)."""
    ledger, n = _chain(batches), len(batches)
    i = int(rng.integers(1, n - 2))
    before, here, after = batches[:i], batches[i], batches[i + 1 :]
    changed = [*ledger[:i], ledger[i][:-1] + ("0" if ledger[i][-1] != "0" else "1"), *ledger[i + 1 :]]
    swapped = [*ledger[: i - 1], ledger[i], ledger[i - 1], *ledger[i + 1 :]]
    return [
        ("finds", "nothing changed", ledger, batches, None),
        ("finds", f"a label changed in batch {i}", ledger, [*before, _relabel(here), *after], i),
        ("finds", f"a batch inserted at {i}", ledger, [*before, _batch(rng), here, *after], i),
        ("finds", f"batch {i} deleted", ledger, [*before, *after], i),
        ("finds", f"batches {i} and {i + 1} swapped", ledger, [*before, after[0], here, *after[1:]], i),
        ("finds", f"entry {i} of the ledger changed in its last letter", changed, batches, i),
        ("finds", f"entries {i - 1} and {i} of the ledger swapped", swapped, batches, i - 1),
        ("finds", "a label changed in batch 0", ledger, [_relabel(batches[0]), *batches[1:]], 0),
        ("finds", "all batches changed", ledger, [_relabel(batch) for batch in batches], 0),
        (
            "finds",
            f"the last label changed, in batch {n - 1}",
            ledger,
            [*batches[:-1], _relabel(batches[-1])],
            n - 1,
        ),
        ("ends", "the last batch missing", ledger, batches[:-1], n - 1),
        ("ends", "the last two batches missing", ledger, batches[:-2], n - 2),
        ("ends", "no batch left", ledger, [], 0),
        ("ends", "one batch too many", ledger, [*batches, _batch(rng)], n),
        ("ends", "two batches too many", ledger, [*batches, _batch(rng), _batch(rng)], n),
        ("ends", "a single batch, as recorded", ledger[:1], batches[:1], None),
    ]


def _replaced(batches: list[bytes], rng: np.random.Generator) -> list[tuple]:
    """(what is given, the ledger, the batches, the slip): no ledger ends in the head of `batches`."""
    ledger = _chain(batches)
    relabelled, longer = [*batches[:2], _relabel(batches[2]), *batches[3:]], [*batches, _batch(rng)]
    first = "Test the head before anything else: a ledger that was replaced locates nothing."
    return [
        ("relabelled data, a new ledger made from it, and the old head", _chain(relabelled), relabelled, ""),
        ("a ledger and data that both lack the last batch, and the old head", ledger[:-1], batches[:-1], ""),
        (
            "the true data, a ledger made from other data, and the old head",
            _chain(relabelled),
            batches,
            first,
        ),
        (
            "a ledger whose end differs from the head in one letter",
            [*ledger[:-1], ledger[-1][:-1] + ("0" if ledger[-1][-1] != "0" else "1")],
            batches,
            first,
        ),
        ("a ledger whose last entry is forged", [*ledger[:-1], _hex(rng.bytes(8))], batches, first),
        (
            "a ledger and data that go on after the head",
            _chain(longer),
            longer,
            "The ledger must end in head: to hold it somewhere is not enough.",
        ),
    ]


def _place_slips(part: str, want: int | None) -> dict[str, Any]:
    if want is None:
        return {"Intact data gives None.": -1}
    slips: dict[str, Any] = {"Batches count from 0.": want + 1}
    if part == "ends":
        slips["zip stops at the shorter list: compare the lengths as well."] = None
    return slips
