# The lesson on extraction. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Extraction: a model stolen by asking
#
# *75 minutes with a stop after 40, 44 points in four exercises · then a stretch of 11 minutes and 10 points:
# `guard`*
#
# **On 11 March 2024** a group of researchers published a paper in which they copied a part of models that
# they had never seen. They asked OpenAI's API as a customer can. For less than 20 dollars of questions they
# had the whole last layer of two language models, *ada* and *babbage*, up to its symmetries. For
# *gpt-3.5-turbo* they put the price at less than 2,000 dollars. *(Source: Carlini and others, "Stealing
# Part of a Production Language Model", [arXiv 2403.06634](https://arxiv.org/abs/2403.06634). Everything
# about this case is from that paper.)*
#
# Nobody broke in. The answers came with their probabilities, and that was enough.
#
# After this lesson you can
#
# - solve for a linear model from its answers, and say what rounding them is worth;
# - copy a model that gives nothing but labels;
# - find a thief in your log, with a stated number of false alarms, and say whom you can't find;
# - claim that a model is yours, and state how often an honest one would be claimed.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions. The
# attacks here run on toy models of your own. Keep them there.*

# %%
import itertools
import math

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from autograder.learner import check, hint, others, predict, progress, solution
from course.m3_attacks.extraction.clinic import (
    FormReader,
    TriageService,
    day_of_log,
    form_reader,
    market,
    triage_model,
)

# %% [markdown]
# ## Steal one weight
#
# A clinic's triage model gets 30 measurements of a cell sample. Its scoring service tells other clinics, who
# pay per question, the probability that the sample is *urgent*. You are one of those customers. All 30
# measurements come in standard units: 0 is the average patient, and 1 is one standard deviation more.
#
# The model is a logistic regression. It adds up its weights times the measurements, adds a bias, and turns
# the sum into a probability. The way back is `log(p / (1 - p))`, the *log-odds*: it gives you the sum. So
# two questions give you one weight. **Your turn:** change `column`, from 0 to 29, and find a weight below
# zero.

# %%
samples, true_w, true_b = triage_model()
column = 0

service = TriageService(true_w, true_b)
average = np.zeros(30)
one_more = np.zeros(30)
one_more[column] = 1
p_average, p_more = service.ask([average, one_more])
weight = math.log(p_more / (1 - p_more)) - math.log(p_average / (1 - p_average))
print(f"answers: {p_average:.4f} and {p_more:.4f}")
print(f"stolen weight: {weight:.4f}, true weight: {true_w[column]:.4f}")

# %% [markdown]
# You've stolen a weight. (Column 2 has a weight above zero, column 5 one below.) A language model's last
# layer is linear too, only larger.
#
# ## Part 1: A service that tells probabilities
#
# ### Exercise: steal_linear
#
# *11 minutes · core · 8 points · AML.T0024.002 · AML.T0040*
#
# The researchers took a whole layer. You take the whole model: 30 weights and the bias. And you'll want the
# same function later, when the service rounds its answers and you have questions to spare.
#
# `steal_linear(ask, d, budget, rng)` asks at most `budget` questions and solves for the weights. Say d is 1,
# the weight is 2 and the bias is −1. Then:
#
# | question | answer | its log-odds |
# | --- | --- | --- |
# | `[0.0]` | 0.2689 | −1, the bias |
# | `[1.0]` | 0.7311 | 1, the bias and the weight |
#
# | name | what it is |
# | --- | --- |
# | `ask` | a function: `ask(samples)` takes an array (n, d) and returns n probabilities (n,) |
# | `d` | how many measurements a sample has |
# | `budget` | how many samples you may ask about, in all your calls together: at least d + 1 |
# | `rng` | `numpy.random.Generator`, if you want chance |
# | returns | a tuple `(w, b)`: an array (d,), and a number |
#
# With more answers than unknowns, `np.linalg.lstsq(A, odds, rcond=None)[0]` finds the least-squares
# solution. For the bias, `A` needs a column of ones: `np.c_[asked, np.ones(len(asked))]`.
#
# Judged:
#
# - exact answers, d from 1 to 40, budget d + 1: each error at most 1e-6 (4);
# - two decimals, d = 30, budget 300: the largest error, mean of five models, at most 0.025 (3);
# - never more samples than the budget, once you're exact (1).
#
# <details><summary>The fine print</summary> Weights lie between −4 and 4, the bias between −2 and 2. The
# service repeats itself: the same sample gets the same answer. A rounded answer of 0 or 1 has no log-odds.
# You meet few of them if your samples stay near the average, for example
# <code>rng.normal(0, 0.3, (n, d))</code>; leave those that you meet out. Samples beyond the budget get the
# answer NaN. The bias counts among the errors. Solving with d + 1 rounded answers gives an error of about
# 0.04.</details>


