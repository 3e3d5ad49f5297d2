"""Answers to `welcome.split_and_score`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Answers, Wrong


def score_by_hand(X, y, seed):
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)
    mean, spread = X.mean(axis=0), X.std(axis=0)
    model = LogisticRegression(max_iter=1000).fit((X - mean) / spread, y)
    return float(np.mean(model.predict((X_test - mean) / spread) == y_test))


def _split(X, y, **options):
    return train_test_split(X, y, **{"test_size": 0.3, "stratify": y} | options)


def _fit(X, y):
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X, y)


def score_constant(X, y, seed):
    return 0.97


def score_scaled_before_the_split(X, y, seed):
    X_train, X_test, y_train, y_test = _split(StandardScaler().fit_transform(X), y, random_state=seed)
    return LogisticRegression(max_iter=1000).fit(X_train, y_train).score(X_test, y_test)


def score_scaled_twice(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed)
    model = LogisticRegression(max_iter=1000).fit(StandardScaler().fit_transform(X_train), y_train)
    return model.score(StandardScaler().fit_transform(X_test), y_test)


def score_without_strata(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed, stratify=None)
    return _fit(X_train, y_train).score(X_test, y_test)


def score_of_seed_zero(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=0)
    return _fit(X_train, y_train).score(X_test, y_test)


def score_without_a_seed(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y)
    return _fit(X_train, y_train).score(X_test, y_test)


def score_of_a_quarter(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed, test_size=0.25)
    return _fit(X_train, y_train).score(X_test, y_test)


def score_on_training_rows(X, y, seed):
    X_train, _, y_train, _ = _split(X, y, random_state=seed)
    return _fit(X_train, y_train).score(X_train, y_train)


def score_of_raw_test_rows(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed)
    scaler = StandardScaler().fit(X_train)
    return LogisticRegression(max_iter=1000).fit(scaler.transform(X_train), y_train).score(X_test, y_test)


def score_of_seed_42(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=42)
    return _fit(X_train, y_train).score(X_test, y_test)


def score_as_errors(X, y, seed):
    return 1 - score_by_hand(X, y, seed)


def score_in_place(X, y, seed):
    score = score_by_hand(X, y, seed)
    X -= X.mean(axis=0)
    return score


def score_of_another_model(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=1000))
    return model.fit(X_train, y_train).score(X_test, y_test)


def score_with_outliers_cut(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed)
    scaler = StandardScaler().fit(X_train)
    trained, tested = (np.clip(scaler.transform(part), -3, 3) for part in (X_train, X_test))
    return LogisticRegression(max_iter=1000).fit(trained, y_train).score(tested, y_test)


def score_leaking_all_but_the_first(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed)
    scaler = StandardScaler().fit(np.vstack([X_train, X_test[1:]]))
    model = LogisticRegression(max_iter=1000).fit(scaler.transform(X_train), y_train)
    return model.score(scaler.transform(X_test), y_test)


ANSWERS = Answers(
    right=[score_by_hand],
    wrong=[
        Wrong(score_constant, "score", "on drawn sets is not right"),
        Wrong(score_scaled_before_the_split, "leak", "That is a leak"),
        Wrong(score_leaking_all_but_the_first, "leak", "with one broken test row each is not right"),
        Wrong(score_of_another_model, "score", "Leave C of the LogisticRegression"),
        Wrong(score_with_outliers_cut, "score", "on drawn sets is not right"),
        Wrong(score_scaled_twice, "score", "scaled by themselves"),
        Wrong(score_without_strata, "score", "Pass stratify=y"),
        Wrong(score_of_seed_zero, "score", "does not depend on the seed"),
        Wrong(score_without_a_seed, "score", "The same seed gives two scores"),
        Wrong(score_of_a_quarter, "score", "test_size=0.3"),
        Wrong(score_of_raw_test_rows, "score", "The test rows were not scaled"),
        Wrong(score_of_seed_42, "score", "not 42"),
        Wrong(score_on_training_rows, "score", "rows that the model was trained on"),
        Wrong(score_as_errors, "score", "That is the share of errors"),
        Wrong(score_in_place, "inputs", "changed X or y"),
    ],
)

CONVERGED = "the model converges in fewer than 100 rounds"
EQUIVALENT = {
    "model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)) → pass": (
        "the page has a `model` of this kind, and fit starts it anew"
    ),
    "LogisticRegression(max_iter=1000) → LogisticRegression()": CONVERGED,
    "max_iter=1000 → max_iter=1001": CONVERGED,
    "max_iter=1000 → max_iter=999": CONVERGED,
}
