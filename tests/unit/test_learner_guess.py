"""predict: a guess is committed once, and shown with its reason ever after."""

import pytest

from autograder.learner import guess, predict
from autograder.learner.journal import Journal
from autograder.learner.panel import Plain

pytestmark = pytest.mark.usefixtures("course")


def kept():
    return Journal.find().read().predictions.get("sums.dial")


def test_without_widgets_the_question_says_how_to_answer(capsys):
    predict("sums.dial")
    out = capsys.readouterr().out
    assert "What is 1 + 1?" in out and "2. Two" in out
    assert 'predict("sums.dial", choice=1, sure=True)' in out
    assert "thumbs" not in out, "the reason comes after the guess"
    assert kept() is None


@pytest.mark.parametrize("choice, right, says", [(2, True, "That is right"), (3, False, "It is “Two”")])
def test_a_choice_is_committed_and_explained(capsys, choice, right, says):
    predict("sums.dial", choice=choice, sure=True)
    out = capsys.readouterr().out
    assert says in out and "Count your <thumbs>." in out
    assert (kept().right, kept().sure) == (right, True)


def test_a_committed_guess_cannot_be_changed(capsys):
    predict("sums.dial", choice=1, sure=True)
    assert "first answer" not in capsys.readouterr().out
    predict("sums.dial", choice=2, sure=False)
    assert "You said “One” and were sure. Your first answer counts." in capsys.readouterr().out
    assert (kept().answer, kept().sure) == ("One", True)


@pytest.mark.parametrize("again", [{}, {"choice": 1}, {"choice": 1, "sure": False}])
def test_a_committed_guess_is_shown_again_when_no_other_one_is_made(capsys, again):
    predict("sums.dial", choice=1, sure=True)
    predict("sums.dial", **again)
    assert "You said “One” and were sure. It is “Two”." in capsys.readouterr().out.split("Predict first")[-1]


def test_the_first_of_two_open_notebooks_counts():
    prediction = guess.find_prediction("sums.dial")
    guess._commit(Journal.find(), prediction, "One", True)
    counted = guess._commit(Journal.find(), prediction, "Two", True)
    assert counted.answer == "One"


def test_a_guess_at_options_that_the_course_no_longer_offers_is_asked_again(capsys):
    Journal.find().update(
        lambda pages: pages.predictions.update({"sums.dial": guess.Guess("Eleven", True, True, "t")})
    )
    predict("sums.dial")
    assert "1. One" in capsys.readouterr().out
    predict("sums.dial", choice=2)
    assert kept().answer == "Two"


@pytest.mark.parametrize("choice", [0, 4, "Two", True])
def test_a_choice_that_is_no_option_is_refused(choice):
    with pytest.raises(Plain, match="1 to 3"):
        predict("sums.dial", choice=choice)
    assert kept() is None


def test_a_choice_that_is_no_option_is_refused_after_a_guess_too():
    predict("sums.dial", choice=1)
    with pytest.raises(Plain, match="1 to 3"):
        predict("sums.dial", choice=4)


@pytest.mark.parametrize(
    "wrong, named", [("sums.dail", "sums.dial"), ("nope.dial", "sums, more"), (7, "sums")]
)
def test_an_unknown_prediction_names_the_ones_there_are(wrong, named):
    with pytest.raises(Plain, match=named):
        predict(wrong)


def form_of(prediction_id):
    """The live panel of a prediction, and a function that commits in it as a reader would."""
    from ipywidgets.widgets.widget import _instances

    view = guess._form(Journal.find(), guess.find_prediction(prediction_id))
    form = _instances[view["application/vnd.jupyter.widget-view+json"]["model_id"]]

    def commit(**answer):
        form._receive(form, {"turn": form.turn, "commit": answer}, [])

    return form, commit


def test_the_live_panel_commits_what_is_chosen_once_both_questions_are_answered():
    form, commit = form_of("sums.dial")
    assert form.question == "Predict first: What is 1 + 1?" and form.options == ["One", "Two", "Three"]
    commit(choice=2)
    assert kept() is None, "confidence is part of the guess"
    commit(choice=2, sure=False)
    assert (kept().answer, kept().sure, kept().right) == ("Three", False, False)
    assert "Count your &lt;thumbs&gt;." in form.answered
    assert form.status == "✗ You said “Three” and were not sure. It is “Two”."


def test_the_live_panel_says_when_another_notebook_was_first():
    form, commit = form_of("sums.dial")
    predict("sums.dial", choice=1)
    commit(choice=2, sure=True)
    assert "You said “One” and were not sure. Your first answer counts." in form.answered
    assert "Your first answer counts." in form.status


def test_a_rehearsal_asks_in_text_and_keeps_nothing(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    predict("sums.dial", choice=2)
    assert "That is right" in capsys.readouterr().out
    assert kept() is None
