"""The check of `agents.Memory`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import Notes


@exercise(
    minutes=12,
    parts={
        "trust": (4, "trusts only what the user typed and what rests on nothing untrusted"),
        "confirm": (3, "lets only the owner confirm, and only the exact text"),
        "users": (2, "keeps the users' notes apart"),
        "expiry": (1, "forgets a note after its time, and not before"),
        "data": (1, "keeps untrusted notes as data"),
        "histories": (1, "answers random histories"),
    },
    hints=(
        "What must you remember of a note? Text, user, until when, and whether it's trusted.",
        "Decide trust in write, once: the source is 'user', and every parent is known, trusted and "
        "of the same "
        "user. all(...) of no parents is True.",
        "write: above = [notes.get(p) for p in parents]; trusted = source == 'user' and all(n and n "
        "is trusted "
        "and n's user is user)\n"
        "confirm: unknown id, another user or another text: False; else trusted = True, return True\n"
        "recall: texts whose user fits, now <= until, and trusted or not instructions",
    ),
    debrief=(
        "Plants one line in a ticket and lets the assistant sum it up: now the note is the assistant's own. "
        "Then asks the user to confirm something harmless, and changes what the id stands for.",
        "Passes trust on from parents to what is derived, and shows the exact text before it's "
        "confirmed. The "
        "cost: a user who wants a document's order followed has to read it and say so.",
    ),
    standards=("AML.T0080.000", "AML.M0031", "ASI06"),
)
def Memory(t: Trial, Memory: Any) -> None:
    for rng in t.cases(3):
        users = [f"u{n:02}" for n in rng.permutation(90)[:3]]
        day = int(rng.integers(0, 1000))
        for part, scripts in (
            ("trust", _trust), ("confirm", _confirm), ("users", _users), ("expiry", _expiry), ("data", _data)
        ):  # fmt: skip
            with t.part(part):
                _expect(t, Memory, part, list(scripts(users, day)))
        for part in ("data", "trust", "confirm"):
            with t.part(part):
                _expect_apart(t, Memory, part, users[0])
        with t.part("histories"):
            drawn = [("a random history", list(_history(rng, users, 14))) for _ in range(16)]
            _expect(t, Memory, "histories", drawn)


Op = tuple[Any, ...]
UNKNOWN = ("far", "-1", "before", "next")  # ids that the store hasn't given

SLIPS = {
    "The assistant wrote it, but from what? Pass trust on from the parents.": {"agent": True},
    "What the user types on top of an untrusted note isn't trusted.": {"parents": True},
    "Every parent has to be trusted, not just one.": {"any_parent": True},
    "A parent that this store doesn't know makes a note untrusted.": {"deleted": True},
    "A trusted note of another user is no trusted parent.": {"family": True},
    "Trust is decided when a note is written: confirming a parent later changes the parent only.": {
        "live": True
    },
    "What the user confirmed is trusted, whatever it rests on.": {"rests": True},
    "An untrusted note came back as an order.": {"orders": True},
    "Only the note's own user can confirm it.": {"anyone": True},
    "Compare the text: the user confirms what was shown.": {"unread": True},
    "A note of another user never comes back.": {"shared": True},
    "On its last day, now == written + ttl, a note is still valid.": {"early": True},
    "Untrusted notes stay: as data, with instructions=False.": {"drops": True},
    "With instructions=False, all notes come back, trusted ones too.": {"apart": True},
}


def _expect(t: Trial, Memory: Any, part: str, scripts: Sequence[tuple[str, list[Op]]]) -> None:
    """All scripts of a part. A slip is told when it alone explains every answer in them."""
    answers = []
    for what, ops in scripts:
        t.given(script=what)
        answers.append(_run(t, t.object(Memory(), "a Memory", methods=("write", "confirm", "recall")), ops))
    fits = [
        slip
        for slip, flags in SLIPS.items()
        if answers == [_run(None, Notes(**flags), ops) for _, ops in scripts]
    ]
    for (what, ops), got in zip(scripts, answers, strict=True):
        want = _run(None, Notes(), ops)
        asked = [n for n, op in enumerate(ops) if op[0] != "write"]
        for n, mine, right in zip(asked, got, want, strict=True):
            op = ops[n]
            t.given(script=what, call=_shown(op), before=", ".join(map(_shown, ops[:n])))
            t.expect(
                mine == right,
                f"The answer of {op[0]} isn't right ({what}).",
                expected=right,
                got=mine,
                slip=fits[0] if len(fits) == 1 else "",
            )


def _run(t: Trial | None, store: Any, ops: Sequence[Op]) -> list[Any]:
    """The answers of confirm and recall. Without a trial, the store is ours."""
    ids: list[int] = []
    answers: list[Any] = []
    for kind, *args in ops:
        if kind == "write":
            text, source, user, now, parents, ttl = args
            above = [_id(ids, n) for n in parents]
            more = {} if ttl is None else {"ttl": ttl}
            more |= {"parents": above if len(ids) % 2 else tuple(above)} if above else {}
            name = store.write(text, source, user, now, **more)
            if t:
                name = t.instance(name, int, "the id")
                t.expect(name not in ids, "An id was used before.", got=name)
            ids.append(name)
        elif kind == "confirm":
            note, text, user = args
            got = store.confirm(_id(ids, note), text, user)
            answers.append(t.instance(got, bool, "the answer of confirm") if t else got)
        else:
            got = store.recall(*args)
            answers.append(t.instance(got, list, "the answer of recall") if t else got)
    return answers


def _id(ids: list[int], note: int | str) -> int:
    """The id of note number `note`, or one that the store doesn't know."""
    if isinstance(note, int):
        return ids[note]
    least, most = min(ids, default=1), max(ids, default=1)
    names = {"far": 10**9 + 7, "-1": -1, "before": least - 1, "next": most + 1}
    return names[note] if names[note] not in ids else most + 7


