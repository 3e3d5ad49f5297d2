"""Which version of each file the course gave to a learner's folder: by it their work is told from ours."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from autograder.files import write as put

PRIVATE = ".aisec"
_FILE = "copied.json"


def version(data: bytes) -> str:
    """A digest of what a person changes in a file: of a notebook its cells' sources, else every byte.

    Running a notebook, which changes its outputs, leaves its version as it is.
    """
    try:
        cells = [
            (cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("nbgrader"))
            for cell in json.loads(data)["cells"]
        ]
        data = json.dumps(cells, sort_keys=True).encode()
    except (ValueError, KeyError, TypeError, AttributeError):
        pass  # no notebook
    return hashlib.sha256(data).hexdigest()


def given(folder: Path) -> dict[str, str]:
    """Path within `folder` → the version that was copied there.

    Empty when the record is missing or damaged: then everything counts as the learner's.
    """
    try:
        data = json.loads((folder / PRIVATE / _FILE).read_text("utf-8"))
        return {str(name): str(copied) for name, copied in data.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def keep(folder: Path, copied: dict[str, str]) -> None:
    """Write what `given` reads."""
    put(folder / PRIVATE / _FILE, (json.dumps(copied, indent=1, sort_keys=True) + "\n").encode())
