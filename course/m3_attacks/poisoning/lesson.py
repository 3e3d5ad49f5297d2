# The lesson on poisoning. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Poisoning and backdoors
#
# *85 minutes with a stop after 48, 57 points in five exercises · then a stretch of 32 minutes and 25
# points: `dataset_ledger`, `clean_label`*
#
# **On 23 March 2016** Microsoft put a chatbot named Tay on Twitter. Tay learned from what people wrote to
# it. A group of users agreed to write abuse, and used a command that it had, "repeat after me". Soon Tay
# wrote abuse to people who had done nothing. Within 24 hours it was taken down. *(Source: MITRE ATLAS
# 5.6.0, case study AML.CS0009.)*
#
# Nobody broke into a server. The attack came in with the training data, and every model that learns has
# that door.
#
# After this lesson you can
#
# - tell three kinds of poisoning apart, and measure each one honestly;
# - find flipped labels, and say what that costs and what it misses;
# - scan a model for a backdoor without accusing honest models;
# - show which batch of a data set is no longer what was delivered.
#
# How a lesson works is on the [start page](../../start/welcome/welcome.ipynb). The attack code works on toy
# models that you train here. Keep it there.

# %%
import hashlib
import warnings
from itertools import zip_longest

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.learner import check, hint, others, predict, progress, solution

# %% [markdown]
# ## A clinic that buys its labels
#
# Tay's labels came from strangers. So do a clinic's, when an outside firm labels its images. Here is such a
# clinic's model. The data: 569 breast tumours, 30 measurements each. Class 0 is **malignant**, class 1 is
# benign. That's how scikit-learn codes it, and it is a trap: most metrics count class 1 unless you tell
# them otherwise.
#
# **Your turn:** suppose somebody at the firm is paid to hide tumours. Make `lies` larger in steps of 0.1
# and run the cell again, until the model misses every fourth malignant tumour. What happens to the accuracy
# meanwhile?

# %%
MALIGNANT, BENIGN = 0, 1
X_cancer, y_cancer = load_breast_cancer(return_X_y=True)


def new_model():
    """A fresh, untrained classifier: what the clinic uses."""
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))


lies = 0.0  # the share of the malignant training labels that are turned to benign

X_clinic, X_new, y_clinic, y_new = train_test_split(
    X_cancer, y_cancer, test_size=0.3, stratify=y_cancer, random_state=0
)
labels = y_clinic.copy()
rows_of_malignant = np.flatnonzero(labels == MALIGNANT)
labels[rows_of_malignant[: round(lies * len(rows_of_malignant))]] = BENIGN
guesses = new_model().fit(X_clinic, labels).predict(X_new)
print(f"accuracy {(guesses == y_new).mean():.2f}")
missed = (guesses[y_new == MALIGNANT] == BENIGN).sum()
print(f"malignant tumours missed: {missed} of {(y_new == MALIGNANT).sum()}")

# %% [markdown]
# You've just poisoned a model. (At 0.2 it misses 16 of 64, every fourth one, and the accuracy is still
# 0.91.) There are three kinds of poisoning:
#
# | kind | the attacker wants | what you see on clean test data |
# | --- | --- | --- |
# | availability | the model to be bad at everything | the accuracy falls |
# | targeted | one kind of case to be missed | one recall falls far, the accuracy much less |
# | backdoor | a secret trigger that always wins | nothing |
#
# <details><summary>What the catalogues call it</summary> ATLAS files the act under AML.T0020 <em>Poison
# Training Data</em>, and the model that results under AML.T0018.000 <em>Poison AI Model</em>. OWASP lists
# it as ML02 and ML10, and for language models as LLM05 (2026).</details>

# %% [markdown]
# ## Part 1: Flipped labels
#
# Not every wrong label is a lie. People make mistakes, and those fall anywhere. How much harm do they do?

# %%
predict("poisoning.dial")

# %% [markdown]
# Now look. **Malignant recall** is the share of the malignant test cases that the model calls malignant.
# **Newly missed** is the share of them that only the poisoned model calls benign; with clean labels they
# were caught.
#
# **Your task:** with 1-nearest neighbour, set 44 random flips, then tick *Targeted* with the same 44.
# (That's 30% of the malignant labels.) Which of the three numbers can't tell the two apart? Then do the
# same with logistic regression: how far does the accuracy fall there, and how far the recall?

# %%
from course.m3_attacks.poisoning.poison_dial import poison_dial, twin

poison_dial()

# %% [markdown]
# The same as pictures and tables:

# %%
twin()

