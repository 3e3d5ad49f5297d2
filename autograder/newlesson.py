"""`aisec new lesson`: a lesson that passes its own check, with TODO where its author's part begins.

What lists lessons is brought up to date with it: the manifest, the last cell of the lesson before it, the
README's table. Either all of it is written or nothing.
"""

from __future__ import annotations

import json
import keyword
import os
import re
import shutil
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from autograder import files, listing
from autograder.build import lesson_cells
from autograder.catalog import MANIFEST, Course, Lesson, Module, load_course
from autograder.errors import CourseError

TEMPLATES = Path(__file__).with_name("template")
READING = 10  # minutes of a new lesson without its exercises
MINUTES, POINTS = 5, 5  # of each exercise
PREDICTION = "guess"
WIDTH = 110  # of a line of text
_TABLE = re.compile(r"^\[+\s*([\w.]+)\s*\]+", re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def new_lesson(
    course: Course, lesson_id: str, module_id: str, *, title: str = "", module_title: str = "",
    exercises: Sequence[str] = ("first_exercise",),
) -> list[Path]:  # fmt: skip
    """Make the lesson `module_id/lesson_id` of `course`, the last of its module; return what was written.

    `exercises` are the functions that its learner writes.

    With `module_title`, the module is made too, as the course's last. Raises CourseError, with nothing
    written, for a name that is taken or is none, and for a manifest or lesson that cannot be edited.
    """
    _refuse(course, lesson_id, module_id, module_title, exercises)
    title = " ".join(title.split()) or lesson_id.replace("_", " ").capitalize()
    module_title = " ".join(module_title.split())
    picture = f"{lesson_id}_dial"
    minutes = READING + MINUTES * len(exercises)
    manifest = course.root / MANIFEST
    entry = f'[[modules.lessons]]\nid = "{lesson_id}"\ntitle = {_quoted(title)}\nminutes = {minutes}\n'
    entry += f'visible = ["{picture}.py"]\n'
    if module_title:
        entry = f'[[modules]]\nid = "{module_id}"\ntitle = {_quoted(module_title)}\n\n{entry}'
    text = _with_entry(manifest.read_text("utf-8"), entry, None if module_title else module_id)
    module = Module(module_id, module_title or _module(course, module_id).title, ())
    lesson = Lesson(lesson_id, title, minutes, course.root / module_id / lesson_id, (f"{picture}.py",))
    before, after = _neighbours(manifest, text, course, lesson)
    edits = {manifest: text}
    if before:
        edits[before.text] = _linked(before, after, lesson)
    if row := _listed(course, before, lesson, module):
        edits[listing.readme_of(course)] = row
    words = {
        "lesson": lesson_id,
        "title": title,
        "minutes": str(minutes),
        "points": str(POINTS * len(exercises)),
        "count": "one exercise" if len(exercises) == 1 else f"{len(exercises)} exercises",
        "picture": picture,
        "prediction": PREDICTION,
        "pictured": _pictured(f"{course.root.name}.{module_id}.{lesson_id}.{picture}", picture),
        "closing": _closing(course, lesson, after),
    }
    _write({**_form(lesson, exercises, picture, words), **edits}, lesson, course)
    return [lesson.folder, *edits]


def _refuse(
    course: Course, lesson_id: str, module_id: str, module_title: str, exercises: Sequence[str]
) -> None:
    where = str(course.root / MANIFEST)
    named = [("an exercise", name) for name in exercises]
    for what, name in (("a lesson", lesson_id), ("a module", module_id), *named):
        form = (
            _NAME.fullmatch(name)
            if what != "an exercise"
            else name.isidentifier() and not name.startswith("_")
        )
        if not form or keyword.iskeyword(name):
            raise CourseError(
                f"{name!r} is no name for {what}",
                where=where,
                do="Take a Python name: a letter first, then letters, digits and underscores; "
                "of lessons and modules in small letters.",
            )
    if twice := [name for name in dict.fromkeys(exercises) if exercises.count(name) > 1]:
        raise CourseError(f"the exercise {twice[0]!r} is asked for twice", do="Name each one once.")
    taken = next((lesson for lesson in course.lessons if lesson.id == lesson_id), None)
    folder = taken.folder if taken else course.root / module_id / lesson_id
    if taken or folder.exists():
        raise CourseError(f"there is a lesson {lesson_id!r}", where=str(folder), do="Choose another id.")
    there = [module.id for module in course.modules]
    if module_id in there and module_title:
        raise CourseError(f"there is a module {module_id!r}", where=where, do="Leave out --module-title.")
    if module_id not in there and not module_title:
        raise CourseError(
            f"no module {module_id!r}",
            where=where,
            do=f"There are: {', '.join(there)}. To make it, add --module-title TITLE.",
        )
    if module_title and (course.root / module_id).exists():
        raise CourseError("is there already", where=str(course.root / module_id), do="Choose another module.")


def _module(course: Course, module_id: str) -> Module:
    return next(module for module in course.modules if module.id == module_id)


# -- what lists lessons --------------------------------------------------------------------------------


def _with_entry(text: str, entry: str, module_id: str | None) -> str:
    """The manifest's `text` with `entry` after the last lesson of a module, or of all when None.

    Comments and blank lines right above the table that follows belong to that table.
    """
    tables = [(found.start(), found[1]) for found in _TABLE.finditer(text)]
    starts = [at for at, name in tables if name == "modules"]
    own = [at for at in starts if module_id is None or re.match(_head(module_id), text[at:])]
    start = own[-1] if own else len(text)
    end = next((at for at, name in tables if at > start and not name.startswith("modules.")), len(text))
    kept = text[:end].splitlines()
    while kept and (not kept[-1].strip() or kept[-1].startswith("#")):
        kept.pop()
    upto = sum(len(line) + 1 for line in kept)
    return f"{text[:upto].rstrip()}\n\n{entry}{text[upto:]}"


def _head(module_id: str) -> str:
    """What the table of a module starts with: its header, other keys, its id."""
    return rf'\[\[modules\]\]\n(?:[^\[\n][^\n]*\n)*?id\s*=\s*["\']{re.escape(module_id)}["\']'


def _neighbours(
    manifest: Path, text: str, course: Course, lesson: Lesson
) -> tuple[Lesson | None, Lesson | None]:
    """The lessons before and after the new one; the edited manifest must say nothing else that is new."""
    try:
        modules = tomllib.loads(text)["modules"]
        ids = [entry["id"] for module in modules for entry in module["lessons"]]
    except (ValueError, KeyError, TypeError):
        ids = []
    old = [one.id for one in course.lessons]
    if [name for name in ids if name != lesson.id] != old or lesson.id not in ids:
        raise CourseError(
            "cannot be edited: its tables are not written as [[modules]] and [[modules.lessons]]",
            where=str(manifest),
            do="Write them so, one key a line, and run this again.",
        )
    at = ids.index(lesson.id)
    return (course.lessons[at - 1] if at else None), (course.lessons[at] if at < len(old) else None)


def _linked(before: Lesson, after: Lesson | None, lesson: Lesson) -> str:
    """The text of the lesson `before`, whose last cell leads to `lesson` instead of `after`."""
    text, last = before.text.read_text("utf-8"), lesson_cells(before)[-1]
    lines = text.splitlines(keepends=True)
    head, tail = "".join(lines[: last.line]), "".join(lines[last.line :])
    link = f"[{lesson.title}]({_from(before, lesson)})"
    if last.kind != "markdown":
        return f"{text.rstrip()}\n\n# %% [markdown]\n# ## What comes next\n#\n# The next lesson: {link}.\n"
    old = re.compile(rf"\[[^\]]*\]\({re.escape(_from(before, after))}\)") if after else None
    if old and old.search(tail):
        return head + _wrapped(old.sub(lambda _: link, tail))
    return f"{head}{tail.rstrip()}\n#\n" + _wrapped(f"# The next lesson: {link}.\n")


def _wrapped(tail: str) -> str:
    """Paragraphs of a text cell, those with a line that is too long filled anew."""
    paragraphs = tail.split("\n#\n")
    for number, paragraph in enumerate(paragraphs):
        if any(len(line) > WIDTH for line in paragraph.splitlines()):
            words = " ".join(line.removeprefix("#").strip() for line in paragraph.splitlines())
            end = "\n" * (len(paragraph) - len(paragraph.rstrip("\n")))
            filled = textwrap.wrap(words, WIDTH - 2, break_long_words=False, break_on_hyphens=False)
            paragraphs[number] = "\n".join(f"# {line}" for line in filled) + end
    return "\n#\n".join(paragraphs)


def _closing(course: Course, lesson: Lesson, after: Lesson | None) -> str:
    """The last cell of a new lesson, below its heading: where to go on."""
    lines = [f"The next lesson: [{after.title}]({_from(lesson, after)})."] if after else []
    if course.lessons:
        start = course.lessons[0]
        lines.append(f"Your map is on the [start page]({_from(lesson, start)}).")
    return _wrapped("\n".join(f"# {line}" for line in lines) or "# The end.").removeprefix("# ")


def _from(lesson: Lesson, other: Lesson) -> str:
    return Path(os.path.relpath(other.notebook, lesson.folder)).as_posix()


def _listed(course: Course, before: Lesson | None, lesson: Lesson, module: Module) -> str:
    """The README's text with a row for `lesson` under that of `before`; empty where it has no such table."""
    readme = listing.readme_of(course)
    lines = readme.read_text("utf-8").splitlines(keepends=True) if readme.is_file() and before else []
    at = listing.row_at(course, before, lines) if before else None
    if at is None:
        return ""
    lines.insert(at + 1, listing.row(course, lesson, module.title) + "\n")
    return "".join(lines)


# -- writing ---------------------------------------------------------------------------------------------


def _form(
    lesson: Lesson, exercises: Sequence[str], picture: str, words: Mapping[str, str]
) -> dict[Path, str]:
    """Path → text of each file of a new lesson."""
    texts = {path.name.split(".")[0]: Template(path.read_text("utf-8")) for path in TEMPLATES.glob("*.txt")}
    places = {
        "predictions": lesson.predictions_file,
        "picture": lesson.folder / f"{picture}.py",
        "monday": lesson.monday,
    }
    found = {place: texts[name].substitute(words) for name, place in places.items()}
    sections = []
    for name in exercises:
        own = {**words, "exercise": name, "checked": _checked(f"{lesson.id}.{name}", name)}
        sections.append(texts["exercise"].substitute(own))
        found[lesson.check_file(name)] = texts["check"].substitute(own)
        found[lesson.answers_file(name)] = texts["answers"].substitute(own)
    found[lesson.text] = texts["lesson"].substitute(words, exercises="\n".join(sections))
    return found


def _pictured(module: str, picture: str) -> str:
    """The line that imports a picture and its twin, as ruff writes it."""
    names = sorted((picture, "twin"))
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= WIDTH else f"from {module} import (\n    {names[0]},\n    {names[1]},\n)"


def _checked(exercise_id: str, name: str) -> str:
    """The line of a check cell, as ruff writes it."""
    line = f'check("{exercise_id}", {name})'
    return line if len(line) <= WIDTH else f'check(\n    "{exercise_id}", {name}\n)'


def _write(texts: Mapping[Path, str], lesson: Lesson, course: Course) -> None:
    """Write `texts`, and read the course that they make; when anything fails, all is as it was."""
    before = {path: path.read_bytes() for path in texts if path.exists()}
    made = lesson.folder if lesson.folder.parent.exists() else lesson.folder.parent
    try:
        contents = {path: text.encode("utf-8") for path, text in texts.items()}
        files.write_all(contents, drafts=course.root)
        load_course(course.root).lesson(lesson.id)
    except BaseException as error:
        shutil.rmtree(made, ignore_errors=True)
        changed = {path: data for path, data in before.items() if path.read_bytes() != data}
        files.write_all(changed, drafts=course.root)
        if isinstance(error, OSError):
            raise CourseError(
                f"cannot be written: {error.strerror}", where=str(error.filename or course.root)
            ) from error
        raise


def _quoted(text: str) -> str:
    """`text` as a string of TOML."""
    return json.dumps(text, ensure_ascii=False)
