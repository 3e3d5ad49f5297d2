"""The `aisec` command: it parses, calls, prints and sets exit codes; every verb's work is elsewhere.

Imports of a verb's room stay inside its function, so that `aisec --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import __version__, console
from autograder.errors import AisecError

if TYPE_CHECKING:
    from autograder.grading.coursedir import CourseDir

ABOUT = """\
A course in AI model security for developers, with an autograder that contains what it grades.

learners:     aisec learn                    copy the lessons into a folder of yours and open them
              aisec check NOTEBOOK ...       what the checks say, line by line
instructors:  aisec course new DIR           an nbgrader course directory with the lessons released
              aisec collect PATH             hand-ins from a folder, a zip, Canvas or Moodle
              aisec grade [LESSON ...]       grade what is new, in parallel, each in a sandbox
              aisec feedback | report | export
              aisec forget ID                take one learner's work and marks out of the course
              aisec demo                     all of it with a simulated cohort, in under a minute
              aisec doctor                   what this machine contains, and proof
              aisec doctor --course DIR      which test cells of a course want another form
authors:      aisec new lesson ID --module M a lesson that builds, with TODO where your part begins
              aisec build [--check]          make the notebooks; say what breaks a rule
              aisec preview PICTURE          a picture and its twin, as a page
              aisec try LESSON[.EXERCISE]    checks on right and wrong answers and on junk, in seconds
"""

TRY = """\
It prints for each exercise
  the points of the text's solution, of other right answers and of each wrong one, what it loses and is told
  the margin of each threshold: how far what the solution reaches lies from it, in standard deviations
  what the check costs, here as in a learner's kernel and in the sandbox as in grading

