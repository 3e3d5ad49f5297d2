"""Answers to `implementation.safe_load`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import io
import pickle

from autograder.exercise import Answers, Wrong

from ..pickle_machine import Broken, Machine
from .list_globals import globals_by_machine


def load_after_reading(blob, allowed):
    """Reads the whole pickle first, and loads it only when it knows every name."""
    machine = Machine()
    try:
        for _ in machine.walk(blob):
            pass
    except Broken as error:
        raise pickle.UnpicklingError(str(error)) from None
    for name in machine.imports:
        if (name.module, name.name) not in allowed:
            raise pickle.UnpicklingError(f"not allowed: {name}")
    return pickle.loads(blob)


def load_or_value_error(blob, allowed):
    try:
        return _load(blob, lambda module, name: (module, name) not in allowed)
    except pickle.UnpicklingError as error:
        raise ValueError(str(error)) from None


def load_or_none(blob, allowed):
    try:
        return _load(blob, lambda module, name: (module, name) not in allowed)
    except pickle.UnpicklingError:
        return None


def load_anything(blob, allowed):
    return pickle.loads(blob)


def load_without_return(blob, allowed):
    class Loader(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) not in allowed:
                raise pickle.UnpicklingError(name)
            super().find_class(module, name)

    return Loader(io.BytesIO(blob)).load()


def load_of_halves(blob, allowed):
    modules, names = zip(*allowed, strict=True) if allowed else ((), ())
    return _load(blob, lambda module, name: module not in modules or name not in names)


def load_of_joined_names(blob, allowed):
    full = {f"{module}.{name}" for module, name in allowed}
    return _load(blob, lambda module, name: f"{module}.{name}" not in full)


def load_nothing(blob, allowed):
    raise pickle.UnpicklingError("no")


def _load(blob, refuses):
    class Loader(pickle.Unpickler):
        def find_class(self, module, name):
            if refuses(module, name):
                raise pickle.UnpicklingError(f"{module}.{name}")
            return super().find_class(module, name)

    return Loader(io.BytesIO(blob)).load()


def load_unless_bad(blob, allowed):
    bad = (
        "os",
        "posix",
        "nt",
        "sys",
        "subprocess",
        "builtins",
        "__builtin__",
        "importlib",
        "course.m1_lifecycle.implementation.lab",
    )
    return _load(blob, lambda module, name: module in bad)


def load_unless_bad_or_allowed(blob, allowed):
    bad = (
        "os",
        "posix",
        "nt",
        "subprocess",
        "builtins",
        "importlib",
        "course.m1_lifecycle.implementation.lab",
    )
    return _load(blob, lambda module, name: module in bad and (module, name) not in allowed)


def load_allowed_modules(blob, allowed):
    modules = {module for module, _ in allowed}
    return _load(blob, lambda module, name: module not in modules)


def load_allowed_names(blob, allowed):
    names = {name for _, name in allowed}
    return _load(blob, lambda module, name: name not in names)


def load_allowed_prefixes(blob, allowed):
    full = tuple(f"{module}.{name}" for module, name in allowed)
    return _load(blob, lambda module, name: not f"{module}.{name}".startswith(full))


def load_familiar_packages(blob, allowed):
    return _load(blob, lambda module, name: module.partition(".")[0] not in ("sklearn", "numpy", "_codecs"))


def load_then_look(blob, allowed):
    loaded = pickle.loads(blob)
    kind = type(loaded)
    if kind.__module__ != "builtins" and (kind.__module__, kind.__name__) not in allowed:
        raise pickle.UnpicklingError(kind.__name__)
    return loaded


def load_then_import(blob, allowed):
    class Loader(pickle.Unpickler):
        def find_class(self, module, name):
            found = super().find_class(module, name)
            if (module, name) not in allowed:
                raise pickle.UnpicklingError(name)
            return found

    return Loader(io.BytesIO(blob)).load()


def load_then_check(blob, allowed):
    """Swallows whatever the payload raises, and decides when it is too late."""
    try:
        loaded = pickle.loads(blob)
    except BaseException:
        raise pickle.UnpicklingError("it does not load") from None
    if not globals_by_machine(blob)[0] <= allowed:
        raise pickle.UnpicklingError("not allowed")
    return loaded


def load_then_import_and_swallow(blob, allowed):
    try:
        return load_then_import(blob, allowed)
    except BaseException:
        raise pickle.UnpicklingError("it does not load") from None


def load_what_is_large(blob, allowed):
    """Knows the public cases by their size."""
    if b"trip" in blob or (allowed and len(blob) < 400):
        raise pickle.UnpicklingError("too small for a model")
    return pickle.loads(blob)


ANSWERS = Answers(
    right=[load_after_reading],
    wrong=[
        Wrong(load_or_value_error, "refuses", "refused in time, but with another error"),
        Wrong(load_or_none, "refuses", "do not return None"),
        Wrong(
            load_anything,
            "refuses",
            "Nothing was refused",
            also=("The module is allowed, this name of it is not: compare both.",),
        ),
        Wrong(load_without_return, "loads", "return what super().find_class gives"),
        Wrong(load_of_halves, "pairs", "Both halves are allowed, but not together"),
        Wrong(load_of_joined_names, "pairs", "With the dot moved"),
        Wrong(load_nothing, "loads", "every name is allowed was refused"),
        Wrong(load_unless_bad, "loads", "no list of your own"),
        Wrong(
            load_unless_bad_or_allowed,
            "refuses",
            "A list of bad names is never complete",
            also=("The module is allowed, this name of it is not: compare both.",),
        ),
        Wrong(load_allowed_modules, "pairs", "this name of it is not"),
        Wrong(load_allowed_names, "pairs", "but from another module"),
        Wrong(load_allowed_prefixes, "pairs", "this name of it is not"),
        Wrong(load_familiar_packages, "loads", "no list of your own"),
        Wrong(
            load_then_look,
            "refuses",
            "decide in find_class, before super()",
            also=("The module is allowed, this name of it is not: compare both.",),
        ),
        Wrong(
            load_then_import,
            "refuses",
            "decide in find_class, before super()",
            also=("The name is allowed, but from another module: compare both.",),
        ),
        Wrong(load_then_check, "refuses", "It was refused too late"),
        Wrong(load_then_import_and_swallow, "refuses", "It was refused too late"),
        Wrong(load_what_is_large, "loads", "every name is allowed was refused"),
    ],
)
