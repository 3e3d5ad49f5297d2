"""Answers to `detection.suspicion`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import NearestNeighbors

from autograder.exercise import Answers, Wrong


def _by_client(clients, values, summary=np.mean):
    return {client: summary(values[clients == client]) for client in set(clients.tolist())}


def _nearest(history, X):
    centre, spread = history.mean(axis=0), history.std(axis=0)
    finder = NearestNeighbors(n_neighbors=1).fit((history - centre) / spread)
    return finder.kneighbors((X - centre) / spread)[0][:, 0]


def suspicion_with_pandas(history, clients, X):
    """The mean distance to the five nearest, after another scaling, as a Series' dict."""
    low, high = np.quantile(history, [0.05, 0.95], axis=0)
    finder = NearestNeighbors(n_neighbors=5).fit(((history - low) / (high - low)).astype(np.float32))
    distances = finder.kneighbors(((X - low) / (high - low)).astype(np.float32))[0].mean(axis=1)
    return pd.Series(distances).groupby(clients).mean().to_dict()


def suspicion_by_covariance(history, clients, X):
    gap = X - history.mean(axis=0)
    inverse = np.linalg.inv(np.cov(history.T))
    return _by_client(clients, np.sqrt((gap @ inverse * gap).sum(axis=1)))


def suspicion_unscaled(history, clients, X):
    return _by_client(clients, KDTree(history).query(X)[0])


def suspicion_added_up(history, clients, X):
    return _by_client(clients, _nearest(history, X), np.sum)


def suspicion_of_the_median(history, clients, X):
    return _by_client(clients, _nearest(history, X), np.median)


def suspicion_of_the_oddest(history, clients, X):
    return _by_client(clients, _nearest(history, X), np.max)


def suspicion_from_the_centre(history, clients, X):
    gaps = (X - history.mean(axis=0)) / history.std(axis=0)
    return _by_client(clients, np.linalg.norm(gaps, axis=1))


def suspicion_of_each_column(history, clients, X):
    gaps = (X - history.mean(axis=0)) / history.std(axis=0)
    return _by_client(clients, np.abs(gaps).mean(axis=1))


def suspicion_of_volume(history, clients, X):
    return _by_client(clients, np.ones(len(X)), np.sum)


def suspicion_inverted(history, clients, X):
    return {client: -score for client, score in _by_client(clients, _nearest(history, X)).items()}


def suspicion_of_the_batch(history, clients, X):
    """Scales by the queries to be judged."""
    centre, spread = X.mean(axis=0), X.std(axis=0)
    nearest = KDTree((history - centre) / spread).query((X - centre) / spread)[0]
    return _by_client(clients, nearest)


def suspicion_of_a_forest(history, clients, X):
    return _by_client(clients, -IsolationForest(random_state=0).fit(history).score_samples(X))


def suspicion_of_chance(history, clients, X):
    """A forest of another seed in each call."""
    return _by_client(clients, -IsolationForest(n_estimators=10).fit(history).score_samples(X))


def suspicion_of_numbers(history, clients, X):
    """The newest clients first."""
    return {client: float(client) for client in set(clients.tolist())}


def suspicion_of_place(history, clients, X):
    """Who comes later in the data."""
    return _by_client(clients, np.arange(len(X)))


def suspicion_ranked(history, clients, X):
    scores = _by_client(clients, _nearest(history, X))
    return {client: place / len(scores) for place, client in enumerate(sorted(scores, key=scores.get))}


def suspicion_constant(history, clients, X):
    return dict.fromkeys(set(clients.tolist()), 0.5)


def suspicion_of_the_latest(history, clients, X):
    """Weighs a client's later queries more."""
    near = _nearest(history, X)
    return {
        client: np.average(near[clients == client], weights=np.arange((clients == client).sum()) + 9)
        for client in set(clients.tolist())
    }


class _Remembered:
    """Mixes a client's score with its last one."""

    def __init__(self):
        self.last = {}

    def __call__(self, history, clients, X):
        new = _by_client(clients, _nearest(history, X))
        self.last = {c: 0.9 * score + 0.1 * self.last.get(c, 0) for c, score in new.items()}
        return dict(self.last)


_remembered = _Remembered()


def suspicion_remembered(history, clients, X):
    return _remembered(history, clients, X)


def suspicion_against_the_others(history, clients, X):
    """How much farther a client's queries lie than the typical client's."""
    scores = _by_client(clients, _nearest(history, X))
    return {client: score - np.median(list(scores.values())) for client, score in scores.items()}


def suspicion_in_place(history, clients, X):
    centre, spread = history.mean(axis=0), history.std(axis=0)
    for rows in (history, X):
        rows -= centre
        rows /= spread
    return _by_client(clients, KDTree(history).query(X)[0])


def suspicion_sorting_clients(history, clients, X):
    scores = _by_client(clients, _nearest(history, X))
    clients.sort()
    return scores


ANSWERS = Answers(
    right=[suspicion_by_covariance, suspicion_with_pandas],
    wrong=[
        Wrong(suspicion_unscaled, "probes", "standardise first"),
        Wrong(suspicion_added_up, "probes", "Busy clients are not suspects"),
        Wrong(suspicion_of_the_median, "diluted", "who sends few probes is honest"),
        Wrong(suspicion_of_the_oddest, "probes", "Honest clients send odd queries too"),
        Wrong(suspicion_from_the_centre, "diluted", "look for the nearest one"),
        Wrong(suspicion_of_each_column, "diluted", "Each column alone looks ordinary"),
        Wrong(suspicion_of_volume, "probes", "not what it asks"),
        Wrong(suspicion_inverted, "probes", "the wrong way round"),
        Wrong(suspicion_of_a_forest, "diluted", "as in a forest"),
        Wrong(
            suspicion_of_chance,
            "alone",
            "fixed random_state",
            also=(
                (
                    "Does it see that columns go together? One column at a time, as in a forest, "
                    "shows little of that. Ask how far a query is from the nearest honest one."
                ),
            ),
        ),
        Wrong(
            suspicion_of_numbers,
            "alone",
            "says nothing of its queries",
        ),
        Wrong(
            suspicion_of_place,
            "alone",
            "when the others are left out",
        ),
        Wrong(suspicion_of_the_batch, "alone", "take scale and model from the history alone"),
        Wrong(suspicion_of_the_latest, "alone", "in another order"),
        Wrong(suspicion_remembered, "alone", "in a second call"),
        Wrong(suspicion_against_the_others, "alone", "when the others are left out"),
        Wrong(suspicion_ranked, "alone", "when the others are left out"),
        Wrong(suspicion_in_place, "alone", "the caller's array"),
        Wrong(suspicion_sorting_clients, "alone", "what they were before the call"),
        Wrong(suspicion_constant, "alone", "the same score"),
    ],
)

EQUIVALENT = {
    "history.mean(axis=0) → history.mean()": "distances do not change when everything moves",
    "history.mean(axis=0) → history.sum(axis=0)": "distances do not change when everything moves",
    "int(client) → client": "not stated: a numpy integer is an integer",
    "int(client) → round(client)": "a client's number is whole",
    "float(nearest[clients == client].mean()) → nearest[clients == client].mean()": (
        "not stated: a numpy number is a number"
    ),
    "np.unique(clients) → clients": "the same dict, more slowly",
}
