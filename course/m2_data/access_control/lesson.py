# The lesson on access control. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Access control: who may do what, and for what
#
# *69 minutes, 48 points in four exercises · a stretch of one more: about 14 minutes and 10 points on top*
#
# **On 15 June 2023** the US health department's Office for Civil Rights announced a settlement with a
# hospital in Yakima, Washington. 23 security guards in its emergency department, from an outside firm, had
# used their logins to look at the records of 419 patients, without a reason in their job. They could see
# names, dates of birth, addresses, notes on treatment and insurance. The looks were from October 2016 to
# January 2017, and a routine internal audit found them. The hospital agreed to pay 240,000 dollars.
# *(Sources: [Morgan Lewis, September
# 2023](https://www.morganlewis.com/blogs/healthlawscan/2023/09/ocr-announces-settlement-agreement-in-phi-breach);
#    [GovInfoSecurity](https://www.govinfosecurity.com/hospital-fined-240k-for-records-snooping-breach-by-guards-a-22305).)*
#
# The guards used their own logins. So this lesson is about the question that comes after the login: who
# may do what, for which purpose, and for how long? After it you can
#
# - write a role check that says no when it doesn't know;
# - add purpose, clearance and time, so that leaving something out never opens a door;
# - take away rights that nobody uses, and say whom it will hurt;
# - open a door in an emergency so that it leaves a trace and closes by itself;
# - stretch: find how a developer gets at weights that no grant of theirs names.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions.*

# %%
from collections import Counter
from datetime import UTC, datetime, time, timedelta

from autograder.learner import check, hint, others, predict, progress, solution
from course.m2_data.access_control.clinic_log import (
    APPROVE,
    TRAIN,
    calendar,
    make_grants,
    make_log,
    next_month,
)
from course.m2_data.access_control.log_window import log_window, twin

# %% [markdown]
# ## Get in
#
# You're a guard at our clinic. The clinic runs a triage service: a nurse enters the measurements of a
# cell sample, and a model says *urgent* or *routine*. You need the door list. The patients' rows are none
# of your business, and somebody took care of that with one line, `BLOCKED`.
#
# **Your turn:** the old gate gets its three texts from the app. Don't pretend to be a nurse, stay a
# guard: change `role`, `action` or `thing` in the marked line so that `BLOCKED` misses you. There are at
# least three ways.

# %%
BLOCKED = {("guard", "read", "patient row")}


def old_gate(role, action, thing):
    return (role, action, thing) not in BLOCKED


role, action, thing = "guard", "read", "patient row"  # <- change this line
print("the door opens" if old_gate(role, action, thing) else "no")

# %% [markdown]
# *Compare:* here are three.

# %%
for attempt in (
    ("Guard", "read", "patient row"),
    ("guard", "export", "patient row"),
    ("gaurd", "read", "patient row"),
):
    print(attempt, "the door opens" if old_gate(*attempt) else "no")

