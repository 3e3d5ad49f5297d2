"""Idioms of test cells that want another form: each is shown to change a score, and what works is let be."""
# ruff: noqa: E501

import ast
import json
import re
from pathlib import Path

import pytest
from nbcourse import make_course
from notebooks import author, cell, solution, test, to_bytes

from autograder.cli import main
from autograder.errors import CourseError
from autograder.grading.assignment import Assignment
from autograder.grading.grade import grade_submission
from autograder.grading.idioms import table
from autograder.grading.idioms.read import read_notebook
from autograder.grading.idioms.table import IDIOMS
from autograder.limits import Limits

LIMITS = Limits(cell_seconds=5, call_seconds=5, total_seconds=30, cpu_seconds=30, memory_mb=600)

POINT = """
class Point:
    def __init__(self, x, y): self.x, self.y = x, y
    def _pair(self): return self.x, self.y
    def __eq__(self, other): return self._pair() == getattr(other, "_pair", lambda: other)()
    def __hash__(self): return hash(self._pair())
    def __add__(self, other): return Point(self.x + other.x, self.y + other.y)
    def __mul__(self, k): return Point(self.x * k, self.y * k)
    __rmul__ = __mul__
    def __neg__(self): return Point(-self.x, -self.y)
    def __abs__(self): return 5
    def __float__(self): return 5.0
    def __lt__(self, other): return self.x < other.x
    def __len__(self): return 2
    def __getitem__(self, i): return self._pair()[i]
    def __iter__(self): return iter(self._pair())
    def __format__(self, how): return how or "plain"
    def __repr__(self): return f"Point({self.x}, {self.y})"
"""
SQUARE = "def f(x):\n    'Squares.'\n    return x * x"
SORT = "def f(x):\n    x.sort()"
SAY = "def f():\n    print('hi')"
ONE = "x = 1\nitems = [1]\ndef f(): return x\ndef n(): return len(items)"
ASK = "import time\ndef f(): return time.time()\ndef g(): return input()"
MODEL = """
from sklearn.linear_model import LogisticRegression
def make(): return LogisticRegression()
model = make().fit([[0], [1], [2], [3]], [0, 0, 1, 1])
"""
OWN_MODEL = """
from sklearn.base import BaseEstimator, ClassifierMixin
class Mine(ClassifierMixin, BaseEstimator):
    def fit(self, X, y): return self
    def predict(self, X): return [0 for _ in X]
"""
STACK = """
class Stack:
    def __init__(self): self.items, self.names = [], {}
    def push(self, item):
        self.items.append(item)
        return self
    def size(self): return len(self.items) + len(self.names)
"""
ERRORS = """
class Low(Exception):
    def __init__(self, need):
        super().__init__("low")
        self.need = need
def f(): raise Low(3)
def g(): raise ValueError("v") from KeyError("k")
"""
READ = "def f(path):\n    with open(path) as file: return file.read()"
WRITE = "def f():\n    with open('o.txt', 'w') as file: file.write('1')"
DRAW = "import random\nimport numpy as np\ndef f(): return random.random()\ndef g(): return np.random.rand()"
PLOT = "import matplotlib.pyplot as plt\ndef f():\n    plt.plot([1], [2])\n    plt.title('T')\n    return plt.gca()"
XY = "import numpy as np\nX, y = np.arange(8).reshape(-1, 1), np.array([0, 1] * 4)\n"

