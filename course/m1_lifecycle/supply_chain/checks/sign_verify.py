"""The check of `supply_chain.sign_verify`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, brief, exercise

from ..material import drawn_word, key_pair, listing, signed

LOOK = (
    "verify says False to an honest release. Take the try away to see the error that it hides. The public "
    "key's verify takes the signature first, and then the signed bytes."
)
NONE = (
    "verify returns None. So does the key's own verify when the signature fits: what it returns is no True."
)
EQUAL = "Compare the two dicts as a whole, and not file by file: a file more or less is a fault too."
EMPTY = "Only a dict is a manifest, and an empty one must fit as well: compare, whatever listed is."
NOTHING = "An empty file, or a release without files, can be honest: ask nothing but the two questions."
ORDER = "Compare the dicts, or both as canonical JSON: the order of keys means nothing."
FOLDER = "A signature of the list says nothing about the files: compare manifest(folder) with listed too."
KEY = "Ask whether the signature fits listed under the public key that you were given."
LINKS = "Hand the whole folder to manifest: it refuses links, also those named manifest.json."
RAISES = "verify returns False for every fault: catch everything that can go wrong inside it."

#: files that somebody might take for harmless
_MORE = (
    *("sitecustomize.py", "x.pyc", "__pycache__/x.pyc", "deep/x.sig", "model.sig", "key.pub", ".hidden"),
    *(
        "bom.json.bak",
        "deep/manifest.json",
        "manifest.json.sig",
        "README.md",
        "x.txt",
        "x.tmp",
        "Model.skops",
    ),
)


@exercise(
    minutes=13,
    parts={
        "sign": (2, "signs the canonical JSON"),
        "honest": (2, "verifies honest releases, whatever the order of keys"),
        "files": (4, "says False when any file is changed, added, removed, renamed or a link"),
        "signature": (4, "says False for another manifest, signature or key"),
        "broken": (2, "says False for broken arguments, and raises nothing"),
    },
    hints=(
        "verify asks two questions. Does the signature fit what was listed? Is what was listed what "
        "lies there?",
        "Put both into one try. A method that raises on a fault, and manifest too, then end in the "
        "same except, "
        "which returns False.",
        "sign: a private key object from the bytes, and its sign of canonical(listed)\n"
        "verify: try\n"
        "    a public key object from the bytes, and its verify of the signature and canonical(listed)\n"
        "    return whether manifest(folder) equals listed\n"
        "any exception: return False",
    ),
    debrief=(
        "Doesn't break Ed25519. Looks for the key: on the build server, in the training job, or beside the "
        "release, where the service would take it from.",
        "Pins the public key in the service, and gives the private one to the release job only. The price: "
        "every change, also of a letter in a note, needs a new signature, and a lost key stops all releases.",
    ),
    standards=("AML.M0013", "PS.2.1", "PW.4.4"),
)
def sign_verify(t: Trial, sign, verify) -> None:
    works = False

    def judge(what: str, want: bool, slip: str, *args: Any) -> None:
        t.given(case=what)
        try:
            got = verify(*args)
        except LearnerError as error:
            if error.kind == "NotImplementedError":
                raise
            t.wrong("verify raises an error.", expected=want, got=error.what, slip=RAISES)
            return
        t.expect(got is not None or not want, NONE, expected=want, got=got)
        got = t.instance(got, bool, "what verify returns")
        message = LOOK if want and not slip else f"verify says {got}."
        t.expect(got is want, message, expected=want, got=got, slip=slip)

    for rng in t.cases(3):
        folder = _folder(rng)
        listed, (private, public) = listing(folder), key_pair(rng)
        signature = signed(listed, private)
        with t.part("sign"):
            for what in (listed, _reordered(listed), {}):
                t.given(files=len(what))
                got = t.instance(sign(what, private), bytes, "the signature")
                t.equal(got, signed(what, private), "the signature")
        with t.part("honest"):
            works = False
            judge("an honest release", True, "", folder, listed, signature, public)
            judge("keys in another order", True, ORDER, folder, _reordered(listed), signature, public)
            beside = {**folder, "manifest.json": b"{}", "manifest.sig": signature}
            judge("the manifest lies beside the files", True, "", beside, listed, signature, public)
            one = {"model.skops": rng.bytes(9)}
            alone = signed(listing(one), private)
            judge("one file", True, "", one, listing(one), alone, public)
            for what, some in (
                ("an empty file among others", {**folder, "empty": b""}),
                ("an empty file alone", {"empty": b""}),
                ("no files", {}),
            ):
                judge(what, True, NOTHING, some, listing(some), signed(listing(some), private), public)
            works = True
        for part, cases in (
            ("files", [(*case, listed, signature, public) for case in _other_folders(rng, folder)]),
            ("signature", _other_signatures(rng, folder, listed, private, public)),
            ("broken", _broken(folder, listed, signature, private, public)),
        ):
            with t.part(part):
                if not works:
                    _expect_written(verify, folder, listed, signature, public)
                t.expect(works, "This counts once honest releases verify.")
                for what, slip, *args in cases:
                    judge(what, False, slip, *args)


def _expect_written(verify: Any, *args: Any) -> None:
    """Raises if the function isn't written yet: then no other fault is told."""
    try:
        verify(*args)
    except LearnerError as error:
        if error.kind == "NotImplementedError":
            raise


