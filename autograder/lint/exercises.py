"""Rules about exercises: what the text and the check say of each other, and what the check says."""

from __future__ import annotations

import ast
import re
import tomllib
from contextlib import suppress
from itertools import chain
from pathlib import Path

from autograder.build import pair_cells
from autograder.catalog import MANIFEST
from autograder.lint.page import Found, Page, imported, line_of, parsed

LONGEST_SITTING, LONGEST_LESSON = 60, 120  # minutes
STOP = "good place to stop"
HINTS = 3
WRONG_ANSWERS = 4
STANDARDS = "rules/standards.toml"
POINTS = re.compile(r"\((\d+(?:\.\d+)?)(?:\s+points?)?\)")  # (3) or (3 points)
MINUTES = re.compile(r"\b(\d+) minutes?\b")
FRONT = re.compile(r"\b(\d+(?:\.\d+)?) points?\b")


def checked(page: Page) -> Found:
    pairs = pair_cells(page.cells)
    for exercise in page.lesson.exercises:
        if exercise.id not in pairs:
            yield *page.at(exercise), f"the text never checks {exercise.id}"


def facts(page: Page) -> Found:
    """The cell above a solution has the exercise's heading and a line that agrees with the checks file."""
    for exercise_id, (answer, _) in pair_cells(page.cells).items():
        exercise, above = page.lesson.exercise(exercise_id), page.cells[max(answer - 1, 0)]
        heading = f"Exercise: {exercise.name}"
        if not any(text.replace("`", "") == heading for _, text in above.headings()):
            line = page.cells[answer].line
            yield page.lesson.text, line, f'the cell above the solution has no heading "### {heading}"'
            continue
        lines = enumerate(above.source.splitlines(), above.line + 1)
        number, line = next(((n, s) for n, s in lines if " · " in s), (above.line, ""))
        points = f"{exercise.points:g} point{'s' * (exercise.points != 1)}"
        first = [f"{exercise.minutes} minute{'s' * (exercise.minutes != 1)}", exercise.level, points]
        stated = re.split(r"\s*[·,]\s*", line.strip(" *"))
        if stated[:3] != first or set(stated[3:]) != set(exercise.standards):
            wanted = " · ".join((*first, *exercise.standards))
            yield page.lesson.text, number, f"the line of facts should read: *{wanted}*"


def minutes(page: Page) -> Found:
    lesson = page.lesson
    if not 0 < lesson.minutes <= LONGEST_LESSON:
        yield lesson.text, 1, f"the lesson takes {lesson.minutes} minutes: 1 to {LONGEST_LESSON} are allowed"
    elif lesson.minutes > LONGEST_SITTING and not any(STOP in cell.source.lower() for cell in page.cells):
        takes = f"the lesson takes {lesson.minutes} minutes, and no cell says where to stop"
        yield lesson.text, 1, f'{takes}: write "Good place to stop: 45 minutes so far."'
    for number, line in enumerate(page.cells[0].source.splitlines(), page.cells[0].line + 1):
        if stated := MINUTES.search(line):
            if int(stated[1]) != lesson.minutes:
                yield lesson.text, number, f"states {stated[0]}, and {MANIFEST} says {lesson.minutes}"
            break
    core = sum(exercise.minutes for exercise in lesson.exercises if exercise.level == "core")
    if core > lesson.minutes:
        yield lesson.text, 1, f"the core exercises take {core} minutes, the lesson only {lesson.minutes}"
    for exercise in lesson.exercises:
        if exercise.minutes <= 0:
            yield *page.at(exercise), f"{exercise.id} does not say its minutes"


def hints(page: Page) -> Found:
    for exercise in page.lesson.exercises:
        if len(exercise.hints) != HINTS or not all(hint.strip() for hint in exercise.hints):
            yield *page.at(exercise), f"{exercise.id} needs {HINTS} hints, none of them empty"


def debrief(page: Page) -> Found:
    for exercise in page.lesson.exercises:
        if len(exercise.debrief) != 2 or not all(side.strip() for side in exercise.debrief):
            yield *page.at(exercise), f"{exercise.id} needs a debrief: the attacker's side and the defender's"


def standards(page: Page) -> Found:
    path = page.course.root / STANDARDS
    catalogues = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    known = set(chain.from_iterable(catalogue["ids"] for catalogue in catalogues.values()))
    for exercise in page.lesson.exercises:
        for name in exercise.standards:
            if name not in known:
                yield *page.at(exercise), f"{exercise.id} names {name}, which {STANDARDS} does not list"


def answers(page: Page) -> Found:
    for exercise in page.lesson.exercises:
        path = page.lesson.answers_file(exercise.name)
        if not path.is_file():
            yield *page.at(exercise), f"answers/{path.name} is not there: answers and checks go in pairs"
            continue
        entry, line = page.lesson.answers(exercise.name), line_of(path, "ANSWERS")
        if not entry.right:
            yield path, line, f"{exercise.id} needs a right answer that is written differently"
        if len(entry.wrong) < WRONG_ANSWERS:
            few = f"{len(entry.wrong)} wrong answers of at least {WRONG_ANSWERS}"
            yield path, line, f"{exercise.id} has {few}"
        for wrong in entry.wrong:
            if wrong.part not in exercise.parts:
                yield path, line_of(path, f'"{wrong.part}"'), f"{exercise.id} has no part {wrong.part!r}"
            if not wrong.told:
                yield path, line, f"{exercise.id} has a wrong answer without the words that it must be told"


