"""The check of `implementation.safe_load`."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, brief, exercise

from .. import lab
from ..material import (
    LAB,
    Beacon,
    drawn_name,
    drawn_word,
    names_asked,
    op_call,
    op_global,
    op_stack_global,
    op_text,
    protocol_4,
    trained_model,
)


@exercise(
    minutes=9,
    parts={
        "loads": (3, "loads what is allowed, ready to predict, and plain data with an empty set"),
        "refuses": (5, "raises UnpicklingError for every other name, before anything is imported"),
        "pairs": (4, "allows exact pairs, not what resembles one"),
    },
    hints=(
        "The unpickler asks find_class(module, name) for every name, before it imports. What must your own "
        "find_class do for an allowed pair, and what for any other?",
        "Inside the function, make a subclass of pickle.Unpickler with find_class. It takes a file, so "
        "wrap the "
        "bytes in io.BytesIO, and call load().",
        "a subclass of pickle.Unpickler, with a find_class of its own:\n"
        "    is the pair of module and name in allowed? If not, raise the error\n"
        "    otherwise give what the find_class of the class above gives for the two\n"
        "make one of these for a file of the bytes, and return what its load gives",
    ),
    debrief=(
        "Looks for an allowed name that reaches others: getattr, partial, a loader inside a library. One "
        "is enough.",
        "Allows exact pairs from files made in-house, and decides in find_class, inside the reader that "
        "acts. Who scans first and loads then reads twice, with two readers, and the two may differ.",
    ),
    standards=("AML.M0011", "PW.5.1", "ML06"),
)
def safe_load(t: Trial, safe_load) -> None:
    door = Door()
    for kind, protocol, rng in zip(
        ("logistic regression", "pipeline", "forest"), (4, 5, 2), t.cases(3), strict=True
    ):
        t.given(model=kind, protocol=protocol)
        model = trained_model(kind, rng)
        blob = pickle.dumps(model, protocol)
        with t.part("loads"):
            loaded = _let_in(t, safe_load, blob, names_asked(blob))
            _expect_loaded(t, loaded, model, rng.normal(size=(30, 5)))
            plain = {"weights": [float(rng.normal()), 1, None], "name": drawn_word(rng), "raw": rng.bytes(4)}
            got = _let_in(t, safe_load, pickle.dumps(plain), set())
            t.equal(got, plain, "plain data, loaded with an empty set")
            number = complex(rng.normal(), rng.normal())
            got = _let_in(t, safe_load, pickle.dumps(number, 4), {("builtins", "complex")})
            t.equal(got, number, "a complex number, loaded with its one name")
            door.loads = True
    for rng in t.cases(2):
        model = trained_model("logistic regression", rng)
        honest = pickle.dumps(model, 4)
        allowed = names_asked(honest) | {*CROSSED}
        for part, gadgets in (("refuses", _gadgets(model, rng)), ("pairs", _resembling(honest, rng))):
            for what, blob, slip, *given in gadgets:
                t.given(pickle=what)
                with t.part(part):
                    _expect_refused(t, safe_load, blob, given[0] if given else allowed, what, slip, door)
                    t.expect(
                        door.loads, "A loader that lets nothing through is of no use, whatever it refuses."
                    )
                    if rng.random() < 0.5:  # now and then an allowed one, so that counting calls is no way
                        _expect_let_in(t, safe_load, honest, (HOME, ESTIMATOR), allowed, model, rng)
        for pair in NEIGHBOURS:
            with t.part("pairs"):
                _expect_let_in(t, safe_load, honest, pair, allowed | {pair}, model, rng)
        with t.part("pairs"):
            t.given(pickle="builtins.complex, a name that a call computes and that is allowed")
            computed = op_text("builtins") + op_call(op_stack_global("builtins", "str"), "complex") + b"\x93"
            number = protocol_4(computed + b"(K\x03tR")
            got = _let_in(t, safe_load, number, {("builtins", "str"), ("builtins", "complex")}, COMPUTED)
            t.equal(got, complex(3), "a number of an allowed class")


@dataclass
class Door:
    """What was seen so far: whether an allowed pickle came in, and whether something hostile did."""

    loads: bool = False
    open: bool = False


def _expect_let_in(
    t: Trial, safe_load: Any, honest: bytes, pair: tuple[str, str], allowed: set, model: Any, rng: Any
) -> None:
    """`honest`, with one more name in front that is allowed."""
    t.given(pickle=f"an allowed model, with {pair[1]} from {pair[0]}, which is allowed too")
    loaded = _let_in(t, safe_load, _before(op_stack_global(*pair), honest), allowed)
    _expect_loaded(t, loaded, model, rng.normal(size=(30, 5)))


ONLY_ALLOWED = "Only allowed decides which names may come in, and no list of your own."


COMPUTED = (
    "A name that is computed may be an allowed one, and no scan sees it: decide in find_class, which does."
)


def _let_in(
    t: Trial, safe_load: Any, blob: bytes, allowed: set[tuple[str, str]], slip: str = ONLY_ALLOWED
) -> Any:
    try:
        return safe_load(blob, allowed)
    except LearnerError as error:
        if re.search("NEWOBJ class argument|'NoneType' object is not callable", error.what):
            t.wrong("An allowed name came as None.", got=error.what, slip=NO_RETURN)
        if not isinstance(error, pickle.UnpicklingError):
            raise
        t.wrong("A pickle of which every name is allowed was refused.", got=str(error), slip=slip)


def _expect_refused(
    t: Trial, safe_load: Any, blob: bytes, allowed: set[tuple[str, str]], what: str, slip: str, door: Door
) -> None:
    before, error, got = _traces(t, safe_load), None, None
    try:
        got = safe_load(blob, allowed)
    except LearnerError as raised:
        if raised.kind == "NotImplementedError":
            raise
        error = raised
    ran = _traces(t, safe_load) != before
    said, door.open = door.open, door.open or ran or not error
    if isinstance(error, pickle.UnpicklingError):
        t.expect(not ran, "It was refused too late.", slip=RUN)
        return
    imported = error and error.kind in ("ImportError", "ModuleNotFoundError", "AttributeError")
    if not (ran or imported) and (error or got is None):
        slip = WRONG_TYPE if error else SILENT
    elif said:  # an open door was explained in another part
        slip = ""
    elif slip == RUN and not imported:
        slip = UNREFUSED
    what_came = "the wrong error" if error else "no error"
    t.wrong(
        f"Given {what}, {what_came} is raised.",
        expected="UnpicklingError",
        got=error.what if error else brief(got),
        slip=slip,
    )


def _traces(t: Trial, safe_load: Any) -> int:
    """How often something ran in the learner's process, or the bait was imported: their own loader tells."""
    trips = _let_in(t, safe_load, protocol_4(op_call(op_stack_global(LAB, "trips"))), {(LAB, "trips")})
    return len(t.instance(trips, list, "the list that lab.trips gives"))


