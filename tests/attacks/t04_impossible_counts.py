"""Have the agent number a cell with an integer that cannot be written out, and show things of odd types.
Row 4. What a cell's answer says is taken only where it can be what it should be.
"""

OUTCOME = "partly"
SCORE = 1
BEFORE = """
from autograder.boundary.cells import CellAgent

def odd_cell(self, source):
    self._shell.run_cell(source)
    outputs = [10**5000, None, {"output_type": "stream", "text": 10**5000, "name": [1]},
               {"output_type": "execute_result", "data": {"text/plain": 10**5000, 5: "x", "text/html": None}},
               {"output_type": "error", "ename": 10**5000, "evalue": {}, "traceback": [10**5000]}]
    return {"outputs": outputs, "count": 10**5000, "stopped": None}

CellAgent._do_cell = odd_cell
"""
CELLS = {"report-answer": "def report():\n    return ['mean']"}
