"""Checks of the first lesson. Its exercises are small; what they refuse is what later lessons build on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

import numpy as np
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from autograder.exercise import LearnerError, Prediction, Trial, exercise

seeds = Prediction(
    id="welcome.seeds",
    question="The same model, the same 178 wines, 30 splits that differ only in their seed. Each puts 54 "
    "wines aside for testing. How far apart are the lowest and the highest accuracy, in percentage points?",
    options=("Not at all", "About half a point", "About 6 points", "About 20 points"),
    answer=2,
    because="One wine of 54 is 1.9 points. Which wines are put aside decides whether none of them is wrong "
    "or three: from 1.000 down to 0.944, and the model is as good as it was.",
)


# -- accuracy ----------------------------------------------------------------------------------------


@exercise(
    minutes=4,
    parts={
        "value": (2, "returns the share of equal labels, for lists and arrays of integers or booleans"),
        "refuse": (2, "raises ValueError for empty inputs and for different lengths, and for nothing else"),
    },
    hints=(
        "Two lists compared with == give one answer, True or False. Two arrays give one for each place.",
        "Look at the lengths first, and raise ValueError. Then make arrays of both, compare them place by "
        "place, and take the mean: True counts as 1.",
        "if len(y_true) != len(y_pred) or len(y_true) == 0: raise ValueError\n"
        "equal = np.asarray(y_true) == np.asarray(y_pred)\n"
        "return float(equal.mean())",
    ),
    debrief=(
        "A measure that says something about nothing, or about half of the data, is a good place to hide a "
        "bad model.",
        "Refuse loudly. An error in the evening is cheaper than a number that everybody believed.",
    ),
    standards=("AML.M0008",),
)
def accuracy(t: Trial, accuracy) -> None:
    for number, rng in enumerate(t.cases(6)):
        y_true, y_pred = _labels(number, rng)
        n, wrong = len(y_true), sum(a != b for a, b in zip(y_true, y_pred, strict=True))
        t.given(n=n, container=type(y_true).__name__)
        with t.part("value"):
            t.close(
                t.number(accuracy(y_true, y_pred), "the accuracy"),
                1 - wrong / n,
                "the accuracy",
                slips={
                    "You counted the errors.": wrong / n,
                    "That is how many are right: divide by how many there are.": n - wrong,
                    "That is a percentage: return a share, from 0 to 1.": 100 * (1 - wrong / n),
                    "Two lists were compared as a whole: compare place by place.": 0.0,
                },
            )
    with (
        t.part("refuse"),
        t.raises(ValueError, "two empty lists", slip="The accuracy of nothing is no number."),
    ):
        accuracy([], [])
    for one, other in (([0, 1, 1], [0, 1, 1, 0]), ([0, 1, 1, 0], [0, 1, 1])):
        for container in (list, np.array):
            slip = "zip stops at the shorter one: compare the lengths first."
            with t.part("refuse"), t.raises(ValueError, f"{len(one)} and {len(other)} labels", slip=slip):
                accuracy(container(one), container(other))
    slip = "An array with one value stretches to any length: compare the lengths first."
    with t.part("refuse"), t.raises(ValueError, "4 labels and 1", slip=slip):
        accuracy(np.array([1, 1, 0, 1]), np.array([1]))
    with t.part("refuse"):
        try:
            t.number(accuracy([1], [1]), "the accuracy of one label")
        except ValueError:
            slip = "Raise it for no labels or different lengths only: one label each is enough."
            t.wrong("One label each is refused.", expected=1.0, got="ValueError", slip=slip)


def _labels(number: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """True and guessed labels: integers and booleans in turn, first arrays, then lists; most are equal."""
    n = int(rng.integers(20, 60))
    y = rng.integers(0, 2 if number % 2 else 4, n)
    guess = y.copy()
    rows = rng.choice(n, int(rng.integers(2, n // 2 - 1)), replace=False)
    guess[rows] = (guess[rows] + 1) % (2 if number % 2 else 4)
    if number % 2:
        y, guess = y.astype(bool), guess.astype(bool)
    return (y, guess) if number < 2 else (y.tolist(), guess.tolist())


# -- in_scope ----------------------------------------------------------------------------------------


@exercise(
    minutes=7,
    parts={
        "lists": (4, "allows the target, technique and data class that the scope lists, and no others"),
        "window": (3, "allows from the start on, and denies from the end on, whatever the offset"),
        "unknown": (3, "denies what is missing, None or without an offset, and raises no error"),
    },
    hints=(
        "Think of the answer as False until everything has been shown to hold. What does `.get` return for a "
        "key that is not there, and is that listed anywhere?",
        "Ask for each of target, technique and data whether the action's value is one of the scope's list: "
        "`in` a list compares whole values. Then take the three times; one that is missing, or an `at` whose "
        "tzinfo is None, means False. Python compares times with offsets as moments.",
        "for key, names in (('target', 'targets'), ('technique', 'techniques'), ('data', 'data')):\n"
        "    if action.get(key) not in scope.get(names, []): return False\n"
        "at, start, end = action.get('at'), scope.get('start'), scope.get('end')\n"
        "if one of the three is None, or at.tzinfo is None: return False\n"
        "return start <= at < end",
    ),
    debrief=(
        "Looks for the case that nobody wrote down: the second server, the day after the window, the field "
        "that was left empty.",
        "Allows what is listed and denies the rest, so a forgotten case is a refused one. And keeps the "
        "page: it protects the tester too.",
    ),
    standards=("AML.M0018", "PO.2.2"),
)
def in_scope(t: Trial, in_scope) -> None:
    kinds = [(part, kind) for part, kinds in FAULTS.items() for kind in kinds]
    order = t.rng(2).permutation(len(kinds))
    for number, rng in zip(order, t.cases(len(kinds)), strict=True):
        part, kind = kinds[number]
        pair = kind(rng)
        asked = [(True, pair.inside), (False, pair.outside)]
        for allowed, (action, scope) in asked if rng.random() < 0.5 else asked[::-1]:
            with t.part(part):
                got = t.instance(_ask(t, in_scope, action, scope, pair), bool, "the answer")
                what = "Denied, although all is listed and in time."
                if not allowed:
                    what = f"Allowed, although {pair.why}."
                slip = _likely(t, in_scope, pair) if got and not allowed else pair.slip
                t.expect(got == allowed, what, expected=allowed, got=got, slip=slip)


class Pair(NamedTuple):
    """An action and a scope that allows it; the same with one fault; why it is one, and the likely slip.

    `name` is the key of the action's name that is not listed, where that is the fault.
    """

    inside: tuple[dict[str, Any], dict[str, Any]]
    outside: tuple[dict[str, Any], dict[str, Any]]
    why: str
    slip: str = ""
    name: str = ""


def _ask(t: Trial, in_scope: Any, action: dict, scope: dict, pair: Pair) -> Any:
    try:
        return in_scope(action, scope)
    except LearnerError as error:
        if error.kind == "NotImplementedError" or (action, scope) == pair.inside:
            raise
        slip = "What is missing is not listed: ask with .get(), and return False."
        t.wrong(f"An error is raised where {pair.why}.", expected=False, got=error.what, slip=slip)


def _likely(t: Trial, in_scope: Any, pair: Pair) -> str:
    """The slip behind a name that passed: does any pass, or only one so much like a listed one?"""
    action, scope = pair.outside
    if pair.name and _ask(t, in_scope, action | {pair.name: "none of these"}, scope, pair) is True:
        return f"Any {CALLED[pair.name]} passes: ask whether the scope's list holds it."
    return pair.slip


LISTS = {"target": "targets", "technique": "techniques", "data": "data"}
CALLED = {"target": "target", "technique": "technique", "data": "data class"}
KNOWN = {
    "target": ("triage-staging", "fraud-test", "signs-lab", "chat-preview", "search-canary"),
    "technique": ("AML.T0015", "AML.T0020", "AML.T0040", "AML.T0043", "AML.T0024"),
    "data": ("public", "synthetic", "masked", "pseudonymous"),
}
NOTES = ("agreed by phone", "approved by the owner", "urgent", "as last time")


def _plan(rng: np.random.Generator) -> tuple[dict[str, Any], dict[str, Any]]:
    """A scope with a window of 4 to 40 hours, and an action well inside it."""
    scope: dict[str, Any] = {
        names: rng.choice(KNOWN[key], 2, replace=False).tolist() for key, names in LISTS.items()
    }
    start = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=int(rng.integers(300)))
    scope |= {"start": start, "end": start + timedelta(hours=int(rng.integers(4, 41)))}
    action: dict[str, Any] = {key: str(rng.choice(scope[names])) for key, names in LISTS.items()}
    action |= {"at": start + timedelta(hours=1, minutes=int(rng.integers(120)))}
    if rng.random() < 0.7:
        action["note"] = str(rng.choice(NOTES))
    return action, scope


def _renamed(change: Callable[[str], str], slip: str) -> Callable[[np.random.Generator], Pair]:
    """A fault: one of the three names is changed."""

    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        key = str(rng.choice(list(LISTS)))
        value = change(action[key])
        why = f"the {CALLED[key]} {value!r} is not listed"
        return Pair((action, scope), (action | {key: value}, scope), why, slip, key)

    return kind


def _unlisted(key: str) -> Callable[[np.random.Generator], Pair]:
    """A fault: another name of this key, which the scope does not list."""

    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        value = str(rng.choice([name for name in KNOWN[key] if name not in scope[LISTS[key]]]))
        why = f"the {CALLED[key]} {value!r} is not listed"
        return Pair((action, scope), (action | {key: value}, scope), why, name=key)

    return kind


def _timed(
    inside: tuple[str, int], outside: tuple[str, int], slip: str = "", *, zones: tuple[int, int] = (0, 0)
) -> Callable[[np.random.Generator], Pair]:
    """A fault of time. Each time is minutes from `start` or `end`; `zones` are both offsets, in hours."""

    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        at, aside = (
            (scope[edge] + timedelta(minutes=minutes)).astimezone(timezone(timedelta(hours=zone)))
            for (edge, minutes), zone in zip((inside, outside), zones, strict=True)
        )
        why = "the window has not begun" if outside[1] < 0 else "the window has ended"
        return Pair((action | {"at": at}, scope), (action | {"at": aside}, scope), why, slip)

    return kind


def _missing(*keys: str) -> Callable[[np.random.Generator], Pair]:
    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        key = str(rng.choice(keys))
        without = {name: value for name, value in action.items() if name != key}
        return Pair((action, scope), (without, scope), f"the action has no `{key}`")

    return kind


def _nothing(*keys: str) -> Callable[[np.random.Generator], Pair]:
    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        key = str(rng.choice(keys))
        return Pair((action, scope), (action | {key: None}, scope), f"the action's `{key}` is None")

    return kind


def _without_offset(rng: np.random.Generator) -> Pair:
    action, scope = _plan(rng)
    naive = action | {"at": action["at"].replace(tzinfo=None)}
    slip = "Ask `at.tzinfo is None`: without an offset nobody knows which moment is meant."
    return Pair((action, scope), (naive, scope), "`at` has no offset", slip)


def _unwritten(*keys: str) -> Callable[[np.random.Generator], Pair]:
    def kind(rng: np.random.Generator) -> Pair:
        action, scope = _plan(rng)
        key = str(rng.choice(keys))
        without = {name: value for name, value in scope.items() if name != key}
        slip = "What the scope does not say, it does not allow."
        return Pair((action, scope), (action, without), f"the scope has no `{key}`", slip)

    return kind


_WHOLE = "Compare whole names: `in` a list does; `in` a text, and startswith, take a part for the whole."
_OFFSET = "Compare the moments, offset included: clocks in two places show different hours."
_END = "The end is the first moment outside: write `at < end`."
_START = "The start is the first moment inside: write `start <= at`."

#: part → its faults, each a function of a generator
FAULTS: dict[str, list[Callable[[np.random.Generator], Pair]]] = {
    "lists": [
        *map(_unlisted, LISTS),
        _unlisted("target"),
        _renamed(lambda name: f"{name}.001", _WHOLE),
        _renamed(lambda name: f"{name}-2", _WHOLE),
        _renamed(lambda name: name[:-2], _WHOLE),
        _renamed(str.swapcase, "Names are compared as they are: capital letters count."),
    ],
    "window": [
        _timed(("start", 1), ("start", -600)),
        _timed(("end", -1), ("end", 3000)),
        _timed(("start", 0), ("start", -1), _START),
        _timed(("end", -1), ("end", 0), _END),
        _timed(("start", 60), ("end", 90), _OFFSET, zones=(-9, -5)),
        _timed(("end", -60), ("start", -90), _OFFSET, zones=(9, 5)),
    ],
    "unknown": [
        _missing(*LISTS),
        _missing("at"),
        _nothing(*LISTS),
        _nothing("at"),
        _without_offset,
        _unwritten("targets", "techniques", "data"),
        _unwritten("start"),
        _unwritten("end"),
    ],
}


# -- split_and_score ---------------------------------------------------------------------------------


@exercise(
    minutes=6,
    parts={
        "score": (3, "returns the accuracy on the test rows of a stratified split by the seed"),
        "leak": (2, "lets the scaler learn from the training rows only"),
        "inputs": (1, "leaves X and y as they were"),
    },
    hints=(
        "What may the scaler see? Everything that is fitted counts as part of the model, and the model sees "
        "training rows only.",
        "Split first, with test_size=0.3, stratify=y and random_state=seed. Then put scaler and classifier "
        "into one pipeline: fit it on the training rows, score it on the test rows.",
        "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, "
        "random_state=seed)\n"
        "model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))\n"
        "model.fit(X_train, y_train)\n"
        "return model.score(X_test, y_test)",
    ),
    debrief=(
        "One odd row among the test data reaches a model whose scaler has seen it. And whoever may choose "
        "the seed may choose the result.",
        "Everything that is fitted goes into the pipeline, after the split. A result is named with its "
        "seeds, and they were chosen before it was seen.",
    ),
    standards=("AML.M0008", "PW.8.2"),
)
def split_and_score(t: Trial, split_and_score) -> None:
    sets = [_wines(t.rng(3, number)) for number in range(5)]
    with t.part("score"):
        got = [t.number(split_and_score(*case), "the score") for case in sets]
        _expect_scores(t, split_and_score, sets, got, "the list of scores on five drawn sets")
    broken = [(_broken(X, y, seed), y, seed) for X, y, seed in sets]
    with t.part("leak"):
        got = [t.number(split_and_score(*case), "the score") for case in broken]
        _expect_scores(t, split_and_score, broken, got, "the list of scores with one broken test row each")
    X, y, seed = sets[0]
    with t.part("inputs"):
        _, after = t.observe(split_and_score, X, y, seed)
        kept = np.array_equal(after[0], X) and np.array_equal(after[1], y)
        t.expect(kept, "Your function changed X or y: work on copies.")


#: X (150, 13), y (150,) and a seed
Case = tuple[np.ndarray, np.ndarray, int]


def _wines(rng: np.random.Generator) -> Case:
    """150 of the wines, blurred and in other units: accuracies differ, and nothing can be looked up."""
    X, y = load_wine(return_X_y=True)
    rows = rng.choice(len(y), 150, replace=False)
    blurred = X[rows] / X.std(axis=0) + rng.normal(0, 0.8, (150, X.shape[1]))
    return blurred * 10.0 ** rng.uniform(-2, 3, X.shape[1]), y[rows], int(rng.integers(1, 10_000))


def _broken(X: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """A copy of X in which one row of the test part is ten thousand times too large."""
    row = train_test_split(np.arange(len(y)), test_size=0.3, stratify=y, random_state=seed)[1][0]
    X = X.copy()
    X[row] *= 10_000
    return X


def _expect_scores(t: Trial, answer: Any, sets: list[Case], got: list[float], what: str) -> None:
    ours = np.array([_score(*case) for case in sets])
    slips = {} if np.allclose(got, ours) else _slips(sets, ours)
    if slips and [t.number(answer(*case), "the score") for case in sets] != got:
        t.wrong(
            "The same seed gives two scores.", slip="Pass random_state=seed: nothing else may draw the split."
        )
    t.close(np.array(got), ours, what, slips=slips)


def _score(
    X: np.ndarray, y: np.ndarray, seed: int, *, fit_on: str = "train", on: str = "test", **split: Any
) -> float:
    """The accuracy; `fit_on`: what the scaler learns from, `on`: what is scored, `split`: what is changed."""
    options = {"test_size": 0.3, "stratify": y, "random_state": seed} | split
    X_train, X_test, y_train, y_test = train_test_split(X, y, **options)
    scaler = StandardScaler().fit(X if fit_on == "all" else X_train)
    tested = StandardScaler().fit_transform(X_test) if fit_on == "each" else scaler.transform(X_test)
    model = LogisticRegression(max_iter=1000).fit(scaler.transform(X_train), y_train)
    if on == "train":
        return model.score(scaler.transform(X_train), y_train)
    return model.score(X_test if on == "test, unscaled" else tested, y_test)


def _slips(sets: list[Case], ours: np.ndarray) -> dict[str, np.ndarray]:
    """Misconception → the scores it gives on all sets."""

    def scores(**changed: Any) -> np.ndarray:
        return np.array([_score(*case, **changed) for case in sets])

    return {
        "That is a leak: the scaler has seen the test rows. Split first, then scale.": scores(fit_on="all"),
        "The test rows were scaled by themselves: scale them with what the training rows gave.": scores(
            fit_on="each"
        ),
        "The test rows were not scaled: they need the scaler of the training rows.": scores(
            on="test, unscaled"
        ),
        "Pass stratify=y to the split.": scores(stratify=None),
        "The split does not depend on the seed: pass random_state=seed.": scores(random_state=0),
        "The split does not depend on the seed: pass random_state=seed, not 42.": scores(random_state=42),
        "Put 0.3 of the rows aside: test_size=0.3.": scores(test_size=0.25),
        "That is measured on the rows that the model was trained on.": scores(on="train"),
        "That is the share of errors.": 1 - ours,
    }
