"""Answers to `extraction.steal_linear`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Answers, Wrong


def _odds(p):
    return np.log(p / (1 - p))


def _solved(asked, answers):
    keep = (answers > 0) & (answers < 1)
    A = np.c_[np.ones(keep.sum()), asked[keep]]
    found = np.linalg.lstsq(A, _odds(answers[keep]), rcond=None)[0]
    return found[1:], found[0]


def with_random_samples_only(ask, d, budget, rng):
    asked = rng.normal(0, 0.3, (budget, d))
    return _solved(asked, ask(asked))


def asking_one_by_one(ask, d, budget, rng):
    asked = [np.zeros(d)]
    for row in range(budget - 1):
        asked.append(np.eye(d)[row] if row < d else rng.choice([-0.3, 0.3], d))
    answers = np.array([ask([sample])[0] for sample in asked])
    return _solved(np.array(asked), answers)


def zeros(ask, d, budget, rng):
    return np.zeros(d), 0.0


def only_the_first(ask, d, budget, rng):
    answers = _odds(np.clip(ask(np.vstack([np.zeros(d), np.eye(d)])), 0.005, 0.995))
    return answers[1:] - answers[0], answers[0]


def only_the_first_exact(ask, d, budget, rng):
    answers = _odds(ask(np.vstack([np.zeros(d), np.eye(d)])))
    return answers[1:] - answers[0], answers[0]


def the_same_again(ask, d, budget, rng):
    asked = np.vstack([np.zeros(d), np.eye(d)])
    answers = np.mean([ask(asked) for _ in range(budget // (d + 1))], axis=0)
    return _solved(asked, answers)


def with_the_bias_in_it(ask, d, budget, rng):
    answers = _odds(ask(np.vstack([np.zeros(d), np.eye(d)])))
    return answers[1:], answers[0]


def turned_round(ask, d, budget, rng):
    w, b = with_random_samples_only(ask, d, budget, rng)
    return -w, -b


def without_the_log(ask, d, budget, rng):
    answers = ask(np.vstack([np.zeros(d), np.eye(d)]))
    return answers[1:] - answers[0], answers[0]


def far_from_the_average(ask, d, budget, rng):
    asked = np.vstack([np.zeros(d), np.eye(d), rng.normal(0, 2, (budget - d - 1, d))])
    answers = ask(asked)
    if (answers == answers.round(2)).all():
        answers = answers.clip(0.005, 0.995)
    return _solved(asked, answers)


def over_the_budget(ask, d, budget, rng):
    asked = np.vstack([np.zeros(d), np.eye(d), rng.normal(0, 0.3, (budget - d - 1, d))])
    found = _solved(asked, ask(asked))
    ask(asked[:1])  # one more, to be sure
    return found


def one_sample_at_a_time(ask, d, budget, rng):
    first = _odds(ask(np.zeros(d))[0])
    return np.array([_odds(ask(row)[0]) - first for row in np.eye(d)]), first


def swapped(ask, d, budget, rng):
    w, b = with_random_samples_only(ask, d, budget, rng)
    return b, w


_FEW = "Only d + 1 questions were asked: with rounded answers, use the budget."

ANSWERS = Answers(
    right=[with_random_samples_only, asking_one_by_one],
    wrong=[
        Wrong(zeros, "exact", "Nothing was asked"),
        Wrong(only_the_first, "rounded", "use the budget"),
        Wrong(only_the_first_exact, "rounded", "use the budget"),
        Wrong(the_same_again, "rounded", "ask about others"),
        Wrong(with_the_bias_in_it, "exact", "The bias is still in each weight", also=(_FEW,)),
        Wrong(turned_round, "exact", "The signs are turned round"),
        Wrong(without_the_log, "exact", "Probabilities do not add up", also=(_FEW,)),
        Wrong(far_from_the_average, "rounded", "Stay nearer to the average"),
        Wrong(over_the_budget, "budget", "than the budget allows"),
        Wrong(one_sample_at_a_time, "exact", "one per row"),
        Wrong(swapped, "exact", "w"),
    ],
)

_CHOICE = "not stated: how far from the average to ask is the learner's choice"
_LSTSQ = (
    "np.linalg.lstsq(np.c_[asked[keep], np.ones(keep.sum())], odds, rcond=None) → "
    "np.linalg.lstsq(np.c_[asked[keep], np.ones(keep.sum())], odds)"
)
EQUIVALENT = {
    "rng.normal(0, 0.3, (budget - d - 1, d)) → rng.normal(0, 0.33, (budget - d - 1, d))": _CHOICE,
    "rng.normal(0, 0.3, (budget - d - 1, d)) → rng.normal(0, 0.27, (budget - d - 1, d))": _CHOICE,
    _LSTSQ: "rcond=None is the default",
}
