"""The check of `access_control.minimal_roles`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..clinic_log import APPROVE, TRAIN
from ..material import agree, same, shuffled


@exercise(
    minutes=10,
    parts={
        "used": (4, "keeps the grants that were used, drops the others, adds none"),
        "glass": (3, "keeps break-glass grants"),
        "duties": (4, "nobody keeps both train and approve, and the right one stays"),
        "shape": (1, "has every user of the grants, and leaves its inputs as they were"),
    },
    hints=(
        "Which lines of the log are a use, and of which grant? Count these first.",
        "A Counter over (user, action, thing) of the lines that are ok does both rules: is it "
        "above 0, and which "
        "of two is more? Start the result with an empty set for each user of the grants.",
        "uses = count (user, action, thing) of the ok lines\n"
        "kept = for each user of grants an empty set\n"
        "each grant: break-glass, or uses above 0: add (action, thing) to its user's set\n"
        "each user whose set has TRAIN and APPROVE:\n"
        "    more uses of APPROVE than of TRAIN: remove TRAIN, else remove APPROVE",
    ),
    debrief=(
        "Collects rights: copies a colleague's, changes the job, and gives none back.",
        "Takes away what nobody used, and knows whom the rest will hurt: jobs that are rarer than the log is "
        "long, and people who had two duties.",
    ),
    standards=("AML.M0005", "PS.1.1", "PS.1.3"),
)
def minimal_roles(t: Trial, minimal_roles) -> None:
    parts = {
        "used": (_used, USED),
        "glass": (_glass, GLASS),
        "duties": (_duties, DUTIES),
        "shape": (_shapes, SHAPE),
    }
    for rng in t.cases(4):
        changed = []
        for part, (cases, slips) in parts.items():
            with t.part(part):
                rows = []
                for what, lines, grants in cases(rng):
                    log = shuffled(rng, lines)
                    got, after = t.observe(minimal_roles, log, grants)
                    want = keep(log, grants)
                    models = {said: model(log, grants) for said, model in slips.items()}
                    if part != "shape":  # a user without any grant is judged there
                        got, want = _held(got), _held(want)
                        models = {said: _held(model) for said, model in models.items()}
                    rows.append((f"what is kept ({what})", got, want, models))
                    for value, before, name in zip(after, (log, grants), ("log", "grants"), strict=True):
                        if not same(value, before):
                            changed.append(f"Your function changed {name} ({what}).")
                agree(t, rows)
        with t.part("shape"):
            t.expect(not changed, changed[0] if changed else "")


def keep(
    log: list,
    grants: list,
    *,
    tried: bool = False,
    anybody: bool = False,
    add: bool = False,
    all_kept: bool = False,
    no_glass: bool = False,
    together: bool = True,
    both_out: bool = False,
    always: Any = None,
    by_lines: bool = False,
    silent: bool = False,
    only_used: bool = False,
    spare_glass: bool = False,
    tie: bool = False,
) -> dict:
    """The right answer; each option is a mistake."""
    lines = [line for line in log if tried or line["outcome"] == "ok"]
    uses = Counter((line["user"], line["action"], line["thing"]) for line in lines)
    by_any = {(line["action"], line["thing"]) for line in lines}
    kept: dict[str, set] = {grant["user"]: set() for grant in grants}
    glass = {(g["user"], g["action"], g["thing"]) for g in grants if g["break_glass"]}
    for grant in grants:
        user, pair = grant["user"], (grant["action"], grant["thing"])
        use = pair in by_any if anybody else uses[(user, *pair)]
        if use or all_kept or (grant["break_glass"] and not no_glass):
            kept[user].add(pair)
    if add:
        for user, action, thing in uses:
            kept.setdefault(user, set()).add((action, thing))
    counted = Counter((x["user"], x["action"], x["thing"]) for x in log) if by_lines else uses
    for user, pairs in kept.items():
        if {TRAIN, APPROVE} <= pairs and together:
            if spare_glass and {(user, *TRAIN), (user, *APPROVE)} & glass:
                continue
            train, approve = counted[(user, *TRAIN)], counted[(user, *APPROVE)]
            more = approve >= train if tie else approve > train
            pairs -= {TRAIN, APPROVE} if both_out else {always or (TRAIN if more else APPROVE)}
    return {user: pairs for user, pairs in kept.items() if pairs} if silent else kept


USED = {
    'A line with the outcome "refused" is no use.': partial(keep, tried=True),
    "Somebody else's use doesn't keep this user's grant.": partial(keep, anybody=True),
    "You added what was used without a grant: add none.": partial(keep, add=True),
    "Nothing was taken away.": partial(keep, all_kept=True, together=False),
}
GLASS = {"A break-glass grant stays, used or not.": partial(keep, no_glass=True)}
DUTIES = {
    "Somebody keeps both train and approve.": partial(keep, together=False),
    "One of the two stays: remove the one with fewer lines.": partial(keep, both_out=True),
    "The one with more ok lines stays, which may be approve.": partial(keep, always=APPROVE),
    "The one with more ok lines stays, which may be train.": partial(keep, always=TRAIN),
    "With equally many lines, train stays.": partial(keep, tie=True),
    'Count the lines with the outcome "ok" only.': partial(keep, by_lines=True),
    "The pair is broken up for break-glass grants too.": partial(keep, spare_glass=True),
}
SHAPE = {"A user who keeps nothing has an empty set.": partial(keep, silent=True)}


def _held(kept: Any) -> Any:
    """Without the users who keep nothing."""
    if type(kept) is not dict:
        return kept
    return {user: pairs for user, pairs in kept.items() if type(pairs) is not set or pairs}


def _grant(user: str, pair: tuple, glass: bool = False) -> dict:
    return {"user": user, "action": pair[0], "thing": pair[1], "break_glass": glass}


def _lines(rng: np.random.Generator, uses: dict[tuple, int], outcome: str = "ok") -> list[dict]:
    """`uses`: (user, pair) → how many lines."""
    return [
        {
            "day": int(rng.integers(1, 183)),
            "user": user,
            "action": pair[0],
            "thing": pair[1],
            "outcome": outcome,
        }
        for (user, pair), count in uses.items()
        for _ in range(count)
    ]


ACTIONS = ("read", "write", "export", "print", "archive")
THINGS = ("bill", "ward list", "lab result", "patient row", "old archive")
Case = Iterator[tuple[str, list, list]]


def _pairs(rng: np.random.Generator, count: int) -> list[tuple[str, str]]:
    actions, things = shuffled(rng, ACTIONS), shuffled(rng, THINGS)
    return list(zip(actions[:count], things[:count], strict=True))


def _used(rng: np.random.Generator) -> Case:
    p, q, r, s = _pairs(rng, 4)
    two = [_grant("u1", p), _grant("u1", q), _grant("u2", p), _grant("u2", r)]
    yield "one line", _lines(rng, {("u1", p): 1}), two
    yield "each grant used once", _lines(rng, {("u1", p): 1, ("u1", q): 1, ("u2", p): 1, ("u2", r): 1}), two
    yield "no line at all", [], two
    yield "no grants", _lines(rng, {("u1", p): 1}), []
    yield "used by somebody else", _lines(rng, {("u2", p): 3, ("u1", q): 2}), two
    yield "refused lines only", _lines(rng, {("u1", p): 3}, "refused"), two
    mixed = _lines(rng, {("u1", p): 1, ("u2", r): 2}) + _lines(rng, {("u1", p): 2, ("u1", q): 4}, "refused")
    yield "some refused", shuffled(rng, mixed), two
    yield "used without a grant", _lines(rng, {("u1", s): 2, ("u3", p): 2, ("u2", q): 1}), two
    crossed = _lines(rng, {("u1", (p[0], q[1])): 1, ("u1", (q[0], p[1])): 1})
    yield "action and thing of two grants crossed", crossed, two
    yield "the pair swapped", _lines(rng, {("u1", p[::-1]): 1}), two
    alone = [_grant("u1", TRAIN), _grant("u2", APPROVE), _grant("u3", TRAIN), _grant("u3", APPROVE)]
    yield "train and approve, each with one user", _lines(rng, {("u1", TRAIN): 1, ("u2", APPROVE): 1}), alone
    many = [_grant(f"u{user}", pair) for user in range(8) for pair in (p, q, r, s) if rng.random() < 0.7]
    uses = {(f"u{user}", pair): int(rng.integers(0, 3)) for user in range(8) for pair in (p, q, r, s)}
    yield "eight people", shuffled(rng, _lines(rng, uses)), shuffled(rng, many)


def _glass(rng: np.random.Generator) -> Case:
    p, q, r = _pairs(rng, 3)
    grants = [
        _grant("u1", p),
        _grant("u1", q, True),
        _grant("u2", q),
        _grant("u2", r, True),
        _grant("u2", p, True),
    ]
    yield "break-glass, unused", _lines(rng, {("u1", p): 1}), grants
    yield "break-glass, used", _lines(rng, {("u1", q): 2, ("u2", r): 1}), grants
    yield "break-glass, no line at all", [], grants
    yield "break-glass, refused", _lines(rng, {("u1", q): 2, ("u2", q): 2}, "refused"), grants
    twice = [_grant("u1", p), _grant("u1", p, True), _grant("u2", q, True), _grant("u2", q), _grant("u1", r)]
    yield "listed twice, one of them break-glass", [], twice
    yield "listed twice, used", _lines(rng, {("u1", p): 1, ("u2", q): 2}), twice
    yield "nothing but break-glass", [], [_grant("u1", p, True)]
    yield (
        "break-glass for approve alone",
        _lines(rng, {("u1", p): 1}),
        [_grant("u1", APPROVE, True), _grant("u1", p)],
    )


def _duties(rng: np.random.Generator) -> Case:
    p, q = _pairs(rng, 2)
    pair = [_grant("u1", TRAIN), _grant("u1", APPROVE), _grant("u1", p), _grant("u1", q)]
    for train, approve in (
        (1, 1),
        (1, 2),
        (2, 1),
        (3, 3),
        (9, 2),
        (2, 9),
        (0, 2),
        (2, 0),
        (0, 0),
        (7, 8),
        (8, 7),
    ):
        log = _lines(rng, {("u1", TRAIN): train, ("u1", APPROVE): approve, ("u1", p): 1})
        yield f"train {train} times, approve {approve} times", shuffled(rng, log), pair
        yield f"train {train} times, approve {approve} times, listed the other way", log, pair[::-1]
        refused = _lines(rng, {("u1", TRAIN if approve > train else APPROVE): 20}, "refused")
        yield f"train {train} times, approve {approve} times, and 20 refused", log + refused, pair
        others = _lines(rng, {("u2", TRAIN): 30, ("u3", APPROVE): 30})
        yield (
            "and others train and approve",
            log + others,
            [*pair, _grant("u2", TRAIN), _grant("u3", APPROVE)],
        )
    for first, second in ((True, False), (False, True), (True, True)):
        for train, approve in ((0, 0), (2, 1), (1, 2), (0, 1), (1, 0)):
            grants = [_grant("u1", TRAIN, first), _grant("u1", APPROVE, second), _grant("u1", p)]
            log = _lines(rng, {("u1", TRAIN): train, ("u1", APPROVE): approve, ("u1", p): 1})
            yield f"break-glass in the pair; train {train}, approve {approve} times", log, grants
    three = [_grant(user, duty) for user in ("u1", "u2", "u3") for duty in (TRAIN, APPROVE)]
    uses = {("u1", TRAIN): 3, ("u1", APPROVE): 5, ("u2", TRAIN): 5, ("u2", APPROVE): 3, ("u3", TRAIN): 1}
    yield "three people, two of them with both", _lines(rng, uses), three
    near = [_grant("u1", TRAIN), _grant("u1", ("approve", "model")), _grant("u1", ("train", "release"))]
    used = _lines(rng, {("u1", TRAIN): 1, ("u1", ("approve", "model")): 2, ("u1", ("train", "release")): 3})
    yield "pairs that only look like the two", used, near


def _shapes(rng: np.random.Generator) -> Case:
    p, q = _pairs(rng, 2)
    grants = [
        _grant("u1", p),
        _grant("u2", q),
        _grant("u3", TRAIN),
        _grant("u3", APPROVE),
        _grant("u2", p, True),
    ]
    yield "users without any use", _lines(rng, {("u3", TRAIN): 1, ("u3", APPROVE): 2}), grants
    yield "nobody used anything", [], [_grant("u1", p), _grant("u2", q)]
    yield (
        "the same grant twice",
        _lines(rng, {("u1", p): 2, ("u9", q): 1}),
        [_grant("u1", p), _grant("u1", p)],
    )
