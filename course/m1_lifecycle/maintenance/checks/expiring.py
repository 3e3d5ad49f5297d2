"""The check of `maintenance.expiring`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, brief, exercise

from ..material import equal_list, names, refused, same, telling


@exercise(
    minutes=9,
    parts={
        "listed": (3, "lists keys and certificates that have expired, or do so within the warning time"),
        "models": (2, "counts a model's days from its newest data"),
        "order": (2, "sorts by the moment of expiry, ties by name"),
        "zone": (1, "raises ValueError for a time without a zone"),
        "inputs": (1, "leaves its inputs as they were, and the list is right"),
    },
    hints=(
        "Turn every text into a datetime before you compare anything. Which item has no `until`, and how do "
        "you get "
        "one for it?",
        "datetime.fromisoformat reads the offset too, and two datetimes with offsets compare as moments. "
        "utcoffset() is None where there is no zone. A model's end is max(of its data) + "
        "timedelta(days=...).",
        "read(text): the datetime; no zone → ValueError\n"
        "each item: end = read(until), or the latest of read(data) + valid_days\n"
        "    end <= now: expired; else end <= now + warn days: soon; else not listed\n"
        "sort by (end, name), return (name, state)",
    ),
    debrief=(
        "Likes a key that never ends: what was copied once opens the door for years.",
        "Learns of the end a month before. The price is the list itself: a warning time that is too long "
        "becomes "
        "noise, and somebody must own each line.",
    ),
    standards=("RV.1.1", "RV.2.2"),
)
def expiring(t: Trial, expiring) -> None:
    for rng in t.cases(5):
        now, warn = _now(rng), int(rng.integers(5, 60))
        t.given(now=now.isoformat(), warn=warn)
        drawn = [(*case, warn) for case in _cases(rng, now, warn)]
        for part, what, items, days in (*drawn, *_short(rng, now)):
            t.given(case=what, now=now.isoformat(), warn=days)
            want = _listed(items, now, days)
            try:
                got, after = t.observe(expiring, items, now, days)
            except LearnerError as error:
                if error.kind == "NotImplementedError":
                    raise
                for key in (part, "inputs"):
                    with t.part(key):
                        t.wrong(
                            "An error was raised.",
                            expected=want,
                            got=error.what,
                            slip=NO_UNTIL if _no_until(error) and part != "listed" else "",
                        )
                continue
            with t.part(part):
                slips = {text: _listed(items, now, days, **rules) for text, rules in SLIPS.items()}
                equal_list(t, _form(t, got), want, "the list", telling(slips, want))
            with t.part("inputs"):
                equal_list(t, _form(t, got), want, "the list", {})
                t.expect(same(after[0], items), "Your function changed the items that it was given.")
        for what, items in _without_zone(rng, now):
            t.given(case=what, now=now.isoformat(), warn=warn)
            with t.part("zone"):
                refused(t, ValueError, what, lambda given=(items, now, warn): expiring(*given), _naive)
        with t.part("zone"):
            t.equal(_form(t, expiring([], now, warn)), [], "the list of no items")


def _no_until(error: LearnerError) -> bool:
    return error.kind == "KeyError" and "until" in error.what


def _naive(error: LearnerError | None) -> str:
    return NAIVE if error is None or error.kind == "TypeError" else NO_UNTIL if _no_until(error) else ""


NO_UNTIL = "A model has no `until`: its end comes from its newest data and valid_days."
NAIVE = "A time without a zone may be hours off: raise ValueError, and do not guess."

SLIPS: dict[str, dict[str, Any]] = {
    "What ends at this very moment has expired: until <= now.": {"now_open": True},
    "The warning time's last moment counts: until <= now + warn days.": {"end_open": True},
    "What has expired already is listed too.": {"past": False},
    "A model's days count from its newest data, not from its release.": {"model": "released"},
    "The newest data count, not the first in the list.": {"model": "first"},
    "The newest data count, not the oldest.": {"model": "oldest"},
    "The newest is the latest moment, not the largest text.": {"model": "text"},
    "Times with another offset are other moments: do not drop the offset.": {"zones": False},
    "Sort by the moment of expiry.": {"order": "name"},
    "Expired items are not a group of their own: only moment and name give the order.": {
        "order": "soon first"
    },
    "Ties go by name.": {"order": "as given"},
}


def _listed(
    items: list,
    now: datetime,
    warn: int,
    *,
    now_open: bool = False,
    end_open: bool = False,
    past: bool = True,
    model: str = "newest",
    zones: bool = True,
    order: str = "",
) -> list[tuple[str, str]]:
    """The right list, or the one of an answer that breaks a rule."""

    def read(text: str) -> datetime:
        moment = datetime.fromisoformat(text)
        return moment if zones and moment.tzinfo else moment.replace(tzinfo=UTC)

    found = []
    for item in items:
        if "until" in item:
            end = read(item["until"])
        else:
            start = {
                "newest": lambda item: max(map(read, item["data"])),
                "oldest": lambda item: min(map(read, item["data"])),
                "text": lambda item: read(max(item["data"])),
                "first": lambda item: read(item["data"][0]),
                "released": lambda item: read(item["released"]),
            }[model](item)
            end = start + timedelta(days=item["valid_days"])
        last = now + timedelta(days=warn)
        if end < now or (end == now and not now_open):
            if past:
                found.append((end, item["name"], "expired"))
        elif end < last or (end == last and not end_open):
            found.append((end, item["name"], "soon"))
    if order == "name":
        found.sort(key=lambda row: row[1])
    elif order == "soon first":
        found.sort(key=lambda row: (row[2] == "expired", row[0], row[1]))
    elif order == "as given":
        found.sort(key=lambda row: row[0])
    else:
        found.sort()
    return [row[1:] for row in found]


def _form(t: Trial, got: Any) -> list:
    for entry in t.instance(got, list, "the result"):
        t.expect(
            type(entry) is tuple and [type(item) for item in entry] == [str, str],
            "An entry of the list has another form.",
            expected="a tuple (name, state)",
            got=brief(entry),
        )
    return got


def _now(rng: np.random.Generator) -> datetime:
    zone = timezone(timedelta(hours=int(rng.choice([-8, -5, 2, 9]))))
    return datetime(
        2031, int(rng.integers(1, 13)), int(rng.integers(1, 28)), int(rng.integers(24)), 30, tzinfo=zone
    )


def _text(moment: datetime, hours: float = 0, z: bool = False) -> str:
    """The same moment, written with another offset."""
    text = moment.astimezone(timezone(timedelta(hours=hours))).isoformat()
    return text.replace("+00:00", "Z") if z else text


def _cases(rng: np.random.Generator, now: datetime, warn: int):
    """(part, what, items): each boundary, and moments that only look early or late in their own offset."""
    second, days = timedelta(seconds=1), timedelta(days=warn)
    a, b, c, d, e, f = names(rng, 6)
    offsets = [float(hour) for hour in rng.permutation([-11, -3.5, 0, 5.5, 9, 14])]

    def key(name: str, end: datetime, hours: float = 0, z: bool = False) -> dict:
        return {"name": name, "kind": str(rng.choice(["key", "certificate"])), "until": _text(end, hours, z)}

    near = [
        key(name, now + timedelta(hours=3), hours)
        for name, hours in zip((a, b, c), (-11, 9, 14), strict=True)
    ]
    yield "listed", "three offsets, one moment", near
    near = [
        key(name, now - timedelta(hours=3), hours)
        for name, hours in zip((a, b, c), (-11, 9, 14), strict=True)
    ]
    yield "listed", "three offsets, one moment, expired", near
    yield "listed", "nothing ends", [key(a, now + 3 * days)]
    yield "listed", "ends now", [key(a, now)]
    yield "listed", "ends a second ago, and in a second", [key(a, now - second), key(b, now + second)]
    yield "listed", "ends with the warning time", [key(a, now + days)]
    yield "listed", "ends a second after it", [key(a, now + days + second, offsets[1])]
    yield "listed", "ends a second before it", [key(a, now + days - second, offsets[2], offsets[2] == 0)]
    yield "listed", "ended long ago", [key(a, now - timedelta(days=900), z=True)]

    def model(name: str, newest: datetime, valid: int, more: int, hours: float = 0) -> dict:
        data = [_text(newest - timedelta(days=90 * i), hours) for i in range(more, -1, -1)]
        data = [data[i] for i in rng.permutation(len(data))]
        return {
            "name": name,
            "kind": "model",
            "released": _text(newest + timedelta(days=95)),
            "data": data,
            "valid_days": valid,
        }

    valid = int(rng.integers(100, 300))
    start = now - timedelta(days=valid)
    yield "models", "one batch, ends after the warning time", [model(a, start + days + second, valid, 0)]
    yield (
        "models",
        "a key, and a model with one batch of data",
        [key(b, now - second), model(a, start, valid, 0)],
    )

    def with_data(*moments: str) -> dict:
        released = _text(start + timedelta(days=95))
        return {"name": b, "kind": "model", "released": released, "data": list(moments), "valid_days": valid}

    late, inside, day = start + days + second, start + days / 2, timedelta(days=1)
    yield (
        "models",
        "three batches, the newest last",
        [with_data(_text(inside), _text(start - day), _text(late))],
    )
    yield (
        "models",
        "three batches, the newest in the middle",
        [with_data(_text(inside), _text(late), _text(start - day))],
    )
    tricky = with_data(_text(start - day), _text(late - timedelta(hours=2), 14), _text(late, -11))
    yield "models", "batches whose texts sort the other way", [tricky]
    yield (
        "models",
        "three batches, ends with the warning time",
        [model(a, start + days, valid, 2, offsets[3])],
    )
    yield "models", "four batches, a second too late", [model(a, start + days + second, valid, 3)]
    yield "models", "a model and a key", [model(a, start + second, valid, 1), key(b, now + second)]

    stale = with_data(_text(start - day), _text(start - second))
    yield "models", "two models, both expired", [{**stale, "name": a}, stale]
    bare = with_data(_text(inside))
    bare["released"] = bare["released"][:19]
    yield "models", "a release time without a zone, which nobody needs", [bare]

    many = [
        key(e, now + second, offsets[0]),
        key(b, now - 2 * second, offsets[1]),
        model(d, start - second, valid, 1),
        key(f, now + days - second, offsets[2]),
        key(c, now + 3 * second, offsets[3], offsets[3] == 0),
        key(a, now - timedelta(days=2), offsets[4]),
    ]
    yield "order", "six items", [many[i] for i in rng.permutation(6)]
    for moment in (now - second, now + second):
        tied = [
            key(name, moment, hours) for name, hours in zip(sorted((a, b, c))[::-1], offsets, strict=False)
        ]
        yield "order", "three that end at the same moment", tied


def _short(rng: np.random.Generator, now: datetime):
    """(part, what, items, warn): warning times of 0 and 1 days, names that come twice, half seconds."""
    a, b, c = names(rng, 3)
    second, half, day = timedelta(seconds=1), timedelta(seconds=0.5), timedelta(days=1)

    def key(name: str, end: datetime) -> dict:
        return {"name": name, "kind": str(rng.choice(["key", "certificate"])), "until": _text(end)}

    three = [key(a, now), key(b, now + second), key(c, now - second)]
    yield "listed", "no warning time", three, 0
    yield "listed", "one day of warning", [key(a, now + day), key(b, now + day + second)], 1
    yield "listed", "half a second after now", [key(a, now + half)], 1
    yield "listed", "a key and a certificate of one name", [key(a, now), key(a, now)], 7
    yield "listed", "one name, expired and soon", [key(a, now), key(a, now + second)], 7


def _without_zone(rng: np.random.Generator, now: datetime):
    """(what, items): one time without a zone, alone or after one that is sound."""
    a, b = names(rng, 2)
    bare = now.replace(tzinfo=None)
    far = (bare + timedelta(days=4000)).isoformat()
    yield (
        "a certificate whose end has no zone",
        [{"name": a, "kind": "certificate", "until": bare.isoformat()}],
    )
    sound = {"name": b, "kind": "key", "until": _text(now)}
    yield "a key with a zone and one without", [sound, {"name": a, "kind": "key", "until": far}]
    for data in ([bare.isoformat()], [_text(now), bare.isoformat()], [bare.isoformat(), _text(now)]):
        model = {"name": a, "kind": "model", "released": _text(now), "data": data, "valid_days": 20}
        yield f"a model whose data have {len(data)} time{'s' * (len(data) > 1)}, one without a zone", [model]
