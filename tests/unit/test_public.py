"""The public face: what scripts may rely on, told in docs/python.md and imported when it is asked for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbcourse import hand_in, make_course
from notebooks import solution, test

import autograder

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs/python.md").read_text("utf-8")
CELLS = [solution("def square(x): ...", "square"), test("assert square(3) == 9", "t", 2)]


def test_all_is_what_the_page_tells():
    told = re.findall(r"^\| `(\w+)", DOC, re.MULTILINE)
    assert sorted(told) == autograder.__all__ == sorted(autograder.__all__)
    assert set(autograder.__all__) <= set(dir(autograder))


@pytest.mark.parametrize("name", autograder.__all__)
def test_each_name_is_there_and_documented(name):
    assert getattr(autograder, name).__doc__


def test_another_name_is_none_of_its():
    with pytest.raises(AttributeError, match="no attribute 'grades'"):
        autograder.grades  # noqa: B018


def test_importing_the_package_imports_no_room_of_it():
    code = "import sys, autograder; print(*(name for name in sys.modules if name.startswith('autograder.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_example_grades_a_course(tmp_path, monkeypatch, capsys):
    course = make_course(tmp_path / "spring", cells=CELLS)
    hand_in(course, "ada", {"square": "def square(x): return x * x"})
    hand_in(course, "bob", {"square": "def square(x): return x"})
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", DOC, re.DOTALL)
    exec(compile(example, "docs/python.md", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out.splitlines() == [
        "ada ps1 passed 2 of 2",
        "bob ps1 failed 0 of 2",
        "   This did not hold: assert square(3) == 9",
    ]


def test_the_package_says_that_it_is_typed():
    assert (Path(autograder.__file__).parent / "py.typed").is_file()
