"""A check judges the code that stands in the cell, not what ran before it was edited; in a real kernel."""

import json
import os
import time

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from learner_course import SUMS_CELLS, write_course

from autograder.learner.cells import bound
from autograder.learner.server import explain_missing_names

IMPORTS, *_ = SUMS_CELLS
ADD, WRONG = "def add(a, b):\n    return a + b", "def add(a, b):\n    return a - b"
NEW = "def add(a, b):  # a text that never ran in this kernel\n    return b + a"
CHECK = 'check("sums.add", add)'


class Desk:
    """A kernel and its notebook, as JupyterLab drives them: cells have ids, and the file is saved."""

    def __init__(self, folder, course):
        self.path, self.folder = folder / "sums.ipynb", folder
        self.kernel = KernelManager(kernel_name="python3")
        env = {
            **os.environ,
            "AISEC_COURSE": str(course),
            "IPYTHONDIR": str(folder / "ipython"),
            "JPY_SESSION_NAME": str(self.path),
        }
        self.kernel.start_kernel(cwd=str(folder), env=env)
        self.client = self.kernel.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def save(self, **cells):
        document = nbformat.v4.new_notebook()
        for cell_id, source in cells.items():
            document.cells.append(nbformat.v4.new_code_cell(source, id=cell_id))
        self.path.write_text(nbformat.writes(document), "utf-8")
        later = time.time() + 1  # the file is newer than what ran
        os.utime(self.path, (later, later))

    def run(self, cell_id, source):
        """What the cell showed: the text of its outputs, or of its error."""
        content = {"code": source, "silent": False, "store_history": True, "user_expressions": {},
                   "allow_stdin": False, "stop_on_error": False}  # fmt: skip
        sent = self.client.session.msg("execute_request", content, metadata={"cellId": cell_id})
        self.client.shell_channel.send(sent)
        shown, self.red = [], []
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != sent["header"]["msg_id"]:
                continue
            kind, said = message["msg_type"], message["content"]
            if kind == "status" and said["execution_state"] == "idle":
                return "\n".join(shown)
            if kind == "error":
                self.red.append(said["ename"])
                shown.append("\n".join(said["traceback"]))
            elif "data" in said:
                shown.append(said["data"].get("text/plain", ""))
            elif kind == "stream":
                shown.append(said["text"])

    def tried(self):
        pages = list(self.folder.rglob("progress.json"))
        return json.loads(pages[0].read_text("utf-8"))["exercises"] if pages else {}

    def close(self):
        self.client.stop_channels()
        self.kernel.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cells")
    desk = Desk(folder, write_course(folder / "published"))
    yield desk
    desk.close()


@pytest.fixture
def desk(kernel):
    kernel.path.unlink(missing_ok=True)
    kernel.run("reset", "%reset -f")
    kernel.run("imports", IMPORTS)
    return kernel


def test_code_that_ran_is_judged(desk):
    desk.run("add", ADD)
    desk.save(imports=IMPORTS, add=ADD, check=CHECK)
    assert "passed" in desk.run("check", CHECK)


def test_a_cell_that_changed_and_did_not_run_is_said_and_nothing_is_recorded(desk):
    desk.run("add", WRONG)
    desk.run("check", CHECK)
    before = desk.tried()
    desk.save(imports=IMPORTS, add=NEW, check=CHECK)
    said = desk.run("check", CHECK)
    assert said.splitlines()[0] == "add is not judged: its cell has changed since it ran."
    assert desk.tried() == before
    desk.run("add", NEW)
    assert "passed" in desk.run("check", CHECK)


def test_a_file_saved_before_the_cell_ran_proves_nothing(desk):
    desk.save(imports=IMPORTS, add=WRONG, check=CHECK)
    old = time.time() - 60
    os.utime(desk.path, (old, old))
    desk.run("add", ADD)
    assert "passed" in desk.run("check", CHECK)


def test_a_save_that_began_before_the_edit_proves_nothing(desk):
    desk.run("add", WRONG)
    desk.run("add", ADD)
    desk.save(imports=IMPORTS, add=WRONG, check=CHECK)  # an old text, and newer than the run
    assert "passed" in desk.run("check", CHECK)


@pytest.mark.parametrize(
    "broken, says",
    [
        ("def add(a, b)\n    return a + b", "in line 1 with SyntaxError: expected ':': def add(a, b)"),
        (
            "def add(a, b):\n    return “a”",
            "in line 2 with SyntaxError: invalid character '“' (U+201C): return “a”",
        ),
        ("def add(a, b):\n    x = 1\n  return a", "in line 3 with IndentationError: unindent"),
        (
            "1 / 0\ndef add(a, b):\n    return a + b",
            "in line 1 with ZeroDivisionError: division by zero: 1 / 0",
        ),
        (
            "import nmpy\ndef add(a, b):\n    return a",
            "in line 1 with ModuleNotFoundError: No module named 'nmpy'",
        ),
    ],
)
def test_a_cell_that_broke_is_named_with_its_line_and_old_code_is_not_judged(desk, broken, says):
    desk.run("add", WRONG)
    desk.run("add", broken)
    before = desk.tried()
    said = desk.run("check", CHECK)
    assert said.startswith("add is not judged: its cell did not run to the end.") and says in said, said
    assert desk.tried() == before
    desk.run("add", ADD)
    assert "passed" in desk.run("check", CHECK)


