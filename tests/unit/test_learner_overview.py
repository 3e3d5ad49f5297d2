"""progress: what is done, what is left, what is next, and how well guesses hold."""

import pytest

from autograder.catalog import find_course
from autograder.learner import course_map, overview, predict, progress
from autograder.learner.desk import prepare
from autograder.learner.journal import Guess, Journal, Pages, Tried
from autograder.verdict import Finding, Outcome, Verdict

pytestmark = pytest.mark.usefixtures("course")


def passed(points, at="2026-01-01T00:00:00Z"):
    return Tried("passed", points, points, 1, 0, 0, at, "", at)


def keep(**entries):
    pages = Pages({f"sums.{name}": entry for name, entry in entries.items()})
    Journal.find().update(lambda kept: kept.exercises.update(pages.exercises))


def shown(capsys):
    progress()
    return capsys.readouterr().out


def test_nothing_begun_shows_the_first_exercise_and_how_to_test_out(capsys):
    out = shown(capsys)
    assert "○ not begun: Adding up (0 of 16 points, about 20 minutes left)" in out
    assert "Next: sums.add in Adding up, 5 minutes." in out
    assert "Pass total and add and the lesson is tested out." in out
    assert "Predictions" not in out


def test_a_lesson_under_way_lists_its_exercises_with_their_counts(capsys):
    keep(add=passed(5.0), total=Tried("partly", 2.0, 6.0, 4, 4, 2, "", "", "2026-01-02T00:00:00Z"))
    out = shown(capsys)
    assert "◐ under way: Adding up (7 of 16 points, about 13 minutes" in out
    assert "planned minutes" in out
    row = next(line for line in out.splitlines() if line.split()[:1] == ["total"])
    assert " ".join(row.split()) == "total core ◐ partly 2 of 6 4 2 of 3 7"
    assert "Next: sums.total in Adding up, 7 minutes." in out


def test_a_pass_that_later_failed_is_told_apart(capsys):
    keep(add=Tried("failed", 0.0, 5.0, 2, 1, 0, "2026-01-01T00:00:00Z", "", "2026-01-02T00:00:00Z"))
    assert "✓ passed before; latest check: failed" in shown(capsys)


def test_two_hardest_core_exercises_test_a_lesson_out_and_the_next_one_is_offered(capsys):
    keep(add=passed(5.0), total=passed(6.0))
    out = shown(capsys)
    assert "✓ tested out: Adding up" in out
    assert "Next: more.more" in out


def test_stretch_exercises_are_not_needed(capsys):
    keep(add=passed(5.0), total=passed(6.0), counter=passed(4.0))
    assert "✓ done: Adding up (15 of 16 points)" in shown(capsys)


def test_everything_done_says_so(capsys):
    keep(add=passed(5.0), total=passed(6.0))
    Journal.find().update(lambda pages: pages.exercises.update({"more.more": passed(5.0)}))
    assert "Every lesson is done or tested out." in shown(capsys)


def test_calibration_counts_sure_and_unsure_apart(capsys):
    predict("sums.dial", choice=1, sure=True)
    assert "Predictions: right 0 of 1 when sure.\n" in shown(capsys)
    pages = Pages(predictions={"sums.dial": Guess("Two", False, True, "t")})
    assert overview._calibration(find_course(), pages) == "Predictions: right 1 of 1 when not sure."


def test_entries_of_another_course_are_passed_over(capsys):
    Journal.find().update(lambda pages: pages.tried("gone.away"))
    Journal.find().update(lambda pages: pages.predictions.update(gone=Guess("x", True, True, "t")))
    out = shown(capsys)
    assert "gone" not in out and "Predictions" not in out


def next_lesson(pages):
    at = overview.go_on(overview.standing(find_course(), pages), pages)
    return at and at.lesson.id


def said_next(pages, just_passed):
    return overview.next_step(pages, find_course().exercise(just_passed))


