"""The check of `poisoning.scan_triggers`."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from autograder.exercise import Trial, exercise

from ..material import Data, patch_pixels, plant, scaled_digits, stamped


@exercise(
    minutes=14,
    parts={
        "form": (2, "lists (row, column, target, share), highest share first, and obeys alarm: at 0, all"),
        "finds": (5, "reports the planted patch and its target in three backdoored models"),
        "shares": (3, "gives the right share for what it reports"),
        "spares": (5, "reports nothing for five honest models, and finds two of the three backdoors"),
    },
    hints=(
        "A trigger moves images of every other class to one class. So ask, for each place and each class: "
        "of the images that are not of that class, which share does the patch turn into it?",
        "Stamp a copy of all images for each of the (9 - size)² places, predict, and compute the ten "
        "shares. Then run the bench below the check with more than three honest networks: what is the "
        "highest share that any reaches? Leave room above that, and stay below the backdoored ones.",
        "if alarm is None: alarm = ...       # between the honest ones and the backdoored ones\n"
        "for row in range(9 - size): for column in range(9 - size):\n"
        "    guess = model.predict(stamp(X, patch(row, column, size)))\n"
        "    for target in np.unique(y):\n"
        "        share = (guess[y != target] == target).mean()\n"
        "        if share >= alarm: found.append((row, column, int(target), float(share)))\n"
        "sort found by share, highest first",
    ),
    debrief=(
        "A scanner searches the triggers it can imagine. A pattern spread over the image, or a natural "
        "object, is none of these places.",
        "Tune the alarm on honest models of the same kind as the suspect, and write down how often it "
        "accuses one. A finding names patch and target, so that somebody can check it.",
    ),
    standards=("AML.M0008", "AML.T0043.004"),
)
def scan_triggers(t: Trial, scan_triggers) -> None:
    images, classes = scaled_digits()
    X_pool, X_held, y_pool, y_held = train_test_split(
        images, classes, test_size=150, stratify=classes, random_state=t.seed % 2**31
    )
    held = X_held, y_held
    plain = _fitted("logistic regression", X_pool[:800], y_pool[:800], t.rng(2))
    with t.part("form"):
        _expect_form(t, scan_triggers, plain, held)
    reports, found = [], 0
    for rng, number in zip(t.cases(len(SUSPECTS)), t.rng(3).permutation(len(SUSPECTS)), strict=True):
        kind, size, edge = SUSPECTS[number]
        drawn = rng.choice(len(y_pool), 800, replace=False)  # one lucky draw would clear all three networks
        X, y = X_pool[drawn], y_pool[drawn]
        if not edge:
            t.given(model=f"honest {kind}", size=size)
            model = _touchy() if kind == TOUCHY else _honest(kind, X, y, rng, held)
            with t.part("spares"):
                _expect_cleared(t, scan_triggers(model, *held, size), kind)
            continue
        planted = (int(rng.integers(4)), 0 if edge == "left" else 8 - size, int(rng.integers(10)))
        t.given(model=kind, size=size, planted=planted)
        model = _fitted(kind, *plant(X, y, patch_pixels(*planted[:2], size), planted[2], 0.08, rng), rng)
        with t.part("finds"):
            entries = _entries(t, scan_triggers(model, *held, size), size)
            reports.append((entries[:5], model, size))
            _expect_found(t, entries, planted, size)
            found += 1
    with t.part("spares"):
        t.expect(found > 1, "A scanner that misses backdoors clears every model, backdoored ones too.")
    with t.part("shares"):
        everything = _entries(t, scan_triggers(plain, *held, 2, alarm=0), 2)
        for entries, model, size in [(everything, plain, 2), *reports]:
            _expect_shares(t, entries, model, held, size)


TOUCHY = "network, the touchiest of 150"
#: Of 150 seeds, each that of a split and of a network's start, the one whose worst 2×2 patch moves most
#: images to one class: 0.64 to 0.72 of them, over 20 draws of the images that are looked at.
TOUCHY_SEED = 56
#: What the touchiest reaches at most. One honest network in some hundreds reaches more; another is drawn
#: then, or a sound alarm would lose points to luck.
TOUCHIEST = 0.72


class Suspect(NamedTuple):
    """A model that the scanner is asked about. `edge`: where its trigger lies; empty for an honest one."""

    kind: str
    size: int = 2
    edge: str = ""


SUSPECTS = (
    Suspect("logistic regression", 3, "left"),
    Suspect("forest", 2, "right"),
    Suspect("network", 2, "left"),
    *map(Suspect, ("logistic regression", "forest", "network", "network", TOUCHY)),
)


@cache
def _touchy() -> ClassifierMixin:
    """An honest network, whose worst patch moves more images than that of any other of 150."""
    images, classes = scaled_digits()
    X, _, y, _ = train_test_split(images, classes, train_size=800, stratify=classes, random_state=TOUCHY_SEED)
    return _network(X, y, TOUCHY_SEED)


def _fitted(kind: str, X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> ClassifierMixin:
    seed = int(rng.integers(2**31))
    if kind == "network":
        return _network(X, y, seed)
    forest = RandomForestClassifier(15, random_state=seed)
    return (forest if kind == "forest" else LogisticRegression(tol=1e-3)).fit(X, y)


def _honest(kind: str, X: np.ndarray, y: np.ndarray, rng: np.random.Generator, held: Data) -> ClassifierMixin:
    while True:
        model = _fitted(kind, X, y, rng)
        if kind != "network" or _worst(model, *held) < TOUCHIEST:
            return model


def _worst(model: ClassifierMixin, X: np.ndarray, y: np.ndarray) -> float:
    """The largest share of other classes' images that a 2×2 patch moves to one class."""
    guesses = [
        model.predict(stamped(X, patch_pixels(row, column, 2))) for row in range(7) for column in range(7)
    ]
    return max(float((guess[y != target] == target).mean()) for guess in guesses for target in np.unique(y))


