"""An upload that broke half way."""

from hand_in import to_bytes


def make(notebook):
    return to_bytes(notebook)[:-200]
