"""The blast radius: the clinic's data-flow diagram, and what falls when one part falls.

A part falls when an attacker decides what it does, or what it holds. `LEADS` says along which ways a fall
goes on, and which switches stop it there. A way is stopped when all its switches are on. The picture and the
lesson's cells call the same function, `falls`.
"""

from __future__ import annotations

from itertools import combinations
from math import hypot

from course.explore.drawing import STYLES, drawing, text
from course.explore.panel import Choice, Panel, Switch
from course.explore.twin import Table, Twin

#: Part → its box: left, top, and its kind.
PARTS = {
    "stranger": (20, 60, "actor"),
    "nurse": (20, 180, "actor"),
    "developer": (20, 330, "actor"),
    "clinic app": (160, 180, "server"),
    "scoring service": (340, 110, "server"),
    "model store": (340, 230, "store"),
    "training job": (340, 350, "server"),
    "training data": (530, 350, "store"),
    "audit log": (530, 110, "store"),
}
_STARTS = tuple(PARTS)[2:] + tuple(PARTS)[:2]  # the developer's account comes first

#: Switch → its label.
SWITCHES = {
    "r6": "R6: flows over a boundary are encrypted, both ends authenticated",
    "r1": "R1: the service loads signed releases only",
    "second": "A second person signs; the job has no key",
    "rows": "Changes to training data are reviewed",
    "append": "The audit log only takes new events",
}

#: (from, to, what goes there, the switches that stop a fall there together; None: only checked requests go).
LEADS = (
    ("stranger", "clinic app", "", ("r6",)),
    ("stranger", "training job", "", ("r6",)),
    ("stranger", "model store", "", ("r6",)),
    ("nurse", "clinic app", "measurements", None),
    ("clinic app", "scoring service", "measurements", None),
    ("scoring service", "clinic app", "answer", ()),
    ("scoring service", "audit log", "event", ("append",)),
    ("model store", "scoring service", "release", ("r1",)),
    ("training job", "model store", "release", ()),
    ("training job", "scoring service", "", ("r1", "second")),
    ("training data", "training job", "rows", ("rows",)),
    ("developer", "training job", "order", ()),
)
_BOX, _LOW = (125, 50), 430
_FALLS, _CALM = STYLES[1][0], STYLES[0][0]


def falls(start: str, on: set[str] | frozenset[str] = frozenset()) -> set[str]:
    """All parts that fall when `start` falls, with the switches `on`. `start` is one of them."""
    fallen, waiting = {start}, [start]
    while waiting:
        part = waiting.pop()
        for source, sink, _, stops in LEADS:
            if source == part and sink not in fallen and _leads(stops, on):
                fallen.add(sink)
                waiting.append(sink)
    return fallen


def _leads(stops: tuple[str, ...] | None, on: set[str] | frozenset[str]) -> bool:
    return stops is not None and not (stops and set(stops) <= on)


def blast_radius() -> Panel:
    """The widget: who falls first, and five switches of the design."""
    return Panel(
        _draw,
        start=Choice("This falls first", _STARTS, value=_STARTS.index("training job")),
        **{name: Switch(label) for name, label in SWITCHES.items()},
    )


def twin() -> Twin:
    """Four designs after the fall of the training job, each start with each switch, and pairs of switches."""
    shown = (set(), {"r6"}, {"r1"}, {"second"})
    single = [set(), *({name} for name in SWITCHES)]
    pairs = [set(pair) for pair in combinations(SWITCHES, 2)]
    return Twin(
        "The training job falls, in four of the 32 designs. The tables have the pairs of switches too.",
        [_picture("training job", on) for on in shown],
        [
            Table(
                "The training job falls",
                ("switches on", "how many fall", "is the clinic app one of them?"),
                [_counted("training job", on, "clinic app") for on in [*single, *pairs]],
            ),
            Table(
                "How many parts fall",
                ("this falls first", "no switch", *SWITCHES, "all"),
                [
                    (start, *(str(len(falls(start, on))) for on in [*single, {*SWITCHES}]))
                    for start in _STARTS
                ],
            ),
            Table("The switches", ("name", "what it does"), list(SWITCHES.items()), sides=2),
        ],
    )


def _counted(start: str, on: set[str], asked: str) -> tuple[str, str, str]:
    fallen = falls(start, on)
    return _named(on), str(len(fallen)), "yes" if asked in fallen else "no"


def _named(on: set[str]) -> str:
    return " + ".join(name for name in SWITCHES if name in on) or "no switch on"


def fewest(start: str, safe: str) -> list[set[str]]:
    """The smallest sets of switches after which the fall of `start` leaves `safe` alone."""
    for size in range(len(SWITCHES) + 1):
        found = [set(on) for on in combinations(SWITCHES, size) if safe not in falls(start, set(on))]
        if found:
            return found
    return []


def _draw(start: str, **switches: bool) -> tuple[str, str]:
    on = {name for name, is_on in switches.items() if is_on}
    return _picture(start, on), _sentence(start, on)


def _sentence(start: str, on: set[str]) -> str:
    fallen = falls(start, on)
    others = [part for part in PARTS if part in fallen and part != start]
    more = f"and with it: {', '.join(others)}" if others else "and nothing else"
    return f"With {_named(on)}: the {start} falls, {more}. {len(fallen)} of {len(PARTS)}."


