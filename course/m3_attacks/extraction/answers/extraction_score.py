"""Answers to `extraction.extraction_score`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Answers, Wrong


def _score(queries, history, *, scale=None, twice=False, once=False, join=max, high=0.99, low=0.01):
    scaler = StandardScaler().fit(history if scale is None else scale(queries, history))
    queries, history = scaler.transform(queries), scaler.transform(history)
    finder = NearestNeighbors(n_neighbors=1).fit(history)
    gaps = finder.kneighbors()[0][:, 0]
    distinct = np.unique(queries, axis=0)
    far = (finder.kneighbors(distinct if once else queries)[0][:, 0] > np.quantile(gaps, high)).mean()
    among, close = (queries if twice else distinct), 0.0
    if len(among) > 1:
        near = NearestNeighbors(n_neighbors=1).fit(among).kneighbors()[0][:, 0]
        close = (near < np.quantile(gaps, low)).mean()
    return float(join(far, close))


def with_neighbours(queries, history):
    return _score(queries, history)


def by_counting(scores, honest, allowed):
    level = min(value for value in honest if sum(other > value for other in honest) <= allowed)
    return sorted([client for client in scores if scores[client] > level])


def constant(queries, history):
    return 0.5


def far_only(queries, history):
    return _score(queries, history, join=lambda far, close: far)


def close_only(queries, history):
    return _score(queries, history, join=lambda far, close: close)


def added_up(queries, history):
    return _score(queries, history, join=lambda far, close: far + close)


def averaged(queries, history):
    return _score(queries, history, join=lambda far, close: (far + close) / 2)


def in_raw_units(queries, history):
    return _score(
        queries, history, scale=lambda queries, history: np.array([[-1.0], [1.0]]) * np.ones(history.shape[1])
    )


def twins_are_close(queries, history):
    return _score(queries, history, twice=True)


def far_once(queries, history):
    return _score(queries, history, once=True)


def from_the_median(queries, history):
    return _score(queries, history, high=0.5)


def closer_than_the_median(queries, history):
    return _score(queries, history, low=0.5)


def finding_itself(queries, history):
    mean, unit = history.mean(axis=0), history.std(axis=0)
    queries, history = (queries - mean) / unit, (history - mean) / unit
    gaps = np.sqrt(((history[:, None] - history[None]) ** 2).sum(axis=2)).min(axis=1)
    far = np.sqrt(((queries[:, None] - history[None]) ** 2).sum(axis=2)).min(axis=1)
    return float((far > np.quantile(gaps, 0.99)).mean())


def scaling_in_place(queries, history):
    mean, unit = history.mean(axis=0), history.std(axis=0)
    queries -= mean
    queries /= unit
    history -= mean
    history /= unit
    return _score(queries, history)


def at_the_level(scores, honest, allowed):
    level = sorted(honest, reverse=True)[allowed]
    return sorted(client for client, score in scores.items() if score >= level)


def always_the_highest(scores, honest, allowed):
    return sorted(client for client, score in scores.items() if score > max(honest))


def unsorted(scores, honest, allowed):
    level = sorted(honest, reverse=True)[allowed]
    return [client for client, score in scores.items() if score > level]


def one_more_honest(scores, honest, allowed):
    level = sorted(honest, reverse=True)[min(allowed + 1, len(honest) - 1)]
    return sorted(client for client, score in scores.items() if score > level)


def sorting_in_place(scores, honest, allowed):
    honest.sort(reverse=True)
    return sorted(client for client, score in scores.items() if score > honest[allowed])


def everybody(scores, honest, allowed):
    return sorted(scores)


def without_equal_scores(scores, honest, allowed):
    levels = sorted(set(honest), reverse=True)
    return sorted(client for client, score in scores.items() if score > levels[min(allowed, len(levels) - 1)])


ANSWERS = Answers(
    right=[(with_neighbours, by_counting)],
    wrong=[
        Wrong((constant, by_counting), "far", "The score is not right"),
        Wrong((far_only, by_counting), "close", "That is the share that lies far"),
        Wrong((close_only, by_counting), "far", "That is the share that lies close"),
        Wrong((added_up, by_counting), "units", "not their sum"),
        Wrong((averaged, by_counting), "units", "not their mean", also=("The score is the larger of both",)),
        Wrong((in_raw_units, by_counting), "units", "In raw units"),
        Wrong((twins_are_close, by_counting), "close", "a lost connection"),
        Wrong((far_once, by_counting), "far", "counts twice in far"),
        Wrong((from_the_median, by_counting), "far", "The score is not right"),
        Wrong((closer_than_the_median, by_counting), "close", "The score is not right"),
        Wrong((finding_itself, by_counting), "far", "The score is not right"),
        Wrong((scaling_in_place, by_counting), "far", "changed what it was given"),
        Wrong((with_neighbours, at_the_level), "flagged", "equals the level"),
        Wrong((with_neighbours, always_the_highest), "flagged", "The flagged clients"),
        Wrong((with_neighbours, unsorted), "flagged", "The ids come sorted"),
        Wrong((with_neighbours, one_more_honest), "flagged", "one place off"),
        Wrong((with_neighbours, sorting_in_place), "flagged", "changed what it was given"),
        Wrong((with_neighbours, everybody), "flagged", "The flagged clients"),
        Wrong(
            (with_neighbours, without_equal_scores),
            "flagged",
            "The flagged clients",
            also=("The level is one place off: with allowed = 0 it is the highest honest score.",),
        ),
        Wrong((constant, everybody), "flagged", "once far or close is right"),
    ],
)

_SHIFT = "a shift of all samples changes no distance"
_LINE = "not stated: no distance of the check equals a line"
EQUIVALENT = {
    "np.sqrt(((A[:, None] - B[None]) ** 2).sum(axis=2)) → ((A[:, None] - B[None]) ** 2).sum(axis=2)": (
        "squares have the order of distances; a line moves only between its two neighbours among the gaps"
    ),
    "np.quantile(gaps, 0.01) → np.quantile(gaps, 0.009)": "the line moves by less than two gaps are apart",
    "history.mean(axis=0) → history.mean()": _SHIFT,
    "history.mean(axis=0) → history.sum(axis=0)": _SHIFT,
    "((A[:, None] - B[None]) ** 2).sum(axis=2) → ((A[:, None] - B[None]) ** 2).mean(axis=2)": (
        "all distances and both lines shrink alike"
    ),
    "nearest(queries, history, False) > np.quantile(gaps, 0.99) → "
    "nearest(queries, history, False) >= np.quantile(gaps, 0.99)": _LINE,
    "nearest(distinct, distinct, True) < np.quantile(gaps, 0.01) → "
    "nearest(distinct, distinct, True) <= np.quantile(gaps, 0.01)": _LINE,
    "float(max(far, close)) → max(far, close)": "not stated: a numpy number is a number",
}
