# The lesson on recovery. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Recovery: back to a state that you can trust
#
# *70 minutes, 49 points in four exercises · a stretch of one more: 16 minutes and 12 points on top*
#
# **On 31 January 2017, at about 23:30 UTC**, an engineer at GitLab wanted to empty a folder on the spare
# database server, and was on the live one. The command was stopped after a second or two, and about 300 GB
# were gone. Then they went to look for their backups. The daily export wasn't there: it had failed, and the
# mails that said so had been rejected. Disk snapshots weren't switched on for these servers. The spare had
# been emptied that same night, to copy it anew. *(Sources: GitLab's [postmortem of 10 February
# 2017](https://about.gitlab.com/blog/2017/02/10/postmortem-of-database-outage-of-january-31/) and its notes
# of the night, of 1 February.)*
#
# Nobody had attacked them. Now suppose that somebody had: then a backup can be there, restore well, and still
# be bad. This lesson goes on where [the plan](../plan/plan.ipynb) ended: the right people are awake, and the
# reports are under way. Which state do you go back to, in which order, and how do you know?
#
# After this lesson you can
#
# - say what of an attacker's comes back with a backup;
# - let a program refuse the steps that destroy evidence or leave patients alone;
# - choose release, data and keys by proof, and say what that costs;
# - run a drill, and (stretch) a review that mends causes and blames nobody.

# %% [markdown]
# How to work: as on the [start page](../../start/welcome/welcome.ipynb).
#
# <details><summary>What RC.RP-03 and the like mean</summary> RC.… and RS.… are outcomes of NIST's
# Cybersecurity Framework 2.0; its guide to incidents is SP 800-61, revision 3, of April 2025. RV.… are tasks
# of NIST's framework for secure software. AML.… is MITRE ATLAS.</details>

# %%
import re
from datetime import date, timedelta

import pandas as pd

from autograder.learner import check, hint, others, predict, progress, solution
from course.m5_response.recovery.drill import FIRST_SCRIPT, HOURS, Drill
from course.m5_response.recovery.incident import BROKEN, FIRST_ACT, NIGHTLY, TRACES, backup, clean_rows_lost

# %% [markdown]
# ## Hour 0: restore last night's backup
#
# The clinic's **triage model** looks at a cell sample and says *urgent* (a doctor looks today) or *routine*.
# This morning two malignant samples came back as *routine*. The training data has 12 rows that nobody at the
# clinic wrote. All times in this lesson are hours: 0 is now, and −10 is last night's backup.
#
# "Restore last night's backup", somebody says. Let's look into it first:

# %%
last_night = backup(-10)
print("planted rows in it:", len(TRACES["rows"] & set(last_night["rows"])))
print("keys in it:        ", *last_night["keys"])
for version, model in last_night["models"].items():
    planted = len(TRACES["rows"] & set(model["rows"]))
    print(f"model {version}: {len(model['rows']):3} rows, {planted:2} planted, started from {model['base']}")

# %% [markdown]
# All 12 rows would come back with it, and a key that the attacker made, and the model that learned from the
# rows. Look at 1.4.1: it has no planted row. But it started from 1.4.0.
#
# (What a backup holds stands in the catalogue of the backup job. Nobody has restored one yet.)

# %%
predict("recovery.clean_night")

# %% [markdown]
# ### Exercise: comes_back
#
# *8 minutes · core · 8 points · AML.T0020 · RC.RP-03*
#
# Write the question that you ask of every backup *before* you restore it: what of the attacker's is in it?
#
# With these traces and this backup
#
# ```python
# traces = {"rows": {"r7", "r8"}, "keys": {"k1", "k9"}, "models": set()}
# held = {
#     "rows": ["r1", "r7"],
#     "keys": ["k1", "k2"],
#     "models": {
#         "1.1.0": {"rows": [], "base": "1.0.0"},
#         "1.0.0": {"rows": ["r1", "r8"], "base": None},
#     },
# }
# ```
#
# `comes_back(held, traces)` is `{"rows": {"r7"}, "keys": {"k1"}, "models": {"1.0.0", "1.1.0"}}`. Release
# 1.0.0 learned from `r8`, which is gone from the data, but not from the model. And 1.1.0 started from 1.0.0.
#
# | name | what it is |
# | --- | --- |
# | `backup` | dict: `rows` and `keys`, lists of ids; `models`, a dict as above |
# | `traces` | dict of three sets: the attacker's `rows`, `keys` and `models`, wherever they were found |
# | returns | dict of three sets with the same keys: what of them comes back with this backup |
#
# A model is bad when it's named in the traces, when it learned from one of the attacker's rows, or when its
# `base` is bad, over any number of steps.
#
# Judged:
#
# - the rows (1) and the keys (1);
# - models with a reason of their own (3), and those that started from a bad one (2);
# - backup and traces unchanged (1).
#
# <details><summary>The fine print</summary> Models come in any order: a child may stand before its parent. A
# base may be missing in the backup; then it's bad only if the traces name it. Return only what the backup
# holds.</details>


