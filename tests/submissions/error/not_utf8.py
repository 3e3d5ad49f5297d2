"""Saved as Latin-1."""

from hand_in import to_bytes


def make(notebook):
    return to_bytes(notebook).replace(b"reader", "l\xe9cteur".encode("latin-1")) + "\xe9".encode("latin-1")
