"""The check of `audit_trail.verify_log`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from autograder.exercise import LearnerError, Trial, exercise

from ..clinic_log import heads, seal, statement

BEYOND = "A checkpoint may count more lines than there are. Then there is no head to compare: count first."
ORDER = (
    "The newest is the one with the largest `at`, wherever it stands: not the last, not the largest count."
)
NOW = 50  # in the world's own hours, which begin at a drawn one


@exercise(
    minutes=15,
    parts={
        "changed": (3, "sees an edit, an insertion, a deletion and a swap, and says how far the log is sure"),
        "cut": (3, "sees that lines are missing at the end"),
        "stale": (2, "sees that a checkpoint is overdue"),
        "fork": (2, "sees that two histories were signed"),
        "forged": (2, "drops checkpoints whose signature isn't right"),
        "intact": (2, "says that an honest log is intact"),
    },
    hints=(
        "Which checkpoints count at all? Make that list first, and forget the others.",
        "Of those that count, some lie within the log and some beyond its end. Within: compare with "
        "heads(lines)[count]. Beyond: that's the cut. Go through the verdicts in the order of the table.",
        "good = those with a right signature\n"
        "two of them with equal count and unequal head: fork, 0\n"
        "inside = good ones with count <= len(lines); agree = those of inside whose head is "
        "heads(lines)[count]\n"
        "proven = the largest count of agree, or 0\n"
        "agree is shorter than inside: changed; inside is shorter than good: cut\n"
        "no good one, or now - the largest at > max_age: stale; else intact",
    ),
    debrief=(
        "Cuts the tail and recomputes every hash, deletes the newest checkpoint with it, adds one "
        "with a key of "
        "their own, and works in the minutes between two checkpoints.",
        "Keeps key and checkpoints with another team, and expects the next one at a known hour. "
        "Pays with false "
        "alarms when the signer is down, and with lines that nothing proves yet.",
    ),
    standards=("AML.M0024", "AML.M0014"),
)
def verify_log(t: Trial, verify_log) -> None:
    for number, rng in enumerate(t.cases(2)):
        world = _World(rng, 3 + 2 * number + int(rng.integers(2)))
        for part, cases in _cases(world).items():
            t.given(now=world.now, max_age=world.age)
            with t.part(part):
                for case in (world.honest, *cases, world.edited):
                    points = [case.points[i] for i in rng.permutation(len(case.points)).tolist()]
                    if part not in ("stale", "intact"):  # that the newest may stand anywhere is judged there
                        points.sort(key=lambda point: point["at"])
                    args = (case.lines, points, world.public, world.now, world.age)
                    try:
                        got = verify_log(*args)
                    except LearnerError as error:
                        if error.kind != "IndexError":
                            raise
                        t.wrong(f"{error.report()} The case was: {case.name}.", slip=BEYOND)
                    slips = {said: wrong for said, wrong in case.slips.items() if wrong != case.want}
                    if case.want[0] == "intact" and points and world.now - points[-1]["at"] > world.age:
                        slips[ORDER] = ("stale", case.want[1])
                    t.equal(got, case.want, f"the result ({case.name})", slips=slips)


@dataclass(frozen=True)
class _Case:
    name: str
    lines: list[str]
    points: list[dict[str, Any]]
    want: tuple[str, int]
    slips: dict[str, Any] = field(default_factory=dict)


class _World:
    """A log of 14 to 20 lines, three checkpoints, the last of them before the log's end; and its signer."""

    def __init__(self, rng: np.random.Generator, age: int) -> None:
        self.age = age
        self.begin = int(rng.integers(1, 500))
        self.now = self.begin + NOW
        self.signer = Ed25519PrivateKey.from_private_bytes(rng.bytes(32))
        self.other = Ed25519PrivateKey.from_private_bytes(rng.bytes(32))
        self.public = self.signer.public_key().public_bytes_raw()
        self.lines = [
            f"{i} u{rng.integers(1, 25):02} read {rng.bytes(4).hex()}" for i in range(rng.integers(14, 21))
        ]
        self.a, self.b, self.c = (
            int(n) for n in (rng.integers(3, 5), rng.integers(6, 8), rng.integers(9, 12))
        )
        self.points = [self.seal(self.a, 40), self.seal(self.b, 44), self.seal(self.c, 48)]
        self.honest = _Case("nothing happened", self.lines, self.points, ("intact", self.c))
        self.edited = replace(self.case("line 0 edited", self.edit(0)), want=("changed", 0))

    def seal(self, count: int, at: int, lines: list[str] | None = None, signer: Any = None) -> dict[str, Any]:
        return seal((lines or self.lines)[:count], self.begin + at, (signer or self.signer).sign)

    def sign(self, count: int, head: str, at: int) -> dict[str, Any]:
        hour = self.begin + at
        signature = self.signer.sign(statement(count, head, hour))
        return {"count": count, "head": head, "at": hour, "signature": signature}

    def edit(self, i: int) -> list[str]:
        return [*self.lines[:i], self.lines[i].replace("read", "view"), *self.lines[i + 1 :]]

    def case(self, name: str, lines: list[str], points: Any = None, want: Any = None, **slips: Any) -> _Case:
        return _Case(name, lines, self.points if points is None else points, want or ("changed", 0))


