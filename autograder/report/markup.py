"""Untrusted text and HTML made safe to show: what a learner wrote or printed runs nothing and loads nothing.

Three layers, each enough by itself: the template escapes what is not marked safe, only the functions here
mark anything safe and they sanitise first (nh3), and the page's Content-Security-Policy forbids scripts and
every outside address. Sizes are bounded because a sanitiser's cost grows faster than its input.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

from markupsafe import Markup

from autograder import safe

#: Characters of one piece of text, HTML or Markdown that are shown.
TEXT_LIMIT = 20_000
HTML_LIMIT = 60_000


def plain(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` as it would stand on a screen: no escape codes or control characters, at most `limit` long.

    A control character that is left reads as �. Not HTML: templates escape it.
    """
    lines = safe.text(text[: 2 * limit], put="\N{REPLACEMENT CHARACTER}").replace("\r\n", "\n").split("\n")
    head = "\n".join(line.rpartition("\r")[2] for line in lines)  # as a progress bar overwrites its line
    left_out = max(len(head) - limit, 0) + max(len(text) - 2 * limit, 0)
    return f"{head[:limit]}\n… {left_out} more characters" if left_out else head


def html(source: str, *, links: bool = False) -> Markup:
    """HTML by the policy of `safe.html`; links only where `links` says that an author wrote them."""
    return Markup(safe.html(source, links=links))


@lru_cache(maxsize=1024)
def markdown(source: str) -> Markup:
    """Markdown as sanitised HTML, its headings two levels down; longer than HTML_LIMIT stays as it is.

    Cached, because a cohort's notebooks share the author's cells.
    """
    if len(source) > HTML_LIMIT:
        return Markup("<pre>{}</pre>").format(plain(source))
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = reader.parse(plain(source, HTML_LIMIT))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    return html(reader.renderer.render(tokens, reader.options, {}), links=True)


@lru_cache(maxsize=1024)
def code(source: str) -> Markup:
    """Python source, coloured by classes `hl-…`; the colours are in the style sheet."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    text = plain(source)
    formatter = HtmlFormatter(nowrap=True, classprefix="hl-")
    return Markup(highlight(text, PythonLexer(stripnl=False, ensurenl=False), formatter))


def picture(kind: str, data: str, alt: str) -> Markup | None:
    """An `<img>` of base64 `data`; None unless it is the PNG or JPEG that `kind` says."""
    data = "".join(data.split())
    try:
        shown = safe.is_picture(kind, base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError):
        return None
    return (
        Markup('<img src="data:{};base64,{}" alt="{}">').format(kind, data, plain(alt, 200))
        if shown
        else None
    )
