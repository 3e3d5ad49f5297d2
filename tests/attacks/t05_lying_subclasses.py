"""Return subclasses of list, float, int, str and DataFrame whose methods lie.
Row 5. Only exact types cross by value; a proxy claims to be no kind of plain data.
"""

OUTCOME = "failed"
BEFORE = """
class Squares(list):
    def __eq__(self, other):
        return True
    __contains__ = __eq__

class Number(float):
    def __eq__(self, other):
        return True
    def __sub__(self, other):
        return 0.0
    __rsub__ = __sub__

class Table(pd.DataFrame):
    def set_index(self, *args):
        return {"value": self}
    def to_dict(self, *args):
        return {"a": 4, "b": 2}
"""
CELLS = {
    "squares-answer": "def squares(n):\n    return Squares()",
    "summary-answer": "def summary(table):\n    return Table()",
    "estimate-answer": "def estimate():\n    return Number(1000)",
    "share-answer": "def share(y, guess):\n    return Number(0.5)",
    "largest-answer": "def largest(ask):\n    return Number(1)",
}