def _shown(op: Op) -> str:
    """A call as one would write it; notes are numbered from 1, as they were written."""
    kind, *args = op
    if kind == "write":
        *args, parents, ttl = args
        above = [n + 1 if isinstance(n, int) else "unknown" for n in parents]
        more = [f"parents={above}"] * bool(above) + [f"ttl={ttl}"] * (ttl is not None)
        return f"write({', '.join([*map(_short, args), *more])})"
    if kind == "confirm":
        args[0] = args[0] + 1 if isinstance(args[0], int) else "unknown"
    return f"{kind}({', '.join(map(_short, args))})"


def _short(value: Any) -> str:
    return repr(value) if len(repr(value)) < 40 else f"{repr(value)[:20]}...{repr(value)[-5:]}"


def _note(
    text: str, source: str, user: str, now: int, parents: Sequence[int | str] = (), ttl: int | None = None
) -> Op:
    return ("write", text, source, user, now, parents, ttl)


def _trust(users: list[str], day: int) -> Iterator[tuple[str, list[Op]]]:
    a, b, _ = users
    ask = [("recall", a, day + 1, True)]
    for source in ("user", "ticket", "web", "agent", "mail", "memory", "User", "user:1", "user ", " user",
                   "system", ""):  # fmt: skip
        yield f"a note from {source!r}", [_note("x", source, a, day), *ask]
    yield "what the assistant derives from the user's note", [
        _note("x", "user", a, day), _note("y", "agent", a, day, [0]), *ask
    ]  # fmt: skip
    for first, second in (("user", "user"), ("user", "web"), ("web", "user"), ("web", "ticket")):
        yield f"the user's note on a note from {first} and one from {second}", [
            _note("x", first, a, day), _note("y", second, a, day), _note("z", "user", a, day, [0, 1]), *ask
        ]  # fmt: skip
    for source in ("user", "ticket"):
        yield f"the user's note on one parent from {source}", [
            _note("x", source, a, day), _note("y", "user", a, day, [0]), *ask
        ]  # fmt: skip
        yield f"a parent from {source} that has expired", [
            _note("x", source, a, day, (), 0), _note("y", "user", a, day + 2, [0]),
            ("recall", a, day + 2, True),
        ]  # fmt: skip
        yield f"three steps above a note from {source}", [
            _note("x", source, a, day), *(_note(f"y{n}", "user", a, day, [n]) for n in range(3)), *ask
        ]  # fmt: skip
    yield "a ticket, summed up by the assistant, and repeated by the user", [
        _note("x", "ticket", a, day), _note("y", "agent", a, day, [0]), _note("z", "user", a, day, [1]), *ask
    ]  # fmt: skip
    good, bad = [_note("x", "user", a, day)], {
        "from a ticket": [_note("t", "ticket", a, day)], "of another user": [_note("t", "user", b, day)],
        "of a user with a name in capitals": [_note("t", "user", a.upper(), day)],
        "of a user with a blank in the name": [_note("t", "user", a + " ", day)],
    }  # fmt: skip
    for what, note in bad.items():
        yield f"a parent {what}", [*note, _note("y", "user", a, day, [0]), *ask]
        for place in range(3):
            notes = [*good * place, *note, *good * (2 - place)]
            yield f"three parents, number {place + 1} {what}", [
                *notes, _note("y", "user", a, day, [0, 1, 2]), *ask
            ]  # fmt: skip
    yield "three good parents", [*good * 3, _note("y", "user", a, day, [0, 1, 2]), *ask]
    for kind in UNKNOWN:
        for parents in ([kind], [0, kind], [kind, 0], [0, kind, 0], [kind, kind]):
            what = "an unknown parent" if len(parents) == 1 else "several parents, with an unknown one"
            yield what, [*good, _note("y", "user", a, day, parents), *ask]
    yield "an unknown parent, in an empty store", [_note("y", "user", a, day, ["far"]), *ask]


