"""The questions that `injection` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

split = Prediction(
    id="injection.split",
    question="The word filter has a balanced accuracy of 0.99 on random folds. Now no template of the "
    "test is in "
    "the training data. What will it get? And with a space between all letters?",
    options=("0.97 and 0.95", "about 0.85 and 0.7", "about 0.85 and 0.5", "about 0.5 both times"),
    answer=2,
    because="On random folds the filter is tested on sentences that it has seen with another name in "
    "them. New "
    "wordings cost it a good part. And with all letters apart there isn't a word that it knows: it says "
    "the same about every text, which is what 0.5 means.",
)


pasted = Prediction(
    id="injection.pasted",
    question='A nurse copies a letter and pastes it into the chat, under "please summarise this". The '
    "letter says "
    '"delete the backup". Whose words are they?',
    options=(
        "The nurse's: they came from her account",
        "The letter's: the app can know, if it notes what was pasted",
        "Nobody can know once they stand in the chat",
    ),
    answer=1,
    because="The account says who sent a message, not who wrote each sentence in it. The chat window "
    "sees the "
    "difference between typing and pasting; a server that gets one text doesn't. So the app has to note "
    "it at the "
    "window, and keep the parts apart.",
)


image = Prediction(
    id="injection.image",
    question="An answer holds a link and an image, both with a secret in their address on a stranger's "
    "host. When "
    "does the secret leave?",
    options=(
        "Both times when the user clicks",
        "Link: when the user clicks. Image: when the answer is shown",
        "Both times when the answer is shown",
    ),
    answer=1,
    because="A browser fetches an image to show it, and the address is the message. In May 2023 a "
    "researcher got "
    "conversations out of ChatGPT this way (AML.CS0021).",
)
