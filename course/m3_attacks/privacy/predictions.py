"""The questions that `privacy` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

tree = Prediction(
    id="privacy.tree",
    question="The attack on a single decision tree has an AUC of 0.65. You may accuse at most 1% of the "
    "people who weren't in the training data. How many of the 500 who were do you find?",
    options=("About 75", "About 20", "About 5", "None"),
    answer=3,
    because="Such a tree gives each of its training rows a probability of 1. It does so for 7 of 10 other "
    "rows, too. All of them tie: you accuse them together, or nobody.",
)

rounding = Prediction(
    id="privacy.rounding",
    question="With full probabilities the attack on the plain forest has an AUC of 0.86. The service now "
    "rounds them to one decimal: 0.7 instead of 0.72. What is the AUC then?",
    options=("About 0.60", "About 0.70", "About 0.78", "About 0.84"),
    answer=3,
    because="Training rows lie near 0.9 and the others spread out below. Steps of 0.1 leave that "
    "difference where it was.",
)
