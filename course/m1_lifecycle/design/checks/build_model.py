"""The check of `design.build_model`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from autograder.exercise import Trial, exercise

from ..material import ARROWS, CLINIC

CONTROLS = {
    "encrypted": "controls.isEncrypted",
    "authenticates_source": "controls.authenticatesSource",
    "authenticates_destination": "controls.authenticatesDestination",
}


@exercise(
    minutes=12,
    parts={
        "parts": (3, "draws each part once, with its kind and place"),
        "arrows": (3, "draws the eight arrows, the way that data goes"),
        "boundary": (3, "encrypts each flow over a boundary, and authenticates both its ends"),
        "loose": (2, "leaves no part alone, and joins no actor and store"),
    },
    hints=(
        "Go through the two tables line by line: first the boundaries, then parts, then arrows. Which "
        "of your arrows have their ends in different places?",
        'Boundary("service network"), then Server("scoring service", inBoundary=network). An arrow is '
        'Dataflow(source, sink, "name"), and its controls are attributes of flow.controls. Three cross.',
        "two boundaries; two actors, three servers and three stores, each with its inBoundary\n"
        "eight flows, source first\n"
        "for the flows app → service, service → app, developer → job: set the three controls",
    ),
    debrief=(
        "Looks for the arrow that nobody drew: a job that takes orders from anybody who can reach it.",
        "Draws who may talk to whom, and lets a test compare the drawing with R6. It costs a certificate for "
        "each end of three flows, and somebody who renews them.",
    ),
    standards=("PW.1.1", "AML.M0019", "AML.T0049"),
)
def build_model(t: Trial, build_model) -> None:
    build_model()
    parts, flows = _read(t, build_model())
    with t.part("parts"):
        _expect_parts(t, parts)
    with t.part("arrows"):
        _expect_arrows(t, flows)
    with t.part("boundary"):
        _expect_arrows(t, flows)
        _expect_secured(t, parts, flows)
    with t.part("loose"):
        _expect_arrows(t, flows)
        _expect_joined(t, parts, flows)


def _read(t: Trial, drawn: Any) -> tuple[list[dict], list[dict]]:
    """The parts and flows of a description, each with the keys that it needs."""
    drawn = t.instance(drawn, dict, "the description")
    sides = []
    for side, keys in (
        ("parts", ("name", "kind", "boundary")),
        ("flows", ("name", "source", "sink", *CONTROLS)),
    ):
        t.expect(side in drawn, f"The description has no {side!r}: return what describe(tm) gives.")
        rows = t.instance(drawn[side], list, f"the description's {side}")
        for row in rows:
            row = t.instance(row, dict, f"one of the {side}")
            for key in keys:
                t.expect(key in row, f"One of the {side} has no {key!r}: return what describe(tm) gives.")
                of_text = type(row[key]) is str or (key == "boundary" and row[key] is None)
                fits = type(row[key]) is bool if key in CONTROLS else of_text
                t.expect(fits, f"The {key!r} of one of the {side} isn't what describe(tm) gives.")
        sides.append(rows)
    return sides[0], sides[1]


def _expect_parts(t: Trial, parts: list[dict]) -> None:
    names = Counter(part["name"] for part in parts)
    twice = sorted(name for name, count in names.items() if count > 1)
    t.expect(not twice, f"There are several parts of the name {twice[0]!r}." if twice else "")
    for name, (kind, boundary) in CLINIC.items():
        t.expect(name in names, f"The part {name!r} isn't drawn.", expected=name, got=sorted(names))
        part = next(part for part in parts if part["name"] == name)
        t.expect(
            part["kind"] == kind, f"The part {name!r} is of another kind.", expected=kind, got=part["kind"]
        )
        t.expect(
            part["boundary"] == boundary,
            f"The part {name!r} lies elsewhere.",
            expected=boundary or "no boundary",
            got=part["boundary"] or "no boundary",
        )


def _expect_arrows(t: Trial, flows: list[dict]) -> None:
    drawn = {(flow["source"], flow["sink"]) for flow in flows}
    for source, sink in ARROWS:
        t.expect(
            (source, sink) in drawn,
            f"There is no arrow from the {source} to the {sink}.",
            slip="It points the other way: the source is where the data comes from."
            if (sink, source) in drawn and (sink, source) not in ARROWS
            else "",
        )


def _expect_secured(t: Trial, parts: list[dict], flows: list[dict]) -> None:
    place = {part["name"]: part["boundary"] for part in parts}
    _expect_ends(t, place, flows)
    for source, sink in ARROWS:  # as the text says that they lie, so that moving a part is no way out
        place |= {name: CLINIC[name][1] for name in (source, sink)}
    for flow in flows:
        if place[flow["source"]] == place[flow["sink"]]:
            continue
        for key, control in CONTROLS.items():
            t.expect(
                flow[key],
                f"The flow {flow['name']!r} crosses a boundary, and its {control} isn't True.",
                slip=_misplaced(flow, control),
            )


def _misplaced(flow: dict, control: str) -> str:
    name = control.removeprefix("controls.")
    unknown = flow.get("unknown")
    if isinstance(unknown, list) and name in unknown:
        return f"You set {name} on the flow itself; it belongs on flow.controls, and pytm doesn't complain."
    return ""


def _expect_ends(t: Trial, place: dict[str, str | None], flows: list[dict]) -> None:
    for flow in flows:
        for end in (flow["source"], flow["sink"]):
            t.expect(end in place, f"The flow {flow['name']!r} ends at {end!r}, and there is no such part.")


def _expect_joined(t: Trial, parts: list[dict], flows: list[dict]) -> None:
    kinds = {part["name"]: part["kind"] for part in parts}
    _expect_ends(t, kinds, flows)
    ends = {end for flow in flows for end in (flow["source"], flow["sink"])}
    for name in kinds:
        t.expect(name in ends, f"No flow comes from or goes to the part {name!r}.")
    for flow in flows:
        joined = {kinds[flow["source"]], kinds[flow["sink"]]}
        t.expect(joined != {"actor", "store"}, f"The flow {flow['name']!r} joins an actor and a store.")
