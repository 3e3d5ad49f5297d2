"""The alert workbench: what a drift alarm's window and threshold cost, and what they find.

The stream is that of `traffic` beside this file: ten days, hour by hour. From an hour of day 5 to 8 on
one of the six columns lies 0.6 standard deviations off; 48 hours later it is repaired. Every hour the
alarm takes the PSI (10 bins) of each column over the last `window` hours, against two weeks of history. An
alert is an hour at which a column's PSI rises above the threshold. It is right when it is the first one on
the drifted column between start and repair; every other alert is noise. Over 20 streams together:

    precision        of the alerts, those that are right
    recall           of the drifts, those with a right alert
    alerts a day     all alerts on one stream, right ones and noise
    noise a week     the alerts of noise on one stream, in seven days
    time to detect   hours from start to the right alert: the median, a missed drift counts as never

The history is all its hours, or only those at the same hours of the day as the window's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from course.explore.chart import Axis, Line, line_chart
from course.explore.measured import read_measured, write_measured
from course.explore.panel import Choice, Panel, Slider, Switch
from course.explore.twin import Table, Twin

if TYPE_CHECKING:
    import numpy as np

WINDOWS = (1, 3, 6, 12, 24, 48)  # hours
HISTORIES = ("all hours", "same hours")
STEP = 0.02
THRESHOLDS = tuple(round(STEP * i, 2) for i in range(1, 36))
SEEDS = tuple(range(20))
MEASURES = {
    "precision": "{:.2f}",
    "recall": "{:.2f}",
    "alerts a day": "{:.1f}",
    "noise a week": "{:.1f}",
    "time to detect": "{:g}",
}

DAYS = 10
LASTS = 48  # hours from a drift's start to its repair
SIZE = 0.6  # standard deviations
BINS = 10
_WARM = 48  # hours of the history that the first windows reach back into

_TOP = 1.0  # where the picture of the PSI is cut off
_DAYS = {24 * day: str(day) for day in range(DAYS + 1)}
_PSI = {0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", _TOP: "1"}
_SHARES = {0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", 1: "1"}
_CUTS = {value: f"{value:g}" for value in (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)}


def alert_workbench() -> Panel:
    """The widget: threshold, window and history move two pictures and their sentence."""
    return Panel(
        _draw,
        threshold=Slider("Threshold (PSI)", 0.1, THRESHOLDS[0], THRESHOLDS[-1], STEP),
        window=Choice("Window", WINDOWS, texts=[_hours(window) for window in WINDOWS]),
        same=Switch("Compare with the same hours of the day only"),
    )


def twin() -> Twin:
    """The workbench as four small pictures and a table."""
    shown = (("all hours", 1), ("all hours", 12), ("same hours", 12), ("all hours", 24))
    return Twin(
        "A drift alarm on 20 streams of ten days. Pictures: the PSI of the drifted column on one of them, "
        f"cut off at {_TOP:g}; the drift is shaded. Tables: what the alarm finds and costs; inf: most "
        "drifts were missed.",
        [_trace(history, window, 0.1, size=(390, 250)) for history, window in shown],
        [_table(0.1), _table(0.2)],
    )


def measure(seeds: Sequence[int] = SEEDS, windows: Sequence[int] = WINDOWS) -> dict[str, Any]:
    """Run the alarm on one stream per seed, with every window, history and threshold.

    Returns plain JSON types. `runs[history][window]` has the five measures, each a list with one value per
    threshold; None where there is no alert, or where most drifts
    were missed. `trace[history][window]` is the PSI of the drifted column of the first seed, hour by hour,
    and `drift` says where that drift starts.
    """
    import numpy as np

    indices = [_indices(seed, windows) for seed in seeds]
    runs: dict[str, Any] = {
        history: {
            str(window): _score([(psi[history, window], column, start) for psi, column, start in indices])
            for window in windows
        }
        for history in HISTORIES
    }
    psi, column, start = indices[0]
    trace = {
        history: {str(w): psi[history, w][:, column].round(3).tolist() for w in windows}
        for history in HISTORIES
    }
    return {
        "made_with": {"numpy": np.__version__},
        "seeds": list(seeds),
        "thresholds": list(THRESHOLDS),
        "drift": {"start": start, "end": start + LASTS},
        "runs": runs,
        "trace": trace,
    }


def _draw(threshold: float, window: int, same: bool) -> tuple[str, str]:
    history = HISTORIES[same]
    index = min(range(len(THRESHOLDS)), key=lambda i: abs(THRESHOLDS[i] - threshold))
    pictures = _trace(history, window, THRESHOLDS[index]) + _curves(history, window, index)
    return pictures, _sentence(history, window, index)


def _hours(count: int) -> str:
    return f"{count} hour{'s' * (count != 1)}"


def _trace(history: str, window: int, threshold: float, size: tuple[int, int] = (680, 300)) -> str:
    data = _data()
    values = [min(value, _TOP) for value in data["trace"][history][str(window)]]
    start, end = data["drift"]["start"], data["drift"]["end"]
    above = sum(value > threshold for hour, value in enumerate(values) if not start <= hour <= end)
    during = [start <= hour < end for hour in range(len(values))]
    return line_chart(
        range(len(values)),
        [
            Line("PSI", values),
            Line("threshold", [threshold] * len(values)),
            Line("drift", [0] * len(values), low=[0] * len(values), high=[_TOP * there for there in during]),
        ],
        x_axis=Axis("day", _DAYS),
        y_axis=Axis("", _PSI),
        title=f"Window {_hours(window)}, {history} of history",
        desc=f"The PSI of one column over ten days, one of them with drift from hour {start} to {end}. "
        f"Outside the drift it is above the threshold of {threshold:g} in {above} hours.",
        size=size,
    )


def _curves(history: str, window: int, index: int) -> str:
    run = _data()["runs"][history][str(window)]
    precision = [value or 0 for value in run["precision"]]
    return line_chart(
        THRESHOLDS,
        [Line("precision", precision), Line("recall", run["recall"])],
        x_axis=Axis("threshold", _CUTS),
        y_axis=Axis("", _SHARES),
        title="20 streams: what the alarm finds (no alert at all: precision 0)",
        desc=f"Precision {precision[0]:.2f} to {precision[-1]:.2f} and recall {run['recall'][0]:.2f} to "
        f"{run['recall'][-1]:.2f} as the threshold rises from {THRESHOLDS[0]:g} to {THRESHOLDS[-1]:g}.",
        mark=index,
        size=(680, 260),
    )


def _sentence(history: str, window: int, index: int) -> str:
    precision, recall, alerts, noise, time = _values(history, window, index)
    late = "most drifts missed" if time == "inf" else f"time to detect {time} hours"
    return (
        f"Threshold {THRESHOLDS[index]:.2f}, window {_hours(window)}, {history} of history: precision "
        f"{precision}, recall {recall}, {alerts} alerts a day, {noise} alerts of noise a week, {late}."
    )


def _values(history: str, window: int, index: int) -> list[str]:
    run = _data()["runs"][history][str(window)]
    without = {"precision": "-", "time to detect": "inf"}
    return [
        without[name] if run[name][index] is None else form.format(run[name][index])
        for name, form in MEASURES.items()
    ]


def _table(threshold: float) -> Table:
    return Table(
        f"Threshold {threshold:g}",
        ("history", "window", "precision", "recall", "alerts a day", "noise a week", "hours to detect"),
        [
            (history, _hours(window), *_values(history, window, THRESHOLDS.index(threshold)))
            for history in HISTORIES
            for window in WINDOWS
        ],
        sides=2,
    )


def _data() -> dict[str, Any]:
    return read_measured(__file__)


def _indices(seed: int, windows: Sequence[int]) -> tuple[dict[tuple[str, int], np.ndarray], int, int]:
    """The PSI by (history, window), each (hours, columns); the drifted column; the hour the drift starts."""
    import numpy as np

    from .traffic import COLUMNS, SPREADS, World

    rng = np.random.default_rng([SEEDS[0], seed])
    world = World(rng)
    past = world.stream(rng, days=14)
    live = world.stream(rng, days=DAYS + _WARM // 24)
    column, start = int(rng.integers(len(COLUMNS))), int(rng.integers(5 * 24, 8 * 24))
    wrong = (live.hours >= _WARM + start) & (live.hours < _WARM + start + LASTS)
    live.X[wrong, column] += SIZE * SPREADS[column]
    edges = np.quantile(past.X, np.arange(1, BINS) / BINS, axis=0)
    before = _counts(past.hours % 24, past.X, edges, 24)  # by hour of the day
    now = _counts(live.hours, live.X, edges, 24 * DAYS + _WARM)
    usual = before[np.arange(len(now)) % 24]
    psi = {}
    for window in windows:
        for history, reference in zip(
            HISTORIES, (before.sum(axis=0)[None], _rolling(usual, window)), strict=True
        ):
            psi[history, window] = _psi(reference, _rolling(now, window))[_WARM:]
    return psi, column, start


def _counts(slots: np.ndarray, X: np.ndarray, edges: np.ndarray, length: int) -> np.ndarray:
    """How many values of each column fall into each bin in each slot: (length, columns, bins)."""
    import numpy as np

    counts = np.zeros((length, X.shape[1], BINS))
    for column, values in enumerate(X.T):
        bins = np.searchsorted(edges[:, column], values, side="right")
        np.add.at(counts, (slots, column, bins), 1)
    return counts


def _rolling(counts: np.ndarray, window: int) -> np.ndarray:
    """Each hour's counts with those of the `window` - 1 hours before it."""
    import numpy as np

    total = np.cumsum(counts, axis=0)
    total[window:] -= total[:-window].copy()
    return total


