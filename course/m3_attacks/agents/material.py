"""What the checks of `agents` share: the guards as the text defines them, and how the board was measured."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np

from .office import (
    DESTINATION,
    EFFECTS,
    INSIDE,
    LOOKALIKES,
    MAIL_TOOL,
    SERVER,
    UNTRUSTED,
    full_day,
    run_day,
)

READ = ("name", "description", "schema")  # what the assistant is shown of a tool


def digest(tool: dict) -> str:
    body = {key: tool[key] for key in READ}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def folded(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).casefold().translate(LOOKALIKES)
    return "".join(letter for letter in name if letter.isalnum())


def admitted(tool: dict, server: str, package: str, pins: dict) -> str:
    name = tool["name"]
    if name in pins:
        if pins[name][0] != server:
            return "shadow"
        return "admit" if pins[name] == (server, digest(tool), package) else "changed"
    return "shadow" if folded(name) in {folded(pinned) for pinned in pins} else "unknown"


class Notes:
    """A memory as the text asks for it. Each flag is one slip."""

    def __init__(self, **slips: Any) -> None:
        self.slips, self.notes = slips, {}

    def write(self, text, source, user, now, parents=(), ttl=30):
        known = [self.notes.get(parent) for parent in parents]
        if self.slips.get("deleted"):
            known = [note for note in known if note]
        mine = all(
            note and note["trusted"] and (note["user"] == user or self.slips.get("family")) for note in known
        )
        if self.slips.get("any_parent") and known:
            mine = any(note and note["trusted"] for note in known)
        sources = ("user", "agent") if self.slips.get("agent") else ("user",)
        trusted = source in sources and (mine or bool(self.slips.get("parents")))
        name = len(self.notes) + 1
        self.notes[name] = {
            "text": text, "user": user, "trusted": trusted, "until": now + ttl,
            "typed": source in sources, "known": known,
        }  # fmt: skip
        return name

    def trusts(self, note):
        live = self.slips.get("live") and note["typed"]
        return note["trusted"] or (
            live and all(one and self.trusts(one) and one["user"] == note["user"] for one in note["known"])
        )

    def confirm(self, name, text, user):
        note = self.notes.get(name)
        if note is None or (note["user"] != user and not self.slips.get("anyone")):
            return False
        if note["text"] != text and not self.slips.get("unread"):
            return False
        if self.slips.get("rests") and not all(one and one["trusted"] for one in note["known"]):
            return False
        note["trusted"] = True
        return True

    def recall(self, user, now, instructions):
        return [
            note["text"]
            for note in self.notes.values()
            if (note["user"] == user or self.slips.get("shared"))
            and (now <= note["until"] if not self.slips.get("early") else now < note["until"])
            and (self.trusts(note) or not instructions or self.slips.get("orders"))
            and (self.trusts(note) or not self.slips.get("drops"))
            and (instructions or not self.trusts(note) or not self.slips.get("apart"))
        ]


def allowed(call: tuple[str, str, str], chain: Sequence[str], grants: dict) -> bool:
    tool, resource, owner = call

    def holds(who: str) -> bool:
        return any(
            t in (tool, "*") and (r == "*" or (owner == chain[0] if r == "own" else r == resource))
            for t, r in grants.get(who, ())
        )

    return bool(chain) and all(map(holds, chain))


def untrusted(sources: set[str]) -> bool:
    return any(source.split(":")[0] in UNTRUSTED for source in sources)


def verdict(act: dict, known: set) -> str:
    tool, args, origin = act["tool"], act["args"], act["origin"]
    if tool not in EFFECTS:
        return "allow"
    if untrusted(act["asked_by"]):
        return "deny"
    name = DESTINATION.get(tool)
    swapped = bool(name) and untrusted(origin[name])
    if tool == "send_mail" and act["secret"] and not args["to"].endswith(INSIDE):
        return "deny" if swapped else "confirm"
    if tool == "delete" or (swapped and args[name] not in known):
        return "confirm"
    return "allow"


def every_effect(act: dict, known: set) -> str:
    return "confirm" if act["tool"] in EFFECTS else "allow"


PINS = {
    name: (SERVER, digest({**MAIL_TOOL, "name": name}), "reviewed")
    for name in ("send_mail", "pay", "delete", "read")
}
GATES = {"off": None, "labels": verdict, "ask": every_effect}


def measure(seeds: Sequence[int] = range(20)) -> dict[str, dict[str, float]]:
    """The means over seeds of all 24 settings of the board."""
    board = {}
    for tools in (False, True):
        for memory in (False, True):
            for rights in (False, True):
                for name, gate in GATES.items():
                    runs = [
                        run_day(
                            full_day(np.random.default_rng(seed)),
                            admitted if tools else None, PINS, Notes if memory else None,
                            allowed if rights else None, gate,
                        )
                        for seed in seeds
                    ]  # fmt: skip
                    key = f"{tools:d}{memory:d}{rights:d} {name}"
                    board[key] = {
                        what: round(float(np.mean([run[what] for run in runs])), 3) for what in runs[0]
                    }
    return board


if __name__ == "__main__":
    from course.explore.measured import write_measured

    from . import switchboard

    write_measured(switchboard.__file__, measure())
