"""Answers to `planning.requirement_is_testable`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import math
import operator

from autograder.exercise import Answers, Wrong

PARTS = ("clinic app", "scoring service", "model store", "training job", "training data", "audit log")
ROLES = ("nurse", "doctor", "developer", "security engineer", "privacy officer")
KEEPS = {"at most": operator.le, "at least": operator.ge}


def limit_of(limit, bools=False):
    try:
        word, number = limit
        if isinstance(number, bool) and not bools:
            return None
        return (KEEPS[word], number) if math.isfinite(number) and not isinstance(limit, str) else None
    except (TypeError, ValueError, KeyError):
        return None


def by_steps(req, sound, broken, decide=lambda a, b: a and not b, both=True, keeps=None, bools=False):
    mend = []
    if req.get("subject") not in PARTS:
        mend.append("subject")
    limit, measure = limit_of(req.get("limit"), bools), req.get("measure")
    vague = False
    if limit and callable(measure):
        compare = keeps or limit[0]
        vague = not decide(compare(measure(sound), limit[1]), compare(measure(broken), limit[1]))
    if vague or not limit:
        mend.append("limit")
    if (vague and both) or not callable(measure):
        mend.append("measure")
    if req.get("owner") not in ROLES:
        mend.append("owner")
    return len(mend) == 0, mend


def always_good(req, sound, broken):
    return True, []


def all_bad(req, sound, broken):
    return False, ["subject", "limit", "measure", "owner"]


def keys_only(req, sound, broken):
    mend = [field for field in ("subject", "limit", "measure", "owner") if not req.get(field)]
    return not mend, mend


def never_asks(req, sound, broken):
    return by_steps(req, sound, broken, decide=lambda a, b: True)


def sound_only(req, sound, broken):
    return by_steps(req, sound, broken, decide=lambda a, b: a)


def broken_only(req, sound, broken):
    return by_steps(req, sound, broken, decide=lambda a, b: not b)


def any_difference(req, sound, broken):
    return by_steps(req, sound, broken, decide=lambda a, b: a != b)


def blames_the_limit(req, sound, broken):
    return by_steps(req, sound, broken, both=False)


def always_at_most(req, sound, broken):
    return by_steps(req, sound, broken, keeps=operator.le)


def strictly(req, sound, broken):
    limit = req.get("limit")
    word = limit[0] if isinstance(limit, tuple) else ""
    return by_steps(req, sound, broken, keeps=operator.lt if word == "at most" else operator.gt)


def true_is_a_number(req, sound, broken):
    return by_steps(req, sound, broken, bools=True)


def any_number(req, sound, broken):
    limit = req.get("limit")
    if (
        isinstance(limit, tuple)
        and len(limit) == 2
        and type(limit[1]) is float
        and not math.isfinite(limit[1])
    ):
        keeps = KEEPS.get(limit[0])
        decides = callable(req.get("measure")) and keeps
        _, mend = by_steps(req | {"limit": ("at most", 0)}, sound, broken, decide=lambda a, b: True)
        if decides and not (
            keeps(req["measure"](sound), limit[1]) and not keeps(req["measure"](broken), limit[1])
        ):
            mend = [f for f in ("subject", "limit", "measure", "owner") if f in {*mend, "limit", "measure"}]
        return not mend, mend
    return by_steps(req, sound, broken)


def any_owner(req, sound, broken):
    return by_steps(req | {"owner": "nurse"} if req.get("owner") else req, sound, broken)


def any_subject(req, sound, broken):
    return by_steps(req | {"subject": "audit log"} if req.get("subject") else req, sound, broken)


def first_only(req, sound, broken):
    ok, mend = by_steps(req, sound, broken)
    return ok, mend[:1]


def in_another_order(req, sound, broken):
    ok, mend = by_steps(req, sound, broken)
    return ok, sorted(mend)


def says_yes(req, sound, broken):
    return True, by_steps(req, sound, broken)[1]


ANSWERS = Answers(
    right=[by_steps],
    wrong=[
        Wrong(always_good, "good", "The list of fields is not right."),
        Wrong(all_bad, "fields", "The list of fields is not right."),
        Wrong(keys_only, "fields", "The list of fields is not right."),
        Wrong(never_asks, "decides", "Ask the measure"),
        Wrong(sound_only, "decides", "must not hold for broken"),
        Wrong(broken_only, "decides", "must hold for sound"),
        Wrong(any_difference, "decides", "must hold for sound and not for broken"),
        Wrong(blames_the_limit, "decides", "name both"),
        Wrong(always_at_most, "good", "at least is >="),
        Wrong(strictly, "good", "equal to the limit keeps it"),
        Wrong(true_is_a_number, "fields", "bool is a kind of int"),
        Wrong(any_number, "fields", "ask math.isfinite"),
        Wrong(any_owner, "fields", "The list of fields is not right."),
        Wrong(any_subject, "fields", "The list of fields is not right."),
        Wrong(first_only, "fields", "The list of fields is not right."),
        Wrong(in_another_order, "fields", "in the order of the table"),
        Wrong(says_yes, "fields", "The verdict"),
    ],
)