def _cases(w: _World) -> dict[str, list[_Case]]:
    return {
        "changed": _changed(w),
        "cut": _cut(w),
        "stale": _stale(w),
        "fork": _fork(w),
        "forged": _forged(w),
        "intact": _intact(w),
    }


def _changed(w: _World) -> list[_Case]:
    lines, a, b, c = w.lines, w.a, w.b, w.c
    swapped = [*lines[: a - 1], lines[a], lines[a - 1], *lines[a + 1 :]]
    wrong = w.sign(b, heads(lines)[a], 44)
    return [
        w.case("the last sealed line edited", w.edit(c - 1), None, ("changed", b)),
        w.case("the line behind the first checkpoint edited", w.edit(a), None, ("changed", a)),
        w.case("a line before the first checkpoint edited", w.edit(a - 1), None, ("changed", 0)),
        w.case("a line inserted at the top", ["0 u99 read", *lines], None, ("changed", 0)),
        w.case("a line inserted behind the second", [*lines[:b], "x", *lines[b:]], None, ("changed", b)),
        w.case("one line deleted", lines[: b - 1] + lines[b:], None, ("changed", a)),
        w.case("two lines deleted", lines[:a] + lines[a + 2 :], None, ("changed", a)),
        w.case("two lines swapped over a checkpoint", swapped, None, ("changed", 0)),
        w.case("all lines rewritten", [line + " " for line in lines], None, ("changed", 0)),
        w.case("one of one checkpoints disagrees", w.edit(1), [w.points[2]], ("changed", 0)),
        w.case("edited, and the checkpoint is old", w.edit(1), w.points[:2], ("changed", 0)),
        w.case("only the middle one disagrees", lines, [w.points[0], wrong, w.points[2]], ("changed", c)),
    ]


def _cut(w: _World) -> list[_Case]:
    lines, a, b, c = w.lines, w.a, w.b, w.c
    end = w.seal(len(lines), 49)
    return [
        w.case("edited and cut", w.edit(b)[: c - 1], None, ("cut", b)),
        w.case("edited before the second, and cut", w.edit(a)[: c - 1], None, ("changed", a)),
        w.case("one sealed line cut", lines[: c - 1], None, ("cut", b)),
        w.case("cut at a checkpoint", lines[:b], None, ("cut", b)),
        w.case("cut below two checkpoints", lines[: b - 1], None, ("cut", a)),
        w.case("everything cut", [], None, ("cut", 0)),
        w.case("the last line cut", lines[:-1], [*w.points, end], ("cut", c)),
        w.case("cut, with a single checkpoint", lines[: c - 1], [w.points[2]], ("cut", 0)),
        w.case("cut, and the checkpoint is old", lines[: a - 1], w.points[:1], ("cut", 0)),
    ]


def _stale(w: _World) -> list[_Case]:
    lines, b = w.lines, w.b
    none = {"Without a checkpoint nothing is proven: that's stale.": ("intact", 0)}
    return [
        replace(w.case("no checkpoint at all", lines, [], ("stale", 0)), slips=none),
        replace(w.case("no line and no checkpoint", [], [], ("stale", 0)), slips=none),
        w.case("tail cut and the newest checkpoint deleted", lines[:b], [w.seal(b, 43)], ("stale", b)),
        w.case("one hour too old", lines, [w.seal(w.a, 30), w.seal(b, NOW - w.age - 1)], ("stale", b)),
        w.case("far too old", lines, [w.seal(b, 3)], ("stale", b)),
        w.case("counts no line, and is old", lines, [w.seal(0, 9)], ("stale", 0)),
    ]


