"""A loop without an end, inside the function."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "def false_alarm_rate(y, flagged):\n    while True:\n        pass")
    return to_bytes(notebook)
