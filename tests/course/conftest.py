"""`--lesson ID` collects what belongs to that lesson. Among all lessons, each has one process to itself."""

import pytest
from lessons import COURSE, lesson_of

from autograder.errors import CourseError


def pytest_ignore_collect(collection_path, config):
    """Another lesson's files are not even imported."""
    wanted = config.getoption("lesson")
    if wanted and collection_path.suffix == ".py" and collection_path.name.startswith("test_"):
        belongs = lesson_of(collection_path.stem, {})
        return True if belongs not in ("", wanted) else None
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    wanted, kept, left = config.getoption("lesson"), [], []
    if wanted:
        try:
            COURSE.lesson(wanted)
        except CourseError as error:
            raise pytest.UsageError(str(error)) from None
    for item in items:
        values = item.callspec.params if hasattr(item, "callspec") else {}
        ours = item.path.parent.name == "course"
        belongs = lesson_of(item.path.stem, values) if ours else ""
        if belongs and not wanted:  # the text's cells, which many tests need, run once
            item.add_marker(pytest.mark.xdist_group(belongs))
        (kept if not wanted or belongs == wanted else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
