"""The check of `maintenance.retire_faults`."""

from __future__ import annotations

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import faults_of, names, same, telling

RULES = ("serving", "early", "left", "unrecorded", "lost")


@exercise(
    minutes=12,
    level="stretch",
    parts={
        "serving": (1, "serving: every route is drained"),
        "early": (2, "early: no key is revoked while a route still serves"),
        "left": (2, "left: every key is revoked, every file to destroy is destroyed"),
        "unrecorded": (2, "unrecorded: nothing is destroyed before it's written down"),
        "lost": (1, "lost: nothing that must be kept is destroyed"),
        "inputs": (1, "leaves its inputs as they were, and everything above is right"),
    },
    hints=(
        "Two kinds of rules: what must have happened by the end, and what must have happened before "
        "something else. "
        "For the second, walk through the log and remember what you have seen.",
        "Keep a set of the routes that aren't drained yet and a set of what is recorded. At each revoke "
        "look at the "
        "first, at each destroy at the second. What is left of the routes at the end still serves.",
        "open = the routes; recorded, revoked, destroyed = empty sets\n"
        "each (action, thing) of the log\n"
        "    drain: take it out of open;  record: add to recorded\n"
        "    revoke: add to revoked; it's a key and open isn't empty: early\n"
        "    destroy: add to destroyed; not in recorded: unrecorded; must be kept: lost\n"
        "at the end: open: serving; keys not in revoked, destroy files not in destroyed: left",
    ),
    debrief=(
        "Looks for what was retired and still answers: an old route, a key that opens, weights in a backup.",
        "Ends a model in an order in which nothing breaks and nothing is forgotten. The price: the record "
        "and the kept "
        "evidence have to be guarded for as long as the rule says.",
    ),
    standards=("PS.3.1", "RV.2.2"),
)
def retire_faults(t: Trial, retire_faults) -> None:
    for rng in t.cases(5):
        for what, holdings, log in _cases(rng):
            t.given(case=what)
            got, after = t.observe(retire_faults, holdings, log)
            want = _faults(holdings, log)
            for rule in RULES:
                with t.part(rule):
                    faults_of(t, got, RULES, "thing")
                    t.equal(
                        sorted(thing for kind, thing in got if kind == rule),
                        sorted(thing for kind, thing in want if kind == rule),
                        f"what {rule} finds",
                        slips=telling(
                            {
                                text: sorted(x for kind, x in _faults(holdings, log, broken) if kind == rule)
                                for text, broken in SLIPS[rule].items()
                            },
                            sorted(thing for kind, thing in want if kind == rule),
                        ),
                    )
            with t.part("inputs"):
                t.equal(faults_of(t, got, RULES, "thing"), want, "the set of faults")
                kept = same(after[0], holdings) and same(after[1], log)
                t.expect(kept, "Your function changed what it was given.")


SLIPS = {
    "serving": {"Every route must be drained, not only one of them.": "any route"},
    "early": {
        "One drained route isn't enough: every route must be drained before a key goes.": "any route",
        "Order counts: a drain that comes after the revoke is too late.": "no order",
        "A route that is never drained serves still: then every revoke is early.": "drained later only",
        "Only a key can be early: look at the thing's kind too.": "any kind",
        "A route is drained from its first drain on; another one later changes nothing.": "last drain",
    },
    "left": {
        "Every key must be revoked.": "keys",
        "Every file whose rule is destroy must be destroyed.": "files",
        "A key is revoked, a file is destroyed: one doesn't stand for the other.": "either",
        "A file to keep isn't left over.": "kept too",
    },
    "unrecorded": {
        "Order counts: a record that is written after the destruction is too late.": "no order",
        "The record must be of this very thing.": "any record",
        "Whatever is destroyed needs its record, also what should have been kept.": "destroy only",
        "One record before the destruction is enough; a second one later changes nothing.": "last record",
    },
    "lost": {"A record doesn't make it right to destroy what must be kept.": "record helps"},
}


def _faults(holdings: dict, log: list, broken: str = "") -> set:
    """The right set, or the one of an answer that breaks a rule."""

    def all_of(kind: str) -> list:
        return [thing for thing, held in holdings.items() if held == kind]

    def when(action: str, thing: str | None = None) -> list[int]:
        return [i for i, (did, it) in enumerate(log) if did == action and thing in (None, it)]

    late = len(log)
    pick = max if broken == "last drain" else min
    routes = {route: pick(when("drain", route), default=late) for route in all_of("route")}
    last = max(routes.values(), default=-1)
    first = min(routes.values(), default=-1)
    found = {("serving", route) for route, i in routes.items() if i == late}
    if broken == "any route" and first < late:
        found = set()
    for key in holdings if broken == "any kind" else all_of("key"):
        if (
            holdings[key] == "key"
            and not when("revoke", key)
            and broken != "keys"
            and not (broken == "either" and when("destroy", key))
        ):
            found.add(("left", key))
        for i in when("revoke", key):
            early = i < last
            if broken == "any route":
                early = i < first
            elif broken == "no order":
                early = last == late
            elif broken == "drained later only":
                early = any(i < drained < late for drained in routes.values())
            if early:
                found.add(("early", key))
    for file in all_of("destroy") + (all_of("keep") if broken == "kept too" else []):
        if (
            not when("destroy", file)
            and broken != "files"
            and not (broken == "either" and when("revoke", file))
        ):
            found.add(("left", file))
    for i in when("destroy"):
        thing = log[i][1]
        written = [j for j in when("record", None if broken == "any record" else thing) if j < i]
        if broken == "no order":
            written = when("record", thing)
        elif broken == "last record":
            written = written if max(when("record", thing), default=late) < i else []
        if not written and not (broken == "destroy only" and holdings[thing] != "destroy"):
            found.add(("unrecorded", thing))
        if holdings[thing] == "keep" and not (broken == "record helps" and written):
            found.add(("lost", thing))
    return found


