"""The start page says numbers and names the course's other pages: all of it is so."""

import re

import numpy as np
import pytest
from lessons import COURSE, solved

from autograder import learner
from autograder.build import lesson_cells
from course.start.welcome import nudge, seed_slider

LESSON = COURSE.lesson("welcome")
PRETEST_MINUTES = POSTTEST_MINUTES = 30


def text() -> str:
    """The lesson's text on one line, without the marks of comments."""
    return " ".join(line.removeprefix("#").strip() for line in LESSON.text.read_text("utf-8").splitlines())


def measured():
    """What the text says → what a cell measured."""
    names = solved("welcome")
    scores, in_a_row, leaks = names["scores"], names["in_a_row"], names["leaks"]
    honest, leaky = (np.array(leaks.loc["wines as they are", name]) for name in ("split_and_score", "leaky"))
    broken = leaks.loc["one test wine broken"].map(np.mean)
    return {
        "178 wines of three grape varieties, with 13 measurements": [
            len(names["y_wine"]), names["X_wine"].shape[1],
        ],
        "never sees 54 of the wines": [len(names["y_test"])],
        "2 of the 30 scores change": [(honest != leaky).sum(), len(scores)],
        "the honest score is 0.97": [broken["split_and_score"]],
        "the leaky score is 0.39": [broken["leaky"]],
        "12 of 30 seeds give it, and others go down to 0.944": [
            scores.count(1.0), len(scores), min(scores),
        ],
        "stays between 0.967 and 0.996": [min(in_a_row), max(in_a_row)],
    }  # fmt: skip


@pytest.mark.parametrize("sentence", measured())
def test_a_number_in_the_text_is_the_one_that_its_cell_shows(sentence):
    assert sentence in text()
    said = [float(word) for word in re.findall(r"\d+(?:\.\d+)?", sentence)]
    assert said == pytest.approx([float(value) for value in measured()[sentence]], abs=0.006)


def test_the_leak_changes_each_of_the_two_scores_by_a_single_wine():
    leaks = solved("welcome")["leaks"].loc["wines as they are"]
    apart = np.abs(np.array(leaks["split_and_score"]) - np.array(leaks["leaky"]))
    assert apart.max() == pytest.approx(1 / 54)


def test_the_first_attack_works_and_the_question_about_noise_has_its_answer():
    names = solved("welcome")
    model, wine, push = names["model"], names["wine"], names["direction"] * names["scaler"].scale_
    assert model.score(names["X_test"], names["y_test"]) == 1.0  # "A perfect score."
    sizes = [size for size in np.arange(0, 1.05, 0.1) if model.predict([wine + size * push])[0] != 0]
    assert 0.4 < sizes[0] < 0.65  # "a nudge of about half a standard deviation"
    changed = int((names["answers"] != 0).sum())
    (noise,) = (one for one in LESSON.predictions if one.id == "welcome.noise")
    assert 3 <= changed <= 30 and noise.options[noise.answer] == "About one in a hundred"


def test_one_wine_of_the_picture_needs_more_than_one_standard_deviation():
    rows = nudge.twin().tables[0].rows
    assert [row[0] for row in rows if float(row[2]) > 1] == ["number 46"]
    assert {row[3] for row in rows} == {"0 of 200"}  # "hardly any random nudge does it"


def test_the_gatekeeper_allows_what_was_agreed_and_the_friday_afternoon_in_berlin():
    names = solved("welcome")
    said = {what: names["in_scope"](action, names["scope"]) for what, action in names["asked"].items()}
    assert [what for what, allowed in said.items() if allowed] == ["as agreed", "at 17:30 in Berlin"]


def test_the_slider_shows_what_the_learners_own_function_measures():
    data = seed_slider._data()
    assert [right / data["rows"] for right in data["right"]] == pytest.approx(solved("welcome")["scores"])


def test_the_first_screen_looks_whether_all_is_ready_and_then_shows_the_map():
    first, second, third = lesson_cells(LESSON)[:3]
    assert first.kind == "markdown" and len(first.source.splitlines()) < 20
    assert second.source.endswith("ready()") and third.source == "course_map()"
    assert not re.search(r"^(import|from) (?!autograder\.learner)", second.source, re.MULTILINE)


def test_every_verb_of_a_lesson_is_met_on_the_start_page():
    code = "\n".join(cell.source for cell in lesson_cells(LESSON) if cell.kind == "code")
    for verb in set(learner.__all__) - {"needs"}:  # a lesson's own first line, and no verb of a reader's
        assert re.search(rf"^(# )?{verb}\(", code, re.MULTILINE), verb


def test_at_least_half_of_the_points_are_for_a_gatekeeper():
    points = {exercise.name: exercise.points for exercise in LESSON.exercises}
    assert points["in_scope"] >= sum(points.values()) / 2 and sum(points.values()) == 20


def test_the_start_page_is_the_first_lesson_and_on_every_route():
    assert COURSE.lessons[0] is LESSON
    assert [route.id for route in COURSE.routes] == [
        "everything",
        "lifecycle",
        "operations",
        "models",
        "attacks",
        "assistants",
        "essentials",
    ]
    for route in COURSE.routes:
        assert route.lessons[0] is LESSON, route.id


def test_the_essentials_take_less_than_six_hours_with_both_tests():
    essentials = COURSE.route("essentials")
    assert "less than six hours, tests included" in essentials.about
    assert essentials.minutes + PRETEST_MINUTES + POSTTEST_MINUTES < 6 * 60


def test_the_rules_of_engagement_stand_in_a_file_of_their_own():
    page = (LESSON.folder / "monday.md").read_text("utf-8")
    for heading in ("Targets", "Techniques", "Data", "Window"):
        assert f"**{heading}**" in page
    assert "no legal advice" in page and "welcome" not in page
    assert "monday.md" in text()