# %% [markdown]
# The gate lists what is forbidden, and nobody can list everything. A gate that lists what is allowed
# refuses whatever nobody thought of. That is **deny by default**.
#
# ## Part 1: Roles
#
# Five words:
#
# | word | what it is |
# | --- | --- |
# | thing | what somebody wants to reach: a patient row, the weights |
# | grant | a pair `(action, thing)` that is allowed: `("read", "patient row")` |
# | role | a name for a list of grants: nurse, guard |
# | inherits | a role also has the grants and denies of the roles in this list, and of what *they* inherit |
# | deny | a pair that is forbidden, whichever role allows it |
#
# Access by roles is called **RBAC**, role-based access control.
#
# **Twenty-three logins, and each of them was valid.** So the answer must come from the role. The reports
# don't say which rights the guards' role had, or from where. In our clinic the guard's role inherits from
# `staff`, as every role does, and things collect in `staff`.
#
# ### Exercise: allowed
#
# *10 minutes · core · 12 points · AML.M0005 · AML.M0019 · PS.1.1*
#
# Write the gate that says no when it doesn't know. `allowed(user, action, thing, policy)` collects the
# user's roles and all that these inherit. In this policy
#
# ```python
# policy = {
#     "users": {"u07": ["nurse"], "u31": ["guard"], "u32": ["guard", "nurse"], "u33": ["gaurd", "nurse"]},
#     "roles": {
#         "staff": {"inherits": [], "allow": [("read", "door list")], "deny": []},
#         "nurse": {"inherits": ["staff"], "allow": [("read", "patient row")], "deny": []},
#         "guard": {"inherits": ["staff"], "allow": [], "deny": [("read", "patient row")]},
#     },
# }
# ```
#
# | user | reads the door list | reads a patient row | because |
# | --- | --- | --- | --- |
# | `u07` | True | True | inherited from `staff`; allowed for a nurse |
# | `u31` | True | False | a guard's role denies it |
# | `u32` | True | False | a deny in any of the roles wins |
# | `u33` | False | False | there's no role `gaurd`, so nobody knows what it would have denied |
# | `u99` | False | False | not a user |
#
# | name | what it is |
# | --- | --- |
# | `user`, `action`, `thing` | texts, compared exactly |
# | `policy` | as above; each role has all three lists |
# | returns | True or False |
#
# The roles that count are the user's own and everything that they inherit, at any depth.
#
# 1. One of these roles isn't in `policy["roles"]`: False, whatever is asked.
# 2. One of them denies the pair: False.
# 3. One of them allows it: True. In every other case: False.
#
# Judged:
#
# - grants, own and inherited, and nothing else (3);
# - deny wins (3);
# - unknown users and roles (3);
# - roles that inherit in a circle, and chains of up to 3,000 roles (2);
# - `policy` stays as it was (1).
#
# <details><summary>The fine print</summary> <code>"*"</code> is a text like any other and matches only
# itself. A role gets nothing from roles that inherit <em>it</em>. A list may be empty. Python doesn't let
# a function call itself 3,000 times, so collect the roles in a loop.</details>


# %%
def allowed(user, action, thing, policy):
    ### BEGIN SOLUTION
    todo, seen, may = list(policy["users"].get(user, [])), set(), False
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        if name not in policy["roles"]:
            return False
        role = policy["roles"][name]
        if (action, thing) in role["deny"]:
            return False
        if (action, thing) in role["allow"]:
            may = True
        todo.extend(role["inherits"])
    return may
    ### END SOLUTION


# %%
check("access_control.allowed", allowed)

# %%
# hint("access_control.allowed")
# solution("access_control.allowed")

# %% [markdown]
# What does it cost? Say two nurses help at the door on Saturdays, so they're guards as well. And somebody
# deletes the role `student`, which four nurses still have.

# %% tags=["raises-exception"]
roles = {
    "staff": {"inherits": [], "allow": [("read", "door list")], "deny": []},
    "nurse": {"inherits": ["staff"], "allow": [("read", "patient row")], "deny": []},
    "guard": {"inherits": ["staff"], "allow": [], "deny": [("read", "patient row")]},
}
extra = {1: ["guard"], 2: ["guard"], 3: ["student"], 4: ["student"], 5: ["student"], 6: ["student"]}
users = {f"u{number:02}": ["nurse", *extra.get(number, [])] for number in range(1, 19)}
locked_out = [u for u in users if not allowed(u, "read", "patient row", {"users": users, "roles": roles})]
print(f"{len(locked_out)} of {len(users)} nurses can't read a patient row:", *locked_out)

# %% [markdown]
# Six nurses call you on Monday. That's the price of "no when in doubt", so test a change of roles before
# you ship it: ask `allowed` for each user and each pair with the old policy and the new one, and read the
# differences.
#
# ## Part 2: Purpose, clearance, time
#
# A role can't tell a nurse who treats a patient from a nurse who is curious about a neighbour. The rule
# needs **attributes**, facts about the person, the thing and the moment. Access by attributes is called
# **ABAC**.
#
# Two of them need a word. The **purpose** is what somebody wants the data for, such as treatment. The
# **clearance** is a number: how much a person may see. A higher one may see more.
#
# One question first. It's about a rule that *forbids*.

# %%
predict("access_control.left_out")

