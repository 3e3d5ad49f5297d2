"""Predictions of the lesson `supply_chain`: asked before the reader sees the answer, no points."""

from autograder.exercise import Prediction

wrapper = Prediction(
    id="supply_chain.wrapper",
    question="picklescan finds the payload in the pickle. Now the very same object is saved once more, with "
    "joblib.dump and compress=3. What does picklescan say about that file?",
    options=(
        "1 issue, as before: the object is the same",
        "an error: it can't read the file",
        "0 issues and no error",
    ),
    answer=2,
    because="The file begins with compressed bytes and not with a pickle. picklescan 1.0.5 doesn't "
    "unpack it, "
    "and finds nothing in it that is a pickle. It reports one scanned file, 0 issues and no error.",
)


layers = Prediction(
    id="supply_chain.layers",
    question="An attacker who can write to the model store changes the weights, writes a new "
    "manifest and a new "
    "BOM that fit, and leaves manifest.sig as it was. Which check notices?",
    options=(
        "the hashes in manifest.json",
        "the signature",
        "the loader of skops",
    ),
    answer=1,
    because="Whoever can write the files can write their hashes too. They can't sign without the key. And "
    "other weights are no other types, so a loader with an allow-list has nothing to refuse.",
)
