"""Who handed in: the grammar of student ids, the roster, and names made safe to print."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import IntakeError

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_ID_RULE = "Use 1 to 64 of a-z 0-9 . _ - and start with a letter or a digit."
#: Names that Windows keeps for devices, also with an extension.
_RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)
}
_COLUMNS = ("name", "email", "lms_id", "canvas", "moodle")


def clean(text: str, width: int = 160) -> str:
    """`text` on one line and safe for a terminal; what is longer than `width` characters ends in `…`.

    Control and format characters (also those that turn the direction of writing), surrogates and every
    space but the ordinary one become `�`.
    """
    shown = text if len(text) <= width else text[: width - 1] + "…"
    return "".join(character if character.isprintable() else "\ufffd" for character in shown)


def student_id(name: str) -> str:
    """The student id that `name` stands for: `name` in lower case, if it keeps to the grammar.

    Raises IntakeError that names the character, or the rule, at fault.
    """
    shown = f"{clean(name, 80)!r} is no student id"
    for character in name:
        # Before lower(): the Kelvin sign, among others, turns into an ASCII letter there.
        if not character.isascii():
            title = unicodedata.name(character, "a character without a name")
            raise IntakeError(f"{shown}: it has U+{ord(character):04X}, {title}", do=_ID_RULE)
    lowered = name.lower()
    if not _ID.fullmatch(lowered):
        raise IntakeError(shown, do=_ID_RULE)
    if ".." in lowered or lowered.endswith("."):
        raise IntakeError(f"{shown}: it has two dots in a row, or ends in one", do=_ID_RULE)
    if lowered.partition(".")[0] in _RESERVED:
        raise IntakeError(f"{shown}: Windows keeps this name for a device", do="Choose another id.")
    return lowered


@dataclass(frozen=True)
class Roster:
    """Who is in the course: what a learning platform calls them → their student id."""

    aliases: Mapping[tuple[str, str], frozenset[str]]
    where: str

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
        label = clean(f"{name} {number}".strip(), 80)
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
    """Read a CSV with the column `id` and any of `name`, `email`, `lms_id`, `canvas`, `moodle`.

    Raises IntakeError when it cannot be read, has no `id`, or gives an id that is wrong or used twice.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
        delimiter = ";" if lines and ";" in lines[0] and "," not in lines[0] else ","
        rows = [
            {(key or "").strip().lower(): value for key, value in row.items() if isinstance(value, str)}
            for row in csv.DictReader(lines, delimiter=delimiter)
        ]
    except (OSError, ValueError, csv.Error) as error:
        raise IntakeError(f"the roster cannot be read: {error}", where=str(path)) from error
    if not rows or "id" not in rows[0]:
        raise IntakeError(
            "the roster has no column `id`, or no rows",
            where=str(path),
            do=f"Its first line names the columns: id, and any of {', '.join(_COLUMNS)}.",
        )
    aliases: dict[tuple[str, str], set[str]] = {}
    for number, row in enumerate(rows, start=2):
        try:
            student = student_id(row.get("id", "").strip())
        except IntakeError as error:
            raise IntakeError(error.what, where=f"{path}, row {number}", do=error.do) from error
        if ("id", student) in aliases:
            raise IntakeError(f"the id {student} is there twice", where=f"{path}, row {number}")
        for alias in _aliases(student, row):
            aliases.setdefault(alias, set()).add(student)
    return Roster({alias: frozenset(ids) for alias, ids in aliases.items()}, str(path))


def _aliases(student: str, row: Mapping[str, str]) -> set[tuple[str, str]]:
    aliases = {("id", student)} | {(column, _fold(column, row.get(column, ""))) for column in _COLUMNS}
    if "," not in row.get("name", ""):
        # Canvas writes the family name first: Ada Lovelace is `lovelaceada`.
        *given, family = row.get("name", "").split() or [""]
        aliases.add(("name", _fold("name", family + "".join(given))))
    return {(column, text) for column, text in aliases if text}


def _fold(column: str, text: str) -> str:
    """What of `text` counts when it is compared with the roster's `column`."""
    if column in ("id", "email"):
        return text.strip().lower() if text.isascii() else text
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", text).casefold()))
