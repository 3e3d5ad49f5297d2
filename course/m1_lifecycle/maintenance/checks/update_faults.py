"""The check of `maintenance.update_faults`."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from autograder.exercise import Trial, exercise

from ..material import faults_of, names, same, telling

RULES = ("scope", "hash", "advisory", "downgrade", "pre")


@exercise(
    minutes=11,
    parts={
        "scope": (3, "scope: nothing else changes than the named package and what it pulls in"),
        "hash": (2, "hash: every package has one, and the same version keeps its hashes and needs"),
        "advisory": (2, "advisory: no version that an advisory names"),
        "downgrade": (1, "downgrade: no version goes down"),
        "pre": (1, "pre: no pre-release, unless it was asked for"),
        "inputs": (1, "leaves its inputs as they were, and everything above is right"),
    },
    hints=(
        "Begin with the packages that may change: start at `name`, follow `needs`, and follow it again from "
        "there. Do "
        "it in the old lock and in the new one.",
        "lock.get(package) is None where a package is new. Version(a) < Version(b) compares, "
        "Version(a).is_prerelease asks, SpecifierSet(affected).contains(version, prereleases=True) matches.",
        "pulled(packages): todo = [name]; while todo: take one, note it, add its needs that aren't noted "
        "yet\n"
        "may = pulled(lock) | pulled(candidate)\n"
        "each package of lock or candidate: old, new = both get()\n"
        "    one is None, or versions or hashes differ, and it is not in may: scope\n"
        "each package of candidate, with its version\n"
        "    no hashes, or old has the same version and other hashes or needs: hash\n"
        "    any advisory for it contains the version: advisory\n"
        "    old, and Version(version) < Version(old's): downgrade\n"
        "    is_prerelease and not pre: pre",
    ),
    debrief=(
        "Adapts: hides the package in the `needs` of the one that you update. That is in scope, has hashes, "
        "and no "
        "advisory yet.",
        "Refuses what nobody asked for, and reads each new name in `needs`. The cost to honest colleagues: "
        "two updates "
        "in one go come back, to be sent one by one.",
    ),
    standards=("PW.4.4", "PW.4.1", "AML.T0010.001", "AML.M0023"),
)
def update_faults(t: Trial, update_faults) -> None:
    for rng in t.cases(4):
        for what, case in _cases(rng):
            t.given(case=what)
            lock, candidate, name, advisories, pre = case
            got, after = t.observe(update_faults, lock, candidate, name, advisories, pre)
            want = _faults(*case)
            for rule in RULES:
                with t.part(rule):
                    faults_of(t, got, RULES, "package")
                    t.equal(
                        sorted(package for kind, package in got if kind == rule),
                        sorted(package for kind, package in want if kind == rule),
                        f"what {rule} finds",
                        slips=telling(
                            {
                                text: sorted(p for kind, p in _faults(*case, broken) if kind == rule)
                                for text, broken in SLIPS[rule].items()
                            },
                            sorted(package for kind, package in want if kind == rule),
                        ),
                    )
            with t.part("inputs"):
                t.equal(faults_of(t, got, RULES, "package"), want, "the set of faults")
                kept = same(after[0], lock) and same(after[1], candidate) and same(after[3], advisories)
                t.expect(kept, "Your function changed what it was given.")


SLIPS = {
    "scope": {
        "Follow needs further than one step: what it pulls in pulls in others.": "one step",
        "What is new in the candidate's needs is pulled in too.": "old needs",
        "What it pulled in before may go: look at the old needs too.": "new needs",
        "A package that disappears is a change too.": "gone",
        "A package that is new is a change too.": "new",
        "The same version with other hashes is a change too.": "version only",
        "What needs the named package isn't pulled in by it: follow needs one way only.": "backwards",
        "The named package itself may change.": "itself",
        "Follow needs within one lock at a time: a new need of what it no longer pulls in is out.": "mixed",
        "Needs alone are no change of version or hash.": "needs too",
    },
    "hash": {
        "An empty list of hashes proves nothing.": "no hash",
        "The same version with other hashes is another file under an old name.": "same version",
        "A new version has new hashes: only the same version must keep them.": "any change",
        "Every package needs a hash, also one that doesn't change.": "changed only",
        "A hash more is a change as well: another file could arrive under the old version.": "more is fine",
        "The same file needs the same: look at needs too.": "needs free",
        "A package that is gone has nothing left to check.": "gone too",
    },
    "advisory": {
        "A package may have several advisories: one that names its version is enough.": "last one",
        "All clauses of affected must hold, not only the first.": "first clause",
        "A package that is gone has nothing left to check.": "gone too",
        "A new package is looked up too.": "known only",
        "An advisory holds for pre-releases too: prereleases=True.": "no pre",
        "The candidate's version counts, not the old one.": "old version",
        "Every package of the candidate is looked up, also one that doesn't change.": "changed only",
        "The advisory must name this package.": "any package",
    },
    "downgrade": {
        "As a text, 1.9.0 is larger than 1.10.0: compare Version(text).": "text",
        "The same version is no downgrade.": "equal",
        "A later rc or post-release is a higher version: compare Version(text) whole.": "release",
    },
    "pre": {
        "A post-release is no pre-release: ask Version(text).is_prerelease.": "letters",
        "With pre=True, pre-releases are allowed.": "always",
        "A dev release is a pre-release too.": "no dev",
        "A package that is gone has nothing left to check.": "gone too",
        "A new package may not be a pre-release either.": "known only",
    },
}


def _pulled(packages: dict, name: str, most: int = 99) -> set[str]:
    seen, edge = {name}, {name}
    for _ in range(most):
        edge = {need for package in edge if package in packages for need in packages[package]["needs"]} - seen
        seen |= edge
    return seen


def _faults(lock: dict, candidate: dict, name: str, advisories: list, pre: bool, broken: str = "") -> set:
    """The right set, or the one of an answer that breaks a rule."""
    most = 1 if broken == "one step" else 99
    may: set[str] = set() if broken == "new needs" else _pulled(lock, name, most)
    may |= set() if broken == "old needs" else _pulled(candidate, name, most)
    if broken == "backwards":
        may |= {package for package in lock if name in lock[package]["needs"]}
    if broken == "itself":
        may -= {name}
    if broken == "mixed":
        both = [lock.get(p, {}).get("needs", []) + candidate.get(p, {}).get("needs", []) for p in may]
        may |= {need for needs in both for need in needs}
    found = set()
    for package in {**lock, **candidate}:
        old, new = lock.get(package), candidate.get(package)
        if old is None:
            changed = broken != "new"
        elif new is None:
            changed = broken != "gone"
        else:
            changed = old["version"] != new["version"] or (
                broken != "version only" and old["hashes"] != new["hashes"]
            )
            changed = changed or (broken == "needs too" and old["needs"] != new["needs"])
        if changed and package not in may:
            found.add(("scope", package))
        if new is None and broken == "gone too":
            new = old
        if new is None or (old is None and broken == "known only"):
            continue
        version = new["version"]
        same_version = old is not None and old["version"] == version
        other = old is not None and old["hashes"] != new["hashes"]
        if broken == "more is fine":
            other = old is not None and not set(old["hashes"]) <= set(new["hashes"])
        rewired = same_version and old["needs"] != new["needs"] and broken != "needs free"
        empty = not new["hashes"] and broken != "no hash" and not (broken == "changed only" and not changed)
        moved = other and (broken == "any change" or (same_version and broken != "same version"))
        if empty or moved or rewired:
            found.add(("hash", package))
        asked = old["version"] if broken == "old version" and old else version
        mine = [advisory for advisory in advisories if advisory["package"] == package]
        for advisory in mine[-1:] if broken == "last one" else advisories:
            named = advisory["package"] == package or broken == "any package"
            allow = broken != "no pre"
            clauses = advisory["affected"].split(",")[: 1 if broken == "first clause" else None]
            matches = SpecifierSet(",".join(clauses)).contains(asked, prereleases=allow)
            if named and matches and not (broken == "changed only" and not changed):
                found.add(("advisory", package))
        if old is not None:
            a, b = Version(version), Version(old["version"])
            lower = version < old["version"] if broken == "text" else a < b
            if broken == "release":
                lower = (a.release, not a.is_prerelease) < (b.release, not b.is_prerelease)
            if lower or (broken == "equal" and a == b):
                found.add(("downgrade", package))
        is_pre = Version(version).is_prerelease
        if broken == "letters":
            is_pre = any(letter.isalpha() for letter in version)
        if broken == "no dev":
            is_pre = Version(version).pre is not None
        if is_pre and (not pre or broken == "always"):
            found.add(("pre", package))
    return found


def _hash(rng: np.random.Generator) -> str:
    return "sha256:" + bytes(rng.integers(0, 256, 6, dtype=np.uint8)).hex()


def _entry(rng: np.random.Generator, version: str, *needs: str, hashes: int = 1) -> dict:
    return {"version": version, "hashes": sorted(_hash(rng) for _ in range(hashes)), "needs": sorted(needs)}


Case = tuple[dict, dict, str, list, bool]


def _cases(rng: np.random.Generator):
    """(what, case): clean updates of every kind, then each fault once, in a package in scope or out of it."""
    top, a, b, c, shared, user, alone, new, deep = names(rng, 9)
    lock = {
        top: _entry(rng, "1.9.0", a, shared),
        a: _entry(rng, "2.4.1", b),
        b: _entry(rng, "0.8.0", c),
        c: _entry(rng, "3.0.0", a),  # in a circle
        shared: _entry(rng, "5.1.0", hashes=2),
        user: _entry(rng, "1.2.0", top, shared),
        alone: _entry(rng, "4.0.0"),
        deep: _entry(rng, "1.0.0b2"),
    }
    lock = {package: lock[package] for package in rng.permutation(list(lock)).tolist()}
    old_pre = {**lock, deep: _entry(rng, "1.0.0")}

    def bumped(**more: Any) -> dict:
        """The lock after an update of `top`, and what else is in `more`."""
        return {**deepcopy(old_pre), top: _entry(rng, "1.10.0", a, shared), **more}

    def case(candidate: dict, advisories: list = (), pre: bool = False, start: dict | None = None) -> Case:
        order = rng.permutation(list(candidate)).tolist()
        return (
            start or old_pre,
            {package: candidate[package] for package in order},
            top,
            list(advisories),
            pre,
        )

    def advisory(package: str, affected: str) -> dict:
        return {"id": f"CLINIC-{rng.integers(1000, 9999)}", "package": package, "affected": affected}

    # clean
    yield "nothing changes", case(deepcopy(old_pre))
    yield "only the named package changes", case(bumped())
    chain = {b: _entry(rng, "0.9.0", c), c: _entry(rng, "3.0.1", a), shared: _entry(rng, "5.2.0")}
    yield "what it pulls in changes too, three steps deep", case(bumped(**chain))
    grown = {top: _entry(rng, "1.10.0", a, shared, new), new: _entry(rng, "0.1.0")}
    yield "it pulls in a new package", case(bumped(**grown))
    far = {c: _entry(rng, "3.1.0", a, new), new: _entry(rng, "0.1.0")}
    yield "a package that it pulls in pulls in a new one", case(bumped(**far))
    shrunk = bumped(**{top: _entry(rng, "1.10.0", shared)})
    for package in (a, b, c):
        del shrunk[package]
    yield "it no longer needs three packages", case(shrunk)
    near = [
        advisory(top, "<1.10.0"),
        advisory(top, ">=1.10.1,<2"),
        advisory(a, "==2.4.0"),
        advisory(new, "<9"),
    ]
    yield "advisories for other versions", case(bumped(), near)
    yield "a post-release", case(bumped(**{top: _entry(rng, "1.10.0.post1", a, shared)}))
    for version in ("1.10.0rc1", "1.10.0.dev3"):
        candidate = bumped(**{top: _entry(rng, version, a, shared)})
        yield f"{version}, asked for", case(candidate, pre=True)
        yield f"{version}, not asked for", case(candidate)
    # scope
    yield "one other package changes", case(bumped(**{alone: _entry(rng, "4.1.0")}))
    relabelled = {**deepcopy(old_pre[alone]), "version": "4.1.0"}
    yield "another package has another version, and its old hashes", case(bumped(**{alone: relabelled}))
    yield "what needs the named package changes", case(bumped(**{user: _entry(rng, "1.3.0", top, shared)}))
    yield "a new package that nothing needs", case(bumped(**{new: _entry(rng, "0.1.0")}))
    other = {alone: _entry(rng, "4.1.0", new), new: _entry(rng, "0.1.0")}
    yield "another package pulls in a new one", case(bumped(**other))
    gone = bumped()
    del gone[alone]
    yield "another package is gone", case(gone)
    lost = {
        top: _entry(rng, "1.10.0", shared),
        a: _entry(rng, "2.5.0", b, alone),
        alone: _entry(rng, "4.1.0"),
    }
    yield "a new need of a package that is no longer pulled in", case(bumped(**lost))
    # hash
    for package, what in ((a, "what it pulls in"), (alone, "another package"), (top, "the named package")):
        candidate = bumped()
        candidate[package] = {**candidate[package], "hashes": []}
        yield f"no hash for {what}", case(candidate)
        swapped = {**old_pre[package], "hashes": [_hash(rng)]}
        yield f"other hashes, same version: {what}", case(bumped(**{package: swapped}))
    fewer = {**old_pre[shared], "hashes": old_pre[shared]["hashes"][:1]}
    yield "one hash less, same version", case(bumped(**{shared: fewer}))
    swapped = {**old_pre[b], "hashes": [_hash(rng)]}
    for package, what in ((shared, "what it pulls in"), (alone, "another package")):
        more = {**old_pre[package], "hashes": sorted([*old_pre[package]["hashes"], _hash(rng)])}
        yield f"one hash more, same version: {what}", case(bumped(**{package: more, b: swapped}))
    hung = {new: _entry(rng, "0.1.0")}
    for package, what in ((b, "what it pulls in"), (alone, "another package")):
        rewired = {**old_pre[package], "needs": sorted([*old_pre[package]["needs"], new])}
        yield f"same version and hashes, one need more: {what}", case(bumped(**hung, **{package: rewired}))
    less = {**old_pre[user], "needs": [top]}
    yield "same version and hashes, one need less: another package", case(bumped(**{user: less}))
    bare = {**deepcopy(old_pre), alone: {**old_pre[alone], "hashes": []}}
    both = {**bumped(), alone: deepcopy(bare[alone]), top: {**_entry(rng, "1.10.0", a, shared), "hashes": []}}
    yield "one without a hash before and after, and one after", case(both, start=bare)
    # advisory
    yield (
        "two advisories, two packages",
        case(bumped(), [advisory(top, ">=1.10,<2"), advisory(alone, "<=4.0.0")]),
    )
    yield "two advisories, one package", case(bumped(), [advisory(a, "<2.4.1"), advisory(a, "<3")])
    yield (
        "two advisories, the second misses",
        case(bumped(), [advisory(top, "<1.11"), advisory(top, "<1.10")]),
    )
    yield "all clauses but the second hold", case(bumped(), [advisory(top, ">=1.10,!=1.10.0,<2")])
    yield "the exact version", case(bumped(), [advisory(top, "==1.10.0"), advisory(b, "!=0.8.0")])
    release = bumped(**{top: _entry(rng, "1.10.0rc1", a, shared)})
    for pre in (True, False):
        yield "an advisory for a pre-release", case(release, [advisory(top, "<1.11")], pre)
    # downgrade
    yield "lower by number", case({**deepcopy(old_pre), top: _entry(rng, "1.8.9", a, shared)})
    start = {**deepcopy(old_pre), a: _entry(rng, "2.10.0", b)}
    yield "2.10.0 to 2.9.0, pulled in", case(bumped(**{a: _entry(rng, "2.9.0", b)}), start=start)
    yield (
        "from a release to its candidate",
        case({**deepcopy(old_pre), top: _entry(rng, "1.9.0rc1", a, shared)}),
    )
    for before, after in (
        ("1.9.0rc2", "1.9.0rc1"),
        ("2.0.post1", "2.0"),
        ("1.9.0rc1", "1.9.0rc2"),
        ("2.0", "2.0.post1"),
    ):
        start = {**deepcopy(old_pre), top: _entry(rng, before, a, shared)}
        yield f"{before} to {after}", case(bumped(**{top: _entry(rng, after, a, shared)}), start=start)
    two = {alone: _entry(rng, "3.9.9"), shared: _entry(rng, "5.0.9")}
    yield "two that go down", case(bumped(**two))
    # pre
    yield "a pre-release that was there before", case({**bumped(), deep: deepcopy(lock[deep])}, start=lock)
    yield "two pre-releases", case(bumped(**{a: _entry(rng, "3.0.0a1", b), b: _entry(rng, "0.9.0.dev1", c)}))
    # new packages, and gone ones
    for what, entry in (
        ("no hash", _entry(rng, "0.1.0", hashes=0)),
        ("an advisory", _entry(rng, "0.1.0")),
        ("a pre-release", _entry(rng, "0.1.0rc1")),
    ):
        told = [advisory(new, "<0.2")] if what == "an advisory" else []
        yield f"a new package, pulled in: {what}", case(bumped(**{**grown, new: entry}), told)
    weak = {**deepcopy(old_pre), a: {**_entry(rng, "2.4.1rc1", b), "hashes": []}}
    yield "what goes had no hash, an advisory, a pre-release", case(shrunk, [advisory(a, "<3")], start=weak)
