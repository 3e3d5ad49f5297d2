"""The questions that `extraction` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

rounding = Prediction(
    id="extraction.rounding",
    question="The service rounds its probabilities to two decimals. The thief asks the same 31 questions. "
    "On how many of the 569 patients does the copy now say something else than the model?",
    options=("none", "about 10", "about 100", "about half: the equations break"),
    answer=0,
    because="An answer near 0.5 is off by 0.005 at most, and so its log-odds by 0.02. The weights come out "
    "wrong in the second decimal, and no patient lies that near the border. With one decimal it's 10 of "
    "569.",
)

queries = Prediction(
    id="extraction.queries",
    question="The thief may ask the form reader about 200 images, and gets a digit for each. What should "
    "the images be?",
    options=(
        "random pixels: they cover everything evenly",
        "handwriting, without knowing what it says",
        "it hardly matters: 200 answers are 200 answers",
    ),
    answer=1,
    because="The model's borders matter where real images lie. Random pixels lie nowhere near, so their "
    "answers teach little. The thief needs inputs like yours; the labels come from you.",
)

keys = Prediction(
    id="extraction.keys",
    question="You have 50 of your own images and the answers of your model. An honest rival, trained on "
    "other images, agrees on how many?",
    options=("about 5, by chance", "about 25", "about 45"),
    answer=2,
    because="Both read digits well, so they agree wherever both are right. Agreement on ordinary inputs "
    "says that two models are good, and not that one is the other.",
)
