"""Answers to `testing.write_property_tests`: another right one, and wrong ones with their messages."""

import random
from itertools import pairwise

from autograder.exercise import Answers, Wrong

NAN = float("nan")


def _batches(count=20, rows=9):
    draw = random.Random(1)
    return [[[draw.random() for _ in range(3)] for _ in range(rows)] for _ in range(count)]


def _one_each(score):
    for batch in _batches():
        batch = [[0.0] * 3, *batch, [1.0] * 3]
        scores = score(batch)
        assert len(scores) == len(batch), "one score a row"
        for value in scores:
            assert 0 <= value <= 1, "from 0 to 1"


def _alone(score):
    for batch in _batches():
        assert score(batch) == [score([row])[0] for row in batch], "depends on others"


def _rising(score):
    for batch in _batches():
        _, second, third = batch[0]
        rows = [[first / 20, second, third] for first in range(21)]
        scores = score(rows)
        for low, high in pairwise(scores):
            assert high >= low, "falls"


def _refusing(score):
    for row in ([NAN, 0.5, 0.5], [0.5, NAN, 0.5], [0.5, 0.5, NAN]):
        refused = False
        try:
            score([[0.5] * 3, row])
        except ValueError:
            refused = True
        assert refused, "not refused"


def with_loops():
    return [_one_each, _alone, _rising, _refusing]


def one_function():
    def all_of_them(score):
        for test in (_refusing, _rising, _alone, _one_each):
            test(score)

    return [all_of_them]


def no_tests():
    return []


def content_with_all():
    return [lambda score: None]


def accuses_all():
    def never(score):
        raise AssertionError

    return [never]


def called_already():
    return [_one_each(lambda rows: [0.5 for _ in rows])]


def strictly_rising():
    def strictly(score):
        scores = score([[first / 20, 0.5, 0.5] for first in range(21)])
        assert all(a < b for a, b in pairwise(scores))

    return [_one_each, _alone, strictly, _refusing]


def refuses_ties():
    def no_ties(score):
        scores = score([[first / 20, 0.5, 0.5] for first in range(21)])
        assert len(set(scores)) == len(scores), "two scores are equal"

    return [_one_each, _alone, _rising, no_ties]


def no_ends():
    def one_each(score):
        for batch in _batches():
            scores = score(batch)
            assert len(scores) == len(batch)
            assert all(0 <= value <= 1 for value in scores)

    return [one_each, _alone, _rising, _refusing]


def short_batches():
    def alone(score):
        for batch in _batches(rows=2):
            assert score(batch) == [score([row])[0] for row in batch]

    return [_one_each, alone, _rising, _refusing]


def asks_twice():
    def twice(score):
        for batch in _batches():
            assert score(batch) == score(batch)

    return [_one_each, twice, _rising, _refusing]


def two_ends_only():
    def rises(score):
        low, high = score([[0.0, 0.5, 0.5], [1.0, 0.5, 0.5]])
        assert low <= high

    return [_one_each, _alone, rises, _refusing]


def first_place_only():
    def refuses(score):
        try:
            score([[NAN, 0.5, 0.5]])
        except ValueError:
            return
        raise AssertionError

    return [_one_each, _alone, _rising, refuses]


def all_places_at_once():
    def refuses(score):
        try:
            score([[NAN, NAN, NAN]])
        except ValueError:
            return
        raise AssertionError

    return [_one_each, _alone, _rising, refuses]


def other_errors():
    def refuses(score):
        for place in range(3):
            row = [0.5] * 3
            row[place] = NAN
            try:
                score([row])
            except ValueError:
                continue
            raise KeyError("not refused")

    return [_one_each, _alone, _rising, refuses]


def first_row_only():
    def refuses(score):
        for place in range(3):
            row = [0.5] * 3
            row[place] = NAN
            try:
                score([row])
            except ValueError:
                continue
            raise AssertionError

    return [_one_each, _alone, _rising, refuses]


def middle_only():
    def rises(score):
        scores = score([[first / 20, 0.5, 0.5] for first in range(21)])
        assert all(a <= b for a, b in pairwise(scores))

    return [_one_each, _alone, rises, _refusing]


def counts_the_scores():
    seen = []

    def fifth(score):
        seen.append(score)
        assert len(seen) < 5

    return [fifth]


def beyond_the_promise():
    def bounded(score):
        assert all(0 <= value <= 1 for value in score([[2.0] * 3, [-1.0, 0.0, 5.0]]))

    return [bounded, _one_each, _alone, _rising, _refusing]


