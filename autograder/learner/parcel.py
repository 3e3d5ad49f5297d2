"""Work that is brought back: a zip as `save_work` made it, or what a file manager made of it since.

Finder and Explorer put a folder around everything, Finder adds files of its own, and Safari unpacks what it
downloads. What is read is named as it will be in the learner's folder; nothing is written here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from autograder.errors import IntakeError
from autograder.intake.archive import members, open_archive
from autograder.intake.folder import files
from autograder.intake.piece import IntakeLimits, Piece, Refusal
from autograder.learner.journal import FILE
from autograder.learner.panel import Plain

SUFFIXES = (".ipynb", ".md")
LIMITS = IntakeLimits(members=2_000, name_length=200, notebook_bytes=50_000_000, ratio=10_000)
TOTAL_BYTES = 200_000_000
#: What Windows cannot store: signs, device names, and a dot or a space at the end.
_UNSTORABLE = re.compile(
    r'[<>:"|?*\\\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE | re.ASCII
)
_OF_SYSTEMS = ("__macosx", ".ds_store", "desktop.ini", "thumbs.db")


@dataclass
class Parcel:
    """What was brought: path in the learner's folder → bytes, and member → why it is refused."""

    files: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @classmethod
    def opened(cls, brought: bytes | Path, folder: Path) -> Parcel:
        """Read a zip's bytes, or an unpacked one's folder, for the learner's `folder`.

        Raises Plain for what is no zip, and for one over a limit as a whole.
        """
        parcel = cls()
        try:
            if isinstance(brought, Path):
                parcel._take(_listed(brought), folder)
            else:
                with open_archive(io.BytesIO(brought), LIMITS) as archive:
                    parcel._take(list(members(archive, datetime.now(UTC), LIMITS)), folder)
        except IntakeError as error:
            raise Plain(error.what, do="Choose a zip that save_work() made.") from None
        return parcel

    def _take(self, found: list[Piece | Refusal], folder: Path) -> None:
        found = [member for member in found if not _of_a_system(member)]
        around = _around([member.path for member in found if isinstance(member, Piece)], folder)
        left = TOTAL_BYTES
        for member in found:
            if isinstance(member, Refusal):
                self.refused[member.shown] = member.error.what
                continue
            name = member.path.removeprefix(around)
            if why := _why_not(PurePosixPath(name), folder):
                self.refused[member.shown] = why
                continue
            try:
                data = member.read()
            except IntakeError as error:
                self.refused[member.shown] = error.what
                continue
            left -= len(data)
            if left < 0:
                raise IntakeError(f"it unpacks to more than {TOTAL_BYTES // 1_000_000} MB")
            self.files[name] = data


def _listed(folder: Path) -> list[Piece | Refusal]:
    """The members of a folder, hidden places aside. Raises IntakeError when there are too many."""
    found: list[Piece | Refusal] = []
    for member in files(folder, LIMITS):
        if len(found) == LIMITS.members:
            raise IntakeError(f"it has more than {LIMITS.members} files")
        found.append(member)
    return found


def _of_a_system(member: Piece | Refusal) -> bool:
    """Whether a file manager left it: Finder's `__MACOSX/…`, `._poisoning.ipynb`, `.DS_Store`."""
    parts = (member.path if isinstance(member, Piece) else member.shown).lower().split("/")
    return parts[0] in _OF_SYSTEMS or parts[-1] in _OF_SYSTEMS or parts[-1].startswith("._")


def _around(paths: list[str], folder: Path) -> str:
    """The folders around everything, with `/` at the end; empty where there are none.

    Progress lies at the top of what `save_work` makes. Without it, a folder is one around everything when
    the learner's folder has none of its name, but has what lies in it.
    """
    tops = sorted(
        (path for path in paths if PurePosixPath(path).name == FILE), key=lambda path: path.count("/")
    )
    guess = tops[0].removesuffix(FILE) if tops else next(_wrappers(paths, folder), "")
    return guess if all(path.startswith(guess) for path in paths) else ""


def _wrappers(paths: list[str], folder: Path) -> Iterator[str]:
    parts = PurePosixPath(paths[0]).parts if paths else ()
    for depth in range(1, len(parts) - 1):
        if (folder / parts[0]).exists():
            return
        if (folder / parts[depth]).is_dir():
            yield "/".join(parts[:depth]) + "/"


def _why_not(path: PurePosixPath, folder: Path) -> str:
    """Why a member is not put back; empty when it may be."""
    if path.suffix not in SUFFIXES and str(path) != FILE:
        return "it is no notebook and no sheet"
    if any(part.startswith(".") or _UNSTORABLE.search(part) for part in path.parts):
        return "its name is hidden, or one that not every system can store"
    if not (folder / path).resolve().is_relative_to(folder.resolve()):
        return "a link in your folder would lead it elsewhere"
    return ""
