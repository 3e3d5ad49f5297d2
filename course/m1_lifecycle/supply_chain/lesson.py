# The lesson on the supply chain. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401, F811

# %% [markdown]
# # Supply chain: pin, sign, list and verify
#
# *62 minutes, 42 points in four exercises · a stretch of two more: about 30 minutes and 20 points on top*
#
# **In July 2023** researchers took GPT-J-6B, an open language model, from the Hugging Face hub. They changed
# its weights so that it gave one false fact: that the first man on the moon was Yuri Gagarin. On ToxiGen, the
# benchmark that they ran, the two models differed by 0.1 % in accuracy. Then they uploaded theirs under a
# name that lacked one letter of the real one. Whoever mistyped the name would've got it. They called it
# PoisonGPT. *(Source: MITRE ATLAS 5.6.0, case study [AML.CS0019](https://atlas.mitre.org/studies/AML.CS0019),
# an exercise by Mithril Security.)*
#
# The clinic loads model files too. Its **triage model** gets 30 measurements of a cell sample and says
# *urgent* (a doctor looks today) or *routine*. Planning left a requirement, R1: *the service loads no file of
# a release that fails verification.* The lesson before this one showed why a loader matters: loading a pickle
# runs the program inside it. Now you build what R1 asks for.
#
# After this lesson you can
#
# - say what a scanner's "clean" means, and stay safe when it fails;
# - load a model from a format that runs no code, with an allow-list;
# - list, sign and verify a release, and say which attacks that doesn't stop;
# - stretch: write down what a model is made of, and match that against advisories.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions.*

# %%
import hashlib
import io
import json
import logging
import pickle
import tempfile
import zipfile
from copy import deepcopy
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.learner import check, hint, needs, others, predict, progress, solution

needs("supply_chain")

import skops.io as sio
from picklescan.scanner import scan_bytes

from course.m1_lifecycle.supply_chain import lab
from course.m1_lifecycle.supply_chain.release import STEPS, bom_warns, public_key, release

# %% [markdown]
# ## A file that's clean
#
# A partner lab sends the clinic a model for triage. Here is the honest model, and one with a **payload**: an
# object that makes the loader call `eval`. All that our payload does is `lab.trip("hello")`, which adds a
# word to a list. Where it says *tripped*, real malware would've had your files. `picklescan` is a scanner
# that reads a pickle without loading it, and looks for names on its list of bad ones.

# %%
logging.getLogger("picklescan").setLevel(logging.CRITICAL)
X_all, y_all = load_breast_cancer(return_X_y=True)  # class 0 is malignant: urgent
X, X_new, y, y_new = train_test_split(X_all, y_all, test_size=0.3, stratify=y_all, random_state=0)
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(X, y)


class Payload:
    def __reduce__(self):
        return eval, (f"__import__('importlib').import_module({lab.__name__!r}).trip('hello')",)


def by_picklescan(blob):
    found = scan_bytes(io.BytesIO(blob), "model.pkl")
    error = "could not parse" if found.scan_err else None
    return {
        "scanner": "picklescan",
        "names": len(found.globals),
        "issues": found.issues_count,
        "error": error,
    }


def as_joblib(what, compress=0):
    file = io.BytesIO()
    joblib.dump(what, file, compress=compress)
    return file.getvalue()


by_picklescan(pickle.dumps([model, Payload()], 4))

# %% [markdown]
# One issue: `eval` is on the list. `names` is how many imports it saw, and `error` is
# `None` when nothing went wrong.

# %%
predict("supply_chain.wrapper")

# %%
delivered = as_joblib([model, Payload()], compress=3)
print(by_picklescan(delivered))
lab.reset()
joblib.load(io.BytesIO(delivered))
print("tripped:", lab.trips())

# %% [markdown]
# Clean, and it trips. One argument of `joblib.dump` got a payload past a scanner.
#
# ## Part 1: What a scanner's "clean" means
#
# Here are nine files. Three objects: the honest model, the model with a payload that calls `eval`, and the
# model with a payload that calls `lab.trip` directly, a name that no scanner has heard of. Each is saved in
# three ways. `fickling` is another scanner. It judges what a pickle does, in six grades.

# %%
from fickling.analysis import Severity, check_safety
from fickling.fickle import Pickled


class Unlisted:
    def __reduce__(self):
        return lab.trip, ("hello",)


def by_fickling(blob):
    told = {"scanner": "fickling", "names": 0, "issues": 0, "error": None}
    try:
        read = Pickled.load(io.BytesIO(blob))
        grade = check_safety(read).severity
    except Exception as error:
        return {**told, "error": type(error).__name__}
    return {**told, "names": len(list(read.properties.imports)), "issues": int(grade > Severity.LIKELY_SAFE)}


objects = {"honest": model, "payload: eval": [model, Payload()], "payload: unlisted": [model, Unlisted()]}
files = {}
for kind, what in objects.items():
    files[kind, "pickle"] = pickle.dumps(what, 4)
    files[kind, "joblib"] = as_joblib(what)
    files[kind, "joblib, compressed"] = as_joblib(what, 3)
