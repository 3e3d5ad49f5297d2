"""The mutation run, on a tiny course whose holes are known."""

import lessons
import mutants as run
import pytest
from changes import mutants

from autograder.catalog import load_course
from autograder.errors import CourseError

MANIFEST = """
format = 1
title = "Tiny"
limits = { memory_mb = 300 }

[[modules]]
id = "m1_tiny"
title = "Tiny"

[[modules.lessons]]
id = "tiny"
title = "Tiny"
minutes = 20
"""

TEXT = '''
# %%
import threading
import time

from autograder.learner import check


# %%
def halvings(n):
    """How often n can be halved."""
    ### BEGIN SOLUTION
    if n < 1:
        raise ValueError("too small")
    count = 0
    while n > 1:
        n //= 2
        count += 1
    print("ha" + "lved", count)
    return count
    ### END SOLUTION


# %%
check("tiny.halvings", halvings)


# %%
def fifth(n):
    ### BEGIN SOLUTION
    return n / 5
    ### END SOLUTION


# %%
check("tiny.fifth", fifth)


# %%
def room(n):
    ### BEGIN SOLUTION
    return len(bytes(min(n, 10)))
    ### END SOLUTION


# %%
check("tiny.room", room)


# %%
def draw(n):
    ### BEGIN SOLUTION
    return n + 1
    ### END SOLUTION


# %%
check("tiny.draw", draw)


# %%
def patient(n):
    ### BEGIN SOLUTION
    if not n:
        threading.Event().wait()
    end = time.process_time() + 1.5
    while time.process_time() < end:
        pass
    return n
    ### END SOLUTION


# %%
check("tiny.patient", patient)
'''

CHECK = """
from autograder.exercise import exercise


@exercise(minutes=5, parts={{"all": (1, "is right")}}, hints=("", "", ""), debrief=("", ""))
def {name}(t, {name}):
    with t.part("all"):
        {body}
"""
CHECKS = {
    # 1 is never asked: the planted hole
    "halvings": "t.equal([halvings(8), halvings(5), halvings(2)], [3, 2, 1], 'the counts')\n"
    "        with t.raises(ValueError, 'nought'):\n            halvings(0)",
    "fifth": "t.expect(10 / fifth(10) == 5, 'The fifth is not right.')",  # breaks on None and on 0
    "room": "t.instance(room(4 * 10**9), int, 'the room')",  # looks at nothing but the kind
    # what it asks on the first two seeds is no question
    "draw": "n = [0, 0, 5][DRAWN.index(t.seed)]\n        t.equal(draw(n), 6 if n else draw(n), 'the sum')",
    "patient": "t.equal(patient(1), 1, 'the number')",
}
ANSWERS = """
from autograder.exercise import Answers

ANSWERS = Answers(right=[], wrong=[])
"""
HOLE = "n < 1 → n <= 1"


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = tmp_path / "m1_tiny" / "tiny"
    for name in ("checks", "answers"):
        (folder / name).mkdir(parents=True)
    (tmp_path / "course.toml").write_text(MANIFEST, "utf-8")
    (folder / "lesson.py").write_text(TEXT, "utf-8")
    drawn = [run.seed_for("mutants", str(number)) for number in range(3)]
    for name, body in CHECKS.items():
        text = f"DRAWN = {drawn}\n{CHECK.format(name=name, body=body)}"
        (folder / "checks" / f"{name}.py").write_text(text, "utf-8")
        (folder / "answers" / f"{name}.py").write_text(ANSWERS, "utf-8")
    monkeypatch.setattr(lessons, "COURSE", load_course(tmp_path))
    lessons.solved.cache_clear()
    yield folder
    lessons.solved.cache_clear()


def examine(name, **options):
    lesson = lessons.COURSE.lesson("tiny")
    return run.examine(lesson, lesson.exercise(f"tiny.{name}"), **options)


def changes(some):
    return [mutant.change for mutant in some]


def test_a_hole_is_listed_with_its_line_and_a_killed_mutant_is_not(course, capsys):
    assert run.main(["tiny.halvings"]) == 1
    out = capsys.readouterr().out
    assert f"lesson.py:13  {HOLE}\n" in out
    assert "n > 1 → n >= 1" not in out
    assert "halved" not in out, "what solutions and mutants print is silenced"


