"""The check of `deployment.admit`."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise


@exercise(
    minutes=10,
    parts={
        "combinations": (2, "names what is missing in the 32 combinations, and when there is no evidence"),
        "verdicts": (2, "takes only True itself for a yes"),
        "digests": (2, "counts only evidence about this release"),
        "approval": (2, "counts an approval only by somebody other than the author"),
        "policy": (2, "goes by the policy, in its order, and changes nothing"),
    },
    hints=(
        "Write a small function first: does this one piece count? Which questions does "
        "it ask, and what does it say "
        "when something isn't there?",
        "Use .get for every key, and ask isinstance(found, dict) before you look inside. "
        "Compare with `is True`. A "
        "digest of None equals a digest of None: ask first whether the release has one.",
        "counts(piece): found = evidence.get(piece), if evidence is a dict\n"
        "    no dict, or found.get('ok') is not True: no\n"
        "    the release's digest is no text, or empty, or another one: no\n"
        "    for 'approval': the author and 'by' are texts, not empty, and not the same\n"
        "missing = the pieces of the policy that don't count\n"
        "return {'admitted': not missing, 'missing': missing}",
    ),
    debrief=(
        "Brings last month's report, or a key that is missing where nobody looks. With "
        "the author's account, approves "
        "as somebody else.",
        "Asks for a plain yes about this digest, signed by the one who gave it, and names what is missing.",
    ),
    standards=("AML.M0014", "AML.T0010.003", "PS.3.1"),
)
def admit(t: Trial, admit) -> None:
    for rng in t.cases(2):
        for there in product((True, False), repeat=len(PIECES)):
            for way in ("missing", "drawn"):
                release, missing = (
                    _sound(rng),
                    [p for p, is_there in zip(PIECES, there, strict=True) if not is_there],
                )
                for piece in missing:
                    _break(release, piece, way, rng)
                t.given(missing=missing)
                with t.part("combinations"):
                    _expect(t, admit, release, PIECES, missing, "")
        for part, what, release, missing, slip in _faults(rng):
            before, after = deepcopy(release), release
            with t.part(part):
                t.given(fault="none")
                twin = _sound(rng)
                _expect(t, admit, twin, PIECES, [], "A release with all its evidence is admitted.")
                t.given(fault=what)
                got, (after, _) = t.observe(admit, release, PIECES)
                _compare(t, got, missing, slip)
            with t.part("policy"):
                t.given(fault=what)
                _expect_unchanged(t, after, before)
        for what, policy, release, missing in _policies(rng):
            t.given(policy=policy, release=what)
            with t.part("policy"):
                before = deepcopy((release, policy))
                got, after = t.observe(admit, release, policy)
                _compare(t, got, missing, "Go by the policy: it may ask for fewer pieces, and for others.")
                _expect_unchanged(t, tuple(after), before)


def _expect_unchanged(t: Trial, after: Any, before: Any) -> None:
    t.expect(
        _same(after, before),
        "Your function changed the release or the policy that it was given.",
        slip="Read with .get, and write nothing into what you were given.",
    )


PIECES = ["signature", "bom", "scan", "gate", "approval"]
ROLES = ("developer", "security engineer", "doctor", "privacy officer")


def _sound(rng: np.random.Generator, pieces: list[str] = PIECES) -> dict[str, Any]:
    """A release with all its evidence; keys in any order."""
    digest = rng.bytes(4).hex()
    author, approver = (ROLES[i] for i in rng.permutation(len(ROLES))[:2])
    evidence = {}
    for i in rng.permutation(len(pieces)):
        evidence[pieces[i]] = {"digest": digest, "ok": True}
        if pieces[i] == "approval":
            evidence[pieces[i]]["by"] = approver
    return {"version": f"1.{rng.integers(9)}.0", "digest": digest, "author": author, "evidence": evidence}


def _about(digest: Any, rng: np.random.Generator) -> dict[str, Any]:
    """A sound release, and evidence about it, with this digest."""
    release = _sound(rng)
    release["digest"] = digest
    for found in release["evidence"].values():
        found["digest"] = digest
    return release


def _break(release: dict[str, Any], piece: str, way: str, rng: np.random.Generator) -> None:
    """Takes a piece away: altogether, or so that it doesn't count."""
    evidence = release["evidence"]
    ways = ("missing", "no dict", "not ok", "another digest") + ("own",) * (piece == "approval")
    chosen = way if way == "missing" else ways[int(rng.integers(len(ways)))]
    if chosen == "missing":
        del evidence[piece]
    elif chosen == "no dict":
        evidence[piece] = True
    elif chosen == "not ok":
        evidence[piece]["ok"] = False
    elif chosen == "another digest":
        evidence[piece]["digest"] = release["digest"][::-1] + "0"
    else:
        evidence[piece]["by"] = release["author"]