def _expect_loaded(t: Trial, loaded: Any, model: Any, X: np.ndarray) -> None:
    own = type(model).__name__
    t.expect(
        callable(getattr(loaded, "predict", None)),
        "What was loaded has no method predict.",
        expected=f"a {own}",
        got=brief(loaded),
    )
    got = t.array(loaded.predict(X), "what the loaded model predicts", shape=(len(X),))
    t.equal(got, model.predict(X), "what the loaded model predicts for 30 rows")


RUN = "The payload ran, or its module was imported, before you refused: decide in find_class, before super()."


UNREFUSED = (
    "Nothing was refused: decide in find_class, before super(), and return what your own Unpickler's load() "
    "gives."
)


NO_RETURN = "find_class gave None: return what super().find_class gives."


WRONG_TYPE = "It was refused in time, but with another error: raise pickle.UnpicklingError."


SILENT = "Nothing ran, but nothing was said either: raise pickle.UnpicklingError, and do not return None."


EMPTY = "An empty set allows no name at all: it is no reason to load everything."


BUILTIN = "This builtin does no harm, and is not in allowed all the same: only the caller's set decides."


EARLIER = "What an earlier call allowed is not allowed now: only the set of this call counts."


SCANNED = "No scan sees a name that is computed while the pickle loads: decide in find_class, which does."


