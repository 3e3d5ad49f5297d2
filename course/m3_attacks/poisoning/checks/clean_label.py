"""The check of `poisoning.clean_label`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from autograder.exercise import Trial, brief, exercise

from ..material import scaled_digits

MOST = 0.5  # of the victim, in a blend


@exercise(
    minutes=12,
    level="stretch",
    parts={
        "form": (2, "returns count blends, each of its own row of b with at most 0.5 of the victim"),
        "label": (3, "makes images that the judge reads as b, all of them, in an attack that reaches 0.30"),
        "works": (7, "makes 11-nearest neighbour read at least 0.60 of 90 victims as b"),
    },
    hints=(
        "11-nearest neighbour looks at distances only. What would it take for 6 of the victim's 11 nearest "
        "rows to be yours? And which of your rows may the judge never see?",
        "Blend every row of b with the victim at several shares from 0 to 0.5, and keep for each row the "
        "largest share that the judge still reads as b. Drop the rows that it reads as b at no share. "
        "Return the count blends that lie nearest to the victim.",
        "rows = X[y == b]; images = rows.copy(); readable = all False\n"
        "for share in np.linspace(0, 0.5, 11):\n"
        "    blends = (1 - share) * rows + share * victim\n"
        "    passes = judge.predict(blends) == b\n"
        "    images[passes] = blends[passes]; readable |= passes\n"
        "images = images[readable]\n"
        "return the count of them with the smallest np.linalg.norm(images - victim, axis=1)",
    ),
    debrief=(
        "Whoever may deliver rows needs no lie: a dozen images with right labels, all near one victim, "
        "decide what the model says about it. The accuracy shows nothing.",
        "No label is wrong, so no check of labels finds the poison. Keep the source of each row, limit what "
        "one source may deliver of a class, and be able to train again without it.",
    ),
    standards=("AML.T0020", "AML.M0025"),
)
def clean_label(t: Trial, clean_label) -> None:
    first = _small(t.rng(2, 0), 0)
    _array(t, clean_label(*first), None)
    small = [first, *(_small(t.rng(2, number), number) for number in range(1, len(SMALL)))]
    for part in ("form", "label"):
        for case in small:
            t.given(b=case.b, count=case.count, judge=type(case.judge).__name__)
            with t.part(part):
                images = _images(t, clean_label, case)
                if part == "label":
                    _expect_read(t, images, case)
    t.given()
    outcomes = []
    for rng in t.cases(3):
        with t.part("works"):
            outcomes += [_outcome(t, clean_label, case) for case in _attacks(rng, 30)]
    with t.part("works"):
        t.expect(len(outcomes) == 90, "Not every victim was attacked.")
        success, share, near = (float(value) for value in np.mean(outcomes, axis=0)[:3])
        t.at_least(
            success,
            0.60,
            "the share of the victims that are read as b, with all 12 images read as b by the judge",
            slip=_slip(outcomes, share, near),
        )
    with t.part("label"):
        t.expect(len(outcomes) == 90, "Not every victim was attacked.")
        refused = [outcome for outcome in outcomes if not outcome.accepted]
        t.expect(
            not refused,
            "Some images are not read as b by the judge.",
            expected="0 victims with such an image",
            got=f"{len(refused)} of {len(outcomes)} victims",
            slip=NOT_ASKED if all(outcome.same for outcome in outcomes) else "",
        )
        t.at_least(
            success,
            0.30,
            "the share of the victims that are read as b (images that do no harm are no attack)",
        )


class Case(NamedTuple):
    """One call of the learner's function, and the model's data around it."""

    X: np.ndarray
    y: np.ndarray
    victim: np.ndarray
    b: int
    judge: ClassifierMixin
    count: int


class Outcome(NamedTuple):
    """What came of one attack: whether the victim is read as b and all images were let through, the mean
    share of the victim in them, how near they lie (1: as near as rows of b can), whether the judge let all
    through, whether all shares are equal and none of them zero."""

    hit: bool
    share: float
    near: float
    accepted: bool
    same: bool


NOT_ASKED = "One share doesn't suit every row: ask the judge, row by row."
TIMID = "The judge would let you go further: use the largest share that it still reads as b."
FAR = "Which rows you blend matters: take those that end up nearest to the victim."


def _slip(outcomes: list[Outcome], share: float, near: float) -> str:
    if not all(outcome.accepted for outcome in outcomes):
        return ""
    if share < 0.42:
        return TIMID
    return FAR if near > 1.1 else ""


def _outcome(t: Trial, clean_label: Any, case: Case) -> Outcome:
    images = _images(t, clean_label, case)
    shares = _blends(images, case.X[case.y == case.b], case.victim)[0]
    accepted = bool((case.judge.predict(images) == case.b).all())
    model = KNeighborsClassifier(11).fit(
        np.concatenate([case.X, images]), np.append(case.y, np.full(case.count, case.b))
    )
    hit = accepted and model.predict(case.victim[None])[0] == case.b
    same = bool(np.ptp(shares) < 1e-6 < shares.min())
    return Outcome(hit, shares.mean(), _distance(images, case) / _nearest(case), accepted, same)


def _distance(images: np.ndarray, case: Case) -> float:
    return float(np.linalg.norm(images - case.victim, axis=1).mean())


def _nearest(case: Case) -> float:
    """The mean distance to the victim of the nearest rows of b, blended half and half."""
    rows = case.X[case.y == case.b]
    return float(np.sort(np.linalg.norm(rows - case.victim, axis=1))[: case.count].mean()) * (1 - MOST)


def _blends(images: np.ndarray, rows: np.ndarray, victim: np.ndarray) -> tuple[np.ndarray, ...]:
    """For each image: the share of the victim, the row, and how far it is from any blend of a row."""
    way = victim - rows
    shares = ((images[:, None] - rows) * way).sum(axis=2) / (way**2).sum(axis=1)
    off = np.abs(rows + shares[:, :, None] * way - images[:, None]).max(axis=2)
    used = off.argmin(axis=1)
    every = np.arange(len(images))
    return shares[every, used], used, off[every, used]


def _images(t: Trial, clean_label: Any, case: Case) -> np.ndarray:
    """What `clean_label` returns, with the form that the text asks for."""
    value, after = t.observe(clean_label, *case)
    images = _array(t, value, case.count)
    kept = all(np.array_equal(now, before) for now, before in zip(after[:3], case[:3], strict=True))
    t.expect(kept, "X, y or victim was changed: copy it first.")
    shares, used, off = _blends(images, case.X[case.y == case.b], case.victim)
    if off.max() > 1e-5:
        strange = images[off > 1e-5]
        others = _blends(strange, case.X[case.y != case.b], case.victim)[2]
        t.expect(
            False,
            "An image is no blend of a row of class b with the victim.",
            expected="(1 - share) * row + share * victim",
            slip="It is a blend of a row of another class." if others.max() < 1e-5 else "",
        )
    t.expect(
        shares.max() <= MOST + 1e-5,
        "An image has too much of the victim.",
        expected="a share of at most 0.5",
        got=round(float(shares.max()), 3),
        slip="That is the victim itself, not a row of b." if shares.min() > 0.999 else "",
    )
    t.expect(shares.min() >= -1e-5, "A share is negative.", got=round(float(shares.min()), 3))
    t.expect(
        len(set(used.tolist())) == case.count,
        "A row was used twice.",
        expected=f"{case.count} different rows",
        got=f"{len(set(used.tolist()))} different rows",
    )
    return images


def _array(t: Trial, value: Any, count: int | None) -> np.ndarray:
    t.expect(isinstance(value, np.ndarray), "The result should be a numpy array.", got=brief(value))
    return t.array(value, "the array of images", shape=(count, 64), kind="f").astype(float)


def _expect_read(t: Trial, images: np.ndarray, case: Case) -> None:
    refused = case.judge.predict(images) != case.b
    shares = _blends(images, case.X[case.y == case.b], case.victim)[0]
    slip = ""
    if refused.any() and np.abs(shares[refused]).max() < 1e-6:
        slip = "The judge reads some rows of class b otherwise, blended or not: take other rows."
    elif np.ptp(shares) < 1e-6 < shares.min() and len(shares) > 1:
        slip = NOT_ASKED
    t.expect(
        not refused.any(),
        "Some images are not read as b by the judge.",
        expected="0 images",
        got=f"{int(refused.sum())} of {len(images)} images",
        slip=slip,
    )


def _attacks(rng: np.random.Generator, victims: int) -> list[Case]:
    """Images that the judge and 11-nearest neighbour read rightly, each with the judge's second guess."""
    images, classes = scaled_digits()
    X, X_held, y, y_held = train_test_split(
        images, classes, train_size=800, stratify=classes, random_state=int(rng.integers(2**31))
    )
    judge = RidgeClassifier().fit(X, y)
    right = (judge.predict(X_held) == y_held) & (KNeighborsClassifier(11).fit(X, y).predict(X_held) == y_held)
    cases = []
    for row in rng.choice(np.flatnonzero(right), victims, replace=False):
        b = int(np.argsort(judge.decision_function(X_held[[row]])[0])[-2])
        cases.append(Case(X, y, X_held[row], b, judge, 12))
    return cases


