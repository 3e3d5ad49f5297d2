"""Answers to `audit_trail.unmask`: another right one, and wrong ones with what each must be told."""

import hashlib
from itertools import product

from autograder.exercise import Answers, Wrong


def _table(numbers):
    return {hashlib.sha256(number.encode()).hexdigest(): number for number in numbers}


def by_digits(digests):
    wanted, found = set(digests), {}
    for digits in product("0123456789", repeat=5):
        number = "".join(digits)
        digest = hashlib.sha256(number.encode()).hexdigest()
        if digest in wanted:
            found[digest] = number
    return [found.get(digest) for digest in digests]


def nothing_found(digests):
    return [None for _ in digests]


def without_zeros(digests):
    known = _table(map(str, range(100_000)))
    return [known.get(digest) for digest in digests]


def whole_numbers(digests):
    known = _table(f"{n:05}" for n in range(100_000))
    return [int(known[digest]) if digest in known else None for digest in digests]


def without_the_last(digests):
    known = _table(f"{n:05}" for n in range(99_999))
    return [known.get(digest) for digest in digests]


def without_the_first(digests):
    known = _table(f"{n:05}" for n in range(1, 100_000))
    return [known.get(digest) for digest in digests]


def only_what_is_found(digests):
    known = _table(f"{n:05}" for n in range(100_000))
    return [known[digest] for digest in digests if digest in known]


def an_empty_text(digests):
    known = _table(f"{n:05}" for n in range(100_000))
    return [known.get(digest, "") for digest in digests]


def each_once(digests):
    known = _table(f"{n:05}" for n in range(100_000))
    return [known.get(digest) for digest in dict.fromkeys(digests)]


def in_the_order_of_numbers(digests):
    known = _table(f"{n:05}" for n in range(100_000))
    return sorted((known.get(digest) for digest in digests), key=str)


def a_dict(digests):
    known = _table(f"{n:05}" for n in range(100_000))
    return {digest: known.get(digest) for digest in digests}


def six_digits_too(digests):
    known = _table([*(f"{n:05}" for n in range(100_001)), *(f"{n:04}" for n in range(10_000))])
    return [known.get(digest) for digest in digests]


ANSWERS = Answers(
    right=[by_digits],
    wrong=[
        Wrong(nothing_found, "finds", "the list of numbers"),
        Wrong(without_zeros, "finds", "have five digits too"),
        Wrong(whole_numbers, "finds", "a text of five digits"),
        Wrong(without_the_last, "finds", "range leaves out its end"),
        Wrong(without_the_first, "finds", "begin at 00000"),
        Wrong(only_what_is_found, "none", "has an answer too"),
        Wrong(an_empty_text, "none", "the list"),
        Wrong(each_once, "order", "has two answers"),
        Wrong(
            in_the_order_of_numbers, "finds", "the list of numbers", also=("Keep the order of the digests.",)
        ),
        Wrong(a_dict, "finds", "the list of numbers"),
        Wrong(six_digits_too, "none", "the list"),
    ],
)
