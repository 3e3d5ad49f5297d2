"""What a learner's process has from the start, as the course says: imported once, for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from autograder.errors import CourseError


@dataclass(frozen=True)
class Preload:
    """`modules` are imported; then `cells`, for what costs most the first time, are run and thrown away."""

    modules: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Mapping[str, Any], where: str) -> Preload:
        """A manifest's table. Raises CourseError: an unknown key, a value that is not a list of texts."""
        known = [field.name for field in fields(cls)]
        for name, value in table.items():
            if name not in known:
                raise CourseError(f"unknown key {name!r}", where=where, do=f"Use: {', '.join(known)}.")
            if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
                raise CourseError(f"{name} must be a list of texts", where=where)
        return cls(**{name: tuple(value) for name, value in table.items()})
