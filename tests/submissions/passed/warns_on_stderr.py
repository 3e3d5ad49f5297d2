"""A harmless warning costs nothing."""

from hand_in import GOOD, answer, to_bytes


def make(notebook):
    answer(notebook, "import warnings\nwarnings.warn('harmless')\n" + GOOD)
    return to_bytes(notebook)
