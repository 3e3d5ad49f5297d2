"""What a learner can get of the course from inside: a program, which runs the `autograder` that it imports.

    python closed.py look TIER [--below FOLDER]   {"looked": files read, "found": [file: what it tells]}
    python closed.py cheat TIER [--lesson ID]     {exercise: points of a hand-in that runs solutions it finds}

With `--open FOLDER` the learner may read that too: then there is something to be found.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import course  # the one beside that `autograder`
from autograder.build import source_notebook
from autograder.catalog import Course, Lesson, load_course
from autograder.grading.assignment import Assignment, AuthorNotebook, author_cell
from autograder.grading.grade import grade_submission
from autograder.grading.run import Run
from autograder.limits import Limits
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.tiers import Tier
from autograder.sandbox.view import learners_view

COURSE = load_course(Path(course.__file__).parent)
LIMITS = Limits(cell_seconds=400, call_seconds=400, total_seconds=500, cpu_seconds=400)
#: A line of this many characters does not stand in a library by chance.
LONG = 64

#: Reads all that can be opened at and below PLACES. Of compiled and packed files, which hold no lines, the
#: names tell what they were made of.
LOOK = """
import json, os, re, stat

def look(path):
    with open(path, "rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > 5_000_000:
            return []
        text = file.read()
    if b"\\0" in text[:1000]:
        return [name for name in NAMES if path.endswith((".pyc", ".zip", ".whl")) and name in text]
    if path.endswith((".ipynb", ".json")):
        return LINES.intersection(re.split(rb'\\\\n|"', text))
    return LINES.intersection(text.split(b"\\n"))

looked, found, seen = 0, [], set()
def walk(place):
    yield place
    for folder, folders, files in os.walk(place):
        here = os.stat(folder)
        if folder in ("/proc", "/sys") or (here.st_dev, here.st_ino) in seen:
            folders.clear()
            continue
        seen.add((here.st_dev, here.st_ino))
        yield from (os.path.join(folder, name) for name in files)

for place in PLACES:
    for path in walk(place):
        try:
            found += [f"{path}: {what.decode()}" for what in look(path)]
            looked += 1
        except OSError:
            pass
print(json.dumps({"looked": looked, "found": sorted(set(found))[:50]}))
"""

#: What a learner writes in every solution cell, whatever it asks for.
CHEAT = """
import os, re, sys
for place in {*sys.path, *PLACES}:
    for folder, _, files in os.walk(os.path.join(place, "course")):
        for name in {*files, "lesson.py"}:
            try:
                cells = re.split("(?m)^# %%.*$", open(os.path.join(folder, name)).read())
            except (OSError, ValueError):
                continue
            for cell in cells:
                if "### BEGIN SOLUTION" in cell:
                    try:
                        exec(cell, globals())
                    except Exception as error:
                        print(error)
"""


def look(tier: Tier, opened: list[str], below: str) -> dict[str, Any]:
    """Look at everything, or `below` a folder. A learner knows the places from outside: in a container
    folders may be closed to listing and not what is in them.
    """
    tops = [below] if below else [path for path, _ in learners_view().edges()]
    base = Path(below or COURSE.root)
    visible = (
        path for path in base.rglob("*") if not any(p.startswith(".") for p in path.relative_to(base).parts)
    )
    # a link of a virtual environment may lead where this user may not look: that is no file to open
    known = sorted(str(path) for path in visible if os.path.isfile(path))
    places = [below or "/", *tops, *known]
    source = f"LINES = {telling_lines(COURSE)!r}\nNAMES = {names(COURSE)!r}\nPLACES = {places!r}\n"
    with Sandbox(tier=tier, readable=opened) as sandbox:
        run = Run(sandbox, LIMITS, {})
        outputs = run.cell(source + LOOK)["outputs"]
        run.close()
    if [output["output_type"] for output in outputs] != ["stream"]:
        sys.exit(str(outputs)[-2000:])
    return json.loads(outputs[0]["text"])


def telling_lines(course: Course) -> set[bytes]:
    """Long lines of closed Python files that stand in no file which a learner may see."""
    tops = course.visible_paths
    open_files = [path for top in tops for path in (top, *top.rglob("*.py")) if path.is_file()]
    known = set().union(*map(long_lines, open_files))
    for lesson in course.lessons:
        cells = json.loads(lesson.notebook.read_text("utf-8"))["cells"]
        known |= {line.rstrip() for cell in cells for line in "".join(cell["source"]).encode().split(b"\n")}
    closed = set(course.root.rglob("*.py")) - set(open_files)
    return set().union(*map(long_lines, closed)) - known


def long_lines(path: Path) -> set[bytes]:
    lines = {line for line in path.read_bytes().split(b"\n") if len(line.strip()) >= LONG}
    return {line for line in lines if not line.strip().startswith((b"from ", b"import "))}


def names(course: Course) -> list[bytes]:
    """Ends of the paths of closed files, as they stand in what was compiled or packed of them."""
    closed = [path for lesson in course.lessons for path in lesson.folder.rglob("*.py")]
    shown = set(course.visible_paths)
    return [bytes(path.relative_to(path.parents[2])) for path in closed if path not in shown]


def cheat(tier: Tier, opened: list[str], lesson: str) -> dict[str, float]:
    """The points of each exercise of a hand-in that cheats in a lesson, or in all of them.

    What can be found does not depend on the lesson, so one hand-in does for all: it looks in every solution
    cell. Of the authors' own cells, which take the time, it keeps those that import.
    """
    lessons = [COURSE.lesson(lesson)] if lesson else COURSE.lessons
    notebook = source_notebook(lessons[0])
    notebook.cells = [cell for one in lessons for cell in cells_of(one) if is_kept(cell)]
    author = AuthorNotebook("cheat", tuple(author_cell(cell) for cell in notebook.cells))
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = f"PLACES = [{str(COURSE.root.parent)!r}]\n{CHEAT}"
    with Sandbox(tier=tier, preload=COURSE.preload, readable=opened) as sandbox:
        graded = grade_submission(
            Assignment("cheat", (author,)),
            {"cheat": json.dumps(notebook).encode()},
            student="mallory",
            secret="a secret",
            limits=replace(lessons[0].limits, total_seconds=300),
            sandbox=sandbox,
            find_exercise=COURSE.exercise,
        )
    found = {verdict.exercise: verdict.points for verdict in graded.result.verdicts}
    if len(found) != sum(len(one.exercise_names) for one in lessons):
        sys.exit(f"{sorted(found)}: {graded.result.message}")
    return found


def cells_of(lesson: Lesson) -> Iterator[Any]:
    """The cells of a lesson's source notebook, with names that no other lesson's cells have."""
    for cell in source_notebook(lesson).cells:
        cell.id = f"{lesson.id}-{cell.id}"[:64]
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["grade_id"] = f"{lesson.id}-{cell.metadata.nbgrader['grade_id']}"
        yield cell


def is_kept(cell: Any) -> bool:
    """Whether a cell is graded, or imports and does nothing else."""
    if "nbgrader" in cell.metadata or cell.cell_type != "code":
        return "nbgrader" in cell.metadata
    return all(isinstance(one, ast.Import | ast.ImportFrom) for one in ast.parse(cell.source).body)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["look", "cheat"])
    parser.add_argument("tier", type=Tier)
    parser.add_argument("--open", action="append", default=[])
    parser.add_argument("--below", default="")
    parser.add_argument("--lesson", default="")
    asked = parser.parse_args()
    if asked.what == "look":
        print(json.dumps(look(asked.tier, asked.open, asked.below)))
    else:
        print(json.dumps(cheat(asked.tier, asked.open, asked.lesson)))


if __name__ == "__main__":
    main()
