"""What the course takes from outside, as rows: the ids of standards, and dated rules.

`standards.toml` names the ids that exercises map to. A table of rules, such as `notification.toml`, has one
row per version of a rule; its head says what each field means.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def rows(table: str) -> list[dict[str, Any]]:
    """The rows of one table of rules, in its order: `rows("notification")`. Dates are `datetime.date`."""
    return tomllib.loads(Path(__file__).with_name(f"{table}.toml").read_text("utf-8"))["rows"]
