"""A notebook of a format that does not exist yet, whose cells are no list.
Row 30. The outcome is an error with the reason; the batch goes on.
"""

OUTCOME = "error"
SAYS = ("format is 7",)


def tamper(notebook):
    notebook.update(nbformat=7, cells={"0": None})
