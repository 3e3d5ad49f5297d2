"""Hand over objects whose pickle runs code, and a reference frame that carries such a pickle.
Row 7. Nothing from the learner is unpickled.
"""

OUTCOME = "failed"
BEFORE = """
import os, pickle
from autograder.boundary import agent

class Bomb:
    def __reduce__(self):
        return os.system, (f"touch {OUTSIDE['open']}/{OUTSIDE['mark']} /tmp/{OUTSIDE['mark']}",)

true_refer = agent.Agent._refer

def refer(self, value):
    if isinstance(value, set):
        return agent.GIVEN, pickle.dumps(Bomb())
    return true_refer(self, value)

agent.Agent._refer = refer

class Carrier(set):
    pass
"""
CELLS = {
    "squares-answer": "def squares(n):\n    return Bomb()",
    "summary-answer": "def summary(table):\n    return Carrier()",
    "estimate-answer": "def estimate():\n    return Carrier()",
    "largest-answer": "def largest(ask):\n    return ask(Bomb())",
}
