# The lesson on secure ML code. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Secure code and the pickle problem
#
# *65 minutes, 35 points in three exercises · a stretch of three more: about 55 minutes and 33 points on top*
#
# **In 2025** researchers at ReversingLabs found models on the Hugging Face platform that opened a reverse
# shell: they handed the command line of whoever loaded them to somebody outside. The platform scans what is
# uploaded, and these files passed. They were broken, it seems on purpose: the scanner relied on reading a
# file to its end. Loading them failed as well, with an error. But the payload stood before the break, and by
# then it had run. The models were removed, and the scanner was changed to catch this. *(Source: MITRE ATLAS
# 5.6.0, case study [AML.CS0031](https://atlas.mitre.org/studies/AML.CS0031).)*
#
# Two programs read the same bytes. One stopped at an error and said nothing, the other one acted first. This
# lesson is about code that reads what it did not write: model files. Its stretch goes on to requests, and to
# your own sources and logs, which you read before somebody else does.
#
# After this lesson you can
#
# - say what a pickle does when it is loaded, from its bytes alone;
# - refuse what you did not allow, before it runs, and name what an allow-list cannot do;
# - as a stretch: take in a batch of data without guessing what the sender meant, find risky calls in your own
#   code without drowning in false alarms, and keep secrets out of logs.

# %% [markdown]
# ## The lab
#
# Run every cell, from the top, and guess where a question appears: an exercise may use names from the cells
# above it. Each exercise has a check below it, which you can run as often as you like.
# `hint("implementation.smuggle")` gives one more hint each time; `solution("implementation.smuggle")` opens
# after a pass or three honest tries. A cell that uses your function shows `NotImplementedError` until the
# function is written. In grading the same checks run with other random cases.
#
# Every payload here is the same harmless one. `lab.trip(label)` appends a label to a list, and `lab.trips()`
# shows the list. Where it says *tripped*, malware would have had your rights on your machine. An object whose
# pickle calls `lab.trip` is a **beacon**.
#
# The codes below an exercise's name stand for what it practises: `AML.…` in MITRE ATLAS, `PW.…` in NIST's
# Secure Software Development Framework, `ML…` in the OWASP Machine Learning Security Top Ten.

# %%
import ast
import base64
import io
import json
import math
import pickle
import pickletools
import re
import sys
from copy import deepcopy

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.learner import check, hint, predict, progress, solution
from course.m1_lifecycle.implementation import lab
from course.m1_lifecycle.implementation.vulnerable_repo import BAD, GOOD, make_repo

data = load_breast_cancer()
X_cancer, y_cancer = data.data, data.target
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(X_cancer, y_cancer)
print(f"a model trained on {len(X_cancer)} tumours; its pickle has {len(pickle.dumps(model, 4)):,} bytes")
print("class 0 is", data.target_names[0], "and class 1 is", data.target_names[1])

# %% [markdown]
# ## Part 1: A pickle is a program
#
# `pickle` and `joblib` are two of the ways that scikit-learn's documentation gives to keep a model, and both
# unpickle when they load. A pickle is not a description of an object. It is a list of instructions, called
# opcodes, for a small machine with a stack and a memo: a numbered store for what is needed again. And that
# machine can import and call.

# %%
predict("implementation.opcodes")

# %% [markdown]
# Step through both. Watch the moment when a name is imported, and the moment when it is called.

# %%
from course.m1_lifecycle.implementation.opcode_stepper import opcode_stepper, twin

opcode_stepper()

# %% [markdown]
# The same as pictures and tables:

# %%
twin()

# %% [markdown]
# So no opcode is evil. `STACK_GLOBAL` (older pickles: `GLOBAL`, `INST`) imports a name that the file chooses.
# `REDUCE` calls it with arguments that the file chooses. An honest number needs both, and so does a model.
#
# How does one write such a file? `pickle` asks each object how to rebuild it, and an object may answer for
# itself: `__reduce__` returns a callable and a tuple of arguments. The callable is *named* in the file, and
# *called* by whoever loads it:


# %%
class Half:
    def __reduce__(self):
        return float, ("0.5",)


blob = pickle.dumps([1, Half(), 2])
print("loads to", pickle.loads(blob), " names float:", b"float" in blob, " names Half:", b"Half" in blob)

