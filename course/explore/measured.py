"""What is too dear to compute while a picture is shown: measured once, and kept beside its module."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any


@cache
def read_measured(module: str) -> Any:
    """What `write_measured` kept for the picture whose `__file__` is `module`."""
    return json.loads(_file(module).read_text("utf-8"))


def write_measured(module: str, values: Any) -> None:
    """Keep `values`, plain JSON types, beside the picture whose `__file__` is `module`: a list on a line."""
    text = re.sub(r"\s+(?=[^][]*\])", "", json.dumps(values, indent=1))
    _file(module).write_text(text + "\n", "utf-8")
    read_measured.cache_clear()


def _file(module: str) -> Path:
    return Path(module).with_suffix(".json")
