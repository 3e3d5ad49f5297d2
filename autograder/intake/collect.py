"""`aisec collect`: from what people and learning platforms hand over to a tree that nbgrader grades."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.errors import IntakeError
from autograder.intake.beside import Loose, Others
from autograder.intake.names import DISGUISES, Kind, Target, is_notebook, released
from autograder.intake.piece import NOTEBOOK, IntakeLimits, Piece, Refusal, is_left_behind, suffix
from autograder.intake.roster import Roster
from autograder.intake.shapes import HandIn, Owner, owner_of, recognise, says_whose
from autograder.intake.sources import opened
from autograder.intake.store import Arrival, Status, keep
from autograder.safe import one_line

#: Ways to pack that are not read. They may hold work, which must not be passed over without a word.
_OTHER_ARCHIVES = {".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
_RENAME = "Keep the one that counts, or give it the lesson's plain name."
_WIDTH = 600  # characters of an explanation: room for the names of all lessons


@dataclass(frozen=True)
class Collected:
    """What became of one file. Every text is on one line and free of control characters.

    `source` is the file as the channel names it, `shape` how that name was read (`Canvas`, `named file`,
    …), `time` when it was handed in (UTC), if the channel says so. `why` explains the
    status, `do` says what to do next. What is not known is empty.
    """

    source: str
    status: Status
    student: str = ""
    lesson: str = ""
    shape: str = ""
    time: datetime | None = None
    why: str = ""
    do: str = ""


def collect(
    source: Path,
    submitted: Path,
    lessons: Mapping[str, Collection[str]] | Collection[str],
    *,
    roster: Roster | None = None,
    replace: bool = False,
    limits: IntakeLimits | None = None,
) -> list[Collected]:
    """Lay out the notebooks of `source` as `submitted/<student>/<lesson>/<notebook>.ipynb`.

    `source` is a folder, a zip or one notebook; `lessons` are the released ones with the names of their
    notebooks, or their names alone where each has one notebook of its own name. Who handed in, and
    when, is what the channel says, never what a notebook does. Of several notebooks of one student
    and lesson the newest is kept, and one that is in place gives way to a newer one only, or to any
    with `replace`. With a roster, nobody else is collected. A notebook's content is not looked at.

    Returns one row for each file, by student, lesson and name; one bad file never stops the rest.
    Raises IntakeError when `source` as a whole cannot be read.
    """
    with opened(source, limits or IntakeLimits()) as entries:
        found, others, rows = _recognised(entries, released(lessons), roster)
        taken: list[Loose] = []
        for people in _by_student(found):
            persons = sorted({submission.owner.person for submission in people})
            if len(persons) > 1:
                rows += [_refused(submission, _contested(persons)) for submission in people]
                continue
            for copies in _by_target(people):
                kept, along = _keep_newest(copies, others, submitted, replace)
                rows += kept
                taken += along
        rows += _other_rows(others, taken, found)
    return sorted(rows, key=lambda row: (row.student, row.lesson, row.source))


def _recognised(
    entries: Iterable[Piece | Refusal], targets: Collection[Target], roster: Roster | None
) -> tuple[list[HandIn], Others, list[Collected]]:
    """The notebooks, the learners' other files, and the rows of what is neither or is refused."""
    found, others, rows = [], [], []
    for entry in entries:
        owner = None
        try:
            if isinstance(entry, Refusal):
                raise entry.error
            if suffix(entry.name) in _OTHER_ARCHIVES:
                raise IntakeError(
                    "an archive of a kind that is not read", do="Ask for a zip or the notebook."
                )
            notebook = _holds_notebook(entry)
            if not notebook and not says_whose(entry, targets):
                rows.append(Collected(entry.shown, Status.IGNORED, time=entry.time, why="not a notebook"))
                continue
            owner = owner_of(entry, targets, roster)
            if notebook:
                found.append(recognise(entry, owner, targets))
            else:
                others.append(Loose(entry, owner))
        except IntakeError as error:
            rows.append(_unplaced(entry, owner, error))
    return found, Others(others), rows


def _other_rows(others: Others, taken: Collection[Loose], found: Iterable[HandIn]) -> Iterable[Collected]:
    """The rows of learners' other files: refused where they are all that somebody sent."""
    have = {submission.owner.student for submission in found}
    for loose in taken:
        yield _other_row(loose, Status.BESIDE, "laid beside the notebook")
    for loose, why in others.left(taken):
        if loose.owner.student in have:
            yield _other_row(loose, Status.LEFT_OUT, why or "no notebook that was taken lies beside it")
        else:
            error = IntakeError("not a notebook", do="Ask for the .ipynb file itself.")
            yield _unplaced(loose.piece, loose.owner, error)


def _other_row(loose: Loose, status: Status, why: str) -> Collected:
    return Collected(loose.piece.shown, status, loose.owner.student, shape=loose.owner.shape.name, why=why)


