"""The check of `audit_trail.log_record`."""

from __future__ import annotations

import hashlib
import hmac
import json
from copy import deepcopy
from typing import Any

import numpy as np

from autograder.exercise import Trial, brief, exercise

FIELDS = ("id", "ts", "actor", "purpose", "release", "model", "patient", "input", "decision")
COPIED = tuple(name for name in FIELDS if name not in ("patient", "input"))
TEXTS = tuple(name for name in COPIED if name != "ts")
#: What a terminal, an editor or a parser may take for the end of a line or for an order.
NASTY = [
    chr(n) for n in (*range(32), *range(127, 160), 0xAD, 0x200B, 0x2028, 0x2029, 0x202E, 0xFEFF, 0x1F389)
]
FIRST = "This counts once the fields and their values are right."


@exercise(
    minutes=12,
    parts={
        "fields": (3, "holds the fields, in order, with their values"),
        "tags": (4, "has keyed digests for patient and input"),
        "leak": (2, "holds nothing else of the event"),
        "inject": (4, "stays one printable line, whatever the texts hold, and reads back unchanged"),
        "missing": (1, "raises ValueError for every missing field"),
    },
    hints=(
        "Which fields may the line hold? Go through those, and not through what the event brings.",
        "Build a dict in the order of FIELDS; raise where a field is missing; for two fields put "
        "the HMAC in. "
        "json.dumps, as it comes, does the rest.",
        "for name in FIELDS:\n"
        "    not in event: raise ValueError\n"
        "    record[name] = event[name], or the HMAC of name + ':' + json.dumps(value, sort_keys=True)\n"
        "return json.dumps(record)",
    ),
    debrief=(
        "Types a line break into a name, and the log accuses somebody else. Or reads the log, and has the "
        "patients.",
        "Allows fields instead of forbidding some, encodes every text, and keeps what was typed: a forged "
        "name is evidence. Pays with longer lines and a key to look after.",
    ),
    standards=("AML.M0024", "AML.M0012"),
)
def log_record(t: Trial, log_record) -> None:
    right = True
    for rng in t.cases(3):
        event, key = _event(rng), rng.bytes(int(rng.integers(16, 40)))
        with t.part("fields"):
            right = False
            for case in _plain(event):
                try:
                    line, after = t.observe(log_record, case, key)
                except ValueError:
                    t.wrong("ValueError is raised, and no field is missing.", slip=_why(case))
                _expect_fields(t, line, case)
                _expect_same(t, after[0], case)
            right = True
        with t.part("tags"):
            _expect_tags(t, log_record, event, key, rng)
        with t.part("leak"):
            _expect_right(t, log_record, event, key, right)
            _expect_no_leak(t, log_record, event, key, rng)
        with t.part("inject"):
            _expect_right(t, log_record, event, key, right)
            for case in _typed(event):
                line = log_record(case, key)
                _expect_printable(t, line, case)
                _expect_fields(t, line, case)
        with t.part("missing"):
            _expect_right(t, log_record, event, key, right)
            for name in FIELDS:
                less = {other: value for other, value in event.items() if other != name}
                for case in (less, {**less, "token": "t", "note": "n"}):
                    with t.raises(ValueError, f"an event without {name}"):
                        log_record(case, key)
            with t.raises(ValueError, "an event without any field"):
                log_record({}, key)


def _expect_same(t: Trial, after: dict[str, Any], event: dict[str, Any]) -> None:
    same = after == event and list(after) == list(event) and list(after["input"]) == list(event["input"])
    t.expect(same, "Your function changed the event that it was given.")


def _expect_right(t: Trial, log_record: Any, event: dict[str, Any], key: bytes, right: bool) -> None:
    """Wrong unless the fields were right; a stub says here, too, that it isn't written yet."""
    log_record(event, key)
    t.expect(right, FIRST)


def _why(event: dict[str, Any]) -> str:
    empty = any(value in ("", {}, 0) for value in event.values())
    return "An empty field is there: it isn't missing." if empty else ""


def _event(rng: np.random.Generator) -> dict[str, Any]:
    """One event, its fields in drawn order."""
    names = ["mean radius", "mean texture", "worst area", "Größe", "symmetry error"]
    values = {
        "id": f"r-{rng.bytes(3).hex()}",
        "ts": int(rng.integers(1_760_000_000, 1_790_000_000)),
        "actor": f"u{rng.integers(1, 25):02}",
        "purpose": str(rng.choice(["care", "billing", "research"])),
        "release": f"1.{rng.integers(9)}.0",
        "model": rng.bytes(32).hex(),
        "patient": f"{rng.integers(100, 9999):05}",
        "input": {names[i]: round(float(rng.uniform(100, 900)), 4) for i in rng.permutation(5).tolist()},
        "decision": str(rng.choice(["urgent", "routine"])),
    }
    order = rng.permutation(len(FIELDS)).tolist()
    return {FIELDS[i]: values[FIELDS[i]] for i in order}


