"""The unpickler's machine, without its hands: it follows a pickle and imports and calls nothing.

A pickle is a program for a machine with a stack and a memo. Where the unpickler would import a name, this
machine puts a `Name` on its stack, and where the unpickler would call one, a `Call`. So what an unknown
pickle would do can be read from bytes alone. The opcodes are those of `pickletools`, protocols 0 to 5.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


class Broken(ValueError):
    """The pickle cannot be followed further: cut short, an unknown opcode, an empty stack."""


@dataclass(frozen=True)
class Name:
    """What the unpickler would import: `name`, which may have dots, from `module`."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False, repr=False)
class Call:
    """What the unpickler would call, with what, and what it would do to the result.

    `state` is what the result would be given as its attributes, `items` what would be put into it.
    """

    what: Any
    args: Any
    state: Any = None
    items: list[Any] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class Pairs:
    """A dict, as the pairs that would be put into it."""

    items: list[tuple[Any, Any]] = field(default_factory=list)


def replay(blob: bytes) -> Iterator[tuple[str, Any, tuple[str | None, ...]]]:
    """(opcode, its argument, what lies on top of the stack) for each opcode of a pickle, before it acts.

    On top lie the last two things, the topmost last: a text as itself, anything else as None. Nothing is
    loaded. Raises Broken, a ValueError, where the pickle cannot be followed.
    """
    machine = Machine()
    try:
        for opcode, argument, _ in pickletools.genops(blob):
            top = tuple(thing if isinstance(thing, str) else None for thing in machine.stack[-2:])
            if opcode.name == "STACK_GLOBAL" and len(top) < 2:
                raise Broken("STACK_GLOBAL finds no two things on the stack")
            yield opcode.name, argument, top
            machine.follow(opcode.name, argument)
    except Exception as error:
        raise Broken(str(error) or type(error).__name__) from None


MARK = object()  # on the stack: everything above belongs together
UNKNOWN = object()  # a value that only the program that loads the pickle has

_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY: dict[str, Callable[[], Any]] = {
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_SET": list,
    "EMPTY_DICT": Pairs,
}
_NOTHING = ("PROTO", "FRAME", "READONLY_BUFFER")


class Machine:
    """Follows one pickle. `imports` and `calls` are what would have happened so far, in order."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.imports: list[Name] = []
        self.calls: list[Call] = []

    def walk(self, blob: bytes) -> Iterator[tuple[str, Any, int]]:
        """(opcode, its argument, its position in `blob`) after each opcode took effect, up to STOP.

        Raises Broken where the pickle cannot be followed. After STOP, the stack holds what loading gives.
        """
        try:
            for opcode, argument, position in pickletools.genops(blob):
                self.follow(opcode.name, argument)
                yield opcode.name, argument, position
        except Exception as error:  # of pickletools, for bytes that are no pickle; or an empty stack or memo
            raise Broken(str(error) or type(error).__name__) from None

    def follow(self, name: str, argument: Any) -> None:
        """Do what the opcode `name` does. Raises IndexError or KeyError where the stack or memo lacks it."""
        if name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in _EMPTY:
            self.stack.append(_EMPTY[name]())
        elif (act := getattr(self, f"_{name.lower()}", None)) is not None:
            act()
        elif name in ("GLOBAL", "INST"):
            found = self._import(*argument.split(" ", 1))
            self.stack.append(found if name == "GLOBAL" else self._call(found, tuple(self._marked())))
        elif "PUT" in name:
            self.memo[argument] = self.stack[-1]
        elif name.endswith("GET"):
            self.stack.append(self.memo[argument])
        elif name.startswith("EXT"):
            self.stack.append(self._import("copyreg", f"extension {argument}"))
        elif name.startswith("TUPLE"):
            self._tuple_of(int(name[5:]))
        elif name in ("PERSID", "NEXT_BUFFER"):
            self.stack.append(UNKNOWN)
        elif name == "STOP":
            self.stack[-1]  # what the unpickler hands over
        elif name not in _NOTHING:
            self.stack.append(argument)  # a number, a text or bytes

    # -- imports and calls -----------------------------------------------------------------------------

    def _import(self, module: Any, name: Any) -> Name:
        found = Name(*(part if isinstance(part, str) else "?" for part in (module, name)))
        self.imports.append(found)
        return found

    def _call(self, what: Any, args: Any) -> Call:
        call = Call(what, args)
        self.calls.append(call)
        return call

    def _stack_global(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self.stack.append(self._import(module, name))

    def _reduce(self) -> None:
        args, what = self.stack.pop(), self.stack.pop()
        self.stack.append(self._call(what, args))

    _newobj = _reduce

    def _newobj_ex(self) -> None:
        named, args, what = self.stack.pop(), self.stack.pop(), self.stack.pop()
        self.stack.append(self._call(what, (args, named)))

    def _obj(self) -> None:
        what, *args = self._marked()
        self.stack.append(self._call(what, tuple(args)))

    def _build(self) -> None:
        state, target = self.stack.pop(), self.stack[-1]
        if isinstance(target, Call):
            before = target.state
            both = isinstance(before, Pairs) and isinstance(state, Pairs)
            target.state = Pairs([*before.items, *state.items]) if both else state

    # -- containers ------------------------------------------------------------------------------------

    def _marked(self) -> list[Any]:
        """Take everything above the topmost mark, and the mark."""
        items = []
        while (item := self.stack.pop()) is not MARK:
            items.append(item)
        return items[::-1]

    def _mark(self) -> None:
        self.stack.append(MARK)

    def _pop(self) -> None:
        self.stack.pop()

    def _pop_mark(self) -> None:
        self._marked()

    def _dup(self) -> None:
        self.stack.append(self.stack[-1])

    def _memoize(self) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    def _binpersid(self) -> None:
        self.stack[-1] = UNKNOWN

    def _tuple(self) -> None:
        self.stack.append(tuple(self._marked()))

    def _tuple_of(self, count: int) -> None:
        self.stack[-count:] = [tuple(self.stack[-count:])]

    def _list(self) -> None:
        self.stack.append(self._marked())

    _frozenset = _list

    def _dict(self) -> None:
        items = self._marked()
        self.stack.append(Pairs(list(zip(items[::2], items[1::2], strict=True))))

    def _append(self) -> None:
        self._add([self.stack.pop()])

    def _appends(self) -> None:
        self._add(self._marked())

    _additems = _appends

    def _setitem(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._add([(key, value)])

    def _setitems(self) -> None:
        items = self._marked()
        self._add(list(zip(items[::2], items[1::2], strict=True)))

    def _add(self, items: list[Any]) -> None:
        target = self.stack[-1]
        (target if isinstance(target, list) else target.items).extend(items)
