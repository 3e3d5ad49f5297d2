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

#: (hour, kind, number)
Alert = tuple[int, str, int]

SUDDEN_HOURS, SLOW_HOURS, PROBING_HOURS = 24, 168, 144
SLOW = 336  # hours a slow drift takes: too little a day for a reference that is a day old
PROBES_A_DAY, SMALLEST = 4, 8  # of the probing shop, which is one of so many smallest
NOISE, USELESS = 1, 3  # alerts of noise a stream: allowed on average; too many of a kind to find anything
STREAMS = 6  # with incidents: each column drifts on one of them
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
            "names the drifting column within 24 hours, or 168 of a slow drift, on each of six streams",
        ),
        "client": (6, "names the probing shop within 144 hours, on each of six streams"),
        "quiet": (6, "finds both, with at most 1 alert of noise a stream, mean of seven streams"),
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
    scenes = _scenes(t)
    logs, shared = _logs(t, Detector, scenes)
    verdicts = [_sorted_out(log, scene) for log, scene in zip(logs, scenes, strict=True)]
    never = {
        kind: [scene for scene, found in zip(scenes, verdicts, strict=True) if kind not in found.delays]
        for kind in ("drift", "client")
    }
    in_time: Counter = Counter()
    for _, scene, log, found in zip(t.cases(STREAMS), scenes, logs, verdicts, strict=False):
        t.given(**scene.shown())
        drift = ("slow drift", SLOW_HOURS) if scene.drift.ramp > 1 else ("sudden drift", SUDDEN_HOURS)
        for kind, what, limit in (("drift", *drift), ("client", "probing", PROBING_HOURS)):
            with t.part(kind):
                _expect_readable(t, kind, found, _noise_slip(kind, logs, scenes))
                slip = _missed_slip(kind, scene, log, never[kind])
                t.expect(
                    kind in found.delays, f"The {what} was never named on one of the streams.", slip=slip
                )
                t.at_most(found.delays[kind], limit, f"the hours until the {what} was named", slip=slip)
                in_time[kind] += 1
    with t.part("quiet"):
        for kind, what in (("drift", "drifting columns"), ("client", "probing shops")):
            t.expect(
                in_time[kind] > STREAMS / 2,
                f"Silence is easy, so this counts once most {what} are named in time: mend that first.",
                expected=f"more than {STREAMS // 2} of {STREAMS}",
                got=in_time[kind],
            )
        noise = {
            kind: np.mean([len(found.noise[kind]) for found in verdicts]) for kind in ("drift", "client")
        }
        most = max(noise, key=noise.__getitem__)
        t.at_most(
            sum(noise.values()),
            NOISE,
            "the number of alerts of noise a stream, mean of all,",
            slip="" if shared else _noise_slip(most, logs, scenes),
        )


@dataclass(frozen=True)
class _Scene:
    """A history, a live stream, and what was planted in it: nothing in a quiet one."""

    past: Stream
    live: Stream
    drift: Drift | None
    probing: Probing | None
    outages: tuple[int, ...] = ()

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


def _scenes(t: Trial) -> list[_Scene]:
    """Each column drifts once: sudden and slow by turns, up and down as often as each other in both."""
    rng = t.rng(2)
    up = float(rng.choice([-1.0, 1.0]))
    columns = rng.permutation(len(COLUMNS)).tolist()
    drifts = [
        _drift(rng, column, size * up, slow=bool(number % 2))
        for number, (column, size) in enumerate(zip(columns, (1, -1, -1, 1, 1, -1), strict=True))
    ]
    return [_scene(rng, drift) for rng, drift in zip(t.cases(STREAMS + 1), [*drifts, None], strict=True)]


def _drift(rng: np.random.Generator, column: int, size: float, slow: bool) -> Drift:
    latest = 70 if slow else 100  # a slow one needs the days that are left
    return Drift(column, START + int(rng.integers(30, latest)), size, SLOW if slow else 1)


