"""Answers to `poisoning.clean_label`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Answers, Wrong


def _largest(row, victim, b, judge, most=0.5):
    """The largest share at which the judge still reads `b`, by halving; -1 if it reads b at none tried."""
    shares = np.linspace(0, most, 6)
    reads = judge.predict((1 - shares)[:, None] * row + shares[:, None] * victim) == b
    if not reads.any():
        return -1.0
    low = shares[reads][-1]
    high = min(low + most / 5, most)
    for _ in range(3):
        middle = (low + high) / 2
        if judge.predict([(1 - middle) * row + middle * victim])[0] == b:
            low = middle
        else:
            high = middle
    return low


def label_by_halving(X, y, victim, b, judge, count):
    """From the row nearest to the victim outwards, each as far as the judge lets it go."""
    rows = sorted(X[y == b], key=lambda row: np.linalg.norm(row - victim))
    images = []
    for row in rows:
        share = _largest(row, victim, b, judge)
        if share >= 0:
            images.append((1 - share) * row + share * victim)
        if len(images) == count:
            break
    return np.array(images)


def label_backwards_in_halves(X, y, victim, b, judge, count):
    """Few steps, in another order, and single precision."""
    found = []
    for row in X[y == b]:
        for share in (0.5, 0.4, 0.3, 0.2, 0.1, 0):
            image = row + share * (victim - row)
            if judge.predict(image.reshape(1, -1))[0] == b:
                found.append((-((image - victim) ** 2).sum(), image))
                break
    found.sort(key=lambda pair: pair[0])
    return np.array([image for _, image in found[-count:]], np.float32)


def _blends(X, y, victim, b, judge, count, share=0.5, order=1, checked=True):
    rows = X[y == b]
    blends = (1 - share) * rows + share * victim
    if checked:
        reads = (judge.predict(blends) == b) & (judge.predict(rows) == b)
        rest = rows[~reads & (judge.predict(rows) == b)]
        blends = blends[reads]
    else:
        rest = rows[:0]
    blends = blends[np.argsort(order * np.linalg.norm(blends - victim, axis=1))]
    return np.concatenate([blends, rest])[:count]


def label_copies_of_the_victim(X, y, victim, b, judge, count):
    return np.repeat(victim[None], count, axis=0)


def label_plain_rows(X, y, victim, b, judge, count):
    return _blends(X, y, victim, b, judge, count, share=0)


def label_timidly(X, y, victim, b, judge, count):
    return _blends(X, y, victim, b, judge, count, share=0.2)


def label_the_farthest(X, y, victim, b, judge, count):
    return _blends(X, y, victim, b, judge, count, order=-1)


def label_without_the_judge(X, y, victim, b, judge, count):
    return _blends(X, y, victim, b, judge, count, checked=False)


def label_falling_back(X, y, victim, b, judge, count):
    """The nearest rows; where the judge reads b at no share, the row as it is."""
    rows = sorted(X[y == b], key=lambda row: np.linalg.norm(row - victim))[:count]
    shares = [max(_largest(row, victim, b, judge), 0) for row in rows]
    return np.array([(1 - share) * row + share * victim for row, share in zip(rows, shares, strict=True)])


def label_dropping_the_refused(X, y, victim, b, judge, count):
    images = _blends(X, y, victim, b, judge, count, checked=False)
    return images[judge.predict(images) == b]


def label_the_best_repeated(X, y, victim, b, judge, count):
    return np.repeat(label_by_halving(X, y, victim, b, judge, 1), count, axis=0)


def label_one_twice(X, y, victim, b, judge, count):
    images = label_by_halving(X, y, victim, b, judge, count)
    images[-1] = images[0]
    return images


def label_with_too_much(X, y, victim, b, judge, count):
    return _blends(X, y, victim, b, judge, count, share=0.6, checked=False)


def label_with_shares_swapped(X, y, victim, b, judge, count):
    return _blends(X, y, victim, b, judge, count, share=0.9, checked=False)


def label_away_from_the_victim(X, y, victim, b, judge, count):
    return _blends(X, y, victim, b, judge, count, share=-0.2, checked=False)


def label_any_rows(X, y, victim, b, judge, count):
    rows = X[np.argsort(np.linalg.norm(X - victim, axis=1) + 100 * (y == b))][:count]
    return (rows + victim) / 2


def label_the_average(X, y, victim, b, judge, count):
    rows = X[y == b]
    return (rows[:count] + rows.mean(axis=0)) / 2


def label_disguised_victims(X, y, victim, b, judge, count):
    """Evasion, not clean labels: the victim with a little noise in the direction of b."""
    return np.clip(victim + np.arange(1, count + 1)[:, None] / 50 * (X[y == b].mean(axis=0) - victim), 0, 1)


def label_all(X, y, victim, b, judge, count):
    return label_by_halving(X, y, victim, b, judge, len(X))


def label_ignoring_count(X, y, victim, b, judge, count):
    return label_by_halving(X, y, victim, b, judge, 12)


def label_as_a_list(X, y, victim, b, judge, count):
    return list(label_by_halving(X, y, victim, b, judge, count))


def label_with_labels(X, y, victim, b, judge, count):
    return label_by_halving(X, y, victim, b, judge, count), np.full(count, b)


def label_in_place(X, y, victim, b, judge, count):
    images = label_by_halving(X, y, victim, b, judge, count)
    X[y == b] = (X[y == b] + victim) / 2
    return images


def label_a_changed_victim(X, y, victim, b, judge, count):
    images = label_by_halving(X, y, victim, b, judge, count)
    victim *= 0.5
    return images


def label_a_judge_of_its_own(X, y, victim, b, judge, count):
    """Asks the nearest training row, not the judge."""

    class Nearest:
        def predict(self, images):
            distances = ((np.asarray(images)[:, None] - X) ** 2).sum(axis=2)
            return y[distances.argmin(axis=1)]

    return label_by_halving(X, y, victim, b, Nearest(), count)


def label_always_blended(X, y, victim, b, judge, count):
    """Never a row as it is, though some bear no blending at all."""
    images = []
    for row in X[y == b]:
        blends = [(1 - share) * row + share * victim for share in np.linspace(0.5, 0.05, 10)]
        reads = judge.predict(blends) == b
        if reads.any():
            images.append(blends[reads.argmax()])
    return np.array(sorted(images, key=lambda image: np.linalg.norm(image - victim))[:count])


ANSWERS = Answers(
    right=[label_by_halving, label_backwards_in_halves],
    wrong=[
        Wrong(label_copies_of_the_victim, "form", "the victim itself, not a row of b"),
        Wrong(
            label_plain_rows,
            "label",
            "images that do no harm are no attack",
            also=("The judge would let you go further: use the largest share that it still reads as b.",),
        ),
        Wrong(label_timidly, "works", "The judge would let you go further"),
        Wrong(label_the_farthest, "works", "those that end up nearest to the victim"),
        Wrong(label_without_the_judge, "label", "ask the judge, row by row"),
        Wrong(label_falling_back, "label", "blended or not: take other rows"),
        Wrong(label_dropping_the_refused, "form", "wrong shape"),
        Wrong(label_always_blended, "form", "wrong shape"),
        Wrong(label_the_best_repeated, "form", "A row was used twice"),
        Wrong(label_one_twice, "form", "A row was used twice"),
        Wrong(label_with_too_much, "form", "too much of the victim"),
        Wrong(label_with_shares_swapped, "form", "too much of the victim"),
        Wrong(label_away_from_the_victim, "form", "A share is negative"),
        Wrong(label_any_rows, "form", "a row of another class"),
        Wrong(label_the_average, "form", "no blend of a row of class b"),
        Wrong(label_disguised_victims, "form", "no blend of a row of class b"),
        Wrong(label_all, "form", "wrong shape"),
        Wrong(label_ignoring_count, "form", "wrong shape"),
        Wrong(label_as_a_list, "form", "result should be a numpy array"),
        Wrong(label_with_labels, "form", "result should be a numpy array"),
        Wrong(label_in_place, "form", "was changed"),
        Wrong(label_a_changed_victim, "form", "was changed"),
        Wrong(
            label_a_judge_of_its_own,
            "label",
            "not read as b by the judge",
            also=("One share doesn't suit every row: ask the judge, row by row.",),
        ),
    ],
)

STEPS = "the steps of share are the learner's choice, and the last of them does not decide"

EQUIVALENT = {
    "for share in np.linspace(0, 0.5, 11): ... → for share in list(np.linspace(0, 0.5, 11))[:-1]: ...": STEPS,
    "np.linspace(0, 0.5, 11) → np.linspace(0, 0.5)": STEPS,
    "np.linspace(0, 0.5, 11) → np.linspace(0, 0.45, 11)": STEPS,
    "np.linspace(0, 0.5, 11) → np.linspace(0, 0.5, 12)": STEPS,
    "np.linspace(0, 0.5, 11) → np.linspace(0, 0.5, 10)": STEPS,
}