# %% [markdown]
# ### Exercise: smuggle
#
# *10 minutes · core · 8 points · AML.T0018.002 · AML.T0011.000*
#
# Build the attack. `smuggle(model, label, protocol)` returns a pickle that loads to a working copy of `model`
# and trips on the way.
#
# | name | what it is |
# | --- | --- |
# | `model` | a fitted scikit-learn estimator; give it no new attribute |
# | `label` | text |
# | `protocol` | the pickle's protocol: 2, 3, 4 or 5 |
# | returns | bytes, at most 10,000 more than the plain pickle has |
#
# Loading calls `lab.trip(label)` exactly once, and gives an object of the model's class with all attributes
# that the plain pickle gives it. More are allowed. The pickle imports what the plain one imports, and
# `lab.trip`, and nothing else: the victim has scikit-learn and the lab, but not your notebook.
#
# `deepcopy` asks `__reduce__` as well, and calls what it gets: what has your object in it trips while it is
# copied. So copy first, and put your object in then.
#
# Judged from the bytes, for all four protocols: the call (3), the copy (2), the imports (2), your argument
# `model` left without a new attribute, once the copy works (1).


# %%
def smuggle(model, label, protocol):
    ### BEGIN SOLUTION
    class Beacon:
        def __reduce__(self):
            return lab.trip, (label,)

    carrier = deepcopy(model)
    carrier.note_ = Beacon()
    return pickle.dumps(carrier, protocol)
    ### END SOLUTION


# %%
check("implementation.smuggle", smuggle)

# %%
# hint("implementation.smuggle")

# %% [markdown]
# Your file, from the victim's side. Nothing looks wrong.

# %% tags=["raises-exception"]
lab.reset()
delivered = smuggle(model, "loaded on a developer's machine", 4)
victim = pickle.loads(delivered)
print("accuracy:", round(victim.score(X_cancer, y_cancer), 3), " tripped:", lab.trips())
print(f"{len(delivered):,} bytes instead of {len(pickle.dumps(model, 4)):,}")

# %% [markdown]
# ## Part 2: Read it without running it
#
# The payload of the case at the top ran because it stood before the break. So how early must a break be?

# %%
predict("implementation.broken")


# %%
class Payload:
    def __reduce__(self):
        return lab.trip, ("before the error",)


beacon = pickle.dumps(Payload(), 4)
for opcode, _, position in pickletools.genops(beacon):
    lab.reset()
    try:
        pickle.loads(beacon[:position] + b"\xff" + beacon[position + 1 :])  # a byte that is no opcode
    except pickle.UnpicklingError:
        print(f"error at byte {position:2}, instead of {opcode.name:17} tripped: {lab.trips()}")

# %% [markdown]
# The unpickler does not check first and act later. A scanner must follow the same opcodes, and do nothing.
# `pickletools.genops(blob)` yields `(opcode, argument, position)`. At a byte that is no opcode it raises, in
# the middle of your loop. This helper keeps the stack and the memo; you can use it without knowing how:


# %%
def settle(stack, memo, opcode, argument):
    """Do to `stack` and `memo` what `opcode` does. A text stands for itself, all else is None."""
    if opcode.name in ("MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"):  # notes the top, and leaves it there
        memo[len(memo) if opcode.name == "MEMOIZE" else argument] = stack[-1]
        return
    value = None
    if opcode.name in ("GET", "BINGET", "LONG_BINGET"):
        value = memo[argument]
    elif opcode.name == "DUP":  # the top once more
        value = stack[-1]
    elif isinstance(argument, str) and opcode.name not in ("GLOBAL", "INST", "PERSID"):
        value = argument
    taken, left = opcode.stack_before, opcode.stack_after
    if pickletools.markobject in taken:  # it takes everything above the topmost mark
        while stack.pop() is not pickletools.markobject:
            pass
        taken = taken[: taken.index(pickletools.markobject)]
    for _ in taken:
        stack.pop()
    stack.extend(kind if kind is pickletools.markobject else value for kind in left)


stack, memo = [], {}
for opcode, argument, _ in pickletools.genops(beacon):
    if opcode.name == "STACK_GLOBAL":
        print("on the stack before STACK_GLOBAL:", stack)
    settle(stack, memo, opcode, argument)

