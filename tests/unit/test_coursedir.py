"""The cohort's seed: made once, for its owner only, and never empty."""

import stat

import pytest

from autograder.errors import CourseError
from autograder.grading.coursedir import SEED_FILE, CourseDir


@pytest.fixture
def course(tmp_path):
    return CourseDir(tmp_path)


def test_the_seed_is_made_once_and_readable_by_its_owner_only(course):
    seed = course.secret()
    assert len(seed) == 32 and CourseDir(course.root).secret() == seed
    assert stat.S_IMODE((course.root / SEED_FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff"])
def test_a_seed_that_was_lost_is_an_error_and_is_not_made_anew(course, data):
    course.secret()
    (course.root / SEED_FILE).write_bytes(data)
    with pytest.raises(CourseError, match="seed") as caught:
        course.secret()
    assert SEED_FILE in caught.value.where
    assert (course.root / SEED_FILE).read_bytes() == data
