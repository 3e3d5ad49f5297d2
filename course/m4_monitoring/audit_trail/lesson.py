# The lesson on the audit trail. `aisec build` makes the learner's notebook of it; edit here, not there.
# ruff: noqa: E402, F401

# %% [markdown]
# # Audit trail: a log that answers a year later
#
# *70 minutes, 46 points in four exercises · a stretch of about 15 minutes and 12 points: `evidence`*
#
# **In mid-June 2023** a US government agency looked into its audit log of Microsoft 365. It had entries of
# the kind *MailItemsAccessed*: somebody opened mail. They named an app that didn't normally open mail
# there. The agency reported it. Intruders held a signing key of Microsoft's, made access tokens with it,
# and had read and copied mail from a small number of accounts as if they were the users. *(Source: CISA and
# FBI, advisory [AA23-193A](https://www.cisa.gov/news-events/cybersecurity-advisories/aa23-193a), July
# 2023.)*
#
# One field in one kind of log entry gave them away. Until then that kind came with the dearer licence
# only. Afterwards Microsoft opened it to the others, and kept their logs for 180 days instead of 90.
# *(Source:
# [Icewolf](https://blog.icewolf.ch/archive/2024/05/24/exchange-online-mailbox-audit-enhancements-due-storm-0558),
# 24 May 2024.)* How the key was stolen is another question, and it comes back in Part 4.
#
# In this lesson you write the log of a clinic, attack it twice, and then ask it a question that matters:
# who saw this patient's row, and for what purpose?
#
# After it you can
#
# - write log lines that nobody can forge from outside, and that hold no patient;
# - show that lines were changed, and that lines are missing at the end;
# - get an answer out of a log without its secrets;
# - stretch: say what a log can't answer any more.
#
# *New here? [How to work](../../start/welcome/welcome.ipynb) explains checks, hints and solutions.*

# %%
import hashlib
import hmac
import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pandas as pd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from autograder.learner import check, hint, others, predict, progress, solution
from course.m4_monitoring.audit_trail.clinic_log import (
    KEY,
    PATIENT,
    RETENTION,
    heads,
    months_back,
    seal,
    signed_by,
    statement,
    tag,
    when,
    year,
)

# %% [markdown]
# ## First, blame somebody else
#
# A clinic has a **triage model**. It gets 30 measurements of a cell sample and says *urgent* (a doctor
# looks today) or *routine*. A nurse uses it through the **clinic app**, and can open the patient's row
# there. Each time the app writes a line to the **audit log**. This is how it began:

# %%
log_file = []


def open_row(ts, actor, patient, note):
    """The clinic app's first log: one line of text for each row that somebody opens."""
    line = f"{when(ts)} actor={actor} action=read patient={patient} note={note}"
    log_file.extend(line.split("\n"))


# %% [markdown]
# Be `u11`. You open the row of patient 04711, who is your neighbour. The app writes who you are, and you
# can't stop it. You may only type a note.
#
# **Your turn:** change `note` so that the log *also* says that `u19` opened the same row for the billing,
# at the same minute. Only the note: everything else is written by the app.

# %%
note = "checked the address"

log_file.clear()
open_row(1784538000, "u11", "04711", note)
print("\n".join(log_file))
print("\nthe log names:", [line.split("actor=")[1].split()[0] for line in log_file if "actor=" in line])

# %% [markdown]
# <details><summary>One way</summary> <code>note = "ok\n2026-07-20 09:00 actor=u19 action=read patient=04711
# note=billing"</code>. A line break ends the line, and what follows reads like a line of the app.</details>
#
# Nobody can tell your line from the app's. And look at what else is wrong: the patient's number stands
# there for everybody who may read logs.
#
# ## Part 1: What a line may hold
#
# A colleague wants to help and logs `sha256(number)` instead of the number. SHA-256 can't be turned round,
# so the log is safe to hand out. Is it?

# %%
predict("audit_trail.digest")

