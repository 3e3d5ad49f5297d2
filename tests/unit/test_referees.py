"""Who judges a test cell: the author's own solution says it, and no learner can."""

import json
from dataclasses import replace

import pytest
from machine import missing
from nbcourse import hand_in, make_course
from notebooks import author, cell, solution, test, to_bytes
from transports import processes

from autograder.errors import CourseError
from autograder.grading import referees
from autograder.grading.advice import advise
from autograder.grading.assignment import Assignment, load_assignment
from autograder.grading.cohort import grade_cohort, plan, standards_of
from autograder.grading.grade import grade_submission
from autograder.grading.inside import judge_inside
from autograder.grading.processes import Processes
from autograder.grading.referees import INSIDE, OUTSIDE, RELEASED, SOLUTION
from autograder.grading.submission import SubmittedCell
from autograder.limits import Limits
from autograder.sandbox.tiers import Tier, detect
from autograder.verdict import Outcome, Stop, Verdict

HIDDEN = "hidden_90210"
CELLS = [
    cell("import inspect"),
    solution("def double(n):\n    ### BEGIN SOLUTION\n    return n * 2\n    ### END SOLUTION", "double"),
    test("assert double(3) == 6", "t_value", 1),
    test("assert '*' in inspect.getsource(double), 'Use *.'", "t_source", 2),
    test(
        f"### BEGIN HIDDEN TESTS\n{HIDDEN} = '* 2'\nassert {HIDDEN} in inspect.getsource(double)\n"
        "### END HIDDEN TESTS",
        "t_hidden",
        3,
    ),
    test("len(inspect.signature(double).parameters) / 2", "t_partly", 1),
    test("assert double(2) == 5", "t_broken", 1),
    test("assert inspect.iscoroutinefunction(double) is False", "t_given", 1),
]
ANSWERS = {
    "ada": "def double(n):\n    return n * 2",
    "bo": "def double(n):\n    return n + n",
    "cy": "def double(n):\n    return 0\n",
    "mallory": f"""
import builtins, inspect, sys

def double(n):
    return 0

def getsource(f):
    frame = sys._getframe(1)
    print("{HIDDEN}"[:6] + "_90210", frame.f_code.co_names, In[-1])
    builtins.kept = In[-1]
    return "* 2"

inspect.getsource = getsource
""",
    "eve": """
import inspect
class AssertionErrors(AssertionError): pass
def double(n):
    return 2 * n
def getsource(f):
    raise ValueError(In[-1])
inspect.getsource = getsource
""",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    if detect() is Tier.NONE:
        missing("this machine cannot contain learner code: see aisec doctor")
    made = make_course(tmp_path_factory.mktemp("referees") / "course", cells=CELLS)
    for student, answer in ANSWERS.items():
        hand_in(made, student, {"double": answer})
    return made


def grade(course):
    return {one.student: one for one in grade_cohort(course, plan(course, ()), Processes(2), lessons=None)}


@pytest.fixture(scope="module")
def results(course):
    return grade(course)


def scores(result):
    return {one.exercise.partition(".")[2]: one.points for one in result.verdicts}


def test_what_only_the_notebook_itself_can_run_is_judged_there(results):
    assert {one.exercise for one in results["ada"].verdicts if one.inside} == {
        "ps1.t_source", "ps1.t_hidden", "ps1.t_partly",
    }  # fmt: skip
    right = {"t_value": 1, "t_source": 2, "t_hidden": 3, "t_partly": 0.5, "t_broken": 0, "t_given": 1}
    assert scores(results["ada"]) == right
    assert scores(results["bo"]) == right | {"t_source": 0, "t_hidden": 0}


def test_its_words_are_the_authors_and_never_a_hidden_tests(results):
    said = {one.exercise: (one.outcome, one.message) for one in results["bo"].verdicts}
    assert said["ps1.t_source"] == (Outcome.FAILED, "Use *.")
    assert said["ps1.t_hidden"] == (Outcome.FAILED, "A hidden test did not hold.")
    stopped = {one.exercise: (one.outcome, one.message) for one in results["eve"].verdicts}
    line = "The test stopped here: assert '*' in inspect.getsource(double), 'Use *.'"
    assert stopped["ps1.t_source"] == (Outcome.ERROR, line)
    assert stopped["ps1.t_hidden"] == (Outcome.ERROR, "A hidden test stopped.")


def test_a_learner_fools_the_inside_referee_in_its_own_cells_and_no_more(results):
    assert scores(results["mallory"]) | {"t_partly": 0} == {
        "t_value": 0, "t_source": 2, "t_hidden": 3, "t_partly": 0, "t_broken": 0, "t_given": 1,
    }  # fmt: skip


def test_nothing_of_a_hidden_test_gets_out(course, results):
    for student in ("mallory", "eve"):
        document = json.loads((course.step("autograded") / student / "ps1/ps1.ipynb").read_text())
        outputs = json.dumps([one.get("outputs") for one in document["cells"]])
        assert HIDDEN not in outputs and HIDDEN not in results[student].to_json()


def test_who_judged_is_said(results):
    verdict = next(one for one in results["ada"].verdicts if one.inside)
    assert "judged inside" in verdict.as_text() and "judged inside" in verdict.as_html()
    told = {one["id"]: one["inside"] for one in results["ada"].row()["exercises"]}
    assert told["ps1.t_source"] is True and told["ps1.t_value"] is False
    assert "inside" not in next(one for one in results["ada"].verdicts if not one.inside).as_html()


def test_it_is_found_once_and_again_when_what_it_rests_on_changes(course, results):
    class Counted(Processes):
        tried = 0

        def grade(self, tasks, standards, lessons):
            Counted.tried += 1
            return super().grade(tasks, standards, lessons)

    def found():
        standards = standards_of(course, [load_assignment(course, "ps1")], None)
        return referees.rule(course, standards, Counted(1), None)["ps1"]

    first = found()
    assert Counted.tried == 0 and first.solved and len(first.inside) == 3
    path = course.root / "source/ps1/ps1.ipynb"
    text = path.read_text()
    path.write_text(text.replace("return n * 2", "return 2 * n"))  # the hidden test wants the other order
    again = found()
    path.write_text(text)
    assert Counted.tried == 1 and [one.cell for one in again.cells if one.is_broken] != [
        one.cell for one in first.cells if one.is_broken
    ]


def test_the_doctor_says_why_and_what_is_broken(course):
    advice, unsolved = advise(course, Processes(1), None)
    told = {one.cell: one for one in advice}
    assert unsolved == [] and set(told) == {"t_source", "t_hidden", "t_partly", "t_broken"}
    assert "From outside: The test" in told["t_source"].why and told["t_source"].misfits
    assert "own solution does not pass" in told["t_broken"].why and not told["t_broken"].ruling.inside
    rows = [row for one in advice for row in one.rows()]
    assert {(row["cell"], row["inside"], row["broken"]) for row in rows} >= {
        ("t_source", True, False), ("t_broken", False, True), ("t_partly", True, True),
    }  # fmt: skip


def test_a_course_may_have_a_person_decide_or_refuse(course, results):
    settings = course.root / "aisec.toml"
    try:
        settings.write_text('inside = "refuse"\n')
        with pytest.raises(CourseError, match=r"t_source.*refuses|refuses.*t_source"):
            grade(course)
        settings.write_text('inside = "always"\n')
        with pytest.raises(CourseError, match='"ask"'):
            course.inside()
        settings.write_text('inside = "ask"\n')
        result = grade(course)["ada"]
        assert result.score == 2 and scores(result)["t_source"] == 2  # what it would be, for the person
        with course.gradebook.open() as book:
            waits = {one.name for one in book.find_submission("ps1", "ada").notebooks[0].grades
                     if one.needs_manual_grade}  # fmt: skip
        assert waits == {"t_source", "t_hidden", "t_partly"}
    finally:
        settings.unlink()


# -- the ruling ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("solved", "released", "inside", "broken"),
    [
        ((1, 1), (0, 0), False, False),
        ((0, 1), (0, 0), True, False),  # refused wrongly
        ((1, 1), (1, 0), True, False),  # passed wrongly
        ((1, 1), (0, 1), True, False),
        ((0, 0), (0, 0), False, True),
        ((1, 0), (0, 0), False, True),  # both can judge it: outside decides
        ((1, 0), (1, 0), False, True),
        ((None, None), (1, 0), True, False),  # no solution
        ((None, None), (0, 0), False, False),
    ],
)
def test_what_four_tries_say(solved, released, inside, broken):
    def verdict(points):
        outcome = Outcome.PASSED if points else Outcome.FAILED
        return None if points is None else Verdict("nb.t", outcome, float(points), 1.0, "said")

    tries = {
        (who, way): verdict(points)
        for who, pair in ((SOLUTION, solved), (RELEASED, released))
        for way, points in zip((OUTSIDE, INSIDE), pair, strict=True)
    }
    ruling = referees._ruling("nb", author([test("", "t")]).by_id["t"], tries)
    assert (ruling.inside, ruling.is_broken) == (inside, broken)


