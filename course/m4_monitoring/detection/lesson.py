# The lesson on detection. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Drift, anomalies and alerts
#
# *65 minutes, 39 points in four exercises · a second sitting of about 42 minutes, `dilute` and `Detector`, 26
# points more*
#
# **In February 2026** the maker of a language model reported that other laboratories had copied what it can
# do through its own paid interface: about 16 million queries from about 24,000 accounts, whose answers
# became training data. *(Source: MITRE ATLAS 5.6.0, case study AML.CS0056, dated 23 February 2026.)*
#
# Nobody broke in: that is about 670 queries an account, and any one of them could have been a customer's.
# No single request gives such a thing away: somebody has to watch the stream. And whoever watches a stream
# learns something else first: it changes all the time, mostly for honest reasons.
#
# After this lesson you can
#
# - measure drift, inputs that move away from the history, with PSI, and tell it from a season and from a
#   small sample;
# - say what an alarm is worth: precision, recall, alerts a day, time to detect;
# - score clients by what they ask, and set a threshold that your team can live with;
# - say how an attack is diluted until such a score misses it; and, after the second sitting, build a
#   detector with a memory that does not.

# %% [markdown]
# ## How to work
#
# Run the cells from the top. Where a question appears, guess first: a wrong guess is what makes the answer
# stick. Write your code where it says `raise NotImplementedError()`, then run the check below it, as often
# as you like. `hint("detection.psi")` gives one more hint each time, and `solution("detection.psi")` opens
# after a pass or three honest tries.
#
# In grading the same checks run with other random draws. Nothing else differs.
#
# The codes beside an exercise's points say where it stands in the standards: `AML.…` in MITRE ATLAS (T a
# technique of attackers, M a mitigation), `ML05` in the OWASP Machine Learning Security Top Ten, `PO.…` and
# `RV.…` in NIST's Secure Software Development Framework.

# %%
import math
from collections import defaultdict, deque

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

from autograder.learner import check, hint, predict, progress, solution
from course.m4_monitoring.detection.traffic import COLUMNS, Drift, Probing, Stream, World, probes

# %% [markdown]
# ## The service
#
# A service scores payments for fraud. 30 shops send it payments, about 40 an hour in all, each with six
# numbers. By day they are mostly groceries, in the evening travel, at night downloads. The traffic is made
# up, so that we know what was planted in it and when: a `World` is one service, and its `stream` can hold a
# `Drift` (a column moves) or a `Probing` (clients send made-up queries). `help(Drift)` says how.
#
# A stream has three arrays: `hours` (n,), `clients` (n,) and `X` (n, 6). You get two weeks of history, in
# which nothing is wrong. Then the stream is live.

# %%
world = World(np.random.default_rng(4))
history = world.stream(np.random.default_rng(1), days=14)
NOW = 14 * 24  # the live stream begins at this hour

print(
    f"{len(history.X):,} payments in 14 days; from a shop, {min(world.events_a_day):.0f} to "
    f"{max(world.events_a_day):.0f} a day"
)
pd.DataFrame(history.X[:3], columns=COLUMNS, index=[f"shop {shop}" for shop in history.clients[:3]]).round(2)

# %% [markdown]
# ## Part 1: Different, or just another hour?
#
# A model is only as good as its inputs are like those it was trained on. The **population stability index**
# (PSI) puts a number on *like*. Cut what you expect into bins that hold equal shares, and look what share
# of the new values falls into each: equal shares give 0. A rule of thumb, widely quoted, calls 0.1 to 0.25 a
# minor change and more a major one, whatever the number of values. *(What chance alone gives is derived in
# B. Yurdakul, "Statistical Properties of Population Stability Index", 2018,
# scholarworks.wmich.edu/dissertations/3208.)*

# %%
predict("detection.small_sample")

