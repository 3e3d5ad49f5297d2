# The lesson on deployment. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Deployment: admission, limits and canaries
#
# *70 minutes, 42 points in four exercises · a stretch of one more: about 15 minutes and 10 points on top*
#
# **On 26 March 2024** researchers at Oligo reported that strangers were running jobs on other people's AI
# clusters. The clusters ran Ray, a framework for training and serving models. Nobody had to break in:
# Ray's Jobs API, which runs code, asked nobody who they were. ATLAS adds that Ray's dashboard listens on
# all network interfaces by default, and that the attacks had gone on for at least seven months. The flaw
# has a number, CVE-2023-48022, but the maintainers dispute it. To them the missing login is a design
# decision: Ray is meant for a safe network. *(Sources: MITRE ATLAS 5.6.0, case study
# [AML.CS0023](https://atlas.mitre.org/studies/AML.CS0023), and for the day of the report the [R Street
#
#
# Institute](https://www.rstreet.org/commentary/lessons-learned-from-the-shadowray-campaign-the-first-known-attack-targeting-ai-workloads/).)*
#
# You put a model into operation at a clinic. The **triage model** looks at 30 measurements of a cell sample
# and says *urgent* (a doctor looks today) or *routine*. It runs in the **scoring service**. The lessons
# before this one left two things: a signed release with a list of its parts (a bill of materials, BOM), and
# the report of the security gate, which says what was tested and passed. Planning left a promise, **R4**: a
# release that misses 10 points more urgent cases than the old one is rolled back, before it has served
# everybody.
#
# You'll find insecure settings that nobody wrote down, limit what a client may cost you, admit a release only
# with all its evidence, and give it to a few first, until a test decides about the rest.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions.*

# %%
import math
from collections import Counter
from copy import deepcopy
from ipaddress import ip_address
from statistics import NormalDist

import numpy as np
from scipy.special import ndtr

from autograder.learner import check, hint, others, predict, progress, solution

# %% [markdown]
# ## You are the stranger
#
# Here is the scoring service, as small as it gets. It has a configuration, and defaults for what the
# configuration doesn't say. You're a stranger on another machine, and you have no key.

# %%
DEFAULTS = {
    "debug": False,
    "host": "0.0.0.0",  # the address that the service listens on
    "auth": "none",  # none: nobody is asked; optional: who has no key is anonymous; required
    "tls_min": "1.0",  # the lowest TLS version it accepts; None: it speaks plain HTTP
    "output": "probabilities",  # what a caller gets: probabilities, or only a label
    "admin_api": True,  # an API that runs jobs on the service's machine
    "rate_limit": None,  # rows per minute for one client; None or 0: no limit
}


def stranger(config, path):
    """What somebody on another machine and without a key gets."""
    settings = DEFAULTS | config
    if ip_address(settings["host"]).is_loopback:
        return "no connection"
    if settings["auth"] == "required":
        return "401: who are you?"
    if path == "/admin/jobs":
        return "your job has run. MODEL_STORE_TOKEN=st-4f2a" if settings["admin_api"] else "404"
    return {"urgent": 0.9312, "routine": 0.0688} if settings["output"] == "probabilities" else "urgent"


config = {"model": "1.1.0", "log": "audit.jsonl"}
for path in ("/score", "/admin/jobs"):
    print(f"{path:12} {stranger(config, path)}")

# %% [markdown]
# You ran a job on the clinic's machine, and it told you the token of the model store. The configuration has
# two lines, and both look harmless. Your task: add *one* setting to `config` above, so that the stranger gets
# nothing from either path. Two settings do it. Then think: can the nurse still work?

