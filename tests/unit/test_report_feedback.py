"""Feedback pages: what a learner and an instructor see, and what neither may see."""

import pytest
from report_course import (
    FAILED,
    PASSED,
    Page,
    code,
    good,
    grade,
    result,
    shown,
    standing_of,
    text,
    verdict,
    weak,
)

from autograder.errors import AisecError
from autograder.grading.scores import Booked, CellScore
from autograder.report.feedback import feedback_page, write_feedback
from autograder.report.page import POLICY
from autograder.verdict import Outcome

SECRET = "assert flip_labels(SECRET_DRAW) == 17"


def page_of(course_dir, found, *cells):
    grade(course_dir, found, *cells)
    (page,) = write_feedback(course_dir)
    return page.read_text("utf-8")


def test_the_page_says_score_outcome_and_each_exercise_in_words(tmp_path):
    words = " ".join(Page(page_of(tmp_path, weak("ada"))).words.split())
    assert "5 of 16 points" in words and "partly" in words
    assert "1 exercise partly, 1 failed." in words
    assert "does part 1 failed, 0 of 3 points" in words
    assert "A fixed threshold fires on a clean model." in words


def test_repairs_and_the_reason_of_a_stop_are_told(tmp_path):
    found = result(
        "ada",
        verdict("flip_labels", PASSED, Outcome.TIMED_OUT),
        message="Cell 7 ran for more than 30 seconds.",
        notes=("The check cell of flip_labels was put back.",),
    )
    page = page_of(tmp_path, found)
    assert "Cell 7 ran for more than 30 seconds." in page
    assert "The check cell of flip_labels was put back." in page


def test_a_test_cell_shows_its_verdict_and_neither_source_nor_output(tmp_path):
    """Hidden tests must not reach a learner through feedback (threat 33)."""
    check = code(
        SECRET,
        {"output_type": "error", "ename": "E", "evalue": SECRET, "traceback": [f"----> 1 {SECRET}"]},
        {"output_type": "stream", "name": "stdout", "text": SECRET},
        grade=True,
        solution=False,
        grade_id="flip_labels",
    )
    page = page_of(tmp_path, weak("ada"), check)
    assert "SECRET" not in page
    assert "poisoning.flip_labels: partly, 5 of 8 points" in page


def test_a_test_cell_without_a_verdict_stays_closed_too(tmp_path):
    page = page_of(tmp_path, weak("ada"), code(SECRET, grade=True, solution=False, grade_id="other"))
    assert "SECRET" not in page and "A check stood here." in page


def test_a_region_of_hidden_tests_is_cut_from_any_cell(tmp_path):
    source = f"x = 1\n### BEGIN HIDDEN TESTS\n{SECRET}\n### END HIDDEN TESTS\ny = 2"
    page = page_of(tmp_path, weak("ada"), code(source), code(f"### BEGIN HIDDEN TESTS\n{SECRET}"))
    assert "SECRET" not in page and "HIDDEN" not in page and ">y<" in page


def test_a_hand_graded_answer_is_shown_with_its_comment(tmp_path):
    cell = code("my_answer = 1", grade=True, solution=True, grade_id="essay")
    folder = grade(tmp_path, weak("ada"), cell)
    booked = Booked(
        {
            "poisoning.flip_labels": CellScore(8, 8, by_hand=True),
            "poisoning.essay": CellScore(3, 4, by_hand=True),
        },
        20,
        1,
        {
            "poisoning.essay": "Good, **but** <script>alert(1)</script> see page 3.",
            "poisoning.gone": "On a lost cell.",
        },
    )
    page = feedback_page(folder.parents[2], standing_of(weak("ada"), booked), "poisoning")
    assert "my_answer" in page and "<strong>but</strong>" in page and "On a lost cell." in page
    assert "gave <strong>8 of 8 points</strong>. The check alone gave 5." in page
    assert "<strong>10</strong> of 20 points" in page and "late: 1 point." in page
    assert Page(page).dangers() == []


def test_a_grader_fault_is_not_the_learners(tmp_path):
    found = result("ada", verdict("flip_labels", PASSED, Outcome.GRADER_FAULT))
    page = page_of(tmp_path, found)
    assert "The grader failed, not you." in page and "poisoning.flip_labels" in page


def test_an_unreadable_submission_still_gets_its_page(tmp_path):
    found = result("ada", outcome=Outcome.ERROR, message="The file is not a notebook.")
    folder = grade(tmp_path, found)
    (folder / "poisoning.ipynb").unlink()
    (page,) = write_feedback(tmp_path)
    words = Page(page.read_text("utf-8")).words
    assert "The file is not a notebook." in words and "no notebook is there" in words


