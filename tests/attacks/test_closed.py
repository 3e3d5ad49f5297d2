"""What is closed of the course stays closed: in this checkout, and installed from a real wheel.

Every file that a learner's process can open is searched for lines of solutions, checks, answers and the
pre-test; and a hand-in that runs whatever solutions it finds gets no points.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import closed
import pytest
from machine import missing
from users import AS_ROOT, ROOT, as_anybody, environment, python_for_anybody

from autograder.sandbox.tiers import Tier, lack

HERE = Path(__file__).parent
#: Who runs it, and in which tier: root's containers become an ordinary user's.
WHERE = [("an ordinary user", Tier.FULL), ("an ordinary user", Tier.CONTAINER)]
WHERE += [("root", Tier.FULL)] if AS_ROOT else []

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def packages():
    """A folder of installed packages, all of them from this checkout's wheel, that every user can read."""
    place = Path(tempfile.mkdtemp(prefix="closed-test-"))
    run = {"check": True, "capture_output": True, "text": True}
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", place], cwd=ROOT, **run)
    (wheel,) = place.glob("*.whl")
    folder = place / "site-packages"
    install = ["install", "--no-deps", "--no-index", "--target", folder, wheel]
    subprocess.run([sys.executable, "-m", "pip", *install], **run)
    place.chmod(0o755)
    yield folder
    shutil.rmtree(place)


@pytest.fixture(params=WHERE, ids=lambda where: f"{where[0]} in {where[1]}")
def found(request):
    """Runs `closed.py` on the tree `first`; what it prints."""
    who, tier = request.param
    if reason := lack(tier):
        missing(f"tier {tier}: {reason}")

    def run(first, what, *options):
        python = sys.executable
        as_who = {"cwd": "/", "env": environment(first)}
        if who != "root" and AS_ROOT:
            python, as_who = python_for_anybody(), as_anybody(first) | {"cwd": "/"}
        done = subprocess.run(
            [python, "-P", HERE / "closed.py", what, tier, *options],
            capture_output=True,
            text=True,
            timeout=900,
            **as_who,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout)

    return run


def test_every_closed_file_has_lines_that_tell_it():
    lines = closed.telling_lines(closed.COURSE)
    files = [lesson.text for lesson in closed.COURSE.lessons]
    files += [
        path for folder in ("checks", "answers") for path in closed.COURSE.root.glob(f"*/*/{folder}/*.py")
    ]
    files += [closed.COURSE.root / "pretest" / name for name in ("a.py", "b.py")]
    silent = [path for path in files if lines.isdisjoint(path.read_bytes().split(b"\n"))]
    assert len(files) > 50 and [path for path in silent if path.name != "__init__.py"] == []


def test_no_file_that_can_be_opened_tells_what_is_closed(found, packages):
    told = found(packages, "look")
    assert told["found"] == [] and told["looked"] > 5000


def test_no_file_of_a_checkout_tells_what_is_closed(found):
    told = found(ROOT, "look", "--below", ROOT)
    assert told["found"] == [] and told["looked"] > 50


def test_a_file_that_tells_one_line_would_be_found(found, packages):
    """In a module, in a notebook and compiled; and all that the wheel holds, were it not closed."""
    line = next(text for text in solution_lines() if '"' not in text and "\\" not in text)
    planted = packages / "planted"
    try:
        (planted / "__pycache__").mkdir(parents=True)
        (planted / "notes.py").write_text(f"# of no use\n{line}\n")
        (planted / "notes.ipynb").write_text(json.dumps({"source": f"def f():\n{line}\n    "}))
        (planted / "__pycache__/lesson.pyc").write_bytes(b"\0 m3_attacks/poisoning/lesson.py \0")
        told = found(packages, "look", "--below", planted)
    finally:
        shutil.rmtree(planted)
    assert sorted({Path(text.partition(":")[0]).name for text in told["found"]}) == [
        "lesson.pyc", "notes.ipynb", "notes.py"
    ]  # fmt: skip
    course = packages / "course"
    assert found(packages, "look", "--below", course, "--open", course)["found"]


def solution_lines():
    """Long lines inside the solutions of a lesson."""
    text = (ROOT / "course/m3_attacks/poisoning/lesson.py").read_text("utf-8")
    for part in text.split("### BEGIN SOLUTION\n")[1:]:
        lines = part.partition("### END SOLUTION")[0].splitlines()
        yield from (line for line in lines if len(line.strip()) > closed.LONG)


def test_a_hand_in_that_runs_the_solutions_it_finds_gets_nothing(found, packages):
    points = found(packages, "cheat")
    assert set(points.values()) == {0} and len(points) > 20
    opened = found(packages, "cheat", "--lesson", "encryption", "--open", packages / "course")
    assert sum(opened.values()) > 0, "were they there, it would get points"
