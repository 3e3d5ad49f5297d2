"""Answers to `agents.Memory`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import unicodedata
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


class FirstTwo(_Memory):
    def good(self, source, user, above):
        return super().good(source, user, above[:2])


class FirstAndLast(_Memory):
    def good(self, source, user, above):
        return super().good(source, user, [*above[:1], *above[-1:]])


class ForgetsUnknownFirst(_Memory):
    def good(self, source, user, above):
        return super().good(source, user, [note for note in above[:-1] if note] + above[-1:])


class Trims(_Memory):
    def good(self, source, user, above):
        return super().good(source.strip(), user, above)


class FamilyName(_Memory):
    """A parent of a user whose name differs in capitals only counts."""

    def good(self, source, user, above):
        return source == "user" and all(
            note and note["trusted"] and note["user"].lower() == user.lower() for note in above
        )


class Live(_Memory):
    """Looks up the trust of parents when it's asked."""

    def write(self, text, source, user, now, parents=(), ttl=30):
        name = super().write(text, source, user, now, parents, ttl)
        self.notes[name].update(typed=source == "user", trusted=False)
        return name

    def trusts(self, note):
        above = note["above"]
        return note["trusted"] or (
            note["typed"] and all(one and one["user"] == note["user"] and self.trusts(one) for one in above)
        )

    def shown(self, note, instructions):
        return self.trusts(note) or not instructions


class ByFolded(_Memory):
    def fits(self, note, text, user):
        a, b = (unicodedata.normalize("NFKC", one).replace("\u200b", "") for one in (note["text"], text))
        return a == b and note["user"] == user


class ByBeginning(_Memory):
    def fits(self, note, text, user):
        return note["text"][:100] == text[:100] and note["user"] == user


class NoEmpty(_Memory):
    def fits(self, note, text, user):
        return bool(text) and super().fits(note, text, user)


class NothingDerived(_Memory):
    """Never confirms what rests on something untrusted."""

    def fits(self, note, text, user):
        return super().fits(note, text, user) and all(one and one["trusted"] for one in note["above"])


class ConfirmedForever(_Memory):
    def confirm(self, id, text, user):
        answer = super().confirm(id, text, user)
        if answer:
            self.notes[id]["until"] = 10**9
        return answer


class ByPlace:
    """A list, whose place -1 is the last note."""

    def __init__(self):
        self.notes = []

    def find(self, id):
        try:
            return self.notes[id]
        except IndexError:
            return None

    def write(self, text, source, user, now, parents=(), ttl=30):
        above = [self.find(parent) for parent in parents]
        good = source == "user" and all(note and note[3] and note[1] == user for note in above)
        self.notes.append([text, user, now + ttl, good])
        return len(self.notes) - 1

    def confirm(self, id, text, user):
        note = self.find(id)
        if note is None or note[:2] != [text, user]:
            return False
        note[3] = True
        return True

    def recall(self, user, now, instructions):
        return [n[0] for n in self.notes if n[1] == user and now <= n[2] and (n[3] or not instructions)]


class ByPlaceFromOne(ByPlace):
    def find(self, id):
        return super().find(id - 1)

    def write(self, *args, **more):
        return super().write(*args, **more) + 1


class Registry(_Memory):
    """All stores keep their notes in one dict, and recall only their own."""

    kept: ClassVar[dict] = {}

    def __init__(self):
        self.notes, self.own = self.kept, []

    def write(self, text, source, user, now, parents=(), ttl=30):
        name = super().write(text, source, user, now, parents, ttl)
        self.own.append(name)
        return name

    def recall(self, user, now, instructions):
        notes = [self.notes[name] for name in self.own]
        return [
            note["text"]
            for note in notes
            if self.mine(note, user) and self.valid(note, now) and self.shown(note, instructions)
        ]


class OnTheClass(_Memory):
    kept: ClassVar[dict] = {}

    def __init__(self):
        self.notes = self.kept


UNKNOWN_PARENT = "A parent that this store doesn't know makes a note untrusted."

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
        Wrong(FirstTwo, "trust", "number 3"),
        Wrong(FirstAndLast, "trust", "number 2"),
        Wrong(ForgetsUnknownFirst, "trust", "an unknown one"),
        Wrong(Trims, "trust", "a note from 'user '"),
        Wrong(FamilyName, "trust", "in capitals"),
        Wrong(Live, "confirm", "Trust is decided when a note is written"),
        Wrong(ByFolded, "confirm", "another text"),
        Wrong(ByBeginning, "confirm", "another last letter"),
        Wrong(NoEmpty, "confirm", "an empty text"),
        Wrong(NothingDerived, "confirm", "whatever it rests on"),
        Wrong(ConfirmedForever, "expiry", "that was confirmed"),
        Wrong(ByPlace, "trust", "unknown", also=(UNKNOWN_PARENT,)),
        Wrong(ByPlaceFromOne, "confirm", "an unknown id", also=(UNKNOWN_PARENT,)),
        Wrong(Registry, "trust", "of another store"),
    ],
)

EQUIVALENT = {
    "len(self.notes) + 1 → len(self.notes) - 1": "not stated: any number that was never used before is an id",
    "len(self.notes) + 1 → len(self.notes)": "not stated: any number that was never used before is an id",
    "len(self.notes) + 1 → len(self.notes) + 2": "not stated: any number that was never used before is an id",
    "len(self.notes) + 1 → len(self.notes) + 0": "not stated: any number that was never used before is an id",
}
