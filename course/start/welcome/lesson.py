# The start page and first lesson. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Start here
#
# *25 minutes · three exercises, 20 points · a pre-test of 30 minutes more, if you like*
#
# In this course you attack small machine-learning models of your own, and then you defend them. Come back to
# this page as often as you like: run the two cells below, and go on where the map says.
#
# **In 2020** a team found the model file and the training data of a service at Microsoft, made inputs that
# deceive the model, and sent them in, to disrupt that service. They had read about the target and logged in
# with a valid account, as intruders do. It was the company's own red team. *(Source: MITRE ATLAS 5.6.0,
# case study AML.CS0010.)* No tool tells such a test from a break-in. A page does, agreed upon beforehand:
# further down you write its gatekeeper.

# %%
from autograder.learner import course_map, ready

ready()

# %%
course_map()

# %% [markdown]
# ## How a lesson works
#
# 1. Run the cells from the top (Shift+Enter). Where a question appears, guess first: it costs nothing, and a
#    wrong guess is what makes the answer stick.
# 2. Write your code where it says `raise NotImplementedError()` and run that cell.
# 3. Run the check below it, as often as you like. It says, part by part, what holds and what does not.
# 4. Stuck? `hint("welcome.accuracy")` gives one more hint each time, three in all, and they cost nothing.
#    `solution("welcome.accuracy")` opens after a pass or three honest tries.
# 5. Stop whenever you must. What you passed is noted, and the map above knows where you were. On Binder,
#    take your work with you first: see *Keep your work*, near the end of this page.
#
# Below an exercise's name are its minutes, whether it is core or stretch, its points, and what it trains. Ids
# with AML are from MITRE ATLAS, a catalogue of attacks on AI systems (T) and of what helps against them (M);
# those with PO, PS, PW and RV are practices of NIST's Secure Software Development Framework.
#
# In grading, the same checks run with other random draws. Nothing else differs. Do you know a lesson's
# subject already? Pass the two core exercises that give most points, and the lesson counts as known.

# %%
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.learner import check, hint, predict, progress, solution

# %% [markdown]
# ### Exercise: accuracy
#
# *4 minutes · core · 4 points · AML.M0008*
#
# A small one, to meet the check. `accuracy(y_true, y_pred)` returns the share of equal labels.
#
# | name | what it is |
# | --- | --- |
# | `y_true`, `y_pred` | labels, integers or booleans, as two lists or two arrays of one dimension |
# | returns | float from 0 to 1: the share of places where the two are equal |
# | raises | `ValueError` when there are no labels, or not as many of the one as of the other |
#
# With `[1, 0, 2, 2]` and `[1, 1, 2, 2]` it is 0.75.
#
# Be wrong once, on purpose: write `return 0.5`, and read what the check says. Under a part that is wrong are
# the case, what was *expected* and what it *got*; *likely* names the slip, where there is one.
#
# Judged:
#
# - the share, on 6 drawn pairs (2);
# - both errors, and none for a single label (2).


# %%
def accuracy(y_true, y_pred):
    ### BEGIN SOLUTION
    if len(y_true) != len(y_pred) or len(y_true) == 0:
        raise ValueError(f"{len(y_true)} labels and {len(y_pred)} guesses")
    return float((np.asarray(y_true) == np.asarray(y_pred)).mean())
    ### END SOLUTION


# %%
check("welcome.accuracy", accuracy)

# %%
# hint("welcome.accuracy")
# solution("welcome.accuracy")

# %% [markdown]
# ## Rules of engagement
#
# What you attack in this course is made in the notebook and stays in it. Anything else, at work too, needs
# the owner's agreement in writing, and that agreement names
#
# - the **targets**: which systems, by name;
# - the **techniques**: what may be done to them;
# - the **data**: which classes may be touched;
# - the **window**: from when to when.
#
# What is not on the page is not allowed. The rule bends where nobody means harm: the next server looks just
# like the one that is listed, the test runs a little late, a field was left empty and everybody knows what
# was meant. So let a function say no. (This is engineering training, not legal advice.)

