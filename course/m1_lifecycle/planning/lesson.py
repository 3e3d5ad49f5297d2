# The lesson on planning. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Planning: what can go wrong, and what you promise
#
# *68 minutes, 44 points in four exercises*
#
# **By 30 April 2020**, the date in MITRE's ATLAS, a research group at UC Berkeley had copied translation
# services. They asked the public websites and interfaces for translations, and trained a model of their own
# on the answers. It came close to the originals. Nobody broke in: a translator is there to answer.
#
# Then they used the copy. On it they looked for inputs that come out wrong, and these worked on the real
# services too. Google Translate and Systran flipped words, dropped sentences and gave vulgar outputs.
# *(Source: MITRE ATLAS 5.6.0, case study [AML.CS0005](https://atlas.mitre.org/studies/AML.CS0005).)*
#
# What should a service promise about its model, and how would anybody notice that the promise is broken? In
# this lesson you write such promises, for a clinic.
#
# After it you can
#
# - say what an adversary wants of your model, and tell a security bug from an ML bug;
# - work out which attacks are in reach, from which access;
# - write requirements whose tests can fail;
# - rank what's left, and say who signs for it.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions. Ids such
# as PO.1.2 are practices of NIST's SSDF, SP 800-218; AML stands for ATLAS.*

# %%
import math

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.learner import check, hint, others, predict, progress, solution
from course.m1_lifecycle.planning.surface import ACCESS, CATALOGUE, PROMISES

# %% [markdown]
# ## Nobody had forbidden it
#
# The clinic has a **triage model**. It gets 30 measurements of a cell sample and says *urgent* (a doctor
# looks today) or *routine*. A nurse types them into the **clinic app**, and the app asks the **scoring
# service**:

# %%
data = load_breast_cancer()
X, y = data.data, data.target  # class 0 is malignant, 1 is benign
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(X, y)


class ScoringService:
    def __init__(self, model):
        self.model = model
        self.answers = 0

    def score(self, sample):
        self.answers += 1
        malignant = float(self.model.predict_proba([sample])[0, 0])
        return ("urgent" if malignant > 0.5 else "routine"), malignant


service = ScoringService(model)
print("a real sample: ", service.score(X[100]))
print("no cell at all:", service.score(np.zeros(30)))
print("a cell of 1 km:", service.score(np.full(30, 1e9)))

# %% [markdown]
# Change the made-up samples and run the cell again: it answers any 30 finite numbers, and it's sure of it.
# A sample with no cell in it is *routine*. The nurse would see nothing odd.
#
# Now you're a stranger with one sample, your own, and you'd like to have the model.

# %%
predict("planning.copy")


# %%
def log_odds(sample, ask):
    """The sum behind the probability: a linear model adds up its weights times the measurements."""
    malignant = ask(sample)[1]
    return math.log(malignant / (1 - malignant))


def steal(ask, mine, step=0.01):
    """A copy of the model behind `ask`: change one measurement at a time, see how far the sum moves."""
    start = log_odds(mine, ask)
    weights = []
    for column in range(len(mine)):
        asked = mine.copy()
        asked[column] *= 1 + step
        weights.append((log_odds(asked, ask) - start) / (asked[column] - mine[column]))
    return lambda samples: start + (samples - mine) @ weights > 0


def agreeing(copy):
    """For how many of the samples the copy says urgent or routine as the model does."""
    return (copy(X) == (model.predict(X) == 0)).sum()


service = ScoringService(model)
copy = steal(service.score, X[100])
print(f"{service.answers} questions. The copy agrees on {agreeing(copy)} of {len(X)}.")