# %% [markdown]
# ### Exercise: psi
#
# *11 minutes · core · 10 points · AML.M0008 · AML.T0031*
#
# `psi(expected, observed, bins=10)` compares two samples of one column. With `p` and `q`, the shares of
# `expected` and of `observed` in each bin, it is Σ (q − p) · ln(q / p) over the bins.
#
# | name | what it is |
# | --- | --- |
# | `expected`, `observed` | floats, shapes (n,) and (m,): the history, and what is new |
# | `bins` | at least 2: how many bins to cut the history into |
# | returns | float, the sum above |
# | raises | `ValueError` when a sample is empty or holds a value that is not finite |
#
# - **Edges** are `np.quantile(expected, ...)` at 1/bins, 2/bins, … (bins − 1)/bins. The first and the last
#   bin are open: every value falls into a bin.
# - A value that equals an edge belongs to the bin above it. `shares`, below, does this and the counting.
# - A share under 0.0001 counts as 0.0001.
#
# Judged on drawn samples with 5, 10 and 20 bins, each value to 6 digits: ordinary ones (4), values beyond
# the history's range (2), bins in which nothing new falls (2), columns of few different values (1), the
# `ValueError` (1).


# %%
def shares(values, edges):
    """The share of `values` in each of the len(edges) + 1 bins that sorted `edges` make."""
    bins = np.searchsorted(edges, values, side="right")
    return np.bincount(bins, minlength=len(edges) + 1) / len(values)


def psi(expected, observed, bins=10):
    ### BEGIN SOLUTION
    for sample in (expected, observed):
        if len(sample) == 0 or not np.isfinite(sample).all():
            raise ValueError("psi needs finite values in both samples")
    edges = np.quantile(expected, np.arange(1, bins) / bins)
    p = np.maximum(shares(expected, edges), 1e-4)
    q = np.maximum(shares(observed, edges), 1e-4)
    return float(((q - p) * np.log(q / p)).sum())
    ### END SOLUTION


# %%
check("detection.psi", psi)

# %%
# hint("detection.psi")

# %% [markdown]
# First the noise. Both samples come from one and the same distribution, 200 times over.


# %% tags=["raises-exception"]
def noise(size):
    """The mean PSI, ten bins, of `size` values against 2,000 from the same distribution."""
    rng = np.random.default_rng(size)
    return np.mean([psi(rng.normal(size=2000), rng.normal(size=size)) for _ in range(200)])


small = pd.Series({size: noise(size) for size in (40, 200, 1000)}, name="mean PSI, nothing changed")
small.rename_axis("values in the window").round(3)

# %% [markdown]
# 40 values, our average hour, give a PSI of 0.34 though nothing changed: a *major* change by the rule of
# thumb. 1,000 values give 0.01. Where no bin is empty the noise is about (bins − 1) · (1/n + 1/m) on
# average; an empty bin adds more. So a threshold is meaningless without the size of the window.
#
# Then the season: the first column of two quiet days, against the whole history and against the same
# hours of it.

# %% tags=["raises-exception"]
quiet = world.stream(np.random.default_rng(2), days=2, first_hour=NOW)
spans = {
    "night, 0 to 8": (0, 8),
    "day, 8 to 16": (8, 16),
    "evening, 16 to 24": (16, 24),
    "the whole day": (0, 24),
}


def within(stream, span):
    """The first column of the events whose hour of the day lies in `span`."""
    of_day = stream.hours % 24
    return stream.X[(of_day >= span[0]) & (of_day < span[1]), 0]


season = pd.DataFrame(
    {
        "against all hours": [psi(history.X[:, 0], within(quiet, span)) for span in spans.values()],
        "against the same hours": [
            psi(within(history, span), within(quiet, span)) for span in spans.values()
        ],
    },
    index=list(spans),
)
season.round(2)

# %% [markdown]
# Nothing is wrong here, and the night "drifts" with a PSI of 0.57. Two cures: compare like with like, the
# same hours; or take a window as long as the season, a whole day. The second has a price, which you can
# look at now.

# %%
predict("detection.workbench")

# %% [markdown]
# The workbench: an alarm on the PSI of six columns, 20 streams of ten days. On each stream one column is
# 0.6 standard deviations off for two days. Start with a window of 1 hour, and make the alarm usable.

# %%
from course.m4_monitoring.detection.alert_workbench import alert_workbench, twin

alert_workbench()

# %% [markdown]
# The same as pictures and tables:

# %%
twin()

# %% [markdown]
# At 0.1, a window of one hour raises 4.8 alerts a day, fewer than 1 in 100 of them right, and its recall is
# 0.10: an alarm that is nearly always on says nothing by going on. A whole day finds every drift, without a
# false alert, after 11 hours. At 0.24 twelve hours against the same hours of history raise no false alert
# and take 8.5; at 0.1 they take 5, and three alerts in ten are false.
#
# *In one line: which would you choose for a feed that breaks twice a year, and which if an hour costs
# 10,000 euros?*

