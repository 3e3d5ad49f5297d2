"""One question on a page: options or a few lines of code, how sure the reader is, and one button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from anywidget import AnyWidget
from traitlets import Bool, Int, List, Unicode

from autograder.errors import AisecError
from autograder.learner.panel import STYLE
from autograder.verdict import esc

VIEW = "application/vnd.jupyter.widget-view+json"


class Question(AnyWidget):
    """A panel that asks, hands what is committed to `on_commit(choice, sure, text)`, and shows what follows.

    `choice` is the index of an option (None where there are no options), `sure` whether the reader is (None
    where that is not asked), `text` the code that was written. `on_commit` answers with `ask(…)`, the next
    question in the same place, or `finish(html, status)`. `on_other(label)` hears the other buttons. What
    either prints is shown in the panel. In all texts but `shown` and `draft`, `backticks` make code.
    """

    _esm = Path(__file__).with_name("question.js")
    _css = STYLE

    question = Unicode().tag(sync=True)
    shown = Unicode(help="code that the question is about").tag(sync=True)
    options = List(Unicode()).tag(sync=True)
    confidence = Bool().tag(sync=True)
    code = Unicode(help="the label of an area to write code in; empty for none").tag(sync=True)
    draft = Unicode(help="what stands in that area at first").tag(sync=True)
    note = Unicode(help="what stands between the question and the buttons").tag(sync=True)
    button = Unicode().tag(sync=True)
    others = List(Unicode(), help="labels of further buttons").tag(sync=True)
    progress = Unicode(help="such as: Item 3 of 24").tag(sync=True)
    status = Unicode(help="what a screen reader says when the panel has changed").tag(sync=True)
    answered = Unicode(help="HTML that takes the question's place when it is closed").tag(sync=True)
    turn = Int(help="how often the panel has changed").tag(sync=True)

    def __init__(
        self,
        question: str,
        *,
        on_commit: Callable[[int | None, bool | None, str], Any],
        on_other: Callable[[str], Any] | None = None,
        **asked: Any,
    ) -> None:
        """`asked` is what `ask` takes."""
        super().__init__()
        self._on_commit, self._on_other = on_commit, on_other
        self.ask(question, **asked)
        self.on_msg(self._receive)

    def ask(
        self,
        question: str,
        *,
        options: Sequence[str] = (),
        shown: str = "",
        confidence: bool = True,
        code: str = "",
        draft: str = "",
        note: str = "",
        button: str = "Commit",
        others: Sequence[str] = (),
        progress: str = "",
    ) -> None:
        """Show a question. After a commit the reader's focus goes to it; `progress` and `note` are said."""
        with self.hold_sync():
            self.question, self.shown, self.options = question, shown, list(options)
            self.confidence, self.code, self.draft = confidence, code, draft
            self.note, self.button, self.others, self.progress = note, button, list(others), progress
            said = f"{progress}." if progress else ""
            self.status, self.answered = f"{said} {note.replace('`', '')}".strip(), ""
            self.turn += 1

    def finish(self, html: str, status: str) -> None:
        """Show `html` in the place of the question, and have a screen reader say `status`."""
        with self.hold_sync():
            self.answered, self.status = html, status
            self.turn += 1

    def view(self) -> dict[str, Any]:
        """The live panel by MIME type, for `panel.show(…, extra=…)`."""
        return {VIEW: {"version_major": 2, "version_minor": 0, "model_id": self.model_id}}

    def _receive(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Hear one message of the panel, unless it is incomplete or answers a question that is gone."""
        if content.get("turn") != self.turn or self.answered:
            return
        with self.hold_sync(), redirect_stdout(StringIO()) as printed:
            try:
                if content.get("other") in self.others and self._on_other:
                    self._on_other(content["other"])
                elif answer := self._answer(**content.get("commit", {})):
                    self._on_commit(*answer)
            except AisecError as error:
                self.finish(f"<p>{esc(error)}</p>", str(error))
            if said := printed.getvalue().strip():
                self.status = f"{self.status} {said}".strip()
                self.answered += f"<p>{esc(said)}</p>" if self.answered else ""

    def _answer(
        self, choice: Any = None, sure: Any = None, text: Any = ""
    ) -> tuple[int | None, bool | None, str] | None:
        """What was committed; None when a part of it is missing."""
        chosen = type(choice) is int and 0 <= choice < len(self.options) if self.options else choice is None
        said = type(sure) is bool if self.confidence else sure is None
        written = type(text) is str and bool(text.strip() or not self.code)
        return (choice, sure, text) if chosen and said and written else None
