"""The check of `implementation.list_globals`."""

from __future__ import annotations

import pickle
import pickletools
from collections.abc import Iterator
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

TWO_TEXTS = "The two texts before it in the file need not be the two on the stack: follow POP and the memo."


NO_MEMO = "Texts also come from the memo: GET, BINGET and LONG_BINGET put them on the stack again."


ONLY_NEW = "Protocols 0 to 3 import by GLOBAL and INST, with both texts in the argument."


LOOK_FIRST = (
    "There is a STACK_GLOBAL, and no pair was found: look at the stack before its two texts are taken away, "
    "and call settle for every opcode. With books of your own: MEMOIZE and PUT leave the top where it is."
)


COPIED = "DUP puts the top of the stack on it once more: here, one text is module and name."


GAVE_UP = "Keep what you found before the break: put try around the loop, not around the names."


SWAPPED = "Each pair is the wrong way round: the module lies under the name."


ALWAYS = "settle was not called for every opcode: call it last and always, for GLOBAL, INST and EXT too."


READ_ON = "An unknown name is no break: leave out that one, and read on for those behind it."


BROKE_OFF = (
    "This pickle is whole, and you say False. If you caught an exception, print it: that is the cause."
)


SPLIT = "GLOBAL and INST give both in one text: split it at its first space, and add a pair."


NOT_A_TEXT = "A name that is no text is unknown: leave it out, and complete is False."


EMPTY = "With an empty stack there is no name: the pickle is broken there."


TOO_NARROW = (
    "settle raises KeyError for such a memo number, and IndexError for an empty stack: catch them too."
)


ONLY_OLD = "Protocol 4 and later import by STACK_GLOBAL, with both texts on the stack."


@exercise(
    minutes=17,
    parts={
        "models": (3, "names what honest models import, protocols 4 and 5"),
        "old": (3, "names what pickles of protocols 0 to 3 import, INST included"),
        "hidden": (4, "follows memo, decoys and copies, and admits a name that it cannot know"),
        "broken": (4, "keeps the names before a break, says that they are not all, and raises nothing"),
        "unrun": (1, "imports and runs nothing"),
    },
    hints=(
        "Three kinds of opcodes name something: GLOBAL and INST in their argument, STACK_GLOBAL on the "
        "stack, EXT1, EXT2 and EXT4 by a number. Call settle for every opcode, whatever it is.",
        "Start with an empty stack and an empty memo. For each opcode, look first whether it names "
        "something, and what stack[-2:] holds if it is STACK_GLOBAL; then settle. Put try around the whole "
        "loop, and keep the names outside of it, so that you still have them when it breaks.",
        "names is an empty set, complete is True\n"
        "try, for each opcode and argument of genops:\n"
        "    GLOBAL or INST:  names gets the argument, split at its first space, as a pair\n"
        "    STACK_GLOBAL:    module, name are the last two on the stack: two texts go into names,\n"
        "                     anything else makes complete False\n"
        "    EXT…:            makes complete False\n"
        "    always, and last: settle\n"
        "when anything was raised:  what was found so far, and False\n"
        "else:                      names and complete",
    ),
    debrief=(
        "Scanners that look for two texts side by side, or that give up at a broken byte, are easy to step "
        "round: "
        "the file need only load as far as the payload.",
        "A reader that cannot finish has found something. Report it as *unknown*, and treat unknown as "
        "refused.",
    ),
    standards=("AML.M0016", "AML.T0076", "PW.7.2"),
)
def list_globals(t: Trial, list_globals) -> None:
    read: set[str] = set()  # the parts of which a model was read as it should
    with t.part("unrun"):
        _expect_unrun(t, list_globals)
    kinds = ("logistic regression", "pipeline", "forest", "boosting", "neighbours", "k-means")
    for number, (kind, rng) in enumerate(zip(kinds, t.cases(len(kinds)), strict=True)):
        model = trained_model(kind, rng)
        for part, protocol in (("models", 4 + number % 2), ("old", number % 4)):
            t.given(model=kind, protocol=protocol)
            with t.part(part):
                blob = pickle.dumps(model, protocol)
                _expect_globals(t, list_globals, blob, names_asked(blob), True, part, read)
                read.add(part)
    for part, crafted in (("old", _old_style), ("hidden", _hidden), ("broken", _broken)):
        for rng in t.cases(3):
            for what, blob, names, complete in crafted(rng):
                t.given(pickle=what)
                with t.part(part):
                    _expect_globals(t, list_globals, blob, names, complete, part, read)


def _expect_unrun(t: Trial, list_globals: Any) -> None:
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
            t.wrong("The payload has run: the pickle was loaded.", slip="Read the opcodes. Load nothing.")
        slip = "Loading ends at the first call that fails, and it has run: read on, and load nothing."
        slips = {slip: {first}, SWAPPED: {pair[::-1] for pair in (first, *second)}}
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
            slip=SPLIT if unsplit else "" if form is None else NOT_A_TEXT if form else EMPTY,
        )
    return names, t.instance(value[1], bool, "complete, the second of the two results,")


