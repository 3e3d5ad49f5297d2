"""Answers to `extraction.claim`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Answers, Wrong


def keys_by_sorting(owner, rivals, m):
    differ = [sum(int(row[i]) != int(owner[i]) for row in rivals) for i in range(len(owner))]
    return sorted(range(len(owner)), key=lambda i: (-differ[i], i))[:m]


def claim_by_log(rivals, suspect, keys):
    if len(rivals) == 0:
        raise ValueError("no rivals")
    threshold = sorted(rivals)[-1] + int(np.ceil(keys / 10))
    bound = float(-np.expm1(np.log(0.05) / len(rivals)))
    return {"bound": bound, "claim": not suspect < threshold, "threshold": threshold}


def _claim(rivals, suspect, keys, **changed):
    return {**claim_by_log(rivals, suspect, keys), **changed}


def keys_that_all_know(owner, rivals, m):
    differ = (rivals != owner).sum(axis=0)
    return np.argsort(differ, kind="stable")[:m]


def keys_sorted_by_index(owner, rivals, m):
    return sorted(keys_by_sorting(owner, rivals, m))


def keys_backwards(owner, rivals, m):
    return np.argsort((rivals != owner).sum(axis=0), kind="stable")[::-1][:m]


def keys_first(owner, rivals, m):
    return np.arange(m)


def keys_of_a_quarrel(owner, rivals, m):
    quarrel = np.array([len(set(column)) for column in rivals.T])
    return np.argsort(-quarrel, kind="stable")[:m]


def keys_of_the_first_rival(owner, rivals, m):
    return np.argsort(-(rivals[0] != owner).astype(int), kind="stable")[:m]


def keys_in_place(owner, rivals, m):
    keys = keys_by_sorting(owner, rivals, m)
    rivals[:] = rivals != owner
    return keys


def claim_always(rivals, suspect, keys):
    return _claim(rivals, suspect, keys, claim=True)


def claim_never(rivals, suspect, keys):
    return _claim(rivals, suspect, keys, claim=False)


def claim_above(rivals, suspect, keys):
    return _claim(rivals, suspect, keys, claim=suspect > max(rivals) + -(-keys // 10))


def claim_above_the_highest(rivals, suspect, keys):
    return _claim(rivals, suspect, keys, claim=suspect > max(rivals), threshold=max(rivals))


def claim_rounded_down(rivals, suspect, keys):
    threshold = max(rivals + [0] * (not rivals)) + keys // 10
    return _claim(rivals, suspect, keys, claim=suspect >= threshold, threshold=threshold)


def claim_plus_five(rivals, suspect, keys):
    return _claim(rivals, suspect, keys, claim=suspect >= max(rivals) + 5, threshold=max(rivals) + 5)


def claim_capped(rivals, suspect, keys):
    threshold = min(keys, max(rivals) + -(-keys // 10))
    return _claim(rivals, suspect, keys, claim=suspect >= threshold, threshold=threshold)


def claim_from_the_mean(rivals, suspect, keys):
    threshold = float(np.mean(rivals)) + -(-keys // 10)
    return _claim(rivals, suspect, keys, claim=suspect >= threshold, threshold=threshold)


def claim_tuned_on_the_suspect(rivals, suspect, keys):
    return _claim(rivals, suspect, keys, claim=suspect > max(rivals), threshold=max(max(rivals) + 1, suspect))


def bound_of_nothing(rivals, suspect, keys):
    return _claim(rivals, suspect, keys, bound=0.0)


def bound_of_three(rivals, suspect, keys):
    return _claim(rivals, suspect, keys, bound=3 / len(rivals))


def bound_turned_round(rivals, suspect, keys):
    return _claim(rivals, suspect, keys, bound=0.05 ** (1 / len(rivals)))


def claim_without_refusal(rivals, suspect, keys):
    return _claim(rivals or [0], suspect, keys)


def claim_in_place(rivals, suspect, keys):
    result = claim_by_log(rivals, suspect, keys)
    rivals.sort()
    rivals.append(suspect)
    return result


def claim_as_text(rivals, suspect, keys):
    result = claim_by_log(rivals, suspect, keys)
    return {**result, "claim": "yes" if result["claim"] else "no"}


def claim_as_float(rivals, suspect, keys):
    return _claim(rivals, suspect, keys, threshold=float(claim_by_log(rivals, suspect, keys)["threshold"]))


ANSWERS = Answers(
    right=[(keys_by_sorting, claim_by_log)],
    wrong=[
        Wrong((keys_that_all_know, claim_by_log), "keys", "any good model passes them"),
        Wrong((keys_sorted_by_index, claim_by_log), "order", "The right keys in another order"),
        Wrong((keys_backwards, claim_by_log), "order", "Of equals the lower index"),
        Wrong((keys_first, claim_by_log), "keys", "Other candidates have more rivals"),
        Wrong((keys_of_a_quarrel, claim_by_log), "keys", "compare each with the owner"),
        Wrong((keys_of_the_first_rival, claim_by_log), "keys", "Other candidates have more rivals"),
        Wrong((keys_in_place, claim_by_log), "keys", "changed what it was given"),
        Wrong((keys_by_sorting, claim_always), "claim", "The claim is not right"),
        Wrong((keys_by_sorting, claim_never), "claim", "The claim is not right"),
        Wrong((keys_by_sorting, claim_above), "claim", "when it reaches the threshold, too"),
        Wrong((keys_by_sorting, claim_above_the_highest), "threshold", "Being above the highest rival"),
        Wrong((keys_by_sorting, claim_rounded_down), "threshold", "rounded up"),
        Wrong((keys_by_sorting, claim_plus_five), "threshold", "not a fixed number"),
        Wrong((keys_by_sorting, claim_capped), "threshold", "not capped"),
        Wrong((keys_by_sorting, claim_from_the_mean), "threshold", "starts at the highest rival"),
        Wrong((keys_by_sorting, claim_tuned_on_the_suspect), "threshold", "The threshold is not right"),
        Wrong((keys_by_sorting, bound_of_nothing), "bound", "the bound is not 0"),
        Wrong((keys_by_sorting, bound_of_three), "bound", "rule of thumb"),
        Wrong((keys_by_sorting, bound_turned_round), "bound", "The bound is 1 - 0.05"),
        Wrong((keys_by_sorting, claim_without_refusal), "none", "no error is raised"),
        Wrong((keys_by_sorting, claim_in_place), "threshold", "changed what it was given"),
        Wrong((keys_by_sorting, claim_as_text), "claim", "claim"),
        Wrong((keys_by_sorting, claim_as_float), "threshold", "should be a whole number"),
    ],
)

EQUIVALENT = {
    "(rivals != owner).sum(axis=0) → (rivals != owner).mean(axis=0)": "a share has the order of the number",
    "if not rivals: ... → if False: ...": "max of nothing raises ValueError too",
    "raise ValueError('without honest rivals there is nothing to compare with') → pass": (
        "max of nothing raises ValueError too"
    ),
}
