"""The check cell was edited; the author's text is used."""

from hand_in import GOOD, answer, cell, to_bytes


def make(notebook):
    answer(notebook, GOOD)
    cell(notebook, "false_alarm_rate")["source"] = "raise RuntimeError('broken by accident')"
    return to_bytes(notebook)
