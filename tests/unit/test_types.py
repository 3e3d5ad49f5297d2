"""The ratchet on types: what mypy finds may only become less."""

from collections import Counter
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOUND = """autograder/one.py:3: error: Name "x" is not defined  [name-defined]
autograder/one.py:9: error: Name "y" is not defined  [name-defined]
autograder/one.py:9: note: see that
Found 2 errors in 1 file (checked 9 source files)
"""


@pytest.fixture
def types(tmp_path, monkeypatch):
    """The command, with a mypy that is played and a baseline of its own."""
    loader = SourceFileLoader("types_ratchet", str(ROOT / ".ci/types"))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    module.BASELINE = tmp_path / "types.txt"
    played = tmp_path / "mypy.py"
    played.write_text(f"print({FOUND!r}, end='')")
    module.MYPY = [str(played)]
    return module


@pytest.mark.parametrize(
    ("known", "code", "said"),
    [
        ("autograder/one.py name-defined 2\n", 0, "2 known findings, none new"),
        ("autograder/one.py name-defined 1\n", 1, "one.py:3"),
        ("autograder/two.py name-defined 2\n", 1, "one.py:3"),
        ("autograder/one.py name-defined 3\n", 1, "mended: autograder/one.py name-defined"),
    ],
)
def test_a_finding_too_many_fails_and_so_does_a_baseline_that_is_too_large(types, capsys, known, code, said):
    types.BASELINE.write_text(known)
    assert types.main([]) == code
    assert said in capsys.readouterr().out
    assert types.BASELINE.read_text() == known


@pytest.mark.parametrize(("count", "code"), [(3, 0), (2, 0), (1, 1)])
def test_the_baseline_is_written_smaller_and_never_larger(types, count, code):
    types.BASELINE.write_text(f"autograder/one.py name-defined {count}\n")
    assert types.main(["--write"]) == code
    assert types.counted(types.BASELINE.read_text()).total() == (1 if code else 2)


def test_a_checker_that_breaks_is_no_success(types, tmp_path):
    (tmp_path / "mypy.py").write_text("raise SystemExit(2)")
    assert types.main([]) == 2


def test_the_committed_baseline_reads():
    loader = SourceFileLoader("types_ratchet", str(ROOT / ".ci/types"))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    known = module.counted((ROOT / ".ci/types.txt").read_text("utf-8"))
    assert isinstance(known, Counter) and all((ROOT / key.split()[0]).is_file() for key in known)
