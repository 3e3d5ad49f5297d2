"""A notebook that is nested a hundred thousand deep.
Row 30. The outcome is an error with the reason; the batch goes on.
"""

OUTCOME = "error"
SAYS = ("nested too deeply",)


def tamper(notebook):
    return b'{"nbformat": 4, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