# %% [markdown]
# **No reason in their job**: that's what was wrong in Yakima. A gate that never asks for the purpose
# can't refuse for it. Ours asks. But the clinic app sends the purpose, and an attacker may send what they
# like: another value, one attribute less, or a `clearance` in `env`, where your gate shouldn't look.
#
# ### Exercise: abac_allowed
#
# *12 minutes · core · 12 points · AML.M0019 · PS.1.2 · AML.T0012*
#
# A rule has an `effect` and conditions. A condition that the rule doesn't have isn't asked.
#
# ```python
# rules = [
#     {"effect": "allow", "data": ["patient"], "clearance": 2},
#     {"effect": "deny", "purpose": ["research", "marketing"]},
#     {"effect": "deny", "hours": (time(22), time(6)), "data": ["patient"]},
# ]
# ```
#
# | condition | looks at | is met when |
# | --- | --- | --- |
# | `"purpose": [...]` | `env["purpose"]` | it's in the list |
# | `"data": [...]` | `resource["data"]` | it's in the list |
# | `"clearance": n` | `subject["clearance"]` | it's `n` or more |
# | `"hours": (start, end)` | `env["time"]` | it's `start` or later, and before `end` |
# | any other name | nothing | nobody knows |
#
# A condition has three answers: **met**, **not met**, and **nobody knows**, when the attribute is missing
# or None. Then
#
# - an allow rule applies when *all* its conditions are met;
# - a deny rule applies unless one of its conditions is *not met*. So "nobody knows" doesn't stop a deny.
#
# `abac_allowed(subject, resource, env, rules)` is True when an allow rule applies and no deny rule does.
# With the rules above, `{"clearance": 2}` and `{"data": "patient"}`:
#
# | `env` | answer | because |
# | --- | --- | --- |
# | `{"purpose": "treatment", "time": time(9)}` | True | no deny rule applies |
# | `{"purpose": "research", "time": time(9)}` | False | the first deny rule |
# | `{"time": time(9)}` | False | nobody knows the purpose, so the first deny rule applies |
# | `{"purpose": "treatment", "time": time(23)}` | False | the second deny rule: 22 to 6 goes over midnight |
#
# | name | what it is |
# | --- | --- |
# | `subject`, `resource`, `env` | dicts of attributes; each may be empty, or have more than the table names |
# | `rules` | list of rules, in any order; may be empty |
# | returns | True or False |
#
# Judged:
#
# - allow rules, and no without one (3);
# - hours (2);
# - deny wins (2);
# - taking an attribute away never grants (4);
# - attributes in the wrong place change nothing (1).
#
# <details><summary>The fine print</summary> A rule without conditions always applies. With an empty list
# the answer is "not met", if the attribute is there. <code>start</code> and <code>end</code> differ; when
# <code>start</code> is the later one, the window goes over midnight. A clearance is a whole number and
# may be 0. The attributes come from the three dicts as the table says, and from no other.</details>


# %%
def abac_allowed(subject, resource, env, rules):
    ### BEGIN SOLUTION
    def met(name, wanted):
        """True, False, or None when nobody knows."""
        places = {"purpose": (env, "purpose"), "data": (resource, "data")}
        places |= {"clearance": (subject, "clearance"), "hours": (env, "time")}
        where, key = places.get(name, ({}, name))
        value = where.get(key)
        if value is None:
            return None
        if name == "clearance":
            return value >= wanted
        if name == "hours":
            start, end = wanted
            return start <= value < end if start < end else value >= start or value < end
        return value in wanted

    may = False
    for rule in rules:
        answers = [met(name, wanted) for name, wanted in rule.items() if name != "effect"]
        if rule["effect"] == "deny" and False not in answers:
            return False
        if rule["effect"] == "allow" and answers.count(True) == len(answers):
            may = True
    return may
    ### END SOLUTION


# %%
check("access_control.abac_allowed", abac_allowed)

# %%
# hint("access_control.abac_allowed")
# solution("access_control.abac_allowed")

# %% [markdown]
# Now the bill. Say that 200 honest requests come in on a day, and every eighth is from an old version of
# the clinic app, which doesn't send a purpose. And the attacker adapts, too.

# %% tags=["raises-exception"]
rules = [
    {"effect": "allow", "data": ["patient"], "clearance": 2},
    {"effect": "deny", "purpose": ["research", "marketing"]},
]
nurse, row = {"clearance": 2}, {"data": "patient"}
day = [{} if number % 8 == 0 else {"purpose": "treatment"} for number in range(200)]
refused = sum(not abac_allowed(nurse, row, env, rules) for env in day)
print(f"refused: {refused} of {len(day)} honest requests")
tries = {"research": {"purpose": "research"}, "nothing": {}, "a lie": {"purpose": "treatment"}}
print({said: abac_allowed(nurse, row, env, rules) for said, env in tries.items()})