def _folder(rng: np.random.Generator) -> dict[str, bytes]:
    word = drawn_word(rng)
    names = ("model.skops", "bom.json", f"data/{word}.npy", "é.txt")
    return {name: rng.bytes(int(rng.integers(2, 50))) for name in rng.permutation(names).tolist()}


def _reordered(listed: dict) -> dict:
    return {path: dict(reversed(entry.items())) for path, entry in reversed(listed.items())}


def _flip(content: bytes, at: int, bit: int) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1 :]


def _other_folders(rng: np.random.Generator, folder: dict[str, bytes]) -> Iterator[tuple[str, str, dict]]:
    for path, content in folder.items():
        rest = {name: folder[name] for name in folder if name != path}
        for at in (0, len(content) - 1, int(rng.integers(len(content)))):
            bit = int(rng.integers(8))
            yield f"a bit of {path} changed", FOLDER, {**folder, path: _flip(content, at, bit)}
        yield f"a byte more in {path}", FOLDER, {**folder, path: content + b"\0"}
        yield f"{path} is emptied", FOLDER, {**folder, path: b""}
        yield f"{path} is missing", EQUAL, rest
        yield f"{path} is renamed", EQUAL, {**rest, f"{path}2": content}
        yield f"{path} is a link", "", {**folder, path: "/etc/hostname"}
    for more in _MORE:
        yield f"a file more, {more}", EQUAL, {**folder, more: rng.bytes(3)}
    yield "an empty file more", EQUAL, {**folder, "sitecustomize.py": b""}
    yield "two files more", EQUAL, {**folder, "a": b"", "b/manifest.json": b"x"}
    for more in ("latest", "manifest.json", "manifest.sig", "deep/manifest.sig", "x.pyc"):
        yield f"a link more, {more}", LINKS, {**folder, more: "model.skops"}
    yield "a path that isn't plain", "", {**folder, "../a": b"x"}
    swapped = {"model.skops": folder["bom.json"], "bom.json": folder["model.skops"]}
    yield "two files swapped", FOLDER, {**folder, **swapped}
    yield "no files", EQUAL, {}


def _other_signatures(
    rng: np.random.Generator, folder: dict, listed: dict, private: bytes, public: bytes
) -> Iterator[tuple]:
    signature, (their_private, their_public) = signed(listed, private), key_pair(rng)
    for at in (0, 31, 32, 63, int(rng.integers(64))):
        yield (
            f"a bit of the signature's byte {at} changed",
            KEY,
            folder,
            listed,
            _flip(signature, at, 0),
            public,
        )
    for at in (0, 31, int(rng.integers(32))):
        yield f"a bit of the key's byte {at} changed", KEY, folder, listed, signature, _flip(public, at, 1)
    yield "another public key", KEY, folder, listed, signature, their_public
    theirs = signed(listed, their_private)
    yield "signed with another key", KEY, folder, listed, theirs, public
    more = {**folder, "added": rng.bytes(4)}
    less = {name: folder[name] for name in list(folder)[1:]}
    other = {**folder, "model.skops": _flip(folder["model.skops"], 0, 3)}
    for what, changed, slip in (
        ("changed", other, FOLDER),
        ("added", more, EQUAL),
        ("removed", less, EQUAL),
        ("all removed", {}, EMPTY),
    ):
        new = listing(changed)
        yield f"a file {what}, and listed so", KEY, changed, new, signature, public
        yield (
            f"a file {what}, listed so, another's signature",
            KEY,
            changed,
            new,
            signed(new, their_private),
            public,
        )
        yield f"only the list has a file {what}", KEY, folder, new, signature, public
        yield f"the list has a file {what}, and is signed", slip, folder, new, signed(new, private), public
    path = next(iter(listed))
    bigger = {**listed, path: {**listed[path], "size": listed[path]["size"] + 1}}
    yield "another size is listed, and is signed", FOLDER, folder, bigger, signed(bigger, private), public
    noted = {**listed, path: {**listed[path], "note": "x"}}
    yield "a note is listed, and is signed", FOLDER, folder, noted, signed(noted, private), public
    yield "a signature of something else", KEY, folder, listed, signed({"a": 1}, private), public


def _broken(folder: dict, listed: dict, signature: bytes, private: bytes, public: bytes) -> Iterator[tuple]:
    for what in (None, "", "x" * 64, b"", signature[:-1], signature + b"\0", 5):
        yield f"the signature is {brief(what)}", "", folder, listed, what, public
    for what in (None, "", public.hex(), b"", public[:-1], public + b"\0", 5):
        yield f"the public key is {brief(what)}", "", folder, listed, signature, what
    for what in (None, "", [], ["a"], {"a": {1, 2}}, {"a": b"x"}, b"{}", 5):
        yield f"listed is {brief(what)}", "", folder, what, signature, public
    for what in (None, [], "x", 5, False):
        yield f"listed is {what!r}, signed, and no files", EMPTY, {}, what, signed(what, private), public
    for what in (None, "x", 5, ["model.skops"]):
        yield f"the folder is {what!r}", "", what, listed, signature, public
