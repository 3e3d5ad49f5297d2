"""Finds in one test cell what it expects of the process around the learner's code, which is another one."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from autograder.grading.idioms import table as idioms
from autograder.grading.idioms.origins import Kind, Origins
from autograder.grading.idioms.table import Idiom

Found = Iterator[tuple[ast.AST, Idiom]]


def _texts(o: Origins, call: ast.Call) -> list[str]:
    """The positional arguments that are texts as they stand."""
    return [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _library_calls(o: Origins) -> Iterator[tuple[ast.Call, str]]:
    for node in o.nodes:
        if isinstance(node, ast.Call) and (path := o.path(node.func)):
            yield node, path


# -- output --------------------------------------------------------------------------------------------

_CATCHERS = {
    "contextlib.redirect_stdout", "contextlib.redirect_stderr", "IPython.utils.capture.capture_output",
    "IPython.utils.io.capture_output", "pytest.warns", "pytest.deprecated_call",
}  # fmt: skip
_STREAMS = ("sys.stdout", "sys.stderr")
_CAUGHT = {"getvalue", "stdout", "stderr", "readouterr", "output", "out", "err"}


def _output(o: Origins) -> Found:
    if not any(o.calls()):
        return
    attributes = [node for node in o.nodes if isinstance(node, ast.Attribute)]
    is_read = any(one.attr in _CAUGHT and o.path(one) not in _STREAMS for one in attributes)
    for call, path in _library_calls(o):
        if path in ("warnings.simplefilter", "warnings.filterwarnings") and "error" in _texts(o, call):
            yield call, idioms.OUTPUT
    for node in o.nodes:
        if isinstance(node, ast.With) and any(map(o.has_theirs, node.body)):
            for call in (item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)):
                path, method = o.path(call.func), getattr(call.func, "attr", "")
                asks = path.startswith("pytest.") or is_read
                recorded = path == "warnings.catch_warnings" and any(k.arg == "record" for k in call.keywords)
                if (path in _CATCHERS and asks) or recorded or method in ("assertLogs", "assertWarns"):
                    yield node, idioms.OUTPUT
        elif isinstance(node, ast.Assign) and is_read:
            targets = [one for target in node.targets for one in ast.walk(target)]
            if any(o.path(one) in _STREAMS for one in targets) and not _is_old_stream(o, node.value):
                yield node, idioms.OUTPUT


def _is_old_stream(o: Origins, node: ast.expr) -> bool:
    """Whether `node` puts back what was there before."""
    value = o.value(node.id, node.lineno) if isinstance(node, ast.Name) else node
    return value is not None and o.path(value).startswith("sys.")


# -- text that is run, names that stand in text --------------------------------------------------------


def _magics(o: Origins) -> Found:
    for node in o.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            shell = node.func.value
            if (
                isinstance(shell, ast.Call)
                and isinstance(shell.func, ast.Name)
                and shell.func.id == "get_ipython"
            ):
                name, texts = node.func.attr, _texts(o, node)
                line_magic = name in ("run_line_magic", "magic") and texts
                if name in ("run_cell", "run_cell_magic", "ex", "ev") or (
                    line_magic and texts[0].split()[0] in ("time", "run", "prun")
                ):
                    yield node, idioms.MAGIC
                elif name == "getoutput":
                    yield node, idioms.SHELL


_NAMESPACES = ("builtins.globals", "builtins.locals", "builtins.vars", "builtins.dir")


def _by_text(o: Origins) -> Found:
    def is_namespace(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and not node.args and o.path(node.func) in _NAMESPACES

    def is_missed(node: ast.AST) -> bool:
        return not isinstance(node, ast.Constant) or _is_missed(o, str(node.value))

    for node in o.nodes:
        if isinstance(node, ast.Compare):
            if any(map(is_namespace, node.comparators)) and is_missed(node.left):
                yield node, idioms.BY_TEXT
        elif isinstance(node, ast.Import | ast.ImportFrom):
            if "__main__" in (getattr(node, "module", ""), *(alias.name for alias in node.names)):
                yield node, idioms.BY_TEXT
        elif isinstance(node, ast.Subscript) and ast.unparse(node) == "sys.modules['__main__']":
            yield node, idioms.BY_TEXT
    for call, path in _library_calls(o):
        if path in ("unittest.main", "doctest.testmod"):
            yield call, idioms.BY_TEXT


def _is_missed(o: Origins, name: str) -> bool:
    """Whether a name of the learner's in a text is not fetched: no line of the test uses it as a name."""
    return name not in o.used and name not in o.known and o.value(name, 10**9) is None


def _history(o: Origins) -> Found:
    for node in o.nodes:
        from_the_end = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.UnaryOp)
        if from_the_end and ast.unparse(node.value) in {"In", "_ih"} & o.learners:
            yield node, idioms.HISTORY


# -- what is set for a process -------------------------------------------------------------------------