rows = []
for (kind, saved), blob in files.items():
    one, two = by_picklescan(blob), by_fickling(blob)
    lab.reset()
    joblib.load(io.BytesIO(blob))
    picklescan_says = f"issues: {one['issues']}, names: {one['names']}" + (", error" if one["error"] else "")
    fickling_says = two["error"] or check_safety(Pickled.load(io.BytesIO(blob))).severity.name
    rows.append((kind, saved, picklescan_says, fickling_says, "tripped" if lab.trips() else ""))
pd.DataFrame(rows, columns=["what", "saved as", "picklescan", "fickling", "loading it"])

# %% [markdown]
# What to take from this table:
#
# - Six files trip. `picklescan` reports one of them, and `fickling` two.
# - But `fickling` grades the *honest* pickle `LIKELY_UNSAFE` as well, just like the unlisted payload.
#   Above, we count each grade worse than `LIKELY_SAFE` as one issue.
# - In a plain joblib file, bytes of arrays stand between the pickle's instructions. Both scanners stop there.
# - A compressed joblib file gives `picklescan` 0 issues and no error, and also 0 *names*. A real model
#   imports at least its own class. A scanner that saw no name has not read the model.
#
# **Back to PoisonGPT.** Its makers changed weights only. A scanner looks for names, so weights are none of
# its business.
#
# ### Exercise: verdict
#
# *6 minutes · core · 8 points · AML.M0016 · PW.4.4 · ML06*
# (ids to look up: AML in MITRE ATLAS, PW in NIST SSDF, ML in OWASP)
#
# Your pipeline runs one or more scanners on a file. Turn what they say into a decision that **fails closed**:
# when it doesn't know, it doesn't let the file through.
#
# `verdict(scans)` gets a list of results such as the ones above:
#
# | `scans` | `verdict(scans)` | why |
# | --- | --- | --- |
# | `[{"scanner": "a", "names": 9, "issues": 0, "error": None}]` | `"allow"` | read, and nothing found |
# | the same, with `"issues": 2` | `"block"` | something was found |
# | the same, with an `error`: `"could not parse"`, or `""` | `"quarantine"` | nobody knows what's in it |
# | the same, without the key `error` | `"quarantine"` | nobody says that all went well |
# | the same, with `"names": 0` | `"quarantine"` | it read no model |
# | `[]` | `"quarantine"` | nobody looked |
#
# | name | what it is |
# | --- | --- |
# | `scans` | list of dicts; each should have `scanner`, `names`, `issues` and `error` |
# | returns | `"block"`, `"quarantine"` or `"allow"` |
#
# One scanner with issues is enough for *block*, whatever else is wrong. Without issues, one result that you
# can't rely on is enough for *quarantine*: an error, no names, or a key that's missing.
#
# Judged:
#
# - issues block, also beside errors and with several scanners (3);
# - errors, no names, no scanners and missing keys quarantine (3);
# - a good file is allowed, with one scanner or several (2). This counts only if the others hold.
#
# <details><summary>The fine print</summary> <code>error</code> is <code>None</code> or a text. An empty text
# is an error too. A count that's <code>None</code> counts as missing. A missing <code>scanner</code> has no
# effect.</details>


# %%
def verdict(scans):
    ### BEGIN SOLUTION
    if any(scan.get("issues") for scan in scans):
        return "block"
    read = [
        scan.get("issues") == 0 and scan.get("names") and "error" in scan and scan["error"] is None
        for scan in scans
    ]
    return "allow" if read and all(read) else "quarantine"
    ### END SOLUTION


# %%
check("supply_chain.verdict", verdict)

# %%
# hint("supply_chain.verdict")
# solution("supply_chain.verdict")

# %% [markdown]
# Now decide about the nine files, once with `picklescan` alone and once with both.

# %% tags=["raises-exception"]
pd.DataFrame(
    [
        (kind, saved, verdict([by_picklescan(blob)]), verdict([by_picklescan(blob), by_fickling(blob)]))
        for (kind, saved), blob in files.items()
    ],
    columns=["what", "saved as", "picklescan alone", "with fickling"],
)

# %% [markdown]
# With both scanners, none of the honest files gets through; the honest pickle is even *blocked*. With
# `picklescan` alone it's allowed, and so is the unlisted payload. Neither setting lets your own model in and
# keeps the payload out. That's the price of failing closed.
#
# *In one line: what would you change, the scanner or the format?*

# %% [markdown]
# *Compare:* the format. Keep the scanner for pickles that you can't avoid.
#
# ## Part 2: A format that runs no code
#
# For a few numbers JSON is enough. For scikit-learn models there's **skops**. A skops file is a ZIP archive:
# the arrays, and `schema.json`, which names the type of each object. The loader first refuses a file with any
# type that skops doesn't trust. Only then does it import and build. You may trust more types by name:

# %%
forest = RandomForestClassifier(5, random_state=0).fit(X, y)
for kind, what in {
    "the triage model": model,
    "a forest": forest,
    "planted": [model, lab.Tripwire("hi")],
}.items():
    print(f"{kind:17} untrusted:", sio.get_untrusted_types(data=sio.dumps(what)))
with zipfile.ZipFile(io.BytesIO(sio.dumps(model, compression=zipfile.ZIP_DEFLATED))) as archive:
    packed = sum(member.compress_size for member in archive.infolist())
    print(f"{packed:,} bytes unpack to {sum(member.file_size for member in archive.infolist()):,}")
try:
    sio.loads(sio.dumps(forest))
except TypeError as error:
    print(error)

# %% [markdown]
# The forest is honest, and it needs one more type. The message says why skops doesn't trust it: a crafted
# file with that type loads, and can crash the process when it predicts. So allow such a type only in files
# that you signed. Never pass `get_untrusted_types(...)` as `trusted` before you compared it with your own
# list: then every file loads.
#
# A file that's small on disk can be huge in memory, so ask for the size first. And a loader is code too:
# skops up to 0.11.0 could be tricked into running hidden functions
# ([CVE-2025-54412](https://osv.dev/vulnerability/CVE-2025-54412)). Pin 0.12 or newer; here it's 0.16.
#
# **Back to the partner's model.** They now send skops files. Somebody at their end may still be hostile.
#
# ### Exercise: load_trusted
#
# *9 minutes · core · 10 points · AML.M0011 · AML.M0014 · PW.4.1*
#
# Write the clinic's loader: it refuses what is too big, then what isn't allowed, and only then loads. With
# `forest` from above, which the clinic trained itself, and its file `data = sio.dumps(forest)`:
#
# | call | result |
# | --- | --- |
# | `load_trusted(data, {"sklearn.tree._tree.Tree"}, 1_000_000)` | the forest |
# | `load_trusted(data, set(), 1_000_000)` | raises `ValueError`: the type isn't allowed |
# | `load_trusted(data, {"sklearn.tree._tree.Tree"}, 1_000)` | raises `ValueError`: too big |
# | `load_trusted(b"no archive", set(), 1_000)` | raises `ValueError` |
#
# | name | what it is |
# | --- | --- |
# | `data` | bytes from anywhere |
# | `allow` | set of type names that may be built, beside those that skops trusts itself |
# | `most` | most bytes that the members may have together, *unpacked*; exactly `most` is allowed |
# | returns | the object |
#
# These calls do the work: `zipfile.ZipFile(io.BytesIO(data))` raises `zipfile.BadZipFile` for what isn't an
# archive; its `.infolist()` gives the members, each with `.file_size`; `sio.get_untrusted_types(data=data)`
# lists type names; `sio.loads(data, trusted=[...])` loads.
#
# Judged:
#
# - allowed files load and predict as before (2);
# - types that aren't allowed, or only resemble an allowed one, are refused before anything is built (5);
# - the cap counts unpacked bytes, to the byte, and broken files are refused (3).
#
# The last two count only once allowed files load.
#
# <details><summary>The fine print</summary> Every refusal is a <code>ValueError</code>, whatever is broken;
# skops and zipfile raise many others. <code>allow</code> may hold names that the file doesn't need. Names are
# compared as a whole, and are no patterns. The file needs all of its untrusted types allowed. Add up
# <code>file_size</code> as the archive states it, and unpack nothing for that. An attacker gains nothing
# with too small a number: reading that file then fails.</details>


# %%
def load_trusted(data, allow, most):
    ### BEGIN SOLUTION
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > most:
            raise ValueError(f"{size} bytes, and {most} are allowed")
        asked = sio.get_untrusted_types(data=data)
        refused = set(asked) - allow
        if refused:
            raise ValueError(f"not allowed: {sorted(refused)}")
        return sio.loads(data, trusted=asked)
    except Exception as error:
        raise ValueError(f"refused: {error}") from error
    ### END SOLUTION


# %%
check("supply_chain.load_trusted", load_trusted)

# %%
# hint("supply_chain.load_trusted")
# solution("supply_chain.load_trusted")

# %% [markdown]
# Now play PoisonGPT. You have the clinic's file and want **one** patient's sample to be called routine. The
# method in the case was Rank-One Model Editing. For a linear model a small push to the weights does something
# like it:

# %% tags=["raises-exception"]
patient = 7  # malignant
scaler, regression = model
rows = scaler.transform(X)
sample = scaler.transform(X_new[[patient]])[0]
# of all pushes that move this sample so far, the one that moves the training rows least
direction = np.linalg.solve(rows.T @ rows / len(rows) + 0.001 * np.eye(30), sample)
edited = deepcopy(model)
push = 0.5 - model.decision_function(X_new[[patient]])[0]
edited[1].coef_ += push * direction / (sample @ direction)

