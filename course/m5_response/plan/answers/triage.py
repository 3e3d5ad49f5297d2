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


def triage_one_key_unknown_is_no(key):
    """Unknown is taken for False at this key alone, as it is in `if signals.get(key)`."""

    def triage(signals):
        return triage_by_floors({**signals, key: signals.get(key) or False})

    triage.__name__ = f"triage_{key}_unknown_is_no"
    return triage


def triage_missing_affected_is_nobody(signals):
    return triage_by_floors({"affected": 0, **signals})


def triage_reads_misspelt_keys(signals):
    return triage_by_floors({**signals, "safety": signals.get("safety", signals.get("safty"))})


def triage_refuses_other_keys(signals):
    if signals.keys() - {"safety", "data_out", "tampered", "affected", "degraded", "attacker_in", "fallback"}:
        raise KeyError("no such signal")
    return triage_by_floors(signals)


def triage_worst_only_once(signals):
    """`tampered` counts only where data may also have left."""
    return triage_by_floors(signals, floors=(("safety", 1), ("data_out", 2), ("degraded", 3)))


def escalate_from_the_first_step(severity, minutes, chain):
    """Nobody at minute 0."""
    paged = escalate_in_turn(severity, minutes, chain)
    return paged if minutes > 0 else []


def escalate_never_the_last(severity, minutes, chain):
    paged = escalate_in_turn(severity, minutes, chain)
    return paged if len(chain) == 1 else paged[: len(chain) - 1]


def escalate_after_the_step(severity, minutes, chain):
    """At the full step itself nobody more is paged."""
    return escalate_in_turn(severity, max(minutes - 0.01, 0), chain)


def escalate_whole_minutes(severity, minutes, chain):
    if not chain:
        raise ValueError("no chain")
    return chain[: 1 + minutes // STEP.get(severity, 5)]


def escalate_rounded_minutes(severity, minutes, chain):
    return escalate_in_turn(severity, round(minutes + 0.1), chain)


def escalate_over_the_end(severity, minutes, chain):
    if not chain:
        raise ValueError("no chain")
    return [chain[place] for place in range(1 + int(minutes // STEP.get(severity, 5)))]


def escalate_in_any_letter_case(severity, minutes, chain):
    return escalate_in_turn(str(severity).upper(), minutes, chain)


def escalate_nobody_at_first(severity, minutes, chain):
    if not chain and minutes == 0:
        return []
    return escalate_in_turn(severity, minutes, chain)


ANSWERS = Answers(
    right=[(triage_by_floors, escalate_in_turn), (triage_in_arrays, escalate_by_popping)],
    wrong=[
        Wrong((triage_always_worst, escalate_in_turn), "known", "The severity is not right"),
        Wrong((triage_unknown_is_no, escalate_in_turn), "unknown", "Unknown counts as worst"),
        Wrong((triage_missing_is_no, escalate_in_turn), "unknown", "Unknown counts as worst"),
        *(
            Wrong(
                (triage_one_key_unknown_is_no(key), escalate_in_turn),
                "unknown",
                "is not right",
                also=("Unknown counts as worst: None and a missing key do not mean False.",),  # for this key
            )
            for key in ("safety", "data_out", "tampered", "degraded", "attacker_in")
        ),
        Wrong((triage_missing_affected_is_nobody, escalate_in_turn), "unknown", "is not right"),
        Wrong((triage_reads_misspelt_keys, escalate_in_turn), "unknown", "is not right"),
        Wrong((triage_refuses_other_keys, escalate_in_turn), "known", "no such signal"),
        Wrong((triage_worst_only_once, escalate_in_turn), "known", "is not right"),
        Wrong((triage_trusts_any_fallback, escalate_in_turn), "unknown", "nobody has confirmed"),
        Wrong((triage_fallback_beats_safety, escalate_in_turn), "safety", "no fallback lowers it"),
        Wrong((triage_down_before_up, escalate_in_turn), "known", "Step up first"),
        Wrong((triage_without_attacker, escalate_in_turn), "known", "one step worse"),
        Wrong((triage_more_than, escalate_in_turn), "known", "1000 or more, not more than 1000"),
        Wrong((triage_without_ends, escalate_in_turn), "known", "Each step ends at SEV1 or SEV4"),
        Wrong((triage_nobody_is_unknown, escalate_in_turn), "known", "0 people is known"),
        Wrong((triage_keeps_any_sev1, escalate_in_turn), "known", "Only `safety` keeps SEV1"),
        Wrong((triage_numbers, escalate_in_turn), "known", "should be a str"),
        Wrong((triage_by_floors, escalate_rounded_up), "steps", "one more after each full step"),
        Wrong((triage_by_floors, escalate_one_late), "steps", "paged at minute 0"),
        Wrong((triage_by_floors, escalate_from_the_first_step), "steps", "paged at minute 0"),
        Wrong((triage_by_floors, escalate_after_the_step), "steps", "one more after each full step"),
        Wrong((triage_by_floors, escalate_never_the_last), "steps", "one more after each full step"),
        Wrong((triage_by_floors, escalate_over_the_end), "steps", "IndexError"),
        Wrong((triage_by_floors, escalate_whole_minutes), "steps", "TypeError"),
        Wrong((triage_by_floors, escalate_rounded_minutes), "steps", "when a step is full"),
        Wrong((triage_by_floors, escalate_one_early), "steps", "when a step is full"),
        Wrong((triage_by_floors, escalate_only_the_next), "steps", "those paged before stay paged"),
        Wrong((triage_by_floors, escalate_unknown_slowly), "fast", "An unknown severity is treated as SEV1"),
        Wrong((triage_by_floors, escalate_in_any_letter_case), "fast", "is treated as SEV1"),
        Wrong((triage_by_floors, escalate_nobody), "empty", "no error is raised"),
        Wrong((triage_by_floors, escalate_nobody_at_first), "empty", "no error is raised"),
    ],
)


EQUIVALENT = {
    "int(minutes // step) → round(minutes // step)": ("a floor has no fraction to round"),
    "minutes // step → minutes / step": ("minutes are not negative, so int() cuts to the same whole number"),
}
