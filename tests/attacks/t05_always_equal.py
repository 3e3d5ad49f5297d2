"""Return an object that equals, contains and is everything that it is asked about.
Row 5. A proxy compares nothing with a value of the test's.
"""

OUTCOME = "failed"
BEFORE = """
class Yes:
    def __getattr__(self, name):
        return Yes()
    def yes(self, *args, **kwargs):
        return True
    __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __contains__ = __bool__ = yes
    def __call__(self, *args, **kwargs):
        return Yes()
    __sub__ = __rsub__ = __add__ = __radd__ = __truediv__ = __rtruediv__ = __abs__ = __getitem__ = __call__
    def __len__(self):
        return 1
    def __float__(self):
        return 5.0
    def __hash__(self):
        return 1
"""
CELLS = {
    "squares-answer": "def squares(n):\n    return Yes()",
    "summary-answer": "def summary(table):\n    return Yes()",
    "estimate-answer": "def estimate():\n    return Yes()",
    "share-answer": "def share(y, guess):\n    return Yes()",
    "largest-answer": "def largest(ask):\n    return Yes()",
    "report-answer": "def report():\n    return Yes()",
}
