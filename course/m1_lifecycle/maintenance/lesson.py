# The lesson on maintenance. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Maintenance: patch, expire, roll back, retire
#
# *58 minutes, 38 points in four exercises · a stretch of one more: about 19 minutes and 9 points on top*
#
# **On 1 July 2026** Sysdig described an attack that was driven, in its view, by an AI agent. The way in was a
# Langflow server, open to the internet; Langflow is a tool for putting AI workflows together. Through
# CVE-2025-3248, whoever sent code to one of its addresses had it run, without a login. From there the attack
# reached a Nacos server, through CVE-2021-29441, encrypted 1,342 of its configuration items and dropped whole
# database schemas. The fix for Langflow, version 1.3.0, was nearly 15 months old. Since 5 May 2025 the flaw
# had stood in the catalogue of *known exploited* flaws of CISA, a US agency. *(Sources: the [CVE
# record](https://github.com/CVEProject/cvelistV5/blob/main/cves/2025/3xxx/CVE-2025-3248.json) of 7 April 2025
# for the flaw, its fix and the catalogue's date; for the attack, the [entry in the Agentic Attack
#
# Index](https://github.com/MLSecOpsHub/agentic-attack-index/blob/main/dist/incidents/jadepuffer-agentic-database-extortion.json),
# which sums up Sysdig's report.)*
#
# Nothing was unknown. Somebody had to look, decide and patch, month after month. That's maintenance, and
# it's the longest part of a model's life.
#
# The lesson before left a clinic with releases `1.0.0`, `1.1.0` and so on of its **triage model**, and with
# a canary that may send a release back. Planning left requirement R5: *a known-exploited flaw in something
# we run is patched in the next open window.* You start there.
#
# After this lesson you can
#
# - put patches in an order and into windows, and say what didn't fit;
# - list what expires, the model included, before it does;
# - take an update on evidence, and go back to a release that may serve;
# - stretch: retire a model so that nothing is forgotten.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions.*

# %%
import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.learner import check, hint, others, predict, progress, solution
from course.m1_lifecycle.maintenance.exposure_timeline import (
    ORDERS,
    exposed_days,
    exposure_timeline,
    quiet_wait,
    twin,
)

fixed, listed, reported = date(2025, 4, 7), date(2025, 5, 5), date(2026, 7, 1)
print("days from the record that names the fix to the report:", (reported - fixed).days)
print("days from the entry in the catalogue to the report:   ", (reported - listed).days)

# %% [markdown]
# ## A queue in the wrong order
#
# Here is the clinic's queue. An **advisory** says that a part has a flaw, and that a fixed version exists.
# Its **score** from 0 to 10 says how bad the flaw would be. *Known exploited* says that somebody attacks it
# today. Every 14 days a *window* of 4 hours opens, in which you may change what runs.

# %%
queue = [  # (part, score, known exploited, hours)
    ("audit-log", 9.1, False, 4),
    ("model-store", 8.8, False, 3),
    ("training-job", 8.2, False, 3),
    ("clinic-app", 7.4, True, 2),
]
queue.sort(key=lambda row: -row[1])  # HERE
day, left = 14, 4
for part, score, exploited, hours in queue:
    if hours > left:
        day, left = day + 14, 4
    left -= hours
    print(f"day {day:2}: {part:13} score {score}{'   known exploited' if exploited else ''}")

# %% [markdown]
# The part that is under attack comes last, on day 56. Change the line marked `HERE` so that it comes first,
# and run the cell again: day 14.
#
# <details><summary>One way</summary> <code>key=lambda row: (not row[2], -row[1])</code>. False sorts before
# True.</details>
#
# You needed no more hours for that. Is it always so cheap?
#
# ## Part 1: What to patch first, and when
#
# **It's 5 May 2025, and the flaw is on the list.** When is your next window? Two words first:
#
# | word | meaning |
# | --- | --- |
# | freeze | weeks in which nothing may change, such as the end of a year: windows in it are *frozen* |
# | exposed days | days from "known exploited" to your patch, over all flaws of a year: it can pass 365 |

# %%
predict("maintenance.policy")

