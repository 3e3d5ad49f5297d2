"""Courses to copy: an instructor's, with hand-ins, and a learner's, with notebooks."""

import pytest
from learner_course import course
from nbcourse import STUDENTS, hand_in, make_course

__all__ = ["course", "released"]


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A released course of one assignment with a hand-in of each of STUDENTS, made once: copy it."""
    root = tmp_path_factory.mktemp("released") / "course"
    course = make_course(root)
    for student in STUDENTS:
        hand_in(course, student, {"why": f"I am {student}."})
    return root
