"""The check of `testing.finding_ok`."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..limits import LIMITS

KEYS = ("steps", "versions", "impact", "fix", "retest")
BLANKS = ("", "  \t", "-", " - ", "tbd", "TBD", " Todo ", "ToDo\n", "n/a", "N/A")
NO_TEXTS: tuple[Any, ...] = (None, 0, 7, True, ["a text"], {"a": "text"}, b"text")
SAID = (
    "to do the rest, ask the team",
    "tbd by 1.3.1",
    "n/a for wards",
    "--",
    "0",
    "None",
    "Grüße",
    "  odd  ",
    "?",
    "n / a",
    "t b d",
    "tbd.",
)
NAMES = ("python", "numpy", "skops", "scikit-learn", "pandas", "scipy")


@exercise(
    minutes=10,
    parts={
        "texts": (2, "sees whether impact and fix are said"),
        "steps": (2, "sees whether there are steps, and all of them are said"),
        "versions": (2, "sees whether there is a release, and every version is exact"),
        "retest": (2, "sees whether the retest has a measure of the gate and a limit"),
        "order": (2, "lists several faults in the table's order, each once"),
    },
    hints=(
        "Write one small function for each row of the table: it takes the value and says whether it is "
        "complete. "
        "What does finding.get(key) give for a missing key?",
        "type(value) is list is false for None and for a tuple. Ask for the type before you "
        "ask for "
        "anything that only this type has.",
        "said(text): its type is str, and its stripped lower-case form is not in PLACEHOLDERS\n"
        "steps: a list, not empty, all said\n"
        "versions: a dict, has a release, each value a str that EXACT.fullmatch takes\n"
        "retest: a dict; measure a str in LIMITS; limit of type int or float and 0 <= limit <= 1\n"
        "return the keys, in order, whose value is not complete",
    ),
    debrief=(
        "Profits from each week in which the developers ask what exactly the testers did.",
        "Sends no finding that somebody else can't run. The check costs honest testers: a true finding "
        "without a "
        "retest waits, so a person may let it through, and says so.",
    ),
    standards=("PW.8.2", "RV.1.2", "PO.4.2"),
)
def finding_ok(t: Trial, finding_ok) -> None:
    for rng in t.cases(2):
        whole = _whole(rng)
        with t.part("texts"):
            for key in ("impact", "fix"):
                for text in (*BLANKS, *NO_TEXTS):
                    _same(t, finding_ok, {**whole, key: text}, [key], f"{key} is {text!r}", _slip_text(text))
                for text in SAID:
                    _same(t, finding_ok, {**whole, key: text}, [], f"{key} is {text!r}", NOT_ONE)
                _same(t, finding_ok, _without(whole, key), [key], f"{key} is missing")
        with t.part("steps"):
            for steps in (
                [],
                ("load it", "stamp it"),
                "load it",
                None,
                3,
                {"load it": 1},
                [None],
                [["load it"]],
            ):
                _same(
                    t,
                    finding_ok,
                    {**whole, "steps": steps},
                    ["steps"],
                    f"steps are {steps!r}",
                    _slip_steps(steps),
                )
            for text in BLANKS:
                at = int(rng.integers(3))
                steps = ["load it", "stamp it"]
                steps.insert(at, text)
                slip = "All of the steps have to be said."
                _same(t, finding_ok, {**whole, "steps": steps}, ["steps"], f"step {at} is {text!r}", slip)
            for no_text in (None, 0, True, ["a step"], {"a": "step"}, b"step"):
                at = int(rng.integers(1, 5))
                steps = [f"do {i}" for i in range(5)]
                steps[at] = no_text
                _same(t, finding_ok, {**whole, "steps": steps}, ["steps"], f"step {at} is {no_text!r}")
            for text in ("tbd", " "):
                steps = [f"do {i}" for i in range(4)] + [text]
                slip = "All of the steps have to be said."
                _same(t, finding_ok, {**whole, "steps": steps}, ["steps"], f"step 4 is {text!r}", slip)
            for steps in (
                ["load it", "stamp it", "load it", "count", "count"],
                [f"do {i}" for i in range(9)],
            ):
                _same(t, finding_ok, {**whole, "steps": steps}, [], f"there are {len(steps)} steps")
            for text in SAID:
                _same(t, finding_ok, {**whole, "steps": [text]}, [], f"the only step is {text!r}", NOT_ONE)
            _same(t, finding_ok, _without(whole, "steps"), ["steps"], "steps are missing")
        with t.part("versions"):
            _versions(t, finding_ok, whole, rng)
        with t.part("retest"):
            _retest(t, finding_ok, whole, rng)
    for rng in t.cases(8):
        whole, bad = _whole(rng), _bad()
        count = int(rng.integers(2, len(KEYS) + 1))
        chosen = [KEYS[i] for i in sorted(rng.choice(len(KEYS), count, replace=False))]
        drawn = {key: bad[key] if rng.random() < 0.5 else None for key in chosen}
        mixed = {key: {**whole, **drawn}[key] for key in rng.permutation(list(whole)).tolist()}
        with t.part("order"):
            _same(t, finding_ok, whole, [], "all is there")
            _same(t, finding_ok, mixed, chosen, f"{', '.join(chosen)} are incomplete")
            _same(t, finding_ok, {"title": "x"}, list(KEYS), "there is a title only")
            _same(t, finding_ok, {}, list(KEYS), "nothing is there")


RELEASE = "The versions need a release."
ZERO = "0 is a limit too."
NOT_ONE = "A text is a placeholder only as a whole."
FULLMATCH = "Use EXACT.fullmatch: the text has to match from end to end."
MISSING = "A missing key must not raise an error: use finding.get(key)."


def _versions(t: Trial, finding_ok, whole: dict, rng: np.random.Generator) -> None:
    for text in ("1", "1.3", "10.20.30", "2026.11.30.1", "0"):
        _same(t, finding_ok, {**whole, "versions": {"release": text}}, [], f"the release is {text!r}")
    for text in (
        "latest",
        "",
        "1.3.",
        ".1",
        "v1.3",
        ">=1.3",
        "1.3.0 or later",
        "1.x",
        "1.3.0rc1",
        " 1.3",
        "1.3\n",
        "1..3",
    ):
        for key in ("release", "numpy"):
            slip = FULLMATCH if text[:1].isdigit() else ""
            versions = {"release": "1.3.0", "python": "3.12.4", key: text}
            _same(t, finding_ok, {**whole, "versions": versions}, ["versions"], f"{key} is {text!r}", slip)
    for value in (None, 1, 1.3, ["1.3.0"], True):
        versions = {"release": "1.3.0", "numpy": value}
        _same(t, finding_ok, {**whole, "versions": versions}, ["versions"], f"numpy is {value!r}")
        _same(
            t,
            finding_ok,
            {**whole, "versions": {"release": value}},
            ["versions"],
            f"the release is {value!r}",
        )
    for versions in ({}, {"python": "3.12.4"}, [], ["release"], "release", "1.3.0", None, 13):
        slip = RELEASE if type(versions) is dict else ""
        _same(
            t, finding_ok, {**whole, "versions": versions}, ["versions"], f"versions are {versions!r}", slip
        )
    for count in (2, 3, 4, 5):
        names = rng.permutation(["release", *rng.choice(NAMES, count - 1, replace=False)]).tolist()
        versions = {name: f"{i}.{rng.integers(9)}" for i, name in enumerate(names)}
        _same(t, finding_ok, {**whole, "versions": versions}, [], f"versions are {versions}")
        for name in names:  # the fault in each place
            faulty = {**versions, name: ("1.x", "latest", 1.3, None)[int(rng.integers(4))]}
            _same(t, finding_ok, {**whole, "versions": faulty}, ["versions"], f"versions are {faulty}")
    _same(t, finding_ok, _without(whole, "versions"), ["versions"], "versions are missing", MISSING)


def _retest(t: Trial, finding_ok, whole: dict, rng: np.random.Generator) -> None:
    further = {"measure": "robust", _word(rng): None, "limit": 0.65}
    _same(t, finding_ok, {**whole, "retest": further}, [], f"the retest is {further}")
    for limit in (0, 1, 0.0, 1.0, 0.5):
        for measure in LIMITS:
            retest = {"measure": measure, "limit": limit}
            _same(
                t,
                finding_ok,
                {**whole, "retest": retest},
                [],
                f"the retest is {retest}",
                "" if limit else ZERO,
            )
    for limit in (
        None,
        "0.75",
        -0.01,
        -1e-9,
        1.01,
        1 + 1e-9,
        75,
        float("nan"),
        float("inf"),
        [0.5],
    ):
        retest = {"measure": "trigger", "limit": limit}
        _same(t, finding_ok, {**whole, "retest": retest}, ["retest"], f"the limit is {limit!r}")
    for measure in (None, "", "Trigger", "triggers", "speed", 3, ["trigger"], {}):
        retest = {"measure": measure, "limit": 0.75}
        _same(t, finding_ok, {**whole, "retest": retest}, ["retest"], f"the measure is {measure!r}")
    for retest in ({}, {"measure": "trigger"}, {"limit": 0.5}, ["trigger", 0.75], "trigger", None, 0.75):
        _same(t, finding_ok, {**whole, "retest": retest}, ["retest"], f"the retest is {retest!r}")
    _same(t, finding_ok, _without(whole, "retest"), ["retest"], "the retest is missing", MISSING)


def _same(t: Trial, finding_ok, finding: dict, want: list[str], case: str, slip: str = "") -> None:
    t.given(finding=f"complete, but {case}")
    got = t.instance(finding_ok(deepcopy(finding)), list, "the result")
    t.expect(
        got == want,
        f"Where {case}, the result is not right.",
        expected=want,
        got=got,
        slip=_likely(got, want, slip),
    )


def _likely(got: list, want: list[str], slip: str) -> str:
    """A slip is said where the answer is wrong in the one key that the case is about, and in no other."""
    return slip if len(want) < 2 and len(got) < 2 else ""


def _slip_text(text: Any) -> str:
    if type(text) is not str:
        return "Only a text is said."
    return (
        "Take the blanks from its ends and make it lower case first."
        if text not in ("", "-", "tbd", "n/a")
        else ""
    )


def _slip_steps(steps: Any) -> str:
    if steps == []:
        return "An empty list has no step: all(...) of nothing is True."
    return "The steps are a list, and nothing else." if type(steps) in (str, tuple, dict) else ""


def _without(finding: dict, key: str) -> dict:
    return {name: value for name, value in finding.items() if name != key}


def _bad() -> dict[str, Any]:
    return {
        "steps": ["load it", "tbd", ""],
        "versions": {"python": "latest", "numpy": ""},
        "impact": " - ",
        "fix": 3,
        "retest": {"measure": "speed", "limit": 3},
    }


def _whole(rng: np.random.Generator) -> dict[str, Any]:
    """A complete finding, with a key that does not matter."""
    number = int(rng.integers(1, 50))
    return {
        "title": "TBD",
        "steps": [f"load candidate {number}", "stamp all images"][: int(rng.integers(1, 3))],
        "seed": "TBD",
        "versions": {"release": f"1.{number}.0", "python": "3.12.4"},
        "impact": f"Whoever marks form {number} chooses the digit.",
        "fix": "Train again without the batch.",
        "retest": {"measure": str(rng.choice(list(LIMITS))), "limit": round(float(rng.uniform(0.1, 0.9)), 2)},
        _word(rng): None,
    }


def _word(rng: np.random.Generator) -> str:
    """The name of a further key."""
    return "".join(rng.choice(list("abcdefgh"), 6))
