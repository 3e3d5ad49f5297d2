# The lesson on privacy. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Privacy: what a model tells about its training rows
#
# *58 minutes, 41 points in four exercises · a stretch of one more: about 16 minutes, its reading
# included, and 10 points on top*
#
# **On Monday, 25 August 2008** the US National Institutes of Health (NIH) quietly took two databases off
# its public website. They held averages from studies with more than 60,000 patients: for each of many
# places in the genome, how common a variant was among the participants. There were no names and no rows.
# But NIH had learned of a paper, which came out that Friday. It showed how to tell from such averages
# whether a given person is in the pool, even one who is less than 0.1% of it. Whoever has your DNA from
# elsewhere could learn that you were in a study, for example in the group with the disease. Since
# January, 140 people and institutions had downloaded the data. *(Sources: [Los Angeles Times, 29 August
# 2008](https://www.latimes.com/archives/la-xpm-2008-aug-29-me-dna29-story.html); the paper, [Homer and
# others](https://dx.plos.org/10.1371/journal.pgen.1000167); NIH on it, ten years later, in
# [NOT-OD-19-023](https://grants.nih.gov/grants/guide/notice-files/NOT-OD-19-023.html).)*
#
# A trained model is a summary of its rows, too. After this lesson you can
#
# - find out which rows a model was trained on, and say honestly how well that works;
# - train it so that it remembers single rows less, and say what that costs;
# - decide who sees how much of an answer, and know which ways of saying less don't help;
# - stretch: tell a leak from what an attacker could have guessed anyway.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions.*

# %%
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes, make_classification
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from autograder.learner import check, hint, others, predict, progress, solution

# %% [markdown]
# ## Averages that name people
#
# Here is the idea of 2008 on drawn data. A study has 200 participants. At each place of the genome a
# person has a variant 0, 1 or 2 times; we write that as 0, 0.5 or 1. The study publishes one average per
# place. You also have the averages of 200 people from the same country, as anybody has. You take a person
# whose DNA you know, and ask: is this person closer to the study's averages than to the country's?
#
# **Your turn:** with 50 places it's hardly better than a coin. Make `places` ten times larger and run the
# cell again, until all participants are recognised. How many others are taken for one as well?

# %%
places = 50


def study(places, seed=0):
    """DNA of participants, of others, and of people from the same country, 200 each."""
    rng = np.random.default_rng(seed)
    common = rng.uniform(0.1, 0.9, places)  # how common the variant is at each place
    return [rng.binomial(2, common, (200, places)) / 2 for _ in range(3)]


def closer_to_study(people, participants, country):
    study_average, country_average = participants.mean(axis=0), country.mean(axis=0)
    return (abs(people - country_average) - abs(people - study_average)).mean(axis=1)


participants, outsiders, country = study(places)
for name, people in (("participants recognised", participants), ("others taken for one", outsiders)):
    print(f"{name}: {(closer_to_study(people, participants, country) > 0).sum()} of 200")

# %% [markdown]
# Each average tells next to nothing about you. Thousands of them together know you. (At 5,000 places it's
# all 200, and 68 others with them. Those 68 come back in Part 2.) This is **membership inference**: the
# attacker already has your record, and learns that it was in the data. Where all the data is about one
# illness, that is your diagnosis.
#
# ## Part 1: A model instead of averages
#
# The clinic has a second model beside its triage model. The **programme model** estimates from 20
# questionnaire scores whether a patient will leave the addiction programme early. It was trained on 500
# patients of that programme. Its training data lies in a store that nobody can read, and it's never
# shown. The service only answers: *stays* or *leaves early*, with probabilities. An insurer, an employer
# or an ex-partner who can show that a person's row was a training row knows that the person was a patient
# there.
#
# To measure such an attack you need rows of both kinds from the same source: **members**, the rows that
# trained the model, and **others**, which didn't. So we draw 1,000 rows and train on the first 500.

# %%
HALF, TREES = 500, 50


