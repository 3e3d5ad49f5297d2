# The lesson on design. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401, F811

# %% [markdown]
# # Design: the threat model as code
#
# *65 minutes, 42 points in four exercises*
#
# **September 2023.** Researchers at Trend Micro found over 8,000 *private* container registries that were
# open to the internet. A registry stores images, and servers start their programs from them. They pulled
# images without a login, and found 1,453 AI models inside. About 70 % of the registries let strangers
# write, too. An attacker could have pushed a changed model under the same name and tag, and the owner's
# build pipeline could have pulled it. *(Source: MITRE ATLAS 5.6.0, case study
# [AML.CS0028](https://atlas.mitre.org/studies/AML.CS0028), dated 26 September 2023.)*
#
# No line of code is wrong there. What's missing is a line *around* the store: who may reach it, and who may
# write? A *threat model* draws that line. In this lesson you draw one. After
# it you can
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

from autograder.learner import check, hint, needs, others, predict, progress, solution

needs("design")

from pytm import TM, Actor, Boundary, Dataflow, Datastore, Process, Server

from course.m1_lifecycle.design.blast_radius import blast_radius, falls, fewest, twin
from course.m1_lifecycle.design.clinic import describe, listing

# %% [markdown]
# ## Five lines, and a tool's opinion
#
# You work on a clinic's triage service. A nurse enters 30 measurements of a cell sample, and a model says
# *urgent* (a doctor looks today) or *routine*. Planning left requirements. R3 and R6 are yours, and R1
# helps:
#
# - **R1**: the service loads no release (a model's file) whose signature fails verification.
# - **R3**: every answer leaves one audit event, without patient data.
# - **R6**: every flow over a boundary is encrypted, and both ends are authenticated.
#
# We draw with `pytm`, which calls a person an `Actor`, a program a `Server`, and a place where data lies a
# `Datastore`. A `Dataflow` is an arrow: it takes the source, the sink and a name. How many threats does the
# tool find in this sketch?

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
# Now make the list shorter. A control is a promise about an element, and in pytm it's an attribute of
# `element.controls`. Each line below changes one thing in a new sketch. Which of them makes the clinic
# safer?

# %%
tm, service, measurements = three_elements()
service.controls.validatesInput = service.controls.sanitizesInput = service.controls.encodesOutput = True
print("A, three controls:     ", len(listing(tm)))

tm, service, measurements = three_elements()
service.inScope = False
print("B, the service's scope:", len(listing(tm)))

tm, service, measurements = three_elements()
measurements.isEncrypted = True
print("C, an encrypted flow:  ", len(listing(tm)), describe(tm)["flows"][0])

# %% [markdown]
# None of them does. You've broken a threat model in three ways that pytm doesn't notice:
#
# - A is a **claim**: nobody has built these controls. pytm believes what you type.
# - B is a **scope** that's drawn too small. It removes 44 of 58.
# - C is a **typo**: it changes nothing and raises no error, because pytm takes any attribute. Our
#   `describe(tm)`, which turns a drawing into plain data, lists such attributes under `unknown`. Your turn:
#   write `measurements.controls.isEncrypted` and run the cell again. Now one finding goes.
#
# So the tool asks good questions. You have to know what's true.
#
# ## What falls if one part falls
#
# See what a drawing is good for. The clinic has six parts. A nurse uses the **clinic app**, which asks the
# **scoring service**. The service loads a release from the **model store**, answers, and writes an event to
# the **audit log**. The **training job** reads the **training data** and writes releases, when a developer
# starts it.
#
# A part **falls** when an attacker decides what it does, or what it holds. A part that trusts a fallen one
# falls too. A flow of measurements is checked before anything happens, so nothing falls through it. The
# number of all that fall is the **blast radius**. The picture has nine: six parts and three people (nurse,
# developer, and the *stranger*, who is whoever can reach the network). The one that falls first counts too.
# A cross marks a flow where the fall is stopped, and a dotted arrow is a way that only an attacker takes.
#
# Your task: the training job falls. **Keep the attacker away from the clinic app, with as
# few switches as you can.** One question first.

# %%
predict("design.signed")

# %%
blast_radius()

# %% [markdown]
# The same without a widget: four of the designs, and tables of all pairs of switches.

# %%
twin()

# %% [markdown]
# *Compare:*

# %%
for on in ({"r1"}, {"second"}, {"r1", "second"}):
    print(f"{' and '.join(sorted(on)):13} {len(falls('training job', on))} of 9 fall")
