"""What the checks of `implementation` share."""

from __future__ import annotations

import io
import pickle
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from . import lab

LAB = lab.trip.__module__


def trained_model(kind: str, rng: np.random.Generator) -> Any:
    """A small fitted estimator on drawn data of 40 rows and 5 columns."""
    seed = int(rng.integers(2**31))
    new = {
        "logistic regression": lambda: LogisticRegression(max_iter=200),
        "pipeline": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=200)),
        "naive Bayes": GaussianNB,
        "tree": lambda: DecisionTreeClassifier(max_depth=3, random_state=seed),
        "forest": lambda: RandomForestClassifier(3, max_depth=3, random_state=seed),
        "boosting": lambda: GradientBoostingClassifier(n_estimators=2, max_depth=2, random_state=seed),
        "neighbours": lambda: KNeighborsClassifier(3),
        "k-means": lambda: KMeans(2, n_init=1, random_state=seed),
    }[kind]()
    X = rng.normal(size=(40, 5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return new.fit(X, (X[:, 0] + 0.3 * rng.normal(size=40) > 0).astype(int))


def names_asked(blob: bytes) -> set[tuple[str, str]]:
    """The names that loading one of our own pickles asks for."""

    class Asking(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            names.add((module, name))
            return super().find_class(module, name)

    names: set[tuple[str, str]] = set()
    Asking(io.BytesIO(blob)).load()
    return names


class Beacon:
    """An object whose pickle calls `what(*args)`."""

    def __init__(self, what: Any, *args: Any) -> None:
        self.what, self.args = what, args

    def __reduce__(self) -> tuple:
        return self.what, self.args


def op_text(text: str) -> bytes:
    return b"\x8c" + bytes([len(text)]) + text.encode()


def op_stack_global(module: str, name: str) -> bytes:
    """STACK_GLOBAL of two texts, as protocol 4 has it."""
    return op_text(module) + op_text(name) + b"\x93"


def op_global(module: str, name: str) -> bytes:
    """GLOBAL, as protocols 0 to 3 have it."""
    return f"c{module}\n{name}\n".encode()


def op_call(what: bytes, *args: str) -> bytes:
    return what + b"(" + b"".join(map(op_text, args)) + b"tR"


def protocol_4(body: bytes) -> bytes:
    return b"\x80\x04" + body + b"."


def drawn_word(rng: np.random.Generator, length: int = 7) -> str:
    return "".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz"), length))


def drawn_name(rng: np.random.Generator) -> tuple[str, str]:
    """A (module, name) that no installation has: whoever imports it gets an error."""
    return f"no_{drawn_word(rng)}.{drawn_word(rng)}", drawn_word(rng)


def slip_in_common(
    wrong: Sequence, right: Sequence, features: Sequence[tuple[str, Callable[[Any], bool]]]
) -> str:
    """The slip of the first feature that all of `wrong` have, and none of `right`."""
    return next(
        (slip for slip, has in features if wrong and all(map(has, wrong)) and not any(map(has, right))), ""
    )


#: More pieces, beside those that the lesson shows, so that no list of known lines will do.
PIECES = (
    """import json, pickle as {a}_io

def {b}_of(path):
    with open(path, "rb") as file:
        return {a}_io.load(  #! unpickle
            file,
            encoding="latin1",
        )""",
    """def {a}_or_none(blob):
    from pickle import loads as revived
    return revived(blob) if blob else None  #! unpickle""",
    """import joblib as jl

{a}s = {{name: jl.load(name) for name in {b}_names}}  #! unpickle""",
    """def {a}_total(parts):
    return sum(eval(part) for part in parts if part)  #! eval""",
    """class {a}Rule:
    def run(self, scope):
        exec(  #! eval
            compile(self.text, "{b}", "exec"), scope
        )""",
    """import yaml

{a} = yaml.load({b}op_text)  #! yaml""",
    """import yaml as {a}_yaml

{b} = {a}_yaml.load(  #! yaml
    {c}op_text,
    Loader={a}_yaml.FullLoader,
)""",
    """import subprocess as {a}_jobs

{a}_jobs.call(  #! shell
    "tar xf " + {b},
    shell=True,
)""",
    """from os import system as tell

tell("{a} --all")  #! shell""",
    """class {a}Login:
    api_key: str = "{code}"  #! secret

    def __init__(self, vault):
        vault.open(user="{b}", api_key="{code}")  #! secret""",
    """{a}_Token = '{code}'  #! secret""",
    """def {a}_link(connect):
    return connect(  #! secret
        "{b}.internal",
        password="{code}",
    )""",
    """import os

{a}_secret = (
    os.environ["{b}_{code}"]
)
{c}_token = {n}

def open_{b}(vault):
    vault.password = ""
    return vault.open(secret=True)""",
    '''{a}_NOTES = """
import pickle, yaml, os
{b} = pickle.load(file)
{c} = yaml.load(file)
os.system("{a} --all")
eval({b})
{b}_password = "{code}"
"""''',
    '''def test_{a}(check):
    check("""
subprocess.run("{b}", shell=True)
exec(pickle.loads({b}))
token = "{code}"
yaml.load({c}, Loader=yaml.Loader)
""")''',
    """import yaml

{a} = yaml.load(
    {b}op_text,
    Loader=yaml.CSafeLoader,
)""",
    """from yaml import SafeLoader as Careful, load as careful_load

{a} = careful_load({b}op_text, Loader=Careful)""",
    """class {a}Engine:
    def go(self, {b}):
        self.exec({b})
        return self.store.pickle.load({b}), self.os.system({b})""",
    """from json import load as of_file, loads as of_text

def {a}_from(file, {b}):
    return of_file(file), of_text({b})""",
    """import subprocess

def list_{a}(shell, run):
    run("{b}", shell=True)
    return subprocess.run(["ls", "{b}"], shell=False)""",
    # -- what a rule could overlook
    """import pickle

{a}, {b} = pickle.loads({c}[0]), pickle.loads({c}[1])  #! unpickle""",
    """import builtins

{a} = builtins.eval({b}_text)  #! eval""",
    """import subprocess

subprocess.run("{a} " + {b}, shell=1)  #! shell""",
    """{a}_token = "{n}"  #! secret""",
    """def enter_{a}(vault):
    return vault.open(token="x", password="{n}")  #! secret""",
    """import builtins

builtins.exec({b}_text)  #! eval""",
    """import subprocess

subprocess.check_call("{a} " + {b}, shell=True)  #! shell""",
    """{a}token = "{code}"  #! secret
db{b}password = "{n}{code}"  #! secret
{c}_secret = " "  #! secret
{c}_password = "{a} {b} {n}"  #! secret""",
    """def {a}_of(eval, exec, {b}):
    return eval({b}), exec({b})  #! eval""",
    """joblib = {a}_store
{b} = joblib.load("{c}")  #! unpickle""",
    # -- and the nearest thing to each that is harmless
    """from .pickle import loads as {a}_from, load as {b}_file

{c} = {a}_from({b}_file("{a}"))""",
    """import yaml
from yaml import BaseLoader, load as {a}_texts

{b} = {a}_texts({c}_text, Loader=BaseLoader), yaml.load({c}_text, yaml.CBaseLoader)""",
    """import subprocess

def list_{a}(in_a_shell):
    subprocess.run(["{b}"], shell=in_a_shell)
    return subprocess.run(["{c}"], shell=0)""",
    """import joblib

{a} = joblib.hash({b}), joblib.load""",
    """import marshal, pickle, shelve

{a} = pickle.Unpickler({b})
{b} = marshal.loads({c}), shelve.open("{c}")""",
    """import cloudpickle, dill, torch

{a} = torch.load({b}), dill.loads({c}), dill.load({b}), cloudpickle.loads({c}), cloudpickle.load({b})""",
    """import os, subprocess, yaml

{a} = yaml.load_all({b}), yaml.unsafe_load({b}), yaml.full_load({c}), yaml.unsafe_load_all({c})
{b} = os.popen("{c}"), os.execv("{a}", []), subprocess.getoutput("{b}")""",
    """{a}_passwd = {b}_pwd = {c}_apikey = "{code}"
{a}_key = {b}_pass = "{code}"
{a}_password = b"{code}"
{b}["password"] = "{code}\"""",
    """def tell_{a}(vault, token_count={n}):
    secret_name = "{b}"
    password = vault.ask(prompt="{c} password")
    return vault.login(secret_name, password=password, tokens="{code}")""",
)


#: Each is a file of its own, for its imports would change what the other pieces mean.
ALONE = (
    """from yaml import load as {a}_of
from {b}_tools import SafeLoader

{c} = {a}_of({b}_text, Loader=SafeLoader)  #! yaml""",
    """from pandas import eval
from {a}_rules import exec

{b} = exec(eval("{c} + {n}"))""",
)
