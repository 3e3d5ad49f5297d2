"""The check of `plan.draft_notice`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, timedelta, timezone
from itertools import takewhile
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


FACTUAL = (
    "The Mighton Clinic was told.", "The scanner Suspecta ran at noon.", "Unbelievable Ltd hosts the logs.",
)  # fmt: skip


PEOPLE = ("Mara Olsen", "Ivar Brandt", "Noor Salem", "Tess Okoro", "Paul Wirth", "Lena Novak", "Ana Ruiz")


@exercise(
    minutes=18,
    level="stretch",
    parts={
        "fields": (3, "has the lines of each audience's template, and refuses an unknown audience"),
        "unknown": (2, "says not yet known, and only where nothing is known"),
        "speculation": (2, "leaves out sentences that guess, and no others"),
        "victims": (3, "withholds every value of every record, and keeps the sentence"),
        "late": (2, "gives the authority the reason for a delay, and none goes out without"),
    },
    hints=(
        "Build the lines first, sweep the finished text last: a value may stand in any field. Which "
        "characters of a name or an address mean something to a regular expression?",
        r"A word as a whole is \b(word|word)\b with re.IGNORECASE. For the records: collect all values, sort "
        "them by length, longest first, and replace re.escape(value) with re.IGNORECASE.",
        "for field in TEMPLATE[audience]: value = facts[field]\n"
        "    aware: in the zone, isoformat(timespec='minutes'); a list: ' '.join of the rest, or None\n"
        "    line = field: value, or 'not yet known' if it is None\n"
        "authority and sent > due: no reason: ValueError; else one line more, delay\n"
        "for value in all values of all records, longest first: replace it in the whole text by [withheld]",
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
    with t.part("fields"), t.raises(ValueError, "the audience 'investors'"):
        draft_notice(_draft(t.rng(2)), "investors")
    for part, spoil in SPOILS.items():
        for number, rng in enumerate(t.cases(4)):
            facts = spoil(rng, _draft(rng), number)
            audience = ("authority", "people", "authority", "press")[number]
            t.given(audience=audience, reference=facts["reference"])
            with t.part(part):
                notice = draft_notice(facts, audience)
                _expect_lines(t, notice, facts, audience, (*LISTS, "affected", "contact", "reference"))
    for number, rng in enumerate(t.cases(4)):
        facts = _draft(rng)
        zone = timezone(timedelta(hours=int(rng.integers(-9, 9))))
        late = (1, -1, 0, 700)[number]  # minutes
        facts["sent"] = (facts["due"] + timedelta(minutes=late)).astimezone(zone)
        facts["delay_reason"] = f"The log of {facts['records'][0]['name']} had to be restored first."
        for audience in ("people", "authority"):
            t.given(audience=audience, minutes_late=late)
            with t.part("late"):
                notice = draft_notice(facts, audience)
                has, wants = (
                    "delay" in _by_field(lines) for lines in (_lines(t, notice), _notice(facts, audience))
                )
                slip = AT_THE_MINUTE if late == 0 and audience == "authority" else ONLY_LATE
                t.expect(wants or not has, "The notice has a line delay.", slip=slip)
                t.expect(has or not wants, "The notice has no line delay.", slip=REASON)
                _expect_lines(t, notice, facts, audience, ("delay",))
        if late > 0:
            slip = "Late without a reason: stop here, not at the authority."
            with t.part("late"), t.raises(ValueError, "a late notice without a reason", slip=slip):
                draft_notice(facts | {"delay_reason": None}, "authority")


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
        "delay_reason": None,
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
    facts["affected"] = (None, 0, 0, None)[number]
    for field in rng.permutation(LISTS)[: 1 + number % 2].tolist():
        facts[field] = []
    if number == 1:
        facts["contact"] = None
    return facts


def _spoil_speculation(rng: np.random.Generator, facts: dict, number: int) -> dict:
    for field in ("what", "measures"):
        quiet, loud = (str(word) for word in rng.permutation(SPECULATION)[:2])
        told = loud.upper() if rng.random() < 0.5 else loud.title()
        guesses = [_guess(quiet, 1).format(quiet), _guess(loud, 0).format(told)]
        sentences = [*facts[field], *guesses, str(rng.choice(FACTUAL))]
        facts[field] = [sentences[i] for i in rng.permutation(len(sentences))]
    if number % 2 == 0:
        facts["consequences"] = ["Fraud is POSSIBLY the aim.", "Perhaps not."]
    return facts


def _guess(word: str, place: int) -> str:
    """A sentence for a word of SPECULATION, of those that GUESSES has for it."""
    return next(sentences[place] for words, sentences in GUESSES.items() if word in words)


def _spoil_victims(rng: np.random.Generator, facts: dict, number: int) -> dict:
    first, second, third = facts["records"]
    second["name"] = f"{first['name']}sen"
    third["name"] += " (jr.)"  # ends with no letter; to a regular expression a group
    facts["what"].append(f"It quoted a letter of {second['name']} and one of {first['name'].upper()}.")
    facts["measures"].append(f"Mail to {first['email'].upper()} and {second['email']} was stopped.")
    facts["measures"].append(f"Case {third['number'].lower()} ({third['name']}) was closed to all.")
    facts["reference"] += f"/{second['number']}"
    facts["contact"] = f"{first['email']}, for {third['name']}"
    return facts


SPOILS = {"unknown": _spoil_unknown, "speculation": _spoil_speculation, "victims": _spoil_victims}


def _notice(facts: Row, audience: str, forgotten: str = "") -> list[str]:
    """The lines of the notice; `forgotten` is the slip to make."""
    lines = [f"{field}: {_worded(facts, field, forgotten)}" for field in TEMPLATE[audience]]
    if audience == "authority" and facts["sent"] > facts["due"]:
        lines.append(f"delay: {facts['delay_reason']}")
    values = {value for record in facts["records"] for value in record.values()}
    flags = re.IGNORECASE if forgotten != "letter case of records" else 0
    for value in sorted(values, key=len, reverse=forgotten != "length"):
        if forgotten != "records":
            lines = [_swept(line, value, flags, forgotten) for line in lines]
    return lines


def _swept(line: str, value: str, flags: int, forgotten: str) -> str:
    pattern = value if forgotten == "escape" else re.escape(value)
    return re.sub(rf"\b{pattern}\b" if forgotten == "ends" else pattern, "[withheld]", line, flags=flags)


def _worded(facts: Row, field: str, forgotten: str) -> str:
    value = facts[field]
    if field == "aware":
        zone = UTC if forgotten == "zone" else ZoneInfo(facts["zone"])
        return value.astimezone(zone).isoformat(timespec="seconds" if forgotten == "minutes" else "minutes")
    if field in LISTS:
        words = "|".join(SPECULATION)
        pattern = f"({words})" if forgotten == "whole words" else rf"\b({words})\b"
        if forgotten == "signs":
            pattern = rf"(?<!\S)({words})(?!\S)"
        guess = re.compile(pattern, 0 if forgotten == "letter case" else re.IGNORECASE)
        kept = [sentence for sentence in value if forgotten == "guesses" or not guess.search(sentence)]
        if forgotten == "sentences":
            private = [v.lower() for record in facts["records"] for v in record.values()]
            kept = [sentence for sentence in kept if not any(v in sentence.lower() for v in private)]
        value = " ".join(kept) or (None if forgotten != "empty" else "")
    if value is None or (value == 0 and forgotten == "zero"):
        return "None" if forgotten == "none" else "not yet known"
    return str(value)


ONLY_LATE = "The line delay belongs in a late notice to the authority, and only there."


AT_THE_MINUTE = "At the due minute it is not late yet: sent is after due, or it is not."


REASON = "A late notice to the authority gives its reason."


MISWORDED = {
    "Give the time in facts['zone'].": "zone",
    "Give the time to the minute, without seconds.": "minutes",
    "None is not yet known: the reader should not see None.": "none",
    "A list of which nothing stays is not yet known.": "empty",
    "Zero is known: it is not the same as None.": "zero",
    "A guess went out: look at each sentence for a word of SPECULATION.": "guesses",
    "A guess may begin a sentence or shout: ignore the letter case.": "letter case",
    "Whole words only: `might` is not a word of the Mighton Clinic.": "whole words",
    "A comma or full stop belongs to no word.": "signs",
    "A victim's data went out: sweep the finished text, every line of it.": "records",
    "A name is not a pattern: its dots, signs and brackets mean something there. See re.escape.": "escape",
    "A value need not begin or end with a letter: look for it wherever it stands.": "ends",
    "Data may come in other letter case: sweep without regard to it.": "letter case of records",
    "Longer values first: one name may be part of another.": "length",
    "Withhold the value and keep the sentence around it.": "sentences",
}


def _lines(t: Trial, value: Any) -> list[str]:
    return t.instance(value, str, "the notice").strip("\n").split("\n")


def _by_field(lines: Sequence[str]) -> dict[str, str]:
    return {line.partition(":")[0]: line for line in lines}


def _expect_notice(t: Trial, value: Any, facts: Row, audience: str) -> None:
    """The whole notice: the fields in their order, and every line."""
    fields = [line.partition(":")[0] for line in _lines(t, value)]
    t.equal(
        fields,
        list(TEMPLATE[audience]),
        "the list of fields in the notice",
        slips={
            ONLY_LATE: [*TEMPLATE[audience], "delay"],
            "Each audience has its own template.": list(TEMPLATE["authority"]),
            "The lines come in the order of the template.": fields
            if sorted(fields) == sorted(TEMPLATE[audience])
            else None,
        },
    )
    _expect_lines(t, value, facts, audience, TEMPLATE[audience])


def _expect_lines(t: Trial, value: Any, facts: Row, audience: str, fields: Sequence[str]) -> None:
    """Those of `fields` that this notice must have."""
    got, want = _by_field(_lines(t, value)), _by_field(_notice(facts, audience))
    others = {slip: _by_field(_notice(facts, audience, name)) for slip, name in MISWORDED.items()}
    for field in [field for field in want if field in fields]:
        t.expect(field in got, f"The notice lacks the line {field}.", expected=want[field], got=list(got))
        if got[field] != want[field]:
            slip = next((slip for slip, lines in others.items() if lines[field] == got[field]), "")
            expected, found = _from_the_difference(want[field], got[field])
            t.wrong(f"The line {field} is not right.", expected=expected, got=found, slip=slip)


def _from_the_difference(want: str, got: str) -> tuple[str, str]:
    """Both texts from a little before the place at which they part."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(want, got, strict=False)))
    start = max(same - 20, 0)
    return tuple(brief("…" * (start > 0) + text[start:]) for text in (want, got))
