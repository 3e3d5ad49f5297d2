"""The diagnostic test: two forms that ask the same, options that are beliefs, tasks that can be failed."""

from __future__ import annotations

import hmac
import inspect
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from lessons import COURSE

from autograder.catalog import load_module
from course.pretest.items import CONCEPTS, FORMS, Item

ITEMS = {f"{form}-{item.id}": item for form, items in FORMS.items() for item in items}


def of_kind(*kinds: str) -> Any:
    """Parameters for the items of some kinds, named by form and id."""
    found = {name: item for name, item in ITEMS.items() if item.kind in kinds}
    return pytest.mark.parametrize("item", found.values(), ids=found)


# -- the forms ---------------------------------------------------------------------------------------


def test_the_forms_are_found_beside_the_start_page():
    module = load_module(COURSE.root / "pretest" / "items.py")
    assert module.FORMS.keys() == {"A", "B"}


def test_both_forms_have_24_items_that_pair_up_in_the_same_order():
    assert len(FORMS["A"]) == len(FORMS["B"]) == 24
    for a, b in zip(*FORMS.values(), strict=True):
        assert (a.id, a.concept, a.kind) == (b.id, b.concept, b.kind)
        assert len(a.cases) == len(b.cases)


def test_a_pair_asks_with_another_surface_and_the_same_beliefs():
    for a, b in zip(*FORMS.values(), strict=True):
        assert (a.question, a.code, a.options) != (b.question, b.code, b.options)
        assert not a.code or a.code != b.code, a.id
        beliefs, same = (dict(zip(item.misconceptions, item.embodied, strict=True)) for item in (a, b))
        assert beliefs == same, a.id


@pytest.mark.parametrize("form", FORMS)
def test_a_form_asks_twice_about_each_of_twelve_concepts(form):
    items = FORMS[form]
    assert Counter(item.concept for item in items) == dict.fromkeys(CONCEPTS, 2)
    assert len(CONCEPTS) == 12
    assert len({item.id for item in items}) == 24
    assert all(item.id.partition(".")[0] == item.concept for item in items)
    assert Counter(item.kind for item in items) == {"choice": 10, "output": 8, "code": 6}


@pytest.mark.parametrize("form", FORMS)
def test_neither_a_kind_nor_a_concept_comes_twice_in_a_row(form):
    for one, following in zip(FORMS[form], FORMS[form][1:], strict=False):
        assert one.kind != following.kind and one.concept != following.concept


@pytest.mark.parametrize("form", FORMS)
def test_right_options_stand_in_every_place(form):
    places = Counter(item.answer for item in FORMS[form] if item.kind != "code")
    assert places.keys() == {0, 1, 2, 3} and all(3 <= count <= 6 for count in places.values())


@pytest.mark.parametrize("form", FORMS)
def test_at_least_half_of_the_wrong_options_are_held_by_an_exercise_of_the_course(form):
    named = [name for item in FORMS[form] for name in item.embodied]
    assert len(named) == 54
    for name in filter(None, named):
        COURSE.exercise(name)
    assert 2 * sum(map(bool, named)) >= len(named)


# -- the wording -------------------------------------------------------------------------------------


@of_kind("choice", "output")
def test_four_options_differ_and_each_wrong_one_is_a_belief(item: Item):
    assert len(set(item.options)) == len(item.options) == 4
    assert item.answer in range(4)
    assert len(item.misconceptions) == len(item.embodied) == 3
    assert len(set(item.misconceptions)) == 3 and all(item.misconceptions)
    assert not item.cases and not item.function


@of_kind("choice")
def test_options_are_of_like_length_and_stand_for_themselves(item: Item):
    lengths = [len(option) for option in item.options]
    assert max(lengths) <= 1.35 * min(lengths), lengths
    assert not item.code
    assert not re.search(r"(?i)\b(all|none|both) of (the|these)", " ".join(item.options))


