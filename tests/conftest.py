"""What several test files share: notebooks made by hand, and a warm sandbox."""

import os

import pytest
from _pytest.nodeid import NodeId
from machine import missing


def pytest_addoption(parser):
    group = parser.getgroup("course")
    group.addoption("--lesson", metavar="ID", help="the tests of one lesson of the course, its pictures too")
    group.addoption(
        "--seeds", type=int, metavar="N",
        help="judge right and wrong answers on N draws (default: right ones on 2, wrong ones on 1)",
    )  # fmt: skip


def pytest_ignore_collect(collection_path, config):
    """A lesson's tests are in tests/course; what else there is, is not even looked at."""
    tests = config.rootpath / "tests"
    others = collection_path.parent == tests and collection_path.is_dir() and collection_path.name != "course"
    return True if config.getoption("lesson") and others else None


def pytest_configure(config):
    # before numpy is imported: as the grader does, so that tests share the cores by process
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    # what libraries keep in a home (Jupyter, IPython, matplotlib) stays inside the clone
    home = config.rootpath / ".pytest_cache" / "home"
    home.mkdir(parents=True, exist_ok=True)
    os.environ["HOME"] = str(home)
    _refuse_unknown_lesson(config)


def _refuse_unknown_lesson(config):
    """Here, before pytest-xdist starts its workers: what a worker refuses reads as an internal error."""
    from autograder.catalog import load_course
    from autograder.errors import CourseError

    if wanted := config.getoption("lesson"):
        try:
            load_course(config.rootpath / "course").lesson(wanted)
        except CourseError as error:
            raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Give a test's group to pytest-xdist: 3.8 writes it where pytest 9.2 no longer reads a test's id."""
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group and os.environ.get("PYTEST_XDIST_WORKER") and "@" not in item.nodeid:
            item._id = NodeId.parse(f"{item.nodeid}@{group.args[0]}")


def pytest_terminal_summary(terminalreporter):
    """Say what tests measured and where they left pictures: each `record_property`, once."""
    reports = [report for some in terminalreporter.stats.values() for report in some]
    noted = [note for report in reports for note in getattr(report, "user_properties", ())]
    for name, value in dict.fromkeys(noted):
        terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def sandbox(pytestconfig):
    """The warm process that learner code is run in, in the strongest tier of this machine."""
    from autograder.catalog import load_course
    from autograder.sandbox.sandbox import Sandbox
    from autograder.sandbox.tiers import Tier, detect

    tier = detect()
    if tier is Tier.NONE:
        missing("this machine cannot contain learner code: see aisec doctor")
    with Sandbox(tier=tier, preload=load_course(pytestconfig.rootpath / "course").preload) as made:
        yield made
