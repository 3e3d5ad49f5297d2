"""Answers to `testing.finding_ok`: another right one, and wrong ones with their messages."""

import re

from autograder.exercise import Answers, Wrong

from ..limits import LIMITS

KEYS = ("steps", "versions", "impact", "fix", "retest")
PLACEHOLDERS = {"", "-", "tbd", "todo", "n/a"}
EXACT = re.compile(r"\d+(\.\d+)*")


def _said(text):
    return type(text) is str and text.strip().lower() not in PLACEHOLDERS


def _complete(finding, **other):
    """The right rules, but for those that are given."""
    rules = {
        "steps": lambda v: type(v) is list and len(v) > 0 and all(map(_said, v)),
        "versions": lambda v: (
            type(v) is dict
            and "release" in v
            and all(type(item) is str and EXACT.fullmatch(item) is not None for item in v.values())
        ),
        "impact": _said,
        "fix": _said,
        "retest": lambda v: (
            type(v) is dict
            and type(v.get("measure")) is str
            and v["measure"] in LIMITS
            and type(v.get("limit")) in (int, float)
            and 0 <= v["limit"] <= 1
        ),
        **other,
    }
    return [key for key in KEYS if not rules[key](finding.get(key))]


def with_try(finding):
    lacks = []
    for key in KEYS:
        try:
            value = finding[key]
            if key == "steps":
                fine = isinstance(value, list) and value != [] and min(_said(step) for step in value)
            elif key == "versions":
                fine = isinstance(value["release"], str) and all(
                    EXACT.fullmatch(item) for item in value.values()
                )
            elif key == "retest":
                limit = value["limit"]
                fine = value["measure"] in LIMITS and not isinstance(limit, bool) and 0 <= limit + 0.0 <= 1
            else:
                fine = _said(value)
        except (KeyError, TypeError, AttributeError):
            fine = False
        if not fine:
            lacks.append(key)
    return lacks


def nothing(finding):
    return []


def everything(finding):
    return list(KEYS)


def missing_only(finding):
    return [key for key in KEYS if key not in finding]


def matches_the_start(finding):
    return _complete(
        finding,
        versions=lambda v: (
            type(v) is dict
            and "release" in v
            and all(type(item) is str and EXACT.match(item) for item in v.values())
        ),
    )


def release_only(finding):
    return _complete(
        finding,
        versions=lambda v: (
            type(v) is dict and type(v.get("release")) is str and EXACT.fullmatch(v["release"])
        ),
    )


def no_release(finding):
    return _complete(
        finding,
        versions=lambda v: type(v) is dict and all(type(i) is str and EXACT.fullmatch(i) for i in v.values()),
    )


def no_strip(finding):
    def said(text):
        return type(text) is str and text.lower() not in PLACEHOLDERS

    return _complete(finding, impact=said, fix=said)


def contains(finding):
    def said(text):
        return (
            type(text) is str
            and not any(word in text.lower() for word in PLACEHOLDERS if word)
            and text.strip()
        )

    return _complete(finding, impact=said, fix=said)


def any_step(finding):
    return _complete(finding, steps=lambda v: type(v) is list and any(map(_said, v)))


def first_three_steps(finding):
    return _complete(finding, steps=lambda v: type(v) is list and len(v) > 0 and all(map(_said, v[:3])))


def texts_among_the_steps(finding):
    return _complete(
        finding,
        steps=lambda v: (
            type(v) is list
            and len(v) > 0
            and all(_said(step) if type(step) is str else i > 0 for i, step in enumerate(v))
        ),
    )


def three_steps_at_most(finding):
    return _complete(finding, steps=lambda v: type(v) is list and 0 < len(v) < 4 and all(map(_said, v)))


def each_step_once(finding):
    return _complete(
        finding,
        steps=lambda v: (
            type(v) is list and len(v) > 0 and all(map(_said, v)) and len(set(map(str, v))) == len(v)
        ),
    )


def _versions(which):
    return lambda v: (
        type(v) is dict
        and "release" in v
        and all(type(v[key]) is str and EXACT.fullmatch(v[key]) for key in which(list(v)))
    )


def known_libraries(finding):
    return _complete(finding, versions=_versions(lambda keys: {"release", "numpy", "python"} & {*keys}))


def first_and_last_version(finding):
    return _complete(finding, versions=_versions(lambda keys: ["release", keys[0], keys[-1]]))


def release_comes_first(finding):
    return _complete(finding, versions=lambda v: _versions(list)(v) and next(iter(v)) == "release")


