"""The check of `design.review`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from itertools import combinations
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

from ..material import drawn_names, shuffled

PROBLEMS = ("open", "jump", "direct", "ownerless", "unlogged", "alone")
ENDS = ("encrypted", "authenticates_source", "authenticates_destination")
NOWHERE = "None is in no boundary: design['gates'] has no such key, and nobody jumps there."

ERRORS = {
    "KeyError: None": NOWHERE,
    "KeyError: 'holds'": "Only stores have 'holds': use part.get('holds').",
    "KeyError: 'owner'": "Only stores have 'owner': ask for the kind first.",
    "KeyError: 'may'": "Only actors have 'may': ask for the kind first.",
}
Design = dict[str, Any]


@exercise(
    minutes=12,
    parts={
        "open": (3, "finds bare flows over a boundary, and nothing else"),
        "jump": (2, "finds flows that come in past a gate, and nothing else"),
        "direct": (2, "finds people who reach the weights directly, and nothing else"),
        "ownerless": (1, "finds stores without an owner, and nothing else"),
        "unlogged": (2, "finds servers that write no event, and nothing else"),
        "alone": (2, "finds people who train and approve, and nothing else"),
    },
    hints=(
        "Make a dict from a part's name to the part first. Which three problems belong to a flow, and which "
        "three to a part? Which one needs all flows before you know?",
        "Crossing: the boundaries of source and sink differ, None being a place too. A jump "
        "looks at the sink only: its boundary isn't None, and the sink isn't among "
        "design['gates'][boundary]. Keys such as "
        "'holds' belong to stores: use .get for the others.",
        "for each flow: crosses, and not all three controls → open\n"
        "               crosses into a boundary, sink is no gate of it → jump\n"
        "               one end an actor, the other holds weights → direct\n"
        "               sink holds a log → its source is logged\n"
        "for each part: store, owner is None → ownerless; server, not logged → unlogged;\n"
        "               actor, may both train and approve → alone",
    ),
    debrief=(
        "Takes the way that the drawing doesn't show, and the account that may do everything.",
        "Asks for what is missing, on each part and each flow. A designer can fill in what isn't true: "
        "the review costs an honest team the time to prove them.",
    ),
    standards=("PW.2.1", "AML.M0005", "AML.T0012"),
)
def review(t: Trial, review) -> None:
    try:
        review(_empty(t.rng(9)))
    except LearnerError as error:
        if error.kind == "NotImplementedError":  # a stub stays a stub: other errors are told below, once
            raise
    for rng in t.cases(3):
        designs = [_design(rng, flaws) for flaws in _sets_of_flaws()]
        designs += [_controls(rng, values) for values in range(8)]
        designs += [_reach(rng, pair, held) for pair in range(8) for held in (True, False)]
        designs += [_kinds(rng, held) for held in (True, False)] + [_empty(rng)]
        for design in designs:
            t.given(flows=len(design["flows"]))
            got, told = None, ""
            for problem in PROBLEMS:
                with t.part(problem):
                    t.expect(not told, told)
                    if got is None:
                        told = "Your code, or the form of its result, goes wrong, as said above."
                        got = _answer(t, review, design)
                        told = ""
                    _judge(t, problem, got, _oracle(design), design)


def _answer(t: Trial, review: Any, design: Design) -> list[tuple]:
    try:
        got = review(deepcopy(design))
    except LearnerError as error:
        slip = next((slip for words, slip in ERRORS.items() if words in error.what), "")
        t.wrong(error.report(), slip=slip)
    return _pairs(t, got)


def _judge(t: Trial, problem: str, got: list[tuple], want: list[tuple], design: Design) -> None:
    found = Counter(name for name, kind in got if kind == problem)
    truth = [name for name, kind in want if kind == problem]
    missed = [name for name in truth if name not in found]
    if missed:
        t.wrong(f"A flaw isn't found: {_said(design, missed[0])}", expected=(missed[0], problem))
    alarms = [name for name in found if name not in truth]
    if alarms:
        slip = NOWHERE if problem == "jump" and set(alarms) <= _leaving(design) else ""
        t.wrong(
            f"A false alarm, {problem!r}: {_said(design, alarms[0])}", got=(alarms[0], problem), slip=slip
        )
    t.expect(max(found.values(), default=1) == 1, "A pair comes several times.", got=got)


def _leaving(design: Design) -> set[str]:
    """The flows that end in no boundary."""
    nowhere = {part["name"] for part in design["parts"] if part["boundary"] is None}
    return {flow["name"] for flow in design["flows"] if flow["sink"] in nowhere}


def _said(design: Design, name: Any) -> str:
    """The part or the flow of this name, in words."""
    places = {part["name"]: part for part in design["parts"]}
    for flow in design["flows"]:
        if flow["name"] == name:
            ends = [
                f"the {places[end]['kind']} {end!r} in {places[end]['boundary'] or 'no boundary'}"
                + (f", which holds {places[end]['holds']}" if "holds" in places[end] else "")
                for end in (flow["source"], flow["sink"])
            ]
            controls = ", ".join(key for key in ENDS if flow[key]) or "no control"
            gates = design["gates"].get(places[flow["sink"]]["boundary"])
            return f"the flow {name!r} from {ends[0]} to {ends[1]}, with {controls}; gates there: {gates}."
    if name in places:
        from_it = [
            f"{places[flow['sink']]['kind']} {flow['sink']!r}"
            + (f", which holds {places[flow['sink']]['holds']}" if "holds" in places[flow["sink"]] else "")
            for flow in design["flows"]
            if flow["source"] == name
        ]
        facts = ", ".join(f"{key} {value!r}" for key, value in places[name].items())
        return f"{facts}. Flows from it go to: {'; '.join(from_it) or 'nothing'}."
    return f"nothing in the design has the name {name!r}."


def _pairs(t: Trial, got: Any) -> list[tuple]:
    got = t.instance(got, list, "the result")
    for pair in got:
        pair = t.instance(pair, tuple, "one of the results")
        t.expect(
            len(pair) == 2 and all(type(text) is str for text in pair),
            "One of the results isn't a pair of texts (name, problem).",
            got=pair,
        )
        t.expect(pair[1] in PROBLEMS, "A problem isn't one of the six.", got=pair)
    return got


def _oracle(design: Design) -> list[tuple[str, str]]:
    """What is missing, asked problem by problem."""
    part = {row["name"]: row for row in design["parts"]}
    ends = [(flow, part[flow["source"]], part[flow["sink"]]) for flow in design["flows"]]
    logged = {source["name"] for _, source, sink in ends if sink.get("holds") == "log"}
    crossing = [(flow, sink) for flow, source, sink in ends if source["boundary"] != sink["boundary"]]
    found = [(flow["name"], "open") for flow, _ in crossing if not all(flow[key] for key in ENDS)]
    for flow, sink in crossing:
        if sink["boundary"] is not None and sink["name"] not in design["gates"][sink["boundary"]]:
            found.append((flow["name"], "jump"))
    for flow, source, sink in ends:
        if any(
            a["kind"] == "actor" and b.get("holds") == "weights" for a, b in ((source, sink), (sink, source))
        ):
            found.append((flow["name"], "direct"))
    found += [
        (row["name"], "ownerless") for row in part.values() if row["kind"] == "store" and row["owner"] is None
    ]
    found += [
        (row["name"], "unlogged")
        for row in part.values()
        if row["kind"] == "server" and row["name"] not in logged
    ]
    for row in part.values():
        if row["kind"] == "actor" and "train" in row["may"] and "approve" in row["may"]:
            found.append((row["name"], "alone"))
    return found


# -- what is drawn -----------------------------------------------------------------------------------------


def _sets_of_flaws() -> Iterator[tuple[str, ...]]:
    """None, each alone, each twice, each two together, and all."""
    yield ()
    for problem in PROBLEMS:
        yield (problem,)
        yield (problem, problem)
    yield from combinations(PROBLEMS, 2)
    yield PROBLEMS


class Drawing:
    """A design that grows: parts and flows with drawn names."""

    def __init__(self, rng: np.random.Generator, boundaries: int = 2) -> None:
        self.rng = rng
        self.names = iter(drawn_names(rng, 80))
        self.places = [next(self.names) for _ in range(boundaries)]
        self.design: Design = {"parts": [], "flows": [], "gates": {place: [] for place in self.places}}

    def part(self, kind: str, place: str | None, gate: bool = False, **facts: Any) -> str:
        name = next(self.names)
        self.design["parts"].append({"name": name, "kind": kind, "boundary": place, **facts})
        if gate and place:
            self.design["gates"][place].append(name)
        return name

    def flow(self, source: str, sink: str, secured: Any = True) -> str:
        name = next(self.names)
        held = secured if isinstance(secured, tuple) else (bool(secured),) * 3
        controls = dict(zip(ENDS, held, strict=True))
        self.design["flows"].append({"name": name, "source": source, "sink": sink, **controls})
        return name

    def done(self) -> Design:
        for key in ("parts", "flows"):
            self.design[key] = shuffled(self.rng, self.design[key])
        self.design["gates"] = {
            name: shuffled(self.rng, gates) for name, gates in self.design["gates"].items()
        }
        return self.design


def _design(rng: np.random.Generator, flaws: tuple[str, ...]) -> Design:
    """A sound design that is full of what only looks like a flaw, and the `flaws` in it."""
    d = Drawing(rng)
    ward, core = d.places
    log = d.part("store", core, gate=True, holds="log", owner="privacy officer")
    weights = d.part("store", core, holds="weights", owner="security engineer")
    rows = d.part("store", core, holds="rows", owner="")  # an empty text is not None
    app = d.part("server", ward, gate=True)
    api = d.part("server", core, gate=True)
    job = d.part("server", core, gate=True)
    nurse = d.part("actor", ward, may=[])
    trainer = d.part("actor", core, may=["train", "read"])
    approver = d.part("actor", None, may=["approve", "Train", "trains"])
    for server in (app, api, job):
        d.flow(server, log)
    d.flow(nurse, app, False)  # within one boundary, bare
    d.flow(weights, api, False)
    d.flow(job, weights, False)
    scales = d.part("store", core, holds="weights and measures", owner="x")  # texts are compared whole
    d.flow(trainer, scales, False)
    d.flow(rows, trainer, False)  # a person and a store that holds no weights
    d.flow(trainer, log, False)  # an actor writes to the log
    d.flow(app, api)
    d.flow(api, app)
    d.flow(approver, job)
    d.flow(api, approver)  # out of a boundary, to none
    outside, remote = d.part("server", None), d.part("server", None)
    d.flow(outside, log)
    afar = d.part("store", None, holds="log", owner="x")
    unowned = d.part("store", ward, holds="log", owner=None) if "ownerless" in flaws else afar
    d.flow(remote, unowned)  # logged, though the only log that it writes to is elsewhere, or has no owner
    d.flow(approver, outside, False)  # both in no boundary
    for flaw in flaws:
        _plant(d, flaw, app, api, job, log, weights, trainer)
    return d.done()


def _plant(d: Drawing, flaw: str, app: str, api: str, job: str, log: str, weights: str, trainer: str) -> None:
    rng, (ward, core) = d.rng, d.places
    places = (ward, core, None)
    if flaw == "open":
        held = [True, True, True]
        held[int(rng.integers(3))] = False
        d.flow(*[(app, api), (api, app)][int(rng.integers(2))], tuple(held))
    elif flaw == "jump":
        inner = d.part("server", core)
        d.flow(inner, log)
        d.flow(app, inner)
    elif flaw == "direct":
        pair = [(trainer, weights), (weights, trainer)][int(rng.integers(2))]
        d.flow(*pair)
    elif flaw == "ownerless":
        for holds in ("log", "rows", "weights"):
            d.part("store", places[int(rng.integers(3))], holds=holds, owner=None)
    elif flaw == "unlogged":
        logbook = d.part("store", core, gate=True, holds="logbook", owner="x")
        for place in places:
            silent = d.part("server", place, gate=True)
            d.flow(silent, logbook)
            d.flow(log, silent)  # it reads the log, and writes nothing
            d.flow(silent, job)
    elif flaw == "alone":
        for place in places:
            d.part("actor", place, may=shuffled(rng, ["train", "approve", "read"]))


def _controls(rng: np.random.Generator, bits: int) -> Design:
    """One flow over a boundary, and one within it, with each combination of the three controls."""
    held = tuple(bool(bits >> place & 1) for place in range(3))
    d = Drawing(rng)
    log = d.part("store", d.places[0], holds="log", owner="x")
    app, api = d.part("server", d.places[0]), d.part("server", d.places[0])
    far, no = d.part("server", d.places[1], gate=True), d.part("actor", None, may=["train"])
    d.part("actor", d.places[0], may=[["train", "approve"], ["approve", "read", "train"], []][bits % 3])
    for server in (app, api):
        d.flow(server, log, held)
    d.flow(app, api, held)
    d.flow(app, far, held)
    d.flow(app, no, held)
    return d.done()


def _reach(rng: np.random.Generator, number: int, held: bool) -> Design:
    """Gates: into, out of and within boundaries, from and to no boundary; people and weights."""
    d = Drawing(rng, 3)
    a, b, c = d.places  # c has no gates, and b has two
    first = d.part("server", a, gate=True)
    second = d.part("server", b, gate=True)
    third = d.part("store", b, gate=True, holds="weights", owner="x")
    inner = d.part("server", b)
    person = d.part("actor", None, may=["approve"])
    shut = d.part("server", c)
    weights, local = d.part("store", b, holds="weights", owner="x"), d.part("actor", b, may=["train"])
    d.design["gates"][a].append(inner)  # a gate of another boundary is no gate of its own
    pairs = [
        [(first, second), (first, inner)],
        [(person, third), (inner, first)],
        [(person, inner), (inner, person), (first, third)],
        [(first, shut), (shut, first)],
        [(third, person), (inner, inner), (shut, inner)],
        [(inner, third), (second, inner), (person, first)],
        [(person, weights), (weights, person), (first, weights)],
        [(local, weights), (weights, local), (local, first)],
    ]
    for source, sink in pairs[number]:
        d.flow(source, sink, held)
    return d.done()


def _kinds(rng: np.random.Generator, held: bool) -> Design:
    """A flow over a boundary for each two kinds of ends, and the same flow into a gate and within."""
    d = Drawing(rng)
    a, b = d.places

    def ends(place: str, gate: bool) -> list[str]:
        stores = [d.part("store", place, gate, holds=held, owner="x") for held in ("log", "rows", "weights")]
        return [*stores, d.part("server", place, gate), d.part("actor", place, gate, may=[])]

    here, gates, inner = ends(a, False), ends(b, True), ends(b, False)
    for source in here:
        for sink in (*gates, *inner):
            d.flow(source, sink, held)
    for source, sink in zip(gates, inner, strict=True):
        d.flow(source, sink, held)
    return d.done()


def _empty(rng: np.random.Generator) -> Design:
    return Drawing(rng, 1).done()
