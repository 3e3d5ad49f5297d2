"""TODO: what this picture shows, and what a reader finds out by moving it."""

from __future__ import annotations

from course.explore.chart import Axis, Line, line_chart
from course.explore.panel import Panel, Slider
from course.explore.twin import Table, Twin

VALUES = tuple(range(11))


def evasion_dial() -> Panel:
    """The widget: the limit moves along the shares, and a sentence says the value."""
    return Panel(_draw, limit=Slider("Limit", 5, VALUES[0], VALUES[-1]))


def twin() -> Twin:
    """The same without a kernel, a mouse or colours: a picture and a table of all shares."""
    rows = [(str(limit), f"{_share(limit):.2f}") for limit in VALUES]
    return Twin(
        "The share of the numbers from 0 to 10 that are above a limit falls evenly with the limit.",
        [_picture(5)],
        [Table("Shares above each limit", ("limit", "share above it"), rows)],
    )


def _draw(limit: int) -> tuple[str, str]:
    return _picture(limit), f"Above {limit}: {_share(limit):.2f} of the numbers."


def _picture(limit: int) -> str:
    return line_chart(
        VALUES,
        [Line("share", [_share(value) for value in VALUES])],
        x_axis=Axis("limit", {0: "0", 5: "5", 10: "10"}),
        y_axis=Axis("share above it", {0: "0", 0.5: "0.5", 1: "1"}),
        title="Shares above a limit",
        desc="The share falls evenly from ten of eleven at 0 to none at 10.",
        mark=VALUES.index(limit),
    )


def _share(limit: int) -> float:
    return sum(value > limit for value in VALUES) / len(VALUES)