# %%
def steal_linear(ask, d, budget, rng):
    ### BEGIN SOLUTION
    near = rng.normal(0, 0.3, (budget - d - 1, d))
    asked = np.vstack([np.zeros(d), np.eye(d), near])
    answers = ask(asked)
    keep = (answers > 0) & (answers < 1)
    odds = np.log(answers[keep] / (1 - answers[keep]))
    found = np.linalg.lstsq(np.c_[asked[keep], np.ones(keep.sum())], odds, rcond=None)[0]
    return found[:-1], found[-1]
    ### END SOLUTION


# %%
check("extraction.steal_linear", steal_linear)

# %%
# hint("extraction.steal_linear")
# solution("extraction.steal_linear")

# %% [markdown]
# Your theft of the clinic's model, question by question counted:

# %% tags=["raises-exception"]
service = TriageService(true_w, true_b, budget=31)
w, b = steal_linear(service.ask, 30, 31, np.random.default_rng(0))
differ = ((samples @ w + b > 0) != (samples @ true_w + true_b > 0)).sum()
error = abs(w - true_w).max()
print(f"{service.asked} questions, worst error {error:.1e}, {differ} of 569 patients called otherwise")

# %% [markdown]
# ### What rounding is worth
#
# The clinic reads the paper, and rounds. ATLAS lists that as a mitigation, *Passive AI Output Obfuscation*.
# A nurse doesn't need ten decimals anyway.

# %%
predict("extraction.rounding")

# %% [markdown]
# **Your task:** set the answers to 1 decimal. Find the smallest number of questions at which the copy calls
# fewer than one patient in 569 otherwise than the model. By how much is its worst weight off then? And with
# 2 decimals, what do the first 31 questions give?

# %%
from course.m3_attacks.extraction.rounding_dial import rounding_dial, twin

rounding_dial()

# %% [markdown]
# The same as a picture and tables:

# %%
twin()

# %% [markdown]
# *Compare:* with 1 decimal it's 100 questions, and the worst weight is still off by 0.17. With 2 decimals the
# thief doesn't need one question more than 31: no patient is called otherwise. Each rounded answer is wrong
# by a little, now up and now down, and more questions average it out.
#
# So rounding makes the theft dearer, by a number of questions that you can measure. It doesn't stop it.
# What does the honest user pay? The first row below says it. The others say what the thief gets for 200
# questions.

# %% tags=["raises-exception"]
exact = TriageService(true_w, true_b).ask(samples)
rows = {}
for decimals in (2, 1):
    rounded = TriageService(true_w, true_b, decimals).ask(samples)
    w, b = steal_linear(TriageService(true_w, true_b, decimals).ask, 30, 200, np.random.default_rng(1))
    rows[f"{decimals} decimals"] = {
        "largest change of an honest answer": abs(rounded - exact).max(),
        "copy's worst error, 200 questions": abs(w - true_w).max(),
        "patients the copy calls otherwise": ((samples @ w + b > 0) != (exact > 0.5)).sum(),
    }
pd.DataFrame(rows).round(3)

# %% [markdown]
# ## Part 2: A service that tells labels only
#
# The provider went further than rounding. The researchers had used an option of the API by which a customer
# changes the probabilities that come back, *logit bias*. After they had reported it, OpenAI made the option
# stop moving the top probabilities, and the attack was dead. The same paper then shows attacks that never
# read a probability. They steer with logit bias alone, and cost more questions.
#
# The clinic has a service with even less to read. Its **form reader** reads handwritten digits on request
# forms. It is a forest of 30 trees, and it answers a digit and nothing else. There are no weights to solve
# for. But you can train a model of your own on its answers. What you count then is **fidelity**: the share
# of new images on which copy and original agree, right or wrong.

# %%
predict("extraction.queries")

