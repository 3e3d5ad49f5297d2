"""A warm pool for the grader: start a contained process in a few milliseconds, stop it, know what it used.

with Pool(tier=detect()) as pool:
    contained = pool.start(Limits())
    ...                          # talk to the agent over contained.channel
    usage = contained.stop()     # everything inside has ended when this returns
"""

from __future__ import annotations

import contextlib
import json
import os
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
from autograder.sandbox import control, root
from autograder.sandbox.tiers import Tier, lack
from autograder.verdict import Outcome

#: What lessons import, so that a learner's process has it from the start.
PRELOAD = (
    "numpy", "scipy.stats", "pandas",
    "sklearn.calibration", "sklearn.cluster", "sklearn.compose", "sklearn.datasets", "sklearn.decomposition",
    "sklearn.dummy", "sklearn.ensemble", "sklearn.feature_extraction.text", "sklearn.impute",
    "sklearn.inspection", "sklearn.linear_model", "sklearn.metrics", "sklearn.model_selection",
    "sklearn.naive_bayes", "sklearn.neighbors", "sklearn.neural_network", "sklearn.pipeline",
    "sklearn.preprocessing", "sklearn.svm", "sklearn.tree",
    "cryptography.exceptions", "cryptography.fernet", "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.asymmetric.rsa", "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.kdf.hkdf", "cryptography.hazmat.primitives.kdf.scrypt",
    "matplotlib.pyplot", "matplotlib_inline.backend_inline", "IPython.core.interactiveshell",
)  # fmt: skip
ENTRY = "autograder.boundary.agent:serve"

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
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from autograder.sandbox.zygote import main; main()"
)
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


class Contained:
    """A running contained process. `channel` is our end of a stream; `layers` maps what contains it to ms."""

    def __init__(self, pool: Pool, channel: socket.socket, layers: dict[str, float]) -> None:
        self._pool, self._usage = pool, None
        self.channel, self.layers = channel, layers

    def stop(self) -> Usage:
        """End everything inside, at once, and close the channel. Later calls give the same answer."""
        with self._pool._lock:
            if self._usage is None:
                self._usage = self._pool._stop(ending=_is_closed(self.channel))
                self.channel.close()
            return self._usage

    def __enter__(self) -> Contained:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Pool:
    """A warm process that has the lessons' libraries imported; one contained process runs at a time.

    `readable` adds folders that the learner's process may read. `entry` ("module:function") is called in
    it with (channel, limits). Raises SandboxError: there is no tier and no `trust`, or a layer that the
    tier promises cannot be put on. `trust` runs one's own code under resource limits alone.
    """

    def __init__(
        self,
        *,
        tier: Tier,
        preload: Sequence[str] = PRELOAD,
        trust: bool = False,
        readable: Sequence[str | Path] = (),
        entry: str = ENTRY,
    ) -> None:
        if tier is Tier.NONE and not trust:
            raise SandboxError(
                "other people's code cannot be contained on this machine",
                do=f"{lack(Tier.FULL) or 'Unset AISEC_TIER.'} To run your own code, trust it: "
                "`--trust-submissions`.",
            )
        if not hasattr(os, "fork"):
            raise SandboxError("this system cannot fork", do=lack(Tier.FULL))
        self.tier = tier
        self._order = control.Order(tier, entry, tuple(preload), tuple(root.readable_paths(readable)))
        self._lock = threading.RLock()
        self._running: Contained | None = None
        self._open()

    def start(self, limits: Limits) -> Contained:
        """Fork, contain, serve. Raises SandboxError; then nothing of the learner's has run."""
        with self._lock:
            if self._running is not None:
                raise SandboxError(
                    "a pool contains one process at a time", do="Stop the one that runs first."
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

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        self._end()
        self._control, theirs = socket.socketpair()
        self._control.settimeout(_PATIENCE)
        environment = ENVIRONMENT | {"TMPDIR": tempfile.gettempdir()}
        if self.tier is Tier.CONTAINER:
            environment["JOBLIB_MULTIPROCESSING"] = "0"  # its locks need /dev/shm, which all would share
        command = [sys.executable, "-s", "-P", "-c", _BOOT, json.dumps(root.module_path())]
        with theirs:
            self._keeper = subprocess.Popen(
                command,
                env=environment,
                cwd="/",
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        answer = self._ask(**asdict(self._order))
        if "ready" not in answer:
            reason = answer.get("error") or self._last_words()
            self._end()
            raise SandboxError(
                f"the tier {self.tier} cannot be made: {reason}",
                where=sys.executable,
                do="Run `aisec doctor` to see what this machine lacks.",
            )
        self._keeper.stderr.close()

    def _fork(self, limits: Limits) -> tuple[socket.socket, dict[str, Any]]:
        """Our end of a new channel, and what the warm process says of its other end's new owner."""
        ours, theirs = socket.socketpair()
        with theirs:
            return ours, self._ask(theirs.fileno(), start=asdict(limits))

    def _ask(self, descriptor: int | None = None, **request: Any) -> dict[str, Any]:
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

    def _last_words(self) -> str:
        try:
            self._keeper.wait(5)
        except subprocess.TimeoutExpired:
            return "no answer"
        words = self._keeper.stderr.read().decode(errors="replace").strip().splitlines()
        return words[-1] if words else f"it ended with status {self._keeper.returncode}"

    def _end(self) -> None:
        """Close the control socket, at which the warm process ends itself; insist if it does not."""
        keeper, self._keeper = getattr(self, "_keeper", None), None
        if keeper is None:
            return
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # also where a fork of ours still holds it
        self._control.close()
        try:
            keeper.wait(5)
        except subprocess.TimeoutExpired:
            keeper.kill()
            keeper.wait()
        if keeper.stderr:
            keeper.stderr.close()


def _is_closed(channel: socket.socket) -> bool:
    """Has the other end closed it? The channel does not block after this."""
    channel.setblocking(False)
    try:
        return not channel.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
