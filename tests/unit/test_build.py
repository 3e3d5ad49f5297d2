import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from example_course import example_course, write_example
from nbgrader.nbgraderformat import MetadataValidator

from autograder.build import (
    build,
    cell_names,
    learner_notebook,
    notebook_text,
    pair_cells,
    read_cells,
    solution_sources,
    source_notebook,
)
from autograder.catalog import load_course
from autograder.errors import CourseError

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
REGION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?### END SOLUTION", re.MULTILINE | re.DOTALL)


@pytest.fixture
def course(tmp_path):
    return example_course(tmp_path)


@pytest.fixture
def lesson(course):
    return course.lesson("detector")


def cells_by_id(notebook):
    return {cell.id: cell for cell in notebook.cells}


def stubbed(source):
    """What a learner should read in place of `source`, worked out without nbgrader."""
    return REGION.sub(lambda m: "\n".join(m[1] + line for line in STUB.split("\n")), source)


def rewrite(lesson, *changes):
    text = lesson.text.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    lesson.text.write_text(text, "utf-8")


def names_of(text):
    return cell_names(read_cells(text), {})


# -- the two notebooks -----------------------------------------------------------------------------


def test_both_notebooks_are_valid_and_hold_no_outputs(lesson):
    for notebook in (source_notebook(lesson), learner_notebook(lesson)):
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        assert notebook.metadata.kernelspec.name == "python3"
        for cell in notebook.cells:
            assert cell.cell_type == "markdown" or (cell.outputs == [] and cell.execution_count is None)


def test_the_learner_loses_the_solution_regions_and_nothing_else(lesson):
    source, learner = source_notebook(lesson), learner_notebook(lesson)
    assert [cell.source for cell in learner.cells] == [stubbed(cell.source) for cell in source.cells]
    assert [cell.id for cell in learner.cells] == [cell.id for cell in source.cells]
    assert "SOLUTION" in nbformat.writes(source)
    assert "SOLUTION" not in nbformat.writes(learner)


def test_two_regions_in_one_cell_are_both_removed_and_what_is_between_them_stays(lesson):
    rewrite(
        lesson,
        (
            "    ### END SOLUTION\n",
            "    ### END SOLUTION\n\n\ndef second():\n    kept = 1\n    ### BEGIN SOLUTION\n    return kept\n"
            "    ### END SOLUTION\n",
        ),
    )
    source = cells_by_id(learner_notebook(lesson))["false_alarm_rate-answer"].source
    assert source.count("raise NotImplementedError()") == 2
    assert "kept = 1" in source
    assert "return" not in source


def test_graded_cells_carry_nbgraders_metadata(lesson):
    cells = cells_by_id(learner_notebook(lesson))
    answer, check = cells["false_alarm_rate-answer"], cells["false_alarm_rate"]
    assert check.source == 'check("detector.false_alarm_rate", false_alarm_rate)'
    assert check.metadata.nbgrader.items() >= {
        "schema_version": 3, "grade": True, "solution": False, "locked": True, "task": False,
        "points": 5, "grade_id": "false_alarm_rate",
    }.items()  # fmt: skip
    assert answer.metadata.nbgrader.items() >= {
        "schema_version": 3, "grade": False, "solution": True, "locked": False, "task": False,
        "grade_id": "false_alarm_rate-answer",
    }.items()  # fmt: skip
    assert check.metadata.editable is False
    assert check.metadata.deletable is answer.metadata.deletable is False
    assert len(check.metadata.nbgrader.checksum) == len(answer.metadata.nbgrader.checksum) == 32