# %% [markdown]
# ### Exercise: list_globals
#
# *17 minutes · core · 15 points · AML.M0016 · AML.T0076 · PW.7.2*
#
# Defend. `list_globals(blob)` says what loading `blob` would import, and whether the list is sure to be
# complete. It loads nothing.
#
# | name | what it is |
# | --- | --- |
# | `blob` | bytes from anywhere: a pickle of protocol 0 to 5, a broken one, or no pickle at all |
# | returns | `(names, complete)` |
# | `names` | set of `(module, name)` pairs of texts, as they stand in the pickle |
# | `complete` | `True` if the pickle could be followed to its STOP and every name was known, else `False` |
#
# - `GLOBAL` and `INST` carry the pair as one argument, `"module name"`.
# - `STACK_GLOBAL` takes it from the stack: the module lies under the name. Look before `settle` takes both.
#   They need not be the last two texts of the file: in the picture *A beacon, its name from the memo*, one
#   comes from the memo, and a decoy, a text that only misleads, is taken away again.
# - A name that is no text in the pickle is unknown: a number, what a call would compute, what `EXT1`, `EXT2`
#   and `EXT4` stand for. Leave it out, read on, and `complete` is `False`.
# - `PERSID` and `BINPERSID` put something on the stack that only the loading program knows. One alone imports
#   nothing; only a name taken from one is unknown.
# - A broken pickle gives the names before the break: before a byte that is no opcode, a missing end, a memo
#   number that was never written, an empty stack. It raises nothing. What stands behind STOP is not read.
#
# Call `settle` for every opcode, once you have looked. It raises `KeyError` for a memo number that was never
# written, and `IndexError` for an empty stack.
#
# Judged: six honest models, protocols 4 and 5 (3); protocols 0 to 3 (3); names from the memo, past decoys,
# copied and unknown (4); broken pickles and other bytes (4); nothing imported or run (1).


# %%
def list_globals(blob):
    ### BEGIN SOLUTION
    names, complete, stack, memo = set(), True, [], {}
    try:
        for opcode, argument, _ in pickletools.genops(blob):
            if opcode.name in ("GLOBAL", "INST"):
                names.add(tuple(argument.split(" ", 1)))
            elif opcode.name == "STACK_GLOBAL":
                module, name = stack[-2:]
                if isinstance(module, str) and isinstance(name, str):
                    names.add((module, name))
                else:
                    complete = False
            elif opcode.name.startswith("EXT"):
                complete = False
            settle(stack, memo, opcode, argument)
    except Exception:
        return names, False
    return names, complete
    ### END SOLUTION


# %%
check("implementation.list_globals", list_globals)

# %%
# hint("implementation.list_globals")

# %% [markdown]
# What do honest models import, and what does a file with a beacon in it?

# %% tags=["raises-exception"]
honest = {
    "logistic regression": LogisticRegression(max_iter=5000),
    "forest, 5 trees": RandomForestClassifier(5, random_state=0),
    "boosting, 3 trees": GradientBoostingClassifier(n_estimators=3, random_state=0),
}
honest = {kind: pickle.dumps(new.fit(X_cancer, y_cancer), 4) for kind, new in honest.items()}
plain = pickle.dumps(model, 4)
suspect = pickle.dumps([model, Payload()], 4)
for kind, blob in {"the pipeline": plain, **honest}.items():
    print(f"{kind:20} {len(blob):6,} bytes, imports {len(list_globals(blob)[0]):2} names")
print("\nonly in the file with the beacon:     ", list_globals(suspect)[0] - list_globals(plain)[0])
print("modules in Python's standard library:", len(sys.stdlib_module_names))

# %% [markdown]
# Fourteen names for three small trees: nobody reviews such a list by eye for every release. Nor is a list
# of *bad* names a way out: there are about three hundred modules to go through, and then those that you
# installed. So turn it round, and list what is good.

# %% [markdown]
# ## Part 3: Load less
#
# `pickle.Unpickler(io.BytesIO(blob)).load()` does what `pickle.loads(blob)` does, and asks its own method
# `find_class(module, name)` for every name. The method imports the name. A subclass may refuse first.