def test_a_name_that_a_broken_cell_never_made_is_explained(desk):
    desk.run("add", "def add(a, b)\n    return a + b")
    said = desk.run("check", CHECK)
    assert said.startswith(
        "add is not there: its cell did not run to the end. It stopped in line 1 with SyntaxError"
    )


def test_a_cell_that_raised_after_it_made_the_function_is_judged(desk):
    desk.run("add", ADD + "\nadd(1, None)")
    assert "passed" in desk.run("check", CHECK)


def test_a_cell_below_its_check_is_said(desk):
    desk.run("add", ADD)
    desk.save(imports=IMPORTS, check=CHECK, add=ADD)
    assert "stands below the check" in desk.run("check", CHECK)


def test_a_name_of_a_cell_that_has_not_run_says_which_cell(desk):
    desk.save(imports=IMPORTS, tools="import numpy as np\nimport os", use="np.ones(3)")
    said = desk.run("use", "np.ones(3)").splitlines()
    assert said[0].startswith("np is not there: its cell has not run") and "import numpy as np" in said[0]
    assert "Run All Above" in said[1]


def test_a_name_that_nobody_makes_and_one_inside_a_library_stay_as_python_says(desk):
    assert "NameError" in desk.run("use", "nowhere")
    desk.save(imports=IMPORTS, tools="import numpy as np")
    assert "Traceback" in desk.run("use", "exec('np', {})")


def test_a_kernel_of_ours_explains_missing_names_before_the_imports_ran(tmp_path):
    explain_missing_names(tmp_path / "ipython" / "profile_default")
    desk = Desk(tmp_path, write_course(tmp_path / "published"))
    try:
        desk.save(imports=IMPORTS, add=ADD, check=CHECK)
        said = desk.run("check", CHECK)
        desk.run("imports", IMPORTS)
        desk.run("add", ADD)
        assert "passed" in desk.run("check", CHECK)
    finally:
        desk.close()
    assert said.startswith("check is not there: its cell has not run since the kernel started. It begins:")


def test_a_kernel_that_walks_away_keeps_its_journal(desk):
    desk.run("add", ADD)
    (desk.folder / "away").mkdir(exist_ok=True)
    desk.run("walk", "import os; os.chdir('away')")
    said = desk.run("check", CHECK)
    desk.run("walk", "os.chdir('..')")
    assert [path.parent for path in desk.folder.rglob("progress.json")] == [desk.folder]
    assert "Next here: sums.total, 7 minutes." in said


def test_what_waits_for_an_answer_says_one_line_and_nothing_red(desk):
    desk.run("stub", "def add(a, b):\n    raise NotImplementedError()")
    for cell_id, source in {
        "use": "nine = add(4, 5)\nprint(nine)",
        "after": "print(nine + 1)",
        "deep": "list(map(lambda n: add(n, 1), [1]))",
    }.items():
        assert desk.run(cell_id, source) == "Waits for add.", cell_id
    said = desk.run("check", CHECK)
    assert "not attempted" in said and desk.red == []
    desk.run("add", WRONG)
    assert "failed" in desk.run("check", CHECK) and desk.red == []
    assert "Traceback" in desk.run("raise", "raise NotImplementedError('later')")
    assert "NameError" in desk.run("gone", "gone")
    assert "Traceback" in desk.run("direct", "raise NotImplementedError()")


def test_a_class_that_is_not_written_is_waited_for_by_its_own_name(desk):
    desk.run("stub", "class Counter:\n    def up(self):\n        raise NotImplementedError()")
    assert desk.run("use", "Counter().up()") == "Waits for Counter."


def test_a_file_that_hides_a_library_is_named(desk):
    (desk.folder / "anywidget.py").write_text("", "utf-8")
    try:
        desk.run("path", "import sys; sys.path.insert(0, ''); sys.modules.pop('anywidget', None)")
        said = desk.run("use", "import anywidget\nanywidget.AnyWidget")
    finally:
        (desk.folder / "anywidget.py").unlink()
        desk.run("path", "sys.modules.pop('anywidget', None)")
    assert "hides the library anywidget" in said and "Rename anywidget.py" in said


@pytest.mark.parametrize(
    "source, names",
    [
        ("import numpy as np, os.path", {"np", "os"}),
        ("from a import (b,\n    c as d)", {"b", "d"}),
        ("x, (y, z) = 1, (2, 3)\nw: int = 1\nv += 1", {"x", "y", "z", "w", "v"}),
        ("class A: pass\nasync def f(): pass\nif x:\n    g = 1", {"A", "f", "g"}),
        ("x == 1\nprint(y)", set()),
        ("def f(:\nclass B\nu = (\nv == 1\nimport numpy as np, os  # both", {"f", "B", "u", "np", "os"}),
    ],
)
def test_the_names_that_a_cell_makes(source, names):
    assert bound(source) == names
