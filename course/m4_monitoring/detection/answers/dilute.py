"""Answers to `detection.dilute`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import math

import numpy as np

from autograder.exercise import Answers, Wrong


def dilute_by_the_means(probes, cover, score, limit):
    far, near = score(probes), score(cover)
    if far <= limit:
        return probes
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


def _asking(calls, probes, cover, score, limit):
    """Halves, then asks until it has asked `calls` times."""
    asked = 0

    def counted(queries):
        nonlocal asked
        asked += 1
        return score(queries)

    plan = dilute_by_halving(probes, cover, counted, limit)
    while asked < calls:
        counted(plan)
    return plan


def dilute_by_halving(probes, cover, score, limit, named=lambda value, limit: value > limit):
    if not named(score(probes), limit):
        return probes
    low, high = 0, len(cover)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (middle, high) if named(score(np.vstack([probes, cover[:middle]])), limit) else (low, middle)
        )
    return np.vstack([probes, cover[:high]])


def dilute_asking_thirty_times(probes, cover, score, limit):
    return _asking(30, probes, cover, score, limit)


def dilute_asking_once_too_often(probes, cover, score, limit):
    return _asking(31, probes, cover, score, limit)


def dilute_strictly(probes, cover, score, limit):
    """Takes a score that equals the limit for one that is named."""
    return dilute_by_halving(probes, cover, score, limit, lambda value, limit: value >= limit)


def dilute_with_a_fifth_more(probes, cover, score, limit):
    spent = len(dilute_by_halving(probes, cover, score, limit)) - len(probes)
    return np.vstack([probes, cover[: math.ceil(1.2 * spent) + 3]])


def dilute_with_a_row_too_little(probes, cover, score, limit):
    plan = dilute_by_halving(probes, cover, score, limit)
    return plan[:-1] if len(plan) > len(probes) else plan


def dilute_in_single_precision(probes, cover, score, limit):
    return dilute_by_halving(probes, cover, score, limit).astype(np.float32)


def dilute_never_asking_about_none(probes, cover, score, limit):
    """Halves between 0, which it takes for too little, and all."""
    plan = dilute_by_halving(probes, cover, score, limit)
    return plan if len(plan) > len(probes) else np.vstack([probes, cover[:1]])


def dilute_wiping_probes(probes, cover, score, limit):
    plan = dilute_by_halving(probes, cover, score, limit)
    probes[:] = 0
    return plan


def dilute_wiping_cover(probes, cover, score, limit):
    plan = dilute_by_halving(probes, cover, score, limit)
    cover[:] = 0
    return plan


ANSWERS = Answers(
    right=[dilute_by_the_means, dilute_asking_thirty_times],
    wrong=[
        Wrong(dilute_not_at_all, "unseen", "Without cover every probe shows"),
        Wrong(dilute_with_everything, "unseen", "it costs money"),
        Wrong(dilute_row_by_row, "calls", "Do not try every count"),
        Wrong(dilute_asking_once_too_often, "calls", "Do not try every count"),
        Wrong(dilute_doubling, "frugal", "More cover was bought than needed"),
        Wrong(dilute_with_a_fifth_more, "frugal", "More cover was bought than needed"),
        Wrong(dilute_with_a_row_too_little, "unseen", "The account is named"),
        Wrong(dilute_strictly, "frugal", "A score that equals the limit"),
        Wrong(dilute_never_asking_about_none, "unseen", "no cover is needed"),
        Wrong(dilute_wiping_probes, "rows", "what they were before the call"),
        Wrong(dilute_wiping_cover, "rows", "what they were before the call"),
        Wrong(dilute_dropping_probes, "rows", "Leaving probes out is no cover"),
        Wrong(dilute_with_one_row, "rows", "can be used once"),
        Wrong(dilute_pulling_probes_in, "rows", "nothing made up"),
        Wrong(dilute_in_single_precision, "rows", "nothing made up"),
    ],
)

ROOM = "the text leaves three rows of room"
EQUIVALENT = {
    "enough - too_few > 1 → enough - too_few > 2": ROOM,
}
