"""The switchboard: four guards around an office assistant, and what each is worth.

A day has 40 tasks and 60 attacks, 12 of each kind (`office.full_day`). Each guard can be on or off, and the
gate can also ask about every effect. The board shows

    attack success     of the attacks of a kind, those that had an effect
    tasks done         of the tasks, those that the guards let finish
    questions          what the person was asked in a day; after 25, every answer is yes

Every value is the mean of 20 drawn days, measured with the guards that the text asks for.
"""

from __future__ import annotations

from typing import Any

from course.explore.drawing import STYLES, drawing, text
from course.explore.measured import read_measured
from course.explore.panel import Choice, Panel, Switch
from course.explore.twin import Table, Twin

from .office import FIVE

GATES = ("off", "labels", "ask")
NAMES = ("off", "your gate, which looks at sources", "ask about every effect")
MOST = 100  # questions at the right end of their bar
_LEFT, _WIDTH, _ROW = 190, 380, 27


def switchboard() -> Panel:
    """The widget: three switches and the gate's setting move eight bars and their sentence."""
    return Panel(
        _draw,
        pins=Switch("Pins (admit)"),
        memory=Switch("Memory"),
        rights=Switch("Rights (may)"),
        gate=Choice("Gate", GATES, NAMES),
    )


def twin() -> Twin:
    """Four settings as pictures, and all 24 as a table."""
    shown = (
        (False,) * 3 + ("off",),
        (False,) * 3 + ("ask",),
        (True,) * 3 + ("ask",),
        (True,) * 3 + ("labels",),
    )
    rows = [
        (
            _said(pins, memory, rights, gate),
            *(f"{found[kind]:.2f}" for kind in (*FIVE, "attack success", "tasks done")),
            f"{found['questions']:.0f}",
        )
        for gate in ("labels", "ask", "off")
        for pins in (True, False)
        for memory in (True, False)
        for rights in (True, False)
        for found in [_found(pins, memory, rights, gate)]
    ]
    return Twin(
        "Attack success, tasks done and questions asked on a day with 40 tasks and 60 attacks; means "
        "of 20 days.",
        [_picture(*setting) for setting in shown],
        [
            Table(
                "All 24 settings",
                ("guards that are on", *FIVE, "all attacks", "tasks done", "questions"),
                rows,
            )
        ],
    )


def _draw(pins: bool, memory: bool, rights: bool, gate: str) -> tuple[str, str]:
    found = _found(pins, memory, rights, gate)
    kinds = ", ".join(f"{kind} {found[kind]:.2f}" for kind in FIVE)
    return _picture(pins, memory, rights, gate), (
        f"On: {_said(pins, memory, rights, gate)}. Attack success {found['attack success']:.2f} ({kinds}). "
        f"Tasks done {found['tasks done']:.2f}. Questions a day: {found['questions']:.0f}."
    )


def _picture(pins: bool, memory: bool, rights: bool, gate: str) -> str:
    found = _found(pins, memory, rights, gate)
    bars = [(kind, found[kind], f"{found[kind]:.2f}", STYLES[1][0]) for kind in FIVE]
    bars += [
        ("all attacks", found["attack success"], f"{found['attack success']:.2f}", STYLES[1][0]),
        ("tasks done", found["tasks done"], f"{found['tasks done']:.2f}", STYLES[2][0]),
        ("questions a day", found["questions"] / MOST, f"{found['questions']:.0f}", STYLES[0][0]),
    ]
    parts = []
    for n, (name, share, said, colour) in enumerate(bars):
        y = 56 + _ROW * n + 12 * (n >= len(FIVE)) + 8 * (n > len(FIVE))
        width = max(2.0, _WIDTH * share)
        parts += [
            text(
                _LEFT - 10,
                y + 14,
                name,
                'text-anchor="end"' + (' font-weight="600"' if n >= len(FIVE) else ""),
            ),
            f'<rect x="{_LEFT}" y="{y}" width="{_WIDTH}" height="19" rx="3" fill="none" '
            'stroke="currentColor" opacity=".3"/>',
            f'<rect x="{_LEFT}" y="{y}" width="{width:g}" height="19" rx="3" fill="{colour}"/>',
            text(_LEFT + _WIDTH + 10, y + 14, said),
        ]
    height = 56 + _ROW * len(bars) + 24
    return drawing(
        640,
        height,
        parts,
        title=f"Guards on: {_said(pins, memory, rights, gate)}",
        desc="Eight bars: "
        + ", ".join(f"{name} {said}" for name, _, said, _ in bars)
        + f". Guards that are on: {_said(pins, memory, rights, gate)}.",
        under="what gets through, and what it costs",
    )


def _said(pins: bool, memory: bool, rights: bool, gate: str) -> str:
    names = [name for name, on in (("pins", pins), ("memory", memory), ("rights", rights)) if on]
    names += {"off": [], "labels": ["gate"], "ask": ["a gate that asks about every effect"]}[gate]
    return ", ".join(names) or "nothing"


def _found(pins: bool, memory: bool, rights: bool, gate: str) -> dict[str, Any]:
    return read_measured(__file__)[f"{pins:d}{memory:d}{rights:d} {gate}"]