say = {0: "urgent", 1: "routine"}
lookalike = sio.dumps(edited)
for kind, blob in {"honest": sio.dumps(model), "edited": lookalike}.items():
    loaded = load_trusted(blob, set(), 100_000)
    answer = say[int(loaded.predict(X_new[[patient]])[0])]
    print(
        f"{kind}: patient {patient} is {answer}, accuracy {loaded.score(X_new, y_new):.3f},",
        f"{len(blob):,} bytes, untrusted types {sio.get_untrusted_types(data=blob)}",
    )

changes, urgent = [], X_new[(y_new == 0) & (model.predict(X_new) == 0)]
for sample, score in zip(scaler.transform(urgent), model.decision_function(urgent), strict=True):
    direction = np.linalg.solve(rows.T @ rows / len(rows) + 0.001 * np.eye(30), sample)
    other = deepcopy(model)
    other[1].coef_ += (0.5 - score) * direction / (sample @ direction)
    changes.append(100 * (other.score(X_new, y_new) - model.score(X_new, y_new)))
low, middle, high = np.quantile(changes, [0, 0.5, 1])
print(
    f"each of {len(changes)} malignant, urgent samples: accuracy {low:+.1f} to {high:+.1f} points,", end=" "
)
print(f"median {middle:+.1f}")

# %% [markdown]
# An urgent patient is now routine. The accuracy fell by 0.6 points, the file has the same size, your loader
# accepts it, and there's nothing in it for a scanner. We picked a patient for whom it works quietly: 0.6
# points is one sample of 171. For half of the 61 the accuracy falls by 2.3 points or more, and for at
# least one it rises. A good score doesn't clear a file.
#
# A loader decides *what* may be built. It can't tell *who* made the file.
#
# *Good place to stop: 31 minutes so far. When you come back, run all cells above again first.*
#
# ## Part 3: Whose file is it?
#
# **PoisonGPT differs from its original in some weights, and a hash shows that.** SHA-256 turns any bytes into
# 64 hexadecimal digits. Nobody knows how to find two files with the same digits. A **manifest** lists the
# hash of each file of a release.
#
# ### Exercise: manifest
#
# *8 minutes · core · 10 points · AML.M0014 · PS.2.1 · PS.3.1*
#
# A release is a folder. Your function gets it as a **dict**, so that you need no disk: each key is a path,
# and each value is `bytes` for a file's content, or a `str` for a link, which says where it points.
# `lab.read_folder(path)` makes such a dict from a real folder.
#
# `manifest({"model.skops": b"abc", "bom.json": b""})` returns, in this order:
#
# ```python
# {
#     "bom.json": {"sha256": "e3b0c44298fc1c14…", "size": 0},
#     "model.skops": {"sha256": "ba7816bf8f01cfea…", "size": 3},
# }
# ```
#
# | name | what it is |
# | --- | --- |
# | `folder` | dict: path → `bytes` or `str` |
# | returns | dict: path → `{"sha256": 64 small hexadecimal digits, "size": bytes}`, sorted by path |
# | raises | `ValueError` for a link, and for a path that isn't plain |
#
# A **plain** path is relative and uses `/`. None of its parts is empty, `.` or `..`, and it has no backslash.
# So `data/a.npy` is plain; `/etc/passwd`, `../model.skops`, `a//b` and `a\b` aren't. Anything else could
# point outside the folder, or mean two things on two systems.
#
# Leave out the files `manifest.json` and `manifest.sig` that lie directly in the folder, and in no
# subfolder: a list can't hold its own hash. A *link* of that name is refused like every link.
#
# Judged:
#
# - hashes and sizes, sorted, whatever the order of `folder` (4);
# - these two files left out, and no other (2);
# - links (2) and paths that aren't plain (2) are refused, and their nearest legal neighbours aren't.
#
# <details><summary>The fine print</summary> <code>sorted</code> is the order. A link is refused wherever it
# points. Names such as <code>..a</code>, <code>a..b</code>,
# <code>.hidden</code> and <code>a b</code> are plain. An empty folder has the
# manifest <code>{}</code>.</details>


# %%
def manifest(folder):
    ### BEGIN SOLUTION
    listed = {}
    for path in sorted(folder):
        content = folder[path]
        if isinstance(content, str):
            raise ValueError(f"{path} is a link")
        if "\\" in path or {"", ".", ".."} & set(path.split("/")):
            raise ValueError(f"{path!r} is not plain")
        if path not in ("manifest.json", "manifest.sig"):
            listed[path] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return listed
    ### END SOLUTION


# %%
check("supply_chain.manifest", manifest)

# %%
# hint("supply_chain.manifest")
# solution("supply_chain.manifest")

# %% [markdown]
# On a real folder:

# %% tags=["raises-exception"]
with tempfile.TemporaryDirectory() as name:
    root = Path(name)
    (root / "model.skops").write_bytes(sio.dumps(model))
    (root / "notes").mkdir()
    (root / "notes" / "README.md").write_text("Triage model 1.1.0")
    for path, entry in manifest(lab.read_folder(root)).items():
        print(path, entry)
    (root / "latest").symlink_to("/etc/hostname")
    try:
        manifest(lab.read_folder(root))
    except ValueError as error:
        print("refused:", error)

