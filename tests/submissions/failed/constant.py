"""A constant."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "def false_alarm_rate(y, flagged):\n    y[:] = False\n    return 0.3")
    return to_bytes(notebook)