# %% [markdown]
# The picture plays a year that is made up at random: 72 flaws, each with a patch of 1 to 3 hours, about 144
# hours in all, and one in five becomes known exploited. With 12 hours in four weeks there's hardly any
# slack. **Your task:** get below 60 exposed days a year on average, without one more hour and without
# touching the freeze of 28 days. Then find a setting in which the order hardly matters (10 days at most).

# %%
exposure_timeline()

# %% [markdown]
# The same as pictures and tables:

# %%
twin()

# %% [markdown]
# The next cell adds what the tables leave out, *others wait*: how long a flaw waits that nobody exploits.

# %%
for rhythm, hours, order in [
    (28, 12, 0),
    (28, 12, 1),
    (28, 24, 0),
    (28, 24, 2),
    (28, 12, 2),
    (7, 12, 2),
    (7, 24, 2),
]:
    policy = (rhythm, hours, 28, ORDERS[order])
    print(
        f"every {rhythm:2} days, {hours} h in four weeks, {ORDERS[order]:21} "
        f"{exposed_days(*policy):4.0f} exposed days, "
        f"others wait {quiet_wait(*policy):3.0f} days"
    )

# %% [markdown]
# *Compare:* a window every week and exploited flaws first: 52 instead of 493. With monthly windows of 24
# hours the order hardly matters (131 and 127), because nearly everything that waits fits. As one change
# alone, twice the hours does more than the order (131, against 169), but you pay for it all year; the order
# is free of hours. The highest score first is no better than no order at all: in these made-up years a
# score says nothing about who attacks. In life it may say a little, but it asks how bad a flaw is, and the
# list asks who uses it. And the order isn't free: with monthly windows of 12 hours, the others wait 46 days
# instead of 42.
#
# So order counts when hours are short. Write the planner.
#
# ### Exercise: patch_plan
#
# *13 minutes · core · 11 points · RV.1.1 · RV.2.1 · RV.2.2*
#
# `patch_plan(inventory, advisories, windows)` gives every part that has an advisory a time. It works in two
# steps.
#
# **Order.** A part that comes earlier in this list is placed first:
#
# 1. parts that are known exploited (one such advisory is enough);
# 2. then by exposure, in the order `EXPOSURE = ["internet", "clinic", "service"]`: from where can the part be
#    reached?
# 3. then the larger `reach`: how many other parts can an attacker get to from it?
# 4. then by name.
#
# **Place.** One after the other, each part goes into the earliest window that isn't frozen and has enough
# hours left. Patches in one window follow each other without a gap. What fits nowhere goes into a second
# list.
#
# With two windows of 4 hours, on 3 and 17 June at 20:00, and advisories for these three parts:
#
# | part | known exploited | exposure | reach | hours | goes to |
# | --- | --- | --- | --- | --- | --- |
# | `clinic-app` | yes | internet | 1 | 2 | 3 June, 20:00 |
# | `audit-log` | no | clinic | 4 | 3 | 17 June, 20:00: only 2 hours were left on the 3rd |
# | `model-store` | no | service | 5 | 2 | 3 June, 22:00: exactly the 2 hours that were left |
#
# | name | what it is |
# | --- | --- |
# | `inventory` | dict: part → `{"exposure": "internet", "reach": 1, "hours": 2}` |
# | `advisories` | list of `{"id": "CLINIC-1042", "part": "clinic-app", "exploited": True}` |
# | `windows` | list of `{"opens": datetime, "hours": 4, "frozen": False}`, in any order |
# | returns | a pair: a sorted list of `(datetime, part)`; the parts that fit nowhere, in the order above |
#
# Judged:
#
# - order, in one wide window (4);
# - times, in several windows (4);
# - what is left (2);
# - inputs unchanged, and all of the above right (1).
#
# <details><summary>The fine print</summary> A part may have several advisories: one patch cures them all, so
# it comes once. A part without an advisory doesn't come at all; one with an advisory is in
# <code>inventory</code>. Hours are whole numbers. Windows don't overlap; their times have zones, which may
# differ. A frozen window stays frozen for exploited flaws too. A small patch may use hours that a more urgent
# but longer one could not use.</details>

# %%
EXPOSURE = ["internet", "clinic", "service"]


