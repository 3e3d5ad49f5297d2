"""Grading one submission in the real sandbox, from bytes to a graded notebook."""

import json
from dataclasses import replace

import nbformat
import pytest
from notebooks import author, cell, solution, test, to_bytes

from autograder.errors import CourseError, SandboxError
from autograder.exercise import exercise
from autograder.grading.absent import Account
from autograder.grading.assignment import Assignment
from autograder.grading.grade import Mark, grade_submission
from autograder.grading.submission import SubmittedCell
from autograder.limits import Limits
from autograder.verdict import Outcome

LESSON = [
    cell("# Squares", kind="markdown"),
    cell("import numpy as np\nlimit = 10"),
    solution("def square(x):\n    raise NotImplementedError()", "square"),
    test("assert square(3) == 9", "t_square", 2),
    solution("def cube(x):\n    raise NotImplementedError()", "cube"),
    test(
        "assert cube(2) == 8\n### BEGIN HIDDEN TESTS\nassert cube(3) == 27\n### END HIDDEN TESTS", "t_cube", 3
    ),
    cell("Why?", "why", kind="markdown", grade=True, solution=True, points=4),
]
SQUARE, CUBE = "def square(x):\n    return x * x", "def cube(x):\n    return x ** 3"
SMALL = Limits(cell_seconds=1, call_seconds=1, total_seconds=20, cpu_seconds=20, memory_mb=300, output_mb=0.2)


def answered(square=SQUARE, cube=CUBE, why="Because."):
    """A hand-in of the lesson with these answers."""
    return [
        *LESSON[:2],
        solution(square, "square"),
        LESSON[3],
        solution(cube, "cube"),
        LESSON[5],
        cell(why, "why", kind="markdown", grade=True, solution=True, points=4),
    ]


def no_exercises(name):
    raise CourseError(f"no exercise {name!r}")


@pytest.fixture
def grade(sandbox):
    def grade(cells, lesson=LESSON, *, files=None, limits=SMALL, find_exercise=no_exercises, student="ada"):
        data = cells if isinstance(cells, bytes | None) else to_bytes(cells)
        return grade_submission(
            Assignment("nb", (author(lesson),), files or {}),
            {} if data is None else {"nb": data},
            student=student,
            secret="s",
            limits=limits,
            sandbox=sandbox,
            find_exercise=find_exercise,
        )

    return grade


def outcomes(graded):
    return [verdict.outcome for verdict in graded.result.verdicts]


def points(graded):
    return {mark.grade_id: mark.points for mark in graded.marks}


def document(graded):
    return json.loads(graded.notebooks["nb"])


# -- scores -------------------------------------------------------------------------------------------


def test_right_answers_get_all_points_and_prose_waits_for_a_person(grade):
    graded = grade(answered())
    result = graded.result
    assert (result.outcome, result.score, result.max_score) == (Outcome.PASSED, 5, 9)
    assert points(graded) == {"square": None, "t_square": 2, "cube": None, "t_cube": 3, "why": None}
    assert (result.student, result.lesson, result.notes, result.message) == ("ada", "nb", (), "")


def test_each_exercise_is_judged_by_itself(grade):
    graded = grade(answered(square="def square(x):\n    return 0", why="Why?"))
    assert graded.result.outcome is Outcome.PARTLY and graded.result.score == 3
    assert points(graded)["t_square"] == 0 and points(graded)["t_cube"] == 3
    assert Mark("nb", "why", 0.0, True) in graded.marks
    assert graded.result.verdicts[0].message == "This did not hold: assert square(3) == 9"


def test_the_released_notebook_itself_is_not_attempted(grade):
    graded = grade(LESSON)
    assert graded.result.outcome is Outcome.NOT_ATTEMPTED and graded.result.score == 0
    assert {mark.grade_id for mark in graded.marks if mark.untouched} == {"square", "cube", "why"}


