"""What other people wrote or printed, made safe to show: on a terminal, in a notebook and on a page.

Text loses the codes that a terminal obeys and the characters that make it read otherwise than it runs. HTML
runs nothing and loads nothing. A picture is the PNG or JPEG that it says. An author's hidden tests are found.
"""

from __future__ import annotations

import re
from typing import Any

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)")
#: Control characters but tab and line ends, and those that reorder text on a screen.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LATEX_LINK = re.compile(
    r"\\\s*(href|url|require|csname|html\w*|class|cssId|style|data|includegraphics)(?![A-Za-z])"
)

_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details"),
    *("div", "dl", "dt", "em", "figcaption", "figure", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd"),
    *("li", "ol", "p", "pre", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table"),
    *("tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var"),
}
_GONE = {"script", "style", "svg", "math", "template", "iframe", "object", "noscript", "textarea", "title"}
_CELL = {"colspan", "rowspan", "headers", "scope"}
_ATTRIBUTES = {"img": {"src", "alt", "width", "height"}, "td": _CELL, "th": _CELL, "ol": {"start"}}
_STYLED = {"*": {"class", "title", "lang", "dir"}}
_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")

#: Kinds of picture that are shown, and what each begins with.
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
MAX_PIXELS = 50_000_000  # a small file can unfold to a picture that fills a browser's memory

HIDDEN_FROM, HIDDEN_TO = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


# -- text ----------------------------------------------------------------------------------------------


def text(said: Any, put: str = "") -> str:
    """`said` without terminal codes; `put` for each control character, direction override or surrogate.

    Empty when it is no text at all.
    """
    if not isinstance(said, str):
        return ""
    return _CONTROLS.sub(put, _ANSI.sub("", said)).encode("utf-8", "replace").decode("utf-8")


def is_utf8(name: str) -> bool:
    """Whether a file's name is text; one that is not cannot be printed, sent or recorded."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def one_line(said: Any, width: int = 160) -> str:
    """`said` on one line and safe for a terminal, for a message that quotes it; cut to `width` characters.

    Control and format characters (also those that turn the direction of writing), surrogates and every
    space but the ordinary one become `�`.
    """
    line = str(said)
    shown = line if len(line) <= width else line[: width - 1] + "…"
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in shown)


# -- markup --------------------------------------------------------------------------------------------


def prose(said: str) -> str:
    """Markdown or raw text without HTML, for a page that would take it as it is."""
    return latex(_TAG.sub("&lt;", said))


def latex(said: Any) -> str:
    """LaTeX without the commands that make links or markup of it."""
    return _LATEX_LINK.sub(r"\\text", text(said))


def html(markup: str, *, styled: bool = False, links: bool = False) -> str:
    """`markup` with text, tables, lists and embedded PNG and JPEG pictures, and nothing else.

    Without `styled` no class, title or large heading is kept, so that it cannot pose as a part of a page of
    ours. Links are kept only where `links` says that an author wrote them.
    """
    import nh3

    attributes: dict[str, set[str]] = {**_ATTRIBUTES}
    if styled:
        attributes |= _STYLED
    if links:
        attributes["a"] = {"href"}
    return nh3.clean(
        markup,
        tags=_TAGS | {"h1", "h2"} if styled else _TAGS,
        clean_content_tags=_GONE,
        attributes=attributes,
        attribute_filter=_attribute,
        url_schemes={"https", "http", "mailto", "data"},
        url_relative="deny",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures only as data that we know; links never as data."""
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "href" and value.strip().lower().startswith("data:"):
        return None
    return value


# -- pictures ------------------------------------------------------------------------------------------


def is_picture(kind: str, data: bytes) -> bool:
    """Whether `data` begins as a picture of the MIME type `kind`, of a size that a page can hold."""
    return data.startswith(PICTURES[kind]) and 0 < pixels(data) <= MAX_PIXELS


def pixels(data: bytes) -> int:
    """Width times height, as a PNG's or JPEG's header says; 0 when it does not."""
    if data.startswith(PICTURES["image/png"]):
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
        return width * height
    place = 2
    while (head := data[place : place + 9]).startswith(b"\xff") and len(head) == 9:
        if 0xC0 <= head[1] <= 0xCF and head[1] not in (0xC4, 0xC8, 0xCC):  # a start of frame
            return int.from_bytes(head[5:7], "big") * int.from_bytes(head[7:9], "big")
        place += 2 + int.from_bytes(head[2:4], "big")
    return 0


# -- hidden tests --------------------------------------------------------------------------------------


def hidden_lines(source: str) -> list[bool]:
    """Of each line of a test cell whether it stands between nbgrader's marks, the marks included."""
    found, hidden = [], False
    for line in source.splitlines():
        hidden = hidden or HIDDEN_FROM in line
        found.append(hidden)
        hidden = hidden and HIDDEN_TO not in line
    return found


def without_hidden_tests(source: str) -> str:
    """`source` less its hidden lines."""
    lines = zip(source.splitlines(keepends=True), hidden_lines(source), strict=True)
    return "".join(line for line, hidden in lines if not hidden)
