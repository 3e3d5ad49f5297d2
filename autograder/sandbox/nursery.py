"""The processes that make a learner's process: libraries are imported once, everything else is a fork.

    grader ────────── nursery (libraries imported)
                         │ fork, one for each Sandbox
                      reaper (enclosed)
                         │ fork
    Sandbox ─ control ─ warm process
                         │ fork, contain
    Run ──── channel ─ learner's process

Theory of operation. The *nursery* imports the libraries and freezes them, so that all that is forked from it
shares their memory. For each sandbox it forks a *reaper*, which takes the shared containment
(`contain.enclose`) and forks the *warm process* inside it. That one waits on its control socket. No socket
here has a name: they are inherited or handed over, and no learner's process holds an end of one. Over the
control socket come requests:

    start   (with the child's channel as a descriptor) fork, contain, serve
    stop    end everything inside, reap it, say what it used
    (end)   the grader is gone, or done: end everything

The tier is fixed before the nursery exists; no request can name one. One child of a warm process runs at a
time, so every process in its reach that is not ours is the learner's, and goes when the child goes.

Who ends whom. In the full tier the warm process is the first of its PID namespace and each child the
first of its own: the kernel ends all that is inside with it. In the container tier reaper and warm
process adopt orphans, and `kill(-1)` reaches their descendants only: each cleans up after the other.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, NoReturn

from autograder.limits import Limits
from autograder.preload import Preload
from autograder.sandbox import contain, kernel, root, watch
from autograder.sandbox.control import Order, hear, say
from autograder.sandbox.tiers import Tier

#: What runs a course's warm cells: the sandbox knows the boundary by name alone.
WARM_UP = "autograder.boundary.warm:warm_up"
_CONTAINED = b"contained "
_PATIENCE = 10.0  # seconds for a child to put on its layers
_LAST_BREATH = 0.5  # seconds between a child's closing its channel and its end


def main() -> None:
    """Be the nursery: import, then fork a reaper for each order, until the socket that they come by closes.

    The socket is our standard input. Arguments: the tier, and a Preload as JSON.
    """
    orders = socket.socket(fileno=os.dup(0))
    tier, preload = Tier(sys.argv[1]), Preload(**json.loads(sys.argv[2]))
    fault = _import(preload)
    while True:
        line, descriptor = hear(orders)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not line:
            break
        control = socket.socket(fileno=descriptor)
        if fault:
            say(control, error=fault)
        elif not os.fork():
            orders.close()
            _begin(tier, Order.from_line(line), control)
        control.close()
    with contextlib.suppress(ChildProcessError):
        while os.wait():  # so that what they used is counted
            pass


def _import(preload: Preload) -> str:
    """Import and run what learners' processes shall have, in a home of its own; what went wrong."""
    before = dict(os.environ)
    home = tempfile.mkdtemp(prefix="aisec-")
    os.environ.update(HOME=home, TMPDIR=home)
    try:
        for library in preload.modules:
            importlib.import_module(library)
        if preload.cells:
            _named(WARM_UP)(preload.cells)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        os.environ.update(before)
        tempfile.tempdir = None
        root.remove(home)
    seen = watch.look_at(os.getpid())
    if seen and seen.threads != 1:
        return "an imported library started a thread, so this process cannot be forked safely"
    gc.collect()
    gc.freeze()  # what is here stays shared: no collection in a fork touches it
    return ""


def _named(entry: str) -> Callable[..., Any]:
    """The function that is called "module:function"."""
    module, _, name = entry.partition(":")
    return getattr(importlib.import_module(module), name)


def _begin(tier: Tier, order: Order, control: socket.socket) -> NoReturn:
    """Be a reaper, and in its fork a warm process, until the control socket closes."""
    home, reaper = "", os.getpid()
    try:
        os.setpgid(0, 0)
        if tier is Tier.CONTAINER:
            contain.step_down()
        home = root.HOME if tier is Tier.FULL else tempfile.mkdtemp(prefix="aisec-")
        contain.enclose(tier, order.view, lambda: _reap_after(tier, home))
        os.environ.update(HOME=home, TMPDIR=home)
        warm = Warm(tier, order, control, home)
        say(control, ready=reaper)
    except Exception as error:
        if home != root.HOME:
            root.remove(home)
        with contextlib.suppress(OSError):
            say(control, error=f"{type(error).__name__}: {error}")
        os._exit(1)
    try:
        warm.serve()
    finally:
        warm.stop()
        if tier is not Tier.FULL:
            root.remove(home)
        os._exit(0)


def _reap_after(tier: Tier, home: str) -> None:
    """Fork the warm process and return in it; in the reaper, wait for it and clean up after it.

    The reaper holds the control socket open until it ends, so that the grader can wait for that.
    """
    reaper = os.getpid()
    if not (warm := os.fork()):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        contain.die_with(0 if tier is Tier.FULL else reaper, signal.SIGTERM)
        return
    _, status = os.waitpid(warm, 0)
    if tier is Tier.CONTAINER:
        _end_all_in_reach()
    if tier is not Tier.FULL:
        root.remove(home)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


