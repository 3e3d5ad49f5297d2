"""How channels name what they hand over: whose it is, and which lesson's."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from autograder.errors import IntakeError
from autograder.intake.ids import Roster, clean, student_id
from autograder.intake.piece import NOTEBOOK, Piece


@dataclass(frozen=True)
class Shape:
    """One way to name a file.

    The pattern's groups: `name` and `number` say who, `folder` and `file` say what. Only what the
    channel writes says who; `file`, and what follows it, is the learner's. `column` is the roster's.
    """

    name: str
    column: str
    pattern: re.Pattern[str]
    example: str


#: In this order: where a learner chooses a part of the name, no earlier shape can be forged with it. A
#: folder around everything is let through, but only where the name makes no sense without it (`??`).
SHAPES = (
    # Moodle, with "download submissions in folders" (some versions end the folder in `_`) and without.
    # The number is a participant's within one assignment. Other plugins' files have the same form.
    Shape(
        "Moodle",
        "moodle",
        re.compile(
            r"(?:[^/]+/)??(?P<name>[^/_]*)(?:_(?P<number>[0-9]+))?_assignsubmission_[a-z]+"
            r"(?:_?/(?:[^/]+/)*|_)(?P<file>[^/]+)"
        ),
        "Ada Lovelace_123456_assignsubmission_file_/poisoning.ipynb",
    ),
    # Canvas, "download submissions": family and given name, LATE, user, attachment, the file's own name.
    Shape(
        "Canvas",
        "canvas",
        re.compile(
            r"(?:[^/]+/)??(?P<name>[^/]+?)(?P<late>_LATE|_late)?_(?P<number>[0-9]+)_[0-9]+_(?P<file>[^/]+)"
        ),
        "lovelaceada_LATE_12345_67890_poisoning-2.ipynb",
    ),
    Shape(
        "nbgrader",
        "id",
        re.compile(r"(?:submitted/)?(?P<name>[^/]+)/(?P<folder>[^/]+)/(?P<file>[^/]+)"),
        "submitted/ada/poisoning/poisoning.ipynb",
    ),
    Shape(
        "named file",
        "id",
        re.compile(r"(?:[^/]+/)?(?P<name>[^/]+?)__(?P<file>[^/]+)"),
        "ada__poisoning.ipynb",
    ),
    Shape("named zip", "id", re.compile(r"(?P<name>[^/]+)(?P<file>\.zip)", re.IGNORECASE), "ada.zip"),
)

_COPY = re.compile(r"(?: ?\(([0-9]{1,3})\)|-([0-9]{1,3}))$")


@dataclass(frozen=True)
class Submission:
    """A piece, and what its name says: whose, which lesson's, which copy of several."""

    piece: Piece
    shape: Shape
    student: str
    lesson: str
    person: str  # whom the channel means, however their name folds to an id
    copy: tuple[int, ...]
    notes: tuple[str, ...]


def recognise(piece: Piece, lessons: Collection[str], roster: Roster | None) -> Submission:
    """Read a piece's name. Raises IntakeError for a name of no known shape, a student or a lesson unknown."""
    for shape in SHAPES:
        if match := shape.pattern.fullmatch(piece.path):
            break
    else:
        examples = ", ".join(shape.example for shape in SHAPES)
        raise IntakeError(
            "its name does not say whose it is", do=f"Name it in one of these ways: {examples}."
        )
    parts = match.groupdict()
    student, person = _who(shape, parts["name"], parts.get("number") or "", roster)
    lesson, copy, notes = _what(piece.inner or parts["file"], lessons)
    if (folder := parts.get("folder") or lesson) != lesson:
        raise IntakeError(
            f"a notebook of {lesson} in the folder {clean(folder, 80)!r}", do="Move it to its own folder."
        )
    if parts.get("late"):
        notes = (*notes, "Canvas marks it late")
    return Submission(piece, shape, student, lesson, person, copy, notes)


def _who(shape: Shape, name: str, number: str, roster: Roster | None) -> tuple[str, str]:
    """The student's id, and a text that differs whenever the channel may mean somebody else."""
    person = f"{name} ({number})" if number else name
    if roster is not None:
        student, certain = roster.find(shape.column, name, number)
        return student, student if certain or not number else person
    if shape.column == "moodle" and number:
        return student_id(number), number
    try:
        return student_id(name), person
    except IntakeError as error:
        do = f"{error.do} Or map {clean(number or name, 80)!r} to an id in a roster."
        raise IntakeError(error.what, do=do) from error


def _what(file: str, lessons: Collection[str]) -> tuple[str, tuple[int, ...], tuple[str, ...]]:
    """The lesson that a file's name means, the numbers of a copy's copy, and notes on the name."""
    stem = file.rpartition("/")[2][: -len(NOTEBOOK)]
    found, notes = _lesson(stem, lessons), ()
    if found is None and "__" in stem:
        claimed, _, rest = stem.rpartition("__")
        found = _lesson(rest, lessons)
        if claimed:
            notes = (f"the name {clean(claimed, 80)!r} within the file's own name does not count",)
    if found is None:
        known = ", ".join(lessons)
        raise IntakeError(f"no lesson is called {clean(stem, 80)!r}", do=f"The lessons are: {known}.")
    lesson, copy = found
    return lesson, copy, (*notes, f"taken for {lesson}{NOTEBOOK}") if copy else notes


def _lesson(stem: str, lessons: Collection[str]) -> tuple[str, tuple[int, ...]] | None:
    """The lesson of `poisoning`, `_poisoning`, `Poisoning (1)`, `poisoning-2`, with the copy's numbers."""
    folded = {lesson.lower(): lesson for lesson in lessons}
    rest, copy = stem.lower().lstrip("_"), ()
    while rest not in folded:
        if (mark := _COPY.search(rest)) is None:
            return None
        rest, copy = rest[: mark.start()], (int(mark[1] or mark[2]), *copy)
    return folded[rest], copy
