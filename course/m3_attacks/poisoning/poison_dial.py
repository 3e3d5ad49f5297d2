"""The poison dial: what 0 to 60 flipped training labels do to four models.

The case is scikit-learn's breast cancer data (569 cases, 30 features). An attacker flips labels of the
training part; the test part stays clean. The dial shows three shares:

    accuracy           of all test cases, those called right
    malignant recall   of the malignant test cases, those called malignant
    newly missed       of the malignant test cases, those that the poisoned model calls benign and the
                       model trained on clean labels called malignant

Random flips take any training label. Targeted flips take malignant labels only and make them benign. Both are
counted, so that the same number of flips can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from course.explore.chart import Axis, Line, line_chart
from course.explore.measured import read_measured, write_measured
from course.explore.panel import Choice, Panel, Slider, Switch
from course.explore.twin import Table, Twin

if TYPE_CHECKING:
    import numpy as np
    from sklearn.base import ClassifierMixin

MODELS = ("logistic regression", "1-nearest neighbour", "5-nearest neighbours", "random forest")
AIMS = ("random", "targeted")
MEASURES = ("accuracy", "malignant recall", "newly missed")
COUNTS = tuple(range(0, 61, 2))  # flipped labels, of 398
SEEDS = tuple(range(20))

_SHARES = {0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", 1: "1"}
_TICKS = {count: str(count) for count in (0, 10, 20, 30, 40, 50, 60)}
_SHOWN = (0, 10, 20, 30, 44, 60)  # in the twin's tables
_POOL = {"random": "any of the training labels", "targeted": "malignant training labels only"}


def poison_dial() -> Panel:
    """The widget: how many flips, a model and whether they are targeted move the picture and its sentence."""
    return Panel(
        _draw,
        count=Slider("Labels flipped", 20, COUNTS[0], COUNTS[-1], COUNTS[1]),
        model=Choice("Model", MODELS),
        targeted=Switch("Targeted: flip only malignant labels, to benign"),
    )


def twin() -> Twin:
    """The dial as eight small pictures and two tables."""
    return Twin(
        "Labels of the training part are flipped; the test part is clean. Every value is a share: the mean "
        f"of {len(_data()['seeds'])} random splits. A band in a picture runs from the lowest to the highest.",
        [_picture(model, aim, size=(390, 250)) for model in MODELS for aim in AIMS],
        [_table(aim) for aim in AIMS],
    )


def measure(
    seeds: Sequence[int] = SEEDS, counts: Sequence[int] = COUNTS, models: Sequence[str] = MODELS
) -> dict[str, Any]:
    """Train and test every model at every number of flips and seed.

    A seed draws the split (70% for training, stratified), the order in which labels are flipped, so that
    more flips are the fewer and some more, and the forest's trees. Returns plain JSON types:
    `runs[model][aim][measure]` has `mean`, `low` and `high`, each a list of shares, one per count;
    `labels[aim]` is how many training labels the flips choose from. The whole takes about three
    processor minutes, nearly all of it for the forest.
    """
    import numpy as np
    import sklearn
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # the fits are small: threads would only wait for each other
        runs = {
            model: {
                aim: _summary(np.array([_sweep(model, aim, counts, seed) for seed in seeds])) for aim in AIMS
            }
            for model in models
        }
    return {
        "made_with": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "seeds": list(seeds),
        "counts": list(counts),
        "labels": {aim: len(_pool(aim, _split(0)[2])) for aim in AIMS},
        "runs": runs,
    }


def _draw(count: int, model: str, targeted: bool) -> tuple[str, str]:
    aim = "targeted" if targeted else "random"
    return _picture(model, aim, mark=COUNTS.index(count)), _sentence(count, model, aim)


def _picture(model: str, aim: str, *, mark: int | None = None, size: tuple[int, int] = (680, 380)) -> str:
    run = _data()["runs"][model][aim]
    end = ", ".join(f"{name} {run[name]['mean'][0]:.2f} to {run[name]['mean'][-1]:.2f}" for name in MEASURES)
    share = f"share of test cases: mean of {len(_data()['seeds'])} splits, band from lowest to highest"
    return line_chart(
        COUNTS,
        [Line(name, run[name]["mean"], run[name]["low"], run[name]["high"]) for name in MEASURES],
        x_axis=Axis(f"flipped labels: {_POOL[aim]}", _TICKS),
        y_axis=Axis("" if mark is None else share, _SHARES),
        title=f"{model.capitalize()}, {aim} flips",
        desc=f"Three lines over the number of flipped labels, from 0 to 60: {end}.",
        mark=mark,
        size=size,
    )


def _sentence(count: int, model: str, aim: str) -> str:
    """The values after so many flips, and those without poison to hold them against."""
    data = _data()
    run, labels = data["runs"][model][aim], data["labels"]
    values = ", ".join(f"{name} {run[name]['mean'][COUNTS.index(count)]:.2f}" for name in MEASURES)
    clean = " and ".join(f"{name} {run[name]['mean'][0]:.2f}" for name in MEASURES[:2])
    flipped = f"{count} {aim} flips among {labels['random']} training labels"
    return f"{flipped}, {model}: {values}. With clean labels: {clean}."


def _table(aim: str) -> Table:
    runs = _data()["runs"]
    return Table(
        f"So many {aim} flips: {_POOL[aim]}",
        ("model", "share", *map(str, _SHOWN)),
        [
            (model, name, *(f"{runs[model][aim][name]['mean'][COUNTS.index(n)]:.2f}" for n in _SHOWN))
            for model in MODELS
            for name in MEASURES
        ],
        sides=2,
    )


def _data() -> dict[str, Any]:
    return read_measured(__file__)


def _split(seed: int) -> list[np.ndarray]:
    """X_train, X_test, y_train, y_test; in y, malignant is 1."""
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import train_test_split

    X, y = load_breast_cancer(return_X_y=True)
    return train_test_split(X, 1 - y, test_size=0.3, stratify=y, random_state=seed)


def _pool(aim: str, y: np.ndarray) -> np.ndarray:
    """The positions of the labels that an attacker with this aim may flip."""
    import numpy as np

    return np.flatnonzero(y == 1) if aim == "targeted" else np.arange(len(y))


def _sweep(model: str, aim: str, counts: Sequence[int], seed: int) -> list[list[float]]:
    """The three measures at each number of flips, in the order of MEASURES."""
    import numpy as np

    X_train, X_test, y_train, y_test = _split(seed)
    order = np.random.default_rng(seed).permutation(_pool(aim, y_train))
    malignant = y_test == 1
    caught = _classifier(model, seed).fit(X_train, y_train).predict(X_test)[malignant] == 1
    rows = []
    for count in counts:
        poisoned = y_train.copy()
        poisoned[order[:count]] ^= 1
        guess = _classifier(model, seed).fit(X_train, poisoned).predict(X_test)
        called = guess[malignant] == 1
        rows.append([(guess == y_test).mean(), called.mean(), (caught & ~called).mean()])
    return rows


def _classifier(model: str, seed: int) -> ClassifierMixin:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if model == "random forest":
        return RandomForestClassifier(50, random_state=seed)
    classifiers = {
        "logistic regression": LogisticRegression(max_iter=1000),
        "1-nearest neighbour": KNeighborsClassifier(1),
        "5-nearest neighbours": KNeighborsClassifier(5),
    }
    return make_pipeline(StandardScaler(), classifiers[model])


def _summary(values: np.ndarray) -> dict[str, dict[str, list[float]]]:
    """Mean, lowest and highest over seeds, to three places, of an array (seeds, counts, measures)."""
    shares = {"mean": values.mean(axis=0), "low": values.min(axis=0), "high": values.max(axis=0)}
    return {
        name: {kind: table[:, column].round(3).tolist() for kind, table in shares.items()}
        for column, name in enumerate(MEASURES)
    }


if __name__ == "__main__":
    write_measured(__file__, measure())
