"""The check of `plan.draft_notice`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, timedelta, timezone
from itertools import product, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from autograder.exercise import Trial, brief, exercise

from ..material import CHANGES, Row, drawn_moment

TEMPLATE = {
    "authority": ("reference", "aware", "what", "data", "affected", "consequences", "measures", "contact"),
    "people": ("what", "data", "consequences", "measures", "contact"),
    "press": ("what", "measures", "contact"),
}


SPECULATION = (
    "allegedly", "apparently", "believe", "could", "maybe", "might", "perhaps",
    "possibly", "presumably", "probably", "seems", "suspect",
)  # fmt: skip


LISTS = ("what", "data", "consequences", "measures")


SENTENCES = {
    "what": ["The triage model answered with text of another case.", "The release of 3 May was live.",
             "A training batch had been changed.", "The query log shows 412 answers."],
    "data": ["Letters and record numbers.", "No payment data.", "Names and dates of visits."],
    "consequences": ["Recipients have read letters of others.", "One appointment was moved.",
                     "No treatment was changed."],
    "measures": ["The release was withdrawn.", "The keys were replaced.", "The batch was set aside."],
}  # fmt: skip


#: words of SPECULATION → a sentence in which a space follows them, and one in which a sign does
GUESSES = {
    ("allegedly", "apparently", "maybe", "perhaps", "possibly", "presumably", "probably"): (
        "A former employee {} copied it.",
        "Nobody else was harmed, {}.",
    ),
    ("believe", "suspect"): ("We {} that the supplier knew.", "It was a competitor, we {}."),
    ("could", "might"): ("It {} be a competitor.", "More {}, in time, follow."),
    ("seems",): ("It {} to be a competitor.", "Nobody else was harmed, it {}."),
}


#: sentences in which a word of SPECULATION is only the beginning, the end or the middle of a word
FACTUAL = (
    "The Mighton Clinic was told.", "The scanner Suspecta ran at noon.", "Makebelieve Ltd hosts the logs.",
    "The courier Allmight was called.", "The shop Unsuspecting was closed.",
)  # fmt: skip


PEOPLE = ("Mara Olsen", "Ivar Brandt", "Noor Salem", "Tess Okoro", "Paul Wirth", "Lena Novak", "Ana Ruiz")


@exercise(
    minutes=18,
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
        facts = _draft(rng)
        for audience in TEMPLATE:
            t.given(audience=audience, reference=facts["reference"])
            with t.part("fields"):
                _expect_notice(t, draft_notice(facts, audience), facts, audience)
    for audience in ("investors", "Authority", ""):
        with t.part("fields"), t.raises(ValueError, f"the audience {audience!r}"):
            draft_notice(_draft(t.rng(2)), audience)
    for part, spoil in SPOILS.items():
        for number, rng in enumerate(t.cases(6)):
            facts = spoil(rng, _draft(rng), number)
            audience = ("authority", "people", "press")[number % 3]
            t.given(audience=audience, reference=facts["reference"], records=len(facts["records"]))
            with t.part(part):
                _expect_lines(t, draft_notice(facts, audience), facts, audience, TEMPLATE[audience])
    for number, rng in enumerate(t.cases(len(LATE))):
        zone = timezone(timedelta(hours=int(rng.integers(-9, 9))))
        facts = _draft(rng)
        facts["sent"] = (facts["due"] + LATE[number]).astimezone(zone)
        reason = f"The log of {facts['records'][0]['name']} had to be restored first."
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
    has = "delay" in _by_field(_lines(t, notice))
    on_time = AT_THE_MINUTE if facts["sent"] == facts["due"] and audience == "authority" else ONLY_LATE
    t.expect(late or not has, "The notice has a line delay.", slip=on_time)
    t.expect(has or not late, "The notice has no line delay.", slip=REASON)
    _expect_lines(t, notice, facts, audience, ("delay",))


def _draft(rng: np.random.Generator) -> dict[str, Any]:
    """Facts in which everything is known, nothing is guessed, and no victim is named."""
    zone = list(CHANGES)[int(rng.integers(len(CHANGES)))]
    aware = drawn_moment(rng, date(2026, 1, 10) + timedelta(days=int(rng.integers(300))), zone)
    due = aware.astimezone(UTC) + timedelta(hours=int(rng.integers(20, 90)))
    names = [str(name) for name in rng.permutation(PEOPLE)[:3]]
    texts = {field: [str(s) for s in rng.permutation(SENTENCES[field])[:2]] for field in LISTS}
    return {
        "reference": f"INC-2026-{int(rng.integers(100, 999))}",
        "zone": zone,
        "aware": aware,
        "sent": due - timedelta(hours=int(rng.integers(1, 9))),
        "due": due,
        "delay_reason": "The lines were down.",  # read when the notice is late, and only then
        **texts,
        "affected": int(rng.integers(2, 5000)),
        "contact": "privacy@clinic.example",
        "records": [
            {
                "name": name,
                "email": f"{name.lower().replace(' ', '+')}@mail.example",
                "number": f"P-{int(rng.integers(10_000, 99_999))}",
            }
            for name in names
        ],
    }


def _spoil_unknown(rng: np.random.Generator, facts: dict, number: int) -> dict:
    facts["affected"] = (None, 0, 0, 0, 1, None)[number]
    if number % 3 != 0:
        facts["records"] = []
    for field in rng.permutation(LISTS)[: number % 3 + 1].tolist():
        facts[field] = []
    if number in (1, 4):
        facts["contact"] = None
    if number == 2:
        facts["what"] = [SENTENCES["what"][0]]
    return facts


def _spoil_speculation(rng: np.random.Generator, facts: dict, number: int) -> dict:
    for field in ("what", "measures"):
        quiet, loud = (str(word) for word in rng.permutation(SPECULATION)[:2])
        told = loud.upper() if rng.random() < 0.5 else loud.title()
        guesses = [_guess(quiet, 1).format(quiet), _guess(loud, 0).format(told)][: (2, 1, 2, 2, 1, 2)[number]]
        sentences = [*facts[field], *guesses, *(str(one) for one in rng.permutation(FACTUAL)[:3])]
        facts[field] = [sentences[i] for i in rng.permutation(len(sentences))]
    if number % 2 == 0:
        facts["consequences"] = ["Fraud is POSSIBLY the aim.", "Patients could not log in."]
    return facts


def _guess(word: str, place: int) -> str:
    """A sentence for a word of SPECULATION, of those that GUESSES has for it."""
    return next(sentences[place] for words, sentences in GUESSES.items() if word in words)


def _spoil_victims(rng: np.random.Generator, facts: dict, number: int) -> dict:
    """Values that are part of others, or of the words around them; one or no record, an empty value."""
    first, second, third = facts["records"]
    second["name"] = f"{first['name']}sen"
    third["name"] += " (jr.)"  # ends with no letter; to a regular expression a group
    first["login"] = first["name"].lower()  # as long as the name, and after it in the alphabet
    if number % 2:
        third["email"] = ("Held", "")[
            number // 2 % 2
        ]  # a name, and a part of [withheld]; or nothing is known
    facts["what"].append(f"It quoted a letter of {second['name']} and one of {first['name'].upper()}.")
    facts["what"].append(f"Held was told; {first['name']} and HELD were called.")
    facts["measures"].append(f"Mail to {first['email'].upper()} and {second['email']} was stopped.")
    facts["measures"].append(f"Case {third['number'].lower()} ({third['name']}) was closed to all.")
    facts["reference"] += f"/ID{second['number']}x"
    facts["contact"] = f"{first['email']}, for {third['name']}"
    facts["records"] = facts["records"][: (3, 3, 1, 3, 0, 3)[number]]
    return facts


SPOILS = {"unknown": _spoil_unknown, "speculation": _spoil_speculation, "victims": _spoil_victims}


def _notice(facts: Row, audience: str, forgotten: str = "") -> list[str]:
    """The lines of the notice; `forgotten` is the slip to make."""
    lines = [f"{field}: {_worded(facts, field, forgotten)}" for field in TEMPLATE[audience]]
    if audience == "authority" and facts["sent"] > facts["due"]:
        lines.append(f"delay: {facts['delay_reason']}")
    values = {value for record in facts["records"] for value in record.values() if value}
    if forgotten == "names":
        values = {record["name"] for record in facts["records"]}
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
    if field == "aware":
        zone = UTC if forgotten == "zone" else ZoneInfo(facts["zone"])
        return value.astimezone(zone).isoformat(timespec="seconds" if forgotten == "minutes" else "minutes")
    if field in LISTS:
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
    "A comma or full stop belongs to no word.": "signs",
    "A victim's data went out: sweep the finished text, every line of it.": "records",
    "Withhold every value of a record, not the name alone.": "names",
    "A name is not a pattern: its dots, signs and brackets mean something there. See re.escape.": "escape",
    "A value need not begin or end with a letter: look for it wherever it stands.": "ends",
    "Data may come in other letter case: sweep without regard to it.": "letter case of records",
    "Longer values first: one name may be part of another.": "length",
    "Replace in one pass: a later value was found inside your own [withheld].": "own replacement",
    "Withhold the value and keep the sentence around it.": "sentences",
}


def _lines(t: Trial, value: Any) -> list[str]:
    return t.instance(value, str, "the notice").strip("\n").split("\n")


def _by_field(lines: Sequence[str]) -> dict[str, str]:
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
    _expect_lines(t, value, facts, audience, TEMPLATE[audience])


def _expect_lines(t: Trial, value: Any, facts: Row, audience: str, fields: Sequence[str]) -> None:
    """Those of `fields` that this notice must have."""
    got, want = _by_field(_lines(t, value)), _by_field(_notice(facts, audience))
    judged = [field for field in want if field in fields]
    for field in judged:
        t.expect(field in got, f"The notice lacks the line {field}.", expected=want[field], got=list(got))
        if got[field] != want[field]:
            expected, found = _from_the_difference(want[field], got[field])
            slip = _slip(facts, audience, {field: got.get(field) for field in judged})
            t.wrong(f"The line {field} is not right.", expected=expected, got=found, slip=slip)


def _slip(facts: Row, audience: str, got: dict[str, str | None]) -> str:
    """The one slip that gives all of these lines; nothing where none does, or several do."""
    others = {slip: _by_field(_notice(facts, audience, name)) for slip, name in MISWORDED.items()}
    fit = [slip for slip, lines in others.items() if {field: lines[field] for field in got} == got]
    return fit[0] if len(fit) == 1 else ""


def _from_the_difference(want: str, got: str) -> tuple[str, str]:
    """Both texts from a little before the place at which they part."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(want, got, strict=False)))
    start = max(same - 20, 0)
    return tuple(brief("…" * (start > 0) + text[start:]) for text in (want, got))
