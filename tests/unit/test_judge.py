import textwrap
from dataclasses import replace

import pytest
from notebooks import author, cell, solution, test

from autograder.boundary.local import link_to
from autograder.errors import CourseError, LearnerStopped
from autograder.exercise import exercise
from autograder.grading.judge import Judge
from autograder.verdict import Outcome, Stop, Verdict


class Lesson:
    """An author's cells, and a learner's names to judge them by."""

    def __init__(self, *cells, find_exercise=None, secret="s", student="ada", imports_check=True):
        first = [cell("from autograder.learner import check")] if imports_check else []
        self.author = author([*first, *cells])
        self.names = {"__name__": "__main__"}
        self.link = link_to(self.names)
        find = find_exercise or self.no_exercise
        self.judge = Judge(self.author, find_exercise=find, secret=secret, student=student)

    @staticmethod
    def no_exercise(name):
        raise CourseError(f"no exercise {name!r}")

    def learner(self, source):
        """Run a cell of the learner's."""
        exec(compile(textwrap.dedent(source), "<ipython-input-1-x>", "exec"), self.names)
        return self

    def run(self, grade_id="t") -> Verdict:
        return self.judge.judge(self.author.by_id[grade_id], self.link)


def judged(source, answer, *before, points=1):
    """The verdict of one test on one answer."""
    return Lesson(*before, test(source, "t", points)).learner(answer).run()


SQUARE = "def square(x):\n    return x * x"
WRONG = "def square(x):\n    return x + x"


# -- points -------------------------------------------------------------------------------------------


def test_a_test_that_runs_through_gives_all_points():
    got = judged("assert square(3) == 9\nassert square(-1) == 1", SQUARE, points=3)
    assert (got.outcome, got.points, got.max_points, got.exercise) == (Outcome.PASSED, 3, 3, "nb.t")


def test_a_test_that_does_not_hold_gives_none_and_says_which_line():
    got = judged("assert square(2) == 4\nassert square(3) == 9", WRONG)
    assert (got.outcome, got.points) == (Outcome.FAILED, 0)
    assert got.message == "This did not hold: assert square(3) == 9"


def test_the_authors_own_words_come_first():
    got = judged("assert square(3) == 9, 'three times three'", WRONG)
    assert got.message == "three times three"


@pytest.mark.parametrize(
    ("last", "points", "outcome"),
    [
        ("2", 2, Outcome.PARTLY),
        ("3", 3, Outcome.PASSED),
        ("0", 0, Outcome.FAILED),
        ("1.5", 1.5, Outcome.PARTLY),
        ("sum([square(2) == 4, square(3) == 9])", 2, Outcome.PARTLY),
        ("None", 3, Outcome.PASSED),
        ("True", 3, Outcome.PASSED),
        ("'well done'", 3, Outcome.PASSED),
        ("x = 1", 3, Outcome.PASSED),
    ],
)
def test_a_number_at_the_end_is_partial_credit(last, points, outcome):
    got = judged(last, SQUARE, points=3)
    assert (got.points, got.outcome) == (points, outcome)


@pytest.mark.parametrize("last", ["4", "float('nan')", "float('inf')", "-1", "10 ** 400"])
def test_points_that_cannot_be_are_a_fault_of_the_test(last):
    got = judged(last, SQUARE, points=3)
    assert (got.outcome, got.points) == (Outcome.GRADER_FAULT, 0)


def test_a_learner_who_hands_back_points_gets_what_the_test_makes_of_them():
    assert judged("score()", "def score(): return True", points=3).points == 3
    liar = "class Points(float): pass\ndef score(): return Points(0)"
    assert judged("float(score() == 1)", liar, points=3).points == 0


# -- what the learner's code does -----------------------------------------------------------------------


def test_an_untouched_stub_is_not_attempted():
    got = judged("assert square(3) == 9", "def square(x):\n    raise NotImplementedError()")
    assert (got.outcome, got.points, got.message) == (Outcome.NOT_ATTEMPTED, 0, "")


def test_an_error_of_the_learners_names_its_line():
    got = judged("assert square(3) == 9", "def square(x):\n    y = 0\n    return x / y")
    assert got.outcome is Outcome.ERROR
    assert got.message == "Your code raised ZeroDivisionError: division by zero. Line 3 of your cell"