# %% [markdown]
# So ship the new app before the rule. And look at the last try: **a lie works.** A purpose that a client
# types is a claim. It leaves a trace that can be checked later: was there an appointment? Better still,
# take the purpose from something the client can't write, such as the list of today's patients.
#
# *Good place to stop: 36 minutes so far.*
#
# ## Part 3: Rights that nobody uses
#
# Who is new at our clinic gets the rights of a colleague. Nobody gives rights back. `make_grants()` has the
# grants of 40 people and `make_log()` what they did in the last 26 weeks.

# %%
grants, log = make_grants(), make_log()
print(f"{len({grant['user'] for grant in grants})} people, {len(grants)} grants, {len(log):,} lines of log")
print(grants[0])
print(log[0])

# %%
predict("access_control.unused")

# %% [markdown]
# The plan is **least privilege**: people keep what they need. The log shows what they used. What they
# *need* is something else. How much log is enough?
#
# In the picture the grants that weren't used go. Only *break-glass* grants, which are for emergencies,
# always stay. Then comes next month, and people ask for something that they've just lost. Your task: **at
# most 5 % of the people may be refused next month. Find the shortest log that does it, without the
# calendar and with it.** The calendar lists rare jobs that the clinic knows beforehand.

# %%
log_window()

# %% [markdown]
# The same without a widget:

# %%
twin()


# %% [markdown]
# *Compare:* this cell asks it of all 26 lengths.

# %%
from course.m2_data.access_control.log_window import outcome

for listed in (False, True):
    weeks = next(weeks for weeks in range(1, 27) if outcome(weeks, listed)[1] <= 0.05)
    gone, people, requests = outcome(weeks, listed)
    kept = "used, break-glass, calendar" if listed else "used, break-glass"
    said = f"{gone:.0%} of the grants go, {people:.1%} of the people refused"
    print(f"kept: {kept:28} {weeks:2} weeks of log: {said}")
held = {(g["user"], g["action"], g["thing"]) for g in grants if not g["break_glass"]} - calendar()
for user, action, thing in sorted(held):
    key = {"user": user, "action": action, "thing": thing}
    last = max((line["day"] for line in log if line == {**line, **key, "outcome": "ok"}), default=0)
    asks = sum(line == {**line, **key} for line in next_month())
    weeks = (182 - last) // 7 + 1
    if last and weeks > 9 and asks:
        print(f"{user}, {action} {thing}: last used {weeks} weeks back, asked for {asks} times next month")

# %% [markdown]
# Without the calendar you need more than a quarter of a year, because a quarterly job must have come by.
# The calendar saves you these jobs, but not the ones that come about monthly, on no fixed day. The last
# lines show three of them: their last use is 10, 14 and 21 weeks back. A log of 9 weeks misses all three
# people. With 10 weeks two are left, 5 % of 40; and `u29` is refused until you look 21 weeks back. At
# work you don't have next month: hold back your last month, and try the shorter log on that.
#
# Two kinds of rights can't be judged by use:
#
# - **Break-glass** grants are for emergencies. Nobody uses them for months, and they must be there.
# - **Separation of duties**: who trains a model doesn't approve its release, or one person alone can ship a
#   bad one. In our log two people do both. No log of use will find that wrong.
#
# **A routine audit found the guards.** An audit reads the log when it's too late. Read earlier, the
# same log shows which rights to take away. It wouldn't have stopped the guards: they *used* their rights.
#
# ### Exercise: minimal_roles
#
# *10 minutes · core · 12 points · AML.M0005 · PS.1.1 · PS.1.3*
#
# `minimal_roles(log, grants)` says what everybody keeps. For these grants and this log (outcomes are `"ok"`
# unless the table says otherwise)
#
# | user | grant | break_glass | lines in the log | kept |
# | --- | --- | --- | --- | --- |
# | `u01` | read, patient row | False | 2 | yes |
# | `u01` | read, bill | False | 3, all `"refused"` | no |
# | `u01` | read, whole record | True | none | yes |
# | `u02` | train, model | False | 5 | no |
# | `u02` | approve, release | False | 9 | yes |
# | `u03` | read, weights | False | none | no |
#
# it returns
#
# ```python
# {"u01": {("read", "patient row"), ("read", "whole record")}, "u02": {("approve", "release")}, "u03":
# set()}
# ```
#
# | name | what it is |
# | --- | --- |
# | `log` | list of dicts: `day`, `user`, `action`, `thing`, `outcome` (`"ok"` or `"refused"`), in any order |
# | `grants` | list of dicts: `user`, `action`, `thing`, `break_glass` |
# | returns | dict: every user of `grants` → set of `(action, thing)` |
#
# 1. Keep a grant that its user used, with the outcome `"ok"`, or that is break-glass. Add none.
# 2. A user who then still has both `TRAIN` and `APPROVE`, break-glass or not, keeps the one with more
#    `"ok"` lines. With equally many, `TRAIN` stays: a colleague can approve.
#
# Judged:
#
# - used grants stay, the others go (4);
# - break-glass stays, but for the pair (3);
# - nobody keeps the pair (4);
# - every user of `grants`, and inputs as they were (1).
#
# <details><summary>The fine print</summary> <code>TRAIN</code> is <code>("train", "model")</code> and
# <code>APPROVE</code> is <code>("approve", "release")</code>. A line may be about something that its user
# has no grant for, or about a user without any grant. A grant may be listed twice; it's break-glass when
# one of the two is.</details>


