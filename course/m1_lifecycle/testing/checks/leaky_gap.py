"""The check of `testing.leaky_gap`."""

from __future__ import annotations

import numpy as np
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from autograder.exercise import Trial, exercise


@exercise(
    minutes=7,
    parts={
        "leaky": (3, "gives the accuracy when the columns are chosen once, on all rows"),
        "honest": (4, "gives the accuracy when each fold chooses on its training rows"),
    },
    hints=(
        "Both numbers come from cross_val_score with the same folds. What differs is what it is given.",
        "Leaky: choose first, and give it the chosen columns. Honest: give it all columns, and a model "
        "that chooses.",
        "folds = five stratified ones, shuffled with the seed\n"
        "leaky: mean of cross_val_score(the model, the columns that fit_transform chose on all rows, y)\n"
        "honest: mean of cross_val_score(a pipeline of the choice and the model, X, y)",
    ),
    debrief=(
        "Shows you an evaluation in which the test rows helped to choose. Nothing in it is invented.",
        "Puts the whole recipe into the pipeline, and asks of each number what its test rows had a say "
        "in. Honest "
        "numbers cost: they are lower, and each fold does all the work again.",
    ),
    standards=("PW.8.2",),
)
def leaky_gap(t: Trial, leaky_gap) -> None:
    for number, rng in enumerate(t.cases(5)):
        seed, k = int(rng.integers(1000)), int(rng.integers(15, 26))
        n, columns = int(rng.integers(90, 111)), int(rng.integers(1000, 1501))
        X, y = rng.normal(size=(n, columns)), rng.permutation(n) % 2
        if number > 2:
            X[:, rng.choice(columns, 30, replace=False)] += 0.7 * y[:, None]
        t.given(rows=n, columns=columns, k=k, seed=seed, signal=number > 2)
        got = leaky_gap(X, y, k, seed)
        t.expect(
            type(got) in (tuple, list) and len(got) == 2, "The result is not a pair of numbers.", got=got
        )
        leaky, honest = t.number(got[0], "the leaky accuracy"), t.number(got[1], "the honest accuracy")
        want = _accuracy(X, y, k, seed, True), _accuracy(X, y, k, seed, False)
        default = _unshuffled(X, y, k, True, number)
        with t.part("leaky"):
            t.close(
                leaky,
                want[0],
                "the leaky accuracy",
                rtol=0,
                atol=0.011,
                # to the last place: within 0.011, other folds would look like the default ones by chance
                slips={
                    "You chose in each fold: the leak is a choice on all rows.": want[1],
                    UNSHUFFLED: default if abs(leaky - default) < 1e-9 else -1.0,
                },
            )
        with t.part("honest"):
            t.close(
                honest,
                want[1],
                "the honest accuracy",
                rtol=0,
                atol=0.011,
                slips={"The columns were chosen on all rows: the choice belongs into the pipeline.": want[0]},
            )


UNSHUFFLED = "Your folds are not shuffled with the seed."


def _unshuffled(X, y, k, leaks, number):
    """The slip of the default folds; asked for in one case, because it costs as much as the answer."""
    return _accuracy(X, y, k, None, leaks) if number == 0 else -1.0


def _accuracy(X: np.ndarray, y: np.ndarray, k: int, seed: int | None, leaks: bool) -> float:
    """The mean accuracy over the folds, with columns chosen on all rows or on the training rows."""
    folds = StratifiedKFold(5) if seed is None else StratifiedKFold(5, shuffle=True, random_state=seed)
    everywhere = SelectKBest(f_classif, k=k).fit(X, y).get_support()
    shares = []
    for inside, outside in folds.split(X, y):
        chosen = everywhere if leaks else SelectKBest(f_classif, k=k).fit(X[inside], y[inside]).get_support()
        model = LogisticRegression(max_iter=300).fit(X[inside][:, chosen], y[inside])
        shares.append(model.score(X[outside][:, chosen], y[outside]))
    return float(np.mean(shares))
