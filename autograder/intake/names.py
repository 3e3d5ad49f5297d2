"""What a file's own name says: which lesson it is, and which copy of it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum

from autograder.errors import IntakeError
from autograder.intake.ids import clean
from autograder.intake.piece import NOTEBOOK, suffix

_WORD = "(?:copy|kopie|copie|copia|cópia)"  # what systems of other languages write for `copy`
_COPY_OF = re.compile(rf"(?:{_WORD}[ _](?:of|von|de)[ _]+)+", re.IGNORECASE)


class Kind(IntEnum):
    """How near a name is to the lesson's own. At the same time the highest counts."""

    SPARE = 0  # laid beside the learner's own by the course; never wins over another
    COPY = 1  # a tool's copy: somebody duplicated it
    ITSELF = 2  # the plain name, also with the number that Canvas gives to an upload


#: What tools write behind a name, in lower case, until nothing is left to take off. A group is a number.
_MARKS = (
    (Kind.ITSELF, re.compile(r"\s+$")),
    (Kind.ITSELF, re.compile(r"\.ipynb$")),
    (Kind.SPARE, re.compile(r"\.(?:new|before-restore)(?:-([0-9]{1,3}))?$")),
    # JupyterLab's `-Copy1`, Windows' ` - Copy (2)`, macOS' ` copy 2`; platforms make `_` of a space
    (Kind.COPY, re.compile(rf"[ _–-]+{_WORD}[ _]?\(?([0-9]{{1,3}})?\)?$")),
    (Kind.COPY, re.compile(r"[ _]?\(([0-9]{1,3})\)$")),  # browsers
    (Kind.COPY, re.compile(r"[ _]?\[([0-9]{1,3})\]$")),
    (Kind.ITSELF, re.compile(r"-([0-9]{1,3})$")),  # Canvas, when a name was uploaded before
)


#: What browsers, mailers and Windows put behind or in place of a notebook's suffix.
DISGUISES = (".json", ".txt")


@dataclass(frozen=True)
class Copy:
    """Which copy of its lesson a file is. `marks` are the words that its name has more, `numbers` theirs."""

    kind: Kind = Kind.ITSELF
    numbers: tuple[int, ...] = ()
    marks: str = ""


def without_copy_of(name: str) -> str:
    """`name` without the `Copy of ` that Google Drive puts in front."""
    return _COPY_OF.sub("", name, count=1) if _COPY_OF.match(name) else name


def is_notebook(data: bytes) -> bool:
    """Whether the bytes are a notebook's, whatever the name says."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and {"cells", "nbformat"} <= document.keys()


def stem_of(name: str) -> str:
    """A notebook's name without its folders and its suffix, a wrong one included."""
    base = name.rpartition("/")[2]
    return base[: len(base) - len(suffix(base))]


def find_lesson(stem: str, lessons: Collection[str]) -> tuple[str, Copy, tuple[str, ...]]:
    """The lesson that the name of a file means (`stem`: without its suffix), which copy, and notes.

    Raises IntakeError for a name of no lesson, and for one that fits two.
    """
    found, notes = _lesson(stem, lessons), ()
    if found is None and "__" in stem:
        claimed, _, rest = stem.rpartition("__")
        found = _lesson(rest, lessons)
        if claimed:
            notes = (f"the name {clean(claimed, 80)!r} within the file's own name does not count",)
    if found is None:
        raise _unknown(stem, lessons)
    lesson, copy = found
    return lesson, copy, (*notes, f"taken for {lesson}{NOTEBOOK}") if copy != Copy() else notes


def _lesson(stem: str, lessons: Collection[str]) -> tuple[str, Copy] | None:
    """The lesson of `poisoning`, `_poisoning`, `Poisoning (1)`, `Copy of poisoning`, `poisoning.new`."""
    rest, copy = stem, Copy()
    while not (hits := _named(rest, lessons)):
        if (bare := without_copy_of(rest)) != rest:
            rest, copy = bare, Copy(min(copy.kind, Kind.COPY), copy.numbers, f"{copy.marks} copy of")
            continue
        found = ((kind, match) for kind, mark in _MARKS if (match := mark.search(rest.lower())))
        if (mark := next(found, None)) is None:
            return None
        kind, match = mark
        numbers = tuple(int(number) for number in match.groups() if number)
        words = re.sub("[0-9]", "", match[0])
        rest = rest[: match.start()]
        copy = Copy(min(copy.kind, kind), numbers + copy.numbers, words + copy.marks)
    if len(hits) > 1:
        raise IntakeError(
            f"{clean(stem, 80)!r} fits {' and '.join(hits)}", do="Rename it to the one that it is."
        )
    return hits[0], copy


def _named(name: str, lessons: Collection[str]) -> list[str]:
    """The lessons of this name: as it is written, else whatever its capitals."""
    bare = name.lstrip("_")
    exact = [lesson for lesson in lessons if lesson in (name, bare)]
    return exact or [lesson for lesson in lessons if lesson.lower() == bare.lower()]


def _unknown(stem: str, lessons: Collection[str]) -> IntakeError:
    folded = {lesson.lower(): lesson for lesson in lessons}
    within = sorted((name for name in folded if name in stem.lower()), key=len)
    near = within[-1:] or get_close_matches(stem.lower(), folded, 1)
    likely = (
        f"It is most likely {folded[near[0]]}: rename it to {folded[near[0]]}{NOTEBOOK}. " if near else ""
    )
    return IntakeError(
        f"no lesson is called {clean(stem, 80)!r}", do=f"{likely}The lessons are: {', '.join(lessons)}."
    )
