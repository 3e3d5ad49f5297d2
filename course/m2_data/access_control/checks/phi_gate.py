"""The check of `access_control.phi_gate`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import agree, same, shuffled

REASONS = ("unconscious", "life-threat", "system-down")
GLASS_ROLES = ("nurse", "doctor")
LIMIT = timedelta(minutes=30)
TICK = timedelta(microseconds=1)


@exercise(
    minutes=11,
    parts={
        "fields": (3, "hands out what the purpose and the role need, and no more"),
        "glass": (4, "the glass opens for its roles, its reasons and 30 minutes, and stays shut otherwise"),
        "event": (4, "each call leaves an event with the right values, and without the patient's"),
        "inputs": (1, "leaves the record, the table and the glass as they were"),
    },
    hints=(
        "First decide whether the glass is open: four questions, all of them yes. Everything "
        "else follows from "
        "that.",
        "Ask `field in record`, not whether the value is true. `need.get((purpose, role), [])` "
        "has an answer for "
        "every pair. The event's purpose is known when it's the first half of some key of `need`.",
        "open = a glass, a role of GLASS_ROLES, a reason of REASONS, opened <= now < opened + LIMIT\n"
        "open: a copy of the record, break-glass, the glass's reason\n"
        "otherwise: the needed fields that are in the record; ok when there are any, else refused;\n"
        "    the reason is none without a glass, else closed\n"
        "the event: now.isoformat(), role, purpose or other, outcome, reason, the sorted names",
    ),
    debrief=(
        "Breaks the glass with a reason from the list. That opens, and must.",
        "Has a reason for each look, the user's id that the caller adds from the login, and a person who "
        "reads both. A reader who has no time for them is the hole.",
    ),
    standards=("AML.M0019", "AML.M0024", "PS.1.2"),
)
def phi_gate(t: Trial, phi_gate) -> None:
    for rng in t.cases(4):
        with t.part("fields"):
            asked_all = [*_minimum(rng, odd=True), *_handed(rng)]
            agree(t, [_row(t, phi_gate, asked, 0, FIELDS)[0] for asked in asked_all])
            for what, args in _single(rng):
                got = _ask(t, phi_gate, what, args)[1].get("outcome")
                t.expect(
                    got == "ok", f"The outcome is not right ({what}).", expected="ok", got=got, slip=THERE
                )
        with t.part("glass"):
            opened = list(_glasses(rng))
            agree(t, [_row(t, phi_gate, asked, 0, SHUT)[0] for asked in opened])
            for what, args in opened:
                _, event, _ = _ask(t, phi_gate, what, args)
                want, got = gate(*args)[1]["outcome"], event.get("outcome")
                t.expect(got == want, f"The outcome is not right ({what}).", expected=want, got=got)
        with t.part("event"):
            asked_all = [*_minimum(rng), *_events(rng), *_purposes(rng)]
            agree(t, [_row(t, phi_gate, asked, 1, EVENT)[0] for asked in asked_all])
        with t.part("inputs"):
            for asked in [*_minimum(rng, odd=True), *_glasses(rng)]:
                after = _ask(t, phi_gate, *asked)[2]
                for at, name in ((0, "record"), (4, "need"), (5, "glass")):
                    t.expect(same(after[at], asked[1][at]), f"Your function changed {name} ({asked[0]}).")
            for what, args in list(_minimum(rng))[:1]:
                got = _ask(t, phi_gate, what, args)[0]
                t.expect(got == gate(*args)[0], f"This counts once fields are handed out ({what}).")


def gate(
    record: dict,
    role: str,
    purpose: str,
    now: datetime,
    need: dict,
    glass: dict | None,
    *,
    anybody: bool = False,
    any_reason: bool = False,
    forever: bool = False,
    early: bool = False,
    closed_end: bool = False,
    falsy: bool = False,
    falsy_too: bool = False,
    any_role: bool = False,
    whole: bool = False,
    typed: bool = False,
    values: bool = False,
    as_listed: bool = False,
    client_reason: bool = False,
    by_pair: bool = False,
) -> tuple[dict, dict]:
    """The right answer; each option is a mistake."""
    is_open = (
        glass is not None and (anybody or role in GLASS_ROLES) and (any_reason or glass["reason"] in REASONS)
    )
    if is_open:
        end = glass["opened"] + LIMIT
        is_open = (early or glass["opened"] <= now) and (forever or now < end or (closed_end and now == end))
    if is_open:
        fields, outcome, reason = dict(record), "break-glass", glass["reason"]
        if falsy_too:
            fields = {name: value for name, value in record.items() if value}
    else:
        wanted = [name for key, names in need.items() if key[0] == purpose for name in names]
        wanted = wanted if any_role else need.get((purpose, role), [])
        fields = {
            name: record[name]
            for name in wanted
            if name in record and (record[name] or not (falsy or falsy_too))
        }
        if whole and fields:
            fields = dict(record)
        outcome, reason = "ok" if fields else "refused", "none" if glass is None else "closed"
    if client_reason and glass is not None:
        reason = glass["reason"]
    known = typed or ((purpose, role) in need if by_pair else purpose in {key[0] for key in need})
    event = {
        "time": now.isoformat(),
        "role": role,
        "purpose": purpose if known else "other",
        "outcome": outcome,
        "reason": reason,
        "fields": list(fields) if as_listed else fields if values else sorted(fields),
    }
    return fields, event


THERE = "A field whose value is None, 0 or empty is there: ask whether its name is in the record."
FIELDS = {
    THERE: partial(gate, falsy=True),
    "Fields that are None, 0 or empty are there, and belong to the whole record too.": partial(
        gate, falsy_too=True
    ),
    "The role counts as well as the purpose.": partial(gate, any_role=True),
    "The record has more than this purpose needs.": partial(gate, whole=True),
}
SHUT = {
    "The glass is for the roles in GLASS_ROLES only.": partial(gate, anybody=True),
    "A reason that isn't in REASONS opens nothing.": partial(gate, any_reason=True),
    "The glass closes by itself: now must be before opened + LIMIT.": partial(gate, forever=True),
    "At opened + LIMIT the glass is shut already.": partial(gate, closed_end=True),
    "Before `opened` the glass is shut.": partial(gate, early=True),
}
EVENT = {
    "A purpose that's in no pair of need is written as other.": partial(gate, typed=True),
    "The event has the names of the fields, not their values.": partial(gate, values=True),
    "The names are sorted.": partial(gate, as_listed=True),
    "The glass is shut, so its reason comes from the client and isn't checked: write closed.": partial(
        gate, client_reason=True
    ),
    "A purpose is other when no pair has it. Here another role's pair has it.": partial(gate, by_pair=True),
}


def _ask(t: Trial, answer: Any, what: str, args: tuple) -> tuple[dict, dict, list]:
    got, after = t.observe(answer, *args)
    pair = t.instance(got, tuple, f"the answer ({what})")
    t.expect(len(pair) == 2, f"The answer is not a pair ({what}).", expected="(fields, event)", got=got)
    fields = t.instance(pair[0], dict, f"what is handed out ({what})")
    return fields, t.instance(pair[1], dict, f"the event ({what})"), after


def _row(t: Trial, answer: Any, asked: tuple[str, tuple], at: int, slips: dict) -> tuple[tuple, list]:
    """What `agree` takes of one call: the fields (0) or the event (1); and the arguments afterwards."""
    what, args = asked
    *pair, after = _ask(t, answer, what, args)
    models = {said: model(*args)[at] for said, model in slips.items()}
    return (f"{('what is handed out', 'the event')[at]} ({what})", pair[at], gate(*args)[at], models), after


Asked = Iterator[tuple[str, tuple]]


NAMES = ("case", "age", "ward", "result", "allergy", "phone", "weight")
PURPOSES = ("treatment", "visit", "billing", "handover", "transport")


def _drawn(rng: np.random.Generator, *, odd: bool = False) -> tuple[dict, dict, list[str], datetime]:
    """A record, who needs what, four purposes of which the last is in no pair, and a moment.

    `odd`: some values are None, 0 or empty. Only what is handed out is judged on them.
    """
    names = shuffled(rng, NAMES)
    values = shuffled(
        rng, ["urgent", 61, None, 0, "", ["a"], False] if odd else ["urgent", 61, "B2", 7, "no", ["a"], True]
    )
    record = dict(zip(names, values, strict=True))
    now = datetime(
        2026, 3, int(rng.integers(1, 28)), int(rng.integers(1, 23)), int(rng.integers(60)), tzinfo=UTC
    )
    purposes = shuffled(rng, PURPOSES)[:4]
    need = {
        (purposes[0], "doctor"): names[:4][::-1],
        (purposes[0], "guard"): names[5:6],
        (purposes[1], "nurse"): [names[2], "insurance", names[0]],
        (purposes[1], "clerk"): ["insurance"],
        (purposes[2], "nurse"): [],
        (purposes[2], "doctor"): names[::-1],
    }
    return record, need, purposes, now


def _cousins(text: str) -> tuple[str, ...]:
    """Texts that look like this one, and aren't."""
    return (text.upper(), text.capitalize(), f"{text} ", f" {text}", text[:3], text[1:], f"{text}x")


