# The lesson on design. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Design: the threat model as code
#
# *68 minutes, 42 points in four exercises*
#
# **In September 2023** attackers began to take over clusters that ran Ray, a framework for scaling AI
# workloads. Ray's Job API runs any code that it's given, by design, and it doesn't ask who is calling. With
# the default configuration, the internet may reach it. The researchers at Oligo who found the attacks put
# them at seven months at least. Of five vulnerabilities that had been reported, Ray's makers promptly fixed
# four. The fifth they dispute: the missing authentication is a *design decision*, they say, because Ray is
# meant to run in a safe network. *(Source: MITRE ATLAS 5.6.0, case study [AML.CS0023,
# ShadowRay](https://atlas.mitre.org/studies/AML.CS0023), dated 5 September 2023.)*
#
# You can't find that flaw by reading one line after the other. What was missing was an agreement: which
# network is safe, and who makes sure of it? A *threat model* is that agreement, drawn. In this lesson you
# draw one.
#
# After this lesson you can
#
# - draw a service as code, with its parts, flows and trust boundaries, and have a tool list threats;
# - sort that list, with a reason for each line;
# - design the record of what happened, so that no patient is in it;
# - review somebody else's design for what is missing.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions.*

# %%
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pandas as pd

from autograder.learner import check, hint, needs, predict, progress, solution

needs("design")

from pytm import TM, Actor, Boundary, Dataflow, Datastore, Process, Server

from course.m1_lifecycle.design.blast_radius import blast_radius, falls, fewest, twin
from course.m1_lifecycle.design.clinic import describe, listing

# %% [markdown]
# ## Five lines, and a tool's opinion
#
# You work on a clinic's triage service. A nurse enters 30 measurements of a cell sample, and a model says
# *urgent* (a doctor looks today) or *routine*. Planning left six requirements. Two of them are yours:
#
# - **R3**: every answer leaves one audit event, without patient data.
# - **R6**: every flow over a boundary is encrypted, and both ends are authenticated.
#
# We draw with `pytm`, which calls a person an `Actor`, a program a `Server`, and a place where data lies a
# `Datastore`. A `Dataflow` is an arrow between two of them: it takes the source, the sink and a name. Here
# are three elements and two flows. How many threats does the tool find in them?

# %%
predict("design.findings")


# %%
def three_elements():
    TM.reset()  # pytm keeps the drawing in the class: without this, a new model still has the old elements
    tm = TM("a sketch")
    nurse, service, store = Actor("nurse"), Server("scoring service"), Datastore("model store")
    measurements = Dataflow(nurse, service, "measurements")
    Dataflow(store, service, "release")
    return tm, service, measurements


tm, service, measurements = three_elements()
sketch = listing(tm)
print(len(sketch), "findings:", dict(Counter(row["target"] for row in sketch)))
pd.DataFrame(sketch)[["threat", "target", "what"]].sample(8, random_state=1)

# %% [markdown]
# Now make it shorter. A control is a promise about an element, and in pytm it's an attribute of
# `element.controls`. Each line below changes one thing in a new sketch. Guess which one helps the clinic.

# %%
tm, service, measurements = three_elements()
service.controls.validatesInput = service.controls.sanitizesInput = service.controls.encodesOutput = True
print("three controls that nobody has built:", len(listing(tm)))

tm, service, measurements = three_elements()
service.inScope = False
print("the service is out of scope:         ", len(listing(tm)))

tm, service, measurements = three_elements()
measurements.isEncrypted = True  # it should be measurements.controls.isEncrypted
print("encrypted, on the wrong object:      ", len(listing(tm)), describe(tm)["flows"][0])

# %% [markdown]
# None of them helps. You have just broken a threat model in three ways that pytm doesn't notice:
#
# - A **claim** removes findings. pytm believes what you type.
# - A **scope** that's drawn too small removes 44 of 58. That's how "meant for a safe network" works.
# - A **typo** changes nothing and raises no error: pytm takes any attribute. Our `describe(tm)`, which turns
#   a drawing into plain data, lists such attributes under `unknown`.
#
# So the tool doesn't know what's true. It asks good questions, and you have to answer them.
#
# ## What falls if one part falls
#
# Before you draw the clinic yourself, see what a drawing is good for. These are its parts:
#
# | part | what it is |
# | --- | --- |
# | clinic app | the nurse uses it; it asks the service |
# | scoring service | an API: it loads a release, answers, and writes an event to the audit log |
# | model store | the releases `1.0.0`, `1.1.0`, … |
# | training job | reads the training data, and writes releases; a developer starts it |
# | training data, audit log | what the model learns from, and what happened |
#
# A part **falls** when an attacker decides what it does, or what it holds. A part that trusts a fallen one
# falls too. The number of all parts that fall is the **blast radius**. The *stranger* is whoever can reach
# the network, as in ShadowRay. A cross marks a flow where the fall is stopped.
#
# Your task: the training job falls. **Keep the attacker away from the clinic app, with as few switches as you
# can.** Before you try it, one question.