def _picture(start: str, on: set[str]) -> str:
    fallen = falls(start, on)
    parts = [
        *_boundary(10, 150, 287, 92, "clinic network"),
        *_boundary(325, 75, 345, 342, "service network"),
    ]
    for lead in LEADS:
        parts += _arrow(*lead, fallen, on)
    for name in PARTS:
        parts += _part(name, name in fallen, name == start)
    return drawing(
        680,
        _LOW,
        parts,
        title=f"The {start} falls: {len(fallen)} of {len(PARTS)} fall",
        desc=_sentence(start, on),
        under=_named(on),
    )


def _boundary(x: float, y: float, width: float, height: float, name: str) -> list[str]:
    return [
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="10" fill="none" stroke="currentColor" '
        'stroke-width="1.5" stroke-dasharray="7 5" opacity=".6"/>',
        text(x + 9, y + 18, name, 'font-style="italic" opacity=".8"'),
    ]


def _part(name: str, fallen: bool, first: bool) -> list[str]:
    x, y, kind = PARTS[name]
    width, height = _width(name), _BOX[1]
    colour = _FALLS if fallen else _CALM
    radius = {"actor": 25, "server": 4, "store": 0}[kind]
    says = "falls first" if first else "falls" if fallen else ""
    parts = [
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" '
        'fill="var(--jp-layout-color0,Canvas)"/>',
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{colour}" '
        f'fill-opacity="{0.25 if fallen else 0.07}" stroke="{colour}" '
        f'stroke-width="{3 if fallen else 1.5}"/>',
        text(x + width / 2, y + (21 if says else 30), name, 'text-anchor="middle" font-weight="600"'),
        text(x + width / 2, y + 39, says, 'text-anchor="middle"'),
    ]
    if kind == "store":  # a second line on top, as a drum has
        parts.append(f'<path d="M{x} {y + 5}h{width}" stroke="{colour}" stroke-width="1"/>')
    return parts


def _width(name: str) -> int:
    return 95 if PARTS[name][2] == "actor" else _BOX[0]


#: Where an arrow runs: its points, and where its label stands.
_WAYS = {
    ("stranger", "clinic app"): ((115, 95, 200, 180), None),
    ("stranger", "training job"): ((115, 80, 305, 80, 305, 385, 340, 385), None),
    ("stranger", "model store"): ((115, 80, 305, 80, 305, 255, 340, 255), None),
    ("nurse", "clinic app"): ((115, 205, 160, 205), None),
    ("clinic app", "scoring service"): ((285, 190, 340, 145), None),
    ("scoring service", "clinic app"): ((345, 160, 285, 212), None),
    ("scoring service", "audit log"): ((465, 135, 530, 135), (497, 122, "middle")),
    ("model store", "scoring service"): ((402, 230, 402, 160), (416, 199, "start")),
    ("training job", "model store"): ((402, 350, 402, 280), (416, 319, "start")),
    ("training job", "scoring service"): ((465, 360, 495, 360, 495, 150, 465, 150), (502, 305, "start")),
    ("training data", "training job"): ((530, 385, 465, 385), (497, 403, "middle")),
    ("developer", "training job"): ((115, 365, 340, 365), (210, 357, "middle")),
}


def _arrow(
    source: str, sink: str, what: str, stops: tuple[str, ...] | None, fallen: set[str], on: set[str]
) -> list[str]:
    points, place = _WAYS[source, sink]
    spreads = source in fallen and _leads(stops, on)
    stopped = stops is not None and not _leads(stops, on)
    if not what and source not in fallen:
        return []  # a way that only an attacker takes is shown once an attacker is there
    path = "M" + " ".join(map(str, points[:2])) + "L" + " ".join(map(str, points[2:]))
    colour, width = (_FALLS, 3) if spreads else ("currentColor", 1.3)
    dash = "" if what else ' stroke-dasharray="3 4"'
    parts = [
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>',
        _tip(points[-4:], colour),
    ]
    if stopped:
        middle = points[2:6] if len(points) == 8 else points
        x, y = (middle[0] + middle[2]) / 2, (middle[1] + middle[3]) / 2
        parts.append(
            f'<path d="M{x - 6} {y - 6}l12 12m0-12l-12 12" stroke="{STYLES[2][0]}" stroke-width="3.5"/>'
        )
    if place:
        x, y, anchor = place
        parts.append(text(x, y, what or "the attacker's release", f'text-anchor="{anchor}" font-size="12"'))
    return parts


def _tip(segment: tuple[int, ...], colour: str) -> str:
    """An arrowhead at the end of a segment."""
    x, y, end_x, end_y = segment
    length = hypot(end_x - x, end_y - y)
    across, along = (end_x - x) / length, (end_y - y) / length
    corners = [
        (end_x - 11 * across + side * along, end_y - 11 * along - side * across) for side in (-5.5, 5.5)
    ]
    path = " ".join(f"{number:.1f}" for corner in corners for number in corner)
    return f'<path d="M{end_x} {end_y}L{path}z" fill="{colour}"/>'