def _holds_notebook(piece: Piece) -> bool:
    return suffix(piece.name) == NOTEBOOK or (
        suffix(piece.name) in DISGUISES and not is_left_behind(piece.name) and is_notebook(piece.read())
    )


def _unplaced(entry: Piece | Refusal, owner: Owner | None, error: IntakeError) -> Collected:
    """A refused file of which no lesson is known; whose it is may be."""
    student, shape = (owner.student, owner.shape.name) if owner else ("", "")
    return Collected(
        entry.shown, Status.REFUSED, student, shape=shape, why=_why(error), do=one_line(error.do, _WIDTH)
    )


def _by_student(found: Iterable[HandIn]) -> list[list[HandIn]]:
    """The submissions that one person should have made.

    Some platforms number people anew for each assignment, so there one person's number may differ from
    lesson to lesson; Blackboard's names cannot be told from its assignments'.
    """
    groups: defaultdict[tuple[str, str], list[HandIn]] = defaultdict(list)
    for submission in found:
        shape = submission.owner.shape
        scope = submission.target.lesson if shape.numbered_anew or shape.name == "Blackboard" else ""
        groups[submission.owner.student, scope].append(submission)
    return list(groups.values())


def _by_target(people: Iterable[HandIn]) -> list[list[HandIn]]:
    groups: defaultdict[Target, list[HandIn]] = defaultdict(list)
    for submission in people:
        groups[submission.target].append(submission)
    return list(groups.values())


def _contested(persons: Sequence[str]) -> IntakeError:
    names = " and ".join(repr(one_line(person, 80)) for person in persons[:3])
    return IntakeError(
        f"{names} come to the same student id", do="Map each of them to an id of their own in a roster."
    )


def _keep_newest(
    copies: Sequence[HandIn], others: Others, submitted: Path, replace: bool
) -> tuple[list[Collected], list[Loose]]:
    """Keep the newest; at the same time the plain name, and of Canvas' uploads the highest number.

    Returns the rows, and the files that were laid beside it.
    """
    newest, *rest = sorted(copies, key=_order)
    along: list[Loose] = []
    try:
        if rival := next((other for other in rest if _undecided(newest, other)), None):
            names = f"{newest.piece.shown!r} and {rival.piece.shown!r}"
            error = IntakeError(f"{names} are two copies, and nothing says which counts", do=_RENAME)
            return [_refused(one, error) for one in (newest, *rest)], []
        owner, beside = newest.owner, others.of(newest)
        came = Arrival(newest.piece.time, owner.shape.timed, owner.late)
        files = {path: data for path, (_, data) in beside.items()}
        data = newest.piece.read()
        status, note = keep(submitted, owner.student, newest.target, data, came, files, replace=replace)
        row = _row(newest, status, note)
        if status is not Status.OLDER:
            along = [loose for loose, _ in beside.values()]
    except IntakeError as error:
        row = _refused(newest, error)
    return [row, *(_row(other, Status.OLDER, _beaten(newest, other)) for other in rest)], along


def _order(one: HandIn) -> tuple[object, ...]:
    """What sorts first counts. Last come the place nearest the top, and the name."""
    copy, piece = one.copy, one.piece
    numbers = tuple(-number for number in copy.numbers)
    spare = copy.kind is Kind.SPARE
    return spare, -piece.time.timestamp(), -copy.kind, len(numbers) == 0, numbers, *_depth(piece)


def _depth(piece: Piece) -> tuple[int, str]:
    return piece.name.count("/"), piece.shown


def _undecided(first: HandIn, second: HandIn) -> bool:
    """Two different tools' copies of the same time: neither name nor time says which is meant."""
    one, two = first.copy, second.copy
    return (
        first.piece.time == second.piece.time
        and one.kind is two.kind is Kind.COPY
        and one.marks != two.marks
        and first.piece.read() != second.piece.read()
    )


def _beaten(newest: HandIn, other: HandIn) -> str:
    shown = newest.piece.shown
    if other.copy.kind is Kind.SPARE:
        return f"the course put it beside {shown}, which counts"
    if newest.piece.time == other.piece.time and newest.copy.kind > other.copy.kind:
        return f"{shown} has the plain name and counts"
    return f"{shown} is newer, or a later copy"


def _refused(submission: HandIn, error: IntakeError) -> Collected:
    return _row(submission, Status.REFUSED, _why(error), error.do)


def _why(error: IntakeError) -> str:
    return one_line(f"{error.where}: {error.what}" if error.where else error.what, _WIDTH)


def _row(submission: HandIn, status: Status, why: str, do: str = "") -> Collected:
    return Collected(
        source=submission.piece.shown,
        status=status,
        student=submission.owner.student,
        lesson=submission.target.lesson,
        shape=submission.owner.shape.name,
        time=submission.piece.time if submission.owner.shape.timed else None,
        why=one_line("; ".join(filter(None, (why, *submission.notes))), _WIDTH),
        do=one_line(do, _WIDTH),
    )