# %%
predict("design.signed")

# %%
blast_radius()

# %%
twin()

# %% [markdown]
# *Compare:*

# %%
for on in ({"r1"}, {"second"}, {"r1", "second"}):
    print(f"{' and '.join(sorted(on)):13} {len(falls('training job', on))} of 9 fall")
print("fewest switches:          ", fewest("training job", "clinic app"))
print("a stranger, all but R6 on:", len(falls("stranger", {"r1", "second", "rows", "append"})))
print("a stranger, only R6 on:   ", len(falls("stranger", {"r6"})))

# %% [markdown]
# Two controls that each do nothing do it together. Signed releases don't stop a fallen job that has the key.
# A second person doesn't stop it either, as long as the service loads what nobody signed. And a developer's
# stolen account gets past R6, because it's a real account. You see this only in a drawing of the whole.
#
# The picture is a model too. It counts who obeys whom. It says nothing about how likely a fall is, or about
# what can be read on the way.
#
# ## Part 1: Draw it
#
# **A scan for open Ray dashboards.** By default a dashboard listens on all network interfaces. On a drawing,
# that's one arrow over a boundary, from somebody outside to a job that runs code.
#
# A **trust boundary** is a line where the person in charge, or the network, changes. You make one with
# `Boundary("clinic network")`, and put an element into it with `Server("clinic app", inBoundary=clinic)`. A
# flow crosses a boundary when its two ends don't lie in the same one; "in none" counts as a place of its own.
# R6 asks for three controls on such a flow:
#
# ```python
# flow = Dataflow(app, service, "measurements")
# flow.controls.isEncrypted = True
# flow.controls.authenticatesSource = True
# flow.controls.authenticatesDestination = True
# ```
#
# ### Exercise: build_model
#
# *12 minutes · core · 11 points · PW.1.1 · AML.M0019 · AML.T0049*
#
# Draw the clinic, so that colleagues can argue about the same picture. The function returns
# `describe(tm)`, and the frame around your code does that already. For the five lines from above, `describe`
# gives parts such as `{"name": "nurse", "kind": "actor", "boundary": None}`, and flows as you've seen them.
#
# | part | kind | lies in |
# | --- | --- | --- |
# | `nurse` | actor | `clinic network` |
# | `clinic app` | server | `clinic network` |
# | `developer` | actor | no boundary |
# | `scoring service`, `training job` | server | `service network` |
# | `model store`, `training data`, `audit log` | store | `service network` |
#
# An arrow goes the way the data goes. The names of flows are yours.
#
# - The nurse enters measurements into the clinic app. The app sends them to the scoring service, and the
#   service sends its answer back to the app.
# - The model store gives the service a release. The service writes an event to the audit log.
# - The training data gives the training job its rows. The job writes a release to the model store.
# - The developer sends the training job an order to start.
#
# Judged:
#
# - each part is there once, with its kind and place (3);
# - each of the eight arrows is there (3);
# - R6 holds for every flow over a boundary (3);
# - every part has a flow, and none joins an actor and a store (2).
#
# <details><summary>The fine print</summary> You may draw more parts, boundaries and flows, and several flows
# between the same two parts. All rules hold for them too. Names of parts are all different. A
# <code>Process</code> counts as a server. Only the description is judged, from a second call of your
# function. The points for R6, and those for loose ends, count once the eight arrows are there.</details>


