"""The check of `audit_trail.unmask`."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np

from autograder.exercise import Trial, exercise


@exercise(
    minutes=6,
    parts={
        "finds": (4, "finds every number, from the first to the last"),
        "none": (1, "gives None for a digest of anything else"),
        "order": (2, "gives one answer for each digest, in order"),
    },
    hints=(
        "You can't calculate backwards. How many numbers are there to try?",
        "Hash all 100,000 numbers once and keep them in a dict, digest → number. Then look each digest up.",
        'known = {sha256 of f"{n:05}": f"{n:05}" for n in range(100_000)}\n'
        "return [known.get(digest) for digest in digests]",
    ),
    debrief=(
        "Collects logs with 'anonymous' digests, and hashes every phone number, postcode and date of birth "
        "once.",
        "Uses a keyed digest for whatever can be listed, and keeps the key away from the log.",
    ),
    standards=("AML.T0037",),
)
def unmask(t: Trial, unmask) -> None:
    for rng in t.cases(1):
        numbers = _numbers(rng)
        with t.part("finds"):
            got = unmask([_digest(number) for number in numbers])
            t.equal(got, numbers, "the list of numbers", slips=_slips(numbers))
        mixed: list[str | None] = [*numbers[:6], *[None] * 7]
        others = _others(rng)
        digests = [*map(_digest, numbers[:6]), *others]
        order = rng.permutation(len(digests)).tolist()
        with t.part("none"):
            want = [mixed[i] for i in order]
            got = unmask([digests[i] for i in order])
            kept = [number for number in want if number is not None]
            t.equal(got, want, "the list", slips={"A digest without a number has an answer too: None.": kept})
        with t.part("order"):
            again = [*numbers[:3], *numbers[2::-1], numbers[0], numbers[0]]
            got = unmask([_digest(number) for number in again])
            slips = {
                "A digest that comes twice has two answers.": list(dict.fromkeys(again)),
                "Keep the order of the digests.": sorted(again),
            }
            t.equal(got, again, "the list, with repeats", slips=slips)
    with t.part("none"):
        t.equal(unmask([_others(t.rng(3))[0]]), [None], "the list for one keyed digest")
    with t.part("order"):
        t.equal(unmask([_digest("04711")]), ["04711"], "the list for one digest")
        t.equal(unmask([]), [], "the list for no digests")


def _numbers(rng: np.random.Generator) -> list[str]:
    """Both ends, numbers with zeros in front, and drawn ones; no number twice."""
    drawn = [f"{n:05}" for n in rng.choice(np.arange(11, 99_990), 20, replace=False)]
    numbers = ["00000", "00001", "00010", "99998", "99999", f"{rng.integers(1001, 9999):05}", *drawn]
    numbers = list(dict.fromkeys(numbers))
    return [numbers[i] for i in rng.permutation(len(numbers)).tolist()]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _others(rng: np.random.Generator) -> list[str]:
    """Seven digests that no number of five digits has."""
    number = f"{rng.integers(10_000, 99_999)}"
    return [
        hmac.new(rng.bytes(16), number.encode(), "sha256").hexdigest(),
        *map(_digest, (number[:4], "0" + number, "100000", "patient " + number, "")),
        rng.bytes(32).hex(),
    ]


def _slips(numbers: list[str]) -> dict[str, list]:
    return {
        "A number is a text of five digits.": [int(number) for number in numbers],
        "Keep the zeros in front.": [str(int(number)) for number in numbers],
        "The numbers begin at 00000.": [None if number == "00000" else number for number in numbers],
        "The last number is 99999, and range leaves out its end.": [
            None if number == "99999" else number for number in numbers
        ],
        "Numbers with zeros in front have five digits too.": [
            None if number[0] == "0" else number for number in numbers
        ],
    }
