"""Answers to `detection.Detector`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import ClassVar

import numpy as np
from scipy.spatial import KDTree

from autograder.exercise import Answers, Wrong


class _Parts:
    """What the detectors below have in common."""

    enough = 10

    def __init__(self, hours, clients, X):
        self.history = X[::4]
        self.centre, self.spread = X.mean(axis=0), X.std(axis=0)
        self.tree = KDTree((self.history - self.centre) / self.spread)
        self.recent = deque(maxlen=24)
        self.sums = defaultdict(float)
        self.named = set()

    def observe(self, hour, clients, X):
        far = self.tree.query((X - self.centre) / self.spread)[0]
        self.recent.append((X, far))
        found = self.columns(hour, X) + (self.shops(clients, far) if len(X) else [])
        return self.said(found)

    def said(self, found):
        new = [finding for finding in dict.fromkeys(found) if finding not in self.named]
        self.named.update(new)
        return new

    def columns(self, hour, X):
        if len(self.recent) < 24 or hour % 4:
            return []
        day = np.concatenate([rows for rows, _ in self.recent])
        return [("drift", c) for c in range(6) if self.index(self.history[:, c], day[:, c]) > 0.1]

    def shops(self, clients, far):
        limit = np.quantile(np.concatenate([values for _, values in self.recent]), 0.97)
        for client, value in zip(clients.tolist(), far, strict=True):
            self.sums[client] = max(0, self.sums[client] + (2 if value > limit else -0.25))
        return [("client", client) for client in clients.tolist() if self.sums[client] > self.enough]

    @staticmethod
    def index(expected, observed):
        edges = np.quantile(expected, np.arange(1, 10) / 10)
        p, q = (
            np.maximum(np.bincount(np.searchsorted(edges, v, side="right"), minlength=10) / len(v), 1e-4)
            for v in (expected, observed)
        )
        return ((q - p) * np.log(q / p)).sum()


class CountingDetector:
    """Means instead of PSI, covariance instead of neighbours, counts instead of sums; no shared code."""

    def __init__(self, hours, clients, X):
        self.mean, self.spread = X.mean(axis=0), X.std(axis=0)
        self.inverse = np.linalg.inv(np.cov(X.T))
        self.day, self.odd, self.done = [], {}, []

    def observe(self, hour, clients, X):
        gap = X - self.mean
        odd = (gap @ self.inverse * gap).sum(axis=1)
        self.day = [*self.day[-23:], (X, odd)]
        alerts = []
        if len(self.day) == 24:
            shift = (np.concatenate([rows for rows, _ in self.day]).mean(axis=0) - self.mean) / self.spread
            alerts += [("drift", c) for c in range(X.shape[1]) if abs(shift[c]) > 0.25]
        limit = np.percentile(np.concatenate([values for _, values in self.day]), 97) if len(X) else 0
        for client, value in zip(clients, odd, strict=True):
            last = self.odd.setdefault(int(client), [])
            last.append(value > limit)
            if sum(last[-40:]) >= 7:
                alerts.append(("client", int(client)))
        new = [alert for i, alert in enumerate(alerts) if alert not in self.done and alert not in alerts[:i]]
        self.done += new
        return new


class HalfDetector(_Parts):
    """Looks for drift alone."""

    def shops(self, clients, far):
        return []


class NoisyHalfDetector(_Parts):
    """Finds drift, and names shops for far too little."""

    enough = 4


class HighDetector(_Parts):
    enough = 45


class BluntDetector(_Parts):
    @staticmethod
    def index(expected, observed):
        return _Parts.index(expected, observed) / 6


class SmallShopDetector(_Parts):
    """Names the four smallest shops after four days, whatever they send."""

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        self.small = np.argsort(np.bincount(clients))[:4].tolist()

    def observe(self, hour, clients, X):
        return super().observe(hour, clients, X) + [
            ("client", shop) for shop in self.small if hour == 14 * 24 + 100
        ]

    def shops(self, clients, far):
        return []


class MidnightDetector(_Parts):
    """Adds up evidence and begins anew each day."""

    def observe(self, hour, clients, X):
        if hour % 24 == 0:
            self.sums.clear()
        return super().observe(hour, clients, X)


class SilentDetector(_Parts):
    def observe(self, hour, clients, X):
        return []


class LoudDetector(_Parts):
    def observe(self, hour, clients, X):
        return self.said([("drift", c) for c in range(6)] + [("client", c) for c in range(30)])


class ImpatientDetector(_Parts):
    """Compares the first hours as if they were a day."""

    def columns(self, hour, X):
        if hour % 6:
            return []
        day = np.concatenate([rows for rows, _ in self.recent])
        return [("drift", c) for c in range(6) if self.index(self.history[:, c], day[:, c]) > 0.1]


class HourlyDetector(_Parts):
    def columns(self, hour, X):
        if len(self.recent) < 24 or not len(X):
            return []
        return [("drift", c) for c in range(6) if self.index(self.history[:, c], X[:, c]) > 0.25]


class FollowingDetector(_Parts):
    """Compares each day with the day before."""

    enough_drift = 0.12

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        self.before = deque(maxlen=48)

    def columns(self, hour, X):
        self.before.append(X)
        if len(self.before) < 48 or hour % 4:
            return []
        yesterday, today = (np.concatenate(list(self.before)[a : a + 24]) for a in (0, 24))
        return [
            ("drift", c) for c in range(6) if self.index(yesterday[:, c], today[:, c]) > self.enough_drift
        ]


class CloselyFollowingDetector(FollowingDetector):
    """The same, with a threshold just above the noise."""

    enough_drift = 0.055


class AbsoluteDetector(_Parts):
    """Measures each shop against the history alone."""

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        self.limit = np.quantile(self.tree.query((X[1::4] - self.centre) / self.spread)[0], 0.9)

    def shops(self, clients, far):
        for client, value in zip(clients.tolist(), far, strict=True):
            self.sums[client] = max(0, self.sums[client] + (1 if value > self.limit else -0.2))
        return [("client", client) for client in clients.tolist() if self.sums[client] > 7]


class HastyDetector(_Parts):
    """Names a shop for one far query."""

    def shops(self, clients, far):
        limit = np.quantile(np.concatenate([values for _, values in self.recent]), 0.97)
        return [
            ("client", client) for client, value in zip(clients.tolist(), far, strict=True) if value > limit
        ]


class RepeatingDetector(_Parts):
    def said(self, found):
        return list(dict.fromkeys(found))


class WateredDetector(_Parts):
    """Names a shop when its mean distance, over all that it ever sent, is far above everybody's."""

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        self.sent = defaultdict(list)

    def shops(self, clients, far):
        for client, value in zip(clients.tolist(), far, strict=True):
            self.sent[client].append(value)
        usual = np.concatenate([values for _, values in self.recent]).mean()
        means = {client: np.mean(values) for client, values in self.sent.items() if len(values) > 20}
        return [("client", client) for client, mean in means.items() if mean > 2.2 * usual]


