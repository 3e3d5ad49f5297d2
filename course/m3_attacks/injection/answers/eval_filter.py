"""Answers to `injection.eval_filter`: another right one, and wrong ones with what each must be told."""

import numpy as np
from sklearn.metrics import accuracy_score, balanced_accuracy_score, recall_score
from sklearn.model_selection import GroupKFold, StratifiedKFold

from autograder.exercise import Answers, Wrong

from ..assistant import DISGUISES
from ..checks.eval_filter import IN_TRAINING, SAME_SPLIT


def _evaluated(make, texts, labels, templates, disguises, score=balanced_accuracy_score, **how):
    texts, labels = np.array(texts, object), np.array(labels)
    mixed, apart = StratifiedKFold(4), GroupKFold(4)

    def measured(splitter, change, number):
        guess = np.zeros(len(labels), int)
        for train, test in splitter.split(texts, labels, templates):
            seen = [change(text) for text in texts[train]] if how.get("in_training") else texts[train]
            model = make().fit(seen, labels[train])
            both = not how.get("attacks_only")
            odd = [
                change(text) if both or label else text
                for text, label in zip(texts[test], labels[test], strict=True)
            ]
            guess[test] = model.predict(odd)
        return float(score(labels, guess))

    grouped = mixed if how.get("mixed") else apart
    result = {"random": measured(mixed, str, 0), "by_template": measured(grouped, str, 1)}
    hidden = mixed if how.get("mixed") or how.get("mixed_disguises") else apart
    return result | {name: measured(hidden, change, 2) for name, change in disguises.items()}


def by_hand(make, texts, labels, templates, disguises):
    def rates(folds, change):
        hits = {0: [], 1: []}
        for train, test in folds:
            model = make()
            model.fit([texts[i] for i in train], [labels[i] for i in train])
            for i, guess in zip(test, model.predict([change(texts[i]) for i in test]), strict=True):
                hits[labels[i]].append(guess == labels[i])
        return float(np.mean(hits[0]) + np.mean(hits[1])) / 2

    apart = list(GroupKFold(4).split(texts, labels, templates))
    result = {name: rates(apart, change) for name, change in disguises.items()}
    result["by_template"] = rates(apart, lambda text: text)
    result["random"] = rates(StratifiedKFold(4).split(texts, labels), lambda text: text)
    return result


def random_only(make, texts, labels, templates, disguises):
    return _evaluated(make, texts, labels, templates, disguises, mixed=True)


def random_for_disguises(make, texts, labels, templates, disguises):
    return _evaluated(make, texts, labels, templates, disguises, mixed_disguises=True)


def plain_accuracy(make, texts, labels, templates, disguises):
    return _evaluated(make, texts, labels, templates, disguises, score=accuracy_score)


def recall(make, texts, labels, templates, disguises):
    return _evaluated(make, texts, labels, templates, disguises, score=recall_score)


def attacks_only(make, texts, labels, templates, disguises):
    return _evaluated(make, texts, labels, templates, disguises, attacks_only=True)


def disguised_training(make, texts, labels, templates, disguises):
    return _evaluated(make, texts, labels, templates, disguises, in_training=True)


def no_disguises(make, texts, labels, templates, disguises):
    return _evaluated(make, texts, labels, templates, {})


def tests_on_training(make, texts, labels, templates, disguises):
    model = make().fit(texts, labels)
    ways = {"random": str, "by_template": str, **disguises}
    return {
        name: float(balanced_accuracy_score(labels, model.predict([change(text) for text in texts])))
        for name, change in ways.items()
    }


def as_text(make, texts, labels, templates, disguises):
    return {key: str(value) for key, value in by_hand(make, texts, labels, templates, disguises).items()}


def empties_its_input(make, texts, labels, templates, disguises):
    result = by_hand(make, texts, labels, templates, disguises)
    texts.clear()
    return result


def constant(make, texts, labels, templates, disguises):
    return dict.fromkeys(["random", "by_template", *disguises], 0.2)


def rounded(make, texts, labels, templates, disguises):
    result = by_hand(make, texts, labels, templates, disguises)
    return {name: round(value, 6) for name, value in result.items()}


def mean_of_folds(make, texts, labels, templates, disguises):
    def score(folds, change):
        scores = []
        for train, test in folds:
            model = make().fit([texts[i] for i in train], [labels[i] for i in train])
            guesses = model.predict([change(texts[i]) for i in test])
            scores.append(balanced_accuracy_score([labels[i] for i in test], guesses))
        return float(np.mean(scores))

    apart = list(GroupKFold(4).split(texts, labels, templates))
    result = {"random": score(StratifiedKFold(4).split(texts, labels), str), "by_template": score(apart, str)}
    return result | {name: score(apart, change) for name, change in disguises.items()}


def disguised_twice(make, texts, labels, templates, disguises):
    twice = {name: lambda text, change=change: change(change(text)) for name, change in disguises.items()}
    return by_hand(make, texts, labels, templates, twice)


def known_disguises(make, texts, labels, templates, disguises):
    known = dict(zip(disguises, DISGUISES.values(), strict=False))
    return by_hand(make, texts, labels, templates, known)


def usual_sizes(make, texts, labels, templates, disguises):
    def score(truth, guesses):
        hits = [np.sum((guesses == kind) & (truth == kind)) for kind in (0, 1)]
        return hits[0] / 216 + hits[1] / 108

    return _evaluated(make, texts, labels, templates, disguises, score=score)


def labels_changed(make, texts, labels, templates, disguises):
    result = by_hand(make, texts, labels, templates, disguises)
    labels[:] = map(bool, labels)
    return result


ANSWERS = Answers(
    right=[by_hand, rounded],
    wrong=[
        Wrong(random_only, "by_template", "split by template"),
        Wrong(random_for_disguises, "disguised", "split by template"),
        Wrong(plain_accuracy, "by_template", "plain accuracy"),
        Wrong(recall, "by_template", "False alarms"),
        Wrong(attacks_only, "disguised", "orders only"),
        Wrong(disguised_training, "disguised", "seen plain ones only"),
        Wrong(no_disguises, "keys", "the keys"),
        Wrong(tests_on_training, "random", "random", also=(SAME_SPLIT, IN_TRAINING)),
        Wrong(as_text, "random", "number"),
        Wrong(empties_its_input, "keys", "changed the lists"),
        Wrong(mean_of_folds, "by_template", "all guesses at once"),
        Wrong(disguised_twice, "disguised", "way of our own"),
        Wrong(known_disguises, "disguised", "value of"),
        Wrong(usual_sizes, "random", "value of"),
        Wrong(labels_changed, "keys", "changed the lists"),
        Wrong(constant, "random", "random"),
    ],
)

EQUIVALENT = {
    "[0] * len(texts) → [1] * len(texts)": "every text is in one test fold",
    "[0] * len(texts) → [-1] * len(texts)": "every text is in one test fold",
    "zip(test, model.predict([change(texts[i]) for i in test]), strict=True) → "
    "zip(test, model.predict([change(texts[i]) for i in test]))": "there is one guess for each text",
    "strict=True → strict=False": "there is one guess for each text",
    "float(balanced_accuracy_score(labels, guesses)) → "
    "balanced_accuracy_score(labels, guesses)": "not stated: a numpy number is a number",
    "GroupKFold(4).split(texts, labels, templates) → "
    "GroupKFold(4).split(labels, texts, templates)": "GroupKFold looks at the templates only",
}
