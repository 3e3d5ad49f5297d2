"""The frame of a drawing as inline SVG: a page's own text colour, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

#: (colour, dash) of the first, second … thing to tell apart. The colours have a contrast of at least 3:1 on
#: white and on near-black (WCAG 2.2, 1.4.11), and stay apart under the common colour deficiencies; the dash
#: and a name beside it mean that nobody needs the colour.
STYLES = (
    ("#2373e7", ""),
    ("#de5d0c", "9 4"),
    ("#18a05d", "2.5 4"),
    ("#c671b6", "12 4 2 4"),
    ("#6e726e", "5 3"),
)
FONT = 13  # of labels; the unit of every length is the drawing's pixel


def drawing(
    width: float, height: float, parts: Iterable[str], *, title: str, desc: str, under: str = ""
) -> str:
    """An `<svg>` of `parts` that shrinks with its page.

    `title` is drawn, 17 pixels from the top, and is the name that a screen reader says; `desc` says what
    there is to see; `under` stands below the title, 37 pixels from the top.
    """
    return "".join(
        [
            f'<svg class="aisec-drawing" role="img" viewBox="0 0 {width:g} {height:g}" font-size="{FONT}" '
            f'fill="currentColor" style="display:block;width:100%;max-width:{width:g}px;height:auto;'
            "color:var(--jp-ui-font-color1,inherit);"
            'font-family:var(--jp-ui-font-family,system-ui,sans-serif)">',
            f"<title>{escape(title)}</title><desc>{escape(desc)}</desc>",
            text(10, 17, title, 'font-weight="600" font-size="15"'),
            text(10, 37, under, 'opacity=".8"'),
            *parts,
            "</svg>",
        ]
    )


def text(x: float, y: float, said: str, attributes: str = "") -> str:
    """`said` at a place, or nothing for an empty text."""
    return f'<text x="{x:g}" y="{y:g}" {attributes}>{escape(said)}</text>' if said else ""
