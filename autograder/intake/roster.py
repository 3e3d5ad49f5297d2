"""The roster: who is in the course, and what the channels call them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import IntakeError
from autograder.intake.ids import student_id
from autograder.safe import one_line

#: What a channel calls somebody, each in a column of its own; `lms_id` is any channel's.
CHANNELS = ("lms_id", "canvas", "moodle", "blackboard", "d2l", "ilias")
EXTENSION = "extension"
_SAME = {
    "username": "id",
    "login": "id",
    "student id": "id",
    "full name": "name",
    "e-mail": "email",
    "email address": "email",
    "first name": "given",
    "last name": "family",
    "surname": "family",
    "lms id": "lms_id",
    "group": "section",
}
#: Canvas' gradebook export begins `Student, ID, SIS User ID, SIS Login ID, Section`; some institutions leave
#: out the SIS columns (teaching.resources.osu.edu, "Import a CSV File to Carmen Grades").
_CANVAS = {
    "student": "name",
    "id": "canvas",
    "sis user id": "sis",
    "sis login id": "id",
    "section": "section",
}
_SAVE_AS = "Save it as CSV UTF-8 (in Excel: File, Save As, CSV UTF-8), then run this again."


@dataclass(frozen=True)
class Person:
    """One learner as the roster has them; what it does not say is empty.

    `lms_id` is what the platform's own gradebook needs. `extensions` are the texts of the columns
    `extension LESSON`, by lesson, and of `extension`, under an empty text.
    """

    id: str
    given: str = ""
    family: str = ""
    email: str = ""
    lms_id: str = ""
    section: str = ""
    extensions: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True)
class Roster:
    """Who is in the course: what a learning platform calls them → their student id.

    `skipped` says of each line that could not be read where it is, and why.
    """

    people: tuple[Person, ...]
    aliases: Mapping[tuple[str, str], frozenset[str]]
    where: str
    skipped: tuple[str, ...] = ()

    def find(self, column: str, name: str, number: str = "") -> tuple[str, bool]:
        """The id of whom a channel calls `name` and `number`, and whether the number said so.

        `column` is the channel's own column (`canvas`, `moodle`, `id`). Raises IntakeError for
        somebody who is not in the roster, for a name that two people share, and for a number and a
        name that belong to different people.
        """
        by_number, by_name = self._hits(column, number), self._hits(column, name)
        hits = by_number & by_name if by_number and by_name else by_number | by_name
        if len(hits) == 1:
            return next(iter(hits)), bool(by_number)
        label = one_line(f"{name} {number}".strip(), 80)
        if by_number or by_name:
            people = ", ".join(sorted(by_number | by_name))
            raise IntakeError(
                f"{label!r} fits more than one person in the roster: {people}",
                where=self.where,
                do=f"Put each one's number in the column {column} or lms_id.",
            )
        raise IntakeError(f"{label!r} is not in the roster", where=self.where, do="Add a row for them.")

    def _hits(self, column: str, text: str) -> frozenset[str]:
        columns = dict.fromkeys((column, "lms_id", "name", "email", "id"))
        return frozenset().union(*(self.aliases.get((name, _fold(name, text)), ()) for name in columns))


def read_roster(path: Path) -> Roster:
    """Read a table with the column `id` and any of `name`, `email`, `section`, the channels' and extensions,
    or Canvas' gradebook export: UTF-8 or UTF-16; commas, semicolons or tabs.

    Lines without any text are passed over; one that names nobody is named in `skipped`. Raises
    IntakeError when the file cannot be read, or nobody is in it.
    """
    people: dict[str, Person] = {}
    aliases: dict[tuple[str, str], set[str]] = {}
    skipped = []
    for number, row in _rows(path):
        try:
            student = student_id(row.get("id", ""))
            if student in people:
                raise IntakeError(f"the id {student} is there twice")
        except IntakeError as error:
            skipped.append(f"{path.name}, row {number}: {error.what}")
            continue
        people[student] = person = _person(student, row)
        for alias in _aliases(person, row):
            aliases.setdefault(alias, set()).add(student)
    if not people:
        why = skipped[0] if skipped else "the roster has no rows"
        raise IntakeError(why, where=str(path), do="Give each learner a row with an id.")
    return Roster(
        tuple(people.values()),
        {alias: frozenset(ids) for alias, ids in aliases.items()},
        path.name,
        tuple(skipped),
    )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line that has text: its number, and its cells by our names of the columns."""
    text = _text(path)
    first = next((line for line in text.splitlines() if line.strip(",;\t \r")), "")
    delimiter = max(",;\t", key=re.sub('"[^"]*"', "", first).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str] = []
    canvas = False
    try:
        for cells in reader:
            cells = [" ".join(cell.split()) for cell in cells]
            if not any(cells):
                continue
            if columns:
                row = dict(zip(columns, cells, strict=False))
                if not (canvas and _is_canvas_own(row)):
                    yield reader.line_num, _with_id(row) if canvas else row
                continue
            columns = [cell.lower().replace("_", " ") for cell in cells]
            canvas = "student" in columns and bool({"sis login id", "sis user id", "section"} & set(columns))
            columns = [_CANVAS.get(name, "") if canvas else _SAME.get(name, name) for name in columns]
            if "id" not in columns and not canvas:
                raise IntakeError(
                    "the roster has no column `id`",
                    where=str(path),
                    do="Its first line names the columns: id, and any of name, email, section, "
                    f"{EXTENSION}, {', '.join(CHANNELS)}. Canvas' gradebook export is read as it is.",
                )
    except csv.Error as error:
        raise IntakeError(f"the roster cannot be read: {error}", where=str(path), do=_SAVE_AS) from error
    if not columns:
        raise IntakeError("the roster is empty: it has no column `id`", where=str(path), do=_SAVE_AS)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        if "\0" in text:
            raise ValueError
    except OSError as error:
        raise IntakeError(
            f"the roster cannot be read: {error.strerror or error}", where=str(path), do="Check its name."
        ) from error
    except ValueError as error:
        at = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        what = f"the roster cannot be read: it is not UTF-8 text{at}"
        raise IntakeError(what, where=str(path), do=_SAVE_AS) from error
    return text


