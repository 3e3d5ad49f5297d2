"""The check of `deployment.TokenBucket`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise


@exercise(
    minutes=12,
    parts={
        "burst": (2, "allows a burst, down to the last token"),
        "refill": (3, "refills with time, to the capacity and no further"),
        "clients": (2, "keeps one bucket for each client"),
        "clock": (2, "counts no time twice when the clock goes back"),
        "big": (1, "refuses a cost above the capacity, and takes nothing for it"),
        "bad": (2, "raises ValueError for a cost that isn't above 0, and changes nothing"),
    },
    hints=(
        "What must you remember about a client between two calls? Two numbers are enough.",
        "Keep, per client, the tokens and the latest time. Nothing has to run in "
        "between: when a call comes, work out "
        "what has come back since. max(0, now - latest) and max(now, latest) take care of the clock.",
        "not cost > 0: ValueError\n"
        "tokens, latest = what you have of this client, or (capacity, now)\n"
        "tokens = min(capacity, tokens + rate * max(0, now - latest))\n"
        "allowed = cost <= tokens; if so, take it off\n"
        "remember tokens and max(now, latest)\n"
        "return allowed",
    ),
    debrief=(
        "Takes many keys, or sends a few requests that cost much. Looks for the limiter "
        "that counts requests, and for "
        "the client name that he may choose.",
        "Counts cost, per verified client. Publishes the capacity, and looks at who is "
        "refused: it's often an honest "
        "client with a large batch.",
    ),
    standards=("AML.M0004", "AML.T0034", "AML.T0029"),
)
def TokenBucket(t: Trial, TokenBucket) -> None:
    for number, rng in enumerate(t.cases(4)):
        size = (int(rng.integers(5, 40)), float(RATES[(number + int(rng.integers(2))) % len(RATES)]))
        start = (0.0, 1.0e6, -500.0, 64.25)[number]
        with t.part("clients"):
            t.given(capacity=size[0], rate=size[1])
            _expect_apart(t, TokenBucket, size, start, f"client {rng.integers(10**9)}")
        sequences = list(_sequences(*size, start, rng))
        for part in dict.fromkeys(part for part, _, _ in sequences):
            with t.part(part):
                mine = [(what, calls) for other, what, calls in sequences if other == part]
                _expect_answers(t, TokenBucket, part, size, mine)
        with t.part("bad"):
            _expect_refused(t, TokenBucket, size, start)


RATES = (0.5, 2.0, 0.25, 4.0)

Call = tuple[str, float, float]  # client, cost, now


def _expect_apart(t: Trial, TokenBucket: Any, size: tuple[float, float], start: float, client: str) -> None:
    buckets = [t.object(TokenBucket(*size), "a TokenBucket", methods=("allow",)) for _ in range(2)]
    first, second = (bucket.allow(client, size[0], start) for bucket in buckets)
    t.expect(first is True, "A new client of a new TokenBucket can't have the whole capacity.")
    t.expect(
        second is True,
        "Two TokenBuckets share their tokens.",
        slip="Keep the buckets on self, made in __init__: what stands on the class is shared.",
    )


def _expect_answers(
    t: Trial,
    TokenBucket: Any,
    part: str,
    size: tuple[float, float],
    sequences: Sequence[tuple[str, Sequence[Call]]],
) -> None:
    """All sequences of a part. A slip is told when it alone explains every answer in them."""
    answers = [_run(t, TokenBucket, size, calls) for _, calls in sequences]
    fits = [
        slip
        for slip, wrong in SLIPS.items()
        if (part in ("burst", "refill") or not wrong.keys() & {"charge", "refill"})
        and answers == [_model(calls, *size, **wrong) for _, calls in sequences]
    ]
    slip = fits[0] if len(fits) == 1 else ""
    for (what, calls), got in zip(sequences, answers, strict=True):
        want = _model(calls, *size)
        t.given(capacity=size[0], rate=size[1], calls=f"{what}: {calls[:4]}{' ...' * (len(calls) > 4)}")
        t.expect(got == want, f"The answers to {what} are not right.", expected=want, got=got, slip=slip)


def _run(t: Trial, TokenBucket: Any, size: tuple[float, float], calls: Sequence[Call]) -> list[bool]:
    bucket = t.object(TokenBucket(*size), "a TokenBucket", methods=("allow",))
    return [t.instance(bucket.allow(*call), bool, "the answer of allow") for call in calls]


def _model(
    calls: Sequence[Call], capacity: float, rate: float, *, empty=False, cap=True, shared=False, back="none",
    charge=False, strict=False, weighted=True, refill=True, clamp=False,
) -> list[bool]:  # fmt: skip
    """What a bucket answers: the right one, or one with a slip."""
    buckets: dict[str, tuple[float, float]] = {}
    answers = []
    for name, price, now in calls:
        client, cost = ("" if shared else name), (price if weighted else 1)
        cost = min(cost, capacity) if clamp else cost
        tokens, latest = buckets.get(client, (0.0 if empty else capacity, now))
        passed = {"drains": now - latest, "abs": abs(now - latest)}.get(back, max(0.0, now - latest))
        tokens += rate * passed if refill else 0
        tokens = min(capacity, tokens) if cap else tokens
        allowed = cost < tokens if strict else cost <= tokens
        if allowed or charge:
            tokens -= cost
        buckets[client] = tokens, (max(now, latest) if back == "none" else now)
        answers.append(allowed)
    return answers


SLIPS: dict[str, dict[str, Any]] = {
    "A new client starts with a full bucket.": {"empty": True},
    "A bucket never holds more than its capacity.": {"cap": False},
    "Every client has a bucket of its own.": {"shared": True},
    "Keep the latest time: after going back, the same seconds would count twice.": {"back": "twice"},
    "When now is earlier than before, count no time: don't take tokens away.": {"back": "drains"},
    "When now is earlier than before, count no time, not its absolute value.": {"back": "abs"},
    "A refused request takes nothing.": {"charge": True},
    "A cost that equals the tokens left is allowed.": {"strict": True},
    "Take what the request costs, not one token per request.": {"weighted": False},
    "Tokens come back with time: rate for every second.": {"refill": False},
    "Don't cut the cost to the capacity: what costs more is refused.": {"clamp": True},
}


def _sequences(
    capacity: int, rate: float, start: float, rng: np.random.Generator
) -> Iterator[tuple[str, str, list[Call]]]:
    """(part, what, calls). All numbers are multiples of powers of two, so that sums are exact."""
    a, b, c = (f"client {n}" for n in rng.permutation(100)[:3])
    some = int(rng.integers(1, capacity))
    full, step = capacity / rate, 0.25 / rate

    yield "burst", "one request for the whole capacity", [(a, capacity, start), (a, 0.25, start)]
    yield "burst", "many requests at once", [(a, 1, start)] * (capacity + 2)
    yield "burst", "unequal requests", [(a, some, start), (a, capacity - some, start), (a, 0.25, start)]
    yield "burst", "a refusal, and then what is left", [
        (a, some, start), (a, capacity - some + 0.25, start), (a, capacity - some, start), (a, 0.25, start)
    ]  # fmt: skip
    yield "burst", "one request", [(a, some, start)]
    yield "burst", "one request, and one much later", [(a, capacity, start), (a, capacity, start + 50 * full)]
    yield "burst", "no request", []

    later = start + some / rate
    yield "refill", "a wait, and what came back", [
        (a, capacity, start), (a, some + 0.25, later), (a, some, later), (a, 0.25, later)
    ]  # fmt: skip
    yield (
        "refill",
        "a long wait",
        [(a, capacity, start), (a, capacity, start + 10 * full), (a, 0.25, start + 10 * full)],
    )
    yield "refill", "a wait exactly until it is full", [
        (a, capacity, start), (a, capacity, start + full), (a, 0.25, start + full)
    ]  # fmt: skip
    yield "refill", "a long wait while it is full", [
        (a, 0.25, start), (a, 0.25, start + 5 * full), (a, capacity, start + 5 * full),
        (a, capacity - 0.25, start + 5 * full), (a, 0.25, start + 5 * full),
    ]  # fmt: skip
    yield (
        "refill",
        "many short waits, each too short",
        [
            (a, capacity, start),
            *((a, 1, start + n * step) for n in range(1, 4)),
            *((a, 1, start + 4 * step),) * 2,
        ],
    )
    now, calls = start, [(a, float(capacity), start)]
    for _ in range(40):
        now += step * int(rng.integers(0, 12))
        calls.append((a, 0.25 * int(rng.integers(1, 12)), now))
    yield "refill", "forty requests", calls

    yield "clients", "two clients", [
        (a, capacity, start), (b, capacity, start), (a, 0.25, start), (b, 0.25, start)
    ]  # fmt: skip
    yield "clients", "three clients, by turns", [
        (client, cost, start + n * step)
        for n in range(12)
        for client, cost in ((a, capacity / 2), (b, 1), (c, 0.25))
    ]  # fmt: skip
    yield "clients", "a client whose time is earlier than another's", [
        (a, capacity, start + 100), (b, capacity, start), (b, some, later), (b, 0.25, later),
        (a, 0.25, start + 100),
    ]  # fmt: skip

    back = start - 7 * full
    yield "clock", "back, when it is empty", [
        (a, capacity, start), (a, 0.25, start), (a, 0.25, back), (a, 0.25, start),
        (a, some, later), (a, 0.25, later),
    ]  # fmt: skip
    yield "clock", "back, when it isn't empty", [
        (a, some, start), (a, capacity - some, back), (a, 0.25, back), (a, 0.25, start)
    ]  # fmt: skip
    yield "clock", "back by one second, again and again", [
        (a, capacity, start), *((a, 0.25, start - 1 + n % 2) for n in range(20))
    ]  # fmt: skip
    yield "clock", "back, and then not as far as before", [
        (a, capacity, start), (a, 0.25, start - 4 * full), (a, 0.25, start - full), (a, 0.25, start)
    ]  # fmt: skip

    far = start + 100 * full
    for cost in (capacity + 0.25, 3.0 * capacity, math.inf):
        yield "big", f"a cost of {cost:g}, and then the capacity", [
            (a, cost, start), (a, capacity, start), (a, cost, far), (a, capacity, far), (a, 0.25, far)
        ]  # fmt: skip


def _expect_refused(t: Trial, TokenBucket: Any, size: tuple[float, float], start: float) -> None:
    capacity, _ = size
    for cost in (0, 0.0, -0.25, -5, -math.inf, math.nan):
        t.given(cost=cost)
        bucket = t.object(TokenBucket(*size), "a TokenBucket", methods=("allow",))
        with t.raises(ValueError, f"a cost of {cost}, from a new client"):
            bucket.allow("a", cost, start)
        t.expect(
            bucket.allow("a", capacity, start) is True,
            f"After a cost of {cost}, the bucket isn't full any more.",
        )
        with t.raises(ValueError, f"a cost of {cost}, from an empty bucket"):
            bucket.allow("a", cost, start)
        t.expect(
            bucket.allow("a", 0.25, start) is False,
            f"After a cost of {cost}, an empty bucket isn't empty any more.",
            slip="Refuse such a cost before you touch the bucket: a negative cost fills it."
            if cost < 0
            else "",
        )
        with t.raises(ValueError, f"a cost of {cost}, an hour later"):
            bucket.allow("a", cost, start + 3600)
        t.expect(
            bucket.allow("a", 0.25, start) is False,
            f"A call with a cost of {cost}, an hour later, changed something.",
            slip="A call that raises changes nothing.",
        )
