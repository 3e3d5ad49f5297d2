"""The check of `supply_chain.verdict`."""

from __future__ import annotations

from typing import Any

from autograder.exercise import LearnerError, Trial, brief, exercise

EMPTY = "all(...) of an empty list is True: nobody looked, and nothing was refused."
OTHER_WRONG = "Issues block whatever else is wrong: look for them in all results first."
EMPTY_TEXT = "An empty text is an error too: ask whether error is None, and not whether it's true."
NOTHING_READ = "A scanner that saw no names has read no model."
ONE_IS_ENOUGH = "One result that you can't rely on is enough: look at all of them."
GONE = "A key that's missing, or a count that's None, means: not known."
BRACKETS = "A key may be missing: read it with .get, and not with brackets."


@exercise(
    minutes=6,
    parts={
        "block": (3, "blocks as soon as one scanner has issues, whatever else is wrong"),
        "quarantine": (3, "quarantines what it can't rely on, and an empty list"),
        "allow": (2, "allows what was read and is free of issues"),
    },
    hints=(
        "Which of the three answers wins over the others? Ask for that one first, over all results.",
        "Then say for one result what makes it reliable: issues is 0, names is more than 0, and "
        "error is None. "
        "A key that isn't there must not count as good.",
        "is there any result with issues? block\n"
        "is the list empty, or is any result not reliable? quarantine\n"
        "otherwise allow; read keys with .get, and give error a default that isn't None",
    ),
    debrief=(
        "Makes the scanner fail: a broken end, a wrapper that it doesn't unpack. A pipeline that "
        "takes an error "
        "for clean does the rest.",
        "Fails closed, and pays for it: every honest file in an unknown wrapper waits for a person. "
        "In the table of nine files it's two of three honest ones with picklescan, and none gets through "
        "with fickling too.",
    ),
    standards=("AML.M0016", "PW.4.4", "ML06"),
)
def verdict(t: Trial, verdict) -> None:
    judged = held = 0

    def judge(part: str, scans: list[dict], want: str, slip: str = "") -> None:
        nonlocal judged, held
        judged += 1
        t.given(scans=brief(scans))
        with t.part(part):
            _expect(t, verdict, scans, want, "The verdict is not right.", slip)
            held += 1

    for rng in t.cases(3):
        good = _scan(names=int(rng.integers(2, 30)))
        few = _scan(names=1, scanner="b")
        found = [_scan(issues=1), _scan(issues=int(rng.integers(2, 9)), scanner="b")]
        bad = _unreliable(str(rng.integers(10, 99)))
        for issue in found:
            for scans in (
                [issue],
                [issue, good],
                [good, issue],
                [good, few, issue],
                [issue, issue],
                *_last(issue, good, few),
            ):
                judge("block", scans, "block", "One scanner with issues is enough.")
            for other, _ in bad:
                for scans in ([issue, other], [other, issue], [good, other, issue]):
                    judge("block", scans, "block", OTHER_WRONG)
            for change in ({"error": "broken"}, {"names": 0}, {"names": None}):
                judge("block", [{**issue, **change}], "block", OTHER_WRONG)
            for key in ("names", "error", "scanner"):
                judge("block", [_without(issue, key)], "block", OTHER_WRONG)
        judge("quarantine", [], "quarantine", EMPTY)
        for other, slip in bad:
            judge("quarantine", [other], "quarantine", slip)
            for scans in (
                [good, other],
                [other, good],
                [good, other, few],
                [other, other],
                *_last(other, good, few),
            ):
                judge("quarantine", scans, "quarantine", ONE_IS_ENOUGH)
        honest: list[list[dict]] = [[good], [few], [good, few], [good, few, _scan(names=9, scanner="c")]]
        honest += [[_without(good, "scanner")], [_without(few, "scanner"), good], *_last(few, good, few)]
        for scans in honest:
            t.given(scans=brief(scans))
            with t.part("allow"):
                _expect(t, verdict, scans, "allow", "A good file is not allowed.")
                t.expect(held == judged, "This counts once block and quarantine are right.")


def _expect(t: Trial, verdict: Any, scans: list[dict], want: str, message: str, slip: str = "") -> None:
    try:
        got = t.instance(verdict(scans), str, "the verdict")
    except LearnerError as error:
        if error.kind != "KeyError":
            raise
        t.wrong("verdict raises an error.", expected=want, got=error.what, slip=BRACKETS)
    t.expect(got == want, message, expected=want, got=got, slip=slip)


def _last(scan: dict, good: dict, few: dict) -> list[list[dict]]:
    """Four and five results, of which `scan` is the last."""
    return [[good, few, good, scan], [few, good, few, good, scan]]


def _scan(names: Any = 5, issues: Any = 0, error: Any = None, scanner: str = "a") -> dict[str, Any]:
    return {"scanner": scanner, "names": names, "issues": issues, "error": error}


def _without(scan: dict, key: str) -> dict:
    return {name: value for name, value in scan.items() if name != key}


def _unreliable(text: str) -> list[tuple[dict, str]]:
    """Results without issues that nobody can rely on, and the likely slip of each."""
    return [
        (_scan(error="could not parse"), "An error means: not known what's in the file."),
        (_scan(error=f"error {text}"), "An error means: not known what's in the file."),
        (_scan(error=""), EMPTY_TEXT),
        (_scan(names=0), NOTHING_READ),
        (_without(_scan(), "names"), GONE),
        (_without(_scan(), "issues"), GONE),
        (_without(_scan(), "error"), GONE),
        (_scan(names=None), GONE),
        (_scan(issues=None), GONE),
        ({}, GONE),
        ({"scanner": "a", "error": "could not parse"}, GONE),
    ]