# %% [markdown]
# ### Exercise: steal_label_only
#
# *9 minutes · core · 8 points · AML.T0024.002 · AML.T0005.001*
#
# The labels alone will do. Write the theft: choose what to ask, ask, and train.
#
# `steal_label_only(ask, pool, budget, rng)` returns a trained copy. With `pool` of shape (400, 64) and
# `budget` 200, it asks about 200 images and returns a model, for example a
# `RandomForestClassifier(60, random_state=0)` that was fitted on the answers.
#
# | name | what it is |
# | --- | --- |
# | `ask` | a function: `ask(images)` takes an array (n, 64) and returns n digits (n,) |
# | `pool` | images that you have, without labels: (n, 64), values 0 to 1 |
# | `budget` | how many images you may ask about, in all your calls together; at most the size of the pool |
# | `rng` | `numpy.random.Generator` |
# | returns | an object with `predict`: images (m, 64) → digits (m,) |
#
# Judged:
#
# - 200 questions: fidelity on 400 new images at least 0.86, mean of five forests (4);
# - 60 questions: at least 0.68 (2);
# - never more images than the budget, once the copy with 200 agrees on half (2).
#
# <details><summary>The fine print</summary> Images beyond the budget get the answer −1. The order of the pool
# says nothing. You may ask about images that aren't in the pool.</details>


# %%
def steal_label_only(ask, pool, budget, rng):
    ### BEGIN SOLUTION
    chosen = pool[rng.choice(len(pool), budget, replace=False)]
    return LogisticRegression(max_iter=300).fit(chosen, ask(chosen))
    ### END SOLUTION


# %%
check("extraction.steal_label_only", steal_label_only)

# %%
# hint("extraction.steal_label_only")
# solution("extraction.steal_label_only")

# %% [markdown]
# How good is the copy, and what does it matter what you ask? Noise means images whose pixels are random.


# %% tags=["raises-exception"]
def fidelity(budget, noise, seed):
    model, pool, new = form_reader(seed)
    asked = np.random.default_rng(seed).random(pool.shape) if noise else pool
    copy = steal_label_only(FormReader(model, budget).ask, asked, budget, np.random.default_rng(seed))
    return (copy.predict(new) == model.predict(new)).mean()


pd.DataFrame(
    {
        name: [np.mean([fidelity(budget, noise, seed) for seed in range(5)]) for budget in (60, 200, 400)]
        for name, noise in (("handwriting", False), ("noise", True))
    },
    index=pd.Index([60, 200, 400], name="questions"),
).round(2)

# %% [markdown]
# With 200 pieces of real handwriting the copy agrees on nine images of ten. With noise it's lost: noise lies
# nowhere near handwriting, so what the forest says about it teaches little. The best theft looks like honest
# use. Keep that in mind for the next part.
#
# *Good place to stop: 40 minutes so far. When you come back, run all cells above again first.*
#
# ## Part 3: The thief in your log
#
# Rounding and labels raise the price. Who limits or watches the questions raises it more: ATLAS lists
# *Restrict Number of AI Model Queries* and *AI Telemetry Logging*. The clinic has 200 samples of its own
# history, and a log: 80 honest clients, and thieves, with 40 questions each.

# %%
history, honest, thieves = day_of_log(np.random.default_rng(1))
print("history:", history.shape, " a client's questions:", honest[0].shape)
twice = sum(len(np.unique(asked, axis=0)) < 40 for asked in honest)
print(twice, "of", len(honest), "honest clients sent some samples twice, for example after a lost connection")
pd.DataFrame({"what they ask": list(thieves), "clients": [len(kind) for kind in thieves.values()]})

