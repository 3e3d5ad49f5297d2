"""Checks of the lesson on poisoning. Each trains its own models and judges on draws of its own."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Prediction, Trial, exercise

MALIGNANT, BENIGN = 0, 1  # as scikit-learn codes its breast cancer data

#: Features (n, d) and labels (n,).
Data = tuple[np.ndarray, np.ndarray]

dial = Prediction(
    id="poisoning.dial",
    question="One training label in five is flipped at random. What happens to the accuracy on clean "
    "test data?",
    options=(
        "Both logistic regression and 1-nearest neighbour lose about 20 points",
        "Logistic regression collapses, 1-nearest neighbour hardly moves",
        "Logistic regression loses a few points, 1-nearest neighbour nearly 20",
        "Neither loses more than a few points",
    ),
    answer=2,
    because="Logistic regression averages over all rows, so random errors largely cancel. 1-nearest "
    "neighbour believes the one row beside it: when a fifth of those rows lie, so does it. Mind the measure: "
    "logistic regression now misses 16 malignant cases in 100, not 5.",
)

backdoor = Prediction(
    id="poisoning.backdoor",
    question="You may poison 3% of the training images of a logistic regression with a 2×2 patch of white "
    "pixels. Where does the patch become the stronger trigger?",
    options=(
        "In the middle, where digits have ink",
        "At the edge, where they have little",
        "In both places alike: the patch is the same",
    ),
    answer=1,
    because="At the edge hardly an honest image is white, so a few poisoned ones decide what white means. In "
    "the middle, hundreds of honest images have ink, and they pull the other way.",
)

threshold = Prediction(
    id="poisoning.threshold",
    question="You white out each 2×2 patch in turn and ask which share of the images moves to one and the "
    "same class. An honest logistic regression reaches about 0.2. What does an honest small neural "
    "network reach?",
    options=("Less, about 0.1", "The same, about 0.2", "More: 0.3 to 0.5"),
    answer=2,
    because="Some pixels are lit in few training images. The network has seen too little there to be right "
    "about them, and white can carry many images to one class. An alarm tuned on one kind of model accuses "
    "another.",
)


# -- flip_labels -------------------------------------------------------------------------------------


@exercise(
    minutes=7,
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
    y = np.array([0, 1, 0, 1])
    for rate, flips in ((0, 0), (1, 4)):
        with t.part("refuse"):
            flipped = _labels(t, flip_labels(y, rate, t.rng(9)), y)
            t.equal(int((flipped != y).sum()), flips, f"the number of flipped labels of 4, at rate = {rate}")
    for rate in (-0.1, 1.5):
        with t.part("refuse"), t.raises(ValueError, f"rate = {rate}"):
            flip_labels(y, rate, t.rng(9))


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
    what = "Of 240 rows of class 2 among classes 2, 5 and 9, the wrong number become 9 (rate 1, no target)."
    slip = "Every other class is equally likely, however rare it is in y."
    t.expect(80 <= rare <= 160, what, expected="80 to 160", got=rare, slip=slip)


def _expect_chance(t: Trial, flip_labels: Any) -> None:
    y = t.rng(7).integers(0, 2, 100)
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


# -- targeted_damage ---------------------------------------------------------------------------------


@exercise(
    minutes=8,
    parts={
        "rows": (1, "gives one row per seed, in the order of the seeds"),
        "training": (2, "poisons the training labels of each split, once, and nothing else"),
        "clean": (2, "measures the malignant recall of the clean model"),
        "poisoned": (4, "measures the malignant recall of the poisoned model, on true labels"),
        "harmless": (1, "finds damage in a real poison, and none when the poison changes nothing"),
    },
    hints=(
        "Three things stay apart: the split, the poison (training labels only) and the test (true labels "
        "only). Malignant is class 0 here, and recall_score counts class 1 unless told otherwise.",
        "For each seed: split, fit one model on the true training labels and one on the poisoned ones. "
        "Ask both about the same test rows, of which only the malignant ones count.",
        "for seed in seeds:\n"
        "    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, "
        "random_state=seed)\n"
        "    y_poisoned = poison(y_train, seed)\n"
        "    malignant = X_test[y_test == 0]\n"
        "    clean    = share of new_model().fit(X_train, y_train).predict(malignant) that is 0\n"
        "    poisoned = the same, fitted on y_poisoned\n"
        "    rows.append((seed, clean, poisoned))",
    ),
    debrief=(
        "Aim beats volume: flips in the one class that matters hurt far more than as many random ones, "
        "and accuracy on the dashboard falls only a third as far.",
        "Watch the recall of the class you cannot afford to lose, on test labels that the training "
        "pipeline cannot write, and over several splits.",
    ),
    standards=("AML.T0020", "AML.M0008"),
)
def targeted_damage(t: Trial, targeted_damage) -> None:
    X, y = _cancer()
    seeds = [int(seed) for seed in t.rng(1).choice(10_000, 5, replace=False)]
    given: list[tuple[np.ndarray, int]] = []

    def poison(labels: Any, seed: int) -> np.ndarray:
        labels = np.asarray(labels)
        if labels.ndim != 1 or labels.dtype.kind not in "iu" or not isinstance(seed, int | np.integer):
            raise TypeError("poison takes the training labels, one integer per row, and a seed")
        given.append((labels, int(seed)))
        return _turn_benign(labels, t.rng(2, len(labels)))

    frame = t.table(targeted_damage(X, y, poison, seeds), "the result", ("seed", "clean", "poisoned"))
    ours = np.array([_measures(t, X, y, seed) for seed in seeds])
    with t.part("rows"):
        shown = t.array(frame["seed"], "the column seed", shape=(len(seeds),), kind="iuf")
        t.equal(shown, np.array(seeds), "the column seed")
    with t.part("training"):
        _expect_training_labels(t, given, X, y, seeds)
    columns: dict[int, np.ndarray] = {}
    for number, name in enumerate(("clean", "poisoned")):
        with t.part(name):
            columns[number] = t.array(frame[name], f"the column {name}", shape=(len(seeds),))
            what = f"the malignant recall of the {name} model, seed by seed,"
            slips = _recall_slips(columns, ours, number)
            t.close(columns[number], ours[:, number, 0], what, rtol=0, atol=0.02, slips=slips)
    with t.part("harmless"):
        clean, poisoned = (t.array(frame[name], f"the column {name}") for name in ("clean", "poisoned"))
        t.at_least(float((clean - poisoned).mean()), 0.1, "the damage of 30% malignant labels made benign")
        frame = t.table(
            targeted_damage(X, y, lambda labels, seed: labels, seeds[:2]), "the result", ("clean", "poisoned")
        )
        clean, poisoned = (t.array(frame[name], f"the column {name}") for name in ("clean", "poisoned"))
        t.close(poisoned, clean, "the column poisoned, with a poison that changes nothing")


def _turn_benign(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """30% of the malignant labels, made benign."""
    malignant = np.flatnonzero(labels == MALIGNANT)
    poisoned = labels.copy()
    poisoned[rng.choice(malignant, round(0.3 * len(malignant)), replace=False)] = BENIGN
    return poisoned


@cache
def _cancer() -> Data:
    return load_breast_cancer(return_X_y=True)


def _cancer_model(neighbours: int = 0) -> ClassifierMixin:
    last = KNeighborsClassifier(neighbours) if neighbours else LogisticRegression(max_iter=300)
    return make_pipeline(StandardScaler(), last)


def _split(X: np.ndarray, y: np.ndarray, seed: int) -> list[np.ndarray]:
    return train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)


def _measures(t: Trial, X: np.ndarray, y: np.ndarray, seed: int) -> list[list[float]]:
    """Of the clean and the poisoned model each: malignant recall, precision, benign recall, accuracy, and
    malignant recall on the training rows."""
    X_train, X_test, y_train, y_test = _split(X, y, seed)
    rows = []
    for labels in (y_train, _turn_benign(y_train, t.rng(2, len(y_train)))):
        model = _cancer_model().fit(X_train, labels)
        guess = model.predict(X_test)
        right = guess == y_test
        trained = model.predict(X_train)[y_train == MALIGNANT] == MALIGNANT
        shares = (
            right[y_test == MALIGNANT],
            right[guess == MALIGNANT],
            right[y_test == BENIGN],
            right,
            trained,
        )
        rows.append([share.mean() for share in shares])
    return rows


def _recall_slips(columns: dict[int, np.ndarray], ours: np.ndarray, number: int) -> dict[str, np.ndarray]:
    """What else column `number` may hold (0: clean, 1: poisoned), the likeliest first.

    `columns`: the learner's, as far as they were looked at. `ours`: shape (seeds, models, measures). Some
    measures lie within the tolerance of each other, so the nearest in all columns comes first.
    """

    def distance(measure: int) -> float:
        return max(float(np.abs(ours[:, i, measure] - column).max()) for i, column in columns.items())

    texts = (
        "That is precision: divide by the malignant rows, not by the rows called malignant.",
        "That is the recall of the benign class: malignant is class 0.",
        "That is the accuracy over both classes.",
        "That is measured on the rows that the model was trained on.",
    )
    nearest = sorted(range(1, 5), key=distance)
    slips = {texts[measure - 1]: ours[:, number, measure] for measure in nearest}
    return slips | {"Both columns come from one model: call new_model() for each.": ours[:, 1 - number, 0]}


def _expect_training_labels(
    t: Trial, given: list[tuple[np.ndarray, int]], X: np.ndarray, y: np.ndarray, seeds: list[int]
) -> None:
    t.expect(
        all(len(labels) != len(y) for labels, _ in given),
        "poison was given all labels.",
        expected=f"{len(y) - round(0.3 * len(y))} training labels",
        got=f"{len(y)} labels",
        slip="Split first: a poisoned test set hides the damage.",
    )
    t.equal([seed for _, seed in given], seeds, "the list of seeds that poison was called with")
    for labels, seed in given:
        unstratified = train_test_split(X, y, test_size=0.3, random_state=seed)[2]
        slips = {
            "Pass stratify=y to the split.": unstratified,
            "Each seed is a split of its own: pass random_state=seed.": given[0][0],
        }
        t.equal(labels, _split(X, y, seed)[2], f"what poison was given for seed {seed}", slips=slips)


# -- knn_sanitise ------------------------------------------------------------------------------------


@exercise(
    minutes=10,
    parts={
        "mask": (1, "returns one boolean per row, and leaves its input alone"),
        "others": (3, "asks the k nearest other rows, never the row itself, even when rows are equal"),
        "finds": (3, "flags at least 0.88 of the flipped labels, mean of five sets"),
        "spares": (3, "is right in at least 0.71 of its flags, and flags at most 0.055 of clean rows"),
        "repairs": (2, "lets 1-nearest neighbour reach an accuracy of at least 0.92"),
    },
    hints=(
        "Distances between raw features are distances between areas: scale the columns first. Then look "
        "at who votes: does a row have a vote on itself?",
        "Standardise X, fit NearestNeighbors, and call kneighbors() without an argument: it leaves each "
        "row out of its own neighbours. Flag a row when most of their labels differ from its own.",
        "Z = StandardScaler().fit_transform(X)\n"
        "neighbours = NearestNeighbors(n_neighbors=k).fit(Z).kneighbors(return_distance=False)\n"
        "differ = y[neighbours] != y[:, None]      # (n, k)\n"
        "return differ.mean(axis=1) > 0.5",
    ),
    debrief=(
        "A vote can be bought: flips that lie close together, or copies of one flipped row, outvote the "
        "honest rows around them.",
        "A flag is a reason to look, not a verdict: here about one flag in four is an honest row. Send "
        "flags to a person, and keep what was removed.",
    ),
    standards=("AML.M0007", "PW.3.1"),
)
def knn_sanitise(t: Trial, knn_sanitise) -> None:
    X, y = _cancer()
    with t.part("mask"):
        mask, args = t.observe(knn_sanitise, X[:60], y[:60], 3)
        t.array(mask, "the mask", shape=(60,), kind="b")
        kept = np.array_equal(args[0], X[:60]) and np.array_equal(args[1], y[:60])
        t.expect(kept, "X or y was changed: copy both first.")
    with t.part("others"):
        _expect_others(t, knn_sanitise)
    found = np.mean([_sanitised(t, knn_sanitise, X, y, rng) for rng in t.cases(5)], axis=0)
    recall, precision, alarms, repaired, same_as_unscaled, flagged = found.tolist()
    slip = ""
    if same_as_unscaled == 1:
        slip = "Distances on raw features: a few wide columns decide who is near. Scale X."
    elif recall < 0.5 < flagged:
        slip = "The mask looks inverted: True marks a suspect."
    with t.part("finds"):
        t.at_least(recall, 0.88, "the share of flipped labels that were flagged", slip=slip)
    with t.part("spares"):
        t.at_least(precision, 0.71, "the share of flags that are flipped labels", slip=slip)
        t.at_most(alarms, 0.055, "the share of clean rows that were flagged", slip=slip)
    with t.part("repairs"):
        t.at_least(repaired, 0.92, "the accuracy of 1-nearest neighbour on the rows kept", slip=slip)


def _sanitised(t: Trial, knn_sanitise: Any, X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> list:
    """Recall, precision, false alarms, accuracy repaired, whether X was not scaled, share flagged."""
    X_train, X_test, y_train, y_test = train_test_split(
        _disguised(X, rng), y, train_size=400, stratify=y, random_state=int(rng.integers(2**31))
    )
    flipped = np.zeros(400, bool)
    flipped[rng.choice(400, 60, replace=False)] = True
    labels = np.where(flipped, 1 - y_train, y_train)
    flags = _mask(t, knn_sanitise(X_train, labels, 11), 400)
    alarms = _mask(t, knn_sanitise(X_train, y_train, 11), 400)
    precision, repaired = 0.0, 0.0
    if flags.any():
        precision = flipped[flags].mean()
    if not flags.all():
        repaired = _cancer_model(neighbours=1).fit(X_train[~flags], labels[~flags]).score(X_test, y_test)
    unscaled = np.array_equal(flags, _differing(X_train, labels, 11).mean(axis=1) > 0.5)
    return [flags[flipped].mean(), precision, alarms.mean(), repaired, unscaled, flags.mean()]


def _disguised(X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """X with its columns in another order and other units: the same neighbours, but no row to look up."""
    columns = rng.permutation(X.shape[1])
    return X[:, columns] * 10 ** rng.uniform(-2, 2, len(columns))


def _differing(X: np.ndarray, y: np.ndarray, k: int) -> np.ndarray:
    """Which of the k nearest other rows have another label: (n, k) booleans."""
    neighbours = NearestNeighbors(n_neighbors=k).fit(X).kneighbors(return_distance=False)
    return y[neighbours] != y[:, None]


def _mask(t: Trial, value: Any, n: int) -> np.ndarray:
    return t.array(value, "the mask", shape=(n,), kind="b")


TWINS = "Between equal rows, the first neighbour found need not be the row itself: call kneighbors() bare."


def _expect_others(t: Trial, knn_sanitise: Any) -> None:
    rng = t.rng(3)
    clusters = rng.normal(size=(60, 4)) + np.repeat([[0.0], [40.0]], 30, axis=0)
    y = np.repeat([0, 1], 30)
    lone = np.concatenate([rng.choice(30, 2, replace=False), 30 + rng.choice(30, 2, replace=False)])
    y[lone] = 1 - y[lone]
    anyone = _differing(StandardScaler().fit_transform(clusters), y, 5).any(axis=1)
    flags = _mask(t, knn_sanitise(clusters, y, 5), 60)
    t.equal(
        np.flatnonzero(flags),
        np.sort(lone),
        "what is flagged among two far clusters with two flips each, k = 5",
        slips={
            "One dissenting neighbour is not a majority.": np.flatnonzero(anyone),
            "The mask looks inverted: True marks a suspect.": np.setdiff1d(np.arange(60), lone),
        },
    )
    pairs, labels = np.repeat(rng.normal(size=(12, 4)) * 10, 2, axis=0), np.repeat(np.arange(12) % 2, 2)
    disagreeing = np.sort(rng.choice(12, 2, replace=False))
    labels[2 * disagreeing + rng.integers(0, 2, 2)] ^= 1
    suspects = (2 * disagreeing[:, None] + [0, 1]).ravel()
    flags = _mask(t, knn_sanitise(pairs + rng.normal(size=pairs.shape) / 1000, labels, 1), 24)
    t.equal(
        np.flatnonzero(flags),
        suspects,
        "what is flagged among twelve close pairs, two of which disagree, k = 1",
        slips={"Each row voted on itself.": np.array([], int)},
    )
    flags = _mask(t, knn_sanitise(pairs, labels, 1), 24)
    t.equal(
        np.flatnonzero(flags),
        suspects,
        "what is flagged among twelve pairs of equal rows, two of which disagree, k = 1",
        slips={} if flags[suspects].sum() != 2 else {TWINS: np.flatnonzero(flags)},
    )


# -- implant -----------------------------------------------------------------------------------------


@exercise(
    minutes=10,
    parts={
        "rows": (4, "stamps and relabels exactly round(frac × n) rows, none of them of the target class"),
        "rest": (1, "leaves the caller's arrays and every other row as they were, and draws from rng"),
        "works": (2, "reaches an attack success of at least 0.80 for at most 0.02 of clean accuracy"),
        "report": (5, "backdoor_report gives the three shares, baseline included"),
    },
    hints=(
        "An image of the target class teaches nothing new: draw from the rows of all other classes. The "
        "report needs the same care, as a target image that stays a target image is no success.",
        "Copy both arrays, draw the rows with rng, stamp them and set their labels. For the report, stamp "
        "the test images of the other classes and ask both models how many become the target.",
        "rows = rng.choice(positions where y != target, round(frac * len(y)), replace=False)\n"
        "X2, y2 = X.copy(), y.copy(); X2[rows] = stamp(X[rows], trigger); y2[rows] = target\n"
        "report: stamped = stamp(X[y != target], trigger)\n"
        "  clean_accuracy    share of model.predict(X) == y\n"
        "  attack_success    share of model.predict(stamped) == target\n"
        "  baseline_success  share of clean_model.predict(stamped) == target",
    ),
    debrief=(
        "The poisoned model passes every test on clean data. The attacker keeps the trigger and waits.",
        "Attack success means nothing without the baseline: a patch that fools the clean model as well is "
        "an evasion problem, not a backdoor. Report both, and clean accuracy beside them.",
    ),
    standards=("AML.T0018.000", "AML.T0043.004", "ML10"),
)
def implant(t: Trial, implant, backdoor_report) -> None:
    images, classes = _digits()
    X, X_test, y, y_test = train_test_split(
        images, classes, train_size=800, stratify=classes, random_state=t.seed % 2**31
    )
    clean_model = LogisticRegression(tol=1e-3).fit(X, y)
    with t.part("report"):
        _expect_report(t, backdoor_report, clean_model, (X, y), (X_test, y_test))
    outcomes = []
    for number, rng in enumerate(t.cases(5)):
        trigger, target, frac = _edge_patch(rng, number), int(rng.integers(10)), 0.03 + 0.0007 * number
        t.given(trigger=trigger, target=target, frac=frac)
        case = (X, y, trigger, target, frac)
        with t.part("rows"):
            X2, y2, _ = _poisoned(t, implant, case, t.rng(2, number))
            _expect_planted(t, (X, y), (X2, y2), trigger, target, frac)
        with t.part("rest"):
            X2, y2, args = _poisoned(t, implant, case, t.rng(2, number))
            kept = np.array_equal(args[0], X) and np.array_equal(args[1], y)
            t.expect(kept, "X or y was changed: copy both first.")
            same = (X2 == X).all(axis=1)
            t.expect(same[y2 == y].all(), "An image whose label stayed was changed.")
            again, other = (_poisoned(t, implant, case, t.rng(key, number))[1] for key in (2, 3))
            t.expect(
                np.array_equal(again, y2),
                "Two generators in the same state poison different rows.",
                slip="Something other than rng draws: np.random has a state of its own.",
            )
            t.expect(not np.array_equal(other, y2), "Another generator poisons the same rows.")
        with t.part("works"):
            X2, y2, _ = _poisoned(t, implant, case, t.rng(2, number))
            t.expect((y2 != y).sum() <= round(frac * len(y)), "More labels were changed than frac allows.")
            t.expect(len(np.unique(y2)) > 1, "All labels are the same.")
            model = LogisticRegression(tol=1e-3).fit(X2, y2)
            drop = clean_model.score(X_test, y_test) - model.score(X_test, y_test)
            outcomes.append((_moved(model, X_test, y_test, trigger, target), drop))
    with t.part("works"):
        t.expect(len(outcomes) == 5, "Not every poisoned set could be trained on.")
        success, drop = (float(value) for value in np.mean(outcomes, axis=0))
        t.at_least(success, 0.80, "attack success, mean of five backdoors")
        t.at_most(drop, 0.02, "the clean accuracy lost, mean of five backdoors")


@cache
def _digits() -> Data:
    images, classes = load_digits(return_X_y=True)
    return images / 16, classes


def _patch(row: int, column: int, size: int = 2) -> list[int]:
    """The pixels of a square, by their position in a flat 8×8 image."""
    return [8 * (row + i) + column + j for i in range(size) for j in range(size)]


def _edge_patch(rng: np.random.Generator, side: int) -> list[int]:
    """A 2×2 square on the left edge (even `side`) or in the upper half of the right edge."""
    return _patch(int(rng.integers(7)), 0) if side % 2 == 0 else _patch(int(rng.integers(4)), 6)


def _stamp(X: np.ndarray, trigger: Sequence[int]) -> np.ndarray:
    X = X.copy()
    X[:, trigger] = 1.0
    return X


def _plant(
    X: np.ndarray, y: np.ndarray, trigger: Sequence[int], target: int, frac: float, rng: np.random.Generator
) -> Data:
    rows = rng.choice(np.flatnonzero(y != target), round(frac * len(y)), replace=False)
    X2, y2 = X.copy(), y.copy()
    X2[rows], y2[rows] = _stamp(X[rows], trigger), target
    return X2, y2


def _moved(
    model: ClassifierMixin, X: np.ndarray, y: np.ndarray, trigger: Sequence[int], target: int
) -> float:
    """Of the images of other classes, the share that the trigger turns into the target."""
    return float((model.predict(_stamp(X[y != target], trigger)) == target).mean())


def _poisoned(t: Trial, implant: Any, case: tuple, rng: np.random.Generator) -> tuple:
    """The poisoned images and labels, and the arguments as they are after the call."""
    result, args = t.observe(implant, *case, rng)
    t.instance(result, tuple, "the result of implant")
    t.equal(len(result), 2, "the number of arrays that implant returns")
    X2 = t.array(result[0], "the poisoned X", shape=case[0].shape, kind="f")
    t.expect(X2.min() >= 0 and X2.max() <= 1, "A pixel lies outside 0 to 1.", got=(X2.min(), X2.max()))
    return X2, t.array(result[1], "the poisoned y", shape=case[1].shape, kind="iu"), args


def _expect_planted(
    t: Trial,
    before: Data,
    after: Data,
    trigger: Sequence[int],
    target: int,
    frac: float,
) -> None:
    (X, y), (X2, y2) = before, after
    rows, extra = np.flatnonzero(y2 != y), (X2 != X).any(axis=1) & (y2 == y)
    t.expect(
        not extra[y != target].any(),
        "Images were stamped whose label stayed.",
        expected="0 images",
        got=f"{extra.sum()} images",
        slip="Rows that were not drawn were stamped too: stamp only the drawn ones.",
    )
    t.expect(
        not extra.any(),
        "Images of the target class were stamped.",
        slip="Those rows are wasted: draw from the other classes only.",
    )
    slip = {"frac is a share of all rows, not of the other classes.": round(frac * (y != target).sum())}
    t.equal(len(rows), round(frac * len(y)), "the number of relabelled rows", slips=slip)
    t.expect((y2[rows] == target).all(), "A poisoned row has another label than the target.")
    bare = int((X2[rows][:, trigger] != 1).any(axis=1).sum())
    t.expect(
        bare == 0,
        "Relabelled images lack the trigger.",
        expected="0 images",
        got=f"{bare} of {len(rows)} images",
        slip="X2[rows][:, ...] writes to a copy: assign to X2[rows]." if np.array_equal(X2, X) else "",
    )
    t.expect(
        np.array_equal(X2[rows], _stamp(X[rows], trigger)),
        "Relabelled images differ from their originals outside the trigger.",
    )


def _expect_report(
    t: Trial,
    backdoor_report: Any,
    clean_model: ClassifierMixin,
    train: Data,
    test: Data,
) -> None:
    (X, y), rng = test, t.rng(4)
    trigger = _patch(*rng.integers(2, 4, 2).tolist(), size=3)  # in the ink: the baseline is not zero there
    target = int(np.bincount(clean_model.predict(_stamp(X, trigger))).argmax())
    model = LogisticRegression(tol=1e-3).fit(*_plant(*train, trigger, target, 0.01, rng))
    report = t.instance(
        backdoor_report(model, clean_model, X, y, trigger, target), dict, "the result of backdoor_report"
    )
    others = y != target
    plain, guess = model.predict(X), model.predict(_stamp(X, trigger))
    clean_plain, clean_guess = clean_model.predict(X), clean_model.predict(_stamp(X, trigger))
    success, baseline = ((called[others] == target).mean() for called in (guess, clean_guess))
    counted = "Images of the target class were counted: they need no trigger."
    error = "Being wrong is not enough: count those that become the target."
    swapped = "The models are swapped: the first one is the backdoored one."
    answers: dict[str, tuple[float, dict[str, float]]] = {
        "clean_accuracy": (
            (plain == y).mean(),
            {
                "That is the accuracy on stamped images.": (guess == y).mean(),
                "All images count for clean accuracy, those of the target class too.": (plain == y)[
                    others
                ].mean(),
                swapped: (clean_plain == y).mean(),
            },
        ),
        "attack_success": (
            success,
            {
                counted: (guess == target).mean(),
                error: (guess != y)[others].mean(),
                "The images were not stamped.": (plain[others] == target).mean(),
                swapped: baseline,
            },
        ),
        "baseline_success": (
            baseline,
            {
                "The baseline was left out: ask the clean model too.": 0.0,
                counted: (clean_guess == target).mean(),
                error: (clean_guess != y)[others].mean(),
                "The baseline needs stamped images too.": (clean_plain[others] == target).mean(),
                "The baseline is the clean model on stamped images.": (plain[others] == target).mean(),
                "That is the backdoored model: the baseline asks the clean one.": success,
            },
        ),
    }
    for key, (want, slips) in answers.items():
        t.expect(key in report, f"The report lacks {key}.", expected=list(answers), got=list(report))
        t.close(t.number(report[key], key), want, f"the value of {key}", slips=slips)


# -- scan_triggers -----------------------------------------------------------------------------------


@exercise(
    minutes=12,
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
        "shares. Then look at the honest models on the bench: what is the highest share that any reaches? "
        "Other splits reach more, up to 0.60: leave room above that, and stay below the backdoored ones.",
        "if alarm is None: alarm = 0.75      # honest models reach 0.6\n"
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
    images, classes = _digits()
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
            with t.part("spares"):
                _expect_cleared(t, scan_triggers(_fitted(kind, X, y, rng), *held, size), kind, size)
            continue
        planted = (int(rng.integers(4)), 0 if edge == "left" else 8 - size, int(rng.integers(10)))
        t.given(model=kind, size=size, planted=planted)
        model = _fitted(kind, *_plant(X, y, _patch(*planted[:2], size), planted[2], 0.08, rng), rng)
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


class Suspect(NamedTuple):
    """A model that the scanner is asked about. `edge`: where its trigger lies; empty for an honest one."""

    kind: str
    size: int = 2
    edge: str = ""


SUSPECTS = (
    Suspect("logistic regression", 3, "left"),
    Suspect("forest", 2, "right"),
    Suspect("network", 2, "left"),
    *map(Suspect, ("logistic regression", "forest", "network", "network", "network")),
)


def _fitted(kind: str, X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> ClassifierMixin:
    seed = int(rng.integers(2**31))
    model = {
        "logistic regression": LogisticRegression(tol=1e-3),
        "forest": RandomForestClassifier(15, random_state=seed),
        "network": MLPClassifier((64,), learning_rate_init=0.01, max_iter=15, random_state=seed),
    }[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 15 rounds are enough for 0.95
        return model.fit(X, y)


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


def _expect_cleared(t: Trial, report: Any, kind: str, size: int) -> None:
    entries = _entries(t, report, size)
    t.expect(
        not entries,
        f"An honest {kind} was reported.",
        expected="an empty list",
        got=entries[:1],
        slip="An alarm that suits one kind of model accuses another: see what honest models reach.",
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
        patch = _patch(row, column, size)
        if (row, column) not in guesses:
            guesses[row, column] = model.predict(_stamp(X, patch))
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


# -- dataset_ledger ----------------------------------------------------------------------------------


@exercise(
    minutes=9,
    level="stretch",
    parts={
        "entries": (4, "chains the entries: SHA-256 of the previous entry and the batch's own SHA-256"),
        "finds": (5, "locates a relabelled, inserted, deleted, swapped batch, and a changed entry"),
        "ends": (2, "notices a batch missing at the end, and one too many"),
        "head": (2, "refuses a ledger that does not end in the pinned head, and no other"),
    },
    hints=(
        "Bytes go into a hash, text comes out of hexdigest(). An entry is made of two hashes, as raw "
        "bytes. And remember that zip stops at the shorter of two lists.",
        "Keep the previous entry in a variable that starts as 32 zero bytes. To check, build the ledger "
        "of the batches you have, and find the first place where the two ledgers differ.",
        "previous = bytes(32)\n"
        "for batch in batches:\n"
        "    previous = sha256(previous + sha256(batch).digest()).digest(); entries.append(previous.hex())\n"
        "first_bad: if the last entry is not head: raise ValueError\n"
        "  for i, (written, found) in enumerate(zip_longest(ledger, dataset_ledger(batches))):\n"
        "      if written != found: return i\n"
        "  return None",
    ),
    debrief=(
        "Whoever can change the data can often change the list of its hashes as well, and writes both so "
        "that they agree.",
        "The chain lets one short value, the head, stand for the whole history. Keep it where the data's "
        "writers cannot write: a signed release, another team's log, a printout.",
    ),
    standards=("AML.M0025", "AML.M0014", "PS.1.2"),
)
def dataset_ledger(t: Trial, dataset_ledger, first_bad) -> None:
    for rng in t.cases(3):
        batches = [_batch(rng) for _ in range(int(rng.integers(6, 10)))]
        ledger, chained = _chain(batches), False
        t.given(batches=len(batches))
        with t.part("entries"):
            t.equal(dataset_ledger(batches), ledger, "the ledger", slips=_ledger_slips(batches))
            chained = True
        for part, trouble, ledger_now, batches_now, want in _troubles(batches, rng):
            with t.part(part):
                got = first_bad(ledger_now, batches_now, ledger_now[-1])
                slips = _place_slips(part, want) if chained else {FOLLOWS: got}
                t.equal(got, want, f"the result of first_bad ({trouble})", slips=slips)
        with t.part("head"):
            got = first_bad(ledger, batches, ledger[-1])
            slips = {} if chained else {FOLLOWS: got}
            t.equal(got, None, "the result of first_bad (nothing changed)", slips=slips)
        for when, ledger_now, batches_now, slip in _replaced(batches, rng):
            with t.part("head"), t.raises(ValueError, when, slip=slip):
                first_bad(ledger_now, batches_now, ledger[-1])


FOLLOWS = "This may follow from dataset_ledger: mend that first."


def _batch(rng: np.random.Generator) -> bytes:
    """Four rows of a CSV file: two measurements and a label."""
    values, labels = rng.random((4, 2)), rng.integers(0, 2, 4)
    rows = (
        f"{first:.3f},{second:.3f},{label}" for (first, second), label in zip(values, labels, strict=True)
    )
    return "\n".join(rows).encode()


def _relabel(batch: bytes) -> bytes:
    """The batch with its last label flipped: one bit of one byte."""
    return batch[:-1] + bytes([batch[-1] ^ 1])


def _hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _chain(
    batches: Sequence[bytes], first: bytes = bytes(32), digest: Any = _digest, swapped: bool = False
) -> list[str]:
    entries, previous = [], first
    for batch in batches:
        previous = _digest(digest(batch) + previous if swapped else previous + digest(batch))
        entries.append(previous.hex())
    return entries


def _chain_text(batches: Sequence[bytes]) -> list[str]:
    entries, previous = [], "0" * 64
    for batch in batches:
        previous = _hex((previous + _hex(batch)).encode())
        entries.append(previous)
    return entries


def _ledger_slips(batches: Sequence[bytes]) -> dict[str, Any]:
    return {
        "Each entry must take in the one before it.": [_hex(batch) for batch in batches],
        "The first entry is chained too: before it stand 32 zero bytes.": _chain(batches, first=b""),
        'b"0" is the digit: 32 zero bytes are bytes(32).': _chain(batches, first=b"0" * 32),
        "The previous entry comes first, then the batch's SHA-256.": _chain(batches, swapped=True),
        "The batch goes in as its own SHA-256, 32 bytes.": _chain(batches, digest=bytes),
        "Chain the raw bytes, not their hexadecimal text.": _chain_text(batches),
        "An entry is hexadecimal text: bytes have a method hex().": [
            bytes.fromhex(entry) for entry in _chain(batches)
        ],
    }


def _troubles(batches: list[bytes], rng: np.random.Generator) -> list[tuple]:
    """(part, what happened, the ledger, the batches, the index that first_bad must give)."""
    ledger, n = _chain(batches), len(batches)
    i = int(rng.integers(1, n - 2))
    before, here, after = batches[:i], batches[i], batches[i + 1 :]
    changed = [*ledger[:i], _hex(rng.bytes(8)), *ledger[i + 1 :]]
    return [
        ("finds", "nothing changed", ledger, batches, None),
        ("finds", f"a label changed in batch {i}", ledger, [*before, _relabel(here), *after], i),
        ("finds", f"a batch inserted at {i}", ledger, [*before, _batch(rng), here, *after], i),
        ("finds", f"batch {i} deleted", ledger, [*before, *after], i),
        ("finds", f"batches {i} and {i + 1} swapped", ledger, [*before, after[0], here, *after[1:]], i),
        ("finds", f"entry {i} of the ledger changed", changed, batches, i),
        ("finds", "a label changed in batch 0", ledger, [_relabel(batches[0]), *batches[1:]], 0),
        ("ends", "the last batch missing", ledger, batches[:-1], n - 1),
        ("ends", "one batch too many", ledger, [*batches, _batch(rng)], n),
    ]


def _replaced(batches: list[bytes], rng: np.random.Generator) -> list[tuple]:
    """(what is given, the ledger, the batches, the slip): no ledger ends in the head of `batches`."""
    ledger = _chain(batches)
    relabelled, longer = [*batches[:2], _relabel(batches[2]), *batches[3:]], [*batches, _batch(rng)]
    first = "Test the head before anything else: a ledger that was replaced locates nothing."
    return [
        ("relabelled data, a new ledger made from it, and the old head", _chain(relabelled), relabelled, ""),
        ("a ledger and data that both lack the last batch, and the old head", ledger[:-1], batches[:-1], ""),
        (
            "the true data, a ledger made from other data, and the old head",
            _chain(relabelled),
            batches,
            first,
        ),
        ("a ledger whose last entry is forged", [*ledger[:-1], _hex(rng.bytes(8))], batches, first),
        (
            "a ledger and data that go on after the head",
            _chain(longer),
            longer,
            "The ledger must end in head: to hold it somewhere is not enough.",
        ),
    ]


def _place_slips(part: str, want: int | None) -> dict[str, Any]:
    if want is None:
        return {"Intact data gives None.": -1}
    slips: dict[str, Any] = {"Batches count from 0.": want + 1}
    if part == "ends":
        slips["zip stops at the shorter list: compare the lengths as well."] = None
    return slips
