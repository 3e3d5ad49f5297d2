"""What contains a learner's code on this machine, proved by attacks on it.

Theory of operation. The doctor first says which tier there is and what a better one lacks. Then it lays
bait outside (a secret file, listeners on loopback, a process) and, for each attack in `probes`, starts a
contained process that makes it. An attack is *held* when it got nothing and the bait shows nothing; an
attack that ended its own process is held only when the limit or the filter meant for it did that. What
cannot be observed does not count as held.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from autograder.catalog import Course, course_in_reach
from autograder.errors import SandboxError
from autograder.libraries import install, lacking
from autograder.limits import Limits
from autograder.preload import Preload
from autograder.sandbox import landlock, tiers
from autograder.sandbox.sandbox import NOTHING, Contained, Sandbox, Usage
from autograder.sandbox.tiers import Tier
from autograder.verdict import Outcome

if TYPE_CHECKING:
    from rich.console import Console

#: Small, so that an attack on a limit is quick and cheap.
LIMITS = Limits(cpu_seconds=5, memory_mb=64, processes=16, disk_mb=4)
QUICK = replace(LIMITS, cpu_seconds=1)
_PATIENCE = 20.0  # seconds for one attack
_WATCHED = "AISEC_PROBE_SECRET"


LAYERS = {
    "mounts": "processes, mounts and IPC of its own",
    "folder": "a private folder to write in",
    "limits": "processor, memory, processes, files",
    "capabilities": "none left",
    "privileges": "no program gains any",
    "landlock": "files by an allow-list",
    "seccomp": "system calls by a filter",
}


@dataclass(frozen=True)
class Proof:
    """One layer or probe. `do` is what adds what is missing."""

    name: str
    state: Literal["held", "not held", "missing"]
    detail: str = ""
    do: str = ""


@dataclass(frozen=True)
class Probe:
    """An attack and how its success shows: in what it says it got, or in what the doctor's bait shows."""

    name: str
    attack: str
    limits: Limits = LIMITS
    shows: Callable[[Bait], str] = lambda bait: ""
    stops: tuple[Outcome, ...] = ()  # the ends that count as held


class Bait:
    """What lies outside for an attack to reach: nothing of value, all of it the doctor's own."""

    def __init__(self, folder: str) -> None:
        self.secret = secrets.token_hex(16)
        self.open_folder = Path(folder, "open")
        self.open_folder.mkdir()
        self.open_folder.chmod(0o777)
        self.secret_file = Path(folder, "secret.txt")
        self.secret_file.write_text(self.secret)
        self.secret_file.chmod(0o644)
        os.chmod(folder, 0o755)
        self._file_was = self._file_is()
        self.tcp, self.udp = _bound("127.0.0.1", socket.SOCK_STREAM), _bound("127.0.0.1", socket.SOCK_DGRAM)
        self.named = _bound(f"{folder}/socket", socket.SOCK_DGRAM)
        os.chmod(f"{folder}/socket", 0o777)
        self.abstract = _bound(f"\0{self.secret}", socket.SOCK_DGRAM)
        self.process = subprocess.Popen([sys.executable, "-c", "input()", self.secret], stdin=subprocess.PIPE)

    def as_data(self) -> dict[str, Any]:
        """What an attack is told, so that it need not search."""
        return {
            "secret": self.secret,
            "secret_file": str(self.secret_file),
            "open_folder": str(self.open_folder),
            "tcp_port": self.tcp.getsockname()[1],
            "udp_port": self.udp.getsockname()[1],
            "unix_path": self.named.getsockname(),
            "unix_abstract": self.secret,
            "doctor_pid": os.getpid(),
            "process_pid": self.process.pid,
        }

    def marks(self) -> str:
        return " ".join(os.listdir(self.open_folder))

    def changes(self) -> str:
        return "" if self._file_is() == self._file_was else "the file's mode or time changed"

    def arrivals(self) -> str:
        ready = select.select([self.tcp, self.udp, self.named, self.abstract], [], [], 0.05)[0]
        for arrived in ready:
            arrived.accept()[0].close() if arrived is self.tcp else arrived.recv(64)
        return "something arrived" if ready else ""

    def close(self) -> None:
        for listener in (self.tcp, self.udp, self.named, self.abstract):
            listener.close()
        self.process.communicate(b"\n")

    def _file_is(self) -> tuple[int, float]:
        found = self.secret_file.stat()
        return found.st_mode, found.st_mtime


