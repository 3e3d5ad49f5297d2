"""Answers to `evasion.good_words`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import random

import numpy as np

from autograder.exercise import Answers, Wrong

from ..mails import COMMON, SUBJECTS


def by_a_table(score, mail, words, k, budget):
    left = budget - 1
    before = score(mail)
    table = []
    for place, word in enumerate(words):
        after = before
        if left > 0:
            after = score(f"{mail} {word}")
            left -= 1
        table.append((after, place, word))
    return [word for _, _, word in sorted(table)[:k]]


def with_numpy(score, mail, words, k, budget):
    asked, before = words[: budget - 1], score(mail)
    gains = np.zeros(len(words))
    gains[: len(asked)] = [before - score(f"{mail} {word}") for word in asked]
    return list(np.array(words)[np.argsort(-gains, kind="stable")][:k])


def one_query_too_many(score, mail, words, k, budget):
    before = score(mail)
    gain = {word: before - score(mail + " " + word) for word in words[:budget]}
    return sorted(words, key=lambda word: -gain.get(word, 0))[:k]


def worst_words(score, mail, words, k, budget):
    before = score(mail)
    gain = {word: before - score(mail + " " + word) for word in words[: budget - 1]}
    return sorted(words, key=lambda word: gain.get(word, 0))[:k]


def no_budget(score, mail, words, k, budget):
    return sorted(words, key=lambda word: score(mail + " " + word))[:k]


def no_queries(score, mail, words, k, budget):
    return words[:k]


def at_random(score, mail, words, k, budget):
    return random.Random(1).sample(words, k)


def learned_by_heart(score, mail, words, k, budget):
    honest = [word for place in range(20) for subject in SUBJECTS[:4] for word in subject[place : place + 1]]
    return [word for word in dict.fromkeys([*honest, *COMMON, *words]) if word in words][:k]


def best_last(score, mail, words, k, budget):
    return by_a_table(score, mail, words, k, budget)[::-1]


def only_what_helps(score, mail, words, k, budget):
    before = score(mail)
    gain = {word: before - score(mail + " " + word) for word in words[: budget - 1]}
    return [word for word in sorted(gain, key=lambda word: -gain[word]) if gain[word] > 0][:k]


def tried_words_only(score, mail, words, k, budget):
    before = score(mail)
    gain = {word: before - score(mail + " " + word) for word in words[: budget - 1]}
    return sorted(gain, key=lambda word: -gain[word])[:k]


def word_alone(score, mail, words, k, budget):
    alone = {word: score(word) for word in words[:budget]}
    return sorted(words, key=lambda word: alone.get(word, 0))[:k]


def first_ones_that_lower(score, mail, words, k, budget):
    before, found = score(mail), []
    for word in words[: budget - 1]:
        if len(found) < k and score(mail + " " + word) < before:
            found.append(word)
    return (found + [word for word in words if word not in found])[:k]


def one_best_word_again(score, mail, words, k, budget):
    return by_a_table(score, mail, words, 1, budget) * k


def as_a_tuple(score, mail, words, k, budget):
    return tuple(by_a_table(score, mail, words, k, budget))


def sorts_the_words(score, mail, words, k, budget):
    found = by_a_table(score, mail, words, k, budget)
    words.sort(key=lambda word: word not in found)
    return found


ANSWERS = Answers(
    right=[by_a_table, with_numpy],
    wrong=[
        Wrong(one_query_too_many, "form", "costs a query too"),
        Wrong(worst_words, "best", "raise the score"),
        Wrong(no_budget, "form", "More queries than the budget"),
        Wrong(no_queries, "passes", "mails that pass"),
        Wrong(at_random, "beats", "over ten random ones"),
        Wrong(learned_by_heart, "passes", "mails that pass"),
        Wrong(best_last, "best", "best first"),
        Wrong(only_what_helps, "form", "number of words returned"),
        Wrong(tried_words_only, "form", "number of words returned"),
        Wrong(word_alone, "best", "they change nothing"),
        Wrong(first_ones_that_lower, "best", "the best words"),
        Wrong(one_best_word_again, "form", "returned twice"),
        Wrong(as_a_tuple, "form", "list"),
        Wrong(sorts_the_words, "form", "words was changed"),
    ],
)
