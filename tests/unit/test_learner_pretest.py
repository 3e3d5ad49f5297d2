"""The pre-test: item by item, kept at once, to be interrupted, and silent about right and wrong."""

import json
import os
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from autograder.learner import exam as exam_module
from autograder.learner import journal as journal_module
from autograder.learner import posttest, pretest, progress
from autograder.learner.exam import Exam
from autograder.learner.journal import FILE, Journal, Pages, Reply, Sitting, Tried
from autograder.learner.panel import Plain
from autograder.learner.pretest import ExamPanel, _take
from autograder.learner.question import Question
from autograder.learner.score import Tally, gain, score
from autograder.learner.task import holds, not_python
from autograder.learner.work import merge

ITEMS = """
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    id: str
    concept: str
    kind: str
    question: str
    code: str = ""
    options: tuple = ()
    answer: int = 0
    function: str = ""
    cases: tuple = ()


STUB = "def %s(x):\\n    raise NotImplementedError()\\n"


def items(one, name):
    return (
        Item("sum.small", "sum", "choice", f"What is {one} + 1?", "", ("Nought", "More", "Less"), 1),
        Item("sum.shown", "sum", "output", "What is printed?", f"print({one})", (str(one), "print"), 0),
        Item("half.task", "half", "code", f"Complete `{name}`.", STUB % name,
             function=name, cases=(((4,), 2), ((0,), 0), (("a",), TypeError))),
        Item("half.last", "half", "choice", "Is `0` even?", options=("Yes", "No"), answer=0),
    )


FORMS = {"A": items(1, "halve"), "B": items(2, "bisect")}
"""
RIGHT = "def {name}(x):\n    return x // 2\n"


@pytest.fixture(autouse=True)
def published(course):
    folder = course / "pretest"
    folder.mkdir()
    (folder / "items.py").write_text(ITEMS, "utf-8")


@pytest.fixture
def lot(monkeypatch):
    """Every lot falls on the first of what may be drawn."""
    monkeypatch.setattr("secrets.choice", lambda forms: forms[0])


class Desk:
    """The live panel in a kernel of its own, and a hand that presses its buttons."""

    def __init__(self, which="pretest"):
        self.exam = Exam(which, Journal.find())
        self.form = ExamPanel(self.exam, Question).form

    def commit(self, choice=None, sure=None, text=""):
        self.send(commit={"choice": choice, "sure": sure, "text": text})

    def press(self, label):
        assert label in self.form.others
        self.send(other=label)

    def send(self, **content):
        self.form._receive(self.form, {"turn": self.form.turn, **content}, [])

    def answer_all(self):
        """Answer each item right, from the first page on."""
        self.commit()
        while not self.form.answered:
            if self.form.code:
                name = "halve" if "halve" in self.form.question else "bisect"
                self.commit(text=RIGHT.format(name=name))
            else:
                self.commit(
                    1 if self.form.question.startswith("What is ") and not self.form.shown else 0, True
                )


def kept(which="pretest"):
    return getattr(Journal.find().read(), which)


def reply(right=True, sure=True, at="2026-01-01T00:00:00Z", answer="x"):
    return Reply(answer, sure, right, at, 30)


# -- the panel ---------------------------------------------------------------------------------------


def test_the_first_page_says_what_it_is_and_draws_no_form_yet():
    desk = Desk()
    assert desk.form.question == "Pre-test: where do you stand?"
    assert "4 items, about 30 minutes" in desk.form.note and "progress.json" in desk.form.note
    assert (desk.form.button, desk.form.options, desk.form.confidence) == ("Begin", [], False)
    assert kept() == Sitting()


def test_a_form_is_drawn_once_and_the_second_test_takes_the_other(monkeypatch):
    monkeypatch.setattr("secrets.choice", lambda forms: forms[0])
    Desk().commit()
    monkeypatch.setattr("secrets.choice", lambda forms: forms[-1])
    Desk().commit()
    assert kept().form == "A"
    monkeypatch.setattr("secrets.choice", lambda forms: forms[0])
    Desk("posttest").commit()
    assert kept("posttest").form == "B"


