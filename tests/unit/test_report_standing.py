"""Who stands where, and the figures counted from it."""

import pytest
from report_course import FAILED, PASSED, cohort_of, good, grade, hand_in, result, standing_of, verdict, weak

from autograder.grading.scores import Booked, CellScore
from autograder.report import figures
from autograder.report.standing import read_cohort
from autograder.report.summary import summary
from autograder.verdict import Outcome, Verdict


def test_not_handed_in_is_not_a_score_of_zero(tmp_path):
    hand_in(tmp_path, "late")
    cohort = cohort_of(tmp_path, result("nil", verdict("flip_labels", FAILED, FAILED)), roster=("gone",))
    gone, late, nil = (cohort.standings[who, "poisoning"] for who in ("gone", "late", "nil"))
    assert (gone.score, gone.word) == (None, "not handed in")
    assert (late.score, late.word) == (None, "not graded yet")
    assert (nil.score, nil.word) == (0, "failed")


def test_the_roster_is_everybody_anything_is_known_of_in_order(tmp_path):
    hand_in(tmp_path, "zoe")
    assert cohort_of(tmp_path, good("bob"), roster=("ada",)).roster == ("ada", "bob", "zoe")


def test_lessons_can_be_chosen_and_keep_the_given_order(tmp_path):
    for lesson in ("privacy", "evasion", "poisoning"):
        grade(tmp_path, good("ada", lesson))
    assert read_cohort(tmp_path, lessons=["privacy", "evasion"]).lessons == ("privacy", "evasion")


def test_a_linked_folder_is_no_submission(tmp_path):
    outside = tmp_path / "outside" / "poisoning"
    outside.mkdir(parents=True)
    course_dir = tmp_path / "course"
    (course_dir / "submitted").mkdir(parents=True)
    (course_dir / "submitted" / "eve").symlink_to(outside.parent, target_is_directory=True)
    assert read_cohort(course_dir).roster == ()


def test_a_result_counts_only_in_the_folder_that_it_names(tmp_path):
    folder = grade(tmp_path, weak("eve"))
    (folder / "result.json").write_text(good("ada").to_json(), "utf-8")
    assert cohort_of(tmp_path).standings == {}


def test_a_linked_result_is_left_out(tmp_path):
    folder = grade(tmp_path, good("ada"))
    (folder / "result.json").rename(tmp_path / "elsewhere.json")
    (folder / "result.json").symlink_to(tmp_path / "elsewhere.json")
    assert cohort_of(tmp_path).roster == ()


def test_a_persons_points_replace_the_checks_and_say_so():
    booked = Booked({"poisoning.flip_labels": CellScore(7, 8, by_hand=True)}, 16)
    mark = standing_of(weak("ada"), booked).marks["poisoning.flip_labels"]
    assert (mark.points, mark.by_hand, mark.outcome) == (7, True, Outcome.PARTLY)


@pytest.mark.parametrize(("points", "word"), [(8, "passed"), (7, "partly"), (0, "failed")])
def test_the_word_follows_the_points_that_a_person_gave(points, word):
    only = result("ada", verdict("flip_labels", FAILED, FAILED))
    booked = Booked({"poisoning.flip_labels": CellScore(points, 8, by_hand=True)}, 8)
    standing = standing_of(only, booked)
    assert (standing.word, standing.marks["poisoning.flip_labels"].word) == (word, word)


def test_passed_waits_for_the_person_whose_points_are_missing():
    waits = Booked({"poisoning.why": CellScore(0, 4, waits=True)}, 20)
    standing = standing_of(result("ada", verdict("flip_labels", PASSED, PASSED)), waits)
    assert (standing.word, standing.symbol, standing.outcome) == ("needs a person", "", None)
    given = Booked({"poisoning.why": CellScore(3, 4, by_hand=True)}, 20)
    assert standing_of(result("ada", verdict("flip_labels", PASSED, PASSED)), given).word == "passed"


def test_a_grader_fault_needs_a_person_until_one_gave_points():
    found = result("ada", verdict("flip_labels", PASSED, Outcome.GRADER_FAULT))
    assert standing_of(found).waiting == ["poisoning.flip_labels"]
    settled = Booked({"poisoning.flip_labels": CellScore(8, 8, by_hand=True)}, 16)
    assert standing_of(found, settled).waiting == []


def test_a_fault_before_any_exercise_needs_a_person_too():
    assert standing_of(result("ada", outcome=Outcome.GRADER_FAULT)).waiting == ["poisoning"]


def test_the_headline_counts_each_submission_once(tmp_path):
    hand_in(tmp_path, "late")
    fault = result("fay", verdict("flip_labels", Outcome.GRADER_FAULT, Outcome.GRADER_FAULT))
    head = figures.headline(cohort_of(tmp_path, good("ada"), weak("bob"), fault, roster=("gone",)))
    assert (head.expected, head.handed_in, head.not_handed_in) == (5, 4, 1)
    assert (head.not_graded, head.need_a_person, head.median_score) == (1, 1, 5)