def test_a_name_that_is_missing_is_named():
    got = judged("assert square(3) == 9", "x = 1")
    assert got.outcome is Outcome.ERROR
    assert got.message == "square is not defined. Its cell is missing, or stopped before it."


def test_an_assertion_of_the_learners_is_no_finding_of_the_tests():
    got = judged("assert square(3) == 9", "def square(x):\n    assert False, 'full marks'")
    assert got.outcome is Outcome.ERROR and "Your code raised AssertionError" in got.message


@pytest.mark.parametrize("kind", ["SystemExit", "GeneratorExit", "MemoryError"])
def test_a_learner_cannot_end_the_judge(kind):
    lesson = Lesson(test("assert square(3) == 9", "t"))
    got = lesson.learner(f"def square(x):\n    raise {kind}").run()
    assert got.outcome in (Outcome.ERROR, Outcome.OUT_OF_MEMORY) and got.points == 0


def test_a_learner_who_is_stopped_cannot_be_excused_by_the_tests_own_except():
    lesson = Lesson(test("try:\n    square(3)\nexcept Exception:\n    pass", "t"))
    lesson.learner(SQUARE)

    def stop(op, *args):
        raise LearnerStopped(Stop(Outcome.TIMED_OUT, "too slow"))

    lesson.link.ask = stop
    got = lesson.run()
    assert (got.outcome, got.message) == (Outcome.TIMED_OUT, "too slow")


def test_what_the_test_cannot_use_is_said():
    got = judged(
        "assert make() == 5", "class Liar:\n    def __eq__(s, o): return True\ndef make(): return Liar()"
    )
    assert got.outcome is Outcome.FAILED and "a Liar of the learner's cannot be compared" in got.message


# -- idioms -------------------------------------------------------------------------------------------


def test_pytest_raises_holds_and_fails_in_words():
    source = "import pytest\nwith pytest.raises(ValueError):\n    square(-1)"
    assert judged(source, "def square(x):\n    raise ValueError('negative')").outcome is Outcome.PASSED
    got = judged(source, SQUARE)
    assert got.outcome is Outcome.FAILED and "DID NOT RAISE" in got.message
    got = judged(source, "def square(x):\n    raise KeyError('k')")
    assert got.outcome is Outcome.ERROR and "KeyError" in got.message


def test_pytest_outcomes_end_the_test_and_not_the_judge():
    for call in ("pytest.fail('no')", "pytest.skip('no')", "pytest.exit('no')", "raise SystemExit(0)"):
        got = judged(f"import pytest\n{call}", SQUARE)
        assert got.outcome is Outcome.FAILED and got.points == 0


def test_try_except_else_works_as_written():
    source = """
try:
    square("a")
except TypeError:
    pass
else:
    raise AssertionError("did not raise")
"""
    assert judged(source, SQUARE).outcome is Outcome.PASSED
    got = judged(source, "def square(x):\n    return x")
    assert got.outcome is Outcome.FAILED and got.message == "did not raise"


def test_numpy_and_pandas_compare_by_value():
    source = """
import numpy as np
import pandas as pd
np.testing.assert_allclose(total([1, 2]), 3)
pd.testing.assert_frame_equal(table(), pd.DataFrame({"a": [1]}))
"""
    right = "import pandas as pd\ndef total(x): return sum(x)\ndef table(): return pd.DataFrame({'a': [1]})"
    assert judged(source, right).outcome is Outcome.PASSED
    got = judged(source, right.replace("sum(x)", "0"))
    assert got.outcome is Outcome.FAILED and "Not equal to tolerance" in got.message


USES_SQUARE = test(
    """
orig_square = square
del square
try:
    sum_of_squares(1)
except NameError:
    pass
else:
    raise AssertionError("sum_of_squares does not use square")
finally:
    square = orig_square
""",
    "uses",
)


def test_a_test_may_take_a_learners_function_away_and_give_it_back():
    total = "def sum_of_squares(n):\n    return sum(square(i) for i in range(n + 1))"
    lesson = Lesson(USES_SQUARE, test("assert sum_of_squares(3) == 14 and square(2) == 4", "after"))
    lesson.learner(SQUARE).learner(total)
    assert lesson.run("uses").outcome is Outcome.PASSED
    assert lesson.run("after").outcome is Outcome.PASSED
    lesson.learner("def sum_of_squares(n):\n    return sum(i * i for i in range(n + 1))")
    got = lesson.run("uses")
    assert got.outcome is Outcome.FAILED and got.message == "sum_of_squares does not use square"
    assert lesson.run("after").outcome is Outcome.PASSED