@pytest.mark.parametrize("place", [0, 1])
def test_the_form_is_by_lot(monkeypatch, place):
    monkeypatch.setattr("secrets.choice", lambda forms: forms[place])
    Desk().commit()
    assert kept().form == "AB"[place]


@pytest.mark.usefixtures("lot")
def test_each_answer_is_kept_at_once_and_the_next_item_says_nothing_of_it():
    desk = Desk()
    desk.commit()
    assert (desk.form.question, desk.form.progress) == ("What is 1 + 1?", "Item 1 of 4")
    desk.commit(0, True)
    answer = kept().items["sum.small"]
    assert (answer.answer, answer.sure, answer.right) == ("Nought", True, False)
    assert datetime.fromisoformat(answer.at).tzinfo is not None
    assert (desk.form.status, desk.form.note, desk.form.answered) == ("Item 2 of 4.", "", "")
    assert (desk.form.shown, desk.form.options) == ("print(1)", ["`1`", "`print`"])
    desk.commit(0, False)
    assert kept().items["sum.shown"] == Reply("1", False, True, kept().items["sum.shown"].at, 0)


@pytest.mark.usefixtures("lot")
def test_right_and_wrong_answers_show_the_same_on_the_way():
    def told(choice):
        desk = Desk()
        desk.commit()
        desk.commit(choice, True)
        os.remove(FILE)
        return desk.form.get_state(["question", "note", "status", "progress", "answered", "others"])

    assert told(0) == told(1)


@pytest.mark.usefixtures("lot")
def test_an_item_without_confidence_is_not_heard():
    desk = Desk()
    desk.commit()
    desk.commit(0)
    assert kept().items == {}


@pytest.mark.usefixtures("lot")
def test_a_skipped_item_comes_at_the_end():
    desk = Desk()
    desk.commit()
    desk.press("Skip for now")
    assert desk.form.progress == "Item 2 of 4"
    desk.press("Skip for now")
    desk.commit(text=RIGHT.format(name="halve"))
    desk.commit(0, True)
    assert desk.form.progress == "Item 1 of 4, skipped before"
    desk.commit(1, True)
    assert desk.form.progress == "Item 2 of 4, skipped before"
    assert desk.form.others == ["Stop here"], "there is nothing to come before it"


@pytest.mark.usefixtures("lot")
def test_an_item_may_be_skipped_again():
    desk = Desk()
    desk.commit()
    for _ in range(5):
        desk.press("Skip for now")
    assert desk.form.progress == "Item 2 of 4, skipped before"


@pytest.mark.usefixtures("lot")
def test_after_a_stop_the_same_panel_goes_on():
    desk = Desk()
    desk.commit()
    desk.commit(1, True)
    desk.press("Stop here")
    assert desk.form.question == "Pre-test: 1 of 4 items answered"
    assert (desk.form.button, desk.form.others) == ("Go on", [])
    assert "kept in progress.json" in desk.form.status
    desk.commit()
    assert desk.form.progress == "Item 2 of 4"


@pytest.mark.usefixtures("lot")
def test_a_new_kernel_goes_on_at_the_first_open_item():
    desk = Desk()
    desk.commit()
    desk.press("Skip for now")
    desk.commit(0, True)
    desk = Desk()
    assert desk.form.question == "Pre-test: 1 of 4 items answered"
    desk.commit()
    assert desk.form.progress == "Item 1 of 4"


def test_after_the_last_item_there_is_no_score():
    desk = Desk()
    desk.answer_all()
    sitting = kept()
    assert [answer.right for answer in sitting.items.values()] == [True] * 4
    assert f"Form {sitting.form}, 4 of 4 items answered, in about 1 minute." in desk.form.answered
    assert "you will see them beside the post-test" in desk.form.status
    assert "right, " not in desk.form.answered and "%" not in desk.form.answered


