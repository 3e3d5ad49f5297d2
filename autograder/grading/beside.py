"""A learner's own files beside the submitted notebook, as far as they are laid into the sandbox.

They are laid where the notebook runs, as `nbgrader autograde` does, and never where a test runs: nothing
of a learner's is on a path of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from autograder.errors import IntakeError
from autograder.intake.folder import files
from autograder.intake.piece import IntakeLimits, Refusal, is_left_behind, suffix

FILES, BYTES = 200, 20_000_000  # of one submission


def read_beside(folder: Path, disk_mb: float = BYTES / 1e6) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """(path → bytes, notes) of the files beside a submission's notebooks. Links are not followed.

    What does not fit into half of the sandbox's disk is left out, and a note says so.
    """
    found: dict[str, bytes] = {}
    notes, left = [], min(BYTES, int(disk_mb * 1_000_000 / 2))
    for entry in files(folder, IntakeLimits()) if folder.is_dir() and not folder.is_symlink() else ():
        if isinstance(entry, Refusal):
            continue
        parts = entry.path.split("/")
        if suffix(entry.path) == ".ipynb" or any(map(is_left_behind, parts)) or not entry.path.isprintable():
            continue
        if len(found) >= FILES or entry.size > left:
            notes.append(f"Your file {entry.path} was not laid beside the notebook: there is too much.")
            continue
        try:
            found[entry.path] = entry.read()
        except IntakeError:
            continue
        left -= len(found[entry.path])
    return found, tuple(notes[:5])


def without_authors(beside: Mapping[str, bytes], authors: Mapping[str, bytes]) -> dict[str, bytes]:
    """`beside` without what stands in the way of an author's file or module: the author's win."""
    modules = {name.split("/")[0].removesuffix(".py") for name in authors if name.endswith(".py")}
    return {
        name: data
        for name, data in beside.items()
        if name.split("/")[0].removesuffix(".py") not in modules
        and not any(f"{name}/".startswith(f"{other}/") or other.startswith(f"{name}/") for other in authors)
    }


def digest(beside: Mapping[str, bytes]) -> bytes:
    """What changes when any of the files does; empty without any."""
    summed = hashlib.sha256()
    for name, data in sorted(beside.items()):
        summed.update(name.encode("utf-8", "replace") + b"\x1f" + hashlib.sha256(data).digest())
    return summed.digest() if beside else b""