class Warm:
    """The warm process: libraries imported, one thread, ready to fork."""

    def __init__(self, tier: Tier, order: Order, control: socket.socket, home: str) -> None:
        self._tier, self._control, self._home = tier, control, home
        self._entry: Callable[[socket.socket, Limits], None] = _named(order.entry)
        self._pid = os.getpid()
        self._child: watch.Child | None = None
        self._count = 0
        self._allowed = contain.allow(tier, order.view, home)
        if self._tier is Tier.FULL:
            self._own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self._seen = watch.look_at(self._pid)
        contain.silence()
        gc.collect()
        gc.freeze()

    def serve(self) -> None:
        """Answer requests until the control socket closes; between them, watch the child."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        while True:
            running = self._child is not None and self._child.runs
            if not poll.poll(1000 * watch.INTERVAL if running else None):
                self._look()
                continue
            line, channel = hear(self._control)
            if not line:
                return
            request = json.loads(line)
            if "start" in request:
                say(self._control, **self.start(Limits(**request["start"]), channel))
            else:
                say(self._control, **self.stop(request["stop"]))

    def start(self, limits: Limits, channel: int) -> dict[str, Any]:
        """Fork, contain, serve: {"layers": {name: ms}}, or {"error": what}."""
        if self._child is not None:
            os.close(channel)
            return {"error": "a learner's process is running already"}
        reading, writing = os.pipe()
        place = self._place()
        pid = self._fork()
        if pid == 0:
            self._become_child(limits, place, channel, writing)
        os.close(channel)
        os.close(writing)
        self._child = watch.Child(pid, limits, place.home)
        said = _read_all(reading)
        if not said.startswith(_CONTAINED):
            self.stop()
            return {"error": said.decode(errors="replace") or "the process ended before it was contained"}
        return {"layers": json.loads(said[len(_CONTAINED) :])}

    def stop(self, ending: bool = False) -> dict[str, Any]:
        """End everything inside; say what it used. Without a child it says nothing.

        `ending`: the child has closed its channel, so it is given a moment to end by itself, which tells
        why it did.
        """
        child = self._child
        if child is None:
            return {}
        deadline = time.monotonic() + (_LAST_BREATH if ending else 0)
        self._reap()
        while child.runs and time.monotonic() < deadline:
            time.sleep(0.002)
            self._reap()
        self._kill(child)
        if child.status is None and self._tier is not Tier.CONTAINER:
            child.add(os.wait4(child.pid, 0)[2])
        self._child = None
        if self._tier is not Tier.FULL:
            root.remove(child.home)
        outcome, detail = child.ended()
        return {
            "cpu_seconds": child.cpu_seconds, "peak_mb": child.peak_mb, "ended": outcome, "detail": detail
        }  # fmt: skip

    def _place(self) -> contain.Place:
        home, others = self._home, 2  # the reaper and this process
        if self._tier is not Tier.FULL:
            self._count += 1
            home, others = f"{self._home}/{self._count}", watch.tasks_of(os.getuid())
            os.mkdir(home, 0o700)
        return contain.Place(home, self._allowed, watch.address_space(), others)

    def _fork(self) -> int:
        """Fork; in the full tier the child is the first process of a new PID namespace."""
        if self._tier is not Tier.FULL:
            return os.fork()
        kernel.call("unshare", kernel.NEWPID)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid != 0:  # else the next child would be born inside this one's namespace
                kernel.call("setns", self._own_namespace, kernel.NEWPID)
        return pid

    def _become_child(self, limits: Limits, place: contain.Place, channel: int, report: int) -> NoReturn:
        """From here on this is the learner's process. Nothing of the warm process's may run in it again."""
        status = 1
        try:
            self._control.detach()
            contain.keep_open({channel, report, *place.allowed})
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.setsid()  # a signal to one's own group must not reach the warm process's
            contain.die_with(0 if self._tier is Tier.FULL else self._pid, signal.SIGKILL)
            contain.forget_the_past()
            try:
                layers = contain.contain(self._tier, limits, place)
            except Exception as error:
                os.write(report, f"{type(error).__name__}: {error}".encode())
                raise
            os.write(report, _CONTAINED + json.dumps(layers).encode())
            os.close(report)
            self._entry(socket.socket(fileno=channel), limits)
            status = 0
        finally:
            os._exit(status)

    def _look(self) -> None:
        """Reap what has ended; end the child when it is over a limit that counts all its processes, and
        its descendants when it has ended: then nobody holds the channel, and the grader asks to stop.
        """
        self._reap()
        child = self._child
        if child is None:
            return
        if child.runs and self._seen is not None:
            child.stopped = watch.over_limit(child, self._seen, count_files=self._tier is not Tier.FULL)
        if not child.runs:
            self._kill(child)

    def _kill(self, child: watch.Child) -> None:
        """End the child and, as far as the tier reaches, all its descendants."""
        if self._tier is Tier.CONTAINER:
            _end_all_in_reach(child.add)
        elif child.status is None:  # else its number may be somebody else's by now
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if self._tier is Tier.NONE else os.kill)(child.pid, signal.SIGKILL)

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.wait4(-1, os.WNOHANG))[0]:
                self._count_in(*ended)

    def _count_in(self, pid: int, status: int, usage: Any) -> None:
        if child := self._child:
            child.add(usage)
            if pid == child.pid:
                child.status = status


def _end_all_in_reach(count: Callable[[Any], None] = lambda _: None) -> None:
    """Kill and reap every descendant. Only where `contain.enclose` has verified how far a signal reaches.

    One `kill(-1)` is seen by every process at once, so nothing can fork away from it. `count` is given
    what each used.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            count(os.wait4(-1, 0)[2])


def _read_all(descriptor: int) -> bytes:
    """Everything until the other end closes, or until our patience ends."""
    said = b""
    with open(descriptor, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], _PATIENCE)[0] and (part := pipe.read(65536)):
            said += part
    return said
