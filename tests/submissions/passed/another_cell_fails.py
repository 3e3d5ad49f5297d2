"""A cell of the learner's own fails; the exercise is judged all the same."""

from hand_in import GOOD, answer, code, to_bytes


def make(notebook):
    answer(notebook, GOOD)
    notebook["cells"].insert(0, code("1 / 0"))
    return to_bytes(notebook)