# %% [markdown]
# The model is yours, after 31 polite questions. It's that easy because the model is linear. `X[100]` was our
# choice: nearly every sample without a 0 in it will do.
#
# There was no error, no alarm, and no line in a log: the service has none. Now try to report it. Which
# sentence did you break? There isn't one. "It's by design," they tell you: a service is there to answer.
#
# ## Part 1: What is it worth, and what do they want?
#
# An **asset** is what somebody would miss. Somebody else may want it for another reason:
#
# | asset | the clinic would miss | an adversary could want |
# | --- | --- | --- |
# | right answers | patients in time | a certain patient at the back of the queue |
# | any answer, today | a working morning | the morning's standstill, and a ransom |
# | the training data | its patients' trust | who is ill, and with what |
# | the model | two years of work | a copy to sell, or to practise on |
#
# NIST's taxonomy of attacks on machine learning, AI 100-2 E2025, sorts what adversaries want into four:
#
# | goal | in our words |
# | --- | --- |
# | `availability` | patients and nurses don't get the service in time, or can't rely on it |
# | `integrity` | it answers what the adversary wants |
# | `privacy` | restricted information leaks: data, weights or architecture |
# | `misuse` | a limit that the owner built into generative AI is got round |
#
# An **ML bug** hurts all by itself: the scanner in the lab ages, and the model gets worse. A **security bug**
# is one that somebody can cause on purpose.
#
# **The report comes in, and two people want to close it.** "It's by design," says the one. "Nobody has done
# it so far," says the other. Neither sentence says what somebody *can* do.

# %%
PUBLIC = ("accuracy", "names of the measurements")  # the clinic's website says them

# %% [markdown]
# ### Exercise: classify_incident
#
# *10 minutes · core · 9 points · PO.1.2 · AML.T0024.002*
#
# Write the rule that decides which team gets a report, and what an adversary would gain.
#
# `classify_incident(facts)` returns a pair: the kind, and the set of goals. Four reports, with facts from
# ATLAS, MITRE's public catalogue of attacks on AI. In all four `can_cause` and `seen` are True; what isn't
# listed is "right", empty or False. All are security bugs:
#
# | case study | facts | goals |
# | --- | --- | --- |
# | CS0005: the translators | `by_design`, `learned` ["weights"], `answers` "as wished" | privacy, integrity |
# | CS0017: wigs and forged papers pass an identity check | `answers` "as wished" | integrity |
# | CS0016: an app runs a prompt | `limit_passed`, `learned` ["key"], `answers` "none" | all but integrity |
# | CS0023: an open door in Ray | `by_design`, `learned` ["keys", "weights"] | privacy |
#
# | fact | value |
# | --- | --- |
# | `can_cause` | can somebody cause it on purpose? True, False, or None: nobody has looked yet |
# | `answers` | "right", "late", "none", "wrong for all", or "as wished": wrong where an adversary wants it |
# | `learned` | list of texts: what outsiders find out, public things too. The list may be empty |
# | `limit_passed` | boolean: a limit that the owner built in is got round |
# | `by_design`, `seen` | booleans: it works as designed; somebody has done it already |
# | returns | `(kind, goals)`: `"security bug"` or `"ML bug"`, and a set |
#
# - It's a security bug, unless `can_cause` is `False`. What nobody has looked at counts as one.
# - Late, none, and wrong for all are *availability*: nobody can rely on it. As wished is *integrity*.
# - It's *privacy* when something was learned that isn't in `PUBLIC`.
# - A limit passed is *misuse*. An ML bug has no goals: nobody wants anything.
#
# Judged on every mix of these facts:
#
# - the kind (3);
# - the goals of security bugs: none, one or several (3);
# - the same when public things were learned (2);
# - an ML bug has none (1).
#
# <details><summary>The fine print</summary> <code>by_design</code> and <code>seen</code> decide nothing. A
# security bug without any of the four goals is possible: somebody mines coins on your machine, and the
# model stays as it was. In CS0005 the copy behaves like the service, so we count the weights as learned. Ray,
# in CS0023, is a framework that runs any code sent to it and asks nobody who they are; its makers call that a
# design decision. In CS0016 the app ran the code that the prompt asked for, showed a key and hung.</details>


