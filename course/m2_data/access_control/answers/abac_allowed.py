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


def _with(subject, resource, env, rules, *, fact=None, fits=None, strange=None):
    """The solution, where an attribute, a comparison or an unknown condition is read otherwise."""

    def met(name, wanted, effect):
        place = {"purpose": env, "data": resource, "clearance": subject, "hours": env}.get(name)
        if place is None:
            return strange(name, wanted, effect) if strange else None
        value = place.get("time" if name == "hours" else name)
        value = fact(name, value) if fact else value
        if value is None:
            return None
        if name == "clearance":
            return value >= wanted or (fits == "high" and value >= 99)
        if name == "hours":
            start, end = wanted
            return start <= value < end if start < end else value >= start or value < end
        return fits(name, value, wanted) if callable(fits) else value in wanted

    may = False
    for rule in rules:
        answers = [met(name, wanted, rule["effect"]) for name, wanted in rule.items() if name != "effect"]
        if rule["effect"] == "deny" and False not in answers:
            return False
        if rule["effect"] == "allow" and all(one is True for one in answers):
            may = True
    return may


def empty_is_missing(subject, resource, env, rules):
    return _with(subject, resource, env, rules, fact=lambda name, value: None if value == "" else value)


def hours_for_time(subject, resource, env, rules):
    def fact(name, value):
        return env.get("hours") if name == "hours" and value is None else value

    return _with(subject, resource, env, rules, fact=fact)


def data_in_any_case(subject, resource, env, rules):
    def fits(name, value, wanted):
        return value in wanted or (name == "data" and value.lower() in wanted)

    return _with(subject, resource, env, rules, fits=fits)


def data_by_a_part(subject, resource, env, rules):
    def fits(name, value, wanted):
        return any(value in one for one in wanted) if name == "data" else value in wanted

    return _with(subject, resource, env, rules, fits=fits)


def purpose_stripped(subject, resource, env, rules):
    def fits(name, value, wanted):
        return (value.strip() if name == "purpose" else value) in wanted

    return _with(subject, resource, env, rules, fits=fits)


def purpose_by_its_start(subject, resource, env, rules):
    def fits(name, value, wanted):
        return any(one and value.startswith(one) for one in wanted) if name == "purpose" else value in wanted

    return _with(subject, resource, env, rules, fits=fits)


def high_passes_all(subject, resource, env, rules):
    return _with(subject, resource, env, rules, fits="high")


def client_ends_a_deny(subject, resource, env, rules):
    """An attribute named as the unknown condition switches a deny rule off."""

    def strange(name, wanted, effect):
        given = env.get(name)
        listed = wanted if isinstance(wanted, list) else [wanted]
        return False if effect == "deny" and given is not None and given not in listed else None

    return _with(subject, resource, env, rules, strange=strange)


def false_is_met(subject, resource, env, rules):
    def strange(name, wanted, effect):
        return True if effect == "allow" and wanted is False else None

    return _with(subject, resource, env, rules, strange=strange)


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
        Wrong(empty_is_missing, "missing", "'' is given"),
        Wrong(hours_for_time, "added", "hours in env"),
        Wrong(data_in_any_case, "allow", "the allow rule has data"),
        Wrong(data_by_a_part, "allow", "the allow rule has data"),
        Wrong(purpose_stripped, "allow", "the allow rule has purpose"),
        Wrong(purpose_by_its_start, "allow", "the allow rule has purpose"),
        Wrong(high_passes_all, "allow", "clearance 100 asked, 99 given"),
        Wrong(client_ends_a_deny, "missing", "of a deny rule, and an attribute of that name"),
        Wrong(false_is_met, "missing", "which isn't in the table"),
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
