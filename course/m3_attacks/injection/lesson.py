# `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: F401

# %% [markdown]
# # Injection: when text gives orders
#
# *35 minutes, 25 points in 5 exercises*
#
# TODO: what the reader can do after this lesson, in a line.
#
# **The case.** TODO: one story, with its year, that returns before each exercise. In 2020 somebody did
# something, and this came of it. *(Source: TODO, who says so, and where.)*

# %%
from autograder.learner import check, hint, predict, progress, solution
from course.m3_attacks.injection.injection_dial import injection_dial, twin

# %% [markdown]
# ## Guess first
#
# TODO: what this question is about.

# %%
predict("injection.guess")

# %% [markdown]
# ## See it
#
# TODO: a task for the picture, such as "find the lowest limit that flags fewer than a fifth".

# %%
injection_dial()

# %%
twin()

# %% [markdown]
# ### Exercise: attack_indirect
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `attack_indirect` says which share of `values` is above `limit`.
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
def attack_indirect(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("injection.attack_indirect", attack_indirect)

# %%
# hint("injection.attack_indirect")
# solution("injection.attack_indirect")

# %% [markdown]
# ### Exercise: eval_filter
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `eval_filter` says which share of `values` is above `limit`.
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
def eval_filter(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("injection.eval_filter", eval_filter)

# %%
# hint("injection.eval_filter")
# solution("injection.eval_filter")

# %% [markdown]
# ### Exercise: guarded
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `guarded` says which share of `values` is above `limit`.
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
def guarded(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("injection.guarded", guarded)

# %%
# hint("injection.guarded")
# solution("injection.guarded")

# %% [markdown]
# ### Exercise: render
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `render` says which share of `values` is above `limit`.
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
def render(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("injection.render", render)

# %%
# hint("injection.render")
# solution("injection.render")

# %% [markdown]
# ### Exercise: twin_report
#
# *5 minutes · core · 5 points*
#
# TODO: one plain paragraph, what it does and why anybody wants it.
#
# `twin_report` says which share of `values` is above `limit`.
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
def twin_report(values, limit):
    """The share of the values that are above the limit."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("no values")
    return sum(value > limit for value in values) / len(values)
    ### END SOLUTION


# %%
check("injection.twin_report", twin_report)

# %%
# hint("injection.twin_report")
# solution("injection.twin_report")

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
# The next lesson: [Agents: tools, memory and authority](../agents/agents.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
