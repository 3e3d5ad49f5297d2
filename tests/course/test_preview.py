"""`aisec preview`: a picture as a page, and a crash as a sentence."""

import shutil

import pytest
from lessons import COURSE, PICTURES

from autograder.bench.preview import preview
from autograder.catalog import load_course
from autograder.errors import CourseError


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_holds_the_picture_its_ends_and_its_twin(name, tmp_path):
    page = preview(COURSE, name, tmp_path / "page.html").read_text("utf-8")
    assert page.count("<section>") >= 4 and "The twin" in page and "<script" not in page


def test_a_picture_that_crashes_is_a_sentence_with_its_file(tmp_path):
    root = shutil.copytree(COURSE.root, tmp_path / "course")
    path = root / "start" / "welcome" / "seed_slider.py"
    path.write_text(path.read_text("utf-8").replace("def _draw(", "def _drawn_no_more("), "utf-8")
    with pytest.raises(CourseError, match="NameError: name '_draw'") as raised:
        preview(load_course(root), "welcome.seed_slider", tmp_path / "page.html")
    (line,) = (
        n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if text.strip() == "_draw,"
    )
    assert raised.value.where == f"{path}:{line}"


def test_a_crash_at_the_end_of_a_control_names_its_line_the_control_and_the_value(tmp_path):
    root = shutil.copytree(COURSE.root, tmp_path / "course")
    path = root / "start" / "welcome" / "seed_slider.py"
    name = "def _draw(count: int, first: int) -> tuple[str, str]:\n"
    text = path.read_text("utf-8")
    assert name in text
    path.write_text(text.replace(name, f"{name}    1 / (len(SEEDS) - count)\n"), "utf-8")
    with pytest.raises(CourseError, match=r"crashes with Number of seeds at \d+: Zero") as raised:
        preview(load_course(root), "welcome.seed_slider", tmp_path / "page.html")
    place, _, line = raised.value.where.rpartition(":")
    assert place == str(path) and "len(SEEDS) - count" in path.read_text("utf-8").splitlines()[int(line) - 1]


def test_an_unknown_picture_names_the_ones_there_are(tmp_path):
    with pytest.raises(CourseError, match="no picture") as raised:
        preview(COURSE, "dial", tmp_path / "page.html")
    assert "poisoning.poison_dial" in raised.value.do
