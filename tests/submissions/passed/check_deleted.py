"""The check cell was deleted; it is put back."""

from hand_in import GOOD, answer, cell, to_bytes


def make(notebook):
    answer(notebook, GOOD)
    notebook["cells"].remove(cell(notebook, "false_alarm_rate"))
    return to_bytes(notebook)
