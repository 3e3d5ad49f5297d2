"""The learner's desk: a folder with the course's notebooks, and JupyterLab running on it.

    FOLDER/                    the learner's; what is in here is never overwritten
      m3_attacks/poisoning/…   notebook and `monday.md` of each lesson, in the course's folders
      progress.json            the journal
      .aisec/copied.json       what was copied: path → hash of the course's version

What Jupyter and libraries read and write besides is no part of it: `server.place_of`.
A newer course replaces what the learner has not touched; a notebook that was only run counts as untouched.
Where both changed, the new version is put beside the learner's as `poisoning.new.ipynb`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from autograder.catalog import Course, find_course
from autograder.errors import AisecError
from autograder.learner import server
from autograder.learner.journal import FILE, Pages
from autograder.learner.record import PRIVATE, given, keep, put, version


@dataclass
class Delivery:
    """What `prepare` did: paths relative to the folder. `beside` maps a learner's file to the new version."""

    copied: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = []
        if self.copied:
            lines.append(f"Copied from the course: {', '.join(self.copied)}.")
        if self.replaced:
            lines.append(f"Replaced by a newer version; you had changed nothing: {', '.join(self.replaced)}.")
        for mine, new in self.beside.items():
            lines.append(f"{mine} has a newer version. Yours is as you left it; the new one is {new}.")
        return "\n".join(lines)


def learn(folder: Path, *, browser: bool = True, port: int | None = None, lesson: str | None = None) -> None:
    """Prepare `folder` and run JupyterLab on it until Ctrl-C.

    Opens `lesson`, else the start page: the course's first lesson, whose map says where to go on. `port` None
    takes a free one. When the folder's JupyterLab runs already, its address is shown again. Raises AisecError
    when the server does not start.
    """
    course = find_course()
    wanted = course.lesson(lesson) if lesson else course.lessons[0]
    folder = folder.expanduser().resolve()
    if text := str(prepare(folder)):
        print(text)
    start, page = (one.notebook.relative_to(course.root).as_posix() for one in (course.lessons[0], wanted))
    print(f"Your folder: {folder}", flush=True)
    try:
        place = server.place_of(folder)
    except OSError as error:
        raise AisecError(
            f"there is no place for JupyterLab's settings: {error.strerror or error}",
            where=str(error.filename),
            do="Set JUPYTER_DATA_DIR to a folder that you may write to.",
        ) from error
    server.run(folder, place, course.root, start=start, page=page, port=port, browser=browser)


def prepare(folder: Path) -> Delivery:
    """Copy the course's notebooks and Monday sheets into `folder`, never over the learner's work.

    Creates the folder, its journal and its private folder where they are missing. Raises AisecError for a
    folder that cannot be used.
    """
    course = find_course()
    folder = folder.expanduser().resolve()
    if folder == course.root or course.root in folder.parents:
        raise AisecError(
            "this is the course itself", where=str(folder), do="Choose a folder of your own to work in."
        )
    try:
        private = folder / PRIVATE
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        delivery = _deliver(course, folder)
        with suppress(FileExistsError), open(folder / FILE, "x", encoding="utf-8") as journal:
            journal.write(Pages().to_json())
    except OSError as error:
        raise AisecError(
            f"cannot work in this folder: {error.strerror or error}",
            where=str(folder),
            do="Name a folder that you may write to: aisec learn FOLDER",
        ) from error
    return delivery


def _deliver(course: Course, folder: Path) -> Delivery:
    delivery, copied = Delivery(), given(folder)
    for source in _sources(course):
        name = source.relative_to(course.root).as_posix()
        _place(folder, name, source.read_bytes(), copied, delivery)
    keep(folder, copied)
    return delivery


def _sources(course: Course) -> Iterator[Path]:
    """The learner's files of the course: each lesson's notebook, and its Monday sheet where there is one."""
    for lesson in course.lessons:
        for path in (lesson.notebook, lesson.monday):
            if path.is_file():
                yield path


def _place(folder: Path, name: str, data: bytes, copied: dict[str, str], delivery: Delivery) -> None:
    """Bring one file up to date and note in `copied` which version the learner was given."""
    target, new = folder / name, version(data)
    mine = version(target.read_bytes()) if target.exists() else None
    if mine is None:
        put(target, data)
        delivery.copied.append(name)
    elif new in (mine, copied.get(name)):
        pass  # up to date, or the learner's own work on this version
    elif mine == copied.get(name):
        put(target, data)
        delivery.replaced.append(name)
    else:
        beside = _beside(target, folder, copied)
        put(folder / beside, data)
        copied[beside] = new
        delivery.beside[name] = beside
    copied[name] = new


def _beside(target: Path, folder: Path, copied: dict[str, str]) -> str:
    """A name beside `target` that is free, or holds an earlier new version that nobody touched."""
    number = 1
    while True:
        mark = "new" if number == 1 else f"new-{number}"
        path = target.with_name(f"{target.stem}.{mark}{target.suffix}")
        name = path.relative_to(folder).as_posix()
        if not path.exists() or version(path.read_bytes()) == copied.get(name):
            return name
        number += 1