# %%
def build_model():
    TM.reset()
    tm = TM("the clinic")
    ### BEGIN SOLUTION
    clinic, network = Boundary("clinic network"), Boundary("service network")
    nurse = Actor("nurse", inBoundary=clinic)
    app = Server("clinic app", inBoundary=clinic)
    developer = Actor("developer")
    service = Server("scoring service", inBoundary=network)
    job = Server("training job", inBoundary=network)
    store = Datastore("model store", inBoundary=network)
    rows = Datastore("training data", inBoundary=network)
    log = Datastore("audit log", inBoundary=network)
    Dataflow(nurse, app, "measurements of a sample")
    Dataflow(store, service, "release to load")
    Dataflow(service, log, "audit event")
    Dataflow(rows, job, "rows")
    Dataflow(job, store, "new release")
    crossing = [
        Dataflow(app, service, "measurements"),
        Dataflow(service, app, "answer"),
        Dataflow(developer, job, "order to train"),
    ]
    for flow in crossing:
        flow.controls.isEncrypted = True
        flow.controls.authenticatesSource = True
        flow.controls.authenticatesDestination = True
    ### END SOLUTION
    return describe(tm)


# %%
check("design.build_model", build_model)

# %%
# hint("design.build_model")
# solution("design.build_model")

# %% [markdown]
# What does pytm say about it? And what does it say about the threats that this course is about?

# %% tags=["raises-exception"]
drawn = build_model()
tm = TM("the clinic")  # the elements are still in the class
findings = listing(tm)
print(len(findings), "findings:", dict(Counter(row["target"] for row in findings)))
answer = next(flow["name"] for flow in drawn["flows"] if flow["sink"] == "clinic app" and flow["encrypted"])
print(f"still on the flow {answer!r}:", [row["what"] for row in findings if row["target"] == answer])
words = re.compile("poison|training|weights|evasion|extract", re.I)
print("on poisoned data, stolen or evaded models:", [f for f in findings if words.search(f["what"])])

# %% [markdown]
# The list got longer, and poisoned training data isn't on it. pytm 1.4.0 has a threat "Training Data
# Poisoning", but asks it only of elements of the class `LLM`. It also keeps some findings on an encrypted
# flow, because it would like a VPN and a check of revoked certificates. **A tool's list is too long and too
# short.** Against too short, there are pictures like the one above, and catalogues such as MITRE ATLAS. Too
# long is next.
#
# ## Part 2: Sort the list
#
# **The fifth vulnerability is disputed, and so the static scans don't show it.** "It runs in a safe
# network" is a reason to drop a finding, but it's a statement about somebody else's network. Who has tested
# it? We accept two reasons only, and both can be checked:
#
# - *not applicable*: the attack needs something that the part doesn't use. Without SQL, no SQL injection.
# - *mitigated*: a control answers the threat, and a test of it **passed**. A plan is no control.
#
# What a part uses and which tests passed stands in a fact sheet, the `context`. The people who run the part
# fill it in.
#
# ### Exercise: triage_findings
#
# *9 minutes · core · 8 points · PW.1.1 · PW.1.2*
#
# Most of such a list is noise, and the true threats hide in it. Write the function that sorts it, with a
# reason for each line. With
#
# ```python
# tests = {"validatesInput": "passed", "isHardened": "failed"}
# context = {"scoring service": {"uses": ["json"], "tests": tests}}
# ```
#
# | finding: `target` | `needs` | `control` | verdict | reason |
# | --- | --- | --- | --- | --- |
# | `scoring service` | `"sql"` | `"validatesInput"` | `"not applicable"` | `"uses no sql"` |
# | `scoring service` | `"json"` | `"validatesInput"` | `"mitigated"` | `"validatesInput is tested"` |
# | `scoring service` | `None` | `"isHardened"` | `"keep"` | `"isHardened is not tested"` |
# | `model store` | `"sql"` | `"isHardened"` | `"keep"` | `"isHardened is not tested"` |
#
# | name | what it is |
# | --- | --- |
# | `findings` | list of dicts with `target`, `needs` (`None`: always possible) and `control` |
# | `context` | dict: part → sheet, a dict that may have `"uses"` (list) and `"tests"` (control → result) |
# | returns | list of pairs `(verdict, reason)`, one for each finding, in the same order |
#
# Ask in this order: *not applicable*, *mitigated*, *keep*. What the sheet doesn't say, nobody knows: no
# `"uses"` rules nothing out, and an empty list does.
#
# Judged on drawn findings and sheets:
#
# - every true threat stays, and at least 60 % of the noise goes (3);
# - every verdict is right (3), and every reason (2).
#
# <details><summary>The fine print</summary> Texts are compared whole: <code>nosql</code> is not
# <code>sql</code>. Only the result <code>"passed"</code> counts; there are others, such as
# <code>"failed"</code> and <code>"planned"</code>. A target may have no sheet, a sheet may be empty, and the
# list of findings too. Findings have more keys, which you don't need. Noise is what isn't kept.</details>


