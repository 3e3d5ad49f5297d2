"""What we take of other libraries beyond their documented surface: one test for each, to fail first.

When a new version breaks one of these, its name says what moved; the tests of our own modules then say what
it does to us. `.ci/newest` runs them on the newest versions that there are.
"""

import inspect

import pytest


def takes(function, *names):
    """Whether `function` may be called with these arguments by name."""
    parameters = inspect.signature(function).parameters
    anything = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    return anything or set(names) <= set(parameters)


def test_ipython_lets_a_shell_capture_what_a_cell_shows():
    """`boundary/cells.py` stands in for a kernel by these methods; `agent.py` reads the frames."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.inputtransformer2 import TransformerManager
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

    shell = InteractiveShell
    assert takes(DisplayPublisher.publish, "data", "metadata", "transient", "update")
    assert takes(DisplayPublisher.clear_output, "wait")
    assert takes(DisplayHook.write_format_data, "format_dict", "md_dict")
    assert callable(DisplayHook.write_output_prompt) and callable(DisplayHook.finish_displayhook)
    assert isinstance(DisplayHook.prompt_count, property)
    assert {"display_pub_class", "displayhook_class"} <= set(shell.class_trait_names())
    assert takes(shell._showtraceback, "etype", "evalue", "stb") and takes(shell.run_cell, "store_history")
    assert takes(shell._get_exc_info, "exc_tuple") and takes(shell.var_expand, "depth")
    assert callable(shell.enable_gui) and callable(shell.system) and callable(shell.clear_instance)
    assert hasattr(shell, "_instance")
    result = ExecutionResult(None)
    assert result.error_before_exec is None and result.error_in_exec is None
    assert TransformerManager().transform_cell("!ls\n") == "get_ipython().system('ls')\n"
    assert shell().compile.cache("1", 0).startswith("<ipython-input")


def test_the_inline_backend_lets_a_shell_show_figures():
    from IPython.core.pylabtools import activate_matplotlib, select_figure_formats
    from matplotlib_inline.backend_inline import configure_inline_support
    from matplotlib_inline.config import InlineBackend

    assert takes(configure_inline_support, "shell", "backend") and takes(activate_matplotlib, "backend")
    assert takes(select_figure_formats, "shell", "formats")
    assert {"figure_formats", "print_figure_kwargs"} <= set(InlineBackend.class_trait_names())


def test_pandas_keeps_its_columns_as_we_take_them_apart():
    """`boundary/frames.py` reads and makes values below pandas' own constructors."""
    import numpy as np
    import pandas as pd

    months = pd.PeriodIndex(["2026-01", "2026-02"], freq="M")
    assert months.asi8.tolist() == [672, 673] and months.dtype.name == "period[M]"
    assert pd.PeriodIndex.from_ordinals([672, 673], freq="M").equals(months)
    kinds = pd.Series(["b", "a"], dtype="category")
    assert kinds.cat.codes.tolist() == [1, 0]
    again = pd.Categorical.from_codes(kinds.cat.codes, dtype=kinds.dtype)
    assert list(again) == ["b", "a"] and pd.CategoricalIndex(kinds).codes.tolist() == [1, 0]
    spans = pd.IntervalIndex.from_arrays([0, 1], [1, 2], closed="left")
    assert (spans.closed, spans.left.tolist(), spans.right.tolist()) == ("left", [0, 1], [1, 2])
    stamps = pd.DatetimeIndex(np.array([0], "datetime64[ns]")).tz_localize("UTC")
    assert isinstance(stamps.dtype, pd.DatetimeTZDtype) and stamps.dtype.unit == "ns"
    assert type(pd.DataFrame({"a": [1]}).index) is pd.RangeIndex
    assert all(type(one).__module__.partition(".")[0] == "pandas" for one in (months, spans, stamps))


#: table → the columns that `grading/scores.py` reads by SQL
COLUMNS = {
    "student": ["id", "first_name", "last_name", "email", "lms_user_id"],
    "assignment": ["id", "name", "duedate"],
    "notebook": ["id", "name", "assignment_id"],
    "base_cell": ["id", "name", "type", "notebook_id"],
    "grade_cells": ["id", "max_score"],
    "task_cells": ["id", "max_score"],
    "submitted_assignment": ["id", "assignment_id", "student_id", "timestamp", "extension"],
    "submitted_notebook": ["id", "notebook_id", "assignment_id", "late_submission_penalty"],
    "grade": [
        "cell_id", "notebook_id", "auto_score", "manual_score", "extra_credit", "needs_manual_grade"
    ],
    "comment": ["cell_id", "notebook_id", "auto_comment", "manual_comment"],
}  # fmt: skip
STEPS = [
    "LockCells", "ClearSolutions", "ClearOutput", "ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums",
    "CheckCellMetadata",
]  # fmt: skip


@pytest.mark.parametrize("table", COLUMNS)
def test_nbgraders_gradebook_has_the_columns_that_we_read_and_write(table):
    from nbgrader.api import Base

    assert set(COLUMNS[table]) <= set(Base.metadata.tables[table].columns.keys())


def test_nbgrader_has_the_steps_and_the_models_that_we_call():
    from pathlib import Path

    import nbgrader.dbutil
    from nbgrader import api, preprocessors
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import parse_utc

    assert all(takes(getattr(preprocessors, step).preprocess, "nb", "resources") for step in STEPS)
    assert callable(preprocessors.AssignLatePenalties.init_plugin)
    assert (Path(nbgrader.dbutil.ALEMBIC_DIR) / "versions").is_dir()
    assert callable(NbGraderAPI.generate_assignment)
    assert {"root", "course_id", "db_url"} <= set(CourseDirectory.class_trait_names())
    for step in ("source", "release", "submitted", "autograded", "feedback"):
        assert f"{step}_directory" in CourseDirectory.class_trait_names()
    assert parse_utc("2026-11-22 12:00:00 UTC").isoformat() == "2026-11-22T12:00:00"
    for name in ("find_assignment", "find_notebook", "update_or_create_student", "close"):
        assert callable(getattr(api.Gradebook, name))
    assert issubclass(api.MissingEntry, ValueError) and issubclass(api.InvalidEntry, ValueError)
