"""What the course takes from outside, as rows: the ids of standards, and dated rules.

`standards.toml` names the ids that exercises map to. A table of rules, such as `notification.toml`, has one
row per version of a rule; its head says what each field means.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def table(name: str) -> Path:
    """The file of one table of rules, to read or to copy: `table("notification")`."""
    return Path(__file__).with_name(f"{name}.toml")


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one table of rules, in its order: `rows("notification")`. Dates are `datetime.date`."""
    return tomllib.loads(table(name).read_text("utf-8"))["rows"]