#: An honest answer and a test of it that passes as nbgrader runs it, and not here; or the other way round.
CHANGES = [
    (table.TYPE, POINT, "assert type(Point(1, 2)) is Point"),
    (table.TYPE, POINT, "p = Point(1, 2)\nassert type(p) == Point"),
    (table.TYPE, POINT, "assert type(Point(1, 2)).__name__ == 'Point'"),
    (table.TYPE, POINT, "assert Point(1, 2).__class__ is Point"),
    (table.TYPE, MODEL, "from sklearn.linear_model import LogisticRegression\nassert type(model) is LogisticRegression"),
    (table.TYPE, ERRORS, "try:\n    g()\nexcept Exception as e:\n    assert type(e) is ValueError"),
    (table.INSPECT, SQUARE, "import inspect\nassert 'x * x' in inspect.getsource(f)"),
    (table.INSPECT, SQUARE, "from inspect import signature\nassert list(signature(f).parameters) == ['x']"),
    (table.INSPECT, SQUARE, "assert f.__code__.co_argcount == 1"),
    (table.INSPECT, SQUARE, "import types\nassert isinstance(f, types.FunctionType)"),
    (table.INSPECT, POINT, "assert isinstance(Point, type)"),
    (table.INSPECT, POINT, "assert Point.__bases__ == (object,)"),
    (table.INSPECT, "class Own(dict): pass", "assert issubclass(Own, dict)"),
    (table.IN_PLACE, SORT, "x = [2, 1]\nf(x)\nassert x == [1, 2]"),
    (table.IN_PLACE, SORT, "x = [2, 1]\nassert f(x) is None\nassert x == [1, 2]"),
    (table.IN_PLACE, SORT, "import numpy as np\nx = np.array([2, 1])\nf(x)\nnp.testing.assert_array_equal(x, [1, 2])"),
    (table.IN_PLACE, "def f(ax): ax.set_title('T')",
     "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nf(ax)\nassert ax.get_title() == 'T'"),
    (table.CONTAINER, STACK, "s = Stack()\ns.items.append(1)\nassert s.size() == 1"),
    (table.CONTAINER, STACK, "s = Stack()\ns.names['a'] = 1\nassert s.size() == 1"),
    (table.CONTAINER, ONE, "items.append(2)\nassert n() == 2"),
    (table.AUGMENTED, ONE, "x += 1\nassert f() == 2", "def f():\n    # YOUR CODE HERE\n    pass"),
    (table.OUTPUT, SAY, "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as b:\n    f()\n"
     "assert b.getvalue() == 'hi\\n'"),
    (table.OUTPUT, SAY, "import io, sys\nold, sys.stdout = sys.stdout, io.StringIO()\nf()\n"
     "said = sys.stdout.getvalue()\nsys.stdout = old\nassert said == 'hi\\n'"),
    (table.OUTPUT, "import warnings\ndef f(): warnings.warn('no')", "import pytest\nwith pytest.warns(UserWarning):\n    f()"),
    (table.OUTPUT, "import warnings\ndef f(): warnings.warn('no')", "import warnings\n"
     "with warnings.catch_warnings(record=True) as w:\n    f()\nassert len(w) == 1"),
    (table.MAGIC, "def f(): return 0", "%time g = f()\nassert g == 0"),
    (table.SHELL, "y = 1", "lines = !echo hi\nassert lines == ['hi']\nassert y == 1"),
    (table.ESTIMATOR, MODEL, XY + "from sklearn.model_selection import cross_val_score\ncross_val_score(model, X, y, cv=2)"),
    (table.ESTIMATOR, MODEL, XY + "from sklearn.model_selection import GridSearchCV\n"
     "GridSearchCV(make(), {'C': [1, 2]}, cv=2).fit(X, y)"),
    (table.ESTIMATOR, MODEL, XY + "from sklearn.pipeline import make_pipeline\nmake_pipeline(make()).fit(X, y)"),
    (table.ESTIMATOR, MODEL, "from sklearn.utils.validation import check_is_fitted\ncheck_is_fitted(model)"),
    (table.CLONE, OWN_MODEL, "from sklearn.base import clone\nassert clone(Mine()).predict([1]) == [0]"),
    (table.OPERATOR, POINT, "assert Point(1, 2) == (1, 2)"),
    (table.OPERATOR, POINT, "p = Point(1, 2)\nother = (1, 3)\nassert p != other"),
    (table.OPERATOR, "from decimal import Decimal\ndef f(): return Decimal('1.5')",
     "from decimal import Decimal\nassert f() == Decimal('1.5')"),
    (table.OPERATOR, "import fractions\ndef f(): return fractions.Fraction(1, 2)",
     "from fractions import Fraction\nassert f() == Fraction(1, 2)"),
    (table.OPERATOR, "from pathlib import Path\ndef f(): return Path('a')", "from pathlib import Path\nassert f() == Path('a')"),
    (table.OPERATOR, "import datetime\ndef f(): return datetime.time(1)", "import datetime\nassert f() == datetime.time(1)"),
    (table.SPECIAL, POINT, "assert (-Point(1, 2)).x == -1"),
    (table.SPECIAL, POINT, "assert abs(Point(3, 4)) == 5"),
    (table.SPECIAL, POINT, "p = Point(3, 4)\nassert float(p) == 5"),
    (table.SPECIAL, POINT, "assert len({Point(1, 2), Point(1, 2)}) == 1"),
    (table.SPECIAL, POINT, "assert {Point(1, 2): 3}[Point(1, 2)] == 3"),
    (table.SPECIAL, POINT, "assert f'{Point(1, 2):.2f}' == '.2f'"),
    (table.SPECIAL, "class Even:\n    def __contains__(self, n): return n % 2 == 0", "assert 2 in Even()"),
    (table.SPECIAL, POINT, "p = Point(1, 2)\ndel p.x\nassert not hasattr(p, 'x')"),
    (table.COPY, POINT, "import pickle\nassert pickle.loads(pickle.dumps(Point(1, 2))).x == 1"),
    (table.COPY, POINT, "import copy\np = Point(1, 2)\nassert copy.deepcopy(p).x == 1"),
    (table.PATCH, ASK, "from unittest.mock import patch\nwith patch('builtins.input', return_value='a'):\n    assert g() == 'a'"),
    (table.PATCH, "def g(): return 1\ndef f(): return g()",
     "from unittest import mock\nwith mock.patch('__main__.g', return_value=5):\n    assert f() == 5"),
    (table.PATCH, ASK, "import time\nfrom unittest import mock\nwith mock.patch.object(time, 'time', return_value=3):\n    assert f() == 3"),
    (table.PATCH, ASK, "input = lambda *a: 'a'\nassert g() == 'a'"),
    (table.PATCH, ASK, "import io, sys\nsys.stdin = io.StringIO('a\\n')\nassert g() == 'a'"),
    (table.PATCH, "import os\ndef f(): return os.environ['K']", "import os\nos.environ['K'] = 'v'\nassert f() == 'v'"),
    (table.PATCH, "class A:\n    def g(self): return 1\n    def f(self): return self.g()",
     "A.g = lambda self: 3\nassert A().f() == 3"),
    (table.BY_TEXT, ONE, "assert 'f' in globals()"),
    (table.BY_TEXT, ONE, "assert 'f' in dir()"),
    (table.BY_TEXT, ONE, "import __main__\nassert __main__.f() == 1"),
    (table.BY_TEXT, "def f(): return 0", "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(f(), 1)\n"
     "assert unittest.main(argv=[''], exit=False).result.wasSuccessful()"),
    (table.SAME, "def f(x): return x", "x = [1]\nassert f(x) is x"),
    (table.HISTORY, "3 * 3", "assert '3' in In[-2]\nassert '* 3' in In[-2]"),
    (table.SEED, DRAW, "import random\nrandom.seed(0)\na = f()\nrandom.seed(0)\nassert f() == a"),
    (table.SEED, DRAW, "import numpy as np\nnp.random.seed(0)\na = g()\nnp.random.seed(0)\nassert g() == a"),
    (table.FILE, WRITE, "f()\nassert open('o.txt').read() == '1'"),
    (table.FILE, WRITE, "import os\nf()\nassert os.path.exists('o.txt')"),
    (table.FILE, READ, "import tempfile\nwith tempfile.NamedTemporaryFile('w', delete=False) as t:\n    t.write('1')\nassert f(t.name) == '1'"),
    (table.FILE, WRITE, "from pathlib import Path\nf()\nassert Path('o.txt').read_text() == '1'"),
    (table.FIGURE, PLOT, "import matplotlib.pyplot as plt\nf()\nassert plt.gca().get_title() == 'T'"),
    (table.ASYNC, "async def f(): return 1", "assert await f() == 1"),
    (table.THREAD, "import time\ndef f(x):\n    time.sleep(0.2)\n    return x * x", "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as sandbox:\n"
     "    assert list(sandbox.map(f, [1, 2])) == [1, 4]"),
    (table.OWN_CLASS, "def f(m): return m.predict(2)", "class Fake:\n    def predict(self, x): return x + 1\nassert f(Fake()) == 3"),
    (table.OWN_CLASS, "def f(m): m.send(1)", "from unittest.mock import Mock\nm = Mock()\nf(m)\nm.send.assert_called_once_with(1)"),
    (table.OWN_CLASS, "class A:\n    def g(self): return 1", "class B(A):\n    def h(self): return self.g() + 1\nassert B().h() == 2"),
    (table.ERROR, ERRORS, "import pytest\nwith pytest.raises(Low) as info:\n    f()\nassert info.value.need == 3"),
    (table.ERROR, ERRORS, "try:\n    g()\nexcept ValueError as e:\n    assert isinstance(e.__cause__, KeyError)"),
]  # fmt: skip