# %%
def minimal_roles(log, grants):
    ### BEGIN SOLUTION
    uses = Counter((line["user"], line["action"], line["thing"]) for line in log if line["outcome"] == "ok")
    kept = {grant["user"]: set() for grant in grants}
    for grant in grants:
        user, pair = grant["user"], (grant["action"], grant["thing"])
        if grant["break_glass"] or uses[(user, *pair)]:
            kept[user].add(pair)
    for user, pairs in kept.items():
        if {TRAIN, APPROVE} <= pairs:
            approves_more = uses[(user, *APPROVE)] > uses[(user, *TRAIN)]
            pairs.remove(TRAIN if approves_more else APPROVE)
    return kept
    ### END SOLUTION


# %%
check("access_control.minimal_roles", minimal_roles)

# %%
# hint("access_control.minimal_roles")
# solution("access_control.minimal_roles")

# %% [markdown]
# Now run yours on 26 and on 8 weeks of log, and see who is refused in the month after. The picture
# counted requests; this counts grants.


# %% tags=["raises-exception"]
def lost(log, month):
    """(user, action, thing) that are asked for in `month`, that were granted, and that are gone now."""
    kept = minimal_roles(log, grants)
    had = {(grant["user"], grant["action"], grant["thing"]) for grant in grants}
    asked = {(line["user"], line["action"], line["thing"]) for line in month}
    return sorted(one for one in asked & had if one[1:] not in kept[one[0]])


recent = [line for line in log if line["day"] > 182 - 56]
for said, lines in (("26 weeks", log), (" 8 weeks", recent)):
    stay, missing = sum(map(len, minimal_roles(lines, grants).values())), lost(lines, next_month())
    listed = sum(one in calendar() for one in missing)
    people = len({one[0] for one in missing})
    print(
        f"{said}: {stay} of {len(grants)} grants stay. {people} people miss {len(missing)} next "
        f"month; {listed} of them are in the calendar"
    )
for user, action, thing in lost(log, next_month()):
    print(f"after 26 weeks, {user} misses: {action} {thing}")

# %% [markdown]
# After 26 weeks only the separation of duties costs somebody something. These people must ask a colleague
# now, and that's the point of it.
#
# The attacker adapts. An insider who knows the rule uses each grant once, in time. It costs nothing:

# %% tags=["raises-exception"]
developer = "u27"
theirs = [grant for grant in grants if grant["user"] == developer]
warm = [
    {"day": 180, "user": developer, "action": g["action"], "thing": g["thing"], "outcome": "ok"}
    for g in theirs
]
for said, lines in (("honest log", log), ("each used once", log + warm)):
    print(f"{said:15} {len(minimal_roles(lines, grants)[developer])} of {len(theirs)} grants stay")

