"""What a visit to Binder takes of its memory: the server, and a lesson's kernel when every cell has run.

    python tests/benchmarks/memory.py [LESSON ...]

Builds and serves this clone as Binder would (tests/support/binder_replay.py), opens each lesson and runs all
of its code cells, solutions included. Prints MB of resident memory: `server` is what runs without the kernel,
`kernel` that of the lesson after its last cell, `peak` the most it held. Pages that several processes map are
counted in each, so the sum is an upper bound.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import psutil
from binder_replay import ROOT, Server, build, serve

from autograder.build import lesson_cells
from autograder.catalog import Lesson, load_course
from autograder.errors import CourseError


def main(lessons: list[str]) -> None:
    course = load_course(ROOT / "course")
    try:
        wanted = [course.lesson(name) for name in lessons] or course.lessons
    except CourseError as error:
        sys.exit(f"{error.what}. {error.do}")
    with tempfile.TemporaryDirectory() as place, serve(build(Path(place))) as server:
        print(f"{'':16}{'server':>8}{'kernel':>8}{'sum':>8}{'peak':>8}")
        print(f"{'started':16}{resident(server.pid):8.0f}")
        for lesson in wanted:
            page = lesson.notebook.relative_to(course.root).as_posix()
            served, kernel, peak = visit(server, lesson, page)
            print(f"{lesson.id:16}{served:8.0f}{kernel:8.0f}{served + kernel:8.0f}{peak:8.0f}", flush=True)


def visit(server: Server, lesson: Lesson, page: str) -> tuple[float, float, float]:
    """MB of the server and of the lesson's kernel after its cells, and the kernel's most."""
    with server.kernel(page) as shown:
        pid = int(shown("import os; print(os.getpid())"))
        for cell in lesson_cells(lesson):
            said = shown(cell.source) if cell.kind == "code" else ""
            if cell.checks and f"{cell.checks}: passed" not in said:
                raise SystemExit(f"{cell.checks} did not pass, so its memory says nothing:\n{said}")
        kernel = resident(pid)
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
        return resident(server.pid) - kernel, kernel, int(peak[1]) * 1024 / 1e6


def resident(pid: int) -> float:
    """MB of a process and all that it started."""
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / 1e6


if __name__ == "__main__":
    main(sys.argv[1:])
