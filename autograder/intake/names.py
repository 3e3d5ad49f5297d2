"""What a file's own name says: which lesson it is, and which copy of it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum

from autograder.errors import IntakeError
from autograder.intake.piece import NOTEBOOK, suffix
from autograder.safe import one_line

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


@dataclass(frozen=True)
class Target:
    """A released notebook: `submitted/<student>/<lesson>/<name>.ipynb` is where it belongs."""

    lesson: str
    name: str


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


def released(lessons: Mapping[str, Collection[str]] | Collection[str]) -> list[Target]:
    """The notebooks that can be handed in. A name alone stands for a lesson with a notebook of its name."""
    notebooks = lessons if isinstance(lessons, Mapping) else {name: (name,) for name in lessons}
    return [Target(lesson, name) for lesson, names in notebooks.items() for name in names]


def find_target(
    stem: str, folders: Sequence[str], targets: Collection[Target]
) -> tuple[Target, Copy, tuple[str, ...]]:
    """The notebook that the name of a file means (`stem`: without its suffix), which copy, and notes.

    Of the folders that the file lies in, outermost first, the nearest one that is named like a lesson
    says which lesson. Raises IntakeError for a name of no notebook, one that fits two, and one of a
    lesson in the folder of another.
    """
    lessons = {target.lesson.lower(): target.lesson for target in targets}
    lesson = next((lessons[name.lower()] for name in reversed(folders) if name.lower() in lessons), None)
    own = [target for target in targets if target.lesson == lesson]
    found, notes = _read(stem, own) if own else None, ()
    if found is None:
        found = _read(stem, targets)
    if found is None and "__" in stem:
        claimed, _, rest = stem.rpartition("__")
        found = _read(rest, own or targets) or _read(rest, targets)
        if claimed:
            notes = (f"the name {one_line(claimed, 80)!r} within the file's own name does not count",)
    if found is None:
        raise _unknown(stem, own or targets, f"notebook of {lesson}" if own else "lesson")
    target, copy = found
    if lesson not in (None, target.lesson):
        raise IntakeError(
            f"a notebook of {target.lesson} in the folder {one_line(str(lesson), 80)!r}",
            do="Move it to its own folder.",
        )
    return target, copy, (*notes, f"taken for {target.name}{NOTEBOOK}") if copy != Copy() else notes


def _read(stem: str, targets: Collection[Target]) -> tuple[Target, Copy] | None:
    """The notebook of `poisoning`, `_poisoning`, `Poisoning (1)`, `Copy of poisoning`, `poisoning.new`."""
    rest, copy = stem, Copy()
    while not (hits := _named(rest, targets)):
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
        raise _ambiguous(stem, hits)
    return hits[0], copy


def _named(name: str, targets: Collection[Target]) -> list[Target]:
    """The notebooks of this name: as it is written, else whatever its capitals, else by their lesson."""
    bare = name.lstrip("_")
    return (
        [target for target in targets if target.name in (name, bare)]
        or [target for target in targets if target.name.lower() == bare.lower()]
        or _only([target for target in targets if target.lesson.lower() == bare.lower()])
    )


def _only(targets: list[Target]) -> list[Target]:
    """A lesson's name means its notebook when it has one only."""
    return targets if len(targets) == 1 else []


def _ambiguous(stem: str, hits: Sequence[Target]) -> IntakeError:
    if len({target.name for target in hits}) > 1:
        names = " and ".join(target.name for target in hits)
        return IntakeError(f"{one_line(stem, 80)!r} fits {names}", do="Rename it to the one that it is.")
    lessons = " and in ".join(target.lesson for target in hits)
    return IntakeError(
        f"a notebook {one_line(hits[0].name, 80)!r} is in {lessons}",
        do=f"Put it into a folder of its lesson's name: {hits[0].lesson}/{hits[0].name}{NOTEBOOK}.",
    )


def _unknown(stem: str, targets: Collection[Target], kind: str) -> IntakeError:
    folded = {target.name.lower(): target.name for target in targets}
    within = sorted((name for name in folded if name in stem.lower()), key=len)
    digits = re.sub(r"[^0-9]", "", stem)  # `Problem 3` is not nearly `Problem 1`
    alike = [name for name in folded if re.sub(r"[^0-9]", "", name) == digits]
    near = within[-1:] or get_close_matches(stem.lower(), alike, 1)
    name = folded[near[0]] if near else ""
    likely = f"It is most likely {name}: rename it to {name}{NOTEBOOK}. " if near else ""
    known = ", ".join(dict.fromkeys(target.name for target in targets))
    return IntakeError(f"no {kind} is called {one_line(stem, 80)!r}", do=f"{likely}There are: {known}.")
