"""The questions that `deployment` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

shares = Prediction(
    id="deployment.shares",
    question="A bad release misses 10 more of 100 urgent cases. You need 300 urgent "
    "cases of the canary before you "
    "can decide, and you learn at once which were missed. You give the canary 10 % of the traffic, or 50 %. "
    "With which does it miss more urgent cases until you decide?",
    options=("With 10 %: it runs longer", "With 50 %: it serves more people", "With both the same"),
    answer=2,
    because="300 cases are 300 cases: 30 more are missed either way. The share only sets how long it takes. "
    "What changes this is a delay: see the picture below.",
)


peeking = Prediction(
    id="deployment.peeking",
    question="A good release is tested with alpha = .05, not once but after every 50 "
    "urgent cases of the canary, "
    "eight times. One significant result and it's rolled back. How many of 100 good releases does that hit?",
    options=("About 5", "About 17", "About 40, eight times 5"),
    answer=1,
    because="Each look is one more chance for bad luck, so it's more than 5. The looks "
    "share their cases, so it's "
    "less than eight times 5.",
)
