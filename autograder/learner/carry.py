"""The learner's work as one file, to take from a machine that does not last and to bring back to the next."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from autograder.files import write
from autograder.learner.panel import Plain, rehearsal, shell, show
from autograder.learner.work import as_list, contents, pack, unpack, work_folder
from autograder.verdict import esc


def save_work(file: str | os.PathLike[str] | None = None) -> None:
    """Offer the notebooks and sheets you have changed, and your progress, as one zip to download.

    With `file`, write the zip there instead.
    """
    if file is not None:
        path = Path(file)
        try:
            if not path.parent.is_dir():
                raise FileNotFoundError(errno.ENOENT, "there is no such folder")
            write(path, pack(work_folder()))
        except OSError as error:
            raise Plain(f"cannot write {path}: {error.strerror}", do="Name another file.") from None
        _tell([f"Saved as {path}.", *contents(work_folder())])
        return
    how = 'save_work("my-work.zip") writes your work into one file; in JupyterLab this cell has a button.'
    show(how, f"<p>{esc(how)}</p>", extra=_live("save"))


def restore_work(file: str | os.PathLike[str] | None = None) -> None:
    """Take a zip that `save_work` made, by a button or as `file`, and put your work back.

    A `file` may be the folder that the zip was unpacked to, as Safari does with what it downloads.
    A file here that differs is kept beside, as `NAME.before-restore.ipynb`; progress is merged.
    """
    if file is not None:
        try:
            path = Path(file).expanduser()
            _tell(unpack(path if path.is_dir() else path.read_bytes(), work_folder()).lines())
        except OSError as error:
            raise Plain(f"cannot read {file}: {error.strerror}", do="Name the zip with its folder.") from None
        return
    how = 'restore_work("my-work.zip") puts saved work back; in JupyterLab this cell has a button.'
    show(how, f"<p>{esc(how)}</p>", extra=_live("restore"))


def _tell(lines: list[str]) -> None:
    show("\n".join(lines), as_list(lines))


def _live(task: str) -> dict[str, Any]:
    """The live form of a task by MIME type; empty where there are no widgets."""
    if rehearsal() or getattr(shell(), "kernel", None) is None:
        return {}
    try:
        from autograder.learner.keeper import Keeper
    except ImportError:
        return {}
    return Keeper(task).view()