# %%
def triage_findings(findings, context):
    ### BEGIN SOLUTION
    verdicts = []
    for finding in findings:
        sheet = context.get(finding["target"], {})
        needs, control = finding["needs"], finding["control"]
        if needs is not None and "uses" in sheet and needs not in sheet["uses"]:
            verdicts.append(("not applicable", f"uses no {needs}"))
        elif sheet.get("tests", {}).get(control) == "passed":
            verdicts.append(("mitigated", f"{control} is tested"))
        else:
            verdicts.append(("keep", f"{control} is not tested"))
    return verdicts
    ### END SOLUTION


# %%
check("design.triage_findings", triage_findings)

# %%
# hint("design.triage_findings")
# solution("design.triage_findings")

# %% [markdown]
# Back to the 58 findings of the sketch. What each threat needs and which control answers it is the course's
# own judgement, in `clinic.py`. Here is the fact sheet:

# %% tags=["raises-exception"]
context = {
    "scoring service": {
        "uses": ["json", "http"],
        "tests": {"validatesInput": "passed", "authenticatesSource": "passed", "isHardened": "planned"},
    },
    "measurements": {"uses": ["json"], "tests": {"isEncrypted": "passed", "authenticatesSource": "passed"}},
    "model store": {"uses": ["files"], "tests": {}},
}
verdicts = triage_findings(sketch, context)
print(dict(Counter(verdict for verdict, _ in verdicts)))
for row, (verdict, reason) in zip(sketch, verdicts, strict=True):
    if verdict == "keep":
        print(f"{row['target']:16} {row['what']:45} {reason}")

# %% [markdown]
# That's a list for a meeting. It has a price: the sheet is now part of your defence, and attackers profit
# when it's wrong. Next month somebody adds a page with the day's results, and HTML with it. How many findings
# come back if the sheet is updated? They're the ones that you miss if it isn't.

# %% tags=["raises-exception"]
newer = {**context, "scoring service": {**context["scoring service"], "uses": ["json", "http", "html"]}}
pairs = zip(sketch, verdicts, triage_findings(sketch, newer), strict=True)
back = [row["what"] for row, old, new in pairs if old != new]
print(len(back), "come back:", back)

# %% [markdown]
# *In one line: who at your place would notice that the sheet is out of date?*

# %% [markdown]
# *Compare:* a test can, if it reads the sheet. "The service sends no HTML" is one assertion on the content
# types of its answers.
#
# *Good place to stop: 40 minutes so far. When you come back, run all cells above again first.*
#
# ## Part 3: What is recorded
#
# **Seven months.** The attacks went on for at least that long. What would you want to find in your own
# records after seven months? Who did what, to what, with which outcome, and when. And what would you not
# want to find there? A patient. Logs are copied, searched and kept, and far more people read them than read
# the data.
#
# The field that leaks is the free text. A filter takes out what it has a pattern for, and no more:

# %%
filtered = re.compile(r"\b\d{2}\.\d{2}\.\d{4}\b|[\w.]+@[\w.]+")  # dates of birth, addresses
for reason in (
    "born 04.07.1961, call back",
    "born 4 July 61, call back",
    "the teacher from the mill, left breast",
):
    print(filtered.sub("[removed]", reason))

# %% [markdown]
# The last two lines name a person for everybody in a small town. So design the leak away: `reason` is a
# **code from a closed list**, and free text has no place in the event. These are the clinic's lists and
# forms:

# %%
ACTOR = re.compile(r"(?:nurse|doctor|developer|service)-[0-9]{1,4}")  # a role and a number, no name
OBJECT = re.compile(r"case/[0-9a-f]{8}|release/[0-9]+\.[0-9]+\.[0-9]+")  # a random number for each case
ACTIONS = ("score", "load", "train", "approve")
OUTCOMES = ("ok", "refused", "failed")
REASONS = ("none", "bad-input", "bad-signature", "no-right", "too-many", "other")

