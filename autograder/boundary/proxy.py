"""Our end of the boundary: proxies that stand for the learner's objects, and what may be done with them.

A proxy forwards calls, attributes and items; the results come back as plain data by value, or as further
proxies. It compares nothing by itself: an operator between a learner's object and a value of ours would
be a lie waiting to be told, so it is refused; between two of the learner's objects it is theirs to define.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from typing import Any

from autograder.boundary import codec
from autograder.boundary.agent import CHECKS, GIVEN, LEARNERS
from autograder.errors import LearnerError, LearnerStopped, Uncrossable
from autograder.verdict import Outcome

MAX_ITEMS = 1_000_000
_PLAIN_DUNDERS = {"__name__", "__doc__", "__qualname__", "__annotations__", "__dict__", "__module__"}


class Link:
    """One conversation with an agent. `exchange(kind, request)` carries a request there and back."""

    def __init__(self, exchange: Callable[[bytes], bytes]) -> None:
        self._exchange = exchange
        self._functions: list[Callable[..., Any]] = []
        self._mirrors: dict[Any, type] = {}
        self._proxies: dict[int, Proxy] = {}

    def ask(self, op: str, *args: Any) -> Any:
        """The answer to a request. Raises a mirror of what the learner's code raised, or LearnerStopped."""
        request = codec.dumps([op, *args], self._refer)
        try:
            answer = codec.loads(self._exchange(request), self._resolve)
            if type(answer) is not list or not answer:
                raise codec.Malformed("no answer")
            if answer[0] == "ok":
                (value,) = answer[1:]
                return value
            if answer[0] == "stopped":
                outcome, message = answer[1:]
                raise LearnerStopped(Outcome(outcome), str(message))
            return self._raise(*answer[1:])
        except (codec.Malformed, TypeError, ValueError, AttributeError, RecursionError) as error:
            if isinstance(error, LearnerError | Uncrossable):
                raise
            raise Uncrossable(f"What came back could not be read: {error}") from None

    def name(self, name: str) -> Any:
        """The learner's value of a name. Raises NameError (as a LearnerError) when there is none."""
        return self.ask("name", name)

    def answer_back(self, request: bytes) -> bytes:
        """Run a function of ours that the learner's code calls; its errors go back by builtin name."""
        try:
            number, args, kwargs = codec.loads(request, self._resolve)
            value = self._functions[number](*args, **kwargs)
            return codec.dumps(["ok", value], self._refer)
        except LearnerStopped:
            raise
        except Exception as error:
            kind = next(base for base in type(error).__mro__ if base.__module__ == "builtins")
            return codec.dumps(["raised", kind.__name__, str(error)[:2000]])

    # -- references ----------------------------------------------------------------------------------

    def _refer(self, value: Any) -> tuple[int, Any]:
        if type(value) is Proxy:
            return LEARNERS, object.__getattribute__(value, "_number")
        if isinstance(value, type) and value in self._mirrors.values():
            return LEARNERS, next(key for key, mirror in self._mirrors.items() if mirror is value)
        if callable(value) and not _importable(value):
            self._functions.append(value)
            return CHECKS, len(self._functions) - 1
        try:
            return GIVEN, pickle.dumps(value)
        except Exception as error:
            raise Uncrossable(f"a {type(value).__name__} cannot be given to the learner: {error}") from error

    def _resolve(self, code: int, payload: Any) -> Any:
        if code == CHECKS:
            return self._functions[payload]
        if code != LEARNERS:
            raise codec.Malformed(f"reference {code}")
        number, name, can_call, is_class, line = payload
        if type(number) is not int or type(name) is not str or type(line) is not list:
            raise codec.Malformed("reference")
        if is_class and line and "builtins.BaseException" in line:
            return self._mirror(line)
        proxy = self._proxies.get(number)
        if proxy is None:
            proxy = self._proxies[number] = Proxy(self, number, name, bool(can_call), bool(is_class), line)
        return proxy

    # -- errors --------------------------------------------------------------------------------------

    def _raise(self, kind: str, line: list, message: str, row: int | None, code: str, args: list) -> Any:
        if not (type(kind) is type(message) is type(code) is str and type(args) is list):
            raise codec.Malformed("error")
        if "autograder.errors.Uncrossable" in line:
            raise Uncrossable(message)
        error = self._mirror(line)(kind, message, line=row if type(row) is int else None, code=code)
        error.args = tuple(args)
        raise error

    def _mirror(self, line: list) -> type:
        """Our class for one of the learner's exceptions: a LearnerError and the nearest class known here."""
        bases: tuple[type, ...] = (LearnerError,)
        for entry in reversed(line):
            if type(entry) is str:
                known = _known_class(entry)
                if known is not None and issubclass(known, Exception) and known is not Exception:
                    bases = _mirror_bases(known)
                continue
            name, number = entry
            if number not in self._mirrors:
                self._mirrors[number] = type(str(name), bases, {"__str__": _message})
            bases = (self._mirrors[number],)
        if len(bases) == 1 and bases[0] is not LearnerError:
            return bases[0]
        if bases not in self._mirrors:
            self._mirrors[bases] = type(bases[-1].__name__, bases, {"__str__": _message})
        return self._mirrors[bases]


