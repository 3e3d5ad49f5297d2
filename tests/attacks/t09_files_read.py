"""Read solutions, a peer's work, the cohort's seed, the tests, and print what is found.
Row 9. Only the lesson's libraries are there to read.
"""

OUTCOME = "not attempted"
BEFORE = """
import glob, os
for path in [*(v for v in OUTSIDE.values() if isinstance(v, str)), *glob.glob(OUTSIDE["tests"] + "/*.py"),
             "/etc/shadow", "/proc/1/environ", "/proc/1/root/etc/hostname", "/root/.bash_history"]:
    try:
        print(path, os.listdir(path) if os.path.isdir(path) else open(path, errors="replace").read()[:500])
    except OSError as error:
        print(path, error.strerror)
"""
