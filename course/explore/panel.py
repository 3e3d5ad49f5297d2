"""Controls, the picture they move, and a line that says the picture in words.

The controls are the browser's own: their labels are said by screen readers, and keys move them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any

from anywidget import AnyWidget
from traitlets import Dict, Unicode

_CSS = """
.aisec-explore { color: var(--jp-ui-font-color1, inherit); line-height: 1.5; }
.aisec-explore p { margin: 0; }
.aisec-controls, .aisec-controls > *, .aisec-controls label { display: flex; flex-wrap: wrap;
  align-items: center; gap: .3em .6em; }
.aisec-controls { gap: .3em 1.6em; margin: .2em 0 .5em; }
.aisec-controls input, .aisec-controls select { box-sizing: border-box; min-height: 24px; max-width: 100%;
  margin: 0; font: inherit; color: inherit; accent-color: var(--jp-brand-color1, auto); }
.aisec-controls input[type="text"], .aisec-controls select { padding: .1em .4em; border: 1px solid;
  border-radius: .2em; background: var(--jp-layout-color1, Canvas); }
.aisec-controls input[type="range"] { width: 14em; }
.aisec-controls input[type="checkbox"] { width: 1.2em; }
.aisec-controls :focus-visible { outline: 2px solid; outline-offset: 2px; }
.aisec-controls output { min-width: 3em; font-variant-numeric: tabular-nums; }
@media (forced-colors: active) {
  .aisec-explore { --jp-ui-font-color1: CanvasText; --jp-layout-color0: Canvas; }
}
"""


@dataclass(frozen=True)
class Slider:
    """A number from `min` to `max` in steps of `step`; with whole numbers it is an int.

    `unit` stands after the value: a sign such as `%` directly, a word with a space.
    """

    label: str
    value: float
    min: float
    max: float
    step: float = 1
    unit: str = ""

    def page(self) -> dict[str, Any]:
        unit = f" {self.unit}" if len(self.unit) > 1 else self.unit
        return {"kind": "slider", **asdict(self), "unit": unit}

    def read(self, value: float) -> float:
        last = round((self.max - self.min) / self.step)
        steps = max(0, min(last, round((value - self.min) / self.step)))
        return round(self.min + self.step * steps, 9)


@dataclass(frozen=True)
class Steps:
    """A slider over `options`, equally far apart whatever their values: with `decades` it is a log scale.

    `form` is the format in which an option is written: `g`, `.0%`, `.1e`. On the page, its index.
    """

    label: str
    options: Sequence[Any]
    value: int = 0
    form: str = "g"
    unit: str = ""

    def page(self) -> dict[str, Any]:
        unit = f" {self.unit}" if len(self.unit) > 1 else self.unit
        return {
            "kind": "steps",
            "label": self.label,
            "options": [format(option, self.form) + unit for option in self.options],
        }

    def read(self, value: int) -> Any:
        return self.options[max(0, min(len(self.options) - 1, value))]


def decades(start: float, stop: float, each: int = 4) -> tuple[float, ...]:
    """Values from `start` to `stop`, `each` of them to a factor of ten: 1, 1.8, 3.2, 5.6, 10."""
    count = round(each * math.log10(stop / start))
    return tuple(float(f"{start * 10 ** (i / each):.1e}") for i in range(count + 1))


@dataclass(frozen=True)
class Choice:
    """One of `options`, shown under `texts` (default: as they are); on the page, its index."""

    label: str
    options: Sequence[Any]
    texts: Sequence[str] = ()
    value: int = 0

    def page(self) -> dict[str, Any]:
        return {"kind": "choice", "label": self.label, "options": list(self.texts or self.options)}

    def read(self, value: int) -> Any:
        return self.options[value]


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    label: str
    value: bool = False

    def page(self) -> dict[str, Any]:
        return {"kind": "switch", "label": self.label}

    def read(self, value: bool) -> bool:
        return bool(value)


@dataclass(frozen=True)
class Text:
    """A line to type."""

    label: str
    value: str = ""

    def page(self) -> dict[str, Any]:
        return {"kind": "text", "label": self.label}

    def read(self, value: str) -> str:
        return str(value)


class Panel(AnyWidget):
    """Shows `draw(**values)`, drawn again whenever a control is moved.

    `draw` takes each control's value under the control's name and returns the picture (HTML) and one
    sentence with its values (plain text). The sentence stands under the picture as a polite live region,
    so that a screen reader says it after a move. A page without widgets shows picture and sentence alone.
    """

    _esm = Path(__file__).with_name("panel.js")
    _css = _CSS

    controls = Dict().tag(sync=True)
    values = Dict().tag(sync=True)
    drawing = Unicode().tag(sync=True)
    sentence = Unicode().tag(sync=True)

    def __init__(
        self, draw: Callable[..., tuple[str, str]], **controls: Slider | Steps | Choice | Switch | Text
    ) -> None:
        self._draw, self._controls = draw, controls
        values = {name: control.value for name, control in controls.items()}
        drawing, sentence = self._drawn(values)
        page = {name: control.page() for name, control in controls.items()}
        super().__init__(controls=page, values=values, drawing=drawing, sentence=sentence)
        self.observe(self._redraw, "values")

    def _drawn(self, values: dict[str, Any]) -> tuple[str, str]:
        return self._draw(**{name: control.read(values[name]) for name, control in self._controls.items()})

    def _redraw(self, _change: Any) -> None:
        with self.hold_sync():
            self.drawing, self.sentence = self._drawn(self.values)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        static = {"text/plain": self.sentence, "text/html": f"{self.drawing}<p>{escape(self.sentence)}</p>"}
        return {**data, **static}, metadata