def test_nothing_a_learner_wrote_or_printed_runs_in_the_readers_browser(tmp_path):
    """Threat 21, in every place that a learner's text can reach."""
    evil = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>"
    found = result(
        f"ada{evil.replace('/', '')}",
        verdict("flip_labels", FAILED, FAILED, message=evil, slip=evil),
        message=evil,
        notes=(evil,),
    )
    cells = [
        text(evil),
        code(evil, grade_id=f"x' onclick='{evil}", solution=True),
        code(
            "1",
            shown(text_html=evil, text_plain=evil),
            {"output_type": "stream", "name": evil, "text": evil},
        ),
        code("2", {"output_type": "error", "ename": evil, "evalue": evil, "traceback": [evil]}),
        code("3", {"output_type": "error", "ename": evil, "evalue": evil}),
        code("4", shown(**{"image/svg+xml": f"<svg>{evil}</svg>", "application/javascript": "alert(1)"})),
        code(
            "5", shown(image_png='x" onerror="alert(1)'), shown(text_html=["<scr", "ipt>alert(1)</script>"])
        ),
        {"cell_type": "raw", "source": evil, "metadata": {}},
        {"cell_type": evil, "source": evil},
    ]
    page = page_of(tmp_path, found, *cells)
    assert Page(page).dangers() == []
    assert "alert(1)" in Page(page).words


def test_the_policy_forbids_script_and_every_outside_address(tmp_path):
    assert POLICY.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    head = Page(page_of(tmp_path, good("ada"))).tags[:4]
    assert ("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}) in head


def test_a_linked_notebook_is_not_followed(tmp_path):
    """A link that stands where the notebook should be must not copy its target into a page (threat 19)."""
    folder = grade(tmp_path, good("ada"))
    secret = tmp_path / "secret.ipynb"
    (folder / "poisoning.ipynb").rename(secret)
    secret.write_text('{"cells": [{"cell_type": "markdown", "source": "SECRET"}]}')
    (folder / "poisoning.ipynb").symlink_to(secret)
    (page,) = write_feedback(tmp_path)
    assert "SECRET" not in page.read_text("utf-8") and "is a symbolic link" in page.read_text("utf-8")


@pytest.mark.parametrize("linked", ["ada", "ada/poisoning"])
def test_no_page_is_written_through_a_linked_folder(tmp_path, linked):
    grade(tmp_path, good("ada"))
    outside = tmp_path / "outside"
    outside.mkdir()
    link = tmp_path / "feedback" / linked
    link.parent.mkdir(parents=True)
    link.symlink_to(outside, target_is_directory=True)
    with pytest.raises(AisecError, match="symbolic link"):
        write_feedback(tmp_path)
    assert list(outside.rglob("*")) == []


def test_no_page_is_written_through_a_linked_file(tmp_path):
    grade(tmp_path, good("ada"))
    victim = tmp_path / "victim.html"
    victim.write_text("untouched")
    (tmp_path / "feedback" / "ada" / "poisoning").mkdir(parents=True)
    (tmp_path / "feedback" / "ada" / "poisoning" / "poisoning.html").symlink_to(victim)
    with pytest.raises(AisecError, match="symbolic link"):
        write_feedback(tmp_path)
    assert victim.read_text() == "untouched"


def test_a_lesson_of_two_notebooks_has_a_page_for_each(tmp_path):
    parts = [verdict("flip_labels", PASSED, PASSED, lesson=name) for name in ("part1", "part2")]
    folder = grade(tmp_path, result("ada", *parts, lesson="week1"))
    notebook = (folder / "week1.ipynb").read_text("utf-8").replace("[]", '[{"source": "%s"}]')
    for name in ("part1", "part2"):
        (folder / f"{name}.ipynb").write_text(notebook % f"code of {name}", "utf-8")
    first, second = write_feedback(tmp_path)
    assert (first.name, second.name) == ("part1.html", "part2.html")
    words = first.read_text("utf-8")
    assert "code of part1" in words and "part1.flip_labels" in words and "all of the lesson" in words
    assert "code of part2" not in words and "part2.flip_labels" not in words


def test_only_the_chosen_lessons_are_written(tmp_path):
    grade(tmp_path, good("ada"))
    grade(tmp_path, good("ada", "privacy"))
    assert [page.name for page in write_feedback(tmp_path, ["privacy"])] == ["privacy.html"]


def test_writing_again_gives_the_same_bytes_and_leaves_no_drafts(tmp_path):
    grade(tmp_path, good("ada"), text("# Title"), code("x = 1"))
    (first,) = write_feedback(tmp_path)
    before = first.read_bytes()
    write_feedback(tmp_path)
    assert first.read_bytes() == before
    assert [path.name for path in first.parent.iterdir()] == ["poisoning.html"]


def test_a_screen_reader_finds_its_way(tmp_path):
    page = Page(page_of(tmp_path, weak("ada"), text("# Title"), code("x = 1")))
    tags = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "en"}) in page.tags
    assert tags.count("h1") == 1 and tags.count("main") == 1 and tags.count("header") == 1
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = [attributes["href"][1:] for tag, attributes in page.tags if tag == "a"]
    assert set(targets) <= set(ids)
    labels = [attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes]
    assert set(labels) <= set(ids)
