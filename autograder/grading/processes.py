"""Grading in processes of this machine: a transport whose graders are forks of this process.

When this process ends, for whatever reason, a grader's pipe closes and it ends too.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from autograder.catalog import Course
from autograder.errors import SandboxError
from autograder.grading.result import Graded
from autograder.grading.task import Standard, Task, fault_of
from autograder.grading.worker import Sandboxed
from autograder.sandbox.tiers import detect, permit

OVERTIME = 60.0  # seconds a process may take beyond a submission's own limit before it is replaced


class Grading(Protocol):
    """What is opened once, before processes are forked; `grader` is opened in each. `Sandboxed` is one."""

    def __enter__(self) -> Grading: ...

    def __exit__(self, *error: Any) -> Any: ...

    def grader(self) -> AbstractContextManager[Callable[[Task], Graded]]: ...


class Processes:
    """A transport (see `task.Transport`) of `jobs` processes.

    `trust` runs one's own code without a sandbox where there is none. `opens` makes what grades, from
    standards and lessons; without it, each submission is graded in the strongest sandbox of this machine.
    """

    def __init__(
        self,
        jobs: int,
        *,
        trust: bool = False,
        overtime: float = OVERTIME,
        opens: Callable[[Mapping[str, Standard], Course | None], Grading] | None = None,
    ) -> None:
        self._jobs, self._trust, self._overtime = jobs, trust, overtime
        self._opens = opens or self._sandboxed

    def permit(self) -> None:
        permit(detect(), trust=self._trust)

    def grade(
        self, tasks: Iterable[Task], standards: Mapping[str, Standard], lessons: Course | None
    ) -> Generator[Graded, None, None]:
        with self._opens(standards, lessons) as grading:
            crew = _Crew(grading, standards, self._overtime)
            try:
                yield from crew.work_on(iter(tasks), self._jobs)
            finally:
                crew.dismiss()

    def _sandboxed(self, standards: Mapping[str, Standard], lessons: Course | None) -> Sandboxed:
        return Sandboxed(standards, lessons, detect(), trust=self._trust)


@dataclass(eq=False)
class _Worker:
    process: Any
    connection: Connection
    task: Task
    due: float


class _Crew:
    """The processes that work, each at one task."""

    def __init__(self, grading: Grading, standards: Mapping[str, Standard], overtime: float) -> None:
        self._grading, self._standards, self._overtime = grading, standards, overtime
        self._busy: list[_Worker] = []
        self._idle: list[_Worker] = []  # there is nothing left for these to do

    def work_on(self, tasks: Iterator[Task], jobs: int) -> Iterator[Graded]:
        """Each task's outcome as it comes."""
        for _ in range(jobs):
            if task := next(tasks, None):
                self._busy.append(self._hire(task))
        while self._busy:
            ready = wait([one.connection for one in self._busy], timeout=1.0)
            for one in list(self._busy):
                if one.connection in ready:
                    graded = self._receive(one)
                elif time.monotonic() > one.due:
                    graded = self._fault(one.task, "It took far longer than its limits allow.")
                    _end(one)
                else:
                    continue
                self._busy.remove(one)
                if task := next(tasks, None):
                    self._busy.append(self._hire(task) if one.connection.closed else self._hand(one, task))
                else:
                    self._idle.append(one)
                yield graded

    def dismiss(self) -> None:
        """End them all: those that wait end by themselves."""
        everyone = [*self._idle, *self._busy]
        for one in everyone:
            one.connection.close()
        for one in everyone:
            one.process.join(2)
            _end(one)

    def _hire(self, task: Task) -> _Worker:
        ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("fork")  # the imports are paid for once
        process = context.Process(target=_work, args=(theirs, ours, self._grading, self._standards))
        process.start()
        theirs.close()
        return self._hand(_Worker(process, ours, task, 0.0), task)

    def _hand(self, one: _Worker, task: Task) -> _Worker:
        standard = self._standards[task.assignment]
        one.task = task
        one.due = time.monotonic() + standard.seconds + self._overtime
        with contextlib.suppress(OSError):  # it has ended: what it said before, or that it did, is read next
            one.connection.send(task)
        return one

    def _receive(self, one: _Worker) -> Graded:
        try:
            said = json.loads(one.connection.recv_bytes())
        except (EOFError, OSError):
            one.process.join(5)
            _end(one)
            return self._fault(one.task, f"Its worker ended (exit code {one.process.exitcode}).")
        if "sandbox" in said:
            what, where, do = said["sandbox"]
            raise SandboxError(what, where=where, do=do)
        return Graded.from_json(said["graded"])

    def _fault(self, task: Task, reason: str) -> Graded:
        return fault_of(task.student, self._standards[task.assignment].assignment, reason)


def _end(one: _Worker) -> None:
    one.connection.close()
    one.process.kill()
    one.process.join()


def _say_nothing() -> None:
    """What tests print, by whatever way, is not shown; faults of ours go to standard error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _work(
    theirs: Connection, ours: Connection, grading: Grading, standards: Mapping[str, Standard]
) -> None:  # fmt: skip
    """Grade the tasks that arrive on `theirs` until it closes; for each, send back JSON bytes."""
    ours.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it decides when it stops
    _say_nothing()
    with contextlib.ExitStack() as opened:
        try:
            grade = opened.enter_context(grading.grader())
        except SandboxError as error:
            theirs.send_bytes(json.dumps({"sandbox": [error.what, error.where, error.do]}).encode())
            return
        while True:
            try:
                task = theirs.recv()
            except EOFError:
                return
            try:
                graded = grade(task)
            except Exception as fault:  # ours: the learner loses nothing, the batch goes on
                traceback.print_exc()
                reason = f"{type(fault).__name__}: {fault}"
                graded = fault_of(task.student, standards[task.assignment].assignment, reason)
            try:
                theirs.send_bytes(json.dumps({"graded": graded.to_json()}).encode())
            except OSError:  # nobody waits for it any more
                return
