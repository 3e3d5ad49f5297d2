"""The programs beside the tests start, and name the lessons to who asks for one that there is not."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.parametrize("name", ["calibrate", "learner", "memory", "mutants"])
def test_a_lesson_that_does_not_exist_is_no_traceback(name):
    command = [sys.executable, PROGRAMS / f"{name}.py", "nowhere"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode in (1, 2) and done.stdout == ""
    assert "no lesson 'nowhere'" in done.stderr and "There are: welcome, " in done.stderr
    assert len(done.stderr.splitlines()) <= 2