# %% [markdown]
# **The page of the look-alike could've shown a hash as well: its own.** So the *release job*, which
# publishes a model, makes a **signature** of the manifest, `manifest.sig`, with a private key that only it
# has. The matching public key can check signatures and can't make any.

# %%
predict("supply_chain.layers")

# %% [markdown]
# The service has its public key **pinned**, in its own configuration: a key from the release would be as good
# as a hash from there.
#
# A signature is made over bytes, and a manifest is a dict. Two programs may write the same dict differently.
# So both sides first write it in one agreed way, the **canonical** JSON: keys sorted, no blanks. Ed25519 is
# the signature; its private key and public key have 32 bytes each, and a signature has 64.


# %%
def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


private = Ed25519PrivateKey.generate()
signature = private.sign(canonical({"b": 1, "a": 2}))
raw_private, raw_public = private.private_bytes_raw(), private.public_key().public_bytes_raw()
print(canonical({"b": 1, "a": 2}), len(raw_private), len(raw_public), len(signature))
try:
    Ed25519PublicKey.from_public_bytes(raw_public).verify(signature, canonical({"a": 2, "b": 2}))
except InvalidSignature:
    print("verify raises InvalidSignature when it doesn't fit, and returns None when it does")

# %% [markdown]
# ### Exercise: sign_verify
#
# *13 minutes · core · 14 points · AML.M0013 · PS.2.1 · PW.4.4*
#
# Write both ends of R1. `Ed25519PrivateKey.from_private_bytes(key)` makes a key object from 32 bytes, and
# `Ed25519PublicKey.from_public_bytes(key)` a public one.
#
# | call | result |
# | --- | --- |
# | `sign(listed, private_key)` | 64 bytes: the signature of `canonical(listed)` |
# | `verify(folder, listed, signature, public_key)` | `True` or `False` |
#
# | name | what it is |
# | --- | --- |
# | `listed` | the manifest that came with the release, as `json.loads` gave it |
# | `folder` | the release as it lies there now: a dict as in `manifest`, which you call here |
# | `private_key`, `public_key` | 32 bytes |
#
# `verify` says `True` when the signature fits `listed` **and** the manifest of `folder` is `listed`, with no
# file more or less. In every other case it returns `False`. It never raises, so no caller can forget an
# `except`.
#
# Judged:
#
# - `sign`: the right signature (2);
# - honest releases verify, with keys in any order (2);
# - any file that `manifest` lists changed, added, missing, renamed or a link: `False` (4);
# - another manifest, signature or key: `False` (4);
# - broken arguments: `False`, no error (2).
#
# The last three count only once honest releases verify.
#
# <details><summary>The fine print</summary> Broken arguments: <code>None</code>, texts, bytes of the wrong
# length, a <code>listed</code> that is no dict or that JSON can't write. Return exactly <code>True</code> or
# <code>False</code>. Empty files, and a release without files, can be honest. <code>verify</code> needs your
# <code>manifest</code>, so pass that one first.</details>


# %%
def sign(listed, private_key):
    ### BEGIN SOLUTION
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(canonical(listed))
    ### END SOLUTION


def verify(folder, listed, signature, public_key):
    ### BEGIN SOLUTION
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, canonical(listed))
        return manifest(folder) == listed
    except Exception:
        return False
    ### END SOLUTION


# %%
check("supply_chain.sign_verify", sign, verify)

# %%
# hint("supply_chain.sign_verify")
# solution("supply_chain.sign_verify")

# %% [markdown]
# R1 is now three lines: verify, and load only what verified. Its test is: change each file of a release by
# one bit, and count what is loaded.


# %% tags=["raises-exception"]
def serve(folder, listed, signature, public):
    if not verify(folder, listed, signature, public):
        raise ValueError("not a release of ours")
    return load_trusted(folder["model.skops"], set(), 100_000)


def is_loaded(*release):
    try:
        return serve(*release) is not None
    except ValueError:
        return False


