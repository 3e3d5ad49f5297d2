"""The check of `testing.write_property_tests`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

Rows = Sequence[Sequence[float]]
MOST_CALLS = 1000
STRICT = "rises smoothly, and refuses values outside 0 to 1"
FLAT = "always says 0.5"


@exercise(
    minutes=13,
    level="stretch",
    parts={
        "one_each": (3, "catches scores that break promise 1"),
        "alone": (3, "catches scores that break promise 2"),
        "rising": (3, "catches scores that break promise 3"),
        "refusing": (3, "catches scores that break promise 4"),
    },
    hints=(
        "One test for each promise is enough. Which one input would show you that the promise is broken?",
        "Promise 2: compare the scores of a batch with the scores of its rows, each sent alone. Promise "
        "3: sort the "
        "first values, and the scores must be sorted too. Add the rows of zeros and of ones to every batch.",
        "one_each: as many scores as rows, each between 0 and 1\n"
        "alone: the list of scores equals the scores of the rows, one call each\n"
        "rising: rows with the same two last values and rising first ones have rising scores\n"
        "refusing: for each of three places, try a row with NaN; no ValueError: raise AssertionError",
    ),
    debrief=(
        "Looks for the input that no property speaks of.",
        "Tests the tests: a test that never failed on a broken score proves nothing. And a score that "
        "keeps every "
        "property may still be useless, such as the one that always says 0.5.",
    ),
    standards=("PW.8.2", "AML.M0008"),
)
def write_property_tests(t: Trial, write_property_tests) -> None:
    tests = write_property_tests()
    t.expect(
        type(tests) is list and len(tests) > 0 and all(map(callable, tests)),
        "The result is not a list of functions.",
        slip="Return the functions themselves, without calling them."
        if type(tests) is list and None in tests
        else "",
    )
    for rng in t.cases(1):
        sound, broken = _sound(rng), _broken(rng)
        judged = [(None, name, score) for name, score in sound.items()]
        judged += [(part, name, score) for part, scores in broken.items() for name, score in scores.items()]
        # in a drawn order, and the sound ones once more at the end: a test can't go by its number of calls
        judged = [judged[i] for i in rng.permutation(len(judged))] + judged[: len(sound)]
        said = []
        for part, _, score in judged:
            counted = _Counted(score)
            said.append((_first_complaint(tests, counted, asserting=part is not None), counted.outside))
        accused = {name for (_, name, _), (complaint, _) in zip(judged, said, strict=True) if complaint}
        for (part, name, _), (complaint, outside) in zip(judged, said, strict=True):
            if part is None:
                t.given(score=f"sound: {name}")
                first, *others = broken
                with t.part(first):
                    t.expect(
                        complaint is None,
                        "A score that keeps every promise is accused.",
                        got=complaint or "",
                        slip=_accused(name, complaint, outside, accused),
                    )
                for key in others:  # the reason is said once
                    with t.part(key):
                        t.expect(
                            complaint is None, "Doesn't count while a sound score is accused: see promise 1."
                        )
        for (part, name, _), (complaint, _) in zip(judged, said, strict=True):
            if part is not None:
                t.given(score=f"broken: {name}")
                with t.part(part):
                    t.expect(complaint is not None, f"No test raises AssertionError for a score that {name}.")


def _accused(name: str, said: str | None, outside: bool, accused: set[str]) -> str:
    if said and "RuntimeError" in said:
        return f"All tests together may call one score {MOST_CALLS} times."
    if outside and name == STRICT:
        return "This score refuses values outside 0 to 1: nothing is promised for them."
    if FLAT in accused and STRICT not in accused:
        return "A score may stay the same: a larger value must not lower it."
    return ""


def _first_complaint(tests: Sequence[Callable], counted: _Counted, asserting: bool) -> str | None:
    """What the first test says that raises (an AssertionError, if `asserting`); None when all are content."""
    for test in tests:
        try:
            test(counted.call)
        except LearnerError as error:
            if isinstance(error, AssertionError):
                return f"AssertionError: {str(error)[:80]}"
            if not asserting:
                return f"{error.kind}: {str(error)[:80]}" if hasattr(error, "kind") else str(error)[:100]
    return None


class _Counted:
    """A score that may be called so many times."""

    def __init__(self, score: Callable[[Rows], list[float]]) -> None:
        self.score, self.calls = score, 0
        self.outside = False  # was a value sent that is not from 0 to 1?

    def call(self, rows: Rows) -> list[float]:
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise RuntimeError(f"RuntimeError: the score was called more than {MOST_CALLS} times")
        rows = [[float(value) for value in row] for row in rows]
        self.outside |= any(value < 0 or value > 1 for row in rows for value in row)
        return self.score(rows)


def _refuse(rows: Rows) -> None:
    if any(math.isnan(value) for row in rows for value in row):
        raise ValueError("a row with NaN")


def _of_rows(one: Callable[[Sequence[float]], float]) -> Callable[[Rows], list[float]]:
    """A score that refuses NaN and scores each row alone."""

    def score(rows: Rows) -> list[float]:
        _refuse(rows)
        return [float(one(row)) for row in rows]

    return score


def _risk(rng: np.random.Generator) -> Callable[[Sequence[float]], float]:
    """A risk that rises with the first value, by weights that are drawn."""
    a, b, c = (*rng.uniform(2, 5, 1), *rng.normal(0, 1, 2))
    shift = float(rng.uniform(-3, -1))
    return lambda row: 1 / (1 + math.exp(-(a * row[0] + b * row[1] + c * row[2] + shift)))


def _sound(rng: np.random.Generator) -> dict[str, Callable]:
    risk, step = _risk(rng), float(rng.uniform(0.3, 0.7))
    wide = float(rng.uniform(1.5, 2.5))
    return {
        STRICT: _of_rows(_within(risk)),
        FLAT: _of_rows(lambda row: 0.5),
        "says 0 or 1": _of_rows(lambda row: float(row[0] + 0.2 * row[1] > step)),
        "is cut off at 0 and 1": _of_rows(lambda row: min(1.0, max(0.0, wide * (row[0] - row[2] / 2) + 0.1))),
    }


def _within(one: Callable) -> Callable:
    def strict(row: Sequence[float]) -> float:
        if min(row) < 0 or max(row) > 1:
            raise ValueError("a value outside 0 to 1")
        return one(row)

    return strict


def _broken(rng: np.random.Generator) -> dict[str, dict[str, Callable]]:
    """Part → scores that break its promise and no other, by what they do."""
    risk = _risk(rng)
    whole = _of_rows(risk)
    return {
        "one_each": {
            "forgets the end of a long batch": lambda rows: whole(rows)[:5],
            "gives one score too many": lambda rows: [*whole(rows), 0.5],
            "is above 1 for the row of ones": _of_rows(lambda row: 1.2 if min(row) == 1 else 0.9 * risk(row)),
            "is below 0 for the row of zeros": _of_rows(lambda row: -0.2 if max(row) == 0 else risk(row)),
            "gives the scores in reverse order": lambda rows: whole(rows)[::-1],
            "gives the scores in rising order": lambda rows: sorted(whole(rows)),
            "is NaN for one row in three": _of_rows(lambda row: math.nan if row[1] < 0.33 else risk(row)),
        },
        "alone": {
            "compares each row with the others": _against_mean(risk),
            "gives ranks": _ranks(risk),
            "looks at the row before": _after(risk),
            "is careless in large batches": lambda rows: (
                [s / 2 for s in whole(rows)] if len(rows) > 7 else whole(rows)
            ),
            "drifts from call to call": _drifting(risk),
        },
        "rising": {
            "falls with the first value": _of_rows(lambda row: 1 - risk(row)),
            "falls when the first value is large": _of_rows(lambda row: min(row[0], 1.2 - row[0])),
            "falls when the second value is small": _of_rows(
                lambda row: 1 - row[0] if row[1] < 0.3 else row[0]
            ),
            "has a dip in the middle": _of_rows(lambda row: row[0] / 2 if 0.4 < row[0] < 0.75 else row[0]),
        },
        "refusing": {
            "gives 0 for NaN": _lenient(risk, lambda row: 0.0),
            "gives NaN for NaN": _lenient(risk, lambda row: math.nan),
            "leaves rows with NaN out": lambda rows: whole(
                [row for row in rows if not any(map(math.isnan, row))]
            ),
            **{
                f"does not look for NaN in place {place}": _half_blind(risk, {0, 1, 2} - {place})
                for place in range(3)
            },
            "looks for NaN in the first row only": _first_row(risk),
        },
    }


def _against_mean(risk: Callable) -> Callable:
    def score(rows: Rows) -> list[float]:
        _refuse(rows)
        risks = [risk(row) for row in rows]
        return [min(1.0, max(0.0, 0.5 + value - sum(risks) / len(risks))) for value in risks]

    return score


def _ranks(risk: Callable) -> Callable:
    def score(rows: Rows) -> list[float]:
        _refuse(rows)
        risks = [risk(row) for row in rows]
        return [sum(other <= value for other in risks) / len(risks) for value in risks]

    return score


def _after(risk: Callable) -> Callable:
    def score(rows: Rows) -> list[float]:
        _refuse(rows)
        risks = [risk(row) for row in rows]
        return [(value + before) / 2 for value, before in zip(risks, [risks[0], *risks], strict=False)]

    return score


def _drifting(risk: Callable) -> Callable:
    calls = []

    def score(rows: Rows) -> list[float]:
        _refuse(rows)
        calls.append(1)
        return [risk(row) * (0.5 + 0.4 / len(calls)) for row in rows]

    return score


def _lenient(risk: Callable, instead: Callable) -> Callable:
    return lambda rows: [float(instead(row) if any(map(math.isnan, row)) else risk(row)) for row in rows]


def _first_row(risk: Callable) -> Callable:
    def score(rows: Rows) -> list[float]:
        _refuse(rows[:1])
        return [risk([0.0 if math.isnan(value) else value for value in row]) for row in rows]

    return score


def _half_blind(risk: Callable, seen: set[int]) -> Callable:
    def score(rows: Rows) -> list[float]:
        _refuse([[row[place] for place in seen] for row in rows])
        return [risk([0.0 if math.isnan(value) else value for value in row]) for row in rows]

    return score
