"""A learner's outputs, made safe to keep: known MIME types only, HTML without script, no control codes."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterable
from typing import Any

IMAGES = ("image/png", "image/jpeg")
_MAGIC = {"image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8"}
MAX_PIXELS = 50_000_000  # a small file can unfold to a picture that fills a browser's memory
_ANSI = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|.)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
#: Opening tags of one output that may be nested in one another: cleaning takes the square of the depth.
MAX_NESTED = 2_000
_NESTED = re.compile(r"<(?!(?:td|th|tr|br|img|col)\b)[A-Za-z]", re.IGNORECASE)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LATEX_LINK = re.compile(
    r"\\\s*(href|url|require|csname|html\w*|class|cssId|style|data|includegraphics)(?![A-Za-z])"
)


def clean_outputs(claimed: Any, count: int | None) -> list[dict[str, Any]]:
    """Notebook outputs from what a learner's process claims to have shown; anything odd is left out."""
    outputs = []
    for output in claimed if isinstance(claimed, list) else []:
        cleaned = _clean(output, count) if isinstance(output, dict) else None
        if cleaned is not None:
            outputs.append(cleaned)
    return outputs


def clean_text(text: Any) -> str:
    """Text without terminal codes, control characters, direction overrides or lone surrogates."""
    text = text if isinstance(text, str) else ""
    text = _CONTROL.sub("", _ANSI.sub("", text))
    return text.encode("utf-8", "replace").decode("utf-8")


def clean_prose(text: str) -> str:
    """Markdown or raw text of a learner's without HTML, which formgrader would put on its page as it is."""
    return clean_latex(_TAG.sub("&lt;", text))


def clean_latex(text: Any) -> str:
    """LaTeX without the commands that make links or markup of it."""
    return _LATEX_LINK.sub(r"\text", clean_text(text))


def clean_html(markup: str) -> str:
    """HTML with neither script nor anything that loads from elsewhere."""
    import nh3

    return nh3.clean(
        clean_latex(markup),
        tags=nh3.ALLOWED_TAGS | {"figure", "figcaption"},
        attributes={**nh3.ALLOWED_ATTRIBUTES, "*": {"class", "title", "lang", "dir"}, "img": {"src", "alt"}},
        url_schemes={"data"},
        attribute_filter=_only_images,
    )


def _only_images(tag: str, attribute: str, value: str) -> str | None:
    if attribute in ("src", "href"):
        return value if tag == "img" and value.startswith(("data:image/png;", "data:image/jpeg;")) else None
    return value


def _clean(output: dict[str, Any], count: int | None) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": clean_text(output.get("text"))}
    if kind == "error":
        return error_output(output.get("ename"), output.get("evalue"), output.get("traceback"))
    if kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
        cleaned = {"output_type": kind, "data": dict(_clean_data(output["data"].items())), "metadata": {}}
        return {**cleaned, "execution_count": count} if kind == "execute_result" else cleaned
    return None


def error_output(name: Any, value: Any, traceback: Any) -> dict[str, Any]:
    """A notebook's error output, cleaned."""
    lines = [clean_text(line) for line in traceback] if isinstance(traceback, list) else []
    return {
        "output_type": "error",
        "ename": clean_text(name),
        "evalue": clean_text(value),
        "traceback": lines,
    }


def _clean_data(items: Iterable[tuple[Any, Any]]) -> Iterable[tuple[str, str]]:
    for mime, value in items:
        if mime == "text/plain":
            yield mime, clean_text(value)
        elif mime == "text/latex":
            yield mime, clean_latex(value)
        elif mime == "text/html" and isinstance(value, str) and len(_NESTED.findall(value)) <= MAX_NESTED:
            yield mime, clean_html(value)
        elif mime in IMAGES and (image := _image(mime, value)) is not None:
            yield mime, image


def _image(mime: str, value: Any) -> str | None:
    """Base64 text that decodes to what its type says."""
    try:
        data = value if isinstance(value, bytes) else base64.b64decode(value, validate=False)
    except (binascii.Error, ValueError, TypeError):
        return None
    if not data.startswith(_MAGIC[mime]) or not 0 < _pixels(data) <= MAX_PIXELS:
        return None
    return base64.b64encode(data).decode()


def _pixels(data: bytes) -> int:
    """Width times height, as a PNG's or JPEG's header says; 0 when it does not."""
    if data.startswith(_MAGIC["image/png"]):
        width, height = struct.unpack(">II", data[16:24].ljust(8, b"\0"))
        return width * height
    place = 2
    while (head := data[place : place + 9]).startswith(b"\xff") and len(head) == 9:
        _, marker, length, _, height, width = struct.unpack(">BBHBHH", head)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # a start of frame
            return width * height
        place += 2 + length
    return 0
