"""check, hint and solution: what they judge, say, record and open."""

import json
import sys

import pytest

from autograder.learner import check, hint, solution
from autograder.learner.journal import Journal
from autograder.learner.panel import Plain
from autograder.learner.practice import NotPassed

pytestmark = pytest.mark.usefixtures("course")


def subtract(a, b):
    return a - b


def add(a, b):
    return a + b


def stub(*_):
    raise NotImplementedError()


def entry(exercise_id="sums.add"):
    return Journal.find().read().tried(exercise_id)


def test_a_right_answer_returns_nothing_and_is_recorded_with_the_debrief(capsys):
    assert check("sums.add", add) is None
    out = capsys.readouterr().out
    assert "✓ sums.add: passed, 5 of 5 points" in out
    assert "The attacker: An attacker overflows it." in out
    assert "The defender: A defender bounds it." in out
    assert entry().passed
    assert (entry().points, entry().attempts, entry().failed) == (5, 1, 0)


def test_a_wrong_answer_raises_with_the_headline_and_the_first_message(capsys):
    with pytest.raises(NotPassed) as raised:
        check("sums.add", subtract)
    assert raised.value._render_traceback_() == [
        "✗ sums.add: failed, 0 of 5 points",
        "The sum is not right. You subtracted.",
    ]
    out = capsys.readouterr().out
    assert "expected: 5" in out
    assert "The attacker" not in out
    assert (entry().outcome, entry().failed, entry().passed) == ("failed", 1, "")


def test_an_untouched_stub_is_not_attempted_and_no_attempt():
    with pytest.raises(NotPassed, match="not attempted"):
        check("sums.add", stub)
    assert (entry().outcome, entry().attempts) == ("not attempted", 0)


def test_an_answer_that_raises_is_named_not_thrown():
    with pytest.raises(NotPassed, match="ZeroDivisionError"):
        check("sums.add", lambda a, b: 1 // 0)


def test_an_answer_cannot_change_what_the_check_compares_with():
    def spoil(numbers):
        total = sum(numbers)
        numbers.clear()
        return total

    assert check("sums.total", spoil) is None


def test_answers_of_one_exercise_share_their_objects():
    class Counter:
        def __init__(self, count):
            self.count = count

    assert check("sums.counter", Counter, lambda counter: counter.count) is None


@pytest.mark.parametrize("answers", [(), (add, add)])
def test_the_wrong_number_of_values_says_what_to_write(answers):
    with pytest.raises(Plain, match=r'Write: check\("sums\.add", add\)') as raised:
        check("sums.add", *answers)
    assert not isinstance(raised.value, NotPassed)
    assert entry().last == "", "nothing is recorded"


def test_a_value_that_is_no_function_is_named():
    with pytest.raises(NotPassed, match="add is 3, not a function or class"):
        check("sums.add", 3)


@pytest.mark.parametrize("ask", [check, hint, solution])
@pytest.mark.parametrize("wrong, named", [("sums.ad", "sums.add, sums.total"), ("nope.add", "sums, more")])
def test_an_unknown_id_names_the_ones_there_are(ask, wrong, named):
    with pytest.raises(Plain, match=named):
        ask(wrong)


def test_an_exercise_given_as_a_function_asks_for_its_id():
    with pytest.raises(Plain, match="id in quotes"):
        check(add, add)


def test_stderr_of_the_answer_is_shown_as_output_because_nbgrader_fails_cells_for_it(capsys):
    def noisy(a, b):
        print("thinking", file=sys.stderr)
        return a + b

    check("sums.add", noisy)
    captured = capsys.readouterr()
    assert "thinking" in captured.out
    assert captured.err == ""


def test_validating_prints_text_and_records_nothing(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(NotPassed):
        check("sums.add", subtract)
    out = capsys.readouterr().out
    assert "sums.add: failed" in out
    assert "Stuck?" not in out
    assert not Journal.find().path.exists()


def test_verdicts_are_appended_for_the_terminal(monkeypatch, tmp_path):
    results = tmp_path / "verdicts.jsonl"
    monkeypatch.setenv("AISEC_CHECK_RESULTS", str(results))
    check("sums.add", add)
    with pytest.raises(NotPassed):
        check("sums.add", subtract)
    outcomes = [json.loads(line)["outcome"] for line in results.read_text("utf-8").splitlines()]
    assert outcomes == ["passed", "failed"]


def test_each_hint_opens_one_more_rung_and_they_are_remembered(capsys):
    said = []
    for _ in range(4):
        hint("sums.add")
        said.append(capsys.readouterr().out)
    assert [f"rung {n} of 3" in text for n, text in zip((1, 2, 3, 3), said, strict=True)] == [True] * 4
    assert "Add them." not in said[0] and "Add them." in said[1] and "Look at" in said[1]
    assert "for the next rung" in said[0] and "That was the last rung" in said[2]
    assert entry().hints == 3


def test_a_failed_check_names_the_next_rung_and_at_last_the_solution(capsys):
    for expected in ("rung 1 of 3", "rung 2 of 3", "rung 3 of 3", 'solution("sums.add", sure=True)'):
        with pytest.raises(NotPassed):
            check("sums.add", subtract)
        assert expected in capsys.readouterr().out
        hint("sums.add")
        capsys.readouterr()


def test_the_solution_stays_closed_until_three_failed_checks_and_a_confirmation(capsys):
    for _ in range(3):
        solution("sums.add", sure=True)
        assert "return a + b" not in capsys.readouterr().out
        with pytest.raises(NotPassed):
            check("sums.add", subtract)
    solution("sums.add")
    out = capsys.readouterr().out
    assert "return a + b" not in out
    assert "3 of its 3 hints are unread" in out
    solution("sums.add", sure=True)
    out = capsys.readouterr().out
    assert "return a + b" in out and "###" not in out
    assert entry().solution
    solution("sums.add")
    assert "return a + b" in capsys.readouterr().out, "once open it stays open"


def test_the_solution_opens_after_a_pass(capsys):
    check("sums.add", add)
    solution("sums.add")
    assert "return a + b" in capsys.readouterr().out
    assert not entry().solution, "a solution read after a pass was not needed"


def test_stubs_open_no_solution(capsys):
    for _ in range(4):
        with pytest.raises(NotPassed):
            check("sums.add", stub)
    solution("sums.add", sure=True)
    assert "so far 0" in capsys.readouterr().out


def test_a_solution_that_the_text_does_not_have_says_so(course):
    text = course / "m1_sums/sums/lesson.py"
    text.write_text(text.read_text("utf-8").replace('check("sums.total", total)', 'check("sums.all", total)'))
    check("sums.total", sum)
    with pytest.raises(Plain, match="not part of this installation"):
        solution("sums.total")
