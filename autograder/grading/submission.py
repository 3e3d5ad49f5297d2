"""A submission's bytes as the cells to run, put back in line with the author's version.

Test and locked cells, points, tags and metadata come from the author; only the text of solution cells
and of cells that the learner added is the learner's. What had to be put right is said in notes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import SubmissionError
from autograder.grading.assignment import AuthorCell, AuthorNotebook
from autograder.safe import one_line

MAX_BYTES = 20_000_000
MAX_CELLS = 2_000
MAX_SOURCE = 1_000_000  # characters in one cell
SAVE_AGAIN = "Open it in JupyterLab, save it, and hand it in again."


@dataclass(frozen=True)
class SubmittedCell:
    """One cell to run or to judge: its text, and the author's cell it answers to (None: a learner's own)."""

    cell_type: str
    source: str
    author: AuthorCell | None = None

    @property
    def is_test(self) -> bool:
        return self.author is not None and self.author.is_test

    @property
    def is_authors(self) -> bool:
        """Its text is the author's own."""
        return self.author is not None and not self.author.solution

    @property
    def untouched(self) -> bool:
        """A solution cell that still reads as it was released."""
        return (
            self.author is not None
            and self.author.solution
            and self.source.strip() == self.author.source.strip()
        )


@dataclass(frozen=True)
class Submission:
    """The cells of one submitted notebook, in order, and what was put right."""

    cells: tuple[SubmittedCell, ...]
    notes: tuple[str, ...] = field(default=())


def read_submission(data: bytes, author: AuthorNotebook) -> Submission:
    """Raises SubmissionError, in words for the learner, when the bytes are not a notebook of nbformat 4."""
    cells, notes = _cells(data)
    return _align(cells, author, notes)


def _cells(data: bytes) -> tuple[list[tuple[str, str, str]], list[str]]:
    """((cell type, source, grade id) of each cell, notes), checked by hand: nothing of the file is trusted.

    A cell of a kind that no notebook of nbformat 4 has is left out, and a note says so.
    """
    if not data.strip():
        raise SubmissionError("the notebook file is empty", do=SAVE_AGAIN)
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1e6:.0f} MB, more than {MAX_BYTES / 1e6:.0f}"
        raise SubmissionError(
            f"the notebook file is too large ({size})", do="Clear its outputs and save it again."
        )
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SubmissionError(f"the file is not UTF-8 text (byte {error.start})", do=SAVE_AGAIN) from None
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise SubmissionError(
            f"the file is not a notebook: its JSON is broken ({reason})", do=SAVE_AGAIN
        ) from None
    if not isinstance(document, dict):
        raise SubmissionError("the file is JSON, but not a notebook", do=SAVE_AGAIN)
    if (version := document.get("nbformat")) != 4:
        raise SubmissionError(
            f"the notebook's format is {one_line(version, 60)}, and 4 is needed", do=SAVE_AGAIN
        )
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise SubmissionError("the notebook has no list of cells", do=SAVE_AGAIN)
    if len(cells) > MAX_CELLS:
        raise SubmissionError(
            f"the notebook has {len(cells)} cells, more than {MAX_CELLS}", do="Delete what is extra."
        )
    known = {number: cell for number, cell in enumerate(cells, 1) if _is_cell(cell)}
    odd = [number for number in range(1, len(cells) + 1) if number not in known]
    notes = [f"Cell {number} is of no kind that notebooks have; it was left out." for number in odd[:5]]
    if odd and not known:
        raise SubmissionError("none of its cells is a notebook cell", do=SAVE_AGAIN)
    return [_cell(number, cell) for number, cell in known.items()], notes


def _is_cell(cell: Any) -> bool:
    return isinstance(cell, dict) and cell.get("cell_type") in ("code", "markdown", "raw")


def _cell(number: int, cell: dict[str, Any]) -> tuple[str, str, str]:
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise SubmissionError(f"cell {number} has no text", do=SAVE_AGAIN)
    if len(source) > MAX_SOURCE:
        raise SubmissionError(f"cell {number} has more than {MAX_SOURCE:,} characters", do="Shorten it.")
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return cell["cell_type"], source, grade_id if isinstance(grade_id, str) else ""


def _align(raw: list[tuple[str, str, str]], author: AuthorNotebook, notes: list[str]) -> Submission:
    by_id = author.by_id
    last = {grade_id: number for number, (_, _, grade_id) in enumerate(raw) if grade_id}
    cells: list[SubmittedCell] = []
    for number, (cell_type, source, grade_id) in enumerate(raw):
        wanted = by_id.get(grade_id)
        if grade_id and wanted is None:
            notes.append(
                f"Cell {one_line(grade_id, 60)} is not part of this lesson; it was run as a cell of your own."
            )
        elif wanted is not None and last[grade_id] != number:
            notes.append(f"Cell {grade_id} was there twice; the last copy counts.")
            wanted = None
        if wanted is None:
            cells.append(SubmittedCell(cell_type, source))
            continue
        if cell_type != wanted.cell_type:
            notes.append(f"Cell {grade_id} had become a {cell_type} cell; it was read as {wanted.cell_type}.")
        if not wanted.solution and source.strip() != wanted.source.strip() and not wanted.is_test:
            notes.append(f"Cell {grade_id} is read-only and had been edited; the author's text was used.")
        cells.append(SubmittedCell(wanted.cell_type, source if wanted.solution else wanted.source, wanted))
    return Submission(tuple(_restore(cells, author, notes)), tuple(dict.fromkeys(notes)))


def _restore(cells: list[SubmittedCell], author: AuthorNotebook, notes: list[str]) -> list[SubmittedCell]:
    """Put back the author's cells that are missing.

    A test goes as late as the author's order allows, so that all it may need has run; any other cell goes
    as early, so that a stub does not undo what the learner defined in a cell of another name.
    """
    place = {cell.author.grade_id: index for index, cell in enumerate(cells) if cell.author}
    marked = [cell for cell in author.cells if cell.grade_id]
    after: dict[int, list[SubmittedCell]] = {}
    previous = -1
    for number, wanted in enumerate(marked):
        if wanted.grade_id in place:
            previous = place[wanted.grade_id]
            continue
        spot = previous
        if wanted.is_test:
            following = (place[cell.grade_id] for cell in marked[number:] if cell.grade_id in place)
            spot = max(previous, next(following, len(cells)) - 1)
        after.setdefault(spot, []).append(SubmittedCell(wanted.cell_type, wanted.source, wanted))
        notes.append(f"Cell {wanted.grade_id} was missing; it was put back as it was released.")
    restored = after.get(-1, [])
    for index, cell in enumerate(cells):
        restored += [cell, *after.get(index, [])]
    return restored
