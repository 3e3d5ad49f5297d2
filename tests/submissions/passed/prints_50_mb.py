"""Prints 50 MB; the exercise is still judged."""

from hand_in import GOOD, answer, code, to_bytes


def make(notebook):
    answer(notebook, GOOD)
    notebook["cells"].insert(0, code("for _ in range(500):\n    print('x' * 100_000)"))
    return to_bytes(notebook)