def draw_patients(seed):
    """Questionnaires (1,000, 20) and outcomes (1,000,): 1 is leaves early. The first 500 are the members."""
    return make_classification(2 * HALF, 20, n_informative=6, flip_y=0.15, random_state=seed)


def plain_forest(X, y, seed):
    """The programme model as it is in use."""
    return RandomForestClassifier(TREES, random_state=seed).fit(X, y)


X, y = draw_patients(0)
is_member = np.arange(2 * HALF) < HALF
programme = plain_forest(X[:HALF], y[:HALF], 0)
print("right on members:", programme.score(X[:HALF], y[:HALF]))
print("right on others: ", programme.score(X[HALF:], y[HALF:]))
print("classes:", programme.classes_, " a member's answer:", programme.predict_proba(X[:1]))

# %% [markdown]
# All members right, and four of five others. The model is **overfitted**: it has kept single rows, and
# not only what they have in common.
#
# **In 2008 the averages were closest to the people who were in them.** A model is most certain of the
# rows that it has seen.
#
# ### Exercise: mia_scores
#
# *7 minutes · core · 8 points · AML.T0024.000 · ML04*
#
# Build the attack that needs the least. You know a row and its label: what really happened. Ask the
# model, and look at the probability that it gives to that label. The higher, the more likely the row is a
# member.
#
# `mia_scores(model, X, y)` returns that probability for each row. Take a model whose `classes_` are
# `["leaves", "stays"]`:
#
# | `predict_proba` says | label | score |
# | --- | --- | --- |
# | `[0.1, 0.9]` | `"stays"` | 0.9 |
# | `[0.1, 0.9]` | `"leaves"` | 0.1 |
# | `[0.6, 0.4]` | `"stays"` | 0.4 |
#
# | name | what it is |
# | --- | --- |
# | `model` | a fitted classifier with `predict_proba` and `classes_` |
# | `X` | floats (n, d) |
# | `y` | labels (n,), each one of `model.classes_`: numbers or texts, two classes or more |
# | returns | floats (n,) |
#
# Column `j` of `predict_proba(X)` belongs to `model.classes_[j]`, and `classes_` is sorted.
# `np.searchsorted(names, values)` finds where each value stands in sorted names. `table[np.arange(n),
# columns]` takes one value from each row.
#
# Judged:
#
# - the scores for labels 0 and 1 (2), and for other labels (3);
# - five forests as above: AUC at least 0.78, as a mean (2);
# - `X` and `y` unchanged (1).
#
# <details><summary>The fine print</summary> AUC is explained below; exact scores reach it. Labels may be
# numbers such as 3 and 7, which are no column numbers.</details>


# %%
def mia_scores(model, X, y):
    ### BEGIN SOLUTION
    columns = np.searchsorted(model.classes_, y)
    return model.predict_proba(X)[np.arange(len(y)), columns]
    ### END SOLUTION


# %%
check("privacy.mia_scores", mia_scores)

# %%
# hint("privacy.mia_scores")
# solution("privacy.mia_scores")

# %% [markdown]
# How good is it? Take a member and an other at random. The **AUC** is the chance that the member has the
# higher score, where a tie counts a half. 0.5 is a coin, and 1 is never wrong. The mean scores say why it
# works.

# %% tags=["raises-exception"]
scores = mia_scores(programme, X, y)
print(f"mean score of members {scores[is_member].mean():.2f}, of others {scores[~is_member].mean():.2f}")
print(f"AUC {roc_auc_score(is_member, scores):.2f}")

# %% [markdown]
# ## Part 2: How many accusations are right?
#
# **October 2009.** Another group tested the method of 2008 on real genotypes. It found that false
# positives, people taken for participants who weren't, are considerably more frequent in practice than
# believed. *(Source: [Braun and others, 2009](https://doi.org/10.1371/journal.pgen.1000668).)*
#
# An AUC averages over all thresholds. Most of them are useless to an attacker: who accuses every second
# person has learned nothing. So fix the **false positive rate (FPR)** first, the share of the others who
# are accused, at 1% for example. Then ask for the **true positive rate (TPR)**: the share of the members
# who are found.

