# The lesson on the response plan. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # The plan: who, how bad, by when, in which words
#
# *65 minutes, 37 points in three exercises · a stretch of two more: 34 minutes and 22 points on top*
#
# **From 25 to 30 December 2022** whoever installed the nightly build of PyTorch for Linux with pip got
# something else as well. Somebody had uploaded a package with the name of one of its dependencies to the
# public index, and pip preferred it (dependency confusion). It sent home environment variables,
# `/etc/passwd` and more. On 30 December, a Friday, PyTorch announced it. *(Source: MITRE ATLAS 5.6.0, case
# study AML.CS0015, atlas.mitre.org/studies/AML.CS0015.)*
#
# Suppose your training servers install that build each night. It is the Friday before New Year, 23:40. Who
# decides, while half the team is away? How bad is it, before anybody knows what left? Which clocks are
# running, since when? And what do you write, to whom?
#
# None of these is a question for that night. After this lesson your plan answers them, as code:
#
# - a lead and a deputy for every role, or an error while there is time to mend it (a stretch);
# - a severity, even while hardly anything is known;
# - every deadline, from a dated table of rules, right to the minute when the clocks change;
# - a notice without guesses and without the victims' data (a stretch).

# %% [markdown]
# ## How to work
#
# Run the cells from the top. Where a question appears, guess first. Write your code where it says
# `raise NotImplementedError()`, then run the check below it, as often as you like. `hint("plan.triage")`
# gives one more hint each time, and `solution("plan.triage")` opens after a pass or three honest tries. A
# cell that uses your function shows `NotImplementedError` until the function is written.
#
# In grading the same checks run with other random draws. Nothing else differs.
#
# **This is engineering training, not legal advice.** The rules come as rows with a source and dates. How a
# law counts its periods, and whether it applies to you, is for your lawyers to say.

# %%
import re
from datetime import UTC, date, datetime, timedelta
from itertools import permutations, product
from zoneinfo import ZoneInfo

import pandas as pd

from autograder.learner import check, hint, predict, progress, solution
from course.rules import rows

# %% [markdown]
# ## The incident
#
# A clinic group runs a triage model. Patients write what hurts, and the model says how urgent it is. On a
# Friday in October somebody on call sees that an answer quotes another patient's letter. NIST SP 800-61
# (revision 3, April 2025, csrc.nist.gov/Projects/incident-response) files what follows under the functions
# Detect, Respond and Recover of its Cybersecurity Framework (CSF) 2.0; this lesson is about Respond.
#
# The line under an exercise's name says what it serves: RS.… is an outcome of Respond in the CSF; RV.… and
# PO.… are tasks of NIST's framework for secure software, the SSDF.

# %%
ROLES = ("commander", "model_owner", "data_steward", "privacy", "legal", "comms", "scribe")

INCIDENT = {"date": date(2026, 10, 23), "shift": "day", "involved": ["gus"]}


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
# ## Part 1: Who
#
# The exercise of this part is a stretch, on top of the 65 minutes. For the core, read this cell and go on at
# Part 2: nothing there needs the exercise's code.
#
# Eight people for seven roles: that looks comfortable. Look again. dee's last day off is the day of the
# incident. gus released the model that is under question. And whoever leads cannot also write down what is
# decided: the first commander you think of may be one of the only two scribes.


# %%
def covered(lead, deputy, shift):
    """Rule 3 below, for two people of the roster and the incident's shift."""
    return shift in lead["shifts"] and {"day", "night"} <= {*lead["shifts"], *deputy["shifts"]}


