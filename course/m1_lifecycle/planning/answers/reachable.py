"""Answers to `planning.reachable`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong


def by_recursion(access, catalogue):
    more = set(access)
    for technique in catalogue:
        if any(set(way) <= more for way in technique["needs"]):
            more |= set(technique["gives"])
    if more != set(access):
        return by_recursion(more, catalogue)
    return [one["id"] for one in catalogue if any(set(way) <= more for way in one["needs"])]


def by_waiting(access, catalogue):
    waiting, has, found = list(catalogue), list(access), []
    moved = True
    while moved:
        moved = False
        for one in list(waiting):
            if any(all(word in has for word in way) for way in one["needs"]):
                waiting.remove(one)
                found.append(one["id"])
                has.extend(one["gives"])
                moved = True
    return sorted(found, key=[one["id"] for one in catalogue].index)


def everything(access, catalogue):
    return [one["id"] for one in catalogue]


def nothing(access, catalogue):
    return []


def start_only(access, catalogue):
    return [one["id"] for one in catalogue if any(set(way) <= access for way in one["needs"])]


def one_pass(access, catalogue):
    has, found = set(access), []
    for one in catalogue:
        if any(has.issuperset(way) for way in one["needs"]):
            found.append(one["id"])
            has.update(one["gives"])
    return found


def two_rounds(access, catalogue):
    has = set(access)
    for one in catalogue:
        if any(set(way) <= access for way in one["needs"]):
            has |= set(one["gives"])
    return start_only(has, catalogue)


def any_word(access, catalogue):
    loose = [one | {"needs": [[word] for way in one["needs"] for word in way]} for one in catalogue]
    return by_recursion(access, loose)


def all_ways(access, catalogue):
    joined = [one | {"needs": [[word for way in one["needs"] for word in way]]} for one in catalogue]
    return by_recursion(access, joined)


def first_way(access, catalogue):
    return by_recursion(access, [one | {"needs": one["needs"][:1]} for one in catalogue])


def needs_nothing_is_never(access, catalogue):
    return by_recursion(access, [one | {"needs": [way for way in one["needs"] if way]} for one in catalogue])


def no_way_is_always(access, catalogue):
    return by_recursion(access, [one | {"needs": one["needs"] or [[]]} for one in catalogue])


def gives_to_itself(access, catalogue):
    own = [
        one | {"needs": [[w for w in way if w not in one["gives"]] for way in one["needs"]]}
        for one in catalogue
    ]
    return by_recursion(access, own)


def as_found(access, catalogue):
    has, found = set(access), []
    for _ in catalogue:
        new = [x for x in catalogue if x["id"] not in found and any(has >= set(way) for way in x["needs"])]
        found += [one["id"] for one in new]
        has |= {word for one in new for word in one["gives"]}
    return found


def sorted_ids(access, catalogue):
    return sorted(by_recursion(access, catalogue))


def edits_access(access, catalogue):
    for _ in catalogue:
        for one in catalogue:
            if any(set(way) <= access for way in one["needs"]):
                access.update(one["gives"])
    return start_only(access, catalogue)


def edits_the_catalogue(access, catalogue):
    found = by_recursion(access, catalogue)
    for one in catalogue:
        one["reached"] = one["id"] in found
    return found


def rounds(count):
    """In place, `count` times over the catalogue."""

    def answer(access, catalogue):
        has = set(access)
        for _ in range(count):
            for one in catalogue:
                if any(has.issuperset(way) for way in one["needs"]):
                    has.update(one["gives"])
        return start_only(has, catalogue)

    return answer


four_rounds, ten_rounds, forty_rounds = rounds(4), rounds(10), rounds(40)


def three_ways(access, catalogue):
    return by_recursion(access, [one | {"needs": one["needs"][:3]} for one in catalogue])


def two_gifts(access, catalogue):
    return by_recursion(access, [one | {"gives": one["gives"][:2]} for one in catalogue])


def known_words(access, catalogue):
    words = {"query", "weights", "data", "store", "crafted", "backdoor", "keys", "logs"}
    return by_recursion(
        access, [one | {"gives": [word for word in one["gives"] if word in words]} for one in catalogue]
    )


def words_in_a_text(access, catalogue):
    has = " ".join(access)
    for _ in catalogue:
        for one in catalogue:
            if any(all(word in has for word in way) for way in one["needs"]):
                has += " " + " ".join(one["gives"])
    return [x["id"] for x in catalogue if any(all(word in has for word in way) for way in x["needs"])]


ANSWERS = Answers(
    right=[by_recursion, by_waiting],
    wrong=[
        Wrong(everything, "direct", "it is not in reach"),
        Wrong(nothing, "direct", "the list lacks it"),
        Wrong(start_only, "chains", "go on with it"),
        Wrong(one_pass, "chains", "One pass is not enough"),
        Wrong(two_rounds, "chains", "Two rounds are not enough"),
        Wrong(any_word, "direct", "not one word of it"),
        Wrong(all_ways, "direct", "One of the ways is enough."),
        Wrong(first_way, "direct", "the list lacks it"),
        Wrong(needs_nothing_is_never, "direct", "the list lacks it"),
        Wrong(no_way_is_always, "direct", "it is not in reach"),
        Wrong(gives_to_itself, "chains", "it is not in reach"),
        Wrong(as_found, "order", "not as they were found"),
        Wrong(sorted_ids, "order", "don't sort them"),
        Wrong(edits_access, "unchanged", "Work on a copy: set(access)."),
        Wrong(edits_the_catalogue, "unchanged", "The argument catalogue has changed."),
        Wrong(four_rounds, "chains", "the list lacks it"),
        Wrong(ten_rounds, "chains", "the list lacks it"),
        Wrong(forty_rounds, "chains", "the list lacks it"),
        Wrong(three_ways, "direct", "the list lacks it"),
        Wrong(two_gifts, "chains", "the list lacks it"),
        Wrong(words_in_a_text, "direct", "it is not in reach"),
        Wrong(known_words, "chains", "the list lacks it"),
    ],
)