# %%
def comes_back(backup, traces):
    ### BEGIN SOLUTION
    models = backup["models"]
    bad = {
        name
        for name, model in models.items()
        if name in traces["models"] or traces["rows"] & set(model["rows"])
    }
    while True:
        more = {name for name, model in models.items() if model["base"] in bad | traces["models"]} - bad
        if not more:
            break
        bad |= more
    return {
        "rows": traces["rows"] & set(backup["rows"]),
        "keys": traces["keys"] & set(backup["keys"]),
        "models": bad,
    }
    ### END SOLUTION


# %%
check("recovery.comes_back", comes_back)

# %%
# hint("recovery.comes_back")

# %% [markdown]
# Ask all nine nights what their catalogues list. `lost` counts the honest rows that came in after that
# backup:

# %% tags=["raises-exception"]
nights = {}
for taken in NIGHTLY:
    found = comes_back(backup(taken), TRACES)
    nights[taken] = {what: len(found[what]) for what in ("rows", "models")}
    nights[taken] |= {"keys": " ".join(sorted(found["keys"])), "lost": clean_rows_lost(taken)}
pd.DataFrame(nights).T.rename_axis("backup of hour")

# %% [markdown]
# Look at hour −130. It has no planted row and no bad model, and a test on the data would call it clean. But
# the attacker had already made a key, `k-extra`, and it would work again. And `k-train`, the stolen key, is
# older than the theft: no backup is without it.
#
# ## See what comes back
#
# In the picture you move the restore point. What lies right of it is gone; what lies left of it comes back.
# Crossed marks are the attacker's (and one backup that is broken). *First act* is the earliest trace that
# anybody found, a login. *In the log* is what the clinic's own log shows: release 1.4.0.
#
# Your task: find the restore point that loses the fewest clean rows, restores, and leaves the attacker
# nothing. Which control do you need beside the slider?

# %%
from course.m5_response.recovery.restore_timeline import restore_timeline, twin

restore_timeline()

# %% [markdown]
# The same as pictures and a table:

# %%
twin()

# %% [markdown]
# *Compare:* −178, with all keys rotated. −154 would lose fewer rows, but its file holds only a few bytes:
# nobody had tried to restore it. GitLab's notes report the same of one of their backups. Going from −154 to
# −178 costs 40 more clean rows.
#
# ## Hour 1: stop it without losing it
#
# **GitLab's best way back was a copy that somebody had made by hand**, six hours earlier, for another
# purpose. Your copies are made on purpose, and first. Four steps of a containment can do harm when they come
# in the wrong order:
#
# | step | what goes wrong when it comes too early |
# | --- | --- |
# | **isolate** a machine | here that means: switch it off. What was in its memory is gone |
# | **wipe** a machine | it's your evidence; a copy that nobody checked may be empty |
# | **revoke** the key of the scoring service | the service stops, and nobody triages the samples |
# | **switch** to the fallback | nobody has tried whether it works |
#
# The **fallback** is plain: doctors look at every sample. It costs them time, and no patient waits in vain.
#
# This is the state at hour 0:

# %%
START = {
    "copied": set(), "checked": set(), "off": set(), "wiped": set(),
    "keys": {"k-train", "k-scoring", "k-extra"}, "service_key": "k-scoring",
    "retraining": True, "fallback": "untested", "serving": "1.4.0",
}  # fmt: skip

