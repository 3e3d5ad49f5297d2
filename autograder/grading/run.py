"""One learner's process for one notebook: cells go in, outputs come out, and a dead process is started anew.

A process that had to be killed is replaced: the cells that ran before are run again, without the one that
was at fault, so that the exercises after it are still judged.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol

from autograder.boundary.channel import Conversation
from autograder.boundary.proxy import Link
from autograder.errors import LearnerStopped
from autograder.limits import Limits
from autograder.verdict import Outcome

GRACE = 2.0  # seconds that a process may overrun a limit it keeps by itself before it is killed
RESTARTS = 2


class Contained(Protocol):
    """A learner's process: `channel` is our end of its socket, `stop` ends it and says what it used."""

    channel: Any

    def stop(self) -> Any: ...


class Pool(Protocol):
    """Starts learner's processes; `autograder.sandbox.pool.Pool` is one."""

    def start(self, limits: Limits) -> Contained: ...


class Run:
    """Runs the cells of one notebook. `cpu_seconds` is what its processes used, once it is closed."""

    def __init__(self, pool: Pool, limits: Limits, files: Mapping[str, bytes]) -> None:
        self._pool, self._limits, self._files = pool, limits, files
        self._ran: list[str] = []
        self._restarts = 0
        self._ends = time.monotonic() + limits.total_seconds
        self._over: LearnerStopped | None = None
        self.cpu_seconds = 0.0
        self.stops: list[LearnerStopped] = []
        self._process: Contained | None = None
        self.link: Link | None = None
        self._start()

    def cell(self, source: str) -> dict[str, Any]:
        """Run a code cell: {"outputs", "count"} as its process tells it. Never raises LearnerStopped."""
        try:
            told = self._ask_cell(source)
        except LearnerStopped as stop:
            stop = self._lost(stop)
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
        self._conversation.patience = min(self._limits.call_seconds + GRACE, self._left())
        assert self.link is not None
        return self.link

    def settle(self, outcome: Outcome) -> None:
        """After a check: replace the process if the check ended it."""
        if self._conversation.broken:
            self._lost(LearnerStopped(outcome, ""))

    def close(self) -> None:
        if self._process is not None:
            usage = self._process.stop()
            self.cpu_seconds += usage.cpu_seconds
            self._process = None

    # ------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._process = self._pool.start(self._limits)
        self._conversation = Conversation(
            self._process.channel, reply_bytes=int(self._limits.reply_mb * 1_000_000)
        )
        self.link = Link(self._conversation.exchange)
        self._conversation.answer_back = self.link.answer_back
        self._conversation.patience = self._limits.call_seconds + GRACE
        for name, data in self._files.items():
            self.link.ask("file", name, data)

    def _ask_cell(self, source: str) -> dict[str, Any]:
        self._check_time()
        self._conversation.patience = min(self._limits.cell_seconds + GRACE, self._left())
        assert self.link is not None
        told = self.link.ask("cell", source)
        if not isinstance(told, dict):
            raise LearnerStopped(Outcome.BLOCKED, "Your code wrote to the grader's own channel.")
        if isinstance(stopped := told.get("stopped"), list) and len(stopped) == 2:
            self.stops.append(LearnerStopped(Outcome(stopped[0]), str(stopped[1])))
        return told

    def _left(self) -> float:
        return max(self._ends - time.monotonic(), 0.1)

    def _check_time(self) -> None:
        if self._over is not None:
            raise self._over
        if time.monotonic() > self._ends:
            message = f"The notebook took more than {self._limits.total_seconds:g} seconds in all."
            self._over = LearnerStopped(Outcome.TIMED_OUT, message)
            self.stops.append(self._over)
            raise self._over

    def _lost(self, stop: LearnerStopped) -> LearnerStopped:
        """The process is gone or mute: end it, learn why, and run the earlier cells in a new one."""
        if self._over is not None:
            return stop
        usage = self._process.stop() if self._process is not None else None
        self._process = None
        if usage is not None:
            self.cpu_seconds += usage.cpu_seconds
            if usage.ended is not None:
                stop = LearnerStopped(usage.ended, usage.detail or stop.message)
        self.stops.append(stop)
        self._restarts += 1
        if self._restarts > RESTARTS:
            self._over = LearnerStopped(stop.outcome, f"{stop.message} It was started {RESTARTS + 1} times.")
            return stop
        self._start()
        for source in self._ran:
            try:
                self._ask_cell(source)
            except LearnerStopped as again:
                self._over = again
                break
        return stop
