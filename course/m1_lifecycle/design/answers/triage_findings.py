"""Answers to `design.triage_findings`: another right one, and wrong ones with what each must be told."""

from autograder.exercise import Answers, Wrong


def by_questions(findings, context):
    def verdict(finding):
        sheet = next((sheet for target, sheet in context.items() if target == finding["target"]), {})
        used = sheet.get("uses")
        if finding["needs"] is None or used is None or finding["needs"] in used:
            passed = (finding["control"], "passed") in sheet.get("tests", {}).items()
            return ("mitigated", finding["control"] + " is tested") if passed else _keep(finding)
        return "not applicable", "uses no " + finding["needs"]

    return list(map(verdict, findings))


def _keep(finding):
    return "keep", f"{finding['control']} has no passed test"


def _sort(findings, context, gone=None, answered=None, first="gone"):
    """The reference, with its two questions to be exchanged."""

    def default_gone(finding, sheet):
        return finding["needs"] is not None and "uses" in sheet and finding["needs"] not in sheet["uses"]

    def default_answered(finding, sheet):
        return sheet.get("tests", {}).get(finding["control"]) == "passed"

    gone, answered = gone or default_gone, answered or default_answered
    found = []
    for finding in findings:
        sheet = context.get(finding["target"], {})
        away = ("not applicable", f"uses no {finding['needs']}")
        done = ("mitigated", f"{finding['control']} is tested")
        tests = [(gone, away), (answered, done)]
        for holds, said in tests if first == "gone" else tests[::-1]:
            if holds(finding, sheet):
                found.append(said)
                break
        else:
            found.append(_keep(finding))
    return found


def keeps_all(findings, context):
    return [_keep(finding) for finding in findings]


def drops_all(findings, context):
    return [("not applicable", f"uses no {finding['needs']}") for finding in findings]


def unknown_is_unused(findings, context):
    return _sort(
        findings, context, gone=lambda f, s: f["needs"] is not None and f["needs"] not in s.get("uses", ())
    )


def no_sheet_no_threat(findings, context):
    return [
        pair if finding["target"] in context else ("not applicable", "no sheet")
        for finding, pair in zip(findings, _sort(findings, context), strict=True)
    ]


def any_result(findings, context):
    return _sort(findings, context, answered=lambda f, s: f["control"] in s.get("tests", {}))


def not_failed(findings, context):
    return _sort(
        findings, context, answered=lambda f, s: s.get("tests", {}).get(f["control"], "failed") != "failed"
    )


def any_test_passed(findings, context):
    return _sort(findings, context, answered=lambda f, s: "passed" in s.get("tests", {}).values())


def contains_passed(findings, context):
    return _sort(
        findings, context, answered=lambda f, s: "passed" in s.get("tests", {}).get(f["control"], "")
    )


def substring(findings, context):
    return _sort(
        findings,
        context,
        gone=lambda f, s: f["needs"] is not None and "uses" in s and f["needs"] not in " ".join(s["uses"]),
    )


def empty_says_nothing(findings, context):
    return _sort(
        findings,
        context,
        gone=lambda f, s: f["needs"] is not None and bool(s.get("uses")) and f["needs"] not in s["uses"],
    )


def mitigated_first(findings, context):
    return _sort(findings, context, first="answered")


def none_is_unused(findings, context):
    return _sort(findings, context, gone=lambda f, s: "uses" in s and f["needs"] not in s["uses"])


def own_words(findings, context):
    return [(verdict, "see the fact sheet") for verdict, _ in _sort(findings, context)]


def a_dict(findings, context):
    return dict(enumerate(_sort(findings, context)))


def only_kept(findings, context):
    return [pair for pair in _sort(findings, context) if pair[0] == "keep"]


def _results(holds):
    """Another rule for the result that counts."""
    return lambda findings, context: _sort(
        findings, context, answered=lambda f, s: holds(s.get("tests", {}).get(f["control"], ""))
    )


def any_case(findings, context):
    return _results(lambda result: result.lower() == "passed")(findings, context)