print("fewest switches:          ", fewest("training job", "clinic app"))
print("a stranger, without R6:   ", len(falls("stranger", {"r1", "second", "rows", "append"})))
print("a stranger, only R6 on:   ", len(falls("stranger", {"r6"})))
with_r1 = len(falls("model store", {"r1"}))
print("the model store falls:    ", len(falls("model store")), "and with R1:", with_r1)

# %% [markdown]
# Against a fallen job, R1 alone and a second signature alone change nothing. Together they keep the service
# and the app safe, and only the job and the store still fall. You see that only in a drawing of the whole.
# R6 is what stops the stranger: without it four fall, even with all else on.
#
# The picture leaves things out, too. A second person who signs can't see a poisoned row in the weights:
# they need a test to look at.
#
# ## Part 1: Draw it
#
# **A scan finds the registries.** Portals that index services, and a web search, were enough. On a drawing,
# that's an arrow over a boundary, from a stranger to a store. Nobody had drawn it. You draw what's *meant* to
# flow; a review then asks what stops the rest.
#
# A **trust boundary** is a line where the person in charge, or the network, changes. You make each one
# once, with `clinic = Boundary("clinic network")`, and put an element into it with `Server("clinic app",
# inBoundary=clinic)`. A flow crosses a boundary when its two ends don't lie in the same one. R6 asks for
# three controls on such a flow:
#
# ```python
# flow = Dataflow(doctor, archive, "request")
# flow.controls.isEncrypted = True
# flow.controls.authenticatesSource = True
# flow.controls.authenticatesDestination = True
# ```
#
# ### Exercise: build_model
#
# *12 minutes · core · 11 points · PW.1.1 · AML.M0019 · AML.T0049*
#
# Draw the clinic, so that colleagues can argue about the same picture. (The ids above name a practice of
# NIST's SSDF and entries of MITRE ATLAS.) The function returns `describe(tm)`; the last line, already
# written, does that.
#
# | part | kind | lies in |
# | --- | --- | --- |
# | `nurse` | actor | `clinic network` |
# | `clinic app` | server | `clinic network` |
# | `developer` | actor | no boundary: a place of its own, so each flow from it crosses |
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
# The clinic has built R6's controls for flows over a boundary, and for no others. So claim nothing else.
#
# Judged:
#
# - both boundaries, each part once, with its kind and place (3);
# - the eight arrows, and no other between these parts (3);
# - R6's controls on each flow over a boundary, on no other (3);
# - every part has a flow with another; none joins an actor and a store (2).
#
# <details><summary>The fine print</summary> You may draw more parts and boundaries, with flows from and to
# the new parts, and several flows between the same two parts. All rules hold for them too. Names of parts
# are all different, and those of boundaries; the two above lie in no other. A <code>Process</code> counts
# as a server. Only the description is judged, from a second call of your function. The points for R6, and
# those of the last line, count once the eight arrows are there.</details>


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
ends = ("scoring service", "clinic app")
answer = next(flow["name"] for flow in drawn["flows"] if (flow["source"], flow["sink"]) == ends)
print(f"still on the flow {answer!r}:", [row["what"] for row in findings if row["target"] == answer])
words = re.compile("poison|training|weights|evasion|extract", re.I)
print("on poisoned data, stolen or evaded models:", [f for f in findings if words.search(f["what"])])

