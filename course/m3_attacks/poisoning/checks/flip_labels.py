"""The check of `poisoning.flip_labels`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, brief, exercise


@exercise(
    minutes=12,
    parts={
        "count": (2, "flips exactly round(rate × candidates) labels"),
        "aim": (
            2,
            "flips only the source class, to the target or else to any other class, each equally likely",
        ),
        "random": (2, "lets rng alone decide which rows, each candidate equally likely"),
        "copy": (1, "leaves the caller's array as it was"),
        "refuse": (1, "raises ValueError for a rate outside 0 to 1, and takes 0 and 1"),
    },
    hints=(
        "First find the candidates: np.flatnonzero gives the positions of the rows that may change. The "
        "rate is a share of those, not of all rows.",
        "Copy y. Draw round(rate × number of candidates) different positions with rng.choice(..., "
        "replace=False). Then give each drawn row the target, or one of the other classes of y.",
        "if not 0 <= rate <= 1: raise ValueError\n"
        "candidates = positions where (source is None or y == source) and (target is None or y != target)\n"
        "rows = rng.choice(candidates, round(rate * len(candidates)), replace=False)\n"
        "y2 = y.copy()\n"
        "for row in rows: y2[row] = target, or rng.choice(the classes of y without y[row])",
    ),
    debrief=(
        "Nobody needs your servers for this: one careless or bribed annotator, or a feedback button, is "
        "enough.",
        "Who may write labels is an access right like any other. Record it for every row, so that one "
        "source can be taken out again.",
    ),
    standards=("AML.T0020", "AML.T0059"),
)
def flip_labels(t: Trial, flip_labels) -> None:
    for number, rng in enumerate(t.cases(8)):
        y, rate, wanted, source, target = _flip_case(number, rng)
        t.given(rate=rate, n=len(y), source=source, target=target)
        for key in (2, 6):  # twice: a number that chance decides is sometimes right
            with t.part("count"):
                flipped = _labels(
                    t, flip_labels(y, rate, t.rng(key, number), source=source, target=target), y
                )
                count, slips = int((flipped != y).sum()), {}
                if count != wanted:
                    slips = _count_slips(t, flip_labels, (y, rate, wanted, source, target), flipped)
                t.equal(count, wanted, "the number of flipped labels", slips=slips)
        with t.part("aim"):
            flipped = _labels(t, flip_labels(y, rate, t.rng(3, number), source=source, target=target), y)
            _expect_aim(t, y, flipped, source, target)
        with t.part("copy"):
            _, args = t.observe(flip_labels, y, rate, t.rng(4, number))
            t.expect(np.array_equal(args[0], y), "y was changed: copy it first.")
    with t.part("aim"):
        _expect_any_class(t, flip_labels)
    with t.part("random"):
        _expect_chance(t, flip_labels)
    _expect_counts_by_hand(t, flip_labels)
    for rate in (-0.1, -1e-9, 1 + 1e-9, 1.5, float("nan")):
        with t.part("refuse"), t.raises(ValueError, f"rate = {rate}"):
            flip_labels(np.array([0, 1, 0, 1]), rate, t.rng(9))


def _expect_counts_by_hand(t: Trial, flip_labels: Any) -> None:
    """Nothing, everything, exactly a half, and nobody to flip."""
    half = "round(2.5) is 2: use Python's round as it is."
    down = "You rounded down: int() cuts off, round() rounds."
    for part, labels, rate, aim, flips, slips in (
        ("refuse", [0, 1, 0, 1], 0, {}, 0, {}),
        ("refuse", [0, 1, 0, 1], 1, {}, 4, {}),
        ("count", [0, 1, 0, 1, 0], 0.5, {}, 2, {half: 3}),
        ("count", [0, 1, 0, 1, 0, 1, 0], 0.5, {}, 4, {down: 3}),
        ("count", [0, 1, 1], 1, {"target": 1}, 1, {}),
        ("count", [2, 1, 1], 1, {"source": 0}, 0, {}),
        ("count", [1, 1, 0], 1, {"source": 1, "target": 1}, 0, {}),
    ):
        y = np.array(labels)
        t.given(y=labels, rate=rate, **aim)
        with t.part(part):
            flipped = _labels(t, flip_labels(y, rate, t.rng(9), **aim), y)
            t.equal(int((flipped != y).sum()), flips, "the number of flipped labels", slips=slips)


def _flip_case(number: int, rng: np.random.Generator) -> tuple:
    """y, rate, how many labels that must flip, source, target. rate × candidates is never near a half."""
    classes = np.append(0, rng.choice(np.arange(1, 10), int(rng.integers(2, 5)), replace=False))
    y = rng.choice(classes, int(rng.integers(80, 200)))
    # class 0, which is false, comes last: until then `if source:` does no harm
    one, other = classes[1::-1].tolist() if number < 4 else classes[:2].tolist()
    source = one if number % 4 in (1, 3) else None
    target = other if number % 4 == 3 else one if number % 4 == 2 else None
    candidates = np.ones(len(y), bool) if source is None else y == source
    if target is not None:
        candidates &= y != target
    count = int(candidates.sum())
    wanted = int(rng.integers(3, max(4, count**2 // len(y))))  # so that this rate of all rows exists too
    return y, (wanted + (0.3 if number < 4 else -0.3)) / count, wanted, source, target


def _labels(t: Trial, value: Any, like: np.ndarray) -> np.ndarray:
    t.expect(isinstance(value, np.ndarray), "The result should be a numpy array.", got=brief(value))
    return t.array(value, "the result", shape=like.shape, kind="iu")


def _count_slips(t: Trial, flip_labels: Any, case: tuple, flipped: np.ndarray) -> dict[str, int]:
    """Why this many labels flipped: what is likely → the number it would give."""
    y, rate, wanted, source, target = case
    count, everything = int((flipped != y).sum()), round(rate * len(y))

    def counts(**aim: Any) -> set[int]:
        draws = (_labels(t, flip_labels(y, rate, t.rng(10, key), **aim), y) for key in range(12))
        return {int((labels != y).sum()) for labels in draws}

    if zero := _zero_slip(y, flipped, source, target):
        return {zero: count}
    freely = counts()
    if len(freely) > 1 and max(freely) > everything:
        return {"A coin for each row gives another number each time: draw exactly that many rows.": count}
    if len(freely) > 1:
        return {"Some drawn rows kept their label: draw no row twice, and leave out its own class.": count}
    if len(counts(source=source, target=target)) > 1:
        return {"Rows that carry the target label already are no candidates.": count}
    return {
        "You rounded down: int() cuts off, round() rounds.": wanted - 1,
        "You rounded up.": wanted + 1,
        "The rate is a share of the candidates, not of all rows.": everything,
    }


def _zero_slip(y: np.ndarray, flipped: np.ndarray, source: Any, target: Any) -> str:
    """What to say when class 0 was taken for no class; else nothing."""
    moved = flipped != y
    if source == 0 and (y[moved] != 0).any():
        return "0 is a class: write `source is not None`."
    if target == 0 and (flipped[moved] != 0).any():
        return "0 is a class: write `target is not None`."
    return ""


def _expect_aim(t: Trial, y: np.ndarray, flipped: np.ndarray, source: Any, target: Any) -> None:
    moved, zero = flipped != y, _zero_slip(y, flipped, source, target)
    if source is not None:
        only = (y[moved] == source).all()
        t.expect(only, "Rows of another class than source were flipped.", slip=zero)
    if target is not None:
        only = (flipped[moved] == target).all()
        t.expect(only, "A flipped row has another label than target.", slip=zero)
    t.expect(
        np.isin(flipped, y).all(),
        "A label came out that does not occur in y.",
        expected=f"one of {np.unique(y).tolist()}",
        got=np.unique(flipped),
        slip="Take the classes from y: they need not be 0, 1, 2 and so on.",
    )


def _expect_any_class(t: Trial, flip_labels: Any) -> None:
    """All rows of classes 2, 5 and 9 flip: each class to both others, and half of class 2 to the rare 9."""
    y = np.repeat([2, 5, 9], [240, 150, 25])
    flipped = _labels(t, flip_labels(y, 1, t.rng(5)), y)
    moves = {(old, new) for old, new in zip(y.tolist(), flipped.tolist(), strict=True) if old != new}
    t.expect(
        len(moves) == 6,
        "Without a target, a row must be able to become any other class.",
        expected="6 moves from one class to another, among classes 2, 5 and 9",
        got=f"{len(moves)}: {', '.join(f'{old} to {new}' for old, new in sorted(moves))}",
        slip="Draw the new class for each row on its own, with rng.",
    )
    rare = int((flipped[:240] == 9).sum())
    t.between(
        rare,
        80,
        160,
        "how many of 240 rows of class 2 become the rare class 9",
        message="Of 240 rows of class 2 among classes 2, 5 and 9, the wrong number become 9 (rate 1, no "
        "target).",
        slip="Every other class is equally likely, however rare it is in y.",
    )
    y = np.repeat([7, 1, 2], [1, 40, 40])  # the only 7 may flip first, and 7 stays a class
    sevens = int((_labels(t, flip_labels(y, 1, t.rng(6)), y) == 7).sum())
    what = "how many of 80 rows become the class that only one row had (rate 1, no target)"
    t.between(sevens, 20, 60, what, slip="Take the classes from y, before anything flips.")


def _expect_chance(t: Trial, flip_labels: Any) -> None:
    y = t.rng(7).integers(0, 4, 100)
    once, again, other = (_labels(t, flip_labels(y, 0.3, t.rng(8, key)), y) for key in (0, 0, 1))
    t.expect(
        np.array_equal(once, again),
        "Two generators in the same state flip different rows.",
        slip="Something other than rng draws: np.random has a state of its own.",
    )
    t.expect(
        not np.array_equal(once, other),
        "Another generator flips the same rows.",
        slip="The rows do not depend on rng.",
    )
    y = np.arange(10) % 2
    hits = sum(_labels(t, flip_labels(y, 0.3, t.rng(8, key)), y) != y for key in range(2, 202))
    t.at_least(int(hits.min()), 30, "how often the rarest of 10 rows flips in 200 draws at rate 0.3")
    t.at_most(int(hits.max()), 90, "how often the commonest of 10 rows flips in 200 draws at rate 0.3")
