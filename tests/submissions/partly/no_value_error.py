"""Right but for the error that the text asks for."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "def false_alarm_rate(y, flagged):\n    return float(flagged[~y].mean())")
    return to_bytes(notebook)