# %% [markdown]
# **The agency's log named the app behind each access.** Yours names the patient, by a digest. You've found
# a copy of such a log, and want to know who was treated.
#
# ### Exercise: unmask
#
# *6 minutes · core · 7 points · AML.T0037*
#
# Turn the digests back into numbers. A patient's number has five digits, `"00000"` to `"99999"`. The digest
# is `hashlib.sha256(number.encode()).hexdigest()`. For example
#
# | digest | number |
# | --- | --- |
# | `"20b7be…"`, made from `"04711"` | `"04711"` |
# | `"de650d…"`, made from `"4711"` | `None` |
#
# | name | what it is |
# | --- | --- |
# | `digests` | list of texts, each of 64 hexadecimal digits |
# | returns | a list, one item for each digest, in order: its number, a text of five digits, or `None` |
#
# Judged:
#
# - every number found, from the first to the last (4);
# - `None` for everything else (1);
# - one answer for each digest, in order, repeats too (2).
#
# <details><summary>The fine print</summary> An empty list gives an empty list. <code>f"{n:05}"</code>
# writes a number with five digits. The second and the third item count once numbers are found.</details>


# %%
def unmask(digests):
    ### BEGIN SOLUTION
    known = {}
    for n in range(100_000):
        number = f"{n:05}"
        known[hashlib.sha256(number.encode()).hexdigest()] = number
    return [known.get(digest) for digest in digests]
    ### END SOLUTION


# %%
check("audit_trail.unmask", unmask)

# %%
# hint("audit_trail.unmask")
# solution("audit_trail.unmask")

# %% [markdown]
# Here is the same patient, hidden in two ways. The second is a **keyed digest**, an HMAC: it can only be
# made by whoever holds the key, so guessing numbers doesn't help.

# %% tags=["raises-exception"]
plain = hashlib.sha256(PATIENT.encode()).hexdigest()
keyed = hmac.new(KEY, PATIENT.encode(), "sha256").hexdigest()
print("SHA-256:", plain[:16], "→", unmask([plain])[0])
print("HMAC:   ", keyed[:16], "→", unmask([keyed])[0])

# %% [markdown]
# In your log line the field's name goes in front, so that a patient and an input never share a digest.
# There the digest of 04711 is another one than here. A keyed digest protects what is short, and it keeps
# what the investigator needs: the same patient gives the same digest, so you can follow one patient
# through the log. Who steals the key can guess again. So the key stays out of the log, in a key store.
# And whoever knows when a patient came knows which digest is theirs: it's a pseudonym, so the log still
# holds personal data. Lose it, and nobody can look up a patient any more.
#
# **Now write the line that the clinic needs.** The agency got its answer because the entry had the field.
# What will somebody ask in a year? Which release answered, from which input, what it said, who asked and
# what for.
#
# ### Exercise: log_record
#
# *12 minutes · core · 14 points · AML.M0024 · AML.M0012*
#
# `log_record(event, key)` makes one line of JSON. It holds the fields in `FIELDS`, in that order, and no
# other. `patient` and `input` become keyed digests; the rest is copied. With the clinic's `KEY`:
#
# | in `event` | in the line |
# | --- | --- |
# | `"actor": "u11\nactor=u19"` | `"actor": "u11\nactor=u19"`, the line break written as `\` and `n` |
# | `"patient": "04711"` | `"patient": "59caca…"`, 64 hexadecimal digits |
# | `"input": {"mean radius": 14.2}` | `"input": "4f72c3…"`, 64 hexadecimal digits |
# | `"token": "s3cr3t"`, not in `FIELDS` | nothing |
#
# | name | what it is |
# | --- | --- |
# | `event` | dict; `ts` is a whole number, `input` a dict of numbers, the other fields are texts |
# | `key` | bytes |
# | returns | one line of text, without a line break at its end |
# | raises | `ValueError` when a field of `FIELDS` is missing, whichever; then the app mustn't answer either |
#
# The digest is an HMAC with SHA-256 over this message: the field's name, a colon, and the value as
# `json.dumps(value, sort_keys=True)`. So the patient's message is `patient:"04711"`, and the order in which
# the app sends measurements doesn't matter. `hmac.new(key, message.encode(), "sha256").hexdigest()` gives
# it.
#
# As it comes, `json.dumps` writes every character outside `" "` to `"~"` as an escape such as `\n`,
# `\u001b` or `\u00fc`. That is what you want here: then no character can end the line or give the terminal
# an order, and nothing is lost. (With `ensure_ascii=False` the line would look nicer, and let DEL and
# U+2028, a line separator, through.)
#
# Judged:
#
# - fields, order and values (3); the digests (4);
# - nothing else of the event is in the line (2);
# - control characters in every copied text: the line stays one printable line, and reads back unchanged
#   (4);
# - every missing field (1).
#
# <details><summary>The fine print</summary> <code>json.loads</code> of the line gives the copied texts back
# exactly, with umlauts and line breaks. A field may be an empty text: it is there, so it isn't missing.
# Leave <code>event</code> as it is. The last three items count once the fields are right. How you place
# blanks in the JSON is your choice.</details>