# %% [markdown]
# ### Exercise: assign_roles
#
# *16 minutes · stretch · 10 points · RS.MA-01 · RV.2.2*
#
# `assign_roles(people, incident)` gives every role in `ROLES` a lead and a deputy.
#
# | name | what it is |
# | --- | --- |
# | `people` | list of dicts like those in `TEAM` above, explained below |
# | `incident` | dict like `INCIDENT` above, explained below |
# | returns | dict: each role → tuple `(lead, deputy)` of two different ids |
# | raises | `ValueError` when no assignment keeps all four rules |
#
# A person has an `id`, the roles they are `trained` for, their `shifts` (`"day"`, `"night"` or both), and
# when they are `away`: tuples (first, last) of dates, both of them days away. An incident has a `date`, the
# `shift` in which it was noticed, and the ids of those `involved`: their own change is under question.
#
# 1. Both are trained for the role.
# 2. Neither is away on the incident's date, and neither is involved.
# 3. The lead works the incident's shift. Lead and deputy together cover day and night: `covered` above.
# 4. Nobody is in both pairs, the commander's and the scribe's. Any other two roles may share people.
#
# Any assignment that keeps the rules is right. `permutations(people, 2)` gives all pairs.
#
# Judged on eight rosters that have a solution: rule 1 (1), rule 2 (2), rule 3 (2), rule 4 (2). On five that
# have none: the `ValueError` (3). A `ValueError` on a roster that has a solution costs those 3 points and the
# 2 of rule 4; on most rosters, all 10.


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
# What `assign_roles` gives for this Friday, and for the week in which eli is away as well:

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
# One holiday, eli's, and nobody is left to part commander and scribe. An error today costs a training course.
# Run it every Monday, over the roster of the next weeks.
#
# *In one line: which single absence would break your own team's plan?*

# %% [markdown]
# ## Part 2: How bad

# %%
predict("plan.unknown")

# %% [markdown]
# In the first hour most answers are "we do not know yet". A form that takes an empty field for "no" makes
# every incident small at exactly the moment at which you know least about it.

# %%
STEP = {"SEV1": 5, "SEV2": 15, "SEV3": 60, "SEV4": 240}  # minutes; our house rule, not a law

# %% [markdown]
# ### Exercise: triage
#
# *15 minutes · core · 13 points · RS.MA-02 · RS.MA-03 · RS.MA-04*
#
# Two functions. `triage(signals)` returns `"SEV1"` (worst), `"SEV2"`, `"SEV3"` or `"SEV4"`. `signals` is a
# dict. Each value may be `None`, and each key may be missing: both mean **unknown**, and an unknown signal
# counts as its worst value. Other keys have no effect: a misspelt key is another key.
#
# | key | value | worst value | effect of the worst value |
# | --- | --- | --- | --- |
# | `safety` | bool: somebody may come to harm | `True` | SEV1 |
# | `data_out` | bool: personal data may have left | `True` | at least SEV2 |
# | `tampered` | bool: model, weights or training data changed | `True` | at least SEV2 |
# | `affected` | number of people, from 0 | 1000 or more | at least SEV2 |
# | `degraded` | bool: the service is worse for its users | `True` | at least SEV3 |
# | `attacker_in` | bool: the attacker can still act | `True` | one step worse (2.) |
# | `fallback` | bool: a safe fallback has taken over | `False` | no step better (3.) |
#
# Count in this order:
#
# 1. Start at SEV4 and take the worst of the first five rows.
# 2. If `attacker_in` counts as `True`: one step worse, at most SEV1.
# 3. If `fallback` is `True`: one step better, at best SEV4; but if `safety` counts as `True`, it stays SEV1.
#
# `escalate(severity, minutes, chain)` returns who must have been paged by now.
#
# | name | what it is |
# | --- | --- |
# | `severity` | one of the four; anything else, `None` too, is unknown and treated as SEV1 |
# | `minutes` | since the first page, from 0; nobody has answered |
# | `chain` | list of ids, in the order in which they are paged |
# | returns | list: the first at once, one more after each full `STEP[severity]` minutes, up to all of them |
# | raises | `ValueError` when the chain is empty |
#
# Judged: 40 sets of signals, all known, no risk to safety (3); 15 with a risk to safety (2); 40 with unknown
# signals (4). Then 12 chains, at and around full steps (2); an unknown severity (1); the empty chain (1).


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
# The incident in three stages. What changes is what the team knows and has done:

