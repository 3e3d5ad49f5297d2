"""Answers to `maintenance.update_faults`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from autograder.exercise import Answers, Wrong


def by_rule(lock, candidate, name, advisories, pre):
    """One set for each rule, and their union."""

    def follow(packages, package, seen):
        if package not in seen:
            seen.add(package)
            for need in packages.get(package, {"needs": []})["needs"]:
                follow(packages, need, seen)
        return seen

    may = follow(lock, name, set()) | follow(candidate, name, set())
    old = {p: (e["version"], tuple(e["hashes"])) for p, e in lock.items()}
    new = {p: (e["version"], tuple(e["hashes"])) for p, e in candidate.items()}
    rewired = {p for p in old.keys() & new.keys() if set(lock[p]["needs"]) != set(candidate[p]["needs"])}
    changed = {p for p, _ in set(old.items()) ^ set(new.items())}
    both = old.keys() & new.keys()
    hashes = {p for p in new if not new[p][1]} | {
        p for p in both & (changed | rewired) if old[p][0] == new[p][0]
    }
    named = {
        a["package"]
        for a in advisories
        if a["package"] in new
        and SpecifierSet(a["affected"], prereleases=True).contains(new[a["package"]][0])
    }
    down = {p for p in both if Version(old[p][0]) > Version(new[p][0])}
    early = set() if pre else {p for p in new if Version(new[p][0]).is_prerelease}
    rules = {"scope": changed - may, "hash": hashes, "advisory": named, "downgrade": down, "pre": early}
    return {(rule, package) for rule, packages in rules.items() for package in packages}


def _pulled(packages, name, deep=True):
    seen, todo = set(), [name]
    while todo:
        package = todo.pop()
        if package in seen or package not in packages:
            continue
        seen.add(package)
        if deep or package == name:
            todo += packages[package]["needs"]
    return seen | {name}


def _answer(lock, candidate, name, advisories, pre, slip=""):
    may = _pulled(lock, name, slip != "shallow") | _pulled(candidate, name, slip != "shallow")
    if slip == "old":
        may = _pulled(lock, name)
    if slip == "new":
        may = _pulled(candidate, name)
    if slip == "backwards":
        may |= {p for p in candidate if name in candidate[p]["needs"]}
    if slip == "mixed":
        seen, todo = set(), [name]
        while todo:
            package = todo.pop()
            if package not in seen:
                seen.add(package)
                todo += [
                    need
                    for packages in (lock, candidate)
                    for need in packages.get(package, {}).get("needs", [])
                ]
        may = seen
    found = set()
    for package in set(lock) | set(candidate):
        old, new = lock.get(package), candidate.get(package)
        changed = (
            old is None or new is None or old["version"] != new["version"] or old["hashes"] != new["hashes"]
        )
        if slip == "forgets the gone" and new is None:
            changed = False
        if slip == "forgets the new" and old is None:
            changed = False
        if slip == "version only" and old and new and old["version"] == new["version"]:
            changed = False
        if slip == "needs too" and old and new and old["needs"] != new["needs"]:
            changed = True
        if changed and package not in may:
            found.add(("scope", package))
        if slip == "gone too":
            new = new or old
        if new is None or (slip == "known only" and old is None):
            continue
        if slip == "known hashes" and old is None:
            new = {**new, "hashes": ["any"]}
        version = new["version"]
        if not new["hashes"] and slip != "no hash is fine" and not (slip == "changed only" and not changed):
            found.add(("hash", package))
        if (
            old
            and old["version"] == version
            and old["hashes"] != new["hashes"]
            and slip != "republished is fine"
            and not (slip == "more is fine" and set(old["hashes"]) <= set(new["hashes"]))
        ):
            found.add(("hash", package))
        if old and old["version"] == version and old["needs"] != new["needs"] and slip != "needs free":
            found.add(("hash", package))
        if slip == "every new hash" and old and old["hashes"] != new["hashes"]:
            found.add(("hash", package))
        looked = advisories if slip != "last one" else {a["package"]: a for a in advisories}.values()
        for advisory in looked if slip != "known advisories" or old else ():
            clauses = advisory["affected"].split(",")
            affected = SpecifierSet(",".join(clauses[: 1 if slip == "first clause" else None]))
            asked = version
            if slip == "looks at the old" and old:
                asked = old["version"]
            inside = affected.contains(asked, prereleases=slip != "not early")
            mine = advisory["package"] == package or slip == "no name"
            if mine and inside and not (slip == "changed only" and not changed):
                found.add(("advisory", package))
        if old and slip == "text" and version < old["version"]:
            found.add(("downgrade", package))
        if slip == "release" and old:
            a, b = Version(version), Version(old["version"])
            if (a.release, not a.is_prerelease) < (b.release, not b.is_prerelease):
                found.add(("downgrade", package))
        elif old and slip != "text" and Version(version) < Version(old["version"]):
            found.add(("downgrade", package))
        early = Version(version).is_prerelease
        if slip == "letters":
            early = not version.replace(".", "").isdigit()
        if slip == "only rc":
            early = Version(version).pre is not None
        if slip == "known pre" and old is None:
            early = False
        if early and (not pre or slip == "pre is ignored"):
            found.add(("pre", package))
    return found


def shallow(*given):
    return _answer(*given, slip="shallow")


def old_needs(*given):
    return _answer(*given, slip="old")


def new_needs(*given):
    return _answer(*given, slip="new")


def backwards(*given):
    return _answer(*given, slip="backwards")


def forgets_the_gone(*given):
    return _answer(*given, slip="forgets the gone")


def forgets_the_new(*given):
    return _answer(*given, slip="forgets the new")


def version_only(*given):
    return _answer(*given, slip="version only")


def no_hash_is_fine(*given):
    return _answer(*given, slip="no hash is fine")


def republished_is_fine(*given):
    return _answer(*given, slip="republished is fine")


def every_new_hash(*given):
    return _answer(*given, slip="every new hash")


def changed_only(*given):
    return _answer(*given, slip="changed only")


def looks_at_the_old(*given):
    return _answer(*given, slip="looks at the old")


def not_early(*given):
    return _answer(*given, slip="not early")


def no_name(*given):
    return _answer(*given, slip="no name")


def compares_text(*given):
    return _answer(*given, slip="text")


def letters(*given):
    return _answer(*given, slip="letters")


def only_rc(*given):
    return _answer(*given, slip="only rc")


def pre_is_ignored(*given):
    return _answer(*given, slip="pre is ignored")


def mixes_the_locks(*given):
    return _answer(*given, slip="mixed")


def needs_are_a_change(*given):
    return _answer(*given, slip="needs too")


def needs_are_free(*given):
    return _answer(*given, slip="needs free")


def one_more_is_fine(*given):
    return _answer(*given, slip="more is fine")


def looks_at_the_gone(*given):
    return _answer(*given, slip="gone too")


def known_only(*given):
    return _answer(*given, slip="known only")


def known_hashes(*given):
    return _answer(*given, slip="known hashes")


def known_advisories(*given):
    return _answer(*given, slip="known advisories")


def known_pre(*given):
    return _answer(*given, slip="known pre")


def last_advisory(*given):
    return _answer(*given, slip="last one")


def first_clause(*given):
    return _answer(*given, slip="first clause")


def release_numbers(*given):
    return _answer(*given, slip="release")


def allows_all(*given):
    return set()


def refuses_all(lock, candidate, name, advisories, pre):
    return {("scope", package) for package in candidate}


def a_sorted_list(*given):
    return sorted(_answer(*given))


def fills_in(lock, candidate, name, advisories, pre):
    found = _answer(lock, candidate, name, advisories, pre)
    for package in candidate:
        lock.setdefault(package, {"version": "0", "hashes": [], "needs": []})
    return found


_NEW = (
    "An empty list of hashes proves nothing.",
    "A new package may not be a pre-release either.",
)

ANSWERS = Answers(
    right=[by_rule],
    wrong=[
        Wrong(shallow, "scope", "further than one step"),
        Wrong(old_needs, "scope", "new in the candidate's needs"),
        Wrong(new_needs, "scope", "may go"),
        Wrong(backwards, "scope", "follow needs one way only"),
        Wrong(forgets_the_gone, "scope", "disappears is a change"),
        Wrong(forgets_the_new, "scope", "new is a change"),
        Wrong(version_only, "scope", "other hashes is a change"),
        Wrong(no_hash_is_fine, "hash", "empty list of hashes"),
        Wrong(republished_is_fine, "hash", "another file under an old name"),
        Wrong(every_new_hash, "hash", "A new version has new hashes"),
        Wrong(changed_only, "advisory", "also one that doesn't change"),
        Wrong(looks_at_the_old, "advisory", "not the old one"),
        Wrong(not_early, "advisory", "prereleases=True"),
        Wrong(no_name, "advisory", "must name this package"),
        Wrong(compares_text, "downgrade", "1.9.0 is larger than 1.10.0"),
        Wrong(letters, "pre", "A post-release is no pre-release"),
        Wrong(only_rc, "pre", "A dev release"),
        Wrong(pre_is_ignored, "pre", "With pre=True"),
        Wrong(mixes_the_locks, "scope", "within one lock at a time"),
        Wrong(needs_are_a_change, "scope", "no change of version or hash"),
        Wrong(needs_are_free, "hash", "The same file needs the same"),
        Wrong(one_more_is_fine, "hash", "A hash more is a change"),
        Wrong(
            looks_at_the_gone,
            "advisory",
            "nothing left to check",
        ),
        Wrong(known_only, "advisory", "A new package is looked up", also=_NEW),
        Wrong(known_hashes, "hash", "An empty list of hashes"),
        Wrong(known_advisories, "advisory", "A new package is looked up"),
        Wrong(known_pre, "pre", "may not be a pre-release either"),
        Wrong(last_advisory, "advisory", "may have several advisories"),
        Wrong(first_clause, "advisory", "All clauses of affected"),
        Wrong(release_numbers, "downgrade", "compare Version(text) whole"),
        Wrong(allows_all, "scope", "What scope finds is not right"),
        Wrong(refuses_all, "scope", "What scope finds is not right"),
        Wrong(a_sorted_list, "scope", "the result"),
        Wrong(fills_in, "inputs", "changed what it was given"),
    ],
)

EQUIVALENT = {
    "affected.contains(version, prereleases=True) → affected.contains(version)": "packaging 26 matches "
    "pre-releases without being told; the text asks for it because older versions do not",
}
