"""What a test may do with the learner's names, and what a liar can make of it."""

import datetime
import functools
import gc
import inspect
import math
import operator
import pickle
import socket
import struct
import threading
from collections.abc import Container, Iterable, Iterator, Sized

import msgpack
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from autograder.boundary import channel as channel_module
from autograder.boundary.agent import GIVEN, LEARNERS, Agent, OverLimit, stop_of
from autograder.boundary.channel import ANSWER, BACK, REPLY, Budget, Conversation, receive_frame, send_frame
from autograder.boundary.local import link_to, proxy_for
from autograder.boundary.proxy import Link, Proxy, own_stop
from autograder.errors import (
    AisecError,
    CourseError,
    LearnerError,
    LearnerStopped,
    SubmissionError,
    Uncrossable,
)
from autograder.exercise import exercise, run_check
from autograder.limits import Limits
from autograder.trial import Wrong
from autograder.verdict import Outcome


class Theirs:
    """The learner's names as attributes, as a test sees them."""

    def __init__(self, source):
        self.namespace = {"__name__": "__main__"}
        exec(compile(inspect.cleandoc(source), "<ipython-input-1-x>", "exec"), self.namespace)
        self.link = link_to(self.namespace)

    def __getattr__(self, name):
        return self.link.name(name)


# -- everyday tests -----------------------------------------------------------------------------------


def test_plain_values_are_compared_by_value():
    my = Theirs("""
        import numpy as np, pandas as pd, datetime
        def whole(): return {"a": [1, (2.5, None)], "b": {1, 2}, "c": b"x", "d": datetime.date(2024, 1, 2)}
        def array(): return np.arange(6.).reshape(2, 3)
        def frame(): return pd.DataFrame({"a": [1, 2], "b": ["x", None]})
        answer = 42
    """)
    assert my.answer == 42 and type(my.answer) is int
    assert my.whole() == {"a": [1, (2.5, None)], "b": {1, 2}, "c": b"x", "d": datetime.date(2024, 1, 2)}
    np.testing.assert_array_equal(my.array(), np.arange(6.0).reshape(2, 3))
    pd.testing.assert_frame_equal(my.frame(), pd.DataFrame({"a": [1, 2], "b": ["x", None]}))
    assert (my.frame()["a"] == [1, 2]).all() and my.array()[1, 2] == 5 and my.array().mean() == 2.5
    with pytest.raises(AssertionError):
        assert my.answer == 41


def test_arguments_of_every_kind_arrive_by_value():
    my = Theirs("""
        def kinds(*args, **kwargs): return [type(a).__name__ for a in args], kwargs
        def change(items): items.append(1)
    """)
    given = [1, 2.5, "a", [1], (1,), {1}, np.zeros(2), pd.DataFrame({"a": [1]}), slice(1), None]
    names, kwargs = my.kinds(*given, key=[1, 2])
    assert names == [type(value).__name__ for value in given] and kwargs == {"key": [1, 2]}
    mine = [0]
    my.change(mine)
    assert mine == [0]


def test_what_a_call_did_to_its_arguments_can_be_observed():
    my = Theirs("""
        def change(items, array):
            items.append(1); array[0] = 7
            return "done"
    """)
    result, after = my.change._observe_(([0], np.zeros(2)), {})
    assert result == "done" and after[0] == [0, 1] and after[1].tolist() == [7, 0]


ERRORS = (
    ValueError, TypeError, KeyError, ZeroDivisionError, FileNotFoundError, UnicodeDecodeError,
    NotImplementedError, AssertionError,
)  # fmt: skip


@pytest.mark.parametrize("kind", ERRORS)
def test_builtin_errors_are_raised_as_what_they_are(kind):
    my = Theirs("def fail(kind): raise kind.__new__(kind, 'no')")
    with pytest.raises(kind) as caught:
        my.fail(kind)
    assert isinstance(caught.value, LearnerError) and caught.value.kind == kind.__name__