# %%
def classify_incident(facts):
    ### BEGIN SOLUTION
    if facts["can_cause"] is False:
        return "ML bug", set()
    goals = set()
    if facts["answers"] in ("late", "none", "wrong for all"):
        goals.add("availability")
    if facts["answers"] == "as wished":
        goals.add("integrity")
    if any(thing not in PUBLIC for thing in facts["learned"]):
        goals.add("privacy")
    if facts["limit_passed"]:
        goals.add("misuse")
    return "security bug", goals
    ### END SOLUTION


# %%
check("planning.classify_incident", classify_incident)

# %%
# hint("planning.classify_incident")
# solution("planning.classify_incident")

# %% [markdown]
# Your own report of 31 questions, and one from the lab: its scanner has aged.

# %% tags=["raises-exception"]
quiet = {"answers": "right", "learned": [], "limit_passed": False, "by_design": False, "seen": False}
reports = {
    "a copy in 31 questions": quiet
    | {"can_cause": True, "learned": ["weights"], "by_design": True, "seen": True},
    "the lab's scanner ages": quiet | {"can_cause": False, "answers": "wrong for all"},
    "the same, and nobody has looked why": quiet | {"can_cause": None, "answers": "wrong for all"},
}
for name, facts in reports.items():
    print(f"{name:36}", *classify_incident(facts))

# %% [markdown]
# You can argue about the last line. Our rule costs the security team time. The other one gives attackers a
# place to hide: they only have to look like an old scanner.
#
# ## Part 2: What is in reach?
#
# The parts of the clinic, besides app and service: a *training job* makes a model from the *training data*
# and puts it into the *model store*. From there the service loads it.
#
# **The group at Berkeley never saw a weight.** Questions gave answers, the answers gave a copy, the copy gave
# inputs that come out wrong, and these worked on the real service. Each step gave what the next one needed.
#
# So take a catalogue of techniques. Each says what it **needs** and what it **gives**. An attacker may start
# with nothing, with `query` (may ask the service), `weights` (has a copy of the model), `data` (may add
# training rows) or `store` (may write to the model store). `crafted` is a sample made to come out wrong. Here
# are five of the 15 techniques that we use for the clinic. Ids and names are those of ATLAS. Needs and gives
# are our own reading, for the clinic as it stands today, without a single requirement:

# %%
for technique in (CATALOGUE[number] for number in (1, 5, 7, 11, 14)):
    print(f"{technique['name']:31} needs {technique['needs']!s:24} gives {technique['gives']}")

# %% [markdown]
# `needs` is a list of ways. One way is enough, but you need everything in it. So membership can be inferred
# by asking (`query`) *or* from a copy (`weights`), and evasion takes a crafted sample *and* a service that
# you may ask.
#
# ### Exercise: reachable
#
# *11 minutes · core · 10 points · AML.T0006 · PW.1.1*
#
# Write the function that tells you how far an attacker gets, step by step, from what they have.
#
# `reachable(access, catalogue)` returns the ids of all techniques in reach. Say an attacker has
# `{"query"}`:
#
# | id | needs | gives | in reach? |
# | --- | --- | --- | --- |
# | evade | `[["query", "crafted"]]` | `[]` | yes, in the third step |
# | white-box | `[["weights"]]` | `["crafted"]` | yes, in the second |
# | extract | `[["query"]]` | `["weights"]` | yes, at once |
# | poison | `[["data"], ["store"]]` | `["backdoor"]` | no |
#
# The result is `["evade", "white-box", "extract"]`.
#
# | name | what it is |
# | --- | --- |
# | `access` | set of words: what the attacker has at the start |
# | `catalogue` | list of dicts: `id`, `needs` (list of lists of words), `gives` (list of words), and more |
# | returns | list of ids, in the order of the catalogue |
#
# What a reachable technique gives, the attacker has from then on.
#
# Judged:
#
# - what `access` alone reaches (3);
# - chains of any length, whatever the order of the catalogue (4);
# - ids in that order (2);
# - both arguments as they were (1).
#
# <details><summary>The fine print</summary> The way <code>[]</code> needs nothing, so a technique with
# <code>[[]]</code> is always in reach. Without any way, <code>needs</code> is <code>[]</code> and it never
# is. Nobody gets in on what the technique itself would give. Ids differ. The points for order and for
# unchanged arguments count where the ids are right.</details>


