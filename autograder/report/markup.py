"""Untrusted text and HTML made safe to show: what a learner wrote or printed runs nothing and loads nothing.

Three layers, each enough by itself: the template escapes what is not marked safe, only the functions here
mark anything safe and they sanitise first (nh3), and the page's Content-Security-Policy forbids scripts and
every outside address. Sizes are bounded because a sanitiser's cost grows faster than its input.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache

from markupsafe import Markup

#: Characters of one piece of text, HTML or Markdown that are shown.
TEXT_LIMIT = 20_000
HTML_LIMIT = 60_000

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
#: Control characters, and the ones that reorder text on screen so that it reads as it does not run.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details"),
    *("div", "dl", "dt", "em", "figcaption", "figure", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd"),
    *("li", "ol", "p", "pre", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table"),
    *("tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var"),
}
_GONE = {"script", "style", "svg", "math", "template", "iframe", "object", "noscript", "textarea", "title"}
_CELL = {"colspan", "rowspan", "headers", "scope"}
_ATTRIBUTES = {"img": {"src", "alt", "width", "height"}, "td": _CELL, "th": _CELL, "ol": {"start"}}
_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")
_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def plain(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` as it would stand on a screen: no escape codes or control characters, at most `limit` long.

    A control character that is left reads as �. Not HTML: templates escape it.
    """
    lines = _ANSI.sub("", text[: 2 * limit]).replace("\r\n", "\n").split("\n")
    head = "\n".join(line.rpartition("\r")[2] for line in lines)  # as a progress bar overwrites its line
    head = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", head)
    left_out = max(len(head) - limit, 0) + max(len(text) - 2 * limit, 0)
    return f"{head[:limit]}\n… {left_out} more characters" if left_out else head


def clean_html(html: str, *, links: bool = False) -> Markup:
    """`html` with text, tables, lists and embedded PNG and JPEG pictures, and nothing else.

    No style, class or id is kept, so that it cannot pose as a part of our page; links only where
    `links` says that an author wrote them.
    """
    import nh3

    attributes = {**_ATTRIBUTES, "a": {"href"}} if links else _ATTRIBUTES
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            clean_content_tags=_GONE,
            attributes=attributes,
            attribute_filter=_attribute,
            url_schemes={"https", "http", "mailto", "data"},
            url_relative="deny",
        )
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures only as data that we know; links never as data."""
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "href" and value.strip().lower().startswith("data:"):
        return None
    return value


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
    return clean_html(reader.renderer.render(tokens, reader.options, {}), links=True)


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
        head = base64.b64decode(data, validate=True)[:16]
    except (binascii.Error, ValueError):
        return None
    if not head.startswith(_MAGIC[kind]):
        return None
    return Markup('<img src="data:{};base64,{}" alt="{}">').format(kind, data, plain(alt, 200))
