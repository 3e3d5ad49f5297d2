"""What a learner's process may read of the file system, in any tier.

Theory of operation. Two lists of paths, and the nearest one above a file decides about it: what is
`readable` opens, what is `closed` closes again. A course is closed wherever it is installed, since its
folder holds solutions, checks and answers; what its manifest lists as visible opens again below.
`root` makes that of mounts, `landlock` of rules. Rules can only add, so there what holds something closed
is spread into its children.
"""

from __future__ import annotations

import contextlib
import glob
import os
import site
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from autograder.catalog import MANIFEST, load_course
from autograder.errors import CourseError

#: What programs and shared libraries need of the system. No folder that a person would keep work in:
#: /usr itself is not here, because images keep applications in /usr/src and /usr/local.
_SYSTEM = (
    "/bin", "/sbin", "/lib", "/lib32", "/lib64",
    "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/share",
    "/usr/local/bin", "/usr/local/lib",
    "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/nsswitch.conf",
)  # fmt: skip
_OF_A_PREFIX = ("bin", "lib", "lib64", "share", "pyvenv.cfg")


@dataclass(frozen=True)
class View:
    """`readable` are absolute paths as they are spelled; `closed` are folders, with links resolved."""

    readable: tuple[str, ...]
    closed: tuple[str, ...] = ()

    def edges(self) -> list[tuple[str, bool]]:
        """Where what may be read begins (True) and where it ends (False): real paths, a folder before
        those below it.
        """
        opening = {os.path.realpath(path) for path in self.readable}
        opens: dict[str, bool] = {}
        edges = []
        for path in sorted(opening | set(self.closed)):
            above = next((opens[parent] for parent in map(str, Path(path).parents) if parent in opens), False)
            opens[path] = path in opening
            if opens[path] != above:
                edges.append((path, opens[path]))
        return edges

    def spread(self) -> tuple[list[str], list[str]]:
        """The same without an end: what to allow with all that is below, and folders whose names may be seen.

        An import has to list the folders that it goes through.
        """
        edges = self.edges()
        ends = [path for path, begins in edges if not begins]
        allowed = [part for path, begins in edges if begins for part in _parts(path, ends)]
        holding = {path for path, begins in edges if begins and any(_is_below(end, path) for end in ends)}
        return allowed, sorted(holding | set(self.closed))


def _parts(path: str, ends: list[str]) -> Iterator[str]:
    """`path`, or as much of it as is not in `ends`. Links inside are left out: their targets decide."""
    if path in ends:
        return
    if not any(_is_below(end, path) for end in ends):
        yield path
        return
    with contextlib.suppress(PermissionError):  # what cannot be listed cannot be read either
        for entry in os.scandir(path):
            if not entry.is_symlink():
                yield from _parts(entry.path, ends)


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder + "/")


def module_path() -> list[str]:
    """This interpreter's `sys.path` without the working folder, a script's folder or PYTHONPATH's others:
    the standard library, installed packages, and the folder that holds this package.
    """
    prefixes = tuple(f"{prefix}/lib" for prefix in {sys.prefix, sys.base_prefix})
    own = str(Path(__file__).resolve().parents[2])
    kept = [
        entry
        for entry in sys.path
        if os.path.isdir(entry) and (entry.startswith(prefixes) or _holds_packages(entry))
    ]
    return [*dict.fromkeys(kept), *([own] if own not in kept else [])]


def learners_view(more: Iterable[str | Path] = ()) -> View:
    """What a learner's process may read: the system, the interpreter, installed packages, `autograder`, what
    is listed as visible of `course`, and `more`. Closed are all else of `course` and of every other course
    among the packages. Paths that are not there are left out. Raises CourseError.
    """
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    paths = [*_SYSTEM, *(f"{prefix}/{part}" for prefix in sorted(prefixes) for part in _OF_A_PREFIX)]
    paths += [entry for entry in module_path() if _holds_packages(entry)]
    if site.ENABLE_USER_SITE and site.getusersitepackages() in sys.path:
        paths.append(site.getusersitepackages())
    courses = dict.fromkeys(_courses_among_packages(paths), False) | dict.fromkeys(_package("course"), True)
    paths += _package("autograder")
    for folder, own in courses.items():
        with contextlib.nullcontext() if own else contextlib.suppress(CourseError):
            paths += map(str, load_course(Path(folder)).visible_paths)
    paths += map(os.path.abspath, more)
    there = [path for path in dict.fromkeys(paths) if os.path.exists(path)]
    return View(tuple(there), tuple(dict.fromkeys(map(os.path.realpath, courses))))


def _package(name: str) -> list[str]:
    """The folders of a package as the warm process finds it: never the working folder's."""
    spec = PathFinder.find_spec(name, module_path())
    return list((spec and spec.submodule_search_locations) or [])


def _courses_among_packages(readable: Iterable[str]) -> Iterator[str]:
    """Folders of courses, ours or another's, old copies too, among the packages of any interpreter that can
    be read: one lies in the folder of a virtual environment's Python as well.
    """
    for folder in readable:
        packages = [folder] if _holds_packages(folder) else glob.glob(f"{glob.escape(folder)}/py*/*-packages")
        for place in packages:
            found = glob.glob(f"{glob.escape(place)}/*/{MANIFEST}", include_hidden=True)
            yield from map(os.path.dirname, found)


def _holds_packages(folder: str) -> bool:
    return os.path.basename(folder) in ("site-packages", "dist-packages")
