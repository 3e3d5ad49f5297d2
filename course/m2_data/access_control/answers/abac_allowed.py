"""Answers to `access_control.abac_allowed`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong


def by_sets(subject, resource, env, rules):
    """Two passes: could any deny rule apply? Does an allow rule surely apply?"""
    facts = {
        "purpose": env.get("purpose"),
        "data": resource.get("data"),
        "clearance": subject.get("clearance"),
        "hours": env.get("time"),
    }

    def fails(name, wanted):
        fact = facts.get(name)
        if fact is None:
            return False
        if name == "clearance":
            return fact < wanted
        if name == "hours":
            if wanted[0] < wanted[1]:
                return fact < wanted[0] or fact >= wanted[1]
            return wanted[1] <= fact < wanted[0]
        return fact not in wanted

    def unknown(name):
        return facts.get(name) is None

    for rule in rules:
        if rule["effect"] == "deny" and not any(fails(*one) for one in rule.items() if one[0] != "effect"):
            return False
    return any(
        rule["effect"] == "allow"
        and not any(unknown(name) or fails(name, wanted) for name, wanted in rule.items() if name != "effect")
        for rule in rules
    )


def _abac(subject, resource, env, rules, *, dodge=False, lax=False, falsy=False, merged=False, closed=False,
          above=False, midnight=True, one=False, ignore=False,
          first=False, deny_anyway=True, default=False):  # fmt: skip
    everything = {**subject, **resource, **env}

    def met(name, wanted):
        where = {"purpose": env, "data": resource, "clearance": subject, "hours": env}.get(name)
        if where is None:
            return None
        value = (everything if merged else where).get("time" if name == "hours" else name)
        if value is None or (falsy and not value):
            return None
        if name == "clearance":
            return value > wanted if above else value >= wanted
        if name == "hours":
            start, end = wanted
            before = value <= end if closed else value < end
            return (value >= start and before) if start < end or not midnight else (value >= start or before)
        return value in wanted

    may = default
    for rule in rules:
        known = {"purpose", "data", "clearance", "hours"}
        answers = [met(*c) for c in rule.items() if c[0] != "effect" and (not ignore or c[0] in known)]
        if rule["effect"] == "deny":
            if all(a is True for a in answers) if dodge else (False not in answers):
                if deny_anyway:
                    return False
                if not may:
                    return False
        else:
            good = [a is not False if lax else a is True for a in answers]
            if any(good) if one and good else all(good):
                may = True
                if first:
                    return True
    return may


def always(subject, resource, env, rules):
    return True


def never(subject, resource, env, rules):
    return False


def allowed_by_default(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, default=True)


def deny_dodged(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, dodge=True)


def missing_is_met(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, lax=True)


def first_allow_wins(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, first=True)


def one_condition(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, one=True)


def above_clearance(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, above=True)


def zero_is_missing(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, falsy=True)


def end_inside(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, closed=True)


def no_midnight(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, midnight=False)


def one_dict(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, merged=True)


def typo_ignored(subject, resource, env, rules):
    return _abac(subject, resource, env, rules, ignore=True)


def refuses_when_anything_is_missing(subject, resource, env, rules):
    if None in (subject.get("clearance"), resource.get("data"), env.get("purpose"), env.get("time")):
        return False
    return _abac(subject, resource, env, rules)


ANSWERS = Answers(
    right=[by_sets],
    wrong=[
        Wrong(always, "allow", "The answer is not right"),
        Wrong(never, "allow", "The answer is not right"),
        Wrong(allowed_by_default, "allow", "there are no rules"),
        Wrong(one_condition, "allow", "An allow rule needs all its conditions"),
        Wrong(above_clearance, "allow", "The clearance itself is enough"),
        Wrong(zero_is_missing, "missing", "A value that counts as false"),
        Wrong(end_inside, "hours", "The end isn't in the window"),
        Wrong(no_midnight, "hours", "goes over midnight"),
        Wrong(first_allow_wins, "deny", "The answer is not right"),
        Wrong(deny_dodged, "missing", "switched a deny rule off"),
        Wrong(missing_is_met, "missing", "For an allow rule a missing attribute"),
        Wrong(typo_ignored, "missing", "left aside"),
        Wrong(one_dict, "added", "three dicts into one"),
        Wrong(refuses_when_anything_is_missing, "missing", "The answer is not right"),
    ],
)

EQUIVALENT = {
    "start < end → start <= end": "start and end differ, says the fine print",
    "rule['effect'] == 'allow' and answers.count(True) == len(answers) → "
    "answers.count(True) == len(answers)": (
        "a deny rule that comes this far has a condition that is not met"
    ),
}
