"""Answers: another right one, and wrong ones with what each must be told."""

from autograder.exercise import Answers, Wrong

# TODO: answers to your exercise. Each rule that the text states has a wrong answer that breaks it alone.


def by_filtering(values, limit):
    if len(values) == 0:
        raise ValueError("no values")
    return len([value for value in values if value > limit]) / len(values)


def constant(values, limit):
    return 0.5


def counts(values, limit):
    if not values:
        raise ValueError("no values")
    return float(sum(value > limit for value in values))


def at_least(values, limit):
    if not values:
        raise ValueError("no values")
    return sum(value >= limit for value in values) / len(values)


def no_refusal(values, limit):
    return sum(value > limit for value in values) / max(len(values), 1)


def edits_its_input(values, limit):
    if not values:
        raise ValueError("no values")
    share = sum(value > limit for value in values) / len(values)
    values.clear()
    return share


ANSWERS = Answers(
    right=[by_filtering],
    wrong=[
        Wrong(constant, "share", "The share is not right."),
        Wrong(counts, "share", "You counted"),
        Wrong(at_least, "share", "equals the limit"),
        Wrong(no_refusal, "none", "no error is raised"),
        Wrong(edits_its_input, "inputs", "changed the list"),
    ],
)
