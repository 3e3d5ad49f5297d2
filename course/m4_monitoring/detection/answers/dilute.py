"""Answers to `detection.dilute`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import math

import numpy as np

from autograder.exercise import Answers, Wrong


def dilute_by_the_means(probes, cover, score, limit):
    far, near = score(probes), score(cover)
    count = math.ceil(len(probes) * (far - limit) / (limit - near))
    for _ in range(12):
        value = score(np.vstack([probes, cover[:count]]))
        far_now = value * (len(probes) + count)
        missing = (far_now - limit * (len(probes) + count)) / (limit - near)
        step = math.ceil(missing) if missing > 0 else -math.floor(-missing)
        if step == 0 or (value <= limit and step > -2):
            break
        count += step
    while score(np.vstack([probes, cover[:count]])) > limit:
        count += 2
    return np.vstack([cover[:count], probes])


def dilute_not_at_all(probes, cover, score, limit):
    return probes.copy()


def dilute_with_everything(probes, cover, score, limit):
    return np.concatenate([probes, cover])


def dilute_row_by_row(probes, cover, score, limit):
    count = 0
    while score(np.concatenate([probes, cover[:count]])) > limit:
        count += 5
    return np.concatenate([probes, cover[:count]])


def dilute_doubling(probes, cover, score, limit):
    count = 1
    while score(np.concatenate([probes, cover[:count]])) > limit:
        count *= 2
    return np.concatenate([probes, cover[:count]])


def dilute_dropping_probes(probes, cover, score, limit):
    kept = probes
    while len(kept) > 1 and score(np.concatenate([kept, cover[:40]])) > limit:
        kept = kept[:-1]
    return np.concatenate([kept, cover[:40]])


def dilute_with_one_row(probes, cover, score, limit):
    best = min(cover[:10], key=lambda row: score(row[None]))
    count = 0
    while score(np.concatenate([probes, np.repeat(best[None], count, axis=0)])) > limit:
        count += 20
    return np.concatenate([probes, np.repeat(best[None], count, axis=0)])


def dilute_pulling_probes_in(probes, cover, score, limit):
    """Moves the probes towards honest traffic instead of hiding them."""
    return np.concatenate([cover[: len(probes)] * 0.9 + probes * 0.1, cover[len(probes) : 60]])


ANSWERS = Answers(
    right=[dilute_by_the_means],
    wrong=[
        Wrong(dilute_not_at_all, "unseen", "Without cover every probe shows"),
        Wrong(dilute_with_everything, "frugal", "it costs money"),
        Wrong(dilute_row_by_row, "calls", "Do not try every count"),
        Wrong(dilute_doubling, "frugal", "More cover was bought than needed"),
        Wrong(dilute_dropping_probes, "rows", "Leaving probes out is no cover"),
        Wrong(dilute_with_one_row, "rows", "can be used once"),
        Wrong(dilute_pulling_probes_in, "rows", "nothing made up"),
    ],
)