LIAR = """
def f(): return 0
def get_ipython():
    class Shell:
        run_cell_magic = run_line_magic = run_cell = lambda *args: None
    return Shell()
"""
#: A wrong answer that gets full marks.
GAINS = [
    (table.MAGIC, LIAR, "%time assert f() == 3"),
    (table.MAGIC, LIAR, "get_ipython().run_cell('assert f() == 3')"),
]

#: What looks like one of them, and is fine.
WORKS = [
    (POINT, "p = Point(1, 2)\nassert isinstance(p, Point) and isinstance(p, (int, Point))\nassert type(p.x) is int"),
    ("def f(): return [1]", "assert type(f()) is list and type(f()) == list"),
    ("import numpy as np\ndef f(): return np.ones(2)", "import numpy as np\nassert type(f()) is np.ndarray"),
    (SQUARE, "import inspect\nassert inspect.getdoc(f) == f.__doc__ == 'Squares.' and f.__name__ == 'f' and callable(f)"),
    (MODEL, "from sklearn.linear_model import LogisticRegression\nassert isinstance(model, LogisticRegression)"),
    (ERRORS, "import pytest\nassert issubclass(Low, Exception)\nwith pytest.raises(Low, match='low') as info:\n    f()\n"
     "assert str(info.value) == 'low' and info.value.args == ('low',)"),
    (ERRORS, "try:\n    f()\nexcept Exception as e:\n    assert type(e) is Low and type(e).__name__ == 'Low'"),
    ("def f(x): return sorted(x)", "x = [2, 1]\ny = f(x)\nassert y == sorted(x)"),
    ("def f(x): return sorted(x)", "x = [2, 1]\ny = f(x)\nx = [3]\nassert x == [3]\nassert f(x) is not x"),
    (OWN_MODEL, XY + "m = Mine()\nm.fit(X, y)\nassert len(m.predict(X)) == len(y)\nassert np.mean(m.predict(X) == y) == 0.5"),
    (STACK, "s = Stack()\ns.push(1)\nassert s.push(2) is s and s.size() == 2\ns.items = [1]\ns.items += [2]\nassert s.size() == 2"),
    (ONE, "x += 1\nassert f() == 2\nitems += [2]\nassert n() == 2"),
    (ONE, "x = x + 4\nassert f() == 5", "def f():\n    # YOUR CODE HERE\n    pass"),
    (ONE, "total = 0\nfor k in range(3):\n    total += f()\nassert total == 3"),
    (ONE, "items.append(2)\nassert items == [1, 2]"),
    (SAY, "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()):\n    assert f() is None"),
    (SQUARE, "%matplotlib inline\n%timeit -n1 -r1 f(2)\n!echo hi\nassert f(2) == 4"),
    (MODEL, "from sklearn.base import clone\nfrom sklearn.metrics import accuracy_score\n"
     "assert clone(model).get_params() == model.get_params()\nassert accuracy_score([0, 1], model.predict([[0], [3]])) == 1"),
    (POINT, "assert Point(1, 2) == Point(1, 2) != Point(2, 2)\nassert (Point(1, 2) + Point(1, 1)).x == 2\nassert Point(1, 2) < Point(2, 1)"),
    (POINT, "p = Point(1, 2)\nassert p is not None and p != None and not p == None\nassert len(p) == 2 and p[0] == 1 and list(p) == [1, 2]"),
    (POINT, "p = Point(1, 2)\nx, y = p\nassert 1 in p and (x, y) == (1, 2)\nassert f'{p!r}' == repr(p) == 'Point(1, 2)'"),
    (POINT, "assert (Point(1, 2) * 3).x == 3"),
    (POINT, "assert (3 * Point(1, 2)).x == 3"),
    (POINT, "p = Point(1, 2)\np *= 3\nassert p.x == 3"),
    (ONE, "assert globals()['f']() == 1"),
    (ONE, "assert eval('f()') == 1"),
    (ONE, "exec('y = f()')\nassert y == 1"),
    (POINT, "assert isinstance(Point(1, 2), int | Point)"),
    (POINT, "p = Point(1, 2)\np.x = 5\nassert p.x * 3 == 15 and -p.x == -5 and abs(p.y) == 2 and float(p.y) == 2"),
    (POINT, "assert sum([Point(1, 1), Point(1, 2)], Point(0, 0)).x == 2\nassert sorted([Point(2, 1), Point(1, 1)])[0].x == 1"),
    ("import datetime\ndef f(): return datetime.date(2020, 1, 2)", "import datetime\nassert f() == datetime.date(2020, 1, 2)"),
    ("def f(): return {'a': [1]}", "import copy, json\nd = f()\nassert copy.deepcopy(d) == json.loads(json.dumps(d)) == {'a': [1]}"),
    ("class A:\n    def g(self): return 1\n    def f(self): return self.g()",
     "from unittest import mock\nwith mock.patch.object(A, 'g', return_value=3):\n    assert A().f() == 3\nA.n = 2\nassert A().n == 2"),
    ("def f(c):\n    c(1)\n    return 2", "from unittest.mock import Mock\nm = Mock()\nassert f(m) == 2\nm.assert_called_once_with(1)"),
    (ONE, "assert 'f' in globals() and f() == 1 == eval('1 + 0')"),
    (ONE, "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(f(), 1)\n"
     "suite = unittest.defaultTestLoader.loadTestsFromTestCase(T)\nassert unittest.TextTestRunner().run(suite).wasSuccessful()"),
    ("def f(x): return x", "g = lambda: 3\nassert f(g) is g\nassert f(None) is None and f(True) is True"),
    (ONE, "for _ in range(3):\n    assert f() == 1"),
    ("def f(x): return x.mean()", "import numpy as np\nnp.random.seed(0)\nx = np.random.rand(5)\nassert np.isclose(f(x), x.mean())"),
    (READ, "assert f('given.txt') == open('given.txt').read() == 'given'"),
    ("def f(h): return h.read()", "import io\nassert f(io.StringIO('a')) == 'a'"),
    (PLOT, "ax = f()\nassert ax.get_title() == 'T' and len(ax.lines) == 1"),
    ("def f(m): return m.predict([[3]])[0]", "from sklearn.linear_model import LinearRegression\n"
     "assert f(LinearRegression().fit([[1], [2]], [1, 2])) > 2"),
    ("def f(n):\n    for i in range(n): yield i", "import pytest\ng = f(1)\nassert next(g) == 0\nwith pytest.raises(StopIteration):\n    next(g)"),
]  # fmt: skip

