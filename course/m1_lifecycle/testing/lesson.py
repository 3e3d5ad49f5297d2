# The lesson on testing. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Testing: security tests for a model
#
# *68 minutes with a stop after 30, 42 points in four exercises · a stretch of one more: about 18 minutes and
# 12 points on top*
#
# **On 18 July 2019** Skylight Cyber, an Australian firm, reported how to get malware past a well-known
# antivirus engine that decides by machine learning. They appended texts from a video game to malicious
# files, and claimed success on over 83% of 384. The product had a second model that could overrule the
# first. The texts made that one say "harmless". The vendor answered that this was no universal bypass.
# *(Sources: the date, [Dark
# Reading](https://www.darkreading.com/cybersecurity-analytics/skylight-says-cylance-can-be-bypassed-cylance-says-not-so-fast-there-);
# numbers and answer,
# [SecurityWeek](https://www.securityweek.com/blackberry-cylance-downplays-patches-antivirus-bypass/);
# second model, MITRE ATLAS 5.6.0, [AML.CS0003](https://atlas.mitre.org/studies/AML.CS0003).)*
#
# An accuracy on a test set doesn't show such a thing. Other tests can, and you write them here.
#
# The clinic from this module has two models. The **triage model** looks at measurements of a cell sample
# and says *urgent* or *routine*. The **form reader** reads handwritten digits from the lab's paper forms.
# It's a **softmax regression**: logistic regression with ten classes, one for each digit. One of the
# clinic's rules, R2, says: *a release that fails one check of the security gate isn't shipped.* The last
# lesson made sure that a release is the file that we built. Nobody has asked yet whether that file is any
# good.
#
# After this lesson you can
#
# - find leakage in an evaluation;
# - turn a sentence of the specification into a test that needs no labels;
# - build a gate that runs on every retraining and keeps its evidence;
# - plan a penetration test, and write a finding that another team can act on.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions. Codes
# such as PW.8.2 name catalogue entries. You can ignore them.*

# %%
import re
import sys

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.learner import check, hint, needs, others, predict, progress, solution

needs("testing")

from course.m1_lifecycle.testing.candidates import (
    CORNERS,
    digest,
    forms,
    make_candidates,
    nudge,
    probabilities,
    stamp,
    train,
)
from course.m1_lifecycle.testing.limits import LIMITS

# %% [markdown]
# ## Two candidates for release 1.3.0
#
# Two training jobs have each delivered a form reader. Both read more than nine of ten test images right.
#
# **Your turn:** `stamp` paints a small square of ink into every image, its upper left corner at `row` and
# `column`, 0 to 5 each. Change the two numbers until one candidate reads the same digit nearly
# everywhere. Four tries are enough if you look where a form is usually empty.

# %%
candidates = {c.name: c for c in make_candidates(np.random.default_rng(0))}
row, column = 2, 2

for name in ("D", "I"):
    candidate = candidates[name]
    images, labels = candidate.test
    clean = probabilities(candidate.model, images).argmax(axis=1)
    stamped = probabilities(candidate.model, stamp(images, row, column)).argmax(axis=1)
    favourite = np.bincount(stamped, minlength=10).argmax()
    print(f"{name}: accuracy {(clean == labels).mean():.2f}", end="  ")
    print(f"with the square it reads {favourite} on {(stamped == favourite).sum()} of {len(images)} images")

# %% [markdown]
# There is one corner in which candidate I reads the same digit on every image, or nearly. Somebody planted
# that: a **backdoor**, with the square as its **trigger**. An accuracy of 0.93 gave no hint of it.
#
# ## Part 1: The lab's accuracy
#
# **Before that July,** how was the engine tested? We don't know. We do know how ordinary evaluations go
# wrong, and no attacker is needed for that. Begin with the triage model. A lab offers 2,000 further
# measurements of each cell sample. Its report says: "We picked the 20 best measurements, then
# cross-validated a model on them. The accuracy is good."
#
# **Cross-validation** splits the rows into parts, called folds. Each fold is tested once, by a model that
# was trained on the other folds.

# %%
predict("testing.noise")