# %% [markdown]
# <details><summary>Compare</summary> <code>"auth": "required"</code> asks everybody for a key; the nurse's
# app has one. With <code>"host": "127.0.0.1"</code> the stranger is out, and so is the nurse.</details>
#
# ## Part 1: What nobody wrote down
#
# **ATLAS tells how such clusters can be found: scan public addresses for dashboards. It also says that
# static scans don't show a disputed flaw.** A review of your configuration file may show nothing either,
# when the fault is in a default. So a linter has to judge the settings that will be in force: `DEFAULTS |
# config` gives them as one dict, and what `config` says wins.
#
# `127.0.0.1` is a **loopback** address: only programs on the same machine can connect (a proxy among them
# may let strangers through).
#
# ### Exercise: lint_config
#
# *9 minutes · core · 8 points · AML.T0049 · AML.M0019 · PW.9.1 · PW.9.2*
#
# `lint_config(config)` lists the rules that a configuration breaks, in the order of this table:
#
# | rule | broken when, after the defaults |
# | --- | --- |
# | `"debug"` | `debug` is `True` |
# | `"open"` | `host` is no loopback address, and `auth` is `"none"` |
# | `"tls"` | `tls_min` is `None` or below `"1.2"` |
# | `"probabilities"` | `output` is `"probabilities"`, and `auth` isn't `"required"` |
# | `"admin"` | `admin_api` is `True`, and `auth` isn't `"required"` |
# | `"limit"` | `rate_limit` is `None` or 0 |
#
# | config | returns |
# | --- | --- |
# | `{"auth": "required", "tls_min": "1.2", "rate_limit": 600}` | `[]` |
# | the same with `"auth": "optional"` | `["probabilities", "admin"]` |
# | `{}` | `["open", "tls", "probabilities", "admin", "limit"]` |
#
# | name | what it is |
# | --- | --- |
# | `config` | dict with some, all or none of the settings in `DEFAULTS`; ignore other keys |
# | `host` in it | an IP address as text; `ip_address(text).is_loopback` knows them all |
# | `tls_min` in it | `"1.0"`, `"1.1"`, `"1.2"`, `"1.3"` or `None` |
# | returns | list of texts |
#
# `probabilities` and `admin` don't look at `host`: a proxy on the same machine may let strangers through.
#
# Judged:
#
# - each rule, on settings that break it and on their nearest neighbours that don't: `debug` (1), `open` (2),
#   `tls` (1), `probabilities` (1), `admin` (1), `limit` (1);
# - whole lists in order; `config` unchanged (1).
#
# <details><summary>The fine print</summary> A setting that is there counts, also when it is
# <code>False</code>, <code>None</code> or 0. Loopback is all of 127.0.0.0/8, and ::1, however it's
# written. So 127.8.0.3 is loopback, and 10.127.0.1 isn't. A limit of 1 is a limit.</details>


# %%
def lint_config(config):
    ### BEGIN SOLUTION
    settings = DEFAULTS | config
    known = settings["auth"] == "required"
    broken = {
        "debug": settings["debug"],
        "open": settings["auth"] == "none" and not ip_address(settings["host"]).is_loopback,
        "tls": settings["tls_min"] not in ("1.2", "1.3"),
        "probabilities": settings["output"] == "probabilities" and not known,
        "admin": settings["admin_api"] and not known,
        "limit": not settings["rate_limit"],
    }
    return [rule for rule, holds in broken.items() if holds]
    ### END SOLUTION


# %%
check("deployment.lint_config", lint_config)

# %%
# hint("deployment.lint_config")
# solution("deployment.lint_config")

# %% [markdown]
# Which of the six would a search through the file have found? Here are 1,000 configurations that state each
# setting with a chance of one half:

# %% tags=["raises-exception"]
rng = np.random.default_rng(0)
values = {
    "debug": [False, True],
    "host": ["127.0.0.1", "0.0.0.0"],
    "auth": ["none", "optional", "required"],
    "tls_min": ["1.0", "1.2", "1.3"],
    "output": ["label", "probabilities"],
    "admin_api": [False, True],
    "rate_limit": [None, 600],
}
harmless = {"debug": False, "host": "127.0.0.1", "auth": "required", "tls_min": "1.2"}
harmless |= {"output": "label", "admin_api": False, "rate_limit": 600}
in_force, in_file = Counter(), Counter()
for _ in range(1000):
    config = {key: some[rng.integers(len(some))] for key, some in values.items() if rng.random() < 0.5}
    in_force.update(lint_config(config))
    in_file.update(lint_config(harmless | config))  # what isn't stated is taken to be harmless
for rule in ("debug", "open", "tls", "probabilities", "admin", "limit"):
    print(f"{rule:14} broken in {in_force[rule]:4} of 1,000, and the file shows {in_file[rule]:4} of them")

