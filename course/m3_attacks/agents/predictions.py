"""The questions that `agents` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

digest = Prediction(
    id="agents.digest",
    question="You keep a digest (a SHA-256) of each tool's definition. Version 1.0.16 adds the blind copy. "
    "Is the digest another one?",
    options=(
        "Yes: the tool does something else, so its definition is another",
        "Not necessarily: the definition is only text about the tool",
        "Yes: a digest changes with every version",
    ),
    answer=1,
    because="The digest covers what the assistant is shown. A line added in the server's code can leave "
    "name, description and schema as they were. You'll see below what your pin says to 1.0.16.",
)


deleted = Prediction(
    id="agents.deleted",
    question="The ticket is deleted, and so is the note that was taken from it. Where is the poison now?",
    options=(
        "Gone: its source and its copy are deleted",
        "Gone, if no user has confirmed the note",
        "In any note that the assistant has written from it in that week",
    ),
    answer=2,
    because="Suppose that the assistant summed up its notes. The summary is a note of its own, "
    "written by the assistant. It stays, and a store that trusts "
    "the assistant's own notes follows it. Trust has to be passed on from what a note was made from.",
)


tired = Prediction(
    id="agents.tired",
    question="60 attacks and 40 tasks a day, 88 of them with an effect. The gate asks the person about every "
    "effect. What share of the attacks succeeds?",
    options=("None: a person looks at each", "About a quarter", "About seven of ten"),
    answer=2,
    because="25 questions are read, and about 17 of those are attacks that get a no. The other attacks are "
    "clicked through. Fewer questions would have stopped more.",
)