KNOWN = "This name does no harm, and is not in allowed all the same: only the caller's set decides."


LISTED = "A list of bad names is never complete. Ask whether the pair is in allowed."


#: Trips when it is imported; named here, so that the check does not import it.
BAIT = "course.m1_lifecycle.implementation.bait"


#: Calls that do no harm, from modules that hardly any list of bad names has.
HARMLESS = (
    ("platform", "node"),
    ("locale", "getlocale"),
    ("timeit", "default_timer"),
    ("secrets", "token_hex"),
    ("gc", "get_count"),
    ("tempfile", "gettempdir"),
)


#: What a list of safe builtins would have. The example in Python's documentation of find_class has some.
SAFE_BUILTINS = (
    "range", "set", "frozenset", "slice", "complex", "object", "list", "dict", "tuple", "int", "float",
    "bool", "str", "bytes", "bytearray", "type", "len", "ValueError",
)  # fmt: skip


#: What a list of safe classes of the standard library would have.
SAFE_CLASSES = (
    ("collections", "OrderedDict"), ("collections", "defaultdict"), ("datetime", "datetime"),
    ("enum", "Enum"), ("decimal", "Decimal"), ("uuid", "UUID"),
    ("fractions", "Fraction"), ("pathlib", "PurePosixPath"), ("copyreg", "_reconstructor"),
    ("copy_reg", "_reconstructor"), ("copyreg", "__newobj__"), ("array", "array"),
    ("re", "_compile"), ("types", "SimpleNamespace"), ("itertools", "count"),
)  # fmt: skip


#: The same, from packages that a list of trusted packages would have.
FAMILIAR = (("sklearn", "get_config"), ("numpy.random", "get_state"), ("numpy.linalg", "cond"))


def _before(body: bytes, model: bytes) -> bytes:
    """The pickle of a model, with opcodes in front that make one value, which is taken away again."""
    return model[:2] + body + b"0" + model[2:]


def _gadgets(model: Any, rng: np.random.Generator) -> Iterator[tuple]:
    """(what, pickle, the likely slip) of pickles that must be refused; a set too, where fewer are allowed."""
    label, honest = drawn_word(rng), pickle.dumps(model, 4)
    yield "a beacon of protocol 4", pickle.dumps(Beacon(lab.trip, label), 4), RUN
    yield "a beacon, and an empty set", pickle.dumps(Beacon(lab.trip, label), 4), EMPTY, set()
    yield "a beacon of protocol 2", pickle.dumps(Beacon(lab.trip, label), 2), RUN
    inst = b"(" + f"S'{label}'\n".encode() + f"i{LAB}\ntrip\n.".encode()
    yield "a beacon by INST", inst, RUN
    yield "a payload that raises", pickle.dumps({"a": [1, Beacon(lab.alarm, label)]}, 4), RUN
    model.note_ = Beacon(lab.trip, label)
    carrier = pickle.dumps(model, 4)
    del model.note_
    yield "a working model with a beacon inside", carrier, RUN
    for module, name in (*HARMLESS, *FAMILIAR):
        yield f"a call of {module}.{name}", _before(op_call(op_stack_global(module, name)), honest), LISTED
    own = names_asked(honest)
    for name in SAFE_BUILTINS:
        yield f"builtins.{name}", _before(op_stack_global("builtins", name), honest), BUILTIN, own
    again = op_call(op_stack_global(LAB, "trips"))
    yield "a call of lab.trips, which an earlier call allowed", _before(again, honest), EARLIER
    computed = op_text(LAB) + op_call(op_stack_global("builtins", "str"), "trip") + b"\x93"
    with_str = own | {("builtins", "str")}
    yield "a name that a call computes", _before(op_call(computed, label), honest), SCANNED, with_str
    yield (
        "a module that trips when it is imported",
        _before(op_stack_global(BAIT, drawn_word(rng)), honest),
        RUN,
    )
    yield "a module that does not exist", _before(op_stack_global(*drawn_name(rng)), honest), RUN
    call = op_call(op_global(*drawn_name(rng)), label)
    yield "a call from a module that does not exist", _before(call, honest), RUN
    for module, name in SAFE_CLASSES:
        yield f"{module}.{name}", _before(op_stack_global(module, name), honest), KNOWN, own


