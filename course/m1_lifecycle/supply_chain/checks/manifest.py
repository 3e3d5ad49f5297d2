"""The check of `supply_chain.manifest`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import drawn_word, listing

TOP = ("manifest.json", "manifest.sig")


@exercise(
    minutes=8,
    parts={
        "lists": (4, "lists hash and size of each file, sorted, whatever the order of the folder"),
        "top": (2, "leaves out manifest.json and manifest.sig at the top, and no other file"),
        "links": (2, "refuses links"),
        "plain": (2, "refuses paths that aren't plain"),
    },
    hints=(
        "Go through the paths in sorted order. For each one: is it a link, is it plain, is it left "
        "out? If none "
        "of these, list it.",
        'A link\'s value is a str. path.split("/") gives the parts; an absolute path has an empty first one. '
        "hashlib.sha256(content).hexdigest() is the hash.",
        "for each path in sorted order\n"
        "    the value is a str: ValueError\n"
        "    a backslash in the path, or a part that is empty, . or ..: ValueError\n"
        "    not one of the two names at the top: note the hash and the length",
    ),
    debrief=(
        "Adds a file that nobody listed, such as a sitecustomize.py, or a link that points at "
        "another file after "
        "the check.",
        "Lists everything, refuses what it can't list, and compares for equality: one file too many "
        "is a fault. "
        "Whoever wants a link or a note in a release has to make a new manifest.",
    ),
    standards=("AML.M0014", "PS.2.1", "PS.3.1"),
)
def manifest(t: Trial, manifest) -> None:
    for number, rng in enumerate(t.cases(4)):
        folder = _folder(rng)
        for some in ({}, dict(list(folder.items())[:1]), folder, dict(reversed(folder.items()))):
            t.given(files=len(some))
            with t.part("lists"):
                _expect(t, manifest(some), some)
        for names in ((TOP[0],), (TOP[1],), TOP):
            t.given(left_out=list(names))
            with t.part("top"):
                more = {**{name: rng.bytes(5) for name in names}, **folder}
                _expect(t, manifest(more), more, "Only these two names at the top are left out.")
                _expect(t, manifest({name: rng.bytes(3) for name in names}), {})
        for name in (
            "notes/manifest.json",
            "a/b/manifest.sig",
            "Manifest.json",
            "manifest.json.bak",
            "my-manifest.sig",
            "manifest.json/a",
            "manifest",
        ):
            t.given(path=name)
            with t.part("top"):
                kept = {**folder, name: rng.bytes(4)}
                _expect(t, manifest(kept), kept, "Only these two names at the top are left out.")
        word, first = drawn_word(rng), sorted(folder)[number]
        for what, bad in (
            ("a link alone", {word: "/etc/hostname"}),
            ("a link to a file of the folder", {**folder, word: first}),
            ("a link in front", {"!": "../x", **folder}),
            ("a link that points nowhere", {**folder, "~": ""}),
            ("a link in a folder below", {**folder, f"data/{word}": "b"}),
            ("two links", {"!": "a", **folder, "~": "b"}),
            *((f"a link named {name}", {**folder, name: "x"}) for name in TOP),
        ):
            t.given(folder=what)
            with t.part("links"), t.raises(ValueError, what):
                manifest(bad)
        with t.part("links"):
            same = {**folder, word: b"/etc/hostname", "latest": b""}
            _expect(t, manifest(same), same, "Bytes are a file, whatever they say: only a str is a link.")
        for path in _not_plain(word):
            t.given(path=path)
            with t.part("plain"), t.raises(ValueError, f"the path {path!r}"):
                manifest({**folder, path: b"x"})
        for path in _plain(word):
            t.given(path=path)
            with t.part("plain"):
                fine = {**folder, path: rng.bytes(3)}
                _expect(t, manifest(fine), fine, "This path is plain: only whole parts count.")


def _folder(rng: np.random.Generator) -> dict[str, bytes]:
    """Files in drawn order, with names that sort otherwise by parts, in other letters or as numbers."""
    word = drawn_word(rng)
    names = [
        "model.skops",
        "bom.json",
        f"{word}/b",
        f"{word}-b",
        f"{word}.b",
        f"{word}/B",
        "Z",
        "é/ü",
        "part10",
        "part9",
        "data/a/b/c.npy",
    ]
    contents = {i: rng.bytes(int(rng.integers(1, 60))) for i in range(len(names))}
    contents[0] = rng.bytes(int(rng.integers(190_000, 210_000)))
    contents[3] = b""
    contents[1] = b"\xef\xbb\xbf{}\r\n" + rng.bytes(9) + b"\r\n \t\n"
    contents[2] = b" \n\t" + rng.bytes(9) + b"\0"
    return {names[i]: contents[i] for i in rng.permutation(len(names))}


def _not_plain(word: str) -> list[str]:
    return [
        *("/etc/passwd", "../model.skops", "a//b", "a\\b", "..\\a", "./a", "a/./b", "a/../b", "a/..", "a/."),
        *("a/", "/", ".", "..", "", "//a", "/manifest.json", "./manifest.json", "a/../manifest.sig"),
        *(f"{word}/../{word}", f"{word}\\", f"/{word}", f"{word}//", "a/b/../../../c"),
    ]


def _plain(word: str) -> list[str]:
    return [
        *(
            "..a",
            "a..",
            "a..b",
            "...",
            ".hidden",
            "a b",
            "a/..b/c",
            "a/.b",
            "c:",
            "~",
            "a.",
            "-",
            " ",
            "a/ /b",
            "a\tb",
            "a\u00a0b",
        ),
        f".{word}/..{word}.npy",
    ]


def _expect(t: Trial, got: Any, folder: dict[str, bytes], slip: str = "") -> None:
    want = listing(folder)
    got = t.instance(got, dict, "the manifest")
    t.expect(set(got) == set(want), "Other files are listed.", expected=list(want), got=list(got), slip=slip)
    t.expect(
        list(got) == list(want),
        "The files are listed in another order.",
        expected=list(want),
        got=list(got),
        slip="Sort the paths as texts, with sorted.",
    )
    for path, entry in want.items():
        theirs = t.instance(got[path], dict, f"the entry of {path}")
        if "size" in theirs:
            t.instance(theirs["size"], int, f"the size of {path}")
        t.equal(theirs, entry, f"the entry of {path}")