# %%
predict("privacy.tree")

# %% [markdown]
# ### Exercise: tpr_at_fpr
#
# *11 minutes · core · 10 points · AML.T0024.000 · AML.M0008*
#
# Write the number that you can put under a claim such as "membership can be inferred". The attacker
# chooses a threshold and accuses every row whose score is at or above it. Rows with the same score are
# accused together.
#
# `tpr_at_fpr(member, scores, fpr)` returns the highest TPR that any threshold reaches with an FPR of at
# most `fpr`. Accusing nobody is always allowed. Three members have the scores 0.9, 0.8 and 0.6, four
# others have 0.8, 0.3, 0.2 and 0.1:
#
# | threshold | members found | others accused |
# | --- | --- | --- |
# | 0.9 | 1 of 3 | 0 of 4 |
# | 0.8 | 2 of 3 | 1 of 4 |
# | 0.6 | 3 of 3 | 1 of 4 |
#
# | `fpr` | 0.0 | 0.2 | 0.25 |
# | --- | --- | --- | --- |
# | result | 0.333… | 0.333… | 1.0 |
#
# | name | what it is |
# | --- | --- |
# | `member` | booleans (n,), a numpy array |
# | `scores` | floats (n,), a numpy array; higher means more likely a member |
# | `fpr` | the limit, 0 to 1; a share equal to it is allowed |
# | returns | float, 0 to 1 |
# | raises | `ValueError` when there is no member, or nobody else |
#
# Judged:
#
# - scores that all differ (2), and ties (3);
# - the limit itself, 0 and 1 (2);
# - the two errors (2), and inputs unchanged (1).
#
# <details><summary>The fine print</summary> Compare shares, not counts: <code>0.29 * 100</code> is
# <code>28.999999999999996</code>. If you use scikit-learn's <code>roc_curve</code>, pass
# <code>drop_intermediate=False</code>, else it leaves out points. There is no threshold between two
# points of its curve, so don't interpolate.</details>


# %%
def tpr_at_fpr(member, scores, fpr):
    ### BEGIN SOLUTION
    if member.all() or not member.any():
        raise ValueError("needs members and others")
    best = 0.0
    for threshold in np.unique(scores):
        accused = scores >= threshold
        if accused[~member].mean() <= fpr:
            best = max(best, accused[member].mean())
    return float(best)
    ### END SOLUTION


# %%
check("privacy.tpr_at_fpr", tpr_at_fpr)

# %%
# hint("privacy.tpr_at_fpr")
# solution("privacy.tpr_at_fpr")

# %% [markdown]
# Four kinds of model, each trained on five draws of patients. All values are means.

# %% tags=["raises-exception"]
KINDS = {
    "forest": plain_forest,
    "single tree": lambda X, y, seed: DecisionTreeClassifier(random_state=seed).fit(X, y),
    "boosted small trees": lambda X, y, seed: GradientBoostingClassifier(
        n_estimators=30, max_depth=2, random_state=seed
    ).fit(X, y),
    "logistic regression": lambda X, y, seed: LogisticRegression().fit(X, y),
}


def measured(kinds, seeds=range(5)):
    """For each kind of model: the attack's AUC, its TPR at 1% FPR, and the accuracy on others."""
    rows = {}
    for name, train in kinds.items():
        values = []
        for seed in seeds:
            X, y = draw_patients(seed)
            model = train(X[:HALF], y[:HALF], seed)
            scores = mia_scores(model, X, y)
            accuracy = (model.predict(X[HALF:]) == y[HALF:]).mean()
            values.append((roc_auc_score(is_member, scores), tpr_at_fpr(is_member, scores, 0.01), accuracy))
        rows[name] = np.mean(values, axis=0)
    return pd.DataFrame(rows, index=["AUC", "TPR at 1% FPR", "accuracy on others"]).T