# %% [markdown]
# *Made up* means: each measurement drawn at random between the lowest and the highest of the history. *Steps
# of 1* is your own attack: one sample, and the same again with one measurement moved by one standard
# deviation.
#
# ### Exercise: extraction_score
#
# *15 minutes · core · 14 points · AML.M0024 · AML.M0004 · AML.T0024.002*
#
# The researchers' questions were not what customers usually ask, and neither were yours. A thief's questions
# lie **far** from real samples, or too **close** to each other. Write the score for one client, and then
# choose whom to look at.
#
# `extraction_score(queries, history)` returns one share, from 0 to 1. Put everything in standard units of the
# history: `(x - history.mean(axis=0)) / history.std(axis=0)`. A row's `gap` is its Euclidean distance to the
# nearest *other* row of the history. From the gaps of all history rows take two lines, `np.quantile(gaps,
# 0.99)` and `np.quantile(gaps, 0.01)`. Then
#
# - **far**: the share of the queries whose nearest history row lies farther than the first line;
# - **close**: of the client's *distinct* queries, the share that has another distinct query nearer than the
#   second line (`np.unique(queries, axis=0)` gives the distinct ones);
# - the score is the larger of the two.
#
# `flagged(scores, honest, allowed)` names the clients to look at. `allowed` is the number of honest clients
# whom you may bother: the **level** is the lowest score in `honest` that at most `allowed` honest scores
# exceed. With `honest = [0.0, 0.1, 0.3, 0.1]`:
#
# | `allowed` | level | `flagged({"u07": 0.3, "u02": 0.4}, honest, allowed)` |
# | --- | --- | --- |
# | 0 | 0.3 | `["u02"]` |
# | 1 | 0.1 | `["u02", "u07"]` |
#
# | name | what it is |
# | --- | --- |
# | `queries` | floats (n, d), n at least 1 |
# | `history` | floats (m, d), real samples, all different; no column is constant |
# | `scores` | dict: client id → score |
# | `honest` | list of scores of clients known to be honest, in any order |
# | `allowed` | integer from 0 to len(honest) − 1 |
# | returns | a float; and a list of ids, sorted, whose score is *above* the level |
#
# Distances between all rows of A and B: `np.sqrt(((A[:, None] - B[None]) ** 2).sum(axis=2))`.
#
# Judged:
#
# - far (4) and close (4), each within 1e-6;
# - standard units and the larger of both (2);
# - the flagged clients (4): they count once far or close is right.
#
# <details><summary>The fine print</summary> Neither function changes what it's given. A sample that was sent
# twice counts twice in far and once in close. A client with one distinct query has close = 0. The check
# has no distance that equals a line. Several honest scores may be equal.</details>


# %%
def extraction_score(queries, history):
    ### BEGIN SOLUTION
    mean, unit = history.mean(axis=0), history.std(axis=0)
    queries, history = (queries - mean) / unit, (history - mean) / unit

    def nearest(A, B, same):
        distances = np.sqrt(((A[:, None] - B[None]) ** 2).sum(axis=2))
        if same:
            np.fill_diagonal(distances, np.inf)
        return distances.min(axis=1)

    gaps = nearest(history, history, True)
    far = (nearest(queries, history, False) > np.quantile(gaps, 0.99)).mean()
    distinct = np.unique(queries, axis=0)
    close = (nearest(distinct, distinct, True) < np.quantile(gaps, 0.01)).mean()
    return float(max(far, close))
    ### END SOLUTION


def flagged(scores, honest, allowed):
    ### BEGIN SOLUTION
    level = sorted(honest, reverse=True)[allowed]
    return sorted(client for client, score in scores.items() if score > level)
    ### END SOLUTION


# %%
check("extraction.extraction_score", extraction_score, flagged)

# %%
# hint("extraction.extraction_score")
# solution("extraction.extraction_score")

# %% [markdown]
# Now use it. 40 of the honest clients set the level, and you allow one of them to lie above it. The other 40
# show what it costs. **Your task:** read the table, and say which thief you'd be.

# %% tags=["raises-exception"]
known = [extraction_score(asked, history) for asked in honest[:40]]
groups = {"honest, the other 40": honest[40:], **thieves}
rows = {}
for kind, clients in groups.items():
    scores = {f"u{number:02}": extraction_score(asked, history) for number, asked in enumerate(clients)}
    rows[kind] = {
        "mean score": np.mean(list(scores.values())),
        "flagged": f"{len(flagged(scores, known, 1))} of {len(clients)}",
    }
pd.DataFrame.from_dict(rows, orient="index")

# %% [markdown]
# Made-up samples are found, and so is your own theft with small steps. It costs two honest clients of 40, who
# get a call for nothing. Then the thief adapts: with steps of 3 standard deviations no query is close to
# another, and few are far from the history. The score sees next to nothing. And whoever asks about real
# samples, as in Part 2, asks what an honest client asks.
#
# Do the large steps cost the thief anything?

# %% tags=["raises-exception"]
for step in (0.01, 1, 3):
    for decimals in (None, 2, 1):
        asked = np.vstack([np.zeros(30), step * np.eye(30)])
        answers = TriageService(true_w, true_b, decimals).ask(asked).clip(0.005, 0.995)
        odds = np.log(answers / (1 - answers))
        error = abs((odds[1:] - odds[0]) / step - true_w).max()
        print(f"steps of {step:<5} {decimals or 'all':>3} decimals: worst error {error:.2g}")

