"""The check of `privacy.tpr_at_fpr`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score, roc_curve

from autograder.exercise import Trial, exercise

BETWEEN = "You interpolated. Equal scores are accused together: no threshold lies between two points."
DROPPED = "roc_curve leaves out points on a straight line. Pass drop_intermediate=False."
BELOW = "A share equal to fpr is allowed: use <=, not <."
COUNTED = "fpr * n may round down: 0.29 * 100 is 28.999999999999996. Compare shares."
QUANTILE = "np.quantile gives a value between two scores. Try the scores that occur."
NOBODY = "Accusing nobody is allowed: where every threshold accuses too many, the result is 0.0."
STRICT = "A row whose score equals the threshold is accused too."
SPLIT = "You accused some rows of a score and spared others. Rows with the same score go together."
WHOLE = "That's the AUC: it has no limit on false accusations."
ACCUSED = "That's the share of all rows that are accused, not the share of members that are found."


@exercise(
    minutes=11,
    parts={
        "plain": (2, "is right where all scores differ"),
        "ties": (3, "is right where rows share a score"),
        "limits": (2, "allows a share equal to fpr, and works for 0 and 1"),
        "refused": (2, "raises ValueError without members or without others"),
        "unchanged": (1, "leaves member and scores as they were"),
    },
    hints=(
        "Every score that occurs is a possible threshold, and nothing in between gives another result. "
        "Try each.",
        "For a threshold c, accuse all rows with scores >= c. Take the share of the others that are "
        "accused; if it is at most fpr, the share of the members that are accused is a candidate. "
        "Return the best, or 0.0.",
        "best = 0.0\n"
        "for c in np.unique(scores):\n"
        "    accused = scores >= c\n"
        "    if accused[~member].mean() <= fpr:\n"
        "        best = max(best, accused[member].mean())\n"
        "return float(best)",
    ),
    debrief=(
        "A high AUC may come from many rows that are a little suspicious. I want a few that are "
        "certain, and only this number says whether I have them.",
        "Report both. A model can lower one and leave the other where it was. And 1% of 500 others is "
        "five people: with few rows, this number jumps.",
    ),
    standards=("AML.T0024.000", "AML.M0008"),
)
def tpr_at_fpr(t: Trial, tpr_at_fpr) -> None:
    rng = t.rng(1)
    with t.part("unchanged"):
        member, scores = _untied(rng)
        _, args = t.observe(tpr_at_fpr, member, scores, 0.1)
        t.expect(
            np.array_equal(args[0], member) and np.array_equal(args[1], scores),
            "member or scores was changed.",
        )
    with t.part("plain"):
        for _ in range(4):
            _expect(t, tpr_at_fpr, *_telling(rng))
    with t.part("ties"):
        for levels in (2, 3, 5, 8):
            for fpr in (0.01, 0.2, 0.45):
                _expect(t, tpr_at_fpr, *_tied(rng, levels), fpr)
        steps = np.repeat(np.arange(10.0), 2)  # one member and one other on each step: a straight line
        _expect(t, tpr_at_fpr, np.arange(20) % 2 == 0, steps, 0.35)
        _expect(t, tpr_at_fpr, np.arange(40) < 25, np.ones(40), 0.5)  # all tie: nobody can be singled out
    with t.part("limits"):
        for count, others in ((1, 4), (7, 25), (int(rng.integers(1, 9)), 10), (29, 100), (57, 100)):
            _expect(t, tpr_at_fpr, *_in_turn(rng, others), count / others)
        _expect(t, tpr_at_fpr, *_in_turn(rng, 2000), 7 / 2000 - 1e-4)  # a hair below a share
        for fpr in (0.0, 1.0):
            _expect(t, tpr_at_fpr, *_tied(rng, 4), fpr)
            _expect(t, tpr_at_fpr, *_untied(rng), fpr)
    with t.part("refused"):
        for member, who in ((np.zeros(6, bool), "no members"), (np.ones(6, bool), "members only")):
            with t.raises(ValueError, who):
                tpr_at_fpr(member, np.arange(6.0), 0.5)
        _expect(t, tpr_at_fpr, np.array([True, False]), np.array([2.0, 1.0]), 0.5)


def _untied(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Members and others with scores that all differ, some of them negative; members tend to score higher."""
    n = int(rng.integers(40, 90))
    member = rng.permutation(np.arange(n) < int(rng.integers(15, n - 15)))
    return member, rng.permutation(n) / 11 - 2 + 2.0 * member + rng.uniform(0, 0.01, n)


