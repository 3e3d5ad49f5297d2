"""Why a name that a test needs is not there: what became of the cell that should have made it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from autograder.grading.submission import SubmittedCell
from autograder.safe import one_line

LONGEST = 200  # characters of a learner's error, and of a line that is read
_PLACE = re.compile(r" \([^()]*, line (\d+)\)$")  # which Python adds to a SyntaxError
_NAME = re.compile(r"^Your code raised NameError: name '(\w+)' is not defined")
#: A line that makes NAME, and one that may: it holds the name and more than a use of it, or a list of names.
_DOES = (
    r"\s*(?:(?:async\s+)?def\s+NAME|class\s+NAME|NAME\s*(?::[^=]*)?=(?!=)|(?:from\s+\S+\s+)?import\s.*NAME)"
)
_UNSAID = re.compile(r"^\s*(?:from\s+\S+\s+import\s+\*|[%!])", re.MULTILINE)  # it may make any name
_MAY = r".*\b(?:import|as|for|with|global)\b.*NAME|.*NAME.*[^=!<>]=(?!=)|[\w\s,()*]*NAME[\w\s,()]*$"


class Account:
    """What the cells of one submission came to, as they are run: `note` each, then ask `why`."""

    def __init__(self, cells: Sequence[SubmittedCell]) -> None:
        self._cells = [cell for cell in cells if cell.cell_type == "code" and not cell.is_test]
        self._errors: list[str] = []  # of the cells that have run, in order; empty where one ran to its end

    def note(self, outputs: list[dict[str, Any]]) -> None:
        """The next code cell has run and shown `outputs`, which are cleaned."""
        shown = [output for output in outputs if output["output_type"] == "error"]
        self._errors.append(_error(shown[-1]) if shown else "")

    def why(self, name: str) -> str:
        """A sentence on why nothing is called `name` by now; empty where the cells do not say it."""
        makers = [number for number, cell in enumerate(self._cells) if _makes(cell.source, name, _DOES)]
        if not makers:
            may = any(_may_make(cell.source, name) for cell in self._cells)
            return "" if may else f"No cell makes {name}."
        ran = [number for number in makers if number < len(self._errors)]
        if not ran:
            return f"The cell that makes {name} stands below the check, and grading runs from the top."
        error = self._errors[ran[-1]]
        return f"The cell that makes {name} stopped with {error}." if error else ""

    def why_raised(self, message: str) -> str:
        """As `why`, for the name that was missing in the learner's code by the report of a NameError."""
        found = _NAME.search(message)
        return self.why(found[1]) if found else ""


def _makes(source: str, name: str, pattern: str) -> bool:
    """Whether a line of `source` fits `pattern`, in which NAME stands for `name`.

    A search line by line and not the compiler: the text is the learner's, and may be made to crash a parser.
    """
    fits = re.compile(pattern.replace("NAME", rf"\b{re.escape(name)}\b"))
    lines = (line for line in source.splitlines() if name in line and len(line) <= LONGEST)
    return any(fits.match(line) for line in lines)


def _may_make(source: str, name: str) -> bool:
    """Whether `source` may make `name` in a way that `_makes` does not read."""
    unread = any(name in line for line in source.splitlines() if len(line) > LONGEST)
    return unread or _UNSAID.search(source) is not None or _makes(source, name, _MAY)


def _error(output: dict[str, Any]) -> str:
    kind, message = one_line(output["ename"], 60), one_line(output["evalue"], LONGEST)
    message = _PLACE.sub(r" in line \1", message)
    return f"{kind}: {message}".removesuffix(": ").rstrip(".")