# %% tags=["raises-exception"]
stages = {
    "17:00, nothing checked yet": {"data_out": True},
    "18:30, the records are counted": {"data_out": True, "affected": 2, "tampered": False},
    "20:00, old release back in place": {
        "data_out": True, "affected": 2, "tampered": False, "degraded": False,
        "attacker_in": False, "fallback": True, "safety": False,
    },
}  # fmt: skip
for stage, signals in stages.items():
    print(f"{triage(signals)}  {stage}")
print("paged after 12 minutes of silence:", escalate("SEV1", 12, ["eli", "ada", "bo", "hana"]))

# %% [markdown]
# The severity falls once, when somebody has *checked* that nobody is in danger and that the attacker is
# out, and the old release serves. Misspell a key, `"safty": False`, and the alarm stays high: the key that
# counts is missing, so it is unknown. That is the direction in which a plan should fail.

# %% [markdown]
# ## Part 3: By when
#
# Two kinds of clocks run from here. One counts hours, whatever the clock on the wall does. The other counts
# days and months in the calendar. Where clocks change, the two part company twice a year.

# %%
predict("plan.weekend")

# %%
berlin = ZoneInfo("Europe/Berlin")
noticed = datetime(2026, 10, 23, 16, 5, tzinfo=berlin)
by_the_wall = noticed + timedelta(hours=96)
elapsed = by_the_wall.astimezone(UTC) - noticed.astimezone(UTC)
print(noticed, " a Friday")
print(by_the_wall, " + timedelta(hours=96), in Python")
print("hours between them:", elapsed / timedelta(hours=1))

# %% [markdown]
# Adding a `timedelta` to a time *with a zone* moves the hands of the wall clock and ignores what happens to
# the zone in between. 97 hours have passed. For a clock of hours that is an hour too late; for "four days
# later, same time" it is right. In UTC it is the other way round. Neither is wrong: they answer different
# questions.

# %%
predict("plan.link")

# %% [markdown]
# Now the rules, from five laws:
#
# | fact | law |
# | --- | --- |
# | `gdpr` | General Data Protection Regulation, EU |
# | `hipaa` | Health Insurance Portability and Accountability Act, US |
# | `ai_act` | Artificial Intelligence Act, EU |
# | `nis2` | second Network and Information Security Directive, EU |
# | `dora` | Digital Operational Resilience Act, EU; ICT is information and communication technology |
#
# The fact is `True` once counsel says that the law binds you in this incident: whom each one binds is a
# question for them, not for this notebook.
#
# Each rule is a row: a statement in our words, its source, the days on which it was checked and is to be
# checked again. All that our plan knows about the law stands there, and nowhere in the code. The rows are
# short; the laws have exceptions that they leave out. Do not learn them: skim, and see the form.

# %%
RULES = rows("notification")


def in_words(row):
    """A row with its conditions and its clocks in words."""
    needs = [*row["needs"], *(f"{fact} ≥ {least}" for fact, least in row.get("at_least", {}).items())]
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


show(RULES, "id", "as_of", "status", "needs", "clocks", "statement")

# %% [markdown]
# Clocks start at moments: you became `aware`, a breach was `discovered`, the incident was `classified` as
# major, a causal `link` to the model became likely. Several may run for one report; then the earliest end
# counts. Some rules have two versions, each with the day from which it holds. Some rows are `open`: the
# sources conflict or do not say, so nothing may be calculated from them. One row in full, as your code
# gets it:

# %%
for field, value in RULES[5].items():
    print(f"{field:<12} {value}")

# %% [markdown]
# Move the moments, and see which deadlines move with them.

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
# `in_force(rules, on)` gives the rows that held on a day.
#
# | name | what it is |
# | --- | --- |
# | `rules` | list of rows, in any order, with at least `id`, `as_of` (a date) and `status` |
# | `on` | `datetime.date` |
# | returns | list of rows, unchanged, in any order: per id the version that held, if it is `"in force"` |
# | raises | `LookupError` (`KeyError` and `IndexError` are some) if an id has no version as early as `on` |
#
# Rows with the same `id` are versions of one rule; no two of them share an `as_of`. A version holds from its
# `as_of`, that day included, until another version's `as_of` comes. Before the first version the table does
# not know, and silence would read as "no duty": hence the error.
#
# Judged: the right version on 10 drawn tables (2); a version that is not in force, or open, gives no row,
# and brings no older one back (3); the first day of a version (1); the `LookupError` (2). The tables have
# invented rules, named `practice`.


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
# The same table, asked about five days:

