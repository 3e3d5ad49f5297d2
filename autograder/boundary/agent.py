"""The learner's end of the boundary: it answers for the learner's objects, and is trusted with nothing.

A request is a list `[gone, op, ...]`, where `gone` are numbers of objects that may be forgotten; the answer
is `["ok", value]` or `["raised", ...]`. Objects that are not plain data stay here, each under a number; the
other side may fetch, call and look at them by that number. While a request is being answered, the learner's
code may call back a function that the check passed in.
"""

from __future__ import annotations

import builtins
import linecache
import operator
import pickle
import types
from collections.abc import Callable
from typing import Any

from autograder.boundary import codec
from autograder.errors import Uncrossable
from autograder.verdict import Outcome, Stop

#: Reference codes: an object of the learner's, a function of the check's, a copy the check gives.
LEARNERS, CHECKS, GIVEN = codec.REFERENCE, codec.REFERENCE + 1, codec.REFERENCE + 2

#: Special methods that a proxy has where the object's class has them, and not where it has not: libraries
#: and tests look whether they are there.
SPECIAL = (
    "__len__", "__iter__", "__next__", "__contains__", "__getitem__", "__setitem__", "__enter__", "__exit__",
)  # fmt: skip

#: Plain type → what a value of a subclass of it keeps, read past every method that the subclass defines.
PLAIN: dict[type, Callable[[Any], Any]] = {
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    int: int.__index__,
    float: float.__float__,
    list: lambda value: list(list.__iter__(value)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
}


class OverLimit(BaseException):
    """Raised in the learner's process when a limit that it keeps by itself is reached."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.stop = Stop(outcome, message)


def stop_of(error: BaseException | None) -> list[str] | None:
    """[outcome, message] when `error` says that a limit was reached: a Stop, as it crosses."""
    if isinstance(error, OverLimit):
        return [str(error.stop.outcome), error.stop.message]
    if isinstance(error, MemoryError):
        return [str(Outcome.OUT_OF_MEMORY), "Your code asked for more memory than it may use."]
    return None


class Agent:
    """Answers requests about `names`, the learner's namespace. `ask` carries a call back to the check."""

    def __init__(self, names: dict[str, Any], ask: Callable[[bytes], bytes]) -> None:
        self._names = names
        self._ask = ask
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}

    def answer(self, request: bytes) -> bytes:
        """The answer to one request; whatever the learner's code does, this does not raise Exception."""
        gone, op, *args = codec.loads(request, self._resolve, trusting=True)
        self._forget(gone)
        try:
            value = getattr(self, f"_do_{op}")(*args)
            try:
                return codec.dumps(["ok", value], self._refer)
            except Uncrossable:
                raise
            except Exception as error:  # an object that breaks while it is being copied
                raise Uncrossable(f"the value cannot be copied: {type(error).__name__}: {error}") from error
        except KeyboardInterrupt:
            raise  # in a learner's kernel it is the learner's own
        except BaseException as error:
            return self.raised(error)

    def raised(self, error: BaseException) -> bytes:
        """The answer that tells of an exception, or of a limit that was reached late."""
        if (stop := stop_of(error)) is not None:
            return codec.dumps(["stopped", *stop])
        return codec.dumps(self._raised(error), self._refer)

    # -- what can be asked --------------------------------------------------------------------------

    def _do_name(self, name: str) -> Any:
        if name not in self._names:
            raise NameError(f"name {name!r} is not defined")
        return self._names[name]

    def _do_bind(self, name: str, value: Any) -> None:
        self._names[name] = value

    def _do_unbind(self, name: str) -> None:
        del self._names[name]

    def _do_call(self, number: int, args: list, kwargs: dict) -> Any:
        return self._objects[number](*args, **kwargs)

    def _do_plain(self, number: int) -> Any:
        return plain(self._objects[number])

    def _do_observe(self, number: int, args: list, kwargs: dict) -> Any:
        return [self._objects[number](*args, **kwargs), args]

    def _do_method(self, number: int, name: str, args: list, kwargs: dict) -> Any:
        return getattr(self._objects[number], name)(*args, **kwargs)

    def _do_attr(self, number: int, name: str) -> Any:
        return getattr(self._objects[number], name)

    def _do_set(self, number: int, name: str, value: Any) -> None:
        setattr(self._objects[number], name, value)

    def _do_item(self, number: int, key: Any) -> Any:
        return self._objects[number][key]

    def _do_put(self, number: int, key: Any, value: Any) -> None:
        self._objects[number][key] = value

    def _do_builtin(self, name: str, *values: Any) -> Any:
        """len, iter, next, repr, str, bool, dir, isinstance … of the learner's objects."""
        return getattr(builtins, name)(*values)

    def _do_operate(self, name: str, *values: Any) -> Any:
        """An operator between the learner's objects, by its name in the module `operator`."""
        return getattr(operator, name)(*values)

    def _forget(self, numbers: list[int]) -> None:
        for number in numbers:
            self._numbers.pop(id(self._objects.pop(number, None)), None)

    # -- objects ------------------------------------------------------------------------------------

    def _refer(self, value: Any) -> tuple[int, Any]:
        if isinstance(value, CheckFunction):
            return CHECKS, value.number
        number = self._numbers.get(id(value))
        if number is None or self._objects.get(number) is not value:
            number = len(self._numbers) + 1
            while number in self._objects:
                number += 1
            self._objects[number], self._numbers[id(value)] = value, number
        is_class = isinstance(value, type)
        is_error = is_class and issubclass(value, BaseException)
        return LEARNERS, [
            number,
            (value if is_class else type(value)).__qualname__,
            callable(value),
            is_class,
            self._ancestry(value) if is_error else self._pedigree(value if is_class else type(value)),
            [name for name in SPECIAL if _has_special(type(value), name)],
        ]

    def _resolve(self, code: int, payload: Any) -> Any:
        if code == LEARNERS:
            return self._objects[payload]
        if code == CHECKS:
            return CheckFunction(payload, self._call_back)
        return pickle.loads(payload)  # from the check to the learner: the one direction in which this is safe

    def _call_back(self, number: int, args: tuple, kwargs: dict) -> Any:
        request = codec.dumps([number, list(args), kwargs], self._refer)
        status, *answer = codec.loads(self._ask(request), self._resolve, trusting=True)
        if status == "ok":
            return answer[0]
        kind, message = answer
        raise getattr(builtins, kind, RuntimeError)(message)

    @staticmethod
    def _pedigree(cls: type) -> list[str]:
        return [f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__[:-1]]

    def _ancestry(self, cls: type) -> list:
        """An exception class's line of descent: [name, number] for the learner's own, else a full name."""
        line: list = []
        for base in cls.__mro__:
            if base.__module__ == "__main__":
                self._objects.setdefault(id(base), base)
                line.append([base.__qualname__, id(base)])
            else:
                line.append(f"{base.__module__}.{base.__qualname__}")
        return line

    def _raised(self, error: BaseException) -> list:
        line, code = where_raised(error)
        kind = type(error)
        try:
            message = error.what if isinstance(error, Uncrossable) else str(error)
        except BaseException:
            message = ""
        try:
            args = codec.loads(codec.dumps(list(error.args)))
        except BaseException:
            args = [message]
        return ["raised", kind.__name__, self._ancestry(kind), message[:2000], line, code[:300], args]


