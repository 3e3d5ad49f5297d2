"""The rule that runs a lesson's text: each fault is one line, at the line where a person would see it."""

import shutil
from pathlib import Path

import pytest
from example_course import write_example

from autograder.build import build
from autograder.catalog import load_course
from autograder.lint import check_course

PROJECT = Path(__file__).parents[2]
FOLDER = "m0_example/detector"
TEXT, DIAL = f"{FOLDER}/lesson.py", f"{FOLDER}/dial.py"
LAST = "# %%\nprogress()"
SHOWN = f"# %%\nfrom course.m0_example.detector.dial import dial, twin\n\ndial()\n\n# %%\ntwin()\n\n{LAST}"
PICTURE = '''"""A dial."""

from course.explore.panel import Panel, Slider
from course.explore.twin import Twin


def dial():
    return Panel(_draw, size=Slider("Size", 2, 0, 4))


def twin():
    return Twin("As it is.", [_draw(2)[0]], [])


def _draw(size):
    return f"<p>{size}</p>", f"Size {size}."
'''


@pytest.fixture
def root(tmp_path):
    """The example of docs/author.md with a picture of its own."""
    root = write_example(tmp_path)
    shutil.copytree(
        PROJECT / "course/explore", root / "explore", ignore=shutil.ignore_patterns("__pycache__")
    )
    edit(root, "course.toml", "minutes = 15", 'minutes = 15\nvisible = ["dial.py"]')
    edit(root, "course.toml", "[[modules]]", 'visible = ["explore"]\n\n[[modules]]')
    (root / DIAL).write_text(PICTURE, "utf-8")
    edit(root, TEXT, LAST, SHOWN)
    return root


def edit(root, name, old, new):
    text = (root / name).read_text("utf-8")
    assert old in text, f"{old!r} is not in {name}"
    (root / name).write_text(text.replace(old, new, 1), "utf-8")


def found_in(root):
    build(course := load_course(root))
    return check_course(course)


def cell(source):
    return f"# %%\n{source}\n\n{LAST}"


def test_a_lesson_that_runs_is_no_problem(root):
    assert found_in(root) == []


@pytest.mark.parametrize(
    "source",
    [
        "display(dial(), twin())",
        "class Note:\n    pass\n\nimport pickle\npickle.dumps(Note())",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()",
    ],
    ids=["display", "a class that pickle finds", "a thread that goes on"],
)
def test_what_works_in_a_kernel_works(root, source):
    edit(root, TEXT, LAST, cell(source))
    assert found_in(root) == []


def test_annotations_are_evaluated_as_in_a_kernel(root):
    edit(root, TEXT, LAST, cell("def f(x: 1):\n    return x\n\n\nassert f.__annotations__ == {'x': 1}"))
    assert found_in(root) == []


FAULTS = [
    pytest.param(TEXT, LAST, cell("1 / 0"), TEXT, "1 / 0", "ZeroDivisionError: division by zero", id="cell"),
    pytest.param(
        TEXT,
        "import numpy as np",
        "import numpy as np\nimport nothing_such",
        TEXT,
        "import nothing_such",
        "No module named 'nothing_such'",
        id="module",
    ),
    pytest.param(
        TEXT, "import check, hint", "import chek, check, hint", TEXT, "import chek", "'chek'", id="verb"
    ),
    pytest.param(
        TEXT,
        "dial import dial, twin",
        "dial import dail, dial, twin",
        TEXT,
        "import dail",
        "'dail'",
        id="name of a picture",
    ),
    pytest.param(TEXT, LAST, cell("raise SystemExit(3)"), TEXT, "raise Sys", "SystemExit: 3", id="exit"),
    pytest.param(
        TEXT, LAST, cell('import socket\nsocket.create_connection(("127.0.0.1", 9))'),
        TEXT, "socket.create_connection", "works offline", id="network",
    ),
    pytest.param(DIAL, 'f"<p>{size}</p>"', "1 / 0", DIAL, "1 / 0", "ZeroDivisionError", id="drawing"),
    pytest.param(
        DIAL, 'f"<p>{size}</p>"', 'f"<p>{1 / (4 - size)}</p>"', DIAL, "1 / (4 - size)",
        "ZeroDivisionError: division by zero, with Size at 4", id="drawing at an end",
    ),
    pytest.param(DIAL, '"As it is."', '"As it is." + 1', DIAL, '" + 1', "TypeError", id="twin"),
    pytest.param(DIAL, "[_draw(2)[0]], []", "5, []", TEXT, "twin()", "TypeError", id="twin when it is shown"),
    pytest.param(DIAL, "def twin():", "def twin()", DIAL, "def twin()", "SyntaxError", id="syntax"),
    pytest.param(
        DIAL, "Panel, Slider", "Panel, Slyder", DIAL, "Panel, Slyder", "Slyder", id="import of a picture"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "place", "at", "says"), FAULTS)
