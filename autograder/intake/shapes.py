"""How channels name what they hand over: whose it is, and which lesson's."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from autograder.errors import IntakeError
from autograder.intake.ids import student_id
from autograder.intake.names import DISGUISES, Copy, Target, find_target, stem_of, without_copy_of
from autograder.intake.piece import Piece, is_left_behind, suffix
from autograder.intake.roster import Roster
from autograder.safe import one_line


@dataclass(frozen=True)
class Shape:
    """One way to name a file.

    The pattern's groups: `name` and `number` say who, `folder` and `file` say what. Only what the
    channel writes says who; `file`, and what follows it, is the learner's. `column` is the roster's.
    `time` is when it was handed in, in the local time of who reads it, as `time_form` (strptime) has it.
    `numbered_anew` says that the number is another in each assignment, `timed` that a file's own time is
    that of handing it in.
    """

    name: str
    column: str
    pattern: re.Pattern[str]
    example: str
    time_form: str = ""
    numbered_anew: bool = False
    timed: bool = True


#: A folder around everything, let through only where the name makes no sense without it (`??`). Moodle's
#: is none: what lies in it is named by the learner.
_AROUND = r"(?:(?![^/]*_assignsubmission_)[^/]+/)"

_NAMED = Shape(
    "named file",
    "id",
    re.compile(r"(?:[^/]+/)?(?P<name>[^/]+?)__(?P<file>[^/]+)"),
    "ada__poisoning.ipynb",
)

#: In this order: where a learner chooses a part of the name, no earlier shape can be forged with it.
SHAPES = (
    # D2L Brightspace, "download submissions", in folders or not. No page of D2L's says what the numbers are,
    # so they are taken for ones of this assignment. The date is the server's, in its own time.
    Shape(
        "D2L",
        "d2l",
        re.compile(
            rf"{_AROUND}??(?P<number>[0-9]+)-[0-9]+ - (?P<name>[^/]+?) ?- "
            r"(?P<time>[A-Z][a-z]{2,8} [0-9]{1,2}, [0-9]{4} [0-9]{3,4}(?: [AP]M)?)"
            r"(?: - |/(?:[^/]+/)*)(?P<file>[^/]+)"
        ),
        "39786-640693 - Ada Lovelace - Oct 10, 2026 1022 AM/poisoning.ipynb",
        time_form="%b %d, %Y %I%M %p",
        numbered_anew=True,
    ),
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
        numbered_anew=True,
    ),
    # ILIAS, "download all submissions": last and first name, login, user (ILIAS' sources,
    # ilExSubmission::getDirectoryNameFromUserData), in its folders of the exercise and of teams.
    Shape(
        "ILIAS",
        "ilias",
        re.compile(
            rf"{_AROUND}??(?:Submissions|Abgaben)/(?:Team [^/]+/)?"
            r"[^/_]+_[^/]+_(?P<name>[^/_]+)_(?P<number>[0-9]+)/(?P<file>[^/]+)"
        ),
        "Submissions/Lovelace_Ada_ada_4711/poisoning.ipynb",
    ),
    # Blackboard, "assignment file download": assignment, user name, attempt, the file's own name
    # (github.com/kwurst/bb-file-cleanup, README). A name that Canvas could have written is Canvas'.
    Shape(
        "Blackboard",
        "blackboard",
        re.compile(
            rf"{_AROUND}??(?:gradebook_|(?![^/]*?_[0-9]+_[0-9]+_[^/]*_attempt_))(?:[^/]*?_)??(?P<name>[^/_]+)"
            r"_attempt_(?P<time>[0-9]{4}(?:-[0-9]{2}){5})_(?P<file>[^/]+)"
        ),
        "gradebook_CS101_Poisoning_ada_attempt_2026-11-22-23-10-05_poisoning.ipynb",
        time_form="%Y-%m-%d-%H-%M-%S",
    ),
    # Canvas, "download submissions": family and given name, LATE, user, attachment, the file's own name.
    Shape(
        "Canvas",
        "canvas",
        re.compile(
            r"(?:[^/]+/)??(?P<name>[^/]+?)(?P<late>_LATE|_late)?_(?P<number>[0-9]+)_[0-9]+_(?P<file>[^/]+)"
        ),
        "lovelaceada_LATE_12345_67890_poisoning-2.ipynb",
        timed=False,
    ),
    Shape(
        "nbgrader",
        "id",
        re.compile(r"(?:(?:[^/]+/)?submitted/)?(?P<name>[^/]+)/(?P<folder>[^/]+)/(?P<file>[^/]+)"),
        "submitted/ada/poisoning/poisoning.ipynb",
    ),
    _NAMED,
    Shape("named zip", "id", re.compile(r"(?P<name>[^/]+)(?P<file>\.zip)", re.IGNORECASE), "ada.zip"),
)


@dataclass(frozen=True)
class Owner:
    """Whose a piece is, by its name. `person` is the person as the LMS names them.

    `file` is the file's own path, `folder` what the channel says of the lesson, if anything.
    """

    shape: Shape
    student: str
    person: str
    file: str
    folder: str = ""
    time: datetime | None = None  # when it was handed in, if the name says so
    late: bool | None = None  # what the channel says, if it says so
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class HandIn:
    """A notebook, and what its name says: whose, which lesson's, which copy of several."""

    piece: Piece
    owner: Owner
    target: Target
    copy: Copy
    notes: tuple[str, ...]