def _confirm(users: list[str], day: int) -> Iterator[tuple[str, list[Op]]]:
    a, b, c = users
    ask = [("recall", a, day + 1, True), ("recall", a, day + 1, False)]
    text = "Reports go to u03."
    planted = [_note(text, "ticket", a, day)]
    yield "the owner confirms", [*planted, ("confirm", 0, text, a), *ask]
    yield "the owner confirms twice", [*planted, ("confirm", 0, text, a), ("confirm", 0, text, a), *ask]
    for other in (
        text + " ", text.lower(), text[:-1], "", text.replace("u03", "u04"), " " + text, text + "\n",
        text.replace(" ", "  "), text.replace("g", "g\u200b"), text.replace("u", "\uff55"),
    ):  # fmt: skip
        yield f"another text, {other!r}", [*planted, ("confirm", 0, other, a), *ask]
    long = [_note(text * 60 + "a", "ticket", a, day)]
    yield "a long text, with another last letter", [*long, ("confirm", 0, text * 60 + "b", a), *ask]
    yield "a long text", [*long, ("confirm", 0, text * 60 + "a", a), *ask]
    yield "an empty text", [_note("", "ticket", a, day), ("confirm", 0, "", a), *ask]
    yield "a note of the assistant that rests on a ticket", [
        *planted, _note("y", "agent", a, day, [0]), _note("z", "user", a, day, [0, "far"]),
        ("confirm", 1, "y", a), ("confirm", 2, "z", a), *ask,
    ]  # fmt: skip
    for who in (b, c, "", a.upper(), a + " "):
        yield f"another user, {who!r}", [*planted, ("confirm", 0, text, who), *ask]
        yield f"another user, {who!r}, and another text", [*planted, ("confirm", 0, "x", who), *ask]
    yield (
        "another user, and then the owner",
        [*planted, ("confirm", 0, text, b), ("confirm", 0, text, a), *ask],
    )
    for kind in UNKNOWN:
        yield "an unknown id", [*planted, ("confirm", kind, text, a), *ask]
        yield "an unknown id, in an empty store", [("confirm", kind, text, a), *ask]
    yield "a note that is trusted already", [_note(text, "user", a, day), ("confirm", 0, text, a), *ask]
    yield "a trusted note, and another text", [_note(text, "user", a, day), ("confirm", 0, "x", a), *ask]
    yield "the text of another note", [*planted, _note("y", "web", a, day), ("confirm", 1, text, a), *ask]
    yield "one of two notes with the same text", [
        *planted, _note("between", "user", a, day), _note(text, "web", a, day), ("confirm", 2, text, a), *ask
    ]  # fmt: skip
    yield "a parent, after what was derived from it", [
        *planted, _note("y", "user", a, day, [0]), _note("z", "agent", a, day, [0]), *ask,
        ("confirm", 0, text, a), *ask,
    ]  # fmt: skip
    yield "a parent, before something is derived from it", [
        *planted, ("confirm", 0, text, a), _note("y", "user", a, day, [0]),
        _note("z", "agent", a, day, [0]), *ask
    ]  # fmt: skip


