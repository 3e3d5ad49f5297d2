"""Answers to `audit_trail.log_record`: another right one, and wrong ones with what each must be told."""

import hashlib
import hmac
import json

from autograder.exercise import Answers, Wrong

FIELDS = ("id", "ts", "actor", "purpose", "release", "model", "patient", "input", "decision")


def _mac(key, name, value):
    message = name + ":" + json.dumps(value, sort_keys=True)
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def _record(event, key, tag=_mac):
    if missing := [name for name in FIELDS if name not in event]:
        raise ValueError(missing)
    secret = ("patient", "input")
    return {name: tag(key, name, event[name]) if name in secret else event[name] for name in FIELDS}


def _line(record):
    return json.dumps(record)


def by_characters(event, key):
    text = json.dumps(_record(event, key), ensure_ascii=False, separators=(",", ":"))
    return "".join(c if " " <= c <= "~" else json.dumps(c)[1:-1] for c in text)


def readable_umlauts(event, key):
    return json.dumps(_record(event, key), ensure_ascii=False)


def strips_control_characters(event, key):
    record = _record(event, key)
    return _line(
        {n: "".join(c for c in v if c.isprintable()) if isinstance(v, str) else v for n, v in record.items()}
    )


def line_breaks_become_blanks(event, key):
    record = _record(event, key)
    return _line({n: v.replace("\n", " ") if isinstance(v, str) else v for n, v in record.items()})


def a_text_line(event, key):
    return " ".join(f"{name}={value}" for name, value in _record(event, key).items())


def everything_in_the_event(event, key):
    _record(event, key)
    rest = {name: value for name, value in event.items() if name not in FIELDS}
    return _line({**_record(event, key), **rest})


def forbids_what_is_known(event, key):
    rest = {
        n: v for n, v in event.items() if n not in FIELDS and n not in ("token", "password", "key", "note")
    }
    return _line({**_record(event, key), **rest})


def in_the_events_order(event, key):
    record = _record(event, key)
    return _line({name: record[name] for name in event if name in FIELDS})


def sorted_fields(event, key):
    return json.dumps(_record(event, key), sort_keys=True)


def plain_digests(event, key):
    return _line(
        _record(
            event,
            key,
            lambda _, n, v: hashlib.sha256(f"{n}:{json.dumps(v, sort_keys=True)}".encode()).hexdigest(),
        )
    )


def without_the_name(event, key):
    return _line(
        _record(
            event,
            key,
            lambda k, n, v: hmac.new(k, json.dumps(v, sort_keys=True).encode(), "sha256").hexdigest(),
        )
    )


def unsorted_input(event, key):
    return _line(
        _record(
            event, key, lambda k, n, v: hmac.new(k, f"{n}:{json.dumps(v)}".encode(), "sha256").hexdigest()
        )
    )


def a_key_of_its_own(event, key):
    return _line(_record(event, b"clinic"))


def str_of_the_value(event, key):
    return _line(_record(event, key, lambda k, n, v: hmac.new(k, f"{n}:{v}".encode(), "sha256").hexdigest()))


def input_only(event, key):
    return _line({**_record(event, key), "patient": event["patient"]})


def null_for_missing(event, key):
    full = {name: event.get(name) for name in FIELDS}
    return _line(_record(full, key))


def key_error_for_missing(event, key):
    return _line({n: _mac(key, n, event[n]) if n in ("patient", "input") else event[n] for n in FIELDS})


def empty_is_missing(event, key):
    if not all(event.get(name) for name in FIELDS):
        raise ValueError("a field is missing")
    return _line(_record(event, key))


def some_fields_checked(event, key):
    if "actor" not in event:
        raise ValueError("no actor")
    return null_for_missing(event, key)


def ts_as_text(event, key):
    return _line({**_record(event, key), "ts": str(event["ts"])})


def pops(event, key):
    line = _line(_record(event, key))
    event.pop("patient")
    return line


def a_dict(event, key):
    return _record(event, key)


def counts_the_fields(event, key):
    if len(event) < len(FIELDS):
        raise ValueError("a field is missing")
    return null_for_missing(event, key)


def deletes_the_rest(event, key):
    line = _line(_record(event, key))
    for name in [name for name in event if name not in FIELDS]:
        del event[name]
    return line


def sorts_the_input(event, key):
    line = _line(_record(event, key))
    event["input"] = dict(sorted(event["input"].items()))
    return line


def a_field_twice(event, key):
    return '{"id": "r-0", ' + _line(_record(event, key))[1:]


def ts_as_float(event, key):
    return _line({**_record(event, key), "ts": float(event["ts"])})


ANSWERS = Answers(
    right=[by_characters],
    wrong=[
        Wrong(readable_umlauts, "inject", "stands in the line"),
        Wrong(strips_control_characters, "inject", "the value of"),
        Wrong(line_breaks_become_blanks, "inject", "the value of"),
        Wrong(a_text_line, "fields", "isn't JSON"),
        Wrong(
            everything_in_the_event,
            "leak",
            "the list of fields",
            also=("Go through FIELDS, not through the event.",),
        ),
        Wrong(
            forbids_what_is_known,
            "leak",
            "the list of fields",
            also=("Go through FIELDS, not through the event.",),
        ),
        Wrong(in_the_events_order, "fields", "Go through FIELDS"),
        Wrong(sorted_fields, "fields", "in the order of FIELDS"),
        Wrong(plain_digests, "tags", "needs the key"),
        Wrong(without_the_name, "tags", "The field's name"),
        Wrong(unsorted_input, "tags", "Sort the keys"),
        Wrong(a_key_of_its_own, "tags", "the digest of patient"),
        Wrong(str_of_the_value, "tags", "as json.dumps writes it"),
        Wrong(input_only, "leak", "the patient's number"),
        Wrong(null_for_missing, "missing", "an event without"),
        Wrong(key_error_for_missing, "missing", "the wrong error"),
        Wrong(empty_is_missing, "fields", "it isn't missing"),
        Wrong(some_fields_checked, "missing", "an event without"),
        Wrong(ts_as_text, "fields", "ts stays a number"),
        Wrong(pops, "fields", "changed the event"),
        Wrong(counts_the_fields, "missing", "an event without"),
        Wrong(deletes_the_rest, "leak", "changed the event"),
        Wrong(sorts_the_input, "fields", "changed the event"),
        Wrong(a_field_twice, "fields", "comes twice"),
        Wrong(ts_as_float, "fields", "a whole number"),
        Wrong(a_dict, "fields", "the record"),
    ],
)
