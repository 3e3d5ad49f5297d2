"""Answers to `implementation.safe_load`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import io
import pickle

from autograder.exercise import Answers, Wrong

from ..pickle_machine import Broken, Machine
from .list_globals import globals_by_machine

SAFE_BUILTINS = {"range", "complex", "set", "frozenset", "slice"}


class _Asked(pickle._Unpickler):
    """Python's own unpickler in Python, told by another method what is allowed."""

    def allow(self, pairs):
        self.pairs = frozenset(pairs)
        return self

    def find_class(self, *pair):
        if pair in self.pairs:
            return super().find_class(*pair)
        raise pickle.UnpicklingError(f"not allowed: {pair}")


def load_in_python(blob, allowed):
    return _Asked(io.BytesIO(blob)).allow(allowed).load()


def load_parts_of_allowed_names(blob, allowed):
    return _load(blob, lambda module, name: not any(module == a and name in b for a, b in allowed))


def load_beginnings_of_allowed_names(blob, allowed):
    return _load(blob, lambda module, name: not any(module == a and b.startswith(name) for a, b in allowed))


def load_parts_of_allowed_modules(blob, allowed):
    return _load(blob, lambda module, name: not any(module in a and name == b for a, b in allowed))


def load_in_any_case(blob, allowed):
    small = {(module.lower(), name.lower()) for module, name in allowed}
    return _load(blob, lambda module, name: (module.lower(), name.lower()) not in small)


def load_without_blanks(blob, allowed):
    return _load(blob, lambda module, name: (module.strip(), name.strip()) not in allowed)


def _load_also(more):
    def load(blob, allowed):
        return _load(blob, lambda module, name: (module, name) not in allowed and (module, name) not in more)

    return load


class _OfModules:
    """As a set of pairs: every name of these modules."""

    def __init__(self, *modules):
        self.modules = modules

    def __contains__(self, pair):
        return pair[0] in self.modules


def load_ordered_dicts_too(blob, allowed):
    return _load_also({("collections", "OrderedDict")})(blob, allowed)


def load_plain_values_too(blob, allowed):
    return _load_also(_OfModules("datetime", "decimal", "uuid", "fractions", "pathlib"))(blob, allowed)


def load_reconstructors_too(blob, allowed):
    return _load_also({(module, "_reconstructor") for module in ("copyreg", "copy_reg")})(blob, allowed)


def load_containers_too(blob, allowed):
    return _load_also({("builtins", name) for name in ("object", "list", "dict")})(blob, allowed)


def load_but_no_os(blob, allowed):
    bad = ("os", "posix", "subprocess", "sys")
    return _load(blob, lambda module, name: (module, name) not in allowed or module in bad)


def load_but_no_eval(blob, allowed):
    bad = ("eval", "exec", "getattr", "__import__")
    return _load(blob, lambda module, name: (module, name) not in allowed or name in bad)


def load_but_no_getattr(blob, allowed):
    return _load(blob, lambda module, name: (module, name) not in allowed or name == "getattr")


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


def load_after_a_scan(blob, allowed):
    """Scans first, and never looks at `complete`."""
    if not globals_by_machine(blob)[0] <= allowed:
        raise pickle.UnpicklingError("not allowed")
    return pickle.loads(blob)


def load_after_a_complete_scan(blob, allowed):
    names, complete = globals_by_machine(blob)
    if not (complete and names <= allowed):
        raise pickle.UnpicklingError("not allowed")
    return pickle.loads(blob)


def load_documented_builtins(blob, allowed):
    """As Python's documentation does, and what is allowed on top."""
    return _load(
        blob,
        lambda module, name: (
            not ((module == "builtins" and name in SAFE_BUILTINS) or (module, name) in allowed)
        ),
    )


def load_without_dots(blob, allowed):
    return _load(blob, lambda module, name: "." in name or (module, name) not in allowed)


def load_all_when_nothing_is_listed(blob, allowed):
    return _load(blob, lambda module, name: bool(allowed) and (module, name) not in allowed)


_EARLIER = [set()]


def load_what_was_allowed_before(blob, allowed):
    before, _EARLIER[0] = _EARLIER[0], allowed
    return _load(blob, lambda module, name: (module, name) not in allowed | before)


def load_under_new_names(blob, allowed):
    """Translates the names of Python 2, as the unpickler does itself."""
    new = {"__builtin__": "builtins"}
    return _load(blob, lambda module, name: (new.get(module, module), name) not in allowed)


ANSWERS = Answers(
    right=[load_in_python],
    wrong=[
        Wrong(load_after_reading, "pairs", "no scan sees it: decide in find_class"),
        Wrong(load_after_a_complete_scan, "pairs", "no scan sees it: decide in find_class"),
        Wrong(load_parts_of_allowed_names, "pairs", "that an allowed one begins with, or contains"),
        Wrong(load_beginnings_of_allowed_names, "pairs", "that an allowed one begins with, or contains"),
        Wrong(load_parts_of_allowed_modules, "pairs", "The name is allowed, but from another module"),
        Wrong(load_in_any_case, "pairs", "Capitals and blanks make another name"),
        Wrong(load_without_blanks, "pairs", "Capitals and blanks make another name"),
        Wrong(load_ordered_dicts_too, "refuses", "only the caller's set decides"),
        Wrong(load_plain_values_too, "refuses", "only the caller's set decides"),
        Wrong(load_reconstructors_too, "refuses", "only the caller's set decides"),
        Wrong(load_containers_too, "refuses", "only the caller's set decides"),
        Wrong(load_but_no_os, "pairs", "no list of your own"),
        Wrong(load_but_no_eval, "pairs", "no list of your own"),
        Wrong(load_but_no_getattr, "pairs", "no list of your own"),
        Wrong(load_or_value_error, "refuses", "refused in time, but with another error"),
        Wrong(load_or_none, "refuses", "do not return None"),
        Wrong(load_anything, "refuses", "Nothing was refused"),
        Wrong(load_without_return, "loads", "return what super().find_class gives"),
        Wrong(load_of_halves, "pairs", "Both halves are allowed, but not together"),
        Wrong(load_of_joined_names, "pairs", "With the dot moved"),
        Wrong(load_nothing, "loads", "every name is allowed was refused"),
        Wrong(load_unless_bad, "loads", "no list of your own"),
        Wrong(load_unless_bad_or_allowed, "refuses", "A list of bad names is never complete"),
        Wrong(load_allowed_modules, "pairs", "this name of it is not"),
        Wrong(load_allowed_names, "pairs", "but from another module"),
        Wrong(load_allowed_prefixes, "pairs", "this name of it is not"),
        Wrong(load_familiar_packages, "loads", "no list of your own"),
        Wrong(load_then_look, "refuses", "decide in find_class, before super()"),
        Wrong(load_then_import, "refuses", "decide in find_class, before super()"),
        Wrong(load_then_check, "refuses", "It was refused too late"),
        Wrong(load_then_import_and_swallow, "refuses", "It was refused too late"),
        Wrong(load_what_is_large, "loads", "every name is allowed was refused"),
        Wrong(load_after_a_scan, "refuses", "a name that is computed while the pickle loads"),
        Wrong(load_documented_builtins, "refuses", "is not in allowed all the same"),
        Wrong(load_without_dots, "pairs", "Only allowed decides"),
        Wrong(load_all_when_nothing_is_listed, "refuses", "An empty set allows no name at all"),
        Wrong(load_what_was_allowed_before, "refuses", "What an earlier call allowed"),
        Wrong(load_under_new_names, "pairs", "but from another module"),
    ],
)