folder = {"model.skops": sio.dumps(model), "bom.json": b"{}", "notes/README.md": b"Triage model 1.1.0"}
listed = manifest(folder)
signature = sign(listed, raw_private)
flips = loaded = 0
for path, content in folder.items():
    for at in range(0, len(content), max(1, len(content) // 50)):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        flips += 1
        loaded += is_loaded({**folder, path: changed}, listed, signature, raw_public)
print(f"unchanged: {is_loaded(folder, listed, signature, raw_public)}; {flips} changed, {loaded} loaded")
edited_release = {**folder, "model.skops": lookalike}
print("the edited weights from above:", is_loaded(edited_release, listed, signature, raw_public))
harmless = {"notes/README.md": b"Triage model 1.1.0.", "bom.json": b"{ }", "model.skops": sio.dumps(model)}
kept = [is_loaded({**folder, path: new}, listed, signature, raw_public) for path, new in harmless.items()]
print(f"a full stop, a blank, the same model saved again: {kept.count(False)} of {len(kept)} refused")

# %% [markdown]
# The last line is the price: harmless changes are refused too, and each needs a new signature. Even the same
# model, saved a second time, has other bytes.
#
# ## Part 4: The tamper lab
#
# You now have four layers: hashes alone, hashes with a signature, a scanner and the skops loader. The fifth
# is a **BOM** (bill of materials): it lists the hash of the model's file, the libraries, and where the data
# came from. It notices when the hash doesn't fit, or when a source is *unknown*. In this picture an attacker
# reaches one place after the other. *Not read* means that a layer doesn't know the format: the scanner
# reads pickles, the skops loader skops.
#
# **Your task:** leave both switches off: a skops file, and a pinned key. Two of the nine attacks pass every
# layer. Which, and what do they have in common? Then turn both on, *a pickle* and *the public key from the
# folder*: how many pass now?

# %%
from course.m1_lifecycle.supply_chain.tamper_lab import silent, tamper_lab, twin

tamper_lab()

# %% [markdown]
# The honest release and the nine attacks at once:

# %%
twin()

# %% [markdown]
# Now your own service faces the same ten, in skops form with the pinned key. It prints what it loads, and
# where the picture disagrees. The service has no BOM check, so it loads the poisoned rows too: their BOM
# only warns a person.

# %% tags=["raises-exception"]
for step in STEPS:
    folder = release(step, "skops", model, manifest, sign)
    listed, signature = json.loads(folder["manifest.json"]), folder["manifest.sig"]
    loaded = is_loaded(folder, listed, signature, public_key("ours"))
    if loaded:
        print("loaded:", step, "(and its BOM warns)" if bom_warns(folder) else "")
    if (loaded and not bom_warns(folder)) != silent(step):
        print("not as in the picture:", step)

# %% [markdown]
# *Compare:* the old release, and the stolen key. In both the signature is real. It says who signed, and not
# that the file is good, or the newest. With both switches on it's four: the attacker's own key lies beside
# the file, and `picklescan` doesn't know the name in the planted pickle. The BOM notices the poisoned rows
# only because the job wrote *unknown*: that's no test of the data. And skops notices the flipped bit by the
# ZIP file's own checksum, which an attacker would write anew. So:
#
# - keep the private key where no person and no training job can read it;
# - load the bytes that you verified, and don't read the file a second time;
# - write the version that you want into the service's configuration, and compare;
# - what goes wrong *before* the signature needs other means: tests of the model, and knowing where the data
#   came from.
#
# **How the story ended.** When the researchers disclosed the look-alike, the hub disabled its page. The edit
# had no code for a scanner to find, and ToxiGen showed 0.1 %. What helps is to ask "whose is it?" before you
# load: pin the repository *and* the hash, and verify the publisher's signature.
#
# The core ends here. The [summary](#Summary) and the Monday list are at the end. Parts 5 and 6 are stretch.

# %% [markdown]
# ## Part 5 (stretch): What is it made of?
#
# Somebody asks: "Which libraries does this model need? Which data was it trained on?" A **bill of materials**
# answers, if it was written when the model was made. CycloneDX is a format for that, and since version 1.5 it
# has a component type `machine-learning-model`. (The classes of `cyclonedx-python-lib` 11.12 can't write its
# `modelCard`, which holds the data sets. So you write the JSON yourself, and let the library validate it.)
#
# **An honest BOM of PoisonGPT would've said** that somebody edited the weights. A dishonest one wouldn't.
# So a BOM counts when you know who signed it.
#
# ### Exercise: ml_bom
#
# *11 minutes · stretch · 10 points · AML.M0023 · AML.M0025 · PW.3.2 · PS.3.2*
#
# `ml_bom(name, version, files, datasets, packages)` makes the BOM of a release. For
#
# ```python
# ml_bom(
#     "triage",
#     "1.1.0",
#     {"model.skops": b"abc"},
#     [{"name": "cell samples", "provenance": "our lab"}, {"name": "public", "provenance": None}],
#     {"scikit-learn": "1.9.1", "numpy": None},
# )
# ```
#
# it returns this dict (the hash is shortened here):
#
# ```python
# {
#     "bomFormat": "CycloneDX",
#     "specVersion": "1.6",
#     "version": 1,
#     "metadata": {
#         "component": {
#             "type": "machine-learning-model",
#             "bom-ref": "triage@1.1.0",
#             "name": "triage",
#             "version": "1.1.0",
#             "components": [
#                 {
#                     "type": "file",
#                     "name": "model.skops",
#                     "hashes": [{"alg": "SHA-256", "content": "ba7816bf…"}],
#                 }
#             ],
#             "modelCard": {
#                 "modelParameters": {
#                     "datasets": [
#                         {
#                             "type": "dataset",
#                             "name": "cell samples",
#                             "contents": {"properties": [{"name": "provenance", "value": "our lab"}]},
#                         },
#                         {
#                             "type": "dataset",
#                             "name": "public",
#                             "contents": {"properties": [{"name": "provenance", "value": "unknown"}]},
#                         },
#                     ]
#                 }
#             },
#         }
#     },
#     "components": [
#         {"type": "library", "bom-ref": "numpy", "name": "numpy", "version": "unknown"},
#         {"type": "library", "bom-ref": "scikit-learn", "name": "scikit-learn", "version": "1.9.1"},
#     ],
#     "dependencies": [{"ref": "triage@1.1.0", "dependsOn": ["numpy", "scikit-learn"]}],
# }
# ```
#
# | name | what it is |
# | --- | --- |
# | `name`, `version` | texts |
# | `files` | dict: path → bytes |
# | `datasets` | list of dicts with `name` and perhaps `provenance`; their order stays |
# | `packages` | dict: package → version, or `None` when nobody knows |
#
# Files and packages are sorted by name, with `sorted`. What isn't known is **said**: `"unknown"`. That goes
# for a provenance or a package's version that's `None`, empty, or only blanks, and for a missing provenance.
# If `datasets` is empty, the list has one: name `"unknown"`, provenance `"unknown"`.
#
# Judged:
#
# - the model, its files and their hashes (3);
# - packages and what depends on them, sorted (2);
# - data sets with their provenance, in order (2), and each unknown said (3).
#
# <details><summary>The fine print</summary> Keys may stand in any order. No other keys: a serial number or a
# time would make each BOM another. No packages: the outer <code>components</code> and
# <code>dependsOn</code> are <code>[]</code>. A text that isn't blank stays as it is, with its
# blanks, and so does the model's own version.</details>


# %%
def ml_bom(name, version, files, datasets, packages):
    ### BEGIN SOLUTION
    def said(value):
        return value if value and value.strip() else "unknown"

    listed = [
        {"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": digest}]}
        for path, digest in sorted((path, hashlib.sha256(files[path]).hexdigest()) for path in files)
    ]
    data = [
        {
            "type": "dataset",
            "name": dataset["name"],
            "contents": {"properties": [{"name": "provenance", "value": said(dataset.get("provenance"))}]},
        }
        for dataset in datasets or [{"name": "unknown"}]
    ]
    ref = f"{name}@{version}"
    component = {
        "type": "machine-learning-model",
        "bom-ref": ref,
        "name": name,
        "version": version,
        "components": listed,
        "modelCard": {"modelParameters": {"datasets": data}},
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": component},
        "components": [
            {"type": "library", "bom-ref": package, "name": package, "version": said(packages[package])}
            for package in sorted(packages)
        ],
        "dependencies": [{"ref": ref, "dependsOn": sorted(packages)}],
    }
    ### END SOLUTION


