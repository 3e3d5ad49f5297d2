"""An upload that broke at once."""


def make(notebook):
    return b""
