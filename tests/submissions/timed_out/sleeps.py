"""Waits for ever without using the processor."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "import time\n\n\ndef false_alarm_rate(y, flagged):\n    time.sleep(1e6)")
    return to_bytes(notebook)
