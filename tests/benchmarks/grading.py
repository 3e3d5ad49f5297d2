"""What grading costs, against stock nbgrader and against the floor, in one run.

    python tests/benchmarks/grading.py [--cohort ordinary|poisoning] [--stock N] [--ours N] [--rounds N]
    python tests/benchmarks/grading.py --long 10000

Two cohorts: an ordinary nbgrader assignment (twelve code cells, a random forest, a logistic regression,
plain asserts) and the poisoning lesson. For each: stock `nbgrader autograde`, `aisec grade` with the
sandbox on, and the floor, which is the same cells and checks run by bare `exec` in a fork of a process that
has the libraries imported and used. CPU seconds are user + system of every process involved; what the
start-up before the first notebook takes is shown apart. Rounds are interleaved, so that what else the
machine does falls on all alike. Memory is proportional (PSS), of all processes of a run, at its highest.

`--long` grades that many hand-ins of the ordinary assignment and shows time and memory as it goes.
Prints tables; asserts nothing.
"""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import argparse
import contextlib
import glob
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
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


@dataclass
class Cost:
    """CPU and wall seconds of `count` notebooks, and the most memory in MB."""

    count: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    memory: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.count + other.count,
            self.cpu + other.cpu,
            self.wall + other.wall,
            max(self.memory, other.memory),
        )

    @property
    def each(self) -> float:
        return self.cpu / self.count


def measured(count: int, run: Callable[[], object]) -> Cost:
    """Run something that waits for its children, and take the kernel's accounting of them."""
    own, before, start = time.process_time(), _children(), time.monotonic()
    with Memory() as memory:
        run()
    after = _children()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + time.process_time() - own
    return Cost(count, cpu - memory.cpu, time.monotonic() - start, memory.highest)


def _children() -> resource.struct_rusage:
    return resource.getrusage(resource.RUSAGE_CHILDREN)


class Memory(threading.Thread):
    """Samples the proportional memory of all descendants while it is entered; `cpu` is what that cost."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.highest, self.cpu, self._end = 0.0, 0.0, threading.Event()

    def run(self) -> None:
        while not self._end.wait(0.5):
            self.highest = max(self.highest, memory_of(descendants(os.getpid())))
        self.cpu = time.thread_time()

    def __enter__(self) -> Memory:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self.join()


def descendants(pid: int) -> list[int]:
    found = []
    for thread in glob.glob(f"/proc/{pid}/task/*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, Path(thread).read_text().split()):
                found += [child, *descendants(child)]
    return found


def memory_of(pids: Iterable[int]) -> float:
    """Proportional memory in MB."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


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

    from autograder.boundary.warm import warm_up
    from autograder.catalog import find_course

    preload = find_course().preload
    for name in preload.modules:
        importlib.import_module(name)
    warm_up(preload.cells)
    assert find_course().lesson("poisoning").exercises


# -- the tables ----------------------------------------------------------------------------------------


def bench(name: str, make: Callable[[Path], tuple[str, Path]], options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="aisec-bench-") as folder:
        root = Path(folder) / "course"
        assignment, notebook = make(root)
        rows = {way: Cost() for way in ("floor", "one", "two", "stock", "start")}

        def grade(way: str, count: int, jobs: int) -> None:
            hand_in(root, assignment, notebook, count)
            rows[way] += measured(count, lambda: ours(root, assignment, jobs))

        for _ in range(options.rounds):
            rows["floor"] += measured(options.ours, lambda: floor(notebook, assignment, options.ours))
            grade("start", 1, 1)
            grade("one", options.ours, 1)
            grade("two", options.ours, 2)
            if options.stock:
                hand_in(root, assignment, notebook, options.stock)
                rows["stock"] += measured(options.stock, lambda: stock(root, assignment))
    show(name, rows, options.rounds)


