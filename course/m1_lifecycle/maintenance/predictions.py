"""Predictions of the lesson `maintenance`: asked before the reader sees the answer, no points."""

from autograder.exercise import Prediction

policy = Prediction(
    id="maintenance.policy",
    question="A patch window opens every 28 days and has 12 hours. Flaws are patched in the order in which "
    "they were reported. You can have one change. With which one are exploited flaws open for the fewest "
    "days?",
    options=("Twice the hours", "The highest score first", "Known exploited flaws first"),
    answer=0,
    because="In 40 drawn years with a freeze of 28 days, exploited flaws are open for 493 days a year in "
    "all. With twice the hours it's 131, with the highest score first 523. Known exploited first comes to "
    "169, and costs no hour.",
)
