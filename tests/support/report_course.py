"""Courses for the report tests: results and notebooks written into a directory as grading leaves them."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

from autograder.grading.result import RESULT_FILE, Result
from autograder.report.standing import Cohort, Standing, read_cohort
from autograder.verdict import Finding, Outcome, Verdict, overall, settle

EXERCISES = {"flip_labels": (5, 3), "scan_triggers": (4, 4)}
PASSED, FAILED = Outcome.PASSED, Outcome.FAILED


def verdict(
    exercise: str, *outcomes: Outcome, slip: str = "", message: str = "", lesson: str = "poisoning"
) -> Verdict:
    """A verdict whose parts end as `outcomes`; a part earns its points only when it passed."""
    findings = [
        Finding(
            part=f"part{number}",
            says=f"does part {number}",
            points=float(points if outcome is PASSED else 0),
            max_points=points,
            outcome=outcome,
            message=message if outcome is not PASSED else "",
            slip=slip if outcome is FAILED else "",
        )
        for number, (points, outcome) in enumerate(zip(EXERCISES[exercise], outcomes, strict=True))
    ]
    return settle(f"{lesson}.{exercise}", findings)


def result(
    student: str, *verdicts: Verdict, lesson: str = "poisoning", outcome: Outcome | None = None, **more
) -> Result:
    score = sum(row.points for row in verdicts)
    outcome = outcome or overall([row.outcome for row in verdicts], score, 16)
    return Result(student, lesson, outcome, score, 16.0, tuple(verdicts), **more)


def good(student: str, lesson: str = "poisoning") -> Result:
    return result(
        student,
        verdict("flip_labels", PASSED, PASSED, lesson=lesson),
        verdict("scan_triggers", PASSED, PASSED, lesson=lesson),
        lesson=lesson,
    )


def weak(student: str, slip: str = "A fixed threshold fires on a clean model.") -> Result:
    return result(
        student,
        verdict("flip_labels", PASSED, FAILED),
        verdict("scan_triggers", FAILED, FAILED, slip=slip),
    )


def hand_in(course_dir: Path, student: str, lesson: str = "poisoning") -> Path:
    folder = course_dir / "submitted" / student / lesson
    folder.mkdir(parents=True)
    return folder


def grade(course_dir: Path, found: Result, *cells: dict) -> Path:
    """Leave `found`, and a notebook of `cells`, where grading leaves them."""
    folder = course_dir / "autograded" / found.student / found.lesson
    folder.mkdir(parents=True)
    (folder / RESULT_FILE).write_text(found.to_json(), "utf-8")
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}
    (folder / f"{found.lesson}.ipynb").write_text(json.dumps(notebook), "utf-8")
    return folder


def cohort_of(course_dir: Path, *results: Result, roster: tuple[str, ...] = ()) -> Cohort:
    for found in results:
        grade(course_dir, found)
    return read_cohort(course_dir, roster)


def standing_of(found: Result, booked=None) -> Standing:
    return Standing(found.student, found.lesson, True, found, booked)


def code(source: str, *outputs: dict, **nbgrader) -> dict:
    metadata = {"nbgrader": nbgrader} if nbgrader else {}
    return {"cell_type": "code", "source": source, "outputs": list(outputs), "metadata": metadata}


def text(source: str) -> dict:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def shown(**data: str) -> dict:
    """A display output; `text_html` stands for text/html."""
    return {
        "output_type": "display_data",
        "data": {kind.replace("_", "/"): value for kind, value in data.items()},
        "metadata": {},
    }


class Page(HTMLParser):
    """A page as a browser would take it apart: its tags and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words, self.style, self._in_style = "", "", False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._in_style = tag == "style"
        self.words += "" if tag in ("b", "strong", "em", "code", "bdi", "small") else " "

    def handle_endtag(self, tag):
        self._in_style = False

    def handle_data(self, data):
        if self._in_style:
            self.style += data
        else:
            self.words += data

    def dangers(self) -> list[str]:
        """Whatever could run, load, send or lead astray: there must be none in a page of ours."""
        found = [tag for tag, _ in self.tags if tag in _ACTIVE]
        found += [word for word in ("url(", "@import", "expression(") if word in self.style]
        for tag, attributes in self.tags:
            found += [f"{tag} {name}" for name, value in attributes.items() if _danger(name, value or "")]
        return found


_ACTIVE = {
    *("script", "iframe", "object", "embed", "link", "base", "form", "input", "button", "textarea"),
    *("math", "noscript", "template", "audio", "video", "source", "foreignobject", "use", "animate"),
}
_LOADS = {"src", "srcset", "poster", "background", "action", "data", "xlink:href", "srcdoc", "formaction"}


def _danger(name: str, value: str) -> bool:
    value = "".join(value.split()).lower()
    if name.startswith("on") or value == "refresh" or "javascript:" in value or "url(" in value:
        return True
    if name in _LOADS:
        return not value.startswith(("data:image/png;base64,", "data:image/jpeg;base64,"))
    return name == "href" and not value.startswith(("#", "http://", "https://", "feedback/"))
