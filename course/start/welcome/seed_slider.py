"""The seed slider: one model, one data set, 30 splits, and how much one of them tells.

The data is scikit-learn's wine set: 178 wines, 13 measurements, 3 growers. The model is a logistic
regression behind a scaler. For each seed, 54 wines are put aside, the model learns from the other 124, and
the accuracy is its share of right answers on the 54. Nothing but the seed of the split changes.

Every dot of the picture is a split. Those you look at are filled, the others are hollow. A bar below shows
how far the mean depends on the first seed: long for one seed, short for many.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import Any

from course.explore.drawing import STYLES, drawing
from course.explore.measured import read_measured, write_measured
from course.explore.panel import Panel, Slider
from course.explore.twin import Table, Twin

SEEDS = tuple(range(30))
SHOWN = (1, 2, 5, 10, 20)  # numbers of seeds in the twin's table

_COLOUR = STYLES[0][0]
_LEFT, _COLUMN, _DOT, _TOP = 70, 116, 18, 52  # pixels: the first column, columns, dots, the room above


def seed_slider() -> Panel:
    """The widget: how many seeds you look at, and which is the first, move the dots and their sentence."""
    return Panel(
        _draw,
        count=Slider("Number of seeds", 1, 1, len(SEEDS)),
        first=Slider("First seed", 0, SEEDS[0], SEEDS[-1]),
    )


def twin() -> Twin:
    """One seed, five and all, as pictures; and a table of how far the mean depends on the first seed."""
    data, rows = _data(), []
    for count in SHOWN:
        low, high = _means(count)
        rows.append((str(count), _share(low), _share(high), _share(high - low)))
    return Twin(
        f"One model and one data set, split {len(data['right'])} times. The accuracy is the share of the "
        f"{data['rows']} test wines that are called right. A filled dot is a split that is looked at. The "
        "more seeds, the less the mean depends on which.",
        [_picture(count, 0) for count in (1, 5, len(SEEDS))],
        [
            Table(
                "Means of so many seeds in a row, whichever is the first",
                ("number of seeds", "lowest mean", "highest mean", "apart"),
                rows,
            )
        ],
    )


def measure(seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Split, train and test once per seed; takes under a second.

    Returns plain JSON types: `right[i]` is how many of the `rows` test wines were called right with seed i.
    """
    import numpy as np
    import sklearn
    from sklearn.datasets import load_wine
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = load_wine(return_X_y=True)
    right, rows = [], 0
    for seed in seeds:
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=0.3, stratify=y, random_state=seed
        )
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X_train, y_train)
        right.append(int((model.predict(X_test) == y_test).sum()))
        rows = len(y_test)
    return {
        "made_with": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "seeds": list(seeds),
        "rows": rows,
        "right": right,
    }


def _draw(count: int, first: int) -> tuple[str, str]:
    return _picture(count, first), _sentence(count, first)


def _data() -> dict[str, Any]:
    return read_measured(__file__)


def _chosen(count: int, first: int) -> list[int]:
    """So many seeds in a row; after the last comes the first."""
    return [(first + i) % len(SEEDS) for i in range(count)]


def _mean(count: int, first: int) -> float:
    """How many test wines are right, the mean of so many seeds."""
    return mean(_data()["right"][seed] for seed in _chosen(count, first))


def _means(count: int) -> tuple[float, float]:
    """The lowest and the highest mean, whichever seed is the first."""
    means = [_mean(count, first) for first in SEEDS]
    return min(means), max(means)


def _share(right: float) -> str:
    return f"{right / _data()['rows']:.3f}"


def _sentence(count: int, first: int) -> str:
    data, chosen = _data(), _chosen(count, first)
    right = [data["right"][seed] for seed in chosen]
    low, high = map(_share, _means(count))
    if count == 1:
        wrong = data["rows"] - right[0]
        said = f"Seed {first}: accuracy {_share(right[0])}, {wrong} of {data['rows']} test wines wrong."
        return f"{said} Other seeds give {low} to {high}."
    between = f"accuracy {_share(min(right))} to {_share(max(right))}, mean {_share(mean(right))}"
    if count == len(SEEDS):
        return f"All {count} seeds: {between}."
    named = f"{chosen[0]} to {chosen[-1]}"
    return f"{count} seeds, {named}: {between}. With another first seed the mean is {low} to {high}."


def _picture(count: int, first: int) -> str:
    data, chosen = _data(), _chosen(count, first)
    stacks = {value: [] for value in range(min(data["right"]), max(data["right"]) + 1)}
    for seed, right in sorted(enumerate(data["right"]), key=lambda entry: entry[0] not in chosen):
        stacks[right].append(seed in chosen)
    floor = _TOP + _DOT * max(map(len, stacks.values()))
    right_end = _across(max(stacks)) + _COLUMN / 2
    width, height = right_end + 20, floor + 108
    title = f"Seed {first}" if count == 1 else f"{count} seeds: {chosen[0]} to {chosen[-1]}"
    found = ", ".join(f"{_share(value)} in {len(stack)} splits" for value, stack in stacks.items())
    parts = [
        f'<path d="M10 {floor}H{right_end:g}" stroke="currentColor" opacity=".55"/>',
        *(_column(value, stack, floor) for value, stack in stacks.items()),
        _bar(count, first, floor + 88),
    ]
    return drawing(
        width,
        height,
        parts,
        title=title,
        desc=f"A dot for each of {len(SEEDS)} splits, over its accuracy: {found}. Filled: {count}.",
        under="each dot is a split, at its accuracy; the filled ones are those you have run",
    )


def _across(right: float) -> float:
    return round(_LEFT + _COLUMN * (right - min(_data()["right"])), 1)


def _column(right: int, stack: Sequence[bool], floor: int) -> str:
    """The dots of one accuracy, filled or hollow, and its name below."""
    x, wrong = _across(right), _data()["rows"] - right
    looks = {True: f'fill="{_COLOUR}"', False: 'fill="none" opacity=".5"'}
    dots = [
        f'<circle cx="{x:g}" cy="{floor - _DOT * (i + 0.6):g}" r="7" stroke="currentColor" {looks[filled]}/>'
        for i, filled in enumerate(stack)
    ]
    return (
        f'{"".join(dots)}<g text-anchor="middle"><text x="{x:g}" y="{floor + 18}">{_share(right)}</text>'
        f'<text x="{x:g}" y="{floor + 35}" opacity=".8">{wrong} wrong</text></g>'
    )


def _bar(count: int, first: int, y: int) -> str:
    """How far the mean can lie, over the same axis, with a mark where it lies now."""
    low, high = map(_across, _means(count))
    x = _across(_mean(count, first))
    seeds = f"{count} seeds in a row" if count > 1 else "one seed"
    return (
        f'<text x="10" y="{y - 22}" opacity=".8">mean of {seeds}: here (tick), and with any other first seed '
        f'(bar)</text><path d="M{low:g} {y}H{high:g}" stroke="{_COLOUR}" stroke-width="7"/>'
        f'<path d="M{x:g} {y - 11}V{y + 11}" stroke="currentColor" stroke-width="3"/>'
    )


if __name__ == "__main__":
    write_measured(__file__, measure())
