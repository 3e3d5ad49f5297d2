"""The check of `evasion.monotone_fit`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..mails import MailFilter, presence
from ..material import Company, company, kept

CLIPPED = (
    "The constant was learned together with negative weights: train with the limit, don't cut afterwards."
)
PLAIN = "Weights below 0 are left: words can still speak for a mail."
LIMITED = "b is exactly 0: only the weights have a limit, and the constant must go below 0."
TURNED = "The labels look swapped: 1 is spam, and spam scores above 0."


@exercise(
    minutes=12,
    parts={
        "form": (1, "returns an array with a weight for each word, and a number"),
        "weights": (3, "gives no word a negative weight, and is a filter all the same"),
        "inputs": (1, "leaves X and y as they were"),
        "accuracy": (3, "reaches an accuracy of at least 0.90"),
        "honest": (2, "blocks at most 0.12 of honest mails"),
        "spam": (2, "lets at most 0.12 of spam pass"),
    },
    hints=(
        "Which of the two, weights or constant, may be negative? What has to happen to the constant when "
        "the weights can't "
        "be negative?",
        "Gradient descent on the usual error of logistic regression, and after each step everything in w "
        "that is below 0 "
        "becomes 0. So the constant is learned together with weights that keep the limit.",
        "w, b = zeros, 0\n"
        "400 times: error = 1 / (1 + exp(-(X @ w + b))) - y\n"
        "           w = maximum(w - X.T @ error / n, 0)\n"
        "           b = b - mean(error)\n"
        "return w, b",
    ),
    debrief=(
        "Adding is over, so the attacker takes away: he drops or misspells the words that cost most. "
        "Against this filter "
        "that works about twice as well as against the old one.",
        "No word can buy a mail's way in any more, whoever tries. The price is a few points of accuracy, "
        "and a filter that "
        "only knows suspicion. Use it where the attacker can't do without the telling words.",
    ),
    standards=("AML.M0003", "ML01"),
)
def monotone_fit(t: Trial, monotone_fit) -> None:
    rates = []
    for rng in t.cases(5):
        mails = company(rng)
        X, y = presence(mails[0]), mails[1]
        result, args = t.observe(monotone_fit, X, y)
        w, b = None, 0.0
        with t.part("form"):
            w, b = _weights(t, result, X.shape[1])
        with t.part("inputs"):
            t.expect(kept([X, y], [np.asarray(value) for value in args]), "X or y was changed.")
        t.expect(w is not None, "This counts once the form is right.")
        rates.append(_rates(w, b, mails))
        with t.part("weights"):
            t.expect(
                rates[-1][0] >= 0.8,
                "The filter is right about too few mails for its weights to count.",
                expected="an accuracy of at least 0.8",
                got=round(rates[-1][0], 3),
                slip=_why(w, b, mails),
            )
            t.expect((w >= 0).all(), "A weight is negative.", got=float(w.min()), slip=PLAIN)
    accuracy, honest, spam = np.mean(rates, axis=0).tolist()
    slip = _why(w, b, mails)
    with t.part("accuracy"):
        t.at_least(accuracy, 0.90, "the accuracy, mean of five companies", slip=slip)
    with t.part("honest"):
        t.at_most(honest, 0.12, "the share of honest mails blocked", slip=slip)
        t.expect(accuracy >= 0.8, "The accuracy is too low for this to count.")
    with t.part("spam"):
        t.at_most(spam, 0.155, "the share of spam that passes")
        t.expect(accuracy >= 0.8, "The accuracy is too low for this to count.")
    with t.part("weights"):
        _expect_small(t, monotone_fit)


def _weights(t: Trial, result: Any, words: int) -> tuple[np.ndarray, float]:
    t.instance(result, tuple, "the result of monotone_fit")
    t.equal(len(result), 2, "the number of things returned")
    t.expect(isinstance(result[0], np.ndarray), "w should be a numpy array.", got=type(result[0]).__name__)
    return t.array(result[0], "w", shape=(words,), kind="f"), t.number(result[1], "b")


def _rates(w: np.ndarray, b: float, mails: Company) -> tuple[float, float, float]:
    """Accuracy, honest mails blocked, spam passed."""
    _, _, test, truth = mails
    hit = MailFilter(w, b).blocks(test)
    return float((hit == truth).mean()), float(hit[truth == 0].mean()), float((~hit)[truth == 1].mean())


def _why(w: np.ndarray, b: float, mails: Company) -> str:
    """The likely slip of a filter that is right about too few mails."""
    _, _, test, truth = mails
    if not w.any():
        return ""
    if b == 0:
        return LIMITED
    scores = presence(test) @ w
    if ((scores + b > 0) == truth).mean() < 0.2:
        return TURNED
    moved = max(((scores + c > 0) == truth).mean() for c in -np.quantile(scores, np.linspace(0.1, 0.9, 33)))
    wrong = (scores + b > 0)[truth == 0].mean()
    return CLIPPED if wrong > 0.5 and moved > 0.85 else ""


def _expect_small(t: Trial, monotone_fit) -> None:
    """The example of the text twenty times over, with its two words in either order."""
    X, y = np.tile([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]], (20, 1)), np.tile([1, 1, 0], 20)
    for spam, honest in ((0, 1), (1, 0)):
        t.given(rows=60, words=2)
        result, args = t.observe(monotone_fit, X[:, [spam, honest]], y)
        w, b = _weights(t, result, 2)
        same = kept([X[:, [spam, honest]], y], [np.asarray(value) for value in args])
        t.expect(same, "X or y was changed.")
        t.expect((w >= 0).all(), "A weight is negative.", got=float(w.min()), slip=PLAIN)
        t.expect(w[spam] > 0, "The word of spam weighs nothing.")
        t.expect(w[honest] < 0.05, "The honest word speaks against a mail.", got=float(w[honest]))
        hits = X[:, [spam, honest]] @ w + b > 0
        t.equal(hits[:3].tolist(), [True, True, False], "which of the example's mails are blocked")
