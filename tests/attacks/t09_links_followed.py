"""Make symbolic and hard links to what lies outside, and name them as notebooks and outputs.
Row 9. A link leads to what is not there; nothing of the working folder is collected.
"""

OUTCOME = "not attempted"
BEFORE = """
import contextlib, os
os.symlink(OUTSIDE["gradebook"], "target.ipynb")
os.symlink(OUTSIDE["root"], "all")
os.symlink("/proc/1/root", "root")
with contextlib.suppress(OSError):
    os.link(OUTSIDE["seed"], "seed")
for name in ("target.ipynb", "all/gradebook.db", "root" + OUTSIDE["seed"], "seed"):
    with contextlib.suppress(OSError):
        print(open(name).read())
"""