def patch_plan(inventory, advisories, windows):
    ### BEGIN SOLUTION
    exploited = {advisory["part"] for advisory in advisories if advisory["exploited"]}

    def rank(part):
        facts = inventory[part]
        return part not in exploited, EXPOSURE.index(facts["exposure"]), -facts["reach"], part

    free = sorted([window["opens"], window["hours"]] for window in windows if not window["frozen"])
    plan, left = [], []
    for part in sorted({advisory["part"] for advisory in advisories}, key=rank):
        hours = inventory[part]["hours"]
        for window in free:
            if hours <= window[1]:
                plan.append((window[0], part))
                window[0] += timedelta(hours=hours)
                window[1] -= hours
                break
        else:
            left.append(part)
    return sorted(plan), left
    ### END SOLUTION


# %%
check("maintenance.patch_plan", patch_plan)

# %%
# hint("maintenance.patch_plan")
# solution("maintenance.patch_plan")

# %% tags=["raises-exception"]
inventory = {
    "clinic-app": {"exposure": "internet", "reach": 1, "hours": 2},
    "scoring-service": {"exposure": "clinic", "reach": 3, "hours": 3},
    "model-store": {"exposure": "service", "reach": 5, "hours": 2},
    "training-job": {"exposure": "service", "reach": 2, "hours": 5},
    "audit-log": {"exposure": "clinic", "reach": 4, "hours": 3},
}
told = {
    "audit-log": False,
    "clinic-app": True,
    "model-store": False,
    "scoring-service": False,
    "training-job": False,
}
advisories = [
    {"id": f"CLINIC-{1040 + i}", "part": part, "exploited": hot} for i, (part, hot) in enumerate(told.items())
]
june = datetime(2031, 6, 3, 20, tzinfo=UTC)
windows = [{"opens": june + timedelta(days=14 * i), "hours": 4, "frozen": i == 1} for i in range(4)]
plan, left = patch_plan(inventory, advisories, windows)
for when, part in plan:
    print(f"{when:%d %B %H:%M}  {part}")
print("fits nowhere:", left)

# %% [markdown]
# `training-job` needs 5 hours, and no window has them. A plan that didn't say so would look done.
#
# *In one line: a flaw becomes known exploited on the first day of a freeze of 28 days. R5 says "the next open
# window". What do you do until then?*

# %% [markdown]
# *Compare:* take away the exposure. Block the address, put a login in front, take the part off the
# internet. And agree before the freeze who may open a window in it. Among Sysdig's advice is the same:
# patch, and don't expose such addresses to the internet.
#
# ## Part 2: What expires
#
# **The server is patched. The keys that lay on it are still good.** Tools like Langflow often hold keys of
# other services. A patch doesn't take a copied key back. An expiry date does, on its day, even if nobody
# noticed the copy.
#
# A model expires too, though nobody touches it. Watch the triage model when the lab gets another device,
# which measures everything about a cell's size 15 % smaller:

# %%
data = load_breast_cancer()
X_old, X_new, y_old, y_new = train_test_split(
    data.data, data.target, test_size=0.4, stratify=data.target, random_state=0
)
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(X_old, y_old)
size = [
    i
    for i, name in enumerate(data.feature_names)
    if any(word in name for word in ("radius", "perimeter", "area"))
]
X_device = X_new.copy()
X_device[:, size] *= 0.85
for what, X in {"the old device": X_new, "the new device": X_device}.items():
    missed = (model.predict(X)[y_new == 0] == 1).sum()
    print(f"{what}: misses {missed} of {(y_new == 0).sum()} urgent cases")

# %% [markdown]
# Perhaps nobody tells you of the device. So the clinic gives each release a number of **valid days**, and
# looks again when they are over. They count from the *newest training data*, not from the day of the release:
# a model that is released late starts old.
#
# Times come as texts such as `2031-06-03T20:00:00+02:00`. Two tools from `datetime`:

# %%
here = datetime.fromisoformat("2031-06-03T20:00:00+02:00")
there = datetime.fromisoformat("2031-06-03T18:00:00Z")  # Z is +00:00
print("the same moment:", here == there, " three days later:", here + timedelta(days=3))
print(
    "offset:", here.utcoffset(), " without a zone:", datetime.fromisoformat("2031-06-03T20:00:00").utcoffset()
)

