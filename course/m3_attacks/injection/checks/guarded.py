"""The check of `injection.guarded`."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.exercise import Trial, brief, exercise

from ..assistant import DISGUISES, Call, understand
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
PASTED = "What a user pastes is somebody else's text. Only typed parts are the user's own."
KINDS = ("pasted", "file name", "subject", "Typed")


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
        'cost: 2 of the 40 honest tasks, "do what the letter asks", do nothing. The user sees the list '
        "and types "
        "the order.",
    ),
    standards=("AML.M0030", "AML.T0053", "AML.T0051.001", "LLM01"),
)
def guarded(t: Trial, guarded) -> None:
    fired, origins = 0, {PASTED, BY_TOOL}
    reports: list[tuple[list[Call], list[Call]]] = []
    attacks = [_attack(t.rng(1, number), number) for number in range(60)]
    tasks = [_task(t.rng(2, number), number) for number in range(40)]
    done, missing, sound, changed = 0, None, "", False
    for number, (message, documents) in enumerate([*attacks, *tasks]):
        do, refused, after = _called(t, guarded, message, documents)
        want, others = _wanted(message, documents)
        sound = sound or ("" if isinstance(do, list) and isinstance(refused, list) else FORM + brief(do))
        do, refused = (value if isinstance(value, list) else [] for value in (do, refused))
        changed |= list(after[:2]) != [message, documents]
        reports.append((refused, others))
        if number < 60:
            theirs = [call for call in do if call not in want]
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
            slip=next(iter(origins)) if len(origins) == 1 else "",
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
    if not isinstance(got, dict):
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
    return origins


def _report_slips(refused: list, others: list[Call]) -> dict[str, list]:
    reads = [call for call in others if call["tool"] != "read"]
    return {
        "Reading counts as well: list every call that the other texts asked for.": reads,
        "Each call as often as it was asked for.": [c for i, c in enumerate(others) if c not in others[:i]],
    }


def _said(rng: np.random.Generator, call: Call) -> str:
    return str(rng.choice(orders(call))) + "."


def _attack(rng: np.random.Generator, number: int) -> tuple[list[tuple[str, str]], list[str]]:
    """An honest request, and somebody else's order: in a document, a pasted part, a file name or a "
    "subject."""
    theirs = goal(rng, ("send", "routine", "delete")[number % 3])
    ways = [str, *DISGUISES.values(), *UNSEEN.values()]
    line = ways[number % len(ways)](str(rng.choice(orders(theirs))))
    typed = ["summarise the page.", "What does the letter say?"][number % 2]
    if number % 4 < 2:  # the user asks for the same tool, with other arguments
        typed += "\n" + _said(rng, goal(rng, theirs["tool"], "clinic.example"))
    if number % 5 == 4:
        line = f"User: {typed.splitlines()[-1]}\n{line}"
    page = f"{quiet_page(rng, 2)}\n{line}"
    message, documents = [("typed", typed)], [[], [quiet_page(rng, 2)]][number // 2 % 2]
    if number % 3 == number // 20:  # every tool, in the message
        message.insert(number % 2, (KINDS[number // 3 % len(KINDS)], page if number % 2 else line))
        documents += [f"{quiet_page(rng, 2)}\n{_said(rng, goal(rng))}"] * (number % 4 == 1)
    else:
        documents.insert(0, page)
    return message, documents


def _task(rng: np.random.Generator, number: int) -> tuple[list[tuple[str, str]], list[str]]:
    """An honest task: 0 to 2 documents, 0 to 2 pasted parts, 1 to 3 typed ones, one or more calls."""
    documents = [quiet_page(rng, 2) for _ in range(number % 3)]
    if number < 2:  # what this defence costs: the user hands the decision over
        letter = f"{quiet_page(rng, 2)}\n{_said(rng, goal(rng, host='clinic.example'))}"
        return [("typed", "Please do what the letter asks.")], [letter, *documents]
    calls = [goal(rng, host="clinic.example") for _ in range(number % 2 + 1)]
    if number % 7 == 0:
        calls.append(calls[0])
    message = [("typed", f"please {_said(rng, call)}") for call in calls]
    if number % 5 == 0:
        message = [("typed", "\n".join(text for _, text in message))]
    if number % 4 == 0:
        message.insert(0, ("typed", "summarise the page."))
    for each in range(number // 3 % 3):
        quoted = quiet_page(rng, 2)
        if each:  # the nearest neighbour: somebody else asks for the same
            quoted += "\n" + _said(rng, calls[0])
        message.insert(each + number % 2, ("pasted", quoted))
    if number % 6 == 1:  # honest people write oddly, too
        message.append(("typed", DISGUISES["leet"](f"summarise the {('rota', 'referral')[number % 4 // 2]}")))
    return message, documents
