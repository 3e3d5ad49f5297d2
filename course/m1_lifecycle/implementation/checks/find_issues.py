"""The check of `implementation.find_issues`."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Any

from autograder.exercise import Trial, brief, exercise

from ..material import ALONE, PIECES, slip_in_common
from ..vulnerable_repo import RULES, make_file, make_repo


@exercise(
    minutes=18,
    level="stretch",
    parts={
        "unpickle": (3, "unpickle: finds every planted one, and nothing else"),
        "eval": (2, "eval: finds every planted one, and nothing else"),
        "yaml": (2, "yaml: finds every planted one, and nothing else"),
        "shell": (2, "shell: finds every planted one, and nothing else"),
        "secret": (3, "secret: finds every planted one, and nothing else"),
        "unreadable": (
            1,
            "finds nothing where there is nothing, and raises SyntaxError for what does not parse",
        ),
    },
    hints=(
        "Four of the five rules are about calls: in ast.walk(tree), look at every ast.Call, and at "
        "full_name(node.func, names) with names = imported(tree). For the fifth there is given(tree).",
        "A call's options are in node.keywords, each with arg (its name) and value (a node); its first "
        "arguments are in node.args. constant(value) is the value that stands in the source, or None for a "
        "name or a call. A loader is a name again: full_name(loader, names).",
        "parse; names = imported(tree); found is an empty set\n"
        "each Call in the tree: its full name, and its keywords as a dict from arg to value\n"
        "    pickle.load, pickle.loads, joblib.load → unpickle;   eval, exec, also of builtins → eval\n"
        "    yaml.load → yaml, unless the full name of Loader, or of the second argument, is safe\n"
        "    os.system → shell;   begins with subprocess. and the constant of shell is true → shell\n"
        "each name, value, line of given: a secret's name with a text that is not empty → secret\n"
        "a call's line is its lineno",
    ),
    debrief=(
        "Hides a call in getattr, a variable or a text that is run later: a linter reads syntax, not intent.",
        "Measures false alarms as well as finds. A linter that cries wolf gets switched off, and then "
        "finds nothing.",
    ),
    standards=("PW.7.2", "AML.M0016", "AML.T0055"),
)
def find_issues(t: Trial, find_issues) -> None:
    rng = t.rng(1)
    files = make_repo(rng, FILES, more=PIECES)
    files += [make_file("alone.py", [piece], rng) for piece in ALONE * 2]
    sources = [file.source for file in files]
    planted, reported = set(), set()
    for number, file in enumerate(files):
        planted |= {(number, rule, line) for rule, line in file.issues}
        reported |= {(number, rule, line) for rule, line in _issues(t, find_issues(file.source))}
    for rule in RULES:
        with t.part(rule):
            _expect_found(t, rule, planted, reported, sources)
    with t.part("unreadable"):
        t.expect(reported, "A linter that reports nothing has not read anything.")
        for source in ("", "# nothing but a comment\n", "x = 1\n"):
            t.equal(_issues(t, find_issues(source)), [], f"the report on {source!r}")
        for source in ("def broken(:\n    pass\n", f"x = ({t.rng(2).integers(99)}\n"):
            slip = "No findings would read as clean: let the SyntaxError through."
            with t.raises(SyntaxError, f"the source {source.splitlines()[0]!r}", slip=slip):
                find_issues(source)


#: Six pieces in each: with these, every kind of piece occurs exactly twice.
FILES = 24


def _issues(t: Trial, value: Any) -> list[tuple[str, int]]:
    for entry in t.instance(value, list, "the report"):
        t.expect(
            type(entry) is tuple and [type(item) for item in entry] == [str, int],
            "An entry of the report has another form.",
            expected="a tuple (rule, line) of a text and an int",
            got=brief(entry),
        )
    t.equal(len(set(value)), len(value), "the number of entries, each reported once,")
    return value


def _expect_found(t: Trial, rule: str, planted: set, reported: set, sources: list[str]) -> None:
    want, got = ({issue for issue in group if issue[1] == rule} for group in (planted, reported))
    missed, false = sorted(want - got), sorted(got - want)
    shifted = len({(n, r, line + 1) for n, r, line in got} & want) > len(want) / 2
    t.expect(
        not missed,
        f"{len(missed)} of {len(want)} planted {rule} weaknesses are not found.",
        expected="all of them",
        got=f"the first that is missed: {_line(missed, sources)}",
        slip="Lines count from 1, as node.lineno does."
        if shifted
        else _missed_slip(rule, missed, sorted(want & got), got, sources),
    )
    t.expect(
        not false,
        f"{len(false)} of {len(got)} {rule} alarms are false.",
        expected="none of them",
        got=f"the first that is false: {_line(false, sources)}",
        slip=_false_slip(false, sources),
    )


def _line(issues: list[tuple], sources: list[str]) -> str:
    """The line of source that the first of `issues` points at, and what a renamed call in it really is."""
    if not issues:
        return "none"
    number, _, line = issues[0]
    lines = sources[number].splitlines()
    if not 0 < line <= len(lines):
        return f"line {line}, which is not there"
    written, full, _ = _call(issues[0], sources)
    return lines[line - 1].strip() + (f" ({written} is {full})" if written != full else "")


WHAT_COUNTS = {
    "unpickle": r"pickle\.loads?|joblib\.load",
    "eval": r"(?:builtins\.)?(?:eval|exec)",
    "yaml": r"yaml\.load",
    "shell": r"os\.system|subprocess\.\w+",
}


NO_CALL = ("", "", ast.Call(ast.Name(""), [], []))


def _call(issue: tuple[int, str, int], sources: list[str]) -> tuple[str, str, ast.Call]:
    """(name as written, name in full, node) of the call that `issue` is about; NO_CALL when it is none."""
    number, rule, line = issue
    names, calls = _read(sources[number])
    for node in calls:
        if node.lineno == line:
            written = ast.unparse(node.func)
            first, dot, rest = written.partition(".")
            full = names.get(first, first) + dot + rest
            if re.fullmatch(WHAT_COUNTS.get(rule, ".*"), full):
                return written, full, node
    return NO_CALL


@lru_cache(64)  # more than one case has files: each is asked about for many issues
def _read(source: str) -> tuple[dict[str, str], list[ast.Call]]:
    """The full names of what a file imports, and its calls."""
    names, calls = {}, []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            home = f"{'.' * node.level}{node.module}." if isinstance(node, ast.ImportFrom) else ""
            names.update({alias.asname or alias.name: home + alias.name for alias in node.names})
        elif isinstance(node, ast.Call):
            calls.append(node)
    return names, calls


RENAMED = "Imports may rename: resolve them with imported(tree) and full_name."


SUBPROCESS = "Any function of subprocess counts: look at how the full name begins."


LOADER = "This loader is not one of the two safe ones: compare its full name."


BUILTINS = "builtins.eval is the built-in eval too."


TRUE = "shell=1 opens a shell as well: ask whether the constant is true."


SHORT = "A short secret is a secret: any text that is not empty counts."


WHOSE_LOADER = "Anybody may have a SafeLoader: compare the full name, yaml.SafeLoader."


THREE_NAMES = "Three names count: pickle.load, pickle.loads and joblib.load."


SMALL = "Capitals do not count in a secret's name: compare it in lower case, as in Client_Token."


KEYWORD = "A keyword argument gives a text to a name as well: connect(password=...)."


BEGINS = "A call goes on over several lines: its line is the one on which it begins, node.lineno."


def _missed_slip(rule: str, missed: list, found: list, reported: set, sources: list[str]) -> str:
    """The slip that the missed weaknesses share, and none of those that were found."""
    if not reported:
        return ""
    names = {_call(issue, sources)[1] for issue in found}

    def several_lines(issue: tuple) -> bool:
        node, (number, rule, line) = _call(issue, sources)[2], issue
        last = getattr(node, "end_lineno", line) or line
        return any((number, rule, later) in reported for later in range(line + 1, last + 1))

    def loader(issue: tuple) -> bool:
        return any(option.arg == "Loader" for option in _call(issue, sources)[2].keywords)

    def other(issue: tuple, *begins: str) -> bool:
        full = _call(issue, sources)[1]
        return full.startswith(begins) and full not in names

    features = [
        (TRUE, lambda issue: rule == "shell" and "shell=1" in _line([issue], sources)),
        (BUILTINS, lambda issue: rule == "eval" and _call(issue, sources)[1].startswith("builtins.")),
        (
            SHORT,
            lambda issue: rule == "secret" and re.search(SHORT_TEXT, _line([issue], sources)) is not None,
        ),
        (BEGINS, several_lines),
        (RENAMED, lambda issue: len(set(_call(issue, sources)[:2])) == 2 and rule != "secret"),
        (SUBPROCESS, lambda issue: other(issue, "subprocess.")),
        (WHOSE_LOADER, lambda issue: rule == "yaml" and "Loader=SafeLoader" in _line([issue], sources)),
        (LOADER, lambda issue: rule == "yaml" and loader(issue)),
        (LOADER, lambda issue: rule == "yaml" and (loader(issue) or len(_call(issue, sources)[2].args) > 1)),
        (THREE_NAMES, lambda issue: rule == "unpickle" and other(issue, "pickle.", "joblib.")),
        (SMALL, lambda issue: rule == "secret" and bool(re.search("[A-Z]", _given_name(issue, sources)))),
        (
            SMALL,
            lambda issue: rule == "secret" and re.search(MIXED, _given_name(issue, sources)) is not None,
        ),
        (KEYWORD, lambda issue: rule == "secret" and _call(issue, sources) is not NO_CALL),
    ]
    return slip_in_common(missed, found, features)


SHORT_TEXT = r'(password|secret|token) ?= ?"[^"]{1,5}"'


MIXED = "[a-z].*[A-Z]|[A-Z].*[a-z]"


def _given_name(issue: tuple, sources: list[str]) -> str:
    """The name before the first `=` or `:` of the line that `issue` points at."""
    number, _, line = issue
    return re.split("[=:]", sources[number].splitlines()[line - 1])[0].strip()


def _false_slip(false: list[tuple], sources: list[str]) -> str:
    """The slip that the false alarms point to, the plainest first."""
    if any(line in _inside_texts(sources[number]) for number, _, line in false):
        return NO_CODE
    slips = {
        r"[#\"']|return [\"']": NO_CODE,
        r".*\b\w+\.(eval|exec|loads?|system)\(": "A method of something else may have the same name: compare "
        "the full name.",
        r".*(environ|fetch)|.*= *(\"\"|b\".*|True|None|\d+)\)?$": NO_TEXT,
        ENDS_OTHERWISE: "A secret's name ends in the word, and this one goes on: password_field.",
    }
    lines, rule = [_line([issue], sources) for issue in false], false[0][1] if false else ""
    for find, slip in NARROW.get(rule, ()):
        if all(re.match(find, line) for line in lines):
            return slip
    return next((slip for find, slip in slips.items() if any(re.match(find, line) for line in lines)), "")


OUTSIDE = "This call is risky too, but only the calls in the table count."


NO_TEXT = "Only a text that is not empty is a secret."


FOUR_LOADERS = "Four loaders are safe: SafeLoader, BaseLoader and the two that begin with C."


#: Rule → what all its false alarms may look like, and the slip.
NARROW = {
    "unpickle": ((r".*\b(Unpickler|marshal|shelve|torch|dill|cloudpickle)\b", OUTSIDE),),
    "eval": (
        (
            r".*\bexec\(eval\(",
            "An import may give the name eval to another function: resolve it with imported(tree).",
        ),
    ),
    "yaml": (
        (r".*\byaml\.(load_all|unsafe_load|full_load)", OUTSIDE),
        (r".*BaseLoader", FOUR_LOADERS),
        (
            r".*, (yaml\.)?C(Safe|Base)Loader\)",
            "The safe loader may come second, without its name: look at node.args[1] as well.",
        ),
        (r".*(Loader|yaml\.load\($)", FOUR_LOADERS),
    ),
    "shell": (
        (r".*\b(popen|execv|getoutput)\(", OUTSIDE),
        (
            r".*\b(plot|run)\(.*shell=True",
            "Only functions of subprocess open a shell by shell=: ask whose function it is.",
        ),
        (r".*shell=(in_a_shell|0|False)", "Only a constant that is true counts: shell=False opens no shell."),
    ),
}


ENDS_OTHERWISE = r"(?i).*(password|secret|token|api_key)\w+ *[=:]"


NO_CODE = "Comments and texts are no code: look at the tree, not at the characters."


def _inside_texts(source: str) -> set[int]:
    """The lines that a text of several lines goes on to."""
    texts = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {line for text in texts for line in range(text.lineno + 1, (text.end_lineno or text.lineno) + 1)}
