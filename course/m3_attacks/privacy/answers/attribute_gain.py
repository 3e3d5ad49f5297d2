"""Answers to `privacy.attribute_gain`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Answers, Wrong


def _accuracy(table, secret, seed):
    a, b, sa, sb = train_test_split(table, secret, test_size=0.5, random_state=seed)
    guesser = make_pipeline(StandardScaler(), LogisticRegression(C=100, max_iter=2000))
    return guesser.fit(a, sa).score(b, sb)


def by_least_squares(answers, known, secret, seed):
    order = np.random.default_rng(seed).permutation(len(secret))
    a, b = order[::2], order[1::2]
    right = []
    for table in (known, np.column_stack([known, answers])):
        guesser = make_pipeline(StandardScaler(), RidgeClassifier(1e-6)).fit(table[a], secret[a])
        right.append((guesser.predict(table[b]) == secret[b]).mean())
    return right[1] - right[0]


def with_the_default(answers, known, secret, seed):
    def right(table):
        a, b, sa, sb = train_test_split(table, secret, test_size=0.5, random_state=seed)
        return make_pipeline(StandardScaler(), LogisticRegression()).fit(a, sa).score(b, sb)

    return float(right(np.c_[known, answers]) - right(known))


def no_baseline(answers, known, secret, seed):
    return _accuracy(np.column_stack([known, answers]), secret, seed)


def against_the_majority(answers, known, secret, seed):
    return no_baseline(answers, known, secret, seed) - max(secret.mean(), 1 - secret.mean())


def without_a_split(answers, known, secret, seed):
    def accuracy(table):
        return LogisticRegression(C=100, max_iter=2000).fit(table, secret).score(table, secret)

    return accuracy(np.column_stack([known, answers])) - accuracy(known)


def one_seed_for_all(answers, known, secret, seed):
    return _accuracy(np.column_stack([known, answers]), secret, 0) - _accuracy(known, secret, 0)


def never_below_zero(answers, known, secret, seed):
    return max(
        0.0, _accuracy(np.column_stack([known, answers]), secret, seed) - _accuracy(known, secret, seed)
    )


def always_zero(answers, known, secret, seed):
    return 0.0


def answers_alone(answers, known, secret, seed):
    return _accuracy(answers[:, None], secret, seed) - _accuracy(known, secret, seed)


def the_wrong_way(answers, known, secret, seed):
    return _accuracy(known, secret, seed) - _accuracy(np.column_stack([known, answers]), secret, seed)


def without_a_seed(answers, known, secret, seed):
    seed = int(np.random.default_rng().integers(2**31))
    return _accuracy(np.column_stack([known, answers]), secret, seed) - _accuracy(known, secret, seed)


def in_place(answers, known, secret, seed):
    known -= known.mean(axis=0)
    return _accuracy(np.column_stack([known, answers]), secret, seed) - _accuracy(known, secret, seed)


def as_a_ratio(answers, known, secret, seed):
    return _accuracy(np.column_stack([known, answers]), secret, seed) / _accuracy(known, secret, seed)


ANSWERS = Answers(
    right=[by_least_squares, with_the_default],
    wrong=[
        Wrong(no_baseline, "known", "Subtract what the known columns tell"),
        Wrong(against_the_majority, "null", "a guess of the commonest value"),
        Wrong(without_a_split, "inputs", "40 rows of noise"),
        Wrong(one_seed_for_all, "inputs", "24 seeds give one gain"),
        Wrong(never_below_zero, "inputs", "never below 0"),
        Wrong(always_zero, "leak", "gain from a linear model's answers"),
        Wrong(answers_alone, "leak", "gain from a linear model's answers"),
        Wrong(the_wrong_way, "leak", "gain from a linear model's answers"),
        Wrong(without_a_seed, "inputs", "the gain for the same seed"),
        Wrong(in_place, "inputs", "was changed"),
        Wrong(as_a_ratio, "known", "difference of two shares"),
    ],
)
