"""Answers to `implementation.list_globals`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import io
import pickle
import pickletools

from autograder.exercise import Answers, Wrong

from ..pickle_machine import Broken, Machine


def globals_by_machine(blob):
    """The same with another machine: one method per opcode, instead of pickletools' stack effects."""
    machine, names, known = Machine(), set(), True
    try:
        for opcode, argument, _ in machine.walk(blob):
            if opcode.startswith("EXT"):
                known = False
            elif opcode in ("GLOBAL", "INST"):
                names.add(tuple(argument.split(" ", 1)))
            elif opcode == "STACK_GLOBAL":
                found = machine.imports[-1]
                if "?" in (found.module, found.name):
                    known = False
                else:
                    names.add((found.module, found.name))
    except Broken:
        return names, False
    return names, known


def globals_none(blob):
    return set(), False


def globals_by_loading(blob):
    names = set()

    class Asking(pickle.Unpickler):
        def find_class(self, module, name):
            names.add((module, name))
            return super().find_class(module, name)

    try:
        Asking(io.BytesIO(blob)).load()
    except Exception:
        return names, False
    return names, True


def _scan(blob, memo_too=True, old=True, new=True):
    names, texts, memo = set(), [], {}
    for opcode, argument, _ in pickletools.genops(blob):
        if opcode.name in ("GLOBAL", "INST"):
            if old:
                names.add(tuple(argument.split(" ", 1)))
        elif opcode.name == "STACK_GLOBAL":
            if new:
                names.add(tuple(texts[-2:]))
        elif opcode.name == "MEMOIZE" or "PUT" in opcode.name:
            memo[len(memo) if argument is None else argument] = (texts or [None])[-1]
        elif opcode.name.endswith("GET"):
            if memo_too and isinstance(memo.get(argument), str):
                texts.append(memo[argument])
        elif isinstance(argument, str):
            texts.append(argument)
    return names


def _books(blob, *, keep_top=True, copies=True, look_first=True, numbers=False, references=False,
           swapped=False, split=True, texts=True, unsettled=(), stops=False, catches=Exception):  # fmt: skip
    """With books of one's own, after pickletools. The switches are the mistakes that people make in them."""
    names, known, stack, memo = set(), True, [], {}

    def look(pair):
        nonlocal known
        known = known and all(isinstance(text, str) for text in pair)
        if known or not texts or all(isinstance(text, str) for text in pair):
            names.add(tuple(pair[::-1] if swapped else pair))

    try:
        for opcode, argument, _ in pickletools.genops(blob):
            name, value = opcode.name, None
            if name in ("GLOBAL", "INST"):
                names.add(tuple(argument.split(" ", 1)) if split else argument)
            elif name == "STACK_GLOBAL" and look_first:
                look([stack[-2], stack[-1]])
            elif name.startswith("EXT"):
                known = known and references
            if stops and not known:
                return names, False
            if name in unsettled:
                continue
            if name in ("GLOBAL", "INST", "EXT1", "EXT2", "EXT4", "STACK_GLOBAL"):
                pass
            elif name == "MEMOIZE" or "PUT" in name:
                memo[len(memo) if name == "MEMOIZE" else argument] = stack[-1]
                value = stack[-1] if keep_top else None
            elif name.endswith("GET"):
                value = memo[argument]
            elif name == "DUP":
                value = stack[-1] if copies else None
            elif numbers and isinstance(argument, int):
                value = str(argument)
            elif isinstance(argument, str) and (references or name != "PERSID"):
                value = argument
            taken = opcode.stack_before
            if pickletools.markobject in taken:
                while stack.pop() is not pickletools.markobject:
                    pass
                taken = taken[: taken.index(pickletools.markobject)]
            for _ in taken:
                stack.pop()
            stack += [kind if kind is pickletools.markobject else value for kind in opcode.stack_after]
            if name == "STACK_GLOBAL" and not look_first:
                look([*stack[-2:], None][:2])
    except catches:
        return names, False
    return names, known


def globals_by_own_books(blob):
    return _books(blob)


def globals_that_lose_the_top(blob):
    return _books(blob, keep_top=False)


def globals_without_copies(blob):
    return _books(blob, copies=False)


def globals_after_settling(blob):
    return _books(blob, look_first=False)


def globals_with_numbers(blob):
    return _books(blob, numbers=True)


def globals_with_references(blob):
    return _books(blob, references=True)


def globals_swapped(blob):
    return _books(blob, swapped=True)


def globals_in_one_text(blob):
    return _books(blob, split=False)


def globals_with_none(blob):
    return _books(blob, texts=False)