def test_an_error_keeps_its_message_its_arguments_and_its_line():
    my = Theirs("""
        def fail():
            x = 1
            raise ValueError("no such thing", 3)
        def key(): return {}["k"]
    """)
    with pytest.raises(ValueError, match="no such thing") as caught:
        my.fail()
    assert caught.value.args == ("no such thing", 3) and caught.value.line == 3
    with pytest.raises(KeyError) as caught:
        my.key()
    assert str(caught.value) == "'k'" and caught.value.args == ("k",)


def test_the_learners_own_errors_keep_their_line_of_descent():
    my = Theirs("""
        class Problem(ValueError): pass
        class Worse(Problem): pass
        class Other(Exception): pass
        def fail(): raise Worse("bad")
    """)
    for expected in (my.Worse, my.Problem, ValueError, Exception):
        with pytest.raises(expected, match="bad"):
            my.fail()
    with pytest.raises(LearnerError) as caught, pytest.raises(my.Other):
        my.fail()
    assert type(caught.value).__name__ == "Worse" and not isinstance(caught.value, TypeError)
    assert issubclass(my.Worse, my.Problem) and not issubclass(my.Worse, my.Other)


def test_the_errors_of_libraries_are_raised_as_what_they_are():
    my = Theirs("""
        import numpy as np
        from cryptography.exceptions import InvalidTag
        def singular(): np.linalg.inv(np.zeros((2, 2)))
        def tampered(): raise InvalidTag()
    """)
    from cryptography.exceptions import InvalidTag

    with pytest.raises(np.linalg.LinAlgError):
        my.singular()
    with pytest.raises(InvalidTag):
        my.tampered()


def test_generators_and_iterators_are_walked():
    my = Theirs("""
        def count(n):
            for i in range(n): got = yield i
        class Deck:
            def __iter__(self): return iter("abc")
            def __len__(self): return 3
            def __getitem__(self, i): return "abc"[i]
        def forever():
            while True: yield 1
    """)
    assert list(my.count(3)) == [0, 1, 2] and sum(my.count(4)) == 6
    steps = my.count(1)
    assert next(steps) == 0 and next(steps, "end") == "end"
    with pytest.raises(StopIteration):
        next(my.count(0))
    deck = my.Deck()
    assert list(deck) == ["a", "b", "c"] and len(deck) == 3 and deck[0] == "a" and deck[1:] == "bc"
    assert "b" in deck and "z" not in deck and list(reversed(deck)) == ["c", "b", "a"]
    assert [x for x, _ in zip(my.forever(), range(3), strict=False)] == [1, 1, 1]


def test_a_class_of_the_learners_works_like_a_class():
    my = Theirs('''
        class Vector:
            """Two numbers."""
            size = 2
            def __init__(self, x, y=0): self.x, self.y, self._name = x, y, "v"
            def __add__(self, other): return Vector(self.x + other.x, self.y + other.y)
            def __eq__(self, other): return (self.x, self.y) == (other.x, other.y)
            def __lt__(self, other): return self.x < other.x
            def __repr__(self): return f"Vector({self.x}, {self.y})"
            def __str__(self): return f"<{self.x}|{self.y}>"
            def norm(self, p=2): return (self.x ** p + self.y ** p) ** (1 / p)
            @property
            def swapped(self): return Vector(self.y, self.x)
            @classmethod
            def zero(cls): return cls(0)
            @staticmethod
            def double(n): return 2 * n
        class Unit(Vector): pass
        class Other: pass
    ''')
    a, b = my.Vector(3, 4), my.Vector(1)
    assert a.norm() == 5 and a.norm(p=1) == 7 and (a.x, a.y, a._name, a.size) == (3, 4, "v", 2)
    assert (a + b).x == 4 and a + b == my.Vector(4, 4) and a != b and b < a and a > b
    assert repr(a) == "Vector(3, 4)" and str(a) == "<3|4>" and f"{a}" == "<3|4>"
    assert a.swapped.x == 4 and my.Vector.zero().x == 0 and my.Vector.double(4) == 8
    assert my.Vector.__name__ == "Vector" and my.Vector.__doc__ == "Two numbers."
    assert isinstance(my.Unit(1), my.Vector) and not isinstance(a, my.Unit) and not isinstance(3, my.Vector)
    assert issubclass(my.Unit, my.Vector) and not issubclass(my.Other, my.Vector)
    assert hasattr(a, "x") and not hasattr(a, "z") and callable(my.Vector) and not callable(a)
    assert {"norm", "x"} <= set(dir(a)) == set(a.__dir__()) and vars(b) == {"x": 1, "y": 0, "_name": "v"}
    a.x = 10
    assert a.x == 10 and sorted([a, b])[0] is b
    with pytest.raises(TypeError):
        my.Vector()
    with pytest.raises(AttributeError):
        _ = a.z


