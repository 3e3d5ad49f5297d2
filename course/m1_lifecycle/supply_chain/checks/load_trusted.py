"""The check of `supply_chain.load_trusted`."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, brief, exercise

from ..lab import Tripwire
from ..material import LAB, TREE, drawn_word

PLENTY = 10_000_000
TRIPWIRE = f"{LAB}.Tripwire"
RAN = "It was built before you refused: look at the size and at get_untrusted_types before you call loads."
ASKED = "Don't trust what the file asks for: what's untrusted must stand in allow."
WHOLE = "Compare whole names: what begins like an allowed one is another type."
PATTERN = "A name in allow is a name and no pattern: compare it as it stands."
EACH = "Every untrusted type must be allowed: one is not enough."
PACKED = "Count what the members unpack to, file_size, and not the bytes of the archive."
STATED = "Count file_size, which the archive states, and unpack nothing to find out."
NO_CAP = "No bytes at all were allowed: compare the sum of file_size with most."
SUM = "Add the members up: each alone may be small."
LIMIT = "Exactly most is allowed, and one byte more is too big."
USELESS = "A loader that doesn't load what is allowed is of no use, whatever it refuses."
KIND = "Refuse with ValueError: skops and zipfile raise many others, so put all steps into one try."


@exercise(
    minutes=9,
    parts={
        "loads": (2, "loads what is allowed, ready to predict"),
        "types": (5, "refuses types that aren't allowed, before anything is built"),
        "size": (3, "counts unpacked bytes, to the byte, and refuses broken files"),
    },
    hints=(
        "Three questions in this order: is it an archive, is it too big, does it ask for a type that isn't "
        "allowed? Each ends in ValueError.",
        "Add up file_size over infolist(). Take the set of what get_untrusted_types lists, and "
        "subtract allow.",
        "try\n"
        "    open the archive: the sum of file_size of the members is more than most? ValueError\n"
        "    the untrusted types without those in allow: is any left? ValueError\n"
        "    return what sio.loads gives, with trusted = the list of untrusted types, all allowed by now\n"
        "any exception: ValueError",
    ),
    debrief=(
        "Looks for a loader that trusts what the file asks for, and for an allowed type that does "
        "more than it "
        "seems. Or sends a few kilobytes that unpack to gigabytes.",
        "Keeps the list short and reviewed. The price: each new kind of model, such as a forest, is refused "
        "until somebody has looked at its types.",
    ),
    standards=("AML.M0011", "AML.M0014", "PW.4.1"),
)
def load_trusted(t: Trial, load_trusted) -> None:
    import skops.io as sio

    works = False
    for rng in t.cases(2):
        line, forest, X = _models(rng)
        plain, woods = sio.dumps(line), sio.dumps(forest)
        packed = sio.dumps(line, compression=zipfile.ZIP_DEFLATED)
        with t.part("loads"):
            works = False
            for what, data, allow, model in (
                ("a logistic regression, an empty set", plain, set(), line),
                ("the same, compressed", packed, set(), line),
                ("a forest, its type allowed", woods, {TREE}, forest),
                ("a forest, and more types allowed than it needs", woods, {TREE, TRIPWIRE, "a.B"}, forest),
                ("a logistic regression, types allowed that it doesn't need", plain, {TREE, "a.B"}, line),
            ):
                t.given(file=what)
                _expect_loads(t, load_trusted, data, allow, PLENTY, model, X)
            works = True
        with t.part("types"):
            if not works:
                _expect_written(load_trusted, plain)
            t.expect(works, USELESS)
            for what, data, allow, slip in _refused_types(sio, rng, line, forest):
                t.given(file=what, allow=sorted(allow))
                before = _trips(t, load_trusted, sio)
                _expect_refused(t, load_trusted, data, allow, PLENTY, slip)
                ran = _trips(t, load_trusted, sio) - before - 1
                t.expect(ran == 0, "It was refused, and had run by then.", slip=RAN)
        with t.part("size"):
            if not works:
                _expect_written(load_trusted, plain)
            t.expect(works, USELESS)
            for what, data, most, loads, slip in _sizes(plain, packed):
                t.given(file=what, bytes=len(data), most=most)
                if loads:
                    _expect_loads(t, load_trusted, data, set(), most, line, X, slip)
                else:
                    _expect_refused(t, load_trusted, data, set(), most, slip)
            alone = sio.dumps(Tripwire(drawn_word(rng)))
            t.given(file="an allowed object that runs code, too big", most=10)
            before = _trips(t, load_trusted, sio)
            _expect_refused(t, load_trusted, alone, {TRIPWIRE}, 10, NO_CAP)
            ran = _trips(t, load_trusted, sio) - before - 1
            t.expect(ran == 0, "It was refused, and had run by then.", slip=RAN)
            for what, data in _broken(plain, packed, rng):
                t.given(file=what)
                _expect_refused(t, load_trusted, data, {TREE}, PLENTY, KIND)


def _expect_written(load_trusted: Any, plain: bytes) -> None:
    """Raises if the function isn't written yet: then no other fault is told."""
    try:
        load_trusted(plain, set(), PLENTY)
    except LearnerError as error:
        if error.kind == "NotImplementedError":
            raise


