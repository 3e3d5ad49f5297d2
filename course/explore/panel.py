"""Controls, the picture they move, and a line that says the picture in words."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

_NUMBER_FOR = {widgets.IntSlider: widgets.BoundedIntText, widgets.FloatSlider: widgets.BoundedFloatText}


def panel(draw: Callable[..., tuple[str, str]], **controls: widgets.ValueWidget) -> widgets.VBox:
    """A widget that shows `draw(**values)`, drawn again whenever a control's value changes.

    `draw` takes each control's value under the control's name and returns the picture (HTML) and one
    sentence with its values (plain text). The sentence stands under the picture as a polite live
    region, so that a screen reader says it after a move.
    """
    picture, status = widgets.HTML(), widgets.HTML()

    def redraw(_change: Any = None) -> None:
        html, sentence = draw(**{name: control.value for name, control in controls.items()})
        picture.value = html
        status.value = (
            f'<p role="status" aria-live="polite" style="margin:0;line-height:1.5">{escape(sentence)}</p>'
        )

    redraw()
    for control in controls.values():
        control.observe(redraw, "value")
    row = widgets.Layout(flex_flow="row wrap", align_items="center", grid_gap="4px 20px")
    return widgets.VBox([widgets.Box([_labelled(c) for c in controls.values()], layout=row), picture, status])


def _labelled(control: widgets.ValueWidget) -> widgets.Widget:
    """`control` with its whole label in sight and said.

    The handle of a slider has no name for a screen reader; so its label goes to a number box beside
    it, which moves with it and can be typed into.
    """
    control.style.description_width = "initial"
    if type(control) not in _NUMBER_FOR:
        control.layout.width = "auto"
        return control
    number = _NUMBER_FOR[type(control)](
        value=control.value,
        min=control.min,
        max=control.max,
        step=control.step,
        description=control.description,
        style={"description_width": "initial"},
        layout={"width": "auto"},
    )
    widgets.link((control, "value"), (number, "value"))
    control.description, control.readout, control.layout.width = "", False, "180px"
    return widgets.HBox([number, control])
