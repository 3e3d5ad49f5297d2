"""What a learner's process uses, all its descendants counted, and how it ended.

Theory of operation. Resource limits bind each process by itself: sixty-four processes may use sixty-four
times as much. So while a child runs, the warm process looks at it a few times a second, adds up what all
of its descendants use, and ends them when the sum is over the limit. A look is a few small reads from
/proc; between two looks, the limits of the single process bound what can happen.

What memory counts. The pages that they hold and the warm process does not: allocated since the fork, or
shared with it until one of them wrote to it; mapped shared memory too, files not. A page that several of
them share counts once. A fork that has done nothing counts nothing. The kernel adds this up page by page
(2 ms for a fresh fork, 12 ms for a gigabyte), so it is asked only when the resident sizes, which count
every shared page in every process, come to more than the limit.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder.limits import Limits
from autograder.verdict import Outcome, Stop

#: Seconds between two looks.
INTERVAL = 0.25
_MAXRSS_PER_MB = 1 << 20 if sys.platform == "darwin" else 1 << 10
_MEGABYTE, _BLOCK = 1 << 20, 1 << 12
_DEEPEST = 40  # folders within folders


@dataclass
class Child:
    """The learner's process that runs now, and what is known of its end."""

    pid: int
    limits: Limits
    home: str
    status: int | None = None  # as `wait` gives it, once it has ended by itself
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    stopped: Stop | None = None  # by the watch
    oom_kills: int = field(default_factory=lambda: oom_kills())

    @property
    def runs(self) -> bool:
        """Has it neither ended nor been stopped?"""
        return self.status is None and self.stopped is None

    def add(self, usage: Any) -> None:
        """Count what one reaped process used."""
        self.cpu_seconds += usage.ru_utime + usage.ru_stime
        self.peak_mb = max(self.peak_mb, usage.ru_maxrss / _MAXRSS_PER_MB)

    def ended(self) -> tuple[Outcome | None, str]:
        """Why it ended, when it was a limit or the filter; else what its exit status says."""
        if self.stopped or self.status is None:
            return self.stopped or (None, "")
        code = os.waitstatus_to_exitcode(self.status)
        if code == -signal.SIGSYS:
            return Outcome.BLOCKED, "Your code made a system call that only an attack makes."
        if code == -signal.SIGKILL and oom_kills() > self.oom_kills:
            return Outcome.OUT_OF_MEMORY, "The system ended your code for want of memory."
        # The limit's clock counts ticks, and with them what a busy host took away: more than was used.
        if code == -signal.SIGXCPU or (
            code == -signal.SIGKILL and 2 * self.cpu_seconds >= self.limits.cpu_seconds
        ):
            return too_much_cpu(self.limits)
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with status {code}"
        return None, f"The process ended by itself {how}."


def over_limit(child: Child, warm: Process, *, count_files: bool) -> Stop | None:
    """Which limit the child and its descendants are over together, if any.

    What a fork shares with the `warm` process is not counted. `count_files`: also the bytes in its
    folder and in deleted files that it keeps open, where no file system of its own bounds them.
    """
    family = list(descendants(child.pid, warm.pid))
    limits = child.limits
    allowed = limits.memory_mb * _MEGABYTE
    if sum(process.resident for process in family) > allowed and memory_of(family, warm.pid) > allowed:
        what = f"Your code used more than {limits.memory_mb} MB in all its processes."
        return Stop(Outcome.OUT_OF_MEMORY, what)
    if sum(process.cpu_seconds for process in family) > limits.cpu_seconds:
        return too_much_cpu(limits)
    if count_files and _disk_bytes(child.home, family) > limits.disk_mb * _MEGABYTE:
        return Stop(Outcome.OUT_OF_MEMORY, f"Your code wrote more than {limits.disk_mb} MB of files.")
    return None


def memory_of(family: list[Process], warm: int) -> int:
    """Bytes that the processes of `family` hold and the process `warm`, which they are forks of, does not.

    What still is the warm process's is taken off by its own share of it, which is what a fork that has done
    nothing has; in all no more than it is, since shares of a page add up to the page. So pages allocated are
    counted in full, and of those overwritten at most one warm process's worth is missed, however many
    processes there are.
    """
    part, whole = share(warm)
    shares = [share(process.pid)[0] for process in family]
    return max(sum(max(0, one - part) for one in shares), sum(shares) - whole)