def three_versions_at_most(finding):
    return _complete(finding, versions=lambda v: _versions(list)(v) and len(v) < 4)


def nothing_else_in_a_retest(finding):
    lacks = _complete(finding)
    if "retest" not in lacks and set(finding["retest"]) != {"measure", "limit"}:
        lacks.append("retest")
    return lacks


def nothing_else_in_a_finding(finding):
    return _complete(finding) if set(finding) <= {*KEYS, "title", "found_by"} else list(KEYS)


def limits_with_room(finding):
    return _complete(
        finding,
        retest=lambda v: (
            type(v) is dict
            and type(v.get("measure")) is str
            and v["measure"] in LIMITS
            and type(v.get("limit")) in (int, float)
            and -0.005 <= v["limit"] <= 1.005
        ),
    )


def no_blanks_at_all(finding):
    def said(text):
        return type(text) is str and "".join(text.split()).lower() not in PLACEHOLDERS

    return _complete(finding, impact=said, fix=said)


def no_full_stop(finding):
    def said(text):
        return type(text) is str and text.strip().rstrip(".!").lower() not in PLACEHOLDERS

    return _complete(finding, impact=said, fix=said)


def no_steps_are_fine(finding):
    return _complete(finding, steps=lambda v: type(v) is list and all(map(_said, v)))


def a_text_is_steps(finding):
    return _complete(
        finding, steps=lambda v: type(v) in (list, str, tuple) and len(v) > 0 and all(map(_said, v))
    )


def any_measure(finding):
    def retest(v):
        return (
            type(v) is dict
            and _said(v.get("measure"))
            and type(v.get("limit")) in (int, float)
            and 0 <= v["limit"] <= 1
        )

    return _complete(finding, retest=retest)


def limit_if_true(finding):
    def retest(v):
        return (
            type(v) is dict
            and v.get("measure") in (*LIMITS,)
            and type(v.get("limit")) in (int, float)
            and 0 < v["limit"] <= 1
        )

    return _complete(finding, retest=retest)


def limit_of_any_size(finding):
    def retest(v):
        return type(v) is dict and v.get("measure") in (*LIMITS,) and type(v.get("limit")) in (int, float)

    return _complete(finding, retest=retest)


def in_the_findings_order(finding):
    lacks = _complete(finding)
    return [key for key in finding if key in lacks] + [key for key in lacks if key not in finding]


def first_fault(finding):
    return _complete(finding)[:1]


ANSWERS = Answers(
    right=[with_try],
    wrong=[
        Wrong(nothing, "texts", "the result is not right"),
        Wrong(everything, "order", "the result is not right"),
        Wrong(missing_only, "texts", "the result is not right"),
        Wrong(matches_the_start, "versions", "EXACT.fullmatch"),
        Wrong(release_only, "versions", "the result is not right"),
        Wrong(no_release, "versions", "The versions need a release"),
        Wrong(no_strip, "texts", "Take the blanks from its ends"),
        Wrong(contains, "texts", "only as a whole"),
        Wrong(any_step, "steps", "All of the steps"),
        Wrong(no_steps_are_fine, "steps", "of nothing is True"),
        Wrong(a_text_is_steps, "steps", "The steps are a list"),
        Wrong(any_measure, "retest", "the result is not right"),
        Wrong(limit_if_true, "retest", "0 is a limit too"),
        Wrong(limit_of_any_size, "retest", "the result is not right"),
        Wrong(first_three_steps, "steps", "the result is not right"),
        Wrong(texts_among_the_steps, "steps", "the result is not right"),
        Wrong(three_steps_at_most, "steps", "the result is not right"),
        Wrong(each_step_once, "steps", "the result is not right"),
        Wrong(known_libraries, "versions", "the result is not right"),
        Wrong(first_and_last_version, "versions", "the result is not right"),
        Wrong(release_comes_first, "versions", "the result is not right"),
        Wrong(three_versions_at_most, "versions", "the result is not right"),
        Wrong(nothing_else_in_a_retest, "retest", "the result is not right"),
        Wrong(nothing_else_in_a_finding, "order", "the result is not right"),
        Wrong(limits_with_room, "retest", "the result is not right"),
        Wrong(no_blanks_at_all, "texts", "only as a whole"),
        Wrong(no_full_stop, "texts", "only as a whole"),
        Wrong(in_the_findings_order, "order", "the result is not right"),
        Wrong(first_fault, "order", "the result is not right"),
    ],
)

EQUIVALENT = {"return False → return None": "the caller asks whether it is true"}
