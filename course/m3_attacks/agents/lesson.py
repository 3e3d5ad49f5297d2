# `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: F401

# %% [markdown]
# # Agents: tools, memory and authority
#
# *40 minutes, 30 points in 6 exercises*
#
# TODO: what the reader can do after this lesson, in a line.
#
# **The case.** TODO: one story, with its year, that returns before each exercise. In 2020 somebody did
# something, and this came of it. *(Source: TODO, who says so, and where.)*

# %%
from autograder.learner import check, hint, predict, progress, solution
from course.m3_attacks.agents.agents_dial import agents_dial, twin

# %% [markdown]
# ## Guess first
#
# TODO: what this question is about.

# %%
predict("agents.guess")

# %% [markdown]
# ## See it
#
# TODO: a task for the picture, such as "find the lowest limit that flags fewer than a fifth".

# %%
agents_dial()

# %%
twin()

# %% [markdown]
# ### Exercise: admit
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `admit` says which share of `values` is above `limit`.
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
def admit(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("agents.admit", admit)

# %%
# hint("agents.admit")
# solution("agents.admit")

# %% [markdown]
# ### Exercise: Memory
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `Memory` says which share of `values` is above `limit`.
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
def Memory(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("agents.Memory", Memory)

# %%
# hint("agents.Memory")
# solution("agents.Memory")

# %% [markdown]
# ### Exercise: may
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `may` says which share of `values` is above `limit`.
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
def may(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("agents.may", may)

# %%
# hint("agents.may")
# solution("agents.may")

# %% [markdown]
# ### Exercise: gate
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `gate` says which share of `values` is above `limit`.
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
def gate(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("agents.gate", gate)

# %%
# hint("agents.gate")
# solution("agents.gate")

# %% [markdown]
# ### Exercise: Budget
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `Budget` says which share of `values` is above `limit`.
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
def Budget(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("agents.Budget", Budget)

# %%
# hint("agents.Budget")
# solution("agents.Budget")

# %% [markdown]
# ### Exercise: evaluate
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `evaluate` says which share of `values` is above `limit`.
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
def evaluate(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("agents.evaluate", evaluate)

# %%
# hint("agents.evaluate")
# solution("agents.evaluate")

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
# The next lesson: [Audit trail: a log that answers a year
# later](../../m4_monitoring/audit_trail/audit_trail.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
