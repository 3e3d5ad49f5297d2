"""The opcode stepper: four small pickles, one opcode at a time, and what lies on the unpickler's stack.

The first is honest, the second a beacon with the very same opcodes. The third takes the beacon's name from
the memo, past a decoy. In the fourth, a byte that is no opcode follows the call. Each has 15 steps. Nothing
is loaded: the steps come from `course.m1_lifecycle.implementation.pickle_machine`.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import escape
from typing import Any

from course.explore.panel import Choice, Panel, Slider
from course.explore.twin import Table, Twin

from . import lab
from .pickle_machine import Broken, Call, Machine, Name

STEPS = 15
_IMPORT, _CALL = "#2373e7", "#de5d0c"
_ROW, _WIDTH, _RIGHT = 21, 680, 370  # pixels: a line of text, the drawing, where the stack begins


class _Beacon:
    def __reduce__(self) -> tuple:
        return lab.trip, ("hello",)


_BEACON = pickle.dumps(_Beacon(), 4)
_MODULE = lab.trip.__module__.encode()

PICKLES = {
    "an honest number, Decimal(0.1)": pickle.dumps(Decimal("0.1"), 4),
    "a beacon": _BEACON,
    "a beacon, its name from the memo": (
        b"\x80\x04\x8c\x04trip\x940\x8c" + bytes([len(_MODULE)]) + _MODULE
        + b"h\x00\x8c\x07Decimal0\x93\x94\x8c\x05hello\x85R\x94."
    ),
    "a beacon, broken behind the call": _BEACON[:-1] + b"\xff",
}  # fmt: skip


#: Opcode → what it does, where that is the same whatever the pickle.
DOES = {
    "PROTO": "states the protocol",
    "FRAME": "states how many bytes follow",
    "SHORT_BINUNICODE": "puts a text on the stack",
    "MEMOIZE": "notes the top of the stack in the memo",
    "BINGET": "puts a copy from the memo on the stack",
    "POP": "takes the top of the stack away",
    "TUPLE1": "makes a tuple of the top of the stack",
    "STOP": "ends, and hands over what lies on the stack",
    "no opcode": "fails. What was called stays called",
}


@dataclass(frozen=True)
class Step:
    """One opcode: its position, its name and argument, what it does, and how it leaves the machine."""

    position: int
    opcode: str
    does: str
    stack: tuple[tuple[str, str], ...]  # (text, colour or nothing), the top last
    memo: tuple[str, ...]
    imports: int
    calls: int


def opcode_stepper() -> Panel:
    """The widget: a pickle and a step move the list of opcodes, the stack and the sentence below."""
    return Panel(
        _draw,
        name=Choice("Pickle", list(PICKLES)),
        step=Slider("Step", 1, 1, STEPS, unit=f"of {STEPS}"),
    )


def twin() -> Twin:
    """The moments that matter, two pickles side by side, and every step of three pickles as tables."""
    honest, beacon, memo, _ = PICKLES
    moments = (
        (6, honest, beacon, "Before STACK_GLOBAL: two texts, the module under the name"),
        (7, honest, beacon, "After STACK_GLOBAL: what they name is imported"),
        (13, honest, beacon, "After REDUCE: it is called"),
    )
    return Twin(
        "A pickle is a list of opcodes for a machine with a stack. An honest number and a beacon have the "
        "same opcodes, side by side here: two texts lie on the stack, STACK_GLOBAL imports what they name, "
        "and REDUCE calls it. The last picture shows a beacon that takes its name from the memo, and hides "
        "it under a decoy, a text that is taken away again.",
        [  # as one entry: below each other, for their texts are too small to read in two columns
            "".join(
                [
                    *(_moment(title, ((left, step), (right, step))) for step, left, right, title in moments),
                    _moment(
                        "A decoy on top, and taken away before STACK_GLOBAL",
                        ((memo, 7), (memo, 8)),
                        memo=True,
                    ),
                ]
            )
        ],
        [
            Table(
                "Every step of the honest number and of the beacon, and the stack after it, its top last",
                ("step", "opcode", "the honest number's stack", "the beacon's stack"),
                [
                    (str(number), one.opcode.split()[0], _line(one), _line(two))
                    for number, (one, two) in enumerate(zip(steps(honest), steps(beacon), strict=True), 1)
                ],
                sides=2,
            ),
            Table(
                "Every step of the beacon whose name comes from the memo",
                ("step", "opcode", "the stack after it, its top last"),
                [(str(number), _short(row.opcode), _line(row)) for number, row in enumerate(steps(memo), 1)],
                sides=2,
            ),
        ],
    )


def _line(step: Step) -> str:
    return " | ".join(_short(text) for text, _ in step.stack) or "empty"


def _short(text: str) -> str:
    """A name of the lab without the folders before it."""
    return text.replace(lab.__name__.removesuffix("lab"), "…")


def _moment(title: str, shown: tuple[tuple[str, int], tuple[str, int]], *, memo: bool = False) -> str:
    """Two stacks side by side, each of one of PICKLES after one of its steps; the memo too, if asked."""
    column, now = _WIDTH // 2, [steps(name)[step - 1] for name, step in shown]
    height = 96 + 32 * max(len(step.stack) for step in now) + 17 * memo
    says = [
        (
            _title(name),
            f"after step {step}, {row.opcode.split()[0]}",
            *([f"in the memo, {', '.join(row.memo)}"] * memo),
        )
        for (name, step), row in zip(shown, now, strict=True)
    ]
    desc = ". ".join(
        f"{', '.join(say)}: on the stack, its top last: {_line(row)}"
        for say, row in zip(says, now, strict=True)
    )
    parts = [_text(10, 17, title, 'font-weight="600" font-size="15"')]
    for number, (row, say) in enumerate(zip(now, says, strict=True)):
        parts += _stack(row, height - 12, 10 + number * column, column - 20)
        parts += [
            _text(10 + number * column, 40 + 17 * i, line, 'opacity=".8"') for i, line in enumerate(say)
        ]
    return _svg(title, desc, height, parts)


@cache
def steps(name: str) -> tuple[Step, ...]:
    """Every step of one of PICKLES. A broken one ends in a step that says so."""
    machine, found = Machine(), []
    try:
        for opcode, argument, position in machine.walk(PICKLES[name]):
            found.append(_step(position, opcode, argument, machine))
    except Broken:
        found.append(_step(len(PICKLES[name]) - 1, "no opcode", None, machine))
    return tuple(found)


def _step(position: int, opcode: str, argument: Any, machine: Machine) -> Step:
    shown = f"“{argument}”" if isinstance(argument, str) else "" if argument is None else str(argument)
    if opcode == "STACK_GLOBAL":
        does = f"takes two texts and imports {machine.imports[-1]}"
    elif opcode == "REDUCE":
        does = f"calls {_say(machine.calls[-1])}"
    else:
        does = DOES[opcode]
    stack = tuple((_box(value), _colour(value)) for value in machine.stack)
    memo = tuple(f"{number}: {_box(value)}" for number, value in machine.memo.items())
    text = " ".join(filter(None, (opcode, shown)))
    return Step(position, text, does, stack, memo, len(machine.imports), len(machine.calls))


def _say(value: Any) -> str:
    if isinstance(value, Call):
        return f"{value.what}({', '.join(map(_say, value.args))})"
    return f"“{value}”" if isinstance(value, str) else str(value)


def _box(value: Any) -> str:
    if isinstance(value, Call):
        return f"result of {value.what}(…)"
    if isinstance(value, Name):
        return f"imported: {value}"
    return f"({', '.join(map(_say, value))},)" if isinstance(value, tuple) else _say(value)


def _colour(value: Any) -> str:
    return _CALL if isinstance(value, Call) else _IMPORT if isinstance(value, Name) else ""


def _draw(name: str, step: int) -> tuple[str, str]:
    now = steps(name)[step - 1]
    total = f"So far {_count(now.imports, 'import')} and {_count(now.calls, 'call')}."
    return _picture(name, step), f"{_title(name)}, step {step} of {STEPS}, {now.opcode}: {now.does}. {total}"


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'s' * (number != 1)}"


def _picture(name: str, step: int) -> str:
    rows, now = steps(name), steps(name)[step - 1]
    title = f"{_title(name)}: step {step} of {STEPS}"
    stack = "; ".join(text for text, _ in reversed(now.stack)) or "nothing"
    desc = f"{STEPS} opcodes. Number {step}, {now.opcode}, {now.does}. The stack, from the top: {stack}."
    height = 84 + _ROW * STEPS
    parts = [
        _text(10, 17, title, 'font-weight="600" font-size="15"'),
        _text(10, 42, "byte   opcode and argument", 'opacity=".8"'),
        _text(_RIGHT, 42, "the memo", 'opacity=".8"'),
        *(_text(_RIGHT, 46 + _ROW * number, line) for number, line in enumerate(now.memo, 1)),
        _text(_RIGHT, height - 154, "the stack, its top above", 'opacity=".8"'),
        *(_opcode(row, number, step) for number, row in enumerate(rows, 1)),
        *_stack(now, height - 44, _RIGHT, _WIDTH - 10 - _RIGHT),
        _text(58, height - 8, now.does, 'font-weight="600"'),
    ]
    return _svg(title, desc, height, parts)


def _svg(title: str, desc: str, height: int, parts: list[str]) -> str:
    return "".join(
        [
            f'<svg role="img" viewBox="0 0 {_WIDTH} {height}" font-size="13" fill="currentColor" '
            f'style="display:block;width:100%;max-width:{_WIDTH}px;height:auto;'
            'color:var(--jp-ui-font-color1,inherit);font-family:var(--jp-ui-font-family,system-ui,sans-serif)">',
            f"<title>{escape(title)}</title><desc>{escape(desc)}</desc>",
            *parts,
            "</svg>",
        ]
    )


def _opcode(row: Step, number: int, step: int) -> str:
    y = 46 + _ROW * number
    look = 'font-weight="600"' if number == step else 'opacity=".65"' if number > step else ""
    return (
        (_text(2, y, "▶") if number == step else "")
        + _text(44, y, str(row.position), f'text-anchor="end" {look}')
        + _text(58, y, row.opcode, look)
    )


def _stack(now: Step, bottom: int, left: int, width: int) -> list[str]:
    parts = [f'<path d="M{left} {bottom + 4}h{width}" stroke="currentColor" opacity=".55"/>']
    for level, (text, colour) in enumerate(now.stack):
        y = bottom - 32 * (level + 1)
        parts.append(
            f'<rect x="{left}" y="{y}" width="{width}" height="28" rx="3" fill="none" '
            f'stroke="{colour or "currentColor"}" stroke-width="{2.5 if colour else 1}"/>'
        )
        parts.append(_text(left + 8, y + 19, _short(text)))
    return parts


def _text(x: float, y: float, text: str, attributes: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" {attributes}>{escape(text)}</text>' if text else ""
