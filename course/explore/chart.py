"""Line charts: a line is told from the others by its colour, its dash and the name at its end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from course.explore.drawing import FONT, STYLES, drawing, text

_LETTER = 6.8  # mean width of a letter of a label
_LEFT, _BOTTOM = 40, 46  # room for the ticks and the x axis's label


@dataclass(frozen=True)
class Line:
    """One line: a value for every x, and optionally a band from `low` to `high` around it."""

    name: str
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True)
class Axis:
    """An axis from its lowest to its highest tick. `ticks` maps a value to the text beside it.

    With `log`, equal ratios are equally far apart, and values are above 0. `form` is the format in which a
    value is written: `.2f`, `.0%`, `.1e`.
    """

    label: str
    ticks: Mapping[float, str]
    log: bool = False
    form: str = ".2f"

    def share(self, value: float) -> float:
        """Where `value` lies on the axis: 0 at its start, 1 at its end; NaN where a log axis has no place."""
        start, stop = self._scaled(min(self.ticks)), self._scaled(max(self.ticks))
        return (self._scaled(value) - start) / (stop - start)

    def _scaled(self, value: float) -> float:
        if not self.log:
            return value
        return math.log10(value) if value > 0 else math.nan


def line_chart(
    x: Sequence[float],
    lines: Sequence[Line],
    *,
    x_axis: Axis,
    y_axis: Axis,
    title: str,
    desc: str,
    mark: int | None = None,
    size: tuple[int, int] = (680, 380),
) -> str:
    """A drawing of lines over `x`; `drawing` says what `title` and `desc` are.

    `mark` is an index into `x`: a dot and a value, in the y axis's form, on every line there. Raises
    ValueError for a line that does not fit `x` or an axis, and for more lines than there are styles.
    """
    _validate(x, lines, x_axis, y_axis)
    width, height = size
    right = width - 24 - round(_LETTER * max(len(line.name) for line in lines))
    frame = _Frame(x_axis, y_axis, _LEFT, right, 52 if y_axis.label else 34, height - _BOTTOM)
    styled = list(zip(lines, STYLES, strict=False))
    xs = [frame.across(value) for value in x]
    parts = [
        text((_LEFT + right) / 2, height - 6, x_axis.label, 'opacity=".8" text-anchor="middle"'),
        *_grid(frame),
        *(_band(frame, xs, line, style) for line, style in styled if len(line.low)),
        *(_path(frame, xs, line, style) for line, style in styled),
        *_names(frame, lines),
        *([] if mark is None else _marks(frame, xs[mark], [line.y[mark] for line in lines])),
    ]
    return drawing(width, height, parts, title=title, desc=desc, under=y_axis.label)


@dataclass(frozen=True)
class _Frame:
    """Where the axes lie in the drawing, and values on it."""

    x_axis: Axis
    y_axis: Axis
    left: float
    right: float
    top: float
    bottom: float

    def across(self, value: float) -> float:
        return round(self.left + self.x_axis.share(value) * (self.right - self.left), 1)

    def down(self, value: float) -> float:
        return round(self.bottom - self.y_axis.share(value) * (self.bottom - self.top), 1)


def _validate(x: Sequence[float], lines: Sequence[Line], x_axis: Axis, y_axis: Axis) -> None:
    if not 0 < len(lines) <= len(STYLES):
        raise ValueError(f"a chart has 1 to {len(STYLES)} lines, not {len(lines)}")
    rows = [("x", x, x_axis)]
    for line in lines:
        rows.append((line.name, line.y, y_axis))
        if len(line.low) or len(line.high):
            rows += [(f"{line.name}, low", line.low, y_axis), (f"{line.name}, high", line.high, y_axis)]
    for name, values, axis in rows:
        if len(values) != len(x):
            raise ValueError(f"{name}: {len(values)} values for {len(x)} of x")
        for value in values:
            if not 0 <= axis.share(value) <= 1:
                raise ValueError(f"{name}: {value} is off the axis {list(axis.ticks.values())}")


def _grid(frame: _Frame) -> list[str]:
    left, right, top, bottom = frame.left, frame.right, frame.top, frame.bottom
    ys = [(frame.down(value), said) for value, said in frame.y_axis.ticks.items()]
    xs = [(frame.across(value), said) for value, said in frame.x_axis.ticks.items()]
    rules = [f"M{left:g} {y:g}H{right:g}" for y, _ in ys] + [f"M{x:g} {top:g}V{bottom:g}" for x, _ in xs]
    return [
        f'<path d="{"".join(rules)}" stroke="currentColor" opacity=".13"/>',
        f'<path d="M{left:g} {top:g}V{bottom:g}H{right:g}" fill="none" stroke="currentColor" opacity=".55"/>',
        *(text(left - 7, y + 4.5, said, 'opacity=".8" text-anchor="end"') for y, said in ys),
        *(text(x, bottom + 18, said, 'opacity=".8" text-anchor="middle"') for x, said in xs),
    ]


def _points(frame: _Frame, xs: Sequence[float], values: Sequence[float]) -> list[str]:
    return [f"{x:g},{frame.down(value):g}" for x, value in zip(xs, values, strict=True)]


def _band(frame: _Frame, xs: Sequence[float], line: Line, style: tuple[str, str]) -> str:
    points = _points(frame, xs, line.high) + _points(frame, xs, line.low)[::-1]
    return f'<polygon points="{" ".join(points)}" fill="{style[0]}" opacity=".14"/>'


def _path(frame: _Frame, xs: Sequence[float], line: Line, style: tuple[str, str]) -> str:
    return (
        f'<polyline points="{" ".join(_points(frame, xs, line.y))}" fill="none" stroke="{style[0]}" '
        f'stroke-width="2.5" stroke-dasharray="{style[1]}"/>'
    )


def _names(frame: _Frame, lines: Sequence[Line]) -> list[str]:
    """Each line's name at its end, moved apart where ends lie close, with a thread back to the line."""
    ends = [frame.down(line.y[-1]) for line in lines]
    parts = []
    for line, end, y, (colour, _) in zip(lines, ends, _apart(ends, frame), STYLES, strict=False):
        x = frame.right + 12
        parts.append(f'<path d="M{frame.right:g} {end:g}L{x:g} {y:g}" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(text(x + 3, y + 4.5, line.name))
    return parts


def _marks(frame: _Frame, x: float, values: Sequence[float]) -> list[str]:
    """A rule at `x`, and on every line a dot and its value, on the side where there is room."""
    ys = [frame.down(value) for value in values]
    on_left = x > frame.right - 45
    aside, anchor = (x - 10, "end") if on_left else (x + 10, "start")
    look = (
        f'font-weight="600" text-anchor="{anchor}" '
        'style="paint-order:stroke;stroke:var(--jp-layout-color0,transparent);stroke-width:4px"'
    )
    parts = [f'<path d="M{x:g} {frame.top:g}V{frame.bottom:g}" stroke="currentColor" opacity=".6"/>']
    for value, y, text_y, (colour, _) in zip(values, ys, _apart(ys, frame), STYLES, strict=False):
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="5.5" fill="{colour}" stroke="currentColor"/>')
        parts.append(text(aside, text_y + 4.5, format(value, frame.y_axis.form), look))
    return parts


def _apart(ys: Sequence[float], frame: _Frame) -> list[float]:
    """Heights for texts beside `ys`: in the same order, at least a line apart, within the frame."""
    step = FONT + 2
    order = sorted(range(len(ys)), key=lambda i: ys[i])
    placed = list(ys)
    floor = frame.top
    for i in order:
        placed[i] = max(ys[i], floor)
        floor = placed[i] + step
    ceiling = frame.bottom
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - step
    return placed
