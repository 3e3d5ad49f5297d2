# `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: F401

# %% [markdown]
# # Privacy: what a model tells about its training rows
#
# *35 minutes, 25 points in 5 exercises*
#
# TODO: what the reader can do after this lesson, in a line.
#
# **The case.** TODO: one story, with its year, that returns before each exercise. In 2020 somebody did
# something, and this came of it. *(Source: TODO, who says so, and where.)*

# %%
from autograder.learner import check, hint, predict, progress, solution
from course.m3_attacks.privacy.privacy_dial import privacy_dial, twin

# %% [markdown]
# ## Guess first
#
# TODO: what this question is about.

# %%
predict("privacy.guess")

# %% [markdown]
# ## See it
#
# TODO: a task for the picture, such as "find the lowest limit that flags fewer than a fifth".

# %%
privacy_dial()

# %%
twin()

# %% [markdown]
# ### Exercise: mia_scores
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `mia_scores` says which share of `values` is above `limit`.
# For `values = [1, 5, 9, 5]` and `limit = 5` it is 0.25: one of four, the 9.
#
# | | |
# |---|---|
# | `values` | list of numbers |
# | `limit` | number |
# | returns | float: the share of the values that are above the limit |
# | raises | ValueError when there are no values |
#
# Judged:
#
# - the share in 5 drawn lists (3 points);
# - the error (1 point);
# - that `values` is left as it was (1 point).


# %%
def mia_scores(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("privacy.mia_scores", mia_scores)

# %%
# hint("privacy.mia_scores")
# solution("privacy.mia_scores")

# %% [markdown]
# ### Exercise: tpr_at_fpr
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `tpr_at_fpr` says which share of `values` is above `limit`.
# For `values = [1, 5, 9, 5]` and `limit = 5` it is 0.25: one of four, the 9.
#
# | | |
# |---|---|
# | `values` | list of numbers |
# | `limit` | number |
# | returns | float: the share of the values that are above the limit |
# | raises | ValueError when there are no values |
#
# Judged:
#
# - the share in 5 drawn lists (3 points);
# - the error (1 point);
# - that `values` is left as it was (1 point).


# %%
def tpr_at_fpr(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("privacy.tpr_at_fpr", tpr_at_fpr)

# %%
# hint("privacy.tpr_at_fpr")
# solution("privacy.tpr_at_fpr")

# %% [markdown]
# ### Exercise: harden
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `harden` says which share of `values` is above `limit`.
# For `values = [1, 5, 9, 5]` and `limit = 5` it is 0.25: one of four, the 9.
#
# | | |
# |---|---|
# | `values` | list of numbers |
# | `limit` | number |
# | returns | float: the share of the values that are above the limit |
# | raises | ValueError when there are no values |
#
# Judged:
#
# - the share in 5 drawn lists (3 points);
# - the error (1 point);
# - that `values` is left as it was (1 point).


# %%
def harden(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("privacy.harden", harden)

# %%
# hint("privacy.harden")
# solution("privacy.harden")

# %% [markdown]
# ### Exercise: output_policy
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `output_policy` says which share of `values` is above `limit`.
# For `values = [1, 5, 9, 5]` and `limit = 5` it is 0.25: one of four, the 9.
#
# | | |
# |---|---|
# | `values` | list of numbers |
# | `limit` | number |
# | returns | float: the share of the values that are above the limit |
# | raises | ValueError when there are no values |
#
# Judged:
#
# - the share in 5 drawn lists (3 points);
# - the error (1 point);
# - that `values` is left as it was (1 point).


# %%
def output_policy(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("privacy.output_policy", output_policy)

# %%
# hint("privacy.output_policy")
# solution("privacy.output_policy")

# %% [markdown]
# ### Exercise: invert
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `invert` says which share of `values` is above `limit`.
# For `values = [1, 5, 9, 5]` and `limit = 5` it is 0.25: one of four, the 9.
#
# | | |
# |---|---|
# | `values` | list of numbers |
# | `limit` | number |
# | returns | float: the share of the values that are above the limit |
# | raises | ValueError when there are no values |
#
# Judged:
#
# - the share in 5 drawn lists (3 points);
# - the error (1 point);
# - that `values` is left as it was (1 point).


# %%
def invert(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("privacy.invert", invert)

# %%
# hint("privacy.invert")
# solution("privacy.invert")

# %% [markdown]
# ## Summary
#
# 1. TODO: five lines that a reader should remember.
#
# ## Use it on Monday
#
# TODO: what is on the sheet. Take it to work: [the Monday sheet](monday.md).

# %%
progress()

# %% [markdown]
# ## What comes next
#
# The next lesson: [Injection: when text gives orders](../injection/injection.ipynb). Your map is on the
# [start page](../../start/welcome/welcome.ipynb).