def test_the_right_option_is_not_given_away_by_its_length():
    for form, items in FORMS.items():
        choices = [item for item in items if item.kind == "choice"]
        for extreme in (max, min):
            lengths = [[len(option) for option in item.options] for item in choices]
            stands_out = [
                row[item.answer] == extreme(row) and row.count(extreme(row)) == 1
                for row, item in zip(lengths, choices, strict=True)
            ]
            assert sum(stands_out) <= 4, (form, extreme.__name__)


@pytest.mark.parametrize("form", FORMS)
def test_an_attacked_machine_is_isolated_first_and_copied_before_it_is_erased(form):
    (item,) = (item for item in FORMS[form] if item.id == "incident.order")
    right = item.options[item.answer]
    assert re.fullmatch(r"Isolate it, copy memory and \w+, re\w+ it", right)
    same_steps = [one for one in item.options if "copy" in one.lower() and one != right]
    assert len(same_steps) == 1, "one distractor has the same steps in another order"


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_a_question_is_short_and_fits_a_narrow_panel(item: Item):
    assert item.question.count("`") % 2 == 0
    assert len(item.question.split()) <= 60
    assert max(map(len, item.code.splitlines()), default=0) <= 102
    assert len(item.code.splitlines()) <= 26


# -- what a program prints ---------------------------------------------------------------------------


