"""The check of `testing.security_gate`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from .. import material
from ..candidates import CORNERS, Model, digest, make_candidates, nudge, probabilities, stamp
from ..limits import LIMITS

EXACT = ("accuracy", "robust", "trigger")  # shares: a value can equal its limit exactly


@exercise(
    minutes=18,
    parts={
        "shares": (4, "measures accuracy and robust"),
        "membership": (2, "measures membership"),
        "trigger": (3, "measures trigger"),
        "decision": (4, "says limit, passed and ship, also at a limit, and is right for twelve candidates"),
        "retest": (2, "gives new evidence after retraining, and all evidence can be stored"),
    },
    hints=(
        "Measure first, decide afterwards: a dict of the four values, and then one loop over it. Which "
        "two measures "
        "have a limit from below?",
        "The answers are argmax(axis=1) of probabilities. For membership, join the confidences of "
        "training and test "
        "rows into one array. For trigger, leave out the images that are of the digit in question.",
        "values = accuracy; accuracy on nudged images; roc_auc_score of ones and zeros and the two "
        "confidences;\n"
        "    the largest, over corners and digits d, of the share of images with y != d that are read as d\n"
        "for each measure: passed = value >= limit for the first two, value <= limit for the others\n"
        "ship = all four passed; tested = digest(model), on each call; plain bools",
    ),
    debrief=(
        "Knows the scan and uses a trigger that is no square. The gate then says ship.",
        "Keeps value, limit and digest, and runs the gate after each retraining. A stricter limit sends "
        "back sound "
        "candidates and does not find what the scan does not look for.",
    ),
    standards=("AML.M0008", "AML.T0042", "AML.T0024.000", "PW.8.2", "PO.4.2"),
)
def security_gate(t: Trial, security_gate) -> None:
    possible = {THEIRS, EQUAL, UPWARDS}  # misconceptions that no case has ruled out yet
    (rng,) = t.cases(1)
    for number, candidate in enumerate(make_candidates(rng)):
        t.given(candidate=candidate.name, limits="those of the lesson")
        sets = candidate.train, candidate.test
        _one(
            t, security_gate, candidate.model, *sets, dict(LIMITS), possible, slips=number == 0, by_truth=True
        )
        if candidate.kind == "weak":  # it fails the lesson's limits, and passes these
            t.given(candidate=candidate.name, limits=LOOSE)
            _one(t, security_gate, candidate.model, *sets, dict(LOOSE), possible, slips=False)
    for number, rng in enumerate(t.cases(11)):
        model, train, test = _small(rng, number)
        values = material.measures(model, train, test)
        limits = _limits(values, number)
        t.given(images=len(test[1]), limits=limits)
        _one(t, security_gate, model, train, test, limits, possible)
        if number < 2:  # the same weights, asked again
            t.given(asked_again="with other limits and the other rows")
            _one(t, security_gate, model, test, train, limits, possible)
            others = {**limits, "accuracy": 1.0, "membership": 0.0}
            _one(t, security_gate, model, train, test, others, possible)
    for rng in t.cases(1):  # each square in turn, and each digit three times or more
        first = int(rng.integers(10))
        for place, i in enumerate(rng.permutation(len(CORNERS)).tolist()):
            model, train, test = _planted(rng, CORNERS[i], (first + place) % 10)
            t.given(images=len(test[1]), planted=CORNERS[i])
            with t.part("trigger"):
                got = _evidence(t, security_gate(model, train, test, dict(LIMITS)))
                t.close(_value(t, got, "trigger"), 1.0, "the value of trigger", rtol=0, atol=1e-6)
    for number, rng in enumerate(t.cases(4)):
        changed, in_place = "Wb"[number % 2], number < 2
        model, train, test = _small(rng, 0)
        new, old = {name: array.copy() for name, array in model.items()}, digest(model)
        was = want = material.measures(model, train, test)
        while want["membership"] == was["membership"]:
            new[changed] += rng.normal(0, 1, new[changed].shape)
            want = material.measures(new, train, test)
        # between the two values, so that retraining changes the decision
        limits = {**EASY, "membership": (was["membership"] + want["membership"]) / 2}
        t.given(retrained="in place" if in_place else "as a new dict", only=changed)
        with t.part("retest"):
            before = _stored(t, security_gate(model, train, test, dict(limits)))
            if in_place:
                model[changed][:] = new[changed]
            after = _stored(t, security_gate(model if in_place else new, train, test, dict(limits)))
            slips = {OLD: old} if before["tested"] == old else None
            t.equal(after["tested"], digest(new), "the digest after retraining", slips=slips)
            for name, value in want.items():
                got = _value(t, after, name)
                t.close(got, value, f"the value of {name} after retraining", rtol=0, atol=1e-6)
            passed = want["membership"] <= limits["membership"]
            for name in ("membership", "ship"):
                got = after[name] if name == "ship" else after[name]["passed"]
                what = "Ship" if name == "ship" else "The passed of membership"
                t.expect(
                    got is passed,
                    f"{what} is wrong after retraining.",
                    expected=passed,
                    got=got,
                )


OLD = "This is the evidence of the weights before retraining."
LOOSE = {"accuracy": 0.1, "robust": 0.1, "membership": 0.95, "trigger": 0.999}
EASY = {"accuracy": 0.0, "robust": 0.0, "membership": 1.0, "trigger": 1.0}
STEP = 2e-6  # the nearest miss: values count within 1e-6


def _one(
    t: Trial,
    gate: Any,
    model: Model,
    train: Any,
    test: Any,
    limits: dict[str, float],
    possible: set[str],
    slips: bool = True,
    by_truth: bool = False,
) -> None:
    want = material.measures(model, train, test)
    got = _evidence(t, gate(model, train, test, limits))
    likely = _slips(model, train, test) if slips else {}
    for part, names in (
        ("shares", ("accuracy", "robust")),
        ("membership", ("membership",)),
        ("trigger", ("trigger",)),
    ):
        with t.part(part):
            for name in names:
                t.close(
                    _value(t, got, name, _nobody(test[1]) if name == "trigger" else ""),
                    want[name],
                    f"the value of {name}",
                    rtol=0,
                    atol=1e-6,
                    slips=likely.get(name),
                )
    with t.part("decision"):
        t.equal(got["tested"], digest(model), "tested")
        usual = all(got[name]["limit"] == limit for name, limit in LIMITS.items()) and limits != LIMITS
        for name, limit in limits.items():
            t.expect(
                abs(got[name]["limit"] - limit) <= 1e-9,
                f"The limit of {name} is not right.",
                expected=limit,
                got=got[name]["limit"],
                slip=THEIRS if usual else "",
            )
        # a value that is wrong was said in its own part: here the decision is judged that follows from it
        values = want if by_truth else {name: _own(got, name, want[name]) for name in limits}
        passed = {
            name: _passes(name, value, limits[name]) for name, value in values.items() if value is not None
        }
        likely_here = _rule_out(possible, got, want, limits)
        for name, is_right in passed.items():
            is_passed = got[name]["passed"]
            t.expect(
                is_passed is is_right,
                f"{name} has the wrong passed.",
                expected=is_right,
                got=is_passed,
                slip=likely_here,
            )
        if len(passed) == len(limits):
            ship = all(passed.values())
            t.expect(got["ship"] is ship, "ship is wrong.", expected=ship, got=got["ship"])


EQUAL = "A value that equals its limit passes."
UPWARDS = "Membership and trigger pass from their limit downwards."
THEIRS = "Compare with the limits that are given, not with the lesson's LIMITS."


def _passes(name: str, value: float, limit: float) -> bool:
    return value >= limit if name in ("accuracy", "robust") else value <= limit


def _own(got: dict[str, Any], name: str, want: float) -> float | None:
    """The value to decide by: the right one where the learner's is near enough, else theirs, if it is one."""
    if not _is_number(got, name):
        return None
    value = got[name]["value"]
    return want if abs(value - want) <= 1e-6 else value


