"""The check of `deployment.alpha_for_looks`."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import p_worse


@exercise(
    minutes=12,
    level="stretch",
    parts={
        "eight": (4, "keeps the budget over eight looks"),
        "many": (2, "keeps the budget over many looks with few cases"),
        "one": (2, "keeps the budget with one look"),
        "rng": (2, "draws as many runs as asked for, from rng alone"),
    },
    hints=(
        "When is a run of several looks rolled back? One number of the run decides it.",
        "Draw the new cases of all runs and looks at once, in arrays (runs, looks). "
        "cumsum(axis=1) makes what each look "
        "sees. The sizes grow too: control * np.arange(1, looks + 1).",
        "a = rng.binomial(control, rate, (runs, looks)).cumsum(axis=1); the same for the canary\n"
        "p = p_values(a, control * look, b, canary * look), with look = 1 ... looks\n"
        "smallest = p.min(axis=1)\n"
        "return the budget's quantile of smallest, as a float",
    ),
    debrief=(
        "Somebody wants the release out: looks every hour, and stops looking when the result suits.",
        "Plans the looks before the release, and pays for them with a smaller alpha.",
    ),
    standards=("AML.M0008", "PO.4.1"),
)
def alpha_for_looks(t: Trial, alpha_for_looks) -> None:
    held = True
    for part, looks, sizes, rate, budget, room in SETTINGS:
        looks = looks or int(t.rng(7).integers(20, 41))
        with t.part(part):
            hit, divided, each = [], [], []
            said = {"looks": looks, "canary": sizes[0], "control": sizes[1], "rate": rate, "budget": budget}
            t.given(**said, runs=RUNS)
            for number in range(5):
                key = 100_000 * looks + round(1000 * budget) + number
                got = t.number(alpha_for_looks(looks, *sizes, rate, budget, RUNS, t.rng(key)), "alpha")
                smallest = _smallest(looks, *sizes, rate, t.rng(key + 50))
                hit.append(float((smallest < got).mean()))
                divided.append(float((smallest < budget / looks).mean()))
                each.append(float((smallest < budget).mean()))
            share = float(np.mean(hit))
            if looks == 1:
                t.expect(held, EIGHT_FIRST)
            held = held and (looks != 8 or abs(share - budget) <= room * budget)
            slips = {
                "That is budget / looks: too careful, because the looks share their cases.": divided,
                "That is right for one look: over all of them, more good releases are hit.": each,
            }
            told = [
                slip
                for slip, shares in slips.items()
                if looks > 1 and abs(share / np.mean(shares) - 1) < 0.03
            ]
            t.between(
                share,
                budget * (1 - room),
                budget * (1 + room),
                f"the share of good releases rolled back ({WHAT[part]}, budget {budget})",
                slip=told[0] if len(told) == 1 else "",
            )
    with t.part("rng"):
        setting = (8, 50, 450, 0.1, 0.05, 500)
        t.given(setting=setting)
        first, again = (t.number(alpha_for_looks(*setting, t.rng(1)), "alpha") for _ in range(2))
        t.expect(held, EIGHT_FIRST)
        t.expect(
            first == again,
            "The same generator gives another alpha.",
            slip="Draw from rng, and from nothing else.",
        )
        t.given(looks=1, canary=400, control=3600, rate=0.1, budget=0.05, runs=1)
        one = [
            t.number(alpha_for_looks(1, 400, 3600, 0.1, 0.05, 1, t.rng(100 + key)), "alpha")
            for key in range(20)
        ]
        t.expect(
            len(set(one)) > 1,
            "Another generator gives the same alpha.",
            slip="Draw from rng, and from nothing else.",
        )
        for value, low, high, what in (
            (np.mean(one), 0.2, 0.8, "the mean of 20 alphas, from one look and one run each"),
            (np.std(one), 0.1, 0.5, "the standard deviation of 20 alphas, from one look and one run each"),
        ):
            t.between(float(value), low, high, what, slip=ONE_RUN)


RUNS = 4000
WHAT = {"eight": "8 looks", "many": "20 to 40 looks", "one": "one look"}
ONE_RUN = "One run has one p: then that is the alpha. Simulate as many runs as asked for."
EIGHT_FIRST = "This counts when the budget is kept over eight looks: mend that first."

#: (part, looks or None for drawn ones, (canary, control), rate, budget, how far from the budget)
SETTINGS = (
    ("eight", 8, (100, 900), 0.20, 0.05, 0.25),
    ("eight", 8, (100, 900), 0.20, 0.50, 0.10),
    ("many", None, (10, 190), 0.03, 0.05, 0.25),
    ("one", 1, (400, 3600), 0.10, 0.05, 0.25),
)


def _smallest(looks: int, canary: int, control: int, rate: float, rng: np.random.Generator) -> np.ndarray:
    """The smallest p of each of 4,000 good releases."""
    look = np.arange(1, looks + 1)
    a = rng.binomial(control, rate, (4000, looks)).cumsum(axis=1)
    b = rng.binomial(canary, rate, (4000, looks)).cumsum(axis=1)
    return p_worse(a, control * look, b, canary * look).min(axis=1)