PROBES = (
    Probe("read a file outside", "read_file"),
    Probe("list a folder outside", "list_folder"),
    Probe("write outside its folder", "write_files", shows=Bait.marks),
    Probe("change a file's mode or time", "change_mode", shows=Bait.changes),
    Probe("reach the network over TCP", "reach_tcp", shows=Bait.arrivals),
    Probe("reach the network over UDP", "reach_udp", shows=Bait.arrivals),
    Probe("reach a Unix socket", "reach_unix", shows=Bait.arrivals),
    Probe("see another process", "see_processes"),
    Probe("signal a process outside", "signal_outside"),
    Probe("outlive the run", "outlive"),
    Probe("take too much memory", "take_memory", stops=(Outcome.OUT_OF_MEMORY,)),
    Probe("take too much memory by many", "take_memory_by_many", stops=(Outcome.OUT_OF_MEMORY,)),
    Probe("start too many processes", "storm"),
    Probe("fill the disk", "fill_disk", stops=(Outcome.OUT_OF_MEMORY,)),
    Probe("take too much processor time", "take_processor", QUICK, stops=(Outcome.TIMED_OUT,)),
    Probe("read the grader's environment", "read_environment"),
    Probe("use a descriptor of the grader's", "use_descriptors"),
    Probe("trace the parent", "trace_parent", stops=(Outcome.BLOCKED,)),
    Probe("make a namespace", "make_namespace", stops=(Outcome.BLOCKED,)),
    Probe("open a device", "open_devices"),
    Probe("use the kernel's keyring", "use_keyring"),
    Probe("become root", "gain_privileges"),
    Probe("reach into the kernel", "reach_kernel"),
)  # fmt: skip


def examine(tier: Tier | None = None, *, trust: bool = False) -> list[Proof]:
    """What holds on this machine in `tier` (default: the strongest it has). Takes some seconds.

    `trust` examines the tier NONE too, where most attacks succeed: they do no harm. Raises SandboxError
    when AISEC_TIER asks for what this machine does not have.
    """
    tier = tier or tiers.detect()
    rows = [_tier_row(tier)]
    if tier is Tier.NONE and not trust:
        return rows
    try:
        with tempfile.TemporaryDirectory(prefix="aisec-doctor-") as folder, _laid(folder) as bait:
            rows += _layers(tier, trust)
            with Sandbox(tier=tier, trust=trust, entry="autograder.sandbox.probes:serve") as sandbox:
                rows += [_attack(sandbox, probe, bait) for probe in PROBES]
    except SandboxError as error:
        rows.append(Proof("a contained process", "not held", error.what))
    return rows


def doctor(*, as_json: bool, console: Console, lessons: Course | None = None) -> int:
    """Print what holds, and which lessons lack libraries.

    Returns 0 when there is a tier and every attack was held, else 1.
    """
    rows = examine() + _libraries(lessons)
    failed = [row for row in rows if row.state == "not held"] or rows[0].state == "missing"
    if as_json:
        console.print_json(data=[asdict(row) for row in rows])
        return int(bool(failed))
    symbols = {"held": "✓", "not held": "✗", "missing": "○"}
    for row in rows:
        text = f"{symbols[row.state]} {row.name}: {row.state}"
        console.print(f"{text} ({row.detail})" if row.detail else text, markup=False, highlight=False)
        if row.do:
            console.print(f"    → {row.do}", markup=False, highlight=False)
    held = sum(row.state == "held" for row in rows)
    console.print(f"{held} of {len(rows)} held.", highlight=False)
    return int(bool(failed))


