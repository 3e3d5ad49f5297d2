"""What a learner's process may use before it is stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from autograder.errors import CourseError


@dataclass(frozen=True)
class Limits:
    """Limits for one submission. A lesson's `course.toml` entry, then an instructor's, override these."""

    cell_seconds: float = 30.0  # wall, one cell
    call_seconds: float = 20.0  # wall, one call from a check
    total_seconds: float = 180.0  # wall, the whole submission
    cpu_seconds: float = 120.0  # processor, the whole submission
    memory_mb: int = 1500  # address space beyond what the warm process has
    processes: int = 64  # processes and threads
    output_mb: float = 2.0  # printed and displayed, the whole notebook
    disk_mb: int = 100  # private temporary files
    reply_mb: float = 64  # one value that crosses to the check

    def override(self, changes: Mapping[str, Any], where: str = "") -> Limits:
        """These limits with `changes`. Raises CourseError: an unknown name, a value that is not positive."""
        known = {field.name for field in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise CourseError(
                    f"unknown limit {name!r}", where=where, do=f"Use one of: {', '.join(sorted(known))}."
                )
            if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
                raise CourseError(f"limit {name} must be a positive number, not {value!r}", where=where)
        return replace(self, **changes)
