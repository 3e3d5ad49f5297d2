"""Our end of the boundary: proxies that stand for the learner's objects, and what may be done with them.

A proxy forwards calls, attributes and items; the results come back as plain data by value, or as further
proxies. It compares nothing by itself: an operator between a learner's object and a value of ours would
be a lie waiting to be told, so it is refused; between two of the learner's objects it is theirs to define.
"""

from __future__ import annotations

import contextlib
import pickle
import re
import sys
import weakref
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from autograder.boundary import codec
from autograder.boundary.agent import CHECKS, GIVEN, LEARNERS, PLAIN, SPECIAL
from autograder.errors import LearnerError, LearnerStopped, Uncrossable
from autograder.verdict import Outcome, Stop

MAX_ITEMS = 1_000_000
MAX_LINE = 100  # classes that one object may claim to descend from

#: The outcomes that a learner's process may give for its own end.
OWN_STOPS = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.OUTPUT_LIMIT)

_SAID_OF_LIMITS = re.compile(
    r"One (cell|call of your function) took more than [\d.e+]{1,9} seconds\."
    r"|Your code asked for more memory than it may use\."
    r"|Your notebook printed more than [\d.e+]{1,9} MB\."
)

#: What crosses by value: a proxy that claimed to be one of these would be taken for data by our libraries.
_BY_VALUE = ("numpy", "pandas")
_SCALARS = (bool, int, float, complex, str, bytes)
_PLAIN = {f"builtins.{kind.__name__}" for kind in PLAIN}

_PLAIN_DUNDERS = {"__name__", "__doc__", "__qualname__", "__annotations__", "__dict__", "__module__"}
_OWN = {"__class__", "__dir__", "__doc__", "__reduce_ex__", "__array__", "_observe_", "_plain_"}
_RUN_TESTS = {"unittest", "doctest", "pytest", "_pytest", "hypothesis", "nose", "testtools"}
_CLOSED = {"__main__", "autograder", *_RUN_TESTS}
#: Python's own machinery asks any object for these, and goes on where they are missing.
_NOT_THERE = re.compile(
    r"__(array_\w+|sklearn_\w+|type_params|annotate\w*|copy|deepcopy|isabstractmethod|func|self|code|(?:kw)?defaults)__"
)


class Link:
    """One conversation with an agent. `exchange(kind, request)` carries a request there and back."""

    def __init__(self, exchange: Callable[[bytes], bytes]) -> None:
        self._exchange = exchange
        self._functions: list[Callable[..., Any]] = []
        self._mirrors: dict[Any, type] = {}
        self._proxies: weakref.WeakValueDictionary[int, Proxy] = weakref.WeakValueDictionary()
        self._gone: set[int] = (
            set()
        )  # objects that no proxy stands for any more, to be said with the next request

    def ask(self, op: str, *args: Any) -> Any:
        """The answer to a request. Raises a mirror of what the learner's code raised, or LearnerStopped."""
        gone, self._gone = list(self._gone), set()
        request = codec.dumps([gone, op, *args], self._refer)
        try:
            answer = codec.loads(self._exchange(request), self._resolve)
            if type(answer) is not list or not answer:
                raise codec.Malformed("no answer")
            if answer[0] == "ok":
                (value,) = answer[1:]
                return value
            if answer[0] == "stopped":
                raise LearnerStopped(own_stop(*answer[1:]))
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
        if isinstance(value, Proxy):
            return LEARNERS, value._proxy_number
        if isinstance(value, type) and value in self._mirrors.values():
            return LEARNERS, next(key for key, mirror in self._mirrors.items() if mirror is value)
        if callable(value) and not _importable(value):
            self._functions.append(value)
            return CHECKS, len(self._functions) - 1
        try:
            return GIVEN, pickle.dumps(value)
        except Exception as error:
            if callable(value):  # a library's object around a function of ours, such as a partial
                self._functions.append(value)
                return CHECKS, len(self._functions) - 1
            raise Uncrossable(f"a {type(value).__name__} cannot be given to the learner: {error}") from error

    def _resolve(self, code: int, payload: Any) -> Any:
        if code == CHECKS:
            return self._functions[payload]
        if code != LEARNERS:
            raise codec.Malformed(f"reference {code}")
        number, name, can_call, is_class, line, special = payload
        if type(number) is not int or type(name) is not str or type(line) is not list or len(line) > MAX_LINE:
            raise codec.Malformed("reference")
        if is_class and line and "builtins.BaseException" in line:
            return self._mirror(line)
        proxy = self._proxies.get(number)
        if proxy is None:
            kind = _kind_of_proxy(can_call is True, frozenset(special) & frozenset(SPECIAL))
            proxy = self._proxies[number] = kind(self, number, name, [] if is_class else line)
            self._gone.discard(number)
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
        if type(line) is not list or len(line) > MAX_LINE:
            raise codec.Malformed("error")
        bases: tuple[type, ...] = (LearnerError,)
        for entry in reversed(line):
            if type(entry) is str:
                known = _known_class(entry)
                if known is not None and _may_be_raised(known):
                    bases = (LearnerError, known)
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


