"""A picture with each control moved to each of its ends.

It imports nothing of ours: the process that runs a lesson's text needs it, and starts at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def shown_and_moved(make: Callable[[], Any]) -> Iterator[tuple[str, Any]]:
    """(title, panel) of the widget that `make` makes, as it opens and with each control at each of its ends.

    What a move raises is raised here; a note on it says which control stood where.
    """
    panel = make()
    yield "As it opens", panel
    for control, spec in getattr(panel, "controls", {}).items():
        for end in _ends(spec):
            moved = make()
            place = str(spec["options"][end]) if "options" in spec else repr(end)
            try:
                moved.values = {**moved.values, control: end}
            except Exception as error:
                error.add_note(f"with {spec['label']} at {place}")
                raise
            yield f"{spec['label']}: {place}", moved


def where_moved(error: BaseException) -> str:
    """Which control stood where when `error` was raised, such as `with Size at 4`; else empty."""
    return "; ".join(getattr(error, "__notes__", ()))


def _ends(spec: dict[str, Any]) -> tuple[Any, ...]:
    match spec["kind"]:
        case "slider":
            return spec["min"], spec["max"]
        case "steps" | "choice":
            return 0, len(spec["options"]) - 1
        case "switch":
            return False, True
    return ("",)  # a text
