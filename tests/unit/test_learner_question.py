"""The panel of one question, as Python sees it: what is heard, what follows, what is refused."""

import re
from pathlib import Path

import pytest

from autograder.errors import AisecError
from autograder.learner import question as module
from autograder.learner.question import VIEW, Question


class Desk:
    """A question, what was committed in it, and a hand that sends what the panel would."""

    def __init__(self, then=lambda form: None, **asked):
        self.heard = []
        self.form = Question("Which?", on_commit=self.commit, on_other=self.heard.append, **asked)
        self._then = then

    def commit(self, *answer):
        self.heard.append(answer)
        self._then(self.form)

    def send(self, turn=None, **content):
        self.form._receive(self.form, {"turn": self.form.turn if turn is None else turn, **content}, [])


def test_a_commit_hands_over_the_choice_the_confidence_and_the_code():
    desk = Desk(options=("a", "b"), code="Your code")
    desk.send(commit={"choice": 1, "sure": True, "text": "x = 1"})
    assert desk.heard == [(1, True, "x = 1")]


def test_what_is_not_asked_comes_as_none():
    desk = Desk(confidence=False, code="Your code")
    desk.send(commit={"choice": None, "sure": None, "text": "x"})
    assert desk.heard == [(None, None, "x")]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"choice": 0},
        {"sure": True},
        {"choice": 2, "sure": True},
        {"choice": -1, "sure": True},
        {"choice": True, "sure": True},
        {"choice": "0", "sure": True},
        {"choice": 0, "sure": 1},
        {"choice": 0, "sure": True, "text": 7},
    ],
)
def test_an_incomplete_answer_is_not_heard(answer):
    desk = Desk(options=("a", "b"))
    desk.send(commit=answer)
    assert desk.heard == []


@pytest.mark.parametrize("text", ["", "  \n"])
def test_code_that_is_asked_for_must_be_written(text):
    desk = Desk(confidence=False, code="Your code")
    desk.send(commit={"text": text})
    assert desk.heard == []


def test_the_next_question_takes_the_place_of_the_one_that_was_answered():
    desk = Desk(lambda form: form.ask("And `this`?", options=("c",), progress="Item 2 of 24"), options=("a",))
    desk.send(commit={"choice": 0, "sure": True})
    form = desk.form
    assert (form.question, form.options, form.turn) == ("And `this`?", ["c"], 2)
    assert (form.status, form.answered) == ("Item 2 of 24.", "")


def test_a_second_click_does_not_answer_the_next_question():
    desk = Desk(lambda form: form.ask("And this?", options=("c", "d")), options=("a", "b"))
    for _ in range(2):
        desk.send(turn=1, commit={"choice": 0, "sure": True})
    assert len(desk.heard) == 1


def test_a_question_that_is_finished_hears_nothing_more():
    desk = Desk(lambda form: form.finish("<p>Done</p>", "Done"), options=("a",))
    for _ in range(2):
        desk.send(commit={"choice": 0, "sure": True})
    desk.send(other="Skip")
    assert len(desk.heard) == 1
    assert (desk.form.answered, desk.form.status) == ("<p>Done</p>", "Done")


def test_the_other_buttons_ask_for_no_answer_and_are_told_apart():
    desk = Desk(options=("a",), others=("Skip", "Stop"))
    for label in ("Stop", "Skip", "Leap", None):
        desk.send(other=label)
    assert desk.heard == ["Stop", "Skip"]


def test_a_note_is_said_after_the_progress():
    form = Desk(options=("a",), note="Mind the `gap`.", progress="Item 2 of 24").form
    assert form.status == "Item 2 of 24. Mind the gap."


def test_what_is_printed_meanwhile_is_shown_in_the_panel(capsys):
    def then(form):
        form.finish("<p>Done</p>", "Done.")
        print("Not saved: <disk full>")

    desk = Desk(then, options=("a",))
    desk.send(commit={"choice": 0, "sure": True})
    assert desk.form.answered == "<p>Done</p><p>Not saved: &lt;disk full&gt;</p>"
    assert desk.form.status == "Done. Not saved: <disk full>"
    assert capsys.readouterr().out == ""


def test_an_error_in_words_is_shown_in_the_panel():
    def then(form):
        raise AisecError("no room for <this>", do="Make room.")

    desk = Desk(then, options=("a",))
    desk.send(commit={"choice": 0, "sure": True})
    assert "no room for &lt;this&gt;" in desk.form.answered and "Make room." in desk.form.status


def test_the_page_hears_of_a_change_in_one_message(monkeypatch):
    desk = Desk(lambda form: form.ask("And this?", options=("c",)), options=("a",))
    sent = []
    monkeypatch.setattr(desk.form, "send_state", lambda key=None: sent.append(set(key)))
    desk.send(commit={"choice": 0, "sure": True})
    assert len(sent) == 1 and {"turn", "question", "options"} <= sent[0]


def test_the_view_names_the_form():
    form = Desk(options=("a",)).form
    assert form.view()[VIEW]["model_id"] == form.model_id


def test_the_script_is_small_and_fetches_nothing():
    script = Path(module.__file__).with_name("question.js").read_text("utf-8")
    assert len(script.splitlines()) < 130
    assert not re.search(r"https?:|fetch\(|import |eval|@import|XMLHttp", script)