# %% [markdown]
# The list got longer, and poisoned training data isn't on it. pytm 1.4.0 has a threat "Training Data
# Poisoning", but asks it only of elements of the class `LLM`. And an encrypted flow keeps findings, because
# pytm would like a VPN, the protocol's name and a check of revoked certificates.
#
# So the list misses threats. For those, use a picture like the one above, and a catalogue such as MITRE
# ATLAS. It also has too many:
#
# ## Part 2: Sort the list
#
# **"It's a private registry."** ATLAS uses that word for all 8,000. It's a reason to drop a finding, but
# who had tested it? We accept two reasons only, and both can be checked:
#
# - *not applicable*: the attack needs something that the part doesn't use. Without SQL, no SQL injection.
# - *mitigated*: a control answers the threat, and a test of it **passed**. A plan is no control.
#
# What a part uses, and which tests passed, stands in a fact sheet. The people who run the part fill it in.
#
# ### Exercise: triage_findings
#
# *9 minutes · core · 8 points · PW.1.1 · PW.1.2*
#
# Most of such a list is noise. Write the function that sorts it, with a reason for each line. With
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
# | `scoring service` | `None` | `"isHardened"` | `"keep"` | `"isHardened has no passed test"` |
# | `model store` | `"sql"` | `"isHardened"` | `"keep"` | `"isHardened has no passed test"` |
#
# | name | what it is |
# | --- | --- |
# | `findings` | list of dicts with `target`, `needs` (`None`: always possible) and `control` |
# | `context` | dict: part or flow → sheet; it may have `"uses"` (list) and `"tests"` (control → result) |
# | returns | list of pairs `(verdict, reason)`, one for each finding, in the same order |
#
# Ask in this order: *not applicable*, *mitigated*, *keep*. If the sheet has no `"uses"`, nothing is *not
# applicable*. If `"uses"` is `[]`, every finding with a need is.
#
# Judged on random findings and sheets:
#
# - every true threat stays, and at least 60 % of the noise goes (3);
# - every verdict is right where the sheet has `"uses"` (3);
# - every right verdict has its reason (2).
#
# <details><summary>The fine print</summary> Texts are compared whole and as they are: <code>nosql</code> is
# not <code>sql</code>. Only the result <code>"passed"</code> counts; there are others, such as
# <code>"failed"</code> and <code>"planned"</code>. A target may have no sheet, a sheet may be empty, and
# the list of findings too. Findings have more keys, which you don't need. Noise is what isn't kept. Reasons
# count once each of the three verdicts came out right.</details>


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
            verdicts.append(("keep", f"{control} has no passed test"))
    return verdicts
    ### END SOLUTION


# %%
check("design.triage_findings", triage_findings)

# %%
# hint("design.triage_findings")
# solution("design.triage_findings")

# %% [markdown]
# Back to the 58 findings of the sketch. What each threat needs and which control answers it is the course's
# own judgement, in `clinic.py`; pytm itself sometimes asks for another control. Nobody has said what the
# model store uses, and the flow `release` has no sheet at all:

# %% tags=["raises-exception"]
context = {
    "scoring service": {
        "uses": ["json", "http"],
        "tests": {"validatesInput": "passed", "authenticatesSource": "passed", "isHardened": "planned"},
    },
    "measurements": {"uses": ["json"], "tests": {"isEncrypted": "passed", "authenticatesSource": "passed"}},
    "model store": {"tests": {}},
}
verdicts = triage_findings(sketch, context)
print(dict(Counter(verdict for verdict, _ in verdicts)))
for row, (verdict, reason) in zip(sketch, verdicts, strict=True):
    if verdict == "keep":
        print(f"{row['target']:16} {row['what']:45} {reason}")

# %% [markdown]
# That's a list for a meeting. The price: the sheet is now part of your defence.

# %%
predict("design.updated")

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
# *Good place to stop: 38 minutes so far. When you come back, run all cells above again first.*
#
# ## Part 3: What is recorded
#
# **Who pushed that image?** A stranger's image could have had the same name and tag as the owner's. Would
# your log say who wrote it? You'd want to know who did what, to what, with which outcome, and when. And
# what would you not want in a log? A patient. Logs are copied and kept, and far more people read them than
# read the data.
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
# In a small town, anyone could tell who the last two lines mean. So design the leak away: `reason` is a
# **code from a closed list**, and the event has no free text. These are the clinic's lists and forms:

# %%
ACTOR = re.compile(r"(?:nurse|doctor|developer|service)-[0-9]{1,3}")  # a role and a number, no name
OBJECT = re.compile(r"case/[0-9a-f]{8}|release/[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}")  # case: a random number
ACTIONS = ("score", "load", "train", "approve")
OUTCOMES = ("ok", "refused", "failed")
REASONS = ("none", "bad-input", "bad-signature", "no-right", "too-many", "other")

# %% [markdown]
# ### Exercise: audit_event
#
# *9 minutes · core · 11 points · AML.M0024 · PW.1.2*
#
# R3 says: every answer leaves one event. `actor`, `obj` and `reason` come from *outside*, and may be
# anything: a text, a number, bytes, `None`, a list. They must never stop an event, so what doesn't fit
# becomes `"other"`. `action`, `outcome` and `ts` are set by our code; a wrong one raises `ValueError`, so
# that a test finds it. For instance
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
# - what comes from outside and doesn't fit becomes `"other"`; the rest of the event stays, and nothing
#   raises (4);
# - mistakes in our code raise `ValueError` (2).
#
# <details><summary>The fine print</summary> As a whole means with <code>fullmatch</code>: a line break at
# the end doesn't fit. Codes are compared as they are: <code>"OK"</code> is not <code>"ok"</code>.
# <code>ts</code> is always a <code>datetime</code>; one without <code>tzinfo</code> is the mistake.
# <code>action</code> and <code>outcome</code> are always texts. A mistake raises, whatever else doesn't
# fit. The points for <code>ValueError</code> count once a sound event comes out right.</details>


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
# The attacker adapts: a forged second line, patient data and a token come from outside. And honest users
# pay: say that five people typed a reason.

