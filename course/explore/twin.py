"""The static twin of a widget: a page of pictures and tables, and the same tables as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

_STYLE = (
    ".aisec-twin .pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(270px,1fr));"
    "gap:12px 16px;max-width:800px}"
    ".aisec-twin .scroll{overflow-x:auto}"
    ".aisec-twin table{border-collapse:collapse;margin:16px 0;font-variant-numeric:tabular-nums}"
    ".aisec-twin caption{text-align:left;font-weight:600;padding:4px 0}"
    ".aisec-twin th,.aisec-twin td{padding:3px 9px;text-align:right;white-space:nowrap}"
    ".aisec-twin tr>.side{text-align:left;font-weight:400}"
    ".aisec-twin thead th{border-bottom:1px solid}"
    "@media (forced-colors:active){.aisec-twin{--jp-ui-font-color1:CanvasText;--jp-layout-color0:Canvas}}"
)


@dataclass(frozen=True)
class Table:
    """Texts in rows under `columns`; the first `sides` cells of a row say what the row is."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    sides: int = 1

    def as_html(self) -> str:
        head = "".join(
            f'<th scope="col"{_side(i < self.sides)}>{escape(name)}</th>'
            for i, name in enumerate(self.columns)
        )
        body = "".join(f"<tr>{self._cells(row)}</tr>" for row in self.rows)
        return (
            f"<table><caption>{escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    def as_text(self) -> str:
        rows = [list(self.columns), *map(list, self.rows)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.columns))]
        lines = [
            "  ".join(
                text.ljust(width) if i < self.sides else text.rjust(width)
                for i, (text, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        return "\n".join([self.caption, *lines])

    def _cells(self, row: Sequence[str]) -> str:
        sides = "".join(f'<th scope="row"{_side(True)}>{escape(text)}</th>' for text in row[: self.sides])
        return sides + "".join(f"<td>{escape(text)}</td>" for text in row[self.sides :])


@dataclass(frozen=True, repr=False)
class Twin:
    """What a notebook shows for a widget where there is no kernel, mouse, screen or colour.

    `intro` is a sentence or two, `pictures` are SVG texts from `chart`. The tables are folded.
    """

    intro: str
    pictures: Sequence[str]
    tables: Sequence[Table]

    def _repr_html_(self) -> str:
        pictures = "".join(f"<div>{picture}</div>" for picture in self.pictures)
        tables = "".join(_scrolled(table) for table in self.tables)
        return (
            f'<div class="aisec-twin"><style>{_STYLE}</style><p>{escape(self.intro)}</p>'
            f'<div class="pictures">{pictures}</div>{_folded(self.tables, tables)}</div>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def __repr__(self) -> str:
        return "\n\n".join([self.intro, *(table.as_text() for table in self.tables)])


def _folded(tables: Sequence[Table], html: str) -> str:
    """Tables are for looking numbers up: folded, under their captions."""
    names = "; ".join(table.caption for table in tables)
    return f"<details><summary>As tables: {escape(names)}</summary>{html}</details>" if tables else ""


def _scrolled(table: Table) -> str:
    """A wide table in a frame that scrolls, and that keys can reach."""
    return (
        f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(table.caption)}">'
        f"{table.as_html()}</div>"
    )


def _side(is_side: bool) -> str:
    return ' class="side"' if is_side else ""
