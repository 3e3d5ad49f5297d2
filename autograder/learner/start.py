"""Whether this machine is ready for the course, and a reminder where it does not last."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.catalog import find_course
from autograder.errors import AisecError, CourseError
from autograder.learner.journal import Journal
from autograder.learner.panel import Plain, rehearsal, shell, show
from autograder.libraries import install, lacking, require
from autograder.verdict import esc

FREE_BYTES = 200_000_000  # what a learner's folder, JupyterLab's settings and libraries' caches may come to
LAB_EXTENSIONS = {
    "@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets",
    "anywidget": "anywidget",
    "@jupyter/nbgrader": "nbgrader",
}
#: BinderHub sets these in every server that it starts.
BINDER = ("BINDER_LAUNCH_HOST", "BINDER_REPO_URL")
BINDER_SECONDS = {"idle": 600.0, "before": 180.0}


@dataclass(frozen=True)
class Missing:
    """What keeps this machine from being ready, and what mends it: a command, or a sentence."""

    what: str
    do: str


def needs(lesson_id: str) -> None:
    """Say nothing where the libraries that a lesson needs are here.

    Raises Plain, with the command that adds them, where some are missing or too old.
    """
    then = "then restart the kernel (Kernel → Restart Kernel) and run this cell again."
    try:
        lesson = find_course().lesson(lesson_id)
        require({lesson.id: lesson.needs}, then)
    except CourseError as error:
        raise Plain(error.what, do=error.do) from None


def ready() -> None:
    """Say whether everything that a lesson needs is here; if not, what is wrong and how to mend it."""
    problems = list(_problems())
    if problems:
        title = f"✗ not ready: {len(problems)} thing{'' if len(problems) == 1 else 's'} to mend"
    else:
        title = f"✓ ready: Python {_python()}, {len(find_course().lessons)} lessons"
    text = "\n".join([title, *(f"  {one.what}\n  → {one.do}" for one in problems)])
    show(text, _html(title, problems), kind="verdict")
    if any(os.environ.get(name) for name in BINDER):
        _remind()


def _html(title: str, problems: list[Missing]) -> str:
    mark, _, words = title.partition(" ")
    items = "".join(f"<li>{esc(one.what)}<br>→ <code>{esc(one.do)}</code></li>" for one in problems)
    return (
        f'<section class="aisec-{"failed" if problems else "passed"}"><p class="aisec-headline">'
        f'<span aria-hidden="true">{mark}</span> <strong>{esc(words)}</strong></p>'
        + (f"<ul>{items}</ul>" if items else "")
        + "</section>"
    )


def _remind() -> None:
    """A quiet line, which becomes a banner in good time before Binder stops the server."""
    text = "Binder stops this server after 10 idle minutes. save_work() takes your work with you."
    extra: dict[str, Any] = {}
    if not rehearsal() and getattr(shell(), "kernel", None) is not None:
        try:
            from autograder.learner.keeper import Keeper

            extra = Keeper("remind", **BINDER_SECONDS).view()
        except ImportError:
            pass
    show(text, f"<p>{esc(text)}</p>", extra=extra)


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _problems() -> Iterator[Missing]:
    """Everything that is not as a lesson needs it."""
    yield from _libraries()
    yield from _kernel()
    yield from _extensions()
    yield from _course()
    yield from _folder(Journal.find().path.parent)


def _libraries() -> Iterator[Missing]:
    """Python's version and the libraries', against what this package says it needs."""
    from importlib import metadata

    from packaging.specifiers import SpecifierSet

    try:
        own = metadata.metadata("aisec")
    except metadata.PackageNotFoundError:
        yield Missing("aisec is not installed for this Python", "Follow the install line of the README.")
        return
    python = own.get("Requires-Python") or ""
    if not SpecifierSet(python).contains(_python()):
        yield Missing(
            f"Python {_python()} is not {python}", "Install the course with Python 3.11, 3.12 or 3.13."
        )
    if found := lacking(own.get_all("Requires-Dist") or ()):
        yield Missing("; ".join(map(str, found)), install(one.argument for one in found))


def _kernel() -> Iterator[Missing]:
    """The notebook's kernel may be another Python than the one that `aisec` was installed with."""
    command = shutil.which("aisec")
    if command is None:
        return  # started by its full path: there is nothing to compare with
    users = sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
    here = {Path(sysconfig.get_path("scripts")).resolve(), Path(users).resolve()}
    if Path(command).resolve().parent not in here:
        yield Missing(
            f"this notebook runs on {sys.executable}, not on the Python of {command}",
            "Kernel → Change Kernel → Python 3 (ipykernel); if that does not help: aisec learn",
        )


def _extensions() -> Iterator[Missing]:
    """The parts of JupyterLab that show sliders, questions and Validate."""
    from jupyter_core.paths import jupyter_path

    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    missing = [
        package
        for name, package in LAB_EXTENSIONS.items()
        if not any((folder / name / "package.json").is_file() for folder in folders)
    ]
    if missing:
        yield Missing(
            f"JupyterLab lacks its part of {', '.join(missing)}",
            install(["--force-reinstall", "--no-deps", *missing]),
        )


def _course() -> Iterator[Missing]:
    try:
        lessons = find_course().lessons
        lost = [lesson.notebook.name for lesson in lessons if not lesson.exercise_names]
    except AisecError as error:
        yield Missing(f"the course is not found: {error.what}", error.do or "Start with: aisec learn")
        return
    if lost:
        yield Missing(
            f"the checks of {', '.join(lost)} are missing", "Follow the install line of the README."
        )
    if found := lacking(dict.fromkeys(need for lesson in lessons for need in lesson.needs)):
        which = ", ".join(lesson.id for lesson in lessons if lacking(lesson.needs))
        yield Missing(f"for {which}: {'; '.join(map(str, found))}", install(one.argument for one in found))


def _folder(folder: Path) -> Iterator[Missing]:
    """Whether progress can be written, and room is left."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".aisec-"):
            pass
    except OSError as error:
        yield Missing(
            f"progress cannot be written in {folder}: {error.strerror or error}",
            "aisec learn FOLDER, with a folder that you may write to",
        )
        return
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        yield Missing(
            f"{free / 1e6:.0f} MB are free in {folder}; {FREE_BYTES / 1e6:.0f} MB are needed",
            "Delete what you can spare, or: aisec learn FOLDER, on another disk",
        )