FILES = {"given.txt": b"given"}


def stub_of(answer):
    """What an author would release for the answer: heads of functions and classes, names of variables."""
    stubs = []
    for node in ast.parse(answer).body:
        for function in (
            one for one in ast.walk(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        ):
            function.body = ast.parse("raise NotImplementedError()").body
        if isinstance(node, ast.ClassDef):
            node.body = [one for one in node.body if isinstance(one, ast.FunctionDef)] or [ast.Pass()]
        if isinstance(node, ast.Assign):
            stubs.append(f"{ast.unparse(node.targets[0])} = # YOUR CODE HERE")
        elif not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr):
            stubs.append(ast.unparse(node))
    return "\n".join(stubs) or "# YOUR CODE HERE"


def author_of(answer, source, stub=None):
    return author([solution(stub or stub_of(answer), "s"), test(source, "t")])


def found(*case):
    return {misfit.idiom for misfit in read_notebook(author_of(*case), files=frozenset(FILES))}


def name_of(idiom):
    return next(name for name, value in vars(table).items() if value is idiom)


def label(case):
    return name_of(case) if isinstance(case, table.Idiom) else None


@pytest.fixture
def passes(sandbox):
    def passes(answer, source, stub=None):
        """(whether the test passes here, whether it does in the learner's process, as nbgrader runs it)."""
        cells = [solution(answer, "s"), test(source, "t"), cell(answer), cell(source)]
        graded = grade_submission(
            Assignment("nb", (author_of(answer, source, stub),), FILES),
            {"nb": to_bytes(cells)},
            student="ada", secret="s", limits=LIMITS, sandbox=sandbox, find_exercise=no_exercise,
        )  # fmt: skip
        *_, last = json.loads(graded.notebooks["nb"])["cells"]
        return graded.result.verdicts[0].passed, all(o["output_type"] != "error" for o in last["outputs"])

    return passes