def _message(error: LearnerError) -> str:
    return error.message


def _may_be_raised(known: type) -> bool:
    """What ends a loop of ours is not raised in it: `all(map(f, cases))` would hold after no case at all."""
    ends_loops = (StopIteration, StopAsyncIteration)
    return issubclass(known, Exception) and known is not Exception and not issubclass(known, ends_loops)


def _known_class(path: str) -> type | None:
    """A class by its full name, if a module that is already imported here has it.

    Never one of the engine's: a learner's error must not pass for a finding of the check. Nor one of what
    runs tests: raised in these, a `SkipTest` or `UnsatisfiedAssumption` says that nothing is to be found.
    """
    module, _, name = path.rpartition(".")
    closed = module.partition(".")[0] in _CLOSED
    found = None if closed else getattr(sys.modules.get(module), name, None)
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


def own_stop(outcome: str, message: str) -> Stop:
    """What the learner's process says of a limit that it reached. Raises ValueError for any other outcome.

    Words that the agent does not use are the learner's: they would be read as the grader's.
    """
    if outcome not in OWN_STOPS:
        raise ValueError("outcome")
    is_known = type(message) is str and _SAID_OF_LIMITS.fullmatch(message)
    return Stop(Outcome(outcome), message if is_known else "Your code reached a limit.")


class Proxy:
    """Stands for one object of the learner's. Its own attributes have names that a learner's do not."""

    __slots__ = ("__weakref__", "_proxy_line", "_proxy_link", "_proxy_name", "_proxy_number")
    __array_ufunc__ = None  # numpy leaves operators to us

    def __init__(self, link: Link, number: int, name: str, line: list) -> None:
        object.__setattr__(self, "_proxy_link", link)
        object.__setattr__(self, "_proxy_number", number)
        object.__setattr__(self, "_proxy_name", name)
        object.__setattr__(self, "_proxy_line", line)

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # one that was never made whole
            self._proxy_link._gone.add(self._proxy_number)

    def _observe_(self, args: tuple, kwargs: dict) -> tuple[Any, list[Any]]:
        result, after = _ask(self, "observe", list(args), kwargs)
        return result, after

    def _plain_(self) -> Any:
        """The plain data that an object of a subclass of a plain type keeps; itself for any other object."""
        is_plain = not _PLAIN.isdisjoint(path for path in self._proxy_line if type(path) is str)
        return _ask(self, "plain") if is_plain else self

    @property
    def __class__(self) -> type:
        """What it says it is, where that is a class we know too and no kind of plain data."""
        for path in self._proxy_line:
            if type(path) is str and (known := _known_class(path)) is not None and _may_be_claimed(known):
                return known
        return Proxy

    def __getattribute__(self, name: str) -> Any:
        """What a test or a library asks for by name. A special attribute is the learner's object's, so the
        proxy's own is never given for it; those that Python itself uses are not asked for in this way.
        """
        if name.startswith("_proxy_") or name in _OWN:
            return object.__getattribute__(self, name)
        if not name.startswith("__") or name in _PLAIN_DUNDERS:
            return _ask(self, "attr", name)
        if _NOT_THERE.fullmatch(name):
            raise AttributeError(name)
        raise Uncrossable(
            f"{name} of a {self._proxy_name} of the learner's cannot be looked at",
            do="Test what it does.",
        )

    def __setattr__(self, name: str, value: Any) -> None:
        _ask(self, "set", name, value)

    def __reduce_ex__(self, _: Any) -> Any:
        raise Uncrossable(f"a {self._proxy_name} of the learner's cannot be copied or pickled here")

    def __bool__(self) -> bool:
        return _builtin(self, "bool") is True

    def __repr__(self) -> str:
        return _text(self, "repr")

    def __str__(self) -> str:
        return _text(self, "str")

    def __dir__(self) -> list[str]:
        return _builtin(self, "dir")

    def __hash__(self) -> int:
        return hash((id(self._proxy_link), self._proxy_number))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return other is not None and _compare("eq", self, other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, Proxy) and self._proxy_link.ask("builtin", "isinstance", value, self) is True

    def __subclasscheck__(self, value: Any) -> bool:
        return isinstance(value, Proxy) and self._proxy_link.ask("builtin", "issubclass", value, self) is True

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise Uncrossable(
            f"a {self._proxy_name} of the learner's is not an array, nor numbers", do="Return plain data."
        )