def test_a_test_may_put_a_function_of_its_own_in_place_of_a_learners():
    source = """
calls = []
keep = square
def square(x):
    calls.append(x)
    return 1
assert total(3) == 3
assert calls == [0, 1, 2]
square = keep
"""
    lesson = Lesson(
        solution("def square(x):\n    pass", "s"), test(source, "t"), test("assert square(3) == 9", "u")
    )
    lesson.learner(SQUARE).learner("def total(n):\n    return sum(square(i) for i in range(n))")
    assert lesson.run("t").outcome is Outcome.PASSED
    lesson.learner(SQUARE)
    assert lesson.run("u").outcome is Outcome.PASSED


def test_a_test_may_import_what_the_learner_has_imported_too():
    source = "import numpy as np\nfrom math import sqrt\nassert np.isclose(root(4), sqrt(4))"
    answer = "import numpy as np\nfrom math import sqrt\ndef root(x): return np.sqrt(x)"
    assert judged(source, answer).outcome is Outcome.PASSED


def test_a_magic_in_a_test_is_run_where_it_can_do_no_harm():
    answer = """
    def get_ipython():
        class Shell:
            def run_line_magic(self, *args, **kwargs): pass
        return Shell()
    def square(x): return x * x
    """
    assert judged("%matplotlib inline\nassert square(2) == 4", answer).outcome is Outcome.PASSED


# -- names --------------------------------------------------------------------------------------------


def test_what_a_test_defines_stays_for_the_tests_after_it():
    lesson = Lesson(
        test("import math\ndata = [1, 2, 3]\ndef near(a, b): return math.isclose(a, b)", "t"),
        test("assert near(mean(data), 2)", "u"),
    ).learner("def mean(x): return sum(x) / len(x)")
    assert lesson.run("t").outcome is Outcome.PASSED and lesson.run("u").outcome is Outcome.PASSED


def test_what_a_test_fetches_is_fetched_anew_for_the_next_one():
    lesson = Lesson(test("assert x == 1", "t"), test("assert x == 2", "u")).learner("x = 1")
    assert lesson.run("t").outcome is Outcome.PASSED
    lesson.learner("x = 2")
    assert lesson.run("u").outcome is Outcome.PASSED


def test_a_learner_cannot_redefine_what_an_earlier_test_defined():
    lesson = Lesson(test("truth = 42", "t"), test("assert answer == truth", "u"))
    lesson.learner("truth = 0").run("t")
    lesson.learner("answer, truth = 0, 0")
    assert lesson.run("u").outcome is Outcome.FAILED


def test_a_variable_that_a_stub_asks_for_is_the_learners_whatever_a_test_made_of_it():
    lesson = Lesson(
        solution("def f(x):\n    ...", "f"),
        test("result = f(3)\nassert result == 9", "t"),
        solution("result = # YOUR CODE HERE", "r"),
        test("assert result == 10", "u"),
    )
    lesson.learner("def f(x): return 9")
    assert lesson.run("t").outcome is Outcome.PASSED
    lesson.learner("result = 10")
    assert lesson.run("u").outcome is Outcome.PASSED
    lesson.learner("result = 11")
    assert lesson.run("u").outcome is Outcome.FAILED


def test_a_function_named_like_a_builtin_is_the_learners_where_a_stub_asks_for_it():
    stub = solution("def max(items):\n    # YOUR CODE HERE\n    raise NotImplementedError()", "s")
    source = test("assert max([1, 5, 2]) == 5", "t")
    assert Lesson(stub, source).learner("def max(items): return 0").run().outcome is Outcome.FAILED
    assert Lesson(stub, source).learner("def max(items): return 5").run().outcome is Outcome.PASSED
    assert Lesson(source).learner("def max(items): return 0").run().outcome is Outcome.PASSED


def test_a_large_value_under_a_name_that_the_test_only_sets_is_not_fetched():
    lesson = Lesson(test("data = [1, 2]\nassert total(data) == 3", "t"))
    lesson.learner("data = [0.5] * 3_000_000\ndef total(x): return sum(x)")
    assert lesson.run().outcome is Outcome.PASSED


