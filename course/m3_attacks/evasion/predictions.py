"""The questions that `evasion` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

words = Prediction(
    id="evasion.words",
    question="A stranger may ask the filter for 201 scores, then adds ten words to each of 60 blocked "
    "mails. How many get "
    "through? And how many with ten random words?",
    options=(
        "A few of them with chosen words, none with random ones",
        "Most of them with chosen words, next to none with random ones",
        "Most of them, with chosen words and with random ones: length dilutes spam",
    ),
    answer=1,
    because="The score says for each word what it is worth, so 200 queries rank 200 words. Random words "
    "are mostly "
    "rare ones with a weight near 0, or words of spam.",
)

clip = Prediction(
    id="evasion.clip",
    question="The quick repair: take the trained filter, set its negative weights to 0, and leave the "
    "rest alone. What "
    "does it do with honest mail?",
    options=("About the same as before", "It blocks somewhat more of it", "It blocks nearly all of it"),
    answer=2,
    because="The constant was learned together with the negative weights, which pulled honest mail down. "
    "Without them "
    "nearly every mail ends up above 0. Train with the limit, don't cut afterwards.",
)

noise = Prediction(
    id="evasion.noise",
    question="Each pixel may move by 0.1. Random noise costs the logistic regression about one point of "
    "accuracy. What "
    "does the gradient cost, with the same 0.1?",
    options=("About three points", "About ten points", "About thirty points"),
    answer=2,
    because="Random pushes mostly cancel each other in a sum of 64 pixels. The gradient makes all of "
    "them push "
    "the same way.",
)

copies = Prediction(
    id="evasion.copies",
    question="You add an attacked copy of each training image, with its true label, and train the "
    "logistic regression "
    "again. Then somebody attacks the new model afresh, with the same epsilon. Its accuracy there is",
    options=("much better than before", "a little better than before", "worse than before"),
    answer=2,
    because="The copies are made against the old weights. The new model learns to read their pattern, "
    "and leans more on "
    "single pixels for it. A fresh attack uses those.",
)
