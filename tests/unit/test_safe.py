"""Text, markup and pictures of other people's that are safe to show; said in one place."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograder
from autograder import safe

SIZE = (7).to_bytes(4, "big")
PNG = safe.PICTURES["image/png"] + bytes(8) + SIZE * 2


def test_terminal_codes_controls_and_directions_go_and_line_ends_stay():
    assert safe.text("\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07\x1bM") == "red link"
    assert safe.text("a\x00b\x9bc\u202ed\u2066e\tf\ng\r\nh") == "abcde\tf\ng\r\nh"
    assert safe.text("a\x00b", put="?") == "a?b"


@pytest.mark.parametrize("said", ["\ud800", "a\udcffb"])
def test_half_of_a_character_can_be_written(said):
    safe.text(said).encode("utf-8")


@pytest.mark.parametrize("said", [None, 5, b"bytes", ["a"]])
def test_what_is_no_text_is_empty(said):
    assert safe.text(said) == ""


def test_one_line_is_printable_and_short():
    assert safe.one_line("a\x1b[31mb\r\n\u202ec") == "a\ufffd[31mb\ufffd\ufffd\ufffdc"
    assert safe.one_line("x" * 100, 60) == "x" * 59 + "…"
    assert safe.one_line(5) == "5"


@given(st.text(st.characters()))
def test_one_line_has_no_character_that_a_terminal_obeys(text):
    shown = safe.one_line(text, 50)
    assert len(shown) <= 50
    assert not [c for c in shown if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"]
    shown.encode("utf-8")


@pytest.mark.parametrize("styled", [False, True])
@pytest.mark.parametrize("links", [False, True])
def test_html_runs_and_loads_nothing_in_any_form(styled, links):
    from report_course import Page
    from test_report_markup import ATTACKS

    for attack in ATTACKS:
        assert Page(safe.html(attack, styled=styled, links=links)).dangers() == [], attack


def test_a_graded_notebook_keeps_how_a_table_looks_and_a_page_does_not():
    table = '<h2>T</h2><table class="dataframe"><tr><td>1</td></tr></table>'
    assert 'class="dataframe"' in safe.html(table, styled=True) and "<h2>" in safe.html(table, styled=True)
    assert "class" not in safe.html(table) and "<h2>" not in safe.html(table)


def test_latex_makes_no_links():
    assert (
        safe.latex(r"\href{javascript:alert(1)}{x} \frac{1}{2}")
        == r"\text{javascript:alert(1)}{x} \frac{1}{2}"
    )
    assert "<" not in safe.prose("<script>alert(1)</script>")


@pytest.mark.parametrize(
    ("kind", "data", "shown"),
    [
        ("image/png", PNG, True),
        ("image/jpeg", b"\xff\xd8\xff\xc0\x00\x08\x08\x00\x07\x00\x07\x01", True),
        ("image/jpeg", PNG, False),
        ("image/png", PNG[:16], False),
        ("image/png", PNG[:16] + b"\xff" * 8, False),
        ("image/jpeg", b"\xff\xd8\xff", False),
        ("image/png", b"<svg onload=alert(1)>", False),
        ("image/png", b"", False),
    ],
)
def test_a_picture_is_what_it_says_and_of_a_size_that_a_page_can_hold(kind, data, shown):
    assert safe.is_picture(kind, data) is shown


@pytest.mark.parametrize(
    "mark", ["### BEGIN HIDDEN TESTS", "#BEGIN HIDDEN TESTS", "    # BEGIN HIDDEN TESTS now"]
)
def test_hidden_tests_are_found_however_their_mark_is_written(mark):
    source = f"a\n{mark}\nb\n### END HIDDEN TESTS\nc\n"
    assert safe.hidden_lines(source) == [False, True, True, True, False]
    assert safe.without_hidden_tests(source) == "a\nc\n"


def test_hidden_tests_without_an_end_go_on_to_the_last_line():
    assert safe.without_hidden_tests("a\n### BEGIN HIDDEN TESTS\nb") == "a\n"


ROOT = Path(autograder.__file__).parent
RULES = (r"\x1b", r"\u202a", "import nh3", r"\x89PNG", r"\xff\xd8", "HIDDEN TESTS")


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_these_rules_stand_in_one_place(path):
    if path != ROOT / "safe.py":
        assert [rule for rule in RULES if rule in path.read_text("utf-8")] == []