# %% [markdown]
# Compare: twelve hours at 0.24 suit the first feed. At 0.1 its two right alerts of the year would stand among
# 16 false ones. But where an hour costs 10,000 euros, 0.1 gains 3.5 hours, worth 35,000, with every break:
# that pays somebody to read 16 false alerts.

# %% [markdown]
# ## Part 2: What is an alarm worth?
#
# Four numbers, and each can be made to look good alone. Define them before you tune anything.

# %% [markdown]
# ### Exercise: scorecard
#
# *11 minutes · core · 11 points · AML.M0024 · PO.4.1*
#
# `scorecard(alerts, incidents, days)` compares a detector's alerts with what really happened.
#
# | name | what it is |
# | --- | --- |
# | `alerts` | list of `(hour, kind, number)` such as `(412, "drift", 3)`, in time order |
# | `incidents` | list of `(kind, number, start, end)`: first and last hour, both included |
# | `days` | length of the stream, a number above 0 |
# | returns | a dict with the four keys below |
#
# An alert is **right** when it lies within an incident of its kind and number: `right_hours`, below, lists
# the hours of these alerts for one incident. Incidents of the same kind and number do not overlap.
#
# | key | value |
# | --- | --- |
# | `precision` | share of the alerts that are right, repeats included; `None` without alerts |
# | `recall` | share of the incidents with at least one right alert; `None` without incidents |
# | `alerts_a_day` | all alerts, divided by `days` |
# | `hours_to_detect` | median over **all** incidents: hours from start to first right alert, or `math.inf` |
#
# A missed incident counts as `math.inf`, and without incidents the median is `None`. The infinity is the
# point: a detector that finds one incident of ten at once is not fast.
#
# Judged on five drawn logs: precision (3), recall (2), alerts a day (1), hours to detect (3); then logs
# without alerts, without incidents, and with more than half of the incidents missed (2).


# %%
def hours_about(alerts, incident):
    """The hours of the alerts about this incident, in order."""
    kind, number, start, end = incident
    return [hour for hour, k, n in alerts if (k, n) == (kind, number) and start <= hour <= end]


def scorecard(alerts, incidents, days):
    ### BEGIN SOLUTION
    delays = []
    for incident in incidents:
        hours = hours_about(alerts, incident)
        delays.append(hours[0] - incident[2] if hours else math.inf)
    found = sum(map(math.isfinite, delays))
    return {
        "precision": found / len(alerts) if alerts else None,
        "recall": found / len(incidents) if incidents else None,
        "alerts_a_day": len(alerts) / days,
        "hours_to_detect": float(np.median(delays)) if incidents else None,
    }
    ### END SOLUTION


# %%
check("detection.scorecard", scorecard)

# %%
# hint("detection.scorecard")

# %% [markdown]
# Three alarms on the same two incidents:

# %% tags=["raises-exception"]
happened = [("drift", 2, 100, 148), ("client", 7, 60, 240)]
logs = {
    "silent": [],
    "shouts": [(hour, "client", shop) for hour in range(0, 240, 24) for shop in range(30)],
    "careful": [(66, "client", 7), (109, "drift", 2), (180, "client", 4)],
}
cards = pd.DataFrame({name: scorecard(log, happened, days=10) for name, log in logs.items()}).T
cards.astype(float).round(2)

# %% [markdown]
# The one that shouts names every shop every day: it finds the client, as it must, and 7 of its 300 alerts
# are right. Nobody reads 30 a day. Recall without the cost of an alert is worth nothing, and an attacker
# knows it: ATLAS files the flood of false alerts, made on purpose, as AML.T0046.

# %% [markdown]
# ## Part 3: Who is asking?
#
# Someone who copies a model needs answers from everywhere in its input space, and seldom knows what honest
# inputs look like. Made-up queries fit each column's range and break the relations between the columns. So
# ask of every query: how far is it from anything ever seen?

