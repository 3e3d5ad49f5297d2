"""Where a test is judged inside, read it from the frame that runs it and from the history, and show it.
Row 10. What the process shows while tests run inside is thrown away; a verdict's words are the author's.
"""

OUTCOME = "failed"
CELLS = {
    "squares-answer": """
import builtins, sys
seen = getattr(builtins, "seen", [])
builtins.seen = seen

def squares(n):
    frame = sys._getframe(1)
    while frame is not None:
        seen.append(repr(sorted(frame.f_code.co_names)))
        frame = frame.f_back
    seen.append(repr(globals().get("In")))
    print("".join(seen))
    print("".join(seen), file=sys.stderr)
    open("seen.txt", "a").write("".join(seen))
    return [n]
""",
    "summary-answer": """
def summary(table):
    raise AssertionError("".join(seen))
""",
    "report-answer": """
from IPython.display import display
print("".join(seen))
def report():
    display("".join(seen))
    raise NameError("".join(seen), name="".join(seen))
""",
}
AFTER = 'print("".join(seen), *map(str, globals().get("In", [])))'