def test_a_comparison_that_the_learners_class_does_not_define_is_an_error():
    my = Theirs("class Plain: pass")
    with pytest.raises(TypeError, match="not supported"):
        assert my.Plain() < my.Plain()
    assert my.Plain() != my.Plain()


def test_items_and_attributes_can_be_set():
    my = Theirs("""
        class Box(dict): pass
        class Bag: pass
    """)
    box, bag = my.Box(), my.Bag()
    box["k"] = [1, 2]
    bag.content = np.arange(3)
    assert box["k"] == [1, 2] and len(box) == 1 and "k" in box and isinstance(box, dict)
    assert bag.content.tolist() == [0, 1, 2]
    with pytest.raises(KeyError):
        box["none"]


def test_a_context_manager_is_entered_and_left():
    my = Theirs("""
        class Log:
            def __init__(self, swallow=False): self.lines, self.swallow = [], swallow
            def __enter__(self): self.lines.append("in"); return self
            def __exit__(self, kind, error, trace):
                self.lines.append(kind and f"{kind.__name__}: {error}")
                return self.swallow
    """)
    with my.Log() as log:
        assert log.lines == ["in"]
    assert log.lines == ["in", None]
    with my.Log(swallow=True) as log:
        raise ValueError("lost")
    assert log.lines == ["in", "ValueError: lost"]
    with pytest.raises(OSError, match="kept"), my.Log():
        raise OSError("kept")


def test_a_context_manager_cannot_swallow_what_the_test_found():
    my = Theirs("""
        class Silence:
            def __enter__(self): return self
            def __exit__(self, *error): return True
        class Opaque: pass
    """)
    with pytest.raises(AssertionError), my.Silence():
        raise AssertionError
    with pytest.raises(Uncrossable), my.Silence():
        assert my.Opaque() == 1


def test_a_trusted_model_is_passed_in_and_an_estimator_handed_back():
    my = Theirs("""
        from sklearn.base import BaseEstimator, ClassifierMixin
        from sklearn.linear_model import LogisticRegression
        def ask(model, X): return model.predict(X)
        def train(X, y): return LogisticRegression().fit(X, y)
        class Always(BaseEstimator, ClassifierMixin):
            def fit(self, X, y): self.label_ = y[0]; return self
            def predict(self, X): return [self.label_] * len(X)
    """)
    X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
    trusted = LogisticRegression().fit(X, y)
    np.testing.assert_array_equal(my.ask(trusted, X), y)
    model = my.train(X, y)
    assert isinstance(model, LogisticRegression) and isinstance(model, BaseEstimator)
    np.testing.assert_array_equal(model.predict(X), y)
    assert model.coef_.shape == (1, 1) and model.score(X, y) == 1.0
    assert my.Always().fit(X, y).predict(X) == [0, 0, 0, 0]


