"""Answers to `design.audit_event`: another right one, and wrong ones with what each must be told."""

import re
from datetime import UTC, timedelta

from autograder.exercise import Answers, Wrong

ACTOR = re.compile(r"(?:nurse|doctor|developer|service)-[0-9]{1,3}")
OBJECT = re.compile(r"case/[0-9a-f]{8}|release/[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}")
ACTIONS = ["score", "load", "train", "approve"]
OUTCOMES = ["ok", "refused", "failed"]
REASONS = ["none", "bad-input", "bad-signature", "no-right", "too-many", "other"]


def by_hand(actor, action, obj, outcome, reason, ts):
    offset = ts.utcoffset()
    if offset is None or ACTIONS.count(action) + OUTCOMES.count(outcome) < 2:
        raise ValueError(action)
    utc = ts.replace(tzinfo=None) - offset
    event = {"v": 1, "time": utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"}
    event["actor"] = actor if type(actor) is str and re.fullmatch(ACTOR, actor) else "other"
    event["action"] = action
    event["object"] = obj if type(obj) is str and re.fullmatch(OBJECT, obj) else "other"
    event["outcome"] = outcome
    event["reason"] = next((code for code in REASONS if code == reason), "other")
    return event


def variant(name, **change):
    def answer(actor, action, obj, outcome, reason, ts):
        given = {"actor": actor, "action": action, "obj": obj, "outcome": outcome, "reason": reason, "ts": ts}
        event = by_hand(**{**given, **change.get("before", lambda given: {})(given)})
        return change.get("after", lambda event, given: event)(event, given)

    answer.__name__ = name
    return answer


def stamped(name, write):
    return variant(name, after=lambda event, given: {**event, "time": write(given["ts"])})


local = stamped("local", lambda ts: ts.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z")
plus = stamped("plus", lambda ts: ts.astimezone(UTC).isoformat(timespec="milliseconds"))
micro = stamped(
    "micro", lambda ts: ts.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
)
seconds = stamped(
    "seconds", lambda ts: ts.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
)
rounded = stamped(
    "rounded",
    lambda ts: (
        (ts.astimezone(UTC) + timedelta(microseconds=500))
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    ),
)
bare = stamped("bare", lambda ts: ts.astimezone(UTC).isoformat().replace("+00:00", "Z"))

free_text = variant("free_text", after=lambda event, given: {**event, "reason": given["reason"]})
sorted_keys = variant("sorted_keys", after=lambda event, given: dict(sorted(event.items())))
text_version = variant("text_version", after=lambda event, given: {**event, "v": "1"})
more_keys = variant("more_keys", after=lambda event, given: {**event, "note": ""})
always_other = variant(
    "always_other",
    after=lambda event, given: {**event, "actor": "other", "object": "other", "reason": "other"},
)
naive_is_utc = variant(
    "naive_is_utc",
    before=lambda given: {"ts": given["ts"] if given["ts"].tzinfo else given["ts"].replace(tzinfo=UTC)},
)
any_action = variant(
    "any_action",
    before=lambda given: {"action": "score"},
    after=lambda event, given: {**event, "action": given["action"]},
)
any_outcome = variant(
    "any_outcome",
    before=lambda given: {"outcome": "ok"},
    after=lambda event, given: {**event, "outcome": given["outcome"]},
)
lower_case = variant(
    "lower_case",
    before=lambda given: {
        "reason": given["reason"].lower() if isinstance(given["reason"], str) else given["reason"]
    },
)
stripped = variant(
    "stripped",
    before=lambda given: {key: given[key].strip() for key in ("actor", "obj") if isinstance(given[key], str)},
)
as_text = variant(
    "as_text",
    before=lambda given: {
        key: given[key].decode() for key in ("actor", "obj", "reason") if isinstance(given[key], bytes)
    },
)


def with_match(actor, action, obj, outcome, reason, ts):
    event = by_hand(actor, action, obj, outcome, reason, ts)
    if isinstance(actor, str) and re.match(ACTOR.pattern + "$", actor):
        event["actor"] = actor
    return event


def begins(actor, action, obj, outcome, reason, ts):
    event = by_hand(actor, action, obj, outcome, reason, ts)
    if isinstance(obj, str) and OBJECT.match(obj):
        event["object"] = obj
    return event


def any_digit(actor, action, obj, outcome, reason, ts):
    event = by_hand(actor, action, obj, outcome, reason, ts)
    if isinstance(actor, str) and re.fullmatch(ACTOR.pattern.replace("[0-9]", r"\d"), actor):
        event["actor"] = actor
    return event


def texts_only(actor, action, obj, outcome, reason, ts):
    ACTOR.fullmatch(actor)
    return by_hand(actor, action, obj, outcome, reason, ts)


def looks_up(actor, action, obj, outcome, reason, ts):
    known = reason in set(REASONS)
    return by_hand(actor, action, obj, outcome, reason if known else "other", ts)


def refuses(actor, action, obj, outcome, reason, ts):
    if reason not in REASONS:
        raise ValueError("not a reason")
    return by_hand(actor, action, obj, outcome, reason, ts)


def type_error(actor, action, obj, outcome, reason, ts):
    if ts.tzinfo is None:
        raise TypeError("no zone")
    return by_hand(actor, action, obj, outcome, reason, ts)


def unfit(event, given):
    return [key for key, name in (("actor", "actor"), ("object", "obj"), ("reason", "reason"))
            if event[key] != given[name]]  # fmt: skip


leaks_raw = variant(
    "leaks_raw",
    after=lambda event, given: {**event, "raw": repr(given["reason"])} if unfit(event, given) else event,
)
leaks_outcome = variant(
    "leaks_outcome",
    after=lambda event, given: (
        {**event, "outcome": f"{event['outcome']}: {given['reason']}"} if unfit(event, given) else event
    ),
)
half_an_event = variant(
    "half_an_event",
    after=lambda event, given: (
        {key: event[key] for key in ("actor", "object", "reason")} if unfit(event, given) else event
    ),
)
no_time = variant(
    "no_time",
    after=lambda event, given: {**event, "time": "other"} if unfit(event, given) else event,
)
all_other = variant(
    "all_other",
    after=lambda event, given: (
        {**event, **dict.fromkeys(("actor", "object", "reason"), "other")}
        if len(unfit(event, given)) > 1
        else event
    ),
)


def _looser(pattern, key, name):
    def answer(actor, action, obj, outcome, reason, ts):
        event, given = by_hand(actor, action, obj, outcome, reason, ts), {"actor": actor, "obj": obj}[name]
        if isinstance(given, str) and re.fullmatch(pattern, given):
            event[key] = given
        return event

    return answer


def upper_hex(**given):
    return _looser(r"case/[0-9a-fA-F]{8}", "object", "obj")(**given)


def any_digit_in_release(**given):
    return _looser(r"release/\d{1,2}\.\d{1,2}\.\d{1,2}", "object", "obj")(**given)


def long_release(**given):
    return _looser(r"release/[0-9]+\.[0-9]+\.[0-9]+", "object", "obj")(**given)


def long_number(**given):
    return _looser(r"nurse-[0-9]+", "actor", "actor")(**given)


def one_mistake_only(actor, action, obj, outcome, reason, ts):
    bad = (action not in ACTIONS) + (outcome not in OUTCOMES) + (ts.tzinfo is None)
    if bad > 1:
        return by_hand(actor, "score", obj, "ok", reason, ts.replace(tzinfo=UTC))
    return by_hand(actor, action, obj, outcome, reason, ts)


def excused_by_junk(actor, action, obj, outcome, reason, ts):
    if reason not in REASONS:
        action, outcome, ts = "score", "ok", ts.replace(tzinfo=ts.tzinfo or UTC)
    return {**by_hand(actor, action, obj, outcome, reason, ts)}


SECONDS = "Seconds only: ask for milliseconds."
MICRO = "Microseconds: timespec='milliseconds' has three digits."
LINE_BREAK = "A line break at the end doesn't fit: match and $ let it through, fullmatch doesn't."

ANSWERS = Answers(
    right=[by_hand],
    wrong=[
        Wrong(sorted_keys, "event", "the list of keys"),
        Wrong(more_keys, "event", "the list of keys"),
        Wrong(text_version, "event", "isn't 1"),
        Wrong(always_other, "event", "the value of 'actor'"),
        Wrong(local, "time", "local time"),
        Wrong(plus, "time", "ends in +00:00"),
        Wrong(micro, "time", "Microseconds"),
        Wrong(seconds, "time", "Seconds only"),
        Wrong(rounded, "time", "the time"),
        Wrong(bare, "time", "the time", also=(SECONDS, MICRO)),
        Wrong(free_text, "outside", "the value of 'reason'"),
        Wrong(lower_case, "outside", "the value of 'reason'"),
        Wrong(stripped, "outside", "the value of 'actor'"),
        Wrong(as_text, "outside", "the value of"),
        Wrong(with_match, "outside", "fullmatch doesn't"),
        Wrong(begins, "outside", "the value of 'object'", also=(LINE_BREAK,)),
        Wrong(any_digit, "outside", "the value of 'actor'"),
        Wrong(texts_only, "outside", "TypeError"),
        Wrong(looks_up, "outside", "TypeError"),
        Wrong(refuses, "outside", "not a reason"),
        Wrong(leaks_raw, "outside", "the list of keys when"),
        Wrong(leaks_outcome, "outside", "the value of 'outcome' when"),
        Wrong(half_an_event, "outside", "the list of keys when"),
        Wrong(no_time, "outside", "the value of 'time' when"),
        Wrong(all_other, "outside", "which fits"),
        Wrong(upper_hex, "outside", "the value of 'object'"),
        Wrong(any_digit_in_release, "outside", "the value of 'object'"),
        Wrong(long_release, "outside", "the value of 'object'"),
        Wrong(long_number, "outside", "the value of 'actor'"),
        Wrong(one_mistake_only, "mistakes", "several mistakes at once"),
        Wrong(excused_by_junk, "mistakes", "beside values from outside"),
        Wrong(naive_is_utc, "mistakes", "no error"),
        Wrong(any_action, "mistakes", "no error"),
        Wrong(any_outcome, "mistakes", "no error"),
        Wrong(sorted_keys, "mistakes", "counts for nothing"),
        Wrong(type_error, "mistakes", "the wrong error"),
    ],
)
