"""Answers to `deployment.TokenBucket`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import math
from typing import ClassVar

from autograder.exercise import Answers, Wrong


class BySpent:
    """Remembers what is spent, not what is left, in two dicts."""

    def __init__(self, capacity, rate):
        self.capacity, self.rate = capacity, rate
        self.spent, self.heard = {}, {}

    def allow(self, client, cost, now):
        if cost != cost or cost <= 0:
            raise ValueError(f"no cost: {cost}")
        latest = self.heard.get(client, now)
        if now > latest:
            self.spent[client] = max(0, self.spent.get(client, 0) - (now - latest) * self.rate)
        self.heard[client] = max(latest, now)
        if self.spent.get(client, 0) + cost > self.capacity:
            return False
        self.spent[client] = self.spent.get(client, 0) + cost
        return True


class Always:
    def __init__(self, capacity, rate):
        pass

    def allow(self, client, cost, now):
        return True


class Never(Always):
    def allow(self, client, cost, now):
        return False


class _Bucket:
    """The right one, with what a subclass does otherwise."""

    refuse = staticmethod(lambda cost: not cost > 0)
    start_full = cap = one_each = monotonic = per_cost = equal = True
    refill = True
    charge = drains = absolute = clamp = strict_time = False

    def __init__(self, capacity, rate):
        self.capacity, self.rate, self.buckets = capacity, rate, {}

    def allow(self, client, cost, now):
        if self.refuse(cost):
            raise ValueError("a cost is above 0")
        client = client if self.one_each else ""
        cost = cost if self.per_cost else 1
        cost = min(cost, self.capacity) if self.clamp else cost
        tokens, latest = self.buckets.get(client, (self.capacity if self.start_full else 0, now))
        passed = now - latest
        passed = abs(passed) if self.absolute else passed if self.drains else max(0, passed)
        tokens += self.rate * passed if self.refill else 0
        tokens = min(tokens, self.capacity) if self.cap else tokens
        allowed = cost <= tokens if self.equal else cost < tokens
        tokens -= cost if allowed or self.charge else 0
        self.buckets[client] = tokens, max(now, latest) if self.monotonic else now
        return allowed


class Empty(_Bucket):
    start_full = False


class Uncapped(_Bucket):
    cap = False


class OneForAll(_Bucket):
    one_each = False


class Twice(_Bucket):
    monotonic = False


class Drains(_Bucket):
    drains, monotonic = True, False


class Absolute(_Bucket):
    absolute, monotonic = True, False


class Charges(_Bucket):
    charge = True


class Strict(_Bucket):
    equal = False


class Requests(_Bucket):
    per_cost = False


class NoRefill(_Bucket):
    refill = False


class Clamps(_Bucket):
    clamp = True


class TakesZero(_Bucket):
    refuse = staticmethod(lambda cost: cost < 0)


class TakesNegative(_Bucket):
    refuse = staticmethod(lambda cost: False)


class TakesNan(_Bucket):
    refuse = staticmethod(lambda cost: cost <= 0)


class RefusesQuietly(_Bucket):
    def allow(self, client, cost, now):
        return cost > 0 and super().allow(client, cost, now)


class RaisesBig(_Bucket):
    def allow(self, client, cost, now):
        if cost > self.capacity:
            raise ValueError("more than the capacity")
        return super().allow(client, cost, now)


class EmptiesForBig(_Bucket):
    def allow(self, client, cost, now):
        allowed = super().allow(client, cost, now)
        if cost > self.capacity:
            self.buckets[client] = 0, self.buckets[client][1]
        return allowed


class ChecksLate(_Bucket):
    refuse = staticmethod(lambda cost: False)

    def allow(self, client, cost, now):
        if not cost > 0:
            super().allow(client, 1e-300, now)
            raise ValueError("a cost is above 0")
        return super().allow(client, cost, now)


class OneClock(_Bucket):
    """The latest time of all clients instead of each one's own."""

    def allow(self, client, cost, now):
        self.now = max(getattr(self, "now", now), now)
        return super().allow(client, cost, self.now)


class WholeTokens(_Bucket):
    def allow(self, client, cost, now):
        return super().allow(client, cost, int(now))


class RefillsOnRequestsAllowed(_Bucket):
    """Forgets the time that has passed when it refuses."""

    def allow(self, client, cost, now):
        before = self.buckets.get(client)
        allowed = super().allow(client, cost, now)
        if not allowed and before:
            self.buckets[client] = before[0], max(now, before[1])
        return allowed


class OnTheClass(_Bucket):
    kept: ClassVar[dict] = {}

    def __init__(self, capacity, rate):
        super().__init__(capacity, rate)
        self.buckets = self.kept


