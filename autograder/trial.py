"""What a check is handed: a `Trial` deals the cases, and collects what each part found.

An author's guide to it stands in `autograder.exercise` and docs/author.md.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autograder import compare, returned
from autograder.compare import Brief, brief, capital
from autograder.errors import CourseError, LearnerError, Uncrossable
from autograder.returned import Wrong
from autograder.verdict import Finding, Outcome, Verdict, settle

if TYPE_CHECKING:
    import numpy as np

    from autograder.exercise import Exercise


class Witness:
    """Told what a trial measures and compares, and where its check crashes. This one takes no notes."""

    def measured(self, what: str, value: float, low: float, high: float) -> None:
        """`value` had to lie from `low` to `high`, one of which may be infinite."""

    def compared(self, want: Any, slips: Mapping[str, Any], same: Callable[[Any, Any], bool]) -> None:
        """A value was compared with `want`, and with what each slip would have given on this draw."""

    def crashed(self, fault: Exception) -> None:
        """The check itself raised `fault`."""


class Trial:
    """One run of one check: it deals the cases, and collects what each part found."""

    def __init__(self, exercise: Exercise, seed: int, witness: Witness | None = None) -> None:
        self.exercise = exercise
        self.seed = seed
        self._witness = witness or Witness()
        self._case = ""
        self._given = ""
        self._entered: set[str] = set()
        self._open: set[str] = set()
        self._findings: dict[str, Finding] = {}
        self._in_loop: set[str] | None = None  # parts entered since the cases that run now began

    # -- cases -------------------------------------------------------------------------------------

    def rng(self, *key: int) -> np.random.Generator:
        """A generator of this trial's own; the same `key` gives the same stream.

        What a learner is handed can be wound back to its seed, so the seed is a digest: it gives away
        neither the trial's seed nor another stream.
        """
        import numpy as np

        digest = hashlib.sha256(repr((self.seed, *map(int, key))).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))

    def cases(self, count: int) -> Iterator[np.random.Generator]:
        """Deal `count` cases, each with a generator of its own, and name the case in what goes wrong."""
        import numpy as np

        self._in_loop = set()
        for number in range(count):
            self._case, self._given = f"{number + 1} of {count}", ""
            yield np.random.default_rng([self.seed, 1, number])  # for drawing: never handed out
        self._case = self._given = ""
        self._in_loop = None

    def given(self, **values: Any) -> None:
        """Name what this case was drawn with: `t.given(rate=0.1, n=200)`. It ends with its case.

        Said inside a part, or outside of `cases`, it ends with the part that is open or comes next.
        """
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
        if self._in_loop is not None:
            self._in_loop.add(key)
        self._open.add(key)
        given = self._given if self._in_loop is not None else ""
        with self._recording([key]):
            yield
        self._open.discard(key)
        self._given = given

    @contextmanager
    def guard(self) -> Iterator[None]:
        """What goes wrong outside every part costs those not entered yet, and those of a loop cut short."""
        with self._recording(None):
            yield

    @contextmanager
    def _recording(self, keys: list[str] | None) -> Iterator[None]:
        try:
            try:
                yield
            except Wrong as wrong:
                if not self._findings.keys() >= set(self._unsettled() if keys is None else keys):
                    self._record(keys, Outcome.FAILED, wrong.message, *wrong.shown(), wrong.slip)
        except Uncrossable as error:
            self._record(keys, Outcome.FAILED, error.what)
        except LearnerError as error:
            if error.kind == "NotImplementedError":
                self._record(keys, Outcome.NOT_ATTEMPTED, "")
            else:
                self._record(keys, Outcome.ERROR, error.report())
        except Exception as fault:  # the check's own: never the learner's loss
            self._witness.crashed(fault)
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
        settled = self._entered - (self._in_loop or set())
        return [key for key in self.exercise.parts if key not in settled]

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

    wrong = staticmethod(returned.wrong)

    def expect(self, holds: Any, message: str, *, expected: Any = "", got: Any = "", slip: str = "") -> None:
        """`message` says what is wrong when `holds` is not true."""
        if not holds:
            self.wrong(message, expected=expected, got=got, slip=slip)

    def equal(self, got: Any, want: Any, what: str, *, slips: Mapping[str, Any] | None = None) -> None:
        """`got` must be `want`, by value; `slips` maps a misconception to what it would have given."""
        self._compare(got, want, what, compare.same, slips)

    def close(
        self, got: Any, want: Any, what: str, *, rtol: float = 1e-6, atol: float = 1e-9,
        slips: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """As `equal`, for numbers and arrays, within |got - want| <= atol + rtol * |want|."""
        self._compare(got, want, what, lambda a, b: compare.close(a, b, rtol, atol), slips)

    def _compare(
        self,
        got: Any,
        want: Any,
        what: str,
        same: Callable[[Any, Any], bool],
        slips: Mapping[str, Any] | None,
    ) -> None:
        self._witness.compared(want, slips or {}, same)
        got = returned.plain(got)
        if same(got, want):
            return
        slip = next((text for text, value in (slips or {}).items() if same(got, value)), "")
        self.wrong(f"{capital(what)} is not right.", expected=Brief(want), got=Brief(got), slip=slip)

    def at_least(self, value: float, threshold: float, what: str, **said: Any) -> None:
        """`value >= threshold`, with both printed. `said` is as in `between`."""
        self._within(value, threshold, math.inf, f"{capital(what)} is too low.", what, said)

    def at_most(self, value: float, threshold: float, what: str, **said: Any) -> None:
        """`value <= threshold`, with both printed. `said` is as in `between`."""
        self._within(value, -math.inf, threshold, f"{capital(what)} is too high.", what, said)

    def between(self, value: float, low: float, high: float, what: str, **said: Any) -> None:
        """`low <= value <= high`, with all printed.

        `said` is a `slip`, and what replaces the words that are made here: `message`, `expected`, `got`.
        """
        message = f"{capital(what)} is too {'low' if value < low else 'high'}."
        self._within(value, low, high, message, what, said)

    def _within(
        self, value: float, low: float, high: float, message: str, what: str, said: Mapping[str, Any]
    ) -> None:
        self._witness.measured(what, value, low, high)
        expected = f"{low:g} to {high:g}"
        if math.isinf(low):
            expected = f"at most {high:g}"
        elif math.isinf(high):
            expected = f"at least {low:g}"
        words = {"message": message, "expected": expected, "got": value, **said}
        self.expect(low <= value <= high, **words)

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

    number = staticmethod(returned.number)
    array = staticmethod(returned.array)
    table = staticmethod(returned.table)
    instance = staticmethod(returned.instance)
    object = staticmethod(returned.learners_object)


def _plain(verdict: Verdict) -> Verdict:
    """An untouched stub reads as one line: parts that were not attempted say nothing more."""
    if verdict.outcome is not Outcome.NOT_ATTEMPTED:
        return verdict
    message = "Nothing written yet: replace `raise NotImplementedError()` with your code."
    return Verdict(verdict.exercise, verdict.outcome, 0.0, verdict.max_points, message)
