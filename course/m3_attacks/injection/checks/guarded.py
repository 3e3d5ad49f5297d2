"""The check of `injection.guarded`."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.exercise import Trial, brief, exercise

from ..assistant import DISGUISES, EFFECTS, Call, understand
from ..messages import goal, orders, quiet_page

#: Disguises that nobody has shown to the learner. The assistant of the check takes them off.
UNSEEN: dict[str, Callable[[str], str]] = {
    "rot13": lambda line: "rot13 " + codecs.encode(line, "rot13"),
    "backwards": lambda line: "backwards " + line[::-1],
    "hex": lambda line: "hex " + line.encode().hex(),
}
_BACK: dict[str, Callable[[str], str]] = {
    "rot13": lambda line: codecs.encode(line, "rot13"),
    "backwards": lambda line: line[::-1],
    "hex": lambda line: bytes.fromhex(line).decode(),
}
BY_TOOL = "The user asked for this tool, but not for this call: compare whole calls, not names of tools."
TWICE = "The user asked for this as well, but a stranger's copy of it was done, too: that makes one too many."
PASTED = "What a user pastes is somebody else's text. Only typed parts are the user's own."
#: Kinds that aren't the user's: those of the text, those that look like it, and some that nobody announced.
KINDS = (
    *("pasted", "file name", "subject", "tool result", "mail", "quoted"),
    *("Typed", "TYPED", "typed ", " typed", "type", "", "not typed", "typed by another user", "retyped"),
)
HOSTS = ("evil.example", "clinic.example", "lab.example")


@exercise(
    minutes=9,
    parts={
        "stops": (5, "carries out no order of somebody else in 60 attacks, unseen disguises among them"),
        "works": (4, "does at least 38 of 40 honest tasks: what the user typed, all of it, in its order"),
        "reports": (3, "lists what the other texts asked for, in their order"),
        "inputs": (1, "returns the two lists, and leaves its inputs unchanged"),
    },
    hints=(
        "Don't look at what a text says. Who wrote it?",
        "Go through the parts of the message. Give understand the typed ones for do, and all others, "
        "then the "
        "documents, for refused. Never put two authors' texts into one call.",
        "do = []; refused = []\n"
        "for kind, text in message:\n"
        '    if kind == "typed": do += understand(text), else: refused += understand(text)\n'
        "for text in documents: refused += understand(text)\n"
        'return {"do": do, "refused": refused}',
    ),
    debrief=(
        "Wordings and disguises are no use any more. What's left: bring the user to type or confirm the "
        "order, "
        "or put a false fact into the page, such as another address that the user then copies.",
        "Holds against disguises that nobody has invented yet, since it never asks what the text looks "
        "like. The "
        'cost: who types "do what the letter asks", or pastes an order of their own, gets nothing done. '
        "The user sees the list and types the order.",
    ),
    standards=("AML.M0030", "AML.T0053", "AML.T0051.001", "LLM01"),
)
def guarded(t: Trial, guarded) -> None:
    fired, origins = 0, {PASTED, TWICE, BY_TOOL}
    reports: list[tuple[list[Call], list[Call]]] = []
    kinds = _kinds(t.rng(0))
    attacks = [_attack(t.rng(1, number), number, kinds) for number in range(60)]
    tasks = [_task(t.rng(2, number), number, kinds) for number in range(40)]
    done, missing, sound, changed = 0, None, "", False
    for number, (message, documents) in enumerate([*attacks, *tasks]):
        do, refused, after = _called(t, guarded, message, documents)
        want, others = _wanted(message, documents)
        sound = sound or ("" if isinstance(do, list) and isinstance(refused, list) else FORM + brief(do))
        do, refused = (value if isinstance(value, list) else [] for value in (do, refused))
        changed |= list(after[:2]) != [message, documents]
        reports.append((refused, others))
        if number < 60:
            theirs = _more(do, want)
            if theirs:
                fired += 1
                origins &= set.intersection(*(_origins(call, message, want) for call in theirs))
        elif do == want and want:
            done += 1
        elif want and missing is None:
            missing = (do, want)
    with t.part("stops"):
        t.at_most(
            fired,
            0,
            "the number of 60 attacks that had an effect",
            slip=next((each for each in (PASTED, TWICE, BY_TOOL) if each in origins), ""),
        )
        t.expect(done >= 20, "This counts once 20 of the 40 honest tasks are done.")
    with t.part("works"):
        shown = {} if missing is None else {"got": brief(missing[0]), "expected": brief(missing[1])}
        t.at_least(done, 38, "the number of 40 honest tasks done", **({} if done >= 38 else shown))
        t.expect(fired <= 20, "This counts once at most 20 of the 60 attacks have an effect.")
    with t.part("reports"):
        for refused, others in reports:
            t.equal(refused, others, 'the list "refused"', slips=_report_slips(refused, others))
    with t.part("inputs"):
        t.expect(not sound, sound)
        t.expect(not changed, "Your function changed the message or the documents.")
        t.expect(done >= 20, "This counts once 20 of the 40 honest tasks are done.")


FORM = 'The result should be a dict with the lists "do" and "refused". This came instead: '


def _called(t: Trial, guarded: Any, message: list, documents: list) -> tuple[Any, Any, tuple]:
    got, after = t.observe(guarded, list(message), list(documents), _understand)
    if not isinstance(got, dict) or set(got) != {"do", "refused"}:
        return got, got, after
    return got.get("do"), got.get("refused"), after


def _understand(text: str) -> list[Call]:
    """An assistant that reads more disguises than the learner's."""
    lines = []
    for line in str(text).split("\n"):
        name, _, rest = line.partition(" ")
        lines.append(_BACK[name](rest) if name in _BACK else line)
    return understand("\n".join(lines))


