"""Who attacks: root, and for what root may do that others may not, an ordinary user."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from machine import missing

ROOT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
NOBODY = 65534


def python_for_anybody() -> str:
    """This interpreter, or the system's of the same version: a root's own home may be closed to others."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        with contextlib.suppress(OSError):
            done = subprocess.run(
                [python, "-c", "import pytest, numpy, autograder"], capture_output=True, **as_anybody()
            )
            if done.returncode == 0:
                return python
    missing("no interpreter here that an ordinary user may run")


def as_anybody(*first: Path) -> dict:
    """Options of `subprocess.run` for an ordinary user, with `first` before the packages on the path."""
    return {
        "user": NOBODY,
        "group": NOBODY,
        "extra_groups": [],
        "cwd": ROOT,
        "env": environment(*first),
    }


def environment(*first: Path) -> dict[str, str]:
    places = [*map(str, first or [ROOT]), *(entry for entry in sys.path if entry.endswith("-packages"))]
    return {
        "PATH": os.defpath,
        "HOME": "/tmp",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(places),
    }