def no_order():
    def same_set(score):
        for batch in _batches():
            assert sorted(score(batch)) == sorted(score([row])[0] for row in batch)

    return [_one_each, same_set, _rising, _refusing]


def calls_too_often():
    def many(score):
        for batch in _batches(count=200):
            assert score(batch) == [score([row])[0] for row in batch]

    return [_one_each, many, _rising, _refusing]


SAME = "A score may stay the same: a larger value must not lower it."

ANSWERS = Answers(
    right=[with_loops, one_function],
    wrong=[
        Wrong(no_tests, "one_each", "not a list of functions"),
        Wrong(content_with_all, "one_each", "No test raises AssertionError"),
        Wrong(accuses_all, "one_each", "keeps every promise is accused"),
        Wrong(called_already, "one_each", "without calling them"),
        Wrong(strictly_rising, "one_each", "A score may stay the same"),
        Wrong(refuses_ties, "rising", "while a sound score is accused", also=(SAME,)),
        Wrong(no_ends, "one_each", "for the row of"),
        Wrong(short_batches, "alone", "in large batches"),
        Wrong(asks_twice, "alone", "No test raises AssertionError"),
        Wrong(two_ends_only, "rising", "No test raises AssertionError"),
        Wrong(first_place_only, "refusing", "No test raises AssertionError"),
        Wrong(all_places_at_once, "refusing", "for NaN in"),
        Wrong(other_errors, "refusing", "No test raises AssertionError"),
        Wrong(first_row_only, "refusing", "in the first row only"),
        Wrong(middle_only, "rising", "when the second value is small"),
        Wrong(counts_the_scores, "one_each", "keeps every promise is accused"),
        Wrong(beyond_the_promise, "one_each", "nothing is promised for them"),
        Wrong(no_order, "one_each", "the scores in r"),
        Wrong(calls_too_often, "one_each", "may call one score 1000 times"),
    ],
)

EQUIVALENT = {
    "rows = [*rows, [0.0] * 3, [1.0] * 3] → rows = [[0.0] * 3, [1.0] * 3]": "`alone` sees drawn rows",
    "rows = [*rows, [0.0] * 3, [1.0] * 3] → rows = [*rows, [1.0] * 3]": "hypothesis begins with zeros",
    "[0.0] * 3 → [0.1] * 3": "hypothesis begins with zeros itself",
    "[0.0] * 3 → [0.0] * 4": "not stated: what a score does with a fourth value",
    "[1.0] * 3 → [1.0] * 4": "not stated: what a score does with a fourth value",
    "row = [0.5] * 3 → row = [0.5] * 4": "not stated: what a score does with a fourth value",
    "score([[0.5] * 3, row]) → score([[0.5] * 4, row])": "not stated: what a score does with a fourth value",
    "assert len(scores) == len(rows) → pass": "the test `alone` compares lists, and so their lengths",
    "for value in scores → for value in list(scores)[1:]": "hypothesis draws such rows in other places too",
    "score([row])[0] → score([row])[-1]": "the only score is the first and the last",
    "row = [0.5] * 3 → row = [0.55] * 3": "any number beside the NaN will do",
    "row = [0.5] * 3 → row = [0.45] * 3": "any number beside the NaN will do",
    "score([[0.5] * 3, row]) → score([[0.55] * 3, row])": "any row beside the one with NaN will do",
    "score([[0.5] * 3, row]) → score([[0.45] * 3, row])": "any row beside the one with NaN will do",
    "row[0] → row[1]": "any sorted values will do as first ones",
    "row[0] → row[-1]": "any sorted values will do as first ones",
    "(row[0] for row in rows) → (row[0] for row in list(rows)[1:])": "seven values or more are enough",
    "(row[0] for row in rows) → (row[0] for row in list(rows)[:-1])": "seven values or more are enough",
    "for first in firsts → for first in list(firsts)[1:]": "seven values or more are enough",
    "for first in firsts → for first in list(firsts)[:-1]": "seven values or more are enough",
    "rows[0] → rows[1]": "any two values will do for the rest",
    "rows[0] → rows[-1]": "any two values will do for the rest",
    "rows[0][1:] → rows[0][:]": "not stated: what a score does with a fourth value",
    "rows[0][1:] → rows[0][0:]": "not stated: what a score does with a fourth value",
    "float('nan') → 'nan'": "not stated: a score may read a text as a number",
}
