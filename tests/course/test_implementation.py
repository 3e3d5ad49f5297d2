"""What the lesson on secure ML code stands on: the lab, the machine, the stepper and the planted files."""

import ast
import contextlib
import io
import itertools
import pickle
import random
import re
import warnings
from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
from lessons import COURSE, judge, solved
from sklearn.linear_model import LogisticRegression

from autograder.catalog import load_module
from autograder.exercise import seed_for
from course.m1_lifecycle.implementation import lab, opcode_stepper
from course.m1_lifecycle.implementation.material import ALONE, PIECES
from course.m1_lifecycle.implementation.pickle_machine import Broken, Machine, Name, replay
from course.m1_lifecycle.implementation.vulnerable_repo import BAD, GOOD, RULES, make_repo


class Beacon:
    def __reduce__(self):
        return lab.trip, ("ran",)


class Asking(pickle.Unpickler):
    """The real unpickler, which notes what it is asked for."""

    def __init__(self, blob):
        super().__init__(io.BytesIO(blob))
        self.names = []

    def find_class(self, module, name):
        self.names.append(Name(module, name))
        return super().find_class(module, name)


def followed(blob):
    machine = Machine()
    for _ in machine.walk(blob):
        pass
    return machine


HONEST = [
    Decimal("0.1"),
    {"a": [1, 2.5, None, True, b"raw", "text"], "b": (1, {2, 3}, frozenset("xy"), bytearray(b"z"))},
    [2**80, -1, complex(1, 2), range(3), slice(1, 2)],
    LogisticRegression().fit(np.arange(8.0).reshape(4, 2), [0, 1, 0, 1]),
]


@pytest.fixture(autouse=True)
def quiet_lab():
    lab.reset()
    yield
    lab.reset()


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("value", HONEST, ids=lambda value: type(value).__name__)
def test_the_machine_asks_for_what_the_unpickler_asks_for(value, protocol):
    blob = pickle.dumps(value, protocol)
    real = Asking(blob)
    real.load()
    machine = followed(blob)
    assert machine.imports == real.names
    assert len(machine.stack) == 1


@pytest.mark.parametrize("protocol", range(6))
def test_the_machine_sees_the_call_and_does_not_make_it(protocol):
    machine = followed(pickle.dumps([Beacon()], protocol))
    assert [(str(call.what), call.args) for call in machine.calls] == [
        ("course.m1_lifecycle.implementation.lab.trip", ("ran",))
    ]
    assert lab.trips() == []
    pickle.loads(pickle.dumps([Beacon()], protocol))
    assert lab.trips() == ["ran"]


def test_the_machine_takes_any_bytes_and_raises_broken_or_nothing():
    draw = random.Random(0)
    blobs = [draw.randbytes(40) for _ in range(200)]
    model = pickle.dumps(HONEST[-1], 4)
    for _ in range(200):
        damaged = bytearray(model)
        damaged[draw.randrange(len(model))] = draw.randrange(256)
        blobs.append(bytes(damaged))
    outcomes = set()
    warnings.simplefilter("ignore", DeprecationWarning)  # of pickletools, for odd escapes
    for blob in blobs:
        try:
            followed(blob)
            outcomes.add("followed")
        except Broken:
            outcomes.add("broken")
    assert outcomes == {"followed", "broken"} and lab.trips() == []


def test_an_alarm_cannot_be_swallowed_by_except_exception():
    with pytest.raises(lab.Tripped), contextlib.suppress(Exception):
        lab.alarm("loud")
    assert lab.trips() == ["loud"]


@pytest.mark.parametrize("name", opcode_stepper.PICKLES)
def test_every_pickle_of_the_stepper_has_as_many_steps_as_the_slider(name):
    assert len(opcode_stepper.steps(name)) == opcode_stepper.STEPS
    assert lab.trips() == []