# %% tags=["raises-exception"]
noon = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=1)))
attack = 'nurse-17\n{"v": 1, "actor": "doctor-1"}', "the teacher from the mill", "Bearer 9f8e7d6c5b4a"
event = audit_event(attack[0], "score", attack[1], "ok", attack[2], noon)
print(json.dumps(event))
print("leaked:", [text for text in attack if text in event.values()])
for obj in ("release/04.07.1961", "case/04071961"):
    print(f"{obj}, a date of birth:", audit_event("nurse-17", "score", obj, "ok", "none", noon)["object"])
typed = ["bad-input", "sample was too old", "bad-input", "second sample, lab asked for it", "too-many"]
events = [audit_event("nurse-17", "score", "case/9f3a61c2", "ok", text, noon) for text in typed]
lost = [text for text, event in zip(typed, events, strict=True) if event["reason"] == "other"]
print(f"{len(lost)} of {len(typed)} honest reasons became 'other':", lost)

# %% [markdown]
# When "other" grows, the list lacks a code: add `old-sample`. The attacker gets something too:
#
# - An actor that doesn't fit is recorded as "other". So alert on it, and take the account from the login,
#   where a client can't write it.
# - Eight digits of a date look like a case number, and no pattern sees that. So the clinic's own code draws
#   case numbers at random; nobody types them. Who has the clinic's database can still look one up.
#
# ## Part 4: Somebody else's design
#
# **A review asks who may write.** It doesn't look for wrong lines. It looks for what isn't there.
#
# A **gate** is a part of a boundary that may take flows from outside. A design lists them: with `"gates":
# {"ward net": [], "core": ["api"]}` everything from outside comes into `core` through `api`, and nothing
# comes into `ward net`. A part in no boundary needs no gate.
#
# ### Exercise: review
#
# *12 minutes · core · 12 points · PW.2.1 · AML.M0005 · AML.T0012*
#
# Review a design that others drew. `review(design)` lists what is missing, as pairs of a name and a
# problem. In this design
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
# "unlogged")` and `("ops", "alone")`. R3 asks for an event for every answer. The review asks every server
# for one, because a training job that nobody records changes answers too. The six problems:
#
# | problem | name of the | when |
# | --- | --- | --- |
# | `"open"` | flow | crosses a boundary, and isn't encrypted, or one end isn't authenticated |
# | `"jump"` | flow | ends in a boundary (not `None`) that it doesn't begin in, past its gates |
# | `"direct"` | flow | joins an actor and a store that holds `"weights"`, in either direction |
# | `"ownerless"` | store | its `owner` is `None` |
# | `"unlogged"` | server | no flow goes from it to a store that holds `"log"` |
# | `"alone"` | actor | `may` has both `"train"` and `"approve"` |
#
# Judged on random designs with 0, 1 and several flaws, beside what only looks like one. A problem gives
# points when all of it is found, and nothing else: `open` (3), `jump` (2), `direct` (2), `ownerless` (1),
# `unlogged` (2), `alone` (2).
#
# <details><summary>The fine print</summary> Returns a list of pairs, each once, in any order. A flow can
# have several problems. A flow crosses when the boundaries of its ends differ; <code>None</code>, in no
# boundary, is a place of its own, and no key of <code>gates</code>. <code>gates</code> has every boundary,
# with a list of names. Only stores have <code>holds</code> and <code>owner</code>, only actors have
# <code>may</code>. Names of parts are all different, and those of flows too. Texts are compared whole.
# A server is logged only by a flow of its own.</details>


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
# Now review your own drawing. It needs a few more facts: owners, what stores hold, who may do what, and
# gates.

# %% tags=["raises-exception"]
own = build_model()
own["gates"] = {boundary["name"]: [] for boundary in own["boundaries"]}
own["gates"] |= {"clinic network": ["clinic app"], "service network": ["scoring service"]}
holds = {"model store": "weights", "training data": "rows", "audit log": "log"}
owners = {"model store": "security engineer", "audit log": "privacy officer"}
for part in own["parts"]:
    if part["kind"] == "store":
        part |= {"holds": holds.get(part["name"], ""), "owner": owners.get(part["name"])}
    if part["kind"] == "actor":
        part["may"] = ["train", "approve"] if part["name"] == "developer" else []
