"""Every attack in this folder, run for real: what it gets, what it changes, and what it leaves behind.

An attack is a file `tNN_….py` of data: the learner's cells, and the outcome that they must get. Each is
graded in a real sandbox, in each tier that this machine has; then an honest submission is graded by the
same sandbox, which must still work; then nothing outside may have changed and no process may be left.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import target
from machine import missing
from outside import BAIT, Outside, descendants
from users import AS_ROOT, as_anybody, python_for_anybody

from autograder.sandbox.tiers import Tier

HERE = Path(__file__).parent
ATTACKS = sorted(path.stem for path in HERE.glob("t[0-9][0-9]_*.py"))
#: Run once more as an ordinary user: those that lean on what root may or may not do.
ALSO_AS_A_USER = "t08_gradebook or t09_ or t12_ or t13_ or t14_ or t17_ or t18_"


@pytest.mark.skipif(not AS_ROOT, reason="every attack runs as an ordinary user anyway")
def test_as_an_ordinary_user_they_get_no_more():
    """All of them in the tier `container`, where root would become an ordinary user too; some in `full`."""
    python, chosen = python_for_anybody(), f"leaves_nothing and (container or {ALSO_AS_A_USER})"
    done = subprocess.run(
        [python, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "-rs", "-k", chosen, __file__],
        capture_output=True, text=True, timeout=400, **as_anybody(),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    if "skipped" in done.stdout:
        missing(done.stdout[-2000:])


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_what_it_must_and_leaves_nothing(name, sandbox, outside):
    attack = importlib.import_module(name)
    limits = replace(target.LIMITS, **getattr(attack, "LIMITS", {}))
    before = len(descendants(os.getpid()))
    graded = target.grade(sandbox, target.handed_in(attack, outside.told()), limits)
    told = f"{graded.result.to_json()}\n{''.join(graded.notebooks.values())}"
    where = f"{graded.result.message}\n" + "\n".join(v.as_text() for v in graded.result.verdicts)
    outcome = attack.OUTCOME
    if sandbox.tier is Tier.CONTAINER:
        outcome = getattr(attack, "OUTCOME_IN_CONTAINER", outcome)
    assert str(graded.result.outcome) == outcome, where
    assert graded.result.score == getattr(attack, "SCORE", 0), where
    for text in getattr(attack, "SAYS", ()):
        assert text in told
    for text in (BAIT, target.SECRET, target.HIDDEN, *getattr(attack, "NEVER", ())):
        assert text not in graded.result.to_json() and text not in _outputs(graded), text
    assert len(told) < 8_000_000
    assert outside.changes() == []
    assert len(descendants(os.getpid())) == before, "a process outlived its run"

    clean = target.grade(sandbox, target.honest(), student="ada")
    assert clean.result.outcome == "passed" and clean.result.score == 16, clean.result.message


#: Attacks on verdicts and on what is secret. What the others do, they do before any test runs.
ON_THE_INSIDE = [
    name for name in ATTACKS if name[:3] in ("t01", "t02", "t03", "t05", "t06", "t10", "t32", "t33")
]


@pytest.mark.parametrize(
    "name", ["t00_honest", *ON_THE_INSIDE, "t08_gradebook_written_late", "t14_survivors"]
)
def test_an_attack_on_the_inside_referee_gets_its_cells_and_nothing_more(name, sandbox, outside):
    if name == "t00_honest":
        clean = target.grade(sandbox, target.honest(), inside=target.INSIDE)
        assert clean.result.score == 16 and sum(one.inside for one in clean.result.verdicts) == 4
        return
    attack = importlib.import_module(name)
    limits = replace(target.LIMITS, **getattr(attack, "LIMITS", {}))
    before = len(descendants(os.getpid()))
    told = target.handed_in(attack, outside.told())
    graded = target.grade(sandbox, told, limits, inside=target.INSIDE)
    others = [one for one in graded.result.verdicts if not one.inside]
    assert sum(one.points for one in others) <= getattr(attack, "SCORE", 0) and len(others) == 3
    for text in (BAIT, target.SECRET, target.HIDDEN, *getattr(attack, "NEVER", ())):
        assert text not in graded.result.to_json() and text not in _outputs(graded), text
    assert outside.changes() == []
    assert len(descendants(os.getpid())) == before, "a process outlived its run"


def _outputs(graded) -> str:
    cells = [cell for text in graded.notebooks.values() for cell in json.loads(text)["cells"]]
    return json.dumps([cell.get("outputs") for cell in cells], ensure_ascii=False)


def test_every_attack_says_what_it_tries_and_which_row_it_belongs_to():
    for name in ATTACKS:
        lines = importlib.import_module(name).__doc__.splitlines()
        assert len(lines) >= 2 and lines[1].startswith("Row "), name


def test_every_attack_is_in_the_threat_model():
    page = (HERE.parents[1] / "docs" / "threat-model.md").read_text("utf-8")
    assert sorted(set(re.findall(r"`(t\d\d_\w+)`", page))) == ATTACKS
    named = re.findall(r"`(tests/[\w/]+\.py)`", page)
    assert [path for path in named if not (HERE.parents[1] / path).is_file()] == []


def test_what_an_attack_did_outside_would_be_seen():
    laid = Outside()
    try:
        told = laid.told()
        assert laid.changes() == []
        with socket.create_connection(("127.0.0.1", told["tcp"])):
            assert laid.changes() == ["something arrived over the network"]
        Path(told["open"], told["mark"]).write_text("mark")
        Path(told["gradebook"]).write_text("1000 points")
        changed = "\n".join(laid.changes())
        assert told["mark"] in changed and told["gradebook"] in changed
    finally:
        laid.close()


def test_a_process_that_stayed_would_be_seen():
    before = len(descendants(os.getpid()))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stayed:
        assert len(descendants(os.getpid())) == before + 1
        stayed.communicate(b"\n")
