"""What commands show on a terminal: the instructor's tables, lines and progress bar; and in which signs.

Like the commands, it imports a room only where it is needed.
"""

from __future__ import annotations

import codecs
import io
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autograder.safe import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from autograder.grading.advice import Advice
    from autograder.grading.coursedir import CourseDir
    from autograder.grading.forget import Traces
    from autograder.grading.referees import Rulings
    from autograder.grading.result import Result
    from autograder.intake.collect import Collected
    from autograder.intake.roster import Roster
    from autograder.report.standing import Cohort, Standing
    from autograder.verdict import Verdict


#: What we print and some terminals cannot → what stands in for it. Any other sign becomes `?`.
_INSTEAD = {"✓": "+", "✗": "x", "◐": "~", "○": "o", "→": "->", "…": "...", "·": "-", "–": "-", "−": "-"}
_INSTEAD |= dict.fromkeys("“”„", '"') | dict.fromkeys("‘’", "'") | dict.fromkeys("\u00a0\u202f", " ")
_INSTEAD |= dict.fromkeys("◷⊘⚠", "!")


def print_any_sign() -> None:
    """Have this process print to a terminal of any encoding: what it lacks is replaced, and nothing fails."""

    def replaced(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        lost = error.object[error.start : error.end]
        return "".join(_INSTEAD.get(sign, "?") for sign in lost), error.end

    codecs.register_error("aisec", replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="aisec")


def say_collected(rows: Sequence[Collected]) -> None:
    """What became of each file, but of those that nobody handed in."""
    from rich.table import Table

    table = Table("learner", "lesson", "what happened", box=None, pad_edge=False)
    table.add_column("file, and why", overflow="fold")
    for row in (row for row in rows if row.status != "ignored"):
        why = [row.source, row.why and f"  {row.why}", row.do and f"  → {row.do}"]
        table.add_row(row.student, row.lesson, str(row.status), "\n".join(filter(None, why)))
    _print(table)
    refused, ignored = (sum(row.status == status for row in rows) for status in ("refused", "ignored"))
    print(f"{len(rows)} file(s), {refused} refused, {ignored} ignored (nobody's hand-in).")
    if untimed := sum(row.shape == "Canvas" and row.status in ("new", "replaces", "same") for row in rows):
        print(
            f"{untimed} from Canvas, whose files have the time of the download: late is who is marked LATE."
        )


def say_roster(course: CourseDir, roster: Roster, lessons: Iterable[str]) -> None:
    """Which lines of the roster were skipped, and who has not handed in yet."""
    say_skipped(roster)
    for lesson in lessons:
        there = {student for student, _ in course.submissions(lesson)}
        missing = [person.id for person in roster.people if person.id not in there]
        said = f"{lesson}: {len(roster.people) - len(missing)} of {len(roster.people)} handed in"
        names = ", ".join(missing[:10]) + (f" and {len(missing) - 10} more" if len(missing) > 10 else "")
        print(f"{said}. Not yet: {names}." if missing else f"{said}.")


def say_skipped(roster: Roster) -> None:
    for line in roster.skipped:
        print(f"Skipped in the roster: {line}.")


def say_results(results: Sequence[Result], cohort: Cohort) -> None:
    """A row for each result, with the final points: those of `cohort`, as on every page."""
    from rich.table import Table
    from rich.text import Text

    table = Table("learner", "lesson", "score", "outcome", "why", box=None, pad_edge=False)
    for result in results:
        standing = cohort.standings[result.student, result.lesson]
        score = f"{standing.score:g} of {standing.max_score:g}"
        outcome = f"{standing.symbol} {standing.word}".strip()
        table.add_row(*map(Text, (result.student, result.lesson, score, outcome, _why(result, standing))))
    _print(table)
    print(f"{len(results)} submission(s). Next: aisec feedback, aisec report, aisec export.")


def _why(result: Result, standing: Standing) -> str:
    """Why the points are what they are: what people and lateness did, then what the grader found first."""
    by_hand = [mark.exercise for mark in standing.marks.values() if mark.by_hand]
    taken = standing.booked.penalty if standing.booked else 0.0
    said = [
        f"waits for a person: {_names(standing.waiting)}" if standing.waiting else "",
        f"by hand: {_names(by_hand)}" if by_hand else "",
        standing.late,
        f"{taken:g} points taken off" if taken else "",
        result.message or next((_found(verdict) for verdict in result.verdicts if not verdict.passed), ""),
    ]
    return one_line(" ".join("; ".join(filter(None, said)).split()), 200)


def _names(exercises: Iterable[str]) -> str:
    return ", ".join(exercise.rpartition(".")[2] for exercise in exercises)


def _found(verdict: Verdict) -> str:
    """The first thing that is not right, where it is."""
    words = verdict.summary() if verdict.outcome != "not attempted" else "not attempted"
    return f"{verdict.exercise.partition('.')[2]}: {words}"


def say_traces(traces: Traces, root: Path) -> None:
    """What `aisec forget` would remove."""
    if traces.is_kept:
        print(f"Of {traces.student} ({_words(traces)}) the course keeps:")
        for folder in traces.folders:
            print(f"  {folder.relative_to(root)}/")
        if traces.in_gradebook:
            print(f"  gradebook: their row and {traces.rows} submission(s), with marks and comments")
        print(f"To remove these: aisec forget {traces.student} --yes. It cannot be undone.")
    else:
        print(f"No work and no row of {traces.student} is in {root}.")
    if traces.mentions:
        print("These name them by id, name or address, and stay yours to clean:")
        _say_mentions(traces, root)


def say_forgotten(left: Traces, root: Path) -> None:
    """What `aisec forget` did, and what it found when it looked again."""
    print(f"Removed {left.student}: hand-ins, graded notebooks, feedback, and their rows in the gradebook.")
    print(f"Looked for {_words(left)} in every file below {root}.")
    if not left.mentions:
        print("Found nowhere.")
        return
    print("Still found, or too long to be looked through:")
    _say_mentions(left, root)


#: What to do about a file that names a learner.
_WRITTEN = {
    "roster.csv": "take their row out",
    "grades.csv": "run aisec export again",
    "exercises.csv": "run aisec export again",
    "cohort.html": "run aisec report again",
}


def _words(traces: Traces) -> str:
    return one_line(", ".join(traces.words))


def _say_mentions(traces: Traces, root: Path) -> None:
    for path in traces.mentions:
        what = _WRITTEN.get(path.name, "look at it; it may be about somebody of the same name")
        print(f"  {path.relative_to(root)}: {what}")


def say_handed_in(cohort: Cohort) -> None:
    """How many handed in each lesson."""
    for lesson in cohort.lessons:
        rows = list(cohort.of_lesson(lesson))
        print(f"{lesson}: {sum(row.handed_in for row in rows)} of {len(rows)} handed in.")


def words_of_referees(found: Iterable[Rulings]) -> Iterator[str]:
    """A line for each assignment with cells that are judged inside, or broken, or without a solution."""
    for rulings in found:
        broken = sum(one.is_broken for one in rulings.cells)
        said = [
            f"{len(rulings.inside)} test cell(s) are judged inside the learner's process"
            * bool(rulings.inside),
            f"{broken} are not passed by the author's own solution" * bool(broken),
            "there is no author's solution to try its tests with" * (not rulings.solved),
        ]
        if any(said):
            words = "; ".join(filter(None, said))
            yield f"{rulings.assignment}: {words}. aisec doctor --course DIR says which, and why."


def say_advice(advice: Sequence[Advice], unsolved: Sequence[str]) -> None:
    """Each test cell that is judged inside or broken: why, and which lines want another form."""
    from rich.console import Console

    console = Console(markup=False, highlight=False)
    for one in advice:
        notebook = "" if one.notebook == one.assignment else f"{one.notebook}, "
        inside = one.ruling is not None and one.ruling.inside
        judged = ": judged inside the learner's process" if inside else ""
        console.print(f"{one.assignment}, {notebook}cell {one.cell}{judged}", style="bold")
        console.print(f"  {one.why}")
        for misfit in one.misfits:
            console.print(f"  line {misfit.line}: {misfit.code}\n  ! {misfit.idiom.wrong}")
            console.print(f"  → Write instead: {misfit.idiom.instead}.")
        if inside and not one.misfits:
            console.print("  → To have it judged outside, let it compare what functions return, by value.")
        console.print("")
    for name in unsolved:
        print(f"{name}: there is no author's solution in source/{name} to try its tests with.")
    print(f"{len(advice)} test cell(s) to look at." if advice else "Every test cell is judged outside.")


@contextmanager
def grading(total: int) -> Iterator[Callable[[Result], None]]:
    """A progress bar over `total` submissions; its value is called with each result."""
    count = itertools.count(1)
    with progress(total, "grading") as advance:
        yield lambda result: advance(
            next(count), total, f"{result.student} {result.lesson}: {result.outcome}"
        )


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on standard error; its value is called with (how many are done, of how many, words)."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    words = TextColumn("{task.description}")
    columns = (what, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), words)
    # no refresh thread: workers are forked from this process
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, disable=not total) as bar:
        task = bar.add_task("", total=total)

        def advance(done: int, of: int, words: str) -> None:
            bar.update(task, completed=done, total=of, description=words)
            bar.refresh()

        bar.refresh()
        yield advance


def _print(table: Table) -> None:
    from rich.console import Console

    Console(markup=False, highlight=False).print(table)
