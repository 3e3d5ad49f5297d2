"""Answers to `plan.triage`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Answers, Wrong

STEP = {"SEV1": 5, "SEV2": 15, "SEV3": 60, "SEV4": 240}


def triage_by_floors(signals, floors=(("safety", 1), ("data_out", 2), ("tampered", 2), ("degraded", 3))):
    value = {key: True for key, _ in floors} | {"attacker_in": True, "fallback": False, "affected": 10**9}
    value |= {key: known for key, known in signals.items() if known is not None}
    level = min([4, *(floor for key, floor in floors if value[key])])
    if value["affected"] >= 1000:
        level = min(level, 2)
    up = {1: 1, 2: 1, 3: 2, 4: 3}
    down = {1: 2, 2: 3, 3: 4, 4: 4}
    if value["attacker_in"]:
        level = up[level]
    if value["fallback"] and not value["safety"]:
        level = down[level]
    return f"SEV{level}"


def triage_in_arrays(signals):
    flags = np.array(
        [signals.get(key) is not False for key in ("safety", "data_out", "tampered", "degraded")]
    )
    affected = signals.get("affected")
    floors = [*np.array([1, 2, 2, 3])[flags], 4 if affected is not None and affected < 1000 else 2]
    level = np.clip(np.min(floors) - (signals.get("attacker_in") is not False), 1, 4)
    down = signals.get("fallback") is True and not flags[0]
    return "SEV" + str(np.clip(level + down, 1, 4))


def triage_always_worst(signals):
    return "SEV1"


def triage_unknown_is_no(signals):
    quiet = dict.fromkeys(("safety", "data_out", "tampered", "degraded", "attacker_in", "fallback"), False)
    known = {key: value for key, value in signals.items() if value is not None}
    return triage_by_floors({**quiet, "affected": 0, **known})


def triage_missing_is_no(signals):
    quiet = dict.fromkeys(("safety", "data_out", "tampered", "degraded", "attacker_in", "fallback"), False)
    return triage_by_floors({**quiet, "affected": 0, **signals})


def triage_trusts_any_fallback(signals):
    return triage_by_floors({**signals, "fallback": signals.get("fallback") is not False})


def triage_fallback_beats_safety(signals):
    level = int(triage_by_floors({**signals, "fallback": False})[-1])
    return f"SEV{min(level + (signals.get('fallback') is True), 4)}"


def triage_down_before_up(signals):
    level = int(triage_by_floors({**signals, "attacker_in": False})[-1])
    return f"SEV{max(level - (signals.get('attacker_in') is not False), 1)}"


def triage_without_attacker(signals):
    return triage_by_floors({**signals, "attacker_in": False})


def triage_more_than(signals):
    affected = signals.get("affected")
    return triage_by_floors({**signals, "affected": affected - 1 if affected else affected})


def triage_without_ends(signals):
    calm = {**signals, "attacker_in": False, "fallback": False}
    level = int(triage_by_floors(calm)[-1]) - (signals.get("attacker_in") is not False)
    safe = signals.get("safety") is False and signals.get("fallback") is True
    return f"SEV{level + safe}"


def triage_nobody_is_unknown(signals):
    return triage_by_floors({**signals, "affected": signals.get("affected") or 1000})


def triage_keeps_any_sev1(signals):
    level = int(triage_by_floors({**signals, "fallback": False})[-1])
    return f"SEV{min(level + (signals.get('fallback') is True and level > 1), 4)}"


def triage_numbers(signals):
    return int(triage_by_floors(signals)[-1])


def escalate_in_turn(severity, minutes, chain):
    if len(chain) == 0:
        raise ValueError("no chain")
    wait = STEP.get(severity, 5)
    return [name for place, name in enumerate(chain) if place * wait <= minutes]


def escalate_by_popping(severity, minutes, chain):
    if not chain:
        raise ValueError("no chain")
    waiting, paged = list(chain), []
    while waiting and minutes >= 0:
        paged.append(waiting.pop(0))
        minutes -= STEP.get(severity, 5)
    return paged


def escalate_rounded_up(severity, minutes, chain):
    if not chain:
        raise ValueError("no chain")
    return chain[: max(1, -(-minutes // STEP.get(severity, 5)))]


def escalate_one_late(severity, minutes, chain):
    return escalate_in_turn(severity, minutes, chain)[:-1]


def escalate_one_early(severity, minutes, chain):
    return chain[: len(escalate_in_turn(severity, minutes, chain)) + 1]


def escalate_only_the_next(severity, minutes, chain):
    return [escalate_in_turn(severity, minutes, chain)[-1]]


def escalate_unknown_slowly(severity, minutes, chain):
    return escalate_in_turn(severity if severity in STEP else "SEV4", minutes, chain)


def escalate_nobody(severity, minutes, chain):
    return escalate_in_turn(severity, minutes, chain) if chain else []


ANSWERS = Answers(
    right=[(triage_by_floors, escalate_in_turn), (triage_in_arrays, escalate_by_popping)],
    wrong=[
        Wrong((triage_always_worst, escalate_in_turn), "known", "The severity is not right"),
        Wrong((triage_unknown_is_no, escalate_in_turn), "unknown", "Unknown counts as worst"),
        Wrong((triage_missing_is_no, escalate_in_turn), "unknown", "Unknown counts as worst"),
        Wrong((triage_trusts_any_fallback, escalate_in_turn), "unknown", "nobody has confirmed"),
        Wrong((triage_fallback_beats_safety, escalate_in_turn), "safety", "no fallback lowers it"),
        Wrong((triage_down_before_up, escalate_in_turn), "known", "Step up first"),
        Wrong(
            (triage_without_attacker, escalate_in_turn),
            "known",
            "one step worse",
            also=(
                "A fallback that nobody has confirmed gives no step down.",
                "Unknown counts as worst: None and a missing key are no False.",
            ),
        ),
        Wrong(
            (triage_more_than, escalate_in_turn),
            "known",
            "1000 or more, not more than 1000",
            also=(
                "A fallback that nobody has confirmed gives no step down.",
                "Unknown counts as worst: None and a missing key are no False.",
            ),
        ),
        Wrong((triage_without_ends, escalate_in_turn), "safety", "Each step ends at SEV1 or SEV4"),
        Wrong((triage_nobody_is_unknown, escalate_in_turn), "known", "0 people is known"),
        Wrong((triage_keeps_any_sev1, escalate_in_turn), "known", "Only `safety` keeps SEV1"),
        Wrong((triage_numbers, escalate_in_turn), "known", "should be a str"),
        Wrong((triage_by_floors, escalate_rounded_up), "steps", "one more after each full step"),
        Wrong((triage_by_floors, escalate_one_late), "steps", "paged at minute 0"),
        Wrong((triage_by_floors, escalate_one_early), "steps", "when a step is full"),
        Wrong((triage_by_floors, escalate_only_the_next), "steps", "those paged before stay paged"),
        Wrong((triage_by_floors, escalate_unknown_slowly), "fast", "An unknown severity is treated as SEV1"),
        Wrong((triage_by_floors, escalate_nobody), "empty", "no error is raised"),
    ],
)