def test_the_stepper_tells_what_loading_does():
    honest, beacon, memo, broken = opcode_stepper.PICKLES.values()
    for blob, labels in ((honest, []), (beacon, ["hello"]), (memo, ["hello"])):
        lab.reset()
        pickle.loads(blob)
        assert lab.trips() == labels
    lab.reset()
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads(broken)
    assert lab.trips() == ["hello"]
    steps = [opcode_stepper.steps(name) for name in opcode_stepper.PICKLES]
    assert [step[-1].calls for step in steps] == [1, 1, 1, 1]
    assert [s.opcode.split()[0] for s in steps[0]] == [s.opcode.split()[0] for s in steps[1]]


@pytest.mark.parametrize("seed", range(20))
def test_planted_files_parse_and_their_issues_point_at_code(seed):
    files = make_repo(np.random.default_rng(seed), 20)
    assert {rule for file in files for rule, _ in file.issues} == set(RULES)
    for file in files:
        ast.parse(file.source)
        assert "#!" not in file.source
        lines = file.source.splitlines()
        assert all(lines[line - 1].strip() for _, line in file.issues)


def test_files_hold_every_piece_and_each_mark_names_a_rule():
    assert all("  #! " in piece for piece in BAD) and not any("#!" in piece for piece in GOOD)
    files = make_repo(np.random.default_rng(0), 20)
    planted = sum(piece.count("#!") for piece in BAD)
    assert sum(len(file.issues) for file in files) >= 3 * planted


def checks():
    return load_module(COURSE.lesson("implementation").check_file("find_issues"))


@pytest.mark.parametrize("seed", range(5))
def test_the_files_of_the_check_parse_and_hold_every_kind_of_piece_twice(seed):
    files = checks().FILES
    made = make_repo(np.random.default_rng(seed), files, PIECES)
    assert 6 * files == 2 * (len(BAD) + len(GOOD) + len(PIECES))
    for file in made:
        ast.parse(file.source)
        assert "#!" not in file.source
    marks = [mark for piece in (*BAD, *PIECES) for mark in re.findall(r"  #! (\w+)$", piece, re.MULTILINE)]
    planted = [rule for file in made for rule, _ in file.issues]
    assert Counter(planted) == Counter(marks + marks) and set(marks) == set(RULES)


def test_the_text_states_the_numbers_of_kinds_of_pieces():
    text = COURSE.lesson("implementation").text.read_text("utf-8")
    shown, hidden = len(BAD) + len(GOOD), len(PIECES) + len(ALONE)
    said = re.search(r"the (\d+) kinds of pieces that this repository is made of, and (\d+)\b", text)
    assert [int(number) for number in said.groups()] == [shown, hidden]
    assert len({*BAD, *GOOD, *PIECES, *ALONE}) == shown + hidden


def test_the_numbers_of_the_text_search_are_those_that_its_cell_shows():
    names = solved("implementation")
    total = names["judged"](names["search"])["total"]
    text = " ".join(COURSE.lesson("implementation").text.read_text("utf-8").replace("\n#", " ").split())
    alarms = total["seen"] + total["false alarms"]
    assert f"sees {total['seen']} of {total['planted']} weaknesses" in text
    assert f"{total['false alarms']} of its {alarms} alarms are false" in text


def test_the_front_line_counts_points_and_exercises_of_the_core_and_of_the_stretch():
    lesson, number = COURSE.lesson("implementation"), {3: "three", 4: "four", 2: "two"}
    core, stretch = (
        [exercise for exercise in lesson.exercises if exercise.level == level]
        for level in ("core", "stretch")
    )
    text = lesson.text.read_text("utf-8")
    points = sum(exercise.points for exercise in core)
    said = f"# *{lesson.minutes} minutes, {points:g} points in {number[len(core)]} exercises"
    assert f"{said} · a stretch of {number[len(stretch)]} more: about " in text
    assert f" minutes and {sum(e.points for e in stretch):g} points on top*" in text
    front, back = text.split("# ## Part 4 (stretch)")[0], text.split("# ## Summary")[1]
    lines = (line for line in (front + back).splitlines() if line.startswith("# ") and "# %%" not in line)
    words = sum(any(map(str.isalpha, word)) for line in lines for word in line.split())
    reading = words / 180 + 2 * front.count("predict(")
    assert sum(exercise.minutes for exercise in core) + reading <= lesson.minutes
    stretch_begins = text.index("# ## Part 4 (stretch)")
    for exercise in lesson.exercises:
        assert (text.index(f"def {exercise.name}(") > stretch_begins) == (exercise.level == "stretch")