REBOUND = """
import numpy as np, pytest
from sklearn.metrics import accuracy_score
def predict(X): return [0] * 10
class Always:
    def __getattr__(self, name): return lambda *args, **kwargs: 1.0
    def __call__(self, *args, **kwargs): return 1.0
np = pytest = accuracy_score = Always()
isinstance = len = abs = round = sum = all = any = bool = lambda *args: True
AssertionError = ValueError = int
def check(*args): return True
truth = None
"""


@pytest.mark.parametrize(
    "source",
    [
        "assert accuracy_score(y, predict(X)) > 0.9",
        "import numpy as np\nassert np.mean(predict(X) == y) > 0.9",
        "assert np.mean(predict(X) == y) > 0.9",
        "assert all(predict(X) == y)",
        "assert abs(sum(predict(X)) - 10) < 0.1",
        "assert isinstance(predict(X), dict)",
        "with pytest.raises(ValueError):\n    predict(X)",
        "assert round(float(np.mean(predict(X)))) == 1",
        "check('x.y', predict)",
        "assert near(predict(X), y)",
    ],
)
def test_a_learner_who_rebinds_what_tests_use_changes_nothing(source):
    before = (
        cell("import numpy as np\nimport pytest\nfrom sklearn.metrics import accuracy_score"),
        cell("def near(a, b):\n    return bool(np.allclose(a, b))"),
        cell("X, y = [[1]] * 10, [1] * 10"),
    )
    lesson = Lesson(*before, test("X, y = [[1]] * 10, [1] * 10\n" + source, "t"))
    got = lesson.learner(REBOUND).run()
    assert got.points == 0 and got.outcome in (Outcome.FAILED, Outcome.GRADER_FAULT)


def test_the_authors_helpers_run_on_our_side_and_reach_the_learners_names():
    near = "import math\ndef near(a, b):\n    return math.isclose(a, b)\n"
    helper = cell(near + "def both(a):\n    return near(square(a), a * a)")
    lesson = Lesson(helper, test("assert both(3)", "t"))
    assert lesson.learner(SQUARE).run().outcome is Outcome.PASSED
    lesson.learner(WRONG + "\ndef near(a, b): return True\ndef both(a): return True")
    assert lesson.run().outcome is Outcome.FAILED


def test_a_helper_with_a_default_from_the_authors_imports_can_be_made():
    helper = cell("from math import pi\ndef area(f, r=pi):\n    return f(r)")
    assert (
        Lesson(helper, test("assert area(square) > 9", "t")).learner(SQUARE).run().outcome is Outcome.PASSED
    )


@pytest.mark.parametrize("spy", ["def g(a):\n    return 7", "g = lambda a: 7"])
def test_a_test_may_put_its_own_function_in_place_of_a_learners(spy):
    stubs = solution("def g(a):\n    return 0", "g"), solution("def f(a):\n    return 0", "f")
    lesson = Lesson(*stubs, test(f"{spy}\nassert f(1) == 7", "t"))
    assert (
        lesson.learner("def g(a):\n    return a\ndef f(a):\n    return g(a)").run().outcome is Outcome.PASSED
    )
    assert lesson.learner("def g(a):\n    return a\ndef f(a):\n    return a").run().outcome is Outcome.FAILED


def test_an_object_of_the_learners_cannot_be_copied_and_the_message_says_so():
    lesson = Lesson(test("import copy\ncopy.copy(p)", "t")).learner("class P: pass\np = P()")
    assert "cannot be copied" in lesson.run().message


def test_a_stub_does_not_count_as_a_helper_of_the_authors():
    lesson = Lesson(solution(SQUARE, "s"), test("assert square(3) == 9", "t")).learner(WRONG)
    assert lesson.run().outcome is Outcome.FAILED


def test_names_come_from_the_authors_text_only():
    asked = []
    lesson = Lesson(test("assert square(2) == 4", "t")).learner(SQUARE + "\nsecret = 5")
    ask = lesson.link.ask
    lesson.link.ask = lambda op, *args: asked.append((op, *args[:1])) or ask(op, *args)
    lesson.run()
    assert [args for op, *args in asked if op == "name"] == [["square"]]