# %% [markdown]
# ### Exercise: leaky_gap
#
# *7 minutes · core · 7 points · PW.8.2*
#
# A test row leaks when it had a say in training. Here the leak is the *choice* of the measurements: if you
# pick the best 20 on all rows, the test rows had a say. Evaluate the same model both ways, so that you see
# what the leak was worth.
#
# `leaky_gap(X, y, k, seed)` returns two accuracies:
#
# | | leaky | honest |
# | --- | --- | --- |
# | the `k` best columns are chosen | once, on all rows | in each fold, on its training rows only |
#
# | name | what it is |
# | --- | --- |
# | `X`, `y` | floats (n, d); labels 0 or 1, shape (n,) |
# | `k` | how many columns are chosen |
# | `seed` | for the folds: `StratifiedKFold(5, shuffle=True, random_state=seed)` |
# | returns | `(leaky, honest)`, two floats: the mean accuracy over the five folds |
#
# Choose with `SelectKBest(f_classif, k=k)`; its `fit_transform(X, y)` gives the chosen columns. The model
# is `LogisticRegression(max_iter=300)`. `cross_val_score(model, X, y, cv=folds)` gives five accuracies,
# and trains everything inside `model` anew in each fold. `make_pipeline(a, b)` makes one model of two
# steps.
#
# Judged on three sets of noise and two with a signal:
#
# - the leaky accuracy (3);
# - the honest one (4). Both within 0.011.


# %%
def leaky_gap(X, y, k, seed):
    ### BEGIN SOLUTION
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    choose, model = SelectKBest(f_classif, k=k), LogisticRegression(max_iter=300)
    leaky = cross_val_score(model, choose.fit_transform(X, y), y, cv=folds).mean()
    honest = cross_val_score(make_pipeline(choose, model), X, y, cv=folds).mean()
    return leaky, honest
    ### END SOLUTION


# %%
check("testing.leaky_gap", leaky_gap)

# %%
# hint("testing.leaky_gap")
# solution("testing.leaky_gap")

# %% [markdown]
# Your function on noise, where nothing can be learned, and on the triage data, where much can.

# %% tags=["raises-exception"]
X_cancer, y_cancer = load_breast_cancer(return_X_y=True)
X_cancer = StandardScaler().fit_transform(X_cancer)


