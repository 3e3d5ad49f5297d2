"""What a source offers: a folder, a zip or one notebook, file by file, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import filterfalse
from pathlib import Path

from autograder.errors import IntakeError
from autograder.intake.archive import members, open_archive, unpack
from autograder.intake.folder import files, unreadable
from autograder.intake.names import DISGUISES
from autograder.intake.piece import ARCHIVE, NOTEBOOK, IntakeLimits, Piece, Refusal, suffix, too_large, utc
from autograder.safe import one_line


@contextmanager
def opened(source: Path, limits: IntakeLimits) -> Iterator[Iterator[Piece | Refusal]]:
    """The files of a folder, a zip or a single notebook, archives of learners opened, within limits.

    What operating systems and Jupyter leave behind (`._name`, hidden folders) is left out.
    Raises IntakeError if `source` is none of these.
    """
    with ExitStack() as stack:
        try:
            modified = source.stat().st_mtime
            if suffix(source.name) == ARCHIVE and source.is_file():
                archive = stack.enter_context(open_archive(stack.enter_context(source.open("rb")), limits))
                entries = members(archive, utc(modified), limits)
            elif source.is_dir() or suffix(source.name) == NOTEBOOK:
                entries = files(source, limits)
            else:
                raise IntakeError("neither a folder, a zip nor a notebook", do="Collect one of these.")
        except IntakeError as error:
            raise IntakeError(error.what, where=one_line(str(source)), do=error.do) from error
        except OSError as error:
            raise IntakeError(unreadable(error).what, where=one_line(str(source))) from error
        yield _flat(entries, limits)


def _flat(found: Iterator[Piece | Refusal], limits: IntakeLimits) -> Iterator[Piece | Refusal]:
    """What was found, each learner's archive replaced by what is in it, up to the limits."""
    spent = _Spent(limits)
    for count, entry in enumerate(_unpacked(found, spent), start=1):
        if count > limits.members:
            error = IntakeError(f"the source has more than {limits.members} files", do="Collect it in parts.")
            yield Refusal("all the rest", error)
            return
        yield _weighed(entry, spent)


def _unpacked(found: Iterator[Piece | Refusal], spent: _Spent) -> Iterator[Piece | Refusal]:
    for entry in found:
        if isinstance(entry, Piece) and suffix(entry.path) == ARCHIVE and not _is_debris(entry):
            try:
                spent.add(entry)
                yield from filterfalse(_is_debris, unpack(entry, spent.limits))
            except IntakeError as error:
                yield Refusal(entry.shown, error)
        elif not _is_debris(entry):
            yield entry


def _weighed(entry: Piece | Refusal, spent: _Spent) -> Piece | Refusal:
    if isinstance(entry, Piece) and suffix(entry.name) in (NOTEBOOK, *DISGUISES):
        try:
            spent.add(entry)
        except IntakeError as error:
            return Refusal(entry.shown, error)
    return entry


class _Spent:
    """How many bytes of one source are read, by what its files claim; reading holds them to it."""

    def __init__(self, limits: IntakeLimits) -> None:
        self.limits, self._bytes = limits, 0

    def add(self, piece: Piece) -> None:
        """Raises IntakeError when the piece, or all of them together, are too large."""
        if piece.size > self.limits.bytes_of(piece.name):
            raise too_large(self.limits.bytes_of(piece.name))
        self._bytes += piece.size
        if self._bytes > self.limits.total_bytes:
            total = self.limits.total_bytes / 1e6
            raise IntakeError(f"the source has more than {total:g} MB to read", do="Collect it in parts.")


def _is_debris(entry: Piece | Refusal) -> bool:
    if isinstance(entry, Refusal):
        return False
    *folders, name = entry.name.split("/")
    return name.startswith("._") or any(part.startswith(".") for part in folders)