# %% [markdown]
# ### Exercise: suspicion
#
# *12 minutes · core · 12 points · AML.T0024.002 · AML.M0015 · ML05*
#
# `suspicion(history, clients, X)` gives each client a score: the higher, the less its queries look like
# honest traffic.
#
# | name | what it is |
# | --- | --- |
# | `history` | floats (n, 6): honest queries of the past |
# | `clients` | integers (m,): who sent each query |
# | `X` | floats (m, 6): the queries of these clients; each client has at least one |
# | returns | dict: client → one float, for every client in `clients` |
#
# Any method will do: the distance to the nearest query of the history, for which `KDTree(a).query(b)[0]`
# gives each row of `b` its distance to the nearest row of `a`, or one of your own. An untuned isolation
# forest misses the last part. But
#
# - a client's score depends on the history and on its own queries only, not on who else is there, and is
#   the same in every call;
# - columns come in units of their own, and one may be a thousand times wider than the rest.
#
# The score is for ranking. It is judged by AUC: the chance that a client who probes ranks above one who
# does not (1 is perfect, 0.5 is a coin). Twelve services, about 3,800 honest queries as history, the queries
# of two days: 6 clients who probe, and 30 honest ones, which send anything from one query to hundreds.
#
# Judged: a score for each client (2) that depends on its own queries only (2); mean AUC at least 0.99 when
# all queries of the probing clients are probes (3); at least 0.955 when only 10% are (5).


# %%
def suspicion(history, clients, X):
    ### BEGIN SOLUTION
    centre, spread = history.mean(axis=0), history.std(axis=0)
    nearest, _ = KDTree((history - centre) / spread).query((X - centre) / spread)
    return {int(client): float(nearest[clients == client].mean()) for client in np.unique(clients)}
    ### END SOLUTION


# %%
check("detection.suspicion", suspicion)

# %%
# hint("detection.suspicion")

# %% [markdown]
# From here on we compare with the first week of the history and keep the second for a threshold. The numbers
# in the text are those of a score by nearest distances; another right score gives others. A day like
# any other, but from noon on one in five queries of shop 3 is a probe:

# %% tags=["raises-exception"]
week = history.hours < 7 * 24
past = history.X[week]
day = world.stream(np.random.default_rng(5), days=1, first_hour=NOW, probing=Probing((3,), NOW + 12))
scores = pd.Series(suspicion(past, day.clients, day.X))
queries = pd.Series(day.clients).value_counts()
pd.DataFrame({"suspicion": scores.round(3), "queries": queries}).sort_values(
    "suspicion", ascending=False
).head(5)

# %% [markdown]
# One service, two days, 6 of its 30 shops with 15% probes. Four ways to score them:


# %% tags=["raises-exception"]
def auc(scores):
    """The chance that a probing shop, number 0 to 5, ranks above an honest one."""
    return roc_auc_score([shop < 6 for shop in scores], list(scores.values()))


def by_forest(history, clients, X):
    """As `suspicion`, with scikit-learn's isolation forest as it comes."""
    odd = -IsolationForest(random_state=0).fit(history).score_samples(X)
    return {client: odd[clients == client].mean() for client in np.unique(clients)}


def by_busyness(history, clients, X):
    return {client: (clients == client).sum() for client in np.unique(clients)}


def by_oddest(history, clients, X):
    """The suspicion of each client's oddest query alone."""
    return {
        client: max(suspicion(history, np.arange(len(rows)), rows).values())
        for client in np.unique(clients)
        for rows in [X[clients == client]]
    }


half_hidden = world.stream(
    np.random.default_rng(9), days=2, first_hour=NOW, probing=Probing(tuple(range(6)), NOW, 0.15)
)
ways = {
    "your suspicion": suspicion,
    "isolation forest": by_forest,
    "the oddest query": by_oddest,
    "number of queries": by_busyness,
}
aucs = pd.Series(
    {name: auc(way(past, half_hidden.clients, half_hidden.X)) for name, way in ways.items()}, name="AUC"
)
aucs.round(2)

# %% [markdown]
# An isolation forest cuts one column at a time and is slow to see that columns go together. The oddest
# query of a client says less, since honest shops send odd ones too: one payment in 50. And an account that
# copies a model need not be busy.
#
# A ranking always has a first. Is the first one an attacker or the oddest honest shop? That takes a
# threshold, and a threshold takes a budget: how many alerts a day will somebody really look at?

# %%
predict("detection.base_rate")

