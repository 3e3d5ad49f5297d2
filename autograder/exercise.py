"""What an author writes a check with: the `exercise` decorator and the `Trial` that a check is handed.

A check is one function. It is handed a `Trial` and the learner's names, draws its cases, calls the
learner's functions and says, part by part, what is right and what is not:

    @exercise(
        minutes=5,
        parts={"value": (3, "returns the share of equal labels"),
               "empty": (2, "refuses an empty input")},
        hints=("Where do the two arrays agree?", "Count, then divide by the length.", "..."),
        debrief=("What an attacker does with it ...", "What a defender keeps in mind ..."),
        standards=("AML.M0018",),
    )
    def accuracy(t, accuracy):
        for rng in t.cases(5):
            y, guess = rng.integers(0, 2, (2, 50))
            t.given(n=50)
            with t.part("value"):
                got = t.number(accuracy(y, guess), "the accuracy")
                t.close(got, (y == guess).mean(), "the share of equal labels",
                        slips={"You counted the errors.": (y != guess).mean()})
        with t.part("empty"), t.raises(ValueError, "an empty input"):
            accuracy([], [])

The same function serves the learner's kernel (a public seed) and grading (the cohort's seed and the
learner's id). What a check passes to a learner's function is copied; what comes back is plain data, or
stays an object on the learner's side whose methods can be called.
"""

from __future__ import annotations

import hashlib
import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from autograder.errors import CourseError, LearnerError, LearnerStopped, Uncrossable
from autograder.verdict import Finding, Outcome, Verdict, settle

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Level = Literal["core", "stretch"]