def _cases(rng: np.random.Generator):
    """(what, holdings, log): the right way, then each rule broken once, for each thing."""
    for routes, keys, gone, kept in (
        (3, 2, 3, 2),
        (2, 2, 2, 1),
        (1, 1, 1, 1),
        (0, 1, 2, 0),
        (2, 0, 0, 2),
        (1, 1, 0, 0),
    ):
        many = names(rng, routes + keys + gone + kept)
        kinds = ["route"] * routes + ["key"] * keys + ["destroy"] * gone + ["keep"] * kept
        holdings = dict(zip(many, kinds, strict=True))
        holdings = {name: holdings[name] for name in rng.permutation(many).tolist()}

        def of(kind: str, holdings: dict = holdings) -> list[str]:
            return [thing for thing, held in holdings.items() if held == kind]

        drains = [("drain", route) for route in of("route")]
        revokes = [("revoke", key) for key in of("key")]
        records = [("record", file) for file in of("destroy")]
        destroys = [("destroy", file) for file in of("destroy")]
        right = drains + revokes + records + destroys
        shape = f"{routes} routes, {keys} keys, {gone} files to destroy, {kept} to keep"
        yield f"an empty log: {shape}", holdings, []
        if routes == 3:
            messy = [revokes[0], *drains[:2], destroys[0], records[0], destroys[1]]
            yield f"nearly all wrong: {shape}", holdings, messy
            between = [drains[0], revokes[0], drains[1], *records]
            yield f"drained before, later, never: {shape}", holdings, between
            yield f"no route drained: {shape}", holdings, revokes + records + destroys
            mixed_up = [("record", revokes[0][1]), ("destroy", revokes[0][1]), ("revoke", destroys[0][1])]
            yield f"a key destroyed, a file revoked: {shape}", holdings, [*drains, *records, *mixed_up]
        yield f"in order: {shape}", holdings, right
        yield f"recorded first: {shape}", holdings, records + drains + destroys + revokes
        pairs = [step for two in zip(records, destroys, strict=True) for step in two]
        yield f"one file after the other, first: {shape}", holdings, pairs + drains + revokes
        yield f"kept files recorded too: {shape}", holdings, [("record", file) for file in of("keep")] + right
        yield f"keys first: {shape}", holdings, revokes + drains + records + destroys
        yield f"destroyed first: {shape}", holdings, destroys + records + drains + revokes
        for route in drains:
            moved = [step for step in right if step != route]
            yield f"one route drained last: {shape}", holdings, [*moved, route]
        for step in right:
            yield f"without {step[0]}: {shape}", holdings, [other for other in right if other != step]
        for key in revokes:
            moved = [step for step in right if step != key]
            yield f"one key revoked first: {shape}", holdings, [key, *moved]
            yield f"one key revoked first and again: {shape}", holdings, [key, *right]
            swapped = [("destroy", key[1]) if step == key else step for step in right]
            yield f"one key destroyed, not revoked: {shape}", holdings, swapped
            yield f"one key recorded and destroyed: {shape}", holdings, [("record", key[1]), *swapped]
        for file in destroys:
            moved = [step for step in right if step != file]
            yield f"one file destroyed first: {shape}", holdings, [file, *moved]
            swapped = [("revoke", file[1]) if step == file else step for step in right]
            yield f"one file revoked, not destroyed: {shape}", holdings, swapped
        for file in of("keep"):
            yield f"one to keep destroyed first: {shape}", holdings, [("destroy", file), *right]
            yield f"one to keep destroyed: {shape}", holdings, [*right, ("destroy", file)]
            yield (
                f"one to keep recorded, destroyed: {shape}",
                holdings,
                [*right, ("record", file), ("destroy", file)],
            )
        yield from _twice(shape, holdings, right, drains, revokes, records, destroys)
        mixed = right + [("destroy", file) for file in of("keep")]
        yield f"in any order: {shape}", holdings, [mixed[i] for i in rng.permutation(len(mixed))]


def _twice(
    shape: str, holdings: dict, right: list, drains: list, revokes: list, records: list, destroys: list
):
    """(what, holdings, log): steps that come twice, and steps that don't go with the thing's kind."""
    for kind in ("destroy", "keep", "route"):
        for thing in [thing for thing, held in holdings.items() if held == kind][:1]:
            yield f"a {kind} revoked first: {shape}", holdings, [("revoke", thing), *right]
            if kind == "route":
                log = [*right, ("destroy", thing)]
                yield f"a route destroyed, not recorded: {shape}", holdings, log
                yield f"a route recorded and destroyed: {shape}", holdings, [("record", thing), *log]
    for step in drains[:1] + revokes[:1] + records[:1] + destroys[:1]:
        yield f"a second {step[0]} at the end: {shape}", holdings, [*right, step]
    if len(drains) > 1 and revokes:
        again = [drains[0]] * len(drains)
        yield f"one route drained again, no other: {shape}", holdings, [*again, *revokes]
        yield f"one route drained again, the others late: {shape}", holdings, [*again, *revokes, *drains[1:]]
    for record, destroy in list(zip(records, destroys, strict=True))[:1]:
        rest = [step for step in right if step not in (record, destroy)]
        yield f"destroy, record, destroy: {shape}", holdings, [*rest, destroy, record, destroy]