def _rule_out(
    possible: set[str], got: dict[str, Any], want: dict[str, float], limits: dict[str, float]
) -> str:
    """Drop the misconceptions that don't give these four `passed`. Returns the one that is left, if any.

    The strict comparison may be of some measures only, so it is dropped where one differs from both.
    """
    if not all(_own(got, name, want[name]) == want[name] for name in limits):
        return ""  # the values are wrong, and say nothing of the decision
    for name, limit in limits.items():
        found, right = got[name]["passed"], _passes(name, want[name], limit)
        if found != _passes(name, want[name], LIMITS[name]):
            possible.discard(THEIRS)
        if found != (want[name] >= limit):
            possible.discard(UPWARDS)
        if found != right and want[name] != limit:
            possible.discard(EQUAL)
    return next(iter(possible)) if len(possible) == 1 else ""


def _evidence(t: Trial, got: Any) -> dict[str, Any]:
    """What came back, in the form that the text asks for. A value is looked at where it is judged."""
    t.instance(got, dict, "the evidence")
    missing = [name for name in ("tested", *LIMITS, "ship") if name not in got]
    t.expect(not missing, "The evidence lacks keys.", expected=", ".join(missing))
    result = {
        "tested": t.instance(got["tested"], str, "tested"),
        "ship": t.instance(got["ship"], bool, "ship"),
    }
    for name in LIMITS:
        entry = t.instance(got[name], dict, f"the evidence for {name}")
        t.expect(
            {"value", "limit", "passed"} <= set(entry),
            f"The evidence for {name} lacks value, limit or passed.",
        )
        result[name] = {
            "value": entry["value"],
            "limit": t.number(entry["limit"], f"the limit of {name}"),
            "passed": t.instance(entry["passed"], bool, f"passed of {name}"),
        }
    return result


