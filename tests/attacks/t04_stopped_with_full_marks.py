"""Have the agent say that a check stopped with the outcome `passed`, or with a fault of the grader.
Row 4. A learner's process may give three reasons for its own end, none of which earns points.
"""

OUTCOME = "failed"
BEFORE = """
from autograder.boundary import codec
from autograder.boundary.agent import Agent

true_answer = Agent.answer

def answer(self, request):
    told = true_answer(self, request)
    if b"PASS ME" in told:
        return codec.dumps(["stopped", "passed", "all is well"])
    if b"BLAME THE GRADER" in told:
        return codec.dumps(["stopped", "grader fault", "the grader broke"])
    return told

Agent.answer = answer
"""
CELLS = {
    "squares-answer": "def squares(n):\n    return 'PASS ME'",
    "share-answer": "def share(y, guess):\n    return 'BLAME THE GRADER'",
}