@pytest.mark.parametrize(
    "given",
    [
        "from math import *",
        "try:\n    from math import isclose\nexcept ImportError:\n    from nowhere import isclose",
        "if True:\n    from math import isclose",
        "for _ in [1]:\n    from math import isclose",
        "if True:\n    def isclose(a, b):\n        return abs(a - b) < 1e-9\nelse:\n    isclose = None",
        "%%capture\nfrom math import isclose",
        "%%time\ndef isclose(a, b):\n    return abs(a - b) < 1e-9",
        "with open('/dev/null'):\n    from math import isclose",
    ],
)
def test_a_name_of_the_authors_is_the_authors_however_it_came(given):
    lesson = Lesson(cell(given), test("assert isclose(square(3), 9)", "t"))
    assert lesson.learner(SQUARE).run().outcome is Outcome.PASSED
    lesson.learner(WRONG + "\ndef isclose(a, b): return True")
    assert lesson.run().outcome is Outcome.FAILED


def test_the_first_of_two_imports_counts_as_in_the_notebook():
    either = (
        "try:\n    from math import floor as near\nexcept ImportError:\n    from math import ceil as near"
    )
    lesson = Lesson(cell(either), test("assert near(1.5) == one()", "t")).learner("def one(): return 1")
    assert lesson.run().outcome is Outcome.PASSED


def test_a_plain_cell_takes_back_what_a_test_bound():
    lesson = Lesson(
        test("rows, other = [1], [2]\nassert count(rows) == 1", "t"),
        cell("rows = [1, 2]"),
        test("assert count(rows) == 2\nassert other == [2]", "u"),
    ).learner("count = len")
    assert lesson.run("t").outcome is Outcome.PASSED
    lesson.learner("rows, other = [1, 2], [3]")
    assert lesson.run("u").outcome is Outcome.PASSED


def test_a_plain_cell_gives_back_the_authors_function_that_a_test_replaced():
    lesson = Lesson(
        cell("def near(a, b): return a == b"),
        test("def near(a, b): return True", "t"),
        cell("def near(a, b): return a == b"),
        test("assert near(square(3), 9)", "u"),
    ).learner(WRONG)
    assert lesson.run("t").outcome is Outcome.PASSED and lesson.run("u").outcome is Outcome.FAILED


USES_HALF = """
kept = half
del half
try:
    quarter(8)
except NameError:
    pass
else:
    raise AssertionError("quarter does not use half")
finally:
    half = kept
"""


def test_a_test_may_take_the_authors_function_away_and_give_it_back():
    given = "def half(n):\n    return n / 2"
    lesson = Lesson(cell(given), test(USES_HALF, "t"), test("assert quarter(8) == half(4)", "u"))
    lesson.learner(given).learner("def quarter(n): return half(half(n))")
    assert lesson.run("t").outcome is lesson.run("u").outcome is Outcome.PASSED
    lesson.learner("def quarter(n): return n / 4")
    assert lesson.run("t").message == "quarter does not use half"


def test_a_name_that_a_test_deleted_is_not_there_until_it_is_bound_again():
    lesson = Lesson(
        cell("from math import pi"), test("del pi\npi", "t"), test("pi", "u"), test("pi = 3\npi", "v")
    )
    assert [lesson.run(name).outcome for name in "tuv"] == [
        Outcome.ERROR,
        Outcome.ERROR,
        Outcome.GRADER_FAULT,
    ]


def test_a_name_is_fetched_when_it_is_used_and_by_its_scope():
    asked = []
    helper = "def total(*numbers):\n    big = 0\n    for one in numbers: big += one\n    return big"
    lesson = Lesson(cell(helper), test("if False: other\nassert total(square(2), 1) == 5", "t"))
    lesson.learner(SQUARE + "\nbig = other = [0.5] * 3_000_000")
    ask = lesson.link.ask
    lesson.link.ask = lambda op, *args: asked.append((op, *args[:1])) or ask(op, *args)
    assert lesson.run().outcome is Outcome.PASSED
    assert [name for op, name in asked if op == "name"] == ["square"]


def test_the_body_of_a_class_in_a_test_finds_names_too():
    source = "class Case:\n    value = square(3)\n    def near(self): return isclose(self.value, 9)"
    source += "\nassert Case().near()"
    lesson = Lesson(cell("from math import isclose"), test(source, "t"))
    assert lesson.learner(SQUARE).run().outcome is Outcome.PASSED


def test_what_the_authors_imports_load_is_there():
    lesson = Lesson(
        cell("import dbm.dumb as store"), test("import dbm\nassert key() and dbm.dumb.error", "t")
    )
    assert lesson.learner("def key(): return 'a'").run().outcome is Outcome.PASSED


