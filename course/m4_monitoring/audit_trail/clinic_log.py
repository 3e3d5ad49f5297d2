"""A year of the clinic's audit log, drawn from a seed, and the small helpers that the lesson's cells share.

year()                    the log: a list of events, each a dict, in the order in which they were written
tag(key, name, value)     a keyed digest: the same value gives the same tag, and making it takes the key
heads(lines)              what a chain of hashes says after 0, 1, 2 … lines
seal(lines, at, sign)     a checkpoint: how many lines, their head, the hour, and a signature
signed_by(public, ...)    whether a signature is that of the key
months_back(day, n)       the same day n months earlier
"""

from __future__ import annotations

import hashlib
import hmac
import json
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

HOUR, DAY = 3600, 86400
DAYS = 365
FIRST = int(datetime(2025, 11, 1, tzinfo=UTC).timestamp())  # the year's first second
TODAY = FIRST + DAYS * DAY  # 1 November 2026, 00:00

#: Who asks for how long a log is kept, in months. Engineering training, not legal advice.
RETENTION = [
    {
        "id": "PCI DSS 10.5.1",
        "says": "audit logs of card payments: 12 months kept, the last 3 immediately available",
        "source": "PCI DSS v4.0.1, read in reproductions, November 2026",
        "kept": 12,
        "at_hand": 3,
    },
    {"id": "the clinic's own", "says": "made up", "source": "this lesson", "kept": 6, "at_hand": 1},
]

KEY = bytes(range(32))  # a toy: a real one is drawn at random, and lives in a key store
PATIENT = "04711"  # whose row the questions are about
STOLEN = "u07"  # the account that an intruder uses
NIGHT = FIRST + 290 * DAY + 2 * HOUR  # 02:00 on day 290: the intruder reads
FIRST_LOGIN = FIRST + 140 * DAY + 3 * HOUR  # day 140: the first login with the stolen password
OLD_ANSWER = FIRST + 30 * DAY + 10 * HOUR  # day 30: an answer that somebody asks about today


def tag(key: bytes, name: str, value: Any) -> str:
    """HMAC-SHA256 of the name and the value: 64 hexadecimal digits."""
    message = f"{name}:{json.dumps(value, sort_keys=True)}"
    return hmac.new(key, message.encode(), "sha256").hexdigest()


def when(ts: int) -> str:
    """1772443800 → "2026-03-02 09:30"."""
    return datetime.fromtimestamp(ts, UTC).strftime("%Y-%m-%d %H:%M")


def heads(lines: Sequence[str]) -> list[str]:
    """`heads(lines)[i]` stands for the first i lines, and for nothing after them; `[0]` is 64 zeros."""
    found = ["0" * 64]
    for line in lines:
        found.append(hashlib.sha256(bytes.fromhex(found[-1]) + line.encode()).hexdigest())
    return found


def statement(count: int, head: str, at: int) -> bytes:
    """What a checkpoint's signature is made over."""
    return f"clinic audit log: {count} lines, head {head}, hour {at}".encode()


def seal(lines: Sequence[str], at: int, sign: Callable[[bytes], bytes]) -> dict[str, Any]:
    """The checkpoint of these lines at this hour."""
    count, head = len(lines), heads(lines)[-1]
    return {"count": count, "head": head, "at": at, "signature": sign(statement(count, head, at))}


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the Ed25519 key with these 32 public bytes made the signature over the message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def months_back(day: date, months: int) -> date:
    """The same day so many months earlier; where that month is too short, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def year(seed: int = 7, key: bytes = KEY) -> list[dict[str, Any]]:
    """About 17,000 events: answers, reads of patients' rows, logins, and a heartbeat every hour.

    Two things are planted: the reads of a stolen account on one night, and an honest billing run every month.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    tags = {number: tag(key, "patient", f"{number:05}") for number in range(4000, 5200)}
    events = [(FIRST + hour * HOUR, "log", "heartbeat", "", "") for hour in range(DAYS * 24)]
    for day in range(DAYS):
        begin = FIRST + day * DAY
        for ts in begin + 7 * HOUR + rng.integers(0, 12 * HOUR, 18):
            events.append(
                (int(ts), f"u{rng.integers(1, 19):02}", "read", int(rng.integers(4000, 5200)), "care")
            )
        for ts in begin + 6 * HOUR + rng.integers(0, 2 * HOUR, 3):
            events.append((int(ts), f"u{rng.integers(1, 25):02}", "login", "", ""))
        if day % 30 == 20:
            for number, wait in zip(rng.integers(4000, 5200, 60), range(0, 60 * 12, 12), strict=True):
                events.append((begin + 14 * HOUR + wait, "u19", "read", int(number), "billing"))
    asked = int(PATIENT)
    for day, hour, who in ((30, 10, "u03"), (31, 9, "u14"), (212, 11, "u03")):
        events.append((FIRST + day * DAY + hour * HOUR, who, "read", asked, "care"))
    events.append((FIRST_LOGIN, STOLEN, "login", "", ""))
    events.append((NIGHT - 60, STOLEN, "login", "", ""))
    row = [asked, *rng.integers(4000, 5200, 39).tolist()]
    events += [(NIGHT + 25 * i, STOLEN, "read", number, "research") for i, number in enumerate(row)]
    events.sort(key=lambda event: event[0])
    return [
        {
            "number": i,
            "ts": ts,
            "actor": actor,
            "action": action,
            "patient": tags[patient] if patient != "" else "",
            "purpose": purpose,
            "release": f"1.{(ts - FIRST) // (90 * DAY)}.0",
        }
        for i, (ts, actor, action, patient, purpose) in enumerate(events)
    ]
