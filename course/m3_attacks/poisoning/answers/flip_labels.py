"""Answers to `poisoning.flip_labels`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Answers, Wrong


def flip_in_turn(y, rate, rng, source=None, target=None):
    if rate < 0 or rate > 1:
        raise ValueError(rate)
    candidates = [i for i in range(len(y)) if (source is None or y[i] == source) and y[i] != target]
    flipped = np.array(y)
    for i in rng.permutation(candidates)[: round(rate * len(candidates))]:
        flipped[i] = rng.choice([label for label in set(y.tolist()) if label != y[i]])
        if target is not None:
            flipped[i] = target
    return flipped


def flip_first_rows(y, rate, rng, source=None, target=None):
    if not 0 <= rate <= 1:
        raise ValueError(rate)
    candidates = np.flatnonzero(
        ((y == source) | (source is None)) & (y != (-1 if target is None else target))
    )
    flipped = y.copy()
    for i in candidates[: round(rate * len(candidates))]:
        flipped[i] = next(label for label in np.unique(y) if label != y[i]) if target is None else target
    return flipped


def flip_by_coin(y, rate, rng, source=None, target=None):
    everything = flip_in_turn(y, 1, rng, source, target)
    return np.where(rng.random(len(y)) < rate, everything, y)


def flip_rounded_down(y, rate, rng, source=None, target=None):
    n = sum((source is None or label == source) and label != target for label in y)
    return flip_in_turn(y, int(rate * n) / n, rng, source, target)


def flip_share_of_all_rows(y, rate, rng, source=None, target=None):
    n = sum((source is None or label == source) and label != target for label in y)
    return flip_in_turn(y, min(round(rate * len(y)) / n, 1), rng, source, target)


def flip_with_global_chance(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, rate, np.random.default_rng(), source, target)


def flip_in_place(y, rate, rng, source=None, target=None):
    y[:] = flip_in_turn(y, rate, rng, source, target)
    return y


def flip_zero_and_one(y, rate, rng, source=None, target=None):
    flipped = flip_in_turn(y, rate, rng, source, target)
    return flipped if target is not None else np.where(flipped != y, 1 - y, y)


def flip_whatever_class(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, rate, rng)


def flip_to_common_classes(y, rate, rng, source=None, target=None):
    flipped = flip_in_turn(y, rate, rng, source, target)
    for i in np.flatnonzero(flipped != y):
        flipped[i] = rng.choice(y[y != y[i]]) if target is None else target
    return flipped


def flip_to_the_next_number(y, rate, rng, source=None, target=None):
    flipped, k = flip_in_turn(y, rate, rng, source, target), y.max() + 1
    moved = flipped != y
    flipped[moved] = (y[moved] + rng.integers(1, k, moved.sum())) % k if target is None else target
    return flipped


def flip_to_the_next_class(y, rate, rng, source=None, target=None):
    flipped, classes = flip_in_turn(y, rate, rng, source, target), np.unique(y)
    following = classes[(np.searchsorted(classes, y) + 1) % len(classes)]
    return flipped if target is not None else np.where(flipped != y, following, y)


def flip_taking_zero_for_none(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, rate, rng, source or None, target)


def flip_taking_target_zero_for_none(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, rate, rng, source, target or None)


def flip_to_any_class_or_its_own(y, rate, rng, source=None, target=None):
    flipped = flip_in_turn(y, rate, rng, source, target)
    moved = flipped != y
    flipped[moved] = rng.choice(np.unique(y), moved.sum()) if target is None else target
    return flipped


def flip_drawing_the_target_too(y, rate, rng, source=None, target=None):
    if target is None or source is not None:
        return flip_in_turn(y, rate, rng, source, target)
    flipped = y.copy()
    flipped[rng.choice(len(y), round(rate * len(y)), replace=False)] = target
    return flipped


def flip_refusing_the_ends(y, rate, rng, source=None, target=None):
    if not 0 < rate < 1:
        raise ValueError(rate)
    return flip_in_turn(y, rate, rng, source, target)


def flip_without_refusal(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, min(max(rate, 0), 1), rng, source, target)


def flip_half_up(y, rate, rng, source=None, target=None):
    if not 0 <= rate <= 1:
        raise ValueError(rate)
    n = sum((source is None or label == source) and label != target for label in y)
    return flip_in_turn(y, min(int(rate * n + 0.5) / max(n, 1), 1), rng, source, target)


def flip_refusing_clearly_wrong_rates(y, rate, rng, source=None, target=None):
    if rate < -0.01 or rate > 1.01:
        raise ValueError(rate)
    return flip_in_turn(y, min(max(rate, 0), 1), rng, source, target)


def flip_at_least_one(y, rate, rng, source=None, target=None):
    n = sum((source is None or label == source) and label != target for label in y)
    return flip_in_turn(y, max(rate, 1 / n if n else 0), rng, source, target)


def flip_among_what_is_left(y, rate, rng, source=None, target=None):
    if not 0 <= rate <= 1:
        raise ValueError(rate)
    candidates = [i for i in range(len(y)) if (source is None or y[i] == source) and y[i] != target]
    flipped = y.copy()
    for i in sorted(rng.permutation(candidates)[: round(rate * len(candidates))].astype(int)):
        flipped[i] = rng.choice(np.setdiff1d(flipped, [y[i]])) if target is None else target
    return flipped


def flip_to_a_class_by_global_chance(y, rate, rng, source=None, target=None):
    flipped, classes = flip_in_turn(y, rate, rng, source, target), np.unique(y)
    for i in np.flatnonzero(flipped != y):
        flipped[i] = np.random.choice(classes[classes != y[i]]) if target is None else target
    return flipped


def flip_as_a_list(y, rate, rng, source=None, target=None):
    return flip_in_turn(y, rate, rng, source, target).tolist()


ANSWERS = Answers(
    right=[flip_in_turn],
    wrong=[
        Wrong(
            flip_first_rows,
            "random",
            "Another generator flips the same rows",
            also=("Draw the new class for each row on its own, with rng.",),
        ),
        Wrong(flip_by_coin, "count", "A coin for each row"),
        Wrong(flip_rounded_down, "count", "You rounded down"),
        Wrong(flip_share_of_all_rows, "count", "share of the candidates"),
        Wrong(flip_with_global_chance, "random", "np.random has a state of its own"),
        Wrong(flip_in_place, "copy", "copy it first"),
        Wrong(flip_zero_and_one, "aim", "Take the classes from y"),
        Wrong(
            flip_whatever_class,
            "aim",
            "Rows of another class than source",
            also=("The rate is a share of the candidates, not of all rows.",),
        ),
        Wrong(flip_to_common_classes, "aim", "however rare it is"),
        Wrong(flip_to_the_next_number, "aim", "does not occur in y"),
        Wrong(flip_to_the_next_class, "aim", "must be able to become any other class"),
        Wrong(flip_taking_zero_for_none, "count", "`source is not None`"),
        Wrong(flip_taking_target_zero_for_none, "count", "`target is not None`"),
        Wrong(
            flip_to_any_class_or_its_own,
            "count",
            "kept their label",
            also=("Every other class is equally likely, however rare it is in y.",),
        ),
        Wrong(flip_drawing_the_target_too, "count", "already are no candidates"),
        Wrong(flip_among_what_is_left, "aim", "must be able to become any other class"),
        Wrong(flip_to_a_class_by_global_chance, "random", "np.random has a state of its own"),
        Wrong(flip_as_a_list, "count", "should be a numpy array"),
        Wrong(flip_half_up, "count", "round(2.5) is 2"),
        Wrong(flip_refusing_clearly_wrong_rates, "refuse", "no error is raised"),
        Wrong(flip_at_least_one, "refuse", "number of flipped labels is not right"),
        Wrong(flip_refusing_the_ends, "refuse", "Your code raised ValueError"),
        Wrong(flip_without_refusal, "refuse", "no error is raised"),
    ],
)

EQUIVALENT = {
    "if target is not None: ... → if True: ...": "no label equals None, so every row stays a candidate",
    "np.searchsorted(classes, y[rows]) + steps → np.searchsorted(classes, y[rows]) - steps": (
        "the steps are drawn evenly round the circle of classes, in either direction"
    ),
}
