"""The questions that `testing` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

noise = Prediction(
    id="testing.noise",
    question="The 2,000 measurements are random numbers, and half of the 100 samples are urgent. Somebody "
    "picks the "
    "20 best measurements on all rows, and then cross-validates. Which accuracy comes out?",
    options=("about 0.50", "about 0.65", "about 0.85"),
    answer=2,
    because="Of 2,000 random columns, a few fit the labels of these 100 rows by chance, in the test folds "
    "too. They "
    "were picked for that. On new rows they are worth nothing.",
)

shift = Prediction(
    id="testing.shift",
    question="A reader trained on clean forms is right on 93 of 100 test images. Every image moves one "
    "pixel to the "
    "right. How many of 100 answers change?",
    options=("about 5", "about 20", "about 60"),
    answer=2,
    because="A softmax regression has one weight for each pixel and digit, so a stroke that moves by a "
    "pixel meets "
    "other weights. About six answers of ten change.",
)