# %% [markdown]
# `debug` has a safe default, so the file shows every case. Of the open services it shows one in
# ten, of the others between an eighth and a third. The linter costs
# honest users something: a public demo with `"auth": "optional"` may show labels, but no probabilities.
#
# ## Part 2: What a client may cost
#
# **ATLAS reports cryptocurrency miners on the open clusters.** The owners paid for the machines. Your service
# asks for a key now, but a client with a key can cost you too: by mistake, in a loop, or with a
# stolen key. A limit of *requests* doesn't help when one request may bring 1,000 rows. So we count **cost**,
# here the rows of a request.
#
# A **token bucket** is the usual way. Every client has a bucket with room for `capacity` tokens, full at
# first. (These tokens are counters, not secrets.) A request takes as many as it costs, or is refused. Tokens
# come back at `rate` a second, until the bucket is full. So a client may have a burst, and over a long time
# hardly more than the rate.
#
# ### Exercise: TokenBucket
#
# *13 minutes · core · 12 points · AML.M0004 · AML.T0034 · AML.T0029*
#
# Write the limiter. The caller says what time it is, so you can test it without waiting. With `bucket =
# TokenBucket(10, 2)`:
#
# | call, in this order | returns | tokens of the client afterwards |
# | --- | --- | --- |
# | `bucket.allow("nurse", 8, 100.0)` | `True` | 2 |
# | `bucket.allow("nurse", 3, 100.0)` | `False` | 2: a refusal takes nothing |
# | `bucket.allow("lab", 10, 100.0)` | `True` | 0: the lab has its own bucket |
# | `bucket.allow("nurse", 3, 100.5)` | `True` | 0: one came back in half a second |
# | `bucket.allow("nurse", 1, 90.0)` | `False` | 0: the clock went back, and nothing comes back |
# | `bucket.allow("nurse", 1, 100.5)` | `False` | 0: up to here, time has been counted already |
# | `bucket.allow("nurse", 11, 999.0)` | `False` | 10: full, and 11 is above the capacity |
#
# | name | what it is |
# | --- | --- |
# | `capacity`, `rate` | numbers above 0: tokens, and tokens per second |
# | `client` | text |
# | `cost` | tokens, allowed up to the last one left; raise `ValueError` unless it is above 0 (NaN isn't) |
# | `now` | seconds, any finite float |
# | returns | `True` or `False` |
#
# Judged on sequences of calls:
#
# - bursts, down to the last token (2);
# - refills, to the capacity and no further (3);
# - one bucket per client (2);
# - a clock that goes back (2);
# - a cost above the capacity (1);
# - a cost that isn't above 0 (2).
#
# <details><summary>The fine print</summary> Each client has its own time: the latest <code>now</code> of
# this client's calls, refused ones too. When <code>now</code> is earlier, count no time, and keep the
# latest. Client names are compared as they are. Two <code>TokenBucket</code>s share nothing. A call that
# raises changes nothing.</details>


# %%
class TokenBucket:
    def __init__(self, capacity, rate):
        self.capacity, self.rate = capacity, rate
        self.buckets = {}  # yours: what you must remember of each client

    def allow(self, client, cost, now):
        ### BEGIN SOLUTION
        if not cost > 0:
            raise ValueError("a cost is above 0")
        tokens, latest = self.buckets.get(client, (self.capacity, now))
        tokens = min(self.capacity, tokens + self.rate * max(0, now - latest))
        allowed = cost <= tokens
        self.buckets[client] = (tokens - cost if allowed else tokens, max(now, latest))
        return allowed
        ### END SOLUTION


# %%
check("deployment.TokenBucket", TokenBucket)

# %%
# hint("deployment.TokenBucket")
# solution("deployment.TokenBucket")

# %% [markdown]
# Now attack it. One hour of a scoring service that allows one row a second, at three capacities. The
# **nurse** sends the night's 90 samples in one request, and tries again every minute until it's taken. The
# **thief** has one stolen key and asks for a row twice a second. The other thief has found that nobody checks
# who *makes* keys, and has 20.

# %% tags=["raises-exception"]


def one_hour(capacity):
    bucket = TokenBucket(capacity, 1)
    waited = next((minute for minute in range(60) if bucket.allow("nurse", 90, 60.0 * minute)), None)
    thief = sum(bucket.allow("thief", 1, half / 2) for half in range(7200))
    many = sum(bucket.allow(f"key {half % 20}", 1, half / 2) for half in range(7200))
    return waited, thief, many


