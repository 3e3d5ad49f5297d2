"""What the learner's own side adds: to a kernel's start, and to each check.

    python tests/benchmarks/learner.py [LESSON]

`import autograder.learner` is timed in fresh processes that have numpy and scikit-learn. For each exercise,
`check(...)` as a notebook calls it (proxies, journal, panel) is timed against the bare check function on the
same answers; the difference is what our side adds. Prints a table; asserts nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.catalog import Lesson, find_course
from autograder.errors import CourseError

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
IMPORT = """
import time, numpy, sklearn
start = time.perf_counter()
import autograder.learner
first = time.perf_counter()
from autograder.learner import check
from autograder.catalog import find_course
find_course().exercise("poisoning.flip_labels")
print(first - start, time.perf_counter() - first)
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lesson", nargs="?", default="poisoning")
    try:
        lesson = find_course().lesson(parser.parse_args().lesson)
    except CourseError as error:
        sys.exit(f"{error.what}. {error.do}")
    runs = [fresh() for _ in range(5)]
    print(f"import autograder.learner: {1000 * statistics.median(run[0] for run in runs):.0f} ms")
    print(f"first use, a lesson's checks imported: {1000 * statistics.median(run[1] for run in runs):.0f} ms")
    print(f"\n{'exercise':32} {'check itself':>13} {'check(...)':>11} {'added':>7}   (CPU ms, medians of 7)")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, bare, whole in compared(lesson):
            print(f"{name:32} {1000 * bare:13.0f} {1000 * whole:11.0f} {1000 * (whole - bare):7.0f}")


def fresh() -> tuple[float, float]:
    out = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True).stdout
    first, second = map(float, out.split())
    return first, second


def compared(lesson: Lesson):
    from lessons import reference

    from autograder.exercise import run_check, seed_for
    from autograder.learner import check

    for exercise in lesson.exercises:
        answers = reference(exercise)

        def bare(exercise=exercise, answers=answers) -> None:
            run_check(exercise, answers, seed_for(exercise.id))

        def whole(exercise=exercise, answers=answers) -> None:
            with contextlib.redirect_stdout(io.StringIO()):
                check(exercise.id, *answers)

        yield exercise.id, timed(bare), timed(whole)


def timed(run) -> float:
    """Median of seven, in seconds of processor time, after one to warm up."""
    took = []
    for _ in range(8):
        start = time.process_time()
        run()
        took.append(time.process_time() - start)
    return statistics.median(took[1:])


if __name__ == "__main__":
    main()
