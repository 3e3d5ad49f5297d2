"""The arrows of docs/architecture.md: which room may import which."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOOR = {
    "errors", "files", "records", "safe", "verdict", "libraries", "limits", "preload", "compare", "returned",
    "trial", "exercise", "ends",
}  # fmt: skip
CATALOG = FLOOR | {"catalog"}
MAY_IMPORT = {
    "errors": {"verdict"},
    "files": set(),
    "ends": set(),
    "safe": set(),
    "records": set(),
    "verdict": {"records"},
    "libraries": {"errors"},
    "limits": {"errors"},
    "preload": {"errors"},
    "compare": set(),
    "returned": {"compare"},
    "trial": {"errors", "verdict", "compare", "exercise", "returned"},
    "exercise": {"errors", "verdict", "compare", "trial"},
    "catalog": FLOOR,
    "build": CATALOG,
    "listing": CATALOG,
    "lint": CATALOG | {"build", "listing"},
    "newlesson": CATALOG | {"build", "listing"},
    "boundary": FLOOR,
    "sandbox": CATALOG,
    "learner": CATALOG | {"boundary", "build", "intake"},
    "intake": FLOOR,
    "grading": CATALOG | {"boundary", "build", "intake", "sandbox"},
    "report": CATALOG | {"grading"},
    "bench": CATALOG | {"boundary", "build", "learner", "grading", "sandbox"},
    "console": CATALOG | {"grading", "intake", "report"},
    "demo": CATALOG | {"build", "console", "grading", "intake", "report"},
}


def imports(path):
    """Absolute names. A course's files import each other relatively: the course may stand anywhere."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            name = whole_name(path, node)
            if name in ("autograder", "course"):
                yield from (f"{name}.{alias.name}" for alias in node.names)
            else:
                yield name


def whole_name(path, node):
    if not node.level:
        return node.module
    folders = path.relative_to(ROOT).parts[: -node.level]
    assert folders[:1] == ("course",), f"{path}: only a course's files import relatively, and stay inside it"
    return ".".join((*folders, *filter(None, [node.module])))


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


#: Pairs that import each other for their types alone.
TYPES_ONLY = {("autograder.trial", "autograder.exercise")}


def test_no_modules_import_each_other_in_a_ring():
    """Imports inside functions count, and those for types."""
    paths = {name_of(path): path for path in (ROOT / "autograder").rglob("*.py")}
    left = {name: set(imported(path, paths)) - {name} for name, path in paths.items()}
    for one, other in TYPES_ONLY:
        left[one].discard(other)
    while free := [name for name, wanted in left.items() if not wanted & left.keys()]:
        for name in free:
            del left[name]
    assert left == {}, "these import each other, or what does"


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path, paths):
    """Names of our modules that `path` imports: `from package import module` names the module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in paths)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in paths else node.module


def test_every_room_is_in_the_picture():
    rooms = {room(path) for path in modules("autograder")} - {"__init__"}
    assert rooms <= MAY_IMPORT.keys()


@pytest.mark.parametrize("module", ["pickle", "fcntl", "resource", "pwd"])
def test_the_learners_side_runs_anywhere_and_unpickles_nothing(module):
    for path in [*modules("course"), *modules("autograder/learner"), *modules("autograder/report")]:
        assert module not in list(imports(path)) or (module == "pickle" and "course" in path.parts), path
