"""What several test files share: notebooks made by hand, and a warm sandbox."""

import os

import pytest


def pytest_configure(config):
    # before numpy is imported: as the grader does, so that tests share the cores by process
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    # what libraries keep in a home (Jupyter, IPython, matplotlib) stays inside the clone
    home = config.rootpath / ".pytest_cache" / "home"
    home.mkdir(parents=True, exist_ok=True)
    os.environ["HOME"] = str(home)


def pytest_terminal_summary(terminalreporter):
    """Say what tests measured and where they left pictures: each `record_property`, once."""
    reports = [report for some in terminalreporter.stats.values() for report in some]
    noted = [note for report in reports for note in getattr(report, "user_properties", ())]
    for name, value in dict.fromkeys(noted):
        terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def pool():
    """The warm process that learner code is run in, in the strongest tier of this machine."""
    from autograder.sandbox.pool import Pool
    from autograder.sandbox.tiers import Tier, detect

    tier = detect()
    if tier is Tier.NONE:
        pytest.skip("this machine cannot contain learner code: see aisec doctor")
    with Pool(tier=tier) as made:
        yield made