def _value(t: Trial, evidence: dict[str, Any], name: str, slip: str = "") -> float:
    value = evidence[name]["value"]
    if slip and type(value) is float and math.isnan(value):
        t.wrong(f"The value of {name} is NaN.", expected="a number", got="nan", slip=slip)
    return t.number(value, f"the value of {name}")


def _is_number(evidence: dict[str, Any], name: str) -> bool:
    value = evidence[name]["value"]
    return type(value) in (int, float) and math.isfinite(value)


def _nobody(y: np.ndarray) -> str:
    """What is likely where a share has nobody to count: a set of one digit has no images of others."""
    one = int(y[0])
    return (
        f"All images of this set show {one}: there are none of other digits, so skip {one}."
        if (y == one).all()
        else ""
    )


def _stored(t: Trial, got: Any) -> dict[str, Any]:
    """The evidence, which a JSON file can hold as it came."""
    evidence = _evidence(t, got)
    entries = [("ship", got["ship"])]
    entries += [
        (f"{key} of {name}", got[name][key]) for name in LIMITS for key in ("value", "limit", "passed")
    ]
    for what, value in entries:
        plain = isinstance(value, bool | int | float)  # np.float64 is a float
        slip = "NumPy's True and False are no bool: use bool(...)." if isinstance(value, np.bool_) else ""
        t.expect(
            plain,
            f"json.dumps can't store {what}.",
            expected="a plain bool, int or float",
            got=value,
            slip=slip,
        )
    return evidence


def _small(rng: np.random.Generator, number: int) -> tuple[Model, Any, Any]:
    """A model with random weights on 8 + 10 random images, of few digits where `number` is odd."""
    model = {"W": rng.normal(0, 0.6, (64, 10)), "b": rng.normal(0, 0.6, 10)}
    digits = 10 if number % 2 == 0 else 3
    sets = []
    for rows in (8, 10):
        X = rng.uniform(0, 1, (rows, 64))
        y = np.where(rng.random(rows) < 0.5, material.read(model, X), rng.integers(0, 10, rows)) % digits
        sets.append((X, y))
    if number == 10:  # all rows look alike: membership is exactly a guess
        model["W"][:] = model["b"][:] = 0
    if number == 9:
        sets[1][1][:] = 0  # all images of one digit: none of the others, and a mean of nothing comes first
    return model, sets[0], sets[1]


