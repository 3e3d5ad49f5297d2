"""A result far too large to hand over."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "def false_alarm_rate(y, flagged):\n    return np.zeros(12_000_000)")
    return to_bytes(notebook)