# %% [markdown]
# ### Exercise: contain
#
# *12 minutes · core · 12 points · RS.MI-01 · RV.2.2*
#
# In a hurry people don't look at a table. Write the program that carries out one action, or refuses it.
#
# | action | refused unless | what it does |
# | --- | --- | --- |
# | `("copy", m)` | `m` isn't in `off` | adds `m` to `copied` |
# | `("check", m)` | `m` is in `copied` | adds `m` to `checked` |
# | `("isolate", m)` | `m` in `copied`; for `"scoring"`, also: `serving` is `"fallback"` | adds `m` to `off` |
# | `("wipe", m)` | `m` is in `checked` and in `off` | adds `m` to `wiped` |
# | `("revoke", k)` | for the `service_key`: `serving` is `"fallback"` | takes `k` out of `keys` |
# | `("freeze",)` | | `retraining` becomes `False` |
# | `("try",)` | | `fallback` becomes `"tested"` |
# | `("switch",)` | `fallback` is `"tested"` | `serving` becomes `"fallback"` |
# | any other | always refused | |
#
# `contain(START, ("copy", "training"))` returns a state with `copied` `{"training"}`, and all else as before.
# `contain(START, ("isolate", "training"))` raises `ValueError`.
#
# | name | what it is |
# | --- | --- |
# | `state` | dict as `START`; it stays as it is, its sets too |
# | `action` | tuple of texts, as in the table |
# | returns | the new state: a dict of the same form |
# | raises | `ValueError` when the action is refused |
#
# Judged:
#
# - evidence (4) and patients (4): each action in each situation, refused or carried out;
# - what is always allowed, and other actions (1);
# - six sequences of 40 actions (2);
# - the old state unchanged (1).
#
# <details><summary>The fine print</summary> An action that is allowed and has been done already is allowed
# again, and changes nothing. So is revoking a key that isn't in <code>keys</code>. Machines and keys have any
# names.</details>


# %%
def contain(state, action):
    ### BEGIN SOLUTION
    new = {key: set(value) if isinstance(value, set) else value for key, value in state.items()}
    safe = state["serving"] == "fallback"
    match action:
        case ("copy", machine) if machine not in state["off"]:
            new["copied"].add(machine)
        case ("check", machine) if machine in state["copied"]:
            new["checked"].add(machine)
        case ("isolate", machine) if machine in state["copied"] and (machine != "scoring" or safe):
            new["off"].add(machine)
        case ("wipe", machine) if machine in state["checked"] & state["off"]:
            new["wiped"].add(machine)
        case ("revoke", key) if key != state["service_key"] or safe:
            new["keys"].discard(key)
        case ("freeze",):
            new["retraining"] = False
        case ("try",):
            new["fallback"] = "tested"
        case ("switch",) if state["fallback"] == "tested":
            new["serving"] = "fallback"
        case _:
            raise ValueError(f"refused: {action}")
    return new
    ### END SOLUTION


# %%
check("recovery.contain", contain)

# %%
# hint("recovery.contain")

# %% [markdown]
# Somebody types what comes to mind. Your program takes what is safe:

# %% tags=["raises-exception"]
state = START
for typed in (
    "isolate training", "wipe training", "revoke k-train", "revoke k-scoring", "switch", "freeze", "try",
    "copy training", "isolate training", "wipe training", "switch", "revoke k-scoring", "check training",
):  # fmt: skip
    try:
        state = contain(state, tuple(typed.split()))
        print("done     ", typed)
    except ValueError:
        print("refused  ", typed)

# %% [markdown]
# *In one line: `freeze` was never refused. What happens if nobody types it?*

# %% [markdown]
# *Compare:* the next nightly training learns from the planted rows again, and puts a new bad release beside
# the old one. Freezing costs nothing that you can't make up for later.
#
# **Good place to stop: 37 minutes so far.**
#
# ## Hour 9: what can you prove?
#
# **GitLab chose between a copy of six hours before and losing almost a day.** Your choice is harder: the
# newest is not the best, if the attacker was already in. You need the *first act*, and for everything that
# you want back a proof that it's older.

# %%
predict("recovery.backdated")

