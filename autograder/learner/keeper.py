"""The live panels that keep a learner's work: save it, bring it back, and a reminder where a server stops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from anywidget import AnyWidget
from traitlets import Float, Unicode

from autograder.errors import AisecError
from autograder.learner.panel import STYLE
from autograder.learner.question import VIEW
from autograder.learner.work import as_list, contents, pack, unpack, work_folder
from autograder.verdict import esc

_CSS = """
.aisec-panel input[type="file"] { width: auto; height: auto; max-width: 100%; font: inherit; }
.aisec-panel.aisec-banner { position: fixed; z-index: 10000; right: 1em; bottom: 2.5em;
  max-width: min(26em, 90vw); box-shadow: 0 .2em 1em rgb(0 0 0 / 40%); --tone: var(--part); }
"""


class Keeper(AnyWidget):
    """A panel with one task: `save` (a button that downloads the zip), `restore` (a field that takes one)
    or `remind` (a banner with a save button, `before` seconds ahead of `idle` seconds without activity).

    The page asks `{"ask": n, …}`, and is answered `{"ask": n, "status": …, "html": …}`. A zip travels as a
    buffer: to the page whole, from it in `parts`, because a server takes messages of some MB only.
    """

    _esm = Path(__file__).with_name("keeper.js")
    _css = STYLE + _CSS

    task = Unicode().tag(sync=True)
    idle = Float().tag(sync=True)
    before = Float().tag(sync=True)

    def __init__(self, task: str, *, idle: float = 600.0, before: float = 180.0) -> None:
        super().__init__(task=task, idle=idle, before=before)
        self._parts: list[bytes] = []
        self.on_msg(self._receive)

    def view(self) -> dict[str, Any]:
        """The live panel by MIME type, for `panel.show(…, extra=…)`."""
        return {VIEW: {"version_major": 2, "version_minor": 0, "model_id": self.model_id}}

    def _receive(self, _widget: Any, content: dict[str, Any], buffers: Sequence[Any]) -> None:
        answer, zipped = {}, []
        try:
            if content.get("task") == "save":
                zipped = [pack(work_folder())]
                answer = self._saved()
            elif content.get("task") == "restore" and buffers:
                answer = self._take(
                    bytes(buffers[0]), first=content.get("part") == 0, last=content.get("last")
                )
        except (AisecError, OSError) as error:
            answer = {"status": str(error), "html": f"<p>{esc(error)}</p>"}
        self.send({"ask": content.get("ask"), **answer}, zipped)

    def _saved(self) -> dict[str, str]:
        name = f"aisec-work-{date.today().isoformat()}.zip"
        said = f"Handed to your browser as {name}. In it:"
        return {"name": name, "status": said, "html": as_list([said, *contents(work_folder())])}

    def _take(self, part: bytes, *, first: bool, last: Any) -> dict[str, Any]:
        """One part of a zip; with the last one the work is put back."""
        self._parts = [part] if first else [*self._parts, part]
        if not last:
            return {}
        data, self._parts = b"".join(self._parts), []
        folder = work_folder()
        done = unpack(data, folder)
        return {"status": done.lines()[0], "html": as_list(done.lines()), "files": done.files}
