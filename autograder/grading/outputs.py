"""A learner's outputs, made safe to keep: known MIME types only, HTML without script, no control codes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

from autograder import safe

#: Opening tags of one output that may be nested in one another: cleaning takes the square of the depth.
MAX_NESTED = 2_000
_NESTED = re.compile(r"<(?!(?:td|th|tr|br|img|col)\b)[A-Za-z]", re.IGNORECASE)


def clean_outputs(claimed: Any, count: int | None) -> list[dict[str, Any]]:
    """Notebook outputs from what a learner's process claims to have shown; anything odd is left out."""
    outputs = []
    for output in claimed if isinstance(claimed, list) else []:
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
        cleaned = {"output_type": kind, "data": dict(_clean_data(output["data"].items())), "metadata": {}}
        return {**cleaned, "execution_count": count} if kind == "execute_result" else cleaned
    return None


def error_output(name: Any, value: Any, traceback: Any) -> dict[str, Any]:
    """A notebook's error output, cleaned."""
    lines = [safe.text(line) for line in traceback] if isinstance(traceback, list) else []
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
        elif mime == "text/html" and isinstance(value, str) and len(_NESTED.findall(value)) <= MAX_NESTED:
            yield mime, safe.html(safe.latex(value), styled=True)
        elif mime in safe.PICTURES and (image := _image(mime, value)) is not None:
            yield mime, image


def _image(mime: str, value: Any) -> str | None:
    """Base64 text that decodes to what its type says."""
    try:
        data = value if isinstance(value, bytes) else base64.b64decode(value, validate=False)
    except (binascii.Error, ValueError, TypeError):
        return None
    return base64.b64encode(data).decode() if safe.is_picture(mime, data) else None
