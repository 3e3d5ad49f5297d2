"""The learner's journal: what was tried, passed, predicted and answered, in one readable `progress.json`.

The file is found by walking up from the working directory, so every notebook of a learner's folder
shares it. Each change reads the file, changes it and replaces it in one step under a lock, so two open
notebooks lose nothing of each other's. A journal that cannot be read or saved never stops a lesson: the
learner is told, and goes on. What could not be read is never written over.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from autograder import files, records
from autograder.learner.panel import Plain, rehearsal
from autograder.verdict import Outcome, Verdict

FILE = "progress.json"
FORMAT = 2  # since 1: the best points of an exercise, and the route

PATIENCE = 3.0  # seconds; a change holds the lock for milliseconds, a sync program a file not much longer

T = TypeVar("T")


@dataclass
class Tried:
    """One exercise: its latest verdict, and how the learner got there. Times are ISO 8601, UTC.

    `attempts` counts checks of written code; `failed` those of them that did not pass. `passed` is when it
    first passed, `solution` when the solution was opened; empty if never. `best` are the most points that a
    check gave: a worse one later takes nothing away. `reviews` is
    how often it held again later, `reviewed` when last.
    """

    outcome: Outcome = Outcome.NOT_ATTEMPTED
    points: float = 0.0
    max_points: float = 0.0
    attempts: int = 0
    failed: int = 0
    hints: int = 0
    passed: str = ""
    solution: str = ""
    last: str = ""
    best: float = 0.0
    reviews: int = 0
    reviewed: str = ""

    @property
    def held(self) -> float:
        """The points that the learner holds: those of the best check."""
        return max(self.best, self.points, self.max_points if self.passed else 0.0)

    def record(self, verdict: Verdict) -> None:
        """Note one check. An untouched stub, a call that cannot be judged or a grader fault is no attempt."""
        self.best = self.held
        self.outcome, self.last = verdict.outcome, now()
        self.points, self.max_points = verdict.points, verdict.max_points
        self.best = self.held
        judged = verdict.findings and not verdict.message
        if not judged or verdict.outcome is Outcome.GRADER_FAULT:
            return
        self.attempts += 1
        if not verdict.passed:
            self.failed += 1
        elif not self.passed:
            self.passed = self.last


@dataclass
class Guess:
    """One committed prediction: the option's text, the reader's confidence, and whether it held."""

    answer: str
    sure: bool
    right: bool
    at: str


@dataclass
class Reply:
    """What was answered to one item of a test: an option's text or code, and whether that was right.

    `sure` is None where it was not asked, `seconds` how long the item was looked at.
    """

    answer: str
    sure: bool | None
    right: bool
    at: str
    seconds: int


@dataclass
class Sitting:
    """One of the two tests: its form (empty before it is begun), when it was begun, and replies by item."""

    form: str = ""
    started: str = ""
    items: dict[str, Reply] = field(default_factory=dict)

    def join(self, other: Sitting) -> None:
        """Take over what `other` has besides: of each item the first answer counts.

        Of two forms only one can count: the one with more answers, this one when they have as many.
        """
        if self.form not in ("", other.form):
            if other.form and len(other.items) > len(self.items):
                self.form, self.started, self.items = other.form, other.started, dict(other.items)
            return
        self.form = other.form or self.form
        self.started = min(filter(None, (self.started, other.started)), default="")
        for name, reply in other.items.items():
            if name not in self.items or reply.at < self.items[name].at:
                self.items[name] = reply


@dataclass
class Pages:
    """What a journal holds."""

    exercises: dict[str, Tried] = field(default_factory=dict)
    predictions: dict[str, Guess] = field(default_factory=dict)
    pretest: Sitting = field(default_factory=Sitting)
    posttest: Sitting = field(default_factory=Sitting)
    route: str = ""  # the one that the learner chose on the map

    def tried(self, exercise_id: str) -> Tried:
        """The entry of an exercise, made when there is none."""
        return self.exercises.setdefault(exercise_id, Tried())

    def latest(self) -> str:
        """The id of the exercise or prediction touched last; empty when there is none."""
        times = {name: entry.last for name, entry in self.exercises.items()}
        times |= {name: entry.at for name, entry in self.predictions.items()}
        return max((name for name in times if times[name]), key=lambda name: times[name], default="")

    def to_json(self) -> str:
        return records.to_json(self, format=FORMAT) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Pages:
        """Raises ValueError for what is no journal, Plain for one that a newer version wrote."""
        try:
            return records.from_json(cls, text, format=FORMAT, oldest=1, needs=("exercises", "predictions"))
        except records.NewerFormat:
            raise Plain(
                "this progress file was written by a newer aisec",
                do="Update the course, and install it as its README says.",
            ) from None


class Journal:
    """The journal at `path`."""

    #: The folder from which a kernel's journal is looked for; None: the working directory.
    _home: ClassVar[Path | None] = None
    #: What each file held when this kernel last read or saved it: to go on with while it cannot be read.
    _seen: ClassVar[dict[Path, str]] = {}

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def find(cls, start: Path | None = None) -> Journal:
        """The journal at or above `start` (default: `home`), else a new one there."""
        start = start or cls.home()
        folders = (start, *start.parents)
        return cls(next((f / FILE for f in folders if (f / FILE).is_file()), start / FILE))

    @classmethod
    def home(cls) -> Path:
        """The folder of the notebook: where the kernel started, however far it has walked since."""
        return cls._home or Path.cwd()

    @classmethod
    def stay(cls) -> None:
        """Keep `home` where the working directory is now."""
        cls._home = Path.cwd()

    def read(self) -> Pages:
        """What the journal holds now; while it cannot be read, what it held last, and the learner is told.

        A damaged file is set aside and named, never overwritten.
        """
        try:
            return self.saved()
        except OSError as error:
            print(f"Your progress cannot be read just now ({_reason(error)}). It is still in {self.path}.")
            return self._remembered()

    def saved(self) -> Pages:
        """What the file holds. Raises OSError when that cannot be learned."""
        with self._locked():
            return self._load()

    def update(self, change: Callable[[Pages], Any]) -> Pages:
        """Apply `change` to what the file holds at this moment, save it, and return it.

        In a rehearsal nothing is saved. When the file cannot be read or saved the learner is told, the file
        stays as it is, and the change counts in the pages that are returned and nowhere else.
        """
        with ExitStack() as lock:
            try:
                lock.enter_context(self._locked())
                pages, readable = self._load(), True
            except OSError as error:
                self._say_unsaved(error)
                pages, readable = self._remembered(), False
            change(pages)
            if readable and not rehearsal():
                self._save(pages)
            return pages

    def _load(self) -> Pages:
        try:
            text = _patiently(lambda: self.path.read_text("utf-8"))
            pages = Pages.from_json(text)
        except FileNotFoundError:
            return Pages()
        except ValueError:
            if not rehearsal():
                self._set_aside()
            return Pages()
        self._seen[self.path] = text
        return pages

    def _remembered(self) -> Pages:
        return Pages.from_json(self._seen[self.path]) if self.path in self._seen else Pages()

    def _say_unsaved(self, error: OSError) -> None:
        print(
            f"This was not saved to your progress ({_reason(error)}); what was saved before is still in "
            f"{self.path}. Go on, and run this cell again later. If it stays so, close other programs that "
            "use the folder, such as one that syncs it."
        )

    def _set_aside(self) -> None:
        number = 1
        while (aside := self.path.with_name(f"progress.damaged-{number}.json")).exists():
            number += 1
        _patiently(lambda: os.replace(self.path, aside))
        print(
            f"{self.path} is damaged and was kept as {aside.name}. A new one is started; "
            "run your check cells again to fill it."
        )

    def _save(self, pages: Pages) -> None:
        text = pages.to_json()
        try:
            files.write(self.path, text, move=lambda draft, path: _patiently(lambda: os.replace(draft, path)))
        except OSError as error:
            self._say_unsaved(error)
        else:
            self._seen[self.path] = text

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other kernels out, by a lock that the system takes back from a process that ends.

        Raises OSError when another kernel keeps it. Where no lock can be had (a read-only folder, a file
        system without locks) go on without.
        """
        from filelock import FileLock, Timeout  # 6 ms: not while a notebook imports us

        with ExitStack() as stack:
            if os.access(self.path.parent, os.W_OK):
                try:
                    lock = FileLock(self.path.with_name(f".{FILE}.lock"), timeout=PATIENCE)
                    stack.enter_context(lock)
                except Timeout:
                    raise OSError("another notebook keeps it") from None
                except (OSError, NotImplementedError):
                    pass
            yield


def now() -> str:
    """This moment, as `2026-01-31T12:00:00Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _patiently(act: Callable[[], T]) -> T:
    """`act()`, tried again for up to `PATIENCE` while it raises OSError.

    A sync program or a virus scanner may hold the file; on Windows, a file that somebody reads cannot be
    replaced just then. A file that is not there is an answer, and no reason to wait.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except FileNotFoundError:
            raise
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.02)
