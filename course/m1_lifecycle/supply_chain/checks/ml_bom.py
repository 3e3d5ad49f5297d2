"""The check of `supply_chain.ml_bom`."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

from ..material import drawn_word

DROPPED = "Say it: a line that isn't there reads like nothing to report."
BLANKS = "Only blanks say nothing: that's unknown too."
NOBODY = "When nobody names a data set, the list has one whose name and provenance are unknown."
GET = "A data set may lack its provenance: read it with .get, and not with brackets."
ORDER = "Sort files and packages by name; data sets stay in their order."


@exercise(
    minutes=11,
    level="stretch",
    parts={
        "model": (3, "describes the model and its files with their hashes"),
        "packages": (2, "lists packages, sorted, and that the model depends on them"),
        "data": (2, "lists data sets with their provenance, in order"),
        "unknown": (3, "says each unknown"),
    },
    hints=(
        "Write one small function that makes a text of what may be missing, and use it for provenance and "
        "version.",
        'dataset.get("provenance") gives None when the key is missing. value.strip() is empty for blanks.',
        "said(value): the value if there is one that isn't blank, otherwise unknown\n"
        "the files: for each path in sorted order, type, name and hashes\n"
        "the data sets, or one that is named unknown when there are none\n"
        "put both into the component, and the packages beside it, sorted",
    ),
    debrief=(
        "Likes a BOM with gaps: a data set that nobody lists can hold poisoned rows, and nobody will ask.",
        "Writes unknown, signs the BOM with the release, and spends the time to find out. That's "
        "slow, and it "
        "looks worse than silence.",
    ),
    standards=("AML.M0023", "AML.M0025", "PW.3.2", "PS.3.2"),
)
def ml_bom(t: Trial, ml_bom) -> None:
    for rng in t.cases(3):
        for count in (0, 1, 3, 7):
            name, version, files, packages = _release(rng, count)
            data = [{"name": drawn_word(rng), "provenance": _origin(rng)} for _ in range(max(1, count))]
            data.append({"provenance": data[0]["provenance"], "name": data[0]["name"]})
            t.given(files=count, packages=count, datasets=len(data))
            got = t.instance(ml_bom(name, version, files, data, packages), dict, "the BOM")
            want = _bom(name, version, files, data, packages)
            ours = want["metadata"]["component"]
            with t.part("model"):
                t.equal(sorted(map(str, got)), sorted(want), "the list of keys in the BOM")
                for key in ("bomFormat", "specVersion", "version"):
                    t.equal(got[key], want[key], key)
                theirs = _component(t, got)
                t.equal(sorted(map(str, theirs)), sorted(ours), "the list of keys in the component")
                for key in ("type", "bom-ref", "name", "version"):
                    t.equal(theirs[key], ours[key], f"the component's {key}")
                _same(t, theirs["components"], ours["components"], "the files")
            with t.part("packages"):
                _same(t, got.get("components"), want["components"], "the packages")
                t.equal(got.get("dependencies"), want["dependencies"], "the list of dependencies")
            with t.part("data"):
                _same(t, _component(t, got).get("modelCard"), ours["modelCard"], "the model card")
        name, version, files, packages = _release(rng, 2)
        gaps: list[tuple[str, dict, str]] = [
            ("None", {"name": "a", "provenance": None}, DROPPED),
            ("an empty text", {"name": "a", "provenance": ""}, DROPPED),
            ("blanks", {"name": "a", "provenance": " \t"}, BLANKS),
            ("blanks and a line's end", {"name": "a", "provenance": " \r\n"}, BLANKS),
            ("missing", {"name": "a"}, DROPPED),
        ]
        known = {"name": "b", "provenance": "our lab"}
        for what, gap, slip in gaps:
            for data in ([gap], [known, gap], [gap, known], [gap, gap]):
                t.given(provenance=what, datasets=len(data))
                _expect_data(t, ml_bom, name, version, files, data, packages, slip)
        t.given(texts="that stay as they are")
        kept = [{"name": "a", "provenance": one} for one in ("None", "n/a", "-", "Unknown", "0")]
        said = {"a": " 1.2 ", "b": "None", "c": "0", "d": "latest"}
        got = t.instance(ml_bom(name, " ", files, kept, said), dict, "the BOM")
        want = _bom(name, " ", files, kept, said)
        with t.part("data"):
            _same(
                t,
                _component(t, got).get("modelCard"),
                want["metadata"]["component"]["modelCard"],
                "the model card",
            )
        with t.part("packages"):
            _same(t, got.get("components"), want["components"], "the packages")
        with t.part("model"):
            t.equal(_component(t, got).get("version"), " ", "the component's version")
        t.given(datasets=0)
        _expect_data(t, ml_bom, name, version, files, [], packages, NOBODY)
        for what, value, slip in (
            ("None", None, DROPPED),
            ("an empty text", "", DROPPED),
            ("blanks", "  ", BLANKS),
            ("a line's end", "\n", BLANKS),
        ):
            for some in ({"a": value}, {**packages, "a": value}, {"z": value, **packages, "y": value}):
                t.given(version=what, packages=len(some))
                with t.part("unknown"):
                    got = t.instance(ml_bom(name, version, files, [known], some), dict, "the BOM")
                    want = _bom(name, version, files, [known], some)
                    _same(t, got.get("components"), want["components"], "the packages", slip)
                    t.equal(got.get("dependencies"), want["dependencies"], "the list of dependencies")


def _expect_data(
    t: Trial, ml_bom: Any, name: str, version: str, files: dict, data: list, packages: dict, slip: str
) -> None:
    with t.part("unknown"):
        got = t.instance(_called(t, ml_bom, name, version, files, data, packages), dict, "the BOM")
        want = _bom(name, version, files, data, packages)["metadata"]["component"]["modelCard"]
        _same(t, _component(t, got).get("modelCard"), want, "the model card", slip)


def _called(t: Trial, ml_bom: Any, *args: Any) -> Any:
    try:
        return ml_bom(*args)
    except LearnerError as error:
        if error.kind != "KeyError":
            raise
        t.wrong("ml_bom raises an error.", got=error.what, slip=GET)


def _same(t: Trial, got: Any, want: Any, what: str, slip: str = "") -> None:
    """Equal, with the types of all that is inside. `slip` is for an unknown that isn't said."""
    if _typed(got, sort=True) == _typed(want, sort=True):
        slip = ORDER
    elif str(got).count("unknown") == str(want).count("unknown"):
        slip = ""
    at, theirs, ours = _difference(got, want)
    where = f" at {at.lstrip('.')}" if at else ""
    t.expect(
        _typed(got) == _typed(want),
        f"There's a difference in {what}{where}.",
        expected=ours,
        got=theirs,
        slip=slip,
    )


