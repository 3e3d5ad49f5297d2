"""Answers to `privacy.mia_scores`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Answers, Wrong


def by_a_mask(model, X, y):
    same = np.asarray(y)[:, None] == model.classes_[None, :]
    return (model.predict_proba(X) * same).sum(axis=1)


def row_by_row(model, X, y):
    names = model.classes_.tolist()
    return np.array(
        [
            model.predict_proba(row[None])[0][names.index(label)]
            for row, label in zip(X, y.tolist(), strict=True)
        ]
    )


def the_highest(model, X, y):
    return model.predict_proba(X).max(axis=1)


def column_one(model, X, y):
    return model.predict_proba(X)[:, 1]


def columns_of_the_batch(model, X, y):
    columns = np.unique(y, return_inverse=True)[1]
    return model.predict_proba(X)[np.arange(len(y)), columns]


def label_as_column(model, X, y):
    return model.predict_proba(X)[np.arange(len(y)), y]


def two_classes_only(model, X, y):
    probabilities = model.predict_proba(X)
    return np.where(y == model.classes_[1], probabilities[:, 1], probabilities[:, 0])


def reversed_order(model, X, y):
    return 1 - by_a_mask(model, X, y)


def right_or_wrong(model, X, y):
    return (model.predict(X) == y).astype(float)


def logarithm(model, X, y):
    return np.log(np.maximum(by_a_mask(model, X, y), 1e-12))


def sorts_its_labels(model, X, y):
    scores = by_a_mask(model, X, y)
    y.sort()
    return scores


def in_order_of_appearance(model, X, y):
    names = list(dict.fromkeys(y.tolist()))
    probabilities = model.predict_proba(X)
    return np.array([row[names.index(label)] for row, label in zip(probabilities, y.tolist(), strict=True)])


def constant(model, X, y):
    return np.full(len(y), 0.5)


ANSWERS = Answers(
    right=[by_a_mask, row_by_row],
    wrong=[
        Wrong(the_highest, "binary", "You took the highest probability"),
        Wrong(column_one, "binary", "You took column 1"),
        Wrong(columns_of_the_batch, "labels", "the scores for the classes"),
        Wrong(label_as_column, "labels", "IndexError"),
        Wrong(two_classes_only, "labels", "the scores for the classes"),
        Wrong(reversed_order, "binary", "the probability of the other class"),
        Wrong(right_or_wrong, "binary", "You asked only whether the answer is right"),
        Wrong(logarithm, "binary", "You took the logarithm"),
        Wrong(sorts_its_labels, "unchanged", "X or y was changed"),
        Wrong(
            in_order_of_appearance,
            "labels",
            "the scores for the classes",
            also=("the probability of the other",),
        ),
        Wrong(constant, "attack", "the attack's AUC"),
    ],
)