# %%
FIELDS = ("id", "ts", "actor", "purpose", "release", "model", "patient", "input", "decision")


def log_record(event, key):
    ### BEGIN SOLUTION
    record = {}
    for name in FIELDS:
        if name not in event:
            raise ValueError(f"the event has no {name}")
        record[name] = event[name]
        if name in ("patient", "input"):
            message = f"{name}:{json.dumps(event[name], sort_keys=True)}"
            record[name] = hmac.new(key, message.encode(), "sha256").hexdigest()
    return json.dumps(record)
    ### END SOLUTION


# %%
check("audit_trail.log_record", log_record)

# %%
# hint("audit_trail.log_record")
# solution("audit_trail.log_record")

# %% [markdown]
# Try your forged note on it, in the field that a stranger fills: a login name is typed by whoever is at the
# keyboard.

# %% tags=["raises-exception"]
event = {
    "id": "r-81f3",
    "ts": 1784538000,
    "actor": "u11\n2026-07-20 09:00 actor=u19",
    "purpose": "care",
    "release": "1.3.0",
    "model": hashlib.sha256(b"model.json of 1.3.0").hexdigest(),
    "patient": "04711",
    "input": {"mean radius": 14.2, "mean texture": 20.1},
    "decision": "urgent",
    "token": "s3cr3t",
}
line = log_record(event, KEY)
print(line)
naive = f"{when(event['ts'])} actor={event['actor']} patient={event['patient']} decision={event['decision']}"
print(f"\n{len(line)} characters; the first log took {len(naive)} for it. Lines: {len(line.splitlines())}")

# %% [markdown]
# That's what it costs: a line several times as long, names with umlauts that read as `\u00fc` in the raw
# file, and a key that somebody must keep. What you got: whoever holds the input and the key can show a
# year later what the log says *this* input got, and who only holds the log learns no measurement.
#
# Two things the form can't do. A purpose that somebody types may name a patient. Offer a list to choose
# from. And your line says what the app was told. If `u07`'s password is stolen, the log says `u07`. The
# intruders of 2023 came in as real users, too.
#
# ## Part 2: Is it all there?
#
# Say that the intruders of 2023 had reached the log as well. (Nothing that we read says so.) They'd delete
# what shows them. The usual defence is a **chain**: each line carries a hash over the hash before it and
# itself. The **head** is the hash at the end, and stands for all lines. One letter changes, and every hash
# after it is wrong.

# %%
predict("audit_trail.tail")


# %%
def chain_ok(entries):
    """Whether each entry's hash is right: the usual check of a chain."""
    lines = [entry["line"] for entry in entries]
    return [entry["hash"] for entry in entries] == heads(lines)[1:]


def chained(lines):
    return [{"line": text, "hash": h} for text, h in zip(lines, heads(lines)[1:], strict=True)]


events = year()
lines = [json.dumps(event) for event in events]
log = chained(lines)
edited = [*log[:200], {**log[200], "line": log[200]["line"].replace("care", "billing")}, *log[201:]]
print(f"{len(log):,} lines. As written:", chain_ok(log))
print("one word changed:             ", chain_ok(edited))
print("the last 40 lines cut off:    ", chain_ok(log[:-40]))
print("all rewritten without u07:    ", chain_ok(chained([text for text in lines if '"u07"' not in text])))

# %% [markdown]
# A hash needs no secret. So whoever can write the log can write a chain that agrees. And a chain that ends
# early is still a chain. Its reader can't know that there was more.
#
# What helps is a note in another place, which the log's writers can't change: "at hour 609 there were 1,202
# lines, and the head was 79c1…". Signed, it's a **checkpoint**:
#
# | given | what it does |
# | --- | --- |
# | `heads(lines)` | a list, one longer than `lines`: `heads(lines)[i]` is the head of the first `i` lines |
# | a checkpoint | a dict with `count`, `head`, `at` (an hour), and `signature` |
# | `statement(count, head, at)` | the bytes that its signature is made over |
# | `signed_by(public, message, signature)` | True when the owner of the key signed this message |

