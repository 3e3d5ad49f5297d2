"""The check of `planning.requirement_is_testable`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

PARTS = ("clinic app", "scoring service", "model store", "training job", "training data", "audit log")
ROLES = ("nurse", "doctor", "developer", "security engineer", "privacy officer")
FIELDS = ("subject", "limit", "measure", "owner")
MISSING = "missing"  # the field is not there at all


@exercise(
    minutes=13,
    parts={
        "good": (3, "lets right requirements pass, with numbers on the limit too"),
        "fields": (5, "names the fields to mend, in the order of the table"),
        "decides": (4, "sends back a limit and a measure that do not tell sound from broken"),
    },
    hints=(
        "Four questions, one for each field, and a fifth that only makes sense when limit and measure are "
        "both "
        "right. What does req.get(field) give when the field is missing?",
        "Make one boolean for each field. A limit is right when it is a tuple of two, its word is one of "
        "two, and its "
        "number is an int or a float, not a bool, and finite. Then ask the measure about both systems.",
        "subject in PARTS; owner in ROLES; callable(measure)\n"
        'limit: a tuple of two, [0] in ("at most", "at least"), type of [1] is int or float, math.isfinite\n'
        "limit and measure right: keeps(system) is measure(system) <= number, or >= for at least\n"
        "    not (keeps(sound) and not keeps(broken)): neither limit nor measure is right\n"
        "mend = the fields that are not right, in order; return (not mend, mend)",
    ),
    debrief=(
        "Loves a rule that nothing can break: 'suitable measures', 'at most 20' where 20 is all there is.",
        "Breaks a system on purpose and wants to see the test fail. The price: someone has to build the "
        "broken one.",
    ),
    standards=("PO.1.2", "PO.4.1"),
)
def requirement_is_testable(t: Trial, requirement_is_testable) -> None:
    right: list[tuple] = []  # cases of which the fields were right
    for number, rng in enumerate(t.cases(4)):
        for part, *case in _cases(rng, number):
            with t.part(part):
                _expect(t, requirement_is_testable, case, right)
                if part == "good":  # what lets everything pass has looked at nothing
                    req, sound, broken = case
                    without = {field: value for field, value in req.items() if field != "owner"}
                    _expect(t, requirement_is_testable, [without, sound, broken], right)


def _expect(t: Trial, answer: Any, case: list, right: list) -> None:
    req, sound, broken = case
    shown = {field: MEASURES[value] if callable(value) else value for field, value in req.items()}
    t.given(**shown, sound=sound, broken=broken)
    mend, ok = _asked(t, answer, case)
    want = _mend(*case)
    if mend != want:
        same = len(mend) == len(want) and set(map(str, mend)) == set(want)
        slip = "List the fields in the order of the table." if same else _slip(t, answer, mend, case, right)
        t.wrong("The list of fields is not right.", expected=want, got=mend, slip=slip)
    right.append(case)
    t.equal(ok, not want, "the verdict, can it be tested,")


def _asked(t: Trial, answer: Any, case: list) -> tuple[list, bool]:
    got = t.instance(answer(*case), tuple, "the result")
    t.expect(len(got) == 2, "The result is not a pair.", expected="(bool, list)", got=repr(got))
    return t.instance(got[1], list, "the list of fields"), t.instance(got[0], bool, "the verdict")


def _slip(t: Trial, answer: Any, mend: list, case: list, right: list) -> str:
    """The one misreading that explains this case, all that were right, and three probes."""
    fit = [text for text, slip in SLIPS.items() if _mend(*case, slip) == mend]
    fit = [text for text in fit if all(_mend(*one, SLIPS[text]) == _mend(*one) for one in right)]
    if len(fit) > 1:
        req = {"subject": PARTS[0], "limit": ("at most", 4), "measure": _found, "owner": ROLES[0]}
        for sound, broken in ((3, 3), (5, 5), (5, 3)):
            found, _ = _asked(t, answer, [req, sound, broken])
            fit = [text for text in fit if _mend(req, sound, broken, SLIPS[text]) == found]
    return fit[0] if len(fit) == 1 else ""


def _mend(req: dict, sound: float, broken: float, slip: str = "") -> list[str]:
    subject, limit, measure, owner = (req.get(field) for field in FIELDS)
    numbers = (int, float, bool) if slip == "bool" else (int, float)
    pair = isinstance(limit, tuple) and len(limit) == 2
    limited = pair and limit[0] in ("at most", "at least") and type(limit[1]) in numbers
    limited = limited and (slip == "finite" or math.isfinite(limit[1]))
    measured = callable(measure) and slip != "function"
    alone = slip == "alone" and (subject not in PARTS or owner not in ROLES)
    if limited and measured and slip != "never asked" and not alone:
        keeps = [_keeps(limit, measure(system), slip) for system in (sound, broken)]
        decides = (
            keeps[0]
            if slip == "sound only"
            else not keeps[1]
            if slip == "broken only"
            else keeps[0] != keeps[1]
            if slip == "differ"
            else keeps == [True, False]
        )
        limited, measured = decides, decides or slip == "limit only"
    right = {"subject": subject in PARTS, "limit": limited, "measure": measured, "owner": owner in ROLES}
    return [field for field in FIELDS if not right[field]]


def _keeps(limit: tuple, found: float, slip: str) -> bool:
    word, number = limit
    if slip == "strict":
        return found < number if word == "at most" else found > number
    return found >= number if word == "at least" and slip != "always most" else found <= number


SLIPS = {
    "True and False are no numbers here: bool is a kind of int, and isinstance says so.": "bool",
    "NaN and infinity are no limit: ask math.isfinite.": "finite",
    "Ask the measure: the limit must hold for sound and not for broken.": "never asked",
    "The limit must not hold for broken: otherwise nothing can break it.": "sound only",
    "The limit must hold for sound: otherwise nothing can keep it.": "broken only",
    "Two different answers are not enough: the limit must hold for sound, and not for broken.": "differ",
    "A wrong subject or owner doesn't excuse the limit: ask the measure all the same.": "alone",
    "Ask callable(measure): a measure need not be a function that was written with def.": "function",
    "Nobody can tell whether limit or measure is to blame: name both.": "limit only",
    "A number equal to the limit keeps it: <= and >=.": "strict",
    "Look at the word: at least is >=, at most is <=.": "always most",
}


def _found(system: float) -> float:
    return system


def _doubled(system: float) -> float:
    return 2 * system


#: how a case shows its measure; a system is a number here
MEASURES = {
    _found: "a function that gives the system back",
    _doubled: "a function that gives the system twice",
}

Case = tuple[str, dict, float, float]


def _cases(rng: np.random.Generator, number: int) -> Iterator[Case]:
    """(part, requirement, sound, broken): each rule of the text alone, each boundary, each pair of fields."""
    step = int(rng.integers(1, 20))
    least = int(rng.integers(1, 50))
    half = round(float(rng.uniform(0.1, 0.9)), 3)

    def req(word: str, number: float, measure: Callable = _found) -> dict:
        subject, owner = (str(rng.choice(names)) for names in (PARTS, ROLES))
        return {"subject": subject, "limit": (word, number), "measure": measure, "owner": owner}

    def case(part: str, made: dict, sound: float, broken: float) -> Case:
        fields = [str(field) for field in rng.permutation(list(made))]
        return part, {field: made[field] for field in fields}, sound, broken

    most = (req("at most", least), req("at least", least))
    for part_name, role in zip(PARTS, [*ROLES, ROLES[0]], strict=True):
        yield case("good", req("at most", 0) | {"subject": part_name, "owner": role}, 0, step)
    yield case("good", most[0], least, least + step)
    yield case("good", most[0], least - step, least + 1)
    yield case("good", most[1], least, least - step)
    yield case("good", most[1], least + step, least - 1)
    yield case("good", req("at most", half), half, half + 0.001)
    yield case("good", req("at least", half), half, half - 0.001)
    yield case("good", req("at most", -step), -step, 0)
    yield case("good", req("at most", 2 * least, _doubled), least, least + 1)
    for much in (1_000, 10_000, 2_500_000.5):
        yield case("good", req("at most", much), much, much + 1)
        yield case("good", req("at least", much), much, much - 1)
        yield case("good", req("at most", -much), -much, 1 - much)

    # the wrong way round, both keep it, neither does: each tells one half of the rule from the others
    both = ((least, least), (least - step, least), (least - step, least - 2 * step))
    neither = ((least + 1, least + 1), (least + step, least + 2 * step), (least + 2 * step, least + step))
    for sound, broken in ((least + step, least), (least + 1, least - step), *both, *neither):
        yield case("decides", most[0], sound, broken)
        yield case("decides", most[1], 2 * least - sound, 2 * least - broken)
    yield case("decides", most[0] | {"owner": "everybody"}, least + 1, least + 2)
    yield case("decides", req("at most", least, _doubled) | {"owner": "everybody"}, least, least + 1)
    yield case("decides", req("at least", 0) | {"subject": "the system"}, 0, step)

    wrong = _wrong(least)
    for field, values in wrong.items():
        for value in values:
            yield case("fields", _without(most[0], {field: value}), least, least + step)
    for chosen in product((False, True), repeat=4):
        fields = [field for field, spoilt in zip(FIELDS, chosen, strict=True) if spoilt]
        spoilt = {field: wrong[field][int(rng.integers(len(wrong[field])))] for field in fields}
        yield case("fields", _without(most[number % 2], spoilt), least, least + (step, -step)[number % 2])
    yield case("fields", {}, least, least + step)


def _without(made: dict, spoilt: dict) -> dict:
    return {field: value for field, value in (made | spoilt).items() if value is not MISSING}


def _wrong(least: int) -> dict[str, list]:
    """Field → values that are not right for it."""
    limits = [
        MISSING, None, "none", "at most 0", least, ("at most",), ("at most", least, "files"),
        ["at most", least], ("below", least), ("most", least), ("at once", least), ("no at most", least),
        ("At Most", least), ("AT LEAST", least), (" at most", least), ("at most ", least), (None, least),
        ("at least at most", least), ("at most", None), ("at most", "soon"), ("at most", str(least)),
        ("at most", True), ("at least", False), ("at most", math.nan), ("at most", math.inf),
        ("at least", -math.inf), (least, "at most"),
    ]  # fmt: skip
    return {
        "subject": [
            MISSING, None, "", "the system", "scoring", "audit logs", "doctor", "Audit Log", " audit log",
            "model store ", "old audit log", "training data of 2019", "model store, audit log",
        ],
        "limit": limits,
        "measure": [MISSING, None, "", "we look at it", 0],
        "owner": [
            MISSING, None, "", "everybody", "the team", "nurse and doctor", "security", "audit log", "Nurse",
            " doctor", "doctor ", "head nurse", "developer 2", "PRIVACY OFFICER",
        ],
    }  # fmt: skip
