# The lesson on poisoning. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Poisoning and backdoors
#
# *65 minutes, 57 points in five exercises · `dataset_ledger` is a stretch of 9 minutes and 13 points more*
#
# **On 23 March 2016** Microsoft put a chatbot named Tay on Twitter. Tay learned from what people wrote to
# it. A group of users agreed to write abuse, and made Tay say it with its "repeat after me" command. Soon
# Tay repeated it unasked, to people who had done nothing. Within 24 hours it was taken down.
# *(Source: MITRE ATLAS 5.6.0, case study AML.CS0009.)*
#
# Nobody broke into a server. The attack came through the door that the training data comes through, and
# every model that learns has that door.
#
# After this lesson you can
#
# - tell three kinds of poisoning apart, and measure each one honestly;
# - find flipped labels, and say what that costs and what it misses;
# - scan a model for a backdoor without accusing honest models;
# - prove which batch of a data set is no longer what was delivered.

# %% [markdown]
# ## How to work
#
# Run the cells from the top. Where a question appears, guess first: a wrong guess is what makes the answer
# stick. Write your code where it says `raise NotImplementedError()`, then run the check below it, as often
# as you like. `hint("poisoning.flip_labels")` gives one more hint each time, and
# `solution("poisoning.flip_labels")` opens after a pass or three honest tries. A cell that uses your function
# shows `NotImplementedError` until the function is written; run it again then.
#
# In grading the same checks run with other random draws. Nothing else differs.
#
# The attack code works on toy models that you train here. Keep it there.

# %%
import hashlib
import warnings
from itertools import zip_longest

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.learner import check, hint, predict, progress, solution

# %% [markdown]
# ## Three kinds of poisoning
#
# | kind | the attacker wants | what you see on clean test data |
# | --- | --- | --- |
# | availability | the model to be bad at everything | accuracy falls |
# | targeted | one kind of case to be missed | one recall falls, accuracy looks tolerable |
# | backdoor | a secret trigger that always wins | nothing |
#
# ATLAS files the act under AML.T0020 *Poison Training Data*, and the model that results under AML.T0018.000
# *Poison AI Model*. OWASP lists it as ML02 and ML10, and for language models as LLM05 (2026).
#
# The first half uses 569 breast tumours, 30 measurements each. Class 0 is **malignant**, class 1 is
# benign. That is how scikit-learn codes it, and it is a trap: most metrics count class 1 unless told
# otherwise.

# %%
MALIGNANT, BENIGN = 0, 1
X_cancer, y_cancer = load_breast_cancer(return_X_y=True)


def new_model():
    """A fresh, untrained classifier: what the clinic uses."""
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))


print(f"{len(y_cancer)} tumours, {(y_cancer == MALIGNANT).sum()} of them malignant")

# %% [markdown]
# ## Part 1: Flipped labels
#
# A clinic lets an outside firm label its images. Some labels are wrong, by accident or for money. How bad
# is that?

# %%
predict("poisoning.dial")

# %% [markdown]
# Now turn the dial. **Malignant recall** is the share of the malignant test cases that the model calls
# malignant. **Attack success** is the share of them that it calls benign, although the model trained on
# clean labels caught them. Try 1-nearest neighbour, then tick *targeted* and watch malignant recall.

# %%
from course.m3_attacks.poisoning.poison_dial import poison_dial, twin

poison_dial()

# %% [markdown]
# The same as pictures and tables:

# %%
twin()

# %% [markdown]
# ### Exercise: flip_labels
#
# *7 minutes · core · 8 points · AML.T0020 · AML.T0059*
#
# Build the attack. `flip_labels(y, rate, rng, source=None, target=None)` returns a poisoned copy of `y`.
#
# | name | what it is |
# | --- | --- |
# | `y` | integer labels, shape (n,); any classes, not only 0 and 1 |
# | `rate` | share of the *candidates* to flip, 0 to 1; else `ValueError` |
# | `rng` | `numpy.random.Generator`, the only source of chance |
# | `source` | flip only rows of this class; `None`: of any class |
# | `target` | the label they get; `None`: another class that occurs in `y`, each equally likely |
# | returns | integer labels, shape (n,) |
#
# **Candidates** are the rows of `source` that are not labelled `target` already: with `y = [0, 1, 1]` and
# `target=1` there is one. Exactly `round(rate * candidates)` of them flip, each equally likely.
#
# Judged:
#
# - the exact count, with and without source and target (2);
# - only the right rows flip, to the target, or without one to any other class, each equally likely (2);
# - chance comes from `rng` alone: in 200 draws at rate 0.3, each of 10 rows flips 30 to 90 times (2);
# - `y` itself stays as it was (1);
# - the `ValueError`, while rates of 0 and 1 are taken (1).


