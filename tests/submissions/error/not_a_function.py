"""The name is there, but it is a number."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "false_alarm_rate = 0.3")
    return to_bytes(notebook)
