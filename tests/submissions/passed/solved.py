"""The solution, as the text asks for it."""

from hand_in import GOOD, answer, to_bytes


def make(notebook):
    answer(notebook, GOOD)
    return to_bytes(notebook)
