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
        "parts": (3, "draws both boundaries and each part once, with its kind and place"),
        "arrows": (3, "draws the eight arrows, the way that data goes, and no other between these parts"),
        "boundary": (3, "sets R6's three controls on each flow over a boundary, and on no other"),
        "loose": (2, "leaves no part alone, and joins no actor and store"),
    },
    hints=(
        "Go through the two tables line by line: first the boundaries, then parts, then arrows. Which "
        "of your arrows have their ends in different places?",
        'Boundary("service network"), then Server("scoring service", inBoundary=network). An arrow is '
        'Dataflow(source, sink, "name"), and its controls are attributes of flow.controls. Three cross.',
        "two boundaries, each made once; two actors, three servers, three stores, with inBoundary\n"
        "eight flows, source first\n"
        "for the flows app → service, service → app, developer → job: set the three controls",
    ),
    debrief=(
        "Looks for the arrow that nobody drew: a store that anybody who can reach it may write to.",
        "Draws who may talk to whom, and lets a test compare the drawing with R6. It costs a certificate for "
        "each end of three flows, and somebody who renews them.",
    ),
    standards=("PW.1.1", "AML.M0019", "AML.T0049"),
)
def build_model(t: Trial, build_model) -> None:
    build_model()
    boundaries, parts, flows = _read(t, build_model())
    with t.part("parts"):
        _expect_boundaries(t, boundaries)
        _expect_parts(t, parts)
    with t.part("arrows"):
        _expect_arrows(t, flows)
        _expect_no_others(t, flows)
    with t.part("boundary"):
        _expect_arrows(t, flows)
        _expect_secured(t, parts, flows)
    with t.part("loose"):
        _expect_arrows(t, flows)
        _expect_joined(t, parts, flows)


def _read(t: Trial, drawn: Any) -> list[list[dict]]:
    """The boundaries, parts and flows of a description, each with the keys that it needs."""
    drawn = t.instance(drawn, dict, "the description")
    sides = []
    for side, keys in (
        ("boundaries", ("name", "boundary")),
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
    return sides


def _expect_boundaries(t: Trial, boundaries: list[dict]) -> None:
    names = Counter(boundary["name"] for boundary in boundaries)
    for name, count in sorted(names.items()):
        t.expect(
            count == 1,
            f"There are {count} boundaries of the name {name!r}.",
            slip="Make each boundary once, give it a name, and hand the same one to all its parts: for pytm "
            'a new Boundary("...") is another place.',
        )
    for name in sorted({place for _, place in CLINIC.values() if place}):
        t.expect(name in names, f"The boundary {name!r} isn't drawn.", expected=name, got=sorted(names))
        outer = next(boundary["boundary"] for boundary in boundaries if boundary["name"] == name)
        t.expect(outer is None, f"The boundary {name!r} lies in {outer!r}; it lies in no other.")


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
            slip=_unknown(part),
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


def _expect_no_others(t: Trial, flows: list[dict]) -> None:
    for flow in flows:
        pair = (flow["source"], flow["sink"])
        t.expect(
            not {*pair} <= {*CLINIC} or pair in ARROWS,
            f"The flow {flow['name']!r} goes from the {pair[0]} to the {pair[1]}, "
            "and that's none of the eight.",
        )


def _expect_secured(t: Trial, parts: list[dict], flows: list[dict]) -> None:
    place = {part["name"]: part["boundary"] for part in parts}
    _expect_ends(t, place, flows)
    for source, sink in ARROWS:  # as the text says that they lie, so that moving a part is no way out
        place |= {name: CLINIC[name][1] for name in (source, sink)}
    for flow in flows:
        crosses = place[flow["source"]] != place[flow["sink"]]
        wrong = [control for key, control in CONTROLS.items() if flow[key] != crosses]
        t.expect(
            not wrong or not crosses,
            f"The flow {flow['name']!r} crosses a boundary, and {_listed(wrong)}.",
            slip=_misplaced(flow, wrong) or _unknown(flow),
        )
        t.expect(
            not wrong,
            f"The flow {flow['name']!r} crosses no boundary, and it claims {', '.join(wrong)}: "
            "nobody has built that.",
        )


def _listed(controls: list[str]) -> str:
    return f"{' and '.join(controls)} {'isn' if len(controls) == 1 else 'aren'}'t True"


def _misplaced(flow: dict, controls: list[str]) -> str:
    unknown = flow.get("unknown")
    names = [control.removeprefix("controls.") for control in controls]
    if isinstance(unknown, list) and any(name in unknown for name in names):
        return "You set a control on the flow itself; it belongs on flow.controls, and pytm doesn't complain."
    return ""


def _unknown(row: dict) -> str:
    unknown = row.get("unknown")
    if isinstance(unknown, list) and unknown and all(type(name) is str for name in unknown):
        return f"pytm took these attributes, and doesn't know them: {', '.join(sorted(unknown))}."
    return ""


def _expect_ends(t: Trial, place: dict[str, str | None], flows: list[dict]) -> None:
    for flow in flows:
        for end in (flow["source"], flow["sink"]):
            t.expect(end in place, f"The flow {flow['name']!r} ends at {end!r}, and there is no such part.")


def _expect_joined(t: Trial, parts: list[dict], flows: list[dict]) -> None:
    kinds = {part["name"]: part["kind"] for part in parts}
    _expect_ends(t, kinds, flows)
    pairs = [{flow["source"], flow["sink"]} for flow in flows]
    joined_to_another = {end for pair in pairs if len(pair) == 2 for end in pair}
    for name in kinds:
        t.expect(name in joined_to_another, f"No flow joins the part {name!r} to another part.")
    for flow in flows:
        joined = {kinds[flow["source"]], kinds[flow["sink"]]}
        t.expect(joined != {"actor", "store"}, f"The flow {flow['name']!r} joins an actor and a store.")