def test_an_endless_loop_is_survived_and_counts_as_killed(course):
    found = examine("halvings")
    assert found.stopped >= 1
    assert "n //= 2 → pass" not in changes(found.survivors)
    assert found.killed == found.total - len(found.survivors)


def test_one_that_only_waits_is_ended_and_one_that_works_as_long_is_not(course, monkeypatch):
    monkeypatch.setattr(run, "WALL_SECONDS", 1.0)
    found = examine("patient", seeds=1, limit=2)
    assert changes(found.survivors) == ["if not n: ... → if False: ..."]
    assert found.stopped == 1


def test_a_mutant_gets_no_more_memory_than_the_lesson_gives_a_learner(course):
    survivors = changes(examine("room").survivors)
    assert "min(n, 10) → max(n, 10)" not in survivors
    assert "min(n, 10) → min(n, 11)" in survivors


def test_what_breaks_the_check_is_no_kill(course, capsys):
    assert run.main(["tiny.fifth"]) == 1
    assert "breaks the check:\n    lesson.py:31  return n / 5 → return None" in capsys.readouterr().out


def test_a_mutant_that_loses_on_a_later_seed_only_is_killed_and_named(course, capsys):
    assert run.main(["tiny.draw"]) == 0
    out = capsys.readouterr().out
    assert "100.0%" in out
    assert "until a later seed:" in out and "n + 1 → n - 1  (seed 3)" in out
    assert run.main(["tiny.draw", "--seeds", "2"]) == 1


def test_a_mark_with_its_reason_takes_a_mutant_off_the_list(course):
    with open(course / "answers" / "draw.py", "a", encoding="utf-8") as answers:
        answers.write('EQUIVALENT = {"n + 1 → n - 1": "for the test"}')
    found = examine("draw", seeds=2)
    assert found.equivalent == {"n + 1 → n - 1": "for the test"}
    assert "n + 1 → n - 1" not in changes(found.survivors)
    assert found.stale == [] and found.counted == found.total - 1


@pytest.mark.parametrize("change", ["n + 1 → n - 1", "n + 2 → n - 2"], ids=["killed", "unknown"])
def test_a_mark_that_names_no_survivor_is_stale(course, capsys, change):
    with open(course / "answers" / "draw.py", "a", encoding="utf-8") as answers:
        answers.write(f'EQUIVALENT = {{"{change}": "for the test"}}')
    assert run.main(["tiny.draw"]) == 1
    assert f"stale marks: no mutant that keeps its points is named\n    {change}" in capsys.readouterr().out
    assert run.main(["tiny.draw", "--limit", "1"]) == 0


def test_several_at_a_time_find_the_same(course):
    one, three = examine("draw", seeds=2), examine("draw", seeds=2, jobs=3)
    assert set(changes(one.survivors)) == set(changes(three.survivors))
    assert one.total == three.total


def test_a_solution_that_does_not_pass_is_said(course):
    (course / "lesson.py").write_text(TEXT.replace("count = 0", "count = 1"), "utf-8")
    with pytest.raises(CourseError, match="the solution itself does not pass"):
        examine("halvings")


def test_what_stops_the_solution_itself_is_no_kill(course, monkeypatch):
    monkeypatch.setattr(run, "_contain", lambda limits: 1 / 0)
    with pytest.raises(CourseError, match="does not pass in a process of its own"):
        examine("draw", jobs=2)