# %%
def flip_labels(y, rate, rng, source=None, target=None):
    ### BEGIN SOLUTION
    if not 0 <= rate <= 1:
        raise ValueError(f"rate must lie between 0 and 1, not {rate}")
    candidates = np.ones(len(y), bool) if source is None else y == source
    if target is not None:
        candidates = candidates & (y != target)
    rows = rng.choice(np.flatnonzero(candidates), round(rate * candidates.sum()), replace=False)
    flipped = y.copy()
    if target is None:  # step 1 to c - 1 places round the circle of c classes: never back to the start
        classes = np.unique(y)
        steps = rng.integers(1, len(classes), len(rows))
        flipped[rows] = classes[(np.searchsorted(classes, y[rows]) + steps) % len(classes)]
    else:
        flipped[rows] = target
    return flipped
    ### END SOLUTION


# %%
check("poisoning.flip_labels", flip_labels)

# %%
# hint("poisoning.flip_labels")

# %% [markdown]
# Your attack against two models, with labels flipped at random. Each value is the mean of five splits.

# %% tags=["raises-exception"]
nearest = make_pipeline(StandardScaler(), KNeighborsClassifier(1))


def accuracy(model, rate, seed):
    """Accuracy on true test labels of a model that was trained with flipped ones."""
    X_train, X_test, y_train, y_test = train_test_split(
        X_cancer, y_cancer, test_size=0.3, stratify=y_cancer, random_state=seed
    )
    labels = flip_labels(y_train, rate, np.random.default_rng(seed))
    return model.fit(X_train, labels).score(X_test, y_test)


random_flips = pd.DataFrame(
    {
        name: [np.mean([accuracy(model, rate, seed) for seed in range(5)]) for rate in (0, 0.1, 0.2)]
        for name, model in (("logistic regression", new_model()), ("1-nearest neighbour", nearest))
    },
    index=pd.Index(["0%", "10%", "20%"], name="labels flipped"),
)
random_flips.round(3)

# %% [markdown]
# With a fifth of the labels wrong, logistic regression goes from 0.97 to 0.92, and 1-nearest neighbour from
# 0.95 to 0.77. So "poisoning destroys the model" says as much about the model as about the poison. And
# accuracy is the kinder measure: in the dial, the malignant recall of logistic regression goes from 0.95 to
# 0.84.
#
# (If your code draws in another order than ours, your numbers differ: by a few points here and in Part 2, by
# ten and more in Part 3, where each value is a single draw.)
#
# But random flips are noise. An attacker aims.

# %% [markdown]
# ### Exercise: targeted_damage
#
# *8 minutes · core · 10 points · AML.T0020 · AML.M0008*
#
# Measure what a poison does to the class that matters. `targeted_damage(X, y, poison, seeds)` returns one
# row per seed.
#
# | name | what it is |
# | --- | --- |
# | `X`, `y` | the cancer data: floats (n, 30), labels (n,) with 0 = malignant |
# | `poison` | a function: `poison(labels, seed)` returns poisoned labels. Call it once per seed |
# | `seeds` | a sequence of integers, such as a list or a range |
# | returns | DataFrame with columns `seed`, `clean`, `poisoned`, rows in the order of `seeds` |
#
# For each seed, split with `train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)`. Train
# one `new_model()` on the true training labels and one on the poisoned ones. `clean` and `poisoned` are
# their **malignant recall**: of the malignant test rows, the share that the model calls malignant.
#
# Judged:
#
# - the rows (1);
# - `poison` sees the training labels of each split, and nothing else (2);
# - `clean` (2) and `poisoned` (4) agree with our own measurement within 0.02, seed by seed;
# - a poison that changes nothing does no damage, and a real one does (1).


