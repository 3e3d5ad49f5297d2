"""Have the agent answer for a cell with an exception, with nonsense, with a stop of the grader's own.
Row 4. The cell counts as one that ended its process; the other exercises are still judged.
"""

OUTCOME = "blocked"
SCORE = 1
BEFORE = """
from autograder.boundary import codec
from autograder.boundary.agent import Agent

true_answer = Agent.answer

def answer(self, request):
    told = true_answer(self, request)
    if b"SAY RAISED" in told:
        return self.raised(ValueError("x"))
    if b"SAY NONSENSE" in told:
        return b"nonsense"
    return told

Agent.answer = answer
"""
CELLS = {
    "squares-answer": "print('SAY RAISED')",
    "summary-answer": "print('SAY NONSENSE')",
    "report-answer": "def report():\n    return ['mean']",
}