# %% [markdown]
# ### Exercise: audit_event
#
# *9 minutes · core · 11 points · AML.M0024 · PW.1.2*
#
# R3 says: every answer leaves one event. So what comes from *outside* must never stop an event: it's
# replaced by `"other"` when it doesn't fit. What stands in *our own code* must be right, and a mistake there
# raises `ValueError`, so that a test finds it. For instance
#
# ```python
# ts = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
# audit_event("nurse-17", "score", "case/9f3a61c2", "ok", "born 04.07.1961", ts)
# ```
#
# gives this dict, with its keys in this order:
#
# ```python
# {"v": 1, "time": "2026-03-02T09:30:00.000Z", "actor": "nurse-17", "action": "score",
#  "object": "case/9f3a61c2", "outcome": "ok", "reason": "other"}
# ```
#
# | name | from | what fits | else |
# | --- | --- | --- | --- |
# | `actor` | outside | a text that matches `ACTOR` as a whole | `"other"` |
# | `obj` | outside | a text that matches `OBJECT` as a whole | `"other"` |
# | `reason` | outside | a text in `REASONS` | `"other"` |
# | `action`, `outcome` | our code | a text in `ACTIONS`, in `OUTCOMES` | `ValueError` |
# | `ts` | our code | a `datetime` with a time zone, any zone | `ValueError` |
#
# `time` is in UTC, with three digits of milliseconds, cut and not rounded, and a `Z`. Two calls help:
# `ts.astimezone(UTC)`, and `.isoformat(timespec="milliseconds")`, which ends in `+00:00`.
#
# Judged:
#
# - keys, their order, and values that fit (2); the time (3);
# - what comes from outside and doesn't fit becomes `"other"`, and never raises (4);
# - mistakes in our code raise `ValueError` (2).
#
# <details><summary>The fine print</summary> From outside anything may come: a text, a number, bytes,
# <code>None</code>, a list. As a whole means with <code>fullmatch</code>: a line break at the end doesn't
# fit. Codes are compared as they are: <code>"OK"</code> is not <code>"ok"</code>. <code>ts</code> is always
# a <code>datetime</code>; one without <code>tzinfo</code> is the mistake. <code>action</code> and
# <code>outcome</code> are always texts. The points for <code>ValueError</code> count once a sound event
# comes out right.</details>


# %%
def audit_event(actor, action, obj, outcome, reason, ts):
    ### BEGIN SOLUTION
    if action not in ACTIONS or outcome not in OUTCOMES or ts.tzinfo is None:
        raise ValueError("a mistake in our own code")

    def fitting(value, pattern):
        return value if isinstance(value, str) and pattern.fullmatch(value) else "other"

    return {
        "v": 1,
        "time": ts.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "actor": fitting(actor, ACTOR),
        "action": action,
        "object": fitting(obj, OBJECT),
        "outcome": outcome,
        "reason": reason if reason in REASONS else "other",
    }
    ### END SOLUTION


# %%
check("design.audit_event", audit_event)

# %%
# hint("design.audit_event")
# solution("design.audit_event")

# %% [markdown]
# The attacker adapts: a forged second line, patient data and a token go into the fields that come from
# outside. And the honest users pay. Say five people who wanted to help typed a reason of their own.

# %% tags=["raises-exception"]
noon = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=1)))
attack = 'nurse-17\n{"v": 1, "actor": "doctor-1"}', "the teacher from the mill", "Bearer 9f8e7d6c5b4a"
event = audit_event(attack[0], "score", attack[1], "ok", attack[2], noon)
print(json.dumps(event))
print("leaked:", [text for text in attack if text in str(event)])
born = audit_event("nurse-17", "score", "case/04071961", "ok", "none", noon)
print("a date of birth that looks like a case number:", born["object"])
typed = ["bad-input", "sample was too old", "bad-input", "second sample, lab asked for it", "too-many"]
events = [audit_event("nurse-17", "score", "case/9f3a61c2", "ok", text, noon) for text in typed]
lost = [text for text, event in zip(typed, events, strict=True) if event["reason"] == "other"]
print(f"{len(lost)} of {len(typed)} honest reasons became 'other':", lost)