measured(KINDS).round(3)

# %% [markdown]
# The single tree looks leaky, and at 1% the attack on it finds nobody. The forest gives up 12 members in
# 100. What does that mean to somebody who doesn't know where to look? Say 500 members and so many others
# fill in the questionnaire, and the attacker accuses at 1% FPR. And the 68 people of the first cell?

# %% tags=["raises-exception"]
found = 500 * measured({"forest": plain_forest}).loc["forest", "TPR at 1% FPR"]
for strangers in (500, 19_500):
    wrong = 0.01 * strangers
    print(f"{strangers:6,} others: {found:.0f} found, {wrong:.0f} wrong, {found / (found + wrong):.0%} right")

participants, outsiders, country = study(5000)
closeness = closer_to_study(np.r_[participants, outsiders], participants, country)
at_one = tpr_at_fpr(np.arange(400) < 200, closeness, 0.01)
print(f"the study with 5,000 places: {200 * at_one:.0f} of 200 found at 1% FPR")

# %% [markdown]
# In the first cell the scores were fine and the threshold was not: 0 looks natural, and it accuses 68 of
# 200. A threshold that accuses 2 of these 200 still finds 157 participants. On people whom it wasn't set
#      on, it accuses more, 2.8% instead of 1% in our runs: that's what Braun and others found as well.
#
# *In one line: which of the two numbers would you write into a risk report, AUC or TPR at 1%, and what
# else does the reader need?*

# %% [markdown]
# <details><summary>Compare</summary> Both, and how many people the attacker chooses from. The AUC says
# whether the model remembers at all. The TPR says whether it gives single people away. How many
# others come into question decides how many of the accused are right: with 19,500 about one in four, with
# 500 nine of ten.</details>
#
# ## Part 3: Forget the single row
#
# **In 2008 NIH couldn't train its averages anew.** You can train a model anew, and you choose how
# closely it follows its rows.
#
# A tree splits its rows until each leaf holds rows of one label, often a single row. `min_samples_leaf`
# sets how many rows a leaf must hold at least. **Found at 1%** is the TPR at 1% FPR.
#
# **Your task:** the model may lose at most 2 points of accuracy on other rows. How low can you get the
# AUC? And which is the first step that costs nothing?

# %%
from course.m3_attacks.privacy.overfit_dial import overfit_dial, twin

overfit_dial()

# %% [markdown]
# The same as a picture and a table:

# %%
twin()

# %% [markdown]
# *Compare:* at 14 rows the AUC is 0.61 instead of 0.86, and the accuracy 0.78 instead of 0.80. Already 2
# rows instead of 1 take the AUC to 0.80, at no cost. The gap between training rows and other rows is what
# the attack lives on.
#
# ### Exercise: harden
#
# *8 minutes · core · 11 points · AML.T0024.000*
#
# Train a programme model that you can put into use: it remembers less, it's nearly as good, and its
# probabilities still mean something to a doctor. Any classifier will do.
#
# | name | what it is |
# | --- | --- |
# | `X`, `y` | 500 members: floats (500, 20), labels 0 and 1 |
# | `seed` | an integer, for `random_state` |
# | returns | a fitted model with `predict` and `predict_proba`; column 0 is class 0 |
#
# The judge trains `plain_forest` on the same rows and attacks both models twice: with the probability of
# the true label, and with nothing but *was the answer right?* The stronger attack on yours counts. How
# good probabilities are, it measures with the **Brier score** on other rows: the mean of (probability of
# class 1 − label)². Lower is better: 0 is perfect, and saying 0.5 each time gives 0.25.
#
# Judged, as means of five draws with 500 members and 2,500 others, against the plain forest:
#
# - AUC at least 0.20 lower, with accuracy on others at most 0.03 lower (7);
# - Brier score at most 0.02 higher (3);
# - the same seed gives the same probabilities (1).
#
# <details><summary>The fine print</summary> Answers with fewer than 12 different values don't get the three
# points for the Brier score, and nobody gets them before the first seven. The point for the seed counts
# once the AUC is 0.10 lower.</details>


