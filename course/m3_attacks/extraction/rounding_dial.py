"""The rounding dial: what decimals in the answers cost a thief who may ask more often.

The victim is the clinic's triage model: 30 weights and a bias. The thief asks about the average sample and
one step along each measurement, 31 questions, and then about samples drawn near the average. Rounding makes
each answer wrong by a little; more questions average that away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course.explore.chart import Axis, Line, line_chart
from course.explore.measured import read_measured, write_measured
from course.explore.panel import Choice, Panel, Steps
from course.explore.twin import Table, Twin

BUDGETS = (31, 45, 60, 80, 100, 150, 200, 300, 400, 600, 800)
DECIMALS = (4, 3, 2, 1)
SEEDS = tuple(range(20))

_ERRORS = {0.00001: "10⁻⁵", 0.0001: "10⁻⁴", 0.001: "10⁻³", 0.01: "0.01", 0.1: "0.1", 1: "1"}
_TICKS = {30: "30", 60: "60", 100: "100", 200: "200", 400: "400", 800: "800"}
_SHOWN = (31, 60, 100, 200, 400, 800)  # in the twin's tables


def rounding_dial() -> Panel:
    """The widget: questions and decimals move the mark, and a sentence says error and patients."""
    return Panel(
        _draw,
        budget=Steps("Questions", BUDGETS),
        decimals=Choice("Decimals in the answers", DECIMALS, value=DECIMALS.index(2)),
    )


def twin() -> Twin:
    """The dial as a picture and two tables."""
    runs = _data()["runs"]
    columns = ("decimals", *(f"{budget} questions" for budget in _SHOWN))

    def rows(measure: str, form: str) -> list[tuple[str, ...]]:
        return [
            (
                str(decimals),
                *(format(runs[str(decimals)][measure]["mean"][BUDGETS.index(n)], form) for n in _SHOWN),
            )
            for decimals in DECIMALS
        ]

    return Twin(
        "The triage model answers with a rounded probability. A thief solves for its 30 weights and its "
        "bias. "
        f"Every value is the mean of {len(_data()['seeds'])} thefts; a band runs from the lowest to the "
        f"highest.",
        [_picture()],
        [
            Table("The largest error of a weight", columns, rows("error", ".5f")),
            Table("Of 569 patients, those whom the copy calls otherwise", columns, rows("patients", ".1f")),
        ],
    )


def measure(seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Steal the triage model with every budget, decimals and seed. Returns plain JSON types."""
    import numpy as np
    import sklearn

    from .clinic import TriageService, triage_model

    samples, w, b = triage_model()
    urgent = samples @ w + b > 0
    runs = {}
    for decimals in DECIMALS:
        table = np.empty((len(seeds), len(BUDGETS), 2))
        for i, seed in enumerate(seeds):
            for j, budget in enumerate(BUDGETS):
                rng = np.random.default_rng(seed)
                asked = np.vstack([np.zeros(30), np.eye(30), rng.normal(0, 0.3, (budget - 31, 30))])
                answers = TriageService(w, b, decimals).ask(asked)
                keep = (answers > 0) & (answers < 1)
                odds = np.log(answers[keep] / (1 - answers[keep]))
                found = np.linalg.lstsq(np.c_[asked[keep], np.ones(keep.sum())], odds, rcond=None)[0]
                called = samples @ found[:-1] + found[-1] > 0
                table[i, j] = abs(found - [*w, b]).max(), (called != urgent).sum()
        runs[str(decimals)] = {
            name: {
                kind: getattr(table[..., k], kind)(axis=0).round(6).tolist()
                for kind in ("mean", "min", "max")
            }
            for k, name in enumerate(("error", "patients"))
        }
    made_with = {"numpy": np.__version__, "scikit-learn": sklearn.__version__}
    return {"made_with": made_with, "seeds": list(seeds), "budgets": list(BUDGETS), "runs": runs}


def _draw(budget: int, decimals: int) -> tuple[str, str]:
    return _picture(decimals, BUDGETS.index(budget)), _sentence(budget, decimals)


def _picture(chosen: int | None = None, mark: int | None = None) -> str:
    """All lines; the band stands round the chosen one alone, or round each."""
    runs = _data()["runs"]
    names = {1: "1 decimal", **{n: f"{n} decimals" for n in DECIMALS[:-1]}}
    kinds = ("mean", "min", "max")
    ends = ", ".join(
        f"{names[n]} {runs[str(n)]['error']['mean'][0]:.5f} to {runs[str(n)]['error']['mean'][-1]:.5f}"
        for n in DECIMALS
    )
    return line_chart(
        BUDGETS,
        [
            Line(
                names[n], *(runs[str(n)]["error"][kind] for kind in kinds[: 3 if chosen in (None, n) else 1])
            )
            for n in DECIMALS[::-1]
        ],
        x_axis=Axis("questions that the thief asks", _TICKS, log=True),
        y_axis=Axis("largest error of a weight: mean of 20 thefts", _ERRORS, log=True, form=".2g"),
        title=f"The copy's error, answers with {names[chosen]}" if chosen else "The copy's error",
        desc=f"Four lines fall as the thief asks 31 to 800 questions: {ends}.",
        mark=mark,
    )


def _sentence(budget: int, decimals: int) -> str:
    run, at = _data()["runs"][str(decimals)], BUDGETS.index(budget)
    error, patients = run["error"]["mean"][at], run["patients"]["mean"][at]
    places = f"{decimals} decimal{'s' if decimals > 1 else ''}"
    return (
        f"{budget} questions, answers with {places}: the worst weight is off by {error:.2g}, and the "
        f"copy calls "
        f"{patients:.1f} of 569 patients otherwise."
    )


def _data() -> dict[str, Any]:
    return read_measured(__file__)


if __name__ == "__main__":
    write_measured(__file__, measure())
