"""The restore timeline: what comes back with each night's backup, beside the attacker's first act.

The reader moves the restore point and, in a second step, rotates the keys. What stands to the right of the
restore point is gone, what stands to its left comes back. The figures are counted in `incident.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from course.explore.drawing import STYLES, drawing, text
from course.explore.panel import Panel, Steps, Switch
from course.explore.twin import Table, Twin

from .incident import BATCHES, BROKEN, FIRST_ACT, IN_THE_LOG, KEYS, NIGHTLY, RELEASES, TRACES, clean_rows_lost

_FROM, _TO = -278, 4  # hours that the picture shows
_LANES = ("backups", "rows", "releases", "keys")
_CLEAN, _BAD = STYLES[0][0], STYLES[1][0]
BAD_RELEASES = ("1.4.0", "1.4.1")


@dataclass(frozen=True)
class Outcome:
    """What a restore of one night leaves."""

    planted: int
    lost: int
    models: int
    keys: tuple[str, ...]
    broken: bool


def restore_timeline() -> Panel:
    """The widget: the restore point and the keys move the picture and its sentence."""
    return Panel(
        _draw,
        taken=Steps("Restore the backup of hour", NIGHTLY[::-1], len(NIGHTLY) - 1),
        rotated=Switch("Rotate all keys"),
    )


def twin() -> Twin:
    """Three restore points as pictures, and all of them in a table."""
    rows = []
    before_it = [taken for taken in NIGHTLY if taken < FIRST_ACT]
    for taken, rotated in [*((taken, False) for taken in NIGHTLY), *((taken, True) for taken in before_it)]:
        one = outcome(taken, rotated)
        keys = ", ".join(one.keys) or "none"
        rows.append(
            (
                f"{taken}, all keys rotated" if rotated else f"{taken}",
                f"{one.planted}",
                f"{one.models}",
                keys,
                f"{one.lost}",
                "no" if one.broken else "yes",
            )
        )
    return Twin(
        "Each picture is a restore point. Crossed marks are the attacker's, hollow marks do not come back. "
        f"The first act was at hour {FIRST_ACT}, the first trace in the log at {IN_THE_LOG}.",
        [_picture(taken, False, 430) for taken in (NIGHTLY[0], -130, -178)],
        [
            Table(
                "What each backup brings back",
                ("hour", "planted rows", "bad releases", "known keys", "clean rows lost", "restores"),
                rows,
            )
        ],
    )  # fmt: skip


def outcome(taken: int, rotated: bool) -> Outcome:
    """Counts what comes back with the backup of that hour."""
    planted = sum(batch.planted for batch in BATCHES if batch.received < taken)
    models = sum(RELEASES[version][0] < taken for version in BAD_RELEASES)
    keys = () if rotated else tuple(key for key in KEYS if key in TRACES["keys"] and KEYS[key] < taken)
    broken = taken == BROKEN
    return Outcome(planted, clean_rows_lost(taken), models, keys, broken)


def _draw(taken: int, rotated: bool) -> tuple[str, str]:
    one = outcome(taken, rotated)
    known = " and ".join(one.keys) or "no key"
    said = (
        f"Backup of hour {taken}: {one.planted} of the attacker's rows and {one.models} bad releases come "
        f"back, the attacker knows {known}, and {one.lost} clean rows are lost."
    )
    if one.broken:
        said += " But the file has a few bytes: it restores nothing."
    return _picture(taken, rotated, 700), said


def _picture(taken: int, rotated: bool, width: int) -> str:
    left, right = 76, width - 16
    one = outcome(taken, rotated)

    def across(hour: float) -> float:
        return round(left + (max(hour, _FROM) - _FROM) / (_TO - _FROM) * (right - left), 1)

    floor = 76 + 44 * len(_LANES)
    parts = [
        f'<rect x="{across(taken)}" y="62" width="{right - across(taken):g}" height="{floor - 62}" '
        'fill="currentColor" opacity=".07"/>',
        f'<path d="M{across(taken)} 62V{floor}" stroke="currentColor" stroke-width="3"/>',
        text(across(taken), 57, "restore", f'font-weight="600" text-anchor="{_side(across(taken), width)}"'),
        f'<path d="M{across(FIRST_ACT)} 62V{floor}" stroke="{_BAD}" stroke-width="2" '
        'stroke-dasharray="6 3"/>',
        text(
            across(FIRST_ACT),
            floor + 34,
            "first act",
            f'fill="{_BAD}" font-weight="600" text-anchor="middle"',
        ),
        f'<path d="M{across(IN_THE_LOG)} 62V{floor}" stroke="currentColor" opacity=".5" '
        'stroke-dasharray="2 3"/>',
        text(across(IN_THE_LOG), floor + 34, "in the log", 'opacity=".8" text-anchor="middle"'),
    ]
    for hour in range(-200, 1, 50):
        parts.append(text(across(hour), floor + 17, f"{hour}", 'opacity=".8" text-anchor="middle"'))
    for lane, name in enumerate(_LANES):
        y = 84 + 44 * lane
        parts.append(text(8, y + 4, name))
        parts.append(f'<path d="M{left} {y}H{right}" stroke="currentColor" opacity=".2"/>')
    for night in NIGHTLY:
        parts += _mark(across(night), 84, "×" if night == BROKEN else "", True, night == BROKEN)
    small = width < 600
    for batch in BATCHES:
        label = "" if small and batch.received < FIRST_ACT else f"{batch.rows}"
        if batch.received > _FROM:
            parts += _mark(across(batch.received), 128, label, batch.received < taken, batch.planted > 0)
    for version, (built, _, _) in RELEASES.items():
        if built > _FROM:
            parts += _mark(across(built), 172, version, built < taken, version in BAD_RELEASES)
    for number, (key, since) in enumerate(KEYS.items()):
        place = across(since if since > _FROM else -264 + 38 * number)  # older ones: at the left end
        label = key.removeprefix("k-") if small else key
        bad = key in TRACES["keys"] and not rotated
        parts += _mark(place, 216, label, since < taken or (rotated and since < FIRST_ACT), bad)
    return drawing(
        width,
        floor + 42,
        parts,
        title=f"Restore point {taken}",
        desc=f"{one.planted} planted rows come back, {one.lost} clean rows are lost, keys that the attacker "
        f"knows: {', '.join(one.keys) or 'none'}.",
        under=f"planted rows: {one.planted} · keys that they know: {len(one.keys)} · rows lost: {one.lost}",
    )


def _side(x: float, width: int) -> str:
    return "end" if x > width - 60 else "middle"


def _mark(x: float, y: float, label: str, back: bool, bad: bool) -> list[str]:
    """A dot; filled when it comes back, crossed when it is the attacker's (or, of a backup, broken)."""
    colour = _BAD if bad else _CLEAN
    fill = colour if back else "none"
    parts = [f'<circle cx="{x}" cy="{y}" r="6" fill="{fill}" stroke="{colour}" stroke-width="2"/>']
    if bad:
        parts.append(
            f'<path d="M{x - 9} {y - 9}L{x + 9} {y + 9}M{x - 9} {y + 9}L{x + 9} {y - 9}" '
            f'stroke="{colour}" stroke-width="2"/>'
        )
    if label and label != "×":
        parts.append(text(x, y + 24, label, f'text-anchor="middle" opacity="{1 if back else 0.55}"'))
    return parts