# %% [markdown]
# ### Exercise: expiring
#
# *9 minutes · core · 9 points · RV.1.1 · RV.2.2*
#
# `expiring(items, now, warn)` lists what has expired, and what will within `warn` days. With `warn = 30`
# and `now` 3 June 2031, 18:00 in Greenwich (+00:00):
#
# | item | ends | listed as |
# | --- | --- | --- |
# | key, until 3 June, 20:00 +02:00 | this very moment | `"expired"` |
# | certificate, until 3 July, 18:00 +00:00 | the last moment of the 30 days | `"soon"` |
# | certificate, until 3 July, 18:00 −05:00 | five hours later than that | not listed |
# | model, newest data from 3 January, 18:00 +00:00, 160 valid days | 12 June, 18:00 | `"soon"` |
#
# | name | what it is |
# | --- | --- |
# | `items` | list of dicts, of two forms: |
# | a key or certificate | `{"name": "signing-key", "kind": "key", "until": "2031-06-03T20:00:00+02:00"}` |
# | a model | `{"name": "triage-1.2.0", "kind": "model", "released": …, "data": […], "valid_days": 160}` |
# | `now`, `warn` | a datetime with a zone; a whole number of days |
# | returns | list of `(name, state)`, sorted by the moment of expiry, then by name |
# | raises | ValueError when one of the times in `until` or `data` has no zone |
#
# Judged:
#
# - keys and certificates, boundaries too (3);
# - models (2);
# - order (2);
# - the error (1);
# - inputs unchanged, list right (1).
#
# <details><summary>The fine print</summary> <code>data</code> has one text or more, for the batches of
# training data, in any order. A model's end is its newest moment there plus <code>valid_days</code> days of
# 24 hours; <code>released</code> isn't used. Expired and soon stand in one list. The error comes also when
# the item without a zone would not be listed.</details>


# %%
def expiring(items, now, warn):
    ### BEGIN SOLUTION
    def read(text):
        moment = datetime.fromisoformat(text)
        if moment.utcoffset() is None:
            raise ValueError(f"{text} has no zone")
        return moment

    found = []
    for item in items:
        if item["kind"] == "model":
            end = max(read(text) for text in item["data"]) + timedelta(days=item["valid_days"])
        else:
            end = read(item["until"])
        if end <= now + timedelta(days=warn):
            found.append((end, item["name"], "expired" if end <= now else "soon"))
    return [(name, state) for _, name, state in sorted(found)]
    ### END SOLUTION


# %%
check("maintenance.expiring", expiring)

# %%
# hint("maintenance.expiring")
# solution("maintenance.expiring")

# %% tags=["raises-exception"]
items = [
    {"name": "signing-key", "kind": "key", "until": "2031-06-24T00:00:00+02:00"},
    {"name": "scoring-tls", "kind": "certificate", "until": "2031-06-01T12:00:00Z"},
    {"name": "backup-key", "kind": "key", "until": "2033-01-01T00:00:00Z"},
    {
        "name": "triage-1.2.0",
        "kind": "model",
        "released": "2031-04-20T09:00:00Z",
        "data": ["2030-11-30T00:00:00Z", "2031-01-03T18:00:00Z"],
        "valid_days": 160,
    },
]
for warn in (7, 30, 700):
    print(f"{warn:3} days:", expiring(items, june, warn))

# %% [markdown]
# The release of April looks fresh. Its data are from January, so it's due in June. With 7 days you learn too
# late, with 700 the list holds everything you own, and nobody reads it twice.
#
# ## Part 3: An update, on evidence
#
# **1.3.0 asks for a login at that address. Is the server safe now?** Not by itself. Before 1.5, Langflow
# with `AUTO_LOGIN=true` logs everybody in as superuser, and true was the default. Patched is not the same as
# not exposed. And 1.6.0 to 1.6.3 didn't read `.env` files, so that an `AUTO_LOGIN=false` in one may not have
# been applied; 1.6.4 mended it. *(Source: Langflow's own [security
# page](https://github.com/langflow-ai/langflow/blob/main/SECURITY.md).)* An update can open a hole as well
# as close one. So you look at what it changes.
#
# A **lock file** lists every package with its exact version, the **hashes** of its files, and what it
# `needs`. A hash is a file's fingerprint: another file has another one. An update proposes a new lock, the
# *candidate*. The library `packaging` compares versions as pip does:

