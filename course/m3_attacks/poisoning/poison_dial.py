"""The poison dial: what flipped training labels do to four models, at every rate from 0 to 40%.

The case is scikit-learn's breast cancer data (569 cases, 30 features). An attacker flips labels of the
training part; the test part stays clean. The dial shows three shares:

    accuracy           of all test cases, those called right
    malignant recall   of the malignant test cases, those called malignant
    attack success     of the malignant test cases, those that the poisoned model calls benign and the
                       model trained on clean labels called malignant

Random flips take any training label; the rate is a share of all of them. Targeted flips take malignant
labels only and make them benign; the rate is a share of the malignant ones.
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
MEASURES = ("accuracy", "malignant recall", "attack success")
RATES = tuple(range(41))  # percent
SEEDS = tuple(range(20))

_SHARES = {0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", 1: "1"}
_PERCENTS = {rate: f"{rate}%" for rate in (0, 10, 20, 30, 40)}
_POOL = {"random": "of all training labels", "targeted": "of the malignant training labels"}


def poison_dial() -> Panel:
    """The widget: a rate, a model and whether the flips are targeted move the picture and its sentence."""
    return Panel(
        _draw,
        rate=Slider("Labels flipped", 20, RATES[0], RATES[-1], unit="%"),
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
    seeds: Sequence[int] = SEEDS, rates: Sequence[int] = RATES, models: Sequence[str] = MODELS
) -> dict[str, Any]:
    """Train and test every model at every rate (percent) and seed.

    A seed draws the split (70% for training, stratified), the order in which labels are flipped, so that
    a higher rate flips what a lower one did and more, and the forest's trees. Returns plain JSON types:
    `runs[model][aim][measure]` has `mean`, `low` and `high`, each a list of shares, one per rate;
    `labels[aim]` is how many training labels the flips choose from. The whole takes about three
    processor minutes, nearly all of it for the forest.
    """
    import numpy as np
    import sklearn
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # the fits are small: threads would only wait for each other
        runs = {
            model: {
                aim: _summary(np.array([_sweep(model, aim, rates, seed) for seed in seeds])) for aim in AIMS
            }
            for model in models
        }
    return {
        "made_with": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "seeds": list(seeds),
        "rates": list(rates),
        "labels": {aim: len(_pool(aim, _split(0)[2])) for aim in AIMS},
        "runs": runs,
    }


def _draw(rate: int, model: str, targeted: bool) -> tuple[str, str]:
    aim = "targeted" if targeted else "random"
    return _picture(model, aim, mark=rate), _sentence(rate, model, aim)


def _picture(model: str, aim: str, *, mark: int | None = None, size: tuple[int, int] = (680, 380)) -> str:
    run = _data()["runs"][model][aim]
    end = ", ".join(f"{name} {run[name]['mean'][0]:.2f} to {run[name]['mean'][-1]:.2f}" for name in MEASURES)
    share = f"share of test cases: mean of {len(_data()['seeds'])} splits, band from lowest to highest"
    return line_chart(
        RATES,
        [Line(name, run[name]["mean"], run[name]["low"], run[name]["high"]) for name in MEASURES],
        x_axis=Axis(f"flipped share {_POOL[aim]}", _PERCENTS),
        y_axis=Axis("" if mark is None else share, _SHARES),
        title=f"{model.capitalize()}, {aim} flips",
        desc=f"Three lines over the share of flipped labels, from 0% to 40%: {end}.",
        mark=mark,
        size=size,
    )


def _sentence(rate: int, model: str, aim: str) -> str:
    """The values at one rate, and those without poison to hold them against."""
    data = _data()
    run, labels = data["runs"][model][aim], data["labels"]
    values = ", ".join(f"{name} {run[name]['mean'][rate]:.2f}" for name in MEASURES)
    clean = " and ".join(f"{name} {run[name]['mean'][0]:.2f}" for name in MEASURES[:2])
    flipped = f"{_count(rate, labels[aim])} of {labels['random']} training labels"
    return f"At {rate}% {aim} flips ({flipped}), {model}: {values}. With clean labels: {clean}."


def _table(aim: str) -> Table:
    runs = _data()["runs"]
    return Table(
        f"{aim.capitalize()} flips, in percent {_POOL[aim]}",
        ("model", "share", *_PERCENTS.values()),
        [
            (model, name, *(f"{runs[model][aim][name]['mean'][rate]:.2f}" for rate in _PERCENTS))
            for model in MODELS
            for name in MEASURES
        ],
        sides=2,
    )


def _data() -> dict[str, Any]:
    return read_measured(__file__)


def _count(rate: int, labels: int) -> int:
    return round(labels * rate / 100)


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


def _sweep(model: str, aim: str, rates: Sequence[int], seed: int) -> list[list[float]]:
    """The three measures at each rate, in the order of MEASURES."""
    import numpy as np

    X_train, X_test, y_train, y_test = _split(seed)
    order = np.random.default_rng(seed).permutation(_pool(aim, y_train))
    malignant = y_test == 1
    caught = _classifier(model, seed).fit(X_train, y_train).predict(X_test)[malignant] == 1
    rows = []
    for rate in rates:
        poisoned = y_train.copy()
        poisoned[order[: _count(rate, len(order))]] ^= 1
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
    """Mean, lowest and highest over seeds, to three places, of an array (seeds, rates, measures)."""
    shares = {"mean": values.mean(axis=0), "low": values.min(axis=0), "high": values.max(axis=0)}
    return {
        name: {kind: table[:, column].round(3).tolist() for kind, table in shares.items()}
        for column, name in enumerate(MEASURES)
    }


if __name__ == "__main__":
    write_measured(__file__, measure())
