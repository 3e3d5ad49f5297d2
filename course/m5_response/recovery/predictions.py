"""The questions that `recovery` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

clean_night = Prediction(
    id="recovery.clean_night",
    question="The clinic has nine nightly backups, the oldest from 202 hours ago. The attacker's first act "
    "was 150 hours ago, with a stolen key. How many of the nine would bring back nothing of use to the "
    "attacker, no row, no model and no key, if they restore?",
    options=(
        "none",
        "three, those from before the first act",
        "four, those from before the first planted row",
    ),
    answer=0,
    because="Three of them are from before the first act, and one of the others has no planted row either. "
    "But the stolen key is older than the theft, so it is in every backup, and whoever restores one makes it "
    "valid again. A backup is not enough: rotate the keys.",
)


backdated = Prediction(
    id="recovery.backdated",
    question="A release says in its signed manifest that it was built 20 hours before the attacker's first "
    "act. The signature is valid. The signing key was stolen. What does the date prove?",
    options=(
        "It is from before: a signature protects the date",
        "Nothing: whoever has the key can sign any date",
        "It is from before if the model passes its tests",
    ),
    answer=1,
    because="The signature says that the key's holder wrote the date, and that may be the attacker now. You "
    "need a witness that the key cannot write to, such as a log on another system.",
)
