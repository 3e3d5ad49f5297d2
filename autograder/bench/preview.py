"""A picture, each control at both of its ends, and its twin, on one page that a browser opens."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import Any

from autograder import files
from autograder.bench.solved import place_of
from autograder.catalog import Course, load_module
from autograder.ends import shown_and_moved, where_moved
from autograder.errors import CourseError

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>
<style>:root{{color-scheme:light dark}}
body{{font-family:system-ui,sans-serif;max-width:840px;margin:2em auto}}
section{{border-top:1px solid;padding:.5em 0 1.5em}}</style><h1>{name}</h1>{sections}</html>
"""


def preview(course: Course, name: str, out: Path) -> Path:
    """Write the picture `name`, such as `poisoning.poison_dial` or `poison_dial`, to the page `out`.

    Raises CourseError for a name that no lesson has, and for a picture that crashes when shown or moved.
    """
    path = _find(course, name)
    module = load_module(path)
    try:
        sections = [
            *((title, _shown(panel)) for title, panel in shown_and_moved(getattr(module, path.stem))),
            ("The twin", module.twin()._repr_html_()),
        ]
    except Exception as error:
        moved = where_moved(error)
        raise CourseError(
            f"crashes {moved or 'when it is shown'}: {type(error).__name__}: {error}",
            where=place_of(error, f"{path.parent}{os.sep}") or f"{path}:1",
        ) from error
    body = "".join(f"<section><h2>{escape(title)}</h2>{html}</section>" for title, html in sections)
    files.write(out, _PAGE.format(name=escape(path.stem), sections=body))
    return out


def _find(course: Course, name: str) -> Path:
    pictures = {f"{lesson.id}.{path.stem}": path for lesson in course.lessons for path in lesson.pictures}
    for known, path in pictures.items():
        if name in (known, path.stem):
            return path
    raise CourseError(f"no picture {name!r}", do=f"There are: {', '.join(pictures)}.")


def _shown(panel: Any) -> str:
    return f"{panel.drawing}<p>{escape(panel.sentence)}</p>"