# %% [markdown]
# All but one stay, and only the pair is broken up. So use shows what nobody needs; it doesn't show who
# needs what. Let the person in charge confirm a grant that was used once or twice, and ask for the
# reason.
#
# ## Part 4: What must never be refused
#
# An unconscious patient can't wait for a form. So the clinic needs a door that opens at once. It's called
# **break-glass**, after the key behind a pane: everybody sees that it was used. Without the trace it's
# a back door, and if it stays open it's just another grant.
#
# **What did the guards see?** Names, dates of birth, addresses, notes on treatment, insurance. Say one of
# them needed something for the job: was the patient still in the building? That is one field. The whole
# record came with it.
#
# PHI is *protected health information*. An emergency request is a dict called `glass`: the reason, and
# when it was opened. The clinic has reasons, roles and a limit for it, a record, and a table of who needs
# which fields.

# %%
REASONS = ("unconscious", "life-threat", "system-down")  # codes; nobody types a text
GLASS_ROLES = ("nurse", "doctor")
LIMIT = timedelta(minutes=30)

record = {
    "case": "case/9f3a61c2",
    "name": "(a name)",
    "age": 61,
    "ward": "B2",
    "result": "urgent",
    "allergy": None,
}
need = {
    ("treatment", "doctor"): ["case", "age", "result", "allergy"],
    ("visit", "guard"): ["ward"],
    ("billing", "clerk"): ["case", "insurance"],
}

# %% [markdown]
# ### Exercise: phi_gate
#
# *11 minutes · core · 12 points · AML.M0019 · AML.M0024 · PS.1.2*
#
# `phi_gate` hands out the fields that a purpose and a role need, the
# **minimum necessary**, and leaves one event for each call, refused or not.
#
# With these, and `glass = {"reason": "unconscious", "opened": datetime(2026, 3, 2, 9, 30, tzinfo=UTC)}`:
#
# | call | fields | outcome | reason |
# | --- | --- | --- | --- |
# | a guard, `"visit"`, no glass | ward | `"ok"` | `"none"` |
# | a guard, `"treatment"`, no glass | nothing | `"refused"` | `"none"` |
# | a doctor, `"visit"`, glass, at 9:59 | the whole record | `"break-glass"` | `"unconscious"` |
# | a doctor, `"treatment"`, glass, at 10:00 | case, age, result, allergy | `"ok"` | `"closed"` |
# | a guard, `"visit"`, glass, at 9:59 | ward | `"ok"` | `"closed"` |
#
# `phi_gate(record, role, purpose, now, need, glass)` returns `(fields, event)`. The first row, asked at
# 9:59, gives
#
# ```python
# ({"ward": "B2"},
#  {"time": "2026-03-02T09:59:00+00:00", "role": "guard", "purpose": "visit", "outcome": "ok",
#   "reason": "none", "fields": ["ward"]})
# ```
#
# The gate gets neither the user nor the case. Its caller adds both to the event: the user from the login,
# and the case id. The cell after the exercise does it.
#
# | name | what it is |
# | --- | --- |
# | `record` | dict: field → value |
# | `role` | text, from the login |
# | `purpose` | text, from the client |
# | `now` | `datetime` in UTC; `time` in the event is `now.isoformat()` |
# | `need` | dict: `(purpose, role)` → list of fields; a pair that isn't there needs nothing |
# | `glass` | None, or a dict: `reason`, anything from the client; `opened`, a `datetime` from our code |
#
# 1. The glass is **open** when the role is in `GLASS_ROLES`, the reason is in `REASONS`, and `now` is
#    `opened` or later, and before `opened + LIMIT`. Then `fields` is the whole record, the outcome is
#    `"break-glass"` and the event has the glass's reason.
# 2. Otherwise `fields` has what `need` lists and the record has. The outcome is `"ok"`, or `"refused"` when
#    that's nothing. The event's reason is `"none"` without a glass, and `"closed"` with one.
# 3. The event's `fields` are the sorted *names*. A purpose that no pair of `need` has becomes `"other"`, so
#    that nobody can type a patient into your log.
#
# Judged:
#
# - the fields (3);
# - the glass opens, and stays shut otherwise: role, reason, time (4);
# - the event (4);
# - `record`, `need` and `glass` stay as they were (1).
#
# <details><summary>The fine print</summary> A field whose value is None, 0 or an empty text is there, and
# is handed out. The order of keys is free. A reason may be a list or None: it isn't in
# <code>REASONS</code>, and nothing raises. An empty record, opened by glass, is still
# <code>"break-glass"</code>.</details>


