"""As it was released."""

from hand_in import to_bytes


def make(notebook):
    return to_bytes(notebook)
