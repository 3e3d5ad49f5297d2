"""An accident: the notebook's JSON ends in the middle.
Row 30. The outcome is an error with the reason; the batch goes on.
"""

import json

OUTCOME = "error"
SAYS = ("its JSON is broken",)


def tamper(notebook):
    return json.dumps(notebook).encode()[:-200]
