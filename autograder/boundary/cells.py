"""Running a notebook's cells in IPython's own shell, without a kernel: what a learner sees, captured.

Rich output, `await`, magics and tracebacks behave as in JupyterLab. What is printed and displayed is kept
as notebook outputs, up to a limit.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.boundary.agent import Agent, OverLimit, stop_of
from autograder.limits import Limits
from autograder.verdict import Outcome

INLINE = "module://matplotlib_inline.backend_inline"
_INSTALLS = re.compile(r"\b(?:pip[\d.]*|conda|mamba|uv)['\"]?\s+(?:-\S+\s+)*(?:install|add|sync)\b")
FRAMES = 12  # of a traceback are shown at each of its ends


class CellAgent(Agent):
    """An agent that also runs cells, each in its own time."""

    def __init__(self, ask: Callable[[bytes], bytes], limits: Limits) -> None:
        self._limits = limits
        self._shell = make_shell(Outputs(int(limits.output_mb * 1_000_000)))
        super().__init__(self._shell.user_ns, ask)
        self._laid: dict[str, tuple[int, ...]] = {}  # files that were laid here → what they were
        stand_in_for_lessons()

    def answer_in_time(self, request: bytes) -> bytes:
        """As `answer`, within the time of one call; a cell sets its own, longer or shorter."""
        with alarm(self._limits.call_seconds, "One call of your function took"):
            return self.answer(request)

    def _do_cell(self, source: str) -> dict[str, Any]:
        """Run a cell: {"outputs": …, "count": its number, "stopped": [outcome, message] or None}."""
        self._shell.begin_cell()
        number = self._shell.execution_count
        with alarm(self._limits.cell_seconds, "One cell took"):
            result = self._shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            self._shell.must_show(error)
        count = number if self._shell.execution_count > number else None  # an empty cell is not counted
        outputs = self._shell.outputs.finish()
        return {"outputs": outputs, "count": count, "stopped": stop_of(error), "line": _line(error)}

    def _do_file(self, name: str, data: bytes) -> None:
        """A data file of the author's, into the working folder."""
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self._laid[name] = _state(path)

    def _do_changed(self) -> list[str]:
        """Those of the laid files that are not as they were laid."""
        return [name for name, state in self._laid.items() if _state(Path(name)) != state]


def _state(path: Path) -> tuple[int, ...]:
    """What tells that a file was written to, replaced or removed."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _line(error: BaseException | None) -> int | None:
    """The line of the cell itself that an error of it came from."""
    trace = error.__traceback__ if error is not None else None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith("<ipython-input"):
            return trace.tb_lineno
        trace = trace.tb_next
    return None


@contextmanager
def alarm(seconds: float, what: str) -> Iterator[None]:
    """Raise OverLimit in the main thread after `seconds`. The grader's own deadline stands behind it."""

    def ring(*_: Any) -> None:
        raise OverLimit(Outcome.TIMED_OUT, f"{what} more than {seconds:g} seconds.")

    outer = signal.signal(signal.SIGALRM, ring)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)
        signal.signal(signal.SIGALRM, outer)


class Outputs:
    """The outputs of the cell that runs, as notebook outputs.

    The cell that prints past `limit` characters in all is stopped with OverLimit; the cells after it may
    each show `CRUMBS` more, and what is over that is dropped.
    """

    CRUMBS = 10_000

    def __init__(self, limit: int) -> None:
        self._left = self._limit = limit
        self._over = False
        self._cell: list[dict[str, Any]] = []

    def start(self) -> None:
        """A new cell begins."""
        self._cell = []
        if self._left <= 0:
            self._left, self._over = self.CRUMBS, True

    def finish(self) -> list[dict[str, Any]]:
        """The outputs of the cell that ran."""
        for output in self._cell:
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        return self._cell

    def write(self, name: str, text: str) -> None:
        part = text[: max(self._left, 0)]
        if self._cell and self._cell[-1].get("name") == name:
            self._cell[-1]["text"].append(part)
        elif part:
            self._cell.append({"output_type": "stream", "name": name, "text": [part]})
        self._spend(len(text))

    def display(self, kind: str, data: dict, metadata: dict, **more: Any) -> dict[str, Any]:
        output = {"output_type": kind, "data": data, "metadata": metadata, **more}
        if self._spend(sum(len(str(value)) for value in data.values())):
            self._cell.append(output)
        return output

    def update(self, output: dict[str, Any], data: dict, metadata: dict) -> None:
        """Show something else in the place of `output`."""
        if self._spend(sum(len(str(value)) for value in data.values())):
            output.update(data=data, metadata=metadata)

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        shown = [part[:4000] for part in traceback[:60]]
        self._cell.append({"output_type": "error", "ename": name, "evalue": value[:2000], "traceback": shown})

    @property
    def has_error(self) -> bool:
        return any(output["output_type"] == "error" for output in self._cell)

    def clear(self) -> None:
        self._cell.clear()

    def _spend(self, size: int) -> bool:
        self._left -= size
        if self._left < 0 and not self._over:
            what = f"Your notebook printed more than {self._limit / 1e6:g} MB."
            raise OverLimit(Outcome.OUTPUT_LIMIT, what)
        return self._left >= 0


