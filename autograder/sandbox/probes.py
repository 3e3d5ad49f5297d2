"""The attacks that the doctor makes, as they run inside a contained process.

Each is a function of the bait that the doctor laid outside. It tries, and returns what it got: an empty
text when it got nothing. All are bounded, reach nothing but loopback and the doctor's own bait, and
leave a harmless mark where an attacker would do damage. What an attack says is only half of the proof:
the doctor also looks at its bait.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder.limits import Limits
from autograder.sandbox import kernel

MARK = "aisec-probe-mark"
_STORM = 100  # processes that a fork storm tries to make
_MEGABYTE = 1 << 20


def serve(channel: socket.socket, limits: Limits) -> None:
    """Run the one attack that the other end names; answer {"got": text, "refused": the error, if any}."""
    request = json.loads(channel.recv(1 << 16))
    got, refused = "", ""
    try:
        got = ATTACKS[request["attack"]](request["bait"], limits)
    except (OSError, MemoryError) as error:
        refused = type(error).__name__ + (f": {error.strerror}" if getattr(error, "strerror", None) else "")
    channel.sendall(json.dumps({"got": got, "refused": refused}).encode())
    channel.recv(1)  # stay until the doctor has looked


def read_file(bait: dict[str, Any], limits: Limits) -> str:
    return Path(bait["secret_file"]).read_text()


def list_folder(bait: dict[str, Any], limits: Limits) -> str:
    return " ".join(os.listdir(os.path.dirname(bait["secret_file"])))


def write_files(bait: dict[str, Any], limits: Limits) -> str:
    """A mark in an open folder, in the package itself, in the system's temporary folders."""
    written = []
    for folder in (
        bait["open_folder"],
        os.path.dirname(__file__),
        "/tmp",
        "/var/tmp",
        "/dev/shm",
        sys.prefix,
    ):
        real = os.path.realpath(folder)
        with _nothing_gained():
            Path(real, MARK).write_text("mark")
            if real != os.path.realpath(os.environ["HOME"]):
                written.append(folder)
            os.unlink(Path(real, MARK)) if folder != bait["open_folder"] else None
    return " ".join(written)


def change_mode(bait: dict[str, Any], limits: Limits) -> str:
    os.chmod(bait["secret_file"], 0o640)
    os.utime(bait["secret_file"], (1, 1))
    return ""  # the doctor looks whether anything changed


def reach_tcp(bait: dict[str, Any], limits: Limits) -> str:
    with socket.create_connection(("127.0.0.1", bait["tcp_port"]), 1):
        return "a connection"


def reach_udp(bait: dict[str, Any], limits: Limits) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"mark", ("127.0.0.1", bait["udp_port"]))
    return ""  # the doctor looks whether it came


def reach_unix(bait: dict[str, Any], limits: Limits) -> str:
    """A socket with a name on disk, an abstract one, and the one by way of an unconnected pair."""
    reached = []
    for name in (bait["unix_path"], "\0" + bait["unix_abstract"]):
        with _nothing_gained(), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unix:
            unix.sendto(b"mark", name)
            reached.append(repr(name))
        with _nothing_gained():
            pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            pair[0].sendto(b"mark", name)
            reached.append(f"{name!r} from a pair")
    return " ".join(reached)


def see_processes(bait: dict[str, Any], limits: Limits) -> str:
    seen = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with _nothing_gained():
            if bait["secret"].encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                seen.append(pid)
    return " ".join(seen)


def signal_outside(bait: dict[str, Any], limits: Limits) -> str:
    """A signal that does nothing (0), to the doctor, its bait, our parent and the process before that.

    Not to everybody (-1): the kernel calls that a success even where every single one was refused.
    """
    reached = []
    candidates = {bait["doctor_pid"], bait["process_pid"], os.getppid(), os.getppid() - 1}
    for pid in candidates - {0, -1, os.getpid()}:
        with _nothing_gained():
            os.kill(pid, 0)
            reached.append(str(pid))
    return " ".join(reached)


def outlive(bait: dict[str, Any], limits: Limits) -> str:
    """Two forks and a new session away, deaf to signals, it keeps our end of the channel open."""
    if os.fork() == 0:
        os.setsid()
        with contextlib.suppress(OSError):
            kernel.prctl(kernel.PR_SET_PDEATHSIG, 0)
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 0)
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            time.sleep(5)
        os._exit(0)
    return ""  # the doctor looks whether the channel closes


def take_memory(bait: dict[str, Any], limits: Limits) -> str:
    taken = bytearray(2 * limits.memory_mb * _MEGABYTE)
    return f"{len(taken) // _MEGABYTE} MB"


