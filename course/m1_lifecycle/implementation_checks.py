"""Checks of the lesson on secure ML code. What a learner made is read as bytes, and never unpickled."""

from __future__ import annotations

import ast
import base64
import io
import math
import pickle
import pickletools
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from sklearn.cluster import KMeans
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from autograder.exercise import LearnerError, Prediction, Trial, brief, exercise
from course.data import lab
from course.data.pickle_machine import Broken, Call, Machine, Name, Pairs
from course.data.vulnerable_repo import RULES, make_repo

LAB = lab.trip.__module__
PROTOCOLS = (2, 3, 4, 5)
MOST_GROWTH = 10_000  # bytes that a beacon may add to a model's pickle

opcodes = Prediction(
    id="implementation.opcodes",
    question="One pickle holds an honest decimal number, the other a beacon, which calls lab.trip. How do "
    "their opcodes differ?",
    options=(
        "Only the beacon has an opcode that imports",
        "Both import, but only the beacon has an opcode that calls",
        "Not at all: only the texts between them differ",
    ),
    answer=2,
    because="An object is rebuilt by importing its class and calling it. The beacon imports and calls "
    "another "
    "name, and that is all that sets it apart.",
)

broken = Prediction(
    id="implementation.broken",
    question="In the pickle of a beacon, a byte that is no opcode takes the place of one of the opcodes. "
    "Which places keep lab.trip from running?",
    options=(
        "All: an error stops the whole file",
        "STACK_GLOBAL and those before it: once the name is imported, it is too late",
        "REDUCE and those before it: once the call is made, it is too late",
    ),
    answer=2,
    because="The unpickler carries out one opcode after the other, and REDUCE calls. An import alone has run "
    "nothing of lab.trip yet. Behind REDUCE, an error comes too late.",
)

asarray = Prediction(
    id="implementation.asarray",
    question='What does np.asarray([["1e3", True, "nan"]], dtype=float) give?',
    options=(
        "ValueError: a text is not a number",
        "TypeError: the row mixes texts and booleans",
        "An array: 1000, 1 and NaN",
    ),
    answer=2,
    because="Asked for floats, numpy makes floats of whatever it can. Each of the three is a guess about "
    "what the "
    "sender meant, and none of them leaves a trace.",
)


# -- honest models and crafted pickles ---------------------------------------------------------------