@pytest.mark.usefixtures("lot")
def test_the_first_of_two_answers_to_an_item_counts():
    one, two = Desk(), Desk()
    one.commit(), two.commit()
    one.commit(0, True), two.commit(1, True)
    assert kept().items["sum.small"].answer == "Nought"
    assert two.form.progress == "Item 2 of 4"


@pytest.mark.usefixtures("lot")
@pytest.mark.parametrize("theirs, form", [({}, "A"), ({"sum.small": reply(answer="Less")}, "B")])
def test_a_form_that_another_kernel_drew_meanwhile_is_not_mixed_with_this_one(theirs, form):
    desk = Desk()
    desk.commit()
    Journal.find().update(lambda pages: setattr(pages, "pretest", Sitting("B", "t", theirs)))
    desk.commit(1, True)
    assert (kept().form, kept().items["sum.small"].answer) == (form, "Less" if theirs else "More")
    assert desk.form.shown == ("print(2)" if theirs else "print(1)")


def test_a_form_that_the_course_does_not_have_is_named():
    Journal.find().update(lambda pages: setattr(pages, "pretest", Sitting("C", "t")))
    with pytest.raises(Plain, match="no form 'C'"):
        pretest()


# -- how long it took --------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch):
    watch = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(exam_module.time, "monotonic", lambda: watch.now)
    return watch


@pytest.mark.usefixtures("lot")
def test_the_time_on_an_item_is_summed_over_its_visits(clock):
    desk = Desk()
    desk.commit()
    clock.now += 20
    desk.press("Skip for now")
    clock.now += 7
    desk.press("Stop here")
    clock.now += 5000
    desk.commit()
    clock.now += 3
    desk.commit(0, True)
    assert kept().items["sum.shown"].seconds == 10
    desk.commit(text=RIGHT.format(name="halve")), desk.commit(0, True)
    clock.now += 5
    desk.commit(1, True)
    assert kept().items["sum.small"].seconds == 25


@pytest.mark.usefixtures("lot")
def test_an_interruption_counts_for_no_more_than_ten_minutes(clock):
    desk = Desk()
    desk.commit()
    clock.now += 30_000
    desk.commit(0, True)
    assert kept().items["sum.small"].seconds == 600


# -- code --------------------------------------------------------------------------------------------


@pytest.fixture
def task():
    """A panel that shows the code task."""
    Journal.find().update(
        lambda pages: setattr(
            pages, "pretest", Sitting("A", "t", {"sum.small": reply(), "sum.shown": reply()})
        )
    )
    desk = Desk()
    desk.commit()
    return desk


def test_a_code_task_begins_with_its_stub_and_asks_for_no_confidence(task):
    assert task.form.draft == "def halve(x):\n    raise NotImplementedError()\n"
    assert (task.form.confidence, task.form.options) == (False, [])


@pytest.mark.parametrize(
    "text, right",
    [
        (RIGHT.format(name="halve"), True),
        ("def halve(x):\n    return x\n", False),
        ("def halve(x):\n    return 0 if x == 'a' else x // 2\n", False),
        ("halve = 3\n", False),
        ("raise SystemExit\n", False),
    ],
)
def test_code_is_kept_and_judged_by_its_cases(task, text, right):
    task.commit(text=text)
    answer = kept().items["half.task"]
    assert (answer.answer, answer.sure, answer.right) == (text, None, right)
    assert task.form.progress == "Item 4 of 4"


def test_what_is_not_python_is_named_before_it_is_accepted(task):
    text = "def halve(x)\n    return x // 2\n"
    task.commit(text=text)
    assert kept().items.keys() == {"sum.small", "sum.shown"}
    assert task.form.note.startswith(
        "This is not Python yet, line 1: expected ':'. Mend it, or commit it once"
    )
    assert (task.form.draft, task.form.progress) == (text, "Item 3 of 4")
    assert "line 1" in task.form.status
    task.commit(text=text.replace(")\n", "):\n", 1))
    assert kept().items["half.task"].right