def test_the_same_submission_gets_the_same_result(grade):
    def without_times(graded):
        return replace(graded, result=replace(graded.result, seconds=0.0, cpu_seconds=0.0))

    noisy = answered(square="import random\ndef square(x):\n    print(x)\n    return x * x", cube="1 / 0")
    first, second = grade(noisy), grade(noisy)
    assert without_times(first) == without_times(second)
    assert first.result.seconds > 0 and first.result.cpu_seconds > 0


# -- every outcome ------------------------------------------------------------------------------------

ENDINGS = {
    "failed": ("def square(x):\n    return x", Outcome.FAILED),
    "not attempted": ("def square(x):\n    raise NotImplementedError()", Outcome.NOT_ATTEMPTED),
    "raises": ("def square(x):\n    return x / 0", Outcome.ERROR),
    "is not Python": ("def square(x:\n    return x", Outcome.ERROR),
    "a missing name": ("squared = 1", Outcome.ERROR),
    "endless call": ("def square(x):\n    while True: pass", Outcome.TIMED_OUT),
    "endless cell": ("while True: pass", Outcome.TIMED_OUT),
    "endless cell that catches all": (
        "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass",
        Outcome.TIMED_OUT,
    ),
    "memory in a call": ("def square(x):\n    return bytearray(2_000_000_000)", Outcome.OUT_OF_MEMORY),
    "memory in a cell": ("x = bytearray(2_000_000_000)", Outcome.OUT_OF_MEMORY),
    "output": ("while True: print('x' * 1000)", Outcome.OUTPUT_LIMIT),
    "a huge reply": (
        "import numpy as np\ndef square(x):\n    return np.zeros(30_000_000, np.int8).astype(np.int8)",
        Outcome.OUTPUT_LIMIT,
    ),
    "ends its process in a cell": ("import os; os._exit(3)", Outcome.ERROR),
    "ends its process in a call": ("import os\ndef square(x):\n    os._exit(3)", Outcome.ERROR),
    "kills its process": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", None),
    "a forbidden system call": (
        "import ctypes\ndef square(x):\n    ctypes.CDLL(None).ptrace(16, 1, 0, 0)\n    return x",
        Outcome.BLOCKED,
    ),
}


@pytest.mark.parametrize(("answer", "outcome"), ENDINGS.values(), ids=ENDINGS)
def test_every_ending_has_its_outcome_and_the_other_exercise_is_still_judged(grade, answer, outcome):
    graded = grade(answered(square=answer), limits=replace(SMALL, reply_mb=20))
    assert points(graded)["t_cube"] == 3 and outcomes(graded)[1] is Outcome.PASSED
    assert points(graded)["t_square"] == 0 and outcomes(graded)[0] is not Outcome.PASSED
    stops = (outcomes(graded)[0], graded.result.outcome)
    assert outcome is None or outcome in stops
    if graded.result.outcome in (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.OUTPUT_LIMIT):
        assert graded.result.message


def test_a_killed_process_is_replaced_and_the_cells_before_it_are_run_again(grade):
    lesson = [*LESSON[:2], cell("state = {'n': 0}"), cell("state['n'] += 1"), *LESSON[2:]]
    cells = [
        *lesson[:4],
        cell("import os; os._exit(1)"),
        *answered(cube="def cube(x): return x ** 3 * state['n']")[2:],
    ]
    graded = grade(cells, lesson)
    assert (points(graded)["t_square"], points(graded)["t_cube"]) == (2, 3)
    assert (graded.result.score, graded.result.outcome) == (5, Outcome.PASSED)
    assert graded.result.message == "Your code ended its own process."


def test_a_process_that_always_dies_is_given_up_and_says_so(grade):
    cells = [*(cell("import os; os._exit(1)") for _ in range(9)), *answered()]
    graded = grade(cells)
    assert graded.result.score == 0 and set(outcomes(graded)) == {Outcome.ERROR}
    assert "started 3 times" in " ".join(verdict.message for verdict in graded.result.verdicts)


