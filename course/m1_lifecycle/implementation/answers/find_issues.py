"""Answers to `implementation.find_issues`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import ast
import re

from autograder.exercise import Answers, Wrong

from ._linter import CALLS, LOADERS, Linter, lint


def issues_by_visitor(source):
    return lint(source)


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
    return lint(source, renamed=False)


def issues_by_last_name(source):
    return lint(source, only_name=True)


def issues_with_safe_yaml(source):
    return lint(source, safe_yaml=False)


def issues_with_anybodys_shell(source):
    return lint(source, whose=False)


def issues_with_read_secrets(source):
    return lint(source, empty=False)


def issues_with_any_constant(source):
    return lint(source, kinds=(str, int))


def issues_with_empty_secrets(source):
    lines = enumerate(source.splitlines(), 1)
    empty = [("secret", n) for n, line in lines if re.search(r'(password|secret|token|api_key) = ""', line)]
    return list({*lint(source), *empty})


def issues_without_second_loaders(source):
    return lint(source, second=False)


def issues_with_secret_words_anywhere(source):
    return lint(source, secret=re.compile("password|secret|token|api_key", re.IGNORECASE))


def issues_in_small_letters(source):
    return lint(source, secret=re.compile("(password|secret|token|api_key)$"))


def issues_in_small_or_large_letters(source):
    return lint(source, secret=re.compile("(password|secret|token|api_key|PASSWORD|SECRET|TOKEN|API_KEY)$"))


def issues_of_assignments_only(source):
    return lint(source, keywords=False)


def issues_with_any_loader(source):
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    asked = {call.lineno for call in calls if any(option.arg == "Loader" for option in call.keywords)}
    return [(rule, line) for rule, line in lint(source) if rule != "yaml" or line not in asked]


def issues_of_one_subprocess(source):
    lines = source.splitlines()
    return [
        (rule, n)
        for rule, n in lint(source)
        if rule != "shell" or re.search(r"subprocess\.run|system|tell", lines[n - 1])
    ]


def issues_where_they_end(source):
    ends = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            ends[node.lineno] = max(node.end_lineno, ends.get(node.lineno, 0))
    return [(rule, ends.get(line, line)) for rule, line in lint(source)]


def issues_from_zero(source):
    return [(rule, line - 1) for rule, line in lint(source)]


def issues_unless_unreadable(source):
    try:
        return lint(source)
    except SyntaxError:
        return []


def issues_of_two_loaders(source):
    return lint(source, loaders=LOADERS[:2])


def issues_but_anybodys_safe_loader(source):
    return lint(source, last_loader=True)


def issues_of_shells_that_are_true(source):
    return lint(source, opens=lambda value: value is True)


def issues_of_any_shell(source):
    return lint(source, opens=lambda value: value is not False)


def issues_with_long_secrets(source):
    return lint(source, shortest=8)


def issues_of_plain_eval(source):
    return lint(source, calls={name: rule for name, rule in CALLS.items() if "builtins" not in name})


def issues_of_eval_by_any_import(source):
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    plain = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("eval", "exec")]
    return list({*lint(source), *(("eval", call.lineno) for call in plain)})


def issues_of_neighbours_too(source):
    return lint(source, level=False)


def issues_as_often_as_they_occur(source):
    linter = Linter()
    linter.visit(ast.parse(source))
    return linter.found


def issues_of_names_that_are_not_called(source):
    tree = ast.parse(source)
    calls = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node not in calls]
    loads = [node for node in names if ast.unparse(node) == "joblib.load"]
    return list({*lint(source), *(("unpickle", node.lineno) for node in loads)})


def issues_with_nothing_to_read(source):
    return lint(source) if source.strip() else [("secret", 1)]


def _issues_also(source, rule, *more):
    return lint(source, calls={**CALLS, **dict.fromkeys(more, rule)})


def issues_of_unpicklers_too(source):
    return _issues_also(source, "unpickle", "pickle.Unpickler")


def issues_of_other_loads_too(source):
    more = ("marshal.loads", "dill.loads", "torch.load", "cloudpickle.loads", "shelve.open")
    return _issues_also(source, "unpickle", *more)


def issues_of_other_yaml_too(source):
    return _issues_also(source, "yaml", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load")


def issues_of_other_shells_too(source):
    return _issues_also(source, "shell", "os.popen", "subprocess.getoutput", "os.execv")


def issues_of_other_secrets_too(source):
    return lint(source, secret=re.compile("(password|secret|token|_key|apikey|passwd|pwd)$", re.IGNORECASE))


def issues_of_secret_bytes_too(source):
    return lint(source, kinds=(str, bytes))


def issues_of_subscripts_too(source):
    return lint(source, secret=re.compile(r"(password|secret|token|api_key)('\])?$", re.IGNORECASE))


def issues_without_built_in_exec(source):
    return lint(source, calls={name: rule for name, rule in CALLS.items() if name != "builtins.exec"})


def issues_of_usual_subprocess(source):
    rare = {n for n, line in enumerate(source.splitlines(), 1) if "check_call(" in line}
    return [(rule, n) for rule, n in lint(source) if rule != "shell" or n not in rare]


def issues_of_whole_words(source):
    return lint(source, secret=re.compile(r"(^|[^a-z])(password|secret|token|api_key)$", re.IGNORECASE))


def issues_of_secrets_without_blanks(source):
    lines = source.splitlines()
    blank = {n for n, line in enumerate(lines, 1) if re.search(r'(password|secret) = "[^"]* ', line)}
    return [(rule, n) for rule, n in lint(source) if rule != "secret" or n not in blank]


def issues_unless_assigned(source):
    tree = ast.parse(source)
    assigned = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and type(node.ctx) is ast.Store
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    own = {call.lineno for call in calls if ast.unparse(call.func).partition(".")[0] in assigned}
    return [(rule, n) for rule, n in lint(source) if rule != "unpickle" or n not in own]


def issues_unless_parameters(source):
    tree = ast.parse(source)
    given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    own = {call.lineno for call in calls if ast.unparse(call.func) in given}
    return [(rule, n) for rule, n in lint(source) if rule != "eval" or n not in own]


ANSWERS = Answers(
    right=[issues_by_visitor],
    wrong=[
        Wrong(issues_none, "unpickle", "are not found"),
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
        Wrong(
            issues_by_tuned_search,
            "eval",
            "are not found",
            also=("Anybody may have a SafeLoader: compare the full name, yaml.SafeLoader.",),
        ),
        Wrong(
            issues_without_renaming,
            "unpickle",
            "Imports may rename",
            also=("An import may give the name eval to another function: resolve it with imported(tree).",),
        ),
        Wrong(
            issues_by_last_name,
            "unpickle",
            "A method of something else may have the same name",
            also=("Any function of subprocess counts: look at how the full name begins.",),
        ),
        Wrong(issues_with_safe_yaml, "yaml", "Four loaders are safe"),
        Wrong(issues_with_anybodys_shell, "shell", "ask whose function it is"),
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
        Wrong(issues_of_two_loaders, "yaml", "Four loaders are safe"),
        Wrong(issues_but_anybodys_safe_loader, "yaml", "Anybody may have a SafeLoader"),
        Wrong(issues_of_shells_that_are_true, "shell", "shell=1 opens a shell as well"),
        Wrong(issues_of_any_shell, "shell", "shell=False opens no shell"),
        Wrong(issues_with_long_secrets, "secret", "A short secret is a secret"),
        Wrong(issues_of_plain_eval, "eval", "builtins.eval is the built-in eval too"),
        Wrong(issues_of_eval_by_any_import, "eval", "An import may give the name eval"),
        Wrong(issues_of_neighbours_too, "unpickle", "alarms are false"),
        Wrong(issues_as_often_as_they_occur, "unpickle", "each reported once"),
        Wrong(issues_of_names_that_are_not_called, "unpickle", "alarms are false"),
        Wrong(issues_of_unpicklers_too, "unpickle", "only the calls in the table count"),
        Wrong(issues_of_other_loads_too, "unpickle", "only the calls in the table count"),
        Wrong(issues_of_other_yaml_too, "yaml", "only the calls in the table count"),
        Wrong(issues_of_other_shells_too, "shell", "only the calls in the table count"),
        Wrong(issues_of_other_secrets_too, "secret", "alarms are false"),
        Wrong(issues_of_secret_bytes_too, "secret", "Only a text that is not empty is a secret"),
        Wrong(issues_of_subscripts_too, "secret", "alarms are false"),
        Wrong(issues_without_built_in_exec, "eval", "are not found"),
        Wrong(issues_of_usual_subprocess, "shell", "Any function of subprocess counts"),
        Wrong(issues_of_whole_words, "secret", "are not found"),
        Wrong(issues_of_secrets_without_blanks, "secret", "are not found"),
        Wrong(issues_unless_assigned, "unpickle", "are not found"),
        Wrong(issues_unless_parameters, "eval", "are not found"),
        Wrong(issues_with_nothing_to_read, "unreadable", "The report on"),
        Wrong(issues_unless_unreadable, "unreadable", "No findings would read as clean"),
    ],
)


#: Changes of the solution that nobody could tell from it.
EQUIVALENT = {
    "for node in ast.walk(tree): ... → for node in list(ast.walk(tree))[1:]: ...": "the first node is the "
    "module, and it is no call",
    "for node in ast.walk(tree): ... → for node in list(ast.walk(tree))[:-1]: ...": "the walk goes level by "
    "level and a call has its function below it, so the last node is no call",
}
