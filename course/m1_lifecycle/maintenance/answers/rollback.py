"""Answers to `maintenance.rollback`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from packaging.version import Version

from autograder.exercise import Answers, Wrong


def by_walking_down(registry, bad, schema):
    """From the newest to the oldest, the first that may serve."""
    limit = Version(bad)
    down = sorted(registry, key=lambda release: Version(release["version"]), reverse=True)
    for release in down:
        if not limit > Version(release["version"]):
            continue
        if release.get("verified") is not True or release.get("revoked") is not False:
            continue
        if schema in release["schemas"]:
            return release["version"]
    raise LookupError(f"no release to go back to from {bad}")


def _answer(registry, bad, schema, fits=None, below=None, key=None, pick=max, nothing=LookupError):
    def serves(release):
        return (
            release.get("verified") is True
            and release.get("revoked") is False
            and schema in release["schemas"]
        )

    def older(release):
        return Version(release["version"]) < Version(bad)

    kept = [release for release in registry if (fits or serves)(release) and (below or older)(release)]
    if not kept:
        if nothing is None:
            return None
        raise nothing(bad)
    return pick(kept, key=key or (lambda release: Version(release["version"])))["version"]


def as_text(registry, bad, schema):
    return _answer(
        registry,
        bad,
        schema,
        below=lambda r: r["version"] != bad and r["version"] < bad,
        key=lambda r: r["version"],
    )


def newest_as_text(registry, bad, schema):
    return _answer(registry, bad, schema, key=lambda r: r["version"])


def newest_of_all(registry, bad, schema):
    return _answer(registry, bad, schema, below=lambda r: r["version"] != bad)


def the_bad_one_too(registry, bad, schema):
    return _answer(registry, bad, schema, below=lambda r: Version(r["version"]) <= Version(bad))


def oldest(registry, bad, schema):
    return _answer(registry, bad, schema, pick=min)


def last_in_the_list(registry, bad, schema):
    return _answer(registry, bad, schema, pick=lambda kept, key: kept[-1])


def revoked_too(registry, bad, schema):
    return _answer(registry, bad, schema, fits=lambda r: r.get("verified") is True and schema in r["schemas"])


def unsigned_too(registry, bad, schema):
    return _answer(registry, bad, schema, fits=lambda r: r.get("revoked") is False and schema in r["schemas"])


def any_schema(registry, bad, schema):
    return _answer(
        registry, bad, schema, fits=lambda r: r.get("verified") is True and r.get("revoked") is False
    )


def unknown_is_fine(registry, bad, schema):
    return _answer(
        registry,
        bad,
        schema,
        fits=lambda r: r.get("verified", True) and not r.get("revoked") and schema in r["schemas"],
    )


def truthy(registry, bad, schema):
    return _answer(
        registry,
        bad,
        schema,
        fits=lambda r: r.get("verified") and r.get("revoked") is False and schema in r["schemas"],
    )


def first_schema(registry, bad, schema):
    return _answer(
        registry,
        bad,
        schema,
        fits=lambda r: (
            r.get("verified") is True and r.get("revoked") is False and r["schemas"][:1] == [schema]
        ),
    )


def newest_only(registry, bad, schema):
    """Looks at the newest older release, and gives up when it does not fit."""
    older = [release for release in registry if Version(release["version"]) < Version(bad)]
    if not older:
        raise LookupError(bad)
    newest = max(older, key=lambda release: Version(release["version"]))
    if newest.get("verified") is True and newest.get("revoked") is False and schema in newest["schemas"]:
        return newest["version"]
    raise LookupError(bad)


def none_instead(registry, bad, schema):
    return _answer(registry, bad, schema, nothing=None)


def value_error(registry, bad, schema):
    return _answer(registry, bad, schema, nothing=ValueError)


def keeps_the_bad(registry, bad, schema):
    try:
        return _answer(registry, bad, schema)
    except LookupError:
        return bad


def never(registry, bad, schema):
    raise LookupError(bad)


def one_is_true(registry, bad, schema):
    return _answer(
        registry,
        bad,
        schema,
        fits=lambda r: r.get("verified") == True and r.get("revoked") == False and schema in r["schemas"],  # noqa: E712
    )


def yes_is_true(registry, bad, schema):
    return _answer(
        registry,
        bad,
        schema,
        fits=lambda r: (
            r.get("verified") in (True, "yes") and r.get("revoked") is False and schema in r["schemas"]
        ),
    )


def text_is_not_revoked(registry, bad, schema):
    return _answer(
        registry,
        bad,
        schema,
        fits=lambda r: (
            r.get("verified") is True
            and (r.get("revoked") is False or isinstance(r.get("revoked"), str))
            and schema in r["schemas"]
        ),
    )


def rewritten(registry, bad, schema):
    return str(Version(_answer(registry, bad, schema)))


def a_version(registry, bad, schema):
    return Version(_answer(registry, bad, schema))


def numbers(registry, bad, schema):
    def parts(version):
        return tuple(map(int, version.removeprefix("v").split(".")))

    return _answer(
        registry,
        bad,
        schema,
        below=lambda r: parts(r["version"]) < parts(bad),
        key=lambda r: parts(r["version"]),
    )


def same_under_another_name(registry, bad, schema):
    return _answer(
        registry,
        bad,
        schema,
        below=lambda r: r["version"] != bad and Version(r["version"]) <= Version(bad),
    )


def schema_as_text(registry, bad, schema):
    return _answer(
        registry,
        bad,
        schema,
        fits=lambda r: (
            r.get("verified") is True and r.get("revoked") is False and str(schema) in str(r["schemas"])
        ),
    )


def newest_three(registry, bad, schema):
    older = [release for release in registry if Version(release["version"]) < Version(bad)]
    return _answer(sorted(older, key=lambda r: Version(r["version"]))[-3:], bad, schema)


def largest_of_none(registry, bad, schema):
    try:
        return _answer(registry, bad, schema)
    except LookupError:
        return max([])


def asks_for_the_field(registry, bad, schema):
    return _answer(
        registry,
        bad,
        schema,
        fits=lambda r: r["verified"] is True and r["revoked"] is False and schema in r["schemas"],
    )


def sorts_in_place(registry, bad, schema):
    registry.sort(key=lambda release: Version(release["version"]))
    return _answer(registry, bad, schema)


ANSWERS = Answers(
    right=[by_walking_down],
    wrong=[
        Wrong(as_text, "newest", "1.9.0 is larger than 1.10.0"),
        Wrong(newest_as_text, "newest", "1.9.0 is larger than 1.10.0"),
        Wrong(newest_of_all, "newest", "never to a newer one"),
        Wrong(the_bad_one_too, "newest", "The bad release itself"),
        Wrong(oldest, "newest", "The newest, not the oldest"),
        Wrong(last_in_the_list, "newest", "not the last in the list"),
        Wrong(revoked_too, "fit", "never served again"),
        Wrong(unsigned_too, "fit", "was not verified"),
        Wrong(any_schema, "fit", "must read the schema"),
        Wrong(unknown_is_fine, "fit", "is unknown"),
        Wrong(truthy, "fit", "is unknown"),
        Wrong(first_schema, "fit", "anywhere in the release's list"),
        Wrong(newest_only, "fit", "A release is left"),
        Wrong(none_instead, "none", "no error is raised"),
        Wrong(value_error, "none", "the wrong error is raised"),
        Wrong(keeps_the_bad, "none", "no error is raised"),
        Wrong(never, "newest", "A release is left"),
        Wrong(one_is_true, "fit", "is unknown"),
        Wrong(yes_is_true, "fit", "is unknown"),
        Wrong(text_is_not_revoked, "fit", "The version is not right"),
        Wrong(rewritten, "newest", "as it stands in the registry"),
        Wrong(a_version, "newest", "The version should be"),
        Wrong(numbers, "newest", "Not every part of a version"),
        Wrong(same_under_another_name, "newest", "The bad release itself"),
        Wrong(schema_as_text, "fit", "must read the schema"),
        Wrong(newest_three, "fit", "A release is left"),
        Wrong(largest_of_none, "none", "before you take the newest"),
        Wrong(asks_for_the_field, "fit", "A field may be missing"),
        Wrong(sorts_in_place, "inputs", "changed the registry"),
    ],
)
