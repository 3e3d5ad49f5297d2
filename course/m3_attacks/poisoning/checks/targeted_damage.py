"""The check of `poisoning.targeted_damage`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from autograder.exercise import Trial, exercise

from ..material import cancer_model, load_cancer

MALIGNANT, BENIGN = 0, 1  # as scikit-learn codes its breast cancer data


@exercise(
    minutes=9,
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
    X, y = load_cancer()
    kept = np.sort(t.rng(3).choice(len(y), 540, replace=False))
    X, y = X[kept], y[kept]
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
        _expect_seeds(t, frame, seeds)
        for few in (range(seeds[0], seeds[0] + 2), [seeds[1]], []):
            t.given(seeds=few)
            few_rows = targeted_damage(X, y, lambda labels, seed: labels, few)
            _expect_seeds(t, t.table(few_rows, "the result", ("seed", "clean", "poisoned")), few)
        t.given()
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
        generous = targeted_damage(X, y, _turn_malignant, seeds)
        gain = t.table(generous, "the result", ("clean", "poisoned"))
        clean, poisoned = (t.array(gain[name], f"the column {name}") for name in ("clean", "poisoned"))
        what = "the recall won when 30% of the benign labels are made malignant"
        t.at_least(float((poisoned - clean).mean()), 0.002, what)


def _expect_seeds(t: Trial, frame: pd.DataFrame, seeds: Sequence[int]) -> None:
    t.equal(len(frame), len(seeds), "the number of rows")
    if len(seeds):
        shown = t.array(frame["seed"], "the column seed", shape=(len(seeds),), kind="iuf")
        t.equal(shown, np.array(seeds), "the column seed")


def _turn_benign(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """30% of the malignant labels, made benign."""
    malignant = np.flatnonzero(labels == MALIGNANT)
    poisoned = labels.copy()
    poisoned[rng.choice(malignant, round(0.3 * len(malignant)), replace=False)] = BENIGN
    return poisoned


def _turn_malignant(labels: np.ndarray, seed: int) -> np.ndarray:
    """30% of the benign labels, made malignant: the recall rises."""
    rng = np.random.default_rng(seed)
    benign = np.flatnonzero(labels == BENIGN)
    poisoned = labels.copy()
    poisoned[rng.choice(benign, round(0.3 * len(benign)), replace=False)] = MALIGNANT
    return poisoned


def _split(X: np.ndarray, y: np.ndarray, seed: int) -> list[np.ndarray]:
    return train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)


def _measures(t: Trial, X: np.ndarray, y: np.ndarray, seed: int) -> list[list[float]]:
    """Of the clean and the poisoned model each: malignant recall, precision, benign recall, accuracy, and
    malignant recall on the training rows."""
    X_train, X_test, y_train, y_test = _split(X, y, seed)
    rows = []
    for labels in (y_train, _turn_benign(y_train, t.rng(2, len(y_train)))):
        model = cancer_model().fit(X_train, labels)
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
    # One number for all seeds is no measure of theirs, though it may lie within the tolerance of one.
    constant = len(set(columns[number].tolist())) == 1
    nearest = [] if constant else sorted(range(1, 5), key=distance)
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
