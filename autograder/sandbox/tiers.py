"""How far this machine can contain a learner's code, and what it lacks.

    full        namespaces, a root of our own, private memory file system, resource limits, no
                capabilities, seccomp, and Landlock where the kernel has it
    container   Landlock with scopes (Linux 6.12), seccomp, resource limits, a reaper that ends every
                process: for containers, where namespaces are refused
    none        neither: nothing of other people is run here

Nothing is concluded from settings or version numbers: what a tier needs is tried.
"""

from __future__ import annotations

import os
import subprocess
import sys
from enum import StrEnum

from autograder.errors import SandboxError
from autograder.sandbox import kernel, landlock

#: Forces a lower tier than the machine has: for tests, and to see what a container would do.
VARIABLE = "AISEC_TIER"


class Tier(StrEnum):
    FULL = "full"
    CONTAINER = "container"
    NONE = "none"

    @property
    def strength(self) -> int:
        return (Tier.NONE, Tier.CONTAINER, Tier.FULL).index(self)


def detect() -> Tier:
    """The strongest tier that this machine allows, or the lower one that AISEC_TIER names.

    Raises SandboxError when AISEC_TIER names no tier, or one that this machine does not have.
    """
    found = _strongest()
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return found
    if wanted not in list(Tier):
        raise SandboxError(f"no tier {wanted!r}", where=VARIABLE, do=f"Use one of: {', '.join(Tier)}.")
    if Tier(wanted).strength > found.strength:
        raise SandboxError(
            f"this machine has the tier {found}, not {wanted}", where=VARIABLE, do=lack(Tier(wanted))
        )
    return Tier(wanted)


def permit(tier: Tier, *, trust: bool) -> None:
    """Raise SandboxError unless learner code may run here in `tier`; `trust` is for one's own code."""
    if not hasattr(os, "fork"):
        raise SandboxError("nothing can be graded on this system: it cannot fork", do=lack(Tier.FULL))
    if tier is Tier.NONE and not trust:
        raise SandboxError(
            "other people's code cannot be contained on this machine",
            do=f"{lack(Tier.FULL) or f'Unset {VARIABLE}.'} To run your own code, trust it: "
            "`--trust-submissions`.",
        )


def _strongest() -> Tier:
    if not lack(Tier.FULL):
        return Tier.FULL
    return Tier.NONE if lack(Tier.CONTAINER) else Tier.CONTAINER


def lack(tier: Tier) -> str:
    """What keeps this machine from `tier`, and what to do about it; empty when nothing does."""
    if tier is Tier.NONE:
        return ""
    if sys.platform != "linux":
        return "Containment needs Linux: grade on a Linux machine, in a Linux container, or in WSL 2."
    if kernel.machine() is None:
        return f"Containment knows 64-bit {' and '.join(kernel.MACHINES)}: grade on such a machine."
    if not _has_seccomp():
        return "The kernel has no seccomp filters (CONFIG_SECCOMP_FILTER): use a distribution's own kernel."
    if tier is Tier.CONTAINER:
        return _lack_of_landlock()
    return _lack_of_namespaces()


def _has_seccomp() -> bool:
    """Does the kernel know how to end a process by a filter (Linux 4.14)?"""
    import ctypes

    try:
        kernel.call("seccomp", 2, 0, (ctypes.c_uint32 * 1)(0x80000000))
    except OSError:
        return False
    return True


def _lack_of_landlock() -> str:
    found = landlock.abi()
    if found >= landlock.SCOPED_ABI:
        return ""
    if found:
        return (
            f"Landlock is version {found} here and {landlock.SCOPED_ABI} is needed: use Linux 6.12 or newer."
        )
    return "Landlock is off: start Linux 6.12 or newer with `landlock` in its `lsm=` list."


_TRIAL = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from autograder.sandbox import contain; contain.try_namespaces()"
)


def _lack_of_namespaces() -> str:
    """Try it, in a process of its own: no setting tells as reliably."""
    own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    done = subprocess.run([sys.executable, "-I", "-c", _TRIAL, own], capture_output=True, text=True, env={})
    if done.returncode == 0:
        return ""
    reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return f"Namespaces are refused ({reason}). {_namespace_advice()}"


def _namespace_advice() -> str:
    switches = {
        "kernel/unprivileged_userns_clone": ("0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
        "user/max_user_namespaces": ("0", "sudo sysctl -w user.max_user_namespaces=15000"),
        "kernel/apparmor_restrict_unprivileged_userns": (
            "1",
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        ),
    }
    for name, (closed, command) in switches.items():
        try:
            with open(f"/proc/sys/{name}") as file:
                if file.read().strip() == closed:
                    return f"Run `{command}`."
        except OSError:
            continue
    return (
        "Allow this process to create user namespaces: outside a container they are a setting of the system; "
        "a container needs `--security-opt seccomp=unconfined --security-opt systempaths=unconfined`."
    )