def test_functions_of_the_test_can_be_called_by_the_learners_code():
    my = Theirs("""
        def apply(f, items): return [f(x) for x in items]
        def careful(f):
            try: return f(0)
            except ZeroDivisionError as error: return str(error)
        def give_back(f): return f
        class Thing: value = 5
        def show(f): return f(Thing())
        def later(f): return lambda x: f(x) + 1
    """)
    seen = []

    def double(x):
        seen.append(x)
        return 2 * x

    assert my.apply(double, [1, 2]) == [2, 4] and seen == [1, 2]
    assert my.apply(np.sqrt, [4.0]) == [2.0] and my.apply(len, ["abc"]) == [3]
    assert my.apply(functools.partial(max, 5), [1, 9]) == [5, 9]
    assert my.apply(functools.partial(double), [3]) == [6]
    assert my.careful(lambda x: 1 / x) == "division by zero"
    assert my.give_back(double) is double
    assert my.show(lambda thing: thing.value) == 5
    assert my.later(double)(3) == 7


def test_a_learners_function_is_passed_back_as_itself():
    my = Theirs("""
        def f(): return 1
        def same(g): return g is f
        def call(g): return g()
    """)
    assert my.same(my.f) is True and my.call(my.f) == 1 and my.f == my.f


def test_names_that_are_not_there_are_named():
    my = Theirs("x = 1")
    with pytest.raises(NameError, match="'nothing' is not defined"):
        _ = my.nothing


def test_what_no_test_holds_any_more_is_forgotten_on_the_learners_side():
    namespace = {}
    exec("class Heavy: pass\ndef make(): return Heavy()", namespace)
    agent = Agent(namespace, ask=lambda request: b"")
    link = Link(agent.answer)
    make = link.name("make")
    kept = make()
    for _ in range(200):
        make().__class__  # noqa: B018
    gc.collect()
    assert len(agent._objects) < 10
    kept.mark = 1
    assert kept.mark == 1 and make() != kept


# -- liars --------------------------------------------------------------------------------------------

LIARS = """
    class Equal:
        def __eq__(self, other): return True
        def __ne__(self, other): return False
        def __lt__(self, other): return True
        __le__ = __gt__ = __ge__ = __contains__ = __lt__
        def __hash__(self): return 5
        def __sub__(self, other): return 0.0
        __rsub__ = __add__ = __radd__ = __mul__ = __sub__
        def __abs__(self): return 0.0
        def __float__(self): return 5.0
        def __int__(self): return 5
        def __len__(self): return 5
        def __bool__(self): return True
        def __array__(self, *args, **kwargs):
            import numpy as np
            return np.array(5)
    class Number(int):
        def __eq__(self, other): return True
        def __hash__(self): return 5
    class Real(float):
        def __lt__(self, other): return True
        def __sub__(self, other): return 0.0
        def __abs__(self): return 0.0
    class Text(str):
        def __eq__(self, other): return True
        def __hash__(self): return 5
    class Items(list):
        def __eq__(self, other): return True
    class Broken:
        def __repr__(self): raise RuntimeError("no repr")
        def __str__(self): return 1
        def __len__(self): raise GeneratorExit
        def __bool__(self): raise SystemExit
        def __iter__(self): raise MemoryError
        def __getattr__(self, name): raise ValueError(name)
        def __eq__(self, other): raise RuntimeError
"""


@pytest.fixture(scope="module")
def liars():
    return Theirs(LIARS)