and then, a line each with file and line, what to mend; the exit code is 1 if there is anything:
  a right answer that loses points           mend the check, or say in the text what it wants
  a wrong answer that passes                 the check is too weak: draw the case that tells
  one that loses another part, or is told    bind it to its part and words in `Wrong(answer, part, told)`, or
  something else                             mend the slip; a second slip that is true goes into `also`
  junk that passes or breaks the check       take what comes back with t.number, t.array, t.instance, t.object
  slips of one value, or of the right one    draw cases that tell them apart, or drop one
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Exits 0 for success, 1 for a finding, 2 for a usage or input error, 130 for Ctrl-C."""
    console.print_any_sign()
    options = _parser().parse_args(arguments)
    try:
        raise SystemExit(options.run(options) or 0)
    except AisecError as error:
        print(f"aisec: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        print("\naisec: stopped. What was done is kept; run the same command to go on.", file=sys.stderr)
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(141) from None
    except OSError as error:  # a folder that may not be written, a full disk: a person can act on these
        if error.filename is None:
            raise
        do = "See that you may read and write there and that the disk has room; then run it again."
        print(f"aisec: {error.filename}: {error.strerror}\n  → {do}", file=sys.stderr)
        raise SystemExit(2) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aisec", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"aisec {__version__}")
    verbs = parser.add_subparsers(metavar="COMMAND", required=True)

    learn = _verb(verbs, "learn", _learn, "open the lessons in JupyterLab, in a folder of your own")
    learn.add_argument(
        "folder", nargs="?", type=Path, default=Path("aisec-work"), help="default: ./aisec-work"
    )
    learn.add_argument("--no-browser", action="store_true", help="print the address only, for servers")
    learn.add_argument("--port", type=int, help="default: a free one")
    learn.add_argument("--lesson", help="open this lesson (default: the one to go on with)")

    check = _verb(
        verbs, "check", _check, "run notebooks and say what their checks found; exit 0 only if all passed"
    )
    check.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")

    made = verbs.add_parser("new", help="make a lesson", description="Make a lesson.")
    _new_parser(made.add_subparsers(metavar="COMMAND", required=True))

    build = _verb(verbs, "build", _build, "make the learner notebooks from the lessons' texts")
    build.add_argument("lessons", nargs="*", metavar="LESSON", help="default: all")
    build.add_argument(
        "--check", action="store_true", help="write nothing; say which file is stale or breaks a rule"
    )

    look = _verb(verbs, "preview", _preview, "write a picture, its ends and its twin to a page")
    look.add_argument("picture", metavar="PICTURE", help="such as poisoning.poison_dial")
    look.add_argument("--out", type=Path, metavar="FILE", help="default: PICTURE.html here")
    attempt = _verb(
        verbs, "try", _try, "try checks on the text's solution, right and wrong answers, and junk"
    )
    attempt.formatter_class = argparse.RawDescriptionHelpFormatter
    attempt.epilog = TRY
    attempt.add_argument("what", metavar="LESSON[.EXERCISE]", help="such as poisoning, or poisoning.implant")
    attempt.add_argument(
        "--seeds", type=_count, metavar="N",
        help="judge answers on N draws (default: 3; wrong ones on 1 where the check is costly)",
    )  # fmt: skip

    course = verbs.add_parser(
        "course", help="make a course directory", description="Make a course directory."
    )
    course_verbs = course.add_subparsers(metavar="COMMAND", required=True)
    new = _verb(
        course_verbs, "new", _course_new, "a stock nbgrader course directory with the lessons released"
    )
    new.add_argument("folder", type=Path, metavar="DIR")
    new.add_argument("--lesson", action="append", dest="lessons", help="only this lesson (repeatable)")

    collect = _verb(verbs, "collect", _collect, "lay out what learners handed in as submitted/<id>/<lesson>/")
    collect.add_argument("source", type=Path, metavar="PATH", help="a folder, a zip, or one notebook")
    collect.add_argument(
        "--roster",
        type=Path,
        metavar="CSV",
        help="the list of learners (default: roster.csv in the course); nobody else is taken",
    )
    collect.add_argument("--replace", action="store_true", help="let an older hand-in replace a newer one")
    _in_course(collect)

    grade = _verb(verbs, "grade", _grade, "grade what is new or changed; a stopped run continues")
    grade.add_argument("lessons", nargs="*", metavar="LESSON", help="default: all that are released")
    grade.add_argument(
        "--jobs", type=_count, default=_cores(), metavar="N", help="default: one for each core"
    )
    grade.add_argument("--regrade", action="store_true", help="grade again what is graded; manual marks stay")
    grade.add_argument(
        "--json", action="store_true", help="one JSON array on standard output, a row a submission"
    )
    grade.add_argument(
        "--trust-submissions", action="store_true",
        help="run without a sandbox: for your own work only, the code runs as you",
    )  # fmt: skip
    _in_course(grade)

    for name, run, text in (
        ("feedback", _feedback, "write a feedback page for each graded submission"),
        ("report", _report, "write cohort.html: who is where, what is hard, which slips are common"),
        ("export", _export, "write grades.csv and exercises.csv"),
    ):
        verb = _verb(verbs, name, run, text)
        verb.add_argument("lessons", nargs="*", metavar="LESSON", help="default: all")
        if name != "feedback":
            out = "cohort.html" if name == "report" else "grades.csv"
            verb.add_argument(
                "--out", type=Path, metavar="FILE", help=f"default: {out} in the course directory"
            )
        _in_course(verb)

    forget = _verb(
        verbs, "forget", _forget, "take one learner out of a course, and look for what is left of them"
    )
    forget.add_argument(
        "student", metavar="ID", help="the learner's id, as submitted/ and grades.csv have it"
    )
    forget.add_argument("--yes", action="store_true", help="do it (without: say what would be removed)")
    _in_course(forget)

    demo = _verb(verbs, "demo", _demo, "a course, a simulated cohort of 12, grades, feedback and a report")
    demo.add_argument(
        "folder", nargs="?", type=Path, default=Path("aisec-demo"), help="default: ./aisec-demo"
    )

    doctor = _verb(verbs, "doctor", _doctor, "what this machine contains learner code with, and proof")
    doctor.add_argument(
        "--course", type=Path, metavar="DIR",
        help="try this course directory's test cells instead, with the author's own solution: which are "
        "judged inside the learner's process, why, and which are broken; exit 0 when there are none, else 1",
    )  # fmt: skip
    doctor.add_argument("--json", action="store_true", help="rows as one JSON array")
    return parser


NEW_LESSON = """\
Make the folder of a lesson, which builds and passes its own check: a text with one exercise, the check
and its answers, a prediction, a picture with its static twin, and a Monday sheet. The course's manifest,
the links of the lesson before it and the README's table follow. Nothing is left behind when it fails.

Then:
  aisec build                the notebooks: the new one, and the one that now links to it
  aisec build --check        what is left to do: each line marked TODO, and what breaks a rule
  docs/author.md             how a lesson is written

