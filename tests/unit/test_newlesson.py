"""`aisec new lesson`: what it makes is green but for what it marks, and it writes all of it or nothing."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from autograder.boundary.local import proxy_for
from autograder.build import build, solution_sources
from autograder.catalog import find_course, load_course
from autograder.cli import main
from autograder.errors import CourseError
from autograder.exercise import run_check
from autograder.lint import check_course
from autograder.newlesson import new_lesson
from autograder.verdict import Outcome

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def course(tmp_path):
    """Our own course and README, copied."""
    shutil.copytree(PROJECT / "course", tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "README.md", tmp_path)
    return load_course(tmp_path / "course")


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def found_after(made, *names):
    """What `aisec build --check` says after `aisec build`: of the lessons named, or of all and the course."""
    course = load_course(made.root)
    lessons = [course.lesson(name) for name in names]
    build(course, lessons or None)
    return check_course(course, lessons, run=False)


def last_of_attacks(course):
    """The id of the lesson that a new one in that module follows."""
    (module,) = (module for module in course.modules if module.id == "m3_attacks")
    return module.lessons[-1].id


def after(course, name):
    """(the id, the address from another module's folder) of the lesson that follows."""
    lessons = course.lessons
    following = lessons[[lesson.id for lesson in lessons].index(name) + 1]
    return following.id, f"../../{following.folder.parent.name}/{following.id}/{following.id}.ipynb"


def finish(folder):
    """Do what is marked, in the shortest way."""
    for path in folder.rglob("*.*"):
        if path.suffix in (".py", ".md"):
            path.write_text(path.read_text("utf-8").replace("TODO", "Done"), "utf-8")


def expect_our_form(course):
    """The linter, with the rules of our own files, finds nothing; nor would it write a line otherwise."""
    ours = 'lint.isort.known-first-party = ["autograder", "course"]'  # in a clone, ruff sees both folders
    for verb in (["check", "--no-cache", "--config", ours], ["format", "--no-cache", "--check"]):
        command = [sys.executable, "-m", "ruff", *verb, "course"]
        done = subprocess.run(command, cwd=course.root.parent, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_what_is_made_lacks_nothing_but_what_is_marked(course):
    new_lesson(course, "sidestep", "m3_attacks")
    found = found_after(course)
    assert {problem.rule for problem in found} == {"todo"}
    folder = course.root / "m3_attacks/sidestep"
    marked = [
        (path.relative_to(course.root.parent), number)
        for path in folder.rglob("*.*")
        if path.suffix in (".py", ".md")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if "TODO" in line
    ]
    assert sorted((problem.path, problem.line) for problem in found) == sorted(marked)
    assert len({path for path, _ in marked}) == 6, "each file of it says what its author is to do"
    finish(folder)
    lesson = load_course(course.root).lesson("sidestep")
    build(course, [lesson])
    assert check_course(load_course(course.root), [lesson]) == []


def test_a_lesson_of_two_exercises_lacks_nothing_but_what_is_marked(course):
    new_lesson(course, "sidestep", "m3_attacks", exercises=["second", "first"])
    assert {problem.rule for problem in found_after(course, "sidestep", last_of_attacks(course))} == {"todo"}
    made = load_course(course.root).lesson("sidestep")
    assert made.exercise_names == ("second", "first") and made.minutes == 20
    front = made.text.read_text("utf-8").partition("# %%\n")[0]
    assert "20 minutes, 10 points in 2 exercises" in front


def test_the_check_of_a_new_lesson_judges_its_own_answers(course):
    new_lesson(course, "sidestep", "m3_attacks", exercises=["share_above"])
    lesson = load_course(course.root).lesson("sidestep")
    (exercise,) = lesson.exercises
    assert exercise.id == "sidestep.share_above"
    names = {}
    exec(solution_sources(lesson.text.read_text("utf-8"))[exercise.id], names)
    answers = lesson.answers("share_above")
    for seed in range(20):
        for answer in (names["share_above"], *answers.right):
            assert run_check(exercise, [proxy_for(answer)], seed).passed
        for wrong in answers.wrong:
            verdict = run_check(exercise, [proxy_for(wrong.answer)], seed)
            lost = next(finding for finding in verdict.findings if finding.part == wrong.part)
            assert lost.points < lost.max_points and wrong.told in f"{lost.message} {lost.slip}"
            assert Outcome.GRADER_FAULT not in [finding.outcome for finding in verdict.findings]


def test_a_lesson_comes_last_in_its_module_and_what_lists_lessons_follows(course):
    before = files(course.root.parent)
    there, before_it = [lesson.id for lesson in course.lessons], last_of_attacks(course)
    new_lesson(course, "sidestep", "m3_attacks", title='Sidestep: "one step"')
    made = load_course(course.root)
    last = there.index(before_it) + 1
    assert [lesson.id for lesson in made.lessons] == [*there[:last], "sidestep", *there[last:]]
    assert made.lesson("sidestep").title == 'Sidestep: "one step"'
    changed = {path for path, data in files(course.root.parent).items() if before.get(path) != data}
    folder = course.root / "m3_attacks"
    assert {path for path in changed if "sidestep" not in path.parts} == {
        course.root / "course.toml", folder / before_it / "lesson.py", course.root.parent / "README.md",
    }  # fmt: skip
    following, address = after(course, before_it)
    closing = (folder / before_it / "lesson.py").read_text("utf-8").rpartition("# %%")[2]
    assert '[Sidestep: "one step"](../sidestep/sidestep.ipynb)' in closing and following not in closing
    own = (folder / "sidestep/lesson.py").read_text("utf-8").rpartition("# %%")[2]
    assert f"({address})" in own.replace("\n# ", "")
    assert "(../../start/welcome/welcome.ipynb)" in own
    rows = (course.root.parent / "README.md").read_text("utf-8").splitlines()
    row = '| [Sidestep: "one step"](course/m3_attacks/sidestep/sidestep.ipynb) | Attack and defend | 15 |'
    assert f"{before_it}.ipynb" in rows[rows.index(row) - 1]


def test_the_command_says_which_text_it_edited_and_what_to_read_there(course, monkeypatch, capsys):
    monkeypatch.delenv("AISEC_COURSE", raising=False)
    monkeypatch.chdir(course.root.parent)
    with pytest.raises(SystemExit) as ended:
        main(
            ["new", "lesson", "sidestep", "--module", "m3_attacks", "--exercise", "one", "--exercise", "two"]
        )
    told, text = capsys.readouterr().out, f"course/m3_attacks/{last_of_attacks(course)}/lesson.py"
    assert ended.value.code == 0
    assert f"edited course/course.toml, {text}, README.md." in told
    assert f"Read the sentence before the changed link, at the end of {text}" in told
    assert load_course(course.root).lesson("sidestep").exercise_names == ("one", "two")


def test_what_is_written_has_the_form_that_our_files_have(course):
    shutil.copy(PROJECT / "pyproject.toml", course.root.parent)
    title = "Sidestep, and how far a small step goes that nobody sees and everybody forgets to measure | 2"
    new_lesson(course, "sidestep", "m3_attacks", title=title, exercises=["one", "two"])
    new_lesson(load_course(course.root), "first_steps", "m6_new", module_title="New")
    expect_our_form(course)
    last = course.lessons[-1].id
    found = found_after(course, "sidestep", last_of_attacks(course), "first_steps", last)
    assert {problem.rule for problem in found} == {"todo"}


@pytest.mark.parametrize(
    ("lesson", "exercise"),
    [
        ("pseudonymising", "first_exercise"),
        ("watermarks", "verify"),  # its picture comes after `twin` in the alphabet
        ("membership_inference_and_privacy", "audit_the_privacy_of_every_release"),
    ],
)
def test_a_name_of_any_usual_length_gives_files_of_our_form(course, lesson, exercise):
    shutil.copy(PROJECT / "pyproject.toml", course.root.parent)
    new_lesson(course, lesson, "m2_data", exercises=[exercise])
    expect_our_form(course)
    assert {problem.rule for problem in found_after(course, lesson)} == {"todo"}


def test_the_manifest_keeps_its_comments_and_the_order_of_everything_else(course):
    manifest = course.root / "course.toml"
    old = manifest.read_text("utf-8")
    new_lesson(course, "rehearsal", "m5_response")
    new = manifest.read_text("utf-8")
    entry = new[new.index('[[modules.lessons]]\nid = "rehearsal"') : new.index("# A route without lessons")]
    assert new.replace(entry, "") == old
    assert tomllib.loads(entry)["modules"]["lessons"][0] == {
        "id": "rehearsal", "title": "Rehearsal", "minutes": 15, "visible": ["rehearsal_dial.py"],
    }  # fmt: skip


def test_a_module_is_made_with_its_title(course):
    new_lesson(course, "detector", "m6_example", module_title="An example")
    made = load_course(course.root)
    assert [(module.id, module.title) for module in made.modules][-1] == ("m6_example", "An example")
    last = course.lessons[-1]
    assert "../../m6_example/detector/detector.ipynb" in last.text.read_text("utf-8").replace("\n# ", "")
    assert {problem.rule for problem in found_after(course, "detector", last.id)} == {"todo"}


def test_a_lesson_that_is_taken_away_leaves_links_that_are_named(course):
    before_it = last_of_attacks(course)
    new_lesson(course, "sidestep", "m3_attacks")
    entry = course.root / "course.toml"
    text = entry.read_text("utf-8")
    start = text.index('[[modules.lessons]]\nid = "sidestep"')
    entry.write_text(text[:start] + text[text.index("[[modules]]", start) :], "utf-8")
    shutil.rmtree(course.root / "m3_attacks/sidestep")
    following, address = after(course, before_it)
    found = found_after(course, before_it, following)
    assert [(problem.rule, problem.path.parent.name) for problem in found] == [("links", before_it)] * 2
    assert "../sidestep/sidestep.ipynb leads to no notebook" in found[0].text
    assert f"no link to the next lesson, {address}" in found[1].text


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        (("poisoning", "m4_monitoring"), {}, "there is a lesson 'poisoning'"),
        (("a-b", "m3_attacks"), {}, "'a-b' is no name for a lesson"),
        (("class", "m3_attacks"), {}, "'class' is no name for a lesson"),
        (("../x", "m3_attacks"), {}, "is no name for a lesson"),
        (("sidestep", "m3_attacks"), {"exercises": ["2nd"]}, "is no name for an exercise"),
        (("sidestep", "m3_attacks"), {"exercises": ["a", "a"]}, "'a' is asked for twice"),
        (("sidestep", "m9"), {}, "no module 'm9'"),
        (("sidestep", "m3_attacks"), {"module_title": "Again"}, "there is a module 'm3_attacks'"),
        (("sidestep", "rules"), {"module_title": "Rules"}, "is there already"),
    ],
)
def test_a_name_that_is_taken_or_is_none_is_refused_and_nothing_is_written(course, arguments, options, says):
    before = files(course.root.parent)
    with pytest.raises(CourseError, match=says):
        new_lesson(course, *arguments, **options)
    assert files(course.root.parent) == before


