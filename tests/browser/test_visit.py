"""A learner's visit: from the start page to an exercise that passes, and home with the work."""

from __future__ import annotations

import json
import re
import statistics
import zipfile

import pytest
from playwright.sync_api import expect

from autograder import demo
from autograder.catalog import find_course

STUB = "def flip_labels"
WRONG = """
def flip_labels(y, rate, rng, source=None, target=None):
    rows = np.arange(len(y)) if source is None else np.flatnonzero(y == source)
    y[rng.choice(rows, int(rate * len(rows)), replace=False)] = target or 0
    return y
""".strip()


@pytest.fixture(scope="module")
def right():
    """Functions that pass, by exercise."""
    course = find_course()
    found = demo.solutions(course.lesson("poisoning")) | demo.solutions(course.lesson("welcome"))
    return {name: re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", source) for name, source in found.items()}


def test_the_start_page_is_ready_and_its_map_leads_to_a_lesson(lab, visit):
    page = visit()
    page.open(lab.address)
    expect(page.run("ready()").locator(".aisec-panel")).to_contain_text("ready: Python")
    courses = page.run("course_map()").locator(".aisec-panel")
    page.shot("map", courses)
    courses.get_by_role("link", name="Poisoning and backdoors", exact=True).click()
    page.in_front(f"{lab.learner}m3_attacks/poisoning/poisoning.ipynb")
    page.shot("lesson")


def test_a_lesson_from_a_guess_over_a_wrong_answer_to_a_right_one_and_found_again(lab, visit, right):
    page = visit()
    page.open(lab.address_of(lab.desk("lesson") / "m3_attacks" / "poisoning" / "poisoning.ipynb"))
    page.run("import hashlib")
    page.run("MALIGNANT")

    guess = page.run('predict("poisoning.dial")')
    page.shot("guess", guess)
    guess.get_by_role("radio").nth(1).check()
    guess.get_by_label("I am not sure").check()
    guess.get_by_role("button", name="Commit my guess").click()
    expect(guess).to_contain_text("Why:")
    page.shot("guess-committed", guess)

    page.write(STUB, WRONG)
    page.run(STUB)
    found = page.run('check("poisoning.flip_labels"')
    expect(found.locator(".aisec-panel")).to_contain_text("y was changed: copy it first")
    expect(found.locator(".aisec-panel")).to_contain_text("expected")
    page.shot("wrong", found)

    page.write('hint("poisoning.flip_labels")', 'hint("poisoning.flip_labels")')
    expect(page.run('hint("poisoning.flip_labels")').locator(".aisec-panel")).to_contain_text("1 of 3")
    page.shot("hint")

    page.write(STUB, right["poisoning.flip_labels"])
    page.run(STUB)
    expect(page.run('check("poisoning.flip_labels"').locator(".aisec-panel")).to_contain_text("8 of 8 points")
    page.shot("right")
    expect(page.run("progress()").locator(".aisec-panel")).to_contain_text("8 of 82 points")
    page.shot("progress")

    page.save()
    page.page.reload()
    page.in_front("lesson/m3_attacks/poisoning/poisoning.ipynb")
    page.holds(STUB, "np.searchsorted")
    expect(page.cell('check("poisoning.flip_labels"')).to_contain_text("8 of 8 points")
    page.run("import hashlib")
    expect(page.run('predict("poisoning.dial")')).to_contain_text("You said")
    expect(page.run("progress()").locator(".aisec-panel")).to_contain_text("8 of 82 points")
    page.shot("found-again")


def test_a_check_judges_what_stands_in_the_cell_on_a_day_with_a_restart(lab, visit, right):
    page = visit()
    page.open(lab.address_of(lab.desk("edited") / "m3_attacks" / "poisoning" / "poisoning.ipynb"))
    checked = 'check("poisoning.flip_labels"'
    page.run("import hashlib")
    page.restart()
    assert_says(page.run(checked), "check is not there: its cell has not run since the kernel started")
    page.shot("before-the-imports")
    page.run("import hashlib")
    page.write(STUB, WRONG)
    page.run(STUB)
    page.write(STUB, right["poisoning.flip_labels"])
    page.saved()
    assert_says(page.run(checked), "flip_labels is not judged: its cell has changed since it ran")
    page.shot("changed")
    page.write(STUB, "def flip_labels(y, rate, rng, source=None, target=None)")
    page.run(STUB)
    assert_says(page.run(checked), "It stopped in line 1 with SyntaxError: expected ':'")
    page.shot("broken")
    expect(page.run("progress()").locator(".aisec-panel")).to_contain_text("0 of 82 points")
    page.write(STUB, right["poisoning.flip_labels"])
    page.run(STUB)
    expect(page.run(checked).locator(".aisec-panel")).to_contain_text("8 of 8 points")


def test_a_fresh_lesson_run_from_the_top_is_quiet(lab, visit):
    page = visit()
    page.open(lab.address_of(lab.desk("fresh") / "m3_attacks" / "poisoning" / "poisoning.ipynb"))
    page.run_all()
    assert page.red() == []
    expect(page.page.get_by_text("Waits for flip_labels.").first).to_be_attached()
    page.shot("quiet")


def assert_says(cell, words):
    expect(cell.locator(".jp-OutputArea-output")).to_contain_text(words)


def test_the_dial_moves_its_picture_and_says_it(lab, visit, record_property):
    page = visit()
    page.open(lab.address_of(lab.desk("dial") / "m3_attacks" / "poisoning" / "poisoning.ipynb"))
    dial = page.run("poison_dial()").locator(".aisec-explore")
    slider, picture, sentence = (
        dial.get_by_label("Labels flipped"),
        dial.locator("svg"),
        dial.get_by_role("status"),
    )
    expect(sentence).to_contain_text("20 random flips")
    page.shot("before", dial)
    before = picture.inner_html()

    took = page.watched(dial)
    slider.focus()
    for count in range(22, 62, 2):
        page.page.keyboard.press("ArrowRight")
        expect(sentence).to_contain_text(f"{count} random flips")
    assert picture.inner_html() != before
    times = took()
    record_property(
        "dial", f"key to picture, ms: median {statistics.median(times):.0f}, longest {max(times):.0f}"
    )

    dial.get_by_label("Model").select_option("1-nearest neighbour")
    dial.get_by_label("Targeted").check()
    expect(sentence).to_contain_text("60 targeted flips")
    expect(sentence).to_contain_text("1-nearest neighbour")
    page.shot("after", dial)


def test_validate_names_what_fails_and_then_says_that_all_passes(lab, visit):
    start = lab.desk("validate") / "start" / "welcome" / "welcome.ipynb"
    page = visit()
    page.open(lab.address_of(start))
    said = page.validate()
    expect(said).to_contain_text("welcome.in_scope: not attempted")
    page.shot("fails")
    said.get_by_role("button", name="Ok").click()

    lesson = find_course().lesson("welcome")
    start.write_text(json.dumps(demo.answered(lesson, demo.solutions(lesson))), "utf-8")
    page.page.evaluate("() => lab.panel.context.revert()")
    expect(page.validate()).to_contain_text("Your notebook passes all the tests")
    page.shot("passes")


def test_work_is_downloaded_and_restored_elsewhere(lab, visit, right, tmp_path):
    page = visit()
    page.open(lab.address_of(lab.desk("here") / "start" / "welcome" / "welcome.ipynb"))
    page.run("import numpy")
    page.write("def accuracy", right["welcome.accuracy"])
    page.run("def accuracy")
    page.run('check("welcome.accuracy"')
    kept = page.run("save_work()")
    with page.page.expect_download() as download:
        kept.get_by_role("button", name="Save my work").click()
    work = tmp_path / download.value.suggested_filename
    download.value.save_as(work)
    expect(kept).to_contain_text("start/welcome/welcome.ipynb")
    page.shot("saved", kept)
    assert sorted(zipfile.ZipFile(work).namelist()) == ["progress.json", "start/welcome/welcome.ipynb"]

    there = visit()
    there.open(lab.address_of(lab.desk("there") / "start" / "welcome" / "welcome.ipynb"))
    brought = there.run("restore_work()")
    brought.get_by_label("Restore from a saved zip").set_input_files(work)
    expect(brought).to_contain_text("Put back 1 file, and your progress: ")
    there.shot("restored", brought)
    brought.get_by_role("button", name="Show them in the open notebooks").click()
    there.holds("def accuracy", "np.asarray")
    there.in_front("there/start/welcome/welcome.ipynb")
    expect(there.cell("save_work()").get_by_role("button", name="Save my work")).to_be_visible()
    there.shot("reopened")
    there.run("import numpy")
    expect(there.run("progress()").locator(".aisec-panel")).to_contain_text("4 of 20 points")
