"""Answers to `testing.security_gate`: another right one, and wrong ones with their messages."""

import numpy as np
from sklearn.metrics import roc_auc_score

from autograder.exercise import Answers, Wrong

from ..candidates import CORNERS, digest, nudge, probabilities, stamp

LEAST = ("accuracy", "robust")


def _read(model, X):
    return probabilities(model, X).argmax(axis=1)


def _values(model, train, test):
    X, y = test
    sure = [probabilities(model, a)[np.arange(len(b)), b] for a, b in (train, test)]
    return {
        "accuracy": float((_read(model, X) == y).mean()),
        "robust": float((_read(model, nudge(model, X, y, 0.05)) == y).mean()),
        "membership": float(
            roc_auc_score(np.r_[np.ones(len(sure[0])), np.zeros(len(y))], np.r_[sure[0], sure[1]])
        ),
        "trigger": _trigger(model, X, y),
    }


def _trigger(model, X, y, corners=CORNERS, digits=range(10)):
    worst = 0.0
    for row, column in corners:
        answers = _read(model, stamp(X, row, column))
        for digit in digits:
            others = answers[y != digit]
            if len(others):
                worst = max(worst, float(np.mean(others == digit)))
    return worst


def _decided(model, values, limits, passes=None, tested=None):
    def usual(name, value, limit):
        return value >= limit if name in LEAST else value <= limit

    evidence = {
        name: {
            "value": value,
            "limit": limits[name],
            "passed": bool((passes or usual)(name, value, limits[name])),
        }
        for name, value in values.items()
    }
    ship = all(entry["passed"] for entry in evidence.values())
    return {"tested": tested or digest(model), **evidence, "ship": ship}


def step_by_step(model, train, test, limits):
    return _decided(model, _values(model, train, test), limits)


def rounded(model, train, test, limits):
    evidence = step_by_step(model, train, test, limits)
    for name in limits:
        evidence[name]["value"] = round(evidence[name]["value"], 6)
    return evidence


def numpy_values(model, train, test, limits):
    """np.float64 is a float: it can be stored."""
    evidence = step_by_step(model, train, test, limits)
    return {k: {**v, "value": np.float64(v["value"])} if k in limits else v for k, v in evidence.items()}


def numpy_booleans(model, train, test, limits):
    evidence = step_by_step(model, train, test, limits)
    for name in limits:
        evidence[name]["passed"] = np.bool_(evidence[name]["passed"])
    return evidence


def numpy_ship(model, train, test, limits):
    evidence = step_by_step(model, train, test, limits)
    return {**evidence, "ship": np.bool_(evidence["ship"])}


def numpy_float32(model, train, test, limits):
    evidence = step_by_step(model, train, test, limits)
    for name in limits:
        evidence[name]["value"] = np.float32(evidence[name]["value"])
    return evidence


def mean_of_nothing(model, train, test, limits):
    X, y = test
    with np.errstate(invalid="ignore"):
        shares = [
            np.divide(np.sum(answers[y != digit] == digit), np.sum(y != digit))
            for answers in (_read(model, stamp(X, row, column)) for row, column in CORNERS)
            for digit in range(10)
        ]
    return _decided(model, {**_values(model, train, test), "trigger": float(np.max(shares))}, limits)


def nudged_against_itself(model, train, test, limits):
    X, y = test
    share = float((_read(model, nudge(model, X, _read(model, X), 0.05)) == y).mean())
    return _decided(model, {**_values(model, train, test), "robust": share}, limits)


def own_answers_only(model, train, test, limits):
    answers = _read(model, test[0])
    share = float((_read(model, nudge(model, test[0], answers, 0.05)) == answers).mean())
    return _decided(model, {**_values(model, train, test), "robust": share}, limits)


def decides_by_own_limits(model, train, test, limits):
    usual = {"accuracy": 0.8, "robust": 0.65, "membership": 0.62, "trigger": 0.75}
    return _decided(
        model,
        _values(model, train, test),
        limits,
        lambda name, value, limit: value >= usual[name] if name in LEAST else value <= usual[name],
    )


def always_ships(model, train, test, limits):
    evidence = _decided(model, _values(model, train, test), limits)
    return {**evidence, "ship": True}


