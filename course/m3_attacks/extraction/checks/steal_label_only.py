"""The check of `extraction.steal_label_only`."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier

from autograder.exercise import Trial, exercise

from ..material import Door

ANSWERS_ALIKE = "The copy calls every image the same digit."


@exercise(
    minutes=9,
    parts={
        "copies": (4, "reaches a fidelity of 0.86 with 200 questions, mean of five forests"),
        "few": (2, "reaches 0.68 with 60 questions"),
        "budget": (2, "never asks about more images than the budget"),
    },
    hints=(
        "You have images and no labels; the service has labels. What do you need to train a model?",
        "Choose `budget` rows of the pool, ask for their digits in one call, and fit a classifier of your "
        "choice on images and answers. It need not be a forest.",
        "chosen = pool at budget positions drawn without repetition\nlabels = ask(chosen)\n"
        "return a LogisticRegression or a RandomForestClassifier, fitted on chosen and labels",
    ),
    debrief=(
        "Needs inputs like yours, a budget, and no knowledge of your model at all. The copy repeats your "
        "mistakes too, so it is a fine place to look for inputs that fool you.",
        "Labels are the least that a service can give, and they still leak. What is left is to know who "
        "asks, to limit how much, and to make it dear. An honest customer with 200 forms a day pays the "
        "same price.",
    ),
    standards=("AML.T0024.002", "AML.T0005.001"),
)
def steal_label_only(t: Trial, steal_label_only) -> None:
    shares: dict[int, list[float]] = {200: [], 60: []}
    slips: dict[int, list[str]] = {200: [], 60: []}
    doors = []
    for number, rng in enumerate(t.cases(5)):
        victim, pool, new = _reader(rng)
        want = victim.predict(new)
        for part, budget in (("copies", 200), ("few", 60)):
            door = Door(lambda rows, victim=victim: victim.predict(rows), 64, budget, -1)
            doors.append(door)
            t.given(budget=budget)
            with t.part(part):
                copy = t.object(
                    steal_label_only(door.ask, pool, budget, t.rng(budget, number)),
                    "the copy",
                    methods=("predict",),
                )
                door.expect_used_well(t)
                got = t.array(copy.predict(new), "what the copy predicts", shape=(len(new),), kind="iuf")
                shares[budget].append(float((got == want).mean()))
                slips[budget].append(ANSWERS_ALIKE if len(np.unique(got)) == 1 else "")
    for part, budget, least in (("copies", 200, 0.86), ("few", 60, 0.68)):
        if len(shares[budget]) < 5:
            continue  # said already
        with t.part(part):
            fidelity = float(np.mean(shares[budget]))
            slip = slips[budget][0] if len(set(slips[budget])) == 1 else ""
            t.at_least(fidelity, least, f"fidelity with {budget} questions, mean of five forests", slip=slip)
    with t.part("budget"):
        if len(shares[200]) < 5:
            steal_label_only(doors[0].ask, pool, 200, t.rng(7))
        t.expect(
            len(shares[200]) == 5 and np.mean(shares[200]) >= 0.5,
            "Copy first: whoever asks nothing stays within every budget.",
        )
        for door in doors:
            door.expect_within(t)


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    images, digits = load_digits(return_X_y=True)
    return images / 16, digits


def _reader(rng: np.random.Generator) -> tuple[Any, np.ndarray, np.ndarray]:
    """A forest, a pool of 400 images and 400 new ones. Its digits are renamed, so that none is known "
    "beforehand."""
    images, digits = _digits()
    names, rows = rng.permutation(10), rng.permutation(len(images))
    own, pool, new = rows[:600], rows[600:1000], rows[1000:1400]
    seed = int(rng.integers(2**31))
    model = RandomForestClassifier(20, random_state=seed).fit(images[own], names[digits[own]])
    return model, images[pool], images[new]