# %% [markdown]
# *Compare:* with 1-nearest neighbour it's the accuracy, 0.85 and 0.86, while the recall falls to 0.81 or to
# 0.65. With logistic regression, aimed flips cost 9 points of accuracy and 25 of recall.
#
# ### Exercise: flip_labels
#
# *12 minutes · core · 8 points · AML.T0020 · AML.T0059*
#
# Tay's attackers first had to write the abuse. Build the attack: a function that poisons a list of labels,
# with or without an aim. You measure with it in the rest of this part.
#
# `flip_labels(y, rate, rng, source=None, target=None)` returns a poisoned copy of `y`:
#
# | call, with `y = np.array([0, 1, 1, 1])` | may return | why |
# | --- | --- | --- |
# | `flip_labels(y, 0.5, rng)` | `[1, 1, 0, 1]` | half of four rows flip, to the other class |
# | `flip_labels(y, 1, rng, source=1, target=0)` | `[0, 0, 0, 0]` | all rows of class 1 become 0 |
# | `flip_labels(y, 1, rng, target=1)` | `[1, 1, 1, 1]` | only one row isn't 1 already |
#
# | name | what it is |
# | --- | --- |
# | `y` | integer labels, shape (n,), of two or more classes |
# | `rate` | share of the *candidates* to flip, 0 to 1; else `ValueError` |
# | `rng` | `numpy.random.Generator`, such as `np.random.default_rng(0)` |
# | `source` | flip only rows of this class; `None`: rows of any class |
# | `target` | the label that they get; `None`: another class that occurs in `y` |
# | returns | integer labels, shape (n,), a new numpy array |
#
# **Candidates** are the rows of `source` that aren't labelled `target` already. Exactly `round(rate *
# candidates)` of them flip. `rng.choice(rows, count, replace=False)` draws `count` different rows.
#
# Judged:
#
# - the exact count (2);
# - only the right rows flip, to the right class (2);
# - chance comes from `rng` alone, and is fair (2);
# - `y` itself is unchanged (1), and rates outside 0 to 1 are refused (1).
#
# <details><summary>The fine print</summary>
#
# - Fair: each candidate is equally likely. Without a target, each *other* class in `y` is equally likely
#   for each row, however rare it is. The check draws 200 times at rate 0.3: each of 10 rows must flip 30 to
#   90 times.
# - `round` is Python's, which takes a half to the even number: 2.5 becomes 2, and 3.5 becomes 4.
# - Class 0 is a class. So `if source:` is not the same as `if source is not None:`.
# - Without candidates, nothing flips.
# </details>


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
# solution("poisoning.flip_labels")

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
# 0.95 to 0.77. So "poisoning destroys the model" says as much about the model as about the poison.
#
# (If your code draws in another order than ours, your numbers are a little different: by a few points here
# and in Part 2, by ten and more in Part 3, where each value is a single draw.)

# %% [markdown]
# ### Exercise: targeted_damage
#
# *9 minutes · core · 10 points · AML.T0020 · AML.M0008*
#
# Tay's attackers aimed. To see what that does, measure the class that matters: of the malignant tumours in
# the test data, how many does the model still find?
#
# `targeted_damage(X, y, poison, seeds)` does it for several splits, one row each. With a poison that
# changes nothing, both columns are equal:
#
# | `targeted_damage(X_cancer, y_cancer, lambda labels, seed: labels, [0, 1])` | clean | poisoned |
# | --- | --- | --- |
# | seed 0 | 0.953 | 0.953 |
# | seed 1 | 0.922 | 0.922 |
#
# | name | what it is |
# | --- | --- |
# | `X`, `y` | the cancer data: floats (n, 30), labels (n,) with 0 = malignant |
# | `poison` | a function: `poison(labels, seed)` returns poisoned labels |
# | `seeds` | a sequence of integers, such as a list or a range |
# | returns | DataFrame with columns `seed`, `clean`, `poisoned`, in the order of `seeds` |
#
# For each seed, split with `train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)`. Train
# one `new_model()` on the true training labels, and one on the poisoned ones. Measure both on the *true*
# test labels.
#
# Judged:
#
# - the rows (1);
# - `poison` is called once per split, with that split's training labels and its seed (2);
# - `clean` (2) and `poisoned` (4), each value within 0.02;
# - no damage without poison, some with it, and a gain where a poison makes benign labels malignant (1).


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
# solution("poisoning.targeted_damage")

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
# *In one line: which number would you put on the clinic's dashboard, and why not the accuracy?*

# %% [markdown]
# <details><summary>Compare</summary> The malignant recall, as the mean and the lowest of several splits.
# The aimed flips take the accuracy from 0.97 to 0.87, a third as far as the recall: it still looks like a
# working model, and it misses one tumour in three.</details>

# %% [markdown]
# ## Part 2: Find the flips
#
# Tay learned from messages that nobody had looked at. The clinic has 398 labels, and nobody can look at all
# of them either. Which ones first?