# %% [markdown]
# So each release, batch and backup has four fields that matter:
#
# | field | what it is |
# | --- | --- |
# | `claimed` | the hour that stands in the file itself. Whoever has the key can write it |
# | `logged` | the hour at which the audit log, on another system, noted the file; `None` if it never did |
# | `noted` | the file's hash, as the log noted it then; `None` if it never did |
# | `found` | the hash of the file that lies there now |
#
# An item is **proven** when it was `logged` before the first act and is still the same: `noted` equals
# `found`. What isn't proven counts as bad.
#
# ### Exercise: recover
#
# *14 minutes · core · 14 points · RC.RP-02 · RC.RP-03 · AML.M0025 · AML.M0014*
#
# Write the function that turns the lists into a plan. For evidence with two acts,
# `[{"hour": -98, "sure": True}, {"hour": -150, "sure": False}]`, the first act is −150. Then
#
# | batch | `claimed` | `logged` | `noted` | `found` | proven |
# | --- | --- | --- | --- | --- | --- |
# | `b4` | −160 | −160 | `"3f"` | `"3f"` | yes |
# | `b5` | −170 | −126 | `"77"` | `"77"` | no: dated back |
# | `b6` | −180 | −180 | `"a1"` | `"9c"` | no: changed since |
# | `b7` | −150 | −150 | `"5e"` | `"5e"` | no: not before |
#
# | name | what it is |
# | --- | --- |
# | `releases` | list of dicts with `id`, the four fields, and `batches`: the ids it learned from |
# | `batches` | list of dicts with `id`, the four fields, and `rows`: a number |
# | `backups` | list of dicts with `id`, the four fields, and `restored`: `True`, `False`, `None` (untried) |
# | `keys` | list of dicts: `id`, `issued` (an hour), `revoked` (bool) |
# | `evidence` | dict: `acts`, a list as above with at least one; `contained`, the hour of containment |
# | returns | a dict, the plan: |
# | `"batches"` | list of the ids of proven batches, in the order given |
# | `"release"` | id of the newest proven release, by `logged`, whose batches are all proven; or `None` |
# | `"backup"` | id of the newest proven backup, by `logged`, with `restored` `True`; or `None` |
# | `"rotate"` | set of ids: the keys that aren't revoked and were issued before `contained` |
# | `"rows_lost"` | how many rows are in batches that aren't proven |
#
# Judged:
#
# - the batches (3), the release (4), the backup (4);
# - the keys to rotate (2);
# - the rows lost, with everything unchanged that you were given (1).
#
# <details><summary>The fine print</summary> Acts that aren't sure count too. A batch that isn't in the list
# isn't proven, and each release names at least one. <code>claimed</code> decides nothing, early or late. A
# list may be empty, and comes in any order. An item that was never logged has <code>None</code> in both
# <code>logged</code> and <code>noted</code>. All hours are whole numbers, and no two proven items of a list
# have the same.</details>


# %%
def recover(releases, batches, backups, keys, evidence):
    ### BEGIN SOLUTION
    first = min(act["hour"] for act in evidence["acts"])

    def proven(item):
        return item["logged"] is not None and item["logged"] < first and item["noted"] == item["found"]

    def newest(items):
        return max(items, key=lambda item: item["logged"])["id"] if items else None

    clean = [batch["id"] for batch in batches if proven(batch)]
    return {
        "batches": clean,
        "release": newest([one for one in releases if proven(one) and set(one["batches"]) <= set(clean)]),
        "backup": newest([one for one in backups if proven(one) and one["restored"] is True]),
        "rotate": {key["id"] for key in keys if not key["revoked"] and key["issued"] < evidence["contained"]},
        "rows_lost": sum(batch["rows"] for batch in batches if batch["id"] not in clean),
    }
    ### END SOLUTION


# %%
check("recovery.recover", recover)

# %%
# hint("recovery.recover")

# %% [markdown]
# The clinic's plan, with what caution costs. Four acts are known: a login (nobody is sure that it was the
# attacker), the new key, the planted rows, and release 1.4.0. The attacker has the signing key, so `1.3.9`
# claims to be from before the theft. What does a plan say that believes `claimed`?


# %% tags=["raises-exception"]
def item(name, claimed, logged, **more):
    return {"id": name, "claimed": claimed, "logged": logged, "noted": "3f", "found": "3f", **more}


releases = [
    item("1.3.0", -280, -280, batches=["b1", "b2"]),
    item("1.4.0", -98, -98, batches=["b1", "b2", "b3", "b4", "b5"]),
    item("1.3.9", -170, -97, batches=["b1", "b2"]),
]  # fmt: skip
sizes = {"b1": (-700, 300), "b2": (-500, 120), "b3": (-300, 90), "b4": (-160, 40), "b5": (-126, 52),
         "b6": (-60, 30), "b7": (-20, 26)}  # fmt: skip