class CallableProxy(Proxy):
    """A proxy of a function, a class, or anything else that can be called."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _ask(self, "call", list(args), kwargs)


class _Special(Proxy):
    """Each special method that a proxy has only where the learner's object has it."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return _ask(self, "item", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        _ask(self, "put", key, value)

    def __len__(self) -> int:
        length = _builtin(self, "len")
        if type(length) is not int or not 0 <= length <= sys.maxsize:
            raise Uncrossable(f"the length of a {self._proxy_name} is not a number of items")
        return length

    def __iter__(self) -> Iterator[Any]:
        iterator = _builtin(self, "iter")
        for _ in range(MAX_ITEMS):
            try:
                yield next(iterator)
            except StopIteration:
                return
        raise Uncrossable(f"more than {MAX_ITEMS} items")

    def __next__(self) -> Any:
        try:
            return _builtin(self, "next")
        except LearnerError as error:
            if error.kind == "StopIteration":
                raise StopIteration from None
            raise

    def __contains__(self, item: Any) -> bool:
        """Over what it gives when it is walked; what it says that it contains would be its own comparison."""
        return any(item is other or item == other for other in self)

    def __enter__(self) -> Any:
        return _ask(self, "method", "__enter__", [], {})

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: Any) -> bool:
        told = [None, None, None]
        if kind is not None:
            nearest = next(base for base in kind.__mro__ if base.__module__ == "builtins")
            told = [nearest, nearest(str(error)), None]
        swallows = _ask(self, "method", "__exit__", told, {}) is True
        findings = AssertionError | Uncrossable  # of the test's own, which no learner's code may swallow
        return swallows and isinstance(error, Exception) and not isinstance(error, findings)


@cache
def _kind_of_proxy(can_call: bool, special: frozenset[str]) -> type[Proxy]:
    """The class of proxies of objects that have these special methods: each is there, or is not, as there."""
    if "__getitem__" in special:  # Python walks such an object too, and would without our limit
        special |= {"__iter__"}
    base = CallableProxy if can_call else Proxy
    kept = {name: vars(_Special)[name] for name in special}
    return type(base.__name__, (base,), {"__slots__": (), "__doc__": vars(base)["__doc__"], **kept})


def _ask(proxy: Proxy, op: str, *args: Any) -> Any:
    return proxy._proxy_link.ask(op, proxy._proxy_number, *args)


def _builtin(proxy: Proxy, name: str) -> Any:
    return proxy._proxy_link.ask("builtin", name, proxy)


def _text(proxy: Proxy, how: str) -> str:
    text = _builtin(proxy, how)
    return text if type(text) is str else f"<{proxy._proxy_name}>"


def _may_be_claimed(known: type) -> bool:
    return known not in _SCALARS and known.__module__.partition(".")[0] not in _BY_VALUE


def _compare(name: str, one: Proxy, other: Any) -> Any:
    if not isinstance(other, Proxy):
        raise Uncrossable(
            f"a {one._proxy_name} of the learner's cannot be compared with a value of the check",
            do="Compare its attributes, or what its methods return.",
        )
    return one._proxy_link.ask("operate", name, one, other)


def _combine(name: str, one: Any, other: Any) -> Any:
    """Arithmetic, theirs to define. With a value of the check's it may give another object of theirs, whose
    attributes can be looked at; a number that it gave would be taken for one that we had calculated.
    """
    theirs = one if isinstance(one, Proxy) else other
    result = theirs._proxy_link.ask("operate", name, one, other)
    if not (isinstance(result, Proxy) or (isinstance(one, Proxy) and isinstance(other, Proxy))):
        raise Uncrossable(
            f"what a {theirs._proxy_name} of the learner's makes of a value of the check is its own claim",
            do="Let a method return it, and compare that.",
        )
    return result


def _comparison(name: str) -> Callable[[Proxy, Any], Any]:
    return lambda self, other: _compare(name, self, other)


def _arithmetic(name: str) -> tuple[Callable[[Proxy, Any], Any], Callable[[Proxy, Any], Any]]:
    return lambda self, other: _combine(name, self, other), lambda self, other: _combine(name, other, self)


for _name in ("lt", "le", "gt", "ge"):
    setattr(Proxy, f"__{_name}__", _comparison(_name))
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor"):
    _forth, _back = _arithmetic(_name)
    setattr(Proxy, f"__{_name.rstrip('_')}__", _forth)
    setattr(Proxy, f"__r{_name.rstrip('_')}__", _back)
for _kind in (Proxy, CallableProxy):  # a class has a docstring of its own, which would hide the learner's
    _kind.__doc__ = property(lambda self: _ask(self, "attr", "__doc__"))
