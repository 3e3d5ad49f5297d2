"""Every interactive picture keeps the form that `course.explore` describes; then the data of each."""

import html
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lessons import PICTURES

import course.explore
from course.explore.panel import Choice, Panel, Slider, Steps, Switch, Text, decades
from course.explore.twin import Table, Twin

OUTSIDE = re.compile(r"https?:|//|url\(|<script|<iframe|\son\w+=|href|src=|@import", re.IGNORECASE)
HEAVY = ("sklearn", "pandas", "scipy", "matplotlib", "numpy")

each_picture = pytest.mark.parametrize("name", PICTURES)


def module(name):
    return importlib.import_module(PICTURES[name])


def widget(name):
    return getattr(module(name), name)()


def move(root, name):
    """Give a control another of its values, as the page would."""
    spec, value = root.controls[name], root.values[name]
    other = {
        "slider": lambda: value + (spec["step"] if value < spec["max"] else -spec["step"]),
        "choice": lambda: (value + 1) % len(spec["options"]),
        "steps": lambda: (value + 1) % len(spec["options"]),
        "switch": lambda: not value,
        "text": lambda: value[::-1],
    }[spec["kind"]]()
    root.values = {**root.values, name: other}


def cells(html, tag):
    return [re.sub("<.*?>", "", text) for text in re.findall(f"<{tag}[ >].*?</{tag}>", html)]


def test_there_are_pictures():
    assert "poison_dial" in PICTURES


@each_picture
def test_a_picture_moves_and_says_so_with_every_control(name):
    for control in widget(name).controls:
        root = widget(name)
        before = root.drawing, root.sentence
        move(root, control)
        assert root.drawing != before[0], control
        assert root.sentence != before[1], control


@each_picture
def test_a_move_is_one_message_with_the_picture_and_its_sentence(name, monkeypatch):
    root = widget(name)
    for control in root.controls:
        sent = []
        with monkeypatch.context() as patch:
            patch.setattr(root, "send_state", lambda key=None, sent=sent: sent.append({key} - {"values"}
                          if isinstance(key, str) else set(key)))  # fmt: skip
            move(root, control)
        assert [keys for keys in sent if keys] == [{"drawing", "sentence"}], control


@each_picture
def test_a_drawing_is_small_enough_to_send_on_every_move(name):
    assert len(widget(name).drawing) < 20_000


@each_picture
def test_two_widgets_do_not_share_their_state(name):
    one, two = widget(name), widget(name)
    before = two.drawing
    move(one, next(iter(one.controls)))
    assert two.drawing == before


@each_picture
def test_every_control_has_a_label_and_a_kind_that_the_page_knows(name):
    script = Path(course.explore.__path__[0], "panel.js").read_text("utf-8")
    for spec in widget(name).controls.values():
        assert spec["label"] and f"  {spec['kind']}(" in script


@each_picture
def test_a_widget_fetches_nothing(name):
    root = widget(name)
    assert not OUTSIDE.search(root.drawing + root.sentence + root._css)


@each_picture
def test_a_page_without_widgets_shows_the_picture_and_its_sentence(name):
    root = widget(name)
    data, _ = root._repr_mimebundle_()
    assert data["text/html"].startswith(root.drawing) and data["text/plain"] == root.sentence
    assert html.escape(root.sentence) in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data


@each_picture
def test_a_twin_shows_pictures_and_tables_and_fetches_nothing(name):
    html = module(name).twin()._repr_html_()
    assert "<svg" in html and html.count("<svg") == html.count("<title>") == html.count("<desc>")
    assert "<table" in html and html.count("<table") == html.count("<caption>")
    assert not OUTSIDE.search(html)


@each_picture
def test_a_twin_says_the_same_without_html(name):
    twin = module(name).twin()
    bundle = twin._repr_mimebundle_()
    assert bundle == {"text/plain": repr(twin), "text/html": twin._repr_html_()}
    values = cells(bundle["text/html"], "td")
    words = bundle["text/plain"].split()
    assert values and not [value for value in values if value.split()[0] not in words]
    for text in cells(bundle["text/html"], "caption") + cells(bundle["text/html"], "th"):
        assert html.unescape(text) in bundle["text/plain"]


@each_picture
def test_a_twin_is_the_same_every_time(name):
    assert module(name).twin()._repr_html_() == module(name).twin()._repr_html_()


