"""Frames on a stream socket: one byte of kind, eight of length, then that many bytes.

Four kinds: a request and its answer, and, while an answer is being made, a call back and its reply.
"""

from __future__ import annotations

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


def receive_frame(channel: socket.socket, at_most: int | None = None) -> tuple[bytes, bytearray]:
    """(kind, data). Raises EOFError at the end, ValueError for a frame over `at_most` bytes."""
    kind, length = _HEAD.unpack(_receive(channel, _HEAD.size))
    if at_most is not None and length > at_most:
        raise ValueError(f"{length} bytes")
    return kind, _receive(channel, length)


def _receive(channel: socket.socket, length: int) -> bytearray:
    """Memory grows with what really arrives, not with what was announced."""
    data = bytearray()
    while len(data) < length:
        part = channel.recv(min(_CHUNK, length - len(data)))
        if not part:
            raise EOFError
        data += part
    return data


class Conversation:
    """Our end of a channel: requests with a deadline and a cap on what comes back.

    `answer_back` serves the calls that the learner's code makes to functions of a check.
    """

    def __init__(self, channel: socket.socket, *, reply_bytes: int) -> None:
        self._channel = channel
        self._reply_bytes = reply_bytes
        self.answer_back: Callable[[bytes], bytes] | None = None
        self.patience = 30.0  # seconds for one exchange

    def exchange(self, request: bytes) -> bytes:
        """The answer to a request. Raises LearnerStopped: silent too long, too much, or gone."""
        deadline = time.monotonic() + self.patience
        try:
            self._wait_until(deadline)
            send_frame(self._channel, REQUEST, request)
            while True:
                self._wait_until(deadline)
                kind, data = receive_frame(self._channel, self._reply_bytes)
                if kind == ANSWER:
                    return data
                if kind != BACK or self.answer_back is None:
                    raise LearnerStopped(Outcome.BLOCKED, "Your code wrote to the grader's own channel.")
                reply = self.answer_back(data)
                self._wait_until(deadline)
                send_frame(self._channel, REPLY, reply)
        except TimeoutError:
            raise LearnerStopped(Outcome.TIMED_OUT, f"No answer within {self.patience:g} seconds.") from None
        except ValueError as error:
            raise LearnerStopped(Outcome.OUTPUT_LIMIT, f"Your code sent too much at once: {error}.") from None
        except (EOFError, OSError):
            raise LearnerStopped(Outcome.ERROR, "Your code ended its own process.") from None

    def _wait_until(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)