class WholeHourDetector(_Parts):
    """Takes the quantile of an hour without asking whether it has queries."""

    def observe(self, hour, clients, X):
        np.quantile(self.tree.query((X - self.centre) / self.spread)[0], 0.97)
        return super().observe(hour, clients, X)


class SharingDetector(_Parts):
    """Remembers what was named in a set of the class.

    A check makes eight detectors. The next check starts with an empty set, as after a fresh start.
    """

    everybodys: ClassVar[set] = set()
    made = 0

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        if SharingDetector.made % 8 == 0:
            self.everybodys.clear()
        SharingDetector.made += 1

    def said(self, found):
        new = [finding for finding in dict.fromkeys(found) if finding not in self.everybodys]
        self.everybodys.update(new)
        return new


class SharingSumsDetector(_Parts):
    """Adds up the shops of all detectors together."""

    everybodys: ClassVar[dict] = defaultdict(float)

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        self.sums = self.everybodys


class LastHistoryDetector(_Parts):
    """The history stands in the class: the newest detector's is everybody's."""

    def __init__(self, hours, clients, X):
        super().__init__(hours, clients, X)
        LastHistoryDetector.columns_of_all = self.history

    def columns(self, hour, X):
        self.history = self.columns_of_all
        return super().columns(hour, X)


class UpwardDetector(_Parts):
    """Sees a column move up, and not down."""

    def columns(self, hour, X):
        day = np.concatenate([rows for rows, _ in self.recent])
        return [
            (kind, c) for kind, c in super().columns(hour, X) if day[:, c].mean() > self.history[:, c].mean()
        ]


class FiveColumnDetector(_Parts):
    """Looks at all columns but the last."""

    def columns(self, hour, X):
        return [(kind, c) for kind, c in super().columns(hour, X) if c < 5]


class _Extra(_Parts):
    """So many false alerts about shops on the third day."""

    extra = 0

    def said(self, found):
        self.hours = getattr(self, "hours", 0) + 1
        more = [("client", 1000 + i) for i in range(self.extra if self.hours == 60 else 0)]
        return super().said(found) + more


class TwoFalseDetector(_Extra):
    extra = 2