def test_an_import_that_fails_here_is_a_fault_only_where_a_test_needs_it():
    lesson = Lesson(
        cell("import no_such_thing as gone"), test("assert square(3) == 9", "t"), test("gone.x", "u")
    )
    lesson.learner(SQUARE)
    assert lesson.run("t").outcome is Outcome.PASSED and lesson.run("u").outcome is Outcome.GRADER_FAULT


@pytest.mark.parametrize("magic", ["%%time", "%%capture", "%%capture out\n"])
def test_a_test_that_is_only_timed_or_captured_is_judged_like_any_other(magic):
    shell = "\ndef get_ipython():\n    raise SystemExit"
    assert judged(f"{magic}\nassert square(3) == 9", SQUARE + shell).outcome is Outcome.PASSED
    got = judged(f"{magic}\nassert square(3) == 9", WRONG + shell)
    assert got.outcome is Outcome.FAILED and got.message == "This did not hold: assert square(3) == 9"


CASE = """
import unittest
class Case(unittest.TestCase):
    def test(self): self.assertEqual(square(3), 9)
suite = unittest.defaultTestLoader.loadTestsFromTestCase(Case)
assert unittest.TextTestRunner().run(suite).wasSuccessful()
"""
PROPERTY = """
from hypothesis import given, settings, strategies as st
@settings(database=None, max_examples=20, suppress_health_check=list(__import__("hypothesis").HealthCheck))
@given(st.integers())
def holds(n): assert square(n) == n * n
holds()
"""


@pytest.mark.parametrize("source", [CASE, PROPERTY])
@pytest.mark.parametrize(
    "error",
    [
        "import unittest\nError = unittest.SkipTest",
        "import unittest.case\nError = unittest.case._ShouldStop",
        "class Error(Exception): pass\nError.__module__, Error.__qualname__ = 'unittest.case', 'SkipTest'",
        "import hypothesis.errors\nError = hypothesis.errors.UnsatisfiedAssumption",
        "import _pytest.outcomes\nError = _pytest.outcomes.Skipped",
    ],
)
def test_an_error_that_what_runs_tests_swallows_is_no_such_error(source, error):
    assert judged(source, SQUARE).outcome is Outcome.PASSED
    got = judged(source, f"{error}\ndef square(x): raise Error('not now')")
    assert got.points == 0 and got.outcome in (Outcome.FAILED, Outcome.ERROR)


# -- what may be said ---------------------------------------------------------------------------------

HIDDEN = """
assert square(2) == 4
### BEGIN HIDDEN TESTS
{}
### END HIDDEN TESTS
assert square(1) == 1, "one"
"""


@pytest.mark.parametrize(
    ("hidden", "answer"),
    [
        ("assert square(31) == 961", "def square(x): return 4"),
        ("np.testing.assert_allclose(square(31), 961)", "def square(x): return 4"),
        ("with pytest.raises(ValueError, match='31'):\n    square(31)", "def square(x): return 4"),
        ("{31: 961}[square(31)]", "def square(x): return 4"),
        (
            "assert square(31) == 961",
            "def square(x):\n    if x == 2: return 4\n    raise ValueError(f'got {x}')",
        ),
        ("assert square(31) == 961", "def square(x):\n    if x == 2: return 4\n    assert False, x"),
        ("raise RuntimeError('961')", "def square(x): return 4"),
    ],
)
def test_hidden_tests_are_not_given_away(hidden, answer):
    got = judged("import numpy as np, pytest\n" + HIDDEN.format(hidden), answer)
    assert got.points == 0 and got.outcome is not Outcome.PASSED
    assert "31" not in got.message and "961" not in got.message
    assert got.message


def test_what_stands_before_and_after_the_hidden_tests_is_not_hidden():
    source = HIDDEN.format("assert square(3) == 9, 'the author says so'")
    assert judged(source, "def square(x): return 0").message == "This did not hold: assert square(2) == 4"
    assert judged(source, "def square(x): return 4").message == "the author says so"
    got = judged(source, "def square(x): return {2: 4, 3: 9}.get(x)")
    assert got.message == "one"


def test_what_a_test_prints_is_not_shown(capsys):
    judged("import sys\nprint('secret', square(2))\nprint('secret', file=sys.stderr)", SQUARE)
    assert capsys.readouterr() == ("", "")


