"""docs/author.md followed as it is written, in a copy of what a clone has of the course."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs/author.md").read_text("utf-8")
STEP = re.compile(r"(?:`(course/[\w/.]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What the page says to run that is not run here: setting up, a server, and the whole of a lesson's tests.
ELSEWHERE = ("python3", "pip", "jupyter", "pytest")


def steps():
    """(file or "", kind, text) of the blocks of the ten minutes, in order."""
    section = DOC[DOC.index("## A lesson in ten minutes") : DOC.index("This is what a learner reads")]
    return STEP.findall(section)


def run(command, folder):
    words = shlex.split(command)
    if words[0] == "aisec":
        words = [sys.executable, "-P", "-m", "autograder.cli", *words[1:]]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=280)


@pytest.fixture
def clone(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "course", tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "README.md", tmp_path)
    monkeypatch.delenv("AISEC_COURSE", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


def follow(clone):
    """Do what the page says; yield (command, its process)."""
    verbs = run("aisec --help", clone).stdout
    for file, kind, text in steps():
        if kind == "console":
            for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
                name, verb, *_ = shlex.split(command)
                if name not in ELSEWHERE and (name != "aisec" or f"\n    {verb} " in verbs):
                    yield command, run(command, clone)
        elif file == "course/course.toml":
            manifest = clone / file
            (line,) = re.findall(r"take the line `(.*?)` out", DOC)
            before = manifest.read_text("utf-8")
            assert before.count(f"{line}\n") == 1
            manifest.write_text(before.replace(f"{line}\n", ""), "utf-8")
            assert text in manifest.read_text("utf-8"), "the entry reads as the page shows it"
        else:
            assert (clone / file).is_file(), f"{file} is one of those that aisec new lesson makes"
            (clone / file).write_text(text, "utf-8")


@pytest.mark.slow
def test_the_page_followed_literally_ends_green(clone):
    done = list(follow(clone))
    codes = [(command.split(" --module")[0], process.returncode) for command, process in done]
    assert [row for row in codes if not row[0].startswith("aisec try")] == [
        ("aisec new lesson detector", 0),
        ("aisec build", 0),
        ("aisec build --check detector", 1),
        (codes[3][0], 0),
        ("aisec build", 0),
        ("aisec build --check", 0),
    ]
    assert codes[3][0].startswith("rm ")
    assert [row[1] for row in codes if row[0].startswith("aisec try")] == [0, 0]
    left = done[2][1].stdout.splitlines()
    assert left and all(line.endswith(" (todo)") for line in left)

    shutil.rmtree(clone / "course/m0_example")
    manifest = clone / "course/course.toml"
    entry = next(text for file, _, text in steps() if file == "course/course.toml")
    manifest.write_text(manifest.read_text("utf-8").replace(entry, ""), "utf-8")
    (shown,) = re.findall(r"^```text\n(course/.*?)\n```$", DOC, re.MULTILINE)
    after = run(f"aisec build --check {Path(shown).parts[2]}", clone)
    plain = [re.sub(r":\d+:", ":", text.strip()) for text in (after.stdout, shown)]
    assert (after.returncode, plain[0]) == (1, plain[1])