# %%
signer = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))  # a toy; yours stays with another team
PUBLIC = signer.public_key().public_bytes_raw()

checkpoint = seal(lines[:1202], 609, signer.sign)
print({**checkpoint, "head": checkpoint["head"][:8], "signature": checkpoint["signature"].hex()[:8]})
message = statement(checkpoint["count"], checkpoint["head"], checkpoint["at"])
print("signed by the clinic:", signed_by(PUBLIC, message, checkpoint["signature"]))
print("head agrees with the first 1,202 lines:", heads(lines)[1202] == checkpoint["head"])

# %% [markdown]
# **02:17, and forty rows are read. Now the intruder cleans up.** There are four ways: change what the
# checkpoint covers, cut the tail, delete the newest checkpoint as well, or come back with the signing key
# and sign a second head for the same count: then auditors who compare see two histories, a *fork*.
#
# ### Exercise: verify_log
#
# *15 minutes · core · 14 points · AML.M0024 · AML.M0014*
#
# `verify_log(lines, checkpoints, public, now, max_age)` returns `(verdict, proven)`. First drop each
# checkpoint whose signature isn't right: anybody can add one. With the rest, take the first verdict that
# holds:
#
# | verdict | holds when |
# | --- | --- |
# | `"fork"` | two checkpoints have the same `count` and different heads |
# | `"changed"` | a checkpoint's head isn't the head of the first `count` lines |
# | `"cut"` | a checkpoint counts more lines than there are |
# | `"stale"` | there is no checkpoint, or the newest is more than `max_age` hours old |
# | `"intact"` | else |
#
# `proven` is how many lines, from the first, are sure: the largest `count` of a checkpoint whose head
# agrees. It is 0 without one, and 0 after a fork. For a log of 10 lines, with `now = 50` and `max_age = 6`:
#
# | checkpoints, all signed (`count`, `at`) | returns |
# | --- | --- |
# | (4, 40) and (8, 46), both agree | `("intact", 8)` |
# | (4, 40) agrees, (8, 46) doesn't | `("changed", 4)` |
# | (8, 46) agrees, (12, 49) counts too many | `("cut", 8)` |
# | (4, 40) agrees, and nothing newer | `("stale", 4)` |
#
# | name | what it is |
# | --- | --- |
# | `lines` | list of texts: the log as it is now |
# | `checkpoints` | list of dicts in any order, perhaps empty |
# | `public` | 32 bytes: the signer's public key |
# | `now`, `max_age` | whole numbers: the hour now, and the age that is still fine |
#
# Judged:
#
# - `"changed"` after an edit, insertion, deletion, swap (3);
# - `"cut"` (3); `"stale"` (2); `"fork"` (2);
# - forged checkpoints are dropped (2), and honest logs are `"intact"` (2).
#
# <details><summary>The fine print</summary> A checkpoint may count 0 lines: its head is
# <code>heads(lines)[0]</code>. Exactly <code>max_age</code> hours old is fine. The newest is the one with
# the largest <code>at</code>. Two equal checkpoints are no fork. A checkpoint that counts more lines than
# there are has no head to compare: it can only mean a cut. Each part compares an attacked log with an
# honest one, so one verdict for all gets nothing.</details>


# %%
def verify_log(lines, checkpoints, public, now, max_age):
    ### BEGIN SOLUTION
    good = [
        point
        for point in checkpoints
        if signed_by(public, statement(point["count"], point["head"], point["at"]), point["signature"])
    ]
    if len({point["count"] for point in good}) < len({(point["count"], point["head"]) for point in good}):
        return "fork", 0
    found = heads(lines)
    inside = [point for point in good if point["count"] <= len(lines)]
    agree = [point["count"] for point in inside if point["head"] == found[point["count"]]]
    proven = max(agree, default=0)
    if len(agree) < len(inside):
        return "changed", proven
    if len(inside) < len(good):
        return "cut", proven
    if not good or now - max(point["at"] for point in good) > max_age:
        return "stale", proven
    return "intact", proven
    ### END SOLUTION


# %%
check("audit_trail.verify_log", verify_log)

# %%
# hint("audit_trail.verify_log")
# solution("audit_trail.verify_log")

# %% [markdown]
# Back to the year's log, with a checkpoint every day. It's midnight after day 290.