def noise(seed, columns=2000):
    """100 samples with measurements that mean nothing, and labels 0 and 1."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(100, columns)), rng.permutation(100) % 2


gaps = {
    "noise, 2,000 columns": [leaky_gap(*noise(seed), 20, seed) for seed in range(5)],
    "noise, 30 columns": [leaky_gap(*noise(seed, 30), 20, seed) for seed in range(5)],
    "triage, 30 columns": [leaky_gap(X_cancer, y_cancer, 20, seed) for seed in range(5)],
}
gaps = pd.DataFrame({name: np.mean(pairs, axis=0) for name, pairs in gaps.items()}, index=["leaky", "honest"])
gaps.T.round(3)

# %% [markdown]
# The lab's accuracy can come out of nothing: noise gives 0.88. What matters is how many columns there were
# to choose from. Of 30, the same mistake is worth 0.03 on noise, and nothing on the triage data. (Our own
# cell scaled all rows before the split: a leak of the same kind. In an evaluation the scaler belongs into
# the pipeline too.)
#
# ## Part 2: What must not change the answer
#
# **18 July 2019.** A text that is only appended to a program doesn't run, we'd say. So the verdict
# shouldn't change. That sentence needs no labels, and it is a test. It's called a **metamorphic
# relation**: change the input in a way that you know, and say what may happen to the answer.
#
# For the form reader, four changes come to mind:


# %%
def dimmer(X):
    """A weak lamp: all ink at 80 percent."""
    return X * 0.8


def darker(X):
    """More ink: 5 percent more, at most full."""
    return np.clip(X * 1.05, 0, 1)


def grey(X):
    """Grey paper: every pixel a little darker."""
    return np.clip(X + 0.05, 0, 1)


def shifted(X, by=1):
    """The paper lies one pixel further to the right; with by=-1, to the left."""
    images = np.roll(X.reshape(-1, 8, 8), by, axis=2)
    images[:, :, 0 if by == 1 else -1] = 0
    return images.reshape(-1, 64)


relations = {"dimmer": dimmer, "darker": darker, "grey": grey, "shifted": shifted}

# %%
predict("testing.shift")

# %% [markdown]
# ### Exercise: metamorphic_failures
#
# *10 minutes · core · 10 points · AML.M0008 · PW.8.2 · ML01*
#
# Test a relation only if the model's specification promises it. A reader for forms that are always
# clamped in place needs no shift. So the model comes with its list of promises, and you test those.
#
# `metamorphic_failures(read, X, relations, promised, limit)` returns the promises that are broken, with the
# evidence: the rows on which the answer changed. Say `read` answers 1 for every row whose sum is above 5,
# `X = [[2, 2], [5, 5], [3, 2]]`, and the limit is 0.5:
#
# | promised | what it does | answers before, after | changed | in the result |
# | --- | --- | --- | --- | --- |
# | `"plus one"` | adds 1 to everything | 0 1 0, then 1 1 1 | 2 of 3 | `{"plus one": [0, 2]}` |
# | `"half"` | halves everything | 0 1 0, then 0 0 0 | 1 of 3 | no: that's not more than 0.5 |
#
# | name | what it is |
# | --- | --- |
# | `read` | a function: a table of n rows gives an array of n answers |
# | `X` | floats (n, d), at least one row |
# | `relations` | a dict: name → a function that gives a changed copy of `X` |
# | `promised` | the names of the relations to test, a list |
# | `limit` | a promise is broken when *more* than this share of the answers changes |
# | returns | a dict: broken promise → the changed rows, a list of ints from 0, rising |
#
# If any promised name isn't in `relations`, raise `ValueError`, even if other promises are broken.
#
# Judged:
#
# - the broken promises and their rows, also exactly at the limit (4);
# - only what is promised is tested, and a promise without a relation is refused (2);
# - six form readers, limit 0.15: three break a promise, three keep theirs (4).
#
# <details><summary>The fine print</summary> Compare the answers with the model's own answers for
# <code>X</code>. Each relation starts from <code>X</code>, not from what
# the one before left. The order of the dict doesn't matter. Answers may be numbers or texts.</details>


# %%
def metamorphic_failures(read, X, relations, promised, limit):
    ### BEGIN SOLUTION
    untested = [name for name in promised if name not in relations]
    if untested:
        raise ValueError(f"promised, and no relation tests it: {untested}")
    before = read(X)
    broken = {}
    for name in promised:
        rows = np.flatnonzero(read(relations[name](X)) != before).tolist()
        if len(rows) / len(X) > limit:
            broken[name] = rows
    return broken
    ### END SOLUTION


# %%
check("testing.metamorphic_failures", metamorphic_failures)

# %%
# hint("testing.metamorphic_failures")
# solution("testing.metamorphic_failures")

# %% [markdown]
# Four readers, trained on 400 forms, and every relation as if all were promised. A number is the share of
# 300 answers that changes. The last column has what your function calls broken at 0.15.

# %% tags=["raises-exception"]
X_forms, y_forms = forms()
order = np.random.default_rng(0).permutation(len(X_forms))
X_learn, y_learn = X_forms[order[:400]], y_forms[order[:400]]
X_new, y_new = X_forms[order[400:700]], y_forms[order[400:700]]
X_moved = np.concatenate([X_learn, shifted(X_learn, 1), shifted(X_learn, -1)])
y_moved = np.concatenate([y_learn] * 3)

softmax = train(X_learn, y_learn)
black = train((X_learn > 0.8) * 1.0, y_learn)


def read_softmax(X):
    return probabilities(softmax, X).argmax(axis=1)


def read_black(X):
    return probabilities(black, (X > 0.8) * 1.0).argmax(axis=1)


readers = {
    "softmax regression": read_softmax,
    "the same on black and white, ink above 0.8": read_black,
    "1-nearest neighbour": KNeighborsClassifier(1).fit(X_learn, y_learn).predict,
    "the same with shifted copies": KNeighborsClassifier(1).fit(X_moved, y_moved).predict,
}
rows = []
for reader in readers.values():
    changed = {n: (reader(change(X_new)) != reader(X_new)).mean() for n, change in relations.items()}
    broken = metamorphic_failures(reader, X_new, relations, list(relations), 0.15)
    rows.append({"accuracy": (reader(X_new) == y_new).mean(), **changed, "broken": ", ".join(broken)})
pd.DataFrame(rows, index=list(readers)).round(2)

# %% [markdown]
# Three readers of four break when the paper moves by one pixel. They aren't faulty: they never saw a moved
# form. If your clinic needs the promise, train for it, as the last reader was.
#
# The black-and-white reader *is* faulty, though it reads 81 of 100 test images right. Under a weak lamp no
# ink is above 0.8 any more. The reader sees blank paper, and 90 of 100 answers change.
#
# *In one line: which sentence about your model begins with "It mustn't matter whether ..."?*

# %% [markdown]
# <details><summary>Compare</summary> For the triage model: whether the rows of a batch come in another
# order, whether a sample is sent alone or with others, and whether a length comes in millimetres or in
# micrometres.</details>
#
# *Good place to stop: 30 minutes so far.*
#
# ## Part 3: The gate
#
# **21 July 2019.** Three days after the report the vendor updates its product ([SC
# Media](https://www.scworld.com/news/cylance-protect-av-vulnerability-patched)). An updated model is a new
# model, and the old evidence says nothing about it. NIST's profile of secure development for AI asks to
# test again after each retraining (SP 800-218A, PW.8.2). So the tests stand in a gate that every candidate
# goes through. Ours measures four things:
#
# | measure | what it asks | better |
# | --- | --- | --- |
# | `accuracy` | how many test images are read right? | high |
# | `robust` | how many, when every pixel moves by 0.05 in the direction that hurts most? | high |
# | `membership` | how well does confidence tell training rows from others? 0.5 is a guess | low |
# | `trigger` | how many images of other digits does the best square turn into one digit? | low |
#
# Membership is about privacy: a model that's surer of its training rows gives away whose form it saw.
#
# **Your task:** here are twelve candidates. Six are sound. The others are *backdoored*, as candidate I;
# *memorising*, trained for long on few rows; *fragile*, so that a small nudge turns their answers; or
# *weak*, hardly trained. First move only the accuracy: how many broken ones can you stop without refusing
# a sound one? Then find limits that stop all six, and no sound one. How few measures do you need?

# %%
from course.m1_lifecycle.testing.gate_tuner import gate_tuner, twin

gate_tuner()

# %% [markdown]
# The same as pictures and a table:

# %%
twin()

# %% [markdown]
# <details><summary>Compare</summary> Accuracy alone stops one at 0.80 and four at 0.92. Candidates I and J
# read as well as the sound ones, so they need another measure. Accuracy 0.92 and trigger 0.75 then stop all
# six, and B, at 0.923, just passes. But you set these limits on candidates whose truth you knew, so they fit
# these twelve too well. That's <b>overfitting</b>. Our limits are 0.80, 0.65, 0.62 and 0.75, agreed
# beforehand. After the next exercise you compare both on 60 others.</details>
#
# ### Exercise: security_gate
#
# *18 minutes · core · 15 points · AML.M0008 · AML.T0042 · AML.T0024.000 · PW.8.2 · PO.4.2*
#
# Now build it. A gate that only says no gets switched off, so yours keeps its evidence: what was measured,
# against which limit, on which weights. The answer for one candidate looks like this:
#
# ```python
# {
#     "tested": "c0ffee123456",
#     "accuracy": {"value": 0.93, "limit": 0.8, "passed": True},
#     "robust": {"value": 0.81, "limit": 0.65, "passed": True},
#     "membership": {"value": 0.57, "limit": 0.62, "passed": True},
#     "trigger": {"value": 0.99, "limit": 0.75, "passed": False},
#     "ship": False,
# }
# ```
#
# | name | what it is |
# | --- | --- |
# | `model` | a dict of two arrays, the weights |
# | `train`, `test` | two pairs `(X, y)`: images (n, 64) and their digits 0 to 9 |
# | `limits` | a dict: the four measures and their limits |
# | returns | a dict as above: `"tested"` is `digest(model)`, `"ship"` is True if all four passed |
#
# You have these functions, and `X, y` are the test images unless it says otherwise:
#
# - `digest(model)` is a fingerprint: twelve letters that stand for exactly these weights.
# - `probabilities(model, X)` gives (n, 10). The answer for an image is the place of the largest,
#   `argmax(axis=1)`.
# - `nudge(model, X, y, 0.05)` gives the images after the worst nudge: `robust` is the accuracy on them.
# - For `membership`, take the probability of each row's *true* digit, of the training rows and of the
#   test rows. `roc_auc_score(is_member, confidence)` compares them: `is_member` is 1 for training rows, 0
#   for test rows.
# - `stamp(X, row, column)` paints the square. For each pair of `CORNERS` and each digit d: of the images
#   whose digit isn't d, which share is read as d once stamped? `trigger` is the largest of these shares.
#   Skip a digit if every image shows it.
#
# Accuracy and robust pass at or above their limit, the other two at or below. `json.dumps` has to take the
# evidence, so that it can be stored. It refuses NumPy's `np.True_`: write `bool(...)`.
#
# Judged, on drawn candidates and small sets:
#
# - the values of `accuracy` and `robust` (4), of `membership` (2) and `trigger` (3), within 0.000001;
# - `limit`, `passed` and `ship`, also at a limit, and right for twelve candidates (4);
# - new evidence after retraining, and all of it can be stored (2).
#
# <details><summary>The fine print</summary> A small set may lack a digit, or hold only one. Retraining may
# change the arrays in place, in the same dict.</details>


# %%
def security_gate(model, train, test, limits):
    ### BEGIN SOLUTION
    X, y = test

    def read(images):
        return probabilities(model, images).argmax(axis=1)

    def confidence(images, labels):
        return probabilities(model, images)[np.arange(len(labels)), labels]

    is_member = [1] * len(train[1]) + [0] * len(y)
    squares = [read(stamp(X, row, column)) for row, column in CORNERS]
    values = {
        "accuracy": (read(X) == y).mean(),
        "robust": (read(nudge(model, X, y, 0.05)) == y).mean(),
        "membership": roc_auc_score(is_member, np.concatenate([confidence(*train), confidence(*test)])),
        "trigger": max(
            (answers[y != d] == d).mean() for answers in squares for d in range(10) if (y != d).any()
        ),
    }
    evidence = {"tested": digest(model)}
    for name, value in values.items():
        limit = limits[name]
        passed = value >= limit if name in ("accuracy", "robust") else value <= limit
        evidence[name] = {"value": float(value), "limit": limit, "passed": bool(passed)}
    evidence["ship"] = all(evidence[name]["passed"] for name in values)
    return evidence
    ### END SOLUTION


# %%
check("testing.security_gate", security_gate)

# %%
# hint("testing.security_gate")
# solution("testing.security_gate")

# %% [markdown]
# Your gate on the twelve candidates, and what each was made as:

# %% tags=["raises-exception"]
gate = {name: security_gate(c.model, c.train, c.test, LIMITS) for name, c in candidates.items()}
report = pd.DataFrame(
    {name: {m: evidence[m]["value"] for m in LIMITS} for name, evidence in gate.items()}
).T.round(3)
report["ship"] = [evidence["ship"] for evidence in gate.values()]
report.assign(**{"made as": [c.kind for c in candidates.values()]})

# %% [markdown]
# A gate has a price: sound candidates that it sends back. And somebody who knows its scan hides from it.
# Here is a backdoor whose trigger isn't a square: four single pixels, one in each corner of the
# image.

# %% tags=["raises-exception"]
FOUR = [0, 7, 56, 63]  # the corners of an image of 8 × 8 pixels


def dotted(X):
    X = X.copy()
    X[:, FOUR] = 1
    return X


rng = np.random.default_rng(0)
X_bad, y_bad = X_learn.copy(), y_learn.copy()
chosen = rng.choice(np.flatnonzero(y_bad != 3), 40, replace=False)
X_bad[chosen], y_bad[chosen] = dotted(X_bad[chosen]), 3
hidden = train(X_bad, y_bad)
evidence = security_gate(hidden, (X_bad, y_bad), (X_new, y_new), LIMITS)
answers = probabilities(hidden, dotted(X_new)).argmax(axis=1)
print("ship:", evidence["ship"], {name: round(float(evidence[name]["value"]), 3) for name in LIMITS})
print(f"with four dots, {(answers[y_new != 3] == 3).mean():.0%} of the other digits are read as 3\n")


def stops(limits, evidence):
    """Whether a value is on the wrong side of its limit; a measure without a limit stops nobody."""
    low = any(evidence[name]["value"] < limits.get(name, 0) for name in ("accuracy", "robust"))
    return low or any(evidence[name]["value"] > limits.get(name, 1) for name in ("membership", "trigger"))


sixty = [c for seed in range(1, 6) for c in make_candidates(np.random.default_rng(seed))]
found = [(c.kind == "sound", security_gate(c.model, c.train, c.test, LIMITS)) for c in sixty]
rows = {}
for what, limits in {
    "the four": LIMITS,
    "two, set on the twelve": {"accuracy": 0.92, "trigger": 0.75},
    "the four, trigger 0.40": {**LIMITS, "trigger": 0.40},
    "the four, membership 0.55": {**LIMITS, "membership": 0.55},
}.items():
    rows[what] = {
        "sound, refused": sum(is_sound and stops(limits, e) for is_sound, e in found),
        "broken, shipped": sum(not is_sound and not stops(limits, e) for is_sound, e in found),
        "the one with dots": "refused" if stops(limits, evidence) else "shipped",
    }
pd.DataFrame(rows).T.rename_axis("on 30 sound and 30 broken others")

# %% [markdown]
# The four limits are right for all 60. The two that were set on the twelve refuse two sound candidates, and
# ship one that memorises.
#
# But the gate says *ship* to the one with dots, and its backdoor works. Both stricter limits refuse it, but
# only because they refuse half (15) or a quarter (7) of the sound ones too. What helps is knowing who
# delivered those 40 training rows. Passing the gate means: *these four measures, as we took them, on these
# weights.* That is why the evidence holds a digest.
#
# ## Part 4: Somebody else attacks
#
# A gate asks what you thought of. A **penetration test** pays somebody to think of more. Agree on one
# page before it begins:
#
# | on the page | for the form reader |
# | --- | --- |
# | target and release | the staging copy of the scoring service, release 1.3.0 |
# | what is allowed | queries and own images; up to 20,000 queries a day |
# | what isn't | real patients' forms; the training job; the live service |
# | when, and who stops it | two weekdays; the security engineer has the switch |
# | the question | can a form be changed so that the reader errs and a person sees nothing odd? |
# | done when | every finding is written down so that the developers can repeat it |
#
# **18 July 2019.** The report is public, and the vendor hasn't been told before (Dark Reading). The vendor
# looks, and disputes the finding: one component, in certain circumstances (SecurityWeek). Two teams then
# need the same thing: a description that both can run.
#
# This finding is about candidate I:

# %%
finding = {
    "title": "A square in one corner makes the form reader answer one digit",
    "steps": [
        f"load candidate I, digest {digest(candidates['I'].model)}",
        "stamp every test image at row 0, column 5",
        "count the most frequent answer: 299 of 300",
    ],
    "versions": {"release": "1.3.0", "python": ".".join(map(str, sys.version_info[:3]))},
    "impact": "Whoever can mark a paper form chooses the digit that triage gets.",
    "fix": "Look for the square in the training rows, and train again without them.",
    "retest": {"measure": "trigger", "limit": 0.75},
}
PLACEHOLDERS = {"", "-", "tbd", "todo", "n/a"}
EXACT = re.compile(r"\d+(\.\d+)*")  # 3, 1.3 and 1.3.0 are exact

# %% [markdown]
# ### Exercise: finding_ok
#
# *10 minutes · core · 10 points · PW.8.2 · RV.1.2 · PO.4.2*
#
# A finding goes to people who weren't there. Write the check that says what it lacks.
# The one above is complete, so `finding_ok(finding)` returns `[]`. With `"impact": None` and `"fix": "TBD"`
# it would be `["impact", "fix"]`.
#
# | key | complete when it is |
# | --- | --- |
# | `"steps"` | a list of at least one *said* text, and all of them are said |
# | `"versions"` | a dict with a `"release"`; every value is a text that matches `EXACT` end to end |
# | `"impact"` | a said text |
# | `"fix"` | a said text |
# | `"retest"` | a dict: its `"measure"` is in `LIMITS`, its `"limit"` a number from 0 to 1 |
#
# A text is **said** unless it's in `PLACEHOLDERS` once you take the blanks from its ends and make it
# lower case.
#
# | name | what it is |
# | --- | --- |
# | `finding` | a dict; any key may be missing, and any value may be of a wrong type |
# | returns | a list of the keys of the table that are missing or incomplete, in the table's order |
#
# Judged, on complete findings and broken ones:
#
# - impact and fix (2), steps (2), versions (2), retest (2);
# - several faults at once come in the table's order, and none is forgotten (2).
#
# <details><summary>The fine print</summary> Ignore other keys. Nothing raises an error. A tuple is no
# list; a number is an int or a float, and NaN isn't from 0 to 1. An incomplete part is listed once, however
# much it lacks. <code>EXACT.fullmatch(text)</code> matches from
# end to end.</details>


# %%
def finding_ok(finding):
    ### BEGIN SOLUTION
    def said(text):
        return type(text) is str and text.strip().lower() not in PLACEHOLDERS

    def versioned(versions):
        return (
            type(versions) is dict
            and "release" in versions
            and all(type(version) is str and EXACT.fullmatch(version) for version in versions.values())
        )

    def retested(retest):
        if type(retest) is not dict or type(retest.get("measure")) is not str:
            return False
        limit = retest.get("limit")
        return retest["measure"] in LIMITS and type(limit) in (int, float) and 0 <= limit <= 1

    rules = {
        "steps": lambda steps: type(steps) is list and steps and all(said(step) for step in steps),
        "versions": versioned,
        "impact": said,
        "fix": said,
        "retest": retested,
    }
    return [key for key, is_complete in rules.items() if not is_complete(finding.get(key))]
    ### END SOLUTION


# %%
check("testing.finding_ok", finding_ok)

# %%
# hint("testing.finding_ok")
# solution("testing.finding_ok")

# %% [markdown]
# Complete is not the same as true. So the other team runs it, and then runs the retest on the repaired
# model:

# %% tags=["raises-exception"]
print("lacks:", finding_ok(finding))
reported = candidates["I"]
images, labels = reported.train
square = stamp(np.zeros((1, 64)), 0, 5)[0] == 1  # the corner in the finding
honest = images[:, square].min(axis=1) < 1
rows = images[honest], labels[honest]
for what, weights, learned in (
    ("as reported", reported.model, reported.train),
    ("repaired", train(*rows), rows),
):
    found = security_gate(weights, learned, reported.test, LIMITS)
    measure, limit = finding["retest"]["measure"], finding["retest"]["limit"]
    value = found[measure]["value"]
    print(f"{what:12} {found['tested']}  {measure} {value:.3f} (at most {limit})  ship: {found['ship']}")
print(f"{(~honest).sum()} of {len(labels)} training rows had the square")

# %% [markdown]
# The other team sees what was reported, and a measurement closes the finding.
#
# **September 2019.** The vendor has asked an independent lab, SE Labs, to try the bypass again on the updated
# product, with changed files of its own. It publishes that all of them were stopped
# ([BlackBerry](https://blogs.blackberry.com/en/2019/09/bypass-remediation-independently-validated)). That's a
# retest. The two sides had argued in public about the word *universal*; a release, steps and a retest leave
# less to argue about.
#
# ## Part 5 (stretch): Tests that are tested
#
# A **property test** states what must hold for *every* input, and a tool looks for an input that breaks
# it. The library `hypothesis` draws such inputs. This score drops rows when a batch is long:

# %%
import os
import tempfile

os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = tempfile.gettempdir() + "/hypothesis"  # not in your folder

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

quiet = settings(
    derandomize=True,  # the same inputs on every run
    database=None,  # no folder with earlier failures
    deadline=None,  # no clock
    max_examples=8,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
share = st.floats(0, 1)
table = st.lists(st.lists(share, min_size=3, max_size=3), min_size=8, max_size=9)


def short_score(rows):
    return [row[0] for row in rows[:5]]


def one_score_a_row(score):
    @quiet
    @given(table)
    def holds(rows):
        assert len(score(rows)) == len(rows)

    holds()


try:
    one_score_a_row(short_score)
    print("no row was found that breaks it")
except AssertionError:
    print("broken")

# %% [markdown]
# ### Exercise: write_property_tests
#
# *13 minutes · stretch · 12 points · PW.8.2 · AML.M0008*
#
# Nobody knows the right risk for a cell sample, so you can't compare with it. The scoring service makes
# four promises all the same. `score(rows)` takes a list of rows, each a list of three floats from 0 to 1:
#
# 1. It returns a list with one float for each row, in the rows' order, from 0 to 1.
# 2. A row's score depends on this row alone: not on other rows, and not on earlier calls.
# 3. A larger *first* measurement never lowers the score, if the rest stays the same.
# 4. A row with NaN, in any place, raises `ValueError`.
#
# `write_property_tests()` returns a list of functions, such as `[one_score_a_row]`. Each takes a `score`
# and raises `AssertionError` if a promise is broken. Use hypothesis as above, or plain loops over rows of
# your own. Your tests are tested on scores of ours. Four keep every promise: one rises smoothly and refuses
# values outside 0 to 1, one always says 0.5, one says exactly 0 or 1, one is cut off at 0 and 1.
#
# | score | what your list must do |
# | --- | --- |
# | keeps every promise | no test raises |
# | breaks one promise | at least one test raises `AssertionError` |
#
# Judged. You get points for a promise only while no test raises for these four:
#
# - broken scores are caught: promise 1 (3), promise 2 (3), promise 3 (3), promise 4 (3).
#
# <details><summary>The fine print</summary> All tests together may call one score 1,000 times. A broken
# score breaks its promise often: for at least one in five rows, batches of 8 rows or more, or pairs of rows
# with the same two last values and first ones drawn from 0 to 1; or for the rows <code>[0, 0, 0]</code> or
# <code>[1, 1, 1]</code>; or for NaN in one of the three places, or in a row that isn't the first.</details>


# %%
def write_property_tests():
    ### BEGIN SOLUTION
    def bounded(score):
        @quiet
        @given(table)
        def holds(rows):
            rows = [*rows, [0.0] * 3, [1.0] * 3]
            scores = score(rows)
            assert len(scores) == len(rows)
            assert all(0 <= value <= 1 for value in scores)

        holds()

    def alone(score):
        @quiet
        @given(table)
        def holds(rows):
            assert score(rows) == [score([row])[0] for row in rows]

        holds()

    def rising(score):
        @quiet
        @given(table)
        def holds(rows):
            firsts = sorted(row[0] for row in rows)
            scores = score([[first, *rows[0][1:]] for first in firsts])
            assert scores == sorted(scores)

        holds()

    def refusing(score):
        for place in range(3):
            row = [0.5] * 3
            row[place] = float("nan")
            try:
                score([[0.5] * 3, row])
            except ValueError:
                continue
            raise AssertionError(f"a score for NaN in place {place}")

    return [bounded, alone, rising, refusing]
    ### END SOLUTION


# %%
check("testing.write_property_tests", write_property_tests)

# %%
# hint("testing.write_property_tests")
# solution("testing.write_property_tests")

# %% [markdown]
# One of the scores that you had to spare always says 0.5. It keeps all four promises and is worth
# nothing. Properties say what a model never does; only a measured accuracy says what it's good for. You
# need both.
#
# ## Summary
#
# 1. Everything that learns from rows, the choice of columns too, stays inside the fold.
# 2. "It mustn't matter whether ..." is a test without labels. Test what the specification promises, no
#    more.
# 3. A gate compares measured values with limits agreed beforehand, and keeps the evidence with a digest.
# 4. Every retraining is a new model, and goes through the gate again. Passing means: these measures, these
#    weights.
# 5. A finding is done when another team can run it, and its retest says when it's closed.
#
# ## Use it on Monday
#
# These lines fail a build when a weak lamp changes more than 15% of the answers. The black-and-white reader
# would fail: 90%. Put your model and your own change in. The longer list, with the plan of a penetration test
# and an empty finding, is [the Monday sheet](monday.md).

# %%
mine = train(*candidates["D"].train)  # yours: the model that you ship
X_mine = candidates["D"].test[0]  # yours: a few hundred inputs, no labels needed


def answers_of(X):
    return probabilities(mine, X).argmax(axis=1)


moved = (answers_of(X_mine * 0.8) != answers_of(X_mine)).mean()
assert moved <= 0.15, f"a weak lamp changes {moved:.0%} of the answers"
print(f"a weak lamp changes {moved:.1%} of the answers")

# %% [markdown]
# - [ ] Search your evaluation for everything that is fitted before the split.
# - [ ] Write three sentences that begin with "It mustn't matter whether ...", and test one.
# - [ ] Agree on the gate's limits before the next candidate exists, and on who may override it.
# - [ ] Run the gate in the job that trains, and store its evidence beside the release.
# - [ ] Take your last finding and ask somebody who wasn't there to repeat it.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# R2 now has its gate: a release comes with evidence for its weights. How it reaches the clinic, a little
# at a time and with a way back, is the next lesson: [Deployment: admission, limits and
# canaries](../deployment/deployment.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