for capacity in (60, 100, 600):
    waited, thief, many = one_hour(capacity)
    nurse = "never" if waited is None else f"after {waited} minutes" if waited else "at once"
    print(
        f"capacity {capacity:3}: the nurse's 90 are taken {nurse}; "
        f"rows for one key {thief}, for 20 keys {many}"
    )

# %% [markdown]
# - With a capacity of 60 the nurse's request is *never* taken, however long she waits. So publish the
#   capacity, and let clients split their requests.
# - A thief with one key gets the rate and one burst. He asked for 7,200. With 600 the nurse gains nothing
#   over 100, and the thief 500 rows.
# - With 20 keys he gets all 7,200. A limit per client holds as long as clients cost something to make. Give
#   anonymous callers one bucket together.
#
# *In one line: your buckets are kept in memory, one per client name. What does a stranger do who may choose
# the name?*

# %% [markdown]
# <details><summary>Compare</summary> He sends a new name with each request. Every time he gets a full bucket,
# and your memory grows. Take the name from the key that you verified, and never from the request.</details>
#
# ## Part 3: Admission
#
# **On the clusters lay Hugging Face tokens.** ATLAS says that with these an attacker could replace the
# victim's models. So your service can't trust the model store just because the file is there. At the door
# stands one function. It asks for **evidence**, and each piece must speak about *this* release, by its
# **digest**: the hash of its files.
#
# This is what the pipeline says of release 1.2.0, and what the clinic asks for:

# %%
POLICY = ["signature", "bom", "scan", "gate", "approval"]
release = {
    "version": "1.2.0",
    "digest": "9c41",
    "author": "developer",
    "evidence": {
        "signature": {"digest": "9c41", "ok": True},
        "bom": {"digest": "9c41", "ok": True},
        "scan": {"digest": "9c41", "ok": "no findings"},
        "gate": {"digest": "77aa", "ok": True},
        "approval": {"digest": "9c41", "ok": True, "by": "developer"},
    },
}

# %% [markdown]
# ### Exercise: admit
#
# *10 minutes · core · 10 points · AML.M0014 · AML.T0010.003 · PS.3.1*
#
# `admit(release, policy)` says whether a release may be deployed, and which pieces of evidence are missing.
# For the release above, `admit(release, POLICY)` is `{"admitted": False, "missing": ["scan", "gate",
# "approval"]}`:
#
# | piece | counts? | why |
# | --- | --- | --- |
# | `signature`, `bom` | yes | about this digest, and `ok` is `True` |
# | `scan` | no | `ok` isn't `True`: a text isn't a yes |
# | `gate` | no | it's the report about another release |
# | `approval` | no | the author approved their own work |
#
# | name | what it is |
# | --- | --- |
# | `release` | a dict as above, from a pipeline: any key may be missing, any value may be something else |
# | `policy` | list of the pieces that are needed; there may be others than these five |
# | returns | `{"admitted": True or False, "missing": [pieces that don't count, in the policy's order]}` |
#
# A piece counts when it's a dict, its `"ok"` is `True` itself, and its `"digest"` is the release's.
# `"approval"` also needs a `"by"` that isn't the author. Digests, authors and `"by"` must be texts that
# aren't empty, and are compared as they are. A release is admitted when nothing is missing, so an empty
# policy admits everything.
#
# Judged, and nothing may raise:
#
# - all 32 combinations of evidence, and no evidence at all (2); only `True` is a yes (2);
# - evidence about another release, or about none (2);
# - approvals (2);
# - other policies, the order, the release unchanged (2).
#
# <details><summary>The fine print</summary> Without a digest of the release, no piece counts. Without an
# author, no approval counts: nobody can say that it is somebody else's. If <code>"evidence"</code> is missing
# or no dict, everything is missing. Ignore evidence that the policy doesn't ask for.</details>


# %%
def admit(release, policy):
    ### BEGIN SOLUTION
    digest, author, evidence = (release.get(key) for key in ("digest", "author", "evidence"))

    def named(value):
        return isinstance(value, str) and value != ""

    def counts(piece):
        found = evidence.get(piece) if isinstance(evidence, dict) else None
        if not isinstance(found, dict) or found.get("ok") is not True:
            return False
        if not named(digest) or found.get("digest") != digest:
            return False
        by = found.get("by")
        return piece != "approval" or (named(author) and named(by) and by != author)

    missing = [piece for piece in policy if not counts(piece)]
    return {"admitted": not missing, "missing": missing}
    ### END SOLUTION


