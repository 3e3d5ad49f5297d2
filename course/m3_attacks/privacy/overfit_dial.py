"""The overfit dial: how large the leaves of a forest are, what it remembers then, and what that costs.

A forest of 50 trees learns from 500 of 1,000 drawn rows; the other 500 come from the same source and were
not used. `min_samples_leaf` is the smallest number of training rows in a leaf: with 1, a tree may keep a leaf
for a single row. The dial shows four shares:

    training rows   accuracy on the rows that it learned from
    other rows      accuracy on the rows that it has not seen
    attack's AUC    how well the probability of a row's true label tells the two halves apart
    found at 1%     of the training rows, those found when at most 1% of the other rows may be accused
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course.explore.chart import Axis, Line, line_chart
from course.explore.measured import read_measured, write_measured
from course.explore.panel import Panel, Steps
from course.explore.twin import Table, Twin

LEAVES = (1, 2, 3, 4, 5, 7, 10, 14, 20, 28, 40)
MEASURES = ("training rows", "other rows", "attack's AUC", "found at 1%")
SEEDS = tuple(range(20))

_SHARES = {0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", 1: "1"}


def overfit_dial() -> Panel:
    """The widget: the size of a leaf moves along four lines, and a sentence says the values."""
    return Panel(_draw, leaf=Steps("Rows in a leaf, at least", LEAVES, 0))


def twin() -> Twin:
    """The same without a kernel, a mouse or colours: one picture and a table of all sizes."""
    means = [_means(at) for at in range(len(LEAVES))]
    rows = [
        (str(leaf), *(f"{value:.2f}" for value in values)) for leaf, values in zip(LEAVES, means, strict=True)
    ]
    return Twin(
        "A forest that may keep a leaf for one row remembers that row. Every value is the mean of "
        f"{len(_data()['seeds'])} draws of 1,000 rows; a band runs from the lowest to the highest.",
        [_picture()],
        [Table("Forests of 50 trees", ("rows in a leaf, at least", *MEASURES), rows)],
    )


def measure(seeds: Sequence[int] = SEEDS, leaves: Sequence[int] = LEAVES) -> dict[str, Any]:
    """Train and attack a forest at every size of leaf and every seed; about 20 processor seconds.

    A seed draws the rows and the forest. `runs[measure]` has `mean`, `low` and `high`, each a list of shares,
    one per size.
    """
    import numpy as np
    import sklearn
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        table = np.array([[_attacked(seed, leaf) for leaf in leaves] for seed in seeds])
    kinds = {"mean": table.mean(axis=0), "low": table.min(axis=0), "high": table.max(axis=0)}
    return {
        "made_with": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "seeds": list(seeds),
        "leaves": list(leaves),
        "runs": {
            name: {kind: values[:, column].round(3).tolist() for kind, values in kinds.items()}
            for column, name in enumerate(MEASURES)
        },
    }


def _attacked(seed: int, leaf: int) -> tuple[float, float, float, float]:
    """The four measures, in the order of MEASURES."""
    import numpy as np
    from sklearn.datasets import make_classification
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score, roc_curve

    X, y = make_classification(1000, 20, n_informative=6, flip_y=0.15, random_state=seed)
    inside = np.arange(1000) < 500
    forest = RandomForestClassifier(50, min_samples_leaf=leaf, random_state=seed).fit(X[inside], y[inside])
    scores = forest.predict_proba(X)[np.arange(1000), y]
    false, true, _ = roc_curve(inside, scores, drop_intermediate=False)
    right = forest.predict(X) == y
    found = true[false <= 0.01].max()
    return right[inside].mean(), right[~inside].mean(), roc_auc_score(inside, scores), found


def _draw(leaf: int) -> tuple[str, str]:
    at = LEAVES.index(leaf)
    train, test, auc, found = _means(at)
    rows = "1 row" if leaf == 1 else f"{leaf} rows"
    return _picture(at), (
        f"At least {rows} in a leaf: right on {train:.2f} of the training rows and on {test:.2f} of the "
        f"others, a gap of {train - test:.2f}. The attack's AUC is {auc:.2f}; at 1% false accusations "
        f"it finds {found:.2f} of the training rows."
    )


def _picture(mark: int | None = None) -> str:
    runs = _data()["runs"]
    ends = ", ".join(
        f"{name} {runs[name]['mean'][0]:.2f} to {runs[name]['mean'][-1]:.2f}" for name in MEASURES
    )
    return line_chart(
        LEAVES,
        [Line(name, runs[name]["mean"], runs[name]["low"], runs[name]["high"]) for name in MEASURES],
        x_axis=Axis(
            "rows in a leaf, at least (min_samples_leaf)",
            {leaf: str(leaf) for leaf in (1, 2, 3, 5, 10, 20, 40)},
            log=True,
            form=".0f",
        ),
        y_axis=Axis(f"share: mean of {len(_data()['seeds'])} draws, band from lowest to highest", _SHARES),
        title="What a forest remembers",
        desc=f"Four lines over the size of a leaf, from 1 to 40 rows: {ends}.",
        mark=mark,
    )


def _means(at: int) -> list[float]:
    return [_data()["runs"][name]["mean"][at] for name in MEASURES]


def _data() -> dict[str, Any]:
    return read_measured(__file__)


if __name__ == "__main__":
    write_measured(__file__, measure())
