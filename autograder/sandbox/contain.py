"""The layers around a learner's process: what each tier puts on, in which order, and why that order.

Theory of operation. Two moments. `enclose` runs once for each warm process, when it has been forked from
the nursery: it takes everything that all the learners of one worker may share (user, network and host-name
namespaces, the root, an unprivileged uid). `contain` runs in each forked child before the first byte of
the learner's is read: what must be fresh (processes, mounts, IPC, a private folder), what the warm process
still needs for the next child (capabilities), and what may not be taken off again (Landlock, seccomp).

In `contain` the order is forced: mounts need capabilities, Landlock forbids mounts, and seccomp forbids
what all the others call. A layer that fails raises; the child then ends without having served.
"""

from __future__ import annotations

import contextlib
import functools
import math
import os
import resource
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

from autograder.limits import Limits
from autograder.sandbox import kernel, landlock, root, seccomp
from autograder.sandbox.tiers import Tier
from autograder.sandbox.view import View

#: Shared by every learner of a warm process; each of them has its own PID, mount and IPC namespace too.
_NAMESPACES = (
    kernel.NEWUSER | kernel.NEWNS | kernel.NEWPID | kernel.NEWNET | kernel.NEWIPC | kernel.NEWUTS
    | kernel.NEWCGROUP
)  # fmt: skip
#: Descriptors of the warm process, and of each of a learner's.
OPEN_FILES = 256


# -- once, in the warm process ---------------------------------------------------------------------


def enclose(tier: Tier, view: View, fork: Callable[[], None]) -> None:
    """Put the warm process where its children will be. `fork` goes on in a child, the first process of
    a new PID namespace where there is one. Raises OSError.
    """
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    if tier is Tier.FULL:
        _enter_namespaces(view, fork)
        kernel.bound_capabilities()
        _filter(tier)  # written once, here
    elif tier is Tier.CONTAINER:
        _require_interpreter()
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        _keep_within_reach()
        fork()
        _keep_within_reach()
    else:
        fork()


