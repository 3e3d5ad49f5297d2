"""Two assignments in the manner of a first data-science course, and four learners' hand-ins of each.

A cell of the author's that learners answer is `ask(id, stub text, solution, wrong answer)`.
"""

from dataclasses import dataclass

from notebooks import cell, solution, test

DATA = "region,amount\nnorth,3\nwest,\nsouth,5\nnorth,7\n"


@dataclass(frozen=True)
class Ask:
    """A solution cell: what is released, and what the learners write."""

    grade_id: str
    head: str
    right: str
    wrong: str
    marks: dict

    @property
    def source(self):
        body = self.right.removeprefix(self.head).strip("\n")
        indent = body[: len(body) - len(body.lstrip())]
        text = f"{self.head}{indent}### BEGIN SOLUTION\n{body}\n{indent}### END SOLUTION"
        return solution(text, self.grade_id, **self.marks)


def ask(grade_id, head, right, wrong, **marks):
    return Ask(grade_id, head, head + right, wrong, marks)


FRAMES = [
    cell("import numpy as np\nimport pandas as pd\n\nsales = pd.read_csv('sales.csv')"),
    ask(
        "totals",
        "def totals(frame):\n",
        "    return frame.groupby('region')['amount'].sum()",
        "def totals(frame):\n    return frame.groupby('region')['amount'].mean()",
    ),
    test(
        "regions = pd.Index(['north', 'south', 'west'], name='region')\n"
        "expected = pd.Series([10.0, 5.0, 0.0], regions, name='amount')\n"
        "pd.testing.assert_series_equal(totals(sales), expected)",
        "t_totals",
        2,
    ),
    ask("best", "", "best_region = totals(sales).idxmax()", "best_region = 'west'"),
    test("assert isinstance(best_region, str)\nassert best_region == 'north'", "t_best", 1),
    ask(
        "scale",
        "def scale(x):\n",
        "    x = np.asarray(x, float)\n    return (x - x.mean()) / x.std()",
        "def scale(x):\n    return np.asarray(x, float) - np.mean(x)",
    ),
    test(
        "np.testing.assert_allclose(scale([1, 3]), [-1, 1])\n"
        "### BEGIN HIDDEN TESTS\n"
        "x = np.random.default_rng(0).normal(5, 3, 100)\n"
        "np.testing.assert_allclose(scale(x).std(), 1)\n"
        "### END HIDDEN TESTS",
        "t_scale",
        3,
    ),
    ask(
        "clean",
        "def clean(frame):\n",
        "    if 'amount' not in frame:\n        raise KeyError('amount')\n"
        "    return frame.dropna().reset_index(drop=True)",
        "def clean(frame):\n    return frame.dropna()",
    ),
    test(
        "points = 0\n"
        "points += len(clean(sales)) == 3\n"
        "points += list(clean(sales).index) == [0, 1, 2]\n"
        "points += len(clean(sales.iloc[:1])) == 1\n"
        "points + 0.5",
        "t_clean",
        4,
    ),
    test(
        "import pytest\nwith pytest.raises(KeyError):\n    clean(pd.DataFrame({'x': [1]}))",
        "t_clean_raises",
        1,
    ),
    test(
        "assert 'amount' in sales.columns and len(sales) == len(pd.read_csv('sales.csv'))", "t_untouched", 1
    ),
    ask(
        "bins",
        "def bins(values):\n",
        "    return pd.cut(values, [0, 4, 8], labels=['low', 'high'])",
        "def bins(v):\n    return v",
    ),
    test("assert bins(sales['amount'].dropna()).tolist() == ['low', 'high', 'high']", "t_bins", 1),
    ask(
        "warns",
        "def warns(x):\n",
        "    import warnings\n    warnings.warn('this will change')\n    return x + 1",
        "def warns(x):\n    return x",
    ),
    test("assert warns(1) == 2", "t_warns", 1),
    cell("What did you find?", "why", kind="markdown", grade=True, solution=True, points=5),
]