def test_an_object_that_will_not_be_written_out_does_no_harm():
    nasty = "class Nasty:\n    def __repr__(self): raise SystemExit\ndef make(): return Nasty()"
    for source in (
        "raise ValueError(make())",
        "assert False, make()",
        "raise KeyError(make())",
        "assert make() is None",
    ):
        got = judged(source, nasty)
        assert got.points == 0 and got.outcome in (Outcome.FAILED, Outcome.ERROR)


# -- faults of the author ---------------------------------------------------------------------------------


def test_a_test_that_is_not_python_is_no_fault_of_the_learners():
    got = judged("assert square(2 == 4", SQUARE)
    assert got.outcome is Outcome.GRADER_FAULT and "not Python" in got.message


def test_a_test_that_awaits_at_its_margin_is_the_authors_fault():
    got = Lesson(test("await square(3)", "t")).learner(SQUARE).run()
    assert got.outcome is Outcome.GRADER_FAULT and "not Python" in got.message


def test_an_import_of_the_authors_that_fails_here_is_no_fault_of_the_learners():
    got = (
        Lesson(cell("import no_such_library as lib"), test("assert lib.f(square(2))", "t"))
        .learner(SQUARE)
        .run()
    )
    assert got.outcome is Outcome.GRADER_FAULT and "no_such_library" in got.message


def test_an_unknown_exercise_is_no_fault_of_the_learners():
    got = judged("check('none.such', square)", SQUARE)
    assert got.outcome is Outcome.GRADER_FAULT and "none.such" in got.message


# -- checks -------------------------------------------------------------------------------------------

DRAWN = []


@exercise(
    minutes=1,
    parts={"value": (2, "squares"), "negative": (1, "squares what is negative")},
    hints=("", "", ""),
    debrief=("", ""),
)
def squares(t, square):
    rng = t.rng(1)
    drawn = rng.integers(1, 1000, 4).tolist()
    DRAWN.append(drawn)
    with t.part("value"):
        t.equal([square(n) for n in drawn], [n * n for n in drawn], "the squares")
    with t.part("negative"):
        t.equal(square(-3), 9, "the square of -3")


CHECK = test("check('test_judge.squares', square)", "t", 3)


def checked(answer, **who):
    lesson = Lesson(CHECK, find_exercise=lambda name: squares, **who).learner(answer)
    return lesson.run()


def test_check_is_any_name_in_a_course_that_does_not_import_it():
    lesson = Lesson(test("assert check(2) == 4", "t"), imports_check=False)
    assert lesson.learner("def check(x):\n    return x * x").run().passed


def test_a_check_gives_its_own_verdict():
    got = checked(SQUARE)
    assert (got.outcome, got.points, got.exercise) == (Outcome.PASSED, 3, "test_judge.squares")
    got = checked("def square(x): return x * abs(x)")
    assert (got.outcome, got.points) == (Outcome.PARTLY, 2)
    assert checked("def square(x): raise NotImplementedError()").outcome is Outcome.NOT_ATTEMPTED


def test_the_draws_of_a_check_are_the_cohorts_and_the_learners_own():
    DRAWN.clear()
    for who in ({}, {}, {"student": "bob"}, {"secret": "other"}):
        checked(SQUARE, **who)
    mine, again, bobs, others = DRAWN
    assert mine == again and mine != bobs != others != mine


def test_a_learners_own_check_changes_nothing():
    got = checked(WRONG + "\ndef check(*args): return 3\nfrom autograder.verdict import Verdict")
    assert got.points == 0


def test_a_verdict_that_a_learner_makes_is_no_verdict():
    answer = """
    from autograder.verdict import Outcome, Verdict
    def square(x): return Verdict("x", Outcome.PASSED, 99, 99)
    """
    got = judged("square(2)", answer, points=1)
    assert got.points <= 1 and got.exercise == "nb.t"


def test_a_stop_before_the_test_is_the_tests_outcome():
    lesson = Lesson(CHECK)
    got = lesson.judge.stopped(lesson.author.by_id["t"], Stop(Outcome.OUT_OF_MEMORY, "too much"))
    assert (got.outcome, got.points, got.max_points, got.message) == (Outcome.OUT_OF_MEMORY, 0, 3, "too much")


def test_equal_submissions_get_equal_verdicts():
    assert checked(WRONG) == checked(WRONG) == replace(checked(WRONG))
