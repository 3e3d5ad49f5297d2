"""Raise errors, and return objects, whose names and texts are markup: they are quoted in findings.
Row 21. Every page escapes what it quotes.
"""
# ruff: noqa: E501

OUTCOME = "error"
CELLS = {
    "squares-answer": "def squares(n):\n    raise ValueError('</p><script>alert(1)</script><b onclick=alert(1)>')",
    "share-answer": "Evil = type('<img src=x onerror=alert(1)>', (Exception,), {})\n"
    "def share(y, guess):\n    raise Evil('<script>alert(2)</script>')",
    "largest-answer": "class Odd:\n    def __repr__(self):\n        return '<script>alert(3)</script>'\n\n"
    "def largest(ask):\n    return [Odd(), '<svg onload=alert(4)>']",
    "kind-answer": "def kind():\n    return '<script>alert(5)</script>'",
}


def tamper(notebook):
    for cell in notebook["cells"]:  # no stop: the careless check is left as it was
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "kind-answer":
            cell["source"] = "def kind(*args):\n    raise NotImplementedError()"