@pytest.mark.parametrize(
    "text", ["def halve(:\n", "return 3\n", "def halve(x):\n    raise NotImplementedError()", "x = '\0'\n"]
)
def test_what_is_hardly_meant_is_accepted_the_second_time(task, text):
    task.commit(text=text)
    assert "half.task" not in kept().items
    task.commit(text=text)
    assert kept().items["half.task"] == Reply(text, None, False, kept().items["half.task"].at, 0)


def test_another_mistake_is_named_again(task):
    task.commit(text="def halve(:\n")
    task.commit(text="def halve(x):\n    return (\n")
    assert "line 2: '(' was never closed" in task.form.note
    assert "half.task" not in kept().items


def test_cases_are_values_or_errors_that_must_be_raised():
    cases = (((1,), [1.5, b"x", None, {"a": (1,)}]), ((2,), LookupError))
    text = "def f(x):\n    if x == 2: raise {error}\n    return [1.5, b'x', None, {{'a': (1,)}}]\n"
    assert holds(text.format(error="KeyError(x)"), "f", cases)
    assert not holds(text.format(error="ValueError(x)"), "f", cases)
    assert not holds("def f(x): raise KeyError", "f", cases)
    assert not holds("def f(x): return [1.5, b'x', None, {'a': (1,)}] if x == 1 else None", "f", cases)
    assert not holds("def f(x): return [1.5, b'x', None, {'a': (1,)}]", "f", cases)


def test_times_with_an_offset_cross_into_the_process():
    moment = datetime(2026, 6, 8, 9, 30, tzinfo=UTC)
    text = "from datetime import timedelta\ndef f(t): return t + timedelta(hours=1)"
    assert holds(text, "f", (((moment,), moment.replace(hour=10)),))
    assert not holds(text, "f", (((moment,), moment),))


def test_text_of_any_script_crosses_into_the_process():
    assert holds("def f(s): return s + 'ß\\n“é”'", "f", ((("日\ud800",), "日\ud800ß\n“é”"),))


def test_code_that_never_ends_is_stopped_and_is_not_right(monkeypatch):
    monkeypatch.setattr("autograder.learner.task.SECONDS", 0.5)
    assert not holds("def f():\n    while True: pass", "f", (((), 1),))


@pytest.mark.parametrize(
    "text",
    [
        "def f(): return 1\nimport sys; sys.exit(0)",
        "import os; os._exit(0)",
        "def f(): print('x' * 5_000_000); return 2",
        "def f(): return input()",
        "class Odd:\n    def __eq__(self, other): raise ValueError\ndef f(): return Odd()",
    ],
)
def test_code_that_ends_the_process_or_floods_it_is_not_right(text):
    assert not holds(text, "f", (((), 1),))