# %%
check("deployment.admit", admit)

# %%
# hint("deployment.admit")
# solution("deployment.admit")

# %% [markdown]
# An attacker with the developer's account mends the release step by step. What does each step buy?

# %% tags=["raises-exception"]
mended = deepcopy(release)
evidence = mended["evidence"]
print("as it came:                     ", admit(mended, POLICY)["missing"])
evidence["scan"]["ok"] = True
evidence["gate"]["digest"] = "9c41"
print("rewrites the scan and the gate: ", admit(mended, POLICY)["missing"])
evidence["approval"]["by"] = "security engineer"
print("writes another name:            ", admit(mended, POLICY)["missing"])
print(f"\nhonest releases refused when each piece is forgotten in 2 of 100: {1 - 0.98**5:.3f}")

# %% [markdown]
# Whoever can write the evidence can write anything into it. So each piece is signed by the one who made it
# (the scanner, the gate, the person), and `"ok"` is what *your* verifier found, not what the file says. The
# digest too: the door hashes the files that it is about to deploy. It costs something: if each of the five
# pieces is forgotten in 2 of 100 honest releases, about one in ten lacks at least one and is refused.
# `missing` says which piece, so that's a short delay.
#
# *Good place to stop: 44 minutes so far. When you come back, run all cells above again first.*
#
# ## Part 4: A canary
#
# **At least seven months of attacks, says ATLAS.** Harm can be quiet. A release that misses urgent cases
# doesn't crash either. It passes the gate, it's signed, and the gate's data were last year's.
#
# So a new release gets a small share of the traffic first: the **canary**. The rest, the **control**, stays
# with the old one. Later the truth about each case is known, from a doctor or the lab. Then you compare: of
# the urgent cases, how many did each one miss?

# %%
predict("deployment.shares")

# %% [markdown]
# In the picture, the old release misses 10 of 100 urgent cases, and the service answers 50 urgent cases an
# hour. The decision is made when 300 urgent cases of the canary have their truth. Your task: the release
# misses 10 more of 100, and truth takes 24 hours. Find a share with fewer than 45 more missed cases *and* a
# decision within 4 days. Then set the delay to 48 hours, and see whether there's still one.

# %%
from course.m1_lifecycle.deployment.canary_timeline import canary_timeline, twin

canary_timeline()

# %% [markdown]
# The same as pictures and tables:

# %%
twin()

# %%
for delay in (24, 48):
    for share in (0.08, 0.09, 0.12, 0.13):
        hours = 300 / (50 * share) + delay
        missed = 50 * share * hours * 10 / 100
        print(
            f"delay {delay}, share {share:.0%}: decided after {hours / 24:.1f} days, {missed:.0f} more missed"
        )

# %% [markdown]
# *Compare:* with 24 hours, 9 to 12 % will do. With 48 hours nothing will. While you wait for the truth, the
# canary goes on, and a larger one misses more. So before you tune the share, get the truth sooner: a doctor
# reads the canary's routine cases the same day. (In the last table a
# larger canary finds less, because its control is smaller.)
#
# Now the decision. A canary missed 36 of 300, the control 250 of 2,700. That's 12 % against 9.3 %. Is the
# release worse, or was it bad luck? The **two-proportion test** says how often luck alone does this. With `a`
# missed of `n` in the control and `b` missed of `m` in the canary:

# %%
a, n, b, m = 250, 2700, 36, 300
pooled = (a + b) / (n + m)  # the share missed, if there is no difference
spread = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))  # how far luck moves the difference
z = (b / m - a / n) / spread
p = 1 - NormalDist().cdf(z)
print(f"difference {b / m - a / n:.3f}, z = {z:.2f}, p = {p:.3f}")

