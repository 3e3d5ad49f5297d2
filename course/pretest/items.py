"""The diagnostic test: 24 items in two forms, one for before the course and one for after it.

Items of one id ask the same in both forms: concept, kind and reasoning agree, numbers and story differ.
"""

from __future__ import annotations

from course.pretest import a, b
from course.pretest.form import CONCEPTS, Item

__all__ = ["CONCEPTS", "FORMS", "Item"]

FORMS: dict[str, tuple[Item, ...]] = {"A": a.ITEMS, "B": b.ITEMS}
