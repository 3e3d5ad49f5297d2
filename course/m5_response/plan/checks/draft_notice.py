"""The check of `plan.draft_notice`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, timedelta, timezone
from itertools import product, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from autograder.exercise import Trial, brief, exercise

from ..material import Row, unchanged
from ._facts import LISTS, SPECULATION, SPOILS, UNKNOWN, draft

TEMPLATE = {
    "authority": ("reference", "aware", "what", "data", "affected", "consequences", "measures", "contact"),
    "people": ("what", "data", "consequences", "measures", "contact"),
    "press": ("what", "measures", "contact"),
}


@exercise(
    minutes=22,
    level="stretch",
    parts={
        "fields": (3, "has the lines of each audience's template, and refuses an unknown audience"),
        "unknown": (2, "says not yet known, and only where nothing is known"),
        "speculation": (2, "marks sentences that may guess, no others, and deletes none"),
        "victims": (3, "withholds every value of every record, and keeps the sentence"),
        "late": (2, "gives the authority the reason for a delay, and holds back no other notice"),
    },
    hints=(
        "Build the lines first, sweep the finished text last: a value may stand in any field. Which "
        "characters of a name or an address mean something to a regular expression? And what if a name is "
        "part of the word that you put in its place?",
        r"A word as a whole is \b(word|word)\b with re.IGNORECASE. For the records: collect all values that "
        "are not empty, sort them by length, longest first, join re.escape(value) with |, and replace once.",
        "for field in TEMPLATE[audience]: value = facts[field]\n"
        "    aware: in the zone, isoformat(timespec='minutes')\n"
        "    a list: ' '.join of the sentences, with '[check] ' before those that guess; or None\n"
        "    line = field: value, or 'not yet known' if it is None\n"
        "authority and sent > due: no reason: ValueError; else one line more, delay\n"
        "values of all records, longest first, if there are any: one re.sub of 'value|…' by [withheld]",
    ),
    debrief=(
        "Reads the notice too: a guess tells them what you do not know, and a quoted record finishes the "
        "leak for them.",
        "Says what is known, what is not yet known and when more will follow. The sweep runs last, over the "
        "finished text, and a second person reads.",
    ),
    standards=("RS.CO-02", "RS.CO-03"),
)
def draft_notice(t: Trial, draft_notice) -> None:
    for rng in t.cases(4):
        facts = draft(rng)
        for audience in TEMPLATE:
            t.given(audience=audience, reference=facts["reference"])
            with t.part("fields"):
                _expect_notice(t, draft_notice(facts, audience), facts, audience)
    for audience in ("investors", "Authority", ""):
        with t.part("fields"), t.raises(ValueError, f"the audience {audience!r}"):
            draft_notice(draft(t.rng(2)), audience)
    for part, spoil in SPOILS.items():
        for number, rng in enumerate(t.cases(len(UNKNOWN) if part == "unknown" else 6)):
            facts = spoil(rng, draft(rng), number)
            audience = ("authority", "people", "press")[number % 3]
            t.given(audience=audience, reference=facts["reference"], records=len(facts["records"]))
            with t.part(part):
                notice = unchanged(t, draft_notice, facts, audience) if part == "victims" else None
                notice = draft_notice(facts, audience) if notice is None else notice
                _expect_lines(t, notice, facts, audience, TEMPLATE[audience])
    for number, rng in enumerate(t.cases(len(LATE))):
        zone = timezone(timedelta(hours=int(rng.integers(-9, 9))))
        facts = draft(rng)
        facts["sent"] = (facts["due"] + LATE[number]).astimezone(zone)
        reason = f"The log of {facts['records'][0]['name']} could not be restored earlier."
        for audience, facts["delay_reason"] in product(TEMPLATE, (reason, None)):
            t.given(audience=audience, late_by=str(LATE[number]), reason=facts["delay_reason"] is not None)
            with t.part("late"):
                _expect_delay(t, draft_notice, facts, audience)


#: how late the notices are: a negative one is early
LATE = (timedelta(minutes=1), timedelta(minutes=-1), timedelta(0), timedelta(hours=12), timedelta(seconds=1))


def _expect_delay(t: Trial, draft_notice: Any, facts: Row, audience: str) -> None:
    """The line delay where it belongs, and the ValueError where its reason is missing."""
    late = audience == "authority" and facts["sent"] > facts["due"]
    if late and facts["delay_reason"] is None:
        slip = "Late without a reason: stop here, not at the authority."
        with t.raises(ValueError, "a late notice without a reason", slip=slip):
            draft_notice(facts, audience)
        return
    try:
        notice = draft_notice(facts, audience)
    except ValueError as error:
        t.wrong("An error was raised, although nothing is missing.", got=error.report(), slip=ONLY_LATE)
    has = "delay" in _by_field(_lines(t, notice), [])
    on_time = AT_THE_MINUTE if facts["sent"] == facts["due"] and audience == "authority" else ONLY_LATE
    t.expect(late or not has, "The notice has a line delay.", slip=on_time)
    t.expect(has or not late, "The notice has no line delay.", slip=REASON)
    last = _lines(t, notice)[-1]
    t.expect(not late or last.startswith("delay:"), "The line delay is not the last.", got=last)
    _expect_lines(t, notice, facts, audience, ("delay",))


def _notice(facts: Row, audience: str, forgotten: str = "") -> list[str]:
    """The lines of the notice; `forgotten` is the slip to make."""
    lines = [f"{field}: {_worded(facts, field, forgotten)}" for field in TEMPLATE[audience]]
    if audience == "authority" and facts["sent"] > facts["due"]:
        reason = facts["delay_reason"]
        lines.append(f"delay: {_sentences(facts, [reason], '') if forgotten == 'delay' else reason}")
    values = {value for record in facts["records"] for value in record.values() if value}
    if forgotten == "names":
        values = {record["name"] for record in facts["records"]}
    if forgotten == "other keys":
        values = {record[key] for record in facts["records"] for key in KEYS if record[key]}
    values = sorted(values, key=len, reverse=forgotten != "length")
    return [_swept(line, values, forgotten) for line in lines] if values and forgotten != "records" else lines


def _swept(line: str, values: Sequence[str], forgotten: str) -> str:
    flags = re.IGNORECASE if forgotten != "letter case of records" else 0
    patterns = [value if forgotten == "escape" else re.escape(value) for value in values]
    patterns = [rf"\b{pattern}\b" if forgotten == "ends" else pattern for pattern in patterns]
    for pattern in patterns if forgotten == "own replacement" else ["|".join(patterns)]:
        line = re.sub(pattern, "[withheld]", line, flags=flags)
    return line


def _worded(facts: Row, field: str, forgotten: str) -> str:
    value = facts[field]
    if field == "aware" and value is not None:
        zone = UTC if forgotten == "zone" else ZoneInfo(facts["zone"])
        return value.astimezone(zone).isoformat(timespec="seconds" if forgotten == "minutes" else "minutes")
    if field in LISTS and value is not None:
        value = _sentences(facts, value, forgotten)
    if value is None or (value == 0 and forgotten == "zero"):
        return "None" if forgotten == "none" else "not yet known"
    return str(value)


def _sentences(facts: Row, sentences: Sequence[str], forgotten: str) -> str | None:
    words = "|".join(SPECULATION)
    left, right = {
        "whole words": ("", ""), "left": ("", r"\b"), "right": (r"\b", ""), "signs": (r"(?<!\S)", r"(?!\S)"),
    }.get(forgotten, (r"\b", r"\b"))  # fmt: skip
    guess = re.compile(f"{left}({words}){right}", 0 if forgotten == "letter case" else re.IGNORECASE)
    if forgotten == "sentences":
        private = [v.lower() for record in facts["records"] for v in record.values() if v]
        sentences = [one for one in sentences if not any(v in one.lower() for v in private)]
    if forgotten == "deleted":
        sentences = [one for one in sentences if not guess.search(one)]
    marks = ["[check] " if guess.search(one) and forgotten != "guesses" else "" for one in sentences]
    text = " ".join(mark + one for mark, one in zip(marks, sentences, strict=True))
    return text or (None if forgotten != "empty" else "")


ONLY_LATE = "The line delay belongs in a late notice to the authority, and only there."


AT_THE_MINUTE = "At the due minute it is not late yet: sent is after due, or it is not."


REASON = "A late notice to the authority gives its reason."


#: of each record; some have more
KEYS = ("name", "email", "number")


MISWORDED = {
    "Give the time in facts['zone'].": "zone",
    "Give the time to the minute, without seconds.": "minutes",
    "None is not yet known: the reader should not see None.": "none",
    "A list without a sentence is not yet known.": "empty",
    "Zero is known: it is not the same as None.": "zero",
    "A guess has no mark: look at each sentence for a word of SPECULATION.": "guesses",
    "Nothing is deleted: mark the sentence, and a person decides.": "deleted",
    "A guess may begin a sentence or shout: ignore the letter case.": "letter case",
    "Whole words only: `might` is not a word of the Mighton Clinic.": "whole words",
    "Whole words only: a word begins where it begins, see Makebelieve Ltd.": "left",
    "Whole words only: a word ends where it ends, see the Mighton Clinic.": "right",
    "A word ends at any sign: a comma, a quote, a bracket, a dash.": "signs",
    "A victim's data went out: sweep the finished text, every line of it.": "records",
    "Withhold every value of a record, not the name alone.": "names",
    "Withhold every value of a record, whatever its key: go through record.values().": "other keys",
    "The reason stands as it is: only the sentences of lists are marked.": "delay",
    "A name is not a pattern: its dots, signs and brackets mean something there. See re.escape.": "escape",
    "A value need not begin or end with a letter: look for it wherever it stands.": "ends",
    "Data may come in other letter case: sweep without regard to it.": "letter case of records",
    "Longer values first: one name may be part of another.": "length",
    "Replace in one pass: a later value was found inside your own [withheld].": "own replacement",
    "Withhold the value and keep the sentence around it.": "sentences",
}


def _lines(t: Trial, value: Any) -> list[str]:
    return t.instance(value, str, "the notice").strip("\n").split("\n")


def _by_field(lines: Sequence[str], fields: Sequence[str]) -> dict[str, str]:
    """Field → its line: by place, for a victim may be called Data; by name where lines are missing."""
    if len(lines) == len(fields):
        return dict(zip(fields, lines, strict=True))
    return {line.partition(":")[0]: line for line in lines}


def _expect_notice(t: Trial, value: Any, facts: Row, audience: str) -> None:
    """The whole notice: the fields in their order, and every line."""
    fields, want = [line.partition(":")[0] for line in _lines(t, value)], list(TEMPLATE[audience])
    if fields != want:
        slip = ""
        if sorted(fields) == sorted(want):
            slip = "The lines come in the order of the template."
        elif fields == list(TEMPLATE["authority"]):
            slip = "Each audience has its own template."
        elif fields == [*want, "delay"]:
            slip = ONLY_LATE
        t.wrong("The list of fields in the notice is not right.", expected=want, got=fields, slip=slip)
    t.expect(
        value == value.strip("\n"),
        "The notice begins or ends with an empty line.",
        got=repr(value[-20:]),
        slip=JOINED,
    )
    _expect_lines(t, value, facts, audience, TEMPLATE[audience])


JOINED = 'Lines are joined by "\\n": after the last one there is none.'


def _expect_lines(t: Trial, value: Any, facts: Row, audience: str, fields: Sequence[str]) -> None:
    """Those of `fields` that this notice must have."""
    written = [*TEMPLATE[audience], "delay"] if "delay" in fields else TEMPLATE[audience]
    got, want = _by_field(_lines(t, value), written), _by_field(_notice(facts, audience), written)
    judged = [field for field in want if field in fields]
    for field in judged:
        t.expect(field in got, f"The notice lacks the line {field}.", expected=want[field], got=list(got))
        if got[field] != want[field]:
            expected, found = _from_the_difference(want[field], got[field])
            slip = _slip(facts, audience, {field: got.get(field) for field in judged}, written)
            t.wrong(f"The line {field} is not right.", expected=expected, got=found, slip=slip)


def _slip(facts: Row, audience: str, got: dict[str, str | None], written: Sequence[str]) -> str:
    """The one slip that gives all of these lines; nothing where none does, or several do."""
    others = {slip: _by_field(_notice(facts, audience, name), written) for slip, name in MISWORDED.items()}
    fit = [slip for slip, lines in others.items() if {field: lines[field] for field in got} == got]
    return fit[0] if len(fit) == 1 else ""


def _from_the_difference(want: str, got: str) -> tuple[str, str]:
    """Both texts from a little before the place at which they part."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(want, got, strict=False)))
    start = max(same - 20, 0)
    return tuple(brief("…" * (start > 0) + text[start:]) for text in (want, got))
