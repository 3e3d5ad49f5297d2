"""The questions that `poisoning` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

dial = Prediction(
    id="poisoning.dial",
    question="60 of the 398 training labels are flipped at random. What happens to the accuracy on clean "
    "test data?",
    options=(
        "Both logistic regression and 1-nearest neighbour lose about 15 points",
        "Logistic regression collapses, 1-nearest neighbour hardly moves",
        "Logistic regression loses about 3 points, 1-nearest neighbour more than 10",
        "Neither loses more than a few points",
    ),
    answer=2,
    because="Logistic regression averages over all rows, so random errors largely cancel. 1-nearest "
    "neighbour believes the one row beside it: where that row lies, so does the model. And mind the measure: "
    "logistic regression now misses 13 malignant cases in 100, not 5.",
)


backdoor = Prediction(
    id="poisoning.backdoor",
    question="You may poison 3% of the training images of a logistic regression with a 2×2 patch of white "
    "pixels. Where does the patch become the stronger trigger?",
    options=(
        "In the middle, where digits have ink",
        "At the edge, where they have little",
        "In both places alike: the patch is the same",
    ),
    answer=1,
    because="At the edge hardly an honest image is white, so a few poisoned ones decide what white means. In "
    "the middle, hundreds of honest images have ink, and they pull the other way.",
)


threshold = Prediction(
    id="poisoning.threshold",
    question="You white out each 2×2 patch in turn and ask which share of the images moves to one and the "
    "same class. An honest logistic regression reaches about 0.2. What does an honest small neural "
    "network reach?",
    options=("Less, about 0.1", "The same, about 0.2", "More: 0.3 to 0.5"),
    answer=2,
    because="Some pixels are lit in few training images. The network has seen too little there to be right "
    "about them, and white can carry many images to one class. An alarm tuned on one kind of model accuses "
    "another.",
)


larger_k = Prediction(
    id="poisoning.larger_k",
    question="The firm adds 12 rightly labelled images near one victim. The clinic changes from 1-nearest "
    "neighbour to 11-nearest neighbour, so that no single row decides. How many victims are lost then?",
    options=("Hardly any", "About half as many as before", "As many as before", "More than before"),
    answer=3,
    because="A vote helps against a stray row, not against a dozen that come together. With k = 1 one honest "
    "row that lies nearer saves the victim; with k = 11 the attacker needs 6 of the 11 nearest rows, and "
    "brings 12. A larger k only sets the number of rows that they must deliver.",
)
