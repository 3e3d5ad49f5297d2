"""Asks the kernel for something that no lesson needs."""

from hand_in import GOOD, answer, code, to_bytes


def make(notebook):
    attack = "import ctypes\nctypes.CDLL(None).ptrace(16, 1, 0, 0)"
    answer(notebook, GOOD)
    notebook["cells"].append(code(attack))
    return to_bytes(notebook)
