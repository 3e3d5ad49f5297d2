"""The diagnostic pre-test, item by item: as a panel in a notebook, by calls everywhere.

Nothing on the way tells right from wrong: an item whose answer was shown measures nothing afterwards.
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from textwrap import indent
from typing import Any

from autograder.catalog import find_course
from autograder.errors import CourseError
from autograder.learner.exam import Exam
from autograder.learner.journal import Journal
from autograder.learner.panel import Plain, rehearsal, shell, show
from autograder.learner.standing import go_on, standing
from autograder.verdict import esc

SKIP, STOP = "Skip for now", "Stop here"


def pretest(answer: int | None = None, sure: bool | None = None, code: str | None = None) -> None:
    """Find out where you stand before the course: 24 items, about 30 minutes, a stop at any time.

    In a notebook: a panel. Everywhere: `answer` is the number of an option of the item that is shown and
    `sure` says whether you are (default: not); `code` answers an item that asks for code.
    """
    _take("pretest", answer, sure, code)


def posttest(answer: int | None = None, sure: bool | None = None, code: str | None = None) -> None:
    """Find out what you learned: the other form of the pre-test, once the course or your route is done.

    It is answered as `pretest` is; then `progress()` shows both, with what you gained.
    """
    pages = Journal.find().read()
    try:
        left = go_on(standing(find_course(), pages), pages)
    except CourseError as error:
        raise Plain(error.what, do=error.do) from None
    if left is not None and not pages.posttest.form:
        line = f"The post-test opens when the course or your route is done. Next: {left.lesson.title}."
        show(line, f"<p>{esc(line)}</p>")
        return
    _take("posttest", answer, sure, code)


def _take(which: str, answer: int | None, sure: bool | None, code: str | None) -> None:
    try:
        exam = _exam(which, Journal.find().path)
    except CourseError as error:
        raise Plain(error.what, do=error.do) from None
    if rehearsal():
        _show_standing(exam)
    elif answer is None and code is None:
        live = _live(exam) if exam.open else {}
        _show_standing(exam, live)
        if not live:
            exam.begin()
            _show_next(exam)
    else:
        if exam.shown in exam.open:
            _answer(exam, exam.shown, answer, bool(sure), code)
        _show_next(exam)
        if not exam.open:
            _show_standing(exam)


@cache
def _exam(which: str, path: Path) -> Exam:
    """One for all calls and panels of a kernel."""
    return Exam(which, Journal(path))


def _answer(exam: Exam, item: Any, answer: int | None, sure: bool, code: str | None) -> None:
    """Keep what a call says to `item`. Raises Plain for what is no answer to it."""
    if item.kind == "code":
        if not isinstance(code, str) or not code.strip():
            raise Plain("this item asks for code", do=_how(exam, item))
        if doubt := exam.doubt(item, code):
            raise Plain(doubt)
        exam.answer(item, code, None)
    elif type(answer) is int and 1 <= answer <= len(item.options):
        exam.answer(item, item.options[answer - 1], sure)
    else:
        raise Plain(
            f"this item asks for the number of an option, 1 to {len(item.options)}", do=_how(exam, item)
        )


def _how(exam: Exam, item: Any) -> str:
    if item.kind == "code":
        return f'Answer with {exam.which}(code="""…"""): the whole of it, completed.'
    call = f"{exam.which}(answer=1, sure=True)"
    return f"Answer with {call}: the number of your option, and whether you are sure."


def _show_standing(exam: Exam, live: dict[str, Any] | None = None) -> None:
    title, note = exam.standing()
    show(f"{title}\n{note.replace('`', '')}", _standing_html(exam), extra=live)


def _standing_html(exam: Exam) -> str:
    title, note = exam.standing()
    return f'<p class="aisec-headline"><strong>{esc(title)}</strong></p><p>{esc(note)}</p>'


def _show_next(exam: Exam) -> None:
    """Show the next open item as text, with the call that answers it."""
    item = next(iter(exam.open), None)
    exam.show(item)
    if item is None:
        return
    number = exam.number(item)
    options = [f"  {place}. {option}" for place, option in enumerate(item.options, 1)]
    code = [indent(item.code.rstrip(), "    ")] if item.code else []
    show(
        "\n".join([f"{number}: {item.question.replace('`', '')}", *code, *options, _how(exam, item)]),
        f'<p class="aisec-headline">{number}: <strong>{esc(item.question)}</strong></p>'
        + (f"<pre>{escape(item.code)}</pre>" if item.code else "")
        + (f"<ol>{''.join(f'<li>{esc(option)}</li>' for option in item.options)}</ol>" if options else "")
        + f'<p class="aisec-foot">{esc(_how(exam, item))}</p>',
    )


def _live(exam: Exam) -> dict[str, Any]:
    """The test as a live panel, by MIME type; empty where there are no widgets."""
    if getattr(shell(), "kernel", None) is None:
        return {}
    try:
        from autograder.learner.question import Question
    except ImportError:
        return {}
    return ExamPanel(exam, Question).form.view()


class ExamPanel:
    """The test as a live panel: a page that says where the learner stands, and then item by item."""

    def __init__(self, exam: Exam, question: type) -> None:
        self._exam = exam
        self._item: Any = None  # the one that this panel shows
        self.form = question("", on_commit=self._commit, on_other=self._other)
        self._pause()

    def _pause(self) -> None:
        title, note = self._exam.standing()
        button = "Go on" if self._exam.sitting.form else "Begin"
        self._show(None)
        self.form.ask(title, note=note, button=button, confidence=False)

    def _ask(self, **more: Any) -> None:
        item = self._item
        if item.kind == "code":
            controls = {"code": "Your code", "draft": item.code, "confidence": False}
        elif item.kind == "output":
            controls = {"shown": item.code, "options": [f"`{option}`" for option in item.options]}
        else:
            controls = {"options": item.options}
        others = (SKIP, STOP) if len(self._exam.open) > 1 else (STOP,)
        number = self._exam.number(item)
        self.form.ask(item.question, others=others, progress=number, **controls | more)

    def _go_on(self) -> None:
        self._show(next(iter(self._exam.open), None))
        if self._item:
            self._ask()
        else:
            self.form.finish(_standing_html(self._exam), " ".join(self._exam.standing()))

    def _show(self, item: Any) -> None:
        self._item = item
        self._exam.show(item)

    def _commit(self, choice: int | None, sure: bool | None, text: str) -> None:
        if self._item is None:
            self._exam.begin()
        elif self._item.kind != "code":
            self._exam.answer(self._item, self._item.options[choice], sure)
        elif doubt := self._exam.doubt(self._item, text):
            return self._ask(draft=text, note=doubt)
        else:
            self._exam.answer(self._item, text, None)
        self._go_on()

    def _other(self, label: str) -> None:
        if label == STOP:
            return self._pause()
        self._exam.skip(self._item)
        self._go_on()
