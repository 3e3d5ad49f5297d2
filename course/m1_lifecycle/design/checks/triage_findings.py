"""The check of `design.triage_findings`."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import drawn_names, shuffled

NOISE_GONE = 0.6

Row = tuple[dict[str, Any], tuple[str, str]]  # a finding, and what to say of it

TECHNOLOGIES = ("sql", "html", "xml", "ldap", "sessions", "php", "file paths", "json")
CONTROLS = ("validatesInput", "isHardened", "isEncrypted", "authorizesSource", "encodesOutput")
OTHERS = ("failed", "planned", "skipped", "not passed", "")


@exercise(
    minutes=9,
    parts={
        "kept": (3, "keeps every true threat, and at least 60 % of the noise goes"),
        "verdicts": (3, "gives each finding its verdict"),
        "reasons": (2, "gives each finding its reason"),
    },
    hints=(
        "Which of the questions can the sheet answer at all, when the target has no sheet, or the sheet "
        "no list of what is used?",
        'sheet = context.get(finding["target"], {}). "Not applicable" takes three things: the threat needs '
        "something, the sheet says what is used, and it isn't there.",
        "for each finding, with the sheet of its target, or an empty one:\n"
        "    needs something, the sheet has a list of uses, needs isn't in it: not applicable\n"
        '    else, the sheet\'s tests say "passed" for the control: mitigated\n'
        "    else: keep",
    ),
    debrief=(
        "Profits from a sheet that's out of date: what it calls not applicable, nobody looks at.",
        "Drops a finding for a reason that can be checked, and keeps what nobody knows. That costs time: a "
        "part without a sheet keeps its whole list.",
    ),
    standards=("PW.1.1", "PW.1.2"),
)
def triage_findings(t: Trial, triage_findings) -> None:
    for rng in t.cases(3):
        rows, context = _drawn(rng)
        findings = [finding for finding, _ in rows]
        got = triage_findings(findings, context)
        for part in ("kept", "verdicts", "reasons"):
            with t.part(part):
                _judge(t, part, rows, _pairs(t, got, rows), context)
    with t.part("verdicts"):
        for count in (0, 1, 2):
            rows, context = _drawn(t.rng(7))
            got = _pairs(t, triage_findings([row[0] for row in rows[:count]], context), rows[:count])
            t.equal([pair[0] for pair in got], [row[1][0] for row in rows[:count]], "the list of verdicts")


def _drawn(rng: np.random.Generator) -> tuple[list[Row], dict[str, dict[str, Any]]]:
    """Findings in every situation that the text tells apart, in drawn order, and the fact sheets."""
    needs, neighbour, *rest = shuffled(rng, list(TECHNOLOGIES))
    control, other, *_ = shuffled(rng, list(CONTROLS))
    uses = {
        "used": [*rest[:2], needs],
        "not used": [*rest[:3]],
        "resembles": [f"no{needs}", f"{needs}5", rest[0]],
        "uses nothing": [],
        "not said": None,
    }
    tests: dict[str, dict[str, str] | None] = {
        "passed": {other: "failed", control: "passed"},
        "another passed": {other: "passed"},
        "no tests": {},
        "not said": None,
        **{f"is {result!r}": {control: result, other: "passed"} for result in OTHERS},
    }
    names = drawn_names(rng, len(uses) * len(tests) + 2)
    context: dict[str, dict[str, Any]] = {names[0]: {}}
    rows: list[Row] = []
    for target in names[:2]:  # an empty sheet, and none at all
        rows += [_row(rng, target, wanted, control, {}) for wanted in (None, needs)]
    for target, ((_, used), (_, results)) in zip(
        names[2:], product(uses.items(), tests.items()), strict=True
    ):
        sheet: dict[str, Any] = {}
        if used is not None:
            sheet["uses"] = list(used)
        if results is not None:
            sheet["tests"] = dict(results)
        context[target] = sheet
        rows += [_row(rng, target, wanted, control, sheet) for wanted in (None, needs)]
        rows += [_row(rng, target, neighbour, control, sheet) for _ in range(2) if used is not None]
    return shuffled(rng, rows), context


def _row(
    rng: np.random.Generator, target: str, needs: str | None, control: str, sheet: dict[str, Any]
) -> Row:
    finding = {
        "threat": f"T{rng.integers(10, 99)}",
        "what": drawn_names(rng, 1)[0],
        "target": target,
        "needs": needs,
        "control": control,
    }
    if needs is not None and "uses" in sheet and needs not in sheet["uses"]:
        return finding, ("not applicable", f"uses no {needs}")
    if "tests" in sheet and sheet["tests"].get(control) == "passed":
        return finding, ("mitigated", f"{control} is tested")
    return finding, ("keep", f"{control} is not tested")


def _pairs(t: Trial, got: Any, rows: list[Row]) -> list[tuple]:
    got = t.instance(got, list, "the result")
    t.expect(len(got) == len(rows), "There is one pair for each finding.", expected=len(rows), got=len(got))
    for pair in got:
        pair = t.instance(pair, tuple, "one of the results")
        t.expect(len(pair) == 2, "One of the results isn't a pair (verdict, reason).", got=pair)
        t.expect(all(type(text) is str for text in pair), "A verdict and a reason are texts.", got=pair)
    return got


def _judge(t: Trial, part: str, rows: list[Row], got: list[tuple], context: dict[str, Any]) -> None:
    if part == "kept":
        _judge_kept(t, rows, got, context)
        return
    for (finding, (verdict, reason)), (said, why) in zip(rows, got, strict=True):
        t.given(needs=finding["needs"], control=finding["control"], sheet=context.get(finding["target"]))
        if part == "verdicts":
            t.expect(said == verdict, "A verdict isn't right.", expected=verdict, got=said)
        else:
            t.expect((said, why) == (verdict, reason), "A reason isn't right.", expected=reason, got=why)


def _judge_kept(t: Trial, rows: list[Row], got: list[tuple], context: dict[str, Any]) -> None:
    true = [(row[0], pair[0]) for row, pair in zip(rows, got, strict=True) if row[1][0] == "keep"]
    dropped = [(finding, said) for finding, said in true if said != "keep"]
    if dropped:
        finding, said = dropped[0]
        t.given(needs=finding["needs"], control=finding["control"], sheet=context.get(finding["target"]))
        slip = _slip(dropped, context) if len(dropped) < len(true) else ""
        t.wrong("A true threat was dropped.", expected="keep", got=said, slip=slip)
    noise = [said for (_, want), (said, _) in zip(rows, got, strict=True) if want[0] != "keep"]
    t.given(noise=len(noise))
    t.at_least(
        sum(said in ("not applicable", "mitigated") for said in noise) / len(noise),
        NOISE_GONE,
        "the share of the noise that goes",
    )


def _slip(dropped: list[tuple[dict[str, Any], str]], context: dict[str, Any]) -> str:
    """What all dropped threats have in common."""
    sheets = [(finding, said, context.get(finding["target"], {})) for finding, said in dropped]
    if all(finding["needs"] is None and said == "not applicable" for finding, said, _ in sheets):
        return "needs is None: this threat is always possible, whatever the part uses."
    if all("uses" not in sheet and said == "not applicable" for _, said, sheet in sheets):
        return "What the sheet doesn't say, nobody knows: without a list of uses, nothing is ruled out."
    if all(
        sheet.get("tests", {}).get(finding["control"]) is not None and said == "mitigated"
        for finding, said, sheet in sheets
    ):
        return 'Only the result "passed" counts: a control that failed or is planned answers nothing.'
    return ""
