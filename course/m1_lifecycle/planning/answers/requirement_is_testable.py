"""Answers to `planning.requirement_is_testable`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import inspect
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
        return (KEEPS[word], number) if math.isfinite(number) and isinstance(limit, tuple) else None
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


def always_asks(req, sound, broken):
    """Right: a measure gives a number, whatever else is wrong."""
    if callable(req.get("measure")):
        req["measure"](sound), req["measure"](broken)
    return by_steps(req, sound, broken)


def tidied(*fields, by=lambda text: text.strip().lower()):
    """Takes what is right only after tidying up."""

    def answer(req, sound, broken):
        texts = {field: req[field] for field in fields if isinstance(req.get(field), str)}
        return by_steps(req | {field: by(text) for field, text in texts.items()}, sound, broken)

    return answer


tidy_subject, tidy_owner = tidied("subject"), tidied("owner")
last_of_the_subject = tidied("subject", by=lambda text: next((p for p in PARTS if text.endswith(p)), text))
last_of_the_owner = tidied("owner", by=lambda text: next((r for r in ROLES if text.endswith(r)), text))
first_of_the_owner = tidied("owner", by=lambda text: next((r for r in ROLES if text.startswith(r)), text))


def worded(by):
    """Takes the word of a limit after `by`."""

    def answer(req, sound, broken):
        limit = req.get("limit")
        if isinstance(limit, tuple) and len(limit) == 2 and isinstance(limit[0], str):
            req = req | {"limit": (by(limit[0]), limit[1])}
        return by_steps(req, sound, broken)

    return answer


any_case = worded(str.lower)
begins_with_at = worded(lambda word: "at least" if word[:2] == "at" and word != "at most" else word)
ends_with_most = worded(lambda word: "at most" if word.endswith("at most") else word)


def lists_too(req, sound, broken):
    limit = req.get("limit")
    return by_steps(req | {"limit": tuple(limit)} if isinstance(limit, list) else req, sound, broken)


def below_a_thousand(req, sound, broken):
    limit = limit_of(req.get("limit"))
    return by_steps(req | {"limit": None} if limit and abs(limit[1]) >= 1000 else req, sound, broken)


def plain_functions(req, sound, broken):
    measure = req.get("measure")
    return by_steps(req if inspect.isfunction(measure) else req | {"measure": None}, sound, broken)


def asks_last(req, sound, broken):
    """Asks the measure only when nothing else is wrong."""
    if req.get("subject") in PARTS and req.get("owner") in ROLES:
        return by_steps(req, sound, broken)
    return by_steps(req, sound, broken, decide=lambda a, b: True)


def never_measures(req, sound, broken):
    measure = req.get("measure")
    return by_steps(req | {"measure": lambda system: system} if callable(measure) else req, sound, broken)


ANSWERS = Answers(
    right=[by_steps, always_asks],
    wrong=[
        Wrong(always_good, "good", "The list of fields is not right."),
        Wrong(all_bad, "fields", "The list of fields is not right."),
        Wrong(keys_only, "fields", "The list of fields is not right."),
        Wrong(never_asks, "decides", "Ask the measure"),
        Wrong(sound_only, "decides", "must not hold for broken"),
        Wrong(broken_only, "decides", "must hold for sound"),
        Wrong(any_difference, "decides", "Two different answers are not enough"),
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
        Wrong(tidy_subject, "fields", "The list of fields is not right."),
        Wrong(tidy_owner, "fields", "The list of fields is not right."),
        Wrong(last_of_the_subject, "fields", "The list of fields is not right."),
        Wrong(last_of_the_owner, "fields", "The list of fields is not right."),
        Wrong(first_of_the_owner, "fields", "The list of fields is not right."),
        Wrong(any_case, "fields", "The list of fields is not right."),
        Wrong(begins_with_at, "fields", "The list of fields is not right."),
        Wrong(ends_with_most, "fields", "The list of fields is not right."),
        Wrong(lists_too, "fields", "The list of fields is not right."),
        Wrong(below_a_thousand, "good", "The list of fields is not right."),
        Wrong(plain_functions, "good", "Ask callable(measure)"),
        Wrong(asks_last, "decides", "doesn't excuse the limit"),
        Wrong(never_measures, "good", "The list of fields is not right."),
    ],
)