def take_memory_by_many(bait: dict[str, Any], limits: Limits) -> str:
    """Four processes, each within its own limit."""
    for _ in range(4):
        if os.fork() == 0:
            taken = b"x" * (limits.memory_mb * _MEGABYTE * 6 // 10)
            time.sleep(3)
            os._exit(len(taken) & 1)
    time.sleep(3)
    return f"{4 * limits.memory_mb * 6 // 10} MB in four processes"


def storm(bait: dict[str, Any], limits: Limits) -> str:
    made = []
    with contextlib.suppress(OSError):
        for _ in range(_STORM):
            if (pid := os.fork()) == 0:
                time.sleep(3)
                os._exit(0)
            made.append(pid)
    for pid in made:
        os.kill(pid, signal.SIGKILL)
    return f"{len(made)} processes" if len(made) >= limits.processes else ""


def fill_disk(bait: dict[str, Any], limits: Limits) -> str:
    """Files, the half of them deleted and kept open, up to three times the limit."""
    kept = []
    for number in range(3 * limits.disk_mb):
        file = open(f"{number}", "wb", buffering=0)  # noqa: SIM115
        file.write(b"x" * _MEGABYTE)
        kept.append(file)
        if number % 2:
            os.unlink(file.name)
    time.sleep(2)
    return f"{len(kept)} MB"


def take_processor(bait: dict[str, Any], limits: Limits) -> str:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while time.process_time() < limits.cpu_seconds + 1.5:
        pass
    return f"{time.process_time():.1f} s"


def read_environment(bait: dict[str, Any], limits: Limits) -> str:
    texts = [" ".join(os.environ.values())]
    for pid in ("self", str(os.getppid())):
        with _nothing_gained():
            texts.append(Path(f"/proc/{pid}/environ").read_text(errors="replace"))
    return "the secret" if any(bait["secret"] in text for text in texts) else ""


def use_descriptors(bait: dict[str, Any], limits: Limits) -> str:
    """Every descriptor but the standard ones and the one that we are answered on."""
    found = []
    for number in range(3, 256):
        with _nothing_gained():
            os.fstat(number)
            found.append(str(number))
    return " ".join(found[1:])


def trace_parent(bait: dict[str, Any], limits: Limits) -> str:
    """PTRACE_SEIZE: it does not stop whom it traces, and ends with us."""
    kernel.call("ptrace", 0x4206, os.getppid() or os.getpid(), 0, 0)
    return "the parent is traced"


def make_namespace(bait: dict[str, Any], limits: Limits) -> str:
    kernel.call("unshare", kernel.NEWNS if os.geteuid() == 0 else kernel.NEWUSER | kernel.NEWNS)
    return "a mount namespace"


def open_devices(bait: dict[str, Any], limits: Limits) -> str:
    opened = []
    for name in ("mem", "kmsg", "sda", "vda", "nvme0n1", "kvm", "fuse", "tty", "ptmx", "net/tun"):
        with _nothing_gained():
            os.close(os.open(f"/dev/{name}", os.O_RDONLY | os.O_NONBLOCK))
            opened.append(name)
    with _nothing_gained():
        os.mknod("zero", 0o020600, os.makedev(1, 5))
        opened.append("a node of our own")
    return " ".join(opened)


def use_keyring(bait: dict[str, Any], limits: Limits) -> str:
    """A key in our own process keyring, which ends with us."""
    kernel.call("add_key", b"user", MARK.encode(), b"mark", 4, -2)
    return "a key"


def gain_privileges(bait: dict[str, Any], limits: Limits) -> str:
    with _nothing_gained():
        os.setuid(0)
        return "uid 0"
    return ""


def reach_kernel(bait: dict[str, Any], limits: Limits) -> str:
    """Calls that attack surface hides behind, with arguments that can do nothing. Each in a process of
    its own, since some are answered with death.
    """
    names = "bpf io_uring_setup userfaultfd perf_event_open keyctl kexec_load init_module open_by_handle_at"
    return " ".join(name for name in names.split() if not _is_closed(name))


def _is_closed(name: str) -> bool:
    if (pid := os.fork()) == 0:
        try:
            kernel.call(name, -1, 0, 0, 0, 0)
        except OSError as error:
            os._exit(error.errno in (errno.EPERM, errno.ENOSYS))
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code in (1, -signal.SIGSYS)


@contextlib.contextmanager
def _nothing_gained() -> Iterator[None]:
    """What is refused inside gained nothing; the attack goes on with its next try."""
    with contextlib.suppress(OSError):
        yield


ATTACKS: dict[str, Callable[[dict[str, Any], Limits], str]] = {
    attack.__name__: attack
    for attack in (
        read_file, list_folder, write_files, change_mode, reach_tcp, reach_udp, reach_unix, see_processes,
        signal_outside, outlive, take_memory, take_memory_by_many, storm, fill_disk, take_processor,
        read_environment, use_descriptors, trace_parent, make_namespace, open_devices, use_keyring,
        gain_privileges, reach_kernel,
    )
}  # fmt: skip