# %% [markdown]
# With exact answers, nothing. With rounded ones the tiny steps fail, because most answers don't even move.
# The steps of 3 cost a third to a half more error than those of 1, and more questions make up for that. So
# rounding *and* the log together raise the price a little more, and questions are what you can limit and
# charge for. No defence here is a wall. Each is a price. The lesson
# [detection](../../m4_monitoring/detection/detection.ipynb) goes on with thieves who spread over many
# accounts.
#
# ## Part 4: Is that our model?
#
# Say it has happened. Another firm sells a form reader, and it answers much like the clinic's. Did they take
# ours? You can only ask theirs. Where would a stolen one give itself away?

# %%
predict("extraction.keys")

# %% [markdown]
# On images where honest models *disagree* with yours. Such images are odd: here they are midpoints of two
# digits. Your model has to say something about them, and what it says depends on its weights. A copy says
# the same. We call these images **keys**.
#
# ### Exercise: claim
#
# *13 minutes · core · 14 points · AML.M0024 · AML.T0024.002 · AML.T0005.001*
#
# The researchers' claim could be checked by the owner of the model. Yours has to convince somebody who holds
# neither model. So it needs keys that honest rivals fail, and a statement of how often you'd be wrong.
#
# `pick_keys(owner, rivals, m)` picks the m candidates on which the most rivals differ from the owner. With
# `owner = np.array([3, 5, 8, 1])` and `rivals = np.array([[3, 5, 3, 1], [3, 6, 3, 1], [3, 6, 3, 7]])`:
#
# | candidate | 0 | 1 | 2 | 3 |
# | --- | --- | --- | --- | --- |
# | rivals that differ | 0 | 2 | 3 | 1 |
#
# So `pick_keys(owner, rivals, 2)` is `[2, 1]`. The most come first, and of equals the lower index.
#
# `claim(rivals, suspect, keys)` decides, from the number of keys on which a model agrees with yours. `rivals`
# holds that number for honest models. The **threshold** is the highest of them plus a tenth of the keys,
# rounded up: `-(-keys // 10)`. The suspect is claimed when it reaches the threshold.
#
# Of n honest rivals none lies above the highest. How often might another honest one do so? With 95 %
# confidence, no more often than the **bound** `1 - 0.05 ** (1 / n)`. (If the true rate were higher, n honest
# models in a row below would have a chance of less than 0.05.)
#
# | `claim([9, 30, 12], 36, 50)` | is |
# | --- | --- |
# | `"threshold"` | 35 |
# | `"claim"` | `True` |
# | `"bound"` | 0.632 |
#
# | name | what it is |
# | --- | --- |
# | `owner` | the owner's digits, an integer array (n,) |
# | `rivals` of `pick_keys` | digits of r rivals, an integer array (r, n), r at least 1 |
# | `m` | how many keys, 1 to n |
# | `rivals` of `claim` | list of whole numbers; an empty one raises `ValueError` |
# | `suspect`, `keys` | whole numbers: the suspect's agreements, and how many keys there are |
# | returns | an array or list of m indices; and a dict with `"threshold"`, `"claim"`, `"bound"` |
#
# Judged:
#
# - the keys (4), and their order where candidates are equal (2);
# - threshold (3), claim (2), bound (2), and the `ValueError` (1). They count once the keys are right.
#
# <details><summary>The fine print</summary> The threshold may lie above the number of keys: then nobody is
# claimed, and you need better keys. <code>"claim"</code> is True or False, <code>"threshold"</code> a whole
# number. The threshold must not depend on the suspect. The functions don't change what they're
# given.</details>


# %%
def pick_keys(owner, rivals, m):
    ### BEGIN SOLUTION
    differ = (rivals != owner).sum(axis=0)
    return np.argsort(-differ, kind="stable")[:m]
    ### END SOLUTION