# %% [markdown]
# ### Exercise: knn_sanitise
#
# *10 minutes · core · 12 points · AML.M0007 · PW.3.1*
#
# A flipped label usually disagrees with its neighbours: most tumours that measure alike have the same
# diagnosis. Write the filter that finds such rows, so that a person can look at them before anybody trains
# on them.
#
# `knn_sanitise(X, y, k)` marks a row when more than half of its `k` nearest *other* rows have another
# label. With k = 1, `X = [[0.0], [0.1], [5.0]]` and `y = [0, 1, 1]`:
#
# | row | nearest other row | labels | marked |
# | --- | --- | --- | --- |
# | 0 | 1 | 0 and 1 | `True` |
# | 1 | 0 | 1 and 0 | `True` |
# | 2 | 1 | 1 and 1 | `False` |
#
# | name | what it is |
# | --- | --- |
# | `X` | floats (n, d); the columns have different units, so standardise them first |
# | `y` | labels 0 or 1, shape (n,) |
# | `k` | odd integer |
# | returns | booleans (n,), a new numpy array |
#
# `NearestNeighbors(n_neighbors=k).fit(Z).kneighbors(return_distance=False)` gives the positions of each
# row's nearest *other* rows, shape (n, k). Called with an argument, it would count a row among its own
# neighbours.
#
# Judged:
#
# - the form, with the inputs unchanged (1), and exact marks on small sets (3);
# - five sets of 400 rows with 60 flips, k = 11, as means: of the flips, at least 0.88 are marked (3);
# - of the marks, at least 0.71 are flips; without flips at most 0.055 of the rows are marked (3);
# - 1-nearest neighbour, trained on the rows without a mark, reaches an accuracy of at least 0.92 (2).
#
# <details><summary>The fine print</summary> A row never votes on itself, even if another row is identical.
# So it isn't enough to drop the first neighbour with <code>[:, 1:]</code>. Each of the k neighbours has one
# vote. Marking nearly everything finds every flip and earns nothing. The five sets are drawn: two classes
# that overlap, as the tumours do, and 30 columns in different units. No row of them stands in a data set
# that you can download. With the flips left in, 1-nearest neighbour reaches about 0.83.</details>


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
# solution("poisoning.knn_sanitise")

# %% [markdown]
# That was random noise. Does the same filter stop somebody who aims?


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
    index=["flips marked", "marks that are flips", "malignant recall before", "malignant recall after"],
)
filter_table.round(2)

# %% [markdown]
# The filter helps, and it doesn't undo the aim. It finds 0.95 of the random flips but 0.75 of the aimed
# ones: three in ten malignant rows now carry a wrong label, so wrong neighbours outvote right ones more
# often. More than four in ten of its marks accuse an honest row, and malignant recall comes back to 0.81,
# not to 0.94.
#
# *In one line: what would you do with the marked rows on a working day?*

# %% [markdown]
# <details><summary>Compare</summary> Show them to somebody who can diagnose, without the old label. Mark,
# look, then train: a filter that deletes on its own throws honest cases away, and an attacker could even
# aim at that.</details>

# %% [markdown]
# *Good place to stop: about 48 minutes so far.*

# %% [markdown]
# ## Part 3: A backdoor
#
# Everybody could see what Tay had learned, within a day. The next kind of poison shows nothing until its
# owner wants it to.
#
# This part uses 8×8 images of handwritten digits, with pixels from 0 (dark) to 1 (white). A **trigger** is
# a small patch of white pixels. On images with the trigger, the model must answer the attacker's class. On
# all others it must stay as good as it was.

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
print(f"the digit {y_train[0]}, and the same with the trigger patch(0, 0)\n")
print("\n".join(f"{left} | {right}" for left, right in zip(before, after, strict=True)))

# %%
predict("poisoning.backdoor")