# %%
def harden(X, y, seed):
    ### BEGIN SOLUTION
    return RandomForestClassifier(TREES, min_samples_leaf=10, random_state=seed).fit(X, y)
    ### END SOLUTION


# %%
check("privacy.harden", harden)

# %%
# hint("privacy.harden")
# solution("privacy.harden")

# %% [markdown]
# Your model beside three others, with the same four numbers each time:


# %% tags=["raises-exception"]
def half_of_the_rows(X, y, seed):
    return plain_forest(X[::2], y[::2], seed)


DEFENCES = {
    "plain forest": plain_forest,
    "yours": harden,
    "plain, half of the rows": half_of_the_rows,
    "boosted small trees": KINDS["boosted small trees"],
}
measured(DEFENCES).round(3)

# %% [markdown]
# Training on half of the rows protects one half completely and the other not at all. The AUC, a mean over
# all people, calls that a success; the TPR at 1% falls less. Small boosted trees leak least here, for
# less than two points of accuracy. So the kind of model is a privacy decision: try a few, and look at
# both numbers.
#
# None of this is a guarantee. Two attacks were tried, no more. *Differential privacy* in training would
# bound what any attack can learn; [Anonymisation](../../m2_data/anonymisation/anonymisation.ipynb)
# explains it for releases of data.
#
# ## Part 4: Say less
#
# **NIH had a second answer: by role.** The averages moved to *controlled access*: researchers apply to a
# committee, and get them when it says yes. Everybody else gets none. *(Source:
# [GenomeWeb](https://www.genomeweb.com/informatics/wake-tgen-paper-nih-revises-gwas-data-policy-balance-security-open-access).)*
#
# The clinic's service has roles as well. A doctor in the programme needs the probabilities. The patients'
# portal needs a word. ATLAS suggests a middle way under AML.M0002: reduce the precision of numbers.

# %%
predict("privacy.rounding")

# %% [markdown]
# ### Exercise: output_policy
#
# *12 minutes · core · 12 points · AML.M0002 · AML.M0019 · AML.T0024.000*
#
# Write the function between the model and whoever asks. It looks up what a role may see.
#
# `output_policy(probas, role, grants)` with `grants = {"doctor": "full", "portal": "coarse"}`:
#
# | role | gets |
# | --- | --- |
# | `"doctor"` | `probas` as they are |
# | `"portal"` | an answer of the same form that says less: you decide what |
# | `"guest"`, `"Doctor"`, `None` | `PermissionError` |
#
# | name | what it is |
# | --- | --- |
# | `probas` | floats (n, k): probabilities of k classes for n rows |
# | `role` | a text or `None` |
# | `grants` | a dict from a role to its level: `"full"` or `"coarse"`; refuse with any other level |
# | returns | numbers from 0 to 1, shape (n, k), a numpy array |
#
# In a coarse answer, each row's highest number stands where it stood (the first of them, if several are
# equal: so does `argmax`). The judge asks 9 times about the 1,000 rows of `plain_forest` and attacks the
# first answer, the same turned round, and the mean of all. `np.eye(k)[columns]` gives rows of zeros with
# a 1 in the given columns.
#
# Judged:
#
# - full answers (2);
# - coarse answers: the label stays, and AUC at least 0.20 lower, mean of five forests (5);
# - a row's answer is the same each time, alone or among others (1);
# - refusals (3), and inputs unchanged (1).
#
# <details><summary>The fine print</summary> Names of roles are compared exactly. An empty text is a role
# like any other if it stands in <code>grants</code>. The point for the same answer counts once the coarse
# answers hold.
# </details>


# %%
def output_policy(probas, role, grants):
    ### BEGIN SOLUTION
    level = grants.get(role)
    if level == "full":
        return probas.copy()
    if level == "coarse":
        return np.eye(probas.shape[1])[probas.argmax(axis=1)]
    raise PermissionError(f"nobody decided what {role!r} may see")
    ### END SOLUTION


