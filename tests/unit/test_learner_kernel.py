"""The learner's side in a real kernel, and `aisec check` from the terminal."""

import io

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
    rows = {row.exercise: row for row in check_notebook(path)}
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
    row = next(row for row in check_notebook(path) if row.exercise == "sums.add")
    assert (row.outcome, row.message[:12]) == (Outcome.ERROR, "SyntaxError:")


@pytest.mark.parametrize("step, code, says", [(1, 0, "✓ passed"), (2, 1, "✗ failed")])
def test_the_exit_code_and_table_say_whether_all_passed(published, step, code, says):
    (published / "mine.ipynb").write_text(
        notebook(IMPORTS, f"def more(a):\n    return a + {step}", 'check("more.more", more)'), "utf-8"
    )
    console = Console(record=True, width=100, file=io.StringIO())
    assert check_notebooks([published / "mine.ipynb"], console) == code
    assert says in console.export_text()


@pytest.mark.parametrize(
    "text, says",
    [(None, "No such file"), ("no", "not a Jupyter notebook"), (notebook("1 + 1"), "no check cell")],
)
def test_a_file_that_cannot_be_checked_is_named(published, capsys, text, says):
    path = published / "mine.ipynb"
    if text is not None:
        path.write_text(text, "utf-8")
    assert check_notebooks([path], Console()) == 2
    assert says in capsys.readouterr().out
