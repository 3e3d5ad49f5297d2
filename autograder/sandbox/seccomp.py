"""Which system calls the learner's process may make: a seccomp filter, written as the table below.

Theory of operation. The filter is a list of what is forbidden, closed above: a call whose number is
higher than any we know is answered with "no such call", so that what a future kernel adds starts out
forbidden, as does the whole x32 range. Four answers are given, by what an honest program deserves:

    KILLED    the process ends: only an attack makes these calls
    REFUSED   EPERM: a program may try, and can go on without (the network, the keyring, a profiler)
    ABSENT    ENOSYS: libraries probe for these and have another way
    SKIPPED   0, and nothing done: owners, modes and times of files, where the files of the person who
              grades are in reach by name (Landlock does not govern these calls); a copy still works

A call of another architecture than our own ends the process. The filter is installed last, with
`no_new_privs`, and is inherited by every descendant; nothing can take it off.
"""

from __future__ import annotations

import ctypes
import struct

from autograder.sandbox import kernel

_ERRNO, KILLED, _ALLOWED = 0x00050000, 0x80000000, 0x7FFF0000
REFUSED, ABSENT, SKIPPED = _ERRNO | 1, _ERRNO | 38, _ERRNO | 0

ANSWERS = {
    KILLED: """
        ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp
        mount umount2 mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick pivot_root chroot
        unshare setns bpf userfaultfd kexec_load kexec_file_load reboot swapon swapoff acct
        init_module finit_module delete_module open_by_handle_at fanotify_init iopl ioperm modify_ldt
    """,
    REFUSED: """
        socket connect bind listen accept accept4 setpriority ioprio_set
        add_key keyctl request_key perf_event_open name_to_handle_at personality
        quotactl quotactl_fd lookup_dcookie syslog vhangup uselib sethostname setdomainname
        settimeofday clock_settime clock_adjtime migrate_pages move_pages
    """,
    # System V objects, message queues and memory files hold memory that belongs to no process, so no
    # limit counts it, and their names reach past every other layer.
    ABSENT: """
        clone3 io_uring_setup io_uring_enter io_uring_register io_setup memfd_create memfd_secret
        shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink
        inotify_init inotify_init1 inotify_add_watch
    """,
}
_OWNERS_MODES_AND_TIMES = """
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
"""
#: Calls on a process that is named by number, their first argument: allowed on oneself (0) only.
_SELF_ONLY = "prlimit64 sched_setaffinity sched_setscheduler sched_setparam sched_setattr"
_NEW_NAMESPACE = (
    kernel.NEWNS | kernel.NEWCGROUP | kernel.NEWUTS | kernel.NEWIPC
    | kernel.NEWUSER | kernel.NEWPID | kernel.NEWNET
)  # fmt: skip
_LAST_KNOWN = 462  # mseal, Linux 6.10: the numbers are the same on every machine from 424 on
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_AF_UNIX, _SOCK_STREAM, _SOCK_SEQPACKET, _SOCK_TYPE = 1, 1, 5, 0xF

# Classic BPF: (code, jump if true, jump if false, constant), eight bytes an instruction.
_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16


def program(*, foreign_files: bool) -> bytes:
    """The filter for this machine, as the kernel reads it. Raises OSError on a machine without a table.

    `foreign_files`: files that are not the learner's can be named, so their attributes are guarded.
    """
    column = kernel.machine()
    if column is None:
        raise OSError(38, "no table of system calls for this machine")
    code = [
        _op(_LOAD, _ARCHITECTURE_AT),
        _op(_EQUAL, _ARCHITECTURE[kernel.MACHINES[column]], 1, 0),
        _op(_RETURN, KILLED),
        _op(_LOAD, _NUMBER_AT),
        _op(_AT_LEAST, _LAST_KNOWN + 1, 0, 1),
        _op(_RETURN, ABSENT),
    ]
    answers = ANSWERS | ({SKIPPED: _OWNERS_MODES_AND_TIMES} if foreign_files else {})
    for answer, names in answers.items():
        for name in names.split():
            code += _when(name, column, [_op(_RETURN, answer)])
    for name in _SELF_ONLY.split():
        code += _when(name, column, [_argument(0), _op(_EQUAL, 0, 1, 0), _op(_RETURN, REFUSED)])
    code += _when("clone", column, [_argument(0), _op(_ANY_BIT, _NEW_NAMESPACE, 0, 1), _op(_RETURN, KILLED)])
    code += _when("socketpair", column, _stream_pairs_only())
    code.append(_op(_RETURN, _ALLOWED))
    return b"".join(code)


def _stream_pairs_only() -> list[bytes]:
    """A datagram pair could still send to any socket that has a name on disk; a connected stream cannot."""
    return [
        _argument(0),
        _op(_EQUAL, _AF_UNIX, 1, 0),
        _op(_RETURN, REFUSED),
        _argument(1),
        _op(_AND, _SOCK_TYPE),
        _op(_EQUAL, _SOCK_STREAM, 2, 0),
        _op(_EQUAL, _SOCK_SEQPACKET, 1, 0),
        _op(_RETURN, REFUSED),
    ]


def _when(name: str, column: int, block: list[bytes]) -> list[bytes]:
    """`block`, run for the call `name` only; what falls through it is allowed."""
    number = kernel.NUMBERS[name][column]
    if number is None:
        return []
    block = [*block, _op(_RETURN, _ALLOWED)]
    return [_op(_EQUAL, number, 0, len(block)), *block]


def _argument(index: int) -> bytes:
    """Load the low half of an argument: every one we look at is an int or has its flags there."""
    return _op(_LOAD, _ARGUMENTS_AT + 8 * index)


def _op(code: int, constant: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, true, false, constant)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def install(filter_program: bytes) -> None:
    """Put the filter on this process for good; needs `no_new_privs`. Raises OSError."""
    kernel.call("seccomp", 1, 0, _Program(len(filter_program) // 8, filter_program))