def claim(rivals, suspect, keys):
    ### BEGIN SOLUTION
    if not rivals:
        raise ValueError("without honest rivals there is nothing to compare with")
    threshold = max(rivals) + -(-keys // 10)
    return {
        "threshold": threshold,
        "claim": suspect >= threshold,
        "bound": 1 - 0.05 ** (1 / len(rivals)),
    }
    ### END SOLUTION


# %%
check("extraction.claim", pick_keys, claim)

# %%
# hint("extraction.claim")
# solution("extraction.claim")

# %% [markdown]
# Three markets, with a new owner, new rivals and new suspects in each. 100 rivals set the threshold. Another
# 100, whom the owner has never seen, show the false claims.


# %% tags=["raises-exception"]
def hearing(seed):
    """Who agrees on how many of 50 keys and of 50 real images, in one market, and who is claimed."""
    world = market(seed)
    own = np.array([model(world.candidates) for model in world.own])
    keys = world.candidates[pick_keys(world.owner(world.candidates), own, 50)]

    def agreeing(model, images=keys):
        return int((model(images) == world.owner(images)).sum())

    known = [agreeing(model) for model in world.rivals[:100]]
    false = sum(claim(known, agreeing(model), 50)["claim"] for model in world.rivals[100:])
    said = claim(known, 50, 50)
    found = f"{false} false claims of {len(world.rivals[100:])}"
    print(f"market {seed}: threshold {said['threshold']} of 50, bound {said['bound']:.3f}, {found}")
    middle = world.rivals[int(np.argsort(known)[50])]
    models = {"an honest rival, the median": middle, **world.suspects}
    return pd.DataFrame(
        {
            "keys": {name: agreeing(model) for name, model in models.items()},
            "real images": {name: agreeing(model, world.real) for name, model in models.items()},
            "claimed": {name: claim(known, agreeing(model), 50)["claim"] for name, model in models.items()},
        }
    )


pd.concat({seed: hearing(seed) for seed in (1, 2, 3)}, axis=1)

# %% [markdown]
# Read it by columns. On real images an honest rival agrees nearly as often as a thief: useless as evidence.
# On the keys the file, copied, is claimed each time, with noise in its weights or with a fifth of them cut.
# So is the model that was solved from probabilities, as in Part 1: it *is* the model. A copy that was
# trained on is claimed in two of these three markets. And the thief of Part 2, with a model trained on
# labels, isn't claimed in any. Three markets are few. Over 24 of them, the copy with noise was claimed in
# 21, the cut one in 23, the one that was trained on in 6, the label thief in none, and of 2,400 honest
# rivals none.
#
# *In one line: a lawyer asks you for a false-claim rate of at most 1 %. How many honest rivals do you need,
# with none above?*

# %%
for n in (50, 100, 200, 298, 299):
    print(f"{n} rivals: at most {1 - 0.05 ** (1 / n):.5f}")

# %% [markdown]
# *Compare:* 299. With 50 you can only say 5.8 %. No amount of confidence replaces the missing rivals. And the
# bound speaks about rivals like yours: if every honest reader in the world learned from the same public data,
# yours must have too.
#
# ## Back to the last layer
#
# You've been on both sides of that paper. The probabilities gave the layer away, so the provider closed one
# way to them, and the price went up. Labels alone still leak, more slowly. In a log you find those who ask
# odd questions, and not those who ask like your customers. And when a copy turns up, you can say how sure you
# are, if it's a copy of the weights. No step here stops a thief. Each makes the theft dearer, slower or
# easier to prove, and you can now say by how much.
#
# ## Stretch: What one request may cost
#
# Theft isn't the only thing that a paying customer can do with an open API. ATLAS calls it *Cost Harvesting*
# when somebody sends requests that are dear to answer, and OWASP's list for language models has *Unbounded
# Consumption*. The clinic's service also explains its answers: for each sample it asks the model again, with
# each measurement changed, and all that `repeats` times.
#
# ### Exercise: guard
#
# *11 minutes · stretch · 10 points · AML.T0034.001 · AML.T0029 · LLM06 · PW.1.1*
#
# Write the gate before the model. It counts what a request will cost, in calls of the model and not in
# seconds, and refuses before the work begins.
#
# `guard(next_row, repeats, limit)` reads the samples one by one. A row of k measurements costs `1 + repeats *
# k`. With rows of 30 measurements:
#
# | rows | `repeats` | `limit` | result |
# | --- | --- | --- | --- |
# | 2 | 1 | 62 | both rows, and the cost 62 |
# | 3 | 1 | 62 | `ValueError`, when the third row has been read |
# | endless | 0 | 1000 | `ValueError`, when row 1,001 has been read |
#
# | name | what it is |
# | --- | --- |
# | `next_row` | a function without arguments: the next row, a list of numbers, or `None` at the end |
# | `repeats` | should be a whole number from 0 up; comes from the request, so it can be anything |
# | `limit` | a whole number, yours |
# | returns | `(rows, cost)`: the list of rows, and the whole number that they cost together |
# | raises | `ValueError` as soon as the cost is above the limit, or for a bad `repeats` |
#
# Judged:
#
# - rows and cost, up to exactly the limit (3), and refused above it (2);
# - no row is read after the one that is too much, nor after `None` (2);
# - bad `repeats`: negative, a boolean, a fraction, a text: refused, and no row read (3).
#
# <details><summary>The fine print</summary> Rows may differ in length, and an empty row costs 1. Without rows
# the result is <code>([], 0)</code>. <code>isinstance(True, int)</code> is true in Python, so use
# <code>type(repeats) is int</code>. The refusals count once honest requests get through.</details>


# %%
def guard(next_row, repeats, limit):
    ### BEGIN SOLUTION
    if type(repeats) is not int or repeats < 0:
        raise ValueError("repeats must be a whole number from 0 up")
    rows, cost = [], 0
    for row in iter(next_row, None):
        cost += 1 + repeats * len(row)
        if cost > limit:
            raise ValueError("the request is too dear")
        rows.append(row)
    return rows, cost
    ### END SOLUTION


# %%
check("extraction.guard", guard)

# %%
# hint("extraction.guard")
# solution("extraction.guard")

# %% [markdown]
# A negative number is the cheapest attack on a price. Without the test for it, a thousand rows with
# `repeats = -1` cost less than nothing:

# %% tags=["raises-exception"]
print("the price of 1,000 rows:", sum(1 + -1 * 30 for _ in range(1000)))
try:
    guard(iter([[0.0] * 30] * 1000).__next__, -1, 100)
except ValueError as error:
    print("the gate says:", error)
endless = itertools.count()
try:
    guard(lambda: [float(next(endless))], 2, 3000)
except ValueError as error:
    print(f"an endless request: {error}, after {next(endless):,} rows")

# %% [markdown]
# What it costs honest users: whoever sends a large batch must split it, and each part counts. Choose the
# limit from your log, above the largest honest request.
#
# ## Summary
#
# 1. A linear model with d weights falls to d + 1 exact answers. A language model's linear last layer falls in
#    the same spirit, up to its symmetries.
# 2. Rounding sets a price: more questions average it away. Report the price, not "protected".
# 3. Labels alone give a good copy, and the best questions look like honest ones.
# 4. In the log, look both ways: far from real samples, and close to each other. State the false alarms.
# 5. A fingerprint finds copied weights, hardly ever a model trained on your labels. n honest rivals carry a
#    bound of 1 − 0.05^(1/n), and no better.
#
# ## Use it on Monday
#
# These lines run on a log of your own: per client, the share of questions that lie far from your history, and
# the share with a near twin. A fuller checklist is [the Monday sheet](monday.md).

# %%
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

past = history  # yours: real inputs, numbers (m, d)
log = {"u01": honest[0], "u02": thieves["steps of 1"][0]}  # yours: client → numbers (n, d)
scale = StandardScaler().fit(past)
finder = NearestNeighbors(n_neighbors=1).fit(scale.transform(past))
gaps = finder.kneighbors()[0]
for client, asked in log.items():
    asked = np.unique(scale.transform(asked), axis=0)
    far = (finder.kneighbors(asked)[0] > np.quantile(gaps, 0.99)).mean()
    twins = NearestNeighbors(n_neighbors=1).fit(asked).kneighbors()[0]
    close = (twins < np.quantile(gaps, 0.01)).mean()
    print(f"{client}: {far:.0%} far, {close:.0%} close, {len(asked)} distinct")

# %% [markdown]
# - [ ] Write down what each caller gets: label, rounded probability, or all. Take away what nobody uses.
# - [ ] Keep questions per client, and count *distinct* ones. A gateway's quota (nginx `limit_req`, Kong,
#       Envoy) counts requests of a key; it doesn't see what is asked, nor ten keys of one thief.
# - [ ] Measure your own price of theft before each release. The Adversarial Robustness Toolbox has extraction
#       attacks for networks; for a linear model, `steal_linear` is enough.
# - [ ] Set the alarm's level on known honest clients, and say how many you'll bother.
# - [ ] Choose keys now, while the model is new, and lock them away with the answers and the date.
# - [ ] Bound what one request may cost, in units and not in seconds.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# A model gives away more than its weights. The next lesson: [Privacy: what a model tells about its training
# rows](../privacy/privacy.ipynb). Your map is on the [start page](../../start/welcome/welcome.ipynb).