# %%
check("privacy.output_policy", output_policy)

# %%
# hint("privacy.output_policy")
# solution("privacy.output_policy")

# %% [markdown]
# Now compare ways to say less, for the plain forest and for your hardened model. Noise is drawn anew for
# each question; who asks 25 times takes the mean. The Brier score is the cost, as the one who asks sees
# it.


# %% tags=["raises-exception"]
def noisy(probas, times, rng):
    return probas + rng.normal(0, 0.2 / np.sqrt(times), probas.shape)  # the mean of so many answers


def portal(probas):
    return output_policy(probas, "portal", {"portal": "coarse"})


ANSWERS = {
    "as they are": lambda probas, rng: probas,
    "two decimals": lambda probas, rng: probas.round(2),
    "one decimal": lambda probas, rng: probas.round(1),
    "quarters": lambda probas, rng: np.round(probas * 4) / 4,
    "noise, asked once": lambda probas, rng: noisy(probas, 1, rng),
    "noise, asked 25 times": lambda probas, rng: noisy(probas, 25, rng),
    "your coarse answer": lambda probas, rng: portal(probas),
}


def seen_through(answer, probas, y, seed):
    seen = answer(probas, np.random.default_rng(seed))
    scores = seen[np.arange(len(y)), y]
    brier = np.mean((seen[HALF:, 1] - y[HALF:]) ** 2)
    return roc_auc_score(is_member, scores), tpr_at_fpr(is_member, scores, 0.01), brier


table = {}
for kind, train in (("plain", plain_forest), ("hardened", harden)):
    cases = []
    for seed in range(5):
        X, y = draw_patients(seed)
        cases.append((train(X[:HALF], y[:HALF], seed).predict_proba(X), y, seed))
    for name, answer in ANSWERS.items():
        mean = np.mean([seen_through(answer, *case) for case in cases], axis=0)
        for what, value in zip(("AUC", "TPR at 1%", "Brier"), mean, strict=True):
            table.setdefault((kind, what), {})[name] = value
pd.DataFrame(table).round(3)

# %% [markdown]
# Two decimals change nothing: 50 trees say multiples of 0.02 anyway. One decimal takes 0.015 from the
# AUC. Noise is gone when somebody asks 25 times, and it breaks ties, so at 1% more are found than
# without. Only the label takes the AUC to 0.60, and to 0.55 with a hardened model. Its cost is the Brier
# score: the portal can't tell a sure answer from an unsure one.
#
# Look at the quarters, too: AUC 0.81 and nobody found at 1%. Rounding makes ties, and ties hide the few
# who would stand out most. The many stay a little suspicious. So the two numbers answer two questions
# here as well.
#
# The attacker adapts: with labels only, ask about 25 slightly changed copies of each row, and count how
# often the label holds.

# %% tags=["raises-exception"]
results = []
for seed in range(5):
    X, y = draw_patients(seed)
    model, rng = plain_forest(X[:HALF], y[:HALF], seed), np.random.default_rng(seed)
    right = (model.predict(X) == y) * 1.0
    steps = [model.predict(X + rng.normal(0, 0.1, X.shape) * X.std(axis=0)) == y for _ in range(25)]
    results.append(
        [roc_auc_score(is_member, right), roc_auc_score(is_member, right / 2 + np.sum(steps, axis=0))]
    )
print("AUC from one label: {:.2f}, from 26 labels around each row: {:.2f}".format(*np.mean(results, axis=0)))

# %% [markdown]
# On this forest it gains a point. On another kind of model it may gain more, so measure it on yours, and
# limit how often a role may ask.

