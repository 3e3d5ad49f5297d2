"""Predictions of the lesson `planning`: asked before the reader sees the answer, no points."""

from autograder.exercise import Prediction

copy = Prediction(
    id="planning.copy",
    question="You may ask the scoring service, and you don't know a single weight. After how many questions "
    "can you build a copy that says urgent or routine as it does, for all 569 samples?",
    options=("31", "about 600", "about 30,000", "never, from outside"),
    answer=0,
    because="Behind the probability is a weighted sum of the 30 measurements: one question gives the "
    "sum, and one more for each measurement gives its weight.",
)

promise = Prediction(
    id="planning.promise",
    question="The attacker is a stranger on the network, with no access to anything. The clinic can keep one "
    "promise. Which one takes the most techniques away from the stranger?",
    options=(
        "verify every file before it is loaded",
        "patch what is being exploited",
        "write down every answer",
        "ask every caller who it is",
    ),
    answer=3,
    because="A stranger's only first step is to find a service that answers everybody. Somebody who has "
    "an account doesn't need that step.",
)