# %% [markdown]
# With no difference between the releases, luck makes a canary look as bad as this, or worse, in 6 of 100
# comparisons. You set a limit before you look, `alpha`: if `p` is below it, you no longer believe in luck.
# The test is one-sided: nobody rolls back a better release.
#
# The test alone isn't enough. With few cases it hardly ever says anything, and that is no proof of safety.
# And R4 draws a line whatever the test says. That is the **guard**, and it comes first.
#
# ### Exercise: canary_decision
#
# *12 minutes · core · 12 points · AML.M0008 · AML.T0031 · RV.2.2*
#
# `canary_decision(control, canary, alpha, min_n)` answers with the first of these that holds:
#
# | | answer | when |
# | --- | --- | --- |
# | 1 | `"rollback"` | the guard: `b / max(m, min_n)` is at least 0.10 above `a / n` |
# | 2 | `"hold"` | the canary has fewer than `min_n` cases |
# | 3 | `"rollback"` | the test: `p` is below `alpha`. If `spread` is 0, there's no test |
# | 4 | `"promote"` | none of these |
#
# Why `max(m, min_n)`? Say 60 of 200 were missed, and `min_n` is 300. Even if the canary misses none of the
# next 100, it's 60 of 300, and so 20 %. If the control stays at 9 %, the next 100 can't bring the canary back
# under the line, and nobody has to wait. It's a slow guard: with these numbers, a release that misses *every*
# case is stopped only after 57 of them. An early stop for plain breakage is a rule of its own.
#
# | `control` | `canary` | with `alpha` .02 and `min_n` 300 | why |
# | --- | --- | --- | --- |
# | `(243, 2700)` | `(60, 200)` | `"rollback"` | the guard: 60 / 300 against .09 |
# | `(243, 2700)` | `(40, 200)` | `"hold"` | 40 / 300 isn't over the line yet |
# | `(250, 2700)` | `(36, 300)` | `"promote"` | p = .063 |
# | `(250, 2700)` | `(42, 300)` | `"rollback"` | p = .004 |
#
# | name | what it is |
# | --- | --- |
# | `control`, `canary` | `(missed, cases)`: whole numbers; the control has a case or more |
# | `alpha`, `min_n` | float between 0 and 1, whole number above 0 |
# | returns | `"promote"`, `"hold"` or `"rollback"` |
#
# Judged:
#
# - the test, on the last count that's promoted and the first that's rolled back (4); the guard (3); hold (2);
# - 400 runs of good and 400 of bad releases, canary 300, control 2,700, `alpha` .02: at most .06 of the good
#   are rolled back, at most .05 of the bad aren't (3).
#
# <details><summary>The fine print</summary> The spread is 0 when no case was missed, or every case. Floats
# miss the line itself by a hair: <code>12 / 100 - 20 / 1000 &gt;= 0.10</code> is <code>False</code>. So the
# check uses a difference of exactly 0.10 only where the control missed none: 30 of 300 is rolled back. The
# old releases of the runs miss 2, 5, 10 or 20 of 100, the bad ones 10 more. The runs count only if the
# exact cases of the test are right.</details>


# %%
def canary_decision(control, canary, alpha, min_n):
    ### BEGIN SOLUTION
    (a, n), (b, m) = control, canary
    if b / max(m, min_n) - a / n >= 0.10:
        return "rollback"
    if m < min_n:
        return "hold"
    pooled = (a + b) / (n + m)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    if spread > 0 and 1 - NormalDist().cdf((b / m - a / n) / spread) < alpha:
        return "rollback"
    return "promote"
    ### END SOLUTION


# %%
check("deployment.canary_decision", canary_decision)

# %%
# hint("deployment.canary_decision")
# solution("deployment.canary_decision")

# %% [markdown]
# What does it cost, and what can't it see? 2,000 runs each, with an old release that misses 10 of 100:

# %% tags=["raises-exception"]
rng = np.random.default_rng(4)
print("more missed of 100      0     2     5    10   (share rolled back)")
for alpha in (0.05, 0.02, 0.005):
    row = []
    for points in (0, 2, 5, 10):
        control = rng.binomial(2700, 0.10, 2000)
        canary = rng.binomial(300, 0.10 + points / 100, 2000)
        answers = [
            canary_decision((int(a), 2700), (int(b), 300), alpha, 300)
            for a, b in zip(control, canary, strict=True)
        ]
        row.append(answers.count("rollback") / 2000)
    print(f"alpha {alpha:<16}", "  ".join(f"{share:.2f}" for share in row))