batches = [item(name, hour, hour, rows=rows) for name, (hour, rows) in sizes.items()]
backups = [item(f"night{hour}", hour, hour, restored=hour != BROKEN) for hour in NIGHTLY]
keys = [
    {"id": "k-train", "issued": -900, "revoked": True}, {"id": "k-scoring", "issued": -800, "revoked": False},
    {"id": "k-extra", "issued": -140, "revoked": False}, {"id": "k-train-2", "issued": 3, "revoked": False},
]  # fmt: skip
acts = [{"hour": -98, "sure": True}, {"hour": -126, "sure": True}, {"hour": -140, "sure": True}]
evidence = {"acts": [*acts, {"hour": FIRST_ACT, "sure": False}], "contained": 2}
plan = recover(releases, batches, backups, keys, evidence)
print(plan)
print("rows given up:", plan["rows_lost"], "of", sum(batch["rows"] for batch in batches), "to be rid of 12")
naive = [one | {"logged": one["claimed"]} for one in releases]
print("believing `claimed`:", recover(naive, batches, backups, keys, evidence)["release"])

# %% [markdown]
# You give up 108 rows, 96 of them honest, because nobody can tell which are which. People can look at them
# later and bring them back one by one. (The picture said 136 for the same backup. The 40 rows of `b4` make
# the difference: they aren't in night-178, but their own file is proven, so they come back from there.)
#
# Would fewer acts make the plan cheaper? Drop them one by one, the earliest first:

# %% tags=["raises-exception"]
for known in (-150, -140, -126, -98):
    found = [act for act in evidence["acts"] if act["hour"] >= known]
    plan = recover(releases, batches, backups, keys, evidence | {"acts": found})
    planted = "with the planted rows" if "b5" in plan["batches"] else ""
    print(f"first act {known}: {plan['backup']}, {plan['rows_lost']} rows given up {planted}")

# %% [markdown]
# Without the unsure login the plan costs the same. So caution is free here. Without the new key it goes back
# to night-130, which holds that key. And who knows only what the log shows gives up 56 rows instead of 108:
# the plan looks cheaper, because batch `b5` with the 12 planted rows is now "proven". A plan is as good as
# its first act. That's why you read the copies before you restore.
#
# The plan also says what serves in the meantime: release 1.3.0, or the fallback where the plan says `None`.
#
# ## The drill
#
# **GitLab's copy took about 18 hours over slow disks.** A drill tells you such a number before you need it.
#
# Here is one, in hours. You see only what you've looked at. The log shows a first trace. Reading a machine's
# copy shows the traces on it, which keys were stolen there, and perhaps the machine from which the attacker
# came. So each decision changes what you can see next.

# %%
print(*(f"{action} {hours} h" for action, hours in HOURS.items()), sep=", ")
drill = Drill(FIRST_SCRIPT)
drill.view()

# %% [markdown]
# | action | when it can be done | what it does |
# | --- | --- | --- |
# | `("fallback",)` | once | doctors look at every sample; until then the bad model serves |
# | `("copy", m)` | `m` isn't isolated | keeps disk and memory |
# | `("isolate", m)` | not while 1.4.0 serves | stops `m`; without a copy, its evidence is lost |
# | `("read", m)` | after the copy | shows traces, stolen keys, perhaps one more machine |
# | `("revoke", k)` | `k` is live | revokes a stolen key and issues a new one |
# | `("test", b)` | once | says whether backup `b` restores |
# | `("restore", b)` | there's no data yet | brings the data back; 12 hours and no data if `b` is broken |
# | `("rebuild",)` | there's no data yet | types the data in from paper: clean, and the most expensive |
# | `("retrain",)`, `("gate",)`, `("stage",)`, `("close",)` | in this order, after the data | the end |
#
# At the moment of the restore, three things let the attacker come along: data that isn't from before the
# *first act*, a stolen key that is still live, and a machine that they reached and you didn't isolate. The
# gate tests the new model for what they planted. It doesn't always see it. When it fails, you're stuck: the
# data can't be restored again. What can't be done now costs an hour.
#
# Play it. Copy the line, change it, run it, and look at what you see then:

# %%
for action in [("fallback",), ("copy", "training"), ("isolate", "training"), ("read", "training")]:
    drill.do(action)
