# The start page and first lesson. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Start here
#
# *45 minutes · three exercises, 20 points · then a pre-test of 30 minutes, if you like*
#
# In this course you attack small machine-learning models of your own, and then you defend them. This page
# is also your map: come back to it whenever you like, run the two cells below, and go on where it says.
#
# **In 2020** a team got into a service at Microsoft with a valid account. They copied the service's model
# and its training data, worked out at their desks which inputs would fool the model, and then sent those
# inputs to the real thing. It worked. *(Source: MITRE ATLAS 5.6.0, case study AML.CS0010.)* Who were they?
# You'll see below. First, do what they did at their desks.

# %%
from autograder.learner import course_map, ready

ready()

# %%
course_map()

# %% [markdown]
# ## Your first attack
#
# Run the cells with Shift+Enter, from the top. This one loads 178 wines of three grape varieties, with 13
# measurements each, and trains a model that tells the varieties apart. The model never sees 54 of the
# wines: they are the test.

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

from autograder.learner import check, hint, others, predict, progress, solution

X_wine, y_wine = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X_wine, y_wine, test_size=0.3, stratify=y_wine, random_state=0
)
scaler, classifier = StandardScaler(), LogisticRegression(max_iter=1000)
model = make_pipeline(scaler, classifier).fit(X_train, y_train)
print(f"{model.score(X_test, y_test):.0%} of {len(y_test)} test wines are called right")

# %% [markdown]
# A perfect score. Now make this model wrong about test wine 8, which it calls variety 0.
#
# You have a copy of the model, so you can look inside. For each measurement its weights say which way to
# move it, up or down, so that the wine looks more like variety 1. `size` says how far: 0.2 means that each
# measurement moves by a fifth of its standard deviation.
#
# **Your turn:** make `size` larger in steps of 0.1 and run the cell again, until the answer changes.

# %%
size = 0.0

wine = X_test[8]
direction = np.sign(classifier.coef_[1] - classifier.coef_[0])  # +1 or -1 for each measurement
nudged = wine + size * direction * scaler.scale_

print(f"the model says: variety {model.predict([nudged])[0]}, {model.predict_proba([nudged]).max():.0%} sure")
print(f"alcohol {wine[0]:.1f} → {nudged[0]:.1f}, colour {wine[9]:.1f} → {nudged[9]:.1f}")

# %% [markdown]
# You've fooled a model with a perfect score. Was that the attack, or is the model simply touchy about any
# change? Before you look, guess. Each lesson asks a few questions like this one. They give no points: a
# wrong guess is what makes the answer stick.

# %%
predict("welcome.noise")

# %%
size = 0.6
coins = np.random.default_rng(0).choice([-1, 1], (1000, 13))
answers = model.predict(wine + size * coins * scaler.scale_)
print(f"{(answers != 0).sum()} of 1,000 random nudges change the answer")

# %% [markdown]
# Here is the same for five wines. One line shows how sure the model stays of its first answer when you aim,
# the other one when a coin decides. **Your task:** find a wine for which even an aimed nudge must be larger
# than 1. What do random nudges of that size do?

# %%
from course.start.welcome.nudge import nudge
from course.start.welcome.nudge import twin as nudge_twin

nudge()

# %% [markdown]
# The same without a mouse, as pictures and a table. Each picture of this course has such a twin:

# %%
nudge_twin()

# %% [markdown]
# You can push each of these five wines over, and hardly any random nudge does it. So an average over noise
# says nothing about somebody who aims. You'll meet this again in most attacks of the course, and in the
# defences: test a defence against somebody who knows what you did.

