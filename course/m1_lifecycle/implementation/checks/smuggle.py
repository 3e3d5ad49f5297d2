"""The check of `implementation.smuggle`."""

from __future__ import annotations

import pickle
import re
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

from ..material import LAB, drawn_word, trained_model
from ..pickle_machine import Broken, Call, Machine, Name, Pairs

PROTOCOLS = (2, 3, 4, 5)


MOST_GROWTH = 10_000  # bytes that a beacon may add to a model's pickle


@exercise(
    minutes=13,
    parts={
        "fires": (3, "calls lab.trip(label) exactly once when loaded, in the protocol asked for"),
        "works": (2, "loads to an object of the model's class, with all its attributes"),
        "imports": (2, "imports what the plain pickle imports, and lab.trip, and nothing else"),
        "copy": (1, "leaves the model, and the steps of a pipeline, as they were"),
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
    kinds = t.rng(2).permutation(("logistic regression", "pipeline", "forest", "naive Bayes")).tolist()
    cases = [
        (protocol, kind) for protocol in PROTOCOLS for kind in (kinds[protocol - 2], kinds[protocol - 3])
    ]
    for (protocol, kind), rng in zip(cases, t.cases(8), strict=True):  # all calls first: an error costs all
        model, label = trained_model(kind, rng), _labels(rng)[len(made) % 4]
        t.given(model=kind, protocol=protocol, label=label)
        same = pickle.loads(pickle.dumps(model))
        try:
            blob, after = t.observe(smuggle, model, label, protocol)
        except LearnerError as error:
            slip = next((slip for slip, says in REDUCED.items() if re.search(says, error.what)), "")
            if slip:
                t.wrong("Python cannot use what your __reduce__ returns.", got=error.what, slip=slip)
            raise
        most = len(pickle.dumps(same, protocol)) + len(label.encode()) + MOST_GROWTH
        loaded = _loaded(t, blob, most)
        own = _protocol(blob)  # another than asked for costs its part, and not the others
        plain = pickle.dumps(same, own if own in PROTOCOLS else protocol)
        new, other = _attributes(after[0]) - _attributes(same), _changed(after[0], same)
        made.append((protocol, kind, label, _read(plain), blob, loaded, new, other))
    for (protocol, kind, label, plain, blob, loaded, new, other), _ in zip(made, t.cases(8), strict=True):
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
                got=sorted(name.partition(".")[2] for name in new)[:3],
                slip="Put the beacon into a copy: deepcopy(model).",
            )
            t.expect(not other, "The model that you were given has another value.", got=other[:3])


def _labels(rng: np.random.Generator) -> tuple[str, ...]:
    """A word, and texts that break a pickle put together by hand: empty, odd letters, long."""
    odd = f" \tit's \\ \0\n“{drawn_word(rng)}” é ﬁ e\u0301 \U0001f512 "
    return drawn_word(rng), "", odd, drawn_word(rng, 300) * 250


def _parts(model: Any) -> list[Any]:
    """A model, and the steps of a pipeline."""
    steps = getattr(model, "steps", None)
    return [model, *(step[1] for step in steps)] if type(steps) is list else [model]


def _attributes(model: Any) -> set[str]:
    """The names of what a model has, and of what the steps of a pipeline have."""
    return {f"{number}.{name}" for number, part in enumerate(_parts(model)) for name in part.__dir__()}


def _changed(theirs: Any, ours: Any) -> list[str]:
    """The attributes of `ours`, numbers, texts and arrays, that are otherwise in `theirs`."""
    if len(_parts(theirs)) != len(_parts(ours)):
        return ["steps"]
    return [
        name
        for a, b in zip(_parts(theirs), _parts(ours), strict=True)
        for name, value in vars(b).items()
        if isinstance(value, (bool, int, float, str, np.ndarray, type(None)))
        and not _alike(getattr(a, name, ...), value)
    ]


def _alike(theirs: Any, ours: Any) -> bool:
    if type(theirs) is not type(ours):
        return False
    if isinstance(ours, np.ndarray) and ours.dtype != object:
        return theirs.dtype == ours.dtype and np.array_equal(theirs, ours)
    return isinstance(ours, np.ndarray) or theirs == ours or theirs != theirs


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