print(*drill.story, sep="\n")
print("\nnow you see:", drill.view()["machines"], drill.view()["traces"], drill.view()["keys"])

# %%
# drill.do(("revoke", "k-train"))

# %% [markdown]
# ### Exercise: next_action
#
# *16 minutes · core · 15 points · RC.RP-02 · RC.RP-03 · RC.RP-06 · RS.MI-01*
#
# At hour 20 of a real night, people are tired. Write down beforehand what comes next: a *policy*, which looks
# at the view and names one action.
#
# With the view above, after those four actions, `next_action(view)` is `("revoke", "k-train")`. After that,
# `night1` was taken at −10, later than the trace at −40, so it's `("test", "night3")`.
#
# | key of the view | what it holds |
# | --- | --- |
# | `"hour"` | hours since the start |
# | `"serving"` | `"1.4.0"`, `"fallback"` or `"new"` |
# | `"machines"` | name → `{"copied", "isolated", "read"}`, each a bool |
# | `"traces"` | list of hours: the log's trace first, then those of each copy that you've read |
# | `"keys"` | stolen keys that you've seen → `"live"` or `"revoked"` |
# | `"backups"` | list of dicts: `id`, `taken`, and `restores`: `True`, `False`, or `None` (untested) |
# | `"data"` | `None`, or what was restored |
# | `"gate"` | `None`, `"pass"` or `"fail"` |
# | `"done"` | list of the actions that were done |
#
# Judged on 16 drawn scripts with one to three machines, played to the end:
#
# - closed, without the attacker, no untested backup restored (6);
# - no machine isolated before its copy (3);
# - the bad model serves at most 1 hour (2);
# - it loses no more data than it must, and takes at most 4 hours longer than the shortest safe way (4).
#
# <details><summary>The fine print</summary> The shortest safe way looks at every machine, and tests no backup
# that it needn't. The first act is the earliest trace once all copies are read; it may be on any machine,
# or in the log only. In some scripts no backup from before the first act restores: then rebuild. A backup
# of the very hour of the first act isn't from before it. A drill ends with <code>("close",)</code>, or
# after 60 actions. For the last three, the drill must be closed. Your function gets the view and nothing
# else; it's asked anew each time.</details>


# %%
def next_action(view):
    ### BEGIN SOLUTION
    if view["serving"] == "1.4.0":
        return ("fallback",)
    for name, machine in view["machines"].items():
        for state, action in (("copied", "copy"), ("isolated", "isolate"), ("read", "read")):
            if not machine[state]:
                return (action, name)
    for key, state in view["keys"].items():
        if state == "live":
            return ("revoke", key)
    if view["data"] is None:
        first = min(view["traces"])
        early = [one for one in view["backups"] if one["taken"] < first and one["restores"] is not False]
        if not early:
            return ("rebuild",)
        newest = max(early, key=lambda one: one["taken"])
        return ("restore" if newest["restores"] else "test", newest["id"])
    for action in ("retrain", "gate", "stage", "close"):
        if (action,) not in view["done"]:
            return (action,)
    ### END SOLUTION


# %%
check("recovery.next_action", next_action)

# %%
# hint("recovery.next_action")

# %% [markdown]
# Your policy on a harder night, beside two that are in a hurry: one believes the log and reads no copy, the
# other restores the newest backup at once.

# %% tags=["raises-exception"]
HARD = {
    "log": -16,
    "machines": [
        {"name": "training", "trace": -40, "keys": ["k-train"]},
        {"name": "store", "trace": -150, "keys": ["k-store", "k-log"]},
    ],
    "backups": [
        {"id": "night1", "taken": -10, "restores": True}, {"id": "night2", "taken": -34, "restores": True},
        {"id": "night7", "taken": -154, "restores": False}, {"id": "night8", "taken": -178, "restores": True},
    ],
    "gate_sees": False,
}  # fmt: skip


END = [("retrain",), ("gate",), ("stage",), ("close",)]
BELIEVES_THE_LOG = [
    ("fallback",), ("copy", "training"), ("isolate", "training"), ("test", "night2"), ("restore", "night2"),
    *END,
]  # fmt: skip
RESTORES_AT_ONCE = [("restore", "night1"), *END]
policies = {
    "yours": next_action,
    "believes the log": lambda view: BELIEVES_THE_LOG[len(view["done"])],
    "restores at once": lambda view: RESTORES_AT_ONCE[len(view["done"])],
}
pd.DataFrame({name: Drill(HARD).play(policy) for name, policy in policies.items()})

