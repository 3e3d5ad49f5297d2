"""Cells in IPython's shell without a kernel, run in a contained process as they are in grading."""

import base64
import os
import re
import subprocess
import sys

import pytest

from autograder.boundary.channel import Budget, Conversation
from autograder.boundary.proxy import Link
from autograder.errors import LearnerError, LearnerStopped
from autograder.limits import Limits
from autograder.verdict import Outcome


class Notebook:
    """A learner's process; `cell` runs one cell and gives what it shows."""

    def __init__(self, contained, patience=20.0):
        conversation = Conversation(contained.channel, Budget(Limits(call_seconds=patience, reply_mb=20)))
        self.link = Link(conversation.exchange)
        conversation.answer_back = self.link.answer_back

    def run(self, source):
        return self.link.ask("cell", source)

    def cell(self, source):
        return self.run(source)["outputs"]


@pytest.fixture
def start(sandbox):
    """Start a process with these limits."""
    started = []

    def start(patience=20.0, **limits):
        started.append(sandbox.start(Limits().override(limits)))
        return Notebook(started[-1], patience)

    yield start
    for contained in started:
        contained.stop()


@pytest.fixture
def notebook(start):
    return start()


def texts(outputs, name="stdout"):
    return "".join(output["text"] for output in outputs if output.get("name") == name)


def only(outputs):
    (output,) = outputs
    return output


# -- what a cell shows --------------------------------------------------------------------------------


def test_what_is_printed_is_one_stream_for_each_run_of_writes(notebook):
    outputs = notebook.cell("import sys\nprint('a')\nprint('b')\nprint('c', file=sys.stderr)\nprint('d')")
    assert [(one["output_type"], one["name"], one["text"]) for one in outputs] == [
        ("stream", "stdout", "a\nb\n"),
        ("stream", "stderr", "c\n"),
        ("stream", "stdout", "d\n"),
    ]


def test_the_last_value_is_the_result_with_the_cells_number(notebook):
    first = notebook.run("6 * 7")
    second = notebook.run("'a' + 'b'")
    assert only(first["outputs"])["data"] == {"text/plain": "42"}
    assert only(second["outputs"])["data"] == {"text/plain": "'ab'"}
    for told in (first, second):
        output = only(told["outputs"])
        assert output["output_type"] == "execute_result" and output["execution_count"] == told["count"]
    assert second["count"] == first["count"] + 1


def test_cells_are_counted_as_jupyterlab_counts_them(start):
    notebook = start()
    sources = ["1", "x = 2", "raise ValueError", "def broken(:", "", "3", "# nothing", "4"]
    told = [notebook.run(source) for source in sources]
    assert [one["count"] for one in told] == [1, 2, 3, 4, None, 5, 6, 7]
    results = [one for cell in told for one in cell["outputs"] if one["output_type"] == "execute_result"]
    assert [one["execution_count"] for one in results] == [1, 5, 7]
    assert notebook.link.name("Out")[1] == 1 and notebook.link.name("_5") == 3
    assert notebook.link.name("In")[2] == "x = 2"


def test_an_empty_cell_shows_nothing(notebook):
    for source in ("", "   ", "# a comment", "None", "x = 1;", "5;"):
        assert notebook.run(source)["outputs"] == []


def test_a_frame_is_shown_as_text_and_html(notebook):
    output = only(notebook.cell("import pandas as pd\npd.DataFrame({'a': [1]})"))
    assert "<table" in output["data"]["text/html"] and "a" in output["data"]["text/plain"]


SECOND_SHELL = """
import matplotlib.pyplot as plt
from autograder.boundary import codec
from autograder.boundary.cells import CellAgent
from autograder.limits import Limits
for _ in range(2):
    agent = CellAgent(lambda request: b"", Limits())
    request = [[], "cell", "import matplotlib.pyplot as plt; plt.plot([1])"]
    _, told = codec.loads(agent.answer(codec.dumps(request)))
import sys
sys.__stdout__.write(" ".join(sorted(told["outputs"][-1]["data"])))
"""