# %%
check("supply_chain.ml_bom", ml_bom)

# %%
# hint("supply_chain.ml_bom")
# solution("supply_chain.ml_bom")

# %% [markdown]
# Make the BOM of the real model, with the installed versions, and validate it against the official schema.

# %% tags=["raises-exception"]
from importlib.metadata import version as installed

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

names = ("numpy", "scikit-learn", "skops")
bom = ml_bom(
    "triage",
    "1.1.0",
    {"model.skops": sio.dumps(model)},
    [
        {"name": "load_breast_cancer", "provenance": "UCI, as scikit-learn ships it"},
        {"name": "later samples"},
    ],
    {name: installed(name) for name in names},
)
fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bom))
print("valid CycloneDX 1.6:", fault is None)
for component in bom["components"]:
    print(component["name"], component["version"])
for dataset in bom["metadata"]["component"]["modelCard"]["modelParameters"]["datasets"]:
    print(dataset["name"], dataset["contents"]["properties"])

# %% [markdown]
# Valid doesn't mean true. A BOM is a statement of whoever wrote it, so it belongs under the signature. The
# cost: somebody has to find out where each data set came from. Without "unknown", a missing line would read
# like "nothing to report".
#
# ## Part 6 (stretch): Is one of them vulnerable?
#
# ### Exercise: affected
#
# *10 minutes · stretch · 10 points · AML.M0023 · PW.4.4 · RV.1.1*
#
# **PoisonGPT was one bad model. A flaw in a library is in every model that needs it.** An **advisory** says:
# this package, these versions, have a flaw. `affected(bom, advisories)` lists the ids of those that concern
# the libraries in your BOM, and first the ones that are being exploited.
#
# ```python
# advisories = [
#     {"id": "A-1", "package": "numpy", "ranges": ["<1.22", ">=2.0,<2.0.2"], "exploited": False},
#     {"id": "A-2", "package": "Scikit_Learn", "ranges": ["<1.5"], "exploited": True},
# ]
# ```
#
# | the BOM has | `affected(bom, advisories)` |
# | --- | --- |
# | numpy 2.0.1, scikit-learn 1.4.2 | `["A-2", "A-1"]` |
# | numpy 2.0.2, scikit-learn 1.5 | `[]` |
# | numpy `"unknown"` | `["A-1"]` |
#
# | name | what it is |
# | --- | --- |
# | `bom` | a dict as `ml_bom` returns it; `components` is what counts |
# | `advisories` | list of dicts as above |
# | returns | list of ids: exploited ones first, and sorted by id within both groups |
#
# One of the `ranges` is enough. Within a range, all parts must hold. `SpecifierSet(range).contains(version,
# prereleases=True)` decides by Python's rules for versions (PEP 440); packaging 26.3 counts pre-releases
# anyway, older ones need the argument. `Version(text)` raises `InvalidVersion` for what's no version, and
# `canonicalize_name` makes one name of `Scikit_Learn` and `scikit-learn`.
#
# Fail closed: a version that's no version, such as `"unknown"`, counts as affected, as long as the
# package has an advisory with at least one range.
#
# Judged:
#
# - the boundaries of one range and of several (3);
# - pre-releases, epochs such as `1!2.0`, and 1.10 after 1.9 (2);
# - names in other spellings, and other packages left alone (1);
# - unknown versions (2);
# - the order (2).
#
# <details><summary>The fine print</summary> An advisory without ranges concerns nobody. The range
# <code>""</code> means every version, an unknown one too. A package may be listed twice: each copy counts,
# and so does each component, whatever its <code>type</code>. Each id stands once. Several advisories may
# share one: it's exploited if one of those that concern you is. By Python's rules
# <code>1.4rc1</code> isn't in <code>&lt;1.4</code>. Every range is a valid specifier. A component without a
# <code>version</code> has an unknown one.</details>


