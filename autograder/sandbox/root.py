"""The file system that a learner's process sees in the full tier.

Theory of operation. A new root is made of memory: a few empty folders, read-only views of the
interpreter, its libraries and this package, five devices, and `/learner`, the only place to write. Over
what is closed inside a view, such as a course, an empty folder is mounted. The old root is detached before
anything of the learner's runs, so submissions, gradebook, cohort seed and home are not forbidden but
absent. The one trap is order: a view of a folder must be taken while the old root is still there, and no
fresh file system may be put over a path that a view lives under.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from autograder.sandbox import kernel
from autograder.sandbox.view import View

#: A learner's home and working folder in the full tier.
HOME = "/learner"
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_OLD = "/.old"


def build_root(view: View, uid: int) -> None:
    """Move this process into a new root in which what is in `view` can be read; `uid` is the learner's there.

    Needs a mount namespace of its own and the right to mount. Raises OSError.
    """
    edges, real = view.edges(), {path: os.path.realpath(path) for path in view.readable}
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("root", "/tmp", "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,mode=755")
    os.mkdir("/tmp" + _OLD)
    os.chdir("/tmp")
    kernel.call("pivot_root", b".", os.fsencode("." + _OLD))
    os.chdir("/")
    _show(edges)
    _link(real)
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


def _show(edges: list[tuple[str, bool]]) -> None:
    """A read-only view where what may be read begins, and an empty cover where it ends."""
    covers = []
    for path, begins in edges:
        if begins:
            _bind(path, kernel.ATTR_RDONLY | kernel.ATTR_NOSUID | kernel.ATTR_NODEV)
        else:
            kernel.mount("closed", path, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,mode=755")
            covers.append(path)
    for path in covers:  # until now, views inside needed a place
        kernel.restrict_mount(path, kernel.ATTR_RDONLY, below=False)


def _link(real: dict[str, str]) -> None:
    """A link wherever another spelling led to what is shown."""
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