def _models(rng: np.random.Generator) -> tuple[Any, Any, np.ndarray]:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = rng.normal(size=(40, 4)), np.arange(40) % 2
    line = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    return line, RandomForestClassifier(2, random_state=int(rng.integers(99))).fit(X, y), X


def _refused_types(sio: Any, rng: np.random.Generator, line: Any, forest: Any) -> list[tuple]:
    """(what, file, allowed, the likely slip) of files that must be refused."""
    woods, word = sio.dumps(forest), drawn_word(rng)
    alone, planted = sio.dumps(Tripwire(word)), sio.dumps([line, Tripwire(word)])
    both = sio.dumps({"model": forest, "note": Tripwire(word)})
    return [
        ("a forest, an empty set", woods, set(), ASKED),
        ("a forest, other types allowed", woods, {TRIPWIRE, f"sklearn.{word}"}, ASKED),
        ("a planted object alone", alone, set(), ASKED),
        ("a planted object in a list", planted, set(), ASKED),
        ("a planted object, the forest's type allowed", planted, {TREE}, ASKED),
        ("a forest and a planted object, one of them allowed", both, {TREE}, EACH),
        ("a forest and a planted object, the other one allowed", both, {TRIPWIRE}, EACH),
        ("a forest and a planted object, none allowed", both, set(), ASKED),
        ("a forest, its module allowed", woods, {"sklearn.tree._tree"}, WHOLE),
        ("a forest, a package allowed", woods, {"sklearn"}, WHOLE),
        ("a forest, a longer name allowed", woods, {f"{TREE}{word.title()}", f"{word}.{TREE}"}, WHOLE),
        ("a forest, the last part of the name allowed", woods, {"Tree", "_tree.Tree"}, WHOLE),
        ("a planted object, in other letters", planted, {TRIPWIRE.lower()}, WHOLE),
        ("a planted object, part of its name allowed", planted, {TRIPWIRE[:-1], LAB}, WHOLE),
        ("a planted object, its class in another module allowed", planted, {f"{word}.Tripwire"}, WHOLE),
        ("a forest, its class in another module allowed", woods, {"sklearn.tree.other.Tree"}, WHOLE),
        *(
            (f"a forest, {pattern!r} allowed", woods, {pattern}, PATTERN)
            for pattern in ("*", ".*", "", "sklearn.*", "sklearn.*.Tree", f" {TREE} ", f"{TREE}\n", "[a-z].*")
        ),
        ("a planted object, patterns allowed", planted, {"course.*", ".+", "**", TRIPWIRE + "?"}, PATTERN),
    ]