def test_the_headline_of_nobody_has_no_median(tmp_path):
    head = figures.headline(cohort_of(tmp_path, roster=("ada",)))
    assert (head.median_score, head.median_share) == (None, None)


def test_the_hardest_exercise_comes_first_with_its_shares(tmp_path):
    stopped = result(
        "cy", verdict("flip_labels", PASSED, PASSED), verdict("scan_triggers", *[Outcome.TIMED_OUT] * 2)
    )
    cohort = cohort_of(tmp_path, good("ada"), weak("bob"), stopped)
    first, second = figures.difficulties(cohort)
    assert (first.exercise, first.counts[FAILED], first.counts[PASSED]) == ("poisoning.scan_triggers", 2, 1)
    assert first.share == pytest.approx(1 / 3)
    assert second.share == pytest.approx((1 + 5 / 8 + 1) / 3)


def test_a_fault_of_the_grader_does_not_make_an_exercise_hard(tmp_path):
    fault = result("fay", verdict("flip_labels", Outcome.GRADER_FAULT, Outcome.GRADER_FAULT))
    rows = {row.exercise: row for row in figures.difficulties(cohort_of(tmp_path, good("ada"), fault))}
    assert (rows["poisoning.flip_labels"].total, rows["poisoning.flip_labels"].share) == (1, 1.0)


def test_a_notebook_that_cannot_be_read_does_not_make_its_exercises_hard(tmp_path):
    unread = result(
        "una",
        Verdict("poisoning.flip_labels", Outcome.ERROR, 0, 8, "Broken."),
        message="Broken.",
        unread=("poisoning",),
    )
    raised = result("ray", verdict("flip_labels", Outcome.ERROR, Outcome.ERROR))
    (row,) = figures.difficulties(cohort_of(tmp_path, unread, raised))
    assert row.counts[FAILED] == 1


def test_a_learner_counts_once_for_a_slip_made_in_two_parts(tmp_path):
    cohort = cohort_of(tmp_path, weak("ada", "One."), weak("bob", "One."), weak("cy", "Two."), good("dee"))
    first, second = figures.slips(cohort)
    assert (first.text, first.learners, first.graded, first.share) == ("One.", 2, 4, 0.5)
    assert (second.text, second.learners) == ("Two.", 1)


def test_what_stopped_is_listed_with_who_and_what_to_do(tmp_path):
    unread = result("una", outcome=Outcome.ERROR, message="JSON ends at line 1.", unread=("poisoning",))
    ended = result("eli", verdict("flip_labels", PASSED, PASSED), message="Your code ended its own process.")
    timed = result("tim", verdict("flip_labels", PASSED, Outcome.TIMED_OUT), message="30 seconds are over.")
    raised = result("ray", verdict("flip_labels", Outcome.ERROR, Outcome.ERROR))
    stops = figures.stops(cohort_of(tmp_path, unread, timed, raised, ended, good("ada")))
    assert [(stop.title, stop.who) for stop in stops] == [
        ("Timed out", [("tim", "poisoning", "30 seconds are over.")]),
        ("Unreadable", [("una", "poisoning", "JSON ends at line 1.")]),
        ("Stopped on the way", [("eli", "poisoning", "Your code ended its own process.")]),
    ]
    assert "cell_seconds" in stops[0].what_to_do


def test_an_unreadable_notebook_beside_a_good_one_is_listed(tmp_path):
    half = result(
        "una",
        verdict("flip_labels", PASSED, PASSED),
        message="part2.ipynb cannot be graded: empty.",
        unread=("part2",),
    )
    (stop,) = figures.stops(cohort_of(tmp_path, half))
    assert (stop.title, stop.who[0][0]) == ("Unreadable", "una")


def test_every_stop_says_what_to_do():
    assert figures.WHAT_TO_DO.keys() == set(figures.STOPS)


def test_full_marks_and_extra_credit_fall_into_the_last_bin(tmp_path):
    extra = Verdict("poisoning.flip_labels", PASSED, 20, 8)
    cohort = cohort_of(tmp_path, good("ada"), weak("bob"), result("max", extra))
    assert figures.histogram(cohort, "poisoning") == [0, 0, 0, 1, 0, 0, 0, 0, 0, 2]


def test_the_summary_is_a_few_plain_lines(tmp_path):
    timed = result("tim", verdict("flip_labels", Outcome.TIMED_OUT, FAILED))
    cohort = cohort_of(tmp_path, good("ada"), weak("bob", "\x1b[31mOne.\x1b[0m"), timed, roster=("gone",))
    assert summary(cohort).splitlines() == [
        "poisoning: 3 of 4 handed in, median 5 of 16 points",
        "Hardest exercise: poisoning.scan_triggers (50 % of its points)",
        "Most common slip: One. (poisoning.scan_triggers, 1 of 2 learners)",
        "Timed out: 1",
    ]


def test_the_summary_of_an_empty_course_says_so(tmp_path):
    assert summary(read_cohort(tmp_path)) == "Nothing has been handed in."
