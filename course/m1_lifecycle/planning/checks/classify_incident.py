"""The check of `planning.classify_incident`."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

PUBLIC = ("accuracy", "names of the measurements")
#: the last five look like something public, or like nothing that one could list
SECRET = (
    "weights", "training data", "keys", "patients", "names of the patients", "accuracy per patient",
    "names of the measurements that nobody should see", "the accuracy of a draft", "Accuracy",
)  # fmt: skip
ANSWERS = ("right", "late", "none", "wrong for all", "as wished")


@exercise(
    minutes=10,
    parts={
        "kind": (3, "says security bug unless nobody can cause it on purpose"),
        "goals": (3, "names the goals of a security bug"),
        "public": (2, "counts what was learned unless it is public"),
        "ml": (1, "gives an ML bug no goals"),
    },
    hints=(
        "One fact decides the kind, and it has three values. Which of them is the only one that says ML bug?",
        "Return early for an ML bug. Then begin with an empty set, and ask four independent questions: a bug "
        "may have several goals, or none.",
        'can_cause is False: "ML bug", set()\n'
        "answers in (late, none, wrong for all): availability; answers is as wished: integrity\n"
        "any thing in learned that is not in PUBLIC: privacy; limit_passed: misuse",
    ),
    debrief=(
        "Likes a report that is closed as designed, or as never seen: the door stays open, and it's known "
        "where.",
        "Asks what somebody can do. The price: what nobody has looked at lands with the security team first.",
    ),
    standards=("PO.1.2", "AML.T0024.002"),
)
def classify_incident(t: Trial, classify_incident) -> None:
    right: list[dict] = []  # facts of which the kind was right
    cases, results = _cases(t.rng(1)), {}
    for number, facts in enumerate(cases):
        t.given(**facts)
        with t.part("kind"):
            results[number] = classify_incident(facts)
            _expect_kind(t, _pair(t, results[number])[0], facts, right)
    # who takes None for False has lost the kind, and loses no goals for it
    trusted = all(facts in right for facts in cases if facts["can_cause"] is None)
    seen: list[tuple[dict, set]] = []
    told: set[str] = set()
    for part in ("goals", "public", "ml"):
        # the plain ones first: what went right there tells what goes wrong later
        for number, facts in sorted(enumerate(cases), key=lambda pair: _place(pair[1])):
            if _part(facts) != part or (facts["can_cause"] is None and not trusted):
                continue
            t.given(**facts)
            with t.part(part):
                got = results[number] if number in results else classify_incident(facts)
                kind, goals = _result(t, got)
                seen.append((facts, goals))
                if goals != _goals(facts):
                    trusted = trusted and facts["can_cause"] is not None
                    known = kind == _kind(facts["can_cause"] is not False) and part not in told
                    told.add(part)
                    t.wrong(
                        "The set of goals is not right.",
                        expected=_goals(facts),
                        got=goals,
                        slip=_slip(seen) if known else "",
                    )
    _expect_goals_of_others(t, classify_incident, cases)


def _expect_goals_of_others(t: Trial, classify_incident: Any, cases: list[dict]) -> None:
    """No goals for an ML bug count only where the same report has some when somebody can cause it."""
    others = [facts | {"can_cause": True} for facts in cases if _part(facts) == "ml"]
    for facts in [facts for facts in others if len(_goals(facts)) == 3][:12]:
        t.given(**facts)
        with t.part("ml"):
            said = "The report has no goals, and somebody can cause it."
            goals = _result(t, classify_incident(facts))[1]
            t.expect(goals, said, expected=_goals(facts), got=goals)


def _place(facts: dict) -> tuple:
    return facts["can_cause"] is None, facts["seen"], facts["by_design"]


def _part(facts: dict) -> str:
    if facts["can_cause"] is False:
        return "ml"
    return "public" if set(facts["learned"]) & set(PUBLIC) else "goals"


def _pair(t: Trial, got: Any) -> tuple:
    pair = t.instance(got, tuple, "the result")
    t.expect(len(pair) == 2, "The result is not a pair.", expected="(kind, goals)", got=repr(pair))
    return t.instance(pair[0], str, "the kind"), pair[1]


def _result(t: Trial, got: Any) -> tuple[str, set]:
    kind, goals = _pair(t, got)
    return kind, t.instance(goals, set, "the set of goals")


def _expect_kind(t: Trial, kind: str, facts: dict, right: list[dict]) -> None:
    want = _kind(facts["can_cause"] is not False)
    if kind == want:
        right.append(facts)
        return
    fit = [
        text
        for text, rule in KINDS.items()
        if rule(facts) == kind and all(rule(one) == _kind(one["can_cause"] is not False) for one in right)
    ]
    slip = fit[0] if len(fit) == 1 else ""  # where several explain all that was seen, any would be a guess
    t.wrong("The kind is not right.", expected=want, got=kind, slip=slip)


def _kind(security: bool) -> str:
    return "security bug" if security else "ML bug"


def _goals(facts: dict, slip: str = "") -> set[str]:
    if (facts["can_cause"] is False and slip != "ml") or (facts["can_cause"] is None and slip == "none"):
        return set()
    learned, answers = facts["learned"], facts["answers"]
    private = bool(learned) if slip == "public" else any(thing not in PUBLIC for thing in learned)
    if slip == "all" and learned:
        private = all(thing not in PUBLIC for thing in learned)
    goals = {
        "availability": answers in ("late", "none") or (answers == "wrong for all" and slip != "wrong"),
        "integrity": answers == "as wished" or (answers == "wrong for all" and slip == "wrong"),
        "privacy": private,
        "misuse": facts["limit_passed"],
    }
    return {goal for goal, counts in goals.items() if counts}


def _slip(seen: list[tuple[dict, set]]) -> str:
    """The one misreading that explains the last report and all before; where several do, none is told."""
    last, found = seen[-1]
    fit = []
    for text, (slip, touched, causes) in GOALS.items():
        asked = [(facts, got) for facts, got in seen if facts["can_cause"] in causes]
        explains = last["can_cause"] in causes and all(
            _goals(facts, slip) & touched == got & touched for facts, got in asked
        )
        if explains and found & touched != _goals(last) & touched:
            fit.append(text)
    return fit[0] if len(fit) == 1 else ""


KINDS = {
    "None says that nobody has looked: it counts as a security bug until somebody has.": lambda facts: _kind(
        bool(facts["can_cause"])
    ),
    "What works as designed can be a security bug: `by_design` decides nothing.": lambda facts: _kind(
        facts["can_cause"] is not False and not facts["by_design"]
    ),
    "Whether somebody has done it already decides nothing: `seen` is not `can_cause`.": lambda facts: _kind(
        facts["seen"]
    ),
}


ALL, ANY = {"availability", "integrity", "privacy", "misuse"}, (True, None, False)
#: what is told → the misreading, the goals that it touches, and the values of can_cause that show it
GOALS = {
    "What the clinic publishes is no secret: leave out what is in PUBLIC.": ("public", {"privacy"}, ANY),
    "One thing that is not public is enough, whatever else was learned.": ("all", {"privacy"}, ANY),
    "Wrong for all is availability: nobody can rely on it. Integrity is what an adversary wished.": (
        "wrong",
        {"availability", "integrity"},
        ANY,
    ),
    "None is a security bug, and has its goals: only False has none.": ("none", ALL, (True, None)),
    "An ML bug has no goals: nobody wants anything.": ("ml", ALL, (False,)),
}


def _cases(rng: np.random.Generator) -> list[dict]:
    """The full product of the facts in drawn order; each way to learn something goes through all secrets."""
    secrets = [*SECRET, *("".join(rng.permutation(list("aeiklmnorst"))[:7]) for _ in range(2))]
    first, second = (str(thing) for thing in rng.permutation(PUBLIC))
    learned: tuple[tuple, ...] = (
        (), (1,), (1, 2), (first,), (second,), (first, second), (first, 1), (1, second), (first, 1, second)
    )  # fmt: skip
    keys = ("can_cause", "answers", "learned", "limit_passed", "by_design", "seen")
    flags = (False, True)
    mixes = list(product((True, False, None), ANSWERS, learned, flags, flags, flags))
    cases = []
    for number, i in enumerate(rng.permutation(len(mixes))):
        facts = dict(zip(keys, mixes[i], strict=True))
        facts["learned"] = [
            secrets[(number + thing) % len(secrets)] if type(thing) is int else thing
            for thing in facts["learned"]
        ]
        cases.append(facts)
    quiet = {"answers": "right", "learned": [], "limit_passed": False}
    cases[:0] = [  # each tells one misreading from the others
        {"can_cause": True, **quiet, "by_design": True, "seen": True},
        {"can_cause": True, **quiet, "by_design": False, "seen": False},
        {"can_cause": None, **quiet, "by_design": False, "seen": True},
    ]
    return cases
