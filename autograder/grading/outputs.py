"""A learner's outputs, made safe to keep: known MIME types only, HTML without script, no control codes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from autograder import safe

MAX_OUTPUTS, MAX_LINES, MAX_KINDS = 1_000, 80, 16  # of a cell; of a traceback; forms that one output has
#: Tags that the parser opens again in each block after one in which they were left open: what is written as
#: many of these and many blocks becomes their product.
MAX_OPEN = 16
MAX_GROWTH, ROOM = 8, 10_000  # cleaned HTML may be so many times as long as what came, and so much longer
_INLINE = {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
#: Opening tags of one output that may be nested in one another: cleaning takes the square of the depth.
MAX_NESTED = 2_000
_NESTED = re.compile(r"<(?!(?:td|th|tr|br|img|col)\b)[A-Za-z]", re.IGNORECASE)


def clean_outputs(claimed: Any, count: int | None) -> list[dict[str, Any]]:
    """Notebook outputs from what a learner's process claims to have shown; anything odd is left out."""
    outputs = []
    for output in claimed[:MAX_OUTPUTS] if isinstance(claimed, list) else []:
        cleaned = _clean(output, count) if isinstance(output, dict) else None
        if cleaned is not None:
            outputs.append(cleaned)
    return outputs


def _clean(output: dict[str, Any], count: int | None) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": safe.text(output.get("text"))}
    if kind == "error":
        return error_output(output.get("ename"), output.get("evalue"), output.get("traceback"))
    if kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
        data = islice(output["data"].items(), MAX_KINDS)
        cleaned = {"output_type": kind, "data": dict(_clean_data(data)), "metadata": {}}
        return {**cleaned, "execution_count": count} if kind == "execute_result" else cleaned
    return None


def error_output(name: Any, value: Any, traceback: Any) -> dict[str, Any]:
    """A notebook's error output, cleaned."""
    lines = [safe.text(line) for line in traceback[:MAX_LINES]] if isinstance(traceback, list) else []
    return {
        "output_type": "error",
        "ename": safe.text(name),
        "evalue": safe.text(value),
        "traceback": lines,
    }


def _clean_data(items: Iterable[tuple[Any, Any]]) -> Iterable[tuple[str, str]]:
    for mime, value in items:
        if mime == "text/plain":
            yield mime, safe.text(value)
        elif mime == "text/latex":
            yield mime, safe.latex(value)
        elif mime == "text/html" and isinstance(value, str) and _may_be_parsed(value):
            cleaned = safe.html(safe.latex(value), styled=True)
            if len(cleaned) <= MAX_GROWTH * len(value) + ROOM:
                yield mime, cleaned
        elif mime in safe.PICTURES and (image := _image(mime, value)) is not None:
            yield mime, image


def _may_be_parsed(markup: str) -> bool:
    """Whether cleaning it takes no more time, and makes no more of it, than its length lets expect."""
    return len(_NESTED.findall(markup)) <= MAX_NESTED and _most_open(markup) <= MAX_OPEN


def _most_open(markup: str) -> int:
    """How many inline tags are open at once at most; one that is closed out of turn counts as open."""
    stack: list[str] = []
    count = most = 0
    for closes, name in _TAG.findall(markup):
        name = name.lower()
        if name in ("td", "th", "caption", "table"):  # what was opened outside cannot be closed within
            if not closes:
                stack.append(name)
            elif name in stack:
                while stack[-1] != name:
                    count -= stack.pop() in _INLINE
                stack.pop()
        elif name in _INLINE and not closes:
            stack.append(name)
            count += 1
            most = max(most, count)
        elif name in _INLINE and stack and stack[-1] == name:
            stack.pop()
            count -= 1
    return most


def _image(mime: str, value: Any) -> str | None:
    """Base64 text that decodes to what its type says."""
    try:
        data = value if isinstance(value, bytes) else base64.b64decode(value, validate=False)
    except (binascii.Error, ValueError, TypeError):
        return None
    return base64.b64encode(data).decode() if safe.is_picture(mime, data) else None
