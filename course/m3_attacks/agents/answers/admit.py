"""Answers to `agents.admit`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import hashlib
import json
import unicodedata

from autograder.exercise import Answers, Wrong
from course.m3_attacks.agents.office import LOOKALIKES


def digest(tool):
    body = {"name": tool["name"], "description": tool["description"], "schema": tool["schema"]}
    return _sha(body)


def _sha(body, **how):
    how = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False, **how}
    return hashlib.sha256(json.dumps(body, **how).encode("utf-8")).hexdigest()


def looks(name):
    kept = ""
    for letter in unicodedata.normalize("NFKC", name).casefold().translate(LOOKALIKES):
        kept += letter if letter.isalnum() else ""
    return kept


def _admit(digest=digest, looks=looks, server=True, package=True, early=False):
    def admit(tool, server_, package_, pins):
        known = pins.get(tool["name"])
        if known is None:
            return "shadow" if any(looks(tool["name"]) == looks(name) for name in pins) else "unknown"
        if server and known[0] != server_:
            return "shadow"
        if digest(tool) != known[1]:
            return "changed"
        return "changed" if package and package_ != known[2] else "admit"

    return admit


def whole(tool):
    return _sha(tool)


def unsorted(tool):
    return _sha({key: tool[key] for key in ("name", "description", "schema")}, sort_keys=False)


def no_schema(tool):
    return _sha({key: tool[key] for key in ("name", "description")})


def no_description(tool):
    return _sha({key: tool[key] for key in ("name", "schema")})


def ascii_only(tool):
    return _sha({key: tool[key] for key in ("name", "description", "schema")}, ensure_ascii=True)


def spaced(tool):
    return _sha({key: tool[key] for key in ("name", "description", "schema")}, separators=None)


def joined(tool):
    text = tool["name"] + tool["description"] + json.dumps(tool["schema"], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def built_in(tool):
    return hash(repr(tool))


def names_only(tool, server, package, pins):
    return "admit" if tool["name"] in pins else "unknown"


def refuses_all(tool, server, package, pins):
    return "changed"


def required_as_set(tool):
    schema = {**tool["schema"], "required": sorted(tool["schema"].get("required", []))}
    return _sha({"name": tool["name"], "description": tool["description"], "schema": schema})


def lower_only(name):
    return name.lower()


def no_nfkc(name):
    return "".join(letter for letter in name.casefold().translate(LOOKALIKES) if letter.isalnum())


def table_first(name):
    name = unicodedata.normalize("NFKC", name).translate(LOOKALIKES).casefold()
    return "".join(letter for letter in name if letter.isalnum())


def no_table(name):
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())


def keeps_signs(name):
    return unicodedata.normalize("NFKC", name).casefold().translate(LOOKALIKES)


def begins_alike(tool, server, package, pins):
    if tool["name"] not in pins and any(looks(tool["name"]).startswith(looks(name)) for name in pins):
        return "shadow"
    return _admit()(tool, server, package, pins)


def folds_one_side(tool, server, package, pins):
    if tool["name"] not in pins:
        return "shadow" if looks(tool["name"]) in pins else "unknown"
    return _admit()(tool, server, package, pins)


def digest_first(tool, server, package, pins):
    known = pins.get(tool["name"])
    if known and (digest(tool), package) != known[1:]:
        return "changed"
    return _admit()(tool, server, package, pins)


def pops(tool, server, package, pins):
    answer = _admit()(tool, server, package, pins)
    tool.pop("icon", None)
    return answer


def learns(tool, server, package, pins):
    answer = _admit()(tool, server, package, pins)
    if answer == "unknown":
        pins[tool["name"]] = (server, digest(tool), package)
    return answer


def begins_with_package(tool, server, package, pins):
    known = pins.get(tool["name"])
    return _admit()(tool, server, known[2] if known and package[:8] == known[2][:8] else package, pins)


def _looks(form="NFKC", fold=str.casefold, table=LOOKALIKES, keep=str.isalnum):
    def looks(name):
        name = fold(unicodedata.normalize(form, name)).translate(table)
        return "".join(letter for letter in name if keep(letter))

    return looks


def casefold_first(name):
    name = unicodedata.normalize("NFKC", name.casefold()).translate(LOOKALIKES)
    return "".join(letter for letter in name if letter.isalnum())


def isalnum_first(name):
    name = "".join(letter for letter in name if letter.isalnum())
    return unicodedata.normalize("NFKC", name).casefold().translate(LOOKALIKES)


def filters_the_pins_only(tool, server, package, pins):
    """The four steps for what is offered, only the last for what is pinned."""
    if tool["name"] in pins:
        return _admit()(tool, server, package, pins)
    plain = ["".join(letter for letter in name if letter.isalnum()) for name in pins]
    return "shadow" if looks(tool["name"]) in plain else "unknown"


def skips_the_first(tool, server, package, pins):
    if tool["name"] in pins:
        return _admit()(tool, server, package, pins)
    return "shadow" if looks(tool["name"]) in [looks(name) for name in list(pins)[1:]] else "unknown"


def any_server(tool, server, package, pins):
    if tool["name"] in pins and server in [pin[0] for pin in pins.values()]:
        server = pins[tool["name"]][0]
    return _admit()(tool, server, package, pins)


def any_package(tool, server, package, pins):
    if tool["name"] in pins and package in [pin[2] for pin in pins.values()]:
        package = pins[tool["name"]][2]
    return _admit()(tool, server, package, pins)


def trims_the_server(tool, server, package, pins):
    return _admit()(tool, server.strip(), package, pins)


def any_case_of_the_hash(tool, server, package, pins):
    return _admit()(tool, server, package.lower(), pins)


def package_is_a_shadow(tool, server, package, pins):
    known = pins.get(tool["name"])
    return "shadow" if known and package != known[2] else _admit()(tool, server, package, pins)


def pinned_ones_shadow(tool, server, package, pins):
    """A pinned name is a shadow as well when it looks like another pinned one."""
    alike = [name for name in pins if name != tool["name"] and looks(name) == looks(tool["name"])]
    return "shadow" if alike else _admit()(tool, server, package, pins)


def sorts_the_schema(tool, server, package, pins):
    tool["schema"] = dict(sorted(tool["schema"].items()))
    return _admit()(tool, server, package, pins)


def _of(change):
    """The digest of a description that was tidied first."""

    def tidied(tool):
        return digest({**tool, "description": change(tool["description"])})

    return tidied, _admit(tidied)


def without_invisible(text):
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def type_is_object(tool):
    return digest({**tool, "schema": tool["schema"] and {**tool["schema"], "type": "object"}})


SMALL_TABLE = str.maketrans("\u0435\u043e01", "eool")

ANSWERS = Answers(
    right=[(digest, _admit()), (digest, _admit(looks=_looks()))],
    wrong=[
        Wrong((whole, _admit(whole)), "digest", "isn't shown the rest"),
        Wrong((unsorted, _admit(unsorted)), "digest", "Sort the keys"),
        Wrong((no_schema, _admit(no_schema)), "digest", "The schema is missing"),
        Wrong((no_description, _admit(no_description)), "digest", "The description is missing"),
        Wrong((ascii_only, _admit()), "digest", "ensure_ascii=False"),
        Wrong((spaced, _admit()), "digest", "separators"),
        Wrong((joined, _admit(joined)), "digest", "the digest"),
        Wrong((built_in, _admit(built_in)), "digest", "the digest"),
        Wrong((required_as_set, _admit(required_as_set)), "digest", "the digest"),
        Wrong(
            (digest, names_only),
            "changed",
            "The verdict on a longer",
            also=(
                "A pinned name from another server is a shadow, whatever its digest.",
                "The definition says nothing about the code: compare the package too.",
            ),
        ),
        Wrong((digest, refuses_all), "changed", "The verdict on the pinned tool itself"),
        Wrong((digest, _admit(package=False)), "changed", "compare the package too"),
        Wrong((digest, _admit(server=False)), "shadow", "whatever its digest"),
        Wrong((digest, _admit(looks=lower_only)), "shadow", "a name with a Cyrillic"),
        Wrong((digest, _admit(looks=no_nfkc)), "shadow", "wide letters"),
        Wrong((digest, _admit(looks=table_first)), "shadow", "a Cyrillic capital"),
        Wrong((digest, _admit(looks=no_table)), "shadow", "Cyrillic"),
        Wrong((digest, _admit(looks=keeps_signs)), "shadow", "separator"),
        Wrong((digest, begins_alike), "unknown", "The verdict on a tool named"),
        Wrong((digest, folds_one_side), "shadow", "The verdict on"),
        Wrong((digest, digest_first), "shadow", "another server and another package"),
        Wrong((digest, pops), "changed", "changed the tool or the pins"),
        Wrong((digest, learns), "unknown", "changed the tool or the pins"),
        Wrong((digest, begins_with_package), "changed", "differs in the last letter"),
        Wrong((digest, _admit(looks=_looks(fold=str.lower))), "shadow", "sharp s"),
        Wrong((digest, _admit(looks=_looks(form="NFKD"))), "unknown", "a tool named"),
        Wrong((digest, _admit(looks=casefold_first)), "shadow", "bold capitals"),
        Wrong((digest, _admit(looks=isalnum_first)), "shadow", "with a circle"),
        Wrong((digest, _admit(looks=_looks(table=SMALL_TABLE))), "shadow", "a name with"),
        Wrong(
            (digest, _admit(looks=_looks(keep=lambda c: c not in "_-. \u200b"))), "shadow", "The verdict on"
        ),
        Wrong((digest, _admit(looks=_looks(keep=lambda c: c.isascii() and c.isalnum()))), "unknown", "named"),
        Wrong((digest, filters_the_pins_only), "shadow", "The verdict on"),
        Wrong((digest, skips_the_first), "shadow", "The verdict on"),
        Wrong((digest, any_server), "shadow", "the server of another pinned tool"),
        Wrong((digest, any_package), "changed", "the package of another pinned tool"),
        Wrong((digest, trims_the_server), "shadow", "with a blank"),
        Wrong((digest, any_case_of_the_hash), "changed", "in capitals"),
        Wrong((digest, package_is_a_shadow), "changed", "from another package"),
        Wrong((digest, pinned_ones_shadow), "changed", "the pinned tool itself"),
        Wrong((digest, sorts_the_schema), "changed", "changed the tool or the pins"),
        Wrong(_of(str.strip), "changed", "a blank at the end"),
        Wrong(_of(lambda text: unicodedata.normalize("NFC", text)), "changed", "as two characters"),
        Wrong(_of(without_invisible), "changed", "invisible"),
        Wrong(_of(lambda text: text[:1000]), "digest", "the digest"),
        Wrong((type_is_object, _admit(type_is_object)), "changed", "another type"),
    ],
)

_JOINED = "join((letter for letter in name if letter.isalnum()))"
EQUIVALENT = {f"''.{_JOINED} → 'x'.{_JOINED}": "both sides are joined alike"}
