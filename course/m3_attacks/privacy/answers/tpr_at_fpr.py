"""Answers to `privacy.tpr_at_fpr`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import roc_auc_score, roc_curve

from autograder.exercise import Answers, Wrong


def _both(member):
    if member.all() or not member.any():
        raise ValueError("needs members and others")


def by_roc_curve(member, scores, fpr):
    _both(member)
    false, true, _ = roc_curve(member, scores, drop_intermediate=False)
    return float(true[false <= fpr].max())


def above_the_first_not_allowed(member, scores, fpr):
    _both(member)
    others = np.sort(scores[~member])[::-1]
    allowed = sum((k + 1) / len(others) <= fpr for k in range(len(others)))
    if allowed == len(others):
        return 1.0
    return float((scores[member] > others[allowed]).mean())


def interpolated(member, scores, fpr):
    _both(member)
    false, true, _ = roc_curve(member, scores, drop_intermediate=False)
    return float(np.interp(fpr, false, true))


def dropped_points(member, scores, fpr):
    _both(member)
    false, true, _ = roc_curve(member, scores)
    return float(true[false <= fpr].max())


def below_the_limit(member, scores, fpr):
    _both(member)
    false, true, _ = roc_curve(member, scores, drop_intermediate=False)
    return float(true[false < fpr].max(initial=0.0))


def by_a_count(member, scores, fpr):
    _both(member)
    others = np.sort(scores[~member])[::-1]
    allowed = int(fpr * len(others))
    return 1.0 if allowed == len(others) else float((scores[member] > others[allowed]).mean())


def by_a_quantile(member, scores, fpr):
    _both(member)
    return float((scores[member] >= np.quantile(scores[~member], 1 - fpr)).mean())


def splits_ties(member, scores, fpr):
    _both(member)
    order = np.argsort(-scores, kind="stable")
    found = member[order]
    return float(found[np.cumsum(~found) / (~member).sum() <= fpr].sum() / member.sum())


def above_the_threshold(member, scores, fpr):
    _both(member)
    fits = [c for c in np.unique(scores) if (scores[~member] >= c).mean() <= fpr]
    return max([0.0, *(float((scores[member] > c).mean()) for c in fits)])


def the_auc(member, scores, fpr):
    _both(member)
    return float(roc_auc_score(member, scores))


def no_refusal(member, scores, fpr):
    if member.all() or not member.any():
        return 0.0
    return by_roc_curve(member, scores, fpr)


def refuses_small_sets(member, scores, fpr):
    if len(member) < 3:
        raise ValueError("too few rows")
    return by_roc_curve(member, scores, fpr)


def sorts_in_place(member, scores, fpr):
    result = by_roc_curve(member, scores, fpr)
    scores.sort()
    return result


def never_accuses_nobody(member, scores, fpr):
    _both(member)
    fits = [c for c in np.unique(scores) if (scores[~member] >= c).mean() <= fpr]
    return float((scores[member] >= min(fits, default=scores.max())).mean())


ANSWERS = Answers(
    right=[by_roc_curve, above_the_first_not_allowed],
    wrong=[
        Wrong(interpolated, "ties", "You interpolated"),
        Wrong(dropped_points, "ties", "drop_intermediate=False"),
        Wrong(below_the_limit, "limits", "A share equal to fpr is allowed"),
        Wrong(by_a_count, "limits", "may round down"),
        Wrong(
            by_a_quantile, "plain", "np.quantile gives a value between", also=("Accusing nobody is allowed",)
        ),
        Wrong(splits_ties, "ties", "go together"),
        Wrong(above_the_threshold, "plain", "equals the threshold is accused too"),
        Wrong(the_auc, "plain", "That's the AUC"),
        Wrong(no_refusal, "refused", "no error is raised"),
        Wrong(refuses_small_sets, "refused", "too few rows"),
        Wrong(sorts_in_place, "unchanged", "member or scores was changed"),
        Wrong(never_accuses_nobody, "ties", "Accusing nobody is allowed"),
    ],
)

EQUIVALENT = {
    "np.unique(scores) → scores": "a threshold that is tried twice gives the same twice",
    "float(best) → best": "not stated: a numpy number is a number",
}
