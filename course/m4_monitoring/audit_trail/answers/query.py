"""Answers to `audit_trail.query`: another right one, and wrong ones with what each must be told."""

from autograder.exercise import Answers, Wrong


def _listed(wanted):
    return wanted if isinstance(wanted, list) else [wanted]


def _match(event, condition):
    return all(name in event and event[name] in _listed(wanted) for name, wanted in condition.items())


def _found(events, rule, match=_match):
    unless = rule.get("unless")
    return [e for e in events if match(e, rule["selection"]) and not (unless and match(e, unless))]


def _stamps(found, by):
    values = sorted({e[by] for e in found if by in e})
    return [(value, sorted(e["ts"] for e in found if e.get(by) == value)) for value in values]


def _counted(found, count, often):
    return [
        value
        for value, stamps in _stamps(found, count["by"])
        if often(stamps, count["at_least"], count["within"])
    ]


def _sliding(stamps, n, within):
    return any(b - a <= within for a, b in zip(stamps, stamps[n - 1 :], strict=False))


def with_a_queue(events, rule):
    found = _found(events, rule)
    if "count" not in rule:
        return found
    count, hits, queues = rule["count"], set(), {}
    for event in sorted((e for e in found if count["by"] in e), key=lambda e: e["ts"]):
        queue = queues.setdefault(event[count["by"]], [])
        queue.append(event["ts"])
        while event["ts"] - queue[0] > count["within"]:
            queue.pop(0)
        if len(queue) >= count["at_least"]:
            hits.add(event[count["by"]])
    return sorted(hits)


def _with(events, rule, match=_match, often=_sliding):
    found = _found(events, rule, match)
    return _counted(found, rule["count"], often) if "count" in rule else found


def everything(events, rule):
    return events


def any_field(events, rule):
    def match(e, c):
        return not c or any(n in e and e[n] in _listed(w) for n, w in c.items())

    return _with(events, rule, match)


def no_lists(events, rule):
    return _with(events, rule, lambda e, c: all(n in e and e[n] == w for n, w in c.items()))


def part_of_a_text(events, rule):
    return _with(events, rule, lambda e, c: all(n in e and str(e[n]) in str(w) for n, w in c.items()))


def missing_is_none(events, rule):
    return _with(events, rule, lambda e, c: all(e.get(n) in _listed(w) for n, w in c.items()))


def missing_matches(events, rule):
    return _with(events, rule, lambda e, c: all(n not in e or e[n] in _listed(w) for n, w in c.items()))


def only_true_values(events, rule):
    return _with(events, rule, lambda e, c: all(e.get(n) and e[n] in _listed(w) for n, w in c.items()))


def in_time_order(events, rule):
    found = _with(events, rule)
    return found if "count" in rule else sorted(found, key=lambda e: e["ts"])


def empty_unless_leaves_out_all(events, rule):
    unless = rule.get("unless")
    found = [
        e for e in events if _match(e, rule["selection"]) and not (unless is not None and _match(e, unless))
    ]
    return _counted(found, rule["count"], _sliding) if "count" in rule else found


def unless_any(events, rule):
    unless = rule.get("unless") or {}
    found = [
        e
        for e in events
        if _match(e, rule["selection"]) and not any(_match(e, {n: w}) for n, w in unless.items())
    ]
    return _counted(found, rule["count"], _sliding) if "count" in rule else found


def without_unless(events, rule):
    return _with(events, {**rule, "unless": {}})


def over_all_time(events, rule):
    return _with(events, rule, often=lambda stamps, n, within: len(stamps) >= n)


def fixed_windows(events, rule):
    def often(stamps, n, within):
        bins = [ts // (within + 1) for ts in stamps]
        return any(bins.count(b) >= n for b in bins)

    return _with(events, rule, often=often)


def under_the_time(events, rule):
    return _with(
        events, rule, often=lambda s, n, w: any(b - a < w for a, b in zip(s, s[n - 1 :], strict=False))
    )


def more_than(events, rule):
    return _with(events, rule, often=lambda s, n, w: _sliding(s, n + 1, w))


def as_written(events, rule):
    found = _found(events, rule)
    if "count" not in rule:
        return found
    by, n, within = (rule["count"][name] for name in ("by", "at_least", "within"))
    stamps = {}
    for event in found:
        if by in event:
            stamps.setdefault(event[by], []).append(event["ts"])
    return sorted(
        v for v, s in stamps.items() if any(0 <= b - a <= within for a, b in zip(s, s[n - 1 :], strict=False))
    )


def unsorted_result(events, rule):
    result = _with(events, rule)
    if "count" not in rule:
        return result
    seen = list(dict.fromkeys(e[rule["count"]["by"]] for e in events if rule["count"]["by"] in e))
    return [value for value in seen if value in result]


def counts_without_the_field(events, rule):
    by = rule.get("count", {}).get("by")
    return _with([e if by is None or by in e else {**e, by: ""} for e in events], rule)


def a_dict_of_counts(events, rule):
    result = _with(events, rule)
    return dict.fromkeys(result, 1) if "count" in rule else result


def deletes_from_the_log(events, rule):
    found = _with(events, rule)
    events[:] = [e for e in events if e in found]
    return found


def by_actor_only(events, rule):
    counted = {**rule, "count": {**rule["count"], "by": "actor"}} if "count" in rule else rule
    return _with(events, counted)


def sorts_the_log(events, rule):
    if "count" in rule:
        events.sort(key=lambda e: e["ts"])
    return _with(events, rule)


ANSWERS = Answers(
    right=[with_a_queue],
    wrong=[
        Wrong(
            everything, "selection", "the list of events", also=("Events that match unless are left out.",)
        ),
        Wrong(
            any_field,
            "selection",
            "the list of events",
            also=("unless leaves out events that match all of its fields, not one of them.",),
        ),
        Wrong(no_lists, "selection", "the list of events", also=("Events that match unless are left out.",)),
        Wrong(part_of_a_text, "selection", "the list of events"),
        Wrong(missing_is_none, "selection", "the list of events"),
        Wrong(missing_matches, "selection", "the list of events"),
        Wrong(only_true_values, "selection", "the list of events"),
        Wrong(in_time_order, "selection", "the list of events"),
        Wrong(empty_unless_leaves_out_all, "unless", "An empty unless"),
        Wrong(unless_any, "unless", "not one of them"),
        Wrong(without_unless, "unless", "are left out"),
        Wrong(over_all_time, "count", "the result"),
        Wrong(fixed_windows, "count", "A window may begin at any event"),
        Wrong(under_the_time, "count", "is within it"),
        Wrong(more_than, "count", "exactly so many are enough"),
        Wrong(as_written, "count", "sort the times of each value first"),
        Wrong(unsorted_result, "count", "is sorted"),
        Wrong(counts_without_the_field, "count", "the result"),
        Wrong(a_dict_of_counts, "count", "the result"),
        Wrong(by_actor_only, "count", "that `by` names"),
        Wrong(sorts_the_log, "count", "changed the log"),
        Wrong(deletes_from_the_log, "selection", "changed the log"),
    ],
)

#: Changes of the solution that nobody could tell from it.
EQUIVALENT = {
    "return False → return None": "a function of the solution's own, and its answer only decides",
    "zip(stamps, stamps[count['at_least'] - 1:], strict=False) → zip(stamps, stamps[count['at_least'] "
    "- 1:])": "False is zip's default",
}