CLASSES = [
    cell("import matplotlib.pyplot as plt\nfrom math import isclose"),
    cell("def near(a, b):\n    return isclose(a, b, rel_tol=1e-6)", "helpers", locked=True),
    ask(
        "account",
        "class Overdrawn(ValueError):\n    pass\n\n\nclass Account:\n",
        "    def __init__(self, owner, balance=0):\n"
        "        self.owner, self._balance = owner, balance\n\n"
        "    def deposit(self, amount):\n"
        "        if amount <= 0:\n"
        "            raise ValueError('amount')\n"
        "        self._balance += amount\n"
        "        return self\n\n"
        "    def withdraw(self, amount):\n"
        "        if amount > self._balance:\n"
        "            raise Overdrawn(f'{self.owner} has {self._balance}')\n"
        "        self._balance -= amount\n"
        "        return self\n\n"
        "    @property\n"
        "    def balance(self):\n"
        "        return self._balance\n\n"
        "    def __eq__(self, other):\n"
        "        return self.balance == other.balance\n\n"
        "    def __add__(self, other):\n"
        "        return Account('both', self.balance + other.balance)\n\n"
        "    def __mul__(self, factor):\n"
        "        return Account(self.owner, self.balance * factor)\n\n"
        "    def __len__(self):\n"
        "        return 1\n\n"
        "    def __repr__(self):\n"
        "        return f'Account({self.owner!r}, {self.balance})'",
        "class Overdrawn(Exception):\n    pass\n\n\nclass Account:\n"
        "    def __init__(self, owner, balance=0):\n"
        "        self.owner, self.balance = owner, balance\n\n"
        "    def deposit(self, amount):\n"
        "        self.balance += amount\n"
        "        return self\n\n"
        "    def withdraw(self, amount):\n"
        "        raise Overdrawn('no')",
    ),
    test(
        "a = Account('ada', 10)\nassert a.balance == 10 and a.owner == 'ada'\n"
        "assert a.deposit(5).balance == 15\nassert isinstance(a, Account)\nassert hasattr(a, 'withdraw')",
        "t_account",
        2,
    ),
    test(
        "assert repr(Account('ada', 1)) == \"Account('ada', 1)\"\nassert len(Account('x')) == 1", "t_repr", 1
    ),
    test(
        "import pytest\nassert issubclass(Overdrawn, ValueError)\n"
        "with pytest.raises(Overdrawn, match='ada has 1'):\n    Account('ada', 1).withdraw(2)\n"
        "with pytest.raises(ValueError):\n    Account('ada').deposit(-1)",
        "t_raises",
        2,
    ),
    test(
        "assert Account('a', 1) + Account('b', 2) == Account('c', 3)\nassert Account('a') != Account('b', 1)",
        "t_ops",
        1,
    ),
    test("assert (Account('a', 2) * 3).balance == 6", "t_times_a_number", 1),
    test("a.deposit(1)\nassert a.balance == 16", "t_state", 1),
    ask(
        "walk",
        "def walk(n):\n",
        "    for i in range(n):\n        yield i * i",
        "def walk(n):\n    return [i for i in range(n)]",
    ),
    test(
        "assert list(walk(4)) == [0, 1, 4, 9]\nassert sum(walk(3)) == 5\nassert near(max(walk(3)), 4)",
        "t_walk",
        1,
    ),
    ask(
        "apply",
        "def apply(f, items):\n",
        "    return {item: f(item) for item in items}",
        "def apply(f, items):\n    return {item: item for item in items}",
    ),
    test(
        "calls = []\n\ndef spy(x):\n    calls.append(x)\n    return x + 1\n\n"
        "assert apply(spy, [1, 2]) == {1: 2, 2: 3}\nassert calls == [1, 2]\n"
        "assert apply(lambda s: s.upper(), ['a']) == {'a': 'A'}\nassert apply(len, ['abc']) == {'abc': 3}",
        "t_apply",
        1,
    ),
    ask(
        "plot",
        "",
        "fig, ax = plt.subplots()\nax.plot([1, 2, 3], [1, 4, 9], label='squares')\n"
        "ax.set_title('Growth')\nax.legend()",
        "fig, ax = plt.subplots()\nax.plot([1, 2, 3], [1, 2, 3])",
    ),
    test(
        "assert ax.get_title() == 'Growth'\nassert len(ax.lines) == 1\n"
        "assert list(ax.lines[0].get_ydata()) == [1, 4, 9]\nassert ax.get_legend() is not None",
        "t_plot",
        2,
    ),
    ask("max", "def max(items):\n", "    return sorted(items)[-1]", "def max(items):\n    return 0"),
    test("assert max([3, 5, 1]) == 5", "t_max", 1),
    ask("free", "# anything\n", "print('done')", "print('done')", grade=True, points=2),
    cell("Draw it on paper.", "paper", kind="markdown", task=True, locked=True, points=3),
]

COURSES = {"frames": FRAMES, "classes": CLASSES}


def sources(cells):
    """The author's notebook, solutions included."""
    return [one.source if isinstance(one, Ask) else one for one in cells]


def answers(cells, how):
    """grade id → source, for a learner who hands in `how`: solution, half, untouched or wrong."""
    asked = [one for one in cells if isinstance(one, Ask)]
    if how == "untouched":
        return {}
    given = asked[: len(asked) // 2] if how == "half" else asked
    return {
        "why": f"It is {how}.",
        **{one.grade_id: one.wrong if how == "wrong" else one.right for one in given},
    }
