"""Predict first: the reader commits a guess, then sees. No points; what is kept is the surprise."""

from __future__ import annotations

from typing import Any

from autograder.catalog import find_course
from autograder.errors import CourseError
from autograder.exercise import Prediction
from autograder.learner.journal import Guess, Journal, now
from autograder.learner.panel import Plain, rehearsal, shell, show
from autograder.verdict import esc


def predict(prediction_id: str, choice: int | None = None, sure: bool | None = None) -> None:
    """Ask a question and take a guess, once.

    In a notebook: options and a button. Everywhere: `choice` is the number of an option and `sure` says
    whether you are (default: not). A committed guess stays as it is and is shown again: the first counts.
    """
    prediction = find_prediction(prediction_id)
    journal = Journal.find()
    guess = committed(prediction, journal.read().predictions)
    answer = None if choice is None else _option(prediction, choice)
    if guess is None and answer is not None:
        guess = _commit(journal, prediction, answer, bool(sure))
    if guess is not None:
        late = answer not in (None, guess.answer)
        show(_answered_text(prediction, guess, late), _answered_html(prediction, guess, late))
        return
    form = None if rehearsal() or getattr(shell(), "kernel", None) is None else _form(journal, prediction)
    show(_question_text(prediction), _question_html(prediction), extra=form)


def find_prediction(prediction_id: str) -> Prediction:
    """The prediction of an id such as `poisoning.dial`; raises Plain, naming the ones there are."""
    try:
        predictions = find_course().lesson(str(prediction_id).partition(".")[0]).predictions
    except CourseError as error:
        raise Plain(error.what, do=error.do) from None
    for prediction in predictions:
        if prediction.id == prediction_id:
            return prediction
    names = ", ".join(prediction.id for prediction in predictions)
    raise Plain(f"no prediction {prediction_id!r}", do=f"There are: {names}." if names else "")


def committed(prediction: Prediction, guesses: dict[str, Guess]) -> Guess | None:
    """The guess that was committed; None without one, or when the course now offers other options."""
    guess = guesses.get(prediction.id)
    return guess if guess and guess.answer in prediction.options else None


def _commit(journal: Journal, prediction: Prediction, answer: str, sure: bool) -> Guess:
    """Keep a guess and return the one that counts: another open notebook may have been first."""
    right = answer == prediction.options[prediction.answer]

    def change(pages: Any) -> None:
        if committed(prediction, pages.predictions) is None:
            pages.predictions[prediction.id] = Guess(answer, sure, right, now())

    return journal.update(change).predictions[prediction.id]


def _option(prediction: Prediction, choice: int) -> str:
    if type(choice) is int and 1 <= choice <= len(prediction.options):
        return prediction.options[choice - 1]
    raise Plain(f"choice should be the number of an option, 1 to {len(prediction.options)}, not {choice!r}.")


def _question_text(prediction: Prediction) -> str:
    options = [f"  {number}. {option}" for number, option in enumerate(prediction.options, 1)]
    return "\n".join([f"Predict first: {prediction.question}", *options, _how(prediction).replace("`", "")])


def _question_html(prediction: Prediction) -> str:
    options = "".join(f"<li>{esc(option)}</li>" for option in prediction.options)
    return f'{_head(prediction)}<ol>{options}</ol><p class="aisec-foot">{esc(_how(prediction))}</p>'


def _how(prediction: Prediction) -> str:
    call = f'`predict("{prediction.id}", choice=1, sure=True)`'
    return f"Answer with {call}: the number of your option, and whether you are sure."


def _head(prediction: Prediction) -> str:
    return f'<p class="aisec-headline">Predict first: <strong>{esc(prediction.question)}</strong></p>'


def _outcome(prediction: Prediction, guess: Guess, late: bool) -> str:
    said = f"You said “{guess.answer}” and were {'sure' if guess.sure else 'not sure'}."
    if late:
        said += " Your first answer counts."
    if guess.right:
        return f"✓ {said} That is right."
    return f"✗ {said} It is “{prediction.options[prediction.answer]}”."


def _answered_text(prediction: Prediction, guess: Guess, late: bool) -> str:
    outcome = _outcome(prediction, guess, late)
    return f"Predict first: {prediction.question}\n  {outcome}\n  Why: {prediction.because}"


def _answered_html(prediction: Prediction, guess: Guess, late: bool) -> str:
    return (
        f"{_head(prediction)}<p>{esc(_outcome(prediction, guess, late))}</p>"
        f'<p class="aisec-prose"><strong>Why:</strong> {esc(prediction.because)}</p>'
    )


def _form(journal: Journal, prediction: Prediction) -> dict[str, Any]:
    """The question as a live panel, by MIME type; empty where widgets are missing."""
    try:
        from autograder.learner.question import Question
    except ImportError:
        return {}

    def commit(choice: int, sure: bool, _text: str) -> None:
        answer = prediction.options[choice]
        guess = _commit(journal, prediction, answer, sure)
        late = guess.answer != answer
        form.finish(_answered_html(prediction, guess, late), _outcome(prediction, guess, late))

    form = Question(
        f"Predict first: {prediction.question}",
        options=prediction.options,
        button="Commit my guess",
        on_commit=commit,
    )
    return form.view()
