"""Answers to `recovery.contain`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from copy import deepcopy

from autograder.exercise import Answers, Wrong

from ..checks.contain import RULES
from ..material import step


def with_ifs(state, action):
    state = deepcopy(state)
    kind, what = action[0], action[1] if len(action) == 2 else None
    patients_safe = state["serving"] == "fallback"
    if kind == "copy" and what and what not in state["off"]:
        state["copied"] |= {what}
    elif kind == "check" and what and what in state["copied"]:
        state["checked"] |= {what}
    elif kind == "isolate" and what in state["copied"] and (patients_safe or what != "scoring"):
        state["off"] |= {what}
    elif kind == "wipe" and what in state["checked"] and what in state["off"]:
        state["wiped"] |= {what}
    elif kind == "revoke" and what and (patients_safe or what != state["service_key"]):
        state["keys"] -= {what}
    elif action == ("freeze",):
        state["retraining"] = False
    elif action == ("try",):
        state["fallback"] = "tested"
    elif action == ("switch",) and state["fallback"] == "tested":
        state["serving"] = "fallback"
    else:
        raise ValueError(action)
    return state


def without(rule):
    def answer(state, action):
        return step(state, action, rule)

    answer.__name__ = "without_" + rule.replace(" ", "_")
    return answer


def refuses_all(state, action):
    raise ValueError(action)


def allows_all(state, action):
    try:
        return step(state, action)
    except ValueError:
        return state


def ignores_unknown(state, action):
    try:
        return step(state, action)
    except ValueError as error:
        if str(error) == "unknown":
            return state
        raise


def refuses_twice(state, action):
    new = step(state, action)
    if new == state:
        raise ValueError("done already")
    return new


def any_copy(state, action):
    if action[0] in ("check", "isolate") and state["copied"]:
        state = state | {"copied": state["copied"] | {action[1]}}
        new = step(state, action)
        return new
    return step(state, action)


def patients_only_for_scoring(state, action):
    if action[0] == "isolate" and state["serving"] != "fallback":
        raise ValueError("no fallback")
    return step(state, action)


def never_wipes(state, action):
    if action[0] == "wipe":
        raise ValueError("evidence")
    return step(state, action)


def no_key_without_fallback(state, action):
    if action[0] == "revoke" and state["serving"] != "fallback":
        raise ValueError("no fallback")
    return step(state, action)


def words_too_many(state, action):
    return step(state, action[: 1 if action and action[0] in ("freeze", "try", "switch") else 2])


def any_case(state, action):
    return step(state, (action[0].lower(), *action[1:]) if action else action)


def anything_but_the_bad_release(state, action):
    new = step(state if state["serving"] == "1.4.0" else state | {"serving": "fallback"}, action)
    return new if action[0] == "switch" else new | {"serving": state["serving"]}


def anything_but_untested(state, action):
    new = step(state if state["fallback"] == "untested" else state | {"fallback": "tested"}, action)
    return new if action[0] == "try" else new | {"fallback": state["fallback"]}


def only_known_machines(state, action):
    if action and action[0] in ("copy", "check") and action[1:] not in [(m,) for m in MACHINES]:
        raise ValueError("no such machine")
    return step(state, action)


def each_scoring(state, action):
    if (
        action[:1] == ("isolate",)
        and action[1:]
        and "scoring" in action[1]
        and state["serving"] != "fallback"
    ):
        raise ValueError("no fallback")
    return step(state, action)


def edits_sets(state, action):
    new = step(state, action)
    for key, value in new.items():
        if isinstance(value, set):
            state[key].clear()
            state[key].update(value)
    return new


def edits_texts(state, action):
    new = step(state, action)
    state["fallback"], state["serving"], state["retraining"] = (
        new["fallback"],
        new["serving"],
        new["retraining"],
    )
    return new


def forgets_to_freeze(state, action):
    return step(state, action) | {"retraining": True}


def returns_none(state, action):
    step(state, action)


def off_is_copied(state, action):
    new = step(state, action)
    if action[0] == "isolate":
        new["checked"].add(action[1])
    return new


MACHINES = ("scoring", "training", "store", "app")
PART = {
    "scoring off without fallback": "patients",
    "service key revoked without fallback": "patients",
    "untested fallback": "patients",
}

ANSWERS = Answers(
    right=[with_ifs],
    wrong=[
        *(
            Wrong(without(rule), PART.get(rule, "evidence"), told[:40])
            for rule, told in RULES.items()
            if rule != "unknown"
        ),
        Wrong(refuses_all, "evidence", "is refused, and it is allowed"),
        Wrong(allows_all, "evidence", "no error is raised"),
        Wrong(ignores_unknown, "rest", "not in the table"),
        Wrong(refuses_twice, "sequences", "is refused, and it is allowed"),
        Wrong(any_copy, "evidence", "copy"),
        Wrong(patients_only_for_scoring, "evidence", "is refused, and it is allowed"),
        Wrong(never_wipes, "evidence", "is refused, and it is allowed"),
        Wrong(no_key_without_fallback, "patients", "is refused, and it is allowed"),
        Wrong(words_too_many, "rest", "not in the table"),
        Wrong(any_case, "rest", "not in the table"),
        Wrong(anything_but_the_bad_release, "patients", "no error is raised"),
        Wrong(anything_but_untested, "patients", "no error is raised"),
        Wrong(only_known_machines, "evidence", "is refused, and it is allowed"),
        Wrong(each_scoring, "evidence", "is refused, and it is allowed"),
        Wrong(edits_sets, "inputs", "the state that you were given"),
        Wrong(edits_texts, "inputs", "the state that you were given"),
        Wrong(forgets_to_freeze, "rest", "the state after"),
        Wrong(returns_none, "evidence", "the new state"),
        Wrong(off_is_copied, "evidence", "the state after"),
    ],
)
