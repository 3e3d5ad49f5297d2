# The lesson on the response plan. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # The plan: who, how bad, by when, in which words
#
# *75 minutes, 37 points in three exercises · a stretch of two more: 44 minutes and 22 points on top*
#
# **From 25 to 30 December 2022** people who installed the nightly build of PyTorch for Linux with pip got
# something extra. Somebody had put a package with the name of one of its dependencies, `torchtriton`, on the
# public index, and pip took that one. Its binary read environment variables, `/etc/passwd` and files in the
# home folder, and sent them away. It ran only where something imported `triton`. PyTorch found it on the
# 30th, the Friday before New Year. *(Sources: MITRE ATLAS 5.6.0, case study AML.CS0015; PyTorch's notice, as
# reported by Sonatype, sonatype.com/blog/pytorch-namespace-dependency-confusion-attack.)*
#
# Now it's your turn. Suppose you work for a group of clinics that also has a team for payments. A model of
# yours sorts patients' messages by urgency, and nine training servers install a nightly build each night. To
# have today's laws, we move PyTorch's Friday to **Friday, 23 October 2026, 23:40**. You are on call, and you
# read: *uninstall it now.*
#
# How bad is it? Which clocks run? What do you write, to whom? Who decides? Your plan answers these questions
# before that night, as code that you write here.

# %% [markdown]
# How to work: as on the [start page](../../start/welcome/welcome.ipynb). **This is engineering training, not
# legal advice**: what a law asks of you is for your lawyers to say.
#
# <details><summary>What RS.MA-02 and the like mean</summary> RS.… are outcomes of NIST's Cybersecurity
# Framework 2.0; its guide to incidents is SP 800-61, revision 3, of April 2025. RV.… and PO.… are tasks of
# NIST's framework for secure software.</details>

# %%
import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from inspect import getsource
from itertools import permutations, product
from pathlib import Path
from shutil import copy
from zoneinfo import ZoneInfo

import pandas as pd
from IPython.display import HTML

from autograder.learner import check, hint, others, predict, progress, solution
from course.rules import rows, table

# %% [markdown]
# ## 23:40. How bad is it?
#
# A *severity* says how loud the alarm is: SEV1 is the worst, SEV4 can wait for Monday. At 23:40 you know
# nothing yet. Did data leave? Nobody knows. Did anything import `triton`? Nobody knows.

# %%
predict("plan.unknown")

# %% [markdown]
# Here is a form that is quickly written. Give it your night:


# %%
def usual_form(signals):
    if signals.get("safety"):
        return "SEV1"
    if signals.get("data_out") or signals.get("tampered"):
        return "SEV2"
    return "SEV3" if signals.get("degraded") else "SEV4"


print("23:40, nothing is known:", usual_form({"data_out": None, "tampered": None, "safety": None}))

# %% [markdown]
# The form has just let you sleep: an empty field counted as "no". It makes an incident small at the moment
# when you know least about it. You'll write a better one.
#
# Then somebody has to be woken. People are *paged* along a chain: the first at once, then one more after each
# step, until somebody answers. A step is as long as the severity says:

# %%
STEP = {"SEV1": 5, "SEV2": 15, "SEV3": 60, "SEV4": 240}  # minutes; our house rule, not a law

# %% [markdown]
# ### Exercise: triage
#
# *17 minutes · core · 13 points · RS.MA-02 · RS.MA-03 · RS.MA-04*
#
# Write the form that takes "unknown" for the worst, and the function that says who must be awake by now.
#
# `triage(signals)` rates a dict of signals. A value of `None` or a missing key means **unknown**, and unknown
# counts as the worst value. Start with the worst of these rows, or SEV4 if none counts:
#
# | key | value | worst value | what the worst value means |
# | --- | --- | --- | --- |
# | `safety` | bool: somebody may come to harm | `True` | SEV1 |
# | `data_out` | bool: personal data may have left | `True` | at least SEV2 |
# | `tampered` | bool: model, weights or training data changed | `True` | at least SEV2 |
# | `affected` | number of people, from 0 | 1000 or more | at least SEV2 |
# | `degraded` | bool: the service is worse for its users | `True` | at least SEV3 |
#
# Two more signals move the result by one step, in this order:
#
# | key | value | worst value | what it does |
# | --- | --- | --- | --- |
# | `attacker_in` | bool: the attacker can still act | `True` | `True`: one step worse, never past SEV1 |
# | `fallback` | bool: a safe fallback has taken over | `False` | `True`: one step better, never past SEV4 |
#
# Where `safety` is `True` or unknown, the severity stays SEV1, with a fallback too.
#
# Three nights. What isn't in the first column is `False`, or 0:
#
# | signals | start | after `attacker_in` | after `fallback` |
# | --- | --- | --- | --- |
# | `data_out` is `True` | SEV2 | SEV2 | SEV2 |
# | `data_out`, `attacker_in` and `fallback` are `True` | SEV2 | SEV1 | SEV2 |
# | `safety` and `fallback` are `True` | SEV1 | SEV1 | SEV1 |
#
# `escalate("SEV1", 12, ["eli", "ada", "bo", "hana"])` gives `["eli", "ada", "bo"]`: eli at minute 0, ada at
# 5, bo at 10.
#
# | name | what it is |
# | --- | --- |
# | `severity` | one of the four; anything else, `None` too, is treated as SEV1 |
# | `minutes` | minutes since the first page, 0 or more (7.5 is possible), with no answer so far |
# | `chain` | list of ids, in the order in which they are paged; an id may come twice |
# | returns | list of ids: the first at once, one more after each full `STEP[severity]` minutes |
# | raises | `ValueError` when the chain is empty |
#
# Neither function changes what it is given.
#
# Judged:
#
# - signals that are all known (3), and the same night with and without a risk to safety (2);
# - unknown signals, each of the seven, as `None` and as a missing key (4);
# - chains at and around full steps (2), an unknown severity (1), the empty chain (1).
#
# <details><summary>The fine print</summary> Ignore keys that are not in the list: a misspelt
# <code>safty</code> leaves <code>safety</code> unknown. When all are paged, the list stays as it
# is.</details>