def _scene(rng: np.random.Generator, drift: Drift | None) -> _Scene:
    world = World(rng)
    past = world.stream(rng, QUIET_DAYS)
    if drift is None:
        return _Scene(past, world.stream(rng, LIVE_DAYS, START), None, None, _outages(rng))
    shop = int(rng.choice(np.argsort(world.events_a_day)[:SMALLEST]))
    probing = Probing((shop,), START + int(rng.integers(30, 90)), a_day=PROBES_A_DAY)
    return _Scene(past, world.stream(rng, LIVE_DAYS, START, drift, probing), drift, probing)


def _outages(rng: np.random.Generator) -> tuple[int, ...]:
    """The hours without traffic: the first one, and two in a row later."""
    later = START + 24 + int(rng.integers(24 * 8))
    return START, later, later + 1


def _logs(t: Trial, Detector: Any, scenes: Sequence[_Scene]) -> tuple[list[list[Alert]], bool]:
    """What a new detector says of each stream, and whether detectors share anything.

    The first stream is played to two of them.
    """
    logs, shared = [], False
    for _, number in zip(t.cases(len(scenes)), range(len(scenes)), strict=True):
        if number == 1:
            again = _new(t, Detector, scenes[0])
            others = [_new(t, Detector, scene) for scene in scenes[1:]]
            last = max((alert[0] for alert in logs[0]), default=START)
            second = _play(t, again, scenes[0], last + 1)
            shared = second != logs[0]
            _expect_nothing_shared(t, logs[0], second)
        observe = others[number - 1] if number else _new(t, Detector, scenes[0])
        logs.append(_play(t, observe, scenes[number]))
    return logs, shared


def _new(t: Trial, Detector: Any, scene: _Scene) -> Any:
    """The method `observe` of a new detector."""
    observe = getattr(Detector(scene.past.hours, scene.past.clients, scene.past.X), "observe", None)
    t.expect(callable(observe), "A Detector has no method observe.")
    return observe


def _play(t: Trial, observe: Any, scene: _Scene, last: float = math.inf) -> list[Alert]:
    """Everything that a detector says of the stream until `last`, hour by hour as it is told of it."""
    log = []
    for hour, clients, X in scene.live.ticks():
        if hour > last:
            break
        if hour in scene.outages:
            clients, X = clients[:0], X[:0]
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
    whole = type(value) is int or issubclass(type(value), np.integer)
    t.expect(whole, "The number in an alert is not an integer.", got=value)
    return int(value)


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


def _expect_nothing_shared(t: Trial, first: Sequence[Alert], second: Sequence[Alert]) -> None:
    """Two detectors were told of the same stream."""
    for kind in ("drift", "client"):
        with t.part(kind):
            ours, theirs = ([alert for alert in log if alert[1] == kind] for log in (first, second))
            t.expect(
                ours == theirs,
                "A new detector says something else of the same stream than the one before.",
                expected=ours[:3],
                got=theirs[:3],
                slip="What a detector remembers is made in __init__, as self. and a name: a dict or a set "
                "that stands in the class belongs to all detectors.",
            )


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
    if STREAMS * causes["chance"] > causes["moved"]:  # it comes on the quiet stream as well
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


def _missed_slip(kind: str, scene: _Scene, log: Sequence[Alert], never: Sequence[_Scene]) -> str:
    """Why this incident was named late or not at all; `never` are the streams on which its kind was not."""
    subject, start = next(item for item in _planted(scene).items() if item[0][0] == kind)
    early = [hour for hour, *what in log if (*what,) == subject and hour < start]
    if kind == "drift" and early and early[0] < FULL_DAY:
        return NOT_A_DAY
    if early:
        return "It was named before it began, and what was named is no news any more."
    drifts = [missed.drift for missed in never if missed.drift]
    if kind == "drift" and len(drifts) == STREAMS / 2 and len({drift.size for drift in drifts}) == 1:
        return "A column can move down as well as up."
    if kind == "drift" and len(drifts) == 1 and drifts[0].ramp == 1:
        return ""  # the easier kind, once: perhaps a column that nobody looks at
    return {
        "client": "Add up the evidence of each shop and carry it over midnight: a mean or a one-day sum is "
        "watered down. If you do, the limit of the sum may be too high.",
        "drift": "The threshold may be too high or the window too long. And keep the history fixed: a "
        "reference that moves along learns a slow drift.",
    }[kind]
