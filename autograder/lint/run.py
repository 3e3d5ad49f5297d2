"""The process that runs a lesson's text. Its argument is the task; it tells rows on standard output.

It starts at once: of ours it imports only `autograder.ends`, which imports nothing. What the text says to
`autograder.learner` falls on deaf ears. A row is `{"at": line}` when a cell begins, and
`{"file", "line", "text"}` for what went wrong, with `"moved"` where a control stood at an end.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import socket
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.ends import shown_and_moved, where_moved

MARKER = re.compile(r"# %%(\s|$)")
SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?### END SOLUTION[^\n]*$", re.MULTILINE | re.DOTALL)
MEMORY = 6 << 30  # bytes of address space: enough for any lesson, and an end to a runaway one


def main() -> None:
    task = json.loads(sys.argv[1])
    cells = _cells(task)
    tell = _teller()
    _limit(task["cpu_seconds"])
    _silence(task["verbs"])
    _find_course(task["root"])
    _stay_offline()
    warnings.simplefilter("ignore")
    broken = _solved(cells, task, tell)
    for name in task["pictures"]:
        _show_picture(name, task, tell)
    _untouched(cells, task, tell, broken)
    os._exit(0)  # whatever the text has left running


@dataclass(frozen=True)
class CodeCell:
    """A code cell. `line` is that of its marker, and `forgiven` whether *Run All* goes on when it raises."""

    line: int
    source: str
    forgiven: bool

    @property
    def last(self) -> int:
        """The line of its last statement: what is shown of the cell."""
        body = ast.parse(self.source).body
        return self.line + (body[-1].lineno if body else 0)

    @property
    def unwritten(self) -> str:
        """The cell as a learner first has it."""
        return SOLUTION.sub(r"\1raise NotImplementedError()", self.source)


def _cells(task: dict[str, Any]) -> list[CodeCell]:
    """The code cells of the text, which are split by their markers as the build splits them."""
    with open(task["text"], encoding="utf-8") as file:
        lines = file.read().splitlines()
    marks = [number for number, line in enumerate(lines) if MARKER.match(line)]
    return [
        CodeCell(start + 1, "\n".join(lines[start + 1 : end]), "raises-exception" in lines[start])
        for start, end in zip(marks, [*marks[1:], len(lines)], strict=True)
        if "[markdown]" not in lines[start]
    ]


def _teller() -> Callable[[dict[str, Any]], None]:
    """A function that writes a row, or with `again` False only what was not said yet.

    What the text itself prints goes nowhere.
    """
    rows = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)

    told = set()

    def tell(row: dict[str, Any], again: bool = True) -> None:
        if not again and row["text"] in told:
            return
        told.add(row.get("text"))
        print(json.dumps(row), file=rows, flush=True)

    return tell


def _limit(cpu_seconds: int) -> None:
    try:
        import resource
    except ImportError:  # not POSIX: the parent's clock is the only limit
        return
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _silence(verbs: list[str]) -> None:
    module = types.ModuleType("autograder.learner", "Silent while a text is checked.")
    for name in verbs:
        setattr(module, name, lambda *args, **kwargs: None)
    sys.modules["autograder.learner"] = module


def _find_course(root: str) -> None:
    """The course is the package of its folder's name, whatever is installed under that name."""
    package = types.ModuleType(os.path.basename(root))
    package.__path__ = [root]
    sys.modules[package.__name__] = package


def _stay_offline() -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise OSError("a lesson works offline, and this cell asks the network")

    socket.getaddrinfo = socket.create_connection = refuse
    socket.socket.connect = socket.socket.connect_ex = refuse


# -- cells -----------------------------------------------------------------------------------------------


def _solved(cells: list[CodeCell], task: dict[str, Any], tell: Callable[..., None]) -> set[int]:
    """Run the text with its solutions. Returns the lines of the cells that raised."""
    names = _fresh_main()
    broken, missing = set(), set()
    for cell in cells:
        tell({"at": cell.line})
        if error := _run(cell.source, cell.line, task["text"], names):
            broken.add(cell.line)
            if not (isinstance(error, NameError) and error.name in missing):  # one cause, one line
                tell(_row(error, task, task["text"], cell.last))
            missing |= _bound(cell.source)
    return broken


