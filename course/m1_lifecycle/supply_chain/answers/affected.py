"""Answers to `supply_chain.affected`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import re

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from autograder.exercise import Answers, Wrong


def _same(one, other):
    return re.sub(r"[-_.]+", "-", one).lower() == re.sub(r"[-_.]+", "-", other).lower()


def _inside(version, spec):
    try:
        return SpecifierSet(spec).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return True


def _sorted(notes):
    hot = {note["id"] for note in notes if note["exploited"]}
    return sorted(hot) + sorted({note["id"] for note in notes} - hot)


def _matching(bom, advisories, same=_same, inside=_inside, some=any):
    return [
        note
        for note in advisories
        for part in bom["components"]
        if note["ranges"]
        and same(part["name"], note["package"])
        and some(inside(part.get("version", "?"), spec) for spec in note["ranges"])
    ]


def by_advisory(bom, advisories):
    return _sorted(_matching(bom, advisories))


def _with(**changed):
    return lambda bom, advisories: _sorted(_matching(bom, advisories, **changed))


def _known(version, spec):
    try:
        return SpecifierSet(spec).contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False


def _final(version, spec):
    try:
        return SpecifierSet(spec).contains(Version(version), prereleases=False)
    except InvalidVersion:
        return True


def _numbers(version, spec):
    try:
        Version(version)
    except InvalidVersion:
        return True
    have = [int(number) for number in re.findall(r"\d+", version)]
    for part in filter(None, spec.split(",")):
        sign, limit = re.match(r"([<>=!]+)(.*)", part).groups()
        limit = [int(number) for number in re.findall(r"\d+", limit)]
        holds = {
            "<": have < limit, "<=": have <= limit, ">=": have >= limit, "==": have == limit,
            "!=": have != limit, ">": have > limit,
        }[sign]  # fmt: skip
        if not holds:
            return False
    return True


def _texts(version, spec):
    try:
        Version(version)
    except InvalidVersion:
        return True
    for part in filter(None, spec.split(",")):
        sign, limit = re.match(r"([<>=!]+)(.*)", part).groups()
        holds = {
            "<": version < limit, "<=": version <= limit, ">=": version >= limit, "==": version == limit,
            "!=": version != limit, ">": version > limit,
        }[sign]  # fmt: skip
        if not holds:
            return False
    return True


def _any_part(version, spec):
    return any(_inside(version, part) for part in spec.split(","))


def _joined(bom, advisories):
    joined = [
        {**note, "ranges": [",".join(filter(None, note["ranges"]))] * bool(note["ranges"])}
        for note in advisories
    ]
    return by_advisory(bom, joined)


def first_range_only(bom, advisories):
    return by_advisory(bom, [{**note, "ranges": note["ranges"][:1]} for note in advisories])


def by_id_only(bom, advisories):
    return sorted(by_advisory(bom, advisories))


def as_they_come(bom, advisories):
    return list(dict.fromkeys(note["id"] for note in _matching(bom, advisories)))


def exploited_only(bom, advisories):
    return _sorted([note for note in _matching(bom, advisories) if note["exploited"]])


def exploited_last(bom, advisories):
    return by_advisory(bom, [{**note, "exploited": not note["exploited"]} for note in advisories])


def twice(bom, advisories):
    found = _matching(bom, advisories)
    return [note["id"] for note in sorted(found, key=lambda note: (not note["exploited"], note["id"]))]


def _one_copy(wanted):
    def affected(bom, advisories):
        copies = {}
        for part in bom["components"]:
            copies.setdefault(re.sub(r"[-_.]+", "-", part["name"]).lower(), []).append(part)
        return by_advisory({"components": [wanted(parts) for parts in copies.values()]}, advisories)

    return affected


first_copy = _one_copy(lambda parts: parts[0])
last_copy = _one_copy(lambda parts: parts[-1])


def first_known_copy(bom, advisories):
    def known(parts):
        return next((part for part in parts if part.get("version", "?")[:1].isdigit()), parts[0])

    return _one_copy(known)(bom, advisories) if any_unknown(bom) else by_advisory(bom, advisories)


def any_unknown(bom):
    return not all(part.get("version", "?")[:1].isdigit() for part in bom["components"])


def one_id_twice(bom, advisories):
    found = {(not note["exploited"], note["id"]) for note in _matching(bom, advisories)}
    return [name for _, name in sorted(found)]


def last_advisory_says(bom, advisories):
    once = {note["id"]: note for note in _matching(bom, advisories)}.values()
    return [note["id"] for note in sorted(once, key=lambda note: (not note["exploited"], note["id"]))]


def exploited_anywhere(bom, advisories):
    hot = {note["id"] for note in advisories if note["exploited"]}
    found = {note["id"] for note in _matching(bom, advisories)}
    return sorted(found & hot) + sorted(found - hot)


def _unknown_apart(bom, advisories, **changed):
    """As it should be for versions that can be read, and changed for the others."""
    strange = [part for part in bom["components"] if not part.get("version", "?")[:1].isdigit()]
    strange += [part for part in bom["components"] if part.get("version") == "1.x"]
    known = [part for part in bom["components"] if part not in strange]
    if changed.pop("empty", True):
        return _sorted(
            _matching({"components": known}, advisories)
            + _matching({"components": strange}, advisories, **changed)
        )
    some = [note for note in advisories if any(note["ranges"])]
    return _sorted(_matching({"components": known}, advisories) + _matching({"components": strange}, some))


def empty_range_is_no_range(bom, advisories):
    return _unknown_apart(bom, advisories, empty=False)


def raw_names_for_unknown(bom, advisories):
    return _unknown_apart(bom, advisories, same=str.__eq__)


def the_model_too(bom, advisories):
    return by_advisory({"components": [*bom["components"], bom["metadata"]["component"]]}, advisories)


def libraries_only(bom, advisories):
    parts = [part for part in bom["components"] if part.get("type") == "library"]
    return by_advisory({"components": parts}, advisories)


def no_ranges_means_all(bom, advisories):
    return by_advisory(bom, [{**note, "ranges": note["ranges"] or [""]} for note in advisories])


def everything(bom, advisories):
    return _sorted(advisories)


def crashes_on_unknown(bom, advisories):
    return _sorted(
        _matching(
            bom,
            advisories,
            inside=lambda have, spec: SpecifierSet(spec).contains(Version(have), prereleases=True),
        )
    )


ANSWERS = Answers(
    right=[by_advisory],
    wrong=[
        Wrong(_with(same=lambda one, other: one == other), "names", "after canonicalize_name"),
        Wrong(
            _with(same=lambda one, other: one.lower() == other.lower()), "names", "after canonicalize_name"
        ),
        Wrong(_with(same=lambda one, other: _same(one[: len(other)], other)), "names", "whole names"),
        Wrong(
            _with(
                same=lambda one, other: re.sub(r"\W|_", "", one).lower() == re.sub(r"\W|_", "", other).lower()
            ),
            "names",
            "after canonicalize_name",
        ),
        Wrong(_with(inside=_known), "unknown", "may be vulnerable"),
        Wrong(crashes_on_unknown, "unknown", "InvalidVersion"),
        Wrong(_with(inside=_final), "versions", "Pre-releases count too"),
        Wrong(_with(inside=_numbers), "versions", "The list of ids is not right"),
        Wrong(_with(inside=_texts), "versions", "1.10 comes after 1.9"),
        Wrong(_with(inside=_any_part), "ranges", "all parts must hold"),
        Wrong(_with(some=all), "ranges", "one is enough"),
        Wrong(_joined, "ranges", "one is enough"),
        Wrong(first_range_only, "ranges", "one is enough"),
        Wrong(by_id_only, "order", "Exploited ones first"),
        Wrong(as_they_come, "order", "Exploited ones first"),
        Wrong(exploited_only, "order", "Exploited ones first"),
        Wrong(exploited_last, "order", "Exploited ones first"),
        Wrong(twice, "order", "Exploited ones first"),
        Wrong(first_copy, "ranges", "look at each copy"),
        Wrong(last_copy, "ranges", "look at each copy"),
        Wrong(first_known_copy, "unknown", "look at each copy"),
        Wrong(one_id_twice, "order", "Each id stands once"),
        Wrong(last_advisory_says, "order", "Each id stands once"),
        Wrong(exploited_anywhere, "order", "that concern you"),
        Wrong(empty_range_is_no_range, "unknown", "An empty range means every version"),
        Wrong(raw_names_for_unknown, "unknown", "after canonicalize_name"),
        Wrong(the_model_too, "names", "All of components counts"),
        Wrong(libraries_only, "names", "All of components counts"),
        Wrong(no_ranges_means_all, "ranges", "concerns nobody"),
        Wrong(everything, "ranges", "The list of ids is not right"),
    ],
)


EQUIVALENT = {
    "component.get('version', 'unknown') → component.get('version')": "Version refuses None like a bad text",
    "component.get('version', 'unknown') → component.get('version', '')": "neither is a version",
    "SpecifierSet(spec).contains(have, prereleases=True) → SpecifierSet(spec).contains(have)": (
        "packaging 26.3 counts pre-releases unless told not to; older ones need the argument"
    ),
}