review(own)

# %% [markdown]
# The clinic isn't done. So it decides: the training job becomes a gate that asks for a login. The security
# engineer approves, and each release waits for them. The privacy officer owns the training data. The app
# and the job write their events to the log. Is that sound? Guess, then run it.

# %% tags=["raises-exception"]
decided = json.loads(json.dumps(own))
decided["gates"]["service network"].append("training job")
for part in decided["parts"]:
    part |= {"owner": "privacy officer"} if part["name"] == "training data" else {}
    part |= {"may": ["train"]} if part["name"] == "developer" else {}
secured = {"encrypted": True, "authenticates_source": True, "authenticates_destination": True}
for name in ("clinic app", "training job"):
    flow = {"name": f"events of the {name}", "source": name, "sink": "audit log"}
    decided["flows"].append(flow | secured)
print(review(decided))

# %% [markdown]
# The decision brought a flaw of its own. *In one line: what would you change?*

# %% [markdown]
# *Compare:* the clinic makes the audit log a gate that only takes new events. A fallen job can now write
# there, too: such a gate stops deleting, not lying.
#
# And a designer who only wants to please the review makes *every* part a gate, and types "somebody". What
# does the review say then, and what does the attacker from the picture still reach?

# %% tags=["raises-exception"]
decided["gates"]["service network"].append("audit log")
print("the clinic:  ", review(decided))
pleasing = json.loads(json.dumps(decided))
pleasing["gates"] = {name: [part["name"] for part in own["parts"]] for name in own["gates"]}
for part in pleasing["parts"]:
    part |= {"owner": "somebody"} if part["kind"] == "store" else {}
print("the pleasing:", review(pleasing))
for whose, switches in {"the clinic's": {"r6", "r1", "second", "append"}, "the pleasing": {"r6"}}.items():
    fallen = len(falls("training job", switches))  # the switches are set by hand: what is really built
    print(f"the training job falls, {whose} switches: {fallen} of 9 fall")

# %% [markdown]
# An empty list means that the facts are filled in, not that they're true. Nor does it see who isn't drawn,
# such as the security engineer. So a person asks after each answer: *how do we know?*
#
# **How the story ended.** Researchers found the open registries. ATLAS names three causes, alone or together:
# a private registry was made public by mistake, authentication was missing, the network wasn't divided. For
# these you now have gates, R6, and a test that somebody tries from outside. If all three fail, R1 is left:
# a fallen model store takes three parts along without it, and none with it. ATLAS doesn't say whether a
# stranger ever pushed an image there. Would your log?
#
# ## Summary
#
# 1. A tool lists threats by the dozen, believes each control that you type, and knows little about models.
# 2. A finding is dropped only for a reason that can be checked: not used, or tested.
# 3. An audit event has codes and numbers, and no free text. What comes from outside never stops it.
# 4. A review looks for what is missing: an owner, a log, a gate, a second person.
#
# ## Use it on Monday
#
# Put your own drawing between the two comments. The build then stops when a flow over a boundary lacks a
# control of R6, when an element is out of scope, or when pytm took an attribute that it doesn't know. Try
# it: write `inBoundry`. The checklist and the tools are on [the Monday sheet](monday.md).

# %%
from pytm import TM, Actor, Boundary, Dataflow, Server

TM.reset()
tm = TM("yours")
needed = ("isEncrypted", "authenticatesSource", "authenticatesDestination")
# your drawing
inside = Boundary("inside")
user, api = Actor("user"), Server("api", inBoundary=inside)
ask = Dataflow(user, api, "ask")
for control in needed:
    setattr(ask.controls, control, True)
# end
faults = []
for part in TM._elements:
    unknown = {*(part.__pydantic_extra__ or ()), *(part.controls.__pydantic_extra__ or ())}
    faults += [f"{part.name}: what is {name}?" for name in sorted(unknown)]
    faults += [] if part.inScope else [f"{part.name}: out of scope"]
    if isinstance(part, Dataflow) and part.source.inBoundary is not part.sink.inBoundary:
        faults += [f"{part.name}: no {name}" for name in needed if not getattr(part.controls, name)]
if faults:
    raise SystemExit("\n".join(faults))

# %%
progress()

# %% [markdown]
# ## What comes next
#
# The design is drawn, R3 and R6 have a place in it, and the release crosses from the training job to the
# service as a file. What that file can do when it's loaded is the next lesson: [Secure code and the pickle
# problem](../implementation/implementation.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
