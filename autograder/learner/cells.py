"""Does a check judge the code that stands in the cell? What the kernel ran, beside what the notebook says.

A kernel keeps the last version of a function that ran. A learner who edits a cell and runs only the check,
or whose cell stops with a SyntaxError, would be judged on code that is gone. So the kernel notes each cell
that it runs, and `outdated` compares: with the cell's own end, and with the notebook file, which JupyterLab
saves every few seconds.
"""

from __future__ import annotations

import json
import os
import re
import symtable
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from autograder.learner.panel import Plain, shell

_PLACE = "_aisec_cells"  # on the shell
_MADE = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)|^(\w+)\s*=(?!=)", re.MULTILINE)
_IMPORTS = re.compile(r"^(?:from\s+\S+\s+)?import\s+([^#\n]+)", re.MULTILINE)


@dataclass(frozen=True)
class Ran:
    """The last run of one cell.

    `stopped` says in a sentence what ended it, and is empty when nothing did; `waits` names the unwritten
    answer that ended it, if one did; `made` are the names that it did make; `when` is the time of its end, in
    seconds as file times are. `earlier` are the texts with which it ran before: a file that holds one of them
    may be a save that began before the edit and ended after the run.
    """

    source: str
    stopped: str
    waits: str
    made: frozenset[str]
    when: float
    earlier: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cell:
    """A code cell as the saved notebook has it."""

    id: str
    source: str


class Log:
    """The cells that a kernel ran, by id; the newest run is the last."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._before: dict[str, Any] = {}
        self.ran: dict[str, Ran] = {}

    @classmethod
    def of(cls, ip: Any, *, begin: bool = False) -> Log | None:
        """The log of a shell; None without one. `begin` has the shell keep one from now on."""
        if begin and not hasattr(ip, _PLACE):
            log = cls(ip.user_ns)
            setattr(ip, _PLACE, log)
            ip.events.register("pre_run_cell", log.begins)
            ip.events.register("post_run_cell", log.ended)
        return getattr(ip, _PLACE, None)

    def begins(self, info: Any) -> None:
        self._before = {name: self._names.get(name) for name in bound(info.raw_cell)}

    def ended(self, result: Any) -> None:
        source, before, self._before = result.info.raw_cell, self._before, {}
        made = {name for name in bound(source) if self._names.get(name) is not before.get(name)}
        key = getattr(result.info, "cell_id", None) or source
        before_it = self.ran.pop(key, None)
        earlier = before_it.earlier | {before_it.source.strip()} if before_it else frozenset()
        error = result.error_before_exec or result.error_in_exec
        stopped = _said(error, source) if error else ""  # not the error itself: it would keep all its values
        waits = self.waits_for(error) if error else ""
        self.ran[key] = Ran(source, stopped, waits, frozenset(made), time.time(), earlier)

    def waits_for(self, error: BaseException) -> str:
        """The unwritten answer that an error comes from, or a name that is missing because of one."""
        if isinstance(error, NameError):
            found = self.last(error.name or "")
            return found[1].waits if found else ""
        if type(error) is not NotImplementedError or error.args:
            return ""
        frame = innermost(error)
        if frame is None or frame.f_globals is not self._names:
            return ""
        name = frame.f_code.co_qualname.partition(".")[0]
        return "" if name == "<module>" else name

    def last(self, name: str) -> tuple[str, Ran] | None:
        """The newest run of a cell that makes `name`, with the cell's id."""
        return next(
            ((key, ran) for key, ran in reversed(self.ran.items()) if name in bound(ran.source)), None
        )


def outdated(check: str, names: Iterable[str]) -> Plain | None:
    """Why the kernel's `names` are not what the notebook says, for the check cell that begins with `check`.

    None where they are, and where it cannot be known: no kernel, no saved notebook, a name made elsewhere.
    """
    log = Log.of(shell())
    if log is None:
        return None
    cells, saved = notebook()
    at = {cell.id: number for number, cell in enumerate(cells)}
    judge = next(
        (number for number, cell in enumerate(cells) if cell.source.lstrip().startswith(check)), None
    )
    for name in names:
        if (found := log.last(name)) is None:
            continue
        key, ran = found
        if ran.stopped and name not in ran.made:
            return Plain(
                f"{name} is not judged: its cell did not run to the end. {ran.stopped}",
                do="Mend that cell, run it, then run the check again.",
            )
        here = cells[at[key]].source.strip() if key in at else ran.source.strip()
        if saved > ran.when and here not in {ran.source.strip(), *ran.earlier}:
            return Plain(
                f"{name} is not judged: its cell has changed since it ran.",
                do="Run that cell, then run the check again.",
            )
        if key in at and judge is not None and at[key] > judge:
            return Plain(
                f"{name} is not judged: its cell stands below the check, and grading runs from the top.",
                do="Move that cell above the check, and run both.",
            )
    return None


def innermost(error: BaseException) -> FrameType | None:
    """The frame that raised."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return step and step.tb_frame


def bound(source: str) -> set[str]:
    """The names that a cell makes: functions, classes, imports, assigned names.

    A cell that does not compile is read line by line.
    """
    try:
        symbols = symtable.symtable(source, "cell", "exec").get_symbols()
        return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}
    except (SyntaxError, ValueError):
        imported = [part for line in _IMPORTS.findall(source) for part in line.split(",")]
        made = {name for pair in _MADE.findall(source) for name in pair if name}
        return made | {re.split(r"\s+as\s+", part)[-1].strip("() ").partition(".")[0] for part in imported}


def _said(error: BaseException, source: str) -> str:
    """An error that ended a cell, in one line: what, and where in the cell."""
    line = error.lineno if isinstance(error, SyntaxError) else _line(error)
    text = " ".join(f"{type(error).__name__}: {getattr(error, 'msg', None) or error}".split()).rstrip(": ")
    lines = source.splitlines()
    if line is None or not 0 < line <= len(lines):
        return f"It stopped with {text}."
    return f"It stopped in line {line} with {text}: {lines[line - 1].strip()}"


def _line(error: BaseException) -> int | None:
    """The line of the cell itself where an error came from: the outermost frame that is a cell's."""
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_name == "<module>" and "__file__" not in step.tb_frame.f_globals:
            return step.tb_lineno
        step = step.tb_next
    return None


def opened() -> str:
    """The path of the notebook that a person has open on this kernel, in JupyterLab or VS Code; or empty."""
    ip = shell()
    return os.environ.get("JPY_SESSION_NAME") or (ip.user_ns.get("__vsc_ipynb_file__", "") if ip else "")


def notebook() -> tuple[list[Cell], float]:
    """The code cells of the notebook that this kernel belongs to, as saved, and when; none where unknown."""
    path = opened()
    try:
        saved = os.stat(path).st_mtime
        cells = json.loads(Path(path).read_text("utf-8"))["cells"]
        return [
            Cell(cell.get("id", ""), "".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"
        ], saved
    except (OSError, ValueError, KeyError, TypeError):
        return [], 0.0