def all_changes(body, own_errors=()):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    source = f"def f(a, b):\n    ### BEGIN SOLUTION\n{lines}    ### END SOLUTION\n"
    return [mutant.change for mutant in mutants(source, own_errors)]


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ("return a <= b", "a <= b → a < b"),
        ("return a not in b", "a not in b → a in b"),
        ("return 0 < a < b", "0 < a < b → 0 < a"),
        ("return f(0)", "f(0) → f(1)"),
        ("return f(0.1)", "f(0.1) → f(0.11)"),
        ("return f(0.0)", "f(0.0) → f(-0.1)"),
        ("return f('')", "f('') → f('x')"),
        ("return f(k=True)", "k=True → k=False"),
        ("return a - b", "a - b → a + b"),
        ("a += b", "a += b → a -= b"),
        ("return a and b", "a and b → a or b"),
        ("return f(a) and b and f(b)", "f(a) and b and f(b) → b and f(b)"),
        ("return not a", "return not a → return a"),
        ("return {'x': a, 'y': b}", "{'x': a, 'y': b} → {'y': b}"),
        ("return f((a, b))", "f((a, b)) → f((a,))"),
        ("return f(a, b)", "f(a, b) → f(b, a)"),
        ("return f(a, k=b)", "f(a, k=b) → f(a)"),
        ("return a.copy()", "a.copy() → a"),
        ("return sorted(a)", "sorted(a) → a"),
        ("return min(a)", "min(a) → max(a)"),
        ("return a[b]", "a[b] → a[b + 1]"),
        ("return a[1:b]", "a[1:b] → a[:b]"),
        ("return a[1:]", "a[1:] → a[2:]"),
        ("return a if b else 0", "a if b else 0 → a if not b else 0"),
        ("if a:\n    return b", "if a: ... → if True: ..."),
        ("if a:\n    f(a)\nelse:\n    f(b)", "if a: ... → if not a: ..."),
        ("while a:\n    f(b)", "while a: ... → while False: ..."),
        ("for x in a:\n    f(x)", "for x in a: ... → for x in list(a)[1:]: ..."),
        ("return [x for x in a if x > b]", "for x in a if x > b → for x in a"),
        ("return [x for x in a if x]", "for x in a → for x in list(a)[:-1]"),
        ("for x in a:\n    break", "break → pass"),
        ("f(a)", "f(a) → pass"),
        ("return f(a)", "return f(a) → return None"),
        ("if a:\n    return 1\nif b:\n    return 1", "if b: return 1 → if b: pass"),
        ("raise ValueError(a)", "raise ValueError(a) → pass"),
        ("raise ValueError(a)", "raise ValueError(a) → raise RuntimeError"),
        ("try:\n    f(a)\nexcept KeyError:\n    pass", "try: ... → if True: ..."),
        ("@cache\ndef g():\n    pass", "@cache; def g(): ... → def g(): ..."),
    ],
)
def test_each_kind_of_change(body, change):
    assert change in all_changes(body)


def test_what_no_check_can_see_is_left_alone():
    body = '"""Says it."""\ndef g(x: int | None = 3) -> bool | None:\n    raise ValueError(f"not {x + 1}")'
    assert all_changes(body) == [
        "def g(x: int | None=3) -> bool | None: ... → pass",
        "def g(x: int | None=3) -> bool | None: ... → def g(x: int | None=4) -> bool | None: ...",
        "def g(x: int | None=3) -> bool | None: ... → def g(x: int | None=2) -> bool | None: ...",
        "raise ValueError(f'not {x + 1}') → pass",
        "raise ValueError(f'not {x + 1}') → raise RuntimeError",
    ]


def test_the_order_of_what_is_compared_is_no_change():
    assert "min(a, b) → min(b, a)" not in all_changes("return min(a, b)")


def test_what_an_error_of_the_lesson_itself_is_given_is_data():
    assert "Rejected(a + 1) → Rejected(a + 2)" not in all_changes("raise Rejected(a + 1)")
    assert "a + 1 → a + 2" in all_changes("raise Rejected(a + 1)", own_errors={"Rejected"})


def test_what_is_given_to_the_learner_is_not_changed():
    source = (
        "LIMIT = 3\n\ndef f(a, b=4):\n    ### BEGIN SOLUTION\n    return a > LIMIT\n    ### END SOLUTION\n"
    )
    assert [m.line for m in mutants(source)] and all(m.line == 5 for m in mutants(source))


def test_a_last_return_is_dropped_once():
    assert [change for change in all_changes("if a:\n    return b\nreturn a") if "return" in change] == [
        "return b → pass",
        "return b → return None",
        "return a → return None",
    ]


def test_every_change_has_a_name_of_its_own():
    names = all_changes("if a:\n    return f(1)\nif b:\n    return f(1)\nx = [1, 1]\nreturn x[1] + f(1)")
    assert len(names) == len(set(names))
