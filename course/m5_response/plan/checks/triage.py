"""The check of `plan.triage`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import NAMES

STEP = {"SEV1": 5, "SEV2": 15, "SEV3": 60, "SEV4": 240}


YES_OR_NO = ("safety", "data_out", "tampered", "degraded", "attacker_in", "fallback")


MANY = 1000


@exercise(
    minutes=15,
    parts={
        "known": (3, "rates what is known by the table, step by step"),
        "safety": (2, "rates a risk to safety as SEV1, whatever else is true"),
        "unknown": (4, "counts what is None or missing as its worst value"),
        "steps": (2, "pages one more after each full step, until all are paged"),
        "fast": (1, "treats an unknown severity as SEV1"),
        "empty": (1, "raises ValueError for an empty chain"),
    },
    hints=(
        "In Python `if signals.get('safety')` treats None as False. For which of the seven signals is that "
        "what the table asks, and for which is it the opposite?",
        "Write down once what 'counts as True' means: the value is not False. Go through the table from SEV4 "
        "upwards, then the step up, then the step down. For escalate: one person at minute 0, and "
        "minutes // step more.",
        "counts(key) = signals.get(key) is not False\n"
        "level = 4; if counts(degraded): 3; if counts(data_out) or counts(tampered) or affected is None "
        "or affected >= 1000: 2\n"
        "if counts(attacker_in): level = level - 1\n"
        "if signals.get(fallback) is True: level = level + 1, at most 4\n"
        "if counts(safety): level = 1\n"
        "escalate: no chain: ValueError; chain[: 1 + int(minutes // STEP.get(severity, STEP['SEV1']))]",
    ),
    debrief=(
        "Profits from every form in which an empty field means no: what nobody looks at stays small.",
        "Lets only a checked fact lower a severity, and pages on a timer that waits for nobody's answer.",
    ),
    standards=("RS.MA-02", "RS.MA-03", "RS.MA-04"),
)
def triage(t: Trial, triage, escalate) -> None:
    right: list[dict] = []  # signals that were rated as they should be
    for part, cases in CASES.items():
        for number, rng in enumerate(t.cases(len(cases) + 30)):
            signals = cases[number] if number < len(cases) else _signals(rng, part, number)
            signals = {key: signals[key] for key in rng.permutation(list(signals)).tolist()}
            t.given(**signals)
            with t.part(part):
                _expect_severity(t, triage(signals), signals, right)
    for severity, rng in zip(STEP, t.cases(len(STEP)), strict=True):
        for length in (1, 2, int(rng.integers(4, 8))):
            chain = [str(name) for name in rng.permutation(NAMES)[:length]]
            for minutes, paged in _moments(STEP[severity], length):
                t.given(severity=severity, minutes=minutes, chain=chain)
                with t.part("steps"):
                    _expect_paged(t, escalate(severity, minutes, chain), chain, paged)
    for severity in (None, "SEV0", "high", "", "sev4", "SEV5", 4):
        chain, minutes = list(NAMES[:6]), STEP["SEV1"] * 3
        t.given(severity=severity, minutes=minutes)
        with t.part("fast"):
            _expect_paged(t, escalate(severity, minutes, chain), chain, 4)
    for severity, minutes in (("SEV1", 0), ("SEV4", 0), ("SEV2", 500), (None, 5)):
        t.given(severity=severity, minutes=minutes, chain=[])
        with t.part("empty"), t.raises(ValueError, "an empty chain"):
            escalate(severity, minutes, [])


def _moments(step: int, length: int) -> list[tuple[float, int]]:
    """Minutes, and how many of a chain are paged by then: at both sides of the first and the last step."""
    last = step * (length - 1)
    return [
        (0, 1),
        (0.5, 1),
        (step - 1, 1),
        (step - 0.25, 1),
        (step, min(2, length)),
        (step + 1, min(2, length)),
        (max(last - 0.5, 0), max(length - 1, 1)),
        (last, length),
        (last + step, length),
        (last + 10 * step, length),
    ]


#: everything is checked, and nothing is wrong: SEV4
CALM = dict.fromkeys(YES_OR_NO, False) | {"affected": 0}


def _all_ways(key: str, signals: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One signal unknown in both ways: None, and missing."""
    return [{**signals, key: None}, {other: value for other, value in signals.items() if other != key}]


