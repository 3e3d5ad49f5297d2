"""Return objects whose class says that it is a verdict, a DataFrame, a number, by name and module.
Row 5. No claim makes a proxy one of the grader's own classes; the weak test gives its 1 point, no more.
"""

OUTCOME = "partly"
SCORE = 1
BEFORE = """
def pretend(module, name, **members):
    return type(name, (), {"__module__": module, "__qualname__": name, **members})()
"""
CELLS = {
    "summary-answer": "def summary(table):\n    fake = pretend('pandas', 'DataFrame',"
    " set_index=lambda self, key: {'value': fake}, to_dict=lambda self: {'a': 4, 'b': 2})\n    return fake",
    "share-answer": "def share(y, guess):\n    return pretend('builtins', 'float')",
    "largest-answer": "def largest(ask):\n    return pretend('autograder.verdict', 'Verdict', points=1000)",
    "report-answer": "def report():\n    return pretend('autograder.verdict', 'Verdict', points=1000.0,"
    " max_points=1.0, outcome='passed', exercise='report', message='', findings=(), passed=True,"
    " __iter__=lambda self: iter(['mean']), __contains__=lambda self, item: True)",
}
