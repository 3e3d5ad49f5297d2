"""The check of `design.audit_event`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import shuffled

ROLES = ("nurse", "doctor", "developer", "service")
ACTIONS = ("score", "load", "train", "approve")
OUTCOMES = ("ok", "refused", "failed")
REASONS = ("none", "bad-input", "bad-signature", "no-right", "too-many", "other")
KEYS = ("v", "time", "actor", "action", "object", "outcome", "reason")
MISTAKES = {
    "action": "an action that is a mistake in our code",
    "outcome": "an outcome that is a mistake in our code",
    "ts": "a time without a zone",
}
FIELD = {"actor": "actor", "obj": "object", "reason": "reason"}


@exercise(
    minutes=9,
    parts={
        "event": (2, "makes an event with its keys in order, and values that fit"),
        "time": (3, "writes the time in UTC, with milliseconds and a Z"),
        "outside": (4, 'writes "other" for what comes from outside and doesn\'t fit, and never raises'),
        "mistakes": (2, "raises ValueError for a mistake in our own code"),
    },
    hints=(
        "Six arguments: which three may hold anything at all? What does a pattern do with a number?",
        "Ask isinstance(value, str) first: fullmatch takes no number. "
        "ts.astimezone(UTC).isoformat(timespec='milliseconds') ends in +00:00.",
        "action not in ACTIONS, outcome not in OUTCOMES, or ts.tzinfo is None: ValueError\n"
        "actor, object: the value if it's a text and its pattern's fullmatch holds, else 'other'\n"
        "reason: the value if it's in REASONS, else 'other'\n"
        "time: ts in UTC, isoformat with milliseconds, +00:00 replaced by Z",
    ),
    debrief=(
        "Puts a patient, a token or a forged line into a field that's logged as it is, or a value that makes "
        "the logging fail, so that the deed leaves no event.",
        "Writes codes from closed lists, and never fails on what comes from outside. The cost: an honest "
        "explanation becomes other too, until the list has a code for it.",
    ),
    standards=("AML.M0024", "PW.1.2"),
)
def audit_event(t: Trial, audit_event) -> None:
    sound = False
    for rng in t.cases(4):
        case = _case(rng)
        t.given(actor=case["actor"], obj=case["obj"], ts=case["ts"].isoformat())
        with t.part("event"):
            for given in (case, *_neighbours(case)):
                _expect_event(t, audit_event(**given), given)
            sound = True
        with t.part("time"):
            for ts, want in _times(rng):
                t.given(ts=ts.isoformat())
                got = t.instance(audit_event(**{**case, "ts": ts}), dict, "the event")
                t.equal(got.get("time"), want, "the time", slips=_time_slips(ts, want))
        with t.part("outside"):
            for name, value in _unfit(rng):
                t.given(**{name: value})
                _expect_other(t, audit_event, case, {name: value})
            several = {"actor": "x", "obj": "born 04.07.1961", "reason": None}
            for left_out in (None, *several):  # two at once, and all three
                unfit = {name: value for name, value in several.items() if name != left_out}
                t.given(**unfit)
                _expect_other(t, audit_event, case, unfit)
    for rng in t.cases(2):
        case = _case(rng)
        with t.part("mistakes"):
            audit_event(**case)  # a stub stays a stub, and isn't told of a refusal
            t.expect(sound, "A sound event doesn't come out right, so a refusal counts for nothing.")
            for name, value in _mistakes(rng, case):
                t.given(**{name: str(value)})
                with t.raises(ValueError, MISTAKES[name]):
                    audit_event(**{**case, name: value})
            one_each = [("action", "delete"), ("outcome", "error"), ("ts", case["ts"].replace(tzinfo=None))]
            for pair in (*combinations(one_each, 2), one_each):
                t.given(**{name: str(value) for name, value in pair})
                with t.raises(ValueError, "several mistakes at once"):
                    audit_event(**{**case, **dict(pair)})
            for name, value in one_each:
                t.given(**{name: str(value)})
                with t.raises(ValueError, f"{MISTAKES[name]}, beside values from outside that don't fit"):
                    audit_event(**{**case, "actor": None, "obj": "x", "reason": ["x"], name: value})


def _case(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "actor": f"{rng.choice(ROLES)}-{rng.integers(1, 10 ** rng.integers(1, 4))}",
        "action": str(rng.choice(ACTIONS)),
        "obj": f"case/{rng.bytes(4).hex()}",
        "outcome": str(rng.choice(OUTCOMES)),
        "reason": str(rng.choice(REASONS)),
        "ts": datetime(2026, 3, 2, 9, 30, tzinfo=UTC) + timedelta(minutes=int(rng.integers(10**5))),
    }


def _neighbours(case: dict[str, Any]) -> list[dict[str, Any]]:
    """What fits, though it's short, long or of the other form; each code of each list."""
    found = [{**case, "actor": f"{role}-{number}"} for role in ROLES for number in ("0", "007", "999")]
    found += [
        {**case, "obj": obj}
        for obj in ("release/1.0.0", "release/12.0.34", "release/0.99.1", "case/00000000")
    ]
    for name, codes in (("action", ACTIONS), ("outcome", OUTCOMES), ("reason", REASONS)):
        found += [{**case, name: code} for code in codes]
    return found