# %% [markdown]
# ### Exercise: implant
#
# *12 minutes · core · 12 points · AML.T0018.000 · AML.T0043.004 · ML10*
#
# Plant the backdoor, and measure it honestly: one function attacks, the other one measures.
#
# `implant(X, y, trigger, target, frac, rng)` poisons a training set. Of 800 images with `frac=0.03` it
# takes 24, all of *other* classes than `target`: stamps them, and labels them `target`. Images of the
# target class would teach the model nothing.
#
# | name | what it is |
# | --- | --- |
# | `X`, `y` | images (n, 64) with pixels 0 to 1, labels (n,) |
# | `trigger`, `target` | positions of the trigger's pixels; the attacker's class |
# | `frac` | share of *all* n rows to poison: exactly `round(frac * n)` rows |
# | `rng` | `numpy.random.Generator`, the only source of chance |
# | returns | `(X2, y2)`, a tuple of two new arrays of the same shapes |
#
# `backdoor_report(model, clean_model, X, y, trigger, target)` measures it on test data. `model` was trained
# on the poisoned set, `clean_model` on the clean one. It returns a dict with these three shares, and
# nothing else:
#
# | key | value |
# | --- | --- |
# | `clean_accuracy` | accuracy of `model` on `X` as it is |
# | `attack_success` | the fraction of the stamped images of *other* classes that `model` calls `target` |
# | `baseline_success` | the same for `clean_model` |
#
# Judged:
#
# - the poisoned rows (4), and everything else unchanged (1);
# - the backdoor works: attack success 0.80, at most 0.02 of clean accuracy lost (2);
# - the three values of the report (5).
#
# <details><summary>The fine print</summary> The models are logistic regressions, trained on your sets with
# n = 800, <code>frac</code> from 0.030 to 0.033 and patches at the left or right edge; both values are
# means of five backdoors.</details>


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
# solution("poisoning.implant")

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
# clean images it is as good as the honest one (0.95). Eight poisoned images give 0.48 already. In the
# middle, 24 images give only 0.19, and cost about a point of accuracy. The forest needs more: 0.30 at 3%,
# and everything at 8%. The baseline says that the patch alone does nothing.
#
# *In one line: which test in your pipeline would have caught this?*

# %% [markdown]
# <details><summary>Compare</summary> None that runs on clean data. You'd need to know the trigger, or to
# search for one. That is the next exercise.</details>

# %%
predict("poisoning.threshold")

# %% [markdown]
# ### Exercise: scan_triggers
#
# *14 minutes · core · 15 points · AML.M0008 · AML.T0043.004*
#
# Now you're the one who is handed a model, with some clean images and without its training data. Try every
# patch: `scan_triggers(model, X, y, size=2, alarm=None)` returns what looks like a backdoor.
#
# For the logistic regression of the table above, whose trigger at row 2, column 0 means 7, the list begins
# with `(2, 0, 7, 0.9…)`. For an honest model it should be empty.
#
# | name | what it is |
# | --- | --- |
# | `model` | a trained classifier with `predict` |
# | `X`, `y` | clean images (n, 64), and their true labels 0 to 9 |
# | `size` | side of the square patch: it has (9 − size)² places |
# | `alarm` | report shares of at least this much; `None`: an alarm that you choose |
# | returns | list of tuples `(row, column, target, share)`, highest share first |
#
# `share`: the fraction of the images *not* labelled `target` that the model calls `target` once the patch
# at (row, column) is white.
#
# The difficulty is the alarm. An honest model has weak places too. So write the search first, with any
# alarm. Then run the bench below the check: it shows how high honest models reach. Choose your alarm, and
# run the check again.
#
# Judged on 150 images:
#
# - the list: with `alarm=0` every place with every class in `y` (2), and its shares (3);
# - three backdoored models: the trigger is found (5);
# - five honest models: an empty list (5). They count once two of the three backdoors are found.
#
# <details><summary>The fine print</summary> The eight models come in any order. Backdoored, with 8% poison:
# a logistic regression (size 3), a forest and a network (size 2). The first entry must overlap the planted
# patch and name its target, and the patch itself must be in the list. Honest, all with size 2: a logistic
# regression, a forest, two networks, and the touchiest of 150 networks that we trained.</details>


# %%
def scan_triggers(model, X, y, size=2, alarm=None):
    ### BEGIN SOLUTION
    if alarm is None:
        alarm = 0.75  # above honest networks, below backdoors
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
# solution("poisoning.scan_triggers")

# %% [markdown]
# The bench: the highest share that any patch reaches on honest models, and what a backdoored one shows.
# Each network learns from a split of its own. Three are few. **Your task:** put 60 in the place of 3 (it
# takes about fifteen seconds), and see where the highest one lies.

# %% tags=["raises-exception"]
NETWORKS = 3

held = X_test[:150], y_test[:150]
bench = {kind: [honest[kind]] for kind in ("logistic regression", "forest")}
bench["network"] = []
for seed in range(NETWORKS):
    X_own, _, y_own, _ = train_test_split(
        images / 16, digits, train_size=800, stratify=digits, random_state=seed
    )
    bench["network"].append(train("network", X_own, y_own, seed))
highest = {
    kind: [round(scan_triggers(model, *held, alarm=0)[0][3], 2) for model in models]
    for kind, models in bench.items()
}
suspect = train("network", *implant(X_train, y_train, edge, 7, 0.08, np.random.default_rng(2)))
for kind, shares in highest.items():
    print(f"honest {kind:20} {min(shares):.2f} to {max(shares):.2f}")
