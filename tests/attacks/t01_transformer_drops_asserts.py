"""Drop every assert with an IPython transformer, so that no test can fail.
Row 1. The verdict comes from outside: no test runs in this process.
"""

OUTCOME = "failed"
BEFORE = """
import ast

class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()

shell = get_ipython()
shell.ast_transformers.append(NoAsserts())
shell.input_transformers_cleanup.append(lambda lines: [l.replace("assert", "pass #") for l in lines])
"""
CELLS = {"squares-answer": "def squares(n):\n    return 'anything'"}