class FourFalseDetector(_Extra):
    extra = 4


class FloatDetector(_Parts):
    def said(self, found):
        return [(kind, float(number)) for kind, number in super().said(found)]


class ForgetfulDetector(_Parts):
    def observe(self, hour, clients, X):
        return [client for _, client in super().observe(hour, clients, X)]


HIGH = (
    "Add up the evidence of each shop and carry it over midnight: a mean or a one-day sum is watered down. "
    "If you do, the limit of the sum may be too high."
)
BLUNT = (
    "The threshold may be too high or the window too long. And keep the history fixed: a reference that "
    "moves along learns a slow drift."
)
ANSWERS = Answers(
    right=[CountingDetector],
    wrong=[
        Wrong(SilentDetector, "quiet", "Silence is easy", also=(HIGH, BLUNT)),
        Wrong(LoudDetector, "drift", "Nobody would still be reading"),
        Wrong(HalfDetector, "quiet", "most probing shops", also=(HIGH,)),
        Wrong(SmallShopDetector, "client", "Honest shops send far queries too"),
        Wrong(NoisyHalfDetector, "client", "Honest shops send far queries too"),
        Wrong(TwoFalseDetector, "quiet", "is too high"),
        Wrong(FourFalseDetector, "client", "Nobody would still be reading"),
        Wrong(MidnightDetector, "client", "carry it over midnight"),
        Wrong(HighDetector, "client", "the limit of the sum may be too high"),
        Wrong(BluntDetector, "drift", "The threshold may be too high"),
        Wrong(ImpatientDetector, "drift", "ask `last_day.full`"),
        Wrong(HourlyDetector, "drift", "The season moves the columns every day"),
        Wrong(FollowingDetector, "drift", "a reference that moves along"),
        Wrong(CloselyFollowingDetector, "drift", "a reference that moves along"),
        Wrong(UpwardDetector, "drift", "down as well as up"),
        Wrong(FiveColumnDetector, "drift", "never named"),
        Wrong(AbsoluteDetector, "client", "When every shop moves, it is drift"),
        Wrong(HastyDetector, "client", "Honest shops send far queries too"),
        Wrong(RepeatingDetector, "drift", "Name a finding once"),
        Wrong(WateredDetector, "client", "Add up the evidence of each shop"),
        Wrong(SharingDetector, "drift", "belongs to all detectors"),
        Wrong(SharingSumsDetector, "client", "belongs to all detectors"),
        Wrong(LastHistoryDetector, "drift", "belongs to all detectors"),
        Wrong(FloatDetector, "drift", "is not an integer"),
        Wrong(ForgetfulDetector, "drift", "An alert has another form"),
    ],
)

ANY = "any method counts: the text asks for alerts in time and for little noise"
SAME = "the same alerts"
LOOP = "for client, distance in zip(clients.tolist(), distances, strict=True): ..."
EQUIVALENT = {
    "self.last_day.full and hour % 6 == 0 → self.last_day.full": ANY,
    "hour % 6 == 0 → hour % 6 != 0": ANY,
    "hour % 6 → hour % 7": ANY,
    "hour % 6 → hour % 5": ANY,
    "hour % 6 == 0 → hour % 6 == 1": ANY,
    "psi(history[:, column], rows[:, column]) > 0.1 → psi(history[:, column], rows[:, column]) >= 0.1": ANY,
    "psi(history[:, column], rows[:, column]) → psi(rows[:, column], history[:, column])": ANY,
    "psi(history[:, column], rows[:, column]) > 0.1 → psi(history[:, column], rows[:, column]) > 0.11": ANY,
    "psi(history[:, column], rows[:, column]) > 0.1 → psi(history[:, column], rows[:, column]) > 0.09": ANY,
    LOOP + " → for client, distance in list(zip(clients.tolist(), distances, strict=True))[1:]: ...": ANY,
    LOOP + " → for client, distance in list(zip(clients.tolist(), distances, strict=True))[:-1]: ...": ANY,
    "zip(clients.tolist(), distances, strict=True) → zip(clients.tolist(), distances)": SAME,
    "clients.tolist() → clients": "not stated: a numpy integer is an integer",
    "strict=True → strict=False": SAME,
    "distance > limit → distance >= limit": ANY,
    "self.sums[client] > 10 → self.sums[client] >= 10": ANY,
    "self.sums[client] > 10 → self.sums[client] > 11": ANY,
    "self.sums[client] > 10 → self.sums[client] > 9": ANY,
    "dict.fromkeys(found) → found": "a repeat within an hour is rare, and some noise is allowed",
}
