"""The check of `detection.Detector`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..traffic import COLUMNS, Drift, Probing, Stream, World

#: (hour, kind, number), and (kind, number, start, end)
Alert = tuple[int, str, int]


SUDDEN_HOURS, SLOW_HOURS, PROBING_HOURS = 24, 168, 120


SLOW = 336  # hours a slow drift takes: too little a day for a reference that is a day old


PROBES_A_DAY, SMALLEST = 4, 8  # of the probing shop, which is one of so many smallest


NOISE, USELESS = 1, 3  # alerts of noise a stream: allowed on average; too many of a kind to find anything


QUIET_DAYS, LIVE_DAYS = 14, 10


START = 24 * QUIET_DAYS


FULL_DAY = START + 23  # the first hour at which the detector has seen 24 of them


NOT_A_DAY = (
    "These are not 24 hours yet: ask `last_day.full`. In less than a day the season moves each column."
)


@exercise(
    minutes=28,
    level="stretch",
    parts={
        "drift": (
            6,
            "names the drifting column within 24 hours, or 168 of a slow drift, on each of four streams",
        ),
        "client": (6, "names the probing shop within 120 hours, on each of four streams"),
        "quiet": (6, "finds both, with at most 1 alert of noise a stream, mean of five streams"),
    },
    hints=(
        "Two questions with two memories: the last whole day of all shops, for drift, and a running sum for "
        "each shop. When a column drifts, every shop's queries move away from the history: so what tells "
        "one shop from the others at that time?",
        "Drift: once the last day is full, the PSI of each of its columns against `last_day.history`, with "
        "a threshold well above the noise of about 1,000 values. Shops: far are the queries beyond 97% of "
        "`last_day.distances`. Let `add_up` move the shop's sum, and name the shop when the sum passes "
        "your limit from the quiet week. Remember what you have named.",
        "__init__: sums = a dict of floats, 0 at first; named = set()\n"
        "observe: every few hours, once the last day is full:\n"
        "    psi(history[:, column], rows[:, column]) > 0.1 → ('drift', column)\n"
        "  if there are queries: limit = np.quantile(last_day.distances, 0.97)\n"
        "  each query: sums[client] = add_up(sums[client], distance > limit)\n"
        "    sums[client] > 10 → ('client', client)\n"
        "  return what is not in named yet, and add it there",
    ),
    debrief=(
        "Goes slowly, hides in honest traffic, waits for a day when everything moves, and spreads over "
        "accounts that nobody adds together.",
        "Gives the detector a memory and a reference that does not move, measures each against all the "
        "others, and rehearses: a planted incident tells the time to detect.",
    ),
    standards=("AML.M0024", "AML.M0015", "AML.M0008", "RV.1.2"),
)
def Detector(t: Trial, Detector) -> None:
    scenes = [_scene(rng, number) for number, rng in enumerate(t.cases(5))]
    logs = [_play(t, Detector, scene) for _, scene in zip(t.cases(5), scenes, strict=True)]
    verdicts = [_sorted_out(log, scene) for log, scene in zip(logs, scenes, strict=True)]
    for _, scene, log, found in zip(t.cases(4), scenes, logs, verdicts, strict=False):
        t.given(**scene.shown())
        drift = ("slow drift", SLOW_HOURS) if scene.drift.ramp > 1 else ("sudden drift", SUDDEN_HOURS)
        for kind, what, limit in (("drift", *drift), ("client", "probing", PROBING_HOURS)):
            with t.part(kind):
                _expect_readable(t, kind, found, _noise_slip(kind, logs, scenes))
                slip = _missed_slip(kind, scene, log)
                t.expect(
                    kind in found.delays, f"The {what} was never named on one of the streams.", slip=slip
                )
                t.at_most(found.delays[kind], limit, f"the hours until the {what} was named", slip=slip)
    with t.part("quiet"):
        for kind, what in (("drift", "drifting column"), ("client", "probing shop")):
            something = any(kind in found.delays for found in verdicts)
            t.expect(
                something,
                f"No {what} was named after it began. Silence is easy, so noise counts once a drift and a "
                "shop are found: mend the lines above first.",
            )
        noise = {
            kind: np.mean([len(found.noise[kind]) for found in verdicts]) for kind in ("drift", "client")
        }
        most = max(noise, key=noise.__getitem__)
        t.at_most(
            sum(noise.values()),
            NOISE,
            "the number of alerts of noise a stream, mean of five,",
            slip=_noise_slip(most, logs, scenes),
        )


@dataclass(frozen=True)
class _Scene:
    """A history, a live stream, and what was planted in it: nothing in a quiet one."""

    past: Stream
    live: Stream
    drift: Drift | None
    probing: Probing | None

    def shown(self) -> dict[str, Any]:
        """What was planted; hours count as the detector counts them."""
        return {
            "column": self.drift.column,
            "drifts from hour": self.drift.start,
            "hours until it is full": self.drift.ramp,
            "shop": self.probing.clients[0],
            "probes from hour": self.probing.start,
        }


@dataclass(frozen=True)
class _Found:
    """By kind: the hours until the incident was named, where it was; and the alerts of noise."""

    delays: Mapping[str, int]
    noise: Mapping[str, Sequence[Alert]]


def _scene(rng: np.random.Generator, number: int) -> _Scene:
    world = World(rng)
    past = world.stream(rng, QUIET_DAYS)
    if number == 4:
        live = world.stream(rng, LIVE_DAYS, START)
        outage = START + 24 + int(rng.integers(24 * 8))
        up = (live.hours < outage) | (live.hours > outage + 1)
        return _Scene(past, Stream(live.hours[up], live.clients[up], live.X[up]), None, None)
    ramp, latest = (SLOW, 70) if number % 2 else (1, 100)  # a slow one needs the days that are left
    size = float(rng.choice([-1.0, 1.0]))
    drift = Drift(int(rng.integers(len(COLUMNS))), START + int(rng.integers(30, latest)), size, ramp)
    shop = int(rng.choice(np.argsort(world.events_a_day)[:SMALLEST]))
    probing = Probing((shop,), START + int(rng.integers(30, 100)), a_day=PROBES_A_DAY)
    return _Scene(past, world.stream(rng, LIVE_DAYS, START, drift, probing), drift, probing)


def _play(t: Trial, Detector: Any, scene: _Scene) -> list[Alert]:
    """Everything that a new detector says of the stream, hour by hour as it is told of it."""
    observe = getattr(Detector(scene.past.hours, scene.past.clients, scene.past.X), "observe", None)
    t.expect(callable(observe), "A Detector has no method observe.")
    log = []
    for hour, clients, X in scene.live.ticks():
        t.given(**({"hour": hour} if len(X) else {"hour without traffic": hour, "m": 0}))
        for entry in t.instance(observe(hour, clients, X), list, "what observe returns"):
            t.expect(
                type(entry) is tuple and len(entry) == 2 and entry[0] in ("drift", "client"),
                "An alert has another form.",
                expected='("drift", column) or ("client", client)',
                got=entry,
            )
            log.append((hour, entry[0], _whole(t, entry[1])))
    return log


def _whole(t: Trial, value: Any) -> int:
    number = t.number(value, "the number in an alert")
    t.expect(number == int(number), "The number in an alert is not a whole one.", got=value)
    return int(number)


def _sorted_out(log: Sequence[Alert], scene: _Scene) -> _Found:
    planted = _planted(scene)
    delays: dict[str, int] = {}
    noise: dict[str, list[Alert]] = {"drift": [], "client": []}
    for hour, kind, number in log:
        start = planted.get((kind, number), math.inf)
        if kind not in delays and hour >= start:
            delays[kind] = hour - planted[kind, number]
        else:
            noise[kind].append((hour, kind, number))
    return _Found(delays, noise)


def _expect_readable(t: Trial, kind: str, found: _Found, slip: str) -> None:
    noise = found.noise[kind]
    if len(noise) > USELESS:
        hour, _, number = noise[0]
        counts = ", ".join(f"{len(found.noise[other])} {other}" for other in ("client", "drift"))
        t.wrong(
            f"Alerts of noise on one stream: {counts}; the first is {(kind, number)!r} at hour {hour}. "
            "Nobody would still be reading.",
            expected=f"at most {USELESS} of {kind}",
            got=len(noise),
            slip=slip,
        )


def _planted(scene: _Scene) -> dict[tuple[str, int], int]:
    """The hour at which each planted incident begins."""
    if scene.drift is None or scene.probing is None:
        return {}
    return {
        ("drift", scene.drift.column): scene.drift.start,
        ("client", scene.probing.clients[0]): scene.probing.start,
    }


def _noise_slip(kind: str, logs: Sequence[Sequence[Alert]], scenes: Sequence[_Scene]) -> str:
    """Where most of the noise of a kind comes from, in words."""
    causes: Counter = Counter()
    for log, scene in zip(logs, scenes, strict=True):
        seen: set[int] = set()
        for hour, _, number in (alert for alert in log if alert[1] == kind):
            planted = _planted(scene).get((kind, number), math.inf)
            if number in seen:
                causes["repeat"] += 1
            elif kind == "drift" and hour < FULL_DAY:
                causes["early"] += 1
            elif hour < planted:
                drifting = scene.drift is not None and hour >= scene.drift.start
                causes["drift" if kind == "drift" else "moved" if drifting else "chance"] += 1
            seen.add(number)
    if 4 * causes["chance"] > causes["moved"]:  # it comes without a drift as well
        causes["chance"] += causes.pop("moved", 0)
    most = max(causes, key=lambda name: causes[name]) if causes.total() else ""
    return {
        "repeat": "Name a finding once: repeats are noise.",
        "early": NOT_A_DAY,
        "drift": "The season moves the columns every day, and so does chance: compare a whole day, or the "
        "same hours, with a threshold above the noise of that window.",
        "moved": "When every shop moves, it is drift: measure a shop against everybody's last day.",
        "chance": "Honest shops send far queries too: add up evidence, with a limit that the quiet week "
        "stays under.",
    }.get(most, "")


def _missed_slip(kind: str, scene: _Scene, log: Sequence[Alert]) -> str:
    subject, start = next(item for item in _planted(scene).items() if item[0][0] == kind)
    early = [hour for hour, *what in log if (*what,) == subject and hour < start]
    if kind == "drift" and early and early[0] < FULL_DAY:
        return NOT_A_DAY
    if early:
        return "It was named before it began, and what was named is no news any more."
    return {
        "client": "Add up the evidence of each shop and carry it over midnight: a mean or a one-day sum is "
        "watered down. If you do, the limit of the sum may be too high.",
        "drift": "The threshold may be too high or the window too long. And keep the history fixed: a "
        "reference that moves along learns a slow drift.",
    }[kind]