def _expect_globals(
    t: Trial,
    list_globals: Any,
    blob: bytes,
    names: set[tuple[str, str]],
    complete: bool,
    part: str,
    read: set[str],
) -> None:
    try:
        got, said = _globals(t, list_globals(blob))
    except LearnerError as error:
        if error.kind not in ("KeyError", "IndexError"):
            raise
        where = f", at: {error.code.strip()}" if error.code.strip() else ""  # in the cell of settle, mostly
        t.wrong(
            f"Given a {'whole' if complete else 'broken'} pickle, {error.kind} is raised.",
            got=error.what + where,
            slip=ALWAYS if complete else TOO_NARROW,
        )
    if got != names:
        slip = _names_slip(blob, got, said, names, complete, part, read)
        t.wrong("The set of names is not right.", expected=_pairs(names), got=_pairs(got), slip=slip)
    slip = (
        "What could not be read to the end, or names what you cannot see, is not complete."
        if not complete
        else "It was read to its STOP, and every name was a text: that is complete."
    )
    t.equal(said, complete, "complete", slips={slip: not complete})


def _names_slip(
    blob: bytes,
    got: set,
    said: bool,
    names: set[tuple[str, str]],
    complete: bool,
    part: str,
    read: set[str],
) -> str:
    """Why `got` is likely not `names`, by one who has `read` models of some parts as they should."""
    if got and {frozenset(pair) for pair in got} == {frozenset(pair) for pair in names}:
        return SWAPPED
    skips = (EXTENSIONS,) if "old" in read else UNSETTLED
    if (got, said) in [_skipping(blob, skipped) for skipped in skips]:
        return ALWAYS
    if "models" in read and not complete and part == "hidden" and got < names:
        return READ_ON
    gave_up = "models" in read and not complete and part == "broken"
    usual = {GAVE_UP: set() if gave_up else None, **_usual(blob, said)}
    slip = next((slip for slip, wrong in usual.items() if got == wrong), "")
    return slip or (BROKE_OFF if complete and not said and got < names else "")


def _pairs(names: set[tuple[str, str]]) -> str:
    return brief(sorted(names)) if names else "no names"


def _usual(blob: bytes, said: bool) -> dict[str, set[tuple[str, str]]]:
    """What the usual shortcuts would report, when they say `said` of it."""
    texts: list[str] = []
    texts_and_memo: list[Any] = []
    memo: dict[int, Any] = {}
    old, new, new_with_memo, seen = set(), set(), set(), set()
    try:
        for opcode, argument, _ in pickletools.genops(blob):
            seen.add(opcode.name)
            if opcode.name in ("GLOBAL", "INST"):
                old.add(tuple(argument.split(" ", 1)))
            elif opcode.name == "STACK_GLOBAL":
                new.add(tuple(texts[-2:]))
                new_with_memo.add(tuple(texts_and_memo[-2:]))
            elif opcode.name == "MEMOIZE" or "PUT" in opcode.name:
                memo[len(memo) if argument is None else argument] = (texts_and_memo or [None])[-1]
            elif opcode.name.endswith("GET") and isinstance(memo.get(argument), str):
                texts_and_memo.append(memo[argument])
            elif isinstance(argument, str):
                texts.append(argument)
                texts_and_memo.append(argument)
    except ValueError:
        pass
    no_pair = COPIED if "DUP" in seen else ONLY_OLD if said else LOOK_FIRST
    return {TWO_TEXTS: old | new_with_memo, NO_MEMO: old | new, ONLY_NEW: new_with_memo, no_pair: old}


OLD, EXTENSIONS = {"GLOBAL", "INST"}, {"EXT1", "EXT2", "EXT4"}


#: The opcodes for which settle is forgotten, where it stands in a branch of its own.
UNSETTLED = (OLD, EXTENSIONS, OLD | EXTENSIONS, OLD | EXTENSIONS | {"STACK_GLOBAL"})


class _Skipping(Machine):
    """A machine on whose stack the opcodes in `skipped` do nothing."""

    def __init__(self, skipped: set[str]) -> None:
        super().__init__()
        self.skipped = skipped

    def _follow(self, name: str, argument: Any) -> None:
        if name not in self.skipped:
            super()._follow(name, argument)


def _skipping(blob: bytes, skipped: set[str]) -> tuple[set, bool]:
    """What list_globals gives when it does not settle the opcodes in `skipped`."""
    machine, names, known = _Skipping(skipped), set(), True
    try:
        for opcode, argument, _ in machine.walk(blob):
            pair: tuple = ()
            if opcode in OLD:
                pair = tuple(argument.split(" ", 1))
            elif opcode == "STACK_GLOBAL" and opcode in skipped:
                pair = tuple(machine.stack[-2:])
            elif opcode == "STACK_GLOBAL":
                pair = (machine.imports[-1].module, machine.imports[-1].name)
            elif opcode not in EXTENSIONS:
                continue
            sure = len(pair) == 2 and all(isinstance(text, str) and text != "?" for text in pair)
            known = known and sure
            names |= {pair} if sure else set()
    except Broken:
        return names, False
    return names, known


