"""Libraries that are needed: which of them are not here, and the one command that adds them.

A lesson's `needs` are PEP 508 requirements. Each function imports what it works with: most lessons need none.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.errors import CourseError

if TYPE_CHECKING:
    from packaging.requirements import Requirement


@dataclass(frozen=True)
class Lack:
    """A library that is missing, or is here in a version that does not do. `have` is that version."""

    needed: Requirement
    have: str

    def __str__(self) -> str:
        have, versions = self.have or "is missing", self.needed.specifier
        return f"{self.needed.name} {have} (needed: {versions or 'any'})"

    @property
    def argument(self) -> str:
        """What an installer is told, quoted for bash, zsh, PowerShell and cmd alike."""
        extras = f"[{','.join(sorted(self.needed.extras))}]" if self.needed.extras else ""
        return f'"{self.needed.name}{extras}{self.needed.specifier}"'


def read_needs(needs: object, where: str) -> tuple[str, ...]:
    """A lesson's `needs`, as a manifest has them. Raises CourseError that names the line at fault."""
    if not isinstance(needs, list):
        raise CourseError(f"needs is {needs!r}, not a list", where=where, do='Write: needs = ["skops>=0.16"]')
    for need in needs:
        _refuse_misfit(need, where)
    return tuple(needs)


def _refuse_misfit(need: object, where: str) -> None:
    from packaging.requirements import InvalidRequirement, Requirement

    do = 'Write a name and a version, such as "skops>=0.16".'
    if not isinstance(need, str):
        raise CourseError(f"needs {need!r}, which is no text", where=where, do=do)
    try:
        found = Requirement(need)
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0]
        raise CourseError(f"needs {need!r}, which is no requirement: {reason}", where=where, do=do) from None
    if found.url:
        raise CourseError(f"needs {need!r} from an address", where=where, do=do)


def lacking(needs: Iterable[str | Requirement]) -> list[Lack]:
    """What of `needs` is not here, by what is installed for this Python; extras are looked into."""
    from importlib import metadata

    from packaging.requirements import Requirement

    found = []
    for need in (Requirement(str(one)) for one in needs):
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        try:
            have = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            have = ""
        fits = have and need.specifier.contains(have, prereleases=True)
        if not fits or lacking(of_extras(need)):
            found.append(Lack(need, have))
    return found


def of_extras(need: Requirement) -> list[str]:
    """What the extras of an installed library add to what it needs."""
    from importlib import metadata

    from packaging.requirements import Requirement

    added = []
    for one in map(Requirement, (metadata.requires(need.name) or ()) if need.extras else ()):
        marker, one.marker = one.marker, None
        if marker and not marker.evaluate({"extra": ""}):
            added += [str(one)] if any(marker.evaluate({"extra": extra}) for extra in need.extras) else []
    return added


def install(arguments: Iterable[str]) -> str:
    """A command for a terminal: this Python's installer with `arguments`, quoted where they must be."""
    python = sys.executable
    if os.name != "nt":
        python = shlex.quote(python)
    elif " " in python:
        python = f'& "{python}"'  # as PowerShell wants it
    return " ".join([python, "-m", "pip", "install", *arguments])


def require(needs: Mapping[str, Sequence[str]], then: str = "") -> None:
    """Raises CourseError, with one command that adds it all, unless what lessons need is here.

    `needs` has a lesson's `needs` by its id; `then` is what to do after the command.
    """
    lacks = {lesson: found for lesson, texts in needs.items() if (found := lacking(texts))}
    if lacks:
        what = "; ".join(
            f"{lesson} needs libraries that are not here: {', '.join(map(str, found))}"
            for lesson, found in lacks.items()
        )
        wanted = dict.fromkeys(one.argument for found in lacks.values() for one in found)
        raise CourseError(what, do="\n    ".join(filter(None, ["In a terminal, run", install(wanted), then])))
