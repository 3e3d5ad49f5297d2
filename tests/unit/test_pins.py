"""The pinned packages fit each Python and system that the course runs on."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from autograder.catalog import load_course

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT / "course")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHONS = [
    found.rpartition(" ")[2] for found in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", found)
]
SYSTEMS = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin"), "win32": ("nt", "Windows")}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_each_dependency_is_pinned_once_at_a_version_we_take(python, system):
    os_name, platform = SYSTEMS[system]
    where = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system,
        "os_name": os_name,
        "platform_system": platform,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    lines = re.findall(r"(?m)^([a-z][^\\\n]*)", (ROOT / "binder/requirements.txt").read_text("utf-8"))
    pins = [pin for pin in map(Requirement, lines) if pin.marker is None or pin.marker.evaluate(where)]
    names = [pin.name for pin in pins]
    assert sorted(set(names)) == sorted(names), "pinned twice"
    versions = {pin.name: str(pin.specifier).removeprefix("==") for pin in pins}
    for needed in map(Requirement, [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["lessons"]]):
        assert needed.specifier.contains(versions.get(needed.name, "0")), needed


def test_what_single_lessons_need_is_what_the_extra_says():
    extra = PROJECT["optional-dependencies"]["lessons"]
    needed = {need: lesson.id for lesson in COURSE.lessons for need in lesson.needs}
    assert set(extra) == set(needed), "the lock pins the extra"
    assert extra == sorted(set(extra)) and not {Requirement(one).name for one in extra} & {
        Requirement(one).name for one in PROJECT["dependencies"]
    }


def test_binder_runs_a_python_that_we_name():
    name, _, version = (ROOT / "binder/runtime.txt").read_text("utf-8").strip().partition("-")
    assert name == "python"
    assert version in PYTHONS
    assert SpecifierSet(PROJECT["requires-python"]).contains(version)