# %% tags=["raises-exception"]
days = [date(2026, 7, 1), INCIDENT["date"], date(2027, 12, 1), date(2027, 12, 2), date(2028, 8, 2)]
held = {day: {row["id"] for row in in_force(RULES, day)} for day in days}
print("always:", ", ".join(sorted(set.intersection(*held.values()))))
for day in days:
    print(day, "also:", ", ".join(sorted(held[day] - set.intersection(*held.values()))) or "nothing")
try:
    in_force(RULES[:1], date(2025, 6, 1))
except LookupError as error:
    print("\n2025-06-01:", error)

# %% [markdown]
# Ask about the day on which you became aware, in your zone, and not about today: that is our convention, and
# the report is read years later. The two `annex` rows are requirements for the high-risk systems of two
# annexes of the AI Act. They start later than the duty to report: one reason why even `ai_act` is a question
# for lawyers.
#
# Two helpers for the next exercise. `applies` decides whether a row applies, and `move` counts in a calendar:


# %%
def applies(row, facts):
    """True, False, or None while that is not known."""
    answers = [facts.get(fact) for fact in row["needs"]]
    for fact, least in row.get("at_least", {}).items():
        number = facts.get(fact)
        answers.append(None if number is None else number >= least)
    if False in answers:
        return False
    return None if None in answers else True


def move(local, days=0, months=0):
    """So many days or months later, at the same time of day; the last day where a month is too short."""
    moved = pd.Timestamp(local.replace(tzinfo=None)) + pd.DateOffset(days=days, months=months)
    return moved.to_pydatetime().replace(tzinfo=local.tzinfo)


example = {"id": "example", "needs": ["gdpr"], "at_least": {"affected": 100}}
print([applies(example, {"gdpr": True, "affected": number}) for number in (100, 99, None)])
print(move(datetime(2026, 1, 31, 16, 5, tzinfo=berlin), months=1))
print(move(noticed, days=4))

# %% [markdown]
# ### Exercise: deadlines
#
# *20 minutes · core · 16 points · RS.CO-02 · RV.1.3*
#
# `deadlines(facts, rules)` lists every report that is due. `rules` is a table as for `in_force`; call your
# `in_force`. The day that counts is that of `facts["aware"]` **in the zone** `facts["zone"]`.
#
# | key of `facts` | value |
# | --- | --- |
# | `zone` | name of a time zone, such as `"Europe/Berlin"` |
# | `aware` | `datetime` with a time zone, UTC or a fixed offset: that is how logs tell time |
# | other moments | as named in the rows' `limits`: such a `datetime`, or `None`, or missing |
# | other facts | what `applies` looks at |
#
# A row's `limits` is a list of clocks. If it is missing or empty, the row sets no deadline. A clock is a dict
# with `start`, the name of a moment, and one of `hours`, `days` or `months`:
#
# - `hours` is elapsed time, over a change of the clocks too;
# - `days` and `months` count in the calendar of `zone`, as `move` does. This is our convention.
#
# A clock whose start is `None` or missing does not run. The deadline is the earliest end of the clocks that
# run, or `None` when none does. Compare the ends in UTC: Python compares two times with the same `ZoneInfo`
# by what the wall shows, and one night a year that shows an hour twice.
#
# For example, when you became aware in Berlin on Friday, 23 October 2026, at 16:05, in the log
# `2026-10-23T14:05+00:00`, and know of no link:
#
# | `limits` | `due`, in UTC | on the wall |
# | --- | --- | --- |
# | `[{"start": "aware", "hours": 96}]` | 27 October, 14:05 | 15:05 |
# | `[{"start": "aware", "days": 4}]` | 27 October, 15:05 | 16:05 |
# | `[{"start": "link", "hours": 0}, {"start": "aware", "days": 4}]` | 27 October, 15:05 | 16:05 |
# | `[{"start": "link", "hours": 0}]` | `None` | |
#
# Return a list of dicts, one per row that applies or may apply and has a clock: `id`; `due`, a `datetime`
# with a time zone (any: moments are compared) or `None`; and `sure`, `True` if the row is known to apply,
# else `False`. Earliest first, `None` at the end, equal ones in any order.
#
# Judged, five cases each: the order (1); hours (3); days and months (4); the earliest of several clocks, and
# clocks that do not run (3); who is spared, who stays unsure (2); the rows of the right day (1). Last: five
# incidents, with the course's own table and with its clocks changed by us (2), since a law may change and
# then the row does, not your code.


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
# The clinic's Friday. The group has patients in the US and runs a payment service, so the lawyers are still
# thinking about three of the laws, and nobody has counted the patients:

# %% tags=["raises-exception"]
FACTS = {
    "zone": "Europe/Berlin",
    "aware": datetime(2026, 10, 23, 14, 5, tzinfo=UTC),
    "discovered": datetime(2026, 10, 23, 14, 5, tzinfo=UTC),
    "classified": datetime(2026, 10, 23, 21, 30, tzinfo=UTC),
    "gdpr": True, "hipaa": True, "affected": None, "nis2": None, "dora": None,
    "ai_act": None, "death": False, "widespread": False,
}  # fmt: skip


def due_table(facts):
    """The deadlines as a table, in the local time of the facts."""
    found = pd.DataFrame(deadlines(facts, RULES), columns=["id", "due", "sure"]).set_index("id")
    zone = ZoneInfo(facts["zone"])
    said = [None if pd.isna(due) else f"{due.astimezone(zone):%a %d %b %H:%M}" for due in found["due"]]
    told = [due or "no clock runs" for due in said]
    return found.assign(due=told)


due_table(FACTS)

# %% [markdown]
# Look at the times of day. In the night to 25 October the clocks go back: a clock of hours over that night
# ends at 15:05, a clock of days at 16:05. Lines that are not `sure` stay until somebody decides.
#
# Now learn two things on Sunday evening: few patients are affected, and the model is the likely cause.

# %% tags=["raises-exception"]
due_table(FACTS | {"affected": 2, "link": datetime(2026, 10, 25, 19, 0, tzinfo=UTC)})

# %% [markdown]
# One line is gone, because its threshold is now known not to be reached. The annual report remains; the table
# has no clock for it. Another line is nearer by days: a finding of your own engineers started a clock that
# runs for no time at all. So tell privacy and legal what you find *when* you find it.
#
# What is missing is as important. The rows with the status `open` set no clock, because nobody has verified
# where it starts. Your lawyers get this list today, not in the night:

# %%
show([row for row in RULES if row["status"] == "open"], "id", "statement", "review_by")

# %% [markdown]
# *In one line: at which moment did your organisation "become aware"? Who writes that minute down?*

# %% [markdown]
# ## Part 4: In which words
#
# A stretch too, on top of the 65 minutes. The summary and Monday's file are below.
#
# A notice goes out when you know little, and it is kept for years. Two kinds of sentence do the damage: the
# guess that turns out wrong, and the example that shows a victim's data to everyone who reads it.

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
    "aware": datetime(2026, 10, 23, 14, 5, tzinfo=UTC),
    "sent": datetime(2026, 10, 25, 9, 0, tzinfo=UTC),
    "due": datetime(2026, 10, 26, 14, 5, tzinfo=UTC),
    "delay_reason": None,
    "what": [
        "An answer of the triage model quoted the letter of Mara Olsen.",
        "A former employee probably copied the training data.",
    ],
    "data": ["Names, letters and record numbers."],
    "affected": None,
    "consequences": ["It might lead to fraud."],
    "measures": ["The release was withdrawn.", "Mail to MARA.OLSEN@mail.example was stopped."],
    "contact": "privacy@clinic.example",
    "records": [{"name": "Mara Olsen", "email": "mara.olsen@mail.example", "number": "P-40718"}],
}

