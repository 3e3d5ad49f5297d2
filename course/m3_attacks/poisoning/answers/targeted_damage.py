"""Answers to `poisoning.targeted_damage`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_score, recall_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Answers, Wrong


def _model():
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))


def _damage(X, y, poison, seeds, measure, split_seed=None):
    rows = []
    for seed in seeds:
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=0.3, stratify=y, random_state=seed if split_seed is None else split_seed
        )
        models = [_model().fit(X_train, labels) for labels in (y_train, poison(y_train, seed))]
        rows.append([seed] + [measure(model, X_train, X_test, y_train, y_test) for model in models])
    return pd.DataFrame(rows, columns=["seed", "clean", "poisoned"])


def damage_with_recall_score(X, y, poison, seeds):
    def measure(model, X_train, X_test, y_train, y_test):
        return recall_score(y_test, model.predict(X_test), pos_label=0)

    return _damage(X, y, poison, seeds, measure)


def damage_to_benign(X, y, poison, seeds):
    def measure(model, X_train, X_test, y_train, y_test):
        return recall_score(y_test, model.predict(X_test))

    return _damage(X, y, poison, seeds, measure)


def damage_as_precision(X, y, poison, seeds):
    def measure(model, X_train, X_test, y_train, y_test):
        return precision_score(y_test, model.predict(X_test), pos_label=0)

    return _damage(X, y, poison, seeds, measure)


def damage_without_strata(X, y, poison, seeds):
    rows = []
    for seed in seeds:
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=seed)
        models = [_model().fit(X_train, labels) for labels in (y_train, poison(y_train, seed))]
        rows.append([seed, *(recall_score(y_test, m.predict(X_test), pos_label=0) for m in models)])
    return pd.DataFrame(rows, columns=["seed", "clean", "poisoned"])


def damage_of_one_model_fitted_twice(X, y, poison, seeds):
    frame = damage_with_recall_score(X, y, poison, seeds)
    return frame.assign(clean=frame["poisoned"])


def damage_as_accuracy(X, y, poison, seeds):
    return _damage(X, y, poison, seeds, lambda model, _1, X_test, _2, y_test: model.score(X_test, y_test))


def damage_on_training_rows(X, y, poison, seeds):
    def measure(model, X_train, X_test, y_train, y_test):
        return recall_score(y_train, model.predict(X_train), pos_label=0)

    return _damage(X, y, poison, seeds, measure)


def damage_with_one_split(X, y, poison, seeds):
    def measure(model, X_train, X_test, y_train, y_test):
        return recall_score(y_test, model.predict(X_test), pos_label=0)

    return _damage(X, y, poison, seeds, measure, split_seed=0)


def damage_poisoned_before_the_split(X, y, poison, seeds):
    rows = []
    for seed in seeds:
        recalls = []
        for labels in (y, poison(y, seed)):
            X_train, X_test, y_train, y_test = train_test_split(
                X, labels, test_size=0.3, stratify=labels, random_state=seed
            )
            guess = _model().fit(X_train, y_train).predict(X_test)
            recalls.append(recall_score(y_test, guess, pos_label=0))
        rows.append([seed, *recalls])
    return pd.DataFrame(rows, columns=["seed", "clean", "poisoned"])


def damage_without_training(X, y, poison, seeds):
    def harmless(labels, seed):
        poison(labels, seed)
        return labels

    return damage_with_recall_score(X, y, harmless, seeds)


def damage_made_up(X, y, poison, seeds):
    return pd.DataFrame({"seed": seeds, "clean": 0.96, "poisoned": 0.68})


ANSWERS = Answers(
    right=[damage_with_recall_score],
    wrong=[
        Wrong(damage_to_benign, "clean", "recall of the benign class"),
        Wrong(damage_as_precision, "clean", "That is precision"),
        Wrong(
            damage_without_strata, "training", "stratify=y", also=("That is the accuracy over both classes.",)
        ),
        Wrong(damage_of_one_model_fitted_twice, "clean", "Both columns come from one model"),
        Wrong(damage_as_accuracy, "clean", "accuracy over both classes"),
        Wrong(damage_on_training_rows, "clean", "rows that the model was trained on"),
        Wrong(
            damage_with_one_split,
            "training",
            "pass random_state=seed",
            also=("That is the accuracy over both classes.",),
        ),
        Wrong(damage_poisoned_before_the_split, "training", "Split first"),
        Wrong(
            damage_without_training,
            "harmless",
            "damage of 30% malignant labels made benign is too low",
            also=("Both columns come from one model: call new_model() for each.",),
        ),
        Wrong(
            damage_made_up,
            "training",
            "seeds that poison was called with",
            also=(
                "That is measured on the rows that the model was trained on.",
                "That is the accuracy over both classes.",
            ),
        ),
    ],
)