def test_the_next_exercise_is_in_the_lesson_worked_on_last_else_the_one_that_follows():
    pages = Pages()
    assert next_lesson(pages) == "sums"
    pages.exercises["more.more"] = Tried("not attempted", last="2026-01-02T00:00:00Z")  # Run All
    assert next_lesson(pages) == "sums"
    pages.exercises["sums.add"] = passed(5.0, at="2026-01-01T00:00:00Z")
    assert said_next(pages, "sums.add") == "Next here: `sums.total`, 7 minutes."
    pages.exercises["more.more"] = Tried("failed", attempts=1, last="2026-01-02T00:00:00Z")
    assert next_lesson(pages) == "more"
    pages.exercises["more.more"] = passed(5.0, at="2026-01-03T00:00:00Z")
    assert next_lesson(pages) == "sums"
    pages.exercises["sums.total"] = passed(6.0)
    assert next_lesson(pages) is None


def test_after_a_pass_what_follows_in_the_lesson_is_next_and_then_the_lesson_that_follows():
    pages = Pages(exercises={f"sums.{name}": passed(1.0) for name in ("add", "total", "counter")})
    assert said_next(pages, "sums.counter") == "Next here: `sums.twice`, a stretch, 4 minutes."
    pages.exercises["sums.twice"] = passed(1.0)
    assert said_next(pages, "sums.twice") == "Next: `more.more` in Adding more, 6 minutes."
    # who came for the second lesson alone is led to the first one only when nothing follows
    pages = Pages(exercises={"more.more": passed(5.0)})
    assert said_next(pages, "more.more").startswith("Next: `sums.add` in Adding up")


def test_running_all_cells_of_a_lesson_is_no_beginning(capsys):
    keep(add=Tried("not attempted", last="2026-01-02T00:00:00Z"))
    assert "○ not begun: Adding up" in shown(capsys)


def test_a_lesson_is_not_tested_out_beside_a_core_exercise_that_failed():
    pages = Pages({"sums.add": passed(5.0), "sums.total": passed(6.0)})
    assert overview.go_on(overview.standing(find_course(), pages), pages).lesson.id == "more"
    pages.exercises["sums.counter"] = Tried("failed", 0.0, 4.0, attempts=1, failed=1)
    at = overview.go_on(overview.standing(find_course(), pages), pages)
    assert (at.lesson.id, at.state, at.left[0].name) == ("sums", "◐ under way", "counter")


def test_a_worse_try_takes_no_points_away(capsys):
    entry = Tried("partly", 3.0, 6.0, 1, 1)
    found = Finding("all", "adds a list", 0.0, 6.0, Outcome.FAILED, "No.")
    entry.record(Verdict("sums.total", Outcome.FAILED, 0.0, 6.0, findings=(found,)))
    keep(total=entry)
    row = next(line for line in shown(capsys).splitlines() if line.split()[:1] == ["total"])
    assert "✗ failed, 0 points in the latest check" in row and "3 of 6" in row


def test_a_chosen_route_is_kept_and_leads_everywhere(course, capsys):
    manifest = course / "course.toml"
    route = '\n[[routes]]\nid = "late"\ntitle = "Late"\nabout = "The end."\nlessons = ["more"]\n'
    manifest.write_text(manifest.read_text("utf-8") + route, "utf-8")
    course_map("late")
    capsys.readouterr()
    out = shown(capsys)
    assert "Adding up" not in out and "Next: more.more" in out
    course_map()
    assert "Late: about" in capsys.readouterr().out
    Journal.find().update(lambda pages: setattr(pages, "route", "gone"))
    assert "Adding up" in shown(capsys)


def test_a_lesson_tested_out_is_not_gone_on_with():
    pages = Pages({"sums.add": passed(5.0), "sums.total": passed(6.0)})
    assert next_lesson(pages) == "more"
    pages.exercises["more.more"] = passed(5.0)
    assert next_lesson(pages) is None


def test_a_link_is_relative_to_the_notebook_and_only_to_what_is_there(course, tmp_path, monkeypatch):
    lesson, desk = find_course().lessons[0], tmp_path / "desk"
    assert overview.link(lesson, "A < B") == "A &lt; B"
    prepare(desk)
    assert overview.link(lesson, "A < B") == '<a href="m1_sums/sums/sums.ipynb">A &lt; B</a>'
    (desk / "start").mkdir()
    monkeypatch.chdir(desk / "start")
    assert overview.link(lesson, "A") == '<a href="../m1_sums/sums/sums.ipynb">A</a>'


def test_the_html_has_headed_columns_and_no_script():
    html = "".join(overview._lesson_html(at, open_=True) for at in overview.standing(find_course(), Pages()))
    assert html.count('<th scope="col"') == 2 * len(overview.COLUMNS)
    assert "<script" not in html