# %%
def reachable(access, catalogue):
    ### BEGIN SOLUTION
    has, found = set(access), set()
    while True:
        new = {
            technique["id"]
            for technique in catalogue
            if technique["id"] not in found and any(has.issuperset(way) for way in technique["needs"])
        }
        if not new:
            return [technique["id"] for technique in catalogue if technique["id"] in found]
        found |= new
        for technique in catalogue:
            if technique["id"] in new:
                has.update(technique["gives"])
    ### END SOLUTION


# %%
check("planning.reachable", reachable)

# %%
# hint("planning.reachable")
# solution("planning.reachable")

# %% [markdown]
# **A chain breaks at any link.** The translators had several to choose from, and so has the clinic. These are
# six promises that it could make, and below them what each stops, as long as it's kept:
#
# | | promise |
# | --- | --- |
# | R1 | The service loads no file of a release that fails verification: change a bit of each file, 0 load. |
# | R2 | A release that fails one check of the security gate isn't shipped. |
# | R3 | Every answer leaves one audit event, without patient data. |
# | R4 | A release that misses 10 points more urgent cases is rolled back before it has served everybody. |
# | R5 | A known-exploited flaw in something we run is patched in the next open window. |
# | R6 | Every flow over a boundary is encrypted, and both ends are authenticated. |
#
# The *security gate* is the tests that a release has to pass before it ships. A *boundary* is the edge of the
# clinic's network, or of the scoring service's. An *open window* is a time at which a change is allowed.
# In the picture further down, the promises have short names:

# %%
names = {technique["id"]: technique["name"] for technique in CATALOGUE}
for promise, stopped in PROMISES.items():
    print(f"{promise:40} stops", ", ".join(names[one] for one in stopped) or "nothing")

# %%
predict("planning.promise")

# %% [markdown]
# Now look at the clinic. Boxes in reach light up, with the number of the step. Your task: start with *query*,
# a nurse's stolen account. Which promise is worth most now? And which *two* together do as much as all six?

# %%
from course.m1_lifecycle.planning.surface_explorer import surface_explorer, twin

surface_explorer()

# %% [markdown]
# Three moments as pictures, and all counts as tables:

# %%
twin()

# %% [markdown]
# Your own function counts too. How many of the 15 techniques are in reach:

# %% tags=["raises-exception"]
ways = {promise: set(stopped) for promise, stopped in PROMISES.items()}
ways["R5 and R6"] = {"AML.T0049", "AML.T0006"}
ways["all six"] = set().union(*PROMISES.values())
counts = {}
for promise, stopped in ways.items():
    left = [technique for technique in CATALOGUE if technique["id"] not in stopped]
    counts[promise] = {start: len(reachable({start}, left)) for start in ACCESS}
pd.DataFrame(counts).transpose()

# %% [markdown]
# *Compare:* R6 leaves the stranger nothing. With a stolen account it takes one technique away, the scan, and
# patching (R5) takes 15 to 8: the flaw gave `store` and `data`, and everything behind them. R5 and R6 leave
# as few as all six. The others only pay against somebody who already has more. Mind three things:
#
# - Writing down every answer stops nothing. But without it you'll never know which row of this table you're
#   in.
# - All six leave a stolen account seven techniques, your 31 questions among them. They come back in Part 4.
# - The table believes every promise. A gate that misses a poisoned release isn't in it. That's why a
#   promise needs a test.
#
# *In one line: why does a promise that stops one technique take away more than one?*
#
# <details><summary>Compare</summary>Because the others needed what it gives.</details>
#
# *Good place to stop: 36 minutes so far. When you come back, run all cells above again first.*
#
# ## Part 3: A sentence that can be broken
#
# **"We protect our models."** Say that a translation service writes this down after the copy. By which
# measure? When does it fail? Whose job is it? A requirement answers. Otherwise nobody can break it, and
# nobody has to keep it.
#
# Take the clinic's wish "answers must be traceable". Here is a service that leaves an event in an audit log
# for each answer, and the measure that tells it from the old one:


# %%
class LoggedService(ScoringService):
    def __init__(self, model):
        super().__init__(model)
        self.log = []

    def score(self, sample, caller="nurse"):
        answer = super().score(sample)
        self.log.append((caller, "score"))  # nothing in it that is about a patient
        return answer


def answers_without_event(service):
    before = service.answers, len(getattr(service, "log", []))
    for sample in X[:20]:
        service.score(sample)
    return (service.answers - before[0]) - (len(getattr(service, "log", [])) - before[1])


print("with a log:   ", answers_without_event(LoggedService(model)))
print("without a log:", answers_without_event(ScoringService(model)))

# %% [markdown]
# "At most 0" holds for the first and not for the second. So the test can fail. "At most 20" would hold for
# both: nobody can break it.

# %%
PARTS = ("clinic app", "scoring service", "model store", "training job", "training data", "audit log")
ROLES = ("nurse", "doctor", "developer", "security engineer", "privacy officer")

# %% [markdown]
# ### Exercise: requirement_is_testable
#
# *13 minutes · core · 12 points · PO.1.2 · PO.4.1*
#
# Write the gatekeeper that a requirement has to pass before the clinic writes it down.
#
# `requirement_is_testable(req, sound, broken)` gets a requirement and two systems: one that should keep it,
# and one that should break it. It returns a pair: can it be tested, and which fields have to be mended.
# With the two services above:
#
# | subject | limit | measure | owner | result |
# | --- | --- | --- | --- | --- |
# | "audit log" | `("at most", 0)` | `answers_without_event` | "privacy officer" | `(True, [])` |
# | "audit log" | `("at most", 20)` | the same | "privacy officer" | `(False, ["limit", "measure"])` |
# | "the system" | "none" | the same | "everybody" | `(False, ["subject", "limit", "owner"])` |
#
# | field of `req` | is right when it is |
# | --- | --- |
# | `subject` | one of `PARTS` |
# | `limit` | a tuple of two: "at most" or "at least", and a finite `int` or `float`, not `True` or `False` |
# | `measure` | something to call with a system (`callable`); it always returns a number |
# | `owner` | one of `ROLES` |
#
# - A field that's missing or not right has to be mended.
# - If limit and measure are right, the limit must hold for `sound` and not for `broken`. If not, mend both:
#   nobody can tell which one is to blame.
# - A number equal to the limit keeps it.
# - List the fields in the order of the table.
#
# Judged:
#
# - right requirements pass, numbers on the limit too (3);
# - the fields to mend, one to four of them (5);
# - limits and measures that don't decide (4).
#
# <details><summary>The fine print</summary> Texts have to be equal: "Nurse" is no role. <code>None</code>, a
# list and a tuple of three are no limit. The points for right requirements count only if the same requirement
# without its owner is sent back.</details>


# %%
def requirement_is_testable(req, sound, broken):
    ### BEGIN SOLUTION
    subject, limit, measure, owner = (req.get(field) for field in ("subject", "limit", "measure", "owner"))
    limit_ok = (
        isinstance(limit, tuple)
        and len(limit) == 2
        and limit[0] in ("at most", "at least")
        and type(limit[1]) in (int, float)
        and math.isfinite(limit[1])
    )
    measure_ok = callable(measure)
    if limit_ok and measure_ok:
        word, number = limit
        holds = [
            value <= number if word == "at most" else value >= number
            for value in map(measure, (sound, broken))
        ]
        limit_ok = measure_ok = holds == [True, False]
    right = {"subject": subject in PARTS, "limit": limit_ok, "measure": measure_ok, "owner": owner in ROLES}
    mend = [field for field, ok in right.items() if not ok]
    return not mend, mend
    ### END SOLUTION


# %%
check("planning.requirement_is_testable", requirement_is_testable)