# %%
print("as text:", "1.10.0" > "1.9.0", "  as versions:", Version("1.10.0") > Version("1.9.0"))
for text in ("2.0", "2.0.post1", "2.0rc1", "2.0.dev3"):
    print(f"{text:9} pre-release: {Version(text).is_prerelease}")
affected = SpecifierSet(">=1.0,<1.3.0")  # as an advisory writes it
for text in ("1.2.0", "1.3.0", "1.2.0rc1"):
    print(f"{text:9} affected: {affected.contains(text, prereleases=True)}")

# %% [markdown]
# `prereleases=True` says that pre-releases are to be matched as well. Always write it: without it, the
# answer depends on your version of `packaging`.
#
# ### Exercise: update_faults
#
# *11 minutes · core · 10 points · PW.4.4 · PW.4.1 · AML.T0010.001 · AML.M0023*
#
# Somebody asks you to merge an update of one package. `update_faults(lock, candidate, name, advisories,
# pre)` says what is wrong with it. An empty set means: go on to the tests.
#
# | rule | a package is reported when |
# | --- | --- |
# | `"scope"` | it's new, gone, or has another version or hash, and isn't `name` or pulled in by it |
# | `"hash"` | it has no hashes, or keeps its version and has other hashes or needs |
# | `"advisory"` | an advisory for it names its version |
# | `"downgrade"` | its version is lower than in the lock |
# | `"pre"` | its version is a pre-release, and `pre` is False |
#
# **Pulled in**: start at `name` and follow `needs` to the end, once in the lock and once in the candidate.
# Whatever you meet in either is pulled in. Say `vision` 1.9.0 needs `imagery`, which needs `zlibs`. An update
# of `vision` changes this:
#
# | package | lock | candidate | faults |
# | --- | --- | --- | --- |
# | `vision` | 1.9.0 | 1.10.0 | |
# | `zlibs` | 0.8 | 0.9rc1 | `("pre", "zlibs")`, when `pre` is False |
# | `charts` | 4.0 | 4.1 | `("scope", "charts")`: nobody asked for it |
# | `imagery` | 2.4, hash `11…` | 2.4, hash `7e…` | `("hash", "imagery")`: another file, the old name |
#
# | name | what it is |
# | --- | --- |
# | `lock`, `candidate` | dict: package → `{"version": "1.9.0", "hashes": ["…"], "needs": ["imagery"]}` |
# | `name` | the package whose update was asked for; it's in both |
# | `advisories` | list of `{"id": "CLINIC-2071", "package": "vision", "affected": "<1.9.1"}` |
# | `pre` | whether pre-releases were asked for |
# | returns | a set of `(rule, package)` |
#
# Judged, each rule with faults and with their harmless neighbours:
#
# - `scope` (3), `hash` (2), `advisory` (2), `downgrade` (1), `pre` (1);
# - inputs unchanged, whole set right (1).
#
# <details><summary>The fine print</summary> All rules but <code>scope</code> hold for every package of the
# candidate, changed or not. One package may break several rules. Hashes and needs are sorted. Needs may go
# round in a circle. Every package in <code>needs</code> is in the same lock. A post-release such as 2.0.post1
# is no pre-release.</details>


# %%
def update_faults(lock, candidate, name, advisories, pre):
    ### BEGIN SOLUTION
    may = set()
    for packages in (lock, candidate):
        seen, todo = set(), [name]
        while todo:
            package = todo.pop()
            if package not in seen:
                seen.add(package)
                todo += packages[package]["needs"]
        may |= seen
    found = set()
    for package in {*lock, *candidate} - may:
        old, new = lock.get(package), candidate.get(package)
        if not old or not new or old["version"] != new["version"] or old["hashes"] != new["hashes"]:
            found.add(("scope", package))
    for package, new in candidate.items():
        version, old = Version(new["version"]), lock.get(package)
        if not new["hashes"]:
            found.add(("hash", package))
        unmoved = old and old["version"] == new["version"]
        if unmoved and (old["hashes"] != new["hashes"] or old["needs"] != new["needs"]):
            found.add(("hash", package))
        if old and version < Version(old["version"]):
            found.add(("downgrade", package))
        if version.is_prerelease and not pre:
            found.add(("pre", package))
        for advisory in advisories:
            affected = SpecifierSet(advisory["affected"])
            if advisory["package"] == package and affected.contains(version, prereleases=True):
                found.add(("advisory", package))
    return found
    ### END SOLUTION


