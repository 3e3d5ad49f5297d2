"""Leave startup scripts, a .pth file, configuration and marks for the next learner or the next command.
Row 12. The root is read-only, and each process has a private folder that goes with it.
"""
# ruff: noqa: E501

OUTCOME = "not attempted"
BEFORE = """
import contextlib, os, site, sys
places = [
    "~/.ipython/profile_default/startup/00.py", "~/.jupyter/jupyter_config.py", "~/.bashrc",
    "~/.local/lib/python3.11/site-packages/mark.pth", *(p + "/mark.pth" for p in site.getsitepackages()),
    *(f"{p}/{OUTSIDE['mark']}" for p in ("/tmp", "/var/tmp", "/dev/shm", OUTSIDE["open"], OUTSIDE["package"])),
]
places = [os.path.expanduser(place) for place in places]
kept = [place for place in places if os.path.exists(place)]
for place in places:
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "a") as file:
            file.write("import os")
print("LEFT FROM BEFORE" if kept else "nothing here yet")
"""
NEVER = ("LEFT FROM BEFORE",)
