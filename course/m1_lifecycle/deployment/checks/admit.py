"""The check of `deployment.admit`."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise


@exercise(
    minutes=9,
    parts={
        "combinations": (2, "names what is missing in each of the 32 combinations of evidence"),
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
            t.given(fault=what)
            with t.part(part):
                twin = _sound(rng)
                _expect(t, admit, twin, PIECES, [], "A release with all its evidence is admitted.")
                _expect(t, admit, release, PIECES, missing, slip)
        for what, policy, release, missing in _policies(rng):
            t.given(policy=policy, release=what)
            with t.part("policy"):
                before = deepcopy((release, policy))
                got, after = t.observe(admit, release, policy)
                _compare(t, got, missing, "Go by the policy: it may ask for fewer pieces, and for others.")
                t.expect(
                    _same(after[0], before[0]) and after[1] == before[1],
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
    return a == b


ORDER = "Name the pieces in the policy's order."
TRUTHY = 'Only True itself is a yes: `is True`. A text such as "false" is true in an `if`.'
NO_DICT = "A piece that is no dict doesn't count: ask isinstance before you look inside."
ANOTHER = "Compare the piece's digest with the release's: it may speak about another one."
NONE_IS_NONE = "Two missing digests are equal: ask first whether the release has one."
OWN_WORK = "The approver must be somebody other than the author."
NOBODY = 'An approval names who gave it: without a text in "by" it doesn\'t count.'
NO_AUTHOR = "Without an author, nobody can say that the approver is somebody else."
ONLY_APPROVAL = 'Only "approval" has a "by": the other pieces need none.'

Fault = tuple[str, str, dict[str, Any], list[str], str]


def _faults(rng: np.random.Generator) -> Iterator[Fault]:
    """(part, what, release, missing, slip): each piece with each fault, then whole releases."""
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

        for digest in ("00000000", None, "", 17, True):
            release = _sound(rng)
            release["evidence"][piece]["digest"] = digest
            yield "digests", f"{piece}, digest is {digest!r}", release, [piece], ANOTHER
        for change in (str.upper, lambda digest: digest[:-1], lambda digest: digest + "0"):
            release = _sound(rng)
            release["digest"] = digest = "9c41ab"
            for found in release["evidence"].values():
                found["digest"] = digest
            release["evidence"][piece]["digest"] = change(digest)
            yield "digests", f"{piece}, digest is {change(digest)!r}", release, [piece], ANOTHER
        release = _sound(rng)
        del release["evidence"][piece]["digest"]
        yield "digests", f"{piece}, no digest", release, [piece], ANOTHER

    for digest in (None, "", 17):
        release = _sound(rng)
        release["digest"] = digest
        for found in release["evidence"].values():
            found["digest"] = digest
        yield "digests", f"every digest is {digest!r}", release, PIECES, NONE_IS_NONE
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
    for by in (None, "", 17, True, ["doctor"]):
        release = _sound(rng)
        release["evidence"]["approval"]["by"] = by
        yield "approval", f"by is {by!r}", release, ["approval"], NOBODY
    release = _sound(rng)
    del release["evidence"]["approval"]["by"]
    yield "approval", "no by", release, ["approval"], NOBODY
    for author in (None, "", 17):
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
    ):
        release = _sound(rng)
        release["author"], release["evidence"]["approval"]["by"] = author, by
        yield (
            "approval",
            f"{by} approves the work of {author}",
            release,
            [],
            "Compare whole names, as they are.",
        )
    release = _sound(rng)
    release["evidence"]["gate"]["by"] = release["author"]
    yield "approval", "the author ran the gate", release, [], ONLY_APPROVAL


def _policies(rng: np.random.Generator) -> Iterator[tuple[str, list[str], dict[str, Any], list[str]]]:
    """(what, policy, release, missing)."""
    for piece in PIECES:
        yield "sound", [piece], _sound(rng), []
        empty = _sound(rng)
        empty["evidence"] = {}
        yield "no evidence", [piece], empty, [piece]
    for order in (PIECES[::-1], ["gate", "approval", "signature"], ["approval", "pentest", "bom"]):
        release = _sound(rng, [*PIECES, "pentest"])
        yield "sound", list(order), deepcopy(release), []
        release["evidence"] = {}
        yield "no evidence", list(order), release, list(order)
        for evidence in (None, [], "ok", True):
            yield f"evidence is {evidence!r}", list(order), {**_sound(rng), "evidence": evidence}, list(order)
        yield "an empty dict", list(order), {}, list(order)
    some = _sound(rng)
    some["evidence"]["pentest"] = {"digest": some["digest"], "ok": False}
    yield "a failed piece that nobody asks for", list(PIECES), some, []
    some = _sound(rng)
    yield "sound, without the pentest", ["bom", "pentest"], some, ["pentest"]