# %%
def triage(signals):
    ### BEGIN SOLUTION
    def may_be(key):
        return signals.get(key) is not False  # True, None or missing

    affected = signals.get("affected")
    severity = 4
    if may_be("degraded"):
        severity = 3
    if may_be("data_out") or may_be("tampered") or affected is None or affected >= 1000:
        severity = 2
    if may_be("attacker_in"):
        severity -= 1
    if signals.get("fallback"):
        severity = min(severity + 1, 4)
    return "SEV1" if may_be("safety") else f"SEV{severity}"
    ### END SOLUTION


def escalate(severity, minutes, chain):
    ### BEGIN SOLUTION
    if not chain:
        raise ValueError("nobody to page")
    step = STEP.get(severity, STEP["SEV1"])
    return chain[: 1 + int(minutes // step)]
    ### END SOLUTION


# %%
check("plan.triage", triage, escalate)

# %%
# hint("plan.triage")

# %% [markdown]
# The night in three stages. What changes is what the team knows and has done:

# %% tags=["raises-exception"]
stages = {
    "23:40, nothing is checked": {},
    "00:20, two of nine servers imported triton": {"data_out": True, "tampered": False},
    "01:05, isolated, old release serves": {
        "data_out": True, "tampered": False, "degraded": False,
        "attacker_in": False, "fallback": True, "safety": False,
    },
}  # fmt: skip
for stage, signals in stages.items():
    print(f"{triage(signals)}  {stage}")
print("awake at 23:52:", *escalate("SEV1", 12, ["eli", "ada", "bo", "hana"]))

# %% [markdown]
# "Then everything is SEV1, and after a month nobody gets up for it." That's a fair objection. Your defence is
# to make ignorance short. Which answers bring it down? The next cell gives each answer, and each pair, its
# best value. All others stay unknown:

# %% tags=["raises-exception"]
BEST = dict.fromkeys(("safety", "data_out", "tampered", "degraded", "attacker_in"), False)
BEST |= {"affected": 0, "fallback": True}
for known in [{key} for key in BEST] + [{one, other} for one in BEST for other in BEST if one < other]:
    rated = triage({key: BEST[key] for key in known})
    if rated != "SEV1":
        print(rated, "as soon as these are checked:", *sorted(known))

# %% [markdown]
# No single answer is enough, but two of the pairs are, and `safety` is in both. So these questions stand at
# the top of the form, and at 23:40 you page one person to answer them, not the whole company. Rate what a
# person has opened as an incident, not every alert. And count each month how many SEV1 were only ignorance.
#
# *In one line: which two questions would your on-call person answer first?*

# %% [markdown]
# Compare: "Can somebody come to harm?" first. Then "can the attacker still act?", or "does a fallback
# serve?". "How many people?" can wait: alone, or with one other answer, it lowers no SEV1.
#
# **Good place to stop: 24 minutes so far.**

# %% [markdown]
# ## 01:05. By when?
#
# The servers are isolated, and the lawyers call: which clocks run? Some count hours, others count days and
# months in the calendar.

# %%
predict("plan.weekend")

# %%
berlin = ZoneInfo("Europe/Berlin")
noticed = datetime(2026, 10, 23, 23, 40, tzinfo=berlin)
by_the_wall = noticed + timedelta(hours=96)
elapsed = by_the_wall.astimezone(UTC) - noticed.astimezone(UTC)
print(noticed, " a Friday")
print(by_the_wall, " + timedelta(hours=96), in Python")
print("hours between them:", elapsed / timedelta(hours=1))

# %% [markdown]
# If you add a `timedelta` to a time *with a zone*, Python moves the hands of the wall clock. For a clock of
# hours that's an hour too late here; for "four days later, same time" it's right. In UTC it counts elapsed
# time: right for a clock of hours, and an hour off for "four days later, same time".

# %%
predict("plan.classified")

# %% [markdown]
# What your plan knows about the law stands in a table of dated rows, and nowhere in the code. (The next cell
# only prints such rows. It's folded, and you needn't read it.)


# %% jupyter={"source_hidden": true}
def in_words(row):
    """A row with its conditions and its clocks in words."""
    needs = [*row["needs"], *(f"not {fact}" for fact in row.get("unless", ()))]
    needs += [f"{fact} ≥ {least}" for fact, least in row.get("at_least", {}).items()]
    clocks = []
    for clock in row.get("limits", []):
        unit = next(unit for unit in ("hours", "days", "months") if unit in clock)
        length = f"{clock[unit]} {unit}" if clock[unit] else "at once"
        clocks.append(f"{length} from {clock['start']}")
    first = ", whichever ends first" if len(clocks) > 1 else ""
    return row | {"needs": ", ".join(needs), "clocks": " or ".join(clocks) + first}


def show(chosen, *columns):
    """Rows as a table with whole sentences."""
    cells = pd.DataFrame(map(in_words, chosen), columns=columns)
    return cells.style.hide(axis="index").set_properties(**{"text-align": "left"})


# %% [markdown]
# Four of these rows, so that you see what a row looks like:

# %%
RULES = rows("notification")
FOUR = {("gdpr.authority", 2026), ("hipaa.hhs", 2026), ("dora.initial", 2026), ("ai_act.serious", 2027)}
four = [row for row in RULES if (row["id"], row["as_of"].year) in FOUR]
show(four, "id", "as_of", "status", "needs", "clocks", "statement", "source", "review_by")

# %%
HTML(
    f"<details><summary>All {len(RULES)} rows</summary>"
    + show(
        RULES, "id", "as_of", "status", "needs", "clocks", "statement", "source", "verified_on", "review_by"
    ).to_html()
    + "</details>"
)

# %% [markdown]
# | field | what it says |
# | --- | --- |
# | `id` | the rule. Rows with the same `id` are *versions* of it |
# | `as_of` | the first day of this version |
# | `status` | `in force`, `not in force`, or `open`: sources conflict, so nothing may be calculated from it |
# | `needs`, `unless`, `at_least` | facts that decide whether the rule applies; your lawyers say them |
# | `limits` | the clocks: which moment starts each, and how long it runs. The earliest end counts |
# | moments | `aware`, `discovered`, `classified` (as major), `link` (to the model, likely), and others |
# | `aware` | the EU's laws count from it; under the GDPR: reasonably certain (EDPB guidelines 9/2022) |
# | `discovered` | HIPAA's moment: you knew, or with diligence would have known (45 CFR 164.404(a)(2)) |
# | `source`, `verified_on`, `review_by` | where it stands, who checked it when, and when to check again |
#
# <details><summary>Which laws these are</summary>
#
# | fact | what it says |
# | --- | --- |
# | `gdpr` | General Data Protection Regulation, EU |
# | `hipaa` | Health Insurance Portability and Accountability Act, US |
# | `ai_act` | Artificial Intelligence Act, EU |
# | `provider` | you are the provider of the AI system; a deployer tells the provider first |
# | `nis2` | second Network and Information Security Directive, EU |
# | `dora` | Digital Operational Resilience Act, EU: finance |
# | `classified_late` | classified as major so long after becoming aware that `dora.initial_late` counts |
# | `cra` | Cyber Resilience Act, EU: makers of products with digital elements |
#
# The rows leave out exceptions, for example that some of DORA's limits move when they fall on a weekend.
#
# </details>
#
# The picture shows which deadlines move with which moment. Its task: set *Became aware* to 6 hours. Then move
# *Classified as major*, which counts from becoming aware, until going on moves no deadline any more.
#
# To save a slider, the picture takes `discovered` as `aware`, and every rule as in force: the AI Act's will
# be only from 2 December 2027. Your own code must not take one moment for another.

# %%
from course.m5_response.plan.two_clocks import twin, two_clocks

two_clocks()

# %% [markdown]
# The same as pictures and tables:

# %%
twin()

# %% [markdown]
# ### Exercise: in_force
#
# *8 minutes · core · 8 points · RS.CO-02 · PO.1.2*
#
# Laws change. Which rows count on a given day? Write the function that finds them.
#
# `in_force(rules, on)` takes, for each `id`, the version that held on the day, and keeps it if its status is
# `"in force"`. With two versions of one rule, A as of 1 January (`in force`) and B as of 2 August (`open`):
#
# | `on` | result | why |
# | --- | --- | --- |
# | 1 August | A | B has not begun |
# | 2 August | nothing | B holds from its first day, and it's open. A is over |
# | 31 December of the year before | `LookupError` | the table doesn't know; silence would read as "no duty" |
#
# | name | what it is |
# | --- | --- |
# | `rules` | list of rows in any order, with at least `id`, `as_of` (a date), `status`. It stays as it is |
# | `on` | `datetime.date` |
# | returns | list of rows, unchanged, in any order |
# | raises | `LookupError` if an `id` has no version as early as `on`, whatever the status of its later ones |
#
# Judged, on tables of invented rules:
#
# - the right version, with the table unchanged (2), and its first day (1);
# - a version that is not in force, or open, gives no row and brings no older one back (3);
# - the `LookupError`, and none where the table knows the day (2).
#
# <details><summary>The fine print</summary> A version holds until another version's <code>as_of</code> comes.
# No two versions of a rule share an <code>as_of</code>. <code>KeyError</code> and <code>IndexError</code> are
# LookupErrors. A table without rows gives an empty list.</details>


# %%
def in_force(rules, on):
    ### BEGIN SOLUTION
    held = {}
    for row in sorted(rules, key=lambda row: row["as_of"]):
        if row["as_of"] <= on:
            held[row["id"]] = row
    if unknown := {row["id"] for row in rules} - held.keys():
        raise LookupError(f"no version as early as {on}: {', '.join(sorted(unknown))}")
    return [row for row in held.values() if row["status"] == "in force"]
    ### END SOLUTION


# %%
check("plan.in_force", in_force)

# %%
# hint("plan.in_force")

# %% [markdown]
# The course's table, asked about five days:

# %% tags=["raises-exception"]
days = [date(2026, 7, 1), date(2026, 10, 23), date(2027, 12, 1), date(2027, 12, 2), date(2028, 8, 2)]
held = {day: {row["id"] for row in in_force(RULES, day)} for day in days}
print("always:", ", ".join(sorted(set.intersection(*held.values()))))
for day in days:
    print(day, "also:", ", ".join(sorted(held[day] - set.intersection(*held.values()))) or "nothing")

# %% [markdown]
# On your Friday the AI Act's reports are missing. That's not "no duty": the rows of that day are open,
# because sources conflict on whether its Article 73 binds yet. Such rows go to your lawyers as a list, with
# their sources, today:

# %% tags=["raises-exception"]
friday = {row["id"]: row for row in sorted(RULES, key=lambda row: row["as_of"]) if row["as_of"] <= days[1]}
show([row for row in friday.values() if row["status"] == "open"], "id", "statement", "source", "review_by")

# %% [markdown]
# Three things below are **our convention, and not the law**. We ask for the rows of the day on which you
# became aware, in your zone. We count days and months in that zone. And we let them end at the time of day at
# which they began. For acts of the EU, Regulation 1182/71 gives you longer: the day of the event doesn't
# count, and a period of days or months ends with the last hour of its last day. If that's a Saturday, a
# Sunday or a public holiday, it ends with the next working day. A period of hours doesn't count the hour in
# which it starts. So for acts of the EU, our ends are never later than the regulation's; which one counts is
# for your lawyers to say. *(Source: Regulation (EEC, Euratom) No 1182/71, Article 3; read in reproductions.)*
#
# *Good place to stop: about 50 minutes so far.*
#
# Two helpers for the last exercise. `applies` decides whether a row applies, and `move` counts in a calendar.
# Python has the rest: `moment.astimezone(UTC)` tells the same moment in UTC,
# `moment.astimezone(ZoneInfo(name))` in a zone, and `.date()` gives its day there.


# %%
def applies(row, facts):
    """True, False, or None while that is not known."""
    answers = [facts.get(fact) for fact in row["needs"]]
    for fact in row.get("unless", ()):
        answers.append(None if facts.get(fact) is None else not facts[fact])
    for fact, least in row.get("at_least", {}).items():
        number = facts.get(fact)
        answers.append(None if number is None else number >= least)
    if False in answers:
        return False
    return None if None in answers else True


def move(local, days=0, months=0):
    """So many days or months later, at the same time of day; the last day where a month is too short."""
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day) + timedelta(days=days)


example = {"id": "example", "needs": ["gdpr"], "at_least": {"affected": 100}}
print([applies(example, {"gdpr": True, "affected": number}) for number in (100, 99, None)])
print(move(datetime(2026, 12, 31, 16, 5, tzinfo=berlin), months=2))
print(move(noticed, days=4))

# %% [markdown]
# ### Exercise: deadlines
#
# *27 minutes · core · 16 points · RS.CO-02 · RV.1.3*
#
# This is the list on the wall that night: every report that is due or may be due, the next one first.
#
# When did you become aware? Perhaps only at 00:20, when two servers turned out to have imported `triton`.
# Your lawyers take the earliest moment, Friday at 23:40 in Berlin; the log says `2026-10-23T21:40+00:00`.
# Nobody knows of a link between the model and the incident, so the moment `link` is missing:
#
# | `limits` | `due`, in UTC | on the wall |
# | --- | --- | --- |
# | `[{"start": "aware", "hours": 96}]` | 27 October, 21:40 | 22:40 |
# | `[{"start": "aware", "days": 4}]` | 27 October, 22:40 | 23:40 |
# | `[{"start": "link", "hours": 0}, {"start": "aware", "days": 4}]` | 27 October, 22:40 | 23:40 |
# | `[{"start": "link", "hours": 0}]` | `None` | |
#
# `deadlines(facts, rules)` takes the rows that your `in_force` gives for the day of `facts["aware"]` **in the
# zone** `facts["zone"]`. From them it makes a list of dicts:
#
# | name | what it is |
# | --- | --- |
# | `facts["zone"]` | name of a time zone, such as `"Europe/Berlin"` |
# | `facts["aware"]` | `datetime` in UTC or with a fixed offset, as logs tell time |
# | other moments in `facts` | the same, or `None`, or missing |
# | other facts | what `applies` looks at |
# | returns | a list of dicts with `id`, `due` and `sure`: the earliest `due` first, `None` at the end |
# | raises | the `LookupError` of `in_force`: let it through. An empty list would read as "no duty" |
#
# - A row is on the list if it has a clock and `applies` is not `False`. `sure` is `True` if `applies` is
#   `True`, else `False`.
# - A clock of `hours` counts elapsed time. A clock of `days` or `months` counts in the calendar of the zone,
#   as `move` does.
# - A clock runs if its start is known. `due` is the earliest end of the clocks that run, a `datetime` with a
#   time zone, or `None` when none runs. No other moment stands in for an unknown start.
# - What is overdue stays on the list. `facts` and `rules` stay as they are.
#
# Judged:
#
# - the order (1); hours (3); days and months (4);
# - the earliest of several clocks, and clocks that don't run (3);
# - which rows are left out, and which stay unsure (2);
# - the rows of the right day, or the `LookupError` (1);
# - the course's own table, the same with other clocks, and both arguments unchanged (2).
#
# <details><summary>The fine print</summary> A row whose <code>limits</code> are missing or empty sets no
# deadline. A clock has one of <code>hours</code>, <code>days</code> and <code>months</code>; <code>hours:
# 0</code> is a clock too. Equal <code>due</code> come in any order, and any zone is right: moments are
# compared. Compare and sort the ends in UTC: Python compares two times with the same <code>ZoneInfo</code> by
# what the wall shows, and one night a year it shows an hour twice.</details>


# %%
def deadlines(facts, rules):
    ### BEGIN SOLUTION
    zone = ZoneInfo(facts["zone"])

    def end(clock):
        start = facts[clock["start"]]
        if "hours" in clock:
            return start.astimezone(UTC) + timedelta(hours=clock["hours"])
        later = move(start.astimezone(zone), clock.get("days", 0), clock.get("months", 0))
        return later.astimezone(UTC)

    due = []
    for row in in_force(rules, facts["aware"].astimezone(zone).date()):
        if row.get("limits") and applies(row, facts) is not False:
            ends = [end(clock) for clock in row["limits"] if facts.get(clock["start"]) is not None]
            sure = applies(row, facts) is True
            due.append({"id": row["id"], "due": min(ends, default=None), "sure": sure})
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(due, key=lambda entry: entry["due"] or never)
    ### END SOLUTION


# %%
check("plan.deadlines", deadlines)

# %%
# hint("plan.deadlines")

# %% [markdown]
# Your Friday. One of the clinics is in the US, and your lawyers say that HIPAA binds it. The lawyers don't
# know yet whether NIS2 binds the clinics, or whether DORA binds the payment team. Nobody has counted the
# patients:

# %%
FACTS = {
    "zone": "Europe/Berlin",
    "aware": datetime(2026, 10, 23, 21, 40, tzinfo=UTC),
    "discovered": datetime(2026, 10, 23, 21, 40, tzinfo=UTC),
    "gdpr": True, "hipaa": True, "nis2": None, "dora": None, "cra": False,
    "affected": None, "affected_in_one_state": None,
}  # fmt: skip


# %% jupyter={"source_hidden": true}
def due_table(facts):
    """The deadlines as a table, in the local time of the facts."""
    found = pd.DataFrame(deadlines(facts, RULES), columns=["id", "due", "sure"]).set_index("id")
    zone = ZoneInfo(facts["zone"])
    said = [None if pd.isna(due) else f"{due.astimezone(zone):%a %d %b %H:%M}" for due in found["due"]]
    told = [due or "no clock runs" for due in said]
    return found.assign(due=told)


# %% tags=["raises-exception"]
due_table(FACTS)

# %% [markdown]
# Look at the times of day. Over the night to Sunday, a clock of hours ends an hour earlier on the wall.
# HIPAA's clocks of days end at 23:40, by our convention.
#
# At 01:10 three things are settled: DORA binds the payment team, the team calls the incident a major one, and
# the files on the two servers show letters of two patients and no others.

# %% tags=["raises-exception"]
MAJOR = {
    "dora": True, "classified": datetime(2026, 10, 23, 23, 10, tzinfo=UTC), "classified_late": False,
    "affected": 2, "affected_in_one_state": 2,
}  # fmt: skip
due_table(FACTS | MAJOR)

# %% [markdown]
# Three lines are gone, because now it's known that they don't apply. And `dora.initial` has moved from
# Saturday 23:40 to 05:10: your own decision started a clock. So tell privacy and legal what you decide *when*
# you decide it.
#
# The payment team sent that first report at 04:30. For many firms the limit moves on a weekend, as the row's
# statement says, but nobody wanted to find out at 05:10 whether theirs is one of them. On Saturday evening
# the lawyers still couldn't rule out NIS2, so you sent its early warning as well: "not sure" is a reason to
# ask, and no reason to wait. A report that is out starts the next clock:

# %% tags=["raises-exception"]
SENT = {"dora_initial_sent": datetime(2026, 10, 24, 2, 30, tzinfo=UTC)}
due_table(FACTS | MAJOR | SENT).filter(like="dora", axis="index")

# %% [markdown]
# The list knows no "done": cross off in the log what you have sent.
#
# *In one line: at which moment does your organisation "become aware", and who writes that minute down?*

# %% [markdown]
# Compare: a good answer names a person (the scribe) and a place (the incident's log, in UTC).
#
# **Good place to stop: the core ends here, 75 minutes so far.** The summary and Monday's file are at the end.

# %% [markdown]
# ## Sunday, 10:00. In which words?
#
# *A stretch.* A notice goes out when you know little, and it's kept for years. Two kinds of sentence do
# damage: a guess that turns out wrong, and an example that shows a victim's data to everybody who reads it.

# %%
TEMPLATE = {
    "authority": ("reference", "aware", "what", "data", "affected", "consequences", "measures", "contact"),
    "people": ("what", "data", "consequences", "measures", "contact"),
    "press": ("what", "measures", "contact"),
}

SPECULATION = (
    "allegedly", "apparently", "believe", "could", "maybe", "might", "perhaps",
    "possibly", "presumably", "probably", "seems", "suspect",
)  # fmt: skip

DRAFT = {
    "reference": "INC-2026-031",
    "zone": "Europe/Berlin",
    "aware": datetime(2026, 10, 23, 21, 40, tzinfo=UTC),
    "sent": datetime(2026, 10, 25, 9, 0, tzinfo=UTC),
    "due": datetime(2026, 10, 26, 21, 40, tzinfo=UTC),
    "delay_reason": None,
    "what": [
        "A package from the public index read files, with a letter of Mara Olsen among them.",
        "A former employee probably uploaded it.",
        "Two servers could read letters of patients.",
    ],
    "data": ["Names, letters, phone and record numbers."],
    "affected": 2,
    "consequences": [],
    "measures": ["Nine servers were isolated.", "Mail to MARA.OLSEN@mail.example was stopped."],
    "contact": "privacy@clinic.example",
    "records": [
        {"name": "Mara Olsen", "email": "mara.olsen@mail.example", "number": "P-40718"},
        {"number": "P-51102", "phone": "030 23125 014"},
    ],
}

# %% [markdown]
# ### Exercise: draft_notice
#
# *22 minutes · stretch · 12 points · RS.CO-02 · RS.CO-03*
#
# Write the draft that a tired person can sign. It marks what may be a guess, and takes out the victims' data.
# Three lines of what it makes of `DRAFT`:
#
# ```text
# aware: 2026-10-23T23:40+02:00
# consequences: not yet known
# measures: Nine servers were isolated. Mail to [withheld] was stopped.
# ```
#
# | name | what it is |
# | --- | --- |
# | `facts` | dict with all the keys of `DRAFT`; it stays unchanged |
# | `facts["records"]` | list of dicts, which need not have the same keys; all values are texts |
# | `audience` | `"authority"`, `"people"` or `"press"`; else `ValueError` |
# | returns | `str`: a line `field: value` per field of `TEMPLATE[audience]`, in order, joined by `"\n"` |
#
# 1. The sentences of a list are joined by one space. `aware` is told in `facts["zone"]`, to the minute. The
#    other values stand as they are.
# 2. A sentence of a list with a word of `SPECULATION` gets `[check] ` in front of it. It stays: a person
#    decides. Whole words, any letter case: `might` is not a word of "the Mighton Clinic", but it is one of
#    "(might)". The contact and the reason for a delay get no mark.
# 3. In each field, `None` or an empty list becomes `not yet known`. Zero people is a value.
# 4. The sweep comes last: each value of each record becomes `[withheld]` wherever the finished notice has it,
#    in any letter case. The sentence around it stays.
# 5. A notice to the authority is late when `sent` is after `due`. Then its last line is `delay: ` with the
#    `delay_reason`; if that is `None`, `ValueError`. Other notices have no such line and need no reason.
#
# Judged:
#
# - the lines for each audience, and the `ValueError` for another one (3);
# - the unknown (2); the marks (2); the victims' data (3);
# - lateness (2).
#
# <details><summary>The fine print</summary> There may be no records. A value may be an empty text: ignore it;
# no other text is empty. A word ends at any sign, such as a comma, a quote, a bracket or a dash. Values may
# stand in the reference, the contact and the delay, inside other words, and in what you wrote yourself: with
# a patient called Check, <code>[check]</code> becomes <code>[[withheld]]</code>, and whoever reads sees why.
# Only <code>[withheld]</code> is not searched again: a person may be called Held. Longer values go first,
# since one may be part of another.</details>


# %%
def draft_notice(facts, audience):
    ### BEGIN SOLUTION
    if audience not in TEMPLATE:
        raise ValueError(f"no template for {audience}")
    guess = re.compile(rf"\b({'|'.join(SPECULATION)})\b", re.IGNORECASE)

    def worded(field):
        value = facts[field]
        if field == "aware" and value is not None:
            return value.astimezone(ZoneInfo(facts["zone"])).isoformat(timespec="minutes")
        if isinstance(value, list):
            value = " ".join("[check] " * bool(guess.search(one)) + one for one in value) or None
        return "not yet known" if value is None else value

    lines = [f"{field}: {worded(field)}" for field in TEMPLATE[audience]]
    if audience == "authority" and facts["sent"] > facts["due"]:
        if facts["delay_reason"] is None:
            raise ValueError("a late notice needs its reason")
        lines.append(f"delay: {facts['delay_reason']}")
    notice = "\n".join(lines)
    private = {value for record in facts["records"] for value in record.values() if value}
    longest_first = "|".join(re.escape(value) for value in sorted(private, key=len, reverse=True))
    return re.sub(longest_first, "[withheld]", notice, flags=re.IGNORECASE) if private else notice
    ### END SOLUTION


# %%
check("plan.draft_notice", draft_notice)

# %%
# hint("plan.draft_notice")

# %% [markdown]
# What the authority and the press would read:

# %% tags=["raises-exception"]
for audience in ("authority", "press"):
    print(f"--- {audience}\n{draft_notice(DRAFT, audience)}\n")

# %% [markdown]
# "Not yet known", in a notice to an authority. That's right: the GDPR's row says that information may follow
# in phases, and you'd have to take back a consequence that you guessed.
#
# Two sentences have a mark. One is a guess. The other is a fact that the patients need: the servers could
# read their letters. A filter that deleted both would have deleted the fact. And the sweep finds only what it
# was given, not "the patient in room 12". So a second person reads and signs.

# %% [markdown]
# ## Monday, 09:00. Who?
#
# *A stretch.* The review asks who should have led that night. It looks easy: eight people for seven roles.

# %%
ROLES = ("commander", "model_owner", "data_steward", "privacy", "legal", "comms", "scribe")

INCIDENT = {"date": date(2026, 10, 23), "shift": "night", "involved": ["gus"]}


def person(name, trained, shifts, away=()):
    """One row of the roster."""
    return {"id": name, "trained": trained.split(), "shifts": shifts.split(), "away": list(away)}


TEAM = [
    person("ada", "commander scribe model_owner", "day"),
    person("bo", "commander scribe comms", "night"),
    person("cem", "legal privacy model_owner", "day night"),
    person("dee", "scribe data_steward privacy", "day night", [(date(2026, 10, 12), date(2026, 10, 23))]),
    person("eli", "commander scribe data_steward comms", "day night"),
    person("fay", "scribe model_owner legal data_steward", "night"),
    person("gus", "model_owner commander scribe", "day night"),
    person("hana", "privacy legal data_steward comms", "day night"),
]
pd.DataFrame(TEAM).set_index("id")

# %% [markdown]
# Look again. dee's last day off is that Friday. gus chose the nightly build, and is a witness. Four trained
# scribes are left, but only two of them work days. And whoever leads can't also write down what is decided.


# %%
def covered(lead, deputy, shift):
    """Rule 3 below, for two people of the roster and the incident's shift."""
    return shift in lead["shifts"] and {"day", "night"} <= {*lead["shifts"], *deputy["shifts"]}


# %% [markdown]
# ### Exercise: assign_roles
#
# *16 minutes · stretch · 10 points · RS.MA-01 · RV.2.2*
#
# Write the function that finds a lead and a deputy for every role, or says that there is none. Run it weeks
# ahead, and a gap costs a training course instead of a night.
#
# For that Friday, `(bo, ada)` can be commander and deputy: bo works the night, and ada the day. `(ada, bo)`
# can't, because ada works days only. With `(bo, ada)`, the scribes can be `(fay, eli)`, but not `(fay, ada)`:
# ada is taken.
#
# | name | what it is |
# | --- | --- |
# | `people` | list of dicts as in `TEAM`; `away` holds tuples (first, last) of dates, both days away |
# | `incident` | dict as `INCIDENT`: the `date`, the `shift`, the ids of those `involved` |
# | returns | dict: each role of `ROLES` → a tuple `(lead, deputy)` of two different ids |
# | raises | `ValueError` when no assignment keeps all four rules |
#
# 1. Both are trained for the role.
# 2. Neither is away on the date, and neither is involved.
# 3. The lead works the incident's shift, and both together cover day and night: `covered` above.
# 4. Nobody is in both pairs, the commander's and the scribe's. Any other two roles may share people.
#
# `permutations(people, 2)` gives all pairs, and `product(a, b)` all pairs of pairs. Any assignment that keeps
# the rules is right.
#
# Judged:
#
# - on 19 rosters that have a solution: rule 1, with both arguments unchanged (1), rule 2 (2), rule 3 (2),
#   rule 4 (2);
# - on 14 that have none: the `ValueError` (3).
#
# <details><summary>The fine print</summary> People may have several absences, in any order, and nobody, one
# or two may be involved. A ValueError on a roster that has a solution costs the points of the ValueError and
# of rule 4; on most rosters, all points.</details>


# %%
def assign_roles(people, incident):
    ### BEGIN SOLUTION
    present = [
        person
        for person in people
        if person["id"] not in incident["involved"]
        and not any(first <= incident["date"] <= last for first, last in person["away"])
    ]
    pairs = {
        role: [
            (lead["id"], deputy["id"])
            for lead, deputy in permutations(present, 2)
            if role in lead["trained"]
            and role in deputy["trained"]
            and covered(lead, deputy, incident["shift"])
        ]
        for role in ROLES
    }
    for commander, scribe in product(pairs["commander"], pairs["scribe"]):
        if set(commander).isdisjoint(scribe):
            pairs["commander"], pairs["scribe"] = [commander], [scribe]
            break
    else:
        raise ValueError("nobody is left for commander and scribe apart")
    if gaps := [role for role in ROLES if not pairs[role]]:
        raise ValueError(f"no lead and deputy for {', '.join(gaps)}")
    return {role: pairs[role][0] for role in ROLES}
    ### END SOLUTION


# %%
check("plan.assign_roles", assign_roles)

# %%
# hint("plan.assign_roles")

# %% [markdown]
# What it gives for that Friday, and for the same week if eli had been away as well:

# %% tags=["raises-exception"]
for role, (lead, deputy) in assign_roles(TEAM, INCIDENT).items():
    print(f"{role:<13} {lead:<5} deputy {deputy}")

week_off = (date(2026, 10, 19), date(2026, 10, 25))
without_eli = [member | {"away": [week_off]} if member["id"] == "eli" else member for member in TEAM]
try:
    assign_roles(without_eli, INCIDENT)
except ValueError as error:
    print("\nwithout eli:", error)

# %% [markdown]
# One more holiday, and nobody is left to keep commander and scribe apart. If you find that weeks ahead, you
# train one more person.
#
# *In one line: which single absence would break your own team's plan?*

# %% [markdown]
# Compare: don't guess. Take one person out of the roster after the other and run `assign_roles`, as for eli.

# %% [markdown]
# ## Summary
#
# PyTorch's notice named the days and the package. Your two reports with the shortest clocks went out on
# Saturday, and the notice under the GDPR was ready on Sunday, a day early, because of what was written before
# Friday:
#
# 1. Unknown counts as worst, and only something checked lowers a severity. The two questions that help stand
#    first.
# 2. Pages go out on a timer: nobody's silence stops the chain.
# 3. Rules are dated rows. Take the rows of the day. An open row says that it doesn't know.
# 4. Hours elapse, days are counted in the calendar, and the earliest end counts.
# 5. A notice marks its guesses, hides its victims, and deletes no facts. A role is a lead and a deputy.

# %% [markdown]
# ## Use it on Monday
#
# The checklist is a file, [monday.md](monday.md), to copy into your repository. Your code comes along:
# `take_home` writes `deadlines.py` and the table of rules into a folder, where they run without the course.

# %% jupyter={"source_hidden": true}
TOP = """import sys
import tomllib
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo
"""
MAIN = """if __name__ == "__main__":
    facts = tomllib.loads(Path(sys.argv[1]).read_text("utf-8"))
    rules = tomllib.loads(Path(__file__).with_name("notification.toml").read_text("utf-8"))["rows"]
    try:
        found = deadlines(facts, rules)
    except LookupError as error:
        sys.exit(f"a rule has no row as early as the day of `aware`: {error}")
    for entry in found:
        due = entry["due"] and entry["due"].astimezone(ZoneInfo(facts["zone"])).isoformat(" ", "minutes")
        print(f"{due or 'no clock runs':<24} {entry['id']:<24} {'sure' if entry['sure'] else 'not sure'}")
"""


def take_home(folder):
    """Your in_force and deadlines, with applies, move and the rows. Code of yours that they use, you add."""
    parts = [TOP, *map(getsource, (in_force, applies, move, deadlines)), MAIN]
    Path(folder, "deadlines.py").write_text("\n\n".join(parts), "utf-8")
    copy(table("notification"), folder)


# %%
# take_home(".")

# %% [markdown]
# What you know goes into `facts.toml`. TOML has no None: leave out what nobody knows yet. A moment needs its
# zone, such as `Z` for UTC:
#
# ```toml
# zone = "Europe/Berlin"
# aware = 2026-10-23T21:40:00Z
# gdpr = true
# cra = false
# affected = 2
# ```
#
# `python deadlines.py facts.toml` prints the list. The rows begin on 1 January 2026: for an incident before
# that day the file says so and stops, until you add the rows that held then.
#
# Begin with three:
#
# - [ ] Take "unknown" for the worst in your severity form, and put the two questions first.
# - [ ] Keep the rows that may apply to you, have legal sign them, and run `deadlines.py` on an incident
#   of this year.
# - [ ] Write the roster as data, and let a job fail when a role has no lead and deputy next week.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# A plan is as good as its last rehearsal: put one into the calendar. Afterwards the model has to come back:
# the next lesson is [Recovery: back to a state that you can trust](../recovery/recovery.ipynb). Your map is
# on the [start page](../../start/welcome/welcome.ipynb).
