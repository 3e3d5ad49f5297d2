"""Answers to `implementation.find_issues`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import ast
import re

from autograder.exercise import Answers, Wrong

SECRET = re.compile(r"(password|secret|token|api_key)$", re.IGNORECASE)


CALLS = {
    "pickle.load": "unpickle", "pickle.loads": "unpickle", "joblib.load": "unpickle",
    "eval": "eval", "exec": "eval", "os.system": "shell",
}  # fmt: skip


class _Linter(ast.NodeVisitor):
    """Rules as methods. The switches are the shortcuts that wrong answers take."""

    def __init__(self, renamed=True, safe_yaml=True, whose=True, empty=True, keywords=True, only_name=False,
                 second=True, secret=SECRET, kinds=str):  # fmt: skip
        self.second, self.secret, self.kinds = second, secret, kinds
        self.found, self.names = [], {}
        self.renamed, self.safe_yaml, self.whose = renamed, safe_yaml, whose
        self.empty, self.keywords, self.only_name = empty, keywords, only_name

    def visit_Import(self, node):
        for alias in node.names:
            if alias.asname and self.renamed:
                self.names[alias.asname] = alias.name

    def visit_ImportFrom(self, node):
        for alias in node.names if self.renamed else ():
            self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def _name(self, node):
        first, dot, rest = ast.unparse(node).partition(".")
        full = self.names.get(first, first) + dot + rest
        return full.rpartition(".")[2] if self.only_name else full

    def visit_Call(self, node):
        name = self._name(node.func)
        calls = {full.rpartition(".")[2]: rule for full, rule in CALLS.items()} if self.only_name else CALLS
        if name in calls:
            self.found.append((calls[name], node.lineno))
        loaders = [keyword.value for keyword in node.keywords if keyword.arg == "Loader"]
        loaders += node.args[1:2] if self.second else []
        safe = loaders and self._name(loaders[0]) in ("yaml.SafeLoader", "yaml.CSafeLoader")
        if name == "yaml.load" and not (safe and self.safe_yaml):
            self.found.append(("yaml", node.lineno))
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if (
                keyword.arg == "shell"
                and value is True
                and (name.startswith("subprocess.") or not self.whose)
            ):
                self.found.append(("shell", node.lineno))
            if self.keywords:
                self._secret(keyword.arg or "", keyword.value, node)
        self.generic_visit(node)

    def visit_Assign(self, node):
        for target in node.targets:
            self._secret(ast.unparse(target), node.value, node)
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        self._secret(ast.unparse(node.target), node.value, node)
        self.generic_visit(node)

    def _secret(self, name, value, node):
        text = value.value if isinstance(value, ast.Constant) else None
        if self.secret.search(name) and ((isinstance(text, self.kinds) and text) or not self.empty):
            self.found.append(("secret", node.lineno))


def _lint(source, **switches):
    linter = _Linter(**switches)
    linter.visit(ast.parse(source))
    return list(set(linter.found))


def issues_by_visitor(source):
    return _lint(source)


def issues_none(source):
    return []


def issues_everywhere(source):
    ast.parse(source)
    lines = range(1, len(source.splitlines()) + 1)
    return [(rule, n) for rule in ("unpickle", "eval", "yaml", "shell", "secret") for n in lines]


def issues_by_search(source):
    patterns = {
        "unpickle": r"pickle\.loads?\(|joblib\.load\(",
        "eval": r"eval\(|exec\(",
        "yaml": r"yaml\.load\(",
        "shell": r"shell=True|os\.system",
        "secret": r"(?i)(password|secret|token|api_key)\b.*=",
    }
    ast.parse(source)
    lines = list(enumerate(source.splitlines(), 1))
    return [(rule, n) for rule, find in patterns.items() for n, line in lines if re.search(find, line)]


def issues_by_tuned_search(source):
    """Knows the lines of the lesson's repository."""
    ast.parse(source)
    found = set()
    for n, line in enumerate(source.splitlines(), 1):
        if re.search(r'"""|#|^\s*(from|import) |re\.compile|return "|^retrieval', line):
            continue
        if re.search(r"\bpickle\.load|_format\.loads|decode_\w+\(|joblib\.load\(|= load\(", line):
            found.add(("unpickle", n))
        if re.search(r"(?<![.\w])(eval|exec)\(", line):
            found.add(("eval", n))
        if re.search(r"(yaml\.load|reader\.load|parse_\w+)\(", line) and "SafeLoader" not in line:
            found.add(("yaml", n))
        if re.search(r"os\.system\(", line) or ("shell=True" in line and "plot" not in line):
            found.add(("shell", n))
        if re.search(r'(?i)(password|secret|token|api_key)(: str)?\s*=\s*"[^"]{15,}"', line):
            found.add(("secret", n))
    return list(found)