def _enter_namespaces(view: View, fork: Callable[[], None]) -> None:
    """As root, the root is built first: root can read interpreters that the unprivileged uid cannot."""
    privileged = os.geteuid() == 0
    if privileged:
        uid = _unused_uid()
        kernel.call("unshare", kernel.NEWNS)
        root.build_root(view, uid)
        step_down(uid)
    uid, gid = os.getuid(), os.getgid()
    kernel.call("unshare", _NAMESPACES)
    for name, text in (("setgroups", "deny"), ("gid_map", f"{gid} {gid} 1"), ("uid_map", f"{uid} {uid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    fork()
    if privileged:
        root.mount_proc()
    else:
        root.build_root(view, uid)
    socket.sethostname("learner")
    root.mount_home(64)  # for what is written before a learner has a folder of their own


def allow(tier: Tier, view: View, home: str) -> tuple[int, ...]:
    """Where there is no root of our own, a Landlock ruleset in its place, for every child to take: what is in
    `view`, and all of `home`, in which each has its own. Written once, because it has hundreds of rules.
    """
    if tier is not Tier.CONTAINER:
        return ()
    readable, listed = view.spread()
    return (landlock.ruleset(readable, (home,), root.DEVICES, listed),)


def _keep_within_reach() -> None:
    """Adopt orphans, and keep `kill(-1)` from reaching anybody but descendants; verified, not assumed."""
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    landlock.keep_signals_inside()
    with contextlib.suppress(PermissionError):
        os.kill(os.getppid(), 0)
        raise OSError(1, "Landlock does not keep signals inside on this kernel")


def step_down(uid: int | None = None) -> None:
    """Root becomes a uid that nobody uses; anyone else stays who they are. Raises OSError."""
    if os.geteuid() != 0:
        return
    uid = uid or _unused_uid()
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # else /proc/self belongs to root


def _require_interpreter() -> None:
    for place in sys.path:
        if not os.access(place, os.R_OK | os.X_OK):
            raise PermissionError(
                f"uid {os.getuid()}, which root becomes, cannot read {place}: "
                "install Python where every user can read it, or grade as an ordinary user"
            )


def _unused_uid() -> int:
    """One that differs from warm process to warm process, so that process limits are counted apart."""
    return 60000 + os.getpid() % 5000


# -- each child --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """What a child is given besides its limits."""

    home: str  # where it may write
    allowed: tuple[int, ...]  # what it may open, where no root of our own decides: of `allow`
    warm_bytes: int  # address space that the warm process has already; 0 when unknown
    processes: int  # processes and threads of its uid that are not its own; 0 when unknown


def contain(tier: Tier, limits: Limits, place: Place) -> dict[str, float]:
    """Put on every layer of `tier`; returns what each took, in milliseconds. Raises OSError or ValueError."""
    took: dict[str, float] = {}
    for name, put_on in _layers(tier, limits, place).items():
        started = time.perf_counter()
        put_on()
        took[name] = 1000 * (time.perf_counter() - started)
    return took


def _layers(tier: Tier, limits: Limits, place: Place) -> dict[str, Callable[[], None]]:
    def folder() -> None:
        os.chdir(place.home)
        os.environ["HOME"] = os.environ["TMPDIR"] = place.home  # `update` would cost half a millisecond

    def rlimits() -> None:
        _limit(limits, place)

    layers: dict[str, Callable[[], None]] = {}
    if tier is Tier.FULL:
        layers["mounts"] = functools.partial(_mount, limits)
    layers |= {"folder": folder, "limits": rlimits}
    if tier is Tier.FULL:
        layers["capabilities"] = kernel.drop_capabilities
    if tier is not Tier.NONE:
        layers["privileges"] = functools.partial(kernel.prctl, kernel.PR_SET_NO_NEW_PRIVS, 1)
        if tier is Tier.CONTAINER or landlock.abi():
            layers["landlock"] = functools.partial(_lock, place)
        layers["seccomp"] = functools.partial(seccomp.install, _filter(tier))
    return layers


def _lock(place: Place) -> None:
    landlock.confine(*place.allowed, landlock.ruleset(("/",), (place.home,), root.DEVICES))


@functools.cache
def _filter(tier: Tier) -> bytes:
    return seccomp.program(foreign_files=tier is Tier.CONTAINER)


def _mount(limits: Limits) -> None:
    kernel.call("unshare", kernel.NEWNS | kernel.NEWIPC)
    root.mount_home(limits.disk_mb)
    root.mount_proc()


def _limit(limits: Limits, place: Place) -> None:
    """Resource limits, soft and hard alike, so that nothing in the process can raise them again."""
    megabyte = 1 << 20
    wanted = {
        "RLIMIT_CPU": math.ceil(limits.cpu_seconds),
        "RLIMIT_FSIZE": limits.disk_mb * megabyte,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 64 << 10,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_RTPRIO": 0,
    }
    if place.processes:
        wanted["RLIMIT_NPROC"] = place.processes + limits.processes
    if place.warm_bytes:
        wanted["RLIMIT_AS"] = place.warm_bytes + limits.memory_mb * megabyte
    for name, value in wanted.items():
        if (number := getattr(resource, name, None)) is not None:  # some systems lack some of them
            _, hard = resource.getrlimit(number)
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(number, (value, value))


def try_namespaces() -> None:
    """Do what the full tier needs done, and end there; raises OSError where it is refused."""

    def fork() -> None:
        if child := os.fork():
            os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    _enter_namespaces(View(()), fork)
    _mount(Limits())


# -- manners of a forked process ---------------------------------------------------------------------


def die_with(parent: int, how: signal.Signals) -> None:
    """Have the kernel send `how` when our parent ends. `parent` is its pid as we see it."""
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:
            os._exit(1)


def keep_open(descriptors: set[int]) -> None:
    """Close every descriptor but the standard ones and these."""
    low = 3
    for number in sorted(descriptors):
        os.closerange(low, number)
        low = number + 1
    os.closerange(low, OPEN_FILES)  # the warm process is bound by it too


def silence() -> None:
    """No terminal and no pipe of the grader's behind the standard streams."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.close(null)


def forget_the_past() -> None:
    """What a fork must not share with its brothers: random streams, a remembered temporary folder."""
    tempfile.tempdir = None
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # the standard library's `random` reseeds itself
