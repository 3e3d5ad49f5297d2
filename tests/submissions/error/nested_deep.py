"""A hundred thousand brackets."""


def make(notebook):
    return b"[" * 100_000