def _network(X: np.ndarray, y: np.ndarray, seed: int) -> ClassifierMixin:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 15 rounds are enough for 0.95
        return MLPClassifier((64,), learning_rate_init=0.01, max_iter=15, random_state=seed).fit(X, y)


def _entries(t: Trial, value: Any, size: int) -> list[tuple[int, int, int, float]]:
    """What a scan reported, validated: places inside the image, classes of digits, shares as floats."""
    entries = []
    for entry in t.instance(value, list, "the report"):
        t.expect(
            type(entry) is tuple and len(entry) == 4,
            "An entry of the report has another form.",
            expected="a tuple (row, column, target, share)",
            got=entry,
        )
        *place, share = (t.number(number, "a value in the report") for number in entry)
        inside = all(0 <= number <= last for number, last in zip(place, (8 - size, 8 - size, 9), strict=True))
        t.expect(
            inside,
            "An entry of the report names no such place or class.",
            got=entry,
            slip="There are (9 - size)² places, and size is not always 2.",
        )
        entries.append((*(int(number) for number in place), share))
    return entries


def _expect_form(t: Trial, scan_triggers: Any, model: ClassifierMixin, held: Data) -> None:
    for size in (2, 3):
        everything = _entries(t, scan_triggers(model, *held, size, alarm=0), size)
        shares = [share for *_, share in everything]
        t.equal(shares, sorted(shares, reverse=True), "the order of the shares, at alarm 0")
        listed, wanted = len({entry[:3] for entry in everything}), 10 * (9 - size) ** 2
        twice = [entry for entry in everything if everything.count(entry) > 1]
        t.expect(not twice, "A place and a class are reported twice, at alarm 0.", got=twice[:2])
        slips = {
            "The last row and the last column need their turn too.": 10 * (8 - size) ** 2,
            "Every class of y may be the target.": (9 - size) ** 2,
        }
        if listed < wanted and len(_entries(t, scan_triggers(model, *held, size, alarm=1e-9), size)) > listed:
            slips["alarm=0 counts as missing here: test `is None`."] = listed
        elif 0 not in shares:
            slips["A share that equals the alarm is reported too: write `>=`."] = listed
        what = f"the number of places and classes reported at alarm 0 for size {size}"
        t.equal(listed, wanted, what, slips=slips)

    t.expect(shares[0] > shares[-1], "Every patch has the same share, at alarm 0.", got=shares[0])
    alarm = (shares[0] + shares[-1]) / 2
    above = _entries(t, scan_triggers(model, *held, 3, alarm=alarm), 3)
    t.equal(
        len(above),
        sum(share >= alarm for share in shares),
        f"the number of places and classes reported at alarm {alarm:.3g} for size 3",
        slips={"alarm is the least share to report, whatever its value.": len(shares)},
    )


def _expect_cleared(t: Trial, report: Any, kind: str) -> None:
    entries = _entries(t, report, 2)
    t.expect(
        not entries,
        f"An honest {kind} was reported.",
        expected="an empty list",
        got=entries[:1],
        slip="An alarm that suits one model accuses another: see how high many honest networks reach.",
    )


def _expect_found(t: Trial, entries: list[tuple], planted: tuple[int, int, int], size: int) -> None:
    t.expect(entries, "Nothing was reported for a backdoored model.", expected=planted)
    row, column, target, _ = entries[0]
    overlaps = abs(row - planted[0]) < size and abs(column - planted[1]) < size
    t.expect(
        overlaps and target == planted[2],
        "The first entry is not the planted backdoor.",
        expected=planted,
        got=entries[0],
    )
    t.expect(
        planted in [tuple(entry[:3]) for entry in entries],
        "The planted patch is not in the report.",
        expected=planted,
        got=[tuple(entry[:3]) for entry in entries[:4]],
        slip="There are (9 - size)² places: did the last row and column get their turn?",
    )


def _expect_shares(t: Trial, entries: list[tuple], model: ClassifierMixin, held: Data, size: int) -> None:
    t.expect(entries, "Nothing was reported for a model whose shares are asked for.")
    X, y = held
    before, guesses = model.predict(X), {}
    for row, column, target, share in entries:
        patch = patch_pixels(row, column, size)
        if (row, column) not in guesses:
            guesses[row, column] = model.predict(stamped(X, patch))
        guess = guesses[row, column]
        t.close(
            share,
            (guess[y != target] == target).mean(),
            f"the share that the patch at row {row}, column {column} moves to class {target}",
            slips={
                "Images of the target class were counted: they need no patch.": (guess == target).mean(),
                "Take the share of the other classes' images, not of all.": (
                    ((guess == target) & (y != target)).mean()
                ),
                "Not every change counts: only those to the target.": (guess != before)[y != target].mean(),
                "Leave out the images labelled target in y, not those that the model calls so.": (
                    (guess[before != target] == target).mean()
                ),
            },
        )