# %% [markdown]
# ### Exercise: safe_load
#
# *8 minutes · core · 12 points · AML.M0011 · PW.5.1 · ML06*
#
# `safe_load(blob, allowed)` loads a pickle that asks for allowed names only.
#
# | name | what it is |
# | --- | --- |
# | `blob` | a pickle, as bytes |
# | `allowed` | set of `(module, name)` pairs, as `list_globals` gives them |
# | returns | the object |
# | raises | `pickle.UnpicklingError` when the pickle asks for any other pair, before its module is imported |
#
# Names may have dots: pickles of protocol 4 and later may ask for `("sklearn.svm", "SVC.fit")`, which walks
# from the class to its method, and a walk can lead anywhere. Only an exact pair is allowed.
#
# Judged: allowed models of three kinds load and predict as before, a complex number loads with its one name,
# and plain data with an empty set (3); ten pickles refused: beacons, one of them inside a working model,
# modules that do not exist, one that trips when it is imported, calls that do no harm (5); pairs that
# resemble an allowed one: its module with another name, its name in another module, the halves of two allowed
# pairs, a longer module, a dotted walk, a dot moved from the module to the name (4). Between refusals allowed
# models must load, and so must a pickle that calls `lab.trips()`, with that name allowed: it shows the check
# that nothing has run.


# %%
def safe_load(blob, allowed):
    ### BEGIN SOLUTION
    class Loader(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) not in allowed:
                raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
            return super().find_class(module, name)

    return Loader(io.BytesIO(blob)).load()
    ### END SOLUTION


# %%
check("implementation.safe_load", safe_load)

# %%
# hint("implementation.safe_load")

# %% [markdown]
# An allow-list comes from files that you made yourself, and goes into your repository:

# %% tags=["raises-exception"]
allowed = set().union(*(list_globals(blob)[0] for blob in [plain, *honest.values()]))
lab.reset()
print(type(safe_load(honest["boosting, 3 trees"], allowed)).__name__, "loads")
try:
    safe_load(suspect, allowed)
except pickle.UnpicklingError as error:
    print("refused:", error, " tripped:", lab.trips())

# %% [markdown]
# ### What an allow-list does not do (the code is optional)
#
# It decides *which* callables run. The file still decides *what with*. One line too many in the list, and it
# is open. Here it allows one estimator and `getattr`, which the pickle of any bound method asks for. Run the
# cell and look at what it prints. How it builds the two files, opcode by opcode, you may skip.


# %% tags=["raises-exception"]
def op_text(word):
    """Opcode: put a text on the stack."""
    return b"\x8c" + bytes([len(word)]) + word.encode()


def op_name(module, word):
    """Opcodes: import a name."""
    return op_text(module) + op_text(word) + b"\x93"


def op_call(what, *args):
    """Opcodes: call what lies on the stack."""
    return what + b"(" + b"".join(args) + b"tR"


def op_getattr(of, *words):
    """Opcodes: getattr, once for each word."""
    for word in words:
        of = op_call(op_name("builtins", "getattr"), of, op_text(word))
    return of


fit = op_getattr(op_name("sklearn.linear_model._logistic", "LogisticRegression"), "fit")
namespace = op_call(op_getattr(fit, "__globals__", "get"), op_text("__builtins__"))
importer = op_call(op_getattr(namespace, "get"), op_text("__import__"))
walk = op_getattr(
    op_call(importer, op_text("course.m1_lifecycle.implementation.lab")),
    "m1_lifecycle",
    "implementation",
    "lab",
    "trip",
)

lab.reset()
too_many = {("builtins", "getattr"), ("sklearn.linear_model._logistic", "LogisticRegression")}
through = b"\x80\x04" + op_call(walk, op_text("through an allow-list")) + b"."
print("asks for:", list_globals(through)[0])
safe_load(through, too_many)
print("tripped: ", lab.trips())

greedy = (
    b"\x80\x04" + op_call(op_name("numpy", "ndarray"), b"J" + (10**7).to_bytes(4, "little") + b"\x85") + b"."
)
array = safe_load(greedy, {("numpy", "ndarray")})
print(f"\n{len(greedy)} bytes asked for {array.nbytes / 1e6:.0f} MB, by a name that all these models need")

# %% [markdown]
# An allow-list narrows the door. It proves nothing about what comes through. Use it for files that you made,
# so that a changed one is refused, and run it where memory is limited. For files of strangers, do not use
# pickle at all. Often a model is a few numbers:

