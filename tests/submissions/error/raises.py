"""The answer raises."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "def false_alarm_rate(y, flagged):\n    return flagged.maen()")
    return to_bytes(notebook)