#: Small sets: the class b (-1: any), the judge, and how many images. None: as many as rows are read as b.
SMALL: tuple[tuple[int, type, int | None], ...] = (
    (-1, KNeighborsClassifier, 5),
    (0, RidgeClassifier, 1),
    (-1, KNeighborsClassifier, 2),
    (-1, RidgeClassifier, None),
    (0, KNeighborsClassifier, None),
)


def _small(rng: np.random.Generator, number: int) -> Case:
    """Some 150 images and a hasty judge, who never reads the row of b nearest to the victim as b. Where count
    is all that it reads as b, the linear one reads some of them as b only as they are."""
    images, classes = scaled_digits()
    fixed, kind, count = SMALL[number]
    while True:
        drawn = rng.choice(len(classes), 151, replace=False)
        X, y, victim = images[drawn[1:]], classes[drawn[1:]], images[drawn[0]]
        b = int(rng.choice(np.setdiff1d(np.arange(10), classes[drawn[0]]))) if fixed < 0 else fixed
        taught = rng.choice(len(y), 45, replace=False)
        if classes[drawn[0]] == b or b not in y[taught]:
            continue
        judge = (kind(1) if kind is KNeighborsClassifier else kind()).fit(X[taught], y[taught])
        rows = X[y == b]
        plain = judge.predict(rows) == b
        nearest = np.linalg.norm(rows - victim, axis=1).argmin()
        if plain.sum() < 5 or plain[nearest]:
            continue
        bends = _bends(rows, victim, b, judge)
        if bends[nearest]:
            continue
        if count is None:
            if kind is RidgeClassifier and bends[plain].all():
                continue
            kept = np.ones(len(y), bool)
            kept[np.flatnonzero(y == b)[bends & ~plain]] = False
            X, y, count = X[kept], y[kept], int(plain.sum())
        return Case(X, y, victim, b, judge, count)


def _bends(rows: np.ndarray, victim: np.ndarray, b: int, judge: ClassifierMixin) -> np.ndarray:
    """Which rows are read as b at some share from 0.05."""
    shares = np.linspace(0.05, MOST, 19)[:, None, None]
    blends = (1 - shares) * rows + shares * victim
    return (judge.predict(blends.reshape(-1, 64)) == b).reshape(19, -1).any(axis=0)