def _untouched(
    cells: list[CodeCell], task: dict[str, Any], tell: Callable[..., None], broken: set[int]
) -> None:
    """Run the text as a learner first has it: *Run All* stops at a cell that raises and has no tag."""
    names = _fresh_main()
    missing: set[str] = set()
    for cell in cells:
        tell({"at": cell.line})
        error = _run(cell.unwritten, cell.line, task["text"], names)
        if error is None or cell.forgiven or cell.line in broken:
            continue
        if not (isinstance(error, NameError) and error.name in missing):
            says = f"raises {type(error).__name__} while an exercise above is unwritten"
            text = f'{says}: tag the cell, `# %% tags=["raises-exception"]`'
            tell({"file": task["text"], "line": cell.line, "text": text})
            missing |= _bound(cell.unwritten)


def _run(source: str, line: int, file: str, names: dict[str, Any]) -> BaseException | None:
    """Run one cell and show the value of its last line, as a notebook does. Returns what it raised."""
    tree = ast.increment_lineno(ast.parse(source), line)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    try:
        exec(compile(tree, file, "exec", dont_inherit=True), names)
        if last is not None:
            _show(eval(compile(ast.Expression(last.value), file, "eval", dont_inherit=True), names))
    except (Exception, SystemExit) as error:
        return error
    return None


def _fresh_main() -> dict[str, Any]:
    """The names of a new kernel, which are those of the module `__main__`."""
    module = types.ModuleType("__main__")
    module.display = lambda *values, **options: [_show(value) for value in values]
    sys.modules["__main__"] = module
    return vars(module)


def _bound(source: str) -> set[str]:
    """The names that a cell would have given a value, had it run to its end."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return found


def _show(value: Any) -> None:
    """Ask a value for what a notebook would display of it."""
    if value is None or isinstance(value, type):
        return
    for name, options in (("_repr_mimebundle_", {"include": None, "exclude": None}), ("_repr_html_", {})):
        if callable(method := getattr(value, name, None)):
            method(**options)
            return
    repr(value)


def _show_picture(name: str, task: dict[str, Any], tell: Callable[..., None]) -> None:
    """The widget, at the ends of its controls too, and its twin, each by itself: a text may show neither."""
    file = os.path.join(os.path.dirname(task["root"]), *name.split(".")) + ".py"
    try:
        module = importlib.import_module(name)
    except Exception as error:
        tell(_row(error, task, file, 1), again=False)
        return
    for show in (_show_widget, _show_twin):
        try:
            show(module)
        except Exception as error:
            tell({**_row(error, task, file, 1), "moved": where_moved(error)}, again=False)


def _show_widget(module: types.ModuleType) -> None:
    for _, panel in shown_and_moved(getattr(module, module.__name__.rpartition(".")[2])):
        _show(panel)


def _show_twin(module: types.ModuleType) -> None:
    _show(module.twin())


def _row(error: BaseException, task: dict[str, Any], file: str, line: int) -> dict[str, Any]:
    """Where and what: the innermost line of the lesson's own files, else `line` of `file`.

    A syntax error names its place by itself, and so does a module that cannot be imported.
    """
    kind, course, lesson = type(error).__name__, task["root"] + os.sep, os.path.dirname(task["text"]) + os.sep
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(course):
        return {"file": error.filename, "line": error.lineno or 1, "text": f"{kind}: {error.msg}"}
    steps = [(step.filename, step.lineno) for step in traceback.extract_tb(error.__traceback__)]
    own = [step for step in steps if step[0].startswith(lesson)]
    file, line = own[-1] if own else (file, line)
    return {"file": file, "line": line, "text": f"{kind}: {error}".splitlines()[0][:300]}


if __name__ == "__main__":
    main()
