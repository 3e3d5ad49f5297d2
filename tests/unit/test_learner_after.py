"""After a pass: other answers, reviews, a lesson from the start, and the end with its two tests."""

from datetime import UTC, datetime, timedelta

import pytest

from autograder.catalog import find_course
from autograder.learner import course_map, due, others, posttest, progress, reset, review
from autograder.learner.desk import prepare
from autograder.learner.ending import _gained, outcomes
from autograder.learner.journal import Journal, Tried
from autograder.learner.panel import Plain
from autograder.learner.record import given
from autograder.learner.score import Tally

pytestmark = pytest.mark.usefixtures("course")

NOTEBOOK = "m1_sums/sums/sums.ipynb"


def passed(days_ago=0.0, **more):
    at = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(timespec="seconds")
    return Tried("passed", 5.0, 5.0, 1, passed=at, last=at, best=5.0, **more)


def keep(**entries):
    named = {name.replace("_", "."): entry for name, entry in entries.items()}
    Journal.find().update(lambda pages: pages.exercises.update(named))


def entry():
    return Journal.find().read().exercises["sums.add"]


# -- others --------------------------------------------------------------------------------------------


def test_other_answers_stay_closed_before_a_pass_and_give_nothing_away(capsys):
    others("sums.add")
    out = capsys.readouterr().out
    assert "open when yours passes" in out and "count" not in out and "subtract" not in out


@pytest.mark.parametrize(
    "opened", [passed(), Tried(solution="2026-01-01T00:00:00Z")], ids=["passed", "solution"]
)
def test_other_answers_show_what_is_right_and_what_the_common_slips_are_told(capsys, opened):
    keep(sums_add=opened)
    others("sums.add")
    out = capsys.readouterr().out
    assert "✓ count up\n    def count_up(a, b):\n        # as a child does" in out
    assert "✗ take away\n    The sum is not right. You subtracted." in out
    assert "noise" not in out, "what a wrong answer prints is not the reader's"


def test_an_exercise_without_others_says_so():
    keep(sums_total=passed())
    with pytest.raises(Plain, match="not part of this installation"):
        others("sums.total")


# -- review --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_ago", "reviews", "is_due"),
    [(0.9, 0, False), (1.1, 0, True), (2.9, 1, False), (3.1, 1, True), (7.9, 2, False), (8.1, 2, True),
     (19.9, 3, False), (20.1, 3, True), (400, 4, False)],
)  # fmt: skip
def test_a_passed_exercise_comes_back_after_1_3_8_and_20_days(days_ago, reviews, is_due):
    since = passed(days_ago).passed
    tried = passed(500, reviews=reviews, reviewed=since) if reviews else passed(days_ago)
    keep(sums_add=tried)
    found = due.due(find_course(), Journal.find().read())
    assert [one.id for one in found] == ["sums.add"] * is_due


def test_what_never_passed_or_has_a_broken_date_never_comes_back():
    keep(sums_add=Tried("failed", last="2026-01-01T00:00:00Z"), sums_total=passed(9), gone_gone=passed(9))
    Journal.find().update(lambda pages: setattr(pages.tried("sums.total"), "passed", "long ago"))
    assert due.due(find_course(), Journal.find().read()) == []


def test_the_list_the_map_and_progress_name_what_is_due(capsys):
    keep(sums_add=passed(2))
    review()
    assert 'review("sums.add", add)' in capsys.readouterr().out
    for call in (course_map, progress):
        call()
        assert "1 to look at again, a minute each: review(), on the start page." in capsys.readouterr().out
    keep(sums_add=passed(0))
    review()
    assert "Nothing is due. The next one comes back on 20" in capsys.readouterr().out


