"""A graded notebook as a page shows it. The source and the output of a test cell are never shown.

Reads the notebook as JSON, with nothing taken for granted: what is not as nbformat 4 says is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autograder.errors import SubmissionError
from autograder.report import markup
from autograder.safe import without_hidden_tests

SIZE_LIMIT = 10_000_000  # bytes


@dataclass(frozen=True)
class ShownCell:
    """One cell. `kind` is `text`, `code` or `check`; a check has neither source nor outputs.

    `grade_id` is nbgrader's, empty for an ordinary cell.
    """

    kind: str
    source: Markup
    outputs: tuple[Markup, ...]
    grade_id: str = ""


def read_notebook(path: Path) -> list[ShownCell]:
    """The cells of a notebook file, ready to show. Raises SubmissionError when it cannot be shown."""
    if not path.is_file():
        raise SubmissionError("no notebook is there", where=str(path))
    if path.stat().st_size > SIZE_LIMIT:
        raise SubmissionError(f"larger than {SIZE_LIMIT // 1_000_000} MB", where=str(path))
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        return [_shown(cell) for cell in cells if isinstance(cell, dict)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise SubmissionError("cannot be read as a notebook", where=str(path)) from error


def _shown(cell: dict[str, Any]) -> ShownCell:
    marked = _dict(_dict(cell.get("metadata")).get("nbgrader"))
    grade_id = _text(marked.get("grade_id"))
    if marked.get("grade") and not marked.get("solution"):
        return ShownCell("check", Markup(), (), grade_id)
    source = without_hidden_tests(_text(cell.get("source")))
    if cell.get("cell_type") == "markdown":
        return ShownCell("text", markup.markdown(source), (), grade_id)
    if cell.get("cell_type") == "code":
        return ShownCell("code", markup.code(source), tuple(_outputs(cell)), grade_id)
    return ShownCell("code", Markup("{}").format(markup.plain(source)), (), grade_id)


def _outputs(cell: dict[str, Any]) -> Iterator[Markup]:
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        output = _dict(output)
        kind = output.get("output_type")
        if kind == "stream":
            yield _pre(_text(output.get("text")), "aisec-stderr" if output.get("name") == "stderr" else "")
        elif kind == "error":
            said = f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"
            traceback = output.get("traceback")
            lines = [_text(line) for line in traceback] if isinstance(traceback, list) else []
            yield _pre("\n".join(lines) or said, "aisec-stderr")
        elif kind in ("display_data", "execute_result"):
            yield _display(_dict(output.get("data")))


def _display(data: dict[str, Any]) -> Markup:
    """The richest form that is safe: a picture, then sanitised HTML, then plain text."""
    text = _text(data.get("text/plain"))
    for kind in ("image/png", "image/jpeg"):
        if kind in data and (shown := markup.picture(kind, _text(data[kind]), text or "A picture")):
            return shown
    html = _text(data.get("text/html"))
    if html and len(html) <= markup.HTML_LIMIT:
        return Markup('<div class="aisec-html">{}</div>').format(markup.html(html))
    return _pre(text or "An output of a kind that is not shown here.")


def _pre(text: str, css: str = "") -> Markup:
    return Markup('<pre class="{}" dir="auto">{}</pre>').format(css, markup.plain(text))


def _text(value: Any) -> str:
    """nbformat keeps a long text as one string or as a list of lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
