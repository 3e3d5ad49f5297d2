"""Answers to `plan.draft_notice`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial, update_wrapper
from zoneinfo import ZoneInfo

from autograder.exercise import Answers, Wrong


def named(function, name, **slip):
    """`function` with a slip, under a name of its own."""
    answer = update_wrapper(partial(function, **slip), function)
    answer.__name__ = name
    return answer


FIELDS = {
    "authority": ["reference", "aware", "what", "data", "affected", "consequences", "measures", "contact"],
    "people": ["what", "data", "consequences", "measures", "contact"],
    "press": ["what", "measures", "contact"],
}


WORDS = [
    "allegedly", "apparently", "believe", "could", "maybe", "might", "perhaps",
    "possibly", "presumably", "probably", "seems", "suspect",
]  # fmt: skip


def _swept(text, values, any_case=True):
    """`text` with each of `values` withheld, without regular expressions."""
    for value in values:
        at = 0
        while (
            value
            and (at := (text.lower().find(value.lower(), at) if any_case else text.find(value, at))) >= 0
        ):
            text = text[:at] + "[withheld]" + text[at + len(value) :]
            at += len("[withheld]")
    return text


def _guesses(sentence, forget):
    if forget == "substring":
        return any(word in sentence.lower() for word in WORDS)
    letters = sentence if forget == "letter case" else sentence.lower()
    if forget == "signs":
        return any(word in WORDS for word in letters.split())
    if forget == "spaces":
        return any(f" {word} " in letters for word in WORDS)
    words = "".join(letter if letter.isalnum() else " " for letter in letters).split()
    return forget != "guesses" and any(word in WORDS for word in words)


def notice_word_by_word(facts, audience, forget=""):
    if audience not in FIELDS:
        if forget != "audience":
            raise ValueError(audience)
        audience = "authority"
    values = [value for record in facts["records"] for value in record.values()]
    values.sort(key=len, reverse=forget != "shortest first")
    text = ""
    for field in FIELDS["authority" if forget == "same for all" else audience]:
        value = facts[field]
        if isinstance(value, datetime):
            zone = UTC if forget == "utc" else ZoneInfo(facts["zone"])
            value = value.astimezone(zone).strftime("%Y-%m-%dT%H:%M%z")
            value = f"{value[:-2]}:{value[-2:]}"
        if isinstance(value, list):
            value = [sentence for sentence in value if not _guesses(sentence, forget)]
            if forget == "drop sentences":
                low = [v.lower() for v in values]
                value = [s for s in value if not any(v in s.lower() for v in low)]
            value = " ".join(value) or (None if forget != "empty" else "")
        if forget == "falsy":
            value = value or None
        if value is None and forget != "None":
            value = "not yet known"
        text += f"{field}: {value}\n"
    late = facts["sent"] >= facts["due"] if forget == "on time is late" else facts["sent"] > facts["due"]
    if audience == "authority" and late and forget != "no delay":
        if facts["delay_reason"] is None and forget != "no reason":
            raise ValueError("why late?")
        text += f"delay: {facts['delay_reason']}\n"
    if forget == "leak":
        return text
    if forget == "names only":
        values = [record["name"] for record in facts["records"]]
    return _swept(text, values, any_case=forget != "case of records").strip()


def notice_by_pattern(facts, audience, bound="", escape=re.escape, timespec="minutes", whole=True):
    """One pattern for all values; without `whole`, only the sentences are swept."""
    guess = re.compile(rf"\b({'|'.join(WORDS)})\b", re.IGNORECASE)
    values = sorted({v for record in facts["records"] for v in record.values()}, key=len, reverse=True)
    private = re.compile("|".join(f"{bound}{escape(value)}{bound}" for value in values), re.IGNORECASE)
    if audience not in FIELDS:
        raise ValueError(audience)
    lines = []
    for field in FIELDS[audience]:
        value = facts[field]
        if field == "aware":
            value = value.astimezone(ZoneInfo(facts["zone"])).isoformat(timespec=timespec)
        elif isinstance(value, list):
            value = private.sub("[withheld]", " ".join(s for s in value if not guess.search(s))) or None
        lines.append(f"{field}: {'not yet known' if value is None else value}")
    if audience == "authority" and facts["sent"] > facts["due"]:
        if not facts["delay_reason"]:
            raise ValueError("why late?")
        lines.append(f"delay: {facts['delay_reason']}")
    notice = "\n".join(lines)
    return private.sub("[withheld]", notice) if whole else notice


def notice_in_reverse(facts, audience):
    return "\n".join(notice_word_by_word(facts, audience).split("\n")[::-1])


def notice_all_withheld(facts, audience):
    return "\n".join(f"{field}: [withheld]" for field in FIELDS[audience])


ANSWERS = Answers(
    right=[notice_word_by_word, notice_by_pattern],
    wrong=[
        Wrong(
            named(notice_word_by_word, "same_for_all", forget="same for all"),
            "fields",
            "Each audience has its own template",
        ),
        Wrong(named(notice_word_by_word, "utc", forget="utc"), "fields", "Give the time in facts['zone']"),
        Wrong(named(notice_word_by_word, "audience", forget="audience"), "fields", "no error is raised"),
        Wrong(named(notice_word_by_word, "None", forget="None"), "unknown", "the reader should not see None"),
        Wrong(
            named(notice_word_by_word, "empty", forget="empty"), "unknown", "nothing stays is not yet known"
        ),
        Wrong(named(notice_word_by_word, "falsy", forget="falsy"), "unknown", "Zero is known"),
        Wrong(named(notice_word_by_word, "guesses", forget="guesses"), "speculation", "A guess went out"),
        Wrong(
            named(notice_word_by_word, "letter_case", forget="letter case"),
            "speculation",
            "ignore the letter case",
        ),
        Wrong(named(notice_word_by_word, "substring", forget="substring"), "speculation", "Whole words only"),
        Wrong(
            named(notice_word_by_word, "signs", forget="signs"),
            "speculation",
            "A comma or full stop belongs to no word",
        ),
        Wrong(
            named(notice_word_by_word, "spaces", forget="spaces"),
            "speculation",
            "A comma or full stop belongs to no word",
        ),
        Wrong(named(notice_word_by_word, "leak", forget="leak"), "victims", "sweep the finished text"),
        Wrong(named(notice_word_by_word, "names_only", forget="names only"), "victims", "is not right"),
        Wrong(
            named(notice_word_by_word, "case_of_records", forget="case of records"),
            "victims",
            "other letter case",
        ),
        Wrong(
            named(notice_word_by_word, "shortest_first", forget="shortest first"),
            "victims",
            "Longer values first",
        ),
        Wrong(
            named(notice_word_by_word, "drop_sentences", forget="drop sentences"),
            "victims",
            "keep the sentence around it",
        ),
        Wrong(named(notice_word_by_word, "no_delay", forget="no delay"), "late", "gives its reason"),
        Wrong(
            named(notice_word_by_word, "no_reason", forget="no reason"),
            "late",
            "stop here, not at the authority",
        ),
        Wrong(
            named(notice_word_by_word, "on_time_is_late", forget="on time is late"),
            "late",
            "At the due minute it is not late yet",
        ),
        Wrong(
            named(notice_by_pattern, "whole_words_swept", bound=r"\b"),
            "victims",
            "need not begin or end with a letter",
        ),
        Wrong(
            named(notice_by_pattern, "names_as_patterns", escape=str), "victims", "A name is not a pattern"
        ),
        Wrong(
            named(notice_by_pattern, "seconds_too", timespec="seconds"),
            "fields",
            "to the minute, without seconds",
        ),
        Wrong(named(notice_by_pattern, "sentences_swept", whole=False), "victims", "every line of it"),
        Wrong(notice_in_reverse, "fields", "in the order of the template"),
        Wrong(
            notice_all_withheld,
            "fields",
            "is not right",
            also=("A late notice to the authority gives its reason.",),
        ),
    ],
)