# %%
check("maintenance.update_faults", update_faults)

# %%
# hint("maintenance.update_faults")
# solution("maintenance.update_faults")

# %% [markdown]
# Now try three ways to slip a package in: beside the update, in the `needs` of a package that doesn't
# change, and in those of the one that you update. And be an honest colleague.


# %% tags=["raises-exception"]
def entry(version, *needs):
    return {"version": version, "hashes": [f"sha256:{abs(hash((version, needs))):x}"], "needs": list(needs)}


locked = {"vision": entry("1.9.0", "imagery"), "imagery": entry("2.4"), "charts": entry("4.0")}
beside = {**locked, "vision": entry("1.10.0", "imagery"), "fast-imagery": entry("0.1")}
through = {**locked, "vision": entry("1.10.0", "imagery", "fast-imagery"), "fast-imagery": entry("0.1")}
quiet = {**beside, "imagery": {**locked["imagery"], "needs": ["fast-imagery"]}}
honest = {**locked, "vision": entry("1.10.0", "imagery"), "charts": entry("4.1")}
print("beside the update:          ", update_faults(locked, beside, "vision", [], False))
print("needed by an unchanged one: ", update_faults(locked, quiet, "vision", [], False))
print("needed by the updated one:  ", update_faults(locked, through, "vision", [], False))
print("the honest colleague:       ", update_faults(locked, honest, "vision", [], False))
print("new names, for a person:    ", through.keys() - locked.keys())

# %% [markdown]
# The third gets through: the new package hangs on the one that you update. The last line does help: new names
# in a lock are few, and a person can read them. The honest colleague pays with a second request.
#
# The other half of the evidence is a test that must pass again. Keep the answers of the release that serves,
# let the updated code read the saved model, and compare:

# %%
scaler, last = model
kept = model.predict_proba(X_new[:40])[:, 0]  # beside the release, before the update
saved = json.dumps([part.tolist() for part in (scaler.mean_, scaler.scale_, last.coef_[0], last.intercept_)])
for what, kind in {"reads 64 bits": np.float64, "reads 32 bits": np.float32}.items():
    mean, scale, weights, bias = (np.array(part, kind) for part in json.loads(saved))
    after = 1 / (1 + np.exp((X_new[:40] - mean) / scale @ weights + bias))  # by the updated code
    worst = np.abs(kept - after).max()
    print(f"the update {what}: largest change {worst:.0e}", "  same answers" if worst < 1e-9 else "  STOP")

# %% [markdown]
# The second change is harmless. `STOP` asks a person to look, no more.
#
# ## Part 4: Back to which release?
#
# **You update, and something breaks.** Say a team had taken 1.3.0, something failed, and they went back to
# 1.2.0. The service runs again, and the hole is open again. "The one before" isn't good enough.
#
# The clinic's registry says of every release whether its signature was **verified**, whether it was
# **revoked** (taken back because of a flaw), and which **schemas** it reads: here these are the
# numbered forms of a request.
#
# ### Exercise: rollback
#
# *7 minutes · core · 8 points · RV.2.2 · PS.3.1 · AML.M0014*
#
# `rollback(registry, bad, schema)` gives the version of the newest release below `bad` that is verified,
# isn't revoked, and reads `schema`. With `bad = "1.11.0"` and `schema = 3`:
#
# | version | verified | revoked | schemas | |
# | --- | --- | --- | --- | --- |
# | 1.12.0 | True | False | [3] | newer than the bad one |
# | 1.10.0 | True | True | [3] | revoked |
# | 1.9.0 | True | False | [2, 3] | **this one** |
# | 1.8.0 | True | False | [3] | older |
#
# | name | what it is |
# | --- | --- |
# | `registry` | list of dicts with these four fields, in any order |
# | `verified`, `revoked` | must be True itself, False itself; all else, or no field, doesn't serve |
# | `bad`, `schema` | a version as text, which may be missing in the registry; a number |
# | returns | the version, as it stands in the registry |
# | raises | LookupError when no release is left |
#
# Judged:
#
# - the newest below `bad` (2);
# - releases that don't fit are passed over (3);
# - the error (2);
# - registry unchanged, version right (1).
#
# <details><summary>The fine print</summary> Compare with <code>Version</code>: 1.11 equals 1.11.0, and
# 1.11.0rc1 is below both. <code>schemas</code> may have no number or several. A release that equals
# <code>bad</code> is never the answer.</details>