@each_picture
def test_showing_and_moving_a_picture_trains_and_plots_nothing(name):
    code = f"""
import sys
from {PICTURES[name]} import {name}, twin
root = {name}()
for control, spec in root.controls.items():
    if spec["kind"] == "choice":
        root.values = {{**root.values, control: 1}}
twin()._repr_html_()
print([heavy for heavy in {HEAVY} if heavy in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


# What the pictures share.


def test_steps_are_values_of_any_spacing_and_say_themselves():
    steps = Steps("Epsilon", decades(0.1, 10), value=4, form="g", unit="nats")
    assert steps.options == (0.1, 0.18, 0.32, 0.56, 1, 1.8, 3.2, 5.6, 10)
    assert (steps.read(0), steps.read(8), steps.read(99), steps.read(-1)) == (0.1, 10, 10, 0.1)
    assert steps.page()["options"][0] == "0.1 nats"
    moved = Panel(lambda epsilon: (f"<svg>{epsilon}</svg>", f"{epsilon}"), epsilon=steps)
    moved.values = {"epsilon": 8}
    assert moved.sentence == "10.0"


def test_a_panel_hands_each_value_over_by_name_and_escapes_the_sentence():
    root = Panel(
        lambda size, kind, on, name: (f"<svg>{size}, {kind}, {on}</svg>", f"{name} < {kind}"),
        size=Slider("Size", 0.5, 0, 1, 0.25, unit="kg"),
        kind=Choice("Kind", [None, 7], texts=["nothing", "seven"]),
        on=Switch("On"),
        name=Text("Name", "x"),
    )
    assert root.drawing == "<svg>0.5, None, False</svg>" and root.sentence == "x < None"
    root.values = {"size": 0.75, "kind": 1, "on": True, "name": "<y>"}
    assert root.drawing == "<svg>0.75, 7, True</svg>" and root.sentence == "<y> < 7"
    assert "&lt;y&gt; &lt; 7" in root._repr_mimebundle_()[0]["text/html"]
    assert root.controls["kind"] == {"kind": "choice", "label": "Kind", "options": ["nothing", "seven"]}


@pytest.mark.parametrize(
    "slider, given, read",
    [
        (Slider("", 0, 0, 40), 41, 40),
        (Slider("", 0, 0, 40), -3, 0),
        (Slider("", 0, 0, 40), 2.4, 2),
        (Slider("", 1, 1, 15, 2), 4.9, 5),
        (Slider("", 0.1, 0.02, 0.7, 0.02), 0.3000000001, 0.3),
        (Slider("", 0, 0, 1, 0.3), 1, 0.9),
    ],
)
def test_a_slider_reads_the_nearest_step(slider, given, read):
    value = slider.read(given)
    assert value == read and type(value) is type(read)


@pytest.mark.parametrize("unit, shown", [("%", "%"), ("", ""), ("hours", " hours")])
def test_a_sign_stands_at_the_value_and_a_word_apart(unit, shown):
    assert Slider("", 0, 0, 1, unit=unit).page()["unit"] == shown


def test_the_page_makes_one_live_region_and_fetches_nothing():
    script = Path(course.explore.__path__[0], "panel.js").read_text("utf-8")
    assert script.count('"role", "status"') == 1 and "sentence.textContent = " in script
    assert not re.search(r"https?:|fetch\(|import |eval|XMLHttp", script)


def test_keys_reach_a_table_that_scrolls():
    html = Twin("", [], [Table("<nails>", ["a"], [["1"]])])._repr_html_()
    assert '<div class="scroll" role="group" tabindex="0" aria-label="&lt;nails&gt;">' in html


def test_a_table_names_its_rows_and_columns_and_is_escaped():
    html = Table("<caption>", ["<a>", "b"], [["<row>", "<1>"]]).as_html()
    assert '<th scope="col" class="side">&lt;a&gt;</th><th scope="col">b</th>' in html
    assert '<th scope="row" class="side">&lt;row&gt;</th><td>&lt;1&gt;</td>' in html
    assert "&lt;caption&gt;" in html


def test_a_table_as_text_stands_in_columns():
    table = Table("Costs", ["what", "each", "all"], [["nails", "0.1", "10"], ["a board", "12", "12"]])
    assert table.as_text().splitlines() == [
        "Costs",
        "what     each  all",
        "nails     0.1   10",
        "a board    12   12",
    ]


def test_a_twin_escapes_its_intro():
    assert "<p>1 &lt; 2</p>" in Twin("1 < 2", [], [])._repr_html_()