# %%
def phi_gate(record, role, purpose, now, need, glass):
    ### BEGIN SOLUTION
    is_open = (
        glass is not None
        and role in GLASS_ROLES
        and glass["reason"] in REASONS
        and glass["opened"] <= now < glass["opened"] + LIMIT
    )
    if is_open:
        fields, outcome, reason = dict(record), "break-glass", glass["reason"]
    else:
        fields = {name: record[name] for name in need.get((purpose, role), []) if name in record}
        outcome = "ok" if fields else "refused"
        reason = "none" if glass is None else "closed"
    known = any(purpose == pair[0] for pair in need)
    event = {
        "time": now.isoformat(),
        "role": role,
        "purpose": purpose if known else "other",
        "outcome": outcome,
        "reason": reason,
        "fields": sorted(fields),
    }
    return fields, event
    ### END SOLUTION


# %%
check("access_control.phi_gate", phi_gate)

# %%
# hint("access_control.phi_gate")
# solution("access_control.phi_gate")

# %% [markdown]
# The attacker adapts once more: a curious nurse, `u09`, names a reason from the list. Say a month has
# twelve emergencies, and `u09` adds seven looks that aren't.

# %% tags=["raises-exception"]
opened = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
month = [(f"u{number:02}", "unconscious") for number in range(1, 13)] + [("u09", "life-threat")] * 7
events = []
for user, reason in month:
    _, event = phi_gate(record, "nurse", "emergency", opened, need, {"reason": reason, "opened": opened})
    events.append({"user": user, "case": record["case"], **event})
print("opened:", sum(event["outcome"] == "break-glass" for event in events), "of", len(month))
print("most often:", Counter(event["user"] for event in events).most_common(3))
minutes_each = 5
print(
    f"somebody reads {len(events)} events, at {minutes_each} minutes each: "
    f"{len(events) * minutes_each} minutes a month"
)

# %% [markdown]
# The gate stopped none of the seven. It can't, and it mustn't: it doesn't know who is unconscious. But each
# look leaves a line, and the caller, this cell, put the user's id on it. That's how you found `u09`. So
# somebody has to read these lines, within days. Without that reader the glass is a back door.
#
# ## Part 5 (stretch): The grant that shouldn't be
#
# After the clean-up no developer holds a grant for the weights. But look at the rest: who may change a
# program, and as whom that program runs. Three actions are as good as *being* the other one:
# `"edit"` its code, `"assume"` its role, `"reset"` its password.

# %%
TAKES_OVER = ("edit", "assume", "reset")
holdings = [
    ("developer", "edit", "code"),
    ("developer", "edit", "nightly script"),
    ("developer", "read", "model report"),
    ("nightly script", "assume", "training job"),
    ("nightly script", "write", "audit log"),
    ("training job", "read", "training data"),
    ("training job", "write", "weights"),
    ("training job", "assume", "store admin"),
    ("store admin", "read", "weights"),
    ("security engineer", "reset", "store admin"),
    ("code", "read", "model report"),
]

# %% [markdown]
# **The guards used rights that they had. A developer can collect new ones.** One grant after the other is
# harmless, and together they reach the weights.
#
# ### Exercise: chain
#
# *12 minutes · stretch · 10 points · AML.T0012 · AML.T0035*
#
# Be the attacker. `chain(holdings, who, action, thing)` finds the shortest chain of grants by which `who`
# gets to do `action` on `thing`. For `("developer", "read", "training data")` it is
#
# ```python
# [("developer", "edit", "nightly script"), ("nightly script", "assume", "training job"),
#  ("training job", "read", "training data")]
# ```
#
# | name | what it is |
# | --- | --- |
# | `holdings` | list of `(holder, action, thing)` |
# | returns | a list of these triples, or None when there is no chain |
#
# - The first one's holder is `who`, and the last one is `(someone, action, thing)`.
# - Each one but the last has an action in `TAKES_OVER`, and its thing holds the next one.
#
# Judged:
#
# - a chain that holds (4) and is as short as any (3);
# - None when there is none (3).
#
# <details><summary>The fine print</summary> If several are the shortest, any of them is right. Takeovers
# may go in a circle. A grant that <code>who</code> has itself is a chain of one. To have taken over the
# thing isn't the same as doing <code>action</code> on it. <code>holdings</code> stays as it was; that
# isn't judged.</details>