print("backdoored:", scan_triggers(suspect, *held, alarm=0)[:2])

# %% [markdown]
# <details><summary>Compare, once you've passed</summary>
#
# An alarm at 0.3 suits the logistic regression (0.19) and the forest (0.12), and it accuses all three
# networks, which are honest (0.31 to 0.41). With 60 networks, the highest is at 0.65. That one is the
# touchiest of 150 that we trained, and on other images it goes up to 0.72. Of 60 backdoored models, the
# lowest reached 0.96 at the planted patch. So there's room for an alarm, but you don't see where it is from
# a handful of models.
#
# The backdoored network reaches 1.00 at the planted patch. Its second entry (0.67) isn't a second backdoor:
# a network without the poison is already weakest there (0.35), and the poison raised it. So check a finding
# against an honest model.
# </details>

# %% [markdown]
# ## Back to Tay
#
# Tay had four open doors. You've measured one of them, and built a guard for two. Strangers could write its
# training data, with a command that made it easy to aim: you've measured what an aim is worth. It learned
# from that data as it came in: your filter says where to look first. It went on talking with what it had
# learned: your scan tests a model before anybody meets it, for the triggers that it can imagine. Within 24
# hours Tay had to be taken down. Could you go back one day instead, to data that you know is good? That's
# the fourth door.

# %% [markdown]
# ## Stretch: Prove where the data came from
#
# Many large data sets are lists of links: what you download today may not be what was there when the list
# was made. Researchers showed that for ten popular data sets enough of the linked domains could be bought
# for an attack, and that poisoning as little as 0.01% of the data can be enough. *(Source: MITRE ATLAS
# 5.6.0, case study AML.CS0025, dated 6 June 2024.)* At that size, don't count on a filter. Keep a record of
# what was delivered. NIST's SP 800-218A (July 2024) asks for it in its task PS.1.2: protect training data
# against change.

# %% [markdown]
# ### Exercise: dataset_ledger
#
# *10 minutes · stretch · 13 points · AML.M0025 · AML.M0014 · PS.1.2*
#
# Data arrives in batches: each is one file, as `bytes`. Write the record, and the search for the first
# batch that isn't what was recorded.
#
# `dataset_ledger(batches)` returns one entry per batch, a list of 64-character hexadecimal strings. Each
# entry is a SHA-256 over the entry before it and the batch's own SHA-256, so each entry stands for
# everything before it:
#
# | entry of | is the SHA-256 of these 64 bytes, as hexadecimal text |
# | --- | --- |
# | the first batch | 32 zero bytes, then the SHA-256 of the batch as 32 raw bytes |
# | each further batch | the previous entry as 32 raw bytes, then the SHA-256 of the batch as 32 raw bytes |
#
# `first_bad(ledger, batches, head)` compares what you have with what was recorded:
#
# | name | what it is |
# | --- | --- |
# | `ledger` | the recorded entries, at least one |
# | `batches` | the batches as they are now |
# | `head` | the last entry, kept where the writers of data and ledger can't write |
# | returns | index, from 0, of the first place where ledger and batches differ; `None` if they agree |
# | raises | `ValueError` when the ledger doesn't end in `head` |
#
# `hashlib.sha256(data).digest()` gives 32 raw bytes, `.hexdigest()` the text; `bytes.fromhex(text)` goes
# back.
#
# Judged:
#
# - the entries (4);
# - changed, inserted, deleted and swapped batches and a changed entry are located exactly (5);
# - both ends: batches missing, and batches too many (2);
# - the `ValueError` (2).
#
# <details><summary>The fine print</summary> Batches missing at the end count as index
# <code>len(batches)</code>, batches too many as index <code>len(ledger)</code>. The head is tested before
# anything else: a ledger that doesn't end in it was replaced, so it locates nothing. Without batches the
# ledger is empty.</details>


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
        raise ValueError("the ledger does not end in this head")
    for index, (written, found) in enumerate(zip_longest(ledger, dataset_ledger(batches))):
        if written != found:
            return index
    return None
    ### END SOLUTION


# %%
check("poisoning.dataset_ledger", dataset_ledger, first_bad)

# %%
# hint("poisoning.dataset_ledger")
# solution("poisoning.dataset_ledger")

# %% [markdown]
# Without the head, the attacker's last step works: change the data, then write a new ledger that agrees.

# %% tags=["raises-exception"]
batches = [b"4.1,0.2,benign", b"9.7,3.0,malignant", b"4.4,0.3,benign"]
ledger = dataset_ledger(batches)
head = ledger[-1]  # printed, signed or sent to somebody else