HOME, ESTIMATOR = "sklearn.linear_model._logistic", "LogisticRegression"


CROSSED = (("builtins", "complex"), ("pandas", "eval"))  # allowed; builtins.eval is not


#: Allowed when they are asked for, and near to what is refused.
NEIGHBOURS = (
    (HOME, f"{ESTIMATOR}.fit"),
    ("sklearn.linear_model", ESTIMATOR),
    ("builtins", "range"),
    HARMLESS[0],
    *(("builtins", name) for name in ("eval", "exec", "getattr", "__import__", "open")),
    *(("os", "getcwd"), ("posix", "getcwd"), ("sys", "getrecursionlimit"), ("subprocess", "list2cmdline")),
    *(("importlib", "import_module"), ("functools", "partial"), ("operator", "attrgetter")),
)


def _resembling(honest: bytes, rng: np.random.Generator) -> Iterator[tuple]:
    """(what, pickle, the likely slip) of `honest` behind what resembles an allowed name; a set too."""
    for name in ("LogisticRegressionCV", "check_consistent_length"):
        slip = "The module is allowed, this name of it is not: compare both."
        yield f"{name} from the module of {ESTIMATOR}", _before(op_stack_global(HOME, name), honest), slip
    slip = "The name is allowed, but from another module: compare both."
    old = _before(op_stack_global("__builtin__", "complex"), honest)
    yield "__builtin__.complex, where builtins.complex is allowed", old, slip
    for module in (BAIT, "sklearn.linear_model"):
        yield f"{ESTIMATOR} from {module}", _before(op_stack_global(module, ESTIMATOR), honest), slip
    slip = "A module that begins like an allowed one is another module."
    longer = f"{HOME}_{drawn_word(rng)}"
    yield f"{ESTIMATOR} from {longer}", _before(op_stack_global(longer, ESTIMATOR), honest), slip
    slip = "A name with dots walks on from where it starts: only the exact pair is allowed."
    for walk in (f"{ESTIMATOR}.fit", f"{ESTIMATOR}.__init__.__globals__"):
        yield f"the walk {walk}", _before(op_stack_global(HOME, walk), honest), slip
    slip = "Both halves are allowed, but not together: compare the pair."
    crossed = op_call(op_stack_global(CROSSED[0][0], CROSSED[1][1]), str(rng.integers(99)))
    yield "builtins.eval, where builtins.complex and pandas.eval are allowed", _before(crossed, honest), slip
    slip = "With the dot moved it is another pair: compare module and name, and not one text made of both."
    module, _, last = HOME.rpartition(".")
    yield (
        f"{last}.{ESTIMATOR} from {module}",
        _before(op_stack_global(module, f"{last}.{ESTIMATOR}"), honest),
        slip,
    )
    yield from _nearly(honest)


#: Nearly ("builtins", "complex"), which is allowed.
NEARLY = (
    ("BUILTINS", "Complex"), ("builtins", "COMPLEX"), (" builtins", "complex"), ("builtins ", "complex"),
    ("builtins", " complex"), ("builtins", "complex "),
)  # fmt: skip


def _nearly(honest: bytes) -> Iterator[tuple]:
    """The same, for parts of an allowed name, and for capitals and blanks."""
    slip = "A name that an allowed one begins with, or contains, is another name: compare the whole pair."
    resembling = {("builtins", "complexity"), ("math", "complex")}
    yield "a complex number, where only these resemble it", pickle.dumps(2j, 4), slip, resembling
    for part in (ESTIMATOR[:8], ESTIMATOR[8:], ESTIMATOR[3:12]):
        yield f"{part} from {HOME}", _before(op_stack_global(HOME, part), honest), slip
    for module in (HOME[:-3], HOME[8:], HOME.rpartition(".")[0] + "."):
        yield f"{ESTIMATOR} from {module}", _before(op_stack_global(module, ESTIMATOR), honest), slip
    slip = "Capitals and blanks make another name: compare the pair as it is."
    for module, name in NEARLY:
        yield f"{name!r} from {module!r}", _before(op_stack_global(module, name), honest), slip
