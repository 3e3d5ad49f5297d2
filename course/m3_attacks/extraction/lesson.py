# `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: F401

# %% [markdown]
# # Extraction: a model stolen by asking
#
# *35 minutes, 25 points in 5 exercises*
#
# TODO: what the reader can do after this lesson, in a line.
#
# **The case.** TODO: one story, with its year, that returns before each exercise. In 2020 somebody did
# something, and this came of it. *(Source: TODO, who says so, and where.)*

# %%
from autograder.learner import check, hint, predict, progress, solution
from course.m3_attacks.extraction.extraction_dial import extraction_dial, twin

# %% [markdown]
# ## Guess first
#
# TODO: what this question is about.

# %%
predict("extraction.guess")

# %% [markdown]
# ## See it
#
# TODO: a task for the picture, such as "find the lowest limit that flags fewer than a fifth".

# %%
extraction_dial()

# %%
twin()

# %% [markdown]
# ### Exercise: steal_linear
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `steal_linear` says which share of `values` is above `limit`.
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
def steal_linear(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("extraction.steal_linear", steal_linear)

# %%
# hint("extraction.steal_linear")
# solution("extraction.steal_linear")

# %% [markdown]
# ### Exercise: steal_label_only
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `steal_label_only` says which share of `values` is above `limit`.
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
def steal_label_only(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("extraction.steal_label_only", steal_label_only)

# %%
# hint("extraction.steal_label_only")
# solution("extraction.steal_label_only")

# %% [markdown]
# ### Exercise: extraction_score
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `extraction_score` says which share of `values` is above `limit`.
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
def extraction_score(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("extraction.extraction_score", extraction_score)

# %%
# hint("extraction.extraction_score")
# solution("extraction.extraction_score")

# %% [markdown]
# ### Exercise: claim
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `claim` says which share of `values` is above `limit`.
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
def claim(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("extraction.claim", claim)

# %%
# hint("extraction.claim")
# solution("extraction.claim")

# %% [markdown]
# ### Exercise: guard
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `guard` says which share of `values` is above `limit`.
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
def guard(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("extraction.guard", guard)

# %%
# hint("extraction.guard")
# solution("extraction.guard")

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
# The next lesson: [Privacy: what a model tells about its training rows](../privacy/privacy.ipynb). Your map
# is on the [start page](../../start/welcome/welcome.ipynb).