def no_exercise(name):
    raise CourseError(name)


@pytest.mark.parametrize(("idiom", "case"), [(idiom, case) for idiom, *case in CHANGES], ids=label)
def test_an_idiom_of_the_table_changes_a_score_and_is_found(passes, idiom, case):
    here, stock = passes(*case)
    assert here != stock
    assert idiom in found(*case)


@pytest.mark.parametrize(("idiom", "answer", "source"), GAINS, ids=label)
def test_a_magic_lets_a_learner_pass_with_a_wrong_answer(passes, idiom, answer, source):
    here, _ = passes(answer, source)
    assert here and found(answer, source) == {idiom}


@pytest.mark.parametrize("case", WORKS)
def test_what_works_is_not_warned_of(passes, case):
    assert passes(*case) == (True, True)
    assert found(*case) == set()


def test_every_idiom_is_shown():
    assert {idiom for idiom, *_ in CHANGES} == set(IDIOMS)


def test_the_instructors_page_and_the_table_are_one():
    page = (Path(__file__).parents[2] / "docs/instructor.md").read_text("utf-8")
    rows = re.search(r"\| instead of \| write \|\n\| --- \| --- \|\n((?:\|.*\n)+)", page)[1].splitlines()
    assert rows == [f"| {idiom.form} | {idiom.instead} |" for idiom in IDIOMS]