def _expect(
    t: Trial, admit: Any, release: dict[str, Any], policy: list[str], missing: list[str], slip: str
) -> None:
    _compare(t, admit(release, policy), missing, slip)


def _compare(t: Trial, got: Any, missing: list[str], slip: str) -> None:
    got = t.instance(got, dict, "the result")
    t.equal(set(got), {"admitted", "missing"}, "the set of keys of the result")
    named = t.instance(got["missing"], list, "missing")
    if all(isinstance(piece, str) for piece in named) and sorted(named) == sorted(missing):
        slip = ORDER
    t.expect(
        got["missing"] == missing,
        "The missing pieces are not right.",
        expected=missing,
        got=got["missing"],
        slip=slip,
    )
    admitted = t.instance(got["admitted"], bool, "admitted")
    t.equal(admitted, not missing, "admitted")


def _same(a: Any, b: Any) -> bool:
    """Equal in types and in the order of keys too."""
    if type(a) is not type(b):
        return False
    if isinstance(b, dict):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in b)
    if isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    return a == b


ORDER = "Name the pieces in the policy's order."
TRUTHY = 'Only True itself is a yes: `is True`. A text such as "false" is true in an `if`.'
NO_DICT = "A piece that is no dict doesn't count: ask isinstance before you look inside."
ANOTHER = "Compare the piece's digest with the release's: it may speak about another one."
NO_DIGEST = "The release's digest isn't a text with something in it, so no piece counts."
NO_EVIDENCE = 'If "evidence" is missing or no dict, everything is missing.'
AS_THEY_ARE = "Compare texts as they are: a blank and another case make another text."
NONE_IS_NONE = "Two missing digests are equal: ask first whether the release has one."
OWN_WORK = "The approver must be somebody other than the author."
NOBODY = 'An approval names who gave it: without a text in "by" it doesn\'t count.'
NO_AUTHOR = "Without an author, nobody can say that the approver is somebody else."
ONLY_APPROVAL = 'Only "approval" has a "by": the other pieces need none.'

#: No text, and so no digest and no name.
OTHER_TYPES = (1.5, b"9c41", ["9c41"], {}, {"doctor": True})

Fault = tuple[str, str, dict[str, Any], list[str], str]


