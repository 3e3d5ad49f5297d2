"""The grammar of student ids."""

from __future__ import annotations

import re
import unicodedata

from autograder.errors import IntakeError
from autograder.safe import one_line

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_ID_RULE = "Use 1 to 64 of a-z 0-9 . _ - and start with a letter or a digit."
#: Names that Windows keeps for devices, also with an extension.
_RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)
}


def student_id(name: str) -> str:
    """The student id that `name` stands for: `name` in lower case, if it keeps to the grammar.

    Raises IntakeError that names the character, or the rule, at fault.
    """
    shown = f"{one_line(name, 80)!r} is no student id"
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
