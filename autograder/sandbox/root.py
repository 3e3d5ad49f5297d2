"""The file system that a learner's process sees in the full tier, and what it may read in any tier.

Theory of operation. A new root is made of memory: a few empty folders, read-only views of the
interpreter, its libraries and this package, five devices, and `/learner`, the only place to write. The
old root is detached before anything of the learner's runs, so submissions, gradebook, cohort seed and
home are not forbidden but absent. The one trap is order: a view of a folder must be taken while the
old root is still there, and no fresh file system may be put over a path that a view lives under.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import site
import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import PathFinder
from pathlib import Path

from autograder.catalog import load_course
from autograder.sandbox import kernel

#: A learner's home and working folder in the full tier.
HOME = "/learner"
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
#: What programs and shared libraries need of the system. No folder that a person would keep work in:
#: /usr itself is not here, because images keep applications in /usr/src and /usr/local.
_SYSTEM = (
    "/bin", "/sbin", "/lib", "/lib32", "/lib64",
    "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/share",
    "/usr/local/bin", "/usr/local/lib",
    "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/nsswitch.conf",
)  # fmt: skip
_OF_A_PREFIX = ("bin", "lib", "lib64", "share", "pyvenv.cfg")
_OLD = "/.old"


def module_path() -> list[str]:
    """This interpreter's `sys.path` without the working folder, a script's folder or PYTHONPATH's others:
    the standard library, installed packages, and the folder that holds this package.
    """
    prefixes = tuple(f"{prefix}/lib" for prefix in {sys.prefix, sys.base_prefix})
    own = str(Path(__file__).resolve().parents[2])
    kept = [
        entry
        for entry in sys.path
        if os.path.isdir(entry)
        and (entry.startswith(prefixes) or os.path.basename(entry) in ("site-packages", "dist-packages"))
    ]
    return [*dict.fromkeys(kept), *([own] if own not in kept else [])]


def readable_paths(more: Iterable[str | Path] = ()) -> list[str]:
    """What a learner's process may read: the system, the interpreter, installed packages, `autograder`, what
    is listed as visible of `course`, and `more`. Paths that are not there are left out.
    """
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    paths = [*_SYSTEM, *(f"{prefix}/{part}" for prefix in sorted(prefixes) for part in _OF_A_PREFIX)]
    paths += [entry for entry in module_path() if os.path.basename(entry).endswith("-packages")]
    if site.ENABLE_USER_SITE and site.getusersitepackages() in sys.path:
        paths.append(site.getusersitepackages())
    paths += _package("autograder")
    paths += [str(path) for folder in _package("course") for path in load_course(Path(folder)).visible_paths]
    paths += [os.path.abspath(path) for path in more]
    return [path for path in dict.fromkeys(paths) if os.path.exists(path)]


def _package(name: str) -> list[str]:
    """The folders of a package as the warm process finds it: never the working folder's."""
    spec = PathFinder.find_spec(name, module_path())
    return list((spec and spec.submodule_search_locations) or [])


def build_root(readable: Sequence[str], uid: int) -> None:
    """Move this process into a new root in which `readable` can be read; `uid` is the learner's there.

    Needs a mount namespace of its own and the right to mount. Raises OSError.
    """
    real = {path: os.path.realpath(path) for path in readable}
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("root", "/tmp", "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,mode=755")
    os.mkdir("/tmp" + _OLD)
    os.chdir("/tmp")
    kernel.call("pivot_root", b".", os.fsencode("." + _OLD))
    os.chdir("/")
    _show(real)
    _make_devices()
    for folder in (HOME, "/etc", "/proc", "/var", "/run"):
        os.makedirs(folder, exist_ok=True)
    for link in ("/tmp", "/var/tmp"):
        if not os.path.exists(link):  # an interpreter may live below /tmp: then /tmp is only its view
            os.symlink(HOME, link)
    Path("/etc/passwd").write_text(f"learner:x:{uid}:{uid}::{HOME}:/bin/sh\n")
    mount_proc()
    kernel.call("umount2", os.fsencode(_OLD), kernel.MNT_DETACH)
    os.rmdir(_OLD)
    kernel.restrict_mount("/", kernel.ATTR_RDONLY | kernel.ATTR_NOSUID, below=False)


def mount_proc() -> None:
    """A view of /proc that holds the processes of our own namespace and no other."""
    kernel.mount("proc", "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)


def mount_home(megabytes: int) -> None:
    """A fresh, private, bounded place to write. Nothing in it can be executed as a program."""
    flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("learner", HOME, "tmpfs", flags, f"size={megabytes}m,nr_inodes=20000,mode=700")


def _show(real: dict[str, str]) -> None:
    """Read-only views of the real folders first, then a link wherever another spelling led to one."""
    shown: list[str] = []
    for path in sorted(set(real.values())):
        if not any(path == parent or path.startswith(parent + "/") for parent in shown):
            _bind(path, kernel.ATTR_RDONLY | kernel.ATTR_NOSUID | kernel.ATTR_NODEV)
            shown.append(path)
    for path, target in real.items():
        if not os.path.lexists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(target, path)


def _bind(path: str, attributes: int) -> None:
    if os.path.isdir(_OLD + path):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).touch()
    kernel.mount(_OLD + path, path, flags=kernel.MS_BIND | kernel.MS_REC)
    kernel.restrict_mount(path, attributes)


def _make_devices() -> None:
    for device in DEVICES:
        _bind(device, kernel.ATTR_NOSUID)
    os.symlink(HOME, "/dev/shm")  # POSIX semaphores and shared memory count as private files
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink("/proc/self/fd" + target, f"/dev/{name}")


def remove(folder: str) -> None:
    """Remove a folder, whatever its owner made of the permissions and the depth inside.

    Each folder inside is first moved up, under a name that its owner cannot have guessed: no path grows
    and nothing recurses. Links are removed, not followed.
    """
    left = [folder]
    with contextlib.suppress(OSError):
        while left:
            place = left[-1]
            os.chmod(place, 0o700)
            inside = [entry for entry in os.scandir(place) if not _removed(entry)]
            for entry in inside:
                os.chmod(entry.path, 0o700)
                left.append(f"{folder}/{secrets.token_hex(8)}")
                os.rename(entry.path, left[-1])
            if not inside:
                os.rmdir(left.pop())


def _removed(entry: os.DirEntry[str]) -> bool:
    """Remove a file or link; a folder is left, and said to be."""
    if entry.is_dir(follow_symlinks=False):
        return False
    os.unlink(entry.path)
    return True
