"""The answer does not compile."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "def false_alarm_rate(y, flagged)\n    return 0")
    return to_bytes(notebook)