def _faults(rng: np.random.Generator) -> Iterator[Fault]:
    """(part, what, release, missing, slip): each piece with each fault, then whole releases."""
    for evidence in (None, [], "ok", True, 17, list(PIECES)):
        release = {**_sound(rng), "evidence": evidence}
        yield "combinations", f"evidence is {evidence!r}", release, PIECES, NO_EVIDENCE
    release = _sound(rng)
    del release["evidence"]
    yield "combinations", "no evidence", release, PIECES, NO_EVIDENCE
    yield "combinations", "an empty dict", {}, PIECES, NO_EVIDENCE

    for piece in PIECES:
        for ok in (False, None, 1, 1.0, "true", "false", "no findings", "", 0, [], [True], {"ok": True}):
            release = _sound(rng)
            release["evidence"][piece]["ok"] = ok
            yield "verdicts", f"{piece}, ok is {ok!r}", release, [piece], TRUTHY
        release = _sound(rng)
        del release["evidence"][piece]["ok"]
        yield (
            "verdicts",
            f"{piece}, no ok",
            release,
            [piece],
            "A missing ok is no yes: ask for True, not for `is not False`.",
        )
        for value in (True, None, "ok", 1, [], {}, ["ok"]):
            release = _sound(rng)
            release["evidence"][piece] = value
            yield "verdicts", f"{piece} is {value!r}", release, [piece], NO_DICT

        for digest in ("00000000", None, "", 17, True, *OTHER_TYPES):
            release = _sound(rng)
            release["evidence"][piece]["digest"] = digest
            yield "digests", f"{piece}, digest is {digest!r}", release, [piece], ANOTHER
        for other in ("9C41AB", "9c41a", "9c41ab0", "9c41ab ", " 9c41ab", "9c41ab\n"):
            release = _about("9c41ab", rng)
            release["evidence"][piece]["digest"] = other
            yield "digests", f"{piece}, digest is {other!r}", release, [piece], ANOTHER
        release = _sound(rng)
        del release["evidence"][piece]["digest"]
        yield "digests", f"{piece}, no digest", release, [piece], ANOTHER

    for digest in (None, "", 17, True, *OTHER_TYPES):
        slip = NONE_IS_NONE if digest is None else NO_DIGEST
        yield "digests", f"every digest is {digest!r}", _about(digest, rng), PIECES, slip
    for digest in (" ", "9c41ab ", "0"):
        yield "digests", f"every digest is {digest!r}", _about(digest, rng), [], AS_THEY_ARE
    release = _sound(rng)
    del release["digest"]
    yield "digests", "the release has no digest", release, PIECES, NONE_IS_NONE
    for found in release["evidence"].values():
        del found["digest"]
    yield "digests", "nothing has a digest", deepcopy(release), PIECES, NONE_IS_NONE

    for author in ROLES:
        release = _sound(rng)
        release["author"] = release["evidence"]["approval"]["by"] = author
        yield "approval", f"{author} approves their own work", release, ["approval"], OWN_WORK
    for by in (None, "", 17, True, *OTHER_TYPES):
        release = _sound(rng)
        release["evidence"]["approval"]["by"] = by
        yield "approval", f"by is {by!r}", release, ["approval"], NOBODY
    release = _sound(rng)
    del release["evidence"]["approval"]["by"]
    yield "approval", "no by", release, ["approval"], NOBODY
    for author in (None, "", 17, True, *OTHER_TYPES):
        release = _sound(rng)
        release["author"] = author
        yield "approval", f"author is {author!r}", release, ["approval"], NO_AUTHOR
    release = _sound(rng)
    del release["author"]
    yield "approval", "no author", release, ["approval"], NO_AUTHOR
    for by, author in (
        ("developer 2", "developer"),
        ("Developer", "developer"),
        ("developer", "developer 2"),
        ("developer ", "developer"),
        ("developer", " developer"),
        (" ", "developer"),
        ("developer", " "),
    ):
        release = _sound(rng)
        release["author"], release["evidence"]["approval"]["by"] = author, by
        yield (
            "approval",
            f"{by!r} approves the work of {author!r}",
            release,
            [],
            AS_THEY_ARE,
        )
    release = _sound(rng)
    release["evidence"]["gate"]["by"] = release["author"]
    yield "approval", "the author ran the gate", release, [], ONLY_APPROVAL


def _policies(rng: np.random.Generator) -> Iterator[tuple[str, list[str], dict[str, Any], list[str]]]:
    """(what, policy, release, missing)."""
    asked = f"check {rng.integers(1000)}"
    yield "sound", [], _sound(rng), []
    yield "an empty dict", [], {}, []
    for piece in PIECES:
        yield "sound", [piece], _sound(rng), []
        empty = _sound(rng)
        empty["evidence"] = {}
        yield "no evidence", [piece], empty, [piece]
    for order in (PIECES[::-1], ["gate", "approval", "signature"], ["approval", asked, "bom"]):
        release = _sound(rng, [*PIECES, asked])
        yield "sound", list(order), deepcopy(release), []
        release["evidence"] = {}
        yield "no evidence", list(order), release, list(order)
    some = _sound(rng)
    some["evidence"][asked] = {"digest": some["digest"], "ok": False}
    yield "a failed piece that nobody asks for", list(PIECES), some, []
    some = _sound(rng)
    yield "sound, without one piece", ["bom", asked], some, [asked]