def test_a_grader_that_breaks_says_nothing_about_a_test(tmp_path):
    course = make_course(tmp_path / "course", cells=CELLS)
    standards = standards_of(course, [load_assignment(course, "ps1")], None)

    class Breaks:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def grader(self):
            raise RuntimeError("no grader")

    found = referees.rule(course, standards, processes(1, Breaks()), None)["ps1"]
    assert found.cells == () and referees.kept_rulings(course, ["ps1"]) == []


def test_a_test_that_calls_check_is_never_tried():
    cells = [cell("from autograder.learner import check"), test("check('a.b', f)", "t"), test("f(1)", "u")]
    assert [one.grade_id for one in referees.undecided(author(cells))] == ["u"]
    assert len(referees.undecided(author(cells[1:]))) == 2  # a `check` of the course's own


# -- the inside referee -------------------------------------------------------------------------------


class Told:
    """A run that tells what it is given."""

    def __init__(self, told, stop=None):
        self.told, self.stop, self.stops = told, stop, []

    def cell(self, source):
        if self.stop:
            self.stops.append(Stop(self.stop, "chosen by the learner's process"))
        return self.told


def number(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}}


@pytest.mark.parametrize(
    ("outputs", "outcome", "points"),
    [
        ([], Outcome.PASSED, 2),
        ([number("1.5")], Outcome.PARTLY, 1.5),
        ([number("'well done'")], Outcome.PASSED, 2),
        ([number("True")], Outcome.PASSED, 2),
        ([number("0")], Outcome.FAILED, 0),
        ([number("3")], Outcome.GRADER_FAULT, 0),
        ([number("nan")], Outcome.GRADER_FAULT, 0),
        ([{"output_type": "stream", "name": "stderr", "text": "careful"}], Outcome.PASSED, 2),
        ([{"output_type": "error", "ename": "AssertionError"}], Outcome.FAILED, 0),
        ([number("2"), {"output_type": "error", "ename": "KeyError"}], Outcome.ERROR, 0),
        ([{"output_type": "error", "ename": "NotImplementedError"}], Outcome.NOT_ATTEMPTED, 0),
        ([{"output_type": "error"}], Outcome.ERROR, 0),
        ([{"output_type": "execute_result", "data": 5}, 7, None], Outcome.PASSED, 2),
    ],
)
def test_a_cell_is_scored_as_nbgrader_scores_it(outputs, outcome, points):
    notebook = author([test("assert f()", "t", 2)])
    cells = [SubmittedCell("code", "assert f()", notebook.by_id["t"])]
    for told in (
        {"outputs": outputs},
        {"outputs": outputs, "line": "1"},
        {"outputs": outputs, "line": 1 << 80},
    ):
        verdict = judge_inside(notebook, cells, Told(told))["t"]
        assert (verdict.outcome, verdict.points, verdict.inside) == (outcome, points, True)