# %% [markdown]
# ## How a lesson works
#
# 1. Write your code where it says `raise NotImplementedError()`, and run that cell.
# 2. Run the check below it, as often as you like. It tells you, part by part, what is right and what isn't.
# 3. Stuck? `hint("welcome.accuracy")` gives one more hint each time, three in all. Hints are free.
#    `solution("welcome.accuracy")` opens once you've passed, or after three honest tries.
# 4. Stop whenever you like. What you passed is saved, and the map above knows where you were.
#
# <details><summary>Points, ids, grading, and lessons you know already</summary>
#
# Below an exercise's name stand its minutes, whether it is core or stretch, its points, and ids of what it
# trains. AML ids are from MITRE ATLAS, a catalogue of attacks on AI systems (T) and of what helps against
# them (M). PO, PS, PW and RV are from NIST's Secure Software Development Framework.
#
# Grading runs the same checks with other random draws. Nothing else is different. If you know a lesson's
# subject already, pass the two core exercises that give the most points, and the lesson counts as known. An
# honest try is one that changes the code. The map also offers routes, for somebody with a day or with one
# question.
# </details>

# %% [markdown]
# ### Exercise: accuracy
#
# *4 minutes · core · 4 points · AML.M0008*
#
# A small one, so that you meet the check. How often is a model right?
#
# `accuracy([1, 0, 2, 2], [1, 1, 2, 2])` is 0.75: three of four places are equal.
#
# | name | what it is |
# | --- | --- |
# | `y_true`, `y_pred` | labels, integers or booleans: two lists or two arrays with one dimension |
# | returns | float from 0 to 1: the share of places where the two are equal |
# | raises | `ValueError` when there are no labels, or when the lengths differ |
#
# Be wrong once, on purpose: write `return 0.5`, and read what the check tells you. Under each part that is
# wrong you see the case, what was *expected*, what it *got*, and the *likely* mistake if there is a known
# one.
#
# Judged:
#
# - the share, on drawn labels (2);
# - the errors, and no error for a single label (2).


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
# ## The page that makes it a test
#
# The people who broke into that service in 2020 were the company's own red team: they are paid to attack,
# so that the weak spots are found before a criminal finds them. From the logs, a test and a break-in look
# the same. The difference is a signed page that says what is allowed:
#
# - the **targets**: which systems, by name;
# - the **techniques**: what may be done to them;
# - the **data**: which classes of data may be touched;
# - the **window**: from when to when.
#
# What isn't on the page is not allowed. That rule breaks easily, and nobody means any harm: the next server
# looks just like the one on the list, the test runs a little late, a field was left empty and everybody
# knew what was meant. So let a function say no.
#
# What you attack in this course is made in the notebook and stays there. Anything else, at work too, needs
# such a page from the owner. (This is engineering training, not legal advice.)

# %% [markdown]
# ### Exercise: in_scope
#
# *11 minutes · core · 10 points · AML.M0018 · PO.2.2*
#
# Write the gatekeeper. `in_scope(action, scope)` returns `True` when the page allows the action, and
# `False` for everything else. It never raises an error.
#
# Say the page lists the target `triage-staging`, the technique `AML.T0040` and the data class `synthetic`,
# from 9:00 to 17:00 UTC:
#
# | action | answer | why |
# | --- | --- | --- |
# | `triage-staging`, `AML.T0040`, `synthetic`, at 16:59 UTC | `True` | all of it is on the page |
# | the same at 17:00 UTC | `False` | the window ends *before* 17:00 |
# | the same at 17:30 in Berlin (UTC+1) | `True` | that is 16:30 UTC |
# | the same on `triage` | `False` | not on the page |
# | the same without `data` | `False` | nobody said which data |
#
# | `action`: a dict | what it is |
# | --- | --- |
# | `target`, `technique`, `data` | texts: a system's name, an ATLAS id, a class of data |
# | `at` | `datetime`: when it happens |
# | `note` | anybody's remark; it changes nothing, and may be missing |
#
# | `scope`: a dict | what it is |
# | --- | --- |
# | `targets`, `techniques`, `data` | lists of texts: what is allowed; a list may be empty |
# | `start`, `end` | `datetime` with an offset from UTC: the first moment inside, the first moment outside |
#
# Judged:
#
# - the three lists (4), the window (3), and what is missing (3). Each case asks twice: about an allowed
#   action, and about the same with one fault. You need both right, so always `False` gets nothing.
#
# <details><summary>The fine print</summary>
#
# - Names are compared as whole texts, capital letters included. A `*` is a letter like any other, and
#   `AML.T0043` does not stand for `AML.T0043.001`.
# - An entry is missing when its key is not there or its value is `None`, in the action or in the scope.
#   What is missing is never allowed, not even if a list holds `None` as well. Only `note` may be missing.
# - An `at` without an offset counts as missing too: nobody knows which moment it means.
# </details>


