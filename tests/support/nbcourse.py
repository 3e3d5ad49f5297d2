"""A small nbgrader course directory, released by nbgrader itself, and hand-ins for it."""

import json
from pathlib import Path

import nbformat
from notebooks import cell, document, solution, test

from autograder.grading.coursedir import CourseDir, open_course
from autograder.grading.newcourse import release

CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'small'\n"
STUDENTS = [f"s{number:02}" for number in range(8)]
SOURCE = [
    cell("# Squares", kind="markdown"),
    solution("def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION", "square"),
    test("assert square(3) == 9", "t_square", 2),
    test("### BEGIN HIDDEN TESTS\nassert square(5) == 25\n### END HIDDEN TESTS", "t_hidden", 3),
    cell("Why?", "why", kind="markdown", grade=True, solution=True, points=4),
    cell("Draw it.", "draw", kind="markdown", task=True, locked=True, points=5),
]


def make_course(root: Path, name="ps1", cells=SOURCE, config=CONFIG) -> CourseDir:
    """A course directory with one assignment of one notebook released."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "nbgrader_config.py").write_text(config)
    add_assignment(root, name, {name: cells})
    return open_course(root)


def add_assignment(root: Path, name: str, notebooks: dict) -> None:
    """Write `source/<name>/` and release it."""
    folder = root / "source" / name
    folder.mkdir(parents=True, exist_ok=True)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for title, cells in notebooks.items():
        made = nbformat.from_dict(document(cells, metadata=kernel))
        for number, one in enumerate(made.cells):
            one.id = f"cell-{number}"
        (folder / f"{title}.ipynb").write_text(nbformat.writes(made))
    release(open_course(root), name)


def hand_in(course: CourseDir, student: str, answers: dict, name="ps1", notebook=None, stamp="") -> Path:
    """Hand in the released notebook with the source of some cells (by grade id) replaced."""
    notebook = notebook or name
    released = json.loads((course.step("release") / name / f"{notebook}.ipynb").read_text())
    for one in released["cells"]:
        grade_id = one["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            one["source"] = answers[grade_id]
    folder = course.step("submitted") / student / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{notebook}.ipynb").write_text(json.dumps(released))
    if stamp:
        (folder / "timestamp.txt").write_text(stamp)
    return folder
