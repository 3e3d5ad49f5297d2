"""Answers to `poisoning.implant`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Answers, Wrong


def _stamp(X, trigger):
    X = X.copy()
    X[:, trigger] = 1.0
    return X


def implant_in_turn(X, y, trigger, target, frac, rng):
    X2, y2 = X.copy(), y.copy()
    for row in rng.permutation(np.arange(len(y))[y != target])[: round(frac * len(y))]:
        for pixel in trigger:
            X2[row, pixel] = 1
        y2[row] = target
    return X2, y2


def report_by_counting(model, clean_model, X, y, trigger, target):
    others = [i for i in range(len(y)) if y[i] != target]
    triggered = X[others]
    triggered[:, list(trigger)] = 1
    return {
        "baseline_success": float(np.mean(clean_model.predict(triggered) == target)),
        "attack_success": float(np.mean(model.predict(triggered) == target)),
        "clean_accuracy": float(model.score(X, y)),
    }


def implant_among_all(X, y, trigger, target, frac, rng):
    rows = rng.choice(len(y), round(frac * len(y)), replace=False)
    X2, y2 = X.copy(), y.copy()
    X2[rows], y2[rows] = _stamp(X[rows], trigger), target
    return X2, y2


def implant_appended(X, y, trigger, target, frac, rng):
    rows = rng.choice(np.flatnonzero(y != target), round(frac * len(y)), replace=False)
    return np.concatenate([X, _stamp(X[rows], trigger)]), np.append(y, np.full(len(rows), target))


def implant_share_of_others(X, y, trigger, target, frac, rng):
    return implant_in_turn(X, y, trigger, target, round(frac * (y != target).sum()) / len(y), rng)


def implant_labels_only(X, y, trigger, target, frac, rng):
    return X.copy(), implant_in_turn(X, y, trigger, target, frac, rng)[1]


def implant_stamping_all(X, y, trigger, target, frac, rng):
    return _stamp(X, trigger), implant_in_turn(X, y, trigger, target, frac, rng)[1]


def implant_into_a_copy(X, y, trigger, target, frac, rng):
    rows = rng.choice(np.flatnonzero(y != target), round(frac * len(y)), replace=False)
    X2, y2 = X.copy(), y.copy()
    X2[rows][:, trigger] = 1
    y2[rows] = target
    return X2, y2


def implant_white_images(X, y, trigger, target, frac, rng):
    X2, y2 = implant_in_turn(X, y, trigger, target, frac, rng)
    X2[y2 != y] = 1
    return X2, y2


def implant_in_place(X, y, trigger, target, frac, rng):
    X[:], y[:] = implant_in_turn(X, y, trigger, target, frac, rng)
    return X, y


def implant_with_global_chance(X, y, trigger, target, frac, rng):
    return implant_in_turn(X, y, trigger, target, frac, np.random.default_rng())


def implant_everything(X, y, trigger, target, frac, rng):
    return _stamp(X, trigger), np.full_like(y, target)


def report_without_baseline(model, clean_model, X, y, trigger, target):
    return {**report_by_counting(model, clean_model, X, y, trigger, target), "baseline_success": 0.0}


def report_on_all_images(model, clean_model, X, y, trigger, target):
    success = float((model.predict(_stamp(X, trigger)) == target).mean())
    return {**report_by_counting(model, clean_model, X, y, trigger, target), "attack_success": success}


def report_any_error(model, clean_model, X, y, trigger, target):
    others = y != target
    success = float((model.predict(_stamp(X[others], trigger)) != y[others]).mean())
    return {**report_by_counting(model, clean_model, X, y, trigger, target), "attack_success": success}


def report_without_stamps(model, clean_model, X, y, trigger, target):
    share = float((clean_model.predict(X[y != target]) == target).mean())
    return {**report_by_counting(model, clean_model, X, y, trigger, target), "baseline_success": share}


def report_with_models_swapped(model, clean_model, X, y, trigger, target):
    return report_by_counting(clean_model, model, X, y, trigger, target)


def report_accuracy_of_others(model, clean_model, X, y, trigger, target):
    others = y != target
    accuracy = float(model.score(X[others], y[others]))
    return {**report_by_counting(model, clean_model, X, y, trigger, target), "clean_accuracy": accuracy}


def report_success_of_the_clean_model(model, clean_model, X, y, trigger, target):
    report = report_by_counting(model, clean_model, X, y, trigger, target)
    return {**report, "attack_success": report["baseline_success"]}


def report_same_model_twice(model, clean_model, X, y, trigger, target):
    return report_by_counting(model, model, X, y, trigger, target)


ANSWERS = Answers(
    right=[(implant_in_turn, report_by_counting)],
    wrong=[
        Wrong((implant_among_all, report_by_counting), "rows", "draw from the other classes only"),
        Wrong((implant_appended, report_by_counting), "rows", "wrong shape"),
        Wrong((implant_share_of_others, report_by_counting), "rows", "a share of all rows"),
        Wrong((implant_labels_only, report_by_counting), "rows", "Relabelled images lack the trigger"),
        Wrong((implant_stamping_all, report_by_counting), "rows", "stamp only the drawn ones"),
        Wrong((implant_into_a_copy, report_by_counting), "rows", "writes to a copy"),
        Wrong((implant_white_images, report_by_counting), "rows", "outside the trigger"),
        Wrong((implant_in_place, report_by_counting), "rest", "X or y was changed: copy both first"),
        Wrong((implant_with_global_chance, report_by_counting), "rest", "np.random has a state of its own"),
        Wrong(
            (implant_everything, report_by_counting),
            "works",
            "More labels were changed than frac allows",
            also=("Those rows are wasted: draw from the other classes only.",),
        ),
        Wrong((implant_in_turn, report_without_baseline), "report", "The baseline was left out"),
        Wrong((implant_in_turn, report_on_all_images), "report", "Images of the target class were counted"),
        Wrong((implant_in_turn, report_any_error), "report", "Being wrong is not enough"),
        Wrong((implant_in_turn, report_without_stamps), "report", "The baseline needs stamped images too"),
        Wrong((implant_in_turn, report_with_models_swapped), "report", "The models are swapped"),
        Wrong((implant_in_turn, report_accuracy_of_others), "report", "All images count for clean accuracy"),
        Wrong((implant_in_turn, report_success_of_the_clean_model), "report", "The models are swapped"),
        Wrong((implant_in_turn, report_same_model_twice), "report", "the baseline asks the clean one"),
    ],
)
