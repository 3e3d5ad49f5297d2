"""ready and course_map: whether the machine will do, what is done, what is left, and where to go on."""

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.catalog import find_course
from autograder.errors import AisecError
from autograder.learner import course_map, coursemap, ready, start
from autograder.learner.desk import prepare
from autograder.learner.journal import Journal, Tried

pytestmark = pytest.mark.usefixtures("course")

ROUTES = """
[[routes]]
id = "short"
title = "Short"
about = "The first sum only."
lessons = ["sums"]
exercises = ["sums.add"]
"""


@pytest.fixture
def routes(course):
    manifest = course / "course.toml"
    manifest.write_text(manifest.read_text("utf-8") + ROUTES, "utf-8")


def passed(points):
    return Tried("passed", points, points, 1, 0, 0, "2026-01-01T00:00:00Z", "", "2026-01-01T00:00:00Z")


def keep(**entries):
    found = {name.replace("_", "."): entry for name, entry in entries.items()}
    Journal.find().update(lambda pages: pages.exercises.update(found))


def shown(capsys, *arguments):
    course_map(*arguments)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_the_map_lists_lessons_with_state_and_minutes_and_where_to_go_on(capsys):
    assert shown(capsys) == [
        "Sums: about 30 min",
        "Go on with: Adding up, sums.add",
        "module lesson state minutes left",
        "Sums Adding up ○ not begun 20 20",
        "Sums Adding more ○ not begun 10 10",
    ]


def test_minutes_left_shrink_by_the_share_of_core_exercises_that_passed(capsys):
    keep(sums_add=passed(5.0))  # 5 of the lesson's 15 minutes of core exercises
    lines = shown(capsys)
    assert lines[0] == "Sums: about 23 min of 30 min left"
    assert lines[1] == "Go on with: Adding up, sums.total"
    assert "Sums Adding up ◐ under way 20 13" in lines


def test_a_lesson_tested_out_has_nothing_left_and_the_map_ends_when_all_have(capsys):
    keep(sums_add=passed(5.0), sums_total=passed(6.0))
    assert "Sums Adding up ✓ tested out 20 0" in shown(capsys)
    keep(more_more=passed(5.0))
    lines = shown(capsys)
    assert lines[:2] == ["Sums: done, 30 min", "Nothing is left to do here."]


@pytest.mark.usefixtures("routes")
def test_a_route_shows_its_lessons_only_and_counts_its_own_exercises(capsys):
    minutes = find_course().route("short").minutes  # below an hour
    ways = f'course_map("short"): Short, {minutes} min. The first sum only.'
    assert ways in shown(capsys)
    assert shown(capsys, "short")[3:] == [f"Sums Adding up ○ not begun {minutes} {minutes}", ways]
    keep(sums_add=passed(5.0))
    assert shown(capsys, "short")[0] == f"Short: done, {minutes} min"


def test_an_unknown_route_is_named_with_those_there_are():
    with pytest.raises(AisecError, match="no route 'fast'"):
        course_map("fast")


@pytest.mark.usefixtures("routes")
def test_the_maps_html_links_what_is_there_escapes_titles_and_has_no_script(course, tmp_path, capsys):
    manifest = course / "course.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("Adding more", "<i>more</i>"), "utf-8")
    prepare(tmp_path / "desk")
    (tmp_path / "desk/m1_sums/more/more.ipynb").unlink()
    pieces = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(coursemap, "show", lambda text, html: pieces.update(html=html))
        course_map()
    html = pieces["html"]
    assert html.count('href="m1_sums/sums/sums.ipynb"') == 2, "to go on, and in the table"
    assert "<td>&lt;i&gt;more&lt;/i&gt;</td>" in html, "a lesson that is not in the folder is its title alone"
    assert html.count('rowspan="2"') == 1 and "<script" not in html and "<i>" not in html


@pytest.mark.parametrize("minutes, says", [(0, "0 min"), (45, "45 min"), (60, "1 h"), (350, "5 h 50 min")])
def test_minutes_are_said_in_hours(minutes, says):
    assert coursemap._hours(minutes).replace("\u00a0", " ") == says


# -- ready ---------------------------------------------------------------------------------------------


def asked(capsys):
    ready()
    return capsys.readouterr().out


def test_a_machine_with_everything_is_ready(capsys):
    assert asked(capsys).startswith("✓ ready: Python 3.")