# %% tags=["raises-exception"]
night = Drill(HARD)
night.play(next_action)
hours = night.result()["hours"] - 2 - HOURS["stage"]  # without fallback, close and the staged return
print(*night.story, sep="\n")
print(
    f"\nabout {hours} hours on the fallback. Suppose nine samples an hour: {9 * hours} more for the doctors"
)

# %% [markdown]
# The two in a hurry are back sooner, and the gate let them pass, because it doesn't see everything. But they
# brought the attacker back. The careful policy isn't free: your doctors pay for it. That number, hours times
# samples, is what you show when you ask for a second person on call or for faster disks.
#
# Your policy also needs somebody who may stop it: a drill script is simpler than a night. *Staged return* was
# one action here; the lesson [Deployment](../../m1_lifecycle/deployment/deployment.ipynb) builds it.
#
# **Good place to stop: the core ends here, 70 minutes so far.** The summary and Monday's sheet are at the
# end.
#
# ## A week later: the review
#
# *A stretch.* **GitLab's postmortem asks "why?" until it reaches a cause that somebody can mend.** Why wasn't
# the backup tested? Nobody owned that. Its list of repairs has an owner for the durability of data, and a job
# that tests the restore. The name of the engineer had been in the public notes, with his consent. GitLab
# wrote that it would leave names out in future.
#
# A draft of your clinic's review is on the table. Three of its four actions are of no use:

# %%
BLAME = ("blame", "careless", "fault", "forgot", "lazy", "negligent", "sloppy")
CAUSES = {"no restore test", "one key for all", "alert mail rejected"}
ROLES = {"developer", "security engineer", "data steward", "nurse", "privacy officer", "doctor"}
TODAY = date(2026, 11, 30)
BEFORE = {"backup_bytes": 12, "restore_tested": False, "services_per_key": 3}
AFTER = {"backup_bytes": 90_000_000, "restore_tested": True, "services_per_key": 1}


def tested(state):
    return state["restore_tested"]


def one_each(state):
    return state["services_per_key"] == 1


def exists(state):
    return state["backup_bytes"] > 0


DRAFT = [
    {"id": "a1", "cause": "no restore test", "text": "A nightly job restores the backup and counts its rows.",
     "owner": "developer", "due": date(2026, 12, 14), "test": tested},
    {"id": "a2", "cause": "no restore test", "text": "Check that a backup file exists.",
     "owner": "the team", "due": date(2026, 12, 14), "test": exists},
    {"id": "a3", "cause": "one key for all", "text": "u07 was careless with the key and gets a training.",
     "owner": "security engineer", "due": None, "test": one_each},
    {"id": "a4", "cause": "u07 was tired", "text": "No changes after 18:00.",
     "owner": "developer", "due": date(2027, 12, 1), "test": None},
]  # fmt: skip

# %% [markdown]
# ### Exercise: review
#
# *13 minutes · stretch · 12 points · RV.3.1 · RV.3.4 · RC.RP-06*
#
# Write the function that reads a draft, and says what is missing before anybody signs it.
#
# | fault | an action has it unless |
# | --- | --- |
# | `"owner"` | `owner` is one of `roles` |
# | `"date"` | `due` is after `today`, and at most 60 days after it |
# | `"test"` | `test(before)` is `False` and `test(after)` is `True`; an error is a fault, and so is `None` |
# | `"blame"` | the `text` has no person's id (`u` and digits) and no word of `BLAME` |
# | `"cause"` | `cause` is one of `causes` |
#
# For `DRAFT`, `a1` has no fault, so it's `"a1": set()`. The others: `a2` `{"owner", "test"}`, because a
# backup of 12 bytes exists too; `a3` `{"blame", "date"}`; `a4` `{"date", "test", "cause"}`. Open are
# `{"one key for all", "alert mail rejected"}`.
#
# | name | what it is |
# | --- | --- |
# | `causes`, `roles` | sets of texts |
# | `actions` | list of dicts as in `DRAFT`; it stays unchanged |
# | `today` | a `date`; `due` is a `date` or `None` |
# | `before`, `after` | the system as it was at hour 0, and as it will be: for the tests |
# | returns | `{"faults": {id: set of faults}, "open": set of causes}` |
#
# `open` holds the causes for which no action is without a fault.
#
# Judged:
#
# - owner (2), date (2), test (3), blame (2);
# - the fault `cause`, and what is open (3).
#
# <details><summary>The fine print</summary> Ids and words of <code>BLAME</code> count as whole words, in any
# letter case: <code>Menu07</code>, <code>default</code> and <code>faulted</code> are none. The regular
# expression <code>\b</code> stands for the edge of a word. There may be no actions. Ids differ.</details>