# %% [markdown]
# ### Exercise: alert_threshold
#
# *8 minutes · core · 6 points · AML.M0024 · PO.4.1*
#
# `alert_threshold(scores, days, budget)` finds the threshold that quiet traffic would have kept to.
#
# | name | what it is |
# | --- | --- |
# | `scores` | floats (n,): every score given on quiet traffic, at least one; equal ones occur |
# | `days` | how many days that traffic is, above 0; else `ValueError` |
# | `budget` | alerts a day, 0 or more; else `ValueError` |
# | returns | float: the smallest of `scores` such that at most `budget * days` of them are **greater** |
#
# An alert is a score greater than the threshold. With a budget of 0 nothing in `scores` may raise one; when
# all of them may, the lowest is the threshold. It is always one of the scores: nothing is interpolated.
#
# Judged: drawn scores and budgets (3), scores with ties (1), a budget of 0 and one larger than needed (1),
# the errors (1).


# %%
def alert_threshold(scores, days, budget):
    ### BEGIN SOLUTION
    if days <= 0 or budget < 0:
        raise ValueError(f"no threshold for {budget} alerts a day over {days} days")
    highest_first = np.sort(scores)[::-1]
    return float(highest_first[min(int(budget * days), len(scores) - 1)])
    ### END SOLUTION


# %%
check("detection.alert_threshold", alert_threshold)

# %%
# hint("detection.alert_threshold")

# %% [markdown]
# Score every shop once a day over the second week of history, against the first:


# %% tags=["raises-exception"]
def daily_scores(first, stream):
    """The suspicion of every shop on every day of `stream`: one dict per day."""
    days = stream.hours // 24
    return [suspicion(first, stream.clients[days == d], stream.X[days == d]) for d in np.unique(days)]


second = Stream(history.hours[~week], history.clients[~week], history.X[~week])
quiet_scores = [score for scores in daily_scores(past, second) for score in scores.values()]
thresholds = {budget: alert_threshold(quiet_scores, 7, budget) for budget in (3, 1, 1 / 7)}
on_the_day = suspicion(past, day.clients, day.X)
pd.DataFrame(
    {
        "threshold": thresholds,
        "share of honest scores above": {
            b: np.mean(np.array(quiet_scores) > x) for b, x in thresholds.items()
        },
        "shops named on the day": {
            b: [s for s, v in on_the_day.items() if v > x] for b, x in thresholds.items()
        },
    }
).rename_axis("alerts a day").round(3)

# %% [markdown]
# One alert a week is a false-alarm rate of half a percent: 1% sounds strict, and is two alerts a week.

# %% [markdown]
# ## Part 4: The attacker does the sums too
#
# The score of an account is a mean: how far its queries of the day are from honest ones, on average. A mean
# can be diluted. Say the attacker has honest payments to send as well, and hides 30 probes among them. The
# limit is your threshold of one alert a week:


# %% tags=["raises-exception"]
rng = np.random.default_rng(8)
wanted, own = probes(rng, 30), world.stream(rng, days=1, first_hour=NOW).X
limit = thresholds[1 / 7]


def account_score(queries):
    """The suspicion of one account that sends all of these."""
    return suspicion(past, np.zeros(len(queries), int), queries)[0]


diluted = pd.Series(
    {each: account_score(np.concatenate([wanted, own[: 30 * each]])) for each in (0, 1, 2, 4, 8, 12)},
    name=f"score; the limit is {limit:.3f}",
).rename_axis("honest queries per probe")
diluted.round(3)

# %% [markdown]
# With nearest distances, eight honest queries per probe, and the mean names nobody; yours may need a few
# more. A small shop with one odd query must not be named, and that leaves room for whoever sends more. Here
# it is a customer who sends 270 queries in a day. The busiest of our 30 shops sends 82: look at the volume as
# well.
#
# **Here the first sitting ends.** Go on at the *Summary*, at the end of the page. Parts 5 and 6 are the
# second sitting, about 42 minutes: how much cover is enough, to the row, and a detector with a memory, which
# makes hiding dearer. Nothing of them is needed elsewhere in the course.

# %% [markdown]
# ## Part 5 (second sitting): Cover, and what it costs
#
# *The notebook must have run up to here.* You first plan the attack, then take from it what it lives on.