# %% [markdown]
# When "other" grows, the list lacks a code: add `old-sample`. The attacker gets something too:
#
# - An actor that doesn't fit is recorded as "other". So alert on it, and take the account from the login,
#   where a client can't write it.
# - A date of birth has the form of a case number, and no pattern sees that. The clinic's own code draws case
#   numbers at random; nobody types them. Even then a number is a pseudonym: who has the clinic's database can
#   look it up.
# - One event doesn't say whether the one before it was deleted. That needs a log that only takes new events.
#
# ## Part 4: Somebody else's design
#
# **"A design decision."** A review of your own drawing can ask about it while it's cheap: *who may send a
# job, and how does the job know?* A review doesn't look for wrong lines. It looks for what isn't there.
#
# ### Exercise: review
#
# *12 minutes · core · 12 points · PW.2.1 · AML.M0005 · AML.T0012*
#
# Review a design that others drew. `review(design)` lists what is missing, as pairs of a name and a problem.
# In this design
#
# ```python
# design = {
#     "parts": [
#         {"name": "ward", "kind": "server", "boundary": "ward net"},
#         {"name": "api", "kind": "server", "boundary": "core"},
#         {"name": "trail", "kind": "store", "boundary": "core", "holds": "log", "owner": "privacy officer"},
#         {"name": "ops", "kind": "actor", "boundary": "core", "may": ["train", "approve"]},
#     ],
#     "flows": [
#         {"name": "ask", "source": "ward", "sink": "api", "encrypted": True,
#          "authenticates_source": False, "authenticates_destination": True},
#         {"name": "note", "source": "api", "sink": "trail", "encrypted": False,
#          "authenticates_source": False, "authenticates_destination": False},
#     ],
#     "gates": {"ward net": [], "core": ["api"]},
# }
# ```
#
# it finds `("ask", "open")`, because a flow over a boundary authenticates one end only, `("ward",
# "unlogged")` and `("ops", "alone")`. The six problems:
#
# | problem | name of the | when |
# | --- | --- | --- |
# | `"open"` | flow | crosses a boundary, and isn't encrypted, or one end isn't authenticated |
# | `"jump"` | flow | comes into a boundary from elsewhere, and its sink isn't a gate of it |
# | `"direct"` | flow | joins an actor and a store that holds `"weights"`, in either direction |
# | `"ownerless"` | store | its `owner` is `None` |
# | `"unlogged"` | server | no flow goes from it to a store that holds `"log"` |
# | `"alone"` | actor | `may` has both `"train"` and `"approve"` |
#
# Judged on drawn designs with 0, 1 and several flaws, beside what only looks like one. A problem gives points
# when all of it is found, and nothing else: `open` (3), `jump` (2), `direct` (2), `ownerless` (1),
# `unlogged` (2), `alone` (2).
#
# <details><summary>The fine print</summary> Returns a list of pairs, each once, in any order. A flow can have
# several problems. A flow crosses when the boundaries of its ends differ; <code>None</code>, in no boundary,
# is a place of its own, and has no gates: nobody jumps into it. <code>gates</code> has every boundary, with a
# list of names. Only stores have <code>holds</code> and <code>owner</code>, only actors have
# <code>may</code>. Names of parts are all different, and those of flows too. A server is logged only by a
# flow of its own.</details>


# %%
def review(design):
    ### BEGIN SOLUTION
    parts = {part["name"]: part for part in design["parts"]}
    logged, found = set(), []
    for flow in design["flows"]:
        source, sink = parts[flow["source"]], parts[flow["sink"]]
        secured = flow["encrypted"] and flow["authenticates_source"] and flow["authenticates_destination"]
        if source["boundary"] != sink["boundary"]:
            if not secured:
                found.append((flow["name"], "open"))
            if sink["boundary"] is not None and sink["name"] not in design["gates"][sink["boundary"]]:
                found.append((flow["name"], "jump"))
        if "actor" in (source["kind"], sink["kind"]) and "weights" in (
            source.get("holds"),
            sink.get("holds"),
        ):
            found.append((flow["name"], "direct"))
        if sink.get("holds") == "log":
            logged.add(source["name"])
    for name, part in parts.items():
        if part["kind"] == "store" and part["owner"] is None:
            found.append((name, "ownerless"))
        if part["kind"] == "server" and name not in logged:
            found.append((name, "unlogged"))
        if part["kind"] == "actor" and {"train", "approve"} <= set(part["may"]):
            found.append((name, "alone"))
    return found
    ### END SOLUTION


# %%
check("design.review", review)

# %%
# hint("design.review")
# solution("design.review")

# %% [markdown]
# Now review your own drawing of the clinic. It needs a few more facts: owners, what stores hold, who may do
# what, and the gates.

