"""Hand a function of the check's an object of one's own that calls the check's function again, for ever.
Row 27. Asking in the middle of answering is limited, by depth and by time.
"""
# ruff: noqa: E501

OUTCOME = "failed"
CELLS = {
    "largest-answer": "class Again:\n    def __init__(self, ask):\n        self.ask = ask\n"
    "    def __index__(self):\n        return self.ask(self)\n    def __len__(self):\n        return self.ask(self)\n"
    "    def __bool__(self):\n        return self.ask(self)\n\n"
    "def largest(ask):\n    try:\n        return ask(Again(ask))\n    except Exception:\n        return None"
}