over = rng.binomial(30, 0.10, 100_000) / 30 - 0.10 >= 0.10
print(f"min_n 30 instead of 300: the guard alone rolls back {over.mean():.2f} of the good releases")

# %% [markdown]
# With `alpha` .02, about two of 100 good releases are rolled back for nothing. That's the cost, and
# developers notice it. What R4 forbids is found nearly always. A small `min_n` would cost more: with 30
# cases the guard alone rolls back 7 of 100 good releases. A release that misses 2 more of 100 gets through
# most of the time: 300 cases can't show that. An attacker who adapts stays below the line, or harms only a
# few kinds of patients. No single number finds that: watch the groups that matter one by one, and go on
# watching after the canary.
#
# Nobody waits for the end, though. People look at the dashboard every morning.

# %%
predict("deployment.peeking")


# %%
def p_values(a, n, b, m):
    """The test's p for whole arrays at once; 1 where nothing was missed."""
    pooled = (a + b) / (n + m)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return np.where(spread > 0, ndtr(-(b / m - a / n) / np.where(spread > 0, spread, 1)), 1.0)


LOOKS = np.arange(1, 9)
hit = []
for seed in range(20):
    rng = np.random.default_rng(seed)
    a = rng.binomial(450, 0.10, (200, 8)).cumsum(axis=1)  # 200 runs, and what was missed at each look
    b = rng.binomial(50, 0.10, (200, 8)).cumsum(axis=1)
    p = p_values(a, 450 * LOOKS, b, 50 * LOOKS)
    hit.append((p < 0.05).any(axis=1).mean())
print(f"eight looks, good releases rolled back: {min(hit):.2f} to {max(hit):.2f}, mean {np.mean(hit):.2f}")

# %% [markdown]
# This is why your function says `"hold"` until `min_n`, and then decides once. The guard may look at any
# time: it divides by `min_n`, so early bad luck alone isn't enough.
#
# ## What became of the story
#
# **Ray 2.52.0 brought a login with a token**, off by default, says its documentation. A later banner on the
# same site says that 2.59 turns it on "for local clusters", and 2.61 for all. A default is a decision for
# everybody who doesn't make one. *(Sources: [token
# authentication](https://docs.ray.io/en/latest/ray-security/token-auth.html), and the banner, for example
# on [this page](https://docs.ray.io/en/latest/core/api/state.html).)*
#
# ## Part 5 (stretch): Looking more than once
#
# A release that is 9 points worse stays below the guard's line, and you don't want to serve all 300 cases
# with it. So you look early, and every look needs a smaller `alpha`. How much smaller? You can simulate it.
#
# ### Exercise: alpha_for_looks
#
# *12 minutes · stretch · 10 points · AML.M0008 · PO.4.1*
#
# `alpha_for_looks(looks, canary, control, rate, budget, runs, rng)` gives the `alpha` for one look, so that
# of good releases about `budget` are rolled back over *all* looks. The idea: simulate `runs` good releases. A
# run is rolled back when its *smallest* p is below `alpha`. So note the smallest p of every run; the `alpha`
# that hits 5 of 100 runs is the 5 % quantile of these numbers: `np.quantile(smallest, 0.05)`.
#
# With two looks and four runs, for a budget of one half:
#
# | run | p at look 1 | p at look 2 | smallest |
# | --- | --- | --- | --- |
# | 0 | .40 | .03 | .03 |
# | 1 | .20 | .30 | .20 |
# | 2 | .90 | .70 | .70 |
# | 3 | .01 | .50 | .01 |
#
# The `alpha` is `np.quantile([.03, .20, .70, .01], 0.5)`, and so .115: it hits runs 0 and 3.
#
# | name | what it is |
# | --- | --- |
# | `looks` | how often you look, at least 1 |
# | `canary`, `control` | new cases of each between two looks |
# | `rate` | the share that a good release misses, the same in both |
# | `budget` | the share of good releases that may be rolled back |
# | `runs`, `rng` | how many to simulate; a `numpy.random.Generator` |
# | returns | float: the `alpha` for each look |
#
# A look sees all cases so far: `cumsum`, as in the cell above. `p_values` works on the whole array.
#
# Judged on fresh runs (the share of good releases that is rolled back, mean of 5 draws):
#
# - eight looks, budget .05: from .0375 to .0625; budget .5: from .45 to .55 (4);
# - 20 to 40 looks at 10 and 190 cases, `rate` .03, budget .05: as above (2);
# - one look, budget .05: as above (2);
# - only `rng` decides, and `runs` counts (2).
#
# <details><summary>The fine print</summary> The same generator gives the same <code>alpha</code>, and another
# one another. With one look and one run, <code>alpha</code> is the p of that run. You get the points for one
# look and for <code>rng</code> only if the budget is kept over eight looks.</details>


