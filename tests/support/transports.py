"""Grading that is played: by processes of this machine, or here, failing on purpose."""

import contextlib
import hashlib
import json
import os
import signal
import time

from autograder.errors import SandboxError
from autograder.grading.processes import Processes
from autograder.grading.result import Graded, Mark, Result
from autograder.grading.task import fault_of
from autograder.verdict import Outcome, Verdict


def played(task):
    """Stands in for grading: the answer says what happens, or is scored by its text."""
    answer = task.notebooks["ps1"].decode()
    if "DIE" in answer:
        os.kill(os.getpid(), signal.SIGKILL)
    if "HANG" in answer:
        time.sleep(600)
    if "FAULT" in answer:
        raise RuntimeError("a fault of ours")
    if "SLOW" in answer:
        time.sleep(0.05)
    return scored(task, float(hashlib.sha256(answer.encode()).digest()[0] % 3), answer)


def scored(task, points, text="", max_score=14.0):
    """A task graded with `points` for `t_square`; the graded notebook holds them and `text`."""
    verdict = Verdict("ps1.t_square", Outcome.PARTLY, points, 2.0)
    result = Result(
        task.student, task.assignment, Outcome.PARTLY, points, max_score, (verdict,), seconds=time.time()
    )
    notebook = json.dumps({"points": points, "answer": text})
    return Graded(result, {"ps1": notebook}, (Mark("ps1", "t_square", points),))


class Played:
    """In place of a sandbox and judges (`processes.Grading`): `play` makes a Graded of a task."""

    def __init__(self, play=played):
        self.play = play

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    @contextlib.contextmanager
    def grader(self):
        yield self.play


class Refuses(Played):
    """A machine whose sandbox turns out not to hold when a process opens it."""

    def grader(self):
        raise SandboxError("no namespaces", do="Install them.")


def processes(jobs=2, grading=None, **options):
    """Processes that play."""
    return Processes(jobs, opens=lambda standards, lessons: grading or Played(), **options)


class Here:
    """A transport that grades in this process, one task after another; what comes back went through JSON."""

    def __init__(self, play=played):
        self.play = play

    def permit(self):
        pass

    def grade(self, tasks, standards, lessons):
        for task in tasks:
            try:
                graded = self.play(task)
            except Exception as fault:
                graded = fault_of(task.student, standards[task.assignment].assignment, str(fault))
            yield Graded.from_json(graded.to_json())
