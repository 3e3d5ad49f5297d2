"""The check of `design.triage_findings`."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import drawn_names, shuffled

NOISE_GONE = 0.6

VERDICTS = ("not applicable", "mitigated", "keep")
FORM = "The result's form isn't right, as said above."

Row = tuple[dict[str, Any], tuple[str, str]]  # a finding, and what to say of it

TECHNOLOGIES = ("sql", "html", "xml", "ldap", "sessions", "php", "file paths", "json")
CONTROLS = ("validatesInput", "isHardened", "isEncrypted", "authorizesSource", "encodesOutput")
OTHERS = ("failed", "planned", "skipped", "not passed", "PASSED", "passed once", "passed ", "")


@exercise(
    minutes=9,
    parts={
        "kept": (3, "keeps every true threat, and at least 60 % of the noise goes"),
        "verdicts": (3, "gives each finding its verdict where the sheet says what is used"),
        "reasons": (2, "gives each right verdict its reason"),
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
        got = triage_findings([finding for finding, _ in rows], context)
        told = ""
        for part in ("kept", "verdicts", "reasons"):
            with t.part(part):
                t.expect(not told, told)
                told = FORM  # unless the form is right, which is said once
                pairs = _pairs(t, got, rows)
                told = ""
                JUDGES[part](t, rows, pairs, context)
    with t.part("verdicts"):
        for count in (0, 1, 2):
            rows, context = _drawn(t.rng(7))
            rows = [row for row in rows if "uses" in context.get(row[0]["target"], {})][:count]
            got = _pairs(t, triage_findings([row[0] for row in rows], context), rows)
            t.equal([pair[0] for pair in got], [row[1][0] for row in rows], "the list of verdicts")


def _drawn(rng: np.random.Generator) -> tuple[list[Row], dict[str, dict[str, Any]]]:
    """Findings in every situation that the text tells apart, in drawn order, and the fact sheets."""
    needs, neighbour, *rest = shuffled(rng, list(TECHNOLOGIES))
    control, second, other, *_ = shuffled(rng, list(CONTROLS))
    uses = {
        "used": [*rest[:2], needs],
        "not used": [*rest[:3]],
        "longer words": [f"no{needs}", f"{needs}5", rest[0]],
        "shorter words": [needs[1:], needs[:-1], rest[0]],
        "other letters": [needs.upper(), needs.title(), f" {needs}"],
        "uses nothing": [],
        "not said": None,
    }
    tests: dict[str, dict[str, str] | None] = {
        "passed": {other: "failed", control: "passed", second: "failed"},
        "the second passed": {control: "planned", second: "passed"},
        "another passed": {other: "passed", f"not{control}": "passed", control[:-1]: "passed"},
        "no tests": {},
        "not said": None,
        **{f"is {result!r}": {control: result, other: "passed"} for result in OTHERS},
    }
    names = drawn_names(rng, len(uses) * len(tests) + 2)
    context: dict[str, dict[str, Any]] = {names[0]: {}}
    rows: list[Row] = []
    for (_, used), (_, results) in product(uses.items(), tests.items()):
        target = names[len(context) + 1]
        sheet: dict[str, Any] = {}
        if used is not None:
            sheet["uses"] = list(used)
        if results is not None:
            sheet["tests"] = dict(results)
        context[target] = sheet
        rows += [_row(rng, target, wanted, c, sheet) for wanted in (None, needs) for c in (control, second)]
        rows += [_row(rng, target, neighbour, c, sheet) for c in (control, second) if used is not None]
    # an empty sheet, none at all, and names that have a sheet's name in them
    bare = [names[0], names[1], f"{names[2]} 2", names[2][1:]]
    rows += [_row(rng, target, wanted, control, {}) for target in bare for wanted in (None, needs)]
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
    return finding, ("keep", f"{control} has no passed test")


def _pairs(t: Trial, got: Any, rows: list[Row]) -> list[tuple]:
    got = t.instance(got, list, "the result")
    t.expect(len(got) == len(rows), "There is one pair for each finding.", expected=len(rows), got=len(got))
    for pair in got:
        pair = t.instance(pair, tuple, "one of the results")
        t.expect(len(pair) == 2, "One of the results isn't a pair (verdict, reason).", got=pair)
        t.expect(all(type(text) is str for text in pair), "A verdict and a reason are texts.", got=pair)
    return got


def _judge_verdicts(t: Trial, rows: list[Row], got: list[tuple], context: dict[str, Any]) -> None:
    wrong = [
        (finding, verdict, said)
        for (finding, (verdict, _)), (said, _) in zip(rows, got, strict=True)
        if "uses" in context.get(finding["target"], {}) and said != verdict
    ]
    if wrong:
        finding, verdict, said = wrong[0]
        order = all(
            (right, said) == ("not applicable", "mitigated")
            and context[finding["target"]].get("tests", {}).get(finding["control"]) == "passed"
            for finding, right, said in wrong
        )
        _given(t, finding, context)
        t.wrong(
            "A verdict isn't right.",
            expected=verdict,
            got=said,
            slip="Both hold here: not applicable comes first." if order else "",
        )


def _judge_reasons(t: Trial, rows: list[Row], got: list[tuple], context: dict[str, Any]) -> None:
    right = set()
    for (finding, (verdict, reason)), (said, why) in zip(rows, got, strict=True):
        _given(t, finding, context)
        if said == verdict:
            t.expect(why == reason, "A reason isn't right.", expected=reason, got=why)
            right.add(verdict)
    t.given(findings=len(rows))
    for verdict in VERDICTS:
        t.expect(verdict in right, f"No finding is rightly {verdict!r}, so reasons count for nothing.")


def _given(t: Trial, finding: dict[str, Any], context: dict[str, Any]) -> None:
    t.given(needs=finding["needs"], control=finding["control"], sheet=context.get(finding["target"]))


def _judge_kept(t: Trial, rows: list[Row], got: list[tuple], context: dict[str, Any]) -> None:
    true = [(row[0], pair[0]) for row, pair in zip(rows, got, strict=True) if row[1][0] == "keep"]
    dropped = [(finding, said) for finding, said in true if said != "keep"]
    if dropped:
        finding, said = dropped[0]
        _given(t, finding, context)
        slip = _slip(true, dropped, context) if len(dropped) < len(true) else ""
        t.wrong("A true threat was dropped.", expected="keep", got=said, slip=slip)
    for (finding, (verdict, _)), (said, _) in zip(rows, got, strict=True):
        if "uses" not in context.get(finding["target"], {}) and said == "not applicable":
            _given(t, finding, context)
            t.wrong("Without a list of uses, a finding isn't 'not applicable'.", expected=verdict, got=said)
    noise = [said for (_, want), (said, _) in zip(rows, got, strict=True) if want[0] != "keep"]
    t.given(noise=len(noise))
    t.at_least(
        sum(said in ("not applicable", "mitigated") for said in noise) / len(noise),
        NOISE_GONE,
        "the share of the noise that goes",
    )


def _slip(
    true: list[tuple[dict[str, Any], str]],
    dropped: list[tuple[dict[str, Any], str]],
    context: dict[str, Any],
) -> str:
    """What all dropped threats have in common."""
    sheets = [(finding, said, context.get(finding["target"], {})) for finding, said in dropped]
    if all(finding["needs"] is None and said == "not applicable" for finding, said, _ in sheets):
        return "needs is None: this threat is always possible, whatever the part uses."
    if all("uses" not in sheet and said == "not applicable" for _, said, sheet in sheets):
        return "What the sheet doesn't say, nobody knows: without a list of uses, nothing is ruled out."

    def result(finding: dict[str, Any]) -> str | None:
        return context.get(finding["target"], {}).get("tests", {}).get(finding["control"])

    results = {result(finding) for finding, _ in dropped}
    stayed = {result(finding) for finding, said in true if said == "keep"}
    if None not in results and not results & stayed and all(said == "mitigated" for _, said in dropped):
        return 'Only the result "passed" counts, as it is written: failed or planned answers nothing.'
    return ""


JUDGES = {"kept": _judge_kept, "verdicts": _judge_verdicts, "reasons": _judge_reasons}