@pytest.mark.parametrize("kind", ["Equal", "Number", "Real", "Text", "Items"])
def test_an_object_that_equals_everything_is_equal_to_nothing_of_ours(liars, kind):
    value = getattr(liars, kind)()
    for claim in (
        lambda: value == 5,
        lambda: operator.eq(5, value),
        lambda: value != 5,
        lambda: value < 5,
        lambda: operator.ge(5, value),
        lambda: abs(value - 5) < 0.1,
        lambda: abs(5 - value) < 0.1,
        lambda: value in [5],
        lambda: value in {5: 1} and {5: 1}[value],
        lambda: [value] == [5],
        lambda: (value,) == (5,),
        lambda: np.isclose(value, 5),
        lambda: np.array_equal(value, np.array(5)),
        lambda: np.testing.assert_allclose(value, 5) is None,
        lambda: bool((np.array([5]) == value).all()),
        lambda: math.isclose(value, 5),
        lambda: value == pytest.approx(5),
    ):
        try:
            held = claim()
        except (TypeError, AssertionError):
            continue
        assert held is False


@pytest.mark.parametrize("kind", ["Number", "Real", "Text"])
def test_a_subclass_of_a_plain_type_is_not_plain(liars, kind):
    value = getattr(liars, kind)()
    assert isinstance(value, Proxy) and not isinstance(value, int | float | str)


def test_a_broken_object_does_harm_to_nobody_but_itself(liars):
    broken = liars.Broken()
    for use in (repr, str, len, bool, list, lambda value: value.x, lambda value: value == liars.Broken()):
        with pytest.raises((LearnerError, LearnerStopped)):
            use(broken)
    assert liars.Number() + liars.Number() == 0


@exercise(minutes=1, parts={"a": (1, "returns five")}, hints=("", "", ""), debrief=("", ""))
def five(t, answer):
    with t.part("a"):
        t.close(t.number(answer(), "the answer"), 5, "the answer")


@pytest.mark.parametrize("kind", ["Equal", "Number", "Real", "Text", "Items"])
def test_a_liar_fails_a_check_and_is_no_fault_of_the_grader(liars, kind):
    liars.namespace["answer"] = lambda: liars.namespace[kind]()
    assert run_check(five, [liars.answer], 1).outcome is Outcome.FAILED


def test_a_huge_deep_or_looping_reply_is_refused_in_words():
    my = Theirs("""
        def deep():
            value = 0
            for _ in range(5000): value = [value]
            return value
        def loop():
            value = []
            value.append(value)
            return value
        def knot():
            value = []
            value.append((value,))
            return value
        def many(): return list(range(3_000_000))
        def long(): return range(1 << 50)
        class Breaks:
            def __reduce__(self): raise RuntimeError
    """)
    for name in ("deep", "loop", "knot", "many", "long"):
        with pytest.raises(Uncrossable):
            getattr(my, name)()


def test_an_error_with_a_hostile_text_stays_an_error():
    my = Theirs("""
        class Nasty(ValueError):
            def __str__(self): raise RuntimeError("no text")
        class Long(ValueError):
            def __str__(self): return "x" * 10_000_000
        class Odd(ValueError):
            def __str__(self): return type("Text", (str,), {"__getitem__": lambda s, i: 5})("odd")
        class Opaque(ValueError):
            def __init__(self): super().__init__(object(), lambda: 1)
        def nasty(): raise Nasty("a")
        def long(): raise Long("a")
        def odd(): raise Odd("a")
        def opaque(): raise Opaque()
    """)
    for name in ("nasty", "long", "opaque"):
        with pytest.raises(ValueError) as caught:
            getattr(my, name)()
        assert len(str(caught.value)) <= 2000
    with pytest.raises((ValueError, Uncrossable)):
        my.odd()


@pytest.mark.parametrize("kind", [Wrong, CourseError, SubmissionError])
def test_errors_cannot_pass_as_findings_of_the_check(kind):
    """A learner may name any class as an error's parent; what is caught is the learner's all the same."""
    my = Theirs("def answer(kind): raise kind")
    fake = type("Fake", (Exception,), {"__module__": kind.__module__, "__qualname__": kind.__qualname__})
    my.namespace["answer"].__defaults__ = (fake,)
    with pytest.raises(LearnerError) as caught:
        my.answer()
    assert not isinstance(caught.value, kind)
    assert run_check(five, [my.answer], 1).outcome is Outcome.ERROR