# %% tags=["raises-exception"]
own = {**build_model(), "gates": {"clinic network": ["clinic app"], "service network": ["scoring service"]}}
holds = {"model store": "weights", "training data": "rows", "audit log": "log"}
owners = {"model store": "security engineer", "audit log": "privacy officer"}
for part in own["parts"]:
    if part["kind"] == "store":
        part |= {"holds": holds.get(part["name"], ""), "owner": owners.get(part["name"])}
    if part["kind"] == "actor":
        part["may"] = ["train", "approve"] if part["name"] == "developer" else []
review(own)

# %% [markdown]
# The clinic isn't done. The developer reaches the training job past the gate, and both trains and approves.
# The training data belongs to nobody. The training job and the clinic app write no event. This is what the
# clinic decides: the training job becomes a gate that asks for a login, the security engineer approves, the
# privacy officer owns the training data, and both servers write to the log.
#
# A designer who only wants to please the review can adapt, too. What does this change, and what does the
# attacker from the picture still reach?

# %% tags=["raises-exception"]
pleasing = json.loads(json.dumps(own))
pleasing["gates"] = {name: [part["name"] for part in own["parts"]] for name in own["gates"]}  # all are gates
for part in pleasing["parts"]:
    part |= {"owner": "somebody"} if part["kind"] == "store" else {}
    part |= {"may": []} if part["kind"] == "actor" else {}
    if part["name"] in ("clinic app", "training job"):
        flow = {"source": part["name"], "sink": "audit log", "encrypted": True}
        both = {"authenticates_source": True, "authenticates_destination": True}
        pleasing["flows"].append({"name": f"events of the {part['name']}", **flow, **both})
print("problems:", review(pleasing))
print("the training job falls, with R6 alone:", len(falls("training job", {"r6"})), "of 9 fall")

# %% [markdown]
# An empty list from a review means that the facts are filled in. It doesn't mean that they're true, or that
# the design is good: with R6 alone, a fallen training job still takes five of nine parts. So a person asks
# after each answer: *how do we know?*
#
# **How the story ended.** On the open clusters the researchers saw production workloads, SSH keys, cloud
# keys and tokens of model hubs. With such a token an attacker could replace the victim's own models. In
# your picture, that's the arrow from a job into the model store. The CVE "remains disputed", says ATLAS.
# The makers of a component say where it's safe. Whether you run it *there* is a question for your drawing.
#
# ## Summary
#
# 1. A threat model as code says who stands where, and who may talk to whom. A test can read it.
# 2. A tool lists threats by the dozen, believes each control that you type, and knows little about models.
# 3. A finding goes for a reason that can be checked: not used, or tested.
# 4. An audit event has codes and numbers, and no free text. What comes from outside never stops it.
# 5. A review looks for what is missing: an owner, a log, a gate, a second person.
#
# ## Use it on Monday
#
# Copy this test next to your threat model. It stops the build when a flow over a boundary is bare, or
# when pytm took an attribute that it doesn't know. The checklist and a fuller list of tools are on
# [the Monday sheet](monday.md).

# %%
TM.reset()
tm = TM("yours")  # from here on, your own drawing
inside = Boundary("inside")
user, api = Actor("user"), Server("api", inBoundary=inside)
ask = Dataflow(user, api, "ask")
ask.controls.isEncrypted = True
ask.controls.authenticatesSource = True

for flow in (element for element in TM._elements if isinstance(element, Dataflow)):
    controls = flow.controls
    unknown = {*flow.__pydantic_extra__, *controls.__pydantic_extra__}
    needed = ("isEncrypted", "authenticatesSource", "authenticatesDestination")
    if flow.source.inBoundary is not flow.sink.inBoundary:
        print(flow.name, "lacks", [name for name in needed if not getattr(controls, name)])
    print(flow.name, "has unknown attributes", unknown or "none")

# %% [markdown]
# - [ ] Draw one service with at most ten parts. Mark each boundary, and who is in charge on either side.
# - [ ] For each part: if it falls, what falls with it? Begin with the part that trains.
# - [ ] Drop a finding only with a reason that a test or a file can show.
# - [ ] Take the free text out of one audit event.
# - [ ] Let somebody review the design who didn't draw it, and who may say no.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# The design is drawn, R3 and R6 have a place in it, and the release crosses from the training job to the
# service as a file. What that file can do when it's loaded is the next lesson:
# [Secure code and the pickle problem](../implementation/implementation.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
