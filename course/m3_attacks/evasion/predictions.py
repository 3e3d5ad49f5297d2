"""Predictions: asked before the reader sees the answer, no points."""

from autograder.exercise import Prediction

guess = Prediction(
    id="evasion.guess",
    # TODO: a question whose answer surprises, and why it is so
    question="Of the numbers from 0 to 10, which share is above 5?",
    options=("less than half", "half", "more than half"),
    answer=0,
    because="Five of eleven: 5 itself is not above 5.",
)