# -- a forged other end -------------------------------------------------------------------------------


def forged(answer):
    """A link whose other end answers with these parts, packed as they are."""
    if not isinstance(answer, bytes):
        header = msgpack.packb(answer, strict_types=True)
        answer = struct.pack("<IQ", 1, len(header)) + header
    return Link(lambda request: answer)


def ext(code, payload):
    return msgpack.ExtType(code, msgpack.packb(payload, strict_types=True))


class Bomb:
    def __reduce__(self):
        return pytest.exit, ("a pickle of the learner's was run",)


def reference(number=1, name="X", can_call=False, is_class=False, line=(), special=()):
    return ext(LEARNERS, [number, name, can_call, is_class, list(line), list(special)])


@pytest.mark.parametrize(
    "answer",
    [
        ["ok", ext(GIVEN, pickle.dumps(Bomb()))],
        ["ok", ext(GIVEN + 1, pickle.dumps(Bomb()))],
        ["ok", ext(LEARNERS, pickle.dumps(Bomb()))],
        ["ok", ext(LEARNERS, [1, "X", False, False])],
        ["ok", ext(LEARNERS, ["1", "X", False, False, [], []])],
        ["ok", reference(special=[[]])],
        ["ok", reference(line=["a"] * 200)],
        ["ok", reference(is_class=True, line=["builtins.BaseException", *([["E", 1]] * 200)])],
        ["ok"],
        ["ok", 1, 2],
        [],
        5,
        {"ok": 1},
        ["fine", 1],
        ["raised"],
        ["raised", "E", "not a list", "m", None, "", []],
        ["raised", "E", [], 5, None, "", []],
        ["raised", 5, [], "m", None, "", []],
        ["raised", "E", [], "m", None, "", "args"],
        ["raised", "E", [["E", []]], "m", None, "", []],
        ["raised", "E", [["E", n] for n in range(5000)], "m", None, "", []],
        ["raised", "E", [5, None], "m", None, "", []],
        ["stopped", "passed", ""],
        ["stopped", "grader fault", ""],
        ["stopped", "blocked", ""],
        ["stopped", "no such word", ""],
        ["stopped", [], ""],
        ["stopped", "timed out"],
        b"",
        b"\x00" * 100,
    ],
    ids=lambda answer: repr(answer)[:40],
)
def test_a_forged_answer_is_unreadable_and_nothing_else(answer):
    with pytest.raises(Uncrossable, match="could not be read"):
        forged(answer).ask("name", "x")


def test_a_process_may_say_that_it_reached_a_limit():
    with pytest.raises(LearnerStopped) as stopped:
        forged(["stopped", "timed out", "One cell took more than 2 seconds."]).ask("name", "x")
    assert stopped.value.stop == (Outcome.TIMED_OUT, "One cell took more than 2 seconds.")


@pytest.mark.parametrize(
    "path", ["builtins.SystemExit", "builtins.KeyboardInterrupt", "builtins.int", "os.environ", "no.such", "",
             "autograder.errors.LearnerStopped", "_pytest.outcomes.Exit", "pytest.exit"])  # fmt: skip
def test_a_claimed_class_that_is_no_ordinary_error_is_not_raised(path):
    with pytest.raises(LearnerError) as caught:
        forged(["raised", "E", [path, "builtins.BaseException"], "m", None, "", []]).ask("name", "x")
    assert isinstance(caught.value, Exception) and not isinstance(
        caught.value, SystemExit | KeyboardInterrupt
    )


DATA = (
    "numpy.ndarray", "numpy.float64", "pandas.DataFrame", "pandas.core.frame.DataFrame", "builtins.int",
    "builtins.float", "builtins.bool",
)  # fmt: skip


@pytest.mark.parametrize("path", DATA)
def test_a_reference_cannot_claim_to_be_data(path):
    value = forged(["ok", reference(line=[path])]).ask("name", "x")
    assert not isinstance(value, int | float | np.ndarray | np.generic | pd.DataFrame)


