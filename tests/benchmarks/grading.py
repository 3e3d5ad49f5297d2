"""What grading costs, against stock nbgrader and against the floor, in one run.

    python tests/benchmarks/grading.py [--stock N] [--ours N] [--floor N] [--cohort ordinary|poisoning]

Two cohorts: an ordinary nbgrader assignment (twelve code cells, a random forest, a logistic regression,
plain asserts) and the poisoning lesson. For each: stock `nbgrader autograde`, `aisec grade` with the
sandbox on, and the floor, which is the same cells and checks run by bare `exec` in a fork of a process that
has the libraries imported. CPU seconds are user + system of every process involved, start-up included and
shown apart. Prints a table; asserts nothing.
"""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
SETUP = "import numpy as np\nimport pandas as pd\nfrom sklearn.datasets import load_breast_cancer"
ORDINARY = [  # (source, grade_id, points); points None: a solution cell, "" a plain cell
    (SETUP, "", None),
    ("X, y = load_breast_cancer(return_X_y=True)\nprint(X.shape)", "", None),
    (
        "def split(X, y):\n    ### BEGIN SOLUTION\n    from sklearn.model_selection import train_test_split\n"
        "    return train_test_split(X, y, test_size=0.3, random_state=0)\n    ### END SOLUTION",
        "split-answer",
        None,
    ),
    ("parts = split(X, y)\nassert len(parts) == 4\nassert len(parts[0]) == 398", "split", 1),
    (
        "def forest(X, y):\n    ### BEGIN SOLUTION\n    from sklearn.ensemble import RandomForestClassifier\n"
        "    return RandomForestClassifier(20, random_state=0).fit(X, y)\n    ### END SOLUTION",
        "forest-answer",
        None,
    ),
    (
        "model = forest(parts[0], parts[2])\nassert (model.predict(parts[1]) == parts[3]).mean() > 0.9",
        "forest",
        2,
    ),
    (
        "def logistic(X, y):\n    ### BEGIN SOLUTION\n"
        "    from sklearn.linear_model import LogisticRegression\n"
        "    from sklearn.pipeline import make_pipeline\n"
        "    from sklearn.preprocessing import StandardScaler\n"
        "    return make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)\n    ### END SOLUTION",
        "logistic-answer",
        None,
    ),
    (
        "fitted = logistic(parts[0], parts[2])\nassert (fitted.predict(parts[1]) == parts[3]).mean() > 0.9",
        "logistic",
        2,
    ),
    ("frame = pd.DataFrame(X[:, :3], columns=list('abc'))\nframe.describe()", "", None),
    (
        "def mean_a(frame):\n    ### BEGIN SOLUTION\n"
        "    return float(frame['a'].mean())\n    ### END SOLUTION",
        "mean-answer",
        None,
    ),
    ("assert abs(mean_a(pd.DataFrame({'a': [1.0, 2.0]})) - 1.5) < 1e-9", "mean", 1),
    ("frame.groupby(y).mean()", "", None),
]


@dataclass(frozen=True)
class Row:
    """CPU and wall seconds of `count` notebooks, and of the start-up before the first."""

    name: str
    count: int
    cpu: float
    wall: float
    peak_mb: float
    startup: float = 0.0

    @property
    def each(self) -> float:
        return (self.cpu - self.startup) / self.count


def measured(name: str, count: int, run: Callable[[], object]) -> Row:
    """Run something that waits for its children, and take the kernel's accounting of them."""
    own, before, start = time.process_time(), _children(), time.monotonic()
    run()
    after = _children()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + time.process_time() - own
    return Row(name, count, cpu, time.monotonic() - start, after.ru_maxrss / 1024)


def _children() -> resource.struct_rusage:
    return resource.getrusage(resource.RUSAGE_CHILDREN)


def quiet(*command: str, cwd: Path) -> None:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


# -- cohorts -------------------------------------------------------------------------------------------


def ordinary_course(root: Path) -> tuple[str, Path]:
    """(assignment, solved notebook) of a fresh course directory with the ordinary assignment released."""
    import nbformat

    from autograder.grading.coursedir import CourseDir
    from autograder.grading.newcourse import CONFIG_TEXT, release

    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    )
    for number, (source, grade_id, points) in enumerate(ORDINARY):
        cell = nbformat.v4.new_code_cell(source, id=f"c{number}")
        if grade_id:
            solution = points is None
            cell.metadata["nbgrader"] = {
                "schema_version": 3, "grade": not solution, "solution": solution, "locked": not solution,
                "task": False, "grade_id": grade_id, **({} if solution else {"points": points}),
            }  # fmt: skip
        notebook.cells.append(cell)
    root.mkdir()
    (root / "nbgrader_config.py").write_text(CONFIG_TEXT.format(course_id="bench"))
    source = root / "source/bench/bench.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    release(CourseDir(root.resolve()), "bench")
    return "bench", source