def _minimum(rng: np.random.Generator, *, odd: bool = False) -> Asked:
    record, need, purposes, now = _drawn(rng, odd=odd)
    for purpose in purposes:
        for role in ("doctor", "nurse", "guard", "clerk", "Doctor", "doctor ", "head nurse", "visitor", ""):
            yield f"role {role!r}, purpose {purpose!r}, no glass", (record, role, purpose, now, need, None)
    for purpose in _cousins(purposes[0]):
        yield f"purpose {purpose!r}, no glass", (record, "doctor", purpose, now, need, None)
    yield "an empty record", ({}, "doctor", purposes[0], now, need, None)
    yield "an empty table", (record, "doctor", purposes[0], now, {}, None)
    yield "role and purpose swapped", (record, purposes[0], "doctor", now, need, None)


def _handed(rng: np.random.Generator) -> Asked:
    """All of a record with odd values, by a glass that is surely open."""
    record, need, purposes, opened = _drawn(rng, odd=True)
    for reason in REASONS:
        glass, now = {"reason": reason, "opened": opened}, opened + timedelta(minutes=10)
        yield "role 'nurse', open glass, 10 minutes later", (record, "nurse", purposes[0], now, need, glass)


def _single(rng: np.random.Generator) -> Asked:
    """One field is needed, and its value counts as false."""
    _, _, purposes, now = _drawn(rng)
    for value in (None, 0, "", False, []):
        record, need = {"age": 61, "result": value}, {(purposes[0], "doctor"): ["result"]}
        yield f"the one field needed is {value!r}", (record, "doctor", purposes[0], now, need, None)


