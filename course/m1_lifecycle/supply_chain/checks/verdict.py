"""The check of `supply_chain.verdict`."""

from __future__ import annotations

from typing import Any

from autograder.exercise import Trial, brief, exercise

EMPTY = "all(...) of an empty list is True: nobody looked, and nothing was refused."
OTHER_WRONG = "Issues block whatever else is wrong: look for them in all results first."
EMPTY_TEXT = "An empty text is an error too: ask whether error is None, and not whether it's true."
NOTHING_READ = "A scanner that saw no names has read no model."
ONE_IS_ENOUGH = "One result that you can't rely on is enough: look at all of them."
GONE = "A key that's missing, or a count that's None, means: not known."


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
        "Here that "
        "were two of three honest files with picklescan, and all three with fickling.",
    ),
    standards=("AML.M0016", "PW.4.4", "ML06"),
)
def verdict(t: Trial, verdict) -> None:
    wrong = set()

    def judge(part: str, scans: list[dict], want: str, slip: str = "") -> None:
        t.given(scans=brief(scans))
        with t.part(part):
            wrong.add(part)
            got = t.instance(verdict(scans), str, "the verdict")
            t.expect(got == want, "The verdict is not right.", expected=want, got=got, slip=slip)
            wrong.discard(part)

    faulty: set[str] = set()
    for rng in t.cases(3):
        good = _scan(names=int(rng.integers(2, 30)))
        few = _scan(names=1, scanner="b")
        found = [_scan(issues=1), _scan(issues=int(rng.integers(2, 9)), scanner="b")]
        bad = _unreliable(str(rng.integers(10, 99)))
        for issue in found:
            for scans in ([issue], [issue, good], [good, issue], [good, few, issue], [issue, issue]):
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
            for scans in ([good, other], [other, good], [good, other, few], [other, other]):
                judge("quarantine", scans, "quarantine", ONE_IS_ENOUGH)
        faulty |= wrong
        honest: list[list[dict]] = [[good], [few], [good, few], [good, few, _scan(names=9, scanner="c")]]
        honest += [[_without(good, "scanner")], [_without(few, "scanner"), good]]
        for scans in honest:
            t.given(scans=brief(scans))
            with t.part("allow"):
                got = t.instance(verdict(scans), str, "the verdict")
                t.expect(got == "allow", "A good file is not allowed.", expected="allow", got=got)
                t.expect(not faulty, "This counts once block and quarantine are right.")


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
        (_scan(names=None), GONE),
        (_scan(issues=None), GONE),
        (_without(_scan(), "names"), GONE),
        (_without(_scan(), "issues"), GONE),
        (_without(_scan(), "error"), GONE),
        ({}, GONE),
        ({"scanner": "a", "error": "could not parse"}, GONE),
    ]
