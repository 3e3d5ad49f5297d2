"""A code task of a few lines, judged in a process of its own: what loops in a thread cannot be stopped.

That process is this very file, run by itself without anything of ours; the learner's code is their own, on
their own machine.
"""

from __future__ import annotations

import builtins
import datetime
import sys
import warnings
from typing import Any

SECONDS = 5.0  # for all cases together, the start of Python included
HOLDS = 86  # the exit code that says that every case holds; code that just ends the process ends it with 0


def not_python(text: str) -> str:
    """Where `text` stops being Python, such as `line 2: expected ':'`; empty when it is Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "your code", "exec")
    except SyntaxError as error:
        return f"line {error.lineno or 1}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"{type(error).__name__}: {error}"  # a null byte, or nested too deep
    return ""


def holds(text: str, function: str, cases: tuple[tuple[tuple, Any], ...]) -> bool:
    """Whether `function`, as `text` defines it, is right in every case: (arguments, expected).

    Expected is a value, or an exception class that must be raised. All of it is plain data with a faithful
    `repr`, `datetime` included. Code that takes longer than `SECONDS` is not right.
    """
    import subprocess

    told = [
        (arguments, None, expected.__name__) if isinstance(expected, type) else (arguments, expected, "")
        for arguments, expected in cases
    ]
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__],
            input=ascii((text, function, told)).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == HOLDS


def _judge(told: str) -> bool:
    text, function, cases = eval(told, {"datetime": datetime})
    names: dict[str, Any] = {"__name__": "task"}
    exec(compile(text, "your code", "exec"), names)
    return all(_case(names[function], *case) for case in cases)


def _case(function: Any, arguments: tuple, expected: Any, raised: str) -> bool:
    try:
        value = function(*arguments)
    except Exception as error:
        return bool(raised) and isinstance(error, getattr(builtins, raised))
    return not raised and bool(value == expected)


if __name__ == "__main__":
    sys.exit(HOLDS if _judge(sys.stdin.buffer.read().decode()) else 1)