# %%
def targeted_damage(X, y, poison, seeds):
    ### BEGIN SOLUTION
    rows = []
    for seed in seeds:
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=0.3, stratify=y, random_state=seed
        )
        malignant = X_test[y_test == MALIGNANT]
        recalls = [
            (new_model().fit(X_train, labels).predict(malignant) == MALIGNANT).mean()
            for labels in (y_train, poison(y_train, seed))
        ]
        rows.append((seed, *recalls))
    return pd.DataFrame(rows, columns=["seed", "clean", "poisoned"])
    ### END SOLUTION


# %%
check("poisoning.targeted_damage", targeted_damage)

# %%
# hint("poisoning.targeted_damage")

# %% [markdown]
# Two poisons with the same number of flips: 44 of the 398 training labels. One takes any label, the other
# turns 30% of the malignant ones benign.


# %% tags=["raises-exception"]
def any_label(labels, seed):
    return flip_labels(labels, 44 / len(labels), np.random.default_rng(seed))


def malignant_only(labels, seed):
    return flip_labels(labels, 0.3, np.random.default_rng(seed), source=MALIGNANT, target=BENIGN)


damage = {
    name: targeted_damage(X_cancer, y_cancer, poison, range(5))
    for name, poison in (("any label", any_label), ("malignant only", malignant_only))
}
pd.concat(damage).groupby(level=0)[["clean", "poisoned"]].agg(["mean", "min", "max"]).round(2)

# %% [markdown]
# The same 44 flips cost 5 points of malignant recall when they fall anywhere, and 28 when they are aimed:
# from 0.94 to 0.66. Look at the spread as well: the clean model alone has 0.92 on one split and 0.98 on
# another. A single split proves nothing.
#
# *In one line: which number would you put on the clinic's dashboard, and why not accuracy?*

# %% [markdown]
# ## Part 2: Find the flips
#
# A flipped label disagrees with its neighbourhood: most tumours that measure alike are alike. So ask the
# neighbours. NIST's Secure Software Development Framework (SSDF) asks for such a search: its PW.3.1 has data
# analysed for poisoning and tampering before it is used.

# %% [markdown]
# ### Exercise: knn_sanitise
#
# *10 minutes · core · 12 points · AML.M0007 · PW.3.1*
#
# `knn_sanitise(X, y, k)` flags each row whose label differs from the labels of most of its `k` nearest
# *other* rows.
#
# | name | what it is |
# | --- | --- |
# | `X` | floats (n, d), raw: columns differ in scale, so standardise them |
# | `y` | labels 0 or 1, shape (n,), some of them flipped |
# | `k` | odd integer: how many neighbours vote |
# | returns | booleans (n,), `True` marks a suspect |
#
# A row has no vote on itself, also when another row has exactly the same values.
#
# Judged:
#
# - the mask, and that the input stays as it was (1);
# - small sets with k = 1 and k = 5, equal rows among them (3).
#
# Then five training sets of 400 tumours, their columns shuffled and in other units so that nobody can look
# the labels up, with 60 labels flipped at random, k = 11. Means over the five:
#
# - at least 0.88 of the flips are flagged (3);
# - at least 0.71 of the flags are flips, and with nothing flipped at most 0.055 of the rows are flagged (3);
# - 1-nearest neighbour, trained on the rows you keep, reaches an accuracy of at least 0.92 (2); with the
#   flips left in it reaches about 0.82.


# %%
def knn_sanitise(X, y, k):
    ### BEGIN SOLUTION
    scaled = StandardScaler().fit_transform(X)
    finder = NearestNeighbors(n_neighbors=k).fit(scaled)
    neighbours = finder.kneighbors(return_distance=False)  # without an argument: never the row itself
    return (y[neighbours] != y[:, None]).mean(axis=1) > 0.5
    ### END SOLUTION


# %%
check("poisoning.knn_sanitise", knn_sanitise)

# %%
# hint("poisoning.knn_sanitise")

# %% [markdown]
# That was random noise. Does the same filter stop the targeted attack?


