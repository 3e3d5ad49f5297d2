"""The arrows of docs/architecture.md: which room may import which."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOOR = {"errors", "verdict", "limits", "compare", "trial", "exercise"}
CATALOG = FLOOR | {"catalog"}
MAY_IMPORT = {
    "errors": set(),
    "verdict": set(),
    "limits": {"errors"},
    "compare": set(),
    "trial": {"errors", "verdict", "compare", "exercise"},
    "exercise": {"errors", "verdict", "compare", "trial"},
    "catalog": FLOOR,
    "build": CATALOG,
    "lint": CATALOG | {"build"},
    "boundary": FLOOR,
    "sandbox": FLOOR,
    "learner": CATALOG | {"boundary", "build", "intake"},
    "intake": FLOOR,
    "grading": CATALOG | {"boundary", "build", "intake", "sandbox"},
    "report": CATALOG | {"grading"},
    "demo": CATALOG | {"build", "grading", "intake", "report"},
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            if node.module in ("autograder", "course"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def modules(folder):
    return sorted(path for path in (ROOT / folder).rglob("*.py") if path.name != "cli.py")


def room(path):
    parts = path.relative_to(ROOT / "autograder").parts
    return parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules("autograder"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_is_below_it(path):
    own = room(path)
    if own == "__init__":
        return
    for name in imports(path):
        top, _, rest = name.partition(".")
        assert top != "course", f"{path.name}: the engine knows no lesson"
        if top == "autograder" and rest:
            target = rest.partition(".")[0]
            assert target in MAY_IMPORT[own] | {own, "__version__"}, f"{own} must not import {target}"


@pytest.mark.parametrize("path", modules("course"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_course_imports_only_the_check_api(path):
    for name in imports(path):
        if name.startswith("autograder"):
            allowed = {"autograder.exercise", "autograder.learner"}
            assert name in allowed or ".".join(name.split(".")[:2]) in allowed, name


def test_every_room_is_in_the_picture():
    rooms = {room(path) for path in modules("autograder")} - {"__init__"}
    assert rooms <= MAY_IMPORT.keys()


@pytest.mark.parametrize("module", ["pickle", "fcntl", "resource", "pwd"])
def test_the_learners_side_runs_anywhere_and_unpickles_nothing(module):
    for path in [*modules("course"), *modules("autograder/learner"), *modules("autograder/report")]:
        assert module not in list(imports(path)) or (module == "pickle" and "course" in path.parts), path