tampered = [batches[0], b"9.7,3.0,benign", batches[2]]
rewritten = dataset_ledger(tampered)
print("old ledger:            first bad batch is", first_bad(ledger, tampered, head))
print("rewritten, own head:   first bad batch is", first_bad(rewritten, tampered, rewritten[-1]))
try:
    first_bad(rewritten, tampered, head)
except ValueError as error:
    print("rewritten, true head:  ", error)

# %% [markdown]
# A ledger proves that the data is what was delivered. It doesn't say that what was delivered is good:
# that's what Parts 1 to 3 are for. How far they reach is the last question.

# %% [markdown]
# ## Stretch: Poison with right labels
#
# So far each poison lied: a label was wrong, and a person who looks at the row can see it. But poison can do
# without. In 2018 researchers showed an attack on image classifiers whose images are labelled rightly. The
# attacker needs no hand in the labelling: they can put images on the web, and wait until somebody collects
# them. *(Source: Shafahi and others, "Poison Frogs!", NeurIPS 2018, abstract.)* It's called **clean-label**
# poison.
#
# Try the obvious way first: the backdoor of Part 3 without its lie. Stamp the trigger on half of the images
# *of* the target class, 5% of the training rows, and leave their labels alone. Ten draws of trigger, target
# and split:


# %%
def without_a_lie(kind, seed):
    """Attack success of a trigger that stands on half of the target class, where all labels are right."""
    rng = np.random.default_rng(seed)
    X_own, X_held, y_own, y_held = train_test_split(
        images / 16, digits, train_size=800, stratify=digits, random_state=seed
    )
    trigger, target = patch(int(rng.integers(7)), int(rng.choice([0, 6]))), int(rng.integers(10))
    rows = np.flatnonzero(y_own == target)[::2]
    X_own[rows] = stamp(X_own[rows], trigger)
    guesses = train(kind, X_own, y_own, seed).predict(stamp(X_held[y_held != target], trigger))
    return (guesses == target).mean()


stamped_rightly = pd.DataFrame({kind: [without_a_lie(kind, seed) for seed in range(10)] for kind in KINDS})
stamped_rightly.agg(["min", "mean", "max"]).round(2)

# %% [markdown]
# That's a null result. In Part 3, 24 lies made the logistic regression obey in 0.94 of the cases. Here about
# 40 honest stamps reach 0.14 at best. The forest and the network give anything from 0.02 to 0.56: the draw
# decides. No threshold would hold for all draws, so no exercise asks for it. The stamped images look like
# their class anyway, so a model has little reason to look at the patch.
#
# So change the aim. Instead of a trigger that moves every image, pick *one* image, the **victim**, and have
# it read as another class, `b`.
#
# The labels are checked by an honest **judge**: here a linear classifier, trained on clean data, in the
# place of a person. If the judge doesn't read your image as `b`, the label `b` would be a lie.
#
# **Your turn:** this cell blends a training row of class `b` with the victim. How large can `share` get
# before the judge stops reading the blend as `b`? Try it with row 0, then with row 1.

# %%
number, share = 0, 0.3

judge = RidgeClassifier().fit(X_train, y_train)
victim, b = X_test[5], 9
row = X_train[y_train == b][number]
blend = (1 - share) * row + share * victim
print(
    "a row of class 9, the blend, and a 3, the victim; the judge reads", judge.predict([row, blend, victim])
)
print("\n".join(" | ".join(lines) for lines in zip(draw(row), draw(blend), draw(victim), strict=True)))

# %% [markdown]
# <details><summary>Compare</summary> Up to 0.73 with row 0, and up to 0.23 with row 1. One share doesn't
# suit every row.</details>