# %%
scaler, regression = model[0], model[1]
numbers = {
    "mean": scaler.mean_.tolist(),
    "scale": scaler.scale_.tolist(),
    "weights": regression.coef_[0].tolist(),
    "bias": float(regression.intercept_[0]),
}
received = {key: np.array(value) for key, value in json.loads(json.dumps(numbers)).items()}
scores = (X_cancer - received["mean"]) / received["scale"] @ received["weights"] + received["bias"]
same = ((scores > 0) == model.predict(X_cancer)).all()
print(f"{len(json.dumps(numbers)):,} bytes of JSON, the same {len(scores)} predictions: {same}")

# %% [markdown]
# Nothing in this file can be called.
#
# *In one line: who can write to the folder that your service loads its model from?*

# %% [markdown]
# ## Part 4 (stretch): Take in data, guess nothing
#
# *The core ends here; the summary is at the end. Parts 4 to 6 come on top of the 65 minutes, each by itself.*
#
# The model is one way in. Its input is the other: a request, parsed by `json.loads`.

# %%
predict("implementation.asarray")

# %%
print(np.asarray([["1e3", True, "nan"]], dtype=float))
print(json.loads('{"mean area": NaN, "mean radius": 1e999}'))


# %%
class Rejected(ValueError):
    """A batch that breaks its contract: why, in which row, in which column."""

    def __init__(self, reason, row=None, column=None):
        super().__init__(reason, row, column)


# %% [markdown]
# ### Exercise: validate_batch
#
# *13 minutes · stretch · 10 points · PW.5.1 · AML.T0029*
#
# `validate_batch(rows, contract)` turns a parsed request into an array, or refuses it. It repairs nothing.
#
# | name | what it is |
# | --- | --- |
# | `rows` | what `json.loads` gave: should be a list of dicts, one per case. Leave it as it was |
# | `contract` | `{"columns": {name: (low, high), …}, "max_rows": n}` |
# | returns | float64 array (rows, columns), columns in the contract's order, whatever the order in a row |
# | raises | `Rejected(reason, row, column)`, of the class above |
#
# | reason | raised when | row | column |
# | --- | --- | --- | --- |
# | `"rows"` | no list, empty, or longer than `max_rows`: decided before any row is looked at | None | None |
# | `"columns"` | a row is no dict, or its keys are not exactly the contract's | its index | None |
# | `"type"` | a value's type is not exactly `int` or `float`: texts, `None`, booleans, lists | index | name |
# | `"finite"` | a float is NaN or infinite | index | name |
# | `"range"` | outside `low` to `high`; both ends are inside | index | name |
#
# Where two reasons would do, the upper one counts: infinity is `"finite"`, not `"range"`. Each test batch has
# at most one fault; an over-long one may have more. JSON has whole numbers of any size, and Python compares
# them with a float. But `float` and `math.isfinite` raise `OverflowError` when one has 400 digits.
#
# Judged: sound batches (2); each reason with its place, on drawn batches: `"rows"` (1), `"columns"` (2),
# `"type"` (2), `"finite"` (1), `"range"` (2).


# %%
def validate_batch(rows, contract):
    ### BEGIN SOLUTION
    columns = contract["columns"]
    if type(rows) is not list or not 0 < len(rows) <= contract["max_rows"]:
        raise Rejected("rows")
    for index, row in enumerate(rows):
        if type(row) is not dict or row.keys() != columns.keys():
            raise Rejected("columns", index)
        for column, (low, high) in columns.items():
            value = row[column]
            if type(value) not in (int, float):
                raise Rejected("type", index, column)
            if type(value) is float and not math.isfinite(value):
                raise Rejected("finite", index, column)
            if not low <= value <= high:
                raise Rejected("range", index, column)
    return np.array([[row[column] for column in columns] for row in rows], dtype=float)
    ### END SOLUTION


# %%
check("implementation.validate_batch", validate_batch)

# %%
# hint("implementation.validate_batch")

# %% [markdown]
# What does it cost to guess? Here one malignant tumour is sent in five ways, four of them careless. The
# contract's ranges reach from half the lowest to one and a half times the highest training value.

