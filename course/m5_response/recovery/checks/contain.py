"""The check of `recovery.contain`."""

from __future__ import annotations

from itertools import product

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

from ..material import Row, fresh, step

#: what may have happened to a machine
STAGES = ((), ("copied",), ("copied", "checked"), ("off",), ("copied", "off"), ("copied", "checked", "off"))
WIPED = ("copied", "checked", "off", "wiped")
STRANGE = (("switch back",), ("delete", "log"), ("unfreeze",), ("restore", "night1"), ("wipe all",), ("",))
FORMS = (  # a word of the table with a word too many or too few, or written otherwise
    *((kind, "now") for kind in ("freeze", "try", "switch")),
    *((kind,) for kind in ("copy", "check", "isolate", "wipe", "revoke")),
    *((kind, "store", "now") for kind in ("copy", "check", "isolate", "wipe")),
    ("revoke", "k-gone", "now"),
    ("Copy", "training"),
    ("FREEZE",),
)
RULES = {
    "copied after it was off": "A machine that is off has lost its memory: a copy of it comes too late.",
    "checked without a copy": "Without a copy there is nothing to check.",
    "isolated before the copy": "Isolating stops the machine: copy it first.",
    "scoring off without fallback": "With scoring off and no fallback, nobody looks at the samples.",
    "wiped with an unchecked copy": "A copy that nobody checked may be empty: check before you wipe.",
    "wiped while it runs": "Wipe what is off; a running machine still writes.",
    "service key revoked without fallback": "Without its key the scoring service stops: switch first.",
    "untested fallback": "Switching to a fallback that nobody tried can leave patients without a service.",
    "unknown": "An action that is not in the table is refused.",
}


@exercise(
    minutes=12,
    parts={
        "evidence": (4, "keeps evidence: copy, check, isolate and wipe, each allowed exactly when it may be"),
        "patients": (4, "never leaves patients without a service"),
        "rest": (1, "carries out what is always allowed, and refuses what is not in the table"),
        "sequences": (2, "does all of it over sequences of 40 actions"),
        "inputs": (1, "returns a new state and leaves the old one as it was"),
    },
    hints=(
        "Each action has at most two conditions. Which part of the state decides each of them?",
        "Copy the state first, its sets too. Then one branch for each kind of action: raise ValueError where "
        "its condition does not hold, else change the copy.",
        "new = {key: set(v) if it is a set else v}\n"
        "isolate: refuse unless copied; for 'scoring' also unless serving is 'fallback'; add to new['off']\n"
        "wipe: refuse unless checked and off ... anything else: refuse",
    ),
    debrief=(
        "Counts on the rush: the quickest hands wipe the machine that would have told who was there.",
        "Lets a program refuse the wrong order. It costs the hours of the copies, and nobody has to remember "
        "the order.",
    ),
    standards=("RS.MI-01", "RV.2.2"),
)
def contain(t: Trial, contain) -> None:
    for number, rng in enumerate(t.cases(2)):
        base = fresh(rng)
        odd = ("scoring-2", f"m{rng.integers(100)}")[number]
        for serving, name in product(("1.4.0", "1.3.0", "fallback"), ("scoring", "training", odd)):
            for stage in (*STAGES, WIPED):
                state = _state(base, name, stage, serving)
                for kind in ("copy", "check", "isolate", "wipe"):
                    patients = kind == "isolate" and name == "scoring" and "copied" in stage
                    with t.part("patients" if patients else "evidence"):
                        _judge(t, contain, state, (kind, name))
        for serving, tested in product(("1.4.0", "1.3.0", "fallback"), ("untested", "failed", "tested")):
            state = base | {"serving": serving, "fallback": tested}
            with t.part("patients"):
                _judge(t, contain, state, ("switch",))
                for key in sorted(base["keys"]):
                    _judge(t, contain, state, ("revoke", key))
            with t.part("rest"):
                for action in (("freeze",), ("try",), ("revoke", "k-gone"), *STRANGE, *FORMS):
                    _judge(t, contain, state, action)
                _judge(t, contain, state | {"retraining": False}, ("freeze",))
        with t.part("inputs"):
            _unchanged(t, contain, base)
    for rng in t.cases(6):
        state = fresh(rng)
        with t.part("sequences"):
            for _ in range(40):
                state = _judge(t, contain, state, _action(rng, state))


def _state(base: Row, name: str, stage: tuple[str, ...], serving: str) -> Row:
    """A state in which one machine is so far, and two others are further or not begun."""
    other = {"store": WIPED, "app": ()}
    return base | {
        "serving": serving,
        "fallback": "tested" if serving == "fallback" else "untested",
        **{
            key: {one for one, so_far in {name: stage, **other}.items() if key in so_far}
            for key in ("copied", "checked", "off", "wiped")
        },
    }


def _action(rng: np.random.Generator, state: Row) -> tuple:
    name = str(rng.choice(["scoring", "training", "store"]))
    known = [*sorted(state["keys"]), state["service_key"]]
    options: list[tuple] = [(kind, name) for kind in ("copy", "check", "isolate", "wipe")]
    options += [("revoke", known[rng.integers(len(known))]), ("freeze",), ("try",), ("switch",)]
    return options[rng.integers(len(options))]


def _judge(t: Trial, contain, state: Row, action: tuple) -> Row:
    """Compares one action with the judge's own; returns the state after it."""
    shown = {key: sorted(value) if isinstance(value, set) else value for key, value in state.items()}
    t.given(action=action, **shown)
    try:
        want = step(state, action)
    except ValueError as refused:
        with t.raises(ValueError, f"{action}, which is not allowed now", slip=RULES[str(refused)]):
            contain(_copy(state), action)
        return state
    try:
        got = contain(_copy(state), action)
    except NotImplementedError:
        raise
    except LearnerError as error:
        if isinstance(error, ValueError):
            t.wrong(f"{action} is refused, and it is allowed.", got="ValueError")
        raise
    t.equal(t.instance(got, dict, "the new state"), want, f"the state after {action}")
    return want


def _unchanged(t: Trial, contain, base: Row) -> None:
    full = base | {"copied": {"training"}, "checked": {"training"}, "off": {"training"}, "fallback": "tested"}
    free = base | {"serving": "fallback", "copied": {"store"}}
    actions = [
        ("copy", "store"),
        ("check", "training"),
        ("wipe", "training"),
        ("freeze",),
        ("try",),
        ("switch",),
    ]
    cases = [(full, one) for one in actions] + [(free, ("isolate", "store"))]
    cases += [(free, ("revoke", key)) for key in sorted(base["keys"])]
    for state, action in cases:
        t.given(action=action)
        got, after = t.observe(contain, _copy(state), action)
        t.equal(after[0], state, "the state that you were given")
        t.equal(got, step(state, action), f"the state after {action}")


def _copy(state: Row) -> Row:
    return {key: set(value) if isinstance(value, set) else value for key, value in state.items()}