# %% [markdown]
# ### Exercise: in_scope
#
# *7 minutes · core · 10 points · AML.M0018 · PO.2.2*
#
# `in_scope(action, scope)` answers whether an action may be taken: `True` or `False`, and never an error.
#
# | `action`: a dict | what it is |
# | --- | --- |
# | `target`, `technique`, `data` | texts: a system's name, an ATLAS id, a class of data |
# | `at` | `datetime`: when it happens |
# | `note` | anybody's remark; it decides nothing, and may be missing |
#
# | `scope`: a dict | what it is |
# | --- | --- |
# | `targets`, `techniques`, `data` | lists of texts: what is allowed |
# | `start`, `end` | `datetime` with an offset from UTC: the first moment inside, the first one outside |
#
# `True` when the action's target, technique and data class are each in the scope's list, letter by letter,
# and `at` lies in the window. There are no wildcards and no families: `AML.T0043` does not stand for
# `AML.T0043.001`. `at` may have another offset than the window; it is the moment that counts.
#
# **What is unknown is denied**: an entry of the action that is missing or `None`, an `at` without an offset,
# an entry that the scope lacks.
#
# Judged on 22 drawn cases. Each asks twice, in any order: an action within its scope, and the same action or
# scope with one fault. Always yes and always no get no points.
#
# - the three lists (4);
# - the window (3);
# - the unknown (3).


# %%
def in_scope(action, scope):
    ### BEGIN SOLUTION
    for key, names in (("target", "targets"), ("technique", "techniques"), ("data", "data")):
        if action.get(key) not in scope.get(names, []):
            return False
    at, start, end = action.get("at"), scope.get("start"), scope.get("end")
    if at is None or start is None or end is None or at.tzinfo is None:
        return False
    return start <= at < end
    ### END SOLUTION


# %%
check("welcome.in_scope", in_scope)

# %%
# hint("welcome.in_scope")
# solution("welcome.in_scope")

# %% [markdown]
# A Friday afternoon, seen by your gatekeeper:

# %% tags=["raises-exception"]
scope = {
    "targets": ["triage-staging"],
    "techniques": ["AML.T0043.001", "AML.T0040"],
    "data": ["synthetic"],
    "start": datetime(2026, 11, 20, 9, tzinfo=UTC),
    "end": datetime(2026, 11, 20, 17, tzinfo=UTC),
}
agreed = {
    "target": "triage-staging",
    "technique": "AML.T0040",
    "data": "synthetic",
    "at": datetime(2026, 11, 20, 16, 59, tzinfo=UTC),
}
asked = {
    "as agreed": agreed,
    "the other server, agreed by phone": agreed | {"target": "triage", "note": "agreed by phone"},
    "a minute later": agreed | {"at": scope["end"]},
    "with real letters": agreed | {"data": "patient"},
    "at 17:30 in Berlin": agreed | {"at": datetime(2026, 11, 20, 17, 30, tzinfo=ZoneInfo("Europe/Berlin"))},
}
for what, action in asked.items():
    print(f"{'yes' if in_scope(action, scope) else 'no ':3}  {what}")

# %% [markdown]
# Half past five in Berlin is half past four in UTC, so it is inside.
#
# *In one line: who in your company may sign such a page, and would you have it by tomorrow?*

# %% [markdown]
# ## How sure is a number?
#
# Most claims of this course are numbers that a model reached. So is most of what a vendor says about a
# defence. Here is how to measure one of them, and how far to believe it.
#
# The data: 178 wines of 3 growers, 13 measurements each.

# %%
X_wine, y_wine = load_wine(return_X_y=True)
print(f"{len(y_wine)} wines, {[int(n) for n in np.bincount(y_wine)]} of each grower")

# %% [markdown]
# ### Exercise: split_and_score
#
# *6 minutes · core · 6 points · AML.M0008 · PW.8.2*
#
# `split_and_score(X, y, seed)` trains on one part of the data and returns the accuracy on the other.
#
# | name | what it is |
# | --- | --- |
# | `X`, `y` | floats (n, d), columns in different units; integer labels (n,) |
# | `seed` | integer: draws the split, and nothing else is drawn |
# | returns | float: of the test rows, the share that the model calls right |
#
# Put 0.3 of the rows aside for testing with `train_test_split`, stratified by `y`, with `random_state=seed`.
# The model is `LogisticRegression(max_iter=1000)` on columns that a `StandardScaler` has scaled. **Only
# training rows teach**, and the scaler learns too: it takes a mean and a spread from each column.
#
# Judged:
#
# - the scores on 5 drawn sets (3);
# - the same, when one test row is broken: ten thousand times too large (2);
# - `X` and `y` stay as they were (1).


# %%
def split_and_score(X, y, seed):
    ### BEGIN SOLUTION
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return model.fit(X_train, y_train).score(X_test, y_test)
    ### END SOLUTION


# %%
check("welcome.split_and_score", split_and_score)

# %%
# hint("welcome.split_and_score")
# solution("welcome.split_and_score")

# %% [markdown]
# Scaling before the split is called a **leak**: something of the test rows reaches the model. What does it
# cost? Below, each value is the mean of 30 splits. For the second row, one test wine is broken.