def test_a_review_that_holds_is_noted_on_draws_that_are_not_the_checks(capsys, monkeypatch):
    from autograder.exercise import seed_for
    from autograder.learner import again

    seeds, judged = [], again.judge
    monkeypatch.setattr(again, "judge", lambda *args: (seeds.append(args[2]), judged(*args))[1])
    keep(sums_add=passed(2))
    review("sums.add", lambda a, b: a + b)
    assert "It still holds" in capsys.readouterr().out
    assert (entry().reviews, entry().attempts) == (1, 1) and entry().reviewed
    assert seeds and seed_for("sums.add") not in seeds
    review("sums.add", lambda a, b: a + b)
    assert entry().reviews == 1, "before its day it is practice alone"


def test_a_review_that_does_not_hold_costs_nothing(capsys):
    keep(sums_add=passed(2))
    before = entry()
    review("sums.add", lambda a, b: a - b)
    out = capsys.readouterr().out
    assert "You subtracted." in out and "It stays passed, and stays due" in out
    assert entry() == before


def test_what_cannot_be_reviewed_is_said():
    with pytest.raises(Plain, match="has not passed yet"):
        review("sums.add", sum)
    keep(sums_add=passed(2))
    with pytest.raises(Plain, match=r'review\("sums.add", add\)'):
        review("sums.add")


# -- reset ---------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    made = tmp_path / "work"
    prepare(made)
    monkeypatch.chdir(made)
    return made


@pytest.mark.parametrize("name", ["sums", "sums.add"])
def test_a_lesson_begins_again_and_the_old_file_is_kept(folder, course, capsys, name):
    fresh = (course / NOTEBOOK).read_bytes()
    keep(sums_add=passed())
    for number, beside in enumerate(["sums.before-reset.ipynb", "sums.before-reset-2.ipynb"]):
        (folder / NOTEBOOK).write_text(f"work {number}", "utf-8")
        reset(name)
        assert (folder / NOTEBOOK).read_bytes() == fresh
        assert (folder / "m1_sums/sums" / beside).read_text("utf-8") == f"work {number}"
        assert f"Yours is now m1_sums/sums/{beside}." in capsys.readouterr().out
    assert entry().passed
    assert given(folder)[NOTEBOOK]
    assert str(prepare(folder)) == "", "it counts as the course's"


def test_a_lesson_that_was_not_changed_or_is_unknown_is_left_alone(folder, capsys):
    before = sorted(folder.rglob("*"))
    reset("sums")
    assert "already" in capsys.readouterr().out
    with pytest.raises(Plain, match="sums, more"):
        reset("nope")
    assert sorted(folder.rglob("*")) == before
    (folder / NOTEBOOK).unlink()
    reset("sums")
    assert (folder / NOTEBOOK).is_file() and "Yours is now" not in capsys.readouterr().out


# -- the end -------------------------------------------------------------------------------------------

ALL = ("sums_add", "sums_total", "sums_counter", "more_more")


def test_the_end_says_what_one_can_do_with_what_was_shown_and_when(capsys):
    keep(**{name: passed() for name in ALL[:3]})
    progress()
    assert "What you can now do" not in capsys.readouterr().out
    keep(more_more=passed())
    progress()
    out = capsys.readouterr().out
    assert "Sums: done. What you can now do, and what showed it:" in out
    assert (
        "Adding more\n  - add one to a number, and say why it is more\n  - stop there\n  Shown by more on 20"
        in out
    )
    course_map()
    assert "progress() says what you can now do" in capsys.readouterr().out


def test_the_post_test_waits_for_the_end(capsys):
    posttest()
    assert "opens when the course or your route is done. Next: Adding up." in capsys.readouterr().out


def test_every_list_of_outcomes_is_found_whole(course):
    more = find_course().lesson("more")
    assert outcomes(more) == ["add `one` to a number, and say why it is more", "stop there"]
    assert outcomes(find_course().lesson("sums")) == []


@pytest.mark.parametrize(
    ("pre", "post", "said"),
    [
        (10, 15, "You gained 0.36"),
        (24, 24, "nothing left that a gain could measure"),
        (12, 10, "less than before"),
        (12, 12, "You gained 0.00"),
    ],
)
def test_the_gain_is_said_honestly(pre, post, said):
    assert said in _gained(Tally(pre, 24), Tally(post, 24))
