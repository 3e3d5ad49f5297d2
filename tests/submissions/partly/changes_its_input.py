"""Right, but it writes into the caller's array."""

from hand_in import GOOD, answer, to_bytes


def make(notebook):
    answer(notebook, GOOD.replace("    harmless = ", "    y |= flagged\n    harmless = "))
    return to_bytes(notebook)
