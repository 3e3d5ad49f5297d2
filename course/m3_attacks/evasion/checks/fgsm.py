"""The check of `evasion.fgsm`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from autograder.exercise import Trial, exercise

from ..material import kept, split_digits

AWAY = "The pixels move so that the error shrinks: add eps times the sign, don't take it off."
SMALL = "That's less than eps per pixel: noise of the same size moves every pixel by plus or minus eps."
UNCUT = "The noise isn't cut off at 0 and 1, as the attack's images are."
SAME = "That is the accuracy under the gradient."
COLUMNS = "The true class is looked up in model.classes_: labels are not columns."


@exercise(
    minutes=12,
    parts={
        "images": (4, "fgsm returns exactly the attacked images, with all digits and with some"),
        "inputs": (1, "X and y stay as they were"),
        "shares": (2, "compare gives the accuracies without attack and under the gradient"),
        "noise": (3, "compare's noise has the same size as the attack, and comes from rng"),
    },
    hints=(
        "Which way must a pixel move so that the probability of the true class falls? And which column "
        "of the "
        "probabilities belongs to which label?",
        "T has a 1 where model.classes_ equals the label. (P - T) @ model.coef_ has the shape of X. Only "
        "its sign counts. "
        "For the noise, draw the sign with rng instead.",
        "T = (y[:, None] == model.classes_)\n"
        "G = (model.predict_proba(X) - T) @ model.coef_\n"
        "fgsm: clip(X + eps * sign(G), 0, 1)\n"
        "compare: score on X, on clip(X + rng.choice([-eps, eps], X.shape), 0, 1), on fgsm(...)",
    ),
    debrief=(
        "One look at the gradient, one step, and most of the accuracy is gone. Without the weights he "
        "takes a copy's.",
        "A model that shrugs off noise has shown nothing about an attacker. Put both in the report, at "
        "the same epsilon.",
    ),
    standards=("AML.T0043.000", "AML.T0015", "ML01"),
)
def fgsm(t: Trial, fgsm, compare) -> None:
    X, y, X_test, y_test = split_digits(t.seed, 300)
    for number, rng in enumerate(t.cases(4)):
        chosen = np.arange(10) if number == 0 else np.sort(rng.permutation(10)[: 2 + number])
        if number == 1:
            chosen = np.array([1, 7, 9])  # labels that are not their columns
        rows, tested = np.isin(y, chosen), np.isin(y_test, chosen)
        model = LogisticRegression(max_iter=60, tol=1e-2).fit(X[rows], y[rows])
        model.coef_[:, [20, 27, 36, 43]] = 0.0  # pixels with ink that count for nothing
        A, b = X_test[tested][:60], y_test[tested][:60]
        for eps in (0.0, round(float(rng.uniform(0.05, 0.3)), 2)):
            t.given(digits=chosen.tolist(), eps=eps)
            _expect_images(t, fgsm, model, A, b, eps)
    model = LogisticRegression(max_iter=100, tol=1e-2).fit(X, y)
    for number, eps in enumerate((0.1, 0.6)):
        _expect_shares(t, compare, model, X_test, y_test, eps, number)


def _gradient(model: LogisticRegression, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (model.predict_proba(X) - (y[:, None] == model.classes_)) @ model.coef_


def _attacked(model: LogisticRegression, X: np.ndarray, y: np.ndarray, eps: float) -> np.ndarray:
    return np.clip(X + eps * np.sign(_gradient(model, X, y)), 0, 1)


def _expect_images(
    t: Trial, fgsm, model: LogisticRegression, X: np.ndarray, y: np.ndarray, eps: float
) -> None:
    try:
        got, args = t.observe(fgsm, model, X, y, eps)
    except IndexError:
        with t.part("images"):
            t.expect(False, "fgsm stops with an IndexError.", slip=COLUMNS)
        return
    with t.part("inputs"):
        t.expect(kept([X, y], [np.asarray(args[1]), np.asarray(args[2])]), "X or y was changed.")
    with t.part("images"):
        t.expect(isinstance(got, np.ndarray), "fgsm should return a numpy array.", got=type(got).__name__)
        images = t.array(got, "the attacked images", shape=X.shape, kind="f")
        sign, gradient = np.sign(_gradient(model, X, y)), _gradient(model, X, y)
        one_hot = np.eye(10)[y][:, : len(model.classes_)]
        slips = {
            AWAY: np.clip(X - eps * sign, 0, 1),
            "Values outside 0 to 1 are left.": X + eps * sign,
            "Each pixel moves by eps: only the gradient's sign counts, not its size.": np.clip(
                X + eps * gradient, 0, 1
            ),
            "A pixel whose gradient is 0 stays as it is.": np.clip(
                X + eps * np.where(gradient >= 0, 1, -1), 0, 1
            ),
            "A pixel whose gradient is 0 stays: it didn't.": np.clip(
                X + eps * np.where(gradient > 0, 1, -1), 0, 1
            ),
            "The error's gradient needs the truth: P - T, not P.": np.clip(
                X + eps * np.sign(model.predict_proba(X) @ model.coef_), 0, 1
            ),
            COLUMNS: np.clip(X + eps * np.sign((model.predict_proba(X) - one_hot) @ model.coef_), 0, 1),
        }
        if eps == 0:
            slips = {}
        t.close(images, np.clip(X + eps * sign, 0, 1), "the attacked images", rtol=0, atol=1e-9, slips=slips)


def _expect_shares(
    t: Trial, compare, model: LogisticRegression, X: np.ndarray, y: np.ndarray, eps: float, number: int
) -> None:
    t.given(images=len(y), eps=eps)
    reports = []
    for draw in range(10):
        report, args = t.observe(compare, model, X, y, eps, t.rng(7, number, draw))
        reports.append(t.instance(report, dict, "the result of compare"))
        with t.part("inputs"):
            t.expect(kept([X, y], [np.asarray(args[1]), np.asarray(args[2])]), "X or y was changed.")
    keys = ["clean", "gradient", "random"]
    clean, gradient = float(model.score(X, y)), float(model.score(_attacked(model, X, y, eps), y))
    with t.part("shares"):
        for report in reports:
            t.equal(sorted(map(str, report)), keys, "the keys, sorted")
        t.close(t.number(report["clean"], "clean"), clean, "the value of clean", slips={SAME: gradient})
        what = "the value of gradient"
        t.close(
            t.number(report["gradient"], "gradient"),
            gradient,
            what,
            slips={"That is the clean accuracy.": clean},
        )
    with t.part("noise"):
        t.expect(all("random" in report for report in reports), "The report lacks random.")
        shares = [t.number(report["random"], "random") for report in reports]
        again = compare(model, X, y, eps, t.rng(7, number, 0))
        same = t.number(t.instance(again, dict, "the result of compare").get("random"), "random") == shares[0]
        t.expect(
            same,
            "Two generators in the same state give different shares.",
            slip="Something other than rng draws: np.random has a state of its own.",
        )
        t.expect(
            eps < 0.6 or len(set(shares)) > 1,
            "Ten generators all give the same share.",
            slip="Draw from the rng that you are given, not from a new one.",
        )
        _expect_noise(t, model, X, y, eps, float(np.mean(shares)))
        if eps >= 0.6:
            _expect_fair(t, compare)


def _expect_fair(t: Trial, compare: Any) -> None:
    """Grey images, and a model that looks at one pixel: the accuracy is the share of pixels that went up."""
    X, y = np.full((300, 64), 0.5), np.ones(300, int)
    X[0], y[0], X[1], y[1] = 0.0, 2, 1.0, 5
    model = LogisticRegression().fit(X, y)
    model.coef_[:], model.intercept_[:] = 0.0, (-2.5, 2.5, -9.0)
    model.coef_[:, 20] = 5.0, -5.0, 0.0
    X, y, shares = X[2:], y[2:], []
    t.given(images=len(y), eps=0.3, what="grey images")
    for draw in range(10):
        report = t.instance(compare(model, X, y, 0.3, t.rng(9, draw)), dict, "the result of compare")
        shares.append(t.number(report["random"], "random"))
    t.expect(
        max(shares) - min(shares) <= 0.3,
        "All images get the same noise.",
        expected="about half of the grey images are lighter in a pixel",
        got=f"{min(shares):.2f} to {max(shares):.2f} of them",
        slip="Draw for each pixel of each image: rng.choice([-eps, eps], X.shape).",
    )
    t.expect(
        abs(np.mean(shares) - 0.5) <= 0.04,
        "Plus and minus are not equally likely.",
        expected="0.5, give or take 0.04",
        got=round(float(np.mean(shares)), 3),
    )


def _expect_noise(
    t: Trial, model: LogisticRegression, X: np.ndarray, y: np.ndarray, eps: float, share: float
) -> None:
    rng = t.rng(8)

    def mean(*draws: Any) -> float:
        return float(np.mean([model.score(draw, y) for draw in draws]))

    signs = [eps * rng.choice([-1, 1], X.shape) for _ in range(10)]
    want = mean(*(np.clip(X + noise, 0, 1) for noise in signs))
    slip = ""
    if abs(share - model.score(_attacked(model, X, y, eps), y)) < 1e-9:
        slip = SAME
    elif abs(share - mean(*(np.clip(X + rng.uniform(-eps, eps, X.shape), 0, 1) for _ in signs))) < 0.03:
        slip = SMALL
    elif abs(share - mean(*(X + noise for noise in signs))) < 0.03:
        slip = UNCUT
    t.expect(
        abs(share - want) <= 0.06,
        "The accuracy under random noise is not that of noise of this size.",
        expected=f"{want:.3f}, give or take 0.06",
        got=round(share, 3),
        slip=slip,
    )