# %%
# hint("planning.requirement_is_testable")
# solution("planning.requirement_is_testable")

# %% [markdown]
# Now the six promises go past your gatekeeper. *Urgent cases missed* are malignant samples that the model
# calls routine. The last two columns say what a test finds in a sound clinic, and in a broken one. You
# measured the first half of R3 above. The other numbers are examples.

# %% tags=["raises-exception"]
columns = ["subject", "what is counted", "at most", "owner", "sound", "broken"]
requirements = {
    "R1": ("scoring service", "files loaded, each changed by one bit", 0, "developer", 0, 3),
    "R2": ("model store", "releases shipped, each failing one check", 0, "security engineer", 0, 1),
    "R3": ("audit log", "answers without their event", 0, "privacy officer", 0, 20),
    "R4": ("scoring service", "share of bad releases that served everybody", 0.1, "doctor", 0.05, 1.0),
    "R5": ("scoring service", "open windows missed by a patch", 0, "security engineer", 0, 2),
    "R6": ("clinic app", "flows not encrypted, or with an unknown end", 0, "developer", 0, 1),
}
for name, (subject, _, most, owner, sound, broken) in requirements.items():
    req = {"subject": subject, "limit": ("at most", most), "measure": lambda found: found, "owner": owner}
    print(name, *requirement_is_testable(req, sound, broken))
pd.DataFrame.from_dict(requirements, orient="index", columns=columns, dtype=object)

# %% [markdown]
# R4: *10 points more* means that of 100 urgent cases the new release misses ten more than the old one. A
# release goes out to a few callers first, and on few cases luck plays a part. So the limit is a share, not 0.
#
# ## Part 4: Who signs?
#
# **Whoever answers the public can be copied by the public.** That risk may be worth taking. But if it isn't
# written down, nobody has taken it. What stays in reach at the clinic gets a line, two numbers and a name.
#
# Somebody will ask about each of them: a supervisor (*regulatory*), the *public*, the *patients*, or the
# clinic's own management (*corporate*). For each of these concerns, one role gives the answer and signs:

# %%
SIGNS = {
    "regulatory": "privacy officer",  # a law, a supervisor
    "public": "doctor",  # trust in the clinic
    "patients": "doctor",
    "corporate": "security engineer",  # money, contracts, secrets
}

# %% [markdown]
# ### Exercise: rank_risks
#
# *12 minutes · core · 13 points · PW.1.1 · PW.1.2*
#
# Write the function that makes a list of risks into a list of decisions.
#
# `rank_risks(risks, appetite)` multiplies likelihood by impact. The **appetite** is the highest score that
# the clinic lives with. With an appetite of 6:
#
# | id | likelihood | impact | concerns | score | decision | signs |
# | --- | --- | --- | --- | --- | --- | --- |
# | copy | 4 | 2 | ["corporate"] | 8 | treat | ["security engineer"] |
# | leak | 2 | 3 | ["regulatory", "patients"] | 6 | accept | ["doctor", "privacy officer"] |
# | backdoor | 1 | 5 | ["patients", "public"] | 5 | treat | ["doctor"] |
#
# | name | what it is |
# | --- | --- |
# | `risks` | list of dicts with `id`, `likelihood`, `impact` and `concerns` |
# | `likelihood`, `impact` | whole numbers from 1 to 5 (impact 5: somebody may die) |
# | `concerns` | list of at least one key of `SIGNS`; one may come twice |
# | returns | list of dicts: `id`, `score`, `decision`, `signs`; highest score first, equal ones by id |
# | raises | `ValueError` for a number outside the scale or not of type `int`, no concern, or an unknown one |
#
# - A score up to the appetite is accepted, the appetite itself too. A higher one is treated.
# - Impact 5 is always treated: a product hides a death that's rare.
# - `signs`: the roles that `SIGNS` names for its concerns, each once, in the order of the alphabet.
#
# Judged:
#
# - scores and their order (4);
# - decisions (4);
# - who signs (3);
# - refusals (2).
#
# <details><summary>The fine print</summary> <code>True</code> and <code>3.0</code> are refused. Ids are
# texts, and compare as Python compares them. No risks give an empty list. <code>risks</code> stays as it
# was, its lists too: a change costs the points of the order. One bad risk refuses the whole list. You get the
# points for refusals only if the list isn't refused without that risk.</details>