# %% [markdown]
# ### Exercise: dilute
#
# *14 minutes · stretch · 8 points · AML.T0024.002 · AML.T0040*
#
# `dilute(probes, cover, score, limit)` plans the day of one account: all its probes, and as little cover as
# it takes to stay unseen.
#
# | name | what it is |
# | --- | --- |
# | `probes` | floats (m, 6): the queries that the attacker wants answered |
# | `cover` | floats (k, 6): honest payments, more than enough |
# | `score` | a function of floats (n, 6), n at least 1: their mean distance to honest traffic |
# | `limit` | the account is named when its score is **greater** than this |
# | returns | floats (m + c, 6): all of `probes` and c rows of `cover`, unchanged, in any order |
#
# Each row of `cover` can be used once. Cover costs money, and so does trying: call `score` at most 30 times.
# Adding row by row takes too many. Take the cover in its order; let k be the smallest count such that the
# probes with the first k rows, and with any more of them, stay within the limit.
#
# Judged on five drawn accounts: the rows (1); a score of at most `limit` (2), with c at most 1.1 k + 3 (4),
# and with at most 30 calls (1). More than 100 calls end the attempt.


# %%
def dilute(probes, cover, score, limit):
    ### BEGIN SOLUTION
    too_few, enough = 0, len(cover)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if score(np.concatenate([probes, cover[:middle]])) <= limit:
            enough = middle
        else:
            too_few = middle
    return np.concatenate([probes, cover[:enough]])
    ### END SOLUTION


# %%
check("detection.dilute", dilute)

# %%
# hint("detection.dilute")

# %% [markdown]
# Your plan for the 30 probes above:

# %% tags=["raises-exception"]
plan = dilute(wanted, own, account_score, limit)
print(f"{len(plan) - 30} rows of cover: {account_score(plan):.4f} against {limit:.4f}")

# %% [markdown]
# ### Add up, do not average
#
# A daily mean throws something away: every midnight it forgets. So do not average: *add up*, for each
# client, what is stranger than an honest client brings, and carry it over.
#
# That is a **cumulative sum** (CUSUM; E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954). For
# each client, keep a sum S. With every query, S becomes max(0, S + step). Call it *far* when it is farther
# from the history than 97% of all queries of the last day. An honest shop sends 3 far ones in 100; suppose
# that a shop which probes sends 20. Then a far query is worth ln(0.20 / 0.03) = 1.90, and any other ln(0.80
# / 0.97) = −0.19. The steps of an honest shop are negative on average, and S falls back to 0 again and
# again. From one far query in eleven on S rises, whether it takes a day or a week.
#
# How high does S come when nothing is wrong? As in Part 3, ask the quiet second week:


# %% tags=["raises-exception"]
def add_up(total, far):
    """A client's sum after one more query: `total` before it, and whether it is far."""
    return max(0.0, total + (math.log(0.20 / 0.03) if far else math.log(0.80 / 0.97)))


centre, spread = past.mean(axis=0), past.std(axis=0)
distances, _ = KDTree((past - centre) / spread).query((second.X - centre) / spread)
far = distances > np.quantile(distances, 0.97)
sums, highest = defaultdict(float), defaultdict(float)
for shop, is_far in zip(second.clients.tolist(), far, strict=True):
    sums[shop] = add_up(sums[shop], is_far)
    highest[shop] = max(highest[shop], sums[shop])

print("highest S of a shop in the quiet week:", sorted(np.round(list(highest.values()), 1).tolist())[-5:])

# %% [markdown]
# A limit of 10 would have named nobody in that week, with room to spare.

# %% [markdown]
# ## Part 6 (second sitting): Live
#
# Now all of it at once, in real time. Your detector is handed one hour after the other and must say what it
# thinks at once. It cannot look ahead. The memory of one day is given:


# %%
class LastDay:
    """The queries of the last 24 hours, and how far each is from the history X, floats (n, 6)."""

    def __init__(self, X):
        self.history = X[::4]  # every fourth row is enough, and four times as fast
        self.centre, self.spread = X.mean(axis=0), X.std(axis=0)
        self.tree = KDTree((self.history - self.centre) / self.spread)
        self.hours = deque(maxlen=24)

    def add(self, X):
        """Take in one hour, floats (m, 6). Returns its queries' distances to the history, (m,)."""
        distances, _ = self.tree.query((X - self.centre) / self.spread)
        self.hours.append((X, distances))
        return distances

    @property
    def full(self):
        """Whether these are 24 hours yet."""
        return len(self.hours) == 24

    @property
    def rows(self):
        """The queries, floats (k, 6)."""
        return np.concatenate([X for X, _ in self.hours])

    @property
    def distances(self):
        """Their distances to the history, floats (k,)."""
        return np.concatenate([distances for _, distances in self.hours])


