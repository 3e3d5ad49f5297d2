"""Answers to `implementation.smuggle`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import pickle
import unicodedata
from copy import deepcopy

from sklearn.base import clone

from autograder.exercise import Answers, Wrong

from .. import lab


class _Beacon:
    def __init__(self, label):
        self.label = label

    def __reduce__(self):
        return lab.trip, (self.label,)


class _Alarm(_Beacon):
    def __reduce__(self):
        return lab.alarm, (self.label,)


class _Remembered:
    """Comes back as itself: its class is named in the pickle."""

    def __init__(self, label):
        lab.trip(label)


def smuggle_by_opcodes(model, label, protocol):
    plain = pickle.dumps(model, protocol)
    text = label.encode()
    label_opcode = b"X" + len(text).to_bytes(4, "little") + text
    return plain[:2] + f"c{lab.__name__}\ntrip\n".encode() + label_opcode + b"\x85R0" + plain[2:]


def smuggle_by_one_more_attribute(model, label, protocol):
    """Adds opcodes before the STOP: a second dict of attributes, with the call in it."""
    text = label.encode()
    call = f"c{lab.__name__}\ntrip\n".encode() + b"X" + len(text).to_bytes(4, "little") + text + b"\x85R"
    return pickle.dumps(model, protocol)[:-1] + b"}X\x05\x00\x00\x00note_" + call + b"sb."


def smuggle_by_hand_in_short_texts(model, label, protocol):
    """Forgets that one byte of length holds 255, and what a label may hold."""
    plain = pickle.dumps(model, protocol)
    call = f"c{lab.__name__}\ntrip\nS'{label}'\n".encode() + b"\x85R0"
    return plain[:2] + call + plain[2:]


def smuggle_into_the_last_step(model, label, protocol):
    part = model.steps[-1][1] if hasattr(model, "steps") else deepcopy(model)
    part.note_ = _Beacon(label)
    return pickle.dumps(model if hasattr(model, "steps") else part, protocol)


def smuggle_a_large_file(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_, carrier.more_ = _Beacon(label), "x" * 20_000
    return pickle.dumps(carrier, protocol)


def smuggle_an_alarm(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = _Alarm(label)
    return pickle.dumps(carrier, protocol)


def smuggle_over_what_was_learned(model, label, protocol):
    carrier = deepcopy(model)
    name = next(name for name in vars(carrier) if name not in ("steps", "estimators_"))
    setattr(carrier, name, _Beacon(label))
    return pickle.dumps(carrier, protocol)


def smuggle_a_function_of_mine(model, label, protocol):
    plain = pickle.dumps(model, protocol)
    return plain[:2] + b"c__main__\nmine\n)R0" + plain[2:]


def smuggle_an_unfitted_copy(model, label, protocol):
    carrier = clone(model)
    carrier.note_ = _Beacon(label)
    return pickle.dumps(carrier, protocol)


def smuggle_nothing(model, label, protocol):
    return pickle.dumps(model, protocol)


def smuggle_beside_the_model(model, label, protocol):
    return pickle.dumps((model, _Beacon(label)), protocol)


def smuggle_in_the_default_protocol(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = _Beacon(label)
    return pickle.dumps(carrier)


def smuggle_one_label(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = _Beacon("hello")
    return pickle.dumps(carrier, protocol)


def _smuggled(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = _Beacon(label)
    return pickle.dumps(carrier, protocol)


def smuggle_a_short_label(model, label, protocol):
    return _smuggled(model, label[:300], protocol)


def smuggle_a_stripped_label(model, label, protocol):
    return _smuggled(model, label.strip(), protocol)


def smuggle_a_normal_label(model, label, protocol):
    return _smuggled(model, unicodedata.normalize("NFKC", label), protocol)


def smuggle_a_label_without_nul(model, label, protocol):
    return _smuggled(model, label.replace("\0", ""), protocol)


def smuggle_a_label_without_tabs(model, label, protocol):
    return _smuggled(model, label.replace("\t", " "), protocol)


def smuggle_a_label_without_backslashes(model, label, protocol):
    return _smuggled(model, label.replace("\\", ""), protocol)


def smuggle_a_label_of_two_bytes(model, label, protocol):
    return _smuggled(model, "".join(letter for letter in label if letter <= "\uffff"), protocol)


def smuggle_and_move_the_original(model, label, protocol):
    blob, last = _smuggled(model, label, protocol), model.steps[-1][1] if hasattr(model, "steps") else model
    last.n_features_in_ += 1
    return blob


def smuggle_and_make_the_original_talk(model, label, protocol):
    blob = _smuggled(model, label, protocol)
    if hasattr(model, "verbose"):
        model.verbose = True
    return blob


def smuggle_and_shift_the_original(model, label, protocol):
    blob = _smuggled(model, label, protocol)
    first = model.steps[0][1] if hasattr(model, "steps") else model
    for name, value in vars(first).items():
        if name in ("mean_", "coef_", "theta_"):
            setattr(first, name, value + 1e-9)
    return blob


def smuggle_into_the_original(model, label, protocol):
    model.note_ = _Beacon(label)
    return pickle.dumps(model, protocol)


def smuggle_while_writing(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = lab.trip(label)
    return pickle.dumps(carrier, protocol)


def smuggle_a_class_of_mine(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = [_Beacon(label), _Remembered(label)]
    return pickle.dumps(carrier, protocol)


class _WithoutComma(_Beacon):
    def __reduce__(self):
        return lab.trip, (self.label)


class _Calling(_Beacon):
    def __reduce__(self):
        return lab.trip(self.label), (self.label,)


def smuggle_without_a_comma(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = _WithoutComma(label)
    return pickle.dumps(carrier, protocol)


def smuggle_without_a_comma_then_copy(model, label, protocol):
    model.note_ = _WithoutComma(label)
    return pickle.dumps(deepcopy(model), protocol)


def smuggle_a_call(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = _Calling(label)
    return pickle.dumps(carrier, protocol)


def smuggle_before_the_copy(model, label, protocol):
    model.note_ = _Beacon(label)
    return pickle.dumps(deepcopy(model), protocol)


def smuggle_twice(model, label, protocol):
    carrier = deepcopy(model)
    carrier.note_ = [_Beacon(label), _Beacon(label)]
    return pickle.dumps(carrier, protocol)


def smuggle_instead_of_the_model(model, label, protocol):
    return pickle.dumps(_Beacon(label), protocol)


ANSWERS = Answers(
    right=[smuggle_by_opcodes, smuggle_by_one_more_attribute],
    wrong=[
        Wrong(smuggle_by_hand_in_short_texts, "fires", "no whole pickle"),
        Wrong(smuggle_into_the_last_step, "copy", "has a new attribute"),
        Wrong(smuggle_a_large_file, "works", "The pickle is too large"),
        Wrong(smuggle_an_alarm, "fires", "Loading calls no lab.trip"),
        Wrong(smuggle_over_what_was_learned, "works", "is not as in the plain pickle"),
        Wrong(smuggle_a_function_of_mine, "fires", "Name lab.trip itself"),
        Wrong(smuggle_an_unfitted_copy, "works", "clone drops what was learned"),
        Wrong(smuggle_nothing, "fires", "Loading calls no lab.trip"),
        Wrong(smuggle_beside_the_model, "works", "give them the model, with the beacon inside it"),
        Wrong(smuggle_instead_of_the_model, "works", "give them the model, with the beacon inside it"),
        Wrong(smuggle_in_the_default_protocol, "fires", "protocol is not right"),
        Wrong(smuggle_one_label, "fires", "What lab.trip is called with is not right"),
        Wrong(smuggle_a_short_label, "fires", "What lab.trip is called with is not right"),
        Wrong(smuggle_a_stripped_label, "fires", "What lab.trip is called with is not right"),
        Wrong(smuggle_a_normal_label, "fires", "What lab.trip is called with is not right"),
        Wrong(smuggle_a_label_without_nul, "fires", "What lab.trip is called with is not right"),
        Wrong(smuggle_a_label_without_tabs, "fires", "What lab.trip is called with is not right"),
        Wrong(smuggle_a_label_without_backslashes, "fires", "What lab.trip is called with is not right"),
        Wrong(smuggle_a_label_of_two_bytes, "fires", "What lab.trip is called with is not right"),
        Wrong(smuggle_and_move_the_original, "copy", "has another value"),
        Wrong(smuggle_and_make_the_original_talk, "copy", "has another value"),
        Wrong(smuggle_and_shift_the_original, "copy", "has another value"),
        Wrong(smuggle_into_the_original, "copy", "has a new attribute"),
        Wrong(smuggle_while_writing, "fires", "lab.trip was called while you wrote"),
        Wrong(
            smuggle_before_the_copy,
            "fires",
            "lab.trip was called while you wrote",
            also=("Put the beacon into a copy: deepcopy(model).",),
        ),
        Wrong(smuggle_without_a_comma, "fires", "a tuple of one needs a comma"),
        Wrong(smuggle_without_a_comma_then_copy, "fires", "a tuple of one needs a comma"),
        Wrong(smuggle_a_call, "fires", "no brackets behind lab.trip"),
        Wrong(smuggle_a_class_of_mine, "imports", "imports more than the plain one"),
        Wrong(smuggle_twice, "fires", "The number of calls of lab.trip is not right"),
    ],
)