def test_code_is_run_apart_from_modules_that_lie_around(monkeypatch):
    with open("random.py", "w") as file:
        file.write("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    assert holds("import random\ndef f(): return 1", "f", (((), 1),))


def test_deep_nesting_is_no_python_rather_than_an_error_here():
    assert not_python("(" * 5000 + ")" * 5000)
    assert not_python("x = 1\n") == ""


# -- calls -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("lot")
def test_without_widgets_each_call_answers_the_item_that_is_shown(capsys):
    pretest()
    out = capsys.readouterr().out
    assert "4 items, about 30 minutes" in out and "Item 1 of 4: What is 1 + 1?\n  1. Nought" in out
    assert "pretest(answer=1, sure=True)" in out
    pretest(answer=2, sure=True)
    out = capsys.readouterr().out
    assert out.startswith("Item 2 of 4: What is printed?\n    print(1)\n  1. 1\n") and "30 minutes" not in out
    pretest(answer=2)
    assert 'pretest(code="""…""")' in capsys.readouterr().out
    pretest(code=RIGHT.format(name="halve"))
    pretest(answer=1)
    assert "Pre-test: done" in capsys.readouterr().out
    answers = kept().items
    assert [(answer.sure, answer.right) for answer in answers.values()] == [
        (True, True),
        (False, False),
        (None, True),
        (False, True),
    ]
    pretest(answer=1), pretest()
    assert capsys.readouterr().out.count("Pre-test: done") == 2
    assert kept().items == answers


@pytest.mark.usefixtures("lot")
def test_an_answer_to_an_item_that_was_not_shown_shows_it_first(capsys):
    Journal.find().update(lambda pages: setattr(pages, "pretest", Sitting("A", "t")))
    pretest(answer=1)
    assert "Item 1 of 4" in capsys.readouterr().out
    assert kept().items == {}


@pytest.mark.usefixtures("lot")
@pytest.mark.parametrize("answer", [0, 4, "More", True, None])
def test_what_is_no_option_is_refused(answer):
    pretest()
    with pytest.raises(Plain, match="1 to 3"):
        pretest(answer=answer, code="x" if answer is None else None)
    assert kept().items == {}


@pytest.mark.usefixtures("task")
def test_a_call_names_what_is_not_python_too():
    pretest()
    with pytest.raises(Plain, match="asks for code"):
        pretest(answer=1)
    with pytest.raises(Plain, match="line 1"):
        pretest(code="def (")
    pretest(code="def (")
    assert kept().items["half.task"].answer == "def ("


@pytest.mark.parametrize("name", ["NBGRADER_VALIDATING", "NBGRADER_EXECUTION", "AISEC_CHECK_RESULTS"])
def test_a_rehearsal_says_what_it_is_and_keeps_nothing(monkeypatch, capsys, name):
    monkeypatch.setenv(name, "1")
    pretest()
    pretest(answer=1)
    assert capsys.readouterr().out.count("Pre-test: where do you stand?") == 2
    assert not os.path.exists(FILE)


def test_a_course_without_a_test_says_so(course):
    (course / "pretest" / "items.py").unlink()
    with pytest.raises(Plain, match="this course has no pre-test"):
        pretest()


def test_progress_passes_over_a_test_of_another_course(course, capsys):
    Journal.find().update(lambda pages: setattr(pages, "pretest", Sitting("C", "t", {"a": reply()})))
    assert "Pre-test" not in shown(capsys)
    (course / "pretest" / "items.py").unlink()
    assert "Pre-test" not in shown(capsys)


# -- what is kept ------------------------------------------------------------------------------------


def test_what_was_answered_is_read_back():
    sitting = Sitting("A", "t", {"sum.small": reply(), "half.task": reply(sure=None)})
    pages = Pages(pretest=sitting)
    assert Pages.from_json(pages.to_json()) == pages


def test_a_file_from_before_the_test_is_readable():
    pages = Pages.from_json('{"format": 1, "exercises": {}, "predictions": {}}')
    assert pages.pretest == Sitting()


@pytest.mark.parametrize(
    "entry",
    [
        [],
        {"form": 1},
        {"unknown": 1},
        {"items": []},
        {"items": {"a": {}}},
        {"items": {"a": {"answer": "x", "sure": "yes", "right": True, "at": "t", "seconds": 1}}},
    ],
)
def test_a_damaged_entry_is_no_progress_file(entry):
    text = json.dumps({"format": 1, "exercises": {}, "predictions": {}, "pretest": entry})
    with pytest.raises(ValueError):
        Pages.from_json(text)


@pytest.mark.usefixtures("lot")
def test_answers_that_cannot_be_saved_are_held_and_saved_later(monkeypatch):
    desk = Desk()
    desk.commit()
    with monkeypatch.context() as full:
        full.setattr(journal_module, "PATIENCE", 0.01)
        full.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        desk.commit(1, True)
        assert "not saved" in desk.form.status and desk.form.progress == "Item 2 of 4"
    assert kept().items == {}
    desk.commit(0, True)
    assert kept().items.keys() == {"sum.small", "sum.shown"}


def test_a_file_that_was_deleted_starts_the_test_again():
    desk = Desk()
    desk.answer_all()
    os.remove(FILE)
    assert desk.exam.sitting == Sitting()


def test_saved_work_brings_answers_back_and_of_each_item_the_first_counts():
    early, late = reply(at="2026-01-01T00:00:00Z", answer="early"), reply(at="2026-02-01T00:00:00Z")
    mine = Pages(pretest=Sitting("A", "2026-01-02T00:00:00Z", {"a": late, "b": early}))
    merge(mine, Pages(pretest=Sitting("A", "2026-01-01T00:00:00Z", {"a": early, "b": late, "c": late})))
    assert mine.pretest == Sitting("A", "2026-01-01T00:00:00Z", {"a": early, "b": early, "c": late})


@pytest.mark.parametrize("more, form", [(0, "A"), (1, "A"), (2, "B")])
def test_of_two_forms_the_one_with_more_answers_is_kept(more, form):
    sitting = Sitting("A", "t", {"a": reply()})
    other = Sitting("B", "t", {str(number): reply() for number in range(more)})
    sitting.join(other)
    assert sitting.form == form and len(sitting.items) == max(1, more)
    sitting.join(Sitting())
    assert sitting.form == form


# -- scores ------------------------------------------------------------------------------------------


def items():
    return exam_module.forms()["A"]


def test_a_score_counts_by_concept_by_kind_and_by_confidence():
    answers = {
        "sum.small": reply(True, True),
        "sum.shown": reply(False, True),
        "half.task": reply(True, None),
    }
    found = score(Sitting("A", "t", answers | {"gone": reply()}), items())
    assert found.total == Tally(2, 4)
    assert found.concepts == {"sum": Tally(1, 2), "half": Tally(1, 2)}
    assert found.kinds == {"choice": Tally(1, 2), "output": Tally(0, 1), "code": Tally(1, 1)}
    assert (found.sure, found.unsure) == (Tally(1, 2), Tally(0, 0))
    found = score(Sitting("A", "t", {"half.last": reply(True, False)}), items())
    assert (found.sure, found.unsure) == (Tally(0, 0), Tally(1, 1))


@pytest.mark.parametrize(
    "pre, post, expected", [(12, 18, 0.5), (0, 24, 1.0), (12, 6, -0.5), (12, 12, 0.0), (24, 24, None)]
)
def test_the_gain_is_a_share_of_what_was_missing(pre, post, expected):
    assert gain(Tally(pre, 24), Tally(post, 24)) == expected


def shown(capsys):
    progress()
    return capsys.readouterr().out


def test_progress_tells_how_much_is_answered_and_no_score(capsys):
    assert "Pre-test" not in shown(capsys)
    answers = {item.id: reply() for item in items()}
    Journal.find().update(lambda pages: setattr(pages, "pretest", Sitting("A", "t", answers)))
    assert "\nPre-test: form A, 4 of 4 answered.\n" in shown(capsys)
    Journal.find().update(lambda pages: setattr(pages, "posttest", Sitting("B", "t", {"sum.small": reply()})))
    out = shown(capsys)
    assert "Pre-test: form A, 4 of 4 answered. Post-test: form B, 1 of 4 answered." in out
    assert "Gain" not in out


@pytest.mark.parametrize(
    "before, after, says",
    [
        (2, 3, "Pre-test: 2 of 4 right. Post-test: 3 of 4 right. Gain: 0.50 of what was missing.\n"),
        (4, 4, "Pre-test: 4 of 4 right. Post-test: 4 of 4 right.\n"),
    ],
)
def test_progress_sets_a_complete_post_test_beside_the_pre_test(capsys, before, after, says):
    def answers(right):
        return {item.id: reply(place < right) for place, item in enumerate(items())}

    def change(pages):
        pages.pretest = Sitting("A", "t", answers(before))
        pages.posttest = Sitting("B", "t", answers(after))

    Journal.find().update(change)
    assert says in shown(capsys)


def test_the_post_test_is_taken_as_the_pre_test_is(capsys):
    _take("posttest", None, None, None)
    assert "Post-test: where do you stand?" in capsys.readouterr().out
    assert kept("posttest").form and not kept().form


# -- the course's own test ---------------------------------------------------------------------------

ROOT = os.path.join(os.path.dirname(__file__), "..", "..", "course")
REAL = {
    "smallest_group": """
from collections import Counter
def smallest_group(rows, columns):
    return min(Counter(tuple(row[column] for column in columns) for row in rows).values())
""",
    "read_signed": """
import hmac, json
def read_signed(body, tag, key):
    if not hmac.compare_digest(hmac.new(key, body, "sha256").hexdigest(), tag):
        raise PermissionError
    return json.loads(body)
""",
    "next_end": """
from datetime import datetime, timedelta
def next_end(pages):
    return min((datetime.fromisoformat(s) + timedelta(minutes=m) for s, m in pages if s), default=None)
""",
}


@pytest.fixture
def real(monkeypatch):
    monkeypatch.setenv("AISEC_COURSE", ROOT)
    return exam_module.forms()


def test_the_courses_own_stubs_are_not_right_and_answers_are(real):
    tasks = [item for form in real.values() for item in form if item.kind == "code"]
    assert len(tasks) == 12
    for item in tasks:
        assert not not_python(item.code)
        if item.function in REAL:
            assert holds(REAL[item.function], item.function, item.cases), item.function
    assert not holds(tasks[0].code, tasks[0].function, tasks[0].cases)
    assert REAL.keys() <= {item.function for item in tasks}


def test_the_courses_own_cases_are_the_same_on_the_other_side(real):
    import datetime as module

    for item in (item for form in real.values() for item in form):
        values = [
            (arguments, expected) for arguments, expected in item.cases if not isinstance(expected, type)
        ]
        assert eval(ascii(values), {"datetime": module}) == values, item.id


@pytest.mark.usefixtures("real")
def test_the_courses_own_test_can_be_taken_to_the_end():
    desk = Desk()
    desk.commit()
    while not desk.form.answered:
        desk.commit(text="x = 1") if desk.form.code else desk.commit(0, False)
    assert "24 of 24 items answered" in desk.form.answered


def test_at_the_end_the_other_form_stands_beside_the_first_with_the_gain(lot, capsys):
    Desk().commit()  # form A
    desk = Desk()
    desk.commit()
    for _ in range(4):  # all wrong but the last
        desk.commit(text="def halve(x):\n    return 0\n") if desk.form.code else desk.commit(0, False)
    posttest()
    assert "opens when the course or your route is done" in capsys.readouterr().out
    assert kept("posttest") == Sitting()
    passed = Tried(
        "passed", 5.0, 5.0, 1, passed="2026-01-01T00:00:00Z", last="2026-01-01T00:00:00Z", best=5.0
    )
    names = ("sums.add", "sums.total", "sums.counter", "more.more")
    Journal.find().update(lambda pages: pages.exercises.update(dict.fromkeys(names, passed)))
    progress()
    assert "posttest() asks the other form of the pre-test" in capsys.readouterr().out
    posttest()
    out = capsys.readouterr().out
    assert "Post-test: where do you stand?" in out and "Answer with posttest(answer=1, sure=True)" in out
    Desk("posttest").answer_all()
    assert kept("posttest").form == "B"
    posttest()
    assert "you will see them beside the pre-test, in progress()." in capsys.readouterr().out
    progress()
    out = capsys.readouterr().out
    right = sum(reply.right for reply in kept().items.values())
    assert 0 < right < 4
    assert f"First test: {right} of 4 right. Second test: 4 of 4 right. You gained 1.00" in out
    assert "When sure: right 0 of 0 before, 3 of 3 after." in out
    assert [line.split()[0] for line in out.splitlines() if line.endswith(("1.00", "–"))] == ["sum", "half"]
    assert "A concept has few items" in out