def test_the_time_of_the_whole_notebook_is_bounded(grade):
    slow = "import time\ndef square(x):\n    time.sleep(0.4)\n    return x * x"
    lesson = [*LESSON[:3], test("[square(n) for n in range(50)]", "t_square", 2), *LESSON[4:]]
    cells = [*LESSON[:2], solution(slow, "square"), lesson[3], *answered()[4:]]
    graded = grade(cells, lesson, limits=replace(SMALL, total_seconds=2))
    assert outcomes(graded) == [Outcome.TIMED_OUT, Outcome.TIMED_OUT] and graded.result.score == 0


def test_a_fault_of_the_test_costs_nothing_and_waits_for_a_person(grade):
    lesson = [*LESSON[:3], test("99", "t_square", 2), *LESSON[4:]]
    graded = grade(answered(), lesson)
    assert outcomes(graded) == [Outcome.GRADER_FAULT, Outcome.PASSED]
    assert points(graded)["t_square"] is None and graded.result.outcome is Outcome.GRADER_FAULT


def test_a_sandbox_that_cannot_start_is_no_loss_of_the_learners():
    class Broken:
        def start(self, limits):
            raise SandboxError("no namespaces")

    with pytest.raises(SandboxError):
        grade_submission(
            Assignment("nb", (author(LESSON),)), {"nb": to_bytes(answered())}, student="ada", secret="s",
            limits=SMALL, sandbox=Broken(), find_exercise=no_exercises,
        )  # fmt: skip


# -- what was handed in ---------------------------------------------------------------------------------


def test_a_notebook_that_was_not_handed_in_is_not_attempted(grade):
    graded = grade(None)
    assert graded.result.outcome is Outcome.NOT_ATTEMPTED and graded.notebooks == {}
    assert graded.result.notes == ("nb.ipynb was not handed in.",)
    assert points(graded) == {"t_square": 0, "t_cube": 0, "why": 0}


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b'{"nbformat": 3}', b"[" * 100_000])
def test_bytes_that_are_no_notebook_are_an_error_with_its_reason(grade, data):
    graded = grade(data)
    assert graded.result.outcome is Outcome.ERROR and graded.result.score == 0
    assert graded.result.message.startswith("nb.ipynb cannot be graded: ")
    assert points(graded) == {"t_square": 0, "t_cube": 0, "why": 0}


def test_what_was_put_right_is_said(grade):
    graded = grade([*answered()[:3], solution(SQUARE, "square"), *answered()[4:]])
    assert graded.result.score == 5
    assert set(graded.result.notes) == {
        "Cell square was there twice; the last copy counts.",
        "Cell t_square was missing; it was put back as it was released.",
    }


def test_an_assignment_of_two_notebooks_is_one_result(sandbox):
    second = [solution("def half(x): pass", "half"), test("assert half(4) == 2", "t_half", 4)]
    assignment = Assignment("two", (author(LESSON, "one"), author(second, "two")))
    answers = {
        "one": to_bytes(answered()),
        "two": to_bytes([solution("def half(x): return x / 2", "half"), second[1]]),
    }

    def grade(given):
        return grade_submission(
            assignment,
            given,
            student="ada",
            secret="s",
            limits=SMALL,
            sandbox=sandbox,
            find_exercise=no_exercises,
        )

    both = grade(answers)
    assert (both.result.score, both.result.max_score) == (9, 13) and set(both.notebooks) == {"one", "two"}
    assert [verdict.exercise for verdict in both.result.verdicts] == [
        "one.t_square",
        "one.t_cube",
        "two.t_half",
    ]
    one = grade({"one": answers["one"]})
    assert one.result.score == 5 and one.result.outcome is Outcome.PARTLY
    assert one.result.notes == ("two.ipynb was not handed in.",)
    broken = grade({**answers, "two": b"{"})
    assert broken.result.score == 5 and "two.ipynb cannot be graded" in broken.result.message


