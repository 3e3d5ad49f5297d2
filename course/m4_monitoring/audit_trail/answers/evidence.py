"""Answers to `audit_trail.evidence`: another right one, and wrong ones with what each must be told."""

from datetime import timedelta

from autograder.exercise import Answers, Wrong

from ..clinic_log import months_back


def day_by_day(entries, index, today, rule):
    found = {"lost": [], "back": [], "empty_days": [], "not_at_hand": []}
    numbers = sorted(number for number, _ in entries)
    for i in range(1, len(numbers)):
        found["lost"].extend(range(numbers[i - 1] + 1, numbers[i]))
    above = None
    for number, time in entries:
        if above is not None and time < above:
            found["back"].append(number)
        above = time
        if time.date() >= months_back(today, rule["at_hand"]) and number not in index:
            found["not_at_hand"].append(number)
    found["not_at_hand"].sort()
    day, days = months_back(today, rule["kept"]), {time.date() for _, time in entries}
    while day < today:
        if day not in days:
            found["empty_days"].append(day)
        day += timedelta(days=1)
    return found


def _but(name, change):
    def answer(entries, index, today, rule):
        found = day_by_day(entries, index, today, rule)
        return {**found, name: change(entries, index, today, rule, found[name])}

    answer.__name__ = f"{name}_{change.__name__}"
    return answer


def nothing_found(entries, index, today, rule):
    return {"lost": [], "back": [], "empty_days": [], "not_at_hand": []}


def from_zero(entries, index, today, rule, right):
    have = {number for number, _ in entries}
    return [n for n in range(max(have, default=0)) if n not in have]


def by_count(entries, index, today, rule, right):
    have = {number for number, _ in entries}
    return [n for n in range(len(entries)) if n not in have]


def first_to_last_entry(entries, index, today, rule, right):
    have = {number for number, _ in entries}
    return [n for n in range(entries[0][0], entries[-1][0]) if n not in have] if entries else []


def as_one_number(entries, index, today, rule, right):
    return len(right)


def highest_so_far(entries, index, today, rule, right):
    return [n for i, (n, time) in enumerate(entries) if any(time < other for _, other in entries[:i])]


def equal_too(entries, index, today, rule, right):
    return [entries[i][0] for i in range(1, len(entries)) if entries[i][1] <= entries[i - 1][1]]


def the_one_above(entries, index, today, rule, right):
    return [entries[i - 1][0] for i in range(1, len(entries)) if entries[i][1] < entries[i - 1][1]]


def _empty(entries, first, end):
    have = {time.date() for _, time in entries}
    return [d for d in (first + timedelta(i) for i in range(max(0, (end - first).days))) if d not in have]


def with_today(entries, index, today, rule, right):
    return _empty(entries, months_back(today, rule["kept"]), today + timedelta(1))


def thirty_days(entries, index, today, rule, right):
    return _empty(entries, today - timedelta(30 * rule["kept"]), today)


def from_the_first_entry(entries, index, today, rule, right):
    return _empty(entries, min((time.date() for _, time in entries), default=today), today)


def without_the_first_day(entries, index, today, rule, right):
    return _empty(entries, months_back(today, rule["kept"]) + timedelta(1), today)


def at_hand_months(entries, index, today, rule, right):
    return _empty(entries, months_back(today, rule["at_hand"]), today)


def every_entry(entries, index, today, rule, right):
    return sorted(n for n, _ in entries if n not in index)


def after_the_first_day(entries, index, today, rule, right):
    return sorted(n for n, t in entries if t.date() > months_back(today, rule["at_hand"]) and n not in index)


def in_the_logs_order(entries, index, today, rule, right):
    return [n for n, t in entries if n in right]


def without_today(entries, index, today, rule, right):
    return [n for n, t in entries if n in right and t.date() < today]


def sorted_numbers(entries, index, today, rule, right):
    return sorted(right)


def one_month_at_hand(entries, index, today, rule, right):
    return day_by_day(entries, index, today, {**rule, "at_hand": 1})["not_at_hand"]


def three_months_kept(entries, index, today, rule, right):
    return day_by_day(entries, index, today, {**rule, "kept": 3})["empty_days"]


def five_keys(entries, index, today, rule):
    return {**day_by_day(entries, index, today, rule), "ok": True}


def sorts_the_log(entries, index, today, rule):
    found = day_by_day(entries, index, today, rule)
    entries.sort(key=lambda entry: entry[1])
    return found


LATE = "Begin at the first day that must be kept, and not at the log's first entry."

ANSWERS = Answers(
    right=[day_by_day],
    wrong=[
        Wrong(nothing_found, "lost", "the value of 'lost'", also=(LATE,)),
        Wrong(_but("lost", from_zero), "lost", "the value of 'lost'"),
        Wrong(_but("lost", by_count), "lost", "the value of 'lost'"),
        Wrong(_but("lost", first_to_last_entry), "lost", "the value of 'lost'"),
        Wrong(_but("lost", as_one_number), "lost", "'lost'"),
        Wrong(_but("back", highest_so_far), "back", "just above"),
        Wrong(_but("back", equal_too), "back", "the value of 'back'"),
        Wrong(_but("back", the_one_above), "back", "the value of 'back'"),
        Wrong(_but("empty_days", with_today), "empty_days", "yesterday"),
        Wrong(_but("empty_days", thirty_days), "empty_days", "30 days"),
        Wrong(_but("empty_days", from_the_first_entry), "empty_days", "first day that must be kept"),
        Wrong(_but("empty_days", without_the_first_day), "empty_days", "the value of 'empty_days'"),
        Wrong(_but("empty_days", at_hand_months), "empty_days", "the value of 'empty_days'"),
        Wrong(_but("not_at_hand", every_entry), "not_at_hand", "must be in the index"),
        Wrong(_but("not_at_hand", after_the_first_day), "not_at_hand", "the value of 'not_at_hand'"),
        Wrong(_but("not_at_hand", in_the_logs_order), "not_at_hand", "the value of 'not_at_hand'"),
        Wrong(_but("not_at_hand", without_today), "not_at_hand", "the value of 'not_at_hand'"),
        Wrong(_but("back", sorted_numbers), "back", "the value of 'back'"),
        Wrong(_but("not_at_hand", one_month_at_hand), "not_at_hand", "the value of 'not_at_hand'"),
        Wrong(_but("empty_days", three_months_kept), "empty_days", "the value of 'empty_days'"),
        Wrong(five_keys, "lost", "the list of keys"),
        Wrong(sorts_the_log, "back", "changed what it was given"),
    ],
)

#: Changes of the solution that nobody could tell from it.
EQUIVALENT = {
    "for n in range(min(numbers), max(numbers)) → for n in list(range(min(numbers), max(numbers)))[1:]": ""
    "the smallest number is there",
}
