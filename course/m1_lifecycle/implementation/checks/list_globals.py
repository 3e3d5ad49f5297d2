"""The check of `implementation.list_globals`."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, brief, exercise

from .. import lab
from ..material import (
    LAB,
    Beacon,
    drawn_name,
    drawn_word,
    names_asked,
    op_call,
    op_global,
    op_stack_global,
    op_text,
    protocol_4,
    trained_model,
)
from ..pickle_machine import Broken, Machine

ONLY_NEW = "Protocols 0 to 3 import by GLOBAL and INST, with both texts in the argument."
ONLY_OLD = "Protocol 4 and later import by STACK_GLOBAL, with both texts in top."
NO_INST = "INST imports as GLOBAL does: its argument is a pair too."
SPLIT = "GLOBAL and INST give both in one text: split it once, at its first space, and add a pair."
SWAPPED = "Each pair is the wrong way round: the module lies under the name."
TWO_TEXTS = "The last two texts of the file need not be the two on the stack: take them from top."
NOT_A_TEXT = "A name that is no text is unknown: leave it out, and complete is False."
READ_ON = "An unknown name is no break: leave out that one, and read on for those behind it."
GAVE_UP = "Keep what you found before the break: put try around the loop, not around the names."
BREAKS = "replay raises ValueError where the pickle breaks: put try around the whole loop."
BROKE_OFF = (
    "This pickle is whole, and you say False. If you caught an exception, print it: that is the cause."
)
NO_NAMES = "A pickle without names can be complete: plain data imports nothing."
SURE = "It was read to its STOP, and every name was a text: that is complete."
FILTERED = "A name counts whatever its module is: leave out none that you take for harmless."
LOADED = "the pickle was loaded"
UNSURE = "What could not be read to the end, or names what you cannot see, is not complete."


@exercise(
    minutes=16,
    parts={
        "models": (3, "names what honest models import, protocols 4 and 5"),
        "old": (3, "names what pickles of protocols 0 to 3 import, INST included"),
        "hidden": (4, "follows memo and decoys, and admits a name that it cannot know"),
        "broken": (4, "keeps the names before a break, says that they are not all, and raises nothing"),
        "unrun": (1, "imports and runs nothing"),
    },
    hints=(
        "Three kinds of opcodes name something: GLOBAL and INST in their argument, STACK_GLOBAL in top, and "
        "EXT1, EXT2 and EXT4 by a number.",
        "Start with an empty set and complete = True. In the loop over replay(blob), look which of the three "
        "kinds the opcode is. Put try around the whole loop, and keep the set outside of it, so that you "
        "still have it when replay raises ValueError.",
        "names is an empty set, complete is True\n"
        "try, for each opcode, argument and top of replay:\n"
        "    GLOBAL or INST:  names gets the argument, split once at its first space, as a pair\n"
        "    STACK_GLOBAL:    two texts in top go into names; anything else makes complete False\n"
        "    EXT…:            makes complete False\n"
        "when ValueError was raised:  complete is False\n"
        "return names and complete",
    ),
    debrief=(
        "Scanners that look for two texts side by side, or that give up at a broken byte, are easy to step "
        "round: the file need only load as far as the payload.",
        "A reader that cannot finish has found something. Report it as *unknown*, and treat unknown as "
        "refused.",
    ),
    standards=("AML.M0016", "AML.T0076", "PW.7.2"),
)
def list_globals(t: Trial, list_globals) -> None:
    amiss: set[str] = set()  # parts in which something was wrong: a slip about another part is then a guess
    with t.part("unrun"), _noted("unrun", amiss):
        _expect_unrun(t, list_globals, amiss)
    kinds = ("logistic regression", "pipeline", "forest", "boosting", "neighbours", "k-means")
    for number, (kind, rng) in enumerate(zip(kinds, t.cases(len(kinds)), strict=True)):
        model = trained_model(kind, rng)
        for part, protocol in (("models", 4 + number % 2), ("old", number % 4)):
            t.given(model=kind, protocol=protocol)
            with t.part(part), _noted(part, amiss):
                blob = pickle.dumps(model, protocol)
                _expect_globals(t, list_globals, blob, names_asked(blob), True, part, amiss)
    for part, crafted in (
        ("models", _familiar),
        ("old", _old_style),
        ("hidden", _hidden),
        ("broken", _broken),
    ):
        for rng in t.cases(3):
            for what, blob, names, complete in crafted(rng):
                t.given(pickle=what)
                with t.part(part), _noted(part, amiss):
                    _expect_globals(t, list_globals, blob, names, complete, part, amiss)


@contextmanager
def _noted(part: str, amiss: set[str]) -> Iterator[None]:
    """Add `part` to `amiss` when something is wrong in it."""
    try:
        yield
    except Exception:
        amiss.add(part)
        raise


def _expect_unrun(t: Trial, list_globals: Any, amiss: set[str]) -> None:
    rng = t.rng(3)
    label, nowhere = drawn_word(rng), drawn_name(rng)
    calls = [op_call(op_stack_global(*nowhere), "x"), op_call(op_stack_global(LAB, "alarm"), label)]
    loud = pickle.dumps([Beacon(lab.alarm, label)], 4)
    alarm = (LAB, "alarm")
    for made, first, *second in (  # whoever runs the first call, and swallows its error, misses the second
        (loud, alarm),
        (protocol_4(b"0".join(calls)), nowhere, alarm),
        (protocol_4(b"0".join(calls[::-1])), alarm, nowhere),
    ):
        try:
            got = _globals(t, list_globals(made))[0]
        except LearnerError as error:
            if error.kind != lab.Tripped.__name__:
                raise
            amiss.add(LOADED)
            t.wrong("The payload has run: the pickle was loaded.", slip="Read the opcodes. Load nothing.")
        slip = "Loading ends at the first call that fails, and it has run: read on, and load nothing."
        slips = {slip: {first} if second else None, SWAPPED: {pair[::-1] for pair in (first, *second)}}
        if second and got == {first}:
            amiss.add(LOADED)
        t.equal(got, {first, *second}, "the set of names in a pickle with a payload", slips=slips)


def _globals(t: Trial, value: Any) -> tuple[set, bool]:
    """What list_globals returned, validated."""
    t.expect(
        type(value) is tuple and len(value) == 2,
        "The result has another form.",
        expected="(names, complete)",
        got=brief(value),
    )
    names = t.instance(value[0], set, "names, the first of the two results,")
    for pair in names:
        form = [type(text) for text in pair] if type(pair) is tuple else None
        unsplit = type(pair) is str or (form and len(form) != 2 and {*form} == {str})
        t.expect(
            form == [str, str],
            "An entry of names has another form.",
            expected="a pair (module, name) of texts",
            got=brief(pair),
            slip=SPLIT if unsplit else NOT_A_TEXT if form and len(form) == 2 else "",
        )
    return names, t.instance(value[1], bool, "complete, the second of the two results,")


def _expect_globals(
    t: Trial,
    list_globals: Any,
    blob: bytes,
    names: set[tuple[str, str]],
    complete: bool,
    part: str,
    amiss: set[str],
) -> None:
    try:
        got, said = _globals(t, list_globals(blob))
    except LearnerError as error:
        if error.kind not in ("ValueError", Broken.__name__):
            raise
        slip = BREAKS if part == "broken" else SPLIT if "unpack" in error.what else ""
        t.wrong(f"Given a {'whole' if complete else 'broken'} pickle, an error is raised.", got=error.what,
                slip=slip)  # fmt: skip
    if got != names:
        slip = "" if LOADED in amiss else _names_slip(blob, got, said, names, complete, part, amiss)
        t.wrong("The set of names is not right.", expected=_pairs(names), got=_pairs(got), slip=slip)
    slip = "" if LOADED in amiss else UNSURE if not complete else SURE if names else NO_NAMES
    t.equal(said, complete, "complete", slips={slip: not complete})


def _pairs(names: set[tuple[str, str]]) -> str:
    return brief(sorted(names)) if names else "no names"


def _names_slip(
    blob: bytes, got: set, said: bool, names: set, complete: bool, part: str, amiss: set[str]
) -> str:
    """Why `got` is likely not `names`."""
    by = _by_opcode(blob)
    old = by["GLOBAL"] | by["INST"]
    if got and {pair[::-1] for pair in got} == names:
        return SWAPPED
    left_out = {module for module, _ in names - got}
    if part == "models" and got and left_out <= {*FAMILIAR} and not left_out & {module for module, _ in got}:
        return FILTERED
    if part == "hidden" and got == _last_two_texts(blob):
        return TWO_TEXTS
    if part in ("hidden", "broken"):
        usual = {"hidden": READ_ON, "broken": GAVE_UP}[part] if not complete and got < names else ""
        return "" if amiss & {"models", "old"} else usual
    if complete and not said and got < names:
        return BROKE_OFF
    missing = {NO_INST: names - by["INST"], ONLY_OLD: old, ONLY_NEW: by["STACK_GLOBAL"]}
    return next((slip for slip, wrong in missing.items() if got == wrong), "")


def _by_opcode(blob: bytes) -> dict[str, set[tuple[str, str]]]:
    """The pairs that each kind of opcode names."""
    machine, found = Machine(), {opcode: set() for opcode in ("GLOBAL", "INST", "STACK_GLOBAL")}
    with suppress(Broken):
        for opcode, *_ in machine.walk(blob):
            if opcode in found:
                found[opcode].add((machine.imports[-1].module, machine.imports[-1].name))
    return found


def _last_two_texts(blob: bytes) -> set[tuple]:
    """What one reports who takes the last two texts of the file, from the memo or not, for a pair."""
    machine, names, texts = Machine(), set(), []
    with suppress(Broken):
        for opcode, argument, _ in machine.walk(blob):
            if opcode == "STACK_GLOBAL":
                names.add(tuple(texts[-2:]))
            elif opcode in ("GLOBAL", "INST"):
                names.add(tuple(argument.split(" ", 1)))
            elif opcode.endswith("GET") and isinstance(machine.stack[-1], str):
                texts.append(machine.stack[-1])
            elif isinstance(argument, str):
                texts.append(argument)
    return names


Crafted = Iterator[tuple[str, bytes, set[tuple[str, str]], bool]]


#: Modules that somebody might leave out as harmless, or as known.
FAMILIAR = ("builtins", "__builtin__", "collections", "copyreg", "os", "sys")


def _familiar(rng: np.random.Generator) -> Crafted:
    """Names from modules that everybody knows, beside one that nobody knows, and then alone."""
    other, pairs = drawn_name(rng), [(module, drawn_word(rng)) for module in FAMILIAR]
    pairs += [("builtins", "eval"), ("os", "system")]
    body = b"0".join(op_stack_global(*pair) for pair in (other, *pairs))
    yield "names from builtins, os and others", protocol_4(body), {other, *pairs}, True
    yield "a complex number", pickle.dumps(2j, 4), {("builtins", "complex")}, True
    for pair in pairs:
        yield f"{'.'.join(pair)} and no other name", protocol_4(op_stack_global(*pair)), {pair}, True


def _old_style(rng: np.random.Generator) -> Crafted:
    (a, b), (c, d) = drawn_name(rng), drawn_name(rng)
    text = f"S'{drawn_word(rng)}'\n".encode()
    yield "INST, protocol 0", b"(" + text + f"i{a}\n{b}\n.".encode(), {(a, b)}, True
    body = op_global(a, b) + b"(" + text + b"tR0(" + text + f"i{c}\n{d}\n.".encode()
    yield "GLOBAL and INST, protocol 0", body, {(a, b), (c, d)}, True
    yield "GLOBAL, protocol 2", b"\x80\x02" + op_global(a, b) + b"q\x00)R.", {(a, b)}, True
    dotted = (a, f"{b}.{d}")
    yield "GLOBAL in protocol 4", protocol_4(op_global(*dotted)), {dotted}, True
    both = op_global(a, b) + b"0" + op_stack_global(c, d)
    yield "GLOBAL and STACK_GLOBAL in protocol 4", protocol_4(both), {(a, b), (c, d)}, True
    spaced = (a, f"{b} {d}")
    yield "GLOBAL, a space in the name", b"\x80\x02" + op_global(*spaced) + b".", {spaced}, True
    yield "plain data, no names", pickle.dumps([1, b, {a: None}], int(rng.integers(4))), set(), True


def _hidden(rng: np.random.Generator) -> Crafted:
    (module, name), decoy, pushed = drawn_name(rng), drawn_word(rng), drawn_word(rng)
    known, pair, texts = {(module, name)}, op_stack_global(module, name), op_text(module) + op_text(name)
    in_memo = op_text(name) + b"\x940" + op_text(module) + b"\x940"  # as 0 and 1, and off the stack
    yield "both texts from the memo", protocol_4(in_memo + b"h\x01h\x00\x93)R"), known, True
    put = op_text(name) + b"q\x0a0" + op_text(module) + b"r\x2c\x01\x00\x000"
    yield "memo numbers 10 and 300", protocol_4(put + b"j\x2c\x01\x00\x00h\x0a\x93)R"), known, True
    yield "a decoy on top, taken away again", protocol_4(texts + op_text(decoy) + b"0\x93)R"), known, True
    marked = texts + b"(" + op_text(decoy) + op_text(pushed) + b"1\x93)R"
    yield "two decoys above a mark, taken away again", protocol_4(marked), known, True
    yield "one text, copied by DUP", protocol_4(op_text(name) + b"2\x93)R"), {(name, name)}, True
    used = texts + op_text("k") + op_text(decoy) + b"\x860\x93)R"
    yield "decoys that a TUPLE2 takes", protocol_4(used), known, True
    yield "plain data, no names", pickle.dumps([1, decoy, {pushed: None}], 4), set(), True
    yield "one pair twice", protocol_4(pair + b"0" + pair), known, True
    references = f"P{decoy}\n".encode() + op_text(pushed) + b"Q\x86"
    yield "a PERSID and a BINPERSID, neither of them a name", protocol_4(references + pair), known, True
    yield from _unknown(rng)


def _unknown(rng: np.random.Generator) -> Crafted:
    """Names that stand nowhere in the pickle, each with known ones before and behind it."""
    (module, name), behind = drawn_name(rng), drawn_name(rng)
    honest = ("collections", "OrderedDict")
    sources = {
        "what a call computes": op_call(op_global(*honest), module),
        "a number": b"K" + bytes([int(rng.integers(256))]),
        "what a PERSID refers to": f"P{name}\n".encode(),
    }
    before, after = op_global(*honest) + b"0", b"\x93)R0" + op_stack_global(*behind)
    for what, source in sources.items():
        for place, two in (("module", source + op_text(name)), ("name", op_text(module) + source)):
            yield f"{what} as the {place}", protocol_4(before + two + after), {honest, behind}, False
    codes = {"EXT1": b"\x82\x07", "EXT2": b"\x83\x07\x01", "EXT4": b"\x84\x07\x01\x00\x00"}
    for opcode, code in codes.items():
        body = code + b")R0" + op_stack_global(*behind)
        yield f"an extension code, {opcode}", protocol_4(body), {behind}, False


def _broken(rng: np.random.Generator) -> Crafted:
    label, nowhere = drawn_word(rng), drawn_name(rng)
    names = {(LAB, "trip")}
    beacon, call = pickle.dumps(Beacon(lab.trip, label), 4), op_call(op_stack_global(*nowhere), label)
    yield "a beacon, then a byte that is no opcode", beacon[:-1] + b"\xff", names, False
    yield "a beacon without its STOP", beacon[:-1], names, False
    model = pickle.dumps([Beacon(lab.trip, label), list(range(50)), nowhere[1]], 4)
    cut = int(rng.integers(len(beacon) + 10, len(model) - 1))
    yield "a beacon and a list, cut short", model[:cut], names, False
    two = call + b"0" + op_stack_global(LAB, "trip")
    yield "two names, then a byte that is no opcode", b"\x80\x04" + two + b"\xff", {nowhere, *names}, False
    old = b"\x80\x02" + op_global(*nowhere) + b"\xff"
    yield "GLOBAL, then a byte that is no opcode", old, {nowhere}, False
    yield "a memo number that was never written", protocol_4(call + b"h\x63"), {nowhere}, False
    yield "a stack that runs empty", protocol_4(call + b"000"), {nowhere}, False
    yield "a name with nothing on the stack", b"\x80\x04\x93.", set(), False
    yield (
        "a name with one text on the stack",
        protocol_4(call + b"0" + op_text("x") + b"\x93"),
        {nowhere},
        False,
    )
    yield "a STOP with nothing on the stack", b"\x80\x04.", set(), False
    yield "no bytes", b"", set(), False
    yield "drawn bytes", b"\xfe" + rng.bytes(30), set(), False
    yield "more behind STOP", protocol_4(call) + op_stack_global(LAB, "trip"), {nowhere}, True
