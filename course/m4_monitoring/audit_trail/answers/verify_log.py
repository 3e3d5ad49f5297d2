"""Answers to `audit_trail.verify_log`: another right one, and wrong ones with what each must be told."""

from autograder.exercise import Answers, Wrong

from ..clinic_log import heads, signed_by, statement


def _signed(points, public):
    return [p for p in points if signed_by(public, statement(p["count"], p["head"], p["at"]), p["signature"])]


def step_by_step(lines, checkpoints, public, now, max_age):
    told, verdict, proven, newest = {}, "", 0, None
    found = dict(enumerate(heads(lines)))
    for point in _signed(checkpoints, public):
        if told.setdefault(point["count"], point["head"]) != point["head"]:
            return ("fork", 0)
        newest = point["at"] if newest is None else max(newest, point["at"])
    for count, head in told.items():
        if count not in found:
            verdict = verdict or "cut"
        elif found[count] == head:
            proven = max(proven, count)
        else:
            verdict = "changed"
    if not verdict:
        verdict = "stale" if newest is None or newest + max_age < now else "intact"
    return (verdict, proven)


def _judge(
    lines, points, now, max_age, fork=True, order=("changed", "cut"), late=lambda age, limit: age > limit
):
    counts = {p["count"] for p in points}
    if fork and len(counts) < len({(p["count"], p["head"]) for p in points}):
        return "fork", 0
    found = heads(lines)
    inside = [p for p in points if p["count"] <= len(lines)]
    agree = [p["count"] for p in inside if p["head"] == found[p["count"]]]
    proven = max(agree, default=0)
    holds = {"changed": len(agree) < len(inside), "cut": len(inside) < len(points)}
    for verdict in order:
        if holds[verdict]:
            return verdict, proven
    if not points or late(now - max(p["at"] for p in points), max_age):
        return "stale", proven
    return "intact", proven


def always_intact(lines, checkpoints, public, now, max_age):
    return "intact", max((p["count"] for p in checkpoints), default=0)


def without_signatures(lines, checkpoints, public, now, max_age):
    return _judge(lines, checkpoints, now, max_age)


def forged_is_changed(lines, checkpoints, public, now, max_age):
    good = _signed(checkpoints, public)
    verdict, proven = _judge(lines, good, now, max_age)
    return ("changed" if len(good) < len(checkpoints) else verdict), proven


def newest_only(lines, checkpoints, public, now, max_age):
    good = _signed(checkpoints, public)
    return _judge(lines, sorted(good, key=lambda p: p["count"])[-1:], now, max_age)


def without_fork(lines, checkpoints, public, now, max_age):
    return _judge(lines, _signed(checkpoints, public), now, max_age, fork=False)


def without_cut(lines, checkpoints, public, now, max_age):
    return _judge(lines, _signed(checkpoints, public), now, max_age, order=("changed",))


def cut_first(lines, checkpoints, public, now, max_age):
    return _judge(lines, _signed(checkpoints, public), now, max_age, order=("cut", "changed"))


def never_stale(lines, checkpoints, public, now, max_age):
    return _judge(lines, _signed(checkpoints, public), now, max_age, late=lambda age, limit: False)


def intact_without_checkpoints(lines, checkpoints, public, now, max_age):
    return _judge(lines, _signed(checkpoints, public), now, max_age) if checkpoints else ("intact", 0)


def stale_at_the_limit(lines, checkpoints, public, now, max_age):
    return _judge(lines, _signed(checkpoints, public), now, max_age, late=lambda age, limit: age >= limit)


def equal_ones_fork(lines, checkpoints, public, now, max_age):
    good = _signed(checkpoints, public)
    counts = [p["count"] for p in good]
    return ("fork", 0) if len(set(counts)) < len(counts) else _judge(lines, good, now, max_age)


def all_lines_proven(lines, checkpoints, public, now, max_age):
    verdict, proven = _judge(lines, _signed(checkpoints, public), now, max_age)
    return verdict, len(lines) if verdict == "intact" else proven


def proven_zero_when_changed(lines, checkpoints, public, now, max_age):
    verdict, proven = _judge(lines, _signed(checkpoints, public), now, max_age)
    return verdict, 0 if verdict == "changed" else proven