# -- text and check ------------------------------------------------------------------------------------


def called(page: Page) -> Found:
    """A check cell gives the names that its check takes, in that order."""
    for cell in page.cells:
        if cell.checks:
            call = ast.parse(cell.source).body[-1]
            given = [ast.unparse(argument) for argument in call.value.args[1:]]
            wanted = list(page.lesson.exercise(cell.checks).names)
            if given != wanted:
                says = f"check gives {', '.join(given) or 'nothing'}, and the check takes {', '.join(wanted)}"
                yield page.lesson.text, cell.line + call.lineno, says


def points(page: Page) -> Found:
    """The points of the front cell, and those under *Judged*, are those of the checks."""
    yield from _front(page)
    for exercise_id, (answer, _) in pair_cells(page.cells).items():
        exercise, above = page.lesson.exercise(exercise_id), page.cells[max(answer - 1, 0)]
        head, judged, tail = above.source.partition("Judged")
        stated = sorted(map(float, POINTS.findall(tail)))
        wanted = sorted(float(value) for value, _ in exercise.parts.values())
        if judged and stated != wanted:
            line = above.line + 1 + head.count("\n")
            says = (
                f"under Judged the points are {_sum(stated)}; the parts of {exercise.id} are {_sum(wanted)}"
            )
            yield page.lesson.text, line, says


def _front(page: Page) -> Found:
    """The first cell may state minutes, points, and points of the stretch, in this order."""
    lesson, cell = page.lesson, page.cells[0]
    totals = {
        level: sum(e.points for e in lesson.exercises if e.level == level) for level in ("core", "stretch")
    }
    lines = dict(enumerate(cell.source.splitlines(), cell.line + 1))
    stated = [(number, float(found)) for number, line in lines.items() for found in FRONT.findall(line)]
    for (number, found), (level, total) in zip(stated, totals.items(), strict=False):
        if found != total:
            yield lesson.text, number, f"states {found:g} points, and the {level} exercises give {total:g}"


def _sum(values: list[float]) -> str:
    return f"{' + '.join(f'{value:g}' for value in values) or 'none'}"


def constants(page: Page) -> Found:
    """What text and checks both write down under one name, in capitals, has one value."""
    lesson = page.lesson
    own = {}
    for cell in page.cells:
        if cell.kind == "code":
            for name, (value, line) in _literals(ast.parse(cell.source)).items():
                own[name] = value, cell.line + line
    for path in (*sorted(lesson.checks.glob("*.py")), lesson.folder / "material.py"):
        for name, (value, line) in _literals(parsed(path)).items() if path.is_file() else ():
            if name in own and own[name][0] != value:
                here, place = own[name], f"{path.relative_to(lesson.folder).as_posix()}:{line}"
                yield lesson.text, here[1], f"{name} is {here[0]!r} here and {value!r} in {place}"


def _literals(tree: ast.Module) -> dict[str, tuple[object, int]]:
    """Name in capitals → (value, line) of each literal that a module or cell gives a name."""
    found = {}
    for node in tree.body:
        match node:
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, ast.expr() as value):
                if name.isupper():
                    with suppress(ValueError, TypeError, MemoryError):
                        found[name] = ast.literal_eval(value), node.lineno
    return found


# -- the check -----------------------------------------------------------------------------------------


def parts(page: Page) -> Found:
    """Each part that a check enters is one of the decorator's, and each of those can be entered."""
    for exercise in page.lesson.exercises:
        path = page.lesson.check_file(exercise.name)
        entered, computed, misspelt = set(), False, {}
        for file in _reach(path, page.course.root):
            calls, words = _part_calls(parsed(file), exercise.name)
            literals = {key.value: key.lineno for key in calls if isinstance(key, ast.Constant)}
            if file == path:
                misspelt = {key: line for key, line in literals.items() if key not in exercise.parts}
            computed |= any(not isinstance(key, ast.Constant | ast.Name) for key in calls)
            entered |= literals.keys() | words
        for key, line in misspelt.items():
            yield path, line, f"enters the part {key!r}; {exercise.id} has {', '.join(exercise.parts)}"
        if not (misspelt or computed):  # a part that is entered under another name is one fault, not two
            for key in exercise.parts:
                if key not in entered:
                    yield path, line_of(path, f'"{key}"'), f"the check never enters the part {key!r}"


def _reach(path: Path, root: Path) -> list[Path]:
    """`path` and the files of the course that it imports, and they."""
    reached = [path]
    for file in reached:
        for node in ast.walk(parsed(file)):
            reached += [other for other in imported(node, file, root) if other not in reached]
    return reached


def _part_calls(tree: ast.Module, name: str) -> tuple[list[ast.expr], set[str]]:
    """The arguments of each call `….part(…)`, and where one of them is a name, what texts it may stand for:
    all but those of the decorator of `name`.
    """
    own = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None)
    declared = {id(node) for deco in own.decorator_list for node in ast.walk(deco)} if own else set()
    calls = [
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "part"
        and len(node.args) == 1
    ]  # fmt: skip
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in declared
    }
    return calls, texts


def options(page: Page) -> Found:
    path = page.lesson.predictions_file
    for prediction in page.lesson.predictions:
        if type(prediction.answer) is not int or not 0 <= prediction.answer < len(prediction.options):
            count = f"{prediction.id} has {len(prediction.options)} options, counted from 0"
            yield (
                path,
                line_of(path, f'"{prediction.id}"'),
                f"{count}, and its answer is {prediction.answer!r}",
            )