def test_the_authors_data_files_are_there_for_the_learner_and_for_the_tests(grade):
    lesson = [
        cell("import helper"),
        solution("def total():\n    pass", "total"),
        test("assert total() == sum(map(int, open('data/n.txt').read().split()))", "t", 1),
        test("import helper\nassert total() == helper.six()", "u", 1),
    ]
    answer = solution(
        "def total():\n    return sum(int(n) for n in open('data/n.txt').read().split())", "total"
    )
    files = {"data/n.txt": b"1 2 3", "helper.py": b"def six(): return 6"}
    graded = grade([lesson[0], answer, *lesson[2:]], lesson, files=files)
    assert outcomes(graded) == [Outcome.PASSED, Outcome.PASSED]
    import sys

    assert "helper" not in sys.modules


def test_a_learner_who_changes_the_authors_files_changes_nothing_for_the_tests(grade):
    lesson = [solution("x = 1", "x"), test("assert int(open('n.txt').read()) == x", "t", 1)]
    cells = [solution("open('n.txt', 'w').write('5')\nx = 5", "x"), lesson[1]]
    assert outcomes(grade(cells, lesson, files={"n.txt": b"6"})) == [Outcome.FAILED]


def test_a_learner_who_patches_libraries_changes_nothing_for_the_tests(grade):
    lesson = [
        solution("def predict(n): pass", "predict"),
        test(
            "from sklearn.metrics import accuracy_score\nassert accuracy_score([1] * 9, predict(9)) > .9",
            "t",
            1,
        ),
    ]
    patched = """
import sklearn.metrics, sklearn.metrics._classification, numpy
for module in (sklearn.metrics, sklearn.metrics._classification):
    module.accuracy_score = lambda *args, **kwargs: 1.0
numpy.mean = numpy.average = lambda *args, **kwargs: 1.0
def predict(n): return [0] * 9
"""
    graded = grade([solution(patched, "predict"), lesson[1]], lesson)
    assert outcomes(graded) == [Outcome.FAILED]


# -- checks -------------------------------------------------------------------------------------------


@exercise(
    minutes=1,
    parts={"small": (1, "squares"), "drawn": (2, "squares what is drawn")},
    hints=("", "", ""),
    debrief=("", ""),
)
def squares(t, square):
    with t.part("small"):
        t.equal(square(2), 4, "the square of 2")
    for rng in t.cases(3):
        n = int(rng.integers(3, 1000))
        with t.part("drawn"):
            t.equal(square(n), n * n, f"the square of {n}")


def test_a_check_is_run_outside_on_the_cohorts_draws(grade):
    lesson = [
        cell("from autograder.learner import check"),
        LESSON[2],
        test("check('test_grade.squares', square)", "t", 3),
    ]
    cells = [lesson[0], solution("def square(x):\n    return 4", "square"), lesson[2]]
    graded = grade(cells, lesson, find_exercise=lambda name: squares)
    (verdict,) = graded.result.verdicts
    assert (verdict.exercise, verdict.outcome, verdict.points) == ("test_grade.squares", Outcome.PARTLY, 1)
    other = grade(cells, lesson, find_exercise=lambda name: squares, student="bob")
    assert other.result.verdicts[0].findings[1].message != verdict.findings[1].message


# -- the graded notebook ----------------------------------------------------------------------------------


def test_the_graded_notebook_is_valid_and_carries_the_authors_marks(grade):
    mine = [*answered(), cell("1 + 1"), cell("note", kind="raw"), cell("*mine*", kind="markdown")]
    mine[3] = test("assert True", "t_square", 100)
    graded = grade(mine)
    made = nbformat.reads(graded.notebooks["nb"], as_version=4)
    nbformat.validate(made)
    ids = {one.metadata.nbgrader.grade_id: one for one in made.cells if "nbgrader" in one.metadata}
    assert set(ids) == {"square", "t_square", "cube", "t_cube", "why"}
    assert ids["t_square"].source == "assert square(3) == 9" and ids["t_square"].metadata.nbgrader.points == 2
    assert ids["square"].source == SQUARE and ids["why"].source == "Because."
    assert len({one.id for one in made.cells}) == len(made.cells) == 10