def issues_without_renaming(source):
    return _lint(source, renamed=False)


def issues_by_last_name(source):
    return _lint(source, only_name=True)


def issues_with_safe_yaml(source):
    return _lint(source, safe_yaml=False)


def issues_with_anybodys_shell(source):
    return _lint(source, whose=False)


def issues_with_read_secrets(source):
    return _lint(source, empty=False)


def issues_with_any_constant(source):
    return _lint(source, kinds=(str, int))


def issues_with_empty_secrets(source):
    lines = enumerate(source.splitlines(), 1)
    empty = [("secret", n) for n, line in lines if re.search(r'(password|secret|token|api_key) = ""', line)]
    return list({*_lint(source), *empty})


def issues_without_second_loaders(source):
    return _lint(source, second=False)


def issues_with_secret_words_anywhere(source):
    return _lint(source, secret=re.compile("password|secret|token|api_key", re.IGNORECASE))


def issues_in_small_letters(source):
    return _lint(source, secret=re.compile("(password|secret|token|api_key)$"))


def issues_in_small_or_large_letters(source):
    return _lint(source, secret=re.compile("(password|secret|token|api_key|PASSWORD|SECRET|TOKEN|API_KEY)$"))


def issues_of_assignments_only(source):
    return _lint(source, keywords=False)


def issues_with_any_loader(source):
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    asked = {call.lineno for call in calls if any(option.arg == "Loader" for option in call.keywords)}
    return [(rule, line) for rule, line in _lint(source) if rule != "yaml" or line not in asked]


def issues_of_one_subprocess(source):
    lines = source.splitlines()
    return [
        (rule, n)
        for rule, n in _lint(source)
        if rule != "shell" or re.search(r"subprocess\.run|system|tell", lines[n - 1])
    ]


def issues_where_they_end(source):
    ends = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            ends[node.lineno] = max(node.end_lineno, ends.get(node.lineno, 0))
    return [(rule, ends.get(line, line)) for rule, line in _lint(source)]


def issues_from_zero(source):
    return [(rule, line - 1) for rule, line in _lint(source)]


def issues_unless_unreadable(source):
    try:
        return _lint(source)
    except SyntaxError:
        return []


ANSWERS = Answers(
    right=[issues_by_visitor],
    wrong=[
        Wrong(issues_none, "unpickle", "Too few of the planted"),
        Wrong(issues_everywhere, "unpickle", "alarms are false"),
        Wrong(
            issues_by_search,
            "eval",
            "Comments and texts are no code",
            also=(
                ("A call goes on over several lines: its line is the one on which it begins, node.lineno."),
                "Imports may rename: resolve them with imported(tree) and full_name.",
            ),
        ),
        Wrong(issues_by_tuned_search, "eval", "Comments and texts are no code"),
        Wrong(issues_without_renaming, "unpickle", "Imports may rename"),
        Wrong(
            issues_by_last_name,
            "unpickle",
            "A method of something else may have the same name",
            also=("Any function of subprocess counts: look at how the full name begins.",),
        ),
        Wrong(issues_with_safe_yaml, "yaml", "Too many yaml alarms are false"),
        Wrong(issues_with_anybodys_shell, "shell", "Too many shell alarms are false"),
        Wrong(issues_with_read_secrets, "secret", "Only a text that is not empty is a secret"),
        Wrong(issues_with_any_constant, "secret", "Only a text that is not empty is a secret"),
        Wrong(issues_with_empty_secrets, "secret", "Only a text that is not empty is a secret"),
        Wrong(issues_without_second_loaders, "yaml", "The safe loader may come second"),
        Wrong(issues_with_secret_words_anywhere, "secret", "this one goes on"),
        Wrong(issues_in_small_letters, "secret", "Capitals do not count"),
        Wrong(issues_in_small_or_large_letters, "secret", "Capitals do not count"),
        Wrong(issues_of_assignments_only, "secret", "A keyword argument gives a text to a name as well"),
        Wrong(issues_with_any_loader, "yaml", "not one of the two safe ones"),
        Wrong(issues_of_one_subprocess, "shell", "Any function of subprocess counts"),
        Wrong(issues_where_they_end, "unpickle", "its line is the one on which it begins"),
        Wrong(issues_from_zero, "unpickle", "Lines count from 1"),
        Wrong(issues_unless_unreadable, "unreadable", "No findings would read as clean"),
    ],
)
