"""The questions that `detection` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

small_sample = Prediction(
    id="detection.small_sample",
    question="40 values come in, from the same distribution as the 2,000 of the history. What is "
    "their PSI with ten bins, on average?",
    options=("About 0.01", "About 0.05", "More than 0.2"),
    answer=2,
    because="With about four values in each bin, shares of 5% or 17% are ordinary, and each adds to the sum. "
    "Chance alone gives about (bins − 1) · (1/n + 1/m), and more where a bin stays empty.",
)


workbench = Prediction(
    id="detection.workbench",
    question="An alarm looks at the last hour, with a PSI threshold of 0.1. You get one alert when it "
    "switches on, and no more while it stays on. You double the threshold to 0.2. What happens to the "
    "alerts a day?",
    options=("They fall to nearly none", "They halve", "They rise"),
    answer=2,
    because="At 0.1 the alarm is on nearly all the time, so it seldom switches on. At 0.2 it switches on and "
    "off all day. No threshold mends a window that sees a season and noise.",
)


base_rate = Prediction(
    id="detection.base_rate",
    question="30 honest shops are scored once a day, and 1% of honest scores are above the threshold. How "
    "often is an honest shop named?",
    options=("About once a year", "About once a month", "About twice a week"),
    answer=2,
    because="30 scores a day at 1% are 0.3 false alerts a day, two a week. Score them every hour and it is "
    "seven a day. A rate means nothing without the number of decisions that it applies to.",
)