def _psi(expected: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """The PSI along the last axis, from counts; a share under 0.0001 counts as 0.0001."""
    import numpy as np

    p, q = (
        np.maximum(counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1), 1e-4)
        for counts in (expected, observed)
    )
    return ((q - p) * np.log(q / p)).sum(axis=-1)


def _score(streams: list[tuple[np.ndarray, int, int]]) -> dict[str, list[float | None]]:
    """Each measure over the streams, one value per threshold."""
    rows = [_score_at(threshold, streams) for threshold in THRESHOLDS]
    return {name: list(values) for name, values in zip(MEASURES, zip(*rows, strict=True), strict=True)}


def _score_at(threshold: float, streams: list[tuple[np.ndarray, int, int]]) -> tuple[float | None, ...]:
    import numpy as np

    alerts, delays = 0, []
    for psi, column, start in streams:
        above = psi > threshold
        raised = above & ~np.vstack([above[:1] & False, above[:-1]])
        hits = np.flatnonzero(raised[start : start + LASTS, column])
        alerts += int(raised.sum())
        delays.append(float(hits[0]) if len(hits) else math.inf)
    right = int(np.isfinite(delays).sum())
    days, median = DAYS * len(streams), float(np.median(delays))
    return (
        round(right / alerts, 3) if alerts else None,
        round(right / len(streams), 3),
        round(alerts / days, 2),
        round(7 * (alerts - right) / days, 2),
        median if math.isfinite(median) else None,
    )


if __name__ == "__main__":
    write_measured(__file__, measure())