def test_the_length_of_a_forged_object_is_a_length():
    for length in ("5", -1, 1 << 80, None, 1.5):
        value = forged(["ok", reference(special=["__len__"])]).ask("name", "x")
        object.__setattr__(value, "_proxy_link", forged(["ok", length] if length != 1 << 80 else
                           ["ok", ext(1, (1 << 80).to_bytes(11, "little"))]))  # fmt: skip
        with pytest.raises(Uncrossable):
            len(value)


# -- the channel --------------------------------------------------------------------------------------


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def conversation(ours, patience=5.0, reply_bytes=1000, total_seconds=600):
    limits = Limits(call_seconds=patience, reply_mb=reply_bytes / 1e6, total_seconds=total_seconds)
    return Conversation(ours, Budget(limits, grace=0.0))


def outcome_of(made, request=b"hello"):
    with pytest.raises(LearnerStopped) as stopped:
        made.exchange(request)
    return stopped.value.stop.outcome


def test_silence_is_a_time_out_and_nothing_is_asked_afterwards(ends):
    made = conversation(ends[0], patience=0.05)
    assert outcome_of(made) == Outcome.TIMED_OUT and made.gone
    assert outcome_of(made) == Outcome.ERROR


def test_a_process_that_is_still_answering_is_not_taken_for_a_dead_one(ends):
    ours, theirs = ends
    made = conversation(ours)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(made.exchange(b"first")))
    thread.start()
    assert receive_frame(theirs)[1] == b"first"
    with pytest.raises(AisecError, match="while it was answering"):
        made.exchange(b"second")
    send_frame(theirs, ANSWER, b"hello")
    thread.join()
    assert answers == [b"hello"] and not made.gone


def test_whatever_cuts_an_exchange_short_nothing_is_asked_afterwards(ends, monkeypatch):
    """An answer may still be on its way: the next question would get it."""
    made = conversation(ends[0])
    monkeypatch.setattr(channel_module, "receive_frame", lambda *_: (_ for _ in ()).throw(MemoryError))
    with pytest.raises(MemoryError):
        made.exchange(b"hello")
    assert outcome_of(made) == Outcome.ERROR


def test_a_reply_that_trickles_is_a_time_out_all_the_same(ends):
    ours, theirs = ends
    made = conversation(ours, patience=0.3)
    done = threading.Event()

    def trickle():
        theirs.sendall(ANSWER + (900).to_bytes(8, "little"))
        while not done.wait(0.02):
            theirs.sendall(b"x")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        assert outcome_of(made) == Outcome.TIMED_OUT
    finally:
        done.set()
        thread.join()


def test_no_exchange_outlasts_the_end_of_the_notebook(ends):
    assert outcome_of(conversation(ends[0], patience=3600, total_seconds=0)) == Outcome.TIMED_OUT


def test_a_reply_that_is_too_large_is_refused_unread(ends):
    ours, theirs = ends
    theirs.sendall(ANSWER + (1 << 60).to_bytes(8, "little"))
    assert outcome_of(conversation(ours)) == Outcome.OUTPUT_LIMIT


def test_a_frame_of_another_kind_is_an_attack_on_the_channel(ends):
    ours, theirs = ends
    send_frame(theirs, b"Z", b"")
    assert outcome_of(conversation(ours)) == Outcome.BLOCKED


def test_an_end_that_is_closed_is_an_error(ends):
    ours, theirs = ends
    theirs.close()
    assert outcome_of(conversation(ours)) == Outcome.ERROR


