"""Libraries that a lesson needs: asked of what is installed, and never a learner's loss when they are not."""

import io
import shutil
import subprocess
import sys
from importlib import metadata

import pytest
from learner_course import course, notebook  # noqa: F401
from rich.console import Console
from transports import Here

from autograder import libraries
from autograder.catalog import load_course
from autograder.cli import main
from autograder.errors import CourseError
from autograder.grading import cohort
from autograder.grading.coursedir import open_course
from autograder.grading.processes import Processes
from autograder.learner import needs, ready
from autograder.learner.panel import Plain
from autograder.learner.terminal import check_notebooks
from autograder.libraries import lacking, require
from autograder.sandbox import doctor
from autograder.sandbox.doctor import Proof

MISSING = "no-such-library-of-ours>=2.1"
OLD = "numpy>=999"
ADDS = f'{sys.executable} -m pip install "{MISSING}"'


def need(root, *lines, lesson="sums"):
    """Write `needs` into a lesson's entry of the manifest."""
    path, head = root / "course.toml", f'id = "{lesson}"\ntitle'
    text = path.read_text("utf-8")
    assert head in text
    line = ", ".join(f"'{one}'" for one in lines)
    path.write_text(text.replace(head, f'id = "{lesson}"\nneeds = [{line}]\ntitle'), "utf-8")


def said(caught):
    return "\n".join(caught.value._render_traceback_())


# -- what is here -------------------------------------------------------------------------------------


def test_what_is_here_is_not_lacking():
    assert (
        lacking(["numpy", "packaging>=2", "rich[jupyter]>=1", 'nothing-at-all; python_version < "3"']) == []
    )


@pytest.mark.parametrize(
    "text, says, argument",
    [
        (MISSING, "no-such-library-of-ours is missing (needed: >=2.1)", f'"{MISSING}"'),
        ("nothing-at-all", "nothing-at-all is missing (needed: any)", '"nothing-at-all"'),
        (OLD, f"numpy {metadata.version('numpy')} (needed: >=999)", '"numpy>=999"'),
        ("nothing[b,a]>=1,<3", "nothing is missing", '"nothing[a,b]<3,>=1"'),
        ('nothing>=1; python_version > "3"', "nothing is missing", '"nothing>=1"'),
    ],
)
def test_what_is_missing_or_too_old_is_named_with_what_adds_it(text, says, argument):
    (lack,) = lacking([text])
    assert says in str(lack)
    assert lack.argument == argument


def test_an_extra_whose_libraries_are_not_here_is_lacking(monkeypatch):
    asked = {"rich": ['markdown-it-py; extra == "x"', 'nothing-at-all>=1; extra == "x"', "pygments"]}
    real = metadata.requires
    monkeypatch.setattr(metadata, "requires", lambda name: asked.get(name) or real(name))
    assert lacking(["rich"]) == lacking(["rich[y]"]) == []
    assert [one.argument for one in lacking(["rich[x]"])] == ['"rich[x]"']


@pytest.mark.parametrize("shell", list(filter(shutil.which, ["bash", "zsh", "sh"])))
def test_the_command_is_read_by_a_shell_as_it_is_meant(shell):
    wanted = ["a[b,c]>=1,!=2,<3", "d~=1.4"]
    line = libraries.install(f'"{one}"' for one in wanted)
    line = line.replace("-m pip install", '-c "import sys; print(sys.argv[1:])"')
    told = subprocess.run([shell, "-c", line], capture_output=True, text=True, check=True).stdout
    assert told.strip() == str(wanted)