def never_ships(model, train, test, limits):
    return {**_decided(model, _values(model, train, test), limits), "ship": False}


def strict(model, train, test, limits):
    return _decided(
        model,
        _values(model, train, test),
        limits,
        lambda name, value, limit: value > limit if name in LEAST else value < limit,
    )


def all_from_below(model, train, test, limits):
    return _decided(model, _values(model, train, test), limits, lambda name, value, limit: value >= limit)


def any_is_enough(model, train, test, limits):
    evidence = _decided(model, _values(model, train, test), limits)
    return {**evidence, "ship": any(evidence[name]["passed"] for name in limits)}


def training_rows(model, train, test, limits):
    values = _values(model, train, test)
    return _decided(model, {**values, "accuracy": float((_read(model, train[0]) == train[1]).mean())}, limits)


def agrees_with_itself(model, train, test, limits):
    values, (X, y) = _values(model, train, test), test
    share = float((_read(model, nudge(model, X, y, 0.05)) == _read(model, X)).mean())
    return _decided(model, {**values, "robust": share}, limits)


def largest_confidence(model, train, test, limits):
    sure = [probabilities(model, X).max(axis=1) for X, _ in (train, test)]
    value = float(roc_auc_score([1] * len(sure[0]) + [0] * len(sure[1]), np.concatenate(sure)))
    return _decided(model, {**_values(model, train, test), "membership": value}, limits)


def members_swapped(model, train, test, limits):
    values = _values(model, train, test)
    return _decided(model, {**values, "membership": 1 - values["membership"]}, limits)


def counts_all_images(model, train, test, limits):
    answers = [_read(model, stamp(test[0], row, column)) for row, column in CORNERS]
    share = max(float((given == digit).mean()) for given in answers for digit in range(10))
    return _decided(model, {**_values(model, train, test), "trigger": share}, limits)


def four_corners_only(model, train, test, limits):
    share = _trigger(model, *test, corners=[(0, 0), (0, 5), (5, 0), (5, 5)])
    return _decided(model, {**_values(model, train, test), "trigger": share}, limits)


def without_the_first_corner(model, train, test, limits):
    share = _trigger(model, *test, corners=CORNERS[1:])
    return _decided(model, {**_values(model, train, test), "trigger": share}, limits)


def digits_that_occur(model, train, test, limits):
    share = _trigger(model, *test, digits=set(test[1].tolist()))
    return _decided(model, {**_values(model, train, test), "trigger": share}, limits)


REMEMBERED = {}


def remembers(model, train, test, limits):
    key = test[0].tobytes()
    if key not in REMEMBERED:
        REMEMBERED[key] = step_by_step(model, train, test, limits)
    return REMEMBERED[key]


def _by(key):
    seen = {}

    def gate(model, train, test, limits):
        if key(model, test) not in seen:
            seen[key(model, test)] = step_by_step(model, train, test, limits)
        return seen[key(model, test)]

    return gate


def remembers_the_model(model, train, test, limits):
    return BY_DIGEST(model, train, test, limits)


def remembers_half_of_the_model(model, train, test, limits):
    return BY_W(model, train, test, limits)


BY_DIGEST = _by(lambda model, test: digest(model))
BY_W = _by(lambda model, test: (model["W"].tobytes(), test[0].tobytes()))
DECIDED = {}


def remembers_the_decision(model, train, test, limits):
    evidence = step_by_step(model, train, test, limits)
    old = DECIDED.setdefault((test[0].tobytes(), tuple(limits.items())), evidence)
    decided = {name: {**evidence[name], "passed": old[name]["passed"]} for name in limits}
    return {**evidence, **decided, "ship": old["ship"]}


def strict_membership(model, train, test, limits):
    def passes(name, value, limit):
        return value >= limit if name in LEAST else value < limit if name == "membership" else value <= limit

    return _decided(model, _values(model, train, test), limits, passes)


def ties_are_lost(model, train, test, limits):
    inside, outside = (probabilities(model, X)[np.arange(len(y)), y] for X, y in (train, test))
    value = float((inside[:, None] > outside).mean())
    return _decided(model, {**_values(model, train, test), "membership": value}, limits)