def poisoning_course(root: Path) -> tuple[str, Path]:
    from autograder.catalog import find_course
    from autograder.grading.newcourse import new_course

    course = find_course()
    new_course(root, [course.lesson("poisoning")], course)
    return "poisoning", root / "source/poisoning/poisoning.ipynb"


def hand_in(root: Path, assignment: str, notebook: Path, count: int) -> None:
    for step in ("submitted", "autograded"):
        shutil.rmtree(root / step, ignore_errors=True)
    for number in range(count):
        folder = root / "submitted" / f"s{number:05}" / assignment
        folder.mkdir(parents=True)
        shutil.copy(notebook, folder / f"{assignment}.ipynb")


# -- ways ----------------------------------------------------------------------------------------------


def stock(root: Path, assignment: str) -> None:
    quiet(str(BIN / "nbgrader"), "autograde", assignment, "--force", cwd=root)


def ours(root: Path, assignment: str, jobs: int) -> None:
    quiet(str(BIN / "aisec"), "grade", assignment, "--jobs", str(jobs), "--regrade", "--json", cwd=root)


def floor(notebook: Path, assignment: str, count: int) -> None:
    """Fork a warm process for each notebook and `exec` its cells there; checks run in the same process."""
    cells = [
        cell["source"] for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"
    ]
    sources = [cell if isinstance(cell, str) else "".join(cell) for cell in cells]
    for _ in range(count):
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            status = 1
            try:
                _exec(sources, assignment)
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit("the floor failed")


def _exec(sources: Iterable[str], assignment: str) -> None:
    from autograder.boundary.cells import stand_in_for_lessons
    from autograder.boundary.local import link_to
    from autograder.catalog import find_course
    from autograder.exercise import run_check, seed_for

    stand_in_for_lessons()
    names: dict = {"__name__": "__main__"}
    for source in sources:
        exec(compile(source, "<cell>", "exec"), names)
    if assignment == "poisoning":
        link = link_to(names)
        for exercise in find_course().lesson(assignment).exercises:
            verdict = run_check(
                exercise, [link.name(name) for name in exercise.names], seed_for(exercise.id, "s", "a")
            )
            assert verdict.passed, verdict.as_text()


def warm() -> None:
    """Import what lessons import, here, so that the floor's forks have it."""
    import importlib

    from autograder.catalog import find_course
    from autograder.sandbox.pool import PRELOAD

    for name in PRELOAD:
        importlib.import_module(name)
    importlib.import_module("autograder.boundary.warm")
    assert find_course().lesson("poisoning").exercises


# -- the table -----------------------------------------------------------------------------------------


def bench(name: str, make: Callable[[Path], tuple[str, Path]], options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="aisec-bench-") as folder:
        root = Path(folder) / "course"
        assignment, notebook = make(root)
        rows = []
        hand_in(root, assignment, notebook, options.floor)
        rows.append(
            measured(
                "floor: exec in a warm fork",
                options.floor,
                lambda: floor(notebook, assignment, options.floor),
            )
        )
        hand_in(root, assignment, notebook, 1)
        first = measured("", 1, lambda: ours(root, assignment, 1))
        for jobs in (1, 2):
            hand_in(root, assignment, notebook, options.ours)
            row = measured(
                f"aisec grade --jobs {jobs}", options.ours, lambda jobs=jobs: ours(root, assignment, jobs)
            )
            # one notebook's run is start-up plus one notebook: subtract what the others say one costs
            one = (row.cpu - first.cpu) / (options.ours - 1)
            rows.append(Row(row.name, row.count, row.cpu, row.wall, row.peak_mb, max(first.cpu - one, 0.0)))
        if options.stock:
            hand_in(root, assignment, notebook, options.stock)
            rows.append(measured("nbgrader autograde", options.stock, lambda: stock(root, assignment)))
    print(f"\n{name}")
    heads = ("notebooks", "CPU s each", "/ floor", "start-up s", "wall s", "peak MB")
    print(f"{'way':28}", *(f"{head:>10}" for head in heads))
    base = rows[0].each
    for row in rows:
        print(
            f"{row.name:28} {row.count:10} {row.each:10.3f} {row.each / base:10.2f} {row.startup:10.2f} "
            f"{row.wall:10.1f} {row.peak_mb:10.0f}"
        )
    if options.stock:
        print(f"stock / ours: {rows[-1].each / rows[1].each:.1f} times")
    print(f"two jobs / one: {rows[1].wall / rows[2].wall:.2f} times as fast")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stock", type=int, default=5, help="notebooks for nbgrader (0: leave it out)")
    parser.add_argument("--ours", type=int, default=40)
    parser.add_argument("--floor", type=int, default=40)
    parser.add_argument("--cohort", choices=("ordinary", "poisoning"))
    options = parser.parse_args()
    warm()
    cohorts = {"ordinary": ordinary_course, "poisoning": poisoning_course}
    for name, make in cohorts.items():
        if options.cohort in (None, name):
            bench(name, make, options)


if __name__ == "__main__":
    main()