# %% [markdown]
# ### Exercise: Detector
#
# *28 minutes · stretch · 18 points · AML.M0024 · AML.M0015 · AML.M0008 · RV.1.2*
#
# | call | what it is |
# | --- | --- |
# | `Detector(hours, clients, X)` | the history: 14 quiet days, arrays (n,), (n,), (n, 6) |
# | `.observe(hour, clients, X)` | one hour of the stream, arrays (m,), (m, 6); m may be 0 |
# | returns | a list of what is new, mostly empty: `("drift", column)` or `("client", client)` |
#
# Hours count from the start of the history, so that the live stream begins at 336, and come in order. Columns
# and clients are integers.
#
# Each live stream has ten days of the same 30 shops, and two incidents: one **column drifts** for all shops
# by one standard deviation, up or down, at once or slowly over two weeks, and one of the eight smallest
# **shops** has its key stolen: from then on four of its queries each day are probes. It sends 8 to 24 a day.
# Both begin after the first day and last to the end. One honest payment in 50 is odd. Each stream gets a new
# `Detector`. Until `last_day.full`, its rows are less than a day: say nothing about drift.
#
# An alert is **right** when it is the first that names the drifting column, or the probing shop, after this
# began. Every other alert is **noise**: too early, somebody else, or a repeat (unlike in `scorecard`, where a
# repeat is right: here somebody has to read it).
#
# Judged on four such streams and a quiet one, with two hours without traffic:
#
# - the drifting column named within 24 hours of a sudden drift and 168 of a slow one, on each of the four
#   (6);
# - the probing shop named within 120 hours, on each of the four (6);
# - at most 1 alert of noise a stream, mean of all five, from a detector that finds drifts and shops (6).
#
# A stream with more than 3 alerts of noise about columns counts as no drift found, one with more than 3
# about clients as no shop found: nobody would still be reading.
#
# In all these are 1,200 hours. The check takes about 1 second with PSI every six hours, and 2 with PSI every
# hour. Grading stops a notebook after three minutes.


# %%
class Detector:
    def __init__(self, hours, clients, X):
        self.last_day = LastDay(X)
        ### BEGIN SOLUTION
        self.sums = defaultdict(float)
        self.named = set()
        ### END SOLUTION

    def observe(self, hour, clients, X):
        distances = self.last_day.add(X)
        ### BEGIN SOLUTION
        found = []
        if self.last_day.full and hour % 6 == 0:
            history, rows = self.last_day.history, self.last_day.rows
            for column in range(X.shape[1]):
                if psi(history[:, column], rows[:, column]) > 0.1:
                    found.append(("drift", column))
        if len(clients):
            limit = np.quantile(self.last_day.distances, 0.97)
            for client, distance in zip(clients.tolist(), distances, strict=True):
                self.sums[client] = add_up(self.sums[client], distance > limit)
                if self.sums[client] > 10:
                    found.append(("client", client))
        new = [finding for finding in dict.fromkeys(found) if finding not in self.named]
        self.named.update(new)
        return new
        ### END SOLUTION


# %%
check("detection.Detector", Detector)

# %%
# hint("detection.Detector")

# %% [markdown]
# Your detector, ten days live. The drift is slow, and 24 hours after it shop 3 loses its key: three in ten of
# its queries are probes from then on.


# %% tags=["raises-exception"]
def run(live):
    """The detector's alerts on a stream: a list of (hour, kind, number)."""
    detector = Detector(history.hours, history.clients, history.X)
    return [
        (hour, *alert) for hour, clients, X in live.ticks() for alert in detector.observe(hour, clients, X)
    ]


drift, probing = Drift(column=4, start=NOW + 60, ramp=96), Probing((3,), NOW + 84, share=0.3)
log = run(world.stream(np.random.default_rng(11), days=10, first_hour=NOW, drift=drift, probing=probing))
end = NOW + 240
incidents = [("drift", 4, drift.start, end), ("client", 3, probing.start, end)]
print("\n".join(f"day {(hour - NOW) / 24:4.1f}: {kind} {number}" for hour, kind, number in log))
scorecard(log, incidents, days=10)