@of_kind("output")
def test_a_program_prints_the_right_option_and_no_other(item: Item):
    run = subprocess.run(
        [sys.executable, "-I", "-c", item.code], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stderr == ""
    printed = [index for index, option in enumerate(item.options) if run.stdout == option + "\n"]
    assert printed == [item.answer], run.stdout


# -- what a task asks --------------------------------------------------------------------------------


def holds(item: Item, answer: Callable[..., Any]) -> bool:
    """Whether `answer` is right in every case of a code task."""
    return all(_case(answer, deepcopy(arguments), expected) for arguments, expected in item.cases)


def _case(answer: Callable[..., Any], arguments: tuple, expected: Any) -> bool:
    refused = isinstance(expected, type) and issubclass(expected, Exception)
    try:
        value = answer(*arguments)
    except Exception as error:
        return refused and isinstance(error, expected)
    return not refused and value == expected


@of_kind("code")
def test_a_stub_defines_its_function_and_leaves_the_rest_to_do(item: Item):
    names: dict[str, Any] = {}
    exec(compile(item.code, item.id, "exec"), names)
    stub = names[item.function]
    assert f"`{item.function}`" in item.question
    assert item.code.endswith("    raise NotImplementedError()\n")
    assert not item.options and not item.misconceptions and not item.embodied
    for arguments, _ in item.cases:
        inspect.signature(stub).bind(*arguments)
        for name in inspect.signature(stub).parameters:
            assert re.search(rf"\b{name}\b.*: ", stub.__doc__), f"{name} is not explained"
        with pytest.raises(NotImplementedError):
            stub(*deepcopy(arguments))


@of_kind("code")
def test_a_right_answer_passes_and_each_wrong_one_fails(item: Item):
    right, wrong = ANSWERS[item.id]
    right, *wrong = (_for_form(item, answer) for answer in (right, *wrong))
    assert holds(item, right)
    assert len(wrong) >= 2
    for answer in wrong:
        assert not holds(item, answer), answer


@of_kind("code")
def test_an_answer_that_always_says_the_same_fails(item: Item):
    for value in [expected for _, expected in item.cases if not isinstance(expected, type)]:
        assert not holds(item, lambda *arguments, value=value: value)


def _for_form(item: Item, answer: Callable[..., Any]) -> Callable[..., Any]:
    """An answer in the words of the item's form, where the words are the difference."""
    words = WORDS.get(item.id, {})
    form = next(form for form, items in FORMS.items() if any(item is other for other in items))
    return partial(answer, **words[form]) if words else answer


#: What the two forms call by other names; answers take these by keyword.
WORDS = {
    "incident.due": {"A": {"unit": "hours"}, "B": {"unit": "minutes"}},
    "signing.first": {"A": {"parse": json.loads}, "B": {"parse": int}},
    "trust.sources": {
        "A": {"mine": "user", "outside": ("web", "mail"), "yes": "run", "no": "ask"},
        "B": {"mine": "operator", "outside": ("label", "radio"), "yes": "go", "no": "wait"},
    },
}


# linkage.groups: `place` is a key in form A and a position in form B


def smallest(rows, places):
    return min(Counter(tuple(row[place] for place in places) for row in rows).values())


def column_by_column(rows, places):
    return min(min(Counter(row[place] for row in rows).values()) for place in places)


def glued(rows, places):
    return min(Counter("".join(str(row[place]) for place in places) for row in rows).values())


def largest(rows, places):
    return max(Counter(tuple(row[place] for place in places) for row in rows).values())


def how_many_groups(rows, places):
    return len({tuple(row[place] for place in places) for row in rows})


def how_many_share_the_first(rows, places):
    return sum(all(row[place] == rows[0][place] for place in places) for row in rows)


# privilege.denied


def deny_first(roles, action, allow, deny):
    if any(action in deny.get(role, []) for role in roles):
        return False
    return any(action in allow.get(role, []) for role in roles)


def whatever_is_not_denied(roles, action, allow, deny):
    return not any(action in deny.get(role, []) for role in roles)


def allowed_wins(roles, action, allow, deny):
    return any(action in allow.get(role, []) for role in roles)


def each_role_for_itself(roles, action, allow, deny):
    return any(action in allow.get(role, []) and action not in deny.get(role, []) for role in roles)


def every_role_must_be_allowed(roles, action, allow, deny):
    return all(action in allow.get(r, []) and action not in deny.get(r, []) for r in roles)


def every_role_is_listed(roles, action, allow, deny):
    return any(action in allow[role] for role in roles) and not any(action in deny[role] for role in roles)


def denied_to_anybody(roles, action, allow, deny):
    denied = any(action in actions for actions in deny.values())
    return not denied and any(action in allow.get(role, []) for role in roles)


def part_of_a_name(roles, action, allow, deny):
    listed = " ".join(name for role in roles for name in allow.get(role, []))
    return action in listed and not any(action in deny.get(role, []) for role in roles)


# signing.first


def _tag(body, key):
    return hmac.new(key, body, "sha256").hexdigest()


def verify_then_read(body, tag, key, parse):
    if not hmac.compare_digest(_tag(body, key), tag):
        raise PermissionError("wrong tag")
    return parse(body)


def read_then_verify(body, tag, key, parse):
    value = parse(body)
    if tag != _tag(body, key):
        raise PermissionError("wrong tag")
    return value


def no_tag_is_fine(body, tag, key, parse):
    if tag and tag != _tag(body, key):
        raise PermissionError("wrong tag")
    return parse(body)


def begins_alike(body, tag, key, parse):
    if not tag or not _tag(body, key).startswith(tag):
        raise PermissionError("wrong tag")
    return parse(body)


def looks_like_a_tag(body, tag, key, parse):
    if len(tag) != 64:
        raise PermissionError("wrong tag")
    return parse(body)


def tag_without_the_body(body, tag, key, parse):
    if tag != _tag(b"", key):
        raise PermissionError("wrong tag")
    return parse(body)


def every_error_is_a_wrong_tag(body, tag, key, parse):
    try:
        return verify_then_read(body, tag, key, parse)
    except Exception:
        raise PermissionError("wrong tag") from None


# poisoning.neighbours


def _others(labels, similar, own=False):
    """For each row: which of its similar rows have another label than it."""
    for row, near in enumerate(similar):
        yield [labels[other] != labels[row] for other in near if own or other != row]


def by_the_others(labels, similar):
    return [sum(differ) > len(differ) / 2 for differ in _others(labels, similar)]


def with_its_own_vote(labels, similar):
    return [sum(differ) > len(differ) / 2 for differ in _others(labels, similar, own=True)]


def by_a_single_one(labels, similar):
    return [any(differ) for differ in _others(labels, similar)]


def by_a_half(labels, similar):
    return [sum(differ) >= len(differ) / 2 for differ in _others(labels, similar)]


def the_wrong_way_round(labels, similar):
    return [sum(differ) <= len(differ) / 2 for differ in _others(labels, similar)]


def against_everybody(labels, similar):
    return [2 * labels.count(label) < len(labels) for label in labels]


# incident.due


def earliest_end(clocks, unit):
    ends = [datetime.fromisoformat(s) + timedelta(**{unit: n}) for s, n in clocks if s is not None]
    return min(ends, default=None)


def every_clock_runs(clocks, unit):
    return min(datetime.fromisoformat(s) + timedelta(**{unit: n}) for s, n in clocks)


def by_the_wall(clocks, unit):
    ends = [datetime.fromisoformat(s) + timedelta(**{unit: n}) for s, n in clocks if s is not None]
    return min(ends, key=lambda end: end.replace(tzinfo=None), default=None)


def without_the_offset(clocks, unit):
    end = earliest_end(clocks, unit)
    return end and end.replace(tzinfo=None)


def latest_end(clocks, unit):
    ends = [datetime.fromisoformat(s) + timedelta(**{unit: n}) for s, n in clocks if s is not None]
    return max(ends, default=None)


def shortest_clock(clocks, unit):
    return earliest_end(sorted((c for c in clocks if c[0]), key=lambda clock: clock[1])[:1], unit)


def first_to_start(clocks, unit):
    running = sorted((c for c in clocks if c[0]), key=lambda clock: datetime.fromisoformat(clock[0]))
    return earliest_end(running[:1], unit)


def first_in_the_list(clocks, unit):
    return earliest_end([clock for clock in clocks if clock[0]][:1], unit)


# trust.sources


def all_from_the_user(tool, sources, harmless, mine, outside, yes, no):
    if tool in harmless:
        return yes
    return yes if sources and all(source == mine for source in sources) else no


def unknown_is_the_user(tool, sources, harmless, mine, outside, yes, no):
    return yes if tool in harmless or all(source == mine for source in sources) else no


def the_user_is_among_them(tool, sources, harmless, mine, outside, yes, no):
    return yes if tool in harmless or mine in sources else no


def a_list_of_bad_sources(tool, sources, harmless, mine, outside, yes, no):
    trusted = sources and not any(source in outside for source in sources)
    return yes if tool in harmless or trusted else no


def harmless_tools_are_asked_too(tool, sources, harmless, mine, outside, yes, no):
    return yes if tool in harmless and all_from_the_user("", sources, [], mine, outside, 1, 0) else no


def source_alone(tool, sources, harmless, mine, outside, yes, no):
    return all_from_the_user(tool, sources, [], mine, outside, yes, no)


def tool_alone(tool, sources, harmless, mine, outside, yes, no):
    return yes if tool in harmless else no


#: Code task → (a right answer, wrong ones that people give).
ANSWERS: dict[str, tuple[Callable[..., Any], list[Callable[..., Any]]]] = {
    "linkage.groups": (
        smallest,
        [column_by_column, glued, largest, how_many_groups, how_many_share_the_first],
    ),
    "privilege.denied": (
        deny_first,
        [
            whatever_is_not_denied,
            allowed_wins,
            each_role_for_itself,
            every_role_must_be_allowed,
            every_role_is_listed,
            denied_to_anybody,
            part_of_a_name,
        ],
    ),
    "signing.first": (
        verify_then_read,
        [
            read_then_verify,
            no_tag_is_fine,
            begins_alike,
            looks_like_a_tag,
            tag_without_the_body,
            every_error_is_a_wrong_tag,
        ],
    ),
    "poisoning.neighbours": (
        by_the_others,
        [
            with_its_own_vote,
            by_a_single_one,
            by_a_half,
            the_wrong_way_round,
            against_everybody,
        ],
    ),
    "incident.due": (
        earliest_end,
        [
            every_clock_runs,
            by_the_wall,
            without_the_offset,
            latest_end,
            shortest_clock,
            first_to_start,
            first_in_the_list,
        ],
    ),
    "trust.sources": (
        all_from_the_user,
        [
            unknown_is_the_user,
            the_user_is_among_them,
            a_list_of_bad_sources,
            harmless_tools_are_asked_too,
            source_alone,
            tool_alone,
        ],
    ),
}
