"""The check of `maintenance.rollback`."""

from __future__ import annotations

from typing import Any

import numpy as np
from packaging.version import Version

from autograder.exercise import LearnerError, Trial, exercise

from ..material import refused, same, telling


@exercise(
    minutes=7,
    parts={
        "newest": (2, "gives the newest release below the bad one, by version and not by text"),
        "fit": (3, "passes over releases that are not verified, are revoked, or do not read the schema"),
        "none": (2, "raises LookupError when no release is left"),
        "inputs": (1, "leaves the registry as it was, and everything above is right"),
    },
    hints=(
        "Which releases may serve at all? Filter first, then take the newest of them.",
        "Version(text) compares as versions do. `is True` and `is False` accept the value itself only, and "
        "release.get(...) gives None where a field is missing.",
        "kept = [release for each release with verified is True and revoked is False\n"
        "        and schema in its schemas and its Version < Version(bad)]\n"
        "kept is empty: LookupError\n"
        "the version of the one with the largest Version",
    ),
    debrief=(
        "Makes the new release fail, so that you go back to one whose hole they know.",
        "Revokes a release on the day its flaw is known, so that no hurried hand can pick it. The price: "
        "sometimes "
        "none is left, and the service says so and answers nothing.",
    ),
    standards=("RV.2.2", "PS.3.1", "AML.M0014"),
)
def rollback(t: Trial, rollback) -> None:
    seen = False
    for rng in t.cases(6):
        schema = int(rng.integers(2, 9))
        for part, what, registry, bad in _cases(rng, schema):
            t.given(case=what, bad=bad)
            want = _chosen(registry, bad, schema)
            try:
                got, after = t.observe(rollback, registry, bad, schema)
            except LearnerError as error:
                if error.kind == "NotImplementedError":
                    raise
                with t.part(part):
                    t.wrong(
                        "A release is left, and an error was raised.",
                        expected=want,
                        got=error.what,
                        slip=_reason(error, registry, bad if part == "newest" else "", schema),
                    )
                with t.part("inputs"):
                    t.wrong("A release is left, and an error was raised.")
                continue
            seen = True
            with t.part(part):
                t.equal(
                    t.instance(got, str, "the version"),
                    want,
                    "the version",
                    slips=telling(
                        {text: _chosen(registry, bad, schema, **rules) for text, rules in SLIPS.items()}, want
                    ),
                )
            with t.part("inputs"):
                t.equal(t.instance(got, str, "the version"), want, "the version")
                t.expect(same(after[0], registry), "Your function changed the registry.")
        for what, registry, bad in _hopeless(rng, schema):
            t.given(case=what, bad=bad)
            with t.part("none"):
                refused(t, LookupError, what, lambda given=(registry, bad, schema): rollback(*given), _empty)
            with t.part("none"):
                t.expect(seen, "An answer that never finds a release may not raise either.")


MISSING = "A field may be missing: release.get(...) gives None then."
NUMBERS = "Not every part of a version is a number (1.10.0rc1): compare Version(text)."
TEXT = "As a text, 1.9.0 is larger than 1.10.0: compare Version(text)."
EMPTY = "The largest of nothing is a ValueError: raise LookupError before you take the newest."


SLIPS: dict[str, dict[str, Any]] = {
    TEXT: {"text": True},
    "Give the version as it stands in the registry, not as packaging writes it.": {"rewritten": True},
    "Roll back means below the bad release: never to a newer one.": {"newer": True},
    "The bad release itself is none to go back to.": {"same": True},
    "The newest, not the oldest.": {"oldest": True},
    "The newest by its version, not the last in the list.": {"last": True},
    "A revoked release is never served again.": {"revoked": True},
    "A release that was not verified may not serve.": {"verified": True},
    "Only True is verified, only False is not revoked: a missing or other value is unknown.": {"loose": True},
    "The release must read the schema of the requests.": {"schema_free": True},
    "The schema may stand anywhere in the release's list.": {"first": True},
}


def _chosen(registry: list, bad: str, schema: int, **rules: bool) -> str | None:
    """The right version, or the one of an answer that breaks a rule; None where there is none."""

    def number(release: dict) -> Version:
        return Version(release["version"])

    def fits(release: dict) -> bool:
        verified, revoked = release.get("verified"), release.get("revoked")
        if "loose" in rules:
            sound = bool(verified) and not revoked
        else:
            sound = ("verified" in rules or verified is True) and ("revoked" in rules or revoked is False)
        reads = release["schemas"][:1] if "first" in rules else release["schemas"]
        return sound and ("schema_free" in rules or schema in reads)

    limit = Version(bad)
    kept = [
        release
        for release in registry
        if fits(release)
        and (number(release) < limit or "newer" in rules or ("same" in rules and number(release) == limit))
        and not ("newer" in rules and number(release) == limit)
    ]
    if not kept:
        return None
    if "last" in rules:
        return kept[-1]["version"]
    if "text" in rules:
        return max(kept, key=lambda release: release["version"])["version"]
    found = (min if "oldest" in rules else max)(kept, key=number)["version"]
    return str(Version(found)) if "rewritten" in rules else found


def _empty(error: LearnerError | None) -> str:
    return EMPTY if error and error.kind == "ValueError" and "max()" in error.what else ""


