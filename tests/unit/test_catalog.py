"""`course.toml` says what a course has; a route names lessons that exist and adds up what they take."""

import pytest
from learner_course import write_course

from autograder.catalog import load_course
from autograder.errors import CourseError
from autograder.preload import Preload

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
    (root / "m1_sums/sums/checks/add.py").write_text("raise RuntimeError", "utf-8")
    (route,) = load_course(root).routes
    assert ids(route.lessons) == ["more", "sums"]


NEEDS = 'needs = ["picklescan>=1.0.5", "cyclonedx-python-lib[json-validation]>=11.12"]'


def needing(folder, line):
    root = write_course(folder / "course")
    path = root / "course.toml"
    path.write_text(path.read_text("utf-8").replace("minutes = 20", f"minutes = 20\n{line}"), "utf-8")
    return root


def test_a_lesson_says_which_libraries_it_needs(tmp_path):
    sums, more = load_course(needing(tmp_path, NEEDS)).lessons
    assert sums.needs == ("picklescan>=1.0.5", "cyclonedx-python-lib[json-validation]>=11.12")
    assert more.needs == ()


@pytest.mark.parametrize(
    "line, says",
    [
        ('needs = "skops>=0.16"', "is 'skops>=0.16', not a list"),
        ("needs = [16]", "needs 16, which is no text"),
        ('needs = ["skops>>0.16"]', "needs 'skops>>0.16', which is no requirement: "),
        ('needs = ["skops @ https://example.org/skops.zip"]', "from an address"),
    ],
)
def test_a_need_that_cannot_be_read_is_refused_in_words(tmp_path, line, says):
    with pytest.raises(CourseError) as caught:
        load_course(needing(tmp_path, line))
    said = str(caught.value)
    assert says in said and "course.toml, lesson sums: " in said and '"skops>=0.16"' in said


def test_everything_of_an_exercise_is_found_by_its_name(tmp_path):
    course = course_with(tmp_path)
    folder = course.root / "m1_sums/sums"
    lesson = course.lesson("sums")
    assert (lesson.text, lesson.notebook) == (folder / "lesson.py", folder / "sums.ipynb")
    assert (lesson.check_file("add"), lesson.answers_file("add")) == (
        folder / "checks/add.py", folder / "answers/add.py",
    )  # fmt: skip
    assert course.exercise("sums.add").id == "sums.add"
    assert ids(lesson.predictions) == ["sums.dial"] and course.lesson("more").predictions == ()


def test_exercises_stand_in_the_order_of_the_text_and_what_it_forgets_comes_last(tmp_path):
    course = course_with(tmp_path)
    assert course.lesson("sums").exercise_names == ("add", "total", "counter", "twice")
    text = course.root / "m1_sums/sums/lesson.py"
    text.write_text(text.read_text("utf-8").replace('check("sums.add"', 'check("sums.none"'), "utf-8")
    assert load_course(course.root).lesson("sums").exercise_names == ("total", "counter", "twice", "add")


def test_one_exercise_is_found_beside_another_that_cannot_be_imported(tmp_path):
    course = course_with(tmp_path)
    (course.root / "m1_sums/sums/checks/total.py").write_text("import nothing_such", "utf-8")
    assert course.exercise("sums.add").name == "add"
    with pytest.raises(CourseError, match=r"checks/total\.py:1: cannot be imported: ModuleNotFoundError"):
        course.exercise("sums.total")


def test_a_function_of_another_name_than_its_file_is_no_exercise(tmp_path):
    course = course_with(tmp_path)
    path = course.root / "m1_sums/more/checks/more.py"
    path.write_text(path.read_text("utf-8").replace("def more(", "def most("), "utf-8")
    with pytest.raises(CourseError, match=r"more\.py:1: defines no exercise 'more'[\s\S]*def more\(t, "):
        course.exercise("more.more")


def test_a_file_without_answers_says_what_to_write(tmp_path):
    course = course_with(tmp_path)
    lesson = course.lesson("more")
    with pytest.raises(CourseError, match=r"answers/more\.py: no such file"):
        lesson.answers("more")
    lesson.answers_file("more").parent.mkdir()
    lesson.answers_file("more").write_text("ANSWERS = {}", "utf-8")
    with pytest.raises(CourseError, match=r"defines no ANSWERS[\s\S]*Answers\(right="):
        lesson.answers("more")


def test_what_is_visible_is_listed_and_nothing_else(tmp_path):
    course = course_with(tmp_path)
    assert course.visible_paths == (course.root / "__init__.py",)
    manifest = course.root / "course.toml"
    text = manifest.read_text("utf-8").replace("minutes = 10", 'minutes = 10\nvisible = ["a.py", "a.json"]')
    manifest.write_text(text.replace("[[modules]]", 'visible = ["rules"]\n\n[[modules]]', 1), "utf-8")
    folder = course.root / "m1_sums/more"
    assert load_course(course.root).visible_paths == (
        course.root / "__init__.py", course.root / "rules", folder / "a.py", folder / "a.json",
    )  # fmt: skip


def test_a_picture_is_a_visible_module_with_a_twin(tmp_path):
    course = course_with(tmp_path)
    manifest = course.root / "course.toml"
    listed = 'minutes = 10\nvisible = ["dial.py", "kit.py", "gone.py"]'
    manifest.write_text(manifest.read_text("utf-8").replace("minutes = 10", listed), "utf-8")
    folder = course.root / "m1_sums/more"
    (folder / "dial.py").write_text("def dial():\n    pass\n\n\ndef twin():\n    pass\n", "utf-8")
    (folder / "kit.py").write_text("X = 1\n", "utf-8")
    assert load_course(course.root).lesson("more").pictures == (folder / "dial.py",)


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


def manifest_with(folder, text):
    root = write_course(folder / "course")
    manifest = root / "course.toml"
    head, tables = manifest.read_text("utf-8").split("[[modules]]", 1)
    manifest.write_text(f"{head}{text}\n[[modules]]{tables}", "utf-8")
    return load_course(root)


def test_a_course_says_what_its_learners_processes_have_from_the_start(tmp_path):
    course = manifest_with(tmp_path, '[preload]\nmodules = ["csv"]\ncells = ["import csv", "1 / 0"]')
    assert course.preload == Preload(("csv",), ("import csv", "1 / 0"))
    assert course_with(tmp_path / "other").preload == Preload()


@pytest.mark.parametrize("wrong", ['module = ["csv"]', 'modules = "csv"', "cells = [1]"])
def test_a_preload_that_says_something_else_is_refused(tmp_path, wrong):
    with pytest.raises(CourseError, match=r"course\.toml, \[preload\]"):
        manifest_with(tmp_path, f"[preload]\n{wrong}")


def test_the_lesson_that_a_course_shows_itself_with_is_one_of_its_own(tmp_path):
    assert manifest_with(tmp_path / "one", 'demo = "sums"').shown == "sums"
    with pytest.raises(CourseError, match="no lesson 'gone'"):
        manifest_with(tmp_path / "two", 'demo = "gone"')
