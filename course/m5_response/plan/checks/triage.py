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
        "escalate: chain[: 1 + minutes // STEP.get(severity, STEP['SEV1'])]",
    ),
    debrief=(
        "Profits from every form in which an empty field means no: what is not looked at stays small.",
        "Lets only a checked fact lower a severity, and pages on a timer that waits for nobody's answer.",
    ),
    standards=("RS.MA-02", "RS.MA-03", "RS.MA-04"),
)
def triage(t: Trial, triage, escalate) -> None:
    for part, count in (("known", 40), ("safety", 15), ("unknown", 40)):
        for number, rng in enumerate(t.cases(count)):
            signals = _signals(rng, part, number)
            t.given(**signals)
            with t.part(part):
                _expect_severity(t, triage(signals), signals)
    for number, rng in enumerate(t.cases(12)):
        chain = [str(name) for name in rng.permutation(NAMES)[: int(rng.integers(3, 8))]]
        severity = list(STEP)[number % 4]
        full = int(rng.integers(1, len(chain) - 1)) if number < 9 else len(chain) + number % 2
        minutes = STEP[severity] * full + (0, 1, STEP[severity] - 1)[number % 3]
        t.given(severity=severity, minutes=minutes, chain=chain)
        with t.part("steps"):
            _expect_paged(t, escalate(severity, minutes, chain), chain, full + 1)
    for severity in (None, "SEV0", "high", ""):
        chain, minutes = list(NAMES[:6]), STEP["SEV1"] * 3
        t.given(severity=severity, minutes=minutes)
        with t.part("fast"):
            _expect_paged(t, escalate(severity, minutes, chain), chain, 4)
    for severity in ("SEV1", "SEV4"):
        t.given(severity=severity, minutes=0, chain=[])
        with t.part("empty"), t.raises(ValueError, "an empty chain"):
            escalate(severity, 0, [])


def _signals(rng: np.random.Generator, part: str, number: int) -> dict[str, Any]:
    share = 0.25 if number % 2 else 0.5
    signals: dict[str, Any] = {key: bool(rng.random() < share) for key in YES_OR_NO}
    signals["affected"] = int(
        rng.choice([0, 2, 400, MANY - 1, MANY, 50_000], p=[0.3, 0.2, 0.1, 0.2, 0.1, 0.1])
    )
    signals["safety"] = part == "safety"
    signals["fallback"] = bool(rng.random() < 0.6)
    if part == "known" and number % 4 < 2:  # nothing but the number of people decides
        signals |= {"data_out": False, "tampered": False, "affected": MANY - number % 2}
    if part == "unknown":
        key = (*YES_OR_NO, "affected")[number % 7]  # each in its turn; sometimes others as well
        for other in signals:
            if other != key and rng.random() < 0.15:
                signals[other] = None
        signals[key] = None
        if number % 14 >= 7:
            del signals[key]
        if rng.random() < 0.3:
            signals["safty"] = False
    return {key: signals[key] for key in rng.permutation(list(signals)).tolist()}


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


def _expect_severity(t: Trial, value: Any, signals: Mapping[str, Any]) -> None:
    got = t.instance(value, str, "the severity")
    t.expect(
        got in STEP,
        "The severity is not one of the four.",
        expected=_rate(signals),
        got=got,
        slip="Each step ends at SEV1 or SEV4.",
    )
    t.equal(
        got,
        _rate(signals),
        "the severity",
        slips={
            "A fallback that nobody has confirmed gives no step down.": _rate(signals, "fallback"),
            "Unknown counts as worst: None and a missing key are no False.": _rate(signals, "unknown"),
            "Unknown counts as worst: a missing key is unknown too.": _rate(signals, "missing"),
            "A risk to safety stays SEV1: no fallback lowers it.": _rate(signals, "safety"),
            "An attacker who can still act is one step worse.": _rate(signals, "attacker"),
            "Step up first, then down.": _rate(signals, "order"),
            "1000 people are enough: 1000 or more, not more than 1000.": _rate(signals, "threshold"),
            "0 people is known: only None or a missing key is unknown.": _rate(signals, "nobody"),
            "Only `safety` keeps SEV1: reached by `attacker_in`, it goes down a step with a fallback.": _rate(
                signals, "worst stays"
            ),
        },
    )


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
