"""The assignment that attacks are handed in for: plain asserts, a table, partial credit, two checks.

`HONEST` earns all 16 points. What an attack leaves out stays as it was released, so every point that an
attack has is one that its own cells earned.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from autograder.exercise import Exercise, exercise
from autograder.grading.assignment import Assignment, AuthorNotebook, author_cell
from autograder.grading.grade import Graded, grade_submission
from autograder.limits import Limits

NAME = "target"
SECRET = "the-cohort-seed-5c1d"
HIDDEN = "hidden_value_90210"
STUB = "raise NotImplementedError()"
LIMITS = Limits(
    cell_seconds=2, call_seconds=2, total_seconds=15, cpu_seconds=8, memory_mb=300, processes=32,
    output_mb=0.2, disk_mb=8, reply_mb=8,
)  # fmt: skip

#: Solution cell → its honest text.
HONEST = {
    "squares-answer": "def squares(n):\n    return [i * i for i in range(1, n + 1)]",
    "summary-answer": "def summary(table):\n    return table.groupby('kind', as_index=False)['value'].sum()",
    "estimate-answer": "def estimate():\n    return 5.0",
    "share-answer": "def share(y, guess):\n    if len(y) == 0:\n        raise ValueError('empty')\n"
    "    return (y == guess).mean()",
    "largest-answer": "def largest(ask):\n    return max(ask(i) for i in range(5))",
    "report-answer": "def report():\n    return ['mean', 'median']",
    "kind-answer": "def kind():\n    return 'tree'",
}
TESTS = {
    "squares": f"""\
assert squares(3) == [1, 4, 9]
assert all(map(lambda n: squares(n)[-1] == n * n, (2, 6)))
### BEGIN HIDDEN TESTS
{HIDDEN} = [1, 4, 9, 16, 25]
assert squares(5) == {HIDDEN}
### END HIDDEN TESTS
tolerance = 0.5""",
    "summary": """\
table = pd.DataFrame({"kind": ["a", "b", "a"], "value": [1, 2, 3]})
found = summary(table)
assert isinstance(found, pd.DataFrame), "summary should return a DataFrame"
assert found.set_index("kind")["value"].to_dict() == {"a": 4, "b": 2}""",
    "estimate": "2 - abs(estimate() - 5) / tolerance",
    "share": 'check("target.share", share)',
    "largest": 'check("target.largest", largest)',
    "report": 'words = report()\nassert "mean" in words\nwords',
    "kind": 'check("target.kind", kind)',
}
POINTS = {"squares": 3, "summary": 3, "estimate": 2, "share": 4, "largest": 2, "report": 1, "kind": 1}


@exercise(
    minutes=1,
    parts={"value": (3, "returns the share of equal labels"), "empty": (1, "refuses empty input")},
    hints=("", "", ""),
    debrief=("", ""),
)
def share(t, share):
    for rng in t.cases(4):
        y, guess = rng.integers(0, 2, (2, 30))
        with t.part("value"):
            got = t.number(share(y, guess), "the share")
            t.close(got, (y == guess).mean(), "the share of equal labels")
    with t.part("empty"), t.raises(ValueError, "empty input"):
        share(y[:0], y[:0])


@exercise(minutes=1, parts={"found": (2, "finds the largest value")}, hints=("", "", ""), debrief=("", ""))
def largest(t, largest):
    values = t.rng().integers(0, 1000, 5)
    asked = []

    def ask(i):
        asked.append(i)
        return int(values[i])

    with t.part("found"):
        t.equal(largest(ask), int(values.max()), "the largest value")
        t.expect(len(asked) <= 5, "You asked too often.")


@exercise(minutes=1, parts={"known": (1, "names the kind")}, hints=("", "", ""), debrief=("", ""))
def kind(t, kind):
    with t.part("known"):  # careless: what is neither of the two is an error of the check's
        t.equal({"tree": 1, "line": 2}[kind()], 1, "the kind")


def assignment() -> Assignment:
    """The author's version, with hidden tests."""
    cells = [_plain("import numpy as np\nimport pandas as pd\nfrom autograder.learner import check")]
    for name, test in TESTS.items():
        cells.append(_marked(f"{name}-answer", _stub(name), solution=True))
        cells.append(_marked(name, test, grade=True, locked=True, points=POINTS[name]))
    return Assignment(NAME, (AuthorNotebook(NAME, tuple(author_cell(cell) for cell in cells)),))


def find_exercise(exercise_id: str) -> Exercise:
    return {"target.share": share, "target.largest": largest, "target.kind": kind}[exercise_id]


def notebook(cells: Mapping[str, str], before: str = "", after: str = "") -> dict[str, Any]:
    """What a learner hands in: `cells` for solution cells, and cells of the learner's own around all."""
    released = [
        _plain("import numpy as np\nimport pandas as pd\nfrom autograder.learner import check"),
        *([_plain(before)] if before else []),
    ]
    for name in TESTS:
        released.append(_marked(f"{name}-answer", cells.get(f"{name}-answer", _stub(name)), solution=True))
        released.append(_marked(name, f"# test {name}", grade=True, locked=True, points=POINTS[name]))
    if after:
        released.append(_plain(after))
    return {"cells": released, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


#: The tests that the inside referee can judge: those that do not call `check`.
INSIDE = [(NAME, "squares"), (NAME, "summary"), (NAME, "estimate"), (NAME, "report")]


def grade(
    sandbox: Any, handed_in: bytes, limits: Limits = LIMITS, student: str = "mallory", inside: Any = ()
) -> Graded:
    return grade_submission(
        assignment(),
        {NAME: handed_in},
        student=student,
        secret=SECRET,
        limits=limits,
        sandbox=sandbox,
        find_exercise=find_exercise,
        inside=inside,
    )


def handed_in(attack: ModuleType, outside: Mapping[str, Any]) -> bytes:
    """The bytes of an attack's notebook. Its cells are told what lies outside, so that none need search."""
    told = f"OUTSIDE = {dict(outside)!r}\n{getattr(attack, 'BEFORE', '')}"
    document = notebook(getattr(attack, "CELLS", {}), told, getattr(attack, "AFTER", ""))
    tamper: Callable[[dict], Any] | None = getattr(attack, "tamper", None)
    made = tamper(document) if tamper else None
    return made if isinstance(made, bytes) else json.dumps(document).encode()


def honest() -> bytes:
    return json.dumps(notebook(HONEST)).encode()


def _stub(name: str) -> str:
    return f"def {name}(*args):\n    {STUB}"


def _plain(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}


def _marked(grade_id: str, source: str, **marks: Any) -> dict[str, Any]:
    marks = {"grade": False, "solution": False, "locked": False, "schema_version": 3, **marks}
    return {**_plain(source), "metadata": {"nbgrader": {"grade_id": grade_id, **marks}}}
