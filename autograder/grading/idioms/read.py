"""From a notebook to the lines of its test cells that want another form; nothing is run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from autograder.grading.assignment import AuthorCell, AuthorNotebook
from autograder.grading.idioms import objects, surroundings
from autograder.grading.idioms.origins import Origins
from autograder.grading.idioms.table import IDIOMS, Idiom


@dataclass(frozen=True)
class Misfit:
    """An idiom at one line of one test cell. `line` counts from 1 within the cell; `code` is that line."""

    assignment: str
    notebook: str
    cell: str
    line: int
    code: str
    idiom: Idiom

    def row(self) -> dict[str, Any]:
        """As a row of JSON."""
        row = asdict(self)
        return row | row.pop("idiom")


def read_notebook(
    author: AuthorNotebook, assignment: str = "", files: frozenset[str] = frozenset()
) -> list[Misfit]:
    """The idioms in the test cells of one notebook; `files` are those released with it.

    A cell that is not Python has none: the judge says what is wrong with it.
    """
    misfits = []
    for cell in author.cells:
        if cell.is_test:
            lines = cell.source.splitlines()
            for line, idiom in _read_cell(author, cell, files):
                code = lines[line - 1].strip()
                misfits.append(Misfit(assignment, author.name, cell.grade_id, line, code, idiom))
    return misfits


def _read_cell(author: AuthorNotebook, cell: AuthorCell, files: frozenset[str]) -> list[tuple[int, Idiom]]:
    """(line, idiom), each once, in order."""
    try:
        origins = Origins(author, cell, files)
    except SyntaxError:
        return []
    finders = [*objects.FINDERS, *surroundings.FINDERS]
    found = {(node.lineno, idiom) for find in finders for node, idiom in find(origins)}
    return sorted(found, key=lambda one: (one[0], IDIOMS.index(one[1])))
