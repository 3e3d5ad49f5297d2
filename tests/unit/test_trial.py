"""What a check is handed: values are what the text asks for, and what a case was drawn with ends with it."""

import enum
from collections import Counter, OrderedDict, defaultdict, namedtuple

import numpy as np
import pandas as pd
import pytest

from autograder.boundary.local import proxy_for
from autograder.errors import Uncrossable
from autograder.exercise import Exercise, run_check
from autograder.returned import Wrong
from autograder.trial import Trial, Witness
from autograder.verdict import Outcome

Point = namedtuple("Point", "x y")


class Level(enum.StrEnum):
    HIGH = "high"


class Grade(enum.IntEnum):
    TWO = 2


class Names(dict):
    """Says that it is empty, and gives other items than it has."""

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def items(self):
        return [("right", 1)]

    keys = values = items

    def __getitem__(self, key):
        return 1


class Rows(tuple):
    __slots__ = ()

    def __iter__(self):
        return iter((7, 7))

    def __len__(self):
        return 2


class Text(str):
    def __str__(self):
        return "right"

    __repr__ = __format__ = __str__

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class Number(int):
    def __index__(self):
        return 42

    __int__ = __float__ = __index__


def exercise(check, **parts):
    parts = {key: (points, key) for key, points in (parts or {"all": 1}).items()}
    return Exercise("a.b", check, 1, "core", parts, (), ("", ""), ())


@pytest.fixture
def t():
    return Trial(exercise(lambda t: None), 0)


def crossed(value):
    """`value` as a learner's function would have returned it."""
    return proxy_for(lambda: value)()


PLAIN = [
    (np.True_, bool, True),
    (np.int64(3), int, 3),
    (np.uint8(3), int, 3),
    (np.float32(0.5), float, 0.5),
    (np.float64(0.5), float, 0.5),
    (np.str_("a"), str, "a"),
    (np.bytes_(b"a"), bytes, b"a"),
    (OrderedDict(a=1), dict, {"a": 1}),
    (defaultdict(list, a=[1]), dict, {"a": [1]}),
    (Counter("aab"), dict, {"a": 2, "b": 1}),
    (Point(1, 2), tuple, (1, 2)),
    (Level.HIGH, str, "high"),
    (Grade.TWO, int, 2),
    ([Point(1, np.True_)], list, [(1, True)]),
    ({Level.HIGH: OrderedDict(a=Point(1, 2))}, dict, {"high": {"a": (1, 2)}}),
    ({Level.HIGH, "low"}, set, {"high", "low"}),
]


@pytest.mark.parametrize(("value", "kind", "want"), PLAIN, ids=lambda value: type(value).__name__)
def test_a_value_of_another_type_of_the_same_thing_is_what_the_text_asks_for(t, value, kind, want):
    got = t.instance(crossed(value), kind, "it")
    assert type(got) is kind and got == want
    t.equal(crossed(value), want, "it")
    for one, other in zip(_leaves(got), _leaves(want), strict=True):
        assert type(one) is type(other)


def _leaves(value):
    if isinstance(value, dict):
        return [leaf for item in value.items() for leaf in _leaves(item)]
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]


@pytest.mark.parametrize(
    ("value", "kind"),
    [(1, bool), (True, int), (1.0, int), (1, float), ("a", list), ((1,), list), ([1], tuple), (None, dict)],
)
def test_another_thing_is_refused(t, value, kind):
    with pytest.raises(Wrong):
        t.instance(crossed(value), kind, "it")


@pytest.mark.parametrize(
    ("value", "kind", "kept"),
    [
        (Names(wrong=0), dict, {"wrong": 0}),
        (Rows((1, 2, 3)), tuple, (1, 2, 3)),
        (Text("wrong"), str, "wrong"),
        (Number(7), int, 7),
    ],
)
def test_a_subclass_that_lies_gives_the_data_that_it_has(t, value, kind, kept):
    got = t.instance(crossed(value), kind, "it")
    assert type(got) is kind and got == kept
    with pytest.raises(Wrong):
        t.equal(crossed(value), {dict: {"right": 1}, tuple: (7, 7), str: "right", int: 42}[kind], "it")