# %%
def in_scope(action, scope):
    ### BEGIN SOLUTION
    for key, names in (("target", "targets"), ("technique", "techniques"), ("data", "data")):
        if action.get(key) is None or action[key] not in (scope.get(names) or []):
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
# A Friday afternoon, as your gatekeeper sees it:

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
    "with real patient letters": agreed | {"data": "patient"},
    "at 17:30 in Berlin": agreed | {"at": datetime(2026, 11, 20, 17, 30, tzinfo=ZoneInfo("Europe/Berlin"))},
}
for what, action in asked.items():
    print(f"{'yes' if in_scope(action, scope) else 'no ':3}  {what}")

# %% [markdown]
# *In one line: who in your company may sign such a page, and would you have it by tomorrow?*

# %% [markdown]
# <details><summary>Compare</summary> The owner of the system and whoever runs the machines under it; for a
# vendor's model, the vendor too. If nobody knows who that is, finding out is the first result of your
# test.</details>

# %% [markdown]
# ## How sure is a number?
#
# The red team's inputs fooled the copy on their desks. They didn't stop there: they sent them to the real
# service and measured again. A number is worth as much as the way it was measured. Most claims of this
# course are numbers, and so is most of what a vendor says about a defence. Here you measure one of them,
# and see how far to believe it.

# %% [markdown]
# ### Exercise: split_and_score
#
# *7 minutes · core · 6 points · AML.M0008 · PW.8.2*
#
# How good is a model on wines that it hasn't seen? `split_and_score(X, y, seed)` trains on one part of the
# data and returns the accuracy on the rest. `split_and_score(X_wine, y_wine, 0)` is 1.0, the perfect score
# from above.
#
# | name | what it is |
# | --- | --- |
# | `X`, `y` | floats (n, d), columns in different units; integer labels (n,) |
# | `seed` | integer: decides which rows are put aside |
# | returns | float: the share of the test rows that the model calls right |
#
# Put 0.3 of the rows aside with `train_test_split`, stratified by `y`, with `random_state=seed`. The model
# is a `LogisticRegression(max_iter=1000)` on columns that a `StandardScaler` has scaled. Fit everything,
# the scaler too, on training rows only.
#
# Judged:
#
# - the scores on drawn sets of wines (3);
# - the same with one broken test row, about ten thousand times too large (2);
# - `X` and `y` unchanged, once the scores are right (1).


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
# When the scaler sees the test rows, that is called a **leak**. What does it cost? Each value below is the
# mean of 30 splits. In the second row, one test wine is broken. (You needn't read the code, only the
# table.)


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
# On good data you hardly notice the leak: 2 of the 30 scores change, each by one wine. With one broken wine
# it's another story: the honest score is 0.97, because the broken wine itself is called wrong, and the
# leaky score is 0.39. The leaky scaler takes that wine's size for the normal spread, and next to it all
# other wines look the same. A mistake that costs nothing on good data is easy to miss in a review. So write
# the test that breaks the data.

# %% [markdown]
# ## One split proves little
#
# The same function, the same wines. Only the seed changes.

# %%
predict("welcome.seeds")

# %% [markdown]
# Now look. Each dot is one split, placed at its accuracy. The filled ones are those that you have run.
# **Your task:** with a single seed, find the split that makes the model look best, and the one that makes
# it look worst. Then find out how many seeds you need until the mean hardly depends on which you chose.

# %%
from course.start.welcome.seed_slider import seed_slider, twin

seed_slider()

# %%
twin()

# %% [markdown]
# And from your own function:

# %% tags=["raises-exception"]
scores = [split_and_score(X_wine, y_wine, seed) for seed in range(30)]
in_a_row = [np.mean([scores[(first + i) % 30] for i in range(5)]) for first in range(30)]  # 0 follows 29
print(f"30 seeds: {min(scores):.3f} to {max(scores):.3f}, mean {np.mean(scores):.3f}")
print(f"{scores.count(1.0)} of them call the model perfect")
print(f"means of five seeds in a row: {min(in_a_row):.3f} to {max(in_a_row):.3f}")

# %% [markdown]
# So the perfect score at the top of this page was a lucky one: 12 of 30 seeds give it, and others go down
# to 0.944. **Whoever picks the seed picks the result.** The mean of five seeds in a row stays between 0.967
# and 0.996: better, and still a point or two off.
#
# That's why a check in this course looks at several draws, and where it has a threshold, it prints it and
# leaves room on both sides. Ask the same of anybody who sells you a defence: how many seeds, and did you
# choose them before or after?

# %% [markdown]
# ## Back to the red team
#
# You now have what they had in 2020. They had a copy of the model, so they could aim. They measured their
# attack twice, on the copy and on the real service, before they believed in it. And they had permission.
# That is why it is called an exercise in the catalogue, and not an incident.

# %% [markdown]
# ## Summary
#
# 1. A good score on test data says nothing about somebody who aims.
# 2. What the signed page doesn't list is not allowed. What is missing counts as not listed.
# 3. Fit everything, the scaler too, on training rows only.
# 4. One split proves little. Take several seeds, and choose them before you see the results.
# 5. A mistake that costs nothing on good data shows up when a test breaks the data. Write that test.

# %% [markdown]
# ## Use it on Monday
#
# [The Monday sheet](monday.md) is a page to fill in: rules of engagement, to be signed before a test.
#
# - [ ] Find out who may agree to a test of your models, and what they need to see.
# - [ ] List the systems that look like the target and are not. The neighbour in production comes first.
# - [ ] Put the window into your test tool, with its offset, so that it stops by itself.
# - [ ] Search your evaluation code for `fit_transform` above `train_test_split`.
# - [ ] Run your last benchmark with five seeds. These lines do it for any scikit-learn model and data:

# %%
benchmark = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))  # yours
runs = []
for seed in range(5):
    parts = train_test_split(X_wine, y_wine, test_size=0.3, stratify=y_wine, random_state=seed)
    runs.append(benchmark.fit(parts[0], parts[2]).score(parts[1], parts[3]))
print(f"lowest {min(runs):.3f}, mean {np.mean(runs):.3f}, highest {max(runs):.3f}")

# %% [markdown]
# Here these five say 0.993 on average, and the 30 seeds above said 0.981. So write down the lowest too:
# it's the one that you can promise.

# %% [markdown]
# ## Keep your work
#
# On your own machine there is nothing to do: your notebooks and your progress are files in your folder. On
# Binder the machine is lent to you. It stops when nobody has used it for about ten minutes, and everything
# on it is gone. Before that, take your work with you as one file:

# %%
from autograder.learner import save_work

save_work()

# %% [markdown]
# Next time, open this page and hand the file back. Work that is newer than the file is kept.

# %%
from autograder.learner import restore_work

restore_work()

# %% [markdown]
# ## A test before you go on
#
# 24 questions about the ideas of the whole course, in about 30 minutes. It's for you: it measures where you
# start. You can skip it, or stop and go on another day. It gives no points and shows no answers, because
# you take it again at the end. It's worth most before the next lesson.

# %%
from autograder.learner import pretest

pretest()

# %% [markdown]
# ## For later
#
# After a pass, `others` shows other right answers, and common wrong ones with what each is told. `review()`
# asks passed exercises again after 1, 3, 8 and 20 days. `reset` gives a lesson back as it was, and keeps your
# file. `posttest()` opens when you've done the course or your route.

# %%
# from autograder.learner import others, posttest, reset, review
# others("welcome.accuracy")
# review()
# reset("welcome")
# posttest()

# %%
progress()

# %% [markdown]
# ## What comes next
#
# The next lesson: [Planning: what can go wrong, and what you
# promise](../../m1_lifecycle/planning/planning.ipynb). Or choose one from the map at the top of this page.