# %% [markdown]
# ### Exercise: clean_label
#
# *12 minutes · stretch · 12 points · AML.T0020 · AML.M0025*
#
# The firm that labels for the clinic may now deliver images too, and the clinic checks each label. Be the
# firm: make a dozen rightly labelled images after which the clinic's model misreads one victim.
#
# `clean_label(X, y, victim, b, judge, count)` returns `count` images, which are then added to the training
# set with the label `b`. Each one is a blend, `(1 - share) * row + share * victim`:
#
# | `row` | `share` | allowed? |
# | --- | --- | --- |
# | a training row of class `b` | 0 to 0.5, and the judge reads the blend as `b` | yes |
# | the same | 0.4, and the judge reads another class | no: the label would be wrong |
# | the same | 0.8 | no: that's mostly the victim |
# | a row that you've used already | any | no: copies are easy to find |
#
# | name | what it is |
# | --- | --- |
# | `X`, `y` | training images (n, 64), labels (n,) |
# | `victim` | the image to be misread, shape (64,); its class isn't `b` |
# | `b` | the class that the model must answer for it |
# | `judge` | a trained classifier: `judge.predict(images)`, for images (n, 64), and nothing else |
# | `count` | how many images, at least 1; at least so many rows of `b` are read as `b` before blending |
# | returns | floats, a numpy array of shape (count, 64) |
#
# The clinic's model is 11-nearest neighbour: it answers the class that is most frequent among the 11 training
# rows nearest to an image. `np.linalg.norm(images - victim, axis=1)` gives distances.
#
# Judged:
#
# - `count` blends, each of a row of its own, with inputs unchanged (2);
# - the judge reads every image as `b` (3), once 0.30 of the victims fall;
# - with 12 images each, 11-nearest neighbour reads at least 0.60 of 90 victims as `b` (7).
#
# <details><summary>The fine print</summary>
#
# - The 90 victims come from three splits with 800 training rows, and the judge and 11-nearest neighbour
#   read each of them rightly before. `b` is the judge's second guess. A victim counts only when the judge
#   reads all of its 12 images as `b`.
# - Smaller sets come with other judges, linear or not, and with `count` from 1 up to all that the judge
#   reads as `b` before blending. A judge errs: it reads some rows of `b` otherwise at any share. Others it
#   reads as `b` only at shares below 0.05.
# - The order of the images is yours, and so are the steps of `share`.
# </details>


# %%
def clean_label(X, y, victim, b, judge, count):
    ### BEGIN SOLUTION
    rows = X[y == b]
    images, readable = rows.copy(), np.zeros(len(rows), bool)
    for share in np.linspace(0, 0.5, 11):
        blends = (1 - share) * rows + share * victim
        passes = judge.predict(blends) == b
        images[passes] = blends[passes]
        readable |= passes
    images = images[readable]
    return images[np.argsort(np.linalg.norm(images - victim, axis=1))[:count]]
    ### END SOLUTION


# %%
check("poisoning.clean_label", clean_label)

# %%
# hint("poisoning.clean_label")
# solution("poisoning.clean_label")

# %%
predict("poisoning.larger_k")

# %% [markdown]
# Now the clinic defends itself with a larger k, and the firm answers with more images. 60 victims:


# %% tags=["raises-exception"]
def clinic(seed):
    """A clean training set, 30 images that the judge and 11-nearest neighbour read rightly, and the judge."""
    X_own, X_held, y_own, y_held = train_test_split(
        images / 16, digits, train_size=800, stratify=digits, random_state=seed
    )
    judge, model = RidgeClassifier().fit(X_own, y_own), KNeighborsClassifier(11).fit(X_own, y_own)
    right = (judge.predict(X_held) == y_held) & (model.predict(X_held) == y_held)
    return X_own, y_own, X_held, y_held, judge, np.flatnonzero(right)[:30]


def attacked(X_own, y_own, victim, judge, count):
    """The training set with the poison at its end, and the class b: the judge's second guess."""
    b = int(np.argsort(judge.decision_function([victim])[0])[-2])
    poison = clean_label(X_own, y_own, victim, b, judge, count)
    return np.concatenate([X_own, poison]), np.append(y_own, np.full(count, b)), b


NEIGHBOURS = (1, 3, 11, 25)
fallen = {(count, k): [] for count in (12, 25) for k in NEIGHBOURS}
clean = {k: [] for k in NEIGHBOURS}
for seed in range(2):
    X_own, y_own, X_held, y_held, judge, victims = clinic(seed)
    for k in NEIGHBOURS:
        clean[k].append(KNeighborsClassifier(k).fit(X_own, y_own).score(X_held, y_held))
    for victim in X_held[victims]:
        for count in (12, 25):
            X_more, y_more, b = attacked(X_own, y_own, victim, judge, count)
            for k in NEIGHBOURS:
                said = KNeighborsClassifier(k).fit(X_more, y_more).predict([victim])[0]
                fallen[count, k].append(said == b)
larger_k = pd.DataFrame(
    {
        "12 images: victims lost": [np.mean(fallen[12, k]) for k in NEIGHBOURS],
        "25 images: victims lost": [np.mean(fallen[25, k]) for k in NEIGHBOURS],
        "clean accuracy": [np.mean(clean[k]) for k in NEIGHBOURS],
    },
    index=pd.Index(NEIGHBOURS, name="k"),
)
larger_k.round(2)

# %% [markdown]
# With 12 images a larger k helps the *firm*: at k = 1, 0.48 of the victims are lost, and at k = 11, 0.77. At
# k = 25, twelve images are no majority, and 0.30 are lost. So the firm sends 25, and 0.87 are lost.
# Meanwhile the clean accuracy went from 0.98 to 0.95. A larger k only sets the price, in images.
#
# What would have helped? Say that eight firms deliver 100 rows each, and that each row carries its firm's
# number. Firm 3 adds the 12 images. A victim was misread, somebody reports it, and you look at its 11
# nearest rows:

