"""A picture, each control at both of its ends, and its twin, on one page that a browser opens."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from autograder import files
from autograder.catalog import Course, load_module
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
            *_sections(lambda: getattr(module, path.stem)()),
            ("The twin", module.twin()._repr_html_()),
        ]
    except Exception as error:
        raise CourseError(
            f"crashes when it is shown: {type(error).__name__}: {error}", where=str(path)
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


def _sections(make: Any) -> Iterator[tuple[str, str]]:
    """(title, HTML) of the widget as it opens, and with each control moved to each of its ends."""
    panel = make()
    yield "As it opens", _shown(panel)
    for control, spec in panel.controls.items():
        for end in _ends(spec):
            moved = make()
            moved.values = {**moved.values, control: end}
            yield f"{spec['label']}: {_said(spec, end)}", _shown(moved)


def _ends(spec: dict[str, Any]) -> tuple[Any, ...]:
    match spec["kind"]:
        case "slider":
            return spec["min"], spec["max"]
        case "steps" | "choice":
            return 0, len(spec["options"]) - 1
        case "switch":
            return False, True
    return ("",)  # a text


def _said(spec: dict[str, Any], end: Any) -> str:
    return str(spec["options"][end]) if "options" in spec else repr(end)


def _shown(panel: Any) -> str:
    return f"{panel.drawing}<p>{escape(panel.sentence)}</p>"
