"""The line chart: where things lie, what it says, what it refuses."""

import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from course.explore.chart import STYLES, Axis, Line, line_chart

X = (0, 1, 2)
TIMES = Axis("time", {0: "start", 2: "end"})
SHARES = Axis("share", {0: "0", 1: "1"})

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SIGHT = {
    "full": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def chart(*lines, **changes):
    options = {"x_axis": TIMES, "y_axis": SHARES, "title": "A title", "desc": "A description."}
    return line_chart(X, lines or [Line("one", (0, 0.5, 1))], **options | changes)


def tree(svg):
    return ElementTree.fromstring(svg)


def texts(svg):
    return {element.text: element for element in tree(svg).iter("text")}


def heights(svg, *names):
    return [float(texts(svg)[name].get("y")) for name in names]


def points(svg, tag="polyline"):
    return [
        [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]
        for element in tree(svg).iter(tag)
    ]


def rgb(colour):
    """Linear RGB of `#rrggbb`."""
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """WCAG 2.2 contrast ratio."""
    low, high = sorted(rgb(colour) @ [0.2126, 0.7152, 0.0722] for colour in (a, b))
    return (high + 0.05) / (low + 0.05)


def lab(linear):
    """CIE L*a*b* (D65) of linear RGB."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(to_xyz @ np.clip(linear, 0, 1) / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_a_line_runs_from_the_ends_of_its_axes():
    (line,) = points(chart(size=(400, 300)))
    (x0, bottom), (x1, middle), (x2, top) = line
    assert x0 < x1 < x2 and x1 == pytest.approx((x0 + x2) / 2, abs=0.1)
    assert bottom > middle > top and middle == pytest.approx((bottom + top) / 2, abs=0.1)
    assert top >= 0 and bottom <= 300 and x2 <= 400


def test_ticks_lie_where_their_values_do_and_carry_their_own_text():
    svg = chart(y_axis=Axis("", {0: "none", 0.5: "half", 1: "all"}))
    middle = points(svg)[0][1][1]
    assert heights(svg, "half")[0] == pytest.approx(middle, abs=5)
    assert {"start", "end", "time"} <= texts(svg).keys()


def test_a_band_is_drawn_between_low_and_high():
    svg = chart(Line("one", (0.5, 0.5, 0.5), (0, 0, 0), (1, 1, 1)))
    ((_, top), *_, (_, bottom)) = points(svg, "polygon")[0]
    assert bottom > points(svg)[0][0][1] > top
    assert not points(chart(), "polygon")


def test_arrays_serve_as_well_as_lists():
    values = np.array([0, 0.5, 1])
    assert chart(Line("one", values, values, values)) == chart(Line("one", *[values.tolist()] * 3))


def test_a_screen_reader_gets_a_name_and_a_description():
    root = tree(chart())
    assert root.get("role") == "img"
    assert [(element.tag, element.text) for element in root[:2]] == [
        ("title", "A title"),
        ("desc", "A description."),
    ]


def test_text_is_escaped_everywhere():
    nasty = "<script>&\"'"
    svg = chart(
        Line(nasty, (0, 0, 0)),
        title=nasty,
        desc=nasty,
        x_axis=Axis(nasty, {0: nasty, 2: ""}),
        y_axis=Axis(nasty, {0: nasty, 1: ""}),
    )
    assert "<script" not in svg
    assert sum(element.text == nasty for element in tree(svg).iter()) == 8


def test_lines_differ_in_dash_and_name_as_well_as_colour():
    svg = chart(*(Line(f"line {i}", (0, 0.1 * i, 0.2 * i)) for i in range(len(STYLES))))
    lines = list(tree(svg).iter("polyline"))
    assert len({line.get("stroke-dasharray") for line in lines}) == len(STYLES)
    assert len({line.get("stroke") for line in lines}) == len(STYLES)
    assert {f"line {i}" for i in range(len(STYLES))} <= texts(svg).keys()


def test_colours_stand_out_on_a_light_and_a_dark_page():
    for (colour, _), page in itertools.product(STYLES, ("#ffffff", "#212121")):
        assert contrast(colour, page) >= 3, (colour, page)


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_stay_apart_in_every_kind_of_sight(sight):
    seen = [lab(np.array(SIGHT[sight]) @ rgb(colour)) for colour, _ in STYLES]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= 20


def test_text_takes_the_colour_of_the_page():
    svg = chart(mark=1)
    assert tree(svg).get("fill") == "currentColor"
    assert "var(--jp-ui-font-color1,inherit)" in tree(svg).get("style")
    assert not any("fill" in element.attrib for element in tree(svg).iter("text"))


@pytest.mark.parametrize("level", [0, 0.5, 1])
def test_names_of_lines_that_end_together_stay_apart_and_inside(level):
    names = [f"line {i}" for i in range(5)]
    svg = chart(*(Line(name, (0, 0, level)) for name in names), size=(400, 200))
    ys = sorted(heights(svg, *names))
    assert min(b - a for a, b in itertools.pairwise(ys)) >= 13
    assert ys[0] > 13 and ys[-1] < 200


def test_names_keep_the_order_of_their_lines():
    svg = chart(Line("low", (0, 0, 0.50)), Line("high", (0, 0, 0.52)))
    low, high = heights(svg, "low", "high")
    assert high < low


def test_a_mark_puts_a_dot_and_a_value_on_every_line():
    lines = [Line("one", (0, 0.256, 1)), Line("two", (1, 0.75, 0))]
    svg = chart(*lines, mark=1)
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in tree(svg).iter("circle")]
    assert dots == [line[1] for line in points(svg)]
    assert {"0.26", "0.75"} <= texts(svg).keys()
    assert not list(tree(chart(*lines)).iter("circle"))


def test_a_value_at_the_right_edge_stands_left_of_its_dot():
    assert texts(chart(Line("one", (0.1, 0.2, 0.3)), mark=0))["0.10"].get("text-anchor") == "start"
    assert texts(chart(Line("one", (0.1, 0.2, 0.3)), mark=2))["0.30"].get("text-anchor") == "end"


def test_nothing_is_fetched_and_nothing_runs():
    assert not re.search(r"https?:|url\(|<script|\son\w+=|href|src=", chart(mark=1))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([Line("one", (0, 1))], "one: 2 values for 3 of x"),
        ([Line("one", (0, 0, 0), low=(0, 0, 0))], "one, high: 0 values for 3 of x"),
        ([Line("one", (0, 0, 0), (0, 0, 0), (0, 0, 2))], "one, high: 2 is off the axis"),
        ([Line("one", (0, 0, 1.01))], "one: 1.01 is off the axis"),
        ([Line("one", (0, 0, float("nan")))], "one: nan is off the axis"),
        ([Line("one", (0, 0, 0))] * (len(STYLES) + 1), "1 to 5 lines, not 6"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_by_name(lines, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        chart(*lines)


def test_an_x_off_its_axis_is_refused():
    with pytest.raises(ValueError, match="x: 2 is off the axis"):
        chart(x_axis=Axis("", {0: "0", 1: "1"}))


def test_no_lines_make_no_chart():
    with pytest.raises(ValueError, match="not 0"):
        line_chart(X, [], x_axis=TIMES, y_axis=SHARES, title="", desc="")


def test_a_log_axis_gives_equal_ratios_equal_room_and_refuses_what_it_has_no_place_for():
    axis = Axis("epsilon", {0.1: "0.1", 1: "1", 10: "10"}, log=True)
    assert [axis.share(value) for value in (0.1, 1, 10)] == pytest.approx([0, 0.5, 1])
    with pytest.raises(ValueError, match="off the axis"):
        chart(Line("one", (0.1, 0, 10)), y_axis=axis)


def test_a_marked_value_is_written_in_its_axiss_form():
    percent = Axis("share", {0: "0", 1: "1"}, form=".0%")
    assert "50%" in texts(chart(mark=1, y_axis=percent)) and "0.50" in texts(chart(mark=1))
