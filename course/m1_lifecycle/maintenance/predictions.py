"""Predictions of the lesson `maintenance`: asked before the reader sees the answer, no points."""

from autograder.exercise import Prediction

policy = Prediction(
    id="maintenance.policy",
    question="A patch window opens every 28 days and has 12 hours. Flaws are patched in the order in which "
    "they were reported. You can have one of two changes. A: twice the hours. B: the same hours, but 3 of "
    "them every week, and known exploited flaws first. Which leaves exploited flaws open for fewer days in a "
    "year?",
    options=("A: twice the hours", "B: the same hours, every week, exploited first", "Both about the same"),
    answer=1,
    because="In 40 drawn years with a freeze of 28 days, exploited flaws are open for 493 days a year in "
    "all. With A it's 131 days, with B it's 52. Hours help the whole queue. The order helps the flaw that "
    "is being used.",
)
