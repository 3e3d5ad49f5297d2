"""Notebooks made by hand: an author's, and what a learner made of it."""

import json
from dataclasses import replace

from autograder.grading.assignment import AuthorCell, AuthorNotebook, author_cell


def cell(source, grade_id="", *, kind="code", **marks):
    """A notebook's cell as JSON data; `marks` are nbgrader's."""
    metadata = {}
    if grade_id:
        settings = {"grade": False, "solution": False, "locked": False, "task": False, **marks}
        metadata = {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **settings}}
    made = {"cell_type": kind, "source": source, "metadata": metadata}
    return made if kind != "code" else {**made, "outputs": [], "execution_count": None}


def solution(source, grade_id, **marks):
    return cell(source, grade_id, solution=True, **marks)


def test(source, grade_id, points=1):
    return cell(source, grade_id, grade=True, locked=True, points=points)


test.__test__ = False  # it is a cell, not a test of ours


def document(cells, **more):
    """A notebook as JSON data."""
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def to_bytes(cells, **more) -> bytes:
    return json.dumps(document(cells, **more)).encode()


def author(cells, name="nb") -> AuthorNotebook:
    """The author's version of a notebook of these cells."""
    return AuthorNotebook(name, tuple(map(author_cell, cells)))


def author_test(source, grade_id="t", points=1.0) -> AuthorCell:
    return replace(author_cell(test(source, grade_id)), points=points)