def test_the_graded_notebook_shows_what_the_cells_showed_and_what_the_tests_found(grade):
    cells = [*answered(square="print('hello')\n" + SQUARE), cell("limit * 2")]
    made = document(grade(cells))["cells"]
    assert made[2]["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "hello\n"}]
    (result,) = made[7]["outputs"]
    assert (
        result["data"] == {"text/plain": "20"}
        and result["execution_count"] == made[7]["execution_count"] == 4
    )
    assert "passed" in made[3]["outputs"][0]["data"]["text/plain"]


NASTY = """
from IPython.display import display, HTML, Javascript, SVG
display(HTML("<script>alert(1)</script><img src=x onerror=alert(1)><b>bold</b>"))
display(HTML("<a href='javascript:alert(1)'>a</a>"))
display(HTML("<iframe src='//e.org'></iframe><style>@import '//e.org'</style><img src='https://e.org/p.png'>"))
display(Javascript("alert(1)"))
display({"image/svg+xml": "<svg onload=alert(1)></svg>", "text/plain": "p"}, raw=True)
display({"image/png": "bm90IGEgcG5n", "text/plain": "p"}, raw=True)
display({"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "p"}, raw=True)
print("\\x1b[31mred\\x1b[0m \\x1b]0;title\\x07 \\u202ereversed bell\\x07")
class Nasty:
    def _repr_html_(self): return "<table onclick=alert(1)><tr><td>cell</td></tr></table>"
Nasty()
"""


NEVER = (
    "<script", "onerror", "onload", "onclick", "javascript:", "<iframe", "<style",
    "e.org", "<svg", "model_id",
)  # fmt: skip


def test_no_script_of_a_learners_survives(grade):
    cells = [
        *answered(),
        cell(NASTY),
        cell("<script>alert(2)</script>", kind="markdown"),
        cell("<script>", kind="raw"),
    ]
    text = grade(cells).notebooks["nb"]
    shown = json.loads(text)["cells"]
    outputs = json.dumps([one.get("outputs") for one in shown]).lower()
    for word in NEVER:
        assert word not in outputs, word
    assert "<b>bold</b>" in outputs and "<td>cell</td>" in outputs
    assert "<script" not in json.dumps([one["source"] for one in shown if one["cell_type"] != "code"])
    nbformat.validate(nbformat.reads(text, as_version=4))


def test_no_control_characters_reach_a_person(grade):
    codes = "".join(f"chr({code}) + " for code in (0x1B, 0x07, 0x202E, 0xD800, 0x9B, 0))
    nasty = f"def square(x):\n    raise ValueError({codes}'bad')"
    graded = grade([*answered(square=nasty), cell("print(chr(0xd800))"), cell("x = '\ud800'")])
    text = graded.notebooks["nb"] + graded.result.to_json() + json.dumps(graded.result.row())
    assert "bad" in graded.result.verdicts[0].message
    for letter in ("\x1b", "\x07", "\u202e", "\x9b", "\x00"):
        assert letter not in text and json.dumps(letter)[1:-1] not in text
    text.encode("utf-8")


def test_hidden_tests_are_not_in_what_a_learner_is_told(grade):
    graded = grade(answered(cube="def cube(x):\n    return 8 if x == 2 else 1 / 0"))
    result = replace(graded.result, seconds=0.0, cpu_seconds=0.0)  # whose digits could be anything
    told = result.to_json() + json.dumps(document(graded)["cells"][5]["outputs"])
    assert "27" not in told and "cube(3)" not in told
    graded = grade(answered(cube="def cube(x):\n    return 8"))
    assert graded.result.verdicts[1].message == "A hidden test did not hold."


# -- why a name is not there ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("def square(x)\n    return x * x", "stopped with SyntaxError: expected ':' in line 1."),
        ("def square(x):\n    return x * x\n  y = 1", "stopped with IndentationError: unindent does"),
        (
            "import seaborn_of_nobody\ndef square(x):\n    return x * x",
            "stopped with ModuleNotFoundError: No mod",
        ),
    ],
)
def test_a_cell_that_did_not_make_its_name_is_named_with_its_first_error(grade, broken, why):
    verdict = grade(answered(square=broken)).result.verdicts[0]
    assert verdict.outcome is Outcome.ERROR
    assert verdict.message.startswith(f"square is not defined. The cell that makes square {why}")


