"""Asks for more memory than it may use."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "def false_alarm_rate(y, flagged):\n    return float(np.ones(10**10).mean())")
    return to_bytes(notebook)