def _is_canvas_own(row: Mapping[str, str]) -> bool:
    """Canvas' rows of points and posting, and its test student."""
    name = row.get("name", "")
    return name.lower() in ("", "points possible", "student, test", "test student")


def _with_id(row: dict[str, str]) -> dict[str, str]:
    """A learner of Canvas' export: the id is the login, without a domain, else the number."""
    login = row.get("id", "").partition("@")[0] or row.get("sis", "") or row.get("canvas", "")
    return {**row, "id": login, "email": row.get("id", "") if "@" in row.get("id", "") else ""}


def _person(student: str, row: Mapping[str, str]) -> Person:
    given, family = row.get("given", ""), row.get("family", "")
    if not (given or family):
        family, comma, given = row.get("name", "").partition(",")
        if not comma:
            given, _, family = row.get("name", "").rpartition(" ")
    extensions = {
        name[len(EXTENSION) :].strip(): text
        for name, text in row.items()
        if text and (name == EXTENSION or name.startswith(f"{EXTENSION} "))
    }
    return Person(
        student,
        given.strip(),
        family.strip(),
        row.get("email", ""),
        next((row[channel] for channel in CHANNELS if row.get(channel)), ""),
        row.get("section", ""),
        extensions,
    )


def _aliases(person: Person, row: Mapping[str, str]) -> set[tuple[str, str]]:
    found = {("id", person.id)} | {(name, _fold(name, row.get(name, ""))) for name in ("email", *CHANNELS)}
    # Canvas writes the family name first: Ada Lovelace is `lovelaceada`.
    names: Sequence[str] = (person.name, person.family + person.given, row.get("name", ""))
    found |= {("name", _fold("name", name)) for name in names}
    return {(column, text) for column, text in found if text}


def _fold(column: str, text: str) -> str:
    """What of `text` counts when it is compared with the roster's `column`."""
    if column in ("id", "email"):
        return text.strip().lower() if text.isascii() else text
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", text).casefold()))
