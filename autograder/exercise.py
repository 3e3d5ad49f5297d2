"""What an author writes a check with: the `exercise` decorator and the `Trial` that a check is handed.

A check is one function. It is handed a `Trial` and the learner's names, draws its cases, calls the
learner's functions and says, part by part, what is right and what is not:

    @exercise(
        minutes=5,
        parts={"value": (3, "returns the share of equal labels"),
               "empty": (2, "refuses an empty input")},
        hints=("Where do the two arrays agree?", "Count, then divide by the length.", "..."),
        debrief=("What an attacker does with it ...", "What a defender keeps in mind ..."),
        standards=("AML.M0018",),
    )
    def accuracy(t, accuracy):
        for rng in t.cases(5):
            y, guess = rng.integers(0, 2, (2, 50))
            t.given(n=50)
            with t.part("value"):
                got = t.number(accuracy(y, guess), "the accuracy")
                t.close(got, (y == guess).mean(), "the share of equal labels",
                        slips={"You counted the errors.": (y != guess).mean()})
        with t.part("empty"), t.raises(ValueError, "an empty input"):
            accuracy([], [])

The same function serves the learner's kernel (a public seed) and grading (the cohort's seed and the
learner's id). What a check passes to a learner's function is copied; what comes back is plain data, or
stays an object on the learner's side whose methods can be called.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from autograder.compare import brief
from autograder.errors import LearnerError, LearnerStopped
from autograder.trial import Trial, Witness
from autograder.verdict import Outcome, Verdict

__all__ = [
    "Answers",
    "Exercise",
    "LearnerError",
    "Prediction",
    "Trial",
    "Wrong",
    "brief",
    "exercise",
    "run_check",
    "seed_for",
]

Level = Literal["core", "stretch"]


@dataclass(frozen=True)
class Exercise:
    """One exercise: its check and what the course says about it. Made by the `exercise` decorator."""

    id: str
    check: Callable[..., None]
    minutes: int
    level: Level
    parts: Mapping[str, tuple[float, str]]
    hints: tuple[str, ...]
    debrief: tuple[str, str]
    standards: tuple[str, ...]

    @property
    def lesson(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        return self.id.partition(".")[2]

    @property
    def points(self) -> float:
        return sum(points for points, _ in self.parts.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The learner's names that the check takes, in order: its parameters after the trial."""
        return tuple(inspect.signature(self.check).parameters)[1:]


def exercise(
    *,
    minutes: int,
    parts: Mapping[str, tuple[float, str]],
    hints: Sequence[str],
    debrief: tuple[str, str],
    standards: Sequence[str] = (),
    level: Level = "core",
) -> Callable[[Callable[..., None]], Exercise]:
    """Make an `Exercise` of a check function.

    `parts` maps a key to (points, what the part asks); the points add up to the exercise's. `hints`
    are three rungs: where to look, the method, pseudo-code. `debrief` is the attacker's and the
    defender's side. The exercise's id is the lesson (the folder that `checks/` stands in) and the function's
    name, which is the file's.
    """

    def wrap(check: Callable[..., None]) -> Exercise:
        *_, lesson, folder, file = ("", "", *check.__module__.split("."))
        lesson = lesson if folder == "checks" else file
        return Exercise(
            id=f"{lesson}.{check.__name__}",
            check=check,
            minutes=minutes,
            level=level,
            parts=dict(parts),
            hints=tuple(hints),
            debrief=debrief,
            standards=tuple(standards),
        )

    return wrap


@dataclass(frozen=True)
class Prediction:
    """A guess that the reader commits before seeing: no points, only the surprise.

    `answer` is the index of the right option; `because` is shown once a guess is committed.
    """

    id: str
    question: str
    options: tuple[str, ...]
    answer: int
    because: str


@dataclass(frozen=True)
class Wrong:
    """A wrong answer, the part that it must lose, and words that it must be told there: of message or slip.

    A slip in any part that is neither `told` nor in `also` is a wrong guess of the check: its tests fail.
    """

    answer: Any
    part: str
    told: str
    also: tuple[str, ...] = ()

    def is_told_in(self, text: str) -> bool:
        """Whether `text` holds the words of `told`, in capitals or not."""
        return self.told.casefold() in text.casefold()


@dataclass(frozen=True)
class Answers:
    """What an exercise's check is tested with, beside the solution in the lesson's text.

    An answer is a function, or a tuple of functions where the check takes several names. Every answer in
    `right` passes; it is written differently from the solution.
    """

    right: Sequence[Any]
    wrong: Sequence[Wrong]


def seed_for(exercise_id: str, secret: str = "", learner: str = "") -> int:
    """The seed of one exercise's draws: public without a secret, else the cohort's and the learner's own."""
    text = "\x1f".join((secret, learner, exercise_id))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def run_check(
    exercise: Exercise, answers: Sequence[Any], seed: int, witness: Witness | None = None
) -> Verdict:
    """Judge `answers` (the learner's names, in the order of `exercise.names`) on the draws of `seed`.

    Never raises for anything a learner's code does; a fault of the check itself gives the outcome
    *grader fault*, with which no points are lost.
    """
    trial = Trial(exercise, seed, witness)
    if len(answers) != len(exercise.names):
        wanted = ", ".join(exercise.names)
        return trial.verdict(Outcome.ERROR, f"check takes {wanted}; it was given {len(answers)} value(s).")
    for name, answer in zip(exercise.names, answers, strict=True):
        if not callable(answer):
            return trial.verdict(Outcome.ERROR, f"{name} is {brief(answer)}, not a function or class.")
    try:
        with trial.guard():
            exercise.check(trial, *answers)
    except LearnerStopped as stopped:
        return trial.verdict(*stopped.stop)
    return trial.verdict()