def _model(kind: str, rng: np.random.Generator) -> Any:
    """A small fitted estimator on drawn data of 40 rows and 5 columns."""
    seed = int(rng.integers(2**31))
    new = {
        "logistic regression": lambda: LogisticRegression(max_iter=200),
        "pipeline": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=200)),
        "naive Bayes": GaussianNB,
        "tree": lambda: DecisionTreeClassifier(max_depth=3, random_state=seed),
        "forest": lambda: RandomForestClassifier(3, max_depth=3, random_state=seed),
        "boosting": lambda: GradientBoostingClassifier(n_estimators=2, max_depth=2, random_state=seed),
        "neighbours": lambda: KNeighborsClassifier(3),
        "k-means": lambda: KMeans(2, n_init=1, random_state=seed),
    }[kind]()
    X = rng.normal(size=(40, 5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return new.fit(X, (X[:, 0] + 0.3 * rng.normal(size=40) > 0).astype(int))


def _asked(blob: bytes) -> set[tuple[str, str]]:
    """The names that loading one of our own pickles asks for."""

    class Asking(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            names.add((module, name))
            return super().find_class(module, name)

    names: set[tuple[str, str]] = set()
    Asking(io.BytesIO(blob)).load()
    return names


class _Beacon:
    """An object whose pickle calls `what(*args)`."""

    def __init__(self, what: Any, *args: Any) -> None:
        self.what, self.args = what, args

    def __reduce__(self) -> tuple:
        return self.what, self.args


def _text(text: str) -> bytes:
    return b"\x8c" + bytes([len(text)]) + text.encode()


def _name(module: str, name: str) -> bytes:
    """STACK_GLOBAL of two texts, as protocol 4 has it."""
    return _text(module) + _text(name) + b"\x93"


def _old_name(module: str, name: str) -> bytes:
    """GLOBAL, as protocols 0 to 3 have it."""
    return f"c{module}\n{name}\n".encode()


def _called(what: bytes, *args: str) -> bytes:
    return what + b"(" + b"".join(map(_text, args)) + b"tR"


def _new(body: bytes) -> bytes:
    return b"\x80\x04" + body + b"."


def _word(rng: np.random.Generator, length: int = 7) -> str:
    return "".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz"), length))


def _nowhere(rng: np.random.Generator) -> tuple[str, str]:
    """A (module, name) that no installation has: whoever imports it gets an error."""
    return f"no_{_word(rng)}.{_word(rng)}", _word(rng)


# -- smuggle -----------------------------------------------------------------------------------------


@exercise(
    minutes=10,
    parts={
        "fires": (3, "calls lab.trip(label) exactly once when loaded, in the protocol asked for"),
        "works": (2, "loads to an object of the model's class, with all its attributes"),
        "imports": (2, "imports what the plain pickle imports, and lab.trip, and nothing else"),
        "copy": (1, "leaves the model without a new attribute"),
    },
    hints=(
        "Write a class whose __reduce__ returns (a callable, a tuple of its arguments). The callable is not "
        "called by you: hand it over by name.",
        "Copy the model, give the copy one more attribute that is an object of that class, and pickle the "
        "copy. Whoever loads it rebuilds every attribute.",
        "inside the function, a class whose __reduce__ gives: what is to be called, and (what it is given,)\n"
        "a deep copy of the model, while there is no beacon in it yet\n"
        "the copy gets an attribute of any new name, which is an object of that class\n"
        "return the copy's pickle, in the protocol asked for",
    ),
    debrief=(
        "The model works, the file is hardly bigger, and no test of accuracy sees anything.",
        "Ask who can write a model file, not whether the model is good. Loading is running.",
    ),
    standards=("AML.T0018.002", "AML.T0011.000"),
)
def smuggle(t: Trial, smuggle) -> None:
    made = []
    for protocol, rng in zip(
        PROTOCOLS, t.cases(4), strict=True
    ):  # all calls first: an error costs every part
        kind = ("logistic regression", "pipeline", "forest", "naive Bayes")[int(rng.integers(4))]
        model, label = _model(kind, rng), _word(rng)
        t.given(model=kind, protocol=protocol, label=label)
        same = pickle.loads(pickle.dumps(model))
        try:
            blob, after = t.observe(smuggle, model, label, protocol)
        except LearnerError as error:
            slip = next((slip for slip, says in REDUCED.items() if re.search(says, error.what)), "")
            if slip:
                t.wrong("Python cannot use what your __reduce__ returns.", got=error.what, slip=slip)
            raise
        loaded = _loaded(t, blob, len(pickle.dumps(same, protocol)) + MOST_GROWTH)
        own = _protocol(blob)  # another than asked for costs its part, and not the others
        plain = pickle.dumps(same, own if own in PROTOCOLS else protocol)
        listed = after[0].__dir__()
        new = {name for name in listed if isinstance(name, str)} - {*dir(model)}
        made.append((kind, label, _read(plain), blob, loaded, new))
    for protocol, _, (kind, label, plain, blob, loaded, new) in zip(PROTOCOLS, t.cases(4), made, strict=True):
        t.given(model=kind, protocol=protocol, label=label)
        with t.part("fires"):
            _expect_one_trip(t, loaded, plain, label)
            t.equal(_protocol(blob), protocol, "the pickle's protocol")
        with t.part("works"):
            t.expect(_trips(loaded), "A copy that calls no lab.trip is no attack.")
            _expect_model(t, loaded.stack[-1], plain.stack[-1])
        with t.part("imports"):
            _expect_imports(t, loaded, plain)
        with t.part("copy"):
            t.expect(
                not _difference(loaded.stack[-1], plain.stack[-1]),
                "This is judged once the copy of the model works.",
            )
            t.expect(
                not new,
                "The model that you were given has a new attribute.",
                got=sorted(new)[:3],
                slip="Put the beacon into a copy: deepcopy(model).",
            )


#: A slip → what pickle or deepcopy says about it.
REDUCED = {
    "What lab.trip is called with is a tuple, and a tuple of one needs a comma: (label,).": "must be a tuple|"
    r"trip\(\) takes 1 positional argument but \d+ were given",
    "__reduce__ names what is to be called, and does not call it: no brackets behind lab.trip.": "must be "
    "callable|'NoneType' object is not callable|must return a string or tuple|iterable, not NoneType",
    "__reduce__ returns two things: what is to be called, and a tuple of its arguments.": "2 through 6"
    "|iterable, not function|missing 1 required positional argument: 'args'",
}
UNFITTED = "sklearn's clone drops what was learned, and deepcopy keeps it."


def _expect_model(t: Trial, theirs: Any, ours: Any) -> None:
    t.expect(
        _described(theirs) == _described(ours),
        "What is loaded is not the model.",
        expected=_described(ours),
        got=_described(theirs),
        slip="The victim calls predict on what is loaded: give them the model, with the beacon inside it.",
    )
    lacking = sorted(_keys(ours) - _keys(theirs))
    t.expect(
        not lacking,
        "The model that is loaded lacks attributes.",
        expected=f"{', '.join(lacking)} as well",
        slip=UNFITTED if any(name.endswith("_") for name in lacking) else "",
    )
    place = _difference(theirs, ours)
    t.expect(
        not place,
        f"In the model that is loaded, {place} is not as in the plain pickle.",
        slip=UNFITTED if place.endswith("_") else "",
    )


def _expect_imports(t: Trial, loaded: Machine, plain: Machine) -> None:
    wanted = {*plain.imports, Name(LAB, "trip")}
    extra = sorted(str(name) for name in {*loaded.imports} - wanted)
    t.expect(
        not extra,
        "The pickle imports more than the plain one and lab.trip.",
        expected=f"{LAB}.trip and what the plain pickle imports",
        got=extra[:4],
        slip=_own_slip(loaded.imports, wanted),
    )
    t.expect(Name(LAB, "trip") in loaded.imports, "The pickle does not import lab.trip.")
    missing = sorted(str(name) for name in wanted - {*loaded.imports})
    t.expect(not missing, "The pickle imports less than the plain one.", expected=missing[:4])


def _read(blob: bytes) -> Machine:
    """The machine after `blob`. Raises Broken."""
    machine = Machine()
    for _ in machine.walk(blob):
        pass
    return machine


def _protocol(blob: bytes) -> int:
    return blob[1] if blob[:1] == b"\x80" and len(blob) > 1 else 0


def _loaded(t: Trial, blob: Any, most: int) -> Machine:
    t.instance(blob, bytes, "the pickle")
    t.expect(
        len(blob) <= most,
        "The pickle is too large.",
        expected=f"at most {most} bytes",
        got=f"{len(blob)} bytes",
    )
    try:
        machine = _read(blob)
    except Broken as error:
        t.wrong("The bytes are no whole pickle.", got=str(error))
    t.equal(len(machine.stack), 1, "the number of values that the pickle leaves at its STOP")
    return machine


def _trips(loaded: Machine) -> list[Call]:
    return [call for call in loaded.calls if call.what == Name(LAB, "trip")]


def _expect_one_trip(t: Trial, loaded: Machine, plain: Machine, label: str) -> None:
    trips = _trips(loaded)
    called = _has_a_new_none(loaded.stack[-1], plain.stack[-1])
    slip = _own_slip(loaded.imports, {*plain.imports}) or (WHILE_WRITING if called else "")
    t.expect(trips, "Loading calls no lab.trip.", slip=slip)
    t.equal(len(trips), 1, "the number of calls of lab.trip")
    args = trips[0].args
    shown = (
        args if isinstance(args, tuple) and all(isinstance(item, str) for item in args) else "other arguments"
    )
    t.equal(shown, (label,), "what lab.trip is called with")


WHILE_WRITING = (
    "lab.trip was called while you wrote: by you, by your __reduce__ or by deepcopy. Copy first, put the "
    "beacon in then, and let __reduce__ return lab.trip and its arguments."
)


def _has_a_new_none(theirs: Any, ours: Any) -> bool:
    """Whether there is an attribute more, and its value is None, as a call of lab.trip gives it."""
    new = _keys(theirs) - _keys(ours)
    return bool(new) and any(value is None for key, value in theirs.state.items if key in new)


def _own_slip(imports: list[Name], wanted: set[Name]) -> str:
    homes = {name.module for name in {*imports} - wanted}
    own = homes & {"__main__"} or any(home.startswith("lesson_") for home in homes)
    slip = "A name of your notebook stands in the pickle, and the victim does not have it."
    return f"{slip} Name lab.trip itself." if own else ""


def _described(value: Any) -> str:
    """What a value is an object of."""
    if not isinstance(value, Call):
        return f"a {type(value).__name__}"
    what = next((item for item in (value.what, *_some(value.args)) if isinstance(item, Name)), "something")
    return f"an object of {what}"


def _some(value: Any) -> tuple:
    return value[:3] if isinstance(value, tuple) else ()


def _keys(value: Any) -> set[str]:
    """The names of the attributes that a value would be given."""
    state = value.state if isinstance(value, Call) else None
    return {key for key, _ in state.items if isinstance(key, str)} if isinstance(state, Pairs) else set()


def _difference(theirs: Any, ours: Any, place: str = "value") -> str:
    """The attribute or item where `theirs` is not built as `ours`; empty when it is, or has more attributes.

    Walks ours, so that it always ends.
    """
    pairs: list[tuple[str, Any, Any]] = []
    if isinstance(ours, Call):
        if not isinstance(theirs, Call):
            return place
        parts = ("what", "args", "state", "items")
        pairs = [(place, getattr(theirs, part), getattr(ours, part)) for part in parts]
    elif isinstance(ours, Pairs):
        if not isinstance(theirs, Pairs):
            return place
        given = {key: value for key, value in theirs.items if isinstance(key, str | int)}
        lacking = [str(key) for key, _ in ours.items if key not in given]
        if lacking:
            return lacking[0]
        pairs = [(str(key), given[key], value) for key, value in ours.items]
    elif isinstance(ours, list | tuple):
        if type(theirs) is not type(ours) or len(theirs) != len(ours):
            return place
        pairs = [(place, a, b) for a, b in zip(theirs, ours, strict=True)]
    elif isinstance(ours, bytes | bytearray):
        return "" if isinstance(theirs, bytes | bytearray) and bytes(theirs) == bytes(ours) else place
    elif type(theirs) is not type(ours) or not (theirs == ours or (theirs != theirs and ours != ours)):
        return place
    return next((found for where, a, b in pairs if (found := _difference(a, b, where))), "")


# -- list_globals ------------------------------------------------------------------------------------

TWO_TEXTS = "The two texts before it in the file need not be the two on the stack: follow POP and the memo."
NO_MEMO = "Texts also come from the memo: GET, BINGET and LONG_BINGET put them on the stack again."
ONLY_NEW = "Protocols 0 to 3 import by GLOBAL and INST, with both texts in the argument."
LOOK_FIRST = (
    "There is a STACK_GLOBAL, and no pair was found: look at the stack before its two texts are taken away, "
    "and call settle for every opcode. With books of your own: MEMOIZE and PUT leave the top where it is."
)
COPIED = "DUP puts the top of the stack on it once more: here, one text is module and name."
GAVE_UP = "Keep what you found before the break: put try around the loop, not around the names."
SWAPPED = "Each pair is the wrong way round: the module lies under the name."
ALWAYS = "settle was not called for every opcode: call it last and always, for GLOBAL, INST and EXT too."
READ_ON = "An unknown name is no break: leave out that one, and read on for those behind it."
BROKE_OFF = (
    "This pickle is whole, and you say False. If you caught an exception, print it: that is the cause."
)
SPLIT = "GLOBAL and INST give both in one text: split it at its first space, and add a pair."
NOT_A_TEXT = "A name that is no text is unknown: leave it out, and complete is False."
EMPTY = "With an empty stack there is no name: the pickle is broken there."
TOO_NARROW = (
    "settle raises KeyError for such a memo number, and IndexError for an empty stack: catch them too."
)
ONLY_OLD = "Protocol 4 and later import by STACK_GLOBAL, with both texts on the stack."


@exercise(
    minutes=17,
    parts={
        "models": (3, "names what honest models import, protocols 4 and 5"),
        "old": (3, "names what pickles of protocols 0 to 3 import, INST included"),
        "hidden": (4, "follows memo, decoys and copies, and admits a name that it cannot know"),
        "broken": (4, "keeps the names before a break, says that they are not all, and raises nothing"),
        "unrun": (1, "imports and runs nothing"),
    },
    hints=(
        "Three kinds of opcodes name something: GLOBAL and INST in their argument, STACK_GLOBAL on the "
        "stack, EXT1, EXT2 and EXT4 by a number. Call settle for every opcode, whatever it is.",
        "Start with an empty stack and an empty memo. For each opcode, look first whether it names "
        "something, and what stack[-2:] holds if it is STACK_GLOBAL; then settle. Put try around the whole "
        "loop, and keep the names outside of it, so that you still have them when it breaks.",
        "names is an empty set, complete is True\n"
        "try, for each opcode and argument of genops:\n"
        "    GLOBAL or INST:  names gets the argument, split at its first space, as a pair\n"
        "    STACK_GLOBAL:    module, name are the last two on the stack: two texts go into names,\n"
        "                     anything else makes complete False\n"
        "    EXT…:            makes complete False\n"
        "    always, and last: settle\n"
        "when anything was raised:  what was found so far, and False\n"
        "else:                      names and complete",
    ),
    debrief=(
        "Scanners that look for two texts side by side, or that give up at a broken byte, are easy to step "
        "round: "
        "the file need only load as far as the payload.",
        "A reader that cannot finish has found something. Report it as *unknown*, and treat unknown as "
        "refused.",
    ),
    standards=("AML.M0016", "AML.T0076", "PW.7.2"),
)
def list_globals(t: Trial, list_globals) -> None:
    read: set[str] = set()  # the parts of which a model was read as it should
    with t.part("unrun"):
        _expect_unrun(t, list_globals)
    kinds = ("logistic regression", "pipeline", "forest", "boosting", "neighbours", "k-means")
    for number, (kind, rng) in enumerate(zip(kinds, t.cases(len(kinds)), strict=True)):
        model = _model(kind, rng)
        for part, protocol in (("models", 4 + number % 2), ("old", number % 4)):
            t.given(model=kind, protocol=protocol)
            with t.part(part):
                blob = pickle.dumps(model, protocol)
                _expect_globals(t, list_globals, blob, _asked(blob), True, part, read)
                read.add(part)
    for part, crafted in (("old", _old_style), ("hidden", _hidden), ("broken", _broken)):
        for rng in t.cases(3):
            for what, blob, names, complete in crafted(rng):
                t.given(pickle=what)
                with t.part(part):
                    _expect_globals(t, list_globals, blob, names, complete, part, read)


def _expect_unrun(t: Trial, list_globals: Any) -> None:
    rng = t.rng(3)
    label, nowhere = _word(rng), _nowhere(rng)
    calls = [_called(_name(*nowhere), "x"), _called(_name(LAB, "alarm"), label)]
    loud = pickle.dumps([_Beacon(lab.alarm, label)], 4)
    alarm = (LAB, "alarm")
    for made, first, *second in (  # whoever runs the first call, and swallows its error, misses the second
        (loud, alarm),
        (_new(b"0".join(calls)), nowhere, alarm),
        (_new(b"0".join(calls[::-1])), alarm, nowhere),
    ):
        try:
            got = _globals(t, list_globals(made))[0]
        except LearnerError as error:
            if error.kind != lab.Tripped.__name__:
                raise
            t.wrong("The payload has run: the pickle was loaded.", slip="Read the opcodes. Load nothing.")
        slip = "Loading ends at the first call that fails, and it has run: read on, and load nothing."
        slips = {slip: {first}, SWAPPED: {pair[::-1] for pair in (first, *second)}}
        t.equal(got, {first, *second}, "the set of names in a pickle with a payload", slips=slips)


def _globals(t: Trial, value: Any) -> tuple[set, bool]:
    """What list_globals returned, validated."""
    t.expect(
        type(value) is tuple and len(value) == 2,
        "The result has another form.",
        expected="(names, complete)",
        got=brief(value),
    )
    names = t.instance(value[0], set, "names, the first of the two results,")
    for pair in names:
        form = [type(text) for text in pair] if type(pair) is tuple else None
        unsplit = type(pair) is str or (form and len(form) != 2 and {*form} == {str})
        t.expect(
            form == [str, str],
            "An entry of names has another form.",
            expected="a pair (module, name) of texts",
            got=brief(pair),
            slip=SPLIT if unsplit else "" if form is None else NOT_A_TEXT if form else EMPTY,
        )
    return names, t.instance(value[1], bool, "complete, the second of the two results,")


def _expect_globals(
    t: Trial,
    list_globals: Any,
    blob: bytes,
    names: set[tuple[str, str]],
    complete: bool,
    part: str,
    read: set[str],
) -> None:
    try:
        got, said = _globals(t, list_globals(blob))
    except LearnerError as error:
        if error.kind not in ("KeyError", "IndexError"):
            raise
        where = f", at: {error.code.strip()}" if error.code.strip() else ""  # in the cell of settle, mostly
        t.wrong(
            f"Given a {'whole' if complete else 'broken'} pickle, {error.kind} is raised.",
            got=error.what + where,
            slip=ALWAYS if complete else TOO_NARROW,
        )
    if got != names:
        slip = _names_slip(blob, got, said, names, complete, part, read)
        t.wrong("The set of names is not right.", expected=_pairs(names), got=_pairs(got), slip=slip)
    slip = (
        "What could not be read to the end, or names what you cannot see, is not complete."
        if not complete
        else "It was read to its STOP, and every name was a text: that is complete."
    )
    t.equal(said, complete, "complete", slips={slip: not complete})


def _names_slip(
    blob: bytes,
    got: set,
    said: bool,
    names: set[tuple[str, str]],
    complete: bool,
    part: str,
    read: set[str],
) -> str:
    """Why `got` is likely not `names`, by one who has `read` models of some parts as they should."""
    if got and {frozenset(pair) for pair in got} == {frozenset(pair) for pair in names}:
        return SWAPPED
    skips = (EXTENSIONS,) if "old" in read else UNSETTLED
    if (got, said) in [_skipping(blob, skipped) for skipped in skips]:
        return ALWAYS
    if "models" in read and not complete and part == "hidden" and got < names:
        return READ_ON
    gave_up = "models" in read and not complete and part == "broken"
    usual = {GAVE_UP: set() if gave_up else None, **_usual(blob, said)}
    slip = next((slip for slip, wrong in usual.items() if got == wrong), "")
    return slip or (BROKE_OFF if complete and not said and got < names else "")


def _pairs(names: set[tuple[str, str]]) -> str:
    return brief(sorted(names)) if names else "no names"


def _usual(blob: bytes, said: bool) -> dict[str, set[tuple[str, str]]]:
    """What the usual shortcuts would report, when they say `said` of it."""
    texts: list[str] = []
    texts_and_memo: list[Any] = []
    memo: dict[int, Any] = {}
    old, new, new_with_memo, seen = set(), set(), set(), set()
    try:
        for opcode, argument, _ in pickletools.genops(blob):
            seen.add(opcode.name)
            if opcode.name in ("GLOBAL", "INST"):
                old.add(tuple(argument.split(" ", 1)))
            elif opcode.name == "STACK_GLOBAL":
                new.add(tuple(texts[-2:]))
                new_with_memo.add(tuple(texts_and_memo[-2:]))
            elif opcode.name == "MEMOIZE" or "PUT" in opcode.name:
                memo[len(memo) if argument is None else argument] = (texts_and_memo or [None])[-1]
            elif opcode.name.endswith("GET") and isinstance(memo.get(argument), str):
                texts_and_memo.append(memo[argument])
            elif isinstance(argument, str):
                texts.append(argument)
                texts_and_memo.append(argument)
    except ValueError:
        pass
    no_pair = COPIED if "DUP" in seen else ONLY_OLD if said else LOOK_FIRST
    return {TWO_TEXTS: old | new_with_memo, NO_MEMO: old | new, ONLY_NEW: new_with_memo, no_pair: old}


OLD, EXTENSIONS = {"GLOBAL", "INST"}, {"EXT1", "EXT2", "EXT4"}
#: The opcodes for which settle is forgotten, where it stands in a branch of its own.
UNSETTLED = (OLD, EXTENSIONS, OLD | EXTENSIONS, OLD | EXTENSIONS | {"STACK_GLOBAL"})


class _Skipping(Machine):
    """A machine on whose stack the opcodes in `skipped` do nothing."""

    def __init__(self, skipped: set[str]) -> None:
        super().__init__()
        self.skipped = skipped

    def _follow(self, name: str, argument: Any) -> None:
        if name not in self.skipped:
            super()._follow(name, argument)


def _skipping(blob: bytes, skipped: set[str]) -> tuple[set, bool]:
    """What list_globals gives when it does not settle the opcodes in `skipped`."""
    machine, names, known = _Skipping(skipped), set(), True
    try:
        for opcode, argument, _ in machine.walk(blob):
            pair: tuple = ()
            if opcode in OLD:
                pair = tuple(argument.split(" ", 1))
            elif opcode == "STACK_GLOBAL" and opcode in skipped:
                pair = tuple(machine.stack[-2:])
            elif opcode == "STACK_GLOBAL":
                pair = (machine.imports[-1].module, machine.imports[-1].name)
            elif opcode not in EXTENSIONS:
                continue
            sure = len(pair) == 2 and all(isinstance(text, str) and text != "?" for text in pair)
            known = known and sure
            names |= {pair} if sure else set()
    except Broken:
        return names, False
    return names, known


Crafted = Iterator[tuple[str, bytes, set[tuple[str, str]], bool]]


def _old_style(rng: np.random.Generator) -> Crafted:
    (a, b), (c, d) = _nowhere(rng), _nowhere(rng)
    text = f"S'{_word(rng)}'\n".encode()
    yield "INST, protocol 0", b"(" + text + f"i{a}\n{b}\n.".encode(), {(a, b)}, True
    body = _old_name(a, b) + b"(" + text + b"tR0(" + text + f"i{c}\n{d}\n.".encode()
    yield "GLOBAL and INST, protocol 0", body, {(a, b), (c, d)}, True
    yield "GLOBAL, protocol 2", b"\x80\x02" + _old_name(a, b) + b"q\x00)R.", {(a, b)}, True
    dotted = (a, f"{b}.{d}")
    yield "GLOBAL in protocol 4", _new(_old_name(*dotted)), {dotted}, True


def _hidden(rng: np.random.Generator) -> Crafted:
    (module, name), decoy, pushed = _nowhere(rng), _word(rng), _word(rng)
    honest = {("collections", "OrderedDict")}
    stored = _text(name) + b"\x940" + _text(module) + b"\x940"  # in the memo as 0 and 1, and off the stack
    fetched = _new(stored + b"h\x01h\x00\x93)R")
    yield "both texts from the memo", fetched, {(module, name)}, True
    put = _text(name) + b"q\x0a0" + _text(module) + b"r\x2c\x01\x00\x000"
    yield "memo numbers 10 and 300", _new(put + b"j\x2c\x01\x00\x00h\x0a\x93)R"), {(module, name)}, True
    popped = _new(_text(module) + _text(name) + _text(decoy) + b"0" + b"\x93)R")
    yield "a decoy on top, taken away again", popped, {(module, name)}, True
    marked = _new(_text(module) + _text(name) + b"(" + _text(decoy) + _text(pushed) + b"1" + b"\x93)R")
    yield "two decoys above a mark, taken away again", marked, {(module, name)}, True
    same = _new(_text(name) + b"2\x93)R")
    yield "one text, copied by DUP", same, {(name, name)}, True
    used = _new(_text(module) + _text(name) + _text("k") + _text(decoy) + b"\x860\x93)R")
    yield "decoys that a TUPLE2 takes", used, {(module, name)}, True
    split = _called(_name("collections", "OrderedDict")) + b"0"
    computed = _called(_old_name("collections", "OrderedDict"), module)
    behind = _nowhere(rng)
    unknown = {
        "a name that a call computes": computed,
        "a number where a name should be": b"K" + bytes([int(rng.integers(256))]),
        "a name that a PERSID refers to": f"P{name}\n".encode(),
    }
    for what, opcode in unknown.items():
        body = split + _text(module) + opcode + b"\x93)R0" + _name(*behind)
        yield f"{what}, and a known one behind it", _new(body), {*honest, behind}, False
    alone = _new(f"P{decoy}\n".encode() + _text(pushed) + b"Q\x86" + _name(module, name) + b"\x86")
    yield "a PERSID and a BINPERSID, neither of them a name", alone, {(module, name)}, True
    codes = {"EXT1": b"\x82\x07", "EXT2": b"\x83\x07\x01", "EXT4": b"\x84\x07\x01\x00\x00"}
    for opcode, code in codes.items():
        yield (
            f"an extension code, {opcode}",
            _new(code + b")R0" + _name(module, name)),
            {(module, name)},
            False,
        )


def _broken(rng: np.random.Generator) -> Crafted:
    label, nowhere = _word(rng), _nowhere(rng)
    names = {(LAB, "trip")}
    beacon = pickle.dumps(_Beacon(lab.trip, label), 4)
    yield "a beacon, then a byte that is no opcode", beacon[:-1] + b"\xff", names, False
    model = pickle.dumps([_Beacon(lab.trip, label), list(range(50)), nowhere[1]], 4)
    cut = int(rng.integers(len(beacon) + 10, len(model) - 1))
    yield "a beacon and a list, cut short", model[:cut], names, False
    memo = _new(_called(_name(*nowhere), label) + b"h\x63")
    yield "a memo number that was never written", memo, {nowhere}, False
    yield "a stack that runs empty", _new(_called(_name(*nowhere), label) + b"000"), {nowhere}, False
    yield "a name with nothing on the stack", b"\x80\x04\x93.", set(), False
    yield "no bytes", b"", set(), False
    yield "drawn bytes", b"\xfe" + rng.bytes(30), set(), False
    after = _new(_called(_name(*nowhere), label)) + _name(LAB, "trip")
    yield "more behind STOP", after, {nowhere}, True


# -- safe_load ---------------------------------------------------------------------------------------


@exercise(
    minutes=8,
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
    loads = False
    for kind, protocol, rng in zip(
        ("logistic regression", "pipeline", "forest"), (4, 5, 2), t.cases(3), strict=True
    ):
        t.given(model=kind, protocol=protocol)
        model = _model(kind, rng)
        blob = pickle.dumps(model, protocol)
        with t.part("loads"):
            loaded = _let_in(t, safe_load, blob, _asked(blob))
            _expect_loaded(t, loaded, model, rng.normal(size=(30, 5)))
            plain = {"weights": [float(rng.normal()), 1, None], "name": _word(rng), "raw": rng.bytes(4)}
            got = _let_in(t, safe_load, pickle.dumps(plain), set())
            t.equal(got, plain, "plain data, loaded with an empty set")
            number = complex(rng.normal(), rng.normal())
            got = _let_in(t, safe_load, pickle.dumps(number, 4), {("builtins", "complex")})
            t.equal(got, number, "a complex number, loaded with its one name")
            loads = True
    for rng in t.cases(2):
        model = _model("logistic regression", rng)
        honest = pickle.dumps(model, 4)
        allowed = _asked(honest) | {*CROSSED}
        for part, gadgets in (("refuses", _gadgets(model, rng)), ("pairs", _resembling(honest, rng))):
            for what, blob, slip in gadgets:
                t.given(pickle=what)
                with t.part(part):
                    _expect_refused(t, safe_load, blob, allowed, what, slip)
                    t.expect(loads, "A loader that lets nothing through is of no use, whatever it refuses.")
                    if rng.random() < 0.5:  # now and then an allowed one, so that counting calls is no way
                        t.given(pickle="an allowed model")
                        loaded = _let_in(t, safe_load, _before(_name(HOME, ESTIMATOR), honest), allowed)
                        _expect_loaded(t, loaded, model, rng.normal(size=(30, 5)))


def _let_in(t: Trial, safe_load: Any, blob: bytes, allowed: set[tuple[str, str]]) -> Any:
    try:
        return safe_load(blob, allowed)
    except LearnerError as error:
        if re.search("NEWOBJ class argument|'NoneType' object is not callable", error.what):
            t.wrong("An allowed name came as None.", got=error.what, slip=NO_RETURN)
        if not isinstance(error, pickle.UnpicklingError):
            raise
        slip = "Only allowed decides which names may come in, and no list of your own."
        t.wrong("A pickle of which every name is allowed was refused.", got=str(error), slip=slip)


def _expect_refused(
    t: Trial, safe_load: Any, blob: bytes, allowed: set[tuple[str, str]], what: str, slip: str
) -> None:
    before, error, got = _traces(t, safe_load), None, None
    try:
        got = safe_load(blob, allowed)
    except LearnerError as raised:
        if raised.kind == "NotImplementedError":
            raise
        error = raised
    ran = _traces(t, safe_load) != before
    if isinstance(error, pickle.UnpicklingError):
        t.expect(not ran, "It was refused too late.", slip=RUN)
        return
    imported = error and error.kind in ("ImportError", "ModuleNotFoundError", "AttributeError")
    if not (ran or imported) and (error or got is None):
        slip = WRONG_TYPE if error else SILENT
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
    trips = _let_in(t, safe_load, _new(_called(_name(LAB, "trips"))), {(LAB, "trips")})
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
LISTED = "A list of bad names is never complete. Ask whether the pair is in allowed."


BAIT = "course.data.bait"  # trips when it is imported; named here, so that the checks do not import it

#: Calls that do no harm, from modules that hardly any list of bad names has.
HARMLESS = (
    ("platform", "node"),
    ("locale", "getlocale"),
    ("timeit", "default_timer"),
    ("secrets", "token_hex"),
    ("gc", "get_count"),
    ("tempfile", "gettempdir"),
)

#: The same, from packages that a list of trusted packages would have.
FAMILIAR = (("sklearn", "get_config"), ("numpy.random", "get_state"), ("numpy.linalg", "cond"))


def _before(body: bytes, model: bytes) -> bytes:
    """The pickle of a model, with opcodes in front that make one value, which is taken away again."""
    return model[:2] + body + b"0" + model[2:]


def _gadgets(model: Any, rng: np.random.Generator) -> Iterator[tuple[str, bytes, str]]:
    """(what, pickle, the likely slip) of ten pickles that must be refused."""
    label, honest = _word(rng), pickle.dumps(model, 4)
    yield "a beacon of protocol 4", pickle.dumps(_Beacon(lab.trip, label), 4), RUN
    yield "a beacon of protocol 2", pickle.dumps(_Beacon(lab.trip, label), 2), RUN
    inst = b"(" + f"S'{label}'\n".encode() + f"i{LAB}\ntrip\n.".encode()
    yield "a beacon by INST", inst, RUN
    yield "a payload that raises", pickle.dumps({"a": [1, _Beacon(lab.alarm, label)]}, 4), RUN
    model.note_ = _Beacon(lab.trip, label)
    carrier = pickle.dumps(model, 4)
    del model.note_
    yield "a working model with a beacon inside", carrier, RUN
    for calls in (HARMLESS, FAMILIAR):
        module, name = calls[int(rng.integers(len(calls)))]
        yield f"a call of {module}.{name}", _before(_called(_name(module, name)), honest), LISTED
    yield "a module that trips when it is imported", _before(_name(BAIT, _word(rng)), honest), RUN
    yield "a module that does not exist", _before(_name(*_nowhere(rng)), honest), RUN
    call = _called(_old_name(*_nowhere(rng)), label)
    yield "a call from a module that does not exist", _before(call, honest), RUN


CROSSED = (("builtins", "complex"), ("pandas", "eval"))  # allowed; builtins.eval is not

HOME, ESTIMATOR = "sklearn.linear_model._logistic", "LogisticRegression"


def _resembling(honest: bytes, rng: np.random.Generator) -> Iterator[tuple[str, bytes, str]]:
    """(what, pickle, the likely slip) of `honest` with a name in front that resembles an allowed one."""
    for name in ("LogisticRegressionCV", "check_consistent_length"):
        slip = "The module is allowed, this name of it is not: compare both."
        yield f"{name} from the module of {ESTIMATOR}", _before(_name(HOME, name), honest), slip
    for module in (BAIT, "sklearn.linear_model"):
        slip = "The name is allowed, but from another module: compare both."
        yield f"{ESTIMATOR} from {module}", _before(_name(module, ESTIMATOR), honest), slip
    slip = "A module that begins like an allowed one is another module."
    longer = f"{HOME}_{_word(rng)}"
    yield f"{ESTIMATOR} from {longer}", _before(_name(longer, ESTIMATOR), honest), slip
    slip = "A name with dots walks on from where it starts: only the exact pair is allowed."
    for walk in (f"{ESTIMATOR}.fit", f"{ESTIMATOR}.__init__.__globals__"):
        yield f"the walk {walk}", _before(_name(HOME, walk), honest), slip
    slip = "Both halves are allowed, but not together: compare the pair."
    crossed = _called(_name(CROSSED[0][0], CROSSED[1][1]), str(rng.integers(99)))
    yield "builtins.eval, where builtins.complex and pandas.eval are allowed", _before(crossed, honest), slip
    slip = "With the dot moved it is another pair: compare module and name, and not one text made of both."
    module, _, last = HOME.rpartition(".")
    yield f"{last}.{ESTIMATOR} from {module}", _before(_name(module, f"{last}.{ESTIMATOR}"), honest), slip


# -- validate_batch ----------------------------------------------------------------------------------


@exercise(
    minutes=13,
    level="stretch",
    parts={
        "accepts": (2, "turns a sound batch into an array, columns in the contract's order"),
        "rows": (1, 'refuses with "rows", before it looks at any row'),
        "columns": (2, 'refuses with "columns", and says in which row'),
        "type": (2, 'refuses with "type", and says where'),
        "finite": (1, 'refuses with "finite", and says where'),
        "range": (2, 'refuses with "range", and says where'),
    },
    hints=(
        "Walk through the rows and, within a row, through the contract's columns, and ask the questions of "
        "the "
        "table from the top. Which of Python's comparisons are true for NaN? Is True an int?",
        "type(value) not in (int, float) leaves out booleans, which isinstance does not. math.isfinite is "
        "for "
        "floats: an int of 400 digits does not fit into one, so ask it of floats only, and compare with "
        "low and "
        "high before you convert.",
        "is it a list, and is its length between 1 and max_rows? Else: rows\n"
        "each row, with its index:\n"
        "    is it a dict, and are its keys, order aside, the contract's? Else: columns, and the index\n"
        "    each column of the contract, with low and high, and the row's value under it:\n"
        "        the type itself is int or float; a float is finite; the value is within low and high\n"
        "        the first question that says no gives the reason, with the index and the name\n"
        "an array of floats: for each row, its values in the order of the contract's columns",
    ),
    debrief=(
        "Sends what the parser turns into something else: a text, a NaN that passes every comparison, a "
        "million rows.",
        "Refuses at the door, with a reason that can be counted and a place that can be looked at. A jump "
        "in one "
        "reason is an alarm.",
    ),
    standards=("PW.5.1", "AML.T0029"),
)
def validate_batch(t: Trial, validate_batch) -> None:
    for rng in t.cases(30):
        contract, rows = _batch(rng)
        with t.part("accepts"):
            _expect_accepted(t, validate_batch, rows, contract)
        inside = [{name: float(np.mean(ends)) for name, ends in contract["columns"].items()} for _ in rows]
        for part, what, spoilt, place in _spoilt(inside, contract, rng):
            t.given(trouble=what)
            room = 0 if part == "rows" else 1  # so that a slip about the number of rows costs no other part
            asked = {**contract, "max_rows": contract["max_rows"] + room}
            with t.part(part):
                _expect_rejected(t, validate_batch, spoilt, asked, (part, *place), what)


def _batch(rng: np.random.Generator) -> tuple[dict, list[dict]]:
    """A contract of 3 to 6 columns, and a sound batch with keys in any order, ends of ranges included."""
    columns = {}
    for _ in range(int(rng.integers(3, 7))):
        ends = (-rng.uniform(0.1, 50), rng.uniform(2, 80))  # True and False lie inside: their type decides
        columns[_word(rng)] = tuple(round(float(end), 2) for end in ends)
    rows = []
    for _ in range(int(rng.integers(2, 7))):
        row = {}
        for name in rng.permutation(list(columns)):
            low, high = columns[str(name)]
            value = rng.choice(
                [low, high, float(rng.uniform(low, high)), np.ceil(low)], p=[0.1, 0.1, 0.5, 0.3]
            )
            row[str(name)] = int(value) if value == np.ceil(low) else float(value)
        rows.append(row)
    return {"columns": columns, "max_rows": len(rows) + int(rng.integers(3))}, rows


def _expect_accepted(t: Trial, validate_batch: Any, rows: list[dict], contract: dict) -> None:
    d = len(contract["columns"])
    try:
        got, after = t.observe(validate_batch, rows, contract)
    except LearnerError as error:
        if error.kind != "Rejected":
            raise
        found, slip = _sound(error.args, rows, contract)
        t.wrong(f"A sound batch was refused{found}.", expected="an array", got=error.what, slip=slip)
    got = t.array(got, "the array", shape=(len(rows), d), kind="biuf")
    in_row_order = np.array([list(row.values()) for row in rows], float)
    t.close(
        got,
        np.array([[row[name] for name in contract["columns"]] for row in rows], float),
        "the array",
        rtol=0,
        atol=0,
        slips={
            "Columns come in the contract's order, not in the row's.": in_row_order,
            "Whole numbers: the array has lost what stood behind the point.": in_row_order.astype(int),
        },
    )
    t.equal(str(got.dtype), "float64", "the array's dtype")
    t.equal(after[0], rows, "the argument rows after the call")


def _sound(said: tuple, rows: list[dict], contract: dict) -> tuple[str, str]:
    """(what the refused row holds, the likely slip), as far as the refusal says where to look."""
    reason, i, name = (*said, None, None, None)[:3]
    columns = contract["columns"]
    if isinstance(reason, str) and reason == "rows":
        n, most = len(rows), contract["max_rows"]
        return f", with {n} rows of at most {most}", FULL if n == most else ""
    if type(i) is not int or not 0 <= i < len(rows):
        return "", ""
    if not (isinstance(name, str) and name in columns):
        other = list(rows[i]) != list(columns)
        return (
            f", whose row {i} has the contract's keys{', in another order' * other}",
            ORDER if other else "",
        )
    value, (low, high) = rows[i][name], columns[name]
    slip = ENDS if value in (low, high) else WHOLE if type(value) is int and reason == "type" else ""
    return f" for the value {value!r} between {low!r} and {high!r}", slip


FULL = "Exactly max_rows rows are allowed: refuse only more."
ENDS = "Both ends of a range are inside: low <= value <= high."
ORDER = "Keys in another order are sound: compare them as a set, and read each value by its name."
WHOLE = "Whole numbers are sound: JSON writes 3.0 as 3 now and then."

Spoilt = Iterator[tuple[str, str, Any, tuple]]


def _spoilt(rows: list[dict], contract: dict, rng: np.random.Generator) -> Spoilt:
    """(reason, what is wrong, the batch, (row, column)): one trouble of each reason."""
    names = list(contract["columns"])
    i, name = int(rng.integers(len(rows))), names[int(rng.integers(len(names)))]
    low, high = contract["columns"][name]

    def put(value: Any) -> list[dict]:
        return [{**row, name: value} if n == i else row for n, row in enumerate(rows)]

    def swap(row: Any) -> list:
        return [*rows[:i], row, *rows[i + 1 :]]

    many = (rows * (contract["max_rows"] + 1))[: contract["max_rows"] + 1]
    rest = {key: value for key, value in rows[i].items() if key != name}
    troubles = {
        "rows": {
            "one row too many": many,
            "one row too many, and no dict": ["x", *many[1:]],
            "an empty list": [],
            "a dict instead of a list": rows[0],
            "None instead of a list": None,
            "a text instead of a list": "[]",
        },
        "columns": {
            "a key too many": swap({**rows[i], _word(rng, 9): 1.0}),
            "a key missing": swap(rest),
            "a key in capitals": swap({**rest, name.upper(): low}),
            "a row that is a list": swap(list(rows[i].values())),
            "a row that is None": swap(None),
        },
        "type": {
            "a number as text": put(str(low)),
            "True": put(True),
            "False": put(False),
            "None": put(None),
            "a list": put([low]),
            "the text nan": put("nan"),
        },
        "finite": {"NaN": put(math.nan), "Infinity": put(math.inf), "-Infinity": put(-math.inf)},
        "range": {
            "a value just above high": put(math.nextafter(high, math.inf)),
            "a value just below low": put(math.nextafter(low, -math.inf)),
            "a value far too low": put(low - 1e6),
            "an int of 400 digits": put(10**400),
        },
    }
    for reason, made in troubles.items():
        what = list(made)[int(rng.integers(len(made)))]
        place = {"rows": (None, None), "columns": (i, None)}.get(reason, (i, name))
        yield reason, what, made[what], place


def _expect_rejected(
    t: Trial, validate_batch: Any, rows: Any, contract: dict, want: tuple, what: str
) -> None:
    try:
        got = validate_batch(rows, contract)
    except LearnerError as error:
        if error.kind == "NotImplementedError":
            raise
        own = error.kind == "ValueError" and not re.search(PYTHON_SAYS, error.what)
        t.expect(
            error.kind == "Rejected",
            f"Given {what}, the wrong error is raised.",
            expected="Rejected",
            got=error.what,
            slip="Raise Rejected, the class above: a caller must be able to count its reasons."
            if own
            else PYTHON_FIRST.get(what, "Python's own error came first: ask before you use the value."),
        )
        said = (*error.args, None, None, None)[:3]
        reason = said[0] if isinstance(said[0], str) else brief(said[0])
        t.expect(
            reason == want[0],
            f"The reason, given {what}, is not right.",
            expected=want[0],
            got=f"{error.what}",
            slip=SLIPS.get(what, SLIPS.get(want[0], "")) if (want[0], reason) in CONFUSED else "",
        )
        later = {FROM_ZERO: (want[0], want[1] + 1, want[2])} if want[1] is not None else {}
        t.equal(said, want, f"(reason, row, column), given {what},", slips=later)
        return
    returned = "Rejected came back as a result: raise it, and do not return it."
    t.expect(not brief(got).startswith("Rejected("), f"Given {what}, nothing is raised.", slip=returned)
    slip = SLIPS.get(what, SLIPS.get(want[0], ""))
    t.wrong(f"Given {what}, nothing is raised.", expected=f"Rejected{want}", got=brief(got), slip=slip)


FROM_ZERO = "Rows are counted from 0, as enumerate does."
PYTHON_FIRST = {
    "an int of 400 digits": "Such an int fits into no float: ask math.isfinite of floats only, and convert "
    "when the range has been checked.",
    **dict.fromkeys(
        ("a key missing", "a key in capitals"),
        "Compare the row's keys with the contract's before you read a value.",
    ),
}
PYTHON_SAYS = "convert|invalid literal|setting an array|unpack|truth value|inhomogeneous"

#: (the reason to give, the reason given) where the likely slip of the first fits.
CONFUSED = {("finite", "range"), ("rows", "columns"), ("rows", "type"), ("type", "range"), ("type", "finite")}

BOOLEAN = "bool is a kind of int, and isinstance says so: compare the type itself."
NO_LIST = 'Whatever is no list is refused with "rows": ask for its type first.'
INFINITE = "The reason for infinity is finite, and not range: ask math.isfinite before you compare."
KEYS = "Compare all keys at once: none of the contract's may be missing, and no other may be there."
CONVERTED = "Converting first hides what was sent: look at the type before you convert."

#: What is wrong, or the reason to give → the likely slip of an answer that gives another reason, or none.
SLIPS = {
    "True": BOOLEAN,
    "False": BOOLEAN,
    "a number as text": CONVERTED,
    "the text nan": CONVERTED,
    "NaN": "Every comparison with NaN is false: ask math.isfinite before you compare.",
    "Infinity": INFINITE,
    "-Infinity": INFINITE,
    "a key too many": KEYS,
    "a key missing": KEYS,
    "a key in capitals": KEYS,
    "rows": "Count the rows before you look at one.",
    "an empty list": "An empty batch is refused too.",
    "a dict instead of a list": NO_LIST,
    "None instead of a list": NO_LIST,
    "a text instead of a list": NO_LIST,
}


# -- find_issues -------------------------------------------------------------------------------------


@exercise(
    minutes=17,
    level="stretch",
    parts={
        "unpickle": (3, "unpickle: finds at least 0.9, and at least 0.9 of its findings are planted"),
        "eval": (2, "eval: finds at least 0.9, and at least 0.9 of its findings are planted"),
        "yaml": (2, "yaml: finds at least 0.9, and at least 0.9 of its findings are planted"),
        "shell": (2, "shell: finds at least 0.9, and at least 0.9 of its findings are planted"),
        "secret": (3, "secret: finds at least 0.9, and at least 0.9 of its findings are planted"),
        "unreadable": (1, "raises SyntaxError for a source that does not parse"),
    },
    hints=(
        "Four of the five rules are about calls: in ast.walk(tree), look at every ast.Call, and at "
        "full_name(node.func, names) with names = imported(tree). For the fifth there is given(tree).",
        "A call's options are in node.keywords, each with arg (its name) and value (a node); its first "
        "arguments are in node.args. constant(value) is True only where True stands in the source. A loader "
        "is a name again: full_name(loader, names).",
        "parse; names = imported(tree); found is an empty set\n"
        "each Call in the tree: its full name, and its keywords as a dict from arg to value\n"
        "    pickle.load, pickle.loads, joblib.load → unpickle;   eval, exec → eval\n"
        "    yaml.load → yaml, unless the full name of Loader, or else of the second argument, is safe\n"
        "    os.system → shell;   begins with subprocess. and the constant of shell is True → shell\n"
        "each name, value, line of given: a secret's name with a text that is not empty → secret\n"
        "a call's line is its lineno",
    ),
    debrief=(
        "Hides a call in getattr, a variable or a text that is run later: a linter reads syntax, not intent.",
        "Measures false alarms as well as finds. A linter that cries wolf gets switched off, and then "
        "finds nothing.",
    ),
    standards=("PW.7.2", "AML.M0016", "AML.T0055"),
)
def find_issues(t: Trial, find_issues) -> None:
    files = make_repo(t.rng(1), FILES, more=PIECES)
    sources = [file.source for file in files]
    planted, reported = set(), set()
    for number, file in enumerate(files):
        planted |= {(number, rule, line) for rule, line in file.issues}
        reported |= {(number, rule, line) for rule, line in _issues(t, find_issues(file.source))}
    for rule in RULES:
        with t.part(rule):
            _expect_found(t, rule, planted, reported, sources)
    with t.part("unreadable"):
        t.expect(reported, "A linter that reports nothing has not read anything.")
        for source in ("def broken(:\n    pass\n", f"x = ({t.rng(2).integers(99)}\n"):
            slip = "No findings would read as clean: let the SyntaxError through."
            with t.raises(SyntaxError, f"the source {source.splitlines()[0]!r}", slip=slip):
                find_issues(source)


#: Six pieces in each: with these, every kind of piece occurs exactly twice.
FILES = 18

#: More pieces, beside those that the lesson shows, so that no list of known lines will do.
PIECES = (
    """import json, pickle as {a}_io

def {b}_of(path):
    with open(path, "rb") as file:
        return {a}_io.load(  #! unpickle
            file,
            encoding="latin1",
        )""",
    """def {a}_or_none(blob):
    from pickle import loads as revived
    return revived(blob) if blob else None  #! unpickle""",
    """import joblib as jl

{a}s = {{name: jl.load(name) for name in {b}_names}}  #! unpickle""",
    """def {a}_total(parts):
    return sum(eval(part) for part in parts if part)  #! eval""",
    """class {a}Rule:
    def run(self, scope):
        exec(  #! eval
            compile(self.text, "{b}", "exec"), scope
        )""",
    """import yaml

{a} = yaml.load({b}_text)  #! yaml""",
    """import yaml as {a}_yaml

{b} = {a}_yaml.load(  #! yaml
    {c}_text,
    Loader={a}_yaml.BaseLoader,
)""",
    """import subprocess as {a}_jobs

{a}_jobs.call(  #! shell
    "tar xf " + {b},
    shell=True,
)""",
    """from os import system as tell

tell("{a} --all")  #! shell""",
    """class {a}Login:
    api_key: str = "{code}"  #! secret

    def __init__(self, vault):
        vault.open(user="{b}", api_key="{code}")  #! secret""",
    """{a}_Token = '{code}'  #! secret""",
    """def {a}_link(connect):
    return connect(  #! secret
        "{b}.internal",
        password="{code}",
    )""",
    """import os

{a}_secret = (
    os.environ["{b}_{code}"]
)
{c}_token = {n}

def open_{b}(vault):
    vault.password = ""
    return vault.open(secret=True)""",
    '''{a}_NOTES = """
import pickle, yaml, os
{b} = pickle.load(file)
{c} = yaml.load(file)
os.system("{a} --all")
eval({b})
{b}_password = "{code}"
"""''',
    '''def test_{a}(check):
    check("""
subprocess.run("{b}", shell=True)
exec(pickle.loads({b}))
token = "{code}"
yaml.load({c}, Loader=yaml.Loader)
""")''',
    """import yaml

{a} = yaml.load(
    {b}_text,
    Loader=yaml.CSafeLoader,
)""",
    """from yaml import SafeLoader as Careful, load as careful_load

{a} = careful_load({b}_text, Loader=Careful)""",
    """class {a}Engine:
    def go(self, {b}):
        self.exec({b})
        return self.store.pickle.load({b}), self.os.system({b})""",
    """from json import load as of_file, loads as of_text

def {a}_from(file, {b}):
    return of_file(file), of_text({b})""",
    """import subprocess

def list_{a}(shell, run):
    run("{b}", shell=True)
    return subprocess.run(["ls", "{b}"], shell=False)""",
    """def tell_{a}(vault, token_count={n}):
    secret_name = "{b}"
    password = vault.ask(prompt="{c} password")
    return vault.login(secret_name, password=password, tokens="{code}")""",
)


def _issues(t: Trial, value: Any) -> list[tuple[str, int]]:
    for entry in t.instance(value, list, "the report"):
        t.expect(
            type(entry) is tuple and [type(item) for item in entry] == [str, int],
            "An entry of the report has another form.",
            expected="a tuple (rule, line) of a text and an int",
            got=brief(entry),
        )
    t.equal(len(set(value)), len(value), "the number of entries, each reported once,")
    return value


def _expect_found(t: Trial, rule: str, planted: set, reported: set, sources: list[str]) -> None:
    want, got = ({issue for issue in group if issue[1] == rule} for group in (planted, reported))
    missed, false = sorted(want - got), sorted(got - want)
    shifted = len({(n, r, line + 1) for n, r, line in got} & want) > len(want) / 2
    t.expect(
        len(want & got) >= 0.9 * len(want),
        f"Too few of the planted {rule} weaknesses are found.",
        expected=f"at least 0.9 of {len(want)}",
        got=f"{len(want & got)}; missed: {_line(missed, sources)}",
        slip="Lines count from 1, as node.lineno does."
        if shifted
        else _missed_slip(rule, missed, sorted(want & got), got, sources),
    )
    t.expect(
        len(want & got) >= 0.9 * len(got),
        f"Too many {rule} alarms are false.",
        expected="at least 0.9 of the findings planted",
        got=f"{len(want & got)} of {len(got)}; false: {_line(false, sources)}",
        slip=_false_slip(false, sources),
    )


def _line(issues: list[tuple], sources: list[str]) -> str:
    """The line of source that the first of `issues` points at, and what a renamed call in it really is."""
    if not issues:
        return "none"
    number, _, line = issues[0]
    lines = sources[number].splitlines()
    if not 0 < line <= len(lines):
        return f"line {line}, which is not there"
    written, full, _ = _call(issues[0], sources)
    return lines[line - 1].strip() + (f" ({written} is {full})" if written != full else "")


WHAT_COUNTS = {
    "unpickle": r"pickle\.loads?|joblib\.load",
    "eval": "eval|exec",
    "yaml": r"yaml\.load",
    "shell": r"os\.system|subprocess\.\w+",
}
NO_CALL = ("", "", ast.Call(ast.Name(""), [], []))


def _call(issue: tuple[int, str, int], sources: list[str]) -> tuple[str, str, ast.Call]:
    """(name as written, name in full, node) of the call that `issue` is about; NO_CALL when it is none."""
    number, rule, line = issue
    tree = ast.parse(sources[number])
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            home = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            names.update({alias.asname or alias.name: home + alias.name for alias in node.names})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.lineno == line:
            written = ast.unparse(node.func)
            first, dot, rest = written.partition(".")
            full = names.get(first, first) + dot + rest
            if re.fullmatch(WHAT_COUNTS.get(rule, ".*"), full):
                return written, full, node
    return NO_CALL


RENAMED = "Imports may rename: resolve them with imported(tree) and full_name."
SUBPROCESS = "Any function of subprocess counts: look at how the full name begins."
LOADER = "This loader is not one of the two safe ones: compare its full name."
THREE_NAMES = "Three names count: pickle.load, pickle.loads and joblib.load."
SMALL = "Capitals do not count in a secret's name: compare it in lower case, as in Client_Token."
KEYWORD = "A keyword argument gives a text to a name as well: connect(password=...)."
BEGINS = "A call goes on over several lines: its line is the one on which it begins, node.lineno."


def _missed_slip(rule: str, missed: list, found: list, reported: set, sources: list[str]) -> str:
    """The slip that the missed weaknesses share, and none of those that were found."""
    names = {_call(issue, sources)[1] for issue in found}

    def several_lines(issue: tuple) -> bool:
        node, (number, rule, line) = _call(issue, sources)[2], issue
        last = getattr(node, "end_lineno", line) or line
        return any((number, rule, later) in reported for later in range(line + 1, last + 1))

    def loader(issue: tuple) -> bool:
        return any(option.arg == "Loader" for option in _call(issue, sources)[2].keywords)

    def other(issue: tuple, *begins: str) -> bool:
        full = _call(issue, sources)[1]
        return full.startswith(begins) and full not in names

    features = [
        (BEGINS, several_lines),
        (RENAMED, lambda issue: len(set(_call(issue, sources)[:2])) == 2 and rule != "secret"),
        (SUBPROCESS, lambda issue: other(issue, "subprocess.")),
        (LOADER, lambda issue: rule == "yaml" and loader(issue)),
        (LOADER, lambda issue: rule == "yaml" and (loader(issue) or len(_call(issue, sources)[2].args) > 1)),
        (THREE_NAMES, lambda issue: rule == "unpickle" and other(issue, "pickle.", "joblib.")),
        (SMALL, lambda issue: rule == "secret" and bool(re.search("[A-Z]", _given_name(issue, sources)))),
        (
            SMALL,
            lambda issue: rule == "secret" and re.search(MIXED, _given_name(issue, sources)) is not None,
        ),
        (KEYWORD, lambda issue: rule == "secret" and _call(issue, sources) is not NO_CALL),
    ]
    return _shared(missed, found, features)


MIXED = "[a-z].*[A-Z]|[A-Z].*[a-z]"


def _given_name(issue: tuple, sources: list[str]) -> str:
    """The name before the first `=` or `:` of the line that `issue` points at."""
    number, _, line = issue
    return re.split("[=:]", sources[number].splitlines()[line - 1])[0].strip()


def _shared(wrong: Sequence, right: Sequence, features: Sequence[tuple[str, Callable[[Any], bool]]]) -> str:
    """The slip of the first feature that all of `wrong` have, and none of `right`."""
    return next(
        (slip for slip, has in features if wrong and all(map(has, wrong)) and not any(map(has, right))), ""
    )


def _false_slip(false: list[tuple], sources: list[str]) -> str:
    """The slip that the false alarms point to, the plainest first."""
    if any(line in _inside_texts(sources[number]) for number, _, line in false):
        return NO_CODE
    slips = {
        r"[#\"']|return [\"']": NO_CODE,
        r".*\b\w+\.(eval|exec|loads?|system)\(": "A method of something else may have the same name: compare "
        "the full name.",
        r".*(environ|fetch)|.*= *(\"\"|True|None|\d+)\)?$": "Only a text that is not empty is a secret.",
        ENDS_OTHERWISE: "A secret's name ends in the word, and this one goes on: password_field.",
    }
    lines = [_line([issue], sources) for issue in false]
    if any(_second_is_safe(issue, sources) for issue in false):
        return "The safe loader may come second, without its name: look at node.args[1] as well."
    return next((slip for find, slip in slips.items() if any(re.match(find, line) for line in lines)), "")


ENDS_OTHERWISE = r"(?i).*(password|secret|token|api_key)\w+ *[=:]"


def _second_is_safe(issue: tuple, sources: list[str]) -> bool:
    arguments = _call(issue, sources)[2].args
    return issue[1] == "yaml" and len(arguments) > 1 and "SafeLoader" in ast.unparse(arguments[1])


NO_CODE = "Comments and texts are no code: look at the tree, not at the characters."


def _inside_texts(source: str) -> set[int]:
    """The lines that a text of several lines goes on to."""
    texts = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {line for text in texts for line in range(text.lineno + 1, (text.end_lineno or text.lineno) + 1)}


# -- redact ------------------------------------------------------------------------------------------

MARK = "[redacted]"
NEW_ONES = "Make new dicts and lists: do not write into those that you were given."


@exercise(
    minutes=12,
    level="stretch",
    parts={
        "keys": (3, "replaces what stands under a secret key, and spares keys that resemble one"),
        "texts": (2, "replaces matches inside texts, and spares the rest"),
        "bytes": (2, "does the same in bytes that are text, and spares other bytes"),
        "base64": (2, "replaces base64 of a secret, and spares base64 of anything else"),
        "copy": (1, "leaves the record as it was"),
    },
    hints=(
        "Write it as a recursion: what is the answer for a dict, a list or tuple, a text, bytes, and for "
        "all else? "
        "The key decides only in a dict.",
        "Words of a key: set(re.findall('[a-z0-9]+', key.lower())). Text: search inside(text) first, and if "
        "there is nothing, SECRET_TEXT.sub. Bytes: decode, treat as text, encode again; what cannot be "
        "decoded stays.",
        "dict:         the same keys; a value is REDACTED if its key has a secret word, else redact of it\n"
        "list, tuple:  the same type, of redact of each item\n"
        "bytes:        as their text, and encoded again; unchanged where decoding raises\n"
        "text:         REDACTED if there is a match inside it, else each match in it replaced\n"
        "all else:     as it is",
    ),
    debrief=(
        "Reads logs, backups of logs and error reports: they hold live tokens, and few people watch who "
        "reads them.",
        "Keeps secrets out of the log in the first place, redacts what slips in, and revokes what got "
        "through.",
    ),
    standards=("AML.T0055", "PW.5.1"),
)
def redact(t: Trial, redact) -> None:
    found: dict[str, list[Row]] = {kind: [] for kind in ("keys", "texts", "bytes", "base64")}
    replaced = False
    for rng in t.cases(5):
        for kind, rows in found.items():
            t.given(kind=kind)
            record, wanted = _records(kind, rng)
            with t.part(kind):
                rows += _compared(t, redact(record), record, wanted, "record")
            with t.part("copy"):
                got, after = t.observe(redact, record)
                t.expect(
                    _equal(after[0], record), "The record that you were given has changed.", slip=NEW_ONES
                )
                replaced |= not _equal(got, record)
    for kind, rows in found.items():
        with t.part(kind):
            _expect_clean(t, kind, rows)
    with t.part("copy"):
        t.expect(replaced, "Not one secret was replaced.")


def _secret(rng: np.random.Generator) -> str:
    """A text that SECRET_TEXT matches as a whole."""
    code = "".join(rng.choice(list("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"), 24))
    forms = (
        f"{_word(rng)}@{_word(rng)}.example.org",
        f"Bearer {code}",
        f"sk-{code}",
        f"ghp_{code}",
        f"AKIA{code[:16]}",
    )
    return forms[int(rng.integers(len(forms)))]


def _innocent(rng: np.random.Generator) -> str:
    words = (
        f"{_word(rng)} at {_word(rng)}",
        f"risk-{rng.integers(10**9)}",
        rng.bytes(16).hex(),
        "task-" + _word(rng, 20),
        f"POST /predict?rows={rng.integers(99)}",
        f"mean area = {rng.normal():.3f} @ {_word(rng)}",
    )
    return words[int(rng.integers(len(words)))]


Leaf = tuple[str, Any, Any]  # its key, its value, what must become of it


def _records(kind: str, rng: np.random.Generator) -> tuple[dict, dict]:
    """A record, and what must become of it: 6 secrets and 12 innocent values of one kind, nested."""
    make = {"keys": _key_leaf, "texts": _text_leaf, "bytes": _bytes_leaf, "base64": _base64_leaf}[kind]
    record, wanted = {}, {}
    for number in rng.permutation(18).tolist():
        key, value, want = make(number < 6, rng)
        for side, item in ((record, value), (wanted, want)):
            side[f"part {number}"] = ({key: item}, [number, {key: item}], (True, [{key: item}, None]))[
                number % 3
            ]
    return record, wanted


def _key_leaf(secret: bool, rng: np.random.Generator) -> Leaf:
    bad = (
        "password",
        "X-Auth-Token",
        "client_secret",
        "Authorization",
        "session.cookie",
        "TOKEN 2",
        "db-password",
    )
    good = ("max_tokens", "tokenizer", "secretary", "cookies_accepted", "passwords_reset", "author", "tokens")
    key = (bad if secret else good)[int(rng.integers(7))]
    values = (
        _word(rng),
        int(rng.integers(10**6)),
        [1, _word(rng)],
        {"inner": _word(rng)},
        None,
        rng.bytes(4),
    )
    value = values[int(rng.integers(len(values)))] if secret else int(rng.integers(10**6))
    return key, value, MARK if secret else value


def _text_leaf(secret: bool, rng: np.random.Generator) -> Leaf:
    if not secret:
        key = _secret(rng) if rng.random() < 0.3 else _word(rng)  # keys stay, whatever they look like
        return key, (text := _innocent(rng)), text
    before, after = f"{_word(rng)}: " if rng.random() < 0.5 else "", f", {_word(rng)}"
    value, want = (before + part + after for part in (_secret(rng), MARK))
    return _word(rng), value, want


def _bytes_leaf(secret: bool, rng: np.random.Generator) -> Leaf:
    if not secret and rng.random() < 0.5:
        return _word(rng), (raw := b"\xff\xfe" + rng.bytes(20)), raw
    key, value, want = _text_leaf(secret, rng)
    return key, value.encode(), want.encode()


def _base64_leaf(secret: bool, rng: np.random.Generator) -> Leaf:
    before = f"{_word(rng)} " if rng.random() < 0.5 else ""
    inside = (before + (_secret(rng) if secret else _innocent(rng))).encode()
    if not secret and rng.random() < 0.3:
        inside = rng.bytes(24)
    coded = base64.b64encode(inside)
    value: Any = coded if rng.random() < 0.3 else coded.decode()
    return _word(rng), value, (MARK.encode() if isinstance(value, bytes) else MARK) if secret else value


class Row(NamedTuple):
    """One value of a record: what it became, was, and must become; where, and in what."""

    got: Any
    value: Any
    want: Any
    where: str
    key: Any = None
    containers: tuple[type, ...] = ()


def _compared(
    t: Trial, got: Any, record: Any, wanted: Any, where: str, key: Any = None, within: tuple[type, ...] = ()
) -> list[Row]:
    """The rows of a record; wrong when a container differs."""
    if not isinstance(wanted, dict | list | tuple):
        return [Row(got, record, wanted, where, key, within)]
    kind = type(wanted).__name__
    t.expect(type(got) is type(wanted), f"The type at {where} has changed.", expected=kind, got=brief(got))
    keys = list(wanted) if isinstance(wanted, dict) else list(range(len(wanted)))
    t.equal(
        list(got) if isinstance(got, dict) else list(range(len(got))), keys, f"the list of keys at {where}"
    )
    within = (*within, type(wanted))
    return [
        row
        for key in keys
        for row in _compared(t, got[key], record[key], wanted[key], f"{where}[{key!r}]", key, within)
    ]


def _expect_clean(t: Trial, kind: str, found: list[Row]) -> None:
    secrets = [row for row in found if not _equal(row.value, row.want)]
    innocent = [row for row in found if _equal(row.value, row.want)]
    kept = [row for row in secrets if _equal(row.got, row.value)]
    for row in [*kept, *secrets]:
        t.expect(
            _equal(row.got, row.want),
            f"A secret is still there, at {row.where}."
            if kept
            else f"A secret has become something else than it should, at {row.where}.",
            expected=brief(row.want),
            got=brief(row.got),
            slip=_shared(kept, [row for row in secrets if row not in kept], KEPT[kind]),
        )
    changed = [row for row in innocent if not _equal(row.got, row.value)]
    t.expect(
        len(changed) <= 0.02 * len(innocent),
        "Too many innocent values have changed.",
        expected=f"at most 2% of {len(innocent)}",
        got=f"{len(changed)}, such as {brief(changed[0].value)} at {changed[0].where}" if changed else "0",
        slip=_spared_slip(kind),
    )


#: Why secrets are kept: a slip, and what the kept ones then have in common. The narrower ones first.
IN_CONTAINERS: list[tuple[str, Callable[[Row], bool]]] = [
    ("A tuple may hold secrets too: go into it as into a list.", lambda row: tuple in row.containers),
    ("A list may hold secrets too: go into it.", lambda row: list in row.containers),
]
ANYWHERE = (
    "A match may stand anywhere in a text: search looks for it, and match at the beginning only.",
    lambda row: not _begins(row.value),
)


def _begins(value: str | bytes) -> bool:
    """Whether a secret, or the text in its base64, begins as secrets do."""
    text = value if isinstance(value, str) else value.decode()
    with suppress(ValueError):
        text = base64.b64decode(text, validate=True).decode()
    return re.match(r"Bearer |sk-|ghp_|AKIA|\w+@", text) is not None


KEPT: dict[str, list[tuple[str, Callable[[Row], bool]]]] = {
    "keys": [
        ("A key's words are compared without regard to capitals.", lambda row: row.key != row.key.lower()),
        (r"An underscore ends a word too, and \w counts it as a letter.", lambda row: "_" in row.key),
        ("A word ends at everything but letters and digits.", lambda row: not row.key.isalnum()),
        (
            "Whatever stands under a secret key is replaced: numbers, lists and None as well.",
            lambda row: not isinstance(row.value, str),
        ),
        *IN_CONTAINERS,
    ],
    "texts": [
        ANYWHERE,
        *IN_CONTAINERS,
        ("Each match inside a text is replaced, with what stands around it kept.", lambda row: True),
    ],
    "bytes": [
        ANYWHERE,
        *IN_CONTAINERS,
        ("Bytes that are UTF-8 are treated as their text: decode, replace, encode again.", lambda row: True),
    ],
    "base64": [
        ANYWHERE,
        ("Bytes may be base64 as well: treat them as their text.", lambda row: isinstance(row.value, bytes)),
        *IN_CONTAINERS,
        ("Ask inside(text) about every text: what it shows may match SECRET_TEXT.", lambda row: True),
    ],
}


def _equal(a: Any, b: Any) -> bool:
    return type(a) is type(b) and a == b


def _spared_slip(kind: str) -> str:
    return {
        "keys": "A key is secret by its words, not by letters inside one: max_tokens is a number of tokens.",
        "base64": "Base64 is no secret by itself: decode it, and look inside.",
    }.get(kind, "")
