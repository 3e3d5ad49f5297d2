"""The check of `evasion.good_words`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..mails import WORDS, MailFilter
from ..material import blocked_spam, company, plain_list

TURNED = "Those words raise the score: a good word lowers it."
UNSORTED = "Those are the right words, in another order: best first."
OVER = "The mail itself costs a query too: try budget - 1 words."


@exercise(
    minutes=11,
    parts={
        "form": (2, "returns k different words out of words, within the budget of queries"),
        "best": (3, "finds exactly the k best words, best first, when the budget is enough for all"),
        "passes": (3, "lets at least 0.75 of the blocked mails pass with ten words and 201 queries"),
        "beats": (2, "does at least 0.6 better than ten random words"),
    },
    hints=(
        "What does the score of the mail with one more word tell you about that word? And what do you "
        "have to know "
        "before you can say so?",
        "Ask for the score of the mail, then for the mail with each word added, as long as the budget "
        "lasts. Sort by what "
        "each word takes off the score. Words that you couldn't try count as 0.",
        "before = score(mail)\n"
        "gain = {word: before - score(mail + ' ' + word) for the first budget - 1 words}\n"
        "return the k words with the highest gain (0 for a word without one), highest first",
    ),
    debrief=(
        "Two hundred mails from throw-away addresses, one word each. The attacker keeps the list: it "
        "works for every mail "
        "that he'll ever send to this company, until the filter is trained anew.",
        "Don't hand out scores; count the mails that differ by a word; and ask which words may speak for "
        "a mail at all.",
    ),
    standards=("AML.T0043.001", "AML.T0063", "AML.T0015"),
)
def good_words(t: Trial, good_words) -> None:
    for rng in t.cases(4):
        _expect_best(t, good_words, rng)
    with t.part("form"):
        _expect_form(t, good_words)
    shares = [_shares(t, good_words, t.rng(5, number)) for number in range(5)]
    measured = [share for share in shares if share is not None]
    for part in ("passes", "beats"):
        with t.part(part):
            if not measured:  # what went wrong there goes wrong here: a stub is not attempted
                good_words(lambda mail: 1.0, "free", ["rota"], 1, 2)
            t.expect(len(measured) == 5, "Not every company's list of words could be tried: see the form.")
    passed, random = np.mean(measured or [(0, 0)], axis=0).tolist()
    with t.part("passes"):
        t.at_least(passed, 0.75, "the share of blocked mails that pass with ten words")
    with t.part("beats"):
        t.at_least(passed - random, 0.6, "what ten words gain over ten random ones")


class Meter:
    """A filter's score, with every query counted."""

    def __init__(self, a_filter: MailFilter) -> None:
        self.filter, self.queries = a_filter, 0

    def __call__(self, mail: Any) -> float:
        self.queries += 1
        return self.filter.score(mail if isinstance(mail, str) else "")


def _asked(
    t: Trial, good_words, a_filter: MailFilter, mail: str, words: list[str], k: int, budget: int
) -> list[str]:
    meter = Meter(a_filter)
    found, args = t.observe(good_words, meter, mail, list(words), k, budget)
    plain_list(t, found, "the result of good_words")
    t.expect(all(isinstance(word, str) for word in found), "The list should hold words.", got=found[:3])
    t.equal(len(found), k, "the number of words returned")
    t.expect(len(set(found)) == k, "A word is returned twice.")
    t.expect(set(found) <= set(words), "A word is returned that is not in words.")
    slip = OVER if meter.queries == budget + 1 else ""
    t.expect(
        meter.queries <= budget,
        "More queries than the budget.",
        expected=budget,
        got=meter.queries,
        slip=slip,
    )
    t.expect(args[2] == words, "The list words was changed: make a new one.")
    return found


def _hand_made(rng: np.random.Generator) -> tuple[MailFilter, str, list[str]]:
    """A filter with a weight per word, a blocked mail, and twelve words to try, two of them in the mail."""
    names = [str(word) for word in rng.permutation(WORDS)[:16]]
    weights = rng.permutation(np.arange(1, 17)) * 0.25
    weights[6:] *= rng.permutation([-1] * 6 + [1] * 4)  # six good words, so the best four have no ties
    weights[:2] = -9.0, -8.0  # the best words of all, but the mail has them already
    weights[2:5] = 12.0, 11.0, 10.0
    words = [*names[:2], *names[6:]]
    return (
        MailFilter(weights, 1.0, names),
        " ".join(names[:5]),
        [str(word) for word in rng.permutation(words)],
    )


def _expect_best(t: Trial, good_words, rng: np.random.Generator) -> None:
    a_filter, mail, words = _hand_made(rng)
    k = int(rng.integers(2, 5))
    budget = len(words) + 1 + int(rng.integers(0, 2)) * 5  # just enough, or more
    t.given(words=len(words), k=k, budget=budget)
    before = a_filter.score(mail)
    ranked = sorted(words, key=lambda word: a_filter.score(mail + " " + word))
    by_weight = sorted(words, key=lambda word: a_filter.weights[a_filter.words.index(word)])
    with t.part("best"):
        t.expect(before > 0, "The drawn mail is not blocked.")
        found = _asked(t, good_words, a_filter, mail, words, k, budget)
        slips = {
            TURNED: ranked[::-1][:k],
            "The mail has these words already: they change nothing.": by_weight[:k],
        }
        if found != ranked[:k] and sorted(found) == sorted(ranked[:k]):
            slips = {UNSORTED: found}
        t.equal(found, ranked[:k], "the best words, best first", slips=slips)


def _expect_form(t: Trial, good_words) -> None:
    """Budgets that are too small, k from one word to all of them, and nothing that helps."""
    a_filter, mail, words = _hand_made(t.rng(6))
    for k, budget in ((1, 1), (3, 1), (3, 2), (4, 6), (len(words), 5), (len(words), 40), (2, len(words))):
        t.given(k=k, budget=budget)
        found = _asked(t, good_words, a_filter, mail, words, k, budget)
        if budget > len(words):
            continue
        t.expect(found != [], "No word was returned.")
    harmful = MailFilter(np.abs(a_filter.weights), a_filter.intercept, a_filter.words)
    t.given(k=2, budget=20)
    _asked(t, good_words, harmful, mail, words, 2, 20)


def _shares(t: Trial, good_words, rng: np.random.Generator) -> tuple[float, float] | None:
    """The share of 60 blocked mails that pass with ten found words, and with ten random ones."""
    train, labels, test, truth = company(rng)
    a_filter = MailFilter.trained(train, labels)
    probe, *spam = blocked_spam(a_filter, test, truth)
    spam, words = spam[:60], [str(word) for word in rng.permutation(WORDS)]
    with t.part("form"):
        t.given(words=len(words), k=10, budget=201)
        found = _asked(t, good_words, a_filter, probe, words, 10, 201)
        good = 1 - a_filter.blocks([mail + " " + " ".join(found) for mail in spam]).mean()
        drawn = [mail + " " + " ".join(rng.choice(WORDS, 10, replace=False)) for mail in spam]
        return float(good), float(1 - a_filter.blocks(drawn).mean())
    return None