def test_a_figure_is_a_picture_in_each_shell_of_a_process():
    """A warm process has run a notebook before it is forked for a learner's."""
    environment = {**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    done = subprocess.run(
        [sys.executable, "-c", SECOND_SHELL], capture_output=True, text=True, env=environment
    )
    assert done.stdout == "image/png text/plain", done.stderr


@pytest.mark.parametrize("before", ["", "%matplotlib inline\n"])
def test_a_figure_is_shown_under_its_cell(notebook, before):
    outputs = notebook.cell(before + "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('t');")
    image = only(outputs)
    assert image["output_type"] == "display_data"
    assert base64.b64decode(image["data"]["image/png"]).startswith(b"\x89PNG")
    assert notebook.cell("1 + 1")[0]["data"] == {"text/plain": "2"}


def test_two_figures_and_show_are_shown_once_each(notebook):
    source = "plt.figure(); plt.plot([1]); plt.show()\nplt.figure(); plt.plot([2]);"
    outputs = notebook.cell("import matplotlib.pyplot as plt\n" + source)
    assert [one["output_type"] for one in outputs] == ["display_data"] * 2


def test_await_works_at_the_top_of_a_cell(notebook):
    outputs = notebook.cell(
        "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 5\nawait f()"
    )
    assert only(outputs)["data"]["text/plain"] == "5"


def test_magics_work(notebook):
    assert "Wall time" in texts(notebook.cell("%%time\nprint('x')"))
    assert "loop" in texts(notebook.cell("%timeit -n 1 -r 1 pass"))
    notebook.cell("%%capture shown\nprint('kept')")
    assert notebook.link.ask("cell", "shown.stdout")["outputs"][0]["data"]["text/plain"] == "'kept\\n'"
    assert notebook.cell("%no_such_magic")[0]["name"] == "stderr"


def test_shell_lines_show_what_they_print(notebook):
    assert texts(notebook.cell("!echo hello")).strip() == "hello"
    assert only(notebook.cell("lines = !echo hello\nlines[0]"))["data"]["text/plain"] == "'hello'"


def test_display_shows_every_kind(notebook):
    outputs = notebook.cell("""
from IPython.display import display, HTML, Markdown, Latex, Image
display(HTML("<b>x</b>")); display(Markdown("*m*")); display(Latex("$a$")); display(1, "two")
""")
    assert [list(one["data"])[-1] for one in outputs[:3]] == ["text/html", "text/markdown", "text/latex"]
    assert [one["data"]["text/plain"] for one in outputs[3:]] == ["1", "'two'"]
    assert all(one["output_type"] == "display_data" for one in outputs)


def test_a_display_is_updated_in_place(notebook):
    outputs = notebook.cell("h = display('first', display_id='d')\nprint('between')\nh.update('second')")
    assert outputs[0]["data"]["text/plain"] == "'second'" and len(outputs) == 2
    assert "display_id" not in str(outputs)


def test_clear_output_clears(notebook):
    outputs = notebook.cell(
        "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('kept')"
    )
    assert texts(outputs) == "kept\n"
    outputs = notebook.cell("for i in range(3):\n    clear_output(wait=True)\n    print(i)")
    assert texts(outputs) == "2\n"


def test_widgets_are_made_without_a_browser(notebook):
    outputs = notebook.cell("""
import ipywidgets as widgets
slider = widgets.IntSlider(value=3)
slider.value = 4
display(slider)
slider.value
""")
    assert outputs[-1]["data"]["text/plain"] == "4"
    assert "IntSlider" in outputs[0]["data"]["text/plain"]


def test_a_warning_is_on_stderr_and_does_not_stop_the_cell(notebook):
    outputs = notebook.cell("import warnings\nwarnings.warn('careful')\nprint('after')")
    assert "UserWarning: careful" in texts(outputs, "stderr") and texts(outputs) == "after\n"


def test_an_error_is_shown_with_its_traceback_without_colours(notebook):
    output = only(notebook.cell("def f():\n    return 1 / 0\n\nf()"))
    assert (output["output_type"], output["ename"], output["evalue"]) == (
        "error", "ZeroDivisionError", "division by zero")  # fmt: skip
    text = "\n".join(output["traceback"])
    assert "return 1 / 0" in text and "\x1b" not in text


@pytest.mark.parametrize(
    "source", ["def f(:\n    pass", "  x = 1\n y = 2", "x = '\x00'", "(" * 300, "return 5"]
)
def test_what_is_not_python_is_a_syntax_error(notebook, source):
    output = only(notebook.cell(source))
    assert output["output_type"] == "error" and output["ename"] in (
        "SyntaxError",
        "IndentationError",
        "ValueError",
    )
    assert notebook.cell("1")[0]["data"]["text/plain"] == "1"


def test_a_source_that_cannot_be_encoded_is_an_error_of_its_cell(notebook):
    output = notebook.cell("x = '\ud800'")
    assert all(one["output_type"] == "error" for one in output)
    assert notebook.cell("1")[0]["data"]["text/plain"] == "1"


ENDS = (
    "raise SystemExit(3)", "exit()", "quit()", "import sys; sys.exit('bye')", "raise KeyboardInterrupt",
    "raise GeneratorExit", "raise BaseException",
)  # fmt: skip


@pytest.mark.parametrize("source", ENDS)
def test_a_cell_cannot_end_the_process_by_raising(notebook, source):
    notebook.run(source)
    assert notebook.cell("1")[0]["data"]["text/plain"] == "1"


HOSTILE = [
    "class E(Exception):\n    def __str__(self): raise RuntimeError\nraise E",
    "class E(Exception):\n    def __str__(self): return 5\nraise E",
    "class E(Exception):\n    def __repr__(self): raise SystemExit\n    __str__ = __repr__\nraise E",
    "class M(type):\n    __name__ = property(abs)\nclass E(Exception, metaclass=M): pass\nraise E",
    "raise Exception('x' * 50_000_000)",
    "raise Exception('\\ud800')",
    "class R:\n    def __repr__(self): raise SystemExit\nR()",
    "class R:\n    def _repr_html_(self): return 5\n    def __repr__(self): return 'r'\nR()",
    "class R:\n    def _repr_mimebundle_(self, **k): return {5: object(), 'text/plain': object()}\nR()",
    "class R:\n    def _repr_html_(self): return type('S', (str,), {})('<b>')\nR()",
    "display({'text/plain': object(), 'x/y': lambda: 1}, raw=True)",
    "display({'application/json': {'a': [1, object()]}}, raw=True)",
    "import sys\nsys.stdout.write(type('S', (str,), {})('odd'))",
    "def f(): return f()\nf()",
    "raise ExceptionGroup('g', [ValueError(1), TypeError(2)])",
    "e = ValueError(1)\ne.__cause__ = e\nraise e",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_whatever_a_cell_shows_or_raises_it_is_told(notebook, source):
    told = notebook.run(source)
    assert type(told["count"]) is int and told["stopped"] is None
    assert len(str(told["outputs"])) < 1_000_000
    assert "raise " not in source.splitlines()[-1] or told["outputs"][-1]["output_type"] == "error"
    assert notebook.cell("1")[0]["data"]["text/plain"] == "1"


def test_endless_recursion_is_shown_by_its_ends_only(notebook):
    output = only(notebook.cell("def f():\n    return f()\n\nf()"))
    assert output["ename"] == "RecursionError" and "maximum recursion depth" in output["evalue"]
    assert 1 <= str(output["traceback"]).count("return f()") < 60


def test_a_broken_standard_stream_breaks_its_own_cell_only(start):
    notebook = start()
    notebook.run("import sys\nsys.stdout = None\nsys.stderr = 5\nprint('lost')")
    assert notebook.cell("print('a')\n5")[-1]["data"]["text/plain"] == "5"


# -- the learner's surroundings ------------------------------------------------------------------------


def test_the_course_is_silent(notebook):
    names = "check, hint, predict, progress, solution"
    source = f"from autograder.learner import {names}\ncheck('a.b', 1), hint('a.b')"
    assert only(notebook.cell(source))["data"]["text/plain"] == "(None, None)"


def test_names_can_be_asked_for_and_called(notebook):
    notebook.cell("def square(x):\n    return x * x")
    assert notebook.link.name("square")(7) == 49
    with pytest.raises(NameError):
        notebook.link.name("nothing")


def test_an_error_names_the_line_of_its_cell(notebook):
    notebook.cell("def fail(x):\n    y = 1\n    return x / 0")
    with pytest.raises(ZeroDivisionError) as caught:
        notebook.link.name("fail")(1)
    assert (caught.value.line, caught.value.code) == (3, "return x / 0")


@pytest.mark.parametrize("kind", ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException"])
def test_a_function_cannot_end_the_process_by_raising(notebook, kind):
    notebook.cell(f"def fail():\n    raise {kind}('out')")
    with pytest.raises(LearnerError, match="out"):
        notebook.link.name("fail")()


def test_classes_and_pickles_of_the_learners_work_as_in_a_notebook(notebook):
    source = (
        "import pickle\nclass A: pass\n__name__, A.__module__, type(pickle.loads(pickle.dumps(A()))) is A"
    )
    assert only(notebook.cell(source))["data"]["text/plain"] == "('__main__', '__main__', True)"


def test_a_data_file_of_the_authors_can_be_read_and_imported(start):
    notebook = start()
    notebook.link.ask("file", "data/points.csv", b"a,b\n1,2\n")
    notebook.link.ask("file", "helper.py", b"def five(): return 5\n")
    assert only(notebook.cell("open('data/points.csv').read()"))["data"]["text/plain"] == "'a,b\\n1,2\\n'"
    assert only(notebook.cell("import helper\nhelper.five()"))["data"]["text/plain"] == "5"


# -- limits -------------------------------------------------------------------------------------------


def test_a_cell_that_takes_too_long_is_stopped_and_the_next_one_runs(start):
    notebook = start(cell_seconds=0.2)
    told = notebook.run("before = 1\nwhile True:\n    pass")
    assert told["stopped"] == ["timed out", "One cell took more than 0.2 seconds."]
    assert told["outputs"][0]["ename"] == "timed out"
    assert notebook.cell("before")[0]["data"]["text/plain"] == "1"


def test_a_call_that_takes_too_long_is_stopped_and_the_next_one_runs(start):
    notebook = start(call_seconds=0.2)
    notebook.cell("import time\ndef slow(): time.sleep(60)\ndef quick(): return 1")
    with pytest.raises(LearnerStopped) as stopped:
        notebook.link.name("slow")()
    assert stopped.value.stop.outcome is Outcome.TIMED_OUT
    assert notebook.link.name("quick")() == 1


def test_a_cell_may_take_longer_than_a_call(start):
    notebook = start(call_seconds=0.1, cell_seconds=20)
    assert only(notebook.cell("import time\ntime.sleep(0.3)\n5"))["data"]["text/plain"] == "5"


def test_a_cell_that_catches_everything_is_given_up_by_the_grader(start):
    notebook = start(cell_seconds=0.1, patience=0.5)
    source = "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException: pass"
    with pytest.raises(LearnerStopped) as stopped:
        notebook.run(source)
    assert stopped.value.stop.outcome is Outcome.TIMED_OUT


def test_a_cell_that_prints_too_much_is_stopped_and_the_next_ones_show_little(start):
    notebook = start(output_mb=0.05)
    told = notebook.run("while True:\n    print('x' * 100)")
    assert told["stopped"] == ["output limit", "Your notebook printed more than 0.05 MB."]
    assert len(texts(told["outputs"])) == 50_000
    told = notebook.run("print('y' * 100_000)\n5")
    assert told["stopped"] is None and len(texts(told["outputs"])) <= 10_000


@pytest.mark.parametrize(
    "source",
    [
        "display('x' * 200_000)",
        "'x' * 200_000",
        "h = display('', display_id='d')\nfor i in range(20): h.update('x' * 10_000)",
        "try:\n    print('x' * 200_000)\nexcept BaseException:\n    print('y' * 200_000)",
        "print('\\U0001f600' * 60_000)",
        "import sys\nsys.stderr.write('x' * 200_000)",
    ],
)
def test_output_of_every_kind_counts(start, source):
    told = start(output_mb=0.05).run(source)
    assert told["stopped"] and told["stopped"][0] == "output limit"
    assert len(str(told["outputs"])) < 120_000


def test_memory_that_runs_out_is_the_outcome_of_the_cell(start):
    notebook = start(memory_mb=300)
    told = notebook.run("x = bytearray(2_000_000_000)")
    assert told["stopped"][0] == "out of memory"
    assert notebook.cell("1")[0]["data"]["text/plain"] == "1"


def test_no_colour_or_cursor_codes_are_made_by_the_shell_itself(notebook):
    shown = str(notebook.cell("1 / 0")) + str(notebook.cell("?len")) + str(notebook.cell("%pinfo len"))
    assert not re.search(r"\\x1b\[", shown)


@pytest.mark.parametrize("line", ["%pip install nothing_1", "!pip install -q nothing_1", "!conda install x"])
def test_nothing_is_installed_and_the_cell_goes_on(notebook, line):
    no_process = "import subprocess\ndef no(*a, **k): raise OSError('started')\nsubprocess.Popen = no\n"
    outputs = notebook.cell(f"{no_process}{line}\nprint('after')")
    assert "Nothing is installed" in texts(outputs) and "after" in texts(outputs)
