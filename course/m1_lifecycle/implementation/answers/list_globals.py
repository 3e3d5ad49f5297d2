"""Answers to `implementation.list_globals`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import io
import pickle
import pickletools

from autograder.exercise import Answers, Wrong

from ..pickle_machine import Broken, Machine, Name, replay


def _globals(blob, *, catches=ValueError, inst=True, new=True, old=True, split=1, swapped=False, texts=True,
             extensions=False, stops=False, ended=False, keeps=True, module_too=True, some=False,
             sorts=False):  # fmt: skip
    """The whole of it. The switches are the mistakes that people make."""
    names, known = set(), True
    try:
        for opcode, argument, top in replay(blob):
            if (opcode == "GLOBAL" and old) or (opcode == "INST" and old and inst):
                names.add(tuple(argument.split(" ", split)) if split else argument)
            elif opcode == "STACK_GLOBAL" and new:
                sure = all(isinstance(text, str) for text in (top if module_too else top[1:]))
                if sure or not texts:
                    names.add(tuple(top[::-1] if swapped else top))
                known = known and sure
            elif opcode.startswith("EXT"):
                known = known and extensions
            if stops and not known:
                return names, False
    except catches:
        return names if keeps else set(), ended
    return names, known and (bool(names) or not some)


def globals_by_machine(blob):
    """From the names that another machine would have imported."""
    machine, names, known = Machine(), set(), True
    try:
        for opcode, argument, _ in machine.walk(blob):
            if opcode.startswith("EXT"):
                known = False
            elif opcode in ("GLOBAL", "INST"):
                names.add(tuple(argument.split(" ", 1)))
            elif opcode == "STACK_GLOBAL":
                found: Name = machine.imports[-1]
                if "?" in (found.module, found.name):
                    known = False
                else:
                    names.add((found.module, found.name))
    except Broken:
        return names, False
    return names, known


def globals_by_partition(blob):
    def pairs():
        try:
            for opcode, argument, top in replay(blob):
                if opcode in ("GLOBAL", "INST"):
                    yield argument.partition(" ")[::2]
                elif opcode == "STACK_GLOBAL":
                    yield top
                elif opcode[:3] == "EXT":
                    yield (None, None)
        except Broken:
            yield (None, None)

    found = set(pairs())
    sure = {pair for pair in found if None not in pair}
    return sure, found == sure


def globals_none(blob):
    return set(), False


def globals_none_and_sure(blob):
    return set(), True


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


def globals_by_loading_and_swallowing(blob):
    names = set()

    class Asking(pickle.Unpickler):
        def find_class(self, module, name):
            names.add((module, name))
            try:
                return super().find_class(module, name)
            except Exception:
                return lambda *args: None

    try:
        Asking(io.BytesIO(blob)).load()
    except BaseException:
        return names, False
    return names, True


def globals_from_the_last_two_texts(blob):
    names, texts, memo = set(), [], {}
    try:
        for opcode, argument, _ in pickletools.genops(blob):
            if opcode.name in ("GLOBAL", "INST"):
                names.add(tuple(argument.split(" ", 1)))
            elif opcode.name == "STACK_GLOBAL":
                names.add(tuple(texts[-2:]))
            elif opcode.name == "MEMOIZE" or "PUT" in opcode.name:
                memo[len(memo) if argument is None else argument] = (texts or [None])[-1]
            elif opcode.name.endswith("GET") and isinstance(memo.get(argument), str):
                texts.append(memo[argument])
            elif isinstance(argument, str):
                texts.append(argument)
    except ValueError:
        return names, False
    return names, True


def globals_of_new_pickles(blob):
    return _globals(blob, old=False)


def globals_of_old_pickles(blob):
    return _globals(blob, new=False)


def globals_without_inst(blob):
    return _globals(blob, inst=False)


def globals_swapped(blob):
    return _globals(blob, swapped=True)


def globals_in_one_text(blob):
    return _globals(blob, split=0)


def globals_split_everywhere(blob):
    return _globals(blob, split=-1)


def globals_with_none(blob):
    return _globals(blob, texts=False)


def globals_with_unknown_modules(blob):
    return _globals(blob, texts=False, module_too=False)


def globals_sure_of_extensions(blob):
    return _globals(blob, extensions=True)


def globals_up_to_the_unknown(blob):
    return _globals(blob, stops=True)


def globals_that_raise(blob):
    return _globals(blob, catches=ZeroDivisionError)


def globals_unless_broken(blob):
    return _globals(blob, keeps=False)


def globals_complete_when_broken(blob):
    return _globals(blob, ended=True)


def globals_always_complete(blob):
    return _globals(blob)[0], True


def globals_never_complete(blob):
    return _globals(blob)[0], False


def globals_complete_with_names(blob):
    return _globals(blob, some=True)


def globals_that_doubt_references(blob):
    names, complete = _globals(blob)
    return names, complete and not any(op.name.endswith("PERSID") for op, *_ in pickletools.genops(blob))


def globals_as_a_list(blob):
    names, complete = _globals(blob)
    return sorted(names), complete


def globals_but_builtins(blob):
    names, complete = _globals(blob)
    return {(module, name) for module, name in names if module != "builtins"}, complete


ANSWERS = Answers(
    right=[globals_by_machine, globals_by_partition],
    wrong=[
        Wrong(globals_none, "models", "The set of names is not right"),
        Wrong(globals_none_and_sure, "models", "The set of names is not right"),
        Wrong(globals_by_loading, "unrun", "The payload has run"),
        Wrong(globals_by_loading_and_swallowing, "unrun", "Loading ends at the first call that fails"),
        Wrong(
            globals_from_the_last_two_texts,
            "hidden",
            "need not be the two on the stack",
            also=("What could not be read to the end, or names what you cannot see, is not complete.",),
        ),
        Wrong(globals_of_new_pickles, "old", "import by GLOBAL and INST"),
        Wrong(globals_of_old_pickles, "models", "import by STACK_GLOBAL"),
        Wrong(globals_without_inst, "old", "INST imports as GLOBAL does"),
        Wrong(globals_swapped, "models", "the wrong way round"),
        Wrong(globals_in_one_text, "old", "split it once"),
        Wrong(globals_split_everywhere, "old", "split it once"),
        Wrong(globals_with_none, "hidden", "A name that is no text is unknown"),
        Wrong(globals_with_unknown_modules, "hidden", "A name that is no text is unknown"),
        Wrong(globals_sure_of_extensions, "hidden", "is not complete"),
        Wrong(globals_up_to_the_unknown, "hidden", "An unknown name is no break"),
        Wrong(globals_that_raise, "broken", "put try around the whole loop"),
        Wrong(globals_unless_broken, "broken", "Keep what you found before the break"),
        Wrong(globals_complete_when_broken, "broken", "is not complete"),
        Wrong(globals_always_complete, "hidden", "is not complete"),
        Wrong(globals_never_complete, "models", "Complete is not right"),
        Wrong(globals_complete_with_names, "old", "plain data imports nothing"),
        Wrong(globals_that_doubt_references, "hidden", "Complete is not right"),
        Wrong(globals_but_builtins, "models", "A name counts whatever its module is"),
        Wrong(globals_as_a_list, "models", "should be a set"),
    ],
)