def test_the_words_for_a_stop_are_ours():
    notebook = author([test("assert f()", "t", 2)])
    cells = [SubmittedCell("code", "assert f()", notebook.by_id["t"])]
    verdict = judge_inside(notebook, cells, Told({"outputs": []}, Outcome.TIMED_OUT))["t"]
    assert verdict.outcome is Outcome.TIMED_OUT and "chosen" not in verdict.message


def test_what_a_test_leaves_for_a_later_cell_is_there_inside(sandbox):
    cells = [
        solution("def fit(n): return {'slope': 2 * n}", "a"),
        test("model = fit(3)", "t"),
        solution("slope = model['slope']", "b"),
        test("assert slope == 6", "u"),
    ]
    assignment = Assignment("nb", (author(cells),))

    def graded(**more):
        return grade_submission(
            assignment, {"nb": to_bytes(cells)}, student="ada", secret="s",
            limits=replace(Limits(), cell_seconds=5), sandbox=sandbox, find_exercise=None, **more,
        )  # fmt: skip

    assert [one.points for one in graded().result.verdicts] == [1, 0]
    found = graded(inside=[("nb", "u")])
    assert [(one.points, one.inside) for one in found.result.verdicts] == [(1, False), (1, True)]
    assert found.result.outcome is Outcome.PASSED
    waiting = graded(inside=[("nb", "u")], asks=True)
    assert [mark.points for mark in waiting.marks if mark.grade_id == "u"] == [None]
    assert waiting.result.score == 1