# %% tags=["raises-exception"]
X_own, y_own, X_held, y_held, judge, victims = clinic(0)
firms = np.append(np.arange(800) % 8, np.full(12, 3))  # eight firms; number 3 delivers the poison too
used = X_own.std(axis=0) > 0
rows = []
for victim, true in zip(X_held[victims], y_held[victims], strict=True):
    X_more, y_more, b = attacked(X_own, y_own, victim, judge, 12)
    model = KNeighborsClassifier(11).fit(X_more, y_more)
    if model.predict([victim])[0] != b:
        continue
    marked = knn_sanitise(X_more[:, used], (y_more == b).astype(int), 11)[800:].mean()
    near = np.bincount(firms[model.kneighbors([victim], return_distance=False)[0]], minlength=8)
    rest = KNeighborsClassifier(11).fit(X_more[firms != 3], y_more[firms != 3])
    rows.append(
        {
            "poison that your filter marks": marked,
            "accuracy with the poison": model.score(X_held, y_held),
            "of the 11 nearest: from firm 3": near[3],
            "of the 11 nearest: most of another": np.delete(near, 3).max(),
            "right again without firm 3": rest.predict([victim])[0] == true,
            "accuracy without firm 3": rest.score(X_held, y_held),
        }
    )
traced = pd.DataFrame(rows).astype(float).agg(["min", "mean", "max"]).T
print(len(rows), "victims lost of", len(victims))
traced.round(2)

# %% [markdown]
# Your filter marks none of the poison, and the accuracy is what it was, about 0.96. The *source* gives it
# away: of a lost victim's 11 nearest rows, 8 to 11 come from firm 3, and at most 2 from any other. Train
# again without that firm, its 100 honest rows included: each victim is read rightly, and the accuracy is
# still 0.96.
#
# So right labels are no defence, and neither is a larger k. Only provenance is: who delivered these rows?
# Your ledger would agree with this delivery, so write beside each entry who it came from.
#
# Provenance has limits too. It doesn't keep the poison out: somebody has to notice the wrong answer. And a
# firm that delivers under eight names hides among eight. So know who is behind a source, and limit how many
# rows of a class one source may add. With such a limit, k counts after all: 12 images against 25
# neighbours took 0.30 of the victims, not 0.87.

# %% [markdown]
# ## Summary
#
# 1. Accuracy shows a third of what aimed flips do to the class that they aim at. Watch the recall of the
#    class that you can't afford to miss.
# 2. Poison the training part only, test on true labels, and use several splits.
# 3. A neighbourhood filter finds most random flips and fewer aimed ones. A mark is a reason to look.
# 4. A well-placed backdoor costs next to no clean accuracy. Report attack success beside the clean model's
#    baseline.
# 5. Tune a scanner's alarm on many honest models. Chain your batches, and keep the head elsewhere.
#    (Stretch: poison can have right labels. Then only the source of each row gives it away.)

# %% [markdown]
# ## Use it on Monday
#
# A longer version is [the Monday sheet](monday.md), to copy into your repository. These lines run on your
# own table of numbers and labels, and print the ten rows to look at first. Here nobody flipped anything:
# you see honest but unusual tumours. (The library cleanlab does the same with a model's own predictions.
# Neither finds a backdoor, flips that agree with their neighbours, or poison with right labels.)

# %%
X_mine, y_mine = np.asarray(X_cancer), np.asarray(y_cancer)  # yours: numbers (n, d), labels (n,)
Z = StandardScaler().fit_transform(X_mine)
near = NearestNeighbors(n_neighbors=11).fit(Z).kneighbors(return_distance=False)
against = (y_mine[near] != y_mine[:, None]).mean(axis=1)
for row in np.argsort(-against, kind="stable")[:10]:
    print(f"row {row}: label {y_mine[row]}, {against[row]:.0%} of its neighbours say otherwise")

# %% [markdown]
# - [ ] List who can write training labels, feedback buttons and outside firms included.
# - [ ] Store with each row where it came from, so that you can take one source out.
# - [ ] Name the class that you can't afford to miss, and put its recall on the dashboard.
# - [ ] Keep a test set that the training pipeline can't write.
# - [ ] Run a label filter on each new batch, and send its marks to a person.
# - [ ] Before release, scan for triggers; set attack success against a clean model's baseline.
# - [ ] Hash each batch on arrival, chain the entries, and keep the head where writers of data can't write.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# Here the attacker had a hand in the training. The next one touches neither data nor model, and chooses only
# what to send: [Evasion: inputs made to fool a model](../evasion/evasion.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
