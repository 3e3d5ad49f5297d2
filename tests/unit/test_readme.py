"""The README's command lines are the ones that CI runs and that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_ci_finds_both_command_lines_in_the_readme():
    patterns = re.findall(r"grep -m1 -o '([^']+)' README\.md", (ROOT / ".ci/run").read_text("utf-8"))
    assert len(patterns) == 2
    for pattern in patterns:
        assert re.search(pattern.replace(r"\.", "[.]"), README), pattern


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