def begins_passed(findings, context):
    return _results(lambda result: result.startswith("passed"))(findings, context)


def stripped(findings, context):
    return _results(lambda result: result.strip() == "passed")(findings, context)


def _uses(holds):
    """Another rule for what is used."""
    return lambda findings, context: _sort(
        findings,
        context,
        gone=lambda f, s: (
            f["needs"] is not None and "uses" in s and not any(holds(f["needs"], used) for used in s["uses"])
        ),
    )


def part_of_needs(findings, context):
    return _uses(lambda needs, used: used in needs)(findings, context)


def uses_in_any_case(findings, context):
    return _uses(lambda needs, used: used.lower() == needs)(findings, context)


def uses_stripped(findings, context):
    return _uses(lambda needs, used: used.strip() == needs)(findings, context)


def control_in_name(findings, context):
    return _sort(
        findings,
        context,
        answered=lambda f, s: any(f["control"] in c and r == "passed" for c, r in s.get("tests", {}).items()),
    )


def name_in_control(findings, context):
    return _sort(
        findings,
        context,
        answered=lambda f, s: any(c in f["control"] and r == "passed" for c, r in s.get("tests", {}).items()),
    )


def first_control(findings, context):
    return _sort([{**finding, "control": findings[0]["control"]} for finding in findings], context)


def _renamed(findings, context, matches):
    return _sort(
        [
            {**f, "target": next((name for name in context if matches(name, f["target"])), "")}
            for f in findings
        ],
        context,
    )


def target_begins(findings, context):
    return _renamed(findings, context, lambda name, target: target.startswith(name))


def target_within(findings, context):
    return _renamed(findings, context, lambda name, target: target in name)


def wrong_reasons_only_kept(findings, context):
    return [
        (verdict, "nobody knows" if verdict == "keep" else reason)
        for verdict, reason in _sort(findings, context)
    ]


ANSWERS = Answers(
    right=[by_questions],
    wrong=[
        Wrong(keeps_all, "kept", "share of the noise"),
        Wrong(drops_all, "kept", "A true threat was dropped"),
        Wrong(unknown_is_unused, "kept", "without a list of uses"),
        Wrong(no_sheet_no_threat, "kept", "without a list of uses"),
        Wrong(any_result, "kept", 'Only the result "passed" counts'),
        Wrong(not_failed, "kept", 'Only the result "passed" counts'),
        Wrong(any_test_passed, "kept", "A true threat was dropped"),
        Wrong(contains_passed, "kept", 'Only the result "passed" counts'),
        Wrong(any_case, "kept", 'Only the result "passed" counts'),
        Wrong(begins_passed, "kept", 'Only the result "passed" counts'),
        Wrong(stripped, "kept", 'Only the result "passed" counts'),
        Wrong(part_of_needs, "verdicts", "A verdict isn't right"),
        Wrong(uses_in_any_case, "verdicts", "A verdict isn't right"),
        Wrong(uses_stripped, "verdicts", "A verdict isn't right"),
        Wrong(control_in_name, "kept", "A true threat was dropped"),
        Wrong(name_in_control, "kept", "A true threat was dropped"),
        Wrong(first_control, "verdicts", "A verdict isn't right"),
        Wrong(target_begins, "kept", "A true threat was dropped"),
        Wrong(target_within, "kept", "A true threat was dropped"),
        Wrong(wrong_reasons_only_kept, "reasons", "A reason isn't right"),
        Wrong(keeps_all, "reasons", "count for nothing"),
        Wrong(substring, "verdicts", "A verdict isn't right"),
        Wrong(empty_says_nothing, "verdicts", "A verdict isn't right"),
        Wrong(mitigated_first, "verdicts", "not applicable comes first"),
        Wrong(none_is_unused, "kept", "always possible"),
        Wrong(own_words, "reasons", "A reason isn't right"),
        Wrong(a_dict, "kept", "list"),
        Wrong(only_kept, "kept", "one pair for each finding"),
    ],
)
