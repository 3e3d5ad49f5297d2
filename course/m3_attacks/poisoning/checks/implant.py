"""The check of `poisoning.implant`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from autograder.exercise import Trial, exercise

from ..material import Data, patch_pixels, plant, scaled_digits, stamped


@exercise(
    minutes=12,
    parts={
        "rows": (4, "stamps and relabels exactly round(frac × n) rows, none of them of the target class"),
        "rest": (1, "leaves the caller's arrays and every other row as they were, and draws from rng"),
        "works": (2, "reaches an attack success of at least 0.80 for at most 0.02 of clean accuracy"),
        "report": (5, "backdoor_report gives the three shares, baseline included"),
    },
    hints=(
        "An image of the target class teaches nothing new: draw from the rows of all other classes. The "
        "report needs the same care, as a target image that stays a target image is no success.",
        "Copy both arrays, draw the rows with rng, stamp them and set their labels. For the report, stamp "
        "the test images of the other classes and ask both models how many become the target.",
        "rows = rng.choice(positions where y != target, round(frac * len(y)), replace=False)\n"
        "X2, y2 = X.copy(), y.copy(); X2[rows] = stamp(X[rows], trigger); y2[rows] = target\n"
        "report: stamped = stamp(X[y != target], trigger)\n"
        "  clean_accuracy    share of model.predict(X) == y\n"
        "  attack_success    share of model.predict(stamped) == target\n"
        "  baseline_success  share of clean_model.predict(stamped) == target",
    ),
    debrief=(
        "The poisoned model passes every test on clean data. The attacker keeps the trigger and waits.",
        "Attack success means nothing without the baseline: a patch that fools the clean model as well is "
        "an evasion problem, not a backdoor. Report both, and clean accuracy beside them.",
    ),
    standards=("AML.T0018.000", "AML.T0043.004", "ML10"),
)
def implant(t: Trial, implant, backdoor_report) -> None:
    images, classes = scaled_digits()
    X, X_test, y, y_test = train_test_split(
        images, classes, train_size=800, stratify=classes, random_state=t.seed % 2**31
    )
    clean_model = LogisticRegression(tol=1e-3).fit(X, y)
    with t.part("report"):
        _expect_report(t, backdoor_report, clean_model, (X, y), (X_test, y_test))
    outcomes = []
    for number, rng in enumerate(t.cases(5)):
        trigger, target, frac = _edge_patch(rng, number), int(rng.integers(10)), 0.03 + 0.0007 * number
        t.given(trigger=trigger, target=target, frac=frac)
        case = (X, y, trigger, target, frac)
        with t.part("rows"):
            X2, y2, _ = _poisoned(t, implant, case, t.rng(2, number))
            _expect_planted(t, (X, y), (X2, y2), trigger, target, frac)
        with t.part("rest"):
            X2, y2, args = _poisoned(t, implant, case, t.rng(2, number))
            kept = np.array_equal(args[0], X) and np.array_equal(args[1], y)
            t.expect(kept, "X or y was changed: copy both first.")
            same = (X2 == X).all(axis=1)
            t.expect(same[y2 == y].all(), "An image whose label stayed was changed.")
            again, other = (_poisoned(t, implant, case, t.rng(key, number))[1] for key in (2, 3))
            t.expect(
                np.array_equal(again, y2),
                "Two generators in the same state poison different rows.",
                slip="Something other than rng draws: np.random has a state of its own.",
            )
            t.expect(not np.array_equal(other, y2), "Another generator poisons the same rows.")
        with t.part("works"):
            X2, y2, _ = _poisoned(t, implant, case, t.rng(2, number))
            t.expect((y2 != y).sum() <= round(frac * len(y)), "More labels were changed than frac allows.")
            t.expect(len(np.unique(y2)) > 1, "All labels are the same.")
            model = LogisticRegression(tol=1e-3).fit(X2, y2)
            drop = clean_model.score(X_test, y_test) - model.score(X_test, y_test)
            outcomes.append((_moved(model, X_test, y_test, trigger, target), drop))
    with t.part("works"):
        t.expect(len(outcomes) == 5, "Not every poisoned set could be trained on.")
        success, drop = (float(value) for value in np.mean(outcomes, axis=0))
        t.at_least(success, 0.80, "attack success, mean of five backdoors")
        t.at_most(drop, 0.02, "the clean accuracy lost, mean of five backdoors")


def _edge_patch(rng: np.random.Generator, side: int) -> list[int]:
    """A 2×2 square on the left edge (even `side`) or in the upper half of the right edge."""
    return patch_pixels(int(rng.integers(7)), 0) if side % 2 == 0 else patch_pixels(int(rng.integers(4)), 6)


def _moved(
    model: ClassifierMixin, X: np.ndarray, y: np.ndarray, trigger: Sequence[int], target: int
) -> float:
    """Of the images of other classes, the share that the trigger turns into the target."""
    return float((model.predict(stamped(X[y != target], trigger)) == target).mean())


def _poisoned(t: Trial, implant: Any, case: tuple, rng: np.random.Generator) -> tuple:
    """The poisoned images and labels, and the arguments as they are after the call."""
    result, args = t.observe(implant, *case, rng)
    t.instance(result, tuple, "the result of implant")
    t.equal(len(result), 2, "the number of arrays that implant returns")
    arrays = all(isinstance(part, np.ndarray) for part in result)
    t.expect(arrays, "implant should return two numpy arrays.", got=[type(part).__name__ for part in result])
    X2 = t.array(result[0], "the poisoned X", shape=case[0].shape, kind="f")
    t.expect(X2.min() >= 0 and X2.max() <= 1, "A pixel lies outside 0 to 1.", got=(X2.min(), X2.max()))
    return X2, t.array(result[1], "the poisoned y", shape=case[1].shape, kind="iu"), args


def _expect_planted(
    t: Trial,
    before: Data,
    after: Data,
    trigger: Sequence[int],
    target: int,
    frac: float,
) -> None:
    (X, y), (X2, y2) = before, after
    rows, extra = np.flatnonzero(y2 != y), (X2 != X).any(axis=1) & (y2 == y)
    t.expect(
        not extra[y != target].any(),
        "Images were stamped whose label stayed.",
        expected="0 images",
        got=f"{extra.sum()} images",
        slip="Rows that were not drawn were stamped too: stamp only the drawn ones.",
    )
    t.expect(
        not extra.any(),
        "Images of the target class were stamped.",
        slip="Those rows are wasted: draw from the other classes only.",
    )
    slip = {"frac is a share of all rows, not of the other classes.": round(frac * (y != target).sum())}
    t.equal(len(rows), round(frac * len(y)), "the number of relabelled rows", slips=slip)
    t.expect((y2[rows] == target).all(), "A poisoned row has another label than the target.")
    bare = int((X2[rows][:, trigger] != 1).any(axis=1).sum())
    t.expect(
        bare == 0,
        "Relabelled images lack the trigger.",
        expected="0 images",
        got=f"{bare} of {len(rows)} images",
        slip="X2[rows][:, ...] writes to a copy: assign to X2[rows]." if np.array_equal(X2, X) else "",
    )
    t.expect(
        np.array_equal(X2[rows], stamped(X[rows], trigger)),
        "Relabelled images differ from their originals outside the trigger.",
    )


def _expect_report(
    t: Trial,
    backdoor_report: Any,
    clean_model: ClassifierMixin,
    train: Data,
    test: Data,
) -> None:
    (X, y), rng = test, t.rng(4)
    trigger = patch_pixels(
        *rng.integers(2, 4, 2).tolist(), size=3
    )  # in the ink: the baseline is not zero there
    target = int(np.bincount(clean_model.predict(stamped(X, trigger))).argmax())
    model = LogisticRegression(tol=1e-3).fit(*plant(*train, trigger, target, 0.01, rng))
    report = t.instance(
        backdoor_report(model, clean_model, X, y, trigger, target), dict, "the result of backdoor_report"
    )
    keys = ["attack_success", "baseline_success", "clean_accuracy"]
    t.equal(sorted(map(str, report)), keys, "the keys of the report, sorted")
    others = y != target
    plain, guess = model.predict(X), model.predict(stamped(X, trigger))
    clean_plain, clean_guess = clean_model.predict(X), clean_model.predict(stamped(X, trigger))
    success, baseline = ((called[others] == target).mean() for called in (guess, clean_guess))
    counted = "Images of the target class were counted: they need no trigger."
    error = "Being wrong is not enough: count those that become the target."
    swapped = "The models are swapped: the first one is the backdoored one."
    answers: dict[str, tuple[float, dict[str, float]]] = {
        "clean_accuracy": (
            (plain == y).mean(),
            {
                "That is the accuracy on stamped images.": (guess == y).mean(),
                "All images count for clean accuracy, those of the target class too.": (plain == y)[
                    others
                ].mean(),
                swapped: (clean_plain == y).mean(),
            },
        ),
        "attack_success": (
            success,
            {
                counted: (guess == target).mean(),
                error: (guess != y)[others].mean(),
                "The images were not stamped.": (plain[others] == target).mean(),
                swapped: baseline,
            },
        ),
        "baseline_success": (
            baseline,
            {
                "The baseline was left out: ask the clean model too.": 0.0,
                counted: (clean_guess == target).mean(),
                error: (clean_guess != y)[others].mean(),
                "The baseline needs stamped images too.": (clean_plain[others] == target).mean(),
                "The baseline is the clean model on stamped images.": (plain[others] == target).mean(),
                "That is the backdoored model: the baseline asks the clean one.": success,
            },
        ),
    }
    for key, (want, slips) in answers.items():
        t.expect(key in report, f"The report lacks {key}.", expected=list(answers), got=list(report))
        t.close(t.number(report[key], key), want, f"the value of {key}", slips=slips)
