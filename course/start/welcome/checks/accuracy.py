"""The check of `welcome.accuracy`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise


@exercise(
    minutes=4,
    parts={
        "value": (2, "returns the share of equal labels, for lists and arrays of integers or booleans"),
        "refuse": (2, "raises ValueError for empty inputs and for different lengths, and for nothing else"),
    },
    hints=(
        "Two lists compared with == give one answer, True or False. Two arrays give one for each place.",
        "Look at the lengths first, and raise ValueError. Then make arrays of both, compare them place by "
        "place, and take the mean: True counts as 1.",
        "if len(y_true) != len(y_pred) or len(y_true) == 0: raise ValueError\n"
        "equal = np.asarray(y_true) == np.asarray(y_pred)\n"
        "return float(equal.mean())",
    ),
    debrief=(
        "A measure that says something about nothing, or about half of the data, is a good place to hide a "
        "bad model.",
        "Refuse loudly. An error in the evening is cheaper than a number that everybody believed.",
    ),
    standards=("AML.M0008",),
)
def accuracy(t: Trial, accuracy) -> None:
    for number, rng in enumerate(t.cases(6)):
        y_true, y_pred = _labels(number, rng)
        n, wrong = len(y_true), sum(a != b for a, b in zip(y_true, y_pred, strict=True))
        t.given(n=n, container=type(y_true).__name__)
        with t.part("value"):
            t.close(
                t.number(accuracy(y_true, y_pred), "the accuracy"),
                1 - wrong / n,
                "the accuracy",
                slips={
                    "You counted the errors.": wrong / n,
                    "That is how many are right: divide by how many there are.": n - wrong,
                    "That is a percentage: return a share, from 0 to 1.": 100 * (1 - wrong / n),
                    "Two lists were compared as a whole: compare place by place.": 0.0,
                },
            )
    for y_true, y_pred, want in (
        ([1, 0, 1], [1, 0, 1], 1.0),
        ([1, 0], [0, 1], 0.0),
        ([2], [2], 1.0),
        ([2], [0], 0.0),
    ):
        t.given(y_true=y_true, y_pred=y_pred)
        with t.part("refuse" if len(y_true) == 1 else "value"):
            got = _expect_no_refusal(t, accuracy, y_true, y_pred)
            t.close(t.number(got, "the accuracy"), want, "the accuracy")
    for one, other, slip in _refused():
        when = f"{len(one)} and {len(other)} labels" if len(one) + len(other) else "no labels"
        with t.part("refuse"), t.raises(ValueError, f"{when}, as {type(one).__name__}s", slip=slip):
            accuracy(one, other)


def _expect_no_refusal(t: Trial, accuracy: Any, y_true: list, y_pred: list) -> Any:
    try:
        return accuracy(y_true, y_pred)
    except ValueError:
        slip = "Raise it for no labels or different lengths only."
        t.wrong("Labels of equal length are refused.", got="ValueError", slip=slip)


def _refused() -> Iterator[tuple[Any, Any, str]]:
    """Pairs of labels that have no accuracy, as lists and as arrays, and the likely slip."""
    zipped = "zip stops at the shorter one: compare the lengths first."
    stretched = "An array with one value stretches to any length: compare the lengths first."
    pairs = ((0, 0, "The accuracy of nothing is no number."), (3, 4, zipped), (0, 3, ""), (1, 4, stretched))
    for (
        short,
        long,
        slip,
    ) in pairs:  # in this order: who is stopped by 1 and 4 only does not stop at the shorter
        for container in (list, np.array):
            yield container([1] * short), container([1] * long), slip
            yield container([1] * long), container([1] * short), slip


def _labels(number: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """True and guessed labels: integers and booleans in turn, first arrays, then lists; most are equal."""
    n = int(rng.integers(20, 60))
    y = rng.integers(0, 2 if number % 2 else 4, n)
    guess = y.copy()
    rows = rng.choice(n, int(rng.integers(2, n // 2 - 1)), replace=False)
    guess[rows] = (guess[rows] + 1) % (2 if number % 2 else 4)
    if number % 2:
        y, guess = y.astype(bool), guess.astype(bool)
    return (y, guess) if number < 2 else (y.tolist(), guess.tolist())
