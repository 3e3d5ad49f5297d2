"""The questions that `welcome` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

noise = Prediction(
    id="welcome.noise",
    question="You changed the model's answer with a nudge of 0.6 standard deviations. Take 1,000 nudges of "
    "the same size, and let a coin decide for each measurement whether it goes up or down. How many "
    "of them change the answer?",
    options=("About half", "About one in ten", "About one in a hundred", "About one in ten thousand"),
    answer=2,
    because="In 13 measurements a coin hardly ever agrees with the weights often enough: most steps cancel "
    "each other out. An aimed nudge takes all 13 steps the same way, from the model's point of view.",
)

seeds = Prediction(
    id="welcome.seeds",
    question="The same model, the same 178 wines, 30 splits that differ only in their seed. Each puts 54 "
    "wines aside for testing. How far apart are the lowest and the highest accuracy, in percentage points?",
    options=("Not at all", "About half a point", "About 6 points", "About 20 points"),
    answer=2,
    because="One wine of 54 is 1.9 points. Which wines are put aside decides whether none of them is wrong "
    "or three: from 1.000 down to 0.944, and the model is as good as it was.",
)