To take a lesson away, delete its folder, its entry in course.toml and its row in the README's table;
`aisec build --check` names the links that led to it.
"""


def _new_parser(verbs: Any) -> None:
    new = verbs.add_parser(
        "lesson",
        help="a folder with a text, an exercise, a picture and a Monday sheet",
        description=NEW_LESSON,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    new.set_defaults(run=_new_lesson)
    new.add_argument("id", metavar="ID", help="the lesson's name in paths and code, such as evasion")
    new.add_argument("--module", required=True, metavar="M", help="the module it becomes the last lesson of")
    new.add_argument("--title", default="", help="as readers see it (default: from the id)")
    new.add_argument(
        "--exercise", action="append", dest="exercises", metavar="NAME",
        help="the function that the learner writes; again for a second exercise (default: first_exercise)",
    )  # fmt: skip
    new.add_argument("--module-title", default="", metavar="TITLE", help="make the module, as the last one")


def _verb(verbs: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(run=run)
    return parser


def _in_course(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--course", type=Path, default=Path(), metavar="DIR", help="course directory (default: here)"
    )


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1")
    return int(text)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# -- learners ------------------------------------------------------------------------------------------


def _learn(options: argparse.Namespace) -> None:
    from autograder.learner.desk import learn

    learn(options.folder, browser=not options.no_browser, port=options.port, lesson=options.lesson)


def _check(options: argparse.Namespace) -> int:
    from rich.console import Console

    from autograder.learner.terminal import check_notebooks

    return check_notebooks(options.notebooks, Console())


# -- authors -------------------------------------------------------------------------------------------


def _new_lesson(options: argparse.Namespace) -> None:
    from autograder.catalog import find_course
    from autograder.newlesson import new_lesson

    course = find_course()
    written = new_lesson(
        course, options.id, options.module,
        title=options.title, module_title=options.module_title,
        exercises=options.exercises or ["first_exercise"],
    )  # fmt: skip
    made, *edited = (os.path.relpath(path) for path in written)
    print(f"Made {made}; edited {', '.join(edited)}.")
    for name in (name for name in edited if name.endswith("lesson.py")):
        print(
            f"Read the sentence before the changed link, at the end of {name}: does it lead to your lesson?"
        )
    print("Next: aisec build; aisec build --check names each line that is left to do.")


def _build(options: argparse.Namespace) -> int:
    # jsonschema would build a grammar for IRIs, which takes a second, and no notebook has one
    sys.modules.setdefault("rfc3987_syntax", None)
    from autograder.catalog import find_course

    course = find_course()
    lessons = [course.lesson(name) for name in options.lessons] or course.lessons
    if options.check:
        from autograder.lint import check_course

        problems = check_course(course, lessons if options.lessons else ())
        print("\n".join(map(str, problems)) or f"{len(lessons)} lesson(s): nothing to mend.")
        return 1 if problems else 0
    from autograder.build import build

    for path in build(course, lessons):
        print(f"wrote {path}")
    return 0


def _preview(options: argparse.Namespace) -> None:
    from autograder.bench.preview import preview
    from autograder.catalog import find_course

    out = options.out or Path(f"{options.picture}.html")
    print(f"wrote {preview(find_course(), options.picture, out)}")


def _try(options: argparse.Namespace) -> int:
    # before numpy is imported: workers share the cores by process, and pictures open no window
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", MPLBACKEND="Agg")
    from rich.console import Console

    from autograder.bench.table import show
    from autograder.bench.trying import Seeds, try_exercises
    from autograder.catalog import find_course

    course = find_course()
    lesson = course.lesson(options.what.partition(".")[0])
    exercises = [lesson.exercise(options.what)] if "." in options.what else lesson.exercises
    seeds = Seeds(options.seeds, options.seeds) if options.seeds else None
    with console.progress(1, "trying") as advance:
        tried, inside = try_exercises(
            course, lesson, exercises, seeds, lambda done, of: advance(done, of, "answers")
        )
    return 1 if show(Console(highlight=False, markup=False), lesson, tried, inside) else 0


# -- instructors ---------------------------------------------------------------------------------------


def _open(options: argparse.Namespace) -> CourseDir:
    from autograder.grading.coursedir import open_course

    return open_course(options.course)


def _course_new(options: argparse.Namespace) -> None:
    from autograder.catalog import find_course
    from autograder.grading.newcourse import new_course

    course = find_course()
    lessons = [course.lesson(name) for name in options.lessons] if options.lessons else course.lessons
    made = new_course(options.folder, lessons, course, lambda lesson: print(f"releasing {lesson.id} …"))
    print(f"Made {made.root}: {len(lessons)} lesson(s) released.")
    print(f"Hand out release/; then: aisec collect PATH --course {options.folder}")


def _collect(options: argparse.Namespace) -> int:
    from autograder.grading.enrol import enrol
    from autograder.intake.collect import collect
    from autograder.intake.roster import read_roster

    course = _open(options)
    roster = read_roster(options.roster) if options.roster else course.roster()
    rows = collect(
        options.source, course.step("submitted"), course.assignments(), roster=roster, replace=options.replace
    )
    console.say_collected(rows)
    if roster is not None:
        enrol(course, roster.people)
        console.say_roster(course, roster, sorted({row.lesson for row in rows if row.lesson}))
    refused = any(row.status == "refused" for row in rows)
    return 1 if refused or (roster and roster.skipped) else 0


def _grade(options: argparse.Namespace) -> None:
    # before numpy is imported: workers share the cores by process, not by thread
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    import json

    from autograder.catalog import course_in_reach
    from autograder.grading import cohort
    from autograder.grading.enrol import how_to_return
    from autograder.grading.processes import Processes
    from autograder.grading.referees import kept_rulings
    from autograder.grading.result import Result
    from autograder.report.standing import read_cohort

    course, lessons = _open(options), course_in_reach()
    transport = Processes(options.jobs, trust=options.trust_submissions)
    transport.permit()
    roster, settled = cohort.bring_up_to_date(course)
    todo = cohort.plan(course, options.lessons, lessons=lessons, regrade=options.regrade)
    with console.grading(len(todo.jobs)) as tell:
        results = cohort.grade_cohort(course, todo, transport, lessons=lessons, on_result=tell)
    for line in console.words_of_referees(kept_rulings(course, todo.assignments)):
        print(line, file=sys.stderr)
    standing = read_cohort(course.root, lessons=list(todo.assignments), gradebook=course.gradebook)
    if options.json:
        rows = [
            row | standing.standings[row["student"], row["lesson"]].booked_row()
            for row in map(Result.row, results)
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    console.say_results(results, standing)
    for line in settled:
        print(f"{line}.")
    console.say_handed_in(standing)
    if roster:
        console.say_skipped(roster)
    if todo.away:
        print(f"Left out: {', '.join(todo.away)} ({how_to_return(course)}).")
    if misnamed := course.misnamed():
        print(f"Left out: {', '.join(misnamed)} in submitted/ (its name is not UTF-8: rename it).")
    if todo.done:
        print(f"{len(todo.done)} of them were graded before and are unchanged (--regrade grades them again).")


def _feedback(options: argparse.Namespace) -> None:
    from autograder.report.feedback import write_feedback

    course = _open(options)
    pages = write_feedback(course.root, options.lessons or None, gradebook=course.gradebook)
    print(f"{len(pages)} feedback page(s) under {course.step('feedback')}")


def _report(options: argparse.Namespace) -> None:
    from autograder.report.cohort import write_cohort
    from autograder.report.standing import read_cohort
    from autograder.report.summary import summary

    course = _open(options)
    standing = read_cohort(course.root, lessons=options.lessons or None, gradebook=course.gradebook)
    path = write_cohort(standing, options.out or course.root / "cohort.html")
    print(summary(standing))
    print(f"Report: {path}")


def _export(options: argparse.Namespace) -> None:
    from autograder.report.export import export_csv
    from autograder.report.standing import read_cohort

    course = _open(options)
    standing = read_cohort(course.root, lessons=options.lessons or None, gradebook=course.gradebook)
    path = export_csv(standing, options.out or course.root / "grades.csv")
    print(f"Wrote {path} and {path.with_name('exercises.csv')}")


def _forget(options: argparse.Namespace) -> int:
    from autograder.grading import forget

    course = _open(options)
    if not options.yes:
        console.say_traces(forget.find(course, options.student), course.root)
        return 0
    left = forget.forget(course, options.student)
    console.say_forgotten(left, course.root)
    return 1 if left.mentions else 0


def _demo(options: argparse.Namespace) -> None:
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    from autograder.demo import demo

    demo(options.folder, jobs=_cores())


def _doctor(options: argparse.Namespace) -> int:
    from rich.console import Console

    if options.course is not None:
        return _doctor_course(options)
    from autograder.catalog import course_in_reach
    from autograder.sandbox.doctor import doctor

    return doctor(as_json=options.json, console=Console(), lessons=course_in_reach())


def _doctor_course(options: argparse.Namespace) -> int:
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    import json

    from autograder.catalog import course_in_reach
    from autograder.errors import SandboxError
    from autograder.grading.advice import advise
    from autograder.grading.processes import Processes

    course, here = _open(options), Processes(_cores())
    transport: Processes | None = here
    try:
        here.permit()
    except SandboxError as error:
        print(f"Nothing was tried, only read: {error}", file=sys.stderr)
        transport = None
    advice, unsolved = advise(course, transport, course_in_reach())
    if options.json:
        print(json.dumps([row for one in advice for row in one.rows()], ensure_ascii=False, indent=1))
    else:
        console.say_advice(advice, unsolved)
    return 1 if advice else 0


if __name__ == "__main__":
    main()