def _libraries(lessons: Course | None) -> list[Proof]:
    """One row for each lesson that cannot be graded here, because libraries that it needs are not here."""
    return [
        Proof(
            f"libraries of {lesson.id}",
            "missing",
            "; ".join(map(str, found)),
            install(one.argument for one in found),
        )
        for lesson in (lessons.lessons if lessons else ())
        if (found := lacking(lesson.needs))
    ]


def _tier_row(tier: Tier) -> Proof:
    if tier is Tier.FULL:
        return Proof("containment", "held", f"tier {tier}")
    lack = tiers.lack(Tier.FULL)
    if tier is Tier.CONTAINER:
        return Proof("containment", "held", f"tier {tier}", lack and f"For the tier full: {lack}")
    other = tiers.lack(Tier.CONTAINER)
    do = (lack if lack == other else f"{lack} Or: {other}") if other else f"Unset {tiers.VARIABLE}."
    return Proof("containment", "missing", f"tier {tier}", do)


def _layers(tier: Tier, trust: bool) -> list[Proof]:
    """One row for each layer that a real learner's process wears, libraries and agent included."""
    with Sandbox(tier=tier, trust=trust, preload=_preload()) as sandbox, sandbox.start(Limits()) as contained:
        worn = contained.layers.items()
        rows = [Proof(f"layer {name}", "held", f"{LAYERS[name]}; {took:.1f} ms") for name, took in worn]
    if tier is Tier.FULL and not landlock.abi():
        rows.append(Proof("layer landlock", "missing", "a second lock on files", tiers.lack(Tier.CONTAINER)))
    return rows


def _preload() -> Preload:
    """That of the course in reach; nothing where there is none."""
    course = course_in_reach()
    return course.preload if course else NOTHING


def _attack(sandbox: Sandbox, probe: Probe, bait: Bait) -> Proof:
    contained = sandbox.start(probe.limits)
    channel = contained.channel.dup()
    try:
        answer = _exchange(contained, {"attack": probe.attack, "bait": bait.as_data()})
        shown = probe.shows(bait)
        usage = contained.stop()
        left = "" if _closes(channel) else "a process outlived the run"
    finally:
        channel.close()
        contained.stop()
    got = " ".join(filter(None, (answer.get("got"), shown, left)))
    if got:
        return Proof(probe.name, "not held", got)
    if not answer:
        return _ended(probe, usage)
    return Proof(probe.name, "held", answer["refused"])


def _ended(probe: Probe, usage: Usage) -> Proof:
    """The attack's process ended before it could answer: by what was meant for it, or by something else?"""
    if usage.ended in probe.stops:
        return Proof(probe.name, "held", str(usage.ended))
    return Proof(
        probe.name, "not held", f"it ended without an answer: {usage.ended or usage.detail or 'unknown'}"
    )


def _exchange(contained: Contained, request: dict[str, Any]) -> dict[str, Any]:
    """The attack's answer; empty when its process ended first, or gave none in time."""
    contained.channel.settimeout(_PATIENCE)
    try:
        contained.channel.sendall(json.dumps(request).encode())
        return json.loads(contained.channel.recv(1 << 16) or b"{}")
    except OSError:
        return {}


def _closes(channel: socket.socket) -> bool:
    """Has every process that held the other end gone?"""
    channel.settimeout(1)
    try:
        while channel.recv(1 << 16):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


@contextlib.contextmanager
def _laid(folder: str) -> Iterator[Bait]:
    bait = Bait(folder)
    os.environ[_WATCHED] = bait.secret
    try:
        yield bait
    finally:
        del os.environ[_WATCHED]
        bait.close()


def _bound(address: str, kind: socket.SocketKind) -> socket.socket:
    """A listener on loopback, or on a Unix socket's name."""
    family = socket.AF_INET if address[:1].isdigit() else socket.AF_UNIX
    listener = socket.socket(family, kind)
    listener.bind((address, 0) if family == socket.AF_INET else address)
    if kind == socket.SOCK_STREAM:
        listener.listen()
    return listener
