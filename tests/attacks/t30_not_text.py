"""An accident: a file that is not text.
Row 30. The outcome is an error with the reason; the batch goes on.
"""

OUTCOME = "error"
SAYS = ("is not UTF-8 text",)


def tamper(notebook):
    return b"\x89PNG\r\n\x1a\n\xff\xff"
