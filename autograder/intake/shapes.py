"""How channels name what they hand over: whose it is, and which lesson's."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from autograder.errors import IntakeError
from autograder.intake.ids import Roster, clean, student_id
from autograder.intake.names import DISGUISES, Copy, find_lesson, stem_of, without_copy_of
from autograder.intake.piece import Piece, is_left_behind, suffix


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


@dataclass(frozen=True)
class Owner:
    """Whose a piece is, by its name. `person` is whom the channel means, however it folds to an id.

    `file` is the file's own path, `folder` what the channel says of the lesson, if anything.
    """

    shape: Shape
    student: str
    person: str
    file: str
    folder: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """A notebook, and what its name says: whose, which lesson's, which copy of several."""

    piece: Piece
    owner: Owner
    lesson: str
    copy: Copy
    notes: tuple[str, ...]


def says_whose(piece: Piece, lessons: Collection[str]) -> bool:
    """Whether the name of a file, which need not be a notebook, says that a learner handed it in."""
    if is_left_behind(piece.name):
        return False
    match = next((found for shape in SHAPES if (found := shape.pattern.fullmatch(piece.path))), None)
    folder = match.groupdict().get("folder") if match else None
    return match is not None and (folder is None or folder in lessons)


def owner_of(piece: Piece, roster: Roster | None) -> Owner:
    """Whose a piece is. Raises IntakeError for a name of no known shape, and for a student unknown."""
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
    notes = ("Canvas marks it late",) if parts.get("late") else ()
    return Owner(shape, student, person, piece.inner or parts["file"], parts.get("folder") or "", notes)


def recognise(piece: Piece, owner: Owner, lessons: Collection[str]) -> Submission:
    """Which lesson a notebook is. Raises IntakeError for a lesson unknown."""
    lesson, copy, notes = find_lesson(stem_of(owner.file), lessons)
    if suffix(owner.file) in DISGUISES:
        notes = (*notes, f"a notebook, though its name ends in {suffix(owner.file)}")
    if owner.folder not in ("", lesson):
        raise IntakeError(
            f"a notebook of {lesson} in the folder {clean(owner.folder, 80)!r}",
            do="Move it to its own folder.",
        )
    return Submission(piece, owner, lesson, copy, (*notes, *owner.notes))


def _who(shape: Shape, name: str, number: str, roster: Roster | None) -> tuple[str, str]:
    """The student's id, and a text that differs whenever the channel may mean somebody else."""
    name = without_copy_of(name)
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
