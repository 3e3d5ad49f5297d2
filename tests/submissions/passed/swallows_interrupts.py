"""A loop that catches everything, so that only a kill ends it."""

from hand_in import GOOD, answer, code, to_bytes


def make(notebook):
    loop = (
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass"
    )
    answer(notebook, GOOD)
    notebook["cells"].insert(0, code(loop))
    return to_bytes(notebook)
