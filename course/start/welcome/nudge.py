"""The nudge: how far a wine must move until a model changes its answer, aimed and at random.

The model is the lesson's: a logistic regression behind a scaler, trained on 124 of scikit-learn's 178 wines.
A nudge of size e moves each of the 13 measurements by e of its standard deviations, up or down. Aimed, each
goes the way that helps the other variety most; at random, a coin decides for each. The picture shows how sure
the model is of its first answer; a dot on the aimed line says whether that is still its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from course.explore.chart import Axis, Line, line_chart
from course.explore.measured import read_measured, write_measured
from course.explore.panel import Choice, Panel, Slider
from course.explore.twin import Table, Twin

if TYPE_CHECKING:
    import numpy as np

WINES = (8, 4, 16, 23, 46)  # places among the 54 test wines
STEP, LAST = 0.02, 1.3  # standard deviations
SIZES = tuple(round(STEP * i, 2) for i in range(round(LAST / STEP) + 1))
TRIES = 200  # random nudges of each size
_SHOWN = (8, 16, 46)  # in the twin

_TICKS = {0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", 1: "1", 1.3: "1.3"}
_SHARES = {0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", 1: "1"}


def nudge() -> Panel:
    """The widget: which wine, and how large the nudge, move the mark and its sentence."""
    return Panel(
        _draw,
        wine=Choice("Test wine", WINES, texts=[f"number {wine}" for wine in WINES]),
        size=Slider("Size of the nudge", 0, 0, LAST, STEP, unit="standard deviations"),
    )


def twin() -> Twin:
    """Three wines as pictures; of all five, the size at which the aimed nudge wins."""
    rows = []
    for wine in WINES:
        data = _data()["wines"][str(wine)]
        flip = next(i for i, answer in enumerate(data["aimed"]["answer"]) if answer != data["first"])
        rows.append(
            (
                f"number {wine}",
                f"{data['aimed']['sure'][0]:.2f}",
                f"{SIZES[flip]:.2f}",
                f"{data['random']['changed'][flip]} of {TRIES}",
            )
        )
    return Twin(
        "Each wine's measurements move by the same share of their standard deviation. The lines show how "
        f"sure the model stays of its first answer: aimed, and as the mean of {TRIES} random nudges, with a "
        "band from the lowest to the highest.",
        [_picture(wine, None, size=(390, 280)) for wine in _SHOWN],
        [
            Table(
                "The smallest aimed nudge that changes the answer, in steps of 0.02",
                ("test wine", "sure before", "size", "random nudges of that size that change it"),
                rows,
            )
        ],
    )


def measure(wines: Sequence[int] = WINES, sizes: Sequence[float] = SIZES) -> dict[str, Any]:
    """Train once, nudge each wine by each size; takes about a second.

    Returns plain JSON types. `wines[number]` has `first`, the model's answer; `aimed` with `sure`, its share
    for that answer, and `answer`, one each per size; `random` with `mean`, `low` and `high` of that share,
    and how many of TRIES answers `changed`.
    """
    import numpy as np
    import sklearn

    model, X_test = _trained()
    rng = np.random.default_rng(0)
    coins = rng.choice([-1.0, 1.0], (TRIES, X_test.shape[1]))
    return {
        "made_with": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "wines": {str(wine): _nudged(model, X_test[wine], sizes, coins) for wine in wines},
    }


def _trained() -> tuple[Any, np.ndarray]:
    """The lesson's model, and its test wines."""
    from sklearn.datasets import load_wine
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = load_wine(return_X_y=True)
    X_train, X_test, y_train, _ = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X_train, y_train), X_test


def _nudged(model: Any, wine: np.ndarray, sizes: Sequence[float], coins: np.ndarray) -> dict[str, Any]:
    import numpy as np

    scale, weights = model[0].scale_, model[-1].coef_
    first = int(model.predict([wine])[0])
    pushes = [np.sign(weights[other] - weights[first]) for other in range(len(weights)) if other != first]
    aimed: dict[str, list] = {"sure": [], "answer": []}
    random: dict[str, list] = {"mean": [], "low": [], "high": [], "changed": []}
    for size in sizes:
        ways = model.predict_proba([wine + size * push * scale for push in pushes])
        best = ways[ways[:, first].argmin()]
        aimed["sure"].append(round(float(best[first]), 3))
        aimed["answer"].append(int(best.argmax()))
        shares = model.predict_proba(wine + size * coins * scale)
        random["mean"].append(round(float(shares[:, first].mean()), 3))
        random["low"].append(round(float(shares[:, first].min()), 3))
        random["high"].append(round(float(shares[:, first].max()), 3))
        random["changed"].append(int((shares.argmax(axis=1) != first).sum()))
    return {"first": first, "aimed": aimed, "random": random}


def _draw(wine: int, size: float) -> tuple[str, str]:
    index = min(range(len(SIZES)), key=lambda i: abs(SIZES[i] - size))
    return _picture(wine, index), _sentence(wine, index)


def _data() -> dict[str, Any]:
    return read_measured(__file__)


def _sentence(wine: int, index: int) -> str:
    data = _data()["wines"][str(wine)]
    first, answer = data["first"], data["aimed"]["answer"][index]
    if not index:
        return f"Wine {wine} as it is: the model says variety {first} and is {_sure(data, 0)} sure."
    still = "still says" if answer == first else "now says"
    return (
        f"Wine {wine}, nudged by {SIZES[index]:.2f} standard deviations. Aimed: the model {still} variety "
        f"{answer}, and gives {_sure(data, index)} to its first answer. At random: "
        f"{data['random']['changed'][index]} of {TRIES} nudges change the answer."
    )


def _sure(data: dict[str, Any], index: int) -> str:
    return f"{data['aimed']['sure'][index]:.2f}"


def _picture(wine: int, mark: int | None, size: tuple[int, int] = (680, 360)) -> str:
    data = _data()["wines"][str(wine)]
    random = data["random"]
    return line_chart(
        SIZES,
        [
            Line("aimed", data["aimed"]["sure"]),
            Line("at random", random["mean"], random["low"], random["high"]),
        ],
        x_axis=Axis("size of the nudge, in standard deviations", _TICKS),
        y_axis=Axis("" if mark is None else "how sure the model is of its first answer", _SHARES),
        title=f"Test wine {wine}: variety {data['first']}, says the model",
        desc="Two lines fall as the nudge grows: the aimed one to "
        f"{data['aimed']['sure'][-1]:.2f}, the mean of random ones to {random['mean'][-1]:.2f}.",
        mark=mark,
        size=size,
    )


if __name__ == "__main__":
    write_measured(__file__, measure())
