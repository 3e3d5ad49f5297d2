"""What is said between the grader and the processes of its sandbox: lines of JSON, one at a time."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any

from autograder.sandbox.view import View


@dataclass(frozen=True)
class Order:
    """How a warm process is to be. Nothing said later changes it."""

    entry: str  # "module:function", called with (channel, limits) in each learner's process
    view: View  # what it may read

    @classmethod
    def from_line(cls, line: bytes) -> Order:
        data = json.loads(line)
        return cls(data["entry"], View(**{name: tuple(paths) for name, paths in data["view"].items()}))


def say(control: socket.socket, descriptor: int | None = None, **what: Any) -> None:
    """Send one line, and a descriptor with it. Raises OSError when the other end is gone."""
    line = json.dumps(what).encode() + b"\n"
    sent = 0
    if descriptor is not None:
        sent = socket.send_fds(control, [line], [descriptor])
    if sent < len(line):  # nothing more must not be sent: an empty packet reads as the end
        control.sendall(line[sent:])


def hear(control: socket.socket) -> tuple[bytes, int]:
    """One line and the descriptor that came with it (-1: none); an empty line when the other end is gone.

    Raises TimeoutError when the socket has a timeout and the other end is silent.
    """
    line, descriptor = b"", -1
    while not line.endswith(b"\n"):
        try:
            part, descriptors, *_ = socket.recv_fds(control, 65536, 1)
        except ConnectionError:
            part, descriptors = b"", []
        if descriptors:
            descriptor = descriptors[0]
        if not part:
            return b"", descriptor
        line += part
    return line, descriptor
