"""The learner's journal: what was tried, passed, predicted and answered, in one readable `progress.json`.

The file is found by walking up from the working directory, so every notebook of a learner's folder
shares it. Each change reads the file, changes it and replaces it in one step under a lock, so two open
notebooks lose nothing of each other's. A journal that cannot be saved never stops a lesson: the learner
is told, and goes on.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.learner.panel import Plain, rehearsal
from autograder.verdict import Outcome, Verdict

FILE = "progress.json"
FORMAT = 1

LOCK_WAIT = 3.0  # seconds; a change holds the lock for milliseconds
LOCK_STALE = 10.0  # seconds; a lock this old was left by a kernel that died


@dataclass
class Tried:
    """One exercise: its latest verdict, and how the learner got there. Times are ISO 8601, UTC.

    `attempts` counts checks of written code; `failed` those of them that did not pass. `passed` is when it
    first passed, `solution` when the solution was opened; empty if never.
    """

    outcome: str = Outcome.NOT_ATTEMPTED
    points: float = 0.0
    max_points: float = 0.0
    attempts: int = 0
    failed: int = 0
    hints: int = 0
    passed: str = ""
    solution: str = ""
    last: str = ""

    def __post_init__(self) -> None:
        self.outcome = Outcome(self.outcome)

    def record(self, verdict: Verdict) -> None:
        """Note one check. An untouched stub, a call that cannot be judged or a grader fault is no attempt."""
        self.outcome, self.last = verdict.outcome, now()
        self.points, self.max_points = verdict.points, verdict.max_points
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

    def tried(self, exercise_id: str) -> Tried:
        """The entry of an exercise, made when there is none."""
        return self.exercises.setdefault(exercise_id, Tried())

    def latest(self) -> str:
        """The id of the exercise or prediction touched last; empty when there is none."""
        times = {name: entry.last for name, entry in self.exercises.items()}
        times |= {name: entry.at for name, entry in self.predictions.items()}
        return max((name for name in times if times[name]), key=lambda name: times[name], default="")

    def to_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Pages:
        """Raises ValueError for what is no journal, Plain for one that a newer version wrote."""
        try:
            data = json.loads(text)
            if data["format"] > FORMAT:
                raise Plain(
                    "this progress file was written by a newer aisec",
                    do="Update the course, and install it as its README says.",
                )
            tried = {name: _typed(Tried, entry) for name, entry in data["exercises"].items()}
            guessed = {name: _typed(Guess, entry) for name, entry in data["predictions"].items()}
            return cls(tried, guessed, *(_sitting(data.get(which, {})) for which in ("pretest", "posttest")))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a progress file: {error}") from error


class Journal:
    """The journal at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def find(cls, start: Path | None = None) -> Journal:
        """The journal at or above `start` (default: the working directory), else a new one there."""
        start = start or Path.cwd()
        folders = (start, *start.parents)
        return cls(next((f / FILE for f in folders if (f / FILE).is_file()), start / FILE))

    def read(self) -> Pages:
        """What the journal holds now. A damaged file is set aside and named, never overwritten."""
        with self._locked():
            return self._load()

    def update(self, change: Callable[[Pages], Any]) -> Pages:
        """Apply `change` to what the file holds at this moment, save it, and return it.

        In a rehearsal nothing is saved. When saving fails the learner is told, and the pages are returned.
        """
        with self._locked():
            pages = self._load()
            change(pages)
            if not rehearsal():
                self._save(pages)
            return pages

    def _load(self) -> Pages:
        try:
            return Pages.from_json(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return Pages()
        except OSError as error:
            print(f"Your progress cannot be read: {error}")
            return Pages()
        except ValueError:
            if not rehearsal():
                self._set_aside()
            return Pages()

    def _set_aside(self) -> None:
        number = 1
        while (aside := self.path.with_name(f"progress.damaged-{number}.json")).exists():
            number += 1
        os.replace(self.path, aside)
        print(
            f"{self.path} is damaged and was kept as {aside.name}. A new one is started; "
            "run your check cells again to fill it."
        )

    def _save(self, pages: Pages) -> None:
        draft = self.path.with_name(f".{FILE}.{os.getpid()}")
        try:
            draft.write_text(pages.to_json(), "utf-8")
            _patiently(lambda: os.replace(draft, self.path))
        except OSError as error:
            print(f"Your progress was not saved: {error}")
            draft.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock file. Where none can be had (a read-only folder) go on without."""
        lock = self.path.with_name(f".{FILE}.lock")
        held = False
        if os.access(self.path.parent, os.W_OK):
            with suppress(OSError):
                _patiently(lambda: _create(lock))
                held = True
        try:
            yield
        finally:
            if held:
                with suppress(OSError):
                    lock.unlink()


def now() -> str:
    """This moment, as `2026-01-31T12:00:00Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _typed(kind: type, entry: dict[str, Any]) -> Any:
    """`entry` as a `kind`; raises TypeError unless every value is of the type that the field declares."""
    made = kind(**entry)
    types = {"str": str, "int": int, "float": int | float, "bool": bool}
    types |= {"bool | None": bool | None, "dict[str, Reply]": dict}
    for name, declared in kind.__annotations__.items():
        if not isinstance(getattr(made, name), types[declared]):
            raise TypeError(f"{name} is {getattr(made, name)!r}")
    return made


def _sitting(entry: dict[str, Any]) -> Sitting:
    replies = {name: _typed(Reply, reply) for name, reply in entry.get("items", {}).items()}
    return _typed(Sitting, entry | {"items": replies})


def _create(lock: Path) -> None:
    """Make the lock file, or raise OSError when another holds it; one left by a dead kernel is removed."""
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        if time.time() - lock.stat().st_mtime > LOCK_STALE:
            lock.unlink()
        raise


def _patiently(act: Callable[[], None]) -> None:
    """`act()`, tried again for up to `LOCK_WAIT` while it raises OSError.

    Another kernel may hold the lock; on Windows, a file that somebody reads cannot be replaced just then.
    """
    deadline = time.monotonic() + LOCK_WAIT
    while True:
        try:
            return act()
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.01)
