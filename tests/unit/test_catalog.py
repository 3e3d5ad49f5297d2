"""`course.toml` says what a course has; a route names lessons that exist and adds up what they take."""

import pytest
from learner_course import write_course

from autograder.catalog import load_course
from autograder.errors import CourseError

WHOLE = '[[routes]]\nid = "all"\ntitle = "Everything"\nabout = "In order."\n'
BACKWARDS = WHOLE + 'lessons = ["more", "sums"]\n'
PART = BACKWARDS + 'exercises = ["sums.total", "sums.add"]\n'


def course_with(folder, *routes):
    root = write_course(folder / "course")
    with open(root / "course.toml", "a", encoding="utf-8") as manifest:
        manifest.write("\n" + "\n".join(routes))
    return load_course(root)


def ids(things):
    return [thing.id for thing in things]


def test_a_course_may_have_no_routes(tmp_path):
    assert course_with(tmp_path).routes == ()


def test_a_route_without_lessons_takes_them_all_in_order(tmp_path):
    (route,) = course_with(tmp_path, WHOLE).routes
    assert (route.id, route.title, route.about) == ("all", "Everything", "In order.")
    assert ids(route.lessons) == ["sums", "more"]
    assert route.minutes == 30
    assert route.exercises(route.lessons[0]) == route.lessons[0].exercises


def test_a_route_keeps_its_own_order(tmp_path):
    (route,) = course_with(tmp_path, BACKWARDS).routes
    assert ids(route.lessons) == ["more", "sums"]


def test_a_route_may_take_some_exercises_of_a_lesson_and_their_minutes_alone(tmp_path):
    (route,) = course_with(tmp_path, PART).routes
    more, sums = route.lessons
    assert ids(route.exercises(sums)) == ["sums.total", "sums.add"]
    assert ids(route.exercises(more)) == ["more.more"]
    assert route.minutes_of(sums) == 20 - 3  # the core exercise that is left out; `twice` is a stretch
    assert route.minutes_of(more) == 10
    assert route.minutes == 27


def test_reading_a_manifest_with_routes_imports_no_checks(tmp_path):
    root = course_with(tmp_path, PART).root
    (root / "m1_sums" / "sums_checks.py").write_text("raise RuntimeError", "utf-8")
    (route,) = load_course(root).routes
    assert ids(route.lessons) == ["more", "sums"]


def test_a_route_is_found_by_its_id(tmp_path):
    course = course_with(tmp_path, WHOLE)
    assert course.route("all") is course.routes[0]
    with pytest.raises(CourseError, match=r"no route 'fast'[\s\S]*There are: all\."):
        course.route("fast")


@pytest.mark.parametrize(
    ("route", "says"),
    [
        (BACKWARDS.replace("more", "evasion"), r"no lesson 'evasion'\s+→ There are: sums, more"),
        (
            BACKWARDS + 'exercises = ["evasion.craft"]',
            r"route 'all' takes evasion\.craft, and not its lesson",
        ),
        (PART.replace('"sums"]', '"more"]'), r"route 'all' takes sums\.total, and not its lesson"),
        (WHOLE.replace("title", "name"), "key 'title' is missing"),
        (WHOLE + WHOLE, "route id used twice: all"),
    ],
    ids=["unknown lesson", "unknown exercise", "exercise of a lesson left out", "no title", "id twice"],
)
def test_a_route_that_cannot_be_walked_is_refused_by_name(tmp_path, route, says):
    with pytest.raises(CourseError, match=says):
        course_with(tmp_path, route)


def test_an_exercise_that_its_lesson_lacks_is_found_when_it_is_asked_for(tmp_path):
    (route,) = course_with(tmp_path, PART.replace("sums.add", "sums.subtract")).routes
    with pytest.raises(CourseError, match=r"no exercise 'sums\.subtract'"):
        route.exercises(route.lessons[1])
