"""JSON, but a list."""


def make(notebook):
    return b"[1, 2, 3]"