def _users(users: list[str], day: int) -> Iterator[tuple[str, list[Op]]]:
    a, b, c = users
    names = (a, b, a.upper(), a + " ", a[:-1], "")
    notes = [
        _note(f"of {n}", ("user", "ticket")[n % 2], who, day) for n, who in enumerate([*names, *names[:3]])
    ]
    asks = [("recall", who, day + 1, flag) for who in [*names, c] for flag in (True, False)]
    yield "notes of six users", [*notes, *asks]
    yield "the same text of two users", [
        _note("x", "user", a, day), _note("x", "web", b, day), *(("recall", who, day, True) for who in (a, b))
    ]  # fmt: skip


def _expiry(users: list[str], day: int) -> Iterator[tuple[str, list[Op]]]:
    a, *_ = users
    for ttl in (None, 0, 1, 7):
        last = day + (30 if ttl is None else ttl)
        asks = [
            ("recall", a, now, flag)
            for now in (day, last - 1, last, last + 1, last + 99)
            for flag in (True, False)
        ]
        note = [_note("x", "user", a, day, (), ttl), _note("y", "web", a, day, (), ttl)]
        yield (
            f"a note with ttl {'left out' if ttl is None else ttl}",
            [*note, *asks, ("recall", a, last, True)],
        )

    yield "a note that was confirmed", [
        _note("x", "web", a, day), ("confirm", 0, "x", a), ("recall", a, day + 30, True),
        ("recall", a, day + 31, True), ("recall", a, day + 31, False),
    ]  # fmt: skip


def _data(users: list[str], day: int) -> Iterator[tuple[str, list[Op]]]:
    a, *_ = users
    yield "an empty store", [("recall", a, day, True), ("recall", a, day, False)]
    texts = [("c", "ticket"), ("a", "user"), ("b", "agent"), ("a", "web"), ("", "user"), ("c", "mail")]
    notes = [_note(text, source, a, day) for text, source in texts]
    yield "six notes, some with the same text", [*notes, ("recall", a, day, False), ("recall", a, day, True)]


def _expect_apart(t: Trial, Memory: Any, part: str, user: str) -> None:
    """Two stores share nothing: no notes, and no ids that count as parents or can be confirmed."""
    first, second = (t.object(Memory(), "a Memory", methods=("write", "confirm", "recall")) for _ in range(2))
    typed = first.write("typed", "user", user, 0)
    planted = first.write("planted", "ticket", user, 0)
    t.given(script="two stores")
    if part == "data":
        t.expect(
            second.recall(user, 0, False) == [],
            "Two stores share their notes.",
            slip="Keep the notes on self, made in __init__: what stands on the class is shared.",
        )
    elif part == "trust":
        second.write("derived", "user", user, 0, parents=[typed])
        t.expect("derived" not in second.recall(user, 0, True), "A note of another store counts as a parent.")
    else:
        answer = second.confirm(planted, "planted", user)
        told = first.recall(user, 0, True)
        t.expect(answer is False, "A store confirms a note of another store.", expected=False, got=answer)
        t.expect(told == ["typed"], "A store changed a note of another store.", expected=["typed"], got=told)


def _history(rng: np.random.Generator, users: list[str], length: int) -> Iterator[Op]:
    now, texts = int(rng.integers(100)), []
    for n in range(length):
        now += int(rng.integers(0, 4))
        user, kind = users[int(rng.integers(2))], rng.random()
        if kind < 0.5 or not texts:
            source = str(rng.choice(["user", "ticket", "web", "agent"], p=[0.6, 0.2, 0.1, 0.1]))
            size = min(int(rng.integers(0, 4)), len(texts))
            parents: list[int | str] = [int(p) for p in rng.permutation(len(texts))[:size]]
            if rng.random() < 0.05:
                parents.insert(int(rng.integers(size + 1)), str(rng.choice(UNKNOWN)))
            yield _note(f"note {n}", source, user, now, parents, int(rng.integers(5, 40)))
            texts.append((f"note {n}", user))
        elif kind < 0.75:
            note = int(rng.integers(len(texts)))
            text, owner = texts[note]
            yield (
                "confirm",
                note,
                text if rng.random() < 0.8 else text + "!",
                owner if rng.random() < 0.8 else user,
            )
        else:
            yield "recall", user, now, bool(rng.random() < 0.7)
    for user in users[:2]:
        yield "recall", user, now, True