def test_a_cell_below_its_check_is_named(grade):
    cells = answered()
    cells.append(cells.pop(2))
    message = grade(cells).result.verdicts[0].message
    assert message == (
        "square is not defined. The cell that makes square stands below the check, and grading runs "
        "from the top."
    )


def test_a_name_that_the_learners_code_misses_is_explained(grade):
    using = "def square(x):\n    return lib.square(x)"
    cells = answered(square=using)
    cells.insert(2, cell("import nothing_of_that_name\nimport numpy as lib"))
    message = grade(cells).result.verdicts[0].message
    assert message == (
        "The cell that makes lib stopped with ModuleNotFoundError: No module named 'nothing_of_that_name'. "
        "Your code raised NameError: name 'lib' is not defined. Line 2 of your cell: return lib.square(x)"
    )
    assert grade(answered(square=using)).result.verdicts[0].message.startswith("No cell makes lib. Your code")


@pytest.mark.parametrize(
    "line",
    [
        "a, lib = 1, 2",
        "from numpy import (\n    square,\n    lib,\n)",
        "for lib in []: pass",
        "x = (lib := 1)",
        f"import {', '.join(f'module_{n}' for n in range(40))}, lib",
    ],
)
def test_nothing_is_said_of_a_name_that_a_cell_may_make(line):
    account = Account([SubmittedCell("code", line), SubmittedCell("code", "x = 1")])
    account.note([])
    assert account.why("lib") == ""
    assert account.why("other") == "No cell makes other."


@pytest.mark.parametrize("line", ["from numpy import *", "%run answers.py"])
def test_nothing_is_said_of_a_name_where_a_cell_may_make_any(line):
    assert Account([SubmittedCell("code", f"x = 1\n{line}")]).why("lib") == ""


# -- the author's files -------------------------------------------------------------------------------


def one_test(source, *, files, answer, grade):
    lesson = [solution("answer = 0", "s"), test(source, "t")]
    return grade([solution(answer, "s"), lesson[1]], lesson, files=files).result.verdicts[0].outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("answer = 1", Outcome.PASSED),  # it is as the author gave it
        ("open('out.txt', 'w').write('4')", Outcome.FAILED),
        ("import os; os.remove('out.txt')", Outcome.FAILED),
        ("import os; open('b', 'w').write('3'); os.replace('b', 'out.txt')", Outcome.FAILED),
    ],
)
def test_a_file_that_a_learner_changed_is_not_read_as_the_authors(grade, answer, outcome):
    source = "assert open('out.txt').read() == '3' and open('in.txt').read() == 'a'"
    files = {"out.txt": b"3", "in.txt": b"a"}
    assert one_test(source, files=files, answer=answer, grade=grade) is outcome


@pytest.mark.parametrize("name", ["arrow.py", "tests/__init__.py", "autograder_helper.py", "msgpack.py"])
def test_an_authors_module_is_found_before_an_installed_one_of_its_name(grade, name):
    import msgpack

    module = name.removesuffix(".py").removesuffix("/__init__")
    source = f"from {module} import turned\nassert answer == turned(1)"
    files = {name: b"def turned(n):\n    return -n"}
    assert one_test(source, files=files, answer="answer = -1", grade=grade) is Outcome.PASSED
    assert one_test(source, files=files, answer="answer = 1", grade=grade) is Outcome.FAILED
    import msgpack as after

    assert after is msgpack and hasattr(msgpack, "packb")  # ours is back
