"""Answers to `agents.Memory`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from typing import ClassVar

from autograder.exercise import Answers, Wrong


class ByLists:
    """Keeps one list of rows, and a set of the ids that are trusted."""

    def __init__(self):
        self.rows, self.good = [], set()

    def write(self, text, source, user, now, parents=(), ttl=30):
        name = 100 + len(self.rows)
        owners = {row[0]: row[2] for row in self.rows}
        if source == "user" and not [p for p in parents if p not in self.good or owners[p] != user]:
            self.good.add(name)
        self.rows.append((name, text, user, now + ttl))
        return name

    def confirm(self, id, text, user):
        fits = [row for row in self.rows if row[:3] == (id, text, user)]
        self.good.update(row[0] for row in fits)
        return bool(fits)

    def recall(self, user, now, instructions):
        return [
            text
            for name, text, owner, until in self.rows
            if owner == user and until >= now and (name in self.good or not instructions)
        ]


class _Memory:
    """The right one, in pieces that a wrong one replaces."""

    def __init__(self):
        self.notes = {}

    def good(self, source, user, above):
        return source == "user" and all(note and note["trusted"] and note["user"] == user for note in above)

    def write(self, text, source, user, now, parents=(), ttl=30):
        above = [self.notes.get(parent) for parent in parents]
        name = len(self.notes) + 1
        trusted = bool(self.good(source, user, above))
        self.notes[name] = {
            "text": text,
            "user": user,
            "until": now + ttl,
            "trusted": trusted,
            "above": above,
        }
        return name

    def fits(self, note, text, user):
        return note["text"] == text and note["user"] == user

    def confirm(self, id, text, user):
        note = self.notes.get(id)
        if note is None or not self.fits(note, text, user):
            return False
        note["trusted"] = True
        return True

    def valid(self, note, now):
        return now <= note["until"]

    def mine(self, note, user):
        return note["user"] == user

    def shown(self, note, instructions):
        return note["trusted"] or not instructions

    def recall(self, user, now, instructions):
        return [
            note["text"]
            for note in self.notes.values()
            if self.mine(note, user) and self.valid(note, now) and self.shown(note, instructions)
        ]


class Naive(_Memory):
    def good(self, source, user, above):
        return True


class Laundering(_Memory):
    def good(self, source, user, above):
        return source in ("user", "agent") and super().good("user", user, above)


class IgnoresParents(_Memory):
    def good(self, source, user, above):
        return source == "user"


class AnyParent(_Memory):
    def good(self, source, user, above):
        return source == "user" and (
            not above or any(n and n["trusted"] and n["user"] == user for n in above)
        )


class LastParent(_Memory):
    def good(self, source, user, above):
        return super().good(source, user, above[-1:])


class ForgetsUnknown(_Memory):
    def good(self, source, user, above):
        return super().good(source, user, [note for note in above if note])


class Family(_Memory):
    def good(self, source, user, above):
        return source == "user" and all(note and note["trusted"] for note in above)


class Prefix(_Memory):
    def good(self, source, user, above):
        return super().good("user" if source.startswith("user") else source, user, above)


class AnyCase(_Memory):
    def good(self, source, user, above):
        return super().good(source.lower(), user, above)


class ExpiredParents(_Memory):
    """A parent that has expired is thrown away first."""

    def write(self, text, source, user, now, parents=(), ttl=30):
        parents = [p for p in parents if p not in self.notes or self.notes[p]["until"] >= now]
        return super().write(text, source, user, now, parents, ttl)


class ById(_Memory):
    def fits(self, note, text, user):
        return note["user"] == user


class ByAnyone(_Memory):
    def fits(self, note, text, user):
        return note["text"] == text


class ByTrimmed(_Memory):
    def fits(self, note, text, user):
        return note["text"].strip() == text.strip() and note["user"] == user


class TellsOnly(_Memory):
    def confirm(self, id, text, user):
        note = self.notes.get(id)
        return note is not None and self.fits(note, text, user)


class AlwaysTrue(_Memory):
    def confirm(self, id, text, user):
        super().confirm(id, text, user)
        return True


class RaisesUnknown(_Memory):
    def confirm(self, id, text, user):
        self.notes[id]
        return super().confirm(id, text, user)


class Spreads(_Memory):
    """A confirmed parent makes trusted what rests on it."""

    def confirm(self, id, text, user):
        answer = super().confirm(id, text, user)
        for note in self.notes.values():
            if answer and self.notes[id] in note["above"]:
                note["trusted"] = True
        return answer


class Distrusts(_Memory):
    """A wrong confirmation takes the trust away."""

    def confirm(self, id, text, user):
        answer = super().confirm(id, text, user)
        if not answer and id in self.notes and self.notes[id]["user"] == user:
            self.notes[id]["trusted"] = False
        return answer


class Shared(_Memory):
    def mine(self, note, user):
        return True


class AnySpelling(_Memory):
    def mine(self, note, user):
        return note["user"].lower().strip() == user.lower().strip()


class Early(_Memory):
    def valid(self, note, now):
        return now < note["until"]


class Forever(_Memory):
    def valid(self, note, now):
        return True


class ForeverData(_Memory):
    def recall(self, user, now, instructions):
        return super().recall(user, now if instructions else -(10**9), instructions)


class FixedTtl(_Memory):
    def write(self, text, source, user, now, parents=(), ttl=30):
        return super().write(text, source, user, now, parents)


class OtherDefault(_Memory):
    def write(self, text, source, user, now, parents=(), ttl=31):
        return super().write(text, source, user, now, parents, ttl)


class Orders(_Memory):
    def shown(self, note, instructions):
        return True


class Drops(_Memory):
    def shown(self, note, instructions):
        return note["trusted"]


class Apart(_Memory):
    def shown(self, note, instructions):
        return note["trusted"] == instructions


class Nothing(_Memory):
    def recall(self, user, now, instructions):
        return []


class Sorted(_Memory):
    def recall(self, user, now, instructions):
        return sorted(super().recall(user, now, instructions))


class Once(_Memory):
    def recall(self, user, now, instructions):
        return list(dict.fromkeys(super().recall(user, now, instructions)))


class AsTuple(_Memory):
    def recall(self, user, now, instructions):
        return tuple(super().recall(user, now, instructions))


class SameId(_Memory):
    def write(self, text, source, user, now, parents=(), ttl=30):
        super().write(text, source, user, now, parents, ttl)
        return 1


class OnTheClass(_Memory):
    kept: ClassVar[dict] = {}

    def __init__(self):
        self.notes = self.kept


ANSWERS = Answers(
    right=[ByLists],
    wrong=[
        Wrong(Naive, "trust", "came back as an order"),
        Wrong(Laundering, "trust", "The assistant wrote it"),
        Wrong(IgnoresParents, "trust", "on top of an untrusted note"),
        Wrong(
            AnyParent,
            "trust",
            "The answer of recall",
            also=("Every parent has to be trusted, not just one.",),
        ),
        Wrong(LastParent, "trust", "The answer of recall"),
        Wrong(ForgetsUnknown, "trust", "doesn't know"),
        Wrong(Family, "trust", "of another user"),
        Wrong(Prefix, "trust", "a note from 'user:1'"),
        Wrong(AnyCase, "trust", "a note from 'User'"),
        Wrong(ExpiredParents, "trust", "that has expired"),
        Wrong(ById, "confirm", "Compare the text"),
        Wrong(ByAnyone, "confirm", "Only the note's own user"),
        Wrong(ByTrimmed, "confirm", "another text"),
        Wrong(TellsOnly, "confirm", "the owner confirms"),
        Wrong(AlwaysTrue, "confirm", "The answer of confirm"),
        Wrong(RaisesUnknown, "confirm", "KeyError"),
        Wrong(Spreads, "confirm", "a parent, after what was derived"),
        Wrong(Distrusts, "confirm", "a trusted note, and another text"),
        Wrong(Shared, "users", "never comes back"),
        Wrong(AnySpelling, "users", "notes of six users"),
        Wrong(Early, "expiry", "still valid"),
        Wrong(Forever, "expiry", "The answer of recall"),
        Wrong(ForeverData, "expiry", "The answer of recall"),
        Wrong(FixedTtl, "expiry", "a note with ttl"),
        Wrong(OtherDefault, "expiry", "ttl left out"),
        Wrong(Orders, "trust", "came back as an order"),
        Wrong(Drops, "data", "as data"),
        Wrong(Apart, "data", "trusted ones too"),
        Wrong(Nothing, "trust", "The answer of recall"),
        Wrong(Sorted, "data", "The answer of recall"),
        Wrong(Once, "data", "The answer of recall"),
        Wrong(AsTuple, "data", "the answer of recall"),
        Wrong(SameId, "trust", "An id was used before"),
        Wrong(OnTheClass, "data", "an empty store"),
    ],
)

EQUIVALENT = {
    "len(self.notes) + 1 → len(self.notes) - 1": "not stated: any number that was never used before is an id",
    "len(self.notes) + 1 → len(self.notes)": "not stated: any number that was never used before is an id",
    "len(self.notes) + 1 → len(self.notes) + 2": "not stated: any number that was never used before is an id",
    "len(self.notes) + 1 → len(self.notes) + 0": "not stated: any number that was never used before is an id",
}
