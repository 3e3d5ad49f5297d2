"""What a learner reads when their own code raises: one line, and their own line, wherever it broke."""

import linecache

import pytest

from autograder.errors import LONGEST_MESSAGE, LearnerError
from autograder.learner import check
from autograder.learner.practice import NotPassed

pytestmark = pytest.mark.usefixtures("course")


@pytest.fixture
def told(monkeypatch, capsys):
    """Check a function `total` that was written in a cell; the line that sums it up."""

    def told(*cells):
        names = {}
        for number, source in enumerate(cells):
            name = f"<ipython-input-{number}-0>"
            lines = source.splitlines(keepends=True)
            monkeypatch.setitem(linecache.cache, name, (len(source), None, lines, name))
            exec(compile(source, name, "exec"), names)
        with pytest.raises(NotPassed) as caught:
            check("sums.total", names["total"])
        shown = capsys.readouterr().out
        said = str(caught.value).splitlines()
        assert len(said) == 2 and said[1] in shown
        return said[1]

    return told


def test_the_line_that_raised_is_named_and_quoted(told):
    said = told("def total(x):\n    n = 0\n    return x[len(x)] + n\n")
    assert said == (
        "Your code raised IndexError: list index out of range. "
        "Line 3 of your cell: return x[len(x)] + n"
    )  # fmt: skip


def test_an_error_deep_in_a_library_points_at_the_call(told):
    said = told("import numpy as np\ndef total(x):\n    return np.linalg.inv(np.ones((2, 3)))\n")
    assert said.endswith("must be square. Line 3 of your cell: return np.linalg.inv(np.ones((2, 3)))")


def test_an_error_in_a_function_of_another_cell_points_there(told):
    said = told("def helper(x):\n\n    raise KeyError('k')\n", "def total(x):\n    return helper(x)\n")
    assert said == "Your code raised KeyError: 'k'. Line 3 of your cell: raise KeyError('k')"


def test_endless_recursion_is_one_line(told):
    said = told("def total(x):\n    return total(x)\n")
    assert said == (
        "Your code raised RecursionError: maximum recursion depth exceeded. "
        "Line 2 of your cell: return total(x)"
    )


def test_the_error_that_was_raised_counts_not_the_one_before_it(told):
    said = told(
        "def total(x):\n    try:\n        1 / 0\n    except Exception as e:\n"
        "        raise OSError('no') from e\n"
    )
    assert said == "Your code raised OSError: no. Line 5 of your cell: raise OSError('no') from e"


def test_a_wrong_number_of_parameters_has_no_line_of_its_own(told):
    said = told("def total():\n    return 0\n")
    assert said == "Your code raised TypeError: total() takes 0 positional arguments but 1 was given"


def test_a_message_of_several_lines_is_put_on_one(told):
    said = told("def total(x):\n    raise ValueError('one\\n\\n  two.')\n")
    assert said.startswith("Your code raised ValueError: one two. Line 2 of your cell: raise")


def test_an_endless_message_is_cut(told):
    said = told("def total(x):\n    raise ValueError('x' * 10_000)\n")
    assert len(said) < LONGEST_MESSAGE + 100 and "x…. Line 2 of your cell" in said


def test_an_error_without_a_cell_is_told_without_a_line():
    assert LearnerError("KeyError", "'a'").report() == "Your code raised KeyError: 'a'"
    assert LearnerError("KeyError", "").report() == "Your code raised KeyError"


def test_a_message_that_may_quote_the_check_can_be_left_out():
    error = LearnerError("ValueError", "secret 7", line=2, code="    raise ValueError(x)")
    assert error.report(quoting=False) == (
        "Your code raised ValueError. Line 2 of your cell: raise ValueError(x)"
    )