# %%
def rollback(registry, bad, schema):
    ### BEGIN SOLUTION
    kept = [
        release["version"]
        for release in registry
        if release.get("verified") is True
        and release.get("revoked") is False
        and schema in release["schemas"]
        and Version(release["version"]) < Version(bad)
    ]
    if not kept:
        raise LookupError(f"no release below {bad} may serve schema {schema}")
    return max(kept, key=Version)
    ### END SOLUTION


# %%
check("maintenance.rollback", rollback)

# %%
# hint("maintenance.rollback")
# solution("maintenance.rollback")

# %% tags=["raises-exception"]
registry = [
    {"version": "1.9.0", "verified": True, "revoked": False, "schemas": [2, 3]},
    {"version": "1.10.0", "verified": True, "revoked": False, "schemas": [3]},
    {"version": "1.11.0", "verified": True, "revoked": False, "schemas": [3, 4]},
]
print("schema 3:", rollback(registry, "1.11.0", 3))
registry[1]["revoked"] = True
print("schema 3, after 1.10.0 was revoked:", rollback(registry, "1.11.0", 3))
try:
    print("schema 4:", rollback(registry, "1.11.0", 4))
except LookupError as error:
    print("schema 4: nobody may serve it.", error)

# %% [markdown]
# The last line is what safety costs: nobody gets an answer. Plan for it. In the clinic, every case then
# counts as *urgent*, and a doctor looks.
#
# The core ends here. The [summary](#Summary) is at the end. Part 5 is stretch.
#
# ## Part 5 (stretch): The day it is retired
#
# **Why did that server still run an old version?** We don't know. One common reason you can prevent at home:
# everybody is done with a system, and nobody switches it off. So the clinic's model gets an end,
# with an order:
#
# - **Drain first.** Take the traffic off every route. Revoke a key earlier, and requests fail in the middle
#   of a shift.
# - **Record before you destroy.** What it was, who decided, which hashes. Afterwards nobody can look.
# - **Keep what a rule keeps**: the audit log, the evidence of the gate. Destroy what a rule destroys:
#   patients' rows, and the weights that were trained on them.
#
# ### Exercise: retire_faults
#
# *12 minutes · stretch · 9 points · PS.3.1 · RV.2.2*
#
# `retire_faults(holdings, log)` reads the log of a retirement and says what went wrong. `holdings` says of
# each thing what it is: a `"route"`, a `"key"`, a file to `"destroy"` or a file to `"keep"`. With
# `{"/score": "route", "sign": "key", "weights": "destroy", "audit": "keep"}`:
#
# | log | faults |
# | --- | --- |
# | drain `/score`, revoke `sign`, record `weights`, destroy `weights` | none |
# | revoke `sign`, drain `/score`, record `weights`, destroy `weights` | `("early", "sign")` |
# | drain `/score`, revoke `sign`, destroy `weights`, record `weights` | `("unrecorded", "weights")` |
# | record `weights`, destroy `weights` | `("serving", "/score")`, `("left", "sign")` |
# | drain `/score`, revoke `sign`, record and destroy `audit` | `("lost", "audit")`, `("left", "weights")` |
#
# | rule | a thing is reported when |
# | --- | --- |
# | `"serving"` | it's a route and was never drained |
# | `"early"` | it's a key and was revoked while a route was not yet drained |
# | `"left"` | it's a key and was never revoked, or a file to destroy and was never destroyed |
# | `"unrecorded"` | it was destroyed, and no record of it stands earlier in the log |
# | `"lost"` | it's a file to keep and was destroyed |
#
# | name | what it is |
# | --- | --- |
# | `holdings` | dict: thing → its kind |
# | `log` | list of `(action, thing)` in order of time: `"drain"`, `"revoke"`, `"record"`, `"destroy"` |
# | returns | a set of `(rule, thing)` |
#
# Judged:
#
# - `serving` (1), `early` (2), `left` (2), `unrecorded` (2), `lost` (1);
# - inputs unchanged, whole set right (1).
#
# <details><summary>The fine print</summary> There may be none of a kind, or several. Without routes no key
# is early. While one route is never drained, every revoke is early. Keys may be revoked twice; each revoke
# is looked at. A key that is destroyed isn't revoked. <code>unrecorded</code> holds for everything that is
# destroyed, keys and files to keep too. Every thing in the log is in <code>holdings</code>.</details>


