"""What is not as it should be with a check and its answers: one line each, with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from autograder.bench.answers import Answer, Judged, Kind, check_place
from autograder.bench.notes import RIGHT, Notes, alike
from autograder.compare import brief
from autograder.exercise import Exercise, Wrong
from autograder.verdict import Finding, Outcome, Verdict

CHECK_SECONDS = 2.0  # processor seconds that a check may take


@dataclass(frozen=True)
class Problem:
    """`where` is `file:line`; `what` says it in a line; `draw` is its case and values on one draw.

    Problems of one `cause`, where it is known, are one problem that several answers have.
    """

    where: str
    what: str
    draw: str = field(default="", compare=False)
    cause: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}{self.draw}"


def problems_of(exercise: Exercise, answer: Answer, judged: Judged) -> list[Problem]:
    """What is not as it should be with the verdict on `answer` on one seed."""
    if crashes := list(_crashes(exercise, answer, judged)):
        return crashes
    if answer.kind is Kind.JUNK:
        return list(_junk(answer, judged))
    if answer.wrong is None:
        return list(_right(answer, judged.verdict))
    return list(_wrong(exercise, answer, answer.wrong, judged.verdict))


def slip_problems(exercise: Exercise, notes: Iterable[Notes]) -> list[Problem]:
    """Slips that nobody can be told: `notes`, those of the reference, have no draw that tells them apart."""
    pairs, found = alike(notes), []
    never = [one for one, other in pairs if other == RIGHT]
    for slip in never:
        found.append(f"the slip {brief(slip)} has the right value on every draw: nobody is told it")
    for one, other in pairs:
        if other != RIGHT and not {one, other} & {*never}:
            found.append(f"the slips {brief(one)} and {brief(other)} have one value on every draw")
    return [Problem(check_place(exercise), f"{exercise.name}: {says}") for says in found]


def check_problems(exercise: Exercise, cpu_seconds: Sequence[float]) -> list[Problem]:
    """A check that costs too much, by the cheapest of its runs: others may have shared a core."""
    if min(cpu_seconds) <= CHECK_SECONDS:
        return []
    says = f"takes {min(cpu_seconds):.1f} CPU seconds, and a check may take {CHECK_SECONDS:g}"
    return [Problem(check_place(exercise), f"the check {exercise.name} {says}")]


def remarks_of(answer: Answer, verdict: Verdict) -> list[Problem]:
    """What may be as it should be, and somebody should look: a slip that stands beside what a wrong answer
    must be told, and is not named in it.
    """
    wrong, found = answer.wrong, []
    for finding in _lost(verdict) if wrong else ():
        told = finding.part == wrong.part and wrong.is_told_in(finding.message)
        if told and finding.slip and not wrong.is_told_in(finding.slip) and finding.slip not in wrong.also:
            found.append(Problem(answer.where, f"{_named(answer)} is also told {brief(finding.slip)}"))
    return found


def _crashes(exercise: Exercise, answer: Answer, judged: Judged) -> Iterator[Problem]:
    """Where the check itself broke, or left a part unfinished; a crash that costs several parts once."""
    parts: dict[tuple[str, str], list[str]] = {}
    places = iter(judged.notes.crashes)
    for finding in judged.verdict.findings:
        if finding.outcome is Outcome.GRADER_FAULT:
            parts.setdefault(" ".join(finding.message.split()), []).append(finding.part)
    for message, lost in parts.items():
        says = f"the check {exercise.name} breaks on {_named(answer)}, in part {', '.join(lost)}: {message}"
        where = next(places, "") or check_place(exercise)
        yield Problem(where, says, cause=where)


def _right(answer: Answer, verdict: Verdict) -> Iterator[Problem]:
    for finding in _lost(verdict):
        says = f"{_named(answer)} loses part {finding.part}"
        yield Problem(answer.where, says, f"{_case(finding)}: {_told(finding)}")
    if not verdict.findings and not verdict.passed:
        yield Problem(answer.where, f"{_named(answer)} does not pass: {verdict.outcome}. {verdict.message}")


def _wrong(exercise: Exercise, answer: Answer, wrong: Wrong, verdict: Verdict) -> Iterator[Problem]:
    if wrong.part not in exercise.parts:
        says = f"is bound to the part {wrong.part!r}; {exercise.id} has {', '.join(exercise.parts)}"
        yield Problem(answer.where, f"{_named(answer)} {says}")
        return
    if verdict.passed:
        yield Problem(answer.where, f"{_named(answer)} passed")
        return
    lost = {finding.part: finding for finding in _lost(verdict)}
    if not lost or verdict.outcome not in (Outcome.PARTLY, Outcome.FAILED):
        yield Problem(answer.where, f"{_named(answer)} is not judged: {verdict.outcome}. {verdict.summary()}")
        return
    if (finding := lost.get(wrong.part)) is None:
        parts = ", ".join(lost)
        yield Problem(answer.where, f"{_named(answer)} keeps part {wrong.part}: it loses {parts} instead")
    elif not wrong.is_told_in(f"{finding.message} {finding.slip}"):
        says = f"{_named(answer)} is not told {brief(wrong.told)} in part {wrong.part}"
        yield Problem(answer.where, says, f"{_case(finding)}, but: {_told(finding)}")
        return
    meant = {"", finding.slip if finding else "", *wrong.also}
    for other in lost.values():
        if other.slip not in meant and not wrong.is_told_in(f"{other.message} {other.slip}"):
            says = f"{_named(answer)} is told another slip in part {other.part}: {brief(other.slip)}"
            yield Problem(answer.where, says, _case(other))


def _junk(answer: Answer, judged: Judged) -> Iterator[Problem]:
    verdict = judged.verdict
    if judged.reached and (verdict.passed or verdict.points >= verdict.max_points):
        yield Problem(answer.where, f"{_named(answer)} passed")


def _lost(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.outcome is not Outcome.PASSED]


def _named(answer: Answer) -> str:
    what = {Kind.REFERENCE: "", Kind.RIGHT: "right answer ", Kind.WRONG: "wrong answer ", Kind.JUNK: "junk "}
    name = answer.name if answer.kind is Kind.REFERENCE else f"`{answer.name}`"
    return f"{what[answer.kind]}{name}"


def _case(finding: Finding) -> str:
    return f", case {finding.case}" if finding.case else ""


def _told(finding: Finding) -> str:
    """The message, and what was expected and got, in one line."""
    words = [finding.message or str(finding.outcome)]
    if finding.expected or finding.got:
        words.append(f"Expected {finding.expected or 'something else'}, got {finding.got or 'nothing'}.")
    return " ".join([*words, finding.slip]).strip()
