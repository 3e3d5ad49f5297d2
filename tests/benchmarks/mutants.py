"""Would the checks see it? `python tests/benchmarks/mutants.py LESSON[.EXERCISE] [--seeds 3] [--jobs 1]`

Changes the solution of each exercise in small ways (`operators.py`), runs its check on each changed one, and
lists those that keep full points on all seeds: holes of the check, unless nobody could tell the difference.
Those are marked in the exercise's answers file, with the reason:

    EQUIVALENT = {"len(x) > 0 → len(x) >= 1": "a length is a whole number"}

Exits with 1 when an unmarked one keeps its points, a check breaks, or a mark names none that does.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import math
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as grading does
sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "support")]

import lessons  # noqa: E402
from changes import Mutant, mutants  # noqa: E402

from autograder.build import lesson_cells, pair_cells  # noqa: E402
from autograder.catalog import Lesson, load_module  # noqa: E402
from autograder.errors import CourseError  # noqa: E402
from autograder.exercise import Exercise, seed_for  # noqa: E402
from autograder.verdict import Outcome  # noqa: E402

#: What a child tells: on how many seeds the mutant kept full points; or one of these.
FAULT, STOPPED = 254, 255
WALL_SECONDS = 20.0  # for one that only waits; an endless loop is stopped by its processor time
FILE_MB = 10


@dataclass
class Findings:
    """What became of the mutants of one exercise; `line` is where its cell begins in the lesson's text."""

    exercise: Exercise
    line: int
    total: int = 0
    stopped: int = 0
    cpu_seconds: float = 0.0
    survivors: list[Mutant] = field(default_factory=list)
    late: list[tuple[Mutant, int]] = field(default_factory=list)  # with how many seeds they passed
    faults: list[Mutant] = field(default_factory=list)
    equivalent: dict[str, str] = field(default_factory=dict)  # those marked that survived
    stale: list[str] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """The mutants that a check could kill."""
        return self.total - len(self.equivalent)

    @property
    def killed(self) -> int:
        return self.counted - len(self.survivors) - len(self.faults)


def examine(
    lesson: Lesson, exercise: Exercise, seeds: int = 3, jobs: int = 1, limit: int | None = None
) -> Findings:
    """Try every mutant of the exercise's solution, or the first `limit` ones. Raises CourseError."""
    drawn = [seed_for("mutants", str(number)) for number in range(seeds)]
    with contextlib.redirect_stdout(io.StringIO()):
        names = lessons.solved(lesson.id)
        allowed = math.ceil(_reference_seconds(exercise, drawn) * 5 + 0.5)
    cells = lesson_cells(lesson)
    cell = cells[pair_cells(cells)[exercise.id][0]]
    found = Findings(exercise, cell.line)
    unchanged = Mutant(0, "", "", cell.source)  # first of all: that nothing here kills what is right
    tried = chain([unchanged], islice(mutants(cell.source, _own_errors(names)), limit))
    for mutant, told, seconds in _fates(
        tried, exercise, names, drawn, jobs,
        {resource.RLIMIT_CPU: allowed, resource.RLIMIT_AS: _size() + lesson.limits.memory_mb * 2**20},
    ):  # fmt: skip
        if mutant is unchanged:
            if told != seeds:
                raise CourseError("the solution does not pass in a process of its own", where=exercise.id)
            continue
        found.total += 1
        found.cpu_seconds += seconds
        if told == STOPPED:
            found.stopped += 1
        elif told == FAULT:
            found.faults.append(mutant)
        elif told == seeds:
            found.survivors.append(mutant)
        elif told:
            found.late.append((mutant, told))
    _apply_marks(found, getattr(load_module(lesson.answers_file(exercise.name)), "EQUIVALENT", {}))
    if limit is not None:  # a mark may name one that was not tried
        found.stale.clear()
    return found


def _apply_marks(found: Findings, marks: Mapping[str, str]) -> None:
    survived = {mutant.change for mutant in found.survivors}
    found.equivalent = {change: why for change, why in marks.items() if change in survived}
    found.stale = [change for change in marks if change not in survived]
    found.survivors = [mutant for mutant in found.survivors if mutant.change not in marks]


def _reference_seconds(exercise: Exercise, seeds: Sequence[int]) -> float:
    """Processor seconds of the check of the unchanged solution on all `seeds`; fills the check's caches."""
    start = time.process_time()
    for seed in seeds:
        verdict = lessons.judge(exercise, lessons.reference(exercise), seed)
        if not verdict.passed:
            raise CourseError(f"the solution itself does not pass: {verdict.summary()}", where=exercise.id)
    return time.process_time() - start


def _own_errors(names: Mapping[str, Any]) -> set[str]:
    """Names of the errors that the lesson's own text defines: what they are given may be judged."""
    return {
        name
        for name, value in names.items()
        if isinstance(value, type)
        and issubclass(value, BaseException)
        and value.__module__ == names["__name__"]
    }


# -- one child a mutant -------------------------------------------------------------------------------


def _fates(
    tried: Iterable[Mutant], exercise: Exercise, names: dict[str, Any], seeds: Sequence[int], jobs: int,
    limits: Mapping[int, int],
) -> Iterator[tuple[Mutant, int, float]]:  # fmt: skip
    """(mutant, what its child told, its processor seconds), as they end; `jobs` children at a time."""
    waiting, running = iter(tried), {}
    try:
        while True:
            for mutant in islice(waiting, jobs - len(running)):
                child = _start(mutant, exercise, names, seeds, limits)
                running[child.told] = child
            if not running:
                return
            ready, _, _ = select.select(list(running), [], [], WALL_SECONDS)
            idle = [told for told, child in running.items() if told not in ready and child.is_idle()]
            for told in [*ready, *idle]:
                child = running.pop(told)
                word = os.read(told, 1) if told in ready else b""
                yield child.mutant, word[0] if word else STOPPED, child.end()
    finally:
        for child in running.values():
            child.end()


