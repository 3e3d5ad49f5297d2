"""A loop without an end, in a cell; the exercise after it is still judged."""

from hand_in import GOOD, answer, code, to_bytes


def make(notebook):
    answer(notebook, GOOD)
    notebook["cells"].insert(0, code("while True:\n    pass"))
    return to_bytes(notebook)