# %% [markdown]
# And what the mean let pass in Part 4? A new customer, number 30, sends it in one day: 30 probes, eight
# honest queries after each.

# %% tags=["raises-exception"]
quiet = world.stream(np.random.default_rng(13), days=3, first_hour=NOW)
hiding = np.concatenate([wanted[:, None], own[:240].reshape(30, 8, 6)], axis=1).reshape(-1, 6)
start = NOW + 24
added = np.sort(np.random.default_rng(14).integers(start, start + 24, len(hiding)))
order = np.argsort(np.concatenate([quiet.hours, added]), kind="stable")
arrays = (quiet.hours, added), (quiet.clients, np.full(len(hiding), 30)), (quiet.X, hiding)
named = [hour for hour, *what in run(Stream(*(np.concatenate(pair)[order] for pair in arrays)))]
print(f"its mean on that day: {account_score(hiding):.3f}, the limit: {limit:.3f}")
print(f"named by the sum {named[0] - start} hours after its first query" if named else "nobody is named")

# %% [markdown]
# The sum names it. 11 queries in 100 are probes, honest odd ones add 3, and S rises from 9 on. So the price
# of hiding went up, no more: with 15 honest queries for each probe instead of eight, S does not rise either.
#
# Now the case from the first screen: the same probes, spread over more and more accounts.


# %% tags=["raises-exception"]
def campaign(accounts):
    """Probes in 100 queries, accounts named, hours to the first: the busiest share 24 probes a day."""
    busiest = np.argsort(world.events_a_day)[::-1][:accounts]
    share = 24 / world.events_a_day[busiest].sum()
    probing = Probing(tuple(busiest.tolist()), NOW + 24, share)
    live = world.stream(np.random.default_rng(12), days=7, first_hour=NOW, probing=probing)
    hours = [hour for hour, kind, number in run(live) if kind == "client" and number in busiest]
    return 100 * share, len(hours), hours[0] - probing.start if hours else math.inf


spread_out = pd.DataFrame(
    [campaign(accounts) for accounts in (1, 2, 4, 8)],
    columns=["probes in 100", "named", "hours to first"],
    index=pd.Index([1, 2, 4, 8], name="accounts"),
)
spread_out.round(1)

# %% [markdown]
# Two accounts, each with 16 probes in 100 queries, are named, the first within a day. At 9 in 100 it is a
# matter of luck. Spread over eight accounts, the same campaign disappears below what is ordinary in each of
# them. What is left to detect it by is what the accounts have in common. Keep the same sum for groups, not
# only for accounts.
#
# *In one line: by what could your service group its accounts?*

# %% [markdown]
# Compare: a payment card, an address range, a device, the day they were opened, the hours at which they call.
# A good trait is one that costs money or time to change, and that is already in your log.

# %% [markdown]
# ## Summary
#
# 1. PSI has noise that grows as the window shrinks, and a season that looks like drift. Compare whole days,
#    or the same hours.
# 2. Four numbers belong together: precision, recall, alerts a day, and time to detect with misses counted.
# 3. Start from the alerts that your team can read, and set the threshold on quiet traffic.
# 4. A mean can be diluted. *Second sitting:* evidence that is added up, client by client, costs the attacker
#    more to hide; how high the sum may come is read off a quiet week.
# 5. When everybody moves it is drift; when one moves it is a client. Measure each against all the others.

# %% [markdown]
# ## Use it on Monday
#
# A longer version, with the formulas, is a file of its own to copy into your repository:
# `detection_monday.md`.
#
# - [ ] Log every query with client, time, model version and the inputs, or the standardised numbers that the
#   score needs.
# - [ ] Write down how many alerts a day somebody will read, and who.
# - [ ] Keep two quiet weeks as a fixed reference; renew it by decision, never by itself.
# - [ ] Run PSI per column over a whole season, and write the noise of that window beside the threshold.
# - [ ] Score every client by its distance to the reference, add the evidence up, and compare with all
#   clients.
# - [ ] Plant an incident every quarter, and put the time to detect on the dashboard.
# - [ ] Name the traits by which accounts can be grouped, and keep the same sums for groups.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# An alert is a beginning: somebody reads it. What then? The next lesson is
# [The plan: who, how bad, by when, in which words](../../m5_response/plan/plan.ipynb). Your map is on the
# [start page](../../start/welcome/welcome.ipynb).