def _plain(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The event, in FIELDS' order reversed, and with each text empty: that is not missing."""
    cases = [event, {name: event[name] for name in reversed(FIELDS)}, {**event, "ts": 0}]
    cases += [{**event, name: ""} for name in (*TEXTS, "patient")]
    return [*cases, {**event, "input": {}}]


def _typed(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The event with every odd character in every copied text, one at a time and all at once."""
    cases = [{**event, name: f"{event[name]}{c}ts=1 actor=u19"} for name in TEXTS for c in NASTY]
    every = "".join(NASTY)
    cases += [{**event, name: every + 'quote " and \\ and \\u007f and \\n' + every} for name in TEXTS]
    return [*cases, {**event, **dict.fromkeys(TEXTS, "\r\n\x7f für")}]


def _expect_fields(t: Trial, line: Any, event: dict[str, Any]) -> None:
    t.instance(line, str, "the record")
    try:
        record = json.loads(line)
    except ValueError:
        t.wrong("The record isn't JSON.", expected="a line of JSON", got=brief(line))
    t.expect(isinstance(record, dict), "The JSON isn't an object.", got=brief(line))
    slips = {
        "Go through FIELDS, not through the event.": [name for name in event if name in record],
        "The fields come in the order of FIELDS.": sorted(FIELDS),
    }
    t.equal(list(record), list(FIELDS), "the list of fields", slips=slips)
    names = json.loads(line, object_pairs_hook=lambda pairs: [name for name, _ in pairs])
    t.expect(names == list(FIELDS), "A field comes twice in the line.", got=brief(names))
    for name in COPIED:
        t.equal(
            record[name],
            event[name],
            f"the value of {name!r}",
            slips={"ts stays a number.": str(event["ts"])},
        )
    t.expect(type(record["ts"]) is int, "ts stays a whole number.", got=brief(record["ts"]))


def _expect_printable(t: Trial, line: str, event: dict[str, Any]) -> None:
    t.instance(line, str, "the record")
    bad = next((c for c in line if not " " <= c <= "~"), None)
    if bad is not None:
        t.wrong(f"The character U+{ord(bad):04X} stands in the line.", got=brief(line))


def _message(name: str, value: Any) -> str:
    return f"{name}:{json.dumps(value, sort_keys=True)}"


def _mac(key: bytes, message: str) -> str:
    return hmac.new(key, message.encode(), "sha256").hexdigest()


def _expect_tags(
    t: Trial, log_record: Any, event: dict[str, Any], key: bytes, rng: np.random.Generator
) -> None:
    fields = event["input"]
    other = {**event, "input": dict(reversed(fields.items()))}
    whole = {**event, "patient": "00000", "input": {"b": 1, "a": -2.5, "Z": 0}}
    umlaut = {**event, "patient": "für\n"}
    for case in (event, other, whole, umlaut, {**event, "input": {}, "patient": ""}):
        for used in (key, rng.bytes(32)):
            record = _read(t, log_record(case, used))
            for name in ("patient", "input"):
                value = case[name]
                message = _message(name, value)
                text = json.dumps(value, sort_keys=True)
                slips = {
                    "The digest needs the key: use hmac.": hashlib.sha256(message.encode()).hexdigest(),
                    "The field's name and a colon come first.": _mac(used, text),
                    "Sort the keys, so that the order of the measurements doesn't matter.": _mac(
                        used, f"{name}:{json.dumps(value)}"
                    ),
                    "The value goes in as json.dumps writes it, a text in quotes.": _mac(
                        used, f"{name}:{value}"
                    ),
                }
                slips = {said: wrong for said, wrong in slips.items() if wrong != _mac(used, message)}
                t.equal(record.get(name), _mac(used, message), f"the digest of {name}", slips=slips)


def _read(t: Trial, line: Any) -> dict[str, Any]:
    t.instance(line, str, "the record")
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    t.expect(isinstance(record, dict), "The record isn't a JSON object.", got=brief(line))
    return record


def _expect_no_leak(
    t: Trial, log_record: Any, event: dict[str, Any], key: bytes, rng: np.random.Generator
) -> None:
    secret = rng.bytes(8).hex()
    extras = {
        "token": secret,
        "note": f"neighbour {secret}",
        "patient_name": secret,
        "Input": {"mean radius": secret},
        "key": [secret],
        "ID": secret,
        "input_digest": secret,
    }
    more = [{}, *({name: value} for name, value in extras.items()), extras]
    for extra in more:
        for case in ({**event, **deepcopy(extra)}, {**deepcopy(extra), **event}):
            line, after = t.observe(log_record, case, key)
            _expect_fields(t, line, case)
            _expect_same(t, after[0], case)
            held = set(map(str, json.loads(line).values()))
            t.expect(secret not in line, "The line holds a field that isn't in FIELDS.", got=brief(line))
            t.expect(event["patient"] not in held, "The line holds the patient's number.", got=brief(line))
            shown = [str(value) for value in event["input"].values()]
            t.expect(not any(f" {value}" in line for value in shown), "The line holds a measurement.")
            t.expect(key.hex() not in line, "The line holds the key.")
