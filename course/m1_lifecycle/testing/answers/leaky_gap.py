"""Answers to `testing.leaky_gap`: another right one, and wrong ones with their messages."""

import numpy as np
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline

from autograder.exercise import Answers, Wrong


def _parts(X, y, k, seed):
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    choose, model = SelectKBest(f_classif, k=k), LogisticRegression(max_iter=300)
    return folds, choose, model, choose.fit_transform(X, y)


def by_folds(X, y, k, seed):
    scores = {True: [], False: []}
    for inside, outside in StratifiedKFold(5, shuffle=True, random_state=seed).split(X, y):
        for leaks in scores:
            rows = slice(None) if leaks else inside
            values = f_classif(X[rows], y[rows])[0]
            best = np.argsort(values)[-k:]
            model = LogisticRegression(max_iter=300).fit(X[np.ix_(inside, best)], y[inside])
            scores[leaks].append(model.score(X[np.ix_(outside, best)], y[outside]))
    return np.mean(scores[True]), np.mean(scores[False])


def constant(X, y, k, seed):
    return 0.85, 0.5


def leaks_twice(X, y, k, seed):
    folds, choose, model, best = _parts(X, y, k, seed)
    leaky = cross_val_score(model, best, y, cv=folds).mean()
    return leaky, cross_val_score(make_pipeline(choose, model), best, y, cv=folds).mean()


def swapped(X, y, k, seed):
    folds, choose, model, best = _parts(X, y, k, seed)
    honest = cross_val_score(make_pipeline(choose, model), X, y, cv=folds).mean()
    return honest, cross_val_score(model, best, y, cv=folds).mean()


def default_folds(X, y, k, seed):
    _, choose, model, best = _parts(X, y, k, seed)
    leaky = cross_val_score(model, best, y, cv=5).mean()
    return leaky, cross_val_score(make_pipeline(choose, model), X, y, cv=5).mean()


def not_stratified(X, y, k, seed):
    _, choose, model, best = _parts(X, y, k, seed)
    folds = KFold(5, shuffle=True, random_state=seed)
    leaky = cross_val_score(model, best, y, cv=folds).mean()
    return leaky, cross_val_score(make_pipeline(choose, model), X, y, cv=folds).mean()


def all_columns(X, y, k, seed):
    folds, _, model, best = _parts(X, y, k, seed)
    return cross_val_score(model, best, y, cv=folds).mean(), cross_val_score(model, X, y, cv=folds).mean()


def one_split(X, y, k, seed):
    folds, _, model, best = _parts(X, y, k, seed)
    a, b, ya, yb = train_test_split(X, y, test_size=0.2, stratify=y, random_state=seed)
    honest = make_pipeline(SelectKBest(f_classif, k=k), model).fit(a, ya).score(b, yb)
    return cross_val_score(model, best, y, cv=folds).mean(), honest


def all_five(X, y, k, seed):
    folds, choose, model, best = _parts(X, y, k, seed)
    return cross_val_score(model, best, y, cv=folds), cross_val_score(
        make_pipeline(choose, model), X, y, cv=folds
    )


ANSWERS = Answers(
    right=[by_folds],
    wrong=[
        Wrong(constant, "honest", "honest accuracy is not right"),
        Wrong(leaks_twice, "honest", "The columns were chosen on all rows"),
        Wrong(
            swapped,
            "honest",
            "The columns were chosen on all rows",
            also=("You chose in each fold: the leak is a choice on all rows.",),
        ),
        Wrong(default_folds, "leaky", "not shuffled with the seed"),
        Wrong(not_stratified, "honest", "honest accuracy is not right"),
        Wrong(all_columns, "honest", "honest accuracy is not right"),
        Wrong(one_split, "honest", "honest accuracy is not right"),
        Wrong(all_five, "leaky", "the leaky accuracy"),
    ],
)

EQUIVALENT = {
    "LogisticRegression(max_iter=300) → LogisticRegression()": "100 rounds are enough too",
    "max_iter=300 → max_iter=301": "the fit ends long before",
    "max_iter=300 → max_iter=299": "the fit ends long before",
}
