"""The author's bench finds each fault that a check and its answers can have, and names its file and line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.bench import trying
from autograder.bench.trying import seed_number
from autograder.cli import main

MANIFEST = """
format = 1
title = "Sums"

[[modules]]
id = "m1"
title = "Sums"

[[modules.lessons]]
id = "sums"
title = "Adding up"
minutes = 20
"""
TEXT = '''# %% [markdown]
# # Adding up

# %%
from autograder.learner import check, progress

# %%
def add(a, b):
    """The sum."""
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION

# %%
check("sums.add", add)
'''
CHECK = """from autograder.exercise import exercise


@exercise(minutes=5, parts={"small": (3, "adds small numbers"), "zero": (2, "adds nought")},
          hints=("a", "b", "c"), debrief=("x", "y"))
def add(t, add):
    for rng in t.cases(4):
        a, b = (int(n) for n in rng.integers(2, 50, 2))
        t.given(a=a, b=b)
        with t.part("small"):
            got = t.number(add(a, b), "the sum")
            t.equal(got, a + b, "the sum", slips={"You subtracted.": a - b, "You multiplied.": a * b})
        with t.part("zero"):
            t.equal(t.number(add(a, 0), "the sum"), a, "the sum with nought",
                    slips={"Nought is a number.": 0})
    t.at_most(abs(add(1, 1)), 2, "the sum of ones")
"""
ANSWERS = """from autograder.exercise import Answers, Wrong


def add_by_sum(a, b):
    return sum((a, b))


def subtract(a, b):
    return a - b


def constant(a, b):
    return 3


def nought(a, b):
    return a + b if b else 0