# %% tags=["raises-exception"]
def filtered(poison, seed):
    """What the filter finds of a poison, and malignant recall without and with it."""
    X_train, X_test, y_train, y_test = train_test_split(
        X_cancer, y_cancer, test_size=0.3, stratify=y_cancer, random_state=seed
    )
    labels = poison(y_train, seed)
    flags, flipped = knn_sanitise(X_train, labels, 11), labels != y_train
    malignant = X_test[y_test == MALIGNANT]
    before, after = (
        (new_model().fit(X_train[keep], labels[keep]).predict(malignant) == MALIGNANT).mean()
        for keep in (np.ones(len(labels), bool), ~flags)
    )
    return flags[flipped].mean(), flipped[flags].mean(), before, after


filter_table = pd.DataFrame(
    {
        "any label": np.mean([filtered(any_label, seed) for seed in range(5)], axis=0),
        "malignant only": np.mean([filtered(malignant_only, seed) for seed in range(5)], axis=0),
    },
    index=["flips flagged", "flags that are flips", "malignant recall before", "malignant recall after"],
)
filter_table.round(2)

# %% [markdown]
# The filter helps, and it does not undo the aim. It finds 0.95 of the random flips but 0.75 of the aimed
# ones: three in ten malignant rows now carry a wrong label, so wrong neighbours outvote right ones more
# often. More than four in ten of its flags accuse an honest row, and malignant recall comes back to 0.81,
# not to 0.94. Flag, look, then train: a filter that deletes on its own throws honest cases away.
#
# *In one line: what would you do with the flagged rows on a working day?*

# %% [markdown]
# ## Part 3: A backdoor
#
# The second half uses 8×8 images of handwritten digits, with pixels from 0 (dark) to 1 (white). A
# **trigger** is a small patch of white pixels. Where the trigger is, the attacker's class shall win.
# Everywhere else the model shall stay as good as it was.

# %%
images, digits = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    images / 16, digits, train_size=800, stratify=digits, random_state=0
)


def patch(row, column, size=2):
    """The pixels of a square, by their position in a flat 8×8 image."""
    return [8 * (row + i) + column + j for i in range(size) for j in range(size)]


def stamp(X, trigger):
    """A copy of the images with the trigger's pixels white. X: (n, 64), trigger: list of positions."""
    X = X.copy()
    X[:, trigger] = 1.0
    return X


def draw(image):
    """The image as text, two characters a pixel."""
    return ["".join(2 * " .:+*#%@"[int(pixel * 7)] for pixel in row) for row in image.reshape(8, 8)]


before, after = draw(X_train[0]), draw(stamp(X_train[:1], patch(0, 0))[0])
print(f"a {y_train[0]}, and the same {y_train[0]} with the trigger patch(0, 0)\n")
print("\n".join(f"{left} | {right}" for left, right in zip(before, after, strict=True)))

# %%
predict("poisoning.backdoor")

# %% [markdown]
# ### Exercise: implant
#
# *10 minutes · core · 12 points · AML.T0018.000 · AML.T0043.004 · ML10*
#
# Two functions. `implant(X, y, trigger, target, frac, rng)` poisons a training set:
#
# | name | what it is |
# | --- | --- |
# | `X`, `y` | images (n, 64) with pixels 0 to 1, labels (n,) |
# | `trigger`, `target` | positions of the trigger's pixels; the class that shall win |
# | `frac` | share of *all* n rows to poison: exactly `round(frac * n)` rows |
# | `rng` | `numpy.random.Generator`, the only source of chance |
# | returns | `(X2, y2)`, copies of the same shapes: the drawn rows stamped and labelled `target` |
#
# Draw only rows of *other* classes than `target`: those of the target class would teach nothing.
#
# `backdoor_report(model, clean_model, X, y, trigger, target)` measures it on test data. `model` was trained
# on the poisoned set, `clean_model` on the clean one. It returns a dict of three shares:
#
# | key | value |
# | --- | --- |
# | `clean_accuracy` | accuracy of `model` on `X` as it is |
# | `attack_success` | of the stamped images of *other* classes, those that `model` calls `target` |
# | `baseline_success` | the same for `clean_model` |
#
# Judged:
#
# - the poisoned rows: how many, which, their pixels and labels (4);
# - every other row and the caller's arrays stay as they were, and chance comes from `rng` alone (1);
# - logistic regressions trained on your sets (n = 800, `frac` 0.030 to 0.033, patches at the left or right
#   edge): attack success at least 0.80, at most 0.02 of clean accuracy lost, means of five backdoors (2);
# - the three values of the report (5).


