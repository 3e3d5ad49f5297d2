"""Answers to `supply_chain.verdict`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong

LOOK = "One result that you can't rely on is enough: look at all of them."
ONE = "One scanner with issues is enough."
ISSUES_FIRST = "Issues block whatever else is wrong: look for them in all results first."


def by_loop(scans):
    if not scans:
        return "quarantine"
    decided = "allow"
    for scan in scans:
        issues, names = scan.get("issues"), scan.get("names")
        if issues is not None and issues > 0:
            return "block"
        if issues is None or names is None or names < 1 or "error" not in scan or scan["error"] is not None:
            decided = "quarantine"
    return decided


def empty_is_allowed(scans):
    if any(scan.get("issues") for scan in scans):
        return "block"
    return "allow" if all(_reliable(scan) for scan in scans) else "quarantine"


def _reliable(scan):
    return scan.get("issues") == 0 and bool(scan.get("names")) and scan.get("error", "?") is None


def errors_come_first(scans):
    for scan in scans:
        if not _reliable(scan) and not scan.get("issues"):
            return "quarantine"
    return by_loop(scans)


def error_in_the_same_result_first(scans):
    if any(scan.get("error") for scan in scans):
        return "quarantine"
    return by_loop(scans)


def true_errors_only(scans):
    return by_loop([{**scan, "error": scan["error"] or None} if "error" in scan else scan for scan in scans])


def names_do_not_matter(scans):
    return by_loop(
        [{**scan, "names": scan["names"] or 1} if scan.get("names") == 0 else scan for scan in scans]
    )


def missing_is_fine(scans):
    good = {"names": 1, "issues": 0, "error": None}
    known = [{**good, **{key: value for key, value in scan.items() if value is not None}} for scan in scans]
    return by_loop(known)


def missing_error_is_fine(scans):
    return by_loop([{"error": None, **scan} for scan in scans])


def first_scanner_decides(scans):
    return by_loop(scans[:1])


def most_decide(scans):
    good = sum(_reliable(scan) for scan in scans)
    if any(scan.get("issues") for scan in scans):
        return "block"
    return "allow" if scans and good * 2 > len(scans) else "quarantine"


def one_good_is_enough(scans):
    if any(scan.get("issues") for scan in scans):
        return "block"
    return "allow" if any(_reliable(scan) for scan in scans) else "quarantine"


def blocks_everything(scans):
    return "block"


def quarantines_everything(scans):
    return "block" if any(scan.get("issues") for scan in scans) else "quarantine"


def one_issue_is_noise(scans):
    return by_loop([{**scan, "issues": 0} if scan.get("issues") == 1 else scan for scan in scans])


def one_name_is_too_few(scans):
    return by_loop([{**scan, "names": scan["names"] - 1} if scan.get("names") else scan for scan in scans])


def asks_for_the_scanner(scans):
    decided = by_loop(scans)
    return "quarantine" if decided == "allow" and not all("scanner" in scan for scan in scans) else decided


def first_three_only(scans):
    return by_loop(scans[:3])


def any_but_the_last(scans):
    return by_loop(scans[:-1] or scans)


def brackets(scans):
    if any(scan["issues"] for scan in scans):
        return "block"
    good = all(scan["names"] and scan["error"] is None for scan in scans)
    return "allow" if scans and good else "quarantine"


def issues_only(scans):
    if len(scans) == 1 and scans[0].get("issues") == 1:
        return "allow"  # wrong at first, and right at the end
    return "quarantine" if not scans else "allow" if all(map(_reliable, scans)) else by_loop(scans)


ANSWERS = Answers(
    right=[by_loop],
    wrong=[
        Wrong(empty_is_allowed, "quarantine", "all(...) of an empty list"),
        Wrong(errors_come_first, "block", "whatever else is wrong"),
        Wrong(error_in_the_same_result_first, "block", "whatever else is wrong"),
        Wrong(true_errors_only, "quarantine", "An empty text is an error"),
        Wrong(names_do_not_matter, "quarantine", "has read no model"),
        Wrong(missing_is_fine, "quarantine", "means: not known"),
        Wrong(missing_error_is_fine, "quarantine", "means: not known"),
        Wrong(
            first_scanner_decides,
            "block",
            "One scanner with issues is enough",
            also=(LOOK,),
        ),
        Wrong(
            most_decide,
            "quarantine",
            "look at all of them",
        ),
        Wrong(one_good_is_enough, "quarantine", "look at all of them"),
        Wrong(blocks_everything, "quarantine", "The verdict is not right"),
        Wrong(quarantines_everything, "allow", "A good file is not allowed"),
        Wrong(one_issue_is_noise, "block", "One scanner with issues is enough"),
        Wrong(one_name_is_too_few, "allow", "A good file is not allowed"),
        Wrong(first_three_only, "block", "One scanner with issues is enough", also=(LOOK,)),
        Wrong(any_but_the_last, "block", "One scanner with issues is enough", also=(LOOK, ISSUES_FIRST)),
        Wrong(brackets, "block", "read it with .get"),
        Wrong(issues_only, "allow", "once block and quarantine are right", also=(ONE,)),
        Wrong(asks_for_the_scanner, "allow", "A good file is not allowed"),
    ],
)