# %% tags=["raises-exception"]
def leaky(X, y, seed):
    scaled = StandardScaler().fit_transform(X)  # has seen the test rows
    X_train, X_test, y_train, y_test = train_test_split(
        scaled, y, test_size=0.3, stratify=y, random_state=seed
    )
    return LogisticRegression(max_iter=1000).fit(X_train, y_train).score(X_test, y_test)


def broken(X, y, seed):
    """A copy of X with one test row ten thousand times too large."""
    test_rows = train_test_split(np.arange(len(y)), test_size=0.3, stratify=y, random_state=seed)[1]
    X = X.copy()
    X[test_rows[0]] *= 10_000
    return X


tables = {
    "wines as they are": [X_wine] * 30,
    "one test wine broken": [broken(X_wine, y_wine, seed) for seed in range(30)],
}
scored = {
    score.__name__: {
        what: [score(X, y_wine, seed) for seed, X in enumerate(copies)] for what, copies in tables.items()
    }
    for score in (split_and_score, leaky)
}
leaks = pd.DataFrame(scored)
changed = np.subtract(*leaks.loc["wines as they are"])
print(f"as they are, {np.count_nonzero(changed)} of 30 scores change, by {abs(changed).max():.3f} at most")
leaks.map(np.mean).round(2)

# %% [markdown]
# On clean wines the leak hardly shows: 2 of the 30 scores change, each by a single wine, which is 0.019. With
# one broken wine it takes the accuracy from 0.97 to 0.39: mean and spread are now that one wine's, and scaled
# by them all the others look alike. A slip that costs nothing on good data is the kind that survives review.

# %% [markdown]
# ## One split proves little
#
# The same function, the same wines. Only the seed differs.

# %%
predict("welcome.seeds")

# %% [markdown]
# Now look. Begin with one seed and change which; then take more of them.

# %%
from course.start.welcome.seed_slider import seed_slider, twin

seed_slider()

# %% [markdown]
# The same as pictures and a table:

# %%
twin()

# %% [markdown]
# And from your own function:

# %% tags=["raises-exception"]
scores = [split_and_score(X_wine, y_wine, seed) for seed in range(30)]
in_a_row = [np.mean([scores[(first + i) % 30] for i in range(5)]) for first in range(30)]
print(f"30 seeds: {min(scores):.3f} to {max(scores):.3f}, mean {np.mean(scores):.3f}")
print(f"{scores.count(1.0)} of them call the model perfect")
print(f"means of five seeds in a row: {min(in_a_row):.3f} to {max(in_a_row):.3f}")

# %% [markdown]
# From 0.944 to 1.000, and 12 of 30 seeds call the model perfect. **Whoever may choose the seed may choose the
# result.** The mean of five seeds in a row already stays between 0.967 and 0.996.
#
# That is why a check of this course judges chance on several draws, prints its threshold, and leaves room on
# both sides of it. Ask the same of anybody who sells you a defence: how many seeds, and who chose them,
# before or after?

# %% [markdown]
# ## A test before you begin
#
# 24 questions about the ideas of the whole course, in about 30 minutes. It is for you: it measures where you
# start. You can stop and go on another day. It earns no points, and it shows no answers, because a question
# whose answer was shown measures nothing afterwards. It is worth most before the next lesson.

# %%
from autograder.learner import pretest

pretest()

# %% [markdown]
# ## Keep your work
#
# On your own machine there is nothing to do: notebooks and progress are files in your folder. Binder is a
# machine for the moment. It stops a server that nobody has used for about ten minutes, with everything on it.
# Take your work with you before that, as one file:

# %%
from autograder.learner import save_work

save_work()

# %% [markdown]
# Next time, open this page and hand the file back. Work that is newer than the file is kept.

# %%
from autograder.learner import restore_work

restore_work()

# %% [markdown]
# ## Summary
#
# 1. Guess, write, check, mend. Hints cost nothing, and an error message is there to be read.
# 2. What the agreement does not list is not allowed, and unknown counts as not listed.
# 3. All that learns stays behind the split, the scaler too.
# 4. One split proves little: take several seeds, and choose them before you see the result.
# 5. A slip that costs nothing on good data shows when a test breaks the data: write that test.

# %% [markdown]
# ## Use it on Monday
#
# A page to fill in is `welcome_monday.md`: rules of engagement, to be signed before a test.
#
# - [ ] Find out who may agree to a test of your models, and what they need to see.
# - [ ] List the systems that look like the target and are not: the neighbour in production comes first.
# - [ ] Put the window into the tool, with its offset, so that it stops by itself.
# - [ ] Search your evaluation code for `fit_transform` above `train_test_split`.
# - [ ] Run your last benchmark with five seeds, and write the lowest beside the mean.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# The next lesson:
# [Secure code and the pickle problem](../../m1_lifecycle/implementation/implementation.ipynb). Or choose one
# from the map at the top of this page.