Crafted = Iterator[tuple[str, bytes, set[tuple[str, str]], bool]]


def _old_style(rng: np.random.Generator) -> Crafted:
    (a, b), (c, d) = drawn_name(rng), drawn_name(rng)
    text = f"S'{drawn_word(rng)}'\n".encode()
    yield "INST, protocol 0", b"(" + text + f"i{a}\n{b}\n.".encode(), {(a, b)}, True
    body = op_global(a, b) + b"(" + text + b"tR0(" + text + f"i{c}\n{d}\n.".encode()
    yield "GLOBAL and INST, protocol 0", body, {(a, b), (c, d)}, True
    yield "GLOBAL, protocol 2", b"\x80\x02" + op_global(a, b) + b"q\x00)R.", {(a, b)}, True
    dotted = (a, f"{b}.{d}")
    yield "GLOBAL in protocol 4", protocol_4(op_global(*dotted)), {dotted}, True


def _hidden(rng: np.random.Generator) -> Crafted:
    (module, name), decoy, pushed = drawn_name(rng), drawn_word(rng), drawn_word(rng)
    honest = {("collections", "OrderedDict")}
    stored = (
        op_text(name) + b"\x940" + op_text(module) + b"\x940"
    )  # in the memo as 0 and 1, and off the stack
    fetched = protocol_4(stored + b"h\x01h\x00\x93)R")
    yield "both texts from the memo", fetched, {(module, name)}, True
    put = op_text(name) + b"q\x0a0" + op_text(module) + b"r\x2c\x01\x00\x000"
    yield "memo numbers 10 and 300", protocol_4(put + b"j\x2c\x01\x00\x00h\x0a\x93)R"), {(module, name)}, True
    popped = protocol_4(op_text(module) + op_text(name) + op_text(decoy) + b"0" + b"\x93)R")
    yield "a decoy on top, taken away again", popped, {(module, name)}, True
    marked = protocol_4(
        op_text(module) + op_text(name) + b"(" + op_text(decoy) + op_text(pushed) + b"1" + b"\x93)R"
    )
    yield "two decoys above a mark, taken away again", marked, {(module, name)}, True
    same = protocol_4(op_text(name) + b"2\x93)R")
    yield "one text, copied by DUP", same, {(name, name)}, True
    used = protocol_4(op_text(module) + op_text(name) + op_text("k") + op_text(decoy) + b"\x860\x93)R")
    yield "decoys that a TUPLE2 takes", used, {(module, name)}, True
    split = op_call(op_stack_global("collections", "OrderedDict")) + b"0"
    computed = op_call(op_global("collections", "OrderedDict"), module)
    behind = drawn_name(rng)
    unknown = {
        "a name that a call computes": computed,
        "a number where a name should be": b"K" + bytes([int(rng.integers(256))]),
        "a name that a PERSID refers to": f"P{name}\n".encode(),
    }
    for what, opcode in unknown.items():
        body = split + op_text(module) + opcode + b"\x93)R0" + op_stack_global(*behind)
        yield f"{what}, and a known one behind it", protocol_4(body), {*honest, behind}, False
    alone = protocol_4(
        f"P{decoy}\n".encode() + op_text(pushed) + b"Q\x86" + op_stack_global(module, name) + b"\x86"
    )
    yield "a PERSID and a BINPERSID, neither of them a name", alone, {(module, name)}, True
    codes = {"EXT1": b"\x82\x07", "EXT2": b"\x83\x07\x01", "EXT4": b"\x84\x07\x01\x00\x00"}
    for opcode, code in codes.items():
        yield (
            f"an extension code, {opcode}",
            protocol_4(code + b")R0" + op_stack_global(module, name)),
            {(module, name)},
            False,
        )


def _broken(rng: np.random.Generator) -> Crafted:
    label, nowhere = drawn_word(rng), drawn_name(rng)
    names = {(LAB, "trip")}
    beacon = pickle.dumps(Beacon(lab.trip, label), 4)
    yield "a beacon, then a byte that is no opcode", beacon[:-1] + b"\xff", names, False
    model = pickle.dumps([Beacon(lab.trip, label), list(range(50)), nowhere[1]], 4)
    cut = int(rng.integers(len(beacon) + 10, len(model) - 1))
    yield "a beacon and a list, cut short", model[:cut], names, False
    memo = protocol_4(op_call(op_stack_global(*nowhere), label) + b"h\x63")
    yield "a memo number that was never written", memo, {nowhere}, False
    yield (
        "a stack that runs empty",
        protocol_4(op_call(op_stack_global(*nowhere), label) + b"000"),
        {nowhere},
        False,
    )
    yield "a name with nothing on the stack", b"\x80\x04\x93.", set(), False
    yield "no bytes", b"", set(), False
    yield "drawn bytes", b"\xfe" + rng.bytes(30), set(), False
    after = protocol_4(op_call(op_stack_global(*nowhere), label)) + op_stack_global(LAB, "trip")
    yield "more behind STOP", after, {nowhere}, True