@dataclass(frozen=True)
class Exercise:
    """One exercise: its check and what the course says about it. Made by the `exercise` decorator."""

    id: str
    check: Callable[..., None]
    minutes: int
    level: Level
    parts: Mapping[str, tuple[float, str]]
    hints: tuple[str, ...]
    debrief: tuple[str, str]
    standards: tuple[str, ...]

    @property
    def lesson(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        return self.id.partition(".")[2]

    @property
    def points(self) -> float:
        return sum(points for points, _ in self.parts.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The learner's names that the check takes, in order: its parameters after the trial."""
        return tuple(inspect.signature(self.check).parameters)[1:]


def exercise(
    *,
    minutes: int,
    parts: Mapping[str, tuple[float, str]],
    hints: Sequence[str],
    debrief: tuple[str, str],
    standards: Sequence[str] = (),
    level: Level = "core",
) -> Callable[[Callable[..., None]], Exercise]:
    """Make an `Exercise` of a check function.

    `parts` maps a key to (points, what the part asks); the points add up to the exercise's. `hints`
    are three rungs: where to look, the method, pseudo-code. `debrief` is the attacker's and the
    defender's side. The exercise's id is the lesson (the module's name without `_checks`) and the
    function's name.
    """

    def wrap(check: Callable[..., None]) -> Exercise:
        lesson = check.__module__.rpartition(".")[2].removesuffix("_checks")
        return Exercise(
            id=f"{lesson}.{check.__name__}",
            check=check,
            minutes=minutes,
            level=level,
            parts=dict(parts),
            hints=tuple(hints),
            debrief=debrief,
            standards=tuple(standards),
        )

    return wrap


@dataclass(frozen=True)
class Prediction:
    """A guess that the reader commits before seeing: no points, only the surprise.

    `answer` is the index of the right option; `because` is shown once a guess is committed.
    """

    id: str
    question: str
    options: tuple[str, ...]
    answer: int
    because: str


@dataclass(frozen=True)
class Answers:
    """What an exercise's check is tested with, beside the solution in the lesson's text.

    An answer is a function, or a tuple of functions where the check takes several names. Every answer in
    `right` passes; it is written differently from the solution. Every answer in `wrong` loses points, and
    the text beside it occurs in one of its findings: in the message or the slip.
    """

    right: Sequence[Any]
    wrong: Sequence[tuple[Any, str]]


def seed_for(exercise_id: str, secret: str = "", learner: str = "") -> int:
    """The seed of one exercise's draws: public without a secret, else the cohort's and the learner's own."""
    text = "\x1f".join((secret, learner, exercise_id))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def run_check(exercise: Exercise, answers: Sequence[Any], seed: int) -> Verdict:
    """Judge `answers` (the learner's names, in the order of `exercise.names`) on the draws of `seed`.

    Never raises for anything a learner's code does; a fault of the check itself gives the outcome
    *grader fault*, with which no points are lost.
    """
    trial = Trial(exercise, seed)
    if len(answers) != len(exercise.names):
        wanted = ", ".join(exercise.names)
        return trial.verdict(Outcome.ERROR, f"check takes {wanted}; it was given {len(answers)} value(s).")
    for name, answer in zip(exercise.names, answers, strict=True):
        if not callable(answer):
            return trial.verdict(Outcome.ERROR, f"{name} is {brief(answer)}, not a function or class.")
    try:
        with trial.guard():
            exercise.check(trial, *answers)
    except LearnerStopped as stop:
        return trial.verdict(Outcome(stop.outcome), stop.message)
    return trial.verdict()


class Wrong(Exception):
    """Raised by `Trial` when an expectation does not hold; a part records it."""

    def __init__(self, message: str, *, expected: str = "", got: str = "", slip: str = "") -> None:
        super().__init__(message)
        self.message, self.expected, self.got, self.slip = message, expected, got, slip


class Trial:
    """One run of one check: it deals the cases, and collects what each part found."""

    def __init__(self, exercise: Exercise, seed: int) -> None:
        self.exercise = exercise
        self.seed = seed
        self._case = ""
        self._given = ""
        self._entered: set[str] = set()
        self._open: set[str] = set()
        self._findings: dict[str, Finding] = {}
        self._stopped: tuple[Outcome, str] | None = None

    # -- cases -------------------------------------------------------------------------------------

    def rng(self, *key: int) -> np.random.Generator:
        """A generator of this trial's own; the same `key` gives the same stream."""
        import numpy as np

        return np.random.default_rng([self.seed, *key])

    def cases(self, count: int) -> Iterator[np.random.Generator]:
        """Deal `count` cases, each with a generator of its own, and name the case in what goes wrong."""
        for number in range(count):
            self._case, self._given = f"{number + 1} of {count}", ""
            yield self.rng(1, number)
        self._case = self._given = ""

    def given(self, **values: Any) -> None:
        """Name what this case was drawn with: `t.given(rate=0.1, n=200)`."""
        self._given = ", ".join(f"{name} = {brief(value)}" for name, value in values.items())

    # -- parts -------------------------------------------------------------------------------------

    @contextmanager
    def part(self, key: str) -> Iterator[None]:
        """What goes wrong inside costs this part only. A part holds when it was entered and never failed."""
        if key not in self.exercise.parts:
            raise CourseError(
                f"no part {key!r}", where=self.exercise.id, do="Name it in the decorator's parts."
            )
        self._entered.add(key)
        self._open.add(key)
        with self._recording([key]):
            yield
        self._open.discard(key)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """What goes wrong outside every part costs the parts that have not been entered yet."""
        with self._recording(None):
            yield

    @contextmanager
    def _recording(self, keys: list[str] | None) -> Iterator[None]:
        try:
            yield
        except Wrong as wrong:
            self._record(keys, Outcome.FAILED, wrong.message, wrong.expected, wrong.got, wrong.slip)
        except Uncrossable as error:
            self._record(keys, Outcome.FAILED, error.what)
        except LearnerError as error:
            if error.kind == "NotImplementedError":
                self._record(keys, Outcome.NOT_ATTEMPTED, "")
            else:
                where = f" at line {error.line} of your cell: {error.code.strip()}" if error.line else ""
                self._record(keys, Outcome.ERROR, f"Your code raised {error.what}{where}")
        except Exception as fault:  # the check's own: never the learner's loss
            self._record(
                keys, Outcome.GRADER_FAULT, f"The check itself failed: {type(fault).__name__}: {fault}"
            )

    def _record(
        self,
        keys: list[str] | None,
        outcome: Outcome,
        message: str,
        expected: str = "",
        got: str = "",
        slip: str = "",
    ) -> None:
        for key in self._unsettled() if keys is None else keys:
            points, says = self.exercise.parts[key]
            case = (
                f"{self._case} ({self._given})" if self._case and self._given else self._case or self._given
            )
            finding = Finding(key, says, 0.0, points, outcome, message, case, expected, got, slip)
            self._findings.setdefault(key, finding)

    def _unsettled(self) -> list[str]:
        return [key for key in self.exercise.parts if key not in self._entered]

    def verdict(self, stopped: Outcome | None = None, message: str = "") -> Verdict:
        """The verdict so far. With `stopped`, every part that was not settled ends with that outcome."""
        findings = []
        for key, (points, says) in self.exercise.parts.items():
            if key in self._findings:
                findings.append(self._findings[key])
            elif stopped is not None:
                findings.append(Finding(key, says, 0.0, points, stopped))
            elif key in self._entered - self._open:
                findings.append(Finding(key, says, float(points), points, Outcome.PASSED))
            else:
                fault = f"The check did not finish its part {key!r}."
                findings.append(Finding(key, says, 0.0, points, Outcome.GRADER_FAULT, fault))
        return _plain(settle(self.exercise.id, findings, message))

    # -- expectations ------------------------------------------------------------------------------

    def wrong(self, message: str, *, expected: Any = "", got: Any = "", slip: str = "") -> None:
        """Say that this part is wrong."""
        raise Wrong(message, expected=_shown(expected), got=_shown(got), slip=slip)

    def expect(self, holds: Any, message: str, *, expected: Any = "", got: Any = "", slip: str = "") -> None:
        """`message` says what is wrong when `holds` is not true."""
        if not holds:
            self.wrong(message, expected=expected, got=got, slip=slip)

    def equal(self, got: Any, want: Any, what: str, *, slips: Mapping[str, Any] | None = None) -> None:
        """`got` must be the same value as `want`; `slips` maps a misconception to what it would have given."""
        self._compare(got, want, what, _same, slips)

    def close(
        self, got: Any, want: Any, what: str, *, rtol: float = 1e-6, atol: float = 1e-9,
        slips: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """As `equal`, for numbers and arrays, within |got - want| <= atol + rtol * |want|."""
        self._compare(got, want, what, lambda a, b: _close(a, b, rtol, atol), slips)

    def _compare(
        self,
        got: Any,
        want: Any,
        what: str,
        same: Callable[[Any, Any], bool],
        slips: Mapping[str, Any] | None,
    ) -> None:
        if same(got, want):
            return
        slip = next((text for text, value in (slips or {}).items() if same(got, value)), "")
        self.wrong(f"{capital(what)} is not right.", expected=brief(want), got=brief(got), slip=slip)

    def at_least(self, value: float, threshold: float, what: str, *, slip: str = "") -> None:
        """`value >= threshold`, with both printed."""
        holds = value >= threshold
        self.expect(
            holds, f"{capital(what)} is too low.", expected=f"at least {threshold:g}", got=value, slip=slip
        )

    def at_most(self, value: float, threshold: float, what: str, *, slip: str = "") -> None:
        """`value <= threshold`, with both printed."""
        holds = value <= threshold
        self.expect(
            holds, f"{capital(what)} is too high.", expected=f"at most {threshold:g}", got=value, slip=slip
        )

    @contextmanager
    def raises(self, error: type[BaseException], when: str, *, slip: str = "") -> Iterator[None]:
        """The learner's code must raise `error` when given `when`."""
        try:
            yield
        except error:
            return
        except LearnerError as other:
            if other.kind == "NotImplementedError":
                raise
            self.wrong(
                f"Given {when}, the wrong error is raised.",
                expected=error.__name__,
                got=other.what,
                slip=slip,
            )
        self.wrong(f"Given {when}, no error is raised.", expected=error.__name__, got="no error", slip=slip)

    def observe(self, answer: Any, *args: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
        """Call `answer` and return (its result, its positional arguments as they were after the call)."""
        return answer._observe_(args, kwargs)

    # -- what a learner's function may have returned -------------------------------------------------

    def number(self, value: Any, what: str) -> float:
        """`value` as a float; a part fails when it is not one finite number."""
        import numpy as np

        number = math.nan
        if type(value) in (int, float) or issubclass(type(value), np.integer | np.floating):
            with suppress(OverflowError):
                number = float(value)
        if not math.isfinite(number):
            self.wrong(f"{capital(what)} should be one finite number.", expected="a number", got=brief(value))
        return number

    def array(
        self, value: Any, what: str, *, shape: tuple[int | None, ...] | None = None, kind: str = "biuf"
    ) -> np.ndarray:
        """`value` (array, list or Series) as a finite array of a dtype kind in `kind` and of `shape` (None: any)."""
        import numpy as np
        import pandas as pd

        if not isinstance(value, np.ndarray | list | tuple | pd.Series):
            self.wrong(f"{capital(what)} should be an array.", expected="an array", got=brief(value))
        try:
            array = np.asarray(value)
        except ValueError:
            array = np.array(None)
        if array.dtype.kind not in kind:
            self.wrong(
                f"{capital(what)} has the wrong kind of values.", expected=_kinds(kind), got=brief(value)
            )
        if shape is not None and (
            array.ndim != len(shape)
            or any(n is not None and n != m for n, m in zip(shape, array.shape, strict=True))
        ):
            wanted = "(" + ", ".join("any" if n is None else str(n) for n in shape) + ")"
            self.wrong(f"{capital(what)} has the wrong shape.", expected=wanted, got=str(array.shape))
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            self.wrong(f"{capital(what)} has values that are not finite numbers.", got=brief(value))
        return array

    def table(self, value: Any, what: str, columns: Sequence[str]) -> pd.DataFrame:
        """`value` as a DataFrame that has `columns`."""
        import pandas as pd

        if not isinstance(value, pd.DataFrame):
            self.wrong(
                f"{capital(what)} should be a pandas DataFrame.", expected="a DataFrame", got=brief(value)
            )
        missing = [name for name in columns if name not in value.columns]
        if missing:
            self.wrong(
                f"{capital(what)} lacks columns.", expected=list(columns), got=[str(c) for c in value.columns]
            )
        return value

    def instance(self, value: Any, kind: type, what: str) -> Any:
        """`value`, which must be of exactly the plain type `kind` (`bool`, `str`, `list`, `dict` …)."""
        if type(value) is not kind:
            self.wrong(
                f"{capital(what)} should be a {kind.__name__}.", expected=kind.__name__, got=brief(value)
            )
        return value


def brief(value: Any, width: int = 120) -> str:
    """A short text for any value: what a person needs to see of it, on one line."""
    import numpy as np

    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    if isinstance(value, np.ndarray):
        text = np.array2string(value, threshold=8, edgeitems=3, precision=4, separator=", ")
        text = f"{text} (shape {value.shape})" if value.size > 8 else text
    else:
        try:
            text = repr(value)
        except ValueError:  # an integer of more digits than Python writes out
            text = f"a {type(value).__name__} too large to show"
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else brief(value)


def _kinds(kind: str) -> str:
    names = {"b": "booleans", "i": "integers", "f": "floats", "U": "texts", "O": "objects"}
    return " or ".join(names[letter] for letter in kind if letter in names)


def _same(a: Any, b: Any) -> bool:
    """Equal by value, with the same kind of container; arrays and frames included, NaN equal to NaN."""
    import numpy as np
    import pandas as pd

    if isinstance(b, pd.DataFrame | pd.Series):
        return type(a) is type(b) and a.equals(b)
    if isinstance(b, np.ndarray):
        if not isinstance(a, np.ndarray | list) or isinstance(a, pd.Series):
            return False
        try:
            a = np.asarray(a)
            return a.shape == b.shape and np.array_equal(
                a, b, equal_nan=a.dtype.kind in "fc" and b.dtype.kind in "fc"
            )
        except (ValueError, TypeError):
            return False
    if isinstance(b, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(b, dict):
        return type(a) is dict and a.keys() == b.keys() and all(_same(a[key], b[key]) for key in b)
    if isinstance(b, bool | np.bool_) or isinstance(a, bool | np.bool_):
        return isinstance(a, bool | np.bool_) and isinstance(b, bool | np.bool_) and bool(a) == bool(b)
    if isinstance(a, np.ndarray | pd.DataFrame | pd.Series):
        return False
    return bool(a == b) or (a != a and b != b)


def _close(a: Any, b: Any, rtol: float, atol: float) -> bool:
    import numpy as np

    try:
        a, b = np.asarray(a, float), np.asarray(b, float)
    except (ValueError, TypeError):
        return False
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))


def _plain(verdict: Verdict) -> Verdict:
    """An untouched stub reads as one line: parts that were not attempted say nothing more."""
    if verdict.outcome is not Outcome.NOT_ATTEMPTED:
        return verdict
    message = (
        "Nothing written yet: replace `raise NotImplementedError()` with your code, then run this cell again."
    )
    return Verdict(verdict.exercise, verdict.outcome, 0.0, verdict.max_points, message)