def share(pid: int) -> tuple[int, int]:
    """(bytes that fall to a process when each page is divided evenly among those that have it, all bytes).

    Of anonymous and shared memory: Pss_Anon, Pss_Shmem and Anonymous of proc_pid_smaps(5). Where the kernel
    will not tell, both are all that is resident: a process may hide, and gains nothing by it.
    """
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            lines = dict(line.split(b":", 1) for line in file.readlines()[1:])
        anonymous, mapped, whole = (
            int(lines[name].split()[0]) << 10 for name in (b"Pss_Anon", b"Pss_Shmem", b"Anonymous")
        )
        return anonymous + mapped, whole
    except (OSError, KeyError):
        process = look_at(pid)  # nothing is resident of one that has ended
        return (process.resident, process.resident) if process else (0, 0)


def too_much_cpu(limits: Limits) -> Stop:
    what = f"Your code used more than {limits.cpu_seconds:g} seconds of processor time."
    return Stop(Outcome.TIMED_OUT, what)


@dataclass(frozen=True)
class Process:
    """One line of /proc: `resident` is in bytes, `cpu_seconds` its own and its reaped children's."""

    pid: int
    parent: int
    cpu_seconds: float
    threads: int
    resident: int


def look_at(pid: int | str) -> Process | None:
    """The process now; None when it is gone or hidden, or there is no /proc."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            number, _, rest = file.read().partition(b" (")
    except OSError:
        return None
    fields = rest.rpartition(b") ")[2].split()
    cpu = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return Process(
        int(number), int(fields[1]), cpu, int(fields[17]), int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    )


def descendants(pid: int, adopter: int) -> Iterator[Process]:
    """`pid` and every process below it, and below `adopter`, which orphans of its family fall to."""
    everyone = [process for process in map(look_at, _pids()) if process]
    children: dict[int, list[Process]] = {}
    for process in everyone:
        children.setdefault(process.parent, []).append(process)
    left = [process for process in everyone if process.pid == pid or process.parent == adopter]
    seen: set[int] = set()
    while left:
        process = left.pop()
        if process.pid not in seen:
            seen.add(process.pid)
            left += children.get(process.pid, [])
            yield process


def tasks_of(uid: int) -> int:
    """How many processes and threads a uid has now, as its process limit counts them."""
    count = 0
    for pid in _pids():
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{pid}").st_uid == uid and (process := look_at(pid)):
                count += process.threads
    return count


def address_space() -> int:
    """Bytes of address space of this process; 0 where /proc does not say."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def oom_kills() -> int:
    """How many processes this system has ended for want of memory; 0 where /proc does not say."""
    with contextlib.suppress(OSError), open("/proc/vmstat", "rb") as file:
        return int(file.read().partition(b"\noom_kill ")[2].split()[0])
    return 0


def _pids() -> list[str]:
    with contextlib.suppress(OSError):
        return [name for name in os.listdir("/proc") if name.isdigit()]
    return []


def _disk_bytes(folder: str, family: list[Process]) -> float:
    """Bytes on disk below `folder` and in deleted files that the family holds open.

    An empty file counts as a block. Folders that cannot be listed or are nested too deep to be looked
    through have no end.
    """
    sizes: dict[tuple[int, int], int] = {}
    left = [(folder, 0)]
    while left:
        place, depth = left.pop()
        try:
            entries = list(os.scandir(place))
        except FileNotFoundError:
            continue
        except OSError:
            return math.inf
        for entry in entries:
            with contextlib.suppress(OSError):
                _count(entry.stat(follow_symlinks=False), sizes)
                if entry.is_dir(follow_symlinks=False):
                    left.append((entry.path, depth + 1))
        if depth > _DEEPEST:
            return math.inf
    for process in family:
        with contextlib.suppress(OSError):
            for number in os.listdir(f"/proc/{process.pid}/fd"):
                with contextlib.suppress(OSError):
                    found = os.stat(f"/proc/{process.pid}/fd/{number}")
                    if found.st_nlink == 0:
                        _count(found, sizes)
    return sum(sizes.values())


def _count(found: os.stat_result, sizes: dict[tuple[int, int], int]) -> None:
    sizes[found.st_dev, found.st_ino] = max(found.st_blocks * 512, _BLOCK)