def _sizes(plain: bytes, packed: bytes) -> list[tuple]:
    """(what, file, most, whether it loads, the likely slip)."""
    sizes = [member.file_size for member in zipfile.ZipFile(io.BytesIO(plain)).infolist()]
    small = [member.file_size for member in zipfile.ZipFile(io.BytesIO(packed)).infolist()]
    bomb, most = _padded(plain, 2_000_000), 1_000_000
    return [
        ("no bytes allowed", plain, 0, False, NO_CAP),
        ("a small archive that unpacks to 2 MB", bomb, most, False, PACKED),
        ("compressed, and half of it too big when unpacked", packed, sum(small) // 2, False, PACKED),
        ("each member small enough, all together too big", plain, max(sizes), False, SUM),
        ("compressed, exactly as big as allowed", packed, sum(small), True, LIMIT),
        ("compressed, one byte too big when unpacked", packed, sum(small) - 1, False, LIMIT),
        ("exactly as big as allowed", plain, sum(sizes), True, f"{PACKED} {LIMIT}"),
        ("one byte too big", plain, sum(sizes) - 1, False, LIMIT),
        ("a member that states 900 MB and holds less", _states(packed, 900_000_000), most, False, STATED),
    ]


def _padded(plain: bytes, blanks: int) -> bytes:
    """The same model, its schema followed by blanks: valid, small when compressed, and big unpacked."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(plain)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for member in old.infolist():
            pad = b" " * blanks if member.filename == "schema.json" else b""
            new.writestr(member.filename, old.read(member) + pad)
    return file.getvalue()


def _states(data: bytes, size: int, at: int = 24, form: str = "<I") -> bytes:
    """The archive with another value in its list of members: by default, the size of schema.json."""
    import struct

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.start_dir
    while data[start : start + 4] == b"PK\1\2":
        name, extra, comment = struct.unpack("<HHH", data[start + 28 : start + 34])
        if data[start + 46 : start + 46 + name] == b"schema.json":
            break
        start += 46 + name + extra + comment
    value = struct.pack(form, size)
    return data[: start + at] + value + data[start + at + len(value) :]


def _archive(schema: str | None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notes.txt" if schema is None else "schema.json", schema or "")
    return file.getvalue()


def _broken(plain: bytes, packed: bytes, rng: np.random.Generator) -> list[tuple[str, bytes]]:
    flip = plain.index(b'"__class__"') + int(rng.integers(2, 9))
    return [
        ("no bytes", b""),
        ("a text", b"no archive"),
        ("the first half of a file", plain[: len(plain) // 2]),
        ("drawn bytes", b"PK" + rng.bytes(60)),
        ("an archive without schema.json", _archive(None)),
        ("a flipped byte in schema.json", plain[:flip] + bytes([plain[flip] ^ 1]) + plain[flip + 1 :]),
        ("schema.json is empty", _archive("")),
        ("schema.json is {}", _archive("{}")),
        ("schema.json is []", _archive("[]")),
        ("schema.json has no class", _archive('{"protocol": 2, "__loader__": "ListNode"}')),
        ("schema.json is nested without end", _archive("[" * 100_000)),
        ("schema.json is encrypted", _states(plain, 1, 8, "<H")),
        ("schema.json states too few bytes", _states(packed, 10)),
    ]


def _trips(t: Trial, load_trusted: Any, sio: Any) -> int:
    """How often something ran in the learner's process: an object that may be built there tells."""
    try:
        told = load_trusted(sio.dumps(Tripwire("asked")), {TRIPWIRE}, PLENTY)
        return t.instance(told.trips(), int, "the count")
    except (LearnerError, AttributeError):
        t.wrong("A type that is allowed was refused.", slip="Only allow decides, in each call anew.")
    return 0


def _expect_loads(
    t: Trial, load_trusted: Any, data: bytes, allow: set, most: int, model: Any, X: np.ndarray, slip: str = ""
) -> None:
    try:
        loaded = load_trusted(data, allow, most)
    except LearnerError as error:
        if error.kind == "NotImplementedError":
            raise
        t.wrong("A file that may be loaded was refused.", got=error.what, slip=slip)
        return
    t.expect(
        callable(getattr(loaded, "predict", None)),
        "What was loaded has no method predict.",
        got=brief(loaded),
    )
    got = t.array(loaded.predict(X), "what the loaded model predicts", shape=(len(X),))
    t.equal(got, model.predict(X), "what the loaded model predicts")


def _expect_refused(t: Trial, load_trusted: Any, data: bytes, allow: set, most: int, slip: str) -> None:
    try:
        got = load_trusted(data, allow, most)
    except LearnerError as error:
        if error.kind == "NotImplementedError":
            raise
        t.expect(
            isinstance(error, ValueError),
            "It's refused with another error.",
            expected="ValueError",
            got=error.what,
            slip=KIND,
        )
        return
    t.wrong("A file that must be refused came in.", expected="ValueError", got=brief(got), slip=slip)