def test_a_python_whose_path_has_a_space_is_quoted(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/home/a b/python")
    assert libraries.install(["x"]) == "'/home/a b/python' -m pip install x"
    monkeypatch.setattr(libraries.os, "name", "nt")
    assert libraries.install(["x"]) == '& "/home/a b/python" -m pip install x'


def test_all_that_lessons_lack_is_one_command_with_what_is_missing_alone():
    with pytest.raises(CourseError) as caught:
        require({"one": [MISSING, "numpy"], "two": [], "three": [OLD, MISSING]})
    assert caught.value.what == (
        "one needs libraries that are not here: no-such-library-of-ours is missing (needed: >=2.1); three "
        f"needs libraries that are not here: numpy {metadata.version('numpy')} (needed: >=999), "
        "no-such-library-of-ours is missing (needed: >=2.1)"
    )
    assert caught.value.do.splitlines()[1:] == [f'    {ADDS} "{OLD}"']


# -- where it is asked --------------------------------------------------------------------------------


def test_a_lesson_with_everything_here_is_told_nothing(course, capsys):  # noqa: F811
    need(course, "numpy>=2", "rich")
    needs("sums")
    needs("more")
    assert capsys.readouterr() == ("", "")


def test_a_learner_reads_the_command_and_no_traceback(course):  # noqa: F811
    need(course, MISSING, "numpy")
    with pytest.raises(Plain) as caught:
        needs("sums")
    assert said(caught).splitlines() == [
        "sums needs libraries that are not here: no-such-library-of-ours is missing (needed: >=2.1)",
        "  → In a terminal, run",
        f"    {ADDS}",
        "    then restart the kernel (Kernel → Restart Kernel) and run this cell again.",
    ]


def test_a_lesson_that_there_is_not_is_named(course):  # noqa: F811
    with pytest.raises(Plain) as caught:
        needs("summs")
    assert "no lesson 'summs'" in said(caught) and "There are: sums, more." in said(caught)


def test_ready_names_what_single_lessons_lack(course, capsys):  # noqa: F811
    need(course, MISSING)
    need(course, MISSING, OLD, lesson="more")
    ready()
    out = capsys.readouterr().out
    assert "1 thing to mend" in out and "for sums, more: no-such-library" in out
    assert f'→ {ADDS} "{OLD}"' in out


def test_a_notebook_is_not_run_without_what_its_lesson_needs(course, tmp_path):  # noqa: F811
    need(course, MISSING)
    path = course / "mine.ipynb"
    path.write_text(notebook("open('ran', 'w')", 'check("sums.add", lambda a, b: a + b)'), "utf-8")
    console = Console(record=True, width=100, file=io.StringIO())
    assert check_notebooks([path], console) == 2
    assert ADDS in console.export_text()
    assert not (course / "ran").exists()


def test_the_doctor_lists_lessons_that_cannot_be_graded_here(course, monkeypatch):  # noqa: F811
    need(course, MISSING, "numpy")
    monkeypatch.setattr(doctor, "examine", lambda: [Proof("containment", "held")])
    text = io.StringIO()
    console = Console(file=text, width=300)
    assert doctor.doctor(as_json=False, console=console, lessons=load_course(course)) == 0
    assert "○ libraries of sums: missing (no-such-library-of-ours is missing" in text.getvalue()
    assert f"→ {ADDS}" in text.getvalue() and "libraries of more" not in text.getvalue()


@pytest.fixture
def two(released, course, monkeypatch, tmp_path):  # noqa: F811
    """A course directory whose one assignment is called as the lesson `sums` of the course beside it."""
    text = (course / "course.toml").read_text("utf-8").replace('id = "sums"', 'id = "ps1"')
    (course / "course.toml").write_text(text, "utf-8")
    monkeypatch.setattr(Processes, "grade", lambda *anything: pytest.fail("it was graded"))
    return open_course(shutil.copytree(released, tmp_path / "spring")), course


def test_nothing_of_an_assignment_is_graded_without_what_its_lesson_needs(two, capsys):
    directory, root = two
    need(root, MISSING, lesson="ps1")
    before = sorted(directory.root.rglob("result.json"))
    with pytest.raises(SystemExit) as ended:
        main(["grade", "--course", str(directory.root), "--trust-submissions"])
    assert ended.value.code == 2
    assert ADDS in capsys.readouterr().err
    assert sorted(directory.root.rglob("result.json")) == before


def test_what_another_lesson_needs_stops_no_assignment(two):
    directory, root = two
    need(root, MISSING, lesson="more")
    todo = cohort.plan(directory, [])
    assert todo.jobs and cohort.grade_cohort(directory, todo, Here(), lessons=load_course(root))
