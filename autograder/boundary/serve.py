"""The agent at its post: requests come in by the inherited socket, answers go out, until it closes."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
from collections.abc import Iterator

from autograder.boundary.cells import CellAgent
from autograder.boundary.channel import ANSWER, BACK, REPLY, receive_frame, send_frame
from autograder.limits import Limits


@contextlib.contextmanager
def _without_alarm() -> Iterator[None]:
    """The alarm waits until the block ends: half a frame would put every later answer out of step."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})


def serve(channel: socket.socket, limits: Limits) -> None:
    """Answer requests on `channel` until it closes. Runs in the learner's process, contained by then."""

    def ask(request: bytes) -> bytes:
        with _without_alarm():
            send_frame(channel, BACK, request)
            while True:
                kind, data = receive_frame(channel)
                if kind == REPLY:
                    return data
                answer = agent.answer(data)  # the check's function asks about what it was passed
                send_frame(channel, ANSWER, answer)

    sys.path.insert(0, "")  # the working folder, as in a notebook: an author's helper.py is there
    agent = CellAgent(ask, limits)
    with contextlib.suppress(EOFError, OSError):
        while True:
            _, request = receive_frame(channel)
            try:
                answer = agent.answer_in_time(request)
            except BaseException as error:  # a late alarm, or a KeyboardInterrupt that the learner raised
                answer = agent.raised(error)
            send_frame(channel, ANSWER, answer)
