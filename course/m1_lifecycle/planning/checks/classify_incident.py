"""The check of `planning.classify_incident`."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

PUBLIC = ("accuracy", "names of the measurements")
SECRET = ("weights", "training data", "keys", "patients", "architecture")
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
    for part, cases in _cases(t.rng(1)).items():
        for facts in cases:
            t.given(**facts)
            with t.part(part):
                kind, goals = _result(t, classify_incident(facts))
                if part == "kind":
                    _expect_kind(t, kind, facts, right)
                    continue
                if part == "ml":  # no goals, and yet all of them where somebody can cause the same
                    other = facts | {"can_cause": True}
                    t.equal(_result(t, classify_incident(other))[1], _goals(other), "the set of goals")
                slips = {text: _goals(facts, slip) for text, slip in GOALS.items()}
                known = kind == _kind(facts["can_cause"] is not False)
                t.equal(goals, _goals(facts), "the set of goals", slips=slips if known else {})


def _result(t: Trial, got: Any) -> tuple[str, set]:
    pair = t.instance(got, tuple, "the result")
    t.expect(len(pair) == 2, "The result is not a pair.", expected="(kind, goals)", got=repr(pair))
    return t.instance(pair[0], str, "the kind"), t.instance(pair[1], set, "the goals")


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
    if facts["can_cause"] is False and slip != "ml":
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


GOALS = {
    "What the clinic publishes is no secret: leave out what is in PUBLIC.": "public",
    "One thing that is not public is enough, whatever else was learned.": "all",
    "Wrong for all is availability: nobody can rely on it. Integrity is what an adversary wished.": "wrong",
    "An ML bug has no goals: nobody wants anything.": "ml",
}


def _cases(rng: np.random.Generator) -> dict[str, list[dict]]:
    """Part → facts: every mix that decides, in drawn order, with drawn secrets."""
    a, b = (str(thing) for thing in rng.permutation(SECRET)[:2])
    flags, secrets = (False, True), ([], [a], [a, b])
    public = ([PUBLIC[0]], [PUBLIC[1]], [*PUBLIC], [PUBLIC[0], a], [a, PUBLIC[1]], [PUBLIC[1], a, b])
    causes = (True, None)
    mixes = {
        "kind": product(
            (True, False, None), ("right", "wrong for all", "as wished"), ([], [a]), flags, flags, flags
        ),
        "goals": product(causes, ANSWERS, secrets, flags, flags, (False,)),
        "public": product(causes, ("right", "late"), public, flags, (False,), flags),
        "ml": product((False,), ANSWERS, ([], [a], [a, b]), flags, (False,), (False,)),
    }
    keys = ("can_cause", "answers", "learned", "limit_passed", "by_design", "seen")
    found = {part: [dict(zip(keys, mix, strict=True)) for mix in mixed] for part, mixed in mixes.items()}
    cases = {part: [facts[i] for i in rng.permutation(len(facts))] for part, facts in found.items()}
    quiet = {"answers": "right", "learned": [], "limit_passed": False}
    cases["kind"][:0] = [  # each tells one misreading from the others
        {"can_cause": True, **quiet, "by_design": True, "seen": True},
        {"can_cause": True, **quiet, "by_design": False, "seen": False},
        {"can_cause": None, **quiet, "by_design": False, "seen": True},
    ]
    return cases