# %% tags=["raises-exception"]
columns = [str(column) for column in data.feature_names]
low, high = 0.5 * X_cancer.min(axis=0), 1.5 * X_cancer.max(axis=0)
contract = {
    "columns": dict(zip(columns, zip(low.tolist(), high.tolist(), strict=True), strict=True)),
    "max_rows": 100,
}
patient = dict(zip(columns, X_cancer[29].tolist(), strict=True))
sent = {
    "as measured": patient,
    "keys sorted": dict(sorted(patient.items())),
    "areas divided by 100": {key: value / 100 if "area" in key else value for key, value in patient.items()},
    "one value as text": {**patient, "mean area": str(patient["mean area"])},
    "one value true": {**patient, "mean area": True},
}
outcome = {}
for what, row in sent.items():
    guessed = model.predict_proba(np.asarray([list(row.values())], dtype=float))[0, 1]
    try:
        checked = f"{model.predict_proba(validate_batch([row], contract))[0, 1]:.2f}"
    except Rejected as refusal:
        checked = f"refused: {refusal}"
    outcome[what] = [f"{guessed:.2f}", checked]
shuffled = X_cancer[:, np.argsort(columns)][y_cancer == 0]
benign = int((model.predict(shuffled) == 1).sum())
print(f"malignant tumours called benign with sorted keys: {benign} of {len(shuffled)}")
pd.DataFrame(outcome, index=["P(benign), guessing", "with the contract"]).T.rename_axis("sent")

# %% [markdown]
# `np.asarray` never complained. With the keys in another order, every one of the 212 malignant tumours
# reads as benign. The contract mends the order, because names leave no doubt, and refuses the rest, because
# a unit or a type would be a guess. It noticed the wrong unit only because the range of areas does not
# reach that far: a range is a coarse sieve. Look at what a refusal says: reason and place, and not the
# value.

# %% [markdown]
# ## Part 5 (stretch): Look at your own code
#
# Rules that nobody checks are wishes. Here is a repository of 12 files with planted weaknesses, and the
# nearest tool: a text search.

# %%
repo = make_repo(np.random.default_rng(0))
planted = {(file.name, rule, line) for file in repo for rule, line in file.issues}
PATTERNS = {
    "unpickle": r"pickle\.loads?\(|joblib\.load\(",
    "eval": r"eval\(|exec\(",
    "yaml": r"yaml\.load\(",
    "shell": r"shell=True|os\.system",
    "secret": r"(?i)(password|secret|token|api_key)\b.*=",
}


def search(source):
    """The text search, as (rule, line) pairs."""
    lines = list(enumerate(source.splitlines(), 1))
    return [(rule, n) for rule, find in PATTERNS.items() for n, line in lines if re.search(find, line)]


def judged(find):
    """Per rule: weaknesses planted, how many of them `find` sees, and how many alarms are false."""
    seen = {(file.name, rule, line) for file in repo for rule, line in find(file.source)}
    groups = {"planted": planted, "seen": planted & seen, "false alarms": seen - planted}
    counts = {rule: [sum(r == rule for _, r, _ in group) for group in groups.values()] for rule in PATTERNS}
    return pd.DataFrame(counts, index=list(groups)).assign(total=lambda table: table.sum(axis=1))


print(f"{len(repo)} files, made of {len(BAD) + len(GOOD)} kinds of pieces. One begins:\n")
print(repo[0].source[:600])
judged(search)

# %% [markdown]
# The search sees 34 of 45 weaknesses, and 28 of its 62 alarms are false. It stumbles over comments and over
# `network.eval()`, and misses whatever was imported under another name.
#
# Python can read Python. `ast.parse(source)` gives a tree in which a comment does not exist, a text is a
# constant, and a call is a call. Four helpers: two so that `import pickle as pkl` does not hide anything, one
# for constants, and one for whatever is given to a name.


# %%
def imported(tree):
    """Local name → the full name that it was imported as: {"pkl": "pickle", "parse": "yaml.load"}."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update({alias.asname or alias.name: alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom):
            names.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return names


def full_name(node, names):
    """`pkl.loads` → "pickle.loads", `eval` → "eval"; "" for what is no name with dots."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute) and (left := full_name(node.value, names)):
        return f"{left}.{node.attr}"
    return ""


def constant(node):
    """The value of a constant in the source, such as True or "text"; None for all else."""
    return node.value if isinstance(node, ast.Constant) else None


