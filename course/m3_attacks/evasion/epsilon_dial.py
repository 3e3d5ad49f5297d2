"""The epsilon dial: the same allowance per pixel, spent at random and spent along the gradient.

Epsilon is the most that any pixel may change, on a scale from 0 (black) to 1 (white). Random noise moves each
pixel by plus or minus epsilon. The gradient attack (FGSM) moves it by the same amount, in the direction that
hurts the model. The dial shows one digit both ways, what the model reads in each, and the accuracy over all
test images.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from course.explore.chart import Axis, Line, line_chart
from course.explore.drawing import STYLES, drawing, text
from course.explore.measured import read_measured, write_measured
from course.explore.panel import Choice, Panel, Slider
from course.explore.twin import Table, Twin

if TYPE_CHECKING:
    import numpy as np

MODELS = ("logistic regression", "small network")
KINDS = ("random noise", "gradient")
DIGITS = (9, 4, 3)
IMAGES = tuple(f"a {digit}" for digit in DIGITS)
SIZES = tuple(round(0.02 * step, 2) for step in range(16))  # epsilon, from 0 to 0.3
SEEDS = tuple(range(5))

_SHOWN = (0.0, 0.06, 0.1, 0.14, 0.2, 0.3)  # in the twin's tables
_SHARES = {0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", 1: "1"}
_SIDE = 18  # of a pixel


def epsilon_dial() -> Panel:
    """The widget: epsilon, a model and an image move the pictures, the curve and their sentence."""
    return Panel(
        _draw,
        eps=Slider("Epsilon", 0.04, SIZES[0], SIZES[-1], 0.02),
        model=Choice("Model", MODELS),
        image=Choice("Image", IMAGES),
    )


def twin() -> Twin:
    """The dial as pictures and two tables: one image at three sizes, and the curves of both models."""
    strips = [_strip(MODELS[0], IMAGES[0], SIZES.index(eps)) for eps in (0.06, 0.14, 0.3)]
    return Twin(
        f"Every accuracy is the mean of {len(_data()['seeds'])} splits, on 400 test images each. Noise "
        "and gradient "
        "change each pixel by at most epsilon, on a scale from 0 to 1.",
        [*strips, *(_curve(model, size=(390, 250)) for model in MODELS)],
        [_accuracies(), _readings()],
    )


def measure(seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Train both models on 800 digits per seed, and attack 400 others at every size.

    Returns plain JSON types: `accuracy[model][kind]` is a list of mean accuracies, one for each size.
    `images` holds three digits of the first seed: their pixels (0 to 16), and for each model and kind the
    signs by which pixels move and the model's reading at every size.
    """
    import numpy as np
    import sklearn
    from threadpoolctl import threadpool_limits

    accuracy = {model: {kind: [] for kind in KINDS} for model in MODELS}
    images: list[dict[str, Any]] = []
    with threadpool_limits(1):
        for seed in seeds:
            X, y, X_test, y_test = _split(seed)
            noise = np.random.default_rng(seed).choice([-1, 1], X_test.shape)
            for model in MODELS:
                read, slope = _trained(model, X, y, seed)
                signs = {KINDS[0]: noise, KINDS[1]: np.sign(slope(X_test, y_test))}
                readings = {
                    kind: np.array([read(np.clip(X_test + eps * sign, 0, 1)) for eps in SIZES])
                    for kind, sign in signs.items()
                }
                for kind in KINDS:
                    accuracy[model][kind].append((readings[kind] == y_test).mean(axis=1))
                if seed == seeds[0]:
                    rows = [int(np.flatnonzero(y_test == digit)[0]) for digit in DIGITS]
                    images = images or [
                        {
                            "digit": int(y_test[i]),
                            "pixels": (16 * X_test[i]).astype(int).tolist(),
                            "models": {},
                        }
                        for i in rows
                    ]
                    for i, image in zip(rows, images, strict=True):
                        image["models"][model] = {
                            kind: {
                                "signs": signs[kind][i].astype(int).tolist(),
                                "read": readings[kind][:, i].tolist(),
                            }
                            for kind in KINDS
                        }
    return {
        "made_with": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "seeds": list(seeds),
        "sizes": list(SIZES),
        "accuracy": {
            model: {kind: np.mean(rows, axis=0).round(3).tolist() for kind, rows in kinds.items()}
            for model, kinds in accuracy.items()
        },
        "images": images,
    }


def _draw(eps: float, model: str, image: str) -> tuple[str, str]:
    index = min(range(len(SIZES)), key=lambda i: abs(SIZES[i] - eps))
    picture = _strip(model, image, index) + _curve(model, mark=index, size=(680, 260))
    return picture, _sentence(model, image, index)


