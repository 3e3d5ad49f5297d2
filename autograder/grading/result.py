"""What grading one submission gives, as plain data: what `--json` prints and what reports read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder import records
from autograder.verdict import Outcome, Verdict

#: Beside the graded notebook in `autograded/<student>/<lesson>/`.
RESULT_FILE = "result.json"
FORMAT = 1


@dataclass(frozen=True)
class Result:
    """One graded submission. `notes` says what was repaired; `message` what stopped it, or a part of it;
    `unread` are its notebooks that could not be read.

    `seconds` (wall) and `cpu_seconds` are what the grading took; everything else is the same on every
    run with the same submission, seed and limits. `fingerprint` is a digest of what was graded, by which a
    result is known to be still good.
    """

    student: str
    lesson: str
    outcome: Outcome
    score: float
    max_score: float
    verdicts: tuple[Verdict, ...]
    message: str = ""
    notes: tuple[str, ...] = field(default=())
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    fingerprint: str = ""
    unread: tuple[str, ...] = field(default=())

    def row(self) -> dict[str, Any]:
        """The row that `aisec grade --json` prints."""
        return {
            "student": self.student,
            "lesson": self.lesson,
            "score": self.score,
            "max_score": self.max_score,
            "outcome": str(self.outcome),
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "exercises": [
                {
                    "id": verdict.exercise,
                    "points": verdict.points,
                    "max_points": verdict.max_points,
                    "outcome": str(verdict.outcome),
                    "message": verdict.summary(),
                    "inside": verdict.inside,
                }
                for verdict in self.verdicts
            ],
        }

    def to_json(self) -> str:
        return records.to_json(self, format=FORMAT)

    @classmethod
    def from_json(cls, text: str) -> Result:
        """Raises ValueError when `text` is not what `to_json` wrote."""
        return records.from_json(cls, text, format=FORMAT)


@dataclass(frozen=True)
class Mark:
    """What the gradebook is told of one graded cell. `points` is None when a person decides."""

    notebook: str
    grade_id: str
    points: float | None
    untouched: bool = False


@dataclass(frozen=True)
class Graded:
    """A graded submission: its result, its notebooks (name → JSON text) and its marks."""

    result: Result
    notebooks: dict[str, str]
    marks: tuple[Mark, ...]

    def to_json(self) -> str:
        return records.to_json(self, format=FORMAT)

    @classmethod
    def from_json(cls, text: str) -> Graded:
        """Raises ValueError when `text` is not what `to_json` wrote."""
        return records.from_json(cls, text, format=FORMAT)


def read_results(autograded: Path) -> list[Result]:
    """Every result under a course's `autograded/`, by student and lesson.

    Left out: what cannot be read, what is reached through a symbolic link, and a result that names
    another student or lesson than the folder it lies in.
    """
    root = autograded.resolve()
    results = []
    for path in sorted(root.glob(f"*/*/{RESULT_FILE}")):
        try:
            result = Result.from_json(path.read_text("utf-8")) if path.resolve() == path else None
        except (OSError, ValueError):
            continue
        if result and path.parts[-3:-1] == (result.student, result.lesson):
            results.append(result)
    return results