def test_a_number_may_be_of_a_class_of_its_own_and_no_array_or_table_may(t):
    assert t.number(crossed(Number(7)), "it") == 7.0
    assert t.array(crossed([Number(7), np.float32(1)]), "it").tolist() == [7, 1]
    for odd in (np.zeros(2).view(type("Odd", (np.ndarray,), {})), np.ma.masked_array([1])):
        with pytest.raises((Wrong, Uncrossable)):
            t.array(crossed(odd), "it")
    with pytest.raises(Wrong):
        t.number(crossed(np.timedelta64(5, "s")), "it")


def test_a_list_that_holds_itself_ends_in_words():
    class Loop(list):
        pass

    def check(t, f):
        with t.part("all"):
            t.instance(f(), list, "it")

    loop = Loop()
    loop.append(loop)
    verdict = run_check(exercise(check), [proxy_for(lambda: loop)], 0)
    assert verdict.outcome is Outcome.FAILED and "nested" in verdict.findings[0].message


def test_a_learners_list_that_can_be_hashed_breaks_no_check():
    class Key(list):
        def __hash__(self):
            return 1

    def check(t, f):
        with t.part("all"):
            t.equal(f(), {"a": 1}, "it")

    for value in ({Key(): 1}, {Key()}):
        verdict = run_check(exercise(check), [proxy_for(lambda value=value: value)], 0)
        assert verdict.outcome is Outcome.FAILED, verdict.as_text()


# -- objects ------------------------------------------------------------------------------------------


class Door:
    handle = 1

    def open(self):
        return "open"

    def shut(self):
        return "shut"


def test_an_object_with_its_methods_is_given_as_it_is(t):
    door = t.object(crossed(Door()), "the door", methods=("open", "shut"))
    assert door.open() == "open"


@pytest.mark.parametrize(
    "value", [None, 3, {"open": 1}, pd.DataFrame(), np.zeros(2), "x", [Door()], Counter()], ids=type
)
def test_what_is_no_object_of_the_learners_ends_in_words(value):
    def check(t, f):
        with t.part("all"):
            t.object(f(), "the door", methods=("open",)).open()

    verdict = run_check(exercise(check), [proxy_for(lambda: value)], 0)
    (finding,) = verdict.findings
    assert finding.outcome is Outcome.FAILED
    assert finding.message == "The door should be an object with the method open."


def test_a_method_that_is_missing_or_none_is_named(t):
    with pytest.raises(Wrong, match="The door has no method lock"):
        t.object(crossed(Door()), "the door", methods=("open", "lock"))
    with pytest.raises(Wrong, match="handle of the door is no method"):
        t.object(crossed(Door()), "the door", methods=("handle",))


# -- cases --------------------------------------------------------------------------------------------


def test_what_a_case_was_drawn_with_ends_with_its_case_or_part():
    def check(t):
        for _ in t.cases(1):
            t.given(n=1)
            with t.part("first"):
                t.given(n=2)
            with t.part("second"):
                t.wrong("no")
        with t.part("third"):
            t.wrong("no")
        t.given(n=4)
        with t.part("fourth"):
            t.wrong("no")
        with t.part("fifth"):
            t.given(n=5)
        with t.part("sixth"):
            t.wrong("no")

    parts = dict.fromkeys(("first", "second", "third", "fourth", "fifth", "sixth"), 1)
    cases = {finding.part: finding.case for finding in run_check(exercise(check, **parts), [], 0).findings}
    assert cases == {
        "first": "", "second": "1 of 1 (n = 1)", "third": "", "fourth": "n = 4", "fifth": "", "sixth": "",
    }  # fmt: skip


# -- thresholds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "says"), [(79, "too low"), (161, "too high"), (80, ""), (160, "")])
def test_between_holds_from_its_lowest_to_its_highest(t, value, says):
    if not says:
        return t.between(value, 80, 160, "the count")
    with pytest.raises(Wrong, match=f"The count is {says}") as caught:
        t.between(value, 80, 160, "the count", slip="Count again.")
    assert caught.value.shown() == ("80 to 160", str(value))
    assert caught.value.slip == "Count again."


