# `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: F401

# %% [markdown]
# # Evasion: inputs made to fool a model
#
# *35 minutes, 25 points in 5 exercises*
#
# TODO: what the reader can do after this lesson, in a line.
#
# **The case.** TODO: one story, with its year, that returns before each exercise. In 2020 somebody did
# something, and this came of it. *(Source: TODO, who says so, and where.)*

# %%
from autograder.learner import check, hint, predict, progress, solution
from course.m3_attacks.evasion.evasion_dial import evasion_dial, twin

# %% [markdown]
# ## Guess first
#
# TODO: what this question is about.

# %%
predict("evasion.guess")

# %% [markdown]
# ## See it
#
# TODO: a task for the picture, such as "find the lowest limit that flags fewer than a fifth".

# %%
evasion_dial()

# %%
twin()

# %% [markdown]
# ### Exercise: fgsm
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `fgsm` says which share of `values` is above `limit`.
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
def fgsm(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("evasion.fgsm", fgsm)

# %%
# hint("evasion.fgsm")
# solution("evasion.fgsm")

# %% [markdown]
# ### Exercise: good_words
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `good_words` says which share of `values` is above `limit`.
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
def good_words(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("evasion.good_words", good_words)

# %%
# hint("evasion.good_words")
# solution("evasion.good_words")

# %% [markdown]
# ### Exercise: monotone_fit
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `monotone_fit` says which share of `values` is above `limit`.
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
def monotone_fit(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("evasion.monotone_fit", monotone_fit)

# %%
# hint("evasion.monotone_fit")
# solution("evasion.monotone_fit")

# %% [markdown]
# ### Exercise: adversarial_train
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `adversarial_train` says which share of `values` is above `limit`.
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
def adversarial_train(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("evasion.adversarial_train", adversarial_train)

# %%
# hint("evasion.adversarial_train")
# solution("evasion.adversarial_train")

# %% [markdown]
# ### Exercise: boundary_attack
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `boundary_attack` says which share of `values` is above `limit`.
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
def boundary_attack(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("evasion.boundary_attack", boundary_attack)

# %%
# hint("evasion.boundary_attack")
# solution("evasion.boundary_attack")

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
# The next lesson: [Extraction: a model stolen by asking](../extraction/extraction.ipynb). Your map is on the
# [start page](../../start/welcome/welcome.ipynb).
