"""Does a check judge the code that stands in the cell? What the kernel ran, beside what the notebook says.

A kernel keeps the last version of a function that ran. A learner who edits a cell and runs only the check,
or whose cell stops with a SyntaxError, would be judged on code that is gone. So the kernel notes each cell
that it runs, and `outdated` compares: with the cell's own end, and with the notebook file, which JupyterLab
saves every few seconds. `watch` also has a missing name say which cell makes it.
"""

from __future__ import annotations

import json
import os
import re
import symtable
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.learner.panel import Plain, shell

RUN_ABOVE = "Run → Run All Above Selected Cell"
_WATCHED = "_aisec_cells"  # on the shell: importing twice watches once
_MADE = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)|^(\w+)\s*=(?!=)", re.MULTILINE)
_IMPORTS = re.compile(r"^(?:from\s+\S+\s+)?import\s+([^#\n]+)", re.MULTILINE)


@dataclass(frozen=True)
class Ran:
    """The last run of one cell.

    `stopped` says in a sentence what ended it, and is empty when nothing did; `made` are the names that it
    did make; `when` is the time of its end, in seconds as file times are.
    """

    source: str
    stopped: str
    made: frozenset[str]
    when: float


@dataclass(frozen=True)
class Cell:
    """A code cell as the saved notebook has it."""

    id: str
    source: str


class Log:
    """The cells that a kernel ran, by id; the newest run is the last."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names, self._before = names, {}
        self.ran: dict[str, Ran] = {}

    def begins(self, info: Any) -> None:
        self._before = {name: self._names.get(name) for name in bound(info.raw_cell)}

    def ended(self, result: Any) -> None:
        source, before, self._before = result.info.raw_cell, self._before, {}
        made = {name for name in bound(source) if self._names.get(name) is not before.get(name)}
        key = getattr(result.info, "cell_id", None) or source
        self.ran.pop(key, None)
        error = result.error_before_exec or result.error_in_exec
        stopped = _said(error, source) if error else ""  # not the error itself: it would keep all its values
        self.ran[key] = Ran(source, stopped, frozenset(made), time.time())

    def last(self, name: str) -> tuple[str, Ran] | None:
        """The newest run of a cell that makes `name`, with the cell's id."""
        return next(
            ((key, ran) for key, ran in reversed(self.ran.items()) if name in bound(ran.source)), None
        )


def watch() -> None:
    """Note from now on what this kernel runs, and explain missing names. Twice is once."""
    ip = shell()
    if ip is None or hasattr(ip, _WATCHED):
        return
    log = Log(ip.user_ns)
    setattr(ip, _WATCHED, log)
    ip.events.register("pre_run_cell", log.begins)
    ip.events.register("post_run_cell", log.ended)
    ip.set_custom_exc((NameError, AttributeError, ImportError), _explain)


def outdated(check: str, names: Iterable[str]) -> Plain | None:
    """Why the kernel's `names` are not what the notebook says, for the check cell that begins with `check`.

    None where they are, and where it cannot be known: no kernel, no saved notebook, a name made elsewhere.
    """
    log = getattr(shell(), _WATCHED, None)
    if log is None:
        return None
    cells, saved = _notebook()
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
        if key in at and saved > ran.when and cells[at[key]].source.strip() != ran.source.strip():
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


def _notebook() -> tuple[list[Cell], float]:
    """The code cells of the notebook that this kernel belongs to, as saved, and when; none where unknown."""
    ip = shell()
    path = os.environ.get("JPY_SESSION_NAME") or (ip.user_ns.get("__vsc_ipynb_file__") if ip else None)
    try:
        saved = os.stat(path or "").st_mtime
        cells = json.loads(Path(path).read_text("utf-8"))["cells"]
        return [
            Cell(cell.get("id", ""), "".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"
        ], saved
    except (OSError, ValueError, KeyError, TypeError):
        return [], 0.0


def _explain(ip: Any, kind: type, error: BaseException, trace: Any, tb_offset: int | None = None) -> None:
    """Show an error as IPython would; where a cell's own line lacks a name, say which cell makes it."""
    if told := _missing(error) if isinstance(error, NameError) else _hidden(error):
        error._render_traceback_ = lambda: told.splitlines()  # type: ignore[attr-defined]
    ip.showtraceback((kind, error, trace), tb_offset=tb_offset)


def _missing(error: NameError) -> str:
    """Which cell should have made the name that a cell's own line lacks; empty where nobody knows."""
    name = getattr(error, "name", None)
    log = getattr(shell(), _WATCHED, None)
    if not name or log is None or not _in_a_cell(error):
        return ""
    if found := log.last(name):
        _, ran = found
        if not ran.stopped:
            return ""
        return str(
            Plain(
                f"{name} is not there: its cell did not run to the end. {ran.stopped}",
                do="Mend that cell, run it, then run this one again.",
            )
        )
    makes = next((cell for cell in _notebook()[0] if name in bound(cell.source)), None)
    if makes is None:
        return ""
    first = next((line for line in makes.source.splitlines() if line.strip()), "")
    return str(
        Plain(
            f"{name} is not there: its cell has not run since the kernel started. It begins: {first.strip()}",
            do=f"Run that cell first, or all of them: {RUN_ABOVE}.",
        )
    )


def _in_a_cell(error: BaseException) -> bool:
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return step is not None and step.tb_frame.f_globals is getattr(shell(), "user_ns", None)


def _hidden(error: BaseException) -> str:
    """A file beside the notebook that took a library's place; empty where there is none."""
    module = getattr(error, "obj", None)
    if isinstance(error, ImportError):
        module = sys.modules.get((error.name or "").partition(".")[0])
    file = getattr(module, "__file__", None)
    if not isinstance(module, ModuleType) or not file:
        return ""
    top = module.__name__.partition(".")[0]
    own = Path(os.getcwd(), f"{top}.py")
    if Path(file).resolve() != own.resolve() or not _installed(top):
        return ""
    return str(
        Plain(
            f"{type(error).__name__}: {error}. Your file {top}.py hides the library {top}.",
            do=f"Rename {top}.py, restart the kernel, and run the cells from the top.",
        )
    )


def _installed(name: str) -> bool:
    from importlib.metadata import packages_distributions

    return name in packages_distributions() or name in sys.stdlib_module_names
