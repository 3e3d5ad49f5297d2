"""A sandbox: import once, start a contained process in a few milliseconds, stop it, know what it used.

with Sandbox(tier=detect(), preload=course.preload) as sandbox:
    contained = sandbox.start(Limits())
    ...                          # talk to the agent over contained.channel
    usage = contained.stop()     # everything inside has ended when this returns
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.limits import Limits
from autograder.preload import Preload
from autograder.sandbox import control
from autograder.sandbox.tiers import Tier, permit
from autograder.sandbox.view import learners_view, module_path
from autograder.verdict import Outcome

ENTRY = "autograder.boundary.serve:serve"
NOTHING = Preload()

#: The whole environment of a learner's process; HOME and TMPDIR are added, its private folder both.
#: The hash seed is fixed so that a set is walked in the same order on every run, and one thread for
#: linear algebra keeps the warm process fit to fork.
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "USER": "learner",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PIP_NO_INDEX": "1",  # there is no network: trying again and again would only cost time
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
_BOOT = "import sys; sys.path[:] = {path}; from autograder.sandbox.nursery import main; main()"
#: Orders of several sandboxes must not run into each other. macOS has no such sockets, and needs none.
_PACKETS = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_STREAM
_PATIENCE = 120.0  # seconds for the libraries to be imported, or one request to be answered


@dataclass(frozen=True)
class Usage:
    """What a contained process and its descendants used, and why they ended if it was not by `stop`.

    `ended` is TIMED_OUT for processor time, OUT_OF_MEMORY for memory or files, BLOCKED for a forbidden
    system call; None otherwise, and then `detail` says how a process that ended by itself did.
    """

    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    ended: Outcome | None = None
    detail: str = ""


class Nursery:
    """The process that has imported and run `preload`: sandboxes that share it share its memory.

    `tier` is that of the sandboxes. It is started when it is made and goes when it is closed, or when the
    last process that holds it has ended.
    """

    def __init__(self, tier: Tier, preload: Preload) -> None:
        self._tier, self._preload = tier, preload
        self.start()

    def start(self) -> None:
        """Start the process, or another in place of one that is gone."""
        environment = ENVIRONMENT | {"TMPDIR": tempfile.gettempdir()}
        if self._tier is Tier.CONTAINER:
            environment["JOBLIB_MULTIPROCESSING"] = "0"  # its locks need /dev/shm, which all would share
        boot = [sys.executable, "-s", "-P", "-c", _BOOT.format(path=module_path())]
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        self._orders, theirs = socket.socketpair(type=_PACKETS)
        with theirs:
            self._process = subprocess.Popen(
                [*boot, self._tier, json.dumps(asdict(self._preload))],
                env=environment,
                cwd="/",
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=self._words,
                start_new_session=True,
            )
        self._owner = os.getpid()

    def branch(self, order: control.Order, theirs: socket.socket) -> None:
        """Have a reaper made for a sandbox, with its end of the control socket. Raises OSError."""
        control.say(self._orders, theirs.fileno(), **asdict(order))

    def last_words(self) -> str:
        """The last line on its standard error."""
        size = os.fstat(self._words.fileno()).st_size
        words = os.pread(self._words.fileno(), 4096, max(0, size - 4096)).decode(errors="replace")
        return words.strip().splitlines()[-1] if words.strip() else "it ended without a word"

    def close(self) -> None:
        """End it and wait for it, where it was started; elsewhere let go of it. Twice is harmless."""
        if self._owner == os.getpid():
            with contextlib.suppress(OSError):
                self._orders.shutdown(socket.SHUT_RDWR)  # also where a fork of ours still holds it
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._orders.close()
        self._words.close()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Contained:
    """A running contained process. `channel` is our end of a stream; `layers` maps what contains it to ms."""

    def __init__(self, sandbox: Sandbox, channel: socket.socket, layers: dict[str, float]) -> None:
        self._sandbox, self._usage = sandbox, None
        self.channel, self.layers = channel, layers

    def stop(self) -> Usage:
        """End everything inside, at once, and close the channel. Later calls give the same answer."""
        with self._sandbox._lock:
            if self._usage is None:
                self._usage = self._sandbox._stop(ending=_is_closed(self.channel))
                self.channel.close()
            return self._usage

    def __enter__(self) -> Contained:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Sandbox:
    """A warm process that has the lessons' libraries imported; one contained process runs at a time.

    `nursery` is where it comes from, of the same tier; without one it has its own, with `preload` in it.
    `readable` adds folders that the learner's process may read. `entry` ("module:function") is called in
    it with (channel, limits). Raises SandboxError: there is no tier and no `trust`, or a layer that the
    tier promises cannot be put on. `trust` runs one's own code under resource limits alone.
    """

    def __init__(
        self,
        *,
        tier: Tier,
        preload: Preload = NOTHING,
        trust: bool = False,
        readable: Sequence[str | Path] = (),
        entry: str = ENTRY,
        nursery: Nursery | None = None,
    ) -> None:
        permit(tier, trust=trust)
        self.tier = tier
        self._order = control.Order(entry, learners_view(readable))
        self._lock = threading.RLock()
        self._running: Contained | None = None
        self._own = Nursery(tier, preload) if nursery is None else None
        self._nursery = nursery or self._own
        self._control: socket.socket | None = None
        self.reaper = 0  # its process's number, while there is one
        try:
            self._open()
        except SandboxError:
            self.close()
            raise

    def start(self, limits: Limits) -> Contained:
        """Fork, contain, serve. Raises SandboxError; then nothing of the learner's has run."""
        with self._lock:
            if self._running is not None:
                raise SandboxError(
                    "a sandbox contains one process at a time", do="Stop the one that runs first."
                )
            channel, answer = self._fork(limits)
            if not answer:  # the warm process is gone: the system may end any process for want of memory
                channel.close()
                self._open()
                channel, answer = self._fork(limits)
            if "layers" not in answer:
                channel.close()
                raise SandboxError(
                    f"the tier {self.tier} could not be put on: {answer.get('error', 'no answer')}",
                    do="Run `aisec doctor` to see what this machine lacks.",
                )
            self._running = Contained(self, channel, answer["layers"])
            return self._running

    def close(self) -> None:
        """End the warm process and whatever it runs. Closing twice is harmless."""
        with self._lock:
            if self._running is not None:
                self._running.stop()
            self._end()
            if self._own is not None:
                self._own.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        self._end()
        answer = self._branch()
        if not answer:  # the nursery is gone: the system may end any process for want of memory
            self._nursery.start()
            answer = self._branch()
        if "ready" not in answer:
            reason = answer.get("error") or self._nursery.last_words()
            self._end()
            raise SandboxError(
                f"the tier {self.tier} cannot be made: {reason}",
                where=sys.executable,
                do="Run `aisec doctor` to see what this machine lacks.",
            )

    def _branch(self) -> dict[str, Any]:
        """Have a reaper and a warm process made; what they say. Empty when nobody is there."""
        self._control, theirs = socket.socketpair()
        self._control.settimeout(_PATIENCE)
        with theirs, contextlib.suppress(OSError):
            self._nursery.branch(self._order, theirs)
        answer = self._hear()
        self.reaper = answer.get("ready", 0)
        return answer

    def _fork(self, limits: Limits) -> tuple[socket.socket, dict[str, Any]]:
        """Our end of a new channel, and what the warm process says of its other end's new owner."""
        ours, theirs = socket.socketpair()
        with theirs:
            return ours, self._ask(theirs.fileno(), start=asdict(limits))

    def _ask(self, descriptor: int | None = None, **request: Any) -> dict[str, Any]:
        if self._control is None:
            return {}
        try:
            control.say(self._control, descriptor, **request)
        except OSError:
            return {}
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        """The warm process's answer; empty when it is gone or silent."""
        try:
            line, _ = control.hear(self._control)
        except OSError:
            line = b""
        return json.loads(line or b"{}")

    def _stop(self, ending: bool) -> Usage:
        self._running = None
        answer = self._ask(stop=ending)
        if "ended" not in answer:
            self._end()  # its processes end with it
            return Usage(detail="The warm process is gone.")
        ended = answer["ended"]
        return Usage(**{**answer, "ended": ended and Outcome(ended)})

    def _end(self) -> None:
        """Close the control socket, at which the warm process ends itself; insist if it does not."""
        reaper, self.reaper = self.reaper, 0
        if self._control is None:
            return
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)  # also where a fork of ours still holds it
        if not self._is_over() and reaper:
            with contextlib.suppress(OSError):
                os.kill(reaper, signal.SIGKILL)
            self._is_over()
        self._control.close()
        self._control = None

    def _is_over(self) -> bool:
        """Has the reaper, which holds the other end to the last, ended within five seconds?"""
        self._control.settimeout(5)
        try:
            while self._control.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True


def _is_closed(channel: socket.socket) -> bool:
    """Has the other end closed it? The channel does not block after this."""
    channel.setblocking(False)
    try:
        return not channel.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
