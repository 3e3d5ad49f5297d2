"""Frames on a stream socket: one byte of kind, eight of length, then that many bytes.

Four kinds: a request and its answer, and, while an answer is being made, a call back and its reply.
"""

from __future__ import annotations

import math
import socket
import struct
import time
from collections.abc import Callable

from autograder.errors import LearnerStopped
from autograder.verdict import Outcome

REQUEST, ANSWER, BACK, REPLY = b"Q", b"A", b"B", b"R"
_HEAD = struct.Struct("<cQ")
_CHUNK = 1 << 20


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


class Conversation:
    """Our end of a channel: requests with a deadline and a cap on what comes back.

    `answer_back` serves the calls that the learner's code makes to functions of a check.
    """

    def __init__(self, channel: socket.socket, *, reply_bytes: int) -> None:
        self._channel = channel
        self._reply_bytes = reply_bytes
        self.answer_back: Callable[[bytes], bytes] | None = None
        self.patience = 30.0  # seconds for one exchange
        self.ends = math.inf  # of `time.monotonic`: no exchange lasts longer, whatever the patience
        self.received = 0  # bytes so far
        self.allowance = math.inf  # bytes: `received` may not pass it
        self.broken = False  # nothing more can be asked: the other end is gone, late or out of step

    def exchange(self, request: bytes) -> bytes:
        """The answer to a request. Raises LearnerStopped: silent too long, too much, or gone."""
        deadline = min(time.monotonic() + self.patience, self.ends)
        if self.broken:
            raise LearnerStopped(Outcome.ERROR, "Your code's process is gone.")
        self.broken = True
        try:
            self._send(REQUEST, request, deadline)
            while True:
                at_most = min(self._reply_bytes, self.allowance - self.received)
                kind, data = receive_frame(self._channel, at_most, deadline)
                self.received += len(data)
                if kind == ANSWER:
                    self.broken = False
                    return data
                if kind != BACK or self.answer_back is None:
                    raise LearnerStopped(Outcome.BLOCKED, "Your code wrote to the grader's own channel.")
                self._send(REPLY, self._answer_back(data), deadline)
        except TimeoutError:
            raise LearnerStopped(Outcome.TIMED_OUT, self._too_long()) from None
        except ValueError as error:
            raise LearnerStopped(Outcome.OUTPUT_LIMIT, f"Your code sent too much at once: {error}.") from None
        except (EOFError, OSError):
            raise LearnerStopped(Outcome.ERROR, "Your code ended its own process.") from None

    def _answer_back(self, request: bytes) -> bytes:
        """Run a function of the check's. While the learner's code waits for it, it may be asked things."""
        self.broken = False
        reply = self.answer_back(request)
        if self.broken:
            raise EOFError
        self.broken = True
        return reply

    def _send(self, kind: bytes, data: bytes, deadline: float) -> None:
        wait_until(self._channel, deadline)
        send_frame(self._channel, kind, data)

    def _too_long(self) -> str:
        if time.monotonic() >= self.ends:
            return "The notebook's time was over."
        return f"No answer within {self.patience:g} seconds."