def _reason(error: LearnerError, registry: list, bad: str, schema: int) -> str:
    """Why an error came although a release is left, where that can be told."""
    fields = [field in release for release in registry for field in ("verified", "revoked")]
    if error.kind == "KeyError" and not all(fields):
        return MISSING
    if error.kind == "ValueError" and "int()" in error.what:
        return NUMBERS
    fit = [release["version"] for release in registry if _chosen([release], "999", schema)]
    if error.kind in ("LookupError", "ValueError") and bad and not any(version < bad for version in fit):
        return TEXT
    return ""


def _release(version: str, schema: int, **more: Any) -> dict:
    return {"version": version, "verified": True, "revoked": False, "schemas": [schema], **more}


def _without(release: dict, field: str) -> dict:
    return {key: value for key, value in release.items() if key != field}


def _cases(rng: np.random.Generator, schema: int):
    """(part, what, registry, bad): where each rule alone decides."""
    major, start = int(rng.integers(1, 4)), int(rng.integers(2, 6))  # one digit each
    older, mid, old, bad, newer = (f"{major}.{start + i}.0" for i in range(5))
    base, middle, good = (_release(version, schema) for version in (older, mid, old))
    plain = [good, base, middle]

    yield "newest", "three releases below the bad one", plain, bad
    yield "newest", "a newer release than the bad one", [_release(newer, schema), *plain], bad
    yield "newest", "the bad one is in the registry", [_release(bad, schema), *plain], bad
    yield "newest", "both", [*plain, _release(newer, schema), _release(bad, schema)], bad
    yield "newest", "one release below it", [_release(bad, schema), base], bad
    ten = [_release(f"{major}.{minor}.0", schema) for minor in (9, 10, 2, 11)]
    yield "newest", "1.9.0 and 1.10.0", ten, f"{major}.11.0"
    patches = [_release(f"{major}.0.{patch}", schema) for patch in (9, 12, 10)]
    yield "newest", "1.0.9 and 1.0.10", patches, f"{major}.0.12"
    nine = [_release("9.0.0", schema), _release("10.0.0", schema), _release("11.0.0", schema)]
    yield "newest", "9.0.0 and 10.0.0", nine, "11.0.0"
    yield "newest", "the bad one is 10.0.0", nine, "10.0.0"

    early = [_release(f"{bad}rc1", schema), _release(f"{bad}rc2", schema), good]
    yield "newest", "release candidates of the bad one", early, bad
    as_written = [_release(f"{major}.9", schema), _release(f"v{major}.10.0", schema), base]
    yield "newest", "versions written as 1.9 and v1.10.0", as_written, f"{major}.11.0"
    again = [*as_written, _release(f"{major}.11", schema)]
    yield "newest", "the bad one, written as 1.11", again, f"{major}.11.0"

    five = [_release(f"{major}.{start + 9}.{i}", schema, revoked=True) for i in range(5)]
    yield "fit", "the five newest are revoked", [base, *five, good], f"{major}.{start + 10}.0"
    for what, spoilt in (*_spoilt(old, schema), *_unknown(old, schema)):
        worse = {"verified": False} if "verified" in what else {"revoked": True} if "revoked" in what else {}
        if worse:
            below = {**spoilt, "version": mid}
            yield "fit", f"the newest but one {what}", [below, base, {**good, **worse}], bad
        yield "fit", f"the newest {what}", [middle, spoilt, base], bad
    two = [_release(older, schema + 1), _release(old, schema, revoked=True), _release(f"{major}.0.0", schema)]
    yield "fit", "the two newest do not serve", two, bad
    for schemas in ([schema - 1, schema], [schema, schema + 1], [schema - 1, schema, schema + 1]):
        yield "fit", f"the newest reads {schemas}", [middle, {**good, "schemas": schemas}, base], bad
    yield "fit", "the bad one is revoked too", [base, good, _release(bad, schema, revoked=True)], bad


def _spoilt(version: str, schema: int):
    """(what, release): each reason why a release may not serve."""
    release = _release(version, schema)
    yield "is not verified", {**release, "verified": False}
    yield "is revoked", {**release, "revoked": True}
    yield "reads another schema", {**release, "schemas": [schema + 1]}
    yield "reads two others", {**release, "schemas": [schema - 1, schema + 1]}
    yield "reads no schema", {**release, "schemas": []}
    yield "reads schemas with the same digit", {**release, "schemas": [schema + 30, 10 * schema]}


def _unknown(version: str, schema: int):
    """(what, release): a field that says neither True nor False."""
    release = _release(version, schema)
    for field, values in (("verified", (None, "no", "yes", 1)), ("revoked", (None, "no", "", 0))):
        for value in values:
            yield f"has {field} {value!r}", {**release, field: value}
        yield f"has no field {field}", _without(release, field)


def _hopeless(rng: np.random.Generator, schema: int):
    """(what, registry, bad): nothing is left to go back to."""
    start = int(rng.integers(2, 9))
    bad = f"1.{start}.0"
    yield "an empty registry", [], bad
    yield "a registry with the bad release only", [_release(bad, schema)], bad
    yield "newer releases only", [_release(f"1.{start + 1}.0", schema), _release(f"2.{start}.0", schema)], bad
    reasons = list(_spoilt(f"1.{start - 1}.0", schema))
    yield "several older releases, none of which fits", [release for _, release in reasons], bad
    for what, release in reasons:
        yield f"one older release that {what}", [release, _release(bad, schema)], bad
