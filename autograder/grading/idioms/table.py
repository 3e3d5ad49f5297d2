"""The idioms: each is one row of the table in docs/instructor.md, which a test holds to this one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Idiom:
    """`form`: how it looks; `wrong`: what goes wrong with it here; `instead`: what to write."""

    form: str
    wrong: str
    instead: str


TYPE = Idiom(
    "`type(p) is Point`, `p.__class__`",
    "The class that Python reports for a learner's object is that of its proxy.",
    "`isinstance(p, Point)`",
)
INSPECT = Idiom(
    "`inspect.signature(f)`, `inspect.getsource(f)`, `f.__code__`, `Point.__bases__`",
    "How a learner's function or class is made stays in the learner's process.",
    "test what `f` does with arguments that show it",
)
IN_PLACE = Idiom(
    "`f(x); assert x == [...]` (f changes x in place)",
    "The learner's code gets a copy of x, so what it does to x is not seen here.",
    "let f return the new value, and test that",
)
CONTAINER = Idiom(
    "`stack.items.append(1)`",
    "A learner's list or dict arrives as a copy, so the change does not reach the learner's object.",
    "call a method of the object's, or assign: `stack.items = [1]`",
)
AUGMENTED = Idiom(
    "`count += 1` where no stub defines count",
    "A name that the test assigns counts as the test's own, so it has no value yet.",
    "`count = count + 1`",
)
OUTPUT = Idiom(
    "capturing what f prints, warns or logs (`redirect_stdout`, `pytest.warns`, `assertLogs`)",
    "What the learner's code prints, warns or logs stays in the learner's process.",
    "let f return the text",
)
MAGIC = Idiom(
    "`%time f()`, `%run`, `get_ipython().run_cell(...)`",
    "The text is run in the learner's process, where the learner decides what it finds.",
    "plain Python; measure with `time.perf_counter()`",
)
SHELL = Idiom(
    "`lines = !ls`",
    "The command runs in the learner's process, and its lines come back as an object of IPython's.",
    "let f return the lines",
)
ESTIMATOR = Idiom(
    "`cross_val_score(model, X, y)`, `GridSearchCV(model, ...)`, `make_pipeline(model)`",
    "scikit-learn looks inside an estimator, and a learner's stays in the learner's process.",
    "call `model.fit`, `model.predict` and `model.score`, or let the learner's function cross-validate",
)
CLONE = Idiom(
    "`sklearn.clone(model)` of a learner's own estimator class",
    "A copy would need the learner's class, which stays in the learner's process.",
    "make a new one with the learner's class or function",
)
OPERATOR = Idiom(
    "`Point(1, 2) == (1, 2)`, `f() == Decimal('1.5')`",
    "A comparison of a learner's object with a value of the test's is refused.",
    "compare attributes or text: `p.x == 1`, `str(f()) == '1.5'`",
)
SPECIAL = Idiom(
    "`-p`, `abs(p)`, `float(p)`, `{p, q}`, `f'{p:.2f}'`",
    "Python operators such as `-p` are not forwarded to a learner's object.",
    "let a method or function of the learner's return the value",
)
COPY = Idiom(
    "`pickle.dumps(p)`, `copy.deepcopy(p)`",
    "A learner's object cannot leave the learner's process.",
    "let a function of the learner's save, load or copy it",
)
PATCH = Idiom(
    "`mock.patch('builtins.input')`, `os.environ['K'] = 'v'`, `sys.stdin = ...`, `A.g = lambda self: 1`",
    "It changes the grader's process; the learner's code does not see it.",
    "pass it to f as an argument",
)
BY_TEXT = Idiom(
    "`'f' in globals()`, `import __main__`, `unittest.main()`",
    "A name that stands only in a text is not fetched from the learner's process.",
    "write the name itself: `f(3)`; a stub that defines it makes it known",
)
SAME = Idiom(
    "`f(x) is x`",
    "What comes back is a copy.",
    "`f(x) == x`",
)
HISTORY = Idiom(
    "`In[-2]`",
    "Test cells do not run in the learner's notebook, so its history is another one.",
    "let the stub give the value a name",
)
SEED = Idiom(
    "`np.random.seed(0); assert f() == ...`",
    "The seed is set in the grader's process; the learner's code draws from its own.",
    "let f take a seed or a `Generator`",
)
FILE = Idiom(
    "reading a file that f writes, or writing one for f to read",
    "The learner's process has a folder of its own; only the files released with the assignment are in both.",
    "pass an `io.StringIO`, let f return the text, or release the file with the assignment",
)
FIGURE = Idiom(
    "`f(); plt.gca()`",
    "The current figure here is not the one the learner's code drew.",
    "let f return its axes: `f().get_title()`",
)
ASYNC = Idiom(
    "`await f()`",
    "A learner's coroutine cannot be awaited here.",
    "let a plain function of the learner's call `asyncio.run`",
)
THREAD = Idiom(
    "`ThreadPoolExecutor().map(f, items)`",
    "The learner's process answers one call at a time.",
    "call f in a loop, or let f start the threads",
)
OWN_CLASS = Idiom(
    "`f(Fake())`, `class Dog(Animal)` in a test",
    "A class of the test's stays in the grader's process, and a learner's in the learner's.",
    "pass functions, or define the class in a plain cell of the notebook",
)
ERROR = Idiom(
    "`info.value.needed`, `error.__cause__`",
    "Of a learner's exception, its class, its text and its `args` come across.",
    "`str(info.value)` or `info.value.args`",
)

IDIOMS = tuple(value for value in list(globals().values()) if isinstance(value, Idiom))