def proven_after_a_fork(lines, checkpoints, public, now, max_age):
    good = _signed(checkpoints, public)
    verdict, _ = _judge(lines, good, now, max_age)
    return verdict, _judge(lines, good, now, max_age, fork=False)[1]


def stale_before_cut(lines, checkpoints, public, now, max_age):
    good = _signed(checkpoints, public)
    verdict, proven = _judge(lines, good, now, max_age)
    late = not good or now - max(p["at"] for p in good) > max_age
    return ("stale" if late and verdict != "fork" else verdict), proven


def last_in_the_list(lines, checkpoints, public, now, max_age):
    good = _signed(checkpoints, public)
    verdict, proven = _judge(lines, good, now, max_age)
    if verdict in ("stale", "intact") and good:
        verdict = "stale" if now - good[0]["at"] > max_age else "intact"
    return verdict, proven


def a_list(lines, checkpoints, public, now, max_age):
    return list(step_by_step(lines, checkpoints, public, now, max_age))


def off_by_one(lines, checkpoints, public, now, max_age):
    found, good = heads(lines), _signed(checkpoints, public)
    if any(p["count"] >= len(lines) for p in good):
        return "cut", 0
    agree = [p["count"] for p in good if p["head"] == found[p["count"]]]
    return _judge(lines, good, now, max_age) if agree else ("changed", 0)


def six_hours(lines, checkpoints, public, now, max_age):
    return _judge(lines, _signed(checkpoints, public), now, 6)


def at_hour_fifty(lines, checkpoints, public, now, max_age):
    return _judge(lines, _signed(checkpoints, public), 50, max_age)


def newest_by_count(lines, checkpoints, public, now, max_age):
    good = _signed(checkpoints, public)
    verdict, proven = _judge(lines, good, now, max_age)
    if verdict in ("stale", "intact") and good:
        newest = max(good, key=lambda p: (p["count"], p["at"]))
        verdict = "stale" if now - newest["at"] > max_age else "intact"
    return verdict, proven


def proven_to_the_first_fault(lines, checkpoints, public, now, max_age):
    good, found, proven = _signed(checkpoints, public), heads(lines), 0
    verdict, right = _judge(lines, good, now, max_age)
    if verdict == "fork":
        return verdict, right
    for point in sorted(good, key=lambda p: p["count"]):
        if point["count"] > len(lines) or found[point["count"]] != point["head"]:
            break
        proven = point["count"]
    return verdict, proven


def forgets_the_end(lines, checkpoints, public, now, max_age):
    """Looks up the head of a checkpoint that counts more lines than there are."""
    found = heads(lines)
    for point in sorted(_signed(checkpoints, public), key=lambda point: point["count"]):
        if found[point["count"]] != point["head"]:
            break
    return step_by_step(lines, checkpoints, public, now, max_age)


ANSWERS = Answers(
    right=[step_by_step],
    wrong=[
        Wrong(forgets_the_end, "cut", "count more lines than there are"),
        Wrong(always_intact, "changed", "the result"),
        Wrong(without_signatures, "forged", "the result"),
        Wrong(forged_is_changed, "forged", "the result"),
        Wrong(newest_only, "changed", "the result"),
        Wrong(without_fork, "fork", "the result"),
        Wrong(without_cut, "cut", "the result"),
        Wrong(cut_first, "cut", "the result"),
        Wrong(
            never_stale,
            "stale",
            "the result",
            also=("Without a checkpoint nothing is proven: that's stale.",),
        ),
        Wrong(intact_without_checkpoints, "stale", "that's stale"),
        Wrong(stale_at_the_limit, "intact", "is fine"),
        Wrong(equal_ones_fork, "intact", "no fork"),
        Wrong(all_lines_proven, "intact", "the result"),
        Wrong(proven_zero_when_changed, "changed", "the result"),
        Wrong(proven_after_a_fork, "fork", "the result"),
        Wrong(stale_before_cut, "cut", "the result"),
        Wrong(last_in_the_list, "intact", "the result"),
        Wrong(a_list, "intact", "the result"),
        Wrong(six_hours, "stale", "the result"),
        Wrong(at_hour_fifty, "stale", "the result"),
        Wrong(newest_by_count, "intact", "wherever it stands"),
        Wrong(proven_to_the_first_fault, "changed", "the result"),
        Wrong(off_by_one, "intact", "the result"),
    ],
)
