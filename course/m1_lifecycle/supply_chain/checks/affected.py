"""The check of `supply_chain.affected`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import drawn_word

TEXTS = "Versions are no texts and no floats: 1.10 comes after 1.9. Let SpecifierSet decide."
PRE = "Pre-releases count too: leave none of them out."
BOTH = "Within one range all parts must hold; of several ranges, one is enough."
NAME = "Compare names after canonicalize_name, and compare whole names."
UNKNOWN = "What's unknown may be vulnerable: it counts as affected, and is no error."
EXPLOITED = "Exploited ones first, and by id within both groups."

EMPTY_RANGE = "An empty range means every version, an unknown one too."
COPIES = "A package may be listed twice: look at each copy."
ALL_PARTS = "All of components counts, whatever the type, and nothing else."
TWICE = "Each id stands once. It's exploited if one of its advisories that concern you is."
NO_RANGE = "An advisory without ranges concerns nobody."

#: (ranges, version, whether it's affected, the likely slip)
BOUNDARIES = (
    (["<2.0.2"], "2.0.1", True, ""),
    (["<2.0.2"], "2.0.2", False, ""),
    (["<=2.0.2"], "2.0.2", True, ""),
    (["<=2.0.2"], "2.0.3", False, ""),
    ([">=2.0,<2.1"], "2.0", True, BOTH),
    ([">=2.0,<2.1"], "2.1", False, BOTH),
    ([">=2.0,<2.1"], "1.9", False, BOTH),
    ([">=2.0,<2.1"], "2.0.9", True, BOTH),
    (["<1.2", ">=2.0,<2.1"], "1.1", True, BOTH),
    (["<1.2", ">=2.0,<2.1"], "1.5", False, BOTH),
    (["<1.2", ">=2.0,<2.1"], "2.0.5", True, BOTH),
    (["<1.2", ">=2.0,<2.1"], "2.1", False, BOTH),
    ([">=2.0,<2.1", "<1.2"], "1.1", True, BOTH),
    (["==1.0", "==1.2", "==1.4"], "1.4", True, BOTH),
    (["==1.0", "==1.2", "==1.4"], "1.3", False, BOTH),
    (["!=1.3,<2"], "1.3", False, BOTH),
    ([""], "7.7", True, EMPTY_RANGE),
    ([], "7.7", False, NO_RANGE),
)
SPELLINGS = (
    (["<1.5"], "1.10", False, TEXTS),
    (["<1.10"], "1.9", True, TEXTS),
    (["<1.5"], "1.4.0", True, TEXTS),
    (["==1.4"], "1.4.0", True, TEXTS),
    ([">=10"], "9.9", False, TEXTS),
    ([">=1.4rc1,<1.5"], "1.4rc2", True, PRE),
    ([">=1.0"], "2.0a1", True, PRE),
    (["<2"], "1.9.dev3", True, PRE),
    ([">=1.4"], "1.4rc1", False, "1.4rc1 comes before 1.4."),
    (["<1.4"], "1.4rc1", False, "Python's rules: 1.4rc1 isn't in <1.4."),
    (["<=1.4"], "1.4.post1", False, TEXTS),
    (["<1.5"], "1.4.post1", True, TEXTS),
    (["<2"], "1!1.0", False, "1!1.0 has an epoch: it comes after everything without one."),
    ([">=3"], "1!1.0", True, "1!1.0 has an epoch: it comes after everything without one."),
    (["<1!2.0"], "1!1.9", True, "1!1.0 has an epoch: it comes after everything without one."),
    (["<1!2.0"], "5.0", True, "1!1.0 has an epoch: it comes after everything without one."),
    (["<=1.4"], "1.4+local", True, TEXTS),
)


@exercise(
    minutes=10,
    level="stretch",
    parts={
        "ranges": (3, "finds what lies in one of the ranges, to the boundary"),
        "versions": (2, "reads versions by Python's rules"),
        "names": (1, "knows a package in other spellings, and leaves others alone"),
        "unknown": (2, "counts unknown versions as affected"),
        "order": (2, "lists exploited ones first, and each id once"),
    },
    hints=(
        "For each package of the BOM, go through the advisories: is it this package, and is one of "
        "the ranges "
        "met?",
        "Read the version once, in a try: InvalidVersion means unknown. Collect id → exploited in a dict; "
        "sorted puts False before True.",
        "for each component: its version, or nothing if it can't be read\n"
        "    for each advisory with the same canonical name\n"
        "        for any of its ranges: is the version unknown, or contained, pre-releases too?\n"
        "            note the id: exploited if it was so already, or if this advisory is\n"
        "the ids, sorted by (not exploited, id)",
    ),
    debrief=(
        "Reads advisories too, and is faster than whoever has no list of what they run.",
        "Matches the BOM every night and looks at exploited flaws first. Each unknown version is an alarm "
        "that may be false, until somebody looks it up.",
    ),
    standards=("AML.M0023", "PW.4.4", "RV.1.1"),
)
def affected(t: Trial, affected) -> None:
    for rng in t.cases(2):
        name, other = f"a{drawn_word(rng)}", f"b{drawn_word(rng)}"
        bystander = _part(other, "1.0")
        for part, cases in (("ranges", BOUNDARIES), ("versions", SPELLINGS)):
            for ranges, version, want, slip in cases:
                t.given(version=version, ranges=ranges)
                with t.part(part):
                    notes = [_note("A-1", name, ranges), _note("A-2", other, ["<1.0"])]
                    parts = [bystander, _part(name, version)]
                    _expect(t, affected(_bom(parts), notes), ["A-1"] if want else [], slip)
        note = [_note("A-1", name, ["<2"])]
        with t.part("ranges"):
            for versions in (("1.0", "9.0"), ("9.0", "1.0"), ("9.0", "8.0", "1.9"), ("9.0", "8.0")):
                t.given(versions=versions, ranges=["<2"])
                copies = [_part(name, version) for version in versions]
                want = ["A-1"] if min(versions) < "2" else []
                _expect(t, affected(_bom([*copies, bystander]), note), want, COPIES)
        with t.part("names"):
            for kind in ("framework", "application", None):
                t.given(type="missing" if kind is None else kind)
                part = {**_part(name, "1.0"), "type": kind}
                if kind is None:
                    del part["type"]
                _expect(t, affected(_bom([bystander, part]), note), ["A-1"], ALL_PARTS)
            t.given(advisory="for the model's own name")
            _expect(t, affected(_bom([bystander]), [_note("A-1", "m", ["<2"])]), [], ALL_PARTS)
            for ours, theirs, want in (
                ("scikit-learn", "Scikit_Learn", True),
                ("Scikit.Learn", "scikit--learn", True),
                (name.upper(), name, True),
                (name, f"{name}-extra", False),
                (f"{name}-extra", name, False),
                ("scikitlearn", "scikit-learn", False),
                (name, other, False),
            ):
                t.given(bom=ours, advisory=theirs)
                got = affected(_bom([_part(ours, "1.0")]), [_note("A-1", theirs, ["<2"])])
                _expect(t, got, ["A-1"] if want else [], NAME)
        with t.part("unknown"):
            for version in ("unknown", "", "latest", "1.x", "not.a.version", None):
                t.given(version="missing" if version is None else version)
                part = _part(name, version)
                if version is None:
                    del part["version"]
                notes = [_note("A-1", name, ["<1", ">=5,<6"]), _note("A-2", other, [""])]
                notes += [_note("A-4", name, ["==0.1"])]
                _expect(t, affected(_bom([part]), notes), ["A-1", "A-4"], UNKNOWN)
                nothing = [_note("A-3", name, []), *notes]
                _expect(t, affected(_bom([part]), nothing), ["A-1", "A-4"], NO_RANGE)
                both = _bom([bystander, part, _part("zz", "3")])
                more = [*notes, _note("A-5", "zz", ["<3"])]
                _expect(t, affected(both, more), ["A-1", "A-2", "A-4"], UNKNOWN)
                every = [_note("A-1", name, [""])]
                _expect(t, affected(_bom([part]), every), ["A-1"], EMPTY_RANGE)
                dotted = [{**part, "name": f"{name}_x"}]
                _expect(t, affected(_bom(dotted), [_note("A-1", f"{name}-X", ["<1"])]), ["A-1"], NAME)
                _expect(t, affected(_bom(dotted), [_note("A-1", name, ["<1"])]), [], NAME)
                for copies in ([part, _part(name, "9.0")], [_part(name, "9.0"), part]):
                    _expect(t, affected(_bom(copies), note), ["A-1"], COPIES)
        _order(t, affected, rng, name, other)


def _order(t: Trial, affected: Any, rng: np.random.Generator, name: str, other: str) -> None:
    ids = [f"X-{i}" for i in rng.permutation(range(10, 18)).tolist()]
    notes = [_note(one, (name, other)[i % 2], ["<9"], i in (0, 3, 5)) for i, one in enumerate(ids)]
    hot = sorted(note["id"] for note in notes if note["exploited"])
    cold = sorted(note["id"] for note in notes if not note["exploited"])
    both = [_part(name, "1.0"), _part(other, "2.0")]
    with t.part("order"):
        for parts in (both, both[::-1], [*both, both[0]], [*both, _part(name, "1.1")]):
            t.given(components=len(parts), advisories=len(notes))
            _expect(t, affected(_bom(parts), notes), hot + cold, EXPLOITED)
        none = [{**note, "exploited": False} for note in notes]
        _expect(t, affected(_bom(both), none), sorted(ids), EXPLOITED)
        two = [_note("A-1", name, ["<2", "<3"])]
        _expect(t, affected(_bom(both), two), ["A-1"], TWICE)
        for first, second in ((True, True), (False, False), (True, False), (False, True)):
            for package in (name, other):
                t.given(advisories="one id twice", exploited=(first, second))
                same = [_note("C-1", name, ["<2"], first), _note("C-1", package, ["<3"], second)]
                same += [_note("B-1", name, ["<2"], False), _note("A-1", other, ["<9"], True)]
                want = ["A-1", "C-1", "B-1"] if first or second else ["A-1", "B-1", "C-1"]
                _expect(t, affected(_bom(both), same), want, TWICE)
        for ranges, package in ((["<1"], name), (["<9"], "zz")):
            t.given(advisories="one id twice, and the exploited one doesn't concern you")
            same = [_note("C-1", name, ["<2"], False), _note("C-1", package, ranges, True)]
            same += [_note("B-1", name, ["<2"], False)]
            for notes in (same, same[::-1]):
                _expect(t, affected(_bom(both), notes), ["B-1", "C-1"], TWICE)
        _expect(t, affected(_bom([]), notes), [])
        _expect(t, affected(_bom(both), []), [])


def _expect(t: Trial, got: Any, want: list[str], slip: str = "") -> None:
    got = t.instance(got, list, "what affected returns")
    t.expect(got == want, "The list of ids is not right.", expected=want, got=got, slip=slip)


def _part(name: str, version: Any) -> dict[str, Any]:
    return {"type": "library", "bom-ref": name, "name": name, "version": version}


def _note(name: str, package: str, ranges: list[str], exploited: bool = True) -> dict[str, Any]:
    return {"id": name, "package": package, "ranges": ranges, "exploited": exploited}


def _bom(parts: list[dict]) -> dict[str, Any]:
    component = {"type": "machine-learning-model", "bom-ref": "m@1", "name": "m", "version": "1"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": component},
        "components": parts,
        "dependencies": [{"ref": "m@1", "dependsOn": sorted({part["name"] for part in parts})}],
    }