# %%
def rank_risks(risks, appetite):
    ### BEGIN SOLUTION
    decisions = []
    for risk in risks:
        likelihood, impact, concerns = risk["likelihood"], risk["impact"], risk["concerns"]
        for number in (likelihood, impact):
            if type(number) is not int or not 1 <= number <= 5:
                raise ValueError(f"{risk['id']}: {number!r} is not on the scale")
        if not concerns or not SIGNS.keys() >= set(concerns):
            raise ValueError(f"{risk['id']}: nobody signs for {concerns}")
        score = likelihood * impact
        decision = "treat" if score > appetite or impact == 5 else "accept"
        signs = sorted({SIGNS[concern] for concern in concerns})
        decisions.append({"id": risk["id"], "score": score, "decision": decision, "signs": signs})
    return sorted(decisions, key=lambda decision: (-decision["score"], decision["id"]))
    ### END SOLUTION


# %%
check("planning.rank_risks", rank_risks)

# %%
# hint("planning.rank_risks")
# solution("planning.rank_risks")

# %% [markdown]
# When all six promises are kept, a stolen account has seven techniques left. They make five risks: the two
# optimizations only serve the crafted sample. The sixth comes from your first cell: the service answers
# made-up samples. The numbers are our guesses. Which ones would you argue about?

# %% tags=["raises-exception"]
guesses = {
    "a copy of the model is sold": (4, 2, ["corporate"]),
    "a sample is crafted to be routine": (1, 5, ["patients", "public"]),
    "somebody learns who was in the training data": (2, 3, ["regulatory", "patients"]),
    "an average patient is read out of the weights": (2, 2, ["regulatory"]),
    "the service stands still for a morning": (3, 3, ["patients", "corporate"]),
    "made-up urgent samples fill the doctors' day": (2, 4, ["patients", "corporate"]),
}
risks = [
    {"id": name, "likelihood": often, "impact": bad, "concerns": concerns}
    for name, (often, bad, concerns) in guesses.items()
]
for appetite in (0, 4, 6, 8, 25):
    ranked = rank_risks(risks, appetite)
    treated = sum(one["decision"] == "treat" for one in ranked)
    print(f"appetite {appetite:2}: {treated} of {len(ranked)} to treat")
pd.DataFrame(rank_risks(risks, 6))

# %% [markdown]
# An appetite of 0 treats everything: the clinic would pay for six controls before its first sample. At 25 one
# is left, the crafted sample, because of its impact. And the scales are *ordinal*: a 4 isn't twice a 2. The
# order is no measurement.
#
# The developer owns R1 and R6, which means keeping them. But it signs for no risk. Who builds the service
# shouldn't also decide that what's left is fine.
#
# ## The same 31 questions
#
# The clinic now asks callers who they are, as part of R6, and writes an event for each answer, R3. Here
# `caller` stands for a login that was checked. Three callers come: a stranger, the nurses with a day of 569
# samples, 20 of them sent before the nurse had logged in, and somebody with a nurse's stolen account.


# %%
class GuardedService(LoggedService):
    def score(self, sample, caller=None):
        if caller not in ("nurse 1", "nurse 2"):
            raise PermissionError("who are you?")
        return super().score(sample, caller)


guarded, refused = GuardedService(model), {"a stranger": 0, "nurses": 0}
for number, sample in enumerate(X):
    try:
        guarded.score(sample, None if number < 20 else "nurse 1")
    except PermissionError:
        refused["nurses"] += 1
try:
    steal(guarded.score, X[100])
except PermissionError:
    refused["a stranger"] += 1