ANSWERS = Answers(
    right=[add_by_sum],
    wrong=[
        Wrong(subtract, "small", "You subtracted"),
        Wrong(constant, "small", "The sum is not right"),
        Wrong(nought, "zero", "Nought is a number"),
    ],
)
"""
FILES = {"lesson.py": TEXT, "checks/add.py": CHECK, "answers/add.py": ANSWERS}


@pytest.fixture
def try_course(tmp_path, monkeypatch, capsys):
    """Call with {(file, old text): new text}: (exit code, what `aisec try sums.add` printed) for it."""

    def run(changes=None, *more):
        root = tmp_path / f"course{len(list(tmp_path.iterdir()))}"
        lesson = root / "m1" / "sums"
        files = dict(FILES)
        for (name, old), new in (changes or {}).items():
            assert files[name].count(old) >= 1
            files[name] = files[name].replace(old, new)
        for name, text in files.items():
            (lesson / name).parent.mkdir(parents=True, exist_ok=True)
            (lesson / name).write_text(text, "utf-8")
        (root / "course.toml").write_text(MANIFEST, "utf-8")
        monkeypatch.chdir(root)
        for name, value in {"AISEC_COURSE": str(root), "AISEC_TIER": "none", "COLUMNS": "80"}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main(["try", "sums.add", *more])
        told = capsys.readouterr()
        return ended.value.code, told.out if ended.value.code != 2 else told.err

    return run


def line_of(name, text):
    return 1 + FILES[name][: FILES[name].index(text)].count("\n")


def test_a_sound_exercise_has_nothing_to_mend_and_says_all_that_was_measured(try_course):
    code, told = try_course()
    assert code == 0 and "Nothing to mend." in told
    assert "sums.add: 5 points (small 3, zero 2)" in told
    for name in ("reference", "add_by_sum", "subtract", "constant", "nought", "junk"):
        assert name in told
    assert "You subtracted." in told and "2/5" in told.replace(" ", "")
    assert "at most 2: reached 2 … 2 … 2" in told
    assert "Sandbox: this machine has none" in told
    assert all(len(line) <= 80 for line in told.splitlines())


FAULTS = [
    # (what is changed, where the problem is, what it says)
    (
        {("answers/add.py", 'Wrong(subtract, "small"'): 'Wrong(subtract, "smal"'},
        ("answers/add.py", "def subtract"),
        ["wrong answer `subtract` is bound to the part 'smal'; sums.add has small, zero"],
    ),
    (
        {("checks/add.py", "You subtracted."): "You took one away."},
        ("answers/add.py", "def subtract"),
        ["wrong answer `subtract` is not told 'You subtracted' in part small, case 1 of 4 (a = "],
    ),
    (
        {("checks/add.py", "t.equal(got, a + b"): "t.equal(a + b, a + b"},
        ("answers/add.py", "def subtract"),
        ["wrong answer `subtract` passed (seeds 0, 1, 2)", "junk `echoing` passed (seed 0)"],
    ),
    (
        {("answers/add.py", "return sum((a, b))"): "return sum((a, b)) + (a > 25)"},
        ("answers/add.py", "def add_by_sum"),
        ["right answer `add_by_sum` loses part small, case ", "of 4 (a = ", "(seed"],
    ),
    (
        {("answers/add.py", 'Wrong(nought, "zero"'): 'Wrong(nought, "small"'},
        ("answers/add.py", "def nought"),
        ["wrong answer `nought` keeps part small: it loses zero instead"],
    ),
    (
        {("answers/add.py", "return a + b if b else 0"): "return a - b if b else 0"},
        ("answers/add.py", "def nought"),
        ["wrong answer `nought` is told another slip in part small: 'You subtracted.', case 1 of 4 (a = "],
    ),
    (
        {("checks/add.py", '"You multiplied.": a * b'): '"You multiplied.": a - b'},
        ("checks/add.py", "@exercise"),
        ["the slips 'You subtracted.' and 'You multiplied.' have one value on every draw"],
    ),
    (
        {("checks/add.py", '"You multiplied.": a * b'): '"You multiplied.": a + b'},
        ("checks/add.py", "@exercise"),
        ["the slip 'You multiplied.' has the right value on every draw"],
    ),
    (
        {("checks/add.py", 'got = t.number(add(a, b), "the sum")'): "got = add(a, b) + 0"},
        ("checks/add.py", "got = t.number"),
        ["the check add breaks on junk `gives none`, in part small: The check itself failed: TypeError"],
    ),
    (
        {("lesson.py", "    return a + b"): "    return a + b + 1"},
        ("lesson.py", "def add"),
        ["the text's solution loses part small, case 1 of 4 (a = "],
    ),
]


@pytest.mark.parametrize(("changes", "place", "says"), FAULTS, ids=[says[0][:40] for *_, says in FAULTS])
def test_each_fault_is_named_with_its_file_and_line(try_course, changes, place, says):
    code, told = try_course(changes)
    assert code == 1
    _, _, mend = told.partition("\nMend (")
    for words in says:
        assert words in mend, told
    assert f"m1/sums/{place[0]}:{line_of(*place)}: " in mend, told


def test_a_slip_beside_the_message_is_shown_and_costs_nothing(try_course):
    code, told = try_course({("answers/add.py", '"You subtracted"'): '"The sum is not right"'})
    assert code == 0
    assert "Look at (1):" in told and "wrong answer `subtract` is also told 'You subtracted.'" in told


def test_the_words_to_be_told_are_compared_without_regard_to_capitals(try_course):
    code, told = try_course({("answers/add.py", '"You subtracted"'): '"you SUBTRACTED"'})
    assert code == 0 and "Look at" not in told


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('t.part("zero")', 't.part("zer")', "no part 'zer'"),
        ('got = t.number(add(a, b), "the sum")', "got = add(a, b) + 0", "TypeError"),
    ],
    ids=["a part that is none", "a value that is not looked at"],
)
def test_what_breaks_the_check_at_one_line_is_one_line(try_course, old, new, says):
    code, told = try_course({("checks/add.py", old): new})
    _, _, mend = told.partition("\nMend (1):\n")
    assert code == 1 and mend.count("\n") == 1, told
    assert says in mend and " more answers there)" in mend
    assert f"checks/add.py:{line_of('checks/add.py', old)}: " in mend


def test_a_cell_that_raises_is_named_with_its_line(try_course):
    code, told = try_course({("lesson.py", "# %%\ndef add"): "# %%\n1 / 0\n\n\ndef add"})
    assert code == 2
    assert f"m1/sums/lesson.py:{line_of('lesson.py', 'def add')}: a cell of the text raises Zero" in told


@pytest.mark.parametrize(("asked", "seeds"), [((), "0, 1, 2"), (("--seeds", "5"), "0, 1, 2, 3, 4")])
def test_right_answers_are_judged_on_as_many_seeds_as_are_asked_for(try_course, asked, seeds):
    code, told = try_course({("answers/add.py", "return sum((a, b))"): "return sum((a, b)) + b"}, *asked)
    assert code == 1 and f"(seeds {seeds})" in told


def test_wrong_answers_are_judged_on_as_many_seeds_where_the_check_can_afford_it(try_course):
    """On seed 0 this one loses its part."""
    sometimes = {("answers/add.py", "return a - b"): "return a - b if SEED_0 else a + b"}
    draw = {
        (
            "checks/add.py",
            "def add(t, add):",
        ): "def add(t, add):\n    import os\n    os.environ['SEED'] = str(t.seed)"
    }
    first = f"__import__('os').environ['SEED'] == '{seed_number(0)}'"
    sometimes = {key: text.replace("SEED_0", first) for key, text in sometimes.items()}
    code, told = try_course({**sometimes, **draw})
    assert code == 1 and "wrong answer `subtract` passed (seeds 1, 2)" in told
    assert "seeds: right answers 3, wrong ones 3\n" in told


def test_wrong_answers_are_judged_on_one_seed_where_the_check_is_costly(try_course, monkeypatch):
    monkeypatch.setattr(trying, "WRONG_SECONDS", 0.0)
    code, told = try_course()
    assert code == 0 and "wrong ones 1; the check is costly: --seeds 3 judges them on as many\n" in told


def test_the_sandbox_says_what_the_check_costs_there(tmp_path, sandbox):
    lesson = tmp_path / "course" / "m1" / "sums"
    for name, text in FILES.items():
        (lesson / name).parent.mkdir(parents=True, exist_ok=True)
        (lesson / name).write_text(text, "utf-8")
    (tmp_path / "course" / "course.toml").write_text(MANIFEST, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "80"}
    environment["AISEC_COURSE"] = str(tmp_path / "course")
    command = [sys.executable, "-c", "from autograder.cli import main; main(['try', 'sums'])"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Sandbox, tier {sandbox.tier}: cells 0." in done.stdout and ", sandbox 0." in done.stdout