def _fork(w: _World) -> list[_Case]:
    lines, b, c = w.lines, w.b, w.c
    told = w.edit(1)
    other, far = w.seal(b, 46, told), [*lines, "more"]
    wrong = w.sign(b, heads(lines)[w.a], 46)  # the head of fewer lines than it counts
    beyond = [w.seal(len(far), 49, far), w.seal(len(far), 49, [*lines, "else"])]
    return [
        w.case("one agrees and one doesn't", lines, [*w.points, other], ("fork", 0)),
        w.case("the same, with the other log", told, [*w.points, other], ("fork", 0)),
        w.case("only these two", lines, [w.points[1], other], ("fork", 0)),
        w.case("both beyond the end", lines, [*w.points, *beyond], ("fork", 0)),
        w.case("both old", lines, [w.seal(b, 2), w.seal(b, 2, told)], ("fork", 0)),
        w.case("the second has the head of fewer lines", lines, [*w.points, wrong], ("fork", 0)),
        w.case("two forks", lines, [*w.points, other, w.seal(c, 48, told)], ("fork", 0)),
        w.case("neither agrees", w.edit(2), [w.points[1], other], ("fork", 0)),
    ]


def _forged(w: _World) -> list[_Case]:
    lines, a, b, c = w.lines, w.a, w.b, w.c
    own, longer = w.seal(c, 49, w.edit(1), w.other), w.seal(99, 49, [*lines, *lines, *lines], w.other)
    counted = {**w.points[0], "count": a + 1, "head": heads(lines)[a + 1]}
    headed = {**w.points[2], "head": heads(w.edit(1))[c]}
    borrowed = {**w.seal(c, 48, w.edit(1)), "signature": w.points[2]["signature"]}
    empty, short = {**own, "signature": b""}, {**own, "signature": w.points[2]["signature"][:-1]}
    intact = ("intact", c)
    cases = [
        w.case(name, lines, [*w.points, *added], intact)
        for name, added in (
            ("one with another key", [own]),
            ("one that counts too many, with another key", [longer]),
            ("a count and head changed after signing", [counted]),
            ("a head changed after signing", [headed]),
            ("another checkpoint's signature", [borrowed]),
            ("an empty signature", [empty]),
            ("a signature cut short", [short]),
            ("several", [own, longer, counted, headed, borrowed, empty, short]),
        )
    ]
    early = [w.points[0], w.seal(b, 42)]
    return [
        *cases,
        w.case(
            "its hour changed after signing", lines, [{**early[1], "at": w.now - 1}, early[0]], ("stale", a)
        ),
        w.case(
            "old, and a fresh one with another key",
            lines,
            [*early, w.seal(c, 50, None, w.other)],
            ("stale", b),
        ),
        w.case("nothing but forged ones", lines, [own, longer, w.seal(c, 50, None, w.other)], ("stale", 0)),
        w.case(
            "edited, with a forged one that agrees",
            w.edit(b),
            [*w.points, own, w.seal(c, 50, w.edit(b), w.other)],
            ("changed", b),
        ),
    ]


def _intact(w: _World) -> list[_Case]:
    lines, b, c = w.lines, w.b, w.c
    limit = {"Exactly max_age hours old is fine.": ("stale", c)}
    equal = {"Two equal checkpoints are no fork.": ("fork", 0)}
    zero = {"A checkpoint may count 0 lines.": ("changed", 0)}
    newest = {ORDER: ("stale", c)}
    all_of_it = len(lines)
    return [
        replace(
            w.case("exactly max_age hours old", lines, [w.seal(c, NOW - w.age)], ("intact", c)), slips=limit
        ),
        w.case("one hour younger", lines, [w.seal(c, NOW - w.age + 1)], ("intact", c)),
        w.case("sealed to the last line", lines, [*w.points, w.seal(all_of_it, 50)], ("intact", all_of_it)),
        w.case("cut to what is sealed", lines[:c], None, ("intact", c)),
        w.case("edited behind the newest checkpoint", w.edit(c), None, ("intact", c)),
        w.case("a line added at the end", [*lines, "new"], None, ("intact", c)),
        replace(w.case("the same checkpoint twice", lines, [w.points[2]] * 2, ("intact", c)), slips=equal),
        w.case("sealed again without new lines", lines, [*w.points, w.seal(c, 50)], ("intact", c)),
        replace(w.case("counts 0 lines", lines, [w.seal(0, 49)], ("intact", 0)), slips=zero),
        w.case("an empty log, sealed", [], [w.seal(0, 49)], ("intact", 0)),
        replace(
            w.case("the newest counts fewer lines", lines, [w.seal(b, 49), w.seal(c, 20)], ("intact", c)),
            slips=newest,
        ),
        w.case("an old one beside a fresh one", lines, [w.seal(b, 1), w.seal(c, 49)], ("intact", c)),
    ]
