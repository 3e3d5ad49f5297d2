"""The questions that `implementation` asks before it shows the answers."""

from __future__ import annotations

from autograder.exercise import Prediction

opcodes = Prediction(
    id="implementation.opcodes",
    question='One pickle holds Decimal("0.1") from the module decimal, the other is a beacon: it '
    "calls lab.trip. How do their opcodes differ?",
    options=(
        "Only the beacon has an opcode that imports",
        "Both import, but only the beacon has an opcode that calls",
        "Not at all: only the texts between them differ",
    ),
    answer=2,
    because="A Decimal is rebuilt by importing its class and calling it. The beacon imports and calls "
    "another name, and that is the only difference.",
)


broken = Prediction(
    id="implementation.broken",
    question="In a beacon, one opcode is replaced by a byte that is no opcode, so loading fails there. "
    "lab.trip does not run if the replaced opcode is ...",
    options=(
        "any of them: an error stops the whole file",
        "STACK_GLOBAL, which imports lab.trip, or one before it",
        "REDUCE, which calls lab.trip, or one before it",
    ),
    answer=2,
    because="The unpickler carries out one opcode after the other. When STACK_GLOBAL has imported lab.trip, "
    "the function has not run yet. REDUCE calls it, and after that an error comes too late.",
)


asarray = Prediction(
    id="implementation.asarray",
    question='What does np.asarray([["1e3", True, "nan"]], dtype=float) give?',
    options=(
        "ValueError: a text is not a number",
        "TypeError: the row mixes texts and booleans",
        "An array: 1000, 1 and NaN",
    ),
    answer=2,
    because="Asked for floats, numpy makes floats of whatever it can. Each of the three is a guess about "
    "what the "
    "sender meant, and you get no warning.",
)
