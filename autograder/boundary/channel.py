"""Frames on a stream socket: one byte of kind, eight of length, then that many bytes.

Four kinds: a request and its answer, and, while an answer is being made, a call back and its reply.
"""

from __future__ import annotations

import math
import socket
import struct
import time
from collections.abc import Callable

from autograder.errors import AisecError, LearnerStopped
from autograder.limits import Limits
from autograder.verdict import Outcome, Stop

REQUEST, ANSWER, BACK, REPLY = b"Q", b"A", b"B", b"R"
_HEAD = struct.Struct("<cQ")
_CHUNK = 1 << 20

MEGABYTE = 1_000_000
GRACE = 2.0  # seconds that a process may overrun a limit it keeps by itself before it is killed
REPLIES = 8  # times `reply_mb` that all the answers to one cell or check may come to
#: A learner's process counts the characters that it shows. What arrives here, in bytes, may be this many
#: times as much, for encoding and structure, and this much more, for errors.
OUTPUT_FACTOR, OUTPUT_EXTRA = 8, 4_000_000
FORGED = Stop(Outcome.BLOCKED, "Your code wrote to the grader's own channel.")


def send_frame(channel: socket.socket, kind: bytes, data: bytes) -> None:
    """Raises OSError when the other end is gone, TimeoutError when it does not read."""
    channel.sendall(_HEAD.pack(kind, len(data)))
    channel.sendall(data)


def receive_frame(
    channel: socket.socket, at_most: float = math.inf, deadline: float = math.inf
) -> tuple[bytes, bytearray]:
    """(kind, data). Raises EOFError at the end, ValueError for a frame over `at_most` bytes, and TimeoutError
    when it is not complete at `deadline` (of `time.monotonic`), however steadily it trickles.
    """
    kind, length = _HEAD.unpack(_receive(channel, _HEAD.size, deadline))
    if length > at_most:
        raise ValueError(f"{length} bytes")
    return kind, _receive(channel, length, deadline)


def _receive(channel: socket.socket, length: int, deadline: float) -> bytearray:
    """Memory grows with what really arrives, not with what was announced."""
    data = bytearray()
    while len(data) < length:
        wait_until(channel, deadline)
        part = channel.recv(min(_CHUNK, length - len(data)))
        if not part:
            raise EOFError
        data += part
    return data


def wait_until(channel: socket.socket, deadline: float) -> None:
    """The channel's next operation may last until `deadline`. Raises TimeoutError when that has passed."""
    if deadline < math.inf:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        channel.settimeout(left)


class Budget:
    """What talking to one notebook's processes may take, on our side: time, and bytes that come back.

    A learner's process keeps the times of a cell and a call by itself; ours end `grace` seconds later.
    """

    def __init__(self, limits: Limits, grace: float = GRACE) -> None:
        self._limits, self._grace = limits, grace
        self._ends = time.monotonic() + limits.total_seconds  # no exchange lasts longer, whatever it may take
        self._reply_bytes = limits.reply_mb * MEGABYTE
        self._left = 0.0  # bytes that may still come back in answer to one cell or check
        self._shown = 0  # bytes of outputs
        self.allow(limits.call_seconds)

    def allow(self, seconds: float) -> None:
        """Time and bytes for the next cell, which may run for `seconds`, or check, whose calls may."""
        self._seconds = seconds + self._grace
        self._left = REPLIES * self._reply_bytes

    @property
    def is_over(self) -> bool:
        """Has the notebook had all its time?"""
        return time.monotonic() >= self._ends

    def deadline(self) -> float:
        """When an exchange that begins now must be over, of `time.monotonic`."""
        return min(time.monotonic() + self._seconds, self._ends)

    def at_most(self) -> float:
        """Bytes that the next frame may have."""
        return min(self._reply_bytes, self._left)

    def receive(self, count: int) -> None:
        """`count` bytes came back."""
        self._left -= count

    def show(self, count: int) -> None:
        """`count` of the bytes that came back are outputs. Raises LearnerStopped when they are too many."""
        self._shown += count
        if self._shown > OUTPUT_FACTOR * self._limits.output_mb * MEGABYTE + OUTPUT_EXTRA:
            raise LearnerStopped(Stop(Outcome.OUTPUT_LIMIT, "Your notebook showed too much."))

    def too_late(self) -> Stop:
        """Why an exchange ended at its deadline."""
        within = f"No answer within {self._seconds:g} seconds."
        return Stop(Outcome.TIMED_OUT, "The notebook's time was over." if self.is_over else within)


class Conversation:
    """Our end of a channel: requests and their answers, within `budget`.

    `answer_back` serves the calls that the learner's code makes to functions of a check. `gone`: nothing more
    can be asked, since the other end has ended, or is late or out of step.
    """

    def __init__(self, channel: socket.socket, budget: Budget) -> None:
        self._channel, self._budget = channel, budget
        self.answer_back: Callable[[bytes], bytes] | None = None
        self.gone = False
        self._busy = False  # a request waits for its answer
        self.received = 0  # bytes so far

    def exchange(self, request: bytes) -> bytes:
        """The answer to a request. Raises LearnerStopped: silent too long, too much, or gone."""
        if self.gone:
            raise LearnerStopped(Stop(Outcome.ERROR, "Your code's process is gone."))
        if self._busy:
            raise AisecError(
                "a learner's process was asked something while it was answering",
                do="Ask one thing after another, in one thread.",
            )
        self._busy = True
        try:
            answer = self._answer(request, self._budget.deadline())
        except BaseException as error:  # whatever it was, an answer may still be on its way
            self.gone = True
            if stop := self._stop(error):
                raise LearnerStopped(stop) from None
            raise
        self._busy = False
        return answer

    def _answer(self, request: bytes, deadline: float) -> bytes:
        self._send(REQUEST, request, deadline)
        while True:
            kind, data = receive_frame(self._channel, self._budget.at_most(), deadline)
            self._budget.receive(len(data))
            self.received += len(data)
            if kind == ANSWER:
                return data
            if kind != BACK or self.answer_back is None:
                raise LearnerStopped(FORGED)
            self._send(REPLY, self._reply(self.answer_back, data), deadline)

    def _reply(self, answer_back: Callable[[bytes], bytes], request: bytes) -> bytes:
        """Run a function of the check's. While the learner's code waits for it, it may be asked things."""
        self._busy = False
        reply = answer_back(request)
        if self.gone:
            raise EOFError
        self._busy = True
        return reply

    def _send(self, kind: bytes, data: bytes, deadline: float) -> None:
        wait_until(self._channel, deadline)
        send_frame(self._channel, kind, data)

    def _stop(self, error: BaseException) -> Stop | None:
        if isinstance(error, TimeoutError):
            return self._budget.too_late()
        if isinstance(error, ValueError):
            return Stop(Outcome.OUTPUT_LIMIT, f"Your code sent too much at once: {error}.")
        if isinstance(error, EOFError | OSError):
            return Stop(Outcome.ERROR, "Your code ended its own process.")
        return None