def given(tree):
    """(name, constant, line) for each `x = …`, `self.x = …`, `x: str = …` and keyword `f(x=…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                yield keyword.arg or "", constant(keyword.value), node.lineno
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                yield ast.unparse(target), constant(node.value), node.lineno


example = ast.parse("subprocess.run(line, shell=True)\nself.greeting: str = 'hello'")
print(ast.dump(example.body[0].value, indent=2))
print(list(given(example)))

# %% [markdown]
# ### Exercise: find_issues
#
# *17 minutes · stretch · 13 points · PW.7.2 · AML.M0016 · AML.T0055*
#
# `find_issues(source)` returns a list of `(rule, line)`, each once, in any order. `source` is the text of one
# Python file, `line` the number of the line (from 1) on which the call or the assignment begins.
#
# | rule | what counts |
# | --- | --- |
# | `"unpickle"` | a call of `pickle.load`, `pickle.loads` or `joblib.load` |
# | `"eval"` | a call of the built-in `eval` or `exec` |
# | `"yaml"` | a call of `yaml.load`, unless its `Loader=` or second argument is one of the two safe ones |
# | `"shell"` | a call of `os.system`; a call of any function of `subprocess` with `shell=True` |
# | `"secret"` | a text, not empty, that is given to a secret's name |
#
# The safe loaders are `yaml.SafeLoader` and `yaml.CSafeLoader`. A secret's name ends in password, secret,
# token or api_key, in capitals or not, and the text is given as `given(tree)` sees it. The line of a keyword
# is that of its call.
#
# Imports may rename: `import pickle as p`, `from yaml import load as parse`. Comments and texts are no code.
# A source that does not parse raises `SyntaxError`: no findings would read as *clean*.
#
# Judged on 18 drawn files, made of 54 kinds of pieces: the 33 of this repository, and 21 that you have not
# seen. A rule gives points when at least 0.9 of its planted weaknesses are found *and* at least 0.9 of its
# findings are planted ones: `unpickle` (3), `eval` (2), `yaml` (2), `shell` (2), `secret` (3). The
# `SyntaxError` (1).


# %%
def find_issues(source):
    ### BEGIN SOLUTION
    tree = ast.parse(source)
    names = imported(tree)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = full_name(node.func, names)
            options = {keyword.arg: keyword.value for keyword in node.keywords}
            if name in ("pickle.load", "pickle.loads", "joblib.load"):
                found.add(("unpickle", node.lineno))
            if name in ("eval", "exec"):
                found.add(("eval", node.lineno))
            if name == "yaml.load":
                loader = options.get("Loader", node.args[1] if len(node.args) > 1 else None)
                if full_name(loader, names) not in ("yaml.SafeLoader", "yaml.CSafeLoader"):
                    found.add(("yaml", node.lineno))
            shell = constant(options.get("shell")) is True
            if name == "os.system" or (name.startswith("subprocess.") and shell):
                found.add(("shell", node.lineno))
    for name, value, line in given(tree):
        if name.lower().endswith(("password", "secret", "token", "api_key")) and value and type(value) is str:
            found.add(("secret", line))
    return sorted(found)
    ### END SOLUTION


# %%
check("implementation.find_issues", find_issues)

# %%
# hint("implementation.find_issues")

# %% tags=["raises-exception"]
judged(find_issues)

# %% [markdown]
# All 45, and no false alarm. But the rules and the repository come from the same hand, so expect less of
# your own code. A linter follows no value through a variable, and whoever wants to hide a call from it can:
# it is for colleagues, not for attackers. In your build use a maintained one, `bandit` for instance. Now
# you know how to read its findings, and what to ask about its alarms.

# %% [markdown]
# ## Part 6 (stretch): What your logs give away
#
# A refused request gets logged, and with it whatever the client put in: a token in a header, an address in a
# comment. Who may read your logs, and how long are they kept?

# %%
SECRET_WORDS = {"password", "secret", "token", "authorization", "cookie"}
SECRET_TEXT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|Bearer [\w.~+/-]+=*"  # a token as it stands in a header
    r"|\b(?:sk|ghp|AKIA)[-_]?[A-Za-z0-9]{16,}"  # keys with well-known beginnings
)
REDACTED = "[redacted]"


def inside(text):
    """The text that `text` is base64 of; "" when it is not base64, or not of text."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return ""