# %%
def review(causes, actions, roles, today, before, after):
    ### BEGIN SOLUTION
    blames = re.compile(rf"\b(u\d+|{'|'.join(BLAME)})\b", re.IGNORECASE)

    def passes(test):
        try:
            return test(before) is False and test(after) is True
        except Exception:
            return False

    faults = {}
    for action in actions:
        due = action["due"]
        asked = {
            "owner": action["owner"] in roles,
            "date": due is not None and today < due <= today + timedelta(days=60),
            "test": passes(action["test"]),
            "blame": not blames.search(action["text"]),
            "cause": action["cause"] in causes,
        }
        faults[action["id"]] = {fault for fault, holds in asked.items() if not holds}
    mended = {action["cause"] for action in actions if not faults[action["id"]]}
    return {"faults": faults, "open": causes - mended}
    ### END SOLUTION


# %%
check("recovery.review", review)

# %%
# hint("recovery.review")

# %% tags=["raises-exception"]
found = review(CAUSES, DRAFT, ROLES, TODAY, BEFORE, AFTER)
for action in DRAFT:
    print(
        action["id"], ", ".join(sorted(found["faults"][action["id"]])) or "ready to sign", "|", action["text"]
    )
print("no sound action for:", ", ".join(sorted(found["open"])))

# %% [markdown]
# Your function reads words. It doesn't see a sentence that blames politely ("the night shift could have
# known"), and it doesn't see a cause that nobody wrote down. Read the draft to the people whose night it was,
# and ask them what is missing.
#
# *In one line: what does the test of a1 do that the test of a2 doesn't?*

# %% [markdown]
# *Compare:* it fails today. A test that passes before the repair can't tell you that the repair was made.

# %% [markdown]
# ## Summary
#
# GitLab was back after about 18 hours, from the copy of six hours before. Changes made after 17:20 UTC were
# lost. The database was restored at 17:00 UTC on 1 February, and an hour later everything was confirmed.
#
# 1. Ask each backup what of the attacker's is in it: rows, keys, models, and models built on models.
# 2. Copy before you isolate, check before you wipe, switch before you revoke. Let a program refuse the rest.
# 3. Go back to before the first act, sure or not. A date in a file proves nothing when the key is stolen.
# 4. A backup that nobody has restored is none. A key that the attacker saw is rotated before anything comes
#    back.
# 5. Caution costs rows and hours: print them. A review ends with an owner, a day and a test that fails today.
#
# ## Use it on Monday
#
# The checklist is a file, [monday.md](monday.md). This is the nightly job that GitLab missed, for a database
# in one file. The function restores the backup elsewhere and counts rows; the job in the file ends with an
# error unless that went well:

# %%
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path


def restores(backup, table, least):
    """Whether `backup` opens as a database, is intact, and holds at least that many rows."""
    try:
        held = sqlite3.connect(Path(backup).absolute().as_uri() + "?mode=ro", uri=True)
        with closing(held), closing(sqlite3.connect(":memory:")) as copy:
            held.backup(copy)
            intact = copy.execute("pragma integrity_check").fetchone() == ("ok",)
            return intact and copy.execute(f'select count(*) from "{table}"').fetchone()[0] >= least
    except sqlite3.Error:
        return False


with tempfile.TemporaryDirectory() as folder:
    empty = Path(folder, "backup.db")
    empty.write_bytes(b"a few bytes.")
    print(
        "a few bytes:",
        restores(empty, "samples", 500),
        " missing:",
        restores(Path(folder, "x"), "samples", 1),
    )

# %% [markdown]
# Begin with three:
#
# - [ ] Restore last night's backup today, elsewhere, and write down the hours that it took.
# - [ ] Let a log on another system note the hash of each release, batch and backup.
# - [ ] Put a drill of two hours into the calendar, with one backup that doesn't restore.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# Your map is on the [start page](../../start/welcome/welcome.ipynb).