# %% tags=["raises-exception"]
FIRST_SECOND = events[0]["ts"]
tonight = [
    text for text, event in zip(lines, events, strict=True) if event["ts"] < FIRST_SECOND + 291 * 86400
]
counts = Counter((event["ts"] - FIRST_SECOND) // 86400 for event in events)


def checkpoints_of(days):
    """One for each day: the lines up to its end."""
    done, points = 0, []
    for day in range(days):
        done += counts[day]
        if day >= days - 5:  # the last five are enough here
            points.append(seal(tonight[:done], 24 * (day + 1), signer.sign))
    return points


points, now = checkpoints_of(291), 24 * 291
without = [text for text in tonight if not ('"u07"' in text and "research" in text)]
story = {
    "nothing happened": (tonight, points),
    "the forty lines deleted": (without, points),
    "everything of day 290 cut": (tonight[: points[-2]["count"]], points),
    "and the newest checkpoint with it": (tonight[: points[-2]["count"]], points[:-1]),
}
verdicts = {name: verify_log(text, kept, PUBLIC, now, 12) for name, (text, kept) in story.items()}
pd.DataFrame(verdicts.values(), index=list(verdicts), columns=["verdict", "lines proven"])

# %% [markdown]
# Deleted lines show as *cut* here: the checkpoint counts 40 more than there are. And an attacker who
# deletes the checkpoint too can't make a new one, so the reader sees that it's overdue. That works if
# somebody expects it. A checkpoint that nobody waits for proves nothing.
#
# What it costs honest users: when the signer is down for an afternoon, you get *stale* with nothing wrong.
# And lines that came after the newest checkpoint aren't proven at all. How many can that be?
#
# The picture shows the year, and below it the intruder's visit. It begins right behind a checkpoint, the
# best moment for an attacker. **Your task: answer all three questions with as few days kept as possible,
# and let a visit of 15 minutes hide fewer than 20 lines.**

# %%
from course.m4_monitoring.audit_trail.year_of_log import twin, unseen, year_of_log

year_of_log()

# %% [markdown]
# Four settings as pictures, and all intervals as tables:

# %%
twin()

# %% [markdown]
# *Compare:* 335 days, and a checkpoint every 10 minutes. With 90 days, two of three questions have no
# answer any more. The number of lines that can be hidden doesn't depend on how long the
# log is kept, on the time between checkpoints and on when the visit ends:

# %%
minutes = {"never": None, "every day": 1440, "every hour": 60, "every 10 minutes": 10}
pd.DataFrame(
    {
        f"visit of {stays} minutes": [unseen(every, stays) for every in minutes.values()]
        for stays in (15, 25, 2150)
    },
    index=list(minutes),
)

# %% [markdown]
# With one checkpoint an hour, a theft of 25 minutes stays hidden whole: forty reads, a login and a
# heartbeat. Ten minutes still leave a dozen lines when the visit takes 15: the last checkpoint came at
# minute 10. A visit of 25 hides nothing then, because the reads were over before the checkpoint at minute
# 20. If you can't afford that, send each line to a second place at once, and let the checkpoint be for
# the rest.
#
# **Good place to stop: 52 minutes so far.**
#
# ## Part 3: Ask it
#
# **The agency had a rule in its head:** mail is opened by these apps, so show me entries by any other. That
# is a query, and it can be written down. Monitoring tools share such rules in a format called Sigma. Here
# is a small one of that kind:
#
# ```python
# {"selection": {"action": "read", "purpose": ["research", "other"]},
#  "unless": {"actor": "u21"},
#  "count": {"by": "actor", "at_least": 10, "within": 600}}
# ```
#
# Read it like this: reads for research or another purpose, except by `u21`; and of these, actors with at
# least 10 within 600 seconds.
#
# ### Exercise: query
#
# *12 minutes · core · 11 points · AML.M0024 · AML.T0012*
#
# `query(events, rule)` applies such a rule. With `{"selection": {"action": "login"}}` and these events
#
# ```python
# [{"ts": 0, "actor": "u01", "action": "login"},
#  {"ts": 9, "actor": "u02", "action": "read"},
#  {"ts": 60, "actor": "u01", "action": "login"}]
# ```
#
# it returns the first and the third event. With `"count": {"by": "actor", "at_least": 2, "within": 60}` in
# the rule it returns `["u01"]`; with `"within": 59` it returns `[]`.
#
# | in the rule | what it does |
# | --- | --- |
# | `selection` | field → value, or a list of values: keeps events in which every field has one of them |
# | `unless` | the same form; leaves out events that match it. It may be missing |
# | `count` | `by`, `at_least`, `within` (seconds). It may be missing |
#
# | name | what it is |
# | --- | --- |
# | `events` | list of dicts with whole seconds in `ts`; clocks jump, so `ts` may go backwards |
# | returns | without `count`: the events that match, in the order of the log |
# | | with `count`: a sorted list of the values of `by` that occur `at_least` times within the time |
#
# Judged:
#
# - selections with one and several fields, values and lists (3); `unless` (3);
# - counts, with windows that match exactly and clocks that jump (5).
#
# <details><summary>The fine print</summary> A field that the event doesn't have matches nothing. An empty
# selection keeps every event, and an empty <code>unless</code> leaves out none. Two events lie within a
# time when the difference of their <code>ts</code> is at most that time. Several events may have the same
# <code>ts</code>. Events without the field <code>by</code> aren't counted. A value comes once in the
# result, and is a text. An empty list of values matches nothing. Leave <code>events</code> and
# <code>rule</code> as they are.</details>


# %%
def query(events, rule):
    ### BEGIN SOLUTION
    def matches(event, condition):
        for name, wanted in condition.items():
            values = wanted if isinstance(wanted, list) else [wanted]
            if name not in event or event[name] not in values:
                return False
        return True

    unless, count = rule.get("unless"), rule.get("count")
    found = [
        event
        for event in events
        if matches(event, rule["selection"]) and not (unless and matches(event, unless))
    ]
    if not count:
        return found
    times = defaultdict(list)
    for event in found:
        if count["by"] in event:
            times[event[count["by"]]].append(event["ts"])
    often = []
    for value, stamps in times.items():
        stamps.sort()
        pairs = zip(stamps, stamps[count["at_least"] - 1 :], strict=False)
        if any(last - first <= count["within"] for first, last in pairs):
            often.append(value)
    return sorted(often)
    ### END SOLUTION


# %%
check("audit_trail.query", query)

# %%
# hint("audit_trail.query")
# solution("audit_trail.query")

# %% [markdown]
# The year's log has lines of several kinds: answers and reads, logins, and a heartbeat each hour, half of
# all lines. So they have a `number` and an `action`, which your line of Part 1 lacks, and no input or
# decision. A rule can only select on what was written: put `action` into your own `FIELDS`.
#
# A patient asks: who saw my row since May, and what for? Somebody who may use the key computes the tag of
# 04711 and hands it to the investigator. The investigator needs neither the number nor the key.

# %% tags=["raises-exception"]
asked = tag(KEY, "patient", PATIENT)  # done by the key's holder
seen = query(events, {"selection": {"action": "read", "patient": asked}})
recent = [event for event in seen if event["ts"] >= 1777593600]
pd.DataFrame([{"when": when(e["ts"]), "actor": e["actor"], "purpose": e["purpose"]} for e in recent])

# %% [markdown]
# One line doesn't belong: 02:00 at night, for research. Is it one curious person, or more than that? Count.

# %% tags=["raises-exception"]
burst = {"by": "actor", "at_least": 10, "within": 600}
fast = {"selection": {"action": "read"}, "count": burst}
print("ten reads in ten minutes:        ", query(events, fast))
print("the same, the billing left out:  ", query(events, {**fast, "unless": {"purpose": "billing"}}))
rows = query(events, {"selection": {"actor": "u07", "purpose": "research"}})
print("rows read by u07 for research:   ", len(rows), "from", when(rows[0]["ts"]), "to", when(rows[-1]["ts"]))
slow = {**fast, "unless": {"purpose": "billing"}, "count": {**burst, "within": 60}}
print("ten in one minute, billing out:  ", query(events, slow))
as_billing = [{**e, "purpose": "billing"} if e["actor"] == "u07" else e for e in events]
print("if u07 had typed 'billing':      ", query(as_billing, {**fast, "unless": {"purpose": "billing"}}))
both = {**fast, "unless": {"actor": "u19", "purpose": "billing"}}
print("the same, only u19's billing out:", query(as_billing, both))

# %% [markdown]
# `u19` does the billing every month, and a rule without the exception accuses that person twelve times a
# year. The exception has its price too. It trusts a field that the user fills: whoever types *billing*
# isn't seen. An exception for an actor *and* a purpose sees them again, so write it like that, and give
# it an owner and a date. And a window of one minute misses these reads: whoever reads slower than the
# rule counts isn't seen.
#
# **Your turn:** is it the person or somebody with the password? Look at the logins of `u07`, and find the
# ones at an odd hour. Change the marked line to ask.

# %% tags=["raises-exception"]
rule = {"selection": {"actor": "u07", "action": "read"}}  # <- change this line
nights = [e for e in query(events, rule) if (e["ts"] // 3600) % 24 < 6]
print(len(nights), "at night:", *sorted({when(e["ts"]) for e in nights})[:8], sep="\n")

# %% [markdown]
# <details><summary>One way</summary> <code>{"selection": {"actor": "u07", "action":
# "login"}}</code></details>
#
# Two logins are at night: one on 21 March 2026, day 140, and one on the night of the reads. The password
# was stolen. The log can't say that; it says which account, not which person, and the first odd login is
# where you start to ask. The next lesson's alarms look for such things while they happen. Here somebody
# had to ask.
#
# ## Part 4 (stretch): What it can't answer any more
#
# **And how was the key stolen?** In September 2023 Microsoft named a likely way: a crash dump of April
# 2021 that left the protected network with the key in it. It added that it has no logs with evidence of
# the theft, because of how long logs are kept *(as quoted by [D.
# Okeyode](https://davidokeyode.medium.com/lessons-from-storm-0558-a9c5ab32febf), 7 September 2023)*. On
# 12 March 2024 it corrected the report: no crash dump with the key has been found *(source:
# [Microsoft](https://msrc.microsoft.com/blog/2023/09/results-of-major-technical-investigations-for-storm-0558-key-acquisition/))*.
# Between 2021 and 2023 the question had outlived the answer.
#
# An auditor therefore asks first what the log *can't* answer: which lines are lost, which days are empty,
# where the clock jumped, and what can't be searched at once. One rule of the kind is PCI DSS 10.5.1, for
# card payments: keep audit logs for 12 months, the last 3 immediately available. Rules are rows of a table,
# so that a new one needs no new code. (This is engineering training, not legal advice.)

# %%
pd.DataFrame(RETENTION)[["id", "kept", "at_hand", "says"]]

# %% [markdown]
# ### Exercise: evidence
#
# *12 minutes · stretch · 12 points · AML.M0024 · PO.4.2*
#
# `evidence(entries, index, today, rule)` returns a dict with four findings, all empty when nothing is
# wrong.
#
# | key | value |
# | --- | --- |
# | `"lost"` | sorted list of the numbers missing between the smallest and the largest that is there |
# | `"back"` | list, in the log's order, of the numbers whose time is before that of the entry just above |
# | `"empty_days"` | sorted list of the days that must be kept and have no entry |
# | `"not_at_hand"` | sorted list of the numbers that must be at hand and aren't in `index` |
#
# | name | what it is |
# | --- | --- |
# | `entries` | list of `(number, time)` in the order of the log; `time` is a `datetime` in UTC |
# | `index` | set of the numbers that the search tool finds at once |
# | `today` | a `date`; it isn't over yet, so the last day that counts is yesterday |
# | `rule` | a row of `RETENTION`: months in `kept` and `at_hand` |
#
# Kept must be every day from `months_back(today, rule["kept"])` to yesterday, both included. At hand must
# be the entries from `months_back(today, rule["at_hand"])` on. `time.date()` is an entry's day, and `day +
# timedelta(1)` the next one. With `kept` 1 and `today` 3 March 2026, the first day is 3 February.
#
# Judged on drawn logs with none, one and several of each fault:
#
# - `lost` (3), `back` (2), `empty_days` (4), `not_at_hand` (3).
#
# <details><summary>The fine print</summary> An equal time isn't before. Only the entry just above counts:
# after a jump back, the next entry isn't compared with the highest so far. An empty log has no number to
# miss, and all its days are empty. <code>entries</code> may hold older days than asked, and entries of
# today; they count for <code>lost</code>, <code>back</code> and, from the first day at hand on, for
# <code>not_at_hand</code>. <code>index</code> may hold numbers that the log doesn't. Each number comes once
# in the log. Leave what you are given as it is.</details>


# %%
def evidence(entries, index, today, rule):
    ### BEGIN SOLUTION
    numbers = {number for number, _ in entries}
    days = {time.date() for _, time in entries}
    lost = [n for n in range(min(numbers), max(numbers)) if n not in numbers] if numbers else []
    back = [number for (_, above), (number, time) in pairwise(entries) if time < above]
    first, at_hand = months_back(today, rule["kept"]), months_back(today, rule["at_hand"])
    wanted = [first + timedelta(n) for n in range((today - first).days)]
    return {
        "lost": lost,
        "back": back,
        "empty_days": [day for day in wanted if day not in days],
        "not_at_hand": sorted(n for n, time in entries if time.date() >= at_hand and n not in index),
    }
    ### END SOLUTION


# %%
check("audit_trail.evidence", evidence)

# %%
# hint("audit_trail.evidence")
# solution("audit_trail.evidence")

# %% [markdown]
# Our year, after three accidents: day 200 is lost, a clock went back an hour on day 250, and the search
# tool holds the last 60 days only.

# %% tags=["raises-exception"]
entries = []
for e in events:
    day = (e["ts"] - FIRST_SECOND) // 86400
    if day != 200:
        shift = 3600 if day == 250 and (e["ts"] - FIRST_SECOND) % 86400 > 43200 else 0
        entries.append((e["number"], datetime.fromtimestamp(e["ts"] - shift, UTC)))
index = {number for number, time in entries if time.date() >= date(2026, 9, 2)}
for rule in RETENTION:
    found = evidence(entries, index, date(2026, 11, 1), rule)
    print(f"{rule['id']:17}", {name: len(values) for name, values in found.items()})
    print(" " * 17, "empty:", [day.isoformat() for day in found["empty_days"]])

# %% [markdown]
# The lost numbers and the empty day are one event, seen twice. The clock is the quieter fault: two events
# seem to have happened in another order. It takes the lines' numbers to see that. And the days that you may
# keep aren't the same everywhere: each rule has its own row. A log with people in it has to go when its
# time is over; a keyed digest is no reason to keep it forever.
#
# ## Summary
#
# 1. A log line is made from allowed fields, encoded so that nothing from outside can end it.
# 2. A plain digest of a short number is the number. A keyed digest follows a patient without the name.
# 3. A chain shows an edit. Only a signed checkpoint, kept elsewhere and expected by somebody, shows a cut.
# 4. What came after the newest checkpoint is proven by nothing. The interval is your decision.
# 5. Write down the questions of next year, then the fields, then the days that you keep.
#
# The agency of 2023 had the field and somebody who looked. How the key was stolen, no log could say any
# more.
#
# ## Use it on Monday
#
# Give each release of your service this test: attack its log line yourself. Put your own function in place
# of `json.dumps`. A fuller checklist is [the Monday sheet](monday.md).

# %%
to_line = json.dumps  # yours: the function that writes one event as one line

nasty = [chr(n) for n in (*range(32), *range(127, 160), 0x2028, 0x2029, 0x202E, 0xFEFF)]
for character in nasty:
    text = f"u07{character}actor=u19"
    written = to_line({"actor": text})
    if not all(" " <= letter <= "~" for letter in written):
        print(f"U+{ord(character):04X} comes through raw:", ascii(written))
    if json.loads(written)["actor"] != text:
        print(f"U+{ord(character):04X} is lost")

# %% [markdown]
# - [ ] Write the ten questions that somebody could ask in a year. Answer each from last month's log.
# - [ ] Grep yesterday's log for a patient, a token and a password. Replace short numbers by keyed digests.
# - [ ] Sign a checkpoint every few minutes, store it where the log's writers can't write, and raise an
#       alarm when it is overdue. AWS CloudTrail's log file validation, Sigstore's Rekor and journald's
#       sealing are of this kind. None of them knows whether your app wrote the event in the first place.
# - [ ] Look up how long each log is kept, and write the reason beside it.

# %%
progress()

# %% [markdown]
# ## What comes next
#
# This log answers when somebody asks. The next lesson looks at the stream while it runs, and raises the
# question itself: [Drift, anomalies and alerts](../detection/detection.ipynb). Your map is on the [start
# page](../../start/welcome/welcome.ipynb).