# %% [markdown]
# ## Part 5 (stretch): A leak, or a good guess?
#
# **Before it opened the averages again, NIH asked what the risk is in fact.** It knew of no case in which
# somebody was matched to a study with them, apart from the research that showed it could be done.
# *(Source: [Becker's Hospital Review on the NIH's
# decision](https://www.beckershospitalreview.com/healthcare-information-technology/nih-reopens-genomic-database-after-investigating-privacy-concerns-raised-10-years-ago.html).)*
#
# Claims about models need the same question. "From the model's answer we guess the patient's sex, right
# in 69% of cases." That may be true and mean nothing: perhaps the other columns say as much without any
# model.
#
# ### Exercise: attribute_gain
#
# *12 minutes · stretch · 10 points · AML.T0024.001 · ML03*
#
# Measure what the model's answer adds. The attacker knows some columns of a row and sees the answer, and
# wants a secret column of the row. `attribute_gain(answers, known, secret, seed)` returns
#
# > accuracy of a guesser that sees `known` and `answers` − accuracy of one that sees `known` only
#
# Both learn on one half of the rows and are scored on the other half, which `seed` draws.
#
# | with | with answers | known only | gain |
# | --- | --- | --- | --- |
# | an answer that repeats the secret | 1.00 | 0.50 | 0.50 |
# | a known column that repeats it already | 1.00 | 1.00 | 0.00 |
#
# | name | what it is |
# | --- | --- |
# | `answers` | floats (n,): one number per row |
# | `known` | floats (n, d): what the attacker has anyway |
# | `secret` | 0 or 1, shape (n,) |
# | `seed` | an integer |
# | returns | float |
#
# A guesser that works: `make_pipeline(StandardScaler(), LogisticRegression(C=100, max_iter=2000))`;
# others may. `np.column_stack([known, answers])` joins them, `train_test_split(table, secret,
# test_size=0.5, random_state=seed)` makes the halves.
#
# Judged, as means of five:
#
# - a known column tells the secret: within ±0.05 (3);
# - a linear model's answers on scikit-learn's diabetes data: at least 0.15; an answer that is the secret:
#   0.38 to 0.62 (3);
# - a forest's answers and the true outcomes: within ±0.05 (3);
# - inputs unchanged, one seed one result (1).
#
# <details><summary>The fine print</summary> In the diabetes data the secret is <code>sex</code>, column
# 1, and the other nine columns are known. The judge shuffles the rows. The points for values near 0 count
# once the leak is seen.</details>


# %%
def attribute_gain(answers, known, secret, seed):
    ### BEGIN SOLUTION
    def accuracy(table):
        A, B, secret_a, secret_b = train_test_split(table, secret, test_size=0.5, random_state=seed)
        guesser = make_pipeline(StandardScaler(), LogisticRegression(C=100, max_iter=2000))
        return guesser.fit(A, secret_a).score(B, secret_b)

    return accuracy(np.column_stack([known, answers])) - accuracy(known)
    ### END SOLUTION


# %%
check("privacy.attribute_gain", attribute_gain)

# %%
# hint("privacy.attribute_gain")
# solution("privacy.attribute_gain")

# %% tags=["raises-exception"]
X_diabetes, progress_of = load_diabetes(return_X_y=True)
sex, nine = (X_diabetes[:, 1] > 0).astype(int), np.delete(X_diabetes, 1, axis=1)
half = len(sex) // 2
line = LinearRegression().fit(X_diabetes[:half], progress_of[:half]).predict(X_diabetes)
trees = RandomForestRegressor(20, min_samples_leaf=5, random_state=0)
forest_says = trees.fit(X_diabetes[:half], progress_of[:half]).predict(X_diabetes)
for name, answers in {
    "what really happened": progress_of,
    "a forest's answers": forest_says,
    "a linear model's answers": line,
    "the same, to the nearest 10": np.round(line, -1),
    "the same, to the nearest 50": np.round(line / 50) * 50,
}.items():
    gains = [attribute_gain(answers, nine, sex, seed) for seed in range(20)]
    print(f"{name:28} gain {np.mean(gains):+.2f}, from {min(gains):+.2f} to {max(gains):+.2f}")