def _expect_event(t: Trial, got: Any, case: dict[str, Any]) -> None:
    got = t.instance(got, dict, "the event")
    t.equal(list(got), list(KEYS), "the list of keys, in their order")
    t.expect(type(got["v"]) is int and got["v"] == 1, 'The value of "v" isn\'t 1.', expected=1, got=got["v"])
    for name in ("actor", "action", "obj", "outcome", "reason"):
        key = FIELD.get(name, name)
        t.equal(got[key], case[name], f"the value of {key!r}")


def _times(rng: np.random.Generator) -> list[tuple[datetime, str]]:
    """Times in several zones, at the edges of a day and of a millisecond."""
    at = datetime(2026, int(rng.integers(1, 13)), int(rng.integers(1, 28)), int(rng.integers(2, 22)), 5, 9)
    found = []
    for hours in (0, 2, -5, 5.5, -9.5):
        for micro in (0, 999, 1_000, 123_456, 999_999):
            ts = at.replace(microsecond=micro)
            zone = timezone(timedelta(hours=hours)) if hours else UTC
            found.append((ts.replace(tzinfo=zone), _written(ts - timedelta(hours=hours))))
    new_year = datetime(2027, 1, 1, 0, 30)
    found.append((new_year.replace(tzinfo=timezone(timedelta(hours=1))), "2026-12-31T23:30:00.000Z"))
    return shuffled(rng, found)


def _written(utc: datetime) -> str:
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def _time_slips(ts: datetime, want: str) -> dict[str, Any]:
    slips = {
        "That's the local time: ask for ts.astimezone(UTC) first.": _written(ts.replace(tzinfo=None)),
        "It ends in +00:00, and a Z is asked for.": want.replace("Z", "+00:00"),
        "Microseconds: timespec='milliseconds' has three digits.": ts.astimezone(UTC)
        .isoformat(timespec="microseconds")
        .replace("+00:00", "Z"),
        "Seconds only: ask for milliseconds.": want[:-5] + "Z",
    }
    return {slip: value for slip, value in slips.items() if value != want}


def _unfit(rng: np.random.Generator) -> list[tuple[str, Any]]:
    number, code = int(rng.integers(1, 999)), rng.bytes(4).hex()
    role = str(rng.choice(ROLES))
    junk: list[Any] = [None, number, 0.5, True, b"none", [], ["none"], {"a": 1}, "", " "]
    texts = {
        "actor": [
            f"{role}-{number}\n", f" {role}-{number}", f"{role}-{number}, born 04.07.1961", f"{role}-1234",
            "nurse-1961", f"{role}-",
            role, f"{role.upper()}-{number}", f"patient-{number}", f"my {role}-{number}",
            f"{role}-{number}\n{{}}", f"{role}-mill", f"{role}-\u0661", f"{role}-{number}".encode(),
        ],
        "obj": [
            f"case/{code}\n", f"case/{code}0", f"case/{code[:7]}", f"case/{code[:7]}G", "case/",
            f"a case/{code}",
            f"case/{code} born 1961", "release/1.0", "release/1.0.0.0", "release/1.0.0\n", "release/1.0.x",
            f"release/{code}", "release/04.07.1961", "release/100.0.0", "release/1.100.0",
            "release/1.0.\u0661", f"case/{code[:7].upper()}A", f"case/{code[:7]}\u0661", "case/the teacher",
            f"CASE/{code}", f"Bearer {code}", "release/1a0b0",
            f"case/{code}".encode(),
        ],
        "reason": [
            "born 04.07.1961", "the teacher from the mill", f"Bearer {code}{code}", "bad-input\n",
            "Bad-input",
            "bad-input: born 1961", "bad", "no-right ", "NONE", "ok", "ask ada@example.org",
        ],
    }  # fmt: skip
    found = [(name, value) for name, values in texts.items() for value in shuffled(rng, [*values, *junk])]
    return sorted(found, key=lambda pair: str(pair[1]).endswith("\n"))  # last: a slip is told of these


def _expect_other(t: Trial, audit_event: Any, case: dict[str, Any], unfit: dict[str, Any]) -> None:
    """The whole event: what is `unfit` is "other", and nothing else changes."""
    got = t.instance(audit_event(**{**case, **unfit}), dict, "the event")
    t.equal(list(got), list(KEYS), "the list of keys when a value doesn't fit")
    for name, value in unfit.items():
        slips = {}
        if isinstance(value, str) and value.endswith("\n"):
            slip = "A line break at the end doesn't fit: match and $ let it through, fullmatch doesn't."
            slips[slip] = value
        t.equal(got[FIELD[name]], "other", f"the value of {FIELD[name]!r}", slips=slips)
    for key in ("v", "time", "action", "outcome"):
        want = {"v": 1, "time": _written(case["ts"])}.get(key) or case[key]
        t.equal(got[key], want, f"the value of {key!r} when something else doesn't fit")
    for name, key in FIELD.items():
        if name not in unfit:
            t.equal(got[key], case[name], f"the value of {key!r}, which fits")


def _mistakes(rng: np.random.Generator, case: dict[str, Any]) -> list[tuple[str, Any]]:
    actions = [*(word.upper() for word in ACTIONS), "delete", "", "scored", "score\n", *OUTCOMES, "other"]
    outcomes = [*(word.upper() for word in OUTCOMES), "error", "", "okay", "ok ", *ACTIONS, "other"]
    return [
        *(("action", word) for word in shuffled(rng, actions)),
        *(("outcome", word) for word in shuffled(rng, outcomes)),
        ("ts", case["ts"].replace(tzinfo=None)),
    ]