def test_only_check_cells_are_tagged_and_only_graded_cells_are_nbgraders(lesson):
    notebook = learner_notebook(lesson)
    assert [cell.id for cell in notebook.cells if "tags" in cell.metadata] == ["false_alarm_rate"]
    assert cells_by_id(notebook)["false_alarm_rate"].metadata.tags == ["raises-exception"]
    graded = [cell.id for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert graded == ["false_alarm_rate-answer", "false_alarm_rate"]


def test_the_authors_own_tags_are_kept(lesson):
    rewrite(
        lesson,
        ('# %%\ncheck("', '# %% tags=["wide"]\ncheck("'),
        ("# %%\nprogress", '# %% tags=["hide-input"]\nprogress'),
    )
    notebook = learner_notebook(lesson)
    assert cells_by_id(notebook)["false_alarm_rate"].metadata.tags == ["raises-exception", "wide"]
    assert notebook.cells[-1].metadata == {"tags": ["hide-input"]}


@pytest.mark.slow
def test_nbgraders_own_generate_assignment_makes_the_same_notebook(lesson, tmp_path, monkeypatch):
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    # nbgrader starts `alembic` by name, which stands beside this Python
    monkeypatch.setenv("PATH", os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"])))
    source = tmp_path / "school" / "source" / "detector" / "detector.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(source_notebook(lesson), source)
    config = Config()
    config.CourseDirectory.root = str(tmp_path / "school")
    result = NbGraderAPI(config=config).generate_assignment("detector")
    assert result["success"], result["log"]
    release = nbformat.read(tmp_path / "school" / "release" / "detector" / "detector.ipynb", 4)
    assert release == learner_notebook(lesson)


# -- cell ids --------------------------------------------------------------------------------------


def test_cell_ids_are_readable_unique_and_valid(lesson):
    ids = [cell.id for cell in learner_notebook(lesson).cells]
    assert ids == [
        "counting-false-alarms-text-1",
        "counting-false-alarms-code-1",
        "guess-first-text-1",
        "guess-first-code-1",
        "exercise-false-alarm-rate-text-1",
        "false_alarm_rate-answer",
        "false_alarm_rate",
        "exercise-false-alarm-rate-code-1",
        "summary-text-1",
        "use-it-on-monday-code-1",
    ]


def test_an_edit_in_one_section_leaves_the_ids_of_the_others_alone(lesson):
    before = [cell.id for cell in source_notebook(lesson).cells]
    rewrite(
        lesson, ('# %%\npredict("detector.budget")', '# %%\n1\n\n# %%\n2\n\n# %%\npredict("detector.budget")')
    )
    after = [cell.id for cell in source_notebook(lesson).cells]
    assert [name for name in after if not name.startswith("guess-first")] == [
        name for name in before if not name.startswith("guess-first")
    ]
    assert [name for name in after if name.startswith("guess-first-code")] == [
        "guess-first-code-1", "guess-first-code-2", "guess-first-code-3",
    ]  # fmt: skip


def test_ids_stay_unique_and_valid_whatever_the_headings():
    long = "word " * 40
    text = "".join(
        f"# %% [markdown]\n# ## {heading}\n\n# %%\nx = 1\n\n"
        for heading in ("Again", "Again", "Ünïcödé & more", "…", long, long, "`code`")
    )
    names = names_of("# %%\nx = 0\n\n" + text)
    assert len(set(names)) == len(names) == 15
    assert all(re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", name) for name in names)
    assert names[:2] == ["start-code-1", "again-text-1"]
    assert "unicode-more-text-1" in names


def test_a_comment_in_a_code_fence_is_no_heading():
    fence = "# %% [markdown]\n# # Real\n# ```python\n# # not one\n# ```\n"
    assert names_of(fence + "\n# %%\nx = 1\n") == ["real-text-1", "real-code-1"]
    assert names_of(fence + "# ## Next\n\n# %%\nx = 1\n") == ["real-text-1", "next-code-1"]


def test_a_cell_is_named_by_its_first_heading_and_names_the_next_by_its_last():
    assert names_of("# %% [markdown]\n# # One\n# ## Two\n\n# %%\nx = 1\n") == ["one-text-1", "two-code-1"]


# -- the text --------------------------------------------------------------------------------------


def test_solution_sources_gives_each_exercises_cell(lesson):
    sources = solution_sources(lesson.text.read_text("utf-8"))
    assert list(sources) == ["detector.false_alarm_rate"]
    namespace = {}
    exec("import numpy as np\n" + sources["detector.false_alarm_rate"], namespace)
    assert namespace["false_alarm_rate"]([True, False, False], [True, True, False]) == 0.5


def test_comments_stay_comments_and_those_above_the_first_cell_stay_out():
    cells = read_cells("# ruff: noqa\n\n# %%\n# copy the data\n# %matplotlib inline\nx = 1\n")
    assert [cell.source for cell in cells] == ["# copy the data\n# %matplotlib inline\nx = 1"]
    assert cells[0].line == 3


def test_a_check_split_over_lines_is_still_a_check():
    text = '# %%\n### BEGIN SOLUTION\nf = 1\n### END SOLUTION\n\n# %%\ncheck(\n    "a.f",\n    f,\n)\n'
    assert pair_cells(read_cells(text)) == {"a.f": (0, 1)}


ANSWER = "# %%\ndef f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n\n"
CHECK = '# %%\ncheck("a.f", f)\n\n'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("x = 1\n# %%\ny = 1\n", 1, "code before the first cell"),
        ("# only a comment\n", 1, "0 cells"),
        ("# %% [markdown]\n# prose\n\nprogress()\n", 4, "code in a text cell"),
        ("# %%\nx = 1\n\n# %%\ny = (\n", 5, "not Python"),
        ("# %%\n!ls\n", 2, "not Python"),
        ("# %%\nx = 1\n\n" + CHECK, 4, "no solution cell right before it"),
        (CHECK, 1, "no solution cell right before it"),
        (CHECK + ANSWER, 1, "no solution cell right before it"),
        (ANSWER + "# %%\nx = 1\n\n" + CHECK, 1, "no check cell right after it"),
        (ANSWER, 1, "no check cell right after it"),
        (ANSWER + CHECK + ANSWER + CHECK, 16, "checked twice"),
    ],
)  # fmt: skip
def test_a_text_that_breaks_its_form_is_refused_with_the_line(text, line, says):
    with pytest.raises(CourseError) as caught:
        pair_cells(read_cells(text, "a.py"), "a.py")
    assert says in caught.value.what
    assert caught.value.where == f"a.py:{line}"
    assert caught.value.do


def test_the_check_of_an_unknown_exercise_is_refused_and_the_known_ones_are_named(lesson):
    rewrite(lesson, ('check("detector.false_alarm_rate"', 'check("detector.false_alarms"'))
    with pytest.raises(CourseError, match=r"no exercise 'detector.false_alarms'") as caught:
        source_notebook(lesson)
    assert "detector.false_alarm_rate" in caught.value.do
    line = (
        lesson.text.read_text("utf-8").splitlines().index('check("detector.false_alarms", false_alarm_rate)')
    )
    assert caught.value.where == f"{lesson.text}:{line}"


@pytest.mark.parametrize(
    "change",
    [("    ### END SOLUTION\n", ""), ("# **The case.**", "# ### BEGIN SOLUTION\n# **The case.**")],
    ids=["a region without its end", "a region in prose"],
)
def test_a_region_that_nbgrader_cannot_clear_is_refused(lesson, change):
    rewrite(lesson, change)
    with pytest.raises(CourseError, match="nbgrader refuses"):
        learner_notebook(lesson)


def test_a_missing_text_is_refused_by_its_name(lesson):
    lesson.text.unlink()
    with pytest.raises(CourseError) as caught:
        source_notebook(lesson)
    assert caught.value.where == f"{lesson.text}:1"


# -- the files -------------------------------------------------------------------------------------


def test_build_writes_only_what_changed(course, lesson):
    assert build(course) == [lesson.notebook]
    before = lesson.notebook.stat()
    assert build(course) == []
    assert lesson.notebook.stat().st_mtime_ns == before.st_mtime_ns
    rewrite(lesson, ("What does that cost?", "At what price?"))
    assert build(course, [lesson]) == [lesson.notebook]
    assert "At what price?" in lesson.notebook.read_text("utf-8")


def test_build_leaves_lessons_that_were_not_named_alone(course, lesson):
    assert build(course, []) == []
    assert not lesson.notebook.exists()


def test_the_notebooks_form_is_stable(course, lesson):
    build(course)
    data = lesson.notebook.read_bytes()
    assert data.endswith(b"}\n")
    assert b"\r" not in data
    assert data == (notebook_text(lesson)).encode("utf-8")
    assert json.loads(data)["cells"][0]["id"] == "counting-false-alarms-text-1"
    assert "·".encode() in data, "text stays readable in a diff, not escaped"


def test_line_ends_of_the_checkout_do_not_change_the_notebook(tmp_path):
    plain = load_course(write_example(tmp_path / "lf")).lessons[0]
    other = load_course(write_example(tmp_path / "crlf")).lessons[0]
    other.text.write_bytes(other.text.read_bytes().replace(b"\n", b"\r\n"))
    assert notebook_text(other) == notebook_text(plain)


def test_a_build_that_dies_leaves_the_old_notebook_whole(course, lesson, monkeypatch):
    build(course)
    before = lesson.notebook.read_bytes()
    rewrite(lesson, ("What does that cost?", "At what price?"))

    def dies(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        build(course)
    assert lesson.notebook.read_bytes() == before


def test_importing_the_build_imports_nothing_heavy():
    code = (
        "import sys, autograder.build, autograder.lint; "
        "print(sorted({'nbgrader', 'nbformat', 'jupytext', 'numpy', 'IPython'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
