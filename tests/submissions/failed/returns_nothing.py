"""The return was forgotten."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "def false_alarm_rate(y, flagged):\n    y[:] = True\n    flagged[~y].mean()")
    return to_bytes(notebook)