#: part → cases by hand, in which one signal decides; more are drawn
CASES = {
    "known": [
        CALM,
        CALM | {"fallback": True},
        *(CALM | {key: True} for key in ("data_out", "tampered", "degraded", "attacker_in")),
        *(
            CALM | {key: True, "fallback": True}
            for key in ("data_out", "tampered", "degraded", "attacker_in")
        ),
        *(CALM | {key: True, "attacker_in": True} for key in ("data_out", "tampered", "degraded")),
        *(CALM | {"data_out": True, "attacker_in": True, "fallback": fallback} for fallback in (True, False)),
        *(CALM | {"affected": number} for number in (1, MANY - 1, MANY, MANY + 1)),
        CALM | {"safty": True, "data": None, "vip": True},
    ],
    "safety": [
        CALM | {"safety": True},
        CALM | {"safety": True, "fallback": True},
        CALM | {"safety": True, "attacker_in": True},
        CALM | {"safety": True, "attacker_in": True, "fallback": True},
    ],
    "unknown": [
        *(case for key in CALM for case in _all_ways(key, CALM)),
        *(case for key in CALM for case in _all_ways(key, CALM | {"fallback": True})),
        *(case for key in CALM for case in _all_ways(key, CALM | {"degraded": True, "fallback": True})),
        {},
        dict.fromkeys(CALM),
        {key: value for key, value in CALM.items() if key != "safety"} | {"safty": False},
    ],
}


def _signals(rng: np.random.Generator, part: str, number: int) -> dict[str, Any]:
    """Signals at random; in the part `unknown` some of them are not known."""
    share = 0.25 if number % 2 else 0.5
    signals: dict[str, Any] = {key: bool(rng.random() < share) for key in YES_OR_NO}
    signals["affected"] = int(rng.choice([0, 2, 400, MANY - 1, MANY, 50_000]))
    signals["safety"] = part == "safety"
    signals["fallback"] = bool(rng.random() < 0.6)
    if part == "unknown":
        for key in [key for key in signals if rng.random() < 0.3]:
            signals |= {key: None}
            if rng.random() < 0.5:
                del signals[key]
    return signals


def _rate(signals: Mapping[str, Any], forgotten: str = "") -> str:
    """The severity by the table; `forgotten` is the slip to make."""
    unknown = forgotten == "unknown"
    if forgotten == "missing":
        signals = {**dict.fromkeys(YES_OR_NO, False), "affected": 0, **signals}

    def counts(key: str) -> bool:
        return bool(signals.get(key)) if unknown else signals.get(key) is not False

    affected = signals.get("affected")
    if forgotten == "nobody":
        affected = affected or None
    least = MANY + (forgotten == "threshold")
    many = (not unknown) if affected is None else affected >= least
    safety, fallback = counts("safety"), signals.get("fallback") is True
    if forgotten == "fallback":
        fallback = signals.get("fallback") is not False
    level = 3 if counts("degraded") else 4
    if counts("data_out") or counts("tampered") or many:
        level = 2
    if safety:
        level = 1
    if forgotten == "order":
        level = min(level + fallback, 4)
        return f"SEV{max(level - counts('attacker_in'), 1)}"
    level = max(level - (counts("attacker_in") and forgotten != "attacker"), 1)
    stays = level == 1 if forgotten == "worst stays" else safety and forgotten != "safety"
    if fallback and not stays:
        level = min(level + 1, 4)
    return f"SEV{level}"


def _expect_severity(t: Trial, value: Any, signals: dict[str, Any], right: list[dict]) -> None:
    got = t.instance(value, str, "the severity")
    t.expect(
        got in STEP,
        "The severity is not one of the four.",
        expected=_rate(signals),
        got=got,
        slip="Each step ends at SEV1 or SEV4.",
    )
    want = _rate(signals)
    if got == want:
        right.append(signals)
        return
    fit = [
        text
        for text, forgotten in SLIPS.items()
        if _rate(signals, forgotten) == got and all(_rate(one, forgotten) == _rate(one) for one in right)
    ]
    slip = fit[0] if len(fit) == 1 else ""  # where several explain all that was seen, any would be a guess
    t.wrong("The severity is not right.", expected=want, got=got, slip=slip)


SLIPS = {
    "A fallback that nobody has confirmed gives no step down.": "fallback",
    "Unknown counts as worst: None and a missing key do not mean False.": "unknown",
    "Unknown counts as worst: a missing key is unknown too.": "missing",
    "A risk to safety stays SEV1: no fallback lowers it.": "safety",
    "An attacker who can still act is one step worse.": "attacker",
    "Step up first, then down.": "order",
    "1000 people are enough: 1000 or more, not more than 1000.": "threshold",
    "0 people is known: only None or a missing key is unknown.": "nobody",
    "Only `safety` keeps SEV1: reached by `attacker_in`, it goes down a step with a fallback.": "worst stays",
}


def _expect_paged(t: Trial, value: Any, chain: list[str], count: int) -> None:
    t.equal(
        t.instance(value, list, "the list of those paged"),
        chain[:count],
        "the list of those paged",
        slips={
            "The first is paged at minute 0, and one more after each full step.": chain[: count - 1],
            "The next is paged when a step is full, not when it begins.": chain[: count + 1],
            "An unknown severity is treated as SEV1.": chain[:1],
            "One more after each step: those paged before stay paged.": chain[count - 1 : count],
        },
    )
