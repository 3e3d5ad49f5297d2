"""Learners' own files beside their notebooks: which are taken along, and which are not, with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.errors import IntakeError
from autograder.intake.piece import NOTEBOOK, Piece, is_left_behind, suffix
from autograder.intake.shapes import HandIn, Owner

#: What a notebook reads or imports. Anything else is named and left out.
KINDS = {
    *(".py", ".csv", ".tsv", ".txt", ".json", ".toml", ".yaml", ".yml", ".md"),
    *(".npy", ".npz", ".png", ".jpg", ".jpeg", ".svg"),
}
_OURS = {"autograder", "course"}  # modules that grading puts in place itself
_FILES, _BYTES = 100, 10_000_000  # of one hand-in


@dataclass(frozen=True)
class Loose:
    """A learner's file that is no notebook."""

    piece: Piece
    owner: Owner


class Others:
    """The learners' files that are no notebooks: each goes along with a notebook, or is told why not."""

    def __init__(self, files: Iterable[Loose]) -> None:
        self._files = list(files)
        self._said: dict[str, str] = {}

    def of(self, notebook: HandIn) -> dict[str, tuple[Loose, bytes]]:
        """What lies beside a notebook, by its path from there. The newest of several counts."""
        found: dict[str, tuple[Loose, bytes]] = {}
        left = _BYTES
        for loose in sorted(self._files, key=lambda one: one.piece.time, reverse=True):
            path = _path(loose, notebook)
            if not path or path in found:
                continue
            try:
                _check(path, len(found))
                data = loose.piece.read()
                left -= len(data)
                if left < 0:
                    raise IntakeError(f"the files beside the notebook have more than {_BYTES / 1e6:g} MB")
            except IntakeError as error:
                self._said[loose.piece.shown] = error.what
            else:
                found[path] = loose, data
        return found

    def left(self, taken: Iterable[Loose]) -> list[tuple[Loose, str]]:
        """The files that are not `taken`, each with the reason where there is one."""
        shown = {loose.piece.shown for loose in taken}
        rest = [loose for loose in self._files if loose.piece.shown not in shown]
        return [(loose, self._said.get(loose.piece.shown, "")) for loose in rest]


def _path(loose: Loose, notebook: HandIn) -> str:
    """Where a file lies, seen from the notebook's folder; empty where it lies elsewhere or is another's."""
    if loose.owner.student != notebook.owner.student:
        return ""
    container, *folders = _place(loose.piece)
    its_container, *its_folders = _place(notebook.piece)
    if container != its_container or folders[: len(its_folders)] != its_folders:
        return ""
    base = loose.owner.file.rpartition("/")[2]
    if loose.owner.shape.name == "Canvas" and not loose.piece.inner:
        base = re.sub(r"-[0-9]{1,3}(?=\.py$)", "", base)  # Canvas counts uploads; a module has no such name
    return "/".join([*folders[len(its_folders) :], base])


def _place(piece: Piece) -> Sequence[str]:
    return [piece.path if piece.inner else "", *piece.name.split("/")[:-1]]


def _check(path: str, count: int) -> None:
    *_, last = parts = path.split("/")
    if suffix(last) not in KINDS:
        kind = suffix(last) or "without a suffix"
        raise IntakeError(f"a file {kind} is not laid beside a notebook")
    if parts[0].partition(".")[0].lower() in _OURS or any(map(is_left_behind, parts)):
        raise IntakeError("its name is one that grading uses itself")
    if not path.isprintable() or any(
        set(part) & set('\\:*?"<>|') or part.endswith(NOTEBOOK) for part in parts
    ):
        raise IntakeError("its name has characters that not every system allows")
    if count >= _FILES:
        raise IntakeError(f"more than {_FILES} files lie beside the notebook")