def test_a_threshold_may_say_it_in_words_of_its_own(t):
    with pytest.raises(Wrong, match="Too few are found") as caught:
        t.at_least(0.8, 0.9, "the share found", message="Too few are found.", got="8 of 10")
    assert caught.value.shown() == ("at least 0.9", "8 of 10")


def test_a_value_that_is_not_a_number_holds_nowhere(t):
    for hold in (t.at_least, t.at_most):
        with pytest.raises(Wrong):
            hold(float("nan"), 1, "it")


def test_a_witness_is_told_what_is_measured_compared_and_where_the_check_crashes():
    class Notes(Witness):
        def __init__(self):
            self.told = []

        def measured(self, what, value, low, high):
            self.told.append((what, value, low, high))

        def compared(self, want, slips, same):
            self.told.append((want, slips, same(1, 1)))

        def crashed(self, fault):
            self.told.append(type(fault))

    def check(t):
        with t.part("all"):
            t.at_most(1, 2, "it")
            t.equal(1, 1, "it", slips={"You counted twice.": 2})
            raise KeyError("x")

    notes = Notes()
    verdict = run_check(exercise(check), [], 0, notes)
    assert notes.told == [("it", 1, float("-inf"), 2), (1, {"You counted twice.": 2}, True), KeyError]
    assert verdict.outcome is Outcome.GRADER_FAULT


class Shy:
    """Counts how often it is shown, and breaks when it is told to."""

    shown = 0

    def __init__(self, breaks=False):
        self.breaks = breaks

    def __repr__(self):
        Shy.shown += 1
        if self.breaks:
            raise RuntimeError("not me")
        return "Shy()"


def numbers_of(value):
    """The verdict on three cases, in two parts each of which wants a number and is given `value`."""

    def check(t, f):
        for _ in t.cases(3):
            for part in ("one", "two"):
                with t.part(part):
                    t.number(f(), "it")

    return run_check(exercise(check, one=1, two=1), [proxy_for(lambda: value)], 0)


def test_what_came_back_is_shown_once_for_each_part_that_it_fails():
    Shy.shown = 0
    verdict = numbers_of(Shy())
    assert [(finding.case, finding.got) for finding in verdict.findings] == [("1 of 3", "Shy()")] * 2
    assert Shy.shown == 2


def test_what_breaks_when_it_is_shown_is_the_learners_error():
    verdict = numbers_of(Shy(breaks=True))
    assert [finding.outcome for finding in verdict.findings] == [Outcome.ERROR] * 2
    assert "RuntimeError: not me" in verdict.findings[0].message


def first_of(rng):
    return rng.random()


def test_a_key_gives_the_same_stream_and_another_key_or_seed_gives_another():
    one = exercise(lambda t, f: None)
    streams = {first_of(Trial(one, seed).rng(*key)) for seed in (1, 2) for key in ((), (1,), (1, 2), (12,))}
    assert len(streams) == 8
    assert first_of(Trial(one, 1).rng(np.int64(3), 4)) == first_of(Trial(one, 1).rng(3, np.uint8(4)))


def test_a_generator_that_is_handed_out_gives_away_neither_the_seed_nor_another_stream():
    one = exercise(lambda t, f: None)
    t = Trial(one, 20261201)
    entropy = t.rng(8, 0).bit_generator.seed_seq.entropy  # what an inverted SeedSequence comes to
    coming = {first_of(t.rng(8, 1)), *map(first_of, t.cases(4))}
    tries = []
    for handed in entropy if isinstance(entropy, list) else [entropy]:
        tries += [np.random.default_rng([handed, *key]) for key in ((), (8, 1), (1, 0), (1, 1))]
        tries += [Trial(one, handed).rng(8, 1), *np.random.default_rng(handed).spawn(4)]
    assert not coming & {first_of(rng) for rng in tries}
    assert entropy > 2**128, "a seed that is short can be found by trying"