def _events(rng: np.random.Generator) -> Asked:
    """Calls with a glass that is surely open, or shut for three reasons: only the event's rules decide."""
    record, need, purposes, opened = _drawn(rng)
    for reason in REASONS:
        for role in GLASS_ROLES:
            for purpose in purposes:
                glass, now = {"reason": reason, "opened": opened}, opened + timedelta(minutes=10)
                yield f"role {role!r}, open glass", (record, role, purpose, now, need, glass)
    for reason in ("", "he is unconscious", "he is u07's neighbour", None, ["unconscious"]):
        for role in ("guard", "clerk"):
            for purpose in purposes:
                glass, now = {"reason": reason, "opened": opened}, opened + timedelta(days=1)
                yield (
                    f"role {role!r}, reason {reason!r}, a day later",
                    (record, role, purpose, now, need, glass),
                )
    glass = {"reason": REASONS[0], "opened": opened}
    yield "an empty record, open glass", ({}, "nurse", purposes[0], opened, need, glass)
    yield "an empty table, open glass", (record, "nurse", purposes[0], opened, {}, glass)


def _glasses(rng: np.random.Generator) -> Asked:
    record, need, purposes, opened = _drawn(rng)
    moments = {
        "at once": timedelta(0),
        "a moment before it's broken": -TICK,
        "an hour before it's broken": -timedelta(hours=1),
        "10 minutes later": timedelta(minutes=10),
        "a moment before the end": LIMIT - TICK,
        "at the end": LIMIT,
        "a moment after the end": LIMIT + TICK,
        "a day later": timedelta(days=1, minutes=5),
    }
    for role in ("nurse", "doctor", "guard", "clerk"):
        for said, after in moments.items():
            glass = {"reason": REASONS[int(rng.integers(3))], "opened": opened}
            yield f"role {role!r}, glass, {said}", (record, role, purposes[0], opened + after, need, glass)
    now = opened + timedelta(minutes=1)
    strange = ("visitor", "head nurse", "nursery guard", "", "none", purposes[3])
    for role in (*strange, *_cousins("nurse"), *_cousins("doctor")):
        for purpose in (purposes[1], purposes[3]):
            glass = {"reason": REASONS[int(rng.integers(3))], "opened": opened}
            yield f"role {role!r}, open glass", (record, role, purpose, now, need, glass)
    for reason in REASONS:
        for role in GLASS_ROLES:
            glass = {"reason": reason, "opened": opened}
            yield f"role {role!r}, reason {reason!r}", (record, role, purposes[1], now, need, glass)
    for reason in (
        "",
        "none",
        *_cousins("unconscious"),
        "threat",
        "he is unconscious",
        "he is u07's neighbour",
        None,
        True,
        1,
        ["unconscious"],
        ("unconscious",),
        REASONS,
        {},
    ):
        for role, purpose in (("nurse", purposes[1]), ("doctor", purposes[0])):
            glass = {"reason": reason, "opened": opened}
            yield f"role {role!r}, reason {reason!r}", (record, role, purpose, now, need, glass)
    glass = {"reason": REASONS[0], "opened": opened}
    yield "an empty record, open glass", ({}, "nurse", purposes[0], now, need, glass)
    yield "an empty table, open glass", (record, "nurse", purposes[0], now, {}, glass)


def _purposes(rng: np.random.Generator) -> Asked:
    record, need, purposes, now = _drawn(rng)
    glass = {"reason": REASONS[1], "opened": now}
    typed = ("", "doctor", "he was born 04.07.1961", f"{purposes[0]} of a neighbour")
    for purpose in (*_cousins(purposes[0]), purposes[3], *typed, *purposes[:3]):
        for role in ("doctor", "guard"):
            shut = {"reason": "he is u07's neighbour", "opened": now - timedelta(days=1)}
            for one in (None, glass if role == "doctor" else shut):
                said = f"role {role!r}, purpose {purpose!r}, {'no glass' if one is None else 'glass'}"
                yield said, (record, role, purpose, now, need, one)
    for pair, fields in need.items():
        said = f"role {pair[1]!r}, purpose {pair[0]!r}, which is the table's only pair"
        yield said, (record, pair[1], pair[0], now, {pair: fields}, None)