# %%
def retire_faults(holdings, log):
    ### BEGIN SOLUTION
    waiting = {thing for thing, kind in holdings.items() if kind == "route"}
    recorded, done, found = set(), set(), set()
    for action, thing in log:
        if action == "drain":
            waiting.discard(thing)
        elif action == "record":
            recorded.add(thing)
        else:
            done.add((action, thing))
        if action == "revoke" and waiting and holdings[thing] == "key":
            found.add(("early", thing))
        if action == "destroy" and thing not in recorded:
            found.add(("unrecorded", thing))
        if action == "destroy" and holdings[thing] == "keep":
            found.add(("lost", thing))
    found |= {("serving", thing) for thing in waiting}
    for thing, kind in holdings.items():
        if (kind == "key" and ("revoke", thing) not in done) or (
            kind == "destroy" and ("destroy", thing) not in done
        ):
            found.add(("left", thing))
    return found
    ### END SOLUTION


# %%
check("maintenance.retire_faults", retire_faults)

# %%
# hint("maintenance.retire_faults")
# solution("maintenance.retire_faults")

# %% tags=["raises-exception"]
holdings = {
    "/score": "route",
    "/score-batch": "route",
    "signing-key": "key",
    "weights-1.2.0": "destroy",
    "training-rows": "destroy",
    "audit-log": "keep",
}
log = [
    ("drain", "/score"),
    ("revoke", "signing-key"),
    ("record", "weights-1.2.0"),
    ("destroy", "weights-1.2.0"),
    ("destroy", "training-rows"),
]
for fault in sorted(retire_faults(holdings, log)):
    print(*fault)

# %% [markdown]
# Somebody forgot the second route, and the key went while it was serving. The log can't say what it doesn't
# know of: weights in a backup, a copy on a laptop. Holdings come from an inventory, and that's where a
# forgotten server is found or missed.

# %% [markdown]
# ## Summary
#
# 1. Known exploited first, then exposure, then reach. The order counts when hours are short; a faster rhythm
#    pays once what is exploited goes first.
# 2. A freeze stops your patches and no attacker. Agree beforehand what you take off the net.
# 3. Keys, certificates and models end. A model's days count from its newest data.
# 4. Take an update on evidence: its scope, its hashes, the advisories, and the same answers again.
# 5. Go back to a release that is verified, not revoked and fits. Retire in order: drain, revoke, record,
#    destroy.
#
# **And the case?** From the entry in the catalogue to the report it was 422 days. With weekly windows, R5
# means seven at most, when the hours suffice and outside a freeze.
#
# ## Use it on Monday
#
# This runs as it is: it asks which versions your own environment has, and holds them against
# the versions that you no longer accept. A fuller checklist is [the Monday sheet](monday.md).

# %%
from importlib.metadata import distributions

REFUSED = {"packaging": "<20", "numpy": "<1.22"}  # yours: from the advisories for what you run

for found in sorted(distributions(), key=lambda found: found.name.lower()):
    refused = REFUSED.get(found.name.lower())
    if refused:
        bad = SpecifierSet(refused).contains(found.version, prereleases=True)
        print(f"{found.name} {found.version}: {'UPDATE, refused are ' + refused if bad else 'fine'}")

# %% [markdown]
# - [ ] Hold what you run against CISA's catalogue of known exploited flaws, every week. Name the person.
# - [ ] Run `pip-audit` on your lock file: it finds versions that an advisory names. It doesn't find a
#       replaced file; `pip install --require-hashes` does. Neither judges a new package that nobody has
#       reported.
# - [ ] Let Dependabot or Renovate propose updates one by one.
# - [ ] Practise a rollback, also to the case where no release is left.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# The way of the model ends here: requirements, a design, code, a signed release, a gate, a canary, years of
# maintenance, and the day it's retired. The next module protects what went through it all, the data:
# [Encryption at rest and in transit](../../m2_data/encryption/encryption.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