def test_a_function_of_the_test_may_ask_about_what_it_was_passed(ends):
    """As `serve` does it: while a call back is answered, the learner's end answers requests."""
    ours, theirs = ends
    namespace = {"__name__": "__main__"}
    exec("class Thing: value = 5\ndef show(f): return f(Thing()) + 1", namespace)

    def ask(request):
        send_frame(theirs, BACK, request)
        while True:
            kind, data = receive_frame(theirs)
            if kind == REPLY:
                return data
            send_frame(theirs, ANSWER, agent.answer(data))

    agent = Agent(namespace, ask)

    def serve():
        for _ in range(2):
            send_frame(theirs, ANSWER, agent.answer(receive_frame(theirs)[1]))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    made = conversation(ours, reply_bytes=10_000)
    link = Link(made.exchange)
    made.answer_back = link.answer_back
    assert link.name("show")(lambda thing: thing.value) == 6 and not made.gone
    thread.join(5)


def test_a_value_that_is_judged_in_the_kernel_crosses_like_any_other():
    assert proxy_for([1, 2]) == [1, 2]
    assert isinstance(proxy_for(object()), Proxy)
    names = {"f": lambda: 1}
    assert link_to(names).name("f")() == 1


# -- limits --------------------------------------------------------------------------------------------


def test_the_words_for_a_limit_are_the_agents_or_ours():
    known = [
        str(OverLimit(Outcome.TIMED_OUT, f"{what} more than {seconds:g} seconds.").stop.message)
        for what in ("One cell took", "One call of your function took")
        for seconds in (1, 0.25, 20.0, 1e7)
    ]
    known += [stop_of(MemoryError())[1], "Your notebook printed more than 0.2 MB."]
    assert [own_stop("timed out", text).message for text in known] == known
    for text in ("Full marks were given.", known[0] + " Well done.", known[0] + "\n", 5, None, ["x"]):
        assert own_stop("timed out", text).message == "Your code reached a limit."


# -- special attributes --------------------------------------------------------------------------------


SHELF = """
class Shelf:
    def __init__(self, books): self.books = books
    def __add__(self, other): return Shelf(self.books + [other])
    def __radd__(self, other): return self + other
    def __sub__(self, other): return 0.0
class Row(Shelf):
    def __len__(self): return len(self.books)
    def __iter__(self): return iter(self.books)
class Steps:
    def __getitem__(self, i): return i
"""


@pytest.mark.parametrize(
    "name",
    [
        "__len__",
        "__iter__",
        "__eq__",
        "__hash__",
        "__init__",
        "__bases__",
        "__getitem__",
        "__x__",
    ],
)
def test_a_special_attribute_is_never_the_proxys_own(name):
    my = Theirs(SHELF)
    for value in (my.Shelf, my.Shelf([]), my.Row([])):
        with pytest.raises(Uncrossable):
            hasattr(value, name)


def test_an_object_is_of_the_abstract_kinds_that_it_is_of_there():
    my = Theirs(SHELF)
    assert not isinstance(my.Shelf([]), Iterable | Sized | Container)
    assert isinstance(my.Row([]), Iterable) and isinstance(my.Row([]), Sized)
    assert not isinstance(my.Row([]), Iterator) and not isinstance(my.Row, Iterable)
    with pytest.raises(TypeError):
        len(my.Shelf([1]))
    with pytest.raises(TypeError):
        list(my.Shelf([1]))


def test_a_walk_without_end_is_bounded_where_an_object_has_items_only(monkeypatch):
    monkeypatch.setattr("autograder.boundary.proxy.MAX_ITEMS", 100)
    with pytest.raises(Uncrossable, match="more than 100 items"):
        list(Theirs(SHELF).Steps())


def test_arithmetic_with_a_value_of_ours_gives_an_object_of_theirs_and_never_a_number():
    my = Theirs(SHELF)
    assert (my.Shelf([1]) + 2).books == (2 + my.Shelf([1])).books == [1, 2]
    with pytest.raises(Uncrossable, match="its own claim"):
        abs(my.Shelf([]) - 0.93)
    with pytest.raises(Uncrossable, match="cannot be compared"):
        assert my.Shelf([]) < 5