# %% [markdown]
# ### Exercise: draft_notice
#
# *18 minutes · stretch · 12 points · RS.CO-02 · RS.CO-03*
#
# `draft_notice(facts, audience)` returns the notice as text, one line per field of `TEMPLATE[audience]`, in
# that order: `field: value`. No other lines, but for rule 5.
#
# | name | what it is |
# | --- | --- |
# | `facts` | dict with the keys of `DRAFT` above, all of them |
# | `audience` | `"authority"`, `"people"` or `"press"`; else `ValueError` |
# | returns | `str`, lines parted by `"\n"` |
#
# 1. `what`, `data`, `consequences` and `measures` are lists of sentences: those that stay are joined by one
#    space. `aware` is given in `facts["zone"]` as `2026-10-23T16:05+02:00`. The others stand as they are.
# 2. A sentence of these lists with a word of `SPECULATION` is left out: whole words, in any letter case.
#    `might` is not a word of "the Mighton Clinic".
# 3. A value that is `None`, or a list of which nothing stays, becomes `not yet known`. Zero people is a
#    value.
# 4. Each value of each of `facts["records"]`, a text, becomes `[withheld]` wherever the finished notice has
#    it, in any letter case: in the reference, the contact and the delay too. The sentence around it stays.
#    Longer values go first: one may be part of another.
# 5. A notice to the authority is late when `sent` is after `due`. It then ends with the line `delay: ` and
#    the `delay_reason`; if that is `None`, `ValueError`. No other notice has such a line or needs a reason.
#
# Judged, four cases each: the lines for each audience, and the `ValueError` for an unknown one (3); the
# unknown (2); speculation (2); victims' data (3); lateness (2).


# %%
def draft_notice(facts, audience):
    ### BEGIN SOLUTION
    if audience not in TEMPLATE:
        raise ValueError(f"no template for {audience}")
    guess = re.compile(rf"\b({'|'.join(SPECULATION)})\b", re.IGNORECASE)

    def worded(field):
        value = facts[field]
        if field == "aware":
            return value.astimezone(ZoneInfo(facts["zone"])).isoformat(timespec="minutes")
        if isinstance(value, list):
            value = " ".join(sentence for sentence in value if not guess.search(sentence)) or None
        return "not yet known" if value is None else value

    lines = [f"{field}: {worded(field)}" for field in TEMPLATE[audience]]
    if audience == "authority" and facts["sent"] > facts["due"]:
        if facts["delay_reason"] is None:
            raise ValueError("a late notice needs its reason")
        lines.append(f"delay: {facts['delay_reason']}")
    notice = "\n".join(lines)
    private = {value for record in facts["records"] for value in record.values()}
    for value in sorted(private, key=len, reverse=True):
        notice = re.sub(re.escape(value), "[withheld]", notice, flags=re.IGNORECASE)
    return notice
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
# "Not yet known" twice, in a notice to an authority. That is right: the GDPR's row says that information may
# follow in phases, and a number that was guessed has to be taken back in public.
#
# The sweep finds what it was given. It does not find "the patient in room 12", and a word list does not find
# every guess. It is a seat belt for the tired; a second reader still signs.

# %% [markdown]
# ## Summary
#
# 1. A role is a lead and a deputy who are trained, present, and cover day and night. Find the gap on Monday.
# 2. Unknown counts as worst. Only something checked may lower a severity.
# 3. Page on a timer: nobody's silence stops the chain.
# 4. Rules are dated rows. Take the rows of the day. An open row says that it does not know.
# 5. Hours elapse, days are counted in the calendar. The earliest end counts.

# %% [markdown]
# ## Use it on Monday
#
# The checklist is a file of its own, `plan_monday.md`, to copy into your repository. Begin with three:
#
# - [ ] Write the roster as data, and let a job fail when a role has no lead and deputy next week.
# - [ ] Take "unknown" for "yes" in your severity form, and make every lowering name who checked what.
# - [ ] Copy `deadlines` and the table of rules, keep the rows that may apply, and have legal sign them.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# Now everybody knows their place, and the clocks run. A plan is worth what its last rehearsal was: put one
# into the calendar. What is left for you stands on the map, on the
# [start page](../../start/welcome/welcome.ipynb).