def test_a_folder_that_is_there_is_left_alone(course):
    (course.root / "m3_attacks/sidestep").mkdir()
    (course.root / "m3_attacks/sidestep/notes.txt").write_text("mine", "utf-8")
    before = files(course.root.parent)
    with pytest.raises(CourseError, match="there is a lesson 'sidestep'"):
        new_lesson(course, "sidestep", "m3_attacks")
    assert files(course.root.parent) == before


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("fails_at", range(1, 10))
def test_when_a_file_cannot_be_written_all_is_as_it_was(course, monkeypatch, step, fails_at):
    """One cannot be put on the disk, which stays full; or one cannot be moved into its place."""
    before, real, count = files(course.root.parent), getattr(os, step), [0]

    def full(*arguments):
        count[0] += 1
        if count[0] == fails_at or (step == "fsync" and count[0] > fails_at):
            raise OSError(28, "No space left on device")
        return real(*arguments)

    monkeypatch.setattr(os, step, full)
    with pytest.raises(CourseError, match="No space left"):
        new_lesson(course, "sidestep", "m6_new", module_title="New")
    assert files(course.root.parent) == before
    assert not (course.root / "m6_new").exists()


def test_a_manifest_of_another_form_is_refused_as_it_is(course):
    manifest = course.root / "course.toml"
    inline = 'modules = [{id = "m", title = "M", lessons = [{id = "a", title = "A", minutes = 1}]}]\n'
    manifest.write_text(f'format = 1\ntitle = "T"\n{inline}', "utf-8")
    before = files(course.root)
    with pytest.raises(CourseError, match=r"written as \[\[modules\]\]"):
        new_lesson(load_course(course.root), "b", "m")
    assert files(course.root) == before


def test_the_course_is_the_one_of_the_working_folder(course, monkeypatch):
    monkeypatch.delenv("AISEC_COURSE", raising=False)
    monkeypatch.chdir(course.root / "m3_attacks")
    assert find_course().root == course.root
