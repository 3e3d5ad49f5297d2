"""`--lesson ID` collects what belongs to that lesson. Among all lessons, each has one process to itself."""

import pytest
from lessons import lesson_of


def pytest_ignore_collect(collection_path, config):
    """Another lesson's files are not even imported."""
    wanted = config.getoption("lesson")
    if wanted and collection_path.suffix == ".py" and collection_path.name.startswith("test_"):
        belongs = lesson_of(collection_path.stem, {})
        return True if belongs not in ("", wanted) else None
    return None


def pytest_itemcollected(item):
    """The text's cells, which many tests of a lesson need, run once: its tests stay together."""
    if (belongs := lesson_of_item(item)) and not item.config.getoption("lesson"):
        item.add_marker(pytest.mark.xdist_group(belongs))


def pytest_collection_modifyitems(config, items):
    wanted = config.getoption("lesson")
    if not wanted:
        return
    left = [item for item in items if lesson_of_item(item) != wanted]
    items[:] = [item for item in items if lesson_of_item(item) == wanted]
    config.hook.pytest_deselected(items=left)


def lesson_of_item(item):
    values = item.callspec.params if hasattr(item, "callspec") else {}
    return lesson_of(item.path.stem, values) if item.path.parent.name == "course" else ""
