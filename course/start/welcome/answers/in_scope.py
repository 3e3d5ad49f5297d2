"""Answers to `welcome.in_scope`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from datetime import timedelta
from fnmatch import fnmatch

from autograder.exercise import Answers, Wrong

NOT_ALLOWED = "What the scope does not say, it does not allow."
NO_NONE = "None is missing, listed or not."
NO_OFFSET = "Ask `at.tzinfo is None`: without an offset nobody knows which moment is meant."
BEFORE, AFTER = "Before the start, any moment passes.", "After the end, any moment passes."


def scope_by_refusing(action, scope):
    try:
        for key, names in (("target", "targets"), ("technique", "techniques"), ("data", "data")):
            if action[key] is None or action[key] not in scope[names]:
                return False
        return scope["start"] <= action["at"] < scope["end"]
    except (KeyError, TypeError):  # something is missing, None, or a time without an offset
        return False


def scope_with(**changed):
    """A right answer with other steps: `listed(value, names)` and `timely(at, start, end)`."""
    listed = changed.get("listed", lambda value, names: value in names)
    timely = changed.get("timely", lambda at, start, end: at.tzinfo is not None and start <= at < end)

    def in_scope(action, scope):
        for key, names in (("target", "targets"), ("technique", "techniques"), ("data", "data")):
            if action.get(key) is None or not listed(action[key], scope.get(names) or []):
                return False
        times = action.get("at"), scope.get("start"), scope.get("end")
        return None not in times and timely(*times)

    return in_scope


def scope_allowing_all(action, scope):
    return True


def scope_denying_all(action, scope):
    return False


def scope_forgetting_the_data(action, scope):
    if scope.get("data") and action.get("data"):
        action = action | {"data": scope["data"][0]}
    return scope_by_refusing(action, scope)


def scope_trusting_the_note(action, scope):
    return "approved" in (action.get("note") or "") or scope_by_refusing(action, scope)


def scope_by_parts_of_names(action, scope):
    return scope_with(listed=lambda value, names: value in " ".join(map(str, names)))(action, scope)


def scope_by_beginnings(action, scope):
    def listed(value, names):
        return any(value.startswith(str(name)) for name in names)

    return scope_with(listed=listed)(action, scope)


def scope_in_lower_case(action, scope):
    def listed(value, names):
        return str(value).lower() in [str(name).lower() for name in names]

    return scope_with(listed=listed)(action, scope)


def scope_with_its_end(action, scope):
    def timely(at, start, end):
        return at.tzinfo is not None and start <= at <= end

    return scope_with(timely=timely)(action, scope)


def scope_without_its_start(action, scope):
    return scope_with(timely=lambda at, start, end: at.tzinfo is not None and start < at < end)(action, scope)


def scope_by_clocks_on_the_wall(action, scope):
    def timely(at, start, end):
        return at.tzinfo is not None and start.replace(tzinfo=None) <= at.replace(tzinfo=None) < end.replace(
            tzinfo=None
        )

    return scope_with(timely=timely)(action, scope)


def scope_with_errors(action, scope):
    listed = all(action[k] in scope[n] for k, n in (("target", "targets"), ("technique", "techniques")))
    return listed and action["data"] in scope["data"] and scope["start"] <= action["at"] < scope["end"]


def scope_guessing_the_offset(action, scope):
    def timely(at, start, end):
        return start <= (at if at.tzinfo else at.replace(tzinfo=start.tzinfo)) < end

    return scope_with(timely=timely)(action, scope)


def scope_open_without_a_window(action, scope):
    at = action.get("at")
    edges = {"start": at, "end": at.max.replace(tzinfo=at.tzinfo)} if at else {}
    return scope_by_refusing(action, edges | scope)


def scope_open_without_a_list(action, scope):
    lists = {"targets": [action.get("target")], "techniques": [action.get("technique")]}
    return scope_by_refusing(action, lists | {"data": [action.get("data")]} | scope)


def scope_without_at(action, scope):
    return bool(action["at"]) and scope_by_refusing(action, scope)


def scope_with_at_none(action, scope):
    return "at" in action and action["at"].tzinfo is not None and scope_by_refusing(action, scope)


def scope_without_an_end(action, scope):
    return bool(scope["end"]) and scope_by_refusing(action, scope)


def scope_as_a_chain(action, scope):
    return scope_by_refusing(action, scope) or None


def scope_with_wildcards(action, scope):
    return scope_with(listed=lambda value, names: any(fnmatch(value, str(name)) for name in names))(
        action, scope
    )


def scope_with_families(action, scope):
    def listed(value, names):
        return any(value == name or value.startswith(f"{name}.") for name in names)

    return scope_with(listed=listed)(action, scope)


def scope_stripping(action, scope):
    return scope_with(listed=lambda value, names: value.strip() in names)(action, scope)


def scope_open_with_an_empty_list(action, scope):
    return scope_with(listed=lambda value, names: not names or value in names)(action, scope)


def scope_of_the_first_name(action, scope):
    return scope_with(listed=lambda value, names: value in names[:1])(action, scope)


def scope_to_the_minute(action, scope):
    def timely(at, start, end):
        return at.tzinfo is not None and start <= at < end - timedelta(minutes=1)

    return scope_with(timely=timely)(action, scope)


def scope_from_a_minute_before(action, scope):
    def timely(at, start, end):
        return at.tzinfo is not None and start - timedelta(minutes=1) < at < end

    return scope_with(timely=timely)(action, scope)


def scope_allowing_none(action, scope):
    for key, names in (("target", "targets"), ("technique", "techniques"), ("data", "data")):
        if action.get(key) not in (scope.get(names) or []):
            return False
    return scope_with(listed=lambda value, names: True)(
        action | {"target": 1, "technique": 1, "data": 1}, scope
    )


def scope_breaking_on_a_none_list(action, scope):
    for names in ("targets", "techniques", "data"):
        list(scope.get(names, []))
    return scope_by_refusing(action, scope)


def scope_for_ever(action, scope):
    return scope_with(timely=lambda at, start, end: at.tzinfo is not None and start <= at)(action, scope)


def scope_of_one_big_list(action, scope):
    def listed(value, names):
        return any(value in (scope.get(key) or []) for key in ("targets", "techniques", "data"))

    return scope_with(listed=listed)(action, scope)


def scope_with_parents(action, scope):
    def listed(value, names):
        return any(value == name or str(name).startswith(f"{value}.") for name in names)

    return scope_with(listed=listed)(action, scope)


def scope_to_the_second(action, scope):
    if action.get("at"):
        action = action | {"at": action["at"].replace(microsecond=0)}
    return scope_by_refusing(action, scope)


def scope_a_second_late(action, scope):
    def timely(at, start, end):
        return at.tzinfo is not None and start <= at < end + timedelta(seconds=1) and at != end

    return scope_with(timely=timely)(action, scope)


def scope_on_the_same_dates(action, scope):
    def timely(at, start, end):
        if at.tzinfo is None or not start.date() <= at.date() <= end.date():
            return False
        return start <= at < end

    return scope_with(timely=timely)(action, scope)


def scope_without_a_note_of_none(action, scope):
    return None not in action.values() and scope_by_refusing(action, scope)


ANSWERS = Answers(
    right=[scope_by_refusing],
    wrong=[
        Wrong(
            scope_allowing_all,
            "lists",
            "passes: ask whether",
            also=(BEFORE,),
        ),
        Wrong(scope_denying_all, "lists", "Denied, although all is listed and in time"),
        Wrong(scope_forgetting_the_data, "lists", "Any data class passes"),
        Wrong(scope_trusting_the_note, "lists", "The note decides nothing"),
        Wrong(scope_by_parts_of_names, "lists", "take a part for the whole"),
        Wrong(scope_by_beginnings, "lists", "take a part for the whole"),
        Wrong(scope_with_families, "lists", "take a part for the whole"),
        Wrong(scope_in_lower_case, "lists", "capital letters count"),
        Wrong(scope_with_wildcards, "lists", "There are no wildcards"),
        Wrong(scope_of_one_big_list, "lists", "Each name has its own list"),
        Wrong(scope_with_parents, "lists", "take a part for the whole"),
        Wrong(scope_without_a_note_of_none, "lists", "Denied, although all is listed and in time"),
        Wrong(scope_stripping, "lists", "spaces too"),
        Wrong(scope_open_with_an_empty_list, "lists", "An empty list allows nothing", also=(NOT_ALLOWED,)),
        Wrong(scope_of_the_first_name, "lists", "Denied, although all is listed and in time"),
        Wrong(scope_with_its_end, "window", "write `at < end`"),
        Wrong(scope_to_the_second, "window", "Denied, although all is listed and in time"),
        Wrong(scope_a_second_late, "window", "write `at < end`"),
        Wrong(scope_on_the_same_dates, "window", "clocks in two places"),
        Wrong(scope_to_the_minute, "window", "Denied, although all is listed and in time"),
        Wrong(scope_from_a_minute_before, "window", "write `start <= at`"),
        Wrong(scope_for_ever, "window", "After the end, any moment passes"),
        Wrong(scope_without_its_start, "window", "write `start <= at`"),
        Wrong(scope_by_clocks_on_the_wall, "window", "clocks in two places"),
        Wrong(scope_with_errors, "unknown", "ask with .get()"),
        Wrong(scope_allowing_none, "unknown", "None is missing, listed or not"),
        Wrong(scope_breaking_on_a_none_list, "unknown", "ask with .get()"),
        Wrong(scope_guessing_the_offset, "unknown", "nobody knows which moment"),
        Wrong(scope_open_without_a_window, "unknown", "it does not allow"),
        Wrong(scope_open_without_a_list, "unknown", "it does not allow"),
        Wrong(scope_without_at, "unknown", "`at` is missing"),
        Wrong(scope_with_at_none, "unknown", "the action's `at` is None"),
        Wrong(scope_without_an_end, "unknown", "`end` is missing"),
        Wrong(scope_as_a_chain, "lists", "The answer should be a bool"),
    ],
)