def _has_special(cls: type, name: str) -> bool:
    return next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None) is not None


def plain(value: Any, depth: int = codec.DEPTH) -> Any:
    """`value` without the subclasses of plain types that it and its containers are of. Raises Uncrossable."""
    if not depth:
        raise Uncrossable(f"a value nested more than {codec.DEPTH} levels deep cannot cross to the check")
    base = next((known for known in type(value).__mro__ if known in PLAIN), None)
    if base is None or type(value) is bool:
        return value
    kept = value if type(value) is base else PLAIN[base](value)
    if base is dict:
        return {plain(key, depth - 1): plain(item, depth - 1) for key, item in kept.items()}
    if base in (list, tuple, set, frozenset):
        return base([plain(item, depth - 1) for item in kept])
    return kept


class CheckFunction:
    """A function of the check's, as the learner's code sees it: it can be called, and nothing else."""

    def __init__(self, number: int, call: Callable[[int, tuple, dict], Any]) -> None:
        self.number = number
        self._call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(self.number, args, kwargs)

    def __repr__(self) -> str:
        return "<a function of the check>"


def where_raised(error: BaseException) -> tuple[int | None, str]:
    """(line number, its text) of the innermost frame that is a cell's, or (None, "")."""
    found: tuple[int | None, str] = (None, "")
    trace: types.TracebackType | None = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith("<ipython-input") or "ipykernel_" in name:
            found = (trace.tb_lineno, linecache.getline(name, trace.tb_lineno).strip())
        trace = trace.tb_next
    return found
