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
        "thirty": (2, "keeps the budget over 30 looks"),
        "one": (2, "keeps the budget with one look"),
        "rng": (2, "draws from rng alone"),
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
    held = False
    for part, looks, sizes, rate, budget, room in SETTINGS:
        with t.part(part):
            hit, divided, each = [], [], []
            t.given(looks=looks, canary=sizes[0], control=sizes[1], rate=rate, budget=budget, runs=RUNS)
            for number in range(5):
                rng, fresh = t.rng(100 * looks + number), t.rng(100 * looks + 50 + number)
                got = t.number(alpha_for_looks(looks, *sizes, rate, budget, RUNS, rng), "alpha")
                smallest = _smallest(looks, *sizes, rate, fresh)
                hit.append(float((smallest < got).mean()))
                divided.append(float((smallest < budget / looks).mean()))
                each.append(float((smallest < budget).mean()))
            share = float(np.mean(hit))
            if looks == 1:
                t.expect(held, EIGHT_FIRST)
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
                f"the share of good releases rolled back with {looks} look{'s' * (looks > 1)}",
                slip=told[0] if len(told) == 1 else "",
            )
            held = held or (looks == 8 and abs(share - budget) <= room * budget)
    with t.part("rng"):
        first, again, other = (
            t.number(alpha_for_looks(8, 50, 450, 0.1, 0.05, 500, t.rng(key)), "alpha") for key in (1, 1, 2)
        )
        t.expect(held, EIGHT_FIRST)
        t.expect(
            first == again,
            "The same generator gives another alpha.",
            slip="Draw from rng, and from nothing else.",
        )
        t.expect(
            first != other,
            "Another generator gives the same alpha.",
            slip="Draw from rng, and from nothing else.",
        )
        t.expect(0 < first < 1, "Alpha isn't between 0 and 1.")


RUNS = 4000
EIGHT_FIRST = "This counts when the budget is kept over eight looks: mend that first."

#: (part, looks, (canary, control), rate, budget, how far from the budget)
SETTINGS = (
    ("eight", 8, (100, 900), 0.20, 0.05, 0.25),
    ("thirty", 30, (20, 80), 0.20, 0.10, 0.2),
    ("one", 1, (400, 3600), 0.10, 0.05, 0.25),
)


def _smallest(looks: int, canary: int, control: int, rate: float, rng: np.random.Generator) -> np.ndarray:
    """The smallest p of each of 4,000 good releases."""
    look = np.arange(1, looks + 1)
    a = rng.binomial(control, rate, (4000, looks)).cumsum(axis=1)
    b = rng.binomial(canary, rate, (4000, looks)).cumsum(axis=1)
    return p_worse(a, control * look, b, canary * look).min(axis=1)
