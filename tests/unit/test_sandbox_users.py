"""The sandbox as other people run it: `test_sandbox.py` again, as an ordinary user and as root.

What containment may rely on differs by who starts it. The container tier as root needs a Python that
every user can read, since root gives up its rights before anything of a learner's runs.
"""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from machine import missing

ROOT = Path(__file__).parents[2]
ORDINARY = 65534
SYSTEM = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="only root can become another user"
    ),
]


def readable_by_all(path):
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in Path(os.path.realpath(path)).parents)


def python_for_everybody():
    """This Python, or the system's of the same version with our packages; skips when there is neither."""
    if not readable_by_all(__file__):
        missing(f"only root can read {ROOT}")
    if readable_by_all(sys.executable):
        return sys.executable
    if not os.path.exists(SYSTEM):
        missing(f"no {os.path.basename(SYSTEM)} that every user can read")
    return SYSTEM


def run_as(uid, *options):
    become = f"os.setgroups([]); os.setresgid({uid}, {uid}, {uid}); os.setresuid({uid}, {uid}, {uid})"
    boot = f"import os, sys, pytest; {become}; sys.exit(pytest.main(sys.argv[1:]))"
    options = [*options, "-n0", "-rs", "-p", "no:cacheprovider", "--color=no"]
    return subprocess.run(
        [python_for_everybody(), "-c", boot, *options, str(ROOT / "tests/unit/test_sandbox.py")],
        cwd=ROOT,
        env={"PYTHONPATH": f"{sysconfig.get_path('purelib')}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.parametrize(
    ("uid", "which", "at_least"),
    [(ORDINARY, "(full or container) and not parallel", 100), (0, "container and not parallel", 50)],
    ids=["an ordinary user", "root without namespaces"],
)
def test_every_tier_holds_for(uid, which, at_least):
    done = run_as(uid, "-k", which)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    if "Namespaces are refused" in done.stdout or "Landlock is" in done.stdout:
        missing("this machine lacks a tier: see aisec doctor")  # it was skipped, and said so
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) >= at_least, done.stdout[-2000:]
