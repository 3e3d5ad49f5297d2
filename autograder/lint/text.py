"""Rules about a lesson's text: the case, its sections, links, pictures, and what its cells ask for."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

from autograder.build import slug
from autograder.lint.page import Found, Page, line_of, widget_line

SECTIONS = ("Summary", "Use it on Monday")
YEAR = re.compile(r"\b(19|20)\d\d\b")
SOURCE = re.compile(r"\bSource|\bAML\.CS\d{4}")
CALL = re.compile(r'\b(predict|hint|solution)\("([^"]+)"')
OUTSIDE = re.compile(
    r"\b(pip3?|pipx|uv|conda|mamba|npm|yarn)\s+(install|add)\b"
    r"|\b(pypi|pythonhosted|anaconda|npmjs|openml)\.(org|com)|\bhuggingface\.co\b"
    r"|\bfetch_(20newsgroups|california|covtype|kddcup|lfw|olivetti|openml|rcv1|species)",
    re.IGNORECASE,
)


def case(page: Page) -> Found:
    first = [cell.source for cell in page.cells[:3] if cell.kind == "markdown"]
    if not any(YEAR.search(source) and SOURCE.search(source) for source in first):
        yield (
            page.lesson.text,
            1,
            'the first three cells tell no case with its year and "Source" or AML.CS id',
        )


def sections(page: Page) -> Found:
    headings = [text.lower() for cell in page.cells for _, text in cell.headings()]
    for name in SECTIONS:
        if not any(name.lower() in heading for heading in headings):
            yield page.lesson.text, 1, f'no heading says "{name}"'


def headings(page: Page) -> Found:
    # A cell's id comes from its first heading, and the ids of the cells below from its last.
    seen: dict[str, int] = {}
    for cell in page.cells:
        found = list(cell.headings())
        for line, text in dict.fromkeys(found[:1] + found[-1:]):
            if slug(text) in seen:
                at = seen[slug(text)]
                yield page.lesson.text, line, f'"{text}" reads like the heading at line {at}: cell ids clash'
            seen.setdefault(slug(text), line)


def offline(page: Page) -> Found:
    for number, line in page.code():
        if match := OUTSIDE.search(line):
            yield page.lesson.text, number, f'"{match[0]}" reaches outside, and a lesson works offline'


def twins(page: Page) -> Found:
    tree = [node for cell in page.cells if cell.kind == "code" for node in ast.walk(ast.parse(cell.source))]
    called = {ast.unparse(node.func) for node in tree if isinstance(node, ast.Call)}
    imports = [node for node in tree if isinstance(node, ast.ImportFrom) and node.module]
    shown: dict[str, set[str]] = {}  # picture's module → the calls that would show its twin
    for node in imports:
        for name in node.names:
            twin = {name.asname or name.name} if name.name == "twin" else set()
            shown.setdefault(node.module, set()).update(twin)
            shown.setdefault(f"{node.module}.{name.name}", set()).add(f"{name.asname or name.name}.twin")
    for module, calls in shown.items():
        _, *parts = module.split(".")
        path = page.course.root.joinpath(*parts).with_suffix(".py") if parts else page.course.root
        if path.is_file() and widget_line(path) and not calls & called:
            line = line_of(page.lesson.text, module.rpartition(".")[2])
            yield page.lesson.text, line, f"shows {module} without its twin()"


def links(page: Page) -> Found:
    """Relative links lead to what a learner's folder has, and the last cell says where to go on."""
    lesson, lessons = page.lesson, page.course.lessons
    there = {one.notebook for one in lessons} | {one.monday for one in lessons if one.monday.is_file()}
    linked = list(page.links())
    for number, target, path in linked:
        if path not in there:
            yield lesson.text, number, f"the link to {target} leads to no notebook or Monday sheet"
    last = page.cells[-1].line
    closing = [path for number, _, path in linked if number > last]
    at = lessons.index(lesson)
    for what, others in (("next lesson", lessons[at + 1 : at + 2]), ("start page", lessons[: min(at, 1)])):
        for other in others:
            if other.notebook not in closing:
                path = Path(os.path.relpath(other.notebook, lesson.folder)).as_posix()
                yield lesson.text, last, f"the last cell has no link to the {what}, {path}"


def names(page: Page) -> Found:
    exercises = {exercise.id for exercise in page.lesson.exercises}
    predictions = {prediction.id for prediction in page.lesson.predictions}
    asked = set()
    for number, line in page.code():
        for verb, name in CALL.findall(line):
            asked.add(name)
            if name not in (predictions if verb == "predict" else exercises):
                place = page.lesson.predictions_file if verb == "predict" else page.lesson.checks
                yield page.lesson.text, number, f'{verb}("{name}") names nothing that is in {place.name}'
    for name in sorted(predictions - asked):
        path = page.lesson.predictions_file
        yield path, line_of(path, f'"{name}"'), f"the text never asks the prediction {name}"