def test_old_and_missing_libraries_are_one_problem_with_one_command(capsys, monkeypatch):
    real = metadata.version

    def version(name):
        if name == "nh3":
            raise metadata.PackageNotFoundError(name)
        return {"numpy": "1.26.4", "pandas": "3.1.0rc1"}.get(name) or real(name)

    monkeypatch.setattr(metadata, "version", version)
    out = asked(capsys)
    assert "✗ not ready: 1 thing to mend" in out
    assert "nh3 is missing" in out and "numpy 1.26.4 (needed: " in out
    assert f"{sys.executable} -m pip install" in out and '"nh3>=0.3.8"' in out


def test_another_python_than_the_course_needs_is_said(capsys, monkeypatch):
    monkeypatch.setattr(start, "_python", lambda: "3.10.4")
    assert "Python 3.10.4 is not >=3.11" in asked(capsys)


def test_a_kernel_of_another_python_than_aisecs_is_said(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda name: str(tmp_path / name))
    out = asked(capsys)
    assert f"runs on {sys.executable}" in out and "Change Kernel" in out


def test_missing_parts_of_jupyterlab_are_named(capsys, monkeypatch, tmp_path):
    import jupyter_core.paths

    monkeypatch.setattr(jupyter_core.paths, "jupyter_path", lambda *_: [str(tmp_path)])
    (tmp_path / "anywidget").mkdir()
    (tmp_path / "anywidget/package.json").write_text("{}", "utf-8")
    out = asked(capsys)
    assert "lacks its part of jupyterlab_widgets, nbgrader" in out
    assert "--force-reinstall --no-deps jupyterlab_widgets nbgrader" in out


def test_a_course_that_cannot_be_found_or_lacks_its_checks_is_said(course, capsys, monkeypatch, tmp_path):
    shutil.rmtree(course / "m1_sums/sums/checks")
    assert "the checks of sums.ipynb are missing" in asked(capsys)
    monkeypatch.setenv("AISEC_COURSE", str(tmp_path / "nowhere"))
    assert "the course is not found" in asked(capsys)


def test_a_folder_that_cannot_be_written_is_said(capsys, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(start.tempfile, "NamedTemporaryFile", refuse)
    out = asked(capsys)
    assert "progress cannot be written" in out and "aisec learn FOLDER" in out


def test_a_full_disk_is_said_before_work_is_lost(capsys, monkeypatch):
    monkeypatch.setattr(start.shutil, "disk_usage", lambda _: SimpleNamespace(free=12_000_000))
    assert "12 MB are free" in asked(capsys)


@pytest.mark.parametrize("name", start.BINDER)
def test_in_binder_the_idle_limit_is_said(capsys, monkeypatch, name):
    assert "Binder" not in asked(capsys)
    monkeypatch.setenv(name, "https://mybinder.org/")
    assert "Binder stops this server after 10 idle minutes." in asked(capsys)


def test_ready_leaves_nothing_behind(capsys):
    before = set(Path().iterdir())
    asked(capsys)
    assert set(Path().iterdir()) == before


# -- any machine ---------------------------------------------------------------------------------------

ELSEWHERE = """
import importlib, os, pkgutil, signal, sys

ABSENT = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog"}

class NotHere:
    def find_spec(self, name, path=None, target=None):
        if name in ABSENT:
            raise ImportError(f"{name} is not on this machine")

import multiprocessing, platform, select, selectors, socket, ssl, subprocess, tempfile
import anywidget, numpy, pandas, sklearn  # theirs may look for such modules; they know how to do without
for name in ABSENT & set(sys.modules):
    del sys.modules[name]
sys.meta_path.insert(0, NotHere())
for name in ("fork", "forkpty", "geteuid", "getuid", "getgid", "setsid", "killpg", "sched_getaffinity"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGHUP", "SIGKILL", "SIGALRM", "SIGUSR1", "SIGCHLD", "setitimer", "alarm", "pause"):
    if hasattr(signal, name):
        delattr(signal, name)

import autograder.learner, autograder.intake, course
names = ["autograder." + name for name in
         ("errors", "verdict", "limits", "compare", "trial", "exercise", "catalog", "build", "lint", "cli",
          "boundary.local", "intake.archive")]
for package in (autograder.learner, course):
    found = (one.name for one in pkgutil.walk_packages(package.__path__, package.__name__ + "."))
    names += [name for name in found if not name.endswith(".bait")]  # which is there to be left alone
for name in names:
    importlib.import_module(name)
from autograder.catalog import find_course
print(len(names), sum(len(lesson.exercises) for lesson in find_course().lessons))
"""


def test_the_learners_side_imports_where_nothing_of_posix_is():
    env = {name: value for name, value in os.environ.items() if name != "AISEC_COURSE"}
    root = Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], cwd=root, env=env, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    modules, exercises = map(int, ran.stdout.split())
    assert modules > 30 and exercises > 20
