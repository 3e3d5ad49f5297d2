"""Answers to `welcome.accuracy`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import accuracy_score

from autograder.exercise import Answers, Wrong


def accuracy_by_pairs(y_true, y_pred):
    pairs = list(zip(y_true, y_pred, strict=True))
    if not pairs:
        raise ValueError("no labels")
    return sum(bool(a == b) for a, b in pairs) / len(pairs)


def accuracy_always_half(y_true, y_pred):
    return 0.5


def accuracy_as_errors(y_true, y_pred):
    return 1 - accuracy_score(y_true, y_pred)


def accuracy_as_count(y_true, y_pred):
    return accuracy_score(y_true, y_pred, normalize=False)


def accuracy_in_percent(y_true, y_pred):
    return 100 * accuracy_score(y_true, y_pred)


def accuracy_of_lists_as_a_whole(y_true, y_pred):
    return float(np.mean(y_true == y_pred))


def accuracy_zipped(y_true, y_pred):
    if len(y_true) == 0:
        raise ValueError("no labels")
    equal = [a == b for a, b in zip(y_true, y_pred)]  # noqa: B905
    return sum(equal) / len(equal)


def accuracy_stretched(y_true, y_pred):
    if len(y_true) == 0:
        raise ValueError("no labels")
    return float((np.asarray(y_true) == np.asarray(y_pred)).mean())


def accuracy_of_nothing(y_true, y_pred):
    return accuracy_score(y_true, y_pred) if len(y_true) + len(y_pred) else 0.0


def accuracy_refusing_few(y_true, y_pred):
    if len(y_true) < 10:
        raise ValueError("too few")
    return accuracy_score(y_true, y_pred)


def accuracy_zipped_from_the_longer(y_true, y_pred):
    if len(y_true) == 0 or len(y_pred) > len(y_true):
        raise ValueError("lengths")
    return sum(bool(a == b) for a, b in zip(y_true, y_pred)) / len(y_true)  # noqa: B905


def accuracy_of_lists_only(y_true, y_pred):
    if not y_true or len(y_true) != len(y_pred):  # an empty array is false, a longer one has no truth
        raise ValueError("lengths")
    return sum(bool(a == b) for a, b in zip(y_true, y_pred, strict=True)) / len(y_true)


def accuracy_never_perfect(y_true, y_pred):
    return min(0.99, accuracy_score(y_true, y_pred))


def accuracy_of_ones(y_true, y_pred):
    if len(y_true) != len(y_pred) or len(y_true) == 0:
        raise ValueError("lengths")
    return float(np.mean(np.asarray(y_true) * np.asarray(y_pred) > 0))


ANSWERS = Answers(
    right=[accuracy_by_pairs, accuracy_score],
    wrong=[
        Wrong(
            accuracy_always_half,
            "value",
            "The accuracy is not right",
            also=("The accuracy of nothing is no number.",),
        ),
        Wrong(accuracy_as_errors, "value", "You counted the errors"),
        Wrong(accuracy_as_count, "value", "divide by how many there are"),
        Wrong(accuracy_in_percent, "value", "That is a percentage"),
        Wrong(
            accuracy_of_lists_as_a_whole,
            "value",
            "compared as a whole",
            also=("The accuracy of nothing is no number.",),
        ),
        Wrong(accuracy_never_perfect, "value", "The accuracy is not right"),
        Wrong(accuracy_of_ones, "value", "The accuracy is not right"),
        Wrong(accuracy_of_lists_only, "value", "ambiguous"),
        Wrong(accuracy_zipped_from_the_longer, "refuse", "zip stops at the shorter one"),
        Wrong(accuracy_zipped, "refuse", "zip stops at the shorter one"),
        Wrong(accuracy_stretched, "refuse", "stretches to any length"),
        Wrong(accuracy_of_nothing, "refuse", "The accuracy of nothing"),
        Wrong(accuracy_refusing_few, "refuse", "Labels of equal length are refused"),
    ],
)

A_FLOAT = "(np.asarray(y_true) == np.asarray(y_pred)).mean()"
EQUIVALENT = {
    f"float({A_FLOAT}) → {A_FLOAT}": "not stated: a numpy number is a number",
    "np.asarray(y_true) → y_true": "an array on the other side compares place by place",
    "np.asarray(y_pred) → y_pred": "an array on the other side compares place by place",
}