def _mirror_bases(known: type) -> tuple[type, ...]:
    return (known,) if issubclass(known, LearnerError) else (LearnerError, known)


def _message(error: LearnerError) -> str:
    return error.message


def _known_class(path: str) -> type | None:
    """A class of ours by its full name, if a module of ours that is already imported has it."""
    module, _, name = path.rpartition(".")
    found = getattr(sys.modules.get(module), name, None) if module != "__main__" else None
    return found if isinstance(found, type) else None


def _importable(value: Any) -> bool:
    """Whether the learner's side can import `value` itself: a function or class of an installed library."""
    module = getattr(value, "__module__", None) or getattr(type(value), "__module__", "")
    top = module.partition(".")[0]
    is_named = isinstance(value, type) or hasattr(value, "__qualname__") or type(value).__name__ == "ufunc"
    ours = top in ("__main__", "course", "autograder", "tests") or top not in sys.modules
    bound = getattr(value, "__self__", None)
    if bound is not None and not isinstance(bound, type(sys)):
        return False
    return not ours and not (is_named and "<" in getattr(value, "__qualname__", ""))


class Proxy:
    """Stands for one object of the learner's."""

    def __init__(
        self, link: Link, number: int, name: str, can_call: bool, is_class: bool, line: list
    ) -> None:
        fields = {"_link": link, "_number": number, "_name": name, "_callable": can_call, "_class": is_class}
        for key, value in {**fields, "_line": line}.items():
            object.__setattr__(self, key, value)

    def _ask(self, op: str, *args: Any) -> Any:
        return self._link.ask(op, self._number, *args)

    def _observe_(self, args: tuple, kwargs: dict) -> tuple[Any, list[Any]]:
        result, after = self._ask("observe", list(args), kwargs)
        return result, after

    @property
    def __class__(self) -> type:  # what it says it is, where that is a class we know too
        if not self._class:
            for path in self._line:
                if type(path) is str and (known := _known_class(path)) is not None:
                    return known
        return Proxy

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("call", list(args), kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in _PLAIN_DUNDERS:
            raise AttributeError(name)
        return self._ask("attr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._ask("set", name, value)

    def __getitem__(self, key: Any) -> Any:
        return self._ask("item", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ask("put", key, value)

    def __len__(self) -> int:
        return self._link.ask("builtin", "len", self._number)

    def __bool__(self) -> bool:
        return self._link.ask("builtin", "bool", self._number) is True

    def __iter__(self) -> Iterator[Any]:
        iterator = self._link.ask("builtin", "iter", self._number)
        for _ in range(MAX_ITEMS):
            try:
                yield next(iterator)
            except StopIteration:
                return
        raise Uncrossable(f"more than {MAX_ITEMS} items")

    def __next__(self) -> Any:
        try:
            return self._link.ask("builtin", "next", self._number)
        except LearnerError as error:
            if error.kind == "StopIteration":
                raise StopIteration from None
            raise

    def __contains__(self, item: Any) -> bool:
        return self._link.ask("special", "__contains__", self._number, item) is True

    def __enter__(self) -> Any:
        return self._ask("method", "__enter__", [], {})

    def __exit__(self, *exc: Any) -> Any:
        return self._ask("method", "__exit__", [None, None, None], {})

    def __repr__(self) -> str:
        return self._text("repr")

    def __str__(self) -> str:
        return self._text("str")

    def _text(self, how: str) -> str:
        text = self._link.ask("builtin", how, self._number)
        return text if type(text) is str else f"<{self._name}>"

    def __dir__(self) -> list[str]:
        return self._link.ask("builtin", "dir", self._number)

    def __hash__(self) -> int:
        return hash((id(self._link), self._number))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self._operate("__eq__", other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    def _operate(self, name: str, other: Any) -> Any:
        if type(other) is not Proxy:
            if other is None:
                return False
            raise Uncrossable(
                f"a {self._name} of the learner's cannot be compared or combined with a value of the check",
                do="Compare its attributes, or what its methods return.",
            )
        return self._link.ask("special", name, self._number, other)

    def __instancecheck__(self, value: Any) -> bool:
        if type(value) is not Proxy:
            return False
        return self._link.ask("isinstance", value, self._number) is True


def _operator(name: str) -> Callable[[Proxy, Any], Any]:
    def operate(self: Proxy, other: Any) -> Any:
        return self._operate(name, other)

    return operate


for _name in (
    "lt",
    "le",
    "gt",
    "ge",
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "mod",
    "matmul",
    "and",
    "or",
    "xor",
):
    setattr(Proxy, f"__{_name}__", _operator(f"__{_name}__"))
