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


ANSWERS = Answers(
    right=[(digest, _admit())],
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
            also=("A pinned name from another server is a shadow, whatever its digest.",),
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
    ],
)

_JOINED = "join((letter for letter in name if letter.isalnum()))"
EQUIVALENT = {f"''.{_JOINED} → 'x'.{_JOINED}": "both sides are joined alike"}
