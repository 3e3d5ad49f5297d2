"""One learner's process for one notebook: cells go in, outputs come out, and a dead process is started anew.

A process that had to be killed is replaced: the cells that ran before are run again, without the one that
was at fault, so that the exercises after it are still judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from autograder.boundary.channel import FORGED, Budget, Conversation
from autograder.boundary.proxy import Link, own_stop
from autograder.errors import LearnerError, LearnerStopped, SandboxError, Uncrossable
from autograder.limits import Limits
from autograder.verdict import Outcome, Stop

RESTARTS = 2


class Contained(Protocol):
    """A learner's process: `channel` is our end of its socket, `stop` ends it and says what it used."""

    channel: Any

    def stop(self) -> Any: ...


class Sandbox(Protocol):
    """Starts learner's processes; `autograder.sandbox.sandbox.Sandbox` is one."""

    def start(self, limits: Limits) -> Contained: ...


class Run:
    """Runs the cells of one notebook. `cpu_seconds` is what its processes used, once it is closed."""

    def __init__(self, sandbox: Sandbox, limits: Limits, files: Mapping[str, bytes]) -> None:
        self._sandbox, self._limits, self._files = sandbox, limits, files
        self._ran: list[str] = []
        self._restarts = 0
        self._budget = Budget(limits)
        self._over: Stop | None = None
        self.cpu_seconds = 0.0
        self.stops: list[Stop] = []  # as they came
        self._process: Contained | None = None
        self.link: Link | None = None
        self._start()

    def cell(self, source: str) -> dict[str, Any]:
        """Run a code cell: {"outputs", "count"} as its process tells it. Never raises LearnerStopped."""
        try:
            told = self._ask_cell(source)
        except LearnerStopped as stopped:
            stop = self._lost(stopped.stop)
            error = {
                "output_type": "error",
                "ename": str(stop.outcome),
                "evalue": stop.message,
                "traceback": [],
            }
            return {"outputs": [error], "count": None}
        self._ran.append(source)
        return told

    def guard(self) -> Link:
        """The link for the next check, its calls' deadline set. Raises LearnerStopped when all is over."""
        self._check_time()
        self._budget.allow(self._limits.call_seconds)
        assert self.link is not None
        return self.link

    def changed(self) -> list[str]:
        """Files that were laid beside the notebook and are not any more what they were. LearnerStopped."""
        told = self.link.ask("changed") if self._files and self.link is not None else []
        if type(told) is not list or not all(type(name) is str for name in told):
            raise LearnerStopped(FORGED)
        return [name for name in told if name in self._files]

    def settle(self, outcome: Outcome) -> None:
        """After a check: replace the process if the check ended it."""
        if self._conversation.gone:
            self._lost(Stop(outcome, ""))

    def close(self) -> None:
        if self._process is not None:
            usage = self._process.stop()
            self.cpu_seconds += usage.cpu_seconds
            self._process = None

    # ------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._process = self._sandbox.start(self._limits)
        self._conversation = Conversation(self._process.channel, self._budget)
        self.link = Link(self._conversation.exchange)
        self._conversation.answer_back = self.link.answer_back
        self._budget.allow(self._limits.call_seconds)
        try:
            for name, data in self._files.items():
                self.link.ask("file", name, data)
        except (LearnerStopped, LearnerError) as error:  # nothing of the learner's has run yet
            raise SandboxError(
                f"the assignment's own files could not be put in place: {error}",
                do=f"They may be {self._limits.disk_mb} MB in all.",
            ) from None

    def _ask_cell(self, source: str) -> dict[str, Any]:
        self._check_time()
        self._budget.allow(self._limits.cell_seconds)
        assert self.link is not None
        before = self._conversation.received
        try:
            told = self.link.ask("cell", source)
            if type(told) is not dict:
                raise ValueError("no outputs")
            if told.get("stopped") is not None:
                self.stops.append(own_stop(*told["stopped"]))
        except (LearnerError, Uncrossable, TypeError, ValueError):
            raise LearnerStopped(FORGED) from None
        self._budget.show(self._conversation.received - before)
        return told

    def _check_time(self) -> None:
        if self._over is not None:
            raise LearnerStopped(self._over)
        if self._budget.is_over:
            message = f"The notebook took more than {self._limits.total_seconds:g} seconds in all."
            self._over = Stop(Outcome.TIMED_OUT, message)
            self.stops.append(self._over)
            raise LearnerStopped(self._over)

    def _lost(self, stop: Stop) -> Stop:
        """The process is gone or mute: end it, learn why, and run the earlier cells in a new one."""
        if self._over is not None:
            return stop
        usage = self._process.stop() if self._process is not None else None
        self._process = None
        if usage is not None:
            self.cpu_seconds += usage.cpu_seconds
            if usage.ended is not None:
                stop = Stop(usage.ended, usage.detail or stop.message)
        self.stops.append(stop)
        self._restarts += 1
        if self._restarts > RESTARTS:
            self._over = Stop(stop.outcome, f"{stop.message} It was started {RESTARTS + 1} times.")
            return stop
        self._start()
        for source in self._ran:
            try:
                self._ask_cell(source)
            except LearnerStopped as again:
                self._over = again.stop
                break
        return stop
