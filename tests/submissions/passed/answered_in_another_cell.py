"""The stub is untouched, and a cell of the learner's own defines the function after it."""

from hand_in import ANSWER, GOOD, cell, code, to_bytes


def make(notebook):
    place = notebook["cells"].index(cell(notebook, ANSWER))
    notebook["cells"].insert(place + 1, code(GOOD))
    return to_bytes(notebook)
