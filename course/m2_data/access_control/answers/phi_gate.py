"""Answers to `access_control.phi_gate`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from datetime import timedelta

from autograder.exercise import Answers, Wrong

REASONS = ("unconscious", "life-threat", "system-down")
GLASS_ROLES = ("nurse", "doctor")
LIMIT = timedelta(minutes=30)


def with_early_exit(record, role, purpose, now, need, glass):
    event = {"fields": sorted(record), "role": role, "time": now.isoformat(), "purpose": "other"}
    for known, _ in need:
        if known == purpose:
            event["purpose"] = purpose
    if glass and role in GLASS_ROLES and any(glass["reason"] == reason for reason in REASONS):
        age = now - glass["opened"]
        if timedelta(0) <= age < LIMIT:
            return {**record}, {**event, "outcome": "break-glass", "reason": glass["reason"]}
    wanted = set(need.get((purpose, role), ()))
    fields = {name: value for name, value in record.items() if name in wanted}
    event |= {"fields": sorted(fields), "outcome": "ok" if len(fields) else "refused"}
    return fields, {**event, "reason": "closed" if glass else "none"}


def _gate(record, role, purpose, now, need, glass, *, roles=GLASS_ROLES, reasons=True, end="open", start=True,
          falsy=False, by_purpose=False, whole=False, other=True, why=None, outcome=None,
          names=sorted, fits=None, codes=None, key=None, knows=None):  # fmt: skip
    is_open = glass is not None and (fits(role) if fits else roles is None or role in roles)
    is_open = is_open and (codes(glass["reason"]) if codes else glass["reason"] in REASONS or not reasons)
    if is_open:
        age = now - glass["opened"]
        is_open = (age >= timedelta(0) or not start) and (
            end == "never" or age < LIMIT or (end == "at" and age == LIMIT)
        )
    wanted = need.get((key(purpose) if key else purpose, role), [])
    if by_purpose:
        wanted = [name for pair in need if pair[0] == purpose for name in need[pair]]
    fields = {name: record[name] for name in wanted if name in record and (record[name] or not falsy)}
    if is_open or (whole and fields):
        fields = dict(record)
    said = "break-glass" if is_open else "ok" if fields else "refused"
    reason = glass["reason"] if is_open else "none" if glass is None else "closed"
    if why and glass is not None:
        reason = why(glass)
    known = (knows(purpose, need) if knows else purpose in {pair[0] for pair in need}) or not other
    return fields, {
        "time": now.isoformat(),
        "role": role,
        "purpose": purpose if known else "other",
        "outcome": outcome or said,
        "reason": reason,
        "fields": names(fields),
    }


def everything(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, whole=True)


def nothing(record, role, purpose, now, need, glass):
    return {}, _gate(record, role, purpose, now, need, glass)[1]


def purpose_only(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, by_purpose=True)


def empty_is_missing(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, falsy=True)


def for_everybody(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, roles=None)


def for_all_but(record, role, purpose, now, need, glass):
    """Lists who may not, and nobody can list everybody."""
    return _gate(record, role, purpose, now, need, glass, fits=lambda role: role not in ("guard", "clerk"))


def for_any_case(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, fits=lambda role: role.lower() in GLASS_ROLES)


def for_stripped(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, fits=lambda role: role.strip() in GLASS_ROLES)


def for_a_part(record, role, purpose, now, need, glass):
    return _gate(
        record, role, purpose, now, need, glass, fits=lambda role: any(g in role for g in GLASS_ROLES)
    )


def a_part_of_a_code(record, role, purpose, now, need, glass):
    def codes(reason):
        return isinstance(reason, str) and len(reason) > 2 and any(reason in code for code in REASONS)

    return _gate(record, role, purpose, now, need, glass, codes=codes)


def ends_with_a_code(record, role, purpose, now, need, glass):
    def codes(reason):
        return isinstance(reason, str) and reason.endswith(REASONS)

    return _gate(record, role, purpose, now, need, glass, codes=codes)


def a_tuple_with_a_code(record, role, purpose, now, need, glass):
    def codes(reason):
        return (reason[0] if isinstance(reason, tuple) and reason else reason) in REASONS

    return _gate(record, role, purpose, now, need, glass, codes=codes)


def purpose_stripped(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, key=str.strip)


def known_by_its_start(record, role, purpose, now, need, glass):
    def knows(purpose, need):
        return bool(purpose) and any(pair[0].startswith(purpose) for pair in need)

    return _gate(record, role, purpose, now, need, glass, knows=knows)


def marks_the_glass(record, role, purpose, now, need, glass):
    answer = _gate(record, role, purpose, now, need, glass)
    if glass is not None:
        glass["used"] = True
    return answer


def any_reason(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, reasons=False)


def never_closes(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, end="never")


def closes_late(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, end="at")


def opens_early(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, start=False)


def never_opens(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, roles=())


def no_trace_of_the_reason(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, why=lambda glass: "closed")


def typed_reason_kept(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, why=lambda glass: glass["reason"])


def typed_purpose_kept(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, other=False)


def values_in_the_log(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, names=dict)


def unsorted(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass, names=list)


def without_event(record, role, purpose, now, need, glass):
    return _gate(record, role, purpose, now, need, glass)[0]


def empties_the_record(record, role, purpose, now, need, glass):
    answer = _gate(record, role, purpose, now, need, glass)
    record.clear()
    return answer


ANSWERS = Answers(
    right=[with_early_exit],
    wrong=[
        Wrong(everything, "fields", "The record has more than"),
        Wrong(nothing, "fields", "handed out"),
        Wrong(purpose_only, "fields", "The role counts"),
        Wrong(empty_is_missing, "fields", "A field whose value is None"),
        Wrong(for_everybody, "glass", "for the roles in GLASS_ROLES"),
        Wrong(for_all_but, "glass", "role 'visitor', open glass"),
        Wrong(for_any_case, "glass", "role 'NURSE', open glass"),
        Wrong(for_stripped, "glass", "role 'nurse ', open glass"),
        Wrong(for_a_part, "glass", "role 'head nurse', open glass"),
        Wrong(a_part_of_a_code, "glass", "reason 'unc'"),
        Wrong(ends_with_a_code, "glass", "reason ' unconscious'"),
        Wrong(a_tuple_with_a_code, "glass", "reason ('unconscious',)"),
        Wrong(purpose_stripped, "fields", "handed out (purpose"),
        Wrong(known_by_its_start, "event", "the event"),
        Wrong(any_reason, "glass", "A reason that isn't in REASONS"),
        Wrong(never_closes, "glass", "closes by itself"),
        Wrong(closes_late, "glass", "shut already"),
        Wrong(opens_early, "glass", "Before `opened`"),
        Wrong(never_opens, "glass", "handed out"),
        Wrong(no_trace_of_the_reason, "event", "the event"),
        Wrong(typed_reason_kept, "event", "comes from the client and isn't checked"),
        Wrong(typed_purpose_kept, "event", "is written as other"),
        Wrong(values_in_the_log, "event", "not their values"),
        Wrong(unsorted, "event", "The names are sorted"),
        Wrong(without_event, "event", "the answer"),
        Wrong(empties_the_record, "inputs", "Your function changed record"),
        Wrong(marks_the_glass, "inputs", "Your function changed glass"),
    ],
)

EQUIVALENT = {
    "dict(record) → record": "not stated: fields are judged by value, and the record stays as it was",
}
