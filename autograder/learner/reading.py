"""A notebook file from the command line: read, or refused in words that say what it is instead."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import SubmissionError

if TYPE_CHECKING:
    from nbformat import NotebookNode

_MERGE = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
_PAGE = re.compile(r"\s*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
#: First bytes of what is no text → what it is, and what to do.
_KINDS = {
    b"PK\x03\x04": ("a zip archive", "Unpack it, and name the notebook in it."),
    b"%PDF": ("a PDF", "Name the notebook that it was printed from; its name ends in .ipynb."),
}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
FRESH = "For a fresh copy, rename this file and run `aisec learn`."


def read(path: Path) -> NotebookNode:
    """The notebook at `path`. Raises SubmissionError, which says what the file is and what to do."""
    import nbformat

    try:
        if path.is_dir():
            raise _of_a_folder(path)
        data = path.read_bytes()
    except OSError as error:
        do = "Is the name right? It ends in .ipynb." if isinstance(error, FileNotFoundError) else ""
        raise SubmissionError(error.strerror or str(error), where=str(path), do=do) from error
    if why := _not_a_notebook(path, data):
        raise SubmissionError(why[0], where=str(path), do=why[1])
    try:
        return nbformat.reads(data.decode("utf-8-sig"), as_version=4)
    except Exception as error:  # nbformat lets through whatever its reader met
        raise SubmissionError(
            "not a Jupyter notebook", where=str(path), do="Name a file that ends in .ipynb."
        ) from error


def _of_a_folder(path: Path) -> SubmissionError:
    inside = next(iter(sorted(path.glob("*.ipynb"))), path / "NAME.ipynb")
    return SubmissionError("this is a folder", where=str(path), do=f"Name the notebook in it: {inside}")


def _not_a_notebook(path: Path, data: bytes) -> tuple[str, str] | None:
    """What the file is instead of a notebook's JSON, and what to do; None where it may be one."""
    if not data.strip():
        return "the file is empty", FRESH
    for start, kind in _KINDS.items():
        if data.startswith(start):
            return f"this is {kind[0]}, not a notebook", kind[1]
    if data.startswith(_UTF_16) or b"\0" in data[:200]:
        return "it is saved as UTF-16", "Save it as UTF-8: open it in JupyterLab, change a cell and save."
    try:
        text = data.decode("utf-8-sig")
        json.loads(text)
    except UnicodeDecodeError as error:
        return f"it is not UTF-8 text (byte {error.start})", f"Save it as UTF-8. {FRESH}"
    except (ValueError, RecursionError) as error:
        return _broken(path, text, error)
    return None


def _broken(path: Path, text: str, error: Exception) -> tuple[str, str]:
    if found := _MERGE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        ways = f"git checkout --ours {path.name} (or --theirs)"
        return f"line {line} has the mark of a merge that was not finished", f"Keep one version: {ways}."
    if _PAGE.match(text):
        how = "On GitHub, the button is *Download raw file*."
        return "this is a web page, not a notebook", f"Download the file itself. {how}"
    if path.suffix == ".py":
        return "this is a Python file, not a notebook", "Name the lesson's file that ends in .ipynb."
    where = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
    if path.suffix != ".ipynb":
        return "not a Jupyter notebook", "Name a file that ends in .ipynb."
    return f"not a Jupyter notebook: its JSON is broken ({where})", f"Edit it in JupyterLab only. {FRESH}"