print("refused:", refused)
copy = steal(lambda sample: guarded.score(sample, "nurse 2"), X[100])
print(f"a stolen account's copy agrees on {agreeing(copy)} of {len(X)}")
print("events:", pd.Series([caller for caller, _ in guarded.log]).value_counts().to_dict())


# %%
def rounded(sample):
    answer, malignant = service.score(sample)
    return answer, min(max(round(malignant, 2), 0.01), 0.99)


def borderline(mine, ask):
    """`mine`, scaled until it lies between routine and urgent: halve the interval ten times."""
    low, high = 0, 3
    for _ in range(10):
        middle = (low + high) / 2
        low, high = (low, middle) if ask(mine * middle)[0] == "urgent" else (middle, high)
    return mine * high


attacks = {
    "steps of 1 %": lambda mine: steal(rounded, mine),
    "steps of 30 %": lambda mine: steal(rounded, mine, 0.3),
    "a borderline sample first, then 30 %": lambda mine: steal(rounded, borderline(mine, rounded), 0.3),
}
starts = [mine for mine in X[::10] if mine.all()]  # a 0 doesn't grow in steps of percent
print("always routine agrees on", (model.predict(X) == 1).sum())
for name, attack in attacks.items():
    service.answers = 0
    agree = [agreeing(attack(mine)) for mine in starts]
    questions = service.answers // len(agree)
    print(f"two decimals, {name:36} {questions} questions, median {np.median(agree):.0f}, worst {min(agree)}")

# %% [markdown]
# - The stranger stops at the first question. The price: 20 honest requests were refused too.
# - The stolen account still gets its copy. There are 31 events with a name now. But a busy morning looks the
#   same: nothing in them says theft. And refused calls leave no event here.
# - Rounding (AML.M0002, "Reduce the precision of numerical outputs") seems to work: from most starts a copy
#   is no better than "always routine". But whoever looks for a borderline sample first gets nearly all of it
#   back, for ten questions more. So the security engineer signs for "a copy is sold".
#
# And the translators? Answering strangers is their product, so R6 doesn't help them. The group's paper,
# [Imitation Attacks and Defenses](https://arxiv.org/abs/2004.15015), tries a defence: change translations so
# that a copy learns the wrong thing. That makes the copy worse, at some cost in translation quality and
# speed. What stays is a line in the register: *a copy is made*, with a name under it.
#
# ## Summary
#
# 1. A security bug is one that somebody can cause on purpose. "By design" and "not seen yet" don't change
#    that.
# 2. Adversaries break availability, integrity or privacy, or misuse a model. One bug may give several.
# 3. Attacks are chains: what is in reach depends on what each step gives.
# 4. A requirement has a subject, a limit, a measure and an owner, and its test fails on a broken system.
# 5. What stays gets a score and a signature.
#
# ## Use it on Monday
#
# Put your wishes into this table, with the number that a test finds in a sound system and in one that you
# broke on purpose. It prints those that can't fail. The longer checklist is [the Monday sheet](monday.md).

# %%
wishes = [  # wish, owner, at most, found in a sound system, found in one broken on purpose
    ("every answer has one event", "privacy officer", 0, 0, 20),
    ("answers are fast: seconds", "developer", 60, 0.2, 40),
    ("nobody copies the model", "", 0, 0, 0),
]
for wish, owner, most, sound, broken in wishes:
    problems = []
    if not owner:
        problems.append("nobody owns it")
    if sound > most:
        problems.append("a sound system fails")
    if broken <= most:
        problems.append("a broken system passes")
    print(f"{wish:28}", "; ".join(problems) or "can be tested")

# %% [markdown]
# - [ ] Send your service a made-up request, and write down which sentence that broke.
# - [ ] For each accepted risk, ask for the name under it, and the date on which it's looked at again.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# You hand on six requirements, R1 to R6. R3 and R6 say what every flow and every answer must do. Where
# these flows are, nobody has drawn yet: [Design: the threat model as code](../design/design.ipynb). Your
# map is on the [start page](../../start/welcome/welcome.ipynb).
