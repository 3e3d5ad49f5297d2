"""The check of `deployment.TokenBucket`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise


@exercise(
    minutes=13,
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
        size = (
            int(rng.integers(5, 40)) + (0, 0.5)[number % 2],
            float(RATES[(number + int(rng.integers(2))) % len(RATES)]),
        )
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
    answers = [_run(t, TokenBucket, size, what, calls) for what, calls in sequences]
    fits = [
        slip
        for slip, wrong in SLIPS.items()
        if (part in ("burst", "refill") or not wrong.keys() & {"charge", "refill"})
        and answers == [_model(calls, *size, **wrong) for _, calls in sequences]
    ]
    slip = fits[0] if len(fits) == 1 else ""
    for (what, calls), got in zip(sequences, answers, strict=True):
        want = _model(calls, *size)
        t.given(**_shown(size, what, calls))
        t.expect(got == want, f"The answers to {what} are not right.", expected=want, got=got, slip=slip)


def _run(
    t: Trial, TokenBucket: Any, size: tuple[float, float], what: str, calls: Sequence[Call]
) -> list[bool]:
    t.given(**_shown(size, what, calls))
    bucket = t.object(TokenBucket(*size), "a TokenBucket", methods=("allow",))
    answers = []
    for client, cost, now in calls:
        try:
            answer = bucket.allow(client, cost, now)
        except LearnerError as error:
            if cost <= size[0] or isinstance(error, NotImplementedError):
                raise
            t.wrong(f"A cost of {cost:g}, above the capacity of {size[0]:g}, raises an error: answer False.")
            raise
        answers.append(t.instance(answer, bool, "the answer of allow"))
    return answers


def _shown(size: tuple[float, float], what: str, calls: Sequence[Call]) -> dict[str, Any]:
    shown = [(client, float(cost), float(now)) for client, cost, now in calls[:4]]
    return {"capacity": size[0], "rate": size[1], "calls": f"{what}: {shown}{' ...' * (len(calls) > 4)}"}


def _model(
    calls: Sequence[Call], capacity: float, rate: float, *, empty=False, cap=True, shared=False, back="none",
    charge=False, strict=False, weighted=True, refill=True, clamp=False, forget=False, early=False,
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
        answers.append(allowed)
        if (forget and not allowed) or (early and cost > capacity):
            continue
        buckets[client] = tokens, (max(now, latest) if back == "none" else now)
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
    "Keep the time of a call that you refuse too.": {"forget": True},
    "Keep the time also when the cost is above the capacity: don't return before.": {"early": True},
    "Don't cut the cost to the capacity: what costs more is refused.": {"clamp": True},
}


def _sequences(
    capacity: float, rate: float, start: float, rng: np.random.Generator
) -> Iterator[tuple[str, str, list[Call]]]:
    """(part, what, calls). All numbers are multiples of powers of two, so that sums are exact."""
    a, b, c = (f"client {n}" for n in rng.permutation(100)[:3])
    some, tiny = int(rng.integers(1, int(capacity))), 1 / 64
    full, step, tick = capacity / rate, 0.25 / rate, tiny / rate

    yield "burst", "one request for the whole capacity", [(a, capacity, start), (a, tiny, start)]
    yield "burst", "many requests at once", [(a, 1, start)] * (int(capacity) + 2)
    yield "burst", "unequal requests", [(a, some, start), (a, capacity - some, start), (a, tiny, start)]
    yield "burst", "a refusal, and then what is left", [
        (a, some, start), (a, capacity - some + tiny, start), (a, capacity - some, start), (a, tiny, start)
    ]  # fmt: skip
    yield "burst", "one request", [(a, some, start)]
    yield "burst", "whole tokens, and then a part", [(a, int(capacity), start), (a, tiny, start)]
    yield "burst", "a very small request", [(a, 2**-10, start), (a, capacity, start)]
    yield "burst", "one request, and one much later", [(a, capacity, start), (a, capacity, start + 50 * full)]
    yield "burst", "no request", []

    later = start + some / rate
    yield "refill", "a wait, and what came back", [
        (a, capacity, start), (a, some + tiny, later), (a, some, later), (a, tiny, later)
    ]  # fmt: skip
    yield (
        "refill",
        "a long wait",
        [(a, capacity, start), (a, capacity, start + 10 * full), (a, tiny, start + 10 * full)],
    )
    yield "refill", "a wait exactly until it is full", [
        (a, capacity, start), (a, capacity, start + full), (a, tiny, start + full)
    ]  # fmt: skip
    yield "refill", "a long wait while it is full", [
        (a, tiny, start), (a, tiny, start + 5 * full), (a, capacity, start + 5 * full),
        (a, capacity - tiny, start + 5 * full), (a, tiny, start + 5 * full),
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
    yield "refill", "a refused request for each 64th of a token", [
        (a, capacity, start), *((a, 1, start + n * tick) for n in range(1, 66))
    ]  # fmt: skip
    now, calls = start, [(a, float(capacity), start)]
    for _ in range(40):
        now += tick * int(rng.integers(0, 192))
        calls.append((a, tiny * int(rng.integers(1, 192)), now))
    yield "refill", "forty requests", calls

    yield "clients", "two clients", [
        (a, capacity, start), (b, capacity, start), (a, tiny, start), (b, tiny, start)
    ]  # fmt: skip
    yield "clients", "names that are nearly the same", [
        (name, capacity, start) for name in ("lab", "Lab", "lab ", " lab", "", "lab 2", "lab")
    ]  # fmt: skip
    many = [f"{a} of {n}" for n in range(20)]
    yield "clients", "twenty clients, and again", [
        *((name, capacity, start) for name in many), *((name, tiny, start) for name in many)
    ]  # fmt: skip
    yield "clients", "three clients, by turns", [
        (client, cost, start + n * step)
        for n in range(12)
        for client, cost in ((a, capacity / 2), (b, 1), (c, tiny))
    ]  # fmt: skip
    yield "clients", "a client whose time is earlier than another's", [
        (a, capacity, start + 100), (b, capacity, start), (b, some, later), (b, tiny, later),
        (a, tiny, start + 100),
    ]  # fmt: skip

    back = start - 7 * full
    yield "clock", "back, when it is empty", [
        (a, capacity, start), (a, tiny, start), (a, tiny, back), (a, tiny, start),
        (a, some, later), (a, tiny, later),
    ]  # fmt: skip
    yield "clock", "back, when it isn't empty", [
        (a, some, start), (a, capacity - some, back), (a, tiny, back), (a, tiny, start)
    ]  # fmt: skip
    yield "clock", "back by one second, again and again", [
        (a, capacity, start), *((a, tiny, start - 1 + n % 2) for n in range(20))
    ]  # fmt: skip
    yield "clock", "back, and then not as far as before", [
        (a, capacity, start), (a, tiny, start - 4 * full), (a, tiny, start - full), (a, tiny, start)
    ]  # fmt: skip

    far = start + 100 * full
    yield "clock", "back, after a request that was refused", [
        (a, capacity, start), (a, some + tiny, later), (a, some, start), (a, tiny, later)
    ]  # fmt: skip
    yield "clock", "back, after a cost above the capacity", [
        (a, capacity, start), (a, capacity + tiny, far), (a, some, start), (a, capacity - some, start)
    ]  # fmt: skip
    yield "clock", "a new client, refused, and back", [
        (a, capacity + tiny, far), (a, capacity, start), (a, tiny, start + full)
    ]  # fmt: skip
    for cost in (capacity + tiny, 3.0 * capacity, math.inf):
        yield "big", f"a cost of {cost:g}, and then the capacity", [
            (a, cost, start), (a, capacity, start), (a, cost, far), (a, capacity, far), (a, tiny, far)
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
        clean, other = (t.object(TokenBucket(*size), "a TokenBucket", methods=("allow",)) for _ in range(2))
        with t.raises(ValueError, f"a cost of {cost}, from a new client"):
            other.allow(f"other {cost}", cost, start + 3600)
        full = start + capacity / size[1]
        t.expect(
            [other.allow(f"other {cost}", capacity, now) for now in (start, full)]
            == [clean.allow(f"clean {cost}", capacity, now) for now in (start, full)],
            f"A call with a cost of {cost}, from a new client, changed something.",
            slip="A call that raises changes nothing.",
        )
        with t.raises(ValueError, f"a cost of {cost}, an hour later"):
            bucket.allow("a", cost, start + 3600)
        t.expect(
            bucket.allow("a", 0.25, start) is False,
            f"A call with a cost of {cost}, an hour later, changed something.",
            slip="A call that raises changes nothing.",
        )