def _patches(o: Origins) -> Found:
    if not any(o.calls()):
        return
    for call, path in _library_calls(o):
        if (
            path in ("unittest.mock.patch", "unittest.mock.patch.dict")
            or path == "sys.setrecursionlimit"
            or (path == "unittest.mock.patch.object" and call.args and o.path(call.args[0]))
        ):
            yield call, idioms.PATCH
    functions = {node.name for node in o.nodes if isinstance(node, ast.FunctionDef)}
    for node in o.nodes:
        for target in node.targets if isinstance(node, ast.Assign) else []:
            if (isinstance(target, ast.Subscript) and o.path(target.value) == "os.environ") or (
                isinstance(target, ast.Name) and target.id == "input" and "input" not in o.asked
            ):
                yield node, idioms.PATCH
            elif isinstance(target, ast.Attribute):
                is_function = isinstance(node.value, ast.Lambda) or getattr(node.value, "id", "") in functions
                in_module = isinstance(target.value, ast.Name) and o.path(target.value) in o.modules
                if (in_module and o.path(target) not in _STREAMS) or (
                    o.kind(target.value) is Kind.CLASS and is_function
                ):
                    yield node, idioms.PATCH


_SEEDS = {"random.seed": "random.", "numpy.random.seed": "numpy.random."}
_DRAWING = ("sklearn.", "scipy.", "torch.")


def _seeds(o: Origins) -> Found:
    paths = [path for _, path in _library_calls(o)]
    for call, path in _library_calls(o):
        if path in _SEEDS and any(one.lineno > call.lineno for one in o.calls()):
            own = [other for other in paths if other not in _SEEDS]
            if not any(other.startswith((_SEEDS[path], *_DRAWING)) for other in own):
                yield call, idioms.SEED


_READERS = re.compile(
    r"builtins\.open|os\.path\.(exists|isfile|getsize)|os\.(stat|remove)|pandas\.read_(csv|json|excel|parquet|pickle)"
    r"|numpy\.(load|loadtxt|genfromtxt|save|savetxt|savez)|joblib\.load"
)
_OF_PATHS = {"exists", "is_file", "open", "read_text", "read_bytes", "write_text", "write_bytes", "stat"}


def _files(o: Origins) -> Found:
    if not any(o.calls()):
        return

    def is_elsewhere(call: ast.Call) -> bool:
        texts = _texts(o, call)[:1]
        return any("://" not in text and text.removeprefix("./") not in o.files for text in texts)

    for node in o.nodes:
        if not isinstance(node, ast.Call):
            continue
        path, base = o.path(node.func), getattr(node.func, "value", None)
        if (path.startswith("tempfile.") and path != "tempfile.gettempdir") or (
            _READERS.fullmatch(path) and is_elsewhere(node)
        ):
            yield node, idioms.FILE
        elif isinstance(base, ast.Call) and o.path(base.func) == "pathlib.Path" and is_elsewhere(base):
            yield from [(node, idioms.FILE)] if node.func.attr in _OF_PATHS else []


def _figures(o: Origins) -> Found:
    current = {f"matplotlib.pyplot.{name}" for name in ("gca", "gcf", "get_fignums", "savefig")}
    for call, path in _library_calls(o):
        if path in current and any(one.lineno <= call.lineno for one in o.calls()):
            yield call, idioms.FIGURE


# -- classes, coroutines and threads -------------------------------------------------------------------


def _concurrency(o: Origins) -> Found:
    sandboxes = any(path.startswith("concurrent.futures.Thread") for _, path in _library_calls(o))
    for node in o.nodes:
        if isinstance(node, ast.Await) and o.has_theirs(node.value):
            yield node, idioms.ASYNC
        elif isinstance(node, ast.Call):
            given = bool(node.args and o.kind(node.args[0]))
            if given and o.path(node.func) == "asyncio.run":
                yield node, idioms.ASYNC
            elif given and sandboxes and getattr(node.func, "attr", "") in ("map", "submit"):
                yield node, idioms.THREAD


_OF_MOCKS = re.compile(r"assert_\w+|call\w*|mock_calls|return_value|side_effect|reset_mock|configure_mock")


def _own_classes(o: Origins) -> Found:
    for node in o.nodes:
        if isinstance(node, ast.ClassDef) and any(o.kind(base) is Kind.CLASS for base in node.bases):
            yield node, idioms.OWN_CLASS
    for call in o.calls():
        given = [*call.args, *(one.value for one in call.keywords)]
        if any(_is_of_own_class(o, one) or _is_mock_with_methods(o, one) for one in given):
            yield call, idioms.OWN_CLASS


def _is_of_own_class(o: Origins, node: ast.expr) -> bool:
    """Whether `node` is a class that the test defines, or made with it."""
    if isinstance(node, ast.Name):
        value = o.value(node.id, node.lineno)
        made = isinstance(value, ast.Call) and o.path(value.func) == "collections.namedtuple"
        return node.id in o.test_classes or made or (value is not None and _is_of_own_class(o, value))
    if isinstance(node, ast.Call):
        return _is_of_own_class(o, node.func)
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in o.test_classes
    )


def _is_mock_with_methods(o: Origins, node: ast.expr) -> bool:
    value = o.value(node.id, node.lineno) if isinstance(node, ast.Name) else None
    if not (isinstance(value, ast.Call) and o.path(value.func).startswith("unittest.mock.")):
        return False
    return any(
        isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == node.id
        and not _OF_MOCKS.fullmatch(one.attr)
        for one in o.nodes
    )  # fmt: skip


FINDERS: list[Callable[[Origins], Found]] = [
    _output, _magics, _by_text, _history, _patches, _seeds, _files, _figures, _concurrency, _own_classes,
]  # fmt: skip
