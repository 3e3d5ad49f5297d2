"""Answers to the first lesson: other right ones, and wrong ones with what each must be told."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.exercise import Answers

# -- accuracy ----------------------------------------------------------------------------------------


def accuracy_by_pairs(y_true, y_pred):
    pairs = list(zip(y_true, y_pred, strict=True))
    if not pairs:
        raise ValueError("no labels")
    return sum(bool(a == b) for a, b in pairs) / len(pairs)


def accuracy_always_half(y_true, y_pred):
    return 0.5


def accuracy_as_errors(y_true, y_pred):
    return 1 - accuracy_score(y_true, y_pred)


def accuracy_as_count(y_true, y_pred):
    return accuracy_score(y_true, y_pred, normalize=False)


def accuracy_in_percent(y_true, y_pred):
    return 100 * accuracy_score(y_true, y_pred)


def accuracy_of_lists_as_a_whole(y_true, y_pred):
    return float(np.mean(y_true == y_pred))


def accuracy_zipped(y_true, y_pred):
    if len(y_true) == 0:
        raise ValueError("no labels")
    equal = [a == b for a, b in zip(y_true, y_pred)]  # noqa: B905
    return sum(equal) / len(equal)


def accuracy_stretched(y_true, y_pred):
    if len(y_true) == 0:
        raise ValueError("no labels")
    return float((np.asarray(y_true) == np.asarray(y_pred)).mean())


def accuracy_of_nothing(y_true, y_pred):
    return accuracy_score(y_true, y_pred) if len(y_true) + len(y_pred) else 0.0


def accuracy_refusing_few(y_true, y_pred):
    if len(y_true) < 10:
        raise ValueError("too few")
    return accuracy_score(y_true, y_pred)


# -- in_scope ----------------------------------------------------------------------------------------


def scope_by_refusing(action, scope):
    try:
        if action["target"] not in scope["targets"]:
            return False
        if action["technique"] not in scope["techniques"]:
            return False
        if action["data"] not in scope["data"]:
            return False
        return scope["start"] <= action["at"] < scope["end"]
    except (KeyError, TypeError):  # something is missing, None, or a time without an offset
        return False


def scope_with(**changed):
    """A right answer with other steps: `listed(value, names)` and `timely(at, start, end)`."""
    listed = changed.get("listed", lambda value, names: value in names)
    timely = changed.get("timely", lambda at, start, end: at.tzinfo is not None and start <= at < end)

    def in_scope(action, scope):
        for key, names in (("target", "targets"), ("technique", "techniques"), ("data", "data")):
            if not listed(action.get(key), scope.get(names, [])):
                return False
        times = action.get("at"), scope.get("start"), scope.get("end")
        return None not in times and timely(*times)

    return in_scope


def scope_allowing_all(action, scope):
    return True


def scope_denying_all(action, scope):
    return False


def scope_forgetting_the_data(action, scope):
    return scope_by_refusing(action | {"data": scope.get("data", [None])[0]}, scope)


def scope_trusting_the_note(action, scope):
    return "note" in action or scope_by_refusing(action, scope)


def scope_by_parts_of_names(action, scope):
    return scope_with(listed=lambda value, names: value is not None and value in " ".join(names))(
        action, scope
    )


def scope_by_beginnings(action, scope):
    def listed(value, names):
        return value is not None and any(value.startswith(name) for name in names)

    return scope_with(listed=listed)(action, scope)


def scope_in_lower_case(action, scope):
    def listed(value, names):
        return str(value).lower() in [name.lower() for name in names]

    return scope_with(listed=listed)(action, scope)


def scope_with_its_end(action, scope):
    def timely(at, start, end):
        return at.tzinfo is not None and start <= at <= end

    return scope_with(timely=timely)(action, scope)


def scope_without_its_start(action, scope):
    return scope_with(timely=lambda at, start, end: at.tzinfo is not None and start < at < end)(action, scope)


def scope_by_clocks_on_the_wall(action, scope):
    def timely(at, start, end):
        return at.tzinfo is not None and start.replace(tzinfo=None) <= at.replace(tzinfo=None) < end.replace(
            tzinfo=None
        )

    return scope_with(timely=timely)(action, scope)


def scope_with_errors(action, scope):
    listed = all(action[k] in scope[n] for k, n in (("target", "targets"), ("technique", "techniques")))
    return listed and action["data"] in scope["data"] and scope["start"] <= action["at"] < scope["end"]


def scope_guessing_the_offset(action, scope):
    def timely(at, start, end):
        return start <= (at if at.tzinfo else at.replace(tzinfo=start.tzinfo)) < end

    return scope_with(timely=timely)(action, scope)


def scope_open_without_a_window(action, scope):
    at = action.get("at")
    edges = {"start": at, "end": at.max.replace(tzinfo=at.tzinfo)} if at else {}
    return scope_by_refusing(action, edges | scope)


def scope_open_without_a_list(action, scope):
    lists = {"targets": [action.get("target")], "techniques": [action.get("technique")]}
    return scope_by_refusing(action, lists | {"data": [action.get("data")]} | scope)


def scope_without_at(action, scope):
    return bool(action["at"]) and scope_by_refusing(action, scope)


def scope_with_at_none(action, scope):
    return "at" in action and action["at"].tzinfo is not None and scope_by_refusing(action, scope)


def scope_without_an_end(action, scope):
    return bool(scope["end"]) and scope_by_refusing(action, scope)


def scope_as_a_chain(action, scope):
    return scope_by_refusing(action, scope) or None


# -- split_and_score ---------------------------------------------------------------------------------


def score_by_hand(X, y, seed):
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)
    mean, spread = X.mean(axis=0), X.std(axis=0)
    model = LogisticRegression(max_iter=1000).fit((X - mean) / spread, y)
    return float(np.mean(model.predict((X_test - mean) / spread) == y_test))


def _split(X, y, **options):
    return train_test_split(X, y, **{"test_size": 0.3, "stratify": y} | options)


def _fit(X, y):
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(X, y)


def score_constant(X, y, seed):
    return 0.97


def score_scaled_before_the_split(X, y, seed):
    X_train, X_test, y_train, y_test = _split(StandardScaler().fit_transform(X), y, random_state=seed)
    return LogisticRegression(max_iter=1000).fit(X_train, y_train).score(X_test, y_test)


def score_scaled_twice(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed)
    model = LogisticRegression(max_iter=1000).fit(StandardScaler().fit_transform(X_train), y_train)
    return model.score(StandardScaler().fit_transform(X_test), y_test)


def score_without_strata(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed, stratify=None)
    return _fit(X_train, y_train).score(X_test, y_test)


def score_of_seed_zero(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=0)
    return _fit(X_train, y_train).score(X_test, y_test)


def score_without_a_seed(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y)
    return _fit(X_train, y_train).score(X_test, y_test)


def score_of_a_quarter(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed, test_size=0.25)
    return _fit(X_train, y_train).score(X_test, y_test)


def score_on_training_rows(X, y, seed):
    X_train, _, y_train, _ = _split(X, y, random_state=seed)
    return _fit(X_train, y_train).score(X_train, y_train)


def score_of_raw_test_rows(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=seed)
    scaler = StandardScaler().fit(X_train)
    return LogisticRegression(max_iter=1000).fit(scaler.transform(X_train), y_train).score(X_test, y_test)


def score_of_seed_42(X, y, seed):
    X_train, X_test, y_train, y_test = _split(X, y, random_state=42)
    return _fit(X_train, y_train).score(X_test, y_test)


def score_as_errors(X, y, seed):
    return 1 - score_by_hand(X, y, seed)


def score_in_place(X, y, seed):
    score = score_by_hand(X, y, seed)
    X -= X.mean(axis=0)
    return score


ANSWERS = {
    "welcome.accuracy": Answers(
        right=[accuracy_by_pairs, accuracy_score],
        wrong=[
            (accuracy_always_half, "The accuracy is not right"),
            (accuracy_as_errors, "You counted the errors"),
            (accuracy_as_count, "divide by how many there are"),
            (accuracy_in_percent, "That is a percentage"),
            (accuracy_of_lists_as_a_whole, "compared as a whole"),
            (accuracy_zipped, "zip stops at the shorter one"),
            (accuracy_stretched, "stretches to any length"),
            (accuracy_of_nothing, "The accuracy of nothing"),
            (accuracy_refusing_few, "One label each is refused"),
        ],
    ),
    "welcome.in_scope": Answers(
        right=[scope_by_refusing],
        wrong=[
            (scope_allowing_all, "passes: ask whether"),
            (scope_denying_all, "Denied, although all is listed and in time"),
            (scope_forgetting_the_data, "Any data class passes"),
            (scope_trusting_the_note, "Allowed, although"),
            (scope_by_parts_of_names, "take a part for the whole"),
            (scope_by_beginnings, "take a part for the whole"),
            (scope_in_lower_case, "capital letters count"),
            (scope_with_its_end, "write `at < end`"),
            (scope_without_its_start, "write `start <= at`"),
            (scope_by_clocks_on_the_wall, "clocks in two places"),
            (scope_with_errors, "ask with .get()"),
            (scope_guessing_the_offset, "nobody knows which moment"),
            (scope_open_without_a_window, "it does not allow"),
            (scope_open_without_a_list, "it does not allow"),
            (scope_without_at, "the action has no `at`"),
            (scope_with_at_none, "the action's `at` is None"),
            (scope_without_an_end, "the scope has no `end`"),
            (scope_as_a_chain, "The answer should be a bool"),
        ],
    ),
    "welcome.split_and_score": Answers(
        right=[score_by_hand],
        wrong=[
            (score_constant, "on five drawn sets is not right"),
            (score_scaled_before_the_split, "That is a leak"),
            (score_scaled_twice, "scaled by themselves"),
            (score_without_strata, "Pass stratify=y"),
            (score_of_seed_zero, "does not depend on the seed"),
            (score_without_a_seed, "The same seed gives two scores"),
            (score_of_a_quarter, "test_size=0.3"),
            (score_of_raw_test_rows, "The test rows were not scaled"),
            (score_of_seed_42, "not 42"),
            (score_on_training_rows, "rows that the model was trained on"),
            (score_as_errors, "That is the share of errors"),
            (score_in_place, "changed X or y"),
        ],
    ),
}