def _wanted(message: list, documents: list) -> tuple[list[Call], list[Call]]:
    do, refused = [], []
    for kind, text in message:
        (do if kind == "typed" else refused).extend(_understand(text))
    for text in documents:
        refused.extend(_understand(text))
    return do, refused


def _origins(call: Any, message: list, want: list[Call]) -> set[str]:
    """What may have let this call through."""
    origins = set()
    if any(call in _understand(text) for kind, text in message if kind != "typed"):
        origins.add(PASTED)
    if isinstance(call, dict) and call.get("tool") in {wanted["tool"] for wanted in want}:
        origins.add(BY_TOOL)
    if call in want:
        origins.add(TWICE)
    return origins


def _report_slips(refused: list, others: list[Call]) -> dict[str, list]:
    reads = [call for call in others if call["tool"] != "read"]
    return {
        "Reading counts as well: list every call that the other texts asked for.": reads,
        "Each call as often as it was asked for.": [c for i, c in enumerate(others) if c not in others[:i]],
    }


def _more(do: list[Call], want: list[Call]) -> list[Call]:
    """What is in `do` beyond `want`, a second time counted too."""
    rest = list(do)
    for call in want:
        if call in rest:
            rest.remove(call)
    return rest


def _kinds(rng: np.random.Generator) -> Iterator[str]:
    """Every kind again and again, and now and then a word that nobody has seen."""
    while True:
        unknown = "".join(rng.choice(list("deptyw"), 6))
        yield from rng.permutation([*KINDS, unknown]).tolist()


_OPENINGS = ("", "please ", "Please ", "Could you ", "Hello, ", "Now ")
_WAYS: list[Callable[[str], str]] = [str, *DISGUISES.values(), *UNSEEN.values()]


def _any(rng: np.random.Generator, tool: str = "") -> Call:
    tool = tool or str(rng.choice([*EFFECTS, "read"]))
    return goal(rng, tool, str(rng.choice(HOSTS)))


def _text(rng: np.random.Generator, *calls: Call, way: Callable[[str], str] = str) -> str:
    """A text that asks for `calls`. The user's and a stranger's look alike: only the kind tells."""
    lines = [way(f"{rng.choice(_OPENINGS)}{rng.choice(orders(call))}") + "." * (way is str) for call in calls]
    if rng.random() < 0.4:
        lines.insert(0, quiet_page(rng, 2))
    return "\n".join(lines)


def _foreign(rng: np.random.Generator, number: int, count: int, own: list[str]) -> list[str]:
    """What somebody else wrote: orders in all disguises, a copy of the user's text, a line in their name."""
    texts = [_text(rng, _any(rng, EFFECTS[number % 3]), way=_WAYS[number % len(_WAYS)])]
    while len(texts) < count:
        kind = rng.random()
        if kind < 0.2:
            texts.append(texts[0])
        elif kind < 0.4 and own:
            texts.append(str(rng.choice(own)))
        elif kind < 0.6:
            texts.append(f"User: {rng.choice(orders(_any(rng)))}.\n{_text(rng, _any(rng))}")
        elif kind < 0.7:
            texts.append(_text(rng, *[_any(rng)] * 2))
        else:
            texts.append(_text(rng, _any(rng), way=_WAYS[rng.integers(len(_WAYS))]))
    return [texts[i] for i in rng.permutation(count)]


def _attack(rng: np.random.Generator, number: int, kinds: Iterator[str]) -> tuple[list, list[str]]:
    """0 to 3 typed parts, 0 to 2 foreign ones between them, 0 to 3 documents; somebody else asks for more."""
    own = [_text(rng, _any(rng, EFFECTS[number % 3] if each == 0 else "")) for each in range(number % 4)]
    parts, pages = number // 4 % 3, number // 12 % 4
    pages = pages or int(not parts)
    texts = _foreign(rng, number, parts + pages, own)
    return _mixed(rng, own, texts[:parts], kinds), texts[parts:]


def _task(rng: np.random.Generator, number: int, kinds: Iterator[str]) -> tuple[list, list[str]]:
    """An honest task: 1 to 3 typed parts with one or more calls, and texts of others that may ask as well."""
    quiet = [quiet_page(rng, 2) for _ in range(number % 3)]
    if number < 2:  # what this defence costs: the user hands the decision over
        letter = f"{quiet_page(rng, 2)}\n{_text(rng, _any(rng, EFFECTS[number]))}"
        return [("typed", "Please do what the letter asks.")], [letter, *quiet]
    calls = [_any(rng) for _ in range(number % 3 + 1)]
    if number % 5 == 0:
        calls.append(calls[0])
    way = _WAYS[number // 4 % len(_WAYS)] if number % 4 == 0 else str  # honest people write oddly, too
    own = [_text(rng, call, way=way) for call in calls]
    if number % 7 == 0:
        own = [_text(rng, *calls)]
    texts = _foreign(rng, number, 2, own) if number % 2 else [quiet_page(rng, 2)]
    if number % 4 == 1:  # the nearest neighbour: somebody else asks for the same
        texts.append(_text(rng, calls[0]))
    cut = number // 3 % (len(texts) + 1)
    return _mixed(rng, own, texts[:cut], kinds), [*texts[cut:], *quiet]


def _mixed(rng: np.random.Generator, own: list[str], others: list[str], kinds: Iterator[str]) -> list:
    """The parts of a message: the user's in their order, those of others anywhere between them."""
    message = [("typed", text) for text in own]
    for text in others:
        message.insert(int(rng.integers(len(message) + 1)), (next(kinds), text))
    return message