def test_a_misfit_says_where_it_is():
    source = (
        "import inspect\n# the head of f\nassert inspect.signature(f)\nassert 'f' in inspect.getsource(f)"
    )
    rows = [misfit.row() for misfit in read_notebook(author_of(SQUARE, source), "ps1")]
    assert [(row["assignment"], row["notebook"], row["cell"], row["line"]) for row in rows] == [
        ("ps1", "nb", "t", 3),
        ("ps1", "nb", "t", 4),
    ]
    assert rows[0]["code"] == "assert inspect.signature(f)"
    assert rows[0].keys() == {"assignment", "notebook", "cell", "line", "code", "form", "wrong", "instead"}


def test_only_what_is_the_learners_counts():
    helper = cell("from inspect import signature\ndef near(a, b):\n    return abs(a - b) < 1")
    source = "def own(a): return a\nassert signature(own) and near.__code__ and type(own(1)) is int\nassert near(f(1), 1)"
    assert read_notebook(author([helper, solution(stub_of(SQUARE), "s"), test(source, "t")])) == []


def test_what_an_earlier_test_made_is_known():
    cells = [
        solution(stub_of(POINT), "s"),
        test("p = Point(1, 2)\np = p + p", "t"),
        test("assert p == (2, 4)", "u"),
    ]
    assert [(one.cell, one.idiom) for one in read_notebook(author(cells))] == [("u", table.OPERATOR)]


def test_a_test_that_is_not_python_is_left_to_the_judge():
    assert found(SQUARE, "assert f(2 == 4") == set()


@pytest.mark.parametrize("name", ["frames", "classes"])
def test_in_the_courses_of_the_parity_test_nothing_is_found(name, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "system")
    from parity_course import COURSES, sources

    misfits = read_notebook(author(sources(COURSES[name])), name, frozenset(["sales.csv"]))
    assert misfits == []


def doctor(capsys, *arguments):
    """(exit code, what it printed)."""
    with pytest.raises(SystemExit) as stopped:
        main(["doctor", *map(str, arguments)])
    return stopped.value.code, capsys.readouterr()


def test_the_doctor_is_silent_about_a_course_that_is_well(released, capsys):
    assert doctor(capsys, "--course", released)[0] == 0
    code, said = doctor(capsys, "--course", released, "--json")
    assert (code, json.loads(said.out)) == (0, [])


def test_the_doctor_names_each_line_and_what_to_write(tmp_path, capsys):
    course = make_course(
        tmp_path / "course", cells=[solution(SORT, "s"), test("x = [2, 1]\nf(x)\nassert x == [1, 2]", "t")]
    )
    code, said = doctor(capsys, "--course", course.root)
    assert code == 1
    for text in ("ps1", "cell t", "line 2", "f(x)", table.IN_PLACE.wrong, table.IN_PLACE.instead):
        assert text in " ".join(said.out.split())
    code, said = doctor(capsys, "--course", course.root, "--json")
    (row,) = json.loads(said.out)
    assert (code, row["assignment"], row["cell"], row["line"], row["code"]) == (1, "ps1", "t", 2, "f(x)")


def test_the_doctor_wants_a_course_directory(tmp_path, capsys):
    code, said = doctor(capsys, "--course", tmp_path)
    assert code == 2 and "not a course directory" in said.err