# %% [markdown]
# The outcome and the forest add nothing that stands out of the noise: a null result, and worth reporting.
# The linear model adds all there is. It is a weighted sum of ten columns; who knows nine and the sum
# solves for the tenth. That has nothing to do with training rows: it works on every patient whose answer
# somebody sees. Rounding to 10 doesn't help, to 50 it does in part.

# %% [markdown]
# ## What about the triage model?
#
# The same attack on the clinic's first model, over ten splits of the tumours:

# %% tags=["raises-exception"]
X_cancer, y_cancer = load_breast_cancer(return_X_y=True)
triage, values = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)), []
for seed in range(10):
    A, B, a, b = train_test_split(X_cancer, y_cancer, test_size=0.5, stratify=y_cancer, random_state=seed)
    triage.fit(A, a)
    scores = np.r_[mia_scores(triage, A, a), mia_scores(triage, B, b)]
    values.append(roc_auc_score(np.arange(len(scores)) < len(a), scores))
print(f"triage model: AUC {np.mean(values):.2f}, from {min(values):.2f} to {max(values):.2f}")

# %% [markdown]
# A coin. A simple model of an easy question has nothing to gain from remembering rows.
#
# **On 1 November 2018** NIH announced that it opens the averages again, for most studies. Those that an
# institution calls sensitive stay under controlled access, for example of small groups or of traits that
# people are shamed for. *(Sources: the notice above; [Johns Hopkins on the
# change](https://homewoodirb.jhu.edu/2018/12/07/changes-in-the-nih-management-of-genomic-summary-results-access-policy/).)*
# That's the shape of a good answer: the risk was measured, most of it turned out small, and the rest is
# kept by role.

# %% [markdown]
# ## Summary
#
# 1. A model is a summary of its rows, and a summary can tell who is in it. Where all rows share an
#    illness, membership is the diagnosis.
# 2. Report AUC and TPR at a low FPR. The first says whether a model remembers, the second whether it
#    gives people away.
# 3. The gap between training and other rows is what the attack uses. Close it in training: here that cost
#    a point.
# 4. Rounding and fresh noise hardly help. What helps most is to say only the label. Let a table of roles
#    decide who sees more, and refuse whoever isn't in it.
# 5. Subtract what could be guessed without the model. Zero is a result.

# %% [markdown]
# ## Use it on Monday
#
# These lines audit a model of yours: two numbers for your next release, with the limit beside them. A
# longer list is [the Monday sheet](monday.md).

# %%
X_mine, y_mine = draw_patients(7)  # yours: numbers (n, d) and labels (n,)
A, B, a, b = train_test_split(X_mine, y_mine, test_size=0.5, random_state=0)
mine = RandomForestClassifier(50, min_samples_leaf=5, random_state=0).fit(A, a)  # yours, with your settings


def confidence(rows, labels):
    columns = np.searchsorted(mine.classes_, labels)
    return mine.predict_proba(rows)[np.arange(len(labels)), columns]


scores = np.r_[confidence(A, a), confidence(B, b)]
inside = np.arange(len(scores)) < len(a)
false, true, _ = roc_curve(inside, scores, drop_intermediate=False)
print(f"accuracy: {mine.score(A, a):.2f} on training rows, {mine.score(B, b):.2f} on others")
print(f"membership: AUC {roc_auc_score(inside, scores):.2f}, TPR {true[false <= 0.01].max():.3f} at 1% FPR")

# %% [markdown]
# - [ ] Say for each model what it would mean if somebody knew a row was in it.
# - [ ] Run the audit on each release. Take the others from the same source and time as the members, else
#       you measure the difference between two years.
# - [ ] Set a limit for AUC and for TPR at 1%, and let the release stop there.
# - [ ] Try larger leaves, smaller trees, a simpler model. Write the cost in accuracy beside the gain.
# - [ ] List the roles that see probabilities. Give all others the label, and refuse who isn't listed.
# - [ ] Limit and log questions per role.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# Here the attacker asked honest questions and listened closely. The next one writes orders into the
# question: [Injection: when text gives orders](../injection/injection.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