def test_the_number_of_tumours_in_the_text_is_the_one_that_its_cell_prints():
    names = solved("implementation")
    text = " ".join(COURSE.lesson("implementation").text.read_text("utf-8").replace("\n#", " ").split())
    assert names["benign"] == len(names["shuffled"])
    assert f"every one of the {names['benign']} malignant tumours" in text


def test_a_slip_about_the_number_of_rows_costs_the_sound_batches_only():
    def short(rows, contract):
        return names["validate_batch"](rows, {**contract, "max_rows": contract["max_rows"] - 1})

    names = solved("implementation")
    exercise = next(e for e in COURSE.lesson("implementation").exercises if e.name == "validate_batch")
    verdict = judge(exercise, [short], seed_for("tests", "0"))
    assert [finding.part for finding in verdict.findings if finding.slip] == ["accepts"]
    assert verdict.points == verdict.max_points - exercise.parts["accepts"][0]


@pytest.mark.parametrize(("value", "protocol"), [*itertools.product(HONEST, range(6))])
def test_replay_shows_the_names_that_the_unpickler_asks_for(value, protocol):
    blob = pickle.dumps(value, protocol)
    real, names = Asking(blob), []
    real.load()
    for opcode, argument, top in replay(blob):
        if opcode in ("GLOBAL", "INST"):
            names.append(tuple(argument.split(" ", 1)))
        elif opcode == "STACK_GLOBAL":
            names.append(top)
    assert names == [(name.module, name.name) for name in real.names]


@pytest.mark.parametrize(
    "blob", [b"", b"\x80\x04\x93.", b"\x80\x04\x8c\x01x\x93.", b"\x80\x04h\x01.", b"\x80\x04."]
)
def test_replay_raises_value_error_where_the_pickle_breaks_and_shows_no_name_that_is_not_there(blob):
    opcodes = []
    with pytest.raises(ValueError):
        opcodes.extend(opcode for opcode, *_ in replay(blob))
    assert "STACK_GLOBAL" not in opcodes


def test_attributes_that_a_second_build_sets_are_added_to_the_first():
    twice = b"\x80\x02" + b"cbuiltins\nException\n)R}X\x01\0\0\0aK\x01sb}X\x01\0\0\0bK\x02sb."
    real, machine = pickle.loads(twice), followed(twice)
    assert vars(real) == dict(machine.stack[0].state.items) == {"a": 1, "b": 2}


def test_the_loader_of_the_monday_sheet_runs_as_it_is():
    sheet = COURSE.lesson("implementation").monday.read_text("utf-8")
    code = re.search(r"```python\n(import io.*?)```", sheet, re.DOTALL).group(1)
    assert len(code.splitlines()) <= 20
    names = {}
    exec(code, names)
    names["ALLOWED"] |= {("builtins", "complex")}
    assert names["Loader"](io.BytesIO(pickle.dumps(2j))).load() == 2j
    with pytest.raises(pickle.UnpicklingError):
        names["Loader"](io.BytesIO(pickle.dumps(Beacon()))).load()
    assert lab.trips() == []


def test_the_words_of_the_search_for_secrets_are_those_of_the_answers():
    answers = load_module(COURSE.lesson("implementation").folder / "answers" / "redact.py")
    assert answers.SECRET_TEXT.pattern == solved("implementation")["SECRET_TEXT"].pattern