def globals_with_settle_in_else(blob):
    return _books(blob, unsettled=("GLOBAL", "INST", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4"))


def globals_without_settling_extensions(blob):
    return _books(blob, unsettled=("EXT1", "EXT2", "EXT4"))


def globals_up_to_the_unknown(blob):
    return _books(blob, stops=True)


def globals_catching_too_little(blob):
    return _books(blob, catches=ValueError)


def globals_that_doubt_references(blob):
    names, complete = _books(blob)
    return names, complete and b"Q" not in blob


def globals_by_loading_and_swallowing(blob):
    names = set()

    class Anything:
        def __init__(self, *args):
            pass

    class Asking(pickle.Unpickler):
        def find_class(self, module, name):
            names.add((module, name))
            try:
                return super().find_class(module, name)
            except Exception:
                return Anything

    try:
        Asking(io.BytesIO(blob)).load()
    except BaseException:
        return names, False
    return names, True


def globals_from_the_last_two_texts(blob):
    try:
        return _scan(blob), True
    except ValueError:
        return set(), False


def globals_without_the_memo(blob):
    try:
        return _scan(blob, memo_too=False), True
    except ValueError:
        return set(), False


def globals_of_new_pickles(blob):
    try:
        return _scan(blob, old=False), True
    except ValueError:
        return set(), False


def globals_of_old_pickles(blob):
    try:
        return _scan(blob, new=False), True
    except ValueError:
        return set(), False


def globals_unless_broken(blob):
    names, complete = globals_by_machine(blob)
    return (names, complete) if complete else (set(), False)


def globals_always_complete(blob):
    return globals_by_machine(blob)[0], True


def globals_that_raise(blob):
    pickletools.dis(blob, out=io.StringIO())
    return globals_by_machine(blob)


ANSWERS = Answers(
    right=[globals_by_machine, globals_by_own_books],
    wrong=[
        Wrong(globals_that_lose_the_top, "models", "MEMOIZE and PUT leave the top where it is"),
        Wrong(globals_after_settling, "models", "look at the stack before its two texts are taken away"),
        Wrong(globals_without_copies, "hidden", "DUP puts the top of the stack on it once more"),
        Wrong(globals_with_references, "hidden", "The set of names is not right"),
        Wrong(globals_swapped, "models", "the wrong way round"),
        Wrong(globals_in_one_text, "old", "split it at its first space"),
        Wrong(globals_with_none, "hidden", "A name that is no text is unknown"),
        Wrong(globals_with_settle_in_else, "old", "settle was not called for every opcode"),
        Wrong(globals_without_settling_extensions, "hidden", "settle was not called for every opcode"),
        Wrong(globals_up_to_the_unknown, "hidden", "An unknown name is no break"),
        Wrong(globals_catching_too_little, "broken", "catch them too"),
        Wrong(globals_that_doubt_references, "models", "Complete is not right"),
        Wrong(globals_with_numbers, "hidden", "The set of names is not right"),
        Wrong(globals_none, "models", "The set of names is not right"),
        Wrong(
            globals_by_loading,
            "unrun",
            "The payload has run",
            also=(
                "It was read to its STOP, and every name was a text: that is complete.",
                "Keep what you found before the break: put try around the loop, not around the names.",
            ),
        ),
        Wrong(
            globals_by_loading_and_swallowing,
            "unrun",
            "Loading ends at the first call that fails",
            also=(
                "An unknown name is no break: leave out that one, and read on for those behind it.",
                "Keep what you found before the break: put try around the loop, not around the names.",
            ),
        ),
        Wrong(
            globals_from_the_last_two_texts,
            "hidden",
            "need not be the two on the stack",
            also=("Keep what you found before the break: put try around the loop, not around the names.",),
        ),
        Wrong(
            globals_without_the_memo,
            "models",
            "Texts also come from the memo",
            also=(
                "Each pair is the wrong way round: the module lies under the name.",
                "Keep what you found before the break: put try around the loop, not around the names.",
            ),
        ),
        Wrong(
            globals_of_new_pickles,
            "old",
            "import by GLOBAL and INST",
            also=(
                "Keep what you found before the break: put try around the loop, not around the names.",
                (
                    "The two texts before it in the file need not be the two on the stack: follow "
                    "POP and the memo."
                ),
            ),
        ),
        Wrong(
            globals_of_old_pickles,
            "models",
            "import by STACK_GLOBAL",
            also=(
                (
                    "There is a STACK_GLOBAL, and no pair was found: look at the stack before its "
                    "two texts are taken away, and call settle for every opcode. With books of your "
                    "own: MEMOIZE and PUT leave the top where it is."
                ),
            ),
        ),
        Wrong(
            globals_unless_broken,
            "broken",
            "Keep what you found before the break",
            also=("An unknown name is no break: leave out that one, and read on for those behind it.",),
        ),
        Wrong(globals_always_complete, "hidden", "is not complete"),
        Wrong(globals_that_raise, "broken", "Your code raised ValueError"),
    ],
)
