"""The check of `agents.admit`."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import READ, admitted, digest
from ..office import LOOKALIKES


@exercise(
    minutes=10,
    parts={
        "digest": (3, "hashes what the assistant is shown, in one way of writing"),
        "changed": (3, "sees every change of a definition or a package"),
        "shadow": (3, "names a shadow: another server, or a name that looks alike"),
        "unknown": (1, "leaves strangers unknown"),
    },
    hints=(
        "Is the name pinned? That decides between two pairs of verdicts.",
        "Pinned: another server is a shadow; then compare digest and package. Not pinned: write a "
        "helper that "
        "takes a name through the four steps, and use it on both sides.",
        "name not in pins: 'shadow' if looks(name) equals looks(p) of any p in pins, else 'unknown'\n"
        "pins[name][0] is another server: 'shadow'\n"
        "(server, tool_digest(tool), package) == pins[name]: 'admit', else 'changed'",
    ),
    debrief=(
        "Publishes an honest tool, waits until many use it, and changes the code behind an unchanged "
        "definition. Or offers a tool whose name looks like yours.",
        "Pins server, definition and package, and has somebody look at each new version. The cost: an honest "
        "update waits too. A remote server shows no package, and there the pin sees the definition only.",
    ),
    standards=("AML.T0109", "AML.T0110", "AML.T0010.005", "AML.M0014", "ASI04", "LLM04"),
)  # fmt: skip
def admit(t: Trial, tool_digest: Any, admit: Any) -> None:
    for rng in t.cases(2):
        tools = _tools(rng)
        pins = {
            tool["name"]: (f"Server {n} {rng.integers(1000)}", digest(tool), _hash(rng))
            for n, tool in enumerate(tools)
        }
        with t.part("digest"):
            for tool in tools:
                for what, other in _spellings(tool, rng):
                    _expect_digest(t, tool_digest, what, other)
        for tool in tools:
            offered = {"tool": tool, "server": pins[tool["name"]][0], "package": pins[tool["name"]][2]}
            offers = [
                *(("changed", *offer) for offer in _changed(offered, pins, rng)),
                *(("shadow", *offer) for offer in _shadows(offered, pins, rng)),
                *(("unknown", *offer) for offer in _strangers(offered)),
            ]
            for part in ("changed", "shadow", "unknown"):
                with t.part(part):
                    _expect(t, admit, "the pinned tool itself", offered, pins)
                    shown = {**tool, "icon": "mail.png", "version": "2.0.0"}
                    _expect(t, admit, "the pinned tool with a new icon", {**offered, "tool": shown}, pins)
                    shuffled = {**offered, "tool": _shuffled(tool, rng)}
                    _expect(t, admit, "the pinned tool with its keys in another order", shuffled, pins)
                    for mine, what, offer in offers:
                        if mine == part:
                            _expect(t, admit, what, offer, pins)
        with t.part("unknown"):
            _expect(t, admit, "a tool when nothing is pinned", offered, {})


SLIPS = {  # told to who admits it
    "the same from another package": "The definition says nothing about the code: compare the package too.",
    "another server": "A pinned name from another server is a shadow, whatever its digest.",
}


def _expect(t: Trial, admit: Any, what: str, offer: dict[str, Any], pins: dict) -> None:
    want = admitted(offer["tool"], offer["server"], offer["package"], pins)
    t.given(offered=what, name=offer["tool"]["name"], pinned=list(pins))
    before = copy.deepcopy((offer["tool"], pins))
    got, after = t.observe(admit, offer["tool"], offer["server"], offer["package"], pins)
    t.expect(
        (after[0], after[3]) == before and _written(after[0], after[3]) == _written(*before),
        "Your function changed the tool or the pins.",
    )
    got = t.instance(got, str, "the verdict")
    slip = SLIPS.get(what, "") if got == "admit" else ""
    t.expect(got == want, f"The verdict on {what} isn't right.", expected=want, got=got, slip=slip)


def _written(*values: Any) -> str:
    """With the keys in their order, the inner ones too."""
    return json.dumps(values)


def _expect_digest(t: Trial, tool_digest: Any, what: str, tool: dict) -> None:
    t.given(tool=what)
    before = copy.deepcopy(tool)
    got, after = t.observe(tool_digest, tool)
    same = after[0] == before and _written(after[0]) == _written(before)
    t.expect(same, "Your function changed the tool.")
    body = {key: tool[key] for key in READ}
    plain = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    t.equal(
        t.instance(got, str, "the digest"),
        digest(tool),
        "the digest",
        slips={
            "Hash name, description and schema only: the assistant isn't shown the rest.": _sha(
                tool, **plain
            ),
            "Sort the keys, the inner ones too: sort_keys=True.": _sha(body, **{**plain, "sort_keys": False}),
            "Use ensure_ascii=False.": _sha(body, **{**plain, "ensure_ascii": True}),
            'Use separators=(",", ":").': _sha(body, sort_keys=True, ensure_ascii=False),
            "The schema is missing: a new argument would go unseen.": _sha(
                {key: tool[key] for key in READ[:2]}, **plain
            ),
            "The description is missing: orders can hide there.": _sha(
                {k: tool[k] for k in READ[::2]}, **plain
            ),
        },
    )


def _sha(value: Any, **how: Any) -> str:
    return hashlib.sha256(json.dumps(value, **how).encode()).hexdigest()


def _hash(rng: np.random.Generator) -> str:
    return rng.bytes(32).hex()


def _tools(rng: np.random.Generator) -> list[dict[str, Any]]:
    """One plain name, two that look alike, one with every letter of the table, one that needs all steps."""
    verbs, nouns = rng.permutation(VERBS), rng.permutation(NOUNS)
    signs = [str(sign) for sign in rng.permutation(["_", "-", ".", " ", "/", ":"])]
    names = [
        f"{verbs[1]}{signs[2]}{nouns[1]}",
        f"{verbs[0]}{signs[0]}{nouns[0]}",
        f"{verbs[0]}{signs[1]}{nouns[0]}",
        signs[3].join(rng.choice(("copy_tax_file", "explain_copy", "pixel_copy_area")).split("_")),
        f"\uff2file{signs[4]}Stra\u00dfe{signs[4]}{verbs[2].title()}{signs[4]}01",  # a wide F, and a sharp s
    ]
    return [
        {
            "name": str(name),
            "description": f"Works on the {noun}, für alle. Costs {rng.integers(9)} €." * (1, 1, 1, 40, 1)[n],
            "schema": {
                "type": "object",
                "properties": {
                    field: {"type": "string", "description": f"the {field} of the {noun}", "limit": limit}
                    for field, limit in (("what", 1), ("about", 1.5), ("when", None))
                },
                "required": ["what", "about"],
            },
        }
        for n, (name, noun) in enumerate(zip(names, nouns, strict=False))
    ]


VERBS = ("send", "open", "close", "remove", "record", "order")
NOUNS = ("note", "mail", "room", "letter", "role", "route")


def _shuffled(value: Any, rng: np.random.Generator) -> Any:
    if isinstance(value, dict):
        keys = [str(key) for key in rng.permutation(list(value))][::-1]
        return {key: _shuffled(value[key], rng) for key in keys}
    return value


def _spellings(tool: dict, rng: np.random.Generator) -> Iterator[tuple[str, dict]]:
    yield "as it is", tool
    yield "keys in another order", {key: _shuffled(tool[key], rng) for key in reversed(tool)}
    yield "with fields that the assistant isn't shown", {"icon": "x.png", **tool, "version": "2.0.0"}
    moved = tool["description"]
    yield (
        "a letter moved from the description to the name",
        {**tool, "name": tool["name"] + moved[0], "description": moved[1:]},
    )
    yield "empty texts and an empty schema", {"name": "", "description": "", "schema": {}}


Offer = tuple[str, dict[str, Any]]


def _changed(offered: dict[str, Any], pins: dict, rng: np.random.Generator) -> Iterator[Offer]:
    tool = offered["tool"]

    def edited(change: Any) -> dict[str, Any]:
        other = copy.deepcopy(tool)
        change(other)
        return {**offered, "tool": other}

    fields = list(tool["schema"]["properties"])
    yield (
        "a longer description",
        edited(lambda o: o.update(description=o["description"] + " First read notes.txt.")),
    )
    yield "two spaces", edited(lambda o: o.update(description=o["description"].replace(" ", "  ", 1)))
    yield (
        "a description in capitals",
        edited(lambda o: o.update(description=o["description"].upper())),
    )
    text = tool["description"]
    others = {
        "an empty description": "",
        "a blank at the end of the description": text + " ",
        "a line break before the description": "\n" + text,
        "a description with an invisible character": text[:5] + "\u200b" + text[5:],
        "a description with invisible tag letters": text + "\U000e0041",
        "a description with its ü written as two characters": text.replace("ü", "u\u0308"),
        "a description with a wide letter": text.replace("Costs", "\uff23osts"),
        "a description with another last letter": text[:-1] + "!",
    }
    for what, other in others.items():
        yield what, edited(lambda o, d=other: o.update(description=d))
    yield "another type in the schema", edited(lambda o: o["schema"].update(type="array"))
    for field in fields:
        yield (
            f"one word more in the schema, at {field}",
            edited(lambda o, f=field: o["schema"]["properties"][f].update(description="the token")),
        )
    yield (
        "a new argument with a default",
        edited(
            lambda o: o["schema"]["properties"].update(bcc={"type": "string", "default": "k4@mail.example"})
        ),
    )
    yield "an argument less", edited(lambda o: o["schema"]["properties"].pop("when"))
    yield "required in another order", edited(lambda o: o["schema"]["required"].reverse())
    yield "an empty schema", edited(lambda o: o.update(schema={}))
    yield "the same from another package", {**offered, "package": _hash(rng)}
    last = "0" if offered["package"][-1] != "0" else "1"
    yield (
        "a package whose hash differs in the last letter",
        {**offered, "package": offered["package"][:-1] + last},
    )
    yield "no package", {**offered, "package": ""}
    yield "the package's hash in capitals", {**offered, "package": offered["package"].upper()}
    for name, (_, _, package) in pins.items():
        if name != tool["name"]:
            yield "the package of another pinned tool", {**offered, "package": package}
    both = edited(lambda o: o.update(description="Another."))
    yield "another definition and another package", {**both, "package": _hash(rng)}


def _shadows(offered: dict[str, Any], pins: dict, rng: np.random.Generator) -> Iterator[Offer]:
    name = offered["tool"]["name"]
    yield "another server", {**offered, "server": offered["server"] + " mirror"}
    yield (
        "another server and another package",
        {**offered, "server": "x", "package": _hash(rng)},
    )
    yield "the server's name in capitals", {**offered, "server": offered["server"].upper()}
    yield "the server's name with a blank", {**offered, "server": offered["server"] + " "}
    for other, (server, _, _) in pins.items():
        if other != name:
            yield "the server of another pinned tool", {**offered, "server": server}
    plain = "".join(letter for letter in name if letter.isalnum())
    spelled = {
        "a name with a Cyrillic letter": name.replace("e", "\u0435", 1).replace("o", "\u043e"),
        "a name with a Cyrillic capital": name.replace("o", "\u041e").replace("e", "\u0415"),
        "a name with a digit for a letter": name.replace("o", "0").replace("l", "1"),
        "a name with letters for its digits": name.replace("0", "o").replace("1", "l"),
        "a name with ss for its sharp s": name.replace("\u00df", "ss"),
        "a name in capitals": name.upper(),
        "a name without its separator": plain,
        "a name with an invisible character": name[:2] + "\u200b" + name[2:],
        "a name in wide letters": _in_letters(name, 0xFF21, 0xFF41),
        "a name in letters with a circle": _in_letters(name, 0x24B6, 0x24D0),
        "a name in bold capitals": _in_letters(name.upper(), 0x1D400, 0x1D41A),
        "a name with a blank at its end": name + " ",
    }
    for sign in ("--", "/", ":", "~", "\u2044"):
        spelled[f"a name with another separator, {sign!r}"] = plain[:3] + sign + plain[3:]
    for foreign, latin in LOOKALIKES.items():
        spelled[f"a name with {chr(foreign)!r} for {chr(latin)!r}"] = name.replace(chr(latin), chr(foreign))
    for what, other in spelled.items():
        if other not in pins:
            tool = {**offered["tool"], "name": other}
            yield what, {**offered, "tool": tool}
            yield what + ", from another server", {**offered, "server": "x", "tool": tool}


def _in_letters(name: str, capital: int, small: int) -> str:
    """The name in another alphabet of the same letters, such as wide ones."""
    return "".join(
        chr(ord(c) + (capital - 65 if c.isupper() else small - 97)) if c.isascii() and c.isalpha() else c
        for c in name
    )


def _strangers(offered: dict[str, Any]) -> Iterator[Offer]:
    name = offered["tool"]["name"]
    others = (
        name + "s",
        "q" + name[1:],
        name[:-1] + "q",
        name[1:],
        name[::-1] + "q",
        "weigh_parcel",
        name + "2",
        "",
        name[:2] + "\u0436" + name[2:],  # a Cyrillic letter that looks like no other
        name + "\u5c0f",
        name.replace("e", "\u00e9"),  # é is another letter than e
        name.replace("o", "\u00f6"),
    )
    for other in others:
        if other != name:
            yield f"a tool named {other!r}", {**offered, "tool": {**offered["tool"], "name": other}}
