"""The learner's side in a real kernel, and `aisec check` from the terminal."""

import io
import re

import nbformat
import pytest
from learner_course import SUMS_CELLS, notebook, write_course
from nbclient import NotebookClient
from rich.console import Console

from autograder.learner.terminal import check_notebook, check_notebooks
from autograder.verdict import Outcome

IMPORTS, *_ = SUMS_CELLS


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The outputs of a notebook's code cells, by the cell's first word."""
    folder = tmp_path_factory.mktemp("kernel")
    root = write_course(folder / "published")
    sources = {
        "import": IMPORTS,
        "predict": 'predict("sums.dial")',
        "failed": 'check("sums.add", lambda a, b: a - b)',
        "passed": 'check("sums.total", lambda x: __import__("sys").stderr.write("hot") and sum(x))',
        "unknown": 'check("sums.nope", sum)',
        "progress": "progress()",
    }
    document = nbformat.reads(notebook(*sources.values()), as_version=4)
    desk = folder / "desk"
    desk.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISEC_COURSE", str(root))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        resources = {"metadata": {"path": str(desk)}}
        NotebookClient(document, timeout=60, allow_errors=True, resources=resources).execute()
    return dict(zip(sources, (cell.outputs for cell in document.cells), strict=True))


def test_a_panel_is_html_with_a_plain_text_form_and_no_script(ran):
    for name in ("failed", "passed", "progress"):
        (panel,) = [output for output in ran[name] if output.output_type == "display_data"]
        html = panel.data["text/html"]
        assert 'role="status"' in html and "<script" not in html and "http" not in html
        assert panel.data["text/plain"].strip()


def test_a_failed_check_is_an_error_of_two_lines_without_a_traceback(ran):
    error = ran["failed"][-1]
    assert (error.output_type, error.ename) == ("error", "NotPassed")
    assert error.traceback == [
        "✗ sums.add: failed, 0 of 5 points",
        "The sum is not right. You subtracted.",
    ]


def test_a_wrong_id_is_an_error_in_words(ran):
    (error,) = ran["unknown"]
    assert error.traceback[0] == "no exercise 'sums.nope'"


def test_stock_nbgrader_grades_the_cells_as_the_check_did(ran):
    from nbgrader.utils import determine_grade

    def cell(outputs):
        metadata = {
            "nbgrader": {"grade": True, "solution": False, "grade_id": "a", "points": 5, "locked": True}
        }
        return nbformat.v4.new_code_cell(metadata=metadata, outputs=outputs)

    assert determine_grade(cell(ran["passed"])) == (5, 5)
    assert determine_grade(cell(ran["failed"])) == (0, 5)


def test_a_prediction_is_a_form_with_a_static_twin(ran):
    (output,) = ran["predict"]
    assert "application/vnd.jupyter.widget-view+json" in output.data
    assert "<ol><li>One</li>" in output.data["text/html"]
    assert "Answer with predict" in output.data["text/plain"]


@pytest.fixture
def published(tmp_path, monkeypatch):
    monkeypatch.setenv("AISEC_COURSE", str(write_course(tmp_path / "published")))
    return tmp_path


def test_a_notebook_checked_from_the_terminal_gives_each_exercise_its_row(published):
    path = published / "mine.ipynb"
    sources = [
        IMPORTS,
        "def add(a, b):\n    return a + b",
        'check("sums.add", add)',
        "def total(numbers)\n    return 0",
        'check("sums.total", total)',
        "predict('sums.dial', choice=1)",
        'check("sums.twice", lambda a: a)',
    ]
    path.write_text(notebook(*sources), "utf-8")
    before = path.read_bytes()
    rows = {row.exercise: row for row in check_notebook(path).rows}
    assert {name: row.outcome for name, row in rows.items()} == {
        "sums.add": Outcome.PASSED,
        "sums.total": Outcome.ERROR,
        "sums.counter": Outcome.NOT_ATTEMPTED,
        "sums.twice": Outcome.FAILED,
    }
    assert rows["sums.total"].message.startswith("SyntaxError")
    assert "no check cell" in rows["sums.counter"].message
    assert path.read_bytes() == before
    assert not list(published.rglob("progress.json")), "a rehearsal records nothing"


def test_the_error_is_that_of_the_cell_that_should_have_made_the_function(published):
    path = published / "mine.ipynb"
    sources = [IMPORTS, "def add(a, b)\n    return a + b", "x = 1 / 0", 'check("sums.add", add)']
    path.write_text(notebook(*sources), "utf-8")
    row = next(row for row in check_notebook(path).rows if row.exercise == "sums.add")
    assert (row.outcome, row.message[:12]) == (Outcome.ERROR, "SyntaxError:")


@pytest.mark.parametrize("step, code, says", [(1, 0, "✓ passed"), (2, 1, "✗ failed")])
def test_the_exit_code_and_table_say_whether_all_passed(published, step, code, says):
    (published / "mine.ipynb").write_text(
        notebook(IMPORTS, f"def more(a):\n    return a + {step}", 'check("more.more", more)'), "utf-8"
    )
    console = Console(record=True, width=100, file=io.StringIO())
    assert check_notebooks([published / "mine.ipynb"], console) == code
    assert says in console.export_text()


@pytest.mark.parametrize("width", [80, 140])
def test_the_lines_are_as_wide_as_the_terminal_and_nothing_is_cut(published, width):
    (published / "mine.ipynb").write_text(
        notebook(IMPORTS, "def more(a):\n    return 'x' * 300", 'check("more.more", more)'), "utf-8"
    )
    console = Console(record=True, width=width, file=io.StringIO())
    row = check_notebook(published / "mine.ipynb").rows[0]
    check_notebooks([published / "mine.ipynb"], console)
    said = console.export_text()
    assert max(map(len, said.splitlines())) <= width
    assert "".join(row.message.split()) in "".join(said.split()), "not a letter is lost"
    assert "again" not in said


def test_what_grading_would_stop_and_what_a_lesson_does_not_need_is_said(published, monkeypatch):
    manifest = published / "published" / "course.toml"
    text = manifest.read_text("utf-8").replace('id = "more"', 'id = "more"\nlimits = {cell_seconds = 0.2}')
    manifest.write_text(text, "utf-8")
    slow = "import time\ntime.sleep(1.2)"
    install = "if False:\n    %pip install nothing-at-all"
    sources = [IMPORTS, "def more(a):\n    return a + 1", slow, install, 'check("more.more", more)']
    path = published / "mine.txt"
    path.write_text(notebook(*sources), "utf-8")
    remarks = check_notebook(path).remarks
    assert any(
        re.match(r"Code cell 3 took \d+ s: grading stops a cell after 0\.2 s\.", one) for one in remarks
    )
    assert any(one.startswith("Code cell 4 installs packages: the lesson needs none") for one in remarks)
    assert remarks[-1] == "Its name should end in .ipynb when you hand it in."
    path.with_suffix(".ipynb").write_text(notebook(*sources[:2], sources[-1]), "utf-8")
    # a machine under load may take 0.2 seconds to import
    assert all("Code cell 1 " in one for one in check_notebook(path.with_suffix(".ipynb")).remarks)


MERGED = notebook("1 + 1").replace('"cells"', '\n<<<<<<< HEAD\n"cells"', 1)


@pytest.mark.parametrize(
    ("name", "data", "what", "do"),
    [
        ("a.ipynb", None, "No such file", "Is the name right?"),
        ("a.ipynb", b"no", "not a Jupyter notebook: its JSON is broken (line 1", "aisec learn"),
        ("a.ipynb", b"", "the file is empty", "aisec learn"),
        ("a.ipynb", b"[1, 2]", "not a Jupyter notebook", ".ipynb"),
        ("a.ipynb", MERGED.encode(), "has the mark of a merge that was not finished", "git checkout --ours"),
        ("a.ipynb", b"\n<!DOCTYPE html><html>", "this is a web page", "Download raw file"),
        ("a.ipynb", notebook("1").encode("utf-16"), "it is saved as UTF-16", "UTF-8"),
        ("a.ipynb", notebook("1").encode("utf-16-le"), "it is saved as UTF-16", "UTF-8"),
        ("a.ipynb", b'{"cells": "\xe9"}', "it is not UTF-8 text", "Save it as UTF-8"),
        ("a.zip", b"PK\3\4...", "this is a zip archive", "Unpack it"),
        ("a.pdf", b"%PDF-1.7", "this is a PDF", ".ipynb"),
        ("a.py", b"x = 1", "this is a Python file", ".ipynb"),
        ("a.md", b"# Hello", "not a Jupyter notebook", ".ipynb"),
        ("a.ipynb", notebook("1 + 1").encode(), "no check cell", "Is it a lesson's?"),
    ],
)
def test_a_file_that_cannot_be_checked_is_named_and_says_what_to_do(published, capsys, name, data, what, do):
    path = published / name
    if data is not None:
        path.write_bytes(data)
    assert check_notebooks([path], Console(width=200)) == 2
    said = capsys.readouterr().out
    assert said.startswith(f"{path}: ") and what in said and do in said.partition("→")[2]


def test_a_folder_is_answered_with_the_notebook_in_it(published, capsys):
    (published / "mine.ipynb").write_text(notebook("1"), "utf-8")
    assert check_notebooks([published], Console(width=200)) == 2
    assert f"Name the notebook in it: {published / 'mine.ipynb'}" in capsys.readouterr().out