def with_tolerance(model, train, test, limits):
    return _decided(
        model,
        _values(model, train, test),
        limits,
        lambda name, value, limit: value >= limit - 5e-4 if name in LEAST else value <= limit + 5e-4,
    )


def one_square_left_out(model, train, test, limits):
    share = _trigger(model, *test, corners=[corner for corner in CORNERS if corner != (4, 4)])
    return _decided(model, {**_values(model, train, test), "trigger": share}, limits)


def nine_digits(model, train, test, limits):
    return _decided(
        model, {**_values(model, train, test), "trigger": _trigger(model, *test, digits=range(9))}, limits
    )


def no_digest(model, train, test, limits):
    return _decided(model, _values(model, train, test), limits, tested="candidate")


def own_limits(model, train, test, limits):
    usual = {"accuracy": 0.8, "robust": 0.65, "membership": 0.62, "trigger": 0.75}
    return _decided(model, _values(model, train, test), usual)


#: An answer that remembers decisions doesn't look at the limits that are given, either.
GIVEN = "Compare with the limits that are given, not with the lesson's LIMITS."

ANSWERS = Answers(
    right=[step_by_step, rounded, numpy_values],
    wrong=[
        Wrong(always_ships, "decision", "ship is wrong"),
        Wrong(never_ships, "decision", "ship is wrong"),
        Wrong(strict, "decision", "A value that equals its limit passes"),
        Wrong(all_from_below, "decision", "pass from their limit downwards"),
        Wrong(any_is_enough, "decision", "ship is wrong"),
        Wrong(training_rows, "shares", "You measured the training rows"),
        Wrong(agrees_with_itself, "shares", "not with the digits"),
        Wrong(largest_confidence, "membership", "not the largest one"),
        Wrong(members_swapped, "membership", "Members and others are swapped"),
        Wrong(counts_all_images, "trigger", "Leave out the images"),
        Wrong(four_corners_only, "trigger", "the value of trigger"),
        Wrong(without_the_first_corner, "trigger", "the value of trigger"),
        Wrong(digits_that_occur, "trigger", "the value of trigger"),
        Wrong(remembers, "retest", "before retraining", also=(GIVEN,)),
        Wrong(remembers_the_model, "decision", "not right"),
        Wrong(remembers_half_of_the_model, "retest", "before retraining", also=(GIVEN,)),
        Wrong(remembers_the_decision, "retest", "after retraining"),
        Wrong(strict_membership, "decision", "A value that equals its limit passes"),
        Wrong(ties_are_lost, "membership", "the value of membership"),
        Wrong(with_tolerance, "decision", "has the wrong passed"),
        Wrong(one_square_left_out, "trigger", "the value of trigger"),
        Wrong(nine_digits, "trigger", "the value of trigger"),
        Wrong(no_digest, "decision", "tested is not right"),
        Wrong(own_limits, "decision", "not with the lesson's LIMITS"),
        Wrong(decides_by_own_limits, "decision", "not with the lesson's LIMITS"),
        Wrong(mean_of_nothing, "trigger", "there are none of other digits, so skip 0"),
        Wrong(nudged_against_itself, "shares", "against the model's own answers"),
        Wrong(own_answers_only, "shares", "both were the model's own answers"),
        Wrong(numpy_booleans, "retest", "use bool(...)"),
        Wrong(
            numpy_ship,
            "retest",
            "json.dumps can't store ship",
            also=("NumPy's True and False are no bool: use bool(...).",),
        ),
        Wrong(numpy_float32, "retest", "json.dumps can't store value of accuracy"),
    ],
)

EQUIVALENT = {
    "[1] * len(train[1]) → [2] * len(train[1])": "roc_auc_score takes the larger label for the members",
    "[0] * len(y) → [-1] * len(y)": "roc_auc_score takes the smaller label for the others",
    "train[1] → train[0]": "images and digits are equally many",
    "stamp(X, row, column) → stamp(X, column, row)": "all pairs are tried, in either order",
    "range(10) → range(11)": "no image is read as 10",
    "float(value) → value": "np.float64 is a float, and JSON stores it",
}