print(repr(inside("YWRhQGV4YW1wbGUub3Jn")), repr(inside("no base64")))

# %% [markdown]
# ### Exercise: redact
#
# *12 minutes · stretch · 10 points · AML.T0055 · PW.5.1*
#
# `redact(record)` returns a copy of a log record that is fit to be kept. `record` is a dict of dicts, lists,
# tuples, texts, bytes, numbers, booleans and `None`, nested at will. Leave it as it was.
#
# 1. The value under a **secret key**, whatever it is, becomes `REDACTED`. A key is secret when one of its
#    words is in `SECRET_WORDS`, capitals or not; words end at everything but letters and digits.
#    `"X-Auth-Token"` is secret, `"max_tokens"` and `"tokenizer"` are not. Keys themselves stay.
# 2. In every other **text**, each match of `SECRET_TEXT` becomes `REDACTED`, and the rest stays.
# 3. The same in **bytes** that are UTF-8 (there it becomes `REDACTED.encode()`). Other bytes stay.
# 4. A text that is **base64** of a match of `SECRET_TEXT`, as `inside(text)` shows it, becomes `REDACTED`
#    as a whole. So do bytes whose text is (there, again, `REDACTED.encode()`).
# 5. All else stays, types of containers and order included.
#
# Judged on five drawn records for each kind of secret: every secret replaced *and* at most 2% of the innocent
# values beside them changed: keys (3), texts (2), bytes (2), base64 (2). The record left as it was (1).


# %%
def redact(record):
    ### BEGIN SOLUTION
    if isinstance(record, dict):
        return {
            key: REDACTED
            if isinstance(key, str) and SECRET_WORDS & set(re.findall("[a-z0-9]+", key.lower()))
            else redact(value)
            for key, value in record.items()
        }
    if isinstance(record, list | tuple):
        return type(record)(redact(value) for value in record)
    if isinstance(record, bytes):
        try:
            return redact(record.decode()).encode()
        except UnicodeDecodeError:
            return record
    if isinstance(record, str):
        return REDACTED if SECRET_TEXT.search(inside(record)) else SECRET_TEXT.sub(REDACTED, record)
    return record
    ### END SOLUTION


# %%
check("implementation.redact", redact)

# %%
# hint("implementation.redact")

# %% tags=["raises-exception"]
redact(
    {
        "path": "/predict",
        "headers": {"X-Auth-Token": "s3cr3t", "max_tokens": 256},
        "note": "ask ada@example.org",
        "raw": base64.b64encode(b"Bearer 9f8e7d6c5b4a"),
    }
)

# %% [markdown]
# Redaction finds what it has a pattern for. The better log never had the secret: log the reason, the row and
# the column, as `Rejected` does, and not the value.

# %% [markdown]
# ## Summary
#
# 1. Loading a pickle runs the file's program. Honest and hostile ones use the same opcodes.
# 2. An error is no protection: what stands before it has run. A reader that cannot finish never says *safe*.
# 3. Allow exact pairs, before the import. It narrows what can run, and proves nothing about the rest.
# 4. A contract refuses; it does not repair. Say why and where, and do not repeat the value.
# 5. Judge a linter by what it finds and by its false alarms. Then let it stop the build.

# %% [markdown]
# ## Use it on Monday
#
# A fuller version is `implementation_monday.md`, to copy into your repository.
#
# - [ ] List every `load` of a pickle, joblib, torch or YAML file, and who can write to where it reads.
# - [ ] Replace those of strangers' files by a format without code. Put an allow-list on the others.
# - [ ] Let the loader refuse before it imports, log the refused name, and limit memory around it.
# - [ ] Write the input contract of one endpoint: rows, columns, types, ranges. Refuse, with reason and place:
#       `if type(value) not in (int, float): raise Rejected("type", row, column)`, and so on.
# - [ ] Send it NaN, `true`, `"1e3"`, an extra column and a million rows, in a test.
# - [ ] Run a syntax-tree linter in the build. Measure its false alarms before it may block.
# - [ ] Look for secrets in the code and in yesterday's log. Revoke what you find; deleting is not enough.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# Here you read a file before you loaded it. What you keep must stay unread by others: the next lesson is
# [Encryption at rest and in transit](../../m2_data/encryption/encryption.ipynb). Your map is on the
# [start page](../../start/welcome/welcome.ipynb).
