"""The answer ends the process that it runs in."""

from hand_in import answer, to_bytes


def make(notebook):
    answer(notebook, "import os\n\n\ndef false_alarm_rate(y, flagged):\n    os._exit(0)")
    return to_bytes(notebook)