def show(name: str, rows: dict[str, Cost], rounds: int) -> None:
    one, start = rows["one"], rows["start"]
    each = (one.cpu - start.cpu) / (one.count - start.count)
    startup = start.cpu / rounds - each
    print(f"\n{name}: {rounds} round(s), interleaved")
    print(f"{'way':26}", *(f"{head:>10}" for head in ("notebooks", "CPU s each", "/ floor", "wall s", "MB")))
    names = {"floor": "floor: exec in a warm fork", "one": "aisec grade --jobs 1",
             "two": "aisec grade --jobs 2", "stock": "nbgrader autograde"}  # fmt: skip
    for way, title in names.items():
        row = rows[way]
        if row.count:
            cost = (row.cpu - rounds * startup) / row.count if way in ("one", "two") else row.each
            print(
                f"{title:26} {row.count:10} {cost:10.3f} {cost / rows['floor'].each:10.2f} {row.wall:10.1f}"
                f" {row.memory:10.0f}"
            )
    print(f"start-up of aisec grade: {startup:.1f} CPU s, not in its rows")
    print(f"memory of a second worker: {rows['two'].memory - one.memory:.0f} MB")
    wall = start.wall - rounds * each  # what a run waits before its first notebook
    print(
        f"two jobs: {one.wall / rows['two'].wall:.2f} times as fast as one;"
        f" without start-up {(one.wall - wall) / (rows['two'].wall - wall):.2f}"
    )
    if rows["stock"].count:
        print(f"stock / ours: {rows['stock'].each / each:.1f} times the CPU")


def long_run(count: int, jobs: int) -> None:
    """Grade `count` hand-ins in one run; a line for every tenth of it."""
    with tempfile.TemporaryDirectory(prefix="aisec-bench-") as folder:
        root = Path(folder) / "course"
        assignment, notebook = ordinary_course(root)
        hand_in(root, assignment, notebook, count)
        command = [str(BIN / "aisec"), "grade", assignment, "--jobs", str(jobs)]
        environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        print(f"{count} hand-ins of the ordinary assignment, {jobs} jobs")
        print(f"{'graded':>8} {'wall s':>8} {'CPU ms each':>12} {'MB':>6} {'gradebook MB':>13}", flush=True)
        start, cpu, done, step = time.monotonic(), 0.0, 0, count // 10
        with open(os.devnull, "wb") as null:
            process = subprocess.Popen(command, cwd=root, env=environment, stdout=null, stderr=null)
        while process.poll() is None:
            time.sleep(1)
            now = sum(1 for _ in (root / "autograded").glob("*/*/result.json"))
            if now < done + step:
                continue
            pids = [process.pid, *descendants(process.pid)]
            used, book = cpu_of(pids), (root / "gradebook.db").stat().st_size / 1e6
            each = 1000 * (used - cpu) / (now - done)
            wall = time.monotonic() - start
            print(f"{now:8} {wall:8.0f} {each:12.0f} {memory_of(pids):6.0f} {book:13.1f}", flush=True)
            cpu, done = used, now
        print(f"ended with status {process.returncode} after {time.monotonic() - start:.0f} s")


def cpu_of(pids: Iterable[int]) -> float:
    """CPU seconds of processes and of what they have waited for."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cohort", choices=("ordinary", "poisoning"))
    parser.add_argument(
        "--stock", type=int, default=4, help="notebooks for nbgrader a round (0: leave it out)"
    )
    parser.add_argument("--ours", type=int, default=40, help="notebooks for us and the floor, a round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--long", type=int, metavar="N", help="one run of N hand-ins instead")
    parser.add_argument("--jobs", type=int, default=2, help="of the long run")
    options = parser.parse_args()
    if options.long:
        long_run(options.long, options.jobs)
        return
    warm()
    cohorts = {"ordinary": ordinary_course, "poisoning": poisoning_course}
    for name, make in cohorts.items():
        if options.cohort in (None, name):
            bench(name, make, options)


if __name__ == "__main__":
    main()