class Numbers(_Bucket):
    def allow(self, client, cost, now):
        return int(super().allow(client, cost, now))


class ForgetsRefused(_Bucket):
    """Writes nothing back when it refuses."""

    def allow(self, client, cost, now):
        before = self.buckets.get(client)
        allowed = super().allow(client, cost, now)
        if not allowed:
            self.buckets.pop(client)
            if before:
                self.buckets[client] = before
        return allowed


class NewRefused(_Bucket):
    """Doesn't remember a new client that is refused."""

    def allow(self, client, cost, now):
        new = client not in self.buckets
        allowed = super().allow(client, cost, now)
        if new and not allowed:
            del self.buckets[client]
        return allowed


class BigFirst(_Bucket):
    def allow(self, client, cost, now):
        return False if cost > self.capacity else super().allow(client, cost, now)


class Quarters(_Bucket):
    """Cuts what has come back to whole quarters."""

    def allow(self, client, cost, now):
        tokens, latest = self.buckets.get(client, (self.capacity, now))
        tokens = min(self.capacity, tokens + self.rate * max(0, now - latest))
        if cost > 0:
            self.buckets[client] = math.floor(tokens * 4) / 4, max(now, latest)
        return super().allow(client, cost, now)


class Lenient(_Bucket):
    def allow(self, client, cost, now):
        allowed = super().allow(client, cost, now)
        tokens, latest = self.buckets[client]
        if not allowed and cost <= tokens + 0.2:
            self.buckets[client] = 0, latest
            return True
        return allowed


class WholeCapacity(_Bucket):
    def __init__(self, capacity, rate):
        super().__init__(int(capacity), rate)


class LeastCost(_Bucket):
    refuse = staticmethod(lambda cost: not cost >= 0.01)


class OneSpelling(_Bucket):
    def allow(self, client, cost, now):
        return super().allow(client.lower().strip(), cost, now)


class ThreeClients(_Bucket):
    """Forgets everybody when there are more than three."""

    def allow(self, client, cost, now):
        if client not in self.buckets and len(self.buckets) >= 3:
            self.buckets.clear()
        return super().allow(client, cost, now)


class RegistersBad(_Bucket):
    def allow(self, client, cost, now):
        self.buckets.setdefault(client, (self.capacity, now))
        return super().allow(client, cost, now)


ANSWERS = Answers(
    right=[BySpent],
    wrong=[
        Wrong(Always, "burst", "The answers to"),
        Wrong(Never, "burst", "The answers to"),
        Wrong(Empty, "burst", "starts with a full bucket"),
        Wrong(Uncapped, "refill", "never holds more"),
        Wrong(OneForAll, "clients", "a bucket of its own"),
        Wrong(Twice, "clock", "Keep the latest time"),
        Wrong(Drains, "clock", "don't take tokens away"),
        Wrong(Absolute, "clock", "not its absolute value"),
        Wrong(Charges, "burst", "takes nothing"),
        Wrong(Strict, "burst", "equals the tokens left"),
        Wrong(Requests, "burst", "not one token per request"),
        Wrong(NoRefill, "refill", "Tokens come back with time"),
        Wrong(Clamps, "big", "cut the cost"),
        Wrong(TakesZero, "bad", "no error is raised"),
        Wrong(TakesNegative, "bad", "no error is raised"),
        Wrong(TakesNan, "bad", "no error is raised"),
        Wrong(RefusesQuietly, "bad", "no error is raised"),
        Wrong(RaisesBig, "big", "above the capacity of"),
        Wrong(ForgetsRefused, "clock", "a call that you refuse too"),
        Wrong(NewRefused, "clock", "The answers to"),
        Wrong(BigFirst, "clock", "don't return before"),
        Wrong(Quarters, "refill", "The answers to"),
        Wrong(Lenient, "burst", "The answers to"),
        Wrong(WholeCapacity, "burst", "The answers to"),
        Wrong(LeastCost, "burst", "a cost is above 0"),
        Wrong(OneSpelling, "clients", "The answers to"),
        Wrong(ThreeClients, "clients", "The answers to"),
        Wrong(RegistersBad, "bad", "changes nothing"),
        Wrong(EmptiesForBig, "big", "The answers to"),
        Wrong(ChecksLate, "bad", "changes nothing"),
        # it sets the time of all clients before it raises
        Wrong(OneClock, "clients", "The answers to", also=("A call that raises changes nothing.",)),
        Wrong(WholeTokens, "refill", "The answers to"),
        Wrong(RefillsOnRequestsAllowed, "refill", "The answers to"),
        Wrong(OnTheClass, "clients", "made in __init__"),
        Wrong(Numbers, "burst", "the answer of allow"),
    ],
)
