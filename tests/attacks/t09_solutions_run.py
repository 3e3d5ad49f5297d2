"""Look for the course wherever modules come from; print lines of solutions, checks, pre-test; run them.
Row 9. Of the course only what notebooks import can be read.
"""

OUTCOME = "not attempted"
NEVER = ("### BEGIN SOLUTION", "autograder.exercise import", "misconceptions=")
BEFORE = """
import glob, importlib, os, sys
for place in {*sys.path, os.path.dirname(OUTSIDE["package"])}:
    known = [f"{place}/course/m3_attacks/poisoning/{name}.py" for name in ("lesson", "checks/implant")]
    known += [f"{place}/course/pretest/a.py", *glob.glob(f"{place}/course/**/*.py", recursive=True)]
    for path in known:
        try:
            text = open(path).read()
            wanted = ("SOLUTION", "import", "misconceptions")
            print(path, [line for line in text.splitlines() if any(word in line for word in wanted)][:30])
            exec(text, globals())
        except Exception as error:
            print(path, type(error).__name__)
for name in ("pretest.a", "m3_attacks.poisoning.checks.implant", "m3_attacks.poisoning.lesson"):
    try:
        print(open(importlib.import_module("course." + name).__file__).read())
    except ImportError as error:
        print(error)
"""
