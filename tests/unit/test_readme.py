"""The README's command lines are the ones that CI runs and that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


CI = (ROOT / ".ci/run").read_text("utf-8")


def test_ci_runs_the_readmes_commands():
    """The README makes the environment by `python3`, CI by the oldest Python that is there and new enough."""
    (install,) = re.findall(
        r"^python3 -m venv \.venv && (.*) && \.venv/bin/aisec learn$", README, re.MULTILINE
    )
    (tests,) = re.findall(r"^(\.venv/bin/pip install .* && \.venv/bin/pytest.*)$", README, re.MULTILINE)
    wanted = ["-m venv .venv", *install.split(" && "), *tests.split(" && ")]
    lines = [line.removeprefix('"$python" ').removeprefix("CI=true ") for line in CI.splitlines()]
    assert [line for line in lines if line in wanted] == wanted


def test_ci_runs_nothing_that_it_reads():
    assert not re.search(r"\beval\b|README\.md", CI)


def test_every_file_the_readme_links_to_is_there():
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        if not link.startswith("http"):
            assert (ROOT / link).exists(), link


def test_every_command_the_readme_names_exists():
    cli = (ROOT / "autograder/cli.py").read_text("utf-8")
    for verb in set(re.findall(r"aisec ([a-z]+)", README)):
        assert f'"{verb}"' in cli, verb


def test_no_pinned_file_names_a_registry():
    for path in [ROOT / "binder/requirements.txt", ROOT / "tests/requirements.txt"]:
        text = path.read_text("utf-8")
        assert "://" not in text
        for line in re.findall(r"(?m)^[a-z].*", text):
            assert re.match(r"[A-Za-z0-9._-]+==[^\s;]+( ; .*)? \\$", line), line
