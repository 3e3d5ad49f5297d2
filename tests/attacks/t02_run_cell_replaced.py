"""Replace the shell's run_cell by one that runs nothing and reports success.
Row 2. What was never defined cannot be judged; the verdict comes from outside.
"""

OUTCOME = "error"
BEFORE = """
class Fine:
    error_before_exec = error_in_exec = None
    success = True

type(get_ipython()).run_cell = lambda *args, **kwargs: Fine()
"""