class _Stream:
    """Stands in for sys.stdout and sys.stderr."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name, self._outputs = f"<{name}>", outputs
        self._stream = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.write(self._stream, text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True


class _Publisher(DisplayPublisher):
    def publish(self, data: dict, metadata: dict | None = None, *, transient: dict | None = None,
                update: bool = False, **_: Any) -> None:  # fmt: skip
        name = (transient or {}).get("display_id")
        shown = self.shell.displays.get(name)
        if update:
            if shown is not None:
                self.shell.outputs.update(shown, data, metadata or {})
            return
        output = self.shell.outputs.display("display_data", data, metadata or {})
        if name is not None:
            self.shell.displays[name] = output

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class _Hook(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        count = self.prompt_count
        self.shell.outputs.display("execute_result", format_dict, md_dict or {}, execution_count=count)

    def finish_displayhook(self) -> None:
        pass


class Shell(InteractiveShell):
    """IPython without a terminal or a kernel. `outputs` gathers what the running cell shows."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def __init__(self, outputs: Outputs, **kwargs: Any) -> None:
        self.outputs = outputs
        self.displays: dict[str, dict[str, Any]] = {}
        super().__init__(**kwargs)

    def begin_cell(self) -> None:
        """Take the standard streams back from whatever the cell before did with them."""
        self.outputs.start()
        sys.stdout, sys.stderr = _Stream("stdout", self.outputs), _Stream("stderr", self.outputs)

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        kind, error, trace = self._get_exc_info(exc_tuple)
        _shorten(trace)
        super().showtraceback((kind, error, trace), *args, **kwargs)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        if isinstance(evalue, OverLimit):
            outcome = str(evalue.stop.outcome)
            self.outputs.error(outcome, str(evalue), [f"{outcome}: {evalue}"])
        else:
            self.outputs.error(type.__dict__["__name__"].__get__(etype), _text(evalue), stb)

    def must_show(self, error: BaseException) -> None:
        """Show an error that IPython could not, or that it only printed."""
        if not self.outputs.has_error:
            self._showtraceback(type(error), error, [])

    def enable_gui(self, gui: str | None = None) -> None:
        pass

    def system(self, command: str) -> None:
        """`!command`, its output through our stdout: there is no terminal here."""
        command = self.var_expand(command, depth=1)
        if _INSTALLS.search(command):
            print("Nothing is installed while a notebook is graded: what the course needs is there.")
            self.user_ns["_exit_code"] = 1
            return
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(command, shell=True, text=True, errors="replace", **pipes) as process:
            try:
                for line in process.stdout:
                    sys.stdout.write(line)
            except BaseException:
                process.kill()
                raise
        self.user_ns["_exit_code"] = process.returncode


def _shorten(trace: types.TracebackType | None) -> None:
    """Take out the middle of a long traceback: IPython looks at each frame, and recursion has many."""
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    if len(frames) > 2 * FRAMES:
        frames[FRAMES - 1].tb_next = frames[-FRAMES]


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:
        return ""


def make_shell(outputs: Outputs) -> Shell:
    """A fresh shell whose standard streams, displays and errors go to `outputs`."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryAccessor.enabled = False
    config.InteractiveShell.colors = "nocolor"
    InteractiveShell.clear_instance()
    shell = Shell(outputs, config=config)
    shell.begin_cell()
    Shell._instance = InteractiveShell._instance = shell  # what get_ipython() finds
    _show_figures(shell)
    return shell


def _show_figures(shell: Shell) -> None:
    """Figures appear under the cell that made them, as under a kernel."""
    if "matplotlib" not in sys.modules:
        return  # MPLBACKEND names the inline backend, which registers itself when it is imported
    from IPython.core.pylabtools import activate_matplotlib, select_figure_formats
    from matplotlib_inline.backend_inline import configure_inline_support
    from matplotlib_inline.config import InlineBackend

    activate_matplotlib(INLINE)  # as the backend does when a kernel imports it: the warm process had no shell
    configure_inline_support(shell, INLINE)
    shown = InlineBackend.instance()  # it chooses formats for the first shell of a process, and no other
    select_figure_formats(shell, shown.figure_formats, **shown.print_figure_kwargs)


def stand_in_for_lessons() -> None:
    """Replace `autograder.learner` by functions that do nothing: grading asks the checks from outside."""
    module = types.ModuleType("autograder.learner", "Silent in grading: checks are run from outside.")
    for name in (
        "check", "course_map", "hint", "needs", "others", "posttest", "predict", "pretest", "progress",
        "ready", "reset", "restore_work", "review", "save_work", "solution",
    ):  # fmt: skip
        setattr(module, name, lambda *args, **kwargs: None)
    sys.modules[module.__name__] = module
