"""What an attack has shown and said, as people see it: in formgrader's page, the feedback and the report."""

from __future__ import annotations

import importlib
import re
from html.parser import HTMLParser

import pytest
import target

from autograder.grading.result import RESULT_FILE
from autograder.report.cohort import write_cohort
from autograder.report.feedback import write_feedback
from autograder.report.standing import read_cohort

HOSTILE = ("t21_script_in_outputs", "t21_script_in_prose", "t21_script_in_messages", "t22_control_characters",
           "t33_hidden_tests_provoked", "t05_claimed_ancestry")  # fmt: skip


class _Running(HTMLParser):
    """Everything on a page that would run or load something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "iframe", "object", "embed", "form", "base", "link"):
            self.found.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            runs = address.startswith(("javascript:", "vbscript:", "data:text", "data:image/svg"))
            if name.startswith("on") or runs:
                self.found.append(f"{tag} {name}={value}")
            if name in ("src", "srcset", "data", "action") and not address.startswith("data:image/"):
                self.found.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_page_runs_or_loads_what_an_attack_has_shown_or_said(name, sandbox, outside, tmp_path):
    graded = target.grade(sandbox, target.handed_in(importlib.import_module(name), outside.told()))
    folder = tmp_path / "autograded" / "mallory" / target.NAME
    folder.mkdir(parents=True)
    (tmp_path / "submitted" / "mallory" / target.NAME).mkdir(parents=True)
    (folder / RESULT_FILE).write_text(graded.result.to_json(), "utf-8")
    (folder / f"{target.NAME}.ipynb").write_text(graded.notebooks[target.NAME], "utf-8")
    pages = [*write_feedback(tmp_path), write_cohort(read_cohort(tmp_path), tmp_path / "cohort.html")]
    texts = {page.name: page.read_text("utf-8") for page in pages}
    assert len(texts) == 2
    texts["as formgrader converts it"] = _converted(graded.notebooks[target.NAME])
    for page, text in texts.items():
        assert _Running(text).found == [], page
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text), page
        if page != "as formgrader converts it":  # an instructor's page, which shows the tests
            assert target.HIDDEN not in text, page


def _converted(notebook: str) -> str:
    """The cells as nbconvert's basic template shows them; formgrader's own page is built around that."""
    import nbformat
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter(template_name="basic").from_notebook_node(nbformat.reads(notebook, as_version=4))
    return body


def test_the_reader_of_pages_sees_what_runs():
    assert _Running("<img src=x onerror=alert(1)>").found
    assert _Running("<a href=' JavaScript:alert(1)'>x</a>").found
    assert not _Running("<p title='onerror'>&lt;script&gt;</p>").found