def _difference(got: Any, want: Any, at: str = "") -> tuple[str, Any, Any]:
    """Where two values differ first, and what stands there: keys or a length, if these differ."""
    if type(got) is not type(want) or type(want) not in (dict, list):
        return at, got, want
    if type(want) is list:
        if len(got) != len(want):
            return at, f"{len(got)} in the list", f"{len(want)} in the list"
        inner = [(f"{at}[{i}]", *pair) for i, pair in enumerate(zip(got, want, strict=True))]
    else:
        if set(got) != set(want):
            return at, f"the keys {sorted(map(str, got))}", f"the keys {sorted(want)}"
        inner = [(f"{at}.{key}", got[key], want[key]) for key in want]
    unlike = [(where, one, other) for where, one, other in inner if _typed(one) != _typed(other)]
    return _difference(unlike[0][1], unlike[0][2], unlike[0][0]) if unlike else (at, got, want)


def _typed(value: Any, sort: bool = False) -> str:
    """A text that says value and types; with `sort`, the order of lists doesn't matter."""
    if type(value) is dict:
        return f"dict{sorted((str(key), _typed(inner, sort)) for key, inner in value.items())}"
    if type(value) is list:
        inside = [_typed(inner, sort) for inner in value]
        return f"list{sorted(inside) if sort else inside}"
    return f"{type(value).__name__} {value!r}"


def _component(t: Trial, bom: dict) -> dict:
    metadata = t.instance(bom.get("metadata"), dict, "metadata")
    t.equal(sorted(map(str, metadata)), ["component"], "the list of keys in metadata")
    return t.instance(metadata["component"], dict, "the component in metadata")


def _origin(rng: np.random.Generator) -> str:
    return f" {drawn_word(rng)} {drawn_word(rng)}  "


def _release(rng: np.random.Generator, count: int) -> tuple[str, str, dict, dict]:
    word = drawn_word(rng)
    names = [f"{word}10", f"{word}9", f"{word.title()}Z", f"{word}_b", f"{word}-b", f"{word}.a", f"Z{word}"]
    if count < len(names):
        names = [names[i] for i in rng.choice(len(names), count, replace=False)]
    orders = [[names[i] for i in rng.permutation(count)] for _ in range(2)]
    files = {f"{name}/model.skops": rng.bytes(int(rng.integers(0, 20))) for name in orders[0]}
    packages = {name: f"{rng.integers(9)}.{rng.integers(99)}" for name in orders[1]}
    if files:
        files[next(iter(files))] = rng.bytes(9000)
    return drawn_word(rng), f"1.{rng.integers(9)}.{rng.integers(9)}", files, packages


def _bom(name: str, version: str, files: dict, data: list, packages: dict) -> dict[str, Any]:
    def known(value: Any) -> str:
        return "unknown" if value is None or not value.split() else value

    def dataset(of: dict) -> dict[str, Any]:
        origin = {"name": "provenance", "value": known(of.get("provenance"))}
        return {"type": "dataset", "name": of["name"], "contents": {"properties": [origin]}}

    def file(path: str) -> dict[str, Any]:
        digest = hashlib.sha256(files[path]).hexdigest()
        return {"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": digest}]}

    order = sorted(packages)
    component = {
        "type": "machine-learning-model",
        "bom-ref": f"{name}@{version}",
        "name": name,
        "version": version,
        "components": [file(path) for path in sorted(files)],
        "modelCard": {
            "modelParameters": {"datasets": [dataset(of) for of in data] or [dataset({"name": "unknown"})]}
        },
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": component},
        "components": [
            {"type": "library", "bom-ref": one, "name": one, "version": known(packages[one])} for one in order
        ],
        "dependencies": [{"ref": f"{name}@{version}", "dependsOn": order}],
    }