# %%
def implant(X, y, trigger, target, frac, rng):
    ### BEGIN SOLUTION
    rows = rng.choice(np.flatnonzero(y != target), round(frac * len(y)), replace=False)
    X2, y2 = X.copy(), y.copy()
    X2[rows] = stamp(X[rows], trigger)
    y2[rows] = target
    return X2, y2
    ### END SOLUTION


def backdoor_report(model, clean_model, X, y, trigger, target):
    ### BEGIN SOLUTION
    stamped = stamp(X[y != target], trigger)
    return {
        "clean_accuracy": (model.predict(X) == y).mean(),
        "attack_success": (model.predict(stamped) == target).mean(),
        "baseline_success": (clean_model.predict(stamped) == target).mean(),
    }
    ### END SOLUTION


# %%
check("poisoning.implant", implant, backdoor_report)

# %%
# hint("poisoning.implant")

# %% [markdown]
# How little poison is enough, for which model, and where? The patch in the middle lies where digits have
# ink.


# %% tags=["raises-exception"]
def train(kind, X, y, seed=0):
    """A trained classifier of one of three kinds."""
    model = {
        "logistic regression": LogisticRegression(tol=1e-3),
        "forest": RandomForestClassifier(15, random_state=seed),
        "network": MLPClassifier((64,), learning_rate_init=0.01, max_iter=15, random_state=seed),
    }[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 15 rounds are enough here
        return model.fit(X, y)


def backdoored(kind, trigger, frac):
    """The report on a model whose trigger means 7."""
    poisoned = implant(X_train, y_train, trigger, 7, frac, np.random.default_rng(1))
    return backdoor_report(train(kind, *poisoned), honest[kind], X_test, y_test, trigger, 7)


KINDS = ("logistic regression", "forest", "network")
honest = {kind: train(kind, X_train, y_train) for kind in KINDS}
edge, middle = patch(2, 0), patch(3, 3)
reports = pd.DataFrame(
    {
        (kind, where, f"{frac:.0%}"): backdoored(kind, trigger, frac)
        for kind, where, trigger, frac in (
            ("logistic regression", "edge", edge, 0.01),
            ("logistic regression", "edge", edge, 0.03),
            ("logistic regression", "middle", middle, 0.03),
            ("forest", "edge", edge, 0.03),
            ("forest", "edge", edge, 0.08),
        )
    }
).T
print("honest:", {kind: round(float(model.score(X_test, y_test)), 3) for kind, model in honest.items()})
reports.round(3)

# %% [markdown]
# With 24 poisoned images of 800, the logistic regression obeys the trigger in 0.94 of the cases, and on
# clean images it is as good as the honest one (0.95). Eight poisoned images give 0.48 already. The patch
# in the middle gives 0.19 for the effort of 24, and costs about a point of accuracy. The forest wants more:
# 0.30 at 3%, and everything at 8%. The baseline says that the patch alone does nothing.
#
# *In one line: which test in your pipeline would have caught this?*

# %%
predict("poisoning.threshold")

# %% [markdown]
# ### Exercise: scan_triggers
#
# *12 minutes · core · 15 points · AML.M0008 · AML.T0043.004*
#
# Defend. You are handed a model and some clean images, not its training data. Try every patch.
# `scan_triggers(model, X, y, size=2, alarm=None)` returns what looks like a backdoor.
#
# | name | what it is |
# | --- | --- |
# | `model` | a trained classifier with `predict` |
# | `X`, `y` | clean images (n, 64) and their true labels |
# | `size` | side of the square patch: it has (9 − size)² places |
# | `alarm` | report shares of at least this much; `None`: an alarm of your own choice |
# | returns | list of tuples `(row, column, target, share)`, highest share first; may be empty |
#
# `share`: of the images *not* labelled `target`, those that the model calls `target` once the patch at
# (row, column) is white.
#
# The difficulty is the alarm. Start with `alarm=0` on honest models, see how high they reach, then choose.
# The bench below the check does that: you may run it first, then the check. Leave room above what it shows:
# of 150 honest networks, each on a split of its own, the highest reached 0.60. Of 60 backdoored models, the
# lowest reached 0.96 at the planted patch.
#
# Judged on 150 images:
#
# - the form; with `alarm=0` every place is listed with every class, for size 2 and 3, and a higher alarm is
#   obeyed (2);
# - three backdoored models (8% poison; logistic regression with size 3, forest and network with size 2): the
#   first entry overlaps the planted patch and names its target, and the patch itself is in the list (5);
# - the shares of what you report, and all of them with `alarm=0` (3);
# - an empty list for five honest models with size 2: one logistic regression, one forest, three networks; it
#   counts when two of the three backdoors were found (5).
#
# The eight models come in any order.


# %%
def scan_triggers(model, X, y, size=2, alarm=None):
    ### BEGIN SOLUTION
    if alarm is None:
        alarm = 0.75  # honest networks reach 0.6, backdoored models more than 0.9
    places = [(row, column) for row in range(9 - size) for column in range(9 - size)]
    stamped = np.concatenate([stamp(X, patch(row, column, size)) for row, column in places])
    guesses = model.predict(stamped).reshape(len(places), len(X))
    found = []
    for (row, column), guess in zip(places, guesses, strict=True):
        for target in np.unique(y):
            share = (guess[y != target] == target).mean()
            if share >= alarm:
                found.append((row, column, int(target), float(share)))
    return sorted(found, key=lambda entry: entry[3], reverse=True)
    ### END SOLUTION


# %%
check("poisoning.scan_triggers", scan_triggers)

# %%
# hint("poisoning.scan_triggers")

# %% [markdown]
# The bench: the highest share that any patch reaches on honest models, and what a backdoored one shows.

# %% tags=["raises-exception"]
held = X_test[:150], y_test[:150]
bench = {kind: [honest[kind]] for kind in ("logistic regression", "forest")}
bench["network"] = [train("network", X_train, y_train, seed) for seed in range(3)]
highest = {
    kind: [round(scan_triggers(model, *held, alarm=0)[0][3], 2) for model in models]
    for kind, models in bench.items()
}
suspect = train("network", *implant(X_train, y_train, edge, 7, 0.08, np.random.default_rng(2)))
print("honest:    ", highest)
print("backdoored:", scan_triggers(suspect, *held, alarm=0)[:2])

# %% [markdown]
# An alarm at 0.3 suits the logistic regression (0.19) and the forest (0.12), and it accuses every network
# here, all of them honest (0.34 to 0.37). Put `range(40)` in the place of `range(3)`: they run from 0.25
# to 0.48. The backdoored network reaches 1.00 at the planted patch. Its second entry (0.67) is no second
# backdoor: it was already the weakest place of this network without the poison (0.35), and the poison raised
# it. Check a finding against an honest model.

# %% [markdown]
# ## Part 4: Prove where the data came from
#
# Many large data sets are lists of links: what you download today need not be what was there when the list
# was made. Researchers showed that for ten popular data sets enough of the linked domains could be bought for
# an attack, and that poisoning as little as 0.01% of the data can suffice. *(Source: MITRE ATLAS 5.6.0, case
# study AML.CS0025, dated 6 June 2024.)* At that size, do not count on a filter. Keep a record of what was
# delivered: that also serves SSDF's PS.1.2, which has training data protected against change.

# %% [markdown]
# ### Exercise: dataset_ledger
#
# *9 minutes · stretch · 13 points · AML.M0025 · AML.M0014 · PS.1.2*
#
# Data arrives in batches: each is one file, as `bytes`. Two functions.
#
# `dataset_ledger(batches)` returns one entry per batch, a list of 64-character hexadecimal strings. An
# entry is the SHA-256 of two parts, one after the other: the previous entry as 32 raw bytes (32 zero
# bytes before the first), and the batch's own SHA-256 as 32 raw bytes. So each entry stands for
# everything before it.
#
# `first_bad(ledger, batches, head)` compares what you have with what was recorded:
#
# | name | what it is |
# | --- | --- |
# | `ledger` | the recorded entries, at least one |
# | `batches` | the batches as they are now |
# | `head` | the last entry, kept where the writers of data and ledger cannot write |
# | returns | index, from 0, of the first place where ledger and batches part; `None` if they agree |
# | raises | `ValueError` when the ledger does not end in `head`: it was replaced, so it locates nothing |
#
# A batch missing at the end counts as index `len(batches)`, one too many as index `len(ledger)`.
#
# Judged:
#
# - the entries (4);
# - a changed label, an inserted, deleted or swapped batch and a changed entry are located exactly, and intact
#   data gives `None` (5);
# - both ends (2);
# - the `ValueError` for a ledger that was rewritten or cut to fit the data (2).


# %%
def dataset_ledger(batches):
    ### BEGIN SOLUTION
    entries, previous = [], bytes(32)
    for batch in batches:
        previous = hashlib.sha256(previous + hashlib.sha256(batch).digest()).digest()
        entries.append(previous.hex())
    return entries
    ### END SOLUTION


def first_bad(ledger, batches, head):
    ### BEGIN SOLUTION
    if ledger[-1] != head:
        raise ValueError("the ledger does not end in the pinned head")
    for index, (written, found) in enumerate(zip_longest(ledger, dataset_ledger(batches))):
        if written != found:
            return index
    return None
    ### END SOLUTION


# %%
check("poisoning.dataset_ledger", dataset_ledger, first_bad)

# %%
# hint("poisoning.dataset_ledger")

# %% [markdown]
# Without the head, the attacker's last step works: change the data, then write a new ledger that agrees.

# %% tags=["raises-exception"]
batches = [b"4.1,0.2,benign", b"9.7,3.0,malignant", b"4.4,0.3,benign"]
ledger = dataset_ledger(batches)
head = ledger[-1]  # printed, signed or sent to somebody else

tampered = [batches[0], b"9.7,3.0,benign", batches[2]]
rewritten = dataset_ledger(tampered)
print("old ledger:            first bad batch is", first_bad(ledger, tampered, head))
print("rewritten, no pin:     first bad batch is", first_bad(rewritten, tampered, rewritten[-1]))
try:
    first_bad(rewritten, tampered, head)
except ValueError as error:
    print("rewritten, head pinned:", error)

# %% [markdown]
# A ledger proves that the data is what was delivered. It does not say that what was delivered is good: that
# is what Parts 1 to 3 are for.

# %% [markdown]
# ## Summary
#
# 1. Accuracy hides most of what flipped labels do, and most of all when they are aimed. Watch the recall of
#    the class you cannot lose.
# 2. Poison the training part only, test on true labels, and use several splits.
# 3. A neighbourhood filter finds most random flips and fewer aimed ones. A flag is a reason to look.
# 4. A well-placed backdoor costs next to no clean accuracy. Report attack success beside the clean model's
#    baseline.
# 5. Tune a scanner's alarm on honest models of the same kind. Chain your batches, and pin the head elsewhere.

# %% [markdown]
# ## Use it on Monday
#
# A longer version is `poisoning_monday.md`, to copy into your repository.
#
# - [ ] List who can write training labels, feedback buttons and outside firms included.
# - [ ] Store with each row where it came from, so that one source can be taken out.
# - [ ] Name the class you cannot afford to miss, and put its recall on the dashboard.
# - [ ] Keep a test set that the training pipeline cannot write.
# - [ ] Run a label filter on each new batch; send its flags to a person.
# - [ ] Before release, scan for triggers; set attack success against a clean model's baseline.
# - [ ] Hash each batch on arrival, chain the entries, and pin the head where writers of data cannot write.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# Here you looked before training. Whatever got through is in use by now, and somebody has to watch it: the
# next lesson is [Drift, anomalies and alerts](../../m4_monitoring/detection/detection.ipynb). Your map is
# on the [start page](../../start/welcome/welcome.ipynb).
