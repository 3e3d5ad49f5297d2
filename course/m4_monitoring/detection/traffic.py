"""Traffic of a fraud-scoring service, hour by hour: a season, planted drift, planted extraction clients.

Shops send payments to be scored. An event is one payment: the hour it came in, the shop that sent it and
six numbers (`COLUMNS`). Groceries fill the day, travel the evening, downloads the night, so the columns
move with the time of day though nothing is wrong. Three numbers lie behind the six columns, so that
columns go together as they do in real data; a query that somebody made up does not know how. One honest
payment in fifty is odd, so that a single odd query proves nothing.

    world = World(rng)
    history = world.stream(rng, days=14)
    live = world.stream(rng, days=10, first_hour=336, drift=Drift(column=2, start=400))
    for hour, clients, X in live.ticks():
        ...

All chance comes from the generators that are passed in. The numbers are made up, the shapes are not: they
are what a monitor of a live model has to cope with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

#: Units: EUR (log10), km, pieces, days, payments per hour, percent.
COLUMNS = ("amount", "distance", "items", "account age", "pace", "discount")
CENTRES = np.array([1.6, 40.0, 6.0, 700.0, 2.0, 8.0])
SPREADS = np.array([0.4, 15.0, 2.0, 250.0, 0.5, 3.0])  # standard deviations, over a whole day

SHOPS = 30
EVENTS_A_DAY = 960  # of all shops together: 40 an hour

_LATENT = 3  # how many numbers lie behind the columns
_WITHIN = 0.6  # how far payments of one kind lie apart there
_OWN = 0.3  # what each column has of its own, in spreads
_ODD = 0.02  # share of honest payments that are odd: what they have of their own is ODDER times as much
_ODDER = 4.0
_PEAKS = np.array([12, 20, 4])  # hour of the day at which each kind is commonest
_REACH = 2.5  # how far probes go from the centre, in spreads


@dataclass(frozen=True)
class Drift:
    """From hour `start` on, `column` of every payment moves by `size` spreads, over `ramp` hours."""

    column: int
    start: int
    size: float = 0.8
    ramp: int = 1


@dataclass(frozen=True)
class Probing:
    """From hour `start` on, each query of `clients` is a probe with chance `share`, else a payment.

    With `a_day` so many of each client's queries a day are probes instead, or all when it sends fewer.
    """

    clients: tuple[int, ...]
    start: int
    share: float = 0.2
    a_day: int | None = None

    def turned(self, rng: np.random.Generator, hours: np.ndarray, clients: np.ndarray) -> np.ndarray:
        """Which of these queries are probes: booleans, shape (n,)."""
        theirs = np.isin(clients, self.clients) & (hours >= self.start)
        luck = rng.random(len(hours))
        if self.a_day is None:
            return theirs & (luck < self.share)
        turned = np.zeros(len(hours), bool)
        for client in self.clients:
            for day in np.unique(hours // 24):
                rows = np.flatnonzero(theirs & (clients == client) & (hours // 24 == day))
                turned[rows[np.argsort(luck[rows])[: self.a_day]]] = True
        return turned


@dataclass(frozen=True)
class Stream:
    """Events in time order: `hours` (n,) and `clients` (n,) as integers, `X` (n, 6) as floats."""

    hours: np.ndarray
    clients: np.ndarray
    X: np.ndarray

    def ticks(self) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """(hour, clients, X) of one hour after the other, an hour without events too."""
        first, last = int(self.hours[0]), int(self.hours[-1])
        edges = np.searchsorted(self.hours, np.arange(first, last + 2))
        for hour, start, stop in zip(range(first, last + 1), edges[:-1], edges[1:], strict=True):
            yield hour, self.clients[start:stop], self.X[start:stop]


class World:
    """One service: its kinds of payment, its shops, and how much each of them sends."""

    def __init__(self, rng: np.random.Generator) -> None:
        kinds = rng.normal(0, 1, (len(_PEAKS), _LATENT))
        self._kinds = kinds - kinds.mean(axis=0)
        mixing = rng.normal(0, 1, (_LATENT, len(COLUMNS)))
        latent = self._kinds.T @ self._kinds / len(kinds) + _WITHIN**2 * np.eye(_LATENT)
        self._mixing = mixing * np.sqrt((1 - _OWN**2) / (mixing * (latent @ mixing)).sum(axis=0))
        self._tastes = rng.dirichlet(np.full(len(_PEAKS), 8.0), SHOPS)
        volume = rng.lognormal(0, 0.5, SHOPS)
        self.events_a_day = EVENTS_A_DAY * volume / volume.sum()  # of each shop, on average

    def stream(
        self,
        rng: np.random.Generator,
        days: int,
        first_hour: int = 0,
        drift: Drift | None = None,
        probing: Probing | None = None,
    ) -> Stream:
        """`days` of traffic from `first_hour` on; hour 0 is midnight."""
        clock = np.arange(first_hour, first_hour + 24 * days)
        hours = np.repeat(clock, rng.poisson(EVENTS_A_DAY / 24 * _busy(clock)))
        clients = rng.choice(SHOPS, len(hours), p=self.events_a_day / EVENTS_A_DAY)
        X = self.payments(rng, hours, clients)
        if drift is not None:
            moved = drift.size * np.clip((hours - drift.start + 1) / drift.ramp, 0, 1)
            X[:, drift.column] += moved * SPREADS[drift.column]
        if probing is not None:
            turned = probing.turned(rng, hours, clients)
            X[turned] = probes(rng, int(turned.sum()))
        return Stream(hours, clients, X)

    def payments(self, rng: np.random.Generator, hours: np.ndarray, clients: np.ndarray) -> np.ndarray:
        """Honest payments, shape (n, 6), of these shops at these hours."""
        weights = self._tastes[clients] * _season(hours)
        chance = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
        kind = (rng.random((len(hours), 1)) > chance[:, :-1]).sum(axis=1)
        latent = self._kinds[kind] + rng.normal(0, _WITHIN, (len(hours), _LATENT))
        own = rng.normal(0, _OWN, (len(hours), len(COLUMNS)))
        own[rng.random(len(hours)) < _ODD] *= _ODDER
        return CENTRES + SPREADS * (latent @ self._mixing + own)


def probes(rng: np.random.Generator, count: int) -> np.ndarray:
    """Queries made up by somebody who knows the range of each column and nothing else, shape (count, 6)."""
    return CENTRES + SPREADS * rng.uniform(-_REACH, _REACH, (count, len(COLUMNS)))


def _busy(hours: np.ndarray) -> np.ndarray:
    """Volume by the hour, 1 on average: 0.4 at four in the morning, 1.6 at four in the afternoon."""
    return 1 + 0.6 * np.sin((hours - 10) / 24 * 2 * np.pi)


def _season(hours: np.ndarray) -> np.ndarray:
    """How common each kind of payment is at these hours, shape (n, 3)."""
    return np.exp(1.5 * np.cos((hours[:, None] - _PEAKS) / 24 * 2 * np.pi))
