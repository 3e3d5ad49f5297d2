"""How much room a lesson's thresholds leave: `python tests/benchmarks/calibrate.py LESSON [--seeds 20]`.

Runs a lesson's cells with their solutions, and its checks on many seeds. For every threshold of `t.at_least`,
`t.at_most` and `t.between` it prints the lowest, mean and highest value and how many standard deviations lie
between the mean and the threshold. Exits with 1 when a right answer fails or a margin is under three.

Set OMP_NUM_THREADS=1 as grading does. Processor times are only comparable on a quiet machine.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import resource
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from autograder.bench.answers import Judged, answers_to, judged  # noqa: E402
from autograder.bench.notes import LEAST_MARGIN, margins  # noqa: E402
from autograder.bench.solved import code_cells, run_cells  # noqa: E402
from autograder.catalog import Lesson, load_course  # noqa: E402
from autograder.errors import CourseError  # noqa: E402
from autograder.exercise import Exercise, seed_for  # noqa: E402


def cells_cost(lesson: Lesson) -> tuple[float, float]:
    """Processor seconds of the lesson's cells, libraries imported, and the process's peak memory in MB."""
    seconds = 0.0
    for _ in range(2):
        start = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            run_cells(lesson, code_cells(lesson))
        seconds = time.process_time() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(lesson: Lesson, exercise: Exercise, seeds: int) -> list[Judged]:
    """What the reference reached on each seed. A first run pays for imports and caches."""
    with contextlib.redirect_stdout(io.StringIO()):
        reference = answers_to(lesson, exercise)[0]
    numbers = [seed_for("calibrate", str(number)) for number in range(seeds)]
    return [judged(exercise, reference, number) for number in (numbers[0], *numbers)][1:]


def report(exercise: Exercise, runs: list[Judged]) -> bool:
    """Print what was measured for one exercise; whether it passed and every margin is wide enough."""
    seconds = [run.cpu_seconds for run in runs]
    print(f"\n{exercise.id}: {statistics.mean(seconds):.2f} s processor time, {max(seconds):.2f} at most")
    failed = [run.verdict.as_text() for run in runs if not run.verdict.passed]
    print("\n".join(failed), end="\n" if failed else "")
    found = margins(run.notes for run in runs)
    for margin in found:
        low, mean, high = min(margin.values), statistics.mean(margin.values), max(margin.values)
        print(
            f"  {margin.what}\n    {margin.limit}: min {low:.3f}, mean {mean:.3f}, max {high:.3f}, "
            f"sd {margin.deviation:.4f}, margin {margin.sds:.1f} sd"
            f"{'' if margin.is_wide else f'  ← under {LEAST_MARGIN:g}'}"
        )
    return not failed and all(margin.is_wide for margin in found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lesson")
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    try:
        lesson = load_course(ROOT / "course").lesson(options.lesson)
    except CourseError as error:
        sys.exit(f"{error.what}. {error.do}")
    seconds, peak = cells_cost(lesson)
    print(f"{lesson.id}: cells {seconds:.2f} s processor time, process at most {peak:.0f} MB")
    wide = [
        report(exercise, measured(lesson, exercise, max(options.seeds, 2))) for exercise in lesson.exercises
    ]
    return 0 if all(wide) else 1


if __name__ == "__main__":
    raise SystemExit(main())