# %%
def chain(holdings, who, action, thing):
    ### BEGIN SOLUTION
    ways, seen = [(who, [])], {who}
    for holder, way in ways:
        for one in holdings:
            if one == (holder, action, thing):
                return [*way, one]
        for one in holdings:
            if one[0] == holder and one[1] in TAKES_OVER and one[2] not in seen:
                seen.add(one[2])
                ways.append((one[2], [*way, one]))
    return None
    ### END SOLUTION


# %%
check("access_control.chain", chain)

# %%
# hint("access_control.chain")
# solution("access_control.chain")

# %% [markdown]
# And now defend: take one grant of the chain away, and ask again. Honest work must go on: somebody repairs
# the script, it trains at night, and the store is backed up.

# %% tags=["raises-exception"]
WORK = {
    "repairs": ("developer", "edit", "nightly script"),
    "training": ("nightly script", "write", "weights"),
    "backups": ("store admin", "read", "weights"),
}
found = chain(holdings, "developer", "read", "weights")
print(*found, sep="\n")
for one in found:
    rest = [other for other in holdings if other != one]
    reached = chain(rest, "developer", "read", "weights") is not None
    stops = [job for job, wanted in WORK.items() if chain(rest, *wanted) is None]
    state = "reached" if reached else "safe"
    print("without", one, "the weights are", state, "and this stops:", stops or "nothing")

# %% [markdown]
# Each of the four cuts the chain, and three of them stop somebody's work. The training job writes
# weights; it needn't be the administrator of the store. That's the grant that shouldn't be. And *safe*
# means that nobody reads the weights. Ask `chain` for `("developer", "write", "weights")`: that way is
# still open.
#
# ## Summary
#
# **June 2023, the end of the case.** The hospital agreed to a plan of two years: assess its risks, revise
# its policies, train its people. In your gates, a guard has a role that denies, a purpose that must be
# named and can be checked later, no grant that nobody uses, one field instead of a record, and an event
# for each look, to which the caller adds the user.
#
# 1. List what is allowed. A role that nobody knows, or an attribute that's missing, means no.
# 2. A deny rule applies unless you know that it doesn't. Otherwise leaving something out opens the door.
# 3. Unused grants go, once the log is longer than the longest gap between two uses of a job, or a
#    calendar lists that job. An insider can keep a grant warm.
# 4. Two duties that must not meet in one person won't part by themselves.
# 5. Break-glass opens at once, closes by itself, and somebody reads the events.
#
# ## Use it on Monday
#
# Two exports are enough: who may do what, and who did what. This prints the grants that nobody used, and
# who can both train and approve. A fuller checklist is [the Monday sheet](monday.md).

# %%
import csv
import io

GRANTS = "user,action,thing\nu01,read,patient row\nu01,read,bill\nu02,train,model\nu02,approve,release\n"
LOG = "user,action,thing,outcome\nu01,read,patient row,ok\nu01,read,bill,refused\nu02,train,model,ok\n"
PAIR = {("train", "model"), ("approve", "release")}

has = {(row["user"], row["action"], row["thing"]) for row in csv.DictReader(io.StringIO(GRANTS))}
did = {(r["user"], r["action"], r["thing"]) for r in csv.DictReader(io.StringIO(LOG)) if r["outcome"] == "ok"}
for grant in sorted(has - did):
    print("not used:", *grant, sep="  ")
for user in sorted({user for user, *_ in has}):
    if all((user, *pair) in has for pair in PAIR):
        print("trains and approves:", user)

# %% [markdown]
# - [ ] Find the line of your code that answers when no rule fits. Does it say no?
# - [ ] Send a request with one attribute left out, for each attribute. Nothing may open.
# - [ ] Print the unused grants of one system, and ask before you take one away.
# - [ ] Nobody both trains a model and approves its release.
# - [ ] There's a break-glass account, it ends by itself, and a person reads its events.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# Here you decided who may see a patient's row. What if you hand out the table without names? The next
# lesson: [Anonymisation: what a release still tells](../anonymisation/anonymisation.ipynb). Your map is
# on the [start page](../../start/welcome/welcome.ipynb).