def _telling(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """Scores that all differ and a limit, drawn until the two likeliest slips give two other values."""
    while True:
        member, scores = _untied(rng)
        fpr = float(rng.uniform(0.02, 0.6))
        want = _best(member, scores, fpr)
        slips = _slips(member, scores, fpr, want)
        if len({want, slips[STRICT], slips[QUANTILE]}) == 3:
            return member, scores, fpr


def _tied(rng: np.random.Generator, levels: int) -> tuple[np.ndarray, np.ndarray]:
    n = int(rng.integers(60, 90))
    member = rng.permutation(np.arange(n) < n // 2)
    return member, np.minimum(rng.integers(levels, size=n) + (member & (rng.random(n) < 0.4)), levels) / 4


def _in_turn(rng: np.random.Generator, others: int) -> tuple[np.ndarray, np.ndarray]:
    """Two members, one other, two members, and so on: one other more or less always shows."""
    member = np.append(np.tile([True, True, False], others), [True, True])
    order = rng.permutation(len(member))
    return member[order], -order / 7 + 9


def _best(member: np.ndarray, scores: np.ndarray, fpr: float, strictly: bool = False) -> float:
    best = 0.0
    for threshold in np.unique(scores):
        accused = scores >= threshold
        false = accused[~member].mean()
        if false < fpr or (false == fpr and not strictly):
            best = max(best, float(accused[member].mean()))
    return best


def _expect(t: Trial, tpr_at_fpr: Any, member: np.ndarray, scores: np.ndarray, fpr: float) -> None:
    others = int((~member).sum())
    t.given(members=int(member.sum()), others=others, different_scores=len(np.unique(scores)), fpr=fpr)
    want = _best(member, scores, fpr)
    got = t.number(tpr_at_fpr(member, scores, fpr), "the share of members found")
    t.close(got, want, "the share of members found", slips=_slips(member, scores, fpr, want))


def _slips(member: np.ndarray, scores: np.ndarray, fpr: float, want: float) -> dict[str, float]:
    others = int((~member).sum())
    highest = np.sort(scores[~member])[::-1]
    false, true, _ = roc_curve(member, scores)
    every_false, every_true, _ = roc_curve(member, scores, drop_intermediate=False)
    order = np.argsort(-scores, kind="stable")
    taken = np.cumsum(~member[order]) <= fpr * others
    threshold = np.quantile(scores[~member], 1 - fpr)
    fits = [c for c in scores if (scores[~member] >= c).mean() <= fpr]
    counted = want if fpr == 1 else float((scores[member] > highest[int(fpr * others)]).mean())
    slips = {
        DROPPED: float(true[false <= fpr].max()),
        BETWEEN: float(np.interp(fpr, every_false, every_true)),
        COUNTED: counted,
        NOBODY: want if want else float((scores[member] >= scores.max()).mean()),
        QUANTILE: float((scores[member] >= threshold).mean()),
        STRICT: max([0.0, *(float((scores[member] > c).mean()) for c in fits)]),
        SPLIT: float(member[order][taken].sum() / member.sum()),
        WHOLE: float(roc_auc_score(member, scores)),
        ACCUSED: float((scores >= threshold).mean()),
    }
    if fpr in (0, 1):
        return {}
    if counted == want:
        slips = {BELOW: _best(member, scores, fpr, strictly=True), **slips}
    return slips
