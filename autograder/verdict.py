"""What a check found, as plain data, and how it reads: one form for the kernel, the grader and reports."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from autograder import records


class Outcome(StrEnum):
    """The word for how an exercise, or a whole submission, ended."""

    PASSED = "passed"
    PARTLY = "partly"
    FAILED = "failed"
    NOT_ATTEMPTED = "not attempted"
    ERROR = "error"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    OUTPUT_LIMIT = "output limit"
    BLOCKED = "blocked"
    GRADER_FAULT = "grader fault"

    @property
    def symbol(self) -> str:
        """A mark that carries the meaning without colour."""
        return SYMBOLS[self]


SYMBOLS = {
    Outcome.PASSED: "✓",
    Outcome.PARTLY: "◐",
    Outcome.FAILED: "✗",
    Outcome.NOT_ATTEMPTED: "○",
    Outcome.ERROR: "!",
    Outcome.TIMED_OUT: "◷",
    Outcome.OUT_OF_MEMORY: "!",
    Outcome.OUTPUT_LIMIT: "!",
    Outcome.BLOCKED: "⊘",
    Outcome.GRADER_FAULT: "⚠",
}

INSIDE = "judged inside the learner's process"

#: Outcomes that stop a learner's process: they name the whole submission when they occur anywhere in it.
STOPS = (
    Outcome.GRADER_FAULT,
    Outcome.BLOCKED,
    Outcome.OUT_OF_MEMORY,
    Outcome.OUTPUT_LIMIT,
    Outcome.TIMED_OUT,
)


class Stop(NamedTuple):
    """Why a learner's process was stopped: the word for it, and what its learner is told."""

    outcome: Outcome
    message: str


@dataclass(frozen=True)
class Finding:
    """One part of one exercise: what it asked, and what came of it.

    `points` is what was earned of `max_points`. `case`, `expected` and `got` are short texts, empty
    where they do not apply. `slip` is the likely misconception, in words that stay the same from
    learner to learner, so that a cohort's can be counted.
    """

    part: str
    says: str
    points: float
    max_points: float
    outcome: Outcome
    message: str = ""
    case: str = ""
    expected: str = ""
    got: str = ""
    slip: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a check found for one exercise. Equal inputs and seeds give equal verdicts.

    `inside`: the test ran in the learner's own process, which a learner's code can fool.
    """

    exercise: str
    outcome: Outcome
    points: float
    max_points: float
    message: str = ""
    findings: tuple[Finding, ...] = field(default=())
    inside: bool = False

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASSED

    @property
    def slips(self) -> list[str]:
        """The misconceptions that the findings name, each once, in order."""
        return list(dict.fromkeys(finding.slip for finding in self.findings if finding.slip))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; `from_dict` reads them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Verdict:
        """Raises ValueError when `data` is not what `to_dict` wrote."""
        return records.from_plain(cls, data)

    def headline(self) -> str:
        """One line: `✗ poisoning.flip_labels: failed, 3 of 8 points`."""
        points = (
            "" if self.outcome is Outcome.NOT_ATTEMPTED else f", {points_text(self.points, self.max_points)}"
        )
        inside = f" ({INSIDE})" if self.inside else ""
        return f"{self.outcome.symbol} {self.exercise}: {self.outcome}{points}{inside}"

    def summary(self) -> str:
        """What went wrong first, in one line; empty when all is right."""
        if self.message or self.passed:
            return self.message
        finding = next((row for row in self.findings if row.outcome is not Outcome.PASSED), None)
        return " ".join(filter(None, (finding.message or finding.says, finding.slip))) if finding else ""

    def as_text(self) -> str:
        """The verdict for a terminal, a screen reader or a plain-text export."""
        lines = [self.headline()]
        if self.message:
            lines.append(f"  {self.message}")
        for finding in self.findings:
            points = points_text(finding.points, finding.max_points)
            lines.append(f"  {finding.outcome.symbol} {finding.says} ({points})")
            lines += [f"      {label}{text}" for label, text in _details(finding)]
        return "\n".join(lines)

    def as_html(self) -> str:
        """The verdict as an HTML fragment: classes only (`aisec-…`), no script, every text escaped."""
        parts = [
            f'<section class="aisec-verdict aisec-{_css(self.outcome)}" '
            f'aria-label="Result of {html.escape(self.exercise)}">',
            f'<p class="aisec-headline"><span aria-hidden="true">{self.outcome.symbol}</span> '
            f"<strong>{esc(self.exercise)}</strong>: {self.outcome}"
            f'<span class="aisec-points">{points_text(self.points, self.max_points)}</span></p>',
        ]
        if self.inside:
            parts.append(f'<p class="aisec-inside">{INSIDE}</p>')
        if self.message:
            parts.append(f"<p>{esc(self.message)}</p>")
        if self.findings:
            parts.append('<ul class="aisec-findings">')
            parts += [_finding_html(finding) for finding in self.findings]
            parts.append("</ul>")
        parts.append("</section>")
        return "".join(parts)


def points_text(points: float, max_points: float) -> str:
    """`3 of 8 points`, without a trailing `.0`."""
    return f"{points:g} of {max_points:g} point{'' if max_points == 1 else 's'}"


def settle(exercise: str, findings: Sequence[Finding], message: str = "") -> Verdict:
    """The verdict that follows from the findings of one exercise's parts."""
    points = sum(finding.points for finding in findings)
    max_points = sum(finding.max_points for finding in findings)
    return Verdict(
        exercise, _overall(findings, points, max_points), points, max_points, message, tuple(findings)
    )


def overall(outcomes: Sequence[Outcome], points: float, max_points: float) -> Outcome:
    """The one word for several outcomes: a stop names the whole; then points decide; then what is common."""
    for stop in STOPS:
        if stop in outcomes:
            return stop
    if outcomes and all(outcome is Outcome.PASSED for outcome in outcomes):
        return Outcome.PASSED
    if points > 0 or Outcome.PASSED in outcomes:
        return Outcome.PARTLY
    if all(outcome is Outcome.NOT_ATTEMPTED for outcome in outcomes):
        return Outcome.NOT_ATTEMPTED
    return next((outcome for outcome in outcomes if outcome is not Outcome.NOT_ATTEMPTED), Outcome.FAILED)


def _overall(findings: Sequence[Finding], points: float, max_points: float) -> Outcome:
    return overall([finding.outcome for finding in findings], points, max_points)


def _details(finding: Finding) -> list[tuple[str, str]]:
    rows = [
        ("", finding.message),
        ("case:     ", finding.case),
        ("expected: ", finding.expected),
        ("got:      ", finding.got),
        ("likely:   ", finding.slip),
    ]
    return [(label, text) for label, text in rows if text]


def _finding_html(finding: Finding) -> str:
    details = "".join(
        f"<dt>{esc(label.strip(' :')) or 'what'}</dt><dd>{esc(text)}</dd>"
        for label, text in _details(finding)
    )
    return (
        f'<li class="aisec-{_css(finding.outcome)}"><span aria-hidden="true">{finding.outcome.symbol}</span> '
        f'{esc(finding.says)} <span class="aisec-points">{finding.outcome}, '
        f"{points_text(finding.points, finding.max_points)}</span>"
        + (f"<dl>{details}</dl>" if details else "")
        + "</li>"
    )


def esc(text: object) -> str:
    """`text` as HTML; what stands between backticks becomes code."""
    pieces = html.escape(str(text)).split("`")
    if len(pieces) % 2 == 0:  # an odd backtick is just a backtick
        return "`".join(pieces)
    return "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))


def _css(outcome: Outcome) -> str:
    return outcome.value.replace(" ", "-")