def _strip(model: str, image: str, index: int) -> str:
    """The image as it was, with random noise, and with the gradient, side by side."""
    shown = _data()["images"][IMAGES.index(image)]
    eps, runs = SIZES[index], shown["models"][model]
    pixels = [value / 16 for value in shown["pixels"]]
    before = runs[KINDS[0]]["read"][0]
    panels = [("as written", pixels, before)]
    for kind in KINDS:
        moved = [min(1, max(0, v + eps * s)) for v, s in zip(pixels, runs[kind]["signs"], strict=True)]
        panels.append((kind, moved, runs[kind]["read"][index]))
    parts = []
    for number, (name, values, read) in enumerate(panels):
        left = 20 + number * (8 * _SIDE + 70)
        wrong = read != shown["digit"]
        parts += [_image(left, 74, values), text(left, 66, name)]
        said = f"read as {read}" + (" ✗" if wrong else "")
        parts.append(text(left, 74 + 8 * _SIDE + 20, said, 'font-weight="600"' if wrong else ""))
        colour = STYLES[1][0] if wrong else "currentColor"
        parts.append(
            f'<rect x="{left}" y="74" width="{8 * _SIDE}" height="{8 * _SIDE}" fill="none" '
            f'stroke="{colour}" stroke-width="{3 if wrong else 1}"/>'
        )
    said = ", ".join(f"{name} read as {read}" for name, _, read in panels)
    return drawing(
        680,
        74 + 8 * _SIDE + 34,
        parts,
        title=f"A handwritten {shown['digit']}, epsilon {eps:.2f}, {model}",
        desc=f"Three small images of 8 by 8 pixels: {said}.",
        under="no pixel changes by more than epsilon",
    )


def _image(left: float, top: float, values: Sequence[float]) -> str:
    """64 squares from black (0) to white (1)."""
    squares = (
        f'<path fill="#{3 * f"{round(255 * v):02x}"}" '
        f'd="M{left + i % 8 * _SIDE} {top + i // 8 * _SIDE}h{_SIDE}v{_SIDE}h-{_SIDE}z"/>'
        for i, v in enumerate(values)
    )
    return f'<g shape-rendering="crispEdges">{"".join(squares)}</g>'


def _curve(model: str, *, mark: int | None = None, size: tuple[int, int] = (680, 260)) -> str:
    runs = _data()["accuracy"][model]
    ends = ", ".join(f"{kind} {runs[kind][0]:.2f} to {runs[kind][-1]:.2f}" for kind in KINDS)
    return line_chart(
        SIZES,
        [Line(kind, runs[kind]) for kind in KINDS],
        x_axis=Axis(
            "epsilon: the most that a pixel may change", {0: "0", 0.1: "0.1", 0.2: "0.2", 0.3: "0.3"}
        ),
        y_axis=Axis("" if mark is None else "share of 400 test images read rightly", _SHARES),
        title=f"Accuracy of the {model}",
        desc=f"Two falling lines over epsilon, from 0 to 0.3: {ends}.",
        mark=mark,
        size=size,
    )


def _sentence(model: str, image: str, index: int) -> str:
    data = _data()
    runs, shown = data["accuracy"][model], data["images"][IMAGES.index(image)]
    read = {kind: shown["models"][model][kind]["read"][index] for kind in KINDS}
    return (
        f"Epsilon {SIZES[index]:.2f}, {model}: accuracy {runs[KINDS[0]][index]:.2f} under random noise, "
        f"{runs[KINDS[1]][index]:.2f} under the gradient. This {shown['digit']} is read as "
        f"{read[KINDS[0]]} and "
        f"as {read[KINDS[1]]}."
    )


def _accuracies() -> Table:
    runs = _data()["accuracy"]
    return Table(
        "Accuracy at each epsilon",
        ("model", "what changes the pixels", *(f"{eps:.2f}" for eps in _SHOWN)),
        [
            (model, kind, *(f"{runs[model][kind][SIZES.index(eps)]:.2f}" for eps in _SHOWN))
            for model in MODELS
            for kind in KINDS
        ],
        sides=2,
    )


def _readings() -> Table:
    """From which epsilon on each image is read wrongly."""
    rows = []
    for name, image in zip(IMAGES, _data()["images"], strict=True):
        for model in MODELS:
            first = [
                next(
                    (
                        f"{eps:.2f}"
                        for eps, read in zip(SIZES, image["models"][model][kind]["read"], strict=True)
                        if read != image["digit"]
                    ),
                    "never",
                )
                for kind in KINDS
            ]
            rows.append((name, model, *first))
    return Table(
        "The smallest epsilon at which an image is misread", ("image", "model", *KINDS), rows, sides=2
    )


def _data() -> dict[str, Any]:
    return read_measured(__file__)


def _split(seed: int) -> list[np.ndarray]:
    """800 images and labels to train on, and 400 others with theirs."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images, digits = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(
        images / 16, digits, train_size=800, stratify=digits, random_state=seed
    )
    return [X, y, X_test[:400], y_test[:400]]


def _trained(model: str, X: np.ndarray, y: np.ndarray, seed: int) -> tuple[Any, Any]:
    """How the model reads images, and its loss's slope at their pixels."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    from .nets import Trainer, answers, new_net, pixel_gradient

    if model == MODELS[0]:
        fitted = LogisticRegression(max_iter=300).fit(X, y)
        return fitted.predict, lambda A, b: (fitted.predict_proba(A) - np.eye(10)[b]) @ fitted.coef_
    rng = np.random.default_rng(seed)
    net = new_net(rng)
    trainer = Trainer(net)
    for _ in range(25):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 64):
            rows = order[start : start + 64]
            trainer.step(X[rows], y[rows])
    return (lambda A: answers(net, A)), (lambda A, b: pixel_gradient(net, A, b))


if __name__ == "__main__":
    write_measured(__file__, measure())
