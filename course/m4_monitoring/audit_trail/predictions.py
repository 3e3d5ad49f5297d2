"""Predictions of the lesson `audit_trail`: asked before the reader sees the answer, no points."""

from autograder.exercise import Prediction

digest = Prediction(
    id="audit_trail.digest",
    question="A log holds the SHA-256 of each patient's number, and a number has five digits. You "
    "have the log, "
    "and no key. How long does it take you to get the numbers back, on your laptop?",
    options=(
        "It can't be done: SHA-256 is one-way",
        "Years",
        "About a day",
        "Less than a second",
    ),
    answer=3,
    because="One-way means that you can't calculate backwards. You don't have to: there are 100,000 "
    "numbers, so "
    "hash them all and compare. Your function in a moment does it.",
)

tail = Prediction(
    id="audit_trail.tail",
    question="Each line of a log carries a hash over the hash before it and the line itself. An "
    "intruder deletes "
    "the last 40 lines. Somebody recomputes all hashes. What is the result?",
    options=(
        "The first of the missing lines is named",
        "The chain is broken, but nobody knows where",
        "All hashes are right",
    ),
    answer=2,
    because="The first lines of a chain are a chain. Nothing in them says that more came after. For "
    "that you need "
    "a note from outside: how many lines there were.",
)