@dataclass
class _Child:
    """A process that judges a mutant, and the end of a pipe from which its word is read."""

    mutant: Mutant
    pid: int
    told: int
    looked: float = field(default_factory=time.monotonic)
    seconds: float = 0.0  # of processor time, when last looked at

    def is_idle(self) -> bool:
        """Whether it used no processor time in WALL_SECONDS. On a busy machine a slow one is not idle."""
        if time.monotonic() < self.looked + WALL_SECONDS:
            return False
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        seconds = sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
        idle = seconds == self.seconds
        self.looked, self.seconds = time.monotonic(), seconds
        return idle

    def end(self) -> float:
        """End it and all that it started. Returns its processor seconds."""
        os.close(self.told)
        os.killpg(self.pid, signal.SIGKILL)
        used = os.wait4(self.pid, 0)[2]
        return used.ru_utime + used.ru_stime


def _start(
    mutant: Mutant, exercise: Exercise, names: dict[str, Any], seeds: Sequence[int], limits: Mapping[int, int]
) -> _Child:
    """Start a child that judges the mutant."""
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        word = 0
        try:
            _contain(limits)
            word = _judged(mutant, exercise, names, seeds)
        except BaseException:  # whatever the mutant did, this process ends here
            word = 0
        finally:
            os.write(tell, bytes([word]))
            os._exit(0)
    os.close(tell)
    with contextlib.suppress(PermissionError, ProcessLookupError):
        os.setpgid(pid, pid)  # by both, as either may be first
    return _Child(mutant, pid, told)


def _contain(limits: Mapping[int, int]) -> None:
    """Silence this process and limit what it may use; what it starts ends with its group."""
    os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    for limit, most in (limits | {resource.RLIMIT_FSIZE: FILE_MB * 2**20, resource.RLIMIT_CORE: 0}).items():
        resource.setrlimit(limit, (most, most))


def _judged(mutant: Mutant, exercise: Exercise, names: dict[str, Any], seeds: Sequence[int]) -> int:
    """On how many seeds the mutant keeps full points, up to the first on which it does not; or FAULT.

    It takes the solution's place in `names`, so that the lesson's own functions call it too.
    """
    exec(compile(mutant.source, "<mutant>", "exec"), names)
    for passed, seed in enumerate(seeds):
        verdict = lessons.judge(exercise, [names[name] for name in exercise.names], seed)
        faults = [found.message for found in verdict.findings if found.outcome is Outcome.GRADER_FAULT]
        if any("MemoryError" not in message for message in faults):  # the limit is ours, not the check's
            return FAULT
        if not verdict.passed:
            return passed
    return len(seeds)


def _size() -> int:
    """Bytes of address space that this process has; a child starts with as much."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


# -- report -------------------------------------------------------------------------------------------


def report(lesson: Lesson, found: Findings) -> str:
    """One exercise: its numbers, then a line for each mutant that an author should look at."""
    lines = [
        f"{found.exercise.id}: {_numbers([found])}"
        + (f"; {found.stopped} killed by a limit" if found.stopped else "")
        + (f"; {len(found.equivalent)} equivalent" if found.equivalent else "")
    ]
    where = lesson.text.name

    def listed(title: str, some: Iterable[tuple[Mutant, str]]) -> None:
        rows = [f"    {where}:{found.line + m.line}  {m.change}{note}" for m, note in some]
        lines.extend([f"  {title}", *rows] if rows else [])

    listed("keeps full points:", ((mutant, "") for mutant in found.survivors))
    listed("breaks the check:", ((mutant, "") for mutant in found.faults))
    listed("keeps full points until a later seed:", ((m, f"  (seed {n + 1})") for m, n in found.late))
    if found.stale:
        lines.append("  stale marks: no mutant that keeps its points is named")
        lines += [f"    {change}" for change in found.stale]
    return "\n".join(lines)


def _numbers(all_found: Sequence[Findings]) -> str:
    killed, counted = sum(f.killed for f in all_found), sum(f.counted for f in all_found)
    survivors = sum(len(f.survivors) for f in all_found)
    rate = f"{killed / counted:.1%}" if counted else "none"
    seconds = sum(f.cpu_seconds for f in all_found)
    return f"{counted} mutants, {killed} killed ({rate}), {survivors} survive; {seconds:.0f} CPU s"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", metavar="LESSON[.EXERCISE]")
    parser.add_argument("--seeds", type=int, default=3, help="a mutant is killed when it loses on any")
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    parser.add_argument("--limit", type=int, help="only the first mutants of each exercise")
    options = parser.parse_args(arguments)
    all_found = []
    try:
        lesson = lessons.COURSE.lesson(options.what.partition(".")[0])
        for exercise in [lesson.exercise(options.what)] if "." in options.what else lesson.exercises:
            all_found.append(examine(lesson, exercise, options.seeds, options.jobs, options.limit))
            print(report(lesson, all_found[-1]), end="\n\n", flush=True)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{options.what}: {_numbers(all_found)}")
    return 1 if any(found.survivors or found.faults or found.stale for found in all_found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