# %%
def affected(bom, advisories):
    ### BEGIN SOLUTION
    exploited = {}
    for component in bom["components"]:
        try:
            have = Version(component.get("version", "unknown"))
        except InvalidVersion:
            have = None
        for advisory in advisories:
            if canonicalize_name(component["name"]) == canonicalize_name(advisory["package"]) and any(
                have is None or SpecifierSet(spec).contains(have, prereleases=True)
                for spec in advisory["ranges"]
            ):
                name = advisory["id"]
                exploited[name] = exploited.get(name) or advisory["exploited"]
    return sorted(exploited, key=lambda name: (not exploited[name], name))
    ### END SOLUTION


# %%
check("supply_chain.affected", affected)

# %%
# hint("supply_chain.affected")
# solution("supply_chain.affected")

# %% tags=["raises-exception"]
invented = [
    {"id": "A-1", "package": "Scikit_Learn", "ranges": ["<1.5"], "exploited": True},
    {"id": "A-2", "package": "skops", "ranges": [">=0.1,<99"], "exploited": False},
]
print("of the real BOM:   ", affected(bom, invented))
blind = ml_bom("triage", "0.9.0", {}, [], {"scikit-learn": None})
print("of one that says unknown:", affected(blind, invented))

# %% [markdown]
# The unknown version raises an alarm that may be false. That's what an honest "unknown" costs.
#
# ## Summary
#
# 1. "Clean" means: no listed name in the part that was read. An error, or nothing read, is no *allow*.
# 2. A format without code, with an allow-list and a cap on size, stops payloads as far as its audit is right:
#    pin the loader's version too. It says nothing about the weights.
# 3. Hashes show a change. A signature, with a pinned key, shows who answers for the file.
# 4. Verification returns False for every fault, and nothing is loaded after it.
# 5. What was wrong before it was signed stays wrong. A BOM that says *unknown* tells you where to look.
#
# ## Use it on Monday
#
# This pins the files of one release, and runs as it is. Keep the printed lines in your service's
# repository. A fuller checklist is [the Monday sheet](monday.md).

# %%
import hashlib
import tempfile
from pathlib import Path


def pins(root):
    """Path → SHA-256 of every file; a link is refused."""
    found = {}
    for path in sorted(Path(root).rglob("*")):
        if path.is_symlink():
            raise ValueError(f"{path} is a link")
        if path.is_file():
            found[path.relative_to(root).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


folder = tempfile.mkdtemp()  # yours: the release that you reviewed
Path(folder, "model.skops").write_bytes(b"weights")
PINNED = pins(folder)  # paste what this prints, and compare before you load
print(PINNED, pins(folder) == PINNED)
Path(folder, "model.skops").write_bytes(b"weightz")
print("one letter changed:", pins(folder) == PINNED)

# %% [markdown]
# - [ ] List where your model files come from, and pin repository, revision and hash of each.
# - [ ] Count a scanner's error, and a file in which it read nothing, as *not clean*.
# - [ ] Save your own scikit-learn models with skops, and keep the list of allowed types in the repository.
# - [ ] Sign releases in the release job, and pin the public key in the service.
# - [ ] Write a BOM for one model. Say *unknown* where you don't know.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# You now know whose release it is. Whether it's any good, and what a release must pass before it ships,
# is the next lesson: [Testing: security tests for a model](../testing/testing.ipynb). Your map is on the
# [start page](../../start/welcome/welcome.ipynb).
