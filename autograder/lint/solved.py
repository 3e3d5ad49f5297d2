"""Running a lesson's text, solved and unwritten, in a process of its own beside the other rules."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import autograder
from autograder.catalog import Course, Lesson
from autograder.lint.page import Found

CHILD = Path(__file__).with_name("run.py")
PATIENCE = 5  # seconds of the clock for each of processor time: the machine may be busy


@dataclass
class Running:
    """A text that is being run."""

    lesson: Lesson
    seconds: int  # of processor time that it may take
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """End the process, and wait for its end."""
        self.process.kill()
        self.process.communicate()


def start(course: Course, lesson: Lesson) -> Running:
    """Begin to run the text of `lesson`. It must be read with `runs`, or stopped."""
    root, seconds = course.root, round(lesson.limits.cpu_seconds)
    task = {
        "text": str(lesson.text),
        "root": str(root),
        "verbs": _verbs(),
        "pictures": [_module(root, path) for path in lesson.pictures],
        "cpu_seconds": seconds,
    }
    process = subprocess.Popen(
        [sys.executable, "-P", str(CHILD), json.dumps(task)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(),
        cwd=root,
    )
    return Running(lesson, seconds, process)


def runs(running: Running) -> Found:
    """The solved text runs, its pictures show, and unwritten exercises stop only cells that are tagged so."""
    told, ended = _told(running)
    yield from dict.fromkeys(_place(row) for row in told if "text" in row)
    if ended:
        at = next((row["at"] for row in reversed(told) if "at" in row), 1)
        yield running.lesson.text, at, f"the run of the text ended here: {ended}"


def _place(row: dict[str, Any]) -> tuple[Path, int, str]:
    moved = f", {row['moved']}" if row.get("moved") else ""
    return Path(row["file"]), row["line"], row["text"] + moved


def _told(running: Running) -> tuple[list[dict[str, Any]], str]:
    """What the process tells, a row a line, and why it ended early, if it did."""
    process, seconds = running.process, running.seconds
    try:
        output, errors = process.communicate(timeout=PATIENCE * seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return _rows(process.communicate()[0]), f"more than {PATIENCE * seconds} seconds went by"
    if process.returncode == 0:
        return _rows(output), ""
    if process.returncode < 0:
        return _rows(output), f"stopped by signal {-process.returncode}; {seconds} CPU-seconds are allowed"
    return _rows(output), (errors.strip().splitlines() or [f"exit code {process.returncode}"])[-1]


def _rows(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines() if line.endswith("}")]


def _environment() -> dict[str, str]:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return {
        **os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    }  # fmt: skip


def _verbs() -> list[str]:
    """What a lesson may import from `autograder.learner`."""
    source = Path(autograder.__file__).with_name("learner") / "__init__.py"
    for node in ast.parse(source.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return []


def _module(root: Path, path: Path) -> str:
    return ".".join((root.name, *path.relative_to(root).with_suffix("").parts))
