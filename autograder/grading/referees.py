"""Which referee judges each test cell: the author's own solution says it, once a version of an assignment.

Two hand-ins are graded both ways, outside the learner's process and inside: the author's solution, and the
notebook as it was released. The solution shows what the outside referee refuses wrongly, the released
notebook what it passes wrongly; such cells are judged inside, whoever hands in. All else is judged outside,
also what passes outside and not inside. Tests that call `check` are not tried: they are made for the outside.
What was found is kept in the course directory until something changes that it rests on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import files, records
from autograder.catalog import Course
from autograder.errors import CourseError
from autograder.grading import fingerprint
from autograder.grading.assignment import Assignment, AuthorCell, AuthorNotebook
from autograder.grading.coursedir import CourseDir
from autograder.grading.names import asks_checks, names_used
from autograder.grading.task import Standard, Task, Transport
from autograder.limits import Limits
from autograder.verdict import Outcome, Verdict

KEPT = ".aisec/referees"
FORMAT = 1
SOLUTION, RELEASED = "the author's solution", "the released notebook"
OUTSIDE, INSIDE = "outside", "inside"
HELD = (Outcome.PASSED, Outcome.PARTLY)

#: (whether it holds, points)
Score = tuple[bool, float]


@dataclass(frozen=True)
class Ruling:
    """A test cell that is judged inside, or that the author's solution does not pass inside (`is_broken`).

    `reason` is what the outside referee said; `passed_wrongly` when that was nothing, to a notebook without
    answers.
    """

    notebook: str
    cell: str
    inside: bool
    is_broken: bool = False
    reason: str = ""
    passed_wrongly: bool = False


@dataclass(frozen=True)
class Rulings:
    """What was found for one assignment. `rests_on` is a digest; `solved` whether there was a solution."""

    assignment: str
    rests_on: str
    solved: bool
    cells: tuple[Ruling, ...]

    @property
    def inside(self) -> tuple[tuple[str, str], ...]:
        """(notebook, grade id) of the cells that are judged inside."""
        return tuple((one.notebook, one.cell) for one in self.cells if one.inside)


def undecided(author: AuthorNotebook) -> list[AuthorCell]:
    """The test cells of which only a try tells who can judge them."""
    checks = {"check"} if asks_checks(author) else set()
    return [cell for cell in author.cells if cell.is_test and checks.isdisjoint(names_used(cell))]


def basis(course: CourseDir, assignment: Assignment) -> str:
    """A digest of what only referees rest on: the author's solution, and the policy. Empty for tests that all
    call `check`.
    """
    if not any(undecided(notebook) for notebook in assignment.notebooks):
        return ""
    summed = hashlib.sha256(course.inside().encode())
    for name, data in sorted(_solution(course, assignment).items()):
        summed.update(name.encode() + b"\x1f" + hashlib.sha256(data).digest())
    return summed.hexdigest()


def rule(
    course: CourseDir, standards: Mapping[str, Standard], transport: Transport, lessons: Course | None
) -> dict[str, Rulings]:
    """By assignment: what was found before and still holds, else what is found now. Raises SandboxError."""
    found, wanted = {}, []
    for name, standard in standards.items():
        rests_on = _rests_on(course, standard.assignment, standard.limits)
        kept = _kept(course, name)
        if kept is not None and kept.rests_on == rests_on:
            found[name] = kept
        elif any(undecided(notebook) for notebook in standard.assignment.notebooks):
            wanted.append(replace(standard, digest=rests_on))
        else:
            found[name] = Rulings(name, rests_on, True, ())
    for rulings in _try(course, wanted, transport, lessons):
        found[rulings.assignment] = rulings
    return found


def kept_rulings(course: CourseDir, names: Iterable[str]) -> list[Rulings]:
    """What was found when these assignments were last graded."""
    return [rulings for name in names if (rulings := _kept(course, name)) is not None]


def ruled(
    course: CourseDir, standards: Mapping[str, Standard], found: Mapping[str, Rulings]
) -> dict[str, Standard]:
    """`standards` with the cells that are judged inside. Raises CourseError where the course refuses that."""
    policy = course.inside()
    if policy == "refuse" and (wanted := [rulings for rulings in found.values() if rulings.inside]):
        cells = ", ".join(f"{one.assignment}: {cell}" for one in wanted for _, cell in one.inside)
        raise CourseError(
            f"tests can only be judged inside the learner's process, which this course refuses ({cells})",
            where=str(course.root / "aisec.toml"),
            do=f'aisec doctor --course {course.root} says why and what to write; or set: inside = "accept"',
        )
    return {
        name: replace(standard, inside=found[name].inside, asks=policy == "ask")
        for name, standard in standards.items()
    }


def _try(
    course: CourseDir, standards: list[Standard], transport: Transport, lessons: Course | None
) -> list[Rulings]:
    tried: dict[tuple[str, str], dict[str, Verdict]] = {}
    ways: dict[str, Standard] = {}
    tasks = []
    for standard in standards:
        assignment = standard.assignment
        cells = tuple((one.name, cell.grade_id) for one in assignment.notebooks for cell in undecided(one))
        ways[f"{OUTSIDE}/{assignment.name}"] = replace(standard, inside=())
        ways[f"{INSIDE}/{assignment.name}"] = replace(standard, inside=cells)
        for who, notebooks in _hand_ins(course, assignment).items():
            tasks += [Task(f"{who} {way}", f"{way}/{assignment.name}", notebooks, {})
                      for way in (OUTSIDE, INSIDE)]  # fmt: skip
    for graded in transport.grade(iter(tasks), ways, lessons) if tasks else ():
        verdicts = {verdict.exercise: verdict for verdict in graded.result.verdicts}
        tried[graded.result.lesson, graded.result.student] = verdicts
    return [_ruled(course, standard, tried) for standard in standards]


def _ruled(
    course: CourseDir, standard: Standard, tried: Mapping[tuple[str, str], Mapping[str, Verdict]]
) -> Rulings:
    """What the verdicts say. It is kept, unless a grader broke: then nothing is known."""
    assignment, rulings = standard.assignment, []
    solved = (assignment.name, f"{SOLUTION} {OUTSIDE}") in tried
    for notebook in assignment.notebooks:
        for cell in undecided(notebook):
            name = f"{notebook.name}.{cell.grade_id}"
            verdicts = {
                (who, way): tried.get((assignment.name, f"{who} {way}"), {}).get(name)
                for who in (SOLUTION, RELEASED)
                for way in (OUTSIDE, INSIDE)
            }
            rulings.append(_ruling(notebook.name, cell, verdicts))
    said = tuple(one for one in rulings if one.inside or one.is_broken)
    found = Rulings(assignment.name, standard.digest, solved, said)
    if not any(map(_is_lost, tried.values())):
        path = course.root / KEPT / f"{assignment.name}.json"
        try:
            files.write(path, records.to_json(found, format=FORMAT) + "\n")
        except OSError as error:
            raise CourseError(f"who judges what cannot be kept: {error.strerror}", where=str(path)) from error
        return found
    return replace(found, cells=())


def _ruling(notebook: str, cell: AuthorCell, verdicts: Mapping[tuple[str, str], Verdict | None]) -> Ruling:
    solved, released = (
        (_score(verdicts[who, OUTSIDE]), _score(verdicts[who, INSIDE])) for who in (SOLUTION, RELEASED)
    )
    refused_wrongly, only_outside = solved[0] < solved[1], solved[0] > solved[1]
    inside = refused_wrongly or (released[0] != released[1] and not only_outside)
    verdict = verdicts[SOLUTION if refused_wrongly else RELEASED, OUTSIDE]
    said = verdicts[SOLUTION, INSIDE]
    return Ruling(
        notebook,
        cell.grade_id,
        inside,
        is_broken=said is not None and said.outcome is not Outcome.PASSED,
        reason=verdict.summary() if inside and verdict else "",
        passed_wrongly=inside and not refused_wrongly and released[0] > released[1],
    )


def _score(verdict: Verdict | None) -> Score:
    return (verdict.outcome in HELD, verdict.points) if verdict else (False, 0.0)


def _is_lost(verdicts: Mapping[str, Verdict]) -> bool:
    """Whether a grader ended on it: then all of its cells are faults, with the same words."""
    words = {verdict.message for verdict in verdicts.values()}
    faults = all(verdict.outcome is Outcome.GRADER_FAULT for verdict in verdicts.values())
    return bool(verdicts) and faults and len(words) == 1 and "The grader failed" in next(iter(words))


# -- files -------------------------------------------------------------------------------------------


def _hand_ins(course: CourseDir, assignment: Assignment) -> dict[str, dict[str, bytes]]:
    released = _notebooks(course.step("release") / assignment.name, assignment)
    solution = _solution(course, assignment)
    return ({SOLUTION: solution} if solution else {}) | {RELEASED: released}


def _solution(course: CourseDir, assignment: Assignment) -> dict[str, bytes]:
    """The author's own notebooks, by name; empty when one of them is not there."""
    found = _notebooks(course.step("source") / assignment.name, assignment)
    return found if len(found) == len(assignment.notebooks) else {}


def _notebooks(folder: Path, assignment: Assignment) -> dict[str, bytes]:
    paths = {one.name: folder / f"{one.name}.ipynb" for one in assignment.notebooks}
    try:
        return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
    except OSError as error:
        raise CourseError(f"cannot be read: {error.strerror}", where=str(folder)) from error


def _rests_on(course: CourseDir, assignment: Assignment, limits: Limits) -> str:
    known = [basis(course, assignment), fingerprint.standard(assignment, limits, None)]
    return hashlib.sha256("\x1f".join(known).encode()).hexdigest()


def _kept(course: CourseDir, name: str) -> Rulings | None:
    try:
        text = (course.root / KEPT / f"{name}.json").read_text("utf-8")
        return records.from_json(Rulings, text, format=FORMAT)
    except (OSError, ValueError):
        return None
