"""Which files the learner's process may open: Landlock, by an allow-list.

Theory of operation. A ruleset names the kinds of access it governs; what it governs and no rule allows
is denied, to the process that takes it and to every descendant, for good. Rules hang on files as they
are when the rule is made, so a symbolic link leads nowhere new. Older kernels govern less (the ABI
number says what), so each ruleset asks for all that this kernel knows. A process under several has what
all of them allow.

From ABI 6 (Linux 6.12) on, a scope also keeps signals and abstract Unix sockets inside. Landlock does
not see UDP, nor sockets with a name on disk, nor what `stat` tells: seccomp forbids sockets; that a
file outside exists, and its size, can be learned where there is no mount namespace.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Sequence

from autograder.sandbox import kernel

#: The first ABI that keeps signals inside: the tier without namespaces cannot do without.
SCOPED_ABI = 6

_EXECUTE, _WRITE, _READ, _LIST, _REFER, _TRUNCATE, _IOCTL = (1 << bit for bit in (0, 1, 2, 3, 13, 14, 15))
_FIRST_RIGHTS = (1 << 13) - 1
_RIGHTS_SINCE = ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL))
_TCP_BIND_AND_CONNECT, _ABSTRACT_SOCKETS, _SIGNALS = 0b11, 1, 2
_VERSION, _PATH_RULE = 1, 1


class _Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scoped")]


#: What is allowed, and a descriptor: `struct landlock_path_beneath_attr`, which has no padding.
_PATH_BENEATH = struct.Struct("=Qi")


def abi() -> int:
    """The Landlock version of this kernel; 0 when there is none or it is switched off."""
    try:
        return kernel.call("landlock_create_ruleset", None, 0, _VERSION)
    except OSError:
        return 0


def ruleset(
    readable: Sequence[str], writable: Sequence[str], devices: Sequence[str], listed: Sequence[str] = ()
) -> int:
    """The descriptor of a ruleset that allows to read and execute below `readable`, to do anything below
    `writable`, to read and write the files `devices`, to see the names below `listed`, and nothing else; it
    keeps signals inside. A path that is not there is left out. Raises OSError.
    """
    version = abi()
    everything = _FIRST_RIGHTS | sum(right for since, right in _RIGHTS_SINCE if version >= since)
    made = _create(version, everything)
    rights = (
        (readable, _EXECUTE | _READ | _LIST),
        (writable, everything & ~_IOCTL),
        (devices, _READ | _WRITE),
        (listed, _LIST),
    )
    try:
        for paths, allowed in rights:
            for path in paths:
                _allow(made, path, allowed)
    except BaseException:
        os.close(made)
        raise
    return made


def confine(*rulesets: int) -> None:
    """Put this process under all of them, for good, and close their descriptors. Raises OSError."""
    for made in rulesets:
        kernel.call("landlock_restrict_self", made, 0)
        os.close(made)


def keep_signals_inside() -> None:
    """From now on this process and its descendants can signal each other and nobody else. Needs ABI 6.

    It makes `kill(-1)` the sure way to end them all: the kernel signals every process in one step, so
    no fork can run ahead of it. Raises OSError; the caller verifies before it relies on it.
    """
    attributes = _Ruleset(scoped=_SIGNALS)
    confine(kernel.call("landlock_create_ruleset", attributes, ctypes.sizeof(attributes), 0))


def _create(version: int, files: int) -> int:
    attributes = _Ruleset(files=files)
    size = 8
    if version >= 4:
        attributes.network, size = _TCP_BIND_AND_CONNECT, 16
    if version >= SCOPED_ABI:
        attributes.scoped, size = _ABSTRACT_SOCKETS | _SIGNALS, 24
    return kernel.call("landlock_create_ruleset", attributes, size, 0)


def _allow(made: int, path: str, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _EXECUTE | _WRITE | _READ | _TRUNCATE
        kernel.call("landlock_add_rule", made, _PATH_RULE, _PATH_BENEATH.pack(rights, parent), 0)
    finally:
        os.close(parent)
