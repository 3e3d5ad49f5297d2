"""The check of `injection.eval_filter`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.naive_bayes import BernoulliNB, MultinomialNB
from sklearn.pipeline import make_pipeline

from autograder.exercise import Trial, brief, exercise

from ..assistant import DISGUISES
from ..messages import corpus

SAME_SPLIT = "Wordings of the test stand in the training data: split by template here."
PLAIN_ACCURACY = "That's the plain accuracy. Two texts in three are honest, so it flatters."
ATTACKS_ONLY = "You disguised the orders only. Honest people write oddly, too."
IN_TRAINING = "The filter was trained on disguised texts. It has seen plain ones only."
FOLDS = "That's the mean over the folds. Score all guesses at once."
RECALL = "That's the share of the orders that are found. False alarms are missing."


@exercise(
    minutes=11,
    parts={
        "keys": (1, "has the keys random, by_template and each disguise, and leaves its inputs unchanged"),
        "random": (2, "gives the balanced accuracy over four random folds"),
        "by_template": (4, "gives it over four folds that share no template"),
        "disguised": (4, "gives it for disguised test texts of both classes, per disguise"),
    },
    hints=(
        "Whoever attacks you doesn't use the sentences that you trained on. Which of the two splits is like "
        "that? And what would a filter get that calls every odd text an attack?",
        "Write a helper that takes folds and a function for the test texts. In each fold: a fresh filter "
        "from "
        "make(), fit on the training texts, predict on the changed test texts. Score all predictions at "
        "once.",
        "def score(folds, change):\n"
        "    guess = array of zeros, one a text\n"
        "    for train, test in folds:\n"
        "        filter = make().fit(texts[train], labels[train])\n"
        "        guess[test] = filter.predict([change(text) for text in texts[test]])\n"
        "    return float(balanced_accuracy_score(labels, guess))\n"
        "random: StratifiedKFold(4), unchanged; by_template: GroupKFold(4) with templates; the others "
        "too, changed",
    ),
    debrief=(
        "Reads the vendor's page: 98% on a random split. Then writes the order in a way that nobody "
        "wrote before.",
        "Splits by template, disguises both classes and looks at both kinds of error. A filter with 0.5 "
        "here is "
        "a coin. It may still be worth having: it makes attackers try more often, and tries can be counted.",
    ),
    standards=("AML.M0020", "AML.M0008", "AML.T0068"),
)
def eval_filter(t: Trial, eval_filter) -> None:
    for number, rng in enumerate(t.cases(3)):
        make = MAKERS[number]
        texts, labels, templates = corpus(rng)
        cut = int(rng.integers(3, 12))  # so that no size is the usual one
        texts, labels, templates = texts[cut:], labels[cut:], templates[cut:]
        chosen = rng.permutation(TELLING[number]).tolist()[: 2 - number]
        disguises = {f"way {rng.integers(100)}{name[0]}": DISGUISES[name] for name in chosen}
        if number == 1:  # home-made, and not the same when done twice
            disguises = {"way of our own": _own}
        t.given(texts=len(texts), disguises=len(disguises))
        got, after = t.observe(eval_filter, make, list(texts), list(labels), list(templates), dict(disguises))
        want = _judged(make, texts, labels, templates, disguises)
        with t.part("keys"):
            t.expect(isinstance(got, dict), "The result should be a dict.", got=brief(got))
            t.equal(sorted(map(str, got)), sorted(want), "the keys")
            kept = _typed(after[1:4]) == _typed([texts, labels, templates]) and after[4] == disguises
            t.expect(kept, "Your function changed the lists that it was given.")
        values = got if isinstance(got, dict) else {}
        for name, value in want.items():
            part = name if name in ("random", "by_template") else "disguised"
            with t.part(part):
                found = t.number(values.get(name), f'the value of "{name}"')
                t.close(
                    found,
                    value,
                    f'the value of "{name}"',
                    atol=1e-6,
                    slips=_slips(name, make, texts, labels, templates, disguises)
                    if abs(found - value) > 1e-6
                    else {},
                )


#: Disguises with which a slip shows: part of the words survives the first two, and nothing the other three.
TELLING = (["leet", "lookalikes"], ["zero_width", "spaced", "encoded"], ["leet"])
MAKERS: list[Callable[[], Any]] = [
    lambda: make_pipeline(CountVectorizer(token_pattern=r"\w+"), MultinomialNB()),
    lambda: make_pipeline(CountVectorizer(token_pattern=r"\w+", binary=True), BernoulliNB()),
    lambda: make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3)), MultinomialNB()),
]


def _own(text: str) -> str:
    """The first two words are missing."""
    return " ".join(text.split(" ")[2:])


def _typed(lists: Any) -> list:
    return [[(type(value), value) for value in each] for each in lists]


def _guesses(make, texts, labels, folds, change: Callable[[str, int], str]) -> np.ndarray:
    guess = np.zeros(len(texts), int)
    for train, test in folds:
        model = make().fit([texts[i] for i in train], [labels[i] for i in train])
        guess[test] = model.predict([change(texts[i], labels[i]) for i in test])
    return guess


def _folds(texts, labels, templates) -> tuple[list, list]:
    return (
        list(StratifiedKFold(4).split(texts, labels)),
        list(GroupKFold(4).split(texts, labels, templates)),
    )


def _judged(make, texts, labels, templates, disguises) -> dict[str, float]:
    mixed, apart = _folds(texts, labels, templates)
    ways = {"random": (mixed, str), "by_template": (apart, str)}
    ways |= {name: (apart, disguise) for name, disguise in disguises.items()}
    return {
        name: float(
            balanced_accuracy_score(
                labels, _guesses(make, texts, labels, folds, lambda text, _, change=change: change(text))
            )
        )
        for name, (folds, change) in ways.items()
    }


def _slips(name, make, texts, labels, templates, disguises) -> dict[str, float]:
    """What likely misconceptions give. Only where the answer is wrong: this costs some training."""
    mixed, apart = _folds(texts, labels, templates)
    truth = np.array(labels)
    change = disguises.get(name, str)
    folds = mixed if name == "random" else apart
    guess = _guesses(make, texts, labels, folds, lambda text, _: change(text))
    slips = {}
    slips[FOLDS] = float(np.mean([balanced_accuracy_score(truth[test], guess[test]) for _, test in folds]))
    if name not in disguises:
        slips[PLAIN_ACCURACY] = float((guess == truth).mean())
        slips[RECALL] = float(guess[truth == 1].mean())
    if name != "random":
        same = _guesses(make, texts, labels, mixed, lambda text, _: change(text))
        slips[SAME_SPLIT] = float(balanced_accuracy_score(labels, same))
    if name in disguises:
        some = _guesses(make, texts, labels, apart, lambda text, label: change(text) if label else text)
        slips[ATTACKS_ONLY] = float(balanced_accuracy_score(labels, some))
        odd = _guesses(make, [change(text) for text in texts], labels, apart, lambda text, _: text)
        slips[IN_TRAINING] = float(balanced_accuracy_score(labels, odd))
    return {slip: value for slip, value in slips.items() if abs(value - 0.5) > 0.02}  # 0.5 tells nothing