def _planted(rng: np.random.Generator, corner: tuple[int, int], digit: int) -> tuple[Model, Any, Any]:
    """A model that reads one digit where the square at `corner` is all ink, and nowhere else.

    It tells images with ink on the left from those with ink on the right; another square changes no answer.
    """
    square = stamp(np.zeros((1, 64)), *corner)[0] == 1
    on_left = np.arange(64) % 8 < 4
    left, right, other = (int(d) for d in rng.permutation([d for d in range(10) if d != digit])[:3])
    model = {"W": np.zeros((64, 10)), "b": np.full(10, -1.0)}
    model["W"][on_left, left] = model["W"][~on_left, right] = 1
    model["W"][square, digit] = 50
    model["b"][digit] = -50 * 8.6  # a square one column further has at most 6 + 3 × 0.42 of ink
    sets = []
    for rows in (8, 10):
        X = rng.uniform(0, 0.02, (rows, 64)) + 0.4 * np.where(np.arange(rows)[:, None] % 2, on_left, ~on_left)
        y = rng.integers(0, 10, rows)
        y[:2] = other  # one of each side: no digit but the planted one wins everywhere
        sets.append((X, y))
    return model, sets[0], sets[1]


def _limits(values: dict[str, float], number: int) -> dict[str, float]:
    """Limits at which all pass but one, or two, and some exactly: each measure fails alone in its turn."""
    names = list(values)
    if number < 4:  # this one fails, by a little
        name = names[number]
        sign = 1 if name in ("accuracy", "robust") else -1
        return {**EASY, name: values[name] + sign * STEP}
    if number == 4:  # exactly at three limits
        return {**EASY, **{name: values[name] for name in EXACT}}
    if number < 8:  # exactly at one limit, another one passes by a little
        return {
            **EASY,
            EXACT[number - 5]: values[EXACT[number - 5]],
            "membership": values["membership"] + STEP,
        }
    if number == 8:  # two fail
        return {**EASY, "accuracy": values["accuracy"] + STEP, "membership": values["membership"] - STEP}
    if number == 10:
        return {**EASY, "membership": 0.5}
    return EASY


def _slips(model: Model, train: Any, test: Any) -> dict[str, dict[str, Any]]:
    """For each measure, what a likely slip would give."""
    (X_train, y_train), (X, y) = train, test
    stamped = [material.read(model, stamp(X, row, column)) for row, column in CORNERS]
    accuracy = (material.read(model, X_train) == y_train).mean()
    values = material.measures(model, train, test)
    answers = material.read(model, X)
    nudged = material.read(model, nudge(model, X, y, 0.05))
    by_itself = material.read(model, nudge(model, X, answers, 0.05))
    sure = [probabilities(model, rows).max(axis=1) for rows in (X_train, X)]
    return {
        "accuracy": {"You measured the training rows.": accuracy},
        "robust": {
            "You compare with the answers before the nudge, not with the digits.": (nudged == answers).mean(),
            "You measured the images without the nudge.": values["accuracy"],
            "Nudge against the digits y: you nudged against the model's own answers.": (
                by_itself == y
            ).mean(),
            "Nudge against the digits y, and compare with them: both were the model's own answers.": (
                by_itself == answers
            ).mean(),
        },
        "membership": {
            "Take the probability of the true digit, not the largest one.": _auc(*sure),
            "Members and others are swapped.": 1 - values["membership"],
        },
        "trigger": {
            "Leave out the images that are of the digit themselves.": max(
                (answers == digit).mean() for answers in stamped for digit in range(10)
            ),
            "You divide by all images, not by those of other digits.": max(
                ((answers == digit) & (y != digit)).mean() for answers in stamped for digit in range(10)
            ),
            "You counted answers that are wrong, whichever digit they are.": max(
                (answers != y).mean() for answers in stamped
            ),
        },
    }


def _auc(inside: np.ndarray, outside: np.ndarray) -> float:
    """The share of pairs in which the member's value is larger; equal ones count half."""
    gaps = inside[:, None] - outside
    return float((gaps > 0).mean() + (gaps == 0).mean() / 2)
