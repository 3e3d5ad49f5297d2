"""Small Python files with planted weaknesses: what a linter should find, and what only looks like it.

Every file is made of drawn pieces with drawn names. A line of a piece that ends in `#! rule` is a planted
weakness; the mark is taken off before anybody reads the file. Nothing here is ever run or imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

RULES = ("unpickle", "eval", "yaml", "shell", "secret")


@dataclass(frozen=True)
class File:
    """A source text, and its planted weaknesses as sorted (rule, line) pairs."""

    name: str
    source: str
    issues: tuple[tuple[str, int], ...]


def make_repo(rng: np.random.Generator, files: int = 12, more: Sequence[str] = ()) -> list[File]:
    """`files` files of six pieces each, of BAD, GOOD and `more`: every piece once before any is repeated."""
    pieces = [*BAD, *GOOD, *more]
    deck: list[str] = []
    while len(deck) < 6 * files:
        deck += [pieces[i] for i in rng.permutation(len(pieces))]
    return [
        make_file(f"module_{number:02}.py", deck[6 * number : 6 * number + 6], rng) for number in range(files)
    ]


def make_file(name: str, pieces: Sequence[str], rng: np.random.Generator) -> File:
    """One file of these pieces, in this order."""
    lines = [line for piece in pieces for line in [*_filled(piece, rng).splitlines(), "", ""]]
    source, issues = [], []
    for number, line in enumerate(lines, 1):
        code, mark, rule = line.partition("  #! ")
        source.append(code)
        if mark:
            issues.append((rule, number))
    return File(name, "\n".join(source) + "\n", tuple(sorted(issues)))


def _filled(piece: str, rng: np.random.Generator) -> str:
    words = rng.permutation(WORDS)
    code = "".join(rng.choice(list("abcdefghjkmnpqrstuvwxyz23456789"), 20))
    return piece.format(a=words[0], b=words[1], c=words[2], code=code, n=int(rng.integers(2, 90)))


WORDS = [
    "batch", "cache", "case", "clinic", "cohort", "column", "config", "feature", "fold", "frame",
    "grid", "index", "label", "layer", "ledger", "metric", "model", "panel", "patch", "record",
    "report", "row", "sample", "scan", "score", "split", "stage", "table", "tumour", "weight",
]  # fmt: skip

BAD = (
    # -- unpickle
    """import pickle

def read_{a}(path):
    with open(path, "rb") as file:
        return pickle.load(file)  #! unpickle""",
    """import pickle as {a}_format

def {b}_from(blob):
    return {a}_format.loads(blob)  #! unpickle""",
    """from pickle import loads as decode_{a}

{b}s = [decode_{a}(part) for part in {c}_parts]  #! unpickle""",
    """import joblib

class {a}Store:
    def fetch(self, path):
        {b} = joblib.load(path)  #! unpickle
        return {b}.predict""",
    """from joblib import load

{a} = load("{b}.joblib")  #! unpickle""",
    # -- eval
    """def apply_{a}(rule, {b}):
    return eval(rule, {{"value": {b}}})  #! eval""",
    """def run_{a}(text):
    exec(text, {{}})  #! eval""",
    """{a}_limits = [eval(part) for part in {b}_text.split(";")]  #! eval""",
    # -- yaml
    """import yaml

def {a}_settings(path):
    with open(path) as file:
        return yaml.load(file, Loader=yaml.FullLoader)  #! yaml""",
    """import yaml as reader

{a} = reader.load({b}_text, reader.Loader)  #! yaml""",
    """from yaml import load as parse_{a}, UnsafeLoader

{b} = parse_{a}(open("{c}.yml"), Loader=UnsafeLoader)  #! yaml""",
    # -- shell
    """import subprocess

def export_{a}(name):
    subprocess.run("convert " + name, shell=True, timeout={n})  #! shell""",
    """from subprocess import check_output as ask

{a}_size = ask(f"du -s {{{b}}}", shell=True)  #! shell""",
    """import os

def clean_{a}(folder):
    if folder:
        os.system("rm -r " + folder)  #! shell""",
    """import subprocess as sp

{a}_job = sp.Popen({b}_line, stdout=sp.PIPE, shell=True)  #! shell""",
    # -- secret
    """{a}_password = "{code}"  #! secret""",
    """class {a}Client:
    API_KEY = "{code}"  #! secret

    def __init__(self):
        self.token = "{code}"  #! secret""",
    """def open_{a}(connect):
    return connect("{b}.internal", user="{c}", password="{code}")  #! secret""",
    """DB_SECRET: str = "{code}"  #! secret""",
)

GOOD = (
    """import json

def read_{a}(path):
    # never pickle.load(file) here: the file comes from outside
    with open(path) as file:
        return json.load(file)""",
    '''def explain_{a}():
    """Uses eval(rule) no longer; yaml.load(file) is gone too. Had password = "{code}" once."""
    return "pickle.loads(blob) runs code, and so does exec(text)"''',
    """import pickle

def write_{a}(path, {b}):
    with open(path, "wb") as file:
        pickle.dump({b}, file, protocol={n} % 6)""",
    """def test_{a}(network, {b}):
    network.eval()
    return network.loads({b}), network.load({b}, {n})""",
    """import ast

{a} = ast.literal_eval({b}_text)""",
    """import re

exec_{a} = re.compile("eval[(]{b}[)]")
retrieval = {{"eval": {n}, "exec": "{c}"}}""",
    """import yaml

def {a}_settings(text):
    return yaml.safe_load(text), yaml.load(text, Loader=yaml.SafeLoader)""",
    """from yaml import CSafeLoader, load as load_{a}

{b} = load_{a}({c}_text, CSafeLoader)""",
    """import subprocess

def export_{a}(name):
    subprocess.run(["convert", name], check=True, shell=False)""",
    """def draw_{a}(shell, {b}):
    return shell.system({b}), plot({b}, shell=True)""",
    """import os

{a}_password = os.environ["{b}_PASSWORD"]
api_key = ""
{c}_token = None""",
    """def ask_{a}(vault, max_tokens={n}):
    password_field = "#{b}-input"
    return vault.login(password_field, token=vault.fetch("{c}"), prompt="password")""",
    """from numpy import load as load_{a}

{b} = load_{a}("{c}.npy", allow_pickle=False)[:{n}]""",
    """import joblib

def keep_{a}({b}, path):
    joblib.dump({b}, path, compress={n} % 10)""",
)
