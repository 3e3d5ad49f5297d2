"""What the answers to a test come to: in all, by concept, by kind of item, and by how sure one was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.learner.journal import Reply, Sitting


@dataclass(frozen=True)
class Tally:
    """How many of some items were right."""

    right: int
    of: int

    @property
    def percent(self) -> float:
        """0 to 100; 0 when there are no items."""
        return 100 * self.right / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.right} of {self.of}"


@dataclass(frozen=True)
class Score:
    """The tallies of one test. An item without an answer is not right, and neither sure nor unsure."""

    total: Tally
    concepts: dict[str, Tally]
    kinds: dict[str, Tally]
    sure: Tally
    unsure: Tally


def score(sitting: Sitting, items: Sequence[Any]) -> Score:
    """Score a test by the `items` of its form; answers to items that the form does not have are left out."""

    def tally(some: Iterable[Any]) -> Tally:
        replies = [sitting.items.get(item.id) for item in some]
        return Tally(sum(bool(reply and reply.right) for reply in replies), len(replies))

    def by(name: str) -> dict[str, Tally]:
        values = dict.fromkeys(getattr(item, name) for item in items)
        return {value: tally(item for item in items if getattr(item, name) == value) for value in values}

    def when(sure: bool) -> Tally:
        return tally(item for item in items if _said(sitting.items.get(item.id)) is sure)

    return Score(tally(items), by("concept"), by("kind"), when(True), when(False))


def gain(pre: Tally, post: Tally) -> float | None:
    """Hake's normalised gain (post − pre) / (100 − pre), in per cent of the items; None at pre = 100.

    1 when all that was missing was learned, 0 when nothing was; below 0 when less is right than before.
    Source: R. R. Hake, American Journal of Physics 66 (1998), 64.
    """
    missing = 100 - pre.percent
    return (post.percent - pre.percent) / missing if missing else None


def _said(reply: Reply | None) -> bool | None:
    return reply.sure if reply else None