def says_whose(piece: Piece, targets: Collection[Target]) -> bool:
    """Whether the name of a file, which need not be a notebook, says that a learner handed it in."""
    if is_left_behind(piece.name):
        return False
    shape, parts = _shape(piece.path, targets)
    return shape is not None and ("folder" not in parts or _is_lesson(parts["folder"], targets))


def owner_of(piece: Piece, targets: Collection[Target], roster: Roster | None) -> Owner:
    """Whose a piece is. Raises IntakeError for a name of no known shape, and for a student unknown."""
    shape, parts = _shape(piece.path, targets)
    if shape is None:
        raise IntakeError(
            "its name does not say whose it is",
            do=f"Name it as in {_NAMED.example} (id, two underscores, lesson), or collect what the platform "
            "gives as it is.",
        )
    student, person = _who(shape, parts, piece.path, roster)
    notes = ("Canvas marks it late",) if parts.get("late") else ()
    if shape.numbered_anew and roster is None and parts["number"]:
        notes = (*notes, f"{shape.name} numbers people anew in each lesson; a roster joins them by name")
    file = piece.inner or parts["file"]
    late = bool(parts["late"]) if "late" in parts else None
    return Owner(shape, student, person, file, parts.get("folder") or "", _time(shape, parts), late, notes)


def _shape(path: str, targets: Collection[Target]) -> tuple[Shape | None, dict[str, str]]:
    """How a path is named. A folder of no lesson is nbgrader's tree only if nothing else fits."""
    found = [(shape, match.groupdict()) for shape in SHAPES if (match := shape.pattern.fullmatch(path))]
    known = (one for one in found if "folder" not in one[1] or _is_lesson(one[1]["folder"], targets))
    return next(known, found[0] if found else (None, {}))


def _is_lesson(folder: str, targets: Collection[Target]) -> bool:
    return any(folder.lower() == target.lesson.lower() for target in targets)


def _time(shape: Shape, parts: dict[str, str]) -> datetime | None:
    try:
        return datetime.strptime(parts["time"], shape.time_form).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def recognise(piece: Piece, owner: Owner, targets: Collection[Target]) -> HandIn:
    """Which notebook a file is. Raises IntakeError for one that is not known."""
    folders = [owner.folder] if owner.folder else piece.name.split("/")[:-1]
    if owner.folder and not _is_lesson(owner.folder, targets):
        known = ", ".join(dict.fromkeys(target.lesson for target in targets))
        raise IntakeError(
            f"no lesson is called {one_line(owner.folder, 80)!r}", do=f"The lessons are: {known}."
        )
    target, copy, notes = find_target(stem_of(owner.file), folders, targets)
    if suffix(owner.file) in DISGUISES:
        notes = (*notes, f"a notebook, though its name ends in {suffix(owner.file)}")
    if owner.time is not None:
        piece = replace(piece, time=owner.time)
    return HandIn(piece, owner, target, copy, (*notes, *owner.notes))


def _who(shape: Shape, parts: dict[str, str], path: str, roster: Roster | None) -> tuple[str, str]:
    """The student's id, and a text that differs whenever the channel may mean somebody else."""
    name, number = without_copy_of(parts["name"]), parts.get("number") or ""
    person = f"{name} ({number})" if number else name
    if shape.name in ("Blackboard", "ILIAS"):  # where a login begins cannot be seen if it has a `_`
        person = path.partition("_attempt_")[0] if shape.name == "Blackboard" else path.rpartition("/")[0]
    if roster is not None:
        student, certain = roster.find(shape.column, name, number)
        return student, student if certain or not number else person
    if shape.numbered_anew and number:
        return student_id(number), number
    try:
        return student_id(name), person
    except IntakeError as error:
        do = f"{error.do} Or map {one_line(number or name, 80)!r} to an id in a roster."
        raise IntakeError(error.what, do=do) from error