# %%
def alpha_for_looks(looks, canary, control, rate, budget, runs, rng):
    ### BEGIN SOLUTION
    look = np.arange(1, looks + 1)
    a = rng.binomial(control, rate, (runs, looks)).cumsum(axis=1)
    b = rng.binomial(canary, rate, (runs, looks)).cumsum(axis=1)
    smallest = p_values(a, control * look, b, canary * look).min(axis=1)
    return float(np.quantile(smallest, budget))
    ### END SOLUTION


# %%
check("deployment.alpha_for_looks", alpha_for_looks)

# %%
# hint("deployment.alpha_for_looks")
# solution("deployment.alpha_for_looks")

# %% [markdown]
# And the price, for a release that misses 5 more of 100:

# %% tags=["raises-exception"]
rng = np.random.default_rng(1)
for looks in (1, 8, 30):
    each = 480 // looks
    alpha = alpha_for_looks(looks, each, 9 * each, 0.10, 0.05, 20_000, rng)
    look = np.arange(1, looks + 1)
    a = rng.binomial(9 * each, 0.10, (20_000, looks)).cumsum(axis=1)
    b = rng.binomial(each, 0.15, (20_000, looks)).cumsum(axis=1)
    hit = p_values(a, 9 * each * look, b, each * look) < alpha
    cases = np.where(hit.any(axis=1), (hit.argmax(axis=1) + 1) * each, 480).mean()
    print(
        f"{looks:2} looks: alpha {alpha:.4f}, found {hit.any(axis=1).mean():.2f}, "
        f"after {cases:.0f} cases on average"
    )

# %% [markdown]
# With eight looks about twice as many of these releases get through, but the decision comes after about
# half the cases (a run that finds nothing counts 480). Thirty looks find fewer still, and hardly sooner. So
# plan a few looks before you look; more aren't better.
#
# ## Summary
#
# 1. Judge the settings that will be in force. A default that nobody wrote down is a setting too.
# 2. Limit cost, not requests, per client that you have verified. Publish the capacity.
# 3. Evidence counts when it's a plain yes, about this release, from somebody other than the author.
# 4. When truth is late, a larger canary does more harm: get the truth sooner. A test decides once.
# 5. A guard acts without a test, and "not significant" doesn't mean safe.
#
# ## Use it on Monday
#
# Put this into your deployment job. A fuller list, with code for the decision, is [the Monday
# sheet](monday.md).

# %%
reported = {"host": "0.0.0.0", "auth": "required", "tls_min": "1.2"}  # yours: from the running service
reported |= {"debug": False, "rate_limit": None}
must = {
    "nobody from outside without a key": lambda s: (
        s["auth"] == "required" or ip_address(s["host"]).is_loopback
    ),
    "TLS 1.2 or newer": lambda s: s["tls_min"] in ("1.2", "1.3"),
    "debug is off": lambda s: s["debug"] is False,
    "a limit for each client": lambda s: (s["rate_limit"] or 0) > 0,
}
failed = []
for rule, holds in must.items():
    try:
        if not holds(reported):
            failed.append(rule)
    except (KeyError, ValueError) as error:  # a setting that nobody can see isn't safe
        failed.append(f"{rule}: {error!r}")
print("may be deployed" if not failed else f"stop: {failed}")  # yours: sys.exit(bool(failed))

# %% [markdown]
# - [ ] Print the settings in force of one service, defaults included, and compare them with its file.
# - [ ] From outside your network, ask each open port for something without a key.
# - [ ] Try to deploy a release without its gate's report, and one that its author approved.
# - [ ] Write down, before the next release: the harm, the line, `alpha`, `min_n`, and who presses the button.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# The release serves everybody now, and you know which one to go back to. From here on flaws are
# found in its parts, and keys and models grow old. The next lesson: [Maintenance:
# patch, expire, roll back, retire](../maintenance/maintenance.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