def test_one_fault_is_one_line_at_its_place(root, name, old, new, place, at, says):
    edit(root, name, old, new)
    (found,) = found_in(root)
    assert (found.rule, says in found.text) == ("runs", True), found
    assert found.path.as_posix() == f"course/{place}"
    assert at in (root / place).read_text("utf-8").splitlines()[found.line - 1]


def test_a_crash_at_an_end_that_the_twin_shows_too_is_one_line(root):
    edit(root, DIAL, 'f"<p>{size}</p>"', 'f"<p>{1 / (4 - size)}</p>"')
    edit(root, DIAL, "[_draw(2)[0]]", "[_draw(4)[0]]")
    edit(root, TEXT, SHOWN, LAST)
    (found,) = found_in(root)
    assert "with Size at 4" in found.text


def test_a_picture_is_shown_also_when_the_text_does_not(root):
    edit(root, TEXT, SHOWN, LAST)
    edit(root, DIAL, '"As it is."', '"As it is." + 1')
    (found,) = found_in(root)
    assert (found.path.as_posix(), found.rule) == (f"course/{DIAL}", "runs")


def test_what_follows_from_a_cell_that_raised_is_not_told_again(root):
    edit(root, TEXT, LAST, cell("LIMIT = 1 / 0") + "\n\n# %%\nLIMIT + 1\nMORE = LIMIT\n\n# %%\nprint(MORE)")
    (found,) = found_in(root)
    assert "ZeroDivisionError" in found.text


def test_two_faults_are_two_lines(root):
    edit(root, TEXT, LAST, cell("1 / 0") + "\n\n# %%\nprint(nowhere)")
    assert [found.text for found in found_in(root)] == [
        "ZeroDivisionError: division by zero", "NameError: name 'nowhere' is not defined",
    ]  # fmt: skip


def test_a_cell_that_uses_an_unwritten_function_wants_its_tag(root):
    use = "# %%{tag}\nrate = false_alarm_rate([False], [True])\n\n# %%{tag}\nprint(rate)\n\n" + LAST
    edit(root, TEXT, LAST, use.format(tag=""))
    (found,) = found_in(root)
    assert found.path.as_posix() == f"course/{TEXT}" and "NotImplementedError" in found.text
    lines = (root / TEXT).read_text("utf-8").splitlines()
    assert lines[found.line - 1 : found.line + 1] == ["# %%", "rate = false_alarm_rate([False], [True])"]
    edit(root, TEXT, use.format(tag=""), use.format(tag=' tags=["raises-exception"]'))
    assert found_in(root) == []


def test_a_tag_does_not_hide_what_the_solved_text_raises(root):
    edit(root, TEXT, LAST, f'# %% tags=["raises-exception"]\n1 / 0\n\n{LAST}')
    (found,) = found_in(root)
    assert "ZeroDivisionError" in found.text


@pytest.mark.parametrize(
    ("source", "says"),
    [("while True: pass", "the run of the text ended here"), ("import os\nos._exit(3)", "exit code 3")],
    ids=["endless", "exit"],
)
def test_a_text_that_does_not_end_is_stopped_and_the_cell_is_named(root, source, says):
    edit(root, "course.toml", "minutes = 15", "minutes = 15\nlimits = { cpu_seconds = 1 }")
    edit(root, TEXT, "# %%\nimport numpy as np", f"# %%\n{source}\n\n# %%\nimport numpy as np")
    (found,) = found_in(root)
    assert says in found.text
    assert (root / TEXT).read_text("utf-8").splitlines()[found.line] == source.splitlines()[0]


def test_the_run_is_skipped_when_the_lesson_cannot_be_built(root):
    edit(root, TEXT, "import numpy as np", "import numpy as")
    (found,) = check_course(load_course(root))
    assert found.rule == "build"
