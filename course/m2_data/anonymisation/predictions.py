"""The questions that `anonymisation` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

found = Prediction(
    id="anonymisation.found",
    question="With birth date, ZIP code and sex: for how many of the 1,000 released records does the "
    "public list give the right name?",
    options=("about 50", "about 200", "about 450", "about 780"),
    answer=3,
    because="Nearly every combination of the three is unique, so nearly everybody on the list is found. "
    "The list has four of five residents.",
)


floats = Prediction(
    id="anonymisation.floats",
    question="The budget of 1.0 is spent. Somebody asks for epsilon 1e-17, again and again. How often does "
    "the draft with floats say yes?",
    options=("never", "once", "until a second 1.0 is spent", "without end"),
    answer=3,
    because="As floats, 1.0 + 1e-17 is exactly 1.0. So it isn't over the limit, and nothing is booked. "
    "Each such answer is nearly all noise, but nobody counts them any more.",
)
