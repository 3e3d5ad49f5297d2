"""A tiny course of two lessons, and a learner's folder, for the tests of the learner's side."""

import json
from pathlib import Path

import pytest

MANIFEST = """
format = 1
title = "Sums"

[[modules]]
id = "m1_sums"
title = "Sums"

[[modules.lessons]]
id = "sums"
title = "Adding up"
minutes = 20

[[modules.lessons]]
id = "more"
title = "Adding more"
minutes = 10
"""

SUMS_PREDICTIONS = """
from autograder.exercise import Prediction

dial = Prediction("sums.dial", "What is 1 + 1?", ("One", "Two", "Three"), 1, "Count your <thumbs>.")
"""

HEAD = """
from autograder.exercise import exercise

HINTS = ("Look at `+`.", "Add them.", "def add(a, b):\\n    give a + b")
DEBRIEF = ("An attacker overflows it.", "A defender bounds it.")


"""

#: Exercise of the lesson `sums` → its check file
SUMS_CHECKS = {
    "add": HEAD
    + """
@exercise(minutes=5, parts={"small": (3, "adds small numbers"), "zero": (2, "adds nought")},
          hints=HINTS, debrief=DEBRIEF)
def add(t, add):
    with t.part("small"):
        t.equal(add(2, 3), 5, "the sum", slips={"You subtracted.": -1})
    with t.part("zero"):
        t.equal(add(0, 7), 7, "the sum")
""",
    "total": HEAD
    + """
@exercise(minutes=7, parts={"all": (6, "adds a list")}, hints=HINTS, debrief=DEBRIEF)
def total(t, total):
    with t.part("all"):
        t.equal(total([1, 2, 3]), 6, "the total")
""",
    "counter": HEAD
    + """
@exercise(minutes=3, parts={"both": (4, "a counter and its reader agree")}, hints=HINTS, debrief=DEBRIEF)
def counter(t, Counter, read):
    with t.part("both"):
        t.equal(read(Counter(4)), 4, "the count")
""",
    "twice": HEAD
    + """
@exercise(minutes=4, parts={"all": (1, "adds twice")}, hints=HINTS, debrief=DEBRIEF, level="stretch")
def twice(t, twice):
    with t.part("all"):
        t.equal(twice(2), 4, "the double")
""",
}

MORE_CAN = """#
# After this lesson you can
#
# - add `one` to a number, and say why
#   it is more;
# - stop there.
#
"""

#: Of `sums.add`: one right in another way, and a common slip
ADD_ANSWERS = """
from autograder.exercise import Answers, Wrong


def count_up(a, b):
    # as a child does
    for _ in range(b):
        a += 1
    return a


def take_away(a, b):
    print("noise")
    return a - b


ANSWERS = Answers(right=[count_up], wrong=[Wrong(take_away, "small", "You subtracted.")])
"""

MORE_CHECK = """
from autograder.exercise import exercise


@exercise(minutes=6, parts={"all": (5, "adds more")}, hints=("a", "b", "c"), debrief=("x", "y"))
def more(t, more):
    with t.part("all"):
        t.equal(more(1), 2, "the sum")
"""

SUMS_TEXT = '''# %% [markdown]
# # Adding up

# %%
def add(a, b):
    """The sum."""
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION

# %%
check("sums.add", add)

# %%
def total(numbers):
    ### BEGIN SOLUTION
    return sum(numbers)
    ### END SOLUTION

# %%
check("sums.total", total)

# %%
class Counter:
    ### BEGIN SOLUTION
    def __init__(self, count):
        self.count = count
    ### END SOLUTION

def read(counter):
    ### BEGIN SOLUTION
    return counter.count
    ### END SOLUTION

# %%
check("sums.counter", Counter, read)

# %%
def twice(a):
    ### BEGIN SOLUTION
    return 2 * a
    ### END SOLUTION

# %%
check("sums.twice", twice)
'''

SUMS_CELLS = [
    "from autograder.learner import check, hint, others, predict, progress, solution",
    "def add(a, b):\n    raise NotImplementedError()",
    'check("sums.add", add)',
    "def total(numbers):\n    raise NotImplementedError()",
    'check("sums.total", total)',
    "class Counter:\n    pass\n\ndef read(counter):\n    raise NotImplementedError()",
    'check("sums.counter", Counter, read)',
    "def twice(a):\n    raise NotImplementedError()",
    'check("sums.twice", twice)',
]


def notebook(*sources: str) -> str:
    """A notebook of code cells, as its file's text."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {"tags": ["raises-exception"]} if source.startswith("check(") else {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(sources)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    document = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1) + "\n"


def write_course(root: Path) -> Path:
    sums, more = root / "m1_sums/sums", root / "m1_sums/more"
    files = {
        root / "course.toml": MANIFEST,
        sums / "lesson.py": SUMS_TEXT,
        sums / "sums.ipynb": notebook(*SUMS_CELLS),
        **{sums / f"checks/{name}.py": text for name, text in SUMS_CHECKS.items()},
        sums / "answers/add.py": ADD_ANSWERS,
        sums / "predictions.py": SUMS_PREDICTIONS,
        sums / "monday.md": "# Use it on Monday\n",
        sums / "measured.md": "For authors.\n",
        more / "lesson.py": "# %% [markdown]\n# # Adding more\n" + MORE_CAN,
        more / "more.ipynb": notebook("1 + 1"),
        more / "checks/more.py": MORE_CHECK,
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """The course's root; `AISEC_COURSE` names it, and the working directory is a learner's empty folder."""
    root = write_course(tmp_path / "published")
    desk = tmp_path / "desk"
    desk.mkdir()
    for name in ("AISEC_CHECK_RESULTS", "NBGRADER_VALIDATING", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AISEC_COURSE", str(root))
    monkeypatch.chdir(desk)
    return root
