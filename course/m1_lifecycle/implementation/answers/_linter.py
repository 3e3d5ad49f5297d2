"""A right linter with a switch for each shortcut: what most answers to `find_issues` are made of."""

from __future__ import annotations

import ast
import re

SECRET = re.compile(r"(password|secret|token|api_key)$", re.IGNORECASE)


CALLS = {
    "pickle.load": "unpickle", "pickle.loads": "unpickle", "joblib.load": "unpickle",
    "eval": "eval", "exec": "eval", "os.system": "shell", "builtins.eval": "eval", "builtins.exec": "eval",
}  # fmt: skip


LOADERS = ("yaml.SafeLoader", "yaml.CSafeLoader", "yaml.BaseLoader", "yaml.CBaseLoader")


class Linter(ast.NodeVisitor):
    """Rules as methods. The switches are the shortcuts that wrong answers take."""

    def __init__(self, renamed=True, safe_yaml=True, whose=True, empty=True, keywords=True, only_name=False,
                 second=True, secret=SECRET, kinds=str, loaders=LOADERS, opens=bool, shortest=1, calls=CALLS,
                 level=True, last_loader=False):  # fmt: skip
        self.loaders, self.opens, self.shortest, self.calls = loaders, opens, shortest, calls
        self.level, self.last_loader = level, last_loader
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
            self.names[alias.asname or alias.name] = (
                f"{'.' * node.level * self.level}{node.module}.{alias.name}"
            )

    def _name(self, node):
        first, dot, rest = ast.unparse(node).partition(".")
        full = self.names.get(first, first) + dot + rest
        return full.rpartition(".")[2] if self.only_name else full

    def visit_Call(self, node):
        name = self._name(node.func)
        calls = self.calls
        if self.only_name:
            calls = {full.rpartition(".")[2]: rule for full, rule in CALLS.items()}
        if name in calls:
            self.found.append((calls[name], node.lineno))
        loaders = [keyword.value for keyword in node.keywords if keyword.arg == "Loader"]
        loaders += node.args[1:2] if self.second else []
        loader = self._name(loaders[0]) if loaders else ""
        safe = loader in self.loaders or (self.last_loader and loader.endswith("SafeLoader"))
        if name == "yaml.load" and not (safe and self.safe_yaml):
            self.found.append(("yaml", node.lineno))
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if (
                keyword.arg == "shell"
                and self.opens(value)
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
        if self.secret.search(name) and (
            (isinstance(text, self.kinds) and len(str(text)) >= self.shortest and text) or not self.empty
        ):
            self.found.append(("secret", node.lineno))


def lint(source, **switches):
    linter = Linter(**switches)
    linter.visit(ast.parse(source))
    return list(set(linter.found))
