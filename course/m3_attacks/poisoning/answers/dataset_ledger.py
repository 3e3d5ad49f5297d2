"""Answers to `poisoning.dataset_ledger`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import hashlib

from autograder.exercise import Answers, Wrong


def _sha(data):
    return hashlib.sha256(data).digest()


def ledger_from_the_end(batches):
    if not batches:
        return []
    before = ledger_from_the_end(batches[:-1])
    previous = bytes.fromhex(before[-1]) if before else b"\0" * 32
    return [*before, _sha(previous + _sha(batches[-1])).hex()]


def first_bad_by_index(ledger, batches, head):
    if head != ledger[-1]:
        raise ValueError("another head")
    now = ledger_from_the_end(batches)
    for i in range(max(len(ledger), len(now))):
        if i >= len(ledger) or i >= len(now) or ledger[i] != now[i]:
            return i


def ledger_unchained(batches):
    return [_sha(batch).hex() for batch in batches]


def ledger_of_raw_batches(batches):
    entries, previous = [], bytes(32)
    for batch in batches:
        previous = _sha(previous + batch)
        entries.append(previous.hex())
    return entries


def ledger_of_texts(batches):
    entries, previous = [], "0" * 64
    for batch in batches:
        previous = _sha((previous + _sha(batch).hex()).encode()).hex()
        entries.append(previous)
    return entries


def ledger_without_zero_bytes(batches):
    entries, previous = [], b""
    for batch in batches:
        previous = _sha(previous + _sha(batch))
        entries.append(previous.hex())
    return entries


def ledger_from_a_digit(batches):
    entries, previous = [], b"0" * 32
    for batch in batches:
        previous = _sha(previous + _sha(batch))
        entries.append(previous.hex())
    return entries


def ledger_batch_first(batches):
    entries, previous = [], bytes(32)
    for batch in batches:
        previous = _sha(_sha(batch) + previous)
        entries.append(previous.hex())
    return entries


def ledger_as_bytes(batches):
    return [bytes.fromhex(entry) for entry in ledger_from_the_end(batches)]


def first_bad_with_a_wrong_ledger(ledger, batches, head):
    if head != ledger[-1]:
        raise ValueError("another head")
    now = ledger_batch_first(batches)
    places = range(max(len(ledger), len(now)))
    return next((i for i in places if ledger[i : i + 1] != now[i : i + 1]), None)


def first_bad_testing_the_head_last(ledger, batches, head):
    now = ledger_from_the_end(batches)
    for i in range(max(len(ledger), len(now))):
        if ledger[i : i + 1] != now[i : i + 1]:
            return i
    if head != ledger[-1]:
        raise ValueError("another head")


def first_bad_head_anywhere(ledger, batches, head):
    if head not in ledger:
        raise ValueError("another head")
    return first_bad_by_index(ledger, batches, ledger[-1])


def first_bad_zipped(ledger, batches, head):
    if head != ledger[-1]:
        raise ValueError("another head")
    pairs = enumerate(zip(ledger, ledger_from_the_end(batches), strict=False))
    return next((i for i, (written, now) in pairs if written != now), None)


def first_bad_trusting(ledger, batches, head):
    return first_bad_by_index(ledger, batches, ledger[-1])


def first_bad_from_one(ledger, batches, head):
    place = first_bad_by_index(ledger, batches, head)
    return None if place is None else place + 1


def first_bad_refusing(ledger, batches, head):
    raise ValueError("another head")


def first_bad_of_short_heads(ledger, batches, head):
    if head[:8] != ledger[-1][:8]:
        raise ValueError("another head")
    return first_bad_by_index(ledger, batches, ledger[-1])


def first_bad_by_membership(ledger, batches, head):
    if head != ledger[-1]:
        raise ValueError("another head")
    now = ledger_from_the_end(batches)
    strange = [i for i, entry in enumerate(now) if entry not in ledger]
    return strange[0] if strange else _length(ledger, now)


def _length(ledger, now):
    return None if len(ledger) == len(now) else min(len(ledger), len(now))


def first_bad_by_lengths(ledger, batches, head):
    if head != ledger[-1]:
        raise ValueError("another head")
    if len(batches) < len(ledger):
        return len(ledger) - 1
    return first_bad_by_index(ledger, batches, head)


def first_bad_of_the_last(ledger, batches, head):
    if head != ledger[-1]:
        raise ValueError("another head")
    now = ledger_from_the_end(batches)
    bad = [i for i in range(max(len(ledger), len(now))) if ledger[i : i + 1] != now[i : i + 1]]
    return bad[-1] if bad else None


def ledger_refusing_nothing(batches):
    if not batches:
        raise ValueError("no batches")
    return ledger_from_the_end(batches)


def first_bad_never(ledger, batches, head):
    return None


ANSWERS = Answers(
    right=[(ledger_from_the_end, first_bad_by_index)],
    wrong=[
        Wrong((ledger_unchained, first_bad_by_index), "entries", "take in the one before it"),
        Wrong((ledger_of_raw_batches, first_bad_by_index), "entries", "as its own SHA-256"),
        Wrong((ledger_of_texts, first_bad_by_index), "entries", "not their hexadecimal text"),
        Wrong((ledger_without_zero_bytes, first_bad_by_index), "entries", "32 zero bytes"),
        Wrong((ledger_from_a_digit, first_bad_by_index), "entries", "is the digit"),
        Wrong((ledger_batch_first, first_bad_by_index), "entries", "The previous entry comes first"),
        Wrong((ledger_as_bytes, first_bad_by_index), "entries", "An entry is hexadecimal text"),
        Wrong(
            (ledger_batch_first, first_bad_with_a_wrong_ledger),
            "finds",
            "mend that first",
            also=("The previous entry comes first, then the batch's SHA-256.",),
        ),
        Wrong(
            (ledger_from_the_end, first_bad_testing_the_head_last),
            "head",
            "Test the head before anything else",
        ),
        Wrong((ledger_from_the_end, first_bad_head_anywhere), "head", "to hold it somewhere is not enough"),
        Wrong((ledger_from_the_end, first_bad_zipped), "ends", "zip stops at the shorter list"),
        Wrong((ledger_refusing_nothing, first_bad_by_index), "entries", "Your code raised ValueError"),
        Wrong((ledger_from_the_end, first_bad_of_short_heads), "head", "no error is raised"),
        Wrong((ledger_from_the_end, first_bad_by_membership), "finds", "is not right"),
        Wrong((ledger_from_the_end, first_bad_by_lengths), "ends", "is not right"),
        Wrong((ledger_from_the_end, first_bad_of_the_last), "finds", "is not right"),
        Wrong((ledger_from_the_end, first_bad_trusting), "head", "no error is raised"),
        Wrong((ledger_from_the_end, first_bad_from_one), "finds", "count from 0"),
        Wrong((ledger_from_the_end, first_bad_refusing), "finds", "Your code raised ValueError"),
        Wrong((ledger_from_the_end, first_bad_never), "finds", "is not right"),
    ],
)

EQUIVALENT = {
    "zip_longest(ledger, dataset_ledger(batches)) → zip_longest(dataset_ledger(batches), ledger)": (
        "differing is the same from both sides"
    ),
}
