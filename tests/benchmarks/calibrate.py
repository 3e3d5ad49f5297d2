"""How much room a lesson's thresholds leave: `python tests/benchmarks/calibrate.py LESSON [--seeds 20]`.

Runs a lesson's cells with their solutions, and its checks on many seeds. For every threshold of
`t.at_least` and `t.at_most` it prints the lowest, mean and highest value and how many standard deviations lie
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
from collections import defaultdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1] / "course")]

from lessons import COURSE, judge, reference, solved  # noqa: E402

from autograder.exercise import Exercise, Trial, seed_for  # noqa: E402

LEAST_MARGIN = 3.0  # standard deviations

#: (what, "at least" or "at most", threshold) → the values that were measured
Measured = dict[tuple[str, str, float], list[float]]


def cells_cost(lesson_id: str) -> tuple[float, float]:
    """Processor seconds of the lesson's cells, libraries imported, and the process's peak memory in MB."""
    seconds = 0.0
    for _ in range(2):
        solved.cache_clear()
        start = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            solved(lesson_id)
        seconds = time.process_time() - start
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(exercise: Exercise, seeds: list[int]) -> tuple[Measured, list[float], list[str]]:
    """Every value that met a threshold, the processor seconds of each run, and the verdicts that failed."""
    values: Measured = defaultdict(list)
    seconds, failed = [], []

    def noting(side: str) -> Any:
        original = getattr(Trial, side)

        def note(trial: Trial, value: float, threshold: float, what: str, *, slip: str = "") -> None:
            values[what, side.replace("_", " "), threshold].append(float(value))
            original(trial, value, threshold, what, slip=slip)

        return patch.object(Trial, side, note)

    with noting("at_least"), noting("at_most"):
        for seed in seeds:
            start = time.process_time()
            verdict = judge(exercise, reference(exercise), seed)
            seconds.append(time.process_time() - start)
            if not verdict.passed:
                failed.append(verdict.as_text())
    return values, seconds, failed


def margin(values: list[float], side: str, threshold: float) -> float:
    """The standard deviations between the mean and the threshold; infinite when all values are equal."""
    room = statistics.mean(values) - threshold if side == "at least" else threshold - statistics.mean(values)
    spread = statistics.stdev(values)
    return room / spread if spread else float("inf") if room >= 0 else float("-inf")


def report(exercise: Exercise, seeds: list[int]) -> bool:
    """Print what was measured for one exercise; whether every margin is wide enough."""
    measure(exercise, seeds[:1])  # the first run pays for imports and caches
    values, seconds, failed = measure(exercise, seeds)
    print(f"\n{exercise.id}: {statistics.mean(seconds):.2f} s processor time, {max(seconds):.2f} at most")
    print("\n".join(failed), end="\n" if failed else "")
    narrow = False
    for (what, side, threshold), found in values.items():
        sds = margin(found, side, threshold)
        narrow |= sds < LEAST_MARGIN
        print(
            f"  {what}\n    {side} {threshold:g}: min {min(found):.3f}, mean {statistics.mean(found):.3f}, "
            f"max {max(found):.3f}, sd {statistics.stdev(found):.4f}, margin {sds:.1f} sd"
            f"{'  ← too narrow' if sds < LEAST_MARGIN else ''}"
        )
    return not failed and not narrow


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lesson")
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    exercises = COURSE.lesson(options.lesson).exercises
    seconds, peak = cells_cost(options.lesson)
    print(f"{options.lesson}: cells {seconds:.2f} s processor time, process at most {peak:.0f} MB")
    seeds = [seed_for("calibrate", str(number)) for number in range(max(options.seeds, 2))]
    wide = [report(exercise, seeds) for exercise in exercises]
    return 0 if all(wide) else 1


if __name__ == "__main__":
    raise SystemExit(main())
