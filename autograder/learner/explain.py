"""What a kernel says when a cell of a lesson cannot run yet: quietly where it waits, in words where it broke.

A cell that calls an answer which is not written yet says one grey line. A check that did not pass shows its
panel and nothing red beside it. A missing name says which cell makes it, and a file that hides a library is
named. Where no person has the notebook open, as in nbgrader's Validate and autograding, every error is shown
as it is: they judge a cell by its errors.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.learner.cells import Log, bound, innermost, notebook, opened
from autograder.learner.panel import NotPassed, Plain, rehearsal, shell, waiting

RUN_ABOVE = "Run → Run All Above Selected Cell"


def watch() -> None:
    """Have this kernel note what it runs and explain itself from now on. Twice is once."""
    ip = shell()
    if ip is not None and Log.of(ip) is None:
        Log.of(ip, begin=True)
        ip.set_custom_exc((NameError, AttributeError, ImportError, NotImplementedError, NotPassed), _explain)


def begin() -> None:
    """What a kernel of ours does first: watch, and only then let it find modules in the notebook's folder.

    They come after Python's own and before what is installed, as in any IPython.
    """
    watch()
    if "" not in sys.path:  # Binder's kernels have it already
        installed = (at for at, place in enumerate(sys.path) if Path(place).name.endswith("-packages"))
        sys.path.insert(next(installed, 0), "")


def _explain(ip: Any, kind: type, error: BaseException, trace: Any, tb_offset: int | None = None) -> None:
    """Show an error as IPython would, but quietly where a cell waits, and in words where we know more."""
    log = Log.of(ip)
    if opened() and not rehearsal() and log is not None:
        if isinstance(error, NotPassed):
            return  # the panel has said it
        if name := log.waits_for(error):
            waiting(name)
            return
    if told := _missing(error) if isinstance(error, NameError) else _hidden(error):
        error._render_traceback_ = lambda: told.splitlines()  # type: ignore[attr-defined]
    ip.showtraceback((kind, error, trace), tb_offset=tb_offset)


def _missing(error: NameError) -> str:
    """Which cell should have made the name that a cell's own line lacks; empty where nobody knows."""
    name = getattr(error, "name", None)
    log = Log.of(shell())
    frame = innermost(error)
    if not name or log is None or frame is None or frame.f_globals is not shell().user_ns:
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
    makes = next((cell for cell in notebook()[0] if name in bound(cell.source)), None)
    if makes is None:
        ours = getattr(sys.modules.get("autograder.learner"), "__all__", ())
        do = f"Run first: from autograder.learner import {name}"
        return str(Plain(f"{name} is not there yet: it is the course's.", do=do)) if name in ours else ""
    first = next((line for line in makes.source.splitlines() if line.strip()), "")
    return str(
        Plain(
            f"{name} is not there: its cell has not run since the kernel started. It begins: {first.strip()}",
            do=f"Run that cell first, or all of them: {RUN_ABOVE}.",
        )
    )


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
